package export

import (
	"bufio"
	"io"
	"strconv"
	"time"
	"unicode/utf8"

	"dsa/decision/cases"
)

// jsonlWriter writes one JSON object a line: the columns by their names, and the records of the decision. Nothing is lost
// in it: a record stands in it as one text, exactly the file that was signed.
//
// What acts on a screen is written as an escape of JSON, which reads the same: a line can be looked at anywhere.
type jsonlWriter struct {
	w       *bufio.Writer
	records bool
	columns []cases.Column
	line    []byte
}

func newJSONL(w io.Writer, _ About, o Options) Writer {
	return &jsonlWriter{w: bufio.NewWriterSize(w, 1<<16), records: o.Records}
}

func (j *jsonlWriter) Begin(columns []cases.Column) error {
	j.columns = columns
	return nil
}

func (j *jsonlWriter) Row(row *cases.Case) error {
	b, facts := append(j.line[:0], '{'), row.Facts()
	for i, column := range j.columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), column.Name...), `":`...)
		b = appendValue(b, column, column.Value(facts))
	}
	if j.records {
		b = append(b, `,"records":[`...)
		b = appendPage(b, &row.First)
		for i := range row.Later {
			b = appendPage(append(b, ','), &row.Later[i])
		}
		b = append(b, ']')
	}
	j.line = append(b, '}', '\n')
	_, err := j.w.Write(j.line)
	return err
}

// End writes nothing: every line is a decision. The manifest has what there is to say.
func (j *jsonlWriter) End(Summary) error { return j.w.Flush() }

func (j *jsonlWriter) Cut() int { return 0 }

// appendValue writes a value with the type that JSON has for it. What is not known is null; a column of ids is a list.
func appendValue(b []byte, column cases.Column, v cases.Value) []byte {
	switch {
	case !v.Set && column.Kind == cases.IDs:
		return append(b, "[]"...)
	case !v.Set:
		return append(b, "null"...)
	}
	switch v.Kind {
	case cases.Number:
		return strconv.AppendFloat(b, v.Number, 'f', -1, 64)
	case cases.YesNo:
		return strconv.AppendBool(b, v.Number == 1)
	case cases.Day:
		return append(v.Time.AppendFormat(append(b, '"'), time.DateOnly), '"')
	case cases.Moment:
		return append(v.Time.AppendFormat(append(b, '"'), time.RFC3339), '"')
	case cases.IDs:
		b = append(b, '[')
		for i, id := range v.List {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, id)
		}
		return append(b, ']')
	}
	return appendString(b, v.Text)
}

// appendPage writes a record: where it was, what kind it is, and the file as one text.
func appendPage(b []byte, p *cases.Page) []byte {
	b = append(b, `{"id":"`...)
	b = append(b, p.ID.String()...)
	b = appendString(append(b, `","kind":`...), string(p.Kind))
	b = appendString(append(b, `,"file":`...), p.File)
	if p.Doubt != "" {
		b = appendString(append(b, `,"doubt":`...), p.Doubt)
	}
	b = append(b, `,"page":"`...)
	for _, part := range [][]byte{p.Cover, p.Signature, p.Body} {
		b = appendSigns(b, part)
	}
	return append(b, `"}`...)
}

func appendString(b []byte, s string) []byte {
	return append(appendSigns(append(b, '"'), s), '"')
}

// appendSigns writes the signs of a text within quotes.
func appendSigns[T string | []byte](b []byte, s T) []byte {
	const digits = "0123456789abcdef"
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		r, size := rune(c), 1
		if c >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
			if !(r == utf8.RuneError && size == 1) && !acts(r) {
				i += size
				continue
			}
		}
		b = append(b, s[from:i]...)
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', c)
		case r == '\n':
			b = append(b, '\\', 'n')
		default:
			units := []rune{r}
			if r > 0xffff {
				units = []rune{0xd800 + (r-0x10000)>>10, 0xdc00 + (r-0x10000)&0x3ff}
			}
			for _, u := range units {
				b = append(b, '\\', 'u', digits[u>>12&15], digits[u>>8&15], digits[u>>4&15], digits[u&15])
			}
		}
		i += size
		from = i
	}
	return append(b, s[from:]...)
}
