package cmd

import (
	"context"
	"slices"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

// NewReview is the command that records a later look at a decision.
func NewReview(app *App) *cobra.Command {
	var opts followOptions
	c := &cobra.Command{
		Use:   "review ID",
		Short: "Look at a decision again, and record what came of it",
		Long: `review signs a later look at a decision as a record of its own: what was looked
at, what was found, and whether the decision stands, is changed or is withdrawn.
The first record stays as it is; dsa show prints the two together. ID is the
number of the decision, or the first digits of its id as dsa log shows it.

A review settles the day on which the decision was to be reviewed. What else it
settles depends on what was looked at; dsa due --help has the list.

An auditor gives a verdict in the same way, with their own key: choose "This is
an audit" where it asks whether the decision stands. An audit decides nothing
and settles no day. dsa sample draws what is to be audited.`,
		Example: "  dsa review 3\n  dsa review 9f31c2 --answers review.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runReview(cmd.Context(), app, args[0], opts) },
	}
	opts.flags(c)
	return c
}

func runReview(ctx context.Context, app *App, wanted string, opts followOptions) error {
	f, err := app.follow("review", opts.log, wanted)
	if err != nil {
		return err
	}
	defer f.close()
	t, err := f.task(app, decision.Review, "review")
	if err != nil {
		return err
	}
	t.title, t.verb = "Reviewing "+f.name(), "Sign and record this review"
	said := f.signed(app, "It reviews "+f.name()+".")
	t.signed = func(record *decision.Record, entry logbook.Entry) {
		if record.Chose("stands", "changed") || record.Chose("stands", "withdrawn") {
			f.toBeTold(app, record, "change")
		}
		if record.Audits() && signedBy(f.first, record.By.Email, entry.Key) {
			app.say("Notice: you took this decision yourself. An audit counts for more when somebody else signs it.")
		}
		said(record, entry)
	}
	return app.carryOut(ctx, t, opts.walkOptions)
}

// signed says, after a follow-up has been recorded, what it settles, what is still owed, and how to read it all.
func (f *following) signed(app *App, lead string) func(*decision.Record, logbook.Entry) {
	return func(record *decision.Record, entry logbook.Entry) {
		app.say("%s", lead)
		days := workingDays()
		before := f.owing(days)
		f.later = append(f.later, filed{entry, record})
		after := f.owing(days)
		for _, d := range before {
			if !slices.ContainsFunc(after, func(a duty) bool { return a.What == d.What && a.Due == d.Due && a.From == d.From }) {
				app.say("Settled: %s", d.line())
			}
		}
		for _, d := range after {
			app.say("Still owed: %s", d.line())
		}
		id := f.first.entry.ID.Shown()
		app.say("Next: read them together with dsa show %s, or check them with dsa verify.", id)
	}
}

// line is a duty in a few words. Its day can come from somebody else's record.
func (d duty) line() string {
	if d.Due == "" {
		return d.Words
	}
	return d.Words + ", by " + screen.Safe(d.Due)
}
