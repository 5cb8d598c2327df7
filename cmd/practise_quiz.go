package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/decision"
)

// A quizCard is one question of the quiz as it is put.
type quizCard struct {
	training.Question
	scenario *training.Scenario
	number   int // among the questions of its case, from 1

	drawn  bool
	record []string // the short record that it is about, or none
	raised string   // what is pointed out in that record, where the question names it
}

// draw composes the record that the question is about, from the model answers with some taken away or changed.
func (c *quizCard) draw(model *rehearsal) error {
	if c.drawn || !c.ShowsRecord() {
		return nil
	}
	d, err := model.altered(c.Question, "quiz", c.number-1, "change")
	if err != nil {
		return err
	}
	whole, err := model.record()
	if err != nil {
		return err
	}
	touched := slices.Clone(c.Without)
	for i := 0; i+1 < len(c.Change.Content); i += 2 {
		touched = append(touched, c.Change.Content[i].Value)
	}
	c.record, c.drawn = shortRecord(d, whole, touched), true
	for _, f := range d.Findings {
		if f.Code == c.Finding {
			c.raised = screen.LevelWords(f.Level) + ": " + strings.Join(f.Seen, " ")
		}
	}
	return nil
}

// asked is the question in words.
func (c *quizCard) asked() string {
	if strings.TrimSpace(c.Ask) == "" {
		return "What is missing from this record?"
	}
	return c.Ask
}

// topic is how a case is named among others.
func topic(s *training.Scenario) string { return s.ID + ", " + s.Title }

// options are the choices; their ids are the numbers by which they are called.
func (c *quizCard) options() []checklist.Option {
	options := make([]checklist.Option, len(c.Choices))
	for i, words := range c.Choices {
		options[i] = checklist.Option{ID: strconv.Itoa(i + 1), Words: words}
	}
	return options
}

// right is the words of the right choice.
func (c *quizCard) right() string { return c.Choices[c.Right-1] }

// explained is what is said after an answer: what is right, why, and where that is written. Nobody is told off.
func (c *quizCard) explained(chosen int) []string {
	var lines []string
	if chosen == c.Right {
		lines = append(lines, "That is right: "+c.right())
	} else {
		lines = append(lines, "The answer is: "+c.right(), "You chose: "+c.Choices[chosen-1])
	}
	lines = append(lines, "Why: "+strings.TrimSpace(c.Why))
	if c.raised != "" {
		lines = append(lines, "dsa says of such a record: "+c.raised)
	}
	return append(lines, "Source: "+c.Source)
}

// A quizzed question is one that was answered. What was chosen first counts: the explanation tells the rest.
type quizzed struct {
	card   *quizCard
	chosen int
}

// quizRows are the results in the columns of training.Header: no names, and nothing that anybody typed.
func quizRows(answered []quizzed) [][]string {
	var rows [][]string
	for _, a := range answered {
		verdict := training.Differs
		if a.chosen == a.card.Right {
			verdict = training.Same
		}
		rows = append(rows, []string{a.card.scenario.ID, a.card.scenario.Clock().Format(time.DateOnly), "quiz-" + strconv.Itoa(a.card.number),
			"choice-" + strconv.Itoa(a.chosen), string(verdict)})
	}
	return rows
}

// quiz asks the questions of the cases, in their order, and explains each. There is no mark: at the end it says which cases
// to look at again. What was answered goes into the results, also where the person stops before the end.
func (app *App) quiz(ctx context.Context, all []*training.Scenario, opts practiseOptions) error {
	results, err := openResults(opts.results)
	if err != nil {
		return err
	}
	defer results.close()
	answered, err := app.putQuestions(ctx, all, opts.plain)
	if wrong := results.add(quizRows(answered)); wrong != nil && err == nil {
		err = wrong
	}
	return err
}

