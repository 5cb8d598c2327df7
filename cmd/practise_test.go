package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/decision"
)

// What was typed ahead is not lost between one sitting and the next, in a training room or out of it.
func TestThereIsOneAskerOfPlainLines(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	s, err := app.scenario(exercise, "")
	if err != nil {
		t.Fatal(err)
	}
	room, err := app.room(s)
	if err != nil {
		t.Fatal(err)
	}
	one := app.asker(true)
	if app.asker(false) != one || room.asker(true) != one {
		t.Error("there are several, and each keeps what it has read ahead")
	}
	app.In = strings.NewReader("other")
	if app.asker(true) == one {
		t.Error("it still reads from an input that is not the app's any more")
	}
}

// Choosing from the list, working through the case and signing come from one input.
func TestPractiseFromTheList(t *testing.T) {
	app, out, said := newTestApp(t, "")
	all, err := app.scenarios("")
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(s *training.Scenario) bool { return s.ID == "s21" })
	app.Terminal = true
	app.In = strings.NewReader(strconv.Itoa(at+1) + "\nstop\n")
	if code := Main(app, []string{"practise", "--plain"}); code != codeStopped || out.Len() > 0 {
		t.Errorf("exit code %d, output %q", code, out)
	}
	for _, words := range []string{"TRAINING. Practise.", "Which case?", "TRAINING. " + all[at].Title, "nothing that you sign in it counts", "dsa: stopped at "} {
		if !strings.Contains(said.String(), words) {
			t.Errorf("%q is not said:\n%.3000s", words, said)
		}
	}
	for typed, code := range map[string]int{"stop\n": codeStopped, "": codeCould} {
		app, _, said := newTestApp(t, typed)
		app.Terminal = true
		if got := Main(app, []string{"practise", "--plain"}); got != code || !strings.Contains(said.String(), "before a case was chosen; nothing was recorded") {
			t.Errorf("%q: exit code %d\n%s", typed, got, said)
		}
	}
}

// A scripted asker agrees to every sitting and chooses on pages in this order, where "back" goes back; it keeps what it was
// shown.
type scripted struct {
	answers []string
	end     error // with which every text is left
	pages   []screen.Page
	texts   []screen.Text
	sat     []*screen.Sitting
}

func (s *scripted) Conduct(_ context.Context, sitting *screen.Sitting) (screen.Ending, error) {
	s.sat = append(s.sat, sitting)
	return screen.Agreed, nil
}

func (s *scripted) Choose(_ context.Context, p screen.Page) (string, error) {
	s.pages = append(s.pages, p)
	if len(s.answers) == 0 {
		return "", screen.ErrStopped
	}
	answer := s.answers[0]
	s.answers = s.answers[1:]
	if answer == "back" {
		return "", screen.ErrBack
	}
	return answer, nil
}

func (s *scripted) Read(_ context.Context, t screen.Text) error {
	s.texts = append(s.texts, t)
	return s.end
}

// At a terminal the debriefing is read by pages, and stands on the standard output all the same, also when the reading is
// stopped.
func TestTheDebriefingIsReadByPages(t *testing.T) {
	for _, stopped := range []error{nil, screen.ErrStopped, screen.ErrBack} {
		r := &scripted{end: stopped}
		app, out, said := newTestApp(t, "")
		app.Terminal, app.Drawn = true, func() screen.Asker { return r }
		if code := Main(app, []string{"practise", exercise}); code != codeDone {
			t.Fatalf("exit code %d\n%s", code, said)
		}
		if len(r.texts) != 1 || !r.texts[0].Training || !slices.Contains(r.texts[0].Lines, "Why: A life was in danger.") {
			t.Errorf("%+v", r.texts)
		}
		if len(r.sat) != 1 || !r.sat[0].Training || len(r.sat[0].Story) != 3 || r.sat[0].Review().Verb != "Sign and record this exercise" {
			t.Errorf("%+v", r.sat)
		}
		if !strings.Contains(out.String(), screen.TrainingBanner+"\n") || !strings.Contains(out.String(), "\nWhy: A life was in danger.\n") {
			t.Errorf("the output has no debriefing:\n%s", out)
		}
		if !strings.Contains(said.String(), "Next: when you are ready for real work") {
			t.Errorf("it is not said what comes next:\n%s", said)
		}
	}
}

