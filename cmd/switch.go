package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
)

// occasionWords say what each occasion is, for whoever may go over to it.
var occasionWords = map[string]string{
	checklist.AdHoc:     "ad hoc sharing: one request or concern",
	checklist.Routine:   "routine sharing: the same information again and again",
	checklist.Emergency: "an emergency: only what cannot wait, the rest later",
}

// shortOccasions name them in a sentence.
var shortOccasions = map[string]string{checklist.AdHoc: "ad hoc", checklist.Routine: "routine", checklist.Emergency: "emergency"}

// toAgreement marks what leads to another agreement.
const toAgreement = "agreement/"

// elsewhere is where a person may go over to in mid-walk: the other occasions, and the other agreements that have a
// checklist for this one. While an agreement of a folder's own is in use, its law is too, so from there another
// agreement is chosen by beginning again; the draft goes along.
func (s *signing) elsewhere() []screen.Switch {
	if !s.task.switches {
		return nil
	}
	var switches []screen.Switch
	for _, occasion := range checklist.Occasions {
		if occasion != s.task.occasion && s.task.agreement.List(occasion) != nil {
			switches = append(switches, screen.Switch{ID: occasion, Words: screen.Capital(occasionWords[occasion])})
		}
	}
	if s.app.packTitle != "" {
		return switches
	}
	for _, id := range checklist.Agreements(s.app.Data) {
		if id == s.task.agreement.ID {
			continue
		}
		// Only what it is called is read here: nobody waits for a checklist that is not walked.
		if other, err := checklist.Outline(s.app.Data, id); err == nil && other.Serves(s.task.occasion) {
			switches = append(switches, screen.Switch{ID: toAgreement + id, Words: "Another agreement: " + other.Title})
		}
	}
	return switches
}

func (s *signing) agreement(id string) (*checklist.Agreement, error) {
	if known := s.agreements[id]; known != nil {
		return known, nil
	}
	agreement, err := s.app.agreement(id)
	if err == nil {
		s.agreements[id] = agreement
	}
	return agreement, err
}

// switchTo goes on with the same answers and the same draft under another occasion or agreement, at the first question
// that has no answer there. Answers without a place are named and stay in the draft.
func (s *signing) switchTo(sitting *screen.Sitting) error {
	if !s.task.switches {
		sitting.Notice = []string{"This goes on as it was begun; choose another answer there."}
		return nil
	}
	agreement, occasion := s.task.agreement, s.task.occasion
	if id, ok := strings.CutPrefix(sitting.SwitchTo, toAgreement); ok {
		other, err := s.agreement(id)
		if err != nil {
			return err
		}
		agreement = other
	} else {
		occasion = sitting.SwitchTo
	}
	list := agreement.List(occasion)
	if list == nil {
		sitting.Notice = []string{"This agreement has no checklist for " + occasionWords[occasion] + ". Nothing has changed."}
		return nil
	}
	before := s.comp.walk
	named := s.task.named
	if agreement != s.task.agreement {
		named = agreement.ID
	}
	left := s.task.occasion
	s.task.agreement, s.task.list, s.task.occasion = agreement, list, occasion
	s.task.named = named
	if s.task.scenario == "" { // an exercise is gone on with as it was begun
		s.task.command = s.app.shareCommand(occasion, named)
	}
	answers, changed := s.goingOver(left, before.Answers())
	s.begin(under(before.List(), list, occasion, answers), "")
	s.seat(sitting)
	sitting.Notice = slices.Concat([]string{fmt.Sprintf("Now: %s (%s). Your answers are kept.", occasionWords[occasion], agreement.Title)},
		changed, s.displaced(before))
	if p := sitting.Partial; p != nil && !s.has(p.Path) {
		sitting.Notice = append(sitting.Notice, "What you were typing has no place here for now and is kept: "+before.Title(p.Path))
	}
	if s.draft == nil {
		return nil
	}
	return s.keepDraft(sitting.Partial)
}

