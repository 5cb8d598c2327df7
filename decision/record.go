package decision

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Record is the body of a `decision`, `complete`, `amend`, `review` or `endorse` record: everything that was asked and
// answered, with the words as they were shown, so that it can be read when checklist and law have long changed.
// FORMAT.md describes each field.
type Record struct {
	Salt      string     `json:"salt"`
	Program   string     `json:"program"`  // name and version of the program that wrote it
	Standing  Standing   `json:"standing"` // live or training, for ever
	Occasion  string     `json:"occasion"` // adhoc, routine or emergency
	Given     Given      `json:"given"`    // how the answers were given
	Begun     string     `json:"begun"`    // ISO 8601 with offset: when the first question was put
	Recorded  string     `json:"recorded"` // ISO 8601 with offset: the time on the cover, on the clock of the place
	Of        *Link      `json:"of,omitempty"`
	By        Person     `json:"by"`
	Agreement Document   `json:"agreement"`
	Checklist Document   `json:"checklist"`
	Questions []Question `json:"questions"`
	Law       Law        `json:"law"`
	Files     []File     `json:"files,omitempty"` // what was disclosed or would be; never the content
	Owed      []Owed     `json:"owed,omitempty"`  // of an emergency record: what is still to be completed
	Findings  []Finding  `json:"findings"`        // what was pointed out before signing, and the replies
}

// Link names the record that another one completes, amends, reviews or endorses. The cover has its id too; chain and
// number tell where a record that is not at hand should be, and the rest is for people.
type Link struct {
	ID       ID     `json:"id"`
	Chain    ID     `json:"chain"` // id of the first record of the chain in which it stands
	Number   int    `json:"number"`
	Recorded string `json:"recorded"` // as in that record
	By       string `json:"by"`       // the post and organisation of who decided
	Outcome  Choice `json:"outcome"`  // what it decided; of a review, whether the decision stands; otherwise its kind
}

// File is a disclosed file, so that it can be recognised: its name without folders, its size in bytes, and the SHA-256
// of its content in lower-case hexadecimal digits.
type File struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Owed is an answer that an emergency record leaves for later.
type Owed struct {
	ID       string `json:"id"`       // from the vocabulary
	Question string `json:"question"` // the title of the question it belongs to
	Asked    string `json:"asked"`
}

// Given says how the answers came to the program.
type Given string

// The ways of giving answers.
const (
	OnScreen Given = "screen"       // drawn pages
	InLines  Given = "lines"        // plain lines, such as with a screen reader
	FromFile Given = "answers-file" // a file prepared beforehand
)

// Person is who decided, or who says what they think of a decision, as they stated it.
type Person struct {
	Name               string `json:"name"`
	Post               string `json:"post"`
	Organisation       string `json:"organisation"`
	Sector             Choice `json:"sector"`
	PublicAuthority    Choice `json:"public_authority"`
	CompetentAuthority Choice `json:"competent_authority"`
	Email              string `json:"email"`
}

// Document names an agreement or checklist exactly.
type Document struct {
	ID      string `json:"id"`
	Title   string `json:"title"`
	Version string `json:"version,omitempty"`
	Digest  string `json:"digest,omitempty"` // SHA-256 of the files it was read from, hex
}

// Question is one heading with the answers gathered under it.
type Question struct {
	ID       string   `json:"id"`
	Number   string   `json:"number"` // the agreement's own; empty for a question added by the program
	Title    string   `json:"title"`
	Guidance string   `json:"guidance"`
	Source   string   `json:"source"`
	Answers  []Answer `json:"answers"`
}

// Answer is what was asked in one place and what was answered: a text, or what was chosen.
type Answer struct {
	ID     string   `json:"id"`              // from the vocabulary; within a group, the part's name
	Group  string   `json:"group,omitempty"` // of a group: its id from the vocabulary
	Item   int      `json:"item,omitempty"`  // of a group: which item, from 1
	Asked  string   `json:"asked"`
	Text   string   `json:"text,omitempty"`
	Chosen []Choice `json:"chosen,omitempty"`
	Others []string `json:"others,omitempty"` // the words of the choices that were offered and not chosen
}

