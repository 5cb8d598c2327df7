package logbook

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// SyncOptions are what a sync is told.
type SyncOptions struct {
	// Quick looks only at the newest records of both copies, as before and after one is signed.
	Quick bool
	// Trust is what the share's log says, for disposals. Nil: none is carried out. What one copy lacks it then gets whole, so
	// that nobody keeps bodies from an author with covers alone; but a cover that stands alone in a copy stays alone, since
	// nobody can tell whether a disposal has left it.
	Trust *Trust
	// Now is the time by this computer's clock: a disposal that claims a later one is not carried out. Zero: none is refused
	// for that.
	Now time.Time
	// Progress is called now and then with the number of files done so far.
	Progress func(files int)
}

// Synced is what a sync did.
type Synced struct {
	Published int // records written to the share
	Adopted   int // records of this chain that only the share had
	Mended    int // damaged files, and covers without a body, in either copy, that the sound file of the other took the place of
	Disposed  int // bodies removed from the author's own copy
	// Foreign are the paths of files on the share that stand among the chain's records and were not signed with its key, or
	// are no record at all. They are left where they are, and stop nobody.
	Foreign []string
	// Refused are bodies in the author's own copy that a disposal orders to be destroyed and that stay, because acts of
	// oversight are missing; see Sure.
	Refused []Fault
	Head    decision.ID
}

// Sync makes the author's own copy of the key's chain and a share the same, see
// the function Sync. It finds the chain by the key, also where only the share has
// it because the own copy was lost. The lock beside the key is held only while
// something is written into the own copy, so a share that does not answer holds
// up nobody who records, unless it falls silent while its later records are being
// taken over: what was recorded then would be a fork.
func (w *Writer) Sync(ctx context.Context, share *Book, o SyncOptions) (Synced, error) {
	key := w.signer.Key()
	chain, found, err := w.ownChain()
	var damaged *HeadError // the share may have what puts it right
	if err == nil && !found || errors.As(err, &damaged) {
		there, is, shareErr := share.ChainOf(key)
		switch {
		case damaged == nil && shareErr != nil:
			err = &FolderError{Dir: share.dir, Err: shareErr}
		case is && (damaged == nil || damaged.Path == decision.ChainFolder(there)):
			chain, found, err = there, true, nil
		}
	}
	if err != nil || !found {
		return Synced{}, err
	}
	return (&syncing{own: w.book, share: share, chain: chain, key: key, o: o, take: w.turn}).run(ctx)
}

// Sync makes an author's own copy of a chain and a share the same: what the share lacks is published, what the author's
// copy lacks is adopted, if it is sound, signed with the chain's key, and linked to what is there. A number at which they
// differ is a *ForkError, and then nothing is written to either. Nobody else may append to the own copy meanwhile;
// Writer.Sync sees to that.
//
// A file that is damaged in one copy and sound in the other is put right. One that is damaged or foreign and has no sound
// counterpart is left, and is a *FolderError at the end, when all else has been done. Synced is valid with every error.
func Sync(ctx context.Context, own, share *Book, chain decision.ID, o SyncOptions) (Synced, error) {
	free := func(context.Context) (func(), error) { return func() {}, nil }
	return (&syncing{own: own, share: share, chain: chain, o: o, take: free}).run(ctx)
}

// The two copies of a chain.
const (
	ownSide   = 0
	shareSide = 1
)

// syncing is one sync.
type syncing struct {
	own, share *Book
	chain      decision.ID
	key        sshsig.Key // of the chain
	o          SyncOptions
	take       func(context.Context) (release func(), err error) // the lock beside the key

	disposed map[decision.FileName]Disposal // records of the chain that a disposal in force names
	since    string                         // number folder with which the look began
	done     Synced
	files    atomic.Int64
	troubles []*FolderError // what was left as it was
}

// has says which files of one record a copy has.
type has struct{ record, cover bool }

func (h has) any() bool { return h.record || h.cover }

// pair is one record, in the two copies.
type pair struct {
	decision.FileName // of the whole record
	at                [2]has
}

func (s *syncing) side(i int) *Book { return [2]*Book{s.own, s.share}[i] }

func (s *syncing) fail(side int, err error) *FolderError {
	return &FolderError{Dir: s.side(side).dir, Err: err}
}

func (s *syncing) run(ctx context.Context) (Synced, error) {
	err := s.all(ctx)
	head, headErr := s.own.Head(s.chain)
	if s.done.Head = head.ID; err == nil && isSystem(headErr) {
		err = s.fail(ownSide, headErr)
	}
	if err == nil && len(s.troubles) > 0 {
		// What keeps the author from going on comes first.
		slices.SortStableFunc(s.troubles, func(a, b *FolderError) int {
			rank := func(e *FolderError) int {
				switch {
				case e.Ahead:
					return 0
				case e.Dir == s.own.dir:
					return 1
				}
				return 2
			}
			return cmp.Compare(rank(a), rank(b))
		})
		err = s.troubles[0]
	}
	return s.done, err
}

