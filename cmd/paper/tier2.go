package paper

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
)

// A Draft is a document that is still to be completed and agreed: headings, our own words, what the record says, and
// marked blanks where it says nothing.
type Draft struct {
	Title    string
	Training bool
	About    []string // what it is and is not, said before everything else
	Sections []DraftSection
}

// A DraftSection is one heading of a draft.
type DraftSection struct {
	Title  string // with its number
	Blocks []Block
}

// A Block is one piece of a section. Only one of its forms is filled: our own words; something that the record says
// under a name; a blank under a name; or a table.
type Block struct {
	Words string
	Name  string
	Says  []string // from the record, each a text of its own
	Blank string   // what has to be completed
	Table *Table
}

// A Table has one row for each thing. An empty cell is a blank.
type Table struct {
	Columns []string
	Rows    [][]string
}

// Tier2 drafts the Tier 2 agreement that routine sharing needs (C&P Tier 1 DSA 2024, section 4) from the record of the
// decision. What such an agreement has to settle follows sections 7 and 9 to 15 of that agreement and Appendix 2; the
// words are the program's own. What the record does not say is left as a marked blank and never made up, and what is held
// back, the advice taken and the reasons of the decision are not in it: it is read by every party.
func Tier2(d *Dossier) (*Draft, error) {
	f := factsOf(d)
	now, review := d.outcome()
	switch {
	case f.Record.Occasion != checklist.Routine:
		return nil, senseless("this record is of a single decision; a Tier 2 agreement is for sharing that is done again and again",
			"decide about the routine with dsa share --routine, and draft from that record")
	case f.Chose("identifiable", "no"):
		return nil, senseless("nobody can be identified from what this record is about, so there is no personal information to agree on", "for the case file, use dsa show with --note")
	case now == "none" || review == withdrawn:
		return nil, senseless("the decision is not to share, so there is nothing to agree on", "for the case file, use dsa show with --note")
	case len(f.unclear(sharing...)) > 0:
		return nil, senseless("the decision was amended in what is shared, so there is nothing to agree on until that is decided",
			"record the decision as it is with dsa share --routine, and draft from that record")
	}
	t := &drafting{facts: f, draft: &Draft{Title: "Draft Tier 2 data sharing agreement", Training: d.Training()}}
	t.about()
	t.parties()
	t.purpose()
	t.information()
	t.law()
	t.assessment()
	t.transfer()
	t.storage()
	t.processing()
	t.retention()
	t.people()
	t.incidents()
	t.review()
	t.signatories()
	return t.draft, nil
}

type drafting struct {
	*facts
	draft *Draft
}

func (t *drafting) about() {
	r := t.dossier.First.Record
	t.draft.About = []string{
		fmt.Sprintf("This is a draft. %s made it from record %d, id %s, signed on %s by %s. Nobody has agreed to it.",
			r.Program, t.dossier.First.Number, t.dossier.First.ID, Moment(r.Recorded), by(r.By)),
		"What is marked [to be completed: …] is not in the record and has to be filled in. The data protection officer of every party checks the whole before anybody signs.",
		fmt.Sprintf("It is meant to stand under the Tier 1 agreement: %s, version %s.", r.Agreement.Title, r.Agreement.Version),
	}
	if on := t.Law.On; on != "" {
		t.draft.About = append(t.draft.About, "The law in it was looked up for "+screen.Day(on)+". See that it still stands.")
	}
	if _, review := t.dossier.outcome(); review == changed {
		t.draft.About = append(t.draft.About, "The decision was changed on review. Read the draft against the review.")
	}
	if unclear := t.unclear(letter...); len(unclear) > 0 {
		t.draft.About = append(t.draft.About, "The decision was amended. Read the draft against the amendment, which says something else about: "+strings.Join(unclear, "; ")+".")
	}
}

func (t *drafting) section(title string) {
	t.draft.Sections = append(t.draft.Sections, DraftSection{Title: fmt.Sprintf("%d. %s", len(t.draft.Sections)+1, title)})
}

func (t *drafting) add(b Block) {
	last := &t.draft.Sections[len(t.draft.Sections)-1]
	last.Blocks = append(last.Blocks, b)
}

// full is an answer behind what was asked, for choices such as "Yes" that say nothing alone.
func (t *drafting) full(id string) string {
	a, _ := t.Answer(id)
	if t.at(id) == "" {
		return ""
	}
	return joined(" ", a.Asked, t.at(id))
}

func (t *drafting) words(words string) { t.add(Block{Words: words}) }

