package checklist_test

import (
	"fmt"
	"maps"
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
	if w.At() != "" || len(w.Pending()) > 0 {
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

func TestAnItemAskedForByMistakeIsTakenBack(t *testing.T) {
	start := func(known checklist.Answers) *checklist.Walk {
		w := newWalk(known)
		give(t, w, "name", "A. Nurse", "sector", chosen("police"), "told", yes, "told-how", "a letter", "views", "")
		return w
	}
	w := start(nil)
	if w.Spurn() {
		t.Fatal("the first item is taken back")
	}
	give(t, w, "information/1/what", "x", "information/1/passed", yes, "information/1/more", yes)
	if step, _ := w.Current(); step.Path != "information/2/what" || !step.Spare {
		t.Fatalf("the second item begins with %+v", step)
	}
	before := w.Answers()
	refusedWith(t, w.Answer(text("")), empty)
	same(t, "the answers", w.Answers(), before)
	if !w.Spurn() || w.At() != "gateway" {
		t.Fatalf("it leads to %s", w.At())
	}
	same(t, "the answer that asked for it", w.Answers()["information/1/more"], no)
	give(t, w, "gateway", chosen("none"), "shared-at", "now")
	if len(w.Pending()) > 0 {
		t.Fatal("something is wanting")
	}

	// Opened from the end, it leads back there; an item of which something was said stays.
	w.GoTo("information/1/more")
	give(t, w, "information/1/more", yes)
	if !w.Spurn() || w.At() != "" {
		t.Errorf("it leads to %s", w.At())
	}
	w.GoTo("information/1/more")
	give(t, w, "information/1/more", yes, "information/2/what", "y")
	w.GoTo("information/2/what")
	if step, _ := w.Current(); step.Spare || w.Spurn() {
		t.Error("an item with an answer is taken back")
	}
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
	if w.At() != "" || len(w.Pending()) > 0 || w.Back() || w.GoTo("name") || len(w.Applying()) != 0 {
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
		"a time that was never looked at the clock for":         {with("shared-at", text("now")), "", "shared-at", []string{"shared-at"}},
		"choices in another order are put in that of the list":  {with("gateway", chosen("s16h", "s251b")), "", "", nil},
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
			if gateway := w.Applying()["gateway"]; c.want == "" {
				same(t, "the order of the choices", gateway, chosen("s251b", "s16h"))
			}
		})
	}
	w := newWalk(nil)
	taken := done.Answers()
	w.Restore(taken, "")
	delete(taken, "name")
	same(t, "the draft is the walk's own", w.At(), "")
	same(t, "and complete", len(w.Pending()) == 0, true)
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
	same(t, "what was set already is not put", w.At(), "information/1/what")

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

// What was wanting leads to what is wanting; what stood already leads to the step after it.
func TestWhereAnAnswerLeads(t *testing.T) {
	for sentence, c := range map[string]struct {
		without []string // of the finished walk
		at      string
		answers []any
		want    string
	}{
		"a gap leads to the next gap":                {[]string{"name", "views", "shared-at"}, "name", []any{"name", "A. Nurse"}, "views"},
		"the last gap leads to an earlier one":       {[]string{"name", "shared-at"}, "shared-at", []any{"shared-at", "now"}, "name"},
		"the only gap leads to the end":              {[]string{"views"}, "views", []any{"views", ""}, ""},
		"what stood leads to the step after it":      {[]string{"shared-at"}, "told", []any{"told", no, "not-told-why", "danger"}, "views"},
		"what stood leads to what it opens":          {[]string{"shared-at"}, "told", []any{"told", yes}, "told-how"},
		"and what it opened to what else is wanting": {[]string{"shared-at"}, "told", []any{"told", yes, "told-how", "a letter"}, "gateway"},
	} {
		t.Run(sentence, func(t *testing.T) {
			answers := done(t)
			for _, path := range c.without {
				delete(answers, path)
			}
			w := newWalk(nil)
			w.Restore(answers, c.at)
			give(t, w, c.answers...)
			same(t, "the place", w.At(), c.want)
		})
	}
}

// longer is another list about the same thing: it has asks in another order and words of its own, lacks some, and has
// options of its own.
func longer() *checklist.List {
	s := small()
	who, first, pieces, end := s.Questions[0], s.Questions[1], s.Questions[2], s.Questions[4]
	first.Title, first.Asks = "Openness", slices.Clone(first.Asks[:2])
	first.Asks[0].Options = []checklist.Option{{ID: "yes", Words: "Yes"}, {ID: "later", Words: "Later"}}
	return &checklist.List{ID: "longer", Title: "Longer", Questions: []checklist.Question{
		pieces, {ID: "how-often", Title: "How often?", Asks: []checklist.Ask{{ID: "frequency", Words: "How often?", Kind: checklist.Line}}},
		who, first, end,
	}}
}

func TestGoingOnUnderAnotherList(t *testing.T) {
	old := newWalk(nil)
	give(t, old, "name", "A. Nurse", "sector", chosen("health"), "told", yes, "told-how", "a letter")
	old.Back()
	old.Back()
	give(t, old, "told", no, "not-told-why", "danger", "views", "none", "information/1/what", "x")
	w := checklist.NewWalk(longer(), sources(), nil, noon)
	w.Restore(old.Answers(), "")
	same(t, "the first step without an answer", w.At(), "information/1/passed")
	give(t, w, "information/1/passed", yes, "information/1/more", no, "frequency", "daily")
	same(t, "what was answered under the other list is not put, and what does not fit here is", w.At(), "told")
	same(t, "without a place", w.Homeless(old), []string{"First: Why not?", "First: Views"})
	same(t, "which is not what was dropped before", w.Dropped(), []string{"not-told-why", "told-how", "views"})
	same(t, "all that has no place, in words of this list", w.Homeless(nil), []string{"not-told-why", "Openness: How?", "views"})
	give(t, w, "told", chosen("later"), "gateway", chosen("none"), "shared-at", "now")
	same(t, "the end", w.At(), "")

	// And back again: nothing was lost.
	again := newWalk(nil)
	again.Restore(w.Answers(), "")
	same(t, "what does not fit is asked again", again.At(), "told")
	give(t, again, "told", no)
	same(t, "what was said then is there", again.At(), "advice")
	same(t, "without a place", again.Homeless(w), []string{"How often: How often?"})
	same(t, "and in the record", again.Applying()["not-told-why"], text("danger"))
}

func TestSwitching(t *testing.T) {
	list := &checklist.List{Questions: []checklist.Question{{ID: "danger", Title: "Danger", Asks: []checklist.Ask{
		{ID: "record-now", Words: "How?", Kind: checklist.OneOf, Options: []checklist.Option{
			{ID: "minimum", Words: "The least", Switch: checklist.Emergency}, {ID: "whole", Words: "All", Switch: checklist.AdHoc}, {ID: "other", Words: "Other"}}},
	}}}}
	step, _ := checklist.NewWalk(list, nil, nil, noon).Current()
	for id, want := range map[string]string{"minimum": "emergency", "whole": "adhoc", "other": "", "nothing": ""} {
		same(t, id, step.Switching(chosen(id)), want)
	}
	same(t, "text", step.Switching(text("minimum")), "")
}

func TestTheOccasionIsKnown(t *testing.T) {
	list := small()
	list.Questions[1].When = checklist.When{"occasion": {"routine", "adhoc"}}
	list.Questions[2].Asks[0].Items[1].When = checklist.When{"occasion": {"routine"}}
	for occasion, want := range map[string][]string{
		"routine":   {"name", "sector", "told", "views", "information/1/what", "information/1/passed", "information/1/more", "gateway", "shared-at"},
		"adhoc":     {"name", "sector", "told", "views", "information/1/what", "information/1/more", "gateway", "shared-at"},
		"emergency": {"name", "sector", "information/1/what", "information/1/more", "gateway", "shared-at"},
	} {
		w := checklist.NewWalk(list, sources(), checklist.Answers{checklist.Occasion: chosen(occasion)}, noon)
		same(t, occasion, paths(w.Steps()), want)
	}
}

// findings is what a person would be asked about at the close: a reply for each of two answers that are given, and
// remarks where there is a third.
func findings(calls *int) func(checklist.Answers) []checklist.Question {
	return func(a checklist.Answers) []checklist.Question {
		*calls++
		q := checklist.Question{ID: "findings", Title: "Before you sign", Guidance: "Look at this.", Source: "Ours"}
		for code, found := range map[string]bool{"ID": a["told"].Is("no"), "STALE": a["name"].Text == "A. Nurse"} {
			if found {
				q.Asks = append(q.Asks, checklist.Ask{ID: checklist.Reply(code), Words: "Why " + code + "?", Kind: checklist.Paragraph})
			}
		}
		slices.SortFunc(q.Asks, func(a, b checklist.Ask) int { return strings.Compare(a.ID, b.ID) })
		if a["gateway"].Is("common-law") {
			q.Asks = append(q.Asks, checklist.Ask{ID: checklist.Remarks, Words: "Which?", Kind: checklist.SomeOf, Options: []checklist.Option{
				{ID: "CONSENT", Words: "Consent"}, {ID: "BROAD", Words: "Broad"}, {ID: "none", Words: "None", Alone: true}}},
				checklist.Ask{ID: checklist.Reply("CONSENT"), Words: "About consent", Kind: checklist.Paragraph, When: checklist.When{checklist.Remarks: {"CONSENT"}}})
		}
		if len(q.Asks) == 0 {
			return nil
		}
		return []checklist.Question{q}
	}
}

func TestTheClose(t *testing.T) {
	calls := 0
	w := newWalk(nil)
	w.SetClosing(findings(&calls))
	same(t, "before the end nothing is asked of the close", calls, 0)
	same(t, "the place", w.At(), "name")
	give(t, w, "name", "A. Nurse", "sector", chosen("health"), "told", no, "not-told-why", "danger", "views", "",
		"information/1/what", "x", "information/1/passed", yes, "information/1/more", no, "advice", chosen("none"), "gateway", chosen("common-law"))
	if calls != 0 || w.Title("reply/ID") != "What was written about ID" || w.GoTo("reply/ID") {
		t.Errorf("the close was made %d times before the end", calls)
	}
	give(t, w, "shared-at", "now")
	same(t, "then the replies", w.At(), "reply/ID")
	same(t, "it is not complete", len(w.Pending()) == 0, false)
	same(t, "what is wanting", paths(w.Pending()), []string{"reply/ID", "reply/STALE", "remarks"})
	same(t, "the title of a reply", w.Title("reply/ID"), "Before you sign: Why ID?")
	refusedWith(t, w.Answer(text(" ")), empty)
	step, _ := w.Current()
	give(t, w, "reply/ID", "because")
	next, _ := w.Current()
	if step.Question != next.Question {
		t.Error("the question of the close is another after each reply")
	}
	if !w.Back() || w.At() != "reply/ID" || !w.Back() || w.At() != "shared-at" {
		t.Errorf("back leads to %q", w.At())
	}
	give(t, w, "shared-at", "now", "reply/ID", "because", "reply/STALE", "old", "remarks", chosen("BROAD", "CONSENT"))
	same(t, "a remark that was chosen", w.At(), "reply/CONSENT")
	give(t, w, "reply/CONSENT", "asked")
	if w.At() != "" || len(w.Pending()) > 0 || calls != 1 {
		t.Fatalf("the walk stands at %q after %d calls", w.At(), calls)
	}
	same(t, "replies are among the answers that apply", w.Applying()[checklist.Reply("CONSENT")], text("asked"))
	same(t, "back from the end", w.Back(), true)
	same(t, "is the last reply", w.At(), "reply/CONSENT")
	give(t, w, "reply/CONSENT", "asked")

	// An answer of the list is changed, and leaves a gap: the replies wait.
	w.GoTo("told")
	give(t, w, "told", yes)
	same(t, "the gap", w.At(), "told-how")
	same(t, "replies wait", w.Dropped(), []string{"advice", "not-told-why"})
	if _, asked := stepAt(w, "reply/STALE"); asked {
		t.Error("the close is asked while the list is not whole")
	}
	if _, in := w.Applying()["reply/STALE"]; in {
		t.Error("a reply that waits goes into the record")
	}
	give(t, w, "told-how", "a letter")
	// The finding has gone: so has its reply, and it is named.
	same(t, "the end", w.At(), "")
	same(t, "the reply has nothing to reply to", w.Dropped(), []string{"advice", "not-told-why", "reply/ID"})
	same(t, "its title", w.Title("reply/ID"), "What was written about ID")
	same(t, "it is kept", w.Answers()["reply/ID"], text("because"))
	same(t, "what it was about is kept", w.Homeless(newWalk(nil)), []string(nil))
	w.GoTo("gateway")
	give(t, w, "gateway", chosen("none"))
	same(t, "and the remarks", w.Dropped(), []string{"advice", "not-told-why", "remarks", "reply/CONSENT", "reply/ID"})
	same(t, "their title", w.Title(checklist.Remarks), "What was chosen to write about")
	w.GoTo("told")
	give(t, w, "told", no)
	same(t, "and come back", w.Dropped(), []string{"remarks", "reply/CONSENT", "told-how"})
	same(t, "at the end", w.At(), "")

	// A draft goes on within the close.
	again := newWalk(nil)
	again.SetClosing(findings(&calls))
	again.Restore(w.Answers(), "reply/STALE")
	same(t, "a draft goes on at its reply", again.At(), "reply/STALE")
	draft := w.Answers()
	delete(draft, "reply/STALE")
	again.Restore(draft, "")
	same(t, "or at the first that is wanting", again.At(), "reply/STALE")
	if err := again.Set("reply/STALE", text("old")); err != nil || len(again.Pending()) > 0 {
		t.Errorf("a reply cannot be set: %v", err)
	}
	refusedWith(t, again.Set("reply/CONSENT", text("x")), "does not apply")

	// Without a close there is no place for replies.
	bare := newWalk(nil)
	bare.Restore(w.Answers(), "")
	same(t, "without a close", bare.Dropped(), []string{"remarks", "reply/CONSENT", "reply/ID", "reply/STALE", "told-how"})
}

// An unfit remark is asked again like any other choice.
func TestARemarkThatIsNoLongerThere(t *testing.T) {
	cautions := []checklist.Option{{ID: "BROAD", Words: "Broad"}, {ID: "none", Words: "None", Alone: true}}
	w := newWalk(nil)
	w.SetClosing(func(a checklist.Answers) []checklist.Question {
		return []checklist.Question{{ID: "findings", Asks: []checklist.Ask{{ID: checklist.Remarks, Words: "Which?", Kind: checklist.SomeOf, Options: cautions}}}}
	})
	answers := done(t)
	answers[checklist.Remarks] = chosen("CONSENT")
	w.Restore(answers, "")
	same(t, "it does not fit", paths(w.Unfit()), []string{checklist.Remarks})
	same(t, "and is asked", w.At(), checklist.Remarks)
	give(t, w, checklist.Remarks, chosen("none"))
	same(t, "the end", w.At(), "")
}

// Whoever makes the closing questions may read the walk: it is that of the list alone.
func TestTheCloseMayReadTheWalk(t *testing.T) {
	w := newWalk(checklist.Answers{"name": text("A. Nurse")})
	var seen []string
	var given, applying checklist.Answers
	w.SetClosing(func(a checklist.Answers) []checklist.Question {
		seen, given, applying = paths(w.Steps()), maps.Clone(a), w.Applying()
		clear(a) // the answers are the caller's own
		return []checklist.Question{{ID: "findings", Asks: []checklist.Ask{{ID: checklist.Reply("ID"), Words: "Why?", Kind: checklist.Line}}}}
	})
	answers := done(t)
	answers[checklist.Reply("ID")] = text("because")
	w.Restore(answers, "")
	same(t, "the steps of the list", seen, paths(w.Steps())[:len(w.Steps())-1])
	same(t, "what is given is what applies", given, applying)
	same(t, "and what is known", given["name"], text("A. Nurse"))
	if _, in := given[checklist.Reply("ID")]; in {
		t.Error("the close depends on its own answers")
	}
	same(t, "the walk itself has the reply", w.Applying()[checklist.Reply("ID")], text("because"))
}

func TestPathsOfTheClose(t *testing.T) {
	for path, want := range map[string]string{"reply/ID": "ID", "reply/P18": "P18", "reply/": "", "reply": "", "reply/a/b": "", "remarks": "", "information/1/what": ""} {
		code, ok := checklist.IsReply(path)
		if ok != (want != "") || ok && code != want {
			t.Errorf("%s is a reply to %q (%t)", path, code, ok)
		}
		same(t, path+" belongs to the close", checklist.IsClosing(path), want != "" || path == "remarks")
	}
}

func TestAGroupOfWhichPartsAreKnown(t *testing.T) {
	known := checklist.Answers{"name": text("A. Nurse"), "sector": chosen("health"), "told": yes, "told-how": text("a letter"),
		"views": {}, "information/1/what": text("injuries"), "information/2/what": text("history"), "information/2/passed": no}
	w := newWalk(known)
	same(t, "only what is not known is asked, and not whether there is more", paths(w.Steps()),
		[]string{"information/1/passed", "information/2/withheld-why", "gateway", "shared-at"})
	step, _ := w.Current()
	same(t, "the item is named", step.About, "injuries")
	same(t, "by its number", step.Item, 1)
	give(t, w, "information/1/passed", no)
	same(t, "a condition counts what is answered in the item", w.At(), "information/1/withheld-why")
	give(t, w, "information/1/withheld-why", "x")
	step, _ = w.Current()
	same(t, "and what is known of it", step.Path, "information/2/withheld-why")
	same(t, "whose name is", step.About, "history")
	give(t, w, "information/2/withheld-why", "y", "gateway", chosen("none"), "shared-at", "now")
	same(t, "the end", w.At(), "")
	same(t, "what is known goes into the record", w.Applying()["information/2/what"], text("history"))
	refusedWith(t, w.Set("information/1/what", text("x")), "does not apply")
	refusedWith(t, w.Set("information/1/more", yes), "does not apply")

	// The answers of a walk in which they were asked have their places.
	w.Restore(done(t), "")
	same(t, "nothing known is dropped", w.Dropped(), []string{"advice", "not-told-why"})

	for sentence, c := range map[string]struct {
		known checklist.Answers
		given checklist.Answers
		want  []string
	}{
		"it may be known that there is more": {checklist.Answers{"information/1/what": text("a"), "information/1/more": yes}, nil,
			[]string{"information/1/passed", "information/2/what", "information/2/passed", "information/2/more"}},
		"and more can be added to that": {checklist.Answers{"information/1/what": text("a"), "information/1/more": yes}, checklist.Answers{"information/2/more": yes},
			[]string{"information/1/passed", "information/2/what", "information/2/passed", "information/2/more",
				"information/3/what", "information/3/passed", "information/3/more"}},
		"and that there is not": {checklist.Answers{"information/1/what": text("a"), "information/1/more": no}, nil, []string{"information/1/passed"}},
		"an item between the known ones is asked": {checklist.Answers{"information/1/what": text("a"), "information/3/what": text("c")}, nil,
			[]string{"information/1/passed", "information/2/what", "information/2/passed", "information/3/passed"}},
		"an item of which all is known is not asked": {checklist.Answers{"information/1/what": text("a"), "information/1/passed": yes}, nil, nil},
		"what was said before of more does not count": {checklist.Answers{"information/1/what": text("a")}, checklist.Answers{"information/1/more": yes},
			[]string{"information/1/passed"}},
		"a group that is known is not asked": {checklist.Answers{"information": {}}, nil, nil},
		"a known item that no group has": {checklist.Answers{"information/0/what": text("a"), "information/01/what": text("a"), "information/100/what": text("a"), "information/x/what": text("a"), "other/1/what": text("a")}, nil,
			[]string{"information/1/what", "information/1/passed", "information/1/more"}},
		"a known last item": {checklist.Answers{"information/99/what": text("a"), "information/99/more": yes}, nil, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWalk(c.known)
			w.Restore(c.given, "")
			var group []string
			for _, path := range paths(w.Steps()) {
				if strings.HasPrefix(path, "information/") {
					group = append(group, path)
				}
			}
			if sentence == "a known last item" {
				same(t, "the number of steps", len(group), 98*2+1)
				return
			}
			same(t, "the group", group, c.want)
		})
	}
}

