package cmd

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/cmd/training"
	"dsa/data/yamlfile"
)

const exampleCase = "scenarios/e01-school-refers-neglect.yaml"

// newPack writes the agreement to begin with, with its example of a scenario, and gives the app that checks it.
func newPack(t *testing.T) (dir string, check func(path string, flags ...string) (out, errs string, code int)) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "fenmarsh-2026")
	run := func(args ...string) (string, string, int) {
		app := trialApp(t)
		var out, errs strings.Builder
		app.Out, app.Err = &out, &errs
		code := Main(app, args)
		return out.String(), errs.String(), code
	}
	if _, errs, code := run("agreement", "new", dir); code != 0 {
		t.Fatal(errs)
	}
	return dir, func(path string, flags ...string) (string, string, int) {
		return run(append([]string{"agreement", "check", filepath.Join(dir, path)}, flags...)...)
	}
}

// alter changes one thing in a file of the pack.
func alter(t *testing.T, file, old, by string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(content), old); n != 1 {
		t.Fatalf("%q stands %d times in %s", old, n, file)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(content), old, by, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheExampleOfAScenarioIsSound(t *testing.T) {
	t.Parallel()
	_, check := newPack(t)
	for path, want := range map[string]string{"": "1 scenario to practise with; what is expected of it holds.", exampleCase: "Sound: e01, A school is worried about neglect"} {
		if out, errs, code := check(path); code != 0 || !strings.Contains(out, want) {
			t.Errorf("exit %d\n%s%s", code, out, errs)
		}
	}
}

// Every kind of expectation that does not hold is said, with the line on which it stands and with what is so instead.
func TestFaultsOfWhatAScenarioExpects(t *testing.T) {
	t.Parallel()
	app := trialApp(t)
	folder := t.TempDir()
	if err := os.CopyFS(folder, starter); err != nil {
		t.Fatal(err)
	}
	if _, err := app.usePack(filepath.Join(folder, "starter")); err != nil {
		t.Fatal(err)
	}
	content, err := starter.ReadFile("starter/" + exampleCase)
	if err != nil {
		t.Fatal(err)
	}
	for sentence, c := range map[string]struct{ old, by, want string }{
		"an answer that fits nothing":             {"  told: not-told", "  told: never", ":62: answers: told: that is not one of the choices here (use "},
		"an answer that is not given":             {"  reasons: A child shows", "  # ", ": answers: reasons is not answered: Why?"},
		"an answer that does not apply":           {"  told: not-told", "  told: told", ":63: answers: not-told-why does not apply"},
		"an answer to no question":                {"  heard: no-view", "  heard: no-view\n  weather: fine", `answers: this checklist has no question for "weather"`},
		"an answer of the wrong shape":            {"  heard: no-view", "  heard: {a: b}", "answers: \"heard\" takes a text or a list here"},
		"somebody in danger now":                  {"  danger: \"no\"", "  danger: \"yes\"", "answers: "},
		"a checklist that there is not":           {"occasion: adhoc", "occasion: routine", ":15: occasion: this agreement has no checklist for"},
		"an agreement that is not here":           {"# agreement: another-agreement-2026", "agreement: another-agreement-2026", ":16: agreement: say whose checklist is walked; use "},
		"an entry that is not offered":            {"offered: [education-act-2002-s175]", "offered: [education-act-2002-s157]", ": offered: education-act-2002-s157"},
		"an entry that is offered, with why":      {"not-offered: [education-act-2002-s157]", "not-offered: [children-act-2004-s11]", ":84: not-offered: children-act-2004-s11 is offered: "},
		"an entry that there is not":              {"offered: [education-act-2002-s175]", "offered: [education-act-1902-s1]", ":83: offered: the law here has no entry education-act-1902-s1"},
		"an entry spelt wrongly":                  {"not-offered: [education-act-2002-s157]", "not-offered: [education-act-2002-s157x]", ":84: not-offered: the law here has no entry"},
		"a function that is one's own":            {"  bases: [uk", "  theirs: [education-act-2002-s175]\n  bases: [uk", ":85: theirs: education-act-2002-s175 is offered as a power of the holder's own"},
		"a restriction that does not come up":     {"  bases: [uk", "  restricted: [adoption-and-children-act-2002]\n  bases: [uk", ":85: restricted: adoption-and-children-act-2002 does not come up"},
		"a route that is not shown":               {"  bases: [uk", "  route: true\n  bases: [uk", ":85: route: the non-statutory route is not shown"},
		"words that an entry has not":             {"  bases: [uk", "  shows: [{entry: education-act-2002-s175, words: moonlight}]\n  bases: [uk", `:85: shows: education-act-2002-s175 does not speak of "moonlight"`},
		"a basis that is not open":                {"bases: [uk-gdpr-6-1-e]", "bases: [uk-gdpr-6-1-ea-safeguarding]", ":85: bases: uk-gdpr-6-1-ea-safeguarding is not open: "},
		"a basis that there is not":               {"bases: [uk-gdpr-6-1-e]", "bases: [uk-gdpr-6-1-z]", ":85: bases: uk-gdpr-6-1-z is not open: nothing is said of it"},
		"a basis that is not closed":              {"  bases: [uk-gdpr-6-1-e]", "  closed-bases: [uk-gdpr-6-1-e]", ":85: closed-bases: uk-gdpr-6-1-e is open"},
		"a basis of which nothing warns":          {"  bases: [uk-gdpr-6-1-e]", "  warned-bases: [uk-gdpr-6-1-e]", ":85: warned-bases: nothing warns of uk-gdpr-6-1-e"},
		"another reason":                          {"  bases: [uk-gdpr-6-1-e]", "  because: {uk-gdpr-6-1-ea-safeguarding: moonlight}", `:85: because: of uk-gdpr-6-1-ea-safeguarding it is said "`},
		"another first basis":                     {"  bases: [uk-gdpr-6-1-e]", "  first-basis: uk-gdpr-6-1-d", ":85: first-basis: what comes first is uk-gdpr-6-1-e"},
		"a finding that is not raised":            {"findings: [NOTTOLD]", "findings: [NOTTOLD, LATE]", ":86: findings: LATE is not raised; raised are "},
		"a finding that is raised":                {"not-findings: [ID, P18]", "not-findings: [FACT]", ":87: not-findings: FACT is raised: "},
		"a finding beyond the only ones":          {"not-findings: [ID, P18]", "only-findings: [NOTTOLD]", ":87: only-findings: FACT is raised too: "},
		"a decision that cannot be chosen":        {"decisions: [share-all, share-part]", "decisions: [share-all, share-none]", ":88: decisions: share-none cannot be chosen"},
		"a reply that is asked for":               {"  identity-check: known\n", "  identity-check: not-yet\n", ":87: not-findings: ID is raised"},
		"nothing that waits for a reply":          {"decisions: [share-all, share-part]", "decisions: [share-all]\n  blocked: true", ":89: blocked: nothing asks for a reply before signing"},
		"told what the checklist does not ask":    {"told: [danger,", "told: [recipient-party, danger,", ":19: told: the model answers have no recipient-party"},
		"a point on what is not asked":            {"- on: information\n", "- on: receipt\n", ":97: points: this checklist has no question for receipt"},
		"a judgement of a text":                   {"  - on: information\n    open: true", "  - on: reasons\n    accept: [yes]", ":97: points: reasons is answered in one's own words"},
		"a judgement of a group":                  {"    open: true\n", "    not: [everything]\n", ":97: points: information is answered in one's own words"},
		"a choice that is not offered":            {"not: [none, defer]", "accept: [share-none]", ":94: accept: share-none is not offered at outcome; offered are share-all"},
		"a wrong choice that there is not":        {"not: [none, defer]", "not: [nothing]", ":94: not: nothing is not offered at outcome"},
		"a wrong basis that the law has not":      {"not: [uk-gdpr-6-1-a]", "not: [uk-gdpr-6-1-zz]", ":105: not: uk-gdpr-6-1-zz is not offered at article-6"},
		"a need that the model does not meet":     {"- on: article-6\n    not: [uk-gdpr-6-1-a]", "- on: gateway\n    need: [children-act-2004-s11]", ":105: need: the model's own answer to gateway leaves out children-act-2004-s11"},
		"a need of one choice":                    {"not: [none, defer]", "need: [share-part]", ":94: need: outcome takes one choice"},
		"a change that fits nothing":              {"change: {identity-check: not-yet}", "change: {identity-check: seldom}", ":120: change: identity-check: that is not one of the choices here"},
		"a change of what is not asked":           {"change: {identity-check: not-yet}", "change: {weather: fine}", `:120: change: this checklist has no question for "weather"`},
		"a change that does not apply":            {"change: {identity-check: not-yet}", "change: {told: told, not-told-why: None}", ":120: change: not-told-why: "},
		"a finding that the record does not have": {"finding: ID ", "finding: LATE ", ":121: finding: the record shown does not raise LATE"},
		"a finding that the model has too":        {"finding: ID ", "finding: NOTTOLD ", ":121: finding: NOTTOLD is raised by the model answers too"},
		"a variant that does not fit": {"points:\n", "variants:\n  - {id: v, title: V., answers: {article-6: uk-gdpr-6-1-ea-safeguarding}}\npoints:\n",
			":93: variant v: answers: article-6: that is not one of the choices here"},
		"a variant that does not come out so": {"points:\n", "variants:\n  - id: v\n    title: V.\n    answers: {identity-check: not-yet}\n    expect:\n      blocked: false\npoints:\n",
			":97: variant v: blocked: the model answer waits for a reply to ID"},
		"a variant with a point of its own that fits nothing": {"points:\n", "variants:\n  - id: v\n    title: V.\n    points:\n      - {on: told, not: [never], why: W., source: S.}\npoints:\n",
			":96: not: never is not offered at told"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			if n := strings.Count(string(content), c.old); n != 1 {
				t.Fatalf("%q stands %d times in the example", c.old, n)
			}
			s, err := training.Parse("e01.yaml", []byte(strings.Replace(string(content), c.old, c.by, 1)))
			var faults yamlfile.Faults
			if err == nil {
				s.Agreement = cmp.Or(s.Agreement, starterID)
				faults = app.judgeScenario(s)
			} else if !errors.As(err, &faults) {
				t.Fatal(err)
			}
			if !strings.Contains(faults.Error(), c.want) {
				t.Errorf("got\n%v\nwant %s", faults, c.want)
			}
		})
	}
}

