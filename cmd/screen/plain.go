package screen

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"dsa/checklist"

	"golang.org/x/term"
)

// NewPlain makes an asker that writes and reads lines: for screen readers, pipes, TERM=dumb and tests. It is written
// for the ear: one thought to a line, no colour, no cursor movement, and no signs that read as noise. The input is
// read only as far as it is needed, so the same asker may conduct one sitting after another.
func NewPlain(in io.Reader, out io.Writer) Asker {
	p := &plain{in: bufio.NewReader(in), out: out}
	if f, ok := out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.width = func() int {
			width, _, err := term.GetSize(int(f.Fd()))
			if err != nil {
				return 0
			}
			return width
		}
	}
	return p
}

type plain struct {
	in  *bufio.Reader
	out io.Writer
	// width is that of a terminal, in columns, which would break long lines within a word: a voice that reads rows says two words
	// then. Nil, or 0: lines are as long as they are.
	width   func() int
	begun   bool           // the first line has been read
	told    string         // what was said of the words one can type
	titled  string         // the title of the page said last
	pending chan typedLine // a read that was begun in a sitting that was then interrupted
}

type typedLine struct {
	text string
	err  error
}

// Conduct puts the steps of a sitting line by line.
func (p *plain) Conduct(ctx context.Context, s *Sitting) (Ending, error) {
	t := &talk{plain: p, course: begin(s), ctx: ctx, guided: map[*checklist.Question]bool{}}
	ending := t.walk()
	if ending != Agreed {
		t.course.save()
		t.say(t.warning())
	}
	t.leave()
	if t.err != nil || ctx.Err() != nil {
		// What could not be shown cannot have been agreed to.
		ending, t.SwitchTo = Stopped, ""
	}
	return ending, t.err
}

// A talk is one sitting of the plain asker.
type talk struct {
	*plain
	*course
	ctx context.Context
	err error // the first failure of writing or reading

	question *checklist.Question          // the one that is being put
	guided   map[*checklist.Question]bool // those whose guidance has been said
	over     bool                         // an option was chosen that ends the sitting
	refused  bool                         // an answer was refused, and the choices were not said since
}

// turn is what came of a line or a step.
type turn int

const (
	onward    turn = iota // go on with what the walk now asks
	stop                  // the person or a signal stopped
	noInput               // the input ended
	agree                 // the explicit yes
	elsewhere             // the person goes on with something else
	backwards             // from a page of its own, to where it was opened
)

func (t turn) ending() Ending {
	switch t {
	case noInput:
		return InputEnded
	case agree:
		return Agreed
	case elsewhere:
		return Switched
	}
	return Stopped
}

func (t *talk) say(lines ...string) {
	for _, line := range lines {
		if line == "" || t.err != nil {
			continue
		}
		for _, l := range strings.Split(safe(line), "\n") {
			for _, row := range t.rows(l) {
				if _, err := fmt.Fprintln(t.out, row); err != nil && t.err == nil {
					t.err = err
				}
			}
		}
	}
}

// title is the first line of all, or of a page of its own.
func (t *talk) title(words string) string {
	if t.Training {
		return strings.TrimSpace("TRAINING. " + sentence(words))
	}
	return sentence(words)
}

// marked says of a line that it belongs to an exercise. Whatever is put anew begins with such a line.
func (t *talk) marked(line string) string {
	if t.Training {
		return strings.TrimSpace("Training. " + line)
	}
	return line
}

// rows are a line as it stands on a terminal.
func (p *plain) rows(line string) []string {
	if p.width == nil {
		return []string{line}
	}
	if width := p.width(); width > 20 {
		return Filled(line, width-1)
	}
	return []string{line}
}

// gap is an empty line before something new; a voice passes over it, an eye rests on it.
func (t *talk) gap() {
	if t.err == nil {
		_, t.err = fmt.Fprintln(t.out)
	}
}

