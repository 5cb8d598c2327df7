package cmd

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"dsa/cmd/screen"
	"dsa/data/yamlfile"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/gofrs/flock"
	"gopkg.in/yaml.v3"
)

// maxKnown is the largest list of logs that is read, in bytes.
const maxKnown = 64 << 10

// knownLog is a log that this computer publishes to and checks by.
type knownLog struct {
	Folder string      // absolute
	ID     decision.ID // zero: nobody has said which log it is, so nothing in it is confirmed
	Title  string
	// Seen is the newest checkpoint of the log that this device has verified, with its place. It never goes back.
	Seen       decision.ID
	SeenChain  decision.ID
	SeenNumber int
	Receipts   []decision.Receipt // of its checkpoints, as they were given or printed here
	// Founding is where the record lies that founds the log, once it was found in the folder. A folder in which it is not
	// there any more is another log, whatever its name is.
	Founding founding
	// Book is what the log was last seen to say of the person's own book.
	Book bookState
}

// founding is the place of a record that founds a log.
type founding struct {
	Chain  decision.ID `yaml:"chain"` // zero: not found yet
	Number int         `yaml:"number"`
}

// bookState is what a log says of one chain.
type bookState struct {
	Chain  decision.ID `yaml:"chain"` // zero: nothing is known
	LetIn  bool        `yaml:"let_in"`
	Closed *int        `yaml:"closed,omitempty"` // the last number that counts, where it is closed
}

func (b bookState) equal(other bookState) bool {
	return b.Chain == other.Chain && b.LetIn == other.LetIn && (b.Closed == nil) == (other.Closed == nil) && (b.Closed == nil || *b.Closed == *other.Closed)
}

// bookIn is what a log says of a chain.
func bookIn(trust *logbook.Trust, chain decision.ID) bookState {
	m, in := trust.Member(chain)
	b := bookState{Chain: chain, LetIn: in}
	if in && m.Closed >= 0 {
		b.Closed = &m.Closed
	}
	return b
}

// stopped is a chain of which two records with one number were met. Nothing is ever added to it again.
type stopped struct {
	Chain  decision.ID `yaml:"chain" json:"chain"`
	Number int         `yaml:"number" json:"number"`
}

// knownLogs is what this computer remembers of logs, in logs.yaml in the home folder.
type knownLogs struct {
	Logs    []knownLog
	Stopped []stopped
	// Past are checkpoints that this computer has seen, before the one that it saw last. A record that names one of them may be
	// followed by one that names the newest; after any other nobody knows here which is older.
	Past []decision.ID
}

// mostPast is how many checkpoints seen are remembered.
const mostPast = 64

// knownFile is how knownLogs is written: for people to read, and strictly read back.
type knownFile struct {
	Logs    []knownEntry  `yaml:"logs"`
	Stopped []stopped     `yaml:"stopped,omitempty"`
	Past    []decision.ID `yaml:"past,omitempty"`
}

type knownEntry struct {
	Folder   string      `yaml:"folder"`
	ID       decision.ID `yaml:"id"`
	Title    string      `yaml:"title,omitempty"`
	Founding *founding   `yaml:"founding,omitempty"`
	Book     *bookState  `yaml:"book,omitempty"`
	Seen     *seenFile   `yaml:"seen,omitempty"`
	Receipts []string    `yaml:"receipts,omitempty"`
}

type seenFile struct {
	Chain  decision.ID `yaml:"chain"`
	Number int         `yaml:"number"`
	ID     decision.ID `yaml:"id"`
}

func (app *App) knownPath() string { return app.path("logs.yaml") }

// known reads what is remembered of logs; nothing, where nothing is.
func (app *App) known() (*knownLogs, error) {
	content, err := readSmall(app.knownPath(), maxKnown)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return &knownLogs{}, nil
	}
	if err != nil {
		return nil, unreadKnown(app.knownPath(), err)
	}
	var file knownFile
	doc, faults := yamlfile.Parse(app.knownPath(), content, &file)
	if faults == nil {
		faults = doc.Unshowable()
	}
	if faults != nil {
		return nil, unreadKnown(faults.Error(), faults)
	}
	k := &knownLogs{Stopped: file.Stopped, Past: file.Past}
	for _, l := range file.Logs {
		log := knownLog{Folder: l.Folder, ID: l.ID, Title: l.Title}
		if l.Seen != nil {
			log.Seen, log.SeenChain, log.SeenNumber = l.Seen.ID, l.Seen.Chain, l.Seen.Number
		}
		if l.Founding != nil {
			log.Founding = *l.Founding
		}
		if l.Book != nil {
			log.Book = *l.Book
		}
		if log.Founding.Number < 0 || log.Founding.Number > decision.MaxNumber {
			return nil, unreadKnown(app.knownPath()+": a founding record has a number", nil)
		}
		for _, line := range l.Receipts {
			receipt, err := decision.ParseReceipt(line)
			if err != nil {
				return nil, unreadKnown(app.knownPath()+": a receipt is not written as dsa prints it", err)
			}
			log.Receipts = append(log.Receipts, receipt)
		}
		if l.Folder == "" || k.byFolder(app.fromHome(l.Folder)) != nil {
			return nil, unreadKnown(app.knownPath()+": each log has a folder, and none the same as another", nil)
		}
		log.Folder = app.fromHome(l.Folder)
		k.Logs = append(k.Logs, log)
	}
	return k, nil
}

