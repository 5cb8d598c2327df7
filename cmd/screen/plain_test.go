package screen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
)

// speak gives the plain asker lines, and returns what it said.
func speak(t *testing.T, s *Sitting, input string) (string, Ending) {
	t.Helper()
	var out bytes.Buffer
	ending, err := NewPlain(strings.NewReader(input), &out).Conduct(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), ending
}

func TestPlain(t *testing.T) {
	for name, c := range map[string]struct {
		list    string // kinds
		given   []checklist.Answer
		at      string // open this step first
		partial *Partial
		edit    func(*Sitting)
		input   string
		ending  Ending
		answers map[string]string
		says    []string
		lacks   []string
	}{
		"a line": {list: "line", input: "Dr Jones\nsign\n", ending: Agreed, answers: map[string]string{"a1": "Dr Jones"},
			says: []string{"Question 1 of 1. Title 1.\nGuidance 1.\nSource: Source 1.\nWords 1?\nType one line.\n"}},
		"Windows line ends and a byte order mark": {list: "line", input: "\ufeffDr Jones\r\nsign\r\n", ending: Agreed, answers: map[string]string{"a1": "Dr Jones"}},
		"a paragraph ends with a full stop": {list: "paragraph,line", input: "one\n\ntwo. \n.\nstop\n", ending: Stopped, answers: map[string]string{"a1": "one\n\ntwo."},
			says: []string{"Type as many lines as you need. Finish with a line holding only a full stop."}},
		"commands are text after the first line of a paragraph": {list: "paragraph,line", input: "one\nback\nstop\n?\n.\nstop\n", ending: Stopped,
			answers: map[string]string{"a1": "one\nback\nstop\n?"}},
		"stop as the first line of a paragraph": {list: "paragraph", input: "stop\n", ending: Stopped, answers: map[string]string{}},
		"one by number":                         {list: "one-of,line", input: "2\nstop\n", ending: Stopped, answers: map[string]string{"a1": "beta"}, says: []string{"1. Alpha.\n2. Beta.\nType one number, 1 to 2.", "Kept: Beta."}},
		"one by id or by words":                 {list: "one-of,one-of,line", input: "ALPHA\nbet\nstop\n", ending: Stopped, answers: map[string]string{"a1": "alpha", "a2": "beta"}},
		"one takes no two":                      {list: "one-of", input: "1,2\nstop\n", ending: Stopped, answers: map[string]string{}, says: []string{"Error: "}},
		"a wrong number is named, and the question said again in short": {list: "one-of", input: "9\nstop\n", ending: Stopped, answers: map[string]string{},
			says: []string{"Error: 9 is not one of the numbers here. Your other answers are kept.\nWords 1?\n1. Alpha.\n2. Beta.\nType one number, 1 to 2.\n"}},
		"another item by mistake": {given: fullAnswers()[:6], input: "report\n1\n2\n\nreview\nstop\n", ending: Stopped,
			says: []string{"If there is nothing more to add, press Enter.", "Nothing more was added.", "Is there another piece? No, that is all."}, lacks: []string{"Error"}},
		"a choice not made is no error that hides the choices": {list: "one-of", input: "\nstop\n", ending: Stopped, answers: map[string]string{},
			says: []string{"Error: Choose an answer. Your other answers are kept.\nWords 1?\n1. Alpha.\n2. Beta.\n"}},
		"what is lost is not called kept": {list: "line,years", input: "a\nmany\nstop\n", ending: Stopped, answers: map[string]string{"a1": "a"},
			edit: func(s *Sitting) { s.Keep = func(*Partial) error { return errors.New("the disk is full") } }, lacks: []string{"are kept"}},
		"what was typed is not repeated":             {list: "one-of", input: "Alice Example\nstop\n", ending: Stopped, answers: map[string]string{}, says: []string{"Error: That is not one of the choices here."}, lacks: []string{"Alice"}},
		"a blank line never chooses":                 {list: "one-of", input: "\n\n \n", ending: InputEnded, answers: map[string]string{}, says: []string{"Error: Choose an answer. Your other answers are kept."}},
		"a blank line never ticks":                   {list: "some-of", input: "\n\n", ending: InputEnded, answers: map[string]string{}},
		"a blank line is no text":                    {list: "line", input: "\n", ending: InputEnded, answers: map[string]string{}, says: []string{"Your other answers are kept."}},
		"some with commas":                           {list: "some-of,line", input: "2,1\nstop\n", ending: Stopped, answers: map[string]string{"a1": "alpha,beta"}, says: []string{"Type numbers with commas."}},
		"some with blanks, twice the same":           {list: "some-of,line", input: "2 2\nstop\n", ending: Stopped, answers: map[string]string{"a1": "beta"}},
		"some by words and numbers":                  {list: "some-of,line", input: "alpha, 2\nstop\n", ending: Stopped, answers: map[string]string{"a1": "alpha,beta"}},
		"some: one wrong, nothing recorded":          {list: "some-of", input: "1,7\nstop\n", ending: Stopped, answers: map[string]string{}, says: []string{"Error: 7 is not"}},
		"end of input is never an answer":            {list: "line,line", input: "a\n", ending: InputEnded, answers: map[string]string{"a1": "a"}},
		"a last line without an end counts as typed": {list: "line,line,line", input: "a\nb", ending: InputEnded, answers: map[string]string{"a1": "a", "a2": "b"}},
		"no input at all":                            {list: "line", input: "", ending: InputEnded, answers: map[string]string{}},
		"end of input at the review":                 {list: "line", input: "a\n", ending: InputEnded, answers: map[string]string{"a1": "a"}, says: []string{"2 findings: 1 stop, 1 caution."}},
		"a blank line at the review":                 {list: "line", input: "a\n\n\n", ending: InputEnded, answers: map[string]string{"a1": "a"}, says: []string{"Nothing was signed."}},
		"yes is not sign":                            {list: "line", input: "a\nyes\ny\n2\nsign it\n", ending: InputEnded, answers: map[string]string{"a1": "a"}},
		"a number is not sign":                       {list: "line", input: "a\n1\n", ending: InputEnded, answers: map[string]string{"a1": "a"}},
		"stop at the review":                         {list: "line", input: "a\nSTOP\n", ending: Stopped, answers: map[string]string{"a1": "a"}},
		"back goes back, and Enter keeps":            {list: "line,line", input: "a\nback\n\nb\nsign\n", ending: Agreed, answers: map[string]string{"a1": "a", "a2": "b"}, says: []string{"Your answer so far: a. Press Enter to keep it."}},
		"back at the first":                          {list: "line", input: "back\na\nstop\n", ending: Stopped, answers: map[string]string{"a1": "a"}, says: []string{"This is the first question."}},
		"back from an invalid answer":                {list: "line,years", input: "a\nmany\nback\nb\nstop\n", ending: Stopped, answers: map[string]string{"a1": "b"}, says: []string{"Error: Write a whole number of years"}},
		"back from the review":                       {list: "line,line", input: "a\nb\nback\nc\nsign\n", ending: Agreed, answers: map[string]string{"a1": "a", "a2": "c"}},
		"a choice is kept by Enter":                  {list: "one-of,line", input: "2\nback\n\nx\nsign\n", ending: Agreed, answers: map[string]string{"a1": "beta", "a2": "x"}},
		"a paragraph is kept by a full stop":         {list: "paragraph,line", input: "one\ntwo\n.\nback\n.\nx\nsign\n", ending: Agreed, answers: map[string]string{"a1": "one\ntwo", "a2": "x"}},
		"a paragraph is replaced":                    {list: "paragraph,line", input: "one\n.\nback\ntwo\n.\nx\nsign\n", ending: Agreed, answers: map[string]string{"a1": "two", "a2": "x"}, says: []string{"Lines you type now replace it."}},
		"half typed text is added to":                {list: "paragraph,line", partial: &Partial{Path: "a1", Text: "half\x1b[2J"}, input: "more\n.\nstop\n", ending: Stopped, answers: map[string]string{}, says: []string{"Your answer so far: half[2J.", "Lines you type now are added to it."}, lacks: []string{"\x1b"}},
		"half typed text is kept by Enter":           {list: "paragraph,line", partial: &Partial{Path: "a1", Text: "half"}, input: "\nstop\n", ending: Stopped, answers: map[string]string{"a1": "half"}},
		"half typed text is cleared":                 {list: "paragraph,line", partial: &Partial{Path: "a1", Text: "half"}, input: "clear\nnew\n.\nstop\n", ending: Stopped, answers: map[string]string{"a1": "new"}},
		"escape codes are refused":                   {list: "line", input: "a\x1b[31m\nstop\n", ending: Stopped, answers: map[string]string{}, says: []string{"Error: This contains control characters"}, lacks: []string{"\x1b"}},
		"a question mark reads it all again":         {list: "one-of", input: "?\nstop\n", ending: Stopped, answers: map[string]string{}, says: []string{"Source: Source 1.\n1. Alpha.\n2. Beta.\nType back for the question before."}},
		"answers so far":                             {list: "line,line", input: "Dr Jones\nreview\nstop\n", ending: Stopped, answers: map[string]string{"a1": "Dr Jones"}, says: []string{"1 answer so far.\n1. Title 1: Dr Jones."}},
		"an edit comes back to the review":           {list: "line,line", input: "a\nb\nedit\nedit 1\nc\nsign\n", ending: Agreed, answers: map[string]string{"a1": "c", "a2": "b"}, says: []string{"2. Title 2: b.", "a1: c"}},
		"an edit thought better of":                  {list: "line,line", input: "a\nb\nedit 1\nback\nsign\n", ending: Agreed, answers: map[string]string{"a1": "a", "a2": "b"}},
		"an edit of nothing":                         {list: "line", input: "a\nedit 7\nedit x\n", ending: InputEnded, answers: map[string]string{"a1": "a"}, says: []string{"Error: there is no answer with this number. Type review to hear the numbers. Nothing was signed."}},
		"read again":                                 {list: "line", input: "a\nread\nsign\n", ending: Agreed, answers: map[string]string{"a1": "a"}},
		"the review":                                 {list: "line", input: "a\nsign\n", ending: Agreed, answers: map[string]string{"a1": "a"}, says: []string{"The whole record, 2 lines.\ndecision record\na1: a\nEnd of the record.\n2 findings: 1 stop, 1 caution.\nFinding 1 of 2. Stop: No gateway was confirmed.\nFinding 2 of 2. Caution: A name may have been typed in question 1.\n\nTo agree, type the word sign. Sign and record this decision."}},
		"the findings in full": {list: "line", input: "a\nfindings\nsign\n", ending: Agreed, answers: map[string]string{"a1": "a"},
			says: []string{"Type stop to stop and keep the draft.\n2 findings: 1 stop, 1 caution.\nFinding 1 of 2. Stop: No gateway was confirmed.\nWhy: nobody can say what let you share.\nFinding 2"}},
		"no review":            {list: "line", input: "a\n", ending: Agreed, answers: map[string]string{"a1": "a"}, edit: func(s *Sitting) { s.Review = nil }},
		"a notice comes first": {list: "line", input: "stop\n", ending: Stopped, answers: map[string]string{}, edit: func(s *Sitting) { s.Notice = []string{"A draft was found."} }, says: []string{"checklist.\nA draft was found.\nAt any question"}},
		"training is said with every question": {list: "line,line", input: "a\nstop\n", ending: Stopped, answers: map[string]string{"a1": "a"},
			edit: func(s *Sitting) { s.Training = true }, says: []string{"TRAINING. Cambridgeshire", "Training. Question 1 of 2.", "Training. Question 2 of 2."}},
		"a draft that cannot be saved": {list: "line,line", input: "a\nb\nsign\n", ending: Agreed, answers: map[string]string{"a1": "a", "a2": "b"},
			edit: func(s *Sitting) { s.Keep = func(*Partial) error { return errors.New("the disk is full") } },
			says: []string{"Warning: the draft could not be saved (the disk is full)."}},
		"a question of ours": {input: "stop\n", ending: Stopped, answers: map[string]string{}, says: []string{"Before the questions. Is someone in danger now?\n" + added}},
		"guidance once for a question": {given: fullAnswers()[:1], input: "Dr\nstop\n", ending: Stopped, answers: map[string]string{"danger": "no", "recipient-person": "Dr"},
			says: []string{"Question 1 of 3. Why is the information needed?", "\n\nWhat is it needed for?"}},
		"optional answers are left empty by Enter": {given: fullAnswers()[:4], input: "\n\nstop\n", ending: Stopped,
			answers: map[string]string{"danger": "no", "recipient-person": "Dr Jones, paediatrician", "purpose": "to protect a child\n\nat home", "requested-at": "2026-02-05T14:10Z", "request-reference": "", "views": ""},
			says:    []string{"You may leave this empty: press Enter."}},
		"an optional answer can be cleared": {given: fullAnswers()[:6], at: "views", input: "clear\nstop\n", ending: Stopped,
			answers: map[string]string{"danger": "no", "recipient-person": "Dr Jones, paediatrician", "purpose": "to protect a child\n\nat home", "requested-at": "2026-02-05T14:10Z", "request-reference": "", "views": ""}},
		"items": {given: fullAnswers()[:6], input: "stop\n", ending: Stopped, says: []string{"The pieces of information.\nItem 1.\nWhat is it?"}},
		"a marked option, notes, and words that fit several": {given: fullAnswers()[:14], input: "gateway act\n?\n? 4\nsection 3\nstop\n", ending: Stopped,
			says: []string{"3. Check first: Gateway Act 1993", "Warning: nobody has confirmed that this is in force.\nHelp for gateway 3.",
				"There are 2 notes about this.", "Error: That fits 12 choices. 1, Gateway Act 1991", "Note 1 of 2. Section 115 was left out: nobody in danger.",
				"Or type some words of a choice to find it.", "Kept: Gateway Act 1993"}},
		"an option that stops": {input: "2\n1\n", ending: Stopped, answers: map[string]string{"danger": "yes", "acted": "stop"}, says: []string{"This keeps the draft and stops here."}},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSitting(smallList(c.list))
			answerAll(t, s.Walk, c.given)
			if c.at != "" {
				s.Walk.GoTo(c.at)
			}
			s.Partial = c.partial
			if c.edit != nil {
				c.edit(s)
			}
			said, ending := speak(t, s, c.input)
			if ending != c.ending {
				t.Errorf("ending %v, want %v", ending, c.ending)
			}
			if c.answers != nil {
				got := map[string]string{}
				for path, a := range s.Walk.Answers() {
					got[path] = a.Text + strings.Join(a.Chosen, ",")
				}
				if fmt.Sprint(got) != fmt.Sprint(c.answers) {
					t.Errorf("answers %q, want %q", got, c.answers)
				}
			}
			for _, w := range c.says {
				if !strings.Contains(said, w) {
					t.Errorf("not said: %q", w)
				}
			}
			for _, w := range append(c.lacks, "\x1b", "…", "[") {
				if strings.Contains(said, w) && !slices.Contains(c.says, w) && !(w == "[" && c.partial != nil) {
					t.Errorf("said: %q", w)
				}
			}
			if t.Failed() {
				t.Log(said)
			}
		})
	}
}

