package decision

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// made is a record with what is given: Answer, Law, Person, Question, or its occasion as a string. Answers stand under
// one question, the items of groups as well.
func made(parts ...any) *Record {
	d := &Record{Occasion: "adhoc"}
	q := Question{ID: "q", Title: "A question"}
	for _, part := range parts {
		switch part := part.(type) {
		case Answer:
			q.Answers = append(q.Answers, part)
		case []Answer:
			q.Answers = append(q.Answers, part...)
		case Law:
			d.Law = part
		case Person:
			d.By = part
		case string:
			d.Occasion = part
		case File:
			d.Files = append(d.Files, part)
		default:
			panic(fmt.Sprintf("%T", part))
		}
	}
	d.Questions = []Question{q}
	return d
}

func chose(id string, options ...string) Answer {
	a := Answer{ID: id, Asked: "What of " + id + "?"}
	for _, o := range options {
		a.Chosen = append(a.Chosen, Choice{o, "Words of " + o})
	}
	return a
}

func typed(id, text string) Answer { return Answer{ID: id, Asked: "What of " + id + "?", Text: text} }

// piece is an item of the information, its parts given as name and choice.
func piece(item int, parts ...string) []Answer {
	answers := []Answer{{ID: "what", Group: "information", Item: item, Asked: "What is it?", Text: "something"}}
	for i := 0; i+1 < len(parts); i += 2 {
		a := chose(parts[i], parts[i+1])
		a.Group, a.Item = "information", item
		answers = append(answers, a)
	}
	return answers
}

func relies(p Provision) Law {
	p.Citation = "The Act, section 1"
	return Law{Relied: []Provision{p}}
}

func onBasis(b Basis) Law {
	b.Citation = "Article X"
	if b.List == "" {
		b.List = "article9"
	}
	return Law{Bases: []Basis{b}}
}

func shares() Answer  { return chose("outcome", "share-all") }
func public() Person  { return Person{PublicAuthority: Choice{ID: "yes", Words: "Yes"}} }
func charity() Person { return Person{PublicAuthority: Choice{ID: "no", Words: "No"}} }

