package logbook

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"dsa/decision"
)

// The shelf of damaged logs: a folder for each attack, and attacks.yaml, which says of each what was done and exactly
// what a check finds. People can read it; these tests and those of cmd hold the program to it. The attacks are composed
// by attacks in shelf_attacks_test.go, and what lies on the shelf is never changed by accident.
const shelfDir = "../testdata/shelf"

var shelfFlag = flag.String("shelf", "", `put attacks on the shelf: "new" for those that are not there, or the name of one that is to be made again`)

// open are the defects that the shelf has found and that are not mended: by the attack, what is wrong. What such an attack
// should find stands in attacks.yaml all the same. Whoever mends one takes it out; a test says if that was forgotten.
var open = map[string]string{}

// deadline is for one check, on a computer that has much else to do.
const deadline = time.Minute

// A shelved attack is an entry of attacks.yaml.
type shelved struct {
	Name   string   `yaml:"name"`
	Threat string   `yaml:"threat"` // a row of the table in FORMAT.md
	Done   string   `yaml:"done"`
	Live   string   `yaml:"live"` // what is done to a copy when a test runs, because version control cannot keep it
	Looks  []looked `yaml:"looks"`
}

// looked is one way of checking what was done, and what it finds.
type looked struct {
	Folders  []string   `yaml:"folders,flow"` // log, where nothing is said
	ID       string     `yaml:"id"`           // of the log, where it is given
	Receipts []string   `yaml:"receipts"`
	Covers   bool       `yaml:"covers"` // --covers
	Proof    string     `yaml:"proof"`  // a proof is checked, and no folder
	Faults   []shelfRow `yaml:"faults"` // all of them, and no others
	Notices  []string   `yaml:"notices,flow"`
	Unseen   string     `yaml:"unseen"` // what no check can see
}

// shelfRow is one fault. Number is -1 where it is about none.
type shelfRow struct {
	Code   string `yaml:"code"`
	Log    string `yaml:"log"` // where several folders are checked as one
	Chain  string `yaml:"chain"`
	Number int    `yaml:"number"`
	File   string `yaml:"file"`
}

func (r *shelfRow) UnmarshalYAML(n *yaml.Node) error {
	type plain shelfRow
	p := plain{Number: -1}
	err := n.Decode(&p)
	*r = shelfRow(p)
	return err
}

func (r shelfRow) String() string {
	text := "{code: " + r.Code
	for _, part := range []struct{ name, value string }{{"log", r.Log}, {"chain", r.Chain}} {
		if part.value != "" {
			text += ", " + part.name + ": " + quoted(part.value)
		}
	}
	if r.Number >= 0 {
		text += ", number: " + strconv.Itoa(r.Number)
	}
	if r.File != "" {
		text += ", file: " + quoted(r.File)
	}
	return text + "}"
}

