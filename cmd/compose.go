package cmd

import (
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/decision"
	"dsa/legislation"
)

// A composition is everything that a record is composed of.
type composition struct {
	app       *App
	agreement *checklist.Agreement
	occasion  string
	of        *decision.Link
	walk      *checklist.Walk
	sources   *sources
	given     decision.Given
	begun     time.Time
	whole     func(*decision.Record) *decision.Record // see task
}

// compose turns a walk into a record; nowhere else does. The words of the record are those that were on the screen. A
// walk that is not finished gives a record of what has been answered, which Check would not let be signed.
func (c *composition) compose(salt string, now time.Time) (*decision.Record, error) {
	steps := c.walk.Steps()
	answers := c.walk.Applying()
	if c.sources.err != nil {
		return nil, c.sources.err
	}
	record := &decision.Record{
		Salt: salt, Program: Program, Standing: c.app.standing(), Occasion: c.occasion, Given: c.given,
		Begun: c.begun.Format(decision.TimeFormat), Recorded: now.Format(decision.TimeFormat),
		Of:        c.of,
		By:        c.person(answers),
		Agreement: decision.Document{ID: c.agreement.ID, Title: c.agreement.Title, Version: c.agreement.Version, Digest: c.agreement.Digest},
		Checklist: decision.Document{ID: c.walk.List().ID, Title: c.walk.List().Title},
		Law:       decision.Law{Relied: []decision.Provision{}},
		Questions: []decision.Question{},
		Findings:  []decision.Finding{},
	}
	replies := map[string]string{}
	for _, step := range steps {
		if !step.Answered || step.Unfit != "" || step.Question.ID == whoQuestion {
			continue
		}
		if checklist.IsClosing(step.Path) {
			if code, isReply := checklist.IsReply(step.Path); isReply {
				replies[code] = step.Answer.Text
			}
			continue
		}
		if step.Ask.Kind == checklist.Files {
			record.Files = append(record.Files, disclosed(step.Answer)...)
		}
		if n := len(record.Questions); n == 0 || record.Questions[n-1].ID != step.Question.ID {
			q := step.Question
			record.Questions = append(record.Questions, decision.Question{
				ID: q.ID, Number: q.Number, Title: q.Title, Guidance: q.Guidance, Source: q.Source, Answers: []decision.Answer{}})
		}
		q := &record.Questions[len(record.Questions)-1]
		if answer, ok := frozen(step); ok {
			q.Answers = append(q.Answers, answer)
		}
	}
	if answers["gateway"].Chosen != nil {
		if err := c.law(record, answers); err != nil {
			return nil, err
		}
	}
	if c.occasion == checklist.Emergency {
		record.Owed = c.owed(answers)
	}
	record.Findings = c.findings(record, replies)
	if len(replies) > 0 {
		// A reply is typed too, and may hold a name.
		record.Findings = c.findings(record, replies)
	}
	return record, nil
}

func (c *composition) findings(record *decision.Record, replies map[string]string) []decision.Finding {
	found := []decision.Finding{}
	for _, f := range decision.Findings(c.all(record)) {
		f.Reply = replies[f.Code]
		found = append(found, f)
	}
	return found
}

// draw is the record as far as it has come, for what can be seen in it; it is never signed.
func (c *composition) draw(now time.Time) (*decision.Record, error) { return c.compose("", now) }

// all is the record with what it completes.
func (c *composition) all(record *decision.Record) *decision.Record {
	if c.whole == nil {
		return record
	}
	return c.whole(record)
}

// needsReply reports whether a finding has to be replied to before the record is signed. What completes an emergency is
// done without haste: there it is asked for, as it was not then.
func (c *composition) needsReply(f decision.Finding, record *decision.Record) bool {
	all := *c.all(record)
	all.Occasion = c.occasion
	return f.NeedsReply(&all)
}

// answersOf are the answers of a record as a walk has them: the opposite of composing. Who decided is not among them.
func answersOf(record *decision.Record) checklist.Answers {
	answers := checklist.Answers{}
	for _, q := range record.Questions {
		for _, a := range q.Answers {
			answer := checklist.Answer{Text: a.Text}
			for _, choice := range a.Chosen {
				answer.Chosen = append(answer.Chosen, choice.ID)
			}
			answers[a.Path()] = answer
		}
	}
	return answers
}

