package screen

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"strings"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// Demonstrate plays a demo on drawn pages. A terminal cannot draw larger letters by itself: whoever shows it to a room
// makes them larger with the terminal's own zoom, most often ctrl and plus, and the pages fit what is left.
func (d *drawn) Demonstrate(ctx context.Context, demo *Demo) error {
	ctx, release := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer release()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	p := newPlayer(demo, tick)
	program := tea.NewProgram(p, tea.WithInput(d.in), tea.WithOutput(discreet{d.out}))
	p.quit = program.Quit
	defer context.AfterFunc(ctx, program.Quit)()
	_, err := program.Run()
	switch {
	case p.broke != nil:
		panic(p.broke)
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && !errors.Is(err, tea.ErrInterrupted):
		return fmt.Errorf("the terminal: %w", err)
	}
	return nil
}

// demoHeight is the most rows that a page gets: on a taller screen it stands in the middle.
const demoHeight = 44

// paces are how fast it plays, as a multiple of the pace of reading.
var paces = []float64{0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4}

// beatMsg is the time for the next thing to happen, unless something else has happened since.
type beatMsg struct{ beat int }

func tick(after time.Duration, msg tea.Msg) tea.Cmd {
	return tea.Tick(after, func(time.Time) tea.Msg { return msg })
}

// A player plays a demo as one Bubble Tea model. The pages are those of the model that draws a sitting; it gets its keys
// from here.
type player struct {
	*reel
	after         func(time.Duration, tea.Msg) tea.Cmd
	theme         *theme
	width, height int

	at     int
	model  *model
	todo   []func()        // what is still to be typed and ticked on this page
	offset int             // the first row shown of a leaf
	more   *Leaf           // over the page: everything there is to read about it
	seen   map[string]bool // the rows of the page before, which need not be read again

	pace    int
	beat    int
	paused  bool
	hidden  bool
	jumping bool
	number  string // typed to jump to
	said    string // why it did not jump
	over    bool
	cursor  *tea.Cursor

	guarded
}

func newPlayer(d *Demo, after func(time.Duration, tea.Msg) tea.Cmd) *player {
	return &player{reel: newReel(d), after: after, theme: newDemoTheme(), width: 80, height: 24, pace: 3, guarded: guarded{quit: func() {}}}
}

// newDemoTheme has no colours and nothing faint: a projector washes colours out, and bold and reversed text stand out in
// any scheme.
func newDemoTheme() *theme {
	t := newTheme()
	bold := lipgloss.NewStyle().Bold(true)
	t.training, t.where, t.key, t.rule = bold.Reverse(true), bold, bold, bold
	t.heading.text = bold.Underline(true).UnderlineSpaces(true)
	for _, l := range []*look{&t.ask, &t.text, &t.warning, &t.problem} {
		l.text, l.bar, l.lead = bold, bold, bold.Reverse(true)
	}
	styles := *t.huh.Theme(false)
	for _, f := range []*huh.FieldStyles{&styles.Focused, &styles.Blurred} {
		f.SelectSelector, f.MultiSelectSelector = bold.SetString("> "), bold.SetString("> ")
		f.TextInput.Prompt, f.TextInput.Placeholder = bold, bold
	}
	t.huh = huh.ThemeFunc(func(bool) *huh.Styles { return &styles })
	return t
}

// Init opens the first page.
func (p *player) Init() (next tea.Cmd) {
	defer p.guard()
	return p.goTo(0)
}

// Update implements tea.Model.
func (p *player) Update(msg tea.Msg) (m tea.Model, next tea.Cmd) {
	defer p.guard()
	m = p
	if p.over || p.broke != nil {
		return m, nil
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		p.width, p.height = msg.Width, msg.Height
		p.offset = min(p.offset, max(len(p.leafRows())-1, 0))
	case beatMsg:
		if msg.beat == p.beat && !p.paused {
			next = p.play()
		}
	case tea.KeyPressMsg:
		next = p.key(msg)
	}
	return m, next
}

// play does the next thing: a stroke of the answer, a screenful of a leaf, or the next page.
func (p *player) play() tea.Cmd {
	if len(p.todo) == 0 {
		return p.onward()
	}
	p.todo[0]()
	if p.todo = p.todo[1:]; len(p.todo) == 0 {
		return p.rest()
	}
	return p.wait(strokeTime)
}

