package cmd

import (
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"dsa/checklist"
	"dsa/cmd/paper"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/cases"

	"github.com/spf13/cobra"
)

// NewSample is the command that draws decisions for an audit.
func NewSample(app *App) *cobra.Command {
	var opts sampleOptions
	c := &cobra.Command{
		Use:   "sample N",
		Short: "Draw decisions at random for an audit, so that anybody can draw them again",
		Long: `sample draws N decisions at random. It prints the seed that it drew them with:
the same seed over the same records draws the same decisions, whoever asks and
in whatever folders they lie, so that nobody has to believe that they were not
chosen. What fits the filters takes part; what was disposed of cannot be read
and does not.

How it draws, so that it can be done again by hand: a record has a lot, the
SHA-256 of "dsa-sample 1", the seed, the record's id and the number 1, each on a
line of its own. The N records with the lowest lots are drawn.

With --weighted a record has more lots, numbered 2, 3 and so on, and its lowest
counts; so risky decisions come up more often, and no other is left out:

` + riskTable() + `
Such a sample shows what to learn from; it does not say how many decisions are
sound. For that, draw without weights.

--sheet writes a form for each, to be filled in by hand. A verdict counts once it
is signed: dsa review ID, with the auditor's own key, choosing "This is an audit".`,
		Example: `  dsa sample 20 --from 2026-01 --until 2026-12
  dsa sample 20 --seed 2026-spring --log //share/mash/log
  dsa sample 10 --weighted --sheet audit.html`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opts.check(app, cmd, args[0]); err != nil {
				return err
			}
			return runSample(cmd.Context(), app, opts)
		},
	}
	f := c.Flags()
	f.StringVar(&opts.seed, "seed", "", "draw with this `SEED`: letters, digits, hyphens and full stops, 64 at most")
	f.BoolVar(&opts.weighted, "weighted", false, "give decisions with more risk more lots")
	f.StringVar(&opts.sheet, "sheet", "", "write a review sheet to this `FILE`, which must not exist: .html or .txt")
	f.BoolVar(&opts.json, "json", false, "one JSON object, for programs")
	opts.cases.flags(f)
	return c
}

type sampleOptions struct {
	cases          caseOptions
	n              int
	seed, sheet    string
	weighted, json bool
}

// mostDrawn is more than anybody audits, and few enough to hold.
const mostDrawn = 10_000

