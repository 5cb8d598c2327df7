package logbook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofrs/flock"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// tempAge is how old a leftover temporary file must be before its owner removes
// it: old enough that nobody is still looking into what happened.
const tempAge = 24 * time.Hour

// lockRetry is how often a taken lock is tried again. A lock is held for some
// milliseconds, as long as one record takes.
const lockRetry = 5 * time.Millisecond

// Act is what one record should say. The place in the chain, the signature and
// the file name are the Writer's.
type Act struct {
	// Time is the author's clock, kept as it is even where it lies before the
	// record before: a time is a claim, and a corrected claim would be an invented one.
	Time time.Time
	Kind decision.Kind
	// About is the record this one completes, amends, reviews or endorses.
	About decision.ID
	// Seen is the newest checkpoint this device has verified. Zero repeats what
	// the record before says, since seen never goes back.
	Seen decision.ID
	// Tree is for checkpoints, see decision.Cover; empty otherwise.
	Tree string
	// KeepUntil is a date, "2034-11-22", or decision.Permanent.
	KeepUntil string
	// Body is the text from decision.EncodeBody. Its salt makes it unique, which is
	// how a repeated Append is recognised.
	Body []byte
}

// Writer appends to the chain of one key. Several writers of one key, in one
// program or in many, take turns by a lock on a file beside the private key:
// only that key can extend its chain, so a log as a whole needs no lock.
type Writer struct {
	book   *Book
	signer sshsig.Signer
	lock   string

	chain  atomic.Pointer[decision.ID] // of the key, once it is known; a key never changes its chain
	unsure atomic.Pointer[Entry]       // the last record of which the disk left it open whether it is there
}

// NewWriter returns a writer for the signer's key. The lock file is made if it
// is missing and is never removed; it belongs on a local disk, where locks work.
func NewWriter(book *Book, signer sshsig.Signer, lockPath string) *Writer {
	return &Writer{book: book, signer: signer, lock: lockPath}
}

// Append records an act as the next record of the key's chain, or as its first
// if the kind is open. When it returns without an error the record is complete,
// durable and has been read back. When it returns an error nothing was recorded,
// except that:
//
//   - *WriteError with Unsure: the record may be there. Append the same body
//     again with this Writer; it settles that record and adds no second, also
//     where another program with the key has gone on meanwhile. A new Writer
//     knows the newest record only: look for the body before it is appended.
//   - *ForkError with Recorded: the record is there and so is another of its
//     number. The Entry is valid.
//   - *SignersError: the record is there; the convenience file is not up to date.
//     The Entry is valid, and the next Append tries again.
//
// A lock held by another program is waited for until ctx ends.
func (w *Writer) Append(ctx context.Context, act Act) (Entry, error) {
	release, err := w.turn(ctx)
	if err != nil {
		return Entry{}, err
	}
	defer release()
	chain, opened, err := w.ownChain()
	if err != nil {
		return Entry{}, err
	}
	switch {
	case act.Kind == decision.Open && opened:
		return w.openedBefore(chain, act)
	case act.Kind == decision.Open:
		return w.open(act)
	case !opened:
		return Entry{}, &NoChainError{Fingerprint: w.signer.Key().Fingerprint()}
	}
	return w.extend(chain, act)
}

// turn takes the lock beside the key.
func (w *Writer) turn(ctx context.Context) (release func(), err error) {
	l := flock.New(w.lock)
	if _, err := l.TryLockContext(ctx, lockRetry); err != nil {
		return nil, &LockError{Path: w.lock, Err: err}
	}
	return func() { l.Close() }, nil
}

// ownChain returns the chain that the key has opened in the writer's log.
func (w *Writer) ownChain() (chain decision.ID, found bool, err error) {
	if known := w.chain.Load(); known != nil {
		return *known, true, nil
	}
	chain, found, err = w.book.ChainOf(w.signer.Key())
	if err == nil && found {
		w.chain.Store(&chain)
	}
	return chain, found, err
}

