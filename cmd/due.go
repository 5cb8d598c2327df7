package cmd

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/legislation"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/gb"
	"github.com/spf13/cobra"
)

// NewDue is the command that lists what is owed after decisions.
func NewDue(app *App) *cobra.Command {
	var opts dueOptions
	c := &cobra.Command{
		Use:   "due",
		Short: "List what is still owed after decisions, and what is due for disposal",
		Long: `due lists what decisions leave to be done, the most urgent first, and what is
overdue. What settles it:

  complete the emergency record  dsa complete ID. Due by the end of the next
                                 working day in England after it was recorded
  look again at not telling      dsa review ID, saying that you looked at it,
                                 or that the person has been told since
  tell the person                dsa review ID, saying that they have been
                                 told
  decide what was put off        dsa review ID, saying that you looked at the
                                 decision
  review the decision            dsa review ID; the next review day given
                                 there takes the place of the one before
  tell recipients                dsa review ID, saying that they have been
                                 told, or a later dsa amend ID that says so;
                                 the number is that of what they are told of

A day to act ends at midnight. Weekends and bank holidays are no working days; a
bank holiday proclaimed for a single year is known only to versions of dsa made
after that. Exercises and records that were disposed of owe nothing.

Below that stand the decisions whose time to be kept is over, or will be within
30 days (--within), with what completes, amends, reviews and endorses them; the
holds in force; and the agreements under which these decisions were taken whose
own review is due. Nothing is disposed of here: see dsa dispose.

--rules shows the rules of retention that are built in, all of them examples to
be confirmed, and those of the agreements named with --agreement.

--ics writes reminders for a calendar (iCalendar). They name records by number
and id, and nobody, unless --with-references adds case reference and recipient.
Holds have no day and are not in it.`,
		Example: `  dsa due
  dsa due --json
  dsa due --log //share/mash/log --log //share/schools/log --within 3m
  dsa due --ics reminders.ics
  dsa due --rules --agreement ./fenmarsh-2026`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := opts.check(cmd); err != nil {
				return err
			}
			if opts.rules {
				return runRules(app, opts)
			}
			return runDue(app, opts)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&opts.logs, "log", nil, "a log folder (`DIR`), if not your own; can be given several times")
	f.StringArrayVar(&opts.agreements, "agreement", nil, "look at the agreement in this `DIR` as well; can be given several times")
	f.StringVar(&opts.within, "within", "30d", "how far ahead to look for disposals and agreements: `TIME` such as 30d, 6w, 3m or 1y")
	f.BoolVar(&opts.rules, "rules", false, "show the rules of retention instead")
	f.StringVar(&opts.ics, "ics", "", "write reminders for a calendar to this `FILE`, which must not exist")
	f.BoolVar(&opts.references, "with-references", false, "with --ics: name case reference and recipient")
	f.BoolVar(&opts.json, "json", false, "one JSON object to a line, for programs")
	return c
}

type dueOptions struct {
	logs, agreements        []string
	within, ics             string
	rules, json, references bool
}

func (o *dueOptions) check(cmd *cobra.Command) error {
	switch _, ok := after(time.Time{}, o.within); {
	case !ok:
		return usage(cmd, "--within is a number with d, w, m or y, such as 30d")
	case o.rules && (o.ics != "" || len(o.logs) > 0 || cmd.Flags().Changed("within")):
		return usage(cmd, "--rules shows rules and looks at no log")
	case o.references && o.ics == "":
		return usage(cmd, "--with-references goes with --ics")
	}
	if o.ics == "" {
		return nil
	}
	if _, err := os.Lstat(o.ics); !errors.Is(err, fs.ErrNotExist) {
		return fail("there is something of the name that --ics gives already, or it cannot be looked for; nothing was written", "give another name")
	}
	return nil
}

