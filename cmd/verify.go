package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

type verifyOptions struct {
	logs, receipts    []string
	id                string
	all, covers, json bool
}

// NewVerify is the command that checks records.
func NewVerify(app *App) *cobra.Command {
	var opts verifyOptions
	c := &cobra.Command{
		Use:   "verify [ID or FILE]",
		Short: "Check that records are as they were signed, and that none is gone",
		Long: `verify checks a whole log, one record of it, or a single file lying anywhere: a
record, a proof from dsa prove, or the manifest of an export, with the export
beside it. It reports every fault with its place, and ends
with exit code 4 if there is any. The log's README.txt tells how to check without
dsa.

Without --log it checks your own records, in which those of others are not
expected; with --all, these and every folder of the log that this computer knows,
as one. Several --log are checked as one log too.

Who signed is confirmed only where the log's id is known from elsewhere: this
computer remembers it from dsa log new or join, a receipt names it, or --id gives
it. A log is never believed about itself. --id - checks without one.

A receipt is the line that dsa checkpoint prints. Whatever it covered has to be
there still. Those remembered on this computer are always checked.`,
		Example: `  dsa verify
  dsa verify --all
  dsa verify --log //share/mash/log --receipt receipts.txt
  dsa verify 9f31c2
  dsa verify ./0000003-9f31c2d4….proof.txt --receipt "dsa-receipt …"`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			wanted := ""
			if len(args) == 1 {
				wanted = args[0]
			}
			if opts.all && len(opts.logs) > 0 {
				return usage(cmd, "--all checks the folders that this computer knows, and --log others; use one of them")
			}
			return runVerify(cmd.Context(), app, wanted, opts)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&opts.logs, "log", nil, "a log folder (`DIR`), if not your own; can be given several times")
	f.StringVar(&opts.id, "id", "", "the `ID` of the log as you learned it elsewhere, or - for none")
	f.StringArrayVar(&opts.receipts, "receipt", nil, "a receipt, or a `FILE` with receipts; can be given several times")
	f.BoolVar(&opts.all, "all", false, "your own records and every folder of the log that this computer knows, as one")
	f.BoolVar(&opts.covers, "covers", false, "a copy that was made with covers only: that bodies are not there is no fault")
	f.BoolVar(&opts.json, "json", false, "the report as one JSON object, for programs")
	return c
}

// A verification is what is checked, and against what.
type verification struct {
	books   []*logbook.Book
	away    []string // folders that were to be checked and do not answer
	options logbook.Options
	stopped []stopped // chains of one's own that this computer does not write to any more
	guessed string    // why the id is taken to be the log's, where nobody gave it
}

func (v *verification) close() {
	for _, b := range v.books {
		b.Close()
	}
}

// sparing is for runs through whole logs. A record leaves much behind and little of it stays, so clearing away waits until
// there is something to clear away, and is done the sooner the nearer it comes to what a run may take: with a million records
// less than 100 MB. It returns what puts the settings back.
func sparing() (back func()) {
	percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(80<<20)
	return func() { debug.SetGCPercent(percent); debug.SetMemoryLimit(limit) }
}

func runVerify(ctx context.Context, app *App, wanted string, opts verifyOptions) error {
	defer sparing()()
	v := &verification{options: checks()}
	v.options.Now = app.Now()
	defer v.close()
	v.options.Covers = opts.covers
	loose := wanted != "" && len(opts.logs) == 0 && !opts.all && isThere(wanted)
	if err := app.against(v, opts, loose && isProofFile(wanted)); err != nil {
		return err
	}
	if loose && isManifestFile(wanted) {
		return app.verifyManifest(ctx, v, wanted, opts.json)
	}
	if loose {
		return app.verifyFile(ctx, v, wanted, opts)
	}
	if v.guessed != "" {
		app.say("Notice: the log's id was not given; %s.", v.guessed)
	}
	if wanted != "" && len(opts.logs) == 0 {
		opts.all = true // wherever the record lies
	}
	if err := app.openToVerify(ctx, v, opts, wanted == ""); err != nil {
		return err
	}
	for _, dir := range v.away {
		app.say("Notice: %s does not answer, and was not looked at.", screen.Safe(dir))
	}
	if wanted != "" {
		return app.verifyRecord(ctx, v, wanted, opts)
	}
	report, err := app.watch(ctx, v.books, v.options)
	if err != nil {
		return err
	}
	if err := app.verdict(report, nil, v, opts); err != nil {
		return err
	}
	if isEmpty(report) {
		return fail("there is nothing to check: 0 records, so this says nothing about any log", "check the folder named with --log or --home, and whether the network folder is connected")
	}
	if len(v.away) == 0 {
		return nil
	}
	return fail("not all of the log was looked at: "+listed(v.away)+" does not answer", "connect to the folder, and run the same command again")
}

