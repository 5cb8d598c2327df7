package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
)

// walkOptions are the flags of every command that ends in a signed record.
type walkOptions struct {
	answers string
	dryRun  bool
	json    bool
	plain   bool
	fresh   bool
	key     string
}

func (o *walkOptions) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.answers, "answers", "", "take the answers from this YAML `FILE` (- for standard input)")
	f.BoolVar(&o.dryRun, "dry-run", false, "show the record and what should be looked at; write nothing")
	f.BoolVar(&o.json, "json", false, "with --dry-run: print the record and what was found in it as JSON")
	f.BoolVar(&o.plain, "plain", false, "ask in plain lines, for screen readers and pipes")
	f.BoolVar(&o.fresh, "new", false, "begin anew; what is unfinished is kept")
	f.StringVar(&o.key, "key", "", "sign with this OpenSSH Ed25519 private key `FILE`")
}

// A task is what one command sets out to sign: a decision, or what completes, corrects or looks again at one. All go
// the same way, from the first question to the record. Where it switches, occasion, agreement and checklist may become
// others on the way.
type task struct {
	kind      decision.Kind
	occasion  string // known to the conditions of the checklist, and in the record
	agreement *checklist.Agreement
	named     string // how the agreement was named on the command line
	list      *checklist.List
	of        *decision.Link    // the record it completes, amends or reviews; nil for a decision
	known     checklist.Answers // known beforehand, besides who decides and the occasion; neither asked nor recorded again
	given     checklist.Answers // answered beforehand: recorded, shown at the end, and open to change
	// sources are choices of this task's own, besides those of every walk.
	sources map[string]checklist.Source
	// whole is the record off which findings are read, such as that of an emergency together with what completes it.
	// Nil: the record itself.
	whole    func(*decision.Record) *decision.Record
	title    string // the top of every page; empty: the agreement and the checklist
	verb     string // the words of agreeing
	noun     string // what is being made: "decision"
	command  string // what to type to make another
	switches bool   // whether one may go over to another occasion or agreement in mid-walk
	// notice is to be read before the first question, such as the record of which somebody is to say what they think.
	notice []string
	// scenario is the exercise that it is, and story what happens in it. A draft of one is gone on with in no other.
	scenario string
	story    []string
	// may refuses to sign as a person or with a key. Nil: whoever can sign may.
	may func(by decision.Person, key sshsig.Key) error
	// signed says what to do next; nil: how to read and check the record.
	signed func(*decision.Record, logbook.Entry)
}

// about is the id of the record that the task is about, hex; empty for a decision.
func (t *task) about() string {
	if t.of == nil {
		return ""
	}
	return t.of.ID.String()
}

// A signing is one run of a task.
type signing struct {
	app   *App
	opts  walkOptions
	task  *task
	comp  *composition
	who   checklist.Answers // who decides, as far as it is remembered
	all   bool              // all of that is remembered, and none of it is asked
	draft *draft            // nil when the answers come from a file, and in a dry run
	on    time.Time         // the day for which the law is looked up: that of this sitting
	begun time.Time         // when the first question was put, perhaps in an earlier one
	given decision.Given
	typed string // the command with which the sitting began: the person may have gone over to something else
	// notice is what has to be said before the first question, and stops nothing.
	notice []string
	// unsaved is why the draft could not be saved the last time: nobody is told that answers are kept that are not.
	unsaved error
	// calm is the person's own answer to whether somebody is in danger, while going over to an emergency says otherwise.
	calm    *checklist.Answer
	refused error // why the last signing failed, if it did
	// agreements are those met in this sitting, by id: one that was read from a folder is not read twice.
	agreements map[string]*checklist.Agreement
}

// carryOut walks a task through and signs it.
func (app *App) carryOut(ctx context.Context, t *task, opts walkOptions) error {
	if opts.json && !opts.dryRun {
		return &failure{what: "--json goes with --dry-run; nothing was asked or recorded",
			next: "add --dry-run, or read a signed record with: dsa show ID --json", code: codeUsage}
	}
	s, err := app.signing(t, opts)
	if err != nil {
		return err
	}
	if err := s.lookAhead(ctx); err != nil {
		return err
	}
	if opts.answers != "" {
		return s.fromFile(ctx)
	}
	return s.fromPerson(ctx)
}

// signing is a run of a task that has not begun.
func (app *App) signing(t *task, opts walkOptions) (*signing, error) {
	who, all, damaged, err := app.whoDecides()
	if err != nil {
		return nil, err
	}
	s := &signing{app: app, typed: t.command, opts: opts, task: t, who: who, all: all, on: app.Now(), begun: app.Now(),
		agreements: map[string]*checklist.Agreement{t.agreement.ID: t.agreement}}
	if damaged != "" {
		s.notice = append(s.notice, damaged)
	}
	return s, nil
}

