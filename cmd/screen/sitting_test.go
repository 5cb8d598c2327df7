package screen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
)

// TestMain lets the test binary be the program in a pseudo-terminal: with this variable set it conducts one sitting
// drawn on its standard error, and writes what came of it to the named file.
func TestMain(m *testing.M) {
	if out := os.Getenv("DSA_SCREEN_CHILD"); out != "" {
		os.Exit(child(out))
	}
	os.Exit(m.Run())
}

// outcome is what the child leaves behind, written whenever the draft is kept and at the end.
type outcome struct {
	Answers checklist.Answers
	At      string
	Partial *Partial
	Ended   bool
	Ending  Ending
	To      string // what was switched to
	Err     string
}

// pages chooses on one page, reads a text and chooses on another, and returns what was chosen.
func pages(asker Asker) (chosen string, err error) {
	ctx := context.Background()
	first, err := asker.Choose(ctx, quizPage())
	if err != nil {
		return first, err
	}
	if err := asker.Read(ctx, Text{Title: "Why", Training: true, Lines: []string{"Nobody is named."}, Leave: "go on"}); err != nil {
		return first, err
	}
	second, err := asker.Choose(ctx, longPage())
	return first + " " + second, err
}

func child(file string) int {
	if os.Getenv("DSA_SCREEN_LIST") == "pages" {
		to, err := pages(NewDrawn(os.Stdin, os.Stderr))
		data, _ := json.Marshal(outcome{Ended: true, To: to, Err: fmt.Sprint(err)})
		_ = os.WriteFile(file, data, 0o600)
		return 0
	}
	s := newSitting(smallList(os.Getenv("DSA_SCREEN_LIST")))
	s.Training = os.Getenv("DSA_SCREEN_TRAINING") != ""
	s.Switches = testSwitches
	var o outcome
	write := func() error { // what was half typed is what Keep was given, and at the end what the sitting says
		o.Answers, o.At = s.Walk.Answers(), s.Walk.At()
		data, _ := json.Marshal(o)
		if err := os.WriteFile(file+".new", data, 0o600); err != nil {
			return err
		}
		return os.Rename(file+".new", file)
	}
	s.Keep = func(p *Partial) error {
		o.Partial = p
		if text := s.Walk.Answers()["a1"].Text; strings.HasPrefix(text, "breaks") {
			panic(text)
		}
		return write()
	}
	ending, err := func() (ending Ending, err error) {
		defer func() {
			if why := recover(); why != nil {
				ending, err = Stopped, errors.New("broken")
			}
		}()
		return NewDrawn(os.Stdin, os.Stderr).Conduct(context.Background(), s)
	}()
	o.Ended, o.Ending, o.To, o.Partial, o.Err = true, ending, s.SwitchTo, s.Partial, fmt.Sprint(err)
	_ = write()
	return 0
}

var testNow = time.Date(2026, 2, 5, 14, 30, 0, 0, time.UTC)

func clock() time.Time { return testNow }

