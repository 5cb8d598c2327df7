package logbook

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path"
	"slices"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// Shredded is what Shred did.
type Shredded struct {
	Done    int              // bodies destroyed now
	Before  int              // bodies that were gone already
	Refused []Fault          // records that the disposal does not allow to destroy, and why
	Places  []decision.Place // of the bodies destroyed now
}

// Shred carries out a disposal in a folder: the cover is written beside each record, and is durable before the record's
// file is removed. To do it again finishes what was interrupted. What has the body in a temporary file, left by a writer
// that was stopped, is removed too. A record whose chain is not in the folder is passed over.
//
// Shredded is valid with every error. Of file systems that keep old states, backups and the disk's own spare cells it
// knows nothing.
//
// A disposal that claims a time later than now by this computer's clock destroys nothing, since it could be dated after any
// keep-until. A zero now refuses none for that.
//
// Nor does one that comes from trust which is not sure, by itself or by the receipts of the log that the caller knows: the
// error is then the *UnsureError of Sure.
func Shred(ctx context.Context, b *Book, d Disposal, now time.Time, receipts ...decision.Receipt) (Shredded, error) {
	if d.sure != nil {
		if err := d.sure(receipts...); err != nil {
			return Shredded{}, err
		}
	}
	return shred(ctx, b, []Disposal{d}, now, func(decision.Place, Disposal) bool { return true })
}

// target is one record to be disposed of.
type target struct {
	decision.Place
	by Disposal
}

func (t target) name(coverOnly bool) named {
	n := decision.FileName{Number: t.Number, Short: t.ID.Short(), CoverOnly: coverOnly}
	return named{n, path.Join(recordFolder(t.Chain, t.Number), n.String())}
}

// shred carries out disposals, folder by folder, so that each is listed once.
func shred(ctx context.Context, b *Book, disposals []Disposal, now time.Time, wanted func(decision.Place, Disposal) bool) (Shredded, error) {
	var targets []target
	for _, d := range disposals {
		for _, p := range d.Act.Records {
			if p.Number >= 0 && p.Number <= decision.MaxNumber && wanted(p, d) {
				targets = append(targets, target{p, d})
			}
		}
	}
	slices.SortStableFunc(targets, func(x, y target) int {
		return cmp.Or(bytes.Compare(x.Chain[:], y.Chain[:]), cmp.Compare(x.Number, y.Number), bytes.Compare(x.ID[:], y.ID[:]))
	})
	s := shredding{b: b, now: now}
	for len(targets) > 0 {
		first := targets[0]
		folder := recordFolder(first.Chain, first.Number)
		n := slices.IndexFunc(targets, func(t target) bool {
			return t.Chain != first.Chain || recordFolder(t.Chain, t.Number) != folder
		})
		if n < 0 {
			n = len(targets)
		}
		if err := s.folder(ctx, folder, targets[:n]); err != nil {
			if ctx.Err() == nil || !errors.Is(err, ctx.Err()) {
				err = &FolderError{Dir: b.dir, Err: err}
			}
			return s.done, err
		}
		targets = targets[n:]
	}
	return s.done, nil
}

type shredding struct {
	b    *Book
	now  time.Time
	done Shredded
	gone []decision.Place // bodies destroyed in this folder, which has not been settled yet
}

// late reports whether a disposal claims a time that is still to come. Two honest clocks may differ a little.
func (d *Disposal) late(now time.Time) bool {
	return !now.IsZero() && d.Time.After(now.Add(clockSlack))
}

var errLate = errors.New("the disposal claims a time that is still to come")

