package checklist

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Choice is what a source offers at one step: the options, what must be said before them, and notes about what is
// not offered and why.
type Choice struct {
	Options []Option
	Lead    string
	Notes   []string
}

// A Source gives the options of an ask that depend on earlier answers, such as the legal gateways. It is called with
// the answers that apply, and must depend on nothing else.
type Source func(Answers) Choice

// A Step is one answer to be gathered, at its place in the walk.
type Step struct {
	Path     string
	Question *Question
	Ask      *Ask     // with its options filled in where the step has been reached
	Notes    []string // what the source said besides the options
	Item     int      // of a group: which one, from 1; 0 otherwise
	Answer   Answer
	Answered bool
	Unfit    string // why the answer no longer fits; empty when it does
}

// more is the part of a group that asks whether there is another.
const more = "more"

// The options of the question whether there is another item.
const (
	Another   = "yes"
	NoAnother = "no"
)

// MaxItems is the most items in one group.
const MaxItems = 99

// A Walk goes through a list. Which steps there are, and which comes next, follows from the answers alone, so going
// back, changing and testing cost nothing. Answers of steps that stop applying are kept, and named by Dropped.
type Walk struct {
	list    *List
	sources map[string]Source
	known   Answers
	now     func() time.Time
	answers Answers
	at      string // the path of the current step; empty at the end
	editing bool   // a step was opened from the end, and the end is where to go back to
}

// NewWalk starts a walk at its first step. Known answers are taken as given: they count in conditions and are not
// asked. The clock is used only to read "now" and "14:30" in answers.
func NewWalk(list *List, sources map[string]Source, known Answers, now func() time.Time) *Walk {
	w := &Walk{list: list, sources: sources, known: maps.Clone(known), now: now, answers: Answers{}}
	if w.known == nil {
		w.known = Answers{}
	}
	if steps := w.steps(); len(steps) > 0 {
		w.at = steps[0].Path
	}
	return w
}

// List is the checklist walked.
func (w *Walk) List() *List { return w.list }

// Answers are all answers given, those of steps that no longer apply included. The caller may keep the map.
func (w *Walk) Answers() Answers { return maps.Clone(w.answers) }

// Known is an answer that was known beforehand and is not asked.
func (w *Walk) Known(path string) (Answer, bool) {
	answer, ok := w.known[path]
	return answer, ok
}

// At is the path of the current step, empty at the end.
func (w *Walk) At() string { return w.at }

// Restore takes answers and a place from a draft. Answers that the list has no place for are kept, and do no harm.
func (w *Walk) Restore(answers Answers, at string) {
	w.answers = maps.Clone(answers)
	if w.answers == nil {
		w.answers = Answers{}
	}
	w.at, w.editing = at, false
	w.settle()
}

// Steps are all steps that apply now, in order, with their answers. Options that depend on earlier answers are filled
// in for steps that are answered or current.
func (w *Walk) Steps() []Step {
	steps := w.steps()
	for i := range steps {
		if steps[i].Answered || steps[i].Path == w.at {
			w.fill(&steps[i], steps[:i])
		}
	}
	return steps
}

// Applying are the answers of the steps that apply and that fit, with the known ones: what a record is made of.
func (w *Walk) Applying() Answers {
	answers := maps.Clone(w.known)
	for _, s := range w.Steps() {
		if s.Answered && s.Unfit == "" {
			answers[s.Path] = s.Answer
		}
	}
	return answers
}

// Current is the step to be answered, and false at the end.
func (w *Walk) Current() (Step, bool) {
	steps := w.steps()
	i := place(steps, w.at)
	if i < 0 {
		return Step{}, false
	}
	w.fill(&steps[i], steps[:i])
	return steps[i], true
}

// Answer checks and keeps the answer to the current step and goes on. A *Refusal leaves everything as it was.
func (w *Walk) Answer(answer Answer) error {
	step, ok := w.Current()
	if !ok {
		return &Refusal{Reason: "every question has been answered"}
	}
	kept, err := step.Ask.Check(answer, w.now())
	if err != nil {
		err.(*Refusal).Path = step.Path
		return err
	}
	w.answers[step.Path] = kept
	w.next()
	return nil
}