func (w *Writer) open(act Act) (Entry, error) {
	var opening decision.Opening
	if err := decision.DecodeBody(act.Body, &opening); err != nil {
		return Entry{}, &ActError{Err: err}
	}
	if err := checkOpening(opening, w.signer.Key(), opening.Standing); err != nil {
		return Entry{}, &ActError{Err: err}
	}
	e, err := w.compose(act, decision.Cover{}, opening.Standing)
	if err != nil {
		return Entry{}, err
	}
	if err := w.publish(e, false); err != nil {
		return onlyIfRecorded(e, err)
	}
	w.chain.Store(&e.Chain)
	return e, w.book.writeSigners()
}

// openedBefore finishes an opening that was interrupted, and refuses a second.
func (w *Writer) openedBefore(chain decision.ID, act Act) (Entry, error) {
	e, err := w.book.first(decision.ChainFolder(chain))
	if err != nil {
		return Entry{}, err
	}
	if !sameAct(e, act) {
		return Entry{}, &ChainExistsError{Chain: chain}
	}
	if err := w.publish(e, true); err != nil {
		return onlyIfRecorded(e, err)
	}
	return e, w.book.writeSigners()
}

func (w *Writer) extend(chain decision.ID, act Act) (Entry, error) {
	head, temps, err := w.book.head(chain)
	if err != nil {
		return Entry{}, err
	}
	if head.Key != w.signer.Key() {
		return Entry{}, &HeadError{Path: head.Path, Err: &WrongKeyError{Fingerprint: head.Key.Fingerprint()}}
	}
	if head.CoverOnly && head.Page.Cover.BodySum == sha256.Sum256(act.Body) {
		return Entry{}, &ActError{Err: errors.New("this body has been disposed of")}
	}
	if !head.CoverOnly && sameAct(head, act) {
		if err := w.publish(head, true); err != nil {
			return onlyIfRecorded(head, err)
		}
		return head, w.book.keepSigner(w.signer.Key())
	}
	if e := w.unsure.Load(); e != nil && e.Chain == chain && e.Number < head.Number && sameAct(*e, act) {
		// Another program with the key may have built on it meanwhile, so that it is not the newest.
		_, err := w.book.disk.Lstat(e.Path)
		switch {
		case err == nil:
			if err := w.publish(*e, true); err != nil {
				return onlyIfRecorded(*e, err)
			}
			return *e, w.book.keepSigner(w.signer.Key())
		case !errors.Is(err, fs.ErrNotExist):
			return Entry{}, &WriteError{Step: "read back", Path: e.Path, Err: err, Unsure: true}
		}
	}
	e, err := w.compose(act, decision.Cover{
		Chain:    chain,
		Number:   head.Number + 1,
		Previous: head.ID,
		Seen:     head.Page.Cover.Seen,
	}, head.standing())
	if err != nil {
		return Entry{}, err
	}
	if err := w.publish(e, false); err != nil {
		var write *WriteError
		if errors.As(err, &write) && write.Unsure {
			w.unsure.Store(&e)
		}
		return onlyIfRecorded(e, err)
	}
	w.book.tidy(temps, act.Time)
	return e, w.book.keepSigner(w.signer.Key())
}

// sameAct reports whether a record is this very act: bodies hold 128 random
// bits, so two acts never share one.
func sameAct(e Entry, act Act) bool {
	c := e.Page.Cover
	return c.BodySum == sha256.Sum256(act.Body) && c.Kind == act.Kind && c.About == act.About && c.KeepUntil == act.KeepUntil
}

// onlyIfRecorded withholds the entry unless the record is surely there.
func onlyIfRecorded(e Entry, err error) (Entry, error) {
	var fork *ForkError
	if errors.As(err, &fork) && fork.Recorded {
		return e, err
	}
	return Entry{}, err
}

