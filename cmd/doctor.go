package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"
	"golang.org/x/term"
)

// NewDoctor is the command that looks at all that dsa needs on a computer, and says what is well and what is not.
func NewDoctor(app *App) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Look at everything dsa needs here: key, records, folders, clock, terminal",
		Long: `doctor looks at your folder and who can get at it, what you prefer, your key, your
records, the logs that this computer knows, the clock, what is unfinished and owed,
the agreements here, and the terminal. Each line begins with one word:

  ok     nothing to do
  look   it works; something is worth knowing or doing
  wrong  something does not work, or cannot be relied on

Below the last two stands what to do. It asks nothing, says nothing of what records
are about, and goes on whatever it meets. It uses no network but the folders of the
logs that you joined, and waits for none longer than a few seconds. It takes away
what others on this computer may do with your things, as signing does, and writes
nothing but a file of one byte that it takes away at once.

It ends with exit code 4 if anything is wrong. Give what it prints to whoever looks
after dsa where you work: names of folders are in it, and nothing about people.`,
		Example: "  dsa doctor\n  dsa doctor --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d := &doctor{app: app, cmd: cmd, now: app.Now(), json: asJSON, checkFor: doctorCheck}
			return d.run(cmd.Context())
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object, for programs")
	return c
}

// doctorCheck is how long the records are checked before it is left to dsa verify.
const doctorCheck = 20 * time.Second

// clockSlack is how far ahead of this computer's clock another may have been.
const clockSlack = 5 * time.Minute

// oldDraft is how long something can lie unfinished before it is worth a word: it may tell of people.
const oldDraft = 30 * 24 * time.Hour

// How a thing is.
const (
	isOK    = "ok"
	isLook  = "look"
	isWrong = "wrong"
)

// A symptom is what was found of one thing.
type symptom struct {
	State string `json:"state"` // ok, look or wrong
	About string `json:"about"`
	Words string `json:"words"`
	Next  string `json:"next,omitempty"` // what to do
}

// A doctor looks at one thing after the other. What one look finds can serve those after it; none relies on it.
type doctor struct {
	app      *App
	cmd      *cobra.Command
	now      time.Time
	json     bool
	checkFor time.Duration
	found    []symptom

	key     sshsig.Key // zero: not known
	book    *logbook.Book
	claimed time.Time // the latest time that a record here, or a checkpoint that was seen, claims
	soonest time.Time // the clock cannot be before this: an agreement that is here had come into force
	long    bool      // there are too many records to look at them all
}

func (d *doctor) run(ctx context.Context) error {
	for _, look := range []func(context.Context){d.program, d.home, d.preferences, d.profile, d.signingKey, d.records, d.logs, d.drafts, d.owed,
		d.agreements, d.clock, d.terminal} {
		look(ctx)
		if ctx.Err() != nil {
			break
		}
	}
	if d.book != nil {
		d.book.Close()
	}
	if ctx.Err() != nil {
		return &failure{what: "stopped before everything was looked at", next: "run the same command again", code: codeStopped}
	}
	wrong, looks := d.count(isWrong), d.count(isLook)
	if d.json {
		result := isOK
		if wrong > 0 {
			result = isWrong
		} else if looks > 0 {
			result = isLook
		}
		err := printJSON(d.app.Out, "  ", struct {
			Program string    `json:"program"`
			Home    string    `json:"home"`
			Result  string    `json:"result"`
			Found   []symptom `json:"found"`
		}{Program, d.app.Home, result, d.found})
		if err != nil {
			return err
		}
	}
	if wrong > 0 {
		return &failure{what: screen.Count(wrong, "thing is", "things are") + " wrong", next: "do what stands below each of them, and run dsa doctor again", code: codeFound}
	}
	if !d.json && looks > 0 {
		fmt.Fprintf(d.app.Out, "Nothing is wrong; %s worth a look.\n", screen.Count(looks, "thing is", "things are"))
	} else if !d.json {
		fmt.Fprintln(d.app.Out, "All is well.")
	}
	return nil
}

