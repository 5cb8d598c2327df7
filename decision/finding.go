package decision

import "slices"

// Level says how much a finding weighs.
type Level string

// The levels. A stop asks for a change or a written reason before signing; it never forbids.
const (
	Lead    Level = "lead"    // act on it before anything else
	Stop    Level = "stop"    // asks for a change or a written reason
	Caution Level = "caution" // to be thought of; a reply is welcome
	Note    Level = "note"    // good to know
)

// A Finding is something a careful colleague would point out about a record. It informs and never forbids; the person
// decides, and may reply.
type Finding struct {
	Code     string   `json:"code"`
	Level    Level    `json:"level"`
	Question string   `json:"question"` // the id of the question at which it arises
	Seen     []string `json:"seen"`     // what in the record raised it; never what was typed
	Why      string   `json:"why"`      // why it matters
	Do       string   `json:"do"`       // what to do about it
	Source   string   `json:"source"`   // the Act and section, the agreement and section, or the code of practice
	Reply    string   `json:"reply,omitempty"`
}

// NeedsReply reports whether a finding asks for a change or a written reason before the record is signed: a stop does,
// where something is or may be disclosed. An emergency is never kept waiting.
func (f Finding) NeedsReply(d *Record) bool {
	return f.Level == Stop && d.Occasion != "emergency" && d.MayDisclose()
}

// A Code is one thing that can be pointed out, whatever record raises it. Codes are kept for ever: old records have them.
type Code struct {
	Code            string
	Level           Level
	Why, Do, Source string
}

// Codes are all codes, in the order in which findings are given.
func Codes() []Code {
	all := make([]Code, len(vocabulary))
	for i, v := range vocabulary {
		all[i] = v.Code
	}
	return all
}

// Findings reads off a record what should be pointed out before it is signed: at most one finding to a code, in the
// order of Codes. It is a pure function of the record and of what the data of the law attached to it on the day, so the
// same findings can be made again over an old one, also when the law has changed. It works on records that are half
// answered: nothing is held against an answer that is still to come. Replies that the record has already are not
// carried over; their text is looked at like any other.
func Findings(d *Record) []Finding {
	var found []Finding
	r := &reading{d}
	for _, v := range vocabulary {
		sights := v.rule(r)
		if len(sights) == 0 {
			continue
		}
		f := Finding{Code: v.Code.Code, Level: v.Level, Why: v.Why, Do: v.Do, Source: v.Source, Question: r.questionOf(sights[0].at)}
		for _, s := range sights {
			if !slices.Contains(f.Seen, s.words) {
				f.Seen = append(f.Seen, s.words)
			}
		}
		found = append(found, f)
	}
	return found
}

