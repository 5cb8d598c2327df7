package screen

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"dsa/checklist"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"github.com/charmbracelet/x/ansi"
)

// A field gathers one answer with one huh field. What huh's fields do by themselves and a signed record cannot bear
// is kept from them here: moving to another page (an asynchronous message that typed keys overtake), answering with
// the first option, letters as movement, ticking everything at once, the external editor, and filters of their own,
// which can panic or tick something out of sight.
type field struct {
	ask     *checklist.Ask
	shape   checklist.Shape
	noDraft bool   // nothing of the sitting is kept
	bare    bool   // its lines have no numbers, and digits do nothing
	neutral string // the first line of a list, which is no answer; the cursor starts on it

	text   string // bound to the huh field
	ticked map[string]bool

	input huh.Field // of a line or a paragraph
	one   *huh.Select[string]
	some  *huh.MultiSelect[string]

	number string // the digits typed last: the cursor goes to the line of that number
	stray  bool   // something else was typed, so that digits are part of a text that was meant for another page

	filtering bool // typed letters go to the query
	query     string
	found     []int // the options shown, by their places

	theme         *theme
	width, height int

	paneWidth, paneMost int // the width for which the rows of the pane were counted, and their number
}

// filterFrom is how many options a list has before it can be searched.
const filterFrom = 9

func newField(ask *checklist.Ask, start checklist.Answer, theme *theme) *field {
	f := &field{ask: ask, shape: ask.Kind.Shape(), theme: theme, width: 80, height: 5, ticked: map[string]bool{}}
	switch f.shape {
	case checklist.ShapeParagraph:
		f.text = safe(start.Text)
		f.input = huh.NewText().ExternalEditor(false).Placeholder("(type here)").Value(&f.text)
	case checklist.ShapeOne, checklist.ShapeSome:
		for _, id := range start.Chosen {
			f.ticked[id] = true
		}
		f.neutral = "(not answered yet)"
		if f.shape == checklist.ShapeSome {
			f.neutral = "(move down to a choice, then space ticks it)"
		} else if ask.Optional {
			f.neutral = "(leave this empty)"
		}
		at := ""
		if f.shape == checklist.ShapeOne && len(start.Chosen) == 1 {
			at = start.Chosen[0]
		}
		f.build(at)
		return f
	default:
		f.text = safe(start.Text)
		f.input = huh.NewInput().Prompt("> ").Value(&f.text)
	}
	f.input = f.input.WithTheme(theme.huh).WithKeyMap(fieldKeys())
	return f
}

// newMenu makes a list of what can be done next. Nothing is chosen in it to begin with, and a number goes to its line
// and chooses nothing.
func newMenu(theme *theme, options ...checklist.Option) *field {
	f := newField(&checklist.Ask{Kind: checklist.OneOf, Options: options}, checklist.Answer{}, theme)
	f.neutral = "(nothing chosen)"
	f.build("")
	return f
}

// newQuestion makes a menu without numbers, for the one page where a digit too many must not lead to the yes.
func newQuestion(theme *theme, options ...checklist.Option) *field {
	f := newMenu(theme, options...)
	f.bare = true
	f.build("")
	return f
}

// fieldKeys leaves the huh fields only the keys that move within a list.
func fieldKeys() *huh.KeyMap {
	none := key.NewBinding(key.WithDisabled())
	on := func(k string) key.Binding { return key.NewBinding(key.WithKeys(k)) }
	return &huh.KeyMap{
		Quit:  none,
		Input: huh.InputKeyMap{AcceptSuggestion: none, Next: none, Prev: none, Submit: none},
		Text:  huh.TextKeyMap{Next: none, Prev: none, NewLine: none, Editor: none, Submit: none},
		Select: huh.SelectKeyMap{Next: none, Prev: none, Left: none, Right: none, Filter: none, SetFilter: none,
			ClearFilter: none, Submit: none, Up: on("up"), Down: on("down"), HalfPageUp: on("pgup"),
			HalfPageDown: on("pgdown"), GotoTop: on("home"), GotoBottom: on("end")},
		MultiSelect: huh.MultiSelectKeyMap{Next: none, Prev: none, Filter: none, SetFilter: none, ClearFilter: none,
			Submit: none, SelectAll: none, SelectNone: none, Toggle: on("space"), Up: on("up"), Down: on("down"),
			HalfPageUp: on("pgup"), HalfPageDown: on("pgdown"), GotoTop: on("home"), GotoBottom: on("end")},
	}
}

func (f *field) isList() bool { return f.one != nil || f.some != nil }

func (f *field) canFilter() bool { return f.isList() && len(f.ask.Options) >= filterFrom }