func (d *doctor) count(state string) (n int) {
	for _, s := range d.found {
		if s.State == state {
			n++
		}
	}
	return n
}

// say keeps what was found, and shows it at once: the next look may take its time.
func (d *doctor) say(state, about, words, next string) {
	d.found = append(d.found, symptom{state, about, words, next})
	if d.json {
		return
	}
	lead := fmt.Sprintf("%-7s", state)
	for _, text := range []string{about + ": " + words + ".", "To do: " + next + "."} {
		if text == "To do: ." {
			continue
		}
		for _, line := range uncut(screen.Safe(text), d.app.outWidth()-len(lead)) {
			fmt.Fprintln(d.app.Out, lead+line)
			lead = strings.Repeat(" ", len(lead))
		}
	}
}

// uncut is a text in lines of a width in which no word is taken apart, however long: commands and names of files are there to
// be copied.
func uncut(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}

func (d *doctor) ok(about, words string)          { d.say(isOK, about, words, "") }
func (d *doctor) look(about, words, next string)  { d.say(isLook, about, words, next) }
func (d *doctor) wrong(about, words, next string) { d.say(isWrong, about, words, next) }

// failed words an error as every command does.
func (d *doctor) failed(about string, err error) {
	f := explain(err)
	d.wrong(about, strings.ReplaceAll(bare(f.what), "\n", " "), f.next)
}

// quietly does something that says on the way what the doctor says in its own place.
func (d *doctor) quietly(do func() error) error {
	said := d.app.Err
	d.app.Err = io.Discard
	defer func() { d.app.Err = said }()
	return do()
}

func (d *doctor) program(context.Context) {
	d.ok("Program", fmt.Sprintf("%s, on %s %s", Program, runtime.GOOS, runtime.GOARCH))
}

// home looks at the folder of the person's own things, and who else can get at it.
func (d *doctor) home(context.Context) {
	const about = "Folder"
	home := d.app.Home
	if home == "" {
		d.wrong(about, "there is no folder for your profile, drafts and records", "name one with --home DIR, or set DSA_HOME")
		return
	}
	info, err := os.Stat(home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if above := nearestThere(home); tryWriting(above) != nil {
			d.wrong(about, home+" is not there, and cannot be made in "+above+", so nothing can be recorded", "check the name, or name another folder with --home or DSA_HOME")
			return
		}
		d.ok(about, home+" is not there yet, and is made when it is needed")
		return
	case err != nil:
		d.wrong(about, home+" cannot be looked at", "check that it is yours, and that the disk or network drive is connected")
		return
	case !info.IsDir():
		d.wrong(about, home+" is a file, and should be a folder", "give the file another name, or name another folder with --home or DSA_HOME")
		return
	}
	if _, err := os.ReadDir(home); err != nil {
		d.wrong(about, home+" cannot be read", "check that it is yours, or name another folder with --home or DSA_HOME")
		return
	}
	loose := d.app.loose()
	_ = d.quietly(func() error { d.app.mend(); return nil })
	var names []string
	for _, path := range loose {
		names = append(names, filepath.Base(path))
	}
	switch left := d.app.loose(); {
	case len(left) > 0:
		d.wrong(about, "others on this computer can get at what is yours in "+home+", and that cannot be mended: "+few(names), "ask whoever looks after your computer to make the folder yours alone")
	case slices.Contains(loose, d.app.path("key")):
		d.wrong("Key", "others on this computer could read your signing key until now; that is mended", "if somebody may have copied it, begin a new book with: dsa setup --new-key")
	case len(loose) > 0:
		d.look(about, "others on this computer could get at what is yours in "+home+" until now; that is mended: "+few(names), "if it comes back, tell whoever looks after your computer")
	}
	if err := tryWriting(home); err != nil {
		next := "check that the folder is yours and the disk not write-protected, or name another with --home or DSA_HOME"
		if isDiskFull(err) {
			next = "free some space on the disk"
		}
		d.wrong(about, home+" cannot be written to, so nothing can be recorded", next)
		return
	}
	d.ok(about, home+" can be read and written to")
	d.exposed(about, home, exposures(home))
}

