package screen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"dsa/checklist"

	tea "charm.land/bubbletea/v2"
)

// quizPage is a page with everything a page can have.
func quizPage() Page {
	return Page{Title: "Quiz", Where: "Question 2 of 9", Training: true, Heading: "What is missing from this record?",
		Lines: []string{"A school shared with the police.", "", "It named no law."}, Ask: "What is missing?",
		Options: []checklist.Option{{ID: "gateway", Words: "A legal gateway", Help: "A power or a duty"}, {ID: "name", Words: "A name", Detail: "Nobody is named in a record."},
			{ID: "time", Words: "The time"}},
		Back: "go back to the list", Leave: "leave the quiz"}
}

// longPage is a page with a list that is searched.
func longPage() Page {
	p := Page{Title: "Scenarios", Heading: "Which one?", Ask: "Choose a scenario."}
	for i := range 14 {
		p.Options = append(p.Options, checklist.Option{ID: fmt.Sprintf("s%02d", i+1), Words: fmt.Sprintf("Scenario %d about %s", i+1, []string{"a school", "a nurse"}[i%2])})
	}
	return p
}

func choosing(t *testing.T, p Page) *hand {
	t.Helper()
	return (&hand{t: t, m: newChoice(&p)}).size(80, 24)
}

// chose checks what a page came to: the id chosen, and nothing where the person went back.
func (h *hand) chose(id string) *hand {
	h.t.Helper()
	if h.ended(Agreed); h.m.chosen != id {
		h.t.Errorf("chose %q, want %q", h.m.chosen, id)
	}
	return h
}

func TestDrawnChoice(t *testing.T) {
	t.Run("everything is on the page, and nothing is chosen", func(t *testing.T) {
		choosing(t, quizPage()).shows("TRAINING  Quiz", "Question 2 of 9", "What is missing from this record?", "A school shared", "It named no law.",
			"▌ What is missing?", "> (nothing chosen)", "1. A legal gateway", "enter chooses", "esc go back to the list", "ctrl+s leave the quiz", "ctrl+b hide").
			press("enter").shows("Error: Move down to a choice").goesOn()
	})
	t.Run("a number and Enter choose", func(t *testing.T) {
		choosing(t, quizPage()).typed("2").shows("> 2. A name").press("enter").chose("name")
	})
	t.Run("what there is to know about a choice stands below the list", func(t *testing.T) {
		choosing(t, quizPage()).press("down").shows("A power or a duty.").press("down").shows("Nobody is named in a record.")
	})
	t.Run("esc goes back where there is a way back, and does nothing where there is none", func(t *testing.T) {
		choosing(t, quizPage()).press("esc").chose("")
		choosing(t, longPage()).lacks("esc ").press("esc", "esc").goesOn()
	})
	t.Run("ctrl+s and ctrl+c stop", func(t *testing.T) {
		choosing(t, quizPage()).press("ctrl+s").ended(Stopped)
		choosing(t, longPage()).shows("ctrl+s stop").press("ctrl+c").ended(Stopped)
	})
	t.Run("a long list is searched", func(t *testing.T) {
		h := choosing(t, longPage()).shows("/ search").press("/").typed("nurse 4").shows("1 choice", "4. Scenario 4")
		h.press("enter", "down", "enter").chose("s04")
	})
	t.Run("what does not fit is opened with ctrl+g", func(t *testing.T) {
		p := quizPage()
		p.Lines = append(slices.Repeat([]string{"A line of the record."}, 40), "The end of the record.")
		choosing(t, p).shows("ctrl+g for all of it", "> (nothing chosen)").lacks("The end").press("ctrl+g").shows("TRAINING").
			press("pgdown", "pgdown").shows("The end of the record.").press("esc").shows("> (nothing chosen)")
	})
	t.Run("training is said on the page, in its pager and where it is hidden, at every size", func(t *testing.T) {
		h := choosing(t, quizPage())
		for _, size := range [][2]int{{80, 24}, {120, 40}, {50, 12}} {
			h.size(size[0], size[1]).shows("TRAINING", "What is missing?", "> (nothing chosen)").press("ctrl+g").shows("TRAINING").press("esc", "ctrl+b").
				shows("TRAINING", "Hidden.").lacks("school").press("x")
			if n := strings.Count(h.screen(), "\n") + 1; n > size[1] {
				t.Errorf("%d rows at %v:\n%s", n, size, h.screen())
			}
		}
	})
	t.Run("escape codes are shown nowhere", func(t *testing.T) {
		p := quizPage()
		p.Title, p.Where, p.Heading, p.Ask, p.Back = "a\x1b[2J", "b\x1b[2J", "c\x1b[2J", "d\x1b[2J", "e\x1b[2J"
		p.Lines, p.Options[0].Words = []string{"f\x1b[2J"}, "g\x1b[2J"
		h := choosing(t, p).shows("a[2J", "b[2J", "c[2J", "d[2J", "e[2J", "f[2J", "g[2J")
		if strings.Contains(h.m.View().Content, "\x1b[2J") {
			t.Error("an escape code reaches the terminal")
		}
	})
}

