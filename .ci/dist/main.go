// Command dist makes the archives that people download, in dist/: one for each platform, SHA256SUMS over them and, with a
// key, its signature. Whoever has the same commit and the same version of Go gets the same bytes, in any folder, on any
// computer, so that anybody can check that a download was made from the source and nothing else.
//
//	make dist            unsigned, to look at
//	make dist KEY=FILE   signed with an OpenSSH key, as records are, in the namespace dsa-release
//	go run ./.ci/dist -notice             writes the libraries' part of NOTICE anew
//	DSA_DIST=long go test ./.ci/dist      builds all six twice, in two folders, once from nothing compiled before
//
// It is a program and not a script with tar, gzip and zip in it, because those compress differently from version to version
// and are not on every computer. Go's own packages belong to the version of Go, which decides about the program's bytes in
// any case. Time comes from the commit, or from SOURCE_DATE_EPOCH (then -commit says which it is); names, owners, modes and
// order are fixed; nothing of the environment that could change the program is let through.
package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	_ "embed"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"
)

// platform is a kind of computer, in Go's words.
type platform struct{ OS, Arch string }

var platforms = []platform{
	{"windows", "amd64"}, {"windows", "arm64"},
	{"darwin", "amd64"}, {"darwin", "arm64"},
	{"linux", "amd64"}, {"linux", "arm64"},
}

// Name is how people know it.
func (p platform) Name() string {
	if p.OS == "darwin" {
		return "macos-" + p.Arch
	}
	return p.OS + "-" + p.Arch
}

// Program is the name of the file to start.
func (p platform) Program() string {
	if p.OS == "windows" {
		return "dsa.exe"
	}
	return "dsa"
}

// documents go into every archive, in a folder of their own, where they lie as in the source: their links lead to each other.
// A record has to be readable in years when there is neither this program nor its source: FORMAT.md says how.
var documents = []string{
	"decision/FORMAT.md", "decision/cases/COLUMNS.md", "decision/export/MANIFEST.md", "decision/tally/SUPPRESSION.md",
	"README.md", "SECURITY.md", "CHANGELOG.md", "data/README.md", "data/oversight.yaml",
}

const documentsFolder = "documents/"

// release is what is built, and where.
type release struct {
	top       string // of the source
	to        string // the folder that the archives go into
	platforms []platform
	key       string // that signs; "": nobody does
	version   string
	commit    string // "": not known
	changed   bool   // the source is not what the commit has
	at        time.Time
	env       []string // besides the environment, for go build
	manual    []file   // the manual pages, as man looks for them: man -M man dsa
}

func main() {
	var r release
	notice := flag.Bool("notice", false, "write the libraries' part of NOTICE anew, and nothing else")
	flag.StringVar(&r.to, "to", "dist", "the folder that the archives go into")
	flag.StringVar(&r.key, "key", "", "an OpenSSH key `file` to sign SHA256SUMS with")
	flag.StringVar(&r.commit, "commit", "", "the commit of the source, where there is no git to ask")
	flag.Parse()
	r.top, r.platforms = ".", platforms
	run := r.run
	if *notice {
		run = r.writeNotice
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "dist:", err)
		os.Exit(1)
	}
}

// run makes everything, and says how large it is.
func (r *release) run() error {
	if err := r.find(); err != nil {
		return err
	}
	archives, err := r.make()
	if err != nil {
		return err
	}
	for _, name := range archives {
		info, err := os.Stat(filepath.Join(r.to, name))
		if err != nil {
			return err
		}
		fmt.Printf("%9d  %s\n", info.Size(), filepath.Join(r.to, name))
	}
	switch {
	case r.key != "":
		fmt.Println("signed:", filepath.Join(r.to, sums+".sig"))
	default:
		fmt.Println("not signed: make dist KEY=FILE signs", sums, "with an OpenSSH key")
	}
	if r.changed {
		fmt.Println("not a release: the source has changes that are in no commit")
	}
	return nil
}

