package cmd

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/paper"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

type showOptions struct {
	log                                       string
	json, html, note, notice, reply, checking bool
}

// NewShow is the command that prints one record, or a text made of it.
func NewShow(app *App) *cobra.Command {
	var opts showOptions
	c := &cobra.Command{
		Use:   "show ID [FILE...]",
		Short: "Print one record, or the texts that go with it",
		Long: `show prints a decision for reading, with what completed, amended and reviewed it.
ID is its number, or the first digits of its id as dsa log shows it.

  --html    one page to read in a browser or to print
  --note    a case note of fewer than 40 lines, to paste into your case system
  --notice  what to send with the information: purpose, what it is, limits on use,
            whom to tell of errors; without what was held back and your reasons
  --reply   an answer to whoever asked, where not everything is shared; it does not
            say whether anything else is held
  --check   whether each FILE is one of those named in the record as disclosed

Read a text before you send it: your own words stand in it as you wrote them.`,
		Example: `  dsa show 3
  dsa show 3 --note
  dsa show 9f31c2 --html > record.html
  dsa show 3 --check report.pdf
  dsa show 9f31c2 --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.chosen() > 1 {
				return usage(cmd, "--json, --html, --note, --notice, --reply and --check are asked for one at a time")
			}
			if opts.checking && len(args) < 2 {
				return usage(cmd, "--check takes the files to be checked")
			}
			if !opts.checking && len(args) > 1 {
				return usage(cmd, "only one record can be shown at a time; files are named with --check")
			}
			return runShow(app, opts, args[0], args[1:])
		},
	}
	f := c.Flags()
	f.StringVar(&opts.log, "log", "", "the log folder, if not your own")
	f.BoolVar(&opts.json, "json", false, "the exact bytes that the signature covers by their fingerprint")
	f.BoolVar(&opts.html, "html", false, "the record as a web page, to read or print")
	f.BoolVar(&opts.note, "note", false, "a case note, to paste into your case system")
	f.BoolVar(&opts.notice, "notice", false, "what to send with the information that is shared")
	f.BoolVar(&opts.reply, "reply", false, "an answer to whoever asked")
	f.BoolVar(&opts.checking, "check", false, "whether the files named are those disclosed")
	return c
}

func (o showOptions) chosen() (n int) {
	for _, on := range []bool{o.json, o.html, o.note, o.notice, o.reply, o.checking} {
		if on {
			n++
		}
	}
	return n
}

func runShow(app *App, opts showOptions, id string, files []string) error {
	books, entry, err := app.openRecord(opts.log, id)
	if err != nil {
		return err
	}
	defer closeAll(books)
	if opts.json && !entry.CoverOnly {
		_, err := app.Out.Write(entry.Page.Body)
		return err
	}
	if !isDecision(entry.Page.Cover.Kind) || opts.json {
		if opts.chosen() > 0 {
			return fail(fmt.Sprintf("record %d is no decision, or only its cover is left, so there is no such text of it", entry.Number), "list the decisions with: dsa log")
		}
		return app.showEntry(books[0], entry)
	}
	d, err := app.dossier(entry, books...)
	if err != nil {
		// Without the decision it follows, a record can still be read.
		if opts.chosen() > 0 || !isFollowUp(entry.Page.Cover.Kind) {
			return err
		}
		app.say("Notice: %s.", explain(err).what)
		return app.showEntry(books[0], entry)
	}
	if d.unreadable > 0 {
		app.say("Notice: %s cannot be read, and may be about this decision. See dsa verify.", count(d.unreadable, "record file"))
	}
	if opts.chosen() > 0 {
		if d.first.record == nil {
			return fail("that decision has been disposed of; only its cover is left", "list the decisions with: dsa log")
		}
		return app.showText(opts, d, files)
	}
	return app.showAll(books, d, entry)
}

// openRecord finds an intact record in the log named or else in the person's own. What follows it up can lie in both.
func (app *App) openRecord(named, id string) ([]*logbook.Book, logbook.Entry, error) {
	book, err := app.openLog(named)
	if err != nil {
		return nil, logbook.Entry{}, err
	}
	books := []*logbook.Book{book}
	report, entry, err := logbook.CheckRecord(book, id, checks())
	if err == nil && !report.Clean() {
		err = found(app, report)
	}
	if err != nil {
		closeAll(books)
		return nil, logbook.Entry{}, err
	}
	if named != "" {
		if own, err := logbook.Open(app.logFolder("")); err == nil {
			books = append(books, own)
		}
	}
	return books, entry, nil
}

func closeAll(books []*logbook.Book) {
	for _, b := range books {
		b.Close()
	}
}

// showAll prints the decision and everything that followed it: whoever reads the one must see the other.
func (app *App) showAll(books []*logbook.Book, d *dossier, asked logbook.Entry) error {
	if asked.ID != d.first.entry.ID {
		app.say("Record %d %s. It is shown with that decision.", asked.Number, does(asked.Page.Cover.Kind, d.first.entry.ID.Shown()))
	}
	if n := len(d.later); n > 0 {
		app.say("%s this decision, and can be read below it.", screen.Count(n, "record follows", "records follow"))
	}
	if d.first.record != nil {
		of := d.onPaper()
		if standing := of.Standing(); len(standing) > 0 {
			if of.Training() {
				standing = append([]string{screen.TrainingBanner}, standing...)
			}
			for _, words := range standing {
				app.print(screen.Wrapped("", words))
			}
			fmt.Fprintln(app.Out)
		}
	}
	if err := app.showEntry(books[0], d.first.entry); err != nil {
		return err
	}
	for _, f := range d.later {
		fmt.Fprintln(app.Out)
		fmt.Fprintln(app.Out, strings.Repeat("=", 76))
		fmt.Fprintln(app.Out)
		if err := app.showEntry(bookOf(books, f.entry), f.entry); err != nil {
			return err
		}
	}
	return nil
}

// bookOf is the log in which a record lies.
func bookOf(books []*logbook.Book, entry logbook.Entry) *logbook.Book {
	for _, b := range books {
		if found, err := b.Find(entry.ID.String()); err == nil && found.Path == entry.Path {
			return b
		}
	}
	return books[0]
}

// showEntry prints one record, and below it how it is known.
func (app *App) showEntry(book *logbook.Book, entry logbook.Entry) error {
	cover := entry.Page.Cover
	var lines []string
	switch {
	case entry.CoverOnly:
		lines = []string{"This record has been disposed of; its signed cover remains."}
	case cover.Kind == decision.Open:
		opening, err := entry.Opening()
		if err != nil {
			return err
		}
		lines = screen.OpeningPage(opening)
	case isDecision(cover.Kind):
		record, err := decode(entry.Page.Body)
		if err != nil {
			return err
		}
		lines = screen.Page(record)
	}
	app.print(lines)
	fmt.Fprintf(app.Out, "\nRecord number %d of chain %s\n", entry.Number, entry.Chain.String()[:16])
	fmt.Fprintf(app.Out, "Id: %s\n", entry.ID)
	fmt.Fprintf(app.Out, "Kind: %s. Signed as %s with key %s\n", cover.Kind, entry.Namespace, entry.Key.Fingerprint())
	fmt.Fprintf(app.Out, "Keep until: %s\n", cover.KeepUntil)
	fmt.Fprintf(app.Out, "File: %s\n", filepath.Join(book.Dir(), filepath.FromSlash(entry.Path)))
	return nil
}

// showText makes the text that was asked for.
func (app *App) showText(opts showOptions, d *dossier, files []string) error {
	of := d.onPaper()
	var lines []string
	var err error
	switch {
	case opts.checking:
		return app.checkDisclosed(of, files)
	case opts.html:
		return paper.Page(app.Out, of)
	case opts.note:
		lines = paper.Note(of)
	case opts.notice:
		lines, err = paper.Notice(of)
	case opts.reply:
		lines, err = paper.Reply(of)
	}
	if err != nil {
		return senseless(err)
	}
	if opts.notice || opts.reply {
		app.say("Read it before you send it: your own words stand in it as you wrote them.")
	}
	app.print(lines)
	return nil
}

// senseless words that a text cannot be made of this record, and what to do instead.
func senseless(err error) error {
	var no *paper.Senseless
	if errors.As(err, &no) {
		return fail(no.Why, no.Next)
	}
	return err
}

// onPaper is the dossier as the texts are made of it.
func (d *dossier) onPaper() *paper.Dossier {
	on := &paper.Dossier{First: leaf(d.first), Now: d.now()}
	for _, f := range d.later {
		on.Later = append(on.Later, leaf(f))
	}
	for _, duty := range d.owing(workingDays()) {
		words := duty.Words
		if duty.Due != "" {
			words += ", " + screen.Day(duty.Due)
		}
		on.Owed = append(on.Owed, words)
	}
	return on
}

func leaf(f filed) paper.Filed {
	e := f.entry
	return paper.Filed{Record: f.record, Kind: e.Page.Cover.Kind, ID: e.ID, Chain: e.Chain, Number: e.Number,
		Key: e.Key.Fingerprint(), Role: e.Namespace, Keep: e.Page.Cover.KeepUntil, File: path.Base(e.Path)}
}

// checkDisclosed says of each file whether it is one of those that the record names, by size and content: a name can be
// changed. Exit code 4 says that one is not.
func (app *App) checkDisclosed(d *paper.Dossier, files []string) error {
	named := d.Now.Files
	if len(named) == 0 {
		return fail("the record names no files, so none can be compared with it", "read what was shared with: dsa show "+d.First.ID.Shown())
	}
	if !d.Now.Discloses() {
		app.say("Nothing is shared under this decision: the files that it names were considered.")
	}
	others, unread := 0, 0
	for _, name := range files {
		kept, reason := readDisclosed(name)
		if reason != "" {
			unread++
			app.say("%s", screen.Safe("Not compared: "+name+": "+reason))
			continue
		}
		file, _ := checklist.ParseFile(kept)
		same := slices.IndexFunc(named, func(f decision.File) bool { return f.Bytes == file.Bytes && f.SHA256 == file.SHA256 })
		alike := slices.ContainsFunc(named, func(f decision.File) bool { return f.Name == file.Name })
		verdict := "it is NOT one of the files named in the record"
		switch {
		case same >= 0 && named[same].Name == file.Name:
			verdict = "it is the file named in the record"
		case same >= 0:
			verdict = "it is the file named in the record as " + named[same].Name
		case alike:
			verdict = "it is NOT the file named in the record: the name is the same and the content is not"
		}
		if same < 0 {
			others++
		}
		fmt.Fprintln(app.Out, screen.Safe(fmt.Sprintf("%s: %s (%d bytes, SHA-256 %s)", name, verdict, file.Bytes, file.SHA256)))
	}
	switch {
	case others > 0:
		return &failure{what: fmt.Sprintf("%d of %s not named in the record", others, screen.Count(len(files), "file is", "files are")),
			next: "compare with the copy of whoever sent it; dsa show " + d.First.ID.Shown() + " lists what the record names", code: codeFound}
	case unread > 0:
		return fail(count(unread, "file")+" could not be compared", "check the names given")
	}
	return nil
}
