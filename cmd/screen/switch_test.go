package screen

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"testing"

	"dsa/checklist"

	tea "charm.land/bubbletea/v2"
)

var testSwitches = []Switch{{"routine", "The routine checklist"}, {"london", "The London agreement, ad hoc checklist"}}

// dangerList asks as an emergency does: what to record now leads to one checklist or another.
func dangerList() *checklist.List {
	return &checklist.List{ID: "adhoc", Title: "Ad hoc checklist", Questions: []checklist.Question{
		{ID: "danger", Title: "Danger", Asks: []checklist.Ask{
			{ID: "harm", Words: "What was about to happen?", Kind: checklist.Paragraph, Optional: true},
			{ID: "record-now", Words: "What do you record now?", Kind: checklist.OneOf, Options: []checklist.Option{
				{ID: "minimum", Words: "The least", Switch: checklist.Emergency}, {ID: "whole", Words: "All of it", Switch: checklist.AdHoc}}},
		}},
		{ID: "why", Number: "1", Title: "Why?", Asks: []checklist.Ask{{ID: "purpose", Words: "What for?", Kind: checklist.Line}}},
	}}
}

func TestAnOptionThatSwitches(t *testing.T) {
	for name, c := range map[string]struct {
		occasion string
		choose   int
		ending   Ending // after everything was answered
		to       string
	}{
		"to another occasion":                {checklist.AdHoc, 1, Switched, checklist.Emergency},
		"to the occasion that it is already": {checklist.AdHoc, 2, Agreed, ""},
		"back from an emergency":             {checklist.Emergency, 2, Switched, checklist.AdHoc},
		"an emergency that is one already":   {checklist.Emergency, 1, Agreed, ""},
	} {
		t.Run(name, func(t *testing.T) {
			number := map[int]string{1: "1", 2: "2"}[c.choose]
			sitting := func() (*Sitting, *int) {
				s, kept := newSitting(dangerList()), 0
				s.Occasion, s.Review = c.occasion, nil
				s.Keep = func(*Partial) error { kept++; return nil }
				return s, &kept
			}
			check := func(asker string, s *Sitting, ending Ending, kept int) {
				t.Helper()
				if ending != c.ending || s.SwitchTo != c.to {
					t.Errorf("%s: ending %v to %q, want %v to %q", asker, ending, s.SwitchTo, c.ending, c.to)
				}
				if a := s.Walk.Answers()["record-now"]; len(a.Chosen) != 1 || kept < 2 {
					t.Errorf("%s: the answer is %v, kept %d times", asker, a, kept)
				}
			}
			s, kept := sitting()
			_, ending := speak(t, s, "\n"+number+"\nfor her\n")
			check("plain", s, ending, *kept)

			s, kept = sitting()
			h := sit(t, s).press("tab")
			for range c.choose {
				h.press("down")
			}
			h.press("enter")
			if c.to == "" {
				h.goesOn().typed("for her\n")
			}
			h.ended(c.ending)
			check("drawn", s, h.m.ending, *kept)
		})
	}
}

