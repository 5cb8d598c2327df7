package screen

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dsa/checklist"
)

// A Page is one choice on a page of its own: a menu, a list, a question of the quiz. Nothing is chosen in it to begin
// with.
type Page struct {
	Title    string // the top of the page, as in a sitting
	Where    string // where one is: "Question 2 of 9"; may be empty
	Training bool   // said on the page
	Heading  string
	Lines    []string // to read before choosing; what does not fit opens with ctrl+g
	Ask      string
	Options  []checklist.Option
	// Back says what esc and the word back do: "go back to the list". Empty: they do nothing.
	Back string
	// Leave says what stopping does: "leave dsa". Empty: "stop".
	Leave string
}

// A Text is to be read until the person goes on.
type Text struct {
	Title    string
	Training bool
	Lines    []string
	// Leave says what going on does: "begin", "go back to the list". Empty: "go on".
	Leave string
	// Stop says what stopping does: "leave dsa". Empty: "stop".
	Stop string
	// Said is a text of which a voice has just heard every line: in plain lines they are said again only when that is asked for.
	Said bool
}

// Why nothing was chosen, or a text was not read to its end. None of them is a failure.
var (
	ErrBack       = errors.New("the person went back")
	ErrStopped    = errors.New("the person or a signal stopped")
	ErrInputEnded = errors.New("the input ended")
)

// alone is the sitting of a page or a text, which has no walk.
func alone(title string, training bool) *Sitting { return &Sitting{Title: title, Training: training} }

func (p *Page) leaving() string { return orElse(p.Leave, "stop") }

func (t *Text) goingOn() string { return orElse(t.Leave, "go on") }

func (t *Text) stopping() string { return orElse(t.Stop, "stop") }

func orElse(words, otherwise string) string {
	if words == "" {
		return otherwise
	}
	return words
}

// Choose draws one page and returns what was chosen.
func (d *drawn) Choose(ctx context.Context, p Page) (string, error) {
	m := newChoice(&p)
	if err := d.run(ctx, m); err != nil {
		return "", err
	}
	switch {
	case m.ending == Stopped:
		return "", ErrStopped
	case m.chosen == "":
		return "", ErrBack
	}
	return m.chosen, nil
}

// Read draws a text, until the person goes on.
func (d *drawn) Read(ctx context.Context, t Text) error {
	m := newText(&t)
	if err := d.run(ctx, m); err != nil {
		return err
	}
	if m.ending == Stopped {
		return ErrStopped
	}
	return nil
}

func newChoice(p *Page) *model {
	m := newModel(alone(p.Title, p.Training), 0)
	m.page, m.alone = pageChoice, p
	m.field = newMenu(m.theme, p.Options...)
	m.field.noDraft = true
	return m
}

func newText(t *Text) *model {
	m := newModel(alone("", t.Training), 0)
	m.page = pageText
	m.pager = &pager{title: t.Title, lines: t.Lines, leave: []keyed{{"enter", t.goingOn()}}, stop: t.stopping()}
	return m
}

// Choose puts one page in lines and returns what was chosen.
func (p *plain) Choose(ctx context.Context, page Page) (string, error) {
	t := &talk{plain: p, course: begin(alone(page.Title, page.Training)), ctx: ctx}
	id, came := t.choice(&page)
	if err := t.came(came); err != nil {
		return "", err
	}
	return id, nil
}

// Read says a text, and waits for the person to go on.
func (p *plain) Read(ctx context.Context, text Text) error {
	t := &talk{plain: p, course: begin(alone(text.Title, text.Training)), ctx: ctx}
	return t.came(t.text(&text))
}

// came is the error of a turn that did not lead on.
func (t *talk) came(turn turn) error {
	switch {
	case t.err != nil:
		return t.err
	case t.ctx.Err() != nil || turn == stop:
		return ErrStopped
	case turn == noInput:
		return ErrInputEnded
	case turn == backwards:
		return ErrBack
	}
	return nil
}

// many is how many choices of a page are not all said unasked: a voice takes minutes over them.
const many = 30

