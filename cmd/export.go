package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/export"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

type exportOptions struct {
	lockOptions
	rowOptions
	to     string
	as     string
	proofs bool
}

// zipForm is the form that has the records themselves. All others have rows: see export_rows.go.
const (
	zipForm   = "zip"
	zipEnding = ".zip"
)

// NewExport is the command that copies records for somebody else.
func NewExport(app *App) *cobra.Command {
	var opts exportOptions
	c := &cobra.Command{
		Use:   "export [ID...]",
		Short: "Write decisions out for Excel, a program, a reader or another log",
		Long: `export writes decisions out into one file, in the form that its name says:

  --to FILE.csv    one row a decision, for any spreadsheet or program
  --to FILE.xlsx   the same for Excel, with a sheet that explains the columns
  --to FILE.jsonl  one JSON object a decision, with the signed records in it
  --to FILE.html   one page to read or print
  --to FILE.zip    the signed records themselves, as a log of their own

All decisions of a log go, those named by their ids, or in rows those that the
filters choose. What completes, amends, reviews or endorses a decision is joined
to it. Logs are checked while they are read: records that cannot be relied on are
left out and listed, and the command then ends with exit code 4. Exercises are
left out unless asked for. Nothing is overwritten.

Beside rows a manifest is written, FILE.manifest.txt: what was asked for, counts,
the newest record of every chain, and the digest of the file. --sign signs it, and
dsa verify FILE.manifest.txt checks it. --redacted leaves out every column with
free text, names and references; --fields chooses columns. A spreadsheet does not
run what stands in a cell: in CSV, what it would take for a formula has an
apostrophe before it.

A zip unpacks into a log with a README.txt that says how to check it. Each of its
records is checked before it goes; one that does not count in the log stays here
unless you name it. A copy that is killed while it is being written can leave a
file .dsa-export-… in that folder: remove it, or the next copy to that folder does
once it is a day old.

What leaves this computer should be encrypted. Say to whom:

  --encrypt-to age1...              a public key of age
  --encrypt-to "ssh-ed25519 AAAA"   an SSH public key; ssh-rsa too
  --encrypt-to FILE                 a .pub file, or a file with one key on each line
  --passphrase                      a passphrase, which is asked for twice

Whoever receives it opens it with age (age-encryption.org): age -d FILE.zip.age`,
		Example: `  dsa export --to 2026.xlsx --from 2026 --until 2026
  dsa export --to refusals.csv --outcome none --fields id,recorded_at,reasons
  dsa export --to publish.csv --redacted --sign
  dsa export 9f31c2 --to case.zip.age --encrypt-to auditor.pub
  dsa export 9f31c2 --log //share/mash/log --to - --encrypt-to age1... > out.zip.age`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opts.check(app, cmd); err != nil {
				return err
			}
			if opts.as != zipForm {
				return runRows(cmd.Context(), app, args, opts)
			}
			return runExport(cmd.Context(), app, args, opts)
		},
	}
	f := c.Flags()
	f.StringVar(&opts.to, "to", "", "the `FILE` to write, which must not be there yet (- for standard output)")
	f.StringVar(&opts.as, "as", "", "the `FORM`, where the name of the file does not say it: "+listed(formNames()))
	f.BoolVar(&opts.proofs, "proofs", false, "of a zip: add a proof of each record against the newest checkpoint that covers it")
	opts.rowOptions.flags(f)
	f.StringArrayVar(&opts.lockOptions.to, "encrypt-to", nil, "encrypt to this `RECIPIENT`: a public key, or a file of them; can be given several times")
	f.BoolVar(&opts.passphrase, "passphrase", false, "encrypt with a passphrase, which is asked for twice")
	f.StringVar(&opts.passphraseFile, "passphrase-file", "", "encrypt with the passphrase on the first line of this `FILE` (- for standard input)")
	return c
}

