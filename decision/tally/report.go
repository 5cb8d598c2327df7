package tally

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Report is what may be shown.
type Report struct {
	From      string `json:"from"` // YYYY-MM-DD, the first and the last day
	To        string `json:"to"`
	Threshold int    `json:"threshold"`
	Open      bool   `json:"not_suppressed"` // nothing is hidden
	// TooFew says that there are so few decisions that nothing can be said of them.
	TooFew    bool   `json:"too_few"`
	Decisions Number `json:"decisions"`   // of which it is known what they were
	Disposed  Number `json:"disposed_of"` // besides these, in no table
	// Periods are the columns of the tables. Where one had too few decisions it is taken together with the next.
	Periods []Period `json:"periods"`
	Months  []Period `json:"months"`
	Tables  []Table  `json:"tables"`
	// Median is the middle of the whole hours from request to decision, where there are enough decisions.
	Median *Median `json:"median,omitempty"`
	Hidden int     `json:"hidden"` // how many numbers are
}

// A Period is some time with the number of its decisions, which is never hidden.
type Period struct {
	From      string `json:"from"` // YYYY-MM, the first and the last month
	To        string `json:"to"`
	Decisions Number `json:"decisions"`
}

// A Table is one of the tables of a report. Its rows are in an order that says nothing of how large they are.
type Table struct {
	ID string `json:"id"`
	// Whole says that every decision stands in exactly one row. In the others a decision can stand in several or in none.
	Whole bool  `json:"whole"`
	Rows  []Row `json:"rows"`
}

// A Row counts the decisions to which one thing applies.
type Row struct {
	ID       string   `json:"id"`
	Citation string   `json:"citation,omitempty"` // of a gateway
	Level    string   `json:"level,omitempty"`    // of a finding
	Within   bool     `json:"within,omitempty"`   // it belongs to the row before it that does not say so
	Total    Number   `json:"total"`
	Answered *Number  `json:"answered,omitempty"` // of a finding
	Periods  []Number `json:"periods,omitempty"`
}

// A Number is a count, or hidden: then it holds nothing.
type Number struct {
	N      int
	Hidden bool
}

// MarshalJSON writes a hidden number as null.
func (n Number) MarshalJSON() ([]byte, error) {
	if n.Hidden {
		return []byte("null"), nil
	}
	return json.Marshal(n.N)
}

// String is the number, or the sign of a hidden one.
func (n Number) String() string {
	if n.Hidden {
		return HiddenSign
	}
	return strconv.Itoa(n.N)
}

// HiddenSign stands where a number is hidden: the sign for confidential that official statistics use. It is read out.
const HiddenSign = "[c]"

// A Median is the middle of the times from request to decision.
type Median struct {
	Hours int `json:"hours"`
}

func number(n int, hidden bool) Number {
	if hidden {
		return Number{Hidden: true}
	}
	return Number{N: n}
}

// small reports whether a count must not be shown.
func (t *Tally) small(n int) bool { return !t.o.Open && n > 0 && n < t.o.Threshold }

// enough is how many decisions a period needs, and a median: with less there is no room to hide a number in.
func (t *Tally) enough() int {
	if t.o.Open {
		return 1
	}
	return 2 * t.o.Threshold
}

// Report makes the report of what was counted.
func (t *Tally) Report() *Report { return t.report((*sheets).protect) }

func (t *Tally) report(protect func(*sheets)) *Report {
	r := &Report{From: t.first, To: t.last, Threshold: t.o.Threshold, Open: t.o.Open, Disposed: number(t.disposed, t.small(t.disposed))}
	months := t.span()
	if len(months) > 0 {
		r.From, r.To = cmp.Or(r.From, months[0]+"-01"), cmp.Or(r.To, lastOf(months[len(months)-1]))
	}
	if r.Disposed.Hidden {
		r.Hidden++
	}
	if !t.o.Open && t.all > 0 && t.all < t.enough() {
		r.TooFew, r.Decisions = true, Number{Hidden: true}
		return r
	}
	r.Decisions = Number{N: t.all}
	columns := t.pool(months, inColumns(months), t.enough())
	for _, c := range columns {
		r.Periods = append(r.Periods, Period{c[0], c[len(c)-1], Number{N: t.sum(c)}})
		single := make([][]string, len(c))
		for i := range c {
			single[i] = c[i : i+1]
		}
		for _, m := range t.pool(c, single, t.enough()) {
			r.Months = append(r.Months, Period{m[0], m[len(m)-1], Number{N: t.sum(m)}})
		}
	}
	s := t.sheets(columns)
	if !t.o.Open {
		protect(s)
	}
	for _, p := range s.parts {
		r.Tables = append(r.Tables, p.table())
	}
	r.Tables = append(r.Tables, s.gateways(), s.findings(), s.attention())
	for _, table := range r.Tables {
		for _, row := range table.Rows {
			cells := append([]Number{row.Total}, row.Periods...)
			if row.Answered != nil {
				cells = append(cells, *row.Answered)
			}
			for _, n := range cells {
				if n.Hidden {
					r.Hidden++
				}
			}
		}
	}
	if hours, of := t.median(); of >= t.enough() && (t.o.Open || t.middleIsKnown(r.Table(ByTime))) {
		r.Median = &Median{hours}
	}
	return r
}

