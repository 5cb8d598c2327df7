package logbook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// disposal is one in force of these records.
func disposal(t testing.TB, p partnership, id decision.ID) Disposal {
	t.Helper()
	d, is := p.trust.Disposed(id)
	if !is {
		t.Fatal("there is no disposal")
	}
	return d
}

// ordered is a log with a disposal that allows to destroy records 1 and 3 of a chain.
func ordered(t testing.TB) (b *Book, all []sheet, d Disposal) {
	t.Helper()
	b = newBook(t)
	lead, second, author := signerOf(t, "lead"), signerOf(t, "second"), fixedSigner(t, "author")
	log, _ := foundLog(t, b, lead, second)
	all = chainOf(t, author, 4)
	lay(t, b, all...)
	admit(t, b, lead, log, all[0].Entry)
	disposeIn(t, b, lead, log, "the court has ordered it", all[1].Entry, all[3].Entry)
	trust, err := ReadTrust(context.Background(), log, b)
	if err != nil {
		t.Fatal(err)
	}
	d, is := trust.Disposed(all[1].ID)
	if !is {
		t.Fatal("there is no disposal")
	}
	return b, all, d
}

func TestShredLeavesTheCoversAndNothingOfTheBodies(t *testing.T) {
	b, all, d := ordered(t)
	folder := filepath.Dir(b.pathOf(all[1].Entry))
	// Left by writers that were stopped: after the link was made, and in the middle of writing.
	linked, half, other := filepath.Join(folder, ".tmp-linked"), filepath.Join(folder, ".tmp-half"), filepath.Join(folder, ".tmp-other")
	if err := os.Link(b.pathOf(all[1].Entry), linked); err != nil {
		t.Fatal(err)
	}
	writeFile(t, half, all[3].data[:len(all[3].data)-5])
	writeFile(t, other, all[2].data)
	_, left := all[1].cover()
	writeFile(t, filepath.Join(folder, ".tmp-cover"), left)
	before := recordsOf(t, b)

	got, err := Shred(context.Background(), b, d, time.Time{})
	if err != nil || got.Done != 2 || got.Before != 0 || len(got.Refused) > 0 {
		t.Fatalf("%+v, %v", got, err)
	}
	if want := []decision.Place{{Chain: all[0].ID, Number: 1, ID: all[1].ID}, {Chain: all[0].ID, Number: 3, ID: all[3].ID}}; !slices.Equal(got.Places, want) {
		t.Errorf("%+v", got.Places)
	}
	want := maps.Clone(before)
	for _, n := range []int{1, 3} {
		delete(want, all[n].Path)
		name, data := all[n].cover()
		want[name] = string(data)
	}
	if now := recordsOf(t, b); !maps.Equal(now, want) {
		t.Errorf("the log has\n%s", listOf(now))
	}
	for name, data := range filesOf(t, b) {
		for _, n := range []int{1, 3} {
			if strings.Contains(data, string(all[n].Page.Body[:40])) {
				t.Errorf("%s has the body, or the beginning of it", name)
			}
		}
	}
	for _, name := range []string{other, filepath.Join(folder, ".tmp-cover")} {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("what has no body of these was removed: %v", err)
		}
	}
	again, err := Shred(context.Background(), b, d, time.Time{})
	if err != nil || again.Done != 0 || again.Before != 2 || len(again.Refused) > 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if now := recordsOf(t, b); !maps.Equal(now, want) {
		t.Errorf("again: the log has\n%s", listOf(now))
	}
}

