package cmd

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/decision"
)

// answered is a home with one draft: the ad hoc sample case with every answer, and nothing signed.
func answered(t *testing.T) string {
	t.Helper()
	app, _, said := newTestApp(t, "")
	session, err := os.ReadFile(adhocSession.file)
	if err != nil {
		t.Fatal(err)
	}
	lawRead(app)
	app.In = strings.NewReader(strings.TrimSuffix(string(session), "sign\n") + "stop\n")
	if code := Main(app, []string{"share", "--adhoc"}); code != codeStopped {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
	return app.Home
}

// goOn resumes the one draft of a home with typed lines, and returns what was said.
func goOn(t *testing.T, home, typed string, args ...string) (int, string) {
	t.Helper()
	app, _, said := newTestApp(t, "1\n"+typed)
	app.Home = home
	lawRead(app)
	code := Main(app, append([]string{"share"}, args...))
	return code, said.String()
}

// Changing the mode or the agreement in mid-walk keeps every answer that has a place, names those that have none, and
// gives all of them back on the way back: the record is the same as without the detour.
func TestADetourLosesNothing(t *testing.T) {
	t.Parallel()
	want := adhocSession.whole(t)
	for sentence, there := range map[string]struct{ first, back []string }{
		"to the routine checklist":   {[]string{"--routine"}, []string{"--adhoc"}},
		"to the other agreement":     {[]string{"--adhoc", "--agreement", "london-mas-2021"}, []string{"--adhoc"}},
		"to the other and routine":   {[]string{"--routine", "--agreement", "london-mas-2021"}, []string{"--adhoc"}},
		"there and back in a moment": {[]string{"--adhoc", "switch", "routine", "switch", "adhoc"}, []string{"--adhoc"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			home := answered(t)
			before := onlyDraft(t, home)
			typed, args := "", there.first
			if i := slices.Index(args, "switch"); i > 0 {
				typed, args = strings.Join(args[i:], "\n")+"\n", args[:i]
			}
			code, said := goOn(t, home, typed+"stop\n", args...)
			if code != codeStopped {
				t.Fatalf("exit code %d:\n%s", code, said)
			}
			if after := onlyDraft(t, home); !maps.EqualFunc(before.Answers, after.Answers, checklist.Answer.Equal) {
				t.Errorf("the draft has %d answers; it had %d", len(after.Answers), len(before.Answers))
			}
			// London's checklist does not ask whether others have to be consulted.
			const named = "Has no place here and stays in the draft: Where does the information originate from, " +
				"does the source organisation need to be consulted: Does anybody else need to be consulted"
			if london := slices.Contains(args, "london-mas-2021"); london != strings.Contains(said, named) {
				t.Errorf("what has no place is not named, or what has one is:\n%s", said)
			}
			if code, said = goOn(t, home, "sign\n", there.back...); code != codeDone {
				t.Fatalf("back, it cannot be signed: exit code %d:\n%s", code, said)
			}
			sameDecision(t, home, want)
		})
	}
}

// Going over to an emergency begins with acting, and says in one line what waits; coming back, all of it is there again
// but that nobody was in danger.
func TestToAnEmergencyAndBack(t *testing.T) {
	home := answered(t)
	before := onlyDraft(t, home)
	code, said := goOn(t, home, "switch\nemergency\nacted\nstop\n", "--adhoc")
	_, there, found := strings.Cut(said, "\nNow: an emergency")
	if code != codeStopped || !found {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
	notice, asked, _ := strings.Cut(there, "ACT FIRST")
	if n := strings.Count(notice, "stay in the draft"); n != 1 || !strings.Contains(notice, "Is it the right person") || asked == "" {
		t.Errorf("before acting it is said:\n%s", notice)
	}
	if strings.Contains(asked, "Look at this") {
		t.Error("a finding stands between the person and the next question")
	}
	code, said = goOn(t, home, "stop\n", "--adhoc")
	if code != codeStopped || strings.Contains(said, "The least that is needed") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	after := onlyDraft(t, home)
	for path, answer := range before.Answers {
		if path != "danger" && !after.Answers[path].Equal(answer) {
			t.Errorf("the answer %s is not there any more", path)
		}
	}
	if !after.Answers["danger"].Is("yes") || !after.Answers["record-now"].Is("whole") {
		t.Errorf("danger: %v, record-now: %v", after.Answers["danger"], after.Answers["record-now"])
	}
}

// Whoever goes over to an emergency by mistake gets their own answer back: that nobody was in danger. Where they have
// acted meanwhile, it is said that the answer has changed. Both hold in one sitting, and with the draft left in between.
func TestTheOwnAnswerToDangerIsNotOverwritten(t *testing.T) {
	t.Parallel()
	for sentence, c := range map[string]struct {
		typed  []string // one sitting to a string
		danger string
	}{
		"there and back":                  {[]string{"switch\nemergency\nswitch\nadhoc\nstop\n"}, "no"},
		"there and back another day":      {[]string{"switch\nemergency\nstop\n", "stop\n"}, "no"},
		"there, acted and back":           {[]string{"switch\nemergency\nacted\nswitch\nadhoc\nstop\n"}, "yes"},
		"acted, and back on another day":  {[]string{"switch\nemergency\nacted\nstop\n", "stop\n"}, "yes"},
		"there and back, there and acted": {[]string{"switch\nemergency\nswitch\nadhoc\nswitch\nemergency\nacted\nswitch\nadhoc\nstop\n"}, "yes"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			home, said := answered(t), ""
			for _, typed := range c.typed {
				_, said = goOn(t, home, typed, "--adhoc")
			}
			if got := onlyDraft(t, home).Answers["danger"]; !got.Is(c.danger) {
				t.Errorf("whether somebody was in danger is now %v:\n%s", got, said)
			}
			if told := strings.Contains(said, "Changed by going over to the emergency"); told != (c.danger == "yes") {
				t.Errorf("that the answer changed is said: %v\n%s", told, said)
			}
		})
	}
}

// An answer that leads over to another occasion is never taken for one that does not: killed between the two, the
// person is asked again.
func TestKilledBetweenTheAnswerAndGoingOver(t *testing.T) {
	app, _, said := newTestApp(t, "yes\nacted\nstop\n")
	if code := Main(app, []string{"share", "--adhoc"}); code != codeStopped {
		t.Fatal(said)
	}
	d := onlyDraft(t, app.Home)
	d.Answers["record-now"], d.At = checklist.Answer{Chosen: []string{"minimum"}}, "name"
	content, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob(filepath.Join(app.Home, "drafts", "*.json"))
	if err := replaceFile(names[0], content); err != nil {
		t.Fatal(err)
	}
	code, words := goOn(t, app.Home, "back\nminimum\nstop\n", "--adhoc")
	if code != codeStopped || !strings.Contains(words, "Now: an emergency") || strings.Contains(words, "Your answer so far: The least") {
		t.Errorf("exit code %d:\n%s", code, words)
	}
}

// What leads over to another occasion is settled by going there, and asked again by nobody.
func TestGoingOverSettlesHowToGoOn(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	agreement, err := app.agreement(defaultAgreement)
	if err != nil {
		t.Fatal(err)
	}
	adhoc, emergency := agreement.List(checklist.AdHoc), agreement.List(checklist.Emergency)
	chosen := func(ids ...string) checklist.Answer { return checklist.Answer{Chosen: ids} }

	there := under(adhoc, emergency, checklist.Emergency, checklist.Answers{"danger": chosen("no"), "name": {Text: "Sam"}})
	if !there["danger"].Is("yes") || there["name"].Text != "Sam" {
		t.Errorf("going over to an emergency gives %v", there)
	}
	there["acted"] = chosen("acted")
	if back := under(emergency, adhoc, checklist.AdHoc, there); !back["record-now"].Is("whole") {
		t.Errorf("coming back from an emergency, how to go on is asked again: %v", back)
	}
	if calm := under(emergency, adhoc, checklist.AdHoc, checklist.Answers{"danger": chosen("no")}); !calm["record-now"].Empty() {
		t.Error("nobody was in danger, and yet it is settled what to record of it")
	}
	if left := under(adhoc, emergency, checklist.Emergency, checklist.Answers{"record-now": chosen("minimum")}); !left["record-now"].Empty() {
		t.Error("what led to the emergency would be named as an answer without a place")
	}
}

// Only a decision may go over to something else: what completes or amends a record is about that record.
func TestACompletionStaysOne(t *testing.T) {
	s := &signing{app: &App{}, task: &task{kind: decision.Complete, agreement: &checklist.Agreement{}}}
	if got := s.elsewhere(); got != nil {
		t.Errorf("it may go over to %v", got)
	}
}

// Drafts of what is about a record belong to that record, and to nothing else.
func TestDraftsBelongToTheirRecord(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	agreement := &checklist.Agreement{ID: defaultAgreement}
	list := &checklist.List{ID: "adhoc"}
	about := func(n byte) *decision.Link { return &decision.Link{ID: decision.ID{n}} }
	decide := &task{kind: decision.Decision, occasion: checklist.AdHoc, agreement: agreement, list: list}
	tasks := map[string]*task{
		"a decision":                decide,
		"the completion of one":     {kind: decision.Complete, occasion: checklist.AdHoc, agreement: agreement, list: list, of: about(1)},
		"the completion of another": {kind: decision.Complete, occasion: checklist.AdHoc, agreement: agreement, list: list, of: about(2)},
		"the review of the first":   {kind: decision.Review, occasion: checklist.AdHoc, agreement: agreement, list: list, of: about(1)},
	}
	for _, of := range tasks {
		d := app.newDraft(of)
		d.Agreement, d.Checklist, d.Occasion = agreement.ID, list.ID, checklist.AdHoc
		content, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if err := replaceFile(d.path, content); err != nil {
			t.Fatal(err)
		}
	}
	// A draft of before there were other kinds is one of a decision.
	old := `{"format": 1, "agreement": "` + defaultAgreement + `", "checklist": "adhoc", "occasion": "adhoc"}`
	if err := os.WriteFile(filepath.Join(app.Home, "drafts", "old.json"), []byte(old), 0o600); err != nil {
		t.Fatal(err)
	}
	for sentence, of := range tasks {
		found, others, err := app.drafts(of)
		if err != nil || len(others.unreadable) > 0 {
			t.Fatal(err, others)
		}
		want := 1
		if of == decide {
			want = 2
		}
		if len(found) != want {
			t.Errorf("%s finds %d drafts, not %d", sentence, len(found), want)
		}
		for _, d := range found {
			if d.name() != "old" && (d.Kind != of.kind || d.Of != of.about()) {
				t.Errorf("%s finds the draft of %s %s", sentence, d.Kind, d.Of)
			}
		}
	}
}
