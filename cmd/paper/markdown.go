package paper

import (
	"strings"
	"unicode"

	"dsa/cmd/screen"
)

// Markdown is the draft as Markdown text (CommonMark, with tables), to be worked on in any editor. What comes from the
// record is escaped: none of it becomes markup, a link or HTML.
func (d *Draft) Markdown() string {
	var m markdown
	m.line("# " + d.Title)
	if d.Training {
		m.line("**" + screen.TrainingBanner + "**")
	}
	m.quote(strings.Join(d.About, "\n"))
	for _, section := range d.Sections {
		m.line("## " + section.Title)
		for _, b := range section.Blocks {
			m.block(b)
		}
	}
	return strings.TrimRight(m.text.String(), "\n") + "\n"
}

type markdown struct{ text strings.Builder }

// line writes a paragraph of one line.
func (m *markdown) line(words string) { m.text.WriteString(words + "\n\n") }

func (m *markdown) block(b Block) {
	switch {
	case b.Table != nil:
		m.table(b.Table)
	case b.Words != "":
		m.line(escaped(b.Words))
	case len(b.Says) == 0:
		m.line("**" + escaped(b.Name) + ":** **" + blankWords(b.Blank) + "**")
	default:
		m.line("**" + escaped(b.Name) + "**")
		for _, text := range b.Says {
			m.quote(text)
		}
	}
}

// quote writes a text of the record as a quotation, its own lines kept.
func (m *markdown) quote(text string) {
	var quoted []string
	for _, l := range lines(text) {
		quoted = append(quoted, strings.TrimRight("> "+escaped(l), " "))
	}
	m.line(strings.Join(quoted, "\n>\n"))
}

func (m *markdown) table(t *Table) {
	row := func(cells []string, empty string) {
		for _, cell := range cells {
			if cell == "" {
				m.text.WriteString("| " + empty + " ")
				continue
			}
			m.text.WriteString("| " + escaped(strings.Join(lines(cell), " / ")) + " ")
		}
		m.text.WriteString("|\n")
	}
	row(t.Columns, "")
	m.text.WriteString(strings.Repeat("| --- ", len(t.Columns)) + "|\n")
	for _, r := range t.Rows {
		row(r, blankWords(""))
	}
	m.text.WriteString("\n")
}

// escaped makes a line of text stand for itself in Markdown. Every sign that can begin or end markup has a backslash
// before it, in whatever place it is markup: emphasis, code, links and images, HTML and entities, tables, headings,
// strikethrough, citations, formulas. At the beginning of a line, so have the signs that make lists, quotations and
// rules. An address is kept from becoming a link where readers make links of bare addresses. Signs that could act on a
// screen are made visible, as everywhere.
func escaped(text string) string {
	text = strings.TrimSpace(screen.Safe(text))
	var b strings.Builder
	for i, r := range text {
		rest := text[i+len(string(r)):]
		switch {
		case strings.ContainsRune("\\`*_{}[]<>&|~#^$@", r),
			r == ':' && strings.HasPrefix(rest, "/"),
			r == '.' && www(text[:i]),
			leads(text[:i], r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// www reports whether the text ends in "www", as a word.
func www(before string) bool {
	const prefix = "www"
	if len(before) < len(prefix) || !strings.EqualFold(before[len(before)-len(prefix):], prefix) {
		return false
	}
	before = before[:len(before)-len(prefix)]
	return before == "" || !unicode.IsLetter(rune(before[len(before)-1]))
}

// leads reports whether the sign makes a block where it begins a line: a list, numbered or not, a rule, the underline of
// a heading, a definition, a title.
func leads(before string, r rune) bool {
	switch r {
	case '+', '-', '=', ':', '%':
		return before == ""
	case '.', ')':
		return before != "" && strings.Trim(before, "0123456789") == ""
	}
	return false
}