func TestShredRefuses(t *testing.T) {
	other := fixedSigner(t, "other")
	_, all, good := ordered(t)
	place := func(n int) decision.Place { return decision.Place{Chain: all[0].ID, Number: n, ID: all[n].ID} }
	of := func(places ...decision.Place) Disposal {
		d := good
		d.Act.Records = places
		return d
	}
	elsewhere := chainOf(t, other, 1)
	for _, test := range []struct {
		says    string
		d       Disposal
		damage  func(b *Book)
		want    Shredded
		refused Code
	}{
		{says: "a chain that is not here", d: of(decision.Place{Chain: elsewhere[0].ID, Number: 1, ID: elsewhere[1].ID})},
		{says: "a record that is not here, though its chain is", d: of(place(1)), damage: func(b *Book) { os.Remove(b.pathOf(all[1].Entry)) }, refused: Missing},
		{says: "another number than its own", d: of(decision.Place{Chain: all[0].ID, Number: 2, ID: all[1].ID}), refused: Missing},
		{says: "a number in a folder that is not there", d: of(decision.Place{Chain: all[0].ID, Number: 5000, ID: all[1].ID}), refused: Missing},
		{says: "a number that cannot be", d: of(decision.Place{Chain: all[0].ID, Number: -1, ID: all[1].ID})},
		{says: "an opening", d: of(place(0)), refused: DisposalUndue},
		{says: "not in force", d: func() Disposal { d := of(place(1)); d.InForce = false; return d }(), refused: DisposalUndue},
		{says: "not due", d: func() Disposal { d := of(place(1)); d.Act.Override = ""; return d }(), refused: DisposalUndue},
		{says: "due", d: func() Disposal {
			d := of(place(1))
			d.Act.Override, d.Time = "", time.Date(2034, 11, 23, 0, 0, 0, 0, time.UTC)
			return d
		}(), want: Shredded{Done: 1}},
		{says: "a cover that has changed", d: of(place(1)), damage: func(b *Book) {
			writeFile(t, b.pathOf(all[1].Entry), bytes.Replace(all[1].data, []byte("2034-11-22"), []byte("2024-11-22"), 1))
		}, refused: ChangedCover},
		{says: "another record under its name", d: of(place(1)), damage: func(b *Book) { writeFile(t, b.pathOf(all[1].Entry), all[2].data) }, refused: WrongName},
		{says: "line ends that were rewritten", d: of(place(1)), damage: func(b *Book) {
			writeFile(t, b.pathOf(all[1].Entry), bytes.ReplaceAll(all[1].data, []byte("\n"), []byte("\r\n")))
		}, refused: CRLF},
		{says: "a body that has changed", d: of(place(1)), damage: func(b *Book) { writeFile(t, b.pathOf(all[1].Entry), append(bytes.Clone(all[1].data), 'x')) }, want: Shredded{Done: 1}},
		{says: "a record that is torn in its body", d: of(place(1)), damage: func(b *Book) { writeFile(t, b.pathOf(all[1].Entry), all[1].data[:len(all[1].data)-9]) }, want: Shredded{Done: 1}},
		{says: "a torn record with its cover beside it", d: of(place(1)), damage: func(b *Book) {
			layCover(t, b, all[1])
			writeFile(t, b.pathOf(all[1].Entry), all[1].data[:50])
		}, want: Shredded{Done: 1}},
		{says: "a cover that was cut short, with its record", d: of(place(1)), damage: func(b *Book) {
			name, data := all[1].cover()
			writeFile(t, filepath.Join(b.Dir(), name), data[:len(data)-20])
		}, want: Shredded{Done: 1}},
		{says: "a cover with the body behind it", d: of(place(1)), damage: func(b *Book) {
			name, _ := all[1].cover()
			os.Remove(b.pathOf(all[1].Entry))
			writeFile(t, filepath.Join(b.Dir(), name), all[1].data)
		}, want: Shredded{Done: 1}},
		{says: "a damaged cover alone", d: of(place(1)), damage: func(b *Book) {
			name, data := all[1].cover()
			os.Remove(b.pathOf(all[1].Entry))
			writeFile(t, filepath.Join(b.Dir(), name), data[:len(data)-20])
		}, refused: NoSignature},
		{says: "the cover alone", d: of(place(1)), damage: func(b *Book) { os.Remove(b.pathOf(all[1].Entry)); layCover(t, b, all[1]) }, want: Shredded{Before: 1}},
		{says: "one named twice", d: of(place(1), place(1)), want: Shredded{Done: 1}},
		{says: "another's signature on the record, the author's on the cover", d: of(place(1)), damage: func(b *Book) {
			_, forged := forgeCover(t, other, sshsig.Decision, all[1].Page.CoverBytes, all[1].Page.Body)
			writeFile(t, b.pathOf(all[1].Entry), forged)
			layCover(t, b, all[1])
		}, want: Shredded{Done: 1}},
	} {
		b := newBook(t)
		lay(t, b, all...)
		if test.damage != nil {
			test.damage(b)
		}
		before := filesOf(t, b)
		got, err := Shred(context.Background(), b, test.d, time.Time{})
		if err != nil || got.Done != test.want.Done || got.Before != test.want.Before || (test.refused != "") != (len(got.Refused) == 1) {
			t.Errorf("%s: %+v, %v", test.says, got, err)
			continue
		}
		if test.refused != "" && got.Refused[0].Code != test.refused {
			t.Errorf("%s: refused as %+v", test.says, got.Refused[0])
		}
		now := filesOf(t, b)
		if got.Done == 0 && !maps.Equal(now, before) {
			t.Errorf("%s: the log has changed:\n%s", test.says, listOf(now))
		}
		if name, left := all[1].cover(); got.Done > 0 && (now[name] != string(left) || now[all[1].Path] != "") {
			t.Errorf("%s: the log has\n%s", test.says, listOf(now))
		}
	}
}

