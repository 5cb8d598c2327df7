package cmd

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/gb"
	"github.com/spf13/cobra"
)

// NewDue is the command that lists what is owed after decisions.
func NewDue(app *App) *cobra.Command {
	var dirs []string
	var asJSON bool
	c := &cobra.Command{
		Use:   "due",
		Short: "List what is still owed after decisions, the most urgent first",
		Long: `due lists what decisions leave to be done, and what is overdue. What settles it:

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
after that. Exercises and records that were disposed of owe nothing.`,
		Example: "  dsa due\n  dsa due --json\n  dsa due --log //share/mash/log --log //share/schools/log",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return runDue(app, dirs, asJSON) },
	}
	c.Flags().StringArrayVar(&dirs, "log", nil, "a log folder (`DIR`), if not your own; can be given several times")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to a duty, for programs")
	return c
}

// What can be owed, as --json names it.
const (
	oweCompletion = "complete"   // an emergency record is not complete
	oweRevisit    = "revisit"    // the decision not to tell the person has its day
	oweTelling    = "tell"       // the person will be told
	oweDecision   = "decide"     // the decision was put off to a day
	oweReview     = "review"     // the decision has its day to be reviewed
	oweRecipients = "recipients" // those who received it are to be told of a correction or change
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
	Since     string `json:"since"` // when the record was recorded that brings it up
	From      string `json:"from"`  // the id of that record
	Log       string `json:"log"`   // the log that has the decision
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
	reference, recipient := first.Text("case-reference"), first.Recipient()
	for _, f := range d.of(decision.Complete) {
		if f.record != nil {
			reference = cmp.Or(f.record.Text("case-reference"), reference)
			recipient = cmp.Or(f.record.Recipient(), recipient)
		}
	}
	corrected := decision.CorrectedBy(d.records()...)
	reference, recipient = corrected.Line("case-reference", reference), corrected.Recipient(recipient)
	var owed []duty
	for _, what := range []string{oweCompletion, oweRevisit, oweTelling, oweDecision, oweReview, oweRecipients} {
		owed = append(owed, s.open[what]...)
	}
	for i := range owed {
		owed[i].Reference, owed[i].Recipient = reference, recipient
	}
	return owed
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

// reviewed takes up what a review settles and brings.
func (s *settling) reviewed(f filed) {
	delete(s.open, oweReview)
	toldNow := f.record.Chose("reviewed", "person-told")
	if toldNow {
		delete(s.open, oweTelling)
	}
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

func runDue(app *App, dirs []string, asJSON bool) error {
	if len(dirs) == 0 {
		dirs = []string{""}
	}
	var books []*logbook.Book
	for _, dir := range dirs {
		book, err := app.openLog(dir)
		if err != nil {
			return err
		}
		defer book.Close()
		books = append(books, book)
	}
	owed, unreadable := owedIn(app.registrarOf(books), workingDays())
	today := app.Now().Format(time.DateOnly)
	for i := range owed {
		owed[i].Overdue = owed[i].Due != "" && owed[i].Due < today
	}
	slices.SortStableFunc(owed, func(a, b duty) int {
		return cmp.Or(strings.Compare(a.sortKey(), b.sortKey()), strings.Compare(a.Since, b.Since), strings.Compare(a.ID, b.ID))
	})
	if err := printOwed(app, owed, asJSON); err != nil {
		return err
	}
	if unreadable > 0 {
		// What cannot be read may owe something: the list must not look like the whole of it.
		return &failure{what: count(unreadable, "record file") + " cannot be read or relied on, and may owe something", next: "see what is wrong with: dsa verify", code: codeFound}
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

// owedIn reads what is owed in the logs. A record that stands in several counts once. Decisions are read one after the
// other; only what follows them up is held in memory, reduced to what counts here.
func owedIn(r *registrar, days *cal.BusinessCalendar) (owed []duty, unreadable int) {
	bad := map[string]bool{}
	read := func(l *logAt, wanted func(decision.Kind) bool, each func(filed)) {
		for f, err := range readAll(r.only(l.book.Where(func(c decision.Cover) bool { return wanted(c.Kind) }))) {
			if err != nil {
				bad[l.dir+"\x00"+pathOf(f.entry, err)] = true
				continue
			}
			each(f)
		}
	}
	later := map[decision.ID][]filed{}
	doubts := map[decision.ID]string{} // why follow-ups do not count
	for _, l := range r.logs {
		read(l, isFollowUp, func(f filed) {
			if about := f.entry.Page.Cover.About; f.entry.Namespace != trainingRole {
				later[about] = with(later[about], reduced(f))
				doubt := r.doubt(f.entry, l.dir)
				if before, met := doubts[f.entry.ID]; !met || before != "" {
					doubts[f.entry.ID] = doubt
				}
			}
		})
	}
	for _, records := range later {
		oldestFirst(records)
	}
	listed := map[string]bool{}
	for _, l := range r.logs {
		read(l, func(k decision.Kind) bool { return k == decision.Decision }, func(f filed) {
			if listed[f.entry.ID.String()] {
				return
			}
			// What does not count settles nothing, and brings nothing up.
			d := &dossier{first: f, later: slices.DeleteFunc(slices.Clone(later[f.entry.ID]), func(one filed) bool {
				doubt := doubts[one.entry.ID]
				return doubt != "" && !(isStranger(doubt) && one.entry.Chain == f.entry.Chain && one.entry.Key == f.entry.Key)
			})}
			for _, item := range d.owing(days) {
				item.Log = l.dir
				owed = append(owed, item)
				listed[item.ID] = true
			}
		})
	}
	return owed, len(bad)
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
	for _, id := range []string{"told", "told-revisit", "outcome", "decide-by", "review-on", "recipients-told", "reviewed", "stands", "new-outcome", "next-review",
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

func printOwed(app *App, owed []duty, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(app.Out)
		for _, item := range owed {
			if err := encoder.Encode(item); err != nil {
				return err
			}
		}
		return nil
	}
	if len(owed) == 0 {
		fmt.Fprintln(app.Out, "Nothing is owed.")
		return nil
	}
	const row = "%-24s  %-20s  %s"
	fmt.Fprintf(app.Out, row+"\n", "WHEN", "RECORD", "TO DO")
	for _, item := range owed {
		when := "as soon as you can"
		switch {
		case item.Overdue:
			when = "OVERDUE since " + item.Due
		case item.Due != "":
			when = "by " + item.Due
		}
		fmt.Fprintln(app.Out, screen.Cut(fmt.Sprintf(row, when, fmt.Sprintf("%d %s", item.Number, item.ID[:decision.ShownDigits]), item.Words), 80))
		if of := strings.Join(slices.DeleteFunc([]string{item.Reference, item.Recipient}, func(s string) bool { return s == "" }), ", "); of != "" {
			fmt.Fprintln(app.Out, strings.TrimRight(screen.Cut(fmt.Sprintf("%26s%s", "", of), 80), " "))
		}
	}
	app.say("dsa due --help says what settles each of them.")
	return nil
}
