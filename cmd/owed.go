package cmd

import (
	"maps"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/decision"
)

// toComplete divides what is there when an emergency is completed with the ad hoc checklist: what was answered then is
// known and not asked again; what follows from it is given as answered, and may be changed.
func toComplete(emergency checklist.Answers) (known, given checklist.Answers) {
	known, given = maps.Clone(emergency), checklist.Answers{}
	known["record-now"] = checklist.Answer{Chosen: []string{"whole"}} // settled by completing it
	chosen := func(id, option string) {
		if _, answered := known[id]; !answered {
			given[id] = checklist.Answer{Chosen: []string{option}}
		}
	}
	chosen("identifiable", "yes") // somebody was in danger, and whoever was told knew who
	if !known["shared-at"].Empty() {
		chosen("shared-already", "yes")
	}
	if !known["recipient-organisation"].Empty() {
		chosen("recipient-party", "other")
	}
	if known["outcome"].Is("share-all") || known["outcome"].Is("share-part") {
		for path := range known {
			if item, ok := strings.CutSuffix(path, "/what"); ok {
				chosen(item+"/passed", "share") // an emergency records only what went out
			}
		}
	}
	return known, given
}

// owed is what the ad hoc checklist asks and the record of an emergency leaves for later.
func (c *composition) owed(answers checklist.Answers) []decision.Owed {
	list := c.agreement.List(checklist.AdHoc)
	if list == nil {
		return nil
	}
	known, given := toComplete(answers)
	known[checklist.Occasion] = checklist.Answer{Chosen: []string{checklist.AdHoc}}
	walk := checklist.NewWalk(list, c.sources.all(), known, c.app.Now)
	walk.Restore(given, "")
	var owed []decision.Owed
	for _, step := range walk.Pending() {
		id := step.Path
		if parts := strings.Split(id, "/"); len(parts) == 3 {
			id = parts[0] + "/" + parts[2] // of every piece, and said once
		}
		if step.Question.ID != whoQuestion && !slices.ContainsFunc(owed, func(o decision.Owed) bool { return o.ID == id }) {
			owed = append(owed, decision.Owed{ID: id, Question: step.Question.Title, Asked: step.Ask.Words})
		}
	}
	return owed
}