// cases are what raises each code and what does not, on records that say no more than that.
var cases = []struct {
	code   string
	says   string
	record *Record
	raised bool
}{
	{"EMERGENCY", "somebody is in danger", made(chose("danger", "yes")), true},
	{"EMERGENCY", "nobody is", made(chose("danger", "no")), false},

	{"BAR", "something restricted is touched, of which the record says no more", made(chose("restrictions", "adoption")), true},
	{"BAR", "the data say that it is a bar", made(chose("restrictions", "adoption"), Law{Topics: []Topic{{"adoption", []string{"BAR"}}}}), true},
	{"BAR", "the data say that it is none", made(chose("restrictions", "counselling"), Law{Topics: []Topic{{"counselling", []string{"VICTIM"}}}}), false},
	{"BAR", "nothing restricted is touched", made(chose("restrictions", "none")), false},
	{"BAR", "a restriction that is a bar comes up", made(Law{Restrictions: []Provision{{Citation: "The Act", Raises: []string{"BAR"}}}}), true},
	{"BAR", "a restriction that is none comes up", made(Law{Restrictions: []Provision{{Citation: "The Act"}}}), false},

	{"ID", "nobody has checked who it is", made(chose("identity-check", "not-yet")), true},
	{"ID", "also where nothing is shared", made(chose("identity-check", "not-yet"), chose("outcome", "defer")), true},
	{"ID", "somebody rang back", made(chose("identity-check", "rang-back")), false},

	{"CONDITION", "no lawful basis", made(chose("article-6", "not-sure")), true},
	{"CONDITION", "no further condition", made(chose("condition", "not-sure")), true},
	{"CONDITION", "health, and nothing that serves it", made(chose("categories", "health"), chose("condition", "none-needed")), true},
	{"CONDITION", "health served, crime not", made(chose("categories", "health", "criminal"), chose("condition", "x"), onBasis(Basis{Covers: []string{"health"}})), true},
	{"CONDITION", "the condition was passed over", made(chose("categories", "health"), shares()), true},
	{"CONDITION", "the condition is still to come", made(chose("categories", "health")), false},
	{"CONDITION", "health served", made(chose("categories", "health"), chose("condition", "x"), onBasis(Basis{Covers: []string{"health"}})), false},
	{"CONDITION", "nothing of the kind", made(chose("categories", "none"), chose("condition", "none-needed")), false},

	{"P18", "the reason is not known", made(chose("without-consent", "not-sure"), onBasis(Basis{Raises: []string{"P18"}})), true},
	{"P18", "the reason was passed over", made(chose("confidentiality", "law"), onBasis(Basis{Raises: []string{"P18"}})), true},
	{"P18", "the reason is still to come", made(chose("condition", "x"), onBasis(Basis{Raises: []string{"P18"}})), false},
	{"P18", "there is a reason", made(chose("without-consent", "cannot-give"), chose("confidentiality", "law"), onBasis(Basis{Raises: []string{"P18"}})), false},
	{"P18", "another condition", made(chose("confidentiality", "law"), onBasis(Basis{})), false},

	{"DPIA", "no assessment", made("routine", chose("dpia", "not-done")), true},
	{"DPIA", "one that goes on", made("routine", chose("dpia", "in-progress")), true},
	{"DPIA", "one that is done", made("routine", chose("dpia", "done")), false},
	{"DPIA", "ad hoc sharing", made("adhoc", chose("dpia", "not-done")), false},

	{"NOGATE", "no law is named", made(chose("gateway", "none")), true},
	{"NOGATE", "a public authority with the common law alone, and no function", made(public(), chose("gateway", "common-law"), chose("article-6", "not-sure"), typed("article-6-why", "We shall ask")), true},
	{"NOGATE", "a public authority that names its function with the basis", made(public(), chose("gateway", "common-law"), typed("article-6-why", "Care"), onBasis(Basis{Function: true})), false},
	{"NOGATE", "a public authority on a basis that rests on no function", made(public(), chose("gateway", "common-law"), typed("article-6-why", "A life"), onBasis(Basis{})), true},
	{"NOGATE", "a public authority that has not come to its function yet", made(public(), chose("gateway", "common-law")), false},
	{"NOGATE", "a charity with the common law alone", made(charity(), chose("gateway", "common-law")), false},
	{"NOGATE", "a public authority with a function", made(public(), chose("gateway", "common-law", "x"), relies(Provision{ID: "x"})), false},

	{"APD", "a document is needed and none named", made(typed("policy-document", ""), onBasis(Basis{PolicyDocument: "needed"})), true},
	{"APD", "it was not asked for", made(shares(), onBasis(Basis{PolicyDocument: "needed"})), true},
	{"APD", "it is still to be asked for", made(chose("condition", "x"), onBasis(Basis{PolicyDocument: "needed"})), false},
	{"APD", "it is named", made(typed("policy-document", "Intranet, policies"), onBasis(Basis{PolicyDocument: "needed"})), false},
	{"APD", "none is needed here", made(shares(), onBasis(Basis{PolicyDocument: "excepted"})), false},

	{"NOROW", "the way without a provision was shown", made(Law{Route: "The common law."}), true},
	{"NOROW", "there are provisions", made(relies(Provision{})), false},

	{"BROAD", "more than is needed", made(chose("alerts", "more-than-needed")), true},
	{"BROAD", "everything is asked for", made(typed("request", "Please send everything on the boy.")), true},
	{"BROAD", "all though less would do", made(chose("less-identifying", "could-do-less"), shares()), true},
	{"BROAD", "part where less would do", made(chose("less-identifying", "could-do-less"), chose("outcome", "share-part")), false},
	{"BROAD", "two things are asked for", made(typed("request", "Attendance in May, and the plan for the epilepsy.")), false},

	{"THIRD", "several people", made(chose("whose", "child", "parent")), true},
	{"THIRD", "a witness", made(chose("whose", "witness")), true},
	{"THIRD", "others affected", made(chose("alerts", "others-affected")), true},
	{"THIRD", "harm outside the home", made(chose("alerts", "extra-familial")), true},
	{"THIRD", "a child alone", made(chose("whose", "child")), false},

	{"ORIGIN", "whoever had it first objects", made(piece(1, "origin", "other", "consulted", "objected")), true},
	{"ORIGIN", "there was no time to ask", made(piece(1, "origin", "ours"), piece(2, "origin", "other", "consulted", "no-time")), true},
	{"ORIGIN", "nobody was consulted", made(chose("origin-consulted", "not-consulted")), true},
	{"ORIGIN", "the topic asks for it", made(chose("restrictions", "adoption"), Law{Topics: []Topic{{"adoption", []string{"ORIGIN"}}}}), true},
	{"ORIGIN", "they agreed", made(piece(1, "origin", "other", "consulted", "agreed")), false},
	{"ORIGIN", "half a piece", made(piece(1, "origin", "other")), false},

	{"CONSENT", "consent is the basis", made(onBasis(Basis{List: "article6", Raises: []string{"CONSENT"}})), true},
	{"CONSENT", "they object", made(chose("heard", "objects")), true},
	{"CONSENT", "agreement of somebody who is not told", made(chose("confidentiality", "agreement"), chose("told", "not-told")), true},
	{"CONSENT", "agreement of somebody who was not asked", made(chose("confidentiality", "agreement"), chose("heard", "not-yet")), true},
	{"CONSENT", "agreement of somebody who agrees", made(chose("confidentiality", "agreement"), chose("told", "told"), chose("heard", "agrees")), false},
	{"CONSENT", "another basis", made(onBasis(Basis{List: "article6"})), false},

	{"NOTTOLD", "not told", made(chose("told", "not-told")), true},
	{"NOTTOLD", "to be kept from the person", made(chose("told", "told"), chose("alerts", "secret-from-subject")), true},
	{"NOTTOLD", "told", made(chose("told", "told")), false},

	{"OBJECT", "they object", made(chose("heard", "objects")), true},
	{"OBJECT", "they have no view", made(chose("heard", "no-view")), false},

	{"POWER", "a power is relied on", made(relies(Provision{Effect: "power-to-share"})), true},
	{"POWER", "a function is", made(relies(Provision{Effect: "general-power-or-function"})), false},

	{"DUTY", "a duty is relied on", made(relies(Provision{Effect: "duty-to-share"})), true},
	{"DUTY", "a duty was offered", made(Law{Offered: []Offered{{ID: "x", Citation: "The Act", Effect: "duty-to-share"}}}), true},
	{"DUTY", "a power was offered", made(Law{Offered: []Offered{{ID: "x", Effect: "power-to-share"}}}), false},

	{"DETRIMENT", "not all under the duty", made(chose("outcome", "share-part"), relies(Provision{Raises: []string{"DETRIMENT"}})), true},
	{"DETRIMENT", "nothing though it was offered", made(chose("outcome", "none"), Law{Offered: []Offered{{ID: "x", Raises: []string{"DETRIMENT"}}}}), true},
	{"DETRIMENT", "all", made(shares(), relies(Provision{Raises: []string{"DETRIMENT"}})), false},
	{"DETRIMENT", "not decided", made(relies(Provision{Raises: []string{"DETRIMENT"}})), false},

	{"EXEMPT", "an exemption is relied on", made(chose("exemption", "crime")), true},
	{"EXEMPT", "the request names Schedule 2", made(typed("request", "His file, under DPA 2018 Sch 2 para 2.")), true},
	{"EXEMPT", "the power named is Schedule 2", made(typed("request-power", "Schedule 2 Part 1 of the Data Protection Act")), true},
	{"EXEMPT", "another Schedule 2", made(typed("request-power", "Children Act 1989, Schedule 2 paragraph 1")), false},
	{"EXEMPT", "none", made(chose("exemption", "none")), false},

	{"STALE", "nobody knows whether it began", made(relies(Provision{Status: "enacted-commencement-unconfirmed"})), true},
	{"STALE", "it has not begun", made(relies(Provision{Status: "enacted-not-in-force"})), true},
	{"STALE", "it has gone", made(relies(Provision{Status: "repealed"})), true},
	{"STALE", "the provision is not sure", made(relies(Provision{Status: "in-force", Certainty: "unsure"})), true},
	{"STALE", "the basis is not sure", made(onBasis(Basis{Certainty: "unsure"})), true},
	{"STALE", "the agreement prints it wrongly", made(relies(Provision{Status: "in-force", Printed: []string{"Cite section 436A."}})), true},
	{"STALE", "sure and in force", made(relies(Provision{Status: "in-force-amended", Certainty: "knowledge"})), false},

	{"NOTEA", "a public authority with a basis closed to it", made(public(), onBasis(Basis{ClosedTo: []string{"public-authority"}})), true},
	{"NOTEA", "one that is not sure", made(Person{PublicAuthority: Choice{ID: "not-sure"}}, onBasis(Basis{ClosedTo: []string{"public-authority"}})), true},
	{"NOTEA", "a charity", made(charity(), onBasis(Basis{ClosedTo: []string{"public-authority"}})), false},
	{"NOTEA", "a basis open to all", made(public(), onBasis(Basis{})), false},

	{"USELIMIT", "the law limits the use", made(relies(Provision{Raises: []string{"USELIMIT"}})), true},
	{"USELIMIT", "it does not", made(relies(Provision{})), false},

	{"DECEASED", "somebody has died", made(chose("whose", "deceased")), true},
	{"DECEASED", "nobody has", made(chose("whose", "child")), false},

	{"CONFID", "nothing answers confidence", made(chose("confidentiality", "nothing")), true},
	{"CONFID", "the public interest does", made(chose("confidentiality", "public-interest")), false},

	{"VICTIM", "the rules apply", made(Law{Restrictions: []Provision{{Citation: "The Act", Raises: []string{"VICTIM"}}}}), true},
	{"VICTIM", "no notice to the victim", made(chose("victim-notice", "no")), true},
	{"VICTIM", "notice to the victim", made(chose("victim-notice", "yes")), false},

	{"SMALL", "small counts", made(chose("identifiable", "no"), chose("small-counts", "not-sure")), true},
	{"SMALL", "small numbers", made(chose("alerts", "small-numbers")), true},
	{"SMALL", "large counts", made(chose("small-counts", "no")), false},

	{"MODE", "ad hoc again and again", made("adhoc", chose("alerts", "repeated")), true},
	{"MODE", "routine and once", made("routine", chose("frequency", "once")), true},
	{"MODE", "routine again and again", made("routine", chose("alerts", "repeated"), chose("frequency", "weekly")), false},

	{"FACT", "an opinion", made(piece(1, "nature", "fact"), piece(2, "nature", "opinion")), true},
	{"FACT", "a report", made(piece(1, "nature", "third-party")), true},
	{"FACT", "facts", made(piece(1, "nature", "fact")), false},

	{"ACCURACY", "disputed", made(chose("accuracy", "disputed")), true},
	{"ACCURACY", "checked", made(chose("accuracy", "checked")), false},

	{"HEAR", "not heard", made(chose("heard", "not-yet")), true},
	{"HEAR", "told afterwards", made(chose("told", "will-tell")), true},
	{"HEAR", "the law wants them heard", made(relies(Provision{Raises: []string{"HEAR"}})), true},
	{"HEAR", "heard", made(chose("heard", "agrees"), chose("told", "told")), false},

	{"ADVICE", "nobody asked about a bar", made(chose("advice", "no"), chose("restrictions", "court-order")), true},
	{"ADVICE", "nobody asked, and they object", made(chose("advice", "no"), chose("heard", "objects")), true},
	{"ADVICE", "nobody asked where the law is not sure", made(chose("advice", "no"), relies(Provision{Certainty: "unsure"})), true},
	{"ADVICE", "nobody asked where the data say that others ask", made(chose("advice", "no"), relies(Provision{Raises: []string{"ADVICE"}})), true},
	{"ADVICE", "a court", made(chose("advice", "yes"), chose("alerts", "court-or-solicitor")), true},
	{"ADVICE", "the police have not checked it for release", made(chose("assessment-check", "to-do")), true},
	{"ADVICE", "somebody asked about a bar", made(chose("advice", "yes"), chose("restrictions", "court-order")), false},
	{"ADVICE", "nobody asked, and nothing is odd", made(chose("advice", "no")), false},
	{"ADVICE", "the question is still to come", made(chose("restrictions", "court-order")), false},
	{"ADVICE", "a citation put right by the agreement's table is no reason to ask", made(chose("advice", "no"), relies(Provision{Printed: []string{"Cite section 436A."}})), false},

	{"PERSONAL", "the duty is the professional's", made(relies(Provision{Raises: []string{"PERSONAL"}})), true},
	{"PERSONAL", "such a duty was offered", made(Law{Offered: []Offered{{ID: "x", Raises: []string{"PERSONAL"}}}}), true},
	{"PERSONAL", "the duty is the organisation's", made(relies(Provision{Effect: "duty-to-share"})), false},

	{"CHANNEL", "by telephone", made(chose("transfer-method", "telephone")), true},
	{"CHANNEL", "to a personal account, also where nothing is shared", made(chose("transfer-method", "personal-account"), chose("outcome", "defer")), true},
	{"CHANNEL", "they want it in a personal account", made(typed("request", "Send it to my personal email, I'm on the move.")), true},
	{"CHANNEL", "receipt not confirmed", made(chose("receipt", "not-confirmed")), true},
	{"CHANNEL", "abroad", made(chose("alerts", "outside-uk")), true},
	{"CHANNEL", "a secure route, receipt to be confirmed", made(chose("transfer-method", "secure-email"), chose("receipt", "will-confirm")), false},
	{"CHANNEL", "a home address is asked for", made(typed("request", "The mother's home address.")), false},

	{"LATE", "shared before", made(chose("shared-already", "yes")), true},
	{"LATE", "an emergency", made("emergency"), true},
	{"LATE", "to be shared", made(chose("shared-already", "no")), false},

	{"NAMES", "a name", made(typed("purpose", "So that Jane Doe is safe.")), true},
	{"NAMES", "a name in a file's name", made(File{Name: "Jane_Doe.pdf"}), true},
	{"NAMES", "a name where one belongs", made(typed("recipient-person", "Jane Doe, duty social worker")), false},
	{"NAMES", "no name", made(typed("purpose", "So that child A is safe.")), false},
}

