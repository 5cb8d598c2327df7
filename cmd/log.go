package cmd

import (
	"encoding/json"
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
		Long: `log lists the records of a log. It reads them and does not check signatures;
dsa verify does that.

With --gateway it lists the decisions that relied on one entry of the law, or on
one lawful basis, for when it has proved wrong. Entries that no longer exist can be named.`,
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
	Number    int    `json:"number"`
	ID        string `json:"id"`
	Chain     string `json:"chain"`
	Time      string `json:"time"`
	Kind      string `json:"kind"`
	By        string `json:"by"`
	Outcome   string `json:"outcome,omitempty"`
	Reference string `json:"reference,omitempty"`
	Recipient string `json:"recipient,omitempty"`
	Standing  string `json:"standing,omitempty"`
	File      string `json:"file"`
	Fault     string `json:"fault,omitempty"` // why its content cannot be shown

	relied []string // the entries of the law relied on
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
	for entry, err := range book.Entries() {
		line := logLine{}
		if err != nil {
			unreadable++
			line.Number, line.Fault = -1, explain(err).what
		} else {
			line = lineOf(entry)
			if line.Fault != "" {
				unreadable++
			}
		}
		// What cannot be read may have relied on it: it stays in the list. Of what was disposed of nobody can tell.
		if gateway != "" && err == nil && entry.CoverOnly {
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

func lineOf(entry logbook.Entry) logLine {
	cover := entry.Page.Cover
	line := logLine{Number: entry.Number, ID: entry.ID.String(), Chain: entry.Chain.String(),
		Time: cover.Time.Format(time.RFC3339), Kind: string(cover.Kind), File: entry.Path}
	switch {
	case entry.CoverOnly:
		line.Outcome = "(disposed of; the cover remains)"
	case cover.Kind == decision.Open:
		if opening, err := entry.Opening(); err != nil {
			line.Fault = "its content is not as this program writes it"
		} else {
			line.By, line.Standing = opening.Name+", "+opening.Organisation, string(opening.Standing)
		}
	case cover.Kind == decision.Decision:
		record, err := decode(entry.Page.Body)
		if err != nil {
			line.Fault = "its content is not as this program writes it"
			break
		}
		line.By = record.By.Name + ", " + record.By.Organisation
		line.Outcome, line.Reference, line.Recipient = record.Outcome().ID, record.Text("case-reference"), record.Recipient()
		line.Standing = string(record.Standing)
		for _, p := range record.Law.Relied {
			line.relied = append(line.relied, p.ID)
		}
		for _, b := range record.Law.Bases {
			line.relied = append(line.relied, b.ID)
		}
	}
	return line
}

// row is the line for people. It fits 80 columns; what does not is cut with a sign.
func (l logLine) row() string {
	if l.Fault != "" && l.Number < 0 {
		return screen.Cut("?      "+l.Fault, 80)
	}
	id, at := l.ID, l.Time
	if len(id) > shownID {
		id = id[:shownID]
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
	default:
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
