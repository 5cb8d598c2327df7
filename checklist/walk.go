package checklist

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Choice is what a source offers at one step: the options, what must be said before them, and notes about what is
// not offered and why.
type Choice struct {
	Options []Option
	Lead    string
	Notes   []string
}

// A Source gives the options of an ask that depend on earlier answers, such as the legal gateways. It is called with
// the answers that apply, and must depend on nothing else.
type Source func(Answers) Choice

// A Step is one answer to be gathered, at its place in the walk.
type Step struct {
	Path     string
	Question *Question
	Ask      *Ask     // with its options filled in where the step has been reached
	Notes    []string // what the source said besides the options
	Item     int      // of a group: which one, from 1; 0 otherwise
	About    string   // of a group: what the item's first part says, once it is said, so that nobody takes it for another
	Spare    bool     // of a group: it begins an item of which nothing has been said yet, and which Spurn takes back
	Answer   Answer
	Answered bool
	Unfit    string // why the answer no longer fits; empty when it does
}

// more is the part of a group that asks whether there is another.
const more = "more"

// The options of the question whether there is another item.
const (
	Another   = "yes"
	NoAnother = "no"
)

// MaxItems is the most items in one group.
const MaxItems = 99

// Closing questions come after those of the list, made from its answers. Their answers have paths of their own: what is
// written about a finding, by its code, and which of the lesser ones the person writes about at all.
const (
	reply   = "reply"
	Remarks = "remarks"
)

// Reply is the path of what is written about the finding with that code.
func Reply(code string) string { return reply + "/" + code }

// IsReply tells a path made by Reply, and the code it was made from.
func IsReply(path string) (code string, ok bool) {
	code, ok = strings.CutPrefix(path, reply+"/")
	return code, ok && code != "" && !strings.Contains(code, "/")
}

// IsClosing reports whether a path is of the form that closing questions have.
func IsClosing(path string) bool {
	_, ok := IsReply(path)
	return ok || path == Remarks
}

// A Read reads what one line of an answer names, and returns the line that is kept instead, or why it cannot be read in
// words for the person.
type Read func(line string) (kept, reason string)

// A Walk goes through a list. Which steps there are, and which comes next, follows from the answers alone, so going
// back, changing and testing cost nothing. Answers of steps that stop applying are kept, and named by Dropped.
type Walk struct {
	list    *List
	sources map[string]Source
	known   Answers
	now     func() time.Time
	reads   map[Kind]Read
	closing func(Answers) []Question
	answers Answers
	at      string // the path of the current step; empty at the end
	editing bool   // a step was opened from the end, and the end is where to go back to

	// What follows from the answers is worked out once: the closing questions cost a whole record, and a source looks the law up.
	made   *made
	closed *closed
	chosen map[string]chosenFrom // by the path of the step, or the id of the answer that settles itself
}

// chosenFrom is what a source gave, and the answers it was given.
type chosenFrom struct {
	from   Answers
	choice Choice
}

// made is what follows from the answers as they are.
type made struct {
	steps []Step // while the closing questions are made: those of the list
	whole bool   // every step of the list has an answer that fits
}

// closed are the closing questions with the answers they were made from. The same answers keep the same questions, so
// that a screen knows a question it has put before.
type closed struct {
	from      Answers
	questions []Question
}

// NewWalk starts a walk at its first step. Known answers are taken as given: they count in conditions and are not
// asked. Parts of groups may be known too, by their paths; then the group has the items that are known, and no other
// unless it is known that there is one more. The clock is used only to read "now" and "14:30" in answers.
func NewWalk(list *List, sources map[string]Source, known Answers, now func() time.Time) *Walk {
	w := &Walk{list: list, sources: sources, known: maps.Clone(known), now: now, answers: Answers{}}
	if w.known == nil {
		w.known = Answers{}
	}
	w.settle()
	return w
}

// SetReads says how answers are read that name something else, such as files. Only Answer and Set read, and only lines
// that have not been read before.
func (w *Walk) SetReads(reads map[Kind]Read) { w.reads = maps.Clone(reads) }

// SetClosing adds questions that come once every step of the list has an answer that fits. They must follow from those
// answers, which are given, and from nothing else; a walk asked for its steps meanwhile has those of the list alone.
// Their asks are Remarks and those of Reply. It is called before Restore, or a place among them would not be found.
func (w *Walk) SetClosing(closing func(Answers) []Question) {
	w.closing, w.made, w.closed = closing, nil, nil
	w.settle()
}