func (s *syncing) all(ctx context.Context) error {
	if err := s.readKey(); err != nil {
		return err
	}
	s.readDisposals()
	p, err := s.look(ctx)
	if err != nil {
		return err
	}
	mendOwn, mendShare, err := s.compare(ctx, p)
	if err != nil {
		return err
	}
	wholeOwn, err := s.bare(ctx, p, ownSide)
	if err != nil {
		return err
	}
	wholeShare, err := s.bare(ctx, p, shareSide)
	if err != nil {
		return err
	}
	if len(p.adopt) > 0 || len(mendOwn) > 0 || len(wholeOwn) > 0 || p.bodies || p.aside(ownSide) {
		if p, err = s.writeOwn(ctx, mendOwn, wholeOwn); err != nil {
			return err
		}
	}
	s.troubles, s.done.Foreign = append(s.troubles, p.troubles...), p.foreign
	if err := s.publish(ctx, p, mendShare); err != nil {
		return err
	}
	if err := s.fill(ctx, shareSide, wholeShare); err != nil {
		return err
	}
	return s.settle(p)
}

// readKey learns the chain's key from its first record, in whichever copy that
// is sound.
func (s *syncing) readKey() error {
	var first error
	for side := range 2 {
		key, err := s.side(side).keyOf(s.chain)
		if err == nil && !s.key.IsZero() && key != s.key {
			err = &WrongKeyError{Fingerprint: key.Fingerprint()}
		}
		if err == nil {
			s.key = key
			return nil
		}
		if first == nil || errors.Is(first, fs.ErrNotExist) {
			first = s.fail(side, err)
		}
	}
	return first
}

func (s *syncing) readDisposals() {
	if s.o.Trust == nil {
		return
	}
	s.done.Refused = s.o.Trust.withheld(s.own, s.o.Now, func(p decision.Place) bool { return p.Chain == s.chain })
	s.disposed = make(map[decision.FileName]Disposal)
	for _, d := range s.o.Trust.Disposals() {
		for _, p := range d.Act.Records {
			if p.Chain != s.chain {
				continue
			}
			if by, is := s.o.Trust.destroys(p.ID, s.o.Now); is && by.ID == d.ID {
				s.disposed[decision.FileName{Number: p.Number, Short: p.ID.Short()}] = d
			}
		}
	}
}

// plan is what a look at both copies shows. Making it writes nothing.
type plan struct {
	s        *syncing
	listed   [2]map[string][]named // by number folder
	temps    [2]map[string][]string
	folders  []string   // number folders looked at, in order
	pairs    []pair     // in the order of numbers; one to a number
	adopt    []adoption // in the order of numbers
	highest  int        // the highest number that the own copy has, or -1
	bodies   bool       // the own copy has bodies that were disposed of
	troubles []*FolderError
	foreign  []string // files on the share that are not the chain's
}

// adoption is a record that only the share has.
type adoption struct {
	pair
	coverOnly    bool
	id, previous decision.ID
	linked       bool
}

func (s *syncing) look(ctx context.Context) (*plan, error) {
	p := &plan{s: s, listed: [2]map[string][]named{{}, {}}, temps: [2]map[string][]string{{}, {}}}
	if err := p.window(); err != nil {
		return nil, err
	}
	for _, folder := range p.folders {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		pairs, err := p.folder(folder)
		if err != nil {
			return nil, err
		}
		p.pairs = append(p.pairs, pairs...)
	}
	if err := p.rivals(); err != nil {
		return nil, err
	}
	if err := p.examine(ctx); err != nil {
		return nil, err
	}
	for name := range s.disposed {
		names, err := p.list(ownSide, decision.NumberFolder(name.Number))
		if err != nil {
			return nil, err
		}
		p.bodies = p.bodies || slices.ContainsFunc(names, func(n named) bool { return n.FileName == name }) ||
			slices.ContainsFunc(p.temps[ownSide][decision.NumberFolder(name.Number)], func(temp string) bool {
				n, is := asideOf(temp)
				return is && n == name // a disposal was stopped before it was deleted
			})
	}
	return p, nil
}

// list returns the records in one number folder of one copy; none, where the
// folder is not there.
func (p *plan) list(side int, folder string) ([]named, error) {
	if names, done := p.listed[side][folder]; done {
		return names, nil
	}
	names, temps, err := p.s.side(side).records(path.Join(decision.ChainFolder(p.s.chain), folder))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, p.s.fail(side, err)
	}
	p.listed[side][folder], p.temps[side][folder] = names, temps
	return names, nil
}

