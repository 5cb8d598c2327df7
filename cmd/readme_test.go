package cmd

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dsa/data"
)

// consoleLine is a command of a document, and what is shown below it of what it prints.
type consoleLine struct {
	line   string
	prints []string
}

// blocks are the parts of a document that stand as they are, of one language.
func blocks(t *testing.T, document, language string) []string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, block := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllSubmatch(text, -1) {
		all = append(all, string(block[1]))
	}
	return all
}

// consoleLines are the commands in the console blocks of a document: the lines that begin with "$ ".
func consoleLines(t *testing.T, document string) []consoleLine {
	t.Helper()
	var all []consoleLine
	for _, block := range blocks(t, document, "console") {
		for line := range strings.Lines(block) {
			line = strings.TrimRight(line, "\n")
			if command, is := strings.CutPrefix(line, "$ "); is {
				all = append(all, consoleLine{line: command})
			} else if last := len(all) - 1; last < 0 {
				t.Fatalf("%s: nothing was typed that could print %q", document, line)
			} else {
				all[last].prints = append(all[last].prints, line)
			}
		}
	}
	return all
}

// varies is what is another each time: ids and digests, moments, and the size of a record, which has the day in words.
var varies = []struct{ is, pattern string }{
	{`\b[0-9a-f]{12,64}\b`, `[0-9a-f]{12,64}`},
	{`\b\d{4}-\d\d-\d\d \d\d:\d\d\b`, `\d{4}-\d\d-\d\d \d\d:\d\d`},
	{`(\[0-9a-f\]\{12,64\}) \d{5}$`, `$1 \d{5}`},
	{`…`, `.*`},
}

// asPrinted is a pattern for a line that a document shows.
func asPrinted(line string) *regexp.Regexp {
	pattern := regexp.QuoteMeta(line)
	for _, v := range varies {
		with := v.pattern
		if !strings.Contains(with, "$1") {
			with = strings.ReplaceAll(with, "$", "$$")
		}
		pattern = regexp.MustCompile(v.is).ReplaceAllString(pattern, with)
	}
	return regexp.MustCompile("(?m)^" + pattern + "$")
}

// Every command of the README runs, in its order, in a folder that has what a copy of the project has for it: the built
// program and the files that are named. What stands below a command is what it prints.
func TestREADMECommandsRun(t *testing.T) {
	t.Parallel()
	lines := consoleLines(t, "../README.md")
	if len(lines) < 40 {
		t.Fatalf("the README shows %d commands; has its form changed?", len(lines))
	}
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	session, err := os.ReadFile("testdata/session.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(work, "cmd", "testdata", "answers"), os.DirFS("testdata/answers")); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", filepath.Join(work, "dsa"), "./cmd/dsa")
	build.Dir = top
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	exports, shown, said := "", 0, ""
	for _, c := range lines {
		line, stdin := c.line, []byte{}
		switch {
		case strings.HasPrefix(line, "export "):
			exports += line + "; "
			continue
		case strings.HasPrefix(line, "make "), strings.HasPrefix(line, "go build"):
			continue // make targets are looked at below; the program was just built, from the top
		case strings.HasPrefix(line, "go run ./cmd/dsa"):
			// The session that the README describes in words, in a home of its own so that the next commands begin anew.
			line, stdin = strings.Replace(line, "go run ./cmd/dsa", "./dsa --home first", 1), session
		}
		command := exec.Command("sh", "-c", exports+line)
		command.Dir = work
		command.Env = append(os.Environ(), "DSA_HOME="+filepath.Join(work, "no export before it"), "DSA_PLAIN=1")
		command.Stdin = bytes.NewReader(stdin)
		out, err := command.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
		for _, shows := range c.prints {
			if shown++; !asPrinted(shows).Match(out) {
				t.Errorf("%s: it does not print a line such as %q but\n%s", line, shows, out)
			}
		}
		if len(stdin) > 0 {
			said = string(out)
		}
	}
	if shown < 8 {
		t.Errorf("the README shows only %d lines that commands print", shown)
	}
	for _, question := range blocks(t, "../README.md", "text") {
		if !strings.Contains(said, question) {
			t.Errorf("no question is put as the README shows it:\n%s", question)
		}
	}
	if _, err := os.Stat(filepath.Join(work, "no export before it")); err == nil {
		t.Error("a command of the README writes into the folder of whoever tries it out")
	}
}

