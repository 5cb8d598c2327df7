package paper

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dsa/decision/cases"
	"dsa/decision/tally"
)

// reported is a report on decisions of 2026, of which each is changed as wanted.
func reported(o tally.Options, n int, change func(i int, f *cases.Facts)) *Report {
	t := tally.New(o)
	for i := range n {
		at := time.Date(2026, time.Month(1+i%12), 3, 9, 0, 0, 0, time.UTC)
		f := &cases.Facts{Recorded: at, RecordedAt: at.Format(time.RFC3339), Outcome: "share-all", OutcomeNow: "share-all", Occasion: "adhoc",
			RecipientSector: "police", Told: "told", Bases: []string{"uk-gdpr-6-1-e"}}
		if change != nil {
			change(i, f)
		}
		t.Add(f)
	}
	return &Report{Report: t.Report(), Made: time.Date(2026, 11, 22, 10, 11, 0, 0, time.UTC), Program: "dsa 0.1.0",
		Words: func(_, id string) string { return id }}
}

var year2026 = tally.Options{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)}

// The words of a page besides its charts, and the charts.
func reportPage(t *testing.T, r *Report) (words string, charts []string) {
	t.Helper()
	var page bytes.Buffer
	if err := ReportPage(&page, r); err != nil {
		t.Fatal(err)
	}
	chart := regexp.MustCompile(`(?s)<svg .*?</svg>`)
	charts = chart.FindAllString(page.String(), -1)
	allowed := regexp.MustCompile(`^(svg|title|desc|text|rect|line)$`)
	for _, c := range charts {
		for _, element := range regexp.MustCompile(`<([a-zA-Z]+)`).FindAllStringSubmatch(c, -1) {
			if !allowed.MatchString(element[1]) {
				t.Errorf("a chart has an element <%s>", element[1])
			}
		}
		if !strings.Contains(c, `role="img"`) || !strings.Contains(c, "<title id=") || !strings.Contains(c, "<desc id=") || strings.Contains(c, "href") || strings.Contains(c, " on") && strings.Contains(c, "=\"alert") {
			t.Errorf("a chart says nothing to whoever does not see it, or does something: %s", c)
		}
	}
	return flat(checkPage(t, chart.ReplaceAll(page.Bytes(), nil))), charts
}

func TestReport(t *testing.T) {
	r := reported(year2026, 120, func(i int, f *cases.Facts) {
		switch {
		case i < 2:
			f.Occasion, f.Late = "emergency", true
		case i%3 == 0:
			f.Outcome, f.OutcomeNow = "none", "none"
			f.Gateways = []cases.Gateway{{ID: "s47", Effect: "duty-to-share", Citation: "Children Act 1989, section 47"}}
			f.Findings = []cases.Finding{{Code: "BROAD", Level: "caution", Answered: i%2 == 0}}
		}
	})
	words, charts := reportPage(t, r)
	if len(charts) != len(r.Sections()) || strings.Count(words, "in numbers") != len(charts) {
		t.Errorf("%d charts for %d tables", len(charts), len(r.Sections()))
	}
	for name, text := range map[string]string{"page": words, "lines": flat(all(r.Lines(false))), "sentences": flat(all(r.Lines(true)))} {
		for _, part := range []string{"Decisions to share information, 2026", "could point at somebody", "Decisions by month", "January 2026", "What was decided",
			"Not shared", "Children Act 1989, section 47", "More than is needed (caution)", "Emergencies", "Do not publish another report on this time, with another threshold", "Made 22 November 2026 10:11 by dsa 0.1.0"} {
			if !strings.Contains(text, part) {
				t.Errorf("the %s lacks %q:\n%s", name, part, text)
			}
		}
		if strings.Contains(text, "NOT FOR PUBLICATION") || strings.Contains(text, "TRAINING") {
			t.Errorf("the %s is marked for what it is not", name)
		}
	}
	for i, line := range r.Lines(false) {
		if n := utf8.RuneCountInString(line); n > 79 {
			t.Errorf("line %d is %d wide: %s", i, n, line)
		}
	}
	if sentences := all(r.Lines(true)); strings.Contains(strings.SplitN(sentences, "Decisions by month", 2)[1], tally.HiddenSign) || strings.Contains(sentences, "##") || strings.Contains(sentences, "--") || strings.Contains(sentences, "==") || strings.Contains(sentences, tally.HiddenSign) ||
		!strings.Contains(sentences, "Decisions by month, 12 lines\n") || !strings.Contains(sentences, "\nDuty-to-share, by Children Act 1989, section 47: ") || !strings.Contains(sentences, "Emergencies: hidden.") {
		t.Errorf("the sentences are not for a voice:\n%s", sentences)
	}
	if lines := all(r.Lines(false)); !strings.Contains(lines, "January 2026                                      10 ######") {
		t.Errorf("no bars:\n%s", lines)
	}
}

