package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// long also builds for every platform, the second time without anything that the first has compiled: some ten minutes.
var long = os.Getenv("DSA_DIST") == "long"

// seconds is the date of the release in these tests.
const seconds = 1795342272

// made is a release of the source in a folder.
func made(t *testing.T, top string, env ...string) *release {
	t.Helper()
	r := &release{top: top, to: t.TempDir(), platforms: []platform{{runtime.GOOS, runtime.GOARCH}}, commit: strings.Repeat("5b", 20), env: env}
	if long {
		r.platforms = platforms
	}
	if err := r.find(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.make(); err != nil {
		t.Fatal(err)
	}
	return r
}

// elsewhere copies the source into a folder of another name and depth, without git, as from a source archive.
func elsewhere(t *testing.T) string {
	t.Helper()
	top := filepath.Join(t.TempDir(), "a longer way", "to the source")
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel("../..", path)
		if err != nil {
			return err
		}
		switch {
		case rel == ".git" || rel == "dist" || e.Name() == "testdata":
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir():
			return os.MkdirAll(filepath.Join(top, rel), 0o755)
		case !e.Type().IsRegular() || strings.HasSuffix(rel, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(top, rel), content, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	return top
}

// files are the names in a folder and what is in them.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found[e.Name()] = string(content)
	}
	return found
}

// packed is one entry of an archive as it can be read there.
type packed struct {
	name, content, owner string
	mode                 fs.FileMode
	at                   time.Time
}

func unpacked(t *testing.T, archive string) []packed {
	t.Helper()
	content, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(archive, ".zip") {
		return unzipped(t, content)
	}
	squeezed, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	if !squeezed.ModTime.IsZero() || squeezed.Name != "" || squeezed.Comment != "" {
		t.Errorf("%s says when and as what it was packed: %+v", archive, squeezed.Header)
	}
	var found []packed
	for r := tar.NewReader(squeezed); ; {
		h, err := r.Next()
		if err == io.EOF {
			return found
		} else if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, packed{h.Name, string(content), fmt.Sprintf("%d:%d %s:%s", h.Uid, h.Gid, h.Uname, h.Gname), h.FileInfo().Mode(), h.ModTime})
	}
}

func unzipped(t *testing.T, content []byte) []packed {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var found []packed
	for _, f := range r.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, packed{f.Name, string(content), "", f.Mode(), f.Modified})
	}
	return found
}

// Whoever has the commit gets the same bytes: in another folder, without git, with other settings of Go and, in the long
// form, from nothing that was compiled before.
func TestTwoBuildsOfOneCommitAreTheSame(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", fmt.Sprint(seconds))
	first := made(t, "../..")
	env := []string{"GOAMD64=v3", "GOARM64=v9.0", "GOFLAGS=-tags=other", "CGO_ENABLED=1"}
	if long {
		env = append(env, "GOCACHE="+t.TempDir())
	}
	second := made(t, elsewhere(t), env...)
	one, two := files(t, first.to), files(t, second.to)
	if len(one) != len(first.platforms)+1 || len(one) != len(two) {
		t.Errorf("files made: %d and %d, for %d platforms", len(one), len(two), len(first.platforms))
	}
	for name, content := range one {
		if two[name] != content {
			t.Errorf("%s is not the same from another folder", name)
		}
		if sum := fmt.Sprintf("%x  %s\n", sha256.Sum256([]byte(content)), name); name != sums && strings.Count(one[sums], sum) != 1 {
			t.Errorf("%s does not stand in %s", name, sums)
		}
	}
	for _, p := range first.platforms {
		t.Run(p.Name(), func(t *testing.T) { holds(t, first, p) })
	}
	t.Run("carried", func(t *testing.T) { carries(t, first) })
}