// The room is another place, another time and another person, and what is composed in it is no decision.
func TestTheRoom(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	now := app.Now()
	app.Now = func() time.Time { return now }
	s, err := app.scenario(exercise+"/in-part", "")
	if err != nil {
		t.Fatal(err)
	}
	room, err := app.room(s)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(5 * time.Minute)
	if got := room.Now().Format(time.RFC3339); got != "2026-01-15T10:05:00Z" {
		t.Errorf("the clock of the case says %s", got)
	}
	if room.Home != filepath.Join(app.Home, "training") || !room.Training || !isMissing(room.Home) {
		t.Errorf("the room is %s, or was made before anything was kept", room.Home)
	}
	who, all, _, err := room.whoDecides()
	if err != nil || !all || who["name"].Text != "Robin Invented" {
		t.Errorf("who decides is %v, %v, %v", who, all, err)
	}
	model, err := app.rehearse(s)
	if err != nil {
		t.Fatal(err)
	}
	record, err := model.record()
	if err != nil {
		t.Fatal(err)
	}
	if record.Standing != decision.Training || record.By.Name != "Robin Invented" || record.Outcome().ID != "share-part" || record.Recorded[:10] != "2026-01-15" {
		t.Errorf("the model is %s by %s: %s", record.Standing, record.By.Name, record.Outcome().ID)
	}
	if err := record.Check(); err != nil {
		t.Error(err)
	}
	if again, err := model.onDay(now, model.comp.walk.Answers()).record(); err != nil || again.Outcome().ID != "share-part" {
		t.Errorf("under another day's law: %v", err)
	}
}

// Every answer that the story gives is filled in, those of groups and of an emergency too, and none besides.
func TestWhatTheStoryTellsIsFilledIn(t *testing.T) {
	t.Parallel()
	app, _, _ := newTestApp(t, "")
	for _, s := range builtIn(t) {
		model, err := app.rehearse(s)
		if err != nil {
			t.Errorf("%s: %v", s.ID, err)
			continue
		}
		room, err := app.room(s)
		if err != nil {
			t.Fatal(err)
		}
		given, err := room.exercise(s)
		if err != nil {
			t.Fatal(err)
		}
		before := len(given.given)
		n := given.tell(s, model.comp.walk.Answers())
		for _, id := range s.Told {
			_, filled := given.given[id]
			_, group := given.given[id+"/1/more"]
			_, who := room.who[id]
			ask := given.list.Ask(id)
			unasked := ask != nil && ask.Sole != "" // where there is but one choice
			if !filled && !group && !who && !unasked {
				t.Errorf("%s: %s is told by the story, and not filled in", s.ID, id)
			}
		}
		if n == 0 || len(given.given) < before {
			t.Errorf("%s: %d answers are filled in", s.ID, n)
		}
		for path := range given.given {
			id, _, _ := strings.Cut(path, "/")
			if !slices.Contains(s.Told, id) && s.Occasion != checklist.Emergency {
				t.Errorf("%s: %s is filled in, which the story does not tell", s.ID, path)
			}
		}
	}
}

// What is wrong on purpose is for the tests: nobody is led to it, and it cannot be run.
func TestWhatIsWrongOnPurposeIsNotPractised(t *testing.T) {
	t.Parallel()
	var shown strings.Builder
	for _, args := range [][]string{{"practise", "--list"}, {"practise", "--json"}, {"practise", "s28", "--handout"}} {
		app, out, said := newTestApp(t, "")
		if code := Main(app, args); code != codeDone {
			t.Fatal(said)
		}
		shown.WriteString(out.String() + said.String())
	}
	wrong := 0
	for _, s := range builtIn(t) {
		for _, v := range s.Variants {
			name := s.ID + "/" + v.ID
			named := strings.Contains(shown.String(), name)
			_, err := asVariant(s, v.ID)
			if !v.Wrong && (!named || err != nil) {
				t.Errorf("%s cannot be found, or run: %v", name, err)
			}
			if v.Wrong && (regexp.MustCompile(regexp.QuoteMeta(name)+`\b`).MatchString(shown.String()) || err == nil || !strings.Contains(err.Error(), "has no such variant") || strings.Contains(explain(err).next, name+",")) {
				t.Errorf("%s is wrong on purpose, and is shown or can be run: %v", name, err)
			}
			if v.Wrong {
				wrong++
			}
		}
	}
	if wrong == 0 {
		t.Error("nothing is wrong on purpose")
	}
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"practise", "s16/first-draft"}); code != codeUsage || !strings.Contains(said.String(), "has no such variant") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

