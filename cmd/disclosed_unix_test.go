//go:build unix

package cmd

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// To open a pipe waits for somebody to write into it; it is refused before it is opened.
func TestAPipeIsNotWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	if kept, reason := readDisclosed(path); kept != "" || !strings.Contains(reason, "not a file that can be sent") {
		t.Errorf("kept %q, said %q", kept, reason)
	}
}
