package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"
)

// How long a share is waited for. A share that does not answer holds up nobody: what is recorded is recorded, and
// dsa sync publishes it when the share is there again.
const (
	lookWait    = 3 * time.Second  // before a record is signed: is somebody ahead of us, or beside us?
	publishWait = 10 * time.Second // after it was recorded
	graceWait   = time.Second / 2  // for what was told to stop
	standWait   = time.Second      // for what the log says of the person's book, after a record was published

	// In an emergency nobody is kept waiting.
	hurriedLook    = 400 * time.Millisecond
	hurriedPublish = 2 * time.Second

	lockWait = 10 * time.Second // for another dsa that is recording with the same key

	sayWait = time.Second / 2 // nobody waits longer without being told for what
)

// A desk is where one person signs: their own log, their key, and the logs that this computer knows. It is the one way
// to write into a chain of one's own.
type desk struct {
	app    *App
	book   *logbook.Book // the person's own log, open for writing
	signer sshsig.Signer
	own    bool // it is the person's own key, and not another one named for this once
	known  *knownLogs
	writer *logbook.Writer
	id     decision.ID // of the key's chain, once it is known
	shares []*share
	// publishing is what is on its way to the shares since the last record; said waits for it.
	publishing []*publication

	waited bool // that a share is waited for was said
	told   bool // that the person's book does not count in a log was said

	// open, lookFor, publishFor, lockFor and sayAfter are logbook.Open, lookWait, publishWait, lockWait and sayWait. Tests have shares that do not
	// answer, and no time.
	open                                   func(dir string) (*logbook.Book, error)
	lookFor, publishFor, lockFor, sayAfter time.Duration
}

// hurry makes the desk wait only for what answers at once.
func (d *desk) hurry() {
	d.lookFor, d.publishFor = min(d.lookFor, hurriedLook), min(d.publishFor, hurriedPublish)
}

// A share is the folder of a log other than one's own. All that is done with it is done in the background and waited for
// only so long: a folder on a network can keep a program waiting for ever, and no signal ends that.
type share struct {
	dir    string
	log    knownLog // what is remembered of the log in it; nothing, where it is being founded
	silent bool     // it did not answer, and is not asked again before the next record is published
}

// A publication is one record on its way to one share.
type publication struct {
	share *share
	done  chan published
	ctx   context.Context // ends when nobody waits for it any more
	end   context.CancelFunc
}

// published is what came of a publication, and what was met on the way.
type published struct {
	err     error
	foreign []string           // files in the person's chain on the share that others put there
	exposed []logbook.Exposure // of the share's folder
	book    bookState          // what the log says of the person's book, where that was learnt
}

// desk opens the person's own log for writing, with the key named or else their own, which may ask for a passphrase. It
// refuses a chain that was found to be forked.
func (app *App) desk(ctx context.Context, key string) (*desk, error) {
	if err := app.keptApart(); err != nil {
		return nil, err
	}
	signer, err := app.signingKey(ctx, key)
	if err != nil {
		return nil, err
	}
	k := &knownLogs{}
	if !app.Training { // an exercise is published nowhere, whatever lies in the folder
		k, err = app.known()
	}
	if err != nil {
		// An emergency is recorded with a damaged list too; what cannot be read is not written over.
		app.say("Warning: what is remembered of logs cannot be read, so nothing is published now: %s", screen.Safe(app.knownPath()))
		k = &knownLogs{}
	}
	book, err := logbook.Create(app.logFolder(""))
	if err != nil {
		return nil, err
	}
	app.mend()
	d := &desk{app: app, book: book, signer: signer, own: key == "", known: k, writer: logbook.NewWriter(book, signer, app.path("lock")),
		open: logbook.Open, lookFor: lookWait, publishFor: publishWait, lockFor: lockWait, sayAfter: sayWait}
	chain, found, err := book.ChainOf(signer.Key())
	if err != nil {
		d.close()
		return nil, err
	}
	if found {
		if number, is := k.isStopped(chain); is {
			d.close()
			return nil, forked(chain, number)
		}
		d.id = chain
	} else {
		app.exposed(app.Home) // said when a book begins, and not with every record in it
	}
	for _, l := range k.Logs {
		if !sameFolder(l.Folder, book.Dir()) {
			d.shares = append(d.shares, &share{dir: l.Folder, log: l})
		}
	}
	return d, nil
}