func TestReportSaysWhatItIs(t *testing.T) {
	for want, r := range map[string]*Report{
		"NOT FOR PUBLICATION":                              reported(tally.Options{Open: true}, 30, nil),
		"TRAINING. These are exercises and not decisions.": func() *Report { r := reported(year2026, 30, nil); r.Training = true; return r }(),
		"There are fewer than 10 decisions":                reported(year2026, 7, nil),
		"Decisions recorded: fewer than 10":                reported(year2026, 7, nil),
		"Decisions recorded: 0":                            reported(year2026, 0, nil),
		"No decision was recorded in this time":            reported(year2026, 0, nil),
		"There are none":                                   reported(tally.Options{Threshold: 3, From: year2026.From, To: year2026.To}, 120, nil),
		"This time is not over":                            func() *Report { r := reported(year2026, 30, nil); r.Running = true; return r }(),
		"could not be relied on":                           func() *Report { r := reported(year2026, 30, nil); r.Faults = 1; return r }(),
		"Only decisions where the outcome is none":         func() *Report { r := reported(year2026, 30, nil); r.Asked = []string{"outcome is none"}; return r }(),
	} {
		words, _ := reportPage(t, r)
		if text := flat(all(r.Lines(false))); !strings.Contains(text, want) {
			t.Errorf("the lines do not say %q:\n%s", want, text)
		}
		if want = strings.TrimPrefix(want, "Decisions recorded: "); !strings.Contains(words, want) {
			t.Errorf("the page does not say %q:\n%s", want, words)
		}
	}
}

// What came with a record from elsewhere is text in a report and nothing else, and no line gets too long for it.
func TestHostileReport(t *testing.T) {
	evil := "</text><script>alert(1)</script>\x1b[31m\u202egpj\x00" + strings.Repeat("W", 3000)
	r := reported(tally.Options{Open: true}, 30, func(_ int, f *cases.Facts) {
		f.Outcome, f.Occasion, f.RecipientSector, f.Told, f.Bases = evil, evil, evil, evil, []string{evil}
		f.Gateways = []cases.Gateway{{ID: evil, Effect: evil, Citation: evil}}
		f.Findings = []cases.Finding{{Code: evil, Level: evil}}
	})
	_, charts := reportPage(t, r)
	for _, c := range charts {
		if strings.Contains(c, "<script") || strings.ContainsAny(c, "\x1b\u202e\x00") {
			t.Errorf("a chart has it: %s", c)
		}
	}
	checkShown(t, all(r.Lines(false)))
	checkShown(t, all(r.Lines(true)))
	for i, line := range r.Lines(false) {
		if n := utf8.RuneCountInString(line); n > 79 {
			t.Errorf("line %d is %d wide: %.100s", i, n, line)
		}
	}
	ropa := &Ropa{Flows: []tally.Flow{{From: evil, To: evil, Purpose: evil, Retention: evil, Gateways: []string{evil}, Bases: []string{evil}, Mode: "routine"}},
		Words: func(_, id string) string { return id }}
	var page bytes.Buffer
	if err := RopaPage(&page, ropa); err != nil {
		t.Fatal(err)
	}
	checkPage(t, page.Bytes())
	checkShown(t, all(ropa.Lines(false)))
}

func TestRopa(t *testing.T) {
	r := &Ropa{Made: time.Date(2026, 11, 22, 10, 11, 0, 0, time.UTC), Program: "dsa 0.1.0", Left: 2, Faults: 1, Training: true, Words: func(_, id string) string { return id },
		Flows: []tally.Flow{
			{From: "Fen School", To: "Fenmarsh Council", Mode: "routine", Purpose: "Missing education.", Bases: []string{"6(1)(e)"}, Retention: "7 years", DPIA: "done",
				ReviewOn: "2027-02-03", Decisions: 2, First: "2026-01-02", Last: "2026-03-04", Gateways: []string{"s 10"}, NoGateway: 1},
			{From: "Fen School", ToSector: "police", Mode: "adhoc", Decisions: 1, First: "2026-01-02", Last: "2026-01-02", NoGateway: 1},
		}}
	var page bytes.Buffer
	if err := RopaPage(&page, r); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"page": flat(checkPage(t, page.Bytes())), "lines": flat(all(r.Lines(false))), "sentences": flat(all(r.Lines(true)))} {
		for _, part := range []string{"TRAINING", "Fen School to Fenmarsh Council (routine)", "Fen School to police (single requests and concerns)", "Missing education", "7 years",
			"3 February 2027", "s 10; none named in 1 decision", "none named", "not stated", "2 decisions, first 2 January 2026, last 4 March 2026", "2 decisions are not in it", "could not be relied on"} {
			if !strings.Contains(text, part) {
				t.Errorf("the %s lacks %q:\n%s", name, part, text)
			}
		}
	}
	if sentences := all(r.Lines(true)); strings.Contains(sentences, "---") || strings.Contains(sentences, "==") || !strings.Contains(sentences, "\n2 flows.\n") {
		t.Errorf("the sentences are not for a voice:\n%s", sentences)
	}
	if columns, row := r.Columns(), r.Row(r.Flows[0]); len(columns) != len(row) || row[len(row)-1] != "TRAINING" || row[13] != "7 years" || columns[13] != "retention" {
		t.Errorf("%d columns, %d cells: %q", len(columns), len(row), row)
	}
}
