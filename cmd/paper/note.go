package paper

import (
	"fmt"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
)

// Note is a case note to paste into another system: who decided what, when, with whom and why, in fewer than forty lines
// of at most 76 columns. Each part has its most lines; what does not fit is left out, with a sign that it stands in the
// record. It says what the record says and no more.
func Note(d *Dossier) []string {
	f := factsOf(d)
	s := &sheet{}
	if d.Training() {
		s.line(screen.TrainingBanner)
	}
	s.cut("", screen.Capital(d.First.Doubt), 1)
	s.cut("", "SHARING DECISION: "+f.decided(), 2)
	s.cut("", "Decided by: "+by(f.By), 2)
	s.cut("", "When: "+f.times(), 2)
	s.cut("", labelled("With", f.recipient()), 2)
	s.cut("", f.references(), 1)
	s.cut("", labelled("Why", f.purpose()), 2)
	f.lists(s)
	f.law(s)
	s.cut("", labelled("Confidence", f.at("confidentiality")), 1)
	s.cut("", labelled("Told", f.told()), 2)
	s.cut("", labelled("Reasons", f.at("reasons")), 3)
	s.cut("", labelled("Conditions", f.at("conditions-on-use")), 1)
	s.cut("", f.pointedOut(), 1)
	f.views(s)
	s.cut("", labelled("Still owed", strings.Join(d.Owed, "; ")), 2)
	s.cut("", f.since(), 2)
	s.cut("", fmt.Sprintf("Record: number %d, %s, checklist %s", d.First.Number, f.Agreement.ID, f.Checklist.ID), 1)
	s.line("Id: " + d.First.ID.String())
	return s.lines
}

// labelled puts a name before words that are there.
func labelled(name, words string) string {
	if strings.TrimSpace(words) == "" {
		return ""
	}
	return name + ": " + words
}

// decided is the decision with what became of it.
func (f *facts) decided() string {
	words := f.at("outcome")
	if a, _ := f.Answer("outcome"); f.amended(a) {
		words += " (as corrected)"
	}
	id, review := f.dossier.outcome()
	switch review {
	case withdrawn:
		return words + " (withdrawn on review)"
	case changed:
		return words + " (changed on review to " + strings.ReplaceAll(id, "-", " ") + ")"
	}
	return words
}

// told is whether the person was told, how, or why not. What was said to the wrong answer goes with it.
func (f *facts) told() string {
	if correct, ok := f.corrected["told"]; ok {
		return correct.Correct
	}
	return joined(". ", f.at("told"), f.at("told-how"), f.at("not-told-ground"), f.at("not-told-why"))
}

// times are when it was asked for, decided, shared and recorded, as far as the record says.
func (f *facts) times() string {
	var times []string
	for _, at := range []struct{ what, id string }{{"asked", "requested-at"}, {"decided", "decided-at"}, {"shared", "shared-at"}} {
		if moment := f.at(at.id); moment != "" {
			times = append(times, at.what+" "+Moment(moment))
		}
	}
	times = append(times, "recorded "+Moment(f.Record.Recorded))
	if f.dossier.First.Record != nil && f.dossier.First.Record.Occasion == checklist.Emergency {
		times = append(times, "an emergency, recorded afterwards")
	}
	return strings.Join(times, "; ")
}

// recipient is who receives it, or would have.
func (f *facts) recipient() string {
	return joined(", ", f.at("recipient-person"), f.organisation())
}

// organisation is the recipient's, as corrected.
func (f *facts) organisation() string { return f.corrected.Recipient(f.Recipient()) }

func (f *facts) purpose() string { return joined(" ", f.at("purpose"), f.at("harm")) }

func (f *facts) references() string {
	return joined(". ", labelled("Our case", f.at("case-reference")), labelled("Their reference", f.at("request-reference")))
}

// lists are what is shared and what is held back. Where an amendment says that it was not so, neither is repeated.
func (f *facts) lists(s *sheet) {
	if len(f.unclear(sharing...)) > 0 {
		s.cut("", "Shared and held back: corrected; see the record", 1)
		return
	}
	s.cut("", labelled("Shared", f.list(true)), 4)
	s.cut("", labelled("Held back", f.list(false)), 2)
}

// list are the pieces shared or held back, in one line.
func (f *facts) list(shared bool) string {
	var all []string
	if what := f.at("anonymous-what"); what != "" && shared {
		all = append(all, what+" (nobody can be identified)")
	}
	for _, p := range f.pieces(shared) {
		all = append(all, joined(", ", p.at("what"), p.at("person"), p.at("period")))
	}
	if shared && len(all) > 0 && f.Outcome().ID != "share-all" && f.Outcome().ID != "share-part" {
		return "nothing. Considered: " + strings.Join(all, "; ")
	}
	return strings.Join(all, "; ")
}

// abbreviated are citations as practitioners shorten them, so that one fits into a line.
var abbreviated = strings.NewReplacer("UK GDPR Article ", "Art ", "Data Protection Act 2018", "DPA 2018", "Schedule ", "Sch ", "paragraph ", "para ", "sections ", "ss", "section ", "s")

// law is what was relied on, each in a line, the most important first.
func (f *facts) law(s *sheet) {
	var gateways, bases []string
	for _, p := range f.Law.Relied {
		gateways = append(gateways, joined(", ", abbreviated.Replace(p.Citation), strings.ReplaceAll(p.Effect, "-", " ")))
	}
	if f.Chose("gateway", "common-law") {
		gateways = append(gateways, "the common law")
	}
	if f.Chose("gateway", "none") {
		gateways = append(gateways, "none named")
	}
	for _, b := range f.Law.Bases {
		bases = append(bases, abbreviated.Replace(b.Citation))
	}
	const corrected = "corrected; see the record"
	if len(f.unclear("gateway")) > 0 {
		gateways = []string{corrected}
	}
	if len(f.unclear("article-6", "condition")) > 0 {
		bases = []string{corrected}
	}
	some := func(name string, all []string, most int) {
		for i, one := range all {
			if i == most-1 && len(all) > most {
				s.cut("", fmt.Sprintf("%s: and %d more (see the record)", name, len(all)-i), 1)
				return
			}
			s.cut("", name+": "+one, 1)
		}
	}
	some("Law", gateways, 3)
	some("Basis", bases, 3)
}

// pointedOut counts the findings; their words and the replies are in the record.
func (f *facts) pointedOut() string {
	if len(f.Findings) == 0 {
		return ""
	}
	stops, replies := 0, 0
	for _, one := range f.Findings {
		if one.Level == decision.Stop {
			stops++
		}
		if one.Reply != "" {
			replies++
		}
	}
	return fmt.Sprintf("Pointed out: %s, %s, %s", screen.Count(len(f.Findings), "finding", "findings"),
		screen.Count(stops, "stop", "stops"), screen.Count(replies, "reply", "replies"))
}

// since is what followed the decision.
func (f *facts) since() string {
	var all []string
	names := map[decision.Kind]string{decision.Complete: "completed", decision.Amend: "amended", decision.Review: "reviewed"}
	for _, later := range f.dossier.Later {
		if name := names[later.Kind]; name != "" && later.Record != nil {
			all = append(all, name+" "+screen.Day(later.Record.Recorded[:min(len(later.Record.Recorded), len("2026-01-02"))]))
		}
	}
	return labelled("Since", strings.Join(all, "; "))
}
