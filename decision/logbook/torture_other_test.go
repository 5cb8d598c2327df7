//go:build !linux

package logbook

import (
	"errors"
	"testing"
)

// memoryFolder is a folder in memory, which is looked for only on Linux.
func memoryFolder() string { return "" }

func mountSmall(t testing.TB, size string) string {
	t.Helper()
	t.Skip("a small disk is made only on Linux")
	return ""
}

func resize(testing.TB, string, int)          {}
func readOnly(testing.TB, string, bool) error { return errors.ErrUnsupported }
func isFull(error) bool                       { return false }
func isReadOnly(error) bool                   { return false }
