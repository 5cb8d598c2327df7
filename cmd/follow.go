package cmd

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"
)

// filed is a record of a log with its body read. The record is nil where only the cover is left.
type filed struct {
	entry  logbook.Entry
	record *decision.Record
}

// A dossier is a decision with everything that the logs looked at hold about it: what completes, amends and reviews it,
// and what others say of any of these.
type dossier struct {
	first filed
	later []filed // oldest first; each was checked by itself and agrees with its cover
	// unreadable counts the files that could not be read or relied on. Any of them may belong here.
	unreadable int
	own        int      // endorsements by whoever signed what they endorse, which are left out
	forged     []string // files about it that name somebody's chain and are signed with another key
	doubt      string   // why the decision itself does not count
	aside      []aside  // what is about it and does not count, oldest first
	// silent are the folders of logs that this computer knows and that could not be looked through now.
	silent []string
}

// An aside is a record about a decision that does not count, with the reason.
type aside struct {
	filed
	why string
}

// checks is what every check of records is told.
func checks() logbook.Options {
	return logbook.Options{Body: checkBody}
}

var (
	errDisagrees = errors.New("the record does not agree with its cover")
	trainingRole = logbook.Namespace(decision.Decision, decision.Training)
)

// file reads the body of a record that is intact. It refuses a body that does not agree with its cover: whoever reads
// the one must not be told something else by the other.
func file(entry logbook.Entry) (filed, error) {
	if entry.CoverOnly {
		return filed{entry: entry}, nil
	}
	record, err := decode(entry.Page.Body)
	if err != nil {
		return filed{}, err
	}
	cover := entry.Page.Cover
	var about decision.ID
	if record.Of != nil {
		about = record.Of.ID
	}
	if record.Kind() != cover.Kind || isFollowUp(cover.Kind) && about != cover.About || (entry.Namespace == trainingRole) != (record.Standing == decision.Training) {
		return filed{}, errDisagrees
	}
	return filed{entry, record}, nil
}

// readAll reads the bodies of many records in their order, on all cores: decoding is most of the work in a long log. What
// cannot be read comes with its error, and with the entry as far as there is one.
func readAll(entries iter.Seq2[logbook.Entry, error]) iter.Seq2[filed, error] {
	return func(yield func(filed, error) bool) {
		const most = 128 // bodies in memory at a time
		var batch [most]struct {
			filed
			err error
		}
		n := 0
		flush := func() bool {
			var next atomic.Int32
			var wait sync.WaitGroup
			for range min(runtime.GOMAXPROCS(0), n) {
				wait.Go(func() {
					for i := next.Add(1) - 1; int(i) < n; i = next.Add(1) - 1 {
						one := &batch[i]
						if one.err == nil && (isDecision(one.entry.Page.Cover.Kind) || one.entry.CoverOnly) {
							entry := one.entry
							if one.filed, one.err = file(entry); one.err != nil {
								one.entry = entry
							}
						}
					}
				})
			}
			wait.Wait()
			for i := range n {
				if !yield(batch[i].filed, batch[i].err) {
					return false
				}
			}
			n = 0
			return true
		}
		for entry, err := range entries {
			batch[n].filed, batch[n].err = filed{entry: entry}, err
			if n++; n == most && !flush() {
				return
			}
		}
		flush()
	}
}

// A logAt is a log in which records are looked for.
type logAt struct {
	dir  string
	book *logbook.Book // nil until it has been opened
	// remote says that this computer knows the log and nobody named it now. It may lie where the network is gone: it is
	// not waited for without end, and what it does not tell is said.
	remote bool
	wait   time.Duration // how long, each time it is asked something
	silent bool          // it could not be opened, or did not answer
}

// remoteWait is how long a log that was not named is waited for.
const remoteWait = 10 * time.Second

// ask does something with a log, which is opened where it is not open yet.
func ask[T any](l *logAt, do func(*logbook.Book) (T, error)) (T, error) {
	var none T
	if !l.remote {
		return do(l.book)
	}
	if l.silent {
		return none, errNoAnswer
	}
	type answer struct {
		book  *logbook.Book
		value T
		err   error
	}
	answered := make(chan answer, 1)
	go func(book *logbook.Book) {
		a := answer{book: book}
		if book == nil {
			a.book, a.err = logbook.Open(l.dir)
		}
		if a.err == nil {
			a.value, a.err = do(a.book)
		}
		answered <- a
	}(l.book)
	timer := time.NewTimer(l.wait)
	defer timer.Stop()
	select {
	case a := <-answered:
		l.book, l.silent = a.book, a.book == nil
		return a.value, a.err
	case <-timer.C:
		// Whoever asked it goes on without it, and so does the question; the book is not closed beneath it.
		l.book, l.silent = nil, true
		return none, errNoAnswer
	}
}

