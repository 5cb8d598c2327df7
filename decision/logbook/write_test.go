package logbook

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

func TestAChainIsOpenedAndExtended(t *testing.T) {
	b, author := realBook(t), fixedSigner(t, "author")
	entries := fill(t, b, author, "sam@example.org", 3)
	for i, e := range entries {
		c := e.Page.Cover
		if e.Number != i || e.Chain != entries[0].ID || e.Key != author.Key() || e.Namespace != sshsig.Decision {
			t.Errorf("record %d: %+v", i, c)
		}
		if i > 0 && (c.Previous != entries[i-1].ID || c.Chain != entries[0].ID) {
			t.Errorf("record %d does not follow record %d", i, i-1)
		}
		if want := decision.ChainFolder(entries[0].ID) + "/0000/" + decision.RecordName(i, e.ID); e.Path != want {
			t.Errorf("record %d stands at %s, want %s", i, e.Path, want)
		}
		if got := readTestFile(t, b.pathOf(e)); !bytes.Equal(got, e.Page.Bytes()) {
			t.Errorf("record %d on disk is not what was returned", i)
		}
	}
	if r := check(t, b); !r.Clean() || len(r.Notices) > 0 || r.Records != 4 || r.Chains != 1 {
		t.Errorf("%+v", r)
	}
	if o, err := entries[0].Opening(); err != nil || o.Principal != "sam@example.org" {
		t.Errorf("the opening reads %v, %v", o, err)
	}
	if _, err := entries[1].Opening(); err == nil {
		t.Error("a decision was read as an opening")
	}
	line := `sam@example.org namespaces="dsa-decision" ` + author.Key().AuthorizedKey() + "\n"
	if got := readTestFile(t, filepath.Join(b.Dir(), SignersName)); string(got) != line {
		t.Errorf("allowed_signers: %s", got)
	}
	// Nothing that others may read, and nothing left over.
	filepath.WalkDir(b.Dir(), func(name string, d fs.DirEntry, err error) error {
		info, _ := d.Info()
		if want := fs.FileMode(0o600); !d.IsDir() && info.Mode().Perm() != want || d.IsDir() && info.Mode().Perm() != 0o700 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		if isTemp(d.Name()) {
			t.Errorf("%s was left", name)
		}
		return nil
	})
}

// The disk may have been full when the chain was opened: what makes checking by
// hand easier comes back with the next record, and is no reason to refuse one.
func TestAllowedSignersComesBackWithTheNextRecord(t *testing.T) {
	b, author := realBook(t), fixedSigner(t, "author")
	fill(t, b, author, "sam@example.org", 1)
	name := filepath.Join(b.Dir(), SignersName)
	whole := string(readTestFile(t, name))
	for n, spoil := range []func() error{
		func() error { return os.Remove(name) },
		func() error { return os.WriteFile(name, nil, 0o600) },
		func() error { return os.Truncate(name, int64(len(whole)-9)) },
	} {
		if err := spoil(); err != nil {
			t.Fatal(err)
		}
		mustAppend(t, newWriter(t, b, author), decisionAct(t, 2+n))
		if got := string(readTestFile(t, name)); got != whole {
			t.Errorf("spoilt %d: allowed_signers: %q", n, got)
		}
	}
	if err := errors.Join(os.Remove(name), os.Mkdir(name, 0o700)); err != nil {
		t.Fatal(err)
	}
	var signers *SignersError
	e, err := newWriter(t, b, author).Append(context.Background(), decisionAct(t, 9))
	if !errors.As(err, &signers) || e.Number != 5 {
		t.Errorf("it cannot be written: %v, record %d", err, e.Number)
	}
}

func TestTheThousandthRecordBeginsANewFolder(t *testing.T) {
	b, author := realBook(t), fixedSigner(t, "author")
	entries := fill(t, b, author, "sam@example.org", 2)
	// Records 3 to 998 are not needed to see what comes after 999: a writer looks
	// only at the newest.
	c := entries[2].Page.Cover
	c.Number, c.Previous = 999, entries[2].ID
	id, file := forge(t, author, sshsig.Decision, c, []byte("{}\n"))
	writeFile(t, filepath.Join(b.Dir(), decision.ChainFolder(entries[0].ID), "0000", decision.RecordName(999, id)), file)
	e := mustAppend(t, newWriter(t, b, author), decisionAct(t, 1000))
	if e.Number != 1000 || path.Base(path.Dir(e.Path)) != "0001" {
		t.Errorf("after 999: %s", e.Path)
	}
	if e := mustAppend(t, newWriter(t, b, author), decisionAct(t, 1001)); e.Number != 1001 {
		t.Errorf("after 1000: %s", e.Path)
	}
}