func (o *sampleOptions) check(app *App, cmd *cobra.Command, wanted string) error {
	n, err := strconv.Atoi(wanted)
	if err != nil || n < 1 || n > mostDrawn {
		return usage(cmd, fmt.Sprintf("how many to draw is a number from 1 to %d", mostDrawn))
	}
	o.n = n
	if cmd.Flags().Changed("seed") && (o.seed == "" || len(o.seed) > 64 || strings.Trim(o.seed, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") != "") {
		return usage(cmd, "a seed is made of letters, digits, hyphens and full stops, 64 at most")
	}
	if o.sheet != "" {
		if ending := strings.ToLower(filepath.Ext(o.sheet)); ending != ".txt" && ending != ".html" {
			return usage(cmd, "a review sheet is a .html or a .txt file; nothing was written")
		}
		if _, err := os.Lstat(o.sheet); !errors.Is(err, fs.ErrNotExist) {
			return fail("there is something of the name that --sheet gives already, or it cannot be looked for; nothing was written", "give another name")
		}
	}
	return o.cases.check(app, cmd)
}

// A risk is something about a decision that gives it more lots in a weighted sample.
type risk struct {
	lots  int
	words string
	look  string // what the auditor looks at
	is    func(*cases.Facts) bool
}

// risks are all of them. A weight is a judgement, and these are ours: they stand in the help, in every weighted sample and in
// the README.
var risks = []risk{
	{3, "a stop was overridden with a reason", "the reason given against each stop",
		func(f *cases.Facts) bool {
			return slices.ContainsFunc(f.Findings, func(x cases.Finding) bool { return x.Level == string(decision.Stop) })
		}},
	{3, "it relied on law that was not in force, or not known to be", "what else carried the decision on that day", func(f *cases.Facts) bool { return f.Superseded }},
	{2, "nothing was shared", "whether the harm of not sharing was weighed, and who could be turned to", func(f *cases.Facts) bool { return f.Outcome == "none" }},
	{2, "shared with no legal gateway named", "why none was named, and what it rests on", func(f *cases.Facts) bool {
		return f.NoGateway && (f.Outcome == "share-all" || f.Outcome == "share-part")
	}},
	{2, "recorded after it was shared", "why it was late, and what was known at the time", func(f *cases.Facts) bool { return f.Late }},
	{2, "somebody does not agree", "what they say, and how it was settled", func(f *cases.Facts) bool { return f.Disagreed > 0 }},
	{2, "something owed is overdue", "why it has not been done", func(f *cases.Facts) bool {
		return slices.ContainsFunc(f.Owed, func(o cases.Owed) bool { return o.Overdue })
	}},
	{1, "it relied on law not verified at its source", "what the law says at its source", func(f *cases.Facts) bool { return f.Unverified }},
	{1, "the person was not told", "the ground, and the day on which it is looked at again", func(f *cases.Facts) bool { return f.Told == "not-told" }},
}

// riskTable is the weights as people read them.
func riskTable() string {
	var b strings.Builder
	for _, r := range risks {
		fmt.Fprintf(&b, "  +%d  %s\n", r.lots, r.words)
	}
	return b.String()
}

// weigh says how many lots a decision has, and why more than one.
func weigh(f *cases.Facts) (lots int, found []risk) {
	lots = 1
	for _, r := range risks {
		if r.is(f) {
			lots += r.lots
			found = append(found, r)
		}
	}
	return lots, found
}

// lot is one lot of a record in the draw.
func lot(seed, id string, number int) [sha256.Size]byte {
	return sha256.Sum256(fmt.Appendf(nil, "dsa-sample 1\n%s\n%s\n%d\n", seed, id, number))
}

// A drawn decision is one that is in the sample as far as the log has been gone through.
type drawn struct {
	lot   [sha256.Size]byte
	facts *cases.Facts
	lots  int
	risks []risk
}

// A draw keeps the lowest lots, the highest of them on top.
type draw []drawn

func (d draw) Len() int           { return len(d) }
func (d draw) Less(i, j int) bool { return bytes.Compare(d[i].lot[:], d[j].lot[:]) > 0 }
func (d draw) Swap(i, j int)      { d[i], d[j] = d[j], d[i] }
func (d *draw) Push(x any)        { *d = append(*d, x.(drawn)) }
func (d *draw) Pop() any {
	last := (*d)[len(*d)-1]
	*d = (*d)[:len(*d)-1]
	return last
}

// take lets a decision take part in a draw of n.
func (d *draw) take(f *cases.Facts, seed string, n int, weighted bool) {
	one := drawn{facts: f}
	if one.lots, one.risks = weigh(f); !weighted {
		one.lots = 1
	}
	for i := range one.lots {
		if l := lot(seed, f.ID, i+1); i == 0 || bytes.Compare(l[:], one.lot[:]) < 0 {
			one.lot = l
		}
	}
	switch {
	case len(*d) < n:
		heap.Push(d, one)
	case bytes.Compare(one.lot[:], (*d)[0].lot[:]) < 0:
		(*d)[0] = one
		heap.Fix(d, 0)
	}
}

// A sample is what was drawn, for programs and as what the sheet is made of.
type sample struct {
	Format    int           `json:"dsa_sample"`
	Seed      string        `json:"seed"`
	Weighted  bool          `json:"weighted"`
	Wanted    int           `json:"wanted"`
	Drawn     int           `json:"drawn"`
	From      int           `json:"from"` // how many decisions took part
	Asked     []string      `json:"asked"`
	Training  bool          `json:"training,omitempty"`
	Disposed  int           `json:"disposed"` // of what was asked for, as far as that can be told; they took no part
	Verdict   string        `json:"verdict"`  // what the check of the logs found
	Heads     []head        `json:"heads"`
	Records   []sampledLine `json:"records"`
	Left      int           `json:"unreliable"` // faults in the logs
	Program   string        `json:"program"`
	DrawnOn   string        `json:"drawn_on"`
	Weights   []weight      `json:"weights,omitempty"`
	decisions []drawn
}

type weight struct {
	Lots  int    `json:"lots"`
	Words string `json:"words"`
}

type sampledLine struct {
	ID       string   `json:"id"`
	Number   int      `json:"number"`
	Chain    string   `json:"chain"`
	Log      string   `json:"log"`
	Recorded string   `json:"recorded"`
	Mode     string   `json:"mode"`
	Outcome  string   `json:"outcome"`
	Standing string   `json:"standing"`
	Lots     int      `json:"lots"`
	Risks    []string `json:"risks,omitempty"`
	Lot      string   `json:"lot"`
}

func runSample(ctx context.Context, app *App, opts sampleOptions) error {
	if opts.seed == "" {
		var b [8]byte
		if _, err := io.ReadFull(app.Rand, b[:]); err != nil {
			return err
		}
		opts.seed = hex.EncodeToString(b[:])
	}
	r, err := app.openCases(ctx, opts.cases)
	if err != nil {
		return err
	}
	defer r.close()
	var d draw
	part, disposed := 0, 0
	for c, err := range r.all(ctx) {
		if err != nil {
			return err
		}
		f := c.Facts()
		if f.Disposed {
			disposed++
			continue
		}
		part++
		d.take(f, opts.seed, opts.n, opts.weighted)
	}
	slices.SortFunc(d, func(a, b drawn) int {
		return cmp.Or(strings.Compare(a.facts.Chain, b.facts.Chain), cmp.Compare(a.facts.Number, b.facts.Number))
	})
	x := r.found()
	s := &sample{Format: 1, Seed: opts.seed, Weighted: opts.weighted, Wanted: opts.n, Drawn: len(d), From: part, Asked: opts.cases.filter.Words(), Training: opts.cases.training,
		Disposed: disposed + x.Untold, Verdict: x.Verdict, Heads: x.Heads, Left: len(x.Faults), Program: Program, DrawnOn: app.Now().Format(decision.TimeFormat),
		Records: []sampledLine{}, decisions: d}
	if s.Asked == nil {
		s.Asked = []string{}
	}
	if s.Weighted {
		for _, r := range risks {
			s.Weights = append(s.Weights, weight{r.lots, r.words})
		}
	}
	for _, one := range d {
		f := one.facts
		line := sampledLine{ID: f.ID, Number: f.Number, Chain: f.Chain, Log: f.Log, Recorded: f.RecordedAt, Mode: f.Occasion, Outcome: f.Outcome,
			Standing: f.Standing, Lots: one.lots, Lot: hex.EncodeToString(one.lot[:])}
		for _, r := range one.risks {
			line.Risks = append(line.Risks, r.words)
		}
		s.Records = append(s.Records, line)
	}
	if opts.json {
		err = printJSON(app.Out, "  ", s)
	} else {
		s.print(app)
		x.sayLeftOut(app, opts.cases.training)
	}
	if err == nil && opts.sheet != "" {
		err = s.writeSheet(app, opts.sheet)
	}
	if err != nil {
		return err
	}
	return x.err()
}

// how says how it was drawn, so that it can be drawn again.
func (s *sample) how() string {
	words := "Drawn at random"
	if s.Weighted {
		words = "Drawn at random, weighted to risk"
	}
	words += fmt.Sprintf(": %d of %s, seed %s", s.Drawn, count(s.From, "decision"), s.Seed)
	if len(s.Asked) > 0 {
		words += "; " + strings.Join(s.Asked, "; ")
	}
	return words + "."
}

func (s *sample) print(app *App) {
	if s.Training {
		fmt.Fprintln(app.Out, screen.TrainingBanner)
	}
	app.print(screen.Wrapped("", s.how()))
	if s.Drawn > 0 {
		fmt.Fprintf(app.Out, "%-7s %-10s  %-12s  %-9s  %-10s  %s\n", "NUMBER", "RECORDED", "ID", "MODE", "OUTCOME", "LOTS")
	}
	for _, one := range s.decisions {
		f := one.facts
		outcome := f.Outcome
		if f.Training {
			outcome = "TRAINING " + outcome
		}
		fmt.Fprintln(app.Out, screen.Cut(fmt.Sprintf("%-7d %-10s  %-12s  %-9s  %-10s  %d", f.Number, f.RecordedAt[:10], f.ID[:decision.ShownDigits], f.Occasion, outcome, one.lots), 80))
		for _, r := range one.risks {
			lots := ""
			if s.Weighted {
				lots = fmt.Sprintf("+%d ", r.lots)
			}
			fmt.Fprintf(app.Out, "%8s%s%s\n", "", lots, r.words)
		}
	}
	switch {
	case s.From == 0:
		app.say("There is nothing to draw from.")
	case s.Drawn < s.Wanted:
		app.say("These are all that there are to draw from.")
	}
	if s.Disposed > 0 {
		app.say("%s disposed of took no part.", screen.Count(s.Disposed, "decision that was", "decisions that were"))
	}
	if s.Drawn > 0 {
		app.say("Next: read each with dsa show ID, and sign the verdict with dsa review ID; the sample to name there is: seed %s.", s.Seed)
	}
}

// writeSheet writes a form for each decision.
func (s *sample) writeSheet(app *App, name string) error {
	list, err := checklist.LoadOwn(app.Data, string(decision.Review))
	if err != nil {
		return err
	}
	p := &paper.AuditSheet{How: s.how(), Made: app.Now(), Program: Program, Seed: s.Seed, Check: s.Verdict, Weighted: s.Weighted, Training: s.Training}
	for _, o := range list.Ask("verdict").Options {
		p.Verdicts = append(p.Verdicts, o.Words)
	}
	for _, one := range s.decisions {
		f := one.facts
		e := paper.Audited{ID: f.ID, Number: f.Number, Chain: f.Chain[:16], Log: f.Log, Recorded: f.RecordedAt, Mode: f.Occasion, Outcome: f.Outcome, By: f.Post + ", " + f.Organisation,
			Training: f.Training, Lots: one.lots}
		for _, r := range one.risks {
			e.Look = append(e.Look, screen.Capital(r.words)+": look at "+r.look+".")
		}
		for _, x := range f.Findings {
			answered := "no reply"
			if x.Answered {
				answered = "replied to"
			}
			e.Findings = append(e.Findings, x.Code+" ("+screen.LevelWords(decision.Level(x.Level))+", "+answered+")")
		}
		for _, g := range f.Gateways {
			e.Law = append(e.Law, fmt.Sprintf("%s (%s, %s)", g.Citation, strings.ReplaceAll(g.Status, "-", " "), g.Certainty))
		}
		p.Records = append(p.Records, e)
	}
	var b bytes.Buffer
	if strings.EqualFold(filepath.Ext(name), ".html") {
		if err := paper.AuditPage(&b, p); err != nil {
			return err
		}
	} else {
		for _, line := range p.Lines() {
			fmt.Fprintln(&b, line)
		}
	}
	made, err := createFile(name, b.Bytes())
	if err == nil && !made {
		err = fs.ErrExist
	}
	if err != nil {
		return fail("the review sheet could not be written; the sample above is complete", "give another name; the same --seed draws the same decisions").because(err)
	}
	app.say("Review sheet: %s", screen.Safe(name))
	return nil
}
