package screen

import (
	"strings"
	"testing"

	"dsa/checklist"
)

// watched is a sitting whose remarks follow from its answers: one for each answer of "x", or of an option beta.
func watched(list string) *Sitting {
	s := newSitting(smallList(list))
	s.Watch = func() (remarks []Remark) {
		for _, step := range s.Walk.Steps() {
			if step.Answer.Text == "x" || step.Answer.Is("beta") {
				remarks = append(remarks, Remark{step.Path, "There is something about " + step.Path + ". " + strings.Repeat("It matters a good deal. ", 3)})
			}
		}
		return remarks
	}
	return s
}

const aboutA1 = "Look at this: There is something about a1. It matters a good deal."

func TestPlainRemarks(t *testing.T) {
	t.Run("said before the next question, once", func(t *testing.T) {
		said, _ := speak(t, watched("line,line,line"), "x\nb\nback\nback\ny\nx\nstop\n")
		if n := strings.Count(said, "Look at this: There is something about a1."); n != 1 {
			t.Errorf("said %d times", n)
		}
		if !strings.Contains(said, "Type one line.\n"+aboutA1) || !strings.Contains(said, "a good deal.\n\nQuestion 2 of 3.") {
			t.Error("not before the next question")
		}
		if t.Failed() {
			t.Log(said)
		}
	})
	t.Run("gone and come back, it is not said again", func(t *testing.T) {
		said, _ := speak(t, watched("line,line"), "x\nback\ny\nback\nx\nstop\n")
		if n := strings.Count(said, "Look at this"); n != 1 {
			t.Errorf("said %d times\n%s", n, said)
		}
	})
	t.Run("a choice is heard first, and then what there is to look at", func(t *testing.T) {
		said, _ := speak(t, watched("one-of,line"), "2\nstop\n")
		if !strings.Contains(said, "Kept: Beta.\n"+aboutA1) {
			t.Error(said)
		}
	})
	t.Run("a refused answer raises nothing", func(t *testing.T) {
		if said, _ := speak(t, watched("years,line"), "x\nstop\n"); strings.Contains(said, "Look at this") {
			t.Error(said)
		}
	})
	t.Run("review has them all, after how many they are", func(t *testing.T) {
		said, _ := speak(t, watched("line,line,line"), "x\nx\nreview\nstop\n")
		_, listed, _ := strings.Cut(said, "2 answers so far.")
		if !strings.Contains(listed, "2 things to look at.\n"+aboutA1) || strings.Count(listed, "Look at this") != 2 {
			t.Error(said)
		}
	})
	t.Run("what was there on resuming is not said, what comes is", func(t *testing.T) {
		s := watched("line,line,line")
		answerAll(t, s.Walk, []checklist.Answer{{Text: "x"}})
		said, _ := speak(t, s, "x\nstop\n")
		if strings.Contains(said, "about a1") || !strings.Contains(said, "Look at this: There is something about a2.") {
			t.Error(said)
		}
	})
	t.Run("the same sitting again says only what is new", func(t *testing.T) {
		s := watched("line,line,line")
		speak(t, s, "x\nstop\n")
		if err := s.Walk.Answer(checklist.Answer{Text: "x"}); err != nil {
			t.Fatal(err)
		}
		said, _ := speak(t, s, "stop\n")
		if strings.Contains(said, "about a1") || strings.Count(said, "Look at this: There is something about a2.") != 1 {
			t.Error(said)
		}
		if said, _ := speak(t, s, "stop\n"); strings.Contains(said, "Look at this") {
			t.Error(said)
		}
	})
}

func TestWhatASwitchRaisesIsSaidAfterIt(t *testing.T) {
	s := newSitting(dangerList())
	s.Occasion = checklist.AdHoc
	s.Watch = func() []Remark {
		if s.Walk.Answers()["record-now"].Empty() {
			return nil
		}
		return []Remark{{"LATE", "It is recorded afterwards"}}
	}
	said, ending := speak(t, s, "\n1\n")
	if ending != Switched || strings.Contains(said, "Look at this") {
		t.Fatalf("%v\n%s", ending, said)
	}
	s.Occasion = checklist.Emergency
	if said, _ := speak(t, s, "stop\n"); !strings.Contains(said, "Look at this: It is recorded afterwards.\n\nQuestion 1 of 1.") {
		t.Error(said)
	}
}

func TestDrawnRemarks(t *testing.T) {
	t.Run("seen on the next page, and not on the one after", func(t *testing.T) {
		h := sit(t, watched("line,line,line")).typed("x\n").shows("Question 2", "Look at this: There is something about a1.", "1 to look at", "Words 2?")
		h.typed("b\n").shows("Question 3", "1 to look at").lacks("Look at this").press("ctrl+g").shows("Look at this: There is something about a1.")
	})
	t.Run("several are counted first", func(t *testing.T) {
		s := watched("line,line,line")
		all := s.Watch
		s.Watch = func() []Remark {
			if len(s.Walk.Answers()) < 2 {
				return nil
			}
			return all()
		}
		sit(t, s).typed("x\nx\n").shows("2 things to look at.", "about a1", "about a2")
	})
	t.Run("long ones do not stand in the way, and ctrl+g has all of them", func(t *testing.T) {
		s := newSitting(smallList("one-of,some-of,paragraph,line"))
		s.Watch = func() (remarks []Remark) {
			for path := range s.Walk.Answers() {
				remarks = append(remarks, Remark{path, strings.Repeat("A long remark goes on and on. ", 60) + "The end of " + path})
			}
			return remarks
		}
		h := sit(t, s)
		for _, step := range []struct{ words, keys string }{{"Words 1?", "down enter"}, {"Words 2?", "down space enter"}, {"Words 3?", "a tab"}} {
			h.press(strings.Fields(step.keys)...)
			for _, size := range [][2]int{{80, 24}, {50, 12}, {120, 40}} {
				h.size(size[0], size[1]).shows("Look at this: A long", h.m.step.Ask.Words)
				if size[1] < 40 {
					h.shows("ctrl+g for all of it")
				}
				if h.m.field.isList() {
					h.shows("> ")
				}
				if n := strings.Count(h.screen(), "\n") + 1; n > size[1] {
					t.Errorf("%d rows at %v:\n%s", n, size, h.screen())
				}
				h.press("ctrl+g", "home").shows("Look at this: A long")
				for range 40 {
					if strings.Contains(h.screen(), "The end of") {
						break
					}
					h.press("pgdown")
				}
				h.shows("The end of").press("esc")
			}
		}
	})
	t.Run("on resuming nothing is said that was there", func(t *testing.T) {
		s := watched("line,line")
		answerAll(t, s.Walk, []checklist.Answer{{Text: "x"}})
		sit(t, s).shows("Question 2", "1 to look at").lacks("Look at this")
	})
	t.Run("they stay on the page under a list that is laid over it", func(t *testing.T) {
		sit(t, watched("line,line")).typed("x\n").shows("Look at this").press("ctrl+r").lacks("Look at this").press("esc").shows("Look at this")
	})
	t.Run("nothing watches: nothing is counted", func(t *testing.T) {
		kinds(t, "line,line").typed("x\n").lacks("to look at")
	})
}
