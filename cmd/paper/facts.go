package paper

import (
	"fmt"
	"slices"
	"strings"

	"dsa/decision"
)

// facts reads a decision as it stands for the texts that are made of it. What an amendment has corrected is read as
// corrected: a text that goes out must not repeat a mistake that is known.
type facts struct {
	*decision.Record
	dossier   *Dossier
	corrected map[string]string // by the path of the answer
}

func factsOf(d *Dossier) *facts {
	f := &facts{Record: d.Now, dossier: d, corrected: map[string]string{}}
	for _, later := range d.Later {
		if later.Record == nil {
			continue
		}
		// What completes the decision afterwards was written by somebody who knew of the correction.
		if later.Kind == decision.Complete {
			for _, q := range later.Record.Questions {
				for _, a := range q.Answers {
					delete(f.corrected, path(a))
				}
			}
		}
		for _, c := range correctionsOf(later) {
			f.corrected[c.Path] = c.Correct
		}
	}
	return f
}

// A correction is what an amendment says of one answer.
type correction struct {
	Path    string // the answer's id, or group/number/part
	Words   string // the answer as the amendment names it
	Correct string
	Why     string
	By      Filed // the amendment
}

// corrections are all that was amended, the oldest first.
func (d *Dossier) corrections() []correction {
	var all []correction
	for _, f := range d.of(decision.Amend) {
		all = append(all, correctionsOf(f)...)
	}
	return all
}

func correctionsOf(f Filed) []correction {
	var all []correction
	if f.Kind != decision.Amend {
		return nil
	}
	for _, item := range items(f.Record, "amended") {
		which := item["which"]
		if len(which.Chosen) != 1 {
			continue
		}
		all = append(all, correction{Path: which.Chosen[0].ID, Words: which.Chosen[0].Words,
			Correct: item["correct"].Text, Why: item["why"].Text, By: f})
	}
	return all
}

// An item is one of a group: its answers by the name of the part.
type item map[string]decision.Answer

// items are those of a group, in their order. Between them, numbers may be missing; none is longer than its answers.
func items(d *decision.Record, group string) []item {
	var numbers []int
	found := map[int]item{}
	for _, q := range d.Questions {
		for _, a := range q.Answers {
			if a.Group != group {
				continue
			}
			if found[a.Item] == nil {
				found[a.Item] = item{}
				numbers = append(numbers, a.Item)
			}
			found[a.Item][a.ID] = a
		}
	}
	all := make([]item, len(numbers))
	for i, n := range numbers {
		all[i] = found[n]
	}
	return all
}

// words are an answer as a person would read it: what was typed, or the words of what was chosen.
func words(a decision.Answer) string {
	if a.Text != "" || len(a.Chosen) == 0 {
		return a.Text
	}
	var chosen []string
	for _, c := range a.Chosen {
		chosen = append(chosen, c.Words)
	}
	return strings.Join(chosen, "; ")
}

// path is where an answer stands: its id, or that of its group, the number and its own.
func path(a decision.Answer) string {
	if a.Group == "" {
		return a.ID
	}
	return fmt.Sprintf("%s/%d/%s", a.Group, a.Item, a.ID)
}

// of are the words of an answer, as corrected. An answer that was not given has none.
func (f *facts) of(a decision.Answer) string {
	if correct, ok := f.corrected[path(a)]; ok && a.ID != "" {
		return correct
	}
	return words(a)
}

// at are the words of the answer with the id.
func (f *facts) at(id string) string {
	a, _ := f.Answer(id)
	return f.of(a)
}

// chosen is the id of the one option chosen at the id, or "".
func (f *facts) chosen(id string) string {
	if a, ok := f.Answer(id); ok && len(a.Chosen) == 1 {
		return a.Chosen[0].ID
	}
	return ""
}

// A piece is one piece of information.
type piece struct {
	item
	facts *facts
}

func (p piece) at(part string) string { return p.facts.of(p.item[part]) }

func (p piece) chosen(part string) string {
	if a := p.item[part]; len(a.Chosen) == 1 {
		return a.Chosen[0].ID
	}
	return ""
}

// pieces are the pieces of information that are shared, or those that are held back. Where it was not asked, as in an
// emergency, a piece is shared. One about which an amendment says something else is neither: a correction is in words,
// and nobody can tell from them on which side it stands.
func (f *facts) pieces(shared bool) []piece {
	var some []piece
	for _, i := range items(f.Record, "information") {
		p := piece{i, f}
		if f.corrected[path(i["passed"])] != "" {
			continue
		}
		if (p.chosen("passed") != "withhold") == shared {
			some = append(some, p)
		}
	}
	return some
}

// Unclear are the answers that decide what a text holds and about which an amendment says something else: a person has to
// read such a text against the amendment before it goes out.
func (d *Dossier) Unclear() []string {
	var unclear []string
	for _, c := range d.corrections() {
		last := c.Path[strings.LastIndex(c.Path, "/")+1:]
		deciding := []string{"passed", "outcome", "told", "initiated", "identifiable", "confidentiality", "recipient-sector", "gateway"}
		if slices.Contains(deciding, last) && !slices.Contains(unclear, c.Words) {
			unclear = append(unclear, c.Words)
		}
	}
	return unclear
}

// The decision as a review has left it.
const (
	stands    = "stands"
	changed   = "changed"
	withdrawn = "withdrawn"
)

// outcome is the id of what was decided and whether a review has changed or withdrawn it since: the newest review that
// says so counts.
func (d *Dossier) outcome() (id, review string) {
	id, review = d.Now.Outcome().ID, stands
	for _, f := range d.of(decision.Review) {
		switch {
		case f.Record.Chose("stands", changed):
			review = changed
			if a, ok := f.Record.Answer("new-outcome"); ok && len(a.Chosen) == 1 {
				id = a.Chosen[0].ID
			}
		case f.Record.Chose("stands", withdrawn):
			review = withdrawn
		}
	}
	return id, review
}

// by names a person with post and organisation.
func by(p decision.Person) string { return joined(", ", p.Name, p.Post, p.Organisation) }

// joined joins what is there.
func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" }), between)
}

// short is the beginning of an id, as people are shown it.
func short(id decision.ID) string { return id.Short()[:12] }