// isThere reports whether a name is that of a file, and not of a record.
func isThere(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// isProofFile reports whether a file is a proof. One that cannot be read is met again.
func isProofFile(name string) bool {
	content, err := readSmall(name, 2*decision.MaxPage)
	return err == nil && logbook.IsProof(content)
}

// against finds out what the log is held against: its id, and the receipts.
func (app *App) against(v *verification, opts verifyOptions, proof bool) error {
	var given []decision.Receipt
	for _, r := range opts.receipts {
		some, err := readReceipts(r)
		if err != nil {
			return err
		}
		given = append(given, some...)
	}
	k := app.knownAnyway()
	var err error
	switch {
	case opts.id == "-":
	case opts.id != "":
		if v.options.Log, err = decision.ParseID(strings.ToLower(opts.id)); err != nil {
			return &failure{what: "--id takes the id of a log: 64 digits", next: "it stands in your partnership's paperwork; dsa log known lists those that this computer knows", code: codeUsage}
		}
	default:
		if v.options.Log, v.guessed = guess(k, opts.logs, given); proof && len(given) > 0 {
			v.options.Log = given[0].Log // a proof is checked by its receipt, whatever this computer knows
		}
	}
	for _, r := range given {
		switch {
		case opts.id == "-" || r.Log == v.options.Log:
		case opts.id == "":
			return &failure{what: "a receipt is of another log than the one that this computer knows, and may lie there for that", code: codeUsage,
				next: "say with --id which log is to be checked, as it stands in your partnership's paperwork"}
		default:
			return &failure{what: "a receipt is of another log than the one that is checked", next: "check that log with --id, or leave the receipt out", code: codeUsage}
		}
	}
	v.options.Receipts = given
	if !v.options.Log.IsZero() {
		for _, r := range app.receipts(v.options.Log) {
			if !slices.Contains(given, r) {
				v.options.Receipts = append(v.options.Receipts, r)
			}
		}
	}
	return nil
}

// knownAnyway is what is remembered of logs, or nothing where it cannot be read: a check says less then, and goes on.
func (app *App) knownAnyway() *knownLogs {
	k, err := app.known()
	if err != nil {
		app.say("Warning: what is remembered of logs cannot be read, so it is not known which log this is: %s", screen.Safe(app.knownPath()))
		return new(knownLogs)
	}
	return k
}

// guess is the id of the log where nobody gave one: that of the folder, where it is known, or of the log that this computer
// knew first. Only where it knows none, a receipt names it: whoever can lay a log somewhere can lay a receipt beside it.
func guess(k *knownLogs, dirs []string, given []decision.Receipt) (id decision.ID, why string) {
	for _, dir := range dirs {
		if l := k.byFolder(dir); l != nil && !l.ID.IsZero() {
			return l.ID, ""
		}
	}
	home := k.home()
	switch {
	case (home == nil || home.ID.IsZero()) && len(given) > 0:
		return given[0].Log, "the receipt names it"
	case home == nil || home.ID.IsZero():
		return decision.ID{}, ""
	case len(dirs) == 0:
		return home.ID, ""
	}
	return home.ID, "it is the one that this computer knew first; --id gives another, and --id - none"
}

// maxReceipts is the largest file of receipts that is read, in bytes: minutes or a mail, with a line in it.
const maxReceipts = 1 << 20

// readReceipts takes a receipt, or every receipt in a file. In a file each stands on a line of its own, with whatever before
// and after it: a mail quotes with a sign.
func readReceipts(named string) ([]decision.Receipt, error) {
	lines := []string{named}
	if !strings.HasPrefix(strings.TrimSpace(named), decision.ReceiptWord) {
		content, err := readSmall(named, maxReceipts)
		if err != nil {
			return nil, (&failure{what: "what --receipt gives is neither a receipt nor a file that can be read", next: "give the line between quotation marks, or the name of the file", code: codeUsage}).because(err)
		}
		lines = slices.DeleteFunc(strings.Split(oneByte(content), "\n"), func(line string) bool { return !strings.Contains(line, decision.ReceiptWord+" ") })
	}
	var found []decision.Receipt
	for _, line := range lines {
		words := strings.Fields(line)
		at := slices.Index(words, decision.ReceiptWord)
		if at < 0 || at+5 > len(words) {
			return nil, notReceipt()
		}
		receipt, err := decision.ParseReceipt(strings.Join(words[at:at+5], " "))
		if err != nil {
			return nil, notReceipt()
		}
		if !slices.Contains(found, receipt) {
			found = append(found, receipt)
		}
	}
	if len(found) == 0 {
		return nil, notReceipt()
	}
	return found, nil
}

// oneByte reads a text of which only plain letters matter, however it was redirected into a file: PowerShell writes two bytes
// for a letter, with a mark before the first, and adds them to a file of single ones if told to.
func oneByte(content []byte) string {
	return strings.TrimPrefix(strings.TrimPrefix(strings.ReplaceAll(string(content), "\x00", ""), "\xff\xfe"), "\ufeff")
}

func notReceipt() error {
	return &failure{what: "what --receipt gives is no receipt, or not the whole of one", next: "a receipt is one line: the word dsa-receipt, two ids, a number and an id", code: codeUsage}
}

// openToVerify opens the folders that are to be checked.
func (app *App) openToVerify(ctx context.Context, v *verification, opts verifyOptions, whole bool) error {
	for _, dir := range opts.logs {
		book, err := app.openLog(dir)
		if err != nil {
			return err
		}
		v.books = append(v.books, book)
		app.exposed(dir)
	}
	if len(opts.logs) > 0 {
		return nil
	}
	k := app.knownAnyway()
	own, err := app.openLog("")
	if err != nil && !(opts.all && len(k.Logs) > 0) {
		return err
	}
	shares := 0
	for _, l := range k.Logs {
		if sameFolder(l.Folder, app.logFolder("")) || l.ID != v.options.Log {
			continue
		}
		shares++
		if !opts.all {
			continue
		}
		book, err := app.reachSoon(ctx, l.Folder)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			v.away = append(v.away, l.Folder)
			continue
		}
		v.books = append(v.books, book)
	}
	if own != nil {
		v.books = append(v.books, own)
		v.stopped = stoppedIn(own, k)
	}
	if whole && opts.all && shares == 0 {
		app.say("Notice: this computer knows no other folder of the log, so only your own records are checked.")
	}
	if len(v.books) == 0 {
		return fail("no folder of the log answers, so nothing was checked", "connect to one of them, and run the same command again: "+listed(v.away))
	}
	// One's own records are a part of a log, unless they are the log.
	itself := k.byFolder(app.logFolder(""))
	v.options.Partial = own != nil && len(v.books) == 1 && shares > 0 && (itself == nil || itself.ID != v.options.Log)
	return nil
}

