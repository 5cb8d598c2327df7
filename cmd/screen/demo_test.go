package screen

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// actOf is an act with a list of its own, answered in order.
func actOf(list *checklist.List, answers []checklist.Answer) Act {
	byPath := checklist.Answers{}
	w := checklist.NewWalk(list, sources(), nil, clock)
	for _, a := range answers {
		step, _ := w.Current()
		if w.Answer(a) != nil {
			break // the demo meets it too
		}
		byPath[step.Path] = a
	}
	return Act{
		Begin: func(given checklist.Answers, at string) *Sitting {
			s := newSitting(list)
			s.Keep, s.Training, s.Title = nil, true, "A case"
			s.Walk.Restore(given, at)
			s.Watch = func() []Remark {
				if s.Walk.Answers()["purpose"].Empty() {
					return nil
				}
				return []Remark{{Key: "p", Words: "The purpose names a child."}}
			}
			return s
		},
		Answer: func(step checklist.Step) checklist.Answer { return byPath[step.Path] },
	}
}

func testDemo() *Demo {
	long := make([]string, 60, 61)
	for i := range long {
		long[i] = fmt.Sprintf("Line %d of the record.", i+1)
	}
	long = append(long, strings.Repeat("-", DemoWidth))
	then := actOf(smallList("line,one-of"), []checklist.Answer{{Text: "afterwards"}, {Chosen: []string{"beta"}}})
	then.Before = []Leaf{{Title: "Afterwards", Lines: []string{"The rest is answered."}}}
	return &Demo{Title: "A demonstration", Training: true,
		Before: []Leaf{{Title: "The story", Lines: []string{"You are a nurse.", "", "Somebody rings."}}, {Title: "Without a line"}},
		Acts:   []Act{actOf(fullList(), fullAnswers()), then},
		After:  []Leaf{{Title: "What to take from it", Lines: []string{"Ring back."}}, {Title: "Long", Lines: long}, {Title: "The end", Lines: []string{"That was all."}}}}
}

// A projector drives a player by its keys and by the time that it asks for.
type projector struct {
	t     *testing.T
	p     *player
	waits []time.Duration
	next  tea.Msg // the beat that it waits for
}

func project(t *testing.T, d *Demo) *projector {
	t.Helper()
	r := &projector{t: t}
	r.p = newPlayer(d, func(after time.Duration, msg tea.Msg) tea.Cmd {
		r.waits, r.next = append(r.waits, after), msg
		return nil
	})
	r.p.Init()
	return r.size(80, 24)
}

func (r *projector) size(width, height int) *projector {
	r.p.Update(tea.WindowSizeMsg{Width: width, Height: height})
	return r
}

// beat lets the time go by, and reports whether something had been waited for.
func (r *projector) beat() bool {
	msg := r.next
	if r.next = nil; msg == nil {
		return false
	}
	r.p.Update(msg)
	return true
}

func (r *projector) press(keys ...string) *projector {
	r.t.Helper()
	for _, k := range keys {
		r.next = nil
		r.p.Update(keyPress(k))
	}
	return r
}

// keyPress is a key by its name: "right", "ctrl+b".
func keyPress(name string) tea.KeyPressMsg {
	msg := tea.KeyPressMsg{}
	if rest, ok := strings.CutPrefix(name, "ctrl+"); ok {
		msg.Mod, name = tea.ModCtrl, rest
	}
	codes := map[string]rune{"enter": tea.KeyEnter, "esc": tea.KeyEscape, "right": tea.KeyRight, "left": tea.KeyLeft,
		"space": tea.KeySpace, "backspace": tea.KeyBackspace}
	if code, ok := codes[name]; ok {
		msg.Code = code
		return msg
	}
	msg.Code = []rune(name)[0]
	if msg.Mod == 0 {
		msg.Text = name
	}
	return msg
}