// Path is where the answer stands: its id, or that of its group, the number of the item and its own, such as
// "information/2/nature".
func (a Answer) Path() string {
	if a.Group == "" {
		return a.ID
	}
	return a.Group + "/" + strconv.Itoa(a.Item) + "/" + a.ID
}

// Words are the answer as a person would read it: what was typed, or the words of what was chosen. One that was left
// empty has none.
func (a Answer) Words() string {
	if len(a.Chosen) == 0 {
		return a.Text
	}
	words := make([]string, len(a.Chosen))
	for i, c := range a.Chosen {
		words[i] = c.Words
	}
	return strings.Join(words, "; ")
}

// Choice is an option with its words.
type Choice struct {
	ID    string `json:"id"`
	Words string `json:"words"`
}

// Law is what was looked up, on which day, and what was relied on.
type Law struct {
	On     string      `json:"on"` // YYYY-MM-DD: the day for which the law was looked up; empty when it was not
	Relied []Provision `json:"relied"`
	// Offered is every gateway that was offered, chosen or not, so that a reader sees what the person saw.
	Offered []Offered `json:"offered,omitempty"`
	Route   string    `json:"route,omitempty"` // the non-statutory route as it was shown, when no provision fitted
	Bases   []Basis   `json:"bases,omitempty"` // the lawful bases and conditions relied on
	// Topics are what was ticked as specially protected, with what the data attach to it.
	Topics []Topic `json:"topics,omitempty"`
	// Restrictions are the provisions that came up as narrowing or forbidding it, whether or not they stood in the way.
	Restrictions []Provision `json:"restrictions,omitempty"`
}

// Offered is a gateway among which the person chose. What it says stands with the question at which it was chosen or
// left, so only what findings and reports need is kept again.
type Offered struct {
	ID       string   `json:"id"`
	Citation string   `json:"citation"`
	Effect   string   `json:"effect"`
	Status   string   `json:"status"`
	Raises   []string `json:"raises,omitempty"` // see Provision
}

// Topic is something that the law protects especially and that the information touches, such as adoption. Its words
// stand with the answer `restrictions`.
type Topic struct {
	ID     string   `json:"id"`
	Raises []string `json:"raises,omitempty"` // see Provision
}

// Provision is a provision of the law as it was shown to the person.
type Provision struct {
	ID        string   `json:"id"`
	Citation  string   `json:"citation"`
	Effect    string   `json:"effect"`
	Use       string   `json:"use"`
	Status    string   `json:"status"`
	Since     string   `json:"since"` // when that status began, as the data give it
	Certainty string   `json:"certainty"`
	Reviewer  string   `json:"reviewer"` // empty: nobody had reviewed the entry
	Address   string   `json:"address"`
	Summary   string   `json:"summary"`
	Limits    string   `json:"limits"`
	Reasons   []string `json:"reasons"` // why it was offered
	Check     []string `json:"check,omitempty"`
	Pack      string   `json:"pack,omitempty"` // the agreement whose own words these are; empty: the program's
	// Raises are the codes of findings that the data of the law attach to relying on it or coming up against it.
	Raises []string `json:"raises,omitempty"`
	// Printed is what is known to be wrong or overtaken in the rows of the agreement's own table that point at it.
	Printed []string `json:"printed,omitempty"`
}

