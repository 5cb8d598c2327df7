package logbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// partnership is a log as it would be with nothing lost: two leads, two who decide, and disposals.
type partnership struct {
	book   *Book
	log    decision.ID
	trust  *Trust
	sheets []sheet
	gone   []decision.ID // what a disposal in force destroys
}

func newPartnership(t testing.TB) partnership {
	t.Helper()
	b := newBook(t)
	lead, second := signerOf(t, "lead"), signerOf(t, "second")
	log, _ := foundLog(t, b, lead, second)
	var made []Entry
	for _, name := range []string{"ann", "ben"} {
		s := signerOf(t, name)
		opening := openIn(t, b, s, name)
		admit(t, b, lead, log, opening)
		for range 3 {
			made = append(made, decideIn(t, b, s))
		}
	}
	holdIn(t, b, second, log, made[5])
	disposeIn(t, b, lead, log, "the court has ordered it", made[0], made[3], made[4], made[5])
	holdIn(t, b, second, log, made[4])        // it comes too late to undo the disposal, but what is left stays
	disposeIn(t, b, second, log, "", made[1]) // not due
	p := partnership{book: b, log: log}
	for e, err := range b.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		p.sheets = append(p.sheets, sheet{e, e.Page.Bytes()})
	}
	trust, err := ReadTrust(context.Background(), log, b)
	if err != nil {
		t.Fatal(err)
	}
	p.trust = trust
	p.gone = []decision.ID{made[0].ID, made[3].ID}
	return p
}

// piece is a log that has some of another's files, some of them damaged.
type piece map[string]string

func (p piece) add(name string, data []byte) { p[name] = string(data) }

func (p piece) book(t testing.TB) *Book {
	t.Helper()
	b := newBook(t)
	for name, data := range p {
		writeFile(t, filepath.Join(b.Dir(), filepath.FromSlash(name)), []byte(data))
	}
	return b
}

// pieces deals a log out at random.
func pieces(random *rand.Rand, sheets []sheet, n int) []piece {
	all := make([]piece, n)
	for i := range all {
		all[i] = piece{}
		for _, s := range sheets {
			cover, left := s.cover()
			switch random.IntN(10) {
			case 0, 1, 2:
				all[i].add(s.Path, s.data)
			case 3:
				all[i].add(s.Path, s.data)
				if s.Number > 0 {
					all[i].add(cover, left)
				}
			case 4, 5:
				if s.Number > 0 {
					all[i].add(cover, left)
				}
			case 6: // a byte has changed
				spoilt := bytes.Clone(s.data)
				spoilt[random.IntN(len(spoilt))] ^= 1 << random.IntN(8)
				all[i].add(s.Path, spoilt)
			case 7: // torn
				all[i].add(s.Path, s.data[:random.IntN(len(s.data))])
			}
		}
	}
	return all
}

// union is what a merge of pieces has to be, worked out from the pieces alone.
func union(pieces []piece, sheets []sheet, gone []decision.ID, covers bool) piece {
	want := piece{}
	for _, s := range sheets {
		cover, left := s.cover()
		whole, part := false, false
		for _, p := range pieces {
			w := p[s.Path] == string(s.data)
			// Of a damaged record nothing is taken.
			whole, part = whole || w, part || w || p[cover] == string(left)
		}
		switch {
		case whole && !slices.Contains(gone, s.ID) && !(covers && coversOnly(s.Page.Cover.Kind)):
			want.add(s.Path, s.data)
		case part:
			want.add(cover, left)
		}
	}
	return want
}

// soundOf leaves out files that are not what their name says, and temporary ones.
func soundOf(t testing.TB, b *Book) piece {
	found := piece(recordsOf(t, b))
	maps.DeleteFunc(found, func(name, data string) bool {
		n, is := decision.ParseRecordName(path.Base(name))
		if !is {
			return true
		}
		_, err := readEntry(named{n, name}, []byte(data))
		return err != nil
	})
	return found
}

