package cmd

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

type followOptions struct {
	walkOptions
	log string
}

func (o *followOptions) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.log, "log", "", "the log folder (`DIR`) that has the record, if not your own")
	o.walkOptions.flags(c)
}

// NewAmend is the command that records a correction.
func NewAmend(app *App) *cobra.Command {
	var opts followOptions
	c := &cobra.Command{
		Use:   "amend ID",
		Short: "Correct a record: what was wrong, what is right, and who is told",
		Long: `amend signs a correction as a record of its own. The first record stays as it
is; dsa show prints the two together. You say which answer is corrected, what is
right, why, and whether those who received the information have been told; what
was wrong is shown to you while you choose. ID is the number of the decision, or
the first digits of its id as dsa log shows it.

It ends with the list of those who have to be told of a correction.`,
		Example: "  dsa amend 3\n  dsa amend 9f31c2 --answers correction.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runAmend(cmd.Context(), app, args[0], opts) },
	}
	opts.flags(c)
	return c
}

func runAmend(ctx context.Context, app *App, wanted string, opts followOptions) error {
	f, err := app.follow("amend", opts.log, wanted)
	if err != nil {
		return err
	}
	defer f.close()
	t, err := f.task(app, decision.Amend, "amendment")
	if err != nil {
		return err
	}
	t.sources = map[string]checklist.Source{answersOfRecord: answersSource(f.now())}
	t.title, t.verb = "Correcting "+f.name(), "Sign and record this correction"
	said := f.signed(app, "It amends "+f.name()+".")
	t.signed = func(record *decision.Record, entry logbook.Entry) {
		f.toBeTold(app, record, "correction")
		said(record, entry)
	}
	return app.carryOut(ctx, t, opts.walkOptions)
}

// task is what a follow-up with a list of the program's own sets out to sign. The agreement is that of the decision, as
// the record names it: nothing of it is asked again, so it need not be at hand.
func (f *following) task(app *App, kind decision.Kind, noun string) (*task, error) {
	list, err := checklist.LoadOwn(app.Data, string(kind))
	if err != nil {
		return nil, err
	}
	first := f.first.record
	under := first.Agreement
	occasion := first.Occasion
	if occasion == checklist.Emergency {
		occasion = checklist.AdHoc // nobody is in a hurry any more
	}
	return &task{
		kind: kind, occasion: occasion, list: list, of: linkTo(f.first.entry, first),
		agreement: &checklist.Agreement{ID: under.ID, Title: under.Title, Version: under.Version, Digest: under.Digest},
		noun:      noun + " of " + f.name(), command: "dsa " + string(kind) + " " + f.first.entry.ID.Shown(),
	}, nil
}

// maxShown is how much of an answer is shown with a choice, in characters; the rest is there for those who ask.
const maxShown = 160

// answersOfRecord is the name that the list of amendments has for the answers of the record it corrects.
const answersOfRecord = "answers-of-record"

// answersSource offers the answers of a record, by their paths, each once in an amendment. Its author, who is to say which
// was wrong, sees what was answered.
func answersSource(record *decision.Record) checklist.Source {
	var options []checklist.Option
	for _, q := range record.Questions {
		for _, a := range q.Answers {
			option := checklist.Option{ID: a.Path(), Words: a.Asked}
			heading := strings.TrimRight(q.Title, "?.: ")
			if q.Number != "" {
				heading = q.Number + " " + heading
			}
			if a.Group != "" {
				heading = fmt.Sprintf("%s, item %d", heading, a.Item)
			}
			if a.Asked != q.Title {
				option.Words = heading + ": " + a.Asked
			}
			answered := cmp.Or(a.Words(), "(left empty)")
			option.Help = "Recorded: " + screen.Cut(strings.ReplaceAll(answered, "\n", " "), maxShown)
			if utf8.RuneCountInString(answered) > maxShown {
				option.Detail = "Recorded: " + answered
			}
			options = append(options, option)
		}
	}
	return func(given checklist.Answers) checklist.Choice {
		chosen := map[string]bool{}
		for path, answer := range given {
			if strings.HasPrefix(path, "amended/") && strings.HasSuffix(path, "/which") && len(answer.Chosen) == 1 {
				chosen[answer.Chosen[0]] = true
			}
		}
		if len(chosen) == 0 {
			return checklist.Choice{Options: options}
		}
		// Nobody could tell which of two corrections of one answer is right.
		return checklist.Choice{
			Options: slices.DeleteFunc(slices.Clone(options), func(o checklist.Option) bool { return chosen[o.ID] }),
			Notes:   []string{"what is put right above is left out here: an answer is corrected once"},
		}
	}
}

