package cmd

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/logbook"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"
)

// exports runs dsa export as the person of the App and returns what it wrote to the file, if anything.
func exports(t *testing.T, app *App, wantCode int, to string, args ...string) (content []byte, said string) {
	t.Helper()
	out, errs := new(bytes.Buffer), new(bytes.Buffer)
	app.Out, app.Err = out, errs
	if code := Main(app, append([]string{"export", "--to", to}, args...)); code != wantCode {
		t.Fatalf("exit code %d, want %d:\n%s%s", code, wantCode, out, errs)
	}
	if to == "-" {
		return out.Bytes(), errs.String()
	}
	content, err := os.ReadFile(to)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(to), outputPrefix+"*")); len(left) > 0 {
		t.Errorf("it leaves %v", left)
	}
	return content, out.String() + errs.String()
}

// unzipped is a zip as a folder, and the names in it in their order.
func unzipped(t *testing.T, content []byte) (dir string, names []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.CopyFS(dir, z); err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		names = append(names, f.Name)
		if f.Mode() != 0o600 {
			t.Errorf("%s has mode %v", f.Name, f.Mode())
		}
	}
	return dir, names
}

func kindsIn(t *testing.T, dir string) []string {
	t.Helper()
	book, err := logbook.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var kinds []string
	for entry, err := range book.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		kind := string(entry.Page.Cover.Kind)
		if entry.CoverOnly {
			kind += " (cover)"
		}
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

func codes(faults []logbook.Fault) []string {
	found := map[string]bool{}
	for _, f := range faults {
		found[string(f.Code)] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// A decision goes with everything about it, wherever that lies, as a log of its own that anybody can check.
func TestAnExportIsALogOfItsOwn(t *testing.T) {
	author, first := decided(t)
	ann := somebody(t, "ann")
	review := put(t, author, "", decision.Review, first, nil)
	// Of another decision, nothing goes along.
	app, _, said := newTestApp(t, "")
	app.Home, app.Rand = author.Home, fixedRandom("other")
	if code := Main(app, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
		t.Fatal(said)
	}
	put(t, author, "", decision.Review, first, nil)
	put(t, ann, "", decision.Review, first, as("Ann", "ann@fenmarsh.example"))
	put(t, ann, "", decision.Endorse, review, as("Ann", "ann@fenmarsh.example"))

	logs := []string{"--log", author.logFolder(""), "--log", ann.logFolder("")}
	to := filepath.Join(t.TempDir(), "case.zip")
	content, words := exports(t, author, codeDone, to, append(logs, first.entry.ID.Shown())...)
	dir, names := unzipped(t, content)
	if want := []string{"decision", "endorse", "open", "open", "review", "review", "review"}; !slices.Equal(kindsIn(t, dir), want) {
		t.Errorf("it has %v, want %v", kindsIn(t, dir), want)
	}
	if want := []string{"allowed_signers", "README.txt"}; !slices.Equal(names[len(names)-2:], want) || !slices.IsSorted(names[:len(names)-2]) {
		t.Errorf("the names in it are %v", names)
	}
	for _, want := range []string{"Copied: 7 records of 2 chains\nFile: " + to, "Warning: it is NOT encrypted"} {
		if !strings.Contains(words, want) {
			t.Errorf("it does not say %q:\n%s", want, words)
		}
	}
	if info, err := os.Stat(to); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v (%v)", info.Mode(), err)
	}
	// As a log it lacks the other decision, which is said, and nothing else is wrong with it.
	book, err := logbook.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	report, err := logbook.Check(t.Context(), []*logbook.Book{book}, checks())
	if err != nil || !slices.Equal(codes(report.Faults), []string{"missing"}) || report.Records != 7 {
		t.Errorf("as a log it has the faults %v in %d records (%v)", report.Faults, report.Records, err)
	}
	for _, name := range names[:len(names)-2] {
		app, _, said := newTestApp(t, "")
		if code := Main(app, []string{"verify", filepath.Join(dir, filepath.FromSlash(name))}); code != codeDone {
			t.Errorf("%s: exit code %d\n%s", name, code, said)
		}
	}
	// The same records are the same file, whoever copies them, when and out of which logs.
	ann.Now = func() time.Time { return time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC) }
	again, _ := exports(t, ann, codeDone, "-", "--log", ann.logFolder(""), "--log", author.logFolder(""), review.entry.ID.String(), first.entry.ID.String())
	if !bytes.Equal(again, content) {
		t.Error("another time it is another file")
	}
	// All of it is both logs as one, and then nothing is missing.
	everything, _ := exports(t, author, codeDone, "-", append(logs, logs...)...)
	dir, _ = unzipped(t, everything)
	if got := kindsIn(t, dir); len(got) != 8 {
		t.Errorf("all that there is are %v", got)
	}
	signers, err := os.ReadFile(filepath.Join(dir, "allowed_signers"))
	if err != nil || strings.Count(string(signers), "\n") != 2 || !strings.Contains(string(signers), `sam.okafor@harbourlane.example namespaces="dsa-decision" ssh-ed25519 `) {
		t.Errorf("the signers are (%v)\n%s", err, signers)
	}
}

// A stranger checks a record of a copy by what its README tells them to type.
func TestAStrangerChecksACopyByHand(t *testing.T) {
	for _, tool := range []string{"sh", "sed", "ssh-keygen", "sha256sum", "grep"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	author, first := decided(t)
	content, _ := exports(t, author, codeDone, "-")
	dir, _ := unzipped(t, content)
	byHand := func(record []byte) (string, error) {
		t.Helper()
		work := t.TempDir()
		name := path.Base(first.entry.Path)
		signers, err := os.ReadFile(filepath.Join(dir, "allowed_signers"))
		if err = errors.Join(err, os.WriteFile(filepath.Join(work, name), record, 0o600), os.WriteFile(filepath.Join(work, "allowed_signers"), signers, 0o600)); err != nil {
			t.Fatal(err)
		}
		readme, err := os.ReadFile(filepath.Join(dir, "README.txt"))
		if err != nil {
			t.Fatal(err)
		}
		script, typed := "set -e\n", 0
		for _, line := range strings.Split(string(readme), "\n") {
			if line, ok := strings.CutPrefix(line, "$ "); ok {
				switch {
				case strings.HasPrefix(line, "RECORD="):
					line = `RECORD="` + name + `"`
				case strings.HasPrefix(line, "WHO="):
					line = `WHO="sam.okafor@harbourlane.example"`
				}
				script, typed = script+line+"\n", typed+1
			}
		}
		if typed < 10 {
			t.Fatalf("the README has %d commands", typed)
		}
		cmd := exec.Command("sh", "-c", script)
		cmd.Dir = work
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	good, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(first.entry.Path)))
	if err != nil {
		t.Fatal(err)
	}
	if out, err := byHand(good); err != nil || !strings.Contains(out, "Good ") || !strings.Contains(out, first.entry.Key.Fingerprint()) {
		t.Errorf("a good record: %v\n%s", err, out)
	}
	for says, bad := range map[string][]byte{"a changed body": bytes.Replace(good, []byte("child"), []byte("chill"), 1), "a changed cover": bytes.Replace(good, []byte("keep-until 2"), []byte("keep-until 3"), 1)} {
		if out, err := byHand(bad); err == nil {
			t.Errorf("%s passes by hand:\n%s", says, out)
		}
	}
}

// Only who has the key reads it, and nothing of it can be read on the way. Each kind of key opens the same copy.
func TestAnExportForSomebody(t *testing.T) {
	author, first := decided(t)
	plain, _ := exports(t, author, codeDone, "-")

	own, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	edPublic, edPrivate, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaPrivate, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	edLine, rsaLine := publicLine(t, edPublic), publicLine(t, &rsaPrivate.PublicKey)
	folder := t.TempDir()
	file := func(name, content string) string {
		name = filepath.Join(folder, name)
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	openers := map[string]age.Identity{"age": own, "ssh-ed25519": opener(t, edPrivate), "ssh-rsa": opener(t, rsaPrivate)}
	for sentence, c := range map[string]struct {
		to    []string
		opens []string
		says  string
	}{
		"an age key":                 {[]string{own.Recipient().String()}, []string{"age"}, own.Recipient().String()},
		"an SSH Ed25519 key":         {[]string{edLine}, []string{"ssh-ed25519"}, "Encrypted to: ssh-ed25519 SHA256:"},
		"an SSH RSA key":             {[]string{rsaLine + " a comment"}, []string{"ssh-rsa"}, "Encrypted to: ssh-rsa SHA256:"},
		"a .pub file":                {[]string{file("id.pub", edLine+" me@here\n")}, []string{"ssh-ed25519"}, "ssh-ed25519 SHA256:"},
		"several, and a file of two": {[]string{own.Recipient().String(), file("r.txt", "# who may read it\r\n\r\n"+edLine+"\r\n"+rsaLine+"\r\n")}, []string{"age", "ssh-ed25519", "ssh-rsa"}, "ssh-rsa SHA256:"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var args []string
			for _, r := range c.to {
				args = append(args, "--encrypt-to", r)
			}
			to := filepath.Join(t.TempDir(), "copy.zip.age")
			locked, said := exports(t, author, codeDone, to, args...)
			if !strings.Contains(said, c.says) || strings.Contains(said, "NOT encrypted") {
				t.Errorf("it says:\n%s", said)
			}
			if !bytes.HasPrefix(locked, []byte("age-encryption.org/v1\n")) || bytes.Contains(locked, []byte("README")) || bytes.Contains(locked, []byte("record.txt")) || bytes.Contains(locked, []byte(first.entry.ID.Shown())) {
				t.Error("something in it can be read without a key")
			}
			for _, name := range c.opens {
				r, err := age.Decrypt(bytes.NewReader(locked), openers[name])
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
					t.Errorf("%s: it is another copy than the one that is not encrypted (%v)", name, err)
				}
			}
			if _, err := age.Decrypt(bytes.NewReader(locked), other); err == nil {
				t.Error("somebody else can read it")
			}
			if left, _ := filepath.Glob(filepath.Join(filepath.Dir(to), "*")); len(left) != 1 {
				t.Errorf("there is more than the file: %v", left)
			}
		})
	}
	// To standard output it goes encrypted in the same way.
	out, _ := exports(t, author, codeDone, "-", "--encrypt-to", own.Recipient().String())
	if r, err := age.Decrypt(bytes.NewReader(out), own); err != nil {
		t.Error(err)
	} else if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, plain) {
		t.Error(err)
	}
}

