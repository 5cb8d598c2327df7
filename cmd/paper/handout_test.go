package paper

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
)

// pack is a pack with something in each of its places.
func pack() *Handout {
	model := shared()
	model.Standing, model.Begun = decision.Training, "2026-01-15T16:00:00Z"
	model.Questions[0].Answers[0].Others = []string{"OTHER-CHOICE"}
	law := slices.IndexFunc(model.Questions, func(q decision.Question) bool { return q.Title == "The law" })
	model.Questions[law].Answers[0].Others = []string{"Another law that is offered"}
	completed := following("adhoc").question("9", "Later").chose("told", "told: THEY-KNOW-NOW")
	return &Handout{
		ID: "s99", Named: "s99", Title: "A case in a pack", Teaches: "TEACHES-THIS", You: "You are a GP.\n\nYou are new.", Story: "FIRST-PART of it.\n\nSECOND-PART of it.",
		On: model.Begun, Told: []string{"asked", "information", "recipient-person"}, Form: NewForm("", everyKind(), []string{checklist.AdHoc}, everyOption()),
		Model: model.Record, Completed: completed.Record,
		Points: []HandoutPoint{
			{Asked: "POINT-ASKED?", Model: []string{"POINT-MODEL"}, Accept: []string{"POINT-ACCEPT"}, Not: []string{"POINT-NOT"}, Need: []string{"POINT-NEED"}, Why: "POINT-WHY", Source: "POINT-SOURCE"},
			{Asked: "Open point?", Model: []string{"In words"}, Open: true, Why: "It is open.", Source: "Nowhere"},
		},
		Open: "LEFT-OPEN by the law.",
		Quiz: []HandoutQuestion{{Ask: "QUIZ-ASKED?", Record: []string{"RECORD-LINE"}, Choices: []string{"WRONG-CHOICE", "RIGHT-CHOICE"}, Right: 2, Finding: "QUIZ-FINDING", Why: "QUIZ-WHY", Source: "QUIZ-SOURCE"},
			{Ask: "Without a record?", Choices: []string{"One", "Two"}, Right: 1, Why: "So.", Source: "There"}},
		Variants: []HandoutVariant{{"s99/march", "In March"}},
	}
}

func packed(t *testing.T, h *Handout) (page, words string) {
	t.Helper()
	var b bytes.Buffer
	if err := h.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String(), flat(checkPage(t, b.Bytes()))
}

func TestHandout(t *testing.T) {
	page, words := packed(t, pack())
	for _, part := range []string{
		"How to use this pack", "dsa practise s99", "dsa practise --demo s99", "dsa practise --quiz s99", "In March: dsa practise s99/march",
		"about one request or concern, on 15 January 2026 16:00, under the law of that day", "All people, places and organisations in the case are invented.",
		"Story sheet: A case in a pack", "Who you are You are a GP. You are new. Sam Okafor, GP partner, Harbour Lane Surgery", "What happens FIRST-PART of it. SECOND-PART of it.",
		"What the story tells", "Asked for recipient-person? Duty social worker", "Information 1. Attendances; child A, 6; Words of share; two years; Fact: seen, measured or done 2. The nurse's worry",
		"The form: Every kind", "Were you asked?", "Space to write.",
		"For the trainer TRAINING. This is an exercise and not a decision. Do not hand out this page, or any page that follows. What the case is for: TEACHES-THIS",
		"Asked for gateway? Another law that is offered Words of children-act-2004-s16h",
		"For the trainer: the model answer", "Asked for reasons? INNER-REASONS",
		"For the trainer: what a careful colleague would point out", "Stop (ID), at: Who asks INNER-SEEN Why it matters: INNER-WHY What to do: INNER-DO Before signing, dsa asks for a change here or a reason in writing.",
		"For the trainer: what completes it afterwards Recorded 1 February 2026 09:00, as a record of its own.", "THEY-KNOW-NOW",
		"POINT-ASKED? Model answer POINT-MODEL Belongs to every good answer POINT-NEED Can be defended too POINT-ACCEPT Cannot be defended here POINT-NOT Why POINT-WHY Source: POINT-SOURCE",
		"Open point? To talk about; nobody is judged by it", "For the trainer: what the law leaves open LEFT-OPEN by the law.",
		"QUIZ-ASKED? The record: RECORD-LINE WRONG-CHOICE RIGHT-CHOICE Answer: B. RIGHT-CHOICE QUIZ-WHY dsa says of such a record: QUIZ-FINDING Source: QUIZ-SOURCE",
		"Without a record? One Two Answer: A. One So. Source: There",
	} {
		if !strings.Contains(words, part) {
			t.Errorf("the pack lacks %q", part)
		}
	}
	// What gives the answer away stands behind the sheet that parts the trainer's part from the rest.
	before, _, parted := strings.Cut(words, "Do not hand out this page, or any page that follows.")
	if !parted {
		t.Fatal("nothing parts what is handed out from the rest")
	}
	for _, secret := range []string{"TEACHES-THIS", "INNER-REASONS", "INNER-SEEN", "POINT-", "LEFT-OPEN", "QUIZ-", "RIGHT-CHOICE", "OTHER-CHOICE", "THEY-KNOW-NOW", "that is offered"} {
		if strings.Contains(before, secret) {
			t.Errorf("%s is handed out", secret)
		}
	}
	if strings.Contains(words, "OTHER-CHOICE") {
		t.Error("the choices that were not taken are listed outside the law")
	}
	// Every part that is printed for itself says what it is, and so does every sheet.
	sheets := strings.Split(page, `class="sheet"`)
	if len(sheets) != 7 {
		t.Fatalf("%d sheets begin a part, want 6", len(sheets)-1)
	}
	for i, sheet := range sheets {
		if !strings.Contains(sheet[strings.Index(sheet, "<h"):], screen.TrainingBanner) {
			t.Errorf("part %d does not say that it is an exercise: %.120s", i, sheet)
		}
	}
	for _, style := range []string{`@top-left { content: "` + screen.TrainingBanner + `"`, `body::after { content: "` + screen.TrainingBanner + `"; position: fixed;`, ".sheet { break-before: page; }"} {
		if !strings.Contains(page, style) {
			t.Errorf("the print lacks %s", style)
		}
	}
}