func codesOf(found []Finding) []string {
	var codes []string
	for _, f := range found {
		codes = append(codes, f.Code)
	}
	return codes
}

// What is said of one thing under several codes is said with another point each time, and once.
func TestOneThingUnderSeveralCodes(t *testing.T) {
	seen := map[string]string{}
	for _, f := range Findings(made(chose("restrictions", "tax-benefits"), chose("advice", "no"), chose("heard", "objects"), chose("confidentiality", "nothing"),
		Law{Topics: []Topic{{"tax-benefits", []string{"BAR", "ORIGIN", "ADVICE"}}},
			Restrictions: []Provision{{Citation: "The Act", Raises: []string{"BAR", "ORIGIN", "ADVICE"}}}})) {
		for _, words := range f.Seen {
			if other := seen[words]; other != "" {
				t.Errorf("%s and %s say the same: %s", other, f.Code, words)
			}
			seen[words] = f.Code
		}
	}
	for words, code := range map[string]string{
		"The Act may forbid or narrow it.":         "BAR",
		"Ask HMRC or DWP, whichever it came from.": "ORIGIN",
		"You have asked nobody, and something may forbid or narrow it, nothing answers the duty of confidence, the person objects and the law here is of a kind on which others ask.": "ADVICE",
	} {
		if seen[words] != code {
			t.Errorf("%s does not say %q: %v", code, words, seen)
		}
	}
	// Findings of a completed emergency are read after it went.
	for _, c := range Codes() {
		if strings.Contains(c.Do, "before it goes") || strings.Contains(c.Do, "before you send") {
			t.Errorf("%s says what to do before it goes: %s", c.Code, c.Do)
		}
	}
}

