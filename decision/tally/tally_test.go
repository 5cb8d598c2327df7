package tally

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision/cases"
)

// made are decisions of a month, as many as asked for, each changed as wanted.
func made(month string, n int, change func(*cases.Facts)) []*cases.Facts {
	var all []*cases.Facts
	for i := range n {
		at := date(fmt.Sprintf("%s-%02d", month, 1+i%28))
		f := &cases.Facts{Recorded: at, RecordedAt: at.Format(time.RFC3339), Outcome: "share-all", OutcomeNow: "share-all", Occasion: "adhoc",
			RecipientSector: "police", Told: Told, Bases: []string{"public-task"}}
		if change != nil {
			change(f)
		}
		all = append(all, f)
	}
	return all
}

func count(o Options, lists ...[]*cases.Facts) *Report {
	t := New(o)
	for _, l := range lists {
		for _, f := range l {
			t.Add(f)
		}
	}
	return t.Report()
}

func refuse(f *cases.Facts) { f.Outcome, f.OutcomeNow = "none", "none" }

// total is a cell as it is printed.
func total(r *Report, table, row string) string { return r.Table(table).Row(row).Total.String() }

func TestASmallNumberTakesAnotherWithIt(t *testing.T) {
	r := count(Options{}, made("2026-01", 20, nil), made("2026-02", 2, refuse))
	if total(r, ByOutcome, "none") != HiddenSign || total(r, ByOutcome, "share-all") != HiddenSign {
		t.Errorf("2 of 22 are printed: %+v", r.Table(ByOutcome))
	}
	if total(r, ByMode, "adhoc") != "22" || r.Decisions.N != 22 {
		t.Errorf("more is hidden than has to be: %+v", r)
	}
	if got := count(Options{Open: true}, made("2026-01", 20, nil), made("2026-02", 2, refuse)); total(got, ByOutcome, "none") != "2" || got.Hidden != 0 {
		t.Errorf("an open report hides: %+v", got)
	}
	if got := count(Options{}, made("2026-01", 20, nil), made("2026-02", 5, refuse)); total(got, ByOutcome, "none") != "5" || got.Hidden != 0 {
		t.Errorf("the threshold itself is hidden: %+v", got)
	}
}

// A hidden number is nowhere in what leaves the package.
func TestAHiddenNumberIsGone(t *testing.T) {
	r := count(Options{}, made("2026-01", 4000, nil), made("2026-02", 3, func(f *cases.Facts) {
		refuse(f)
		f.Late = true
		f.Gateways = []cases.Gateway{{ID: "s47", Effect: "duty-to-share", Citation: "section 47"}}
		f.Findings = []cases.Finding{{Code: "LATE", Level: "note"}}
	}), made("2026-03", 1, func(f *cases.Facts) { f.Disposed = true }))
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []string{":3,", ":3}", "[3,", ",3]", ":4000", ":1,\"", "\"disposed_of\":1"} {
		if strings.Contains(string(text), n) {
			t.Errorf("the report has %s in it: %s", n, text)
		}
	}
	var back struct {
		Tables []struct {
			ID   string
			Rows []struct{ Total *int }
		}
		Disposed *int `json:"disposed_of"`
	}
	if err := json.Unmarshal(text, &back); err != nil || back.Disposed != nil || back.Tables[0].Rows[0].Total != nil {
		t.Errorf("%v: %s", err, text)
	}
	var hidden func(v reflect.Value)
	hidden = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Struct:
			if n, is := v.Interface().(Number); is && n.Hidden && n.N != 0 {
				t.Errorf("a hidden number holds %d", n.N)
			}
			for i := range v.NumField() {
				hidden(v.Field(i))
			}
		case reflect.Slice:
			for i := range v.Len() {
				hidden(v.Index(i))
			}
		case reflect.Pointer:
			if !v.IsNil() {
				hidden(v.Elem())
			}
		}
	}
	hidden(reflect.ValueOf(r))
}

