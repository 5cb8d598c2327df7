package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatLiesInOneDrive(t *testing.T) {
	council := map[string]string{"OneDrive": `C:\Users\sam\OneDrive - Fenmarsh Council`, "OneDriveCommercial": `C:\Users\sam\OneDrive - Fenmarsh Council`}
	renamed := map[string]string{"OneDriveCommercial": `D:\Work files\`, "OneDriveConsumer": `C:\Users\sam\Mine`, "OneDrive": `C:\Users\sam\Mine`}
	for _, test := range []struct {
		env  map[string]string
		dir  string
		root string // none: it does not lie there
	}{
		{council, `C:\Users\sam\OneDrive - Fenmarsh Council\Desktop\dsa\dsa-data`, council["OneDrive"]},
		{council, `c:\users\SAM\onedrive - fenmarsh council\Documents`, council["OneDrive"]},
		{council, `C:/Users/sam/OneDrive - Fenmarsh Council`, council["OneDrive"]},
		{council, `\\?\C:\Users\sam\OneDrive - Fenmarsh Council\dsa`, council["OneDrive"]},
		{council, `C:\Users\sam\AppData\Roaming\dsa`, ""},
		{council, `C:\Users\sam\OneDrive - Fenmarsh Council old`, `C:\Users\sam\OneDrive - Fenmarsh Council old`}, // by its name
		{renamed, `D:\Work files\dsa-data`, renamed["OneDriveCommercial"]},
		{renamed, `D:\Work files 2\dsa-data`, ""},
		{renamed, `D:\`, ""},
		{renamed, `C:\Users\sam\Mine\Documents`, renamed["OneDriveConsumer"]},
		{renamed, `C:\Users\sam\Documents`, ""},
		{nil, `C:\Users\sam\OneDrive\dsa`, `C:\Users\sam\OneDrive`},
		{nil, `C:\Users\sam\OneDriver\dsa`, ""},
		{nil, `C:\Users\sam\OneDrive - `, ""},
		{nil, `/home/sam/OneDrive/dsa`, `/home/sam/OneDrive`},
		{map[string]string{"OneDrive": `\\files\home\sam`}, `\\?\UNC\files\home\sam\dsa`, `\\files\home\sam`},
		{map[string]string{"OneDrive": `\`}, `C:\Users\sam`, ""},
		{nil, "", ""},
	} {
		root, is := oneDriveOf(func(name string) string { return test.env[name] }, test.dir)
		if is != (test.root != "") || root != test.root {
			t.Errorf("%s with %v: %q, %v; want %q", test.dir, test.env, root, is, test.root)
		}
	}
}

// Somebody who signs there is told once, and what to do.
func TestAHomeInOneDriveIsWarnedOf(t *testing.T) {
	for _, name := range oneDriveNames {
		t.Setenv(name, "")
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	home := filepath.Join(dir, "Work files", "dsa-data")
	if err := os.MkdirAll(home, 0o700); err != nil {
		t.Fatal(err)
	}
	const words = "lies in OneDrive, which copies it to Microsoft's servers"
	said := func(home string) string {
		var err bytes.Buffer
		app := &App{Err: &err, Home: home}
		app.lookAround()
		app.lookAround()
		return err.String()
	}
	if got := said(home); strings.Contains(got, "OneDrive") {
		t.Errorf("OneDrive is not there, and it says %s", got)
	}
	t.Setenv("OneDriveCommercial", filepath.Join(dir, "Work files"))
	if got := said(home); strings.Count(got, words) != 1 || strings.Count(got, "--home") != 1 {
		t.Errorf("it says %q", got)
	}
	if root, is := inOneDrive(home); !is || root != filepath.Join(dir, "Work files") {
		t.Errorf("it lies in %q, %v", root, is)
	}
	link := filepath.Join(dir, "link")
	os.Symlink(home, link) // on Windows not everybody may
	if _, err := os.Stat(link); err == nil {
		if got := said(link); strings.Count(got, words) != 1 {
			t.Errorf("by way of a link it says %q", got)
		}
	}
	if _, is := inOneDrive(dir); is {
		t.Error("the folder above lies in it")
	}
}
