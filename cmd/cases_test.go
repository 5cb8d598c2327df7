package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/cases"
	"dsa/decision/logbook"
)

// readCases goes through the cases of some logs.
func readCases(t *testing.T, o caseOptions) ([]*cases.Case, caseResult) {
	t.Helper()
	app, _, said := newTestApp(t, "")
	r, err := app.openCases(context.Background(), o)
	if err != nil {
		t.Fatal(err, said)
	}
	defer r.close()
	var all []*cases.Case
	for c, err := range r.all(context.Background()) {
		if err != nil {
			t.Fatal(err, said)
		}
		all = append(all, c)
	}
	return all, r.found()
}

func rowTexts(all []*cases.Case) []string {
	var rows []string
	for _, c := range all {
		f := *c.Facts()
		f.Log = ""
		row, err := json.Marshal(f)
		if err != nil {
			panic(err)
		}
		rows = append(rows, string(row))
	}
	return rows
}

// What the rows say of decisions is what the covers and bodies of the log add up to, counted another way.
func TestCasesAreTheDecisionsOfTheLogWithWhatFollows(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	made := caseLog{Records: 600, Chains: 5}.write(t, dir)
	all, found := readCases(t, caseOptions{logs: []string{dir}})
	if len(all) != made.Decisions || found.Decisions != made.Decisions || len(found.Faults) > 0 || found.Verdict != "intact, signer not confirmed" {
		t.Fatalf("%d cases of %d: %+v", len(all), made.Decisions, found)
	}
	book, err := logbook.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	counts := map[decision.ID]map[decision.Kind]int{}
	heads := map[decision.ID]decision.ID{}
	var order []decision.ID
	for e, err := range book.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		heads[e.Chain] = e.ID
		if e.Page.Cover.Kind == decision.Decision {
			order = append(order, e.ID)
		}
		if about := e.Page.Cover.About; !about.IsZero() {
			if counts[about] == nil {
				counts[about] = map[decision.Kind]int{}
			}
			counts[about][e.Page.Cover.Kind]++
		}
	}
	some := map[string]int{}
	for i, c := range all {
		f, n := c.Facts(), counts[c.First.ID]
		if c.First.ID != order[i] {
			t.Fatalf("case %d is not the %dth decision of the log", i, i)
		}
		if f.Completed != n[decision.Complete] || f.Amendments != n[decision.Amend] || f.Reviews != n[decision.Review] ||
			f.Endorsed+f.EndorsedOnConditions+f.Disagreed > n[decision.Endorse] || (n[decision.Endorse] > 0) != (f.Endorsed+f.EndorsedOnConditions+f.Disagreed > 0) {
			t.Errorf("case %d: %v, and the row says %+v", i, n, f)
		}
		if f.Amendments > 0 && !strings.HasPrefix(f.Reference, "corrected-") {
			t.Errorf("case %d: the reference is not as amended", i)
		}
		if f.Emergency && f.Completed > 0 == slices.ContainsFunc(f.Owed, func(o cases.Owed) bool { return o.What == oweCompletion }) {
			t.Errorf("case %d: completed %d times, and owes %v", i, f.Completed, f.Owed)
		}
		for what, is := range map[string]bool{"amended": f.Amendments > 0, "reviewed": f.Reviews > 0, "emergency": f.Emergency, "endorsed": f.Endorsed > 0,
			"disagreed": f.Disagreed > 0, "completed": f.Completed > 0, "changed": f.Outcome != f.OutcomeNow, "superseded": f.Superseded, "owed": len(f.Owed) > 0} {
			if is {
				some[what]++
			}
		}
	}
	if len(some) != 9 {
		t.Errorf("the log has too little in it to show anything: %v", some)
	}
	if len(found.Heads) != len(heads) {
		t.Errorf("%d heads of %d chains", len(found.Heads), len(heads))
	}
	for _, h := range found.Heads {
		if heads[h.Chain] != h.ID {
			t.Errorf("the head of chain %s is not its newest record", h.Chain.Shown())
		}
	}
}

