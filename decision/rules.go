package decision

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A sight is what in a record raises a finding: the id of the answer at which it is seen, and what is seen. The words
// are ours, or those of the law and the checklist as the record froze them; never what a person typed.
type sight struct{ at, words string }

// A reading is a record as the rules read it.
type reading struct{ *Record }

// when is one sight or none.
func when(holds bool, at, words string) []sight {
	if !holds {
		return nil
	}
	return []sight{{at, words}}
}

// of is one sight for each of the options that was chosen.
func (r *reading) of(at string, words map[string]string) []sight {
	var seen []sight
	a, _ := r.Answer(at)
	for _, c := range a.Chosen {
		if w := words[c.ID]; w != "" {
			seen = append(seen, sight{at, w})
		}
	}
	return seen
}

// has reports whether the answer was given, be it empty.
func (r *reading) has(id string) bool {
	_, ok := r.Answer(id)
	return ok
}

// past reports whether the walk is already behind the questions about the law. What is missing there is then missing,
// and not still to come. An emergency has its outcome first, and leaves the law for later.
func (r *reading) past() bool {
	return r.has("confidentiality") || r.Outcome().ID != "" && r.Occasion != "emergency"
}

// questionOf is the question under which the answer stands. Of an answer that is not there it is the answer's own id.
func (r *reading) questionOf(id string) string {
	for _, q := range r.Questions {
		for _, a := range q.Answers {
			if a.ID == id && a.Group == "" || a.Group == id && id != "" {
				return q.ID
			}
		}
	}
	return id
}

// raised is what the data of the law attach to what is relied on, to what comes up as a restriction, and to what was
// ticked as specially protected.
func (r *reading) raised(code string) []sight {
	var seen []sight
	for _, p := range r.Law.Relied {
		if slices.Contains(p.Raises, code) {
			seen = append(seen, sight{"gateway", "You rely on " + p.Citation + "."})
		}
	}
	for _, b := range r.Law.Bases {
		if slices.Contains(b.Raises, code) {
			seen = append(seen, sight{r.chosenAt(b), "You rely on " + b.Citation + "."})
		}
	}
	for _, c := range r.touched(code) {
		seen = append(seen, sight{"restrictions", "It touches: " + c.Words + "."})
	}
	for _, p := range r.Law.Restrictions {
		if slices.Contains(p.Raises, code) {
			seen = append(seen, sight{"restrictions", p.Citation + " may forbid or narrow it."})
		}
	}
	return seen
}

// touched are the specially protected matters that were ticked and raise the code.
func (r *reading) touched(code string) (topics []Choice) {
	ticked, _ := r.Answer("restrictions")
	for _, c := range ticked.Chosen {
		if slices.Contains(r.attached(c.ID), code) {
			topics = append(topics, c)
		}
	}
	return topics
}

// attached is what a topic raises. One of which the record says nothing is taken to be a bar: a warning too many is
// read, a warning too few is not.
func (r *reading) attached(topic string) []string {
	for _, t := range r.Law.Topics {
		if t.ID == topic {
			return t.Raises
		}
	}
	if topic == "none" {
		return nil
	}
	return []string{"BAR"}
}

// chosenAt is the answer at which a basis was chosen. Those of Part 3 can be either.
func (r *reading) chosenAt(b Basis) string {
	if r.Chose("condition", b.ID) || b.List == "article9" || b.List == "article10" {
		return "condition"
	}
	return "article-6"
}

func (r *reading) emergency() []sight {
	return when(r.Chose("danger", "yes") || r.Occasion == "emergency", "danger", "You say that somebody is, or was, in danger.")
}

func (r *reading) bar() []sight { return r.raised("BAR") }

func (r *reading) identity() []sight {
	return when(r.Chose("identity-check", "not-yet"), "identity-check", "It has not been checked yet who asks, or who receives it.")
}

