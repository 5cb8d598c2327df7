package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What a decision looks like, as signed and as shown, with a fixed key, clock and salt. When it is meant to change,
// `make golden` writes it anew and the difference is read before it is kept.
func TestGoldenDecision(t *testing.T) {
	key, err := os.ReadFile("testdata/key")
	if err != nil {
		t.Fatal(err)
	}
	app, _, said := newTestApp(t, "")
	home := app.Home
	if err := os.WriteFile(filepath.Join(home, "key"), key, 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main(app, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
		t.Fatal(said)
	}
	for file, args := range map[string][]string{
		"decision.txt":  {"show", "1"},
		"decision.json": {"show", "1", "--json"},
		"opening.txt":   {"show", "0"},
		"log.txt":       {"log"},
		"template.yaml": {"checklist", "template", "adhoc"},
	} {
		app, out, said := newTestApp(t, "")
		app.Home = home
		if code := Main(app, args); code != codeDone {
			t.Fatal(said)
		}
		got := bytes.ReplaceAll(out.Bytes(), []byte(home), []byte("HOME"))
		name := filepath.Join("testdata", "golden", file)
		if *update {
			if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%v no longer prints %s; if that is meant, run make golden and read the difference", args, name)
		}
	}
}
