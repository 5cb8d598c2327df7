//go:build unix

package logbook

import (
	"syscall"
	"testing"
)

func makePipe(t testing.TB, name string) { need(t, syscall.Mkfifo(name, 0o600)) }
