package logbook

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// MergeOptions are what a merge is told.
type MergeOptions struct {
	// Covers copies of decisions, and of what follows them, the cover alone: for a witness who is not to see them.
	Covers bool
	// Trust is what the logs together say, for disposals; nil: none is carried out.
	Trust *Trust
	// Now is the time by this computer's clock: a disposal that claims a later one is not carried out. Zero: none is refused
	// for that.
	Now time.Time
	// Workers is how many files are copied at once. 0: four to each core and at least sixteen. 1: one after the other, in
	// order.
	Workers int
	// Progress is called now and then with the number of files done so far.
	Progress func(files int)
}

// Merged is what a merge did.
type Merged struct {
	Copied  int // files that were new
	Equal   int // files that were there with the same bytes, and covers of records that are there whole
	Mended  int // damaged files that a sound copy took the place of
	Removed int // bodies that a disposal in force took away
	// Refused are files of either log that are not what their name says, or cannot be read; they were left where they are.
	// Bodies that a disposal orders to be destroyed and that stay in dst, because acts of oversight are missing, are among
	// them as Unfinished; see Sure.
	Refused []Fault
}

// Merge copies into dst what src has and dst has not. Whatever order logs are merged in, and however often one is
// stopped and begun again, the result is the same: of each record that is sound anywhere, the whole if it is whole
// anywhere and no disposal in force destroys it, and otherwise the cover.
//
// Each file is verified by itself before it is copied. Exercises are refused: they have a log of their own. Names are taken by their pattern and links are not followed, so src
// may come from anybody; what it says of itself, in allowed_signers and README.txt, is not copied. An author's own copy
// is brought up to date with Sync, which sees a fork before it is made.
func Merge(ctx context.Context, dst, src *Book, o MergeOptions) (Merged, error) {
	m := &merging{dst: dst, src: src, o: o, keys: make(map[decision.ID]sshsig.Key)}
	err := m.all(ctx)
	return m.done, err
}

type merging struct {
	dst, src *Book
	o        MergeOptions
	done     Merged
	files    atomic.Int64

	mu   sync.Mutex
	keys map[decision.ID]sshsig.Key // of chains; none where the first record is in neither log
}

func (m *merging) all(ctx context.Context) error {
	if err := m.keepReadme(); err != nil {
		return m.failed(ctx, m.dst, err)
	}
	err := m.both(ctx, ".", [2]bool{true, true}, decision.IsChainFolder, func(chain string, in [2]bool) error {
		return m.both(ctx, chain, in, isNumberFolder, func(folder string, in [2]bool) error {
			return m.folder(ctx, path.Join(chain, folder), in)
		})
	})
	if err != nil {
		return err
	}
	if m.o.Trust != nil {
		gone, err := shred(ctx, m.dst, m.o.Trust.Disposals(), m.o.Now, func(p decision.Place, by Disposal) bool {
			d, is := m.o.Trust.destroys(p.ID, m.o.Now)
			return is && d.ID == by.ID
		})
		m.done.Removed += gone.Done
		m.done.Refused = append(m.done.Refused, m.o.Trust.withheld(m.dst, m.o.Now, func(decision.Place) bool { return true })...)
		if err != nil {
			return err
		}
	}
	if m.o.Progress != nil {
		m.o.Progress(int(m.files.Load()))
	}
	return m.failed(ctx, m.dst, m.dst.WriteSigners(m.o.Trust))
}

// failed says in which of the two folders something failed.
func (m *merging) failed(ctx context.Context, b *Book, err error) error {
	var told *FolderError
	if err == nil || errors.As(err, &told) || ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return err
	}
	return &FolderError{Dir: b.dir, Err: err}
}

func (m *merging) keepReadme() error {
	if now, err := m.dst.disk.ReadFile(ReadmeName); err == nil && bytes.Equal(now, readme) {
		return nil
	}
	return replace(m.dst.disk, ReadmeName, readme)
}

// both calls do for the folders that either log has in a folder, in order, and says which of the two, src and dst, has it.
// What was listed is not gone a moment later but where a whole log goes away, and that is no log without records.
func (m *merging) both(ctx context.Context, folder string, in [2]bool, accept func(string) bool, do func(string, [2]bool) error) error {
	found := make(map[string][2]bool)
	for i, b := range []*Book{m.src, m.dst} {
		if !in[i] {
			continue
		}
		names, err := b.folders(folder, accept)
		if err != nil {
			return m.failed(ctx, b, &FileError{Path: folder, Err: err})
		}
		for _, name := range names {
			has := found[name]
			has[i] = true
			found[name] = has
		}
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := do(name, found[name]); err != nil {
			return err
		}
	}
	return nil
}

// both of a record's files, in both logs.
type group struct {
	decision.FileName // of the whole record
	src, dst          has
}

