package screen

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// A Reel plays a demo without a terminal and without waiting, for tests that make demos of the program's own cases.
type Reel struct{ p *player }

// NewReel stands at the first page, on a screen of 80 columns and 24 rows.
func NewReel(d *Demo) *Reel {
	r := &Reel{newPlayer(d, func(time.Duration, tea.Msg) tea.Cmd { return nil })}
	r.p.Init()
	return r
}

// Press presses keys by their names.
func (r *Reel) Press(keys ...string) {
	for _, k := range keys {
		r.p.Update(keyPress(k))
	}
}

// Rows are the rows of the page on a screen of that size, as they can be read.
func (r *Reel) Rows(width, height int) []string {
	r.p.Update(tea.WindowSizeMsg{Width: width, Height: height})
	return strings.Split(ansi.Strip(r.p.View().Content), "\n")
}

// Place says which page it is, counted from 1, of how many, and whether something of it is still to be shown.
func (r *Reel) Place() (at, of int, more bool) {
	return r.p.at + 1, len(r.p.stops), len(r.p.todo) > 0 || r.p.offset+r.p.leafRoom() < len(r.p.leafRows())
}

// Typing reports whether the answer of the page is still to be given.
func (r *Reel) Typing() bool { return len(r.p.todo) > 0 }

// Broke is what broke in it, or nil.
func (r *Reel) Broke() any { return r.p.broke }