// What one more record costs does not depend on how many there are.
func TestAppendingCostsTheSameHoweverLongTheChain(t *testing.T) {
	author := fixedSigner(t, "author")
	var want []string
	for _, sheets := range [][]sheet{chainOf(t, author, 1), sparse(t, author, [2]int{30_000, 30_001}, [2]int{99_700, 99_702})} {
		b := newBook(t)
		lay(t, b, sheets...)
		w := newWriter(t, b, author)
		mustAppend(t, w, decisionAct(t, 1))
		d := &faultyDisk{disk: b.disk}
		b.disk = d
		mustAppend(t, w, decisionAct(t, 2))
		if want == nil {
			want = d.ops
		}
		if !slices.Equal(d.ops, want) {
			t.Errorf("into a chain of %d: %v, not %v", sheets[len(sheets)-1].Number, d.ops, want)
		}
	}
}

func TestExercisesAreARoleOfTheirOwn(t *testing.T) {
	b, author := realBook(t), fixedSigner(t, "author")
	w := newWriter(t, b, author)
	mustAppend(t, w, openAct(t, author.Key(), "sam@example.org", decision.Training))
	e := mustAppend(t, w, decisionAct(t, 1))
	if e.Namespace != sshsig.Training {
		t.Errorf("an exercise is signed as %s", e.Namespace)
	}
	if r := check(t, b); !r.Clean() || r.Training != 2 || r.Records != 0 {
		t.Errorf("%+v", r)
	}
	if got := readTestFile(t, filepath.Join(b.Dir(), SignersName)); !strings.Contains(string(got), `namespaces="dsa-training"`) {
		t.Errorf("allowed_signers: %s", got)
	}
}

func TestSeenNeverGoesBackAndTheClockIsNotCorrected(t *testing.T) {
	b, author := newBook(t), fixedSigner(t, "author")
	w := newWriter(t, b, author)
	opened := mustAppend(t, w, openAct(t, author.Key(), "sam@example.org", decision.Live))
	one := decisionAct(t, 1)
	one.Seen = opened.ID
	mustAppend(t, w, one)
	two := decisionAct(t, 2)
	two.Time = start.Add(-time.Hour)
	e := mustAppend(t, w, two)
	if e.Page.Cover.Seen != opened.ID {
		t.Error("seen was forgotten")
	}
	if !e.Page.Cover.Time.Equal(two.Time) {
		t.Error("a time was invented")
	}
	if r := check(t, b); !r.Clean() || len(r.Notices) == 0 || r.Notices[0].Code != TimeBack || r.Notices[0].Number != 2 {
		t.Errorf("%+v", r)
	}
}

func TestTheSameBodyIsRecordedOnce(t *testing.T) {
	b, author := newBook(t), fixedSigner(t, "author")
	w := newWriter(t, b, author)
	open := openAct(t, author.Key(), "sam@example.org", decision.Live)
	first := mustAppend(t, w, open)
	if again := mustAppend(t, w, open); again.ID != first.ID {
		t.Error("a chain was opened twice")
	}
	one := mustAppend(t, w, decisionAct(t, 1))
	act := decisionAct(t, 1)
	act.Time = act.Time.Add(time.Hour)
	if again := mustAppend(t, w, act); again.ID != one.ID {
		t.Error("one act was recorded twice")
	}
	if r := check(t, b); !r.Clean() || r.Records != 2 {
		t.Errorf("%+v", r)
	}
}