// came is what became of one record.
type came struct {
	copied, equal, mended int
	refused               []Fault
	put                   bool   // something was written
	name                  string // of what was written
	overdone              bool   // the record is whole in dst, and its cover lies beside it
}

// folder merges one number folder.
func (m *merging) folder(ctx context.Context, folder string, in [2]bool) error {
	groups, temps, empty, err := m.list(folder, in)
	if err != nil || len(groups) == 0 {
		return err
	}
	ready := sync.OnceValue(func() error {
		if !empty {
			return nil
		}
		return m.dst.makeFolder(folder, true)
	})
	results := make([]came, len(groups))
	err = each(ctx, m.o.Workers, len(groups), func(i int) (err error) {
		results[i], err = m.one(folder, groups[i], false, ready)
		m.progress()
		return err
	})
	if err == nil {
		err = m.settle(ctx, folder, groups, results, ready)
	}
	if err == nil {
		err = m.tidy(folder, groups, results)
	}
	if i := slices.IndexFunc(results, func(r came) bool { return r.put }); i >= 0 && err == nil {
		m.dst.tidyBeside(results[i].name, temps)
	}
	for _, r := range results {
		m.done.Copied += r.copied
		m.done.Equal += r.equal
		m.done.Mended += r.mended
		m.done.Refused = append(m.done.Refused, r.refused...)
	}
	return m.failed(ctx, m.dst, err)
}

// list puts beside each other what the two logs have in a folder. What only dst
// has needs nothing, unless it is a record with its cover beside it.
func (m *merging) list(folder string, in [2]bool) (groups []group, temps []string, empty bool, err error) {
	at := make(map[decision.FileName]int)
	for i, b := range []*Book{m.src, m.dst} {
		var names []named
		if temps, empty = nil, true; !in[i] {
			continue
		}
		if names, temps, err = b.records(folder); err != nil {
			return nil, nil, false, &FolderError{Dir: b.dir, Err: &FileError{Path: folder, Err: err}}
		}
		if b == m.dst {
			did, err := b.regain(names, temps)
			if err == nil && did {
				names, temps, err = b.records(folder)
			}
			if err != nil {
				return nil, nil, false, &FolderError{Dir: b.dir, Err: err}
			}
		}
		empty = len(names) == 0
		for _, n := range names {
			whole := n.FileName
			whole.CoverOnly = false
			k, known := at[whole]
			if !known {
				k, groups = len(groups), append(groups, group{FileName: whole})
				at[whole] = k
			}
			h := []*has{&groups[k].src, &groups[k].dst}[i]
			h.record, h.cover = h.record || !n.CoverOnly, h.cover || n.CoverOnly
		}
	}
	groups = slices.DeleteFunc(groups, func(g group) bool {
		return !g.src.any() && !(g.dst.record && g.dst.cover)
	})
	slices.SortFunc(groups, func(a, b group) int { return strings.Compare(a.String(), b.String()) })
	return groups, temps, empty, nil
}

func (m *merging) progress() {
	if n := m.files.Add(1); m.o.Progress != nil && n%64 == 0 {
		m.o.Progress(int(n))
	}
}

// settle makes the names in a folder of dst durable: those written now, and those
// that an earlier merge may have written before it was stopped. Where that fails,
// what was written is written once more, under new files.
func (m *merging) settle(ctx context.Context, folder string, groups []group, results []came, ready func() error) error {
	for again := false; ; again = true {
		err := m.settleAll(folder, groups, results)
		if err == nil || again {
			return err
		}
		err = each(ctx, m.o.Workers, len(groups), func(i int) error {
			if !results[i].put {
				return nil
			}
			_, err := m.one(folder, groups[i], true, ready)
			return err
		})
		if err != nil {
			return err
		}
	}
}

func (m *merging) settleAll(folder string, groups []group, results []came) error {
	if settlesFolders {
		written := slices.ContainsFunc(results, func(r came) bool { return r.put })
		there := slices.ContainsFunc(groups, func(g group) bool { return g.dst.any() })
		if !written && !there {
			return nil
		}
		if err := m.dst.disk.Settle(folder, ""); err != nil && (written || !errors.Is(err, fs.ErrPermission)) {
			return &WriteError{Step: "settle", Path: folder, Err: err, Unsure: true}
		}
		return nil
	}
	for i, g := range groups {
		if !results[i].put {
			continue
		}
		for _, coverOnly := range []bool{false, true} {
			n := g.named(folder, coverOnly)
			if err := m.dst.disk.Settle(folder, n.FileName.String()); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return &WriteError{Step: "settle", Path: n.path, Err: err, Unsure: true}
			}
		}
	}
	return nil
}

func (g group) named(folder string, coverOnly bool) named {
	n := g.FileName
	n.CoverOnly = coverOnly
	return named{n, path.Join(folder, n.String())}
}

