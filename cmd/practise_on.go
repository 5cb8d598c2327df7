package cmd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/decision"
	"dsa/legislation"
)

// outlook is what the law of one day says of a case, and what is pointed out in the record made under it.
type outlook struct {
	on      time.Time
	aspects map[string]map[string]aspect // by kind and id
	order   map[string][]string          // the ids of each kind, in the order in which they are shown
	route   string
}

// An aspect is one entry of the law, or one finding, as it stands on a day.
type aspect struct {
	words   string
	is      bool // offered, open, in the way, raised
	status  string
	reasons []string
}

// The kinds of aspects.
const (
	theGateways     = "gateways"
	theBases        = "bases"
	theRestrictions = "restrictions"
	theFindings     = "findings"
)

// outlook reads it off the model answers of a scenario under the law of a day; zero is that of the case.
func (app *App) outlook(s *training.Scenario, on time.Time) (*outlook, error) {
	model, err := app.rehearse(s)
	if err != nil {
		return nil, err
	}
	if !on.IsZero() {
		model = model.onDay(on, model.comp.walk.Answers())
	}
	src := model.comp.sources
	law, err := src.app.Law(walkParts)
	if err != nil {
		return nil, err
	}
	record, err := model.record()
	if err != nil {
		return nil, err
	}
	o := &outlook{on: src.on, aspects: map[string]map[string]aspect{}, order: map[string][]string{}}
	note := func(kind, id string, a aspect) {
		if o.aspects[kind] == nil {
			o.aspects[kind] = map[string]aspect{}
		}
		if _, twice := o.aspects[kind][id]; !twice {
			o.order[kind] = append(o.order[kind], id)
		}
		o.aspects[kind][id] = a
	}
	answers := model.comp.walk.Applying()
	theCase := src.caseOf(answers)
	found := law.Find(theCase)
	o.route = found.Route
	for _, g := range found.Offered {
		if !isGuidance(g.Provision) {
			note(theGateways, g.ID, aspect{g.Citation() + ": " + g.Title, true, standing(g.State), g.Reasons})
		}
	}
	for _, g := range found.NotOffered {
		if !isGuidance(g.Provision) {
			note(theGateways, g.ID, aspect{g.Citation() + ": " + g.Title, false, standing(g.State), g.Reasons})
		}
	}
	bases := law.FindBases(src.basisCase(law, answers))
	for _, b := range bases.Open() {
		reasons := b.Reasons
		if b.Caution != "" && !slices.Contains(reasons, b.Caution) {
			reasons = append(slices.Clone(reasons), b.Caution)
		}
		note(theBases, b.ID, aspect{basisTitle(b.Basis), true, standing(b.State), reasons})
	}
	for _, b := range bases.Closed {
		note(theBases, b.ID, aspect{basisTitle(b.Basis), false, standing(b.State), b.Reasons})
	}
	theCase.Touches = withoutNone(answers["restrictions"].Chosen)
	for _, r := range law.Restrictions(theCase) {
		note(theRestrictions, r.ID, aspect{r.Citation() + ": " + r.Title, true, standing(r.State), r.Reasons})
	}
	for _, f := range record.Findings {
		note(theFindings, f.Code, aspect{f.Code + ", " + screen.LevelWords(f.Level), true, string(f.Level),
			[]string{strings.Join(f.Seen, " ") + " " + f.Why + " Source: " + f.Source}})
	}
	return o, nil
}

func basisTitle(b *legislation.Basis) string { return b.Title + " (" + b.Citation + ")" }

// otherDay shows what the law of another day changes in a case: the same facts, answered as the model answers them.
func (app *App) otherDay(s *training.Scenario, on time.Time) error {
	then, err := app.outlook(s, time.Time{})
	if err != nil {
		return err
	}
	now, err := app.outlook(s, on)
	if err != nil {
		return err
	}
	fmt.Fprintln(app.Out, screen.TrainingBanner)
	for _, line := range differences(s, then, now) {
		indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
		for _, row := range screen.Wrapped(indent, line[len(indent):]) {
			fmt.Fprintln(app.Out, row)
		}
	}
	app.say("Next: see it played under that law with dsa practise %s --demo --on %s, or work through the case as it is: dsa practise %s.",
		practiseName(s), on.Format(time.DateOnly), practiseName(s))
	return nil
}

// differences are what changes, in lines: each with the reason that the tables give.
func differences(s *training.Scenario, then, now *outlook) []string {
	day := func(o *outlook) string { return o.on.Format("2 January 2006") }
	lines := []string{s.Title, fmt.Sprintf("The same case under the law of %s, the day of the case, and under that of %s.", day(then), day(now)), ""}
	changes := 0
	for _, part := range []struct {
		kind      string
		is, isNot string // of what is so on one day only
	}{
		{theGateways, "Offered only on %s: %s", "not offered"},
		{theBases, "Open only on %s: %s", "closed"},
		{theRestrictions, "In the way only on %s: %s", ""},
		{theFindings, "Pointed out only on %s: %s", ""},
	} {
		for _, side := range []struct{ has, other *outlook }{{then, now}, {now, then}} {
			for _, id := range side.has.order[part.kind] {
				here, there := side.has.aspects[part.kind][id], side.other.aspects[part.kind][id]
				if !here.is || there.is {
					continue
				}
				changes++
				lines = append(lines, fmt.Sprintf(part.is, day(side.has), here.words))
				lines = append(lines, "  Why: "+reasonsOf(here.reasons))
				if part.isNot != "" && len(there.reasons) > 0 {
					lines = append(lines, fmt.Sprintf("  On %s it is %s: %s", day(side.other), part.isNot, reasonsOf(there.reasons)))
				}
				if there.status != "" && there.status != here.status {
					lines = append(lines, fmt.Sprintf("  On %s: %s. On %s: %s.", day(side.has), here.status, day(side.other), there.status))
				}
			}
		}
		for _, id := range then.order[part.kind] {
			before, after := then.aspects[part.kind][id], now.aspects[part.kind][id]
			if before.is && after.is && before.status != after.status {
				changes++
				lines = append(lines, fmt.Sprintf("On both days, and not the same: %s", before.words),
					fmt.Sprintf("  On %s: %s. On %s: %s.", day(then), levelOr(part.kind, before.status), day(now), levelOr(part.kind, after.status)))
			}
		}
	}
	if then.route != now.route {
		changes++
		for _, o := range []*outlook{then, now} {
			if o.route == "" {
				lines = append(lines, fmt.Sprintf("On %s a gateway is offered.", day(o)))
			} else {
				lines = append(lines, fmt.Sprintf("On %s no gateway is offered. What is open all the same: %s", day(o), o.route))
			}
		}
	}
	if changes == 0 {
		lines = append(lines, "Nothing that the tables hold of it is different.")
	}
	return append(lines, "", "The tables hold what was known when they were made: law of days after that is as it was then foreseen.")
}

func levelOr(kind, status string) string {
	if kind == theFindings {
		return screen.LevelWords(decision.Level(status))
	}
	return status
}

func reasonsOf(reasons []string) string {
	words := strings.Join(reasons, "; ")
	if words == "" || strings.HasSuffix(words, ".") {
		return words
	}
	return words + "."
}