func TestAppendRefuses(t *testing.T) {
	author, other := fixedSigner(t, "author"), fixedSigner(t, "other")
	act := func(change func(*Act)) Act {
		a := decisionAct(t, 7)
		change(&a)
		return a
	}
	changedOpening := func(change func(*decision.Opening)) Act {
		o := openingOf(author.Key(), "sam@example.org", decision.Live)
		change(&o)
		return Act{Time: start, Kind: decision.Open, KeepUntil: decision.Permanent, Body: body(t, o)}
	}
	var (
		badAct  *ActError
		noChain *NoChainError
		exists  *ChainExistsError
	)
	for _, test := range []struct {
		says   string
		opened bool
		act    Act
		want   any
	}{
		{"a decision before the chain is opened", false, decisionAct(t, 1), &noChain},
		{"a second opening", true, changedOpening(func(o *decision.Opening) { o.Salt = salt(9) }), &exists},
		{"an opening with another's key", false, openAct(t, other.Key(), "sam@example.org", decision.Live), &badAct},
		{"an opening with another's fingerprint", false, changedOpening(func(o *decision.Opening) { o.Fingerprint = other.Key().Fingerprint() }), &badAct},
		{"an opening without a name", false, changedOpening(func(o *decision.Opening) { o.Name = "" }), &badAct},
		{"an opening that is no JSON", false, Act{Time: start, Kind: decision.Open, KeepUntil: decision.Permanent, Body: []byte("x")}, &badAct},
		{"no time", true, act(func(a *Act) { a.Time = time.Time{} }), &badAct},
		{"no body", true, act(func(a *Act) { a.Body = nil }), &badAct},
		{"a body larger than a page", true, act(func(a *Act) { a.Body = bytes.Repeat([]byte("x"), decision.MaxPage-100) }), &badAct},
		{"a body with a carriage return", true, act(func(a *Act) { a.Body = []byte("{}\r\n") }), &badAct},
		{"no keep-until", true, act(func(a *Act) { a.KeepUntil = "" }), &badAct},
		{"a keep-until that breaks out of its line", true, act(func(a *Act) { a.KeepUntil = "permanent\nbody x" }), &badAct},
		{"an unknown kind", true, act(func(a *Act) { a.Kind = "delete" }), &badAct},
		{"an amendment of nothing", true, act(func(a *Act) { a.Kind = decision.Amend }), &badAct},
	} {
		b := newBook(t)
		w := newWriter(t, b, author)
		if test.opened {
			mustAppend(t, w, openAct(t, author.Key(), "sam@example.org", decision.Live))
		}
		before := listing(t, b)
		if _, err := w.Append(context.Background(), test.act); err == nil || !errors.As(err, test.want) {
			t.Errorf("%s: got %v, want %T", test.says, err, test.want)
		}
		if after := listing(t, b); after != before {
			t.Errorf("%s: the log has changed:\n%s", test.says, after)
		}
	}
}