func (r *reading) condition() []sight {
	seen := slices.Concat(
		when(r.Chose("article-6", "not-sure"), "article-6", "No lawful basis under Article 6 is settled."),
		when(r.Chose("condition", "not-sure"), "condition", "It is not settled which further condition is met."))
	if !r.has("condition") && !r.past() {
		return seen
	}
	var bare []string
	kinds, _ := r.Answer("categories")
	for _, c := range kinds.Chosen {
		if c.ID != "none" && !slices.ContainsFunc(r.Law.Bases, func(b Basis) bool { return slices.Contains(b.Covers, c.ID) }) {
			bare = append(bare, c.Words)
		}
	}
	return append(seen, when(len(bare) > 0, "condition", "No condition is named for: "+strings.Join(bare, "; ")+".")...)
}

func (r *reading) withoutConsent() []sight {
	unsaid := r.Chose("without-consent", "not-sure")
	if !r.has("without-consent") {
		unsaid = r.past()
	}
	var seen []sight
	for _, b := range r.Law.Bases {
		if unsaid && slices.Contains(b.Raises, "P18") {
			seen = append(seen, sight{"condition", "You rely on " + b.Citation + ", and do not say why there is no consent."})
		}
	}
	return seen
}

func (r *reading) assessment() []sight {
	if r.Occasion != "routine" {
		return nil
	}
	return r.of("dpia", map[string]string{
		"in-progress": "The data protection impact assessment is not finished.",
		"not-done":    "There is no data protection impact assessment.",
	})
}

func (r *reading) noGateway() []sight {
	// The function that a public authority needs besides the common law can also be named with the lawful basis.
	named := slices.ContainsFunc(r.Law.Bases, func(b Basis) bool { return b.Function }) && strings.TrimSpace(r.Text("article-6-why")) != ""
	alone := r.Chose("gateway", "common-law") && len(r.Law.Relied) == 0 && r.has("article-6-why")
	return slices.Concat(
		when(r.Chose("gateway", "none"), "gateway", "No law is named that lets you share this."),
		when(r.By.PublicAuthority.ID == "yes" && alone && !named, "gateway",
			"Yours is a public authority, and only the common law is named. Name also the function that this serves."))
}

func (r *reading) policyDocument() []sight {
	if a, answered := r.Answer("policy-document"); strings.TrimSpace(a.Text) != "" || !answered && !r.past() {
		return nil
	}
	var seen []sight
	for _, b := range r.Law.Bases {
		if b.PolicyDocument == "needed" {
			seen = append(seen, sight{r.chosenAt(b), "It is not said where the policy document is for " + b.Citation + "."})
		}
	}
	return seen
}

func (r *reading) noRow() []sight {
	return when(r.Law.Route != "", "gateway", "No provision of the tables fits; the way without one was shown.")
}

