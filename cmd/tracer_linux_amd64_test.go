package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
)

// The tracer runs a program and does something to one of its system calls: what strace -f -e inject does, but for two
// things. It counts the calls of all threads together, while strace counts each thread's own, and Go moves its work
// between threads as it likes: only so does "the tenth call" mean the same in every run. And it can let a call be done
// and report a failure all the same, as a network folder does whose answer is lost.

// sysCall is one call on something below the folders that are watched.
type sysCall struct {
	name, path string
	changes    bool // it can change what is on the disk, or what is kept of it
}

func (c sysCall) String() string { return c.name + " " + c.path }

// How a call is disturbed.
const (
	untouched = iota
	fails     // it is not done, and reports the error
	lies      // it is done, and reports the error
	kills     // it is not done, and the program is killed
)

// A disturbance is what is done to one call, counted from 1.
type disturbance struct {
	at, how int
	err     syscall.Errno
}

const ptraceLimit = 200000 // calls; a program that makes more is taken to hang

var errTraceless = errors.New("programs cannot be traced here")

// wNoThread lets a thread wait for its own children only: other tests have theirs.
const wNoThread = 0x20000000

// trace runs a command whose input and outputs are files. It returns the calls below the folders, in order, up to the
// end of the program, and its exit code, which is -1 when it was killed.
func trace(c *exec.Cmd, watched []string, d disturbance) (calls []sysCall, code int, err error) {
	type result struct {
		calls []sysCall
		ended syscall.WaitStatus
		err   error
	}
	done := make(chan result)
	go func() {
		// Only the thread that started a program may trace it. The thread is not used again.
		runtime.LockOSThread()
		var r result
		r.calls, r.ended, r.err = traceHere(c, watched, d)
		done <- r
	}()
	r := <-done
	return r.calls, r.ended.ExitStatus(), r.err
}

func traceHere(c *exec.Cmd, watched []string, d disturbance) (calls []sysCall, ended syscall.WaitStatus, err error) {
	c.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := c.Start(); err != nil {
		return nil, 0, fmt.Errorf("%w: %v", errTraceless, err)
	}
	defer c.Process.Release()
	pid := c.Process.Pid
	var status syscall.WaitStatus
	if _, err := syscall.Wait4(pid, &status, syscall.WALL|wNoThread, nil); err != nil || !status.Stopped() {
		return nil, status, fmt.Errorf("%w: %v", errTraceless, err)
	}
	const sysGood, exitKill = 1, 1 << 20
	err = syscall.PtraceSetOptions(pid, sysGood|exitKill|syscall.PTRACE_O_TRACECLONE|syscall.PTRACE_O_TRACEFORK|syscall.PTRACE_O_TRACEVFORK)
	if err == nil {
		err = syscall.PtraceSyscall(pid, 0)
	}
	if err != nil {
		syscall.Kill(pid, syscall.SIGKILL)
		return nil, 0, fmt.Errorf("%w: %v", errTraceless, err)
	}
	memory, err := os.Open(fmt.Sprintf("/proc/%d/mem", pid))
	if err != nil {
		syscall.Kill(pid, syscall.SIGKILL)
		return nil, 0, err
	}
	defer memory.Close()

	type thread struct {
		inside   bool // between the beginning and the end of a call
		disturb  bool
		returned syscall.Errno
	}
	threads := map[int]*thread{pid: {}}
	stops := 0
	for {
		id, err := syscall.Wait4(-1, &status, syscall.WALL|wNoThread, nil)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil {
			return calls, ended, err
		}
		if status.Exited() || status.Signaled() {
			delete(threads, id)
			if id == pid {
				return calls, status, nil
			}
			continue
		}
		if stops++; stops > ptraceLimit {
			syscall.Kill(pid, syscall.SIGKILL)
			return calls, status, errors.New("the program hangs")
		}
		t := threads[id]
		if t == nil {
			// A new thread, which begins stopped.
			threads[id] = &thread{}
			syscall.PtraceSyscall(id, 0)
			continue
		}
		deliver := 0
		switch signal := status.StopSignal(); {
		case signal == syscall.SIGTRAP|0x80:
			if t.inside = !t.inside; !t.inside {
				if t.disturb {
					t.disturb = false
					var regs syscall.PtraceRegs
					if syscall.PtraceGetRegs(id, &regs) == nil {
						regs.Rax = uint64(-int64(t.returned))
						syscall.PtraceSetRegs(id, &regs)
					}
				}
				break
			}
			var regs syscall.PtraceRegs
			if syscall.PtraceGetRegs(id, &regs) != nil {
				break
			}
			call, is := decodeCall(id, memory, &regs, watched)
			if !is {
				break
			}
			calls = append(calls, call)
			if len(calls) != d.at {
				break
			}
			switch d.how {
			case kills:
				syscall.Kill(pid, syscall.SIGKILL)
			case fails:
				regs.Orig_rax = ^uint64(0)
				syscall.PtraceSetRegs(id, &regs)
				t.disturb, t.returned = true, d.err
			case lies:
				t.disturb, t.returned = true, d.err
			}
		case signal == syscall.SIGTRAP: // a thread was made
		case signal == syscall.SIGSTOP:
		default:
			deliver = int(signal)
		}
		syscall.PtraceSyscall(id, deliver)
	}
}

