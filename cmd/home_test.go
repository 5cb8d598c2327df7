package cmd

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAFolderBesideTheProgramIsItsHome(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	stick, desktop := filepath.Join(dir, "stick"), filepath.Join(dir, "desktop")
	program, beside, link := filepath.Join(stick, "dsa"), filepath.Join(stick, "dsa-data"), filepath.Join(desktop, "dsa")
	for _, folder := range []string{stick, desktop} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(program, nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := besideProgram(program); got != "" {
		t.Errorf("without the folder its home is %s", got)
	}
	if err := os.WriteFile(beside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := besideProgram(program); got != "" {
		t.Errorf("with a file of that name its home is %s", got)
	}
	if err := os.Remove(beside); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(beside, 0o700); err != nil {
		t.Fatal(err)
	}
	if got := besideProgram(program); got != beside {
		t.Errorf("with the folder its home is %q", got)
	}
	os.Symlink(program, link) // on Windows not everybody may
	if _, err := os.Stat(link); err != nil {
		t.Skip("no links here:", err)
	}
	if got := besideProgram(link); got != beside {
		t.Errorf("through a link its home is %q", got)
	}
}
