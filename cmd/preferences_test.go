package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dsa/cmd/screen"
)

// What was typed comes before the environment, that before what is remembered, and that before what the terminal can.
func TestPlainOrDrawn(t *testing.T) {
	for _, c := range []struct {
		sentence, env, saved string
		typed                []string
		drawn                bool
	}{
		{"the terminal draws", "", "", nil, true},
		{"plain is remembered", "", "plain: true\n", nil, false},
		{"drawn is remembered", "", "plain: false\n", nil, true},
		{"the environment comes before what is remembered", "1", "plain: false\n", nil, false},
		{"the environment can say no", "0", "plain: true\n", nil, true},
		{"what is typed comes before what is remembered", "", "plain: false\n", []string{"--plain"}, false},
		{"what is typed comes before the environment", "1", "plain: true\n", []string{"--plain=false"}, true},
		{"what cannot be read says nothing", "", "plain: perhaps\n", nil, true},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			t.Setenv("DSA_PLAIN", c.env)
			app, _, _ := newTestApp(t, "stop\n")
			asked := false
			app.Drawn = func() screen.Asker { asked = true; return brokenAsker{} }
			prefers(t, app, c.saved)
			Main(app, append([]string{"share", "--adhoc"}, c.typed...))
			if asked != c.drawn {
				t.Errorf("drawn: %t", asked)
			}
		})
	}
}

func prefers(t *testing.T, app *App, content string) {
	t.Helper()
	if content == "" {
		return
	}
	if err := os.WriteFile(app.preferencesPath(), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Preferences are hostile until they were checked.
func TestPreferencesThatAreNotTaken(t *testing.T) {
	for sentence, content := range map[string]string{
		"a field that there is not":        "plain: true\nkey: other\n",
		"a field twice":                    "plain: true\nplain: false\n",
		"a folder without its whole path":  "agreement: ../fenmarsh\n",
		"an id that is none":               "agreement: Fen Marsh\n",
		"a sign that acts on a terminal":   "agreement: \"/x\\e[2J\"\n",
		"no yaml":                          "plain: [\n",
		"a word for a yes":                 "plain: perhaps\n",
		"larger than any honest one":       "# " + strings.Repeat("x", maxPreferences) + "\nplain: true\n",
		"a list where a word should stand": "agreement: [a]\n",
	} {
		t.Run(sentence, func(t *testing.T) {
			app, _, said := newTestApp(t, "")
			prefers(t, app, content)
			if p := app.preferences(); p != (preferences{}) || app.usualAgreement() != defaultAgreement {
				t.Errorf("%+v is preferred", p)
			}
			app.preferences()
			if strings.Count(said.String(), "Warning:") != 1 {
				t.Errorf("it is said once, and not: %q", said)
			}
		})
	}
	app, _, _ := newTestApp(t, "")
	if err := os.Mkdir(app.preferencesPath(), 0o700); err != nil {
		t.Fatal(err)
	}
	if p := app.preferences(); p != (preferences{}) {
		t.Errorf("of a folder, %+v is preferred", p)
	}
}

// What lies beside the program is there for everybody, what lies in the home folder comes before it, and what is built in
// before both.
func TestAgreementsCopiedHere(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	app.Beside = t.TempDir()
	home, beside := app.path(installedName), filepath.Join(app.Beside, installedName)
	if got := app.installedAgreements(); len(got) != 2 || got[0].ID != defaultAgreement || got[0].Title == "" || got[0].Area == "" {
		t.Fatalf("built in: %+v", got)
	}
	for _, dir := range []string{filepath.Join(home, "fenmarsh-2026"), filepath.Join(beside, "fenmarsh-2026"), filepath.Join(beside, "harbour-2026"), filepath.Join(beside, "taken")} {
		if code := Main(app, []string{"agreement", "new", dir}); code != codeDone {
			t.Fatal(dir)
		}
	}
	taken := filepath.Join(beside, "taken", "agreement.yaml")
	content, err := os.ReadFile(taken)
	if err == nil {
		err = os.WriteFile(taken, []byte(strings.Replace(string(content), "id: taken", "id: "+defaultAgreement, 1)), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(beside, "README.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	app.copied = nil
	var got []string
	for _, one := range app.installedAgreements()[2:] {
		got = append(got, one.Name+" in "+one.Folder+" fault "+strings.SplitN(one.Fault, ":", 2)[0])
	}
	want := []string{
		"fenmarsh-2026 in " + filepath.Join(home, "fenmarsh-2026") + " fault ",
		filepath.Join(beside, "fenmarsh-2026") + " in " + filepath.Join(beside, "fenmarsh-2026") + " fault ",
		"harbour-2026 in " + filepath.Join(beside, "harbour-2026") + " fault ",
		" in " + filepath.Join(beside, "taken") + " fault it is not sound",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("here are\n%s\nand should be\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for named, folder := range map[string]string{"harbour-2026": filepath.Join(beside, "harbour-2026"), "fenmarsh-2026": filepath.Join(home, "fenmarsh-2026"), defaultAgreement: ""} {
		if e, err := app.edition(named); err != nil || e.ID != named || e.folder != folder {
			t.Errorf("%s: %v", named, err)
		}
		one, _, _ := newTestApp(t, "") // a command uses one agreement
		one.Home, one.Beside = app.Home, app.Beside
		if a, err := one.agreement(named); err != nil || a.ID != named {
			t.Errorf("%s: %v", named, err)
		}
	}
}