// Each operation fails once, and the disposal is carried out again.
func TestAShredThatIsInterruptedAtAnyOperationIsFinishedByTheNext(t *testing.T) {
	_, all, d := ordered(t)
	seen := make(map[string]int)
	for _, noLinks := range []bool{false, true} {
		for fail := 1; ; fail++ {
			b := newBook(t)
			lay(t, b, all...)
			layCover(t, b, all[3]) // begun before
			if err := os.Link(b.pathOf(all[1].Entry), filepath.Join(filepath.Dir(b.pathOf(all[1].Entry)), ".tmp-left")); err != nil {
				t.Fatal(err)
			}
			f := &faultyDisk{disk: b.disk, fail: fail, err: syscall.EIO, noLinks: noLinks}
			b.disk = f
			// At no moment is a record gone whose cover is not there.
			f.before = func(op string) {
				for _, n := range []int{1, 3} {
					name, left := all[n].cover()
					if _, err := os.Stat(b.pathOf(all[n].Entry)); err != nil {
						if got, err := os.ReadFile(filepath.Join(b.Dir(), name)); err != nil || !bytes.Equal(got, left) {
							t.Fatalf("operation %d: before %s, number %d is nowhere", fail, op, n)
						}
					}
				}
			}
			got, err := Shred(context.Background(), b, d, time.Time{})
			if err != nil {
				op := f.ops[fail-1]
				seen[op]++
				var folder *FolderError
				if !errors.As(err, &folder) || folder.Dir != b.Dir() || !errors.Is(err, syscall.EIO) {
					t.Errorf("operation %d (%s): %v", fail, op, err)
				}
				done := got.Done
				if got, err = Shred(context.Background(), b, d, time.Time{}); err != nil {
					t.Fatalf("operation %d (%s), done again: %v", fail, op, err)
				}
				got.Done += done
			}
			if got.Done+got.Before < 2 {
				t.Errorf("operation %d: %+v", fail, got)
			}
			now := recordsOf(t, b)
			for _, n := range []int{1, 3} {
				if name, left := all[n].cover(); now[name] != string(left) || len(now) != len(all) {
					t.Fatalf("operation %d (%s): the log has\n%s", fail, f.ops[min(fail, f.n)-1], listOf(now))
				}
			}
			for name, data := range filesOf(t, b) {
				if strings.Contains(data, string(all[1].Page.Body)) {
					t.Errorf("operation %d: %s has the body", fail, name)
				}
			}
			if fail > f.n {
				break
			}
		}
	}
	for _, op := range []string{"CreateNew", "Write", "Sync", "Close", "Remove", "ReadDir", "ReadFile", "Settle", "Rename"} {
		if seen[op] == 0 && op != "Settle" {
			t.Errorf("no failure of %s was ever seen by the caller", op)
		}
	}
}