func listing(t testing.TB, b *Book) string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(b.Dir(), func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name+" "+string(readTestFile(t, name)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(names, "\n")
}

// lying is an agent that signs something else than it was asked to.
type lying struct{ sshsig.Signer }

func (l lying) Sign(namespace string, message []byte) ([]byte, error) {
	return l.Signer.Sign(namespace, append(message, ' '))
}

func TestAWriterStopsWhenItCannotRelyOnWhatIsThere(t *testing.T) {
	author, other := fixedSigner(t, "author"), fixedSigner(t, "other")
	var (
		head   *HeadError
		fork   *ForkError
		badAct *ActError
		two    *TwoChainsError
		newer  *decision.NewerFormat
		ends   *decision.LineEndings
	)
	for _, test := range []struct {
		says   string
		damage func(t *testing.T, b *Book, entries []Entry)
		want   []any
	}{
		{"the newest record has changed", func(t *testing.T, b *Book, e []Entry) {
			file := e[2].Page.Bytes()
			file[len(file)-5] ^= 1
			writeFile(t, b.pathOf(e[2]), file)
		}, []any{&head}},
		{"the newest record has CRLF", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, b.pathOf(e[2]), bytes.ReplaceAll(e[2].Page.Bytes(), []byte("\n"), []byte("\r\n")))
		}, []any{&head, &ends}},
		{"the newest record is of a newer format", func(t *testing.T, b *Book, e []Entry) {
			cover := bytes.Replace(e[2].Page.CoverBytes, []byte("dsa-record 1"), []byte("dsa-record 2"), 1)
			id, file := forgeCover(t, author, sshsig.Decision, cover, e[2].Page.Body)
			writeFile(t, filepath.Join(filepath.Dir(b.pathOf(e[2])), decision.RecordName(3, id)), file)
		}, []any{&head, &newer}},
		{"the newest record is another's", func(t *testing.T, b *Book, e []Entry) {
			c := e[2].Page.Cover
			c.Number, c.Previous = 3, e[2].ID
			id, file := forge(t, other, sshsig.Decision, c, e[2].Page.Body)
			writeFile(t, filepath.Join(filepath.Dir(b.pathOf(e[2])), decision.RecordName(3, id)), file)
		}, []any{&head}},
		{"the newest number has two records", func(t *testing.T, b *Book, e []Entry) {
			c := e[2].Page.Cover
			c.Time = c.Time.Add(time.Second)
			id, file := forge(t, author, sshsig.Decision, c, e[2].Page.Body)
			writeFile(t, filepath.Join(filepath.Dir(b.pathOf(e[2])), decision.RecordName(2, id)), file)
		}, []any{&fork}},
		{"the first record of its own chain has changed", func(t *testing.T, b *Book, e []Entry) {
			file := e[0].Page.Bytes()
			file[len(file)-5] ^= 1
			writeFile(t, b.pathOf(e[0]), file)
		}, []any{&head}},
		{"the first record of its own chain is gone", func(t *testing.T, b *Book, e []Entry) {
			os.Remove(b.pathOf(e[0]))
		}, []any{&head}},
		{"the key has two chains", func(t *testing.T, b *Book, e []Entry) {
			second := newBook(t)
			w := newWriter(t, second, author)
			act := openAct(t, author.Key(), "sam@example.org", decision.Live)
			act.Time = act.Time.Add(time.Hour)
			x := mustAppend(t, w, act)
			writeFile(t, b.pathOf(x), x.Page.Bytes())
		}, []any{&two}},
	} {
		b := newBook(t)
		entries := fill(t, b, author, "sam@example.org", 2)
		test.damage(t, b, entries)
		before := listing(t, b)
		for _, act := range []Act{decisionAct(t, 3), openAct(t, author.Key(), "x@example.org", decision.Live)} {
			w := newWriter(t, b, author)
			_, err := w.Append(context.Background(), act)
			if act.Kind == decision.Open {
				// An opening looks only at the first record; what matters is that there is no second.
				if err == nil {
					t.Errorf("%s: a second chain was opened", test.says)
				}
				continue
			}
			for _, want := range test.want {
				if err == nil || !errors.As(err, want) {
					t.Errorf("%s: got %v, want %T", test.says, err, want)
				}
			}
		}
		if after := listing(t, b); after != before {
			t.Errorf("%s: the log has changed", test.says)
		}
	}

	b := newBook(t)
	fill(t, b, author, "sam@example.org", 1)
	if _, err := newWriter(t, b, lying{author}).Append(context.Background(), decisionAct(t, 2)); !errors.As(err, &badAct) {
		t.Errorf("an agent that signs something else: %v", err)
	}
	// Another's damaged chain is no reason to stop.
	w := newWriter(t, b, other)
	if err := os.Truncate(b.pathOf(firstEntry(t, b)), 100); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, w, openAct(t, other.Key(), "alex@example.org", decision.Live))
}

func firstEntry(t testing.TB, b *Book) Entry {
	t.Helper()
	for e, err := range b.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	t.Fatal("no entries")
	return Entry{}
}

func TestAForkThatAppearsWhileWritingIsToldAndNothingIsLost(t *testing.T) {
	b, author := newBook(t), fixedSigner(t, "author")
	entries := fill(t, b, author, "sam@example.org", 1)
	c := entries[1].Page.Cover
	c.Number, c.Previous = 2, entries[1].ID
	id, file := forge(t, author, sshsig.Decision, c, []byte("{}\n"))
	// The same key on another device writes number 2 at the worst moment.
	rival := filepath.Join(filepath.Dir(b.pathOf(entries[1])), decision.RecordName(2, id))
	b.disk = &faultyDisk{disk: b.disk, before: func(op string) {
		if op == "Settle" {
			writeFile(t, rival, file)
		}
	}}
	e, err := newWriter(t, b, author).Append(context.Background(), decisionAct(t, 2))
	var fork *ForkError
	if !errors.As(err, &fork) || !fork.Recorded || len(fork.Names) != 2 || e.Number != 2 {
		t.Fatalf("%+v, %v", fork, err)
	}
	if r := check(t, b); len(r.Faults) != 2 || r.Faults[0].Code != Fork || r.Faults[1].Code != Fork {
		t.Errorf("%+v", r.Faults)
	}
}

// faultyDisk counts operations and fails one of them.
type faultyDisk struct {
	disk
	mu      sync.Mutex
	n, fail int // fail is the operation that fails, counted from 1
	err     error
	before  func(op string)
	ops     []string
	noLinks bool
}

