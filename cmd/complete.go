package cmd

import (
	"context"
	"fmt"
	"slices"
	"time"

	"dsa/checklist"
	"dsa/decision"

	"github.com/spf13/cobra"
)

type completeOptions struct {
	walkOptions
	log       string
	agreement string
}

// NewComplete is the command that records what an emergency left for later.
func NewComplete(app *App) *cobra.Command {
	var opts completeOptions
	c := &cobra.Command{
		Use:   "complete ID",
		Short: "Complete the record of an emergency",
		Long: `complete asks what the record of an emergency left for later, and signs the
answers as a record of their own that names the first. What was answered then
is neither asked nor changed; dsa amend corrects it. ID is the record's number,
or the first digits of its id as dsa log shows it.

It is due by the end of the next working day; dsa due lists what is owed.`,
		Example: "  dsa complete 3\n  dsa complete 9f31c2 --answers rest.yaml\n  dsa complete 9f31c2 --log //share/mash/log",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runComplete(cmd.Context(), app, args[0], opts) },
	}
	c.Flags().StringVar(&opts.log, "log", "", "the log folder (`DIR`) that has the record, if not your own")
	c.Flags().StringVar(&opts.agreement, "agreement", "", "the `DIR` of its agreement, if that is one of your own")
	opts.flags(c)
	return c
}

func runComplete(ctx context.Context, app *App, wanted string, opts completeOptions) error {
	f, err := app.follow("complete", opts.log, wanted)
	if err != nil {
		return err
	}
	defer f.close()
	first := f.first.record
	id := f.first.entry.ID.Shown()
	if first.Occasion != checklist.Emergency {
		return fail(fmt.Sprintf("record %d is not that of an emergency, so nothing was left to complete; nothing was recorded", f.first.entry.Number),
			fmt.Sprintf("correct it with dsa amend %s, or look at it again with dsa review %s", id, id))
	}
	if done := f.of(decision.Complete); len(done) > 0 {
		by := done[0].entry
		app.forgetCompletion(f)
		return fail(fmt.Sprintf("record %d has been completed already, on %s by the record %s; nothing was recorded",
			f.first.entry.Number, by.Page.Cover.Time.Format("2 January 2006"), by.ID.Shown()),
			"to correct an answer, use: dsa amend "+id)
	}
	agreement, err := app.agreementOf(first, opts.agreement)
	if err != nil {
		return err
	}
	list := agreement.List(checklist.AdHoc)
	if list == nil {
		return fail("its agreement has no ad hoc checklist here; nothing was recorded", "name the folder of the agreement with --agreement DIR")
	}
	known, given := toComplete(answersOf(first))
	if err := app.withoutWho(known); err != nil {
		return err
	}
	return app.carryOut(ctx, &task{
		kind: decision.Complete, occasion: checklist.AdHoc, agreement: agreement, list: list,
		of: linkTo(f.first.entry, first), known: known, given: given,
		whole: func(d *decision.Record) *decision.Record { return decision.Merge(first, append(f.records(), d)...) },
		title: agreement.Area + ", completing " + f.name(), verb: "Sign and record this completion",
		noun: "completion of " + f.name(), command: "dsa complete " + id,
		signed: f.signed(app, "It completes "+f.name()+"."),
	}, opts.walkOptions)
}

// forgetCompletion puts away what was left unfinished of a completion that is recorded by now: the program was stopped
// after recording, or somebody else was quicker.
func (app *App) forgetCompletion(f *following) {
	first := f.first.record
	t := &task{kind: decision.Complete, of: linkTo(f.first.entry, first), noun: "completion of " + f.name(),
		agreement: &checklist.Agreement{ID: first.Agreement.ID}, list: &checklist.List{}}
	drafts, _, err := app.drafts(t)
	if err == nil {
		drafts, err = (&signing{app: app, task: t}).withoutRecorded(drafts)
	}
	if err != nil {
		app.say("Warning: the folder %s could not be looked through for what was left unfinished.", app.path("drafts"))
	}
	for _, d := range drafts {
		app.say("Notice: what you had begun is of no use any more, and still lies in %s", d.path)
	}
}

// agreementOf is the agreement under which a record was made, as it is today. Those that are built in or were copied here are
// found by the id that the record has.
func (app *App) agreementOf(record *decision.Record, named string) (*checklist.Agreement, error) {
	id := record.Agreement.ID
	if named == "" {
		if !slices.Contains(app.agreementNames(), id) {
			return nil, fail("the record was made under the agreement "+id+", which is not built in; nothing was recorded",
				"name its folder with --agreement DIR")
		}
		named = id
	}
	agreement, err := app.agreement(named)
	if err != nil {
		return nil, err
	}
	if agreement.ID != id {
		return nil, &failure{what: "the record was made under another agreement, " + id + "; nothing was recorded",
			next: "name the folder of that one with --agreement DIR", code: codeUsage}
	}
	if agreement.Digest != record.Agreement.Digest {
		at, _ := time.Parse(decision.TimeFormat, record.Recorded)
		app.say("Notice: the agreement or the questions of dsa have changed since %s. You are asked in today's words; the first record keeps those of its day.",
			at.Format("2 January 2006"))
	}
	return agreement, nil
}

// withoutWho takes out of the answers of a record who decided: whoever follows it up is somebody else, or says so again.
func (app *App) withoutWho(answers checklist.Answers) error {
	who, err := app.whoWalk()
	if err != nil {
		return err
	}
	for _, ask := range who.List().Questions[0].Asks {
		delete(answers, ask.ID)
	}
	return nil
}

// now is the decision as it stands: with what completed it. Amendments and reviews say in words what they change, and
// stand beside it.
func (d *dossier) now() *decision.Record {
	if d.first.record == nil {
		return nil
	}
	return decision.Merge(d.first.record, d.records()...)
}
