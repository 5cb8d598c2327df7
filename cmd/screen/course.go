package screen

import (
	"fmt"
	"slices"

	"dsa/checklist"
)

// A course is what both askers keep while a sitting goes on: what is typed and not yet an answer, whether the draft
// could be saved, and what an answer changed elsewhere.
type course struct {
	*Sitting
	unsent map[string]checklist.Answer // typed or ticked, and not answered yet, by path
	latest string                      // the path of the text typed last
	unkept error                       // why the draft could not be saved the last time
}

func begin(s *Sitting) *course {
	c := &course{Sitting: s, unsent: map[string]checklist.Answer{}}
	if s.Partial != nil && s.Partial.Text != "" {
		c.unsent[s.Partial.Path] = checklist.Answer{Text: s.Partial.Text}
		c.latest = s.Partial.Path
	}
	return c
}

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

// partial is the newest text that is not yet an answer. There is one: a draft is for one person, who types in one
// place.
func (c *course) partial() *Partial {
	if a, ok := c.unsent[c.latest]; ok && a.Text != "" {
		return &Partial{Path: c.latest, Text: a.Text}
	}
	return nil
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
// that no longer apply, and a draft that could not be saved.
func (c *course) answer(step checklist.Step, a checklist.Answer) (news []string, stops bool, err error) {
	before := c.Walk.Dropped()
	if err := c.Walk.Answer(a); err != nil {
		return nil, false, err
	}
	delete(c.unsent, step.Path)
	if stops = step.Stopping(a); stops {
		// Whoever stops here comes back here, and has to choose something else to go on.
		c.Walk.GoTo(step.Path)
	}
	var titles []string
	for _, path := range c.Walk.Dropped() {
		if title := c.Walk.Title(path); !slices.Contains(before, path) && !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	if n := len(titles); n > 0 {
		news = append(news, Count(n, "earlier answer no longer applies", "earlier answers no longer apply")+
			". Kept in the draft, and not part of the record.")
		for _, t := range titles {
			news = append(news, "No longer applies: "+sentence(t))
		}
	}
	if w := c.save(); w != "" {
		news = append(news, w)
	}
	return news, stops, nil
}

// back goes to the step before. It reports false at the first.
func (c *course) back() bool { return c.Walk.Back() }

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

// Count says how many there are of something.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