// window finds the number folders that have to be looked at. A quick look begins
// in the newest folder of the shorter copy, and goes back until the copies have a
// record in common: by its links, all before it is then the same chain.
func (p *plan) window() error {
	s := p.s
	var all []string
	newest := [2]string{}
	for side := range 2 {
		folders, err := s.side(side).folders(decision.ChainFolder(s.chain), isNumberFolder)
		if errors.Is(err, fs.ErrNotExist) {
			if side == shareSide {
				err = s.newShare()
			} else {
				err = nil
			}
		}
		var told *FolderError
		var two *TwoChainsError
		if errors.As(err, &told) || errors.As(err, &two) {
			return err
		}
		if err != nil {
			return s.fail(side, err)
		}
		all = append(all, folders...)
		for _, folder := range slices.Backward(folders) {
			names, err := p.list(side, folder)
			if err != nil {
				return err
			}
			if len(names) > 0 {
				newest[side] = folder
				break
			}
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	from := 0
	if s.o.Quick && newest[ownSide] != "" && newest[shareSide] != "" {
		for from = slices.Index(all, min(newest[ownSide], newest[shareSide])); from > 0; from-- {
			pairs, err := p.folder(all[from])
			if err != nil {
				return err
			}
			if slices.ContainsFunc(pairs, func(x pair) bool { return x.at[ownSide].any() && x.at[shareSide].any() }) {
				break
			}
		}
	}
	if s.since != "" {
		// What is adopted meanwhile makes the copies agree sooner; what lies before it still has to be published.
		from = min(from, max(0, slices.Index(all, s.since)))
	}
	if p.folders = all[from:]; len(p.folders) > 0 {
		s.since = p.folders[0]
	}
	return nil
}

// newShare looks at a share that has nothing of the chain yet. A folder that is
// no log is not written to: it may be the empty place at which a share appears
// when it is there. One key has one chain.
func (s *syncing) newShare() error {
	entries, err := s.share.disk.ReadDir(".")
	if err != nil {
		return s.fail(shareSide, &NoLogError{Dir: s.share.dir, Err: err})
	}
	if !slices.ContainsFunc(entries, func(e fs.DirEntry) bool {
		return e.Name() == ReadmeName || e.IsDir() && decision.IsChainFolder(e.Name())
	}) {
		return s.fail(shareSide, &NoLogError{Dir: s.share.dir, Err: fs.ErrNotExist})
	}
	other, found, err := s.share.ChainOf(s.key)
	switch {
	case err != nil:
		return s.fail(shareSide, err)
	case found:
		return &TwoChainsError{
			Fingerprint: s.key.Fingerprint(),
			Folders:     [2]string{decision.ChainFolder(s.chain), decision.ChainFolder(other)},
		}
	}
	return nil
}

// folder puts beside each other what the two copies have in one number folder.
func (p *plan) folder(folder string) ([]pair, error) {
	var pairs []pair
	at := make(map[decision.FileName]int)
	for side := range 2 {
		names, err := p.list(side, folder)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			whole := n.FileName
			whole.CoverOnly = false
			i, known := at[whole]
			if !known {
				i, pairs = len(pairs), append(pairs, pair{FileName: whole})
				at[whole] = i
			}
			pairs[i].at[side].record = pairs[i].at[side].record || !n.CoverOnly
			pairs[i].at[side].cover = pairs[i].at[side].cover || n.CoverOnly
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), strings.Compare(a.Short, b.Short))
	})
	return pairs, nil
}

// rivals leaves one record to each number. Two that are signed with the chain's
// key are a fork. What is not is foreign, and does not compete.
func (p *plan) rivals() error {
	var kept []pair
	for i := 0; i < len(p.pairs); {
		group := p.pairs[i:]
		if n := slices.IndexFunc(group, func(x pair) bool { return x.Number != group[0].Number }); n >= 0 {
			group = group[:n]
		}
		i += len(group)
		if len(group) == 1 {
			kept = append(kept, group[0])
			continue
		}
		var signed []pair
		var names []string
		for _, x := range group {
			is := [2]bool{}
			for side := range 2 {
				var err error
				if is[side], err = p.s.signed(side, x); err != nil {
					return err
				}
			}
			switch {
			case is[ownSide] || is[shareSide]:
				signed, names = append(signed, x), append(names, x.FileName.String())
			case x.at[ownSide].any():
				p.trouble(ownSide, x, p.s.verify(ownSide, x))
			default:
				p.foreign = append(p.foreign, p.s.path(x, !x.at[shareSide].record))
			}
		}
		if len(signed) > 1 {
			fork := &ForkError{Chain: p.s.chain, Number: group[0].Number, Names: names}
			if slices.ContainsFunc(signed, func(x pair) bool { return !x.at[ownSide].any() }) {
				fork.Share = p.s.share.dir
			}
			return fork
		}
		kept = append(kept, signed...)
	}
	p.pairs = kept
	return nil
}