func TestPlainChanges(t *testing.T) {
	t.Run("answers that no longer apply are named", func(t *testing.T) {
		s := newSitting(fullList())
		answerAll(t, s.Walk, fullAnswers())
		s.Walk.GoTo("information/1/more")
		said, _ := speak(t, s, "1\nstop\n")
		if !strings.Contains(said, "1 earlier answer no longer applies. Kept in the draft, and not part of the record.\nNo longer applies: What information is needed: ") {
			t.Error(said)
		}
	})
	t.Run("an answer that no longer fits is named, and Enter does not keep it", func(t *testing.T) {
		s := newSitting(fullList())
		answers := fullAnswers()
		answers[14].Chosen = []string{"act-1991-s1"}
		answerAll(t, s.Walk, answers)
		s.Walk.GoTo("danger")
		said, _ := speak(t, s, "2\n2\n\nstop\n")
		if !strings.Contains(said, "Your earlier answer no longer fits: what was chosen before is no longer among the choices.") ||
			!strings.Contains(said, "Error: Choose an answer. Your other answers are kept.") {
			t.Error(said)
		}
	})
}

// What can be typed is said by one asker once, as long as it is the same.
func TestPlainSaysTheWordsOnce(t *testing.T) {
	var out bytes.Buffer
	asker := NewPlain(strings.NewReader("stop\nstop\nstop\n"), &out)
	s := newSitting(smallList("line"))
	for range 2 {
		_, _ = asker.Conduct(context.Background(), s)
	}
	if n := strings.Count(out.String(), "At any question"); n != 1 {
		t.Errorf("said %d times", n)
	}
	s.Switches = testSwitches
	_, _ = asker.Conduct(context.Background(), s)
	if n := strings.Count(out.String(), "At any question"); n != 2 || !strings.Contains(out.String(), "review, switch,") {
		t.Errorf("said %d times\n%s", n, out.String())
	}
}