func TestEachCodeIsRaisedWhereItShouldBeAndNotWhereItShouldNot(t *testing.T) {
	raised, quiet := map[string]bool{}, map[string]bool{}
	for _, c := range cases {
		found := codesOf(Findings(c.record))
		if slices.Contains(found, c.code) != c.raised {
			t.Errorf("%s, %s: found %v", c.code, c.says, found)
		}
		if c.raised {
			raised[c.code] = true
		} else {
			quiet[c.code] = true
		}
	}
	for _, code := range Codes() {
		if !raised[code.Code] || !quiet[code.Code] {
			t.Errorf("no case for %s: raised %t, not raised %t", code.Code, raised[code.Code], quiet[code.Code])
		}
	}
}

// The levels are those of the research, and NAMES is our own.
func TestCodesAndLevels(t *testing.T) {
	want := `EMERGENCY lead, BAR stop, ID stop, CONDITION stop, P18 stop, DPIA stop, NOGATE stop, APD caution, NOROW note, ` +
		`BROAD caution, THIRD caution, ORIGIN caution, CONSENT caution, NOTTOLD caution, OBJECT caution, POWER note, DUTY note, ` +
		`DETRIMENT caution, EXEMPT caution, STALE caution, NOTEA stop, USELIMIT caution, DECEASED note, CONFID stop, VICTIM caution, ` +
		`SMALL caution, MODE caution, FACT caution, ACCURACY caution, HEAR caution, ADVICE note, PERSONAL note, CHANNEL caution, ` +
		`LATE note, NAMES caution`
	var got []string
	for _, c := range Codes() {
		got = append(got, c.Code+" "+string(c.Level))
		// A person reads this with somebody waiting: short, and with the place where it stands.
		if len(c.Why) > 260 || len(c.Do) > 260 || c.Why == "" || c.Do == "" {
			t.Errorf("%s: why has %d characters, what to do %d", c.Code, len(c.Why), len(c.Do))
		}
		named := false
		for _, place := range []string{"Act ", "section", "Appendix", "Article", "ICO Data Sharing Code"} {
			named = named || strings.Contains(c.Source, place)
		}
		if !named {
			t.Errorf("%s: the source %q names no place", c.Code, c.Source)
		}
	}
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("the codes are\n%s\nand should be\n%s", s, want)
	}
}