func (p *plan) trouble(side int, x pair, err error) *FolderError {
	if err == nil {
		err = &FileError{Path: p.s.path(x, !x.at[side].record), Err: errNotOurs}
	}
	e := p.s.fail(side, err)
	p.troubles = append(p.troubles, e)
	return e
}

var errNotOurs = errors.New("it is not signed with the key of its chain")

func (s *syncing) path(x pair, coverOnly bool) string {
	n := x.FileName
	n.CoverOnly = coverOnly
	return path.Join(recordFolder(s.chain, n.Number), n.String())
}

// read reads one record of the chain from one copy, whole or its cover alone,
// and verifies that it is one.
func (s *syncing) read(side int, x pair, coverOnly bool) (Entry, error) {
	n := named{x.FileName, s.path(x, false)}
	if coverOnly && x.at[side].cover {
		n.CoverOnly, n.path = true, s.path(x, true)
	}
	data, err := s.side(side).disk.ReadFile(n.path)
	if err != nil {
		return Entry{}, &FileError{Path: n.path, Err: err}
	}
	var e Entry
	if coverOnly && !n.CoverOnly {
		e, err = coverOf(n, data)
	} else {
		e, err = readEntry(n, data)
	}
	if err != nil {
		return Entry{}, err
	}
	return e, s.belongs(e)
}

func (s *syncing) belongs(e Entry) error {
	switch {
	case e.Chain != s.chain:
		return &FileError{Path: e.Path, Err: &NameError{Belongs: e.Chain.String()}}
	case e.Key != s.key:
		return &FileError{Path: e.Path, Err: &WrongKeyError{Fingerprint: e.Key.Fingerprint()}}
	}
	return nil
}

// verify verifies the file of a record in one copy, whole if it is there whole.
func (s *syncing) verify(side int, x pair) error {
	_, err := s.read(side, x, !x.at[side].record)
	return err
}

// signed reports whether a copy has proof that the chain's key signed a record of
// this name: a cover, whatever has become of the body.
func (s *syncing) signed(side int, x pair) (bool, error) {
	h := x.at[side]
	for _, one := range []has{{record: true}, {cover: true}} {
		if one.record && !h.record || one.cover && !h.cover {
			continue
		}
		alone := x
		alone.at[side] = one
		_, err := s.read(side, alone, true)
		if err == nil {
			return true, nil
		}
		if isSystem(err) {
			return false, s.fail(side, err)
		}
	}
	return false, nil
}

// disposedOf reports whether the body of a record is not to be copied.
func (s *syncing) disposedOf(x pair, cover decision.Cover) bool {
	d, is := s.disposed[x.FileName]
	return is && d.Allows(cover) == nil
}

// examine reads what only the share has, before anything is written.
func (p *plan) examine(ctx context.Context) error {
	s := p.s
	p.highest = -1
	var only []adoption
	for _, x := range p.pairs {
		if x.at[ownSide].any() {
			p.highest = x.Number
		} else {
			only = append(only, adoption{pair: x, coverOnly: !x.at[shareSide].record})
		}
	}
	errs, damaged := make([]error, len(only)), make([]error, len(only))
	err := each(ctx, 0, len(only), func(i int) error {
		a := &only[i]
		e, err := s.read(shareSide, a.pair, a.coverOnly)
		if err != nil && !isSystem(err) && a.at[shareSide].record && a.at[shareSide].cover {
			// Of a damaged record the cover beside it is still what its author signed.
			if c, is := s.read(shareSide, a.pair, true); is == nil {
				damaged[i], e, err, a.coverOnly = err, c, nil, true
			}
		}
		if err == nil {
			a.id, a.previous = e.ID, e.Page.Cover.Previous
			if s.disposedOf(a.pair, e.Page.Cover) {
				damaged[i] = nil
			}
			a.coverOnly = a.coverOnly || s.disposedOf(a.pair, e.Page.Cover)
		}
		if isSystem(err) {
			e := s.fail(shareSide, err)
			e.Ahead = a.Number > p.highest
			return e
		}
		errs[i] = err
		return nil
	})
	if err != nil {
		return err
	}
	var sound []adoption
	for i, a := range only {
		if errs[i] == nil {
			if damaged[i] != nil {
				p.trouble(shareSide, a.pair, damaged[i])
			}
			sound = append(sound, a)
			continue
		}
		signed, err := s.signed(shareSide, a.pair)
		if err != nil {
			return err
		}
		if !signed {
			p.foreign = append(p.foreign, s.path(a.pair, !a.at[shareSide].record))
			continue
		}
		p.trouble(shareSide, a.pair, errs[i]).Ahead = a.Number > p.highest
	}
	if err := p.link(sound); err != nil {
		return err
	}
	for _, a := range sound {
		if a.linked {
			p.adopt = append(p.adopt, a)
			continue
		}
		e := p.trouble(shareSide, a.pair, &FileError{Path: s.path(a.pair, a.coverOnly), Err: &NotFoundError{Wanted: decision.RecordName(a.Number-1, a.previous)}})
		e.Ahead = a.Number > p.highest
	}
	return nil
}

