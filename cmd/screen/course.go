package screen

import (
	"fmt"
	"maps"
	"slices"

	"dsa/checklist"
)

// A course is what both askers keep while a sitting goes on: what is typed and not yet an answer, whether the draft
// could be saved, what an answer changed elsewhere, and what there is to look at.
type course struct {
	*Sitting
	unsent  map[string]checklist.Answer // typed or ticked, and not answered yet, by path
	latest  string                      // the path of the text typed last
	unkept  error                       // why the draft could not be saved the last time
	remarks []Remark                    // what Watch said last
	opening []string                    // what is to be said with the first page
	jumped  *jump                       // nil when the steps are taken in their order
}

// A jump is a step opened out of its order, and the one it was opened from.
type jump struct{ from, to string }

func begin(s *Sitting) *course {
	c := &course{Sitting: s, unsent: map[string]checklist.Answer{}}
	if s.Partial != nil && s.Partial.Text != "" {
		for path, text := range s.Partial.Others {
			c.unsent[path] = checklist.Answer{Text: text}
		}
		maps.Copy(c.unsent, s.left)
		c.unsent[s.Partial.Path] = checklist.Answer{Text: s.Partial.Text}
		c.latest = s.Partial.Path
	}
	s.SwitchTo = ""
	first := s.said == nil
	if first {
		s.said = map[string]bool{}
	}
	if news := c.look(); !first {
		c.opening = news
	}
	return c
}

// leave keeps in the sitting what was typed and is not an answer, for a sitting that goes on with it.
func (c *course) leave() { c.Partial, c.left = c.partial(), c.unsent }

// hurried reports whether there is no time for anything that is not needed now.
func (c *course) hurried() bool { return c.Occasion == checklist.Emergency }

// look asks what a careful colleague would say now, and returns what has not been said: how much it is, where it is
// more than one thing, and then each.
func (c *course) look() []string {
	if c.Watch == nil {
		return nil
	}
	c.remarks = c.Watch()
	var news []string
	for _, r := range c.remarks {
		if !c.said[r.Key] {
			c.said[r.Key] = true
			news = append(news, r.said())
		}
	}
	if n := len(news); n > 1 {
		news = slices.Insert(news, 0, Count(n, "thing", "things")+" to look at.")
	}
	return news
}

func (r Remark) said() string { return "Look at this: " + sentence(r.Words) }

// typed remembers what stands in a field that has not been answered with it.
func (c *course) typed(step checklist.Step, a checklist.Answer) {
	switch {
	case a.Equal(step.Answer):
		delete(c.unsent, step.Path)
	default:
		c.unsent[step.Path] = a
		if a.Text != "" {
			c.latest = step.Path
		}
	}
}

// start is what a field begins with: what was being typed, else the answer.
func (c *course) start(step checklist.Step) (a checklist.Answer, unsent bool) {
	if a, ok := c.unsent[step.Path]; ok {
		return a, true
	}
	return step.Answer, false
}

// partial is the text that is not yet an answer, the newest first: whoever goes back in the middle of a sentence and
// begins another loses neither.
func (c *course) partial() *Partial {
	var p Partial
	for _, path := range slices.Sorted(maps.Keys(c.unsent)) {
		text := c.unsent[path].Text
		switch {
		case text == "":
		case p.Path == "":
			p.Path, p.Text = path, text
		default:
			if path == c.latest {
				path, text, p.Path, p.Text = p.Path, p.Text, path, text
			}
			if p.Others == nil {
				p.Others = map[string]string{}
			}
			p.Others[path] = text
		}
	}
	if p.Path == "" {
		return nil
	}
	return &p
}

// save keeps the draft. It returns a warning when saving begins to fail and word of it when it works again; a failure
// never stops the sitting.
func (c *course) save() string {
	if c.Keep == nil {
		return ""
	}
	was := c.unkept
	c.unkept = c.Keep(c.partial())
	switch {
	case c.unkept != nil && was == nil:
		return c.warning()
	case c.unkept == nil && was != nil:
		return "The draft can be saved again."
	}
	return ""
}

