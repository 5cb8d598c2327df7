package cases

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind says what the values of a column are.
type Kind int

// The kinds of values.
const (
	None   Kind = iota // nothing is known, or it does not apply
	Text               // words, or one id
	IDs                // several ids, joined by "; "
	Day                // a day without a time
	Moment             // a day and a time with offset
	Number             // a number
	YesNo              // yes or no
)

// A Value is one cell. Text is always there as a person would read it; Number and Time where the kind has them, List for IDs.
type Value struct {
	Kind   Kind
	Set    bool // false: nothing is known, or it does not apply
	Text   string
	List   []string  // of IDs
	Number float64   // of Number; of YesNo 1 for yes
	Time   time.Time // of Day and Moment; of Moment with the offset of the place
}

// A Column is one fact with a stable name.
type Column struct {
	Name  string // stable: snake_case, such as "outcome"
	Title string // words for the head of a table
	Kind  Kind
	Free  bool // a person typed it, or it points at one: left out of redacted exports
	Says  string
	Value func(*Facts) Value
}

func text(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: Text, Set: true, Text: s}
}

func idList(list []string) Value {
	if len(list) == 0 {
		return Value{}
	}
	return Value{Kind: IDs, Set: true, Text: strings.Join(list, "; "), List: list}
}

func dayOf(s string) Value {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return text(s)
	}
	return Value{Kind: Day, Set: true, Text: s, Time: t}
}

func when(w When) Value {
	switch {
	case !w.Known():
		return Value{}
	case w.Day:
		return Value{Kind: Day, Set: true, Text: w.Text, Time: w.Time}
	}
	return Value{Kind: Moment, Set: true, Text: w.Text, Time: w.Time}
}

func number(n float64) Value {
	return Value{Kind: Number, Set: true, Number: n, Text: trimmed(n)}
}

func trimmed(n float64) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.2f", n), "0"), ".")
}

func yesNo(is bool) Value {
	if is {
		return Value{Kind: YesNo, Set: true, Text: "yes", Number: 1}
	}
	return Value{Kind: YesNo, Set: true, Text: "no"}
}

// known keeps what cannot be told of a decision that was disposed of from looking like no.
func known(f *Facts, v Value) Value {
	if f.Disposed {
		return Value{}
	}
	return v
}

func codes(f *Facts, which func(Finding) bool) Value {
	var list []string
	for _, x := range f.Findings {
		if which(x) {
			list = append(list, x.Code)
		}
	}
	return idList(list)
}

func gateways(f *Facts, of func(Gateway) string) Value {
	var list []string
	for _, g := range f.Gateways {
		list = append(list, of(g))
	}
	return idList(list)
}