// everything is a record that raises every code which can be raised together with the others: ad hoc and routine
// exclude each other, so DPIA is left out.
func everything() *Record {
	d := made(public(),
		chose("danger", "yes"), typed("request", "Everything, under Schedule 2 of the Data Protection Act."), chose("identity-check", "not-yet"),
		chose("whose", "child", "victim", "deceased"), chose("victim-notice", "no"), chose("categories", "health"),
		piece(1, "nature", "opinion", "origin", "other", "consulted", "no-time"),
		chose("accuracy", "disputed"), chose("alerts", "repeated", "small-numbers", "court-or-solicitor"),
		chose("transfer-method", "telephone"), chose("told", "not-told"), chose("heard", "objects"), chose("advice", "no"),
		chose("gateway", "none"), chose("condition", "not-sure"), chose("confidentiality", "nothing"),
		chose("restrictions", "adoption"), chose("outcome", "share-part"), chose("shared-already", "yes"),
		typed("reasons", "Because Jane Doe asked."), chose("article-6", "c"),
		Law{
			On: "2026-01-15", Route: "The common law.",
			Relied: []Provision{
				{ID: "a", Citation: "The Act, section 1", Effect: "power-to-share", Status: "repealed", Raises: []string{"USELIMIT", "PERSONAL", "HEAR"}},
				{ID: "b", Citation: "The Act, section 2", Effect: "duty-to-share", Raises: []string{"DETRIMENT"}},
			},
			Bases: []Basis{
				{ID: "c", List: "article6", Citation: "Article 6", ClosedTo: []string{"public-authority"}, Raises: []string{"CONSENT"}},
				{ID: "d", List: "article9", Citation: "Article 9", PolicyDocument: "needed", Raises: []string{"P18"}},
			},
		})
	return d
}