// reachSoon opens a folder, and does not wait long for one that does not answer.
func (app *App) reachSoon(ctx context.Context, dir string) (*logbook.Book, error) {
	ctx, done := context.WithTimeout(ctx, lookWait)
	defer done()
	return waiting(ctx, sayWait, func() { app.say("Waiting for %s…", screen.Safe(dir)) }, func() (*logbook.Book, error) { return logbook.Open(dir) })
}

// stoppedIn are the chains in the person's own log that nothing is added to any more.
func stoppedIn(own *logbook.Book, k *knownLogs) []stopped {
	chains, err := own.Chains()
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(k.Stopped), func(s stopped) bool { return !slices.Contains(chains, decision.ChainFolder(s.Chain)) })
}

// watch checks folders as one log. On a terminal it tells how far it is, once it takes long; whoever stops it is told that
// it says nothing.
func (app *App) watch(ctx context.Context, books []*logbook.Book, options logbook.Options) (logbook.Report, error) {
	var done atomic.Int64
	begun := time.Now()
	step, end := app.progressOf("Files looked at", sizeOf(books))
	options.Progress = func(files int) {
		done.Store(int64(files))
		if time.Since(begun) > time.Second {
			step(files)
		}
	}
	report, err := waiting(ctx, answerWait, func() {
		if done.Load() == 0 && slices.ContainsFunc(books, func(b *logbook.Book) bool { return !below(app.Home, b.Dir()) }) {
			app.say("Nothing could be read yet. Ctrl-C stops.")
		}
	}, func() (logbook.Report, error) { return logbook.Check(ctx, books, options) })
	end()
	if errors.Is(err, context.Canceled) || errors.Is(err, errNoAnswer) {
		return report, (&failure{what: "stopped after " + count(int(done.Load()), "file") + " had been looked at; nothing can be concluded from that",
			next: "run the same command again, and let it come to its end", code: codeStopped}).because(err)
	}
	return report, err
}

