package export_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"dsa/decision/export"
	"dsa/decision/sshsig"

	"golang.org/x/crypto/ssh"
)

func manifest(t testing.TB) export.Manifest {
	t.Helper()
	a := about
	a.Form, a.Part = "csv", "2 of 4"
	m := export.Manifest{File: export.File{Name: "all of it.csv.age", Sum: sha256.Sum256([]byte("sealed")), Bytes: 6},
		Inside: &export.File{Name: "all of it.csv", Sum: sha256.Sum256([]byte("plain")), Bytes: 5}, Lines: export.Lines(a, summary), Columns: []string{"id", "outcome"}}
	seed := sha256.Sum256([]byte("a key"))
	signer, err := ssh.NewSignerFromSigner(ed25519.NewKeyFromSeed(seed[:]))
	if err == nil {
		m.Signature, err = sshsig.Sign(signer, sshsig.Oversight, m.Signed())
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// A manifest is read as it was written; with any byte changed it is no manifest, another one, or its signature is not right.
func TestManifest(t *testing.T) {
	m := manifest(t)
	text := m.Text()
	got, err := export.ParseManifest(text)
	if err != nil || !reflect.DeepEqual(got, m) {
		t.Fatalf("it comes back as %+v (%v)", got, err)
	}
	if _, err := sshsig.Verify(got.Signature, sshsig.Oversight, got.Signed()); err != nil {
		t.Error(err)
	}
	if strings.ContainsAny(string(text), "\x1b\u202e") {
		t.Error("something in it acts on a screen")
	}
	for i := range text {
		for _, with := range []byte{text[i] ^ 1, '\n', ' ', 0x80} {
			changed := bytes.Clone(text)
			if changed[i] = with; with == text[i] {
				continue
			}
			other, err := export.ParseManifest(changed)
			if err != nil {
				continue
			}
			if _, err := sshsig.Verify(other.Signature, sshsig.Oversight, other.Signed()); err == nil {
				t.Fatalf("with byte %d changed it still is what was signed:\n%s", i, changed)
			}
		}
	}
}

func hexOf(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }

// Each of these is a text that could mislead whoever relies on it.
func TestNoManifest(t *testing.T) {
	good := string(manifest(t).Text())
	for says, change := range map[string][2]string{
		"another format":             {"dsa-export 1\n", "dsa-export 2\n"},
		"a file in another folder":   {"\nfile all of it.csv.age\n", "\nfile ../all of it.csv.age\n"},
		"a file on Windows":          {"\nfile all of it.csv.age\n", "\nfile c:\\x.csv.age\n"},
		"a folder":                   {"\nfile all of it.csv.age\n", "\nfile ..\n"},
		"a name turned round":        {"\nfile all of it.csv.age\n", "\nfile all\u202e of it.csv.age\n"},
		"no name":                    {"\nfile all of it.csv.age\n", "\nfile \n"},
		"a digest in capitals":       {hexOf("sealed"), strings.ToUpper(hexOf("sealed"))},
		"a length with a sign":       {"\nbytes 6\n", "\nbytes +6\n"},
		"a line too few":             {"redacted no\n", ""},
		"a line twice":               {"redacted no\n", "redacted no\nredacted no\n"},
		"lines in another order":     {"redacted no\ntraining no\n", "training no\nredacted no\n"},
		"a line of no kind":          {"verdict ", "price 7\nverdict "},
		"an escape code":             {"asked outcome is none", "asked outcome is \x1b[31mnone"},
		"an escape code in a column": {"column outcome", "column out\u202ecome"},
		"line ends of Windows":       {"\n", "\r\n"},
		"something before":           {"dsa-export 1\n", "\ndsa-export 1\n"},
	} {
		text := strings.ReplaceAll(good, change[0], change[1])
		if text == good {
			t.Fatalf("%s changes nothing", says)
		}
		var wrong *export.ManifestError
		if m, err := export.ParseManifest([]byte(text)); !errors.As(err, &wrong) {
			t.Errorf("%s is read as %+v (%v)", says, m, err)
		}
	}
}

// A stranger checks it with what MANIFEST.md tells them to type.
func TestAStrangerChecksAManifest(t *testing.T) {
	for _, tool := range []string{"sh", "sed", "ssh-keygen", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	document, err := os.ReadFile("MANIFEST.md")
	if err != nil {
		t.Fatal(err)
	}
	script, typed := "set -e\n", 0
	for line := range strings.Lines(string(document)) {
		if line, ok := strings.CutPrefix(line, "$ "); ok {
			script, typed = script+line, typed+1
		}
	}
	if typed < 3 {
		t.Fatalf("the document has %d commands", typed)
	}
	m := manifest(t)
	m.File = export.File{Name: "decisions.csv", Sum: sha256.Sum256([]byte("id\r\n")), Bytes: 4}
	m.Inside, m.Signature = nil, nil
	seed := sha256.Sum256([]byte("a key"))
	signer, err := ssh.NewSignerFromSigner(ed25519.NewKeyFromSeed(seed[:]))
	if err == nil {
		m.Signature, err = sshsig.Sign(signer, sshsig.Oversight, m.Signed())
	}
	if err != nil {
		t.Fatal(err)
	}
	for says, c := range map[string]struct {
		manifest, file string
		good           bool
	}{
		"as they are":         {string(m.Text()), "id\r\n", true},
		"another file":        {string(m.Text()), "id\n", false},
		"another manifest":    {strings.Replace(string(m.Text()), "decisions 2", "decisions 3", 1), "id\r\n", false},
		"without signature":   {string(m.Signed()), "id\r\n", false},
		"another's namespace": {strings.Replace(string(m.Text()), "U1NIU0lH", "V1NIU0lH", 1), "id\r\n", false},
	} {
		dir := t.TempDir()
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "decisions.csv"), []byte(c.file), 0o600),
			os.WriteFile(filepath.Join(dir, "decisions.csv.manifest.txt"), []byte(c.manifest), 0o600)); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sh", "-c", script)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); (err == nil) != c.good {
			t.Errorf("%s: %v\n%s", says, err, out)
		}
	}
}

func FuzzManifest(f *testing.F) {
	f.Add(manifest(f).Text())
	f.Add(manifest(f).Signed())
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, err := export.ParseManifest(text); err == nil && !bytes.Equal(m.Text(), text) {
			t.Errorf("%q is read in a second spelling", text)
		}
	})
}