// fullList has every kind of answer, conditions, a group, options from a source, and questions of ours.
func fullList() *checklist.List {
	return &checklist.List{ID: "adhoc", Title: "Ad hoc checklist", Source: "Test", Questions: []checklist.Question{
		{ID: "danger", Title: "Is someone in danger now?", Guidance: "If someone may be hurt soon, act first.", Source: "Ours",
			Asks: []checklist.Ask{
				{ID: "danger", Words: "Is someone in danger now?", Kind: checklist.OneOf, Missing: "say whether someone is in danger",
					Options: []checklist.Option{{ID: "no", Words: "No"}, {ID: "yes", Words: "Yes, or I think so", Help: "Call 999 first"}}},
				{ID: "acted", Words: "Act first.", Kind: checklist.OneOf, When: checklist.When{"danger": {"yes"}},
					Options: []checklist.Option{{ID: "stop", Words: "I am going to act now", Stops: true}, {ID: "acted", Words: "I have acted"}}},
			}},
		{ID: "why", Number: "1", Title: "Why is the information needed?", Source: "Agreement, question 1",
			Guidance: "Say what the sharing is meant to achieve.\n" + strings.Repeat("One purpose, named plainly, decides what follows. ", 20),
			Asks: []checklist.Ask{
				{ID: "recipient-person", Words: "Who asked?", Help: "Name and post", Kind: checklist.Line},
				{ID: "purpose", Words: "What is it needed for?", Kind: checklist.Paragraph, Missing: "say why it is needed"},
				{ID: "requested-at", Words: "When was it asked for?", Kind: checklist.Moment},
				{ID: "request-reference", Words: "Their reference", Kind: checklist.Line, Optional: true},
				{ID: "views", Words: "Their views", Kind: checklist.Paragraph, Optional: true},
			}},
		{ID: "what", Number: "2", Title: "What information is needed?", Guidance: "Be exact.", Source: "Agreement, question 2",
			Asks: []checklist.Ask{{ID: "information", Words: "The pieces of information", Kind: checklist.Items, Another: "Is there another piece?",
				Items: []checklist.Ask{
					{ID: "what", Words: "What is it?", Kind: checklist.Line},
					{ID: "nature", Words: "Fact or opinion?", Kind: checklist.OneOf,
						Options: []checklist.Option{{ID: "fact", Words: "Fact"}, {ID: "opinion", Words: "Opinion"}}},
					{ID: "origin", Words: "Whose opinion?", Kind: checklist.Line, When: checklist.When{"nature": {"opinion"}}},
				}}}},
		{ID: "law", Number: "3", Title: "What law allows it?", Guidance: "Choose what fits.", Source: "Agreement, question 3",
			Asks: []checklist.Ask{
				{ID: "categories", Words: "Which sensitive kinds?", Kind: checklist.SomeOf,
					Options: []checklist.Option{{ID: "health", Words: "Health"}, {ID: "offences", Words: "Offences"},
						{ID: "none", Words: "None of these", Alone: true}}},
				{ID: "gateway", Words: "Which gateways do you rely on?", Kind: checklist.SomeOf, From: "gateways"},
				{ID: "keep-years", Words: "For how many years?", Kind: checklist.Years},
				{ID: "email", Words: "Your e-mail address", Kind: checklist.Email},
			}},
	}}
}

func sources() map[string]checklist.Source {
	return map[string]checklist.Source{"gateways": func(a checklist.Answers) checklist.Choice {
		c := checklist.Choice{Notes: []string{"Section 115 was left out: nobody in danger", "Section 325 was left out: not MAPPA"}}
		for i := 1; i <= 12; i++ {
			c.Options = append(c.Options, checklist.Option{ID: fmt.Sprintf("act-%d-s%d", 1990+i, i),
				Words: fmt.Sprintf("Gateway Act %d, section %d: a duty that is told at such length that it cannot stand in one row of a small terminal", 1990+i, i),
				Help:  fmt.Sprintf("Help for gateway %d", i)})
		}
		c.Options[2].Marked = "nobody has confirmed that this is in force"
		if a["danger"].Is("yes") {
			c.Options = c.Options[1:]
		}
		return c
	}}
}

// smallList is a list for one test in a pseudo-terminal: kinds joined with commas.
func smallList(kinds string) *checklist.List {
	list := &checklist.List{ID: "small", Title: "Small checklist"}
	if kinds == "" {
		return fullList()
	}
	for i, k := range strings.Split(kinds, ",") {
		n := fmt.Sprint(i + 1)
		ask := checklist.Ask{ID: "a" + n, Words: "Words " + n + "?", Kind: checklist.Kind(k)}
		if k == "one-of" || k == "some-of" {
			ask.Options = []checklist.Option{{ID: "alpha", Words: "Alpha"}, {ID: "beta", Words: "Beta"}}
		}
		list.Questions = append(list.Questions, checklist.Question{ID: "q" + n, Number: n, Title: "Title " + n,
			Guidance: "Guidance " + n, Source: "Source " + n, Asks: []checklist.Ask{ask}})
	}
	return list
}