// A signer is who signed one record, as far as the log says it.
type signer struct {
	Fingerprint  string `json:"fingerprint"`
	Name         string `json:"name,omitempty"`
	Organisation string `json:"organisation,omitempty"`
	Standing     string `json:"standing"` // what the log says of the key, in words
}

// signerOf says whose key signed a record, according to the log's trust records. What is not there is not known. A record
// by itself only names a chain: that it was signed with that chain's key, and before it was closed, is looked at here.
func (app *App) signerOf(ctx context.Context, v *verification, entry logbook.Entry, r *logbook.Report) *signer {
	if entry.Key.IsZero() {
		return nil
	}
	fault := func(code logbook.Code, meaning, next string) {
		r.Faults = append(r.Faults, logbook.Fault{Chain: decision.ChainFolder(entry.Chain), Number: entry.Number, File: entry.Path, Code: code, Meaning: meaning, Next: next})
	}
	s := &signer{Fingerprint: entry.Key.Fingerprint(), Standing: "no log was asked whose key it is"}
	if v.options.Log.IsZero() {
		return s
	}
	books := slices.Clone(v.books)
	if len(books) == 0 {
		g := app.folders(app.knownAnyway(), v.options.Log)
		defer g.close()
		books = g.books
	}
	trust, err := logbook.ReadTrust(ctx, v.options.Log, books...)
	if err != nil {
		s.Standing = "the record that founds the log is not here, so nothing says whose key it is"
		return s
	}
	m, admitted := trust.Member(entry.Chain)
	switch {
	case !admitted:
		s.Standing = "the log has not let in this key's chain"
		return s
	case m.Fingerprint != s.Fingerprint:
		s.Standing = "NOT the key of the chain that the record names"
		fault(logbook.WrongKey, "the record is signed with another key than this chain's", "do not rely on it; tell your information governance lead")
		return s
	case m.Closed >= 0 && entry.Number > m.Closed:
		s.Standing = fmt.Sprintf("the chain was closed at number %d", m.Closed)
		fault(logbook.AfterClosing, "the record comes after the one at which its chain was closed, and does not count", "do not rely on it; tell your information governance lead")
	case entry.Page.Cover.Kind.Oversight() && !trust.Oversees(entry.Chain, entry.Number):
		s.Standing = "let in by the log to decide, and not to oversee"
		fault(logbook.NoAuthority, "it is an act of oversight by a chain that does not oversee the log, and has no effect", "tell your information governance lead")
	case m.Founder:
		s.Standing, r.Confirmed = "a founder of the log", true
	default:
		s.Standing, r.Confirmed = "let in by the log", true
	}
	s.Name, s.Organisation = m.Name, m.Organisation
	return s
}

