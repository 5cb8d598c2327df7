package screen

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// A hand drives the model directly: keys in, the drawn page out.
type hand struct {
	t    *testing.T
	m    *model
	kept []*Partial
}

func sit(t *testing.T, s *Sitting) *hand {
	t.Helper()
	h := &hand{t: t}
	keep := s.Keep
	s.Keep = func(p *Partial) error {
		h.kept = append(h.kept, p)
		return keep(p)
	}
	h.m = newModel(s, time.Hour)
	h.m.Init()
	h.size(80, 24)
	return h
}

func (h *hand) size(w, height int) *hand {
	h.m.Update(tea.WindowSizeMsg{Width: w, Height: height})
	return h
}

// press sends keys by name: "down", "ctrl+c".
func (h *hand) press(keys ...string) *hand {
	h.t.Helper()
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "tab": tea.KeyTab, "up": tea.KeyUp, "down": tea.KeyDown,
		"space": tea.KeySpace, "backspace": tea.KeyBackspace, "home": tea.KeyHome, "end": tea.KeyEnd, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp}
	for _, k := range keys {
		msg := tea.KeyPressMsg{}
		name := k
		if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
			msg.Mod, name = tea.ModCtrl, rest
		}
		if c, ok := codes[name]; ok {
			msg.Code = c
			if name == "space" {
				msg.Text = " "
			}
		} else {
			msg.Code = []rune(name)[0]
			if msg.Mod == 0 {
				msg.Text = name
			}
		}
		h.m.Update(msg)
	}
	return h
}

// typed sends a text key by key, line ends as Enter: typing, or a paste without brackets.
func (h *hand) typed(text string) *hand {
	h.t.Helper()
	for _, r := range text {
		switch r {
		case '\n', '\r':
			h.press("enter")
		case '\t':
			h.press("tab")
		case ' ':
			h.press("space")
		default:
			h.press(string(r))
		}
	}
	return h
}

func (h *hand) paste(text string) *hand {
	h.m.Update(tea.PasteMsg{Content: text})
	return h
}

