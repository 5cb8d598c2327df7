package legislation_test

import (
	"slices"
	"strings"
	"testing"

	"dsa/legislation"
)

const victims = "police-crime-sentencing-and-courts-act-2022-s44a"

func restraint(law *legislation.Law, c legislation.Case, id string) *legislation.Restraint {
	for _, r := range law.Restrictions(c) {
		if r.ID == id {
			return &r
		}
	}
	return nil
}

func TestRestrictions(t *testing.T) {
	law := shipped(t)
	asked := legislation.Case{Holder: charity, Recipient: "police", Subjects: []string{"adults"},
		Facts: []string{"asked", "victim-information-request"}}
	for sentence, c := range map[string]struct {
		legislation.Case
		on, id string
		reason string // empty: it does not come up
	}{
		"a police request for a victim's information on the day the rules begin": {asked, "2026-01-12", victims, "you said: "},
		"the same request the day before":                                        {asked, "2026-01-11", victims, ""},
		"counselling notes, with no more said": {legislation.Case{Holder: charity, Recipient: "police", Subjects: []string{"adults"},
			Touches: []string{"counselling"}}, "2026-01-12", victims, "the material contains this: "},
		"another topic": {legislation.Case{Holder: charity, Recipient: "police", Subjects: []string{"adults"},
			Touches: []string{"adoption"}}, "2026-01-12", victims, ""},
		"nothing said that brings it up": {legislation.Case{Holder: charity, Recipient: "police", Subjects: []string{"adults"}},
			"2026-01-12", victims, ""},
		"a case about nobody": {legislation.Case{Holder: charity, Recipient: "police",
			Facts: []string{"victim-information-request"}}, "2026-01-12", victims, ""},
		"confidence is always to be thought of": {legislation.Case{Holder: charity, Recipient: "public", Subjects: []string{"children"}},
			"2026-01-12", "common-law-confidentiality", "it reaches any organisation"},
		"an EHC plan, by its topic": {legislation.Case{Holder: school, Recipient: "police", Subjects: []string{"children"},
			Touches: []string{"ehc-plan"}}, "2026-01-12", "send-regulations-2014-r17", "the material contains this: "},
		"an EHC plan, by the initiative": {legislation.Case{Holder: school, Recipient: "police", Subjects: []string{"children"},
			Initiative: "send"}, "2026-01-12", "send-regulations-2014-r17", "you said: "},
		"an EHC plan in the hands of somebody else": {legislation.Case{Holder: charity, Recipient: "police", Subjects: []string{"children"},
			Touches: []string{"ehc-plan"}}, "2026-01-12", "send-regulations-2014-r17", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			c.Case.On = day(c.on)
			r := restraint(law, c.Case, c.id)
			switch {
			case c.reason == "" && r != nil:
				t.Errorf("it comes up: %q", r.Reasons)
			case c.reason != "" && r == nil:
				t.Error("it does not come up")
			case r != nil && !strings.Contains(strings.Join(r.Reasons, "\n"), c.reason):
				t.Errorf("it comes up, and not because of %q: %q", c.reason, r.Reasons)
			}
		})
	}
}

// Nothing but restrictions that stand, or that nobody has confirmed, each with its reasons; for every kind of holder.
func TestRestrictionsRestrict(t *testing.T) {
	law := shipped(t)
	var topics, facts []string
	for _, topic := range law.Topics {
		topics = append(topics, topic.ID)
	}
	for _, c := range law.Circumstances {
		facts = append(facts, c.ID)
	}
	for _, sector := range legislation.Sectors {
		for _, on := range []string{"1990-01-01", "2026-01-15", "2030-01-01"} {
			c := legislation.Case{Holder: legislation.Body{Sector: sector.ID}, Recipient: "police",
				Subjects: []string{"children", "adults"}, Facts: facts, Touches: topics, On: day(on)}
			for _, r := range law.Restrictions(c) {
				if r.Use != legislation.UseRestriction || len(r.Reasons) < 2 ||
					!r.State.Status.Stands() && r.State.Status != legislation.StartUnconfirmed {
					t.Errorf("%s on %s: %s is %s, %s: %q", sector.ID, on, r.ID, r.Use, r.State.Status, r.Reasons)
				}
			}
		}
	}
}

// The day before, a case is told what the next day brings; on the day, nothing more is to come.
func TestComing(t *testing.T) {
	law := shipped(t)
	encompass := legislation.Case{Holder: police, Recipient: "education", Subjects: []string{"children"}, Facts: []string{"domestic-abuse"}}
	request := legislation.Case{Holder: charity, Recipient: "police", Subjects: []string{"adults"}, Facts: []string{"victim-information-request"}}
	for _, c := range []struct {
		legislation.Case
		before, on, id string
		restrict       bool
	}{
		{encompass, "2025-11-06", "2025-11-07", "domestic-abuse-act-2021-s49a", false},
		{request, "2026-01-11", "2026-01-12", victims, true},
	} {
		c.On = day(c.before)
		coming := law.Coming(c.Case)
		i := slices.IndexFunc(coming, func(n legislation.Coming) bool { return n.ID == c.id })
		if i < 0 || coming[i].From != c.on || coming[i].Restrict != c.restrict {
			t.Errorf("on %s, what comes is %+v", c.before, coming)
		}
		c.On = day(c.on)
		if slices.ContainsFunc(law.Coming(c.Case), func(n legislation.Coming) bool { return n.ID == c.id }) {
			t.Errorf("on %s, %s is still to come", c.on, c.id)
		}
	}
}