// What the story tells is on the form, and nothing can be written there; the rest is as on the form alone.
func TestTheFormOfAHandout(t *testing.T) {
	h := pack()
	h.Model.Questions[0].Answers[0].ID = "asked"
	page, words := packed(t, h)
	var alone bytes.Buffer
	if err := h.Form.HTML(&alone); err != nil {
		t.Fatal(err)
	}
	boxes := regexp.MustCompile(`<span class="box">`)
	if is, was := len(boxes.FindAllString(page, -1)), len(boxes.FindAllString(alone.String(), -1)); is != was-2 {
		t.Errorf("%d boxes, want two fewer than the %d of the form alone: one question is answered", is, was)
	}
	if !strings.Contains(words, "Were you asked? Think. From the story: Words of asked To read about this") {
		t.Error("what the story tells is not on the form")
	}
	for _, heading := range []string{`<h3 id="question-second">1. The agreement&#39;s own</h3>`, `<h4 class="words">Were you asked?</h4>`, `<h5 class="words">What is it?</h5>`} {
		if !strings.Contains(page, heading) {
			t.Errorf("the pack lacks the heading %s", heading)
		}
	}
	if h.Form.Questions[0].Below || h.Form.Questions[0].Asks[0].Known != nil || h.Form.Questions[1].Asks[0].Below {
		t.Error("making the pack has changed the form")
	}
}

// A case that says no more than it must still makes a pack, without empty parts.
func TestAHandoutOfLittle(t *testing.T) {
	h := pack()
	h.Told, h.Points, h.Quiz, h.Variants, h.Open, h.Teaches, h.You, h.Completed = nil, nil, nil, nil, "", "", "", nil
	h.Model.Findings = nil
	_, words := packed(t, h)
	for _, not := range []string{"What the story tells ", "point by point For", "leaves open TRAINING", "the quiz, with answers TRAINING", "What the case is for", "afterwards Recorded"} {
		if strings.Contains(words, not) {
			t.Errorf("the pack has %q", not)
		}
	}
	if !strings.Contains(words, "Nothing, about the model answer.") || !strings.Contains(words, "Who you are Sam Okafor") {
		t.Error("the pack does not say what there is")
	}
}

// A scenario comes from anybody: nothing in one becomes markup, and nothing acts on a screen.
func TestHostileHandout(t *testing.T) {
	for _, text := range []string{hostile, strings.Repeat("x", 20_000), "</style></title></body></html>", "@import url(http://e.example)", "*/ } body { display: none }"} {
		h := pack()
		fill(h.Model, text)
		fill(h.Completed, text)
		for i := range h.Model.Questions {
			for j := range h.Model.Questions[i].Answers {
				h.Model.Questions[i].Answers[j].Others = []string{text}
			}
		}
		for _, s := range []*string{&h.ID, &h.Named, &h.Title, &h.Teaches, &h.You, &h.Story, &h.On, &h.Open, &h.Variants[0].Named, &h.Variants[0].Title} {
			*s = text
		}
		for i := range h.Points {
			h.Points[i] = HandoutPoint{text, []string{text}, []string{text}, []string{text}, []string{text}, i == 0, text, text}
		}
		for i := range h.Quiz {
			h.Quiz[i] = HandoutQuestion{text, []string{text}, []string{text, text}, i, text, text, text}
		}
		page, words := packed(t, h)
		if text == hostile && (!strings.Contains(words, "<script>alert(1)</script>") || !strings.Contains(words, "<U+202E>turned<U+202C>")) {
			t.Error("what was written cannot be read on the page")
		}
		if strings.Contains(page, "<script") || strings.Count(page, "</style>") != 1 {
			t.Error("something in it is markup")
		}
	}
}
