//go:build !windows

package logbook

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// settlesFolders says that one settle is enough for all the names in a folder.
const settlesFolders = true

// settle flushes a folder, so that the names in it survive a loss of power.
// Some file systems, mostly on network shares, cannot flush a folder and say so
// in one of these ways; there is nothing more to be done on them (restic's
// fsyncDir treats them alike).
func settle(root *os.Root, folder, _ string) error {
	f, err := root.Open(folder)
	if err != nil {
		return err
	}
	defer f.Close()
	err = f.Sync()
	for _, cannot := range []error{syscall.ENOTSUP, syscall.EINVAL, syscall.ENOTTY} {
		if errors.Is(err, cannot) {
			return nil
		}
	}
	return err
}

// settleParent flushes a folder outside a log, after the log's own folder has
// been made in it.
func settleParent(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil // we may make folders in places whose listing we may not read
	}
	defer root.Close()
	return settle(root, ".", "")
}

// list reads a folder that an os.Root has opened. Such a folder is asked by one call for every name in it what it leads to,
// which in a folder of a thousand records is most of the time of writing one. A second handle on the same folder takes it
// from the listing, and asks, through the handle, only where a file system does not tell it there.
func list(folder *os.File) ([]fs.DirEntry, error) {
	syscall.ForkLock.RLock() // so that no process started in between inherits the handle
	fd, err := syscall.Dup(int(folder.Fd()))
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, &fs.PathError{Op: "list", Path: folder.Name(), Err: err}
	}
	second := os.NewFile(uintptr(fd), folder.Name())
	defer second.Close()
	return second.ReadDir(-1)
}

// toRead opens a file for reading, and does not wait where it is a pipe.
const toRead = os.O_RDONLY | syscall.O_NONBLOCK

// insist runs an operation once: here nobody's scanner holds files open.
func insist(operation func() error) error { return operation() }
