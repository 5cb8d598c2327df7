package cmd

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"
)

// examined is what a doctor found of one thing: its state and its words.
func examined(d *doctor, about string) (found []string) {
	for _, s := range d.found {
		if s.About == about {
			found = append(found, s.State+" "+s.Words)
		}
	}
	return found
}

func newDoctor(app *App) *doctor {
	return &doctor{app: app, cmd: NewDoctor(app), now: app.Now(), checkFor: doctorCheck}
}

// Every thing is looked at whatever the others are like, and what is not well says what to do.
func TestDoctorGoesOnWhateverItMeets(t *testing.T) {
	for sentence, breakIt := range map[string]func(*App){
		"there is no folder":          func(app *App) { app.Home = "" },
		"the folder is a file":        func(app *App) { app.Home = app.path("file"); _ = os.WriteFile(app.Home, nil, 0o600) },
		"the data are gone":           func(app *App) { app.Data = fstest.MapFS{} },
		"everything has another kind": func(app *App) { wrongKinds(t, app) },
	} {
		t.Run(sentence, func(t *testing.T) {
			app, out, _ := newTestApp(t, "")
			breakIt(app)
			d := newDoctor(app)
			err := d.run(context.Background())
			if err == nil || explain(err).code != codeFound {
				t.Errorf("%v\n%s", err, out)
			}
			if len(examined(d, "Terminal")) == 0 {
				t.Errorf("it has not come to its end:\n%s", out)
			}
			for _, s := range d.found {
				if (s.State == isOK) != (s.Next == "") {
					t.Errorf("%+v: what is well needs nothing done, and what is not says what", s)
				}
				if strings.Contains(s.Words+s.Next, "\n") || strings.HasSuffix(s.Words+s.Next, ".") || strings.Contains(s.Words, "nothing was recorded") {
					t.Errorf("%+v is no line of a doctor", s)
				}
			}
		})
	}
}

// wrongKinds makes files of folders and folders of files.
func wrongKinds(t *testing.T, app *App) {
	t.Helper()
	for _, name := range []string{"profile.yaml", "signing.yaml", "logs.yaml", "preferences.yaml", "key"} {
		if err := os.Mkdir(app.path(name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"log", "drafts", "agreements"} {
		if err := os.WriteFile(app.path(name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// More records than can be checked in the time are left to dsa verify.
func TestDoctorDoesNotTakeLong(t *testing.T) {
	app, out, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
		t.Fatal(said)
	}
	d := newDoctor(app)
	d.checkFor = 0
	if err := d.run(context.Background()); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := strings.Join(examined(d, "Records"), "\n"); !strings.HasPrefix(got, "look there are about 2 in ") {
		t.Error(got)
	}
}

// A partnership's log that is let in, behind, closed, and taken by another.
func TestDoctorVisitsLogs(t *testing.T) {
	app, _, said := newTestApp(t, "")
	dir := t.TempDir() + "/share"
	for _, args := range [][]string{{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}, {"log", "new", dir, "--title", "Fenmarsh", "--spare", t.TempDir() + "/spare"}} {
		if code := Main(app, args); code != codeDone {
			t.Fatal(args, said)
		}
	}
	looked := func() string {
		t.Helper()
		d := newDoctor(app)
		_ = d.run(context.Background())
		return strings.Join(examined(d, "Log"), "\n")
	}
	if got := looked(); !strings.Contains(got, "ok Fenmarsh, in "+dir+" answers") {
		t.Error(got)
	}
	err := app.changeKnown(func(k *knownLogs) error {
		last := 1
		k.Logs[0].Book = bookState{Chain: k.Logs[0].Founding.Chain, LetIn: true, Closed: &last}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := looked(); !strings.Contains(got, "wrong Fenmarsh, in "+dir+": your book was closed at number 1") {
		t.Error(got)
	}
	// Another folder in its place, with no record of the founder.
	if err := os.Rename(dir, dir+"-away"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := looked(); !strings.Contains(got, "look Fenmarsh, in "+dir+" answers, and there is no log in it") {
		t.Error(got)
	}
	if err := os.WriteFile(dir+"/README.txt", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := looked(); !strings.Contains(got, "is not there, so it is another folder than it was") {
		t.Error(got)
	}
}
