package training_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"dsa/cmd/training"
	"dsa/decision"
)

// answered makes a record of answers: {"outcome", "share-all"} chose one, {"gateway", "a b"} several, {"reasons", "=text"}
// was typed, and {"information/1/what", "=text"} is a part of a group.
func answered(answers ...[2]string) *decision.Record {
	d := &decision.Record{Occasion: "adhoc", Law: decision.Law{On: "2026-01-15"}, Checklist: decision.Document{ID: "adhoc", Title: "Ad hoc checklist"}}
	q := decision.Question{ID: "q", Title: "The question"}
	for _, given := range answers {
		a := decision.Answer{ID: given[0], Asked: "What of " + given[0] + "?"}
		if parts := strings.Split(given[0], "/"); len(parts) == 3 {
			a.Group, a.Item, a.ID = parts[0], int(parts[1][0]-'0'), parts[2]
		}
		if text, typed := strings.CutPrefix(given[1], "="); typed {
			a.Text = text
		} else {
			for _, id := range strings.Fields(given[1]) {
				a.Chosen = append(a.Chosen, decision.Choice{ID: id, Words: "Words of " + id})
			}
		}
		q.Answers = append(q.Answers, a)
	}
	d.Questions = []decision.Question{q}
	return d
}

func words(answer, choice string) string { return "Words of " + choice + " at " + answer }

