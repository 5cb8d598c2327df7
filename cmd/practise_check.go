package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/training"
	"dsa/data/yamlfile"
	"dsa/decision"
	"dsa/legislation"
)

// judgeScenario runs a case, its variants and what completes it against the program, and says with file and line which
// expectation does not hold. It is what is tested of the cases that are built in, and what a trainer is told of their own.
func (app *App) judgeScenario(s *training.Scenario) yamlfile.Faults {
	j := &judge{app: app, offered: map[string][]string{}}
	base := j.run(s)
	if base != nil && s.Completion != nil {
		if r, err := base.completed(); err != nil {
			j.faults = append(j.faults, faultsOf(s, err)...)
		} else {
			j.expect(r, s.Completion.Expect, "completion", "expect")
			j.options(r)
			j.ends(r.again(r.comp.walk.Answers()), "the completion", s.Completion.Expect.Blocked, "completion", "expect")
		}
	}
	variants := make([]*rehearsal, len(s.Variants))
	for i, v := range s.Variants {
		if as, err := s.As(v.ID); err == nil { // it is there
			variants[i] = j.run(as)
		}
	}
	for i, r := range variants {
		if r != nil {
			j.points(r, s.Variants[i].Points, s, "variants", i, "points")
		}
	}
	if base != nil {
		j.points(base, s.Points, s, "points")
		j.told(base)
		for i, q := range s.Quiz {
			j.question(base, q, i)
		}
	}
	j.faults.Sort()
	return slices.Compact(j.faults)
}

// faultsOf are the faults for which a case could not be rehearsed, or why else it could not be.
func faultsOf(s *training.Scenario, err error) yamlfile.Faults {
	var faults yamlfile.Faults
	if errors.As(err, &faults) {
		return faults
	}
	return yamlfile.Faults{s.Fault("it cannot be tried: " + explain(err).what)}
}

// A judge gathers what does not hold.
type judge struct {
	app     *App
	faults  yamlfile.Faults
	offered map[string][]string // by the path of an answer: the choices that the case or a variant offers at it
}

// run judges one case; nil where its answers do not fit, and nothing else can be said.
func (j *judge) run(s *training.Scenario) *rehearsal {
	r, err := j.app.rehearse(s)
	if err != nil {
		j.faults = append(j.faults, faultsOf(s, err)...)
		return nil
	}
	j.options(r)
	j.expect(r, s.Expect, "expect")
	j.ends(r.again(r.comp.walk.Answers()), "the model answer", s.Expect.Blocked, "expect")
	for i, outcome := range s.Expect.Decisions {
		at := []any{"expect", "decisions", i}
		again := r.again(r.comp.walk.Answers())
		if err := again.decide(outcome); err != nil {
			j.fault(s, at, "decisions: %s cannot be chosen: %s", outcome, err)
			continue
		}
		j.ends(again, outcome, s.Expect.Blocked, at...)
	}
	return r
}

func (j *judge) fault(s *training.Scenario, at []any, what string, args ...any) {
	j.faults = append(j.faults, s.Fault(fmt.Sprintf(what, args...), at...))
}

// options keeps what was offered at each answer, for the points.
func (j *judge) options(r *rehearsal) {
	for _, step := range r.comp.walk.Steps() {
		for _, o := range step.Ask.Options {
			if !slices.Contains(j.offered[step.Path], o.ID) {
				j.offered[step.Path] = append(j.offered[step.Path], o.ID)
			}
		}
	}
}

// expect compares what the law and the record say of a case with what they must say.
func (j *judge) expect(r *rehearsal, want training.Expectation, at ...any) {
	say := func(list string, i int, what string, args ...any) {
		path := append(slices.Clone(at), list)
		if i >= 0 {
			path = append(path, i)
		}
		j.fault(r.scenario, path, list+": "+what, args...)
	}
	law, err := r.app.Law(walkParts)
	if err != nil {
		j.faults = append(j.faults, faultsOf(r.scenario, err)...)
		return
	}
	answers := r.comp.walk.Applying()
	theCase := r.comp.sources.caseOf(answers)
	theCase.Touches = withoutNone(answers["restrictions"].Chosen)
	j.law(law, theCase, want, say)
	j.bases(law.FindBases(r.comp.sources.basisCase(law, answers)), law, want, say)
	record, err := r.record()
	if err != nil {
		j.faults = append(j.faults, faultsOf(r.scenario, err)...)
		return
	}
	pointedOut(record, want, say)
}

