package decision

import (
	"slices"
	"strings"
	"testing"
)

// telling are texts that point to a person, each with what should be seen in it.
var telling = []struct {
	text string
	want []trace
}{
	{"John Smith hit her.", []trace{fullName}},
	{"He told Emma Brown's teacher.", []trace{fullName}},
	{"Mr Patel came in late.", []trace{fullName}},
	{"Mrs O'Neill rang the school.", []trace{fullName}},
	{"Mrs O’Neill rang the school.", []trace{fullName}},
	{"Dr. Ahmed saw the child.", []trace{fullName}},
	{"DC Jones asked for the file.", []trace{fullName}},
	{"Detective Constable Jane Doe called", []trace{fullName}},
	{"The Social Worker Jane Doe called", []trace{fullName}},
	{"Anne-Marie Le Blanc was there", []trace{fullName}},
	{"with Oluwaseun Adeyemi", []trace{fullName}},
	{"spoke to Siân Llewellyn-Jones", []trace{fullName}},
	{"Mohammed Khan", []trace{fullName}},
	{"Mohammed\u00a0Khan", []trace{fullName}},
	{"J. Smith", []trace{fullName}},
	{"J Smith attended", []trace{fullName}},
	{"Ann B Carr attended", []trace{fullName}},
	{"the mother (Aisha Begum) said", []trace{fullName}},
	{"Maria da Silva", []trace{fullName}},
	{"Fenmarsh Council Jane Doe", []trace{fullName}},
	{"child is Zofia Kowalska, 6", []trace{fullName}},
	{"Ewan McKay", []trace{fullName}},
	{"J.S. was seen", []trace{initials}},
	{"JOHN SMITH was there", []trace{fullName}},
	{"seen with AISHA BEGUM on Monday", []trace{fullName}},
	{"CHILD JOHN SMITH", []trace{fullName}},
	{"MARY ANN O'NEILL", []trace{fullName}},
	{"SMITH, John", []trace{fullName}},
	{"SMITH, John was there", []trace{fullName}},
	{"the mother is BEGUM, Aisha", []trace{fullName}},
	{"JS was seen", []trace{initials}},
	{"child JS", []trace{initials}},
	{"the girl KLM", []trace{initials}},
	{"JRS aged 6", []trace{initials}},
	{"JRS, aged 6", []trace{initials}},
	{"Then JS told a teacher.", []trace{initials}},
	{"JS's mother is here; JS lives with her", []trace{initials}},
	{"born 3.3.14", []trace{dateOfBirth}},
	{"born prematurely at the hospital on 3.3.14", []trace{dateOfBirth}},
	{"a girl, born to the older sister, 2014-03-03", []trace{dateOfBirth}},
	{"DoB 3.3.14", []trace{dateOfBirth}},
	{"dob=2014-03-03", []trace{dateOfBirth}},
	{"b. 3.3.14", []trace{dateOfBirth}},
	{"her birthday is 03/03/2014", []trace{dateOfBirth}},
	{"2014-03-03 was when she was born", []trace{dateOfBirth}},
	{"3.3.14 (born)", []trace{dateOfBirth}},
	{"her NHS number is 943 476 5919", []trace{nhsNumber}},
	{"9434765919", []trace{nhsNumber}},
	{"943-476-5919", []trace{nhsNumber}},
	{"AB 12 34 56 C", []trace{niNumber}},
	{"ab123456c", []trace{niNumber}},
	{"dob 12/03/2014", []trace{dateOfBirth}},
	{"D.O.B. 12.3.14", []trace{dateOfBirth}},
	{"born on 12 March 2014", []trace{dateOfBirth}},
	{"date of birth: 2014-03-12", []trace{dateOfBirth}},
	{"born March 12th, 1961", []trace{dateOfBirth}},
	{"12 March 2014 (dob)", []trace{dateOfBirth}},
	{"Her date of birth, as the school gave it, is 12th March 2014.", []trace{dateOfBirth}},
	{"lives at PE1 1JY", []trace{postcode}},
	{"pe11jy", []trace{postcode}},
	{"in CB24 6AB now", []trace{postcode}},
	{"07700 900123", []trace{phoneNumber}},
	{"+44 7700 900123", []trace{phoneNumber}},
	{"+44 (0)7700 900123", []trace{phoneNumber}},
	{"on 01223 123456", []trace{phoneNumber}},
	{"(01223) 123456", []trace{phoneNumber}},
	{"020 7946 0018", []trace{phoneNumber}},
	{"+353 1 234 5678", []trace{phoneNumber}},
	{"j.smith@example.com", []trace{mailAddress}},
	{"Ewan McKay, dob 12/03/2014, 943 476 5919, 07700 900123", []trace{nhsNumber, dateOfBirth, phoneNumber, fullName}},
}

