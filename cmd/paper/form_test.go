package paper

import (
	"bytes"
	"strings"
	"testing"

	"dsa/checklist"
)

// everyKind is a list with an answer of every kind, with every part that an answer can have.
func everyKind() *checklist.List {
	yes := []checklist.Option{{ID: "yes", Words: "Yes"}, {ID: "no", Words: "No", Stops: true}}
	return &checklist.List{ID: "adhoc", Title: "Every kind", Source: "Appendix 9", Questions: []checklist.Question{
		{ID: "first", Title: "First of ours", Guidance: "Why it is asked.", Source: "Ours", Readings: []checklist.Reading{{Title: "Consent"}, {Title: "Confidence"}},
			Asks: []checklist.Ask{{ID: "asked", Words: "Were you asked?", Kind: checklist.OneOf, Options: yes, Help: "Think."}}},
		{ID: "second", Number: "1", Title: "The agreement's own", Guidance: "Guidance.", Source: "Appendix 9, question 1",
			When: checklist.When{"asked": {"yes"}, checklist.Occasion: {checklist.Routine, checklist.AdHoc}},
			Asks: []checklist.Ask{
				{ID: "line", Words: "In a line?", Kind: checklist.Line, Optional: true},
				{ID: "paragraph", Words: "In words?", Kind: checklist.Paragraph, When: checklist.When{"asked": {"yes"}}},
				{ID: "email", Words: "Address?", Kind: checklist.Email}, {ID: "moment", Words: "When?", Kind: checklist.Moment},
				{ID: "day", Words: "Which day?", Kind: checklist.Day}, {ID: "years", Words: "How long?", Kind: checklist.Years},
				{ID: "files", Words: "Which files?", Kind: checklist.Files},
				{ID: "some", Words: "Which?", Kind: checklist.SomeOf, From: "topics", Options: []checklist.Option{{ID: "none", Words: "None of these", Alone: true}}},
				{ID: "law", Words: "Which law?", Kind: checklist.SomeOf, From: "gateways", Options: []checklist.Option{{ID: "none", Words: "No law", Marked: "look first", Switch: checklist.Emergency}}},
				{ID: "note", Words: "How is that dealt with?", Kind: checklist.Line, When: checklist.When{"some": {"a", "b", "c", "d"}}},
				{ID: "group", Words: "The pieces", Kind: checklist.Items, Another: "Is there another?", Items: []checklist.Ask{
					{ID: "what", Words: "What is it?", Kind: checklist.Line},
					{ID: "passed", Words: "Shared?", Kind: checklist.OneOf, Options: yes},
					{ID: "why", Words: "Why not?", Kind: checklist.Line, When: checklist.When{"passed": {"no"}}},
				}},
				{ID: "outcome", Words: "What do you decide?", Kind: checklist.OneOf, Options: yes},
			}},
	}}
}

func everyOption() map[string][]checklist.Option {
	return map[string][]checklist.Option{"topics": {{ID: "a", Words: "Adoption"}, {ID: "b", Words: "Courts"}, {ID: "c", Words: "Spent"}, {ID: "d", Words: "Tax"}}}
}

var formParts = []string{
	"Every kind", "The agreement, version 1", "Source: Appendix 9", "1 question of the agreement, and 1 question of the program's own",
	"First of ours", "1. The agreement's own", "Why it is asked.", "To read about this: Consent; Confidence.", "Source: Appendix 9, question 1",
	"Only if the answer to “Were you asked?” is “Yes”, and this is one request or concern or routine sharing.",
	"Were you asked?", "Think.", "Choose one.", "No", "Stop here, and come back to this form.",
	"In a line?", "In one line. May be left empty.", "In your own words.", "An e-mail address.", "A day, or a day and time.", "A day.", "A whole number of years.",
	"The name of each file, one to a line.", "Choose all that apply.", "Adoption", "Tax", "None of these", "Not together with others.",
	"Choose all that apply. The program looks up the other choices for the case; without it, write yours here.", "Look first.", "Then go on with the checklist for an emergency.",
	"Only if the answer to “Which?” is anything but “None of these”.",
	"The pieces", "For each one.", "What is it?", "Only if the answer to “Shared?” is “No”.", "Then: Is there another?", "What do you decide?",
}