// close waits for what is being published, and lets go of the own log.
func (d *desk) close() {
	d.settle(nil)
	d.book.Close()
}

// readyToSign reports what would keep the desk from signing, as far as it can be seen without a passphrase.
func (app *App) readyToSign(ctx context.Context, named string) error {
	key, known, err := app.publicKey(ctx, named)
	if err != nil || !known {
		return err
	}
	k, err := app.known()
	if err != nil || len(k.Stopped) == 0 {
		return nil // the desk says so, and stops nobody
	}
	book, err := logbook.Open(app.logFolder(""))
	if err != nil {
		return nil
	}
	defer book.Close()
	if chain, found, err := book.ChainOf(key); err == nil && found {
		if number, is := k.isStopped(chain); is {
			return forked(chain, number)
		}
	}
	return nil
}

// forked is what is said of a chain with two records of one number.
func forked(chain decision.ID, number int) *failure {
	return fail(fmt.Sprintf("your book of records %s has two different records with the number %d, so nothing may be added to it; nothing was recorded", decision.ChainFolder(chain), number),
		"begin a new one with: dsa setup --new-key; and tell your information governance lead, who settles it with: dsa rule")
}

// chain returns the chain of the key, and begins it where it has not begun: by is the person as they stated it. A chain
// that only a share has, because this computer lost its own copy, is brought back first: a second one for the same key would
// hide what the first one holds.
func (d *desk) chain(ctx context.Context, by decision.Person, at time.Time) (decision.ID, error) {
	if d.id.IsZero() {
		if err := d.recover(ctx); err != nil {
			return decision.ID{}, err
		}
	}
	if !d.id.IsZero() {
		return d.id, nil
	}
	if err := d.app.unmixed(d.book); err != nil {
		return decision.ID{}, err
	}
	var own ownKey
	if d.own && !d.app.Training {
		var err error
		if own, err = d.app.ownKey(); err != nil {
			return decision.ID{}, err
		}
	}
	salt, err := decision.NewSalt(d.app.Rand)
	if err != nil {
		return decision.ID{}, err
	}
	key := d.signer.Key()
	body, err := decision.EncodeBody(decision.Opening{
		Salt: salt, Program: Program, Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(),
		Principal: by.Email, Name: by.Name, Post: by.Post, Organisation: by.Organisation,
		Sector: by.Sector.ID, Device: d.app.device(), Standing: d.app.standing(),
	})
	if err != nil {
		return decision.ID{}, err
	}
	old := own.After == nil && !d.app.Training && hasBook(d.book, by.Email)
	act := logbook.Act{Time: at, Kind: decision.Open, KeepUntil: decision.Permanent, Body: body}
	if own.After != nil {
		act.About = own.After.ID
	}
	entry, err := d.append(ctx, act)
	var exists *logbook.ChainExistsError
	switch {
	case errors.As(err, &exists): // another dsa of the same person was quicker
		d.id = exists.Chain
		return d.id, nil
	case err != nil:
		return decision.ID{}, err
	}
	d.id = entry.Chain
	if own.After != nil {
		own.After = nil
		if err := d.app.keepOwnKey(own); err != nil {
			d.app.say("Warning: it could not be remembered that your new book of records has begun: %s", screen.Safe(d.app.signingPath()))
		}
	}
	if old {
		d.app.say("A new book of records is begun with this key: your earlier records here were signed with another, which is not the one in use. They stay as they are.")
	}
	return d.id, nil
}

