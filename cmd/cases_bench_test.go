package cmd

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/cases"
	"dsa/decision/logbook"

	"github.com/xuri/excelize/v2"
)

// TestSpeedOfCases measures exporting, reporting and listing against jq and a spreadsheet library's own streaming, in one
// run on the same records, with the most memory that each took, and prints tables. `make bench` runs it in full:
// DSA_BENCH=yes; with DSA_BENCH=long also on a million records, which take some 13 GB. Otherwise it is a few records, to show
// that it runs. Nothing is asserted about time. TMPDIR says which disk is measured.
func TestSpeedOfCases(t *testing.T) {
	s := &caseSpeed{t: t, out: os.Stdout, dir: t.TempDir(), repeats: 5}
	sizes := []caseLog{{Records: 10_000, Full: true}, {Records: 10_000}, {Records: 100_000}}
	switch os.Getenv("DSA_BENCH") {
	case "":
		s.out, s.repeats = io.Discard, 1
		sizes = []caseLog{{Records: 40}}
	case "long":
		sizes = append(sizes, caseLog{Records: 1_000_000, Chains: 1000})
		fallthrough
	default:
		s.program = filepath.Join(s.dir, "dsa")
		build := exec.Command("go", "build", "-trimpath", "-o", s.program, "dsa/cmd/dsa")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	}
	fmt.Fprintf(s.out, "%s %s/%s, %d processors, %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), time.Now().UTC().Format(time.RFC3339))
	for _, size := range sizes {
		s.measure(size)
	}
}

// caseSpeed is one run of all measurements.
type caseSpeed struct {
	t       *testing.T
	out     io.Writer
	dir     string
	program string // empty: the commands run in this process
	repeats int
}

// A caseTask is something that is done to all of the log.
type caseTask struct {
	name string
	run  func() (peak int64) // in bytes; 0: not known
	took []time.Duration
	peak int64
}

// measure makes a log and does everything to it, in turn, as often as asked.
func (s *caseSpeed) measure(l caseLog) {
	work := filepath.Join(s.dir, "work")
	log, home := filepath.Join(work, "log"), filepath.Join(work, "home")
	defer os.RemoveAll(work)
	made := l.write(s.t, log)
	repeats, heavy := s.repeats, made.Files > 200_000
	if heavy {
		repeats = 1
	}
	dsa := func(file string, args ...string) func() int64 {
		args = append(args, "--home", home, "--log", log)
		if file != "" {
			file = filepath.Join(work, file)
			args = append(args, "--to", file)
		}
		return func() int64 {
			peak := s.dsa(filepath.Join(work, "out"), args)
			if file != "" {
				os.Remove(file)
				os.Remove(file + ".manifest.txt")
			}
			return peak
		}
	}
	tasks := []*caseTask{
		{name: "dsa export, CSV", run: dsa("out.csv", "export", "--as", "csv")},
		{name: "dsa export, XLSX", run: dsa("out.xlsx", "export", "--as", "xlsx")},
		{name: "dsa export, JSON Lines", run: dsa("out.jsonl", "export", "--as", "jsonl")},
		{name: "dsa export, HTML", run: dsa("out.html", "export", "--as", "html")},
		{name: "dsa report", run: dsa("", "report", "--year", "2024")},
		{name: "dsa log --outcome none", run: dsa("", "log", "--outcome", "none")},
		{name: "dsa verify", run: dsa("", "verify")},
	}
	var jq, library *caseTask
	if _, err := exec.LookPath("jq"); err == nil && !heavy {
		bodies := filepath.Join(work, "bodies")
		s.bodies(log, bodies)
		jq = &caseTask{name: "jq, " + jqVersion() + ", 17 of the columns to CSV", run: func() int64 {
			return s.process(filepath.Join(work, "out"), exec.Command("sh", "-c", `cd "$1" && find . -type f -print0 | sort -z | xargs -0 -n 2000 jq -r -f "$2"`, "sh", bodies, s.jqFile()))
		}}
		tasks = append(tasks, jq)
	}
	if !heavy {
		// The cells are those of the CSV, so that the library writes as much.
		cells := filepath.Join(work, "cells.csv")
		s.dsa(os.DevNull, []string{"export", "--as", "csv", "--to", cells, "--home", home, "--log", log})
		library = &caseTask{name: "excelize's StreamWriter, the same cells, nothing read or verified", run: func() int64 { s.library(cells, filepath.Join(work, "library.xlsx")); return 0 }}
		tasks = append(tasks, library)
	}
	for range repeats {
		for _, task := range tasks {
			begun := time.Now()
			task.peak = max(task.peak, task.run())
			task.took = append(task.took, time.Since(begun))
		}
	}
	fmt.Fprintf(s.out, "\n%d records, %d of them decisions, %d MB\n\n| | seconds | microseconds a decision | peak MB | jq takes | the library takes |\n| --- | --- | --- | --- | --- | --- |\n",
		made.Files, made.Decisions, made.Bytes>>20)
	for _, task := range tasks {
		took := median(task.took)
		peak, of := "", func(other *caseTask) string {
			if other == nil || other == task {
				return ""
			}
			return fmt.Sprintf("%.2f times", float64(median(other.took))/float64(took))
		}
		if task.peak > 0 {
			peak = strconv.FormatInt(task.peak>>20, 10)
		}
		fmt.Fprintf(s.out, "| %s | %.2f | %.0f | %s | %s | %s |\n", task.name, took.Seconds(), float64(took.Microseconds())/float64(made.Decisions), peak, of(jq), of(library))
	}
}

func (s *caseSpeed) jqFile() string { return filepath.Join(s.dir, "columns.jq") }

// dsa runs the program and returns the most memory that it took.
func (s *caseSpeed) dsa(out string, args []string) int64 {
	s.t.Helper()
	if s.program != "" {
		return s.process(out, exec.Command(s.program, args...))
	}
	app, _, said := newTestApp(s.t, "")
	if code := Main(app, args); code != codeDone {
		s.t.Fatalf("%v: %d\n%s", args, code, said)
	}
	return 0
}

// process runs a program and returns the most memory that it took.
func (s *caseSpeed) process(out string, command *exec.Cmd) int64 {
	s.t.Helper()
	f, err := os.Create(out)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	// Linux counts a process with the most memory that the one which began it ever had; so that is given back and forgotten.
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200)
	var said bytes.Buffer
	command.Stdout, command.Stderr = f, &said
	if err := command.Run(); err != nil {
		s.t.Fatalf("%v: %v\n%s", command.Args, err, said.String())
	}
	return mostMemory(command.ProcessState)
}

