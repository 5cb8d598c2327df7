//go:build !windows

package cmd

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"dsa/cmd/screen"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// A drawnTest is a terminal of 80 by 24 on which an App draws, with somebody who types and looks.
type drawnTest struct {
	t        *testing.T
	keyboard *os.File
	mu       sync.Mutex
	picture  vt10x.Terminal
	ended    chan int
}

// drawOn makes the App ask on a terminal of its own.
func drawOn(t *testing.T, app *App) *drawnTest {
	t.Helper()
	keyboard, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close(); keyboard.Close() })
	if err := pty.Setsize(keyboard, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	d := &drawnTest{t: t, keyboard: keyboard, picture: vt10x.New(vt10x.WithSize(80, 24)), ended: make(chan int, 1)}
	go func() {
		part := make([]byte, 4096)
		for {
			n, err := keyboard.Read(part)
			d.mu.Lock()
			_, _ = d.picture.Write(part[:n])
			d.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	app.Terminal = true
	app.Drawn = func() screen.Asker { return screen.NewDrawn(terminal, terminal) }
	return d
}

// runs starts what is to be looked at. It ends with an exit code.
func (d *drawnTest) runs(what func() int) { go func() { d.ended <- what() }() }

func (d *drawnTest) shows(words ...string) {
	d.t.Helper()
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		d.mu.Lock()
		shown := d.picture.String()
		d.mu.Unlock()
		missing := ""
		for _, w := range words {
			if !strings.Contains(shown, w) {
				missing = w
			}
		}
		switch {
		case missing == "":
			return
		case time.Now().After(until):
			d.t.Fatalf("%q does not come:\n%s", missing, shown)
		}
	}
}

func (d *drawnTest) types(keys string) {
	d.t.Helper()
	if _, err := d.keyboard.WriteString(keys); err != nil {
		d.t.Fatal(err)
	}
}

// ends waits for the end and returns the exit code.
func (d *drawnTest) ends() int {
	d.t.Helper()
	select {
	case code := <-d.ended:
		return code
	case <-time.After(10 * time.Second):
		d.t.Fatal("it does not end")
	}
	return 0
}
