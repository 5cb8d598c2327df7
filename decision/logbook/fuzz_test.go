package logbook

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"dsa/decision"
)

// wreckable is a small sound log in memory, with two leads, three deciders, follow-ups, and checkpoints of both leads
// that cover everything but the last of them, which the receipts pin.
type wreckable struct {
	files    map[string][]byte // by their paths
	names    []string          // of the records, in order
	log      decision.ID
	receipts []decision.Receipt
	records  int
}

var sampleLog = sync.OnceValues(func() (*wreckable, error) {
	dir, err := os.MkdirTemp("", "dsa-sample-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	made, err := benchLog{Chains: []int{7, 4, 2}, Rounds: 2, Reviews: 4}.write(dir)
	if err != nil {
		return nil, err
	}
	s := &wreckable{log: made.Log, receipts: made.Receipts, records: made.Records}
	s.files, err = filesIn(dir)
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		if strings.Contains(name, "/") {
			s.names = append(s.names, name)
		}
	}
	return s, err
})

func takeSample(t testing.TB) *wreckable {
	t.Helper()
	s, err := sampleLog()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// filesIn reads a folder. Folders, links and the like are in it with their kind for content.
func filesIn(dir string) (map[string][]byte, error) {
	files := map[string][]byte{}
	return files, fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Type().IsRegular():
			files[name], err = os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			return err
		case !d.IsDir():
			files[name] = []byte(d.Type().String())
		}
		return nil
	})
}

// layFiles writes files into an empty folder and opens it as a log.
func layFiles(t testing.TB, files map[string][]byte) *Book {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		writeFile(t, filepath.Join(dir, filepath.FromSlash(name)), data)
	}
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	b.disk = unflushed{b.disk}
	return b
}

// dice reads decisions off a byte string; when the bytes are used up it says 0.
type dice []byte

func (d *dice) next(n int) int {
	b := 0
	for range 2 {
		b <<= 8
		if len(*d) > 0 {
			b |= int((*d)[0])
			*d = (*d)[1:]
		}
	}
	return b % n
}

// wreck does to a log what the dice say: up to a handful of the things that disks, programs and people do.
func wreck(d *dice, s *wreckable, files map[string][]byte, most int) {
	pick := func() string { return s.names[d.next(len(s.names))] }
	change := func(name string, with func([]byte) []byte) {
		if data, there := files[name]; there {
			files[name] = with(bytes.Clone(data))
		}
	}
	for range 1 + d.next(most) {
		name := pick()
		switch d.next(14) {
		case 0:
			change(name, func(b []byte) []byte {
				if len(b) > 0 {
					b[d.next(len(b))] ^= byte(1 << d.next(8))
				}
				return b
			})
		case 1:
			change(name, func(b []byte) []byte { return b[:d.next(len(b)+1)] })
		case 2:
			delete(files, name)
		case 3: // under another number
			data := files[name]
			delete(files, name)
			if n, ok := decision.ParseRecordName(path.Base(name)); ok {
				n.Number = d.next(30)
				files[path.Join(path.Dir(name), n.String())] = data
			}
		case 4: // two change places
			other := pick()
			if a, b := files[name], files[other]; a != nil && b != nil {
				files[name], files[other] = b, a
			}
		case 5: // copied into another folder
			if data := files[name]; data != nil {
				files[path.Join(path.Dir(pick()), path.Base(name))] = data
			}
		case 6:
			change(name, func(b []byte) []byte { return append(b, byte(d.next(256))) })
		case 7:
			change(name, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) })
		case 8: // one part of another record
			if other := files[pick()]; other != nil {
				change(name, func(b []byte) []byte {
					c, s, t, err := decision.CutPage(b)
					c2, s2, t2, err2 := decision.CutPage(other)
					if err != nil || err2 != nil {
						return b
					}
					parts := [][2][]byte{{c, c2}, {s, s2}, {t, t2}}
					var file []byte
					which := d.next(3)
					for i, p := range parts {
						if i == which {
							file = append(file, p[1]...)
						} else {
							file = append(file, p[0]...)
						}
					}
					return file
				})
			}
		case 9: // the cover alone, or beside the record
			data := files[name]
			if c, s, _, err := decision.CutPage(data); err == nil {
				files[strings.Replace(name, ".record.", ".cover.", 1)] = slices.Concat(c, s)
				if d.next(2) == 0 {
					delete(files, name)
				}
			}
		case 10: // a chain goes
			folder, _, _ := strings.Cut(name, "/")
			maps.DeleteFunc(files, func(name string, _ []byte) bool { return strings.HasPrefix(name, folder+"/") })
		case 11: // the end of a chain goes
			folder, _, _ := strings.Cut(name, "/")
			maps.DeleteFunc(files, func(other string, _ []byte) bool { return strings.HasPrefix(other, folder+"/") && other >= name })
		case 12: // something that has no place here
			files[path.Join(path.Dir(name), []string{"notes.txt", "copy of " + path.Base(name), ".hidden", "x\x1b[2J", "0000099-.record.txt"}[d.next(5)])] = files[pick()]
		case 13: // a line of a cover
			change(name, func(b []byte) []byte {
				lines := bytes.SplitAfter(b, []byte("\n"))
				n, m := d.next(min(11, len(lines))), d.next(min(11, len(lines)))
				lines[n], lines[m] = lines[m], lines[n]
				return bytes.Join(lines, nil)
			})
		}
	}
}

