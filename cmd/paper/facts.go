package paper

import (
	"slices"
	"strings"

	"dsa/decision"
)

// facts reads a decision as it stands for the texts that are made of it. What an amendment has corrected is read as
// corrected: a text that goes out must not repeat a mistake that is known.
type facts struct {
	*decision.Record
	dossier   *Dossier
	corrected decision.Corrected
}

func factsOf(d *Dossier) *facts {
	var later []*decision.Record
	for _, f := range d.Later {
		later = append(later, f.Record)
	}
	return &facts{Record: d.Now, dossier: d, corrected: decision.CorrectedBy(later...)}
}

// A correction is what an amendment says of one answer, with the amendment.
type correction struct {
	decision.Correction
	By Filed
}

// corrections are all that was amended, the oldest first.
func (d *Dossier) corrections() []correction {
	var all []correction
	for _, f := range d.of(decision.Amend) {
		for _, c := range f.Record.Corrections() {
			all = append(all, correction{c, f})
		}
	}
	return all
}

// of are the words of an answer, as corrected. An answer that was not given has none.
func (f *facts) of(a decision.Answer) string {
	if correct, ok := f.corrected[a.Path()]; ok && a.ID != "" {
		return correct.Correct
	}
	return a.Words()
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

// A piece is one piece of information: its answers by the name of the part.
type piece struct {
	parts map[string]decision.Answer
	facts *facts
}

func (p piece) at(part string) string { return p.facts.of(p.parts[part]) }

func (p piece) chosen(part string) string {
	if a := p.parts[part]; len(a.Chosen) == 1 {
		return a.Chosen[0].ID
	}
	return ""
}

// pieces are the pieces of information that are shared, or those that are held back. Where it was not asked, as in an
// emergency, a piece is shared. One about which an amendment says something else is neither: a correction is in words,
// and nobody can tell from them on which side it stands.
func (f *facts) pieces(shared bool) []piece {
	var some []piece
	for _, parts := range f.Record.Items("information") {
		p := piece{parts, f}
		if f.amended(parts["passed"]) {
			continue
		}
		if (p.chosen("passed") != "withhold") == shared {
			some = append(some, p)
		}
	}
	return some
}

// amended reports whether an amendment says something else than the answer.
func (f *facts) amended(a decision.Answer) bool {
	_, amended := f.corrected[a.Path()]
	return amended && a.ID != ""
}

// Answers that decide what is shared, and those that decide what else a letter says. A correction is in words, and
// nobody can read off them what was chosen: where one of these was amended, a text that follows from it says what is
// known to be wrong.
var (
	sharing = []string{"outcome", "identifiable", "passed"}
	letter  = []string{"told", "confidentiality", "gateway", "article-6", "condition", "files", "initiated", "recipient-sector"}
)

// unclear are the answers with these ids about which an amendment says something else, as they were asked.
func (f *facts) unclear(ids ...string) []string {
	var unclear []string
	for _, q := range f.Questions {
		for _, a := range q.Answers {
			if asked := strings.TrimRight(a.Asked, "?.: "); slices.Contains(ids, a.ID) && f.amended(a) && !slices.Contains(unclear, asked) {
				unclear = append(unclear, asked)
			}
		}
	}
	return unclear
}

// goesOut refuses a letter of which an amendment says that something that decides it was wrong.
func (f *facts) goesOut(what string) error {
	if unclear := f.unclear(slices.Concat(sharing, letter)...); len(unclear) > 0 {
		return senseless("the decision was amended in what decides the "+what+", so what it says does not go out any more: "+strings.Join(unclear, "; "),
			"record the decision as it is with dsa share, and make the "+what+" from that")
	}
	return nil
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