// bodies writes the bodies of the decisions into files of their own, which is what jq can read, and its program.
func (s *caseSpeed) bodies(log, to string) {
	book, err := logbook.Open(log)
	if err == nil {
		defer book.Close()
		err = os.MkdirAll(to, 0o700)
	}
	for e, unread := range book.Where(func(c decision.Cover) bool { return c.Kind == decision.Decision }) {
		if err == nil {
			err = unread
		}
		if err == nil {
			err = os.WriteFile(filepath.Join(to, e.ID.Short()+".json"), e.Page.Body, 0o600)
		}
	}
	if err == nil {
		err = os.WriteFile(s.jqFile(), []byte(jqProgram), 0o600)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// jqProgram makes one row of a decision: the columns that need no more than one expression.
const jqProgram = `def a($i): [.questions[].answers[] | select(.id == $i and (.group | not))][0];
def t($i): a($i).text // "";
def c($i): [(a($i).chosen // [])[].id] | join("; ");
[.recorded, .occasion, c("outcome"), .by.organisation, .by.sector.id, .by.name, .by.email, t("case-reference"), c("recipient-sector"),
 t("recipient-organisation"), t("purpose"), c("circumstances"), ([.law.relied[].id] | join("; ")), ([(.law.bases // [])[].id] | join("; ")), c("told"),
 ([.findings[].code] | join("; ")), t("reasons")] | @csv
`

func jqVersion() string {
	out, err := exec.Command("jq", "--version").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}

// library writes the cells with a spreadsheet library's own way of streaming, numbers as numbers.
func (s *caseSpeed) library(from, to string) {
	f, err := os.Open(from)
	if err != nil {
		s.t.Fatal(err)
	}
	defer f.Close()
	book := excelize.NewFile()
	defer book.Close()
	stream, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		s.t.Fatal(err)
	}
	numeric := map[int]bool{}
	for i, c := range cases.Columns() {
		numeric[i] = c.Kind == cases.Number
	}
	rows := csv.NewReader(f)
	for n := 1; ; n++ {
		cells, err := rows.Read()
		if err == io.EOF {
			break
		}
		values := make([]any, len(cells))
		for i, text := range cells {
			values[i] = text
			if number, unread := strconv.ParseFloat(text, 64); numeric[i] && unread == nil {
				values[i] = number
			}
		}
		if err == nil {
			err = stream.SetRow("A"+strconv.Itoa(n), values)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if err := stream.Flush(); err != nil {
		s.t.Fatal(err)
	}
	if err := book.SaveAs(to); err != nil {
		s.t.Fatal(err)
	}
	os.Remove(to)
}