// read waits for one line. A last line without a line end counts as typed; the end of input is then found by the next
// read.
func (t *talk) read() (string, turn) {
	if t.err != nil || t.ctx.Err() != nil {
		return "", stop
	}
	if t.pending == nil {
		// One line and no more is asked for, so that nothing is taken from whoever reads this input afterwards.
		ch := make(chan typedLine, 1)
		t.pending = ch
		go func() {
			text, err := t.in.ReadString('\n')
			ch <- typedLine{text, err}
		}()
	}
	select {
	case <-t.ctx.Done():
		return "", stop
	case line := <-t.pending:
		t.pending = nil
		if line.err != nil && line.text == "" {
			if !errors.Is(line.err, io.EOF) {
				t.err = line.err
				return "", stop
			}
			return "", noInput
		}
		text := strings.TrimRight(line.text, "\r\n")
		if !t.begun {
			// PowerShell puts a byte order mark before what it pipes.
			text = strings.TrimPrefix(text, "\ufeff")
			t.begun = true
		}
		return text, onward
	}
}

func (t *talk) walk() Ending {
	t.say(t.title(t.Title))
	t.say(t.Notice...)
	words := "back, stop, review, "
	if len(t.Switches) > 0 {
		words += "switch, "
	}
	if len(t.Story) > 0 {
		words += "story, "
	}
	words = "At any question you can type a word on its own: " + words + "or a question mark for help."
	if words != t.told {
		t.told = words
		t.say(words)
	}
	t.say(t.opening...)
	for {
		step, ok := t.Walk.Current()
		var came turn
		switch {
		case ok:
			came = t.step(step)
		case t.Review == nil:
			t.say(t.save())
			return Agreed
		default:
			came = t.review()
		}
		if came != onward {
			return came.ending()
		}
	}
}

// step puts one step until it is answered or left.
func (t *talk) step(step checklist.Step) turn {
	t.gap()
	t.begin(step, t.question != step.Question)
	t.question = step.Question
	for {
		came, done := t.gather(step)
		switch {
		case t.over && t.SwitchTo != "":
			return elsewhere
		case t.over:
			return stop
		case done:
			return came
		}
		// The same step again, in short: an answer was refused, or help was read.
		step, _ = t.Walk.Current()
		t.say(sentence(step.Ask.Words))
		if t.refused {
			t.refused = false
			t.brief(step)
		}
		t.say(t.how(step)...)
	}
}