// tryWriting writes a file into a folder and takes it away. A full disk takes a name, and not what is in it.
func tryWriting(dir string) error {
	temp, err := os.CreateTemp(dir, ".tmp-*")
	if err != nil {
		return err
	}
	_, err = temp.Write([]byte{0})
	return errors.Join(err, temp.Close(), os.Remove(temp.Name()))
}

// nearestThere is the folder in which others have to be made for a path that is not there.
func nearestThere(path string) string {
	path = absolute(path)
	for above := filepath.Dir(path); above != path; above = filepath.Dir(path) {
		if path = above; !isMissing(path) {
			break
		}
	}
	return path
}

// few are names as far as somebody reads them.
func few(names []string) string {
	const most = 10
	if len(names) <= most {
		return listed(names)
	}
	return fmt.Sprintf("%s and %d more", listed(names[:most]), len(names)-most)
}

// exposed says how others can get at a folder.
func (d *doctor) exposed(about, dir string, found []logbook.Exposure) {
	for _, e := range found {
		words, next := exposureWords(e), "keep records where only those can get at them who may read them"
		switch e {
		case logbook.Synchronised:
			words, next = copiedWords(dir), "ask your information governance lead whether records may lie there; dsa --home DIR names another folder"
		case logbook.Removable:
			next = "keep the disk where nobody else gets at it, encrypted, and a copy elsewhere"
		}
		if e == logbook.WritableByAll {
			d.wrong(about, dir+" "+words, next)
		} else {
			d.look(about, dir+" "+words, next)
		}
	}
}

func (d *doctor) preferences(context.Context) {
	const about = "Preferences"
	p, err := d.app.readPreferences()
	d.app.preferred = &p // said here
	switch {
	case err != nil:
		d.wrong(about, "they cannot be read and are ignored: "+d.app.preferencesPath(), "set them anew with dsa setup --agreement NAME, --plain-always or --drawn, or delete the file")
	case p.Agreement == "":
		d.ok(about, "no agreement is chosen, so "+defaultAgreement+" is used when none is named")
	default:
		err := d.app.stillHere(p.Agreement)
		if err == nil {
			_, err = d.app.edition(p.Agreement)
		}
		if err != nil {
			d.wrong(about, "the agreement chosen for this computer, "+p.Agreement+", cannot be used: "+strings.ReplaceAll(bare(explain(unsound(err)).what), "\n", " "),
				"mend it or copy it here again, or choose another: dsa setup --agreement NAME")
			return
		}
		d.ok(about, p.Agreement+" is used when no agreement is named")
	}
}

func (d *doctor) profile(context.Context) {
	const about = "Who decides"
	switch _, complete, err := d.app.profile(); {
	case err != nil:
		d.failed(about, err)
	case !complete:
		d.look(about, "it is not known yet, or not all of it", "run dsa setup, or answer when dsa share asks")
	default:
		d.ok(about, "remembered in "+d.app.profilePath())
	}
}

