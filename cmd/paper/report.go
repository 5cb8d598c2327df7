package paper

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"dsa/cmd/screen"
	"dsa/decision/tally"
)

// A Report is a year, or another time, at a glance: numbers and no case.
type Report struct {
	*tally.Report
	Made     time.Time
	Program  string
	Training bool
	Asked    []string // what was chosen, besides the time, in words
	Running  bool     // the time is not over yet
	Faults   int      // what the check of the logs found; such records are not counted
	// Words are those for a row of a table; empty: the row's own id.
	Words func(table, row string) string
}

// A Section is one table of a report as people read it.
type Section struct {
	ID, Title string
	Head      string   // of the rows
	Notes     []string // below the table
	Columns   []string // in full
	Short     []string // the same in at most eight letters
	Rows      []Line
}

// A Line is one row of a section.
type Line struct {
	Label  string
	Within bool // it belongs to the line before it that does not say so
	Cells  []tally.Number
	Main   int // which of the cells the chart shows
	Length int // of its bar, in thousandths of the longest
}

// Title is the first line of the report.
func (r *Report) Title() string {
	words := "Decisions to share information"
	switch {
	case r.From != "" && r.To != "":
		words += ", " + spanWords(r.From, r.To)
	case r.From != "":
		words += ", from " + screen.Day(r.From)
	case r.To != "":
		words += ", until " + screen.Day(r.To)
	}
	return words
}

// spanWords are the days from one to another, in short where they make up months or years.
func spanWords(from, to string) string {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil || a.Day() != 1 || b.AddDate(0, 0, 1).Day() != 1 {
		return screen.Day(from) + " to " + screen.Day(to)
	}
	return monthsWords(from[:len("2006-01")], to[:len("2006-01")])
}

// monthsWords are the months from one to another in full.
func monthsWords(from, to string) string {
	a, _ := time.Parse("2006-01", from)
	b, _ := time.Parse("2006-01", to)
	switch {
	case a.Equal(b):
		return a.Format("January 2006")
	case a.Year() == b.Year() && a.Month() == time.January && b.Month() == time.December:
		return a.Format("2006")
	case a.Year() == b.Year():
		return a.Format("January") + " to " + b.Format("January 2006")
	case a.Month() == time.January && b.Month() == time.December:
		return a.Format("2006") + " to " + b.Format("2006")
	}
	return a.Format("January 2006") + " to " + b.Format("January 2006")
}

// monthsShort are the same in at most eight letters.
func monthsShort(from, to string) string {
	a, _ := time.Parse("2006-01", from)
	b, _ := time.Parse("2006-01", to)
	switch {
	case a.Equal(b):
		return a.Format("Jan 06")
	case a.Month() == time.January && b.Month() == time.December && a.Year() == b.Year():
		return a.Format("2006")
	case a.Month() == time.January && b.Month() == time.December:
		return a.Format("2006") + "-" + b.Format("06")
	case b.Sub(a) < 366*24*time.Hour:
		return a.Format("Jan") + "-" + b.Format("Jan")
	}
	return a.Format("1/06") + "-" + b.Format("1/06")
}

// Openings are what has to be known before anybody reads a number.
func (r *Report) Openings() []string { return r.openings(false) }

func (r *Report) openings(plain bool) []string {
	var said []string
	if len(r.Asked) > 0 {
		said = append(said, "Only decisions where the "+strings.Join(r.Asked, "; the ")+".")
	}
	switch {
	case r.Open:
		said = append(said, OpenWords)
	case r.TooFew:
		said = append(said, fmt.Sprintf("There are fewer than %d decisions in this time, and nothing can be said of so few "+
			"without pointing at somebody. Take a longer time.", 2*r.Threshold))
	case r.Decisions.N == 0 && !r.Disposed.Hidden && r.Disposed.N == 0:
		said = append(said, "No decision was recorded in this time.")
	case r.Hidden > 0:
		sign := tally.HiddenSign + " means hidden. "
		if plain {
			sign = "" // the word stands there itself
		}
		said = append(said, fmt.Sprintf("%sCounts from 1 to %d could point at somebody, so they are hidden, "+
			"and with them others from which they could be worked out. What is hidden can be any number, and also 0.",
			sign, r.Threshold-1))
	default:
		said = append(said, fmt.Sprintf("Counts from 1 to %d would be hidden. There are none.", r.Threshold-1))
	}
	if r.Running {
		said = append(said, "This time is not over. A report on all of it, made later, can be subtracted from this one: publish that one, and not both.")
	}
	if r.Faults > 0 {
		said = append(said, "Some records could not be relied on and are not counted. dsa verify says which.")
	}
	return said
}

