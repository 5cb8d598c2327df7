package cmd

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dsa/checklist"
	"dsa/data"
	"dsa/data/yamlfile"
	"dsa/decision"
)

// A folder laid over another is a file system like any other, and leaves what lies under it as it is.
func TestOverlay(t *testing.T) {
	base := fstest.MapFS{"ours.yaml": {Data: []byte("a")}, "agreements/here/agreement.yaml": {Data: []byte("b")}}
	over := newOverlay(base, map[string][]byte{"agreements/there/agreement.yaml": []byte("c"), "packs/there/legislation/x.yaml": []byte("d")})
	if err := fstest.TestFS(over, "ours.yaml", "agreements/here/agreement.yaml", "agreements/there/agreement.yaml", "packs/there/legislation/x.yaml"); err != nil {
		t.Error(err)
	}
	found, err := fs.Glob(over, "agreements/*/agreement.yaml")
	if want := []string{"agreements/here/agreement.yaml", "agreements/there/agreement.yaml"}; err != nil || !slices.Equal(found, want) {
		t.Errorf("found %v, %v", found, err)
	}
	for _, name := range []string{"../ours.yaml", "/ours.yaml", "agreements/../ours.yaml", "packs/there/y.yaml"} {
		if f, err := over.Open(name); err == nil {
			f.Close()
			t.Errorf("%s is opened", name)
		}
	}
	if _, err := fs.ReadFile(over, "packs"); err == nil {
		t.Error("a folder is read as a file")
	}
}