// tidy removes covers beside whole records: a cover is part of its record. By now
// the record is durable.
func (m *merging) tidy(folder string, groups []group, results []came) error {
	removed := false
	for i, g := range groups {
		if !results[i].overdone {
			continue
		}
		record := g.named(folder, false)
		e, err := m.dst.read(record)
		switch {
		case isSystem(err):
			return err
		case err != nil:
			continue // somebody disposes of it at this moment; the cover is needed
		}
		if err := m.dst.dropCover(record, e); err != nil {
			return err
		}
		removed = true
	}
	if removed {
		if err := m.dst.disk.Settle(folder, ""); err != nil {
			return &WriteError{Step: "settle", Path: folder, Err: err}
		}
	}
	return nil
}

// copyOf is one file of a record, in one of the logs.
type copyOf struct {
	data  []byte
	entry Entry // if err is nil
	err   error
}

func (c *copyOf) sound() bool { return c != nil && c.err == nil }

// cover is what a disposal leaves of a whole record.
func (c *copyOf) cover() *copyOf {
	return &copyOf{data: slices.Concat(c.entry.Page.CoverBytes, c.entry.Page.Signature), entry: c.entry}
}

func (c *copyOf) is(o *copyOf) bool { return c != nil && o != nil && bytes.Equal(c.data, o.data) }

// get reads one file and verifies it by itself. A file that is not there any more
// is none.
func get(b *Book, n named) (*copyOf, error) {
	data, err := b.disk.ReadFile(n.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		// One file that cannot be read is that file's damage. Is there a log at all?
		if _, gone := b.disk.ReadDir("."); gone != nil && isSystem(err) {
			return nil, &FolderError{Dir: b.dir, Err: &FileError{Path: n.path, Err: err}}
		}
		return &copyOf{err: &FileError{Path: n.path, Err: err}}, nil
	}
	c := &copyOf{data: data}
	c.entry, c.err = readEntry(n, data)
	return c, nil
}

// faultsOf says what is wrong with a file that is not what its name says.
func faultsOf(b *Book, n named, c *copyOf) []Fault {
	var found []Fault
	if c.data != nil {
		found = inspect(placeOf(n), c.data, Options{}).faults
	}
	if len(found) == 0 {
		chain, _, _ := strings.Cut(n.path, "/")
		found = []Fault{fault(Unreadable, chain, n.Number, n.path, systemWords(errors.Unwrap(c.err)))}
	}
	for i := range found {
		found[i].Log = b.dir
	}
	return found
}

// better returns the copy to be kept of two that are both sound but not the same:
// somebody has put another signature under the cover. The one by the chain's own
// key is; if that tells nothing, the one that comes first in order, so that it
// does not matter which was there first.
func (m *merging) better(a, b *copyOf) *copyOf {
	switch {
	case !a.sound():
		return b
	case !b.sound() || a.is(b):
		return a
	}
	if key := m.keyOf(a.entry.Chain); a.entry.Key != b.entry.Key && !key.IsZero() {
		if a.entry.Key == key {
			return a
		}
		if b.entry.Key == key {
			return b
		}
	}
	if bytes.Compare(a.data, b.data) < 0 {
		return a
	}
	return b
}

func (m *merging) keyOf(chain decision.ID) sshsig.Key {
	m.mu.Lock()
	defer m.mu.Unlock()
	key, known := m.keys[chain]
	if !known {
		for _, b := range []*Book{m.dst, m.src} {
			if found, err := b.keyOf(chain); err == nil {
				key = found
				break
			}
		}
		m.keys[chain] = key
	}
	return key
}

// coversOnly reports whether a witness gets the cover of a record alone.
func coversOnly(kind decision.Kind) bool { return kind != decision.Open && !kind.Oversight() }