// compose signs a cover over the body, and verifies what was signed as any
// reader will: a key in an agent may do other things than it is asked.
func (w *Writer) compose(act Act, place decision.Cover, standing decision.Standing) (Entry, error) {
	c := place
	c.Time = act.Time.UTC().Truncate(time.Second)
	c.Kind, c.About, c.Tree, c.KeepUntil = act.Kind, act.About, act.Tree, act.KeepUntil
	if !act.Seen.IsZero() {
		c.Seen = act.Seen
	}
	c.BodySum, c.BodyLen = sha256.Sum256(act.Body), len(act.Body)
	cover := c.Encode()
	if act.Time.IsZero() {
		return Entry{}, &ActError{Err: errors.New("the act has no time")}
	}
	if _, err := decision.ParseCover(cover); err != nil {
		return Entry{}, &ActError{Err: err}
	}
	namespace := Namespace(c.Kind, standing)
	armour, err := w.signer.Sign(namespace, cover)
	if err != nil {
		return Entry{}, &ActError{Err: err}
	}
	file := slices.Concat(cover, armour, act.Body)
	id := decision.ID(sha256.Sum256(cover))
	chain := c.Chain
	if c.Number == 0 {
		chain = id
	}
	e, err := readEntry(named{
		FileName: decision.FileName{Number: c.Number, Short: id.Short()},
		path:     path.Join(recordFolder(chain, c.Number), decision.RecordName(c.Number, id)),
	}, file)
	if err != nil {
		return Entry{}, &ActError{Err: fmt.Errorf("what was composed does not verify: %w", errors.Unwrap(err))}
	}
	if e.Key != w.signer.Key() || e.Namespace != namespace {
		return Entry{}, &ActError{Err: &WrongKeyError{Fingerprint: e.Key.Fingerprint()}}
	}
	return e, nil
}

// publish makes a record appear, whole and durable, under its real name, and
// looks whether it stands there alone. With again see put.
func (w *Writer) publish(e Entry, again bool) error {
	b := w.book
	folder := path.Dir(e.Path)
	if e.Number%1000 == 0 {
		if err := b.makeFolder(folder, e.Number == 0); err != nil {
			err.(*WriteError).Unsure = again
			return err
		}
	}
	if err := b.put(e.Path, e.Page.Bytes(), again); err != nil {
		return err
	}
	records, _, err := b.recordsNamed(folder, fmt.Sprintf("%07d-", e.Number))
	if err != nil {
		return &WriteError{Step: "read back", Path: folder, Err: err, Unsure: true}
	}
	if names := slot(records, e.Number); len(names) > 1 {
		return &ForkError{Chain: e.Chain, Number: e.Number, Names: names, Recorded: true}
	}
	return nil
}

// tidy removes what earlier stops left, once it is older than a day: long done
// with, and kept that long for whoever looks into it.
func (b *Book) tidy(temps []string, now time.Time) {
	for _, name := range temps {
		if n, is := asideOf(name); is && !b.hasEither(path.Dir(name), n) {
			continue // it may be all that is left of its record
		}
		info, err := b.disk.Lstat(name)
		if err == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > tempAge {
			b.disk.Remove(name)
		}
	}
}

// hasEither reports whether a record or its cover is there.
func (b *Book) hasEither(folder string, n decision.FileName) bool {
	for _, n.CoverOnly = range []bool{false, true} {
		if _, err := b.disk.Lstat(path.Join(folder, n.String())); err == nil {
			return true
		}
	}
	return false
}

// tidyBeside removes temporary files that are more than a day older than a file
// that has just been written: by the clock of the machine that keeps the folder,
// and nobody else's.
func (b *Book) tidyBeside(written string, temps []string) {
	if len(temps) == 0 {
		return
	}
	if info, err := b.disk.Lstat(written); err == nil {
		b.tidy(temps, info.ModTime())
	}
}

