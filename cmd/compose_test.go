package cmd

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/decision"
)

// walked is a signing whose walk has every answer of the ad hoc session, as far as a walk has them before signing.
func walked(t *testing.T) (*signing, checklist.Answers) {
	t.Helper()
	home := answered(t)
	app, _, _ := newTestApp(t, "")
	app.Home = home
	who, all, err := app.profile()
	if err != nil || !all {
		t.Fatal(err, all)
	}
	agreement, err := app.agreement(defaultAgreement)
	if err != nil {
		t.Fatal(err)
	}
	s := &signing{app: app, who: who, all: all, on: app.Now(), begun: app.Now(), given: decision.InLines, task: &task{
		kind: decision.Decision, occasion: checklist.AdHoc, agreement: agreement, list: agreement.List(checklist.AdHoc),
	}}
	answers := onlyDraft(t, home).Answers
	s.begin(answers, "")
	return s, answers
}

// However little has been answered, what there is can be looked at; it says nothing of what has not been asked, and it
// cannot be signed.
func TestAHalfAnsweredWalkCanBeLookedAt(t *testing.T) {
	s, answers := walked(t)
	steps := s.comp.walk.Steps()
	so, raised := checklist.Answers{}, map[string]int{}
	for i, step := range steps {
		if checklist.IsClosing(step.Path) {
			break
		}
		so[step.Path] = answers[step.Path]
		s.begin(so, "")
		record, err := s.comp.draw(s.app.Now())
		if err != nil {
			t.Fatalf("after %s: %v", step.Path, err)
		}
		for _, f := range record.Findings {
			if _, before := raised[f.Code]; !before {
				raised[f.Code] = i
			}
			if !slices.ContainsFunc(record.Questions, func(q decision.Question) bool { return q.ID == f.Question }) {
				t.Errorf("after %s, %s is found at the question %s, which has not been put", step.Path, f.Code, f.Question)
			}
		}
		if err := record.Check(); err == nil {
			t.Errorf("after %s it could be signed", step.Path)
		}
	}
	at := func(path string) int {
		return slices.IndexFunc(steps, func(step checklist.Step) bool { return step.Path == path })
	}
	for code, path := range map[string]string{"ID": "identity-check", "NOTTOLD": "alerts"} {
		if raised[code] != at(path) {
			t.Errorf("%s is found after step %d and arises at %s, step %d", code, raised[code], path, at(path))
		}
	}
}

// The answers of a record are those it was composed from.
func TestTheAnswersOfARecordAreThoseOfItsWalk(t *testing.T) {
	s, answers := walked(t)
	record, err := s.compose()
	if err != nil {
		t.Fatal(err)
	}
	want := checklist.Answers{}
	for _, step := range s.comp.walk.Steps() {
		if step.Question.ID != whoQuestion && !checklist.IsClosing(step.Path) && !strings.HasSuffix(step.Path, "/more") {
			want[step.Path] = answers[step.Path]
		}
	}
	if got := answersOf(record); !maps.EqualFunc(got, want, checklist.Answer.Equal) {
		t.Errorf("%d answers came back of %d:\n%v\n%v", len(got), len(want), got, want)
	}
}

// A reply belongs to its finding: it stands in the record while that is found, goes with it, and comes back with it.
func TestAReplyGoesWithItsFinding(t *testing.T) {
	s, _ := walked(t)
	reply := func() string {
		t.Helper()
		record, err := s.compose()
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range record.Findings {
			if f.Code == "ID" {
				return f.Reply
			}
		}
		return "not found"
	}
	set := func(path, option string) {
		t.Helper()
		if err := s.comp.walk.Set(path, checklist.Answer{Chosen: []string{option}}); err != nil {
			t.Fatal(err)
		}
	}
	first := reply()
	if !strings.Contains(first, "switchboard") {
		t.Fatalf("the reply is %q", first)
	}
	set("identity-check", "rang-back")
	if got := reply(); got != "not found" || !slices.Contains(s.comp.walk.Dropped(), checklist.Reply("ID")) || len(s.comp.walk.Pending()) > 0 {
		t.Errorf("with the answer changed, the finding is %q, and %v is wanted", got, s.comp.walk.Pending())
	}
	set("identity-check", "not-yet")
	if got := reply(); got != first {
		t.Errorf("with the answer changed back, the reply is %q", got)
	}
	// Where nothing is disclosed, nothing has to be replied to; what was written stands all the same, if it is wanted.
	set("outcome", "none")
	if pending := s.comp.walk.Pending(); len(pending) > 0 {
		t.Errorf("not sharing waits for %s", pending[0].Path)
	}
}

