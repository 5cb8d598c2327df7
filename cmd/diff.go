package cmd

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"
)

func newAgreementDiff(app *App) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Show what changed between two versions of an agreement",
		Long: `diff compares two agreements, each named by its id or its folder: the rows of
the printed table, the entries they point to, and the questions.`,
		Example: "  dsa agreement diff fenmarsh-2026 fenmarsh-2027",
		Args:    cobra.ExactArgs(2),
		RunE:    func(_ *cobra.Command, args []string) error { return runAgreementDiff(app, args[0], args[1], asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object, for programs")
	return c
}

// A comparison is what changed between two editions of an agreement.
type comparison struct {
	Old     comparedWith `json:"old"`
	New     comparedWith `json:"new"`
	Changes []difference `json:"changes"`
}

type comparedWith struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// A difference is one thing added, removed or changed. The parts are agreement, row, entry, question and answer.
type difference struct {
	Part   string         `json:"part"`
	What   string         `json:"what"`   // the number of a row and citation, the entry's id, the question's or answer's id with its checklist
	Change string         `json:"change"` // added, removed, changed
	Fields []changedField `json:"fields,omitempty"`
}

type changedField struct {
	Field string `json:"field"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// A thing is one comparable part of an edition: what it is matched by, what it is called, and its fields as text.
type thing struct {
	key, what string
	fields    []changedField // with New alone
}

func runAgreementDiff(app *App, old, fresh string, asJSON bool) error {
	a, err := app.edition(old)
	if err != nil {
		return unsound(err)
	}
	b, err := app.edition(fresh)
	if err != nil {
		return unsound(err)
	}
	found := compareEditions(a, b)
	if asJSON {
		encoder := json.NewEncoder(app.Out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(found)
	}
	for _, line := range found.lines() {
		fmt.Fprintln(app.Out, line)
	}
	return nil
}

func compareEditions(a, b *edition) comparison {
	found := comparison{Old: comparedWith{a.ID, a.Version, a.Digest}, New: comparedWith{b.ID, b.Version, b.Digest}, Changes: []difference{}}
	for _, part := range []struct {
		name string
		of   func(*edition) []thing
	}{
		{"agreement", (*edition).itself}, {"row", (*edition).rows}, {"entry", (*edition).entryThings},
		{"question", (*edition).questions}, {"answer", (*edition).answers},
	} {
		found.Changes = append(found.Changes, compareThings(part.name, part.of(a), part.of(b))...)
	}
	return found
}

func compareThings(part string, old, fresh []thing) []difference {
	find := func(things []thing, key string) *thing {
		for i := range things {
			if things[i].key == key {
				return &things[i]
			}
		}
		return nil
	}
	var changes []difference
	for _, was := range old {
		if find(fresh, was.key) == nil {
			changes = append(changes, difference{Part: part, What: was.what, Change: "removed"})
		}
	}
	for _, is := range fresh {
		was := find(old, is.key)
		if was == nil {
			changes = append(changes, difference{Part: part, What: is.what, Change: "added"})
			continue
		}
		if fields := compareFields(was.fields, is.fields); len(fields) > 0 {
			changes = append(changes, difference{Part: part, What: is.what, Change: "changed", Fields: fields})
		}
	}
	return changes
}

func compareFields(old, fresh []changedField) []changedField {
	var changed []changedField
	text := func(fields []changedField, name string) string {
		for _, f := range fields {
			if f.Field == name {
				return f.New
			}
		}
		return ""
	}
	for _, f := range fresh {
		if was := text(old, f.Field); was != f.New {
			changed = append(changed, changedField{f.Field, was, f.New})
		}
	}
	return changed
}

// fieldsOf are the fields of a value as they are called in the data, but for those left out. A list or a group is
// written on one line.
func fieldsOf(value any, without ...string) []changedField {
	var node yaml.Node
	if err := node.Encode(value); err != nil || node.Kind != yaml.MappingNode {
		return nil
	}
	var fields []changedField
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if !slices.Contains(without, name) {
			fields = append(fields, changedField{Field: name, New: oneLine(node.Content[i+1])})
		}
	}
	return fields
}

func oneLine(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.ScalarNode && node.Tag == "!!null", node.Kind != yaml.ScalarNode && len(node.Content) == 0:
		return ""
	case node.Kind == yaml.ScalarNode:
		return strings.TrimSpace(node.Value)
	case node.Kind == yaml.SequenceNode:
		var parts []string
		for _, inner := range node.Content {
			parts = append(parts, oneLine(inner))
		}
		return strings.Join(parts, "; ")
	}
	var parts []string
	for i := 0; i+1 < len(node.Content); i += 2 {
		if value := oneLine(node.Content[i+1]); value != "" && value != "false" {
			parts = append(parts, node.Content[i].Value+" "+value)
		}
	}
	return strings.Join(parts, ", ")
}

func (e *edition) itself() []thing {
	return []thing{{"agreement", e.ID, fieldsOf(e.Agreement, "lists", "digest")}}
}

// rows are matched by what they print, not by their number: one row more at the top changes one row.
func (e *edition) rows() []thing {
	var things []thing
	seen := map[string]int{}
	for _, row := range e.law.Printed[e.ID].Rows {
		key := strings.ToLower(row.Act + "\n" + row.Provision)
		seen[key]++
		things = append(things, thing{fmt.Sprint(key, "\n", seen[key]), strings.TrimSpace(fmt.Sprintf("%d, %s %s", row.Row, row.Act, row.Provision)), fieldsOf(row, "row")})
	}
	return things
}

func (e *edition) entryThings() []thing {
	var things []thing
	for _, p := range e.entries() {
		by := "dsa"
		if p.Pack != "" {
			by = "the agreement"
		}
		fields := append([]changedField{{Field: "act", New: p.Act}, {Field: "cite", New: p.Cite}, {Field: "stated by", New: by}}, fieldsOf(p, "id")...)
		things = append(things, thing{p.ID, p.ID, fields})
	}
	return things
}

func (e *edition) lists() []*checklist.List {
	var lists []*checklist.List
	for _, list := range e.Lists {
		lists = append(lists, list)
	}
	slices.SortFunc(lists, func(a, b *checklist.List) int { return strings.Compare(a.ID, b.ID) })
	return lists
}

func (e *edition) questions() []thing {
	var things []thing
	for _, list := range e.lists() {
		fields := fieldsOf(list, "questions")
		var order []string
		for _, q := range list.Questions {
			order = append(order, q.ID)
		}
		things = append(things, thing{list.ID, list.ID, append(fields, changedField{Field: "order", New: strings.Join(order, " ")})})
		for _, q := range list.Questions {
			things = append(things, thing{list.ID + "/" + q.ID, list.ID + "/" + q.ID, fieldsOf(q, "id", "answers")})
		}
	}
	return things
}

func (e *edition) answers() []thing {
	var things []thing
	for _, list := range e.lists() {
		for _, q := range list.Questions {
			for _, ask := range q.Asks {
				things = append(things, thing{list.ID + "/" + ask.ID, list.ID + "/" + q.ID + "/" + ask.ID, fieldsOf(ask, "id")})
			}
		}
	}
	return things
}

// lines are the comparison for people.
func (c comparison) lines() []string {
	lines := []string{}
	for _, e := range []struct {
		name string
		comparedWith
	}{{"Old", c.Old}, {"New", c.New}} {
		lines = append(lines, screen.Wrapped("", fmt.Sprintf("%s: %s, version %s, digest %s", e.name, e.ID, e.Version, e.Digest[:decision.ShownDigits]))...)
	}
	if len(c.Changes) == 0 {
		return append(lines, "Nothing changed.")
	}
	total := map[string]int{}
	for _, one := range c.Changes {
		total[one.Change]++
		lines = append(lines, screen.Wrapped("", fmt.Sprintf("%-7s %s %s", one.Change, one.Part, one.What))...)
		for _, f := range one.Fields {
			lines = append(lines, "  "+f.Field)
			lines = append(lines, signed("- ", f.Old)...)
			lines = append(lines, signed("+ ", f.New)...)
		}
	}
	return append(lines, fmt.Sprintf("%d added, %d removed, %d changed.", total["added"], total["removed"], total["changed"]))
}

func signed(sign, text string) []string {
	if text == "" {
		text = "(nothing)"
	}
	var lines []string
	for _, line := range screen.Wrapped("", text) {
		lines = append(lines, "    "+sign+line)
	}
	return lines
}
