package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/cases"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
)

// NewLog is the command that lists records, and has below it what is done with logs.
func NewLog(app *App) *cobra.Command {
	var o caseOptions
	var asJSON bool
	c := &cobra.Command{
		Use:   "log",
		Short: "List the records, the newest last; found, join and merge logs",
		Long: `log lists the records of a log. What completes, corrects, reviews or endorses a
decision stands as a record of its own; the decision is marked: owed (an emergency
that has not been completed), disagreed with, completed, amended, reviewed,
endorsed on conditions, endorsed. Where it is known which log lies in the folder,
what does not count in it is marked, and leaves no mark: NOT LET IN, AFTER CLOSING,
SET ASIDE. dsa verify checks how the records hang together.

With several --log it lists them as one: each record once, wherever it lies.

To choose, say what a decision must have: --from, --until, --outcome, --mode and
so on, as dsa export does. Then it lists the decisions that fit, with what has
become of them, and no other records. Several values of one kind are
alternatives: --outcome none --outcome defer. With --gateway it lists those that
relied on one entry of the law, or on one lawful basis, for when it has proved
wrong. Entries that no longer exist can be named. Exercises that fit are listed
with --training, and marked TRAINING.

On a terminal a long list is shown page by page.`,
		Example: `  dsa log
  dsa log --json
  dsa log --from 2026-01 --until 2026-03 --outcome none
  dsa log --gateway children-act-1989-s47
  dsa log --log //share/mash/log --log //share/youth/log`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.check(app, cmd); err != nil {
				return err
			}
			return runLog(cmd.Context(), app, o, asJSON)
		},
	}
	o.flags(c.Flags())
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to a record, for programs")
	c.AddCommand(newLogNew(app), newLogJoin(app), newLogLeave(app), newLogKnown(app), newLogMerge(app))
	return c
}

// A logLine is one record in the list.
type logLine struct {
	Log     string `json:"log,omitempty"` // the folder in which it lies, where several are listed
	Number  int    `json:"number"`
	ID      string `json:"id"`
	Chain   string `json:"chain"`
	Time    string `json:"time"`
	Kind    string `json:"kind"`
	About   string `json:"about,omitempty"` // the id of the record that this one completes, amends, reviews, endorses or releases
	By      string `json:"by"`
	Outcome string `json:"outcome,omitempty"` // of a review: the decision it puts in the place of the first; of an endorsement: what it says
	// Marks say what became of a decision: owed, disagreed with, completed, amended, reviewed, endorsed on conditions, endorsed.
	Marks     []string `json:"marks,omitempty"`
	Reference string   `json:"reference,omitempty"`
	Recipient string   `json:"recipient,omitempty"`
	Standing  string   `json:"standing,omitempty"`
	Does      string   `json:"does,omitempty"` // of an act of oversight: what it does, in words
	File      string   `json:"file"`
	Doubt     string   `json:"does_not_count,omitempty"` // why it does not count in the log in which it lies, where that is known
	Fault     string   `json:"fault,omitempty"`          // why its content cannot be shown

	what      string // of what follows another record: what it does, in words
	coverOnly bool
}

