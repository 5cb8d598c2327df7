package decision

import (
	"slices"
	"strings"
)

// A Warning is something a careful colleague would point out about a record. It informs and never forbids; the
// person decides.
type Warning struct {
	Code   string `json:"code"`
	Words  string `json:"words"`
	Source string `json:"source"`
}

// Warnings reads off a record what should be pointed out before it is signed. It is a pure function of the record, so
// the same warnings can be found again over an old one. The codes are those of the findings vocabulary.
func Warnings(d *Record) []Warning {
	var found []Warning
	warn := func(when bool, code, words, source string) {
		if when {
			found = append(found, Warning{code, words, source})
		}
	}
	shares := d.Discloses()
	public := d.By.PublicAuthority.ID == "yes"

	warn(d.Chose("danger", "yes"), "EMERGENCY",
		"Someone may be in danger. Acting comes before this record; call 999 if nobody has.",
		"ICO Data Sharing Code, sharing in an emergency")
	warn(shares && d.Chose("identity-check", "not-yet"), "ID",
		"It has not been checked who receives this. Ring back through a number you found yourself.",
		"C&P Tier 1 DSA 2024, Appendix 2, question 6; London MAS DSA 2021, Appendix D, question 8")
	warn(shares && d.Chose("gateway", "none"), "NOGATE",
		"You share and name no law that lets you. Ask your legal team or data protection officer, unless someone is in danger.",
		"C&P Tier 1 DSA 2024, section 7")
	warn(shares && public && d.Chose("gateway", "common-law") && len(d.Law.Relied) == 0, "NOGATE",
		"You rely on the common law alone. A public authority also needs a function of its own that the sharing serves; name it.",
		"C&P Tier 1 DSA 2024, section 7")
	for _, p := range d.Law.Relied {
		warn(p.Certainty == "unsure" || p.Status == "enacted-commencement-unconfirmed", "STALE",
			"Check before relying on this: "+p.Citation+". "+strings.Join(p.Check, " "), p.Address)
	}
	for _, b := range d.Law.Bases {
		warn(b.Certainty == "unsure" || b.Status == "enacted-commencement-unconfirmed", "STALE",
			"Check before relying on this: "+b.Citation+". "+strings.Join(b.Check, " "), b.Address)
		closed := slices.Contains(b.ClosedTo, "public-authority")
		warn(closed && public, "NOTEA",
			"A public authority cannot use "+b.Citation+" for its own tasks; (c) or (e) is the usual basis.", b.Address)
		warn(closed && d.By.PublicAuthority.ID == "not-sure", "NOTEA",
			"You are not sure whether your organisation is a public authority; if it is, it cannot use "+b.Citation+" for its own tasks.", b.Address)
		warn(slices.Contains(consents, b.ID), "CONSENT",
			"Consent is not required to safeguard someone and is rarely the right basis. If someone says it is, ask your DPO.",
			"C&P Tier 1 DSA 2024, section 7")
		warn(slices.Contains(withReasons, b.ID) && strings.TrimSpace(d.Text("condition-why")) == "", "P18",
			b.Citation+" is relied on and it is not said why there is no consent: it cannot be given, you cannot reasonably be expected to obtain it, or asking would prejudice the protection.",
			b.Address)
	}
	warn(shares && d.Chose("article-6", "not-sure"), "CONDITION",
		"No lawful basis under Article 6 has been settled. Ask your data protection officer.", "UK GDPR Article 6")
	if a, ok := d.Answer("categories"); ok {
		var bare []string
		for _, c := range a.Chosen {
			if c.ID != "none" && !d.covered(c.ID) {
				bare = append(bare, c.Words)
			}
		}
		warn(shares && len(bare) > 0, "CONDITION",
			"It holds information that needs a condition of its own, and none is named for it: "+strings.Join(bare, "; ")+".",
			"UK GDPR Articles 9 and 10; Data Protection Act 2018 Schedules 1 and 8")
	}
	var documents []string
	for _, b := range d.Law.Bases {
		if b.PolicyDocument == "needed" {
			documents = append(documents, b.Citation)
		}
	}
	warn(shares && len(documents) > 0, "APD",
		"Your organisation's own appropriate policy document is needed; see that there is one. Working Together, a procedure or an agreement is not one, and its lack is no reason to leave somebody in danger. It is needed for: "+
			strings.Join(documents, "; ")+".",
		"Data Protection Act 2018 Schedule 1 Part 4, and section 42 for Part 3")
	warn(shares && d.Chose("confidentiality", "nothing"), "CONFID",
		"It is confidential and nothing is named that allows it to be passed on.", "C&P Tier 1 DSA 2024, Appendix 1, common law duty of confidentiality")
	if a, ok := d.Answer("restrictions"); ok {
		warn(shares && len(a.Chosen) > 0 && !d.Chose("restrictions", "none"), "BAR",
			"It touches something that the law may forbid or narrow. Get advice before it leaves you, unless someone is in danger.",
			"C&P Tier 1 DSA 2024, section 6 and Appendix 2, question 5")
	}
	warn(d.Chose("told", "not-told"), "NOTTOLD",
		"The person is not told. See that the reason is written down and that somebody looks at it again.",
		"C&P Tier 1 DSA 2024, section 13; UK GDPR Articles 13 and 14")
	warn(shares && d.Chose("origin-consulted", "not-consulted"), "ORIGIN",
		"Some of it came from another organisation that has not been asked.", "C&P Tier 1 DSA 2024, Appendix 2, question 5")
	warn(d.Chose("shared-already", "yes"), "LATE",
		"It is recorded after it was shared; the record says so and why.", "ICO Data Sharing Code, sharing in an emergency")
	return found
}

// The bases that are consent, and those that ask for one of three reasons why there is none.
var (
	consents    = []string{"uk-gdpr-6-1-a", "dpa-2018-s10-5-para29", "dpa-2018-s35-2-a", "dpa-2018-s35-4"}
	withReasons = []string{"dpa-2018-sch1-para18", "dpa-2018-sch1-para19", "dpa-2018-s10-5-para18", "dpa-2018-s35-5-sch8-para4"}
)

// covered reports whether something that was chosen serves this kind of information.
func (d *Record) covered(category string) bool {
	return slices.ContainsFunc(d.Law.Bases, func(b Basis) bool { return slices.Contains(b.Covers, category) })
}
