package logbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// sheet is one record of a made-up chain, before it lies in any folder.
type sheet struct {
	Entry
	data []byte
}

// chainOf makes a chain of n+1 records without any disk. Another branch is another chain from that number on.
func chainOf(t testing.TB, s sshsig.Signer, n int) []sheet {
	t.Helper()
	return branchOf(t, s, nil, n)
}

func branchOf(t testing.TB, s sshsig.Signer, from []sheet, n int) []sheet {
	t.Helper()
	sheets := slices.Clone(from)
	for i := len(sheets); i <= n; i++ {
		act := openAct(t, s.Key(), "sam@example.org", decision.Live)
		c := decision.Cover{Time: start, Kind: decision.Open, KeepUntil: decision.Permanent, Tree: decision.NoTree}
		if i > 0 {
			act = decisionAct(t, i)
			act.Body = body(t, words{salt(i), fmt.Sprintf("case %d, branch at %d", i, len(from))})
			c = decision.Cover{Chain: sheets[0].ID, Number: i, Previous: sheets[i-1].ID, Time: act.Time, Kind: act.Kind, KeepUntil: act.KeepUntil, Tree: decision.NoTree}
		}
		id, file := forge(t, s, sshsig.Decision, c, act.Body)
		chain := c.Chain
		if i == 0 {
			chain = id
		}
		n := decision.FileName{Number: i, Short: id.Short()}
		e, err := readEntry(named{n, path.Join(recordFolder(chain, i), n.String())}, file)
		if err != nil {
			t.Fatal(err)
		}
		sheets = append(sheets, sheet{e, file})
	}
	return sheets
}

// cover is the file that a disposal leaves of a record.
func (s sheet) cover() (name string, data []byte) {
	return strings.Replace(s.Path, ".record.", ".cover.", 1), slices.Concat(s.Page.CoverBytes, s.Page.Signature)
}

// lay puts records into a log.
func lay(t testing.TB, b *Book, sheets ...sheet) {
	t.Helper()
	for _, s := range sheets {
		writeFile(t, b.pathOf(s.Entry), s.data)
	}
}

func layCover(t testing.TB, b *Book, sheets ...sheet) {
	t.Helper()
	for _, s := range sheets {
		name, data := s.cover()
		writeFile(t, filepath.Join(b.Dir(), filepath.FromSlash(name)), data)
	}
}