// Whatever the pieces, in whatever order, repeated, interrupted: the merged log depends on nothing but their union.
func TestAMergeIsTheUnionOfItsSources(t *testing.T) {
	p := newPartnership(t)
	for seed := range uint64(30) {
		random := rand.New(rand.NewPCG(seed, 5))
		dealt := pieces(random, p.sheets, 2+random.IntN(3))
		o := MergeOptions{Workers: 1 + random.IntN(3)}
		var gone []decision.ID
		if random.IntN(2) == 0 {
			o.Trust, gone = p.trust, p.gone
		}
		o.Covers = random.IntN(4) == 0
		want := union(dealt, p.sheets, gone, o.Covers)
		for range 2 {
			dst := newBook(t)
			order := slices.Concat(random.Perm(len(dealt)), random.Perm(len(dealt))[:1])
			if !o.Covers && random.IntN(2) == 0 {
				// Merged into one of them. A disposal leaves the cover also of a body that is damaged there.
				into := maps.Clone(dealt[order[0]])
				for _, s := range p.sheets {
					if slices.Contains(gone, s.ID) && into[s.Path] != string(s.data) {
						delete(into, s.Path)
					}
				}
				dst = into.book(t)
				order = append(order[1:], order[0])
			}
			plain := dst.disk
			for _, i := range order {
				src := dealt[i].book(t)
				before := filesOf(t, src)
				o := o
				if random.IntN(2) == 0 {
					dst.disk = &faultyDisk{disk: plain, fail: 1 + random.IntN(120), err: syscall.EIO, noLinks: random.IntN(2) == 0}
				}
				if _, err := Merge(context.Background(), dst, src, o); err != nil {
					if _, err = Merge(context.Background(), dst, src, o); err != nil {
						t.Fatalf("seed %d: again: %v", seed, err)
					}
				}
				dst.disk = plain
				if !maps.Equal(before, filesOf(t, src)) {
					t.Fatalf("seed %d: the source has changed", seed)
				}
			}
			if got := soundOf(t, dst); !maps.Equal(got, want) {
				t.Fatalf("seed %d, order %v, %+v: got\n%s\nwant\n%s", seed, order, o, listOf(got), listOf(want))
			}
		}
	}
}

// Each operation fails once, on either side, one after the other.
func TestAMergeThatIsInterruptedAtAnyOperationIsFinishedByTheNext(t *testing.T) {
	p := newPartnership(t)
	dealt := pieces(rand.New(rand.NewPCG(3, 3)), p.sheets, 2)
	o := MergeOptions{Workers: 1, Trust: p.trust}
	want := union(dealt, p.sheets, p.gone, false)
	seen := make(map[string]int)
	for side := range 2 {
		for fail := 1; ; fail++ {
			dst, src := dealt[0].book(t), dealt[1].book(t)
			d := &faultyDisk{disk: [2]*Book{dst, src}[side].disk, fail: fail, err: syscall.EIO}
			[2]*Book{dst, src}[side].disk = d
			done, err := Merge(context.Background(), dst, src, o)
			switch {
			case err != nil:
				seen[d.ops[fail-1]]++
				for name, data := range soundOf(t, dst) {
					if i := slices.IndexFunc(p.sheets, func(s sheet) bool { return s.Path == name }); i >= 0 && string(p.sheets[i].data) != data {
						t.Fatalf("operation %d (%s): %s is half written", fail, d.ops[fail-1], name)
					}
				}
				if _, err := Merge(context.Background(), dst, src, o); err != nil {
					t.Fatalf("operation %d (%s), done again: %v", fail, d.ops[fail-1], err)
				}
			case slices.ContainsFunc(done.Refused, func(f Fault) bool { return f.Code == Unreadable }):
				// One file that cannot be read is that file's damage.
				if _, err := Merge(context.Background(), dst, src, o); err != nil {
					t.Fatal(err)
				}
			}
			if got := soundOf(t, dst); !maps.Equal(got, want) {
				t.Fatalf("operation %d (%s): got\n%s\nwant\n%s", fail, d.ops[min(fail, d.n)-1], listOf(got), listOf(want))
			}
			if fail > d.n {
				break
			}
		}
	}
	for _, op := range []string{"CreateNew", "Write", "Sync", "Close", "Remove", "ReadDir", "ReadFile"} {
		if seen[op] == 0 {
			t.Errorf("no failure of %s was ever seen by the caller", op)
		}
	}
}

