package cmd

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

// NewRule is the command that says which branch of a forked chain stands.
func NewRule(app *App) *cobra.Command {
	var opts asking
	c := &cobra.Command{
		Use:   "rule CHAIN",
		Short: "Say which of two records with one number stands",
		Long: `rule settles a chain in which one number has two records: because its key was
used on two computers, or because an older copy of the records was put back and
written to. It shows both branches, which folders have them and what stands under a
checkpoint, and asks which stands. Ask the owner of the chain first.

Nothing is deleted. What does not stand is shown by dsa verify as set aside and
counts no more. The chain ends there; its owner goes on with dsa setup --new-key.`,
		Example: "  dsa rule 3f9c0a1b5d6e7f80",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runRule(cmd.Context(), app, args[0], opts) },
	}
	opts.flags(c)
	return c
}

// A branch is one way on from where a chain forked: its records, the first with the number that two have.
type branch []logbook.Entry

func (b branch) last() logbook.Entry { return b[len(b)-1] }

// branches follows a chain to the first number that two records have, and each way on from there. A branch begins where a
// record of that number does; where one forks again, it is shown to each of its ends.
func branches(records []logbook.Entry) (number int, all []branch) {
	byID, followed := map[decision.ID]logbook.Entry{}, map[decision.ID]bool{}
	for _, r := range records {
		byID[r.ID] = r
		followed[r.Page.Cover.Previous] = true
	}
	number = -1
	for i := 1; i < len(records); i++ {
		if records[i].Number == records[i-1].Number {
			number = records[i].Number
			break
		}
	}
	if number < 0 {
		return number, nil
	}
	for _, end := range records {
		if end.Number < number || followed[end.ID] {
			continue
		}
		var b branch
		for at, here := end, true; here && at.Number >= number; at, here = byID[at.Page.Cover.Previous] {
			b = append(branch{at}, b...)
		}
		all = append(all, b)
	}
	return number, all
}

func runRule(ctx context.Context, app *App, wanted string, opts asking) error {
	l, err := app.lead(ctx, opts)
	if err != nil {
		return err
	}
	defer l.close()
	l.absent(app)
	chain, err := l.chainNamed(wanted)
	if err != nil {
		return err
	}
	number, all := branches(l.records(chain))
	if len(all) < 2 {
		return fail("no number of that chain has two records in the folders looked at; nothing was recorded", "see the whole of it with: dsa verify --all")
	}
	l.counts = func() error { return l.settleable(chain, number) }
	if err := l.counts(); err != nil {
		return err
	}
	list, err := app.act("rule")
	if err != nil {
		return err
	}
	shown := []string{fmt.Sprintf("Chain %s of %s: number %d has %d records.", decision.ChainFolder(chain), screen.Safe(l.owner(chain)), number, len(all))}
	var options []checklist.Option
	points := l.fixed(chain)
	for i, b := range all {
		shown = append(shown, fmt.Sprintf("Branch %d, %s:", i+1, count(len(b), "record")))
		for j, r := range b {
			if j == maxListed {
				shown = append(shown, fmt.Sprintf("  and %d more, up to number %d", len(b)-j, b.last().Number))
				break
			}
			shown = append(shown, fmt.Sprintf("  number %d, %s, %s, id %s", r.Number, r.Page.Cover.Kind, atMinute(r.Page.Cover.Time), r.ID.Shown()))
		}
		shown = append(shown, "  in: "+listed(l.having(b.last())), "  "+fixedOf(points, b))
		options = append(options, checklist.Option{ID: b.last().ID.Shown(),
			Words: fmt.Sprintf("Branch %d, up to number %d of %s, id %s", i+1, b.last().Number, atMinute(b.last().Page.Cover.Time), b.last().ID.Shown())})
	}
	shown = append(shown, advice(points, all)...)
	walk := checklist.NewWalk(list, map[string]checklist.Source{"branches": func(checklist.Answers) checklist.Choice {
		return checklist.Choice{Options: options}
	}}, nil, app.Now)
	answers, err := app.seated(ctx, seat{walk: walk, title: "Settling a fork of " + l.name(), notice: shown, shown: shown, asking: opts,
		warn: func(answers checklist.Answers) []string { return setAside(points, all, only(answers["stands"])) }})
	if err != nil {
		return err
	}
	act := &decision.RuleAct{Program: Program, Log: l.log, Number: number, Reason: answers["reason"].Text}
	for _, b := range all {
		if b.last().ID.Shown() == only(answers["stands"]) {
			act.Stands = placeOf(b.last())
		}
	}
	if act.Salt, err = l.salt(); err != nil {
		return err
	}
	entry, err := l.record(ctx, decision.Rule, decision.ID{}, "", act)
	if err != nil {
		return err
	}
	l.desk.said(entry)
	if err := l.afterwards(ctx); err != nil {
		return err
	}
	app.say("Settled. The chain ends at number %d; its owner goes on with dsa setup --new-key, and you let the new chain in.", act.Stands.Number)
	l.pin("the ruling")
	return nil
}