// filesOf returns all the files of a log but those that only make checking by hand easier.
func filesOf(t testing.TB, b *Book) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := filepath.WalkDir(b.Dir(), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		short, err := filepath.Rel(b.Dir(), name)
		if short != ReadmeName && short != SignersName {
			found[filepath.ToSlash(short)] = string(readTestFile(t, name))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// recordsOf leaves out temporary files.
func recordsOf(t testing.TB, b *Book) map[string]string {
	t.Helper()
	found := filesOf(t, b)
	maps.DeleteFunc(found, func(name, _ string) bool { return isTemp(path.Base(name)) })
	return found
}

// from is the index of the first record of a number or above it.
func from(sheets []sheet, number int) int {
	i := slices.IndexFunc(sheets, func(s sheet) bool { return s.Number >= number })
	if i < 0 {
		return len(sheets)
	}
	return i
}

func listOf(files map[string]string) string {
	return strings.Join(slices.Sorted(maps.Keys(files)), "\n")
}

// both ways of looking, each on copies of its own.
func bothWays(t *testing.T, test func(t *testing.T, quick bool)) {
	t.Helper()
	for _, quick := range []bool{false, true} {
		t.Run(fmt.Sprintf("quick=%v", quick), func(t *testing.T) { test(t, quick) })
	}
}

func TestSyncMakesBothCopiesTheSame(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 7)
	for _, test := range []struct {
		says       string
		own, share []sheet
		want       Synced
		slow       bool // a quick look does not see it
	}{
		{"nothing anywhere", nil, nil, Synced{}, false},
		{"a new share", all, nil, Synced{Published: 8}, false},
		{"a share that lacks the newest", all, all[:5], Synced{Published: 3}, false},
		{"the same on both", all, all, Synced{}, false},
		{"the share is ahead", all[:5], all, Synced{Adopted: 3}, false},
		{"the own copy is lost", nil, all, Synced{Adopted: 8}, false},
		{"the own copy has lost its beginning", all[3:], all, Synced{Adopted: 3}, false},
		{"a gap in the own copy", slices.Concat(all[:3], all[5:]), all, Synced{Adopted: 2}, false},
		{"a gap on the share", all, slices.Concat(all[:3], all[5:]), Synced{Published: 2}, false},
		{"a gap in each", slices.Concat(all[:2], all[4:]), slices.Concat(all[:5], all[7:]), Synced{Adopted: 2, Published: 2}, false},
	} {
		bothWays(t, func(t *testing.T, quick bool) {
			own, share := newBook(t), newBook(t)
			lay(t, own, test.own...)
			lay(t, share, test.share...)
			w := newWriter(t, own, author)
			done, err := w.Sync(context.Background(), share, SyncOptions{Quick: quick})
			if len(test.own)+len(test.share) > 0 {
				test.want.Head = all[7].ID
			}
			if err != nil || !reflect.DeepEqual(done, test.want) {
				t.Fatalf("%s: %+v, %v; want %+v", test.says, done, err, test.want)
			}
			if a, b := filesOf(t, own), filesOf(t, share); !maps.Equal(a, b) || len(test.own)+len(test.share) > 0 && len(a) != 8 {
				t.Errorf("%s: the copies differ:\n%s\nand\n%s", test.says, listOf(a), listOf(b))
			}
			again, err := w.Sync(context.Background(), share, SyncOptions{Quick: quick})
			if err != nil || !reflect.DeepEqual(again, Synced{Head: done.Head}) {
				t.Errorf("%s: again: %+v, %v", test.says, again, err)
			}
		})
	}
}

// sparse leaves out of a chain what lies far from the borders between number folders. No copy has that, so nothing can be
// linked over it.
func sparse(t testing.TB, s sshsig.Signer, runs ...[2]int) []sheet {
	t.Helper()
	sheets := chainOf(t, s, 2)
	for _, run := range runs {
		for n := run[0]; n <= run[1]; n++ {
			c := sheets[len(sheets)-1].Page.Cover
			c.Chain, c.Number, c.Previous = sheets[0].ID, n, sheets[len(sheets)-1].ID
			text := body(t, words{salt(n), fmt.Sprint(n)})
			id, file := forge(t, s, sshsig.Decision, c, text)
			name := decision.FileName{Number: n, Short: id.Short()}
			e, err := readEntry(named{name, path.Join(recordFolder(c.Chain, n), name.String())}, file)
			if err != nil {
				t.Fatal(err)
			}
			sheets = append(sheets, sheet{e, file})
		}
	}
	return sheets
}

func TestSyncGoesOnInTheNextFolder(t *testing.T) {
	author := fixedSigner(t, "author")
	all := sparse(t, author, [2]int{995, 1004}, [2]int{1995, 2008})
	to := func(number int) []sheet { return all[:from(all, number+1)] }
	since := func(number int) []sheet { return all[from(all, number):] }
	for _, test := range []struct {
		says        string
		own, share  []sheet
		quick, full int // records that are copied
	}{
		{"published over two borders", all, to(997), 21, 21},
		{"adopted over a border", to(997), to(1004), 7, 7},
		{"adopted over another", to(1996), all, 12, 12},
		{"the share begins a folder", all, to(1000), 18, 18},
		{"the share ends with a folder", all, to(999), 19, 19},
		{"the own copy begins a folder", to(2000), all, 8, 8},
		{"the own copy ends with a folder", to(1999), all, 9, 9},
		{"only the newest are on the share", all, since(2005), 5, 23},
		{"a gap at the border, and one that only a full look sees", all, slices.Concat(to(995), since(999)), 0, 3},
		{"nothing in common in the newest folder", to(2003), slices.Concat(to(1996), since(2004)), 12, 12},
	} {
		bothWays(t, func(t *testing.T, quick bool) {
			own, share := newBook(t), newBook(t)
			lay(t, own, test.own...)
			lay(t, share, test.share...)
			done, err := newWriter(t, own, author).Sync(context.Background(), share, SyncOptions{Quick: quick})
			want := test.full
			if quick {
				want = test.quick
			}
			if err != nil || done.Published+done.Adopted != want {
				t.Errorf("%s: %+v, %v; want %d", test.says, done, err, want)
			}
			if a, b := filesOf(t, own), filesOf(t, share); !quick && !maps.Equal(a, b) {
				t.Errorf("%s: %d files and %d files", test.says, len(a), len(b))
			}
		})
	}
	// However long the chain, a quick sync of two equal copies costs the same few steps.
	own, share := newBook(t), newBook(t)
	lay(t, own, all...)
	lay(t, share, all...)
	w := newWriter(t, own, author)
	counted := [2]*faultyDisk{{disk: own.disk}, {disk: share.disk}}
	own.disk, share.disk = counted[0], counted[1]
	if _, err := w.Sync(context.Background(), share, SyncOptions{Quick: true}); err != nil {
		t.Fatal(err)
	}
	if counted[1].n > 4 || counted[0].n > 12 {
		t.Errorf("a quick sync did %v on the share and %v in the own copy", counted[1].ops, counted[0].ops)
	}
}

func TestAForkBetweenTheCopiesIsToldAndNothingIsWritten(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 6)
	other := branchOf(t, author, all[:4], 6)
	damaged := other[4]
	damaged.data = append(bytes.Clone(damaged.data), ' ')
	for _, test := range []struct {
		says       string
		own, share []sheet
		number     int
		inShare    bool
	}{
		{"the newest differ", all[:5], other[:5], 4, true},
		{"the share is ahead on another branch", all[:5], other, 4, true},
		{"the own copy is ahead on another branch", all, other[:5], 4, true},
		{"the share has both", all, slices.Concat(all, other[4:]), 4, true},
		{"the own copy has both", slices.Concat(all, other[4:]), all, 4, false},
		{"the share has the branch with a gap", all[:5], other[5:], 4, true},
		{"the body of the other is damaged, its signature is not", all[:5], slices.Concat(all[:4], []sheet{damaged}), 4, true},
		{"the other one is named by what follows a gap", slices.Concat(all[:4], all[5:]), other[:5], 4, true},
	} {
		bothWays(t, func(t *testing.T, quick bool) {
			own, share := newBook(t), newBook(t)
			lay(t, own, test.own...)
			lay(t, share, test.share...)
			before := [2]map[string]string{filesOf(t, own), filesOf(t, share)}
			_, err := newWriter(t, own, author).Sync(context.Background(), share, SyncOptions{Quick: quick})
			var fork *ForkError
			if !errors.As(err, &fork) || fork.Number != test.number || fork.Chain != all[0].ID || len(fork.Names) != 2 || fork.Recorded || (fork.Share == share.Dir()) != test.inShare {
				t.Fatalf("%s: %v (%+v)", test.says, err, fork)
			}
			want := []string{all[4].FileNameOf(), other[4].FileNameOf()}
			slices.Sort(want)
			if !slices.Equal(fork.Names, want) {
				t.Errorf("%s: %v, want %v", test.says, fork.Names, want)
			}
			if !maps.Equal(before[0], filesOf(t, own)) || !maps.Equal(before[1], filesOf(t, share)) {
				t.Errorf("%s: something was written", test.says)
			}
		})
	}
}