func TestDrawnText(t *testing.T) {
	reading := func() *hand {
		return (&hand{t: t, m: newText(&Text{Title: "The story", Training: true, Lines: []string{"A child is in hospital."}, Leave: "begin"})}).size(80, 24)
	}
	h := reading().shows("TRAINING", "The story", "A child is in hospital.", "enter begin", "ctrl+s stop", "ctrl+b hide")
	h.press("ctrl+b").shows("TRAINING", "Hidden.").lacks("child").press("enter").shows("A child").press("enter").ended(Agreed)
	reading().press("ctrl+s").ended(Stopped)
	reading().press("ctrl+c").ended(Stopped)
}

func TestPlainChoice(t *testing.T) {
	whole := "TRAINING. Quiz.\nQuestion 2 of 9. What is missing from this record?\nA school shared with the police.\nIt named no law.\nWhat is missing?\n3 choices.\n" +
		"1. A legal gateway.\nA power or a duty.\n2. A name.\n3. The time.\nType one number, 1 to 3.\nType back to go back to the list.\nType stop to leave the quiz.\n"
	for name, c := range map[string]struct {
		page  Page
		input string
		id    string
		err   error
		says  []string
		lacks []string
	}{
		"everything is said, counts before lists": {page: quizPage(), input: "2\n", id: "name", says: []string{"\n" + whole + "Chosen: A name.\n"}},
		"by words":      {page: quizPage(), input: "legal gate\n", id: "gateway"},
		"back":          {page: quizPage(), input: "BACK\n", err: ErrBack},
		"no way back":   {page: longPage(), input: "back\n3\n", id: "s03", says: []string{"There is nothing to go back to here."}, lacks: []string{"Type back"}},
		"stop":          {page: quizPage(), input: "stop\n", err: ErrStopped},
		"stop is stop":  {page: longPage(), input: "stop\n", err: ErrStopped, says: []string{"Type stop to stop."}},
		"end of input":  {page: quizPage(), input: "", err: ErrInputEnded},
		"an empty line": {page: quizPage(), input: "\n\n", err: ErrInputEnded, says: []string{"Error: No number was typed."}},
		"what was typed is not repeated, and the question is": {page: quizPage(), input: "Alice\n2\n", id: "name", lacks: []string{"Alice"},
			says: []string{"Error: That is not one of the choices here.\nTraining. What is missing?\n1. A legal gateway.\n2. A name.\n3. The time.\nType one number, 1 to 3.\n"}},
		"a question mark says it again": {page: quizPage(), input: "?\n1\n", id: "gateway", says: []string{"Type stop to leave the quiz.\nTraining. Question 2 of 9. What is missing from this record?\n"}},
		"a question mark and a number":  {page: quizPage(), input: "?2\n1\n", id: "gateway", says: []string{"2. A name.\nNobody is named in a record.\n"}},
		"a long list is searched by words, and not said again": {page: longPage(), input: "school\nnurse 4\n", id: "s04",
			says: []string{"14 choices.\n1. ", "Or type some words of a choice to find it.", "Error: That fits 7 choices. 1, Scenario 1 about a school. 3, ", "There are 14 choices."}},
		"escape codes": {page: Page{Title: "a\x1b[2J", Heading: "b\x1b[2J", Lines: []string{"c\x1b[2J"}, Ask: "d\x1b[2J", Back: "e\x1b[2J", Options: []checklist.Option{{ID: "f", Words: "f\x1b[2J"}}},
			input: "1\n", id: "f", says: []string{"a[2J", "b[2J", "c[2J", "d[2J", "e[2J", "f[2J"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			id, err := NewPlain(strings.NewReader(c.input), &out).Choose(context.Background(), c.page)
			if id != c.id || !errors.Is(err, c.err) {
				t.Errorf("%q, %v; want %q, %v", id, err, c.id, c.err)
			}
			for _, w := range c.says {
				if !strings.Contains(out.String(), w) {
					t.Errorf("not said: %q", w)
				}
			}
			for _, w := range append(c.lacks, "\x1b", "…", "▌") {
				if strings.Contains(out.String(), w) {
					t.Errorf("said: %q", w)
				}
			}
			if t.Failed() {
				t.Log(out.String())
			}
		})
	}
}