// frozen is the answer with the words as they were shown. Whether there was another item is form, not an answer.
func frozen(step checklist.Step) (decision.Answer, bool) {
	answer := decision.Answer{ID: step.Path, Asked: step.Ask.Words, Text: step.Answer.Text}
	if parts := strings.Split(step.Path, "/"); len(parts) == 3 {
		if parts[2] == "more" {
			return answer, false
		}
		answer.Group, answer.ID, answer.Item = parts[0], parts[2], step.Item
	}
	for _, o := range step.Ask.Options {
		if step.Answer.Is(o.ID) {
			answer.Chosen = append(answer.Chosen, decision.Choice{ID: o.ID, Words: marked(o)})
		} else if step.Ask.From != answersOfRecord { // the places in a record are no alternatives that anybody weighed
			answer.Others = append(answer.Others, marked(o))
		}
	}
	return answer, true
}

func marked(o checklist.Option) string {
	if o.Marked != "" {
		return o.Words + " [" + o.Marked + "]"
	}
	return o.Words
}

func (c *composition) person(answers checklist.Answers) decision.Person {
	choice := func(id string) decision.Choice {
		chosen := only(answers[id])
		for _, q := range c.walk.List().Questions {
			for _, ask := range q.Asks {
				if ask.ID != id {
					continue
				}
				if o := ask.Option(chosen); o != nil {
					return decision.Choice{ID: chosen, Words: o.Words}
				}
			}
		}
		return decision.Choice{ID: chosen, Words: legislation.Words(legislation.Sectors, chosen)}
	}
	return decision.Person{
		Name: answers["name"].Text, Post: answers["post"].Text, Organisation: answers["organisation"].Text,
		Sector: choice("sector"), PublicAuthority: choice("public-authority"), CompetentAuthority: choice("competent-authority"),
		Email: answers["email"].Text,
	}
}

// law freezes what was looked up: the provisions relied on and the restrictions that came up, as they were shown, and
// the route where there was none.
func (c *composition) law(record *decision.Record, answers checklist.Answers) error {
	law, err := c.sources.app.Law(walkParts)
	if err != nil {
		return err
	}
	theCase := c.sources.caseOf(answers)
	theCase.Touches = answers["restrictions"].Chosen
	outlook := law.Find(theCase)
	printed := func(p *legislation.Provision) []string { return law.Overtaken(c.agreement.ID, p.ID) }
	record.Law.On = c.sources.on.Format(time.DateOnly)
	record.Law.Route = outlook.Route
	for _, o := range outlook.Offered {
		if !isGuidance(o.Provision) {
			record.Law.Offered = append(record.Law.Offered, decision.Offered{
				ID: o.ID, Citation: o.Citation(), Effect: string(o.Effect), Status: string(o.State.Status), Raises: o.Raises})
		}
		if !slices.Contains(answers["gateway"].Chosen, o.ID) {
			continue
		}
		record.Law.Relied = append(record.Law.Relied, frozenProvision(o.Provision, o.State, o.Reasons, printed(o.Provision)))
	}
	for _, topic := range law.Topics {
		if slices.Contains(theCase.Touches, topic.ID) {
			record.Law.Topics = append(record.Law.Topics, decision.Topic{ID: topic.ID, Raises: topic.Raises})
		}
	}
	for _, r := range law.Restrictions(theCase) {
		record.Law.Restrictions = append(record.Law.Restrictions, frozenProvision(r.Provision, r.State, r.Reasons, printed(r.Provision)))
	}
	record.Law.Bases = frozenBases(law.FindBases(c.sources.basisCase(law, answers)),
		slices.Concat(answers["article-6"].Chosen, answers["condition"].Chosen))
	return nil
}

func frozenProvision(p *legislation.Provision, state legislation.State, reasons, printed []string) decision.Provision {
	return decision.Provision{
		ID: p.ID, Citation: p.Citation(), Effect: string(p.Effect), Use: string(p.Use),
		Status: string(state.Status), Since: state.From, Certainty: string(p.Certainty), Reviewer: p.Reviewer,
		Address: p.Address, Summary: p.Summary, Limits: p.Limits, Reasons: reasons, Check: p.Check, Pack: p.Pack,
		Raises: p.Raises, Printed: printed,
	}
}

// keepUntil is the day after which the record is due for disposal: the years the organisation keeps such records,
// or no day at all while nobody has said.
func keepUntil(answers checklist.Answers, now time.Time) string {
	var years int
	for _, r := range answers["keep-years"].Text {
		years = years*10 + int(r-'0')
	}
	if years == 0 {
		return decision.Permanent
	}
	return now.AddDate(years, 0, 0).Format(time.DateOnly)
}