func TestVerdicts(t *testing.T) {
	for sentence, c := range map[string]struct {
		point       training.Point
		decisions   []string
		mine, model string // as for answered; empty: not answered
		want        training.Verdict
		note        string // what is said of single choices
		also        []string
	}{
		"the model's own choice":                                   {point: training.Point{}, mine: "a", model: "a", want: training.Same},
		"another that is accepted":                                 {point: training.Point{Accept: []string{"b"}}, mine: "b", model: "a", want: training.Defensible, also: []string{"Words of b at x"}},
		"one that cannot be defended":                              {point: training.Point{Not: []string{"b"}}, mine: "b", model: "a", want: training.NotDefensible},
		"one of which nothing is said":                             {point: training.Point{Accept: []string{"c"}, Not: []string{"d"}}, mine: "b", model: "a", want: training.Differs, also: []string{"Words of c at x"}},
		"no answer where the model has one":                        {point: training.Point{}, mine: "", model: "a", want: training.LeftOut, note: "Your record has no answer to this: another answer of yours may have taken the question away."},
		"an answer where the model has none":                       {point: training.Point{}, mine: "a", model: "", want: training.Differs},
		"an accepted answer where the model has none":              {point: training.Point{Accept: []string{"a"}}, mine: "a", model: "", want: training.Defensible, also: []string{"Words of a at x"}},
		"an indefensible one where the model has none":             {point: training.Point{Not: []string{"a"}}, mine: "a", model: "", want: training.NotDefensible},
		"an open point, answered alike":                            {point: training.Point{Open: true}, mine: "a", model: "a", want: training.Open},
		"an open point, answered otherwise":                        {point: training.Point{Open: true}, mine: "b", model: "a", want: training.Open},
		"an open point that was left empty":                        {point: training.Point{Open: true}, mine: "", model: "a", want: training.Open},
		"a text":                                                   {point: training.Point{}, mine: "=mine", model: "=model", want: training.Open},
		"the same text":                                            {point: training.Point{}, mine: "=model", model: "=model", want: training.Open},
		"no text":                                                  {point: training.Point{}, mine: "", model: "=model", want: training.Open},
		"a choice of the model's that the point calls wrong":       {point: training.Point{Not: []string{"a"}}, mine: "a", model: "a", want: training.Same},
		"several, all of the model's":                              {point: training.Point{Need: []string{"a"}}, mine: "b a", model: "a b", want: training.Same},
		"several, with what is needed":                             {point: training.Point{Need: []string{"a"}}, mine: "a", model: "a b", want: training.Defensible},
		"several, without what is needed":                          {point: training.Point{Need: []string{"a"}}, mine: "b", model: "a b", want: training.LeftOut, note: "What is left out: Words of a."},
		"several, some of the model's, and none needed":            {point: training.Point{}, mine: "b", model: "a b", want: training.Defensible},
		"several, with one that is accepted":                       {point: training.Point{Accept: []string{"c"}}, mine: "a b c", model: "a b", want: training.Defensible, also: []string{"Words of c at x"}},
		"several, with one of which nothing is said":               {point: training.Point{}, mine: "a b c", model: "a b", want: training.Differs, note: "What is to be weighed: Words of c."},
		"several, with one that cannot be defended":                {point: training.Point{Not: []string{"c"}}, mine: "a b c", model: "a b", want: training.NotDefensible, note: "What cannot be defended: Words of c."},
		"what is wrong weighs more than what is left out":          {point: training.Point{Not: []string{"c"}, Need: []string{"a"}}, mine: "c", model: "a", want: training.NotDefensible, note: "What cannot be defended: Words of c. What is left out: Words of a."},
		"what is left out weighs more than what is to be weighed":  {point: training.Point{Need: []string{"a"}}, mine: "c", model: "a", want: training.LeftOut, note: "What is left out: Words of a. What is to be weighed: Words of c."},
		"none of these, where something is left out":               {point: training.Point{Need: []string{"a"}}, mine: "none", model: "a", want: training.LeftOut, note: "What is left out: Words of a."},
		"not sure, where one has to know":                          {point: training.Point{Not: []string{"not-sure"}}, mine: "not-sure", model: "a", want: training.NotDefensible, note: "To say that you are not sure is honest. It is a reason to ask before you sign, and not to guess."},
		"not sure, where that can be defended":                     {point: training.Point{Accept: []string{"not-sure"}}, mine: "not-sure", model: "a", want: training.Defensible, also: []string{"Words of not-sure at x"}},
		"a decision that is expected to be signable":               {decisions: []string{"share-part", "defer"}, mine: "defer", model: "share-part", want: training.Defensible, also: []string{"Words of defer at outcome"}},
		"a decision that is not":                                   {decisions: []string{"share-part"}, mine: "defer", model: "share-part", want: training.Differs},
		"a decision that is expected, whatever a point says of it": {point: training.Point{On: "outcome", Not: []string{"defer"}}, decisions: []string{"share-part", "defer"}, mine: "defer", model: "share-part", want: training.Defensible, also: []string{"Words of defer at outcome"}},
		"an open decision":                                         {point: training.Point{On: "outcome", Open: true}, decisions: []string{"defer"}, mine: "none", model: "share-part", want: training.Open},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := &training.Scenario{ID: "t1", On: "2026-01-15T10:00:00Z", Expect: training.Expectation{Decisions: c.decisions}}
			at := "outcome"
			if c.decisions == nil {
				at, c.point.On = "x", "x"
			}
			if c.point.On != "" {
				s.Points = []training.Point{c.point}
			}
			record := func(answer string) *decision.Record {
				if answer == "" {
					return answered()
				}
				return answered([2]string{at, answer})
			}
			d := training.Compare(s, record(c.mine), record(c.model), words)
			if len(d.Points) != 1 {
				t.Fatalf("there are %d points: %+v", len(d.Points), d.Points)
			}
			p := d.Points[0]
			if p.Verdict != c.want || p.On != at || p.Asked != "What of "+at+"?" {
				t.Errorf("got %+v, want %s", p, c.want)
			}
			if strings.Join(p.Notes, " ") != c.note {
				t.Errorf("notes %q, want %q", p.Notes, c.note)
			}
			if !slices.Equal(p.AlsoFine, c.also) {
				t.Errorf("also to be defended %q, want %q", p.AlsoFine, c.also)
			}
			if p.Verdict.Words() == "" {
				t.Error("the verdict has no words")
			}
		})
	}
}

