package decision_test

import (
	"testing"

	"dsa/decision"
)

func TestTheRecipientIsThePartyThatWasPickedOrWhatWasTyped(t *testing.T) {
	party := func(id string) decision.Answer {
		return decision.Answer{ID: "recipient-party", Chosen: []decision.Choice{{ID: id, Words: "The words of " + id}}}
	}
	typed := decision.Answer{ID: "recipient-organisation", Text: "Fenmarsh Council"}
	for sentence, c := range map[string]struct {
		answers []decision.Answer
		want    string
	}{
		"a party that was picked":      {[]decision.Answer{party("cambridgeshire-constabulary")}, "The words of cambridgeshire-constabulary"},
		"another organisation":         {[]decision.Answer{party("other"), typed}, "Fenmarsh Council"},
		"a record from before parties": {[]decision.Answer{typed}, "Fenmarsh Council"},
		"nobody can be identified":     {[]decision.Answer{{ID: "anonymous-recipient", Text: "The county's statistics team"}}, "The county's statistics team"},
		"nobody":                       {nil, ""},
	} {
		record := &decision.Record{Questions: []decision.Question{{ID: "request", Answers: c.answers}}}
		if got := record.Recipient(); got != c.want {
			t.Errorf("%s: %q, want %q", sentence, got, c.want)
		}
	}
}