// Basis is a lawful basis or condition of data protection law as it was shown to the person.
type Basis struct {
	ID             string   `json:"id"`
	List           string   `json:"list"` // article6, article9, article10 or part3
	Citation       string   `json:"citation"`
	Status         string   `json:"status"`
	Since          string   `json:"since"`
	Certainty      string   `json:"certainty"`
	Reviewer       string   `json:"reviewer"` // empty: nobody had reviewed the entry
	Address        string   `json:"address"`
	Summary        string   `json:"summary"`
	Limits         string   `json:"limits"`
	Covers         []string `json:"covers,omitempty"`    // the special or criminal kinds of information that it serves here
	Needs          []string `json:"needs"`               // what it needs besides, for the person to settle
	PolicyDocument string   `json:"policy_document"`     // needed, not-needed or excepted
	Caution        string   `json:"caution,omitempty"`   // a warning that was shown with it
	ClosedTo       []string `json:"closed_to,omitempty"` // kinds of organisation that cannot use it
	Reasons        []string `json:"reasons"`             // why it was open
	Check          []string `json:"check,omitempty"`
	Raises         []string `json:"raises,omitempty"`   // see Provision
	Function       bool     `json:"function,omitempty"` // it rests on a function or duty of the organisation's own, named in article-6-why
}

// TimeFormat is how the times in a body are written: ISO 8601 to the second, with offset.
const TimeFormat = time.RFC3339

// RecordError says what makes a decision record meaningless. It names the place and never what was typed.
type RecordError struct{ Missing string }

func (e *RecordError) Error() string { return fmt.Sprintf("the record has no %s", e.Missing) }

// Kind says which act a record is of. The lists of amendments, reviews and endorsements are the program's own and keep
// their names; whatever else follows another record completes it.
func (d *Record) Kind() Kind {
	switch {
	case d.Of == nil:
		return Decision
	case d.Checklist.ID == string(Amend):
		return Amend
	case d.Checklist.ID == string(Review):
		return Review
	case d.Checklist.ID == string(Endorse):
		return Endorse
	}
	return Complete
}

// View is what a second person says of a record. Only Agrees and AgreesOn are agreement.
type View string

// The three views. They are recorded alike and never shown alike.
const (
	Agrees    View = "agree"
	AgreesOn  View = "agree-with-conditions"
	Disagrees View = "disagree"
)

// View is what an endorsement says of the record that it is about. Every other record says nothing of the kind, and what
// cannot be told from an endorsement is no agreement.
func (d *Record) View() View {
	if d.Kind() != Endorse {
		return ""
	}
	if a, _ := d.Answer("view"); len(a.Chosen) == 1 {
		if v := View(a.Chosen[0].ID); v == Agrees || v == AgreesOn || v == Disagrees {
			return v
		}
	}
	return ""
}

// Audits reports whether the record is an auditor's verdict on a decision: a review that does not decide again.
func (d *Record) Audits() bool { return d.Kind() == Review && d.Chose("stands", "audited") }