// one merges one record. With again, it was written a moment ago and could not be
// settled. The folder is made ready before the first file is written into it.
func (m *merging) one(folder string, g group, again bool, ready func() error) (came, error) {
	var r came
	if !again && m.same(folder, g) {
		r.equal = 1
		return r, nil
	}
	var file [2][2]*copyOf // of src and dst: record and cover
	for i, b := range []*Book{m.src, m.dst} {
		h := []has{g.src, g.dst}[i]
		for j, there := range []bool{h.record, h.cover} {
			if !there {
				continue
			}
			var err error
			if file[i][j], err = get(b, g.named(folder, j == 1)); err != nil {
				return r, err
			}
		}
	}
	from, to := file[0], file[1]
	if g.src.record && from[0] == nil && from[1] == nil {
		// It was there when the folder was listed: it has just been disposed of, or the log is going away.
		var err error
		if from[1], err = get(m.src, g.named(folder, true)); err == nil && from[1] == nil {
			err = &FolderError{Dir: m.src.dir, Err: &FileError{Path: g.named(folder, false).path, Err: fs.ErrNotExist}}
		}
		if err != nil {
			return r, err
		}
	}
	sound := 0
	for j, c := range from {
		switch {
		case c.sound() && c.entry.Namespace == sshsig.Training:
			f := fault(TrainingAmongLive, decision.ChainFolder(c.entry.Chain), g.Number, c.entry.Path, "")
			f.Log = m.src.dir
			r.refused, from[j] = append(r.refused, f), nil
		case c.sound():
			sound++
		case c != nil:
			r.refused = append(r.refused, faultsOf(m.src, g.named(folder, j == 1), c)...)
		}
	}
	// What src gives: of a record that was disposed of, or that a witness is not to see, the cover.
	whole, cover := from[0], from[1]
	if whole.sound() && (m.disposed(whole.entry) || m.o.Covers && coversOnly(whole.entry.Page.Cover.Kind)) {
		whole, cover = nil, m.better(whole.cover(), cover)
	}
	best, now, coverOnly := m.better(to[0], whole), to[0], false
	if best.sound() {
		// Where a disposal is in force, Shred ends it once all is here.
		r.overdone = to[1] != nil && !m.disposed(best.entry)
	} else {
		best, now, coverOnly = m.better(to[1], cover), to[1], true
	}
	if best.sound() && (again || !best.is(now)) {
		if err := ready(); err != nil {
			return r, err
		}
		if err := m.write(g.named(folder, coverOnly), best.data, now != nil || again); err != nil {
			return r, err
		}
		r.put, r.name = true, g.named(folder, coverOnly).path
		sound-- // it is counted here
		if now != nil {
			r.mended = 1
		} else {
			r.copied = 1
		}
	}
	r.equal = max(0, sound)
	for j, c := range to {
		if c != nil && c.err != nil && !(r.put && coverOnly == (j == 1)) && !(r.overdone && j == 1) {
			r.refused = append(r.refused, faultsOf(m.dst, g.named(folder, j == 1), c)...)
		}
	}
	return r, nil
}

// same reports whether dst has of a record what src has, to the byte. Most files
// that are met again do, and need not be verified again.
func (m *merging) same(folder string, g group) bool {
	witnessed := m.o.Covers && g.src == has{record: true} && g.dst == has{cover: true}
	if g.src != g.dst && !witnessed || g.src.record == g.src.cover {
		return false
	}
	a, err := m.src.disk.ReadFile(g.named(folder, g.src.cover).path)
	if err != nil {
		return false // looked into later
	}
	if witnessed {
		cover, armour, _, err := decision.CutPage(a)
		if err != nil {
			return false
		}
		if c, err := decision.ParseCover(cover); err != nil || !coversOnly(c.Kind) {
			return false
		}
		a = slices.Concat(cover, armour)
	}
	b, err := m.dst.disk.ReadFile(g.named(folder, g.dst.cover).path)
	return err == nil && bytes.Equal(a, b)
}

// write puts one file of a record into dst. Its folder is settled later.
func (m *merging) write(n named, data []byte, again bool) error {
	temp, step, err := writeTemp(m.dst.disk, path.Dir(n.path), data)
	if err != nil {
		return &WriteError{Step: step, Path: n.path, Err: err}
	}
	if err := appear(m.dst.disk, temp, n.path, data, again); err != nil {
		m.dst.disk.Remove(temp)
		return &WriteError{Step: "publish", Path: n.path, Err: err}
	}
	if err := readBack(m.dst.disk, n.path, data); err != nil {
		return &WriteError{Step: "read back", Path: n.path, Err: err, Unsure: true}
	}
	return nil
}

func (m *merging) disposed(e Entry) bool {
	d, is := m.o.Trust.destroys(e.ID, m.o.Now)
	return is && d.Allows(e.Page.Cover) == nil
}

// each calls do with 0 to n-1, from several goroutines at once. It stops at the
// first error, or when ctx ends, and returns the error of the lowest number.
func each(ctx context.Context, workers, n int, do func(int) error) error {
	if workers <= 0 {
		workers = max(16, 4*runtime.GOMAXPROCS(0))
	}
	if workers == 1 || n == 1 {
		for i := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := do(i); err != nil {
				return err
			}
		}
		return nil
	}
	var (
		wg     sync.WaitGroup
		next   atomic.Int64
		mu     sync.Mutex
		failed error
		lowest = n
	)
	for range min(workers, n) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				mu.Lock()
				over := failed != nil
				mu.Unlock()
				if over || i >= n || ctx.Err() != nil {
					return
				}
				if err := do(i); err != nil {
					mu.Lock()
					if i < lowest {
						lowest, failed = i, err
					}
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	if failed == nil {
		failed = ctx.Err()
	}
	return failed
}