// check refuses a command line that cannot be meant.
func (o *exportOptions) check(app *App, cmd *cobra.Command) error {
	wrong := func(what, next string) error {
		return &failure{what: what + "; nothing was written", next: next, code: codeUsage}
	}
	named := strings.TrimSuffix(strings.ToLower(o.to), lockedEnding)
	if o.as == "" {
		o.as = zipForm
		for _, f := range export.Forms() {
			if strings.HasSuffix(named, f.Ending) {
				o.as = f.Name
			}
		}
	}
	ending := endingOf(o.as)
	if ending == "" {
		return wrong("there is no form of that name", "choose one with --as: "+listed(formNames()))
	}
	if o.asked() {
		ending += lockedEnding
	}
	next := "name it so: --to FILE" + ending
	if !cmd.Flags().Changed("as") && o.as == zipForm && !strings.HasSuffix(named, zipEnding) {
		next += "; or .csv, .xlsx, .jsonl or .html"
	}
	if !o.asked() && strings.HasSuffix(strings.ToLower(o.to), lockedEnding) {
		next = "say for whom it is encrypted, with --encrypt-to or --passphrase"
	}
	ways := 0
	for _, on := range []bool{len(o.lockOptions.to) > 0, o.passphrase, o.passphraseFile != ""} {
		if on {
			ways++
		}
	}
	switch {
	case o.to == "":
		return wrong("it was not said where to write", "name a file: --to FILE"+ending+", or FILE.csv, .xlsx, .jsonl or .html")
	case ways > 1:
		return wrong("a file is encrypted to public keys or with one passphrase", "use --encrypt-to, --passphrase or --passphrase-file")
	case o.to != "-" && !strings.HasSuffix(strings.ToLower(o.to), ending):
		// The name tells whoever finds the file what it is, and whether it can be left lying about.
		return wrong("the name of the file has to end in "+ending, next)
	}
	return o.checkForm(app, cmd, wrong)
}

func runExport(ctx context.Context, app *App, ids []string, opts exportOptions) error {
	if err := app.canWriteTo(opts.to); err != nil {
		return err
	}
	x := &copying{app: app, training: opts.training, openings: map[decision.ID]string{}}
	defer x.close()
	if err := x.open(ctx, opts.logs, opts.proofs); err != nil {
		return err
	}
	var dirs []string
	for _, l := range x.logs {
		dirs = append(dirs, l.dir)
	}
	if err := app.outsideLogs(opts.to, dirs); err != nil {
		return err
	}
	if err := x.choose(ids); err != nil {
		return err
	}
	to, err := app.newLock(opts.lockOptions)
	if err != nil {
		return err
	}
	out, err := app.newOutput(ctx, opts.to)
	if err != nil {
		return err
	}
	defer out.discard()
	// What is written to the disk is sealed already: there is no plain file, not even for a moment.
	sealed, err := to.seal(out)
	if err != nil {
		return err
	}
	if err := x.zip(ctx, sealed); err != nil {
		return err
	}
	if err := sealed.Close(); err != nil {
		return unwritten(err)
	}
	if x.records+x.covers == 0 {
		x.tell()
		return x.nothing()
	}
	if err := out.keep(); err != nil {
		return unwritten(err)
	}
	return x.said(opts.to, to)
}

// A copying is what goes out of records themselves: which records, and what came of checking them.
type copying struct {
	app      *App
	logs     []*logAt // in which what is about a record is looked for
	searched []*logAt // in which the records themselves are
	from     []*logAt // that are copied, where no records were named
	training bool
	proofs   bool
	of       *gathering      // the log that this computer belongs to, where it can be told
	survey   *logbook.Survey // for proofs
	chosen   []logbook.Entry // nil: everything that there is to copy from

	registrar *registrar
	doubtful  map[doubted]int // records that do not count, and stayed here
	warned    []string        // of those that went all the same

	openings map[decision.ID]string // of each chain that records went of, its line of allowed_signers; empty while it is not here
	records  int
	covers   int
	withheld int // bodies that stayed here, since they are disposed of
	left     int // exercises
	lost     int // files that may belong to what was asked for, and cannot be read
	unproven int
	refused  []string
	damaged  []string // of records of which another copy went
	newest   time.Time
}

