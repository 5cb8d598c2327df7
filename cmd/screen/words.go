package screen

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"dsa/checklist"
)

// added is said wherever a question of ours is put, so that nobody takes it for a part of the printed checklist.
const added = "This question is added by dsa; it is not in the printed checklist."

// whereabouts names the place of a question among the agreement's own: "Question 4 of 10". A list without numbered
// questions belongs to no agreement, and then there is nothing to name.
func whereabouts(list *checklist.List, q *checklist.Question) string {
	numbered := list.Numbered()
	switch {
	case numbered == 0:
		return ""
	case !q.IsOurs():
		return fmt.Sprintf("Question %s of %d", q.Number, numbered)
	}
	for i := range list.Questions {
		if !list.Questions[i].IsOurs() {
			break
		}
		if &list.Questions[i] == q {
			return "Before the questions"
		}
	}
	return "Added by dsa"
}

// group is the ask of which the step is a part, and nil where the step stands alone.
func group(step checklist.Step) *checklist.Ask {
	if step.Item == 0 {
		return nil
	}
	id, _, _ := strings.Cut(step.Path, "/")
	for i := range step.Question.Asks {
		if step.Question.Asks[i].ID == id {
			return &step.Question.Asks[i]
		}
	}
	return nil
}

// opensGroup reports whether the step is the first of its group, where the words of the group are said.
func opensGroup(step checklist.Step) bool {
	g := group(step)
	return g != nil && step.Item == 1 && len(g.Items) > 0 && strings.HasSuffix(step.Path, "/"+g.Items[0].ID)
}

// opensQuestion reports whether the step is the first of its question.
func opensQuestion(step checklist.Step) bool {
	first := &step.Question.Asks[0]
	if first.Kind == checklist.Items {
		return opensGroup(step)
	}
	return step.Path == first.ID
}

// isChoice reports whether the answer is chosen from a list.
func isChoice(ask *checklist.Ask) bool {
	shape := ask.Kind.Shape()
	return shape == checklist.ShapeOne || shape == checklist.ShapeSome
}

// answerWords are the words of an answer as a person would read them.
func answerWords(ask *checklist.Ask, answer checklist.Answer) string {
	if answer.Empty() {
		return "(left empty)"
	}
	if answer.Text != "" {
		return safe(answer.Text)
	}
	words := make([]string, len(answer.Chosen))
	for i, id := range answer.Chosen {
		words[i] = id
		if o := ask.Option(id); o != nil {
			words[i] = o.Words
		}
	}
	return strings.Join(words, "; ")
}

// shortAnswer is the answer in one short line.
func shortAnswer(step checklist.Step, most int) string {
	if !step.Answered {
		return "(not answered yet)"
	}
	line := strings.Join(strings.Fields(answerWords(step.Ask, step.Answer)), " ")
	if utf8.RuneCountInString(line) > most {
		line = string([]rune(line)[:most-1]) + "…"
	}
	return line
}

// answerLine is a step with its answer in short: "Who asked? Dr Jones".
func answerLine(step checklist.Step, most int) string {
	title := step.Ask.Words
	if step.Item > 0 {
		title = fmt.Sprintf("Item %d. %s", step.Item, title)
	} else if len(step.Question.Asks) == 1 {
		title = step.Question.Title
	}
	if !strings.ContainsRune(".?!:", rune(title[len(title)-1])) {
		title += ":"
	}
	return title + " " + shortAnswer(step, most)
}

// asides are what has to be known about an option before choosing it, besides its words: the warning first.
func asides(o *checklist.Option) []string {
	var said []string
	if o.Marked != "" {
		said = append(said, "Warning: "+sentence(o.Marked))
	}
	if o.Help != "" {
		said = append(said, sentence(o.Help))
	}
	if o.Alone {
		said = append(said, "This cannot be chosen together with others.")
	}
	if o.Stops {
		said = append(said, "This keeps the draft and stops here.")
	}
	return said
}

// details are what there is to read about an option for those who ask.
func details(o *checklist.Option) []string {
	if o.Detail == "" {
		return nil
	}
	lines := strings.Split(o.Detail, "\n")
	for i := range lines {
		lines[i] = sentence(lines[i])
	}
	return lines
}

// detailed counts the options that have more to read.
func detailed(ask *checklist.Ask) (n int) {
	for _, o := range ask.Options {
		if o.Detail != "" {
			n++
		}
	}
	return n
}

// kindHint says how answers of some kinds are written.
func kindHint(kind checklist.Kind) string {
	switch kind {
	case checklist.Email:
		return "An e-mail address, such as name@organisation.org.uk."
	case checklist.Moment:
		return "A time such as 14:30 for today, 2026-02-05 14:30, 2026-02-05, or the word now."
	case checklist.Years:
		return "A whole number of years, such as 8."
	}
	return ""
}

// sentence ends a text with a full stop where it has no ending, for a voice to pause at.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.HasSuffix(s, "…") || strings.ContainsRune(".!?:;", rune(s[len(s)-1])) {
		return s
	}
	return s + "."
}

// Capital makes a reason, which is written in lower case, the beginning of a sentence.
func Capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// safe leaves out what could act on a terminal instead of being shown. Kept answers hold nothing of the sort; text
// from a draft that was left half typed, or edited by hand, might. In a record such signs are shown instead: see Safe.
func safe(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case acts(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// matching are the places of the options that fit all words of the query, by the beginnings of their words. It is the
// one search of both askers: word order does not matter, and a query without letters or digits finds nothing.
func matching(options []checklist.Option, query string) []int {
	wanted := lettersAndDigits(query)
	if len(wanted) == 0 {
		return nil
	}
	var found []int
	for i := range options {
		have := lettersAndDigits(options[i].Words + " " + options[i].ID)
		fits := true
		for _, w := range wanted {
			fits = fits && hasPrefix(have, w)
		}
		if fits {
			found = append(found, i)
		}
	}
	return found
}

func hasPrefix(words []string, prefix string) bool {
	for _, w := range words {
		if strings.HasPrefix(w, prefix) {
			return true
		}
	}
	return false
}

func lettersAndDigits(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