// quoted is a text as YAML takes it for a text, chains that look like numbers too.
func quoted(text string) string {
	return `"` + strings.ReplaceAll(strings.ReplaceAll(text, `\`, `\\`), `"`, `\"`) + `"`
}

// shown is a name as attacks.yaml has it: with what is no plain sign written as Go writes it, also where it is not UTF-8.
func shown(name string) string {
	if strings.Trim(strconv.QuoteToASCII(name), `"`) == name {
		return name
	}
	return strconv.QuoteToASCII(name)
}

const shelfHead = `# The attack shelf: a damaged log to each attack, and what a check of it finds. Written by
#
#   go test ./decision/logbook -run TestTheShelfIsBuilt -shelf new
#
# which adds the attacks that are not here and changes none that is. TestShelf in decision/logbook and in cmd hold the
# program to this list; decision/FORMAT.md explains the codes, and each threat is a row of its last table.
#
# name     of the attack, and of the folder in which its log lies
# done     what the attacker did. Robin Lark and Kim Moor are the founders (the leads), Sam Okafor decides, Alex Iqbal
#          oversees where it says so, and Max Stone belongs to nobody's log
# live     the name of what is done when the test runs, to a copy of that folder or of untouched, because version control
#          cannot keep it
# looks    ways to check what was done. folders: those checked as one (log, unless it says others); id: the log's id, as
#          it stands on paper; receipts, covers, proof: as dsa verify takes them
#   faults   every fault that is found, and there is no other; none means that the attack is not seen
#   notices  the codes of all notices, but for those of README.txt and allowed_signers not being there
#   unseen   what nobody can see here, as FORMAT.md says ("What a log cannot show")

attacks:
`

// text is the entry as it stands in attacks.yaml.
func (s shelved) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n- name: %s\n  threat: %s\n  done: %s\n", s.Name, quoted(s.Threat), quoted(s.Done))
	if s.Live != "" {
		fmt.Fprintf(&b, "  live: %s\n", s.Live)
	}
	b.WriteString("  looks:\n")
	for _, l := range s.Looks {
		var lines []string
		add := func(format string, values ...any) { lines = append(lines, fmt.Sprintf(format, values...)) }
		if l.Proof != "" {
			add("proof: %s", l.Proof)
		} else if !slices.Equal(l.Folders, []string{"log"}) {
			add("folders: [%s]", strings.Join(l.Folders, ", "))
		}
		if l.ID != "" {
			add("id: %s", quoted(l.ID))
		}
		if len(l.Receipts) > 0 {
			add("receipts:")
			for _, r := range l.Receipts {
				add("  - %s", r)
			}
		}
		if l.Covers {
			add("covers: true")
		}
		if len(l.Faults) == 0 {
			add("faults: []")
		} else {
			add("faults:")
			for _, f := range l.Faults {
				add("  - %s", f)
			}
		}
		if len(l.Notices) > 0 {
			add("notices: [%s]", strings.Join(l.Notices, ", "))
		}
		if l.Unseen != "" {
			add("unseen: %s", quoted(l.Unseen))
		}
		for i, line := range lines {
			if i == 0 {
				b.WriteString("    - " + line + "\n")
			} else {
				b.WriteString("      " + line + "\n")
			}
		}
	}
	return b.String()
}

func readShelf(t testing.TB) (all []shelved) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(shelfDir, "attacks.yaml"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Attacks []shelved `yaml:"attacks"`
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	for i := range file.Attacks {
		for j := range file.Attacks[i].Looks {
			if l := &file.Attacks[i].Looks[j]; len(l.Folders) == 0 && l.Proof == "" {
				l.Folders = []string{"log"}
			}
		}
	}
	return file.Attacks
}

// TestShelf checks every log on the shelf. With -v it prints the table of attacks and what was found of them.
func TestShelf(t *testing.T) {
	all := readShelf(t)
	if len(all) < 100 {
		t.Fatalf("%d attacks are on the shelf", len(all))
	}
	table := make([]string, len(all))
	t.Run("attacks", func(t *testing.T) {
		for i, a := range all {
			t.Run(a.Name, func(t *testing.T) {
				t.Parallel()
				table[i] = a.run(t)
			})
		}
	})
	t.Logf("%d attacks\n%s", len(all), strings.Join(table, "\n"))
}

// run looks at an attack in every way that its entry gives, and returns its line of the table.
func (s shelved) run(t *testing.T) string {
	dir := filepath.Join(shelfDir, s.Name)
	if s.Live != "" {
		from := dir
		if _, err := os.Stat(from); err != nil {
			from = filepath.Join(shelfDir, "untouched")
		}
		dir = t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
		if do := lives[s.Live]; do == nil {
			t.Fatalf("nobody knows how to do %q", s.Live)
		} else {
			do(t, filepath.Join(dir, "log"))
		}
	}
	var wrong, found []string
	for i, l := range s.Looks {
		faults, notices := l.look(t, dir)
		codes := []string{}
		for _, f := range faults {
			codes = append(codes, f.Code)
		}
		codes = slices.Compact(codes)
		if len(codes) == 0 {
			codes = []string{"(not seen)"}
			if s.Threat == "" {
				codes = []string{"(clean)"}
			}
		}
		if len(notices) > 0 {
			codes = append(codes, "("+strings.Join(notices, " ")+")")
		}
		found = append(found, strings.Join(codes, " "))
		if difference := differ(l.Faults, faults); difference != "" {
			wrong = append(wrong, fmt.Sprintf("look %d: faults\n%s", i+1, difference))
		}
		if !slices.Equal(notices, l.Notices) {
			wrong = append(wrong, fmt.Sprintf("look %d: notices %v, expected %v", i+1, notices, l.Notices))
		}
	}
	defect, isOpen := open[s.Name]
	switch {
	case isOpen && len(wrong) == 0:
		t.Errorf("this is found as it should be: take it out of open (%s)", defect)
	case isOpen:
		found = append(found, "OPEN: "+defect)
	case len(wrong) > 0:
		t.Errorf("%s\n%s", s.Done, strings.Join(wrong, "\n"))
	}
	return fmt.Sprintf("%-46s | %-50.50s | %s", s.Name, cmp.Or(s.Threat, "(none)"), strings.Join(slices.Compact(found), "; "))
}

