package cmd

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// straceCalls are the calls that strace disturbs. What the Go runtime needs for itself is left alone.
var straceCalls = []string{"openat", "mkdirat", "linkat", "renameat", "unlinkat", "fsync", "flock", "newfstatat", "getdents64"}

// The same as TestEveryCallOfACommandFailsInTurn, with a tool that everybody knows. strace counts the calls of each
// thread by itself, so that "the third fsync" may be another in each run, or happen twice: it goes on until no thread
// makes so many calls any more.
func TestStraceDisturbsADecision(t *testing.T) {
	onlyTorture(t)
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	if os.Getenv(anyClock) == "" {
		t.Skip("the program is not named: a test program does not expect its own start to be disturbed")
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	share := []string{"share", "--adhoc", "--answers", caseFile}
	again := func(desktop) []string { return share }
	c := chore{args: again, again: again}
	base := newDesktop(t)
	for minute, args := range [][]string{share, {"log", "join", base.share, "--yes"}, share} {
		if _, err := base.must(minute, args...); err != nil {
			t.Fatal(err)
		}
	}
	own, shared, err := base.records()
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	// one reports how often a call was disturbed.
	one := func(name, inject string) (int, error) {
		d, err := base.copyTo(filepath.Join(work, name))
		if err != nil {
			return 0, err
		}
		defer os.RemoveAll(d.dir)
		command, err := d.command(50, "", share...)
		if err != nil {
			return 0, err
		}
		log := filepath.Join(d.dir, "strace")
		command.Args = append([]string{strace, "-f", "-qq", "-o", log, "-e", inject, "--", command.Path}, command.Args[1:]...)
		command.Path = strace
		command.Run() // how it ends is seen from what it leaves
		closeFiles(command)
		text, err := os.ReadFile(log)
		if err != nil {
			return 0, fmt.Errorf("strace cannot trace here: %w", err)
		}
		disturbed := strings.Count(string(text), "(INJECTED)") + strings.Count(string(text), "killed by SIGKILL")
		return disturbed, c.aftermath(d, own, shared, command.ProcessState.ExitCode())
	}
	if _, err := one("try", "inject=fsync:error=EIO:when=1000"); err != nil {
		t.Skip(err)
	}
	var mu sync.Mutex
	count := map[string]int{}
	var group sync.WaitGroup
	next := make(chan [2]string)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() {
			for x := range next {
				call, how := x[0], x[1]
				for n := 1; n <= 200; n++ {
					disturbed, err := one(fmt.Sprint(call, how, n), fmt.Sprintf("inject=%s:%s:when=%d", call, how, n))
					if err != nil {
						t.Errorf("%s, number %d in its thread, %s: %v", call, n, how, err)
					}
					if disturbed == 0 {
						break
					}
					mu.Lock()
					count[how]++
					mu.Unlock()
				}
			}
		})
	}
	for _, call := range straceCalls {
		for _, how := range []string{"error=EIO", "error=ENOSPC", "signal=SIGKILL"} {
			next <- [2]string{call, how}
		}
	}
	close(next)
	group.Wait()
	tell(t, "a decision under strace", "EIO", count["error=EIO"], "ENOSPC", count["error=ENOSPC"], "SIGKILL", count["signal=SIGKILL"])
}