func TestPlainKeeps(t *testing.T) {
	t.Run("every line of a paragraph is kept, and the end of input keeps what there is", func(t *testing.T) {
		s := newSitting(smallList("line,paragraph"))
		var kept []string
		s.Keep = func(p *Partial) error {
			text := "none"
			if p != nil {
				text = p.Path + " " + p.Text
			}
			kept = append(kept, text)
			return nil
		}
		_, ending := speak(t, s, "a\none\ntwo\nthree")
		want := []string{"none", "a2 one", "a2 one\ntwo", "a2 one\ntwo\nthree", "a2 one\ntwo\nthree"}
		if ending != InputEnded || !slices.Equal(kept, want) {
			t.Errorf("%v, kept %q", ending, kept)
		}
		if _, ok := s.Walk.Answers()["a2"]; ok {
			t.Error("half a paragraph became an answer")
		}
	})
	t.Run("the sitting says what was left half typed", func(t *testing.T) {
		s := newSitting(smallList("line,paragraph"))
		if speak(t, s, "a\none\ntwo"); !s.Partial.is("a2", "one\ntwo") {
			t.Errorf("left %v", s.Partial)
		}
		if speak(t, s, "\nsign\n"); s.Partial != nil || s.Walk.Answers()["a2"].Text != "one\ntwo" {
			t.Errorf("left %v, with %v", s.Partial, s.Walk.Answers())
		}
	})
	t.Run("an answered text is no longer kept as half typed", func(t *testing.T) {
		s := newSitting(smallList("paragraph,line"))
		var last *Partial
		s.Keep = func(p *Partial) error { last = p; return nil }
		speak(t, s, "one\n.\nstop\n")
		if last != nil {
			t.Errorf("kept %v", last)
		}
	})
}