// Close lets go of the folder, where it was opened.
func (l *logAt) Close() error {
	if l.book == nil {
		return nil
	}
	return l.book.Close()
}

func closeAll[T io.Closer](logs []T) {
	for _, l := range logs {
		l.Close()
	}
}

// openLogs opens the logs named, and the person's own beside them; where none is named, their own and those that this
// computer knows. Searched are those in which a record is meant to be found; what is about it can lie in any of them.
func (app *App) openLogs(named []string) (logs, searched []*logAt, err error) {
	named = slices.DeleteFunc(slices.Clone(named), func(dir string) bool { return dir == "" })
	for _, dir := range named {
		book, err := app.openLog(dir)
		if err != nil {
			closeAll(logs)
			return nil, nil, err
		}
		logs = append(logs, &logAt{dir: dir, book: book})
	}
	dir := app.logFolder("")
	if !slices.ContainsFunc(named, func(n string) bool { return sameFolder(n, dir) }) {
		switch own, err := logbook.Open(dir); {
		case err == nil:
			logs = append(logs, &logAt{dir: dir, book: own})
		case len(named) == 0 && !errors.Is(err, fs.ErrNotExist):
			return nil, nil, err
		}
	}
	if len(named) > 0 {
		return logs, logs[:len(named)], nil // of a number that stands in one's own log too, the one in the log named is meant
	}
	k, err := app.known()
	if err != nil {
		app.say("Notice: what is remembered of logs cannot be read, so only your own is looked at: %s", screen.Safe(app.knownPath()))
		k = new(knownLogs)
	}
	for _, l := range k.Logs {
		if absolute(l.Folder) != absolute(dir) { // whether two names are one folder can take long to find out there
			logs = append(logs, &logAt{dir: l.Folder, remote: true, wait: remoteWait})
		}
	}
	if len(logs) == 0 {
		if _, err := app.openLog(""); err != nil {
			return nil, nil, err
		}
	}
	return logs, logs, nil
}

// openRecord finds an intact record in the log named or else in the person's own. See openRecords.
func (app *App) openRecord(named, id string) ([]*logAt, logbook.Entry, error) {
	return app.openRecords([]string{named}, id)
}

// openRecords finds an intact record in the logs named, or else in the person's own and then in those that this computer
// knows. What is about it can lie in any of them, and in one's own.
func (app *App) openRecords(named []string, id string) ([]*logAt, logbook.Entry, error) {
	logs, searched, err := app.openLogs(named)
	if err != nil {
		return nil, logbook.Entry{}, err
	}
	entry, err := app.findIn(searched, id)
	if err != nil {
		closeAll(logs)
		return nil, logbook.Entry{}, err
	}
	return logs, entry, nil
}

// findIn finds a record in the first of the logs that has it, and refuses one that is not as it was signed.
func (app *App) findIn(logs []*logAt, id string) (logbook.Entry, error) {
	type checked struct {
		report logbook.Report
		entry  logbook.Entry
	}
	var failed error
	for _, l := range logs {
		if _, err := strconv.Atoi(id); l.remote && err == nil && len(id) < minDigits {
			continue // a number means something only in a log of one's own
		}
		c, err := ask(l, func(b *logbook.Book) (checked, error) {
			report, entry, err := logbook.CheckRecord(b, id, checks())
			return checked{report, entry}, err
		})
		var none *logbook.NotFoundError
		switch {
		case err == nil && c.report.Clean():
			if err := app.registrar(slices.Concat([]*logAt{l}, logs)...).genuine(c.entry); err != nil {
				return logbook.Entry{}, forged(err)
			}
			return c.entry, nil
		case err == nil && slices.ContainsFunc(c.report.Faults, func(f logbook.Fault) bool { return f.Code == logbook.WrongKey }):
			f := c.report.Faults[0]
			return logbook.Entry{}, forged(&logbook.FileError{Path: f.File, Err: &logbook.WrongKeyError{}})
		case err == nil:
			return logbook.Entry{}, found(app, c.report)
		case l.silent:
			app.say("Notice: the log %s could not be looked through.", screen.Safe(l.dir))
		case isForged(err):
			return logbook.Entry{}, forged(err)
		case !errors.As(err, &none):
			return logbook.Entry{}, err
		case failed == nil:
			failed = err
		}
	}
	if failed == nil {
		failed = &logbook.NotFoundError{Wanted: id}
	}
	return logbook.Entry{}, failed
}

// minDigits is how many digits name a record by its id.
const minDigits = 4