// warning is what to say while the draft cannot be saved.
func (c *course) warning() string {
	if c.unkept == nil {
		return ""
	}
	return fmt.Sprintf("Warning: the draft could not be saved (%s). You can go on, but if this window closes your answers are lost.",
		safe(c.unkept.Error()))
}

// answer gives the walk its answer and saves the draft. It returns what the person should hear of: answers elsewhere
// that no longer apply, what there is to look at now, and a draft that could not be saved. It reports whether the
// sitting is over by an option made for that; ended says how.
func (c *course) answer(step checklist.Step, a checklist.Answer) (news []string, over bool, err error) {
	before := c.Walk.Dropped()
	if a.Empty() && c.Walk.Spurn() {
		news = append(news, "Nothing more was added.")
	} else if err := c.Walk.Answer(a); err != nil {
		return nil, false, err
	}
	delete(c.unsent, step.Path)
	if c.jumped != nil && c.jumped.to == step.Path {
		// Whoever came from somewhere to change one answer is not led through all that stand between.
		c.Walk.Restore(c.Walk.Answers(), "")
	}
	c.jumped = nil
	if step.Stopping(a) {
		// Whoever stops here comes back here, and has to choose something else to go on.
		c.Walk.GoTo(step.Path)
		over = true
	} else if to := step.Switching(a); to != "" && to != c.Occasion {
		c.SwitchTo, over = to, true
	}
	var titles []string
	for _, path := range c.Walk.Dropped() {
		if title := c.Walk.Title(path); !slices.Contains(before, path) && !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	if n := len(titles); n > 0 {
		news = append(news, Count(n, "earlier answer no longer applies", "earlier answers no longer apply")+
			". "+c.where("Kept in the draft, and not", "Not")+" part of the record.")
		for _, t := range titles {
			news = append(news, "No longer applies: "+sentence(t))
		}
	}
	if !over {
		// Where the sitting is over there is no page to say it on; the sitting that goes on from here says it.
		news = append(news, c.look()...)
	}
	if w := c.save(); w != "" {
		news = append(news, w)
	}
	return news, over, nil
}

// untouched says after a refusal that nothing else is lost.
func (c *course) untouched() string {
	if c.unkept != nil {
		return "" // the warning says what is true of them
	}
	return "Your other answers are " + c.where("kept.", "unchanged.")
}

// where chooses words by whether there is a draft: nobody is told that something is kept that is not.
func (c *course) where(draft, none string) string {
	if c.Keep == nil {
		return none
	}
	return draft
}

// ended is how a sitting ended that an option or the person brought to its end.
func (c *course) ended() Ending {
	if c.SwitchTo != "" {
		return Switched
	}
	return Stopped
}

// jump opens a step out of its order, to be changed. Its answer leads on to the first step that needs something.
func (c *course) jump(path string) {
	from := c.Walk.At()
	if c.Walk.GoTo(path) && from != "" && from != path {
		c.jumped = &jump{from, path}
	}
}

// back goes to the step before, or to where a jump came from. It reports false at the first.
func (c *course) back() bool {
	if j := c.jumped; j != nil && j.to == c.Walk.At() {
		c.jumped = nil
		return c.Walk.GoTo(j.from)
	}
	return c.Walk.Back()
}

// answered counts the steps that have an answer, and all that apply as far as is known now.
func (c *course) answered() (answered int, steps []checklist.Step) {
	steps = c.Walk.Steps()
	for _, s := range steps {
		if s.Answered {
			answered++
		}
	}
	return answered, steps
}

// opens reports whether the step is the first of its question, among the steps that apply.
func opens(steps []checklist.Step, step checklist.Step) bool {
	for _, s := range steps {
		if s.Question == step.Question {
			return s.Path == step.Path
		}
	}
	return true
}

// Count says how many there are of something.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
