package cmd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/legislation"
)

// sources are the choices that depend on earlier answers: the names used in the data under "from:". The law is looked
// up for one day, the day on which the sitting takes place. A fault in the tables is kept and stops the signing.
type sources struct {
	app       *App
	agreement *checklist.Agreement // whose parties can be picked
	on        time.Time
	err       error
}

func (s *sources) all() map[string]checklist.Source {
	return map[string]checklist.Source{
		"sectors":       sectorSource,
		"recipients":    recipientSource,
		"circumstances": s.circumstances,
		"gateways":      s.gateways,
		"article-6":     s.articleSix,
		"conditions":    s.conditions,
		"parties":       s.parties,
		"topics":        s.topics,
	}
}

func optionsOf(names []legislation.Named) []checklist.Option {
	options := make([]checklist.Option, len(names))
	for i, n := range names {
		options[i] = checklist.Option{ID: n.ID, Words: screen.Capital(n.Words)}
	}
	return options
}

func sectorSource(checklist.Answers) checklist.Choice {
	return checklist.Choice{Options: optionsOf(legislation.Sectors)}
}

func recipientSource(checklist.Answers) checklist.Choice {
	return checklist.Choice{Options: optionsOf(legislation.Recipients)}
}

// walkParts are the parts of the law that a walk asks for.
const walkParts = legislation.PartBases | legislation.PartPrinted

func (s *sources) law() *legislation.Law {
	law, err := s.app.Law(walkParts)
	if err != nil {
		s.err = err
		return nil
	}
	return law
}

func (s *sources) circumstances(answers checklist.Answers) checklist.Choice {
	law := s.law()
	if law == nil {
		return checklist.Choice{}
	}
	about := subjects(answers)
	var options []checklist.Option
	for _, c := range law.Circumstances {
		if len(c.About) > 0 && !slices.ContainsFunc(c.About, func(a string) bool { return slices.Contains(about, a) }) {
			continue
		}
		options = append(options, checklist.Option{ID: c.ID, Words: c.Words})
	}
	return checklist.Choice{Options: options}
}

func subjects(answers checklist.Answers) []string { return subjectsOf(answers["about"].Chosen) }

// subjectsOf takes "both" for what it means.
func subjectsOf(about []string) []string {
	if slices.Equal(about, []string{"both"}) {
		return []string{"children", "adults"}
	}
	return about
}

// withoutNone leaves out the choice that says there is none of it.
func withoutNone(chosen []string) []string {
	return slices.DeleteFunc(slices.Clone(chosen), func(id string) bool { return id == "none" })
}

// caseOf reads the facts of a case off the answers.
func (s *sources) caseOf(answers checklist.Answers) legislation.Case {
	c := legislation.Case{
		Holder: legislation.Body{
			Sector:    only(answers["sector"]),
			Public:    answers["public-authority"].Is("yes"),
			Competent: answers["competent-authority"].Is("yes"),
		},
		Recipient: only(answers["recipient-sector"]),
		Subjects:  subjects(answers),
		Facts:     withoutNone(answers["circumstances"].Chosen),
		On:        s.on,
	}
	if named := only(answers["initiative"]); named != "none" {
		c.Initiative = named
	}
	if answers["initiated"].Is("asked") {
		c.Facts = append(c.Facts, legislation.FactAsked)
	}
	return c
}

func only(a checklist.Answer) string {
	if len(a.Chosen) == 1 {
		return a.Chosen[0]
	}
	return ""
}

// checkFirst marks law that must not be relied on as it stands. It goes before the words wherever they are shown.
const checkFirst = "check before relying on this"

// gateways offers what the law has for this case, and says of the rest why it is not offered. Guidance is shown among
// the notes: it is not a power and cannot be chosen as one.
func (s *sources) gateways(answers checklist.Answers) checklist.Choice {
	law := s.law()
	if law == nil {
		return checklist.Choice{}
	}
	theCase := s.caseOf(answers)
	outlook := law.Find(theCase)
	var choice checklist.Choice
	if outlook.Route != "" {
		choice.Lead = outlook.Route
	}
	for _, o := range outlook.Offered {
		if isGuidance(o.Provision) {
			note := fmt.Sprintf("Guidance, not a power: %s. %s %s", o.Brief(), o.Summary, s.app.stated(o.Provision))
			choice.Notes = append(choice.Notes, strings.TrimSpace(note))
			continue
		}
		option := offerOption(o, theCase)
		if words := s.app.stated(o.Provision); words != "" {
			option.Help += " " + words
			option.Detail = words + "\n" + option.Detail
		}
		choice.Options = append(choice.Options, option)
	}
	printed := s.printed(law)
	for _, r := range outlook.NotOffered {
		// Of what is not offered, a person can have expected what the agreement's own table prints.
		if printed[r.ID] {
			choice.Notes = append(choice.Notes, fmt.Sprintf("Not offered: %s (%s), because %s.", r.Brief(), r.Title, strings.Join(r.Reasons, "; and ")))
		}
	}
	return choice
}