type saying func(list string, at int, what string, args ...any)

func (j *judge) law(law *legislation.Law, theCase legislation.Case, want training.Expectation, say saying) {
	outlook, restrictions := law.Find(theCase), law.Restrictions(theCase)
	offered := map[string]legislation.Offer{}
	for _, o := range outlook.Offered {
		offered[o.ID] = o
	}
	unknown := func(list string, i int, id string) bool {
		if law.Provision(id) != nil {
			return false
		}
		say(list, i, "the law here has no entry %s; dsa gateways find lists them", id)
		return true
	}
	for i, id := range want.Offered {
		if _, is := offered[id]; !is && !unknown("offered", i, id) {
			say("offered", i, "%s is not offered: %s", id, whyNot(outlook, id))
		}
	}
	for i, id := range want.NotOffered {
		if _, is := offered[id]; is {
			say("not-offered", i, "%s is offered: %s", id, strings.Join(offered[id].Reasons, "; "))
		} else {
			unknown("not-offered", i, id)
		}
	}
	for i, id := range want.Theirs {
		if o, is := offered[id]; is && !o.Theirs {
			say("theirs", i, "%s is offered as a power of the holder's own", id)
		} else {
			unknown("theirs", i, id)
		}
	}
	for i, id := range want.Restricted {
		if !slices.ContainsFunc(restrictions, func(r legislation.Restraint) bool { return r.ID == id }) && !unknown("restricted", i, id) {
			say("restricted", i, "%s does not come up as a restriction", id)
		}
	}
	switch shown := outlook.Route != ""; {
	case want.Route && !shown:
		say("route", -1, "the non-statutory route is not shown, since something is offered")
	case !want.Route && shown && len(want.Offered) > 0:
		say("route", -1, "the non-statutory route is shown; say route: true, or look again at what must be offered")
	}
	for i, s := range want.Shows {
		if unknown("shows", i, s.Entry) {
			continue
		}
		p := law.Provision(s.Entry)
		if !strings.Contains(strings.Join(append(slices.Clone(p.Check), p.Summary, p.Limits), " "), s.Words) {
			say("shows", i, "%s does not speak of %q", s.Entry, s.Words)
		}
	}
}

func whyNot(o legislation.Outlook, id string) string {
	for _, r := range o.NotOffered {
		if r.ID == id {
			return strings.Join(r.Reasons, "; ")
		}
	}
	return "nothing is said of it"
}

func (j *judge) bases(found legislation.Bases, law *legislation.Law, want training.Expectation, say saying) {
	open := map[string]legislation.OpenBasis{}
	for _, o := range slices.Concat(found.Article6, found.Article9, found.Article10, found.Part3) {
		open[o.ID] = o
	}
	closed := map[string]string{}
	for _, r := range found.Closed {
		closed[r.ID] = strings.Join(r.Reasons, "; ")
	}
	for _, list := range []struct {
		name string
		ids  []string
	}{{"bases", want.Bases}, {"warned-bases", want.WarnedBases}} {
		for i, id := range list.ids {
			switch _, is := open[id]; {
			case !is:
				say(list.name, i, "%s is not open: %s", id, cmp.Or(closed[id], "nothing is said of it; is it spelt as in bases.yaml?"))
			case list.name == "warned-bases" && open[id].Caution == "":
				say(list.name, i, "nothing warns of %s", id)
			}
		}
	}
	for i, id := range want.ClosedBases {
		if _, is := open[id]; is {
			say("closed-bases", i, "%s is open", id)
		} else if closed[id] == "" {
			say("closed-bases", i, "%s is not closed with a reason: nothing is said of it", id)
		}
	}
	for id, words := range want.Because {
		if !strings.Contains(closed[id], words) {
			say("because", -1, "of %s it is said %q, and not %q", id, closed[id], words)
		}
	}
	if want.FirstBasis != "" && (len(found.Article6) == 0 || found.Article6[0].ID != want.FirstBasis) {
		first := "nothing"
		if len(found.Article6) > 0 {
			first = found.Article6[0].ID
		}
		say("first-basis", -1, "what comes first is %s", first)
	}
}

