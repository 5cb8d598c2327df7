package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/legislation"
)

// A caseGroup is one part of the list: the cases under one heading.
type caseGroup struct {
	title string
	cases []*training.Scenario
}

// grouped are the cases as they are listed: those to begin with; those of an agreement of one's own; then, so that people find
// their own work, by where the learner works; and last those of other agreements. Within each the order is that of the ids.
func (app *App) grouped(all []*training.Scenario) []caseGroup {
	groups := []caseGroup{{title: "To begin with"}, {title: "From the agreement's folder"}}
	titles := map[string]int{}
	put := func(title string) int {
		at, there := titles[title]
		if !there {
			at = len(groups)
			titles[title] = at
			groups = append(groups, caseGroup{title: title})
		}
		return at
	}
	for _, sector := range legislation.Sectors {
		put(sector.Words)
	}
	for _, s := range all {
		at := 0
		switch {
		case s.First:
		case filepath.IsAbs(s.File):
			at = 1
		case s.Agreement == defaultAgreement:
			at = put(cmp.Or(legislation.Words(legislation.Sectors, s.Sector()), "another organisation"))
		default:
			at = put("another agreement, " + app.areaOf(s.Agreement))
		}
		groups[at].cases = append(groups[at].cases, s)
	}
	return slices.DeleteFunc(groups, func(s caseGroup) bool { return len(s.cases) == 0 })
}

// heading is the title with how many cases follow.
func (g caseGroup) heading() string {
	return screen.Capital(g.title) + ": " + count(len(g.cases), "case")
}

// areaOf is where an agreement is used; its id, where that cannot be read.
func (app *App) areaOf(id string) string {
	if outline, err := checklist.Outline(app.builtIn(), id); err == nil {
		return outline.Area
	}
	return id
}

// inList says in a line what a case is for. What is not one request or concern is named.
func inList(s *training.Scenario) string {
	line := strings.TrimSuffix(s.Teaches, ".") + "."
	if s.Occasion != checklist.AdHoc {
		line = screen.Capital(shortOccasions[s.Occasion]) + ". " + line
	}
	return line
}

// listScenarios prints every case under its heading, with how many there are before they come.
func listScenarios(app *App, all []*training.Scenario) error {
	put := func(lead, text string) {
		for i, line := range screen.Wrapped("     ", text) {
			if i == 0 {
				line = fmt.Sprintf("%-4s %s", lead, strings.TrimSpace(line))
			}
			fmt.Fprintln(app.Out, strings.TrimRight(line, " "))
		}
	}
	fmt.Fprintf(app.Out, "%s, all of them invented: those to begin with, then by where you work.\n", count(len(all), "case"))
	for _, group := range app.grouped(all) {
		fmt.Fprintf(app.Out, "\n%s\n", group.heading())
		for _, s := range group.cases {
			put(s.ID, s.Title)
			put("", inList(s))
			for _, v := range s.Practised() {
				put("", "Also "+s.ID+"/"+v.ID+": "+v.Title)
			}
		}
	}
	app.say("Next: begin with dsa practise %s; have it played with --demo; or try dsa practise --quiz.", all[0].ID)
	return nil
}

// scenarioLine is one scenario in the list, for programs.
type scenarioLine struct {
	ID        string        `json:"id"`
	Title     string        `json:"title"`
	Teaches   string        `json:"teaches"`
	First     bool          `json:"first"` // it is one to begin with
	Agreement string        `json:"agreement"`
	Occasion  string        `json:"occasion"`
	Sector    string        `json:"sector"` // where the learner works
	On        string        `json:"on"`
	Questions int           `json:"questions"` // of the quiz
	Variants  []variantLine `json:"variants"`
	File      string        `json:"file,omitempty"` // of one that is not built in
}

type variantLine struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func listScenariosJSON(app *App, all []*training.Scenario) error {
	lines := []scenarioLine{}
	for _, s := range all {
		line := scenarioLine{ID: s.ID, Title: s.Title, Teaches: s.Teaches, First: s.First, Agreement: s.Agreement, Occasion: s.Occasion,
			Sector: s.Sector(), On: s.On, Questions: len(s.Quiz), Variants: []variantLine{}}
		for _, v := range s.Practised() {
			line.Variants = append(line.Variants, variantLine{s.ID + "/" + v.ID, v.Title})
		}
		if filepath.IsAbs(s.File) {
			line.File = s.File
		}
		lines = append(lines, line)
	}
	return printJSON(app.Out, "  ", lines)
}

// chooseScenario asks which case: those to begin with are on the first page, and the others behind their headings, so that
// nobody has to hear them all.
func (app *App) chooseScenario(ctx context.Context, all []*training.Scenario, opts practiseOptions) (*training.Scenario, error) {
	page := screen.Page{
		Title: "Practise", Training: true, Heading: "Which case?", Ask: "Choose a case to work through, or see those from where you work",
		Lines: []string{"Every case is invented, and nothing that you do in it counts. Each takes as long as you like; what you have begun is kept.",
			"At the end you see your choices beside a model answer."},
		Leave: "leave the training room",
	}
	if opts.demo {
		page.Ask, page.Lines = "Choose a case to be played, or see those from where you work", page.Lines[:1]
	}
	byID := map[string]*training.Scenario{}
	cases := func(group caseGroup) (options []checklist.Option) {
		for _, s := range group.cases {
			byID[s.ID] = s
			options = append(options, checklist.Option{ID: s.ID, Words: s.Title, Help: inList(s)})
		}
		return options
	}
	groups := app.grouped(all)
	page.Options = cases(groups[0])
	for i, group := range groups[1:] {
		page.Options = append(page.Options, checklist.Option{ID: behind + strconv.Itoa(i+1), Words: group.heading()})
	}
	asker := app.asker(opts.plain)
	for {
		id, err := asker.Choose(ctx, page)
		if at, is := strings.CutPrefix(id, behind); err == nil && is {
			n, _ := strconv.Atoi(at) // as written above
			more := page
			more.Heading, more.Lines, more.Options, more.Back = groups[n].heading(), nil, cases(groups[n]), "go back to the first cases"
			more.Ask, _, _ = strings.Cut(page.Ask, ",")
			if id, err = asker.Choose(ctx, more); errors.Is(err, screen.ErrBack) {
				continue
			}
		}
		switch {
		case errors.Is(err, screen.ErrBack), errors.Is(err, screen.ErrStopped):
			return nil, &failure{what: "stopped before a case was chosen; nothing was recorded", next: "run the same command again, or list the cases with: dsa practise --list", code: codeStopped}
		case errors.Is(err, screen.ErrInputEnded):
			return nil, fail("the answers ended before a case was chosen; nothing was recorded", "name one: dsa practise "+all[0].ID)
		case err != nil:
			return nil, err
		}
		return byID[id], nil
	}
}

// behind marks an option that leads to the cases under a heading.
const behind = "behind/"
