package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
)

// row is the place of the first row of the page that has the words.
func (h *hand) row(words string) int {
	h.t.Helper()
	at := slices.IndexFunc(strings.Split(h.screen(), "\n"), func(row string) bool { return strings.Contains(row, words) })
	if at < 0 {
		h.t.Fatalf("no row has %q:\n%s", words, h.screen())
	}
	return at
}

func TestWhatExplainsStandsBesideTheQuestion(t *testing.T) {
	h := kinds(t, "line,line").size(120, 40)
	if h.row("Title 1") != h.row("Guidance 1") || h.row("Words 1?") < h.row("Title 1") {
		t.Errorf("not beside it:\n%s", h.screen())
	}
	if h.size(80, 24); h.row("Guidance 1") <= h.row("Title 1") || h.row("Guidance 1") >= h.row("Words 1?") {
		t.Errorf("not above it:\n%s", h.screen())
	}
	// A choice is not shortened for it.
	s := newSitting(fullList())
	answerAll(t, s.Walk, fullAnswers()[:14])
	if h := sit(t, s).size(120, 40).shows("Which gateways"); strings.Contains(h.screen(), between) {
		t.Errorf("beside long choices:\n%s", h.screen())
	}
}

func TestWhyAnAnswerWasNotTakenStandsAtTheField(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {50, 12}} {
		h := kinds(t, "one-of,line").size(size[0], size[1]).press("enter").shows("▌ Error: Choose an answer.")
		if ask, why, field := h.row("Words 1?"), h.row("Error: "), h.row("> (not answered yet)"); !(ask < why && why < field && field <= why+2) {
			t.Errorf("at %v:\n%s", size, h.screen())
		}
	}
}

func TestAQuestionThatIsItsOwnHeadingIsPutOnce(t *testing.T) {
	list := smallList("line")
	list.Questions[0].Title = "Words 1"
	if h := sit(t, newSitting(list)); strings.Count(h.screen(), "Words 1") != 1 {
		t.Error(h.screen())
	}
}

func TestGuidanceIsWholeOnceAndThenInShort(t *testing.T) {
	list := fullList()
	list.Questions[1].Guidance = "Say what it is for. Then say why."
	s := newSitting(list)
	answerAll(t, s.Walk, fullAnswers()[:1])
	h := sit(t, s).shows("Who asked?", "Say what it is for. Then say why.", "Source: Agreement, question 1").typed("Dr\n")
	h.shows("What is it needed for?", "Say what it is for. ... ctrl+g for all of it").lacks("Then say why", "Source:")
	h.press("ctrl+g").shows("Then say why.", "Source: Agreement, question 1.").press("esc").size(120, 40).shows("Then say why.", "Source:")
}

func TestNothingIsCutWhileRowsStandEmpty(t *testing.T) {
	list := smallList("line")
	list.Questions[0].Asks[0].Help = strings.TrimSpace(strings.Repeat("A line of help.\n", 9)) + "\nThe last of it."
	sit(t, newSitting(list)).shows("The last of it.").lacks("for all of it").size(50, 12).lacks("The last of it.").shows("ctrl+g for all of it")
}

func TestThePageIsHiddenAtOnce(t *testing.T) {
	h := kinds(t, "line").typed("alpha\n")
	if !h.m.deaf {
		t.Fatal("the review takes keys at once")
	}
	h.press("ctrl+b").shows("Hidden.").lacks("alpha").press("x").shows("Every question has an answer", "> (nothing chosen)")
}

func TestASpaceScrollsWhatIsRead(t *testing.T) {
	s := newSitting(smallList("line"))
	for i := range 60 {
		s.Notice = append(s.Notice, fmt.Sprintf("Line %d.", i+1))
	}
	sit(t, s).shows("Line 1.", "lines 1 to 19 of 60 (more: down or page down)").lacks("Line 20.").press("space").shows("Line 20.").press("enter").shows("Words 1?")
	s.Notice = []string{"One thing.", "Another."}
	sit(t, s).shows("One thing.\n\nAnother.").lacks("lines 1")
}

func TestLeads(t *testing.T) {
	for text, want := range map[string][2]string{
		"Look at this: Caution: More is asked for":  {"Look at this: Caution:", "Look at this: Caution:"},
		"Look at this: It touches: Adoption":        {"Look at this:", "Look at this:"},
		"Source: an Act":                            {"Source:", "Source:"},
		"Think of it: it may be seen":               {"Think of it:", ""},
		"Finding 1 of 2. Stop: no law":              {"Finding 1 of 2. Stop:", "Finding 1 of 2. Stop:"},
		"No colon here":                             {"", ""},
		strings.Repeat("far ", 12) + "in: the rest": {"", ""},
	} {
		if got := [2]string{leadOf(text), knownLead(text)}; got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestHints(t *testing.T) {
	for _, c := range []struct {
		ask  checklist.Ask
		want string
	}{
		{checklist.Ask{Kind: checklist.Day}, kindHint(checklist.Day)},
		{checklist.Ask{Kind: checklist.Day, Help: "When it ends"}, kindHint(checklist.Day)},
		{checklist.Ask{Kind: checklist.Day, Help: "Such as in 3 weeks"}, ""},
		{checklist.Ask{Kind: checklist.Files, Help: "What is in them is never kept, such as names"}, "The path of each file, one to a line."},
	} {
		if got := hint(&c.ask); got != c.want {
			t.Errorf("%+v: %q", c.ask, got)
		}
	}
}
