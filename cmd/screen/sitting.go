// Package screen puts a walk to a person: drawn on a terminal, or in plain lines for screen readers, pipes and tests.
// Both askers put the same steps of the same walk and give the same answers. The package draws and reads keys; what
// is asked, what fits and what comes next belong to checklist, and nothing is signed or stored here.
package screen

import (
	"context"

	"dsa/checklist"
)

// A Sitting is one person's way through one walk, with what an asker needs besides the questions.
type Sitting struct {
	Walk     *checklist.Walk
	Title    string // the top of every page: the agreement and checklist in a few words
	Training bool   // said on every page
	// Story is what happens in an exercise. It can be opened again on every page of the walk; without one, nothing is said of it.
	Story  []string
	Notice []string // shown once, before the first question
	// Occasion is the occasion of the walk, and empty where there is none. In an emergency pages are as short as can be.
	Occasion string
	// Switches are what the person may go over to in mid-walk. Without any, nothing is said of it.
	Switches []Switch
	// SwitchTo is set when the ending is Switched: the id of the switch chosen, or the occasion that an option leads to.
	SwitchTo string

	// Keep saves the draft. It is called after every answer and every move, and during long text with what has been
	// typed so far. A draft that cannot be saved is said to the person, and the sitting goes on. Nil: nothing is kept.
	Keep func(*Partial) error
	// Partial is text that was being typed when the draft was left; the step at its path starts with it. When a sitting
	// ends, it is what was typed in it and is not an answer.
	Partial *Partial
	// Watch tells what a careful colleague would say now. It is asked when the sitting begins and after every answer.
	// What it says at the beginning is taken as known; what is new later is said at once, and not again in this sitting,
	// however often it is conducted.
	Watch func() []Remark
	// Review is asked for when every question has an answer. Nil: the sitting ends with the last answer.
	Review func() Review

	said map[string]bool             // the keys of the remarks said or known; nil until the sitting is conducted
	left map[string]checklist.Answer // with Partial: all that was typed or ticked and is not an answer
}

// A Switch is something else to go on with: another checklist, another agreement. The answers go along.
type Switch struct {
	ID    string
	Words string
}

// A Remark is what a careful colleague would say about the answers so far, in one to three short sentences.
type Remark struct {
	Key   string // what it is about; a remark with a key that was said is not said again
	Words string
}

// Partial is text that is still being typed: the newest, and what was left half typed at other steps, by path.
type Partial struct {
	Path   string            `json:"path"`
	Text   string            `json:"text"`
	Others map[string]string `json:"others,omitempty"`
}

// A Review is what a person sees before agreeing.
type Review struct {
	Verb  string   // the words of agreeing: "Sign and record this decision"
	Lines []string // the whole record as it will be signed, in plain lines
	// Findings are what a careful colleague would point out, one to a string: the word of its level, a colon, and what
	// it says. Lines after the first go further into it.
	Findings []string
}

// Ending is how a sitting ended.
type Ending int

// The endings. Only Agreed is an explicit yes; the end of input, a signal and a closed window never are.
const (
	Stopped    Ending = iota // the person stopped, or a signal came; the draft is kept
	InputEnded               // the input ended before the walk did; the draft is kept
	Agreed                   // the person chose the verb of the review, or answered the last question where there is none
	Switched                 // the person goes on with something else, named by SwitchTo; the draft is kept
)

// An Asker conducts a sitting, one at a time. When the context ends, the sitting is stopped and the draft kept. The
// error is about the terminal, never about an answer, and then nothing is agreed. Choosing an option that stops leaves
// the walk at that step, so that whoever comes back starts there.
//
// Choose puts one page and returns the id of what was chosen, and Read puts a text until the person goes on. Where they
// end otherwise, the error is ErrBack, ErrStopped or ErrInputEnded, or about the terminal.
type Asker interface {
	Conduct(ctx context.Context, s *Sitting) (Ending, error)
	Choose(ctx context.Context, p Page) (id string, err error)
	Read(ctx context.Context, t Text) error
}
