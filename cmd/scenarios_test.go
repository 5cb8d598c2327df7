package cmd

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/cmd/training"
	"dsa/data"
	"dsa/decision"
	"dsa/legislation"

	"gopkg.in/yaml.v3"
)

// Each built-in case is held to what it expects by the same code that tells a trainer what is wrong with theirs.
func builtIn(t *testing.T) []*training.Scenario {
	t.Helper()
	all, err := readOnce()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// readOnce reads the cases for all tests together: nothing changes one.
var readOnce = sync.OnceValues(func() ([]*training.Scenario, error) { return training.All(data.Files, "scenarios") })

// trialApp is an App that judges cases.
func trialApp(t *testing.T) *App {
	app := &App{In: strings.NewReader(""), Out: new(strings.Builder), Err: new(strings.Builder), Data: data.Files, Home: t.TempDir(),
		Now: func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }, Rand: fixedRandom("")}
	lawRead(app)
	return app
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	for _, s := range builtIn(t) {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			if faults := trialApp(t).judgeScenario(s); faults != nil {
				t.Error(faults)
			}
		})
	}
}

// What can be practised covers what people meet: every outcome, every agreement with every checklist of its own, and all
// that can be pointed out but what only another command raises. Each has something to learn from.
func TestWhatScenariosCover(t *testing.T) {
	t.Parallel()
	all := builtIn(t)
	if files, err := fs.Glob(data.Files, "scenarios/*"); err != nil || len(files) != len(all) || len(all) < 14 {
		t.Errorf("there are %d scenarios in %d files: %v", len(all), len(files), err)
	}
	seen := map[string]bool{}
	expects := func(want training.Expectation) {
		for _, name := range slices.Concat(want.Decisions, want.Findings, want.OnlyFindings) {
			seen[name] = true
		}
	}
	for _, s := range all {
		seen[s.Agreement+" "+s.Occasion] = true
		expects(s.Expect)
		for _, v := range s.Variants {
			expects(v.Expect)
		}
		if s.Completion != nil {
			expects(s.Completion.Expect)
		}
		if len(s.Points) < 3 || len(s.Quiz) == 0 || len(s.Told) == 0 {
			t.Errorf("%s: %d points, %d questions, %d answers told", s.ID, len(s.Points), len(s.Quiz), len(s.Told))
		}
	}
	wanted := []string{"share-all", "share-part", "none", "defer", "refer"}
	for _, id := range checklist.Agreements(data.Files) {
		agreement, err := checklist.Load(data.Files, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, occasion := range checklist.Occasions {
			if list := agreement.List(occasion); list != nil && (list.Numbered() > 0 || id == defaultAgreement) {
				wanted = append(wanted, id+" "+occasion)
			}
		}
	}
	for _, code := range decision.Codes() {
		wanted = append(wanted, code.Code)
	}
	for _, what := range wanted {
		if !seen[what] {
			t.Errorf("no scenario has %s", what)
		}
	}
}

// What is rehearsed is what is signed: the model answers of every case, given as a file and signed for good, give the
// same findings, and verify.
func TestModelAnswersAreSigned(t *testing.T) {
	t.Parallel()
	for _, s := range builtIn(t) {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			app := trialApp(t)
			signed := func(clock time.Time, answers yaml.Node, r *rehearsal, args ...string) {
				t.Helper()
				replies := map[string]string{}
				for _, step := range r.comp.walk.Pending() {
					if code, isReply := checklist.IsReply(step.Path); isReply {
						replies[code] = "It was weighed."
					}
				}
				content, err := yaml.Marshal(map[string]any{"answers": &answers, "replies": replies, "sign": "yes"})
				file := filepath.Join(t.TempDir(), "case.yaml")
				if err != nil || os.WriteFile(file, content, 0o600) != nil {
					t.Fatal(err)
				}
				var errs strings.Builder
				app.Now, app.Err = func() time.Time { return clock }, &errs
				if code := Main(app, append(args, "--answers", file)); code != 0 {
					t.Fatalf("exit %d\n%s", code, errs.String())
				}
				if code := Main(app, []string{"verify"}); code != 0 {
					t.Fatalf("what was signed does not verify: exit %d\n%s", code, errs.String())
				}
				book, err := app.openLog("")
				if err != nil {
					t.Fatal(err)
				}
				defer book.Close()
				var last *decision.Record
				for entry, err := range book.Where(func(decision.Cover) bool { return true }) {
					if err != nil {
						t.Fatal(err)
					}
					if content, err := decode(entry.Page.Body); err == nil {
						last = content
					}
				}
				record, err := r.record()
				if err != nil || last == nil {
					t.Fatal("no record was signed, or none can be made: ", err)
				}
				if got, want := codesOf(last), codesOf(record); !slices.Equal(got, want) {
					t.Errorf("signed with the findings %v, rehearsed with %v", got, want)
				}
			}
			first, err := app.rehearse(s)
			if err != nil {
				t.Fatal(err)
			}
			signed(s.Clock(), s.Answers, first, "share", "--"+s.Occasion, "--agreement", s.Agreement)
			if s.Completion == nil {
				return
			}
			then, err := first.completed()
			if err != nil {
				t.Fatal(err)
			}
			signed(then.on, s.Completion.Answers, then, "complete", "1")
		})
	}
}

func codesOf(record *decision.Record) (codes []string) {
	for _, f := range record.Findings {
		codes = append(codes, f.Code)
	}
	return codes
}

// What a point says can be defended is never a legal obligation where nothing that is offered in the case is a duty to share.
// A power obliges nobody, and a duty to co-operate does not say what must be told. Of a school that refers a child to the
// council it can be argued, since section 175 of the Education Act 2002 says that its arrangements must be made.
func TestNoObligationWithoutADuty(t *testing.T) {
	t.Parallel()
	const obligation = "uk-gdpr-6-1-c"
	argued := []string{"s03", "l03"}
	app := trialApp(t)
	looked := 0
	for _, s := range builtIn(t) {
		for _, name := range s.Names() {
			_, variant, _ := strings.Cut(name, "/")
			as, err := s.As(variant)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(as.Points, func(p training.Point) bool {
				return p.On == "article-6" && slices.Contains(p.Accept, obligation)
			}) {
				continue
			}
			looked++
			r, err := app.rehearse(as)
			if err != nil {
				t.Fatal(err)
			}
			law, err := r.app.Law(walkParts)
			if err != nil {
				t.Fatal(err)
			}
			offered := law.Find(r.comp.sources.caseOf(r.comp.walk.Applying())).Offered
			if id, _, _ := strings.Cut(name, "/"); !slices.Contains(argued, id) && !slices.ContainsFunc(offered, func(o legislation.Offer) bool { return !o.Theirs && o.Effect == "duty-to-share" }) {
				t.Errorf("%s: legal obligation is called defensible, and no duty to share is offered", name)
			}
		}
	}
	if looked == 0 {
		t.Error("no case calls a legal obligation defensible")
	}
}
