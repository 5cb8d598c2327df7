package legislation_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"dsa/legislation"
)

// Holders of the cases below, besides those of find_test.go.
var (
	probation   = legislation.Body{Sector: "probation", Public: true, Competent: true}
	fireService = legislation.Body{Sector: "fire", Public: true}
	ambulance   = legislation.Body{Sector: "ambulance", Public: true}
	landlord    = legislation.Body{Sector: "housing"}
	department  = legislation.Body{Sector: "dwp", Public: true, Competent: true}
)

const (
	para18       = "dpa-2018-sch1-para18"
	para6        = "dpa-2018-sch1-para6"
	para10       = "dpa-2018-sch1-para10"
	para2        = "dpa-2018-sch1-para2"
	para1        = "dpa-2018-sch1-para1"
	para19       = "dpa-2018-sch1-para19"
	para3        = "dpa-2018-sch1-para3"
	incapable    = "uk-gdpr-9-2-c"
	authority    = "uk-gdpr-10-official-authority"
	crime18      = "dpa-2018-s10-5-para18"
	crime6       = "dpa-2018-s10-5-para6"
	crime10      = "dpa-2018-s10-5-para10"
	a, c, d, e   = "uk-gdpr-6-1-a", "uk-gdpr-6-1-c", "uk-gdpr-6-1-d", "uk-gdpr-6-1-e"
	f            = "uk-gdpr-6-1-f"
	safeguarding = "uk-gdpr-6-1-ea-safeguarding"
	task         = "dpa-2018-s35-2-b"
)

// on is a case on a day after everything has begun, about a child, unless said otherwise.
func on(holder legislation.Body, data ...string) legislation.BasisCase {
	return legislation.BasisCase{Holder: holder, Subjects: []string{"children"}, Data: data, On: day("2026-03-01")}
}

func ids(bases []legislation.OpenBasis) []string {
	var ids []string
	for _, b := range bases {
		ids = append(ids, b.ID)
	}
	return ids
}

func openBasis(b legislation.Bases, id string) *legislation.OpenBasis {
	open := b.Open()
	if i := slices.IndexFunc(open, func(o legislation.OpenBasis) bool { return o.ID == id }); i >= 0 {
		return &open[i]
	}
	return nil
}

func closedWhy(b legislation.Bases, id string) string {
	for _, c := range b.Closed {
		if c.ID == id {
			return strings.Join(c.Reasons, "; ")
		}
	}
	return ""
}

// find answers the case and checks what must hold of every answer.
func find(t *testing.T, c legislation.BasisCase) legislation.Bases {
	t.Helper()
	law := shipped(t)
	found := law.FindBases(c)
	seen := map[string]int{}
	for _, o := range found.Open() {
		seen[o.ID]++
		if len(o.Reasons) == 0 || len(o.Needs) == 0 {
			t.Errorf("%s is open with %d reasons and %d needs", o.ID, len(o.Reasons), len(o.Needs))
		}
	}
	for _, c := range found.Closed {
		seen[c.ID]++
		if len(c.Reasons) == 0 || strings.Join(c.Reasons, "") == "" {
			t.Errorf("%s is closed without a reason", c.ID)
		}
	}
	for _, b := range law.Bases.Entries {
		if seen[b.ID] != 1 {
			t.Errorf("%s is answered %d times", b.ID, seen[b.ID])
		}
	}
	if len(found.Article6) > 0 && found.Article6[len(found.Article6)-1].ID != a {
		t.Errorf("consent is not the last of %v", ids(found.Article6))
	}
	return found
}

func mustBe(t *testing.T, found legislation.Bases, open []string, closed map[string]string) {
	t.Helper()
	for _, id := range open {
		if openBasis(found, id) == nil {
			t.Errorf("%s is not open: %s", id, closedWhy(found, id))
		}
	}
	for id, words := range closed {
		if why := closedWhy(found, id); why == "" || !contains(why, words) {
			t.Errorf("%s is not closed because %q, but: %q", id, words, why)
		}
	}
}

func enforcing(c legislation.BasisCase) legislation.BasisCase { c.LawEnforcement = true; return c }

func TestR1PoliceSharingForLawEnforcementUsePart3(t *testing.T) {
	found := find(t, enforcing(on(police, "health", "criminal")))
	mustBe(t, found, []string{task, "dpa-2018-s35-5-sch8-para1"}, map[string]string{
		e: "uses Part 3", para6: "uses Part 3", authority: "uses Part 3"})
	if len(found.Article6)+len(found.Article9)+len(found.Article10) > 0 {
		t.Error("both regimes are open")
	}
	// A council is a competent authority only for its own prosecutions, and is told so.
	prosecutor := legislation.Body{Sector: "local-authority", Public: true, Competent: true}
	if needs := needsOf(find(t, enforcing(on(prosecutor))), task); !contains(needs, "never on children's or adults' social care") {
		t.Errorf("a council is not told where its law enforcement ends: %s", needs)
	}
	if needs := needsOf(find(t, enforcing(on(legislation.Body{Sector: "health", Public: true, Competent: true}))), task); !contains(needs, "NHS bodies, schools, charities and housing providers in general are not") {
		t.Errorf("an NHS body that says it is a competent authority is not told to check: %s", needs)
	}
}