// build makes the huh list anew from the options that the query finds, with the cursor on the named one.
func (f *field) build(at string) {
	f.found = nil
	if f.query == "" {
		for i := range f.ask.Options {
			f.found = append(f.found, i)
		}
	} else {
		f.found = matching(f.ask.Options, f.query)
	}
	neutral := f.neutral
	if len(f.found) == 0 {
		neutral = "(nothing matches; esc shows the whole list)"
	}
	options := []huh.Option[string]{huh.NewOption(f.cut(neutral), "")}
	place := 0
	for n, i := range f.found {
		o := &f.ask.Options[i]
		// The number makes each line different from all others; huh tells options apart by their words.
		options = append(options, huh.NewOption(f.cut(f.label(i)), o.ID).Selected(f.shape == checklist.ShapeSome && f.ticked[o.ID]))
		if o.ID == at {
			place = n + 1
		}
	}
	if f.shape == checklist.ShapeSome {
		f.some = huh.NewMultiSelect[string]().Filterable(false).Options(options...)
		f.some.WithTheme(f.theme.huh).WithKeyMap(fieldKeys())
	} else {
		f.one = huh.NewSelect[string]().Options(options...)
		f.one.WithTheme(f.theme.huh).WithKeyMap(fieldKeys())
	}
	f.huh().Focus()
	f.size(f.width, f.height)
	f.press("home")
	for range place {
		f.press("down")
	}
}

func (f *field) label(i int) string {
	o := &f.ask.Options[i]
	label := safe(o.Words)
	if o.Marked != "" {
		label = "[CHECK FIRST] " + label
	}
	if !f.bare {
		label = fmt.Sprintf("%d. %s", i+1, label)
	}
	return label
}

func (f *field) cut(s string) string {
	room := f.width - 2
	if f.shape == checklist.ShapeSome {
		room -= 4
	}
	return ansi.Truncate(s, max(room, 8), "…")
}

func (f *field) huh() huh.Field {
	switch {
	case f.one != nil:
		return f.one
	case f.some != nil:
		return f.some
	}
	return f.input
}

func (f *field) send(msg tea.Msg) tea.Cmd {
	_, cmd := f.huh().Update(msg)
	return cmd
}

// press sends the huh list a key of ours.
func (f *field) press(k string) {
	f.send(tea.KeyPressMsg{Code: map[string]rune{"home": tea.KeyHome, "end": tea.KeyEnd, "up": tea.KeyUp,
		"down": tea.KeyDown, "pgup": tea.KeyPgUp, "pgdown": tea.KeyPgDown, "space": tea.KeySpace}[k]})
}

// hovered is the option under the cursor, or nil.
func (f *field) hovered() *checklist.Option {
	id := ""
	switch {
	case f.one != nil:
		id, _ = f.one.Hovered()
	case f.some != nil:
		id, _ = f.some.Hovered()
	}
	if id == "" {
		return nil
	}
	return f.ask.Option(id)
}

// answer is what the field holds now.
func (f *field) answer() checklist.Answer {
	switch {
	case f.one != nil:
		if o := f.hovered(); o != nil {
			return checklist.Answer{Chosen: []string{o.ID}}
		}
		return checklist.Answer{}
	case f.some != nil:
		var a checklist.Answer
		for i := range f.ask.Options {
			if id := f.ask.Options[i].ID; f.ticked[id] {
				a.Chosen = append(a.Chosen, id)
			}
		}
		return a
	}
	return checklist.Answer{Text: f.text}
}

// half is what has been typed or ticked, as against a cursor that only rests somewhere.
func (f *field) half(answered checklist.Answer) checklist.Answer {
	if f.one != nil {
		return answered
	}
	return f.answer()
}

// focus returns the command that makes the cursor blink.
func (f *field) focus() tea.Cmd { return f.huh().Focus() }

// isNewLine reports the keys that begin a new line in a paragraph. They are put in as pasted text, because the text
// area stops taking them as keys at 99 lines.
func isNewLine(k string) bool {
	switch k {
	case "enter", "ctrl+j", "alt+enter", "shift+enter", "ctrl+enter":
		return true
	}
	return false
}

// key takes a key press that is not one of the page's own.
func (f *field) key(msg tea.KeyPressMsg) tea.Cmd {
	if !f.isList() {
		return f.send(msg)
	}
	number, stray := f.number, f.stray
	f.number, f.stray = "", false
	switch msg.String() {
	case "up", "ctrl+p":
		f.press("up")
	case "down", "ctrl+n":
		f.press("down")
	case "home", "end", "pgup", "pgdown":
		f.press(msg.String())
	case "backspace":
		if f.filtering && f.query != "" {
			runes := []rune(f.query)
			f.search(string(runes[:len(runes)-1]))
		}
	case "enter":
		// Only while filtering; a page takes Enter otherwise. It closes the filter and chooses nothing.
		if len(f.found) > 0 {
			f.filtering = false
		}
	default:
		switch {
		case f.filtering:
			f.search(f.query + msg.Text)
		case msg.Text == "/" && f.canFilter():
			f.filtering = true
		case msg.Text == " " || msg.Text == "x":
			f.stray = stray
			f.toggle()
		case !stray && !f.bare && len(msg.Text) == 1 && msg.Text[0] >= '0' && msg.Text[0] <= '9':
			f.goTo(number + msg.Text)
		case msg.Text != "":
			if f.stray = true; number != "" {
				f.press("home")
			}
		}
	}
	return nil
}