// record looks at the shares, signs and records the act once, and begins to publish it. Call chain first. Whoever records
// has said yes: to stop then ends the looking and the publishing, and loses no record.
func (d *desk) record(ctx context.Context, act logbook.Act) (logbook.Entry, error) {
	d.settle(nil)
	if err := d.look(ctx); err != nil {
		return logbook.Entry{}, err
	}
	if head, err := d.book.Head(d.id); err == nil && act.Seen.IsZero() {
		act.Seen = d.known.seen(head.Page.Cover.Seen)
	}
	entry, err := d.append(ctx, act)
	if err != nil {
		return entry, err
	}
	d.publish(ctx)
	return entry, nil
}

// append appends one act. When the disk leaves it open whether the record is there, the same act is put again, which
// settles it and adds no second. What only makes checking by hand easier fails nobody. Whoever has said yes is not stopped
// any more, so another program that holds the lock is waited for only so long.
func (d *desk) append(ctx context.Context, act logbook.Act) (entry logbook.Entry, err error) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), d.lockFor)
	defer done()
	for range 3 {
		entry, err = d.writer.Append(ctx, act)
		var convenience *logbook.SignersError
		if errors.As(err, &convenience) {
			d.app.say("Warning: the file allowed_signers could not be brought up to date; the records themselves are complete. The next signing tries again.")
			return entry, nil
		}
		var fork *logbook.ForkError
		if errors.As(err, &fork) && d.twice(fork) {
			d.stop(fork)
		}
		var unsure *logbook.WriteError
		if !errors.As(err, &unsure) || !unsure.Unsure {
			return entry, err
		}
	}
	return entry, (&failure{what: "it is not sure whether the record was written: the disk answered with an error",
		next: "look with dsa log before you sign again", code: codeCould}).because(err)
}

// twice reports whether a fork in the own log is one of two sound records, and not of one and a file that has its number.
func (d *desk) twice(fork *logbook.ForkError) bool {
	sound := 0
	for _, name := range fork.Names {
		if entry, err := d.book.Find(name); err == nil && entry.Chain == fork.Chain && entry.Key == d.signer.Key() {
			sound++
		}
	}
	return sound > 1
}

// stop remembers that a chain is forked. That it cannot be remembered is no reason to go on: it is found again.
func (d *desk) stop(fork *logbook.ForkError) {
	d.known.stop(fork.Chain, fork.Number)
	if err := d.app.changeKnown(func(k *knownLogs) error { k.stop(fork.Chain, fork.Number); return nil }); err != nil {
		d.app.say("Warning: it could not be remembered that this book of records must not be written to again.")
	}
}

// askShares puts a question to every share that answered the last time, all at once, and waits for the answers until ctx ends.
// A share without an answer is silent from then on.
func askShares[T any](ctx context.Context, d *desk, question func(context.Context, *logbook.Book) (T, error)) map[*share]T {
	type answer struct {
		from *share
		what T
		err  error
	}
	answers := make(chan answer, len(d.shares)) // nobody who answers too late has to wait
	asked := 0
	for _, s := range d.shares {
		if s.silent {
			continue
		}
		asked++
		s.silent = true
		go func() {
			a := answer{from: s}
			var book *logbook.Book
			if book, a.err = d.open(s.dir); a.err == nil {
				a.what, a.err = question(ctx, book)
				book.Close()
			}
			answers <- a
		}()
	}
	found := map[*share]T{}
	slow := time.NewTimer(d.sayAfter)
	defer slow.Stop()
	for asked > 0 {
		select {
		case a := <-answers:
			asked--
			if a.from.silent = false; a.err == nil {
				found[a.from] = a.what
			}
		case <-slow.C:
			d.sayWaiting("Looking at the share…")
		case <-ctx.Done():
			return found
		}
	}
	return found
}

