package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Every command and every topic has a page; two runs give the same bytes; nothing of this machine stands in one.
func TestPages(t *testing.T) {
	first, second := t.TempDir(), t.TempDir()
	for _, dir := range []string{first, second} {
		if err := write(dir, "1700000000"); err != nil {
			t.Fatal(err)
		}
	}
	names, _ := filepath.Glob(filepath.Join(first, "*"))
	if len(names) < 50 {
		t.Fatalf("%d pages", len(names))
	}
	home, _ := os.UserHomeDir()
	for _, name := range names {
		one, err := os.ReadFile(name)
		other, missing := os.ReadFile(filepath.Join(second, filepath.Base(name)))
		switch {
		case err != nil || missing != nil || string(one) != string(other):
			t.Errorf("%s differs from run to run", filepath.Base(name))
		case home != "/" && home != "" && strings.Contains(string(one), home):
			t.Errorf("%s names a folder of this machine", filepath.Base(name))
		case !strings.Contains(string(one), `"2023-11-14"`):
			t.Errorf("%s does not have the day it was given", filepath.Base(name))
		}
	}
	for _, name := range []string{"dsa.1", "dsa-share.1", "dsa-log-join.1", "dsa-emergency.7", "dsa-agreement.1", "dsa-agreement.7"} {
		if _, err := os.Stat(filepath.Join(first, name)); err != nil {
			t.Error(err)
		}
	}
}

func TestADayThatIsNone(t *testing.T) {
	if err := write(t.TempDir(), "yesterday"); err == nil {
		t.Error("it is taken")
	}
}

// No text is read by roff: what it would take for its own comes out as it stands.
func TestEscaped(t *testing.T) {
	for text, want := range map[string]string{".SH x": `\&.SH x`, "'tis": `\&'tis`, `%AppData%\dsa`: `%AppData%\edsa`, "--plain": `\-\-plain`} {
		if got := escaped(text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

// Where there is a reader of manual pages, it finds no fault with them.
func TestPagesAreSound(t *testing.T) {
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Skip("mandoc is not here")
	}
	dir := t.TempDir()
	if err := write(dir, "1700000000"); err != nil {
		t.Fatal(err)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	if out, err := exec.Command("mandoc", append([]string{"-T", "lint", "-W", "warning"}, names...)...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