// doubted are records of one chain that do not count, for one reason.
type doubted struct {
	chain decision.ID
	why   string
}

func (x *copying) close() {
	closeAll(x.logs)
	if x.of != nil {
		x.of.close()
	}
}

// open opens the logs, and finds out what the log that this computer belongs to says of disposals and checkpoints.
func (x *copying) open(ctx context.Context, named []string, proofs bool) error {
	var err error
	if x.logs, x.searched, err = x.app.openLogs(named); err != nil {
		return err
	}
	x.registrar, x.doubtful = x.app.registrar(x.logs...), map[doubted]int{}
	if k, unread := x.app.known(); unread == nil && k.home() != nil && !k.home().ID.IsZero() || proofs {
		x.of, err = x.app.gather(ctx, "")
		switch {
		case proofs && err != nil:
			return err
		case err != nil:
			x.app.say("Notice: %s, so what it disposes of is not known here. Copied is what your logs hold.", strings.TrimSuffix(explain(err).what, "; nothing was recorded"))
			x.of = nil
			x.registrar.trust[k.home().ID] = nil // that is said already
		default:
			x.registrar.trust[x.of.log] = x.of.trust
		}
	}
	if x.proofs = proofs; proofs {
		report, err := x.app.checkAll(ctx, x.of)
		if err != nil {
			return err
		}
		x.survey = report.Survey
	}
	return nil
}

// choose finds the records that were asked for, each with what it belongs to and what is about that.
func (x *copying) choose(ids []string) error {
	if len(ids) == 0 {
		// Other logs that this computer knows are copied when they are named.
		x.from = slices.DeleteFunc(slices.Clone(x.searched), func(l *logAt) bool { return l.remote })
		if len(x.from) == 0 {
			_, err := x.app.openLog("")
			return err
		}
		if !slices.ContainsFunc(x.from, func(l *logAt) bool { chains, err := l.book.Chains(); return err != nil || len(chains) > 0 }) {
			return x.nothing()
		}
		return nil
	}
	chosen, besides := map[decision.ID]logbook.Entry{}, map[decision.ID]aside{}
	for _, id := range ids {
		entry, err := x.app.findIn(x.searched, id)
		if err != nil {
			return err
		}
		if entry.Namespace == trainingRole && !x.training {
			return fail("one of these records is an exercise; nothing was written", "leave it out, or copy exercises too with --training")
		}
		chosen[entry.ID] = entry
		if !isDecision(entry.Page.Cover.Kind) {
			continue
		}
		d, err := x.app.dossier(entry, x.logs...)
		if err != nil {
			x.app.say("Notice: record %s goes without what it belongs to: %s.", entry.ID.Shown(), explain(err).what)
			continue
		}
		d.tell(x.app)
		x.lost += d.unreadable + len(d.forged)
		for _, f := range append([]filed{d.first}, d.later...) {
			if f.entry.ID != entry.ID {
				chosen[f.entry.ID] = f.entry
			}
		}
		for _, a := range d.aside {
			if a.why == unconfirmed {
				chosen[a.entry.ID] = a.entry
			} else {
				besides[a.entry.ID] = a
			}
		}
	}
	for id, a := range besides {
		if _, named := chosen[id]; !named {
			x.doubtful[doubted{a.entry.Chain, a.why}]++
		}
	}
	for _, entry := range chosen {
		if doubt := x.registrar.doubt(entry, x.registrar.places(entry)...); doubt != "" && doubt != unconfirmed {
			x.warned = append(x.warned, fmt.Sprintf("record %s: %s", entry.ID.Shown(), doubt))
		}
	}
	slices.Sort(x.warned)
	// Whose key it is stands at the beginning of each chain.
	chains := map[decision.ID]bool{}
	for _, entry := range chosen {
		chains[entry.Chain] = true
	}
	for chain := range chains {
		for _, l := range x.logs {
			if first, err := ask(l, func(b *logbook.Book) (logbook.Entry, error) { return b.Find(chain.String()) }); err == nil && first.ID == chain {
				chosen[first.ID] = first
				break
			}
		}
	}
	for _, entry := range chosen {
		x.chosen = append(x.chosen, entry)
	}
	slices.SortFunc(x.chosen, func(a, b logbook.Entry) int { return strings.Compare(a.Path, b.Path) })
	return nil
}