// vocabulary is the table of codes, each with the rule that raises it (rules.go). Levels are those of the research on
// which the program rests; the words are ours.
var vocabulary = []struct {
	Code
	rule func(*reading) []sight
}{
	{Code{"EMERGENCY", Lead,
		"Keeping somebody safe comes before any form. In an emergency you may share what is needed at once.",
		"Call 999 if nobody has. Say what protects somebody, and write it down afterwards.",
		"ICO Data Sharing Code, data sharing in an urgent situation or in an emergency; HMG information sharing advice 2024, golden rule 1"},
		(*reading).emergency},
	{Code{"BAR", Stop,
		"Some information may not be passed on at all, or only to certain people, even where everything else is in order.",
		"Leave it out unless you know what allows it, and write that down. If you do not know, get legal advice, also where it has gone already; do not wait for it while somebody is in danger.",
		"Adoption and Children Act 2002, sections 56 to 65; Counter-Terrorism and Security Act 2015, section 38(4) and (5); Administration of Justice Act 1960, section 12; C&P Tier 1 DSA 2024, section 6 and Appendix 2, ad hoc question 5"},
		(*reading).bar},
	{Code{"ID", Stop,
		"What goes to the wrong person cannot be taken back. That a caller is in a hurry proves nothing.",
		"Ring back through a number you found yourself, or have it confirmed from their organisation's own address.",
		"London MAS DSA 2021, Appendix D, question 8; C&P Tier 1 DSA 2024, Appendix 2, ad hoc question 6; UK GDPR Article 32"},
		(*reading).identity},
	{Code{"CONDITION", Stop,
		"Every sharing needs a lawful basis, and health, other special category and criminal information needs one condition more.",
		"Choose what fits for each kind of information. If you cannot tell, ask your data protection officer and write what was said.",
		"UK GDPR Articles 6, 9 and 10; Data Protection Act 2018, sections 10, 11 and 35 and Schedules 1 and 8; London MAS DSA 2021, section 2.7"},
		(*reading).condition},
	{Code{"P18", Stop,
		"This condition holds only where consent cannot be given, you cannot reasonably be expected to obtain it, or asking would prejudice the protection.",
		"Go back and choose which of the three it is, or write it here.",
		"Data Protection Act 2018, Schedule 1 paragraphs 18(2) and 19(2), and Schedule 8 paragraph 4"},
		(*reading).withoutConsent},
	{Code{"DPIA", Stop,
		"Routine sharing about children or adults at risk is likely to be of high risk. The law then asks for a data protection impact assessment before it begins.",
		"Have it completed before the first transfer. If the sharing cannot wait, write why, and who has agreed.",
		"UK GDPR Article 35; C&P Tier 1 DSA 2024, section 6 and Appendix 2, routine question 4; London MAS DSA 2021, section 3"},
		(*reading).assessment},
	{Code{"NOGATE", Stop,
		"A public authority may do only what the law lets it do, and others must know what they rely on. The agreement itself is no power to share.",
		"Ask your legal team or data protection officer which duty, power or function this serves; if you were asked, ask them under which law. If somebody is in danger, protect them first.",
		"C&P Tier 1 DSA 2024, section 7; London MAS DSA 2021, section 2.7; ICO Data Sharing Code, lawfulness, and annex B (legal power)"},
		(*reading).noGateway},
	{Code{"APD", Caution,
		"The condition you rely on asks for an appropriate policy document of your own organisation. An agreement, a procedure or Working Together is not one.",
		"Find out where it is and write that down, or ask your data protection officer for one. Its lack is no reason to leave somebody in danger.",
		"Data Protection Act 2018, section 42 and Schedule 1 Part 4; London MAS DSA 2021, section 2.7"},
		(*reading).policyDocument},
	{Code{"NOROW", Note,
		"The tables have no provision for an organisation like yours here. That alone forbids nothing: what is still open was shown in words.",
		"Follow the way that was shown in words, write down the balance, and ask your safeguarding lead if you are unsure.",
		"Common law duty of confidentiality: C&P Tier 1 DSA 2024, section 4 and Appendix 1; London MAS DSA 2021, section 2.11"},
		(*reading).noRow},
	{Code{"BROAD", Caution,
		"Only what the purpose needs may be shared. A whole record brings in people and matters that do not bear on it.",
		"Name the pieces that bear on the purpose and hold the rest back. Ask what the rest would be needed for.",
		"UK GDPR Article 5(1)(c); C&P Tier 1 DSA 2024, sections 6 and 10; London MAS DSA 2021, Appendix D, question 6"},
		(*reading).broad},
	{Code{"THIRD", Caution,
		"More than one person is in it. Each has rights of their own, and some may come to harm if they are recognised.",
		"Go through it person by person, and leave out or black out what is not needed about each.",
		"C&P Tier 1 DSA 2024, sections 6 and 10; London MAS DSA 2021, section 3.3 and Appendix D, question 1"},
		(*reading).thirdParties},
	{Code{"ORIGIN", Caution,
		"Whoever recorded it first may know of a danger that you do not: an investigation, or an address that must stay unknown.",
		"Ask them first, unless waiting would put somebody at risk; tell them afterwards then. If they object, write why it is shared all the same.",
		"C&P Tier 1 DSA 2024, section 6 and Appendix 2, ad hoc question 5; London MAS DSA 2021, section 2.11"},
		(*reading).origin},
	{Code{"CONSENT", Caution,
		"Consent is not needed to safeguard somebody and is rarely the right basis: it must be free, and it can be taken back. Working towards agreement is good, and is something else.",
		"Choose a basis that holds whatever they say. If somebody believes that consent is needed, that goes to your data protection officer.",
		"C&P Tier 1 DSA 2024, section 7; London MAS DSA 2021, section 2.8; UK GDPR Articles 4(11) and 7"},
		(*reading).consent},
	{Code{"NOTTOLD", Caution,
		"People are told what is shared about them, unless that would put somebody at risk or spoil an investigation. Then the reason must be on record.",
		"See that the reason is written down, and set a day on which somebody looks at it again. Keeping it from them because somebody asks you to needs a ground in law.",
		"UK GDPR Articles 13 and 14; Data Protection Act 2018, section 44; C&P Tier 1 DSA 2024, sections 6 and 13; London MAS DSA 2021, section 3.1"},
		(*reading).notTold},
	{Code{"OBJECT", Caution,
		"They do not want it shared. That mostly does not decide it, but it has to be weighed and answered.",
		"Write what they said, and why you go on or stop. Tell them, where that is safe. If it is an adult with the capacity to decide this, and nobody else is at risk, their refusal weighs most: ask for advice.",
		"UK GDPR Article 21; Mental Capacity Act 2005, section 1; C&P Tier 1 DSA 2024, section 12; London MAS DSA 2021, Appendix D, question 5"},
		(*reading).objection},
	{Code{"POWER", Note,
		"A power lets you share and does not make you. You may share less, or nothing, with a reason.",
		"Say in your reasons why you use it, and why for this much.",
		"C&P Tier 1 DSA 2024, sections 1 and 7; ICO Data Sharing Code, annex B (legal power)"},
		(*reading).power},
	{Code{"DUTY", Note,
		"A duty says that you must, unless one of its own exceptions applies.",
		"See whether it applies to you. If it does, give what it asks for and no more; if you do not, name the exception in your reasons.",
		"Children Act 2004, sections 16H(2) and 16LA; Female Genital Mutilation Act 2003, section 5B; C&P Tier 1 DSA 2024, sections 1 and 6"},
		(*reading).duty},
	{Code{"DETRIMENT", Caution,
		"This duty gives way where whoever holds the information considers that sharing would be worse for the child than not sharing.",
		"If that is why, say in your reasons how it would be worse for the child. If it is not why, or the duty does not bind you, nothing more is needed. Check also that it is in force.",
		"Children Act 2004, section 16LA(3)"},
		(*reading).detriment},
	{Code{"EXEMPT", Caution,
		"An exemption takes away some duties of data protection law. It is no power to disclose, and a form that names it obliges you to nothing.",
		"Ask under which law they ask, why each piece is needed and who authorised it; then look for a law that lets you share it.",
		"Data Protection Act 2018, section 15 and Schedule 2 paragraphs 2 and 5; ICO Data Sharing Code, lawfulness"},
		(*reading).exemption},
	{Code{"STALE", Caution,
		"Law that is not yet in force, overtaken or wrongly cited may not carry the decision when somebody reads it later.",
		"Read what is said beside it, cite the law as it stands on the day, or rely on something that is sure.",
		"The Act at the address beside the provision; C&P Tier 1 DSA 2024, section 7 and Appendix 3; London MAS DSA 2021, Appendix C; ICO Data Sharing Code, annex B (legal power)"},
		(*reading).stale},
	{Code{"NOTEA", Stop,
		"A public authority cannot use this basis for its own tasks.",
		"Choose public task, Article 6(1)(e), or legal obligation, (c); where a life is at stake, (d). If you do not know what your organisation is, ask.",
		"UK GDPR Article 6(1); Data Protection Act 2018, section 7; Data (Use and Access) Act 2025, section 70"},
		(*reading).closedBasis},
	{Code{"USELIMIT", Caution,
		"Whoever receives it may use it only for the purpose that the law names, save where that law allows more.",
		"Say so to whoever receives it, and write it down as a condition on its use.",
		"Children Act 2004, sections 16H(4) and 16N(4); C&P Tier 1 DSA 2024, section 1"},
		(*reading).useLimit},
	{Code{"DECEASED", Note,
		"Data protection law ends with death. Confidence does not, and the same papers speak of people who live.",
		"Think of the family, and of who told it in confidence. Ask if you are in doubt.",
		"Data Protection Act 2018, section 3(2); C&P Tier 1 DSA 2024, section 6; London MAS DSA 2021, section 4.2"},
		(*reading).deceased},
	{Code{"CONFID", Stop,
		"What was told in confidence may be passed on where the person agrees, where a law requires or permits it, or where the public interest in protecting somebody outweighs it.",
		"Weigh it: what harm, to whom, why now, why this much. Choose the way that fits, or ask your Caldicott Guardian or data protection officer.",
		"Common law duty of confidentiality: C&P Tier 1 DSA 2024, section 6 and Appendix 1; London MAS DSA 2021, section 2.11"},
		(*reading).confidence},
	{Code{"VICTIM", Caution,
		"Because of a crime the police may ask for information about a victim only in writing, for a reasonable line of enquiry, where it is necessary and proportionate, and as a rule with written notice to the victim. For counselling notes they start from not asking.",
		"Ask to see the request and the notice that these rules want, or why there is no notice. An older form is not enough.",
		"Police, Crime, Sentencing and Courts Act 2022, sections 44A to 44F, and the code of practice under them"},
		(*reading).victim},
	{Code{"SMALL", Caution,
		"A small number with a place or a date can point to one person without a name.",
		"Leave small counts out or band them, widen places and dates, and ask again whether anybody could be recognised.",
		"UK GDPR Article 4(1) and recital 26; C&P Tier 1 DSA 2024, Appendix 2, introduction; London MAS DSA 2021, section 4"},
		(*reading).smallCounts},
	{Code{"MODE", Caution,
		"Sharing that happens again and again wants the routine checklist: an impact assessment, a Tier 2 agreement, how long it is kept. A single one does not.",
		"Change to the other checklist. Your answers are kept.",
		"C&P Tier 1 DSA 2024, sections 4 and 6 and Appendix 2, both checklists; ICO Data Sharing Code, what is data sharing"},
		(*reading).mode},
	{Code{"FACT", Caution,
		"Whoever reads it must be able to tell what was seen, what somebody thinks and what somebody was told.",
		"Mark each piece in what you send, and keep a child's own words as they were said.",
		"C&P Tier 1 DSA 2024, section 6; London MAS DSA 2021, Appendix D, question 7"},
		(*reading).factOrOpinion},
	{Code{"ACCURACY", Caution,
		"Wrong or old information does harm, and a court will ask what was checked before it went.",
		"Check it where it came from, or say in what you send what is unchecked or disputed. If it proves wrong later, tell whoever has it.",
		"UK GDPR Article 5(1)(d); C&P Tier 1 DSA 2024, section 6 and Appendix 2, routine question 7; London MAS DSA 2021, section 4.7 and Appendix D, question 7"},
		(*reading).accuracy},
	{Code{"HEAR", Caution,
		"Where it is safe, people should be able to say what they think before it is shared. They may put it right, or tell you of a danger.",
		"Ask them first if that is safe and there is time. If not, write why, and note their view when you have it.",
		"HMG information sharing advice 2024, golden rule 2; UK GDPR Article 5(1)(a); C&P Tier 1 DSA 2024, section 13; London MAS DSA 2021, Appendix D, question 4"},
		(*reading).hear},
	{Code{"ADVICE", Note,
		"In a case like this others would ask somebody. You need not carry it alone.",
		"Ask your safeguarding lead, Caldicott Guardian, data protection officer or legal team, and write down what they said. Do not wait for it if somebody is in danger.",
		"C&P Tier 1 DSA 2024, section 10 and Appendix 2, ad hoc question 9; London MAS DSA 2021, sections 1.2 and 2.7"},
		(*reading).advice},
	{Code{"PERSONAL", Note,
		"This duty is on the professional who was told or who saw it, not on the organisation. Telling a manager or safeguarding lead does not do it.",
		"Make the report yourself if that is you, in the time that law or guidance gives, and tell your safeguarding lead as well. If it is a colleague, see that they know.",
		"Female Genital Mutilation Act 2003, section 5B"},
		(*reading).personalDuty},
	{Code{"CHANNEL", Caution,
		"Whoever sends it answers for its safe arrival, and for those who handle it on the way.",
		"Use a secure route to an address that you checked, and have them say that it came. By telephone only where it is urgent, after ringing back. In the hands of a contractor it needs a written agreement, and abroad as a rule too.",
		"C&P Tier 1 DSA 2024, section 9 and Appendix 2, ad hoc question 6; London MAS DSA 2021, sections 4.4 and 4.6; UK GDPR Articles 28 and 32 and Chapter V"},
		(*reading).channel},
	{Code{"LATE", Note,
		"It is recorded after the event. In an emergency that is right; a later reader will ask when it was, and why.",
		"Say when it was shared and why it is written down now.",
		"ICO Data Sharing Code, data sharing in an urgent situation or in an emergency; C&P Tier 1 DSA 2024, Appendix 2, ad hoc question 10"},
		(*reading).late},
	{Code{"NAMES", Caution,
		"This record may be read by others, and can be asked for. A role and your own case reference tell those who must know whom you mean, and nobody else.",
		"Write a role or your case reference instead. Leave it as it is if the reader needs it, or if it is no such thing.",
		"UK GDPR Article 5(1)(c); C&P Tier 1 DSA 2024, section 10; London MAS DSA 2021, Appendix D, question 3"},
		(*reading).names},
}