func (s *shredding) folder(ctx context.Context, folder string, targets []target) error {
	records, temps, err := s.b.records(folder)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := s.b.disk.Lstat(path.Dir(folder)); errors.Is(err, fs.ErrNotExist) {
			return nil // the chain is not here
		}
		err = nil
	}
	if err != nil {
		return &FileError{Path: folder, Err: err}
	}
	did, err := s.b.regain(records, temps)
	if err == nil && did {
		records, temps, err = s.b.records(folder)
	}
	if err != nil {
		return err
	}
	here := make(map[decision.FileName]bool)
	for _, n := range records {
		here[n.FileName] = true
	}
	for i, t := range targets {
		if err := ctx.Err(); err != nil {
			return err
		}
		if i > 0 && targets[i-1].Place == t.Place && !here[t.name(false).FileName] {
			continue // another disposal of the same record has done it
		}
		err := s.one(t, here, temps)
		// Each before the next: a flush for the next one that fails, and is done again, must not leave this one in doubt.
		if settled := s.settle(folder); err == nil {
			err = settled
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// settle makes durable that the bodies in a folder are gone.
func (s *shredding) settle(folder string) error {
	if len(s.gone) == 0 {
		return nil
	}
	last := target{Place: s.gone[len(s.gone)-1]}.name(true)
	if err := s.b.disk.Settle(folder, path.Base(last.path)); err != nil {
		return &WriteError{Step: "settle", Path: last.path, Err: err}
	}
	s.done.Done += len(s.gone)
	s.done.Places = append(s.done.Places, s.gone...)
	s.gone = nil
	return nil
}

func (s *shredding) refuse(code Code, t target, n named, more string) {
	s.done.Refused = append(s.done.Refused, fault(code, decision.ChainFolder(t.Chain), t.Number, n.path, more))
}

func (s *shredding) undue(t target, n named, why error) {
	s.done.Refused = append(s.done.Refused, Fault{
		Chain: decision.ChainFolder(t.Chain), Number: t.Number, File: n.path, Code: DisposalUndue, Meaning: "not destroyed: " + why.Error(),
		Next: "leave it, or record a disposal that allows it",
	})
}

// one disposes of one record.
func (s *shredding) one(t target, here map[decision.FileName]bool, temps []string) error {
	d := s.b.disk
	record, cover := t.name(false), t.name(true)
	if t.Number == 0 { // its cover could not stand alone
		s.undue(t, record, errKindStays)
		return nil
	}
	var e Entry
	var refused error
	var of, vanished named
	var data []byte
	for _, n := range []named{record, cover} {
		if !here[n.FileName] {
			continue
		}
		read, err := d.ReadFile(n.path)
		if errors.Is(err, fs.ErrNotExist) {
			vanished = n // another program is at work on the same record
			delete(here, n.FileName)
			continue
		}
		if err != nil {
			return &FileError{Path: n.path, Err: err}
		}
		// The id that the disposal names pins the cover with the keep-until that the author signed. A body that was damaged
		// is destroyed like any other.
		x, err := coverOf(n, read)
		if err == nil && (x.ID != t.ID || x.Chain != t.Chain) {
			err = &FileError{Path: n.path, Err: &NameError{Belongs: x.ID.String()}}
		}
		switch {
		case of.path == "" || refused != nil && err == nil:
			e, refused, of, data = x, err, n, read
		case refused == nil && err == nil && s.b.signs(x, e):
			e = x
		}
	}
	switch {
	case of.path == "" && vanished.path != "":
		return &FileError{Path: vanished.path, Err: fs.ErrNotExist}
	case of.path == "":
		s.refuse(Missing, t, record, "")
		return nil
	case refused != nil:
		code, words := WrongName, refused.Error()
		if found := inspect(placeOf(of), data, Options{}).faults; len(found) > 0 {
			code, words = found[0].Code, ""
		}
		s.refuse(code, t, of, words)
		return nil
	}
	err := t.by.Allows(e.Page.Cover)
	if err == nil && t.by.late(s.now) {
		err = errLate
	}
	if err != nil {
		s.undue(t, of, err)
		return nil
	}
	left := e.Page.Bytes()
	if !here[record.FileName] && bytes.Equal(data, left) {
		if err := d.Settle(path.Dir(cover.path), path.Base(cover.path)); err != nil && !errors.Is(err, fs.ErrPermission) {
			return &WriteError{Step: "settle", Path: cover.path, Err: err}
		}
		had, err := s.temps(e, temps)
		switch {
		case err != nil:
			return err
		case had:
			s.gone = append(s.gone, t.Place)
		default:
			s.done.Before++
		}
		return nil
	}
	// A cover that an earlier try left may not be durable, so it is written again.
	if err := s.b.putCover(e, here[cover.FileName]); err != nil {
		return err
	}
	here[cover.FileName] = true
	// A link may have been made and its temporary name left.
	if _, err := s.temps(e, temps); err != nil {
		return err
	}
	aside := asideName(record.path)
	if err := d.Rename(record.path, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &WriteError{Step: "remove", Path: record.path, Err: err}
	}
	delete(here, record.FileName)
	// Somebody who merges at this moment may have taken the cover for superfluous, while the record was there.
	if err := readBack(d, cover.path, left); err != nil {
		if err := s.b.putCover(e, !errors.Is(err, fs.ErrNotExist)); err != nil {
			return err
		}
	}
	if err := d.Remove(aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &WriteError{Step: "remove", Path: record.path, Err: err}
	}
	s.gone = append(s.gone, t.Place)
	return nil
}

// destroys returns the disposal by which the body of a record is to be destroyed
// where it is met. A hold that was recorded later does not undo the disposal, but
// while it stands nobody destroys anything without being asked: it may be the last
// copy. Nor does one that claims a time still to come by this computer's clock, or
// stand in the way of another of the same record.
//
// Where acts of oversight are missing, a hold or the closing of a stolen key may be
// among them, and nothing is destroyed; see withheld.
func (t *Trust) destroys(id decision.ID, now time.Time) (Disposal, bool) {
	if t == nil || t.Sure() != nil {
		return Disposal{}, false
	}
	return t.orders(id, now)
}

// orders is destroys, whatever is missing.
func (t *Trust) orders(id decision.ID, now time.Time) (best Disposal, is bool) {
	if _, held := t.Held(id); held {
		return Disposal{}, false
	}
	if best, is = t.Disposed(id); !is || !best.late(now) {
		return best, is
	}
	is = false
	for i := range t.disposed.of(id) {
		d := &t.disposals[i]
		if !d.InForce || d.holds(id) || d.late(now) {
			continue
		}
		early, than := d.Act.Override != "", best.Act.Override != ""
		if !is || early && !than || early == than && d.Time.After(best.Time) {
			best, is = *d, true
		}
	}
	if !is {
		return Disposal{}, false
	}
	return best, true
}

// withheld says which bodies of a folder are not destroyed, though a disposal orders it, because acts of oversight are missing.
func (t *Trust) withheld(b *Book, now time.Time, wanted func(decision.Place) bool) (refused []Fault) {
	err := t.Sure()
	if err == nil {
		return nil
	}
	for _, d := range t.disposals {
		for _, p := range d.Act.Records {
			if p.Number < 0 || p.Number > decision.MaxNumber || !wanted(p) {
				continue
			}
			if by, is := t.orders(p.ID, now); !is || by.ID != d.ID {
				continue
			}
			n := target{Place: p}.name(false)
			data, gone := b.disk.ReadFile(n.path)
			if gone != nil {
				continue
			}
			if e, not := coverOf(n, data); not != nil || d.Allows(e.Page.Cover) != nil {
				continue
			}
			refused = append(refused, Fault{
				Log: b.dir, Chain: decision.ChainFolder(p.Chain), Number: p.Number, File: n.path, Code: Unfinished, Meaning: "not destroyed: " + err.Error(),
				Next: "bring the missing acts of oversight back first, from whoever has a copy of the log",
			})
		}
	}
	return refused
}

// signs reports whether the first of two covers of one record, under which
// different keys have put their signatures, has the chain's.
func (b *Book) signs(x, than Entry) bool {
	if x.Key == than.Key {
		return false
	}
	key, err := b.keyOf(x.Chain)
	return err == nil && x.Key == key
}

// keyOf returns the key of a chain, from its first record: the chain's id pins
// its cover, which pins its body, which has the key.
func (b *Book) keyOf(chain decision.ID) (sshsig.Key, error) {
	e, err := b.first(decision.ChainFolder(chain))
	if err == nil && e.Chain != chain {
		err = &FileError{Path: e.Path, Err: &NameError{Belongs: e.Chain.String()}}
	}
	if err == nil {
		_, err = e.Opening()
	}
	return e.Key, err
}

// temps removes temporary files in the record's folder that hold its body, or
// the beginning of it, or what a disposal that was stopped had moved aside, and
// reports whether there was any. By now the cover is durable.
func (s *shredding) temps(e Entry, temps []string) (had bool, err error) {
	for _, name := range temps {
		n, is := asideOf(name)
		if !is || n.CoverOnly || n.Number != e.Number || n.Short != e.ID.Short() {
			data, err := s.b.disk.ReadFile(name)
			if isSystem(err) {
				return had, err // it may be one of these
			}
			if err != nil {
				continue
			}
			if cover, is := bodyIn(data); !is || cover.ID() != e.ID {
				continue
			}
		}
		if err := s.b.disk.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return had, &WriteError{Step: "remove", Path: name, Err: err}
		}
		had = true
	}
	return had, nil
}

// bodyIn returns the cover of a file that has a body behind it, or the beginning of one, whatever has become of the rest.
func bodyIn(data []byte) (decision.Cover, bool) {
	text, _, body, err := decision.CutPage(data)
	if err != nil || len(body) == 0 {
		return decision.Cover{}, false
	}
	cover, err := decision.ParseCover(text)
	return cover, err == nil
}

// Bodies returns what tells whether a folder still has the body of a record: under the record's name, or in a temporary file
// that a disposal or a writer left when it was stopped. It goes by names, and lists a folder of records at most once.
func (b *Book) Bodies() func(decision.Place) bool {
	left := make(map[string]map[decision.FileName]bool)
	return func(p decision.Place) bool {
		if p.Number < 0 || p.Number > decision.MaxNumber {
			return false
		}
		n := target{Place: p}.name(false)
		if _, err := b.disk.Lstat(n.path); err == nil {
			return true
		}
		folder := path.Dir(n.path)
		found, listed := left[folder]
		if !listed {
			_, temps, _ := b.records(folder)
			for _, name := range temps {
				of, is := asideOf(name)
				if !is || of.CoverOnly {
					data, _ := b.disk.ReadFile(name)
					var cover decision.Cover
					if cover, is = bodyIn(data); is {
						of = decision.FileName{Number: cover.Number, Short: cover.ID().Short()}
					}
				}
				if is {
					if found == nil {
						found = make(map[decision.FileName]bool)
					}
					found[of] = true
				}
			}
			left[folder] = found
		}
		return found[n.FileName]
	}
}

// coverOf reads the cover of a record's file, whatever has become of the body,
// and verifies it as the file that a disposal leaves.
func coverOf(n named, data []byte) (Entry, error) {
	cover, armour, _, err := decision.CutPage(data)
	if err != nil {
		return Entry{}, &FileError{Path: n.path, Err: err}
	}
	n.CoverOnly = true
	n.path = path.Join(path.Dir(n.path), n.FileName.String())
	return readEntry(n, slices.Concat(cover, armour))
}