// find reads what the release is called and dated.
func (r *release) find() error {
	source, err := os.ReadFile(filepath.Join(r.top, "cmd", "app.go"))
	if err != nil {
		return fmt.Errorf("run it from the top of the project: %w", err)
	}
	version := regexp.MustCompile(`(?m)^const Version = "([0-9][0-9A-Za-z.-]*)"$`).FindSubmatch(source)
	if version == nil {
		return errors.New("cmd/app.go does not say its Version where it used to")
	}
	r.version = string(version[1])
	changes, err := os.ReadFile(filepath.Join(r.top, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	if !bytes.Contains(changes, []byte("\n## ["+r.version+"]")) {
		return fmt.Errorf("CHANGELOG.md says nothing of version %s", r.version)
	}
	if err := r.findDate(); err != nil {
		return err
	}
	switch {
	case r.key != "" && r.changed:
		return errors.New("nothing is signed that is in no commit: commit the changes first")
	case r.key != "" && r.commit == "":
		return errors.New("nothing is signed whose commit is not known: name it with -commit")
	}
	return nil
}

// findDate asks git for the commit and its date, unless both were given.
func (r *release) findDate() error {
	git := func(args ...string) (string, error) {
		out, err := exec.Command("git", append([]string{"-C", r.top}, args...)...).Output()
		return strings.TrimSpace(string(out)), err
	}
	seconds, given := os.LookupEnv("SOURCE_DATE_EPOCH")
	if r.commit == "" {
		head, err := git("log", "-1", "--format=%H %ct")
		commit, at, _ := strings.Cut(head, " ")
		switch {
		case err == nil:
			changes, err := git("status", "--porcelain")
			if err != nil {
				return fmt.Errorf("git status: %w", err)
			}
			r.commit, r.changed = commit, changes != ""
			if !given {
				seconds, given = at, true
			}
		case !given:
			return errors.New("there is no commit to take the date from: set SOURCE_DATE_EPOCH to that of the source, in seconds since 1970")
		}
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil || n < earliest {
		return errors.New("SOURCE_DATE_EPOCH is not a date, in seconds, that a .zip can hold")
	}
	r.at = time.Unix(n, 0).UTC()
	return nil
}

// earliest is the beginning of 1980: a .zip knows no time before it.
const earliest = 315532800

const sums = "SHA256SUMS"

// make builds and packs. It returns the names of the archives.
func (r *release) make() ([]string, error) {
	texts, err := r.licences()
	if err != nil {
		return nil, err
	}
	if err := r.checkNotice(texts); err != nil {
		return nil, err
	}
	if r.manual, err = r.manualPages(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(r.to, 0o755); err != nil {
		return nil, err
	}
	// What an earlier run left must not stand beside sums that do not have it.
	for _, pattern := range []string{"dsa-*.zip", "dsa-*.tar.gz", sums, sums + ".sig"} {
		old, err := filepath.Glob(filepath.Join(r.to, pattern))
		if err != nil {
			return nil, err
		}
		for _, name := range old {
			if err := os.Remove(name); err != nil {
				return nil, err
			}
		}
	}
	var archives []string
	var list bytes.Buffer
	for _, p := range r.platforms {
		files, err := r.contents(p, texts)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.Name(), err)
		}
		folder := "dsa-" + r.version + "-" + p.Name()
		name, packed := folder+".tar.gz", []byte(nil)
		if p.OS == "windows" {
			name = folder + ".zip"
			packed, err = zipped(files, r.at)
		} else {
			packed, err = tarred(folder, files, r.at)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(r.to, name), packed, 0o644); err != nil {
			return nil, err
		}
		archives = append(archives, name)
	}
	slices.Sort(archives)
	for _, name := range archives {
		packed, err := os.ReadFile(filepath.Join(r.to, name)) // from the disk: what is summed is what is given away
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(packed), name)
	}
	if err := os.WriteFile(filepath.Join(r.to, sums), list.Bytes(), 0o644); err != nil {
		return nil, err
	}
	if r.key == "" {
		return archives, nil
	}
	return archives, r.sign()
}

// sign signs the sums, as records are signed, in a namespace of its own: nobody can pass off the one for the other.
func (r *release) sign() error {
	sign := exec.Command("ssh-keygen", "-q", "-Y", "sign", "-f", r.key, "-n", "dsa-release", filepath.Join(r.to, sums))
	sign.Stdin, sign.Stderr = os.Stdin, os.Stderr // for a passphrase
	if err := sign.Run(); err != nil {
		return fmt.Errorf("ssh-keygen did not sign: %w", err)
	}
	return nil
}

// contents are the files of one archive, sorted by name.
func (r *release) contents(p platform, texts []licence) ([]file, error) {
	program, info, err := r.build(p)
	if err != nil {
		return nil, err
	}
	start, err := r.startHere(p, info.GoVersion)
	if err != nil {
		return nil, err
	}
	list, err := r.sbom(p, program, info, texts)
	if err != nil {
		return nil, err
	}
	files := []file{
		{name: p.Program(), mode: 0o755, content: program},
		{name: "START-HERE.txt", mode: 0o644, content: start},
		{name: "dsa.spdx.json", mode: 0o644, content: list},
	}
	// Explorer opens a .txt with a double click, and asks what to do with a file that has no ending.
	as := map[string]string{"LICENSE": "LICENSE.txt", "NOTICE": "NOTICE.txt"}
	for _, name := range documents {
		as[name] = documentsFolder + name
	}
	for from, to := range as {
		content, err := os.ReadFile(filepath.Join(r.top, filepath.FromSlash(from)))
		if err != nil {
			return nil, err
		}
		files = append(files, file{name: to, mode: 0o644, content: content})
	}
	if p.OS != "windows" { // which has no man
		files = append(files, r.manual...)
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name, b.name) })
	return files, nil
}