// look brings records of the own chain that only a share has into the own log, before the next one is numbered. Of a share
// it reads one listing and one record. What it cannot read there stops nobody.
func (d *desk) look(ctx context.Context) error {
	if len(d.shares) == 0 {
		return nil
	}
	own, err := d.book.Head(d.id)
	var damaged *logbook.HeadError
	if errors.As(err, &damaged) {
		own, err = d.repair(ctx)
	}
	if err != nil {
		return nil // append meets the same, and says it
	}
	wait, done := context.WithTimeout(ctx, d.lookFor)
	defer done()
	heads := askShares(wait, d, func(_ context.Context, b *logbook.Book) (logbook.Entry, error) {
		head, err := b.Head(d.id)
		var none *logbook.NotFoundError
		if errors.As(err, &none) {
			return logbook.Entry{Number: -1}, nil // it gets the chain when the record is published
		}
		if err != nil {
			head = logbook.Entry{} // two of one number, or one that cannot be read: what it is, is seen below
		}
		return head, nil
	})
	for _, s := range d.shares {
		head, answered := heads[s]
		if !answered || head.ID == own.ID || head.Number < 0 || d.has(head) {
			continue // the same, or only behind: it catches up when the record is published
		}
		did, err := d.bring(ctx, s)
		if did.Adopted > 0 {
			d.app.say("%s of yours that only %s had: brought here, before the new one is numbered.", count(did.Adopted, "record"), screen.Safe(s.dir))
		}
		unread := errors.Is(err, errNoAnswer) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) || errors.Is(err, errNotTheLog)
		if unread && head.Key == d.signer.Key() && head.Number > own.Number {
			return notAdopted(s.dir, err) // it fell silent in the middle of it, or was not waited for
		}
		if err := d.mustStop(s, err); err != nil {
			return err
		}
	}
	return nil
}

// sayWaiting says, once, what is waited for.
func (d *desk) sayWaiting(words string) {
	if !d.waited {
		d.waited = true
		d.app.say("%s", words)
	}
}

// repair puts the newest record of the own log right from a share that has it sound.
func (d *desk) repair(ctx context.Context) (head logbook.Entry, err error) {
	for _, s := range d.shares {
		if _, failed := d.bring(ctx, s); failed != nil {
			s.silent = errors.Is(failed, errNoAnswer)
		}
		if head, err = d.book.Head(d.id); err == nil {
			d.app.say("Notice: the newest of your records on this computer was damaged; it was put right from %s.", screen.Safe(s.dir))
			break
		}
	}
	return head, err
}

// mustStop says what of a share keeps the author from going on: a fork, or later records of theirs that could not be brought
// here. Everything else is said when the record is published.
func (d *desk) mustStop(s *share, err error) error {
	var fork *logbook.ForkError
	var folder *logbook.FolderError
	switch {
	case errors.As(err, &fork):
		d.stop(fork)
		return forked(fork.Chain, fork.Number).because(fork)
	case errors.As(err, &folder) && folder.Ahead:
		return notAdopted(s.dir, err)
	}
	return nil
}

func notAdopted(dir string, err error) *failure {
	return fail("records of yours that only "+dir+" has could not be brought to this computer ("+unpublished(err)+"); nothing was recorded",
		"run dsa sync, and then the same command again").because(err)
}

// has reports whether a record lies in the own log.
func (d *desk) has(e logbook.Entry) bool { return hasRecord(d.book, e) }

// hasRecord reports whether a record lies in a log, by its name alone.
func hasRecord(book *logbook.Book, e logbook.Entry) bool {
	if e.ID.IsZero() {
		return false
	}
	folder := path.Join(decision.ChainFolder(e.Chain), decision.NumberFolder(e.Number))
	for _, coverOnly := range []bool{false, true} {
		name := decision.FileName{Number: e.Number, Short: e.ID.Short(), CoverOnly: coverOnly}
		if _, err := book.ReadFile(path.Join(folder, name.String())); err == nil {
			return true
		}
	}
	return false
}

// bring makes the own copy of the chain and that of a share the same, in the time there is.
func (d *desk) bring(ctx context.Context, s *share) (logbook.Synced, error) {
	ctx, done := context.WithTimeout(ctx, d.publishFor)
	defer done()
	return d.sync(ctx, s, true)
}