// wholesale finds words that ask for everything there is. A plain "records" or "a complete attendance record for May"
// is no such thing.
var wholesale = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(everything|anything you (?:have|hold)|all you (?:have|hold|know)|` +
		`(?:full|whole|entire|complete|all)(?: (?:of|the|his|her|their|its|your|our|these|medical|health|patient|clinical|gp|hospital|school|college|pupil|student|case|social|care|education|police|available)){0,4} (?:records?|files?|notes|histor(?:y|ies)|papers))\b`)
})

// spared are words before a match that turn it round: "not the full record", "rather than everything".
var spared = []string{"not", "n't", "than", "without", "no", "never"}

func asksForAll(text string) bool {
	for _, at := range wholesale().FindAllStringIndex(text, -1) {
		before := strings.Fields(strings.ToLower(text[:at[0]]))
		before = before[max(0, len(before)-4):]
		if !slices.ContainsFunc(before, func(w string) bool {
			return slices.ContainsFunc(spared, func(s string) bool {
				return w == s || s == "n't" && strings.HasSuffix(strings.ReplaceAll(w, "’", "'"), s)
			})
		}) {
			return true
		}
	}
	return false
}

func (r *reading) broad() []sight {
	return slices.Concat(
		r.of("alerts", map[string]string{"more-than-needed": "More is asked for, or planned, than the purpose needs."}),
		when(asksForAll(r.Text("request")), "request", "The request asks for whole records, or for everything."),
		when(r.Chose("outcome", "share-all") && r.Chose("less-identifying", "could-do-less"), "outcome",
			"All is shared, though something that identifies less would do."))
}

func (r *reading) thirdParties() []sight {
	whose, _ := r.Answer("whose")
	return slices.Concat(
		when(len(whose.Chosen) > 1, "whose", "It is about several people."),
		r.of("whose", map[string]string{
			"other-child": "Another child is in it.",
			"other-adult": "Another adult is in it.",
			"victim":      "A victim is in it.",
			"witness":     "A witness, or somebody who reported it, is in it.",
			"staff":       "Staff or a volunteer is in it.",
		}),
		r.of("alerts", map[string]string{
			"others-affected": "Others could be affected by it.",
			"extra-familial":  "It is about harm outside the home: keep to what is relevant about each young person, group and place.",
		}))
}

// sourceOf says whom to ask about a matter that others know more of.
var sourceOf = map[string]string{
	"adoption":     "Ask the adoption agency or the court that it came from.",
	"intelligence": "Ask the force or agency that it came from.",
	"tax-benefits": "Ask HMRC or DWP, whichever it came from.",
}

func (r *reading) origin() []sight {
	var seen []sight
	for i, item := range r.Items("information") {
		if origin := item["origin"]; len(origin.Chosen) == 0 || origin.Chosen[0].ID != "other" || len(item["consulted"].Chosen) == 0 {
			continue
		}
		switch item["consulted"].Chosen[0].ID {
		case "objected":
			seen = append(seen, sight{"information", fmt.Sprintf("Piece %d came from another organisation, which objects.", i+1)})
		case "no-time":
			seen = append(seen, sight{"information", fmt.Sprintf("Piece %d came from another organisation, which has not been asked.", i+1)})
		}
	}
	return slices.Concat(seen,
		when(r.Chose("origin-consulted", "not-consulted"), "origin-consulted", "Somebody should be consulted and has not been."),
		r.sources())
}

// sources names those to ask about what is specially protected. That it is so is said once, with what forbids it.
func (r *reading) sources() []sight {
	var seen []sight
	topics := r.touched("ORIGIN")
	for _, c := range topics {
		words := sourceOf[c.ID]
		if words == "" {
			words = "Ask those that it came from about this: " + c.Words + "."
		}
		seen = append(seen, sight{"restrictions", words})
	}
	if len(topics) > 0 {
		return seen
	}
	for _, p := range slices.Concat(r.Law.Relied, r.Law.Restrictions) {
		seen = append(seen, when(slices.Contains(p.Raises, "ORIGIN"), "restrictions", "Ask those that it came from: "+p.Citation+" comes up here.")...)
	}
	return seen
}

func (r *reading) consent() []sight {
	agreement := r.Chose("confidentiality", "agreement")
	return slices.Concat(r.raised("CONSENT"),
		when(r.Chose("heard", "objects"), "heard", "They object. Consent cannot then be what you rely on; whether to share is still to be weighed."),
		when(agreement && r.Chose("told", "not-told"), "confidentiality", "You rely on the person's agreement, and they are not told."),
		when(agreement && (r.Chose("heard", "objects") || r.Chose("heard", "not-yet") || r.Chose("heard", "not-safe")), "confidentiality",
			"You rely on the person's agreement, and they have not said that they agree."))
}

func (r *reading) notTold() []sight {
	return slices.Concat(
		when(r.Chose("told", "not-told"), "told", "The person is not told."),
		r.of("alerts", map[string]string{"secret-from-subject": "Somebody asks that it is kept from the person."}))
}

func (r *reading) objection() []sight {
	if !r.Chose("heard", "objects") {
		return nil
	}
	seen := []sight{{"heard", "The person objects."}}
	for _, p := range r.Law.Relied {
		seen = append(seen, when(slices.Contains(p.Raises, "OBJECT"), "gateway", p.Citation+" gives way where the person objects.")...)
	}
	return seen
}

func (r *reading) power() []sight {
	var seen []sight
	for _, p := range r.Law.Relied {
		seen = append(seen, when(p.Effect == "power-to-share", "gateway", p.Citation+" is a power.")...)
	}
	return seen
}

func (r *reading) duty() []sight {
	var seen []sight
	for _, p := range r.Law.Relied {
		seen = append(seen, when(p.Effect == "duty-to-share", "gateway", p.Citation+" is a duty.")...)
	}
	for _, o := range r.unused() {
		seen = append(seen, when(o.Effect == "duty-to-share", "gateway", o.name()+" was offered, and is a duty where it applies. You do not rely on it.")...)
	}
	return seen
}

// unused are the gateways that were offered and are not relied on, as far as they stand: nobody is held to law whose
// start has not been confirmed.
func (r *reading) unused() []Offered {
	return slices.DeleteFunc(slices.Clone(r.Law.Offered), func(o Offered) bool {
		return doubt("", o.Status, "") != "" || slices.ContainsFunc(r.Law.Relied, func(p Provision) bool { return p.ID == o.ID })
	})
}

func (o Offered) name() string {
	if o.Citation != "" {
		return o.Citation
	}
	return o.ID
}

func (r *reading) detriment() []sight {
	outcome := r.Outcome().ID
	if !slices.Contains([]string{"none", "share-part", "defer"}, outcome) {
		return nil
	}
	var seen []sight
	for _, p := range r.Law.Relied {
		seen = append(seen, when(slices.Contains(p.Raises, "DETRIMENT"), "outcome", "Not all is shared, or not yet, under "+p.Citation+".")...)
	}
	for _, o := range r.unused() {
		seen = append(seen, when(slices.Contains(o.Raises, "DETRIMENT"), "outcome", "Not all is shared, or not yet, though "+o.name()+" was offered.")...)
	}
	return seen
}

// scheduleTwo finds a request that names an exemption as if it were a power: Schedule 2 to the Data Protection Act 2018,
// or its old spelling, section 29 of the Act of 1998.
var scheduleTwo = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\bsch(?:edule|ed)?\.? ?(?:2|two)\b|\bsection 29(?:\(3\))?|\bs\.? ?29\(3\)|\bcrime and taxation\b`)
})

