package cmd

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A key that cannot sign is said before the first question, and keeps nobody from writing down an emergency.
func TestAKeyIsLookedAtFirst(t *testing.T) {
	noKey := filepath.Join(t.TempDir(), "no-key")
	if err := os.WriteFile(noKey, []byte("no key\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, why := range map[string]string{noKey: "not an OpenSSH private key", noKey + "-nowhere": "the signing key cannot be read"} {
		app, _, said := newTestApp(t, "no\n")
		if code := Main(app, []string{"share", "--key", name}); code != codeCould || !strings.Contains(said.String(), why) || strings.Contains(said.String(), "in danger") {
			t.Errorf("exit code %d:\n%s", code, said)
		}
		app, _, said = newTestApp(t, "acted\nstop\n")
		code := Main(app, []string{"share", "--emergency", "--key", name})
		if s := said.String(); code != codeStopped || !strings.Contains(s, "What --key names cannot sign") || !strings.Contains(s, "ACT FIRST") {
			t.Errorf("in an emergency: exit code %d:\n%s", code, s)
		}
	}
}

// Whose key file has gone learns before the first question, and at the signing, that a new book is begun.
func TestANewBookIsSaid(t *testing.T) {
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", oneCase}); code != codeDone || strings.Contains(said.String(), "new book") {
		t.Fatalf("the first book: exit code %d:\n%s", code, said)
	}
	for _, name := range []string{"key", "key.pub"} {
		if err := os.Remove(app.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	again, _, said := newTestApp(t, "stop\n")
	again.Home = app.Home
	if Main(again, []string{"share"}); !strings.Contains(said.String(), "Your signing key is not there any more") {
		t.Errorf("before the first question it is not said:\n%s", said)
	}
	t.Setenv("SEED", "2")
	signed, _, said := newTestApp(t, "")
	signed.Home = app.Home
	if code := Main(signed, []string{"share", "--answers", oneCase}); code != codeDone || !strings.Contains(said.String(), "A new book of records is begun with this key") {
		t.Errorf("at the signing it is not said: exit code %d:\n%s", code, said)
	}
	// With two books a number names two records: which ones, it is said.
	shown, _, said := newTestApp(t, "")
	shown.Home = app.Home
	if code := Main(shown, []string{"show", "1"}); code == codeDone || strings.Count(said.String(), "decision, number 1") != 2 {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

// A draft that was never on the disk needs no word of what was signed: that it cannot be saved is no reason not to sign.
func TestWhatCannotBeSavedCanBeSigned(t *testing.T) {
	session, err := os.ReadFile(emergencySession.file)
	if err != nil {
		t.Fatal(err)
	}
	app, out, said := newTestApp(t, string(session))
	if err := os.Symlink(filepath.Join(app.Home, "gone", "away"), app.path("drafts")); err != nil {
		t.Skip("no links here:", err)
	}
	if code := Main(app, []string{"share", "--emergency"}); code != codeDone || !strings.Contains(out.String(), "Recorded: number 1") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

// The input that ends has not finished, in a dry run as without.
func TestADryRunWithoutInputIsNotStopped(t *testing.T) {
	for typed, want := range map[string]int{"": codeCould, "no\n": codeCould, "no\nstop\n": codeStopped} {
		app, _, said := newTestApp(t, typed)
		if code := Main(app, []string{"share", "--dry-run"}); code != want || !strings.Contains(said.String(), "this was a dry run, so nothing was kept") {
			t.Errorf("%q: exit code %d, want %d:\n%s", typed, code, want, said)
		}
	}
	app, _, _ := newTestApp(t, "no\nstop\n")
	Main(app, []string{"share"})
	again, _, said := newTestApp(t, "")
	again.Home = app.Home
	if code := Main(again, []string{"share"}); code != codeCould || !strings.Contains(said.String(), "the answers ended before the first question") {
		t.Errorf("at the choice of a draft: exit code %d:\n%s", code, said)
	}
}

// Why a signing failed stands where the person reads next, after the record and not only before it.
func TestWhyASigningFailedStandsBesideTheQuestion(t *testing.T) {
	session, err := os.ReadFile(adhocSession.file)
	if err != nil {
		t.Fatal(err)
	}
	app, _, said := newTestApp(t, string(session)+"stop\n")
	if err := os.WriteFile(app.path("log"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	Main(app, []string{"share"})
	s := said.String()
	prompt := s[:strings.LastIndex(s, "To agree, type the word sign.")]
	if at := strings.LastIndex(prompt, "Stop: the last signing failed: "); at < 0 || strings.Count(prompt[at:], "\n") > 20 {
		t.Errorf("the reason is far from the prompt:\n%s", prompt[max(0, len(prompt)-3000):])
	}
}