// With and without a check before, and however many logs hold them, the rows are the same.
func TestCasesAreTheSameFromSeveralLogs(t *testing.T) {
	dir := t.TempDir()
	whole := filepath.Join(dir, "whole")
	caseLog{Records: 300, Chains: 4}.write(t, whole)
	want, _ := readCases(t, caseOptions{logs: []string{whole}})
	parts := []string{filepath.Join(dir, "odd"), filepath.Join(dir, "even"), filepath.Join(dir, "covers")}
	n := 0
	err := filepath.WalkDir(whole, func(name string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		n++
		rel, _ := filepath.Rel(whole, name)
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		put := func(part, rel string, text []byte) {
			file := filepath.Join(part, rel)
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, text, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		put(parts[n%2], rel, text)
		if n%5 == 0 {
			put(parts[(n+1)%2], rel, text) // in both
		}
		if base, is := strings.CutSuffix(rel, ".record.txt"); is && !strings.Contains(string(text), "\nkind open\n") {
			end := strings.Index(string(text), "-----END SSH SIGNATURE-----\n") + len("-----END SSH SIGNATURE-----\n")
			put(parts[2], base+".cover.txt", text[:end])
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []caseOptions{{logs: parts, unchecked: true}, {logs: []string{whole}, unchecked: true}, {logs: []string{parts[1], whole, parts[0]}, unchecked: true}} {
		got, found := readCases(t, o)
		if !slices.Equal(rowTexts(got), rowTexts(want)) || len(found.Faults) > 0 {
			t.Errorf("from %d logs there are other rows: %d, not %d; %v", len(o.logs), len(got), len(want), found.Faults)
		}
	}
	covers, found := readCases(t, caseOptions{logs: parts[2:], unchecked: true})
	if len(covers) != len(want) || found.Disposed != len(want) || covers[0].Facts().Outcome != "" || covers[0].Facts().KeepUntil == "" {
		t.Errorf("of covers alone there are %d cases: %+v", len(covers), found)
	}
	asked := caseOptions{logs: parts[2:], unchecked: true, filter: cases.Filter{Outcome: []string{"none"}}}
	if covers, found = readCases(t, asked); len(covers) > 0 || found.Untold != len(want) {
		t.Errorf("of %d that were disposed of nobody can tell what was decided, and it says %+v", len(want), found)
	}
}

// A record that is not as it was signed is not in the rows, and not in what is said of another; it is told of once.
func TestCasesLeaveOutWhatCannotBeReliedOn(t *testing.T) {
	for _, unchecked := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "log")
		made := caseLog{Records: 200, Chains: 2}.write(t, dir)
		before, _ := readCases(t, caseOptions{logs: []string{dir}})
		damaged, amended := "", ""
		for _, c := range before {
			if f := c.Facts(); f.Amendments == 1 && amended == "" {
				amended = f.ID
				for _, l := range c.Later {
					if l.Kind == decision.Amend {
						spoil(t, filepath.Join(dir, l.File))
					}
				}
			} else if damaged == "" && len(c.Later) == 0 {
				damaged = f.ID
				spoil(t, filepath.Join(dir, f.File))
			}
		}
		after, found := readCases(t, caseOptions{logs: []string{dir}, unchecked: unchecked})
		if len(after) != made.Decisions-1 || len(found.Faults) < 2 {
			t.Errorf("unchecked %v: %d cases of %d, %v", unchecked, len(after), made.Decisions, found.Faults)
		}
		files := map[string]int{}
		for _, f := range found.Faults {
			files[f.File+string(f.Code)]++
			if files[f.File+string(f.Code)] > 1 {
				t.Errorf("%s is told of twice", f)
			}
		}
		for _, c := range after {
			switch f := c.Facts(); {
			case f.ID == damaged:
				t.Error("a damaged record is in the rows")
			case f.ID == amended && f.Amendments != 0:
				t.Error("a damaged amendment counts")
			}
		}
		var failed *failure
		if err := found.err(); !errors.As(err, &failed) || failed.code != codeFound {
			t.Errorf("unchecked %v: it ends with %v", unchecked, err)
		}
	}
}

func spoil(t *testing.T, name string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)-20] ^= 1
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCasesOfExercisesAreAskedFor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	made := caseLog{Records: 40, Training: true}.write(t, dir)
	all, found := readCases(t, caseOptions{logs: []string{dir}})
	if len(all) > 0 || found.Training != made.Decisions {
		t.Errorf("%d exercises unasked; %+v", len(all), found)
	}
	all, found = readCases(t, caseOptions{logs: []string{dir}, training: true})
	if len(all) != made.Decisions || found.Decisions > 0 || !all[0].Facts().Training {
		t.Errorf("%d exercises of %d; %+v", len(all), made.Decisions, found)
	}
}

// Each kind of filter takes exactly those that a look at each row by itself would take.
func TestCasesAreFiltered(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	caseLog{Records: 400, Chains: 6}.write(t, dir)
	all, _ := readCases(t, caseOptions{logs: []string{dir}})
	day := func(s string) time.Time {
		at, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for name, c := range map[string]struct {
		filter cases.Filter
		fits   func(*cases.Facts) bool
	}{
		"days": {cases.Filter{From: day("2024-03-01"), To: day("2024-05-31")}, func(f *cases.Facts) bool {
			return f.Recorded.Before(day("2024-06-01")) && !f.Recorded.Before(day("2024-03-01"))
		}},
		"outcomes": {cases.Filter{Outcome: []string{"NONE", "withdrawn"}}, func(f *cases.Facts) bool {
			return f.Outcome == "none" || f.OutcomeNow == "none" || f.OutcomeNow == "withdrawn"
		}},
		"mode":       {cases.Filter{Occasion: []string{"emergency"}}, func(f *cases.Facts) bool { return f.Emergency }},
		"recipient":  {cases.Filter{Recipient: []string{"fenmarsh  council"}}, func(f *cases.Facts) bool { return f.Recipient == "Fenmarsh Council" }},
		"gateway":    {cases.Filter{Gateway: []string{"common-law"}}, func(f *cases.Facts) bool { return f.Gateways[0].ID == "common-law" }},
		"a basis":    {cases.Filter{Gateway: []string{"uk-gdpr-6-1-e"}}, func(*cases.Facts) bool { return true }},
		"initiative": {cases.Filter{Initiative: []string{"s47"}}, func(f *cases.Facts) bool { return slices.Contains(f.Circumstances, "s47-enquiry") }},
		"finding": {cases.Filter{Finding: []string{"broad"}}, func(f *cases.Facts) bool {
			return slices.ContainsFunc(f.Findings, func(x cases.Finding) bool { return x.Code == "BROAD" })
		}},
		"two kinds": {cases.Filter{Sector: []string{"police"}, Outcome: []string{"defer"}}, func(f *cases.Facts) bool {
			return f.Sector == "police" && (f.Outcome == "defer" || f.OutcomeNow == "defer")
		}},
		"reference": {cases.Filter{Reference: []string{"CORRECTED-"}}, func(f *cases.Facts) bool { return f.Amendments > 0 }},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			for _, x := range all {
				if c.fits(x.Facts()) {
					want = append(want, x.Facts().ID)
				}
			}
			got, _ := readCases(t, caseOptions{logs: []string{dir}, filter: c.filter, unchecked: true})
			var ids []string
			for _, x := range got {
				ids = append(ids, x.Facts().ID)
			}
			if !slices.Equal(ids, want) || len(want) == 0 {
				t.Errorf("%d fit, not %d", len(ids), len(want))
			}
		})
	}
}