// signingKey looks at the key without its passphrase. Nothing is signed.
func (d *doctor) signingKey(ctx context.Context) {
	const about = "Key"
	own, err := d.app.ownKey()
	if err != nil {
		d.failed(about, err)
		return
	}
	if own.Retired {
		d.look(about, "it was retired, so nothing can be signed here", "to sign here again: dsa setup --new-key")
		return
	}
	key, known, err := d.app.publicKey(ctx, "")
	if err != nil {
		d.failed(about, err)
		return
	}
	if !known {
		if d.app.Home != "" && d.ownRecords() && own.After == nil {
			d.look(about, "there is none, and there are records of an earlier one", "put your key back if it was moved: "+d.app.path("key")+"; or begin a new book with: dsa setup --new-key")
			return
		}
		d.ok(about, "there is none yet; dsa makes one when you first sign")
		return
	}
	d.key = key
	if own.Agent != "" {
		d.ok(about, key.Fingerprint()+", which your ssh-agent holds")
		return
	}
	path := cmp.Or(own.Key, d.app.path("key"))
	words := key.Fingerprint() + ", in " + path
	content, err := readKey(path, "")
	if err != nil {
		d.failed(about, err)
		return
	}
	var locked *ssh.PassphraseMissingError
	switch _, err := ssh.ParseRawPrivateKey(content); {
	case errors.As(err, &locked):
		words += ", with a passphrase"
	case err != nil:
		d.failed(about, errNoKey)
		return
	default:
		words += ", without a passphrase: whoever can use your account can sign as you"
	}
	if info, err := os.Stat(path); err == nil && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
		d.wrong(about, words+"; others on this computer can read it", "make it yours alone: chmod 600 "+path+"; if somebody may have copied it: dsa setup --new-key")
		return
	}
	d.ok(about, words)
}

// ownRecords reports whether there are any.
func (d *doctor) ownRecords() bool {
	entries, err := os.ReadDir(d.app.logFolder(""))
	return err == nil && slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.IsDir() })
}

// records checks the person's own, as dsa verify does, for as long as that is quick.
func (d *doctor) records(ctx context.Context) {
	const about = "Records"
	dir := d.app.logFolder("")
	if d.app.Home == "" || isMissing(dir) {
		d.ok(about, "there are none on this computer yet")
		return
	}
	defer sparing()()
	v := &verification{options: checks()}
	v.options.Now = d.now
	var guard sync.Mutex
	v.options.Met = func(m logbook.Met) {
		guard.Lock()
		d.claims(m.Cover.Time)
		guard.Unlock()
	}
	err := d.quietly(func() error {
		if err := d.app.against(v, verifyOptions{}, false); err != nil {
			return err
		}
		return d.app.openToVerify(ctx, v, verifyOptions{}, true)
	})
	if err != nil {
		d.failed(about, err)
		return
	}
	d.book = v.books[0]
	limited, done := context.WithTimeout(ctx, d.checkFor)
	defer done()
	report, err := d.app.watch(limited, v.books, v.options)
	switch {
	case ctx.Err() != nil:
		return
	case limited.Err() != nil:
		d.long = true
		d.look(about, fmt.Sprintf("there are about %d in %s, too many to check them all here", d.book.Size(), dir), "check them with: dsa verify")
		return
	case err != nil:
		d.failed(about, err)
		return
	}
	for _, point := range report.Checkpoints {
		d.claims(point.Time)
	}
	words := fmt.Sprintf("%s in %s, %s found, in %s", count(report.Records+report.Training+report.Covers, "record"), count(report.Chains, "chain"), count(len(report.Faults), "fault"), dir)
	if !report.Clean() {
		d.wrong(about, words, "leave the folder as it is, see what is wrong with dsa verify, and tell your information governance lead")
	} else {
		d.ok(about, words)
	}
	for _, s := range v.stopped {
		d.wrong(about, fmt.Sprintf("two different records with the number %d were met in the book %s, so nothing is added to it any more", s.Number, decision.ChainFolder(s.Chain)),
			"begin a new book with dsa setup --new-key, and tell your information governance lead")
	}
}

// claims takes note of a time that something here claims.
func (d *doctor) claims(t time.Time) {
	if t.After(d.claimed) {
		d.claimed = t
	}
}

// A visit is what was found of a log in its folder.
type visit struct {
	err     error // that it did not come to its end
	empty   bool  // it is no log
	exposed []logbook.Exposure
	seen    time.Time // of the newest checkpoint that was seen
	behind  int       // how many of the person's own records are not there
}