// recover brings a chain of the key back that a share has and this computer has not.
func (d *desk) recover(ctx context.Context) error {
	wait, done := context.WithTimeout(ctx, d.publishFor)
	defer done()
	chains := askShares(wait, d, func(_ context.Context, b *logbook.Book) (decision.ID, error) {
		chain, _, err := b.ChainOf(d.signer.Key())
		return chain, err
	})
	for _, s := range d.shares {
		chain, answered := chains[s]
		if !answered || chain.IsZero() {
			continue
		}
		if number, is := d.known.isStopped(chain); is {
			return forked(chain, number)
		}
		did, err := d.sync(ctx, s, false)
		if err := d.mustStop(s, err); err != nil {
			return err
		}
		if did.Adopted > 0 {
			d.app.say("Your book of records was not on this computer: %s brought back from %s.", count(did.Adopted, "record"), screen.Safe(s.dir))
		}
	}
	chain, found, err := d.book.ChainOf(d.signer.Key())
	if err == nil && found {
		d.id = chain
	}
	return err
}

// sync makes the own copy of the chain and that of a share the same, if the share is still the log that it was. It comes
// back when ctx ends, whatever the share does.
func (d *desk) sync(ctx context.Context, s *share, quick bool) (logbook.Synced, error) {
	type result struct {
		did logbook.Synced
		at  founding
	}
	log := s.log
	r, err := within(ctx, func() (result, error) {
		book, err := d.open(s.dir)
		if err != nil {
			return result{}, err
		}
		defer book.Close()
		at, err := theLog(d.book, book, log)
		if err != nil {
			return result{}, err
		}
		did, err := d.writer.Sync(ctx, book, logbook.SyncOptions{Quick: quick, Now: d.app.Now()})
		return result{did, at}, err
	})
	if s.log.Founding.Chain.IsZero() && !r.at.Chain.IsZero() {
		s.log.Founding = r.at
		d.app.changeLog(s.log, func(l *knownLog) { l.Founding = r.at }) // otherwise it is looked for again
	}
	return r.did, err
}

// standing is what the log of a share says of the chain, and how its folder is exposed, as far as both are learnt soon.
func (d *desk) standing(ctx context.Context, s *share) (p published) {
	ctx, done := context.WithTimeout(ctx, standWait)
	defer done()
	id := s.log.ID
	p, _ = within(ctx, func() (p published, err error) {
		p.exposed = exposures(s.dir)
		if id.IsZero() {
			return p, nil
		}
		book, err := d.open(s.dir)
		if err != nil {
			return p, nil
		}
		defer book.Close()
		if trust, err := logbook.ReadTrust(ctx, id, book); err == nil {
			p.book = bookIn(trust, d.id)
		}
		return p, nil
	})
	if !p.book.Chain.IsZero() && d.own && !p.book.equal(s.log.Book) {
		s.log.Book = p.book
		d.app.changeLog(s.log, func(l *knownLog) { l.Book = p.book }) // a convenience: it is asked again
	}
	return p
}

// within does something that may wait for a folder that does not answer, and comes back at the latest shortly after ctx
// ends.
func within[T any](ctx context.Context, do func() (T, error)) (T, error) {
	return waiting(ctx, 0, nil, do)
}

// waiting is within, and says something once where it takes longer than a time.
func waiting[T any](ctx context.Context, after time.Duration, say func(), do func() (T, error)) (T, error) {
	type result struct {
		what T
		err  error
	}
	done := make(chan result, 1)
	go func() {
		what, err := do()
		done <- result{what, err}
	}()
	var slow <-chan time.Time
	if say != nil {
		timer := time.NewTimer(after)
		defer timer.Stop()
		slow = timer.C
	}
	for over := false; !over; {
		select {
		case r := <-done:
			return r.what, r.err
		case <-slow:
			say()
		case <-ctx.Done():
			over = true
		}
	}
	// What minds ctx is let come to its end, so that it is known what it did.
	timer := time.NewTimer(graceWait)
	defer timer.Stop()
	select {
	case r := <-done:
		return r.what, r.err
	case <-timer.C:
		var none T
		return none, errNoAnswer
	}
}

