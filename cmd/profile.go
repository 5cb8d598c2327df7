package cmd

import (
	"bytes"
	"errors"
	"io/fs"

	"dsa/checklist"

	"gopkg.in/yaml.v3"
)

// The profile is who decides on this computer: the answers to our question "who", kept in the form of an answers
// file, so that a person can read it.
const whoQuestion = "who"

func (app *App) profilePath() string { return app.path("profile.yaml") }

// profile returns the answers remembered, or none. A profile that does not answer all of today's questions is
// not complete: what it has is kept, and the rest is asked in the walk.
func (app *App) profile() (answers checklist.Answers, complete bool, err error) {
	content, err := readSmall(app.profilePath(), 1<<16)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	file, faults := parseAnswers(app.profilePath(), content)
	if faults != nil {
		return nil, false, (&failure{
			what: "what was remembered about you cannot be read:\n" + indent(faults.Error()),
			next: "mend the file, or answer again with: dsa setup --again",
			code: codeCould,
		})
	}
	walk, err := app.whoWalk()
	if err != nil {
		return nil, false, err
	}
	faults = file.fill(walk)
	return walk.Answers(), len(faults) == 0, nil
}

func (app *App) whoWalk() (*checklist.Walk, error) {
	list, err := checklist.LoadOurs(app.Data, "Who is deciding", whoQuestion)
	if err != nil {
		return nil, err
	}
	return checklist.NewWalk(list, map[string]checklist.Source{"sectors": sectorSource}, nil, app.Now), nil
}

// remember keeps who decides, in the order of the questions.
func (app *App) remember(answers checklist.Answers) error {
	walk, err := app.whoWalk()
	if err != nil {
		return err
	}
	fields := &yaml.Node{Kind: yaml.MappingNode}
	for _, ask := range walk.List().Questions[0].Asks {
		answer, ok := answers[ask.ID]
		if !ok {
			return nil // not all of it is known yet; it will be asked again
		}
		value := answer.Text
		if len(answer.Chosen) == 1 {
			value = answer.Chosen[0]
		}
		fields.Content = append(fields.Content,
			&yaml.Node{Kind: yaml.ScalarNode, Value: ask.ID},
			&yaml.Node{Kind: yaml.ScalarNode, Value: value, Style: yaml.DoubleQuotedStyle})
	}
	var b bytes.Buffer
	b.WriteString("# Who decides on this computer. Change it with: dsa setup\n")
	encoder := yaml.NewEncoder(&b)
	err = encoder.Encode(&yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{
		{Kind: yaml.ScalarNode, Value: "answers"}, fields,
	}})
	if err != nil {
		return err
	}
	return replaceFile(app.profilePath(), b.Bytes())
}
