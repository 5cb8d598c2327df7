package cmd

import (
	"strings"

	"dsa/checklist"
)

// parties offers the organisations that the agreement names for the kind of recipient that was chosen. Where it names
// only a kind, such as schools, that is said and not offered: a record must say which one.
func (s *sources) parties(answers checklist.Answers) checklist.Choice {
	return partiesOf(s.agreement, only(answers["recipient-sector"]))
}

func partiesOf(agreement *checklist.Agreement, sector string) checklist.Choice {
	var choice checklist.Choice
	if agreement == nil {
		return choice
	}
	var kinds []string
	for _, p := range agreement.Parties {
		switch {
		case p.Sector != sector:
		case p.Kind:
			kinds = append(kinds, p.Organisation)
			if p.Note != "" {
				choice.Notes = append(choice.Notes, p.Organisation+": "+p.Note)
			}
		default:
			choice.Options = append(choice.Options, checklist.Option{ID: p.ID(), Words: p.Organisation, Help: partyHelp(p)})
		}
	}
	if len(kinds) > 0 {
		choice.Lead = "The agreement names here, without saying which one: " + strings.Join(kinds, "; ") + "."
	}
	return choice
}

func partyHelp(p checklist.Party) string {
	var said []string
	if len(p.Posts) > 0 {
		said = append(said, "Post named in the agreement: "+strings.Join(p.Posts, "; ")+".")
	}
	if p.Note != "" {
		said = append(said, p.Note)
	}
	return strings.Join(said, " ")
}