func TestFormInPlainLines(t *testing.T) {
	lines := NewForm("The agreement, version 1", everyKind(), checklist.Occasions, everyOption()).Text()
	text := flat(all(lines))
	for _, part := range append(formParts, "First of ours [added by dsa]", "[ ] Adoption", "* In a line? [line]") {
		if !strings.Contains(text, part) {
			t.Errorf("it lacks %q", part)
		}
	}
	for _, line := range lines {
		if len([]rune(line)) > 80 {
			t.Errorf("wider than 80 columns: %s", line)
		}
	}
	checkShown(t, all(lines))
}

func TestFormOnPaper(t *testing.T) {
	var page bytes.Buffer
	if err := NewForm("The agreement, version 1", everyKind(), checklist.Occasions, everyOption()).HTML(&page); err != nil {
		t.Fatal(err)
	}
	words := flat(checkPage(t, page.Bytes()))
	for _, part := range append(formParts, "If someone is in danger now, act first: call 999.", "added by dsa; not in the printed checklist", "Signed, with name and post",
		"Number of this one:", "write them at the foot of each") {
		if !strings.Contains(words, part) {
			t.Errorf("it lacks %q", part)
		}
	}
	for _, heading := range []string{`<h3 class="words">Were you asked?</h3>`, `<h4 class="words">What is it?</h4>`} {
		if !strings.Contains(page.String(), heading) {
			t.Errorf("it lacks the heading %s", heading)
		}
	}
	// Every choice has its box, and every answer in words its lines: one for a line, four for a paragraph or for files,
	// three beside choices that depend on the case, two for the signature.
	if n := strings.Count(page.String(), `<span class="box"></span>`); n != 12 {
		t.Errorf("%d boxes, want 12", n)
	}
	if n := strings.Count(page.String(), `<div class="line"></div>`); n != 5+4+4+3+1+2+2 {
		t.Errorf("%d lines to write on, want %d", n, 5+4+4+3+1+2+2)
	}
	if n := strings.Count(words, "Space to write."); n != 13 {
		t.Errorf("a screen reader hears of %d spaces, want 13", n)
	}
}

// Agreements come from elsewhere: nothing in one becomes markup, and nothing acts on a screen.
func TestHostileForm(t *testing.T) {
	list := &checklist.List{ID: "x", Title: hostile, Source: hostile, Questions: []checklist.Question{{ID: `x" onload="y`, Number: hostile, Title: hostile, Guidance: hostile + "\n" + hostile,
		Source: hostile, Readings: []checklist.Reading{{Title: hostile}}, Asks: []checklist.Ask{{ID: "x", Words: hostile, Help: hostile, Kind: checklist.OneOf, Another: hostile,
			Options: []checklist.Option{{ID: "x", Words: hostile, Help: hostile, Marked: hostile}}}}}}}
	form := NewForm(hostile, list, nil, nil)
	var page bytes.Buffer
	if err := form.HTML(&page); err != nil {
		t.Fatal(err)
	}
	if words := checkPage(t, page.Bytes()); !strings.Contains(words, "<script>alert(1)</script>") || !strings.Contains(words, "<U+202E>turned<U+202C>") {
		t.Error("what was written cannot be read on the page")
	}
	checkShown(t, all(form.Text()))
}

// On one occasion nothing is said of the others, and what is asked on others only is not there.
func TestFormForOneOccasion(t *testing.T) {
	list := everyKind()
	long := "Is this a question " + strings.Repeat("that goes on ", 10) + "to its end?"
	list.Questions[0].Asks[0].Words = long
	list.Questions[1].Asks[0].When = checklist.When{checklist.Occasion: {checklist.Emergency}}
	text := flat(all(NewForm("", list, []string{checklist.AdHoc}, nil).Text()))
	for _, not := range []string{"one request", "routine", "emergency.", "In a line?"} {
		if strings.Contains(strings.ReplaceAll(text, "Then go on with the checklist for an emergency.", ""), not) {
			t.Errorf("it has %q", not)
		}
	}
	if want := "Only if the answer to “Is this a question that goes on that goes on that goes on that goes on…” is “Yes”."; !strings.Contains(text, want) {
		t.Errorf("it lacks %q:\n%s", want, text)
	}
	if text := flat(all(NewForm("", list, []string{checklist.Emergency}, nil).Text())); strings.Contains(text, "The agreement's own") || !strings.Contains(text, "1 question of the program's own.") {
		t.Errorf("an emergency asks what it does not:\n%s", text)
	}
}
