package cmd

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/decision"
)

// demonstrate plays a scenario by itself for a room: the walk of every day with the model answers, its review, and what
// there is to learn from it. Nothing is written and nothing is signed. The room sees the invented person of the scenario,
// and neither who plays it nor the organisations that a real agreement names. On is the day of the law; zero is the case's.
func (app *App) demonstrate(ctx context.Context, s *training.Scenario, on time.Time, plain bool) error {
	player, ok := app.asker(plain).(screen.Player)
	if !ok {
		return fail("nothing can be played here", "run it at a terminal, or with --plain")
	}
	demo, err := app.demo(s, on)
	if err != nil {
		return err
	}
	if err := player.Demonstrate(ctx, demo); err != nil {
		return err
	}
	app.say("Next: work through it yourself with the same command, without --demo.")
	return nil
}

// demo is everything that is played.
func (app *App) demo(s *training.Scenario, on time.Time) (*screen.Demo, error) {
	model, err := app.rehearse(s)
	if err != nil {
		return nil, err
	}
	record, err := model.record()
	if err != nil {
		return nil, err
	}
	d := &screen.Demo{Title: "A demonstration", Training: true, Before: told(s)}
	if !on.IsZero() {
		leaf, err := app.otherLaw(s, on)
		if err != nil {
			return nil, err
		}
		d.Before = append(d.Before, leaf)
	}
	first, err := app.played(s, on)
	if err != nil {
		return nil, err
	}
	d.Acts = append(d.Acts, first.act(model.comp.walk.Answers()))
	if s.Completion != nil {
		act, err := app.playedAfter(model, on)
		if err != nil {
			return nil, err
		}
		d.Acts = append(d.Acts, act)
	}
	if !on.IsZero() {
		for i := range d.Acts {
			d.Acts[i].Stuck = "That is what the law of that day changes: the answer would be another one."
		}
	}
	d.After = append(taught(s, record, model.comp), screen.Leaf{Title: "The end", Lines: []string{
		"That was all of this case. Nobody in it exists, and nothing was signed or kept."}})
	return d, nil
}

// told are the first pages: who one is, and what happens.
func told(s *training.Scenario) []screen.Leaf {
	apart := func(text string) (lines []string) {
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				lines = append(lines, line, "")
			}
		}
		return lines
	}
	return []screen.Leaf{
		{Title: s.Title, Lines: append(apart(s.You), "Everybody and everything in it is invented. Nothing is signed or kept.", "",
			"Larger letters: the terminal's own zoom, mostly ctrl and plus.")},
		{Title: "What happens", Lines: apart(s.Story)},
	}
}

// otherLaw is what the law of another day changes in the case.
func (app *App) otherLaw(s *training.Scenario, on time.Time) (screen.Leaf, error) {
	then, err := app.outlook(s, time.Time{})
	if err != nil {
		return screen.Leaf{}, err
	}
	now, err := app.outlook(s, on)
	if err != nil {
		return screen.Leaf{}, err
	}
	return screen.Leaf{Title: "Another day's law", Lines: differences(s, then, now)[1:]}, nil // the first line is the title
}

// played is the walk of a case, without an answer.
func (app *App) played(s *training.Scenario, on time.Time) (*signing, error) {
	room, err := app.room(s)
	if err != nil {
		return nil, err
	}
	t, err := room.exercise(s)
	if err != nil {
		return nil, err
	}
	p, err := room.signing(t, walkOptions{})
	if err != nil {
		return nil, err
	}
	p.given = decision.OnScreen
	if !on.IsZero() {
		p.on = on
	}
	return p, nil
}

// playedAfter is the walk that completes an emergency.
func (app *App) playedAfter(model *rehearsal, on time.Time) (screen.Act, error) {
	then, err := model.completed()
	if err != nil {
		return screen.Act{}, err
	}
	answers := then.comp.walk.Answers()
	then.app.Rand = app.Rand
	then.given = decision.OnScreen
	if !on.IsZero() {
		then.on = on
	}
	act := then.signing.act(answers)
	act.Before = []screen.Leaf{{Title: "Afterwards", Lines: []string{
		"The emergency is over and its record is signed. By the end of the next working day the rest is answered, as follows."}}}
	return act, nil
}

