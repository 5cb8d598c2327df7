package export

import (
	"bufio"
	"io"
	"strings"

	"dsa/decision/cases"
)

// csvWriter writes RFC 4180: commas, CRLF, quotes where they are needed, the names of the columns first.
type csvWriter struct {
	w       *bufio.Writer
	bom     bool
	columns []cases.Column
	cut     int
}

func newCSV(w io.Writer, _ About, o Options) Writer {
	return &csvWriter{w: bufio.NewWriterSize(w, 1<<16), bom: o.BOM}
}

func (c *csvWriter) Begin(columns []cases.Column) error {
	c.columns = columns
	if c.bom {
		c.w.WriteString("\ufeff")
	}
	for i, column := range columns {
		c.cell(i, column.Name)
	}
	return c.end()
}

func (c *csvWriter) Row(row *cases.Case) error {
	facts := row.Facts()
	for i, column := range c.columns {
		v := column.Value(facts)
		words := text(v)
		if v.Kind == cases.Text || v.Kind == cases.IDs {
			words = harmless(visible(words))
			var was bool
			if words, was = cut(words); was {
				c.cut++
			}
		}
		c.cell(i, words)
	}
	return c.end()
}

// cell writes one cell. An error of the writer is met at the end of the row.
func (c *csvWriter) cell(i int, words string) {
	if i > 0 {
		c.w.WriteByte(',')
	}
	if !strings.ContainsAny(words, "\",\n\r\t;|") {
		c.w.WriteString(words)
		return
	}
	c.w.WriteByte('"')
	for {
		before, after, found := strings.Cut(words, `"`)
		c.w.WriteString(before)
		if !found {
			break
		}
		c.w.WriteString(`""`)
		words = after
	}
	c.w.WriteByte('"')
}

func (c *csvWriter) end() error {
	_, err := c.w.WriteString("\r\n")
	return err
}

// End writes nothing: whatever is no row would be taken for one. The manifest has what there is to say.
func (c *csvWriter) End(Summary) error { return c.w.Flush() }

func (c *csvWriter) Cut() int { return c.cut }

// harmless puts an apostrophe before whatever a spreadsheet would run as a formula: where a text begins, and also within
// it after each sign at which a spreadsheet that takes another separator, or no quotes, would begin a cell. The apostrophe
// stands there to be seen, and stays when the file is saved again. Apostrophes that are in the way already count as part of
// the beginning, so that whoever takes one away has the text back.
//
// A file can be read as somebody else's settings have it, and the person who opens it does not know what somebody typed:
// so the beginning of the text alone is not enough.
func harmless(s string) string {
	if !strings.ContainsAny(s, formula) {
		return s
	}
	var b strings.Builder
	begins := true
	for i, r := range s {
		if begins && runs(s[i:]) {
			b.WriteByte('\'')
		}
		begins = strings.ContainsRune(separators, r)
		b.WriteRune(r)
	}
	return b.String()
}

const (
	// formula are the signs that begin one, also in the widths that input for Chinese and Japanese writes and Excel takes.
	formula = "=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
	// separators are where a reader may begin a cell.
	separators = "\n\t,;|"
	// passed are the signs that a reader may pass over before a formula.
	passed = "' \"\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)

// runs reports whether a formula begins here.
func runs(s string) bool {
	rest := strings.TrimLeft(s, passed)
	return rest != "" && strings.IndexAny(rest, formula) == 0
}