func TestWhatIsLookedAt(t *testing.T) {
	s := &training.Scenario{ID: "t1", Title: "A case", On: "2026-01-15T10:00:00Z", Open: "Who tells whom.\nAnd when.", Points: []training.Point{
		{On: "told", Why: "W.", Source: "S."}, {On: "nowhere", Why: "W.", Source: "S."}, {On: "information", Why: "Less will do.", Source: "S."},
		{On: "advice-taken", Why: "W.", Source: "S."}}}
	mine := answered([2]string{"told", "told"}, [2]string{"outcome", "none"}, [2]string{"information/1/what", "=The whole file"}, [2]string{"information/1/passed", "share"})
	model := answered([2]string{"told", "told"}, [2]string{"outcome", "none"},
		[2]string{"information/1/what", "=Her marks"}, [2]string{"information/1/passed", "withhold"}, [2]string{"information/1/withheld-why", "=Not needed"},
		[2]string{"information/2/what", "=What she said"}, [2]string{"information/2/passed", "share"},
		[2]string{"advice-taken/1/who", "=The lead"}, [2]string{"advice-taken/1/said", "=Share"}, [2]string{"advice-taken/1/followed", "yes"})
	mine.Findings = []decision.Finding{finding("BROAD", decision.Caution), finding("NOROW", decision.Note)}
	model.Findings = []decision.Finding{finding("THIRD", decision.Caution), finding("DUTY", decision.Note), finding("PERSONAL", decision.Note)}
	s.Expect.Findings = []string{"PERSONAL"}
	d := training.Compare(s, mine, model, words)
	var on []string
	for _, p := range d.Points {
		on = append(on, p.On)
	}
	if !slices.Equal(on, []string{"told", "information", "advice-taken", "outcome"}) {
		t.Fatalf("looked at are %v", on)
	}
	pieces := d.Points[1]
	if pieces.Verdict != training.Open || pieces.Asked != "The question" || !slices.Equal(pieces.Mine, []string{"Shared: The whole file"}) ||
		!slices.Equal(pieces.Model, []string{"Shared: What she said", "Held back: Her marks (Not needed)"}) {
		t.Errorf("the pieces are %+v", pieces)
	}
	if advice := d.Points[2]; advice.Mine != nil || !slices.Equal(advice.Model, []string{"The lead; Share; What of advice-taken/1/followed? Words of yes"}) {
		t.Errorf("the advice is %+v", advice)
	}
	if got := codes(d.Missed); !slices.Equal(got, []string{"THIRD", "PERSONAL"}) {
		t.Errorf("missed %v", got)
	}
	if got := codes(d.Own); !slices.Equal(got, []string{"BROAD"}) {
		t.Errorf("only the learner's: %v", got)
	}

	text := strings.Join(d.Lines(), "\n")
	for _, want := range []string{"A case", "The law as on 15 January 2026.", "4 points to look at.", "Point 2 of 4: The question", "Why: Less will do.", "Source: S.",
		"Model answer, 2 in all:\n- Shared: What she said", "You wrote: nothing.", "2 things that the model record points out", "THIRD: Seen of THIRD",
		"1 thing that your record points out", "What to do: Do of BROAD", "What the law leaves open: Who tells whom."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not said in\n%s", want, text)
		}
	}
	for _, line := range d.Lines() {
		if strings.ContainsAny(line, "\n\t") {
			t.Errorf("one thought is on several lines: %q", line)
		}
	}
}

// Nothing adds up what the learner chose: there is no count of verdicts, no share and no mark in what is said or saved.
func TestNothingIsScored(t *testing.T) {
	s := &training.Scenario{ID: "t1", Title: "A case", On: "2026-01-15T10:00:00Z",
		Points: []training.Point{{On: "a", Why: "W.", Source: "S."}, {On: "b", Not: []string{"y"}, Why: "W.", Source: "S."}}}
	d := training.Compare(s, answered([2]string{"a", "x"}, [2]string{"b", "y"}, [2]string{"outcome", "none"}),
		answered([2]string{"a", "x"}, [2]string{"b", "x"}, [2]string{"outcome", "none"}), words)
	text := strings.ToLower(strings.Join(d.Lines(), "\n"))
	if found := regexp.MustCompile(`[0-9]+ ?%|\b(score|right|wrong|correct|passed|failed|[0-9]+ (same|defensible|of [0-9]+ (same|right)))\b`).FindString(text); found != "" {
		t.Errorf("%q looks like a mark, in\n%s", found, text)
	}
	// Of the numbers in it, each counts what follows.
	if got := regexp.MustCompile(`[0-9]+`).FindAllString(text, -1); !slices.Equal(got, []string{"15", "2026", "3", "1", "3", "2", "3", "3", "3"}) {
		t.Errorf("the numbers are %v in\n%s", got, text)
	}
}