func (s sheet) FileNameOf() string { return path.Base(s.Path) }

func TestOneKeyHasOneChainOnAShare(t *testing.T) {
	author := fixedSigner(t, "author")
	own, share := newBook(t), newBook(t)
	fill(t, own, author, "sam@example.org", 1)
	lay(t, share, chainOf(t, author, 2)...)
	act := openAct(t, author.Key(), "sam@example.org", decision.Live)
	act.Time = act.Time.Add(time.Hour)
	second := newBook(t)
	mustAppend(t, newWriter(t, second, author), act)
	before := filesOf(t, share)
	var two *TwoChainsError
	if _, err := newWriter(t, second, author).Sync(context.Background(), share, SyncOptions{}); !errors.As(err, &two) {
		t.Errorf("another chain of the key: %v", err)
	}
	if !maps.Equal(before, filesOf(t, share)) {
		t.Error("it was published all the same")
	}
}

func TestWhatIsDamagedIsPutRightOrLeft(t *testing.T) {
	author, other := fixedSigner(t, "author"), fixedSigner(t, "other")
	all := chainOf(t, author, 6)
	spoil := func(s sheet) sheet {
		s.data = bytes.Clone(s.data)
		s.data[len(s.data)-3] ^= 1
		return s
	}
	torn := func(s sheet) sheet {
		s.data = s.data[:100]
		return s
	}
	// Another's signature under the same cover stands under the same name, and is sound by itself.
	resigned := func(s sheet) sheet {
		_, s.data = forgeCover(t, other, sshsig.Decision, s.Page.CoverBytes, s.Page.Body)
		return s
	}
	strange := func(n int) sheet { // a sound record that another key signed into this chain
		c := all[n].Page.Cover
		c.Time = c.Time.Add(time.Second)
		id, file := forge(t, other, sshsig.Decision, c, all[n].Page.Body)
		s := sheet{data: file}
		s.Path = path.Join(recordFolder(all[0].ID, n), decision.RecordName(n, id))
		return s
	}
	type result int
	const (
		mended result = iota
		left
		ahead
		foreign // it is no record of the chain's author; the rest goes on
	)
	for _, test := range []struct {
		says       string
		own, share []sheet
		quick      bool // a quick look sees it too
		want       result
		inOwn      bool // the damage that is left
		written    int  // records copied all the same
	}{
		{"a record of the share is spoilt", all, slices.Concat(all[:3], []sheet{spoil(all[3])}, all[4:]), false, mended, false, 0},
		{"the newest of the share is spoilt", all, slices.Concat(all[:6], []sheet{spoil(all[6])}), true, mended, false, 0},
		{"the newest of the share is torn", all, slices.Concat(all[:6], []sheet{torn(all[6])}), true, mended, false, 0},
		{"the newest of the share is signed by another", all, slices.Concat(all[:6], []sheet{resigned(all[6])}), true, mended, false, 0},
		{"a record of the own copy is spoilt", slices.Concat(all[:3], []sheet{spoil(all[3])}, all[4:]), all, false, mended, false, 0},
		{"the newest of the own copy is torn", slices.Concat(all[:6], []sheet{torn(all[6])}), all, true, mended, false, 0},
		{"the first record is spoilt on the share", all, slices.Concat([]sheet{spoil(all[0])}, all[1:]), false, mended, false, 0},
		{"the first record is torn in the own copy", slices.Concat([]sheet{torn(all[0])}, all[1:]), all, false, mended, false, 0},
		{"both are spoilt", slices.Concat(all[:6], []sheet{spoil(all[6])}), slices.Concat(all[:6], []sheet{torn(all[6])}), true, left, true, 0},
		{"what is to be published is spoilt", slices.Concat(all[:4], []sheet{spoil(all[4])}, all[5:]), all[:4], true, left, true, 2},
		{"what is to be adopted is spoilt", all[:4], slices.Concat(all[:4], []sheet{spoil(all[4])}), true, ahead, false, 0},
		{"it is torn, so nobody can tell that it was a record", all[:4], slices.Concat(all[:4], []sheet{torn(all[4])}), true, foreign, false, 0},
		{"what is to be adopted follows a gap", all[:3], slices.Concat(all[:3], all[4:]), true, ahead, false, 0},
		{"the first of them is spoilt", all[:3], slices.Concat(all[:3], []sheet{spoil(all[3])}, all[4:]), true, ahead, false, 0},
		{"the last of them is spoilt", all[:3], slices.Concat(all[:6], []sheet{spoil(all[6])}), true, ahead, false, 3},
		{"it is signed by another", all[:4], slices.Concat(all[:4], []sheet{resigned(all[4])}), true, foreign, false, 0},
		{"another's record has a number of the share", all, slices.Concat(all[:6], []sheet{strange(3)}), true, foreign, false, 1},
		{"another's record has the next number on the share", all, slices.Concat(all[:6], []sheet{strange(6)}), true, foreign, false, 1},
		{"another's record is ahead on the share", all[:6], slices.Concat(all[:6], []sheet{strange(6)}), true, foreign, false, 0},
		{"another's record is in the own copy", slices.Concat(all[:6], []sheet{strange(3)}), all, true, left, true, 1},
	} {
		bothWays(t, func(t *testing.T, quick bool) {
			if quick && !test.quick {
				return
			}
			own, share := newBook(t), newBook(t)
			lay(t, own, test.own...)
			lay(t, share, test.share...)
			w := NewWriter(own, author, filepath.Join(t.TempDir(), "lock"))
			done, err := Sync(context.Background(), own, share, all[0].ID, SyncOptions{Quick: quick})
			if test.want == mended {
				if err != nil || done.Mended != 1 || !maps.Equal(filesOf(t, own), filesOf(t, share)) {
					t.Fatalf("%s: %+v, %v", test.says, done, err)
				}
				if r := check(t, own); len(r.Faults) > 0 {
					t.Errorf("%s: %v", test.says, r.Faults)
				}
				return
			}
			var folder *FolderError
			var file *FileError
			if test.want == foreign {
				if err != nil || len(done.Foreign) != 1 || !strings.HasPrefix(done.Foreign[0], decision.ChainFolder(all[0].ID)) {
					t.Fatalf("%s: %v, %+v", test.says, err, done)
				}
			} else if !errors.As(err, &folder) || !errors.As(err, &file) || folder.Ahead != (test.want == ahead) || (folder.Dir == own.Dir()) != test.inOwn {
				t.Fatalf("%s: %v, %+v", test.says, err, folder)
			}
			if done.Published+done.Adopted != test.written {
				t.Errorf("%s: %+v", test.says, done)
			}
			for _, x := range []struct {
				b      *Book
				before []sheet
			}{{own, test.own}, {share, test.share}} {
				now := filesOf(t, x.b)
				for _, s := range x.before {
					if now[s.Path] != string(s.data) {
						t.Errorf("%s: %s has changed", test.says, s.Path)
					}
				}
				for name, data := range now {
					n, _ := decision.ParseRecordName(path.Base(name))
					if _, err := readEntry(named{n, name}, []byte(data)); err != nil && !slices.ContainsFunc(x.before, func(s sheet) bool { return s.Path == name }) {
						t.Errorf("%s: damage was copied: %v", test.says, err)
					}
				}
			}
			if _, err := w.Sync(context.Background(), share, SyncOptions{Quick: quick}); err == nil && test.want == ahead {
				t.Errorf("%s: the second time it is not seen", test.says)
			}
		})
	}
}