func (s *signing) has(path string) bool {
	return slices.ContainsFunc(s.comp.walk.Steps(), func(step checklist.Step) bool { return step.Path == path })
}

// displaced names the answers of another walk that have no place in this one, and those that fit no longer. In an
// emergency, which has a place for few, it names only the questions they belong to: nobody has time to read them all.
func (s *signing) displaced(before *checklist.Walk) []string {
	titles := s.comp.walk.Homeless(before)
	if s.task.occasion == checklist.Emergency && len(titles) > 0 {
		var questions []string
		for _, title := range titles {
			question, _, _ := strings.Cut(title, ": ")
			if !slices.Contains(questions, question) {
				questions = append(questions, question)
			}
		}
		return append([]string{fmt.Sprintf("%s no place here for now, and stay in the draft: %s.", have(len(titles)), strings.Join(questions, "; "))}, s.unfit()...)
	}
	var notice []string
	for _, title := range titles {
		notice = append(notice, "Has no place here and stays in the draft: "+title)
	}
	return append(notice, s.unfit()...)
}

func have(n int) string {
	if n == 1 {
		return "1 answer has"
	}
	return count(n, "answer") + " have"
}

func (s *signing) unfit() []string {
	var notice []string
	for _, step := range s.comp.walk.Unfit() {
		notice = append(notice, "An earlier answer no longer fits and will be asked again: "+s.comp.walk.Title(step.Path))
	}
	return notice
}

// goingOver keeps what the person themselves said of danger while the task goes over to an emergency, and gives it back
// when it comes from one. Whoever has acted meanwhile was not mistaken about the danger: then the change stays, and is
// named.
func (s *signing) goingOver(from string, answers checklist.Answers) (_ checklist.Answers, notice []string) {
	own := answers["danger"]
	switch {
	case s.task.occasion == checklist.Emergency && !own.Empty() && !own.Is("yes"):
		s.calm = &own
	case from == checklist.Emergency && s.task.occasion != from && s.calm != nil:
		switch {
		case !own.Is("yes"): // answered anew in the emergency
		case answers["acted"].Empty():
			answers = maps.Clone(answers)
			answers["danger"] = *s.calm
		default:
			notice = []string{"Changed by going over to the emergency: that somebody was in danger. Your own answer before was another; to change it, type back or review."}
		}
		s.calm = nil
	}
	return answers, notice
}

// under are the answers with which a person goes on under an occasion, coming from the checklist before. Whoever goes
// over to an emergency has said that somebody is in danger; and what asks how to go on has been answered by going on.
func under(before, list *checklist.List, occasion string, answers checklist.Answers) checklist.Answers {
	answers = maps.Clone(answers)
	if answers == nil {
		answers = checklist.Answers{}
	}
	if occasion == checklist.Emergency {
		answers["danger"] = checklist.Answer{Chosen: []string{"yes"}}
	}
	if before != nil {
		for _, ask := range forks(before) {
			delete(answers, ask.ID)
		}
	}
	known := maps.Clone(answers)
	known[checklist.Occasion] = checklist.Answer{Chosen: []string{occasion}}
	for _, ask := range forks(list) {
		i := slices.IndexFunc(ask.Options, func(o checklist.Option) bool { return o.Switch == occasion })
		if i >= 0 && ask.When.Holds(known) {
			answers[ask.ID] = checklist.Answer{Chosen: []string{ask.Options[i].ID}}
		}
	}
	return answers
}

// forks are the asks of a checklist at which a person can go over to another occasion.
func forks(list *checklist.List) []checklist.Ask {
	var found []checklist.Ask
	for _, q := range list.Questions {
		for _, ask := range q.Asks {
			if slices.ContainsFunc(ask.Options, func(o checklist.Option) bool { return o.Switch != "" }) {
				found = append(found, ask)
			}
		}
	}
	return found
}
