package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
)

// defaultAgreement is used when none is named.
const defaultAgreement = "cambridgeshire-peterborough-2024"

type shareOptions struct {
	adhoc     bool
	agreement string
	answers   string
	dryRun    bool
	plain     bool
	fresh     bool
	key       string
}

// NewShare is the command that walks a person through a checklist to a signed record.
func NewShare(app *App) *cobra.Command {
	var opts shareOptions
	c := &cobra.Command{
		Use:   "share",
		Short: "Decide about sharing, step by step, and sign the record",
		Long: `share walks you through the checklist of your data sharing agreement, shows the
law open to your organisation, and records what you decide and why. You can
decide to share, to share part, not to share, to wait, or to pass it on.

Every answer is saved at once. Ctrl-C stops; the same command goes on where you
stopped. Nothing is signed until you have seen the whole record and say yes.`,
		Example: `  dsa share --adhoc                        one request or concern, at the keyboard
  dsa share --adhoc --plain                the same in plain lines, for a screen reader
  dsa share --adhoc --answers case.yaml    from a file; see dsa checklist template adhoc
  dsa share --adhoc --dry-run              look at the record; write nothing`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runShare(cmd.Context(), app, opts) },
	}
	f := c.Flags()
	f.BoolVar(&opts.adhoc, "adhoc", true, "one request or concern (the ad hoc checklist)")
	f.StringVar(&opts.agreement, "agreement", defaultAgreement, "the agreement whose checklist is used: its id, or the `DIR` of your own")
	f.StringVar(&opts.answers, "answers", "", "take the answers from this YAML `FILE` (- for standard input)")
	f.BoolVar(&opts.dryRun, "dry-run", false, "show the record and what should be looked at; write nothing")
	f.BoolVar(&opts.plain, "plain", false, "ask in plain lines, for screen readers and pipes")
	f.BoolVar(&opts.fresh, "new", false, "begin a new decision; unfinished ones are kept")
	f.StringVar(&opts.key, "key", "", "sign with this OpenSSH Ed25519 private key `FILE`")
	return c
}

// A sharing is one run of the command, from the first question to the recorded decision.
type sharing struct {
	app   *App
	opts  shareOptions
	comp  *composition
	known checklist.Answers // who decides, when it is remembered
	draft *draft            // nil when the answers come from a file, and in a dry run
	// unsaved is why the draft could not be saved the last time: nobody is told that answers are kept that are not.
	unsaved error
	refused error // why the last signing failed, if it did
}

func runShare(ctx context.Context, app *App, opts shareOptions) error {
	if !opts.adhoc {
		return &failure{what: "the ad hoc checklist is the only one there is so far", next: "use: dsa share --adhoc", code: codeUsage}
	}
	agreement, err := app.agreement(opts.agreement)
	if err != nil {
		return err
	}
	list := agreement.Lists[agreement.Checklists["adhoc"]]
	if list == nil {
		return fail("this agreement has no ad hoc checklist here; nothing was recorded", "choose another with --agreement")
	}
	known, complete, err := app.profile()
	if err != nil {
		return err
	}
	src := &sources{app: app, agreement: agreement, on: app.Now()}
	s := &sharing{app: app, opts: opts, comp: &composition{agreement: agreement, sources: src, begun: app.Now()}}
	// Who decides is asked in the walk until it is known, after the question whether someone is in danger.
	if complete {
		s.known = known
	}
	s.comp.walk = checklist.NewWalk(list, src.all(), s.known, app.Now)
	if !complete {
		s.comp.walk.Restore(known, s.comp.walk.At()) // what is known of it is offered, to be confirmed
	}
	if opts.answers != "" {
		return s.fromFile(ctx)
	}
	return s.fromPerson(ctx)
}

// fromFile takes every answer from a file. The file itself must say the explicit yes.
func (s *sharing) fromFile(ctx context.Context) error {
	s.comp.given = decision.FromFile
	name, content, err := s.app.readAnswers(s.opts.answers)
	if err != nil {
		return err
	}
	file, faults := parseAnswers(name, content)
	if faults == nil {
		faults = file.belongs(s.comp.agreement.ID, s.comp.walk.List().ID)
	}
	if faults == nil {
		faults = file.fill(s.comp.walk)
	}
	if err := s.comp.sources.err; err != nil {
		return err
	}
	if faults != nil {
		return &failure{what: "the answers file is not complete; nothing was recorded:\n" + indent(faults.Error()),
			next: "mend these lines and run the same command again", code: codeCould}
	}
	if s.comp.walk.Answers()["acted"].Is("act-now") {
		return &failure{what: "the answers file says that someone is in danger; act first; nothing was recorded",
			next: "call 999; afterwards answer acted with acted or part", code: codeStopped}
	}
	if s.opts.dryRun {
		return s.show()
	}
	if file.Sign != "yes" {
		return fail("not signed: the answers file does not say \"sign: yes\"; nothing was recorded",
			"read the record with --dry-run, then put sign: yes into the file")
	}
	if err := s.sign(ctx); err != nil {
		return err
	}
	s.rememberWho()
	return nil
}