// A starter is led to a first case, and nobody has to hear all of them to choose: those to begin with come first, and every
// other is under one heading.
func TestTheListBeginsWithCasesToBeginWith(t *testing.T) {
	app, out, said := newTestApp(t, "")
	all, err := app.scenarios("")
	if err != nil || all[0].ID != "s03" {
		t.Fatalf("the first is %s: %v", all[0].ID, err)
	}
	for i := range all[1:] {
		if all[i+1].First && !all[i].First {
			t.Errorf("%s is to begin with, and comes after %s", all[i+1].ID, all[i].ID)
		}
	}
	if code := Main(app, []string{"practise", "--list"}); code != codeDone || !strings.Contains(out.String(), "\n\nTo begin with: 3 cases\ns03  ") {
		t.Fatalf("%s\n%s", out, said)
	}
	for line := range strings.Lines(out.String()) {
		if len([]rune(line)) > screen.PageWidth+1 {
			t.Errorf("a line is too long for a page: %s", line)
		}
	}
	seen := map[string]bool{}
	asker := &scripted{}
	app, _, _ = newTestApp(t, "")
	app.Terminal, app.Drawn = true, func() screen.Asker { return asker }
	Main(app, []string{"practise"})
	for _, o := range asker.pages[0].Options {
		if !strings.HasPrefix(o.ID, behind) {
			seen[o.ID] = true
			continue
		}
		asker.pages, asker.answers = nil, []string{o.ID, "back"}
		if code := Main(app, []string{"practise"}); code != codeStopped || len(asker.pages) != 3 || asker.pages[1].Back == "" {
			t.Fatalf("exit code %d after %d pages", code, len(asker.pages))
		}
		for _, o := range asker.pages[1].Options {
			seen[o.ID] = true
		}
	}
	if len(seen) != len(all) {
		t.Errorf("%d of %d cases can be chosen", len(seen), len(all))
	}
}