// Asking for what nothing has ends in an error; what only a record has is found.
func TestCasesRefuseAMistypedID(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	caseLog{Records: 30}.write(t, dir)
	for flag, next := range map[string]string{"--gateway children-act-1989-s74": "no record here", "--initiative marc": "no record here", "--agreement fenmarsh": "no record here",
		"--outcome shared": "one of", "--mode ad-hoc": "one of", "--finding BRAOD": "one of", "--sector gp": "one of", "--from 2026-13-01": "takes a day", "--until 2024": "",
		"--from 2024-05 --until 2024-04": "lies before", "--case ": "without a word", "--from=": "without a day"} {
		app, _, said := newTestApp(t, "")
		args := append([]string{"log", "--log", dir}, strings.Split(flag, " ")...)
		code := Main(app, args)
		if (next == "") != (code == codeDone) || next != "" && (code != codeUsage || !strings.Contains(said.String(), next)) {
			t.Errorf("%s: %d %s", flag, code, said)
		}
	}
}

// Whoever stops it is told, and nothing is left running.
func TestCasesStop(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	caseLog{Records: 300}.write(t, dir)
	app, _, _ := newTestApp(t, "")
	r, err := app.openCases(context.Background(), caseOptions{logs: []string{dir}, unchecked: true})
	if err != nil {
		t.Fatal(err)
	}
	defer r.close()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	n := 0
	var last error
	for _, err := range r.all(ctx) {
		if n++; n == 3 {
			stop()
		}
		last = err
	}
	var failed *failure
	if !errors.As(last, &failed) || failed.code != codeStopped || n > 200 {
		t.Errorf("%d cases, then %v", n, last)
	}
	for range r.all(context.Background()) {
		break // must not leave a worker that waits for ever
	}
}

func TestHowMuchRemains(t *testing.T) {
	for _, c := range []struct {
		done, total int
		taken       time.Duration
		words       string
	}{
		{5, 0, time.Hour, ""}, {11, 10, time.Hour, ""}, {0, 10, time.Hour, " of about 10"}, {5, 10, time.Second, " of about 10"},
		{5, 10, 10 * time.Second, " of about 10, less than a minute left"}, {1, 10, time.Minute, " of about 10, about 10 min left"},
		{1, 100, time.Minute, " of about 100, about 1 h 39 min left"},
	} {
		if got := remaining(c.done, c.total, c.taken); got != c.words {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// The table of columns that people read is the one that the program writes by.
func TestColumnsAreDescribed(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# Columns

What ` + "`dsa export`" + ` writes of each decision, one row to a decision. Names are stable: a column keeps its name and its meaning, and
new ones may come. A cell is empty where nothing is known, where it does not apply, and where the decision was disposed of. Several
ids in one cell stand with "; " between them; ` + "`none`" + ` among them means that somebody was asked and said so. What was typed stands as
amendments have corrected it; what was chosen stands as it was recorded, or as a completion gave it later. Columns marked as left
out of redacted exports hold what a person typed, or what points at one: names, references, keys, files.

| Column | Kind | Left out of redacted exports | What it says |
| --- | --- | --- | --- |
`)
	kinds := map[cases.Kind]string{cases.Text: "text", cases.IDs: "ids", cases.Day: "day", cases.Moment: "moment", cases.Number: "number", cases.YesNo: "yes or no"}
	for _, c := range cases.Columns() {
		out := ""
		if c.Free {
			out = "yes"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", c.Name, kinds[c.Kind], out, c.Says)
	}
	const name = "../decision/cases/COLUMNS.md"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil || string(got) != b.String() {
		t.Errorf("%s is not the table of columns; read the difference after: go test ./cmd -run Columns -update (%v)", name, err)
	}
}