// rememberWho keeps who decides, as far as all of it is known, so that nobody is asked twice.
func (s *sharing) rememberWho() {
	if s.known != nil {
		return
	}
	if err := s.app.remember(s.comp.walk.Answers()); err != nil {
		s.app.say("Warning: who you are could not be remembered; you will be asked again.")
	}
}

// fromPerson conducts the walk at a terminal or through a pipe.
func (s *sharing) fromPerson(ctx context.Context) error {
	defer func() {
		if s.draft != nil {
			s.draft.release()
		}
	}()
	// The law is read while the first questions are put, so that nobody waits where it is needed. What is wrong with it
	// is met there.
	go s.app.Law(walkParts)
	asker := s.asker()
	sitting := &screen.Sitting{
		Walk:  s.comp.walk,
		Title: s.comp.agreement.Area + ", " + strings.ToLower(s.comp.walk.List().Title),
	}
	if !s.opts.dryRun {
		if err := s.resume(ctx, asker, sitting); err != nil {
			return err
		}
		sitting.Keep = s.keepDraft
	}
	sitting.Review = s.review
	for {
		ending, err := asker.Conduct(ctx, sitting)
		if s.comp.sources.err != nil {
			err = s.comp.sources.err
		}
		if err := s.after(ctx, ending, err); err != nil || s.refused == nil {
			return err
		}
		// Nothing was recorded and nothing is lost: the person is at the review again, and can mend it or stop.
		f := explain(s.refused)
		sitting.Partial = nil
		sitting.Notice = []string{"Not signed: " + f.what + ".", "What to do: " + f.next + ".", "All your answers are still here."}
	}
}

// after does what follows a sitting. When the signing failed in a way that can be mended, it keeps the reason in refused
// and returns nothing.
func (s *sharing) after(ctx context.Context, ending screen.Ending, err error) error {
	if s.opts.dryRun {
		if err == nil && ending == screen.Agreed {
			return s.show()
		}
		if err == nil {
			return &failure{what: "stopped; this was a dry run, so nothing was kept", code: codeStopped}
		}
		return err
	}
	s.rememberWho() // also when the rest is not finished
	if err != nil {
		return err
	}
	if ending == screen.Agreed {
		s.refused = s.sign(ctx)
		if s.refused == nil || ctx.Err() != nil || recordedAfterAll(s.refused) {
			return s.withDraft(s.refused)
		}
		return nil
	}
	if ending == screen.InputEnded {
		if s.refused != nil {
			return s.withDraft(s.refused)
		}
		return &failure{what: "the answers ended " + s.place() + "; nothing was signed", next: s.nextTime(), code: codeCould}
	}
	return &failure{what: "stopped " + s.place() + "; nothing was signed", next: s.nextTime(), code: codeStopped}
}

func (s *sharing) keepDraft(partial *screen.Partial) error {
	// A sitting in which nothing was answered leaves nothing behind.
	if len(s.comp.walk.Answers()) == 0 && partial == nil {
		return nil
	}
	if s.unsaved = s.draft.keep(s.comp.walk, partial, s.app.Now()); s.unsaved != nil {
		return s.unsaved
	}
	if s.draft.lock == nil {
		s.draft.claim()
	}
	return nil
}

func (s *sharing) asker() screen.Asker {
	if s.app.Drawn != nil && !s.opts.plain {
		s.comp.given = decision.OnScreen
		return s.app.Drawn()
	}
	s.comp.given = decision.InLines
	return screen.NewPlain(s.app.In, s.app.Err)
}

// place says where the walk stands, by the question and never by an answer.
func (s *sharing) place() string {
	step, ok := s.comp.walk.Current()
	if !ok {
		return "before signing"
	}
	if step.Question.IsOurs() {
		return fmt.Sprintf("at \"%s\"", step.Question.Title)
	}
	return fmt.Sprintf("at question %s of %d", step.Question.Number, s.comp.walk.List().Numbered())
}

func (s *sharing) nextTime() string {
	switch {
	case len(s.comp.walk.Answers()) == 0:
		return "run the same command to begin again"
	case s.unsaved != nil:
		return "free some space or check the folder " + s.app.path("drafts") + "; what you answered could NOT be saved"
	}
	return "run the same command to go on from there; your answers are kept in " + s.draft.path
}

// withDraft adds to a failure whether the answers are kept.
func (s *sharing) withDraft(err error) error {
	if err == nil || s.draft == nil {
		return err
	}
	f := *explain(err)
	if s.unsaved != nil {
		f.next += "; what you answered could NOT be saved"
	} else {
		f.next += "; your answers are kept, and the same command goes on with them"
	}
	return &f
}

