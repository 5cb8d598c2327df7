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
	"sync"
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

	mu    sync.Mutex
	chain decision.ID // of the key, once it is known; a key never changes its chain
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
//     again; it settles that record and adds no second.
//   - *ForkError with Recorded: the record is there and so is another of its
//     number. The Entry is valid.
//   - *SignersError: the record is there; the convenience file is not up to date.
//     The Entry is valid, and the next Append tries again.
//
// A lock held by another program is waited for until ctx ends.
func (w *Writer) Append(ctx context.Context, act Act) (Entry, error) {
	l := flock.New(w.lock)
	if _, err := l.TryLockContext(ctx, lockRetry); err != nil {
		return Entry{}, &LockError{Path: w.lock, Err: err}
	}
	defer l.Close()

	w.mu.Lock()
	defer w.mu.Unlock()
	if w.chain.IsZero() {
		chain, found, err := w.book.ChainOf(w.signer.Key())
		if err != nil {
			return Entry{}, err
		}
		if found {
			w.chain = chain
		}
	}
	switch opened := !w.chain.IsZero(); {
	case act.Kind == decision.Open && opened:
		return w.openedBefore(act)
	case act.Kind == decision.Open:
		return w.open(act)
	case !opened:
		return Entry{}, &NoChainError{Fingerprint: w.signer.Key().Fingerprint()}
	}
	return w.extend(act)
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
	w.chain = e.Chain
	return e, w.book.writeSigners()
}

// openedBefore finishes an opening that was interrupted, and refuses a second.
func (w *Writer) openedBefore(act Act) (Entry, error) {
	e, err := w.book.first(decision.ChainFolder(w.chain))
	if err != nil {
		return Entry{}, err
	}
	if !sameAct(e, act) {
		return Entry{}, &ChainExistsError{Chain: w.chain}
	}
	if err := w.publish(e, true); err != nil {
		return onlyIfRecorded(e, err)
	}
	return e, w.book.writeSigners()
}

func (w *Writer) extend(act Act) (Entry, error) {
	head, temps, err := w.book.head(w.chain)
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
		return head, w.book.keepSigners(w.chain)
	}
	e, err := w.compose(act, decision.Cover{
		Chain:    w.chain,
		Number:   head.Number + 1,
		Previous: head.ID,
		Seen:     head.Page.Cover.Seen,
	}, head.standing())
	if err != nil {
		return Entry{}, err
	}
	if err := w.publish(e, false); err != nil {
		return onlyIfRecorded(e, err)
	}
	w.tidy(temps, act.Time)
	return e, w.book.keepSigners(w.chain)
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

// publish makes a record appear, whole and durable, under its real name. With
// again, the record is there already but a flush after it failed: a new file
// with the same bytes takes its place, so that the system has something to
// flush that it has not given up on.
func (w *Writer) publish(e Entry, again bool) error {
	d := w.book.disk
	folder, file := path.Split(e.Path)
	folder = path.Clean(folder)
	data := e.Page.Bytes()
	fail := func(step, name string, err error, unsure bool) error {
		return &WriteError{Step: step, Path: name, Err: err, Unsure: unsure || again}
	}

	if e.Number%1000 == 0 {
		// Settled before the record appears: a record that can be seen then never
		// lies in a folder that a loss of power takes away. Made again each time,
		// since an earlier try may have made the folder and failed to settle it.
		above := path.Dir(folder)
		if e.Number == 0 {
			if err := d.Mkdir(above); err != nil {
				return fail("folder", above, err, false)
			}
			if err := d.Settle(".", ""); err != nil {
				return fail("folder", above, err, false)
			}
		}
		if err := d.Mkdir(folder); err != nil {
			return fail("folder", folder, err, false)
		}
		if err := d.Settle(above, ""); err != nil {
			return fail("folder", folder, err, false)
		}
	}
	temp, step, err := writeTemp(d, folder, data)
	if err != nil {
		return fail(step, e.Path, err, false)
	}
	if err := appear(d, temp, e.Path, again); err != nil {
		d.Remove(temp)
		return fail("publish", e.Path, err, false)
	}
	if err := d.Settle(folder, file); err != nil {
		return fail("settle", e.Path, err, true)
	}
	got, err := d.ReadFile(e.Path)
	if err != nil {
		return fail("read back", e.Path, err, true)
	}
	if !bytes.Equal(got, data) {
		return fail("read back", e.Path, errDifferent, true)
	}
	records, _, err := w.book.records(folder)
	if err != nil {
		return fail("read back", folder, err, true)
	}
	if names := slot(records, e.Number); len(names) > 1 {
		return &ForkError{Chain: e.Chain, Number: e.Number, Names: names, Recorded: true}
	}
	return nil
}

var errDifferent = errors.New("other bytes came back than were written")

// appear gives a finished file its real name. A link never replaces anything;
// where links are refused (Azure Files, some network stores), a rename is as
// safe because of the name: what it could replace has the same id.
func appear(d disk, temp, name string, again bool) error {
	if !again {
		err := d.Link(temp, name)
		if err == nil {
			d.Remove(temp) // a second name for the same bytes; removed after a day if not now
			return nil
		}
		if errors.Is(err, fs.ErrExist) {
			d.Remove(temp)
			return nil // the same record; reading it back compares the bytes
		}
	}
	return d.Rename(temp, name)
}

// tidy removes what earlier stops left in this key's own chain. The lock is
// held, so nobody is writing these files; a day is kept for whoever looks into it.
func (w *Writer) tidy(temps []string, now time.Time) {
	for _, name := range temps {
		info, err := w.book.root.Lstat(name)
		if err == nil && info.Mode().IsRegular() && now.Sub(info.ModTime()) > tempAge {
			w.book.disk.Remove(name)
		}
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

// writeSigners writes allowed_signers anew from the openings of all chains, so
// that an entry lost when two people opened at once comes back with the next.
func (b *Book) writeSigners() error {
	text, err := b.signers()
	if err == nil {
		err = replace(b.disk, SignersName, text)
	}
	if err != nil {
		return &SignersError{Err: err}
	}
	return nil
}

// keepSigners writes allowed_signers where it is missing or lacks the chain: the
// disk may have been full when the chain was opened.
func (b *Book) keepSigners(chain decision.ID) error {
	e, err := b.first(decision.ChainFolder(chain))
	if err != nil {
		return nil // Check reports it
	}
	o, err := e.Opening()
	if err != nil {
		return nil
	}
	text, err := b.disk.ReadFile(SignersName)
	if err == nil && slices.Contains(strings.SplitAfter(string(text), "\n"), signersLine(o, e.Key)) {
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