// same reports whether nothing has happened to the records.
func (s *wreckable) same(files map[string][]byte) bool {
	return maps.EqualFunc(s.files, files, bytes.Equal)
}

// checkWrecked checks a log to which anything has happened. It never panics; it finds something whenever anything has
// changed; and whatever it takes for sound is what was written.
func checkWrecked(t *testing.T, s *wreckable, files map[string][]byte) {
	t.Helper()
	b := layFiles(t, files)
	r, err := Check(context.Background(), []*Book{b}, Options{Body: benchBody, Log: s.log, Receipts: s.receipts})
	if err != nil {
		t.Fatal(err)
	}
	untouched := 0
	for name, data := range s.files {
		if strings.Contains(name, "/") && bytes.Equal(files[name], data) {
			untouched++
		}
	}
	if s.same(files) {
		if len(r.Faults) > 0 || r.Records != s.records {
			t.Fatalf("a sound log: %+v", r)
		}
		return
	}
	if r.Clean() {
		var gone []string
		for _, name := range s.names {
			if !bytes.Equal(files[name], s.files[name]) {
				gone = append(gone, fmt.Sprintf("%s has %d bytes of %d", name, len(files[name]), len(s.files[name])))
			}
		}
		t.Fatalf("nothing is found, and this has changed:\n%s", strings.Join(gone, "\n"))
	}
	// A whole record counts only if it has its own bytes; it may stand here once more under a wrong name.
	if r.Records > untouched {
		t.Fatalf("%d records are intact and %d files are as they were", r.Records, untouched)
	}
	for _, f := range append(r.Faults, r.Notices...) {
		if f.Code == "" || f.Meaning == "" || strings.ContainsAny(f.Meaning+f.Next, "\x1b\n") {
			t.Fatalf("a finding without words, or with a sign that acts on a screen: %+v", f)
		}
	}
	// Every single file, by itself.
	for name, data := range files {
		if r, _ := CheckFile(data, path.Base(name), Options{}); r.Clean() && !slices.ContainsFunc(s.names, func(n string) bool {
			return bytes.Equal(s.files[n], data) || coverIs(s.files[n], data)
		}) {
			t.Fatalf("%s is taken for sound, and nobody wrote it", name)
		}
	}
}

// coverIs reports whether a file is what a disposal leaves of a record.
func coverIs(record, file []byte) bool {
	c, s, _, err := decision.CutPage(record)
	return err == nil && bytes.Equal(slices.Concat(c, s), file)
}

// wrecks are seeds: each of the things that can happen, to a record here and there.
func wrecks() [][]byte {
	var seeds [][]byte
	for what := range 14 {
		for _, where := range []byte{9, 23}[what%2:] {
			seeds = append(seeds, []byte{0, 0, 0, where, 0, byte(what), 0, byte(3 * what), 0, 1, 0, 2})
		}
	}
	return seeds
}

func FuzzCheck(f *testing.F) {
	for _, seed := range wrecks() {
		f.Add(seed)
	}
	f.Add([]byte{0, 4, 0, 1, 0, 2, 0, 5, 0, 0, 0, 9, 0, 3, 0, 12, 0, 4, 0, 0, 0, 1, 0, 17, 0, 10})
	s := takeSample(f)
	f.Fuzz(func(t *testing.T, script []byte) {
		d := dice(script)
		files := maps.Clone(s.files)
		wreck(&d, s, files, 4)
		checkWrecked(t, s, files)
	})
}