// The pace: time to look and time for each word. A page of the walk is looked at rather than read to its end, for much on
// it is as on the page before; a leaf is read.
const (
	lookTime   = 1500 * time.Millisecond
	wordTime   = 240 * time.Millisecond
	pageTime   = 10 * time.Second // the most for a page of the walk; whoever wants more pauses
	leafTime   = 30 * time.Second
	skimTime   = 4 * time.Second
	answerTime = 6 * time.Second
	strokeTime = 40 * time.Millisecond
	strokes    = 60 // in which a text is typed, however long it is
)

// wait lets the time go by that the next thing needs. Any key that changes something begins it anew.
func (p *player) wait(d time.Duration) tea.Cmd {
	p.beat++
	if p.paused || p.hidden || p.jumping || p.more != nil || p.last() && len(p.todo) == 0 {
		return nil
	}
	return p.after(time.Duration(float64(d)/paces[p.pace]), beatMsg{p.beat})
}

func (p *player) last() bool {
	return p.at == len(p.stops)-1 && p.offset+p.leafRoom() >= len(p.leafRows())
}

// read waits until the page can have been read, as far as it is new.
func (p *player) read() tea.Cmd {
	if p.paused {
		p.seen = nil
		return p.wait(0)
	}
	words := 0
	rows := map[string]bool{}
	for _, row := range p.page() {
		row = strings.TrimSpace(ansi.Strip(row))
		if rows[row] = true; !p.seen[row] {
			words += len(strings.Fields(row))
		}
	}
	p.seen = rows
	most := pageTime
	if leaf := p.leaf(); leaf != nil && leaf.Skim {
		most = skimTime
	} else if leaf != nil {
		most = leafTime
	}
	return p.wait(min(lookTime+time.Duration(words)*wordTime, most))
}

// rest waits until the answer can have been read.
func (p *player) rest() tea.Cmd {
	words := 0
	if s := &p.stops[p.at]; s.isStep() {
		words = len(strings.Fields(answerWords(p.model.step.Ask, s.answer)))
	}
	return p.wait(min(lookTime+time.Duration(words)*wordTime, answerTime))
}

// again waits anew for what is next on this page.
func (p *player) again() tea.Cmd {
	if p.stops[p.at].leaf == nil && len(p.todo) == 0 {
		return p.rest()
	}
	p.seen = nil
	return p.read()
}

// goTo opens a page as it is when one comes to it from the page before, wherever one comes from.
func (p *player) goTo(at int) tea.Cmd {
	p.at, p.offset, p.todo = at, 0, nil
	if s := &p.stops[at]; s.leaf == nil {
		sitting, before := p.seat(at)
		m := newModel(sitting, 0)
		m.theme, p.model = p.theme, m
		if before != nil {
			step, _ := m.Walk.Current()
			m.news, _, _ = m.answer(step, before.answer) // it was taken when the pages were found
		}
		m.open()
		p.todo = p.strokes(s)
	}
	return p.read()
}

// onward goes to the next screenful or page. Between two steps the answer that is shown is the one that is given.
func (p *player) onward() tea.Cmd {
	if p.stops[p.at].leaf != nil {
		if next := p.offset + p.leafRoom(); next < len(p.leafRows()) {
			p.offset = next
			return p.read()
		}
	}
	if p.at == len(p.stops)-1 {
		return nil
	}
	here, next := &p.stops[p.at], &p.stops[p.at+1]
	if !here.isStep() || next.leaf != nil || here.act != next.act {
		return p.goTo(p.at + 1)
	}
	p.model.submit()
	p.at++
	p.todo = p.strokes(next)
	return p.read()
}

// backward goes to the screenful or the page before.
func (p *player) backward() tea.Cmd {
	room := p.leafRoom()
	switch {
	case p.offset > 0:
		p.offset = max(p.offset-room, 0)
		return p.read()
	case p.at == 0:
		p.said = "This is the first page."
		return p.again()
	}
	next := p.goTo(p.at - 1)
	if rows := len(p.leafRows()); p.stops[p.at].leaf != nil && rows > p.leafRoom() {
		p.offset = (rows - 1) / p.leafRoom() * p.leafRoom()
		return p.read()
	}
	return next
}

