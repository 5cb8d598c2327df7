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
	before := true
	for i := range list.Questions {
		before = before && list.Questions[i].IsOurs()
		switch {
		case &list.Questions[i] != q:
		case before:
			return "Before the questions"
		default:
			return "Added by dsa"
		}
	}
	return "After the questions"
}

// isAdded reports whether the question is one of ours among those of an agreement, where it could be mistaken for one
// of theirs. What is asked after all of them, about the answers, cannot be.
func isAdded(list *checklist.List, q *checklist.Question) bool {
	if !q.IsOurs() || list.Numbered() == 0 {
		return false
	}
	for i := range list.Questions {
		if &list.Questions[i] == q {
			return true
		}
	}
	return false
}

// spare begins the hint on how to take back an item that was asked for by mistake.
const spare = "If there is nothing more to add,"

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

// itemised names an item of a group, by what it is about once that has been said, and otherwise by the words given.
func itemised(step checklist.Step, otherwise string) string {
	if step.About != "" {
		otherwise = short(step.About, 60)
	}
	return strings.TrimSpace(fmt.Sprintf("Item %d. %s", step.Item, otherwise))
}

// groupWords are the words of the group of a step, unless the step asks with the same words.
func groupWords(step checklist.Step) string {
	g := group(step)
	if sameWords(g.Words, step.Ask.Words) {
		return ""
	}
	return g.Words
}

// sameWords reports whether two texts differ in nothing but how they end.
func sameWords(a, b string) bool {
	bare := func(s string) string { return strings.TrimRight(s, "?.: ") }
	return bare(a) == bare(b)
}

// opensGroup reports whether the step is the first of its group, where the words of the group are said.
func opensGroup(step checklist.Step) bool {
	g := group(step)
	return g != nil && step.Item == 1 && len(g.Items) > 0 && strings.HasSuffix(step.Path, "/"+g.Items[0].ID)
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
	return short(answerWords(step.Ask, step.Answer), most)
}

// short is a text in one line of not more than so many characters.
func short(text string, most int) string {
	line := strings.Join(strings.Fields(safe(text)), " ")
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
func asides(o *checklist.Option, draft bool) []string {
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
	switch {
	case o.Stops && draft:
		said = append(said, "This keeps the draft and stops here.")
	case o.Stops:
		said = append(said, "This stops here.")
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

// hint says how the answer is written, unless the help of the ask gives examples of its own.
func hint(ask *checklist.Ask) string {
	said := kindHint(ask.Kind)
	switch {
	case ask.Kind == checklist.Files && ask.Help != "":
		said, _, _ = strings.Cut(said, " Only")
	case strings.Contains(strings.ToLower(ask.Help), "such as"):
		return ""
	}
	return said
}

// kindHint says how answers of some kinds are written.
func kindHint(kind checklist.Kind) string {
	switch kind {
	case checklist.Email:
		return "An e-mail address, such as name@organisation.org.uk."
	case checklist.Moment:
		return "A time such as 14:30 for today, yesterday 23:50, 2026-02-05 14:30, 2026-02-05, or the word now."
	case checklist.Years:
		return "A whole number of years, such as 8."
	case checklist.Day:
		return "A day such as 2030-02-05, today, tomorrow, in 3 weeks, or in 6 months."
	case checklist.Files:
		return "The path of each file, one to a line. Only its name, its size and its SHA-256 digest are kept, never the file."
	}
	return ""
}

// levels are the words with which findings begin, by their level, and how one and several of them are counted.
var levels = map[string][2]string{"act first": {"to act on first", "to act on first"}, "stop": {"stop", "stops"},
	"caution": {"caution", "cautions"}, "note": {"note", "notes"}}

// weighed says how many findings there are, and how many of each level: "3 findings: 1 stop, 2 cautions."
func weighed(findings []string) string {
	if len(findings) == 0 {
		return "Nothing was pointed out."
	}
	var order []string
	of := map[string]int{}
	for _, f := range findings {
		level, _, _ := strings.Cut(f, ":")
		level = strings.ToLower(level)
		if of[level]++; of[level] == 1 {
			order = append(order, level)
		}
	}
	for i, level := range order {
		words, known := levels[level]
		if !known {
			return Count(len(findings), "finding.", "findings.")
		}
		order[i] = Count(of[level], words[0], words[1])
	}
	return Count(len(findings), "finding", "findings") + ": " + strings.Join(order, ", ") + "."
}

// numbered are the lines of one finding, with its place among all.
func numbered(i, n int, finding string) []string {
	lines := strings.Split(finding, "\n")
	for j := range lines {
		lines[j] = sentence(lines[j])
	}
	lines[0] = fmt.Sprintf("Finding %d of %d. %s", i+1, n, lines[0])
	return lines
}

// sentence ends a text with a full stop where it has no ending, for a voice to pause at.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	end, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, `"'”’`))
	if s == "" || strings.ContainsRune("….!?:;", end) {
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