func needsOf(found legislation.Bases, id string) string {
	if o := openBasis(found, id); o != nil {
		return strings.Join(o.Needs, " ")
	}
	return ""
}

func TestR2PoliceSharingForWelfareUseTheUKGDPRAndNameWhatAuthorisesIt(t *testing.T) {
	found := find(t, on(police, "health"))
	mustBe(t, found, []string{e, c, d, para6, para18}, map[string]string{task: "Part 3 is for sharing that is itself for law enforcement"})
	for _, o := range found.Article6 {
		if !contains(strings.Join(o.Needs, " "), "section 36(4)): a statute, a common law power or a court order") {
			t.Errorf("%s does not ask what authorises the new use", o.ID)
		}
	}
	if needs := needsOf(find(t, on(council, "health")), e); contains(needs, "36(4)") {
		t.Error("a council is asked about data held for law enforcement")
	}
}

func TestR3OthersUseTheUKGDPRAlsoTowardsThePolice(t *testing.T) {
	for _, holder := range []legislation.Body{hospital, school, charity, council} {
		theCase := enforcing(on(holder, "health"))
		theCase.Recipient = "police"
		mustBe(t, find(t, theCase), []string{d, para10}, map[string]string{task: "applies, also when telling the police"})
	}
}

func TestR4aADutyToShareComesFirst(t *testing.T) {
	theCase := on(privateSchool)
	if first := find(t, theCase).Article6[0].ID; first == c {
		t.Error("a legal obligation comes first where nobody named a duty")
	}
	theCase.Duties = []string{"Children Act 2004 s16H"}
	found := find(t, theCase)
	if first := found.Article6[0]; first.ID != c || !contains(strings.Join(first.Reasons, " "), "there is a duty to share: Children Act 2004 s16H") {
		t.Errorf("first comes %s: %v", first.ID, first.Reasons)
	}
	if !contains(needsOf(found, c), "A power, or a duty to co-operate, is not enough") {
		t.Error("it is not said that a power is not enough")
	}
}

func TestR4bAPublicBodyHasItsOwnTask(t *testing.T) {
	for _, holder := range []legislation.Body{council, police, hospital, school} {
		found := find(t, on(holder))
		if first := found.Article6[0].ID; first != e {
			t.Errorf("for %s first comes %s", holder.Sector, first)
		}
	}
	if o := openBasis(find(t, on(council)), e); !contains(o.Limits+strings.Join(o.Needs, " "), "your own organisation") {
		t.Error("it is not said that the task must be one's own")
	}
	if needs := needsOf(find(t, on(charity)), e); !contains(needs, "a body to which a law gives this very task") {
		t.Error("a charity is not told that a task set by law is needed")
	}
}

func TestR4cRecognisedLegitimateInterestIsNotForPublicAuthorities(t *testing.T) {
	found := find(t, on(charity))
	if got := ids(found.Article6); got[0] != safeguarding || slices.Index(got, f) < slices.Index(got, safeguarding) {
		t.Errorf("a charity's bases are in the order %v", got)
	}
	asked := on(charity)
	asked.Facts, asked.Recipient = []string{legislation.FactAsked}, "local-authority"
	mustBe(t, find(t, asked), []string{"uk-gdpr-6-1-ea-request"}, nil)
	asked.Recipient = "public"
	mustBe(t, find(t, asked), nil, map[string]string{"uk-gdpr-6-1-ea-request": "it is not for sharing with a member of the family"})
	mustBe(t, find(t, on(charity)), nil, map[string]string{"uk-gdpr-6-1-ea-request": "you were asked for the information"})
	for _, holder := range []legislation.Body{council, police, hospital, school} {
		mustBe(t, find(t, on(holder)), nil, map[string]string{safeguarding: "a public authority cannot use it", f: "a public authority cannot use it",
			"uk-gdpr-6-1-ea-crime": "a public authority cannot use it", "uk-gdpr-6-1-ea-emergency": "a public authority cannot use it"})
	}
	// Not sure counts as no, and says so.
	unsure := on(legislation.Body{Sector: "education"})
	unsure.NotSure = []string{legislation.NotSurePublic}
	found = find(t, unsure)
	if o := openBasis(found, safeguarding); o == nil || !contains(strings.Join(o.Reasons, " "), "you are not sure whether your organisation is a public authority") ||
		len(found.Notes) != 1 || !contains(found.Notes[0], "it is taken not to be one") {
		t.Errorf("not being sure is not said: %+v, %v", o, found.Notes)
	}
}

