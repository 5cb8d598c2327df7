// Package checklist holds the questions of an agreement, in the agreement's own order, and the pure walk through them:
// which question comes next is a function of the answers so far, and of nothing else. It reads no file once loaded,
// draws nothing and decides nothing.
package checklist

import (
	"slices"
	"strings"
	"time"
)

// The occasions of sharing, of which each has its checklist.
const (
	AdHoc     = "adhoc"     // one request or concern
	Routine   = "routine"   // the same information again and again
	Emergency = "emergency" // someone is in danger: the least that has to be recorded
)

// Occasions are all of them, in the order in which they are read and shown.
var Occasions = []string{AdHoc, Routine, Emergency}

// Occasion is the id of the answer that is known in every walk for a decision and is never asked: which of the occasions
// it is. One checklist may serve several, and its conditions may look at it.
const Occasion = "occasion"

// An Agreement is a data sharing agreement: the document whose checklists a partnership has agreed to use.
type Agreement struct {
	ID         string            `yaml:"id"`
	Title      string            `yaml:"title"`
	Version    string            `yaml:"version"`
	InForce    string            `yaml:"in-force"`   // YYYY-MM-DD or YYYY-MM, as the agreement gives it
	ReviewDue  string            `yaml:"review-due"` // the agreement's own review date, in the same forms
	Area       string            `yaml:"area"`
	Source     string            `yaml:"source"`     // where the agreement is published or kept
	Checklists map[string]string `yaml:"checklists"` // occasion to the id of its checklist; emergency is ours unless it names one
	// Parties are the organisations that have signed or are covered, as the agreement names them; never people.
	Parties []Party `yaml:"parties"`
	// Initiatives are the areas of work that the agreement mentions, and whether it covers them.
	Initiatives []Initiative `yaml:"initiatives"`

	Digest string           `yaml:"-"` // SHA-256 of its files and of our own questions, hex
	Lists  map[string]*List `yaml:"-"` // by checklist id
}

// List is the checklist that serves an occasion, or nil.
func (a *Agreement) List(occasion string) *List { return a.Lists[a.Checklists[occasion]] }

// LastDay is the last day that a date of an agreement can mean: the day itself, or the last of the month.
func LastDay(date string) (time.Time, bool) {
	if day, err := time.Parse(time.DateOnly, date); err == nil {
		return day, true
	}
	month, err := time.Parse("2006-01", date)
	return month.AddDate(0, 1, -1), err == nil
}

// Overdue reports whether the agreement's own review date has passed on that day.
func (a *Agreement) Overdue(day time.Time) bool {
	due, ok := LastDay(a.ReviewDue)
	return ok && day.Format(time.DateOnly) > due.Format(time.DateOnly)
}

// A Party is an organisation, or a kind of organisation, that an agreement names.
type Party struct {
	Organisation string   `yaml:"organisation"`
	Sector       string   `yaml:"sector"` // from the sectors of the law
	Kind         bool     `yaml:"kind"`   // a kind of organisation, such as schools: which one still has to be said
	Note         string   `yaml:"note"`   // what has changed since the agreement was written, as far as it is known
	Posts        []string `yaml:"posts"`  // posts the agreement names for it, never names of people
}