// followUps says, by the id of a record, what became of it: the kinds of records that are about it, and what others say of
// it. Of all other records it reads the cover alone. What does not count leaves no mark.
func followUps(r *registrar) map[string][]string {
	type item struct {
		entry logbook.Entry // without its page
		about string
		words string
		view  bool
		doubt string
		time  time.Time
	}
	var items []item
	of := map[string]logbook.Entry{} // the records of which a mark depends on who signed them
	met := map[decision.ID]int{}
	for _, l := range r.logs {
		for entry, err := range r.only(l.book.Where(func(c decision.Cover) bool { return isFollowUp(c.Kind) })) {
			if err != nil {
				continue // it stands in the list as what cannot be read
			}
			cover := entry.Page.Cover
			doubt := r.doubt(entry, l.dir)
			if i, again := met[entry.ID]; again {
				if doubt == "" {
					items[i].doubt = ""
				}
				continue
			}
			one := item{entry: entry, about: cover.About.String(), words: string(cover.Kind), view: cover.Kind == decision.Endorse, doubt: doubt, time: cover.Time}
			if one.view {
				f, err := file(entry)
				if err != nil || f.record == nil {
					continue
				}
				switch f.record.View() {
				case decision.Agrees:
					one.words = "endorsed"
				case decision.AgreesOn:
					one.words = "endorsed on conditions"
				default:
					one.words = "disagreed with"
				}
			}
			one.entry.Page = decision.Page{}
			if one.view || doubt != "" {
				of[one.about] = logbook.Entry{}
			}
			met[entry.ID] = len(items)
			items = append(items, one)
		}
	}
	if len(of) > 0 {
		for _, l := range r.logs {
			for entry, err := range r.only(l.book.Where(func(c decision.Cover) bool { _, is := of[c.ID().String()]; return is })) {
				if err == nil {
					entry.Page = decision.Page{}
					of[entry.ID.String()] = entry
				}
			}
		}
	}
	// Of what one key says of one record the newest counts.
	slices.SortStableFunc(items, func(a, b item) int {
		if a.entry.Chain == b.entry.Chain {
			return cmp.Compare(a.entry.Number, b.entry.Number)
		}
		return a.time.Compare(b.time)
	})
	type who struct {
		about string
		key   sshsig.Key
	}
	found, views := map[string][]string{}, map[who]string{}
	for _, one := range items {
		on := of[one.about]
		// What the author of a decision that was not let in adds to it stands and falls with it.
		if isStranger(one.doubt) && on.Chain == one.entry.Chain && on.Key == one.entry.Key {
			one.doubt = ""
		}
		switch {
		case one.doubt != "":
		case !one.view:
			found[one.about] = append(found[one.about], one.words)
		case on.Key != one.entry.Key: // nobody endorses what they signed themselves
			views[who{one.about, one.entry.Key}] = one.words
		}
	}
	for by, words := range views {
		found[by.about] = append(found[by.about], words)
	}
	return found
}

// marks are the words for what became of a decision. Who does not agree comes first: a line that is cut must not hide it.
func marks(record *decision.Record, later []string) []string {
	var words []string
	if len(record.Owed) > 0 && !slices.Contains(later, string(decision.Complete)) {
		words = append(words, "owed")
	}
	for _, m := range []struct{ is, words string }{
		{"disagreed with", "disagreed with"}, {string(decision.Complete), "completed"}, {string(decision.Amend), "amended"},
		{string(decision.Review), "reviewed"}, {"endorsed on conditions", "endorsed on conditions"}, {"endorsed", "endorsed"},
	} {
		if slices.Contains(later, m.is) {
			words = append(words, m.words)
		}
	}
	return words
}

// openEach opens every log that was named, or the person's own.
func (app *App) openEach(dirs []string) ([]*logbook.Book, error) {
	if len(dirs) == 0 {
		dirs = []string{""}
	}
	var books []*logbook.Book
	for _, dir := range dirs {
		book, err := app.openLog(dir)
		if err != nil {
			closeAll(books)
			return nil, err
		}
		books = append(books, book)
	}
	return books, nil
}