func TestR4dVitalInterestsAreAFallback(t *testing.T) {
	for _, holder := range []legislation.Body{council, charity} {
		got := ids(find(t, on(holder)).Article6)
		if slices.Index(got, d) != len(got)-2 {
			t.Errorf("vital interests stand in the place %d of %v", slices.Index(got, d), got)
		}
	}
	if !contains(needsOf(find(t, on(council)), d), "Why no other basis fits") {
		t.Error("it does not ask why nothing else fits")
	}
}

func TestR4eConsentIsLastAndWarnedOf(t *testing.T) {
	for _, holder := range []legislation.Body{council, charity, police} {
		found := find(t, on(holder))
		last := found.Article6[len(found.Article6)-1]
		if last.ID != a || !contains(strings.Join(last.Reasons, " "), "consent is not required to safeguard someone") || last.Caution == "" {
			t.Errorf("last comes %s: %v", last.ID, last.Reasons)
		}
	}
	found := find(t, enforcing(on(police, "health")))
	if got := ids(found.Part3); got[len(got)-1] != "dpa-2018-s35-2-a" || got[len(got)-2] != "dpa-2018-s35-4" {
		t.Errorf("consent is not last in %v", got)
	}
}

func TestR5NoConditionIsNeededWithoutSuchInformation(t *testing.T) {
	found := find(t, on(council))
	if len(found.Article9)+len(found.Article10) > 0 {
		t.Error("conditions are open though there is nothing that needs one")
	}
	mustBe(t, found, nil, map[string]string{para18: "none of the data is special category", crime18: "none of the data is about crimes"})
	mustBe(t, find(t, on(council, "criminal")), []string{authority}, map[string]string{para18: "none of the data is special category"})
	mustBe(t, find(t, on(council, "belief")), []string{para18}, map[string]string{crime18: "none of the data is about crimes"})
}

func TestR5aSocialProtectionNeedsAPolicyDocument(t *testing.T) {
	needsDocument(t, on(council, "health"), para1, legislation.DocumentNeeded)
}

func TestR5bVitalInterestsNeedIncapacityAndNothingElse(t *testing.T) {
	needsDocument(t, on(hospital, "health"), incapable, legislation.DocumentNotNeeded)
	if needs := needsOf(find(t, on(hospital, "health")), incapable); !contains(needs, "physically or legally incapable of consenting") {
		t.Error("incapacity is not asked for")
	}
}

func TestR5cCareIsForHealthAndSocialCareOnly(t *testing.T) {
	care := on(hospital, "health")
	care.Recipient = "ambulance"
	found := find(t, care)
	if found.Article9[0].ID != para2 || found.Article9[0].PolicyDocument != legislation.DocumentNotNeeded {
		t.Errorf("from care to care first comes %s", found.Article9[0].ID)
	}
	if !contains(needsOf(found, para2), "section 11(1)") {
		t.Error("secrecy is not asked for")
	}
	care.Recipient = "police"
	mustBe(t, find(t, care), nil, map[string]string{para2: "it is not for sharing with police"})
	for _, holder := range []legislation.Body{police, school, probation} {
		mustBe(t, find(t, on(holder, "health")), nil, map[string]string{para2: "the use of police, schools and others is not that"})
	}
	if needs := needsOf(find(t, on(council, "health")), para2); !contains(needs, "social care or public health") {
		t.Error("a council is not told that social care is meant")
	}
}

func TestR5dPublicHealthIsForPopulations(t *testing.T) {
	found := find(t, on(hospital, "health"))
	if o := openBasis(found, para3); o == nil || !contains(o.Limits, "populations") || o.PolicyDocument != legislation.DocumentNotNeeded {
		t.Errorf("public health is %+v", o)
	}
	if got := ids(found.Article9); got[len(got)-1] != para3 {
		t.Errorf("public health is not last in %v", got)
	}
	mustBe(t, find(t, on(school, "health")), nil, map[string]string{para3: "health professional"})
}

func TestR5eSubstantialPublicInterestIsAskedFor(t *testing.T) {
	for _, id := range []string{para6, para18, para10} {
		if !contains(needsOf(find(t, on(council, "health")), id), "substantial public interest") {
			t.Errorf("%s does not ask for it", id)
		}
	}
}

func TestR6aPublicBodiesBeginWithTheirFunction(t *testing.T) {
	got := ids(find(t, on(council, "health")).Article9)
	if got[0] != para6 || got[1] != para18 {
		t.Errorf("a council's conditions are in the order %v", got)
	}
	if needs := needsOf(find(t, on(charity, "health")), para6); !contains(needs, "a body to which a law itself gives the function") {
		t.Error("a charity is not told that it needs a function of its own")
	}
}