// whole are the records that a log has with the bytes they were written with, and those of which it has the cover.
func (s *wreckable) has(files map[string][]byte) (whole, covers map[string]bool) {
	whole, covers = map[string]bool{}, map[string]bool{}
	for _, name := range s.names {
		beside := strings.Replace(name, ".record.", ".cover.", 1)
		switch {
		case bytes.Equal(files[name], s.files[name]):
			whole[name], covers[name] = true, true
		case coverIs(s.files[name], files[beside]):
			covers[name] = true
		}
	}
	return whole, covers
}

// mergeWrecked merges two copies of a log to each of which anything has happened. What is sound in either is sound
// afterwards; the other one is as it was; to do it again changes nothing; and the other way round gives the same.
func mergeWrecked(t *testing.T, s *wreckable, one, two map[string][]byte) {
	t.Helper()
	merged := func(into, from map[string][]byte) map[string][]byte {
		dst, src := layFiles(t, into), layFiles(t, from)
		if _, err := Merge(context.Background(), dst, src, MergeOptions{}); err != nil {
			t.Fatal(err)
		}
		if now, err := filesIn(src.Dir()); err != nil || !maps.EqualFunc(now, from, bytes.Equal) {
			t.Fatalf("the log that was merged from has changed: %v", err)
		}
		now, err := filesIn(dst.Dir())
		if err != nil {
			t.Fatal(err)
		}
		again, err := Merge(context.Background(), dst, src, MergeOptions{})
		if err != nil || again.Copied+again.Mended+again.Removed > 0 {
			t.Fatalf("the second time: %+v %v", again, err)
		}
		if after, err := filesIn(dst.Dir()); err != nil || !maps.EqualFunc(now, after, bytes.Equal) {
			t.Fatalf("the second time it changes something: %v", err)
		}
		return now
	}
	wholeOne, coversOne := s.has(one)
	wholeTwo, coversTwo := s.has(two)
	var results [2]map[string]bool
	for i, now := range []map[string][]byte{merged(one, two), merged(two, one)} {
		whole, covers := s.has(now)
		for _, name := range s.names {
			switch {
			case (wholeOne[name] || wholeTwo[name]) && !whole[name]:
				t.Fatalf("%s was sound and is lost", name)
			case (coversOne[name] || coversTwo[name]) && !covers[name]:
				t.Fatalf("the cover of %s was sound and is lost", name)
			case whole[name] && !wholeOne[name] && !wholeTwo[name]:
				// It lay under another name, or comes from nowhere.
				if !slices.ContainsFunc(slices.Concat(slices.Collect(maps.Values(one)), slices.Collect(maps.Values(two))), func(b []byte) bool { return bytes.Equal(b, s.files[name]) }) {
					t.Fatalf("%s comes from nowhere", name)
				}
			}
		}
		results[i] = whole
	}
	if !maps.Equal(results[0], results[1]) {
		t.Fatal("the order in which two logs are merged matters")
	}
}

func FuzzMerge(f *testing.F) {
	for i, seed := range wrecks() {
		if i%2 == 0 {
			f.Add(slices.Concat(seed, bytes.Repeat([]byte{0, byte(i)}, 4)))
		}
	}
	s := takeSample(f)
	f.Fuzz(func(t *testing.T, script []byte) {
		d := dice(script)
		one, two := maps.Clone(s.files), maps.Clone(s.files)
		wreck(&d, s, one, 4)
		wreck(&d, s, two, 4)
		mergeWrecked(t, s, one, two)
	})
}

// Without a fuzzer: some dozens of logs with random damage.
func TestRandomDamageIsFoundAndMended(t *testing.T) {
	s := takeSample(t)
	r := rand.New(rand.NewPCG(5, 6))
	roll := func() *dice {
		d := make(dice, 80)
		for i := range d {
			d[i] = byte(r.Uint32())
		}
		return &d
	}
	for range 30 {
		files := maps.Clone(s.files)
		wreck(roll(), s, files, 5)
		checkWrecked(t, s, files)
	}
	for range 10 {
		one, two := maps.Clone(s.files), maps.Clone(s.files)
		wreck(roll(), s, one, 5)
		wreck(roll(), s, two, 5)
		mergeWrecked(t, s, one, two)
	}
}