func newSitting(list *checklist.List) *Sitting {
	w := checklist.NewWalk(list, sources(), nil, clock)
	return &Sitting{Walk: w, Title: "Cambridgeshire and Peterborough agreement: ad hoc checklist",
		Keep: func(*Partial) error { return nil },
		Review: func() Review {
			lines := []string{"decision record"}
			for _, s := range w.Steps() {
				lines = append(lines, s.Path+": "+answerWords(s.Ask, s.Answer))
			}
			return Review{Verb: "Sign and record this decision", Lines: lines,
				Findings: []string{"Stop: No gateway was confirmed\nWhy: nobody can say what let you share", "Caution: A name may have been typed in question 1"}}
		}}
}

// fullAnswers answer fullList from the first step to the last.
func fullAnswers() []checklist.Answer {
	text := func(s string) checklist.Answer { return checklist.Answer{Text: s} }
	ids := func(s ...string) checklist.Answer { return checklist.Answer{Chosen: s} }
	return []checklist.Answer{
		ids("no"),
		text("Dr Jones, paediatrician"), text("to protect a child\n\nat home"), text("14:10"), {}, text("She agrees."),
		text("attendances in June"), ids("fact"), ids("yes"),
		text("a worry"), ids("opinion"), text("the teacher"), ids("no"),
		ids("health", "offences"), ids("act-1993-s3", "act-2001-s11"), text("8"), text("A.Person@example.org.uk"),
	}
}

// answerAll answers without a screen, to compare with.
func answerAll(t *testing.T, w *checklist.Walk, answers []checklist.Answer) {
	t.Helper()
	for i, a := range answers {
		if err := w.Answer(a); err != nil {
			step, _ := w.Current()
			t.Fatalf("answer %d at %s: %v", i, step.Path, err)
		}
	}
}

// is compares what is half typed: the newest, and the others by path.
func (p *Partial) is(path, text string, others ...string) bool {
	if p == nil || p.Path != path || p.Text != text || len(p.Others) != len(others)/2 {
		return false
	}
	for i := 0; i < len(others); i += 2 {
		if p.Others[others[i]] != others[i+1] {
			return false
		}
	}
	return true
}

func TestCourse(t *testing.T) {
	t.Run("text half typed in two places is kept in the draft, and taken up from it", func(t *testing.T) {
		for latest, other := range map[string]string{"a1": "a2", "a2": "a1"} {
			s := newSitting(smallList("paragraph,paragraph,line"))
			var kept *Partial
			s.Keep = func(p *Partial) error { kept = p; return nil }
			c := begin(s)
			for _, path := range []string{other, latest} {
				s.Walk.GoTo(path)
				step, _ := s.Walk.Current()
				c.typed(step, checklist.Answer{Text: "half of " + path})
				c.save()
			}
			if !kept.is(latest, "half of "+latest, other, "half of "+other) {
				t.Fatalf("kept %+v", kept)
			}
			again := newSitting(smallList("paragraph,paragraph,line"))
			again.Keep, again.Partial = s.Keep, kept
			c = begin(again)
			step, _ := again.Walk.Current()
			if _, _, err := c.answer(step, checklist.Answer{Text: "all of it"}); err != nil || !kept.is("a2", "half of a2") {
				t.Errorf("left %+v, %v", kept, err)
			}
		}
	})
	t.Run("a draft that cannot be saved is said once, and once more when it can be saved again", func(t *testing.T) {
		s := newSitting(smallList("line,line"))
		var fail error
		s.Keep = func(*Partial) error { return fail }
		c := begin(s)
		fail = errors.New("the disk is full")
		if w := c.save(); !strings.Contains(w, "could not be saved (the disk is full)") {
			t.Errorf("got %q", w)
		}
		if w := c.save(); w != "" {
			t.Errorf("said again: %q", w)
		}
		fail = nil
		if w := c.save(); w != "The draft can be saved again." {
			t.Errorf("got %q", w)
		}
	})
	t.Run("answers that stop applying are named by question, once", func(t *testing.T) {
		s := newSitting(fullList())
		answerAll(t, s.Walk, fullAnswers()[:13])
		if !s.Walk.GoTo("information/1/more") {
			t.Fatal("cannot go")
		}
		c := begin(s)
		step, _ := s.Walk.Current()
		news, _, err := c.answer(step, checklist.Answer{Chosen: []string{"no"}})
		if err != nil || len(news) != 2 || !strings.Contains(news[0], "1 earlier answer no longer applies") ||
			!strings.Contains(news[1], "What information is needed: The pieces of information") {
			t.Errorf("got %q, %v", news, err)
		}
	})
}