// OpenWords stand on a report in which nothing is hidden.
const OpenWords = "NOT FOR PUBLICATION. Small numbers are not hidden here, and each can point at somebody."

// Closings are what has to be known by whoever passes the report on.
func (r *Report) Closings() []string {
	said := []string{
		"Counted are decisions by the day on which they were recorded, each once, as it was first decided and as completed since. " +
			"What is owed, overdue, disagreed with or changed is as of the day of this report. " +
			"Of a decision that was disposed of nobody knows any more what it was: those are in no table.",
		"Numbers say how often something was done. They do not say that it was right.",
	}
	if !r.Open {
		said = append(said,
			"Do not publish another report on this time, with another threshold or made later, on a part of it, on a time that overlaps it, or on a part of these records. "+
				"Subtracting one from the other could give away what each of them hides. "+
				"Quarters are in the tables, so that nothing else is needed; choose one kind of year, calendar or financial, and keep to it.",
			"Whoever was part of a decision knows of it already. If a number is all about them and one other person, hiding it from the public does not hide it from them.")
	}
	return said
}

// Facts are the first numbers, each with its words.
func (r *Report) Facts() []Fact {
	f := []Fact{{"Decisions recorded", r.Decisions.String()}}
	if r.TooFew {
		f[0].Value = fmt.Sprintf("fewer than %d", 2*r.Threshold)
	}
	if t := r.Table(tally.ByMode); t != nil {
		f = append(f, Fact{"of these emergencies", t.Row("emergency").Total.String()})
	}
	if t := r.Table(tally.ByOutcome); t != nil {
		f = append(f, Fact{"of these not to share", t.Row("none").Total.String()})
	}
	if r.Median != nil {
		f = append(f, Fact{"Half were decided after the request within", hoursWords(r.Median.Hours)})
	}
	if r.Disposed.Hidden || r.Disposed.N > 0 {
		f = append(f, Fact{"Disposed of since, and not counted", r.Disposed.String()})
	}
	return f
}

// A Fact is a number with its words.
type Fact struct{ Words, Value string }

func hoursWords(h int) string {
	if h++; h <= 48 { // whole hours were counted down
		return screen.Count(h, "hour", "hours")
	}
	return screen.Count((h+23)/24, "day", "days")
}

// ordinary are the words for rows that every report can have.
var ordinary = map[string]string{
	"outcome/share-all": "Shared as asked or planned", "outcome/share-part": "Shared in part", "outcome/none": "Not shared",
	"outcome/defer": "Put off until more is known", "outcome/refer": "Passed on to somebody else",
	"mode/adhoc": "One request or concern (ad hoc)", "mode/routine": "Routine sharing", "mode/emergency": "Emergency",
	"telling/told": "Told", "telling/will-tell": "To be told", "telling/not-told": "Not told, no reason given",
	"telling/not-told/risk-of-harm": "Not told: somebody could come to harm", "telling/not-told/prejudice": "Not told: it could spoil an investigation",
	"telling/not-told/not-practicable": "Not told: cannot be told, or not in time", "telling/not-told/other": "Not told: another reason",
	"telling/not-told/several": "Not told: several reasons", "telling/not-stated": "Not asked or not stated",
	"time/4-hours": "Within 4 hours", "time/1-day": "Within a day", "time/3-days": "Within 3 days", "time/7-days": "Within a week",
	"time/30-days": "Within 30 days", "time/longer": "Longer", "time/offered": "Offered, nobody asked", "time/not-known": "Not known",
	"basis/several": "More than one", "basis/not-stated": "None stated",
	"gateway/": "At least one gateway", "gateway/not-stated": "Effect not stated",
	"finding/EMERGENCY": "Somebody is in danger", "finding/BAR": "The law may forbid it", "finding/ID": "Identity not checked",
	"finding/CONDITION": "Basis or condition missing", "finding/P18": "Why there is no consent", "finding/DPIA": "Impact assessment missing",
	"finding/NOGATE": "No gateway named", "finding/APD": "Policy document missing", "finding/NOROW": "No provision in the tables",
	"finding/BROAD": "More than is needed", "finding/THIRD": "Other people are in it", "finding/ORIGIN": "It came from others",
	"finding/CONSENT": "Rests on consent", "finding/NOTTOLD": "The person is not told", "finding/OBJECT": "The person objects",
	"finding/POWER": "A power, not a duty", "finding/DUTY": "A duty", "finding/DETRIMENT": "A duty that can give way",
	"finding/EXEMPT": "Rests on an exemption", "finding/STALE": "Law that may not stand", "finding/NOTEA": "Basis not open to a public authority",
	"finding/USELIMIT": "May be used for one purpose only", "finding/DECEASED": "About somebody who has died", "finding/CONFID": "Confidentiality not settled",
	"finding/VICTIM": "A victim's information for the police", "finding/SMALL": "Small numbers", "finding/MODE": "The other checklist fits better",
	"finding/FACT": "Fact not told from opinion", "finding/ACCURACY": "Accuracy not checked", "finding/HEAR": "Views not heard",
	"finding/ADVICE": "Advice not taken", "finding/PERSONAL": "A duty on the professional", "finding/CHANNEL": "How it is sent",
	"finding/LATE": "Recorded afterwards", "finding/NAMES": "Names in the record",
	"attention/late": "Shared before it was recorded", "attention/owed": "Something is still owed", "attention/overdue": "Something owed is overdue",
	"attention/superseded": "Relied on law not in force, or not known to be", "attention/unverified": "Relied on law not verified at its source",
	"attention/disagreed": "Somebody who looked at it does not agree", "attention/changed": "Changed or withdrawn by a review",
}