// namesExemption is false for Schedule 2 to the Children Act 1989, which is a gateway.
func namesExemption(text string) bool {
	lower := strings.ToLower(text)
	other := strings.Contains(lower, "children act") && !strings.Contains(lower, "data protection") && !strings.Contains(lower, "dpa")
	return !other && scheduleTwo().MatchString(text)
}

func (r *reading) exemption() []sight {
	var seen []sight
	if a, _ := r.Answer("exemption"); len(a.Chosen) > 0 && a.Chosen[0].ID != "none" {
		seen = append(seen, sight{"exemption", "An exemption is relied on."})
	}
	for _, at := range []string{"request", "request-power"} {
		seen = append(seen, when(namesExemption(r.Text(at)), at, "The request names an exemption of data protection law as if it were a power.")...)
	}
	return seen
}

// doubt says in which way a provision or basis may not carry a decision, or nothing.
func doubt(citation, status, certainty string) string {
	switch {
	case status == "enacted-commencement-unconfirmed":
		return "Nobody has confirmed that " + citation + " is in force."
	case status == "enacted-not-in-force":
		return citation + " is not in force."
	case status == "repealed" || status == "superseded":
		return citation + " no longer stands."
	case certainty == "unsure":
		return "Check " + citation + " before you rely on it."
	}
	return ""
}