// lines goes through the records of the logs, in the order of chains and numbers. Of several logs it makes one: a record that
// lies in more of them comes once, and whole where it is whole anywhere.
func lines(r *registrar, later map[string][]string) iter.Seq[logLine] {
	of := func(l *logAt) iter.Seq[logLine] {
		return func(yield func(logLine) bool) {
			by := "" // who opened the chain that is gone through
			for f, err := range readAll(r.only(l.book.Entries())) {
				line := logLine{}
				var file *logbook.FileError
				if isForged(err) {
					line.Number, line.Fault, line.File = -1, "NOT SIGNED BY ITS AUTHOR: "+pathOf(f.entry, err), pathOf(f.entry, err)
				} else if errors.As(err, &file) {
					line.Number, line.Fault, line.File = -1, explain(err).what, file.Path
				} else {
					line = lineOf(f, err, later)
					line.Doubt = r.doubt(f.entry, l.dir)
				}
				if line.Number == 0 {
					by = line.By
				}
				if line.Does != "" {
					line.By = by
				}
				if !yield(line) {
					return
				}
			}
		}
	}
	if len(r.logs) == 1 {
		return of(r.logs[0])
	}
	return func(yield func(logLine) bool) {
		var all []logLine
		at := map[string]int{}
		for _, l := range r.logs {
			for line := range of(l) {
				line.Log = l.dir
				i, known := at[line.ID]
				if line.ID == "" || !known {
					at[line.ID] = len(all)
					all = append(all, line)
					continue
				}
				// It counts where it counts in one of them.
				if all[i].Doubt == "" || line.Doubt == "" {
					all[i].Doubt, line.Doubt = "", ""
				}
				if all[i].coverOnly || all[i].Fault != "" && line.Fault == "" {
					all[i] = line
				}
			}
		}
		slices.SortStableFunc(all, func(a, b logLine) int {
			return cmp.Or(strings.Compare(a.Chain, b.Chain), cmp.Compare(a.Number, b.Number))
		})
		for _, line := range all {
			if !yield(line) {
				return
			}
		}
	}
}

func runLog(ctx context.Context, app *App, o caseOptions, asJSON bool) error {
	l := &listing{app: app, out: app.Out, json: asJSON}
	if !asJSON {
		l.out = app.paged()
		fmt.Fprintf(l.out, "%-6s %-16s %-12s %-9s %s\n", "NUMBER", "WHEN (UTC)", "ID", "KIND", "DECISION")
	}
	list := l.all
	if !o.filter.IsZero() {
		list = l.chosen
	}
	err := list(ctx, o)
	if errors.Is(err, screen.ErrEnough) {
		return nil
	}
	if err != nil {
		return err
	}
	if l.doubtful > 0 {
		app.say("%s not count in the log: NOT LET IN (nobody has confirmed whose key it is), AFTER CLOSING of the chain, or SET ASIDE by a ruling. See dsa trust.",
			screen.Count(l.doubtful, "record does", "records do"))
	}
	if l.unreadable > 0 {
		return &failure{what: fmt.Sprintf("%d of the records cannot be read or relied on", l.unreadable), next: "see what is wrong with: dsa verify", code: codeFound}
	}
	return nil
}

// paged is the output, page by page where it is a terminal at which somebody sits.
func (app *App) paged() io.Writer {
	out := app.Out
	if w, ok := out.(*watched); ok {
		out = w.to
	}
	in, keys := app.In.(*os.File)
	f, screens := out.(*os.File)
	if app.Drawn == nil || !keys || !screens || !app.drawsOut() {
		return app.Out
	}
	return screen.NewMore(in, f)
}

// A listing is a list that is being written.
type listing struct {
	app                  *App
	out                  io.Writer
	json                 bool
	doubtful, unreadable int
}

func (l *listing) write(line logLine) error {
	if line.Fault != "" {
		l.unreadable++
	}
	if line.Doubt != "" && line.Doubt != unconfirmed {
		l.doubtful++
	}
	if l.json {
		return json.NewEncoder(l.out).Encode(line)
	}
	_, err := fmt.Fprintln(l.out, line.row())
	return err
}

// all lists every record.
func (l *listing) all(_ context.Context, o caseOptions) error {
	books, err := l.app.openEach(o.logs)
	if err != nil {
		return err
	}
	defer closeAll(books)
	r := l.app.registrarOf(books)
	for line := range lines(r, followUps(r)) {
		if err := l.write(line); err != nil {
			return err
		}
	}
	return nil
}

