package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"dsa/cmd/paper"
	"dsa/cmd/screen"
	"dsa/decision/cases"
	"dsa/decision/export"
	"dsa/decision/tally"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

type reportOptions struct {
	cases     caseOptions
	year      string
	html, csv string
	json      bool
	plain     bool
	open      bool // --unsuppressed
	threshold int
	ropa      bool
}

// NewReport is the command that counts decisions.
func NewReport(app *App) *cobra.Command {
	var opts reportOptions
	c := &cobra.Command{
		Use:   "report",
		Short: "The year at a glance: what was decided, on what law, how fast",
		Long: fmt.Sprintf(`report counts decisions: by month, outcome, mode, kind of recipient, legal gateway
and its effect, lawful basis, what was pointed out and answered, telling the
person, the time from request to decision, and what needs attention. It counts
this calendar year unless you say otherwise; --year 2025/26 is a financial year.

It is fit to publish: it holds no free text and no names, and counts from 1 to %d
are hidden, shown as %s, together with as many others as it takes so that no sum,
row, column, period or other table gives one away. --threshold sets the smallest
count that is shown. Such a report is on whole months and on all decisions of the
logs: a report on part of them could be subtracted from one on all. Publish one
report on a year, and none on a part of it.

With --unsuppressed nothing is hidden, any days and filters can be chosen, and it
says that it is not for publication.

With --ropa it lists what flows: who shares what with whom, for what purpose, on
what basis and gateway, how long it is kept, and when that is looked at next, for
a record of processing activities or a DSPT assessment. That is not for
publication either. --csv writes the same for a spreadsheet.

With --training it is about exercises alone.`, tally.DefaultThreshold-1, tally.HiddenSign),
		Example: `  dsa report
  dsa report --year 2025/26 --html report.html --log //share/mash/log
  dsa report --from 2026-01 --until 2026-03 --threshold 10
  dsa report --unsuppressed --organisation "Fenmarsh Council"
  dsa report --ropa --csv flows.csv`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := opts.check(app, cmd); err != nil {
				return err
			}
			if opts.ropa {
				return runRopa(cmd.Context(), app, opts)
			}
			return runReport(cmd.Context(), app, opts)
		},
	}
	f := c.Flags()
	f.StringVar(&opts.year, "year", "", "count this `YEAR`: 2026, or the financial year 2026/27")
	f.StringVar(&opts.html, "html", "", "write one page to this `FILE`, which must not exist")
	f.BoolVar(&opts.json, "json", false, "one JSON object, for programs; a hidden number is null")
	f.BoolVar(&opts.plain, "plain", false, "sentences instead of tables and bars, for a screen reader")
	f.BoolVar(&opts.open, "unsuppressed", false, "hide nothing; not for publication")
	f.IntVar(&opts.threshold, "threshold", tally.DefaultThreshold, "the smallest `COUNT` that is shown, besides 0")
	f.BoolVar(&opts.ropa, "ropa", false, "list who shares what with whom, instead of counting")
	f.StringVar(&opts.csv, "csv", "", "with --ropa: write the flows to this `FILE`, which must not exist")
	opts.cases.flags(f)
	return c
}

// What a threshold can be. With 2 only single decisions would be hidden, and with thousands everything.
const (
	leastThreshold = 3
	mostThreshold  = 1000
)