// doubtful is the law relied on that may not carry the decision.
func (r *reading) doubtful() []sight {
	var seen []sight
	for _, p := range r.Law.Relied {
		words := doubt(p.Citation, p.Status, p.Certainty)
		seen = append(seen, when(words != "", "gateway", words)...)
	}
	for _, b := range r.Law.Bases {
		words := doubt(b.Citation, b.Status, b.Certainty)
		seen = append(seen, when(words != "", r.chosenAt(b), words)...)
	}
	return seen
}

func (r *reading) stale() []sight {
	seen := r.doubtful()
	for _, p := range r.Law.Relied {
		for _, note := range p.Printed {
			seen = append(seen, sight{"gateway", "The agreement's own table on " + p.Citation + ": " + note})
		}
	}
	return seen
}

func (r *reading) closedBasis() []sight {
	var seen []sight
	for _, b := range r.Law.Bases {
		if !slices.Contains(b.ClosedTo, "public-authority") {
			continue
		}
		switch r.By.PublicAuthority.ID {
		case "yes":
			seen = append(seen, sight{r.chosenAt(b), "Yours is a public authority, and you rely on " + b.Citation + "."})
		case "not-sure":
			seen = append(seen, sight{r.chosenAt(b), "You are not sure whether yours is a public authority, and rely on " + b.Citation + "."})
		}
	}
	return seen
}

func (r *reading) useLimit() []sight { return r.raised("USELIMIT") }

func (r *reading) deceased() []sight {
	return when(r.Chose("whose", "deceased"), "whose", "It is about somebody who has died.")
}

func (r *reading) confidence() []sight {
	return slices.Concat(
		when(r.Chose("confidentiality", "nothing"), "confidentiality", "It was told in confidence, and nothing is named that lets you pass it on."),
		when(r.Chose("confidentiality", "law") && r.has("gateway") && len(r.Law.Relied) == 0, "confidentiality",
			"A law is said to answer confidence, and no provision of the law is named."))
}

func (r *reading) victim() []sight {
	return slices.Concat(r.raised("VICTIM"), r.of("victim-notice", map[string]string{
		"no":       "The police ask about a victim, and no written notice was given to the victim.",
		"not-sure": "The police ask about a victim, and it is not known whether the victim was given written notice.",
	}))
}

func (r *reading) smallCounts() []sight {
	return slices.Concat(
		r.of("small-counts", map[string]string{
			"yes":      "There are small counts in it.",
			"not-sure": "It is not known whether there are small counts in it.",
		}),
		r.of("alerts", map[string]string{"small-numbers": "There are small numbers in it."}))
}

func (r *reading) mode() []sight {
	switch r.Occasion {
	case "adhoc":
		return r.of("alerts", map[string]string{"repeated": "This is the ad hoc checklist, and it is shared again and again."})
	case "routine":
		return r.of("frequency", map[string]string{"once": "This is the routine checklist, and it is shared once."})
	}
	return nil
}

func (r *reading) factOrOpinion() []sight {
	words := map[string]string{"opinion": "is an opinion", "mixture": "mixes fact and opinion", "third-party": "is what somebody else reported"}
	var seen []sight
	for i, item := range r.Items("information") {
		for _, c := range item["nature"].Chosen {
			if w := words[c.ID]; w != "" {
				seen = append(seen, sight{"information", fmt.Sprintf("Piece %d %s.", i+1, w)})
			}
		}
	}
	return seen
}

func (r *reading) accuracy() []sight {
	return r.of("accuracy", map[string]string{
		"partly":      "Only part of it has been checked.",
		"disputed":    "Some of it is disputed.",
		"not-checked": "It has not been checked whether it is right and up to date.",
	})
}

func (r *reading) hear() []sight {
	return slices.Concat(
		when(r.Chose("heard", "not-yet"), "heard", "They have not been able to say what they think."),
		when(r.Chose("told", "will-tell"), "told", "They have not been told yet."),
		r.raised("HEAR"))
}

