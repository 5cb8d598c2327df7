package screen

import (
	"strings"
	"testing"

	"dsa/checklist"

	"github.com/charmbracelet/x/ansi"
)

// readingList is one question with something to read, and one without.
func readingList() *checklist.List {
	list := smallList("line,line,line")
	list.Questions[0].Asks = append(list.Questions[0].Asks, list.Questions[2].Asks...)
	list.Questions = list.Questions[:2]
	list.Questions[0].Readings = []checklist.Reading{
		{ID: "consent", Title: "Consent", Words: "It is not required.\nAsk the DPO.", Check: []string{"The day."}},
		{ID: "secrecy", Title: "Secrecy", Words: "Three ways.\x1b[2J"},
	}
	return list
}

func TestReadingsInPlainLines(t *testing.T) {
	said, _ := speak(t, newSitting(readingList()), "?\nfirst\nsecond\n?\nstop\n")
	first, rest, _ := strings.Cut(said, "Title 2")
	if n := strings.Count(said, "To read about this: Consent; Secrecy. Type a question mark to hear it."); n != 1 {
		t.Errorf("what there is to read is named %d times", n)
	}
	if !strings.Contains(first, "To read: Consent.\nIt is not required.\nAsk the DPO.\nCheck before relying on this: The day.\nTo read: Secrecy.\nThree ways.[2J\n") {
		t.Errorf("a question mark said\n%s", first)
	}
	if strings.Contains(rest, "To read") || strings.Contains(said, "\x1b") {
		t.Errorf("a question without readings said\n%s", rest)
	}
}

func TestReadingsInThePager(t *testing.T) {
	h := sit(t, newSitting(readingList())).size(80, 60).press("ctrl+g")
	page := ansi.Strip(h.m.draw())
	for _, want := range []string{"To read: Consent.", "It is not required.", "Ask the DPO.", "Check before relying on this: The day.", "Three ways."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if reading, keys := strings.Index(page, "To read:"), strings.Index(page, "Keys"); keys < reading {
		t.Errorf("the keys stand before what is to be read:\n%s", page)
	}
}
