package checklist_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
)

// small is a list with everything a walk can meet: a question and an answer that depend, a known answer, a group with
// a part that depends on another, an optional answer, and options that depend on what came before.
func small() *checklist.List {
	yesNo := []checklist.Option{{ID: "yes", Words: "Yes"}, {ID: "no", Words: "No"}}
	return &checklist.List{ID: "small", Title: "Small", Questions: []checklist.Question{
		{ID: "who", Title: "Who", Asks: []checklist.Ask{
			{ID: "name", Words: "Your name", Kind: checklist.Line},
			{ID: "sector", Words: "Your sector", Kind: checklist.OneOf, From: "sectors"},
		}},
		{ID: "first", Title: "First", Number: "1", Asks: []checklist.Ask{
			{ID: "told", Words: "Told?", Kind: checklist.OneOf, Options: append(slices.Clone(yesNo),
				checklist.Option{ID: "stop", Words: "Stop here", Stops: true})},
			{ID: "told-how", Words: "How?", Kind: checklist.Line, When: checklist.When{"told": {"yes"}}},
			{ID: "not-told-why", Words: "Why not?", Kind: checklist.Paragraph, When: checklist.When{"told": {"no", "stop"}}},
			{ID: "views", Words: "Views", Kind: checklist.Line, Optional: true},
		}},
		{ID: "pieces", Title: "Pieces", Number: "2", Asks: []checklist.Ask{
			{ID: "information", Words: "Pieces", Kind: checklist.Items, Another: "Another?", Items: []checklist.Ask{
				{ID: "what", Words: "What", Kind: checklist.Line},
				{ID: "passed", Words: "Shared?", Kind: checklist.OneOf, Options: yesNo},
				{ID: "withheld-why", Words: "Why held back?", Kind: checklist.Line, When: checklist.When{"passed": {"no"}}},
			}},
		}},
		{ID: "help", Title: "Help", Number: "3", When: checklist.When{"told": {"no"}, "sector": {"health"}}, Asks: []checklist.Ask{
			{ID: "advice", Words: "Whose advice?", Kind: checklist.SomeOf, Options: []checklist.Option{
				{ID: "manager", Words: "Manager"}, {ID: "dpo", Words: "DPO"}, {ID: "none", Words: "Nobody", Alone: true}}},
		}},
		{ID: "end", Title: "End", Number: "4", Asks: []checklist.Ask{
			{ID: "gateway", Words: "Law", Kind: checklist.SomeOf, From: "gateways",
				Options: []checklist.Option{{ID: "none", Words: "None", Alone: true}}},
			{ID: "shared-at", Words: "When", Kind: checklist.Moment},
		}},
	}}
}

// The gateways depend on two earlier answers, one of which may stop applying.
func gateways(a checklist.Answers) checklist.Choice {
	c := checklist.Choice{Options: []checklist.Option{{ID: "common-law", Words: "Common law"}}}
	if a["sector"].Is("health") {
		c.Options = append(c.Options, checklist.Option{ID: "s251b", Words: "s251B"})
	}
	if a["advice"].Is("dpo") {
		c.Options = append(c.Options, checklist.Option{ID: "s16h", Words: "s16H"})
	}
	c.Notes = []string{fmt.Sprintf("%d open", len(c.Options))}
	return c
}

func sources() map[string]checklist.Source {
	return map[string]checklist.Source{
		"gateways": gateways,
		"sectors": func(checklist.Answers) checklist.Choice {
			return checklist.Choice{Options: []checklist.Option{{ID: "health", Words: "Health"}, {ID: "police", Words: "Police"}}}
		},
	}
}

func newWalk(known checklist.Answers) *checklist.Walk {
	return checklist.NewWalk(small(), sources(), known, noon)
}

