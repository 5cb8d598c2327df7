package export

import (
	"bufio"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"dsa/decision"
	"dsa/decision/cases"
)

// htmlWriter writes one page that needs nothing else: no script, no picture, no address. It is for people: columns have
// their titles, the table has a caption and its heads, and what it is stands under it. The page is written by hand since it
// is written as a stream.
type htmlWriter struct {
	w       *bufio.Writer
	about   About
	columns []cases.Column
}

func newHTML(w io.Writer, a About, _ Options) Writer {
	return &htmlWriter{w: bufio.NewWriterSize(w, 1<<16), about: a}
}

// htmlStyle keeps one row from covering or moving another, whatever stands in it.
const htmlStyle = `:root{color-scheme:light}
body{font:100%/1.45 system-ui,sans-serif;color:#1b1b1b;background:#fff;margin:1.5rem}
h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
.training{border:.2rem solid #8a1500;color:#8a1500;padding:.6rem 1rem;font-weight:bold}
.wide{overflow:auto;max-height:85vh;border:1px solid #767676}
.wide:focus{outline:.2rem solid #0b4f8a}
table{border-collapse:collapse}
caption{text-align:left;padding:.5rem;font-weight:bold}
th,td{border:1px solid #b5b5b5;padding:.3rem .5rem;text-align:left;vertical-align:top;font-weight:normal}
thead th{background:#e7edf3;font-weight:bold}
.wide thead th{position:sticky;top:0}
td:last-child{overflow-wrap:anywhere}
.wide th[scope=row]{font-family:ui-monospace,monospace}
tr.exercise>*{background:#fbeae7}
div.text,summary{overflow:hidden;overflow-wrap:anywhere;width:18rem}
div.text{white-space:pre-wrap}
details>div.text{padding-top:.3rem}
@page{size:A4 landscape;margin:1cm}
@media print{body{margin:0;font-size:7pt}.wide{overflow:visible;max-height:none;border:0}.wide thead th{position:static}thead{display:table-header-group}th,td{padding:.1rem;overflow-wrap:anywhere}div.text,summary{width:auto}}
`

func (h *htmlWriter) Begin(columns []cases.Column) error {
	h.columns = columns
	h.w.WriteString("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n" +
		"<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
		"<title>" + title + "</title>\n<style>\n" + htmlStyle + "</style>\n</head>\n<body>\n<main>\n<h1>" + title + "</h1>\n")
	if h.about.Training {
		h.w.WriteString("<p class=\"training\">TRAINING: exercises were asked for. Each row that is one says TRAINING, and is no decision.</p>\n")
	}
	if h.about.Redacted {
		h.w.WriteString("<p>Redacted: without free text, names and references.</p>\n")
	}
	h.w.WriteString("<h2 id=\"decisions\">The decisions</h2>\n<div class=\"wide\" role=\"region\" aria-labelledby=\"decisions\" tabindex=\"0\">\n<table>\n" +
		"<caption>One row a decision, with what followed it. ")
	if len(h.about.Asked) == 0 {
		h.w.WriteString("All decisions were asked for.")
	} else {
		h.w.WriteString("Asked for: ")
		h.words(oneLine(strings.Join(h.about.Asked, "; ")))
	}
	h.w.WriteString("</caption>\n<thead>\n<tr>")
	for _, c := range columns {
		h.w.WriteString(`<th scope="col">`)
		h.words(c.Title)
		h.w.WriteString("</th>")
	}
	_, err := h.w.WriteString("</tr>\n</thead>\n<tbody>\n")
	return err
}

// words writes text: never markup.
func (h *htmlWriter) words(s string) {
	from := 0
	for i := range len(s) {
		with := ""
		switch s[i] {
		case '&':
			with = "&amp;"
		case '<':
			with = "&lt;"
		case '>':
			with = "&gt;"
		case '"':
			with = "&#34;"
		case '\'':
			with = "&#39;"
		default:
			continue
		}
		h.w.WriteString(s[from:i])
		h.w.WriteString(with)
		from = i + 1
	}
	h.w.WriteString(s[from:])
}

func (h *htmlWriter) Row(row *cases.Case) error {
	facts := row.Facts()
	if facts.Training {
		h.w.WriteString(`<tr class="exercise">`)
	} else {
		h.w.WriteString("<tr>")
	}
	for i, column := range h.columns {
		begin, end, v := "<td>", "</td>", column.Value(facts)
		if i == 0 && v.Set {
			begin, end = `<th scope="row">`, "</th>"
		}
		h.w.WriteString(begin)
		h.value(column, v)
		h.w.WriteString(end)
	}
	_, err := h.w.WriteString("</tr>\n")
	return err
}

// folded is the length in bytes from which a text is folded away under its beginning.
const folded = 1200

func (h *htmlWriter) value(column cases.Column, v cases.Value) {
	words := visible(text(v))
	switch {
	case v.Kind == cases.Moment:
		h.words(v.Time.Format("2006-01-02 15:04"))
	case len(words) > folded:
		at := 120
		for !utf8.RuneStart(words[at]) {
			at++
		}
		h.w.WriteString("<details><summary><bdi>")
		h.words(oneLine(words[:at]))
		h.w.WriteString("… (" + strconv.Itoa(utf8.RuneCountInString(words)) + " characters)</bdi></summary><div class=\"text\" dir=\"auto\">")
		h.words(words)
		h.w.WriteString("</div></details>")
	case column.Name == "id" && len(words) > decision.ShownDigits:
		h.words(words[:decision.ShownDigits]) // as dsa shows it; the whole id is in the other forms
	case column.Free && v.Kind == cases.Text && words != "":
		// The direction of a text is its own, and ends with it.
		h.w.WriteString(`<div class="text" dir="auto">`)
		h.words(words)
		h.w.WriteString("</div>")
	default:
		h.words(words)
	}
}

func (h *htmlWriter) End(s Summary) error {
	h.w.WriteString("</tbody>\n</table>\n</div>\n<h2>About this export</h2>\n<table>\n<caption>What was asked for, and what the check found</caption>\n<tbody>\n")
	for _, l := range Lines(h.about, s) {
		h.w.WriteString(`<tr><th scope="row">`)
		h.words(meanings[l.Word])
		h.w.WriteString("</th><td>")
		h.words(l.Value)
		h.w.WriteString("</td></tr>\n")
	}
	h.w.WriteString("</tbody>\n</table>\n<h2>The columns</h2>\n<table>\n<caption>What each column means, and its name in the other forms of this export</caption>\n" +
		"<thead>\n<tr><th scope=\"col\">Column</th><th scope=\"col\">Name</th><th scope=\"col\">What it means</th></tr>\n</thead>\n<tbody>\n")
	for _, c := range h.columns {
		h.w.WriteString(`<tr><th scope="row">`)
		h.words(c.Title)
		h.w.WriteString("</th><td>")
		h.words(c.Name)
		h.w.WriteString("</td><td>")
		h.words(c.Says)
		h.w.WriteString("</td></tr>\n")
	}
	h.w.WriteString("</tbody>\n</table>\n<p>This page is a copy. The signed records are what counts.</p>\n</main>\n</body>\n</html>\n")
	return h.w.Flush()
}

func (h *htmlWriter) Cut() int { return 0 }