func TestAllFindingsTogetherAreInOrderAndEachOnce(t *testing.T) {
	var want []string
	for _, c := range Codes() {
		if c.Code != "DPIA" {
			want = append(want, c.Code)
		}
	}
	d := everything()
	found := Findings(d)
	if got := codesOf(found); !slices.Equal(got, want) {
		t.Errorf("found %v\nand not %v", got, want)
	}
	for _, f := range found {
		if f.Question != "q" || len(f.Seen) == 0 || f.Reply != "" {
			t.Errorf("%s: at %q, seen %q, reply %q", f.Code, f.Question, f.Seen, f.Reply)
		}
		slices.Sort(f.Seen)
		if len(slices.Compact(slices.Clone(f.Seen))) != len(f.Seen) {
			t.Errorf("%s says something twice: %q", f.Code, f.Seen)
		}
	}
	again := Findings(d)
	for i := range again {
		slices.Sort(again[i].Seen)
	}
	if !reflect.DeepEqual(found, again) {
		t.Error("a second look finds something else")
	}
	before, _ := json.Marshal(d)
	Findings(d)
	if after, _ := json.Marshal(d); string(before) != string(after) {
		t.Error("looking changes the record")
	}
}

// A careful decision with nothing odd passes without a word.
func TestACleanPassIsPossible(t *testing.T) {
	d := made("routine", public(),
		chose("danger", "no"), chose("identifiable", "yes"), chose("initiated", "offered"), chose("identity-check", "work-address"),
		chose("whose", "child"), chose("categories", "none"), piece(1, "nature", "fact", "origin", "ours", "passed", "share"),
		chose("accuracy", "checked"), chose("less-identifying", "needed-as-is"), chose("alerts", "none"), chose("frequency", "weekly"),
		chose("origin-consulted", "all-ours"), chose("dpia", "done"), chose("transfer-method", "portal"), chose("receipt", "confirmed"),
		chose("told", "told"), chose("heard", "no-view"), chose("advice", "no"), chose("gateway", "x"), chose("article-6", "y"),
		chose("condition", "none-needed"), chose("confidentiality", "not-confidential"), chose("restrictions", "none"), chose("exemption", "none"),
		shares(), chose("shared-already", "no"), typed("reasons", "The list serves one plain purpose and holds no more than that."),
		Law{On: "2026-01-15", Relied: []Provision{{ID: "x", Citation: "The Act", Effect: "general-power-or-function", Status: "in-force", Certainty: "verified"}},
			Bases: []Basis{{ID: "y", List: "article6", Citation: "Article 6(1)(e)", PolicyDocument: "not-needed"}}})
	if found := Findings(d); len(found) > 0 {
		t.Errorf("found %v", found)
	}
}