// says puts what the record says, or the blank.
func (t *drafting) says(name, blank string, texts ...string) {
	texts = slices.DeleteFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })
	if len(texts) == 0 {
		t.add(Block{Name: name, Blank: blank})
		return
	}
	t.add(Block{Name: name, Says: texts})
}

// also puts what the record says, and nothing where it does not.
func (t *drafting) also(name string, texts ...string) {
	if strings.TrimSpace(strings.Join(texts, "")) != "" {
		t.says(name, "", texts...)
	}
}

func (t *drafting) blank(name, what string) { t.add(Block{Name: name, Blank: what}) }

func (t *drafting) parties() {
	t.section("Parties")
	t.add(Block{Table: &Table{
		Columns: []string{"", "Gives the information", "Receives the information"},
		Rows: [][]string{
			{"Organisation", t.By.Organisation, t.organisation()},
			{"Kind", t.By.Sector.Words, t.at("recipient-sector")},
			{"Contact", joined(", ", t.By.Post, t.By.Email), joined(", ", t.at("recipient-person"), t.at("recipient-contact"))},
			{"Data protection officer", "", ""},
			{"Controller on its own, or jointly with others", "", ""},
		},
	}})
	t.blank("Further parties, and processors that work for a party", "names and parts, or none")
}

func (t *drafting) purpose() {
	t.section("Purpose, and why it is necessary")
	t.says("What it is for", "the purpose, for the people concerned, for the parties and for the public", t.at("purpose"))
	t.also("What it is about", t.at("circumstances"))
	t.says("The good that it does", "the benefits", t.at("benefits"))
	t.says("The harm that it could do", "the risks of sharing, and how they are kept small", t.at("risks-of-sharing"))
	t.says("What could happen without it", "the risks of not sharing", t.at("risks-of-not-sharing"))
	t.says("Why less would not do", "why this much, with these people identified, is needed", t.at("fairness"), t.full("less-identifying"))
}

func (t *drafting) information() {
	t.section("The information")
	table := &Table{Columns: []string{"What", "Period", "About whom", "Fact, opinion or report"}}
	for _, p := range t.pieces(true) {
		table.Rows = append(table.Rows, []string{p.at("what"), p.at("period"), p.at("person"), p.at("nature")})
	}
	if len(table.Rows) == 0 {
		table.Rows = [][]string{{"", "", "", ""}}
	}
	t.add(Block{Table: table})
	t.words("What does not stand in this table is not shared under this agreement.")
	t.says("Whose information", "the groups of people", t.at("whose"))
	t.says("Special and criminal kinds", "whether it holds health, other special category or criminal offence information", t.at("categories"))
	t.also("What is available already", t.at("already-available"))
	t.says("How it is kept accurate", "how each party sees that it is right and up to date", t.at("quality"), t.at("accuracy-note"))
	t.words("Fact, opinion and what others reported are kept apart. A party that finds something wrong corrects it and tells every party that has it.")
}

func (t *drafting) law() {
	t.section("Law")
	var gateways, bases []string
	for _, p := range t.Law.Relied {
		gateways = append(gateways, joined(". ", p.Citation, p.Limits))
	}
	if t.Chose("gateway", "common-law") {
		gateways = append(gateways, "The common law")
	}
	for _, b := range t.Law.Bases {
		bases = append(bases, b.Citation)
	}
	name := t.By.Organisation
	t.says("Power or duty of "+orElse(name, "the giving party"), "the provision that lets or makes it share", gateways...)
	t.says("Lawful basis and condition of "+orElse(name, "the giving party"), "Article 6, and Article 9 or 10 with Schedule 1, or Part 3",
		append(bases, t.at("article-6-why"), t.at("condition-why"))...)
	t.blank("Power or function of "+orElse(t.organisation(), "the receiving party"), "the provision on which the receiving party relies")
	t.blank("Lawful basis and condition of "+orElse(t.organisation(), "the receiving party"), "Article 6, and Article 9 or 10 with Schedule 1, or Part 3")
	t.says("Appropriate policy document", "where each party keeps it, if its condition needs one", t.at("policy-document"))
	t.says("Confidence", "how the duty of confidence is dealt with", t.at("confidentiality"), t.at("confidentiality-why"))
	t.says("What forbids or narrows it", "restrictions, and how they are kept", t.at("restrictions"), t.at("restrictions-note"))
	t.also("Conditions on use", t.at("conditions-on-use"))
	t.words("The receiving party uses the information for the purpose above and for nothing else, unless the law obliges it or someone would otherwise come to harm.")
}

func (t *drafting) assessment() {
	t.section("Data protection impact assessment")
	t.says("State", "whether it is done, and where it is kept", t.full("dpia"))
	t.says("Outcome", "the risks that remain, and what is done about them", t.at("dpia-outcome"))
	t.says("View of the data protection officer", "the advice, of each party", t.at("dpo-view"))
}