// pointedOut compares what is pointed out about a record with what must be.
func pointedOut(record *decision.Record, want training.Expectation, say saying) {
	raised := map[string]decision.Finding{}
	var all []string
	for _, f := range record.Findings {
		raised[f.Code] = f
		all = append(all, f.Code)
	}
	for _, list := range []struct {
		name  string
		codes []string
	}{{"findings", want.Findings}, {"only-findings", want.OnlyFindings}} {
		for i, code := range list.codes {
			if _, is := raised[code]; !is {
				say(list.name, i, "%s is not raised; raised are %s", code, cmp.Or(listed(all), "none"))
			}
		}
	}
	for i, code := range want.NotFindings {
		if f, is := raised[code]; is {
			say("not-findings", i, "%s is raised: %s", code, strings.Join(f.Seen, " "))
		}
	}
	if want.OnlyFindings == nil {
		return
	}
	for _, code := range all {
		if f := raised[code]; f.Level != decision.Note && !slices.Contains(want.OnlyFindings, code) {
			say("only-findings", -1, "%s is raised too: %s", code, strings.Join(f.Seen, " "))
		}
	}
}

// ends judges whether a case can be signed as it is answered: nothing forbids a decision, and where nothing may block it,
// nothing asks for a reply first.
func (j *judge) ends(r *rehearsal, what string, blocked *bool, at ...any) {
	var asked []string
	for _, step := range r.comp.walk.Pending() {
		if code, isReply := checklist.IsReply(step.Path); isReply {
			asked = append(asked, code)
		}
	}
	switch {
	case blocked != nil && !*blocked && len(asked) > 0:
		j.fault(r.scenario, append(slices.Clone(at), "blocked"), "blocked: %s waits for a reply to %s", what, listed(asked))
	case blocked != nil && *blocked && len(asked) == 0 && what == "the model answer":
		j.fault(r.scenario, append(slices.Clone(at), "blocked"), "blocked: nothing asks for a reply before signing")
	}
	err := r.rest()
	var record *decision.Record
	if err == nil {
		record, err = r.record()
	}
	if err == nil {
		err = record.Check()
	}
	if err != nil {
		j.fault(r.scenario, at, "%s cannot be signed: %s", what, explain(err).what)
	}
}

// decide puts another decision in the place of the model's; what only the model's asks for falls away by itself.
func (r *rehearsal) decide(outcome string) error {
	if err := r.comp.walk.Set("outcome", checklist.Answer{Chosen: []string{outcome}}); err != nil {
		return err
	}
	return r.rest()
}

// rest answers what is still asked, in words that could stand in any case, so that it shows whether the rest can be
// answered at all. A reply to what is pointed out is among it, once everything else is answered.
func (r *rehearsal) rest() error {
	for range 200 { // no checklist asks as much again
		pending := r.comp.walk.Pending()
		if len(pending) == 0 {
			return nil
		}
		if err := r.comp.walk.Set(pending[0].Path, anything(pending[0])); err != nil {
			return fmt.Errorf("%s: %w", named(pending[0].Path), err)
		}
	}
	return errors.New("it asks without end")
}

