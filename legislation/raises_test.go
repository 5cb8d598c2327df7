package legislation_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"dsa/legislation"
)

// What the law attaches to relying on it, or to coming up against it, one line for each entry and basis. Whoever adds
// an entry with a limit of this kind adds its line here.
func TestWhatTheLawRaises(t *testing.T) {
	law := shipped(t)
	want := map[string]string{
		"children-act-2004-s16h": "USELIMIT", "children-act-2004-s16d": "USELIMIT", "children-act-2004-s16n": "USELIMIT",
		"care-act-2014-s45": "USELIMIT", "digital-economy-act-2017-s35": "USELIMIT", "welfare-reform-act-2012-s131": "USELIMIT",
		"social-security-information-sharing-regulations-2012":     "USELIMIT",
		"female-genital-mutilation-act-2003-s5b":                   "PERSONAL ADVICE",
		"crime-and-policing-act-2026-child-sexual-abuse-reporting": "PERSONAL",
		"children-act-2004-s16la":                                  "DETRIMENT",
		"health-and-social-care-act-2012-s251b":                    "OBJECT",
		victims:                                                    "VICTIM",
		"counter-terrorism-and-security-act-2015-s38":              "ADVICE",
		"common-law-policing-power":                                "HEAR",
		"children-and-families-act-2014-s23":                       "HEAR",
		"adoption-and-children-act-2002":                           "BAR ORIGIN ADVICE",
		"investigatory-powers-act-2016":                            "BAR ORIGIN ADVICE",
		"commissioners-for-revenue-and-customs-act-2005-s18":       "BAR ORIGIN ADVICE",
		"social-security-administration-act-1992-s123":             "BAR ORIGIN ADVICE",
		"administration-of-justice-act-1960-s12":                   "BAR ADVICE",
		"children-act-1989-s97":                                    "BAR ADVICE",
		"family-procedure-rules-2010-r12-73":                       "BAR ADVICE",
		"gender-recognition-act-2004-s22":                          "BAR ADVICE",
		"human-fertilisation-and-embryology-act-1990-s33a":         "BAR ADVICE",
		"rehabilitation-of-offenders-act-1974-s9":                  "BAR ADVICE",
		"sexual-offences-amendment-act-1992-s1":                    "BAR ADVICE",
		"female-genital-mutilation-act-2003-s4a":                   "BAR ADVICE",
		a:                                                          "CONSENT", "dpa-2018-s10-5-para29": "CONSENT", "dpa-2018-s35-2-a": "CONSENT", "dpa-2018-s35-4": "CONSENT",
		para18: "P18", para19: "P18", crime18: "P18", "dpa-2018-s35-5-sch8-para4": "P18",
	}
	got := map[string]string{}
	for _, p := range law.Provisions {
		if len(p.Raises) > 0 {
			got[p.ID] = strings.Join(p.Raises, " ")
		}
	}
	for _, b := range law.Bases.Entries {
		if len(b.Raises) > 0 {
			got[b.ID] = strings.Join(b.Raises, " ")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(want)) {
		if got[id] != want[id] {
			t.Errorf("%s raises %q, want %q", id, got[id], want[id])
		}
	}
	for _, id := range slices.Sorted(maps.Keys(got)) {
		if want[id] == "" {
			t.Errorf("%s raises %q, which is not written down here", id, got[id])
		}
	}
}

// What an entry raises must be able to come up: it is offered or restricts, or would be offered once it has started.
// And no code is kept for nothing.
func TestWhatIsRaisedCanComeUp(t *testing.T) {
	law := shipped(t)
	used := map[string]bool{}
	for _, p := range law.Provisions {
		for _, code := range p.Raises {
			used[code] = true
		}
		last := p.History[len(p.History)-1].Status
		if dead := p.Use == legislation.UseDoNotOffer || p.Use == legislation.UseReference && last != legislation.StartUnconfirmed; dead && len(p.Raises) > 0 {
			t.Errorf("%s raises %v and is never offered", p.ID, p.Raises)
		}
	}
	for _, b := range law.Bases.Entries {
		for _, code := range b.Raises {
			used[code] = true
		}
	}
	for _, topic := range law.Topics {
		if len(topic.Raises) == 0 {
			t.Errorf("the topic %s raises nothing", topic.ID)
		}
		for _, code := range topic.Raises {
			used[code] = true
		}
	}
	for _, code := range legislation.Raisable {
		if !used[code.ID] || code.Words == "" {
			t.Errorf("nothing raises %s (%q)", code.ID, code.Words)
		}
	}
}

// A restriction that only topics bring up raises what those topics raise: the person has ticked them, so that a reader
// finds the same whether the restriction binds this holder or not. One that facts bring up as well is no bar by itself.
func TestRestrictionsRaiseWhatTheirTopicsRaise(t *testing.T) {
	law := shipped(t)
	for _, p := range law.Provisions {
		if p.Use != legislation.UseRestriction || len(p.Touches) == 0 || slices.Equal(p.Touches, []string{"other"}) {
			continue
		}
		if byTopics := raisedBy(law, p.Touches); len(p.Facts) == 0 && !slices.Equal(p.Raises, byTopics) {
			t.Errorf("%s raises %v, its topics %v raise %v", p.ID, p.Raises, p.Touches, byTopics)
		}
		if len(p.Facts) > 0 && slices.Contains(p.Raises, "BAR") {
			t.Errorf("%s raises BAR, and facts alone bring it up", p.ID)
		}
	}
	if got := raisedBy(law, []string{"counselling"}); slices.Contains(got, "BAR") || !slices.Contains(got, "VICTIM") {
		t.Errorf("counselling notes raise %v", got)
	}
	if got := raisedBy(law, []string{"spent", "adoption", "counselling"}); !slices.Equal(got, []string{"BAR", "ORIGIN", "VICTIM", "ADVICE"}) {
		t.Errorf("three topics raise %v", got)
	}
}

// raisedBy are the codes that material with these topics brings, each once, in the order of Raisable.
func raisedBy(law *legislation.Law, topics []string) []string {
	var codes []string
	for _, code := range legislation.Raisable {
		if slices.ContainsFunc(law.Topics, func(t legislation.Topic) bool {
			return slices.Contains(topics, t.ID) && slices.Contains(t.Raises, code.ID)
		}) {
			codes = append(codes, code.ID)
		}
	}
	return codes
}

// Only a citation that leads elsewhere, or to words that no longer stand, is overtaken. These are all the rows of which
// that is said; what is merely too wide, too short or no gateway is not among them.
func TestOvertaken(t *testing.T) {
	law := shipped(t)
	for agreement, want := range map[string]map[string]string{
		"cambridgeshire-peterborough-2024": {
			"children-leaving-care-act-2000":                       "row 6",
			"counter-terrorism-and-security-act-2015-s38":          "row 13",
			"counter-terrorism-and-security-act-2015-s26":          "row 14",
			"counter-terrorism-and-border-security-act-2019-s20":   "row 14",
			"crime-and-disorder-act-1998-s37":                      "row 17",
			"criminal-justice-act-2003-s325":                       "row 18",
			"domestic-abuse-act-2021-s49a":                         "row 20",
			"domestic-abuse-statutory-guidance-2022":               "row 20",
			"independent-school-standards-2003":                    "row 25",
			"independent-school-standards-2014":                    "row 25 row 28",
			"education-act-1996-s436a":                             "row 26",
			"education-act-2002-s157":                              "row 28",
			"health-and-social-care-act-2012-s251b":                "row 31 row 32",
			"local-government-act-2000-s2":                         "row 34",
			"national-health-service-act-1977-s22":                 "row 36",
			"social-security-information-sharing-regulations-2012": "row 38",
		},
		"london-mas-2021": {
			"local-government-act-2000-s2":            "row 3",
			"dfe-information-sharing-advice-2018":     "row 15",
			"dfe-information-sharing-advice-2024":     "row 15",
			"working-together-2018":                   "row 16",
			"working-together-2023":                   "row 16",
			"working-together-2026":                   "row 16",
			"london-child-protection-procedures-2020": "row 17",
			"london-safeguarding-children-procedures": "row 17",
			"nhse-safeguarding-framework-2015":        "row 18",
			"nhse-safeguarding-framework-2024":        "row 18",
			"learning-and-skills-act-2000":            "row 19",
			"education-and-skills-act-2008-s72":       "row 19",
			"sen-regulations-2001":                    "row 20",
			"send-regulations-2014-r17":               "row 20",
			"children-leaving-care-act-2000":          "row 21",
			"national-health-service-act-1977-s22":    "row 23",
		},
	} {
		for _, p := range law.Provisions {
			var rows []string
			for _, note := range law.Overtaken(agreement, p.ID) {
				for _, field := range strings.SplitAfter(note, "row ")[1:2] {
					number, _, _ := strings.Cut(field, " ")
					rows = append(rows, "row "+number)
				}
			}
			if got := strings.Join(rows, " "); got != want[p.ID] {
				t.Errorf("%s: %s is overtaken in %q, want %q", agreement, p.ID, got, want[p.ID])
			}
			delete(want, p.ID)
		}
		for id := range want {
			t.Errorf("%s: there is no entry %s", agreement, id)
		}
	}
	note := law.Overtaken("cambridgeshire-peterborough-2024", "education-act-1996-s436a")[0]
	if want := `Appendix 3, Applicable legislation, row 26 ("Education Act 1996, Part 9, Chapter 4"): The duty to identify`; !strings.HasPrefix(note, want) {
		t.Errorf("the note is %q, want %q …", note, want)
	}
	if notes := law.Overtaken("no-such-agreement", "education-act-1996-s436a"); notes != nil {
		t.Errorf("an agreement without a table has notes: %q", notes)
	}
}