func TestACoverAndItsRecordAreNoForkAndABodyDoesNotComeBack(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 4)
	whole := []int{0, 1, 2, 3, 4}
	for _, test := range []struct {
		says                   string
		own, share             []int // whole records
		ownCovers, shareCovers []int
		wantOwn, wantShare     string // of number 3: "r", "c", "rc"
	}{
		{"the share has the cover", whole, []int{0, 1, 2, 4}, nil, []int{3}, "r", "c"},
		{"the own copy has the cover", []int{0, 1, 2, 4}, whole, []int{3}, nil, "c", "r"},
		{"both have the cover", []int{0, 1, 2, 4}, []int{0, 1, 2, 4}, []int{3}, []int{3}, "c", "c"},
		{"only the share has it, and only the cover", []int{0, 1, 2}, []int{0, 1, 2, 4}, nil, []int{3}, "c", "c"},
		{"only the own copy has it, and only the cover", []int{0, 1, 2, 4}, []int{0, 1, 2}, []int{3}, nil, "c", "c"},
		{"only the share has it, and its cover", []int{0, 1, 2, 4}, whole, nil, []int{3}, "r", "rc"},
		{"only the own copy has it, a disposal is begun", whole, []int{0, 1, 2, 4}, []int{3}, nil, "rc", "c"},
		{"the newest is a cover", []int{0, 1, 2}, []int{0, 1, 2}, nil, []int{3}, "c", "c"},
	} {
		bothWays(t, func(t *testing.T, quick bool) {
			own, share := newBook(t), newBook(t)
			for _, n := range test.own {
				lay(t, own, all[n])
			}
			for _, n := range test.share {
				lay(t, share, all[n])
			}
			for _, n := range test.ownCovers {
				layCover(t, own, all[n])
			}
			for _, n := range test.shareCovers {
				layCover(t, share, all[n])
			}
			w := newWriter(t, own, author)
			for range 2 {
				if _, err := w.Sync(context.Background(), share, SyncOptions{Quick: quick}); err != nil {
					t.Fatalf("%s: %v", test.says, err)
				}
				for i, b := range []*Book{own, share} {
					got := ""
					cover, _ := all[3].cover()
					if _, is := filesOf(t, b)[all[3].Path]; is {
						got += "r"
					}
					if _, is := filesOf(t, b)[cover]; is {
						got += "c"
					}
					if want := []string{test.wantOwn, test.wantShare}[i]; got != want {
						t.Errorf("%s: %s in %d, want %s", test.says, got, i, want)
					}
				}
			}
		})
	}
}

