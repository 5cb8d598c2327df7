package cmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// The attack shelf through the real command: dsa verify ends with exit code 4 where attacks.yaml has a fault and with 0
// where it has none, and prints nothing that a terminal acts on. What exactly is found, decision/logbook tests.
const shelfFolder = "../decision/testdata/shelf"

// openOnShelf are the attacks that are not found yet, so that the exit code is wrong; see open in decision/logbook.
// Whoever mends one takes it out.
var openOnShelf = []string{}

type shelfEntry struct {
	Name  string `yaml:"name"`
	Live  string `yaml:"live"`
	Looks []struct {
		Folders  []string         `yaml:"folders"`
		ID       string           `yaml:"id"`
		Receipts []string         `yaml:"receipts"`
		Covers   bool             `yaml:"covers"`
		Proof    string           `yaml:"proof"`
		Faults   []map[string]any `yaml:"faults"`
	} `yaml:"looks"`
}

func readShelf(t *testing.T) []shelfEntry {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(shelfFolder, "attacks.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Attacks []shelfEntry `yaml:"attacks"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Attacks) < 100 {
		t.Fatalf("%d attacks are on the shelf", len(file.Attacks))
	}
	return file.Attacks
}

// actedOn is the first sign in a text that a terminal acts on, or that turns what follows round, or "".
func actedOn(text string) string {
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError && size == 1 {
			return fmt.Sprintf("%q in %q", r, text[max(0, i-60):min(len(text), i+20)])
		}
	}
	return ""
}

func TestShelfThroughTheCommand(t *testing.T) {
	for _, a := range readShelf(t) {
		if a.Live != "" {
			continue // below
		}
		t.Run(a.Name, func(t *testing.T) {
			t.Parallel()
			wrong := 0
			for i, l := range a.Looks {
				args := []string{"verify"}
				if l.Proof != "" {
					args = append(args, filepath.Join(shelfFolder, a.Name, l.Proof))
				}
				for _, f := range l.Folders {
					args = append(args, "--log", filepath.Join(shelfFolder, a.Name, f))
				}
				if l.Proof == "" && l.Folders == nil {
					args = append(args, "--log", filepath.Join(shelfFolder, a.Name, "log"))
				}
				switch {
				case l.ID != "":
					args = append(args, "--id", l.ID)
				case l.Receipts == nil:
					args = append(args, "--id", "-")
				}
				for _, r := range l.Receipts {
					args = append(args, "--receipt", r)
				}
				if l.Covers {
					args = append(args, "--covers")
				}
				if i%2 == 1 {
					args = append(args, "--json")
				}
				code, out, said := at(t.TempDir()).run(laterOn+i, "", args...)
				if bad := actedOn(out + said); bad != "" {
					t.Errorf("look %d: it prints %s", i+1, bad)
				}
				if want := map[bool]int{true: codeDone, false: codeFound}[len(l.Faults) == 0]; code != want {
					wrong++
					if !slices.Contains(openOnShelf, a.Name) {
						t.Errorf("look %d: exit code %d, expected %d\n%s%s", i+1, code, want, out, said)
					}
				}
			}
			if wrong == 0 && slices.Contains(openOnShelf, a.Name) {
				t.Error("this is found as it should be: take it out of openOnShelf")
			}
		})
	}
}

// hostileNames are names of files with codes for a terminal, lines that are not there, text that runs backwards, and
// bytes that are not UTF-8. The first are refused by no system but Windows; those that a system refuses cannot be there.
var hostileNames = []string{
	"\x1b[2J\x1b[1;1HIntact, signers confirmed", "\x1b]0;owned\a", "\x1b]8;;https://marsh.example\a", "a\nIntact: 7 records", "a\rIntact: 7 records", "\b\b\b", "\x7f\x7f",
	"\u009b2J", "\u009d0;owned\u009c", "\u202etxt.drocer", "\u2066\u2069", "\u200b", "\xff\x9b2J", "\xc0\x9b", "\xed\xa0\x80", strings.Repeat("x", 200) + "\x1b[31m",
}