func TestPlainSwitch(t *testing.T) {
	sitting := func(list string) *Sitting {
		s := newSitting(smallList(list))
		s.Switches = testSwitches
		return s
	}
	for name, c := range map[string]struct {
		list, input string
		edit        func(*Sitting)
		ending      Ending
		to          string
		says, lacks []string
	}{
		"by number": {list: "line,line", input: "a\nswitch\n2\n", ending: Switched, to: "london",
			says: []string{"back, stop, review, switch, or a question mark", "Your answers go with you, and nothing is signed. 2 choices.\n1. The routine checklist.\n2. The London agreement, ad hoc checklist.\nType one number, or back to stay here.\n"}},
		"by id":                    {list: "line", input: "SWITCH\nRoutine\n", ending: Switched, to: "routine"},
		"by words that fit one":    {list: "line", input: "switch\nlondon\n", ending: Switched, to: "london"},
		"words that fit both":      {list: "line", input: "switch\nchecklist\n", ending: InputEnded, says: []string{"Error: That fits 2 choices.", "Nothing has changed.\nType one number"}},
		"a wrong number":           {list: "line", input: "switch\n3\n1\n", ending: Switched, to: "routine", says: []string{"Error: 3 is not one of the numbers here. Nothing has changed."}},
		"back leaves":              {list: "line,line", input: "switch\nback\na\nstop\n", ending: Stopped, says: []string{"Nothing has changed.\nWords 1?\nType one line.\n\nQuestion 2 of 2."}},
		"an empty line leaves":     {list: "line,line", input: "switch\n\na\nstop\n", ending: Stopped, says: []string{"Question 2 of 2."}},
		"stop stops":               {list: "line", input: "switch\nstop\n", ending: Stopped},
		"the end of input":         {list: "line", input: "switch\n", ending: InputEnded},
		"at the review":            {list: "line", input: "a\nswitch\nback\nswitch\n1\n", ending: Switched, to: "routine", says: []string{"Type switch to go on with another checklist or agreement."}},
		"the help names it":        {list: "line", input: "?\nstop\n", ending: Stopped, says: []string{"Type switch to go on with another checklist or agreement. Your answers go with you."}},
		"within a text it is text": {list: "paragraph,line", input: "one\nswitch\n.\nstop\n", ending: Stopped},
		"nothing to switch to: the word is an answer, and nothing is said of it": {list: "line,line", input: "?\nswitch\nstop\n", ending: Stopped,
			edit: func(s *Sitting) { s.Switches = nil }, lacks: []string{"switch"}, says: []string{"Question 2 of 2."}},
	} {
		t.Run(name, func(t *testing.T) {
			s := sitting(c.list)
			if c.edit != nil {
				c.edit(s)
			}
			said, ending := speak(t, s, c.input)
			if ending != c.ending || s.SwitchTo != c.to {
				t.Errorf("ending %v to %q, want %v to %q", ending, s.SwitchTo, c.ending, c.to)
			}
			for _, w := range c.says {
				if !strings.Contains(said, w) {
					t.Errorf("not said: %q", w)
				}
			}
			for _, w := range c.lacks {
				if strings.Contains(said, w) {
					t.Errorf("said: %q", w)
				}
			}
			if t.Failed() {
				t.Log(said)
			}
		})
	}
}

func TestDrawnSwitch(t *testing.T) {
	sitting := func(t *testing.T, list string) *hand {
		s := newSitting(smallList(list))
		s.Switches = testSwitches
		return sit(t, s)
	}
	t.Run("ctrl+o opens a list that starts on nothing, and esc leaves the page as it was", func(t *testing.T) {
		sitting(t, "line,line").typed("half").shows("ctrl+o switch").press("ctrl+o").
			shows("Go on with something else", "> (nothing chosen)", "The routine checklist", "The London agreement").lacks("half").
			press("enter").shows("Error: Move down").goesOn().press("down", "esc").shows("Words 1?", "> half").
			typed(" more").shows("> half more").press("enter").answers(map[string]string{"a1": "half more"})
	})
	t.Run("ticks and a search are there again", func(t *testing.T) {
		h := sitting(t, "some-of").press("down", "space", "ctrl+o").shows("Go on with").press("esc").shows("> [x] 1. Alpha", "1 ticked")
		h.press("enter").answers(map[string]string{"a1": "alpha"})
	})
	t.Run("choosing one ends the sitting, with the draft kept", func(t *testing.T) {
		h := sitting(t, "line,paragraph").typed("a\nhalf a\nsentence").press("ctrl+o", "down", "down", "enter").ended(Switched)
		if h.m.SwitchTo != "london" {
			t.Errorf("to %q", h.m.SwitchTo)
		}
		if last := h.kept[len(h.kept)-1]; !last.is("a2", "half a\nsentence") {
			t.Errorf("kept %v", last)
		}
		h.answers(map[string]string{"a1": "a"})
	})
	t.Run("at the review, but not where one agrees", func(t *testing.T) {
		h := sitting(t, "line").typed("a\n").shows("Every question").press("ctrl+o").shows("Go on with").press("esc").shows("Every question").
			press("down", "down", "enter", "enter").shows("Do you want to do this now?").press("ctrl+o").shows("Do you want to do this now?")
		h.press("esc").shows("Every question").press("ctrl+o").shows("Go on with").press("down", "enter").ended(Switched)
	})
	t.Run("after leaving the list the review is deaf for a moment", func(t *testing.T) {
		h := sitting(t, "line").typed("a\n").shows("Every question").press("down", "down").shows("> 2. Sign").press("ctrl+o", "esc", "enter")
		h.shows("> 2. Sign and record", "Every question").goesOn()
	})
	t.Run("ctrl+g names the key", func(t *testing.T) {
		sitting(t, "line").size(80, 40).press("ctrl+g").shows("ctrl+o goes on with another checklist or agreement")
	})
	t.Run("nothing to switch to: no key, and no word of it", func(t *testing.T) {
		h := kinds(t, "line").typed("half").lacks("ctrl+o").press("ctrl+o").shows("> half", "Words 1?").size(80, 40).press("ctrl+g").lacks("ctrl+o")
		h.press("esc").typed("\n").shows("Every question").press("ctrl+o").shows("Every question")
	})
	t.Run("what was asked for in the list does not arrive on the page", func(t *testing.T) {
		h := sitting(t, "line").press("ctrl+o")
		late := fieldMsg{h.m.opened, tea.PasteMsg{Content: "from the clipboard"}}
		h.press("esc").m.Update(late)
		h.lacks("clipboard")
	})
	t.Run("an earlier page's save does not come back to life", func(t *testing.T) {
		h := sitting(t, "line").typed("half")
		late := saveMsg{h.m.opened}
		h.press("ctrl+o")
		n := len(h.kept)
		h.m.Update(late)
		if len(h.kept) != n {
			t.Error("saved from a page that is covered")
		}
		h.press("esc").typed("!")
		h.m.Update(saveMsg{h.m.opened})
		if last := h.kept[len(h.kept)-1]; last == nil || last.Text != "half!" {
			t.Errorf("kept %v", last)
		}
	})
}