func (t *drafting) transfer() {
	t.section("How often and how it is sent")
	t.says("How often", "on which days, or at which events", t.at("frequency"))
	t.says("How it is sent", "the route", t.at("transfer-method"))
	t.says("How it is protected", "encryption, checking of the address, who sends and who receives", t.at("transfer-protection"))
	t.says("Receipt", "how the sender knows that it has arrived", t.full("receipt"))
	if t.Chose("alerts", "outside-uk") {
		t.blank("Transfer outside the United Kingdom", "to which country, and the safeguard on which it rests")
	}
}

func (t *drafting) storage() {
	t.section("Where it is held, and who may see it")
	t.says("Where it is held", "the systems, of each party", t.at("storage"))
	t.says("Who may see it", "the roles that need it, of each party", t.at("access"))
	t.says("Shared system", "whether the parties use one system together", t.full("joint-system"), t.at("joint-security"))
	if t.Chose("joint-system", "yes") {
		t.words("For a system that is used together the parties write down one security policy. It settles:")
		for _, point := range []string{"the security standard that it meets", "access by role", "updates", "access from elsewhere", "assurances of suppliers", "recovery after a failure"} {
			t.blank(strings.ToUpper(point[:1])+point[1:], "how, and who sees to it")
		}
	}
	t.blank("How the protection is tested", "by whom and how often")
	if t.Chose("alerts", "processor") {
		t.blank("Processors", "who they are, and the contracts with them")
	}
}

func (t *drafting) processing() {
	t.section("What is done with it")
	t.says("Processing", "each step, from receipt to deletion", t.at("processing"))
	t.says("Profiling or automatic decisions", "whether there are any", t.full("profiling"), t.at("profiling-note"))
	if t.Chose("profiling", "yes") {
		t.blank("A person looks again", "how people are told of it, and how they can ask for a person to look at the result")
	}
	t.blank("Training", "what the staff of each party are taught before they handle it")
}

func (t *drafting) retention() {
	t.section("How long it is kept, and how it is deleted")
	t.says("How long", "the period, with its reason, of each party", t.at("retention"))
	t.says("How it is deleted", "the method, and how the parties know that it was done", t.at("deletion"))
	t.words("Before anything is destroyed, the party sees whether a public inquiry or a court needs it kept.")
}

func (t *drafting) people() {
	t.section("Telling people, and their rights")
	t.says("How people are told", "privacy notices and other ways, or why they are not told", t.full("told"), t.at("told-how"), t.at("not-told-ground"))
	t.says("Arrangements for rights", "who answers which request, and within what time", t.at("rights-arrangements"))
	t.blank("Requests for access", "who takes the lead, and how the other party is asked about harm before anything is given out")
	t.blank("Requests that reach the wrong party", "to whom they are passed on, and how fast")
	t.blank("Correction, erasure, restriction and objection", "who decides, and how the other parties are told so that each can act")
	t.blank("Freedom of information requests", "who is asked before an answer is given")
}

func (t *drafting) incidents() {
	t.section("Incidents and complaints")
	t.says("Incidents", "whom each party tells, how and how fast", t.at("incidents"))
	t.words("A party that learns of an incident tells the party that is responsible for the information without delay. That party decides whether the Information Commissioner has to be told within 72 hours, and who else.")
	t.blank("Incidents that touch several parties", "who leads, and how the parties help each other")
	t.blank("Complaints", "who answers them")
}

func (t *drafting) review() {
	t.section("Review and end")
	t.blank("In force from", "the day")
	next := t.at("review-on")
	if next != "" {
		next = screen.Day(next)
	}
	t.says("Review", "the day, and who sees to it", next)
	t.blank("End", "how a party leaves, and what becomes of the information it has")
	t.also("Reference", t.at("tier2-reference"))
}

func (t *drafting) signatories() {
	t.section("Signatories")
	t.words("Signed by people who may bind their organisation, after the data protection officers have checked it.")
	t.add(Block{Table: &Table{
		Columns: []string{"Organisation", "Name", "Post", "Signature", "Date"},
		Rows:    [][]string{{t.By.Organisation, "", "", "", ""}, {t.organisation(), "", "", "", ""}},
	}})
}

// blankWords mark what is to be completed, in every form of a draft.
func blankWords(what string) string {
	if what == "" {
		return "[to be completed]"
	}
	return "[to be completed: " + what + "]"
}

// HTML writes the draft as a page to print.
func (d *Draft) HTML(w io.Writer) error { return write(w, "draft", d) }
