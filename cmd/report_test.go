package cmd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dsa/decision/tally"
)

// reportOf is what a report says as JSON; a number that is hidden is nil.
type reportOf struct {
	Decisions *int
	TooFew    bool `json:"too_few"`
	Open      bool `json:"not_suppressed"`
	Hidden    int
	Training  bool
	Faults    bool
	Periods   []struct{ Decisions *int }
	Months    []struct{ Decisions *int }
	Tables    []struct {
		ID    string
		Whole bool
		Rows  []struct {
			ID       string
			Total    *int
			Answered *int
			Periods  []*int
		}
	}
}

func reports(t *testing.T, code int, args ...string) (r reportOf, said string) {
	t.Helper()
	app, out, err := newTestApp(t, "")
	if got := Main(app, append([]string{"report", "--json"}, args...)); got != code {
		t.Fatalf("%v: exit code %d, want %d:\n%s", args, got, code, err)
	}
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v: %v:\n%s", args, err, out)
	}
	return r, err.String()
}

// What is counted is what is there, and what is small is in no number that is printed.
func TestReportCountsALog(t *testing.T) {
	dir := t.TempDir()
	made := caseLog{Records: 600, Chains: 3}.write(t, dir)
	all, _ := reports(t, codeDone, "--unsuppressed", "--log", dir)
	if all.Decisions == nil || *all.Decisions != made.Decisions || !all.Open || all.Hidden != 0 || len(all.Tables) != 9 {
		t.Fatalf("of %d decisions: %+v", made.Decisions, all)
	}
	years := 0
	for _, year := range []string{"2024", "2025"} {
		open, _ := reports(t, codeDone, "--unsuppressed", "--log", dir, "--year", year)
		years += *open.Decisions
		r, said := reports(t, codeDone, "--log", dir, "--year", year)
		if r.Open || r.Hidden == 0 || *r.Decisions != *open.Decisions || len(r.Periods) != 4 || !strings.Contains(said, "ntact") {
			t.Errorf("%s: %+v\n%s", year, r, said)
		}
		small := func(n *int) bool { return n != nil && *n > 0 && *n < tally.DefaultThreshold }
		hidden := 0
		for i, table := range r.Tables {
			var totals int
			for j, row := range table.Rows {
				numbers := append([]*int{row.Total, row.Answered}, row.Periods...)
				for k, n := range numbers {
					if small(n) {
						t.Errorf("%s: %s %s has %d", year, table.ID, row.ID, *n)
					}
					if n == nil && (k != 1 || table.ID == tally.ByFinding) {
						hidden++
					}
				}
				mine := open.Tables[i].Rows[j]
				if row.Total != nil && *row.Total != *mine.Total {
					t.Errorf("%s: %s %s has %d and not %d", year, table.ID, row.ID, *row.Total, *mine.Total)
				}
				totals += *mine.Total
			}
			if table.Whole && totals != *open.Decisions {
				t.Errorf("%s: the rows of %s come to %d of %d", year, table.ID, totals, *open.Decisions)
			}
		}
		if hidden != r.Hidden {
			t.Errorf("%s: %d are hidden, and it says %d", year, hidden, r.Hidden)
		}
	}
	if years != made.Decisions {
		t.Errorf("the years have %d of %d", years, made.Decisions)
	}
	if ten, _ := reports(t, codeDone, "--log", dir, "--year", "2025", "--threshold", "10"); ten.Hidden == 0 || len(ten.Months) >= 12 {
		t.Errorf("a higher threshold: %d hidden, %d months", ten.Hidden, len(ten.Months))
	}
	if exercises, _ := reports(t, codeDone, "--unsuppressed", "--training", "--log", dir); *exercises.Decisions != 0 || !exercises.Training {
		t.Errorf("there are no exercises: %+v", exercises)
	}

	// A record that is not as it was signed is not counted, and that is said.
	names, err := filepath.Glob(filepath.Join(dir, "*", "0000", "0000001-*.record.txt"))
	if err != nil || len(names) != 3 {
		t.Fatal(names, err)
	}
	content, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)-100] ^= 1
	if err := os.WriteFile(names[0], content, 0o600); err != nil {
		t.Fatal(err)
	}
	r, _ := reports(t, codeFound, "--unsuppressed", "--log", dir)
	if !r.Faults || *r.Decisions >= made.Decisions {
		t.Errorf("of %d decisions with a changed one: %+v", made.Decisions, r.Decisions)
	}
}

func TestExercisesAreCountedAlone(t *testing.T) {
	live, training := t.TempDir(), t.TempDir()
	caseLog{Records: 30, Chains: 1}.write(t, live)
	made := caseLog{Records: 30, Chains: 1, Training: true, Seed: 5}.write(t, training)
	args := []string{"--unsuppressed", "--log", live, "--log", training}
	decisions, said := reports(t, codeDone, args...)
	if !strings.Contains(said, "exercises are left out") {
		t.Errorf("it says\n%s", said)
	}
	exercises, _ := reports(t, codeDone, append(args, "--training")...)
	if *exercises.Decisions != made.Decisions || *decisions.Decisions == 0 || *decisions.Decisions > 30 {
		t.Errorf("%d decisions, %d exercises", *decisions.Decisions, *exercises.Decisions)
	}
	app, out, _ := newTestApp(t, "")
	if Main(app, append([]string{"report", "--training"}, args...)); !strings.HasPrefix(out.String(), "TRAINING. ") {
		t.Errorf("it begins %.100s", out)
	}
}

// No record stops a report, and nothing in one runs in it.
func TestHostileRecordsAreReported(t *testing.T) {
	author, _ := hostileLog(t)
	dir := t.TempDir()
	if keep := os.Getenv("DSA_READERS"); keep != "" {
		dir = keep // for .ci/readers, which has a browser look at the pages
	}
	for name, args := range map[string][]string{
		"hostile-report.html": {"--unsuppressed", "--html"}, "hostile-flows.html": {"--ropa", "--html"}, "hostile-flows.csv": {"--ropa", "--csv"},
	} {
		app, out, said := newTestApp(t, "")
		app.Home = author.Home
		to := filepath.Join(dir, name)
		if code := Main(app, append(append([]string{"report"}, args...), to)); code != codeDone {
			t.Fatalf("%v: exit code %d:\n%s", args, code, said)
		}
		content, err := os.ReadFile(to)
		if err != nil {
			t.Fatal(err)
		}
		for where, text := range map[string][]byte{name: content, "the screen": out.Bytes(), "notices": said.Bytes()} {
			if bytes.ContainsAny(text, "\x00\x1b\u202e\u2067\u2028") || bytes.Contains(text, []byte("<script")) && where != "the screen" && name != "hostile-flows.csv" {
				t.Errorf("%s has what acts in it", where)
			}
		}
		if filepath.Ext(name) == ".csv" {
			rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
			if err != nil || len(rows) < 5 {
				t.Fatalf("%d rows (%v)", len(rows), err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell != "" && strings.ContainsAny(cell[:1], "=+-@") {
						t.Errorf("a cell begins a formula: %.60q", cell)
					}
				}
			}
		}
	}
}