func unreadKnown(which string, err error) error {
	return fail("what is remembered of logs cannot be read; nothing was recorded:\n"+indent(which),
		"mend the file, or give it another name and join your logs again with: dsa log join").because(err)
}

// keepKnown replaces what is remembered. Two programs that change it at once use changeKnown.
func (app *App) keepKnown(k *knownLogs) error {
	var file knownFile
	for _, l := range k.Logs {
		file.Logs = append(file.Logs, knownEntry{Folder: app.belowHome(l.Folder), ID: l.ID, Title: l.Title})
		last := &file.Logs[len(file.Logs)-1]
		if !l.Founding.Chain.IsZero() {
			last.Founding = &l.Founding
		}
		if !l.Book.Chain.IsZero() {
			last.Book = &l.Book
		}
		if !l.Seen.IsZero() {
			last.Seen = &seenFile{l.SeenChain, l.SeenNumber, l.Seen}
		}
		for _, r := range l.Receipts {
			last.Receipts = append(last.Receipts, r.String())
		}
	}
	file.Stopped, file.Past = k.Stopped, k.Past
	var b bytes.Buffer
	b.WriteString("# The logs that this computer knows. Change them with: dsa log join, dsa log leave\n")
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(file); err != nil {
		return err
	}
	if b.Len() > maxKnown {
		return fail("there is more to remember of logs than fits; nothing was changed", "leave a log that you do not need any more: dsa log leave DIR")
	}
	return replaceFile(app.knownPath(), b.Bytes())
}

// changeKnown reads what is remembered, changes it and keeps it, while no other dsa does the same.
func (app *App) changeKnown(change func(*knownLogs) error) error {
	if err := os.MkdirAll(app.Home, 0o700); err != nil {
		return err
	}
	lock := flock.New(app.path("logs.lock"))
	ctx, done := context.WithTimeout(context.Background(), 5*time.Second)
	defer done()
	if _, err := lock.TryLockContext(ctx, 5*time.Millisecond); err != nil {
		return fail("another dsa is changing what is remembered of logs", "wait a moment and run the same command").because(err)
	}
	defer lock.Close()
	k, err := app.known()
	if err != nil {
		return err
	}
	if err := change(k); err != nil {
		return err
	}
	return app.keepKnown(k)
}

// changeLog changes what is remembered of one log, as long as it is still the same one.
func (app *App) changeLog(log knownLog, change func(*knownLog)) error {
	return app.changeKnown(func(k *knownLogs) error {
		if l := k.byFolder(log.Folder); l != nil && l.ID == log.ID {
			change(l)
		}
		return nil
	})
}

// errNotTheLog says that a folder is not the log that this computer knows it as.
var errNotTheLog = errors.New("that folder is not the log it was: its founding record is not there")

// theLog looks whether a folder is still the log that this computer knows it as, and returns where the record lies that
// founds it. Whoever can put a folder in the place of another must not be given the records of anybody. Of a log whose id
// is not known nothing can be said. A folder that is no log at all passes: whoever writes to it meets that.
func theLog(own, book *logbook.Book, l knownLog) (founding, error) {
	if l.ID.IsZero() {
		return founding{}, nil
	}
	at := l.Founding
	if at.Chain.IsZero() {
		if entry, err := book.Find(l.ID.String()); err == nil && entry.ID == l.ID {
			at = founding{entry.Chain, entry.Number}
		}
	}
	if !at.Chain.IsZero() {
		there, err := founds(book, l.ID, at)
		var file *logbook.FileError
		switch {
		case there:
			return at, nil
		case err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.As(err, &file):
			return founding{}, &logbook.FolderError{Dir: book.Dir(), Err: err}
		case err == nil && own != nil:
			// Its bytes are damaged. Whoever has it sound puts it right there.
			if mine, _ := founds(own, l.ID, at); mine {
				return at, nil
			}
		}
	}
	chains, err := book.Chains()
	if err != nil {
		return founding{}, &logbook.FolderError{Dir: book.Dir(), Err: err}
	}
	if len(chains) == 0 {
		if _, err := book.ReadFile(logbook.ReadmeName); err != nil {
			return founding{}, nil // no log at all
		}
	}
	if l.Founding.Chain.IsZero() && own != nil {
		// Its founder has not published it yet. That is done to a folder in which nobody else's records lie.
		mine, err := own.Chains()
		if entry, missing := own.Find(l.ID.String()); err == nil && missing == nil && entry.ID == l.ID &&
			!slices.ContainsFunc(chains, func(c string) bool { return !slices.Contains(mine, c) }) {
			return founding{}, nil
		}
	}
	return founding{}, errNotTheLog
}