// screen looks at the page, which takes a moment.
func (h *hand) screen() string {
	h.m.Update(quietMsg{h.m.opened, h.m.heard})
	lines := strings.Split(ansi.Strip(h.m.View().Content), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func (h *hand) shows(words ...string) *hand {
	h.t.Helper()
	screen := h.screen()
	for _, w := range words {
		if !strings.Contains(screen, w) {
			h.t.Fatalf("the page does not show %q:\n%s", w, screen)
		}
	}
	return h
}

func (h *hand) lacks(words ...string) *hand {
	h.t.Helper()
	screen := h.screen()
	for _, w := range words {
		if strings.Contains(screen, w) {
			h.t.Fatalf("the page shows %q:\n%s", w, screen)
		}
	}
	return h
}

func (h *hand) answers(want map[string]string) *hand {
	h.t.Helper()
	got := map[string]string{}
	for path, a := range h.m.Walk.Answers() {
		got[path] = a.Text + strings.Join(a.Chosen, ",")
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		h.t.Fatalf("answers are %q, want %q\n%s", got, want, h.screen())
	}
	return h
}

func (h *hand) ended(want Ending) *hand {
	h.t.Helper()
	if !h.m.over || h.m.ending != want {
		h.t.Fatalf("over %v, ending %v, want %v\n%s", h.m.over, h.m.ending, want, h.screen())
	}
	return h
}

func (h *hand) goesOn() *hand {
	h.t.Helper()
	if h.m.over {
		h.t.Fatalf("the sitting ended: %v", h.m.ending)
	}
	return h
}

func kinds(t *testing.T, list string) *hand { return sit(t, newSitting(smallList(list))) }

func TestDrawnShapes(t *testing.T) {
	t.Run("a line", func(t *testing.T) {
		kinds(t, "line,line").shows("Question 1 of 2", "Title 1", "Guidance 1", "Source: Source 1", "Words 1?").
			typed("Dr Jones").shows("> Dr Jones").press("enter").answers(map[string]string{"a1": "Dr Jones"}).shows("Question 2 of 2")
	})
	t.Run("in a paragraph Enter is a new line, and Tab or ctrl+d goes on", func(t *testing.T) {
		kinds(t, "paragraph,paragraph,line").typed("one\n\ntwo").shows("Question 1", "one", "two").press("tab").
			typed("three\nfour").press("ctrl+d").answers(map[string]string{"a1": "one\n\ntwo", "a2": "three\nfour"}).shows("Question 3")
	})
	t.Run("a list of one starts on no answer, and Enter there is refused", func(t *testing.T) {
		kinds(t, "one-of,line").shows("> (not answered yet)").press("enter").
			shows("Error: Choose an answer. Your other answers are kept.").answers(map[string]string{}).
			press("down", "down").shows("> 2. Beta").press("enter").answers(map[string]string{"a1": "beta"})
	})
	t.Run("a list of several starts on no option, so that blanks tick nothing", func(t *testing.T) {
		kinds(t, "some-of,line").press("space", "x", "space").shows("0 ticked").press("enter").shows("Error: ").
			press("down", "space", "down", "x").shows("[x] 1. Alpha", "[x] 2. Beta", "2 ticked").press("up", "space").
			shows("[ ] 1. Alpha").press("enter").answers(map[string]string{"a1": "beta"})
	})
	t.Run("letters and ctrl+a move and tick nothing in lists", func(t *testing.T) {
		kinds(t, "one-of,line").typed("jjkgGlh").press("enter").answers(map[string]string{})
		kinds(t, "some-of,line").press("ctrl+a").typed("jjkgGlh").press("enter").answers(map[string]string{})
	})
	t.Run("a number goes to its line", func(t *testing.T) {
		kinds(t, "one-of,line").typed("2").shows("> 2. Beta").typed("1").shows("> 1. Alpha").press("enter").answers(map[string]string{"a1": "alpha"})
		kinds(t, "some-of,line").typed("2 1 2 ").shows("[x] 1. Alpha", "[ ] 2. Beta").press("enter").answers(map[string]string{"a1": "alpha"})
		kinds(t, "one-of,line").typed("9").shows("> (not answered yet)").press("enter").shows("Error: ").answers(map[string]string{})
	})
	t.Run("who typed text into a list and was refused can go on with a number, after a moment", func(t *testing.T) {
		h := kinds(t, "one-of,line").typed("I rang at").shows("Error: This is a list.", "> (not answered yet)").press("enter").shows("Error: Choose an answer.")
		before := calmMsg{h.m.opened, h.m.pressed}
		h.typed("2").shows("> (not answered yet)")
		h.m.Update(before)
		h.typed("2").shows("> (not answered yet)").press("enter")
		h.m.Update(calmMsg{h.m.opened, h.m.pressed})
		h.typed("2").shows("> 2. Beta").press("enter").answers(map[string]string{"a1": "beta"})
	})
	t.Run("a number within other text goes nowhere", func(t *testing.T) {
		for _, text := range []string{"I rang at 2", "2026-01-1", "1st", "at 1 2"} {
			kinds(t, "one-of,line").typed(text).press("enter").shows("Error: ").answers(map[string]string{})
		}
	})
	t.Run("another item by mistake is taken back by leaving it empty", func(t *testing.T) {
		s := newSitting(fullList())
		answerAll(t, s.Walk, fullAnswers()[:6])
		h := sit(t, s).typed("report").press("enter", "1", "enter")
		h.press("2", "enter").shows("Item 2.", "If there is nothing more to add, leave this empty and go on.").press("enter").
			shows("Nothing more was added.").lacks("Item 2.", "Error")
	})
	t.Run("an item says which it is, and the words of its group", func(t *testing.T) {
		s := newSitting(fullList())
		answerAll(t, s.Walk, fullAnswers()[:6])
		h := sit(t, s)
		h.shows("Item 1. The pieces of information", "What is it?")
	})
	t.Run("a question of ours says so", func(t *testing.T) {
		sit(t, newSitting(fullList())).shows("Before the questions", added)
	})
	t.Run("what may be left empty says so", func(t *testing.T) {
		s := newSitting(fullList())
		answerAll(t, s.Walk, fullAnswers()[:4])
		sit(t, s).shows("Their reference", "You may leave this empty.").press("enter").shows("Their views", "You may leave this empty.").
			press("tab").shows("Item 1.")
	})
	t.Run("training is said on every page", func(t *testing.T) {
		s := newSitting(smallList("line"))
		s.Training, s.Notice = true, []string{"A draft was found"}
		h := sit(t, s)
		h.shows("TRAINING", "A draft was found").press("enter").shows("TRAINING", "Title 1").press("ctrl+g").shows("TRAINING").
			press("esc").typed("x\n").shows("TRAINING", "Sign and record").size(50, 12).shows("TRAINING")
	})
}

func TestDrawnStartsWhereTheDraftStood(t *testing.T) {
	t.Run("an answer is shown, with the cursor on it", func(t *testing.T) {
		h := kinds(t, "one-of,some-of,line,paragraph").press("down", "down", "enter").press("down", "space", "enter").typed("text\n").typed("a\nb")
		h.press("esc").shows("> text").press("esc").shows("[x] 1. Alpha").press("esc").shows("> 2. Beta").
			answers(map[string]string{"a1": "beta", "a2": "alpha", "a3": "text"})
		h.press("enter", "enter", "enter").shows("a\nb")
	})
	t.Run("text that was being typed comes back", func(t *testing.T) {
		s := newSitting(smallList("paragraph,line"))
		s.Partial = &Partial{Path: "a1", Text: "half a sen"}
		sit(t, s).shows("half a sen").typed("tence").press("tab").answers(map[string]string{"a1": "half a sentence"})
	})
	t.Run("all answered: the review", func(t *testing.T) {
		s := newSitting(smallList("line"))
		answerAll(t, s.Walk, []checklist.Answer{{Text: "x"}})
		sit(t, s).shows("Every question has an answer", "> (nothing chosen)")
	})
}

func TestDrawnBack(t *testing.T) {
	t.Run("back from an invalid answer, which is not lost", func(t *testing.T) {
		h := kinds(t, "line,years,line").typed("a\n").typed("many\n").shows("Error: Write a whole number")
		h.press("esc").shows("Question 1").press("enter").shows("Question 2", "> many").answers(map[string]string{"a1": "a"})
	})
	t.Run("back at the first question says so", func(t *testing.T) {
		kinds(t, "line").press("esc").shows("This is the first question.").goesOn()
	})
	t.Run("ticks survive going back", func(t *testing.T) {
		kinds(t, "line,some-of").typed("a\n").press("down", "space", "esc", "enter").shows("[x] 1. Alpha").answers(map[string]string{"a1": "a"})
	})
	t.Run("a cursor that only rested on an option is not an answer", func(t *testing.T) {
		kinds(t, "line,one-of").typed("a\n").press("down", "esc", "enter").shows("> (not answered yet)")
	})
	t.Run("back from the review goes to the last question", func(t *testing.T) {
		kinds(t, "line,line").typed("a\nb\n").shows("Every question").press("esc").shows("Question 2", "> b")
	})
}

func TestDrawnFilter(t *testing.T) {
	gateways := func(t *testing.T) *hand {
		s := newSitting(fullList())
		answerAll(t, s.Walk, fullAnswers()[:14])
		return sit(t, s).shows("Which gateways", "ctrl+g guidance and 2 notes")
	}
	t.Run("typed words find options, and ticks stay with their options", func(t *testing.T) {
		h := gateways(t).press("/").typed("section 11").shows("Search: section 11_   1 choice", "11. Gateway Act 2001").lacks("1. Gateway Act 1991")
		h.press("enter").press("down", "space").press("esc").lacks("Search").shows("8. Gateway Act 1998", "> [x] 11.").press("enter")
		h.shows("For how many years?")
		if got := h.m.Walk.Answers()["gateway"]; !slices.Equal(got.Chosen, []string{"act-2001-s11"}) {
			t.Errorf("got %v", got)
		}
	})
	t.Run("nothing matches: no key breaks anything or ticks anything", func(t *testing.T) {
		h := gateways(t).press("/").typed("zebra").shows("nothing matches", "0 choices").press("down", "up", "pgdown", "end", "space", "x", "enter").
			goesOn().shows("Search: zebra x_").press("esc").shows("0 ticked", "1. Gateway Act 1991").goesOn()
		h.press("enter").shows("Error: ")
	})
	t.Run("Esc closes the filter before it goes back", func(t *testing.T) {
		gateways(t).press("/").typed("duty").press("esc").shows("Which gateways").lacks("Search").press("esc").shows("Which sensitive kinds?")
	})
	t.Run("Enter after a search chooses nothing by itself", func(t *testing.T) {
		gateways(t).press("/").typed("act 1993").press("enter", "enter").shows("Error: ", "Which gateways").
			press("backspace", "/").typed("x").press("backspace", "backspace").goesOn()
	})
	t.Run("short lists are not searched", func(t *testing.T) {
		kinds(t, "one-of").typed("/beta").press("enter").shows("Error").answers(map[string]string{})
	})
	t.Run("an option to be checked first says so in words, in the list and below it", func(t *testing.T) {
		gateways(t).press("down", "down", "down").shows("> [ ] 3. [CHECK FIRST] Gateway Act 1993", "Warning: nobody has confirmed").
			size(50, 12).shows("[CHECK FIRST]", "Warning: nobody has confirmed")
	})
	t.Run("the cursor stays in sight in a long list, up and down and at other sizes", func(t *testing.T) {
		h := gateways(t)
		for _, size := range [][2]int{{50, 12}, {80, 24}, {120, 40}, {50, 12}} {
			h.size(size[0], size[1])
			if size[1] < 40 {
				h.shows("(12 in this list; up and down")
			} else {
				h.lacks("in this list")
			}
			h.press("end").shows("> [ ] 12. ").press("up", "up").shows("> [ ] 10. ").press("home").shows("> [ ] (move")
			for i := 1; i <= 12; i++ {
				h.press("down").shows(fmt.Sprintf("> [ ] %d. ", i))
			}
		}
	})
}

func TestDrawnBurst(t *testing.T) {
	t.Run("type-ahead over several pages lands where it would have landed slowly", func(t *testing.T) {
		kinds(t, "line,paragraph,line,line").typed("Dr Jones\nfirst line\nsecond line\tthird answer\nfourth").
			answers(map[string]string{"a1": "Dr Jones", "a2": "first line\nsecond line", "a3": "third answer"}).shows("> fourth")
	})
	t.Run("lines pasted as keys into a line answer nothing in a list", func(t *testing.T) {
		kinds(t, "line,one-of,line").typed("Dear all,\nplease see x below /\njk\n\nRegards\n").answers(map[string]string{"a1": "Dear all,"}).
			shows("> (not answered yet)", "Error")
		kinds(t, "line,some-of,line").typed("Dear all,\nplease see x below /\njk\n\nRegards\n").answers(map[string]string{"a1": "Dear all,"}).
			shows("0 ticked", "Error")
	})
	t.Run("overflow never signs", func(t *testing.T) {
		h := kinds(t, "line,line").typed(strings.Repeat("sign and record\n1\nyes\n\t \n", 50)).goesOn()
		h.shows("Nothing has been signed", "> (nothing chosen)")
		h.press("up", "home").typed("\n\n\n\n").goesOn().shows("> (nothing chosen)")
	})
	t.Run("arrows typed ahead never sign either", func(t *testing.T) {
		h := kinds(t, "one-of,one-of")
		for range 20 {
			h.press("down", "down", "enter")
		}
		h.goesOn().shows("Nothing has been signed", "> (nothing chosen)").press("down", "down", "enter").shows("The whole record")
		for range 20 {
			h.press("enter", "down", "down")
		}
		h.goesOn().shows("Do you want to do this now?", "> (nothing chosen)")
	})
	t.Run("a moment without keys is needed, not a moment", func(t *testing.T) {
		h := kinds(t, "line").typed("a\n")
		before := quietMsg{h.m.opened, h.m.heard}
		h.press("down")
		h.m.Update(before)
		h.press("down", "down", "enter").shows("> (nothing chosen)", "enter chooses").goesOn()
	})
	t.Run("a thousand lines as keys stay in their paragraph, quickly", func(t *testing.T) {
		letter := strings.TrimSpace(strings.Repeat("a line of a letter\n", 1000))
		begun := time.Now()
		kinds(t, "paragraph,line").typed(letter).press("tab").answers(map[string]string{"a1": letter})
		if took := time.Since(begun); took > 3*time.Second {
			t.Errorf("took %v", took)
		}
	})
	t.Run("keys after the end count for nothing", func(t *testing.T) {
		kinds(t, "line,line").typed("a").press("ctrl+c").typed("b\nc\n").ended(Stopped).answers(map[string]string{})
	})
	t.Run("what a field asked for does not arrive on the next page", func(t *testing.T) {
		h := kinds(t, "line,line")
		late := fieldMsg{h.m.opened, tea.PasteMsg{Content: "from the clipboard"}}
		h.typed("a\n")
		h.m.Update(late)
		h.lacks("clipboard")
		h.m.Update(fieldMsg{h.m.opened, tea.PasteMsg{Content: "from the clipboard"}})
		h.shows("> from the clipboard")
	})
}

func TestDrawnPaste(t *testing.T) {
	t.Run("line breaks become blanks in a line", func(t *testing.T) {
		kinds(t, "line,line").paste("Dr Jones\r\nSt Mary's\n").press("enter").answers(map[string]string{"a1": "Dr Jones St Mary's"})
	})
	t.Run("line breaks are kept in a paragraph", func(t *testing.T) {
		kinds(t, "paragraph,line").paste("one\r\ntwo\rthree\n\nfour").press("tab").answers(map[string]string{"a1": "one\ntwo\nthree\n\nfour"})
	})
	t.Run("escape sequences are refused", func(t *testing.T) {
		kinds(t, "line,line").typed("a").paste("b\x1b[31mc").shows("Error: This contains control characters", "Nothing was pasted", "> a").
			press("enter").answers(map[string]string{"a1": "a"})
	})
	t.Run("marks that turn text round are refused by the walk", func(t *testing.T) {
		kinds(t, "line,line").paste("a\u202eb").press("enter").shows("Error: This contains control characters", "Your other answers are kept").answers(map[string]string{})
	})
	t.Run("a paste does nothing in lists and readers", func(t *testing.T) {
		kinds(t, "some-of").paste("x x\n").shows("0 ticked").press("ctrl+g").paste("\n").shows("Guidance 1", "esc or enter goes back")
	})
}

func TestDrawnSizes(t *testing.T) {
	s := newSitting(fullList())
	h := sit(t, s)
	check := func() {
		t.Helper()
		for _, size := range [][2]int{{50, 12}, {120, 40}, {80, 24}, {20, 5}, {1, 1}, {0, 0}, {80, 24}} {
			h.size(size[0], size[1])
			lines := strings.Split(h.screen(), "\n")
			if size[1] >= 12 && len(lines) > size[1] {
				t.Fatalf("%d rows at %v:\n%s", len(lines), size, h.screen())
			}
			for _, l := range lines {
				if w := ansi.StringWidth(l); size[0] >= 50 && w > size[0] {
					t.Fatalf("a row of %d at %v: %q", w, size, l)
				}
				for _, column := range strings.Split(l, between) {
					if w := ansi.StringWidth(strings.Trim(column, "─")); w > 100 {
						t.Fatalf("%d columns to be read in one at %v: %q", w, size, l)
					}
				}
			}
			if size[1] >= 12 && h.m.page == pageStep && h.m.pager == nil && !strings.Contains(h.screen(), strings.Fields(h.m.step.Ask.Words)[0]) {
				t.Fatalf("the question cannot be seen at %v:\n%s", size, h.screen())
			}
		}
	}
	for i, a := range fullAnswers() {
		check()
		h.press("ctrl+g")
		check()
		h.press("esc")
		step, _ := s.Walk.Current()
		if isChoice(step.Ask) {
			h.size(50, 12).shows("> ")
		}
		if i == 2 {
			h.size(80, 24).shows("... ctrl+g for all of it").press("ctrl+g").lacks("... ctrl+g").shows("One purpose", "lines 1 to 19 of").
				press("pgdown").shows("(end)").press("pgup", "end", "home").shows("lines 1 to").press("enter")
			// Typed text stays in sight below guidance that does not fit.
			h.size(80, 24).typed("in sight").shows("in sight").size(50, 12).shows("in sight")
			for range len("in sight") {
				h.press("backspace")
			}
		}
		if err := s.Walk.Answer(a); err != nil {
			t.Fatal(err)
		}
		h.m.open()
	}
	check()
	h.shows("Every question has an answer").press("down", "down", "enter")
	check()
	h.press("enter").shows("Do you want to do this now?")
	check()
}

func TestDrawnNews(t *testing.T) {
	t.Run("answers that no longer apply are named, and the draft keeps them", func(t *testing.T) {
		s := newSitting(fullList())
		answerAll(t, s.Walk, fullAnswers())
		s.Walk.GoTo("danger")
		_ = s.Walk.Answer(checklist.Answer{Chosen: []string{"yes"}})
		_ = s.Walk.Answer(checklist.Answer{Chosen: []string{"acted"}})
		s.Walk.GoTo("danger")
		h := sit(t, s).shows("> 2. Yes")
		h.press("up", "enter").shows("1 earlier answer no longer applies", "No longer applies: Is someone in danger now: Act first.")
		if _, ok := s.Walk.Answers()["acted"]; !ok {
			t.Error("the answer is gone")
		}
	})
	t.Run("an answer that no longer fits is named", func(t *testing.T) {
		s := newSitting(fullList())
		answers := fullAnswers()
		answers[14].Chosen = []string{"act-1991-s1"} // not offered when someone is in danger
		answerAll(t, s.Walk, answers)
		h := sit(t, s).shows("Every question").press("down", "down", "down", "down", "enter").shows("Is someone in danger").press("down", "enter").press("down", "down", "enter")
		h.shows("Your earlier answer no longer fits: what was chosen before", "Which gateways")
	})
	t.Run("an option that stops keeps the draft and ends the sitting", func(t *testing.T) {
		h := sit(t, newSitting(fullList())).press("down", "down").shows("Call 999 first.").press("enter").press("down").
			shows("This keeps the draft and stops here.").press("enter").ended(Stopped)
		h.answers(map[string]string{"danger": "yes", "acted": "stop"})
	})
	t.Run("a draft that cannot be saved is said on every page", func(t *testing.T) {
		s := newSitting(smallList("line,line,line"))
		s.Keep = func(*Partial) error { return fmt.Errorf("the disk is full") }
		h := sit(t, s).typed("a\n")
		h.shows("Warning: the draft could not be saved (the disk is full)", "NOT SAVED").typed("b\n").shows("NOT SAVED").size(50, 12).shows("NOT SAVED")
	})
}

func TestDrawnKeeps(t *testing.T) {
	t.Run("text that is being typed is kept from time to time, once for each change", func(t *testing.T) {
		h := kinds(t, "paragraph,line").typed("a letter\nis typed")
		h.m.Update(saveMsg{h.m.opened})
		h.m.Update(saveMsg{h.m.opened})
		if len(h.kept) != 1 || !h.kept[0].is("a1", "a letter\nis typed") {
			t.Fatalf("kept %v", h.kept)
		}
		h.m.Update(saveMsg{h.m.opened - 1})
		h.press("tab")
		if last := h.kept[len(h.kept)-1]; last != nil {
			t.Errorf("an answered text is still kept as half typed: %v", last)
		}
	})
	t.Run("going back keeps what was typed", func(t *testing.T) {
		h := kinds(t, "line,line").typed("a\nhalf").press("esc")
		if last := h.kept[len(h.kept)-1]; !last.is("a2", "half") {
			t.Errorf("kept %v", last)
		}
	})
	for _, k := range []string{"ctrl+c", "ctrl+s"} {
		t.Run(k+" stops and keeps", func(t *testing.T) {
			h := kinds(t, "paragraph,line").typed("half").press(k).ended(Stopped)
			if last := h.kept[len(h.kept)-1]; last == nil || last.Text != "half" {
				t.Errorf("kept %v", last)
			}
		})
	}
	t.Run("ctrl+b hides everything until a key, and that key does nothing else", func(t *testing.T) {
		h := kinds(t, "line,line").typed("secret").press("ctrl+b").lacks("secret", "Words", "Cambridgeshire")
		h.press("enter").shows("> secret", "Question 1").answers(map[string]string{})
	})
}

func TestDrawnReview(t *testing.T) {
	review := func(t *testing.T) *hand {
		return kinds(t, "line,line").typed("alpha\nbeta\n").shows("Review", "2 findings: 1 stop, 1 caution.", "Finding 1 of 2. Stop: No gateway was confirmed.",
			"> (nothing chosen)", "Edit: Title 1: alpha").lacks("Why: nobody can say")
	}
	t.Run("a number goes to its line, and never to the yes", func(t *testing.T) {
		h := review(t).press("5").shows("> 5. Edit: Title 2").press("2").shows("> 2. Sign and record this decision").goesOn()
		h.press("enter").shows("The whole record").press("enter").shows("Do you want to do this now?").lacks("1. No", "2. Yes")
		h.press("2", "1").shows("> (nothing chosen)").press("enter").shows("Error: Choose yes or no.").goesOn()
	})
	t.Run("Enter on nothing does nothing", func(t *testing.T) {
		review(t).press("enter", "enter", "enter").shows("Error: Move down").goesOn()
	})
	t.Run("the record can be read, and reading signs nothing", func(t *testing.T) {
		review(t).press("down", "enter").shows("The whole record", "decision record", "a1: alpha").press("enter").shows("> 1. Read the whole record").goesOn()
	})
	t.Run("signing puts the record first and then asks, starting on neither", func(t *testing.T) {
		h := review(t).press("down", "down").shows("> 2. Sign and record this decision").press("enter").
			shows("The whole record", "nothing is signed yet").press("enter").shows("Do you want to do this now?", "> (nothing chosen)").
			press("enter").shows("Error: Choose yes or no.").goesOn()
		h.press("enter").shows("Do you want").press("down", "enter").shows("> (nothing chosen)", "Read the whole record").goesOn()
		h.press("down", "down", "enter").shows("Do you want").press("esc").shows("Read the whole record").goesOn()
		h.press("down", "down", "enter").shows("Do you want").press("down", "down").shows("> Yes: Sign and record this decision").press("enter").ended(Agreed)
	})
	t.Run("an edit comes back to the review, and the record counts as unread again", func(t *testing.T) {
		h := review(t).press("down", "enter", "enter").press("down", "down", "down").shows("> 4. Edit: Title 1").press("enter").shows("> alpha").
			typed("bet\n").shows("Edit: Title 1: alphabet", "> (nothing chosen)").answers(map[string]string{"a1": "alphabet", "a2": "beta"})
		h.press("down", "down", "enter").shows("a1: alphabet").goesOn()
	})
	t.Run("an edit thought better of", func(t *testing.T) {
		review(t).press("down", "down", "down", "down", "enter").typed("x").press("esc").shows("Edit: Title 1: alpha").answers(map[string]string{"a1": "alpha", "a2": "beta"})
	})
	t.Run("stop", func(t *testing.T) {
		review(t).press("down", "down", "down", "enter").ended(Stopped)
		review(t).press("ctrl+c").ended(Stopped)
		review(t).press("down", "down", "enter", "enter", "ctrl+c").ended(Stopped)
	})
	t.Run("no review: the last answer ends the sitting", func(t *testing.T) {
		s := newSitting(smallList("line"))
		s.Review = nil
		sit(t, s).typed("a\n").ended(Agreed)
	})
}

func TestDrawnCaret(t *testing.T) {
	at := func(h *hand, x int, line string) {
		t.Helper()
		lines := strings.Split(h.screen(), "\n")
		c := h.m.View().Cursor
		if c == nil || c.X != x || lines[c.Y] != line {
			t.Fatalf("the cursor is at %+v:\n%s", c, h.screen())
		}
		if strings.Contains(h.m.View().Content, "\x1b[7m") {
			t.Error("there are two cursors")
		}
	}
	h := kinds(t, "line,paragraph,one-of").typed("abc")
	at(h, 5, "> abc")
	h.typed("\none\ntwo")
	at(h, 3, "two")
	h.press("tab", "down")
	at(h, 0, "> 1. Alpha")
	if h.press("ctrl+g"); h.m.View().Cursor != nil {
		t.Error("a cursor in a reader")
	}
}
