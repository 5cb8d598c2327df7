package cmd

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
)

// menuApp is somebody at a terminal of plain lines. Both is all that stands there.
func menuApp(t *testing.T) (app *App, both *bytes.Buffer) {
	t.Helper()
	app, both, _ = newTestApp(t, "")
	app.Err = both
	lawRead(app)
	app.Terminal = true
	return app, both
}

// typing is what the person types, line by line with | between them.
func typing(app *App, typed, then string) {
	app.In = strings.NewReader(strings.ReplaceAll(typed+"|"+then, "|", "\n") + "\n")
}

// Every line of the menu leads somewhere and back again, in plain lines.
func TestEveryLineOfTheMenu(t *testing.T) {
	for sentence, c := range map[string]struct {
		typed string // after which back and stop leave the menu
		want  []string
	}{
		"an emergency is one choice away":     {"1|stop|", []string{"Is someone in danger now?", "nothing was signed", "What to do: choose the same line of the menu"}},
		"deciding asks for the agreement":     {"2|1|stop|", []string{"1. One request or concern: Cambridgeshire and Peterborough.", "Stopped at", "Press Enter to go back."}},
		"the law of a case":                   {"3|1|1|1|1|", []string{"What kind of organisation would it go to?", "Whom is it about?", "As a command: dsa gateways --from "}},
		"back leads to the question before":   {"3|1|1|back|2|back|back|back", []string{"Whom is it about?"}},
		"one entry of the law":                {"3|2|care-act-2014-s42||back", []string{"The first 9 of them.", "Care Act 2014 section 42"}},
		"the printed table":                   {"3|3|", []string{"Appendix 3", "As a command: dsa gateways printed"}},
		"my records, by name":                 {"4|1|1||back", []string{"1 record, the newest first.", "Fenmarsh Council, HL-4471: shared in part (number 1)", "Decision: Share part"}},
		"a note from one":                     {"4|1|2||back", []string{"SHARING DECISION: Share part"}},
		"a notice from one":                   {"4|1|3||back", []string{"As a command: dsa show "}},
		"a reply from one":                    {"4|1|4||back", []string{"As a command: dsa show "}},
		"correcting one":                      {"4|1|5|stop||back", []string{"Which answer is wrong?"}},
		"looking at one again":                {"4|1|6|stop||back", []string{"nothing was signed"}},
		"what is owed":                        {"5|", []string{"look again at not telling", "As a command: dsa due"}},
		"a first practice run in two choices": {"6|1|stop|", []string{"This is an exercise", "Training."}},
		"a case of one's choice":              {"6|2|1|stop|", []string{"Which case?", "This is an exercise"}},
		"leaving the choice of a case":        {"6|2|stop", []string{"Which case?"}},
		"a case is watched":                   {"6|3|stop", []string{"A demonstration"}},
		"short questions":                     {"6|4|stop|", []string{"Question 1 of "}},
		"help":                                {"7|1|", []string{"About what?", "As a command: dsa help emergency"}},
		"is everything in order":              {"8|1|", []string{"Program: dsa", "As a command: dsa doctor"}},
		"who decides":                         {"8|2|stop|", []string{"nothing was changed"}},
		"the usual agreement":                 {"8|3|2||back", []string{"Which agreement do you decide under?", "this one is used: London"}},
		"my records are checked":              {"8|4|", []string{"2 records in 1 chain; 0 faults", "As a command: dsa verify"}},
		"drawn pages":                         {"8|5|", []string{"Draw the pages again", "Questions are drawn from now on"}},
		"what was printed is heard again":     {"5|?|", []string{"What is owed.\nWHEN"}},
		"a number that is not there":          {"12", []string{"Error: 12 is not one of the numbers here."}},
		"words that fit one line find it":     {"owed|", []string{"Chosen: What is owed."}},
		"the last line leaves":                {"9", []string{"Chosen: Leave dsa."}},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			app, both := menuApp(t)
			typing(app, "", "")
			if code := Main(app, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
				t.Fatal(both)
			}
			both.Reset()
			typing(app, c.typed, "back|stop")
			if code := Main(app, nil); code != codeDone {
				t.Fatalf("exit code %d\n%s", code, both)
			}
			for _, want := range c.want {
				if !strings.Contains(both.String(), want) {
					t.Errorf("%q is not said in\n%s", want, both)
				}
			}
			if times := strings.Count(both.String(), "1. Someone is in danger now."); times < 2 && c.typed != "9" {
				t.Errorf("the menu does not come back:\n%s", both)
			}
		})
	}
}