func (d *faultyDisk) step(op string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n++
	d.ops = append(d.ops, op)
	if d.before != nil {
		d.before(op)
	}
	if d.n == d.fail {
		return d.err
	}
	return nil
}

func (d *faultyDisk) Mkdir(name string) error {
	if err := d.step("Mkdir"); err != nil {
		return err
	}
	return d.disk.Mkdir(name)
}

func (d *faultyDisk) CreateNew(name string) (newFile, error) {
	if err := d.step("CreateNew"); err != nil {
		return nil, err
	}
	f, err := d.disk.CreateNew(name)
	return &faultyFile{f, d}, err
}

func (d *faultyDisk) Link(from, to string) error {
	if d.noLinks {
		return syscall.EPERM
	}
	if err := d.step("Link"); err != nil {
		return err
	}
	return d.disk.Link(from, to)
}

func (d *faultyDisk) Rename(from, to string) error {
	if err := d.step("Rename"); err != nil {
		return err
	}
	return d.disk.Rename(from, to)
}

func (d *faultyDisk) Remove(name string) error {
	if err := d.step("Remove"); err != nil {
		return err
	}
	return d.disk.Remove(name)
}

func (d *faultyDisk) Settle(folder, file string) error {
	if err := d.step("Settle"); err != nil {
		return err
	}
	return d.disk.Settle(folder, file)
}

func (d *faultyDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := d.step("ReadDir"); err != nil {
		return nil, err
	}
	return d.disk.ReadDir(name)
}

func (d *faultyDisk) Lstat(name string) (fs.FileInfo, error) {
	if err := d.step("Lstat"); err != nil {
		return nil, err
	}
	return d.disk.Lstat(name)
}

func (d *faultyDisk) ReadFile(name string) ([]byte, error) {
	if err := d.step("ReadFile"); err != nil {
		return nil, err
	}
	return d.disk.ReadFile(name)
}

type faultyFile struct {
	newFile
	d *faultyDisk
}

// Write writes half of what it should when the disk is full.
func (f *faultyFile) Write(p []byte) (int, error) {
	if err := f.d.step("Write"); err != nil {
		n, _ := f.newFile.Write(p[:len(p)/2])
		return n, err
	}
	return f.newFile.Write(p)
}

func (f *faultyFile) Sync() error {
	if err := f.d.step("Sync"); err != nil {
		return err
	}
	return f.newFile.Sync()
}

func (f *faultyFile) Close() error {
	err := f.d.step("Close")
	if closeErr := f.newFile.Close(); err == nil {
		err = closeErr
	}
	return err
}

// Every operation of an opening and of two decisions fails once, with and without
// links. Whatever happens: no half record under a real name, what was
// acknowledged is there, and the same act tried again is recorded once.
func TestEachFailingOperationLosesNothingAndLeavesNothingHalfWritten(t *testing.T) {
	author := fixedSigner(t, "author")
	acts := []Act{openAct(t, author.Key(), "sam@example.org", decision.Live), decisionAct(t, 1), decisionAct(t, 2)}
	failed := make(map[string]int)
	for _, noLinks := range []bool{false, true} {
		for _, fault := range []error{syscall.EIO, syscall.ENOSPC} {
			for fail := 1; ; fail++ {
				b := newBook(t)
				real := b.disk
				d := &faultyDisk{disk: real, fail: fail, err: fault, noLinks: noLinks}
				b.disk = d
				lock := filepath.Join(t.TempDir(), "lock")
				var acknowledged []Entry
				for _, act := range acts {
					e, err := NewWriter(b, author, lock).Append(context.Background(), act)
					if err != nil {
						op := d.ops[fail-1]
						failed[op]++
						// ReadDir and ReadFile fail where something can be concluded from it, and
						// elsewhere lead to an error of another type that has the system's inside.
						if !errors.Is(err, fault) && op != "ReadFile" {
							t.Fatalf("operation %d (%s): %v hides the cause", fail, op, err)
						}
						var write *WriteError
						if op == "Sync" && (!errors.As(err, &write) || write.Step != "flush") {
							t.Fatalf("operation %d (%s): %v", fail, op, err)
						}
						// Nothing but whole records, whatever the error said.
						b.disk = real
						r := check(t, b)
						if !r.Clean() || r.Records < len(acknowledged) || r.Records > len(acknowledged)+1 {
							t.Fatalf("operation %d (%s) fails: %+v", fail, op, r)
						}
						b.disk = d
						if e, err = NewWriter(b, author, lock).Append(context.Background(), act); err != nil {
							t.Fatalf("operation %d (%s) fails, tried again: %v", fail, op, err)
						}
					}
					acknowledged = append(acknowledged, e)
				}
				b.disk = real
				if r := check(t, b); !r.Clean() || r.Records != len(acts) {
					t.Fatalf("operation %d (%s) fails: %+v", fail, d.ops[fail-1], r)
				}
				for _, e := range acknowledged {
					if !bytes.Equal(readTestFile(t, b.pathOf(e)), e.Page.Bytes()) {
						t.Fatalf("operation %d: %s is not what was acknowledged", fail, e.Path)
					}
				}
				b.Close()
				if fail > d.n {
					break // every operation has had its turn
				}
			}
		}
	}
	for _, op := range []string{"Mkdir", "CreateNew", "Write", "Sync", "Close", "Settle", "ReadDir", "ReadFile", "Rename"} {
		if failed[op] == 0 {
			t.Errorf("no failure of %s was ever seen by the caller", op)
		}
	}
}