// toBeTold lists those who received the information, with what obliges to tell them. It names them as the record does,
// and where that is what was wrong, as it was corrected too: those who should not have had it acted on it all the same.
func (f *following) toBeTold(app *App, record *decision.Record, of string) {
	shared := f.shares()
	if record.Chose("recipients-told", "nobody-received") {
		if shared {
			app.say("You said that nobody has received it, and %s, as it was signed, says that it is shared. Check which is right: if anybody has received it, tell them, and say so with dsa review %s.", f.name(), f.first.entry.ID.Shown())
		} else {
			app.say("You said that nobody has received it, so nobody has to be told of the %s.", of)
		}
		return
	}
	lines := f.recipients(record)
	if !shared {
		lines = append(lines, "The record, as it was signed, says that nothing is shared. Check who has received something.")
	}
	lines = append(lines, "Whoever finds that information was wrong tells those it was shared with (London MAS DSA 2021, section 4.7), and those who received it are kept informed of changes (C&P Tier 1 DSA 2024, section 6).")
	switch {
	case record.Chose("recipients-told", "told"):
		lines = append(lines, "You said that they have been told.")
	case record.Chose("recipients-told", "will-tell"):
		lines = append(lines, "You said that they will be told; dsa due lists it until a review says that they have been.")
	}
	fmt.Fprintf(app.Out, "To be told of the %s:\n", of)
	for _, words := range lines {
		for _, line := range screen.Wrapped("  ", words) {
			fmt.Fprintln(app.Out, line)
		}
	}
}

// shares reports whether personal information is shared under the decision, as it was taken or as a review has left it.
func (f *following) shares() bool {
	now := f.now()
	return now.Discloses() || now.Chose("shared-already", "yes") || slices.ContainsFunc(f.records(), func(later *decision.Record) bool {
		return later.Chose("new-outcome", "share-all") || later.Chose("new-outcome", "share-part")
	})
}

// recipients names those who received it, with how to reach them: as the record does, and as each amendment of that does,
// the one being recorded included.
func (f *following) recipients(record *decision.Record) []string {
	now, later := f.now(), append(f.records(), record)
	as := func(c decision.Corrected) []string {
		who := []string{c.Recipient(now.Recipient()), c.Line("recipient-person", now.Text("recipient-person"))}
		who = slices.DeleteFunc(who, func(part string) bool { return part == "" })
		lines := []string{cmp.Or(strings.Join(who, ", "), "(the record does not say who)")}
		if contact := c.Line("recipient-contact", now.Text("recipient-contact")); contact != "" {
			lines = append(lines, "  "+contact)
		}
		return lines
	}
	all := [][]string{as(nil)}
	for i := range later {
		if next := as(decision.CorrectedBy(later[:i+1]...)); !slices.ContainsFunc(all, func(one []string) bool { return slices.Equal(one, next) }) {
			all = append(all, next)
		}
	}
	var lines []string
	for i, one := range all {
		lead := "- "
		switch {
		case i > 0:
			lead += "as corrected: "
		case len(all) > 1:
			lead += "as first recorded: "
		}
		lines = append(append(lines, lead+one[0]), one[1:]...)
	}
	return lines
}
