package cmd

import (
	"context"
	"crypto/sha256"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"
)

// What is said of a record that does not count in the log in which it lies.
const (
	notLetIn     = "NOT LET IN to the log: nobody has confirmed whose key this is"
	afterClosing = "after the chain was closed: does not count"
	ruledOut     = "set aside by a ruling: does not count"
	onNothing    = "it is about a record that does not count"
	unconfirmed  = "not confirmed now: the log's trust records could not be read"
)

// isStranger reports a doubt about who signed, and not about one record: what the same key has signed stands and falls together.
func isStranger(doubt string) bool { return doubt == notLetIn || doubt == unconfirmed }

// A registrar tells of the records in some folders whose they are, and whether they count. Every command that reads
// records gets them by way of one: a record by itself only shows that some key signed it, and whoever can write to a folder
// can put one there that names somebody else's chain, or that the log never let in.
type registrar struct {
	app   *App
	logs  []*logAt
	keys  map[decision.ID]sshsig.Key     // of the chains that were met
	known *knownLogs                     // nil until it is needed
	trust map[decision.ID]*logbook.Trust // of each log, once it was asked for; nil: it cannot be read now
	ways  map[decision.ID]map[int]decision.ID
	// missed says of a chain in how many folders its first record was not found.
	missed map[decision.ID]int
	own    *sshsig.Key // the person's own, once it was asked for; zero: it is not known
}

func (app *App) registrar(logs ...*logAt) *registrar {
	return &registrar{app: app, logs: logs, keys: map[decision.ID]sshsig.Key{}, trust: map[decision.ID]*logbook.Trust{},
		ways: map[decision.ID]map[int]decision.ID{}, missed: map[decision.ID]int{}}
}

// registrarOf is that of folders that are open.
func (app *App) registrarOf(books []*logbook.Book) *registrar {
	var logs []*logAt
	for _, b := range books {
		logs = append(logs, &logAt{dir: b.Dir(), book: b})
	}
	return app.registrar(logs...)
}

// near are the folders that can be asked something without waiting for one that nobody has reached yet.
func (r *registrar) near() []*logAt {
	return slices.DeleteFunc(slices.Clone(r.logs), func(l *logAt) bool { return l.remote && (l.silent || l.book == nil) })
}

// at reads the record with a number and an id of a chain. Its place follows from these.
func (r *registrar) at(chain decision.ID, number int, id decision.ID) (logbook.Entry, bool) {
	name := decision.RecordName(number, id)
	for _, name := range []string{name, coverPath(name)} {
		where := path.Join(decision.ChainFolder(chain), decision.NumberFolder(number), name)
		for _, l := range r.near() {
			text, err := ask(l, func(b *logbook.Book) ([]byte, error) { return b.ReadFile(where) })
			if err != nil {
				continue
			}
			if report, entry := logbook.CheckFile(text, name, logbook.Options{}); report.Clean() && entry.ID == id && entry.Chain == chain {
				return entry, true
			}
		}
	}
	return logbook.Entry{}, false
}

// stemOf is the path of a record's file without its ending, which tells the whole from the cover alone.
func stemOf(file string) string {
	return strings.TrimSuffix(strings.TrimSuffix(file, ".record.txt"), ".cover.txt")
}

// coverPath is where the cover of a record stands by itself.
func coverPath(file string) string { return stemOf(file) + ".cover.txt" }

// genuine returns nil for a record that its chain's author signed, and otherwise what is wrong with the file. Of a chain
// whose first record is in none of the folders nobody can tell.
func (r *registrar) genuine(e logbook.Entry) error {
	key, met := r.keys[e.Chain]
	if near := len(r.near()); !met && r.missed[e.Chain] < near {
		if first, here := r.at(e.Chain, 0, e.Chain); here {
			key = first.Key
			r.keys[e.Chain] = key
		} else {
			r.missed[e.Chain] = near
		}
	}
	if key == (sshsig.Key{}) || key == e.Key {
		return nil
	}
	return &logbook.FileError{Path: e.Path, Err: &logbook.WrongKeyError{Fingerprint: e.Key.Fingerprint()}}
}

// only are records with those that are not their author's as files that cannot be relied on.
func (r *registrar) only(entries iter.Seq2[logbook.Entry, error]) iter.Seq2[logbook.Entry, error] {
	return func(yield func(logbook.Entry, error) bool) {
		for entry, err := range entries {
			if err == nil {
				if err = r.genuine(entry); err != nil {
					entry = logbook.Entry{}
				}
			}
			if !yield(entry, err) {
				return
			}
		}
	}
}

