package screen

import (
	"strings"
	"testing"
	"time"

	"dsa/checklist"

	"github.com/charmbracelet/x/ansi"
)

// closing is a sitting that has something to ask before signing: a reply to one finding, and whether there is something
// to say to another.
func closing(t *testing.T) *Sitting {
	t.Helper()
	s := newSitting(smallList("line,one-of"))
	s.Walk.SetClosing(func(a checklist.Answers) []checklist.Question {
		if !a["a2"].Is("beta") {
			return nil
		}
		return []checklist.Question{{ID: "findings", Title: "Before you sign", Source: "dsa",
			Guidance: "1 thing needs a change or your reason. 1 more is worth a thought.",
			Asks: []checklist.Ask{
				{ID: checklist.Reply("ID"), Kind: checklist.Paragraph, Missing: "change the answer or write the reason",
					Words: "Stop. It has not been checked who receives this.",
					Help: "Why it matters: information has more than once gone to the wrong person because somebody on the telephone knew the right names.\n" +
						"What to do: ring back through a number you found yourself, or write why you share before that.\nSource: C&P Tier 1 DSA 2024, Appendix 2, question 6."},
				{ID: checklist.Remarks, Kind: checklist.SomeOf, Words: "Do you want to say something to any of these?", Options: []checklist.Option{
					{ID: "NOTTOLD", Words: "The person is not told. See that the reason is written down and that somebody looks at it again.", Help: "Section 13"},
					{ID: "none", Words: "No", Alone: true}}},
				{ID: checklist.Reply("NOTTOLD"), Kind: checklist.Paragraph, Words: "Caution. The person is not told.", When: checklist.When{checklist.Remarks: {"NOTTOLD"}}},
			}}}
	})
	return s
}

const howToChange = "To change an answer instead, type back, or review for the numbers and then edit and a number."

func TestPlainClosing(t *testing.T) {
	t.Run("the whole of it, for the ear", func(t *testing.T) {
		s := closing(t)
		said, ending := speak(t, s, "a\n2\n.\nI rang.\nTwice.\n.\n1\nShe knows.\n.\nsign\n")
		for _, want := range []string{
			"\n\nAfter the questions. Before you sign.\n1 thing needs a change or your reason. 1 more is worth a thought.\nSource: dsa.\n" +
				"Stop. It has not been checked who receives this.\nWhy it matters: information has",
			"\nWhat to do: ring back", "question 6.\n" + howToChange + "\nType as many lines as you need.",
			"Error: Change the answer or write the reason. Your other answers are kept.\n",
			"\n\nDo you want to say something to any of these?\n1. The person is not told.", "again.\nSection 13.\n2. No.\n",
			"\n\nCaution. The person is not told.\n" + howToChange,
		} {
			if !strings.Contains(said, want) {
				t.Errorf("not said: %q", want)
			}
		}
		if strings.Contains(said, added) || strings.Count(said, "Before you sign.") != 1 {
			t.Error("the closing question is said to be one among the printed ones, or its heading more than once")
		}
		answers := s.Walk.Answers()
		if ending != Agreed || answers["reply/ID"].Text != "I rang.\nTwice." || answers["reply/NOTTOLD"].Text != "She knows." {
			t.Errorf("%v, %v", ending, answers)
		}
		if t.Failed() {
			t.Log(said)
		}
	})
	t.Run("changed instead: by back, and by review and edit", func(t *testing.T) {
		for _, input := range []string{"a\n2\nback\n1\nsign\n", "a\n2\nreview\nedit 2\n1\nsign\n"} {
			said, ending := speak(t, closing(t), input)
			if ending != Agreed || strings.Count(said, "Before you sign.") != 1 || strings.Count(said, "Title 2.") != 2 {
				t.Errorf("%q: %v\n%s", input, ending, said)
			}
		}
	})
	t.Run("an answer before it is changed, and the reply that is half typed is kept", func(t *testing.T) {
		s := closing(t)
		var partial *Partial
		s.Keep = func(p *Partial) error { partial = p; return nil }
		said, _ := speak(t, s, "a\n2\nI rang")
		if !partial.is("reply/ID", "I rang") {
			t.Fatalf("kept %v\n%s", partial, said)
		}
		s.Partial = partial
		said, _ = speak(t, s, "edit 1\nb\n back.\n.\nstop\n")
		if got := s.Walk.Answers()["reply/ID"].Text; got != "I rang\n back." {
			t.Errorf("got %q\n%s", got, said)
		}
	})
	t.Run("the end of input signs nothing", func(t *testing.T) {
		if _, ending := speak(t, closing(t), "a\n2\nI rang.\n.\n2\n"); ending != InputEnded {
			t.Error(ending)
		}
	})
}