// link finds out which of the share's records hang together with what the own
// copy has: by naming the record before, or by being named by the one after.
func (p *plan) link(sound []adoption) error {
	fork := func(number int, a, b string) error {
		names := []string{a, b}
		slices.Sort(names)
		return &ForkError{Chain: p.s.chain, Number: number, Names: names, Share: p.s.share.dir}
	}
	for i := range sound {
		a := &sound[i]
		named := decision.FileName{Number: a.Number - 1, Short: a.previous.Short()}
		before, known, err := p.ownAt(a.Number - 1)
		if err != nil {
			return err
		}
		switch {
		case a.Number == 0:
			a.linked = true // its id is the chain's
		case known && before.FileName == named:
			a.linked = true
		case known:
			if is, err := p.s.signed(ownSide, before); err != nil || is {
				return cmp.Or(err, fork(a.Number-1, before.FileName.String(), named.String()))
			}
		case i > 0 && sound[i-1].Number == a.Number-1:
			if sound[i-1].FileName != named {
				return fork(a.Number-1, sound[i-1].FileName.String(), named.String())
			}
			a.linked = sound[i-1].linked
		}
	}
	for i := len(sound) - 1; i >= 0; i-- {
		a := &sound[i]
		after, known, err := p.ownAt(a.Number + 1)
		if err != nil {
			return err
		}
		if known {
			e, err := p.s.read(ownSide, after, !after.at[ownSide].record)
			if err == nil && e.Page.Cover.Previous != a.id {
				return fork(a.Number, a.FileName.String(), decision.RecordName(a.Number, e.Page.Cover.Previous))
			}
			a.linked = a.linked || err == nil
		} else if i+1 < len(sound) && sound[i+1].Number == a.Number+1 {
			a.linked = a.linked || sound[i+1].linked
		}
	}
	return nil
}

// ownAt returns the record that the own copy has at a number. Of two, of which
// one is foreign, rivals has left one; outside the folders looked at there is no
// telling, and none is returned.
func (p *plan) ownAt(number int) (pair, bool, error) {
	if number < 0 || number > decision.MaxNumber {
		return pair{}, false, nil
	}
	byNumber := func(x pair, n int) int { return cmp.Compare(x.Number, n) }
	if i, is := slices.BinarySearchFunc(p.pairs, number, byNumber); is {
		return p.pairs[i], p.pairs[i].at[ownSide].any(), nil
	}
	folder := decision.NumberFolder(number)
	if slices.Contains(p.folders, folder) {
		return pair{}, false, nil
	}
	names, err := p.list(ownSide, folder)
	if err != nil {
		return pair{}, false, err
	}
	var found []pair
	for _, n := range names {
		if n.Number != number {
			continue
		}
		x := pair{FileName: n.FileName}
		x.CoverOnly = false
		x.at[ownSide] = has{record: !n.CoverOnly, cover: n.CoverOnly}
		found = append(found, x)
	}
	if len(found) != 1 {
		return pair{}, false, nil
	}
	return found[0], true, nil
}

