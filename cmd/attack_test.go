package cmd

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/decision"
)

const oneCase = "testdata/answers/gp-asked-by-council.yaml"

// What an attack on the whole program found, each kept with its reason.

// Nobody is told that answers are kept when they are not.
func TestADraftThatCannotBeSavedIsNotCalledKept(t *testing.T) {
	for _, typed := range []string{"no\nstop\n", "no\n"} {
		app, _, said := newTestApp(t, typed)
		// A link to nowhere: there is nothing to list, and nothing can be made.
		if err := os.Symlink(filepath.Join(app.Home, "gone", "away"), filepath.Join(app.Home, "drafts")); err != nil {
			t.Skip("no links here:", err)
		}
		if code := Main(app, []string{"share", "--new"}); code == codeDone {
			t.Error("half a session was signed")
		}
		if s := said.String(); strings.Contains(s, "are kept in") || !strings.Contains(s, "could NOT be saved") {
			t.Errorf("it is not said that nothing could be saved:\n%s", s)
		}
	}
}

// A signing that fails leads back to the review, with every answer, and not out of the program.
func TestAFailedSigningLeadsBackToTheReview(t *testing.T) {
	session, err := os.ReadFile("testdata/session.txt")
	if err != nil {
		t.Fatal(err)
	}
	app, out, said := newTestApp(t, string(session)+"sign\n")
	if err := os.WriteFile(filepath.Join(app.Home, "log"), nil, 0o600); err != nil { // where a folder should be
		t.Fatal(err)
	}
	if code := Main(app, []string{"share"}); code != codeCould || out.Len() > 0 {
		t.Errorf("exit code %d, output %q", code, out)
	}
	s := said.String()
	if strings.Count(s, "Review. Every question has an answer.") != 2+1 && strings.Count(s, "Not signed: ") != 2 {
		t.Errorf("the person was not led back to the review after each failure:\n%s", s[max(0, len(s)-3000):])
	}
	if !strings.Contains(s, "your answers are kept, and the same command goes on with them") {
		t.Errorf("it is not said that the answers are kept:\n%s", s[max(0, len(s)-600):])
	}
	if left, _ := filepath.Glob(filepath.Join(app.Home, "drafts", "*.json")); len(left) != 1 {
		t.Errorf("%d drafts are kept, not one", len(left))
	}
}

// Whoever stops after a signing that failed has stopped: the exit code says so, and the answers are kept.
func TestStoppingAfterAFailedSigning(t *testing.T) {
	session, err := os.ReadFile("testdata/session.txt")
	if err != nil {
		t.Fatal(err)
	}
	app, _, said := newTestApp(t, string(session)+"stop\n")
	if err := os.WriteFile(filepath.Join(app.Home, "log"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main(app, []string{"share"}); code != codeStopped || !strings.Contains(said.String(), "your answers are kept in") {
		t.Errorf("exit code %d:\n%s", code, said.String()[max(0, said.Len()-600):])
	}
}

// A draft that another window has open is named, and its question is not skipped: what is typed for it must not answer
// the first question of a new decision.
func TestADraftOpenInAnotherWindowIsSaid(t *testing.T) {
	first, _, _ := newTestApp(t, "no\nstop\n")
	Main(first, []string{"share"})
	drafts, _, err := first.drafts(&task{kind: decision.Decision, agreement: &checklist.Agreement{ID: defaultAgreement},
		list: &checklist.List{ID: "adhoc"}, occasion: checklist.AdHoc})
	if err != nil || len(drafts) != 1 || !drafts[0].claim() {
		t.Fatal(drafts, err)
	}
	defer drafts[0].release()
	second, _, said := newTestApp(t, "2\nno\n")
	second.Home = first.Home
	Main(second, []string{"share"})
	if s := said.String(); !strings.Contains(s, "1 unfinished decision open in another window") || strings.Contains(s, "Kept: No.") {
		t.Errorf("the second window began without a word:\n%s", s)
	}
	// In an emergency it is said, and nothing is asked about it.
	third, _, said := newTestApp(t, "")
	third.Home = first.Home
	Main(third, []string{"share", "--emergency"})
	if s := said.String(); !strings.Contains(s, "1 other unfinished decision kept") || strings.Contains(s, "Which one?") {
		t.Errorf("an emergency waits for another window:\n%s", s)
	}
}

// Half a report must not look like a whole one.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAnOutputThatFailsIsAFailure(t *testing.T) {
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", oneCase}); code != codeDone {
		t.Fatal(said)
	}
	for _, args := range [][]string{{"log"}, {"log", "--json"}, {"show", "1"}, {"show", "1", "--json"}, {"verify"}, {"verify", "--json"},
		{"share", "--answers", oneCase, "--dry-run"}, {"gateways", "printed"}, {"glossary"}, {"checklist", "template", "adhoc"}, {"agreement", "list"}} {
		other, _, said := newTestApp(t, "")
		other.Home, other.Out = app.Home, full{}
		if code := Main(other, args); code != codeCould || !strings.Contains(said.String(), "could not all be written") {
			t.Errorf("%v: exit code %d\n%s", args, code, said)
		}
	}
}

// Of two documents in one file the second would be passed over: a sign: no among them.
func TestAnAnswersFileIsOneDocument(t *testing.T) {
	content, err := os.ReadFile(oneCase)
	if err != nil {
		t.Fatal(err)
	}
	app, _, said := newTestApp(t, "")
	file := filepath.Join(t.TempDir(), "case.yaml")
	if err := os.WriteFile(file, append(content, "---\nsign: no\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main(app, []string{"share", "--answers", file}); code != codeCould || !strings.Contains(said.String(), "more than one document") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

// One wrong answer is one fault; what follows from it is not held against the person.
func TestOneWrongAnswerIsOneFault(t *testing.T) {
	content, err := os.ReadFile(oneCase)
	if err != nil {
		t.Fatal(err)
	}
	app, _, said := newTestApp(t, "")
	file := filepath.Join(t.TempDir(), "case.yaml")
	if err := os.WriteFile(file, []byte(strings.Replace(string(content), "about: children", "about: WRONG", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	Main(app, []string{"share", "--answers", file})
	if n := strings.Count(said.String(), "case.yaml:"); n != 1 {
		t.Errorf("%d faults for one wrong answer:\n%s", n, said)
	}
}

// A mistyped id must not look like an all-clear.
func TestLogByGateway(t *testing.T) {
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", oneCase}); code != codeDone {
		t.Fatal(said)
	}
	for id, want := range map[string]int{"Children-Act-1989-s47": codeDone, "children-act-2004-s10": codeDone, "nobody-knows": codeUsage, "": codeUsage} {
		other, out, said := newTestApp(t, "")
		other.Home = app.Home
		if code := Main(other, []string{"log", "--gateway", id}); code != want {
			t.Errorf("%q: exit code %d, want %d\n%s", id, code, want, said)
		}
		if id == "Children-Act-1989-s47" && !strings.Contains(out.String(), "decision  share-part") {
			t.Errorf("the decision is not listed:\n%s", out)
		}
	}
}