func (r *Report) label(table, row string) string {
	words := ordinary[table+"/"+row]
	if words == "" && r.Words != nil {
		words = r.Words(table, row)
	}
	if words == "" {
		switch row {
		case tally.NotStated:
			words = "Not stated"
		case tally.Other:
			words = "Further ids"
		default:
			words = row
		}
	}
	return oneLine(screen.Capital(words), 120)
}

// titles are the tables in the order of the report.
var titles = []struct {
	id, title, head string
	notes           []string
}{
	{tally.ByOutcome, "What was decided", "Decision", nil},
	{tally.ByMode, "How it was recorded", "Mode", nil},
	{tally.ByRecipient, "To whom", "Kind of recipient", nil},
	{tally.ByGateway, "Legal gateways and their effect", "Gateway",
		[]string{"A decision can rely on several gateways, so these do not add up. An effect counts the decisions that rely on at least one gateway of it."}},
	{tally.ByBasis, "Lawful basis", "Basis", nil},
	{tally.ByFinding, "What was pointed out, and answered", "Finding",
		[]string{"Findings are pointed out before a decision is signed. A stop asks for a change or a written reason; the others may be left without an answer."}},
	{tally.ByTelling, "Telling the person", "What was decided about it", nil},
	{tally.ByTime, "From request to decision", "Time", []string{"Where one of the two is a day without a time, days are counted."}},
	{tally.ByAttention, "What needs attention", "What", []string{"A decision can be in several of these rows. Emergencies are the same number as above, and all of them are recorded afterwards."}},
}

// Sections are the tables, each with the numbers for its chart.
func (r *Report) Sections() []Section {
	if r.TooFew || r.Decisions.N == 0 {
		return nil
	}
	months := Section{ID: "month", Title: "Decisions by month", Head: "Month", Columns: []string{"Decisions"}, Short: []string{"Total"}}
	for _, m := range r.Months {
		months.Rows = append(months.Rows, Line{Label: screen.Capital(monthsWords(m.From, m.To)), Cells: []tally.Number{m.Decisions}})
		if m.From != m.To && months.Notes == nil {
			months.Notes = []string{"Months with too few decisions to stand alone are taken together with the next."}
		}
	}
	all := []Section{months}
	for _, t := range titles {
		if table := r.Table(t.id); table != nil && len(table.Rows) > 0 {
			all = append(all, r.section(table, Section{ID: t.id, Title: t.title, Head: t.head, Notes: t.notes}))
		}
	}
	for i := range all {
		all[i].measure()
	}
	return all
}

