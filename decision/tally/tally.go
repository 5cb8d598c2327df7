// Package tally counts decisions for a report, and hides what is too small to be published.
//
// A report that names no person can still point at one: in a town with one refusal this year everybody knows whose. So every
// count below a threshold is hidden, and with it as many others as it takes so that no sum, no row, no column, no span of time
// and no other table of the same report gives it away. SUPPRESSION.md says how, why that is enough, and what it cannot do;
// the tests attack it. The package knows facts and numbers: it reads no log and has no words for a screen.
package tally

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dsa/decision/cases"
)

// Options say what is counted and what may be shown.
type Options struct {
	From, To  time.Time // the first and the last day of the report
	Threshold int       // the smallest count that may be shown, besides 0
	Open      bool      // nothing is hidden: for use inside the organisation
}

// DefaultThreshold is the smallest count shown where nobody says otherwise.
const DefaultThreshold = 5

// The tables of a report.
const (
	ByOutcome   = "outcome"
	ByMode      = "mode"
	ByRecipient = "recipient"
	ByTelling   = "telling"
	ByTime      = "time"
	ByBasis     = "basis"
	ByGateway   = "gateway"
	ByFinding   = "finding"
	ByAttention = "attention"
)

// What stands in the place of an id where there is none.
const (
	NotStated = "not-stated"
	Several   = "several" // more than one was chosen
	Other     = "other-ids"
)

// What telling the person comes to, besides the grounds for not telling.
const (
	Told     = "told"
	WillTell = "will-tell"
	NotTold  = "not-told" // without a ground
)

// The bands of the time from request to decision.
const (
	Hours4   = "4-hours"
	Day1     = "1-day"
	Days3    = "3-days"
	Days7    = "7-days"
	Days30   = "30-days"
	Longer   = "longer"
	Offered  = "offered" // nobody asked for it
	NotKnown = "not-known"
)

// What needs attention. Each is counted by itself.
const (
	Late       = "late"
	Owed       = "owed"
	Overdue    = "overdue"
	Superseded = "superseded"
	Unverified = "unverified"
	Disagreed  = "disagreed"
	Changed    = "changed" // a review changed or withdrew it
)

// mostRows is how many different ids a table keeps apart. Records come from elsewhere too, and whoever writes one with
// thousands of ids must not fill the memory of whoever counts it.
const mostRows = 300

// A Tally counts decisions as they come. It keeps numbers alone, however many come.
type Tally struct {
	o     Options
	first string // the first and the last day
	last  string

	months   map[string]int // decisions by month, YYYY-MM
	disposed int
	all      int

	parts  []*part // tables in which every decision stands in exactly one row
	sets   []set   // every count over the whole time, by number
	at     map[setKey]int
	both   [][]uint32 // of two sets, how many decisions are in both; the larger number first
	inPart map[[2]int]map[string]int

	hours map[int]int    // decisions by whole hours from request to decision
	timed map[string]int // the same decisions by row of the table of times; those with days alone are not among them
	cited map[string]cited
	level map[string]string // of a finding's code
}

// A set is the decisions that one count counts.
type set struct {
	setKey
	n int
}

type setKey struct{ table, row string }

type cited struct{ words, effect, on string }

// A part is a table in which every decision stands in exactly one row.
type part struct {
	id      string
	of      func(*cases.Facts) string
	columns bool // it is shown by periods too
	rows    []string
	n       []map[string]int // of each row, by month
	at      map[string]int
}

// New begins to count.
func New(o Options) *Tally {
	if o.Threshold == 0 {
		o.Threshold = DefaultThreshold
	}
	t := &Tally{o: o, months: map[string]int{}, at: map[setKey]int{}, inPart: map[[2]int]map[string]int{}, hours: map[int]int{},
		timed: map[string]int{}, cited: map[string]cited{}, level: map[string]string{}}
	t.first, t.last = day(o.From), day(o.To)
	for _, p := range []part{
		{id: ByOutcome, of: func(f *cases.Facts) string { return f.Outcome }, columns: true},
		{id: ByMode, of: func(f *cases.Facts) string { return f.Occasion }, columns: true},
		{id: ByRecipient, of: func(f *cases.Facts) string { return f.RecipientSector }, columns: true},
		{id: ByTelling, of: telling, columns: true},
		{id: ByTime, of: band, columns: true},
		{id: ByBasis, of: func(f *cases.Facts) string { return only(f.Bases) }, columns: true},
	} {
		p.at = map[string]int{}
		t.parts = append(t.parts, &p)
	}
	return t
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// only is the one of a list; a list of several has a row of its own, so that a decision never stands in two.
func only(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return list[0]
	}
	return Several
}

func telling(f *cases.Facts) string {
	if f.Told != NotTold {
		return f.Told
	}
	if ground := only(f.NotToldGround); ground != "" {
		return "not-told/" + ground
	}
	return NotTold
}

// band is the time from request to decision. Where one of the two is a day without a time, days are counted.
func band(f *cases.Facts) string {
	hours := f.HoursToDecision
	switch {
	case hours == nil && f.Initiated == "offered":
		return Offered
	case hours == nil && (!f.Asked.Known() || !f.Decided.Known() || f.Decided.Time.Before(f.Asked.Time) && !sameDay(f.Asked.Time, f.Decided.Time)):
		return NotKnown
	case hours == nil:
		h := 24 * float64(days(f.Asked.Time, f.Decided.Time))
		if h == 0 {
			h = 24 // the same day: within a day is all that is known
		}
		hours = &h
	}
	switch h := *hours; {
	case h <= 4:
		return Hours4
	case h <= 24:
		return Day1
	case h <= 3*24:
		return Days3
	case h <= 7*24:
		return Days7
	case h <= 30*24:
		return Days30
	}
	return Longer
}