func TestMonthsAreTakenTogether(t *testing.T) {
	year := Options{From: date("2026-01-01"), To: date("2026-12-31")}
	spans := func(periods []Period) string {
		var all []string
		for _, p := range periods {
			all = append(all, fmt.Sprintf("%s..%s %s", p.From[5:], p.To[5:], p.Decisions))
		}
		return strings.Join(all, ", ")
	}
	r := count(year, made("2026-01", 3, nil), made("2026-02", 20, nil), made("2026-03", 2, nil), made("2026-05", 9, nil), made("2026-08", 40, nil))
	if got := spans(r.Periods); got != "01..03 25, 04..09 49, 10..12 0" {
		t.Errorf("periods: %s", got)
	}
	if got := spans(r.Months); got != "01..03 25, 04..04 0, 05..08 49, 09..09 0, 10..10 0, 11..11 0, 12..12 0" {
		t.Errorf("months: %s", got)
	}
	if r := count(year, made("2026-03", 9, nil)); !r.TooFew || len(r.Tables) > 0 || !r.Decisions.Hidden {
		t.Errorf("so few are counted: %+v", r)
	}
	if r := count(year); r.TooFew || r.Decisions.N != 0 || r.Decisions.Hidden {
		t.Errorf("none are hidden: %+v", r)
	}
	for _, o := range []Options{{Open: true}, {Open: true, From: year.From}, {Open: true, To: year.To}, {From: year.From}} {
		if r := count(o); r.Decisions.N != 0 || len(r.Months) > 0 {
			t.Errorf("nothing is counted as %+v", r)
		}
	}
	long := count(Options{Open: true}, made("2021-05", 2, nil), made("2026-03", 1, nil))
	if len(long.Periods) != 1 || long.From != "2021-05-01" || long.To != "2026-03-31" {
		t.Errorf("six years have columns: %+v", long.Periods)
	}
	if two := count(Options{Open: true}, made("2024-05", 2, nil), made("2026-03", 1, nil)); spans(two.Periods) != "05..12 2, 01..12 0, 01..03 1" {
		t.Errorf("years: %s", spans(two.Periods))
	}
	if outside := count(Options{Open: true, From: date("2026-02-02"), To: date("2026-02-03")}, made("2026-02", 28, nil)); outside.Decisions.N != 2 {
		t.Errorf("days outside count: %+v", outside.Decisions)
	}
}

