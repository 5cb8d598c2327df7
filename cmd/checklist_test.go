package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/data"
)

// template prints the template of a checklist and parses it.
func template(t *testing.T, args ...string) (string, *answersFile) {
	t.Helper()
	app, out, said := newTestApp(t, "")
	if code := Main(app, append([]string{"checklist", "template"}, args...)); code != codeDone {
		t.Fatal(said)
	}
	file, faults := parseAnswers("template", out.Bytes())
	if faults != nil {
		t.Fatalf("%v is no answers file: %v", args, faults)
	}
	return out.String(), file
}

// Every template names the command it is for, is an answers file for it as it stands, and wants nothing in it but
// answers.
func TestEveryTemplateIsAnAnswersFile(t *testing.T) {
	command := regexp.MustCompile(`dsa share( --[a-z]+( [a-z0-9-]+)?)* --answers FILE`)
	seen := 0
	for _, id := range checklist.Agreements(data.Files) {
		agreement, err := checklist.Load(data.Files, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, occasion := range checklist.Occasions {
			list := agreement.List(occasion)
			if list == nil {
				t.Fatalf("%s has no checklist for %s", id, occasion)
			}
			text, _ := template(t, list.ID, "--agreement", id)
			seen++
			file := filepath.Join(t.TempDir(), "case.yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			words := strings.Join(strings.Fields(strings.ReplaceAll(text, "#", " ")), " ")
			found := false
			for _, c := range command.FindAllString(words, -1) {
				if !strings.Contains(c, "--"+occasion) {
					continue
				}
				found = true
				app, _, said := newTestApp(t, "")
				if code := Main(app, append(strings.Fields(strings.TrimSuffix(c, "FILE"))[1:], file)); code != codeCould {
					t.Errorf("%s: exit code %d:\n%s", c, code, said)
				}
				for line := range strings.Lines(said.String()) {
					if strings.HasPrefix(line, "  ") && !strings.Contains(line, " is not answered: ") {
						t.Errorf("%s: %s", c, line)
					}
				}
			}
			if !found {
				t.Errorf("the template of %s %s does not name the command for %s", id, list.ID, occasion)
			}
		}
	}
	if seen != 6 {
		t.Errorf("%d templates; two agreements have three occasions each", seen)
	}
}

// A template has a place for every answer that can be asked on its occasions, and for no other; an emergency has no
// replies to give.
func TestATemplateHasAPlaceForEveryAnswer(t *testing.T) {
	text, file := template(t, "routine")
	if _, there := file.empty["frequency"]; !there || file.Occasion != checklist.Routine {
		t.Errorf("the routine template is for %q and has frequency: %v", file.Occasion, there)
	}
	if !strings.Contains(text, "\nreplies:\n") || !strings.Contains(text, "#   ID: ") {
		t.Error("it is not said how to reply to what is pointed out")
	}
	text, file = template(t, "emergency")
	if _, there := file.empty["record-now"]; there {
		t.Error("an emergency is asked how much to write down")
	}
	if strings.Contains(text, "replies:") || file.Agreement != "" || file.Occasion != checklist.Emergency {
		t.Error("the emergency template asks for replies, or is for one agreement only")
	}
	if _, file = template(t, "appendix-d"); file.Agreement != "london-mas-2021" || file.Occasion != "" {
		t.Errorf("Appendix D is for %q, %q", file.Agreement, file.Occasion)
	}
	if _, there := file.empty["frequency"]; !there {
		t.Error("Appendix D serves routine sharing too and has no place for how often")
	}
	for _, own := range []string{"amend", "review", "endorse"} {
		if text, file := template(t, own); !strings.Contains(text, "dsa "+own+" ID --answers FILE") || file.Occasion != "" || file.Agreement != "" {
			t.Errorf("the template of %s is for something else", own)
		}
	}
}
