package paper

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
)

// A Form is a checklist made ready to be read or filled in without the program: every question in its order, and every
// answer that it gathers with its words, its choices and when it is asked.
type Form struct {
	Agreement string // title and version; empty for a list that belongs to no agreement
	Title     string
	ID        string
	Source    string
	Numbered  int // questions of the agreement's own
	Added     int // questions of the program's
	Questions []FormQuestion
	Signed    bool // it ends in a decision that is signed
}

// A FormQuestion is one heading of a form.
type FormQuestion struct {
	ID       string
	Heading  string // with the agreement's number
	Ours     bool
	Guidance string
	Source   string
	When     string // when it is asked; empty: always
	Read     string // what there is to read about it
	Asks     []FormAsk
	Below    bool // it stands a level below the headings of a page that has more than the form
}

// A FormAsk is one answer to be given.
type FormAsk struct {
	ID       string
	Words    string
	Help     string
	How      string // how it is answered
	When     string
	Optional bool
	Lines    int // to write on; 0 where something is chosen
	Options  []FormOption
	Items    []FormAsk // the parts of a group, to be answered for each item
	Part     bool      // it is such a part
	Another  string
	Known    []string // the answer, where it is filled in already
	Below    bool     // see FormQuestion
}

// A FormOption is one choice.
type FormOption struct{ Words, Help string }

// NewForm prepares a list for the occasions that it serves; what it asks on others only is left out. The choices that
// are not in the list but come from elsewhere are given by the name that the list has for them; a name that is not there
// depends on the case.
func NewForm(agreement string, list *checklist.List, serves []string, options map[string][]checklist.Option) *Form {
	f := &Form{Agreement: agreement, Title: list.Title, ID: list.ID, Source: list.Source}
	form := &forming{serves, options}
	known := map[string]*checklist.Ask{}
	for i := range list.Questions {
		q := &list.Questions[i]
		if !form.asked(q.When) {
			continue
		}
		question := FormQuestion{ID: q.ID, Heading: q.Title, Ours: q.IsOurs() && list.Numbered() > 0,
			Guidance: q.Guidance, Source: q.Source, When: form.conditions(q.When, known)}
		if q.IsOurs() {
			f.Added++
		} else {
			f.Numbered++
			question.Heading = q.Number + ". " + q.Title
		}
		var readings []string
		for _, r := range q.Readings {
			readings = append(readings, r.Title)
		}
		question.Read = strings.Join(readings, "; ")
		for j := range q.Asks {
			ask := form.withOptions(q.Asks[j])
			if form.asked(ask.When) {
				question.Asks = append(question.Asks, form.ask(ask, known))
			}
			known[ask.ID] = &ask
		}
		f.Questions = append(f.Questions, question)
	}
	f.Signed = known["outcome"] != nil || known["reasons"] != nil
	return f
}

// forming is what the parts of a form have in common.
type forming struct {
	serves  []string
	options map[string][]checklist.Option
}

// asked reports whether something is asked on one of the occasions.
func (form *forming) asked(when checklist.When) bool {
	return len(form.serves) == 0 || when.CanHoldOn(form.serves)
}

func (form *forming) withOptions(ask checklist.Ask) checklist.Ask {
	ask.Options = slices.Concat(form.options[ask.From], ask.Options)
	return ask
}

func (form *forming) ask(ask checklist.Ask, known map[string]*checklist.Ask) FormAsk {
	f := FormAsk{ID: ask.ID, Words: ask.Words, Help: ask.Help, How: how(ask.Kind), When: form.conditions(ask.When, known),
		Optional: ask.Optional, Another: ask.Another}
	switch ask.Kind.Shape() {
	case checklist.ShapeLine:
		f.Lines = 1
	case checklist.ShapeParagraph:
		f.Lines = 4
	}
	if _, listed := form.options[ask.From]; ask.From != "" && !listed {
		f.How += ". The program looks up the other choices for the case; without it, write yours here"
		f.Lines = 3
	}
	for _, o := range ask.Options {
		f.Options = append(f.Options, FormOption{Words: o.Words, Help: asides(o)})
	}
	parts := map[string]*checklist.Ask{}
	for _, part := range ask.Items {
		part = form.withOptions(part)
		one := form.ask(part, parts) // a condition in a group looks at parts of the same item and nothing else
		one.Part = true
		f.Items = append(f.Items, one)
		parts[part.ID] = &part
	}
	return f
}

// asides are what has to be known about an option, besides its words.
func asides(o checklist.Option) string {
	said := []string{screen.Capital(o.Marked), o.Help}
	if o.Alone {
		said = append(said, "Not together with others")
	}
	if o.Stops {
		said = append(said, "Stop here, and come back to this form")
	}
	if o.Switch != "" {
		said = append(said, "Then go on with the checklist for "+occasions[o.Switch])
	}
	for i := range said {
		said[i] = sentence(said[i])
	}
	return joined(" ", said...)
}