// With a passphrase it is whoever has that; it is never said.
func TestAnExportWithAPassphrase(t *testing.T) {
	const secret = "corridor walnut ferry eleven"
	app, _, said := newTestApp(t, secret+"\r\n")
	l, err := app.newLock(lockOptions{passphraseFile: "-"})
	if err != nil {
		t.Fatal(err)
	}
	l.recipients[0].(*age.ScryptRecipient).SetWorkFactor(8) // or the test would take as long as guessing is meant to
	var locked bytes.Buffer
	w, err := l.seal(&locked)
	if err == nil {
		_, err = io.WriteString(w, "The child is six.")
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	for given, opens := range map[string]bool{secret: true, secret + "\r": false, secret + " ": false} {
		identity, err := age.NewScryptIdentity(given)
		if err != nil {
			t.Fatal(err)
		}
		r, err := age.Decrypt(bytes.NewReader(locked.Bytes()), identity)
		if (err == nil) != opens {
			t.Fatalf("%q opens it: %v", given, err)
		}
		if !opens {
			continue
		}
		if got, err := io.ReadAll(r); err != nil || string(got) != "The child is six." {
			t.Errorf("got %q (%v)", got, err)
		}
	}
	if words := said.String() + strings.Join(l.words, "") + l.advice; strings.Contains(words, "walnut") || !strings.Contains(words, "by another way") {
		t.Errorf("it says:\n%s", words)
	}
}

func publicLine(t *testing.T, key any) string {
	t.Helper()
	public, err := ssh.NewPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public)))
}