// verifyRecord checks one record of the folders.
func (app *App) verifyRecord(ctx context.Context, v *verification, wanted string, opts verifyOptions) error {
	var failed error
	own := func(b *logbook.Book) bool { return b.Dir() == app.logFolder("") }
	books := slices.Clone(v.books)
	slices.SortStableFunc(books, func(a, b *logbook.Book) int {
		if own(a) == own(b) {
			return 0
		}
		if own(a) {
			return -1
		}
		return 1
	})
	_, notNumber := strconv.Atoi(wanted)
	for _, book := range books {
		if notNumber == nil && len(wanted) < minDigits && len(opts.logs) == 0 && !own(book) {
			continue // a number means something only in a log of one's own
		}
		report, entry, err := logbook.CheckRecord(book, wanted, v.options)
		if err == nil {
			whose := app.signerOf(ctx, v, entry, &report)
			return app.verdict(report, whose, v, opts)
		}
		var none *logbook.NotFoundError
		if failed == nil || !errors.As(err, &none) {
			failed = err
		}
	}
	if failed == nil {
		failed = &logbook.NotFoundError{Wanted: wanted}
	}
	return failed
}

// verifyFile checks one file that lies anywhere: a record, or a proof.
func (app *App) verifyFile(ctx context.Context, v *verification, name string, opts verifyOptions) error {
	content, err := readSmall(name, 2*decision.MaxPage)
	if err != nil {
		return err
	}
	if !logbook.IsProof(content) {
		report, entry := logbook.CheckFile(content, filepath.Base(name), v.options)
		whose := app.signerOf(ctx, v, entry, &report)
		return app.verdict(report, whose, v, opts)
	}
	if opts.id == "" && len(opts.receipts) == 0 {
		// A proof names its log itself. A receipt that is remembered of another checkpoint says nothing for or against it.
		v.options.Log, v.options.Receipts = decision.ID{}, nil
		if proof, err := logbook.ParseProof(content); err == nil {
			place := proof.Point.Cover
			for _, r := range app.receipts(proof.Log) {
				if r.Chain == place.Chain && r.Number == place.Number {
					v.options.Log, v.options.Receipts = proof.Log, append(v.options.Receipts, r)
				}
			}
		}
	}
	report, proof := logbook.CheckProof(content, filepath.Base(name), v.options)
	if !report.Clean() {
		return app.verdict(report, nil, v, opts)
	}
	record, point, err := proof.Entries()
	if err != nil {
		return err
	}
	if !opts.json {
		app.print(proofLines(proof, record, point))
		if slices.Contains(v.options.Receipts, decision.Receipt{Log: proof.Log, Chain: point.Chain, Number: point.Number, ID: point.ID}) {
			app.print([]string{"Proved: the log held this record when that checkpoint was made."})
		} else {
			app.print([]string{"Not proved: no receipt was given, so nothing shows that the log ever made that checkpoint."})
		}
	}
	whose := app.signerOf(ctx, v, record, &report)
	return app.verdict(report, whose, v, opts)
}

// proofLines say what a proof proves.
func proofLines(proof logbook.Proof, record, point logbook.Entry) []string {
	size, _, _ := decision.ParseTree(point.Page.Cover.Tree)
	lines := []string{
		"Log: " + proof.Log.String(),
		fmt.Sprintf("Record: number %d of chain %s, %s, %s", record.Number, decision.ChainFolder(record.Chain), record.Page.Cover.Kind, atMinute(record.Page.Cover.Time)),
		"  id " + record.ID.String(),
		fmt.Sprintf("Under the checkpoint of %s, which covers %s", atMinute(point.Page.Cover.Time), count(int(size), "record")),
		"  " + decision.Receipt{Log: proof.Log, Chain: point.Chain, Number: point.Number, ID: point.ID}.String(),
		"  signed with key " + point.Key.Fingerprint(),
	}
	if record.CoverOnly {
		lines = append(lines, "What the record said is not in the proof; its signed cover is.")
	}
	return lines
}