func TestR6bSafeguardingAsksWhichOfThreeReasons(t *testing.T) {
	found := find(t, on(charity, "health"))
	if found.Article9[0].ID != para18 {
		t.Errorf("a charity's first condition is %s", found.Article9[0].ID)
	}
	for _, words := range []string{"it cannot be given; you cannot reasonably be expected to obtain it; or asking would prejudice", "18 or over and at risk"} {
		if !contains(needsOf(found, para18), words) {
			t.Errorf("it does not ask for %q", words)
		}
	}
}

func TestR6cNoPolicyDocumentTowardsACompetentAuthority(t *testing.T) {
	for to, want := range map[string]legislation.DocumentState{"police": legislation.DocumentExcepted, "youth-justice": legislation.DocumentExcepted,
		"probation": legislation.DocumentExcepted, "home-office": legislation.DocumentExcepted, "health": legislation.DocumentNeeded,
		"education": legislation.DocumentNeeded, "": legislation.DocumentNeeded} {
		theCase := on(school, "health", "criminal")
		theCase.Recipient = to
		needsDocument(t, theCase, para10, want)
		needsDocument(t, theCase, crime10, want)
		needsDocument(t, theCase, para18, legislation.DocumentNeeded)
	}
	toPolice := on(charity, "health")
	toPolice.Recipient = "police"
	if got := ids(find(t, toPolice).Article9); got[0] != para10 || got[1] != para18 {
		t.Errorf("telling the police, the conditions are in the order %v", got)
	}
}

func TestR6dEconomicWellBeingIsForAdultsAndHealthOnly(t *testing.T) {
	theCase := on(charity, "health", "ethnicity")
	mustBe(t, find(t, theCase), nil, map[string]string{para19: "it is about adults only"})
	theCase.Subjects = []string{"adults"}
	found := find(t, theCase)
	if !contains(needsOf(found, para19), "Another condition for the information about race or ethnic origin") {
		t.Errorf("it is not said that ethnicity needs another: %s", needsOf(found, para19))
	}
	theCase.Data = []string{"belief"}
	mustBe(t, find(t, theCase), nil, map[string]string{para19: "it covers only information about health"})
	needsDocument(t, legislation.BasisCase{Holder: charity, Subjects: []string{"adults"}, Data: []string{"health"}, On: day("2026-03-01")},
		para19, legislation.DocumentNeeded)
}

func TestR7aOfficialAuthorityNeedsNoSchedule1Condition(t *testing.T) {
	for _, holder := range []legislation.Body{council, police, probation, department} {
		if first := find(t, on(holder, "criminal")).Article10[0]; first.ID != authority || first.PolicyDocument != legislation.DocumentNotNeeded || first.Doubtful {
			t.Errorf("for %s first comes %s", holder.Sector, first.ID)
		}
	}
	for _, holder := range []legislation.Body{school, charity, privateSchool, landlord, fireService} {
		mustBe(t, find(t, on(holder, "criminal")), []string{crime18}, map[string]string{authority: "yours needs a Schedule 1 condition"})
	}
	// For an NHS body it is not settled.
	if o := openBasis(find(t, on(hospital, "criminal")), authority); o == nil || !o.Doubtful || o.Sure() != legislation.Unsure {
		t.Errorf("for an NHS body it is %+v", o)
	}
}

func TestR7bOthersNeedASchedule1Condition(t *testing.T) {
	mustBe(t, find(t, on(charity, "criminal")), []string{crime18, crime10, "dpa-2018-s10-5-para1", "dpa-2018-s10-5-para30"}, nil)
}

func TestR7cParagraph36TakesThePublicInterestAwayAndLeavesTheDocument(t *testing.T) {
	found := find(t, on(charity, "criminal"))
	for _, id := range []string{crime18, crime6, crime10} {
		if contains(needsOf(found, id), "substantial public interest") {
			t.Errorf("%s asks for substantial public interest", id)
		}
		needsDocument(t, on(charity, "criminal"), id, legislation.DocumentNeeded)
	}
	if found.Article10[0].ID != crime18 {
		t.Errorf("a charity's first condition is %s", found.Article10[0].ID)
	}
}

func TestR7dPart3OfTheScheduleNeedsNoDocument(t *testing.T) {
	for _, id := range []string{"dpa-2018-s10-5-para29", "dpa-2018-s10-5-para30", "dpa-2018-s10-5-para33"} {
		needsDocument(t, on(charity, "criminal"), id, legislation.DocumentNotNeeded)
	}
}

func TestR7eARegisterOnlyUnderOfficialAuthority(t *testing.T) {
	for _, id := range []string{authority, crime18, crime6, crime10} {
		for _, b := range shipped(t).Bases.Entries {
			if b.ID == id && !contains(b.Limits, "register of convictions") {
				t.Errorf("%s does not speak of registers", id)
			}
		}
	}
}