func TestARequestForEverythingIsToldFromOneForSomething(t *testing.T) {
	for text, want := range map[string]bool{
		"The full records of a boy of six and of his mother": true,
		"his whole file":                                 true,
		"Send us all of the school records":              true,
		"everything you have on the family":              true,
		"Everything.":                                    true,
		"her entire medical history":                     true,
		"the complete social care case file":             true,
		"All you know about him":                         true,
		"any record of injuries since June":              false,
		"attendance records for May":                     false,
		"a complete attendance record for May":           false,
		"full name and date of birth":                    false,
		"We do not need the full records, only injuries": false,
		"rather than everything, the last two visits":    false,
		"the file on the incident of 3 May":              false,
		"overall progress and notes of the last meeting": false,
		"": false,
	} {
		if got := asksForAll(text); got != want {
			t.Errorf("%q asks for everything: %t", text, got)
		}
	}
}

// The question is where the answer stands, and a finding always has one.
func TestAFindingNamesItsQuestion(t *testing.T) {
	d := made(chose("told", "not-told"))
	d.Questions = append(d.Questions, Question{ID: "how", Answers: []Answer{chose("transfer-method", "post")}},
		Question{ID: "pieces", Answers: piece(1, "nature", "opinion")})
	for _, f := range Findings(d) {
		want := map[string]string{"NOTTOLD": "q", "CHANNEL": "how", "FACT": "pieces"}[f.Code]
		if f.Question != want {
			t.Errorf("%s arises at %q, want %q", f.Code, f.Question, want)
		}
	}
	if f := Findings(made("emergency")); len(f) != 2 || f[0].Question == "" || f[1].Question == "" {
		t.Errorf("an emergency with nothing answered: %v", f)
	}
}

