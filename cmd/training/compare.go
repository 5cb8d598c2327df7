package training

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"dsa/decision"
)

// Verdict is how a learner's choice stands to the model answer. It is said of one choice, with the reason, and never
// added up: there are no marks.
type Verdict string

// The verdicts.
const (
	Same          Verdict = "same"           // as in the model answer
	Defensible    Verdict = "defensible"     // not the model's, and can be defended
	Differs       Verdict = "differs"        // called neither right nor wrong: to be weighed
	NotDefensible Verdict = "not-defensible" // cannot be defended in this case
	LeftOut       Verdict = "left-out"       // what belongs to every good answer is not there, or there is no answer at all
	Open          Verdict = "open"           // the law leaves it open, or it is in one's own words: shown, and never judged
)

// Words say what a verdict means, to the learner.
func (v Verdict) Words() string {
	switch v {
	case Same:
		return "As in the model answer."
	case Defensible:
		return "Not the model answer, and it can be defended."
	case NotDefensible:
		return "This cannot be defended here."
	case LeftOut:
		return "Something is left out that belongs here."
	case Open:
		return "This is shown beside the model and not judged."
	}
	return "This is called neither right nor wrong here: weigh it against the model answer and what is said of it."
}

// A Compared is one point of a debriefing: what the learner chose, what the model has, and why.
type Compared struct {
	On, Asked             string
	Mine, Model, AlsoFine []string // in words
	MineIDs               []string // of choices; what was typed has none
	Verdict               Verdict
	Notes                 []string // which choice it is that the verdict speaks of
	Why, Source           string
}

// A Debrief is what is looked at after a run. It is to be read and talked about; it is no result of a test.
type Debrief struct {
	Scenario, Title, On string             // On: the day of the law
	Notes               []string           // what has to be known before the points are read
	Points              []Compared         // in the order of the case
	Missed, Own         []decision.Finding // what the model's record raises and the learner's does not; and the other way round
	Open                string             // what the law leaves open, as the case says it
}

const outcome = "outcome"

// Compare sets a learner's record beside the model's. Choices are compared by their ids; what was typed, and what the
// law leaves open, is shown and never judged. The decision is always compared. The words function gives the words of a
// choice that neither record has.
func Compare(s *Scenario, mine, model *decision.Record, words func(answer, choice string) string) *Debrief {
	d := &Debrief{Scenario: s.ID, Title: s.Title, On: cmp.Or(model.Law.On, s.Clock().Format(time.DateOnly)), Open: s.Open}
	if mine.Law.On != "" && model.Law.On != "" && mine.Law.On != model.Law.On {
		d.Notes = append(d.Notes, fmt.Sprintf("Your record was made under the law of %s, the model answer under that of %s.", day(mine.Law.On), day(model.Law.On)))
	}
	elsewhere := mine.Occasion != model.Occasion || mine.Checklist.ID != model.Checklist.ID
	if elsewhere {
		d.Notes = append(d.Notes, fmt.Sprintf("You went over to another checklist (%s); the model answer stays with %s. What only one of the two asks is left out below.",
			cmp.Or(mine.Checklist.Title, mine.Occasion), cmp.Or(model.Checklist.Title, model.Occasion)))
	}
	points := s.Points
	if !slices.ContainsFunc(points, func(p Point) bool { return p.On == outcome }) {
		points = append(slices.Clone(points), Point{On: outcome})
	}
	for _, p := range points {
		if p.On == outcome && !p.Open {
			p.Accept = slices.Concat(p.Accept, s.Expect.Decisions)
		}
		if c, ok := compared(p, mine, model, words); ok && !(elsewhere && len(c.Mine) == 0) {
			d.Points = append(d.Points, c)
		}
	}
	// A note is good to know and depends on next to nothing that the learner chose; it would bury what matters.
	raised := func(r *decision.Record, code string) bool {
		return slices.ContainsFunc(r.Findings, func(f decision.Finding) bool { return f.Code == code })
	}
	for _, f := range model.Findings {
		if !raised(mine, f.Code) && (f.Level != decision.Note || slices.Contains(s.Expect.Findings, f.Code)) {
			d.Missed = append(d.Missed, f)
		}
	}
	for _, f := range mine.Findings {
		if !raised(model, f.Code) && f.Level != decision.Note {
			d.Own = append(d.Own, f)
		}
	}
	return d
}

