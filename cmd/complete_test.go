package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/decision"
)

// What an emergency record says is owed is what its completion asks, no more and no less.
func TestACompletionAsksWhatIsOwed(t *testing.T) {
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--emergency", "--answers", "testdata/answers/emergency-in-the-corridor.yaml"}); code != codeDone {
		t.Fatal(said)
	}
	f, err := app.follow("complete", "", "1")
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	agreement, err := app.agreementOf(f.first.record, "")
	if err != nil {
		t.Fatal(err)
	}
	optional := map[string]bool{}
	for _, q := range agreement.List(checklist.AdHoc).Questions {
		for _, a := range q.Asks {
			optional[a.Words] = a.Optional
			for _, part := range a.Items {
				optional[part.Words] = part.Optional
			}
		}
	}
	var owed []string
	for _, o := range f.first.record.Owed {
		if !optional[o.Asked] {
			owed = append(owed, o.Asked)
		}
	}

	empty := filepath.Join(t.TempDir(), "empty.yaml")
	if err := os.WriteFile(empty, []byte("sign: yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	said.Reset()
	if code := Main(app, []string{"complete", "1", "--answers", empty}); code != codeCould {
		t.Fatal(said)
	}
	var asked []string
	for _, m := range regexp.MustCompile(`(?m) is not answered: (.*?)( \(use .*\))?$`).FindAllStringSubmatch(said.String(), -1) {
		if !slices.Contains(asked, m[1]) { // of each piece of information
			asked = append(asked, m[1])
		}
	}
	slices.Sort(owed)
	slices.Sort(asked)
	if !slices.Equal(owed, asked) || len(owed) < 20 {
		t.Errorf("owed but not asked, or asked but not owed:\n%s\n\n%s", strings.Join(owed, "\n"), strings.Join(asked, "\n"))
	}
}

func TestACorrectionNamesEveryAnswerByItsPlace(t *testing.T) {
	long := strings.Repeat("so it was ", 40) + "in the end"
	record := &decision.Record{Questions: []decision.Question{
		{ID: "danger", Title: "Is someone in danger now?", Answers: []decision.Answer{
			{ID: "danger", Asked: "Is someone in danger now?", Chosen: []decision.Choice{{ID: "no", Words: "No"}}}}},
		{ID: "what", Number: "2", Title: "What is needed?", Answers: []decision.Answer{
			{ID: "what", Group: "information", Item: 3, Asked: "What is it?", Text: long},
			{ID: "period", Group: "information", Item: 3, Asked: "From when to when?"},
			{ID: "whose", Asked: "Whose?", Chosen: []decision.Choice{{ID: "child", Words: "A child"}, {ID: "parent", Words: "A parent"}}}}},
	}}
	options := answersSource(record)(nil).Options
	var got []string
	for _, o := range options {
		got = append(got, o.ID+" | "+o.Words+" | "+o.Help)
	}
	want := []string{
		"danger | Is someone in danger now? | Recorded: No",
		"information/3/what | 2 What is needed, item 3: What is it? | Recorded: " + long[:maxShown-1] + "…",
		"information/3/period | 2 What is needed, item 3: From when to when? | Recorded: (left empty)",
		"whose | 2 What is needed: Whose? | Recorded: A child; A parent",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	// What the amendment corrects already is not offered for its next item.
	given := checklist.Answers{"amended/1/which": {Chosen: []string{"danger"}}, "amended/1/correct": {Text: "whose"}}
	if left := answersSource(record)(given); len(left.Options) != 3 || left.Options[0].ID != "information/3/what" || len(left.Notes) != 1 {
		t.Errorf("left are %+v", left)
	}
	// What is cut is there for whoever asks for it.
	if options[1].Detail != "Recorded: "+long || options[3].Detail != "" {
		t.Errorf("details %q, %q", options[1].Detail, options[3].Detail)
	}
}