// honest are texts as careful people write them. None of them may raise a question.
var honest = []string{
	"",
	"The full records of a boy of six and of his mother, by noon.",
	"Section 47 of the Children Act 1989",
	"s16LA of the Children Act 2004; s16H and s47(9)",
	"S16LA, S16H and S44A",
	"The Social Worker from Fenmarsh Council rang on 12 March 2026.",
	"Harbour Lane Surgery and Withy Bank Primary School",
	"Working Together to Safeguard Children 2026",
	"Designated Safeguarding Lead and Named GP for Safeguarding Children",
	"Data Protection Officer, Caldicott Guardian",
	"Child A was born prematurely and seen on 12 March 2026.",
	"The unborn baby is due 12 March 2026",
	"Her date of birth was checked on 12 March 2026",
	"Northvale Police, Operation Encompass notice of 3 May 2026",
	"Great Ormond Street Hospital; Milton Keynes; King's Lynn",
	"Attended A and E on 01/02/2026, 03/04/2026 and 05/06/2026 at 14:30",
	"from 01-02-2026 03-04-2026",
	"Year 6 in KS2, Room B1",
	"Child A, 6; mother of child A; Adult B",
	"Child A. Mother of child A. Sibling B. Northvale was told.",
	"Mr B and Mrs C",
	"U.K. law, e.g. the N.H.S. and G.P. practices; D.O.B. unknown",
	"Case HL-4471, FM-2026-0118, T2-2025-14",
	"The police ref is 35/12345/26 and crime number 42100123456",
	"In s1 2nd paragraph, and s47 9th",
	"Between 9am and 5pm on Monday 5 January 2026",
	"Multi-Agency Safeguarding Hub in Peterborough",
	"Ofsted and CQC, HMRC and the DWP",
	"The Domestic Abuse Act 2021 and Clare's Law",
	"White British, aged 6",
	"DASH score 16, MARAC on Thursday",
	"Early Help Assessment; Child in Need plan; Education, Health and Care plan",
	"MASH Team Manager",
	"Appendix D Question 8",
	"Hepatitis B vaccination; Vitamin D",
	"2026-02-05T14:30Z",
	"She told Miss she was hungry",
	"Ask the Home Office; HM Revenue and Customs; Jobcentre Plus",
	"GP: Harbour Lane. School: Withy Bank Primary.",
	"Art 9(2)(g) and DPA 2018 Sch 1 para 18",
	"Anything on the boy for 2 years",
	"1234567890 is the old number, 0000000000 the test",
	"123 456 7890 calls",
	"Yesterday Northvale Police asked. Then Fenmarsh Council did.",
	"Told the duty worker, who told Harbour Lane.",
	"Children's Social Care; Early Years; Special Educational Needs",
	"Counter Terrorism Policing, South East region; Crime and Policing Bill",
	"https://www.legislation.gov.uk/ukpga/2004/31/section/16H",
	"The National Crime Agency and the Serious Fraud Office",
	"The NHS, a GP, the DSL and the LADO; MASH, CAMHS, an EHCP, and A and E",
	"NHS CAMHS was asked. MASH was told. GP said no. DSL aged the file. LADO told us.",
	"MASH DSL CAMHS EHCP NHS GP LADO MARAC MAPPA CAFCASS NSPCC",
	"CAMHS, Fenmarsh; NSPCC, London; MASH, Northvale was told; GP, Harbour Lane Surgery",
	"CHILD PROTECTION PLAN; STRICTLY CONFIDENTIAL; SENSITIVE; OFFICIAL",
	"THE CHILD WAS SEEN AT SCHOOL ON MONDAY AND SPOKE TO THE NURSE",
	"URGENT: PLEASE CALL BACK TODAY",
	"The CSC was told, the ICB was asked, and our EHA was seen. CPS was asked.",
	"child CP plan, child LAC review, patient ID, victim ISVA, pupil PEP, adult MCA",
	"The child WAS seen, she HAD told us, and the boy MAY be there",
	"DASV was raised; DBS was checked; a child CP; HSE was told, DVLA said; P.E. kit",
	"Seen on 3.3.26, born early; seen 2026-03-03: born at home",
	"The XYZ was told. Northvale XYZ was told.",
	"FGM was disclosed; DV was reported; PTSD was diagnosed; ASD and ADHD",
	"Yesterday, Northvale was told. NOT, Again",
	"Child A was born prematurely and seen on 12.3.26.",
	"The baby was born here. On 12.3.2026 they moved.",
	"born in 2014, seen 03/03/2026; the birthday party on 3.3.26",
	"seen on 3.3.26, 2026-03-03 and again on 4/3/26",
	"Plan B 3.3.26; Adult B, 2026-03-03; Class 2B 3.3.26",
	"A SENCO, a SENCO and the TA; Year 2 RE and PE; KS2 SATS",
	"家庭 и дети العائلة",
}