// middleIsKnown reports whether the table of times, as it is printed, says by itself in which row the middle is: then the
// middle says nothing of the hidden rows. Otherwise it would: where half of 10 decisions took more than a day, the row of
// those within 4 hours counts fewer than 5. Whatever is hidden is taken to lie before the middle, and then behind it.
func (t *Tally) middleIsKnown(table *Table) bool {
	hidden, printed, before, upTo := t.all, 0, 0, 0
	half, met, found := 0, 0, false
	for _, n := range t.timed {
		half += n
	}
	for _, id := range orders[ByTime] {
		n, last := t.timed[id], found
		if met += n; 2*met >= half {
			found = true
		}
		row := table.Row(id)
		if row.Total.Hidden {
			continue
		}
		hidden, printed = hidden-row.Total.N, printed+n
		if !found {
			before += n
		}
		if !last {
			upTo += n
		}
	}
	return printed >= t.enough() && 2*before+hidden < printed && 2*upTo >= printed+hidden
}

// Table is one of the tables, or nil.
func (r *Report) Table(id string) *Table {
	for i := range r.Tables {
		if r.Tables[i].ID == id {
			return &r.Tables[i]
		}
	}
	return nil
}

// Row is one of the rows; a row that is not there counts nothing.
func (t *Table) Row(id string) Row {
	for _, r := range t.Rows {
		if r.ID == id {
			return r
		}
	}
	return Row{ID: id}
}

// span are the months of the report: those asked for, or those from the first with a decision to the last.
func (t *Tally) span() []string {
	met := slices.Sorted(maps.Keys(t.months))
	var first, last string
	if len(met) > 0 {
		first, last = met[0], met[len(met)-1]
	}
	if t.first != "" {
		first = t.first[:len("2006-01")]
	}
	if t.last != "" {
		last = t.last[:len("2006-01")]
	}
	from, err := time.Parse("2006-01", first)
	if err != nil {
		return nil
	}
	var months []string
	for at := from; at.Format("2006-01") <= last; at = at.AddDate(0, 1, 0) {
		months = append(months, at.Format("2006-01"))
	}
	return months
}

func lastOf(month string) string {
	t, _ := time.Parse("2006-01", month)
	return t.AddDate(0, 1, -1).Format(time.DateOnly)
}

// mostColumns is how many fit on a page.
const mostColumns = 5

// inColumns divides months into the columns of the tables: quarters, or years where those would be too many, or one.
func inColumns(months []string) [][]string {
	switch {
	case len(months) == 0:
		return nil
	case len(months) <= 3:
		return [][]string{months}
	}
	for _, of := range []func(month string) string{quarter, func(m string) string { return m[:4] }} {
		var columns [][]string
		for i, m := range months {
			if i > 0 && of(months[i-1]) == of(m) {
				columns[len(columns)-1] = append(columns[len(columns)-1], m)
			} else {
				columns = append(columns, []string{m})
			}
		}
		if len(columns) <= mostColumns {
			return columns
		}
	}
	return [][]string{months}
}

// quarter is that of the calendar, by which financial years go too.
func quarter(month string) string {
	m, _ := strconv.Atoi(month[len("2006-"):])
	return month[:4] + " " + strconv.Itoa((m-1)/3)
}

func (t *Tally) sum(months []string) (n int) {
	for _, m := range months {
		n += t.months[m]
	}
	return n
}

// pool takes together what follows each other until each has enough decisions or none. The parts are of those months.
func (t *Tally) pool(months []string, parts [][]string, enough int) [][]string {
	if t.o.Open || len(months) == 0 {
		return parts
	}
	var pooled [][]string
	var now []string
	for _, p := range parts {
		now = append(slices.Clip(now), p...)
		if n := t.sum(now); n >= enough || n == 0 {
			pooled, now = append(pooled, now), nil
		}
	}
	for len(now) > 0 && len(pooled) > 0 {
		now = append(slices.Clip(pooled[len(pooled)-1]), now...)
		pooled = pooled[:len(pooled)-1]
		if t.sum(now) >= enough {
			break
		}
	}
	if len(now) > 0 {
		pooled = append(pooled, now)
	}
	return pooled
}

// Orders in which rows stand, where there is one that people know.
var orders = map[string][]string{
	ByOutcome: {"share-all", "share-part", "none", "defer", "refer", NotStated},
	ByMode:    {"adhoc", "routine", "emergency"},
	ByTelling: {Told, WillTell, "not-told/risk-of-harm", "not-told/prejudice", "not-told/not-practicable", "not-told/other",
		"not-told/" + Several, NotTold, NotStated},
	ByTime: {Hours4, Day1, Days3, Days7, Days30, Longer, Offered, NotKnown},
	ByGateway: {"duty-to-share", "power-to-share", "duty-to-cooperate", "general-power-or-function",
		"statutory-guidance", "non-statutory-guidance", "restriction"},
	ByAttention: {Late, Owed, Overdue, Superseded, Unverified, Disagreed, Changed},
}

// sorted are ids in the order of their table.
func sorted(table string, ids []string) []string {
	ids = slices.Clone(ids)
	inOrder(ids, orders[table])
	return ids
}

// rowsOf are the rows of a table of sets.
func (t *Tally) rowsOf(table string, want func(row string) bool) []string {
	var rows []string
	for _, s := range t.sets {
		if s.table == table && want(s.row) {
			rows = append(rows, s.row)
		}
	}
	return sorted(table, rows)
}

func isEffect(row string) bool { return row != anyGateway && !strings.Contains(row, belowEffect) }
func isCode(row string) bool {
	return !strings.HasSuffix(row, answered) && !strings.HasSuffix(row, open)
}
