package logbook

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// settlesFolders says that each file has to be settled by itself.
const settlesFolders = false

// settle flushes the published file: Windows refuses to flush a folder, and
// FlushFileBuffers on the file also writes the changes of its name.
func settle(root *os.Root, folder, file string) error {
	if file == "" {
		return nil
	}
	return insist(func() error {
		f, err := root.OpenFile(folder+"/"+file, os.O_RDWR, 0)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}

func settleParent(string) error { return nil }

// list reads a folder; here the system tells with the names what they lead to.
func list(folder *os.File) ([]fs.DirEntry, error) { return folder.ReadDir(-1) }

// toRead opens a file for reading.
const toRead = os.O_RDONLY

const (
	errorAccessDenied     = syscall.Errno(5)
	errorSharingViolation = syscall.Errno(32)
	errorLockViolation    = syscall.Errno(33)
)

// insist repeats an operation a few times while another program, usually a
// virus scanner or a sync client, has the file open: together half a second.
func insist(operation func() error) error {
	wait := 10 * time.Millisecond
	for {
		err := operation()
		busy := errors.Is(err, errorSharingViolation) || errors.Is(err, errorLockViolation) || errors.Is(err, errorAccessDenied)
		if !busy || wait > 300*time.Millisecond {
			return err
		}
		time.Sleep(wait)
		wait *= 2
	}
}