// logs visits the logs that this computer knows, all at once, and waits for none long.
func (d *doctor) logs(ctx context.Context) {
	const about = "Log"
	if d.app.Home == "" {
		return
	}
	k, err := d.app.known()
	if err != nil {
		d.failed(about, err)
		return
	}
	own := d.app.logFolder("")
	shares := slices.DeleteFunc(slices.Clone(k.Logs), func(l knownLog) bool { return sameFolder(l.Folder, own) })
	if len(shares) == 0 {
		if d.ownRecords() && len(k.Logs) == 0 {
			d.look(about, "no log is joined, so your records are on this computer alone", "join your partnership's log with dsa log join DIR, or keep a copy of "+own+" elsewhere")
		}
		return
	}
	visits := make([]visit, len(shares))
	var all sync.WaitGroup
	for i, l := range shares {
		all.Go(func() {
			limited, done := context.WithTimeout(ctx, lookWait)
			defer done()
			v, err := within(limited, func() (visit, error) { return d.visit(l) })
			v.err = err
			visits[i] = v
		})
	}
	all.Wait()
	for i, l := range shares {
		d.visited(l, visits[i])
	}
}

// visit looks into the folder of a log. It may never come to an end.
func (d *doctor) visit(l knownLog) (v visit, err error) {
	book, err := logbook.Open(l.Folder)
	if err != nil {
		return v, err
	}
	defer book.Close()
	chains, err := book.Chains()
	if err != nil {
		return v, err
	}
	if len(chains) == 0 {
		if _, err := book.ReadFile(logbook.ReadmeName); err != nil {
			v.empty = true // such as where a network drive is shown when it is not connected
			return v, nil
		}
	}
	v.exposed = exposures(l.Folder)
	if _, err := theLog(d.book, book, l); err != nil {
		return v, err
	}
	if !l.Seen.IsZero() {
		if entry, err := book.Find(l.Seen.String()); err == nil && entry.ID == l.Seen {
			v.seen = entry.Page.Cover.Time
		}
	}
	if d.book == nil || d.key.IsZero() {
		return v, nil
	}
	chain, found, err := d.book.ChainOf(d.key)
	if err != nil || !found {
		return v, nil // said of the records themselves
	}
	if mine, err := d.book.Head(chain); err == nil {
		v.behind = mine.Number + 1
		if there, err := book.Head(chain); err == nil {
			v.behind = max(0, mine.Number-there.Number)
		}
	}
	return v, nil
}

func (d *doctor) visited(l knownLog, v visit) {
	const about = "Log"
	name := l.Folder
	if l.Title != "" {
		name = l.Title + ", in " + l.Folder
	}
	switch {
	case errors.Is(v.err, errNotTheLog):
		d.wrong(about, name+": the record that founds the log is not there, so it is another folder than it was", "publish nothing there, and tell your information governance lead")
		return
	case v.err != nil:
		d.look(about, name+" does not answer or cannot be read", "connect to the folder; what you sign is kept here, and published later with: dsa sync")
		return
	}
	if v.empty {
		d.look(about, name+" answers, and there is no log in it", "check that the network drive is connected, and run dsa doctor again; if it is, tell your information governance lead")
		return
	}
	d.claims(v.seen)
	d.exposed(about, l.Folder, v.exposed)
	switch {
	case l.ID.IsZero():
		d.look(about, name+" answers; nobody has said which log it is, so nothing in it is confirmed", "join it again with the id from your agreement's paperwork: dsa log join DIR --id LOGID")
	case v.behind > 0:
		d.look(about, fmt.Sprintf("%s answers; %s not there yet", name, screen.Count(v.behind, "record of yours is", "records of yours are")), "publish them with: dsa sync")
	default:
		d.ok(about, name+" answers")
	}
	switch b := l.Book; {
	case b.Chain.IsZero():
	case b.Closed != nil:
		d.wrong(about, fmt.Sprintf("%s: your book was closed at number %d, and what you sign after that does not count there", name, *b.Closed), "begin a new book with: dsa setup --new-key")
	case !b.LetIn:
		d.look(about, name+": your book was not let in when it was last looked at", "ask your information governance lead; dsa sync prints what they type")
	}
}