// lookAhead says before the first question what would be in the way of signing at the end. It keeps nobody from writing
// down an emergency.
func (s *signing) lookAhead(ctx context.Context) error {
	if s.opts.dryRun {
		return nil
	}
	hurried := s.task.occasion == checklist.Emergency
	if err := s.app.readyToSign(ctx, s.opts.key); err != nil {
		if !hurried || s.opts.answers != "" {
			return err
		}
		if s.opts.key != "" {
			s.notice = append(s.notice, "What --key names cannot sign. Go on; to sign, stop at the end and run the command without --key, or with another.")
		} else {
			f := explain(err)
			s.notice = append(s.notice, screen.Capital(f.what)+". Go on; what you answer is kept. Before you sign: "+f.next)
		}
	}
	if own := s.app.path("key"); !hurried && !s.app.Training && s.opts.key == "" && s.app.signsWithOwn() && isMissing(own) {
		if book, err := logbook.Open(s.app.logFolder("")); err == nil {
			defer book.Close()
			if hasBook(book, s.who["email"].Text) {
				s.notice = append(s.notice, "Your signing key is not there any more, so a new one is made when you sign, and a new book of records is begun with it. "+
					"The old records stay as they are. If you have a copy of the key, stop and put it back first: "+own)
			}
		}
	}
	return nil
}

// hasBook reports whether a log has records of the person with the address, whichever key they were made with.
func hasBook(book *logbook.Book, address string) bool {
	for entry, err := range book.Where(func(c decision.Cover) bool { return c.Kind == decision.Open }) {
		if err != nil {
			continue
		}
		if opening, err := entry.Opening(); err == nil && address != "" && strings.EqualFold(opening.Principal, address) {
			return true
		}
	}
	return false
}

// begin makes the walk of the task anew, with the answers there are. An empty place is the first question without an
// answer.
func (s *signing) begin(answers checklist.Answers, at string) {
	s.comp = s.composition(s.task.agreement, s.task.list, s.task.occasion)
	s.comp.walk.SetClosing(s.closing)
	s.comp.walk.Restore(answers, at)
}

// composition is the walk through a list, without answers, and what a record is made of besides.
func (s *signing) composition(agreement *checklist.Agreement, list *checklist.List, occasion string) *composition {
	known := maps.Clone(s.task.known)
	if known == nil {
		known = checklist.Answers{}
	}
	if s.all {
		maps.Copy(known, s.who)
	}
	known[checklist.Occasion] = checklist.Answer{Chosen: []string{occasion}}
	comp := &composition{app: s.app, agreement: agreement, occasion: occasion, of: s.task.of, given: s.given, begun: s.begun,
		whole: s.task.whole, sources: &sources{app: s.app, agreement: agreement, on: s.on}}
	from := comp.sources.all()
	maps.Copy(from, s.task.sources)
	comp.walk = checklist.NewWalk(list, from, known, s.app.Now)
	comp.walk.SetReads(map[checklist.Kind]checklist.Read{checklist.Files: s.task.reads})
	return comp
}

// beforehand are the answers with which the task begins. Who decides is asked in the walk until all of it is known,
// after the question whether someone is in danger; what is known of it is not asked again.
func (s *signing) beforehand() checklist.Answers {
	answers := maps.Clone(s.task.given)
	if answers == nil {
		answers = checklist.Answers{}
	}
	if !s.all {
		maps.Copy(answers, s.who)
	}
	return answers
}