// holds looks at one archive: exactly these files, for everybody to read, from nobody, and of one time.
func holds(t *testing.T, r *release, p platform) {
	folder, archive := "dsa-"+r.version+"-"+p.Name()+"/", "dsa-"+r.version+"-"+p.Name()+".tar.gz"
	should := []string{"LICENSE.txt 0644", "NOTICE.txt 0644", "START-HERE.txt 0644", p.Program() + " 0755", "documents/CHANGELOG.md 0644",
		"documents/README.md 0644", "documents/SECURITY.md 0644", "documents/data/README.md 0644", "documents/data/oversight.yaml 0644",
		"documents/decision/FORMAT.md 0644", "documents/decision/cases/COLUMNS.md 0644", "documents/decision/export/MANIFEST.md 0644",
		"documents/decision/tally/SUPPRESSION.md 0644", "dsa.spdx.json 0644"}
	if p.OS == "windows" {
		folder, archive = "", "dsa-"+r.version+"-"+p.Name()+".zip"
	}
	var is []string
	pages := 0
	content := map[string]string{}
	for _, f := range unpacked(t, filepath.Join(r.to, archive)) {
		if !f.at.Equal(time.Unix(seconds, 0)) || f.owner != "" && f.owner != "0:0 :" {
			t.Errorf("%s is of %v and belongs to %q", f.name, f.at, f.owner)
		}
		if f.mode.IsDir() && f.name == folder {
			continue
		}
		name, inside := strings.CutPrefix(f.name, folder)
		if !inside {
			t.Errorf("%s lies outside %s", f.name, folder)
		}
		content[name] = f.content
		if strings.HasPrefix(name, "man/") {
			pages++
			continue
		}
		is = append(is, fmt.Sprintf("%s %04o", name, f.mode))
	}
	slices.Sort(should)
	slices.Sort(is)
	if !slices.Equal(is, should) {
		t.Errorf("%s holds %q, and should hold %q", archive, is, should)
	}
	switch page := content["man/man1/dsa-share.1"]; {
	case p.OS == "windows" && pages > 0:
		t.Errorf("%s holds %d pages for man", archive, pages)
	case p.OS != "windows" && (pages < 50 || !strings.Contains(page, time.Unix(seconds, 0).UTC().Format(time.DateOnly)) || content["man/man7/dsa-emergency.7"] == ""):
		t.Errorf("%s has no manual of the day of the release: %d pages, dsa-share begins %.80s", archive, pages, page)
	}
	leadSomewhere(t, content)
	for name, source := range map[string]string{"LICENSE.txt": "LICENSE", "NOTICE.txt": "NOTICE", "documents/README.md": "README.md", "documents/decision/FORMAT.md": "decision/FORMAT.md"} {
		want, err := os.ReadFile(filepath.Join("../..", source))
		if err != nil {
			t.Fatal(err)
		}
		if content[name] != string(want) {
			t.Errorf("%s is not %s", name, source)
		}
	}
	onePage(t, content["START-HERE.txt"], r, p)
	lists(t, []byte(content["dsa.spdx.json"]), r, content[p.Program()])
}

// leadSomewhere: a link from one document of an archive leads to a file of the archive.
func leadSomewhere(t *testing.T, content map[string]string) {
	link := regexp.MustCompile(`\]\(([^)#:]+)(#[^)]*)?\)`)
	n := 0
	for name, text := range content {
		if !strings.HasSuffix(name, ".md") {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			n++
			if _, is := content[path.Join(path.Dir(name), m[1])]; !is {
				t.Errorf("%s: the link to %s leads nowhere in an archive", name, m[1])
			}
		}
	}
	if n < 8 {
		t.Errorf("there are only %d links", n)
	}
}