// occasions are the three ways in which a list can be walked, as they are said in a sentence.
var occasions = map[string]string{checklist.AdHoc: "one request or concern", checklist.Routine: "routine sharing", checklist.Emergency: "an emergency"}

// how says how an answer of a kind is given by hand.
func how(kind checklist.Kind) string {
	switch kind {
	case checklist.Paragraph:
		return "In your own words"
	case checklist.Email:
		return "An e-mail address"
	case checklist.Moment:
		return "A day, or a day and time"
	case checklist.Day:
		return "A day"
	case checklist.Years:
		return "A whole number of years"
	case checklist.Files:
		return "The name of each file, one to a line"
	case checklist.OneOf:
		return "Choose one"
	case checklist.SomeOf:
		return "Choose all that apply"
	case checklist.Items:
		return "For each one"
	}
	return "In one line"
}

// conditions say in words when something is asked. On which occasion is not said where there is only one.
func (form *forming) conditions(when checklist.When, known map[string]*checklist.Ask) string {
	var all []string
	for id, values := range when {
		if id == checklist.Occasion {
			var in []string
			for _, o := range form.serves {
				if slices.Contains(values, o) {
					in = append(in, occasions[o])
				}
			}
			if len(in) < len(form.serves) {
				all = append(all, "this is "+strings.Join(in, " or "))
			}
			continue
		}
		if ask := known[id]; ask != nil {
			all = append(all, fmt.Sprintf("the answer to “%s” is %s", inShort(ask.Words), amongThem(ask, values)))
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.Sort(all)
	return "Only if " + strings.Join(all, ", and ") + "."
}

// inShort is a question by its first words, to be recognised.
func inShort(words string) string {
	const most = 70
	if r := []rune(words); len(r) > most {
		return strings.TrimRight(string(r[:most]), " ,.;") + "…"
	}
	return words
}

// amongThem names the choices that are waited for, or the few that are not.
func amongThem(ask *checklist.Ask, values []string) string {
	var wanted, others []string
	for _, o := range ask.Options {
		if slices.Contains(values, o.ID) {
			wanted = append(wanted, "“"+o.Words+"”")
		} else {
			others = append(others, "“"+o.Words+"”")
		}
	}
	switch {
	case len(wanted) == 0:
		return "one that asks for it"
	case len(wanted) > 3 && len(others) > 0 && len(others) <= 2:
		return "anything but " + strings.Join(others, " or ")
	}
	return strings.Join(wanted, " or ")
}

func sentence(s string) string {
	if s = strings.TrimSpace(s); s == "" || strings.ContainsRune(".?!:…", []rune(s)[len([]rune(s))-1]) {
		return s
	}
	return s + "."
}

// HTML writes the form as a page to print and fill in by hand.
func (f *Form) HTML(w io.Writer) error { return write(w, "form", f) }

// Counts say how many of the questions are whose.
func (f *Form) Counts() string {
	ours := screen.Count(f.Added, "question of the program's own", "questions of the program's own")
	switch {
	case f.Numbered == 0:
		return screen.Capital(ours) + "."
	case f.Added == 0:
		return screen.Capital(screen.Count(f.Numbered, "question of the agreement", "questions of the agreement")) + "."
	}
	return screen.Capital(screen.Count(f.Numbered, "question of the agreement", "questions of the agreement")) + ", and " + ours + ", marked as added."
}

// Text is the form in plain lines, for reading.
func (f *Form) Text() []string {
	s := &sheet{}
	s.heading(f.Title, "=")
	s.text("", f.Agreement)
	s.text("", "Source: "+f.Source)
	s.text("", f.Counts())
	for _, q := range f.Questions {
		heading := q.Heading
		if q.Ours {
			heading += " [added by dsa]"
		}
		s.line("")
		s.heading(heading, "-")
		s.text("", q.Guidance)
		if q.When != "" {
			s.text("", q.When)
		}
		for _, ask := range q.Asks {
			s.ask("", ask)
		}
		s.line("")
		if q.Read != "" {
			s.text("", "To read about this: "+q.Read+".")
		}
		s.text("", "Source: "+q.Source)
	}
	return s.lines
}

func (s *sheet) ask(indent string, a FormAsk) {
	if indent == "" {
		s.line("")
	}
	inner := indent + "    "
	s.item(indent+"  * ", a.Words+" ["+a.ID+"]")
	s.text(inner, a.Help)
	s.text(inner, a.When)
	answer := sentence(a.How)
	if a.Optional {
		answer += " May be left empty."
	}
	s.text(inner, answer)
	for _, o := range a.Options {
		s.item(inner+"[ ] ", o.Words)
		s.text(inner+"    ", o.Help)
	}
	for _, part := range a.Items {
		s.ask(inner, part)
	}
	if a.Another != "" {
		s.text(inner, "Then: "+a.Another)
	}
}