// publish begins to write the record to every share.
func (d *desk) publish(ctx context.Context) {
	for _, s := range d.shares {
		p := &publication{share: s, done: make(chan published, 1)}
		p.ctx, p.end = context.WithTimeout(ctx, d.publishFor)
		d.publishing = append(d.publishing, p)
		if ctx.Err() != nil {
			p.done <- published{err: ctx.Err()} // whoever stopped does not wait
			continue
		}
		go func() {
			did, err := d.sync(p.ctx, s, true)
			var what published
			if err == nil {
				what = d.standing(p.ctx, s)
			}
			what.err, what.foreign = err, did.Foreign
			p.done <- what
		}()
	}
}

// settle waits for what is being published and tells what came of it.
func (d *desk) settle(tell func(*share, published)) {
	slow := time.NewTimer(d.sayAfter)
	defer slow.Stop()
	for _, p := range d.publishing {
		var what published
		for here := false; !here; {
			select {
			case what = <-p.done:
				here = true
			case <-slow.C:
				d.sayWaiting("Publishing to the share…")
			}
		}
		p.end()
		p.share.silent = errors.Is(what.err, errNoAnswer)
		var fork *logbook.ForkError
		if errors.As(what.err, &fork) {
			d.stop(fork)
		}
		if tell != nil {
			tell(p.share, what)
		}
	}
	d.publishing = nil
}

var errNoAnswer = errors.New("the folder does not answer")

// said tells what was recorded, and then, for each share, whether it was published. The two are not the same: recorded
// is what lies on this computer.
func (d *desk) said(entry logbook.Entry) {
	what := "Recorded"
	if d.app.Training {
		what = "TRAINING, recorded as an exercise"
	}
	fmt.Fprintf(d.app.Out, "%s: number %d, id %s\n", what, entry.Number, entry.ID.Shown())
	fmt.Fprintf(d.app.Out, "File: %s\n", filepath.Join(d.book.Dir(), filepath.FromSlash(entry.Path)))
	d.settle(func(s *share, what published) {
		err := what.err
		if len(what.foreign) > 0 {
			d.app.say("Warning: %s", foreignWords(s.dir, what.foreign))
		}
		if err == nil {
			fmt.Fprintf(d.app.Out, "Published: %s\n", screen.Safe(s.dir))
			d.app.exposedAs(s.dir, what.exposed)
			return
		}
		if errors.Is(err, errNotTheLog) {
			fmt.Fprintf(d.app.Out, "Not published: %s\n", screen.Safe(s.dir))
			d.app.say("Warning: %s. What to do: %s.", notTheLog, notTheLogNext(s.dir))
			return
		}
		var fork *logbook.ForkError
		if errors.As(err, &fork) {
			f := forked(fork.Chain, fork.Number)
			d.app.say("Warning: this record is recorded on this computer, but %s has another one of yours with the number %d. What to do: %s.", screen.Safe(s.dir), fork.Number, f.next)
			return
		}
		fmt.Fprintf(d.app.Out, "Not yet published: %s (%s); dsa sync tries again\n", screen.Safe(s.dir), unpublished(err))
	})
	d.sayBook(entry)
}

const notTheLog = "that folder is not the log it was (its founding record is not there), so nothing was published to it"

// notTheLogNext is what to do about a folder that is not the log any more.
func notTheLogNext(dir string) string {
	return "leave the folder as it is and tell your information governance lead; where it was lost and is made anew, a founder lays the log there with dsa log merge; to publish there no more: dsa log leave " + screen.Safe(dir)
}

func foreignWords(dir string, files []string) string {
	return fmt.Sprintf("%s has %s among your records that you did not sign: %s. They were passed over; tell your information governance lead.",
		screen.Safe(dir), count(len(files), "file"), screen.Safe(listed(files)))
}

