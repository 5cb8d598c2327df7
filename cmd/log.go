package cmd

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

// NewLog is the command that lists records.
func NewLog(app *App) *cobra.Command {
	var dir string
	var asJSON bool
	var gateway string
	c := &cobra.Command{
		Use:   "log",
		Short: "List the records, the newest last",
		Long: `log lists the records of a log. What completes, corrects or reviews a decision
stands as a record of its own; the decision is marked: owed (an emergency that
has not been completed), completed, amended, reviewed. dsa verify checks how the
records hang together.

With --gateway it lists the decisions that relied on one entry of the law, or on
one lawful basis, for when it has proved wrong. Entries that no longer exist can
be named.`,
		Example: "  dsa log\n  dsa log --json\n  dsa log --gateway children-act-1989-s47",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("gateway") && strings.TrimSpace(gateway) == "" {
				return usage(cmd, "--gateway takes the id of an entry")
			}
			return runLog(app, dir, gateway, asJSON)
		},
	}
	c.Flags().StringVar(&dir, "log", "", "the log folder, if not your own")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to a record, for programs")
	c.Flags().StringVar(&gateway, "gateway", "", "only the decisions that relied on the entry or basis with this `ID`")
	return c
}

// A logLine is one record in the list.
type logLine struct {
	Number  int    `json:"number"`
	ID      string `json:"id"`
	Chain   string `json:"chain"`
	Time    string `json:"time"`
	Kind    string `json:"kind"`
	About   string `json:"about,omitempty"` // the id of the decision that the record completes, amends or reviews
	By      string `json:"by"`
	Outcome string `json:"outcome,omitempty"` // of a review: the decision it puts in the place of the first
	// Marks say what became of a decision: owed, completed, amended, reviewed.
	Marks     []string `json:"marks,omitempty"`
	Reference string   `json:"reference,omitempty"`
	Recipient string   `json:"recipient,omitempty"`
	Standing  string   `json:"standing,omitempty"`
	File      string   `json:"file"`
	Fault     string   `json:"fault,omitempty"` // why its content cannot be shown

	relied []string // the entries of the law relied on
	what   string   // of what follows a decision up: what it does, in words
}

// followUps says, by the id of a decision, which kinds of records are about it. Of all other records it reads the cover
// alone.
func followUps(book *logbook.Book) map[string][]decision.Kind {
	found := map[string][]decision.Kind{}
	for entry, err := range book.Where(func(c decision.Cover) bool { return isFollowUp(c.Kind) }) {
		if err != nil {
			continue // it stands in the list as what cannot be read
		}
		about := entry.Page.Cover.About.String()
		found[about] = append(found[about], entry.Page.Cover.Kind)
	}
	return found
}

// marks are the words for what became of a decision.
func marks(record *decision.Record, later []decision.Kind) []string {
	var words []string
	if len(record.Owed) > 0 && !slices.Contains(later, decision.Complete) {
		words = append(words, "owed")
	}
	for _, m := range []struct {
		kind  decision.Kind
		words string
	}{{decision.Complete, "completed"}, {decision.Amend, "amended"}, {decision.Review, "reviewed"}} {
		if slices.Contains(later, m.kind) {
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

func runLog(app *App, dir, gateway string, asJSON bool) error {
	gateway = strings.ToLower(strings.TrimSpace(gateway))
	book, err := app.openLog(dir)
	if err != nil {
		return err
	}
	defer book.Close()
	if !asJSON {
		fmt.Fprintf(app.Out, "%-6s %-16s %-12s %-9s %s\n", "NUMBER", "WHEN (UTC)", "ID", "KIND", "DECISION")
	}
	encoder := json.NewEncoder(app.Out)
	unreadable, shown, disposed := 0, 0, 0
	later := followUps(book)
	for f, err := range readAll(book.Entries()) {
		line := logLine{}
		var file *logbook.FileError
		if errors.As(err, &file) {
			line.Number, line.Fault = -1, explain(err).what
		} else {
			line = lineOf(f, err, later)
		}
		if line.Fault != "" {
			unreadable++
		}
		// What cannot be read may have relied on it: it stays in the list. Of what was disposed of nobody can tell.
		if gateway != "" && f.entry.CoverOnly {
			disposed++
		}
		if gateway != "" && line.Fault == "" && !slices.Contains(line.relied, gateway) {
			continue
		}
		shown++
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
	if unreadable > 0 {
		return &failure{what: fmt.Sprintf("%d of the records cannot be read", unreadable), next: "see what is wrong with: dsa verify", code: codeFound}
	}
	return nil
}

// lineOf is the line of a record; err says why its body cannot be read.
func lineOf(f filed, err error, later map[string][]decision.Kind) logLine {
	entry, cover := f.entry, f.entry.Page.Cover
	line := logLine{Number: entry.Number, ID: entry.ID.String(), Chain: entry.Chain.String(),
		Time: cover.Time.Format(time.RFC3339), Kind: string(cover.Kind), File: entry.Path}
	if isFollowUp(cover.Kind) {
		line.About = cover.About.String()
	}
	switch {
	case entry.CoverOnly:
		line.Outcome = "(disposed of; the cover remains)"
	case cover.Kind == decision.Open:
		if opening, err := entry.Opening(); err != nil {
			line.Fault = "its content is not as this program writes it"
		} else {
			line.By, line.Standing = opening.Name+", "+opening.Organisation, string(opening.Standing)
		}
	case isDecision(cover.Kind):
		if err != nil {
			line.Fault = "its content is not as this program writes it"
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

// follows says what a record does with the decision that it is about. A number names that only within one chain.
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
	return strings.TrimRight(screen.Cut(fmt.Sprintf("%-6d %-16s %-12s %-9s %s", l.Number, at, id, l.Kind, what), 80), " ")
}