// recordedAfterAll reports failures after which the record is, or may be, in the log: to sign again could record it
// twice.
func recordedAfterAll(err error) bool {
	var write *logbook.WriteError
	var fork *logbook.ForkError
	return errors.As(err, &write) && write.Unsure || errors.As(err, &fork)
}

// resume offers to go on with what was left unfinished.
func (s *sharing) resume(ctx context.Context, asker screen.Asker, sitting *screen.Sitting) error {
	drafts, others, err := s.app.drafts(s.comp.agreement.ID, s.comp.walk.List().ID, "adhoc")
	if err != nil {
		return err
	}
	for _, path := range others.unreadable {
		sitting.Notice = append(sitting.Notice, "A draft cannot be read and was left as it is: "+path)
	}
	drafts, err = s.withoutRecorded(drafts)
	if err != nil {
		return err
	}
	for _, other := range others.elsewhere {
		sitting.Notice = append(sitting.Notice, "Something is unfinished under another agreement, "+other+"; go on with it with --agreement and its id or folder.")
	}
	s.draft = s.app.newDraft(s.comp.agreement.ID, s.comp.walk.List().ID, "adhoc")
	if len(drafts)+others.busy == 0 || s.opts.fresh {
		return nil
	}
	chosen, err := s.choose(ctx, asker, drafts, others.busy)
	if err != nil || chosen == nil {
		return err
	}
	if !chosen.claim() {
		return fail("another window is at that decision; nothing was changed", "go on there, or begin a new one with: dsa share --adhoc --new")
	}
	s.draft = chosen
	s.comp.begun = chosen.Begun
	s.comp.walk.Restore(chosen.Answers, chosen.At)
	sitting.Partial = chosen.Partial
	sitting.Notice = append(sitting.Notice, "Going on with the decision "+chosen.words()+".")
	for _, step := range s.comp.walk.Unfit() {
		sitting.Notice = append(sitting.Notice, "An earlier answer no longer fits and will be asked again: "+s.comp.walk.Title(step.Path))
	}
	return nil
}

// withoutRecorded removes drafts whose decision is already in the log: the program was stopped after recording and
// before it could put the draft away.
func (s *sharing) withoutRecorded(drafts []*draft) ([]*draft, error) {
	var open []*draft
	for _, d := range drafts {
		entry, found, err := s.app.recorded(d.Pending)
		if err != nil {
			return nil, err
		}
		if !found {
			open = append(open, d)
			continue
		}
		s.app.say("The decision begun %s was recorded before the program was stopped: number %d, id %s.",
			d.Begun.Local().Format("2 January 2006 15:04"), entry.Number, entry.ID.Short()[:shownID])
		if err := d.remove(); err != nil {
			return nil, err
		}
	}
	return open, nil
}

// choose asks which draft to go on with; the answer nil begins a new one. Ending the question ends the command.
func (s *sharing) choose(ctx context.Context, asker screen.Asker, drafts []*draft, busy int) (*draft, error) {
	ask := checklist.Ask{ID: "draft", Kind: checklist.OneOf, Words: "Which one?", Missing: "Choose one"}
	for _, d := range drafts {
		ask.Options = append(ask.Options, checklist.Option{ID: d.name(), Words: "Go on with the one " + d.words()})
	}
	ask.Options = append(ask.Options, checklist.Option{ID: "new", Words: "Begin a new decision; what is unfinished is kept"})
	list := &checklist.List{ID: "draft", Title: "Unfinished decisions", Questions: []checklist.Question{{
		ID: "draft", Title: "A decision was left unfinished",
		Guidance: "If someone is in danger now, act first: call 999. Nothing here has to be done before that.",
		Source:   "dsa", Asks: []checklist.Ask{ask},
	}}}
	walk := checklist.NewWalk(list, nil, nil, s.app.Now)
	sitting := &screen.Sitting{Walk: walk, Title: list.Title}
	if busy > 0 {
		sitting.Notice = []string{count(busy, "unfinished decision") + " open in another window; go on with it there."}
	}
	ending, err := asker.Conduct(ctx, sitting)
	if err != nil {
		return nil, err
	}
	if ending != screen.Agreed {
		return nil, &failure{what: "stopped before the first question; nothing was signed",
			next: "run the same command again; what is unfinished is kept", code: codeStopped}
	}
	name := only(walk.Answers()["draft"])
	for _, d := range drafts {
		if d.name() == name {
			return d, nil
		}
	}
	return nil, nil
}