// check refuses a command line that cannot be meant, and finds the days.
func (o *reportOptions) check(app *App, cmd *cobra.Command) error {
	given := cmd.Flags().Changed
	if err := o.cases.check(app, cmd); err != nil {
		return err
	}
	if o.year != "" && (given("from") || given("until")) {
		return usage(cmd, "--year says the time already; leave out --from and --until")
	}
	filter := &o.cases.filter
	switch {
	case given("year"):
		var ok bool
		if filter.From, filter.To, ok = yearOf(o.year); !ok {
			return usage(cmd, "--year takes a year such as 2026, or a financial year such as 2026/27")
		}
	case !given("from") && !given("until") && !o.ropa && !o.open:
		filter.From, filter.To, _ = yearOf(app.Now().Format("2006"))
	}
	// What is to come has no numbers yet, and a 0 would look like one.
	now := app.Now()
	end := time.Date(now.Year(), now.Month()+1, 0, 0, 0, 0, 0, time.UTC)
	if filter.From.After(end) {
		return usage(cmd, "the time of this report has not begun")
	}
	if filter.To.After(end) {
		filter.To = end
	}
	for _, one := range []struct {
		flag string
		ok   bool
		why  string
	}{
		{"csv", o.ropa, "--csv is for --ropa"},
		{"unsuppressed", !o.ropa, "with --ropa nothing is hidden; leave out --unsuppressed"},
		{"threshold", !o.ropa && !o.open, "--threshold is for a report that hides small numbers"},
		{"plain", !o.json, "--json is for programs; leave out --plain"},
	} {
		if given(one.flag) && !one.ok {
			return usage(cmd, one.why)
		}
	}
	if o.threshold < leastThreshold || o.threshold > mostThreshold {
		return usage(cmd, fmt.Sprintf("--threshold is a number from %d to %d", leastThreshold, mostThreshold))
	}
	for flag, name := range map[string]string{"html": o.html, "csv": o.csv} {
		if name == "" {
			if given(flag) {
				return usage(cmd, "--"+flag+" takes the name of a file")
			}
			continue
		}
		if !strings.EqualFold(filepath.Ext(name), "."+flag) {
			return usage(cmd, "the file that --"+flag+" names has to end in ."+flag+"; nothing was written")
		}
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return fail("there is something of the name that --"+flag+" gives already, or it cannot be looked for; nothing was written", "give another name")
		}
	}
	if o.ropa || o.open {
		return nil
	}
	chosen := *filter
	chosen.From, chosen.To = time.Time{}, time.Time{}
	switch {
	case !chosen.IsZero():
		return &failure{what: "a report that hides small numbers counts all decisions; nothing was counted: " +
			"one on a part of them could be subtracted from one on all, and give them away",
			next: "leave the filter out, or add --unsuppressed for a report that stays inside", code: codeUsage}
	case filter.From.IsZero() || filter.To.IsZero() || filter.From.Day() != 1 || filter.To.AddDate(0, 0, 1).Day() != 1:
		return &failure{what: "a report that hides small numbers is on whole months; nothing was counted",
			next: "give the first and the last month, such as --from 2026-01 --until 2026-03, or a year with --year; or add --unsuppressed", code: codeUsage}
	}
	return nil
}

// yearOf are the first and the last day of a calendar year, or of a financial year, which begins in April.
func yearOf(words string) (from, to time.Time, ok bool) {
	first, second, financial := strings.Cut(strings.TrimSpace(words), "/")
	year, err := strconv.Atoi(first)
	if err != nil || len(first) != 4 || year < 1900 {
		return from, to, false
	}
	month := time.January
	if financial {
		if next := strconv.Itoa(year + 1); second != next && second != next[2:] {
			return from, to, false
		}
		month = time.April
	}
	from = time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	return from, from.AddDate(1, 0, -1), true
}

func runReport(ctx context.Context, app *App, opts reportOptions) error {
	t := tally.New(tally.Options{From: opts.cases.filter.From, To: opts.cases.filter.To, Threshold: opts.threshold, Open: opts.open})
	found, err := app.eachCase(ctx, opts.cases, t.Add)
	if err != nil {
		return err
	}
	words, err := app.rowWords()
	if err != nil {
		return err
	}
	filter := opts.cases.filter
	filter.From, filter.To = time.Time{}, time.Time{} // the title has those
	r := &paper.Report{Report: t.Report(), Made: app.Now(), Program: Program, Training: opts.cases.training,
		Asked: filter.Words(), Faults: len(found.Faults), Words: words}
	r.Running = !opts.open && r.To >= app.Now().Format(time.DateOnly)
	var page bytes.Buffer
	if opts.html != "" {
		if err := paper.ReportPage(&page, r); err != nil {
			return err
		}
		if err := newPage("html", opts.html, page.Bytes()); err != nil {
			return err
		}
	}
	if opts.json {
		err = printJSON(app.Out, "  ", struct {
			Format   int    `json:"dsa_report"`
			Made     string `json:"made"`
			Program  string `json:"program"`
			Training bool   `json:"training"`
			Faults   bool   `json:"faults"` // some records could not be relied on and are not counted
			*tally.Report
		}{1, app.Now().Format(time.RFC3339), Program, opts.cases.training, len(found.Faults) > 0, r.Report})
	} else {
		app.print(r.Lines(opts.plain))
	}
	if err != nil {
		return err
	}
	if opts.html != "" {
		app.say("Written: %s", screen.Safe(opts.html))
	}
	app.sayCounted(found, opts.cases.training)
	if r.Decisions == (tally.Number{}) && !opts.open {
		app.say("Next: count another year with --year, or see with dsa log what is there.")
	}
	return found.err()
}