func opener(t *testing.T, key any) age.Identity {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	identity, err := agessh.ParseIdentity(pem.EncodeToMemory(block))
	if err != nil {
		t.Fatal(err)
	}
	return identity
}

// Whatever is wrong with a recipient is met before anything is written, and never repeated: it can be a private key.
func TestRecipientsThatCannotBe(t *testing.T) {
	author, _ := decided(t)
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Skip("keys this short cannot be made any more")
	}
	dir := t.TempDir()
	file := func(content string) string {
		f, err := os.CreateTemp(dir, "r")
		if err == nil {
			_, err = f.WriteString(content)
		}
		if err = errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		return f.Name()
	}
	own, _ := filepath.Glob(author.path("key"))
	for sentence, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"a slip in a key":         {[]string{"--encrypt-to", identity.Recipient().String()[:40]}, codeCould, "is no public key and no file"},
		"a private key":           {[]string{"--encrypt-to", identity.String()}, codeCould, "is a private key, and does not belong on a command line"},
		"a private key in a file": {[]string{"--encrypt-to", file("# mine\n" + identity.String() + "\n")}, codeCould, "line 2 of the file named with --encrypt-to is no public key"},
		"a private SSH key":       {append([]string{"--encrypt-to"}, own...), codeCould, "line 1 of the file"},
		"a key that only signs": {[]string{"--encrypt-to", file("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIFkhjJzV2kBbDnsBbvhUyUzJ8xvBtrmcCTi9tnDvWPVXAAAABHNzaDo=\n")},
			codeCould, "line 1 of the file"},
		"a short key":                      {[]string{"--encrypt-to", publicLine(t, &short.PublicKey)}, codeCould, "no public key and no file"},
		"a file without any":               {[]string{"--encrypt-to", file("# nobody\n\n")}, codeCould, "has no recipients"},
		"nobody":                           {[]string{"--encrypt-to", ""}, codeCould, "no public key and no file"},
		"keys that do not go together":     {[]string{"--encrypt-to", identity.Recipient().String(), "--encrypt-to", hybrid.Recipient().String()}, codeCould, "cannot be used together"},
		"a key and a passphrase":           {[]string{"--encrypt-to", identity.Recipient().String(), "--passphrase"}, codeUsage, "to public keys or with one passphrase"},
		"a passphrase with nobody to ask":  {[]string{"--passphrase"}, codeCould, "there is nobody to ask for a passphrase"},
		"a passphrase that can be guessed": {[]string{"--passphrase-file", file("summer2026\n")}, codeCould, "12 characters or more"},
		"a file of more than a passphrase": {[]string{"--passphrase-file", file("corridor walnut ferry\nand more\n")}, codeCould, "more in it than one line"},
		"a passphrase that is not there":   {[]string{"--passphrase-file", filepath.Join(dir, "nowhere")}, codeCould, "cannot be read"},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Setenv("DSA_PASSPHRASE", "corridor walnut ferry eleven") // it is for keys
			to := filepath.Join(t.TempDir(), "copy.zip.age")
			author.In = strings.NewReader("")
			content, said := exports(t, author, c.code, to, c.args...)
			if content != nil || !strings.Contains(said, c.says) || !strings.Contains(said, "nothing was written") {
				t.Errorf("%d bytes, and it says:\n%s", len(content), said)
			}
			for _, secret := range []string{identity.String()[16:], "AGE-SECRET-KEY", "walnut", "summer2026", "OPENSSH"} {
				if strings.Contains(said, secret) {
					t.Errorf("it repeats what was given:\n%s", said)
				}
			}
		})
	}
	// A key of the new kind goes with others of its kind.
	locked, _ := exports(t, author, codeDone, "-", "--encrypt-to", hybrid.Recipient().String())
	if _, err := age.Decrypt(bytes.NewReader(locked), hybrid); err != nil {
		t.Error(err)
	}
}