func TestFaultsOfWhatCompletesAnEmergency(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../data/scenarios/s21-emergency-in-the-corridor.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for sentence, c := range map[string]struct{ old, by, want string }{
		"an answer that is not given":            {"    benefits: ", "    # ", "completion: benefits is not answered"},
		"an answer that fits nothing":            {"    identity-check: ", "    identity-check: never # ", "completion: identity-check: that is not one of the choices here"},
		"a finding that it does not raise":       {"    findings: [EMERGENCY, LATE, NOTTOLD, FACT", "    findings: [HEAR", "findings: HEAR is not raised"},
		"an answer of the emergency itself":      {"  outcome: share-all\n", "  outcome: never\n", "answers: outcome: that is not one of the choices here"},
		"a reply that nobody is kept waiting by": {"  blocked: false\n", "  blocked: true\n", "blocked: nothing asks for a reply before signing"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			if strings.Count(string(content), c.old) != 1 {
				t.Fatalf("%q does not stand there once", c.old)
			}
			s, err := training.Parse("s21.yaml", []byte(strings.Replace(string(content), c.old, c.by, 1)))
			if err != nil {
				t.Fatal(err)
			}
			if faults := trialApp(t).judgeScenario(s); !strings.Contains(faults.Error(), c.want) {
				t.Errorf("got\n%v\nwant %s", faults, c.want)
			}
		})
	}
}