// Set keeps an answer for any step that applies, without moving: for answers that come from a file.
func (w *Walk) Set(path string, answer Answer) error {
	was := w.at
	defer func() { w.at = was; w.settle() }()
	if !w.GoTo(path) {
		return &Refusal{Path: path, Reason: "this question does not apply, given the answers before it"}
	}
	step, _ := w.Current()
	kept, err := step.Ask.Check(answer, w.now())
	if err != nil {
		err.(*Refusal).Path = path
		return err
	}
	w.answers[path] = kept
	return nil
}

// Stopping reports whether the answer would stop the sitting, by an option made for that.
func (s Step) Stopping(answer Answer) bool {
	for _, id := range answer.Chosen {
		if o := s.Ask.Option(id); o != nil && o.Stops {
			return true
		}
	}
	return false
}

// next moves on: to the following step, or, when one step was opened from the end, to the first that still needs
// something, and to the end when none does. A walk never reaches the end with a step unanswered or unfit.
func (w *Walk) next() {
	steps := w.Steps()
	i := place(steps, w.at)
	if !w.editing && i+1 < len(steps) {
		w.at = steps[i+1].Path
		return
	}
	w.toPending(steps)
}

func (w *Walk) toPending(steps []Step) {
	for _, s := range steps {
		if !s.Answered || s.Unfit != "" {
			w.at = s.Path
			return
		}
	}
	w.at, w.editing = "", false
}

// Back goes to the step before, and reports false at the first. From the end it goes to the last step. No answer is
// lost.
func (w *Walk) Back() bool {
	steps := w.steps()
	if len(steps) == 0 {
		return false
	}
	if w.editing {
		// The person came from the end to change one answer and thought better of it.
		if pending := w.Pending(); len(pending) == 0 {
			w.at, w.editing = "", false
			return true
		}
	}
	i := place(steps, w.at)
	if i < 0 {
		i = len(steps)
	}
	if i == 0 {
		return false
	}
	w.at = steps[i-1].Path
	return true
}

// GoTo opens the step at the path, and reports whether it applies. When the walk stood at its end, the end is where
// the answer leads back to.
func (w *Walk) GoTo(path string) bool {
	if place(w.steps(), path) < 0 {
		return false
	}
	w.editing = w.editing || w.at == ""
	w.at = path
	return true
}

// Pending are the steps that need an answer before the walk is complete: not answered yet, or answered with something
// that no longer fits.
func (w *Walk) Pending() []Step {
	return slices.DeleteFunc(w.Steps(), func(s Step) bool { return s.Answered && s.Unfit == "" })
}

// Complete reports whether every step that applies has an answer that fits.
func (w *Walk) Complete() bool { return len(w.Pending()) == 0 }

// Unfit are the answered steps whose answer no longer fits what was answered elsewhere.
func (w *Walk) Unfit() []Step {
	return slices.DeleteFunc(w.Steps(), func(s Step) bool { return s.Unfit == "" })
}

// Dropped are the paths of answers that were given and no longer apply, in alphabetical order. They are kept in the
// draft and come back if the step applies again; they do not go into a record.
func (w *Walk) Dropped() []string {
	applying := map[string]bool{}
	for _, s := range w.steps() {
		applying[s.Path] = true
	}
	var dropped []string
	for _, path := range slices.Sorted(maps.Keys(w.answers)) {
		if !applying[path] && !strings.HasSuffix(path, "/"+more) {
			dropped = append(dropped, path)
		}
	}
	return dropped
}

// Title is the question heading that a path belongs to, for naming an answer without repeating it.
func (w *Walk) Title(path string) string {
	id, _, _ := strings.Cut(path, "/")
	for i := range w.list.Questions {
		q := &w.list.Questions[i]
		for j := range q.Asks {
			if q.Asks[j].ID == id {
				return strings.TrimRight(q.Title, "?.: ") + ": " + q.Asks[j].Words
			}
		}
	}
	return id
}