// after is the time that a span such as 30d, 6w, 3m or 1y ends.
func after(from time.Time, span string) (time.Time, bool) {
	if span == "" {
		return from, false
	}
	n, err := strconv.Atoi(span[:len(span)-1])
	if err != nil || n < 0 || n > 9999 {
		return from, false
	}
	end := from
	switch span[len(span)-1] {
	case 'd':
		end = from.AddDate(0, 0, n)
	case 'w':
		end = from.AddDate(0, 0, 7*n)
	case 'm':
		end = from.AddDate(0, n, 0)
	case 'y':
		end = from.AddDate(n, 0, 0)
	default:
		return from, false
	}
	if end.Year() > 9999 { // days are held against each other as they are written, with four digits for the year
		end = time.Date(9999, time.December, 31, 0, 0, 0, 0, from.Location())
	}
	return end, true
}

// What can be owed, as --json names it.
const (
	oweCompletion = "complete"   // an emergency record is not complete
	oweRevisit    = "revisit"    // the decision not to tell the person has its day
	oweTelling    = "tell"       // the person will be told
	oweDecision   = "decide"     // the decision was put off to a day
	oweReview     = "review"     // the decision has its day to be reviewed
	oweRecipients = "recipients" // those who received it are to be told of a correction or change
	oweDisposal   = "dispose"    // the time to keep the decision is over
	oweAgreement  = "agreement"  // an agreement has its day to be reviewed
	oweHold       = "hold"       // nothing is owed: a hold is in force
)

// A duty is one thing that a decision leaves to be done.
type duty struct {
	What      string `json:"what"`
	Words     string `json:"words"`
	Due       string `json:"due,omitempty"` // YYYY-MM-DD, the last day; absent: as soon as it can be done
	Overdue   bool   `json:"overdue"`
	ID        string `json:"id"` // of the decision
	Number    int    `json:"number"`
	Chain     string `json:"chain"`
	Outcome   string `json:"outcome"`
	Reference string `json:"reference,omitempty"`
	Recipient string `json:"recipient,omitempty"`
	KeepUntil string `json:"keep_until,omitempty"` // of a disposal: the last day of it and all that belongs to it; Due is the day after
	Hold      string `json:"hold,omitempty"`       // of a disposal: the id of the hold in its way
	Rules     []fit  `json:"rules,omitempty"`      // of a disposal: the confirmed rules of retention that speak of it
	Since     string `json:"since"`                // when the record was recorded that brings it up
	From      string `json:"from"`                 // the id of that record
	Log       string `json:"log"`                  // the log that has the decision
}

// workingDays are the working days in England: Monday to Friday without bank holidays.
func workingDays() *cal.BusinessCalendar {
	days := cal.NewBusinessCalendar()
	days.AddHoliday(gb.Holidays...)
	return days
}