// What goes wrong is told in plain words, and the menu comes back.
func TestTheMenuTellsWhatGoesWrong(t *testing.T) {
	for sentence, c := range map[string]struct {
		upset func(t *testing.T, app *App)
		typed string
		want  []string
	}{
		"no records": {nil, "4||5||8|4|", []string{"My records.\nThere are no records on this computer yet.\nTo make the first, go back and choose: Decide",
			"What is owed.\nThere are no records", "Check my records.\nThere are no records"}},
		"a home that is no folder": {func(t *testing.T, app *App) {
			app.Home = filepath.Join(t.TempDir(), "file")
			writeTestFile(t, app.Home, "in the way")
		}, "8|5|", []string{"What to do: ", "8. This computer."}},
		"preferences that cannot be read": {func(t *testing.T, app *App) {
			writeTestFile(t, app.preferencesPath(), "plain: [")
		}, "8|5|", []string{"What you prefer cannot be read and is ignored. This computer says what to do."}},
		"a profile that cannot be read": {func(t *testing.T, app *App) {
			writeTestFile(t, app.profilePath(), "name: [")
		}, "2|1|stop|", []string{"who decides is asked anew"}},
		"an agreement that is gone": {func(t *testing.T, app *App) {
			writeTestFile(t, app.preferencesPath(), "agreement: our-own-2025\n")
		}, "3|3|", []string{"This could not be done.\nThe agreement chosen for this computer, our-own-2025, cannot be used", "What to do: "}},
		"a damaged log": {func(t *testing.T, app *App) {
			if code := Main(app, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
				t.Fatal("not signed")
			}
			names, _ := filepath.Glob(filepath.Join(app.Home, "log", "*", "*", "*1-*.record.txt"))
			for _, name := range names {
				writeTestFile(t, name, "spoilt\n")
			}
		}, "8|4|", []string{"1 fault found\nWhat to do: leave the folder as it is"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			app, both := menuApp(t)
			if c.upset != nil {
				typing(app, "", "")
				c.upset(t, app)
				both.Reset()
			}
			typing(app, c.typed, "?|back|?|stop")
			if code := Main(app, nil); code != codeDone {
				t.Errorf("exit code %d", code)
			}
			for _, want := range c.want {
				if !strings.Contains(both.String(), want) {
					t.Errorf("%q is not said in\n%s", want, both)
				}
			}
			if strings.Contains(both.String(), "run the same command") {
				t.Errorf("who has typed no command is told to run one:\n%s", both)
			}
			if !strings.HasSuffix(both.String(), "Type stop to leave dsa.\n") {
				t.Errorf("the menu does not come back:\n%s", both)
			}
		})
	}
}

// After an exercise the debriefing has been read once and not twice, and the menu says what could come next.
func TestTheMenuAfterAnExercise(t *testing.T) {
	app, both := menuApp(t)
	s, err := app.scenario(exercise, "")
	if err != nil {
		t.Fatal(err)
	}
	c := &scripted{answers: []string{"next"}}
	app.Drawn = func() screen.Asker { return c }
	err = (&menu{app}).exercise([]*training.Scenario{s}, 0, defaultAgreement)(t.Context())
	if !errors.Is(err, screen.ErrStopped) {
		t.Fatalf("%v\n%s", err, both)
	}
	if len(c.sat) != 2 || len(c.texts) != 2 || c.texts[0].Title != s.Title {
		t.Errorf("%d sittings, and these were read: %+v", len(c.sat), c.texts)
	}
	if len(c.pages) != 2 || c.pages[0].Heading != "What next?" || !slices.ContainsFunc(c.pages[0].Options, func(o checklist.Option) bool { return o.ID == "decide" }) {
		t.Errorf("what comes next: %+v", c.pages)
	}
}

// In the training room every page says so, and nothing is offered that is for real records.
func TestTheMenuOfTheTrainingRoom(t *testing.T) {
	app, both := menuApp(t)
	writeTestFile(t, app.path(trainingMark), trainingMarkText)
	typing(app, "", "stop")
	if code := Main(app, nil); code != codeDone {
		t.Fatalf("exit code %d", code)
	}
	said := both.String()
	if !strings.Contains(said, "TRAINING. dsa:") || !strings.Contains(said, "This folder is the training room") || strings.Contains(said, "What is owed") {
		t.Errorf("it says\n%s", said)
	}
}

// The input that ends leaves the menu wherever it stands, and what has no home says so at once.
func TestLeavingTheMenu(t *testing.T) {
	for _, typed := range []string{"", "2", "3|2", "4", "6|2", "8|1", "3|1|2"} {
		app, both := menuApp(t)
		app.In = strings.NewReader(strings.ReplaceAll(typed, "|", "\n"))
		if code := Main(app, nil); code != codeDone {
			t.Errorf("after %q it ends with %d\n%s", typed, code, both)
		}
	}
	app, both := menuApp(t)
	app.Home = ""
	if code := Main(app, nil); code != codeCould || !strings.Contains(both.String(), "next: name one with --home DIR") {
		t.Errorf("without a home: %d\n%s", code, both)
	}
	app, both = menuApp(t)
	app.Drawn = func() screen.Asker { t.Error("it is drawn"); return nil }
	typing(app, "", "stop")
	if code := Main(app, []string{"--plain"}); code != codeDone || !strings.Contains(both.String(), "9. Leave dsa.") {
		t.Errorf("--plain: %d\n%s", code, both)
	}
}

// A window that Explorer has opened waits for Enter where there is something left to read, and only there.
func TestTheWindowOfADoubleClick(t *testing.T) {
	for sentence, c := range map[string]struct {
		args     []string
		upset    func(*App)
		explorer bool
		waits    bool
	}{
		"an error at the start":     {nil, func(app *App) { app.Home = "" }, true, true},
		"a crash":                   {nil, func(app *App) { app.Now = func() time.Time { panic("broken") } }, true, true},
		"a file dropped on it":      {[]string{"letter.docx"}, nil, true, true},
		"a shortcut to a command":   {[]string{"--version"}, nil, true, true},
		"the menu that was left":    {nil, nil, true, false},
		"an error at a terminal":    {nil, func(app *App) { app.Home = "" }, false, false},
		"an error on other systems": {[]string{"letter.docx"}, func(app *App) { app.Explorer = nil }, false, false},
	} {
		app, both := menuApp(t)
		app.Explorer = func() bool { return c.explorer }
		typing(app, "2|1|no", "stop||back|stop|and more")
		if c.upset != nil {
			c.upset(app)
		}
		Main(app, c.args)
		if waits := strings.HasSuffix(both.String(), "Press Enter to close this window.\n"); waits != c.waits {
			t.Errorf("%s: waits %v\n%s", sentence, waits, both)
		}
	}
}

func writeTestFile(t *testing.T, name, content string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
