package paper

import (
	"strings"

	"dsa/cmd/screen"
)

// A sheet is a text in plain lines that fit a terminal of 80 columns and an e-mail.
type sheet struct{ lines []string }

func (s *sheet) line(words string) { s.lines = append(s.lines, screen.Safe(words)) }

// text writes words at an indent, their own line ends kept; no words are no line.
func (s *sheet) text(indent, words string) {
	if words != "" {
		s.lines = append(s.lines, screen.Wrapped(indent, words)...)
	}
}

// item writes words behind a lead, and their further lines under the first.
func (s *sheet) item(lead, words string) {
	indent := strings.Repeat(" ", len([]rune(lead)))
	from := len(s.lines)
	s.text(indent, words)
	if len(s.lines) > from {
		s.lines[from] = lead + s.lines[from][len(indent):]
	}
}

// named writes words that begin with our own, with everything below their first line set in: what a person typed in
// several lines cannot look like a heading of ours.
func (s *sheet) named(words string) {
	from := len(s.lines)
	s.text("    ", words)
	if len(s.lines) > from {
		s.lines[from] = strings.TrimLeft(s.lines[from], " ")
	}
}

func (s *sheet) heading(words, under string) {
	from := len(s.lines)
	s.text("", words)
	widest := 0
	for _, l := range s.lines[from:] {
		widest = max(widest, len([]rune(l)))
	}
	s.line(strings.Repeat(under, widest))
}

// cut writes words at an indent in at most so many lines. The words that do not fit are left out, and it says where
// they stand.
func (s *sheet) cut(indent, words string, most int) {
	if words == "" {
		return
	}
	all := screen.Wrapped(indent, strings.Join(strings.Fields(words), " "))
	if len(all) <= most {
		s.lines = append(s.lines, all...)
		return
	}
	const sign = " … (see the record)"
	last := []rune(all[most-1])
	for len(last)+len([]rune(sign)) > screen.PageWidth {
		last = last[:len(last)-1]
	}
	all[most-1] = strings.TrimRight(string(last), " ") + sign
	s.lines = append(s.lines, all[:most]...)
}