// begin says everything there is to a step; the guidance only when a question begins.
func (t *talk) begin(step checklist.Step, whole bool) {
	q := step.Question
	heading := sentence(q.Title)
	if at := whereabouts(t.Walk.List(), q); at != "" {
		heading = sentence(at) + " " + heading
	}
	heading = t.marked(heading)
	// The heading once: a voice that repeats it before every answer is heard no more.
	switch {
	case whole && t.hurried():
		// In an emergency once is enough, and where it comes from can be asked for.
		t.say(heading)
		if !t.guided[q] {
			t.say(sentence(q.Guidance))
		}
	case whole:
		t.say(heading)
		t.guidance(step)
		t.toRead(q)
	}
	t.guided[q] = true
	var put []string
	if step.Item > 0 {
		if g := group(step); opensGroup(step) {
			put = append(put, sentence(groupWords(step)), sentence(g.Help))
		}
		put = append(put, sentence(itemised(step, "")))
	}
	put = slices.DeleteFunc(append(put, sentence(step.Ask.Words), sentence(step.Ask.Help)), func(line string) bool { return line == "" })
	if !whole && len(put) > 0 {
		put[0] = t.marked(put[0])
	}
	t.say(put...)
	t.options(step)
	if n := len(step.Notes); n > 0 && !t.hurried() {
		t.say("There " + isAre(n) + " " + Count(n, "note", "notes") + " about this. Type a question mark to hear more.")
	}
	t.say(t.standing(step)...)
	if _, reply := checklist.IsReply(step.Path); reply {
		t.say("To change an answer instead, type back, or review for the numbers and then edit and a number.")
	}
	t.say(t.how(step)...)
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func (t *talk) guidance(step checklist.Step) {
	if isAdded(t.Walk.List(), step.Question) {
		t.say(added)
	}
	t.say(sentence(step.Question.Guidance))
	if step.Question.Source != "" {
		t.say("Source: " + sentence(step.Question.Source))
	}
}

// toRead names what there is to read about a question, once, when it begins.
func (t *talk) toRead(q *checklist.Question) {
	if len(q.Readings) == 0 {
		return
	}
	titles := make([]string, len(q.Readings))
	for i, r := range q.Readings {
		titles[i] = strings.TrimRight(r.Title, ".")
	}
	t.say("To read about this: " + strings.Join(titles, "; ") + ". Type a question mark to hear it.")
}

func (t *talk) options(step checklist.Step) {
	for i := range step.Ask.Options {
		t.option(i, &step.Ask.Options[i])
	}
}

// aFew is how many choices are said again after a refusal. A voice takes a minute over a long list.
const aFew = 9

// brief says the choices again in short, for who cannot look up at them.
func (t *talk) brief(step checklist.Step) {
	options := step.Ask.Options
	if len(options) > aFew {
		t.say(fmt.Sprintf("There are %d choices. Type a question mark to hear them again.", len(options)))
		return
	}
	for i := range options {
		t.say(fmt.Sprintf("%d. %s", i+1, sentence(options[i].Words)))
	}
}

func (t *talk) option(i int, o *checklist.Option) {
	check := ""
	if o.Marked != "" {
		check = "Check first: "
	}
	t.say(fmt.Sprintf("%d. %s%s", i+1, check, sentence(o.Words)))
	t.say(asides(o, t.Keep != nil)...)
}

// standing is the answer there is, and what an empty line would do about it.
func (t *talk) standing(step checklist.Step) []string {
	answer, unsent := t.start(step)
	if step.Unfit != "" {
		said := []string{"Your earlier answer no longer fits: " + sentence(step.Unfit)}
		if !unsent {
			return append(said, "Your earlier answer was: "+sentence(answerWords(step.Ask, step.Answer)))
		}
		return append(said, "Typed and not sent yet: "+sentence(answerWords(step.Ask, answer)))
	}
	if !step.Answered && !unsent {
		return nil
	}
	said := []string{"Your answer so far: " + sentence(answerWords(step.Ask, answer)) + " Press Enter to keep it."}
	if answer.Text != "" && strings.Contains(answer.Text, "\n") {
		said = []string{"Your answer so far:", answerWords(step.Ask, answer), "That was your answer so far. Press Enter to keep it."}
	}
	if step.Ask.Kind.Shape() == checklist.ShapeParagraph {
		if unsent {
			said = append(said, "Lines you type now are added to it. Type clear to begin again.")
		} else {
			said = append(said, "Lines you type now replace it.")
		}
	}
	if step.Ask.Optional && !answer.Empty() {
		said = append(said, "Type clear to leave it empty.")
	}
	return said
}

// kept is the answer an empty line keeps, if there is one that fits.
func (t *talk) kept(step checklist.Step) (checklist.Answer, bool) {
	answer, unsent := t.start(step)
	return answer, unsent || step.Answered && step.Unfit == ""
}

// how says how to answer.
func (t *talk) how(step checklist.Step) []string {
	var said []string
	n := len(step.Ask.Options)
	switch step.Ask.Kind.Shape() {
	case checklist.ShapeOne:
		said = append(said, fmt.Sprintf("Type one number, 1 to %d.", n))
		if n == 1 {
			said[0] = "There is one choice. Type 1 to choose it."
		}
	case checklist.ShapeSome:
		said = append(said, "Type numbers with commas.")
	case checklist.ShapeParagraph:
		said = append(said, "Type as many lines as you need. Finish with a line holding only a full stop.")
		if written := hint(step.Ask); written != "" {
			said = []string{written, "Finish with a line holding only a full stop."}
		}
	default:
		said = append(said, "Type one line.")
		if written := hint(step.Ask); written != "" {
			said = append(said, written)
		}
	}
	if isChoice(step.Ask) {
		if n == 0 {
			said = []string{"There is nothing to choose from here. Type back or stop."}
		}
		if n > 8 {
			said = append(said, "Or type some words of a choice to find it.")
		}
	}
	if _, has := t.kept(step); step.Ask.Optional && !has {
		said = append(said, "You may leave this empty: press Enter.")
	} else if step.Spare && !has {
		said = append(said, spare+" press Enter.")
	}
	return said
}

// gather reads one answer or command. It is done when the walk has moved or the talk is over.
func (t *talk) gather(step checklist.Step) (came turn, done bool) {
	line, came := t.read()
	if came != onward {
		return came, true
	}
	word := strings.ToLower(strings.TrimSpace(line))
	switch word {
	case "stop":
		return stop, true
	case "back":
		if !t.back() {
			t.say("This is the first question.")
			return onward, false
		}
		t.say(t.save())
		return onward, true
	case "review":
		t.answers()
		return onward, false
	case "switch":
		if len(t.Switches) > 0 {
			came = t.switching()
			return came, came != onward
		}
	case "story":
		if len(t.Story) > 0 {
			t.story()
			return onward, false
		}
	case "?", "help":
		t.help(step)
		return onward, false
	case "clear":
		if t.clear(step) {
			return onward, true
		}
		return onward, false
	}
	if n, asked := editing(word); asked {
		return onward, t.edit(n, t.untouched())
	}
	if t.toldOf(step, word) {
		return onward, false
	}
	paragraph := step.Ask.Kind.Shape() == checklist.ShapeParagraph
	if word == "" || word == "." && paragraph {
		if answer, has := t.kept(step); has {
			return onward, t.give(step, answer)
		}
		return onward, t.give(step, checklist.Answer{})
	}
	switch {
	case isChoice(step.Ask):
		chosen, reason := choose(step.Ask, line)
		if reason != "" {
			t.refuse(reason)
			return onward, false
		}
		return onward, t.give(step, checklist.Answer{Chosen: chosen})
	case paragraph:
		return t.paragraph(step, line)
	}
	return onward, t.give(step, checklist.Answer{Text: line})
}

// paragraph reads on until a line holding only a full stop. Every line is kept in the draft as it comes; the end of
// input is not a full stop.
func (t *talk) paragraph(step checklist.Step, line string) (came turn, done bool) {
	text := ""
	before, unsent := t.start(step)
	if unsent {
		text = before.Text + "\n"
	}
	for {
		text += line
		t.typed(step, checklist.Answer{Text: text})
		t.say(t.save())
		line, came = t.read()
		if came != onward {
			return came, true
		}
		if strings.TrimSpace(line) == "." {
			if t.give(step, checklist.Answer{Text: text}) {
				return onward, true
			}
			// What was refused is not kept as half typed: adding to it could not make it fit.
			delete(t.unsent, step.Path)
			if unsent {
				t.unsent[step.Path] = before
			}
			return onward, false
		}
		text += "\n"
	}
}

// clear takes away what has been typed, or empties an answer that may be empty.
func (t *talk) clear(step checklist.Step) (done bool) {
	_, unsent := t.unsent[step.Path]
	delete(t.unsent, step.Path)
	if step.Ask.Optional {
		return t.give(step, checklist.Answer{})
	}
	t.say(t.save())
	if unsent {
		t.say("What was typed is cleared.")
	} else {
		t.refuse("this cannot be left empty")
	}
	return false
}

// give answers, and says what came of it. It reports whether the answer was taken.
func (t *talk) give(step checklist.Step, answer checklist.Answer) bool {
	news, over, err := t.answer(step, answer)
	if err != nil {
		t.refuse(err.Error())
		return false
	}
	if len(answer.Chosen) > 0 {
		t.say("Kept: " + sentence(answerWords(step.Ask, answer)))
		for _, id := range answer.Chosen {
			if o := step.Ask.Option(id); o.Marked != "" {
				t.say("Warning: " + sentence(o.Marked))
			}
		}
	}
	t.say(news...)
	t.over = over
	return true
}

func (t *talk) refuse(reason string) {
	t.refused = true
	t.say("Error: " + strings.TrimSpace(sentence(Capital(reason))+" "+t.untouched()))
}

// help reads the guidance, the choices and the notes again.
func (t *talk) help(step checklist.Step) {
	t.say(t.marked(""))
	t.guidance(step)
	t.say(sentence(step.Ask.Help))
	t.options(step)
	for i, note := range step.Notes {
		t.say(fmt.Sprintf("Note %d of %d. %s", i+1, len(step.Notes), sentence(note)))
	}
	t.say(t.standing(step)...)
	t.say("Type back for the question before.", "Type stop to stop"+t.where(" and keep the draft.", "."),
		"Type review to hear the answers so far, and edit and a number to change one of them.")
	if len(t.Switches) > 0 {
		t.say("Type switch to go on with another checklist or agreement. Your answers go with you.")
	}
	if len(t.Story) > 0 {
		t.say("Type story to hear the story again.")
	}
	if isChoice(step.Ask) {
		t.say("Type a question mark and a number to hear that choice again.")
	}
	if step.Ask.Kind.Shape() == checklist.ShapeParagraph {
		t.say("These words are commands only as the first line; after it they are part of your text.")
	}
	// Last, because it is long: who asked for the commands has heard them.
	for _, r := range step.Question.Readings {
		t.say("To read: " + sentence(r.Title))
		t.say(r.Lines()...)
	}
}

// story says again what happens in the exercise.
func (t *talk) story() {
	t.say(t.marked("The story."))
	t.say(t.Story...)
	t.say("End of the story.")
}

// answers lists the answers so far, and what there is to look at in them.
func (t *talk) answers() {
	answered, steps := t.answered()
	t.say(t.marked(Count(answered, "answer", "answers") + " so far."))
	for i, s := range steps {
		if s.Answered {
			t.say(fmt.Sprintf("%d. %s", i+1, sentence(answerLine(s, 60))))
		}
	}
	if n := len(t.remarks); n > 0 {
		t.say(Count(n, "thing", "things") + " to look at.")
		for _, r := range t.remarks {
			t.say(r.said())
		}
	}
}

// editing reads "edit 3". Other words after edit are the beginning of an answer.
func editing(word string) (n int, asked bool) {
	fields := strings.Fields(word)
	if len(fields) != 2 || fields[0] != "edit" {
		return 0, false
	}
	n, err := strconv.Atoi(fields[1])
	return n, err == nil
}

// edit opens the answer with that number, and reports whether there is one. Where there is none it says so, and that
// nothing came of it.
func (t *talk) edit(n int, nothing string) bool {
	_, steps := t.answered()
	if n < 1 || n > len(steps) || !steps[n-1].Answered {
		t.say(strings.TrimSpace("Error: there is no answer with this number. Type review to hear the numbers. " + nothing))
		return false
	}
	t.jump(steps[n-1].Path)
	t.say(t.save())
	return true
}

// switching asks what to go on with instead.
func (t *talk) switching() turn {
	ask := &checklist.Ask{Kind: checklist.OneOf}
	for _, s := range t.Switches {
		ask.Options = append(ask.Options, checklist.Option{ID: s.ID, Words: s.Words})
	}
	n := len(ask.Options)
	t.say(t.marked("Go on with something else. Your answers go with you, and nothing is signed. " + Count(n, "choice.", "choices.")))
	for i := range ask.Options {
		t.option(i, &ask.Options[i])
	}
	for {
		t.say("Type one number, or back to stay here.")
		line, came := t.read()
		if came != onward {
			return came
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "back", "":
			t.say("Nothing has changed.")
			return onward
		case "stop":
			return stop
		}
		i, reason := chooseOne(ask, strings.TrimSuffix(strings.TrimSpace(line), "."))
		if reason != "" {
			t.say("Error: " + sentence(Capital(reason)) + " Nothing has changed.")
			continue
		}
		t.SwitchTo = ask.Options[i].ID
		return elsewhere
	}
}

// choose reads numbers, ids, or words that fit one option only. The reason never repeats what was typed but a number.
func choose(ask *checklist.Ask, line string) (chosen []string, reason string) {
	parts := []string{line}
	if ask.Kind.Shape() == checklist.ShapeSome {
		parts = strings.Split(line, ",")
		if fields := strings.Fields(strings.ReplaceAll(line, ",", " ")); !slices.ContainsFunc(fields, notNumber) {
			parts = fields
		}
	}
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		i, reason := chooseOne(ask, strings.TrimSuffix(part, "."))
		if reason != "" {
			return nil, reason
		}
		if id := ask.Options[i].ID; !slices.Contains(chosen, id) {
			chosen = append(chosen, id)
		}
	}
	if len(chosen) == 0 {
		return nil, "no number was typed"
	}
	return chosen, ""
}

