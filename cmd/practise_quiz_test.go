package cmd

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/decision"
)

const madeUp = "testdata/quiz/x01-made-up.yaml"

// quizCases are two cases: one with questions of each kind, and one with a single question.
func quizCases(t *testing.T, app *App) []*training.Scenario {
	t.Helper()
	first, err := app.scenario(madeUp, "")
	if err != nil {
		t.Fatal(err)
	}
	second := *first
	second.ID, second.Title, second.File = "x02", "Another case made up for the tests", "scenarios/x02.yaml"
	second.Story, second.Quiz = "Another story.", first.Quiz[:1]
	return []*training.Scenario{first, &second}
}

// conductQuiz conducts the quiz in plain lines with what somebody types.
func conductQuiz(t *testing.T, typed string) (answered []quizzed, out, said string, err error) {
	t.Helper()
	app, printed, asked := newTestApp(t, typed)
	lawRead(app)
	answered, err = app.putQuestions(t.Context(), quizCases(t, app), true)
	return answered, printed.String(), asked.String(), err
}

func TestQuizInPlainLines(t *testing.T) {
	const right, wrong = "That is right: The charity\nWhy: Whoever holds the information decides.\nSource: The agreement, section 4\n",
		"The answer is: The charity\nYou chose: The council\nWhy: Whoever holds the information decides.\nSource: The agreement, section 4\n"
	for sentence, c := range map[string]struct {
		typed string
		said  []string // in this order
		not   []string
		out   string // after the banner
		code  int
	}{
		"all as explained": {"2\n\n2\n\n1\n\n2\n\n", []string{
			"Question 1 of 4. x01, A case made up for the tests of the quiz.\nYou are the safeguarding lead of a charity.\nThe first part of the story.\nThe second part of the story.\nWho decides here?\n2 choices.\n",
			right, "Question 2 of 4. x01", "This is a record of the case in short, as somebody wrote it:\n" + screen.TrainingBanner + "\nDecided by: Safeguarding lead, Lantern House Counselling.\n",
			"Is it the right person? It has not been checked yet.\n", "What is missing from this record?\n3 choices.\n",
			"That is right: Whether the recipient is who they say\nWhy: A call from anywhere proves nothing.\ndsa says of such a record: Stop: It has not been checked yet who asks, or who receives it.\nSource: The agreement, question 6\n",
			"Question 3 of 4. x01", "What has gone from this record?\n", "Question 4 of 4. x02", "Another story.\n", "Press Enter to finish.",
		}, []string{"You chose", "wrong", "incorrect", "score", "Not quite"},
			"You answered 4 of 4 questions. There is no mark.\nEvery answer was as explained. Next: run a whole case with dsa practise.\n", codeDone},
		"some otherwise": {"1\n\n2\n\n2\n\n1\n\n", []string{wrong, "The answer is: What good it would do and what was said to the objection\nYou chose: The purpose\n"}, []string{"wrong", "incorrect", "score"},
			"You answered 4 of 4 questions. There is no mark.\nWorth looking at again, 2 cases:\n  x01, A case made up for the tests of the quiz\n    dsa practise NAME\n  x02, Another case made up for the tests\n    dsa practise x02\n", codeDone},
		"back, and the first answer counts": {"1\n\nback\n2\n\nstop\n", []string{wrong, "Type back to go back to the question before.", "Question 1 of 4", right, "Question 2 of 4"}, nil,
			"You answered 1 of 4 questions. There is no mark.\nWorth looking at again, 1 case:\n  x01, A case made up for the tests of the quiz\n    dsa practise NAME\n", codeDone},
		"nothing before the first":   {"back\nstop\n", []string{"Question 1 of 4"}, []string{"question before", "Question 2"}, "No question was answered.\n", codeDone},
		"a number that is not there": {"7\n2\n\nstop\n", []string{"7 is not one of the numbers here", right}, nil, "You answered 1 of 4 questions. There is no mark.\nEvery answer was as explained. Next: run a whole case with dsa practise.\n", codeDone},
		"stopped at an explanation":  {"2\nstop\n", []string{right}, []string{"Question 2"}, "You answered 1 of 4 questions. There is no mark.\nEvery answer was as explained. Next: run a whole case with dsa practise.\n", codeDone},
		"the input ends":             {"1\n", []string{wrong}, []string{"Question 2"}, "You answered 1 of 4 questions. There is no mark.\nWorth looking at again, 1 case:\n  x01, A case made up for the tests of the quiz\n    dsa practise NAME\n", codeCould},
		"nothing comes":              {"", []string{"Question 1 of 4"}, []string{"Question 2"}, "No question was answered.\n", codeCould},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, out, said, err := conductQuiz(t, c.typed)
			code := codeDone
			if err != nil {
				code = explain(err).code
			}
			if code != c.code {
				t.Errorf("it ends with %d (%v), want %d", code, err, c.code)
			}
			rest := said
			for _, words := range c.said {
				_, after, found := strings.Cut(rest, words)
				if !found {
					t.Fatalf("it does not say, at its place, %q:\n%s", words, said)
				}
				rest = after
			}
			for _, words := range c.not {
				if strings.Contains(said, words) {
					t.Errorf("it says %q:\n%s", words, said)
				}
			}
			app, _, _ := newTestApp(t, "")
			want := screen.TrainingBanner + "\n" + strings.ReplaceAll(c.out, "NAME", practiseName(quizCases(t, app)[0]))
			if flat := strings.ReplaceAll(out, "\n    /", " /"); flat != want && out != want {
				t.Errorf("at the end stands\n%s\nwant\n%s", out, want)
			}
			for _, part := range strings.Split(said, "\n\n")[1:] {
				if !strings.HasPrefix(strings.ToUpper(part), "TRAINING. ") {
					t.Errorf("a part does not begin by saying that it is an exercise: %.80q", part)
				}
			}
		})
	}
}