// What was typed and not answered goes along, whichever asker goes on with it.
func TestTypedTextSurvivesASwitch(t *testing.T) {
	askers := map[string]func(t *testing.T, s *Sitting){
		"drawn": func(t *testing.T, s *Sitting) {
			h := sit(t, s).typed("first half").press("tab")
			h.typed("second half").press("esc").typed(" more").press("ctrl+o", "down", "enter").ended(Switched)
			h.m.leave() // as Conduct does
		},
		"plain": func(t *testing.T, s *Sitting) {
			s.Partial = &Partial{Path: "a1", Text: "first half more"}
			s.left = map[string]checklist.Answer{"a2": {Text: "second half"}}
			speak(t, s, "switch\n1\n")
		},
	}
	for name, conduct := range askers {
		t.Run(name, func(t *testing.T) {
			s := newSitting(smallList("paragraph,paragraph,line"))
			s.Switches, s.Occasion = testSwitches, checklist.AdHoc
			conduct(t, s)
			if s.SwitchTo != "routine" || !s.Partial.is("a1", "first half more", "a2", "second half") {
				t.Fatalf("switched to %q with %v", s.SwitchTo, s.Partial)
			}
			// The new list has the same questions in another order.
			list := smallList("paragraph,paragraph,line")
			list.Questions[0], list.Questions[1] = list.Questions[1], list.Questions[0]
			walk := checklist.NewWalk(list, nil, nil, clock)
			walk.Restore(nil, "")
			s.Walk, s.Occasion = walk, checklist.Routine
			sit(t, s).shows("Title 2", "second half").press("tab").shows("Title 1", "first half more")
			if s.SwitchTo != "" {
				t.Error("the switch outlives its sitting")
			}
		})
	}
}

func TestASwitchThatCannotBeHeardIsNone(t *testing.T) {
	s := newSitting(smallList("line"))
	s.Switches = testSwitches
	if ending, err := NewPlain(strings.NewReader("switch\n1\n"), broken{}).Conduct(context.Background(), s); ending != Stopped || err == nil || s.SwitchTo != "" {
		t.Errorf("%v to %q, %v", ending, s.SwitchTo, err)
	}
	// The signal to stop comes after the choice, while the draft is saved.
	late, stopLate := context.WithCancel(context.Background())
	s.Keep = func(*Partial) error { stopLate(); return nil }
	if ending, err := NewPlain(strings.NewReader("switch\n1\n"), &bytes.Buffer{}).Conduct(late, s); ending != Stopped || err != nil || s.SwitchTo != "" {
		t.Errorf("%v to %q, %v", ending, s.SwitchTo, err)
	}
	s.Keep = nil
	// The context ends while the choices are heard.
	ctx, cancel := context.WithCancel(context.Background())
	out := &bytes.Buffer{}
	if ending, err := NewPlain(strings.NewReader("switch\n1\n"), cancelling{out, cancel}).Conduct(ctx, s); ending != Stopped || err != nil || s.SwitchTo != "" {
		t.Errorf("%v to %q, %v", ending, s.SwitchTo, err)
	}
}