func sameDay(a, b time.Time) bool { return a.Format(time.DateOnly) == b.Format(time.DateOnly) }

// days are those between two dates, each as it was written down.
func days(from, to time.Time) int {
	at := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC) }
	return int(at(to).Sub(at(from)).Hours() / 24)
}

// Add counts a decision.
func (t *Tally) Add(f *cases.Facts) {
	if len(f.RecordedAt) < len(time.DateOnly) {
		return
	}
	at := f.RecordedAt[:len(time.DateOnly)]
	if t.first != "" && at < t.first || t.last != "" && at > t.last {
		return
	}
	if f.Disposed {
		t.disposed++ // nobody knows any more what it was
		return
	}
	t.all++
	month := at[:len("2006-01")]
	t.months[month]++

	var rows, sets []int
	for _, p := range t.parts {
		id := cmp.Or(p.of(f), NotStated)
		row := t.rowOf(p, id)
		p.n[row][month]++
		rows = append(rows, t.set(p.id, p.rows[row]))
	}
	for i, a := range rows {
		for _, b := range rows[:i] {
			key := [2]int{max(a, b), min(a, b)}
			if t.inPart[key] == nil {
				t.inPart[key] = map[string]int{}
			}
			t.inPart[key][month]++
		}
	}
	in := func(table, row string) {
		if i := t.set(table, row); !slices.Contains(sets, i) {
			sets = append(sets, i)
		}
	}
	t.gateways(f, in)
	t.findings(f, in)
	for _, one := range []struct {
		row string
		is  bool
	}{
		{Late, f.Late}, {Owed, len(f.Owed) > 0}, {Overdue, slices.ContainsFunc(f.Owed, func(o cases.Owed) bool { return o.Overdue })},
		{Superseded, f.Superseded}, {Unverified, f.Unverified}, {Disagreed, f.Disagreed > 0}, {Changed, f.OutcomeNow != f.Outcome},
	} {
		if one.is {
			in(ByAttention, one.row)
		}
	}
	sets = append(sets, rows...)
	for i, a := range sets {
		t.sets[a].n++
		for _, b := range sets[:i] {
			t.both[max(a, b)][min(a, b)]++
		}
	}
	if h := f.HoursToDecision; h != nil {
		t.hours[int(min(*h, 1e6))]++
		t.timed[band(f)]++
	}
}

// rowOf is the number of a row of a table.
func (t *Tally) rowOf(p *part, id string) int {
	if _, met := p.at[id]; !met && len(p.rows) >= mostRows {
		id = Other
	}
	row, met := p.at[id]
	if !met {
		row = len(p.rows)
		p.at[id], p.rows, p.n = row, append(p.rows, id), append(p.n, map[string]int{})
	}
	return row
}

// set is the number of a count.
func (t *Tally) set(table, row string) int {
	key := setKey{table, row}
	i, met := t.at[key]
	if !met {
		i = len(t.sets)
		t.at[key], t.sets, t.both = i, append(t.sets, set{setKey: key}), append(t.both, make([]uint32, i))
	}
	return i
}

// The rows of the table of gateways: all of it, an effect, a gateway below its effect.
const (
	anyGateway  = ""
	belowEffect = "/"
)

func (t *Tally) gateways(f *cases.Facts, in func(table, row string)) {
	for _, g := range f.Gateways {
		effect := cmp.Or(g.Effect, NotStated)
		row := effect + belowEffect + g.ID
		if _, met := t.at[setKey{ByGateway, row}]; !met && len(t.cited) >= mostRows {
			// Each effect has a row for what is too much; ids of effects are as many as ids of gateways, so those are not kept.
			effect, row = Other, Other+belowEffect+Other
		}
		in(ByGateway, anyGateway)
		in(ByGateway, effect)
		in(ByGateway, row)
		if c := t.cited[row]; f.RecordedAt >= c.on {
			t.cited[row] = cited{g.Citation, effect, f.RecordedAt} // the newest words
		}
	}
}

// The rows of the table of findings.
const (
	answered = "/answered"
	open     = "/open"
)

func (t *Tally) findings(f *cases.Facts, in func(table, row string)) {
	reply := map[string]bool{}
	for _, x := range f.Findings {
		code := x.Code
		if _, met := t.level[code]; !met {
			if len(t.level) >= mostRows {
				code = Other
			}
			t.level[code] = x.Level
		}
		was, again := reply[code]
		reply[code] = x.Answered && (was || !again)
	}
	for code, replied := range reply {
		in(ByFinding, code)
		if replied {
			in(ByFinding, code+answered)
		} else {
			in(ByFinding, code+open)
		}
	}
}

// median is the middle of the hours from request to decision.
func (t *Tally) median() (hours, of int) {
	var all []int
	for h, n := range t.hours {
		all, of = append(all, h), of+n
	}
	slices.Sort(all)
	met := 0
	for _, h := range all {
		if met += t.hours[h]; 2*met >= of {
			return h, of
		}
	}
	return 0, of
}

// inOrder sorts ids by the order given, and those that it does not have by themselves. Never by size: that would say which
// of two hidden numbers is the larger.
func inOrder(ids, order []string) {
	slices.SortFunc(ids, func(a, b string) int {
		i, j := slices.Index(order, a), slices.Index(order, b)
		if i >= 0 && j >= 0 {
			return cmp.Compare(i, j)
		}
		if (i >= 0) != (j >= 0) {
			return cmp.Compare(j, i)
		}
		return strings.Compare(a, b)
	})
}