// entries are the records to go, in the order of their names, each checked by itself. What fails is noted and stays.
func (x *copying) entries(ctx context.Context) iter.Seq2[logbook.Entry, error] {
	return func(yield func(logbook.Entry, error) bool) {
		step, end := x.app.progress("Records copied")
		defer end()
		last := "" // the name of the last record, without its ending
		for entry := range x.candidates() {
			if err := ctx.Err(); err != nil {
				yield(logbook.Entry{}, err)
				return
			}
			if entry.Namespace == trainingRole && !x.training {
				x.left++
				continue
			}
			// A cover beside its record is that of a disposal, and comes before it by its name.
			stem := stemOf(entry.Path)
			if stem == last {
				x.withheld++
				continue
			}
			if err := sound(entry); err != nil {
				x.refused = append(x.refused, entry.Path+": its content is not as this program writes it")
				continue
			}
			if !entry.CoverOnly && x.disposed(entry) {
				x.withheld++
				entry = coverOf(entry)
			}
			last = stem
			x.count(entry)
			if !yield(entry, nil) {
				return
			}
			step(x.records + x.covers)
		}
	}
}

// sound looks at the content of a record that is intact: who reads it elsewhere must not be told something else by it than
// by its cover.
func sound(entry logbook.Entry) error {
	kind := entry.Page.Cover.Kind
	switch {
	case entry.CoverOnly:
		return nil
	case kind == decision.Open:
		_, err := entry.Opening()
		return err
	case isDecision(kind):
		_, err := file(entry)
		return err
	}
	_, err := checks().Body(kind, entry.Page.Body)
	return err
}

// disposed reports whether the body of a record is to be destroyed, or was in one of the logs: then it does not leave
// this computer, where it may still lie.
func (x *copying) disposed(entry logbook.Entry) bool {
	if x.of != nil {
		if _, is := x.of.trust.Disposed(entry.ID); is {
			return true
		}
	}
	if x.from != nil {
		return false // the cover came before it
	}
	cover := coverOf(entry).Path
	return slices.ContainsFunc(x.logs, func(l *logAt) bool {
		_, err := ask(l, func(b *logbook.Book) ([]byte, error) { return b.ReadFile(cover) })
		return err == nil
	})
}

// coverOf is what is left of a record without its body.
func coverOf(entry logbook.Entry) logbook.Entry {
	entry.Path = coverPath(entry.Path)
	entry.CoverOnly, entry.Page.Body = true, nil
	return entry
}

func (x *copying) count(entry logbook.Entry) {
	if entry.CoverOnly {
		x.covers++
	} else {
		x.records++
	}
	if t := entry.Page.Cover.Time; t.After(x.newest) {
		x.newest = t
	}
	if _, met := x.openings[entry.Chain]; !met {
		x.openings[entry.Chain] = ""
	}
	if entry.Page.Cover.Kind == decision.Open && !entry.CoverOnly {
		if opening, err := entry.Opening(); err == nil {
			x.openings[entry.Chain] = fmt.Sprintf("%s namespaces=%q %s\n", opening.Principal, logbook.Namespace(decision.Decision, opening.Standing), entry.Key.AuthorizedKey())
		}
	}
}

