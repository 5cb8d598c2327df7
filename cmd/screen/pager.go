package screen

import "fmt"

// A pager shows more than fits on a page, to be read and left again.
type pager struct {
	title  string
	lines  []string
	leave  []keyed // the keys that leave
	then   page    // where leaving leads, when not back to the page beneath
	stop   string  // what ctrl+s does; empty: stops
	loose  bool    // its lines are paragraphs, set apart where all of them fit
	offset int
}

// frame is the rows of a pager that are not its text: header, title, rule, place and keys.
const frame = 5

func (p *pager) wrapped(width, height int) []string {
	var rows, apart []string
	for i, l := range p.lines {
		if i > 0 && l != "" && p.lines[i-1] != "" {
			apart = append(apart, "")
		}
		rows, apart = append(rows, wrapped(l, width)...), append(apart, wrapped(l, width)...)
	}
	if p.loose && len(apart) <= height-frame {
		return apart
	}
	return rows
}

// key moves, and reports whether the pager is to be left.
func (p *pager) key(k string, width, height int) (leave bool) {
	page := max(height-frame, 1)
	last := max(len(p.wrapped(width, height))-page, 0)
	switch k {
	case "up":
		p.offset--
	case "down":
		p.offset++
	case "pgup":
		p.offset -= page
	case "pgdown", "space":
		p.offset += page
	case "home":
		p.offset = 0
	case "end":
		p.offset = last
	case "enter", "esc", "ctrl+g", "f1", "ctrl+t":
		return true
	}
	p.offset = max(min(p.offset, last), 0)
	return false
}

// rows are what fits, and a line that says how much there is.
func (p *pager) rows(width, height int) (rows []string, place string) {
	all := p.wrapped(width, height)
	page := max(height-frame, 1)
	from := max(min(p.offset, len(all)-page), 0)
	to := min(from+page, len(all))
	place = fmt.Sprintf("lines %d to %d of %d", from+1, to, len(all))
	switch {
	case from == 0 && to == len(all):
		place = "" // whoever sees all of it need not be told
	case to == len(all):
		place += " (end)"
	default:
		place += " (more: down or page down)"
	}
	return all[from:to], place
}

// wrapped breaks a text into rows at blanks, and words too long for a row within.
func wrapped(s string, width int) []string {
	return Filled(safe(s), max(width, 10))
}