// isForged reports whether a file cannot be relied on because it is not its author's.
func isForged(err error) bool {
	var wrong *logbook.WrongKeyError
	return errors.As(err, &wrong)
}

// forged is what a person is told who asks for a record that is not its author's.
func forged(err error) error {
	return (&failure{what: "this record is not its author's, and counts for nothing: it names somebody's chain and was signed with another key: " + pathOf(logbook.Entry{}, err),
		next: "see everything with dsa verify, and tell your information governance lead", code: codeFound}).because(err)
}

// logIn is the id of the log in a folder; none, where this computer does not know it. A person's own records are judged by
// the log that they joined first.
func (r *registrar) logIn(dir string) decision.ID {
	if r.known == nil {
		var err error
		if r.known, err = r.app.known(); err != nil {
			r.known = new(knownLogs)
		}
	}
	of := r.known.byFolder(dir)
	if of == nil && sameFolder(dir, r.app.logFolder("")) {
		of = r.known.home()
	}
	if of == nil {
		return decision.ID{}
	}
	return of.ID
}

// trusted is what the trust records of a log add up to, or nil where nobody can tell now, which is said once.
func (r *registrar) trusted(log decision.ID) *logbook.Trust {
	trust, asked := r.trust[log]
	if asked {
		return trust
	}
	ctx, done := context.WithTimeout(context.Background(), lookWait)
	defer done()
	k, app := r.known, r.app
	trust, err := within(ctx, func() (*logbook.Trust, error) {
		g := app.folders(k, log)
		defer g.close()
		return logbook.ReadTrust(ctx, log, g.books...)
	})
	if err != nil {
		trust = nil
		r.app.say("Notice: who was let in to the log %s cannot be read now, so those of others are not confirmed here.", log.Shown())
	}
	r.trust[log] = trust
	return trust
}

// disposals reports of which records only the covers are told any more: by the logs that lie in the folders, and by the one
// that this computer belongs to. A copy of a log that nobody syncs can still have the whole.
func (r *registrar) disposals() func(decision.ID) bool {
	ids := map[decision.ID]bool{}
	for _, l := range r.logs {
		ids[r.logIn(l.dir)] = true
	}
	if k := r.known; k != nil && k.home() != nil {
		ids[k.home().ID] = true
	}
	delete(ids, decision.ID{})
	var all []*logbook.Trust
	for id := range ids {
		if trust := r.trusted(id); trust != nil {
			all = append(all, trust)
		}
	}
	return func(id decision.ID) bool {
		return slices.ContainsFunc(all, func(t *logbook.Trust) bool { _, is := t.Disposed(id); return is })
	}
}

// places are the folders in which a record lies.
func (r *registrar) places(e logbook.Entry) []string {
	var dirs []string
	for _, l := range r.near() {
		if _, err := ask(l, func(b *logbook.Book) ([]byte, error) { return b.ReadFile(e.Path) }); err == nil {
			dirs = append(dirs, l.dir)
		}
	}
	return dirs
}

// mine reports whether a record was signed with the person's own key. Whose that is they know without a log.
func (r *registrar) mine(e logbook.Entry) bool {
	if r.own == nil {
		own, known, err := r.app.publicKey(context.Background(), "")
		if err != nil || !known {
			own = sshsig.Key{}
		}
		r.own = &own
	}
	return !r.own.IsZero() && e.Key == *r.own
}

// doubt says why a record does not count in any of the logs that are known to lie in these folders; empty where it does
// in one of them, and where none is known. Where nobody can tell now, that is the doubt, one's own records aside. Exercises
// count nowhere, and say so themselves.
func (r *registrar) doubt(e logbook.Entry, dirs ...string) string {
	if e.Namespace == trainingRole {
		return ""
	}
	why := ""
	for _, dir := range dirs {
		log := r.logIn(dir)
		if log.IsZero() {
			continue
		}
		trust := r.trusted(log)
		if trust == nil {
			if why == "" && !r.mine(e) {
				why = unconfirmed
			}
			continue
		}
		one := r.doubtIn(trust, e)
		if one == "" {
			return ""
		}
		why = one
	}
	return why
}