func needsDocument(t *testing.T, c legislation.BasisCase, id string, want legislation.DocumentState) {
	t.Helper()
	found := find(t, c)
	o := openBasis(found, id)
	if o == nil {
		t.Fatalf("%s is not open: %s", id, closedWhy(found, id))
	}
	said := contains(strings.Join(o.Needs, " "), "Your organisation's own appropriate policy document")
	if o.PolicyDocument != want || said != (want == legislation.DocumentNeeded) {
		t.Errorf("%s to %q: the policy document is %s and is asked for: %t; want %s", id, c.Recipient, o.PolicyDocument, said, want)
	}
}

func TestR8aThePolicyDocumentsOfTheTable(t *testing.T) {
	want := map[string]bool{para1: true, para2: false, para3: false, para6: true, para10: true, para18: true, para19: true, incapable: false,
		authority: false, crime18: true, crime6: true, crime10: true, "dpa-2018-s10-5-para1": true, "dpa-2018-s10-5-para2": false,
		"dpa-2018-s10-5-para29": false, "dpa-2018-s10-5-para30": false, "dpa-2018-s10-5-para33": false,
		"dpa-2018-s35-4": true, "dpa-2018-s35-5-sch8-para1": true, "dpa-2018-s35-5-sch8-para2": true, "dpa-2018-s35-5-sch8-para3": true,
		"dpa-2018-s35-5-sch8-para4": true, task: false, "dpa-2018-s35-2-a": false}
	for _, b := range shipped(t).Bases.Entries {
		if needed, said := want[b.ID], b.PolicyDocument != nil; needed != said {
			t.Errorf("%s needs a policy document: %t, want %t", b.ID, said, needed)
		}
	}
}

func TestR8bThePolicyDocumentIsTheOrganisationsOwn(t *testing.T) {
	needs := needsOf(find(t, on(charity, "health")), para18)
	for _, words := range []string{"Working Together, local procedures, an NHS framework or a sharing agreement is not one", "no reason to leave somebody in danger"} {
		if !contains(needs, words) {
			t.Errorf("it does not say %q: %s", words, needs)
		}
	}
}

func TestR9aPart3IsBasedOnLaw(t *testing.T) {
	found := find(t, enforcing(on(police)))
	if got := ids(found.Part3); !slices.Equal(got, []string{task, "dpa-2018-s35-2-a"}) {
		t.Errorf("without sensitive processing part 3 has %v", got)
	}
	if !contains(needsOf(found, task), "The law on which it is based") {
		t.Error("the law is not asked for")
	}
}

func TestR9bSensitiveProcessingNeedsMoreAndADocument(t *testing.T) {
	found := find(t, enforcing(on(police, "health")))
	for _, id := range []string{"dpa-2018-s35-4", "dpa-2018-s35-5-sch8-para1", "dpa-2018-s35-5-sch8-para4"} {
		if o := openBasis(found, id); o == nil || o.PolicyDocument != legislation.DocumentNeeded || !contains(strings.Join(o.Needs, " "), "section 42") {
			t.Errorf("%s is %+v", id, o)
		}
	}
	mustBe(t, find(t, enforcing(on(police))), nil, map[string]string{"dpa-2018-s35-4": "none of the data makes this sensitive processing"})
}

func TestR9cSchedule8IsChosenNotGivenWhole(t *testing.T) {
	found := find(t, enforcing(on(police, "health")))
	if !contains(needsOf(found, "dpa-2018-s35-5-sch8-para4"), "Which of the three reasons") {
		t.Error("paragraph 4 does not ask for the reason")
	}
	for _, o := range found.Part3 {
		if strings.Contains(o.ID, "sch8") && !contains(strings.Join(o.Needs, " "), "strictly necessary") {
			t.Errorf("%s does not ask for strict necessity", o.ID)
		}
	}
	if contains(needsOf(found, "dpa-2018-s35-5-sch8-para3"), "incapable") {
		t.Error("paragraph 3 asks for incapacity")
	}
}

func TestR9dAnotherLawEnforcementPurposeIsAuthorisedByLaw(t *testing.T) {
	if !contains(needsOf(find(t, enforcing(on(police))), task), "section 36(3)") {
		t.Error("section 36(3) is not named")
	}
}

func TestR9eQualityBeforeSending(t *testing.T) {
	if !contains(needsOf(find(t, enforcing(on(police))), task), "fact kept apart from opinion") {
		t.Error("section 38 is not asked for")
	}
}

func TestR9fCriminalInformationUnderPart3NeedsNoArticle10(t *testing.T) {
	found := find(t, enforcing(on(police, "criminal")))
	mustBe(t, found, []string{task}, map[string]string{authority: "uses Part 3", crime18: "uses Part 3"})
	if o := openBasis(found, task); !slices.Contains(o.Covers, "criminal") {
		t.Errorf("section 35(2) covers %v", o.Covers)
	}
}

