//go:build !linux

package cmd

import "testing"

// memoryFolder is a folder in memory, which is looked for only on Linux.
func memoryFolder() string { return "" }

func smallDisk(t testing.TB) (string, func(int) error) {
	t.Helper()
	t.Skip("a small disk is made only on Linux")
	return "", nil
}
