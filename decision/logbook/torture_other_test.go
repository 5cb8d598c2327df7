//go:build !linux

package logbook

import (
	"errors"
	"testing"
)

func mountSmall(t testing.TB, size string) string {
	t.Helper()
	t.Skip("a small disk is made only on Linux")
	return ""
}

func resize(testing.TB, string, int)          {}
func readOnly(testing.TB, string, bool) error { return errors.ErrUnsupported }
func isFull(error) bool                       { return false }
func isReadOnly(error) bool                   { return false }