// candidates are the records that were chosen, or all of the logs as one, in the order of their names.
func (x *copying) candidates() iter.Seq[logbook.Entry] {
	if x.from == nil {
		return slices.Values(x.chosen)
	}
	return func(yield func(logbook.Entry) bool) {
		var all []*reel
		for _, l := range x.from {
			r := &reel{book: l.book, dir: l.dir}
			var stop func()
			r.next, stop = iter.Pull2(x.registrar.only(l.book.Entries()))
			defer stop()
			r.turn()
			all = append(all, r)
		}
		for {
			at := ""
			for _, r := range all {
				if !r.over && (at == "" || r.path < at) {
					at = r.path
				}
			}
			if at == "" {
				return
			}
			entry, ok := x.best(all, at)
			if ok && !yield(entry) {
				return
			}
		}
	}
}

// best is the record at a path in whichever log has it intact; those that have not are noted.
func (x *copying) best(all []*reel, at string) (entry logbook.Entry, ok bool) {
	var bad, dirs []string
	for _, r := range all {
		for !r.over && r.path == at {
			if r.err != nil {
				bad = append(bad, r.fault())
			} else {
				dirs = append(dirs, r.dir)
				if !ok {
					entry, ok = r.entry, true
				}
			}
			r.turn()
		}
	}
	if ok {
		// Whose a person's own records are they know themselves. That nothing can be confirmed now was said, and nothing of a
		// log that cannot be looked into is kept back for it.
		own := slices.ContainsFunc(dirs, func(dir string) bool { return sameFolder(dir, x.app.logFolder("")) })
		if why := x.registrar.doubt(entry, dirs...); why != "" && why != unconfirmed && !(own && why == notLetIn) {
			x.doubtful[doubted{entry.Chain, why}]++
			return entry, false
		}
	}
	if ok {
		x.damaged = append(x.damaged, bad...)
	} else {
		x.refused = append(x.refused, bad...)
	}
	return entry, ok
}

// A reel goes through the records of one log.
type reel struct {
	book  *logbook.Book
	dir   string
	next  func() (logbook.Entry, error, bool)
	entry logbook.Entry
	err   error
	path  string
	over  bool
}

func (r *reel) turn() {
	entry, err, more := r.next()
	r.entry, r.err, r.over = entry, err, !more
	if r.path = entry.Path; err != nil {
		r.path = pathOf(entry, err)
	}
}

// fault says where and what is wrong, in the words of verify where it has any.
func (r *reel) fault() string {
	at := r.path
	if isForged(r.err) {
		return at + ": it names somebody's chain and was signed with another key (wrong-key)"
	}
	if content, err := r.book.ReadFile(at); err == nil {
		if report, _ := logbook.CheckFile(content, path.Base(at), checks()); !report.Clean() {
			return fmt.Sprintf("%s: %s (%s)", at, report.Faults[0].Meaning, report.Faults[0].Code)
		}
	}
	return at + ": it cannot be read, or does not stand in its place"
}

// unwritten words that the copy could not be written.
func unwritten(err error) error {
	if errors.Is(err, context.Canceled) {
		return &failure{what: "stopped; nothing was written", next: "run the same command again", code: codeStopped}
	}
	if errors.Is(err, fs.ErrExist) {
		return fail("something took that name meanwhile; nothing was written", "choose another name with --to")
	}
	if isDiskFull(err) {
		return fail("the disk is full; nothing was written", "free some space, or write to another place").because(err)
	}
	return fail("the copy could not be written; nothing is left of it", "check that the folder is yours and can be written to").because(err)
}

// nothing says that there is nothing to copy.
func (x *copying) nothing() error {
	if len(x.refused) > 0 {
		return &failure{what: "none of the records is as it was signed; nothing was written", next: "see what is wrong with: dsa verify", code: codeFound}
	}
	if len(x.doubtful) > 0 {
		return fail("none of the records here counts in the log; nothing was written", "name those that you want by their ids")
	}
	if x.left > 0 {
		return fail("there are only exercises here; nothing was written", "copy exercises too with --training")
	}
	return fail("there are no records here; nothing was written", "look with: dsa log")
}

