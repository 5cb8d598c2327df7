package cmd

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"dsa/decision"
	"dsa/decision/logbook"
)

// filed is a record of a log with its body read. The record is nil where only the cover is left.
type filed struct {
	entry  logbook.Entry
	record *decision.Record
}

// A dossier is a decision with everything that the logs looked at hold about it: what completes, amends and reviews it.
type dossier struct {
	first filed
	later []filed // oldest first; each was checked by itself and agrees with its cover
	// unreadable counts the files that could not be read or relied on. Any of them may belong here.
	unreadable int
}

// checks is what every check of records is told.
func checks() logbook.Options {
	return logbook.Options{Body: checkBody, Of: referenceIn}
}

// referenceIn reads off a body which record it is about.
func referenceIn(kind decision.Kind, body []byte) (logbook.Reference, bool) {
	if !isDecision(kind) {
		return logbook.Reference{}, false
	}
	record, err := decode(body)
	if err != nil || record.Of == nil {
		return logbook.Reference{}, false
	}
	return logbook.Reference{ID: record.Of.ID, Chain: record.Of.Chain, Number: record.Of.Number}, true
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

// dossier gathers the decision and what is about it, beginning with any of these records.
func (app *App) dossier(entry logbook.Entry, books ...*logbook.Book) (*dossier, error) {
	if entry.Page.Cover.Kind != decision.Decision {
		of, err := whatItIsAbout(entry, books)
		if err != nil {
			return nil, err
		}
		entry = of
	}
	first, err := file(entry)
	if err != nil {
		return nil, err
	}
	d := &dossier{first: first}
	for _, book := range books {
		for entry, err := range book.About(first.entry.ID) {
			if err != nil {
				d.unreadable++
				continue
			}
			if !isFollowUp(entry.Page.Cover.Kind) {
				continue
			}
			later, err := file(entry)
			if err != nil || (entry.Namespace == trainingRole) != (first.entry.Namespace == trainingRole) {
				d.unreadable++
				continue
			}
			d.later = with(d.later, later)
		}
	}
	d.later = oldestFirst(d.later)
	return d, nil
}

// whatItIsAbout finds the decision that a record is about in the first of the logs that has it intact.
func whatItIsAbout(entry logbook.Entry, books []*logbook.Book) (logbook.Entry, error) {
	var failed error = fail("the decision that this record is about is not in this log", "name the log that has it with --log")
	for _, book := range books {
		of, err := book.Find(entry.Page.Cover.About.String())
		var none *logbook.NotFoundError
		switch {
		case err == nil && of.Page.Cover.Kind == decision.Decision:
			return of, nil
		case err == nil:
			return logbook.Entry{}, fail("what this record is about is no decision", "see what is wrong with: dsa verify")
		case !errors.As(err, &none):
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

// isFollowUp reports whether records of the kind are written by a decision's own people after it, with a walk.
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
	books []*logbook.Book
}

func (f *following) close() { closeAll(f.books) }

// follow finds the decision that a person wants to follow up, in the log named or else in their own, with everything
// about it in both. What is signed goes into their own.
func (app *App) follow(verb, named, wanted string) (*following, error) {
	books, entry, err := app.openRecord(named, wanted)
	if err != nil {
		return nil, err
	}
	f := &following{books: books}
	if err := f.gather(app, verb, entry); err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *following) gather(app *App, verb string, entry logbook.Entry) (err error) {
	kind := entry.Page.Cover.Kind
	switch {
	case isFollowUp(kind) || kind == decision.Endorse:
		about := entry.Page.Cover.About.Shown()
		return fail(fmt.Sprintf("record %d is no decision; it %s; nothing was recorded", entry.Number, does(kind, about)),
			fmt.Sprintf("use: dsa %s %s", verb, about))
	case kind != decision.Decision:
		return fail(fmt.Sprintf("record %d is no decision; nothing was recorded", entry.Number), "list the decisions with: dsa log")
	case entry.CoverOnly:
		return fail("that decision has been disposed of; only its cover is left; nothing was recorded", "list the decisions with: dsa log")
	case entry.Namespace == trainingRole:
		return fail("that record is an exercise; nothing was recorded", "name a decision that was taken; dsa log shows them")
	}
	f.dossier, err = app.dossier(entry, f.books...)
	if err != nil {
		return err
	}
	if f.unreadable > 0 {
		app.say("Notice: %s cannot be read, and may be about this decision. See dsa verify.", count(f.unreadable, "record file"))
	}
	return nil
}

// does says what a record of a kind does with the one it is about.
func does(kind decision.Kind, about string) string {
	switch kind {
	case decision.Complete:
		return "completes " + about
	case decision.Amend:
		return "amends " + about
	case decision.Review:
		return "reviews " + about
	default:
		return "endorses " + about
	}
}