// fromFile takes every answer from a file. The file itself must say the explicit yes.
func (s *signing) fromFile(ctx context.Context) error {
	s.given = decision.FromFile
	name, content, err := s.app.readAnswers(s.opts.answers)
	if err != nil {
		return err
	}
	file, faults := parseAnswers(name, content)
	if faults != nil {
		return badForm(faults, "nothing was recorded")
	}
	if faults = file.belongs(s.task); faults != nil {
		return fail("the answers file is for something else; nothing was recorded:\n"+indent(faults.Error()),
			"change the command line or these lines, and run it again")
	}
	for _, line := range s.notice {
		s.app.say("%s", screen.Safe(line))
	}
	answers := s.beforehand()
	for path := range file.given {
		delete(answers, path) // what the file says itself is checked, and counts
	}
	s.begin(answers, "")
	faults = file.fill(s.comp.walk)
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
	faults, err = s.unreplied(file)
	if err != nil {
		return err
	}
	if faults != nil {
		return &failure{what: "something was pointed out that needs a reply; nothing was recorded:\n" + indent(faults.Error()),
			next: "change the answer, or write the reason under replies:, and run the same command again", code: codeCould}
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
func (s *signing) rememberWho() {
	if s.all {
		return
	}
	if err := s.app.remember(s.comp.walk.Answers()); err != nil {
		s.app.say("Warning: who you are could not be remembered; you will be asked again.")
	}
}

// fromPerson conducts the walk at a terminal or through a pipe.
func (s *signing) fromPerson(ctx context.Context) error {
	defer func() {
		if s.draft != nil {
			s.draft.release()
		}
	}()
	// The law is read while the first questions are put, so that nobody waits where it is needed. What is wrong with it
	// is met there.
	go s.app.Law(walkParts)
	asker := s.asker()
	s.begin(s.beforehand(), "")
	sitting := &screen.Sitting{Notice: slices.Concat(s.task.notice, s.notice)}
	if !s.opts.dryRun {
		if err := s.resume(ctx, asker, sitting); err != nil {
			return err
		}
		if s.draft != nil {
			sitting.Keep = s.keepDraft
		}
	}
	sitting.Review = s.review
	s.seat(sitting)
	for {
		ending, err := asker.Conduct(ctx, sitting)
		if s.comp.sources.err != nil {
			err = s.comp.sources.err
		}
		if err == nil && ending == screen.Switched {
			if err := s.switchTo(sitting); err != nil {
				return err
			}
			continue
		}
		if err := s.after(ctx, ending, err); err != nil || s.refused == nil {
			return err
		}
		// Nothing was recorded and nothing is lost: the person is at the review again, and can mend it or stop.
		f := explain(s.refused)
		sitting.Notice = []string{"Not signed: " + f.what + ".", "What to do: " + f.next + ".", "All your answers are still here."}
	}
}

// seat puts the walk of the task before the person.
func (s *signing) seat(sitting *screen.Sitting) {
	sitting.Walk, sitting.Occasion, sitting.Title = s.comp.walk, s.task.occasion, s.task.title
	if sitting.Title == "" {
		sitting.Title = s.task.agreement.Area + ", " + strings.ToLower(s.task.list.Title)
	}
	sitting.Switches, sitting.Watch = s.elsewhere(), s.watch
	sitting.Training, sitting.Story = s.app.Training, s.task.story
	if s.task.occasion == checklist.Emergency {
		sitting.Watch = nil // nothing stands between a person in a hurry and the next question
	}
}

// after does what follows a sitting. When the signing failed in a way that can be mended, it keeps the reason in refused
// and returns nothing.
func (s *signing) after(ctx context.Context, ending screen.Ending, err error) error {
	if s.opts.dryRun {
		if err == nil && ending == screen.Agreed {
			return s.show()
		}
		switch {
		case err != nil:
			return err
		case ending == screen.InputEnded:
			return &failure{what: "the answers ended " + s.place() + "; this was a dry run, so nothing was kept",
				next: "run the same command to begin again", code: codeCould}
		}
		return &failure{what: "stopped; this was a dry run, so nothing was kept", code: codeStopped}
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

func (s *signing) asker() screen.Asker {
	s.given = decision.InLines
	if s.app.draws(s.opts.plain) {
		s.given = decision.OnScreen
	}
	return s.app.asker(s.opts.plain)
}

// place says where the walk stands, by the question and never by an answer.
func (s *signing) place() string {
	step, ok := s.comp.walk.Current()
	if !ok {
		return "before signing"
	}
	if step.Question.IsOurs() {
		return fmt.Sprintf("at \"%s\"", step.Question.Title)
	}
	return fmt.Sprintf("at question %s of %d", step.Question.Number, s.comp.walk.List().Numbered())
}

func (s *signing) nextTime() string {
	switch {
	case s.unsaved != nil:
		return "free some space or check the folder " + s.app.path("drafts") + "; what you answered could NOT be saved"
	case !s.draft.kept():
		return "run the same command to begin again"
	}
	again := "run the same command"
	if s.task.command != s.typed {
		again = "use " + s.task.command
	}
	return again + " to go on from there; your answers are kept in " + s.draft.path
}

// withDraft adds to a failure whether the answers are kept.
func (s *signing) withDraft(err error) error {
	if err == nil || s.draft == nil && s.unsaved == nil {
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

// review is the whole record as it would be signed now.
func (s *signing) review() screen.Review {
	review := screen.Review{Verb: s.task.verb}
	if s.opts.dryRun {
		review.Verb = "Show the record (dry run: nothing is signed)"
	}
	record, err := s.compose()
	if err == nil {
		review.Lines = screen.RecordPage(record)
		for _, f := range record.Findings {
			review.Findings = append(review.Findings, s.comp.inFull(f, record))
		}
		err = record.Check()
	}
	if s.refused != nil {
		// Said before the record too, which is long: here it stands beside what is asked.
		f := explain(s.refused)
		review.Findings = append([]string{"Stop: the last signing failed: " + f.what + ". What to do: " + f.next}, review.Findings...)
	}
	if err != nil {
		review.Findings = append([]string{"Stop: this cannot be signed yet: " + explain(err).what}, review.Findings...)
	}
	return review
}

func (s *signing) compose() (*decision.Record, error) {
	salt, err := decision.NewSalt(s.app.Rand)
	if err != nil {
		return nil, err
	}
	return s.comp.compose(salt, s.app.Now().Truncate(time.Second))
}

// show prints what would be signed and writes nothing.
func (s *signing) show() error {
	record, err := s.compose()
	if err != nil {
		return err
	}
	if s.opts.json {
		err = s.showJSON(record)
	} else {
		for _, line := range screen.RecordPage(record) {
			fmt.Fprintln(s.app.Out, line)
		}
	}
	if err != nil {
		return err
	}
	var wanting []string
	for _, step := range s.comp.walk.Pending() {
		if code, ok := checklist.IsReply(step.Path); ok {
			wanting = append(wanting, code)
		}
	}
	if len(wanting) > 0 {
		s.app.say("Before it can be signed, a reply is needed to: %s. Change the answer, or write the reason under replies: in the answers file.", listed(wanting))
	}
	s.app.say("Dry run: nothing was signed and nothing was written.")
	return nil
}

// showJSON prints the record with a short list of what was found in it, for other programs.
func (s *signing) showJSON(record *decision.Record) error {
	type finding struct {
		Code     string         `json:"code"`
		Level    decision.Level `json:"level"`
		Question string         `json:"question"`
		Source   string         `json:"source"`
	}
	shown := struct {
		Record   *decision.Record `json:"record"`
		Findings []finding        `json:"findings"`
	}{record, []finding{}}
	for _, f := range record.Findings {
		shown.Findings = append(shown.Findings, finding{f.Code, f.Level, f.Question, f.Source})
	}
	encoder := json.NewEncoder(s.app.Out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(shown)
}

// sign records the task: composed once more at the time of signing, signed, written, read back.
func (s *signing) sign(ctx context.Context) error {
	d, err := s.app.desk(ctx, s.opts.key)
	if err != nil {
		return err
	}
	defer d.close()
	if s.task.occasion == checklist.Emergency {
		d.hurry()
	}
	record, err := s.compose()
	if err != nil {
		return err
	}
	if err := record.Check(); err != nil {
		return err
	}
	body, err := decision.EncodeBody(record)
	if err != nil {
		return err
	}
	at, err := time.Parse(decision.TimeFormat, record.Recorded)
	if err != nil {
		return err
	}
	if s.task.may != nil {
		if err := s.task.may(record.By, d.signer.Key()); err != nil {
			return err
		}
	}
	if _, err := d.chain(ctx, record.By, at); err != nil {
		return err
	}
	if s.draft != nil {
		s.draft.Pending = string(body)
		// What is not on the disk cannot lead to a second signing: only a draft that is there has to say what was signed.
		if s.unsaved = s.draft.keep(s.task, s.comp.walk, nil, s.app.Now()); s.unsaved != nil && s.draft.kept() {
			return s.unsaved
		}
	}
	act := logbook.Act{Time: at, Kind: s.task.kind, KeepUntil: keepUntil(s.comp.walk.Applying(), at), Body: body}
	if s.task.of != nil {
		act.About = s.task.of.ID
	}
	entry, err := d.record(ctx, act)
	if err != nil {
		return err
	}
	if s.draft != nil {
		if err := s.draft.remove(); err != nil {
			s.app.say("Warning: the draft could not be removed; it is no longer needed: %s", s.draft.path)
		}
	}
	d.said(entry)
	if s.task.signed != nil {
		s.task.signed(record, entry)
		return nil
	}
	id := entry.ID.Shown()
	if n := len(record.Owed); n > 0 {
		s.app.say("Next: %s left for later. Give them by the end of the next working day with dsa complete %s; dsa due lists what is owed.", isLeft(n), id)
		return nil
	}
	s.app.say("Next: read it with dsa show %s, or check it with dsa verify.", id)
	return nil
}

func isLeft(n int) string {
	if n == 1 {
		return "1 answer is"
	}
	return count(n, "answer") + " are"
}
