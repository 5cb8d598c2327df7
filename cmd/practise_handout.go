package cmd

import (
	"path/filepath"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/paper"
	"dsa/cmd/training"
	"dsa/decision"
)

// handout prints the trainer's pack of a case as one page: what is handed out, and, on sheets of their own, what the trainer
// keeps. Nothing in it comes from the computer on which it is made but the scenario.
func (app *App) handout(s *training.Scenario) error {
	model, err := app.rehearse(s)
	if err != nil {
		return err
	}
	record, err := model.record()
	if err != nil {
		return err
	}
	// Who is party to a real agreement has no place in an invented case; where one is to be picked, it is written down.
	options, err := model.app.printedOptions(nil)
	if err != nil {
		return err
	}
	delete(options, "parties")
	list := handedOut(model)
	h := &paper.Handout{
		ID: s.ID, Named: handedName(s), Title: s.Title, Teaches: s.Teaches, You: s.You, Story: s.Story, On: record.Begun,
		Told: s.Told, Form: paper.NewForm("", list, []string{s.Occasion}, options), Model: record, Open: s.Open,
	}
	for _, p := range s.Points {
		h.Points = append(h.Points, pointOnPaper(model, record, p))
	}
	for i, q := range s.Quiz {
		card := &quizCard{Question: q, scenario: s, number: i + 1}
		if err := card.draw(model); err != nil {
			return err
		}
		h.Quiz = append(h.Quiz, paper.HandoutQuestion{Ask: card.asked(), Record: card.record, Choices: q.Choices, Right: q.Right,
			Finding: card.raised, Why: q.Why, Source: q.Source})
	}
	for _, v := range s.Practised() {
		h.Variants = append(h.Variants, paper.HandoutVariant{Named: h.Named + "/" + v.ID, Title: v.Title})
	}
	if s.Completion != nil {
		then, err := model.completed()
		if err != nil {
			return err
		}
		if h.Completed, err = then.record(); err != nil {
			return err
		}
	}
	return h.HTML(app.Out)
}

// handedOut is the checklist of a case as it is handed out: what the story settles is not asked, as in the walk.
func handedOut(model *rehearsal) *checklist.List {
	told := checklist.Answers{}
	for id, answer := range model.comp.walk.Applying() {
		if slices.Contains(model.scenario.Told, id) {
			told[id] = answer
		}
	}
	settled := func(when checklist.When) bool {
		for id, values := range when {
			if answer, is := told[id]; is && !slices.ContainsFunc(values, answer.Is) {
				return true
			}
		}
		return false
	}
	list := *model.task.list
	list.Questions = nil
	for _, q := range model.task.list.Questions {
		q.Asks = slices.DeleteFunc(slices.Clone(q.Asks), func(ask checklist.Ask) bool { return settled(ask.When) })
		if q.ID != whoQuestion && !settled(q.When) && len(q.Asks) > 0 {
			list.Questions = append(list.Questions, q)
		}
	}
	return &list
}

// handedName is what to type for a scenario, as it can stand on paper: where a file lies is told to nobody.
func handedName(s *training.Scenario) string {
	if !filepath.IsAbs(s.File) {
		return s.ID
	}
	name := filepath.Base(s.File)
	if _, variant, is := strings.Cut(s.ID, "/"); is {
		name += "/" + variant
	}
	return name
}

// pointOnPaper is one answer to talk about, with every choice in words.
func pointOnPaper(model *rehearsal, record *decision.Record, p training.Point) paper.HandoutPoint {
	words := func(ids []string) (all []string) {
		for _, id := range ids {
			all = append(all, model.comp.choiceWords(p.On, id))
		}
		return all
	}
	asked := model.comp.walk.Title(p.On)
	if ask := model.task.list.Ask(p.On); ask != nil {
		asked = ask.Words
	}
	return paper.HandoutPoint{Asked: asked, Model: paper.Answered(record, p.On), Accept: words(p.Accept), Not: words(p.Not), Need: words(p.Need),
		Open: p.Open, Why: p.Why, Source: p.Source}
}