// clock holds the clock against what is here. No network is asked for the time.
func (d *doctor) clock(context.Context) {
	const about = "Clock"
	const minute = "2 January 2006 15:04"
	now := d.now.Local().Format(minute)
	const next = "set the clock and the time zone of this computer: a record keeps its time for ever; if they are right, tell your information governance lead"
	switch {
	case d.claimed.After(d.now.Add(clockSlack)):
		d.wrong(about, "it says "+now+", and there is a record or a checkpoint that says "+d.claimed.Local().Format(minute), next)
	case d.now.Before(d.soonest):
		d.wrong(about, "it says "+now+", which is before the agreements here came into force", next)
	default:
		d.ok(about, "it says "+now+", which agrees with what is here")
	}
}

// drafts counts what is unfinished.
func (d *doctor) drafts(context.Context) {
	const about = "Unfinished"
	if d.app.Home == "" {
		return
	}
	entries, err := os.ReadDir(d.app.path("drafts"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.wrong(about, "the folder of drafts cannot be read, so nothing can be saved on the way: "+d.app.path("drafts"), "check that it is a folder and yours")
		return
	}
	n, oldest := 0, d.now
	var unreadable []string
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") || !e.Type().IsRegular() {
			continue
		}
		draft := readDraft(d.app.path("drafts", e.Name()))
		if draft == nil {
			unreadable = append(unreadable, d.app.path("drafts", e.Name()))
			continue
		}
		n++
		if draft.Saved.Before(oldest) {
			oldest = draft.Saved
		}
	}
	if len(unreadable) > 0 {
		d.look(about, screen.Count(len(unreadable), "draft cannot be read and was left alone", "drafts cannot be read and were left alone")+": "+few(unreadable),
			"keep what somebody may need, and delete the rest")
	}
	switch {
	case n == 0 && len(unreadable) == 0:
		d.ok(about, "nothing")
	case n > 0 && d.now.Sub(oldest) > oldDraft:
		d.look(about, fmt.Sprintf("%s, the oldest saved on %s", count(n, "draft"), oldest.Local().Format("2 January 2006")), "go on with dsa share, which offers it, or delete what is not needed any more in "+d.app.path("drafts"))
	case n > 0:
		d.ok(about, count(n, "draft")+"; dsa share offers to go on")
	}
}

// owed counts what decisions leave to be done, as dsa due lists it.
func (d *doctor) owed(context.Context) {
	const about = "Owed"
	if d.book == nil || d.long {
		return
	}
	l := &ledger{days: workingDays(), today: d.now, ahead: d.now, used: map[string]string{}}
	_ = d.quietly(func() error { l.read(d.app.registrarOf([]*logbook.Book{d.book})); return nil })
	overdue := 0
	for _, item := range l.owed {
		if item.Overdue {
			overdue++
		}
	}
	words := count(len(l.owed), "thing") + " after decisions"
	if len(l.disposals) > 0 {
		words += "; the time to keep " + count(len(l.disposals), "decision") + " is over"
	}
	switch {
	case overdue > 0:
		d.look(about, fmt.Sprintf("%s, %d overdue", words, overdue), "see what with: dsa due")
	case len(l.disposals) > 0:
		d.look(about, words, "see which with: dsa due")
	case len(l.owed) > 0:
		d.ok(about, words+"; see dsa due")
	default:
		d.ok(about, "nothing")
	}
}

