package screen

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// A pager shows more than fits on a page, to be read and left again.
type pager struct {
	title  string
	lines  []string
	leave  string // the words of the key that leaves
	then   page   // where leaving leads, when not back to the page beneath
	offset int
}

// frame is the rows of a pager that are not its text: header, title, blank, place and keys.
const frame = 5

func (p *pager) wrapped(width int) []string {
	var rows []string
	for _, l := range p.lines {
		rows = append(rows, wrapped(l, width)...)
	}
	return rows
}

// key moves, and reports whether the pager is to be left.
func (p *pager) key(k string, width, height int) (leave bool) {
	page := max(height-frame, 1)
	last := max(len(p.wrapped(width))-page, 0)
	switch k {
	case "up":
		p.offset--
	case "down":
		p.offset++
	case "pgup":
		p.offset -= page
	case "pgdown":
		p.offset += page
	case "home":
		p.offset = 0
	case "end":
		p.offset = last
	case "enter", "esc", "ctrl+g", "f1":
		return true
	}
	p.offset = max(min(p.offset, last), 0)
	return false
}

// rows are what fits, and a line that says how much there is.
func (p *pager) rows(width, height int) (rows []string, place string) {
	all := p.wrapped(width)
	page := max(height-frame, 1)
	from := max(min(p.offset, len(all)-page), 0)
	to := min(from+page, len(all))
	place = fmt.Sprintf("lines %d to %d of %d", from+1, to, len(all))
	if to == len(all) {
		place += " (end)"
	} else {
		place += " (more: down or page down)"
	}
	return all[from:to], place
}

// wrapped breaks a text into rows at blanks, and words too long for a row within.
func wrapped(s string, width int) []string {
	return strings.Split(ansi.Wrap(safe(s), max(width, 10), ""), "\n")
}