// differ says which faults are too many and which too few.
func differ(expected, got []shelfRow) string {
	text := ""
	for _, f := range got {
		if !slices.Contains(expected, f) {
			text += "  not expected: " + f.String() + "\n"
		}
	}
	for _, f := range expected {
		if !slices.Contains(got, f) {
			text += "  not found:    " + f.String() + "\n"
		}
	}
	if text == "" && len(expected) != len(got) {
		text = "  one of them is told twice\n"
	}
	return text
}

// look checks, and returns the faults in order and the codes of the notices, each once.
func (l looked) look(t testing.TB, dir string) (faults []shelfRow, notices []string) {
	t.Helper()
	o := shelfOptions(t, l)
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	var r Report
	if l.Proof != "" {
		r, _ = CheckProof(readTestFile(t, filepath.Join(dir, l.Proof)), l.Proof, o)
	} else {
		var books []*Book
		for _, f := range l.Folders {
			b, err := Open(filepath.Join(dir, f))
			if err != nil {
				t.Fatal(err)
			}
			defer b.Close()
			books = append(books, b)
		}
		var err error
		if r, err = Check(ctx, books, o); err != nil {
			t.Fatal(err)
		}
	}
	return rowsOf(r), noticesOf(r)
}

func rowsOf(r Report) (rows []shelfRow) {
	for _, f := range r.Faults {
		row := shelfRow{Code: string(f.Code), Chain: f.Chain, Number: f.Number, File: shown(f.File)}
		if f.Log != "" {
			row.Log = filepath.Base(f.Log)
		}
		rows = append(rows, row)
	}
	return rows
}

