//go:build !windows

package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The menu on drawn pages: an emergency is one choice away, what a command printed is read as a page under plain words, and
// keys typed ahead do not take it away unread.
func TestTheMenuIsDrawn(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	lawRead(app)
	d := drawOn(t, app)
	d.runs(func() int { return Main(app, nil) })
	d.shows("call 999", "To try it first", "1. Someone is in danger now", "9. Leave dsa")
	d.types("1\r")
	d.shows("ACT FIRST, RECORD AFTER")
	d.types("1\r") // going to act now
	d.shows("Stopped", "nothing was signed", "choose the same line of the menu to go on from there", "enter go back")
	d.types("\r")
	d.shows("1 record is begun and not signed", "What do you want to do?")
	d.types("5\r\r\r\r") // a key held down
	d.shows("What is owed", "There are no records on this computer yet.", "enter go back")
	d.types("\r")
	d.shows("What do you want to do?", "9. Leave dsa")
	d.types("7\r")
	d.shows("About what?")
	d.types("1\r")
	d.shows("lines 1 to", "more: down or page down", "enter go back")
	d.types("\x1b[F") // end
	d.shows("As a command: dsa help emergency")
	d.types("\x1b")
	d.shows("About what?")
	d.types("\x1b")
	d.shows("What do you want to do?", "9. Leave dsa")
	d.types("9\r")
	if code := d.ends(); code != codeDone {
		t.Fatalf("exit code %d", code)
	}
	if drafts, _ := filepath.Glob(filepath.Join(app.Home, "drafts", "*.json")); len(drafts) != 1 {
		t.Errorf("drafts: %v", drafts)
	}
}

// Who needs plain lines finds them in the drawn menu, and has them at once and from then on.
func TestTheDrawnMenuTurnsToPlainLines(t *testing.T) {
	app, _, said := newTestApp(t, "\nback\nstop\n")
	d := drawOn(t, app)
	d.runs(func() int { return Main(app, nil) })
	d.shows("8. This computer")
	d.types("8\r")
	d.shows("5. Plain lines from now on")
	d.types("5\r")
	if code := d.ends(); code != codeDone { // the plain menu reads what was typed there
		t.Fatalf("exit code %d", code)
	}
	if !strings.Contains(said.String(), "Questions are put in plain lines from now on.") || !strings.Contains(said.String(), "5. Draw the pages again.") {
		t.Errorf("in plain lines it says\n%s", said)
	}
	if content, err := os.ReadFile(app.preferencesPath()); err != nil || len(content) == 0 || app.Drawn != nil {
		t.Errorf("preferences %q, %v; drawn: %v", content, err, app.Drawn != nil)
	}
}