// wellNamed reports what is wrong with a command that is named in a sentence, where what it is about may be left out.
func wellNamed(t *testing.T, line string) error {
	t.Helper()
	app, _, _ := newTestApp(t, "")
	c, rest, err := NewRoot(app).Find(shellWords(line)[1:])
	if err != nil {
		return err
	}
	c.InitDefaultHelpFlag() // cobra does so only for the command that runs
	c.InitDefaultVersionFlag()
	if err := c.ParseFlags(rest); err != nil {
		return c.FlagErrorFunc()(c, err)
	}
	if c.Flags().NArg() == 0 {
		return nil
	}
	return c.ValidateArgs(c.Flags().Args())
}

// What a document names within a sentence is there: commands with their flags, targets of make, topics, and files.
func TestDocumentsNameWhatThereIs(t *testing.T) {
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile("`([^`\n]+)`")
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	counted := map[string]int{}
	for _, document := range []string{"README.md", "CHANGELOG.md", "SECURITY.md", "decision/FORMAT.md", "decision/cases/COLUMNS.md",
		"decision/export/MANIFEST.md", "decision/tally/SUPPRESSION.md", "data/README.md"} {
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(document)))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range code.FindAllStringSubmatch(string(text), -1) {
			word := strings.Fields(m[1])
			switch {
			case len(word) > 1 && word[0] == "dsa":
				counted["command"]++
				if err := wellNamed(t, m[1]); err != nil {
					t.Errorf("%s: `%s`: %s", document, m[1], explain(err).what)
				}
			case len(word) > 1 && word[0] == "make":
				counted["target"]++
				if !bytes.Contains(makefile, []byte("\n"+word[1]+":")) {
					t.Errorf("%s: the Makefile has no target for `%s`", document, m[1])
				}
			}
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			counted["link"]++
			if _, err := os.Stat(filepath.Join("..", filepath.Dir(filepath.FromSlash(document)), filepath.FromSlash(m[1]))); err != nil {
				t.Errorf("%s: a link leads nowhere: %v", document, err)
			}
		}
	}
	if counted["command"] < 50 || counted["target"] < 10 || counted["link"] < 8 {
		t.Errorf("so few were looked at that the form of the documents must have changed: %v", counted)
	}
	for _, c := range consoleLines(t, "../README.md") {
		if target, is := strings.CutPrefix(c.line, "make "); is && !bytes.Contains(makefile, []byte("\n"+target+":")) {
			t.Errorf("the Makefile has no target %s", target)
		}
	}
}

// What the README counts is counted.
func TestREADMECounts(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := strings.Join(strings.Fields(string(text)), " ")
	cases, err := data.Files.ReadDir("scenarios")
	if err != nil {
		t.Fatal(err)
	}
	if words := fmt.Sprintf("There are %d cases.", len(cases)); !strings.Contains(readme, words) {
		t.Errorf("the README does not say: %s", words)
	}
	app, out, _ := newTestApp(t, "")
	if code := Main(app, []string{"agreement", "list"}); code != codeDone {
		t.Fatal(code)
	}
	listed := strings.Join(strings.Fields(out.String()), " ")
	for id, words := range map[string]string{"cambridgeshire-peterborough-2024": "the %s rows of its legislation table", "london-mas-2021": "its table of %s"} {
		_, own, _ := strings.Cut(listed, id)
		if rows := regexp.MustCompile(`Table: (\d+) printed rows`).FindStringSubmatch(own); rows == nil || !strings.Contains(readme, fmt.Sprintf(words, rows[1])) {
			t.Errorf("the README does not count the rows of %s as dsa does: %q", id, rows)
		}
	}
}