func TestAShareThatIsNotThereIsAClearErrorAndNothingIsWritten(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 3)
	fails := func(err error) func(t *testing.T, share *Book) {
		return func(t *testing.T, share *Book) {
			d := &faultyDisk{disk: share.disk, err: &fs.PathError{Op: "open", Path: "x", Err: err}}
			d.before = func(string) { d.fail = d.n }
			share.disk = d
		}
	}
	var none *NoLogError
	for _, test := range []struct {
		says string
		gone func(t *testing.T, share *Book)
		want any
	}{
		{"its folder was removed", func(t *testing.T, share *Book) { os.RemoveAll(share.Dir()) }, &none},
		{"an empty folder has its place", func(t *testing.T, share *Book) {
			if err := errors.Join(os.RemoveAll(share.Dir()), os.Mkdir(share.Dir(), 0o700)); err != nil {
				t.Fatal(err)
			}
			b, err := Open(share.Dir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { b.Close() })
			*share = *b
		}, &none},
		{"the connection is lost", fails(syscall.ENOTCONN), nil},
		{"the disk fails", fails(syscall.EIO), nil},
		{"all of it seems to be gone", fails(syscall.ENOENT), &none},
	} {
		bothWays(t, func(t *testing.T, quick bool) {
			own, share := newBook(t), newBook(t)
			lay(t, own, all...)
			lay(t, share, all[:2]...)
			test.gone(t, share)
			before := filesOf(t, own)
			_, err := newWriter(t, own, author).Sync(context.Background(), share, SyncOptions{Quick: quick})
			var folder *FolderError
			if !errors.As(err, &folder) || folder.Dir != share.Dir() || test.want != nil && !errors.As(err, test.want) || !strings.Contains(err.Error(), share.Dir()) {
				t.Errorf("%s: %v", test.says, err)
			}
			if _, here := os.Stat(filepath.Join(share.Dir(), decision.ChainFolder(all[0].ID), "0000", path.Base(all[3].Path))); here == nil || !maps.Equal(before, filesOf(t, own)) {
				t.Errorf("%s: something was written", test.says)
			}
		})
	}
}

// Each operation fails once, on either side, and the same sync is done again.
func TestASyncThatIsInterruptedAtAnyOperationIsFinishedByTheNext(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 6)
	spoilt := all[2]
	spoilt.data = spoilt.data[:200]
	seen := make(map[string]int)
	for _, noLinks := range []bool{false, true} {
		for side := range 2 {
			for fail := 1; ; fail++ {
				own, share := newBook(t), newBook(t)
				lay(t, own, slices.Concat(all[:2], []sheet{spoilt, all[3], all[5]})...)
				lay(t, share, slices.Concat(all[:3], all[4:5], all[6:])...)
				d := &faultyDisk{disk: [2]*Book{own, share}[side].disk, fail: fail, err: syscall.EIO, noLinks: noLinks}
				[2]*Book{own, share}[side].disk = d
				w := newWriter(t, own, author)
				done, err := w.Sync(context.Background(), share, SyncOptions{})
				if err != nil {
					seen[d.ops[fail-1]]++
					for _, b := range []*Book{own, share} {
						for name, data := range recordsOf(t, b) {
							if i := slices.IndexFunc(all, func(s sheet) bool { return s.Path == name }); i < 0 || string(all[i].data) != data && data != string(spoilt.data) {
								t.Fatalf("operation %d (%s): %s is half written", fail, d.ops[fail-1], name)
							}
						}
					}
					if done, err = w.Sync(context.Background(), share, SyncOptions{}); err != nil {
						t.Fatalf("operation %d (%s), done again: %v", fail, d.ops[fail-1], err)
					}
				}
				if done.Head != all[6].ID {
					t.Errorf("operation %d: head is %s", fail, done.Head.Shown())
				}
				for _, b := range []*Book{own, share} {
					if got := recordsOf(t, b); len(got) != 7 || !maps.Equal(got, recordsOf(t, own)) {
						t.Fatalf("operation %d (%s): %s", fail, d.ops[min(fail, d.n)-1], listOf(got))
					}
				}
				if fail > d.n {
					break
				}
			}
		}
	}
	for _, op := range []string{"CreateNew", "Write", "Sync", "Close", "ReadDir", "Rename"} {
		if seen[op] == 0 {
			t.Errorf("no failure of %s was ever seen by the caller", op)
		}
	}
}

func TestSyncStopsWhenItIsTold(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 40)
	for _, test := range []struct {
		says       string
		own, share []sheet
	}{{"while it publishes", all, all[:2]}, {"while it adopts", all[:2], all}} {
		own, share := newBook(t), newBook(t)
		lay(t, own, test.own...)
		lay(t, share, test.share...)
		ctx, stop := context.WithCancel(context.Background())
		defer stop()
		n := 0
		for _, b := range []*Book{own, share} {
			b.disk = &faultyDisk{disk: b.disk, before: func(op string) {
				if op == "CreateNew" {
					if n++; n == 10 {
						stop()
					}
				}
			}}
		}
		w := newWriter(t, own, author)
		done, err := w.Sync(ctx, share, SyncOptions{})
		if !errors.Is(err, context.Canceled) || done.Published+done.Adopted != 10 {
			t.Errorf("%s: %+v, %v", test.says, done, err)
		}
		if again, err := w.Sync(context.Background(), share, SyncOptions{}); err != nil || again.Published+again.Adopted != 29 {
			t.Errorf("%s: again: %+v, %v", test.says, again, err)
		}
	}
}