func TestAMergeTellsWhatItDid(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 5)
	spoilt := func(s sheet) sheet {
		s.data = append(bytes.Clone(s.data), ' ')
		return s
	}
	for _, test := range []struct {
		says     string
		dst, src []sheet
		want     Merged
		refused  Code
	}{
		{"into nothing", nil, all, Merged{Copied: 6}, ""},
		{"from nothing", all, nil, Merged{}, ""},
		{"the same", all, all, Merged{Equal: 6}, ""},
		{"some are new", all[:2], all, Merged{Copied: 4, Equal: 2}, ""},
		{"dst is damaged", slices.Concat(all[:2], []sheet{spoilt(all[2])}, all[3:]), all, Merged{Equal: 5, Mended: 1}, ""},
		{"src is damaged", all, slices.Concat(all[:2], []sheet{spoilt(all[2])}, all[3:]), Merged{Equal: 5}, ChangedBody},
		{"src is damaged, dst has none", all[:2], slices.Concat(all[:2], []sheet{spoilt(all[2])}), Merged{Equal: 2}, ChangedBody},
		{"both are damaged", slices.Concat(all[:2], []sheet{spoilt(all[2])}), slices.Concat(all[:2], []sheet{spoilt(spoilt(all[2]))}), Merged{Equal: 2}, ChangedBody},
	} {
		dst, src := newBook(t), newBook(t)
		lay(t, dst, test.dst...)
		lay(t, src, test.src...)
		files := 0
		got, err := Merge(context.Background(), dst, src, MergeOptions{Progress: func(n int) { files = n }})
		if err != nil {
			t.Fatalf("%s: %v", test.says, err)
		}
		if (test.refused == "") != (len(got.Refused) == 0) || test.refused != "" && (len(got.Refused) != 1+strings.Count(test.says, "both") || got.Refused[0].Code != test.refused || got.Refused[0].Number != 2) {
			t.Errorf("%s: refused %v", test.says, got.Refused)
		}
		got.Refused = nil
		if got.Copied != test.want.Copied || got.Equal != test.want.Equal || got.Mended != test.want.Mended || got.Removed != 0 || files != len(test.src) {
			t.Errorf("%s: %+v with %d files", test.says, got, files)
		}
	}
}

// A source may come from anybody.
func TestAMergeTakesNothingButRecordsFromItsSource(t *testing.T) {
	author, other := fixedSigner(t, "author"), fixedSigner(t, "other")
	all := chainOf(t, author, 3)
	dst, src := newBook(t), newBook(t)
	lay(t, src, all[:2]...)
	chain := filepath.Join(src.Dir(), decision.ChainFolder(all[0].ID))
	secret := filepath.Join(t.TempDir(), "secret")
	writeFile(t, secret, all[2].data)
	writeFile(t, filepath.Join(src.Dir(), SignersName), []byte("mallory@example.org namespaces=\"dsa-decision\" "+other.Key().AuthorizedKey()+"\n"))
	writeFile(t, filepath.Join(src.Dir(), ReadmeName), []byte("type: rm -rf /\n"))
	writeFile(t, filepath.Join(src.Dir(), "run-me.exe"), []byte("x"))
	writeFile(t, filepath.Join(chain, "0000", ".tmp-x"), []byte("x"))
	writeFile(t, filepath.Join(chain, "0000", "notes.txt"), []byte("x"))
	writeFile(t, filepath.Join(chain, "0000", strings.ToUpper(path.Base(all[2].Path))), all[2].data)
	writeFile(t, filepath.Join(chain, "0001", path.Base(all[2].Path)), all[2].data)                                      // in another number's folder
	writeFile(t, filepath.Join(src.Dir(), "0123456789abcdef", "0000", path.Base(all[2].Path)), all[2].data)              // in another chain's
	writeFile(t, filepath.Join(chain, "0000", "0000003-"+strings.Repeat("ab", 16)+".record.txt"), all[3].data)           // under another's name
	writeFile(t, filepath.Join(chain, "0000", "0000004-"+strings.Repeat("ab", 16)+".record.txt"), make([]byte, 2<<20))   // too large
	writeFile(t, filepath.Join(chain, "0000", strings.Replace(path.Base(all[1].Path), "record", "cover", 1)), []byte{1}) // no cover
	if err := errors.Join(
		os.Symlink(secret, filepath.Join(chain, "0000", path.Base(all[2].Path))),
		os.Symlink(chain, filepath.Join(src.Dir(), "fedcba9876543210")),
		os.MkdirAll(filepath.Join(chain, "0000", path.Base(all[3].Path)), 0o700),
	); err != nil {
		t.Fatal(err)
	}
	got, err := Merge(context.Background(), dst, src, MergeOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := piece{}
	want.add(all[0].Path, all[0].data)
	want.add(all[1].Path, all[1].data)
	if now := filesOf(t, dst); !maps.Equal(now, want) || got.Copied != 2 || len(got.Refused) != 5 {
		t.Errorf("%+v:\n%s", got, listOf(now))
	}
	if text := readTestFile(t, filepath.Join(dst.Dir(), SignersName)); bytes.Contains(text, []byte("mallory")) || !bytes.Contains(text, []byte("sam@")) {
		t.Errorf("allowed_signers: %s", text)
	}
	if !bytes.Equal(readTestFile(t, filepath.Join(dst.Dir(), ReadmeName)), readme) {
		t.Error("the readme was taken from the source")
	}
}

// Somebody has put their own signature under another's cover: the file has its name, and is sound by itself.
func TestAMergeKeepsTheSignatureOfTheChainsKey(t *testing.T) {
	author, other := fixedSigner(t, "author"), fixedSigner(t, "other")
	all := chainOf(t, author, 2)
	forged := all[2]
	_, forged.data = forgeCover(t, other, sshsig.Decision, all[2].Page.CoverBytes, all[2].Page.Body)
	for _, first := range []sheet{all[2], forged} {
		dst, src := newBook(t), newBook(t)
		lay(t, dst, all[0], all[1], first)
		second := forged
		if bytes.Equal(first.data, forged.data) {
			second = all[2]
		}
		lay(t, src, second)
		if _, err := Merge(context.Background(), dst, src, MergeOptions{}); err != nil {
			t.Fatal(err)
		}
		if now := readTestFile(t, dst.pathOf(all[2].Entry)); !bytes.Equal(now, all[2].data) {
			t.Error("the signature of another was kept")
		}
	}
}

func TestAMergeStopsWhenItIsToldAndNamesTheFolderThatFails(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 60)
	dst, src := newBook(t), newBook(t)
	lay(t, src, all...)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	plain, n := dst.disk, 0
	dst.disk = &faultyDisk{disk: plain, before: func(op string) {
		if op == "Link" {
			if n++; n == 10 {
				stop()
			}
		}
	}}
	done, err := Merge(ctx, dst, src, MergeOptions{Workers: 1})
	if !errors.Is(err, context.Canceled) || done.Copied != 10 {
		t.Errorf("%+v, %v", done, err)
	}
	dst.disk = plain
	if done, err := Merge(context.Background(), dst, src, MergeOptions{}); err != nil || done.Copied != 51 || done.Equal != 10 {
		t.Errorf("%+v, %v", done, err)
	}
	for i, b := range []*Book{dst, src} {
		dst, src := newBook(t), newBook(t)
		lay(t, src, all...)
		x := []*Book{dst, src}[i]
		d := &faultyDisk{disk: x.disk, err: syscall.ENOTCONN}
		x.disk = d
		d.before = func(string) {
			if d.n > 6 {
				d.fail = d.n
			}
		}
		var folder *FolderError
		if _, err := Merge(context.Background(), dst, src, MergeOptions{}); !errors.As(err, &folder) || folder.Dir != x.Dir() || !errors.Is(err, syscall.ENOTCONN) {
			t.Errorf("folder %d (%s) is lost: %v", i, b.Dir(), err)
		}
	}
}

