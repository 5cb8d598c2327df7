package cmd

import (
	"context"
	"fmt"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

// NewHold is the command that keeps records from being disposed of.
func NewHold(app *App) *cobra.Command {
	var opts asking
	c := &cobra.Command{
		Use:   "hold ID...",
		Short: "Keep records from being disposed of, until the hold is released",
		Long: `hold signs that records are needed longer than their day: for a court case, an
inquiry, a complaint or a request for access. What completes, amends, reviews and
endorses them is held with them. ID is the beginning of a record's id.

The hold and what it is for stand in the log. It ends with dsa release.`,
		Example: "  dsa hold 9f31c2\n  dsa hold 9f31c2 --answers hold.yaml",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runHold(cmd.Context(), app, args, opts) },
	}
	opts.flags(c)
	return c
}

func runHold(ctx context.Context, app *App, wanted []string, opts asking) error {
	l, err := app.lead(ctx, opts)
	if err != nil {
		return err
	}
	defer l.close()
	sweep, ids, err := l.chosen(ctx, wanted)
	if err != nil {
		return err
	}
	l.absent(app)
	act := &decision.HoldAct{Program: Program, Log: l.log}
	var shown []string
	for _, r := range l.fetch(sweep.places(ids)) {
		held, gone := "", ""
		if hold, is := l.trust.Held(r.ID); is {
			held = "; held already by " + hold.ID.Shown()
		}
		if r.CoverOnly {
			gone = "; already disposed of"
		} else {
			act.Records = append(act.Records, placeOf(r))
		}
		shown = append(shown, screen.Wrapped("  ", l.line(r)+held+gone)...)
	}
	if len(act.Records) == 0 {
		return fail("what these records said has been disposed of already, so there is nothing to hold; nothing was recorded", "see them with: dsa show ID")
	}
	shown = append([]string{"To be held: " + count(len(act.Records), "record")}, shown...)
	list, err := app.act("hold")
	if err != nil {
		return err
	}
	answers, err := app.sit(ctx, list, "Holding records of "+l.name(), shown, opts.plain, opts.answers)
	if err != nil {
		return err
	}
	act.Authority, act.Reason = answers["authority"].Text, answers["reason"].Text
	if act.Salt, err = l.salt(); err != nil {
		return err
	}
	entry, err := l.record(ctx, decision.Hold, decision.ID{}, "", act)
	if err != nil {
		return err
	}
	l.desk.said(entry)
	app.say("Held. It ends with: dsa release %s", entry.ID.Shown())
	l.pin("the hold")
	return nil
}

func placeOf(e logbook.Entry) decision.Place {
	return decision.Place{Chain: e.Chain, Number: e.Number, ID: e.ID}
}

// line is one record in a list that is shown before an act.
func (l *lead) line(e logbook.Entry) string {
	c := e.Page.Cover
	return fmt.Sprintf("%s  number %d, %s, %s, keep until %s, %s", e.ID.Shown(), e.Number, c.Kind, atMinute(c.Time), screen.Day(c.KeepUntil), l.owner(e.Chain))
}

// NewRelease is the command that ends a hold.
func NewRelease(app *App) *cobra.Command {
	var opts asking
	c := &cobra.Command{
		Use:   "release HOLD",
		Short: "End a hold, so that its records can be disposed of in their time",
		Long: `release signs that a hold is needed no more. HOLD is the beginning of the id of
the hold. The whole of it ends; another hold on the same record goes on.`,
		Example: "  dsa release 77ab10",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runRelease(cmd.Context(), app, args[0], opts) },
	}
	opts.flags(c)
	return c
}

func runRelease(ctx context.Context, app *App, wanted string, opts asking) error {
	l, err := app.lead(ctx, opts)
	if err != nil {
		return err
	}
	defer l.close()
	hold, err := l.find(wanted)
	if err != nil {
		return err
	}
	var act decision.HoldAct
	switch {
	case hold.Page.Cover.Kind != decision.Hold:
		return fail(fmt.Sprintf("record %s is no hold, but of kind %s; nothing was recorded", hold.ID.Shown(), hold.Page.Cover.Kind), "dsa hold says the id of the hold that it recorded; dsa log lists all")
	case decision.DecodeBody(hold.Page.Body, &act) != nil || act.Log != l.log:
		return fail("that hold is not one of this log; nothing was recorded", "name the log that it is in with --log")
	}
	l.counts = func() error { return l.releasable(hold, act.Records) }
	if err := l.counts(); err != nil {
		return err
	}
	l.absent(l.app)
	shown := []string{"The hold of " + atMinute(hold.Page.Cover.Time) + " by " + screen.Safe(l.owner(hold.Chain)) + ", on " + count(len(act.Records), "record")}
	shown = append(shown, "  On the authority of: "+screen.Safe(act.Authority))
	shown = append(shown, screen.Wrapped("  ", "For: "+act.Reason)...)
	for i, r := range act.Records {
		if i == maxListed {
			shown = append(shown, fmt.Sprintf("  and %d more", len(act.Records)-i))
			break
		}
		shown = append(shown, screen.Wrapped("  ", fmt.Sprintf("%s  number %d, %s", r.ID.Shown(), r.Number, l.owner(r.Chain)))...)
	}
	list, err := app.act("release")
	if err != nil {
		return err
	}
	answers, err := app.sit(ctx, list, "Releasing a hold of "+l.name(), shown, opts.plain, opts.answers)
	if err != nil {
		return err
	}
	release := &decision.ReleaseAct{Program: Program, Log: l.log, Authority: answers["authority"].Text, Reason: answers["reason"].Text}
	if release.Salt, err = l.salt(); err != nil {
		return err
	}
	entry, err := l.record(ctx, decision.Release, hold.ID, "", release)
	if err != nil {
		return err
	}
	l.desk.said(entry)
	if err := l.read(ctx); err != nil {
		return err
	}
	still := 0
	for _, r := range act.Records {
		if _, held := l.trust.Held(r.ID); held {
			still++
		}
	}
	if still > 0 {
		app.say("Released. %s held by another hold.", screen.Count(still, "of its records is still", "of its records are still"))
	} else {
		app.say("Released. What is due is listed by: dsa dispose --due --dry-run")
	}
	return nil
}

// releasable refuses a release that would end nothing.
func (l *lead) releasable(hold logbook.Entry, records []decision.Place) error {
	if !l.trust.Oversees(hold.Chain, hold.Number) {
		return fail("that hold was recorded by somebody who does not oversee this log, so it holds nothing; nothing was recorded", "see who does with: dsa trust")
	}
	for _, r := range records {
		if by, held := l.trust.Held(r.ID); held && by.ID == hold.ID {
			return nil
		}
	}
	if by, released := l.trust.Released(hold.ID); released {
		return fail("that hold has been released already, by record "+by.Shown()+"; nothing was recorded", "there is nothing to do")
	}
	return nil
}

// isBody reports whether the body of a record can be held and disposed of: what a decision, and what follows it, says.
func isBody(kind decision.Kind) bool { return isDecision(kind) || kind == decision.Endorse }

// pin says to put a new act under a checkpoint: until one covers it, whoever can take its file away can undo it unnoticed.
func (l *lead) pin(what string) {
	l.app.say("Sign a checkpoint now, so that %s itself stands under one: dsa checkpoint", what)
}