func (t *talk) choice(page *Page) (id string, came turn) {
	step := checklist.Step{Ask: &checklist.Ask{Kind: checklist.OneOf, Words: page.Ask, Options: page.Options}}
	t.gap()
	said := func() {
		heading := strings.TrimSpace(sentence(page.Where) + " " + sentence(page.Heading))
		if page.Title != t.titled {
			t.titled = page.Title
			t.say(t.title(page.Title), heading)
		} else {
			t.say(t.marked(heading))
		}
		for _, line := range page.Lines {
			t.say(sentence(line))
		}
		t.say(sentence(page.Ask), Count(len(page.Options), "choice.", "choices."))
	}
	said()
	if len(page.Options) > many {
		t.say(fmt.Sprintf("The first %d of them. Type a question mark to hear all.", aFew))
		for i := range aFew {
			t.say(fmt.Sprintf("%d. %s", i+1, sentence(page.Options[i].Words)))
		}
	} else {
		t.options(step)
	}
	for {
		t.say(t.how(step)...)
		if page.Back != "" {
			t.say("Type back to " + sentence(page.Back))
		}
		t.say("Type stop to " + sentence(page.leaving()))
		line, came := t.read()
		if came != onward {
			return "", came
		}
		word := strings.ToLower(strings.TrimSpace(line))
		switch word {
		case "stop":
			return "", stop
		case "back":
			if page.Back != "" {
				return "", backwards
			}
			t.say("There is nothing to go back to here.")
		case "?", "help":
			said()
			t.options(step)
			continue
		default:
			if t.toldOf(step, word) {
				continue
			}
			chosen, reason := choose(step.Ask, line)
			if reason == "" {
				t.say("Chosen: " + sentence(step.Ask.Option(chosen[0]).Words))
				return chosen[0], onward
			}
			t.say("Error: " + sentence(Capital(reason)))
		}
		t.say(t.marked(sentence(page.Ask)))
		t.brief(step)
	}
}

// toldOf says one option with everything there is to it, where that was asked for with a question mark and a number.
func (t *talk) toldOf(step checklist.Step, word string) bool {
	number, asked := strings.CutPrefix(word, "?")
	if !asked || !isChoice(step.Ask) {
		return false
	}
	i, err := strconv.Atoi(strings.TrimSpace(number))
	if err != nil || i < 1 || i > len(step.Ask.Options) {
		return false
	}
	t.option(i-1, &step.Ask.Options[i-1])
	t.say(details(&step.Ask.Options[i-1])...)
	return true
}

func (t *talk) text(text *Text) turn {
	t.gap()
	for said := text.Said; ; said = false {
		if !said {
			t.say(t.title(text.Title))
			t.say(text.Lines...)
		}
		for again := false; !again; {
			t.say("Press Enter to "+sentence(text.goingOn()), "Type a question mark to hear it again, or stop to "+sentence(text.stopping()))
			line, came := t.read()
			if came != onward {
				return came
			}
			switch strings.ToLower(strings.TrimSpace(line)) {
			case "", "back": // esc leaves a drawn text too
				return onward
			case "stop":
				return stop
			case "?", "help":
				again = true
			default:
				t.say("Error: there is nothing to answer here.")
			}
		}
	}
}

// moreOfChoice is everything there is to read about a page of its own.
func (m *model) moreOfChoice() []string {
	p := m.alone
	lines := slices.Clone(p.Lines)
	if len(lines) > 0 {
		lines = append(lines, "")
	}
	lines = append(lines, sentence(p.Ask))
	for i := range p.Options {
		lines = append(lines, "", m.field.label(i))
		lines = append(lines, asides(&p.Options[i], false)...)
		lines = append(lines, details(&p.Options[i])...)
	}
	keys := "up and down move, a number goes to its line, enter chooses"
	if p.Back != "" {
		keys += fmt.Sprintf(", esc: %s", p.Back)
	}
	if m.field.canFilter() {
		keys += ", / searches the list"
	}
	return append(lines, "", keysTitle, keys, "ctrl+s or ctrl+c: "+p.leaving()+"; ctrl+b hides the page until a key is pressed")
}