func (r *projector) frame() string {
	lines := strings.Split(ansi.Strip(r.p.View().Content), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func (r *projector) shows(words ...string) *projector {
	r.t.Helper()
	for _, w := range words {
		if frame := r.frame(); !strings.Contains(frame, w) {
			r.t.Fatalf("the page does not show %q:\n%s", w, frame)
		}
	}
	return r
}

func (r *projector) lacks(words ...string) *projector {
	r.t.Helper()
	for _, w := range words {
		if frame := r.frame(); strings.Contains(frame, w) {
			r.t.Fatalf("the page shows %q:\n%s", w, frame)
		}
	}
	return r
}

// to presses next until the page shows the words.
func (r *projector) to(words string) *projector {
	r.t.Helper()
	for range 500 {
		if strings.Contains(r.frame(), words) {
			return r
		}
		r.press("right")
	}
	r.t.Fatalf("no page shows %q", words)
	return r
}

func TestDemoPlays(t *testing.T) {
	t.Run("it plays to its end by itself, and waits there", func(t *testing.T) {
		r := project(t, testDemo())
		var seen strings.Builder
		seen.WriteString(r.frame())
		for r.beat() {
			seen.WriteString(r.frame())
		}
		for _, words := range []string{"You are a nurse.", "Is someone in danger now?", "> Dr Jones, paediatrician", "[x] 1. Health", "Look at this: The purpose names a child.",
			"2 findings: 1 stop, 1 caution.", "Why: nobody can say what let you share.", "decision record", "The rest is answered.", "afterwards", "> 2. Beta", "Ring back.",
			"Line 60 of the record."} {
			if !strings.Contains(seen.String(), words) {
				t.Errorf("nobody saw %q", words)
			}
		}
		r.shows("That was all.")
		if r.p.over {
			t.Error("it stopped by itself")
		}
	})
	t.Run("what is shown is what is answered", func(t *testing.T) {
		r := project(t, testDemo())
		for r.beat() {
			if s := &r.p.stops[r.p.at]; s.isStep() && len(r.p.todo) == 0 && !r.p.model.field.answer().Equal(s.answer) {
				t.Errorf("at %s the field has %v, and the answer is %v", s.path, r.p.model.field.answer(), s.answer)
			}
		}
		s, before := r.p.seat(slices.IndexFunc(r.p.stops, func(s still) bool { return s.leaf == nil && s.path == "" }))
		if err := s.Walk.Answer(before.answer); err != nil || s.Walk.Answers()["views"].Text != "She agrees." || len(s.Walk.Answers()) != len(fullAnswers()) {
			t.Errorf("the review is of %v: %v", s.Walk.Answers(), err)
		}
	})
	t.Run("an answer is typed bit by bit", func(t *testing.T) {
		r := project(t, testDemo()).press("right", "right", "right").shows("Who asked?").lacks("Dr")
		r.beat()
		r.shows("> D").lacks("Dr J")
	})
	t.Run("a page waits longer the more there is to read on it, and faster or slower as was chosen", func(t *testing.T) {
		r := project(t, testDemo())
		short := r.waits[0]
		r.to("Why is the information needed?")
		if long := r.waits[len(r.waits)-1]; short < lookTime || long <= short || long > pageTime {
			t.Errorf("it waits %s and %s", short, long)
		}
		if r.to("The whole record"); r.waits[len(r.waits)-1] > skimTime {
			t.Errorf("the record waits %s", r.waits[len(r.waits)-1])
		}
		r.press("j", "1", "enter")
		usual := r.waits[len(r.waits)-1]
		r.press("+", "+").shows("speed 2")
		if fast := r.waits[len(r.waits)-1]; fast != usual/2 {
			t.Errorf("twice as fast it waits %s, and usually %s", fast, usual)
		}
		r.press("-", "-", "-", "-", "-", "-", "-").shows("speed 0.25").press("+", "+", "+", "+", "+", "+", "+", "+", "+", "+").shows("speed 4")
	})
}

func TestDemoKeys(t *testing.T) {
	t.Run("the keys are on the page", func(t *testing.T) {
		project(t, testDemo()).shows("space pause", "right next", "left back", "j question", "+ - speed", "ctrl+b blank", "q stop", "1 of ")
	})
	t.Run("space pauses and goes on, and a beat from before does nothing", func(t *testing.T) {
		r := project(t, testDemo())
		old := r.next
		r.press("space").shows("PAUSED", "You are a nurse.")
		r.p.Update(old)
		r.shows("You are a nurse.")
		if r.beat() {
			t.Error("it waits while it is paused")
		}
		r.press("space").lacks("PAUSED")
		if !r.beat() {
			t.Error("it does not go on")
		}
		r.shows("Is someone in danger now?")
	})
	t.Run("next shows the answer first, and then goes on; in a pause too", func(t *testing.T) {
		project(t, testDemo()).press("space", "n").shows("> (not answered yet)").press("enter").shows("> 1. No", "PAUSED").press("right").
			shows("Why is the information needed?", "PAUSED")
	})
	t.Run("back goes back to what was shown", func(t *testing.T) {
		r := project(t, testDemo()).press("space").to("Look at this: The purpose")
		news := r.frame()
		r.press("right", "right", "left")
		if r.frame() != news {
			t.Errorf("going back shows\n%s\nand it was\n%s", r.frame(), news)
		}
		r.press("b", "b", "b", "b").shows("You are a nurse.").press("left").shows("This is the first page.", "You are a nurse.")
	})
	t.Run("every page is the same from both sides", func(t *testing.T) {
		r := project(t, testDemo()).press("space")
		seen := map[string]bool{}
		for last := ""; last != r.frame(); r.press("right") {
			last = r.frame()
			seen[last] = true
		}
		for r.p.at > 0 || r.p.offset > 0 {
			if r.press("left"); !seen[r.frame()] {
				t.Fatalf("going back shows what was not shown before:\n%s", r.frame())
			}
		}
	})
	t.Run("j and a number jump to a question", func(t *testing.T) {
		r := project(t, testDemo()).press("j").shows("Go to question: _").press("2").shows("Go to question: 2_").press("enter").
			shows("Question 2 of 3", "What information is needed?", "What is it?")
		r.press("j", "9", "enter").shows("There is no question 9 in this walk.", "What information is needed?").press("right").lacks("There is no question")
		r.press("j", "1", "backspace", "3", "enter").shows("What law allows it?", "Which sensitive kinds?")
		r.press("j", "1", "esc").shows("What law allows it?", "right next")
		r.to("The rest is answered.").press("j", "2", "enter").shows("Title 2") // the walk one is in comes first
	})
	t.Run("a list without numbers of its own is counted", func(t *testing.T) {
		d := testDemo()
		list := smallList("line,line")
		for i := range list.Questions {
			list.Questions[i].Number = ""
		}
		d.Acts = []Act{actOf(list, []checklist.Answer{{Text: "one"}, {Text: "two"}})}
		project(t, d).press("j", "2", "enter").shows("Title 2")
	})
	t.Run("ctrl+b blanks the page, and any key brings it back", func(t *testing.T) {
		r := project(t, testDemo()).press("ctrl+b").shows("TRAINING", "Hidden.").lacks("nurse", "demonstration")
		if r.beat() {
			t.Error("it plays while it is hidden")
		}
		r.press("right").shows("You are a nurse.")
		if !r.beat() {
			t.Error("it does not go on afterwards")
		}
	})
	t.Run("ctrl+g shows everything there is to read, without the keys of a real walk", func(t *testing.T) {
		r := project(t, testDemo()).press("ctrl+g").shows("You are a nurse.").to("Which gateways do you rely on?").press("ctrl+g").
			shows("TRAINING", "What law allows it?", "Choose what fits.", "part 1/")
		if r.beat() {
			t.Error("it plays while somebody reads")
		}
		for range 50 {
			if r.lacks("Keys", "ctrl+r"); r.p.more == nil {
				break
			}
			r.press("right")
		}
		r.shows("Which gateways do you rely on?").press("ctrl+g", "right", "left", "left").shows("Which gateways do you rely on?")
	})
	t.Run("q, esc and ctrl+c stop", func(t *testing.T) {
		for _, k := range []string{"q", "esc", "ctrl+c"} {
			if r := project(t, testDemo()).press("right", k); !r.p.over || r.p.View().Content != "" {
				t.Errorf("%s does not stop", k)
			}
		}
	})
}

// unfit is text that a projector does not show well: faint, or in a colour.
var unfit = regexp.MustCompile(`\x1b\[([0-9]+;)*(2|[39][0-9])(;[0-9]+)*m[^\x1b ]`)

func TestDemoPages(t *testing.T) {
	t.Run("every page fits, with room around it, all of it bold and nothing faint", func(t *testing.T) {
		for _, size := range [][2]int{{80, 24}, {120, 40}, {50, 12}, {200, 60}, {30, 8}} {
			r := project(t, testDemo()).size(size[0], size[1]).press("space")
			for last := ""; last != r.frame(); {
				last = r.frame()
				rows := strings.Split(r.p.View().Content, "\n")
				if len(rows) > size[1] {
					t.Fatalf("%d rows on a screen of %v:\n%s", len(rows), size, last)
				}
				for _, row := range rows {
					plain := ansi.Strip(row)
					if ansi.StringWidth(plain) > size[0]-1 || ansi.StringWidth(strings.TrimSpace(plain)) > DemoWidth {
						t.Fatalf("too wide on a screen of %v: %q", size, plain)
					}
					if plain != "" && strings.TrimSpace(plain) != "" && !strings.HasPrefix(strings.TrimLeft(row, " "), "\x1b[1m") {
						t.Fatalf("not bold: %q", row)
					}
					if unfit.MatchString(row) {
						t.Fatalf("faint or coloured: %q", row)
					}
				}
				if !strings.Contains(last, "TRAINING") {
					t.Fatalf("nothing says TRAINING:\n%s", last)
				}
				r.press("right")
			}
			r.shows("That was all.")
		}
	})
	t.Run("a change of size in the middle of a long page loses nothing", func(t *testing.T) {
		r := project(t, testDemo()).press("space").to("Line 30 of").size(50, 12).size(200, 60).size(20, 4).size(80, 24)
		r.to("Line 60 of").to("That was all.")
	})
	t.Run("where the model answer is not taken the act ends with the reason", func(t *testing.T) {
		d := testDemo()
		answers := fullAnswers()
		answers[2] = checklist.Answer{}
		d.Acts = []Act{actOf(fullList(), answers)}
		d.Acts[0].Stuck = "The law is another one."
		project(t, d).to("What is it needed for?").press("right").shows("The walk ends here", "leads no further: ", "needed.", "The law is another one.").press("right").shows("Ring back.")
		d.Acts = []Act{actOf(fullList(), []checklist.Answer{{Chosen: []string{"yes"}}, {Chosen: []string{"stop"}}})}
		project(t, d).to("I am going to act now").press("right", "right").shows("leads no further: it", "ends the walk.")
	})
	t.Run("what breaks is kept for whoever runs it", func(t *testing.T) {
		d := testDemo()
		d.Acts[0].Begin = func(checklist.Answers, string) *Sitting { panic("broken") }
		p := &player{reel: &reel{Demo: d, stops: []still{{path: "danger"}}}, theme: newDemoTheme(), pace: 3, guarded: guarded{quit: func() {}}}
		p.Init()
		if fmt.Sprint(p.broke) != "broken" || p.View().Content != "" {
			t.Errorf("kept was %v", p.broke)
		}
	})
}

// inLines plays a demo in lines with what is typed, and returns what was said.
func inLines(t *testing.T, d *Demo, typed string) string {
	t.Helper()
	var out bytes.Buffer
	if err := NewPlain(strings.NewReader(typed), &out).(Player).Demonstrate(context.Background(), d); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestDemoInLines(t *testing.T) {
	inOrder := func(t *testing.T, said string, words ...string) {
		t.Helper()
		rest := said
		for _, w := range words {
			_, after, found := strings.Cut(rest, w)
			if !found {
				t.Fatalf("%q is not said, or not there:\n%s", w, said)
			}
			rest = after
		}
	}
	t.Run("without input it plays to its end", func(t *testing.T) {
		said := inLines(t, testDemo(), "")
		inOrder(t, said, "TRAINING. A demonstration.", "You are a nurse.", "Press Enter", "Training. Before the questions. Is someone in danger now?", "Model answer:\n1. No.",
			"Model answer: Dr Jones, paediatrician", "Look at this: The purpose names a child.", "Model answer: (left empty)", "Model answer:\n1. Health.\n2. Offences.",
			"Every question has an answer.", "Finding 1 of 2. Stop", "decision record", "Afterwards.", "Model answer: afterwards", "Ring back.", "That was all.")
		if n := strings.Count(said, "Press Enter"); n != 1 {
			t.Errorf("it asks %d times for Enter where nobody is there", n)
		}
		if strings.Contains(said, "\x1b") {
			t.Error("it draws")
		}
	})
	t.Run("Enter by Enter it says the same", func(t *testing.T) {
		said := inLines(t, testDemo(), strings.Repeat("\n", 200))
		var rows []string
		for _, row := range strings.Split(said, "\n") {
			if !strings.HasPrefix(row, "Press Enter") && !strings.HasPrefix(row, "That was all. Press") {
				rows = append(rows, row)
			}
		}
		if piped := strings.Replace(inLines(t, testDemo(), ""), "Press Enter to go on.\n", "", 1); piped != strings.Join(rows, "\n") {
			t.Errorf("it says\n%s\nand without input\n%s", strings.Join(rows, "\n"), piped)
		}
	})
	t.Run("the words next, back, jump and stop", func(t *testing.T) {
		said := inLines(t, testDemo(), "next\nNEXT\nback\njump 3\njump 9\njump\nback\nstop\n")
		inOrder(t, said, "You are a nurse.", "Is someone in danger now?", "Model answer:\n1. No.", "Who asked?", "Is someone in danger now?", "Question 3 of 3. What law allows it?",
			"There is no question 9 in this walk.", "Type next, back, stop, or jump", "Is there another piece?", "Press Enter for the model answer.")
		if strings.Contains(said, "Which gateways") {
			t.Error("it goes on after stop")
		}
	})
	t.Run("after going back the same is said again", func(t *testing.T) {
		said := inLines(t, testDemo(), "\n\n\n\nback\n\nstop\n")
		if strings.Count(said, "Look at this: The purpose names a child.") != 2 {
			t.Errorf("what there is to look at is not said again:\n%s", said)
		}
		inOrder(t, inLines(t, testDemo(), "back\nstop\n"), "This is the first page.")
	})
	t.Run("a signal stops it", func(t *testing.T) {
		in, typing := io.Pipe()
		defer typing.Close()
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := NewPlain(in, io.Discard).(Player).Demonstrate(ctx, testDemo()); err != context.Canceled {
			t.Errorf("it ends with %v", err)
		}
	})
}

// drawing plays a demo on files in place of a terminal, and returns what was drawn and how it ended.
func drawing(t *testing.T, ctx context.Context, d *Demo, typed string) (drawn string, err error) {
	t.Helper()
	in, typing, _ := os.Pipe()
	shown, out, _ := os.Pipe()
	defer in.Close()
	defer shown.Close()
	defer typing.Close()
	if _, err := typing.WriteString(typed); err != nil {
		t.Fatal(err)
	}
	read := make(chan string)
	go func() {
		all, _ := io.ReadAll(shown)
		read <- string(all)
	}()
	defer func() {
		out.Close()
		drawn = <-read
	}()
	return "", NewDrawn(in, out).(Player).Demonstrate(ctx, d)
}

func TestDemoIsDrawn(t *testing.T) {
	t.Run("on the alternate screen, until the person stops it; the terminal is asked nothing", func(t *testing.T) {
		drawn, err := drawing(t, context.Background(), testDemo(), "q")
		if err != nil || !strings.Contains(drawn, ansi.SetModeAltScreenSaveCursor) || !strings.Contains(drawn, ansi.ResetModeAltScreenSaveCursor) {
			t.Errorf("it ends with %v, drawn is %q", err, drawn)
		}
		for _, question := range []string{ansi.RequestKittyKeyboard, ansi.RequestModeSynchronizedOutput, ansi.RequestModeUnicodeCore} {
			if strings.Contains(drawn, question) {
				t.Errorf("the terminal is asked %q", question)
			}
		}
	})
	t.Run("what breaks comes out once the terminal is restored", func(t *testing.T) {
		defer func() {
			if why := recover(); why != "broken" {
				t.Errorf("what came out is %v", why)
			}
		}()
		d := testDemo()
		begin, n := d.Acts[0].Begin, 0
		d.Acts[0].Begin = func(a checklist.Answers, at string) *Sitting {
			if n++; n > 1 { // the first finds the pages
				panic("broken")
			}
			return begin(a, at)
		}
		_, _ = drawing(t, context.Background(), d, "nnnq")
	})
	t.Run("a signal stops it", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(50*time.Millisecond, cancel)
		if _, err := drawing(t, ctx, testDemo(), ""); err != context.Canceled {
			t.Errorf("it ends with %v", err)
		}
	})
}