func TestPlainText(t *testing.T) {
	text := Text{Title: "The story", Training: true, Lines: []string{"A child is in hospital.", "", "A nurse is worried."}, Leave: "begin"}
	whole := "TRAINING. The story.\nA child is in hospital.\nA nurse is worried.\nPress Enter to begin.\n"
	for input, want := range map[string]error{"\n": nil, "hello\n\n": nil, "?\n\n": nil, "stop\n": ErrStopped, "": ErrInputEnded} {
		var out bytes.Buffer
		if err := NewPlain(strings.NewReader(input), &out).Read(context.Background(), text); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", input, err, want)
		}
		times := 1
		if strings.HasPrefix(input, "?") {
			times = 2
		}
		if n := strings.Count(out.String(), whole); n != times {
			t.Errorf("%q: said %d times\n%s", input, n, out.String())
		}
	}
}

// One asker puts page after page and then a walk, and reads no more of its input than each needs.
func TestPlainPagesOneAfterAnother(t *testing.T) {
	var out bytes.Buffer
	asker := NewPlain(strings.NewReader("2\n\n1\nDr Jones\nstop\n"), &out)
	first, _ := asker.Choose(context.Background(), quizPage())
	read := asker.Read(context.Background(), Text{Title: "Why"})
	second, _ := asker.Choose(context.Background(), quizPage())
	s := newSitting(smallList("line,line"))
	ending, err := asker.Conduct(context.Background(), s)
	if first != "name" || read != nil || second != "gateway" || ending != Stopped || err != nil || s.Walk.Answers()["a1"].Text != "Dr Jones" {
		t.Errorf("%q, %v, %q, %v, %v, %v\n%s", first, read, second, ending, err, s.Walk.Answers(), out.String())
	}
	if n := strings.Count(out.String(), "TRAINING. Quiz."); n != 1 {
		t.Errorf("the title is said %d times", n)
	}
}

func TestPagesStopForTheContextAndSayWhatBroke(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewPlain(strings.NewReader("1\n"), io.Discard).Choose(ctx, quizPage()); !errors.Is(err, ErrStopped) {
		t.Error(err)
	}
	if err := NewPlain(strings.NewReader("\n"), io.Discard).Read(ctx, Text{}); !errors.Is(err, ErrStopped) {
		t.Error(err)
	}
	if id, err := NewPlain(strings.NewReader("1\n"), broken{}).Choose(context.Background(), quizPage()); id != "" || err == nil || errors.Is(err, ErrStopped) {
		t.Errorf("%q, %v", id, err)
	}
}

// Nobody has to hear a long list before they can search it, nor a text again that they have just heard.
func TestWhatAVoiceIsSpared(t *testing.T) {
	page := Page{Title: "Law", Ask: "Which one?"}
	for i := range many + 1 {
		page.Options = append(page.Options, checklist.Option{ID: fmt.Sprint("s", i+1), Words: fmt.Sprint("Section ", i+1), Help: "What it says."})
	}
	var out strings.Builder
	id, err := NewPlain(strings.NewReader("section 31\n"), &out).Choose(t.Context(), page)
	if said := out.String(); id != "s31" || err != nil || !strings.Contains(said, "31 choices.\nThe first 9 of them. Type a question mark to hear all.\n1. Section 1.\n") || strings.Contains(said, "10. Section 10.") {
		t.Errorf("%q, %v\n%s", id, err, said)
	}
	out.Reset()
	if _, err := NewPlain(strings.NewReader("?\n31\n"), &out).Choose(t.Context(), page); err != nil || !strings.Contains(out.String(), "31. Section 31.\nWhat it says.") {
		t.Errorf("%v\n%s", err, &out)
	}
	for typed, times := range map[string]int{"\n": 0, "back\n": 0, "?\n\n": 1} {
		out.Reset()
		err := NewPlain(strings.NewReader(typed), &out).Read(t.Context(), Text{Title: "Why", Lines: []string{"Nobody is named."}, Said: true, Stop: "leave dsa"})
		if n := strings.Count(out.String(), "Why.\nNobody is named.\n"); n != times || err != nil || !strings.Contains(out.String(), "or stop to leave dsa.") {
			t.Errorf("after %q: %d times, %v\n%s", typed, n, err, &out)
		}
	}
}