// What to do next is said in three lines at most.
func TestWhatIsNext(t *testing.T) {
	for _, name := range []string{"s03", "s03/march", "s21", "l08", exercise} {
		app, _, said := newTestApp(t, "")
		s, err := app.scenario(name, "")
		if err != nil {
			t.Fatal(err)
		}
		app.whatNext(s, practiseOptions{})
		if n := strings.Count(said.String(), "\n"); n < 2 || n > 3 || !strings.Contains(said.String(), "dsa share --adhoc") || strings.Contains(said.String(), "dsa practise "+name+";") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// What changes with the law of another day is said in both directions, with reasons of both days.
func TestAnotherDaysLaw(t *testing.T) {
	app, out, said := newTestApp(t, "")
	if code := Main(app, []string{"practise", "s16/independent", "--on", "2026-01-15"}); code != codeDone {
		t.Fatal(said)
	}
	text := strings.Join(strings.Fields(out.String()), " ")
	for _, words := range []string{
		screen.TrainingBanner, "under the law of 5 February 2026, the day of the case, and under that of 15 January 2026",
		"Open only on 5 February 2026: ", "On 15 January 2026 it is closed: ", "Why: ", "2026-02-05",
	} {
		if !strings.Contains(text, words) {
			t.Errorf("%q is not said:\n%s", words, out)
		}
	}
	if !isMissing(filepath.Join(app.Home, "training")) {
		t.Error("something was written")
	}
}

// An agreement of one's own brings scenarios of its own.
func TestScenariosOfAnAgreementInAFolder(t *testing.T) {
	pack := filepath.Join(t.TempDir(), "pack")
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"agreement", "new", pack}); code != codeDone {
		t.Fatal(said)
	}
	names, err := filepath.Glob(filepath.Join(pack, "scenarios", "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatal("a new agreement has no scenario to begin with", err)
	}
	app, out, said := newTestApp(t, "")
	if code := Main(app, []string{"practise", "--json", "--agreement", pack}); code != codeDone || !strings.Contains(out.String(), names[0]) || !strings.Contains(out.String(), `"id": "s16"`) {
		t.Fatalf("%s\n%s", said, out)
	}
	s, err := app.scenario(names[0], "")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"practise", names[0]}, {"practise", s.ID, "--agreement", pack}} {
		app, _, said := newTestApp(t, "stop\n")
		if code := Main(app, args); code != codeStopped || !strings.Contains(said.String(), "TRAINING. "+s.Title) {
			t.Errorf("%v: exit code %d\n%s", args, code, said)
		}
	}
	// What it does not say anew is as it is built in, and it takes nothing's place.
	content, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(filepath.Dir(names[0]), "s16-mine.yaml")
	if err := os.WriteFile(other, bytes.Replace(content, []byte("id: "+s.ID), []byte("id: s16"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	app, _, said = newTestApp(t, "")
	if code := Main(app, []string{"practise", "s16", "--agreement", pack}); code != codeCould || !strings.Contains(said.String(), "s16 is a scenario that is built in") {
		t.Errorf("exit code %d\n%s", code, said)
	}
}

// Nobody in the training room is remembered, and nobody's profile is looked at there.
func TestTheProfileStaysOutside(t *testing.T) {
	home := homeOfSam(t)
	app, out, said := appAt(t, scriptNow, home, "out")
	before, err := os.ReadFile(filepath.Join(home, "profile.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	app.In = strings.NewReader("sign\n")
	if code := Main(app, []string{"practise", exercise}); code != codeDone {
		t.Fatal(said)
	}
	after, err := os.ReadFile(filepath.Join(home, "profile.yaml"))
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the profile was changed", err)
	}
	if strings.Contains(out.String()+said.String(), "Okafor") {
		t.Errorf("the person at the computer is named:\n%s%s", out, said)
	}
	names, _ := filepath.Glob(filepath.Join(home, "training", "log", "*", "0000", "*.record.txt"))
	for _, name := range names {
		if content, err := os.ReadFile(name); err != nil || bytes.Contains(content, []byte("Okafor")) || bytes.Contains(content, []byte("test device")) {
			t.Errorf("%s names the person or the computer (%v)", name, err)
		}
	}
	if len(names) != 2 {
		t.Errorf("there are %d records", len(names))
	}
}

// A room may have one file for the results of all: whoever began first and whoever ends first, there is one heading, and a
// line that another program left without an end is not run into the next.
func TestOneFileForTheResultsOfAll(t *testing.T) {
	name := filepath.Join(t.TempDir(), "results.csv")
	first, err := openResults(name)
	if err != nil {
		t.Fatal(err)
	}
	defer first.close()
	second, err := openResults(name)
	if err != nil {
		t.Fatal(err)
	}
	defer second.close()
	add := func(r *results, id string) {
		t.Helper()
		if err := r.add([][]string{{id, "2026-01-15", "outcome", "none", "same"}}); err != nil {
			t.Fatal(err)
		}
	}
	add(second, "s01")
	add(first, "s02")
	content, err := os.ReadFile(name)
	if err != nil || os.WriteFile(name, bytes.TrimSuffix(content, []byte("\n")), 0o600) != nil {
		t.Fatal(err)
	}
	add(second, "s03")
	content, err = os.ReadFile(name)
	const want = "scenario,law_on,about,chosen,verdict\ns01,2026-01-15,outcome,none,same\ns02,2026-01-15,outcome,none,same\ns03,2026-01-15,outcome,none,same\n"
	if err != nil || string(content) != want {
		t.Errorf("the results are\n%s\nwant\n%s(%v)", content, want, err)
	}
}

// A room that cannot be made says that nothing was asked, before the first question.
func TestARoomThatCannotBeMade(t *testing.T) {
	app, _, said := newTestApp(t, "")
	app.Home = filepath.Join(t.TempDir(), strings.Repeat("a", 300)) // longer than any folder's name may be
	if code := Main(app, []string{"practise", "s03", "--plain"}); code != codeCould || !strings.Contains(said.String(), "nothing was asked or recorded") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

// A home folder in which somebody has practised is no training room, also where the case of names does not count and the
// folder training would answer to the name of the mark; nor does a folder or a link of that name make one.
func TestWhoHasPractisedIsNotInTheRoom(t *testing.T) {
	home := t.TempDir()
	for _, name := range []string{"training", "TRAINING", trainingMark} {
		if err := os.MkdirAll(filepath.Join(home, name), 0o700); err != nil {
			t.Fatal(err)
		}
		if isTrainingPlace(home) {
			t.Errorf("a folder called %s makes it a training room", name)
		}
	}
	for _, name := range []string{"training", "log", "drafts", "key", "lock"} {
		if strings.EqualFold(name, trainingMark) {
			t.Errorf("the mark and %s are one name on Windows", name)
		}
	}
	room := filepath.Join(home, "training")
	if err := os.WriteFile(filepath.Join(room, trainingMark), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if !isTrainingPlace(room) || !isTrainingPlace(filepath.Join(room, "log")) || isTrainingPlace(home) {
		t.Error("the room is not told from what it lies in")
	}
}