func TestPlainStopsForTheContext(t *testing.T) {
	in, feed := io.Pipe()
	defer feed.Close()
	ctx, cancel := context.WithCancel(context.Background())
	asker := NewPlain(in, io.Discard)
	s := newSitting(smallList("line,line"))
	ended := make(chan Ending)
	conduct := func(ctx context.Context) {
		ending, _ := asker.Conduct(ctx, s)
		ended <- ending
	}
	go conduct(ctx)
	_, _ = feed.Write([]byte("a\n"))
	cancel()
	if e := <-ended; e != Stopped {
		t.Errorf("got %v", e)
	}
	// Nothing that is typed afterwards is lost to the next sitting of the same asker.
	go conduct(context.Background())
	_, _ = feed.Write([]byte("b\nstop\n"))
	select {
	case e := <-ended:
		if e != Stopped {
			t.Errorf("got %v", e)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("the second sitting hangs")
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("the pipe is gone") }

func TestPlainThatCannotBeHeardAgreesToNothing(t *testing.T) {
	ending, err := NewPlain(strings.NewReader("a\nsign\n"), broken{}).Conduct(context.Background(), newSitting(smallList("line")))
	if ending != Stopped || err == nil {
		t.Errorf("%v, %v", ending, err)
	}
}

// The same answers through both askers, and through neither, make the same record.
func TestParity(t *testing.T) {
	alone, plain, drawn := newSitting(fullList()), newSitting(fullList()), newSitting(fullList())
	var script strings.Builder
	h := sit(t, drawn)
	for _, a := range fullAnswers() {
		step, ok := alone.Walk.Current()
		if !ok {
			t.Fatal("the walk ended early")
		}
		switch step.Ask.Kind.Shape() {
		case checklist.ShapeParagraph:
			if a.Text != "" {
				script.WriteString(a.Text + "\n.")
			}
			h.typed(a.Text).press("tab")
		case checklist.ShapeLine:
			script.WriteString(a.Text)
			h.typed(a.Text).press("enter")
		default:
			var numbers []string
			h.press("home")
			for i, o := range step.Ask.Options {
				h.press("down")
				if a.Is(o.ID) {
					numbers = append(numbers, fmt.Sprint(i+1))
					if step.Ask.Kind == checklist.OneOf {
						break
					}
					h.press("space")
				}
			}
			script.WriteString(strings.Join(numbers, ","))
			h.press("enter")
		}
		script.WriteString("\n")
		if err := alone.Walk.Answer(a); err != nil {
			t.Fatal(err)
		}
	}
	if said, ending := speak(t, plain, script.String()+"sign\n"); ending != Agreed {
		t.Fatalf("%v\n%s", ending, said)
	}
	h.shows("Every question has an answer").press("down", "down", "enter", "enter").
		shows("Do you want to do this now?").press("down", "down", "enter").ended(Agreed)
	want := alone.Walk.Applying()
	if len(want) != len(fullAnswers()) {
		t.Fatalf("%d answers apply", len(want))
	}
	for name, s := range map[string]*Sitting{"plain": plain, "drawn": drawn} {
		if got := s.Walk.Applying(); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

// On a terminal no row ends within a word: a screen reader that reads rows would say two. In a pipe a line stays one.
func TestPlainRowsOfATerminal(t *testing.T) {
	page := Page{Title: "A page", Lines: []string{strings.Repeat("safeguarding children-and-adults ", 12)}, Ask: "Which?",
		Options: []checklist.Option{{ID: "a", Words: "This one"}}}
	for _, width := range []int{0, 40, 80} {
		var out strings.Builder
		asker := NewPlain(strings.NewReader("1\n"), &out).(*plain)
		asker.width = func() int { return width }
		if id, err := asker.Choose(context.Background(), page); id != "a" || err != nil {
			t.Fatal(id, err)
		}
		whole := regexp.MustCompile(`^(safeguarding|children-and-adults)$`)
		for line := range strings.Lines(out.String()) {
			line = strings.TrimSuffix(line, "\n")
			if width > 0 && len(line) >= width {
				t.Errorf("at %d columns a row has %d: %q", width, len(line), line)
			}
			if !strings.Contains(line, "safeguarding") && !strings.Contains(line, "children") {
				continue
			}
			for _, word := range strings.Fields(line) {
				if !whole.MatchString(strings.TrimSuffix(word, ".")) {
					t.Errorf("at %d columns a word is broken: %q", width, word)
				}
			}
		}
		if long := strings.Contains(out.String(), strings.TrimSpace(page.Lines[0])); long != (width == 0) {
			t.Errorf("at %d columns the line stands on one row: %t", width, long)
		}
	}
}
