package decision

import "strings"

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
	warn(public && (d.Chose("article-6", "recognised-legitimate-interest") || d.Chose("article-6", "legitimate-interests")), "NOTEA",
		"A public authority cannot use Article 6(1)(ea) or (f) for its own tasks; (c) or (e) is the usual basis.",
		"UK GDPR Article 6(1)")
	warn(d.Chose("article-6", "consent"), "CONSENT",
		"Consent is not required to safeguard someone and is rarely the right basis. If someone says it is, ask your DPO.",
		"C&P Tier 1 DSA 2024, section 7")
	warn(shares && d.Chose("article-6", "not-sure"), "CONDITION",
		"No lawful basis under Article 6 has been settled. Ask your data protection officer.", "UK GDPR Article 6")
	special := false
	if a, ok := d.Answer("categories"); ok {
		special = !d.Chose("categories", "none") && len(a.Chosen) > 0
	}
	warn(shares && special && (d.Chose("condition", "none-needed") || d.Chose("condition", "not-sure")), "CONDITION",
		"It holds special category or criminal information and no Article 9 or 10 condition is named.",
		"UK GDPR Articles 9 and 10; Data Protection Act 2018 Schedule 1")
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
