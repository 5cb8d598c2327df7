package data_test

import (
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/data"
	"dsa/legislation"
)

// What an agreement says of an initiative is of one that there is, once, and in our words.
func TestTheAgreementsInitiatives(t *testing.T) {
	l := law(t)
	covered := map[string]map[string]bool{} // initiative to agreement to whether it is covered
	for _, id := range checklist.Agreements(data.Files) {
		a := agreement(t, id)
		if len(a.Initiatives) == 0 {
			t.Errorf("%s says nothing of any initiative", id)
		}
		for _, in := range a.Initiatives {
			if !slices.ContainsFunc(l.Initiatives, func(known legislation.Initiative) bool { return known.ID == in.ID }) {
				t.Errorf("%s speaks of %s, which is not in initiatives.yaml", id, in.ID)
			}
			if _, twice := covered[in.ID][id]; twice {
				t.Errorf("%s speaks of %s twice", id, in.ID)
			}
			if covered[in.ID] == nil {
				covered[in.ID] = map[string]bool{}
			}
			covered[in.ID][id] = in.Covered
			if !strings.HasSuffix(in.Words, ".") || !strings.HasPrefix(in.Source, "Section") {
				t.Errorf("%s on %s: %q (%s) is not a sentence with its section", id, in.ID, in.Words, in.Source)
			}
		}
	}
	// Section 16 of the one takes in what section 1.6 of the other leaves out.
	for _, id := range []string{"cdop", "marac", "mappa", "prevent"} {
		if !covered[id]["cambridgeshire-peterborough-2024"] {
			t.Errorf("the Cambridgeshire agreement covers %s", id)
		}
		if in, named := covered[id]["london-mas-2021"]; in || !named {
			t.Errorf("the London agreement names %s as outside it", id)
		}
	}
}

// The initiatives a person can name, and that naming one gives something.
func TestEveryInitiativeMatters(t *testing.T) {
	l := law(t)
	var ids []string
	for _, in := range l.Initiatives {
		ids = append(ids, in.ID)
		if len(in.First) == 0 {
			t.Errorf("%s puts nothing first", in.ID)
		}
		for _, id := range in.First {
			p := l.Provision(id)
			if p.Use == legislation.UseDoNotOffer || p.Use == legislation.UseRestriction {
				t.Errorf("%s puts %s first, which is never offered", in.ID, id)
			}
		}
	}
	for _, want := range []string{"mash", "marac", "mappa", "prevent", "cdop", "lado", "s47", "s17", "cspr", "exploitation",
		"domestic-abuse", "youth-justice", "adult-safeguarding", "send"} {
		if !slices.Contains(ids, want) {
			t.Errorf("there is no initiative %s", want)
		}
	}
	if len(ids) != 19 || len(l.Synonyms) < 50 {
		t.Errorf("there are %d initiatives and %d synonyms", len(ids), len(l.Synonyms))
	}
}