// anything is an answer that fits the step.
func anything(step checklist.Step) checklist.Answer {
	switch step.Ask.Kind {
	case checklist.Day:
		return checklist.Answer{Text: "in 3 days"}
	case checklist.Moment:
		return checklist.Answer{Text: "now"}
	case checklist.Years:
		return checklist.Answer{Text: "6"}
	case checklist.Email:
		return checklist.Answer{Text: "somebody@fenmarsh.example"}
	case checklist.Files:
		return checklist.Answer{}
	case checklist.OneOf, checklist.SomeOf:
		for _, id := range []string{noRemarks, checklist.NoAnother} {
			if step.Ask.Option(id) != nil {
				return checklist.Answer{Chosen: []string{id}}
			}
		}
		for _, o := range step.Ask.Options {
			if !o.Stops && o.Switch == "" {
				return checklist.Answer{Chosen: []string{o.ID}}
			}
		}
	}
	return checklist.Answer{Text: "It was weighed, and written down for this case."}
}

// points judges what is looked at after a run: that it can be answered here, and is judged only where it is a choice.
// What a variant offers counts for the case too: its points are looked at after a variant as well.
func (j *judge) points(r *rehearsal, points []training.Point, s *training.Scenario, where ...any) {
	list := r.task.list
	law, err := r.app.Law(walkParts)
	if err != nil {
		return // said already
	}
	answers := r.comp.walk.Applying()
	for i, p := range points {
		at := func(more ...any) []any { return append(append(slices.Clone(where), i), more...) }
		ask := list.Ask(p.On)
		if ask == nil {
			j.fault(s, at("on"), "points: this checklist has no question for %s", p.On)
			continue
		}
		if shape := ask.Kind.Shape(); shape != checklist.ShapeOne && shape != checklist.ShapeSome {
			if len(p.Accept)+len(p.Not)+len(p.Need) > 0 {
				j.fault(s, at(), "points: %s is answered in one's own words, and is shown and never judged; leave out accept, not and need", p.On)
			}
			continue
		}
		if ask.Kind == checklist.OneOf && len(p.Need) > 0 {
			j.fault(s, at("need"), "need: %s takes one choice; need is for several", p.On)
		}
		for k, id := range p.Need {
			if !answers[p.On].Is(id) {
				j.fault(s, at("need", k), "need: the model's own answer to %s leaves out %s", p.On, id)
			}
		}
		for _, choices := range []struct {
			name string
			ids  []string
		}{{"accept", p.Accept}, {"not", p.Not}} {
			for k, id := range choices.ids {
				known := slices.Contains(j.offered[p.On], id)
				if !known && choices.name == "not" && ask.From != "" {
					known = law.Provision(id) != nil || law.Basis(id) != nil // what is not offered here can be written of
				}
				if !known {
					j.fault(s, at(choices.name, k), "%s: %s is not offered at %s; offered are %s", choices.name, id, p.On, cmp.Or(listed(j.offered[p.On]), "none"))
				}
			}
		}
		if len(j.offered[p.On]) == 0 {
			j.fault(s, at("on"), "points: %s is not asked in this case", p.On)
		}
	}
}

// told judges that what the story gives can be filled in: the question is asked in this case.
func (j *judge) told(r *rehearsal) {
	for i, id := range r.scenario.Told {
		if ask := r.task.list.Ask(id); ask == nil {
			j.fault(r.scenario, []any{"told", i}, "told: this checklist has no question for %s", id)
		}
	}
}

// question judges the record that is shown with a question of the quiz.
func (j *judge) question(r *rehearsal, q training.Question, i int) {
	if !q.ShowsRecord() {
		return
	}
	s := r.scenario
	at := func(more ...any) []any { return append([]any{"quiz", i}, more...) }
	model, err := r.record()
	if err != nil {
		return // said already
	}
	shown, err := r.altered(q, at("change")...)
	if err != nil {
		j.faults = append(j.faults, faultsOf(s, err)...)
		return
	}
	if q.Finding == "" {
		return
	}
	if raises(model, q.Finding) {
		j.fault(s, at("finding"), "finding: %s is raised by the model answers too, so it does not tell the two records apart", q.Finding)
	}
	if !raises(shown, q.Finding) {
		j.fault(s, at("finding"), "finding: the record shown does not raise %s; an answer that is taken away counts as still to come, so change it rather", q.Finding)
	}
}

func raises(record *decision.Record, code string) bool {
	return slices.ContainsFunc(record.Findings, func(f decision.Finding) bool { return f.Code == code })
}
