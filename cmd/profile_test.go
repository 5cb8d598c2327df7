package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// damaged are profiles from which nobody can tell who decides.
var damaged = map[string]func(path string) error{
	"an empty file":     func(path string) error { return os.WriteFile(path, nil, 0o600) },
	"garbage":           func(path string) error { return os.WriteFile(path, []byte("answers: [name: {\x00"), 0o600) },
	"a field two times": func(path string) error { return os.WriteFile(path, []byte("answers:\n  name: A\n  name: B\n"), 0o600) },
	"a folder":          func(path string) error { return os.Mkdir(path, 0o700) },
}

// Nobody with an emergency, nor with anything else, is stopped by what was remembered about them: they are asked, and
// the file stays under another name.
func TestADamagedProfileStopsNothing(t *testing.T) {
	session, err := os.ReadFile(emergencySession.file)
	if err != nil {
		t.Fatal(err)
	}
	for sentence, damage := range damaged {
		t.Run(sentence, func(t *testing.T) {
			app, out, said := newTestApp(t, string(session))
			if err := damage(app.profilePath()); err != nil {
				t.Fatal(err)
			}
			if code := Main(app, []string{"share", "--emergency"}); code != codeDone || !strings.Contains(out.String(), "Recorded: number 1") {
				t.Fatalf("exit code %d:\n%s", code, said)
			}
			if n := strings.Count(said.String(), "What was remembered about you cannot be read, so who decides is asked anew: "+app.profilePath()); n != 1 {
				t.Errorf("said %d times that it cannot be read:\n%s", n, said)
			}
			aside, _ := filepath.Glob(filepath.Join(app.Home, "profile-unreadable-*.yaml"))
			if len(aside) != 1 || !strings.Contains(said.String(), aside[0]) {
				t.Errorf("the damaged one is kept as %v, or nobody is told", aside)
			}
			if who, whole, err := app.profile(); err != nil || !whole || who["name"].Empty() {
				t.Errorf("what was answered is not remembered: %v %v %v", who, whole, err)
			}
		})
		t.Run(sentence+", and answers from a file", func(t *testing.T) {
			app, _, said := newTestApp(t, "")
			if err := damage(app.profilePath()); err != nil {
				t.Fatal(err)
			}
			if code := Main(app, []string{"share", "--answers", oneCase}); code != codeDone || !strings.Contains(said.String(), "asked anew") {
				t.Errorf("exit code %d:\n%s", code, said)
			}
		})
		t.Run(sentence+", and setup", func(t *testing.T) {
			app, _, said := newTestApp(t, "Jo Example\nschool nurse\nFenmarsh School\neducation\nyes\nno\njo@fenmarsh-school.example\n\n")
			if err := damage(app.profilePath()); err != nil {
				t.Fatal(err)
			}
			if code := Main(app, []string{"setup"}); code != codeDone || !strings.Contains(said.String(), "asked anew") {
				t.Errorf("exit code %d:\n%s", code, said)
			}
		})
	}
}

// A second damaged profile does not take the place of the first.
func TestEveryDamagedProfileIsKept(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	for range 3 {
		if err := os.WriteFile(app.profilePath(), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := app.setAside(); err != nil {
			t.Fatal(err)
		}
	}
	if aside, _ := filepath.Glob(filepath.Join(app.Home, "profile-unreadable-*.yaml")); len(aside) != 3 {
		t.Errorf("of three, %v are kept", aside)
	}
	if who, _, err := app.profile(); err != nil || len(who) > 0 {
		t.Errorf("put aside, it still counts: %v %v", who, err)
	}
}

// A folder of drafts that is none stops no emergency, and it is said that nothing is saved. Everybody else gets the
// clear error before the first question.
func TestDraftsThatCannotBeReadStopNoEmergency(t *testing.T) {
	session, err := os.ReadFile(emergencySession.file)
	if err != nil {
		t.Fatal(err)
	}
	for typed, want := range map[string]int{string(session): codeDone, "act-now\n": codeStopped, "acted\n": codeCould} {
		app, out, said := newTestApp(t, typed)
		if err := os.WriteFile(app.path("drafts"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		code := Main(app, []string{"share", "--emergency"})
		if code != want || (code == codeDone) != strings.Contains(out.String(), "Recorded: number 1") {
			t.Fatalf("exit code %d:\n%s", code, said)
		}
		if s := said.String(); strings.Count(s, "Nothing can be saved on the way") != 1 || strings.Contains(s, "are kept in") || (code != codeDone) != strings.Contains(s, "could NOT be saved") {
			t.Errorf("it is not said, or said over and over, that nothing is saved:\n%s", s)
		}
		if code := Main(app, []string{"share", "--adhoc"}); code != codeCould || !strings.Contains(said.String(), "cannot be read or written: "+app.path("drafts")) {
			t.Errorf("exit code %d:\n%s", code, said)
		}
	}
}

// A draft that says what was about to be signed stops no emergency where the log cannot be read.
func TestALogThatCannotBeReadStopsNoEmergency(t *testing.T) {
	app, _, said := newTestApp(t, "act-now\n")
	Main(app, []string{"share", "--emergency"})
	names, _ := filepath.Glob(app.path("drafts", "*.json"))
	if len(names) != 1 {
		t.Fatal(names, said)
	}
	content, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	content = []byte(strings.Replace(string(content), `"format": 1,`, `"format": 1, "pending": "{}",`, 1))
	if err := os.WriteFile(names[0], content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(app.path("log"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	again, _, said := newTestApp(t, "")
	again.Home = app.Home
	if Main(again, []string{"share", "--emergency"}); !strings.Contains(said.String(), "ACT FIRST") {
		t.Errorf("the log stands in the way:\n%s", said)
	}
}