// founds reports whether the record that founds a log lies in a folder, under its name and sound. An error is that of
// reading it.
func founds(book *logbook.Book, id decision.ID, at founding) (bool, error) {
	name := decision.RecordName(at.Number, id)
	content, err := book.ReadFile(path.Join(decision.ChainFolder(at.Chain), decision.NumberFolder(at.Number), name))
	if err != nil {
		return false, err
	}
	report, entry := logbook.CheckFile(content, name, logbook.Options{})
	return report.Clean() && entry.ID == id && entry.Chain == at.Chain && entry.Page.Cover.Kind == decision.Trust, nil
}

// belowHome is how a folder is written down: one below the home folder by its place in it, so that a home that is moved
// still has its log.
func (app *App) belowHome(dir string) string {
	rel, err := filepath.Rel(absolute(app.Home), dir)
	if err != nil || !filepath.IsLocal(rel) {
		return dir
	}
	return filepath.ToSlash(rel)
}

// fromHome is the opposite of belowHome.
func (app *App) fromHome(dir string) string {
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(app.Home, filepath.FromSlash(dir))
	}
	return absolute(dir)
}

// absolute is a folder as it is remembered and compared.
func absolute(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Clean(dir)
}

// sameFolder reports whether two names are those of one folder. It does not look: a folder may lie where nobody answers.
func sameFolder(a, b string) bool {
	a, b = absolute(a), absolute(b)
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}

// byFolder returns the log in a folder, or nil.
func (k *knownLogs) byFolder(dir string) *knownLog {
	i := slices.IndexFunc(k.Logs, func(l knownLog) bool { return sameFolder(l.Folder, dir) })
	if i < 0 {
		return nil
	}
	return &k.Logs[i]
}

// home returns the log joined first, or nil: its id is the one that checks start from when none is given.
func (k *knownLogs) home() *knownLog {
	if len(k.Logs) == 0 {
		return nil
	}
	return &k.Logs[0]
}

// isStopped returns the number at which a chain was found to be forked.
func (k *knownLogs) isStopped(chain decision.ID) (number int, is bool) {
	for _, s := range k.Stopped {
		if s.Chain == chain {
			return s.Number, true
		}
	}
	return 0, false
}

// see remembers that a checkpoint of the first log was seen, after the others named.
func (k *knownLogs) see(point decision.Receipt, title string, before ...decision.ID) {
	home := k.home()
	for _, id := range append(before, home.Seen) {
		if !id.IsZero() && !slices.Contains(k.Past, id) {
			k.Past = append(k.Past, id)
		}
	}
	k.Past = k.Past[max(0, len(k.Past)-mostPast):]
	home.Seen, home.SeenChain, home.SeenNumber = point.ID, point.Chain, point.Number
	if title != "" {
		home.Title = title
	}
}

// seen is the newest checkpoint for a record that follows one which names another; none, where it cannot be told that it is
// not older.
func (k *knownLogs) seen(previous decision.ID) decision.ID {
	home := k.home()
	if home == nil || !previous.IsZero() && previous != home.Seen && !slices.Contains(k.Past, previous) {
		return decision.ID{}
	}
	return home.Seen
}

// stop remembers a fork.
func (k *knownLogs) stop(chain decision.ID, number int) {
	if _, is := k.isStopped(chain); !is && !chain.IsZero() {
		k.Stopped = append(k.Stopped, stopped{chain, number})
	}
}

// receipts are those remembered of a log, under whatever folders it is known. Where nobody can tell, it is said: whoever
// checks without them must know.
func (app *App) receipts(log decision.ID) []decision.Receipt {
	k, err := app.known()
	if err != nil {
		app.say("Warning: the receipts remembered on this computer cannot be read, so nothing is checked against them: %s", screen.Safe(app.knownPath()))
		return nil
	}
	var found []decision.Receipt
	for _, l := range k.Logs {
		for _, r := range l.Receipts {
			if r.Log == log && !slices.Contains(found, r) {
				found = append(found, r)
			}
		}
	}
	return found
}