// give answers steps in turn; each must be the current one.
func give(t *testing.T, w *checklist.Walk, steps ...any) {
	t.Helper()
	for i := 0; i < len(steps); i += 2 {
		path := steps[i].(string)
		if w.At() != path {
			t.Fatalf("the walk stands at %q, not at %q", w.At(), path)
		}
		answer, ok := steps[i+1].(checklist.Answer)
		if !ok {
			answer = text(steps[i+1].(string))
		}
		if err := w.Answer(answer); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}

func paths(steps []checklist.Step) []string {
	var all []string
	for _, s := range steps {
		all = append(all, s.Path)
	}
	return all
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

var yes, no = chosen("yes"), chosen("no")

// toTheEnd is one way through the small list.
func toTheEnd(t *testing.T, w *checklist.Walk) {
	t.Helper()
	give(t, w, "name", "A. Nurse", "sector", chosen("health"), "told", no, "not-told-why", "danger", "views", "",
		"information/1/what", "injuries", "information/1/passed", yes, "information/1/more", yes,
		"information/2/what", "old history", "information/2/passed", no, "information/2/withheld-why", "not needed",
		"information/2/more", no, "advice", chosen("dpo", "manager"), "gateway", chosen("s16h", "s251b"), "shared-at", "14:00")
	if w.At() != "" || !w.Complete() {
		t.Fatalf("the walk has not ended: %q, %v", w.At(), paths(w.Pending()))
	}
}

func TestAWalkFromTheFirstQuestionToTheEnd(t *testing.T) {
	w := newWalk(nil)
	toTheEnd(t, w)
	same(t, "a choice is kept in the order of the list", w.Answers()["advice"].Chosen, []string{"manager", "dpo"})
	same(t, "an optional answer left empty is an answer", w.Answers()["views"], checklist.Answer{})
	same(t, "a moment is kept whole", w.Answers()["shared-at"].Text, "2026-06-05T14:00+01:00")
	same(t, "what applies", len(w.Applying()), len(w.Steps()))
	same(t, "nothing is dropped", w.Dropped(), []string(nil))
	if err := w.Answer(text("more")); err == nil || err.Error() != "every question has been answered" {
		t.Errorf("after the end an answer is taken: %v", err)
	}
	if _, ok := w.Current(); ok {
		t.Error("there is a step after the end")
	}
}

func TestAWalkSaysWhereItIs(t *testing.T) {
	w := newWalk(nil)
	step, ok := w.Current()
	if !ok || step.Path != "name" || step.Question.ID != "who" || step.Answered || step.Item != 0 {
		t.Errorf("the first step is %+v", step)
	}
	same(t, "steps that apply before anything is said", paths(w.Steps()), []string{"name", "sector", "told", "views",
		"information/1/what", "information/1/passed", "information/1/more", "gateway", "shared-at"})
	give(t, w, "name", "A. Nurse", "sector", chosen("police"), "told", yes, "told-how", "a letter", "views", "none given",
		"information/1/what", "x", "information/1/passed", yes)
	step, _ = w.Current()
	if step.Path != "information/1/more" || step.Item != 1 || step.Ask.Words != "Another?" || step.Ask.Kind != checklist.OneOf {
		t.Errorf("after the first piece comes %+v", step)
	}
	give(t, w, "information/1/more", no)
	step, _ = w.Current()
	same(t, "notes of a source", step.Notes, []string{"1 open"})
	same(t, "options of a source come before those of the checklist", []string{step.Ask.Options[0].ID, step.Ask.Options[1].ID},
		[]string{"common-law", "none"})
	same(t, "the title of a step", w.Title("information/2/what"), "Pieces: Pieces")
	same(t, "the title of nothing", w.Title("nothing/1"), "nothing")
	same(t, "the list", w.List().ID, "small")
}

func TestARefusalLeavesEverythingAsItWas(t *testing.T) {
	w := newWalk(nil)
	give(t, w, "name", "A. Nurse")
	before := w.Answers()
	err := w.Answer(chosen("navy"))
	refusedWith(t, err, notAChoice)
	same(t, "the refusal names the step", err.(*checklist.Refusal).Path, "sector")
	same(t, "the place", w.At(), "sector")
	same(t, "the answers", w.Answers(), before)
	refusedWith(t, w.Set("name", text("\x1b")), unshowable)
	refusedWith(t, w.Set("advice", chosen("none")), "does not apply, given the answers before it")
	refusedWith(t, w.Set("nothing", text("x")), "does not apply")
	same(t, "the place", w.At(), "sector")
	same(t, "the answers", w.Answers(), before)
}

func TestGoingBackLosesNothing(t *testing.T) {
	w := newWalk(nil)
	if w.Back() {
		t.Error("there is a step before the first")
	}
	give(t, w, "name", "A. Nurse", "sector", chosen("health"), "told", yes)
	answers := w.Answers()
	for _, want := range []string{"told", "sector", "name"} {
		if !w.Back() || w.At() != want {
			t.Fatalf("back leads to %q, not to %q", w.At(), want)
		}
	}
	same(t, "the answers", w.Answers(), answers)
	step, _ := w.Current()
	if !step.Answered || step.Answer.Text != "A. Nurse" {
		t.Errorf("the answer is not shown again: %+v", step)
	}
	give(t, w, "name", "B. Nurse", "sector", chosen("health"), "told", yes)
	same(t, "the next step", w.At(), "told-how")
}

func TestBackFromTheEndIsTheLastStep(t *testing.T) {
	w := newWalk(nil)
	toTheEnd(t, w)
	if !w.Back() || w.At() != "shared-at" {
		t.Errorf("back from the end leads to %q", w.At())
	}
	give(t, w, "shared-at", "13:00")
	same(t, "the end again", w.At(), "")
}

func TestChangingOneAnswerFromTheEnd(t *testing.T) {
	for sentence, c := range map[string]struct {
		change func(t *testing.T, w *checklist.Walk)
		at     string
	}{
		"leads back to the end": {func(t *testing.T, w *checklist.Walk) { give(t, w, "name", "B. Nurse") }, ""},
		"and thinking better of it leads back to the end": {func(t *testing.T, w *checklist.Walk) {
			if !w.Back() {
				t.Error("there is no way back")
			}
		}, ""},
		"leads to the step that now needs an answer": {func(t *testing.T, w *checklist.Walk) {
			w.GoTo("told")
			give(t, w, "told", yes)
		}, "told-how"},
		"and filling the gap leads to the next that is wanting, then to the end": {func(t *testing.T, w *checklist.Walk) {
			w.GoTo("told")
			// Without advice, s16H is no longer among the gateways.
			give(t, w, "told", yes, "told-how", "a letter", "gateway", chosen("s251b"))
		}, ""},
		"and a refused answer stays where it is": {func(t *testing.T, w *checklist.Walk) {
			w.GoTo("sector")
			if w.Answer(chosen("navy")) == nil {
				t.Error("the navy is taken")
			}
		}, "sector"},
		"and a step that does not apply cannot be opened": {func(t *testing.T, w *checklist.Walk) {
			if w.GoTo("told-how") || w.GoTo("") || w.GoTo("nothing") {
				t.Error("a step that is not there was opened")
			}
			give(t, w, "name", "B. Nurse")
		}, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWalk(nil)
			toTheEnd(t, w)
			if !w.GoTo("name") {
				t.Fatal("the first step cannot be opened")
			}
			c.change(t, w)
			if w.At() != c.at {
				t.Errorf("the walk stands at %q, want %q", w.At(), c.at)
			}
		})
	}
}

func TestAnAnswerThatStopsApplyingIsNamedAndComesBack(t *testing.T) {
	w := newWalk(nil)
	toTheEnd(t, w)
	w.GoTo("told")
	give(t, w, "told", yes, "told-how", "a letter")
	same(t, "what is dropped", w.Dropped(), []string{"advice", "not-told-why"})
	same(t, "what is kept in the draft", w.Answers()["not-told-why"].Text, "danger")
	if _, in := w.Applying()["not-told-why"]; in {
		t.Error("a dropped answer goes into the record")
	}
	same(t, "what no longer fits", paths(w.Unfit()), []string{"gateway"})
	same(t, "and why", w.Unfit()[0].Unfit, "what was chosen before is no longer among the choices")
	if _, in := w.Applying()["gateway"]; in {
		t.Error("an answer that no longer fits goes into the record")
	}
	same(t, "where the walk leads", w.At(), "gateway")
	w.GoTo("told")
	give(t, w, "told", no)
	same(t, "what is dropped now", w.Dropped(), []string{"told-how"})
	same(t, "all fits again", len(w.Unfit()), 0)
	same(t, "and the end is reached", w.At(), "")
}

func TestFewerPiecesDropTheRest(t *testing.T) {
	w := newWalk(nil)
	toTheEnd(t, w)
	w.GoTo("information/1/more")
	give(t, w, "information/1/more", no)
	same(t, "what is dropped", w.Dropped(), []string{"information/2/passed", "information/2/what", "information/2/withheld-why"})
	same(t, "the walk is complete", w.At(), "")
	w.GoTo("information/1/more")
	give(t, w, "information/1/more", yes)
	same(t, "nothing is dropped", w.Dropped(), []string(nil))
	same(t, "the walk is complete", w.At(), "")
}

func TestAConditionInAGroupIsAboutTheSamePiece(t *testing.T) {
	w := newWalk(nil)
	toTheEnd(t, w)
	all := paths(w.Steps())
	if slices.Contains(all, "information/1/withheld-why") || !slices.Contains(all, "information/2/withheld-why") {
		t.Errorf("why a piece is held back is asked of the wrong piece: %v", all)
	}
}

func TestAGroupHasAnEnd(t *testing.T) {
	w := newWalk(nil)
	answers := checklist.Answers{}
	for n := 1; n <= checklist.MaxItems+2; n++ {
		answers[fmt.Sprintf("information/%d/what", n)] = text("x")
		answers[fmt.Sprintf("information/%d/passed", n)] = yes
		answers[fmt.Sprintf("information/%d/more", n)] = yes
	}
	w.Restore(answers, "")
	all := paths(w.Steps())
	last := fmt.Sprintf("information/%d/", checklist.MaxItems)
	if !slices.Contains(all, last+"what") || slices.Contains(all, last+"more") ||
		slices.Contains(all, fmt.Sprintf("information/%d/what", checklist.MaxItems+1)) {
		t.Errorf("the group does not end at %d", checklist.MaxItems)
	}
}

func TestKnownAnswersAreNotAsked(t *testing.T) {
	known := checklist.Answers{"name": text("A. Nurse"), "sector": chosen("health")}
	w := newWalk(known)
	same(t, "the first step", w.At(), "told")
	give(t, w, "told", no, "not-told-why", "danger", "views", "", "information/1/what", "x", "information/1/passed", yes,
		"information/1/more", no)
	same(t, "a condition counts what is known", w.At(), "advice")
	give(t, w, "advice", chosen("none"))
	step, _ := w.Current()
	if step.Ask.Option("s251b") == nil {
		t.Error("a source does not see what is known")
	}
	give(t, w, "gateway", chosen("s251b"), "shared-at", "now")
	same(t, "the end", w.At(), "")
	applying := w.Applying()
	same(t, "known answers go into the record", applying["sector"], chosen("health"))
	if _, in := w.Answers()["name"]; in {
		t.Error("what is known counts as given")
	}
	applying["name"] = text("changed")
	w.Answers()["told"] = yes
	known["sector"] = chosen("police")
	same(t, "maps given out and taken in are copies", w.Applying()["sector"], chosen("health"))
	same(t, "maps given out and taken in are copies", w.Applying()["name"], text("A. Nurse"))
	same(t, "maps given out and taken in are copies", w.Answers()["told"], no)
	if answer, ok := w.Known("name"); !ok || answer.Text != "A. Nurse" {
		t.Errorf("what is known is not to be had: %v", answer)
	}
	if _, ok := w.Known("told"); ok {
		t.Error("what was given counts as known beforehand")
	}
	if refusal := w.Set("name", text("x")); refusal == nil {
		t.Error("a known answer can be set")
	}
}

func TestNothingToAsk(t *testing.T) {
	w := checklist.NewWalk(&checklist.List{}, nil, nil, noon)
	if w.At() != "" || !w.Complete() || w.Back() || w.GoTo("name") || len(w.Applying()) != 0 {
		t.Error("an empty list asks something")
	}
	w.Restore(nil, "name")
	same(t, "the place", w.At(), "")
}

func TestRestore(t *testing.T) {
	done := newWalk(nil)
	toTheEnd(t, done)
	without := func(path string) checklist.Answers {
		a := done.Answers()
		delete(a, path)
		return a
	}
	with := func(path string, answer checklist.Answer) checklist.Answers {
		a := done.Answers()
		a[path] = answer
		return a
	}
	for sentence, c := range map[string]struct {
		answers checklist.Answers
		at      string
		want    string
		unfit   []string
	}{
		"a draft goes on where it stood":                        {without("shared-at"), "views", "views", nil},
		"a draft without a place goes on at the first gap":      {without("advice"), "", "advice", nil},
		"a place that no longer applies gives way to the gap":   {without("advice"), "told-how", "advice", nil},
		"a place that is nowhere gives way to the end":          {done.Answers(), "../../etc/passwd", "", nil},
		"a finished draft stands at its end":                    {done.Answers(), "", "", nil},
		"no draft begins at the beginning":                      {nil, "", "name", nil},
		"an answer nobody asks for does no harm":                {with("nonsense", text("x")), "", "", nil},
		"a choice that is no longer there has to be made again": {with("gateway", chosen("repealed")), "", "gateway", []string{"gateway"}},
		"a draft that was tampered with is not trusted":         {with("name", text("\x1b[2J")), "", "name", []string{"name"}},
		"two answers where one fits are unfit":                  {with("told", chosen("yes", "no")), "", "told", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWalk(nil)
			w.Restore(c.answers, c.at)
			same(t, "the place", w.At(), c.want)
			if c.unfit != nil {
				same(t, "what no longer fits", paths(w.Unfit()), c.unfit)
			}
			for path, answer := range c.answers {
				same(t, path, w.Answers()[path], answer)
			}
		})
	}
	w := newWalk(nil)
	taken := done.Answers()
	w.Restore(taken, "")
	delete(taken, "name")
	same(t, "the draft is the walk's own", w.At(), "")
	same(t, "and complete", w.Complete(), true)
}