// advice looks at what the other rules see: nobody has been asked in a case in which others would ask.
func (r *reading) advice() []sight {
	seen := r.of("alerts", map[string]string{
		"court-or-solicitor": "A court or a solicitor is involved: your own legal team should know.",
		"supervision":        "It was said in supervision: ask your supervisor how it may be used.",
		"turning-18":         "Somebody is nearly 18: ask adult services what they need to know for the transition.",
	})
	seen = append(seen, when(r.Chose("dpia", "not-needed") && r.has("dpo-view") && strings.TrimSpace(r.Text("dpo-view")) == "", "dpo-view",
		"There is no impact assessment, and it is not said what your data protection officer thinks of that.")...)
	seen = append(seen, when(r.Chose("assessment-check", "to-do"), "assessment-check", "It has not passed your force's own check for release yet.")...)
	if !r.Chose("advice", "no") {
		return seen
	}
	var grounds []string
	for _, ground := range []struct {
		seen  []sight
		words string
	}{
		{r.bar(), "something may forbid or narrow it"},
		{r.noGateway(), "no law is named that carries it"},
		{r.exemption(), "an exemption is in play"},
		{r.condition(), "the lawful basis is not settled"},
		{r.closedBasis(), "the lawful basis may not be open to you"},
		{r.doubtful(), "the law you rely on is not sure"},
		{r.raised("CONSENT"), "consent is relied on"},
		{r.confidence(), "nothing answers the duty of confidence"},
		{r.objection(), "the person objects"},
		{r.victim(), "the rules for information about victims apply"},
		{r.deceased(), "it is about somebody who has died"},
		{r.personalDuty(), "the duty is on you yourself"},
		{r.raised("ADVICE"), "the law here is of a kind on which others ask"},
	} {
		if len(ground.seen) > 0 {
			grounds = append(grounds, ground.words)
		}
	}
	return append(seen, when(len(grounds) > 0, "advice", "You have asked nobody, and "+inOne(grounds)+".")...)
}

// inOne makes one sentence of several grounds.
func inOne(grounds []string) string {
	if n := len(grounds); n > 1 {
		return strings.Join(grounds[:n-1], ", ") + " and " + grounds[n-1]
	}
	return strings.Join(grounds, "")
}

func (r *reading) personalDuty() []sight {
	seen := r.raised("PERSONAL")
	for _, o := range r.unused() {
		seen = append(seen, when(slices.Contains(o.Raises, "PERSONAL"), "gateway", o.name()+" was offered; if it applies, it applies to you yourself.")...)
	}
	return seen
}

// private finds a request to send something where nobody but one person answers for it.
var private = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:my|a) (?:own |personal |private |home )+(?:e-?mail|account|phone|mobile)|\b(?:gmail|hotmail|yahoo|icloud|whatsapp)\b`)
})

func (r *reading) channel() []sight {
	return slices.Concat(
		r.of("transfer-method", map[string]string{
			"telephone":        "It goes by telephone.",
			"ordinary-email":   "It goes by ordinary e-mail.",
			"personal-account": "It goes to a personal account.",
			"post":             "It goes by post or on paper.",
			"other":            "It goes another way than a secure route between organisations.",
		}),
		when(private().MatchString(r.Text("request")), "request", "The request wants it sent to a personal address or account."),
		when(r.Chose("receipt", "not-confirmed"), "receipt", "Nobody has confirmed that it came."),
		r.of("alerts", map[string]string{
			"outside-uk": "It leaves the United Kingdom.",
			"processor":  "Another firm handles it for you or for them.",
		}))
}

func (r *reading) late() []sight {
	return slices.Concat(
		when(r.Chose("shared-already", "yes"), "shared-already", "It was shared before it was written down."),
		when(r.Occasion == "emergency", "shared-at", "This is an emergency, written down afterwards."))
}
