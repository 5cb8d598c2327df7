package cases

import (
	"slices"
	"strings"
	"time"

	"dsa/decision"
)

// Facts is one flat row read off a case. A nil or empty field is unknown or does not apply. What somebody chose stands with
// the ids of the options, "none" among them; what somebody typed stands as an amendment has corrected it. Of a decision
// that was disposed of there is only what its cover says.
type Facts struct {
	ID     string // of the decision, 64 digits
	Chain  string // in which it stands
	Number int    // in that chain
	Log    string // the folder in which it was found
	File   string // its path in that folder

	Training bool   // an exercise, which never counts as a decision
	Standing string // live or training
	Disposed bool   // only the cover is left
	Doubt    string // why it does not count in its log, or why nobody can tell; empty where it counts

	Recorded   time.Time // on the cover
	RecordedAt string    // the same on the clock of the place, with offset
	Decided    When      // as it was answered, or else when it was shared or recorded, whichever was first
	Asked      When      // when the information was asked for
	Shared     When      // when it was shared, where that was before it was recorded
	Deadline   string    // by when they wanted it, in their words
	// HoursToDecision are those from the request to the decision. Nil: nobody asked, or one of the two has no time of day.
	HoursToDecision *float64
	Late            bool // it was shared before it was recorded, as in every emergency

	Occasion         string // adhoc, routine or emergency
	Emergency        bool
	Outcome          string // what was decided: share-all, share-part, none, defer or refer
	OutcomeNow       string // the same after reviews, or withdrawn
	Agreement        string // the id of the agreement
	AgreementVersion string
	Checklist        string

	Organisation string
	Sector       string // the kind of organisation that decided
	Post         string
	Name         string
	Email        string

	Recipient       string // to whom
	RecipientParty  string // the id of the party to the agreement, or other
	RecipientSector string // the kind of recipient
	Initiated       string // asked or offered

	About         string // children, adults or both
	Identifiable  string // whether anybody could be recognised: yes or no
	Categories    []string
	Reference     string // in the organisation's own case system
	Purpose       string
	Reasons       string
	Circumstances []string
	Initiatives   []string // areas of joint work

	Gateways        []Gateway
	NoGateway       bool     // none was named
	Bases           []string // lawful bases: Article 6, or Part 3
	Conditions      []string // those of Articles 9 and 10, or of Part 3
	Confidentiality string   // how confidentiality is dealt with
	Restrictions    []string
	Exemption       string
	Superseded      bool // some of the law relied on was not in force on that day, or nobody had confirmed that it was
	Unverified      bool // some of it had not been verified against its source

	Told           string // whether the person was told
	NotToldGround  []string
	ToldRevisit    string // YYYY-MM-DD: when not telling is looked at again
	Heard          string // whether they could say what they think
	ItemsShared    int    // pieces of information that are shared
	ItemsWithheld  int    // pieces that are held back, all of them where nothing is shared
	TransferMethod []string
	Advice         string // whether advice was taken
	Frequency      string // of routine sharing
	Retention      string // of routine sharing: how long it is kept, in words
	DPIA           string // of routine sharing: the impact assessment

	Findings []Finding // what was pointed out before signing

	Owed                 []Owed
	Completed            int      // completions
	Amendments           int      //
	Amended              []string // the answers that amendments correct
	Reviews              int      //
	ReviewResult         string   // of the newest review: stands, changed or withdrawn
	Audits               int      // reviews that only judge how it was decided
	AuditVerdict         string   // of the newest of these: sound, points, not-shown or not-sound
	Endorsed             int      // people who agree; of each the newest word counts
	EndorsedOnConditions int
	Disagreed            int
	Aside                int    // records about it that do not count
	ReviewOn             string // YYYY-MM-DD: when it is looked at next
	KeepUntil            string // YYYY-MM-DD, or permanent
	Fingerprint          string // of the key that signed it
}

// When is a point in time as somebody gave it: a moment, or a day without a time. The zero When is unknown.
type When struct {
	Time time.Time
	Day  bool   // only the day is known
	Text string // as it stands in the record
}

// Known reports whether it was given.
func (w When) Known() bool { return w.Text != "" }

// A Gateway is a provision of the law that was relied on, as it was shown on that day.
type Gateway struct {
	ID        string
	Citation  string
	Effect    string
	Status    string
	Certainty string
}

// A Finding is one thing that was pointed out.
type Finding struct {
	Code     string
	Level    string // lead, stop, caution or note
	Answered bool   // the person replied to it
}

// notAnID stands for what has the place of an id and is none: records come from elsewhere too, and what somebody typed into
// such a place must not come out where free text is left out.
const notAnID = "(not an id)"

// id is a text that has the place of an id.
func id(s string) string {
	if len(s) > 80 || strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") != "" {
		return notAnID
	}
	return s
}

