// Package paper makes what leaves the screen: a checklist as a form to fill in by hand, a record as one page to print, a
// case note, the texts that go with a disclosure or answer a request, and the draft of a Tier 2 agreement. It composes
// words from records and checklists and decides nothing; it reads no file, knows no law and asks nobody.
//
// Records and agreements can come from elsewhere and hold anything. Pages are escaped by html/template, carry no script
// and fetch nothing; they are also well-formed XML, so that any tool can read them on. In every text, what could act on
// a screen is made visible.
package paper

import (
	"bytes"
	"embed"
	"fmt"
	"html"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
)

//go:embed *.html
var templates embed.FS

// write fills a page and writes it whole: half a page is never written because of a fault in it.
func write(w io.Writer, name string, data any) error {
	t, err := template.New("").Funcs(template.FuncMap{
		"day": screen.Day, "moment": Moment, "level": screen.LevelWords, "lines": lines, "given": screen.GivenWords, "document": screen.DocumentWords,
		"blank": blankWords, "left": screen.LeftWords, "banner": func() string { return screen.TrainingBanner },
		"plain": func(id string) string { return strings.ReplaceAll(id, "-", " ") },
	}).ParseFS(templates, "*.html")
	if err != nil {
		return err
	}
	var page bytes.Buffer
	if err := t.ExecuteTemplate(&page, name, data); err != nil {
		return err
	}
	_, err = io.WriteString(w, visible(page.String()))
	return err
}

// visible shows every sign of a finished page that could act on a screen instead of being seen, such as marks that turn
// the direction of text. The line ends that the page is written with stay. All other letters are written as references, so
// that the page is plain ASCII: what redirects it into a file may read and write it in a code of its own, as PowerShell does.
func visible(page string) string {
	var b strings.Builder
	for _, r := range page {
		if r == '\n' || r >= ' ' && r < 0x7f {
			b.WriteRune(r)
			continue
		}
		for _, shown := range screen.Safe(string(r)) {
			if shown < 0x80 {
				b.WriteString(html.EscapeString(string(shown)))
			} else {
				fmt.Fprintf(&b, "&#%d;", shown)
			}
		}
	}
	return b.String()
}

// lines are the lines of a text that was written in several.
func lines(text string) []string { return strings.Split(text, "\n") }

// Moment shows a moment of a record, which has a time or is a day alone, as a person writes it. The seconds and the
// offset of the record stay in the record.
func Moment(s string) string {
	for _, layout := range []string{decision.TimeFormat, checklist.MinuteFormat} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format("2 January 2006 15:04")
		}
	}
	return screen.Day(s)
}

// A Filed record is a record with its place in a log.
type Filed struct {
	Record *decision.Record // nil where the record was disposed of and only its cover is left
	Kind   decision.Kind
	About  decision.ID // the record that it is about
	ID     decision.ID
	Chain  decision.ID
	Number int
	Key    string // the fingerprint of the key that signed it
	Role   string // the namespace in which it was signed
	Keep   string // until when it is kept: a day, or permanent
	File   string // the name of its file
	Doubt  string // why it does not count in the log in which it lies; empty where it does, or where no log is known
}

// A Dossier is a decision with what followed it.
type Dossier struct {
	First Filed
	Later []Filed // what completes, amends and reviews it, and what others say of any of these, the oldest first
	// Aside is what is about the decision and does not count. No text is made of it; the page lists it.
	Aside []Filed
	// Now is the decision with what completed it: the record to which every text keeps that is not the whole record.
	Now *decision.Record
	// Owed is what is still to be done, in words, one to a string.
	Owed []string
}

// of are the follow-ups of one kind that can still be read.
func (d *Dossier) of(kind decision.Kind) []Filed {
	return slices.DeleteFunc(slices.Clone(d.Later), func(f Filed) bool { return f.Kind != kind || f.Record == nil })
}

// Training reports whether all of it is an exercise.
func (d *Dossier) Training() bool { return d.Now.Standing == decision.Training }
