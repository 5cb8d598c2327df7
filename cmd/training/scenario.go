// Package training holds the training room: scenarios as data, a learner's choices beside the model answer, and the quiz.
// It compares and explains; it walks nobody through a checklist, signs nothing and marks nobody down for what the law
// leaves open. The same files are the acceptance tests of the program: what is taught is what is tested.
package training

import (
	"dsa/data/yamlfile"

	"gopkg.in/yaml.v3"
)

// A Scenario is one file: a story, the model answers, what must come of them, and what there is to learn. All people,
// places and organisations in it are invented.
type Scenario struct {
	ID        string `yaml:"id"`        // lower-case words joined by hyphens; the name of the file begins with it
	Title     string `yaml:"title"`     // one line, for the list
	Teaches   string `yaml:"teaches"`   // what it is for, in one line
	First     bool   `yaml:"first"`     // whether it is one to begin with: it comes first in the list
	You       string `yaml:"you"`       // who the learner is in it, in a sentence or two, spoken to
	Story     string `yaml:"story"`     // what happens; paragraphs are parted by an empty line
	On        string `yaml:"on"`        // the clock of the case, RFC 3339
	Agreement string `yaml:"agreement"` // whose checklist is walked: an id; in a pack it may be left out
	Occasion  string `yaml:"occasion"`  // adhoc, routine or emergency
	// Told are the ids of the answers that the story gives: the learner begins with them filled in. Who decides is always
	// among them and need not be named.
	Told    []string    `yaml:"told"`
	Answers yaml.Node   `yaml:"answers"` // the model answers, as in an answers file
	Expect  Expectation `yaml:"expect"`
	// Completion is what is answered afterwards, of an emergency, and what must come of the two together.
	Completion *Completion `yaml:"completion"`
	Variants   []Variant   `yaml:"variants"`
	Points     []Point     `yaml:"points"` // what is looked at after a run, in this order
	Open       string      `yaml:"open"`   // what the law leaves open in this case, in plain words; never judged
	Quiz       []Question  `yaml:"quiz"`

	File string `yaml:"-"` // where it was read from

	doc     *yamlfile.Doc // for the lines of faults
	variant int           // of a variant made by As: its place, counted from 1
}

// A Completion is what completes an emergency.
type Completion struct {
	On      string      `yaml:"on"`
	Answers yaml.Node   `yaml:"answers"`
	Expect  Expectation `yaml:"expect"`
}

// A Variant is the same case with some answers changed; null takes an answer away. What it does not say is as in the
// case; what must come of it, it says for itself.
type Variant struct {
	ID      string      `yaml:"id"`
	Title   string      `yaml:"title"`
	Story   string      `yaml:"story"` // what happens here instead, where the story of the case would not be true
	On      string      `yaml:"on"`
	Answers yaml.Node   `yaml:"answers"`
	Expect  Expectation `yaml:"expect"`
	Points  []Point     `yaml:"points"` // each in the place of the case's point on the same answer, or after those
	// Wrong says that the answers are wrong on purpose, to show what is pointed out then: nobody is led to practise it.
	Wrong bool `yaml:"wrong"`
}

// An Expectation is what must come of the model answers.
type Expectation struct {
	Offered      []string          `yaml:"offered"`       // entries that must be offered, guidance among them
	NotOffered   []string          `yaml:"not-offered"`   // entries that must not
	Theirs       []string          `yaml:"theirs"`        // if offered, then as the recipient's function and no power of one's own
	Restricted   []string          `yaml:"restricted"`    // entries that must come up as restricting it
	Route        bool              `yaml:"route"`         // the non-statutory route is shown
	Bases        []string          `yaml:"bases"`         // lawful bases and conditions that must be open
	ClosedBases  []string          `yaml:"closed-bases"`  // and that must be closed
	WarnedBases  []string          `yaml:"warned-bases"`  // open, and warned of
	FirstBasis   string            `yaml:"first-basis"`   // the one that must come first
	Because      map[string]string `yaml:"because"`       // of what is closed: words of the reason
	Findings     []string          `yaml:"findings"`      // codes that must be raised
	NotFindings  []string          `yaml:"not-findings"`  // and that must not
	OnlyFindings []string          `yaml:"only-findings"` // nothing but these above the level of a note
	Decisions    []string          `yaml:"decisions"`     // outcomes that must be signable, and that can be defended
	Blocked      *bool             `yaml:"blocked"`       // false: nothing asks for a reply before signing
	Shows        []Shown           `yaml:"shows"`         // an uncertainty or a limit that an entry must speak of
}

// Shown are words that an entry of the law must have.
type Shown struct {
	Entry string `yaml:"entry"`
	Words string `yaml:"words"`
}

// A Point is one answer that is looked at after a run. What neither the model nor Accept nor Not names is shown beside
// the model and not judged.
type Point struct {
	On     string   `yaml:"on"`     // the id of an answer, as in the answers file: outcome, gateway, article-6, told…; of items, the group
	Accept []string `yaml:"accept"` // choices that can be defended besides those of the model answer
	Not    []string `yaml:"not"`    // choices that cannot be defended
	Need   []string `yaml:"need"`   // of several choices: those that belong to every good answer; none: all of the model's may be argued
	Open   bool     `yaml:"open"`   // the law leaves it open, or it is free text: shown, and never judged
	Why    string   `yaml:"why"`    // in plain words
	Source string   `yaml:"source"` // Act and section, agreement and section, guidance and paragraph
}

// A Question is one question of the quiz. With Without or Change it is about a record: the model answers, with some taken
// away or changed, are shown as a short record before the question is put.
type Question struct {
	Ask     string    `yaml:"ask"`     // the question; may be empty where a record is shown: "What is missing from this record?"
	Without []string  `yaml:"without"` // answers taken away from the model answers for the record that is shown
	Change  yaml.Node `yaml:"change"`  // answers put in place of the model's
	Finding string    `yaml:"finding"` // the code that the record shown raises and the model's does not, or empty
	Choices []string  `yaml:"choices"` // two to six, one of them right
	Right   int       `yaml:"right"`   // which of them is right, counted from 1
	Why     string    `yaml:"why"`
	Source  string    `yaml:"source"`
}