// chosen lists the decisions that fit.
func (l *listing) chosen(ctx context.Context, o caseOptions) error {
	o.unchecked, o.doubtful = true, true
	r, err := l.app.openCases(ctx, o)
	if err != nil {
		return err
	}
	defer r.close()
	shown := 0
	for c, err := range r.all(ctx) {
		if err != nil {
			return err
		}
		shown++
		line := caseLine(c)
		if len(o.logs) > 1 {
			line.Log = c.First.Log
		}
		if err := l.write(line); err != nil {
			return err
		}
	}
	found := r.found()
	// What cannot be read may have been meant: it stays in the list.
	for _, f := range found.Faults {
		line := logLine{Log: f.Log, Number: -1, Fault: f.Meaning, File: f.File}
		if f.Code == logbook.WrongKey {
			line.Fault = "NOT SIGNED BY ITS AUTHOR: " + f.File
		}
		if err := l.write(line); err != nil {
			return err
		}
	}
	if shown == 0 {
		l.app.say("No decision here fits: %s.", screen.Safe(strings.Join(o.filter.Words(), "; ")))
	}
	found.Doubtful = 0 // they are in the list
	found.sayLeftOut(l.app, o.training)
	return nil
}

// caseLine is the line of a decision with what became of it.
func caseLine(c *cases.Case) logLine {
	f, p := c.Facts(), c.First
	line := logLine{Number: f.Number, ID: f.ID, Chain: f.Chain, Time: p.Time.Format(time.RFC3339), Kind: string(p.Kind), File: f.File, Doubt: f.Doubt, Standing: f.Standing}
	if f.Disposed {
		line.Outcome = disposedWords
		return line
	}
	line.By, line.Outcome, line.Reference, line.Recipient = f.Name+", "+f.Organisation, f.Outcome, f.Reference, f.Recipient
	line.Marks = marks(p.Record, became(f))
	return line
}

// became are the kinds of what followed a decision, as marks have them.
func became(f *cases.Facts) []string {
	var all []string
	for _, m := range []struct {
		is    bool
		words string
	}{
		{f.Disagreed > 0, "disagreed with"}, {f.Completed > 0, string(decision.Complete)}, {f.Amendments > 0, string(decision.Amend)},
		{f.Reviews+f.Audits > 0, string(decision.Review)}, {f.EndorsedOnConditions > 0, "endorsed on conditions"}, {f.Endorsed > 0, "endorsed"},
	} {
		if m.is {
			all = append(all, m.words)
		}
	}
	return all
}

// disposedWords stand for a record of which only the cover is left.
const disposedWords = "(disposed of; the cover remains)"

// lineOf is the line of a record; err says why its body cannot be read.
func lineOf(f filed, err error, later map[string][]string) logLine {
	entry, cover := f.entry, f.entry.Page.Cover
	line := logLine{Number: entry.Number, ID: entry.ID.String(), Chain: entry.Chain.String(),
		Time: cover.Time.Format(time.RFC3339), Kind: string(cover.Kind), File: entry.Path, coverOnly: entry.CoverOnly}
	if isFollowUp(cover.Kind) || !cover.About.IsZero() && cover.Kind.Oversight() {
		line.About = cover.About.String()
	}
	if entry.Namespace == trainingRole {
		line.Standing = string(decision.Training) // also where nothing of it is left, or can be read, but the signature
	}
	const garbled = "its content is not as this program writes it"
	switch {
	case entry.CoverOnly:
		line.Outcome = disposedWords
	case cover.Kind == decision.Open:
		if opening, err := entry.Opening(); err != nil {
			line.Fault = garbled
		} else {
			line.By, line.Standing = opening.Name+", "+opening.Organisation, string(opening.Standing)
		}
	case cover.Kind.Oversight():
		act := decision.NewAct(cover.Kind)
		if decision.DecodeBody(entry.Page.Body, act) != nil || act.Check(cover) != nil {
			line.Fault = garbled
		} else {
			line.Does = deed(act, cover)
		}
	case isDecision(cover.Kind):
		if err != nil {
			line.Fault = garbled
			break
		}
		record := f.record
		line.By = record.By.Name + ", " + record.By.Organisation
		line.Standing = string(record.Standing)
		if cover.Kind == decision.Decision {
			line.Outcome, line.Reference, line.Recipient = record.Outcome().ID, record.Text("case-reference"), record.Recipient()
			line.Marks = marks(record, later[line.ID])
		} else {
			line.follows(record, entry.Chain)
		}
	}
	return line
}