// A witness gets no body of a decision, also not for a moment.
func TestAWitnessSeesNoBody(t *testing.T) {
	p := newPartnership(t)
	dst := newBook(t)
	plain := dst.disk
	var written bytes.Buffer
	dst.disk = &listening{disk: plain, all: &written}
	got, err := Merge(context.Background(), dst, p.book, MergeOptions{Covers: true, Workers: 1})
	if err != nil || got.Copied != len(p.sheets) {
		t.Fatalf("%+v, %v", got, err)
	}
	if bytes.Contains(written.Bytes(), []byte("what was decided")) {
		t.Error("a body was written")
	}
	kinds := make(map[string]int)
	for e, err := range dst.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		kinds[fmt.Sprint(e.Page.Cover.Kind, e.CoverOnly)]++
	}
	if want := map[string]int{"openfalse": 4, "trustfalse": 3, "holdfalse": 2, "disposefalse": 2, "decisiontrue": 6}; !maps.Equal(kinds, want) {
		t.Errorf("%v", kinds)
	}
	if again, err := Merge(context.Background(), dst, p.book, MergeOptions{Covers: true}); err != nil || again.Equal != len(p.sheets) || again.Copied > 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if back, err := Merge(context.Background(), dst, p.book, MergeOptions{}); err != nil || back.Copied != 6 || !maps.Equal(filesOf(t, dst), filesOf(t, p.book)) {
		t.Errorf("with bodies after all: %+v, %v", back, err)
	}
}

// listening keeps all that is written.
type listening struct {
	disk
	all *bytes.Buffer
}

func (d *listening) CreateNew(name string) (newFile, error) {
	f, err := d.disk.CreateNew(name)
	return &listeningFile{f, d.all}, err
}

type listeningFile struct {
	newFile
	all *bytes.Buffer
}

