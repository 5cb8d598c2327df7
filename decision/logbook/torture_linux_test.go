package logbook

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"testing"
)

// memoryFolder is a folder in memory for what the tests write, or "" where that is too small or programs cannot be run from it.
func memoryFolder() string {
	const dir, enough, noExec = "/dev/shm", 512 << 20, 8
	var about syscall.Statfs_t
	if syscall.Statfs(dir, &about) != nil || about.Flags&noExec != 0 || about.Bavail*uint64(about.Bsize) < enough {
		return ""
	}
	return dir
}

// mountSmall makes a folder on a disk of its own in memory, of a size. Only root may; others see why it is skipped.
func mountSmall(t testing.TB, size string) string {
	t.Helper()
	dir := t.TempDir()
	if os.Getuid() != 0 {
		t.Skip("a small disk can be made only by root")
	}
	if err := syscall.Mount("dsa-torture", dir, "tmpfs", 0, "mode=0700,size="+size); err != nil {
		t.Skipf("a small disk cannot be made here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// resize makes a small disk larger or smaller; what is on it stays.
func resize(t testing.TB, dir string, kilobytes int) {
	t.Helper()
	if err := syscall.Mount("dsa-torture", dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dk", kilobytes)); err != nil {
		t.Fatal(err)
	}
}

func readOnly(t testing.TB, dir string, yes bool) error {
	t.Helper()
	flags := uintptr(syscall.MS_REMOUNT)
	if yes {
		flags |= syscall.MS_RDONLY
	}
	return syscall.Mount("dsa-torture", dir, "tmpfs", flags, "")
}

func isFull(err error) bool     { return errors.Is(err, syscall.ENOSPC) }
func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
