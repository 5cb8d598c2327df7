package cmd

import (
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/data"
)

func TestPartiesArePickedByKindOfRecipient(t *testing.T) {
	load := func(id string) *checklist.Agreement {
		a, err := checklist.Load(data.Files, id)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	cambridgeshire, london := load("cambridgeshire-peterborough-2024"), load("london-mas-2021")
	for sentence, c := range map[string]struct {
		agreement *checklist.Agreement
		sector    string
		ids       string // joined with blanks
		lead      string
		help      string // of the first option
	}{
		"councils": {cambridgeshire, "local-authority", "cambridgeshire-county-council peterborough-city-council", "",
			"Post named in the agreement: Executive Director for Children, Education and Families."},
		"one party, with what has changed": {cambridgeshire, "health", "cambridgeshire-and-peterborough-icb " +
			"cambridgeshire-and-peterborough-nhs-foundation-trust-cpft cambridgeshire-community-services-nhs-trust-ccs " +
			"cambridge-university-hospital-trust hinchingbrooke-healthcare-nhs-trust north-west-anglia-foundation-trust royal-papworth-hospital",
			"", "Check its name today."},
		"a kind is said and not offered":    {cambridgeshire, "education", "", "Education (schools and colleges)", ""},
		"kinds only, each with its note":    {london, "health", "", "Local health partner; Local CCG; Local substance misuse partner", ""},
		"three police forces":               {london, "police", "metropolitan-police-service british-transport-police city-of-london-police", "", ""},
		"no party of that kind":             {cambridgeshire, "prison", "", "", ""},
		"a recipient that is no partner":    {cambridgeshire, "public", "", "", ""},
		"before the kind of recipient":      {cambridgeshire, "", "", "", ""},
		"a walk that is of no agreement":    {nil, "police", "", "", ""},
		"another agreement has its parties": {london, "ambulance", "london-ambulance-service", "", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := &sources{agreement: c.agreement}
			answers := checklist.Answers{}
			if c.sector != "" {
				answers["recipient-sector"] = checklist.Answer{Chosen: []string{c.sector}}
			}
			choice := s.parties(answers)
			var ids []string
			for _, o := range choice.Options {
				ids = append(ids, o.ID)
			}
			if !slices.Equal(ids, strings.Fields(c.ids)) {
				t.Errorf("offered %v, want %s", ids, c.ids)
			}
			if !strings.Contains(choice.Lead, c.lead) || (c.lead == "") != (choice.Lead == "") {
				t.Errorf("the lead is %q, want %q", choice.Lead, c.lead)
			}
			if c.help != "" && !strings.Contains(choice.Options[0].Help, c.help) {
				t.Errorf("the help is %q, want %q", choice.Options[0].Help, c.help)
			}
		})
	}
	if notes := partiesOf(london, "health").Notes; len(notes) != 1 || !strings.Contains(notes[0], "integrated care boards") {
		t.Errorf("the notes are %q", notes)
	}
}