// Facts are those of the case. They are read off it once.
func (c *Case) Facts() *Facts {
	if c.facts == nil {
		c.facts = c.read()
	}
	return c.facts
}

func (c *Case) read() *Facts {
	p := c.First
	f := &Facts{ID: p.ID.String(), Chain: p.Chain.String(), Number: p.Number, Log: p.Log, File: p.File, Training: p.Training, Doubt: p.Doubt,
		Recorded: p.Time, RecordedAt: p.Time.Format(time.RFC3339), KeepUntil: p.KeepUntil, Fingerprint: p.Fingerprint, Standing: string(decision.Live)}
	if p.Training {
		f.Standing = string(decision.Training)
	}
	if p.Record == nil {
		f.Disposed = true
		return f
	}
	var later, completions []*decision.Record
	for _, l := range c.Later {
		if l.Record != nil {
			later = append(later, l.Record)
			if l.Kind == decision.Complete {
				completions = append(completions, l.Record)
			}
		}
	}
	r := &reading{decision.Merge(p.Record, completions...), decision.CorrectedBy(later...)}
	r.times(f)
	r.who(f)
	r.what(f)
	r.law(f)
	c.after(f, r)
	return f
}

// A reading is a decision together with what completed it, and what amendments say is right.
type reading struct {
	*decision.Record
	corrected decision.Corrected
}

// typed is what somebody wrote, as corrected.
func (r *reading) typed(at string) string {
	if c, is := r.corrected[at]; is {
		return c.Correct
	}
	return r.Text(at)
}

// chosen is the id of the one option chosen.
func (r *reading) chosen(at string) string {
	if a, ok := r.Answer(at); ok && len(a.Chosen) == 1 {
		return id(a.Chosen[0].ID)
	}
	return ""
}

// some are the ids of all options chosen.
func (r *reading) some(at string) []string {
	a, _ := r.Answer(at)
	return ids(a.Chosen)
}

func ids(chosen []decision.Choice) []string {
	var all []string
	for _, c := range chosen {
		all = append(all, id(c.ID))
	}
	return all
}

// moments are the ways in which a checklist keeps a moment, the shortest last.
var moments = []string{time.RFC3339, "2006-01-02T15:04Z07:00"}

// when reads a moment or a day as a checklist keeps it. What an amendment says of it is in words, so it stays as recorded.
func (r *reading) when(at string) When {
	text := r.Text(at)
	for _, layout := range moments {
		if t, err := time.Parse(layout, text); err == nil {
			return When{Time: t, Text: text}
		}
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return When{Time: t, Day: true, Text: text}
	}
	return When{}
}

func (r *reading) times(f *Facts) {
	f.RecordedAt = r.Recorded
	f.Asked, f.Shared, f.Decided, f.Deadline = r.when("requested-at"), r.when("shared-at"), r.when("decided-at"), r.typed("request-deadline")
	if !f.Decided.Known() {
		f.Decided = When{Time: f.Recorded, Text: f.RecordedAt}
		if f.Shared.Known() && f.Shared.Time.Before(f.Recorded) {
			f.Decided = f.Shared
		}
	}
	if f.Asked.Known() && !f.Asked.Day && !f.Decided.Day && !f.Decided.Time.Before(f.Asked.Time) {
		hours := f.Decided.Time.Sub(f.Asked.Time).Hours()
		f.HoursToDecision = &hours
	}
	f.Occasion = id(r.Occasion)
	f.Emergency = f.Occasion == "emergency"
	f.Late = f.Emergency || r.Chose("shared-already", "yes")
}

func (r *reading) who(f *Facts) {
	f.Agreement, f.AgreementVersion, f.Checklist = id(r.Agreement.ID), id(r.Agreement.Version), id(r.Checklist.ID)
	f.Organisation, f.Sector, f.Post, f.Name, f.Email = r.By.Organisation, id(r.By.Sector.ID), r.By.Post, r.By.Name, r.By.Email
	f.Recipient = r.corrected.Recipient(r.Recipient())
	f.RecipientParty, f.RecipientSector, f.Initiated = r.chosen("recipient-party"), r.chosen("recipient-sector"), r.chosen("initiated")
}

func (r *reading) what(f *Facts) {
	f.Outcome, f.About, f.Identifiable = id(r.Record.Outcome().ID), r.chosen("about"), r.chosen("identifiable")
	f.Categories, f.Circumstances = r.some("categories"), r.some("circumstances")
	f.Reference, f.Purpose, f.Reasons = r.corrected.Line("case-reference", r.Text("case-reference")), r.typed("purpose"), r.typed("reasons")
	f.Told, f.NotToldGround, f.ToldRevisit, f.Heard = r.chosen("told"), r.some("not-told-ground"), day(r.Text("told-revisit")), r.chosen("heard")
	f.TransferMethod, f.Advice = r.some("transfer-method"), r.chosen("advice")
	f.Frequency, f.Retention, f.DPIA = r.chosen("frequency"), r.typed("retention"), r.chosen("dpia")
	for _, item := range r.Items("information") {
		if _, amended := r.corrected[item["passed"].Path()]; amended && item["passed"].ID != "" {
			continue // a correction is in words, and nobody can tell from them on which side it stands now
		}
		withheld := len(item["passed"].Chosen) == 1 && item["passed"].Chosen[0].ID == "withhold"
		switch f.Outcome {
		case "share-all", "share-part":
			if withheld {
				f.ItemsWithheld++
			} else {
				f.ItemsShared++
			}
		case "none":
			f.ItemsWithheld++
		}
	}
	for _, x := range r.Findings {
		f.Findings = append(f.Findings, Finding{Code: id(x.Code), Level: id(string(x.Level)), Answered: x.Reply != ""})
	}
}

