package cmd

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
)

type endorseOptions struct {
	walkOptions
	logs []string
}

// NewEndorse is the command with which a second person says what they think of a record.
func NewEndorse(app *App) *cobra.Command {
	var opts endorseOptions
	c := &cobra.Command{
		Use:   "endorse ID",
		Short: "Say as a second person whether you agree with a record",
		Long: `endorse shows a record whole, asks what you say to it, and signs that as a record
of its own in your own book. You can agree, agree on conditions, or say that you
have read it and do not agree; each is recorded, and shown as what it is. The
record itself stays as it is, and whoever decided still answers for it.

It can be about a decision, or about what completed, corrected or reviewed one.
Nobody endorses what they signed themselves: you do it from your own account and
with your own key. ID is the first digits of the record's id as dsa log shows it.
It is looked for in the logs named with --log, or else in your own and in those
that this computer knows (dsa log known).`,
		Example: "  dsa endorse 9f31c2\n  dsa endorse 9f31c2 --log //share/mash/log\n  dsa endorse 9f31c2 --answers view.yaml",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runEndorse(cmd.Context(), app, args[0], opts) },
	}
	c.Flags().StringArrayVar(&opts.logs, "log", nil, "a log folder (`DIR`) that has the record, if not your own; can be given several times")
	opts.flags(c)
	return c
}

func runEndorse(ctx context.Context, app *App, wanted string, opts endorseOptions) error {
	s, err := app.secondLook(opts.logs, wanted)
	if err != nil {
		return err
	}
	defer closeAll(s.logs)
	if err := s.early(ctx, app, opts.walkOptions); err != nil {
		return err
	}
	t, err := s.task(app)
	if err != nil {
		return err
	}
	if t.notice, err = s.read(); err != nil {
		return err
	}
	return app.carryOut(ctx, t, opts.walkOptions)
}

// A secondLook is a record of which a second person is to say something, with the decision that it belongs to.
type secondLook struct {
	*dossier
	of       filed
	logs     []*logAt
	whoBegan string // the address with which its chain begins; empty where that is not at hand
	named    string // what has to be typed to name the log in which it was found
}

// secondLook finds the record. It refuses what cannot be endorsed.
func (app *App) secondLook(named []string, wanted string) (*secondLook, error) {
	logs, entry, err := app.openRecords(named, wanted)
	if err != nil {
		return nil, err
	}
	s := &secondLook{logs: logs}
	for _, dir := range named {
		if strings.ContainsAny(dir, " \t'") {
			dir = strconv.Quote(dir)
		}
		s.named += " --log " + typed(dir)
	}
	if err := s.take(app, entry); err != nil {
		closeAll(logs)
		return nil, err
	}
	return s, nil
}

func (s *secondLook) take(app *App, entry logbook.Entry) (err error) {
	kind := entry.Page.Cover.Kind
	switch {
	case kind == decision.Endorse:
		about := entry.Page.Cover.About.Shown()
		return fail(fmt.Sprintf("record %d is an endorsement, and those are not endorsed; nothing was recorded", entry.Number),
			"say what you think of the record that it is about: dsa endorse "+about)
	case !isDecision(kind):
		return fail(fmt.Sprintf("record %d is no decision, nor about one; nothing was recorded", entry.Number), "list the records with: dsa log")
	case entry.CoverOnly:
		return fail("that record has been disposed of; only its cover is left; nothing was recorded", "list the records with: dsa log")
	case entry.Namespace == trainingRole:
		return fail("that record is an exercise; nothing was recorded", "name a record of a decision that was taken; dsa log shows them")
	}
	if s.of, err = file(entry); err != nil {
		return err
	}
	if s.dossier, err = app.dossier(entry, s.logs...); err != nil {
		return err
	}
	s.tell(app)
	if doubt := s.doubtOf(entry); doubt != "" {
		return fail(fmt.Sprintf("record %s does not count, so it is not endorsed: %s; nothing was recorded", entry.ID.Shown(), doubt),
			"see who was let in with dsa trust, and ask somebody who oversees the log")
	}
	for _, l := range s.logs {
		opening, err := ask(l, func(b *logbook.Book) (decision.Opening, error) {
			first, err := b.Find(entry.Chain.String())
			if err != nil {
				return decision.Opening{}, err
			}
			return first.Opening()
		})
		if err == nil {
			s.whoBegan = opening.Principal
			break
		}
	}
	return nil
}

