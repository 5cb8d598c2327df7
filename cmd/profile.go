package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"syscall"

	"dsa/checklist"

	"gopkg.in/yaml.v3"
)

// The profile is who decides on this computer: the answers to our question "who", kept in the form of an answers
// file, so that a person can read it.
const whoQuestion = "who"

func (app *App) profilePath() string { return app.path("profile.yaml") }

// errProfile says that there is a profile, and that nobody can tell from it who decides.
var errProfile = errors.New("the profile cannot be read")

// profile returns the answers remembered, or none. A profile that does not answer all of today's questions is
// not complete: what it has is kept, and the rest is asked in the walk.
func (app *App) profile() (answers checklist.Answers, complete bool, err error) {
	content, err := readSmall(app.profilePath(), 1<<16)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, false, nil // where the home is no folder, whatever writes there says so
	}
	if err != nil {
		return nil, false, unreadProfile(app.profilePath())
	}
	file, faults := parseAnswers(app.profilePath(), content)
	if faults != nil {
		return nil, false, unreadProfile(faults.Error())
	}
	walk, err := app.whoWalk()
	if err != nil {
		return nil, false, err
	}
	faults = file.fill(walk)
	return walk.Answers(), len(faults) == 0, nil
}

func unreadProfile(which string) error {
	return fail("what was remembered about you cannot be read:\n"+indent(which),
		"mend the file, or answer again with: dsa setup --again").because(errProfile)
}

// whoDecides is the profile for a walk, which a damaged one never stops: then who decides is asked anew, and the notice
// says why.
//
// In the training room it is the person in the story, and nobody who has worked with this computer.
func (app *App) whoDecides() (answers checklist.Answers, complete bool, notice string, err error) {
	if app.Training {
		walk, err := app.whoWalk()
		if err != nil {
			return nil, false, "", err
		}
		walk.Restore(app.who, "")
		_, wanting := walk.Current()
		return maps.Clone(app.who), !wanting, "", nil
	}
	answers, complete, err = app.profile()
	if errors.Is(err, errProfile) {
		return nil, false, "What was remembered about you cannot be read, so who decides is asked anew: " + app.profilePath(), nil
	}
	return answers, complete, "", err
}

// whoWalk asks who decides. A decision needs that twice, before its first question and after the last; the list is read once.
func (app *App) whoWalk() (*checklist.Walk, error) {
	if app.tables.who == nil {
		list, err := checklist.LoadOurs(app.Data, "Who is deciding", whoQuestion)
		if err != nil {
			return nil, err
		}
		app.tables.who = list
	}
	return checklist.NewWalk(app.tables.who, map[string]checklist.Source{"sectors": sectorSource}, nil, app.Now), nil
}

// remember keeps who decides, in the order of the questions. Nobody in the training room is remembered: nobody in it exists.
func (app *App) remember(answers checklist.Answers) error {
	if app.Training {
		return nil
	}
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
	if err := app.setAside(); err != nil {
		return err
	}
	return replaceFile(app.profilePath(), b.Bytes())
}

// setAside gives a profile that cannot be read another name, before a new one takes its place: somebody may still find
// in it what they need.
func (app *App) setAside() error {
	if _, _, err := app.profile(); !errors.Is(err, errProfile) {
		return nil
	}
	stem := app.path("profile-unreadable-" + app.Now().UTC().Format("20060102-150405"))
	aside := stem + ".yaml"
	for n := 2; ; n++ {
		if _, err := os.Lstat(aside); errors.Is(err, fs.ErrNotExist) {
			break
		} else if err != nil {
			return err
		}
		aside = fmt.Sprintf("%s-%d.yaml", stem, n)
	}
	if err := os.Rename(app.profilePath(), aside); err != nil {
		return err
	}
	app.say("What was remembered about you and could not be read is kept as %s.", aside)
	return nil
}
