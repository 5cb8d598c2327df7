//go:build !windows

package cmd

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dsa/cmd/screen"

	"github.com/creack/pty"
)

// On a terminal a long list waits after each page; q leaves, and is no failure. Where nobody sits it runs through.
func TestALongLogIsShownByPages(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	caseLog{Records: 60}.write(t, dir)
	keyboard, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	if err := pty.Setsize(keyboard, &pty.Winsize{Rows: 10, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	seen := make(chan string, 100)
	go func() {
		defer close(seen)
		part := make([]byte, 4096)
		for {
			n, err := keyboard.Read(part)
			if n > 0 {
				seen <- string(part[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	app, _, _ := newTestApp(t, "")
	app.In, app.Out = terminal, terminal // notices go to a file
	app.Drawn = func() screen.Asker { return screen.NewPlain(strings.NewReader(""), io.Discard) }
	ended := make(chan int, 1)
	go func() { ended <- Main(app, []string{"log", "--log", dir}) }()
	var shown bytes.Buffer
	for pages := 1; pages <= 2; pages++ {
		for deadline := time.After(10 * time.Second); strings.Count(shown.String(), "-- more") < pages; {
			select {
			case text := <-seen:
				shown.WriteString(text)
			case <-deadline:
				t.Fatalf("page %d does not come:\n%s", pages, shown.String())
			}
		}
		if _, err := keyboard.WriteString([]string{" ", "q"}[pages-1]); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case code := <-ended:
		if code != codeDone {
			t.Errorf("it ends with %d", code)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it goes on after q")
	}
	terminal.Close()
	if rows := strings.Count(shown.String(), "\n"); rows != 18 {
		t.Errorf("two pages of nine rows are %d:\n%s", rows, shown.String())
	}
	app, out, _ := newTestApp(t, "")
	if code := Main(app, []string{"log", "--log", dir}); code != codeDone || strings.Count(out.String(), "\n") != 61 {
		t.Errorf("%d: %d lines", code, strings.Count(out.String(), "\n"))
	}
}