// While records are adopted nobody appends; while a share is looked at or written to, everybody may.
func TestTheLockIsHeldOnlyWhileTheOwnCopyIsWritten(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 3)
	lock := filepath.Join(t.TempDir(), "lock")
	own, share := newBook(t), newBook(t)
	lay(t, own, all[:2]...)
	lay(t, share, all...)
	plain := Book{dir: own.dir, root: own.root, disk: own.disk}
	var locked *LockError
	tries := 0
	own.disk = &faultyDisk{disk: own.disk, before: func(op string) {
		if op == "CreateNew" {
			tries++
			ctx, done := context.WithTimeout(context.Background(), time.Millisecond)
			defer done()
			if _, err := NewWriter(&plain, author, lock).Append(ctx, decisionAct(t, 50)); !errors.As(err, &locked) {
				t.Errorf("appended in the middle of an adoption: %v", err)
			}
		}
	}}
	w := NewWriter(own, author, lock)
	if done, err := w.Sync(context.Background(), share, SyncOptions{}); err != nil || done.Adopted != 2 || tries != 2 {
		t.Fatalf("%+v, %v", done, err)
	}
	own.disk = plain.disk
	next := 60
	share.disk = &faultyDisk{disk: share.disk, before: func(op string) {
		if op == "ReadDir" || op == "CreateNew" {
			if next++; next < 64 {
				mustAppend(t, NewWriter(&plain, author, lock), decisionAct(t, next))
			}
		}
	}}
	for range 3 { // what was appended during one is published by the next
		if _, err := w.Sync(context.Background(), share, SyncOptions{Quick: true}); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := filesOf(t, own), filesOf(t, share); !maps.Equal(a, b) || len(a) != 7 {
		t.Errorf("%d and %d files", len(a), len(b))
	}
	if r := check(t, own); len(r.Faults) > 0 {
		t.Errorf("%v", r.Faults)
	}
}

// Somebody else with the key appends between the look and the writing.
func TestARecordAppendedBesideASyncMakesNoFork(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 4)
	own, share := newBook(t), newBook(t)
	lay(t, own, all[:3]...)
	lay(t, share, all...)
	rival := branchOf(t, author, all[:3], 3)
	once := false
	share.disk = &faultyDisk{disk: share.disk, before: func(op string) {
		if op == "ReadFile" && !once { // the own copy has been listed
			once = true
			lay(t, own, rival[3])
		}
	}}
	before := filesOf(t, share)
	var fork *ForkError
	done, err := newWriter(t, own, author).Sync(context.Background(), share, SyncOptions{})
	if !errors.As(err, &fork) || fork.Number != 3 || done.Adopted != 0 || !maps.Equal(before, filesOf(t, share)) {
		t.Errorf("%+v, %v", done, err)
	}
	if got := filesOf(t, own); len(got) != 4 {
		t.Errorf("the own copy has %s", listOf(got))
	}
}

// What a stopped sync or merge has left in a share goes with the next one that writes there, a day later by its clock.
func TestOldTemporaryFilesOnAShareAreRemoved(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 3)
	for says, write := range map[string]func(share, own *Book) error{
		"sync": func(share, own *Book) error {
			_, err := newWriter(t, own, author).Sync(context.Background(), share, SyncOptions{})
			return err
		},
		"merge": func(share, own *Book) error {
			_, err := Merge(context.Background(), share, own, MergeOptions{})
			return err
		},
	} {
		own, share := newBook(t), newBook(t)
		lay(t, own, all...)
		lay(t, share, all[:2]...)
		folder := filepath.Dir(share.pathOf(all[0].Entry))
		info, err := os.Stat(share.pathOf(all[0].Entry))
		if err != nil {
			t.Fatal(err)
		}
		left := func(name string, age time.Duration) string {
			name = filepath.Join(folder, name)
			writeFile(t, name, all[3].data[:50])
			if err := os.Chtimes(name, time.Time{}, info.ModTime().Add(-age)); err != nil {
				t.Fatal(err)
			}
			return name
		}
		old, young := left(".tmp-old", 25*time.Hour), left(".tmp-young", 23*time.Hour)
		if err := write(share, own); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(old); err == nil {
			t.Errorf("%s: the old one is still there", says)
		}
		if _, err := os.Stat(young); err != nil {
			t.Errorf("%s: the young one is gone", says)
		}
	}
}

// sshVerify checks a cover with stock ssh-keygen, as of a time.
func sshVerify(t *testing.T, signers, principal, namespace string, e Entry, at time.Time) (string, error) {
	t.Helper()
	keygen, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Skip("there is no ssh-keygen")
	}
	signature := filepath.Join(t.TempDir(), "signature")
	writeFile(t, signature, e.Page.Signature)
	c := exec.Command(keygen, "-Y", "verify", "-f", signers, "-I", principal, "-n", namespace, "-s", signature, "-Overify-time="+at.UTC().Format("20060102150405Z"))
	c.Stdin = bytes.NewReader(e.Page.CoverBytes)
	out, err := c.CombinedOutput()
	return string(out), err
}