// having are the folders that have a record.
func (g *gathering) having(e logbook.Entry) []string {
	var dirs []string
	for _, book := range g.books {
		if found, err := book.Find(e.ID.String()); err == nil && found.ID == e.ID {
			dirs = append(dirs, screen.Safe(filepath.Clean(book.Dir())))
		}
	}
	return dirs
}

// settleable refuses a rule that would have no effect.
func (l *lead) settleable(chain decision.ID, number int) error {
	m, admitted := l.trust.Member(chain)
	switch {
	case !admitted:
		return fail("the log has not let in that chain, so nothing of it counts; nothing was recorded", "list the chains with: dsa trust")
	case chain == l.chain:
		return fail("this is your own chain; nothing was recorded", "another who oversees the log settles it; you go on with: dsa setup --new-key")
	case m.Closed >= 0 && m.Closed < number:
		return fail(fmt.Sprintf("the chain is closed at number %d, before the fork, so neither branch counts; nothing was recorded", m.Closed), "see it with: dsa trust")
	case !l.trust.MayClose(l.chain, chain):
		return notBelow("dsa rule " + decision.ChainFolder(chain))
	}
	if stands, is := l.trust.Ruled(chain, number); is {
		return fail("that fork is settled already: number "+fmt.Sprint(stands.Number)+", id "+stands.ID.Shown()+", is the last record that stands; nothing was recorded", "see it with: dsa verify --all")
	}
	return nil
}

// covered finds the last record of a branch at which a checkpoint ends; false, where none covers any of it.
func covered(points []fixed, b branch) (last fixed, is bool) {
	for _, point := range points {
		if slices.ContainsFunc(b, func(r logbook.Entry) bool { return r.ID == point.Head }) {
			last, is = point, true
		}
	}
	return last, is
}

// fixedOf says what of a branch a checkpoint has fixed.
func fixedOf(points []fixed, b branch) string {
	if point, is := covered(points, b); is {
		return fmt.Sprintf("up to number %d it stands under the checkpoint of %s", point.To, atMinute(point.at))
	}
	return "nothing of it stands under a checkpoint"
}

// advice says which branch to let stand, where a checkpoint covers one and not the other.
func advice(points []fixed, all []branch) []string {
	var under []string
	for i, b := range all {
		if _, is := covered(points, b); is {
			under = append(under, fmt.Sprint(i+1))
		}
	}
	switch {
	case len(under) == 1:
		return []string{"Advice: let branch " + under[0] + " stand: a checkpoint covers it."}
	case len(under) > 1:
		return []string{"Advice: checkpoints cover branches " + listed(under) + ". Ask whoever signed them what they had before them."}
	}
	return nil
}

// setAside warns where the choice sets aside records that a checkpoint covers. What is common to both branches is not.
func setAside(points []fixed, all []branch, stands string) (warnings []string) {
	var chosen branch
	for _, b := range all {
		if b.last().ID.Shown() == stands {
			chosen = b
		}
	}
	if chosen == nil {
		return nil
	}
	for i, b := range all {
		point, is := covered(points, b)
		if !is || slices.ContainsFunc(chosen, func(r logbook.Entry) bool { return r.ID == point.Head }) {
			continue
		}
		warnings = append(warnings, fmt.Sprintf("Caution: the checkpoint of %s covers branch %d up to number %d, and this choice sets that aside."+
			"\nLet the branch stand that a checkpoint covers, unless the owner of the chain says that it is not theirs: it was there first, and people may have relied on it.",
			atMinute(point.at), i+1, point.To))
	}
	return warnings
}
