package decision_test

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/decision/tree"
)

// The worked example of FORMAT.md, typed as it stands there, gives what stands there.
func TestTheWorkedExampleByHand(t *testing.T) {
	t.Parallel()
	for _, tool := range []string{"sh", "sed", "ssh-keygen", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(page), "\n## A worked example\n")
	_, block, _ := strings.Cut(example, "```console\n")
	block, _, _ = strings.Cut(block, "```")
	var script, want strings.Builder
	commands := 0
	for line := range strings.Lines(block) {
		if command, is := strings.CutPrefix(line, "$ "); is {
			script.WriteString(command)
			commands++
		} else {
			want.WriteString(line)
		}
	}
	if commands < 9 {
		t.Fatalf("FORMAT.md shows %d commands; has its form changed?", commands)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/v1")); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("sh", "-ec", script.String())
	command.Dir = dir
	if out, err := command.CombinedOutput(); err != nil || string(out) != want.String() {
		t.Errorf("%v:\n%s\nFORMAT.md has\n%s", err, out, want.String())
	}
	id, err := decision.ParseID(regexp.MustCompile(`(?m)^([0-9a-f]{64})  -$`).FindStringSubmatch(block)[1])
	if err != nil {
		t.Fatal(err)
	}
	alone, err := tree.New(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	alone.Append(id)
	if line := "`tree " + decision.TreeLine(1, alone.Root()) + "`"; !strings.Contains(example, line) {
		t.Errorf("the worked example does not have %s", line)
	}
}

// The page has every name that the body of an act of oversight can have: whoever writes a reader from it misses none.
func TestThePageHasTheFieldsOfActs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(page), "\n### The bodies of the acts of oversight\n")
	section, _, _ = strings.Cut(section, "\n## ")
	if !found {
		t.Fatal("FORMAT.md has no bodies of acts")
	}
	place := []decision.Place{{}}
	for kind, act := range map[decision.Kind]any{
		decision.Trust: decision.TrustAct{Title: "x", Founders: []decision.Founder{{}}, Admits: []decision.Admission{{Roles: []decision.Role{decision.Decider, decision.Overseer}}},
			Closes: []decision.Closure{{}}},
		decision.Checkpoint: decision.CheckpointAct{Ranges: []decision.Range{{}}, Edge: []string{}},
		decision.Dispose:    decision.DisposeAct{Override: "x", Two: true, Records: place},
		decision.Hold:       decision.HoldAct{Records: place},
		decision.Release:    decision.ReleaseAct{},
		decision.Rule:       decision.RuleAct{},
	} {
		text, err := decision.EncodeBody(act)
		if err != nil {
			t.Fatal(err)
		}
		_, row, found := strings.Cut(section, "\n| `"+string(kind)+"` |")
		row, _, _ = strings.Cut(row, "\n")
		if !found {
			t.Errorf("the section has no row for %s", kind)
		}
		last := -1
		for _, name := range regexp.MustCompile(`(?m)^( +)"([a-z]+)": `).FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(section, "`"+name[2]+"`") {
				t.Errorf("%s: the section does not have %q", kind, name[2])
			}
			if name[1] == "  " && !strings.Contains("salt program log", name[2]) {
				at := strings.Index(row, "`"+name[2]+"`")
				if at <= last {
					t.Errorf("%s: %q does not stand in its place in the row", kind, name[2])
				}
				last = at
			}
		}
	}
}