func TestAllowedSignersSaysWhatTrustSays(t *testing.T) {
	b := newBook(t)
	lead, second, ann, ben, eve := signerOf(t, "lead"), signerOf(t, "second"), signerOf(t, "ann"), signerOf(t, "ben"), signerOf(t, "eve")
	log, founding := foundLog(t, b, lead, second)
	opened := openIn(t, b, ann, "ann")
	admit(t, b, lead, log, opened)
	third := openIn(t, b, ben, "ben")
	admit(t, b, lead, log, third, bothRoles...)
	openIn(t, b, eve, "eve") // nobody has admitted her
	last := decideIn(t, b, ann)
	late := decideIn(t, b, ann)
	closeAt(t, b, lead, log, last)
	trust, err := ReadTrust(context.Background(), log, b)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.WriteSigners(trust); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(b.Dir(), SignersName)
	until := last.Page.Cover.Time.Add(time.Second).Format("20060102150405Z")
	want := []string{
		`ann@example.org namespaces="dsa-decision",valid-before="` + until + `" ` + ann.Key().AuthorizedKey(),
		`ben@example.org namespaces="dsa-decision,dsa-oversight" ` + ben.Key().AuthorizedKey(),
		`first@example.org namespaces="dsa-decision,dsa-oversight" ` + lead.Key().AuthorizedKey(),
		`second@example.org namespaces="dsa-decision,dsa-oversight" ` + second.Key().AuthorizedKey(),
	}
	if got := string(readTestFile(t, name)); got != strings.Join(want, "\n")+"\n" {
		t.Errorf("allowed_signers:\n%swant\n%s", got, strings.Join(want, "\n"))
	}

	for _, n := range checkLog(t, log, b).Notices {
		if n.Code == UnknownSigner {
			t.Errorf("the check does not know the line: %v", n)
		}
	}

	first, _ := b.first(decision.ChainFolder(third.Chain))
	for _, test := range []struct {
		says, who, namespace string
		e                    Entry
		at                   time.Time
		good                 bool
	}{
		{"an act of oversight", "first@example.org", sshsig.Oversight, founding, founding.Page.Cover.Time, true},
		{"a decision before the closing", "ann@example.org", sshsig.Decision, last, last.Page.Cover.Time, true},
		{"a decision after it", "ann@example.org", sshsig.Decision, late, late.Page.Cover.Time, false},
		{"an opening of an overseer", "ben@example.org", sshsig.Decision, first, first.Page.Cover.Time, true},
		{"a decision by somebody else", "ben@example.org", sshsig.Decision, last, last.Page.Cover.Time, false},
		{"years later", "ben@example.org", sshsig.Decision, first, start.AddDate(30, 0, 0), true},
	} {
		if out, err := sshVerify(t, name, test.who, test.namespace, test.e, test.at); (err == nil) != test.good {
			t.Errorf("%s: %v: %s", test.says, err, out)
		}
	}

	// It is written only if it would be another.
	d := &faultyDisk{disk: b.disk}
	b.disk = d
	if err := b.WriteSigners(trust); err != nil || slices.Contains(d.ops, "CreateNew") {
		t.Errorf("it was written again: %v", err)
	}
	// What trust says is not overwritten by what openings say, as long as the chain is in it.
	mustAppend(t, newWriter(t, b, ben), Act{Time: start, Kind: decision.Decision, KeepUntil: "2034-11-22", Body: body(t, words{salt(70), "x"})})
	mustAppend(t, newWriter(t, b, eve), Act{Time: start, Kind: decision.Decision, KeepUntil: "2034-11-22", Body: body(t, words{salt(71), "x"})})
	if err := b.WriteSigners(nil); err != nil {
		t.Fatal(err)
	}
	if got := string(readTestFile(t, name)); got != strings.Join(want, "\n")+"\n" {
		t.Errorf("allowed_signers after more records:\n%s", got)
	}
	// The record at which a chain closes is not here: the newest before it stands for it.
	if err := os.Remove(b.pathOf(last)); err != nil {
		t.Fatal(err)
	}
	if err := b.WriteSigners(trust); err != nil {
		t.Fatal(err)
	}
	until = opened.Page.Cover.Time.Add(time.Second).Format("20060102150405Z")
	if got := string(readTestFile(t, name)); !strings.Contains(got, `valid-before="`+until+`"`) {
		t.Errorf("allowed_signers without the last record:\n%s", got)
	}
	// A share that this computer publishes to gets the line of a new chain, from its opening.
	share := newBook(t)
	if _, err := newWriter(t, b, eve).Sync(context.Background(), share, SyncOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := string(readTestFile(t, filepath.Join(share.Dir(), SignersName))); !strings.HasPrefix(got, "eve@example.org") {
		t.Errorf("allowed_signers of the share: %s", got)
	}
}

// Anybody who can write to a share can make covers, and cut records to them. That keeps no body from its author.
func TestCoversWithoutADisposalKeepNoBodyBack(t *testing.T) {
	p := newPartnership(t)
	ann := signerOf(t, "ann")
	chain, _, err := p.book.ChainOf(ann.Key())
	if err != nil {
		t.Fatal(err)
	}
	var all []sheet
	gone := -1 // what a disposal in force destroys
	for _, s := range p.sheets {
		if s.Chain == chain {
			if slices.Contains(p.gone, s.ID) {
				gone = len(all)
			}
			all = append(all, s)
		}
	}
	kept := slices.Delete(slices.Clone(all), gone, gone+1)
	want := piece{}
	for _, s := range kept {
		want.add(s.Path, s.data)
	}
	name, left := all[gone].cover()
	want.add(name, left)
	for _, test := range []struct {
		says       string
		own, share func(b *Book)
		trust      *Trust
		quick      bool
		mended     int
		unknown    bool // only the own copy is looked at, which has all bodies: no disposal is known
	}{
		{says: "covers beside the records of the share", own: func(*Book) {}, share: func(b *Book) { lay(t, b, all...); layCover(t, b, all[1:]...) }, trust: p.trust},
		{says: "the same, while nobody knows the disposals", own: func(*Book) {}, share: func(b *Book) { lay(t, b, all...); layCover(t, b, all[1:]...) }, unknown: true},
		{says: "the same, quick", own: func(*Book) {}, share: func(b *Book) { lay(t, b, all...); layCover(t, b, all[1:]...) }, quick: true, unknown: true},
		{says: "the share is cut to covers", own: func(b *Book) { lay(t, b, all...) }, share: func(b *Book) { lay(t, b, all[0]); layCover(t, b, all[1:]...) }, trust: p.trust, mended: len(kept) - 1},
		{says: "the own copy has covers alone", own: func(b *Book) { lay(t, b, all[0]); layCover(t, b, all[1:]...) }, share: func(b *Book) { lay(t, b, kept...); layCover(t, b, all[gone]) }, trust: p.trust, mended: len(kept) - 1},
		{says: "records with covers in both", own: func(b *Book) { lay(t, b, all...); layCover(t, b, all[1:]...) }, share: func(b *Book) { lay(t, b, kept...); layCover(t, b, all[1:]...) }, trust: p.trust},
		{says: "covers that somebody else has signed", own: func(b *Book) { lay(t, b, all...) }, share: func(b *Book) {
			lay(t, b, all[0])
			layCover(t, b, all[gone])
			for _, s := range kept[1:] {
				_, forged := forgeCover(t, signerOf(t, "eve"), sshsig.Decision, s.Page.CoverBytes, nil)
				name, _ := s.cover()
				writeFile(t, filepath.Join(b.Dir(), name), forged)
			}
		}, trust: p.trust, mended: len(kept) - 1},
	} {
		own, share := newBook(t), newBook(t)
		test.own(own)
		test.share(share)
		done, err := newWriter(t, own, ann).Sync(context.Background(), share, SyncOptions{Trust: test.trust, Quick: test.quick})
		if err != nil || done.Mended != test.mended {
			t.Errorf("%s: %+v, %v", test.says, done, err)
		}
		if test.unknown {
			for _, s := range all {
				if recordsOf(t, own)[s.Path] != string(s.data) {
					t.Errorf("%s: the author did not get %s", test.says, s.Path)
				}
			}
			continue
		}
		if now := recordsOf(t, own); !maps.Equal(now, want) {
			t.Errorf("%s: the own copy has\n%s", test.says, listOf(now))
		}
		now := recordsOf(t, share)
		delete(now, all[gone].Path) // a sync destroys nothing on a share
		if !maps.Equal(now, want) {
			t.Errorf("%s: the share has\n%s", test.says, listOf(now))
		}
	}
}

// Each operation fails once while a body goes where only the cover is, and at no moment is neither there.
func TestAFillingThatIsInterruptedIsFinishedByTheNext(t *testing.T) {
	p := newPartnership(t)
	ann := signerOf(t, "ann")
	var all []sheet
	for _, s := range p.sheets {
		if s.Key == ann.Key() && !slices.Contains(p.gone, s.ID) {
			all = append(all, s)
		}
	}
	for fail := 1; ; fail++ {
		own, share := newBook(t), newBook(t)
		for _, s := range p.sheets {
			if s.Key == ann.Key() {
				lay(t, own, s)
			}
		}
		lay(t, share, all[0])
		for _, s := range p.sheets {
			if s.Key == ann.Key() && s.Number > 0 {
				layCover(t, share, s)
			}
		}
		f := &faultyDisk{disk: share.disk, fail: fail, err: syscall.EIO}
		share.disk = f
		f.before = func(op string) {
			for _, s := range all[1:] {
				name, _ := s.cover()
				_, record := os.Stat(share.pathOf(s.Entry))
				_, cover := os.Stat(filepath.Join(share.Dir(), name))
				if record != nil && cover != nil {
					t.Fatalf("operation %d: before %s, number %d is nowhere", fail, op, s.Number)
				}
			}
		}
		o := SyncOptions{Trust: p.trust}
		if _, err := newWriter(t, own, ann).Sync(context.Background(), share, o); err != nil {
			if _, err := newWriter(t, own, ann).Sync(context.Background(), share, o); err != nil {
				t.Fatalf("operation %d (%s), done again: %v", fail, f.ops[fail-1], err)
			}
		}
		now := recordsOf(t, share)
		for _, s := range all[1:] {
			if name, _ := s.cover(); now[s.Path] != string(s.data) || now[name] != "" {
				t.Fatalf("operation %d (%s): the share has\n%s", fail, f.ops[min(fail, f.n)-1], listOf(now))
			}
		}
		if fail > f.n {
			break
		}
	}
}