// List is the checklist walked.
func (w *Walk) List() *List { return w.list }

// Answers are all answers given, those of steps that no longer apply included. The caller may keep the map.
func (w *Walk) Answers() Answers { return maps.Clone(w.answers) }

// Known is an answer that was known beforehand and is not asked.
func (w *Walk) Known(path string) (Answer, bool) {
	answer, ok := w.known[path]
	return answer, ok
}

// At is the path of the current step, empty at the end.
func (w *Walk) At() string { return w.at }

// Restore takes answers and a place from a draft. Answers that the list has no place for are kept, and do no harm.
func (w *Walk) Restore(answers Answers, at string) {
	w.answers = maps.Clone(answers)
	if w.answers == nil {
		w.answers = Answers{}
	}
	w.at, w.editing, w.made = at, false, nil
	w.settle()
}

// Steps are all steps that apply now, in order, with their answers. Options that depend on earlier answers are filled
// in for steps that are answered or current.
func (w *Walk) Steps() []Step {
	steps := slices.Clone(w.steps())
	if i := place(steps, w.at); i >= 0 && !steps[i].Answered {
		w.fill(&steps[i], steps[:i])
	}
	return steps
}

// Applying are the answers of the steps that apply and that fit, with the known ones: what a record is made of.
func (w *Walk) Applying() Answers { return w.fitting(w.steps()) }

func (w *Walk) fitting(steps []Step) Answers {
	answers := maps.Clone(w.known)
	for _, s := range steps {
		if s.fits() {
			answers[s.Path] = s.Answer
		}
	}
	return answers
}

// fits reports whether nothing is wanting at the step.
func (s *Step) fits() bool { return s.Answered && s.Unfit == "" }

// Current is the step to be answered, and false at the end.
func (w *Walk) Current() (Step, bool) {
	steps := w.Steps()
	i := place(steps, w.at)
	if i < 0 {
		return Step{}, false
	}
	return steps[i], true
}

// Answer checks and keeps the answer to the current step and goes on. A *Refusal leaves everything as it was.
func (w *Walk) Answer(answer Answer) error {
	step, ok := w.Current()
	if !ok {
		return &Refusal{Reason: "every question has been answered"}
	}
	if err := w.keep(step, answer); err != nil {
		return err
	}
	w.next(!step.fits())
	return nil
}

// Spurn takes back the item that the current step begins, for whoever said by mistake that there is one more, and goes
// on behind the item before it. It reports false where the step begins no item or something has been said of it.
func (w *Walk) Spurn() bool {
	step, ok := w.Current()
	if !ok || !step.Spare {
		return false
	}
	group, _, _ := strings.Cut(step.Path, "/")
	w.at = itemPath(group, step.Item-1) + more
	w.answers[w.at], w.made = Answer{Chosen: []string{NoAnother}}, nil
	w.next(true)
	return true
}

// itemPath is what the paths of the parts of an item begin with.
func itemPath(group string, n int) string { return group + "/" + strconv.Itoa(n) + "/" }

// unbegun reports whether the person asked for the item, and nothing has been said of it.
func (w *Walk) unbegun(group string, n int) bool {
	before := itemPath(group, n-1) + more
	if _, known := w.known[before]; known || !w.answers[before].Is(Another) {
		return false
	}
	for path := range w.answers {
		if strings.HasPrefix(path, itemPath(group, n)) {
			return false
		}
	}
	return true
}

// Set keeps an answer for any step that applies, without moving: for answers that come from a file.
func (w *Walk) Set(path string, answer Answer) error {
	was := w.at
	defer func() { w.at = was; w.settle() }()
	if !w.GoTo(path) {
		return &Refusal{Path: path, Reason: "this question does not apply, given the answers before it"}
	}
	step, _ := w.Current()
	return w.keep(step, answer)
}

// keep checks an answer, reading what it names, and puts it in its place.
func (w *Walk) keep(step Step, answer Answer) error {
	kept, err := w.read(step.Ask, answer)
	if err == nil {
		kept, err = step.Ask.Check(kept, w.now())
	}
	if err != nil {
		err.(*Refusal).Path = step.Path
		return err
	}
	w.answers[step.Path], w.made = kept, nil
	return nil
}

