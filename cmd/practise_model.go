package cmd

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/training"
	"dsa/data/yamlfile"
	"dsa/decision"

	"gopkg.in/yaml.v3"
)

// A rehearsal is the model answers of a case taken through the walk as an answers file is, up to where they would be
// signed. It asks nobody, opens nothing that the answers name, and writes nothing. Whatever needs the model answers has them
// from here.
type rehearsal struct {
	*signing
	scenario *training.Scenario
}

// rehearse takes the model answers through the walk, under the law of the day of the case. Answers that do not fit are faults
// with their lines.
func (app *App) rehearse(s *training.Scenario) (*rehearsal, error) {
	still, err := app.still(s.Clock())
	if err != nil {
		return nil, err
	}
	t, err := still.exercise(s)
	if err != nil {
		return nil, err
	}
	r := &rehearsal{signing: &signing{app: still, task: t, on: still.Now(), begun: still.Now(), given: decision.FromFile}, scenario: s}
	return r, r.take(s.Answers, "answers")
}

// still is an App that knows the agreements and the law and nothing else of the world; its clock stands.
func (app *App) still(now time.Time) (*App, error) {
	law, err := app.Law(walkParts)
	if err != nil {
		return nil, err
	}
	still := &App{In: strings.NewReader(""), Out: io.Discard, Err: io.Discard, Now: func() time.Time { return now }, Data: app.builtIn(),
		Training: true, packTitle: app.packTitle}
	still.tables.law, still.tables.parts = law, walkParts
	return still, nil
}

// setIn is the agreement whose checklist is walked in a scenario, and how it is named. A scenario in the folder of an
// agreement may leave out which: it is that one.
func (app *App) setIn(s *training.Scenario) (*checklist.Agreement, string, error) {
	known := checklist.Agreements(app.builtIn())
	if slices.Contains(known, s.Agreement) {
		agreement, err := app.agreement(s.Agreement)
		return agreement, s.Agreement, err
	}
	if folder := packAround(s.File); folder != "" && app.packTitle == "" {
		agreement, err := app.usePack(folder)
		if err != nil {
			return nil, "", err
		}
		if s.Agreement == "" || s.Agreement == agreement.ID {
			return agreement, folder, nil
		}
	}
	return nil, "", unsoundScenario(yamlfile.Faults{s.Fault("agreement: say whose checklist is walked; use "+listed(known)+
		", or put the scenario into the folder scenarios of your own agreement", "agreement")})
}

// packAround is the folder of the agreement in whose folder scenarios a file lies, where it lies in one.
func packAround(file string) string {
	folder := filepath.Dir(filepath.Dir(file))
	if !filepath.IsAbs(file) || filepath.Base(filepath.Dir(file)) != "scenarios" || isMissing(filepath.Join(folder, "agreement.yaml")) {
		return ""
	}
	return folder
}

// exercise is what is set out to be signed in a scenario.
func (app *App) exercise(s *training.Scenario) (*task, error) {
	agreement, named, err := app.setIn(s)
	if err != nil {
		return nil, err
	}
	list := agreement.List(s.Occasion)
	if list == nil {
		return nil, unsoundScenario(yamlfile.Faults{s.Fault("occasion: this agreement has no checklist for "+occasionWords[s.Occasion], "occasion")})
	}
	t := &task{
		kind: decision.Decision, occasion: s.Occasion, agreement: agreement, list: list, named: named, scenario: s.ID,
		verb: "Sign and record this exercise", noun: "exercise", command: "dsa practise " + practiseName(s), switches: true,
		title: s.Title,
	}
	if s.Occasion == checklist.Emergency {
		t.given = under(nil, list, s.Occasion, nil)
	}
	return t, nil
}

// answersIn reads answers of a scenario as those of an answers file.
func answersIn(s *training.Scenario, answers yaml.Node) (*answersFile, yamlfile.Faults) {
	file := &answersFile{doc: s.Doc(), given: map[string]givenAnswer{}, empty: map[string]int{}}
	var faults yamlfile.Faults
	file.take(&answers, "", func(node *yaml.Node, what string, args ...any) {
		faults = append(faults, yamlfile.Fault{File: s.Doc().File, Line: node.Line, What: s.Fault("answers: " + fmt.Sprintf(what, args...)).What})
	})
	return file, faults
}

// take gives answers to the walk. The path is where they stand in the file: what is missing is missed there.
func (r *rehearsal) take(answers yaml.Node, at ...any) error {
	file, faults := answersIn(r.scenario, answers)
	if faults != nil {
		return unsoundScenario(faults)
	}
	before := r.beforehand()
	for path := range file.given {
		delete(before, path)
	}
	r.start(before)
	faults = file.fill(r.comp.walk)
	if err := r.comp.sources.err; err != nil {
		return err
	}
	if faults == nil {
		return nil
	}
	top := r.scenario.Doc().Line("answers")
	for i, f := range faults {
		if f.Line == 0 || f.Line == top {
			faults[i].Line = r.scenario.Fault("", at...).Line
		}
		faults[i].What = r.scenario.Fault(at[0].(string)+": "+f.What, at...).What
	}
	return unsoundScenario(faults)
}

// start begins the walk with answers. It opens no file: a scenario comes from anywhere, and what it names is on the computer
// of whoever reads it.
func (r *rehearsal) start(answers checklist.Answers) {
	r.begin(answers, "")
	r.comp.walk.SetReads(nil)
}

// again is the same case with other answers, in a walk of its own.
func (r *rehearsal) again(answers checklist.Answers) *rehearsal {
	return r.onDay(r.on, answers)
}

