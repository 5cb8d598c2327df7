package screen

import (
	"strings"
	"testing"

	"dsa/checklist"
)

// urgent is a sitting in an emergency, at a question of several parts with guidance, notes and something to read.
func urgent(occasion string) *Sitting {
	list := fullList()
	list.Questions[3].Readings = []checklist.Reading{{ID: "secrecy", Title: "Secrecy", Words: "Three ways."}}
	s := newSitting(list)
	s.Occasion = occasion
	return s
}

func TestPlainInAnEmergency(t *testing.T) {
	const input = "2\n2\nback\nback\n\n\nDr Jones\nfor her\n.\nnow\n\n\nreport\n1\n1\n1\n?\nstop\n"
	calm, _ := speak(t, urgent(checklist.AdHoc), input)
	said, _ := speak(t, urgent(checklist.Emergency), input)
	for _, once := range []string{"If someone may be hurt soon, act first.", "Say what the sharing is meant to achieve.", "Be exact."} {
		if n := strings.Count(said, once); n != 1 {
			t.Errorf("%q is said %d times", once, n)
		}
	}
	if n := strings.Count(calm, "If someone may be hurt soon, act first."); n != 2 {
		t.Errorf("without an emergency the guidance is said %d times", n)
	}
	before, help, asked := strings.Cut(said, "Which gateways do you rely on?")
	if !asked {
		t.Fatal(said)
	}
	list, help, _ := strings.Cut(help, "Source: Agreement, question 3.")
	for _, w := range []string{"Source:", "note", "To read"} {
		if strings.Contains(before+list, w) {
			t.Errorf("said without being asked for: %q", w)
		}
		if !strings.Contains(calm, w) {
			t.Errorf("not said without an emergency either: %q", w)
		}
	}
	// Whoever asks gets all of it.
	for _, w := range []string{"Note 1 of 2. Section 115", "To read: Secrecy."} {
		if !strings.Contains(help, w) {
			t.Errorf("not said on asking: %q", w)
		}
	}
	if len(said) >= len(calm) {
		t.Error("it is not shorter")
	}
	if t.Failed() {
		t.Log(said)
	}
}

// Nobody in a hurry hears the whole record again before they can sign it.
func TestThePlainReviewInAnEmergency(t *testing.T) {
	for occasion, reads := range map[string]bool{checklist.Emergency: false, checklist.AdHoc: true} {
		s := newSitting(smallList("line"))
		s.Occasion = occasion
		said, ending := speak(t, s, "a\nsign\n")
		if ending != Agreed || strings.Contains(said, "End of the record.") != reads || !strings.Contains(said, "Finding 1 of 2. Stop:") {
			t.Errorf("%s: %v\n%s", occasion, ending, said)
		}
	}
	s := newSitting(smallList("line"))
	s.Occasion = checklist.Emergency
	if said, _ := speak(t, s, "a\nread\nsign\n"); !strings.Contains(said, "Type read to hear the whole record") || !strings.Contains(said, "End of the record.") {
		t.Error(said)
	}
}

func TestDrawnInAnEmergency(t *testing.T) {
	at := func(occasion string, n int) *hand {
		s := urgent(occasion)
		answerAll(t, s.Walk, fullAnswers()[:n])
		return sit(t, s).size(80, 30)
	}
	at(checklist.Emergency, 1).shows("Who asked?", "Say what the sharing").lacks("Source:")
	at(checklist.Emergency, 3).shows("When was it asked for?").lacks("Say what the sharing", "Source:").
		press("ctrl+g").shows("Say what the sharing", "Source: Agreement, question 1.")
	at(checklist.Emergency, 13).shows("Which sensitive kinds?", "Choose what fits.").lacks("page to read")
	at(checklist.Emergency, 14).shows("Which gateways").lacks("2 notes", "Choose what fits.").press("ctrl+g", "end").shows("Three ways.")
	at(checklist.AdHoc, 3).shows("When was it asked for?", "Say what the sharing", "Source:")
	at(checklist.AdHoc, 13).shows("page to read")
	at(checklist.AdHoc, 14).shows("2 notes")
}

func TestANoticeInAnEmergencyIsNoPageOfItsOwn(t *testing.T) {
	s := urgent(checklist.Emergency)
	s.Notice = []string{"Now: an emergency. Your answers are kept."}
	sit(t, s).shows("Now: an emergency.", "Is someone in danger now?", "> (not answered yet)").press("down", "enter").shows("Who asked?").lacks("Now: an emergency.")

	s = newSitting(smallList("line"))
	s.Occasion, s.Notice = checklist.Emergency, []string{"Not signed: the key is gone.", strings.Repeat("What to do: look for it. ", 30) + "The end."}
	answerAll(t, s.Walk, []checklist.Answer{{Text: "x"}})
	sit(t, s).shows("Not signed: the key is gone.", "Every question has an answer", "> (nothing chosen)").press("ctrl+g").shows("The end.")
}