// read replaces the lines of an answer that names things by what is kept of them. A line that has been kept before, at
// this step or another, stands for itself: the file may be gone by the time the answer is changed.
func (w *Walk) read(ask *Ask, answer Answer) (Answer, error) {
	if !kinds[ask.Kind].named || len(answer.Chosen) > 0 {
		return answer, nil
	}
	refuse := func(reason string) (Answer, error) { return Answer{}, &Refusal{Reason: reason} }
	text, reason := clean(answer.Text, true)
	if reason != "" {
		return refuse(reason)
	}
	before := map[string]bool{}
	for _, s := range w.steps() {
		if s.fits() && s.Ask.Kind == ask.Kind {
			for _, line := range strings.Split(s.Answer.Text, "\n") {
				before[line] = true
			}
		}
	}
	read := w.reads[ask.Kind]
	several := strings.Contains(text, "\n")
	var lines []string
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "":
			continue
		case before[line]:
		case read == nil:
			return refuse("nothing can be read here; leave it empty")
		default:
			if line, reason = read(line); reason != "" {
				if several {
					reason = fmt.Sprintf("line %d: %s", i+1, reason) // and not what was typed there
				}
				return refuse(reason)
			}
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return Answer{Text: strings.Join(lines, "\n")}, nil
}

// Stopping reports whether the answer would stop the sitting, by an option made for that.
func (s Step) Stopping(answer Answer) bool {
	for _, id := range answer.Chosen {
		if o := s.Ask.Option(id); o != nil && o.Stops {
			return true
		}
	}
	return false
}

// Switching is the occasion under which the answer goes on, by an option made for that, or empty.
func (s Step) Switching(answer Answer) string {
	for _, id := range answer.Chosen {
		if o := s.Ask.Option(id); o != nil && o.Switch != "" {
			return o.Switch
		}
	}
	return ""
}

// next moves on. Where something was wanting, it goes to the next step that still needs something: what was answered
// before, under this list or another, is not put again. Where an answer stood already, it goes to the following step,
// so that whoever went back sees what they said on the way; or, when the step was opened from the end, to what is
// wanting, and back to the end. A walk never reaches the end with a step unanswered or unfit.
func (w *Walk) next(wanting bool) {
	steps := w.steps()
	i := place(steps, w.at)
	if !w.editing {
		for _, s := range steps[i+1:] {
			if !wanting || !s.fits() {
				w.at = s.Path
				return
			}
		}
	}
	w.toPending(steps)
}

func (w *Walk) toPending(steps []Step) {
	for _, s := range steps {
		if !s.fits() {
			w.at = s.Path
			return
		}
	}
	w.at, w.editing = "", false
}

// Back goes to the step before, and reports false at the first. From the end it goes to the last step. No answer is
// lost.
func (w *Walk) Back() bool {
	steps := w.steps()
	if len(steps) == 0 {
		return false
	}
	if w.editing {
		// The person came from the end to change one answer and thought better of it.
		if pending := w.Pending(); len(pending) == 0 {
			w.at, w.editing = "", false
			return true
		}
	}
	i := place(steps, w.at)
	if i < 0 {
		i = len(steps)
	}
	if i == 0 {
		return false
	}
	w.at = steps[i-1].Path
	return true
}

// GoTo opens the step at the path, and reports whether it applies. When the walk stood at its end, the end is where
// the answer leads back to.
func (w *Walk) GoTo(path string) bool {
	if place(w.steps(), path) < 0 {
		return false
	}
	w.editing = w.editing || w.at == ""
	w.at = path
	return true
}

// Pending are the steps that need an answer before the walk is complete: not answered yet, or answered with something
// that no longer fits.
func (w *Walk) Pending() []Step {
	return slices.DeleteFunc(w.Steps(), func(s Step) bool { return s.fits() })
}

// Unfit are the answered steps whose answer no longer fits what was answered elsewhere.
func (w *Walk) Unfit() []Step {
	return slices.DeleteFunc(w.Steps(), func(s Step) bool { return s.Unfit == "" })
}

// Dropped are the paths of answers that were given and no longer apply, in alphabetical order. They are kept in the
// draft and come back if the step applies again; they do not go into a record. What was answered at the close is not
// dropped while the list wants something: it waits.
func (w *Walk) Dropped() []string {
	applying := map[string]bool{}
	for _, s := range w.steps() {
		applying[s.Path] = true
	}
	waiting := w.closing != nil && !w.made.whole
	var dropped []string
	for _, path := range slices.Sorted(maps.Keys(w.answers)) {
		id, _, _ := strings.Cut(path, "/")
		_, known := w.known[path]
		_, allKnown := w.known[id]
		switch {
		case applying[path] || known || allKnown:
		case strings.HasSuffix(path, "/"+more): // form, and no answer
		case waiting && IsClosing(path):
		default:
			dropped = append(dropped, path)
		}
	}
	return dropped
}