// compared is one point; false where neither record has anything to compare.
func compared(p Point, mine, model *decision.Record, words func(answer, choice string) string) (Compared, bool) {
	c := Compared{On: p.On, Why: p.Why, Source: p.Source}
	my, answered := mine.Answer(p.On)
	its, hasModel := model.Answer(p.On)
	c.Asked = cmp.Or(its.Asked, my.Asked)
	if items := model.Items(p.On); items != nil || mine.Items(p.On) != nil {
		c.Mine, c.Model, c.Verdict = pieces(mine.Items(p.On)), pieces(items), Open
		c.Asked = cmp.Or(headingOf(model, p.On), headingOf(mine, p.On))
		return c, true
	}
	if !answered && !hasModel {
		return c, false
	}
	c.Mine, c.Model = wordsOf(my), wordsOf(its)
	c.MineIDs = idsOf(my)
	modelIDs := idsOf(its)
	if p.Open || my.Text != "" || its.Text != "" {
		c.Verdict = Open
		return c, true
	}
	for _, id := range p.Accept {
		// Of several choices, the model's are to be seen already; and what the learner chose needs no second line.
		if said := words(p.On, id); !slices.Contains(modelIDs, id) && !slices.Contains(c.AlsoFine, said) {
			c.AlsoFine = append(c.AlsoFine, said)
		}
	}
	c.judge(p, modelIDs, func(id string) string {
		for _, choice := range slices.Concat(my.Chosen, its.Chosen) {
			if choice.ID == id {
				return choice.Words
			}
		}
		return words(p.On, id)
	})
	return c, true
}

// judge gives the verdict on choices. The model's own answer is always among those that can be defended.
func (c *Compared) judge(p Point, model []string, words func(string) string) {
	fine := func(id string) bool { return slices.Contains(model, id) || slices.Contains(p.Accept, id) }
	in := func(ids []string, which func(string) bool) (found []string) {
		for _, id := range ids {
			if which(id) {
				found = append(found, words(id))
			}
		}
		return found
	}
	wrong := in(c.MineIDs, func(id string) bool { return slices.Contains(p.Not, id) && !fine(id) })
	missing := in(p.Need, func(id string) bool { return !slices.Contains(c.MineIDs, id) })
	unsaid := in(c.MineIDs, func(id string) bool { return !fine(id) && !slices.Contains(p.Not, id) })
	several := len(c.MineIDs) > 1 || len(model) > 1 || len(p.Need) > 0
	note := func(what string, which []string) {
		if several && len(which) > 0 {
			c.Notes = append(c.Notes, what+": "+strings.Join(which, "; ")+".")
		}
	}
	switch {
	case sameSet(c.MineIDs, model):
		c.Verdict = Same
		return
	case len(wrong) > 0:
		c.Verdict = NotDefensible
	case len(missing) > 0 || len(c.MineIDs) == 0:
		c.Verdict = LeftOut
	case len(unsaid) > 0:
		c.Verdict = Differs
	default:
		c.Verdict = Defensible
	}
	if len(c.MineIDs) == 0 {
		c.Notes = append(c.Notes, unanswered)
	}
	note("What cannot be defended", wrong)
	note("What is left out", missing)
	if !slices.Equal(c.MineIDs, []string{nothing}) { // with something left out there is no more to be said of "none of these"
		note("What is to be weighed", unsaid)
	}
	if slices.Contains(c.MineIDs, unsure) && slices.Contains(p.Not, unsure) && !fine(unsure) {
		c.Notes = append(c.Notes, honest)
	}
}

// Choices that the checklists have under the same id everywhere: that none of the others is so, and that one does not know.
const (
	nothing = "none"
	unsure  = "not-sure"
)

// honest is said to whoever does not know and says so, where a decision needs to know.
const honest = "To say that you are not sure is honest. It is a reason to ask before you sign, and not to guess."

// unanswered is said where a record has no answer at all: a question may not have come up.
const unanswered = "Your record has no answer to this: another answer of yours may have taken the question away."