// dossier gathers the decision and what is about it, beginning with any of these records.
func (app *App) dossier(entry logbook.Entry, logs ...*logAt) (*dossier, error) {
	r := app.registrar(logs...)
	if err := r.genuine(entry); err != nil {
		return nil, forged(err)
	}
	// From an endorsement it is one step to what it is about, and from that another to the decision.
	for range 2 {
		if entry.Page.Cover.Kind == decision.Decision {
			break
		}
		of, err := whatItIsAbout(r, entry)
		if err != nil {
			return nil, err
		}
		entry = of
	}
	if entry.Page.Cover.Kind != decision.Decision {
		return nil, errNoDecision
	}
	first, err := file(entry)
	if err != nil {
		return nil, err
	}
	d := &dossier{first: first}
	bad := map[string]bool{}
	endorsed := map[decision.ID]bool{} // what covers of endorsements name, which nobody has checked
	d.gather(r, bad, endorsed, func(c decision.Cover) bool { return c.About == first.entry.ID })
	// What follows a decision up is endorsed too. The logs are gone through again only where some of it may have been.
	second := map[decision.ID]bool{}
	for _, f := range d.later {
		if f.entry.Page.Cover.Kind != decision.Endorse && endorsed[f.entry.ID] {
			second[f.entry.ID] = true
		}
	}
	if len(second) > 0 {
		d.gather(r, bad, nil, func(c decision.Cover) bool { return c.Kind == decision.Endorse && second[c.About] })
	}
	d.withoutOwn()
	d.unreadable = len(bad)
	for _, l := range logs {
		if l.silent {
			d.silent = append(d.silent, l.dir)
		}
	}
	d.later = oldestFirst(d.later)
	d.sort(r)
	return d, nil
}

// sort puts what does not count beside the rest. What the author of a decision that was not let in, or cannot be confirmed
// now, has added to it stands and falls with it.
func (d *dossier) sort(r *registrar) {
	d.sortBy(func(e logbook.Entry) string { return r.doubt(e, r.places(e)...) })
}

func (d *dossier) sortBy(doubtOf func(logbook.Entry) string) {
	d.doubt = doubtOf(d.first.entry)
	why := map[decision.ID]string{}
	for _, f := range d.later {
		doubt := doubtOf(f.entry)
		if isStranger(doubt) && f.entry.Chain == d.first.entry.Chain && f.entry.Key == d.first.entry.Key {
			doubt = ""
		}
		why[f.entry.ID] = doubt
	}
	var counted []filed
	for _, f := range d.later {
		doubt := why[f.entry.ID]
		if doubt == "" && why[f.entry.Page.Cover.About] != "" {
			doubt = onNothing
		}
		if doubt == "" {
			counted = append(counted, f)
		} else {
			d.aside = append(d.aside, aside{f, doubt})
		}
	}
	d.later = counted
}

// gather takes up what the logs have that is wanted. Bad are the files that could not be relied on.
func (d *dossier) gather(r *registrar, bad map[string]bool, endorsed map[decision.ID]bool, wanted func(decision.Cover) bool) {
	type gathered struct {
		later    []filed
		bad      []string
		odd      []logbook.Entry // intact, and not what such a record is
		forged   []string
		endorsed []decision.ID
	}
	training := d.first.entry.Namespace == trainingRole
	for _, l := range r.logs {
		// A log that does not answer in time is let go of, so nothing that it is still told is shared with it.
		g, err := ask(l, func(book *logbook.Book) (gathered, error) {
			var g gathered
			for entry, err := range book.Where(func(c decision.Cover) bool {
				if c.Kind == decision.Endorse && endorsed != nil {
					g.endorsed = append(g.endorsed, c.About)
				}
				return wanted(c)
			}) {
				if isForged(err) {
					g.forged = append(g.forged, pathOf(entry, err))
					continue
				}
				if err != nil {
					g.bad = append(g.bad, pathOf(entry, err))
					continue
				}
				if !isFollowUp(entry.Page.Cover.Kind) {
					continue
				}
				later, err := file(entry)
				if err != nil || (entry.Namespace == trainingRole) != training {
					g.odd = append(g.odd, entry)
					continue
				}
				g.later = append(g.later, later)
			}
			return g, nil
		})
		if err != nil {
			continue // it is silent, which is said
		}
		for _, f := range g.later {
			if err := r.genuine(f.entry); err != nil {
				g.forged = append(g.forged, f.entry.Path)
				continue
			}
			d.later = with(d.later, f)
		}
		for _, e := range g.odd {
			if r.genuine(e) != nil {
				g.forged = append(g.forged, e.Path)
			} else {
				g.bad = append(g.bad, e.Path)
			}
		}
		for _, path := range g.forged {
			if file := filepath.Join(l.dir, filepath.FromSlash(path)); !slices.Contains(d.forged, file) {
				d.forged = append(d.forged, file)
			}
		}
		for _, path := range g.bad {
			bad[l.dir+"\x00"+path] = true
		}
		for _, id := range g.endorsed {
			endorsed[id] = true
		}
	}
}