// In a dry run, or where drafts cannot be kept, nobody is told that something is kept.
func TestNothingIsCalledKeptWithoutADraft(t *testing.T) {
	begun := func() *Sitting {
		s := newSitting(fullList())
		s.Keep = nil
		answerAll(t, s.Walk, fullAnswers()[:1])
		s.Walk.GoTo("danger")
		return s
	}
	said, _ := speak(t, begun(), "9\n?\n2\nstop\n")
	m := newModel(begun(), time.Hour)
	m.Init()
	drawn := strings.Join(m.more().lines, "\n") + m.draw()
	last := newSitting(smallList("line"))
	last.Keep = nil
	review, _ := speak(t, last, "a\nstop\n")
	for _, words := range []string{said, drawn, review} {
		for _, w := range []string{"kept", "keep the draft", "keeps the draft", "and keep"} {
			if strings.Contains(words, w) {
				t.Errorf("said %q:\n%s", w, words)
			}
		}
	}
	if !strings.Contains(said, "Your other answers are unchanged.") {
		t.Error(said)
	}
}

func TestStoppingComesBackToTheSameStep(t *testing.T) {
	s := newSitting(fullList())
	s.Keep = func(*Partial) error {
		if s.Walk.At() != "acted" {
			t.Errorf("kept at %s", s.Walk.At())
		}
		return nil
	}
	answerAll(t, s.Walk, []checklist.Answer{{Chosen: []string{"yes"}}})
	step, _ := s.Walk.Current()
	if _, stops, err := begin(s).answer(step, checklist.Answer{Chosen: []string{"stop"}}); !stops || err != nil {
		t.Errorf("stops %v, %v", stops, err)
	}
}

func TestMatching(t *testing.T) {
	options := []checklist.Option{{ID: "art-9-2-b", Words: "Article 9(2)(b) employment"}, {ID: "art-9-2-c", Words: "Article 9(2)(c) vital interests"}}
	for query, want := range map[string][]int{
		"art 9": {0, 1}, "vital": {1}, "INTER vit": {1}, "9 2 b": {0}, "": nil, "...": nil, "cle": nil,
	} {
		if got := matching(options, query); !slices.Equal(got, want) {
			t.Errorf("%q: got %v, want %v", query, got, want)
		}
	}
}

func TestSafe(t *testing.T) {
	if got := safe("a\x1b[31mb\u202ec\td\ne\x00"); got != "a[31mbc d\ne" {
		t.Errorf("got %q", got)
	}
}

func TestWhereabouts(t *testing.T) {
	list := &checklist.List{Questions: []checklist.Question{{ID: "a"}, {ID: "b", Number: "1"}, {ID: "c"}, {ID: "d", Number: "2"}}}
	for i, want := range []string{"Before the questions", "Question 1 of 2", "Added by dsa", "Question 2 of 2"} {
		if got := whereabouts(list, &list.Questions[i]); got != want {
			t.Errorf("%d: got %q, want %q", i, got, want)
		}
	}
}