func TestAFolderThatCannotBeWrittenIsAClearError(t *testing.T) {
	author := fixedSigner(t, "author")
	file := filepath.Join(t.TempDir(), "file")
	writeFile(t, file, nil)
	var write *WriteError
	if _, err := Create(filepath.Join(file, "log")); !errors.As(err, &write) || write.Step != "folder" {
		t.Errorf("a file where a folder should be: %v", err)
	}
	if _, err := Create(file); !errors.As(err, &write) {
		t.Errorf("a file where the log should be: %v", err)
	}
	var none *NoLogError
	if _, err := Open(filepath.Join(t.TempDir(), "nowhere")); !errors.As(err, &none) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no log: %v", err)
	}
	b := newBook(t)
	fill(t, b, author, "sam@example.org", 1)
	b.disk = &faultyDisk{disk: b.disk, before: func(string) {}, fail: -1}
	d := b.disk.(*faultyDisk)
	d.err = &fs.PathError{Op: "open", Path: "x", Err: syscall.EACCES}
	d.before = func(op string) {
		if op == "CreateNew" {
			d.fail = d.n
		}
	}
	if _, err := newWriter(t, b, author).Append(context.Background(), decisionAct(t, 2)); !errors.As(err, &write) ||
		write.Step != "create" || write.Unsure || !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a folder that is read only: %v", err)
	}
	var locked *LockError
	w := NewWriter(b, author, filepath.Join(t.TempDir(), "nowhere", "lock"))
	if _, err := w.Append(context.Background(), decisionAct(t, 2)); !errors.As(err, &locked) {
		t.Errorf("no place for the lock: %v", err)
	}
	done, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := newWriter(t, b, author).Append(done, decisionAct(t, 2)); !errors.As(err, &locked) || !errors.Is(err, context.Canceled) {
		t.Errorf("no time for the lock: %v", err)
	}
}

func TestOldTemporaryFilesAreRemovedByTheirOwner(t *testing.T) {
	b, author, other := newBook(t), fixedSigner(t, "author"), fixedSigner(t, "other")
	mine := fill(t, b, author, "sam@example.org", 1)
	theirs := fill(t, b, other, "alex@example.org", 1)
	leave := func(e Entry, name string, age time.Duration) string {
		p := filepath.Join(filepath.Dir(b.pathOf(e)), tempPrefix+name)
		writeFile(t, p, []byte("half"))
		when := decisionAct(t, 2).Time.Add(-age)
		if err := os.Chtimes(p, when, when); err != nil {
			t.Fatal(err)
		}
		return p
	}
	old, young, foreign := leave(mine[0], "old", 25*time.Hour), leave(mine[0], "young", time.Hour), leave(theirs[0], "old", 25*time.Hour)
	if r := check(t, b); !r.Clean() || len(r.Notices) != 3 || r.Notices[0].Code != Temporary {
		t.Errorf("%+v", r)
	}
	mustAppend(t, newWriter(t, b, author), decisionAct(t, 2))
	if _, err := os.Stat(old); err == nil {
		t.Error("an old temporary file is still there")
	}
	for _, p := range []string{young, foreign} {
		if _, err := os.Stat(p); err != nil {
			t.Errorf("removed: %v", err)
		}
	}
}