// printed are the entries to which the agreement's own table points.
func (s *sources) printed(law *legislation.Law) map[string]bool {
	ids := map[string]bool{}
	if s.agreement != nil {
		for _, row := range law.Printed[s.agreement.ID].Rows {
			for _, id := range row.Entries {
				ids[id] = true
			}
		}
	}
	return ids
}

// topics offers what the law protects especially, and says with each which restrictions it brings up in this case.
func (s *sources) topics(answers checklist.Answers) checklist.Choice {
	law := s.law()
	if law == nil {
		return checklist.Choice{}
	}
	var choice checklist.Choice
	theCase := s.caseOf(answers)
	for _, topic := range law.Topics {
		option := checklist.Option{ID: topic.ID, Words: topic.Words}
		var names, detail []string
		theCase.Touches = []string{topic.ID}
		for _, r := range law.Restrictions(theCase) {
			if !slices.Contains(r.Touches, topic.ID) {
				continue
			}
			names = append(names, r.Brief())
			detail = append(detail, r.Citation()+", "+standing(r.State)+". "+r.Summary+" Limits: "+r.Limits, r.Address)
			for _, check := range r.Check {
				detail = append(detail, "To check: "+check)
			}
		}
		if len(names) > 0 {
			option.Help = "See: " + strings.Join(names, "; ") + "."
			option.Detail = strings.Join(detail, "\n")
		}
		choice.Options = append(choice.Options, option)
	}
	theCase.Touches = nil
	for _, r := range law.Restrictions(theCase) {
		choice.Notes = append(choice.Notes, fmt.Sprintf("Comes up in this case: %s. %s", r.Citation(), r.Summary))
	}
	return choice
}

// isGuidance reports what is guidance, and no law that could be relied on.
func isGuidance(p *legislation.Provision) bool {
	return p.Effect == legislation.StatutoryGuidance || p.Effect == legislation.NonStatutoryGuidance
}

func offerOption(o legislation.Offer, c legislation.Case) checklist.Option {
	option := checklist.Option{ID: o.ID, Words: fmt.Sprintf("%s, %s: %s", o.Brief(), o.Effect.Words(), o.Title), Help: why(o, c)}
	if o.Theirs {
		option.Words = fmt.Sprintf("%s, their function and no power of yours: %s", o.Brief(), o.Title)
	}
	if o.Only != "" {
		option.Help += " Only if yours is one of: " + strings.TrimSuffix(o.Only, ".") + "."
	}
	if o.Doubtful {
		option.Marked = checkFirst
	}
	detail := []string{o.Summary, "Limits: " + o.Limits, "Offered because " + strings.Join(o.Reasons, "; ") + ".", "Status: " + standing(o.State) + "."}
	if len(o.Check) > 0 {
		detail = append(detail, "To check: "+strings.Join(o.Check, " "))
	}
	if o.Reviewer == "" {
		detail = append(detail, "No named person has reviewed this entry yet.")
	}
	option.Detail = strings.Join(append(detail, o.Address), "\n")
	return option
}

// why says in a few words why a provision is offered; the detail has them in full.
func why(o legislation.Offer, c legislation.Case) string {
	plain := func(id string) string { return strings.ReplaceAll(id, "-", " ") }
	reasons := []string{"you are " + plain(c.Holder.Sector)}
	if o.Theirs {
		reasons = []string{"it is their function"}
	}
	reasons = append(reasons, "they are "+plain(c.Recipient), "about "+strings.Join(o.Subjects, " and "))
	for _, line := range o.Facts {
		for _, fact := range strings.Split(line, "|") {
			if slices.Contains(c.Facts, fact) {
				reasons = append(reasons, plain(fact))
				break
			}
		}
	}
	return "Offered because: " + strings.Join(reasons, ", ") + "."
}

func standing(s legislation.State) string {
	if s.From == "" || s.From == "unknown" {
		return s.Status.Words()
	}
	return s.Status.Words() + ", since " + s.From
}