// Every decision is in one row of each table, whatever it lacks or has too much of.
func TestADecisionHasOneRow(t *testing.T) {
	for want, change := range map[string]func(*cases.Facts){
		ByTelling + " told":                  func(f *cases.Facts) {},
		ByTelling + " not-told/risk-of-harm": func(f *cases.Facts) { f.Told, f.NotToldGround = NotTold, []string{"risk-of-harm"} },
		ByTelling + " not-told/several":      func(f *cases.Facts) { f.Told, f.NotToldGround = NotTold, []string{"a", "b"} },
		ByTelling + " not-told":              func(f *cases.Facts) { f.Told = NotTold },
		ByTelling + " not-stated":            func(f *cases.Facts) { f.Told = "" },
		ByBasis + " several":                 func(f *cases.Facts) { f.Bases = []string{"a", "b"} },
		ByBasis + " not-stated":              func(f *cases.Facts) { f.Bases = nil },
		ByRecipient + " not-stated":          func(f *cases.Facts) { f.RecipientSector = "" },
		ByTime + " not-known":                func(f *cases.Facts) {},
		ByTime + " offered":                  func(f *cases.Facts) { f.Initiated = "offered" },
		ByTime + " 4-hours":                  func(f *cases.Facts) { f.HoursToDecision = hours(4) },
		ByTime + " 7-days":                   func(f *cases.Facts) { f.HoursToDecision = hours(72.1) },
		ByTime + " 30-days":                  func(f *cases.Facts) { f.HoursToDecision = hours(720) },
		ByTime + " longer":                   func(f *cases.Facts) { f.HoursToDecision = hours(721) },
		ByTime + " 3-days":                   func(f *cases.Facts) { f.Asked, f.Decided = days0("2026-01-01"), days0("2026-01-03") },
		ByAttention + " " + Overdue:          func(f *cases.Facts) { f.Owed = []cases.Owed{{}, {Overdue: true}} },
		ByAttention + " " + Changed:          func(f *cases.Facts) { f.OutcomeNow = "withdrawn" },
		ByAttention + " " + Disagreed:        func(f *cases.Facts) { f.Disagreed = 1 },
		ByAttention + " " + Superseded:       func(f *cases.Facts) { f.Superseded = true },
		ByFinding + " LATE":                  func(f *cases.Facts) { f.Findings = []cases.Finding{{Code: "LATE"}, {Code: "LATE", Answered: true}} },
		ByGateway + " not-stated":            func(f *cases.Facts) { f.Gateways = []cases.Gateway{{ID: "x"}, {ID: "x"}, {ID: "y"}} },
		ByGateway + " ":                      func(f *cases.Facts) { f.Gateways = []cases.Gateway{{ID: "x"}, {ID: "y", Effect: "duty-to-share"}} },
		ByMode + " emergency":                func(f *cases.Facts) { f.Occasion = "emergency" },
		ByTime + " 1-day":                    func(f *cases.Facts) { f.Asked, f.Decided = days0("2026-01-01"), days0("2026-01-01") },
		ByOutcome + " x":                     func(f *cases.Facts) { f.Outcome = "x" },
	} {
		table, row, _ := strings.Cut(want, " ")
		r := count(Options{Open: true}, made("2026-01", 1, change))
		if total(r, table, row) != "1" {
			t.Errorf("%s: %+v", want, r.Table(table))
		}
		for _, one := range r.Tables {
			sum := 0
			for _, row := range one.Rows {
				sum += row.Total.N
			}
			if one.Whole && sum != 1 {
				t.Errorf("%s: a decision stands in %d rows of %s", want, sum, one.ID)
			}
		}
	}
}

func hours(h float64) *float64 { return &h }

func days0(s string) cases.When { return cases.When{Time: date(s), Day: true, Text: s} }

// The middle of the times is left out where it would say how many are in a hidden row.
func TestMedianGivesNoRowAway(t *testing.T) {
	after := func(hours float64) func(*cases.Facts) { return func(f *cases.Facts) { f.HoursToDecision = &hours } }
	for _, one := range []struct {
		quick, day, days int
		printed          bool
	}{
		{3, 7, 0, false},   // fewer than half are quick, and half is the threshold
		{20, 17, 3, false}, // half are quick, so of the 23 that are hidden no more than 3 are not
		{9, 40, 3, true},   // the middle is in the row of a day, wherever the hidden ones are
		{10, 40, 5, true},
	} {
		all := [][]*cases.Facts{made("2026-01", one.quick, after(2)), made("2026-01", one.day, after(10)), made("2026-01", one.days, after(60))}
		if r := count(Options{}, all...); (r.Median != nil) != one.printed {
			t.Errorf("%+v: the middle is %v of %+v", one, r.Median, r.Table(ByTime))
		}
		if r := count(Options{Open: true}, all...); r.Median == nil {
			t.Errorf("%+v: there is no middle in an open report", one)
		}
	}
}

func TestMedian(t *testing.T) {
	n := 0
	asked := func(f *cases.Facts) { n++; f.HoursToDecision = hours(float64(n)) }
	if r := count(Options{}, made("2026-01", 9, asked), made("2026-01", 9, nil)); r.Median != nil {
		t.Errorf("nine have a median: %+v", r.Median)
	}
	n = 4
	if r := count(Options{}, made("2026-01", 11, asked)); r.Median == nil || r.Median.Hours != 10 {
		t.Errorf("the middle of 5 to 15 is %+v", r.Median)
	}
}