// agreements looks at how old the agreements here are, as dsa agreement list does.
func (d *doctor) agreements(context.Context) {
	const about = "Agreement"
	builtIn := checklist.Agreements(d.app.Data)
	if len(builtIn) == 0 {
		d.wrong(about, "none is built in, so the program is damaged", "install dsa again")
	}
	for _, one := range d.app.installedAgreements() {
		named := cmp.Or(one.Folder, one.Name)
		e, err := d.app.editionOf(one, named)
		if err != nil {
			next := "see what is wrong with dsa agreement check DIR, and mend the folder or take it away"
			if one.Folder == "" {
				next = "install dsa again"
			}
			d.wrong(about, named+" cannot be used: "+strings.ReplaceAll(bare(explain(err).what), "\n", " "), next)
			continue
		}
		if from, err := inForce(e.InForce); err == nil && one.Folder == "" && from.After(d.soonest) {
			d.soonest = from
		}
		line := e.line(d.now)
		if warnings := line.warnings(""); len(warnings) > 0 {
			words := strings.ReplaceAll(strings.Join(warnings, " "), ". WARNING: ", "; ")
			d.look(about, named+": "+strings.TrimSuffix(strings.TrimPrefix(words, "WARNING: "), "."), "ask whoever answers for the agreement; see dsa agreement list")
			continue
		}
		d.ok(about, fmt.Sprintf("%s, review due %s", named, line.ReviewDue))
	}
}

// inForce is the first day that a date of an agreement can mean.
func inForce(date string) (time.Time, error) {
	if day, err := time.Parse(time.DateOnly, date); err == nil {
		return day, nil
	}
	return time.Parse("2006-01", date)
}

// terminal looks at what questions and pages are shown on.
func (d *doctor) terminal(context.Context) {
	const about = "Terminal"
	plain, by := d.app.plainly(d.cmd)
	switch {
	case plain && by == byEnv:
		d.ok(about, "questions come in plain lines, since DSA_PLAIN is set")
	case plain:
		d.ok(about, "questions come in plain lines, as you prefer; dsa setup --drawn changes it")
	case d.app.Drawn == nil && by == bySaved:
		d.ok(about, "questions come in plain lines, although you prefer them drawn: there is no terminal here to draw on")
	case d.app.Drawn == nil:
		d.ok(about, "questions come in plain lines: there is no terminal here to draw on, or TERM is dumb")
	default:
		d.ok(about, "questions are drawn; dsa setup --plain-always has them in plain lines")
	}
	if page := codePage(); page != 0 && page != utf8Page {
		d.look(about, fmt.Sprintf("it uses code page %d, so that text that goes to a file or another program may show wrong letters", page), "type chcp 65001 first, or use Windows Terminal")
	}
	f, ok := d.app.Err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return
	}
	if width, height, err := term.GetSize(int(f.Fd())); err != nil || width <= 0 || height <= 0 {
		d.look(about, "it does not tell its size", "where pages look wrong, use --plain")
	} else if width < 80 || height < 24 {
		d.look(about, fmt.Sprintf("it has %d columns and %d lines", width, height), "make the window larger, 80 columns and 24 lines at least, or use --plain")
	} else {
		d.ok(about, fmt.Sprintf("it has %d columns and %d lines", width, height))
	}
	colours := "shown"
	if os.Getenv("NO_COLOR") != "" {
		colours = "off, since NO_COLOR is set"
	}
	words := "colours are " + colours
	if name := os.Getenv("TERM"); name != "" {
		words += "; TERM is " + name
	}
	d.ok(about, words)
	if lang := cmp.Or(os.Getenv("LC_ALL"), os.Getenv("LC_CTYPE"), os.Getenv("LANG")); runtime.GOOS != "windows" && lang != "" &&
		!strings.Contains(strings.ReplaceAll(strings.ToUpper(lang), "-", ""), "UTF8") {
		d.look(about, "its language setting, "+lang+", is not UTF-8, so that some letters may look wrong", "set LANG to en_GB.UTF-8, or ask whoever looks after your computer")
	}
}

// utf8Page is the code page that is UTF-8.
const utf8Page = 65001