// What is kept of a quiz are ids: no names, and nothing of the story.
func TestQuizRows(t *testing.T) {
	answered, _, _, err := conductQuiz(t, "1\n\n2\n\nback\n1\n\nstop\n")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"x01", "2026-01-15", "quiz-1", "choice-1", "differs"}, {"x01", "2026-01-15", "quiz-2", "choice-2", "same"}}
	rows := quizRows(answered)
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("the rows are %v, want %v", rows, want)
	}
	for _, row := range rows {
		if len(row) != len(training.Header) {
			t.Errorf("%v does not fit under %v", row, training.Header)
		}
	}
}

// The results are added to a file, also where the person stops or the input ends, and an own case that cannot be drawn is
// refused before the first question.
func TestResultsOfTheQuiz(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.csv")
	for i, run := range []struct {
		typed string
		code  int
	}{{"1\n\n2\n\nstop\n", codeDone}, {"2\n\n", codeCould}, {"stop\n", codeDone}} {
		app, _, said := newTestApp(t, run.typed)
		lawRead(app)
		if code := Main(app, []string{"practise", madeUp, "--quiz", "--results", file}); code != run.code {
			t.Errorf("run %d: exit code %d\n%s", i+1, code, said)
		}
	}
	content, err := os.ReadFile(file)
	want := strings.Join(training.Header, ",") + "\nx01,2026-01-15,quiz-1,choice-1,differs\nx01,2026-01-15,quiz-2,choice-2,same\nx01,2026-01-15,quiz-1,choice-2,same\n"
	if err != nil || string(content) != want {
		t.Errorf("the results are\n%s\nwant\n%s(%v)", content, want, err)
	}
	made, err := os.ReadFile(madeUp)
	if err != nil {
		t.Fatal(err)
	}
	broken := filepath.Join(t.TempDir(), "x01.yaml")
	if err := os.WriteFile(broken, bytes.Replace(made, []byte("identity-check: not-yet"), []byte("identity-check: seldom"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	app, out, said := newTestApp(t, "2\n\n2\n\n")
	lawRead(app)
	code := Main(app, []string{"practise", broken, "--quiz"})
	if code != codeCould || out.Len() > 0 || strings.Contains(said.String(), "Question 1") || !strings.Contains(said.String(), "change: identity-check: that is not one of the choices here") {
		t.Errorf("exit code %d\n%s%s", code, out, said)
	}
}

func TestAQuizWithoutQuestions(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	cases := quizCases(t, app)
	cases[0].Quiz = nil
	if err := app.quiz(t.Context(), cases[:1], practiseOptions{plain: true}); err == nil || explain(err).code != codeCould {
		t.Errorf("it ends with %v", err)
	}
}

// The short record differs from the model's where the question says, and nowhere else; and whoever reads it can tell what is
// left out of it from what is missing in it.
func TestShortRecord(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	lawRead(app)
	s := quizCases(t, app)[0]
	model, err := app.rehearse(s)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := model.record()
	if err != nil {
		t.Fatal(err)
	}
	of := func(q training.Question) []string {
		card := &quizCard{Question: q, scenario: s, number: 1}
		if err := card.draw(model); err != nil {
			t.Fatal(err)
		}
		return card.record
	}
	heading := func(lines []string, title string) string {
		for _, line := range lines {
			if strings.HasPrefix(line, title) {
				return line
			}
		}
		return ""
	}
	const left = "Left out here, and in order: "
	gone := of(training.Question{Without: []string{"benefits", "policies"}})
	if got := heading(gone, "What are the benefits"); got != "What are the benefits and what are the risks? The young person may feel betrayed and stop coming; A child of seven stays with somebody who may abuse her." {
		t.Errorf("what is left of the heading is %q", got)
	}
	if heading(gone, "Check your organisational policies") != "" || strings.Contains(heading(gone, left), "Check your organisational policies") {
		t.Errorf("what was taken away is there, or said to be in order:\n%s", strings.Join(gone, "\n"))
	}
	if !strings.Contains(heading(gone, left), "; Is it fair to share in this way; ") {
		t.Errorf("what is in order is not named: %q", heading(gone, left))
	}
	for _, line := range gone[2:] {
		title, _, _ := strings.Cut(line, "?")
		if title == "What are the benefits and what are the risks" || strings.HasPrefix(line, left) {
			continue
		}
		if !slices.Contains(shortRecord(whole, whole, []string{"benefits", "policies"}), line) {
			t.Errorf("a line differs that should not: %q", line)
		}
	}
	if lines := shortRecord(whole, whole, nil); len(lines) > 10 || lines[0] != screen.TrainingBanner {
		t.Errorf("a short record has %d lines, and begins with %q", len(lines), lines[0])
	}
}

func TestInShort(t *testing.T) {
	q := decision.Question{Title: "A heading?", Answers: []decision.Answer{
		{ID: "a", Asked: "A heading?", Chosen: []decision.Choice{{ID: "yes", Words: "Yes"}}},
		{ID: "b", Asked: "First. Was it checked? Say how.", Chosen: []decision.Choice{{ID: "no", Words: "Not yet, but it will be"}}},
		{ID: "c", Asked: "Your reference. Any will do.", Text: "A-7"},
		{ID: "d", Asked: "In words?", Text: "What was said in two\nlines of words."},
		{ID: "e", Asked: "Empty?"},
		{ID: "what", Group: "piece", Item: 1, Asked: "What?", Text: "One"}, {ID: "ours", Group: "piece", Item: 1, Asked: "Ours?", Chosen: []decision.Choice{{ID: "yes", Words: "Yes"}}},
		{ID: "what", Group: "piece", Item: 2, Asked: "What?", Text: "Two"},
		{ID: "who", Group: "advice", Item: 2, Asked: "Who?", Text: "The lead"},
	}}
	want := []string{"Yes", "First. Was it checked? Not yet, but it will be", "Your reference. A-7", "What was said in two lines of words",
		"1. One, Ours? Yes", "2. Two", "2. The lead"}
	if got := inShort(q); !slices.Equal(got, want) {
		t.Errorf("it says\n%q, want\n%q", got, want)
	}
}

// On drawn pages the story is on every page of its case, to be opened; and every page says that it is an exercise.
func TestPagesOfTheQuiz(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	lawRead(app)
	asker := &scripted{answers: []string{"2", "back", "2", "2", "1", "2"}}
	app.Drawn = func() screen.Asker { return asker }
	if err := app.quiz(t.Context(), quizCases(t, app), practiseOptions{}); err != nil {
		t.Fatal(err)
	}
	if len(asker.pages) != 6 || len(asker.texts) != 5 {
		t.Fatalf("%d pages and %d texts", len(asker.pages), len(asker.texts))
	}
	for i, p := range asker.pages {
		if !p.Training || p.Title == "" || len(p.Options) < 2 || p.Ask == "" || p.Leave == "" {
			t.Errorf("page %d lacks something: %+v", i+1, p)
		}
		if (p.Back == "") != (p.Where == "Question 1 of 4") {
			t.Errorf("page %d, %s: going back says %q", i+1, p.Where, p.Back)
		}
		story := "The first part of the story."
		if p.Where == "Question 4 of 4" {
			story = "Another story."
		}
		if !slices.Contains(p.Lines, story) {
			t.Errorf("%s is without its story", p.Where)
		}
	}
	for i, text := range asker.texts {
		if !text.Training || len(text.Lines) < 3 {
			t.Errorf("explanation %d lacks something: %+v", i+1, text)
		}
	}
}

// What goes wrong at the terminal is no answer and no end.
func TestAQuizAtABrokenTerminal(t *testing.T) {
	app, out, _ := newTestApp(t, "")
	broken := errors.New("broken")
	app.Drawn = func() screen.Asker { return breaking{err: broken} }
	if err := app.quiz(t.Context(), quizCases(t, app), practiseOptions{}); !errors.Is(err, broken) || out.Len() > 0 {
		t.Errorf("it ends with %v and prints %q", err, out)
	}
}

type breaking struct {
	screen.Asker
	err error
}

func (b breaking) Choose(context.Context, screen.Page) (string, error) { return "", b.err }

// Every question that is built in can be put, and its record drawn.
func TestEveryQuestionCanBePut(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	lawRead(app)
	all, err := app.scenarios("")
	if err != nil {
		t.Fatal(err)
	}
	asked, records := 0, 0
	for _, s := range all {
		var model *rehearsal
		for i, q := range s.Quiz {
			card := &quizCard{Question: q, scenario: s, number: i + 1}
			if q.ShowsRecord() {
				if model == nil {
					if model, err = app.rehearse(s); err != nil {
						t.Fatal(err)
					}
				}
				if err := card.draw(model); err != nil {
					t.Fatal(err)
				}
				records++
				if len(card.record) < 4 || card.record[0] != screen.TrainingBanner || q.Finding != "" && card.raised == "" {
					t.Errorf("%s, question %d: the record is %q, and raises %q", s.ID, i+1, card.record, card.raised)
				}
			}
			asked++
			for chosen := range q.Choices {
				lines := card.explained(chosen + 1)
				if !strings.HasSuffix(lines[0], q.Choices[q.Right-1]) || !strings.HasPrefix(lines[len(lines)-1], "Source: ") {
					t.Errorf("%s, question %d is explained by %q", s.ID, i+1, lines)
				}
			}
		}
	}
	if asked < len(all) || records == 0 {
		t.Errorf("%d cases have %d questions, %d of them about a record", len(all), asked, records)
	}
}

// On the command line: a quiz in a pipe and a pack leave nothing on the disk.
func TestAQuizLeavesNothing(t *testing.T) {
	app, out, said := newTestApp(t, "2\n\nstop\n")
	if code := Main(app, []string{"practise", "--quiz", madeUp}); code != codeDone || !strings.Contains(out.String(), "You answered 1 of 3 questions.") {
		t.Errorf("exit code %d:\n%s\n%s", code, out, said)
	}
	if code := Main(app, []string{"practise", "--handout", madeUp}); code != codeDone {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if left, err := os.ReadDir(app.Home); err != nil || len(left) > 0 {
		t.Errorf("in the home folder is %v (%v)", left, err)
	}
}