// strokes are the keys with which the answer of a page is given, one for each that can be seen.
func (p *player) strokes(s *still) (todo []func()) {
	f := p.model.field
	press := func(k string) { todo = append(todo, func() { f.press(k) }) }
	switch {
	case !s.isStep():
		press("down") // to the line that reads the record
	case f.isList():
		line := -1
		for i := range f.ask.Options {
			if !s.answer.Is(f.ask.Options[i].ID) {
				continue
			}
			for ; line < i; line++ {
				press("down")
			}
			if f.some != nil {
				todo = append(todo, f.toggle)
			}
		}
	default:
		text := []rune(s.answer.Text)
		size := max((len(text)+strokes-1)/strokes, 1)
		for len(text) > 0 {
			n := min(size, len(text))
			typed := string(text[:n])
			todo = append(todo, func() { f.send(tea.PasteMsg{Content: typed}) })
			text = text[n:]
		}
	}
	return todo
}

// key deals with one key.
func (p *player) key(msg tea.KeyPressMsg) tea.Cmd {
	k := msg.String()
	switch {
	case k == "ctrl+c":
		return p.stop()
	case p.hidden:
		p.hidden = false
		return p.again()
	case k == "ctrl+b":
		p.hidden = true
		p.beat++
		return nil
	case p.jumping:
		return p.jump(k, msg.Text)
	case p.more != nil:
		return p.keyOfMore(k)
	}
	p.said = ""
	switch k {
	case "q", "esc":
		return p.stop()
	case "space":
		p.paused = !p.paused
		switch {
		case p.stops[p.at].leaf != nil || p.paused:
			return p.again()
		case len(p.todo) == 0:
			return p.onward()
		}
		return p.wait(lookTime) // whoever goes on has read the question
	case "right", "n", "enter":
		if len(p.todo) == 0 {
			return p.onward()
		}
		for _, stroke := range p.todo {
			stroke()
		}
		p.todo = nil
		return p.rest()
	case "left", "b":
		return p.backward()
	case "j":
		p.jumping, p.number = true, ""
		p.beat++
	case "+", "=":
		p.pace = min(p.pace+1, len(paces)-1)
		return p.again()
	case "-":
		p.pace = max(p.pace-1, 0)
		return p.again()
	case "ctrl+g", "f1":
		return p.openMore()
	}
	return nil
}

func (p *player) stop() tea.Cmd {
	p.over = true
	return tea.Quit
}

// jump takes the number of a question, and goes there.
func (p *player) jump(k, text string) tea.Cmd {
	switch {
	case k == "enter":
		p.jumping = false
		if at, ok := p.placeOf(p.number, p.at); ok {
			return p.goTo(at)
		}
		p.said = "There is no question " + p.number + " in this walk."
		if p.number == "" {
			p.said = ""
		}
		return p.again()
	case k == "esc" || k == "q":
		p.jumping = false
		return p.again()
	case k == "backspace" && p.number != "":
		p.number = p.number[:len(p.number)-1]
	case len(text) == 1 && text[0] >= '0' && text[0] <= '9' && len(p.number) < 3:
		p.number += text
	}
	return nil
}

// openMore shows everything there is to read about the page, except the keys, which are not those of a demo.
func (p *player) openMore() tea.Cmd {
	if p.stops[p.at].leaf != nil {
		return nil
	}
	more := p.model.more()
	lines := more.lines
	for i, line := range lines {
		if line == "Keys" {
			lines = lines[:i]
			break
		}
	}
	p.more, p.offset = &Leaf{Title: more.title, Lines: lines}, 0
	p.beat++
	return nil
}

func (p *player) keyOfMore(k string) tea.Cmd {
	room, rows := p.leafRoom(), len(p.leafRows())
	switch k {
	case "right", "n", "enter", "space", "pgdown", "down":
		if p.offset+room < rows {
			p.offset += room
			return nil
		}
	case "left", "b", "pgup", "up":
		if p.offset > 0 {
			p.offset = max(p.offset-room, 0)
			return nil
		}
	case "esc", "q", "ctrl+g", "f1":
	default:
		return nil
	}
	p.more, p.offset = nil, 0
	return p.again()
}

// size is the size of a page, its keys included.
func (p *player) size() (width, height int) {
	return max(min(p.width-2, DemoWidth), 20), max(min(p.height, demoHeight), 6)
}

func (p *player) low() bool { return p.height < 18 }

func (p *player) leaf() *Leaf {
	if p.more != nil {
		return p.more
	}
	return p.stops[p.at].leaf
}

func (p *player) leafRows() []string {
	leaf := p.leaf()
	if leaf == nil {
		return nil
	}
	width, _ := p.size()
	return leafRows(leaf.Lines, width)
}

// keyRows is how many rows the keys take.
func (p *player) keyRows() int {
	if p.low() {
		return 1
	}
	return 2
}