// build makes the program for a platform, and reads what Go says is in it.
func (r *release) build(p platform) ([]byte, *buildinfo.BuildInfo, error) {
	dir, err := os.MkdirTemp("", "dsa-dist-")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, p.Program())
	// No stamp of version control: the same source makes the same program with and without git.
	build := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", out, "./cmd/dsa")
	build.Dir = r.top
	build.Env = append(append(os.Environ(), r.env...), "CGO_ENABLED=0", "GOOS="+p.OS, "GOARCH="+p.Arch, "GOAMD64=v1", "GOARM64=v8.0",
		"GOFLAGS=-mod=readonly", "GOWORK=off", "GOFIPS140=off", "GOEXPERIMENT=")
	if said, err := build.CombinedOutput(); err != nil {
		return nil, nil, fmt.Errorf("%w\n%s", err, said)
	}
	info, err := buildinfo.ReadFile(out)
	if err != nil {
		return nil, nil, err
	}
	if strings.Contains(info.GoVersion, " ") {
		return nil, nil, fmt.Errorf("%s is no released Go as it comes: use one, without experiments", info.GoVersion)
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			return nil, nil, fmt.Errorf("%s is replaced by %s: nobody could build the same", m.Path, m.Replace.Path)
		}
	}
	program, err := os.ReadFile(out)
	return program, info, err
}

// manualPages are written by the program that make man runs, on this computer, for whichever the archive is.
func (r *release) manualPages() ([]file, error) {
	dir, err := os.MkdirTemp("", "dsa-dist-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	write := exec.Command("go", "run", "-buildvcs=false", "./cmd/man", dir)
	write.Dir = r.top
	write.Env = append(append(os.Environ(), r.env...), "CGO_ENABLED=0", "GOAMD64=v1", "GOARM64=v8.0", "GOFLAGS=-mod=readonly", "GOWORK=off",
		fmt.Sprint("SOURCE_DATE_EPOCH=", r.at.Unix()))
	if said, err := write.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the manual pages: %w\n%s", err, said)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var pages []file
	for _, e := range entries {
		content, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		section := strings.TrimPrefix(filepath.Ext(e.Name()), ".")
		pages = append(pages, file{name: "man/man" + section + "/" + e.Name(), mode: 0o644, content: content})
	}
	return pages, nil
}

//go:embed START-HERE.txt
var startHere string

// startHere is the page for whoever unpacks the archive, on the system it is for.
func (r *release) startHere(p platform, goVersion string) ([]byte, error) {
	page, err := template.New("START-HERE.txt").Parse(startHere)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]any{
		"Windows": p.OS == "windows", "Mac": p.OS == "darwin", "Linux": p.OS == "linux",
		"Version": r.version, "Built": r.built(goVersion), "Date": r.at.Format("2 January 2006"), "Platform": p.Name(), "Program": p.Program(),
	})
	text := out.Bytes()
	if p.OS == "windows" {
		text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")) // for the oldest Notepad
	}
	return text, err
}

// built says from what, and with what.
func (r *release) built(goVersion string) string {
	source := "a source whose commit is not known"
	switch {
	case r.changed:
		source = "commit " + r.commit + " with changes that are in no commit"
	case r.commit != "":
		source = "commit " + r.commit
	}
	return "built from " + source + " with " + goVersion
}