func TestResultsHaveNeitherNamesNorWhatWasTyped(t *testing.T) {
	s := &training.Scenario{ID: "t1/march", Title: "A case", On: "2026-03-01T10:00:00Z", Points: []training.Point{{On: "reasons"}, {On: "gateway"}, {On: "information"}}}
	mine := answered([2]string{"reasons", "==HYPERLINK(secret)"}, [2]string{"gateway", "a b"}, [2]string{"outcome", "none"}, [2]string{"information/1/what", "=secret"})
	mine.By = decision.Person{Name: "secret", Post: "secret", Organisation: "secret", Email: "secret@fenmarsh.example"}
	model := answered([2]string{"reasons", "=secret"}, [2]string{"gateway", "a"}, [2]string{"outcome", "none"}, [2]string{"information/1/what", "=secret"})
	model.Law.On = "2026-03-01"
	model.Findings = []decision.Finding{finding("THIRD", decision.Caution)}
	d := training.Compare(s, mine, model, words)
	want := [][]string{
		{"t1/march", "2026-03-01", "reasons", "", "open"},
		{"t1/march", "2026-03-01", "gateway", "a b", "differs"},
		{"t1/march", "2026-03-01", "information", "", "open"},
		{"t1/march", "2026-03-01", "outcome", "none", "same"},
		{"t1/march", "2026-03-01", "THIRD", "", "pointed-out-only-by-the-model"},
	}
	rows := d.Rows()
	if len(rows) != len(want) {
		t.Fatalf("got %v", rows)
	}
	for i, row := range rows {
		if !slices.Equal(row, want[i]) {
			t.Errorf("got %v, want %v", row, want[i])
		}
		if len(row) != len(training.Header) {
			t.Errorf("%d columns under %d headings", len(row), len(training.Header))
		}
		if strings.Contains(strings.Join(row, " "), "secret") {
			t.Errorf("a name or a text is in %v", row)
		}
	}
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "15 January 2026") || !strings.Contains(d.Notes[0], "1 March 2026") {
		t.Errorf("of the two days it is said %q", d.Notes)
	}
}

func TestAnotherChecklistIsSaid(t *testing.T) {
	mine, model := answered([2]string{"outcome", "share-all"}), answered([2]string{"outcome", "share-all"}, [2]string{"told", "told"})
	mine.Occasion, mine.Checklist = "emergency", decision.Document{ID: "emergency", Title: "Emergency record"}
	s := &training.Scenario{ID: "t1", On: "2026-01-15T10:00:00Z", Points: []training.Point{{On: "told"}}}
	d := training.Compare(s, mine, model, words)
	if len(d.Notes) != 1 || !strings.Contains(d.Notes[0], "Emergency record") || !strings.Contains(d.Notes[0], "Ad hoc checklist") {
		t.Errorf("said is %q", d.Notes)
	}
	for _, p := range d.Points {
		if p.Verdict == training.LeftOut {
			t.Errorf("%s counts as left out, and was never asked", p.On)
		}
	}
}

func finding(code string, level decision.Level) decision.Finding {
	return decision.Finding{Code: code, Level: level, Seen: []string{"Seen of " + code}, Why: "Why of " + code, Do: "Do of " + code, Source: "Source of " + code}
}

func codes(found []decision.Finding) (codes []string) {
	for _, f := range found {
		codes = append(codes, f.Code)
	}
	return codes
}
