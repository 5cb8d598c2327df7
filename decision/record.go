package decision

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Record is the body of a `decision` record: everything that was asked and answered, with the words as they were
// shown, so that it can be read when checklist and law have long changed. FORMAT.md describes each field.
type Record struct {
	Salt      string     `json:"salt"`
	Program   string     `json:"program"`  // name and version of the program that wrote it
	Standing  Standing   `json:"standing"` // live or training, for ever
	Occasion  string     `json:"occasion"` // adhoc, routine or emergency
	Given     Given      `json:"given"`    // how the answers were given
	Begun     string     `json:"begun"`    // ISO 8601 with offset: when the first question was put
	Recorded  string     `json:"recorded"` // ISO 8601 with offset: the time on the cover, on the clock of the place
	By        Person     `json:"by"`
	Agreement Document   `json:"agreement"`
	Checklist Document   `json:"checklist"`
	Questions []Question `json:"questions"`
	Law       Law        `json:"law"`
	Warnings  []Warning  `json:"warnings"` // what was pointed out before signing
}

// Given says how the answers came to the program.
type Given string

// The ways of giving answers.
const (
	OnScreen Given = "screen"       // drawn pages
	InLines  Given = "lines"        // plain lines, such as with a screen reader
	FromFile Given = "answers-file" // a file prepared beforehand
)

// Person is who decided, as they stated it.
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

// Choice is an option with its words.
type Choice struct {
	ID    string `json:"id"`
	Words string `json:"words"`
}

// Law is what was looked up, on which day, and what was relied on.
type Law struct {
	On     string      `json:"on"` // YYYY-MM-DD: the day for which the law was looked up; empty when it was not
	Relied []Provision `json:"relied"`
	Route  string      `json:"route,omitempty"` // the non-statutory route as it was shown, when no provision fitted
	Bases  []Basis     `json:"bases,omitempty"` // the lawful bases and conditions relied on
	// Restrictions are the provisions that came up as narrowing or forbidding it, whether or not they stood in the way.
	Restrictions []Provision `json:"restrictions,omitempty"`
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
}

// TimeFormat is how the times in a body are written: ISO 8601 to the second, with offset.
const TimeFormat = time.RFC3339

// RecordError says what makes a decision record meaningless. It names the place and never what was typed.
type RecordError struct{ Missing string }

func (e *RecordError) Error() string { return fmt.Sprintf("the record has no %s", e.Missing) }

// Check refuses a record that would mean nothing: who decided, what and why must be there, the times must be times,
// and every answer must stand under its question. Whether the decision was wise is not checked: the person decides.
func (d *Record) Check() error {
	if !IsSalt(d.Salt) {
		return &RecordError{"salt"}
	}
	for _, f := range []struct{ name, value string }{
		{"program", d.Program}, {"name of the person who decided", d.By.Name}, {"post", d.By.Post},
		{"organisation", d.By.Organisation}, {"sector", d.By.Sector.ID}, {"e-mail address", d.By.Email},
		{"agreement", d.Agreement.ID}, {"checklist", d.Checklist.ID},
		{"decision", d.Outcome().ID}, {"reasons", d.Text("reasons")},
	} {
		if strings.TrimSpace(f.value) == "" {
			return &RecordError{f.name}
		}
	}
	if d.Standing != Live && d.Standing != Training {
		return &RecordError{"standing (live or training)"}
	}
	if !slices.Contains([]Given{OnScreen, InLines, FromFile}, d.Given) {
		return &RecordError{"way in which the answers were given"}
	}
	for _, at := range []string{d.Begun, d.Recorded} {
		if _, err := time.Parse(TimeFormat, at); err != nil {
			return &RecordError{"time with offset"}
		}
	}
	for _, q := range d.Questions {
		if q.ID == "" || q.Title == "" || len(q.Answers) == 0 {
			return &RecordError{"words or answers of one of its questions"}
		}
	}
	return nil
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