// pathOf is the place of a file that could not be read.
func pathOf(entry logbook.Entry, err error) string {
	var f *logbook.FileError
	if errors.As(err, &f) {
		return f.Path
	}
	return entry.Path
}

// withoutOwn leaves out endorsements by the one who signed what they endorse. Nobody is a second person to themselves, so
// it must not be shown as agreement; dsa verify reports it.
func (d *dossier) withoutOwn() {
	signed := map[decision.ID]filed{d.first.entry.ID: d.first}
	for _, f := range d.later {
		signed[f.entry.ID] = f
	}
	all := len(d.later)
	d.later = slices.DeleteFunc(d.later, func(f filed) bool {
		of, ok := signed[f.entry.Page.Cover.About]
		return f.entry.Page.Cover.Kind == decision.Endorse && ok && signedBy(of, address(f), f.entry.Key)
	})
	d.own = all - len(d.later)
}

// address is that of whoever signed a record, as they stated it; none where the body was disposed of.
func address(f filed) string {
	if f.record == nil {
		return ""
	}
	return f.record.By.Email
}

// signedBy reports whether a record was signed with the key, or by a person with the address.
func signedBy(f filed, email string, key sshsig.Key) bool {
	return f.entry.Key == key || email != "" && strings.EqualFold(strings.TrimSpace(email), strings.TrimSpace(address(f)))
}

var errNoDecision error = fail("what this record is about is no decision", "see what is wrong with: dsa verify")

// whatItIsAbout finds the record that another is about in the first of the logs that has it intact.
func whatItIsAbout(r *registrar, entry logbook.Entry) (logbook.Entry, error) {
	var failed error = fail("the decision that this record is about is not in this log", "name the log that has it with --log")
	for _, l := range r.logs {
		of, err := ask(l, func(b *logbook.Book) (logbook.Entry, error) { return b.Find(entry.Page.Cover.About.String()) })
		if err == nil {
			err = r.genuine(of)
		}
		if isForged(err) {
			failed = forged(err)
			continue
		}
		var none *logbook.NotFoundError
		kind := of.Page.Cover.Kind
		switch {
		case err == nil && (kind == decision.Decision || entry.Page.Cover.Kind == decision.Endorse && isFollowUp(kind) && kind != decision.Endorse):
			return of, nil
		case err == nil:
			return logbook.Entry{}, errNoDecision
		case !l.silent && !errors.As(err, &none):
			failed = err
		}
	}
	return logbook.Entry{}, failed
}

// with adds a record unless it is there: it can stand in two logs, and beside its own cover, where the whole one counts.
func with(records []filed, f filed) []filed {
	i := slices.IndexFunc(records, func(other filed) bool { return other.entry.ID == f.entry.ID })
	switch {
	case i < 0:
		return append(records, f)
	case records[i].record == nil:
		records[i] = f
	}
	return records
}

// isFollowUp reports whether records of the kind are about another one, and say so in a body of their own.
func isFollowUp(kind decision.Kind) bool { return isDecision(kind) && kind != decision.Decision }

// oldestFirst sorts records by time. Times are claims: within one chain the numbers are sure, so a record is taken to be
// no older than those before it.
func oldestFirst(records []filed) []filed {
	slices.SortFunc(records, func(a, b filed) int {
		return cmp.Or(bytes.Compare(a.entry.Chain[:], b.entry.Chain[:]), cmp.Compare(a.entry.Number, b.entry.Number))
	})
	at := make(map[decision.ID]time.Time, len(records))
	var newest time.Time
	for i, r := range records {
		if i == 0 || records[i-1].entry.Chain != r.entry.Chain {
			newest = time.Time{}
		}
		if t := r.entry.Page.Cover.Time; t.After(newest) {
			newest = t
		}
		at[r.entry.ID] = newest
	}
	slices.SortStableFunc(records, func(a, b filed) int { return at[a.entry.ID].Compare(at[b.entry.ID]) })
	return records
}

// of are the records of one kind about the decision, oldest first.
func (d *dossier) of(kind decision.Kind) []filed {
	var some []filed
	for _, f := range d.later {
		if f.entry.Page.Cover.Kind == kind {
			some = append(some, f)
		}
	}
	return some
}