// sayCounted tells whoever made a report what they should know before they pass it on.
func (app *App) sayCounted(found caseResult, training bool) {
	app.say("%s.", screen.Capital(found.Verdict))
	if !training {
		found.sayLeftOut(app, false)
	} else if found.Decisions > 0 {
		app.say("Decisions are left out: this is about exercises alone.")
	}
}

// eachCase goes through the decisions, or where those were asked for through the exercises alone: the two are never counted together.
func (app *App) eachCase(ctx context.Context, opts caseOptions, do func(*cases.Facts)) (caseResult, error) {
	r, err := app.openCases(ctx, opts)
	if err != nil {
		return caseResult{}, err
	}
	defer r.close()
	for c, err := range r.all(ctx) {
		if err != nil {
			return caseResult{}, err
		}
		if f := c.Facts(); f.Training == opts.training {
			do(f)
		}
	}
	return r.found(), nil
}

// newPage puts a page under a name that nothing has yet.
func newPage(flag, name string, content []byte) error {
	made, err := createFile(name, content)
	if err != nil {
		return fail("the file that --"+flag+" names cannot be written there", "check the folder, or give another name").because(err)
	}
	if !made {
		return fail("there is something of the name that --"+flag+" gives already, and it is not written over", "give another name")
	}
	return nil
}

// rowWords finds the words for ids that tables of the law have.
func (app *App) rowWords() (func(kind, id string) string, error) {
	law, err := app.Law(legislation.PartBases)
	if err != nil {
		return nil, err
	}
	named := func(of []legislation.Named, id string) string {
		if words := legislation.Words(of, id); words != id {
			return words
		}
		return ""
	}
	return func(kind, id string) string {
		switch kind {
		case tally.ByRecipient:
			return named(legislation.Recipients, id)
		case tally.ByBasis:
			if b := law.Basis(id); b != nil {
				return b.Title
			}
		case tally.ByGateway:
			if words := legislation.Effect(id).Words(); words != id {
				return words
			}
			if p := law.Provision(id); p != nil {
				return p.Citation()
			}
		case "category":
			return named(legislation.Categories, id)
		case "initiative":
			for _, in := range law.Initiatives {
				if in.ID == id {
					return in.Title
				}
			}
		case "circumstance":
			for _, c := range law.Circumstances {
				if c.ID == id {
					return c.Words
				}
			}
		case "agreement":
			return id
		case "dpia":
			return map[string]string{"done": "finished", "in-progress": "being made", "not-needed": "none needed", "not-done": "not made"}[id]
		}
		return strings.ReplaceAll(id, "-", " ")
	}, nil
}

func runRopa(ctx context.Context, app *App, opts reportOptions) error {
	flows := tally.NewFlows()
	found, err := app.eachCase(ctx, opts.cases, flows.Add)
	if err != nil {
		return err
	}
	words, err := app.rowWords()
	if err != nil {
		return err
	}
	r := &paper.Ropa{Flows: flows.All(), Left: flows.Left, Asked: opts.cases.filter.Words(), Made: app.Now(), Program: Program, Training: opts.cases.training,
		Faults: len(found.Faults), Words: words}
	var page, rows bytes.Buffer
	if opts.html != "" {
		err = paper.RopaPage(&page, r)
	}
	if opts.csv != "" && err == nil {
		err = export.Table(&rows, r.Columns(), func(yield func([]string) bool) {
			for _, f := range r.Flows {
				if !yield(r.Row(f)) {
					return
				}
			}
		})
	}
	if err != nil {
		return err
	}
	for _, one := range []struct {
		flag, name string
		content    *bytes.Buffer
	}{{"html", opts.html, &page}, {"csv", opts.csv, &rows}} {
		if one.name == "" {
			continue
		}
		if err := newPage(one.flag, one.name, one.content.Bytes()); err != nil {
			return err
		}
		app.say("Written: %s", screen.Safe(one.name))
	}
	switch {
	case opts.json:
		err = printJSON(app.Out, "  ", struct {
			Format   int          `json:"dsa_flows"`
			Made     string       `json:"made"`
			Program  string       `json:"program"`
			Training bool         `json:"training"`
			Asked    []string     `json:"asked"`
			Left     int          `json:"left_out"`
			Faults   bool         `json:"faults"`
			Flows    []tally.Flow `json:"flows"`
		}{1, app.Now().Format(time.RFC3339), Program, opts.cases.training, append([]string{}, r.Asked...), r.Left, r.Faults > 0, r.Flows})
	case opts.html == "" && opts.csv == "":
		app.print(r.Lines(opts.plain))
	}
	if err != nil {
		return err
	}
	app.sayCounted(found, opts.cases.training)
	return found.err()
}