func TestWritersOfOneKeyTakeTurns(t *testing.T) {
	b, author := realBook(t), fixedSigner(t, "author")
	lock := filepath.Join(t.TempDir(), "lock")
	const writers, each = 4, 10
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			w := NewWriter(b, author, lock)
			if _, err := w.Append(context.Background(), openAct(t, author.Key(), "sam@example.org", decision.Live)); err != nil {
				t.Error(err) // all open with the same body, so all succeed with one record
			}
			for j := range each {
				if _, err := w.Append(context.Background(), decisionAct(t, 1+i*each+j)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if r := check(t, b); len(r.Faults) > 0 || r.Records != 1+writers*each {
		t.Errorf("%d records, %v", r.Records, r.Faults)
	}
}

// TestMain lets the test program start itself again as a second writer.
func TestMain(m *testing.M) {
	if dir := os.Getenv("DSA_TEST_WRITER"); dir != "" {
		os.Exit(writeAsAnotherProcess(dir, os.Getenv("DSA_TEST_LOCK"), os.Getenv("DSA_TEST_FROM")))
	}
	os.Exit(m.Run())
}

func writeAsAnotherProcess(dir, lock, from string) int {
	t := &testing.T{}
	b, err := Open(dir)
	if err != nil {
		return 1
	}
	w := NewWriter(b, fixedSigner(t, "author"), lock)
	first := 100
	if from == "b" {
		first = 200
	}
	for i := range 15 {
		if _, err := w.Append(context.Background(), decisionAct(t, first+i)); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			return 1
		}
	}
	return 0
}

func TestTwoProcessesWithOneKeyDoNotFork(t *testing.T) {
	b, author := newBook(t), fixedSigner(t, "author")
	fill(t, b, author, "sam@example.org", 0)
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	lock := filepath.Join(t.TempDir(), "lock")
	var wg sync.WaitGroup
	for _, from := range []string{"a", "b"} {
		wg.Go(func() {
			c := exec.Command(program)
			c.Env = append(os.Environ(), "DSA_TEST_WRITER="+b.Dir(), "DSA_TEST_LOCK="+lock, "DSA_TEST_FROM="+from)
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wg.Wait()
	if r := check(t, b); len(r.Faults) > 0 || r.Records != 31 {
		t.Errorf("%d records, %v", r.Records, r.Faults)
	}
}

// A flush fails after a record appeared; another program with the key goes on; the first tries again, as it is told to.
func TestWhatWasUnsureIsNotRecordedTwice(t *testing.T) {
	for _, change := range []string{"", "torn", "gone"} {
		b, author := newBook(t), fixedSigner(t, "author")
		fill(t, b, author, "sam@example.org", 1)
		lock := filepath.Join(t.TempDir(), "lock")
		second, err := Open(b.Dir())
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		d := &faultyDisk{disk: b.disk, err: syscall.EIO}
		d.before = func(op string) {
			if op == "Settle" {
				d.fail = d.n
			}
		}
		b.disk = d
		one, two := NewWriter(b, author, lock), NewWriter(second, author, lock)
		var write *WriteError
		if _, err := one.Append(context.Background(), decisionAct(t, 2)); !errors.As(err, &write) || !write.Unsure {
			t.Fatal(err)
		}
		d.before = nil
		if change == "gone" { // before the other looks
			if err := os.Remove(filepath.Join(b.Dir(), filepath.FromSlash(write.Path))); err != nil {
				t.Fatal(err)
			}
		}
		mustAppend(t, two, decisionAct(t, 3))
		if change == "torn" {
			writeFile(t, filepath.Join(b.Dir(), filepath.FromSlash(write.Path)), nil)
		}
		again := mustAppend(t, one, decisionAct(t, 2))
		if number := map[string]int{"": 2, "torn": 2, "gone": 3}[change]; again.Number != number {
			t.Errorf("%q: it is number %d", change, again.Number)
		}
		bodies := make(map[[32]byte]int)
		for e, err := range second.Entries() {
			if err != nil {
				t.Fatal(change, err)
			}
			if n, twice := bodies[e.Page.Cover.BodySum]; twice {
				t.Errorf("%q: number %d is recorded again as number %d", change, n, e.Number)
			}
			bodies[e.Page.Cover.BodySum] = e.Number
		}
		if len(bodies) != 4 || !check(t, second).Clean() {
			t.Errorf("%q: %v %v", change, bodies, check(t, second).Faults)
		}
	}
}
