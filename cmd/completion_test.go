package cmd

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"
)

// tabbed is what a shell is told for a command line whose last word is not finished: the words, and what the shell is to do.
func tabbed(t *testing.T, home string, words ...string) (found []string, directive string) {
	t.Helper()
	app, out, said := newTestApp(t, "")
	app.Home = home
	if code := Main(app, append([]string{cobra.ShellCompRequestCmd}, words...)); code != codeDone {
		t.Fatalf("%v: exit code %d\n%s", words, code, said)
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, line := range lines[:len(lines)-1] {
		word, _, _ := strings.Cut(line, "\t")
		found = append(found, word)
	}
	return found, lines[len(lines)-1]
}

func TestCompletion(t *testing.T) {
	const none, files, dirs, next = ":4", ":0", ":16", ":6"
	for _, c := range []struct {
		typed     string // a blank at the end: a new word is begun
		want      []string
		directive string
	}{
		{"sha", []string{"share"}, none},
		{"log j", []string{"join"}, none},
		{"share --agr", []string{"--agreement"}, none},
		{"share --agreement l", []string{"london-mas-2021"}, none},
		{"share --agreement ./own", nil, dirs},
		{"agreement diff cam", []string{"cambridgeshire-peterborough-2024"}, none},
		{"agreement check f", nil, files},
		{"log --agreement lo", []string{"london-mas-2021"}, none},
		{"due --agreement l", nil, dirs},
		{"checklist show app", []string{"appendix-d"}, none},
		{"gateways show children-act-1989-s17", []string{"children-act-1989-s17"}, none},
		{"gateways why care-act-2014-s42", []string{"care-act-2014-s42"}, none},
		{"log --gateway care-act-2014-s42", []string{"care-act-2014-s42"}, none},
		{"log --basis uk-gdpr-6-1-f", []string{"uk-gdpr-6-1-f"}, none},
		{"log --outcome no", []string{"none"}, none},
		{"log --mode e", []string{"emergency"}, none},
		{"log --from ", nil, none}, // a day
		{"log --organisation ", nil, none},
		{"log --finding NAM", []string{"NAMES"}, none},
		{"log --initiative mar", []string{"marac"}, none},
		{"gateways --from pol", []string{"police"}, none},
		{"gateways --to local", []string{"local-authority"}, none},
		{"gateways --facts asked,s47", []string{"asked,s47-enquiry"}, next},
		{"basis --about chi", []string{"children"}, none},
		{"export --to ", nil, files},
		{"export --as x", []string{"xlsx"}, none},
		{"export --fields id,outcome_", []string{"id,outcome_now"}, next},
		{"trust admit --role o", []string{"oversight"}, none},
		{"find --role ", nil, none}, // words
		{"glossary caldicott-g", []string{"caldicott-guardian"}, none},
		{"help exi", []string{"exit-codes"}, none},
		{"help ver", []string{"verify"}, none},
		{"help log kn", []string{"known"}, none},
		{"completion z", []string{"zsh"}, none},
		{"due ", nil, none}, // takes nothing, so no files are offered
		{"find ", nil, none},
		{"show ", nil, ":36"},
		{"verify ./", nil, files},
		{"nonsense x", nil, none},
	} {
		t.Run(c.typed, func(t *testing.T) {
			home := t.TempDir() + "/home"
			found, directive := tabbed(t, home, strings.Split(c.typed, " ")...)
			if !slices.Equal(found, c.want) || directive != c.directive {
				t.Errorf("%q %s, want %q %s", found, directive, c.want, c.directive)
			}
			if _, err := os.Stat(home); !errors.Is(err, fs.ErrNotExist) {
				t.Error("it has made a folder")
			}
		})
	}
}

// Records are offered by number, the newest first, or by id, each with its day and its kind and nothing of what it says.
func TestCompletionOfRecords(t *testing.T) {
	author, _, said := newTestApp(t, "")
	for range 3 {
		if code := Main(author, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
			t.Fatal(said)
		}
	}
	for typed, want := range map[string][]string{"": {"3", "2", "1", "0"}, "2": {"2"}} {
		for _, command := range []string{"show", "review", "prove", "hold", "export"} {
			if found, _ := tabbed(t, author.Home, command, typed); !slices.Equal(found, want) {
				t.Errorf("%s %q: %q, want %q", command, typed, found, want)
			}
		}
	}
	if found, _ := tabbed(t, author.Home, "export", "2", ""); slices.Contains(found, "2") {
		t.Errorf("a record that was named is offered again: %q", found)
	}
	book, err := author.openLog("")
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	chains, _ := book.Chains()
	if found, _ := tabbed(t, author.Home, "trust", "close", chains[0][:3]); !slices.Equal(found, chains) {
		t.Errorf("chains: %q, want %q", found, chains)
	}
	if found, _ := tabbed(t, author.Home, "show", chains[0][:4]); len(found) != 1 || !strings.HasPrefix(found[0], chains[0][:4]) {
		t.Errorf("by id: %q", found)
	}
	if found, _ := tabbed(t, t.TempDir(), "show", "--log", author.logFolder(""), ""); len(found) != 4 {
		t.Errorf("of another folder: %q", found)
	}
	app, out, _ := newTestApp(t, "")
	app.Home = author.Home
	if code := Main(app, []string{cobra.ShellCompRequestCmd, "show", ""}); code != codeDone || !strings.Contains(out.String(), "3\t2026-11-22 decision\n") ||
		strings.Contains(out.String(), "Fenmarsh") || strings.Contains(out.String(), "HL-") {
		t.Errorf("%q", out)
	}
}

// Scenarios are those of the folder, by what stands before the first hyphen.
func TestCompletionOfScenarios(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	found, _ := app.completeScenarios(nil, nil, "s0")
	files, _ := fs.Glob(app.Data, "scenarios/s0*.yaml")
	if len(files) == 0 || len(found) != len(files) || !slices.Contains(found, "s04\tmarac") {
		t.Errorf("%q of %d files", found, len(files))
	}
	all, _ := fs.Glob(app.Data, "scenarios/*.yaml")
	if found, _ := app.completeScenarios(nil, nil, ""); len(found) != len(all) {
		t.Errorf("%d of %d are offered", len(found), len(all))
	}
}

// Who presses Tab waits for nothing that is not built in: what is slowest reads all the law.
func TestCompletionIsQuick(t *testing.T) {
	began := time.Now()
	tabbed(t, t.TempDir(), "gateways", "show", "")
	if took := time.Since(began); took > 2*time.Second { // some 20 ms by itself
		t.Errorf("it took %v", took)
	}
}

// Each shell has a script; where the shell is there, it can read it.
func TestCompletionScripts(t *testing.T) {
	for shell, check := range map[string][]string{"bash": {"-n"}, "zsh": {"-n"}, "fish": {"--no-execute"}, "powershell": nil} {
		app, out, said := newTestApp(t, "")
		app.Home = ""
		if code := Main(app, []string{"completion", shell}); code != codeDone || !strings.Contains(out.String(), "__complete") {
			t.Errorf("%s: exit code %d, %d bytes\n%s", shell, code, out.Len(), said)
		}
		if _, err := exec.LookPath(shell); err != nil || check == nil {
			continue
		}
		name := t.TempDir() + "/script"
		if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.Command(shell, append(check, name)...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", shell, err, said)
		}
	}
}