// deed says in a few words what an act of oversight does.
func deed(act decision.OversightAct, cover decision.Cover) string {
	switch a := act.(type) {
	case *decision.TrustAct:
		var does []string
		if a.Log.IsZero() {
			does = append(does, "founds the log "+a.Title)
		}
		if n := len(a.Admits); n > 0 {
			does = append(does, "lets in "+count(n, "chain"))
		}
		if n := len(a.Closes); n > 0 {
			does = append(does, "closes "+count(n, "chain"))
		}
		return strings.Join(does, ", ")
	case *decision.CheckpointAct:
		size, _, _ := strings.Cut(cover.Tree, " ")
		if size == "1" {
			return "covers 1 record"
		}
		return "covers " + size + " records"
	case *decision.DisposeAct:
		words := "disposes of " + count(len(a.Records), "record")
		if !cover.About.IsZero() {
			words = "confirms the disposal " + cover.About.Shown()
		}
		if a.Override != "" {
			words += ", before their time"
		}
		return words
	case *decision.HoldAct:
		return "holds " + count(len(a.Records), "record")
	case *decision.ReleaseAct:
		return "releases the hold " + cover.About.Shown()
	case *decision.RuleAct:
		return fmt.Sprintf("settles the fork of chain %s at number %d", decision.ChainFolder(a.Stands.Chain), a.Number)
	}
	return ""
}

// follows says what a record does with the one that it is about. A number names that only within one chain.
func (l *logLine) follows(record *decision.Record, chain decision.ID) {
	of := record.Of.ID.Shown()
	if record.Of.Chain == chain {
		of = fmt.Sprintf("%d", record.Of.Number)
	}
	switch kind := decision.Kind(l.Kind); kind {
	case decision.Review:
		result, _ := record.Answer("stands")
		if record.Audits() {
			result, _ = record.Answer("verdict") // which is what there is room for
		}
		for _, c := range result.Chosen {
			of += ": " + c.ID
		}
		if changed, _ := record.Answer("new-outcome"); len(changed.Chosen) == 1 {
			l.Outcome = changed.Chosen[0].ID
			of += " to " + l.Outcome
		}
	case decision.Amend:
		of += ", " + count(len(record.Items("amended")), "answer")
	case decision.Endorse:
		l.Outcome = string(record.View())
		of += ": " + screen.ViewWords(record.View())
	}
	l.what = does(decision.Kind(l.Kind), of)
}

// row is the line for people. It fits 80 columns; what does not is cut with a sign.
func (l logLine) row() string {
	if l.Fault != "" && l.Number < 0 {
		return screen.Cut("?      "+l.Fault, 80)
	}
	id, at := l.ID, l.Time
	if len(id) > decision.ShownDigits {
		id = id[:decision.ShownDigits]
	}
	if t, err := time.Parse(time.RFC3339, l.Time); err == nil {
		at = t.Format("2006-01-02 15:04")
	}
	what := l.Outcome
	switch {
	case l.Fault != "":
		what = "CANNOT BE READ: " + l.Fault
	case l.Kind == string(decision.Open):
		what = "begins the records of " + l.By
	case l.what != "":
		what = l.what
	case l.Does != "":
		what = l.Does
	default:
		if len(l.Marks) > 0 {
			what += " (" + strings.Join(l.Marks, ", ") + ")"
		}
		for _, part := range []string{l.Recipient, l.Reference} {
			if part != "" {
				what += ", " + part
			}
		}
	}
	if l.Standing == string(decision.Training) {
		what = "TRAINING " + what
	}
	switch l.Doubt {
	case "":
	case notLetIn:
		what = "NOT LET IN " + what
	case unconfirmed:
		what = "NOT CONFIRMED " + what
	case afterClosing:
		what = "AFTER CLOSING " + what
	default:
		what = "SET ASIDE " + what
	}
	return strings.TrimRight(screen.Cut(fmt.Sprintf("%-6d %-16s %-12s %-9s %s", l.Number, at, id, l.Kind, what), 80), " ")
}
