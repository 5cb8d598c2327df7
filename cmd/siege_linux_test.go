package cmd

import (
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

// smallDisk makes a folder on a disk of its own in memory, whose size can be changed. Only root may.
func smallDisk(t testing.TB) (dir string, resize func(kilobytes int) error) {
	t.Helper()
	dir = t.TempDir()
	if os.Getuid() != 0 {
		t.Skip("a small disk can be made only by root")
	}
	if err := syscall.Mount("dsa-torture", dir, "tmpfs", 0, "mode=0700,size=4k"); err != nil {
		t.Skipf("a small disk cannot be made here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir, func(kilobytes int) error {
		return syscall.Mount("dsa-torture", dir, "tmpfs", syscall.MS_REMOUNT, fmt.Sprintf("size=%dk", kilobytes))
	}
}