func TestSetDoesNotMove(t *testing.T) {
	w := newWalk(nil)
	for _, s := range []struct {
		path   string
		answer checklist.Answer
	}{{"shared-at", text("now")}, {"told", yes}, {"sector", chosen("health")}, {"told-how", text("a letter")}, {"views", text("")}} {
		if err := w.Set(s.path, s.answer); err != nil {
			t.Fatal(err)
		}
		same(t, "the place", w.At(), "name")
	}
	give(t, w, "name", "A. Nurse")
	same(t, "the next step is shown with its answer", w.At(), "sector")

	w = newWalk(nil)
	toTheEnd(t, w)
	if err := w.Set("name", text("B. Nurse")); err != nil {
		t.Fatal(err)
	}
	same(t, "at the end it stays there", w.At(), "")
	if err := w.Set("told", yes); err != nil {
		t.Fatal(err)
	}
	same(t, "unless something is wanting now", w.At(), "told-how")
	give(t, w, "told-how", "a letter", "gateway", chosen("common-law"))
	same(t, "and then the end comes back", w.At(), "")

	w = newWalk(nil)
	w.Restore(done(t), "not-told-why")
	if err := w.Set("told", yes); err != nil {
		t.Fatal(err)
	}
	same(t, "a place that stops applying gives way", w.At(), "told-how")
}

