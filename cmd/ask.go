package cmd

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"

	"github.com/spf13/cobra"
)

// asking are the flags of every command that asks a few things and then signs an act of oversight.
type asking struct {
	log     string
	answers string
	plain   bool
	key     string
}

func (o *asking) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&o.log, "log", "", "the folder of the log (`DIR`), if this computer knows several")
	f.StringVar(&o.answers, "answers", "", "take the answers from this YAML `FILE` (- for standard input)")
	f.BoolVar(&o.plain, "plain", false, "ask in plain lines, for screen readers and pipes")
	f.StringVar(&o.key, "key", "", "sign with this OpenSSH Ed25519 private key `FILE`")
}

// act is the list of what is asked before an act of oversight.
func (app *App) act(id string) (*checklist.List, error) { return checklist.LoadAct(app.Data, id) }

// sit asks what stands before an act that is no decision, at the keyboard or from an answers file, and returns the answers
// once the person has seen them together and said yes. Nothing is kept of what was begun: it is a few lines. The notice
// says what would be signed; it is shown before the first question and again before the yes.
func (app *App) sit(ctx context.Context, list *checklist.List, title string, notice []string, plain bool, answersFile string) (checklist.Answers, error) {
	return app.seated(ctx, seat{walk: checklist.NewWalk(list, nil, nil, app.Now), title: title, notice: notice, shown: notice,
		asking: asking{plain: plain, answers: answersFile}})
}

// A seat is one sitting before an act of oversight.
type seat struct {
	asking
	walk   *checklist.Walk
	title  string
	notice []string // before the first question
	shown  []string // before the yes, above the answers
	verb   string   // what the yes does; empty: Sign and record this
	// warn says what a careful colleague would point out about the answers; nil: nothing in particular.
	warn func(checklist.Answers) []string
}

// findings are what is pointed out before the yes; the person decides. Everybody who has the log can read an act of
// oversight, whoever has covers alone too, so what was typed is looked at for names as that of a decision is.
func (s seat) findings() []string {
	var typed decision.Question
	for _, step := range s.walk.Steps() {
		if step.Answer.Text != "" {
			typed.Answers = append(typed.Answers, decision.Answer{ID: step.Ask.ID, Asked: step.Ask.Words, Text: step.Answer.Text})
		}
	}
	var found []string
	if s.warn != nil {
		found = s.warn(s.walk.Applying())
	}
	for _, f := range decision.Findings(&decision.Record{Questions: []decision.Question{typed}}) {
		if f.Code == "NAMES" {
			found = append(found, screen.LevelWords(f.Level)+": "+strings.Join(f.Seen, " ")+
				"\nEverybody who has the log can read this, for as long as there is a log. Use roles and references, not names; leave it as it is if it is no such thing.")
		}
	}
	return found
}

// seated is sit with what some acts need besides: choices from a source, and a long list that is shown only before the yes.
func (app *App) seated(ctx context.Context, s seat) (checklist.Answers, error) {
	if s.answers != "" {
		return app.seatedByFile(s)
	}
	ending, err := app.asker(s.plain).Conduct(ctx, &screen.Sitting{Walk: s.walk, Title: s.title, Training: app.Training, Notice: s.notice, Review: func() screen.Review {
		return screen.Review{Verb: cmp.Or(s.verb, "Sign and record this"), Lines: slices.Concat(s.shown, answersShown(s.walk)), Findings: s.findings()}
	}})
	switch {
	case err != nil:
		return nil, err
	case ending == screen.InputEnded:
		return nil, fail("the answers ended before they were agreed to; nothing was recorded",
			"answer at a keyboard, or give an answers file with --answers")
	case ending != screen.Agreed:
		return nil, &failure{what: "stopped; nothing was recorded", next: "run the same command to begin again", code: codeStopped}
	}
	return s.walk.Applying(), nil
}

// seatedByFile takes the answers from a file, which has to say the explicit yes itself.
func (app *App) seatedByFile(s seat) (checklist.Answers, error) {
	name, content, err := app.readAnswers(s.answers)
	if err != nil {
		return nil, err
	}
	file, faults := parseAnswers(name, content)
	if faults != nil {
		return nil, badForm(faults, "nothing was recorded")
	}
	for _, f := range []struct{ field, says, is string }{
		{"checklist", file.Checklist, s.walk.List().ID}, {"agreement", file.Agreement, ""}, {"occasion", file.Occasion, ""},
	} {
		if f.says != "" && f.says != f.is {
			faults = append(faults, file.doc.Fault(f.field+": the file is for something else; change this line or leave it out", f.field))
		}
	}
	if faults == nil {
		faults = file.fill(s.walk)
	}
	if faults != nil {
		return nil, &failure{what: "the answers file is not complete; nothing was recorded:\n" + indent(faults.Error()),
			next: "mend these lines and run the same command again", code: codeCould}
	}
	for _, step := range s.walk.Steps() {
		if step.Stopping(step.Answer) {
			return nil, &failure{what: "the answers file says that it is not to go on; nothing was recorded",
				next: "do first what is missing, then change the file and run the same command again", code: codeStopped}
		}
	}
	for _, line := range slices.Concat(s.shown, answersShown(s.walk)) {
		app.say("%s", screen.Safe(line))
	}
	for _, finding := range s.findings() {
		for line := range strings.Lines(finding) {
			app.say("%s", screen.Safe(strings.TrimSuffix(line, "\n")))
		}
	}
	if file.Sign != "yes" {
		return nil, fail("not signed: the answers file does not say \"sign: yes\"; nothing was recorded",
			"read what stands above, then put sign: yes into the file")
	}
	return s.walk.Applying(), nil
}

// answersShown are the answers of a walk in lines, each below what was asked.
func answersShown(walk *checklist.Walk) []string {
	var lines []string
	for _, step := range walk.Steps() {
		words := step.Answer.Text
		for _, id := range step.Answer.Chosen {
			if o := step.Ask.Option(id); o != nil {
				words += o.Words
			}
		}
		lines = append(append(lines, step.Ask.Words), screen.Wrapped("  ", words)...)
	}
	return lines
}

// without is the list less an answer that is not asked for this time.
func without(list *checklist.List, id string) *checklist.List {
	for i := range list.Questions {
		q := &list.Questions[i]
		q.Asks = slices.DeleteFunc(q.Asks, func(ask checklist.Ask) bool { return ask.ID == id })
	}
	return list
}