func (r *registrar) doubtIn(trust *logbook.Trust, e logbook.Entry) string {
	m, in := trust.Member(e.Chain)
	switch {
	case !in, m.Key != e.Key && m.Fingerprint != e.Key.Fingerprint():
		return notLetIn
	case m.Closed < 0:
		return ""
	case e.Number > m.Closed:
		return afterClosing
	case r.hasRival(e):
		if stands, known := r.way(m)[e.Number]; known && stands != e.ID {
			return ruledOut
		}
	}
	return ""
}

// hasRival reports whether another record has the number of this one: only then can it have been set aside.
func (r *registrar) hasRival(e logbook.Entry) bool {
	folder := filepath.Join(decision.ChainFolder(e.Chain), decision.NumberFolder(e.Number))
	for _, l := range r.near() {
		names, _ := ask(l, func(b *logbook.Book) ([]os.DirEntry, error) { return os.ReadDir(filepath.Join(b.Dir(), folder)) })
		if slices.ContainsFunc(names, func(n os.DirEntry) bool {
			name, ok := decision.ParseRecordName(n.Name())
			return ok && name.Number == e.Number && name.Short != e.ID.Short()
		}) {
			return true
		}
	}
	return false
}

// way are the records of a closed chain that lead to the last one that counts, by their numbers, as far as they are here.
func (r *registrar) way(m logbook.Member) map[int]decision.ID {
	way, met := r.ways[m.Chain]
	if !met {
		way = map[int]decision.ID{}
		for number, id := m.Closed, m.ClosedID; number >= 0 && !id.IsZero(); number-- {
			way[number] = id
			e, here := r.at(m.Chain, number, id)
			if !here {
				break
			}
			id = e.Page.Cover.Previous
		}
		r.ways[m.Chain] = way
	}
	return way
}

// recorded finds the record in the person's own log that has exactly this body.
func (app *App) recorded(body string) (logbook.Entry, bool, error) {
	if body == "" {
		return logbook.Entry{}, false, nil
	}
	book, err := logbook.Open(app.logFolder(""))
	if errors.Is(err, fs.ErrNotExist) {
		return logbook.Entry{}, false, nil
	}
	if err != nil {
		return logbook.Entry{}, false, err
	}
	defer book.Close()
	sum := sha256.Sum256([]byte(body))
	for entry, err := range app.registrarOf([]*logbook.Book{book}).only(book.Entries()) {
		if err == nil && entry.Page.Cover.BodySum == sum {
			return entry, true, nil
		}
	}
	return logbook.Entry{}, false, nil
}

// isDecision reports the kinds of record whose body is a decision.Record: a decision, what its own people add to it later,
// and what a second person says of any of these.
func isDecision(kind decision.Kind) bool {
	return slices.Contains([]decision.Kind{decision.Decision, decision.Complete, decision.Amend, decision.Review, decision.Endorse}, kind)
}

// linkTo names a record for the one that is about it.
func linkTo(entry logbook.Entry, record *decision.Record) *decision.Link {
	return &decision.Link{ID: entry.ID, Chain: entry.Chain, Number: entry.Number, Recorded: record.Recorded,
		By: record.By.Post + ", " + record.By.Organisation, Outcome: gist(record)}
}

// gist is what came of a record, as a choice: what was decided, or whether a decision stands. What has nothing of the
// kind is named by what it is.
func gist(record *decision.Record) decision.Choice {
	switch record.Kind() {
	case decision.Decision:
		return record.Outcome()
	case decision.Review:
		if a, ok := record.Answer("stands"); ok && len(a.Chosen) == 1 {
			return a.Chosen[0]
		}
	}
	return decision.Choice{ID: string(record.Kind()), Words: screen.Title(record)}
}

// decode reads the body of a decision, or of what is about one, strictly.
func decode(body []byte) (*decision.Record, error) {
	record := new(decision.Record)
	if err := decision.DecodeBody(body, record); err != nil {
		return nil, err
	}
	return record, record.Check()
}

// checkBody is what verify asks of the bodies that logbook does not know, and which record they are about.
func checkBody(kind decision.Kind, body []byte) (of logbook.Reference, err error) {
	if !isDecision(kind) {
		return of, nil
	}
	record, err := decode(body)
	switch {
	case err != nil:
		return of, err
	case record.Kind() != kind:
		return of, errDisagrees
	case record.Of != nil:
		of = logbook.Reference{ID: record.Of.ID, Chain: record.Of.Chain, Number: record.Of.Number}
	}
	of.Standing = record.Standing
	return of, nil
}