// The passphrase in a file is what was typed there, whatever the editor or the shell put around it.
func TestThePassphraseInAFileIsWhatWasTyped(t *testing.T) {
	const secret = "corridor walnut ferry eleven"
	for _, content := range []string{secret, secret + "\n", secret + "\r\n", "\ufeff" + secret + "\r\n"} {
		app := &App{In: strings.NewReader(content)}
		if got, err := app.readPassphrase("-"); err != nil || got != secret {
			t.Errorf("of %q it reads %q, %v", content, got, err)
		}
	}
	app := &App{In: strings.NewReader("\xff\xfe" + wide(secret))}
	if _, err := app.readPassphrase("-"); err == nil {
		t.Error("what is no text became a passphrase")
	}
}

// A record that is not as it was signed stays here, and that is said: unless another log has it sound.
func TestOnlySoundRecordsGo(t *testing.T) {
	author, first := decided(t)
	put(t, author, "", decision.Review, first, nil)
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(author.logFolder(""))); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(author.logFolder(""), filepath.FromSlash(first.entry.Path))
	good, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, bytes.Replace(good, []byte("child"), []byte("chill"), 1), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy.zip")
	content, said := exports(t, author, codeFound, to)
	dir, _ := unzipped(t, content)
	if got, want := kindsIn(t, dir), []string{"open", "review"}; !slices.Equal(got, want) || !strings.Contains(said, "Not copied: "+first.entry.Path+": the body has changed since it was signed (changed-body)") ||
		!strings.Contains(said, "1 record file is not as it was signed, and not copied; all else was") {
		t.Errorf("it has %v and says:\n%s", got, said)
	}
	if content, said := exports(t, author, codeFound, filepath.Join(t.TempDir(), "copy.zip"), first.entry.ID.Shown()); content != nil || !strings.Contains(said, "this record is not as it was signed") {
		t.Errorf("%d bytes of it, and it says:\n%s", len(content), said)
	}
	content, said = exports(t, author, codeDone, "-", "--log", author.logFolder(""), "--log", copied)
	dir, _ = unzipped(t, content)
	if got, want := kindsIn(t, dir), []string{"decision", "open", "review"}; !slices.Equal(got, want) || !strings.Contains(said, "one copy is damaged, and another went") {
		t.Errorf("it has %v and says:\n%s", got, said)
	}
	// What is signed and makes no sense is no record either; nor is a log of which nothing is sound.
	ann := somebody(t, "ann")
	forged := put(t, ann, "", decision.Review, first, as("Ann", "ann@fenmarsh.example"))
	d, err := ann.desk(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.record(t.Context(), logbook.Act{Time: ann.Now(), Kind: decision.Review, About: forged.entry.ID, KeepUntil: decision.Permanent, Body: []byte("{}\n")})
	if d.close(); err != nil {
		t.Fatal(err)
	}
	content, said = exports(t, ann, codeFound, filepath.Join(t.TempDir(), "copy.zip"))
	dir, _ = unzipped(t, content)
	if got := kindsIn(t, dir); len(got) != 2 || !strings.Contains(said, "its content is not as this program writes it") {
		t.Errorf("it has %v and says:\n%s", got, said)
	}
	files, _ := filepath.Glob(filepath.Join(ann.logFolder(""), "*", "0000", "*"))
	for _, f := range files {
		if err := os.WriteFile(f, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if content, said := exports(t, ann, codeFound, filepath.Join(t.TempDir(), "copy.zip")); content != nil || !strings.Contains(said, "none of the records is as it was signed; nothing was written") {
		t.Errorf("%d bytes, and it says:\n%s", len(content), said)
	}
}

// What is disposed of does not leave the computer, though the whole of it may still lie there or in another log.
func TestWhatIsDisposedOfStaysHere(t *testing.T) {
	author, first := decided(t)
	put(t, author, "", decision.Review, first, nil)
	witness := t.TempDir()
	if err := os.CopyFS(witness, os.DirFS(author.logFolder(""))); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(witness, filepath.FromSlash(first.entry.Path))
	cover := coverOf(first.entry)
	if err := errors.Join(os.Remove(name), os.WriteFile(filepath.Join(witness, filepath.FromSlash(cover.Path)), cover.Page.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	for sentence, args := range map[string][]string{
		"all of two logs":       {"--log", author.logFolder(""), "--log", witness},
		"all, the other first":  {"--log", witness, "--log", author.logFolder("")},
		"one record":            {"--log", author.logFolder(""), "--log", witness, first.entry.ID.String()},
		"one, and its follower": {"--log", witness, "--log", author.logFolder(""), first.entry.ID.String()},
	} {
		content, said := exports(t, author, codeDone, "-", args...)
		dir, _ := unzipped(t, content)
		if got, want := kindsIn(t, dir), []string{"decision (cover)", "open", "review"}; !slices.Equal(got, want) {
			t.Errorf("%s: it has %v and says:\n%s", sentence, got, said)
		}
	}
}

// An exercise goes only where exercises are asked for.
func TestExercisesStay(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	signer, err := app.signingKey(t.Context(), "testdata/key")
	if err != nil {
		t.Fatal(err)
	}
	book, err := logbook.Create(app.logFolder(""))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	body, err := decision.EncodeBody(decision.Opening{Salt: "00112233445566778899aabbccddeeff", Program: Program, Key: signer.Key().AuthorizedKey(), Fingerprint: signer.Key().Fingerprint(),
		Principal: "trainee@fenmarsh.example", Name: "A trainee", Organisation: "Fenmarsh Council", Device: "here", Standing: decision.Training})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := logbook.NewWriter(book, signer, app.path("lock")).Append(t.Context(), logbook.Act{Time: app.Now(), Kind: decision.Open, KeepUntil: decision.Permanent, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "copy.zip")
	for _, args := range [][]string{nil, {opened.ID.String()}} {
		if content, said := exports(t, app, codeCould, to, args...); content != nil || !strings.Contains(said, "exercise") || !strings.Contains(said, "--training") {
			t.Errorf("%v: %d bytes, and it says:\n%s", args, len(content), said)
		}
	}
	content, _ := exports(t, app, codeDone, to, "--training")
	dir, _ := unzipped(t, content)
	signers, _ := os.ReadFile(filepath.Join(dir, "allowed_signers"))
	if got := kindsIn(t, dir); len(got) != 1 || !strings.Contains(string(signers), `namespaces="dsa-training"`) {
		t.Errorf("it has %v, signed by\n%s", got, signers)
	}
}

// A copy takes nobody's place, and half a copy is none.
func TestWhereACopyIsWritten(t *testing.T) {
	author, _ := decided(t)
	dir := t.TempDir()
	there := filepath.Join(dir, "there.zip")
	if err := os.WriteFile(there, []byte("somebody's"), 0o600); err != nil {
		t.Fatal(err)
	}
	// The log by another name, and a log besides it.
	link, other := filepath.Join(t.TempDir(), "link"), filepath.Join(t.TempDir(), "other")
	if err := errors.Join(os.Symlink(author.logFolder(""), link), os.CopyFS(other, os.DirFS(author.logFolder("")))); err != nil {
		t.Skipf("this system makes no links: %v", err)
	}
	for sentence, c := range map[string]struct {
		to   string
		args []string
		code int
		says string
	}{
		"something has the name":        {there, nil, codeCould, "there is something of that name already; nothing was written"},
		"a folder that is not there":    {filepath.Join(dir, "no", "copy.zip"), nil, codeCould, "cannot be written there; nothing was written"},
		"in the log":                    {filepath.Join(author.logFolder(""), "copy.zip"), nil, codeCould, "a copy has no place in a log itself"},
		"in the log, by a link":         {filepath.Join(link, "copy.zip"), nil, codeCould, "a copy has no place in a log itself"},
		"rows in it, by a link":         {filepath.Join(link, "copy.csv"), nil, codeCould, "a copy has no place in a log itself"},
		"rows of another log in it":     {filepath.Join(author.logFolder(""), "copy.csv"), []string{"--log", other}, codeCould, "a copy has no place in a log itself"},
		"a name that turns":             {filepath.Join(dir, "c\u202evsc.csv"), nil, codeUsage, "no manifest can name it; nothing was written"},
		"a name of two lines":           {filepath.Join(dir, "c\nfault x.csv"), nil, codeUsage, "no manifest can name it; nothing was written"},
		"another ending":                {filepath.Join(dir, "copy.txt"), nil, codeUsage, "has to end in .zip; nothing was written"},
		"called encrypted, and not":     {filepath.Join(dir, "copy.zip.age"), nil, codeUsage, "say for whom it is encrypted"},
		"encrypted, and not called so":  {filepath.Join(dir, "copy.zip"), []string{"--passphrase"}, codeUsage, "has to end in .zip.age"},
		"a form that there is not":      {filepath.Join(dir, "copy.pdf"), []string{"--as", "pdf"}, codeUsage, "there is no form of that name"},
		"nowhere":                       {"", nil, codeUsage, "it was not said where to write"},
		"a record that is not there":    {filepath.Join(dir, "copy.zip"), []string{"ffffffff"}, codeCould, "there is no such record"},
		"a log that is not there":       {filepath.Join(dir, "copy.zip"), []string{"--log", filepath.Join(dir, "nolog")}, codeCould, "the log folder does not exist"},
		"proofs, where no log is known": {filepath.Join(dir, "copy.zip"), []string{"--proofs"}, codeCould, "this computer knows no log yet"},
	} {
		t.Run(sentence, func(t *testing.T) {
			before, _ := os.ReadDir(dir)
			if _, said := exports(t, author, c.code, c.to, c.args...); !strings.Contains(said, c.says) {
				t.Errorf("it says:\n%s", said)
			}
			if after, _ := os.ReadDir(dir); len(after) != len(before) {
				t.Errorf("it leaves %v", after)
			}
		})
	}
	if content, err := os.ReadFile(there); err != nil || string(content) != "somebody's" {
		t.Errorf("what was there is %q (%v)", content, err)
	}
	// A log that this computer knows and does not read now is one too.
	known := t.TempDir()
	if err := author.changeKnown(func(k *knownLogs) error {
		k.Logs = append(k.Logs, knownLog{ID: decision.ID{7}, Folder: known})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if _, said := exports(t, author, codeCould, filepath.Join(known, "copy.csv"), "--log", other); !strings.Contains(said, "a copy has no place in a log itself") {
		t.Errorf("it says:\n%s", said)
	}
	// Something that takes the name while it is written keeps it.
	late := filepath.Join(dir, "late.zip")
	out, err := author.newOutput(t.Context(), late)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(late, []byte("quicker"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := out.keep(); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	out.discard()
	if content, _ := os.ReadFile(late); string(content) != "quicker" {
		t.Errorf("what was there is %q", content)
	}
	// A person who has no records has nothing to copy.
	empty := somebody(t, "empty")
	if _, said := exports(t, empty, codeCould, filepath.Join(dir, "empty.zip")); !strings.Contains(said, "there are no records on this computer yet") {
		t.Errorf("it says:\n%s", said)
	}
}

// A copy that was killed leaves what it had written: the next one to that folder removes it after a day. Told to stop, it
// leaves nothing from that moment on, and takes no name any more.
func TestAKilledExportIsSweptUp(t *testing.T) {
	app := somebody(t, "swept")
	dir := t.TempDir()
	now := time.Now() // the clock of the disk, on which the ages are told
	for name, age := range map[string]time.Duration{".dsa-export-old": 25 * time.Hour, ".dsa-export-new": time.Hour, ".other-old": 25 * time.Hour} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("half a copy"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	left := func() (names []string) {
		all, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range all {
			names = append(names, n.Name())
		}
		return names
	}
	ctx, stop := context.WithCancel(t.Context())
	out, err := app.newOutput(ctx, filepath.Join(dir, "copy.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if names := left(); len(names) != 3 || !strings.HasPrefix(names[0], outputPrefix) || slices.Contains(names, ".dsa-export-old") {
		t.Errorf("there are %v", names)
	}
	stop()
	if err := out.keep(); !errors.Is(err, context.Canceled) {
		t.Errorf("a copy that was told to stop is kept: %v", err)
	}
	out.discard()
	if names := left(); !slices.Equal(names, []string{".dsa-export-new", ".other-old"}) {
		t.Errorf("it leaves %v", names)
	}
}

// What records claim of their times is no matter to a zip.
// A disk whose clock is far from this computer's takes nothing from a copy that is being written.
func TestACopyOutlivesAWrongClock(t *testing.T) {
	for _, off := range []time.Duration{-100 * 24 * time.Hour, 100 * 24 * time.Hour} {
		app := somebody(t, "clock")
		app.Now = func() time.Time { return time.Now().Add(off) }
		dir := t.TempDir()
		first, err := app.newOutput(t.Context(), filepath.Join(dir, "rows.csv"))
		if err != nil {
			t.Fatal(err)
		}
		second, err := app.newOutput(t.Context(), filepath.Join(dir, "rows.csv.manifest.txt"))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(first.keep(), second.keep()); err != nil {
			t.Errorf("off by %v: %v", off, err)
		}
		first.discard()
		second.discard()
	}
}

func TestTimesInAZip(t *testing.T) {
	for year, want := range map[int]int{1: 1980, 1979: 1980, 1980: 1980, 2026: 2026, 2100: 2100, 2101: 1980, 9999: 1980} {
		if got := zipTime(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC)); got.Year() != want {
			t.Errorf("the year %d becomes %d", year, got.Year())
		}
	}
}

// Proofs stand beside the log and not in it, one for each record that a checkpoint covers.
func TestProofsGoAlong(t *testing.T) {
	app, first := decided(t)
	run := func(args ...string) string {
		t.Helper()
		out, said := new(bytes.Buffer), new(bytes.Buffer)
		app.Out, app.Err = out, said
		if code := Main(app, args); code != codeDone {
			t.Fatalf("%v: exit code %d\n%s%s", args, code, out, said)
		}
		return out.String()
	}
	run("log", "new", filepath.Join(t.TempDir(), "share"), "--title", "Fenmarsh MASH", "--spare", filepath.Join(t.TempDir(), "spare"))
	receipt := strings.TrimSpace(run("checkpoint", "--quiet"))
	put(t, app, "", decision.Review, first, nil)

	content, said := exports(t, app, codeDone, "-", "--proofs", first.entry.ID.Shown())
	dir, names := unzipped(t, content)
	var proofs []string
	for _, name := range names {
		if rest, ok := strings.CutPrefix(name, "proofs/"); ok {
			proofs = append(proofs, rest[:7])
			out := run("verify", filepath.Join(dir, "proofs", rest), "--receipt", receipt)
			if !strings.Contains(out, "0 faults") {
				t.Errorf("%s:\n%s", name, out)
			}
		} else if !strings.HasPrefix(name, "log/") && name != "README.txt" {
			t.Errorf("%s has no place there", name)
		}
	}
	if want := []string{"0000000", "0000001"}; !slices.Equal(proofs, want) || !strings.Contains(said, "1 record stands under no checkpoint yet, so there is no proof") {
		t.Errorf("there are proofs of %v, and it says:\n%s", proofs, said)
	}
	if got := kindsIn(t, filepath.Join(dir, "log")); !slices.Equal(got, []string{"decision", "open", "review"}) {
		t.Errorf("the log has %v", got)
	}
}
