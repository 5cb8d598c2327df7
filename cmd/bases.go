package cmd

import (
	"fmt"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/decision"
	"dsa/legislation"
)

// basisCase reads off the answers the facts on which lawful bases depend.
func (s *sources) basisCase(law *legislation.Law, answers checklist.Answers) legislation.BasisCase {
	known := s.caseOf(answers)
	c := legislation.BasisCase{
		Holder: known.Holder, Recipient: known.Recipient, Subjects: known.Subjects, Facts: known.Facts, On: known.On,
		Data:           withoutNone(answers["categories"].Chosen),
		LawEnforcement: answers["law-enforcement"].Is("yes"),
	}
	for _, in := range law.Initiatives {
		if in.ID == known.Initiative {
			c.Facts = append(slices.Clone(c.Facts), in.Facts...)
		}
	}
	for _, id := range []string{legislation.NotSurePublic, legislation.NotSureCompetent, legislation.NotSureEnforcement} {
		if answers[id].Is("not-sure") {
			c.NotSure = append(c.NotSure, id)
		}
	}
	chosen := answers["gateway"]
	for _, o := range law.Find(known).Offered {
		// A duty whose start is not confirmed is no obligation to rest on yet.
		if chosen.Is(o.ID) && o.Effect == legislation.DutyToShare && !o.Theirs && !o.Doubtful {
			c.Duties = append(c.Duties, o.Brief())
		}
	}
	return c
}

// isCondition reports whether a basis is added to another because of the information: what the checklist asks for
// separately.
func isCondition(b *legislation.Basis) bool { return len(b.Data) > 0 }

// articleSix offers the lawful bases: those of Article 6, or of section 35(2) where Part 3 applies.
func (s *sources) articleSix(answers checklist.Answers) checklist.Choice {
	return s.basisChoice(answers, func(b *legislation.Basis) bool { return !isCondition(b) })
}

// conditions offers what the special category and criminal information needs besides.
func (s *sources) conditions(answers checklist.Answers) checklist.Choice {
	return s.basisChoice(answers, isCondition)
}

func (s *sources) basisChoice(answers checklist.Answers, asked func(*legislation.Basis) bool) checklist.Choice {
	law := s.law()
	if law == nil {
		return checklist.Choice{}
	}
	found := law.FindBases(s.basisCase(law, answers))
	choice := checklist.Choice{Lead: strings.Join(found.Notes, "\n")}
	for _, o := range found.Open() {
		if asked(o.Basis) {
			choice.Options = append(choice.Options, basisOption(o))
		}
	}
	for _, g := range closedTogether(found.Closed) {
		var titles []string
		for _, b := range g.bases {
			if asked(b) {
				titles = append(titles, b.Title)
			}
		}
		if len(titles) > 0 {
			choice.Notes = append(choice.Notes, fmt.Sprintf("Not open: %s, because %s.", strings.Join(titles, "; "), strings.Join(g.reasons, "; and ")))
		}
	}
	return choice
}

// closedGroup is what is closed for the same reasons, said once.
type closedGroup struct {
	bases   []*legislation.Basis
	reasons []string
}

func closedTogether(closed []legislation.ClosedBasis) []*closedGroup {
	var groups []*closedGroup
	for _, c := range closed {
		i := slices.IndexFunc(groups, func(g *closedGroup) bool { return slices.Equal(g.reasons, c.Reasons) })
		if i < 0 {
			i = len(groups)
			groups = append(groups, &closedGroup{reasons: c.Reasons})
		}
		groups[i].bases = append(groups[i].bases, c.Basis)
	}
	return groups
}

// whyOpen says why a basis is open, and its warning in a sentence of its own.
func whyOpen(o legislation.OpenBasis) string {
	reasons := slices.DeleteFunc(slices.Clone(o.Reasons), func(r string) bool { return r == o.Caution })
	words := "Open because: " + strings.Join(reasons, "; ") + "."
	if o.Caution != "" {
		words += " But: " + o.Caution + "."
	}
	return words
}

func basisWords(b *legislation.Basis) string { return b.Title + ": " + b.Words }

func basisOption(o legislation.OpenBasis) checklist.Option {
	option := checklist.Option{ID: o.ID, Words: basisWords(o.Basis), Help: whyOpen(o)}
	switch o.PolicyDocument {
	case legislation.DocumentNeeded:
		option.Help += " It needs your organisation's own appropriate policy document."
	case legislation.DocumentExcepted:
		option.Help += " No policy document is needed towards this recipient."
	}
	if o.Doubtful {
		option.Marked = checkFirst
	}
	detail := []string{o.Summary, "Limits: " + o.Limits}
	for _, n := range o.Needs {
		detail = append(detail, "It needs: "+n)
	}
	for _, c := range o.Check {
		detail = append(detail, "To check: "+c)
	}
	detail = append(detail, o.Citation+". Status: "+standing(o.State)+".")
	if o.Reviewer == "" {
		detail = append(detail, "No named person has reviewed this entry yet.")
	}
	for _, source := range o.Sources {
		detail = append(detail, "Source: "+source.Says+": "+source.Address)
	}
	option.Detail = strings.Join(append(detail, o.Address), "\n")
	return option
}

// frozenBases are the chosen bases as they were shown.
func frozenBases(found legislation.Bases, chosen []string) []decision.Basis {
	var bases []decision.Basis
	for _, o := range found.Open() {
		if !slices.Contains(chosen, o.ID) {
			continue
		}
		basis := decision.Basis{
			ID: o.ID, List: o.List, Citation: o.Citation, Status: string(o.State.Status), Since: o.State.From,
			Certainty: string(o.Sure()), Reviewer: o.Reviewer, Address: o.Address, Summary: o.Summary, Limits: o.Limits,
			Covers: o.Covers, Needs: o.Needs, PolicyDocument: string(o.PolicyDocument), Caution: o.Caution,
			Reasons: o.Reasons, Check: o.Check, Raises: o.Raises, Function: o.Function,
		}
		if o.NotPublic() {
			basis.ClosedTo = []string{"public-authority"}
		}
		bases = append(bases, basis)
	}
	return bases
}