// nextWorkingDay is the working day after the day of recording, on the clock of the place: what an emergency leaves for
// later has until its end.
func nextWorkingDay(days *cal.BusinessCalendar, recorded string) string {
	at, err := time.Parse(decision.TimeFormat, recorded)
	if err != nil {
		return "" // Check refuses such a record
	}
	// At noon, so that no change of the clock moves the day.
	day := time.Date(at.Year(), at.Month(), at.Day()+1, 12, 0, 0, 0, time.UTC)
	for !days.IsWorkday(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day.Format(time.DateOnly)
}

// owing lists what is still owed of the decision, in the order in which it came up.
func (d *dossier) owing(days *cal.BusinessCalendar) []duty {
	first := d.first.record
	if first == nil || first.Standing == decision.Training {
		return nil
	}
	s := &settling{first: d.first, answers: map[string]decision.Answer{}, open: map[string][]duty{}}
	s.answered(d.first)
	if first.Occasion == checklist.Emergency && len(first.Owed) > 0 {
		s.owe(d.first, oweCompletion, "complete the emergency record", nextWorkingDay(days, first.Recorded))
	}
	for _, f := range d.later {
		switch kind := f.entry.Page.Cover.Kind; {
		case kind == decision.Complete:
			delete(s.open, oweCompletion)
			if f.record != nil {
				s.answered(f)
			}
		case f.record == nil:
		case kind == decision.Amend:
			s.recipients(f, "amendment")
		case kind == decision.Review:
			s.reviewed(f)
		}
	}
	reference, recipient := d.named()
	var owed []duty
	for _, what := range []string{oweCompletion, oweRevisit, oweTelling, oweDecision, oweReview, oweRecipients} {
		owed = append(owed, s.open[what]...)
	}
	for i := range owed {
		owed[i].Reference, owed[i].Recipient = reference, recipient
	}
	return owed
}

// named is the case and the recipient, as completed and corrected.
func (d *dossier) named() (reference, recipient string) {
	reference, recipient = d.first.record.Text("case-reference"), d.first.record.Recipient()
	for _, f := range d.of(decision.Complete) {
		if f.record != nil {
			reference = cmp.Or(f.record.Text("case-reference"), reference)
			recipient = cmp.Or(f.record.Recipient(), recipient)
		}
	}
	corrected := decision.CorrectedBy(d.records()...)
	return corrected.Line("case-reference", reference), corrected.Recipient(recipient)
}

// A settling goes through a decision and what followed it, and keeps what is owed so far.
type settling struct {
	first   filed
	answers map[string]decision.Answer // what the decision or a completion says about later
	open    map[string][]duty          // by what is owed
}

// owe adds a duty that a record brings up.
func (s *settling) owe(brings filed, what, words, due string) {
	e := s.first.entry
	s.open[what] = append(s.open[what], duty{What: what, Words: words, Due: due, Since: brings.record.Recorded, From: brings.entry.ID.String(),
		ID: e.ID.String(), Number: e.Number, Chain: e.Chain.String(), Outcome: s.first.record.Outcome().ID})
}

func (s *settling) chose(id, option string) bool {
	return slices.ContainsFunc(s.answers[id].Chosen, func(c decision.Choice) bool { return c.ID == option })
}

// answered takes up what the decision, or what completes it, says about later. An answer of the decision holds until a
// completion gives another, and is taken up again only together with one.
func (s *settling) answered(f filed) {
	take := func(what, words, day string, owes func() bool, ids ...string) {
		fresh := false
		for _, id := range ids {
			if a, ok := f.record.Answer(id); ok {
				s.answers[id], fresh = a, true
			}
		}
		if !fresh {
			return
		}
		delete(s.open, what)
		if owes() {
			s.owe(f, what, words, s.answers[day].Text)
		}
	}
	take(oweRevisit, "look again at not telling", "told-revisit",
		func() bool { return s.chose("told", "not-told") && s.answers["told-revisit"].Text != "" }, "told", "told-revisit")
	take(oweTelling, "tell the person", "", func() bool { return s.chose("told", "will-tell") }, "told")
	take(oweDecision, "decide what was put off", "decide-by", func() bool { return s.chose("outcome", "defer") }, "outcome", "decide-by")
	take(oweReview, "review the decision", "review-on", func() bool { return s.answers["review-on"].Text != "" }, "review-on")
}

// recipients takes up what an amendment or a review says about those who received it. Only that they have been told
// settles what was promised before: that nobody has received what is corrected now says nothing of an earlier correction.
func (s *settling) recipients(f filed, act string) {
	if f.record.Chose("recipients-told", "told") || f.record.Chose("reviewed", "recipients-told") {
		delete(s.open, oweRecipients)
	}
	if f.record.Chose("recipients-told", "will-tell") {
		which := f.entry.ID.Shown() // several can be owed; a number means something only in its own chain
		if f.entry.Chain == s.first.entry.Chain {
			which = strconv.Itoa(f.entry.Number)
		}
		s.owe(f, oweRecipients, "tell recipients of "+act+" "+which, "")
	}
}

// reviewed takes up what a review settles and brings. An audit decides nothing, so that it settles only what it says has
// been done; one that finds a decision not sound leaves it to be looked at again by those who decide.
func (s *settling) reviewed(f filed) {
	toldNow := f.record.Chose("reviewed", "person-told")
	if toldNow {
		delete(s.open, oweTelling)
	}
	if f.record.Audits() {
		if toldNow {
			delete(s.open, oweRevisit)
		}
		s.recipients(f, "audit")
		if f.record.Chose("verdict", "not-sound") {
			s.owe(f, oweReview, "review it: not sound on audit", "")
		}
		return
	}
	delete(s.open, oweReview)
	if toldNow || f.record.Chose("reviewed", "not-told") {
		delete(s.open, oweRevisit)
	}
	if f.record.Chose("reviewed", "outcome") || f.record.Chose("stands", "changed") || f.record.Chose("stands", "withdrawn") {
		delete(s.open, oweDecision)
	}
	s.recipients(f, "review")
	switch day := f.record.Text("next-review"); {
	case day != "":
		s.owe(f, oweReview, "review the decision", day)
	case f.record.Chose("new-outcome", "defer"):
		delete(s.open, oweDecision)
		s.owe(f, oweDecision, "decide what was put off", "")
	}
}

func runDue(app *App, opts dueOptions) error {
	own, rules, err := app.named(opts.agreements)
	if err != nil {
		return err
	}
	books, err := app.openEach(opts.logs)
	if err != nil {
		return err
	}
	defer closeAll(books)
	now := app.Now()
	ahead, _ := after(now, opts.within)
	r := app.registrarOf(books)
	l := &ledger{days: workingDays(), today: now, ahead: ahead, rules: rules, used: map[string]string{}}
	l.read(r)
	l.agreements(app, own)
	if err := l.print(app, opts.json); err != nil {
		return err
	}
	if opts.ics != "" {
		if err := l.remind(app, opts.ics, opts.references); err != nil {
			return err
		}
	}
	if l.unreadable > 0 {
		// What cannot be read may owe something: the list must not look like the whole of it.
		return &failure{what: count(l.unreadable, "record file") + " cannot be read or relied on, and may owe something", next: "see what is wrong with: dsa verify", code: codeFound}
	}
	return nil
}

// sortKey puts what has no day where the day of its record puts it: it could have been done since.
func (d duty) sortKey() string {
	if d.Due != "" {
		return d.Due
	}
	return d.Since[:len(time.DateOnly)]
}

// A ledger is what logs leave to be done, and what is due for disposal.
type ledger struct {
	days         *cal.BusinessCalendar
	today, ahead time.Time
	rules        []*legislation.RetentionRule // confirmed ones, of the agreements named

	owed       []duty
	disposals  []duty
	holds      []heldLine
	due        []agreementDue
	used       map[string]string // agreements of the decisions, with the day on which one was last taken under it
	unknown    []string          // agreements of the decisions that are not here
	unreadable int
}

// read reads what is owed in the logs. A record that stands in several counts once. Decisions are read one after the
// other; only what follows them up is held in memory, reduced to what counts here.
func (l *ledger) read(r *registrar) {
	bad := map[string]bool{}
	read := func(at *logAt, wanted func(decision.Kind) bool, each func(filed)) {
		for f, err := range readAll(r.only(at.book.Where(func(c decision.Cover) bool { return wanted(c.Kind) }))) {
			if err != nil {
				bad[at.dir+"\x00"+pathOf(f.entry, err)] = true
				continue
			}
			each(f)
		}
	}
	later := map[decision.ID][]filed{}
	doubts := map[decision.ID]string{} // why follow-ups do not count
	for _, at := range r.logs {
		read(at, isFollowUp, func(f filed) {
			if about := f.entry.Page.Cover.About; f.entry.Namespace != trainingRole {
				later[about] = with(later[about], reduced(f))
				doubt := r.doubt(f.entry, at.dir)
				if before, met := doubts[f.entry.ID]; !met || before != "" {
					doubts[f.entry.ID] = doubt
				}
			}
		})
	}
	for _, records := range later {
		oldestFirst(records)
	}
	listed := map[decision.ID]bool{}
	for _, at := range r.logs {
		read(at, func(k decision.Kind) bool { return k == decision.Decision }, func(f filed) {
			id := f.entry.ID
			if listed[id] || f.record == nil || f.record.Standing == decision.Training {
				return
			}
			l.use(f.record)
			// What does not count settles nothing, and brings nothing up.
			d := &dossier{first: f, later: slices.DeleteFunc(slices.Clone(later[id]), func(one filed) bool {
				doubt := doubts[one.entry.ID]
				return doubt != "" && !(isStranger(doubt) && one.entry.Chain == f.entry.Chain && one.entry.Key == f.entry.Key)
			})}
			for _, item := range d.owing(l.days) {
				item.Log, item.Overdue = at.dir, item.Due != "" && item.Due < l.today.Format(time.DateOnly)
				l.owed = append(l.owed, item)
				listed[id] = true
			}
			// An endorsement of an amendment belongs to the decision too.
			belonging := slices.Clone(d.later)
			for _, one := range d.later {
				belonging = append(belonging, later[one.entry.ID]...)
			}
			if item, is := l.disposal(r, at, d, belonging); is {
				l.disposals = append(l.disposals, item)
				listed[id] = true
			}
		})
	}
	l.hold(r)
	l.unreadable = len(bad)
	for _, items := range [][]duty{l.owed, l.disposals} {
		slices.SortStableFunc(items, func(a, b duty) int {
			return cmp.Or(strings.Compare(a.sortKey(), b.sortKey()), strings.Compare(a.Since, b.Since), strings.Compare(a.ID, b.ID))
		})
	}
}

// reduced leaves of a follow-up what it is read off here, so that a long log needs little memory.
func reduced(f filed) filed {
	f.entry.Page.CoverBytes, f.entry.Page.Signature, f.entry.Page.Body = nil, nil, nil
	if f.record == nil {
		return f
	}
	kept := decision.Question{}
	keep := func(a decision.Answer) {
		kept.Answers = append(kept.Answers, decision.Answer{ID: a.ID, Group: a.Group, Item: a.Item, Text: a.Text, Chosen: a.Chosen})
	}
	for _, id := range []string{"told", "told-revisit", "outcome", "decide-by", "review-on", "recipients-told", "reviewed", "stands", "verdict", "new-outcome", "next-review",
		"case-reference", "recipient-party", "recipient-organisation"} {
		if a, ok := f.record.Answer(id); ok {
			keep(a)
		}
	}
	for _, item := range f.record.Items("amended") {
		// What the list names a decision by.
		if c := item["which"].Chosen; len(c) == 1 && slices.Contains([]string{"case-reference", "recipient-party", "recipient-organisation", "anonymous-recipient"}, c[0].ID) {
			keep(item["which"])
			keep(item["correct"])
		}
	}
	f.record = &decision.Record{Standing: f.record.Standing, Recorded: f.record.Recorded, Of: f.record.Of, Checklist: f.record.Checklist, Questions: []decision.Question{kept}}
	return f
}

// print shows it all: what is owed first.
func (l *ledger) print(app *App, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(app.Out)
		var lines []any
		for _, items := range [][]duty{l.owed, l.disposals} {
			for _, item := range items {
				lines = append(lines, item)
			}
		}
		for _, h := range l.holds {
			lines = append(lines, h)
		}
		for _, a := range l.due {
			lines = append(lines, a)
		}
		for _, line := range lines {
			if err := encoder.Encode(line); err != nil {
				return err
			}
		}
		return nil
	}
	if len(l.owed) == 0 {
		fmt.Fprintln(app.Out, "Nothing is owed.")
	} else {
		l.row(app, "WHEN", "RECORD", "TO DO")
	}
	for _, item := range l.owed {
		when := "as soon as you can"
		switch {
		case item.Overdue:
			when = "OVERDUE since " + item.Due
		case item.Due != "":
			when = "by " + item.Due
		}
		l.row(app, when, item.record(), item.Words)
		l.under(app, item.of())
	}
	l.rest(app)
	if len(l.owed) > 0 {
		app.say("dsa due --help says what settles each of them.")
	}
	return nil
}

// row is one line of a list. It fits 80 columns.
func (l *ledger) row(app *App, when, record, words string) {
	fmt.Fprintln(app.Out, strings.TrimRight(screen.Cut(fmt.Sprintf("%-24s  %-20s  %s", when, record, words), 80), " "))
}

// under is what stands below a line of a list, if anything.
func (l *ledger) under(app *App, words string) {
	if words != "" {
		fmt.Fprintln(app.Out, strings.TrimRight(screen.Cut(fmt.Sprintf("%26s%s", "", words), 80), " "))
	}
}

// record names the decision as lists do.
func (d duty) record() string { return fmt.Sprintf("%d %s", d.Number, d.ID[:decision.ShownDigits]) }

// of says of which case it is, as far as the record says so.
func (d duty) of() string {
	return strings.Join(slices.DeleteFunc([]string{d.Reference, d.Recipient}, func(s string) bool { return s == "" }), ", ")
}