func done(t *testing.T) checklist.Answers {
	w := newWalk(nil)
	toTheEnd(t, w)
	return w.Answers()
}

func TestStopping(t *testing.T) {
	w := newWalk(checklist.Answers{"name": text("A. Nurse"), "sector": chosen("health")})
	step, _ := w.Current()
	if !step.Stopping(chosen("stop")) || step.Stopping(yes) || step.Stopping(text("stop")) || step.Stopping(chosen("nothing")) {
		t.Error("the wrong answers stop the sitting")
	}
}

// The same answers have the same steps, whichever way they came about.
func TestStepsFollowFromTheAnswersAlone(t *testing.T) {
	wandering := newWalk(nil)
	toTheEnd(t, wandering)
	wandering.GoTo("told")
	give(t, wandering, "told", yes)
	wandering.Back()
	give(t, wandering, "told", no)
	wandering.GoTo("information/2/passed")
	give(t, wandering, "information/2/passed", yes)
	for range 7 {
		wandering.Back()
	}
	straight := newWalk(nil)
	straight.Restore(wandering.Answers(), wandering.At())
	same(t, "the steps", describe(straight), describe(wandering))
	same(t, "the record", straight.Applying(), wandering.Applying())
}

func describe(w *checklist.Walk) string {
	var b strings.Builder
	for _, s := range w.Steps() {
		fmt.Fprintf(&b, "%s %v %v %q %v %v\n", s.Path, s.Answer, s.Answered, s.Unfit, s.Ask.Options, s.Notes)
	}
	return b.String()
}