// A scenario is read from anywhere: what it names is not read, and what it says cannot act on a screen.
func TestHostileScenarios(t *testing.T) {
	t.Parallel()
	secret := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(secret, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for sentence, c := range map[string]struct{ old, by, want string }{
		"an escape code":          {"title: A school", `title: "\e[2J" # `, "a character that cannot be shown safely (U+001B)"},
		"an escape code in a key": {"teaches: ", `"\e[2J": x` + "\nteaches: ", "there is a field here that is not known"},
		"a huge file":             {"story: >-", "# " + strings.Repeat("x", training.MaxSize) + "\nstory: >-", "the file is larger than 262144 bytes"},
		"an alias":                {"teaches: Pass", "teaches: *x # ", "an alias (*) points to nothing"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			dir, check := newPack(t)
			alter(t, filepath.Join(dir, exampleCase), c.old, c.by)
			out, errs, code := check("")
			if code != codeFound || !strings.Contains(out, c.want) || strings.Contains(out+errs, "\x1b") {
				t.Errorf("exit %d\n%q%q", code, out, errs)
			}
		})
	}
	t.Run("a file of the reader", func(t *testing.T) {
		t.Parallel()
		content, err := os.ReadFile("../data/scenarios/s03-school-refers-neglect.yaml")
		if err != nil {
			t.Fatal(err)
		}
		s, err := training.Parse("s03.yaml", []byte(strings.Replace(string(content), "  accuracy: checked\n", "  accuracy: checked\n  files: "+secret+"\n", 1)))
		if err != nil {
			t.Fatal(err)
		}
		if faults := trialApp(t).judgeScenario(s); !strings.Contains(faults.Error(), "files: nothing can be read here") || strings.Contains(faults.Error(), "secret") {
			t.Errorf("got %v", faults)
		}
		// Nor in any way in which a case can be used, where the story tells it or not.
		file := filepath.Join(t.TempDir(), "s03.yaml")
		hostile := strings.Replace(string(content), "  accuracy: checked\n", "  accuracy: checked\n  files: "+secret+"\n", 1)
		for _, told := range []string{"told: [danger,", "told: [files, danger,"} {
			if err := os.WriteFile(file, []byte(strings.Replace(hostile, "told: [danger,", told, 1)), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, flags := range [][]string{nil, {"--blank"}, {"--demo", "--plain"}, {"--quiz"}, {"--handout"}, {"--on", "2026-03-02"}} {
				app := trialApp(t)
				var out, errs strings.Builder
				app.Out, app.Err = &out, &errs
				code := Main(app, append([]string{"practise", file}, flags...))
				if code != codeCould || out.Len() > 0 || !strings.Contains(errs.String(), "files: nothing can be read here") || strings.Contains(errs.String(), "secret") {
					t.Errorf("practise %v: exit %d\n%s%s", flags, code, out.String(), errs.String())
				}
			}
		}
	})
	t.Run("a file of the reader, under another question", func(t *testing.T) {
		t.Parallel()
		filled := &task{scenario: "s03", given: checklist.Answers{"evidence": {Text: "See\n \"" + secret + "\" "}}}
		if kept, reason := filled.reads(secret); kept != "" || !strings.Contains(reason, "the scenario has filled this in") || strings.Contains(reason, "secret") {
			t.Errorf("it is read: %q, %q", kept, reason)
		}
		// What the learner types is looked at as in every walk.
		for _, t1 := range []*task{{scenario: "s03"}, {given: filled.given}} {
			if kept, reason := t1.reads(secret); !strings.HasPrefix(kept, "secret.txt") || reason != "" {
				t.Errorf("it is not read: %q, %q", kept, reason)
			}
		}
	})
}

func TestFilesOfScenariosInAPack(t *testing.T) {
	t.Parallel()
	for sentence, c := range map[string]struct {
		lay  func(dir string) error
		want string
	}{
		"a link": {func(dir string) error {
			return os.Symlink("e01-school-refers-neglect.yaml", filepath.Join(dir, "e02.yaml"))
		},
			"e02.yaml: it is a link"},
		"a link that leads out": {func(dir string) error { return os.Symlink("/etc/hostname", filepath.Join(dir, "e02.yaml")) }, "e02.yaml: it is a link"},
		"a name that nothing reads": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "E02.yaml"), []byte("id: e02\n"), 0o600)
		},
			"E02.yaml: nothing reads this file; data files are named"},
		"a folder within":      {func(dir string) error { return os.MkdirAll(filepath.Join(dir, "more.yaml"), 0o700) }, ""},
		"another kind of YAML": {func(dir string) error { return os.WriteFile(filepath.Join(dir, "e02.yml"), nil, 0o600) }, "e02.yml: nothing reads this file; the name of a data file ends in .yaml"},
		"an id twice": {func(dir string) error {
			content, err := os.ReadFile(filepath.Join(dir, "e01-school-refers-neglect.yaml"))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "e01.yaml"), content, 0o600)
		}, ": the id e01 is that of e01-school-refers-neglect.yaml already"},
		"an id that is built in": {func(dir string) error {
			content, err := os.ReadFile("../data/scenarios/s16-police-want-a-file.yaml")
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "s16.yaml"), content, 0o600)
		}, "s16.yaml:1: s16 is a scenario that is built in"},
		"a readme beside them": {func(dir string) error { return os.WriteFile(filepath.Join(dir, "README.txt"), []byte("x"), 0o600) }, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			dir, check := newPack(t)
			if err := c.lay(filepath.Join(dir, "scenarios")); err != nil {
				t.Skip(err)
			}
			out, errs, code := check("")
			if c.want == "" && code != 0 || c.want != "" && (code != codeFound || !strings.Contains(out, c.want)) {
				t.Errorf("exit %d\n%s%s", code, out, errs)
			}
		})
	}
}

