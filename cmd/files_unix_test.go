//go:build unix

package cmd

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// To open a pipe waits for somebody to write into it: what a person names is refused before it is opened.
func TestNoNamedPipeIsWaitedFor(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes here:", err)
	}
	for _, c := range []struct {
		args []string
		said string
	}{
		{[]string{"share", "--answers", pipe}, "or - for standard input; this is a pipe or a device"},
		{[]string{"setup", "--answers", pipe}, "or - for standard input; this is a pipe or a device"},
		{[]string{"share", "--answers", oneCase, "--key", pipe}, "the signing key cannot be read"},
	} {
		app, _, said := newTestApp(t, "")
		if code := Main(app, c.args); code != codeCould || !strings.Contains(said.String(), c.said) {
			t.Errorf("%v: exit code %d:\n%s", c.args, code, said)
		}
	}
	app, _, said := newTestApp(t, "")
	if err := syscall.Mkfifo(app.profilePath(), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main(app, []string{"share", "--answers", oneCase}); code != codeDone {
		t.Errorf("a pipe for a profile: exit code %d:\n%s", code, said)
	}
}