// stands are the states of the law in which it may be relied on, and unsettled is every other.
func stands(status string) bool { return status == "in-force" || status == "in-force-amended" }

func (r *reading) law(f *Facts) {
	for _, p := range r.Law.Relied {
		f.Gateways = append(f.Gateways, Gateway{id(p.ID), p.Citation, id(p.Effect), id(p.Status), id(p.Certainty)})
		f.Superseded = f.Superseded || !stands(p.Status)
		f.Unverified = f.Unverified || p.Certainty != "verified"
	}
	f.NoGateway = r.Chose("gateway", "none")
	for _, b := range r.Law.Bases {
		if b.List == "article6" || r.Chose("article-6", b.ID) {
			f.Bases = append(f.Bases, id(b.ID))
		} else {
			f.Conditions = append(f.Conditions, id(b.ID))
		}
		f.Superseded = f.Superseded || !stands(b.Status)
		f.Unverified = f.Unverified || b.Certainty != "verified"
	}
	f.Confidentiality, f.Restrictions, f.Exemption = r.chosen("confidentiality"), r.some("restrictions"), r.chosen("exemption")
}

// day is a day as records have it, or nothing.
func day(text string) string {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return ""
	}
	return text
}

// after reads what became of the decision.
func (c *Case) after(f *Facts, r *reading) {
	f.Owed, f.Aside, f.OutcomeNow = c.Owed, c.Aside, f.Outcome
	f.ReviewOn = day(c.First.Record.Text("review-on"))
	views := map[string]decision.View{}
	for _, l := range c.Later {
		switch l.Kind {
		case decision.Complete:
			f.Completed++
		case decision.Amend:
			f.Amendments++
		case decision.Review:
			if l.Record != nil && l.Record.Audits() {
				f.Audits++
			} else {
				f.Reviews++
			}
		}
		if l.Record == nil {
			continue
		}
		switch l.Kind {
		case decision.Complete:
			if a, ok := l.Record.Answer("review-on"); ok {
				f.ReviewOn = day(a.Text)
			}
		case decision.Amend:
			for _, one := range l.Record.Corrections() {
				if at, _, _ := strings.Cut(one.Path, "/"); !slices.Contains(f.Amended, id(at)) {
					f.Amended = append(f.Amended, id(at))
				}
			}
		case decision.Review:
			f.reviewed(l.Record)
		case decision.Endorse:
			if l.About == c.First.ID {
				views[l.Fingerprint] = l.Record.View()
			}
		}
	}
	for _, view := range views {
		switch view {
		case decision.Agrees:
			f.Endorsed++
		case decision.AgreesOn:
			f.EndorsedOnConditions++
		default:
			f.Disagreed++
		}
	}
	named := r.some("initiative")
	for _, in := range c.Initiatives {
		ticked := len(in.Circumstances) > 0 && !slices.ContainsFunc(in.Circumstances, func(c string) bool { return !slices.Contains(f.Circumstances, c) })
		if ticked || slices.Contains(named, in.ID) {
			f.Initiatives = append(f.Initiatives, in.ID)
		}
	}
	for _, one := range named {
		if one != "none" && !slices.Contains(f.Initiatives, one) {
			f.Initiatives = append(f.Initiatives, one)
		}
	}
}

// reviewed takes up what a review says: the newest counts, as it does in what is shown of the decision.
func (f *Facts) reviewed(r *decision.Record) {
	if r.Audits() { // it decides nothing, and sets no day
		if v, _ := r.Answer("verdict"); len(v.Chosen) == 1 {
			f.AuditVerdict = id(v.Chosen[0].ID)
		}
		return
	}
	stands, _ := r.Answer("stands")
	f.ReviewResult = strings.Join(ids(stands.Chosen), "; ")
	f.ReviewOn = day(r.Text("next-review"))
	switch f.ReviewResult {
	case "changed":
		if a, _ := r.Answer("new-outcome"); len(a.Chosen) == 1 {
			f.OutcomeNow = id(a.Chosen[0].ID)
		}
	case "withdrawn":
		f.OutcomeNow = "withdrawn"
	}
}