// goTo puts the cursor on the line with the number. A digit after a number that no longer fits begins a new one.
func (f *field) goTo(number string) {
	n, err := strconv.Atoi(number)
	if err != nil || n > len(f.ask.Options) {
		number = number[len(number)-1:]
		n, _ = strconv.Atoi(number)
	}
	f.number = number
	f.press("home")
	for range slices.Index(f.found, n-1) + 1 {
		f.press("down")
	}
}

func (f *field) search(query string) {
	if query != f.query {
		f.query = query
		f.build("")
	}
}

func (f *field) toggle() {
	if o := f.hovered(); f.some != nil && o != nil {
		f.press("space")
		f.ticked[o.ID] = !f.ticked[o.ID]
	}
}

// escape closes a filter, and reports whether there was one.
func (f *field) escape() bool {
	if !f.filtering && f.query == "" {
		return false
	}
	at := ""
	if o := f.hovered(); o != nil {
		at = o.ID
	}
	f.filtering, f.query = false, ""
	f.build(at)
	return true
}

// unprintable are the words of the walk for text that a screen would act on.
const unprintable = "this contains control characters that cannot be shown safely; paste it as plain text"

// paste puts in what was pasted, as a whole, and returns why not. In a line, line breaks become blanks.
func (f *field) paste(text string) (tea.Cmd, string) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u2028", "\n", "\u2029", "\n").Replace(text)
	if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f || r >= 0x80 && r < 0xa0 }) {
		// The huh fields would leave out the escape character and keep the rest of its sequence as text.
		return nil, unprintable
	}
	if f.isList() {
		if f.filtering {
			f.search(f.query + strings.Join(strings.Fields(text), " "))
		}
		return nil, ""
	}
	if f.shape != checklist.ShapeParagraph {
		text = strings.Join(strings.Split(strings.Trim(text, "\n"), "\n"), " ")
	}
	return f.send(tea.PasteMsg{Content: text}), ""
}

// rows is how many rows the field needs at least, and how many it can use.
func (f *field) rows() (least, most int) {
	switch {
	case f.some != nil:
		n := len(f.ask.Options) + 1
		return min(8, n), n
	case f.one != nil:
		n := len(f.ask.Options) + 1
		return min(5, n), n
	case f.shape == checklist.ShapeParagraph:
		return 5, 12
	}
	return 1, 1
}

// measure makes the lines of a list as long as the page is wide.
func (f *field) measure(width int) {
	if width != f.width {
		f.size(width, f.height)
	}
}

func (f *field) size(width, height int) {
	if f.isList() && width != f.width {
		at := ""
		if o := f.hovered(); o != nil {
			at = o.ID
		}
		f.width, f.height = width, height
		f.build(at)
		return
	}
	f.width, f.height = width, height
	h := f.huh().WithWidth(width).WithHeight(height)
	if f.isList() {
		// huh scrolls to the cursor within what it drew last, and one of its lists only on a key: so it has to draw,
		// and gets a key that means nothing.
		h.View()
		f.send(tea.KeyPressMsg{Code: tea.KeyF20})
	}
}

func (f *field) view() []string {
	lines := strings.Split(f.huh().View(), "\n")
	return slices.Clip(lines[:min(len(lines), f.height)])
}

// pane are the words of the option under the cursor in full, with its warning and help.
func (f *field) pane() []string {
	if o := f.hovered(); o != nil {
		return f.about(slices.IndexFunc(f.ask.Options, func(other checklist.Option) bool { return other.ID == o.ID }))
	}
	return nil
}

// about is what the line of an option has no room for.
func (f *field) about(i int) []string {
	o := &f.ask.Options[i]
	said := append(asides(o, !f.noDraft), details(o)...)
	if label := f.label(i); f.cut(label) != label {
		at := 0
		if o.Marked != "" {
			at = 1 // a warning comes before everything
		}
		said = slices.Insert(said, at, label)
	}
	return said
}

// longest is the width of the longest line of a list.
func (f *field) longest() int {
	n := 0
	for i := range f.ask.Options {
		n = max(n, ansi.StringWidth(f.label(i))+6)
	}
	return n
}

// paneRows is how many rows the pane of any option needs.
func (f *field) paneRows() int {
	if f.paneWidth != f.width {
		f.paneWidth, f.paneMost = f.width, 0
		for i := range f.ask.Options {
			rows := 0
			for _, s := range f.about(i) {
				rows += len(wrapped(s, f.width))
			}
			f.paneMost = max(f.paneMost, rows)
		}
	}
	return f.paneMost
}