// cancelling cancels when the choices are said.
type cancelling struct {
	*bytes.Buffer
	cancel func()
}

func (c cancelling) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte("Go on with something else")) {
		c.cancel()
	}
	return c.Buffer.Write(b)
}

func TestJump(t *testing.T) {
	t.Run("plain: edit and a number at any question, and then on from where it was", func(t *testing.T) {
		s := newSitting(smallList("line,line,line,line"))
		said, ending := speak(t, s, "a\nb\nc\nedit 2\nB\nd\nsign\n")
		if got := s.Walk.Answers(); ending != Agreed || got["a2"].Text != "B" || got["a3"].Text != "c" || got["a4"].Text != "d" {
			t.Errorf("%v, %v\n%s", ending, got, said)
		}
		if n := strings.Count(said, "Title 3."); n != 1 {
			t.Errorf("what stands between was put again:\n%s", said)
		}
	})
	t.Run("plain: thought better of, and what is no number or no answer", func(t *testing.T) {
		s := newSitting(smallList("line,line,line,line"))
		said, _ := speak(t, s, "a\nb\nedit 1\nback\nedit 3\nedit 0\nedit of the plan\nd\nstop\n")
		if n := strings.Count(said, "Error: there is no answer with this number. Type review to hear the numbers. Your other answers are kept."); n != 2 {
			t.Errorf("%d errors\n%s", n, said)
		}
		want := checklist.Answers{"a1": {Text: "a"}, "a2": {Text: "b"}, "a3": {Text: "edit of the plan"}, "a4": {Text: "d"}}
		if got := s.Walk.Answers(); !reflect.DeepEqual(got, want) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("drawn: ctrl+r lists the answers, and the one chosen is opened", func(t *testing.T) {
		h := kinds(t, "line,line,line,line").press("ctrl+r").shows("Error: Nothing has been answered yet.").typed("a\nb\nc\nhalf").
			press("ctrl+r").shows("Your answers so far", "> (nothing chosen)", "Edit: Title 2: b").lacks("Title 4").press("enter").shows("Error: Move down").
			press("down", "down", "enter").shows("Question 2", "> b").typed("B\n").shows("Question 4", "> half")
		h.typed("\n").answers(map[string]string{"a1": "a", "a2": "bB", "a3": "c", "a4": "half"})
	})
	t.Run("drawn: esc leaves the list, and then what it opened", func(t *testing.T) {
		kinds(t, "line,line,line").typed("a\nb\nhalf").press("ctrl+r", "esc").shows("Question 3", "> half").
			press("ctrl+r", "down", "enter").shows("Question 1").press("esc").shows("Question 3", "> half").press("esc").shows("Question 2")
	})
	t.Run("what an answer newly asks for comes before going on", func(t *testing.T) {
		s := newSitting(fullList())
		answerAll(t, s.Walk, fullAnswers()[:15])
		c := begin(s)
		c.jump("danger")
		for _, answer := range []string{"yes", "acted"} {
			step, _ := s.Walk.Current()
			if _, _, err := c.answer(step, checklist.Answer{Chosen: []string{answer}}); err != nil {
				t.Fatal(err)
			}
			if want := map[string]string{"yes": "acted", "acted": "keep-years"}[answer]; s.Walk.At() != want {
				t.Fatalf("at %s, want %s", s.Walk.At(), want)
			}
		}
	})
	t.Run("no jump from the review, where the walk itself comes back", func(t *testing.T) {
		kinds(t, "line,line").typed("a\nb\n").shows("Every question").press("ctrl+r").shows("Every question").press("down", "down", "down", "down", "enter").
			shows("Question 1").press("ctrl+r").shows("Your answers so far").press("esc").typed("\n").shows("Every question")
	})
}