func (f *listeningFile) Write(p []byte) (int, error) {
	f.all.Write(p)
	return f.newFile.Write(p)
}

// What a loss of power may have undone is settled again, also where another merge had put it there.
func TestAMergeSettlesAFolderOnce(t *testing.T) {
	if !settlesFolders {
		t.Skip("here each file is settled by itself")
	}
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 30)
	dst, src := newBook(t), newBook(t)
	lay(t, src, all...)
	d := &faultyDisk{disk: dst.disk}
	dst.disk = d
	count := func() (settled, synced int) {
		for _, op := range d.ops {
			switch op {
			case "Settle":
				settled++
			case "Sync":
				synced++
			}
		}
		d.ops = nil
		return settled, synced
	}
	if _, err := Merge(context.Background(), dst, src, MergeOptions{}); err != nil {
		t.Fatal(err)
	}
	// Above the chain, above the number folder, in it, and after allowed_signers.
	if settled, synced := count(); settled != 4 || synced != 32 {
		t.Errorf("%d folders were settled and %d files flushed", settled, synced)
	}
	if _, err := Merge(context.Background(), dst, src, MergeOptions{}); err != nil {
		t.Fatal(err)
	}
	if settled, synced := count(); settled != 1 || synced != 0 {
		t.Errorf("again: %d folders were settled and %d files flushed", settled, synced)
	}
	// Where the folder cannot be settled, the files are written anew: the system may have given up on the first ones.
	failing := false
	d.before = func(op string) {
		if op == "Settle" && !failing && slices.Contains(d.ops, "Link") {
			failing, d.fail, d.err = true, d.n, syscall.EIO
		}
	}
	lay(t, src, branchOf(t, author, all, 32)...)
	if done, err := Merge(context.Background(), dst, src, MergeOptions{}); err != nil || done.Copied != 2 {
		t.Errorf("%+v, %v", done, err)
	}
	if _, synced := count(); synced != 4 {
		t.Errorf("%d files were flushed, not each of two twice", synced)
	}
}

// A stick is pulled out, or a share goes away, in the middle: from then on nothing that was there is there. A merge that
// took that for a log without records would be called done, and the source thrown away.
func TestAMergeDoesNotTakeALogThatGoesAwayForAnEmptyOne(t *testing.T) {
	all := chainOf(t, fixedSigner(t, "author"), 3)
	for _, away := range []string{"src", "dst"} {
		for from := 1; ; from++ {
			src, dst := newBook(t), newBook(t)
			lay(t, src, all...)
			lay(t, dst, all[0])
			layCover(t, src, all[2])
			book := map[string]*Book{"src": src, "dst": dst}[away]
			f := &faultyDisk{disk: book.disk, err: syscall.ENOENT}
			f.before = func(string) {
				if f.n >= from {
					f.fail = f.n
				}
			}
			book.disk = f
			_, err := Merge(context.Background(), dst, src, MergeOptions{Workers: 1})
			f.before = nil
			var folder *FolderError
			if err != nil && (!errors.As(err, &folder) || folder.Dir != book.Dir()) {
				t.Errorf("%s, operation %d: %v", away, from, err)
			}
			for _, s := range all {
				if _, gone := os.Stat(dst.pathOf(s.Entry)); gone != nil && err == nil {
					t.Errorf("%s, operation %d (%s): number %d was not copied, and the merge says it is done", away, from, f.ops[from-1], s.Number)
				}
			}
			if f.n < from {
				break
			}
		}
	}
}

// Where links are refused, a file that has the right bytes already is not replaced: over SMB its name would be free for a moment.
func TestWhatIsThereAlreadyIsNotReplaced(t *testing.T) {
	all := chainOf(t, fixedSigner(t, "author"), 1)
	name := all[1].Path
	for says, data := range map[string][]byte{"the same": all[1].data, "damaged": all[1].data[:9]} {
		b := newBook(t)
		lay(t, b, all...)
		writeFile(t, b.pathOf(all[1].Entry), data)
		f := &faultyDisk{disk: b.disk, noLinks: true}
		b.disk = f
		if err := b.put(name, all[1].data, false); err != nil {
			t.Fatal(err)
		}
		if renamed := slices.Contains(f.ops, "Rename"); renamed != (says == "damaged") {
			t.Errorf("%s: %v", says, f.ops)
		}
		if got := filesOf(t, b); got[name] != string(all[1].data) || len(got) != len(recordsOf(t, b)) {
			t.Errorf("%s: %s", says, listOf(got))
		}
	}
}