func place(steps []Step, path string) int {
	if path == "" {
		return -1
	}
	return slices.IndexFunc(steps, func(s Step) bool { return s.Path == path })
}

// settle makes the place valid again: a step that no longer applies gives way to the first that needs something.
func (w *Walk) settle() {
	steps := w.Steps()
	if w.at == "" || place(steps, w.at) < 0 {
		w.toPending(steps)
	}
}

// steps lists the steps that apply, without resolving options. Conditions look only at answers of steps that apply
// themselves, and at known ones.
func (w *Walk) steps() []Step {
	live := maps.Clone(w.known)
	var steps []Step
	add := func(q *Question, ask *Ask, path string, item int) Answer {
		answer, answered := w.answers[path]
		steps = append(steps, Step{Path: path, Question: q, Ask: ask, Item: item, Answer: answer, Answered: answered})
		if answered {
			live[path] = answer
		}
		return answer
	}
	for i := range w.list.Questions {
		q := &w.list.Questions[i]
		if !q.When.Holds(live) {
			continue
		}
		for j := range q.Asks {
			ask := &q.Asks[j]
			if _, known := w.known[ask.ID]; known || !ask.When.Holds(live) {
				continue
			}
			if w.settled(ask, live) {
				live[ask.ID] = Answer{Chosen: []string{ask.Sole}}
				continue
			}
			if ask.Kind != Items {
				add(q, ask, ask.ID, 0)
				continue
			}
			for n := 1; n <= MaxItems; n++ {
				prefix := ask.ID + "/" + strconv.Itoa(n) + "/"
				for k := range ask.Items {
					part := &ask.Items[k]
					if part.When.within(prefix).Holds(live) {
						add(q, part, prefix+part.ID, n)
					}
				}
				if n == MaxItems || !add(q, ask.anotherAsk(), prefix+more, n).Is(Another) {
					break
				}
			}
		}
	}
	return steps
}

// settled reports whether there is nothing to choose: a question with one answer is not asked of somebody in a hurry.
func (w *Walk) settled(ask *Ask, live Answers) bool {
	source := w.sources[ask.From]
	return ask.Sole != "" && source != nil && len(source(maps.Clone(live)).Options) == 0
}

// within reads a condition inside a group as being about the same item.
func (w When) within(prefix string) When {
	if w == nil {
		return nil
	}
	inside := When{}
	for id, values := range w {
		inside[prefix+id] = values
	}
	return inside
}

func (a *Ask) anotherAsk() *Ask {
	return &Ask{ID: more, Words: a.Another, Kind: OneOf, Options: []Option{
		{ID: NoAnother, Words: "No, that is all"},
		{ID: Another, Words: "Yes, one more"},
	}}
}

// fill resolves the options of a step from its source and checks its answer against them.
func (w *Walk) fill(step *Step, before []Step) {
	if step.Ask.From != "" {
		live := maps.Clone(w.known)
		for _, s := range before {
			if s.Answered {
				live[s.Path] = s.Answer
			}
		}
		ask := *step.Ask
		if source := w.sources[ask.From]; source != nil {
			choice := source(live)
			// An id that both use would stand there twice and could not be chosen; the checklist's own wins.
			ask.Options = append(slices.DeleteFunc(slices.Clone(choice.Options), func(o Option) bool {
				return step.Ask.Option(o.ID) != nil
			}), step.Ask.Options...)
			step.Notes = choice.Notes
			ask.Help = strings.TrimSpace(choice.Lead + "\n" + ask.Help)
		}
		step.Ask = &ask
	}
	if step.Answered {
		if _, err := step.Ask.Check(step.Answer, w.now()); err != nil {
			step.Unfit = unfitReason(step, err)
		}
	}
}

func unfitReason(step *Step, err error) string {
	if shape := step.Ask.Kind.Shape(); shape == ShapeOne || shape == ShapeSome {
		for _, id := range step.Answer.Chosen {
			if step.Ask.Option(id) == nil {
				return "what was chosen before is no longer among the choices"
			}
		}
	}
	return fmt.Sprint(err)
}