// verdict prints what was found, and is the failure where that is anything.
func (app *App) verdict(r logbook.Report, s *signer, v *verification, opts verifyOptions) error {
	if opts.json {
		if err := printJSON(app.Out, "  ", struct {
			logbook.Report
			Result string   `json:"result"`
			Shows  []string `json:"does_not_show"`
			Signer *signer  `json:"signer,omitempty"`
			Away   []string `json:"not_looked_at,omitempty"`
			// chains of one's own that this computer does not write to any more, and from which number
			Stopped []stopped `json:"not_written_to,omitempty"`
		}{r, result(r), r.Limits(), s, v.away, v.stopped}); err != nil {
			return err
		}
	} else {
		app.printReport(r, s, v)
	}
	if !r.Clean() {
		return &failure{what: count(len(r.Faults), "fault") + " found",
			next: "leave the folder as it is and tell your information governance lead", code: codeFound}
	}
	return nil
}

// An empty folder must not read like one in which all is well.
const nothingToCheck = "nothing to check"

func isEmpty(r logbook.Report) bool { return r.Clean() && r.Records+r.Training+r.Covers == 0 }

func result(r logbook.Report) string {
	if isEmpty(r) {
		return nothingToCheck
	}
	return r.Result()
}

// printJSON writes a value for programs. Names of files come from outside, and a person may look at it on a terminal: what
// could act there is written as an escape of JSON, which reads the same.
func printJSON(w io.Writer, indent string, value any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	if err := encoder.Encode(value); err != nil {
		return err
	}
	text := make([]byte, 0, b.Len())
	for _, r := range b.String() {
		if r == '\n' || screen.Safe(string(r)) == string(r) {
			text = utf8.AppendRune(text, r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			text = fmt.Appendf(text, `\u%04x`, unit)
		}
	}
	_, err := w.Write(text)
	return err
}

func (app *App) printReport(r logbook.Report, s *signer, v *verification) {
	printFaults(app.Out, "FAULT", r.Faults)
	printFaults(app.Out, "Notice", r.Notices)
	if isEmpty(r) {
		fmt.Fprintf(app.Out, "%s: 0 records.\n", screen.Capital(nothingToCheck))
		return
	}
	fmt.Fprintf(app.Out, "%s: %s in %s; %s, %s.\n", screen.Capital(r.Result()), count(r.Records, "record"), count(r.Chains, "chain"),
		count(len(r.Faults), "fault"), count(len(r.Notices), "notice"))
	if r.Training > 0 {
		fmt.Fprintf(app.Out, "TRAINING: besides these, %s.\n", screen.Count(r.Training, "record of an exercise, which is no decision", "records of exercises, which are no decisions"))
	}
	if r.Covers > 0 {
		fmt.Fprintf(app.Out, "Besides these, %s of disposed records.\n", count(r.Covers, "cover"))
	}
	if s != nil {
		fmt.Fprintf(app.Out, "Signed with key %s\n", s.Fingerprint)
		if s.Name != "" {
			fmt.Fprintf(app.Out, "  %s, %s: %s\n", screen.Safe(s.Name), screen.Safe(s.Organisation), s.Standing)
		} else {
			fmt.Fprintf(app.Out, "  %s\n", screen.Capital(s.Standing))
		}
	}
	for _, stop := range v.stopped {
		fmt.Fprintf(app.Out, "But this computer does not write to chain %s any more: it has met another record with the number %d. Begin a new book with dsa setup --new-key if that was not done; dsa sync tells whether it is settled.\n",
			decision.ChainFolder(stop.Chain), stop.Number)
	}
	app.printOversight(r, v)
	if r.Clean() {
		fmt.Fprintln(app.Out, "This does not show:")
		for _, limit := range r.Limits() {
			fmt.Fprintf(app.Out, "  - %s\n", limit)
		}
	}
}

// printOversight prints what the log's overseers have recorded, and what of it nothing vouches for yet.
func (app *App) printOversight(r logbook.Report, v *verification) {
	if r.Log != "" && r.Survey != nil {
		name := "log " + r.Log
		if r.Title != "" {
			name = r.Title + ", " + name
		}
		fmt.Fprintf(app.Out, "Checked as: %s\n", screen.Safe(name))
	}
	whose := func(chain decision.ID) string {
		if r.Trust != nil {
			if m, ok := r.Trust.Member(chain); ok {
				return m.Name + ", " + m.Organisation
			}
		}
		return "chain " + decision.ChainFolder(chain)
	}
	if n := len(r.Checkpoints); n > 0 {
		newest := slices.MaxFunc(r.Checkpoints, func(a, b logbook.Covered) int { return a.Time.Compare(b.Time) })
		fmt.Fprintf(app.Out, "Newest checkpoint, of %d: %s, by %s\n  id %s, covers %s\n", n, atMinute(newest.Time), screen.Safe(whose(newest.Chain)),
			newest.ID.Shown(), count(int(newest.Size), "record"))
		if r.Uncovered > 0 {
			fmt.Fprintf(app.Out, "%s since %s %s in no checkpoint.\n", screen.Capital(count(r.Uncovered, "record")), atMinute(r.Since), isAre(r.Uncovered))
		} else {
			fmt.Fprintln(app.Out, "Every record is in a checkpoint.")
		}
	}
	if n := len(v.options.Receipts); n > 0 && r.Survey != nil {
		fmt.Fprintf(app.Out, "Held against %s.\n", count(n, "receipt"))
	}
	for _, d := range r.Disposals {
		state := "in force"
		switch {
		case !d.InForce:
			state = "NOT in force: a second overseer has not confirmed it"
		case d.Early > 0:
			state = fmt.Sprintf("in force; %d before their time", d.Early)
		}
		fmt.Fprintf(app.Out, "Disposal %s of %s by %s: %s, %s\n", d.ID.Shown(), atMinute(d.Time), screen.Safe(whose(d.Chain)), count(d.Records, "record"), state)
		app.print(screen.Wrapped("  ", "By the rule: "+d.Rule))
		app.print(screen.Wrapped("  ", "On the authority of: "+d.Authority))
	}
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// maxOfCode is how many findings of one code are printed in full. All of them are in --json.
const maxOfCode = 100

// printFaults prints findings in words, and of many of one code only the first.
func printFaults(w io.Writer, level string, faults []logbook.Fault) {
	of, order := map[logbook.Code]int{}, []logbook.Code{}
	for _, f := range faults {
		if of[f.Code]++; of[f.Code] > maxOfCode {
			if of[f.Code] == maxOfCode+1 {
				order = append(order, f.Code)
			}
			continue
		}
		printFault(w, level, f)
	}
	for _, code := range order {
		fmt.Fprintf(w, "%s %s: and %d more; dsa verify --json lists them all\n", level, code, of[code]-maxOfCode)
	}
}

// printFault prints one finding.
func printFault(w io.Writer, level string, f logbook.Fault) {
	where := f.File
	if where == "" {
		where = f.Chain
	}
	if f.Log != "" {
		where = strings.TrimSpace(f.Log + ": " + where)
	}
	if f.Number >= 0 {
		where += fmt.Sprintf(" (number %d)", f.Number)
	}
	if where = strings.TrimSpace(where); where != "" {
		where = ": " + where
	}
	fmt.Fprintf(w, "%s %s%s\n  %s\n", level, f.Code, screen.Safe(where), screen.Safe(f.Meaning))
	if f.Next != "" {
		fmt.Fprintf(w, "  Next: %s\n", screen.Safe(f.Next))
	}
}

// found reports faults met on the way to something else.
func found(app *App, r logbook.Report) error {
	for _, f := range r.Faults {
		app.say("%s", screen.Safe(f.String()))
	}
	return &failure{what: "this record is not as it was signed", next: "see everything with dsa verify, and tell your information governance lead", code: codeFound}
}

// count says how many of something whose plural takes an s.
func count(n int, what string) string { return screen.Count(n, what, what+"s") }