// WrongKeyError says that a record in a chain was signed with another key than
// the chain's.
type WrongKeyError struct {
	Fingerprint string // of the key that signed
}

func (e *WrongKeyError) Error() string { return "signed with another key, " + e.Fingerprint }

// SignersError says that what was appended is recorded, but the allowed_signers
// file could not be brought up to date. The next Append tries again.
type SignersError struct {
	Err error
}

func (e *SignersError) Error() string {
	return fmt.Sprintf("recorded, but %s could not be written: %v", SignersName, e.Err)
}
func (e *SignersError) Unwrap() error { return e.Err }

// checkOpening holds an opening against the key and role that signed it.
func checkOpening(o decision.Opening, key sshsig.Key, standing decision.Standing) error {
	if err := o.Check(); err != nil {
		return err
	}
	switch {
	case o.Key != key.AuthorizedKey():
		return &decision.OpeningError{Field: "key", Reason: "is not the key that signs"}
	case o.Fingerprint != key.Fingerprint():
		return &decision.OpeningError{Field: "fingerprint", Reason: "does not belong to the key"}
	case o.Standing != standing:
		return &decision.OpeningError{Field: "standing", Reason: "is not the role that signs"}
	}
	return nil
}

// Opening returns what the first record of a chain says about whose it is. The
// entry must be one of number 0 with its body.
func (e Entry) Opening() (decision.Opening, error) {
	var o decision.Opening
	if e.Number != 0 || e.CoverOnly {
		return o, &FileError{Path: e.Path, Err: &NotFoundError{Wanted: "an opening"}}
	}
	if err := decision.DecodeBody(e.Page.Body, &o); err != nil {
		return decision.Opening{}, &FileError{Path: e.Path, Err: err}
	}
	if err := checkOpening(o, e.Key, e.standing()); err != nil {
		return decision.Opening{}, &FileError{Path: e.Path, Err: err}
	}
	return o, nil
}

// writeSigners writes allowed_signers from the openings of all chains, so that
// an entry lost when two people opened at once comes back with the next. What was
// written from trust records stays: it says more than openings can.
func (b *Book) writeSigners() error {
	now, _ := b.disk.ReadFile(SignersName)
	if bytes.Contains(now, []byte(sshsig.Oversight)) || bytes.Contains(now, []byte("valid-before=")) {
		return nil
	}
	text, err := b.signers()
	if err == nil && !bytes.Equal(now, text) {
		err = replace(b.disk, SignersName, text)
	}
	if err != nil {
		return &SignersError{Err: err}
	}
	return nil
}

// keepSigners is keepSigner for the key that opened a chain.
func (b *Book) keepSigners(chain decision.ID) error {
	e, err := b.first(decision.ChainFolder(chain))
	if err != nil {
		return nil // Check reports it
	}
	return b.keepSigner(e.Key)
}

// keepSigner writes allowed_signers where it is missing or lacks the key of a
// chain: the disk may have been full when the chain was opened.
func (b *Book) keepSigner(key sshsig.Key) error {
	text, err := b.disk.ReadFile(SignersName)
	if err == nil && bytes.Contains(text, []byte(" "+key.AuthorizedKey()+"\n")) {
		return nil
	}
	return b.writeSigners()
}

func (b *Book) signers() ([]byte, error) {
	chains, err := b.Chains()
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, chain := range chains {
		e, err := b.first(chain)
		if err != nil {
			continue // Check reports it; the others can still be checked by hand
		}
		o, err := e.Opening()
		if err != nil {
			continue
		}
		lines = append(lines, signersLine(o, e.Key))
	}
	slices.Sort(lines)
	return []byte(strings.Join(slices.Compact(lines), "")), nil
}

func signersLine(o decision.Opening, key sshsig.Key) string {
	return fmt.Sprintf("%s namespaces=%q %s\n", o.Principal, Namespace(decision.Decision, o.Standing), key.AuthorizedKey())
}