// A source that offers an id of the checklist's own must not make a choice that nobody can take.
func TestAnOptionOfBothStandsOnce(t *testing.T) {
	both := map[string]checklist.Source{"gateways": func(checklist.Answers) checklist.Choice {
		return checklist.Choice{Options: []checklist.Option{{ID: "s16h", Words: "s16H"}, {ID: "none", Words: "Nothing"}}}
	}}
	w := checklist.NewWalk(small(), both, nil, noon)
	if err := w.Set("gateway", chosen("none")); err != nil {
		t.Fatal(err)
	}
	w.GoTo("gateway")
	step, _ := w.Current()
	same(t, "the options", step.Ask.Options, []checklist.Option{{ID: "s16h", Words: "s16H"}, {ID: "none", Words: "None", Alone: true}})
}

func TestAQuestionWithOneAnswerIsNotAsked(t *testing.T) {
	offers := []checklist.Option{{ID: "council", Words: "The council"}}
	list := &checklist.List{Questions: []checklist.Question{{ID: "to", Title: "To whom?", Asks: []checklist.Ask{
		{ID: "party", Words: "Which?", Kind: checklist.OneOf, From: "parties", Sole: "other", Options: []checklist.Option{{ID: "other", Words: "Another"}}},
		{ID: "name", Words: "Its name", Kind: checklist.Line, When: checklist.When{"party": {"other"}}},
	}}}}
	sources := map[string]checklist.Source{"parties": func(checklist.Answers) checklist.Choice { return checklist.Choice{Options: offers} }}
	w := checklist.NewWalk(list, sources, nil, func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) })
	if w.At() != "party" {
		t.Fatalf("with a party to choose, the walk begins at %q", w.At())
	}
	if err := w.Answer(checklist.Answer{Chosen: []string{"council"}}); err != nil || w.At() != "" {
		t.Fatalf("after choosing the party the walk stands at %q (%v)", w.At(), err)
	}
	offers = nil
	w = checklist.NewWalk(list, sources, nil, func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) })
	if w.At() != "name" {
		t.Fatalf("with nothing to choose, the walk begins at %q", w.At())
	}
}