// A name typed into a reply is pointed out like any other.
func TestANameInAReplyIsPointedOut(t *testing.T) {
	s, _ := walked(t)
	codes := func() (codes []string) {
		for _, r := range s.watch() {
			code, _, _ := strings.Cut(r.Key, " ")
			codes = append(codes, code)
		}
		return codes
	}
	before := codes()
	if err := s.comp.walk.Set(checklist.Reply("ID"), checklist.Answer{Text: "I ring Margaret Thistlewood back on 07700 900123."}); err != nil {
		t.Fatal(err)
	}
	if slices.Contains(before, "NAMES") || !slices.Contains(codes(), "NAMES") {
		t.Errorf("found before: %v; after: %v", before, codes())
	}
	record, err := s.compose()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range record.Findings {
		if f.Code == "NAMES" && strings.Contains(strings.Join(f.Seen, " "), "Thistlewood") {
			t.Error("the finding repeats the name")
		}
	}
}

// An emergency asks for no reply, whatever is found in it.
func TestAnEmergencyAsksForNoReply(t *testing.T) {
	s, _ := walked(t)
	if len(s.closing(nil)) != 1 {
		t.Fatal("the ad hoc session has nothing to reply to; this test needs it")
	}
	s.task.occasion = checklist.Emergency
	if got := s.closing(nil); got != nil {
		t.Errorf("an emergency ends with %q", got[0].Title)
	}
}

// What an emergency record says is owed is what completing it asks, question for question.
func TestOwedIsWhatCompletingAsks(t *testing.T) {
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--emergency", "--answers", "testdata/answers/emergency-in-the-corridor.yaml"}); code != codeDone {
		t.Fatal(said)
	}
	other, out, said := newTestApp(t, "")
	other.Home = app.Home
	if code := Main(other, []string{"show", "1", "--json"}); code != codeDone {
		t.Fatal(said)
	}
	record, err := decode(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	agreement, err := other.agreement(defaultAgreement)
	if err != nil {
		t.Fatal(err)
	}
	who, _, err := other.profile()
	if err != nil {
		t.Fatal(err)
	}
	known, given := toComplete(answersOf(record))
	s := &signing{app: other, who: who, all: true, on: other.Now(), begun: other.Now(), task: &task{
		kind: decision.Complete, occasion: checklist.AdHoc, agreement: agreement, list: agreement.List(checklist.AdHoc), known: known, given: given}}
	s.begin(s.beforehand(), "")
	var asks []string
	for _, step := range s.comp.walk.Pending() {
		asks = append(asks, step.Question.Title+" / "+step.Ask.Words)
	}
	var owed []string
	for _, o := range record.Owed {
		owed = append(owed, o.Question+" / "+o.Asked)
	}
	asks = slices.Compact(slices.Sorted(slices.Values(asks))) // the same of every piece is owed once
	slices.Sort(owed)
	if !slices.Equal(asks, owed) || len(owed) < 20 {
		t.Errorf("completing asks\n%s\n\nand owed is\n%s", strings.Join(asks, "\n"), strings.Join(owed, "\n"))
	}
	for _, o := range record.Owed {
		if _, asked := answersOf(record)[o.ID]; asked {
			t.Errorf("%s is owed and was answered", o.ID)
		}
	}
}

// A dry run as JSON is the record that would be signed and a short list of what was found in it.
func TestADryRunAsJSON(t *testing.T) {
	app, out, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", oneCase, "--dry-run", "--json"}); code != codeDone {
		t.Fatal(said)
	}
	var shown struct {
		Record   decision.Record     `json:"record"`
		Findings []map[string]string `json:"findings"`
	}
	decoder := json.NewDecoder(out)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&shown); err != nil {
		t.Fatal(err)
	}
	if decoder.More() {
		t.Error("there is something after the JSON")
	}
	if len(shown.Findings) == 0 || len(shown.Findings) != len(shown.Record.Findings) {
		t.Fatalf("%d findings for %d in the record", len(shown.Findings), len(shown.Record.Findings))
	}
	for i, f := range shown.Record.Findings {
		want := map[string]string{"code": f.Code, "level": string(f.Level), "question": f.Question, "source": f.Source}
		if !maps.Equal(shown.Findings[i], want) {
			t.Errorf("%v is listed as %v", want, shown.Findings[i])
		}
	}
	app, _, said = newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", oneCase}); code != codeDone {
		t.Fatal(said)
	}
	other, out, _ := newTestApp(t, "")
	other.Home = app.Home
	Main(other, []string{"show", "1", "--json"})
	signed, err := decode(out.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	signed.Salt = shown.Record.Salt // random
	if !reflect.DeepEqual(signed, &shown.Record) {
		t.Error("what was shown is not what is signed")
	}
}