// columns are all of them. Names are kept for ever; a new one goes where people look for it.
var columns = []Column{
	{"id", "Id", Text, false, "The id of the decision: the SHA-256 of its signed cover.", func(f *Facts) Value { return text(f.ID) }},
	{"number", "Number", Number, true, "Its number in its chain.", func(f *Facts) Value { return number(float64(f.Number)) }},
	{"standing", "Standing", Text, false, "live, or TRAINING for an exercise.", func(f *Facts) Value {
		if f.Training {
			return text("TRAINING")
		}
		return text(f.Standing)
	}},
	{"recorded_at", "Recorded", Moment, false, "When it was recorded, on the clock of the place, as its author's computer had it.", func(f *Facts) Value {
		at, err := time.Parse(time.RFC3339, f.RecordedAt)
		if err != nil {
			at = f.Recorded
		}
		return Value{Kind: Moment, Set: true, Text: f.RecordedAt, Time: at}
	}},
	{"decided_at", "Decided", Moment, false, "When it was decided, as answered; otherwise when it was shared or recorded, whichever was first.", func(f *Facts) Value { return when(f.Decided) }},
	{"asked_at", "Asked", Moment, false, "When the information was asked for.", func(f *Facts) Value { return when(f.Asked) }},
	{"shared_at", "Shared", Moment, false, "When it was shared, where that was before it was recorded.", func(f *Facts) Value { return when(f.Shared) }},
	{"hours_to_decision", "Hours to decision", Number, false, "Hours from the request to the decision, where both have a time of day.", func(f *Facts) Value {
		if f.HoursToDecision == nil {
			return Value{}
		}
		return number(*f.HoursToDecision)
	}},
	{"late", "Recorded afterwards", YesNo, false, "Whether it was shared before it was recorded, as in every emergency.", func(f *Facts) Value { return known(f, yesNo(f.Late)) }},
	{"occasion", "Mode", Text, false, "adhoc, routine or emergency.", func(f *Facts) Value { return text(f.Occasion) }},
	{"outcome", "Outcome", Text, false, "What was decided: share-all, share-part, none, defer or refer.", func(f *Facts) Value { return text(f.Outcome) }},
	{"outcome_now", "Outcome now", Text, false, "The outcome after reviews; withdrawn where a review took it back.", func(f *Facts) Value { return text(f.OutcomeNow) }},
	{"agreement", "Agreement", Text, false, "The id of the data sharing agreement.", func(f *Facts) Value { return text(f.Agreement) }},
	{"agreement_version", "Agreement version", Text, false, "The version of that agreement.", func(f *Facts) Value { return text(f.AgreementVersion) }},
	{"checklist", "Checklist", Text, false, "The id of the checklist that was gone through.", func(f *Facts) Value { return text(f.Checklist) }},
	{"reference", "Case reference", Text, true, "The reference in the organisation's own case system.", func(f *Facts) Value { return text(f.Reference) }},
	{"organisation", "Organisation", Text, true, "The organisation that decided.", func(f *Facts) Value { return text(f.Organisation) }},
	{"sector", "Kind of organisation", Text, false, "The kind of organisation that decided.", func(f *Facts) Value { return text(f.Sector) }},
	{"post", "Post", Text, true, "The post of the person who decided.", func(f *Facts) Value { return text(f.Post) }},
	{"name", "Name", Text, true, "The name of the person who decided.", func(f *Facts) Value { return text(f.Name) }},
	{"email", "E-mail", Text, true, "The e-mail address of the person who decided.", func(f *Facts) Value { return text(f.Email) }},
	{"initiated", "Asked or offered", Text, false, "Whether the information was asked for or is offered.", func(f *Facts) Value { return text(f.Initiated) }},
	{"deadline", "Wanted by", Text, true, "By when they wanted it, in their words.", func(f *Facts) Value { return text(f.Deadline) }},
	{"recipient", "Recipient", Text, true, "The organisation to which it goes.", func(f *Facts) Value { return text(f.Recipient) }},
	{"recipient_party", "Party", Text, false, "The id of the party to the agreement to which it goes, or other.", func(f *Facts) Value { return text(f.RecipientParty) }},
	{"recipient_sector", "Kind of recipient", Text, false, "The kind of organisation to which it goes.", func(f *Facts) Value { return text(f.RecipientSector) }},
	{"about", "About", Text, false, "Whether it is about children, adults or both.", func(f *Facts) Value { return text(f.About) }},
	{"identifiable", "Identifiable", Text, false, "Whether anybody can be recognised from what would be shared.", func(f *Facts) Value { return text(f.Identifiable) }},
	{"categories", "Kinds of data", IDs, false, "Special category, criminal offence and other sensitive data in it.", func(f *Facts) Value { return idList(f.Categories) }},
	{"purpose", "Purpose", Text, true, "Why the information is needed.", func(f *Facts) Value { return text(f.Purpose) }},
	{"circumstances", "Circumstances", IDs, false, "The facts of the case on which law depends.", func(f *Facts) Value { return idList(f.Circumstances) }},
	{"initiatives", "Initiatives", IDs, false, "Areas of joint work, such as marac: named in the record, or all circumstances that belong to one were ticked.", func(f *Facts) Value { return idList(f.Initiatives) }},
	{"items_shared", "Pieces shared", Number, false, "How many pieces of information are shared.", func(f *Facts) Value { return known(f, number(float64(f.ItemsShared))) }},
	{"items_withheld", "Pieces held back", Number, false, "How many are held back; all of them where nothing is shared.", func(f *Facts) Value { return known(f, number(float64(f.ItemsWithheld))) }},
	{"transfer_method", "Sent by", IDs, false, "How it is sent.", func(f *Facts) Value { return idList(f.TransferMethod) }},
	{"gateways", "Gateways", IDs, false, "The provisions of the law relied on, by the ids of their entries.", func(f *Facts) Value { return gateways(f, func(g Gateway) string { return g.ID }) }},
	{"gateway_effects", "Effects", IDs, false, "What each of these does, in the same order: a duty to share, a power to share and so on.", func(f *Facts) Value { return gateways(f, func(g Gateway) string { return g.Effect }) }},
	{"no_gateway", "No gateway", YesNo, false, "Whether the person said that no provision was relied on.", func(f *Facts) Value { return known(f, yesNo(f.NoGateway)) }},
	{"bases", "Lawful bases", IDs, false, "The lawful bases under Article 6, or Part 3.", func(f *Facts) Value { return idList(f.Bases) }},
	{"conditions", "Conditions", IDs, false, "The conditions under Articles 9 and 10, or Part 3.", func(f *Facts) Value { return idList(f.Conditions) }},
	{"superseded_law", "Law not in force", YesNo, false, "Whether some of the law relied on was not in force that day, by what was known then, or its start not confirmed.", func(f *Facts) Value { return known(f, yesNo(f.Superseded)) }},
	{"unverified_law", "Law not verified", YesNo, false, "Whether some of the law relied on had not been verified against its source.", func(f *Facts) Value { return known(f, yesNo(f.Unverified)) }},
	{"confidentiality", "Confidentiality", Text, false, "How confidentiality is dealt with.", func(f *Facts) Value { return text(f.Confidentiality) }},
	{"restrictions", "Restrictions", IDs, false, "What may forbid or narrow the sharing.", func(f *Facts) Value { return idList(f.Restrictions) }},
	{"exemption", "Exemption", Text, false, "An exemption from data protection law that is relied on.", func(f *Facts) Value { return text(f.Exemption) }},
	{"told", "Person told", Text, false, "Whether the person was or will be told.", func(f *Facts) Value { return text(f.Told) }},
	{"not_told_grounds", "Why not told", IDs, false, "What speaks against telling the person.", func(f *Facts) Value { return idList(f.NotToldGround) }},
	{"told_revisit", "Look again at telling", Day, false, "The day on which not telling is looked at again.", func(f *Facts) Value { return dayOf(f.ToldRevisit) }},
	{"heard", "Person heard", Text, false, "Whether the person could say what they think.", func(f *Facts) Value { return text(f.Heard) }},
	{"advice", "Advice taken", Text, false, "Whether advice was taken.", func(f *Facts) Value { return text(f.Advice) }},
	{"frequency", "How often", Text, false, "Of routine sharing: how often.", func(f *Facts) Value { return text(f.Frequency) }},
	{"retention", "Kept how long", Text, true, "Of routine sharing: how long the recipient keeps it, in words.", func(f *Facts) Value { return text(f.Retention) }},
	{"dpia", "Impact assessment", Text, false, "Of routine sharing: the data protection impact assessment.", func(f *Facts) Value { return text(f.DPIA) }},
	{"reasons", "Reasons", Text, true, "The reasons for the decision.", func(f *Facts) Value { return text(f.Reasons) }},
	{"findings", "Findings", IDs, false, "What was pointed out before signing, by its codes.", func(f *Facts) Value { return codes(f, func(Finding) bool { return true }) }},
	{"findings_answered", "Findings answered", IDs, false, "Which of these the person replied to.", func(f *Facts) Value { return codes(f, func(x Finding) bool { return x.Answered }) }},
	{"stops", "Stops", IDs, false, "Which of these asked for a change or a written reason.", func(f *Facts) Value { return codes(f, func(x Finding) bool { return x.Level == "stop" }) }},
	{"owed", "Owed", IDs, false, "What is still to be done: complete, revisit, tell, decide, review, recipients.", func(f *Facts) Value {
		var list []string
		for _, o := range f.Owed {
			list = append(list, o.What)
		}
		return idList(list)
	}},
	{"owed_by", "Owed by", Day, false, "The first day by which some of it is to be done.", func(f *Facts) Value {
		first := ""
		for _, o := range f.Owed {
			if o.Due != "" && (first == "" || o.Due < first) {
				first = o.Due
			}
		}
		return dayOf(first)
	}},
	{"overdue", "Overdue", YesNo, false, "Whether any of it is overdue today.", func(f *Facts) Value {
		return known(f, yesNo(slices.ContainsFunc(f.Owed, func(o Owed) bool { return o.Overdue })))
	}},
	{"completed", "Completions", Number, false, "How many records complete it.", func(f *Facts) Value { return known(f, number(float64(f.Completed))) }},
	{"amendments", "Amendments", Number, false, "How many amendments it has.", func(f *Facts) Value { return known(f, number(float64(f.Amendments))) }},
	{"amended", "Amended", IDs, false, "Which answers they correct. What was typed stands here as corrected; what was chosen stands as it was recorded.", func(f *Facts) Value { return idList(f.Amended) }},
	{"reviews", "Reviews", Number, false, "How many reviews it has.", func(f *Facts) Value { return known(f, number(float64(f.Reviews))) }},
	{"review_result", "Review result", Text, false, "What the newest review says: stands, changed or withdrawn.", func(f *Facts) Value { return text(f.ReviewResult) }},
	{"audits", "Audits", Number, false, "How many audits it has: reviews that judge how it was decided and change nothing.", func(f *Facts) Value { return known(f, number(float64(f.Audits))) }},
	{"audit_verdict", "Audit verdict", Text, false, "What the newest audit says: sound, points, not-shown or not-sound.", func(f *Facts) Value { return text(f.AuditVerdict) }},
	{"review_on", "Review on", Day, false, "The day on which it is looked at next.", func(f *Facts) Value { return dayOf(f.ReviewOn) }},
	{"endorsed", "Endorsed", Number, false, "How many other people agree.", func(f *Facts) Value { return known(f, number(float64(f.Endorsed))) }},
	{"endorsed_on_conditions", "Endorsed on conditions", Number, false, "How many agree on conditions.", func(f *Facts) Value { return known(f, number(float64(f.EndorsedOnConditions))) }},
	{"disagreed", "Disagreed with", Number, false, "How many disagree.", func(f *Facts) Value { return known(f, number(float64(f.Disagreed))) }},
	{"left_aside", "Left aside", Number, false, "How many records about it do not count in the log.", func(f *Facts) Value { return known(f, number(float64(f.Aside))) }},
	{"keep_until", "Keep until", Day, false, "The last day on which the record has to be kept, or permanent.", func(f *Facts) Value { return dayOf(f.KeepUntil) }},
	{"disposed", "Disposed of", YesNo, false, "Whether the record was disposed of, so that only its signed cover is left.", func(f *Facts) Value { return yesNo(f.Disposed) }},
	{"doubt", "In doubt", Text, false, "Why it does not count in its log, or why nobody can tell now.", func(f *Facts) Value { return text(f.Doubt) }},
	{"fingerprint", "Key", Text, true, "The fingerprint of the key that signed it.", func(f *Facts) Value { return text(f.Fingerprint) }},
	{"chain", "Chain", Text, true, "The chain in which it stands: one key's numbered records.", func(f *Facts) Value { return text(f.Chain) }},
	{"log", "Log", Text, true, "The folder in which it was found.", func(f *Facts) Value { return text(f.Log) }},
	{"file", "File", Text, true, "Its file in that folder.", func(f *Facts) Value { return text(f.File) }},
}

// Columns are all columns, in the order of an export.
func Columns() []Column { return slices.Clone(columns) }

// An UnknownColumn is a name that no column has. Its words do not repeat the name: it may be anything that was typed.
type UnknownColumn struct {
	Name string
}

func (e *UnknownColumn) Error() string { return "there is no column of that name" }

// ColumnsNamed are the columns with these names, in the order given, each once. Its error is an *UnknownColumn.
func ColumnsNamed(names []string) ([]Column, error) {
	var chosen []Column
	for _, name := range names {
		name = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), "-", "_")
		i := slices.IndexFunc(columns, func(c Column) bool { return c.Name == name })
		if i < 0 {
			return nil, &UnknownColumn{name}
		}
		if !slices.ContainsFunc(chosen, func(c Column) bool { return c.Name == name }) {
			chosen = append(chosen, columns[i])
		}
	}
	return chosen, nil
}