func noticesOf(r Report) []string {
	var codes []string
	for _, f := range r.Notices {
		if f.Code != NoReadme && f.Code != NoSigners {
			codes = append(codes, string(f.Code))
		}
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// shelfOptions are those with which a look is made. What the bodies of decisions must be, cmd knows; this is as much.
func shelfOptions(t testing.TB, l looked) Options {
	o := Options{Covers: l.Covers, Body: shelfBody}
	var err error
	if l.ID != "" {
		if o.Log, err = decision.ParseID(l.ID); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range l.Receipts {
		r, err := decision.ParseReceipt(line)
		if err != nil {
			t.Fatal(err)
		}
		o.Receipts = append(o.Receipts, r)
	}
	return o
}

var errOtherKind = errors.New("the body is of another kind than the cover says")

func shelfBody(kind decision.Kind, text []byte) (of Reference, err error) {
	r := new(decision.Record)
	if err := decision.DecodeBody(text, r); err != nil {
		return of, err
	}
	if err := r.Check(); err != nil {
		return of, err
	}
	if r.Kind() != kind {
		return of, errOtherKind
	}
	if r.Of != nil {
		of = Reference{ID: r.Of.ID, Chain: r.Of.Chain, Number: r.Of.Number}
	}
	return of, nil
}

// An exhibit is an attack while it is composed.
type exhibit struct {
	testing.TB
	folders map[string]map[string][]byte // files by the folder they lie in: log, and others
	beside  map[string][]byte            // files beside the folders: proofs
	looks   []*looked
}

// show puts a log on the shelf; without a name it is the log that was attacked.
func (x *exhibit) show(sc *shelfLog) { x.put("log", sc.files) }

func (x *exhibit) put(folder string, files map[string][]byte) { x.folders[folder] = maps.Clone(files) }

// look begins a way to check what was done: with the log's id, as it stands on paper.
func (x *exhibit) look(sc *shelfLog, faults ...shelfRow) *looked {
	l := x.blind(faults...)
	l.ID = sc.log.String()
	return l
}

// blind is look by somebody who has not got the id.
func (x *exhibit) blind(faults ...shelfRow) *looked {
	l := &looked{Folders: []string{"log"}, Faults: faults}
	x.looks = append(x.looks, l)
	return l
}

func (l *looked) in(folders ...string) *looked { l.Folders = folders; return l }
func (l *looked) receipts(lines ...string) *looked {
	l.Receipts = lines
	return l
}

func (l *looked) noted(codes ...Code) *looked {
	for _, c := range codes {
		l.Notices = append(l.Notices, string(c))
	}
	slices.Sort(l.Notices)
	return l
}

func (l *looked) unseen(text string) *looked { l.Unseen = text; return l }

// at is a fault of one record.
func at(code Code, f *folio) shelfRow {
	return shelfRow{Code: string(code), Chain: decision.ChainFolder(f.place().Chain), Number: f.number, File: f.path}
}

// atCover is the same where only the cover is left.
func atCover(code Code, f *folio) shelfRow {
	r := at(code, f)
	r.File = f.coverPath()
	return r
}

// atChain is a fault of a chain as a whole.
func atChain(code Code, s *scribe) shelfRow {
	return shelfRow{Code: string(code), Chain: s.folder(), Number: -1, File: s.folder()}
}

// atNumber is a fault of a number of which no record is here, nor known which it should be.
func atNumber(code Code, s *scribe, number int, file string) shelfRow {
	return shelfRow{Code: string(code), Chain: s.folder(), Number: number, File: file}
}

// atFile is a fault of something that is no record.
func atFile(code Code, s *scribe, file string) shelfRow {
	r := shelfRow{Code: string(code), Number: -1, File: shown(file)}
	if s != nil {
		r.Chain = s.folder()
	}
	return r
}

func (r shelfRow) of(folder string) shelfRow { r.Log = folder; return r }

// composed is an attack as it is composed today: its entry, and its files by their paths.
func (a attack) composed(t testing.TB) (shelved, map[string][]byte) {
	x := &exhibit{TB: t, folders: map[string]map[string][]byte{}, beside: map[string][]byte{}}
	a.make(x)
	s := shelved{Name: a.name, Threat: threats[a.threat], Done: a.done, Live: a.live}
	if a.threat != "" && s.Threat == "" {
		t.Fatalf("%s: there is no threat %q", a.name, a.threat)
	}
	files := maps.Clone(x.beside)
	for folder, of := range x.folders {
		for name, data := range of {
			files[folder+"/"+name] = data
		}
	}
	for _, l := range x.looks {
		s.Looks = append(s.Looks, *l)
	}
	return s, files
}

// maxShelf is how many bytes lie on the shelf at most: one and a half mebibytes.
const maxShelf = 3 << 19

// TestTheShelfIsBuilt holds what lies on the shelf against what is composed today, byte for byte. With -shelf it writes
// what is not there yet, or one attack anew.
func TestTheShelfIsBuilt(t *testing.T) {
	there := map[string]shelved{}
	for _, s := range readShelf(t) {
		there[s.Name] = s
	}
	text, size, named := shelfHead, 0, map[string]bool{}
	for _, a := range attacks {
		s, files := a.composed(t)
		if named[a.name] {
			t.Errorf("two attacks are called %s", a.name)
		}
		named[a.name] = true
		for _, data := range files {
			size += len(data)
		}
		old, is := there[a.name]
		again := *shelfFlag == a.name || *shelfFlag == "all"
		switch dir := filepath.Join(shelfDir, a.name); {
		case !is && *shelfFlag != "", again:
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
			for name, data := range files {
				writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), data)
			}
		case !is:
			t.Errorf("%s is not on the shelf: go test ./decision/logbook -run TestTheShelfIsBuilt -shelf new", a.name)
			continue
		default:
			if s.text() != old.text() {
				t.Errorf("%s: its entry says\n%s\nand would be made as\n%s", a.name, old.text(), s.text())
				s = old
			}
			if why := unlike(dir, files); why != "" && len(files) > 0 {
				t.Errorf("%s: %s; what is on the shelf stays as it is", a.name, why)
			}
		}
		text += s.text()
	}
	for name := range there {
		if !named[name] {
			t.Errorf("nobody composes %s any more; what is on the shelf stays there", name)
		}
	}
	if size += len(text); size > maxShelf {
		t.Errorf("the shelf has %d bytes, more than %d", size, maxShelf)
	}
	if *shelfFlag != "" && !t.Failed() {
		writeFile(t, filepath.Join(shelfDir, "attacks.yaml"), []byte(text))
	}
}

// unlike says how a folder differs from the files that it should hold.
func unlike(dir string, files map[string][]byte) (why string) {
	n := 0
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		n++
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
		if want, has := files[name]; err == nil && (!has || !bytes.Equal(want, data)) {
			why = name + " is not what is composed"
		}
		return err
	})
	if err != nil {
		return "its folder cannot be read"
	}
	if why == "" && n != len(files) {
		why = "it has more or fewer files than are composed"
	}
	return why
}