// tell says which records stayed here, and why.
func (x *copying) tell() {
	for _, line := range x.refused {
		x.app.say("%s", screen.Safe("Not copied: "+line))
	}
	for _, d := range slices.SortedFunc(maps.Keys(x.doubtful), func(a, b doubted) int {
		return cmp.Or(bytes.Compare(a.chain[:], b.chain[:]), strings.Compare(a.why, b.why))
	}) {
		x.app.say("Not copied: %s of the chain %s: %s. To copy one of them all the same, name it by its id.", count(x.doubtful[d], "record"), decision.ChainFolder(d.chain), d.why)
	}
	for _, line := range x.warned {
		x.app.say("Warning: copied, although it does not count: %s.", line)
	}
	for _, line := range x.damaged {
		x.app.say("%s", screen.Safe("Notice: one copy is damaged, and another went: "+line))
	}
	if x.withheld > 0 {
		x.app.say("Notice: %s disposed of, so only the cover went, though the whole still lies here. Finish it with: dsa sync", screen.Count(x.withheld, "record is", "records are"))
	}
	if x.left > 0 {
		x.app.say("%s left out; --training copies exercises too.", screen.Count(x.left, "exercise is", "exercises are"))
	}
	if x.unproven > 0 {
		x.app.say("Notice: %s under no checkpoint yet, so there is no proof.", screen.Count(x.unproven, "record stands", "records stand"))
	}
	for _, chain := range slices.SortedFunc(maps.Keys(x.openings), func(a, b decision.ID) int { return bytes.Compare(a[:], b[:]) }) {
		if x.openings[chain] == "" {
			x.app.say("Notice: the record that begins the chain %s is not among them, so nobody can tell from the copy whose key it is.", decision.ChainFolder(chain))
		}
	}
}

// said tells what was written, and for whom.
func (x *copying) said(to string, l *lock) error {
	x.tell()
	words := count(x.records, "record")
	if x.covers > 0 {
		words += " and " + screen.Count(x.covers, "cover of a disposed record", "covers of disposed records")
	}
	report := x.app.Out
	if to == "-" {
		report = x.app.Err
	}
	fmt.Fprintf(report, "Copied: %s of %s\n", words, count(len(x.openings), "chain"))
	if to != "-" {
		fmt.Fprintf(report, "File: %s\n", screen.Safe(to))
	}
	if l == nil {
		x.app.say("Warning: it is NOT encrypted. Whoever gets the file can read it. To send it on, encrypt it with --encrypt-to or --passphrase.")
	} else {
		for _, words := range l.words {
			fmt.Fprintf(report, "Encrypted to: %s\n", screen.Safe(words))
		}
		x.app.say("%s They open it with: age -d", l.advice)
	}
	if n := len(x.refused) + x.lost; n > 0 {
		return &failure{what: screen.Count(n, "record file is", "record files are") + " not as it was signed, and not copied; all else was",
			next: "see what is wrong with dsa verify, and tell your information governance lead", code: codeFound}
	}
	x.app.say("Next: unpacked, it is checked with dsa verify --log FOLDER, or by hand as its README.txt says.")
	return nil
}

// An output is a file that is not there until it is whole.
type output struct {
	io.Writer
	path string
	temp *os.File
	// spared ends the watch for a stop, and reports whether none has come.
	spared func() bool
}

// canWriteTo says before anything is read or asked that a copy could not be written.
func (app *App) canWriteTo(to string) error {
	if to == "-" {
		if app.drawsOut() {
			return &failure{what: "a copy is not for reading on a screen; nothing was written", next: "name a file with --to, or send it on: > FILE", code: codeUsage}
		}
		return nil
	}
	if _, err := os.Lstat(to); err == nil {
		return fail("there is something of that name already; nothing was written", "choose another name with --to")
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fail("the copy cannot be written there; nothing was written", "check the folder named with --to").because(err)
	}
	return nil
}