func TestDrawnClosing(t *testing.T) {
	reply := func(t *testing.T) *hand {
		return sit(t, closing(t)).typed("a\n").press("down", "down", "enter").
			shows("After the questions", "Before you sign", "1 thing needs a change", "Stop. It has not been checked").lacks(added)
	}
	t.Run("a reply reads well at every size, with all of it on ctrl+g", func(t *testing.T) {
		h := reply(t)
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			h.size(size[0], size[1]).shows("Why it matters: information has", "What to do: ring back", "Source: C&P Tier 1",
				"To change instead: esc back, ctrl+r your answers.").lacks("ctrl+g for all of it")
		}
		h.size(50, 12).shows("Stop. It has not been checked", "Why it matters", "telephone knew", "ctrl+g for all of it", "To change instead: esc back, ctrl+r your answers.")
		h.typed("a reason in sight").shows("a reason in sight")
		h.press("ctrl+g").shows("Before you sign").press("pgdown").shows("What to do: ring back")
		for _, line := range strings.Split(h.size(50, 12).screen(), "\n") {
			if ansi.StringWidth(line) > 50 {
				t.Errorf("too long: %q", line)
			}
		}
	})
	t.Run("a stop is not passed by leaving it empty", func(t *testing.T) {
		reply(t).press("tab").shows("Error: Change the answer or write the reason.").goesOn()
	})
	t.Run("replies to the end, and the review has what was pointed out", func(t *testing.T) {
		h := reply(t).typed("I rang.\nTwice.").press("tab").shows("Do you want to say something", "1. The person is not told.").
			press("down").shows("looks at it again.", "Section 13.").size(50, 12).shows("> [ ] 1.").size(80, 24).
			press("space", "enter").shows("Caution. The person is not told.", "ctrl+r your answers").typed("She knows.").press("tab")
		h.shows("Every question has an answer", "2 findings: 1 stop, 1 caution.").
			answers(map[string]string{"a1": "a", "a2": "beta", "reply/ID": "I rang.\nTwice.", "remarks": "NOTTOLD", "reply/NOTTOLD": "She knows."})
	})
	t.Run("changed instead: esc, and ctrl+r", func(t *testing.T) {
		reply(t).press("esc").shows("> 2. Beta").press("up", "enter").shows("Every question has an answer").goesOn()
		reply(t).press("ctrl+r").shows("Edit: Title 1: a", "Edit: Title 2: Beta").lacks("Edit: Stop").press("down", "down", "enter").
			shows("> 2. Beta").press("up", "enter").shows("Every question has an answer").goesOn()
	})
	t.Run("something else is changed, and the reply goes on where it was", func(t *testing.T) {
		reply(t).typed("I ra").press("ctrl+r", "down", "enter").shows("> a").typed("b\n").shows("Before you sign", "I ra").typed("ng").press("tab").
			answers(map[string]string{"a1": "ab", "a2": "beta", "reply/ID": "I rang"})
	})
	t.Run("keys typed ahead give no reason", func(t *testing.T) {
		h := sit(t, closing(t)).typed("a\n").press("down", "down", "enter").typed("yes, and more\n\tx\t").press("tab", "tab")
		h.shows("Stop. It has not been checked").lacks("yes, and more").answers(map[string]string{"a1": "a", "a2": "beta"})
		if h.typed("I rang").press("tab"); h.m.Walk.Answers()["reply/ID"].Text != "I rang" {
			t.Errorf("got %v", h.m.Walk.Answers())
		}
		// Within the closing steps nothing is let go.
		h.press("down", "down", "space", "enter").answers(map[string]string{"a1": "a", "a2": "beta", "reply/ID": "I rang", "remarks": "none"})
	})
}

func TestWeighed(t *testing.T) {
	for want, findings := range map[string][]string{
		"Nothing was pointed out.":                nil,
		"1 finding: 1 stop.":                      {"Stop: a"},
		"4 findings: 2 stops, 1 caution, 1 note.": {"Stop: a", "Stop: b", "Caution: c", "Note: d"},
		"2 findings: 1 to act on first, 1 note.":  {"Act first: a", "Note: b"},
		"2 findings.":                             {"This cannot be signed yet: a reason is missing", "Note: b"},
	} {
		if got := weighed(findings); got != want {
			t.Errorf("%q: got %q, want %q", findings, got, want)
		}
	}
}

