package cmd

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

// NewLog is the command that lists records, and has below it what is done with logs.
func NewLog(app *App) *cobra.Command {
	var dirs []string
	var asJSON bool
	var gateway string
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

With --gateway it lists the decisions that relied on one entry of the law, or on
one lawful basis, for when it has proved wrong. Entries that no longer exist can
be named.`,
		Example: "  dsa log\n  dsa log --json\n  dsa log --gateway children-act-1989-s47\n  dsa log --log //share/mash/log --log //share/youth/log",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("gateway") && strings.TrimSpace(gateway) == "" {
				return usage(cmd, "--gateway takes the id of an entry")
			}
			return runLog(app, dirs, gateway, asJSON)
		},
	}
	c.Flags().StringArrayVar(&dirs, "log", nil, "the log folder (`DIR`), if not your own; can be given several times")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to a record, for programs")
	c.Flags().StringVar(&gateway, "gateway", "", "only the decisions that relied on the entry or basis with this `ID`")
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

	relied    []string // the entries of the law relied on
	what      string   // of what follows another record: what it does, in words
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

// knowsLaw reports whether an id is an entry of the tables or a lawful basis.
func (app *App) knowsLaw(id string) (bool, error) {
	law, err := app.Law(legislation.PartBases)
	if err != nil {
		return false, err
	}
	return law.Provision(id) != nil || slices.ContainsFunc(law.Bases.Entries, func(b *legislation.Basis) bool { return b.ID == id }), nil
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

func runLog(app *App, dirs []string, gateway string, asJSON bool) error {
	gateway = strings.ToLower(strings.TrimSpace(gateway))
	books, err := app.openEach(dirs)
	if err != nil {
		return err
	}
	defer closeAll(books)
	if !asJSON {
		fmt.Fprintf(app.Out, "%-6s %-16s %-12s %-9s %s\n", "NUMBER", "WHEN (UTC)", "ID", "KIND", "DECISION")
	}
	encoder := json.NewEncoder(app.Out)
	unreadable, shown, disposed, doubtful := 0, 0, 0, 0
	r := app.registrarOf(books)
	for line := range lines(r, followUps(r)) {
		if line.Fault != "" {
			unreadable++
		}
		// What cannot be read may have relied on it: it stays in the list. Of what was disposed of nobody can tell.
		if gateway != "" && line.coverOnly {
			disposed++
		}
		if gateway != "" && line.Fault == "" && !slices.Contains(line.relied, gateway) {
			continue
		}
		shown++
		if line.Doubt != "" && line.Doubt != unconfirmed {
			doubtful++
		}
		if asJSON {
			if err := encoder.Encode(line); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(app.Out, line.row())
	}
	if gateway != "" && shown == 0 {
		// A mistyped id must not look like an all-clear.
		if known, err := app.knowsLaw(gateway); err != nil {
			return err
		} else if !known {
			return &failure{what: "no record here relied on an entry with that id, and neither the law tables nor the lawful bases have one",
				next: "find the id with: dsa gateways find WORDS", code: codeUsage}
		}
		app.say("No decision here relied on that entry.")
	}
	if disposed > 0 {
		app.say("%s disposed of; what they relied on is not known any more.", count(disposed, "record"))
	}
	if doubtful > 0 {
		app.say("%s not count in the log: NOT LET IN (nobody has confirmed whose key it is), AFTER CLOSING of the chain, or SET ASIDE by a ruling. See dsa trust.",
			screen.Count(doubtful, "record does", "records do"))
	}
	if unreadable > 0 {
		return &failure{what: fmt.Sprintf("%d of the records cannot be read or relied on", unreadable), next: "see what is wrong with: dsa verify", code: codeFound}
	}
	return nil
}

// lineOf is the line of a record; err says why its body cannot be read.
func lineOf(f filed, err error, later map[string][]string) logLine {
	entry, cover := f.entry, f.entry.Page.Cover
	line := logLine{Number: entry.Number, ID: entry.ID.String(), Chain: entry.Chain.String(),
		Time: cover.Time.Format(time.RFC3339), Kind: string(cover.Kind), File: entry.Path, coverOnly: entry.CoverOnly}
	if isFollowUp(cover.Kind) || !cover.About.IsZero() && cover.Kind.Oversight() {
		line.About = cover.About.String()
	}
	const garbled = "its content is not as this program writes it"
	switch {
	case entry.CoverOnly:
		line.Outcome = "(disposed of; the cover remains)"
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
		if entry.Namespace == trainingRole {
			line.Standing = string(decision.Training)
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
		for _, p := range record.Law.Relied {
			line.relied = append(line.relied, p.ID)
		}
		for _, b := range record.Law.Bases {
			line.relied = append(line.relied, b.ID)
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