// onePage: what is unfolded first has to fit on a sheet, and on the plainest of screens.
func onePage(t *testing.T, text string, r *release, p platform) {
	if ends := strings.Count(text, "\r\n"); p.OS == "windows" && ends != strings.Count(text, "\n") || p.OS != "windows" && ends != 0 {
		t.Errorf("the ends of its lines are not those of %s", p.OS)
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if n := strings.Count(text, "\n"); n > 72 {
		t.Errorf("it has %d lines", n)
	}
	for line := range strings.Lines(text) {
		if len(line) > 81 || strings.Contains(line, "<no value>") || strings.ContainsFunc(line, func(c rune) bool { return c > 126 }) {
			t.Errorf("a line that is too long or not plain: %s", line)
		}
	}
	for _, words := range []string{r.version, r.commit, p.Name(), p.Program(), runtime.Version(), "999", "dsa-data", "SHA256SUMS", "allowed_signers", "Practise", "documents"} {
		if !strings.Contains(text, words) {
			t.Errorf("it does not say %s", words)
		}
	}
}

// lists: the list of what is inside has the program with its digest, and every library that NOTICE has terms for.
func lists(t *testing.T, text []byte, r *release, program string) {
	var list spdxDocument
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	notice, err := os.ReadFile("../../NOTICE")
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{list.ID: true}
	for _, p := range list.Packages {
		if ids[p.ID] {
			t.Errorf("%s stands twice", p.ID)
		}
		ids[p.ID] = true
		switch {
		case p.Name == "dsa":
			if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(program))); p.Version != r.version || p.Checksums[0].Value != sum {
				t.Errorf("the program is not %+v", p)
			}
		case p.Name != std && !strings.Contains(string(notice), "\n"+p.Name+"\n"):
			t.Errorf("%s is not in NOTICE", p.Name)
		case p.Version == "" || p.Declared == "" || p.Refs[0].Locator != "pkg:golang/"+p.Name+"@"+p.Version:
			t.Errorf("not said of %s: version, terms or where it is known: %+v", p.Name, p)
		}
	}
	for _, relation := range list.Relationships {
		if !ids[relation.From] || !ids[relation.To] {
			t.Errorf("a relation to nothing: %+v", relation)
		}
	}
	if len(list.Relationships) != len(list.Packages) || len(list.Packages) < 20 {
		t.Errorf("%d relations of %d packages", len(list.Relationships), len(list.Packages))
	}
}

// carries unpacks the archive of this computer: the program runs from any folder, and with dsa-data beside it writes there
// and nowhere else, unless another folder is named.
func carries(t *testing.T, r *release) {
	p := platform{runtime.GOOS, runtime.GOARCH}
	stick, person, other := t.TempDir(), t.TempDir(), t.TempDir()
	archives, err := filepath.Glob(filepath.Join(r.to, "dsa-"+r.version+"-"+p.Name()+".*"))
	if err != nil || len(archives) != 1 {
		t.Skip("there is no archive for this computer:", archives, err)
	}
	program := ""
	for _, f := range unpacked(t, archives[0]) {
		if filepath.Base(f.name) == p.Program() {
			program = filepath.Join(stick, p.Program())
			if err := os.WriteFile(program, []byte(f.content), 0o700); err != nil {
				t.Fatal(err)
			}
		}
	}
	answers, err := filepath.Abs("../../cmd/testdata/answers/gp-asked-by-council.yaml")
	if err != nil {
		t.Fatal(err)
	}
	decide := func(env ...string) {
		t.Helper()
		command := exec.Command(program, "share", "--adhoc", "--answers", answers)
		command.Dir = person
		command.Env = append([]string{"HOME=" + person, "AppData=" + person, "SystemRoot=" + os.Getenv("SystemRoot")}, env...)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	data := filepath.Join(stick, "dsa-data")
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	decide("DSA_HOME=" + other)
	if left := files(t, data); len(left) != 0 {
		t.Errorf("DSA_HOME named another folder, and there is in dsa-data: %d", len(left))
	}
	decide()
	if _, err := os.Stat(filepath.Join(data, "key")); err != nil {
		t.Errorf("its key does not lie beside the program: %v", err)
	}
	if entries, err := os.ReadDir(person); err != nil || len(entries) != 0 {
		t.Errorf("it left behind: %v %v", entries, err)
	}
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}
	decide()
	if entries, err := os.ReadDir(person); err != nil || len(entries) == 0 {
		t.Errorf("without dsa-data it did not use the person's own folder: %v", err)
	}
}

// A .zip for Windows has the same in it each time, and the program stays one that can be started after a Mac unpacked it.
func TestZip(t *testing.T) {
	at := time.Unix(seconds, 0).UTC()
	content := []file{{"START-HERE.txt", 0o644, []byte("start\r\n")}, {"dsa.exe", 0o755, bytes.Repeat([]byte("program"), 9999)}}
	one, err := zipped(content, at)
	if err != nil {
		t.Fatal(err)
	}
	two, err := zipped(content, at)
	if err != nil || !bytes.Equal(one, two) {
		t.Errorf("packed twice, it differs: %v", err)
	}
	for i, f := range unzipped(t, one) {
		if want := content[i]; f.name != want.name || f.content != string(want.content) || f.mode != fs.FileMode(want.mode) || !f.at.Equal(at) {
			t.Errorf("%s came out as %s %v %v", want.name, f.name, f.mode, f.at)
		}
	}
}