// Homeless are the headings of answers that applied in the walk before, under another list, and have no place here now,
// in the order in which they were asked. They are kept like all that is dropped. Without the walk before, they are those
// of all that is dropped here.
func (w *Walk) Homeless(before *Walk) []string {
	dropped := w.Dropped()
	named := w.Title
	if before != nil {
		here := dropped
		dropped = nil
		for _, s := range before.steps() {
			if slices.Contains(here, s.Path) {
				dropped = append(dropped, s.Path)
			}
		}
		named = func(path string) string { return cmp.Or(w.title(path), before.Title(path)) }
	}
	var titles []string
	for _, path := range dropped {
		if title := named(path); !slices.Contains(titles, title) {
			titles = append(titles, title)
		}
	}
	return titles
}

// Title is the question heading that a path belongs to, for naming an answer without repeating it. A path that nothing
// asks about is named by itself.
func (w *Walk) Title(path string) string {
	id, _, _ := strings.Cut(path, "/")
	if code, ok := IsReply(path); ok {
		id = "What was written about " + code
	} else if path == Remarks {
		id = "What was chosen to write about"
	}
	return cmp.Or(w.title(path), id)
}

func (w *Walk) title(path string) string {
	id, _, _ := strings.Cut(path, "/")
	questions := w.list.Questions
	if IsClosing(path) {
		id, questions = path, nil
		if w.closed != nil {
			questions = w.closed.questions
		}
	}
	for i := range questions {
		q := &questions[i]
		for j := range q.Asks {
			if q.Asks[j].ID == id {
				return strings.TrimRight(q.Title, "?.: ") + ": " + q.Asks[j].Words
			}
		}
	}
	return ""
}

func place(steps []Step, path string) int {
	if path == "" {
		return -1
	}
	return slices.IndexFunc(steps, func(s Step) bool { return s.Path == path })
}

// settle makes the place valid again: a step that no longer applies gives way to the first that needs something.
func (w *Walk) settle() {
	steps := w.steps()
	if w.at == "" || place(steps, w.at) < 0 {
		w.toPending(steps)
	}
}

// steps are the steps that apply, those of the list and the closing ones, with the options of those that are answered.
// Nobody changes what it returns.
func (w *Walk) steps() []Step {
	if w.made != nil {
		return w.made.steps
	}
	live := maps.Clone(w.known)
	steps := w.lay(w.list.Questions, live)
	w.fillAnswered(steps, 0)
	whole := !slices.ContainsFunc(steps, func(s Step) bool { return !s.fits() })
	w.made = &made{steps, whole}
	if w.closing == nil || !whole {
		return steps
	}
	from := w.fitting(steps)
	if w.closed == nil || !maps.EqualFunc(w.closed.from, from, Answer.Equal) {
		w.closed = &closed{from, w.closing(maps.Clone(from))}
	}
	of := len(steps)
	steps = append(slices.Clip(steps), w.lay(w.closed.questions, live)...)
	w.fillAnswered(steps, of)
	w.made.steps = steps
	return steps
}

func (w *Walk) fillAnswered(steps []Step, from int) {
	for i := from; i < len(steps); i++ {
		if steps[i].Answered {
			w.fill(&steps[i], steps[:i])
		}
	}
}

// lay puts the questions that apply into steps, without resolving options. Conditions look only at answers of steps that
// apply themselves, and at known ones: these are live.
func (w *Walk) lay(questions []Question, live Answers) []Step {
	var steps []Step
	add := func(step Step) Answer {
		step.Answer, step.Answered = w.answers[step.Path]
		steps = append(steps, step)
		if step.Answered {
			live[step.Path] = step.Answer
		}
		return step.Answer
	}
	for i := range questions {
		q := &questions[i]
		if !q.When.Holds(live) {
			continue
		}
		for j := range q.Asks {
			ask := &q.Asks[j]
			if _, known := w.known[ask.ID]; known || !ask.When.Holds(live) {
				continue
			}
			if w.settled(ask, live) {
				live[ask.ID] = Answer{Chosen: []string{ask.Sole}}
				continue
			}
			if ask.Kind != Items {
				add(Step{Path: ask.ID, Question: q, Ask: ask})
				continue
			}
			given := w.knownItems(ask.ID)
			for n := 1; n <= MaxItems; n++ {
				prefix, begun := itemPath(ask.ID, n), false
				for k := range ask.Items {
					part := &ask.Items[k]
					if _, known := w.known[prefix+part.ID]; known || !part.When.within(prefix).Holds(live) {
						continue
					}
					step := Step{Path: prefix + part.ID, Question: q, Ask: part, Item: n}
					step.Spare, begun = !begun && !part.Optional && w.unbegun(ask.ID, n), true
					if k > 0 {
						step.About = live[prefix+ask.Items[0].ID].Text
					}
					add(step)
				}
				if n < given {
					continue
				}
				another, known := w.known[prefix+more]
				if !known && n > given && n < MaxItems {
					another = add(Step{Path: prefix + more, Question: q, Ask: ask.anotherAsk(), Item: n})
				}
				if !another.Is(Another) {
					break
				}
			}
		}
	}
	return steps
}