// Each threat in FORMAT.md has an attack at least, and each attack one of these threats.
func TestEachThreatHasAnAttack(t *testing.T) {
	text := string(readTestFile(t, "../FORMAT.md"))
	_, table, found := strings.Cut(text, "| Threat | Caught by | What remains |\n")
	if !found {
		t.Fatal("FORMAT.md has no table of threats")
	}
	rows := map[string]bool{}
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) != 3 {
			break
		}
		if row := strings.TrimSpace(cells[0]); !strings.HasPrefix(row, "---") {
			rows[row] = true
		}
	}
	if len(rows) < 20 {
		t.Fatalf("FORMAT.md has %d threats", len(rows))
	}
	attacked := map[string]int{}
	for _, s := range readShelf(t) {
		attacked[s.Threat]++
		if s.Threat != "" && !rows[s.Threat] {
			t.Errorf("%s: FORMAT.md has no threat %q", s.Name, s.Threat)
		}
	}
	for row := range rows {
		if attacked[row] == 0 {
			t.Errorf("nobody attacks: %s", row)
		}
	}
}

// tried is a log that is attacked again and again: a copy of it for each core, so that attacks do not meet.
type tried struct {
	t      testing.TB
	files  map[string][]byte
	o      Options
	copies chan *tryFolder
}

// tryFolder is one copy.
type tryFolder struct {
	book *Book
	made map[string]bool // folders that are there
}

func newTried(t testing.TB, files map[string][]byte, o Options) *tried {
	t.Helper()
	n := runtime.GOMAXPROCS(0)
	x := &tried{t: t, files: files, o: o, copies: make(chan *tryFolder, n)}
	for range n {
		dir := t.TempDir()
		f := &tryFolder{made: map[string]bool{}}
		var err error
		if f.book, err = Open(dir); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.book.Close() })
		for name, data := range files {
			f.put(t, name, data)
		}
		x.copies <- f
	}
	return x
}

func (f *tryFolder) put(t testing.TB, name string, data []byte) {
	if folder := path.Dir(name); !f.made[folder] {
		f.made[folder] = true
		if err := os.MkdirAll(filepath.Join(f.book.Dir(), filepath.FromSlash(folder)), 0o700); err != nil {
			t.Error(err)
		}
	}
	if err := os.WriteFile(filepath.Join(f.book.Dir(), filepath.FromSlash(name)), data, 0o600); err != nil {
		t.Error(err)
	}
}

// with checks the log with some files changed, or gone where they have no bytes, and puts them back.
func (x *tried) with(changed map[string][]byte) Report {
	f := <-x.copies
	defer func() { x.copies <- f }()
	for name, data := range changed {
		if data == nil {
			if err := os.Remove(filepath.Join(f.book.Dir(), filepath.FromSlash(name))); err != nil {
				x.t.Error(err)
			}
			continue
		}
		f.put(x.t, name, data)
	}
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	o := x.o
	o.Workers = 4
	r, err := Check(ctx, []*Book{f.book}, o)
	if err != nil {
		x.t.Error(err)
	}
	for name := range changed {
		if data, was := x.files[name]; was {
			f.put(x.t, name, data)
		} else if err := os.Remove(filepath.Join(f.book.Dir(), filepath.FromSlash(name))); err != nil {
			x.t.Error(err)
		}
	}
	return r
}

// onAllCores runs attacks on all cores.
func onAllCores[T any](all []T, do func(T)) {
	var wg sync.WaitGroup
	work := make(chan T)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for one := range work {
				do(one)
			}
		})
	}
	for _, one := range all {
		work <- one
	}
	close(work)
	wg.Wait()
}