func TestNoticeHasTheTermsOfEveryLibrary(t *testing.T) {
	r := &release{top: "../.."}
	texts, err := r.licences()
	if err != nil {
		t.Fatal(err)
	}
	if err := r.checkNotice(texts); err != nil {
		t.Error(err)
	}
	for _, module := range []string{"github.com/spf13/cobra", "golang.org/x/crypto", "github.com/inconshreveable/mousetrap", std} { // one only on Windows
		if licenceOf(texts, module) == "" {
			t.Errorf("no terms were found for %s", module)
		}
	}
}

func TestTermsThatNobodyHasLookedAt(t *testing.T) {
	for text, id := range map[string]string{
		"Permission is hereby granted, free of\ncharge, to any person obtaining a copy": "MIT",
		"Apache License\n   Version 2.0, January 2004":                                  "Apache-2.0",
		"GNU AFFERO GENERAL PUBLIC LICENSE":                                             "",
		"All rights reserved.":                                                          "",
	} {
		if got := known(text); got != id {
			t.Errorf("%q was taken for %q", text, got)
		}
	}
}

// The sums are signed as records are, and stock tools check it.
func TestSumsAreSigned(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, "key")
	run := func(stdin string, args ...string) error {
		command := exec.Command("ssh-keygen", args...)
		command.Stdin = strings.NewReader(stdin)
		return command.Run()
	}
	if err := run("", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", fmt.Sprint(seconds))
	r := &release{top: "../..", to: dir, key: key, commit: "5b0f2c8e"}
	if err := r.find(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "dsa-0.0.9-linux-amd64.tar.gz"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time there is a signature already
		if _, err := r.make(); err != nil {
			t.Fatal(err)
		}
	}
	left := files(t, dir)
	if _, old := left["dsa-0.0.9-linux-amd64.tar.gz"]; old {
		t.Error("an archive of another version was left beside sums that do not have it")
	}
	signers := filepath.Join(dir, "allowed_signers")
	if err := os.WriteFile(signers, []byte("dsa-release "+left["key.pub"]), 0o600); err != nil {
		t.Fatal(err)
	}
	verify := []string{"-Y", "verify", "-f", signers, "-I", "dsa-release", "-n", "dsa-release", "-s", filepath.Join(dir, sums+".sig")}
	if err := run(left[sums], verify...); err != nil {
		t.Errorf("the signature is not one of the sums: %v", err)
	}
	if err := run(left[sums]+" ", verify...); err == nil {
		t.Error("the signature holds for other sums")
	}
	r.commit, r.changed = "5b0f2c8e", true
	if err := r.find(); err == nil {
		t.Error("what is in no commit was signed")
	}
}

// What the release is called and dated comes from the source, and is refused where it is not there.
func TestWhatAReleaseIsCalled(t *testing.T) {
	for sentence, c := range map[string]struct{ at, app, changes, says string }{
		"all is there":                     {"1795342272", "const Version = \"0.3.0\"\n", "\n## [0.3.0] - 2027-01-02\n", ""},
		"the changes are not written down": {"1795342272", "const Version = \"0.3.0\"\n", "\n## [0.2.0]\n", "CHANGELOG.md"},
		"there is no version":              {"1795342272", "var Version string\n", "\n## [0.3.0]\n", "Version"},
		"the date is no number":            {"yesterday", "const Version = \"0.3.0\"\n", "\n## [0.3.0]\n", "SOURCE_DATE_EPOCH"},
		"the date is before any .zip":      {"0", "const Version = \"0.3.0\"\n", "\n## [0.3.0]\n", "SOURCE_DATE_EPOCH"},
	} {
		top := t.TempDir()
		if err := os.Mkdir(filepath.Join(top, "cmd"), 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"cmd/app.go": c.app, "CHANGELOG.md": c.changes} {
			if err := os.WriteFile(filepath.Join(top, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("SOURCE_DATE_EPOCH", c.at)
		r := &release{top: top, commit: "5b0f2c8e"}
		switch err := r.find(); {
		case c.says == "" && (err != nil || r.version != "0.3.0" || r.at.Unix() != seconds):
			t.Errorf("%s: %v, %s, %v", sentence, err, r.version, r.at)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v", sentence, err)
		}
	}
}