// ID is made from the name of the organisation: its letters and digits in lower case, joined by hyphens.
func (p Party) ID() string {
	words := strings.FieldsFunc(strings.ToLower(p.Organisation), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}

// An Initiative is an area of work, such as MARAC, as one agreement has it.
type Initiative struct {
	ID      string `yaml:"id"`      // from initiatives.yaml
	Covered bool   `yaml:"covered"` // whether the agreement says that sharing for it falls under the agreement
	Words   string `yaml:"words"`   // what the agreement says of it, in our words
	Source  string `yaml:"source"`  // where in the agreement
}

// A List is one checklist.
type List struct {
	ID        string     `yaml:"id"`
	Title     string     `yaml:"title"`
	Source    string     `yaml:"source"`
	Questions []Question `yaml:"questions"`
}

// A Question is one heading of a checklist with the answers it gathers.
type Question struct {
	ID       string `yaml:"id"`
	Number   string `yaml:"number"` // the agreement's own number; empty for a question that is ours
	Title    string `yaml:"title"`  // the agreement's own title, or ours
	Guidance string `yaml:"guidance"`
	Source   string `yaml:"source"`
	When     When   `yaml:"when"`
	Asks     []Ask  `yaml:"answers"`
	Ours     string `yaml:"ours"` // in a checklist only: the id of one of our questions, to stand here
	// Read names what there is to read about the question: readings, and in an agreement's own questions its terms too.
	Read     []string  `yaml:"read"`
	Readings []Reading `yaml:"-"` // what Read names, found when the list is loaded
}

// IsOurs reports whether the question is ours rather than the agreement's.
func (q *Question) IsOurs() bool { return q.Number == "" }

// An Ask gathers one answer. Its id comes from the vocabulary, so that findings and exports need not know the
// checklist.
type Ask struct {
	ID       string   `yaml:"id"`
	Words    string   `yaml:"words"`
	Help     string   `yaml:"help"`
	Kind     Kind     `yaml:"kind"`
	Options  []Option `yaml:"options"`
	From     string   `yaml:"from"`     // the source of the options, where they depend on earlier answers
	Sole     string   `yaml:"sole"`     // the option that holds, unasked, where the source offers nothing
	Optional bool     `yaml:"optional"` // may be left empty
	Missing  string   `yaml:"missing"`  // what to say when nothing was given
	When     When     `yaml:"when"`
	Items    []Ask    `yaml:"items"` // of kind items: the small group that is repeated
	Another  string   `yaml:"another"`
	// Ours stands in data only: the id of a shared answer of ours, which is taken whole. Words, Help, When and Missing
	// beside it replace those of the shared one, and nothing else stands beside it.
	Ours string `yaml:"ours"`
}

// An Option is one choice.
type Option struct {
	ID     string `yaml:"id"`
	Words  string `yaml:"words"`
	Help   string `yaml:"help"`
	Stops  bool   `yaml:"stops"`  // choosing it keeps the draft and ends the sitting
	Switch string `yaml:"switch"` // choosing it goes on under the checklist of this occasion
	Alone  bool   `yaml:"alone"`  // of some-of: cannot be chosen with others
	Marked string `yaml:"marked"` // a warning that must never be overlooked, such as "check before relying on this"
	Detail string `yaml:"detail"` // more to read for those who ask; paragraphs on lines of their own
}

// When says on which earlier answers a question depends: each named answer must be one of the values. It is equality
// and nothing more; a rule that needs more is code.
type When map[string]Values

// Values are the answers that satisfy a condition.
type Values []string

// Holds reports whether every condition is met by the answers.
func (w When) Holds(answers Answers) bool {
	for id, values := range w {
		answer, ok := answers[id]
		if !ok || !answer.isAny(values) {
			return false
		}
	}
	return true
}

// CanHoldOn reports whether the condition leaves at least one of the occasions open. What else it asks is not looked at.
func (w When) CanHoldOn(occasions []string) bool {
	on, asked := w[Occasion]
	return !asked || slices.ContainsFunc(occasions, func(o string) bool { return slices.Contains(on, o) })
}

// An Answer is what was given at one step: text, or the ids of what was chosen. Both empty means that an optional
// answer was left empty.
type Answer struct {
	Text   string   `json:"text,omitempty" yaml:"text,omitempty"`
	Chosen []string `json:"chosen,omitempty" yaml:"chosen,omitempty"`
}

// Empty reports whether nothing was given.
func (a Answer) Empty() bool { return a.Text == "" && len(a.Chosen) == 0 }

// Equal reports whether two answers are the same.
func (a Answer) Equal(b Answer) bool { return a.Text == b.Text && slices.Equal(a.Chosen, b.Chosen) }

// Is reports whether the id is among what was chosen.
func (a Answer) Is(id string) bool { return slices.Contains(a.Chosen, id) }

func (a Answer) isAny(values []string) bool { return slices.ContainsFunc(values, a.Is) }

// Answers are keyed by path: the answer's id, or for a group id/number/part, counted from 1, such as
// "information/2/nature".
type Answers map[string]Answer

// Option finds an option by id, or nil.
func (a *Ask) Option(id string) *Option {
	for i := range a.Options {
		if a.Options[i].ID == id {
			return &a.Options[i]
		}
	}
	return nil
}

// Ask finds a question's answer by its id, outside groups, or nil.
func (l *List) Ask(id string) *Ask {
	for i := range l.Questions {
		for j := range l.Questions[i].Asks {
			if l.Questions[i].Asks[j].ID == id {
				return &l.Questions[i].Asks[j]
			}
		}
	}
	return nil
}

// Numbered counts the agreement's own questions.
func (l *List) Numbered() int {
	n := 0
	for i := range l.Questions {
		if !l.Questions[i].IsOurs() {
			n++
		}
	}
	return n
}

// tidy makes folded text one line of single spaces, paragraphs kept.
func tidy(s string) string {
	paragraphs := strings.Split(strings.TrimSpace(s), "\n")
	for i, p := range paragraphs {
		paragraphs[i] = strings.Join(strings.Fields(p), " ")
	}
	return strings.Join(paragraphs, "\n")
}