// Check refuses a record that would mean nothing: who decided, what and why must be there, the times must be times,
// every answer must stand under its question, and what follows another record must say which and what of it. Whether
// the decision was wise is not checked: the person decides. It says nothing of codes and ids it does not know, so that
// the records of later versions of the program can be read.
func (d *Record) Check() error {
	if !IsSalt(d.Salt) {
		return &RecordError{"salt"}
	}
	for _, f := range []struct{ name, value string }{
		{"program", d.Program}, {"name of the person who decided", d.By.Name}, {"post", d.By.Post},
		{"organisation", d.By.Organisation}, {"sector", d.By.Sector.ID}, {"e-mail address", d.By.Email},
		{"agreement", d.Agreement.ID}, {"checklist", d.Checklist.ID},
	} {
		if strings.TrimSpace(f.value) == "" {
			return &RecordError{f.name}
		}
	}
	if d.Standing != Live && d.Standing != Training {
		return &RecordError{"standing (live or training)"}
	}
	if !slices.Contains([]string{"adhoc", "routine", "emergency"}, d.Occasion) {
		return &RecordError{"occasion (adhoc, routine or emergency)"}
	}
	if !slices.Contains([]Given{OnScreen, InLines, FromFile}, d.Given) {
		return &RecordError{"way in which the answers were given"}
	}
	for _, at := range []string{d.Begun, d.Recorded} {
		if _, err := time.Parse(TimeFormat, at); err != nil {
			return &RecordError{"time with offset"}
		}
	}
	for _, check := range []func() error{d.checkAct, d.checkAnswers, d.checkFiles, d.checkOwed, d.checkFindings} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkAct asks for what each kind of record means nothing without.
func (d *Record) checkAct() error {
	if of := d.Of; of != nil {
		if _, err := time.Parse(TimeFormat, of.Recorded); err != nil || of.ID.IsZero() || of.Chain.IsZero() ||
			of.Number < 1 || of.Number > MaxNumber || strings.TrimSpace(of.By) == "" || of.Outcome.ID == "" {
			return &RecordError{"full account of the record that it follows"}
		}
	}
	// A completion has only what is new: the decision and its reasons stand in the record that it completes.
	if d.Kind() != Complete && strings.TrimSpace(d.Text("reasons")) == "" {
		return &RecordError{"reasons"}
	}
	switch d.Kind() {
	case Complete:
		if len(d.Questions) == 0 {
			return &RecordError{"answers that complete the other record"}
		}
	case Amend:
		if !slices.ContainsFunc(d.Items("amended"), func(item map[string]Answer) bool {
			return len(item["which"].Chosen) == 1 && item["correct"].Text != "" && item["why"].Text != ""
		}) {
			return &RecordError{"correction: which answer, what is right, and why"}
		}
	case Review:
		a, _ := d.Answer("stands")
		if len(a.Chosen) != 1 {
			return &RecordError{"result of the review: whether the decision stands"}
		}
		if changed, _ := d.Answer("new-outcome"); a.Chosen[0].ID == "changed" && len(changed.Chosen) != 1 {
			return &RecordError{"decision that takes the place of the one reviewed"}
		}
		if verdict, _ := d.Answer("verdict"); d.Audits() && len(verdict.Chosen) != 1 {
			return &RecordError{"verdict of the audit"}
		}
	case Endorse:
		return d.checkView()
	default:
		if d.Outcome().ID == "" {
			return &RecordError{"decision"}
		}
	}
	return nil
}

// checkView asks for what a second person's word means nothing without. A view that this version does not know is
// refused, unlike other codes: it could be shown as agreement.
func (d *Record) checkView() error {
	view := d.View()
	if view == "" {
		return &RecordError{"view of the other record: agreed, agreed on conditions, or not agreed"}
	}
	if view == AgreesOn && strings.TrimSpace(d.Text("view-conditions")) == "" {
		return &RecordError{"conditions on which it is agreed to"}
	}
	capacity, _ := d.Answer("capacity")
	if len(capacity.Chosen) != 1 || capacity.Chosen[0].ID == "other" && strings.TrimSpace(d.Text("capacity-other")) == "" {
		return &RecordError{"capacity in which it is said"}
	}
	if looked, _ := d.Answer("looked-at"); len(looked.Chosen) == 0 {
		return &RecordError{"account of what was looked at"}
	}
	return nil
}

func (d *Record) checkAnswers() error {
	asked, answered := map[string]bool{}, map[string]bool{}
	for _, q := range d.Questions {
		if q.ID == "" || q.Title == "" || len(q.Answers) == 0 || asked[q.ID] {
			return &RecordError{"words or answers of one of its questions"}
		}
		asked[q.ID] = true
		for _, a := range q.Answers {
			if a.ID == "" || a.Asked == "" || (a.Group == "") != (a.Item == 0) || a.Item < 0 || answered[a.Path()] ||
				strings.Contains(a.ID+a.Group, "/") || // or one path could mean two answers
				a.Text != "" && len(a.Chosen) > 0 || slices.ContainsFunc(a.Chosen, func(c Choice) bool { return c.ID == "" || c.Words == "" }) {
				return &RecordError{"clear answer to one of its questions"}
			}
			answered[a.Path()] = true
		}
	}
	return nil
}

func (d *Record) checkFiles() error {
	for i, f := range d.Files {
		if !isLine(f.Name) || strings.TrimSpace(f.Name) == "" || strings.ContainsAny(f.Name, `/\`) || f.Bytes < 0 ||
			!isHex(f.SHA256, 64) || slices.Contains(d.Files[:i], f) {
			return &RecordError{"plain name, size and SHA-256 of each file, once"}
		}
	}
	return nil
}

// checkOwed refuses what is owed where nothing can be: only an emergency leaves answers for later.
func (d *Record) checkOwed() error {
	if len(d.Owed) > 0 && (d.Occasion != "emergency" || d.Kind() != Decision) {
		return &RecordError{"emergency that would leave answers for later"}
	}
	for i, o := range d.Owed {
		twice := slices.ContainsFunc(d.Owed[:i], func(other Owed) bool { return other.ID == o.ID })
		if _, answered := d.Answer(o.ID); o.ID == "" || o.Question == "" || o.Asked == "" || twice || answered {
			return &RecordError{"clear account of what is left for later"}
		}
	}
	return nil
}

func (d *Record) checkFindings() error {
	for i, f := range d.Findings {
		twice := slices.ContainsFunc(d.Findings[:i], func(other Finding) bool { return other.Code == f.Code })
		if f.Code == "" || f.Question == "" || len(f.Seen) == 0 || f.Why == "" || f.Do == "" || f.Source == "" || twice ||
			!slices.Contains([]Level{Lead, Stop, Caution, Note}, f.Level) {
			return &RecordError{"full account of what was pointed out"}
		}
	}
	return nil
}

// Items are those of a group, in their order, each with its parts by their names. Numbers may be missing between them.
func (d *Record) Items(group string) []map[string]Answer {
	var items []map[string]Answer
	numbers := map[int]int{} // an item's number, and where it stands in items
	for _, q := range d.Questions {
		for _, a := range q.Answers {
			if a.Group != group || group == "" {
				continue
			}
			at, begun := numbers[a.Item]
			if !begun {
				at = len(items)
				numbers[a.Item] = at
				items = append(items, map[string]Answer{})
			}
			items[at][a.ID] = a
		}
	}
	return items
}

// Answer finds the answer with the id, outside groups.
func (d *Record) Answer(id string) (Answer, bool) {
	for _, q := range d.Questions {
		for _, a := range q.Answers {
			if a.ID == id && a.Group == "" {
				return a, true
			}
		}
	}
	return Answer{}, false
}

// Text is the text answered at the id, or "".
func (d *Record) Text(id string) string {
	a, _ := d.Answer(id)
	return a.Text
}

// Chose reports whether the option was chosen at the id.
func (d *Record) Chose(id, option string) bool {
	a, _ := d.Answer(id)
	return slices.ContainsFunc(a.Chosen, func(c Choice) bool { return c.ID == option })
}

// Outcome is the decision that was taken.
func (d *Record) Outcome() Choice {
	if a, ok := d.Answer("outcome"); ok && len(a.Chosen) == 1 {
		return a.Chosen[0]
	}
	return Choice{}
}

// Discloses reports whether personal information is shared under the decision.
func (d *Record) Discloses() bool {
	outcome := d.Outcome().ID
	return (outcome == "share-all" || outcome == "share-part") && !d.Chose("identifiable", "no")
}

// MayDisclose reports whether personal information is, or may yet be, shared under the decision: an outcome that has
// not been given counts as sharing.
func (d *Record) MayDisclose() bool {
	return d.Outcome().ID == "" && !d.Chose("identifiable", "no") || d.Discloses()
}

// Recipient is to whom, in a few words: the organisation, picked from the parties to the agreement or typed, or what
// was written where nobody can be identified.
func (d *Record) Recipient() string {
	if party, _ := d.Answer("recipient-party"); len(party.Chosen) == 1 && party.Chosen[0].ID != "other" {
		return party.Chosen[0].Words
	}
	if to := d.Text("recipient-organisation"); to != "" {
		return to
	}
	return d.Text("anonymous-recipient")
}
