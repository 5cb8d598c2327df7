package cmd

import (
	"cmp"
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
	logs                                      []string
	json, html, note, notice, reply, checking bool
}

// NewShow is the command that prints one record, or a text made of it.
func NewShow(app *App) *cobra.Command {
	var opts showOptions
	c := &cobra.Command{
		Use:   "show ID [FILE...]",
		Short: "Print one record, or the texts that go with it",
		Long: `show prints a decision for reading, with what completed, amended and reviewed it,
and with what others have said of it in their own logs (dsa endorse). ID is its
number, or the first digits of its id as dsa log shows it. Where this computer
knows the log, what does not count in it is marked and stands last: signed by
somebody who was not let in, after their chain was closed, or set aside by a
ruling. No text is made of that.

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
	f.StringArrayVar(&opts.logs, "log", nil, "a log folder (`DIR`), if not your own; can be given several times")
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
	logs, entry, err := app.openRecords(opts.logs, id)
	if err != nil {
		return err
	}
	defer closeAll(logs)
	if opts.json && !entry.CoverOnly {
		_, err := app.Out.Write(entry.Page.Body)
		return err
	}
	if !isDecision(entry.Page.Cover.Kind) || opts.json {
		if opts.chosen() > 0 {
			return fail(fmt.Sprintf("record %d is no decision, or only its cover is left, so there is no such text of it", entry.Number), "list the decisions with: dsa log")
		}
		return app.showEntry(logs, entry)
	}
	d, err := app.dossier(entry, logs...)
	if err != nil {
		// Without the decision it follows, a record can still be read.
		if opts.chosen() > 0 || !isFollowUp(entry.Page.Cover.Kind) {
			return err
		}
		app.say("Notice: %s.", explain(err).what)
		return app.showEntry(logs, entry)
	}
	d.tell(app)
	if opts.chosen() > 0 {
		if d.first.record == nil {
			return fail("that decision has been disposed of; only its cover is left", "list the decisions with: dsa log")
		}
		err = app.showText(opts, d, files)
	} else {
		err = app.showAll(logs, d, entry)
	}
	return cmp.Or(err, d.found())
}

// showAll prints the decision and everything that followed it: whoever reads the one must see the other.
func (app *App) showAll(logs []*logAt, d *dossier, asked logbook.Entry) error {
	if asked.ID != d.first.entry.ID {
		app.say("Record %d %s. It is shown with that decision.", asked.Number, isAbout(asked))
	}
	if n := len(d.later); n > 0 {
		app.say("%s this decision, and can be read below it.", screen.Count(n, "record follows", "records follow"))
	}
	if len(d.aside) > 0 {
		app.say(`What does not count stands last, under "Does not count".`)
	}
	lines, err := d.lines(logs)
	app.print(lines)
	return err
}

// lines are the decision and everything that followed it, for reading. They begin with what no longer holds of it, and
// with what others have said of it.
func (d *dossier) lines(logs []*logAt) ([]string, error) {
	var lines []string
	if d.doubt != "" {
		lines = append(screen.Wrapped("", screen.Capital(d.doubt)+"."), "")
	}
	if d.first.record != nil {
		of := d.onPaper()
		if said := append(of.Standing(), of.Views()...); len(said) > 0 {
			if of.Training() {
				said = append([]string{screen.TrainingBanner}, said...)
			}
			for _, words := range said {
				lines = append(lines, screen.Wrapped("", words)...)
			}
			lines = append(lines, "")
		}
	}
	one, err := entryLines(logs, d.first.entry)
	lines = append(lines, one...)
	for _, f := range d.later {
		if err != nil {
			break
		}
		lines = append(lines, "", strings.Repeat("=", screen.PageWidth), "")
		one, err = entryLines(logs, f.entry)
		lines = append(lines, one...)
	}
	if len(d.aside) > 0 {
		lines = append(lines, "", strings.Repeat("=", screen.PageWidth), "", "Does not count", "--------------")
	}
	for _, a := range d.aside {
		if err != nil {
			break
		}
		lines = append(append(append(lines, ""), screen.Wrapped("", screen.Capital(a.why)+".")...), "")
		one, err = entryLines(logs, a.entry)
		lines = append(lines, one...)
	}
	return lines, err
}

// folderOf is the folder of the first of the logs in which a record lies.
func folderOf(logs []*logAt, entry logbook.Entry) string {
	for _, l := range logs {
		if _, err := ask(l, func(b *logbook.Book) ([]byte, error) { return b.ReadFile(entry.Path) }); err == nil {
			return l.dir
		}
	}
	return ""
}

// showEntry prints one record, and below it how it is known.
func (app *App) showEntry(logs []*logAt, entry logbook.Entry) error {
	lines, err := entryLines(logs, entry)
	r := app.registrar(logs...)
	if doubt := r.doubt(entry, r.places(entry)...); doubt != "" && err == nil {
		lines = append(append(screen.Wrapped("", screen.Capital(doubt)+"."), ""), lines...)
	}
	app.print(lines)
	return err
}

// entryLines are one record, and below it how it is known.
func entryLines(logs []*logAt, entry logbook.Entry) ([]string, error) {
	cover := entry.Page.Cover
	var lines []string
	switch {
	case entry.CoverOnly:
		lines = []string{"This record has been disposed of; its signed cover remains."}
	case cover.Kind == decision.Open:
		opening, err := entry.Opening()
		if err != nil {
			return nil, err
		}
		lines = screen.OpeningPage(opening)
	case isDecision(cover.Kind):
		record, err := decode(entry.Page.Body)
		if err != nil {
			return nil, err
		}
		lines = screen.RecordPage(record)
	}
	lines = append(lines, "",
		fmt.Sprintf("Record number %d of chain %s", entry.Number, entry.Chain.String()[:16]),
		fmt.Sprintf("Id: %s", entry.ID),
		fmt.Sprintf("Kind: %s. Signed as %s with key %s", cover.Kind, entry.Namespace, entry.Key.Fingerprint()),
		fmt.Sprintf("Keep until: %s", cover.KeepUntil))
	// A path is one line, to be taken over as it stands.
	return append(lines, screen.Safe("File: "+filepath.Join(folderOf(logs, entry), filepath.FromSlash(entry.Path)))), nil
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
	if d.doubt != "" && (opts.notice || opts.reply) {
		app.say("Warning: %s. Nothing of that stands in this text.", d.doubt)
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
	on.First.Doubt = d.doubt
	for _, a := range d.aside {
		one := leaf(a.filed)
		one.Doubt = a.why
		on.Aside = append(on.Aside, one)
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
	return paper.Filed{Record: f.record, Kind: e.Page.Cover.Kind, About: e.Page.Cover.About, ID: e.ID, Chain: e.Chain, Number: e.Number,
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