// leafRoom is how many rows of a leaf can be shown at a time.
func (p *player) leafRoom() int {
	_, height := p.size()
	room := height - p.keyRows() - len(p.leafHead())
	if !p.low() {
		room-- // an empty row before the keys
	}
	return max(room, 1)
}

func (p *player) leafHead() []string {
	leaf := p.leaf()
	if leaf == nil {
		return nil
	}
	width, _ := p.size()
	title := p.theme.heading.text
	if p.low() {
		return []string{ansi.Truncate(p.training()+title.Render(safe(leaf.Title)), width, "…")}
	}
	head := []string{ansi.Truncate(p.training()+safe(p.Title), width, "…")}
	for _, row := range wrapped(leaf.Title, width) {
		head = append(head, title.Render(row))
	}
	return append(head, "")
}

func (p *player) training() string {
	if p.Training {
		return p.theme.training.Render(" TRAINING ") + " "
	}
	return ""
}

// page is what is shown above the keys.
func (p *player) page() []string {
	p.cursor = nil
	width, height := p.size()
	if p.leaf() == nil {
		return p.walked(width, height-p.keyRows())
	}
	rows := p.leafRows()
	from := min(p.offset, len(rows))
	return append(p.leafHead(), rows[from:min(from+p.leafRoom(), len(rows))]...)
}

// walked is a page of the walk, without its keys.
func (p *player) walked(width, height int) []string {
	m := p.model
	m.width, m.height = width, height
	lines := m.header(width)
	m.cursor = nil
	lines = append(lines, m.parts(width, 0, height-len(lines), len(lines))...)
	p.cursor = m.cursor
	for i := range lines {
		lines[i] = ansi.Truncate(lines[i], width, "…")
	}
	return lines[:min(len(lines), height)]
}

// keys are the keys in words, with where one is.
func (p *player) keys() []string {
	width, _ := p.size()
	goesOn := "space pause"
	if p.paused {
		goesOn = "space play"
	}
	keys := []string{goesOn + " · right next · left back · j question · + - speed",
		"ctrl+g more · ctrl+b blank · q stop · " + p.place()}
	if p.leaf() != nil {
		keys[1] = "ctrl+b blank · q stop · " + p.place()
	}
	if p.low() {
		keys = []string{goesOn + " · n next · b back · j jump · q stop"}
	}
	switch {
	case p.more != nil:
		keys[0] = "right more · left back · esc closes this"
	case p.jumping:
		keys[0] = "Go to question: " + p.number + "_ · enter goes there · esc stays"
	case p.said != "":
		keys[0] = p.theme.problem.text.Render(p.said)
	}
	for i := range keys {
		keys[i] = ansi.Truncate(keys[i], width, "…")
	}
	return keys
}

// place says which page it is, and whether it plays.
func (p *player) place() string {
	place := fmt.Sprintf("%d of %d", p.at+1, len(p.stops))
	if rows, room := len(p.leafRows()), p.leafRoom(); rows > room {
		place += fmt.Sprintf(", part %d/%d", p.offset/room+1, (rows+room-1)/room)
	}
	switch {
	case p.paused:
		return place + " · PAUSED"
	case paces[p.pace] != 1:
		return fmt.Sprintf("%s · speed %g", place, paces[p.pace])
	}
	return place
}

// View draws the page in the middle of the screen, and all of it bold.
func (p *player) View() (v tea.View) {
	defer p.guard()
	v.AltScreen = true
	if p.over || p.broke != nil {
		return v
	}
	width, height := p.size()
	left, top := max((p.width-width)/2, 0), max((p.height-height)/2, 0)
	lines := []string{p.training() + "Hidden. Press any key to come back."}
	if !p.hidden {
		keys := p.keys()
		lines = p.page()
		for len(lines) < height-len(keys) {
			lines = append(lines, "")
		}
		lines = append(lines, keys...)
	}
	margin := strings.Repeat(" ", left)
	for i, line := range lines {
		lines[i] = margin + embolden(line)
	}
	v.SetContent(strings.Repeat("\n", top) + strings.Join(lines, "\n"))
	if p.cursor != nil && !p.hidden && !p.jumping {
		p.cursor.X += left
		p.cursor.Y += top
		v.Cursor = p.cursor
	}
	return v
}

// embolden makes a whole line bold, whatever else it is.
func embolden(line string) string {
	const bold, reset = "\x1b[1m", "\x1b[m"
	if line == "" {
		return ""
	}
	return bold + strings.NewReplacer(reset, reset+bold, "\x1b[0m", reset+bold).Replace(line) + reset
}