// A drawn text is not taken away by a key that was typed ahead of it.
func TestADrawnTextIsReadFirst(t *testing.T) {
	m := newText(&Text{Title: "Why", Lines: []string{"Nobody is named."}, Stop: "leave dsa"})
	m.Init()
	m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	if m.over || !strings.Contains(m.draw(), oneMoment) {
		t.Error("it is gone")
	}
	m.Update(quietMsg{m.opened, m.heard})
	m.drawn = ""
	if shown := m.draw(); !strings.Contains(shown, "go on") || !strings.Contains(shown, "leave dsa") {
		t.Errorf("its keys are not shown:\n%s", shown)
	}
	if m.Update(tea.KeyPressMsg{Code: tea.KeyEnter}); !m.over {
		t.Error("it cannot be left")
	}
}

// exercise is a training walk with a story and something to go over to.
func exercise() *Sitting {
	s := newSitting(smallList("line,one-of"))
	s.Training, s.Story, s.Switches = true, []string{"A child is in hospital.", "A nurse is worried."}, testSwitches
	return s
}

func TestDrawnStory(t *testing.T) {
	h := sit(t, exercise()).shows("ctrl+t story").press("ctrl+t").shows("TRAINING", "The story", "A nurse is worried.", "esc or enter goes back")
	h.press("esc").typed("half").press("ctrl+t", "esc").shows("> half").press("ctrl+g").shows("TRAINING").press("esc", "enter", "down", "enter").
		shows("Every question has an answer").press("ctrl+t").shows("A nurse is worried.").press("enter").shows("> (nothing chosen)")
	sit(t, newSitting(smallList("line"))).lacks("ctrl+t").press("ctrl+t").shows("Words 1?")
}

func TestPlainStory(t *testing.T) {
	said, _ := speak(t, exercise(), "story\nx\n1\nstory\nstop\n")
	if n := strings.Count(said, "Training. The story.\nA child is in hospital.\nA nurse is worried.\nEnd of the story.\n"); n != 2 {
		t.Errorf("said %d times\n%s", n, said)
	}
	if !strings.Contains(said, "back, stop, review, switch, story, or a question mark") {
		t.Error(said)
	}
	// Without a story the word is an answer like any other.
	s := newSitting(smallList("line,line"))
	if speak(t, s, "story\nstop\n"); s.Walk.Answers()["a1"].Text != "story" {
		t.Errorf("%v", s.Walk.Answers())
	}
}

func TestTrainingIsSaidEverywhere(t *testing.T) {
	s := exercise()
	s.Notice = []string{"You are a nurse."}
	h := sit(t, s).shows("TRAINING", "You are a nurse.").press("enter")
	for _, keys := range []string{"", "ctrl+g", "esc ctrl+o", "esc ctrl+b", "x a enter ctrl+r", "esc down enter", "down down enter", "enter", "ctrl+g", "esc ctrl+b"} {
		h.screen() // a moment passes
		for _, k := range strings.Fields(keys) {
			h.press(k)
		}
		for _, size := range [][2]int{{50, 12}, {120, 40}, {80, 24}} {
			h.size(size[0], size[1]).shows("TRAINING")
		}
	}
	if h.press("x").shows("Do you want to do this now?"); h.m.page != pageConfirm {
		t.Error("not every page was seen")
	}
	// In lines, every stretch between two that were typed says it.
	said, _ := speak(t, exercise(), "?\nreview\nswitch\nback\nstory\na\n1\nread\nfindings\nedit\nswitch\nback\nstory\nstop\n")
	for _, begins := range []string{"TRAINING. Camb", "Training. Question 1", "Training.\nGuidance 1", "Training. 0 answers so far.", "Training. Go on with something else.",
		"Training. The story.", "Training. Question 2", "Training. Review.", "Training. The whole record,", "Training. To agree,", "Training. 2 findings", "Training. 2 answers so far."} {
		if !strings.Contains(said, begins) {
			t.Errorf("not said: %q\n%s", begins, said)
		}
	}
}