// outsideLogs refuses a file within a log: one that is read now, the person's own, or another that this computer knows. By
// whatever name a folder is reached, what lies in it would be a fault in everybody's check.
func (app *App) outsideLogs(to string, read []string) error {
	if to == "-" {
		return nil
	}
	folder := filepath.Dir(absolute(to))
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	var logs []os.FileInfo
	for _, dir := range append(slices.Clone(read), app.logFolder("")) {
		if info, err := os.Stat(dir); err == nil {
			logs = append(logs, info)
		}
	}
	// A log that is not read now may lie where nobody answers: of it the name alone is looked at.
	var named []string
	if k, err := app.known(); err == nil {
		for _, l := range k.Logs {
			named = append(named, l.Folder)
		}
	}
	for up := folder; ; up = filepath.Dir(up) {
		info, err := os.Stat(up)
		if err == nil && slices.ContainsFunc(logs, func(l os.FileInfo) bool { return os.SameFile(l, info) }) ||
			slices.ContainsFunc(named, func(dir string) bool { return sameFolder(dir, up) }) {
			return fail("a copy has no place in a log itself; nothing was written", "name another folder with --to")
		}
		if up == filepath.Dir(up) {
			return nil
		}
	}
}

// drawsOut reports whether what is written to standard output would be drawn on a terminal.
func (app *App) drawsOut() bool {
	out := app.Out
	if w, ok := out.(*watched); ok {
		out = w.to
	}
	f, ok := out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// newOutput begins a file for the person alone, under a name of its own beside the one it is to have. When the program is
// told to stop, that file goes at once: nobody knows what it waits for at that moment.
func (app *App) newOutput(ctx context.Context, to string) (*output, error) {
	if to == "-" {
		return &output{Writer: app.Out, spared: func() bool { return true }}, nil
	}
	temp, err := os.CreateTemp(filepath.Dir(to), outputPrefix+"*") // created 0600
	if err != nil {
		return nil, fail("the copy cannot be written there; nothing was written", "check the folder named with --to").because(err)
	}
	app.sweepOutputs(temp)
	return &output{temp, to, temp, context.AfterFunc(ctx, func() { os.Remove(temp.Name()) })}, nil
}

// outputPrefix begins the name of a copy that is being written.
const outputPrefix = ".dsa-export-"

// sweepOutputs removes what copies that were killed left in the folder of a new one: files that begin as ours do and are older
// by a day than the new one. So their age is told by the clock of that disk alone, and a server's clock that goes wrong takes
// nothing from a copy that is being written.
func (app *App) sweepOutputs(temp *os.File) {
	begun, err := temp.Stat()
	if err != nil {
		return
	}
	dir := filepath.Dir(temp.Name())
	names, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, n := range names {
		if !strings.HasPrefix(n.Name(), outputPrefix) || !n.Type().IsRegular() {
			continue
		}
		if info, err := n.Info(); err == nil && begun.ModTime().Sub(info.ModTime()) > 24*time.Hour {
			if os.Remove(filepath.Join(dir, n.Name())) == nil {
				app.say("Notice: an earlier copy that was killed had left a file here, which is removed now.")
			}
		}
	}
}

// keep gives the file its name, which nothing else has taken meanwhile.
func (o *output) keep() error {
	if !o.spared() {
		return context.Canceled
	}
	if o.temp == nil {
		return nil
	}
	err := o.temp.Sync()
	if closed := o.temp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	err = os.Link(o.temp.Name(), o.path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	// Some file systems have no links. The name is taken first, so that nobody else's file is replaced.
	f, err := os.OpenFile(o.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(o.temp.Name(), o.path); err != nil {
		os.Remove(o.path)
		return err
	}
	return nil
}

// discard removes what was written under a name of its own. After keep nothing is left of it but the file itself.
func (o *output) discard() {
	if o.temp != nil {
		o.temp.Close()
		os.Remove(o.temp.Name())
	}
}