// putQuestions conducts the quiz, and gives what was answered.
func (app *App) putQuestions(ctx context.Context, all []*training.Scenario, plain bool) ([]quizzed, error) {
	q := &quizzing{app: app, asker: app.asker(plain), whole: app.draws(plain), models: map[*training.Scenario]*rehearsal{}}
	for _, s := range all {
		for i, question := range s.Quiz {
			q.cards = append(q.cards, &quizCard{Question: question, scenario: s, number: i + 1})
		}
	}
	if len(q.cards) == 0 {
		return nil, fail("there are no questions for the quiz here; nothing was recorded", "run a case with dsa practise, or write questions under quiz: in a scenario of your own")
	}
	for _, card := range q.cards {
		// Nobody has walked through a case of somebody's own: what is wrong with one is said before the first question.
		if filepath.IsAbs(card.scenario.File) {
			if err := q.draw(card); err != nil {
				return nil, err
			}
		}
	}
	err := q.conduct(ctx)
	if err != nil && !errors.Is(err, screen.ErrStopped) && !errors.Is(err, screen.ErrInputEnded) {
		return q.answered, err
	}
	app.print(q.summary())
	if errors.Is(err, screen.ErrInputEnded) {
		return q.answered, &failure{what: fmt.Sprintf("the answers ended at question %d of %d; what was answered before it counts", q.at+1, len(q.cards)),
			next: "run the same command to begin again, and type stop to leave", code: codeCould}
	}
	return q.answered, nil
}

// quizzing is one run of the quiz.
type quizzing struct {
	app      *App
	asker    screen.Asker
	whole    bool // a page holds the story too: what does not fit is opened by who wants it, and nobody has to hear it again
	cards    []*quizCard
	at       int
	answered []quizzed
	models   map[*training.Scenario]*rehearsal
}

// conduct puts one question after the other. Going back puts the one before again.
func (q *quizzing) conduct(ctx context.Context) error {
	for q.at < len(q.cards) {
		card := q.cards[q.at]
		if err := q.draw(card); err != nil {
			return err
		}
		id, err := q.asker.Choose(ctx, q.page())
		if errors.Is(err, screen.ErrBack) {
			q.at = max(q.at-1, 0)
			continue
		}
		if err != nil {
			return err
		}
		chosen, err := strconv.Atoi(id)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(q.answered, func(a quizzed) bool { return a.card == card }) {
			q.answered = append(q.answered, quizzed{card, chosen})
		}
		leave := "go on to the next question"
		if q.at == len(q.cards)-1 {
			leave = "finish"
		}
		if err := q.asker.Read(ctx, screen.Text{Title: quizTitle, Training: true, Lines: card.explained(chosen), Leave: leave}); err != nil {
			return err
		}
		q.at++
	}
	return nil
}

const quizTitle = "The quiz"

// draw composes what a card needs. The model answers of a case are composed once, and only where a question shows a record.
func (q *quizzing) draw(card *quizCard) error {
	if !card.ShowsRecord() {
		return nil
	}
	if q.models[card.scenario] == nil {
		model, err := q.app.rehearse(card.scenario)
		if err != nil {
			return err
		}
		q.models[card.scenario] = model
	}
	return card.draw(q.models[card.scenario])
}

// page is the question at which the quiz stands. Who answers in plain lines hears the story once in each case, and again by
// going back.
func (q *quizzing) page() screen.Page {
	card := q.cards[q.at]
	s := card.scenario
	page := screen.Page{Title: quizTitle, Where: fmt.Sprintf("Question %d of %d", q.at+1, len(q.cards)), Training: true,
		Heading: topic(s), Ask: card.asked(), Options: card.options(), Leave: "stop, and see what to look at again"}
	if q.at > 0 {
		page.Back = "go back to the question before"
	}
	story := q.whole || card.number == 1 || q.at == 0
	if card.record != nil {
		page.Lines = append(page.Lines, "This is a record of the case in short, as somebody wrote it:")
		page.Lines = append(page.Lines, card.record...)
		if story {
			page.Lines = append(page.Lines, "The story of the case:")
		}
	}
	if story {
		page.Lines = append(page.Lines, storyLines(s)...)
	}
	return page
}