// records are the bodies of what is about the decision, oldest first, as far as they are there.
func (d *dossier) records() []*decision.Record {
	var records []*decision.Record
	for _, f := range d.later {
		if f.record != nil {
			records = append(records, f.record)
		}
	}
	return records
}

// name is how a person knows the decision: a number means something only in its own log.
func (d *dossier) name() string {
	return fmt.Sprintf("record %d (%s)", d.first.entry.Number, d.first.entry.ID.Shown())
}

// A following is what a command that follows up a decision begins with.
type following struct {
	*dossier
	logs []*logAt
}

func (f *following) close() { closeAll(f.logs) }

// follow finds the decision that a person wants to follow up, in the log named or else in their own, with everything
// about it in both. What is signed goes into their own.
func (app *App) follow(verb, named, wanted string) (*following, error) {
	logs, entry, err := app.openRecord(named, wanted)
	if err != nil {
		return nil, err
	}
	f := &following{logs: logs}
	if err := f.gather(app, verb, entry); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *following) gather(app *App, verb string, entry logbook.Entry) (err error) {
	kind := entry.Page.Cover.Kind
	switch {
	case isFollowUp(kind):
		about := entry.Page.Cover.About.Shown()
		return fail(fmt.Sprintf("record %d is no decision; it %s; nothing was recorded", entry.Number, isAbout(entry)),
			fmt.Sprintf("use: dsa %s %s", verb, about))
	case kind != decision.Decision:
		return fail(fmt.Sprintf("record %d is no decision; nothing was recorded", entry.Number), "list the decisions with: dsa log")
	case entry.CoverOnly:
		return fail("that decision has been disposed of; only its cover is left; nothing was recorded", "list the decisions with: dsa log")
	case entry.Namespace == trainingRole:
		return fail("that record is an exercise; nothing was recorded", "name a decision that was taken; dsa log shows them")
	}
	f.dossier, err = app.dossier(entry, f.logs...)
	if err != nil {
		return err
	}
	f.tell(app)
	return nil
}

// tell says what could not be looked at.
func (d *dossier) tell(app *App) {
	for _, file := range d.forged {
		app.say("%s", screen.Safe("Warning: this file is not its author's: it names somebody's chain, and was signed with another key. It is left out: "+file))
	}
	for _, a := range d.aside {
		app.say("Notice: record %s of kind %s is left out of what is said of this decision: %s.", a.entry.ID.Shown(), a.entry.Page.Cover.Kind, a.why)
	}
	if d.unreadable > 0 {
		app.say("Notice: %s cannot be read, and may be about this decision. See dsa verify.", count(d.unreadable, "record file"))
	}
	if d.own > 0 {
		app.say("Notice: %s left out, by whoever signed what is endorsed: nobody is a second person to themselves. See dsa verify.",
			screen.Count(d.own, "endorsement is", "endorsements are"))
	}
	for _, dir := range d.silent {
		app.say("Notice: the log %s could not be looked through, and may hold more about this decision. To wait for it, name it with --log.", screen.Safe(dir))
	}
}

// doubtOf is why one of the records does not count. What its author added to a decision that was not let in is no better.
func (d *dossier) doubtOf(entry logbook.Entry) string {
	for _, a := range d.aside {
		if a.entry.ID == entry.ID {
			return a.why
		}
	}
	if entry.ID == d.first.entry.ID || isStranger(d.doubt) && entry.Chain == d.first.entry.Chain {
		return d.doubt
	}
	return ""
}

// found fails where files about the decision are not their authors', once all else has been shown.
func (d *dossier) found() error {
	if len(d.forged) == 0 {
		return nil
	}
	return &failure{what: screen.Count(len(d.forged), "record file about this decision is not its author's, and was left out",
		"record files about this decision are not their authors', and were left out"),
		next: "see what is wrong with dsa verify, and tell your information governance lead", code: codeFound}
}

// does says what a record of a kind does with the one it is about. An endorsement can say that somebody does not agree: the
// kind alone tells no more than of what it speaks, and whoever shows it adds what it says.
func does(kind decision.Kind, about string) string {
	switch kind {
	case decision.Complete:
		return "completes " + about
	case decision.Amend:
		return "amends " + about
	case decision.Review:
		return "reviews " + about
	default:
		return "on " + about
	}
}

// isAbout is does in a sentence.
func isAbout(entry logbook.Entry) string {
	about := entry.Page.Cover.About.Shown()
	if entry.Page.Cover.Kind == decision.Endorse {
		return "says what somebody thinks of " + about
	}
	return does(entry.Page.Cover.Kind, about)
}