func TestOnlyAStopThatMayDiscloseWaitsForAReply(t *testing.T) {
	for says, c := range map[string]struct {
		level  Level
		record *Record
		want   bool
	}{
		"a stop where all is shared":               {Stop, made(shares()), true},
		"where part is":                            {Stop, made(chose("outcome", "share-part")), true},
		"where nothing is decided yet":             {Stop, made(), true},
		"where nothing is shared":                  {Stop, made(chose("outcome", "none")), false},
		"where it is put off":                      {Stop, made(chose("outcome", "defer")), false},
		"where nobody can be identified":           {Stop, made(chose("identifiable", "no"), shares()), false},
		"and nothing is decided yet":               {Stop, made(chose("identifiable", "no")), false},
		"in an emergency":                          {Stop, made("emergency", shares()), false},
		"a caution":                                {Caution, made(shares()), false},
		"a note":                                   {Note, made(shares()), false},
		"what is to be acted on before all others": {Lead, made(shares()), false},
	} {
		if got := (Finding{Level: c.level}).NeedsReply(c.record); got != c.want {
			t.Errorf("%s: waits %t", says, got)
		}
	}
}

// Records of any answers at all are read without a panic, and nothing that was typed comes back.
func TestFindingsOverAnyRecordRepeatNothingTyped(t *testing.T) {
	ids := []string{}
	options := map[string][]string{}
	for _, c := range cases {
		for _, q := range c.record.Questions {
			for _, a := range q.Answers {
				if !slices.Contains(ids, a.ID) {
					ids = append(ids, a.ID)
				}
				for _, o := range a.Chosen {
					options[a.ID] = append(options[a.ID], o.ID)
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	secrets := []string{"Zebedee Quux", "Mr Zebedee", "943 476 5919", "AB123456C", "born on 3 May 2014", "PE1 1JY", "07700 900123", "zeb@quux.example", "Z.Q.", "the whole file of Zebedee"}
	for range 3000 {
		d := made()
		d.Occasion = []string{"", "adhoc", "routine", "emergency"}[random.IntN(4)]
		d.By.PublicAuthority.ID = []string{"", "yes", "no", "not-sure"}[random.IntN(4)]
		for range random.IntN(30) {
			id := ids[random.IntN(len(ids))]
			a := Answer{ID: id, Asked: "Asked"}
			switch n := random.IntN(4); {
			case n == 0 || len(options[id]) == 0:
				a.Text = secrets[random.IntN(len(secrets))]
			case n == 1:
			default:
				a.Chosen = []Choice{{options[id][random.IntN(len(options[id]))], "Chosen"}}
			}
			if random.IntN(3) == 0 {
				a.Group, a.Item = "information", random.IntN(3)
			}
			d.Questions[0].Answers = append(d.Questions[0].Answers, a)
		}
		d.Files = []File{{Name: secrets[random.IntN(len(secrets))]}}
		d.Findings = []Finding{{Code: "ID", Reply: secrets[random.IntN(len(secrets))]}}
		for _, c := range cases {
			if random.IntN(20) == 0 {
				d.Law = c.record.Law
			}
		}
		found := Findings(d)
		text, err := json.Marshal(found)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range append(secrets, "Zebedee", "zeb@", "Quux", "5919", "900123") {
			if strings.Contains(string(text), s) {
				t.Fatalf("%q comes back:\n%s", s, text)
			}
		}
		for _, f := range found {
			if f.Question == "" || len(f.Seen) == 0 || slices.Contains(f.Seen, "") {
				t.Fatalf("%+v", f)
			}
		}
	}
}

func FuzzFindings(f *testing.F) {
	f.Add([]byte(`{"questions":[{"id":"q","answers":[{"id":"told","chosen":[{"id":"not-told"}]}]}]}`))
	full, _ := json.Marshal(everything())
	f.Add(full)
	f.Fuzz(func(t *testing.T, body []byte) {
		var d Record
		if json.Unmarshal(body, &d) != nil {
			return
		}
		for _, found := range Findings(&d) {
			if found.Code == "" || len(found.Seen) == 0 {
				t.Fatalf("%+v", found)
			}
		}
	})
}
