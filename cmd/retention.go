package cmd

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/legislation"
)

// named reads the agreements in folders, each laid over what is built in by itself, and the rules of retention of theirs
// that somebody has confirmed.
func (app *App) named(folders []string) (own map[string]*checklist.Agreement, confirmed []*legislation.RetentionRule, err error) {
	own = map[string]*checklist.Agreement{}
	for _, dir := range folders {
		agreement, rules, err := app.rulesIn(dir)
		if err != nil {
			return nil, nil, err
		}
		own[agreement.ID] = agreement
		for _, r := range rules {
			if !r.Example {
				confirmed = append(confirmed, r)
			}
		}
	}
	return own, confirmed, nil
}

// rulesIn reads the agreement in a folder and its own rules.
func (app *App) rulesIn(dir string) (*checklist.Agreement, []*legislation.RetentionRule, error) {
	if copied := app.copiedTo(dir); copied != "" {
		dir = copied
	}
	p, err := readPack(dir)
	if err != nil {
		return nil, nil, err
	}
	agreement, _, merged, err := p.load(app.Data)
	if err != nil {
		return nil, nil, unsound(err)
	}
	rules, err := legislation.LoadRetention(merged)
	if err != nil {
		return nil, nil, unsound(err)
	}
	return agreement, slices.DeleteFunc(rules, func(r *legislation.RetentionRule) bool { return r.Pack != agreement.ID }), nil
}

// An agreementDue is an agreement whose own review is due.
type agreementDue struct {
	What      string `json:"what"`
	Words     string `json:"words"`
	Due       string `json:"due"` // the last day by its own date
	Overdue   bool   `json:"overdue"`
	Agreement string `json:"agreement"`
	Title     string `json:"title"`
	Version   string `json:"version"`
	Used      string `json:"used,omitempty"` // the day of the newest decision here that was taken under it
}

// use remembers under which agreement a decision was taken.
func (l *ledger) use(record *decision.Record) {
	id, day := record.Agreement.ID, record.Recorded[:len(time.DateOnly)]
	if day > l.used[id] {
		l.used[id] = day
	}
}

// agreements finds those whose review is due: the ones under which these decisions were taken, and the ones named.
func (l *ledger) agreements(app *App, own map[string]*checklist.Agreement) {
	ids := slices.Collect(maps.Keys(l.used))
	for id := range own {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	here := app.installedAgreements()
	for _, id := range ids {
		a := own[id]
		if at := slices.IndexFunc(here, func(one installed) bool { return one.Name == id }); a == nil && at >= 0 {
			a = here[at].outline // one that cannot be read is not known
		}
		if a == nil {
			l.unknown = append(l.unknown, id)
			continue
		}
		last, ok := checklist.LastDay(a.ReviewDue)
		if day := last.Format(time.DateOnly); ok && day <= l.ahead.Format(time.DateOnly) {
			l.due = append(l.due, agreementDue{What: oweAgreement, Words: "review the agreement", Due: day, Overdue: a.Overdue(l.today),
				Agreement: a.ID, Title: a.Title, Version: a.Version, Used: l.used[id]})
		}
	}
}

// A ruleLine is a rule of retention for programs.
type ruleLine struct {
	ID           string                    `json:"id"`
	Records      string                    `json:"records"`
	Organisation string                    `json:"organisation"`
	Sectors      []string                  `json:"sectors"`
	Subjects     []string                  `json:"subjects"`
	Trigger      string                    `json:"trigger"`
	Period       string                    `json:"period"`
	OrTrigger    string                    `json:"or_later_trigger,omitempty"`
	OrPeriod     string                    `json:"or_later_period,omitempty"`
	Words        string                    `json:"words"`
	Note         string                    `json:"note,omitempty"`
	Example      bool                      `json:"example"`
	Certainty    string                    `json:"certainty"`
	Check        []string                  `json:"check,omitempty"`
	Sources      []checklist.ReadingSource `json:"sources"`
	Reviewer     string                    `json:"reviewer,omitempty"`
	Agreement    string                    `json:"agreement,omitempty"`
}

// runRules shows the rules of retention, those of the agreements named before the examples.
func runRules(app *App, opts dueOptions) error {
	rules, err := legislation.LoadRetention(app.Data)
	if err != nil {
		return unsound(err)
	}
	var own []*legislation.RetentionRule
	for _, dir := range opts.agreements {
		_, some, err := app.rulesIn(dir)
		if err != nil {
			return err
		}
		own = append(own, some...)
	}
	encoder := json.NewEncoder(app.Out)
	for i, r := range append(own, rules...) {
		line := lineOfRule(r)
		if opts.json {
			if err := encoder.Encode(line); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(app.Out)
		}
		app.print(line.lines())
	}
	if !opts.json {
		app.say("An example is what somebody else has written down. Ask your own records manager or information governance lead, and let them confirm the rules of your agreement's folder (data/README.md says how).")
	}
	return nil
}

func lineOfRule(r *legislation.RetentionRule) ruleLine {
	line := ruleLine{ID: r.ID, Records: r.Records, Organisation: r.Organisation, Sectors: r.Sectors, Subjects: r.Subjects, Trigger: r.Trigger,
		Period: r.Period, Words: r.Words(), Note: r.Note, Example: r.Example, Certainty: string(r.Certainty), Check: r.Check, Reviewer: r.Reviewer, Agreement: r.Pack}
	if r.OrLater != nil {
		line.OrTrigger, line.OrPeriod = r.OrLater.Trigger, r.OrLater.Period
	}
	for _, s := range r.Sources {
		line.Sources = append(line.Sources, checklist.ReadingSource(s))
	}
	return line
}

func (l ruleLine) lines() []string {
	state := "confirmed by " + l.Reviewer
	if l.Example {
		state = "EXAMPLE, to be confirmed"
	}
	lines := screen.Wrapped("", l.ID+": "+state)
	add := func(words string) { lines = append(lines, screen.Wrapped("  ", words)...) }
	add(l.Records + " (about " + strings.Join(l.Subjects, " and ") + "; " + strings.Join(l.Sectors, ", ") + ")")
	add("Kept " + l.Words + ".")
	add("Whose: " + l.Organisation + ".")
	if l.Note != "" {
		add("Note: " + l.Note)
	}
	for _, c := range l.Check {
		add("Check before relying on this: " + c)
	}
	for _, s := range l.Sources {
		add("Source: " + s.Says)
		if s.Address != "" {
			lines = append(lines, "    "+screen.Safe(s.Address)) // an address that is broken in two cannot be followed
		}
	}
	return lines
}