// The table of who can normally use what, row by row: what it lists is open, in its order where it stands alone, and
// Part 3 is closed to whom it says no.
func TestWhoCanNormallyUseWhat(t *testing.T) {
	for _, row := range []struct {
		sharer   string
		holder   legislation.Body
		article6 []string
		special  []string
		criminal []string
		closed   []string
		part3    bool // open to it for law enforcement
	}{
		{"local-authority", council, []string{c, e, d}, []string{para6, para18, para2, para1}, []string{authority, crime6, crime18}, []string{safeguarding, f}, false},
		{"police", police, []string{e, c, d}, []string{para6, para10, para18}, []string{authority}, []string{safeguarding, f}, true},
		{"health", hospital, []string{e, c, d}, []string{para2, para18, para6, para10}, []string{crime18, crime10, crime6, authority}, []string{safeguarding, f}, false},
		{"education: maintained, academy, college", school, []string{e, c, d}, []string{para18, para6, para10}, []string{crime18, crime6}, []string{safeguarding, f, para2, authority}, false},
		{"education: independent school, private nursery", privateSchool, []string{safeguarding, c, d, f}, []string{para18, para10}, []string{crime18, crime10}, []string{para2, authority}, false},
		{"probation, prison, youth-justice", probation, []string{e, c}, []string{para6, para18}, []string{authority}, []string{safeguarding, f, para2}, true},
		{"fire", fireService, []string{e, c, d}, []string{para18, para6}, []string{crime18}, []string{safeguarding, f, para2, authority}, false},
		{"ambulance", ambulance, []string{e, c, d}, []string{para18, para6, para2}, []string{crime18}, []string{safeguarding, f, authority}, false},
		{"housing: council", legislation.Body{Sector: "housing", Public: true}, []string{e, c}, []string{para18, para10}, []string{crime18, crime10}, []string{safeguarding, f}, false},
		{"housing: private registered provider", landlord, []string{safeguarding, f, d, c}, []string{para18, para10}, []string{crime18, crime10}, []string{authority}, false},
		{"dwp", department, []string{e, c}, []string{para6, para1}, []string{authority}, []string{safeguarding, f, para2}, true},
		{"voluntary", charity, []string{safeguarding, f, d, c, e}, []string{para18, para10}, []string{crime18, crime10}, []string{authority}, false},
	} {
		t.Run(row.sharer, func(t *testing.T) {
			found := find(t, on(row.holder, "health", "criminal"))
			mustBe(t, found, slices.Concat(row.article6, row.special, row.criminal), nil)
			for _, id := range row.closed {
				if closedWhy(found, id) == "" {
					t.Errorf("%s is open", id)
				}
			}
			if open := len(find(t, enforcing(on(row.holder, "health"))).Part3) > 0; open != row.part3 {
				t.Errorf("part 3 is open: %t, want %t", open, row.part3)
			}
		})
	}
}

// The same case on two days: recognised legitimate interest begins, and nothing else opens or closes.
func TestThe4thAnd5thOfFebruary2026(t *testing.T) {
	before, after := on(charity, "sex-life", "criminal", "health"), on(charity, "sex-life", "criminal", "health")
	before.On, after.On = day("2026-02-04"), day("2026-02-05")
	was, is := find(t, before), find(t, after)
	for _, id := range []string{safeguarding, "uk-gdpr-6-1-ea-crime", "uk-gdpr-6-1-ea-emergency", "uk-gdpr-6-1-ea-security"} {
		mustBe(t, was, nil, map[string]string{id: "it is not in force on 2026-02-04; it starts on 2026-02-05"})
		if o := openBasis(is, id); o == nil || !contains(strings.Join(o.Reasons, " "), "in force since 2026-02-05") {
			t.Errorf("on the day, %s is %+v", id, o)
		}
	}
	recognised := func(id string) bool { return strings.HasPrefix(id, "uk-gdpr-6-1-ea") }
	rest := func(b legislation.Bases) []string {
		return slices.DeleteFunc(slices.Concat(ids(b.Article6), []string{"|"}, ids(b.Article9), []string{"|"}, ids(b.Article10), ids(b.Part3)), recognised)
	}
	if !slices.Equal(rest(was), rest(is)) {
		t.Errorf("besides recognised legitimate interest the days differ:\n%v\n%v", rest(was), rest(is))
	}
	if was.Article6[0].ID != f || is.Article6[0].ID != safeguarding {
		t.Errorf("first comes %s, then %s", was.Article6[0].ID, is.Article6[0].ID)
	}
	// For a council nothing opens: it is closed the day before by date, and after because of what a council is.
	before.Holder, after.Holder = council, council
	was, is = find(t, before), find(t, after)
	if !slices.Equal(rest(was), rest(is)) || openBasis(is, safeguarding) != nil {
		t.Error("for a council the days differ")
	}
}

func TestTheSameCaseHasTheSameAnswer(t *testing.T) {
	theCase := on(charity, "health", "criminal")
	theCase.Facts = []string{"asked", "marac"}
	if law := shipped(t); !reflect.DeepEqual(law.FindBases(theCase), law.FindBases(theCase)) {
		t.Error("two answers to one case differ")
	}
}