func TestTextsThatPointToAPerson(t *testing.T) {
	for _, c := range telling {
		if got := traces(c.text); !slices.Equal(got, c.want) {
			t.Errorf("%q: seen %v, want %v", c.text, got, c.want)
		}
	}
	for _, text := range honest {
		for _, around := range []string{"%", "We know this: % And more.", "%\nand then % again"} {
			if got := traces(strings.ReplaceAll(around, "%", text)); len(got) > 0 {
				t.Errorf("%q raises a question: %v", strings.ReplaceAll(around, "%", text), got)
			}
		}
	}
}

// Only the right check digit makes ten digits an NHS number.
func TestTheCheckDigitOfNHSNumbers(t *testing.T) {
	sound := 0
	for last := range 10 {
		if patterns().hasNHSNumber("943476591" + string(rune('0'+last))) {
			sound++
		}
	}
	if sound != 1 || !patterns().hasNHSNumber("9434765919") {
		t.Errorf("%d of ten check digits are taken", sound)
	}
	for _, text := range []string{"94347659190", "19434765919", "X9434765919", "94347 65919"} {
		if patterns().hasNHSNumber(text) {
			t.Errorf("%s is taken for an NHS number", text)
		}
	}
}

func TestInitialsInsteadOfARole(t *testing.T) {
	for text, want := range map[string]bool{
		"JS": true, "JS, 6": true, "mother of JS": false, "ABC": true, "child A and KL": true, "J.S.": false,
		"GP": false, "DSL; HV": false, "child A, 6": false, "teacher": false, "Child A": false, "": false, "YP, 16": false,
	} {
		if got := bareInitials(text); got != want {
			t.Errorf("%q: initials %t", text, got)
		}
	}
}

// It is said where something was seen and what to write instead; where a name belongs nobody looks.
func TestNamesSayWhereAndNotWhat(t *testing.T) {
	d := made(
		Answer{ID: "purpose", Asked: "What is it needed for?", Text: "Jane Doe, 943 476 5919"},
		Answer{ID: "person", Group: "information", Item: 2, Asked: "Whom is it about?", Text: "JD, 6"},
		Answer{ID: "case-reference", Asked: "Your case reference", Text: "02079460018 Jane Doe"},
		Answer{ID: "files", Asked: "Which files?", Text: "Jane Doe.pdf, 9434765919 bytes, SHA-256 00"},
		File{Name: "report-Jane_Doe-2026.pdf"},
	)
	d.Findings = []Finding{{Code: "ID", Reply: "Jane Doe vouched for it."}}
	found := Findings(d)
	if len(found) != 1 {
		t.Fatal(found)
	}
	want := []string{
		"At “What is it needed for?”: something looks like an NHS number; write your own case reference.",
		"At “What is it needed for?”: something looks like a person's name; write a role, such as child A, mother or teacher.",
		"At “Whom is it about?”, item 2: this looks like somebody's initials; write a role and a letter, such as child A; in five years nobody can read initials.",
		"At “Your case reference”: something looks like a person's name; write a role, such as child A, mother or teacher.",
		"The name of file 1: something looks like a person's name; write a role, such as child A, mother or teacher.",
		"Your reply to ID: something looks like a person's name; write a role, such as child A, mother or teacher.",
	}
	if !slices.Equal(found[0].Seen, want) {
		t.Errorf("seen\n%s\nwant\n%s", strings.Join(found[0].Seen, "\n"), strings.Join(want, "\n"))
	}
	for _, id := range meantForNames {
		a := Answer{ID: id, Asked: "Who?", Text: "Jane Doe, 07700 900123, jane@example.org"}
		if group, part, is := strings.Cut(id, "/"); is {
			a.ID, a.Group, a.Item = part, group, 1
		}
		if found := Findings(made(a)); len(found) > 0 {
			t.Errorf("%s is meant for a name: %v", id, found)
		}
	}
}

func FuzzTraces(f *testing.F) {
	for _, c := range telling {
		f.Add(c.text)
	}
	for _, text := range honest {
		f.Add(text)
	}
	f.Add("J.\xff. Mr \u0301 \u200d")
	f.Fuzz(func(t *testing.T, text string) {
		found := traces(text)
		for i, a := range found {
			if slices.Contains(found[:i], a) {
				t.Fatalf("%v twice", a)
			}
		}
		bareInitials(text)
	})
}