// What is there to practise with is no part of the agreement: it does not change the digest that records keep, and a
// fault in it keeps nobody from deciding.
func TestScenariosAreNoPartOfTheAgreement(t *testing.T) {
	t.Parallel()
	dir, _ := newPack(t)
	digest := func() string {
		t.Helper()
		agreement, err := trialApp(t).usePack(dir)
		if err != nil {
			t.Fatal(err)
		}
		return agreement.Digest
	}
	with := digest()
	if err := os.WriteFile(filepath.Join(dir, "scenarios", "E99.yaml"), []byte("\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := digest()
	if err := os.RemoveAll(filepath.Join(dir, "scenarios")); err != nil {
		t.Fatal(err)
	}
	if without := digest(); with != without || broken != without {
		t.Errorf("the digest is %s with, %s with a broken one, and %s without them", with, broken, without)
	}
	alter(t, filepath.Join(dir, "adhoc.yaml"), "title: What do you decide?", "title: And now?")
	if digest() == with {
		t.Error("another word in the checklist does not change the digest")
	}
}

func TestCheckingAScenarioForPrograms(t *testing.T) {
	t.Parallel()
	dir, check := newPack(t)
	if out, _, code := check(exampleCase, "--json"); code != 0 || out != "" {
		t.Errorf("nothing is wrong: exit %d, %q", code, out)
	}
	alter(t, filepath.Join(dir, exampleCase), "findings: [NOTTOLD]", "findings: [LATE]")
	out, _, code := check(exampleCase, "--json")
	var fault struct {
		File, What string
		Line       int
	}
	if err := json.Unmarshal([]byte(out), &fault); err != nil || code != codeFound || fault.Line != 86 || !strings.Contains(fault.What, "LATE is not raised") ||
		!strings.HasSuffix(fault.File, filepath.FromSlash(exampleCase)) {
		t.Errorf("exit %d, %q: %v", code, out, err)
	}
	if _, errs, code := check("scenarios/none.yaml"); code != codeCould || !strings.Contains(errs, "cannot be read") {
		t.Errorf("a file that is not there: exit %d\n%s", code, errs)
	}
}

// The record of a question of the quiz is that of the model answers but for what was changed, and whoever looks at the
// model afterwards finds it as it was.
func TestTheRecordOfAQuestion(t *testing.T) {
	t.Parallel()
	app := trialApp(t)
	content, err := starter.ReadFile("starter/" + exampleCase)
	if err != nil {
		t.Fatal(err)
	}
	dir, _ := newPack(t)
	agreement, err := app.usePack(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := training.Parse("e01.yaml", content)
	if err != nil {
		t.Fatal(err)
	}
	s.Agreement = agreement.ID
	model, err := app.rehearse(s)
	if err != nil {
		t.Fatal(err)
	}
	before, err := model.record()
	if err != nil {
		t.Fatal(err)
	}
	shown, err := model.altered(training.Question{Without: []string{"fairness", "information"}, Change: s.Quiz[1].Change})
	if err != nil {
		t.Fatal(err)
	}
	if shown.Text("fairness") != "" || shown.Items("information") != nil || !shown.Chose("identity-check", "not-yet") || shown.Text("reasons") != before.Text("reasons") {
		t.Errorf("the record is not the model's with these changes: %+v", shown.Questions)
	}
	after, err := model.record()
	if err != nil || after.Text("fairness") == "" || len(after.Items("information")) != 3 || !after.Chose("identity-check", "known") {
		t.Errorf("the model was changed: %v", err)
	}
	if shown.Standing != "training" {
		t.Errorf("the record that is shown stands as %s", shown.Standing)
	}
}