// review is the whole record as it would be signed now.
func (s *sharing) review() screen.Review {
	review := screen.Review{Verb: "Sign and record this decision"}
	if s.opts.dryRun {
		review.Verb = "Show the record (dry run: nothing is signed)"
	}
	record, err := s.compose()
	if err != nil {
		review.Warnings = []string{"This cannot be signed yet: " + explain(err).what}
		return review
	}
	review.Lines = screen.Page(record)
	for _, w := range record.Warnings {
		review.Warnings = append(review.Warnings, w.Words+" ("+w.Source+")")
	}
	return review
}

func (s *sharing) compose() (*decision.Record, error) {
	salt, err := decision.NewSalt(s.app.Rand)
	if err != nil {
		return nil, err
	}
	return s.comp.compose(salt, s.app.Now().Truncate(time.Second))
}

// show prints what would be signed and writes nothing.
func (s *sharing) show() error {
	record, err := s.compose()
	if err != nil {
		return err
	}
	for _, line := range screen.Page(record) {
		fmt.Fprintln(s.app.Out, line)
	}
	s.app.say("Dry run: nothing was signed and nothing was written.")
	return nil
}

// sign records the decision: composed once more at the time of signing, signed, written, read back.
func (s *sharing) sign(ctx context.Context) error {
	signer, err := s.app.signingKey(s.opts.key)
	if err != nil {
		return err
	}
	record, err := s.compose()
	if err != nil {
		return err
	}
	body, err := decision.EncodeBody(record)
	if err != nil {
		return err
	}
	book, err := logbook.Create(s.app.logFolder(""))
	if err != nil {
		return err
	}
	defer book.Close()
	at, err := time.Parse(decision.TimeFormat, record.Recorded)
	if err != nil {
		return err
	}
	writer := logbook.NewWriter(book, signer, s.app.path("lock"))
	if err := s.open(ctx, book, writer, signer, record, at); err != nil {
		return err
	}
	if s.draft != nil {
		s.draft.Pending = string(body)
		if s.unsaved = s.draft.keep(s.comp.walk, nil, s.app.Now()); s.unsaved != nil {
			return s.unsaved
		}
	}
	entry, err := appendOnce(ctx, writer, logbook.Act{Time: at, Kind: decision.Decision, KeepUntil: keepUntil(s.comp.walk.Applying(), at), Body: body})
	if err != nil {
		return err
	}
	if s.draft != nil {
		if err := s.draft.remove(); err != nil {
			s.app.say("Warning: the draft could not be removed; it is no longer needed: %s", s.draft.path)
		}
	}
	fmt.Fprintf(s.app.Out, "Recorded: number %d, id %s\n", entry.Number, entry.ID.Short()[:shownID])
	fmt.Fprintf(s.app.Out, "File: %s\n", filepath.Join(book.Dir(), filepath.FromSlash(entry.Path)))
	s.app.say("Next: read it with dsa show %s, or check it with dsa verify.", entry.ID.Short()[:shownID])
	return nil
}

// shownID is how many digits of an id are shown to people: enough to be unique in any log a person looks at.
const shownID = 12

// open begins the chain of the key, unless it has begun.
func (s *sharing) open(ctx context.Context, book *logbook.Book, writer *logbook.Writer, signer sshsig.Signer, record *decision.Record, at time.Time) error {
	if _, found, err := book.ChainOf(signer.Key()); err != nil || found {
		return err
	}
	salt, err := decision.NewSalt(s.app.Rand)
	if err != nil {
		return err
	}
	body, err := decision.EncodeBody(decision.Opening{
		Salt: salt, Program: Program, Key: signer.Key().AuthorizedKey(), Fingerprint: signer.Key().Fingerprint(),
		Principal: record.By.Email, Name: record.By.Name, Post: record.By.Post, Organisation: record.By.Organisation,
		Sector: record.By.Sector.ID, Device: s.app.Device, Standing: decision.Live,
	})
	if err != nil {
		return err
	}
	_, err = appendOnce(ctx, writer, logbook.Act{Time: at, Kind: decision.Open, KeepUntil: decision.Permanent, Body: body})
	var exists *logbook.ChainExistsError
	var convenience *logbook.SignersError
	switch {
	case errors.As(err, &exists):
		return nil // another dsa of the same person was quicker
	case errors.As(err, &convenience):
		s.app.say("Warning: the file allowed_signers could not be brought up to date; the records themselves are complete.")
		return nil
	}
	return err
}

// appendOnce appends one act. When the disk leaves it open whether the record is there, the same act is put again, which
// settles it and adds no second.
func appendOnce(ctx context.Context, writer *logbook.Writer, act logbook.Act) (entry logbook.Entry, err error) {
	for range 3 {
		entry, err = writer.Append(ctx, act)
		var unsure *logbook.WriteError
		if !errors.As(err, &unsure) || !unsure.Unsure {
			return entry, err
		}
	}
	return entry, (&failure{what: "it is not sure whether the record was written: the disk answered with an error",
		next: "look with dsa log before you sign again", code: codeCould}).because(err)
}