// The order of rows says nothing of the size of what is hidden, and neither does the order in which records lie in a folder.
func TestOrderSaysNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	all := town(r, 120, 12)
	first := count(Options{}, all)
	for range 5 {
		r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		if again := count(Options{}, all); !reflect.DeepEqual(rowsOf(first), rowsOf(again)) {
			t.Errorf("the rows stand in another order: %v\n%v", rowsOf(first), rowsOf(again))
		}
	}
}

func rowsOf(r *Report) (all []string) {
	for _, t := range r.Tables {
		for _, row := range t.Rows {
			all = append(all, t.ID+" "+row.ID)
		}
	}
	return all
}

// Whoever writes records with thousands of ids neither fills the memory nor stops the report.
func TestManyIds(t *testing.T) {
	n := 0
	r := count(Options{}, made("2026-01", 3000, func(f *cases.Facts) {
		n++
		id := fmt.Sprint("id", n)
		f.RecipientSector, f.Bases, f.Occasion = id, []string{id}, id
		f.Gateways = []cases.Gateway{{ID: id, Effect: id}}
		f.Findings = []cases.Finding{{Code: id}}
	}))
	for _, table := range r.Tables {
		if len(table.Rows) > 2*mostRows+3 {
			t.Errorf("%s has %d rows", table.ID, len(table.Rows))
		}
	}
	if !slices.ContainsFunc(r.Table(ByRecipient).Rows, func(r Row) bool { return r.ID == Other }) {
		t.Error("no row for what is too much")
	}
}

func TestFlows(t *testing.T) {
	x := NewFlows()
	add := func(change func(*cases.Facts)) {
		f := made("2026-03", 1, func(f *cases.Facts) { f.Organisation, f.Recipient, f.About = "Fen School", "Police", "children" })[0]
		change(f)
		x.Add(f)
	}
	add(func(f *cases.Facts) { f.ReviewOn, f.Agreement, f.AgreementVersion = "2026-08-01", "fen", "2" })
	add(func(f *cases.Facts) {
		f.ReviewOn, f.Organisation, f.Categories, f.Purpose = "2026-07-01", "fen  SCHOOL", []string{"health"}, "about one child"
	})
	add(func(f *cases.Facts) {
		f.Occasion, f.Purpose, f.Retention, f.ReviewOn = "routine", "Missing education", "7 years", "2027-01-01"
		f.Gateways = []cases.Gateway{{Citation: "s 10"}, {Citation: "s 10"}}
	})
	add(func(f *cases.Facts) {
		f.Occasion, f.Purpose, f.Retention = "routine", "Newer", "8 years"
		f.Recorded, f.RecordedAt = date("2026-09-01"), "2026-09-01T00:00:00Z"
	})
	add(refuse)
	add(func(f *cases.Facts) { f.OutcomeNow = "withdrawn" })
	add(func(f *cases.Facts) { f.Disposed = true })
	all := x.All()
	if len(all) != 2 {
		t.Fatalf("%d flows: %+v", len(all), all)
	}
	routine, adhoc := all[0], all[1]
	if routine.Decisions != 2 || routine.Purpose != "Newer" || routine.Retention != "8 years" || routine.ReviewOn != "" || routine.First != "2026-03-01" ||
		routine.Last != "2026-09-01" || strings.Join(routine.Gateways, "|") != "s 10" || routine.NoGateway != 1 {
		t.Errorf("routine: %+v", routine)
	}
	if adhoc.Decisions != 2 || adhoc.Purpose != "" || strings.Join(adhoc.Categories, "|") != "health" || strings.Join(adhoc.About, "|") != "children" ||
		adhoc.ReviewOn != "2026-07-01" || strings.Join(adhoc.Agreements, "|") != "fen, version 2" {
		t.Errorf("ad hoc: %+v", adhoc)
	}
	many := NewFlows()
	for i := range mostFlows + 3 {
		many.Add(made("2026-03", 1, func(f *cases.Facts) { f.Recipient = fmt.Sprint(i) })[0])
	}
	if len(many.All()) != mostFlows || many.Left != 3 {
		t.Errorf("%d flows, %d left", len(many.All()), many.Left)
	}
}