func chooseOne(ask *checklist.Ask, part string) (at int, reason string) {
	options := ask.Options
	if n, err := strconv.Atoi(part); err == nil {
		if n < 1 || n > len(options) {
			return 0, fmt.Sprintf("%d is not one of the numbers here", n)
		}
		return n - 1, ""
	}
	for i := range options {
		if strings.EqualFold(options[i].ID, part) || strings.EqualFold(options[i].Words, part) {
			return i, ""
		}
	}
	switch found := matching(options, part); len(found) {
	case 0:
		return 0, "that is not one of the choices here"
	case 1:
		return found[0], ""
	default:
		numbers := make([]string, len(found))
		for i, f := range found {
			numbers[i] = fmt.Sprintf("%d, %s", f+1, strings.TrimSuffix(options[f].Words, "."))
		}
		return 0, fmt.Sprintf("that fits %d choices. %s. Type one of these numbers", len(found), strings.Join(numbers, ". "))
	}
}

func notNumber(s string) bool { _, err := strconv.Atoi(s); return err != nil }

// review reads the record as it will be signed, and takes nothing but an explicit yes for one.
func (t *talk) review() turn {
	r := t.Review()
	t.question = nil
	t.gap()
	t.say(t.marked("Review. Every question has an answer. Nothing has been signed."))
	if t.hurried() {
		// What was typed was said back a minute ago; the whole of it can be asked for.
		t.pointedOut(r)
	} else {
		t.record(r)
	}
	for {
		t.gap()
		reading := "Type read to hear the record and the findings again."
		if t.hurried() {
			reading = "Type read to hear the whole record and the findings."
		}
		t.say(t.marked("To agree, type the word sign. "+sentence(r.Verb)), "Type edit for a numbered list of your answers.",
			"Type edit and a number to change that answer.", reading)
		if len(r.Findings) > 0 {
			t.say("Type findings to hear only those, with why they matter and what to do.")
		}
		if len(t.Switches) > 0 {
			t.say("Type switch to go on with another checklist or agreement.")
		}
		if len(t.Story) > 0 {
			t.say("Type story to hear the story again.")
		}
		t.say("Type stop to stop" + t.where(" and keep the draft.", "."))
		line, came := t.read()
		if came != onward {
			return came
		}
		word := strings.Join(strings.Fields(strings.ToLower(line)), " ")
		n, edit := editing(word)
		switch {
		case word == "sign": // the word, and no number that could have been meant for another question
			return agree
		case word == "stop":
			return stop
		case word == "back":
			t.back()
			t.say(t.save())
			return onward
		case word == "read" || word == "?":
			t.record(r)
		case word == "findings":
			t.findings(r)
		case word == "story" && len(t.Story) > 0:
			t.story()
		case word == "edit" || word == "review":
			t.answers()
		case edit:
			if t.edit(n, "Nothing was signed.") {
				return onward
			}
		case word == "switch" && len(t.Switches) > 0:
			if came := t.switching(); came != onward {
				return came
			}
		default:
			t.say("Error: this is not one of the choices here. Nothing was signed.")
		}
	}
}

func (t *talk) record(r Review) {
	t.say(t.marked("The whole record, " + Count(len(r.Lines), "line", "lines") + "."))
	for _, line := range r.Lines {
		if strings.TrimSpace(line) != "" {
			t.say(line)
		}
	}
	t.say("End of the record.")
	t.pointedOut(r) // in a line each: the record has just said the rest of it
}

// pointedOut says the first line of each finding, how many they are before what they are.
func (t *talk) pointedOut(r Review) {
	t.say(weighed(r.Findings))
	for i, f := range r.Findings {
		t.say(numbered(i, len(r.Findings), f)[0])
	}
}

// findings says all there is to the findings, how many they are before what they are.
func (t *talk) findings(r Review) {
	t.say(t.marked(weighed(r.Findings)))
	for i, f := range r.Findings {
		t.say(numbered(i, len(r.Findings), f)...)
	}
}