// compare compares the bytes of what both copies have; in a quick sync, of the
// newest record alone. It returns what is damaged in one and sound in the other.
func (s *syncing) compare(ctx context.Context, p *plan) (mendOwn, mendShare []pair, err error) {
	var both []pair
	for _, x := range p.pairs {
		if x.at[ownSide].record && x.at[shareSide].record || x.at[ownSide].cover && x.at[shareSide].cover && !x.at[ownSide].record && !x.at[shareSide].record {
			both = append(both, x)
		}
	}
	if s.o.Quick && len(both) > 0 {
		both = both[len(both)-1:]
	}
	var mu sync.Mutex
	var bad []pair
	err = each(ctx, 0, len(both), func(i int) error {
		defer s.progress()
		x := both[i]
		coverOnly := !x.at[ownSide].record
		var data [2][]byte
		for side := range 2 {
			var err error
			data[side], err = s.side(side).disk.ReadFile(s.path(x, coverOnly))
			switch {
			case errors.Is(err, fs.ErrNotExist):
				return nil // a disposal has just taken it away
			case err != nil && isSystem(err):
				return s.fail(side, &FileError{Path: s.path(x, coverOnly), Err: err})
			}
		}
		if bytes.Equal(data[ownSide], data[shareSide]) {
			return nil
		}
		own, share := s.verify(ownSide, x), s.verify(shareSide, x)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case own == nil && share != nil:
			mendShare = append(mendShare, x)
		case own != nil && share == nil:
			mendOwn = append(mendOwn, x)
		case own != nil:
			bad = append(bad, x)
		}
		return nil
	})
	byNumber := func(a, b pair) int { return cmp.Compare(a.Number, b.Number) }
	slices.SortFunc(mendOwn, byNumber)
	slices.SortFunc(mendShare, byNumber)
	slices.SortFunc(bad, byNumber)
	for _, x := range bad {
		s.troubles = append(s.troubles, s.fail(ownSide, s.verify(ownSide, x)))
	}
	return mendOwn, mendShare, err
}

func (s *syncing) progress() {
	if n := s.files.Add(1); s.o.Progress != nil && n%64 == 0 {
		s.o.Progress(int(n))
	}
}

// writeOwn brings the own copy up to date: bodies that were disposed of go, what
// only the share has is adopted, in the order of the numbers, and damage is put
// right. It looks again first, since another program of the same person may have
// appended meanwhile; with the lock, none can any more. It returns a new look.
func (s *syncing) writeOwn(ctx context.Context, mend, bare []pair) (*plan, error) {
	release, err := s.take(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	p, err := s.look(ctx)
	if err != nil {
		return nil, err
	}
	if did, err := s.regain(p, ownSide); err != nil {
		return nil, err
	} else if did {
		if p, err = s.look(ctx); err != nil {
			return nil, err
		}
	}
	if p.bodies {
		gone, err := shred(ctx, s.own, s.o.Trust.Disposals(), s.o.Now, func(r decision.Place, by Disposal) bool {
			d, is := s.disposed[decision.FileName{Number: r.Number, Short: r.ID.Short()}]
			return is && r.Chain == s.chain && d.ID == by.ID
		})
		s.done.Disposed += gone.Done
		if err != nil {
			return nil, err
		}
	}
	made := ""
	for _, a := range p.adopt {
		ahead := func(err *FolderError) error {
			err.Ahead = a.Number > p.highest
			return err
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		e, err := s.read(shareSide, a.pair, a.coverOnly)
		if err != nil {
			return nil, ahead(s.fail(shareSide, err))
		}
		if folder := path.Dir(e.Path); folder != made && len(p.listed[ownSide][path.Base(folder)]) == 0 {
			if err := s.own.makeFolder(folder, true); err != nil {
				return nil, ahead(s.fail(ownSide, err))
			}
			made = folder
		}
		if err := s.own.putSurely(s.path(a.pair, e.CoverOnly), e.Page.Bytes(), false); err != nil {
			return nil, ahead(s.fail(ownSide, err))
		}
		s.done.Adopted++
		s.progress()
	}
	for _, x := range mend {
		if err := s.mend(shareSide, ownSide, x); err != nil {
			return nil, err
		}
	}
	if err := s.fill(ctx, ownSide, bare); err != nil {
		return nil, err
	}
	return s.look(ctx)
}

// aside reports whether what somebody moved aside in a copy may be all that is left of a record.
func (p *plan) aside(side int) bool {
	for _, folder := range p.folders {
		for _, temp := range p.temps[side][folder] {
			n, is := asideOf(temp)
			if is && !slices.ContainsFunc(p.listed[side][folder], func(r named) bool { return r.Number == n.Number && r.Short == n.Short }) {
				return true
			}
		}
	}
	return false
}

// regain puts covers back in one copy, see Book.regain.
func (s *syncing) regain(p *plan, side int) (did bool, err error) {
	if !p.aside(side) {
		return false, nil
	}
	for _, folder := range p.folders {
		one, err := s.side(side).regain(p.listed[side][folder], p.temps[side][folder])
		if did = did || one; err != nil {
			return did, s.fail(side, err)
		}
	}
	return did, nil
}

// bare finds the records that a copy has the cover of, alone though the other has the whole, or beside the whole, and that
// no disposal is to destroy. A quick sync does not look, nor can one that does not know the disposals, or not surely.
func (s *syncing) bare(ctx context.Context, p *plan, side int) ([]pair, error) {
	if s.o.Quick || s.o.Trust == nil || s.o.Trust.Sure() != nil {
		return nil, nil
	}
	var found []pair
	for _, x := range p.pairs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if !x.at[side].cover || !x.at[side].record && !x.at[1-side].record {
			continue
		}
		from := side
		if !x.at[side].record {
			from = 1 - side
		}
		// A disposal that is not finished comes first: it is no damage that the body is gone.
		if e, err := s.read(side, x, true); err == nil && s.disposedOf(x, e.Page.Cover) {
			continue
		}
		e, err := s.read(from, x, false)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue // somebody disposes of it at this moment
		case isSystem(err):
			return nil, s.fail(from, err)
		case err != nil && from != side:
			s.troubles = append(s.troubles, s.fail(from, err))
			continue
		case err != nil:
			continue // it is told, or put right, as any damaged file; the cover is needed until then
		}
		if !s.disposedOf(x, e.Page.Cover) {
			found = append(found, x)
		}
	}
	return found, nil
}