func TestHostileNamesPrintNothingThatATerminalActsOn(t *testing.T) {
	t.Parallel()
	var id string
	for _, a := range readShelf(t) {
		if a.Name == "untouched" {
			id = a.Looks[0].ID
		}
	}
	dir := t.TempDir()
	log := filepath.Join(dir, "log")
	if err := os.CopyFS(log, os.DirFS(filepath.Join(shelfFolder, "untouched", "log"))); err != nil {
		t.Fatal(err)
	}
	chains, err := filepath.Glob(filepath.Join(log, "*", "0000"))
	if err != nil || len(chains) == 0 {
		t.Fatal(err, len(chains))
	}
	laid := 0
	for i, name := range hostileNames {
		for _, in := range []string{log, filepath.Dir(chains[0]), chains[0]} {
			var err error
			switch i % 4 {
			case 0:
				err = os.Mkdir(filepath.Join(in, name), 0o700)
			case 1:
				err = os.Symlink("\x1b[2Jnowhere", filepath.Join(in, name))
			case 2: // as a record would be called, and as a writer's leftover
				err = os.WriteFile(filepath.Join(in, ".tmp-"+name), nil, 0o600)
			default:
				err = os.WriteFile(filepath.Join(in, name), []byte("dsa-record 1\n"), 0o600)
			}
			if err == nil {
				laid++
			}
		}
	}
	if laid < len(hostileNames) {
		t.Skipf("this system takes only %d of these names", laid)
	}
	run := func(want int, args ...string) {
		t.Helper()
		code, out, said := at(dir).run(1, "", args...)
		if code != want {
			t.Errorf("dsa %s: exit code %d, expected %d\n%s", strings.Join(args[:1], " "), code, want, said)
		}
		if bad := actedOn(out + said); bad != "" {
			t.Errorf("dsa %s prints %s", strings.Join(args, " "), bad)
		}
		if want == codeFound && !strings.Contains(out, "stray") {
			t.Errorf("nothing is found:\n%s", out)
		}
	}
	run(codeFound, "verify", "--log", log, "--id", id)
	run(codeFound, "verify", "--log", log, "--id", "-")
	run(codeFound, "verify", "--log", log, "--log", filepath.Join(shelfFolder, "untouched", "log"), "--id", id)
	run(codeFound, "verify", "--log", log, "--id", id, "--json")
	run(codeDone, "log", "--log", log)

	// A folder, and a single file, that are called so themselves.
	for _, name := range hostileNames {
		named := filepath.Join(dir, name)
		if os.Rename(log, named) == nil {
			if _, out, said := at(dir).run(2, "", "verify", "--log", named, "--log", filepath.Join(shelfFolder, "untouched", "log"), "--id", id); actedOn(out+said) != "" {
				t.Errorf("verify of a folder prints %s", actedOn(out+said))
			}
			if err := os.Rename(named, log); err != nil {
				t.Fatal(err)
			}
		}
		content, err := os.ReadFile(filepath.Join(shelfFolder, "proof-untouched", "proof.txt"))
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range [][]byte{content, bytes.Replace(content, []byte("leaf "), []byte("leaf 1"), 1), []byte("dsa-record \x1b[2J\n")} {
			if os.WriteFile(named, text, 0o600) != nil {
				continue
			}
			if _, out, said := at(dir).run(3, "", "verify", named); actedOn(out+said) != "" {
				t.Errorf("verify of a file prints %s", actedOn(out+said))
			}
		}
		os.RemoveAll(named)
	}
}

// What a hostile record says is shown, and what it hides is not.
func TestHostileRecordsPrintNothingThatATerminalActsOn(t *testing.T) {
	t.Parallel()
	for _, a := range readShelf(t) {
		if !strings.Contains(a.Name, "terminal") && !strings.Contains(a.Name, "turn-text") && !strings.Contains(a.Name, "control") {
			continue
		}
		folder := filepath.Join(shelfFolder, a.Name, "log")
		records, err := filepath.Glob(filepath.Join(folder, "*", "*", "*.txt"))
		if err != nil || len(records) == 0 {
			t.Fatal(err, a.Name)
		}
		commands := [][]string{{"log", "--log", folder}}
		for _, name := range records {
			id := strings.TrimSuffix(filepath.Base(name)[8:], ".record.txt")
			commands = append(commands, []string{"show", id, "--log", folder}, []string{"verify", id, "--log", folder, "--id", "-"})
		}
		for _, args := range commands {
			code, out, said := at(t.TempDir()).run(1, "", args...)
			if code == codeUsage {
				t.Fatalf("dsa %s: %s", strings.Join(args, " "), said)
			}
			if bad := actedOn(out + said); bad != "" {
				t.Errorf("%s: dsa %s prints %s", a.Name, args[0], bad)
			}
		}
	}
}

// laterOn is when the shelf is looked at, in minutes: some of its disposals are of the year 2034.
const laterOn = 10 * 365 * 24 * 60
