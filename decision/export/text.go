package export

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// acts reports what does something where it is shown or read, besides standing there: it moves, hides or turns other
// text, ends a line where none ends, or is no sign at all. Tabs and line ends are for the forms to deal with.
func acts(r rune) bool {
	switch {
	case r == '\n' || r == '\t':
		return false
	case r < 0x20, r >= 0x7f && r <= 0x9f, r == 0x2028, r == 0x2029:
		return true
	case r < 0xad:
		return false
	case r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe:
		return true // never a sign, and not to be in XML
	}
	return unicode.Is(unicode.Cf, r)
}

// visible writes a text so that nothing in it acts: what would is written as its number, <U+202E>, as dsa shows it on a
// screen. Every line end is LF.
func visible(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i, r := range s {
		switch {
		case r == '\r':
			if !strings.HasPrefix(s[i+1:], "\n") {
				b.WriteByte('\n')
			}
		case acts(r):
			b.WriteString("<U+")
			digits := strings.ToUpper(strconv.FormatInt(int64(r), 16))
			b.WriteString("0000"[min(len(digits), 4):])
			b.WriteString(digits)
			b.WriteByte('>')
		default:
			b.WriteRune(r) // a byte that is no UTF-8 becomes U+FFFD
		}
	}
	return b.String()
}

// isPlain reports a text of ASCII without controls other than LF and tab, which most are.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7f || c < 0x20 && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

// oneLine is a text that stays on its line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, visible(s))
}

// maxCell is how much text a cell of Excel holds, in the units of UTF-16. What is longer Excel repairs away, or moves on
// into cells of its own choosing when it reads CSV; other readers have limits not far from it.
const maxCell = 32767

// cut shortens a text to what a cell holds, and says so at its end.
func cut(s string) (short string, was bool) {
	if len(s) <= maxCell {
		return s, false // no sign has more units than bytes
	}
	units := 0
	for _, r := range s {
		units += unitsOf(r)
	}
	if units <= maxCell {
		return s, false
	}
	end := " [shortened here: the text has " + strconv.Itoa(utf8.RuneCountInString(s)) + " characters; JSON Lines has all of it]"
	room := maxCell - len(end)
	for i, r := range s {
		if room -= unitsOf(r); room < 0 {
			return s[:i] + end, true
		}
	}
	return s, false // not reached: it is longer than its room
}

func unitsOf(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}