// fill puts the whole record, which the other copy has, where a copy has the cover alone. Then, as in a merge, the cover is
// in the way.
func (s *syncing) fill(ctx context.Context, side int, bare []pair) error {
	b := s.side(side)
	for _, x := range bare {
		if err := ctx.Err(); err != nil {
			return err
		}
		from := side
		if !x.at[side].record {
			from = 1 - side
		}
		e, err := s.read(from, x, false)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return s.fail(from, err)
		}
		if from != side {
			if err := b.putSurely(e.Path, e.Page.Bytes(), false); err != nil {
				return s.fail(side, err)
			}
			s.done.Mended++
		}
		if err := b.dropCover(named{x.FileName, e.Path}, e); errors.Is(err, fs.ErrPermission) {
			s.troubles = append(s.troubles, s.fail(side, err)) // it is whole; who may not take the cover away can do no more
		} else if err != nil {
			return s.fail(side, err)
		}
	}
	return nil
}

// mend puts a damaged file of one copy right from the sound one of the other.
func (s *syncing) mend(from, to int, x pair) error {
	coverOnly := !x.at[ownSide].record
	e, err := s.read(from, x, coverOnly)
	if err != nil {
		return s.fail(from, err)
	}
	if err := s.side(to).putSurely(s.path(x, coverOnly), e.Page.Bytes(), true); err != nil {
		return s.fail(to, err)
	}
	s.done.Mended++
	return nil
}