// onDay is the same case with these answers under the law of a day. What does not fit there is left out, as it would be for a
// person.
func (r *rehearsal) onDay(day time.Time, answers checklist.Answers) *rehearsal {
	other := *r.signing
	other.on = day
	again := &rehearsal{signing: &other, scenario: r.scenario}
	again.start(answers)
	return again
}

// sameSalt stands where a record that is signed has its own: what is rehearsed is the same every time.
var sameSalt = strings.Repeat("0", 32)

// record is the record of the answers so far.
func (r *rehearsal) record() (*decision.Record, error) {
	return r.comp.compose(sameSalt, r.app.Now().Truncate(time.Second))
}

// completed takes what completes an emergency through the walk.
func (r *rehearsal) completed() (*rehearsal, error) {
	s := r.scenario
	record, err := r.record()
	if err != nil {
		return nil, err
	}
	list := r.task.agreement.List(checklist.AdHoc)
	if list == nil {
		return nil, unsoundScenario(yamlfile.Faults{s.Fault("completion: this agreement has no ad hoc checklist", "completion")})
	}
	on, _ := time.Parse(time.RFC3339, s.Completion.On) // checked when it was read
	still, err := r.app.still(on)
	if err != nil {
		return nil, err
	}
	who, err := still.whoWalk()
	if err != nil {
		return nil, err
	}
	known, given := toComplete(answersOf(record))
	decides := checklist.Answers{}
	for _, ask := range who.List().Questions[0].Asks {
		decides[ask.ID] = r.comp.walk.Answers()[ask.ID]
		delete(known, ask.ID)
	}
	var id decision.ID
	id[0] = 1 // of a record that was never signed
	of := &decision.Link{ID: id, Chain: id, Number: 1, Recorded: record.Recorded, By: record.By.Post + ", " + record.By.Organisation, Outcome: record.Outcome()}
	t := &task{kind: decision.Complete, occasion: checklist.AdHoc, agreement: r.task.agreement, list: list, of: of, known: known, given: given,
		whole: func(d *decision.Record) *decision.Record { return decision.Merge(record, d) }, noun: "completion",
		title: s.Title, verb: "Sign and record this completion"}
	then := &rehearsal{signing: &signing{app: still, task: t, on: on, begun: on, given: decision.FromFile, who: decides, all: true}, scenario: s}
	return then, then.take(s.Completion.Answers, "completion", "answers")
}

// altered is the record that is shown with a question of the quiz: the model's, with answers taken away or others in
// their place. It is not finished, and nobody could sign it.
func (r *rehearsal) altered(q training.Question, at ...any) (*decision.Record, error) {
	s := r.scenario
	file, faults := answersIn(s, q.Change)
	if faults != nil {
		return nil, unsoundScenario(faults)
	}
	answers := r.comp.walk.Answers()
	forget := func(id string) {
		for path := range answers {
			if path == id || strings.HasPrefix(path, id+"/") {
				delete(answers, path)
			}
		}
	}
	for _, id := range q.Without {
		forget(id)
	}
	for i := 0; i+1 < len(q.Change.Content); i += 2 {
		forget(q.Change.Content[i].Value)
	}
	changed := r.again(answers)
	for _, path := range file.order {
		id, _, _ := strings.Cut(path, "/")
		ask := r.task.list.Ask(id)
		if ask == nil {
			faults = append(faults, s.Fault("change: this checklist has no question for "+field(path), append(at, id)...))
			continue
		}
		if err := changed.comp.walk.Set(path, file.given[path].as(changed.shapeAt(path))); err != nil {
			faults = append(faults, s.Fault("change: "+path+": "+err.Error(), append(at, id)...))
		}
	}
	if faults != nil {
		return nil, unsoundScenario(faults)
	}
	return changed.record()
}

// shapeAt is how an answer is gathered at a path.
func (r *rehearsal) shapeAt(path string) checklist.Shape {
	for _, step := range r.comp.walk.Steps() {
		if step.Path == path {
			return step.Ask.Kind.Shape()
		}
	}
	return checklist.ShapeLine
}

// choiceWords are the words of a choice as a person reads it in this walk, or of the law, for one that nobody was offered;
// the id itself where it has no words.
func (c *composition) choiceWords(answer, choice string) string {
	of := func(ask *checklist.Ask) string {
		if o := ask.Option(choice); o != nil {
			return o.Words
		}
		return ""
	}
	id := answer[strings.LastIndex(answer, "/")+1:]
	for _, step := range c.walk.Steps() {
		if words := of(step.Ask); words != "" && (step.Ask.ID == id || step.Path == answer) {
			return words
		}
	}
	for _, q := range c.walk.List().Questions {
		for _, ask := range q.Asks {
			for _, ask := range append([]checklist.Ask{ask}, ask.Items...) {
				if words := of(&ask); words != "" && ask.ID == id {
					return words
				}
			}
		}
	}
	law, err := c.app.Law(walkParts)
	if err != nil {
		return choice
	}
	if p := law.Provision(choice); p != nil {
		return p.Brief() + ": " + p.Title
	}
	if b := law.Basis(choice); b != nil {
		return basisWords(b)
	}
	for _, topic := range law.Topics {
		if topic.ID == choice {
			return topic.Words
		}
	}
	return choice
}

// unsoundScenario says that a scenario cannot be run as it is. The faults can be found in it.
func unsoundScenario(err error) error {
	var faults yamlfile.Faults
	if !errors.As(err, &faults) {
		return err
	}
	return (&failure{what: "the scenario is not sound, so nothing was asked or recorded:\n" + indent(faults.Error()),
		next: "mend these lines; dsa agreement check shows when all is well", code: codeCould}).because(err)
}