// Every case there can be has an answer in which nothing is lost.
func TestEveryCaseHasALawfulBasis(t *testing.T) {
	for _, sector := range legislation.Sectors {
		for n := range 8 {
			holder := legislation.Body{Sector: sector.ID, Public: n&1 > 0, Competent: n&2 > 0}
			for _, to := range append([]string{"", "public"}, "police", "health") {
				theCase := on(holder, "health", "criminal")
				theCase.LawEnforcement, theCase.Recipient = n&4 > 0, to
				found := find(t, theCase)
				if len(found.Article6) == 0 && len(found.Part3) == 0 {
					t.Errorf("%+v to %q has no basis at all", holder, to)
				}
				if len(found.Article6) > 0 && (len(found.Article9) == 0 || len(found.Article10) == 0) {
					t.Errorf("%+v to %q has no condition", holder, to)
				}
			}
		}
	}
}

// smallBases is the smallest table that loads.
const smallBases = `lists:
  - {id: article6, title: Six}
  - {id: article9, title: Nine, data: [health], without: nothing special}
  - {id: article10, title: Ten, data: [criminal], without: no crime}
  - {id: part3, title: Three}
forks:
  - competent-authority: true
    law-enforcement: true
    opens: [part3]
    closed: use the other
    source: section 31
    address: https://www.legislation.gov.uk/ukpga/2018/12/section/31
  - competent-authority: true
    law-enforcement: false
    opens: [article6, article9, article10]
    closed: not for that
    source: section 36
    address: https://www.legislation.gov.uk/ukpga/2018/12/section/36
  - competent-authority: false
    opens: [article6, article9, article10]
    closed: not for you
    needs:
      - {list: article6, words: a reason}
    source: section 30
    address: https://www.legislation.gov.uk/ukpga/2018/12/section/30
documents:
  - {id: own, needed: A document, citation: paragraph 39, address: "https://www.legislation.gov.uk/ukpga/2018/12/schedule/1"}
usually-competent: [police]
bases:
  - id: consent
    list: article6
    citation: Article 6(1)(a)
    title: consent
    words: they agree
    summary: They agree.
    limits: It can be withdrawn.
    holders: [all]
    subjects: [children, adults]
    fits:
      - facts: [care]
        words: care is given
    needs: [that it is free]
    address: https://www.legislation.gov.uk/eur/2016/679/article/6
    certainty: knowledge
    sources:
      - says: the basis
        address: https://www.legislation.gov.uk/eur/2016/679/article/6/adopted
    history:
      - from: 2018-05-25
        status: in-force
        note: Begun.
  - id: well-being
    list: article9
    citation: Article 9(2)(g)
    title: well-being
    words: to protect somebody
    summary: It protects.
    limits: Only that.
    holders: [health]
    subjects: [adults]
    data: [health]
    facts: [care]
    needs: [a public interest]
    policy-document: {under: own, unless-to: [police], unless: none to the police}
    address: https://www.legislation.gov.uk/eur/2016/679/article/9
    certainty: unsure
    unsure-for: [housing]
    check: [whether it stands]
    sources:
      - says: the condition
        address: https://www.legislation.gov.uk/eur/2016/679/article/9/adopted
    see: [consent]
    history:
      - from: 2018-05-25
        status: in-force
        note: Begun then.
`