// publish writes what the share lacks, in the order of the numbers.
func (s *syncing) publish(ctx context.Context, p *plan, mend []pair) error {
	if _, err := s.regain(p, shareSide); err != nil {
		return err
	}
	for _, x := range mend {
		if err := s.mend(ownSide, shareSide, x); err != nil {
			return err
		}
	}
	made, signers := "", false
	var written []pair
	for _, x := range p.pairs {
		if !x.at[ownSide].any() || x.at[shareSide].any() {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		// Beside a cover, a body waits for the end of a disposal, which nobody has begun where none is in force.
		bare := !x.at[ownSide].record || (s.o.Trust == nil || s.o.Trust.Sure() != nil) && x.at[ownSide].cover
		e, err := s.read(ownSide, x, bare)
		if isSystem(err) {
			// A disk may have to be asked twice. Where it does not answer then either, the rest is published all the same: it
			// may be the only copy that is left soon, and the gap on the share tells the truth.
			e, err = s.read(ownSide, x, bare)
		}
		if err != nil && !isSystem(err) && x.at[ownSide].record && x.at[ownSide].cover {
			if c, is := s.read(ownSide, x, true); is == nil { // of a damaged record, what its author signed
				s.troubles = append(s.troubles, s.fail(ownSide, err))
				e, err = c, nil
			}
		}
		if err == nil && !e.CoverOnly && s.disposedOf(x, e.Page.Cover) {
			e, err = s.read(ownSide, x, true)
		}
		if err != nil {
			s.troubles = append(s.troubles, s.fail(ownSide, err))
			continue
		}
		folder := recordFolder(s.chain, x.Number)
		if folder != made && len(p.listed[shareSide][path.Base(folder)]) == 0 {
			if err := s.share.makeFolder(folder, true); err != nil {
				return s.fail(shareSide, err)
			}
			made = folder
		}
		if err := s.share.putSurely(s.path(x, e.CoverOnly), e.Page.Bytes(), false); err != nil {
			return s.fail(shareSide, err)
		}
		s.done.Published++
		s.progress()
		if temps := p.temps[shareSide]; temps[path.Base(folder)] != nil {
			s.share.tidyBeside(s.path(x, e.CoverOnly), temps[path.Base(folder)])
			delete(temps, path.Base(folder))
		}
		written = append(written, x)
		signers = signers || x.Number == 0 || e.Page.Cover.Kind == decision.Trust
	}
	if signers {
		// A convenience; it is no reason to call a record unpublished.
		if s.o.Trust != nil {
			s.share.WriteSigners(s.o.Trust)
		} else {
			s.share.keepSigners(s.chain)
		}
	}
	return s.alone(written)
}

// alone looks whether what was published stands alone at its number.
func (s *syncing) alone(written []pair) error {
	folder, records := "", []named(nil)
	for _, x := range written {
		if in := recordFolder(s.chain, x.Number); in != folder {
			var err error
			if records, _, err = s.share.records(in); err != nil {
				return s.fail(shareSide, err)
			}
			folder = in
		}
		if len(slot(records, x.Number)) < 2 {
			continue
		}
		// A foreign one is no fork.
		var names []string
		for _, n := range records {
			if n.Number != x.Number {
				continue
			}
			y := pair{FileName: n.FileName}
			y.CoverOnly = false
			y.at[shareSide] = has{record: !n.CoverOnly, cover: n.CoverOnly}
			if is, err := s.signed(shareSide, y); err != nil {
				return err
			} else if is && !slices.Contains(names, y.FileName.String()) {
				names = append(names, y.FileName.String())
			}
		}
		if len(names) > 1 {
			return &ForkError{Chain: s.chain, Number: x.Number, Names: names, Recorded: true, Share: s.share.dir}
		}
	}
	return nil
}

// settle makes durable what was found there already: an earlier sync may have
// been stopped before it did.
func (s *syncing) settle(p *plan) error {
	for _, folder := range p.folders {
		for side := range 2 {
			names := p.listed[side][folder]
			if len(names) == 0 {
				continue
			}
			last := names[len(names)-1].path
			err := s.side(side).disk.Settle(path.Dir(last), path.Base(last))
			if err != nil && !errors.Is(err, fs.ErrPermission) {
				return s.fail(side, &WriteError{Step: "settle", Path: path.Dir(last), Err: err, Unsure: true})
			}
		}
	}
	return nil
}

// WriteSigners writes the log's allowed_signers, unless it has these lines already: with trust, a line for each chain that
// the log admits and that is here, with its roles and, where it is closed, until when it counts; otherwise a line for each
// chain, from its opening.
func (b *Book) WriteSigners(t *Trust) error {
	if t == nil {
		return b.writeSigners()
	}
	var lines []string
	for _, m := range t.Members() {
		if line, here := b.memberLine(m); here {
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	text := []byte(strings.Join(slices.Compact(lines), ""))
	if now, err := b.disk.ReadFile(SignersName); err == nil && bytes.Equal(now, text) {
		return nil
	}
	if err := replace(b.disk, SignersName, text); err != nil {
		return &SignersError{Err: err}
	}
	return nil
}

// memberLine returns the line of a chain that a log admits, if the chain is here
// and intact at its beginning. A closed chain gets the claimed time of its last
// record that counts: ssh-keygen knows no numbers.
func (b *Book) memberLine(m Member) (line string, here bool) {
	e, err := b.first(decision.ChainFolder(m.Chain))
	if err != nil || e.Chain != m.Chain {
		return "", false
	}
	o, err := e.Opening()
	if err != nil {
		return "", false
	}
	roles := sshsig.Decision
	if slices.Contains(m.Roles, decision.Overseer) {
		roles += "," + sshsig.Oversight
	}
	until := ""
	if m.Closed >= 0 {
		last, is := b.lastUpTo(m.Chain, m.Closed, e.Key)
		if !is {
			return "", false
		}
		until = fmt.Sprintf(",valid-before=%q", last.Page.Cover.Time.UTC().Add(time.Second).Format("20060102150405Z"))
	}
	principal := m.Principal
	if !decision.IsPrincipal(principal) {
		principal = o.Principal
	}
	return fmt.Sprintf("%s namespaces=%q%s %s\n", principal, roles, until, e.Key.AuthorizedKey()), true
}

// lastUpTo returns the newest intact record of a chain whose number is not above
// this one: that number's, unless it is missing here.
func (b *Book) lastUpTo(chain decision.ID, number int, key sshsig.Key) (Entry, bool) {
	folders, err := b.folders(decision.ChainFolder(chain), isNumberFolder)
	if err != nil {
		return Entry{}, false
	}
	for _, folder := range slices.Backward(folders) {
		if folder > decision.NumberFolder(number) {
			continue
		}
		records, _, err := b.records(path.Join(decision.ChainFolder(chain), folder))
		if err != nil {
			return Entry{}, false
		}
		for _, n := range slices.Backward(records) {
			if n.Number > number {
				continue
			}
			if e, err := b.read(n); err == nil && e.Chain == chain && e.Key == key {
				return e, true
			}
		}
	}
	return Entry{}, false
}
