package screen

import (
	"context"
	"fmt"
	"strings"

	"dsa/checklist"
)

// Demonstrate plays a demo in lines. It waits for Enter at every page and before every answer; once the input has ended,
// as a pipe does, it plays to the end without waiting.
func (p *plain) Demonstrate(ctx context.Context, d *Demo) error {
	s := &showing{talk: &talk{plain: p, course: begin(alone(d.Title, d.Training)), ctx: ctx}, reel: newReel(d)}
	title := sentence(d.Title)
	if d.Training {
		title = "TRAINING. " + title
	}
	s.say(title, "This plays by itself: press Enter to go on. You can type a word: next, back, stop, or jump and the number of a question.")
	for at := 0; at < len(s.stops) && s.err == nil; {
		s.tell(at)
		to, came := s.onFrom(at)
		if came != onward {
			break
		}
		at = to
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return s.err
}

// A showing is one playing of a demo in lines.
type showing struct {
	*talk
	*reel
	led   bool // the walk stands where its last answer led, which is the page told next
	ended bool // the input
}

// tell says what there is on a page.
func (s *showing) tell(at int) {
	here := &s.stops[at]
	if here.leaf != nil {
		s.led = false
		s.gap()
		s.say(s.marked(sentence(here.leaf.Title)))
		s.say(here.leaf.Lines...)
		return
	}
	if !s.led {
		sitting, before := s.seat(at)
		s.course, s.question = begin(sitting), nil
		if before != nil {
			s.give(before)
		}
	}
	s.gap()
	if !here.isStep() {
		s.say(s.marked("Every question has an answer. Nothing is signed here; in a real walk you read the whole record and say yes."))
		return
	}
	step, _ := s.Walk.Current()
	s.put(step)
	s.question = step.Question
}

// put says a step without the words on how to answer it.
func (s *showing) put(step checklist.Step) {
	if q := step.Question; s.question != q {
		s.say(s.marked(strings.TrimSpace(sentence(whereabouts(s.Walk.List(), q)) + " " + sentence(q.Title))))
		s.guidance(step)
	}
	if step.Item > 0 {
		if g := group(step); opensGroup(step) {
			s.say(sentence(groupWords(step)), sentence(g.Help))
		}
		s.say(sentence(itemised(step, "")))
	}
	s.say(sentence(step.Ask.Words), sentence(step.Ask.Help))
	s.options(step)
}

// give gives the walk the answer of a page, and says what the person would hear of it.
func (s *showing) give(here *still) {
	step, _ := s.Walk.Current()
	news, _, err := s.answer(step, here.answer)
	if err != nil {
		return // the next page says so
	}
	s.say(news...)
}

// onFrom waits for the person, says the answer of the page, and returns which page comes next.
func (s *showing) onFrom(at int) (to int, came turn) {
	here := &s.stops[at]
	cue := "Press Enter to go on."
	switch {
	case here.isStep():
		cue = "Press Enter for the model answer."
	case at == len(s.stops)-1:
		cue = "That was all. Press Enter to end."
	}
	for !s.ended {
		s.say(cue)
		line, came := s.read()
		if came == noInput {
			s.ended = true
			break
		}
		if came != onward {
			return 0, came
		}
		s.led = false
		words := strings.Fields(strings.ToLower(line))
		switch word := strings.Join(words, " "); {
		case word == "" || word == "next":
			return s.onward(at), onward
		case word == "stop":
			return 0, stop
		case word == "back" && at > 0:
			return at - 1, onward
		case word == "back":
			s.say("This is the first page.")
		case len(words) == 2 && words[0] == "jump":
			if to, ok := s.placeOf(words[1], at); ok {
				return to, onward
			}
			s.say(fmt.Sprintf("There is no question %s in this walk.", short(words[1], 20)))
		default:
			s.say("Type next, back, stop, or jump and the number of a question.")
		}
	}
	return s.onward(at), onward
}

// onward says the answer of a page and gives it, where the next page follows from it.
func (s *showing) onward(at int) int {
	here := &s.stops[at]
	s.led = false
	if here.isStep() {
		step, _ := s.Walk.Current()
		s.say(s.modelAnswer(step, here.answer)...)
		if next := at + 1; next < len(s.stops) && s.stops[next].leaf == nil && s.stops[next].act == here.act {
			s.give(here)
			s.led = true
		}
	}
	return at + 1
}

// modelAnswer says an answer by the numbers and words of its choices.
func (s *showing) modelAnswer(step checklist.Step, a checklist.Answer) []string {
	if !isChoice(step.Ask) || a.Empty() {
		return strings.Split("Model answer: "+answerWords(step.Ask, a), "\n")
	}
	lines := []string{"Model answer:"}
	for i := range step.Ask.Options {
		if o := &step.Ask.Options[i]; a.Is(o.ID) {
			lines = append(lines, fmt.Sprintf("%d. %s", i+1, sentence(o.Words)))
		}
	}
	return lines
}
