// Package export writes decisions out for other programs and other people: one row a decision, in a form that they can
// open. An export is a copy that says less than the records do; the signed records stay where they are. Nothing in a
// record can act in what is written here: not as a formula, not as markup, not on a screen.
//
// The package reads no logs and decides nothing: which decisions go, and what is wrong with the others, it is told.
package export

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"dsa/decision"
	"dsa/decision/cases"
)

// A Writer writes decisions in one form while they are read: whatever their number, it holds one at a time.
type Writer interface {
	// Begin says which columns there are.
	Begin(columns []cases.Column) error
	// Row writes one decision.
	Row(c *cases.Case) error
	// End writes what is known when all have been read.
	End(s Summary) error
	// Cut is how many texts were too long for a cell of this form, and went shortened.
	Cut() int
}

// A Form is one way of writing decisions.
type Form struct {
	Name   string // as --as has it
	Ending string // of a file's name
	New    func(w io.Writer, a About, o Options) Writer
}

// Forms are all of them. A form is a file of this package, and its line here.
func Forms() []Form {
	return []Form{
		{"csv", ".csv", newCSV},
		{"xlsx", ".xlsx", newXLSX},
		{"jsonl", ".jsonl", newJSONL},
		{"html", ".html", newHTML},
	}
}

// Options are what only some forms have.
type Options struct {
	BOM     bool // CSV: begin with the sign by which Excel knows UTF-8
	Records bool // JSON Lines: each decision with the signed records of it
}

// ErrFull says that a form cannot hold as many decisions as there are.
var ErrFull = errors.New("there are more decisions than one file of this form can hold")

// About is what is known of an export before its first row.
type About struct {
	Program  string
	Made     time.Time
	Form     string
	Asked    []string // which decisions were asked for, one phrase each; none: all
	Redacted bool
	Training bool   // exercises were asked for too
	Part     string // such as "2 of 4"; empty: it is not one of several parts
}

// Summary is what is known of an export after its last row.
type Summary struct {
	Rows      int // decisions written, exercises among them
	Exercises int // of these, exercises
	Disposed  int // of these, decisions of which only the cover is left
	Uncounted int // decisions that were asked for and do not count in the log in which they lie: they are not in the rows
	Untold    int // decisions that are disposed of, so that nobody can tell whether they were asked for: not in the rows
	Shortened int // texts that were too long for a cell
	Failed    []string
	Verdict   string // what the check of the logs found
	Heads     []Head
}

// A Head is the newest record of a chain from which decisions were read: what was there when the export was made.
type Head struct {
	Log    string // the folder; empty where that is left out
	Chain  decision.ID
	Number int
	ID     decision.ID
}

// A Line is one thing that an export says about itself, by the word that it has in a manifest.
type Line struct{ Word, Value string }

// maxFailed is how many faults an export names. What is beyond them is counted, and dsa verify lists them all.
const maxFailed = 1000

// Lines are what an export says about itself: in its manifest, on a sheet or at the end of a page, everywhere the same.
func Lines(a About, s Summary) []Line {
	yes := map[bool]string{true: "yes", false: "no"}
	number := func(n int) string { return fmt.Sprint(n) }
	lines := []Line{{"form", a.Form}, {"made", a.Made.UTC().Format(time.RFC3339)}, {"program", a.Program}}
	if a.Part != "" {
		lines = append(lines, Line{"part", a.Part})
	}
	for _, phrase := range a.Asked {
		lines = append(lines, Line{"asked", phrase})
	}
	lines = append(lines, Line{"redacted", yes[a.Redacted]}, Line{"training", yes[a.Training]},
		Line{"decisions", number(s.Rows)}, Line{"exercises", number(s.Exercises)}, Line{"disposed", number(s.Disposed)},
		Line{"uncounted", number(s.Uncounted)}, Line{"untold", number(s.Untold)}, Line{"shortened", number(s.Shortened)},
		Line{"faults", number(len(s.Failed))})
	for _, f := range s.Failed[:min(len(s.Failed), maxFailed)] {
		lines = append(lines, Line{"fault", f})
	}
	lines = append(lines, Line{"verdict", s.Verdict})
	for _, h := range s.Heads {
		value := fmt.Sprintf("%s %d %s", h.Chain, h.Number, h.ID)
		if h.Log != "" {
			value += " " + h.Log
		}
		lines = append(lines, Line{"head", value})
	}
	for i := range lines {
		lines[i].Value = oneLine(lines[i].Value)
	}
	return lines
}

// meanings are the words of Lines for people.
var meanings = map[string]string{
	"form": "Form", "made": "Made at (UTC)", "program": "Made with", "part": "Part", "asked": "Asked for",
	"redacted": "Redacted: without free text, names and references", "training": "Exercises were asked for",
	"decisions": "Decisions in it", "exercises": "of these, exercises (TRAINING)", "disposed": "of these, disposed of: only the signed cover is left",
	"uncounted": "Left out, since they do not count in their log", "untold": "Left out, since they are disposed of and nobody can tell whether they belong here",
	"shortened": "Texts that were too long for a cell, and are shortened", "faults": "Faults found; records that cannot be relied on are left out",
	"fault": "Fault", "verdict": "What the check found", "head": "Newest record of a chain: chain, number, id, folder",
}

// title is what an export is called where it has a title.
const title = "Decisions about sharing safeguarding information"

// InPart reports whether a decision belongs to one of several parts, from 1. It follows from the id alone, so parts that
// were written at different times fit together.
func InPart(id decision.ID, part, of int) bool {
	return binary.BigEndian.Uint32(id[:])%uint32(of) == uint32(part-1)
}

// Redacted are the columns without those that hold what somebody typed, or that point at a person or a record.
func Redacted(columns []cases.Column) []cases.Column {
	return slices.DeleteFunc(slices.Clone(columns), func(c cases.Column) bool { return c.Free })
}

// standing is the column that says which rows are exercises.
const standing = "standing"

// WithStanding puts the column that says which rows are exercises before the others, where it is not among them.
func WithStanding(columns []cases.Column) []cases.Column {
	if slices.ContainsFunc(columns, func(c cases.Column) bool { return c.Name == standing }) {
		return columns
	}
	for _, c := range cases.Columns() {
		if c.Name == standing {
			return append([]cases.Column{c}, columns...)
		}
	}
	return columns
}

// text is a value as a form without types has it: a day as 2026-03-04, a moment with its offset, a number with a point.
func text(v cases.Value) string {
	switch {
	case !v.Set:
		return ""
	case v.Kind == cases.Day:
		return v.Time.Format(time.DateOnly)
	case v.Kind == cases.Moment:
		return v.Time.Format(time.RFC3339)
	}
	return v.Text
}