// summary says what to look at again. It counts what was answered and gives no mark.
func (q *quizzing) summary() []string {
	lines := []string{screen.TrainingBanner}
	if len(q.answered) == 0 {
		return append(lines, "No question was answered.")
	}
	lines = append(lines, fmt.Sprintf("You answered %d of %s. There is no mark.", len(q.answered), count(len(q.cards), "question")))
	var again []*training.Scenario
	for _, card := range q.cards {
		differs := func(a quizzed) bool { return a.card == card && a.chosen != card.Right }
		if slices.ContainsFunc(q.answered, differs) && !slices.Contains(again, card.scenario) {
			again = append(again, card.scenario)
		}
	}
	if len(again) == 0 {
		return append(lines, "Every answer was as explained. Next: run a whole case with dsa practise.")
	}
	lines = append(lines, "Worth looking at again, "+count(len(again), "case")+":")
	for _, s := range again {
		lines = append(lines, screen.Wrapped("  ", topic(s))...)
		lines = append(lines, screen.Wrapped("    ", "dsa practise "+practiseName(s))...)
	}
	return lines
}

// inEveryShortRecord are answers of which the headings are in every short record, so that the one with something to find is not alone.
var inEveryShortRecord = []string{"purpose", "information", "identity-check", "told", "gateway", "outcome"}

// shortRecord is a record in a line for each heading, without guidance and law, to be read for what is missing or wrong.
// It has the headings of the answers that differ from the model's, and some others; what it leaves out it names as left out
// and in order, so that a heading which is neither there nor named was not answered.
func shortRecord(d, model *decision.Record, touched []string) []string {
	looked := slices.Concat(inEveryShortRecord, touched)
	shown := map[string]bool{}
	for _, q := range slices.Concat(model.Questions, d.Questions) {
		for _, a := range q.Answers {
			if slices.Contains(looked, a.ID) && a.Group == "" || slices.Contains(looked, a.Group) {
				shown[q.ID] = true
			}
		}
	}
	lines := []string{screen.TrainingBanner, "Decided by: " + d.By.Post + ", " + d.By.Organisation}
	var others []string
	for _, q := range d.Questions {
		switch said := inShort(q); {
		case len(said) == 0: // as if it had not been asked
		case shown[q.ID]:
			lines = append(lines, ended(strings.TrimRight(q.Title, "."))+" "+strings.Join(said, "; ")+".")
		default:
			others = append(others, strings.TrimRight(q.Title, ".?"))
		}
	}
	if len(others) > 0 {
		lines = append(lines, "Left out here, and in order: "+strings.Join(others, "; ")+".")
	}
	return lines
}

// inShort are the answers under a heading, those of one item together. What was left empty is not there.
func inShort(q decision.Question) []string {
	var said []string
	item := ""
	for _, a := range q.Answers {
		words := strings.TrimRight(strings.Join(strings.Fields(a.Words()), " "), ".")
		if words == "" {
			continue
		}
		if a.Asked != q.Title && needsAsking(words, len(a.Chosen) > 0, a.Group != "") {
			words = firstSentence(a.Asked) + " " + words
		}
		is := a.Group + strconv.Itoa(a.Item)
		switch {
		case a.Group != "" && is == item:
			said[len(said)-1] += ", " + words
			continue
		case a.Group != "":
			words = strconv.Itoa(a.Item) + ". " + words
		}
		item = is
		said = append(said, words)
	}
	return said
}

// needsAsking reports whether an answer says little without its question. In a group it stands beside others that say what
// it is about.
func needsAsking(words string, chosen, grouped bool) bool {
	first, _, _ := strings.Cut(strings.ToLower(words), " ")
	switch strings.Trim(first, ",.;") {
	case "yes", "no", "not", "none", "nobody", "nothing":
		return true
	}
	switch {
	case grouped:
		return false
	case chosen:
		return len(words) <= 12
	}
	return len(words) <= 25
}

// ended is a heading with a sign at its end, so that what follows is not read on with it.
func ended(title string) string {
	if strings.HasSuffix(title, "?") || strings.HasSuffix(title, ":") {
		return title
	}
	return title + ":"
}

// firstSentence is a question without what is said to help with it.
func firstSentence(words string) string {
	for _, end := range []string{"?", ". "} {
		if first, _, ends := strings.Cut(words, end); ends {
			return first + strings.TrimSpace(end)
		}
	}
	return words
}