// own writes a pack that has the checklist and table of the agreement that is built in, under an id of its own.
func own(t *testing.T, id string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), id)
	files, err := fs.Glob(data.Files, "agreements/"+defaultAgreement+"/*.yaml")
	if err != nil || os.MkdirAll(filepath.Join(dir, "legislation"), 0o700) != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		content, err := data.Files.ReadFile(name)
		if err == nil {
			content = bytes.ReplaceAll(content, []byte(defaultAgreement), []byte(id))
			err = os.WriteFile(filepath.Join(dir, filepath.Base(name)), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const restatement = `act: Children Act 1989
cite: 1989 c. 41
provisions:
  - id: children-act-1989-s47
    provision: section 47
    short: s47
    title: The council's enquiries
    effect: general-power-or-function
    use: supporting
    holders: [local-authority]
    subjects: [children]
    facts: [s47-enquiry]
    summary: In our partnership the front door makes these enquiries.
    limits: It is the council's own function.
    address: https://www.legislation.gov.uk/ukpga/1989/41/section/47
    certainty: knowledge
    check: [our words]
    sources:
      - says: our words
        address: https://www.legislation.gov.uk/ukpga/1989/41/section/47
`

// A decision taken with a pack says whose words the law was in, and keeps the pack's id, version and digest.
func TestADecisionWithAPack(t *testing.T) {
	dir := own(t, "fenmarsh-2026")
	if err := os.WriteFile(filepath.Join(dir, "legislation", "children-act-1989.yaml"), []byte(restatement), 0o600); err != nil {
		t.Fatal(err)
	}
	answers, err := os.ReadFile("testdata/answers/gp-asked-by-council.yaml")
	if err != nil {
		t.Fatal(err)
	}
	caseFile := filepath.Join(t.TempDir(), "case.yaml")
	if err := os.WriteFile(caseFile, bytes.ReplaceAll(answers, []byte(defaultAgreement), []byte("fenmarsh-2026")), 0o600); err != nil {
		t.Fatal(err)
	}
	app, out, said := newTestApp(t, "")
	home := app.Home
	if code := Main(app, []string{"share", "--agreement", dir, "--answers", caseFile}); code != codeDone {
		t.Fatal(said)
	}
	again := func(args ...string) string {
		t.Helper()
		app, out, said := newTestApp(t, "")
		app.Home = home
		if code := Main(app, args); code != codeDone {
			t.Fatalf("%v: %s", args, said)
		}
		return out.String() + said.String()
	}
	if page := again("show", "1"); !strings.Contains(page, "As stated by the agreement fenmarsh-2026, not by dsa.") {
		t.Errorf("the page does not say whose words they are:\n%s\n%s", page, out)
	}
	var record decision.Record
	if err := json.Unmarshal([]byte(again("show", "1", "--json")), &record); err != nil {
		t.Fatal(err)
	}
	if record.Agreement.ID != "fenmarsh-2026" || record.Agreement.Version != "2024" || record.Agreement.Digest != digestOf(t, dir) {
		t.Errorf("the record keeps %+v, and the files have %s", record.Agreement, digestOf(t, dir))
	}
	for _, p := range record.Law.Relied {
		if want := map[string]string{"children-act-1989-s47": "fenmarsh-2026"}[p.ID]; p.Pack != want {
			t.Errorf("%s is kept as stated by %q, want %q", p.ID, p.Pack, want)
		}
	}

	// It is said where the law is chosen, too, and of what dsa states nothing is said.
	app, _, _ = newTestApp(t, "")
	agreement, err := app.agreement(dir)
	if err != nil {
		t.Fatal(err)
	}
	src := &sources{app: app, agreement: agreement, on: app.Now()}
	choice := src.gateways(checklist.Answers{"sector": {Chosen: []string{"health"}}, "public-authority": {Chosen: []string{"yes"}},
		"recipient-sector": {Chosen: []string{"local-authority"}}, "about": {Chosen: []string{"children"}}, "circumstances": {Chosen: []string{"s47-enquiry"}}})
	offered := 0
	for _, o := range choice.Options {
		said := strings.HasPrefix(o.Detail, "As re-stated by "+agreement.Title+", not by dsa.\n") && strings.HasSuffix(o.Help, ", not by dsa.")
		if packs := o.ID == "children-act-1989-s47"; said != packs {
			t.Errorf("%s: help %q, detail %q", o.ID, o.Help, o.Detail)
		} else if packs {
			offered++
		}
	}
	if offered != 1 {
		t.Errorf("the entry that was re-stated is offered %d times", offered)
	}

	// Which decisions relied on an entry that has proved wrong; an entry that none relied on is no mistake.
	if lines := again("log", "--gateway", "children-act-1989-s47"); strings.Count(lines, "decision ") != 1 || strings.Contains(lines, "begins the records") {
		t.Errorf("listed:\n%s", lines)
	}
	if lines := again("log", "--gateway", "children-act-1989-s47", "--json"); strings.Count(lines, "\n") != 1 || !strings.Contains(lines, `"kind":"decision"`) {
		t.Errorf("listed:\n%s", lines)
	}
	if lines := again("log", "--gateway", "children-act-2004-s16h"); strings.Contains(lines, "share-part") || !strings.Contains(lines, "No decision here fits: gateway is children-act-2004-s16h.") {
		t.Errorf("listed:\n%s", lines)
	}
}

// digestOf is the digest as FORMAT.md describes it, computed from the files.
func digestOf(t *testing.T, dir string) string {
	t.Helper()
	sum := sha256.New()
	for _, name := range []string{"ours.yaml", "emergency.yaml"} {
		ours, err := data.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(ours), ours)
	}
	var names []string
	for _, pattern := range []string{"*.yaml", "legislation/*.yaml"} {
		found, _ := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		names = append(names, found...)
	}
	for i, name := range names {
		relative, _ := filepath.Rel(dir, name)
		names[i] = filepath.ToSlash(relative)
	}
	slices.Sort(names)
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(content), content)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Every byte of a pack is in its digest.
func TestThePacksDigest(t *testing.T) {
	dir := own(t, "fenmarsh-2026")
	digest := func() string {
		t.Helper()
		p, err := readPack(dir)
		if err != nil {
			t.Fatal(err)
		}
		agreement, _, _, err := p.load(data.Files)
		if err != nil {
			t.Fatal(err)
		}
		return agreement.Digest
	}
	seen := map[string]string{digest(): "nothing"}
	files, _ := filepath.Glob(filepath.Join(dir, "*.yaml"))
	law := filepath.Join(dir, "legislation", "x.yaml")
	if err := os.WriteFile(law, []byte(restatement), 0o600); err != nil {
		t.Fatal(err)
	}
	seen[digest()] = law
	for _, name := range append(files, law) {
		f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
		if err == nil {
			_, err = f.WriteString("# more\n")
			err = errors.Join(err, f.Close())
		}
		if err != nil {
			t.Fatal(err)
		}
		got := digest()
		if seen[got] != "" {
			t.Errorf("%s is not in the digest", name)
		}
		seen[got] = name
	}
}

// A link that leads out of the folder is not followed, whatever it is called and wherever it stands.
func TestLinksAreNotFollowed(t *testing.T) {
	for _, name := range []string{"routine.yaml", "legislation/more.yaml", "more", "legislation/deep"} {
		dir := own(t, "fenmarsh-2026")
		outside := filepath.Join(t.TempDir(), "secret.yaml")
		if err := os.WriteFile(outside, []byte("Zebedee: secret\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(outside, filepath.Join(dir, filepath.FromSlash(name))); err != nil {
			t.Skip(err)
		}
		p, err := readPack(dir)
		if err != nil || len(p.faults) != 1 || !strings.Contains(p.faults[0].What, "a link is not followed") {
			t.Errorf("%s: %v, %v", name, err, p.faults)
		}
		for file, content := range p.files {
			if bytes.Contains(content, []byte("Zebedee")) {
				t.Errorf("%s was read as %s", name, file)
			}
		}
	}
}

// What stands beside the data is nobody's business: notes, and what version control keeps.
func TestWhatIsNotData(t *testing.T) {
	dir := own(t, "fenmarsh-2026")
	for _, name := range []string{"README.txt", ".git/config.yaml", ".hidden.yaml", "minutes/notes.txt"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("x: [\n"), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	p, err := readPack(dir)
	if err != nil || len(p.faults) > 0 {
		t.Fatal(err, p.faults)
	}
	if _, _, _, err := p.load(data.Files); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "minutes", "notes.yaml"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if p, _ := readPack(dir); len(p.faults) != 1 || !strings.Contains(p.faults[0].What, "nothing reads this file") {
		t.Errorf("a data file where none is read: %v", p.faults)
	}
}

// FuzzPack reads packs of any form. It never panics, reads nothing outside, and repeats nothing that could act on a
// screen; what it takes can be listed and compared.
func FuzzPack(f *testing.F) {
	read := func(name string) string {
		content, err := starter.ReadFile("starter/" + name)
		if err != nil {
			f.Fatal(err)
		}
		return string(content)
	}
	agreement, list, table, law := read("agreement.yaml"), read("adhoc.yaml"), read("printed-legislation.yaml"), read("legislation/local-guidance.yaml")
	f.Add(agreement, list, table, law)
	f.Add("id: x", "", "rows: [{}]", "provisions: [{id: children-act-1989-s47}]")
	f.Add("id: ../../x\nchecklists: {adhoc: ../../ours}", "questions: [{ours: danger}, {}]", "agreement: x\nrows: [null]", "provisions: [null]")
	f.Add("checklists: {adhoc: adhoc}\nid: x", "questions:\n- answers: [{id: outcome, options: [{}]}]", "", restatement)
	f.Add("", "- a", "\"\\e\": 1", strings.ReplaceAll(restatement, "check: [our words]", "history: [{from: 1, status: in-force}]"))
	f.Add("a: &a [*a]", "\xff", "\u202e: x", "provisions: [{id: children-act-1989-s47, history: [{}]}]")
	f.Fuzz(func(t *testing.T, agreement, list, table, law string) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "legislation"), 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"agreement.yaml": agreement, "adhoc.yaml": list, "printed-legislation.yaml": table, "legislation/x.yaml": law} {
			if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		p, err := readPack(dir)
		if err != nil {
			t.Fatal(err)
		}
		e := &edition{folder: dir}
		e.Agreement, e.law, _, err = p.load(data.Files)
		var faults yamlfile.Faults
		switch {
		case errors.As(err, &faults):
			for _, fault := range faults {
				if !strings.HasPrefix(fault.File, dir) || fault.What == "" {
					t.Errorf("a fault of something else: %v", fault)
				}
			}
		case err != nil:
			t.Fatal(err)
		default:
			if found := compareEditions(e, e); len(found.Changes) > 0 {
				t.Errorf("an agreement differs from itself: %v", found.Changes)
			}
			for _, entry := range e.law.Provisions {
				if base := entry.Restates; base != nil && len(entry.History) < len(base.History) {
					t.Errorf("%s lost its history", entry.ID)
				}
			}
		}
	})
}