// withFiles is a walk that asks for files in two places.
func withFiles(read checklist.Read) *checklist.Walk {
	list := &checklist.List{Questions: []checklist.Question{{ID: "files", Title: "Files", Asks: []checklist.Ask{
		{ID: "files", Words: "Files", Kind: checklist.Files, Optional: true},
		{ID: "others", Words: "Others", Kind: checklist.Files, Missing: "Name one"},
		{ID: "reasons", Words: "Why", Kind: checklist.Paragraph},
	}}}}
	w := checklist.NewWalk(list, nil, nil, noon)
	if read != nil {
		w.SetReads(map[checklist.Kind]checklist.Read{checklist.Files: read})
	}
	return w
}

func TestFilesAreRead(t *testing.T) {
	disk := map[string]string{"letter.pdf": letter, "/home/me/photo.jpg": photo}
	var read []string
	w := withFiles(func(line string) (string, string) {
		read = append(read, line)
		if kept, there := disk[line]; there {
			return kept, ""
		}
		return "", "there is no such file"
	})
	refusedWith(t, w.Answer(text("letter.pdf\nletters.pdf")), "line 2: there is no such file")
	same(t, "a refusal leaves the place", w.At(), "files")
	same(t, "and no answer", len(w.Answers()), 0)
	refusedWith(t, w.Answer(text("\x1b")), unshowable)
	refusedWith(t, w.Answer(chosen("letter.pdf")), "there is no list here")
	// A digest that nobody computed is not taken: it names no file.
	refusedWith(t, w.Answer(text(letter)), "there is no such file")
	read = nil
	give(t, w, "files", "  letter.pdf \r\n\n/home/me/photo.jpg\nletter.pdf\n")
	same(t, "what is kept", w.Answers()["files"], text(letter+"\n"+photo))
	same(t, "what was read", read, []string{"letter.pdf", "/home/me/photo.jpg", "letter.pdf"})

	// What is kept stands for itself, here and at another step, also when the file has gone.
	clear(disk)
	read = nil
	w.Back()
	give(t, w, "files", letter, "others", letter)
	same(t, "nothing is read again", read, []string(nil))
	give(t, w, "reasons", photo)
	again := withFiles(nil)
	again.Restore(w.Answers(), "")
	same(t, "a draft fits without reading", again.At(), "")
	again.GoTo("files")
	give(t, again, "files", letter)
	again.GoTo("files")
	refusedWith(t, again.Answer(text("letter.pdf")), "nothing can be read here")
	// But not what somebody wrote elsewhere, and what is no longer an answer.
	w.GoTo("others")
	refusedWith(t, w.Answer(text(photo)), "there is no such file")
	refusedWith(t, w.Answer(text("")), "Name one")
	refusedWith(t, w.Set("others", text("photo.jpg")), "there is no such file")
	w.GoTo("files")
	give(t, w, "files", "")
	same(t, "an optional answer may be left empty", w.Answers()["files"], checklist.Answer{})

	damaged := withFiles(nil)
	damaged.Restore(checklist.Answers{"files": text("letter.pdf"), "others": text(photo), "reasons": text("x")}, "")
	same(t, "a draft with what was never read is asked again", paths(damaged.Unfit()), []string{"files"})

	// A hook that returns what is not a line of a file is not believed.
	odd := withFiles(func(line string) (string, string) { return line, "" })
	refusedWith(t, odd.Answer(text("letter.pdf")), notAFile)
}

// What follows from the answers is worked out once, however often it is asked for.
func TestAWalkIsWorkedOutOnce(t *testing.T) {
	calls := 0
	counted := sources()
	counted["gateways"] = func(a checklist.Answers) checklist.Choice { calls++; return gateways(a) }
	closings := 0
	w := checklist.NewWalk(small(), counted, nil, noon)
	w.SetClosing(findings(&closings))
	w.Restore(done(t), "")
	before := calls
	for range 5 {
		w.Steps()
		w.Pending()
		w.Dropped()
		w.Applying()
		w.GoTo("name")
		w.Back()
	}
	same(t, "the sources are not asked again", calls, before)
	same(t, "nor is the close", closings, 1)
	steps := w.Steps()
	steps[0] = checklist.Step{}
	same(t, "steps given out are copies", w.Steps()[0].Path, "name")
	w.GoTo("name")
	give(t, w, "name", "B. Nurse")
	same(t, "another answer asks again", closings, 2)
	same(t, "with other findings", paths(w.Pending()), []string{"reply/ID"})
}