// early refuses, before the first question, whoever signed the record themselves, as far as that can be seen by then.
func (s *secondLook) early(ctx context.Context, app *App, opts walkOptions) error {
	who, _, _, err := app.whoDecides()
	if err != nil {
		return err
	}
	key, _, err := app.publicKey(ctx, opts.key)
	if err != nil && !opts.dryRun {
		return err
	}
	return s.may(decision.Person{Email: who["email"].Text}, key)
}

// may refuses whoever signed the record: nobody is a second person to themselves.
func (s *secondLook) may(by decision.Person, key sshsig.Key) error {
	email := strings.TrimSpace(by.Email)
	own := ""
	switch {
	case key == s.of.entry.Key:
		own = "the key with which you would sign is the one that signed this record"
	case email != "" && (strings.EqualFold(email, strings.TrimSpace(address(s.of))) || strings.EqualFold(email, strings.TrimSpace(s.whoBegan))):
		own = "you signed this record yourself, by the e-mail address"
	default:
		return nil
	}
	return fail(own+"; nothing was recorded", "somebody else has to endorse it, from their own account and with their own key: dsa endorse "+s.of.entry.ID.Shown())
}

// name is how the person knows the record.
func (s *secondLook) name() string {
	return fmt.Sprintf("record %d (%s)", s.of.entry.Number, s.of.entry.ID.Shown())
}

func (s *secondLook) task(app *App) (*task, error) {
	list, err := checklist.LoadOwn(app.Data, string(decision.Endorse))
	if err != nil {
		return nil, err
	}
	record, id := s.of.record, s.of.entry.ID.Shown()
	under := record.Agreement
	occasion := record.Occasion
	if occasion == checklist.Emergency {
		occasion = checklist.AdHoc // nobody is in a hurry any more
	}
	return &task{
		kind: decision.Endorse, occasion: occasion, list: list, of: linkTo(s.of.entry, record),
		agreement: &checklist.Agreement{ID: under.ID, Title: under.Title, Version: under.Version, Digest: under.Digest},
		title:     "Your view of " + s.name(), verb: "Sign and record this view", noun: "view of " + s.name(),
		command: "dsa endorse " + id + s.named, may: s.may, signed: func(record *decision.Record, entry logbook.Entry) { s.signed(app, record) },
	}, nil
}

// read is what the person reads before the first question: the record whole, with the decision that it belongs to and
// everything else about that.
func (s *secondLook) read() ([]string, error) {
	words := "You are asked what you say to " + s.name() + ": " + screen.Title(s.of.record) + ". Read it first. It stands below, whole"
	if s.of.entry.ID != s.first.entry.ID {
		words += ", after the decision that it belongs to"
	}
	if n := len(s.later); n > 0 {
		words += ", with everything about that decision"
	}
	lines, err := s.lines(s.logs)
	return append(append(screen.Wrapped("", words+"."), ""), lines...), err
}

// signed says what it means, and what to do next.
func (s *secondLook) signed(app *App, record *decision.Record) {
	switch record.View() {
	case decision.Agrees:
		app.say("It says that you agree with %s.", s.name())
	case decision.AgreesOn:
		app.say("It says that you agree with %s on conditions. Tell whoever decided what they are.", s.name())
	default:
		app.say("It says that you do NOT agree with %s. It is shown as that everywhere, and changes nothing by itself.", s.name())
		app.say("Tell whoever decided. If it has to change, they record it with dsa review %s; if somebody is in danger, act first.", s.first.entry.ID.Shown())
	}
	app.say("Next: read them together with dsa show %s%s, or check yours with dsa verify.", s.of.entry.ID.Shown(), s.named)
}
