package screen

import (
	"context"
	"fmt"
	"strings"

	"dsa/checklist"
)

// A Demo is a walk that plays by itself before a room: pages to read, then the pages of a walk with their answers, then
// the review. Nothing in it can be answered, signed or kept.
type Demo struct {
	Title    string // the top of the pages that are not of a walk
	Training bool   // said on every page
	Before   []Leaf
	Acts     []Act
	After    []Leaf
}

// DemoWidth is the width of a demo in columns: few and large letters, with room around them.
const DemoWidth = 64

// A Leaf is a page to be read.
type Leaf struct {
	Title string
	Lines []string // without a line, it is no page
	Skim  bool     // it is paged through quickly: whoever wants to read it pauses
}

// An Act is one walk of a demo, from its first question to its review.
type Act struct {
	Before []Leaf
	// Begin is the sitting anew, with these answers and at this path; an empty path is the first question without an
	// answer. It has a review, and keeps nothing.
	Begin func(answers checklist.Answers, at string) *Sitting
	// Answer is the answer to a step as the walk has it, its options filled in.
	Answer func(step checklist.Step) checklist.Answer
	// Stuck says why an answer may be none that can be given, and the act ends before its review.
	Stuck string
}

// A Player plays a demo until the person stops it. Both askers are one: the drawn one plays at the pace of reading, the
// one of plain lines waits for Enter at every step. The error is about the terminal, or that of the context.
type Player interface {
	Demonstrate(ctx context.Context, d *Demo) error
}

// A reel is a demo with all its pages found: what is shown depends on the place in it alone, so that going back and
// jumping show what was shown before.
type reel struct {
	*Demo
	stops []still
}

// A still is one page of a demo.
type still struct {
	leaf   *Leaf // nil where the walk is shown
	act    int
	path   string // of the step shown; empty: the review of the act
	number string // that of its question, for jumping
	opens  bool   // it is the first of its question
	answer checklist.Answer
}

func (s *still) isStep() bool { return s.leaf == nil && s.path != "" }

// newReel walks every act once, to know its pages.
func newReel(d *Demo) *reel {
	r := &reel{Demo: d}
	r.leaves(0, d.Before)
	for i := range d.Acts {
		r.leaves(i, d.Acts[i].Before)
		r.walk(i)
	}
	r.leaves(max(len(d.Acts)-1, 0), d.After)
	return r
}

func (r *reel) leaves(act int, leaves []Leaf) {
	for i := range leaves {
		if len(leaves[i].Lines) > 0 {
			r.stops = append(r.stops, still{act: act, leaf: &leaves[i]})
		}
	}
}

// walk finds the steps of an act. Where an answer cannot be given, as under the law of another day, the act ends with
// the reason.
func (r *reel) walk(act int) {
	s := r.Acts[act].Begin(nil, "")
	var question *checklist.Question
	asked := 0
	for {
		step, ok := s.Walk.Current()
		if !ok {
			break
		}
		at := still{act: act, path: step.Path, number: step.Question.Number, answer: r.Acts[act].Answer(step), opens: step.Question != question}
		if at.opens {
			question = step.Question
			asked++
		}
		if s.Walk.List().Numbered() == 0 {
			at.number = fmt.Sprint(asked) // a list without numbers of its own is counted
		}
		r.stops = append(r.stops, at)
		reason := ""
		switch to := step.Switching(at.answer); {
		case step.Stopping(at.answer), to != "" && to != s.Occasion:
			reason = "it ends the walk"
		default:
			if err := s.Walk.Answer(at.answer); err != nil {
				reason = err.Error()
			} else {
				r.stops[len(r.stops)-1].answer = s.Walk.Answers()[step.Path] // as it is kept
			}
		}
		if reason != "" {
			lines := []string{"The model answer cannot be given here, or leads no further: " + sentence(reason)}
			if stuck := r.Acts[act].Stuck; stuck != "" {
				lines = append(lines, "", stuck)
			}
			r.leaves(act, []Leaf{{Title: "The walk ends here", Lines: lines}})
			return
		}
	}
	r.stops = append(r.stops, still{act: act})
	review := s.Review()
	m := &model{course: &course{Sitting: s}, review: review}
	r.leaves(act, []Leaf{{Title: "What was pointed out", Lines: m.findings()}, {Title: "The whole record", Lines: review.Lines, Skim: true}})
}

// seat is the sitting that stands just before a step or a review, with the step whose answer leads there; nil where the
// place is the first of its act, and then the sitting stands at it.
func (r *reel) seat(at int) (*Sitting, *still) {
	here := &r.stops[at]
	answers := checklist.Answers{}
	var before *still
	for i := range r.stops[:at] {
		if s := &r.stops[i]; s.act == here.act && s.isStep() {
			if before != nil {
				answers[before.path] = before.answer
			}
			before = s
		}
	}
	if before == nil {
		return r.Acts[here.act].Begin(nil, here.path), nil
	}
	return r.Acts[here.act].Begin(answers, before.path), before
}

// placeOf is the place of the question with that number: in the act one is in, else in the first that has it.
func (r *reel) placeOf(number string, from int) (at int, ok bool) {
	at = -1
	for i := range r.stops {
		if s := &r.stops[i]; s.isStep() && s.opens && s.number == number && (at < 0 || s.act == r.stops[from].act && r.stops[at].act != s.act) {
			at = i
		}
	}
	return at, at >= 0
}

// leafRows breaks the lines of a leaf at blanks, at their indent.
func leafRows(lines []string, width int) []string {
	var rows []string
	for _, line := range lines {
		text := strings.TrimLeft(line, " ")
		indent := line[:len(line)-len(text)]
		if len(indent) > width/4 {
			indent = ""
		}
		if strings.Trim(text, "-") == "" {
			text = text[:min(len(text), width-len(indent))] // the rule below a heading
		}
		for _, row := range wrapped(text, width-len(indent)) {
			rows = append(rows, indent+row)
		}
	}
	return rows
}