// tracedCalls are the calls on files. What looks only at a descriptor's own flags is left out.
var tracedCalls = map[uint64]struct {
	name string
	kind byte // what the arguments are: f a descriptor; p a folder's descriptor and a path; 2 two of those
	// changes as in sysCall; of openat, only where it makes a file
	changes bool
}{
	syscall.SYS_OPENAT: {"openat", 'p', false}, syscall.SYS_MKDIRAT: {"mkdirat", 'p', true}, syscall.SYS_UNLINKAT: {"unlinkat", 'p', true},
	syscall.SYS_NEWFSTATAT: {"newfstatat", 'p', false}, syscall.SYS_READLINKAT: {"readlinkat", 'p', false}, syscall.SYS_FCHMODAT: {"fchmodat", 'p', true},
	syscall.SYS_FACCESSAT: {"faccessat", 'p', false},
	syscall.SYS_LINKAT:    {"linkat", '2', true}, syscall.SYS_RENAMEAT: {"renameat", '2', true}, 316: {"renameat2", '2', true},
	syscall.SYS_READ: {"read", 'f', false}, syscall.SYS_WRITE: {"write", 'f', true}, syscall.SYS_PREAD64: {"pread64", 'f', false},
	syscall.SYS_PWRITE64: {"pwrite64", 'f', true}, syscall.SYS_CLOSE: {"close", 'f', false}, syscall.SYS_FSTAT: {"fstat", 'f', false},
	syscall.SYS_FSYNC: {"fsync", 'f', true}, syscall.SYS_FDATASYNC: {"fdatasync", 'f', true}, syscall.SYS_GETDENTS64: {"getdents64", 'f', false},
	syscall.SYS_FLOCK: {"flock", 'f', false}, syscall.SYS_FTRUNCATE: {"ftruncate", 'f', true}, syscall.SYS_FCHMOD: {"fchmod", 'f', true},
	326: {"copy_file_range", 'f', true},
}

func decodeCall(id int, memory *os.File, regs *syscall.PtraceRegs, watched []string) (sysCall, bool) {
	k, known := tracedCalls[regs.Orig_rax]
	if !known {
		return sysCall{}, false
	}
	c := sysCall{name: k.name, changes: k.changes}
	var paths []string
	switch k.kind {
	case 'f':
		paths = []string{descriptor(id, regs.Rdi)}
	case 'p':
		paths = []string{pathAt(id, memory, regs.Rdi, regs.Rsi)}
	case '2':
		paths = []string{pathAt(id, memory, regs.Rdi, regs.Rsi), pathAt(id, memory, regs.Rdx, regs.R10)}
	}
	if c.name == "openat" && regs.Rdx&syscall.O_CREAT != 0 {
		c.name, c.changes = "openat-new", true
	}
	below := false
	for i, p := range paths {
		for _, w := range watched {
			if p == w || strings.HasPrefix(p, w+"/") {
				below = true
				paths[i] = shortened(filepath.Base(w) + strings.TrimPrefix(p, w))
			}
		}
	}
	c.path = strings.Join(paths, " ")
	return c, below
}

var longHex = regexp.MustCompile(`[0-9a-f]{9,}`)

// shortened is a path without what differs from run to run.
func shortened(path string) string { return longHex.ReplaceAllString(path, "…") }

func descriptor(id int, fd uint64) string {
	path, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", id, int32(fd)))
	return strings.TrimSuffix(path, " (deleted)")
}

func pathAt(id int, memory *os.File, fd, address uint64) string {
	var text [4096]byte
	n, _ := memory.ReadAt(text[:], int64(address))
	name, _, _ := bytes.Cut(text[:n], []byte{0})
	path := string(name)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	const here = -100 // AT_FDCWD
	folder := ""
	if int32(fd) == here {
		folder, _ = os.Readlink(fmt.Sprintf("/proc/%d/cwd", id))
	} else {
		folder = descriptor(id, fd)
	}
	return filepath.Join(folder, path)
}