// sayBook says, once, that what was signed does not count in a log: as that log says now, or said when it was last asked.
func (d *desk) sayBook(entry logbook.Entry) {
	for _, s := range d.shares {
		b := s.log.Book
		switch {
		case d.told || b.Chain != entry.Chain:
		case b.Closed != nil && entry.Number > *b.Closed:
			d.told = true
			d.app.say("Warning: Your book was closed at number %d by the log's overseers: what you sign now does not count in it. Begin a new one with dsa setup --new-key and ask to be let in.", *b.Closed)
		case !b.LetIn && entry.Number > 0:
			d.told = true
			d.app.say("Your book is not let in to %s yet: what you sign counts there once somebody who oversees it has let it in. They type: dsa trust admit %s --role decision", screen.Safe(s.dir), decision.ChainFolder(b.Chain))
		}
	}
}

// unpublished says in a few words why a record is not on a share yet.
func unpublished(err error) string {
	var two *logbook.TwoChainsError
	var file *logbook.FileError
	var folder *logbook.FolderError
	var noLog *logbook.NoLogError
	switch {
	case errors.Is(err, errNotTheLog):
		return "that folder is not the log it was: its founding record is not there"
	case errors.Is(err, errNoAnswer), errors.Is(err, context.DeadlineExceeded):
		return "it does not answer"
	case errors.Is(err, context.Canceled):
		return "stopped"
	case errors.As(err, &folder) && errors.As(err, &noLog):
		return "there is no log in it"
	case errors.As(err, &two):
		return "it has another book of records of the same key; begin a new one with dsa setup --new-key"
	case errors.As(err, &file):
		return "there is a file in it that is not what its name says; dsa verify tells which"
	case errors.Is(err, fs.ErrPermission):
		return "it may not be written to"
	case errors.Is(err, fs.ErrNotExist):
		return "it is not there"
	case isDiskFull(err):
		return "its disk is full"
	}
	return "it could not be written to"
}

// person is who decides, as remembered in the profile.
func (app *App) person() (decision.Person, error) {
	answers, complete, err := app.profile()
	if err != nil {
		return decision.Person{}, err
	}
	if !complete {
		return decision.Person{}, fail("it is not known yet who acts on this computer; nothing was recorded", "say so first with: dsa setup")
	}
	walk, err := app.whoWalk()
	if err != nil {
		return decision.Person{}, err
	}
	return (&composition{app: app, walk: walk}).person(answers), nil
}

// progress tells on a terminal how far a long run is, on one line that is drawn over. Elsewhere it says nothing.
func (app *App) progress(what string) (step func(done int), end func()) {
	return app.progressOf(what, 0)
}

// progressOf is progress where it is known about how many there are: it tells how long the rest may take too, once that
// can be judged.
func (app *App) progressOf(what string, total int) (step func(done int), end func()) {
	if app.Drawn == nil {
		return func(int) {}, func() {}
	}
	shown := false
	var last time.Time
	begun := time.Now()
	return func(done int) {
			if now := time.Now(); now.Sub(last) > 200*time.Millisecond {
				last, shown = now, true
				fmt.Fprintf(app.Err, "\r%s: %d%s\x1b[K", what, done, remaining(done, total, now.Sub(begun)))
			}
		}, func() {
			if shown {
				fmt.Fprint(app.Err, "\r\x1b[K")
			}
		}
}

// remaining words how much there is still to do, judged by what has been done so far. A total that turns out to be too
// small says nothing.
func remaining(done, total int, taken time.Duration) string {
	if total <= 0 || done > total {
		return ""
	}
	words := fmt.Sprintf(" of about %d", total)
	if done == 0 || taken < 2*time.Second {
		return words
	}
	left := time.Duration(float64(taken) / float64(done) * float64(total-done))
	switch {
	case left < time.Minute:
		return words + ", less than a minute left"
	case left < time.Hour:
		return words + fmt.Sprintf(", about %d min left", int(left.Minutes())+1)
	}
	return words + fmt.Sprintf(", about %d h %d min left", int(left.Hours()), int(left.Minutes())%60)
}