func (r *Report) section(table *tally.Table, s Section) Section {
	switch {
	case s.ID == tally.ByFinding:
		s.Columns, s.Short = []string{"Pointed out", "Answered"}, []string{"Raised", "Replied"}
	case table.Whole && len(r.Periods) > 1:
		for _, p := range r.Periods {
			s.Columns, s.Short = append(s.Columns, monthsWords(p.From, p.To)), append(s.Short, monthsShort(p.From, p.To))
		}
		fallthrough
	default:
		s.Columns, s.Short = append(s.Columns, "All"), append(s.Short, "All")
	}
	for i, row := range table.Rows {
		l := Line{Label: r.label(s.ID, row.ID), Within: row.Within, Cells: append(row.Periods[:len(row.Periods):len(row.Periods)], row.Total)}
		l.Main = len(l.Cells) - 1
		switch s.ID {
		case tally.ByFinding:
			if row.Level != "" {
				l.Label += " (" + oneLine(row.Level, 20) + ")"
			}
			l.Cells, l.Main = []tally.Number{row.Total, *row.Answered}, 0
		case tally.ByGateway:
			if row.Within && row.Citation != "" {
				l.Label = oneLine(row.Citation, 120)
			}
			if i == 0 {
				rest := row.Total
				if !rest.Hidden {
					rest.N = r.Decisions.N - rest.N
				}
				s.Rows = append(s.Rows, Line{Label: "No gateway named", Cells: []tally.Number{rest}})
			}
		}
		s.Rows = append(s.Rows, l)
	}
	if s.ID == tally.ByAttention {
		row := r.Table(tally.ByMode).Row("emergency")
		s.Rows = append([]Line{{Label: "Emergencies", Cells: []tally.Number{row.Total}}}, s.Rows...)
	}
	if table.Whole && len(r.Periods) > 1 {
		sum := Line{Label: "All decisions"}
		for _, p := range r.Periods {
			sum.Cells = append(sum.Cells, p.Decisions)
		}
		sum.Cells = append(sum.Cells, r.Decisions)
		sum.Main = -1
		s.Rows = append(s.Rows, sum)
	}
	return s
}

// measure finds how long the bars of the chart are.
func (s *Section) measure() {
	longest := 1
	for _, l := range s.Rows {
		if l.Main >= 0 && !l.Cells[l.Main].Hidden {
			longest = max(longest, l.Cells[l.Main].N)
		}
	}
	for i := range s.Rows {
		if l := &s.Rows[i]; l.Main >= 0 && !l.Cells[l.Main].Hidden {
			l.Length = (l.Cells[l.Main].N*1000 + longest - 1) / longest
		}
	}
}

// ReportPage writes the report as one page to read, print and file.
func ReportPage(w io.Writer, r *Report) error { return write(w, "report", r) }

// Banner is what every page says of exercises.
func (r *Report) Banner() string {
	if !r.Training {
		return ""
	}
	return "TRAINING. These are exercises and not decisions."
}

// When is the moment at which it was made.
func (r *Report) When() string { return r.Made.Format("2 January 2006 15:04") }

// Lines is the report for a terminal, with bars. Plain gives it in sentences, one to a row, for a voice.
func (r *Report) Lines(plain bool) []string {
	s := &sheet{}
	if b := r.Banner(); b != "" {
		s.line(b)
	}
	s.titled(r.Title(), "=", plain)
	for _, words := range r.openings(plain) {
		s.line("")
		s.text("", words)
	}
	s.line("")
	for _, f := range r.Facts() {
		s.text("", f.Words+": "+spoken(f.Value, plain))
	}
	for _, section := range r.Sections() {
		s.line("")
		if plain {
			// Whoever hears a list wants to know first how long it is.
			s.text("", section.Title+", "+screen.Count(len(section.Rows), "line", "lines"))
			section.sentences(s)
		} else {
			s.heading(section.Title, "-")
			section.draw(s)
		}
		for _, n := range section.Notes {
			s.text("", n)
		}
	}
	for _, words := range r.Closings() {
		s.line("")
		s.text("", words)
	}
	s.line("")
	s.text("", "Made "+r.When()+" by "+r.Program+".")
	return s.lines
}

// titled writes a heading: underlined, or for a voice without what it would spell out.
func (s *sheet) titled(words, under string, plain bool) {
	if plain {
		s.text("", words)
	} else {
		s.heading(words, under)
	}
}

// spoken is a number for a voice, where one is asked for.
func spoken(value string, plain bool) string {
	if plain && value == tally.HiddenSign {
		return "hidden"
	}
	return value
}