// knownItems is the number of the last item of a group of which some part is known, or 0.
func (w *Walk) knownItems(group string) (last int) {
	for path := range w.known {
		parts := strings.Split(path, "/")
		if len(parts) != 3 || parts[0] != group {
			continue
		}
		if n, err := strconv.Atoi(parts[1]); err == nil && strconv.Itoa(n) == parts[1] && n <= MaxItems {
			last = max(last, n)
		}
	}
	return last
}

// settled reports whether there is nothing to choose: a question with one answer is not asked of somebody in a hurry.
func (w *Walk) settled(ask *Ask, live Answers) bool {
	if ask.Sole == "" || w.sources[ask.From] == nil {
		return false
	}
	return len(w.choice("settled/"+ask.ID, ask, maps.Clone(live)).Options) == 0
}

// choice asks the source of an answer, once for the same answers: to lay the steps out again after each answer would ask it for
// every one. The answers given are the walk's to keep.
func (w *Walk) choice(at string, ask *Ask, live Answers) Choice {
	if last, known := w.chosen[at]; known && maps.EqualFunc(last.from, live, Answer.Equal) {
		return last.choice
	}
	choice := w.sources[ask.From](maps.Clone(live))
	if w.chosen == nil {
		w.chosen = map[string]chosenFrom{}
	}
	w.chosen[at] = chosenFrom{live, choice}
	return choice
}

// within reads a condition inside a group as being about the same item; the occasion is that of the whole walk.
func (w When) within(prefix string) When {
	if w == nil {
		return nil
	}
	inside := When{}
	for id, values := range w {
		if id != Occasion {
			id = prefix + id
		}
		inside[id] = values
	}
	return inside
}

func (a *Ask) anotherAsk() *Ask {
	return &Ask{ID: more, Words: a.Another, Kind: OneOf, Options: []Option{
		{ID: NoAnother, Words: "No, that is all"},
		{ID: Another, Words: "Yes, one more"},
	}}
}

// fill resolves the options of a step from its source and checks its answer against them.
func (w *Walk) fill(step *Step, before []Step) {
	if step.Ask.From != "" {
		live := maps.Clone(w.known)
		for _, s := range before {
			if s.Answered {
				live[s.Path] = s.Answer
			}
		}
		ask := *step.Ask
		if w.sources[ask.From] != nil {
			choice := w.choice(step.Path, step.Ask, live)
			// An id that both use would stand there twice and could not be chosen; the checklist's own wins.
			ask.Options = append(slices.DeleteFunc(slices.Clone(choice.Options), func(o Option) bool {
				return step.Ask.Option(o.ID) != nil
			}), step.Ask.Options...)
			step.Notes = choice.Notes
			ask.Help = strings.TrimSpace(choice.Lead + "\n" + ask.Help)
		}
		step.Ask = &ask
	}
	if !step.Answered {
		return
	}
	kept, err := step.Ask.Check(step.Answer, w.now())
	switch {
	case err != nil:
		step.Unfit = unfitReason(step, err)
	case step.Answer.Text != kept.Text:
		// It came from a draft that somebody wrote: "now" and "tomorrow" would mean something else each time.
		step.Unfit = "this was not kept as it was meant; answer it again"
	default:
		step.Answer = kept // in the order of this list, which another list may not share
	}
}

func unfitReason(step *Step, err error) string {
	if shape := step.Ask.Kind.Shape(); shape == ShapeOne || shape == ShapeSome {
		for _, id := range step.Answer.Chosen {
			if step.Ask.Option(id) == nil {
				return "what was chosen before is no longer among the choices"
			}
		}
	}
	return fmt.Sprint(err)
}