func sameSet(a, b []string) bool {
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

func idsOf(a decision.Answer) (ids []string) {
	for _, c := range a.Chosen {
		ids = append(ids, c.ID)
	}
	return ids
}

func wordsOf(a decision.Answer) (words []string) {
	for _, c := range a.Chosen {
		words = append(words, c.Words)
	}
	if a.Text != "" {
		words = append(words, a.Text)
	}
	return words
}

// headingOf is the title of the question that gathers a group.
func headingOf(r *decision.Record, group string) string {
	for _, q := range r.Questions {
		if slices.ContainsFunc(q.Answers, func(a decision.Answer) bool { return a.Group == group }) {
			return q.Title
		}
	}
	return ""
}

// pieces are the items of a group, a line to each: of information, what is shared before what is held back.
func pieces(items []map[string]decision.Answer) []string {
	var shared, held []string
	for _, item := range items {
		what := item["what"].Words()
		switch passed := idsOf(item["passed"]); {
		case what == "":
			shared = append(shared, itemWords(item))
		case slices.Equal(passed, []string{"withhold"}):
			if why := item["withheld-why"].Text; why != "" {
				what += " (" + why + ")"
			}
			held = append(held, "Held back: "+what)
		default:
			shared = append(shared, "Shared: "+what)
		}
	}
	return append(shared, held...)
}

// itemWords are all parts of an item of any other group.
func itemWords(item map[string]decision.Answer) string {
	var parts []string
	for _, id := range []string{"who", "said"} { // the parts that are read first, where there are such
		if words := item[id].Words(); words != "" {
			parts = append(parts, words)
		}
	}
	var others []string
	for id, a := range item {
		if words := a.Words(); words != "" && id != "who" && id != "said" {
			others = append(others, a.Asked+" "+words)
		}
	}
	slices.Sort(others)
	return strings.Join(append(parts, others...), "; ")
}

// day is a date as it is read.
func day(date string) string {
	if at, err := time.Parse(time.DateOnly, date); err == nil {
		return at.Format("2 January 2006")
	}
	return date
}

// Lines are the debriefing to be read or heard: one thought to a line, how many there are before they come, and no
// score. They are not broken to any width.
func (d *Debrief) Lines() []string {
	lines := []string{
		"Your choices beside the model answer: " + d.Title,
		"The law as on " + day(d.On) + ". Nothing here is marked. The model answer is one good way; where others can be defended, that is said.",
	}
	lines = append(lines, d.Notes...)
	lines = append(lines, "", counted(len(d.Points), "point", "points")+" to look at.")
	for i, p := range d.Points {
		lines = append(lines, "", fmt.Sprintf("Point %d of %d: %s", i+1, len(d.Points), p.Asked))
		lines = append(lines, beside("You chose", "You wrote", p.Mine, p)...)
		lines = append(lines, beside("Model answer", "Model answer", p.Model, p)...)
		lines = append(lines, p.Verdict.Words())
		lines = append(lines, p.Notes...)
		if len(p.AlsoFine) > 0 {
			lines = append(lines, "Can be defended too: "+strings.Join(p.AlsoFine, "; ")+".")
		}
		if p.Why != "" {
			lines = append(lines, "Why: "+p.Why)
		}
		if p.Source != "" {
			lines = append(lines, "Source: "+p.Source)
		}
	}
	lines = append(lines, pointedOut(d.Missed, "that the model record points out and yours does not. An answer of yours may hide it, or leave no room for it.")...)
	lines = append(lines, pointedOut(d.Own, "that your record points out and the model record does not.")...)
	if d.Open != "" {
		lines = append(lines, "", "What the law leaves open: "+d.Open)
	}
	// What was typed, or written for the case, may have lines of its own.
	return strings.Split(strings.Join(lines, "\n"), "\n")
}

// beside are the answers of one side; several have a line each.
func beside(chose, wrote string, answers []string, p Compared) []string {
	label := chose
	if p.MineIDs == nil && p.Verdict == Open { // in one's own words
		label = wrote
	}
	switch len(answers) {
	case 0:
		return []string{label + ": nothing."}
	case 1:
		return []string{label + ": " + answers[0]}
	}
	lines := []string{fmt.Sprintf("%s, %d in all:", label, len(answers))}
	for _, a := range answers {
		lines = append(lines, "- "+a)
	}
	return lines
}

func pointedOut(found []decision.Finding, which string) []string {
	if len(found) == 0 {
		return nil
	}
	lines := []string{"", counted(len(found), "thing", "things") + " " + which}
	for _, f := range found {
		lines = append(lines, "", f.Code+": "+strings.Join(f.Seen, " "), "Why: "+f.Why, "What to do: "+f.Do, "Source: "+f.Source)
	}
	return lines
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Header names the columns of Rows.
var Header = []string{"scenario", "law_on", "about", "chosen", "verdict"}

// What stands in the column of the verdict where a row is about something that was pointed out.
const (
	missedRow = "pointed-out-only-by-the-model"
	ownRow    = "pointed-out-only-by-this-record"
)

// Rows are the debriefing without names and without anything that was typed: ids alone, a row to a point and to a
// finding.
func (d *Debrief) Rows() [][]string {
	var rows [][]string
	add := func(about, chosen, verdict string) {
		rows = append(rows, []string{d.Scenario, d.On, about, chosen, verdict})
	}
	for _, p := range d.Points {
		add(p.On, strings.Join(p.MineIDs, " "), string(p.Verdict))
	}
	for _, f := range d.Missed {
		add(f.Code, "", missedRow)
	}
	for _, f := range d.Own {
		add(f.Code, "", ownRow)
	}
	return rows
}