// Two programs take turns, in every order in which the turn goes over three times at most: one destroys a record, the other
// removes the cover beside it. Since the state between any two steps is looked at, and either may run on alone to its end,
// this is also what is left of them where one or both are killed.
func TestAShredBesideAMergeLosesNoCover(t *testing.T) {
	_, all, d := ordered(t)
	d.Act.Records = []decision.Place{{Chain: all[0].ID, Number: 1, ID: all[1].ID}}
	name, left := all[1].cover()
	folder := path.Dir(name)
	record := named{decision.FileName{Number: 1, Short: all[1].ID.Short()}, all[1].Path}
	met := make(map[string]bool)
	for _, restores := range []bool{false, true} {
		orders := 0
		type turn struct{ who, left int } // left: how many others could have had it
		for turns, more := []turn(nil), true; more; orders++ {
			files := fstest.MapFS{all[1].Path: {Data: all[1].data}, name: {Data: left}}
			src := &Book{dir: "src", disk: &memory{files: fstest.MapFS{}}}
			if restores {
				src.disk = &memory{files: fstest.MapFS{all[1].Path: {Data: all[1].data}}}
			}
			actors := []func(b *Book) error{
				func(b *Book) error {
					got, err := Shred(context.Background(), b, d, time.Time{})
					if err == nil && got.Done+got.Before != 1 {
						err = fmt.Errorf("%+v", got)
					}
					return err
				},
				func(b *Book) error {
					m := &merging{dst: b, src: src, o: MergeOptions{Workers: 1}, keys: make(map[decision.ID]sshsig.Key)}
					return m.folder(context.Background(), folder, [2]bool{restores, true})
				},
			}
			var next [2]func() (error, bool)
			for i, actor := range actors {
				step, stop := iter.Pull(func(yield func(error) bool) {
					disk := &memory{files: files, turn: func() { yield(nil) }, of: []string{record.Short}}
					if err := actor(&Book{dir: "dst", disk: disk}); err != nil {
						yield(err)
					}
				})
				defer stop()
				next[i] = step
			}
			alive, passed := [2]bool{true, true}, 0
			for k := 0; alive[0] || alive[1]; k++ {
				if k == len(turns) {
					next := turn{who: 0, left: 1}
					if k > 0 {
						next.who = turns[k-1].who
					}
					if !alive[next.who] {
						next = turn{who: 1 - next.who}
					} else if !alive[1-next.who] || passed == 3 {
						next.left = 0
					}
					turns = append(turns, next)
				}
				who := turns[k].who
				if k > 0 && who != turns[k-1].who {
					passed++
				}
				var err error
				if err, alive[who] = next[who](); err != nil {
					t.Fatalf("turns %v: %v", turns[:k+1], err)
				}
				state := stateOf(files)
				if met[state] {
					continue
				}
				met[state] = true
				// What the next to come finds: a merge first, or the disposal done again.
				for _, merged := range []bool{false, true} {
					b := &Book{dir: "next", disk: &memory{files: maps.Clone(files)}}
					if merged {
						m := &merging{dst: b, src: &Book{disk: &memory{files: fstest.MapFS{}}}, o: MergeOptions{Workers: 1}, keys: make(map[decision.ID]sshsig.Key)}
						if err := m.folder(context.Background(), folder, [2]bool{false, true}); err != nil {
							t.Fatal(err)
						}
						_, whole := b.read(record)
						_, cover := b.read(named{decision.FileName{Number: 1, Short: record.Short, CoverOnly: true}, name})
						if whole != nil && cover != nil {
							t.Fatalf("turns %v: the next finds neither the record nor its cover, of\n%s", turns[:k+1], state)
						}
					}
					if got, err := Shred(context.Background(), b, d, time.Time{}); err != nil || got.Done+got.Before != 1 {
						t.Fatalf("turns %v: %+v, %v, of\n%s", turns[:k+1], got, err, state)
					}
					now := b.disk.(*memory).files
					if string(now[name].Data) != string(left) || now[all[1].Path] != nil {
						t.Fatalf("turns %v: after the disposal\n%s", turns[:k+1], stateOf(now))
					}
					for name, f := range now {
						if bytes.Contains(f.Data, all[1].Page.Body) {
							t.Fatalf("turns %v: %s has the body", turns[:k+1], name)
						}
					}
				}
			}
			if !restores && (files[all[1].Path] != nil || files[name] == nil || string(files[name].Data) != string(left)) {
				t.Fatalf("turns %v: in the end\n%s", turns, stateOf(files))
			}
			// The next order: the last turn that could have been the other's is.
			for more = false; len(turns) > 0 && !more; {
				last := len(turns) - 1
				if more = turns[last].left > 0; more {
					turns[last] = turn{who: 1 - turns[last].who}
				} else {
					turns = turns[:last]
				}
			}
		}
		t.Logf("%d orders, %d states", orders, len(met))
		if orders < 100 {
			t.Errorf("only %d orders were tried", orders)
		}
	}
}

