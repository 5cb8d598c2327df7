package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/logbook"
)

// put records what somebody else's program could have recorded, without asking anything.
func put(t *testing.T, app *App, key string, kind decision.Kind, about filed, edit func(*decision.Record)) filed {
	t.Helper()
	record := *about.record
	record.Of = linkTo(about.entry, about.record)
	record.Recorded = app.Now().Format(decision.TimeFormat)
	record.Checklist = decision.Document{ID: string(kind), Title: "A list"}
	record.Law, record.Files, record.Findings = decision.Law{Relied: []decision.Provision{}}, nil, []decision.Finding{}
	one := func(id, option string) decision.Answer {
		return decision.Answer{ID: id, Asked: "Asked?", Chosen: []decision.Choice{{ID: option, Words: option}}}
	}
	answers := []decision.Answer{{ID: "reasons", Asked: "Why?", Text: "It is right."}}
	switch kind {
	case decision.Endorse:
		answers = append(answers, one("capacity", "legal-adviser"), one("looked-at", "record"), one("view", "agree"))
	case decision.Review:
		answers = append(answers, one("stands", "stands"))
	}
	record.Questions = []decision.Question{{ID: "view", Title: "What do you say?", Answers: answers}}
	if edit != nil {
		edit(&record)
	}
	if err := record.Check(); err != nil {
		t.Fatal(err)
	}
	body, err := decision.EncodeBody(&record)
	if err != nil {
		t.Fatal(err)
	}
	d, err := app.desk(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	if _, err := d.chain(t.Context(), record.By, app.Now()); err != nil {
		t.Fatal(err)
	}
	entry, err := d.record(t.Context(), logbook.Act{Time: app.Now(), Kind: kind, About: about.entry.ID, KeepUntil: decision.Permanent, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return filed{entry, &record}
}

// somebody is an App with a home of its own, whose random numbers are those of the seed.
func somebody(t *testing.T, seed string) *App {
	t.Helper()
	app, _, _ := newTestApp(t, "")
	app.Rand = fixedRandom(seed)
	return app
}

// decided is an App of somebody who has taken a decision, with that.
func decided(t *testing.T) (*App, filed) {
	t.Helper()
	app := somebody(t, "decided")
	if code := Main(app, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
		t.Fatal("no decision was recorded")
	}
	app.ctx = nil // that command has ended
	logs, entry, err := app.openRecord("", "1")
	if err != nil {
		t.Fatal(err)
	}
	closeAll(logs)
	first, err := file(entry)
	if err != nil {
		t.Fatal(err)
	}
	return app, first
}

func as(name, email string) func(*decision.Record) {
	return func(d *decision.Record) { d.By.Name, d.By.Email = name, email }
}

// gathered are the records about a decision in the logs, by what they are and who says so.
func gathered(t *testing.T, app *App, id string, dirs ...string) (*dossier, []string) {
	t.Helper()
	logs, entry, err := app.openRecords(dirs, id)
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(logs)
	d, err := app.dossier(entry, logs...)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, f := range d.later {
		all = append(all, string(f.entry.Page.Cover.Kind)+" "+f.record.By.Name)
	}
	return d, all
}

// What is said of a decision lies in the logs of those who say it, and so does what is said of what followed it. Whoever
// signed something is no second person to it, whatever their program lets them record.
func TestADossierHasWhatOthersSay(t *testing.T) {
	author, first := decided(t)
	review := put(t, author, "", decision.Review, first, nil)
	ann, bob := somebody(t, "ann"), somebody(t, "bob")
	of := put(t, ann, "", decision.Endorse, first, as("Ann", "ann@fenmarsh.example"))
	put(t, bob, "", decision.Endorse, review, as("Bob", "bob@fenmarsh.example"))
	put(t, author, "", decision.Endorse, first, as("Sam again", "somebody@fenmarsh.example")) // with the same key
	put(t, bob, "", decision.Endorse, first, as("Sam elsewhere", " SAM.Okafor@harbourlane.example"))
	// What the author's reviewer says of the author's decision is somebody else's word; of the review it is not.
	other := put(t, ann, "", decision.Review, first, as("Ann", "ann@fenmarsh.example"))
	put(t, bob, "", decision.Endorse, other, as("Bob", "BOB@fenmarsh.example"))

	dirs := []string{author.logFolder(""), ann.logFolder(""), bob.logFolder("")}
	want := []string{"endorse Ann", "endorse Bob", "endorse Bob", "review Ann", "review Sam Okafor"}
	for _, asked := range []string{first.entry.ID.String(), review.entry.ID.String(), of.entry.ID.String()} {
		d, got := gathered(t, author, asked, dirs...)
		slices.Sort(got)
		if !slices.Equal(got, want) || d.own != 2 || d.unreadable != 0 {
			t.Errorf("got %v, and %d by whoever signed it, want %v and 2", got, d.own, want)
		}
	}
	// In the logs that are known it is found without being named; in those that are not, it is not.
	if _, got := gathered(t, author, "1"); !slices.Equal(got, []string{"review Sam Okafor"}) {
		t.Errorf("of logs that nobody named: %v", got)
	}
	known := "logs:\n  - folder: " + ann.logFolder("") + "\n    id: \"-\"\n"
	if err := os.WriteFile(author.knownPath(), []byte(known), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, got := gathered(t, author, "1"); !slices.Equal(got, []string{"review Sam Okafor", "endorse Ann", "review Ann"}) {
		t.Errorf("of a log that is known: %v", got)
	}
}

// A record that two steps lead to no decision from is no part of one.
func TestWhatIsEndorsedIsADecisionOrAboutOne(t *testing.T) {
	author, first := decided(t)
	ann := somebody(t, "ann")
	of := put(t, ann, "", decision.Endorse, first, as("Ann", "ann@fenmarsh.example"))
	bob := somebody(t, "bob")
	again := put(t, bob, "", decision.Endorse, of, as("Bob", "bob@fenmarsh.example"))
	logs, entry, err := author.openRecords([]string{bob.logFolder(""), ann.logFolder("")}, again.entry.ID.String())
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(logs)
	if _, err := author.dossier(entry, logs...); !errors.Is(err, errNoDecision) {
		t.Errorf("an endorsement of an endorsement belongs to a decision: %v", err)
	}
	if report, err := logbook.Check(t.Context(), bookOf(t, ann, bob), checks()); err != nil || report.Clean() {
		t.Errorf("verify takes an endorsement of an endorsement: %v %v", report.Faults, err)
	}
}

// bookOf puts the logs of several people together.
func bookOf(t *testing.T, apps ...*App) []*logbook.Book {
	t.Helper()
	dir := t.TempDir()
	for _, app := range apps {
		entries, err := os.ReadDir(app.logFolder(""))
		for _, e := range entries {
			if err == nil && e.IsDir() {
				err = os.CopyFS(filepath.Join(dir, e.Name()), os.DirFS(filepath.Join(app.logFolder(""), e.Name())))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	book, err := logbook.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { book.Close() })
	return []*logbook.Book{book}
}

// A body that says another thing than its cover is refused by verify and shown by nothing.
func TestAnEndorsementIsReadStrictly(t *testing.T) {
	_, first := decided(t)
	body := func(edit func(*decision.Record)) []byte {
		f := put(t, somebody(t, "x"+t.Name()), "", decision.Endorse, first, as("Ann", "ann@fenmarsh.example"))
		edit(f.record)
		b, err := decision.EncodeBody(f.record)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for sentence, edit := range map[string]func(*decision.Record){
		"a view that nobody knows": func(d *decision.Record) { d.Questions[0].Answers[3].Chosen[0].ID = "agree-with-all" },
		"another list":             func(d *decision.Record) { d.Checklist.ID = "review" },
		"about nothing":            func(d *decision.Record) { d.Of = nil },
	} {
		if _, err := checkBody(decision.Endorse, body(edit)); err == nil {
			t.Errorf("%s passes", sentence)
		}
	}
	whole := body(func(*decision.Record) {})
	of, err := checkBody(decision.Endorse, whole)
	if want := (logbook.Reference{ID: first.entry.ID, Chain: first.entry.Chain, Number: 1, Standing: decision.Live}); err != nil || of != want {
		t.Errorf("it is about %+v: %v", of, err)
	}
	if _, err := checkBody(decision.Review, whole); !errors.Is(err, errDisagrees) {
		t.Errorf("an endorsement passes as a review: %v", err)
	}
}

// A log on a network that is gone holds up nobody for long, and that it did not answer is known.
func TestALogThatDoesNotAnswer(t *testing.T) {
	gone := make(chan struct{})
	defer close(gone)
	l := &logAt{dir: t.TempDir(), remote: true, wait: time.Millisecond}
	if _, err := ask(l, func(*logbook.Book) (int, error) { <-gone; return 1, nil }); !errors.Is(err, errNoAnswer) || !l.silent || l.book != nil {
		t.Errorf("got %v, silent %t", err, l.silent)
	}
	if _, err := ask(l, func(*logbook.Book) (int, error) { t.Error("it is asked again"); return 1, nil }); !errors.Is(err, errNoAnswer) {
		t.Error(err)
	}
	missing := &logAt{dir: filepath.Join(t.TempDir(), "nowhere"), remote: true, wait: time.Minute}
	if _, err := ask(missing, func(*logbook.Book) (int, error) { return 1, nil }); err == nil || !missing.silent {
		t.Errorf("a folder that is not there answers: %v", err)
	}
}

// The list is asked whole at the keyboard, and nothing is chosen in advance.
func TestEndorsingAtTheKeyboard(t *testing.T) {
	author, first := decided(t)
	typed := strings.Join([]string{"Ann Bell", "Legal adviser", "Fenmarsh Council", "local-authority", "yes", "no", "ann@fenmarsh.example", "8",
		"legal-adviser", "record, material", "disagree", "It is too much.", ".", "With the GP today.", ".", "sign", ""}, "\n")
	app, out, said := newTestApp(t, typed)
	app.Rand = fixedRandom("ann")
	err := Main(app, []string{"endorse", first.entry.ID.String(), "--log", author.logFolder(""), "--plain"})
	if err != codeDone {
		t.Fatalf("exit code %d:\n%s", err, said)
	}
	if !strings.Contains(out.String(), "Recorded: number 1") || !strings.Contains(said.String(), "you do NOT agree with record 1") {
		t.Errorf("%s\n%s", out, said)
	}
	read := strings.Index(said.String(), "To help the council decide today whether the child is safe")
	if asked := strings.Index(said.String(), "In what capacity do you say it"); read < 0 || read > asked {
		t.Error("it is asked before the record is shown")
	}
}
