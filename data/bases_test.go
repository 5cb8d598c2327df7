package data_test

import (
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/data"
	"dsa/legislation"
)

// The lawful bases are counted by list and by how sure they are, so that nothing drops out unseen.
func TestBasesAreCounted(t *testing.T) {
	lists, sure := map[string]int{}, map[legislation.Certainty]int{}
	for _, b := range law(t).Bases.Entries {
		lists[b.List]++
		sure[b.Certainty]++
	}
	for list, n := range map[string]int{legislation.Article6: 10, legislation.Article9: 8, legislation.Article10: 9, legislation.Part3: 7} {
		if lists[list] != n {
			t.Errorf("%s has %d bases, want %d", list, lists[list], n)
		}
	}
	t.Logf("by list: %v; by certainty: %v", lists, sure)
}

func TestEveryBasisHasItsSourceAndItsDates(t *testing.T) {
	table := law(t).Bases
	for _, b := range table.Entries {
		sane(t, b.ID, b.Address, official)
		for _, s := range b.Sources {
			sane(t, b.ID, s.Address, nil)
		}
		if len(b.Sources) == 0 || len(b.History) == 0 || len(b.Needs) == 0 {
			t.Errorf("%s has %d sources, %d states and %d needs", b.ID, len(b.Sources), len(b.History), len(b.Needs))
		}
		if slices.Contains(b.See, b.ID) {
			t.Errorf("%s refers to itself", b.ID)
		}
		if b.Reviewer != "" {
			t.Errorf("%s says that %s has reviewed it; nobody had when this was written", b.ID, b.Reviewer)
		}
	}
	for _, f := range table.Forks {
		sane(t, "a fork", f.Address, official)
	}
	for _, d := range table.Documents {
		sane(t, d.ID, d.Address, official)
	}
}

// What the checklist asks about the information, and what the law distinguishes, is the same.
func TestTheKindsOfInformationAreThoseOfTheChecklist(t *testing.T) {
	want := []string{"none"}
	for _, n := range legislation.Categories {
		want = append(want, n.ID)
	}
	var got []string
	for _, o := range ours(t, "people", "categories").Options {
		got = append(got, o.ID)
	}
	slices.Sort(want)
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("the checklist has the kinds %v, the law %v", got, want)
	}
}

// A condition that was chosen is always given a reason: the question for it names them all.
func TestEveryConditionIsGivenAReason(t *testing.T) {
	when := ours(t, "law", "condition-why").When["condition"]
	for _, b := range law(t).Bases.Entries {
		if isCondition := len(b.Data) > 0; isCondition != slices.Contains(when, b.ID) {
			t.Errorf("%s: condition-why is asked for it: %t, want %t", b.ID, !isCondition, isCondition)
		}
	}
	for _, id := range when {
		if !slices.ContainsFunc(law(t).Bases.Entries, func(b *legislation.Basis) bool { return b.ID == id }) {
			t.Errorf("condition-why waits for %s, which is no basis", id)
		}
	}
}

func TestTheREADMEKnowsTheBases(t *testing.T) {
	known := codes(t)
	words := []string{legislation.Article6, legislation.Article9, legislation.Article10, legislation.Part3, "bases.yaml", "forks",
		"lists", "documents", "usually-competent", "closed-to", "fits", "needs", "policy-document", "unless-to", "caution", "unsure-for", "frees"}
	for _, n := range legislation.Categories {
		words = append(words, n.ID)
	}
	for _, w := range words {
		if !known[w] {
			t.Errorf("README.md does not have, in backticks, %s", w)
		}
	}
}

func ours(t *testing.T, question, ask string) *checklist.Ask {
	t.Helper()
	list, err := checklist.LoadOurs(data.Files, "ours", "danger", "who", "request", "people", "law")
	if err != nil {
		t.Fatal(err)
	}
	for i := range list.Questions {
		for j := range list.Questions[i].Asks {
			if list.Questions[i].ID == question && list.Questions[i].Asks[j].ID == ask {
				return &list.Questions[i].Asks[j]
			}
		}
	}
	t.Fatal("there is no ", strings.Join([]string{question, ask}, ": "))
	return nil
}
