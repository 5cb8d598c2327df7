package paper

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
)

// views are what others say of the decision or of what followed it, those who do not agree first. Of one person's words
// about one record the newest count, and are told together with what they said before.
func (d *Dossier) views() []view {
	var all []view
	for _, f := range d.of(decision.Endorse) {
		v := view{Filed: f, of: d.aboutWhat(f), says: f.Record.View()}
		if i := slices.IndexFunc(all, func(other view) bool { return other.Key == f.Key && other.About == f.About }); i >= 0 {
			if all[i].says != v.says {
				v.before = screen.ViewWords(all[i].says)
			}
			all = slices.Delete(all, i, i+1)
		}
		all = append(all, v)
	}
	rank := func(v view) int {
		return slices.Index([]decision.View{decision.Disagrees, decision.AgreesOn, decision.Agrees}, v.says)
	}
	slices.SortStableFunc(all, func(a, b view) int { return cmp.Compare(rank(a), rank(b)) })
	return all
}

// A view is what one person says of one record.
type view struct {
	Filed
	of     string // that record, in words
	says   decision.View
	before string // what the same person said of it before, where that was something else
}

// day is the day on which it was said, as it is written in the record.
func (v view) day() string {
	return screen.Day(v.Record.Recorded[:min(len(v.Record.Recorded), len(time.DateOnly))])
}

// words are the view in a sentence or two: who, in what capacity, whether it is agreement, to what, and since when.
func (v view) words() string {
	r := v.Record
	who := fmt.Sprintf("%s (%s)", inBrief(r.By.Name, 80), joined(", ", inBrief(screen.Capacity(r), 80), inBrief(r.By.Organisation, 80)))
	var says string
	switch v.says {
	case decision.Agrees:
		says = "agrees with " + v.of
	case decision.AgreesOn:
		says = "agrees with " + v.of + " on conditions: " + inBrief(r.Text("view-conditions"), 240)
	default:
		says = "does NOT agree with " + v.of + ": " + inBrief(r.Text("reasons"), 240)
	}
	words := sentence(fmt.Sprintf("Second view (%s, record %s): %s %s", v.day(), v.ID.Shown(), who, says))
	if v.before != "" {
		words += " Before that: " + v.before + "."
	}
	return words
}

// inBrief is a text that somebody wrote in one line of so many characters; how it goes on stands in the record.
func inBrief(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		return strings.TrimRight(string(r[:most]), " ,.;") + " … (see the record)"
	}
	return text
}

// Views are what others say of the decision and of what followed it, a sentence or two each, for the top of everything
// that shows it. Who does not agree comes first: no number of people who do makes that unsaid.
func (d *Dossier) Views() []string {
	var all []string
	for _, v := range d.views() {
		all = append(all, v.words())
	}
	return all
}

// aboutWhat names the record that an endorsement is about.
func (d *Dossier) aboutWhat(f Filed) string {
	if f.About == d.First.ID {
		return "the decision"
	}
	names := map[decision.Kind]string{decision.Complete: "the completion", decision.Amend: "the amendment", decision.Review: "the review"}
	for _, later := range d.Later {
		if later.ID == f.About && names[later.Kind] != "" {
			return names[later.Kind] + " " + later.ID.Shown()
		}
	}
	return "record " + f.About.Shown()
}

// views are in a note one line for each person, as far as there is room.
func (f *facts) views(s *sheet) {
	all := f.dossier.views()
	most := 2
	if f.dossier.Training() || f.dossier.First.Doubt != "" {
		most = 1 // there is a line above all others: that it is an exercise, or does not count
	}
	for i, v := range all {
		if i == most-1 && len(all) > most {
			s.cut("", f.more(all[i:]), 1)
			return
		}
		of := ""
		if v.About != f.dossier.First.ID {
			of = " of " + v.of[:strings.LastIndex(v.of, " ")]
		}
		s.cut("", fmt.Sprintf("Second view%s: %s, %s, %s", of, screen.ViewWords(v.says), inBrief(screen.Capacity(v.Record), 40), v.day()), 1)
	}
}

// more counts the views for which there is no room, and says whether any of them is no agreement.
func (f *facts) more(rest []view) string {
	words := fmt.Sprintf("Second view: and %d more (see the record)", len(rest))
	against := 0
	for _, v := range rest {
		if v.says != decision.Agrees && v.says != decision.AgreesOn {
			against++
		}
	}
	if against > 0 {
		words += fmt.Sprintf(", of which %d NOT in agreement", against)
	}
	return words
}
