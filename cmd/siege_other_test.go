//go:build !linux

package cmd

import "testing"

func smallDisk(t testing.TB) (string, func(int) error) {
	t.Helper()
	t.Skip("a small disk is made only on Linux")
	return "", nil
}