// stateOf is what such a disk holds, whatever its temporary files are called.
func stateOf(files fstest.MapFS) string {
	var lines []string
	for name, f := range files {
		if n, is := asideOf(name); is {
			name = tempPrefix + n.String()
		}
		lines = append(lines, fmt.Sprintf("%s %x", name, sha256.Sum256(f.Data)))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// memory is a disk in memory that lets another have its turn before each step that can matter to it: those with one of these
// words in a name that is no new temporary one.
type memory struct {
	files fstest.MapFS
	turn  func()
	of    []string
}

func (d *memory) wait(name string) {
	if d.turn != nil && slices.ContainsFunc(d.of, func(word string) bool { return strings.Contains(name, word) }) {
		d.turn()
	}
}

func (d *memory) Mkdir(string) error { return nil }

func (d *memory) CreateNew(name string) (newFile, error) {
	d.files[name] = &fstest.MapFile{}
	return &memoryFile{file: d.files[name]}, nil
}

func (d *memory) Link(from, to string) error {
	d.wait(to)
	if d.files[to] != nil {
		return fs.ErrExist
	}
	d.files[to] = d.files[from]
	return nil
}

func (d *memory) Rename(from, to string) error {
	d.wait(to)
	if d.files[from] == nil {
		return fs.ErrNotExist
	}
	d.files[to] = d.files[from]
	delete(d.files, from)
	return nil
}

func (d *memory) Remove(name string) error {
	d.wait(name)
	if d.files[name] == nil {
		return fs.ErrNotExist
	}
	delete(d.files, name)
	return nil
}

func (d *memory) Settle(string, string) error { return nil }

func (d *memory) ReadDir(name string) ([]fs.DirEntry, error) { return d.files.ReadDir(name) }

func (d *memory) Lstat(name string) (fs.FileInfo, error) { return d.files.Stat(name) }

func (d *memory) ReadFile(name string) ([]byte, error) {
	d.wait(name)
	return d.files.ReadFile(name)
}

type memoryFile struct{ file *fstest.MapFile }

func (f *memoryFile) Write(p []byte) (int, error) {
	f.file.Data = append(bytes.Clone(f.file.Data), p...)
	return len(p), nil
}

func (*memoryFile) Sync() error  { return nil }
func (*memoryFile) Close() error { return nil }

func TestASyncTakesDisposedBodiesFromTheOwnCopy(t *testing.T) {
	p := newPartnership(t)
	ann := signerOf(t, "ann")
	chain, _, err := p.book.ChainOf(ann.Key())
	if err != nil {
		t.Fatal(err)
	}
	var all []sheet
	for _, s := range p.sheets {
		if s.Chain == chain {
			all = append(all, s)
		}
	}
	gone := slices.IndexFunc(all, func(s sheet) bool { return slices.Contains(p.gone, s.ID) })
	d := disposal(t, p, all[gone].ID)
	for _, test := range []struct {
		says            string
		own, share      []sheet
		shared, without bool // carried out on the share; no trust is known
		want            Synced
		body            string // where the body is afterwards
	}{
		{says: "the share has destroyed it", own: all, share: all, shared: true, want: Synced{Disposed: 1}},
		{says: "the share has not yet", own: all, share: all, want: Synced{Disposed: 1}, body: "share"},
		{says: "the share never had it", own: all, share: all[:gone], want: Synced{Disposed: 1, Published: len(all) - gone}},
		{says: "only the share has it", own: all[:gone], share: all, want: Synced{Adopted: len(all) - gone}, body: "share"},
		{says: "the own copy is lost, and the share has destroyed it", share: all, shared: true, want: Synced{Adopted: len(all)}},
		{says: "the share has destroyed it, and nobody knows by what right", own: all, share: all, shared: true, without: true, body: "own"},
	} {
		bothWays(t, func(t *testing.T, quick bool) {
			own, share := newBook(t), newBook(t)
			lay(t, own, test.own...)
			lay(t, share, test.share...)
			if test.shared {
				if _, err := Shred(context.Background(), share, d, time.Time{}); err != nil {
					t.Fatal(err)
				}
			}
			o := SyncOptions{Quick: quick, Trust: p.trust}
			if test.without {
				o.Trust = nil
			}
			test.want.Head = all[len(all)-1].ID
			w := newWriter(t, own, ann)
			done, err := w.Sync(context.Background(), share, o)
			if err != nil || !reflect.DeepEqual(done, test.want) {
				t.Fatalf("%s: %+v, %v", test.says, done, err)
			}
			for where, b := range map[string]*Book{"own": own, "share": share} {
				now := recordsOf(t, b)
				name, left := all[gone].cover()
				if body := where == test.body; body != (now[all[gone].Path] != "") || body == (now[name] == string(left)) || len(now) != len(all) {
					t.Errorf("%s: %s has\n%s", test.says, where, listOf(now))
				}
			}
			if again, err := w.Sync(context.Background(), share, o); err != nil || !reflect.DeepEqual(again, Synced{Head: done.Head}) {
				t.Errorf("%s: again: %+v, %v", test.says, again, err)
			}
			// What was disposed of is no head that cannot be built on.
			mustAppend(t, w, Act{Time: start, Kind: decision.Decision, KeepUntil: "2034-11-22", Body: body(t, words{salt(99), path.Base(own.Dir())})})
		})
	}
}

// Whoever dates a disposal after any keep-until needs no override. A clock may be an hour off.
func TestADisposalThatIsDatedLaterThanNowDestroysNothing(t *testing.T) {
	p := newPartnership(t)
	lead, ann := signerOf(t, "lead"), signerOf(t, "ann")
	victim := p.sheets[slices.IndexFunc(p.sheets, func(s sheet) bool {
		return s.Page.Cover.Kind == decision.Decision && s.Key == ann.Key() && !slices.Contains(p.gone, s.ID)
	})]
	act := overseenAct(t, p.book, lead, decision.Dispose, decision.ID{}, &decision.DisposeAct{Log: p.log, Records: placesOf(victim.Entry)})
	act.Time = time.Date(2099, 1, 1, 12, 0, 0, 0, time.UTC)
	late := mustAppend(t, newWriter(t, p.book, lead), act)
	// One of now stands, whatever another says of the same record.
	early := p.sheets[slices.IndexFunc(p.sheets, func(s sheet) bool { return s.ID == p.gone[0] })]
	act = overseenAct(t, p.book, lead, decision.Dispose, decision.ID{}, &decision.DisposeAct{Log: p.log, Override: "x", Records: placesOf(early.Entry)})
	act.Time = time.Date(2099, 1, 1, 12, 0, 0, 0, time.UTC)
	mustAppend(t, newWriter(t, p.book, lead), act)
	trust, err := ReadTrust(context.Background(), p.log, p.book)
	if err != nil {
		t.Fatal(err)
	}
	var order Disposal
	for _, d := range trust.Disposals() {
		if d.ID == late.ID {
			order = d
		}
	}
	whole := filesOf(t, p.book)
	for _, test := range []struct {
		now  time.Time
		done bool
	}{
		{start, false},
		{late.Page.Cover.Time.Add(-clockSlack - time.Second), false},
		{late.Page.Cover.Time.Add(-clockSlack), true},
		{time.Time{}, true},
	} {
		has := func(says string, b *Book, e sheet, body bool) {
			t.Helper()
			if _, err := os.Stat(b.pathOf(e.Entry)); (err == nil) != body {
				t.Errorf("now %v: %s: body: %v", test.now, says, err == nil)
			}
		}
		b := piece(whole).book(t)
		got, err := Shred(context.Background(), b, order, test.now)
		if err != nil || (got.Done == 1) != test.done || (len(got.Refused) == 1) == test.done {
			t.Errorf("now %v: %+v, %v", test.now, got, err)
		}
		if !test.done && !strings.Contains(got.Refused[0].Meaning, "still to come") {
			t.Errorf("refused as %q", got.Refused[0].Meaning)
		}
		has("shredded", b, victim, !test.done)
		dst := newBook(t)
		if _, err := Merge(context.Background(), dst, piece(whole).book(t), MergeOptions{Trust: trust, Now: test.now}); err != nil {
			t.Fatal(err)
		}
		has("merged", dst, victim, !test.done)
		own := piece(whole).book(t)
		if _, err := newWriter(t, own, ann).Sync(context.Background(), newBook(t), SyncOptions{Trust: trust, Now: test.now}); err != nil {
			t.Fatal(err)
		}
		has("synced", own, victim, !test.done)
		// Of two disposals the one that is due is not hidden by the one that is not.
		has("merged", dst, early, false)
	}
}

// Temporary files are removed after the cover is safe, so a disposal that fails before leaves everything.
func TestNothingOfABodyIsRemovedBeforeItsCoverIsDurable(t *testing.T) {
	b, all, d := ordered(t)
	left := filepath.Join(filepath.Dir(b.pathOf(all[1].Entry)), ".tmp-left")
	writeFile(t, left, all[1].data)
	f := &faultyDisk{disk: b.disk, err: syscall.EIO}
	settled := 0
	f.before = func(op string) {
		if op == "Settle" {
			settled++
		}
		_, err := os.Stat(left)
		_, cover := os.Stat(strings.Replace(b.pathOf(all[1].Entry), ".record.", ".cover.", 1))
		if err != nil && (settled == 0 || cover != nil) {
			t.Fatalf("before %s, a temporary file is gone and the cover is not durable", op)
		}
	}
	b.disk = f
	if got, err := Shred(context.Background(), b, d, time.Time{}); err != nil || got.Done != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("the body is still in a temporary file")
	}
}

// What was moved aside is no rubbish while it is all that is left.
func TestWhatWasMovedAsideIsKeptWhileItIsAllThatIsLeft(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 2)
	b := newBook(t)
	lay(t, b, all[0], all[1])
	var temps []string
	for _, s := range all[1:] {
		name, left := s.cover()
		temp := asideName(name)
		if n, is := asideOf(temp); !is || !n.CoverOnly || n.Number != s.Number || n.Short != s.ID.Short() {
			t.Fatalf("%s: %+v, %v", temp, n, is)
		}
		writeFile(t, filepath.Join(b.Dir(), temp), left)
		temps = append(temps, temp)
	}
	b.tidy(temps, time.Now().Add(48*time.Hour))
	for i, kept := range []bool{false, true} {
		if _, err := b.disk.Lstat(temps[i]); (err == nil) != kept {
			t.Errorf("record %d: %v", i+1, err)
		}
	}
	for _, name := range []string{".tmp-0123456789abcdef", ".tmp-x-" + path.Base(all[1].Path), path.Base(all[1].Path), "0123456789abcdef-" + path.Base(all[1].Path)} {
		if _, is := asideOf(name); is {
			t.Errorf("%s is taken for one moved aside", name)
		}
	}
	// A sync finds it too, in either copy.
	for _, side := range []int{ownSide, shareSide} {
		own, share := newBook(t), newBook(t)
		lay(t, own, all[0], all[1])
		lay(t, share, all[0], all[1])
		_, left := all[2].cover()
		writeFile(t, filepath.Join([]*Book{own, share}[side].Dir(), temps[1]), left)
		for range 2 {
			if _, err := newWriter(t, own, author).Sync(context.Background(), share, SyncOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		name, _ := all[2].cover()
		if recordsOf(t, own)[name] != string(left) || recordsOf(t, share)[name] != string(left) {
			t.Errorf("side %d: own\n%s\nshare\n%s", side, listOf(filesOf(t, own)), listOf(filesOf(t, share)))
		}
	}
}

// Whoever takes an act of oversight away takes away a hold, perhaps.
func TestNothingIsDestroyedWhileActsOfOversightAreMissing(t *testing.T) {
	p := newPartnership(t)
	ann := signerOf(t, "ann")
	files := filesOf(t, p.book)
	hold := p.sheets[slices.IndexFunc(p.sheets, func(s sheet) bool { return s.Page.Cover.Kind == decision.Hold })]
	delete(files, hold.Path)
	b := piece(files).book(t)
	trust, err := ReadTrust(context.Background(), p.log, b)
	if err != nil || trust.Sure() == nil {
		t.Fatalf("%v: the trust is sure", err)
	}
	stays := func(says string, b *Book, refused []Fault, n int) {
		t.Helper()
		if len(refused) != n || refused[0].Code != Unfinished || !strings.Contains(refused[0].Meaning, "acts of oversight are missing") {
			t.Errorf("%s: refused %v", says, refused)
		}
		for _, s := range p.sheets {
			if s.Key == ann.Key() && recordsOf(t, b)[s.Path] != string(s.data) {
				t.Errorf("%s: %s is gone", says, s.Path)
			}
		}
	}
	dst := newBook(t)
	merged, err := Merge(context.Background(), dst, b, MergeOptions{Trust: trust})
	if err != nil || merged.Removed > 0 {
		t.Fatalf("%+v, %v", merged, err)
	}
	stays("merge", dst, merged.Refused, 3) // one of them is held, as the hold that is gone said
	own, share := piece(files).book(t), newBook(t)
	done, err := newWriter(t, own, ann).Sync(context.Background(), share, SyncOptions{Trust: trust})
	if err != nil || done.Disposed > 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	stays("sync", own, done.Refused, 1)
	// What a disposal that may be sound has left alone is not filled meanwhile.
	gone := p.sheets[slices.IndexFunc(p.sheets, func(s sheet) bool { return s.ID == p.gone[0] })]
	name, left := gone.cover()
	if err := os.Remove(share.pathOf(gone.Entry)); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(share.Dir(), name), left)
	if done, err := newWriter(t, own, ann).Sync(context.Background(), share, SyncOptions{Trust: trust}); err != nil || done.Mended > 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	if recordsOf(t, share)[gone.Path] != "" {
		t.Error("the body is back on the share")
	}
}

// A program that is killed in the middle of a disposal leaves the body under a temporary name. A check tells of it as of any
// body that should be gone, and to carry the disposal out again, or to sync or merge, removes it.
func TestABodyInATemporaryFileIsADisposalThatIsNotFinished(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	p.admits("first", "sam")
	e, kept := p.decides("sam"), p.decides("sam")
	coverInstead(t, p.Book, e)
	folder := filepath.Dir(p.pathOf(e))
	aside := ".tmp-0123456789abcdef-" + filepath.Base(p.pathOf(e))
	page := e.Page.Bytes()
	left := map[string][]byte{
		aside:                   page,
		".tmp-0123456789abcde0": page,
		".tmp-0123456789abcde1": page[:len(page)-20],
	}
	other := map[string][]byte{
		".tmp-0123456789abcde2":                          page[:len(page)-len(e.Page.Body)],
		".tmp-0123456789abcde3":                          kept.Page.Bytes(),
		".tmp-0123456789abcde4":                          nil,
		strings.Replace(aside, ".record.", ".cover.", 1): page[:len(page)-len(e.Page.Body)],
	}
	all := maps.Clone(left)
	maps.Copy(all, other)
	for name, data := range all {
		writeFile(t, filepath.Join(folder, name), data)
	}
	writeFile(t, filepath.Join(filepath.Dir(folder), "0001", ".tmp-0123456789abcde5"), page) // not where the disposal looks
	found := func(p *alliance) (bodies, temps []string) {
		t.Helper()
		r := checkLog(t, p.log, p.Book)
		for _, f := range r.Faults {
			if f.Code == Unfinished {
				if f.Number != e.Number || f.Chain != decision.ChainFolder(e.Chain) {
					t.Errorf("%+v", f)
				}
				bodies = append(bodies, filepath.Base(f.File))
			}
		}
		for _, f := range r.Notices {
			if f.Code == Temporary {
				temps = append(temps, filepath.Base(f.File))
			}
		}
		slices.Sort(bodies)
		return bodies, temps
	}
	if bodies, temps := found(p); len(bodies) > 0 || len(temps) != len(all)+1 {
		t.Errorf("before there is a disposal: %v %v", bodies, temps)
	}
	disposeIn(t, p.Book, p.key("second"), p.log, "the court has ordered it", e)
	if bodies, temps := found(p); !slices.Equal(bodies, slices.Sorted(maps.Keys(left))) || len(temps) != len(other)+1 {
		t.Errorf("%v, and only temporary %v", bodies, temps)
	}
	place := placesOf(e)[0]
	if has := p.Bodies(); !has(place) || !has(placesOf(kept)[0]) || has(decision.Place{Chain: e.Chain, Number: e.Number, ID: kept.ID}) || has(decision.Place{Number: -1}) {
		t.Error("what has a body is not told from what has none")
	}
	trust := trustIn(t, p)
	d, _ := trust.Disposed(e.ID)
	for says, again := range map[string]func(p *alliance) (int, error){
		"carried out again": func(p *alliance) (int, error) {
			got, err := Shred(context.Background(), p.Book, d, time.Time{})
			return got.Done, err
		},
		"merged": func(p *alliance) (int, error) {
			got, err := Merge(context.Background(), p.Book, newBook(t), MergeOptions{Trust: trust})
			return got.Removed, err
		},
		"synced": func(p *alliance) (int, error) {
			got, err := Sync(context.Background(), p.Book, newBook(t), e.Chain, SyncOptions{Trust: trust})
			return got.Disposed, err
		},
	} {
		q := p.copied(t)
		done, err := again(q)
		if err != nil || done != 1 {
			t.Errorf("%s: %d, %v", says, done, err)
		}
		if bodies, temps := found(q); len(bodies) > 0 || len(temps) != len(other)+1 || q.Bodies()(place) {
			t.Errorf("%s: it is still there: %v, %v", says, bodies, temps)
		}
	}
	held := p.copied(t)
	holdIn(t, held.Book, held.key("first"), held.log, e)
	if bodies, _ := found(held); len(bodies) > 0 {
		t.Errorf("a hold stands on it by now: %v", bodies)
	}
}

// A disposal destroys nothing where acts of oversight are missing, whoever carries it out: a hold may be among them.
func TestShredAsksWhetherTrustIsSure(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	p.admits("first", "sam")
	e := p.decides("sam")
	gone := p.decides("first") // as a hold would be
	disposeIn(t, p.Book, p.key("second"), p.log, "the court has ordered it", e)
	point := checkpointIn(t, p.Book, p.key("first"), p.log)
	later := checkpointIn(t, p.Book, p.key("first"), p.log)
	try := func(receipts ...decision.Receipt) error {
		t.Helper()
		trust := trustIn(t, p)
		d, is := trust.Disposed(e.ID)
		if !is {
			t.Fatal("there is no disposal")
		}
		for _, d := range append(trust.Disposals(), d) {
			before := filesOf(t, p.Book)
			got, err := Shred(context.Background(), p.Book, d, time.Time{}, receipts...)
			var unsure *UnsureError
			if err == nil {
				return nil
			}
			if !errors.As(err, &unsure) || got.Done > 0 || !maps.Equal(before, filesOf(t, p.Book)) {
				t.Errorf("%+v, %v", got, err)
			}
		}
		return errNotDue
	}
	data := readTestFile(t, p.pathOf(gone))
	removeFile(t, p, gone)
	if try() == nil {
		t.Error("an act of an overseer is missing")
	}
	writeFile(t, p.pathOf(gone), data)
	data = readTestFile(t, p.pathOf(later))
	removeFile(t, p, later)
	if try(receiptOf(p.log, point), receiptOf(p.log, later)) == nil {
		t.Error("a receipt names a checkpoint that is missing")
	}
	writeFile(t, p.pathOf(later), data)
	if err := try(receiptOf(p.log, point), receiptOf(p.log, later)); err != nil {
		t.Errorf("nothing is missing: %v", err)
	}
	if _, err := os.Stat(p.pathOf(e)); err == nil {
		t.Error("it is not carried out")
	}
}