func TestFaultsOfTheBases(t *testing.T) {
	const file = "bases.yaml"
	for sentence, f := range map[string]edit{
		"an unknown field":                  {file: file, old: "    needs: [that it is free]", new: "    need: [that it is free]", what: `there is no field "need" here`},
		"a list out of its place":           {file: file, old: "- {id: article6, title: Six}", new: "- {id: part3, title: Six}", line: 0, what: "the lists are article6, article9, article10, part3"},
		"a list that does not say without":  {file: file, old: "- {id: article10, title: Ten, data: [criminal], without: no crime}", new: "- {id: article10, title: Ten, data: [criminal]}", what: "the list article10 does not say what is told"},
		"an unknown kind of information":    {file: file, old: "    data: [health]\n", new: "    data: [wealth]\n", what: `well-being names an unknown kind of information "wealth"`},
		"a kind of another list":            {file: file, old: "    data: [health]\n", new: "    data: [health, criminal]\n", what: `well-being serves "criminal", which does not belong to the list article9`},
		"a condition for no information":    {file: file, old: "    data: [health]\n", new: "    data: []\n", what: "well-being does not say which information it serves"},
		"a case without a regime":           {file: file, old: "    law-enforcement: false\n", new: "    law-enforcement: true\n", what: ""},
		"a fork that opens nothing":         {file: file, old: "    opens: [part3]\n", new: "    opens: []\n", what: ""},
		"a fork that opens an unknown list": {file: file, old: "    opens: [part3]\n", new: "    opens: [part4]\n", what: `a fork opens "part4", which is no list`},
		"a need of a list that is closed":   {file: file, old: "{list: article6, words: a reason}", new: "{list: part3, words: a reason}", what: "what a fork needs has words, and a list that the fork opens"},
		"an unknown sector":                 {file: file, old: "usually-competent: [police]", new: "usually-competent: [sheriff]", what: `usually-competent names an unknown sector "sheriff"`},
		"an unknown list of a basis":        {file: file, old: "    list: article6\n", new: "    list: article7\n", what: "consent has an unknown list; use one of article6"},
		"an id twice":                       {file: file, old: "  - id: well-being\n    list: article9\n", new: "  - id: consent\n    list: article9\n", what: `the basis "consent" stands here twice`},
		"an id with capitals":               {file: file, old: "  - id: well-being\n", new: "  - id: Well\n", what: "a basis needs an id of lower-case words"},
		"a basis that raises no finding":    {file: file, old: "    list: article6\n", new: "    raises: [APD]\n    list: article6\n", what: `consent raises "APD", which is no finding that data may bring`},
		"a basis that is empty":             {file: file, old: "bases:\n", new: "bases:\n  -\n", line: 1, what: "a basis is empty"},
		"no words":                          {file: file, old: "    words: they agree\n", new: "    words: ''\n", what: "consent has no words"},
		"no limits":                         {file: file, old: "    limits: Only that.\n", new: "    limits: ''\n", what: "well-being has no limits"},
		"no holder":                         {file: file, old: "    holders: [health]\n", new: "    holders: []\n", what: "well-being names no holders"},
		"an unknown holder":                 {file: file, old: "    holders: [health]\n", new: "    holders: [doctors]\n", what: `well-being names an unknown sector "doctors" among its holders`},
		"no subject":                        {file: file, old: "    subjects: [adults]\n", new: "    subjects: []\n", what: "well-being does not say about whom"},
		"an unknown subject":                {file: file, old: "    subjects: [adults]\n", new: "    subjects: [pupils]\n", what: `"pupils" is not a subject`},
		"an unknown fact":                   {file: file, old: "    facts: [care]\n    needs", new: "    facts: [caring]\n    needs", what: `well-being depends on a fact "caring"`},
		"an unknown fact of a fit":          {file: file, old: "      - facts: [care]\n", new: "      - facts: [caring]\n", what: `consent depends on a fact "caring"`},
		"a fit without words":               {file: file, old: "        words: care is given\n", new: "        words: ''\n", line: -1, what: "consent has a fit without words"},
		"a fit that always holds":           {file: file, old: "      - facts: [care]\n", new: "      - facts: []\n", what: "consent has a fit that always holds"},
		"no needs":                          {file: file, old: "    needs: [that it is free]\n", new: "    needs: []\n", what: "consent does not say what it needs"},
		"a document that is not there":      {file: file, old: "{under: own, unless", new: "{under: borrowed, unless", what: `well-being needs a policy document "borrowed"`},
		"an exception without words":        {file: file, old: "unless-to: [police], unless: none to the police}", new: "unless-to: [police]}", what: "well-being: an exception from the policy document needs both"},
		"an unknown certainty":              {file: file, old: "    certainty: knowledge\n", new: "    certainty: certain\n", what: "consent has an unknown certainty"},
		"unsure without what to check":      {file: file, old: "    check: [whether it stands]\n", new: "    check: []\n", what: "well-being is unsure but does not say what to check"},
		"unsure for an unknown sector":      {file: file, old: "    unsure-for: [housing]\n", new: "    unsure-for: [homes]\n", what: `well-being names an unknown sector "homes"`},
		"a bad address":                     {file: file, old: "    address: https://www.legislation.gov.uk/eur/2016/679/article/9\n", new: "    address: the library\n", what: "well-being has an address that is not a web address"},
		"no source":                         {file: file, old: "    sources:\n      - says: the basis\n        address: https://www.legislation.gov.uk/eur/2016/679/article/6/adopted\n", new: "    sources: []\n", what: "consent has no source"},
		"a reference to nothing":            {file: file, old: "    see: [consent]\n", new: "    see: [assent]\n", what: `well-being refers to "assent", which is no basis`},
		"a state without a note":            {file: file, old: "        note: Begun then.\n", new: "        note: ' '\n", what: "well-being has a state without a note"},
		"a day that is not a date":          {file: file, old: "      - from: 2018-05-25\n        status: in-force\n        note: Begun then.\n", new: "      - from: in May\n        status: in-force\n        note: Begun then.\n", what: "well-being has a state whose from is not a date"},
	} {
		t.Run(sentence, func(t *testing.T) {
			fsys, want := edited(t, f)
			faults := faultsOf(t, fsys)
			if len(faults) == 0 {
				t.Fatal("it loads")
			}
			if f.what != "" && !reported(faults, want[0]) {
				t.Errorf("reported is\n%s\nwant %s", faults, want[0])
			}
		})
	}
}