// act is a walk to be played with these answers.
func (s *signing) act(answers checklist.Answers) screen.Act {
	s.task.sources = map[string]checklist.Source{"parties": namingNone(s.task.agreement, only(answers["recipient-party"]))}
	return screen.Act{
		Begin: func(given checklist.Answers, at string) *screen.Sitting {
			all := s.beforehand()
			for path, answer := range given {
				all[path] = answer
			}
			s.begin(all, at)
			s.comp.walk.SetReads(nil) // no file of whoever plays it is read
			sitting := &screen.Sitting{Review: s.reviewForRoom}
			s.seat(sitting)
			sitting.Switches = nil
			return sitting
		},
		Answer: func(step checklist.Step) checklist.Answer { return playedAnswer(step, answers) },
	}
}

// reviewForRoom is the review with the record in rows that a room can read.
func (s *signing) reviewForRoom() screen.Review {
	review := s.review()
	if record, err := s.compose(); err == nil {
		review.Lines = screen.RecordPageIn(record, screen.DemoWidth)
	}
	return review
}

// playedAnswer is the model answer to a step, as far as it is offered there. The replies to what was pointed out are each
// person's own, and a scenario has none.
func playedAnswer(step checklist.Step, answers checklist.Answers) checklist.Answer {
	if _, reply := checklist.IsReply(step.Path); reply {
		return checklist.Answer{Text: "(Here you say why you go on, or go back and change the answer.)"}
	}
	if step.Path == checklist.Remarks {
		return checklist.Answer{Chosen: []string{noRemarks}}
	}
	answer := answers[step.Path]
	answer.Chosen = slices.DeleteFunc(slices.Clone(answer.Chosen), func(id string) bool { return step.Ask.Option(id) == nil })
	return answer
}

// namingNone offers one line in place of the organisations that a real agreement names: what a room sees names none of them.
func namingNone(agreement *checklist.Agreement, chosen string) checklist.Source {
	return func(answers checklist.Answers) checklist.Choice {
		if len(partiesOf(agreement, only(answers["recipient-sector"])).Options) == 0 {
			return checklist.Choice{}
		}
		if chosen == "other" {
			chosen = ""
		}
		return checklist.Choice{Options: []checklist.Option{{ID: cmp.Or(chosen, "party"),
			Words: "One of the agreement's parties, which are listed here"}}}
	}
}

// taught are the last pages: the points of the scenario beside the model answer, and what the law leaves open.
func taught(s *training.Scenario, record *decision.Record, comp *composition) []screen.Leaf {
	debrief := training.Compare(s, record, record, comp.choiceWords)
	var leaves []screen.Leaf
	for i, c := range debrief.Points {
		lines := []string{c.Asked, ""}
		add := func(lead string, words []string) {
			for j, w := range words {
				words[j] = strings.TrimSuffix(w, ".")
			}
			if len(words) > 0 {
				lines = append(lines, lead+strings.Join(words, "; ")+".")
			}
		}
		add("The model answer: ", c.Model)
		add("This can be defended too: ", c.AlsoFine)
		add("This cannot be defended here: ", notDefended(s, c.On, comp))
		if c.Why != "" {
			lines = append(lines, "", c.Why)
		}
		if c.Source != "" {
			lines = append(lines, "", "Source: "+c.Source)
		}
		leaves = append(leaves, screen.Leaf{Title: fmt.Sprintf("What to take from it, %d of %d", i+1, len(debrief.Points)), Lines: lines})
	}
	if s.Open != "" {
		leaves = append(leaves, screen.Leaf{Title: "What the law leaves open", Lines: []string{s.Open}})
	}
	return leaves
}

func notDefended(s *training.Scenario, on string, comp *composition) (words []string) {
	for _, p := range s.Points {
		if p.On == on {
			for _, id := range p.Not {
				words = append(words, comp.choiceWords(on, id))
			}
		}
	}
	return words
}