// Many findings leave the menu of the review in reach, and none of them out of sight for good.
func TestManyFindings(t *testing.T) {
	s := newSitting(smallList("line"))
	var findings []string
	for _, code := range strings.Fields("ID CONDITION P18 APD NOROW BROAD THIRD ORIGIN CONSENT NOTTOLD OBJECT") {
		findings = append(findings, "Stop: the finding "+code+" "+strings.Repeat("is told at length and ", 5)+"\nWhat to do: mend "+code)
	}
	s.Review = func() Review {
		return Review{Verb: "Sign and record this decision", Lines: []string{"record"}, Findings: findings}
	}
	h := sit(t, s).typed("a\n")
	for _, size := range [][2]int{{80, 24}, {50, 12}, {120, 40}} {
		h.size(size[0], size[1]).shows("11 findings: 11 stops.", "Finding 1 of 11. Stop: the finding ID", "> (nothing chosen)", "Sign and record")
	}
	h.size(80, 24).press("ctrl+g", "end").shows("Finding 11 of 11. Stop: the finding OBJECT", "What to do: mend OBJECT.").press("esc")
	h.press("down", "enter").shows("The whole record, and 11 findings after it").press("end").shows("Finding 11 of 11. Stop: the finding OBJECT")
}

// The words of a group that its first part repeats are said once.
func TestGroupWords(t *testing.T) {
	list := fullList()
	list.Questions[2].Asks[0].Items[0].Words = "The pieces of information?"
	at := func(n int) *Sitting {
		s := newSitting(list)
		answerAll(t, s.Walk, fullAnswers()[:n])
		return s
	}
	if said, _ := speak(t, at(6), "stop\n"); strings.Count(said, "The pieces of information") != 1 {
		t.Error(said)
	}
	h := sit(t, at(6)).shows("Item 1.", "The pieces of information?")
	if n := strings.Count(h.screen(), "The pieces of information"); n != 1 {
		t.Errorf("%d times:\n%s", n, h.screen())
	}
	// Later parts say which item they are about.
	sit(t, at(7)).shows("Item 1. attendances in June", "Fact or opinion?")
	if said, _ := speak(t, at(7), "stop\n"); !strings.Contains(said, "Item 1. attendances in June.\nFact or opinion?") {
		t.Error(said)
	}
}

func TestHowToAnswer(t *testing.T) {
	day, files := "A day such as 2030-02-05, today, tomorrow, in 3 weeks, or in 6 months.", "The path of each file, one to a line."
	list := func() *Sitting {
		s := newSitting(smallList("day,files,line"))
		s.Walk.SetReads(map[checklist.Kind]checklist.Read{checklist.Files: func(line string) (string, string) {
			if line == "/nowhere" {
				return "", "one of the files cannot be read; see that its path is right"
			}
			return checklist.File{Name: "report.pdf", Bytes: 18234, SHA256: strings.Repeat("ab", 32)}.String(), ""
		}})
		return s
	}
	want := map[string]string{"a1": "2026-02-26", "a2": "report.pdf, 18234 bytes, SHA-256 " + strings.Repeat("ab", 32)}
	said, _ := speak(t, list(), "in 3 weeks\n/nowhere\n.\n/home/me/report.pdf\n.\nback\n\nstop\n")
	for _, w := range []string{"Type one line.\n" + day, files + " Only its name, its size and its SHA-256 digest are kept, never the file.\nFinish with a line holding only a full stop.\n",
		"Error: One of the files cannot be read; see that its path is right. Your other answers are kept.", "Your answer so far: " + want["a2"]} {
		if !strings.Contains(said, w) {
			t.Errorf("not said: %q\n%s", w, said)
		}
	}
	h := sit(t, list()).shows(day).typed("in 3 weeks\n").shows(files, "tab next", "enter new line").typed("/nowhere").press("tab").shows("Error: One of the files cannot be read")
	h.press("ctrl+g").shows(files).press("esc")
	for range len("/nowhere") {
		h.press("backspace")
	}
	h.typed("/home/me/report.pdf").press("tab").answers(want).press("esc").shows("report.pdf, 18234 bytes").press("tab").answers(want)
	if testNow.AddDate(0, 0, 21).Format(time.DateOnly) != want["a1"] {
		t.Error("the clock of the tests has moved")
	}
}