func (s *Section) sentences(to *sheet) {
	above := ""
	for _, l := range s.Rows {
		label := l.Label
		if l.Within {
			label = above + ", by " + label // a voice has no indents
		} else {
			above = label
		}
		said := make([]string, len(l.Cells))
		for i, n := range l.Cells {
			said[i] = s.Columns[i] + " " + spoken(n.String(), true)
		}
		if len(said) == 1 {
			said[0] = spoken(l.Cells[0].String(), true)
		}
		to.text("", label+": "+strings.Join(said, "; ")+".")
	}
}

// The widths of a section on a terminal.
const (
	tableWidth = 79 // a terminal has 80
	cellWidth  = 8
	leastBar   = 9
	mostLabel  = 44
)

func (s *Section) draw(to *sheet) {
	left := tableWidth - cellWidth*len(s.Columns)
	label := min(left-leastBar-1, mostLabel)
	bar := left - label - 1
	head := pad(s.Head, label)
	for _, c := range s.Short {
		head += fmt.Sprintf("%*s", cellWidth, c)
	}
	to.line(head)
	for _, l := range s.Rows {
		indent := ""
		if l.Within {
			indent = "  "
		}
		lines := fold(indent, l.Label, label-1)
		row := pad(lines[0], label)
		for _, n := range l.Cells {
			row += fmt.Sprintf("%*s", cellWidth, n)
		}
		if n := (l.Length*bar + 999) / 1000; n > 0 {
			row += " " + strings.Repeat("#", n)
		}
		to.line(row)
		for _, more := range lines[1:] {
			to.line(more)
		}
	}
}

// fold breaks words into lines of a width, behind an indent.
func fold(indent, words string, width int) []string {
	margin := strings.Repeat(" ", screen.PageWidth-width+len(indent))
	lines := screen.Wrapped(margin, words)
	for i, l := range lines {
		lines[i] = indent + strings.TrimPrefix(l, margin)
	}
	return lines
}

// oneLine is a text in one line that fits.
func oneLine(text string, most int) string {
	return screen.Cut(strings.Join(strings.Fields(text), " "), most)
}

func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(s)))
}

// The chart of a section, in the units of its drawing.
const (
	chartWidth  = 720
	chartLabel  = 290 // where the bars begin
	chartBar    = 360 // of the longest
	chartRow    = 26
	chartLetter = 44 // letters of a label that fit
)

// A Bar is one line of a chart.
type Bar struct {
	Label, Value           string
	Y, Text, Width, Number int
	Hidden, Within         bool
	X                      int // of the label
}

// Chart is the drawing of a section: the same numbers as in its table, as lengths.
func (s Section) Chart() []Bar {
	var bars []Bar
	for _, l := range s.Rows {
		if l.Main < 0 {
			continue
		}
		b := Bar{Label: oneLine(l.Label, chartLetter), Value: l.Cells[l.Main].String(), Y: len(bars)*chartRow + 4, Hidden: l.Cells[l.Main].Hidden, Within: l.Within}
		b.Text, b.Width = b.Y+14, l.Length*chartBar/1000
		if l.Within {
			b.X, b.Label = 16, oneLine(l.Label, chartLetter-3)
		}
		b.Number = chartLabel + b.Width + 6
		bars = append(bars, b)
	}
	return bars
}

// Tall is the height of the chart.
func (s Section) Tall() int { return len(s.Chart())*chartRow + 6 }

// Wide is its width.
func (s Section) Wide() int { return chartWidth }

// From is where its bars begin.
func (s Section) From() int { return chartLabel }

// Told is the chart in one sentence, for whoever does not see it.
func (s Section) Told() string {
	most, hidden := "", 0
	for _, l := range s.Rows {
		switch {
		case l.Main < 0:
		case l.Cells[l.Main].Hidden:
			hidden++
		case l.Length == 1000 && most == "":
			most = l.Label + ", " + l.Cells[l.Main].String()
		}
	}
	words := "A bar for each row of the table below."
	if most != "" {
		words += " The longest that is shown: " + most + "."
	}
	if hidden > 0 {
		words += " " + screen.Count(hidden, "row has", "rows have") + " a hidden number and no bar."
	}
	return words
}

// Caption heads the table of a section.
func (s Section) Caption() string { return cmp.Or(s.Title, s.Head) }
