package screen

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"dsa/checklist"

	tea "charm.land/bubbletea/v2"
	"github.com/atotto/clipboard"
	"github.com/charmbracelet/x/ansi"
)

// NewDrawn makes an asker that draws pages on a terminal, one answer to a page. One program runs for a whole sitting,
// and every key is dealt with before the next is looked at, so that keys typed ahead or pasted in a burst land where
// they would have landed one by one. It asks the terminal nothing.
func NewDrawn(in, out *os.File) Asker {
	return &drawn{in: in, out: out, every: 3 * time.Second}
}

type drawn struct {
	in, out *os.File
	every   time.Duration // between saves of text that is being typed
}

// Conduct draws the steps of a sitting. A signal, a closed window and a cancelled context stop it like the person does.
func (d *drawn) Conduct(ctx context.Context, s *Sitting) (Ending, error) {
	m := newModel(s, d.every)
	err := d.run(ctx, m)
	return m.ending, err
}

// run draws the pages of a model until it is over. The error is about the terminal.
func (d *drawn) run(ctx context.Context, m *model) error {
	c := &careful{model: m}
	p := tea.NewProgram(c, tea.WithInput(d.in), tea.WithOutput(discreet{d.out}))
	c.quit = p.Quit
	// The program is asked to quit rather than killed, so that the terminal is restored in full. A lost terminal or
	// connection hangs up, which would otherwise end the process with the last words unsaved.
	ctx, release := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer release()
	if ctx.Err() != nil {
		m.ending = Stopped
		return nil
	}
	defer context.AfterFunc(ctx, p.Quit)()
	_, err := p.Run()
	defer m.leave()
	if c.broke != nil {
		panic(c.broke)
	}
	// Only the page that asks for the explicit yes sets Agreed. That a program ended without an error means nothing:
	// a signal ends it so.
	if !m.over {
		m.keepTyping()
		m.ending = Stopped
	}
	if err != nil || ctx.Err() != nil {
		m.ending, m.SwitchTo = Stopped, ""
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, tea.ErrInterrupted) {
		return fmt.Errorf("the terminal: %w", err)
	}
	return nil
}

// A careful model ends the program when something in it breaks, and keeps what it was for whoever runs it. The library
// would print it on the terminal, and what stood in memory at that moment may be about a case.
type careful struct {
	*model
	guarded
}

// guarded is what a model needs for that: each of its methods defers guard.
type guarded struct {
	broke any
	quit  func()
}

func (g *guarded) guard() {
	if why := recover(); why != nil && g.broke == nil {
		g.broke = why
		go g.quit() // the loop that would take the message is the one that is in here
	}
}

// Update implements tea.Model.
func (c *careful) Update(msg tea.Msg) (m tea.Model, next tea.Cmd) {
	defer c.guard()
	m = c
	if c.broke == nil {
		_, next = c.model.Update(msg)
	}
	return m, next
}

// View implements tea.Model.
func (c *careful) View() (v tea.View) {
	defer c.guard()
	if c.broke == nil {
		v = c.model.View()
	}
	return v
}

// A discreet terminal is not asked about its abilities. The library asks when it starts; over a slow connection the
// replies arrive late, as if they had been typed, or after the program has gone.
type discreet struct{ *os.File }

// Write leaves the questions out. Each stands in one piece: the library writes them whole.
func (d discreet) Write(b []byte) (int, error) {
	told := b
	for _, question := range []string{ansi.RequestKittyKeyboard, ansi.RequestModeSynchronizedOutput, ansi.RequestModeUnicodeCore} {
		told = bytes.ReplaceAll(told, []byte(question), nil)
	}
	if _, err := d.File.Write(told); err != nil {
		return 0, err
	}
	return len(b), nil
}

// page is what the model shows under its header.
type page int

const (
	pageNotice page = iota
	pageStep
	pageReview
	pageConfirm
	pageSwitch  // over another page: what to go on with instead
	pageAnswers // over another page: the answers so far, to open one
	pageChoice  // a page of its own, without a walk
	pageText    // a text of its own, in the pager
)

// The lines of the menus of the review and of the page where one agrees.
const (
	lineRead = "read"
	lineSign = "sign"
	lineStop = "stop"
	lineEdit = "edit/" // and the path
	lineNo   = "no"
	lineYes  = "yes"
)

// model is the whole sitting as one Bubble Tea model. Every page is opened within Update, never by a message.
type model struct {
	*course
	every         time.Duration
	theme         *theme
	width, height int

	page     page
	opened   int // pages opened so far; messages meant for an earlier page are dropped
	step     checklist.Step
	field    *field
	opens    bool // the step is the first of its question
	beneath  *layer
	alone    *Page  // of a page of its own
	chosen   string // what was chosen there; empty when the person went back
	progress string
	review   Review
	read     bool // the record of this review has been opened
	pager    *pager
	hidden   bool

	news    []string // what the last answer changed
	problem string   // why the last answer was not taken
	saved   string   // the text saved last, while typing
	burst   string   // typed into a paragraph and not yet put into its field
	drawn   string   // the page as drawn last; empty when it has to be drawn again
	cursor  *tea.Cursor

	// After the pages of the review open, and where the questions end and replies begin, keys count for nothing until none
	// has come for a moment. Keys typed ahead, or a key held down, would otherwise run on from the last question into
	// agreeing, or into a reason that nobody gave.
	deaf  bool
	heard int // keys that were let go

	pressed int // keys so far

	ending Ending
	over   bool // the person ended the sitting; later keys count for nothing
}

// A layer is what a list was laid over, to be shown again as it was.
type layer struct {
	page  page
	field *field
}

func newModel(s *Sitting, every time.Duration) *model {
	m := &model{course: begin(s), every: every, theme: newTheme(), width: 80, height: 24}
	m.news = m.opening
	switch {
	case m.hurried():
		// A page to be left by a key of its own is one too many.
		m.news = append(slices.Clone(s.Notice), m.news...)
	case len(s.Notice) > 0:
		m.page = pageNotice
		m.pager = &pager{title: "Please read first", lines: s.Notice, loose: true, leave: []keyed{{"enter", "goes on"}}}
	}
	return m
}

// fieldMsg is a message a field asked for, marked with the page it belongs to. A paste from the clipboard that
// arrives when the next page is open must not land there.
type fieldMsg struct {
	opened int
	msg    tea.Msg
}

// saveMsg is the time to save what is being typed.
type saveMsg struct{ opened int }

// burstMsg is the time to put a burst of typing into its field.
type burstMsg struct{ opened int }

// calmMsg says that a moment has passed since an answer was refused; it counts if no key has been pressed since. Then the
// person has seen that this is a list, and digits mean its lines again.
type calmMsg struct{ opened, pressed int }

// quietMsg says that a moment has passed; it counts if no key has been let go since.
type quietMsg struct{ opened, heard int }

// moment is shorter than the time in which a page can be read, and longer than the pause between keys of a burst.
const moment = 250 * time.Millisecond

func (m *model) hush() tea.Cmd {
	m.deaf = true
	msg := quietMsg{m.opened, m.heard}
	return tea.Tick(moment, func(time.Time) tea.Msg { return msg })
}

// Init opens the first page.
func (m *model) Init() tea.Cmd {
	switch {
	case m.page == pageText:
		return m.hush() // what was typed ahead, or a key held down, must not take it away unread
	case m.pager != nil:
		return nil
	case m.page == pageChoice:
		return m.own(m.field.focus())
	}
	return m.open()
}

// Update deals with one message, and is done with it when it returns.
func (m *model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if m.over {
		return m, nil
	}
	if text := m.typing(msg); text != "" {
		m.burst += text
		if len(m.burst) > len(text) {
			return m, nil // a burstMsg is on its way
		}
		opened := m.opened
		return m, tea.Tick(10*time.Millisecond, func(time.Time) tea.Msg { return burstMsg{opened} })
	}
	m.flush()
	m.drawn = ""
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
	case fieldMsg:
		if msg.opened == m.opened && m.field != nil {
			if typed, ok := msg.msg.(tea.PasteMsg); ok {
				return m, m.paste(typed.Content)
			}
			return m, m.own(m.field.send(msg.msg))
		}
	case saveMsg:
		if msg.opened == m.opened {
			m.keepTyping()
			return m, m.later()
		}
	case calmMsg:
		if msg == (calmMsg{m.opened, m.pressed}) {
			m.field.stray = false
		}
	case quietMsg:
		if msg == (quietMsg{m.opened, m.heard}) {
			m.deaf = false
		}
	case tea.PasteMsg:
		if m.deaf && !m.hidden {
			return m, nil
		}
		return m, m.paste(msg.Content)
	case tea.KeyPressMsg:
		m.pressed++
		// Whoever has to hide the page has to do it now, and does not come back in a moment.
		if k := msg.String(); m.deaf && !m.hidden && k != "ctrl+c" && k != "ctrl+s" && k != "ctrl+b" {
			m.heard++
			return m, m.hush()
		}
		return m, m.key(msg)
	}
	return m, nil
}

// typing is the text of a key typed into a paragraph. A long text area takes milliseconds for one key, and a letter
// pasted key by key would take minutes; so such keys are gathered, and put in together before anything else is done.
func (m *model) typing(msg tea.Msg) string {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok || m.deaf || m.page != pageStep || m.pager != nil || m.hidden || m.field.shape != checklist.ShapeParagraph {
		return ""
	}
	if isNewLine(k.String()) {
		return "\n"
	}
	if k.Mod&^tea.ModShift != 0 {
		return ""
	}
	return k.Text
}

func (m *model) flush() {
	if m.burst != "" {
		m.field.send(tea.PasteMsg{Content: m.burst})
		m.burst, m.problem, m.drawn = "", "", ""
	}
}

// own marks what a field asks for with the page that is open.
func (m *model) own(cmd tea.Cmd) tea.Cmd { return mark(m.opened, cmd) }

func mark(opened int, cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() tea.Msg {
		switch msg := cmd().(type) {
		case nil:
			return nil
		case tea.BatchMsg:
			for i := range msg {
				msg[i] = mark(opened, msg[i])
			}
			return msg
		default:
			return fieldMsg{opened, msg}
		}
	}
}

// clipboardText reads the clipboard for ctrl+v where the terminal leaves that key to the program. The fields would
// read it themselves, and double every line break of Windows.
func clipboardText() tea.Msg {
	text, err := clipboard.ReadAll()
	if err != nil {
		return nil
	}
	return tea.PasteMsg{Content: text}
}

func (m *model) later() tea.Cmd {
	opened := m.opened
	return tea.Tick(m.every, func(time.Time) tea.Msg { return saveMsg{opened} })
}

// keepTyping saves text that is not an answer yet, if it has changed since it was last saved.
func (m *model) keepTyping() {
	m.flush()
	if m.page != pageStep || m.field == nil {
		return
	}
	half := m.field.half(m.step.Answer)
	m.typed(m.step, half)
	if half.Text != m.saved {
		m.saved = half.Text
		m.tell(m.save())
	}
}

func (m *model) tell(news string) {
	if news != "" {
		m.news = append(m.news, news)
	}
}

// open shows the page the walk stands at.
func (m *model) open() tea.Cmd {
	m.opened++
	m.problem, m.pager, m.deaf = "", nil, false
	step, ok := m.Walk.Current()
	switch {
	case ok:
		fresh := checklist.IsClosing(step.Path) && !checklist.IsClosing(m.step.Path)
		m.page, m.step = pageStep, step
		start, _ := m.start(step)
		m.saved = start.Text
		m.field = newField(step.Ask, start, m.theme)
		m.field.noDraft = m.Keep == nil
		answered, steps := m.answered()
		at := 0
		for i := range steps {
			if steps[i].Path == step.Path {
				at = i + 1
			}
		}
		m.opens = opens(steps, step)
		m.progress = fmt.Sprintf("step %d, %d answered", at, answered)
		if n := len(m.remarks); n > 0 {
			m.progress += fmt.Sprintf(", %d to look at", n)
		}
		begun := tea.Batch(m.own(m.field.focus()), m.later())
		if fresh {
			return tea.Batch(begun, m.hush())
		}
		return begun
	case m.Review == nil:
		m.tell(m.save())
		return m.end(Agreed)
	}
	m.review, m.read = m.Review(), false
	return m.reviewPage()
}

// reviewPage lists what can be done at the end. The verb is neither under the cursor nor the first line below it.
func (m *model) reviewPage() tea.Cmd {
	m.opened++
	m.page, m.problem = pageReview, ""
	answered, steps := m.answered()
	m.progress = Count(answered, "answer", "answers")
	options := []checklist.Option{
		{ID: lineRead, Words: "Read the whole record"},
		{ID: lineSign, Words: m.review.Verb},
		{ID: lineStop, Words: m.where("Stop and keep the draft", "Stop")},
	}
	m.field = newMenu(m.theme, append(options, edits(steps)...)...)
	return m.hush()
}

// edits are the lines of a menu that lead back to the answers.
func edits(steps []checklist.Step) (options []checklist.Option) {
	for _, s := range steps {
		if s.Answered {
			options = append(options, checklist.Option{ID: lineEdit + s.Path, Words: "Edit: " + answerLine(s, 60)})
		}
	}
	return options
}

// lay puts a list over the page. What is being typed there is kept first, because the list may lead away from it.
func (m *model) lay(p page, options []checklist.Option) {
	m.keepTyping()
	m.beneath = &layer{m.page, m.field}
	m.opened++
	m.page, m.problem = p, ""
	m.field = newMenu(m.theme, options...)
}

// lift takes the list away again.
func (m *model) lift() tea.Cmd {
	m.page, m.field, m.beneath = m.beneath.page, m.beneath.field, nil
	m.opened++
	m.problem = ""
	if m.page == pageReview {
		return m.hush()
	}
	return tea.Batch(m.own(m.field.focus()), m.later())
}

// layered lays the list that a key opens, and reports whether it opens one here.
func (m *model) layered(k string) bool {
	if m.page != pageStep && m.page != pageReview {
		return false
	}
	switch {
	case k == "ctrl+o" && len(m.Switches) > 0:
		var options []checklist.Option
		for _, s := range m.Switches {
			options = append(options, checklist.Option{ID: s.ID, Words: s.Words})
		}
		m.lay(pageSwitch, options)
	case k == "ctrl+r" && m.page == pageStep:
		_, steps := m.answered()
		options := edits(steps)
		if len(options) == 0 {
			m.problem = "Nothing has been answered yet."
			return true
		}
		m.lay(pageAnswers, options)
	default:
		return false
	}
	return true
}

func (m *model) confirmPage() tea.Cmd {
	m.opened++
	m.page, m.problem = pageConfirm, ""
	m.field = newQuestion(m.theme, checklist.Option{ID: lineNo, Words: "No, go back to the review"},
		checklist.Option{ID: lineYes, Words: "Yes: " + m.review.Verb})
	return m.hush()
}

func (m *model) end(e Ending) tea.Cmd {
	m.ending, m.over = e, true
	return tea.Quit
}

// stop keeps what is half typed and ends the sitting.
func (m *model) stop() tea.Cmd {
	if m.page == pageStep && m.field != nil {
		m.typed(m.step, m.field.half(m.step.Answer))
	}
	m.save()
	return m.end(Stopped)
}

// key deals with one key. The keys of the page come before those of the field.
func (m *model) key(msg tea.KeyPressMsg) tea.Cmd {
	k := msg.String()
	switch {
	case k == "ctrl+c":
		return m.stop()
	case m.hidden:
		m.hidden = false
		return nil
	case k == "ctrl+b":
		m.hidden = true
		return nil
	case k == "ctrl+s":
		return m.stop()
	case m.pager != nil:
		if m.pager.key(k, m.contentWidth(), m.height) {
			return m.closePager()
		}
		return nil
	case k == "ctrl+g" || k == "f1":
		m.pager = m.more()
		return nil
	case k == "ctrl+t" && len(m.Story) > 0:
		m.pager = &pager{title: "The story", lines: m.Story, loose: true, leave: []keyed{goesBack}}
		return nil
	case m.layered(k):
		return nil
	}
	f := m.field
	if f.filtering && k != "esc" {
		return m.own(f.key(msg))
	}
	paragraph := f.shape == checklist.ShapeParagraph
	switch {
	case k == "esc" && f.escape():
		return nil
	case k == "esc" || k == "shift+tab":
		return m.goBack()
	case k == "tab", k == "enter" && !paragraph, k == "ctrl+d" && paragraph:
		return m.submit()
	}
	m.problem = ""
	if k == "ctrl+v" {
		return m.own(clipboardText)
	}
	cmd := f.key(msg)
	if f.isList() && f.stray && !f.bare {
		m.problem = "This is a list. Move with the arrow keys, or type the number of a choice."
	}
	return m.own(cmd)
}

func (m *model) paste(text string) tea.Cmd {
	switch {
	case m.hidden:
		m.hidden = false
		return nil
	case m.pager != nil || m.field == nil:
		return nil
	}
	cmd, reason := m.field.paste(text)
	m.problem = ""
	if reason != "" {
		m.problem = sentence(Capital(reason)) + " Nothing was pasted."
	}
	return m.own(cmd)
}

// closePager goes back to the page beneath, or on to where the pager stood in the way.
func (m *model) closePager() tea.Cmd {
	then := m.pager.then
	m.pager = nil
	switch {
	case m.page == pageNotice:
		return m.open()
	case m.page == pageText:
		return m.end(Agreed)
	case then == pageConfirm:
		return m.confirmPage()
	}
	return nil
}

func (m *model) goBack() tea.Cmd {
	if m.beneath != nil {
		return m.lift()
	}
	m.news = nil
	switch m.page {
	case pageConfirm:
		return m.reviewPage()
	case pageChoice:
		if m.alone.Back == "" {
			return nil
		}
		return m.end(Agreed)
	case pageStep:
		m.typed(m.step, m.field.half(m.step.Answer))
	}
	if !m.back() {
		m.problem = "This is the first question."
		return nil
	}
	m.tell(m.save())
	return m.open()
}

func (m *model) submit() tea.Cmd {
	answer := m.field.answer()
	switch m.page {
	case pageReview, pageAnswers, pageSwitch, pageChoice:
		return m.choose(answer)
	case pageConfirm:
		switch {
		case answer.Is(lineYes):
			m.tell(m.save())
			return m.end(Agreed)
		case answer.Is(lineNo):
			return m.reviewPage()
		}
		m.problem = "Choose yes or no. Nothing has been signed."
		return nil
	}
	m.typed(m.step, m.field.half(m.step.Answer))
	news, over, err := m.answer(m.step, answer)
	if err != nil {
		m.problem = strings.TrimSpace(sentence(Capital(err.Error())) + " " + m.untouched())
		return m.calm()
	}
	m.news = news
	if over {
		return m.end(m.ended())
	}
	return m.open()
}

// calm waits for a moment without keys after a refusal.
func (m *model) calm() tea.Cmd {
	msg := calmMsg{m.opened, m.pressed}
	return tea.Tick(moment, func(time.Time) tea.Msg { return msg })
}

// choose does what was chosen on the review page, or in a list over another page.
func (m *model) choose(answer checklist.Answer) tea.Cmd {
	switch {
	case answer.Empty() && m.page == pageChoice:
		m.problem = "Move down to a choice, or type its number. Nothing has been chosen."
		return m.calm()
	case answer.Empty():
		m.problem = "Move down to what you want to do. Nothing has been signed."
		return m.calm()
	}
	m.news = nil
	id := answer.Chosen[0]
	if m.page == pageChoice {
		m.chosen = id
		return m.end(Agreed)
	}
	if m.page == pageSwitch {
		m.SwitchTo = id
		m.save()
		return m.end(Switched)
	}
	m.beneath = nil
	switch id {
	case lineRead:
		m.pager = m.record(goesBack)
	case lineSign:
		if m.read {
			return m.confirmPage()
		}
		// Nobody agrees to what was never put before them.
		m.pager = m.record(keyed{"enter", "goes on; nothing is signed yet"})
		m.pager.then = pageConfirm
	case lineStop:
		return m.stop()
	default:
		m.jump(strings.TrimPrefix(id, lineEdit))
		m.tell(m.save())
		return m.open()
	}
	return nil
}

// record opens the whole record, and after it all that was pointed out.
func (m *model) record(leave keyed) *pager {
	m.read = true
	title := "The whole record"
	if n := len(m.review.Findings); n > 0 {
		title += ", and " + Count(n, "finding", "findings") + " after it"
	}
	return &pager{title: title, lines: append(append(append([]string{}, m.review.Lines...), ""), m.found()...), leave: []keyed{leave}}
}

// found is all that was pointed out, in a line each after how many there are.
func (m *model) found() []string {
	lines := []string{weighed(m.review.Findings)}
	for i, f := range m.review.Findings {
		lines = append(lines, numbered(i, len(m.review.Findings), f)[0])
	}
	return lines
}

// findings are all that was pointed out with everything it says, after how many there are.
func (m *model) findings() []string {
	lines := []string{weighed(m.review.Findings)}
	for i, f := range m.review.Findings {
		lines = append(lines, "")
		lines = append(lines, numbered(i, len(m.review.Findings), f)...)
	}
	return lines
}

// goesBack is how a pager over a page is left.
var goesBack = keyed{"esc or enter", "goes back"}

// more is everything there is to read about the page.
func (m *model) more() *pager {
	p := &pager{title: "About this page", leave: []keyed{goesBack}}
	if m.page != pageStep {
		if m.page == pageReview || m.page == pageConfirm {
			if len(m.news) > 0 {
				p.lines = append(slices.Clone(m.news), "")
			}
			p.lines = append(append(p.lines, m.findings()...), "")
		}
		if m.page == pageChoice {
			p.lines = m.moreOfChoice()
			return p
		}
		keys := "up and down move, a number goes to its line, enter chooses, esc goes back, / searches a long list"
		if m.page == pageConfirm {
			keys = "up and down move, enter chooses, esc goes back"
		}
		p.lines = append(p.lines, keysTitle, keys,
			"ctrl+s or ctrl+c stops"+m.where(" and keeps the draft", "")+", ctrl+b hides the page")
		if len(m.Switches) > 0 && m.page == pageReview {
			p.lines = append(p.lines, switchKey)
		}
		p.lines = append(p.lines, m.storyKey()...)
		return p
	}
	add := func(lines ...string) {
		for _, l := range lines {
			if l != "" {
				p.lines = append(p.lines, l)
			}
		}
	}
	gap := func() { p.lines = append(p.lines, "") }
	q, ask := m.step.Question, m.step.Ask
	p.title = q.Title
	if said := m.toHear(); len(said) > 0 {
		add(said...)
		gap()
	}
	add(sentence(q.Guidance))
	if q.Source != "" {
		add("Source: " + sentence(q.Source))
	}
	if isAdded(m.Walk.List(), q) {
		add(added)
	}
	gap()
	if g := group(m.step); g != nil {
		add(sentence(groupWords(m.step)), sentence(g.Help))
	}
	add(sentence(ask.Words), sentence(ask.Help), hint(ask))
	if len(ask.Options) > 0 {
		gap()
	}
	for i := range ask.Options {
		add(m.field.label(i))
		if about := append(asides(&ask.Options[i], m.Keep != nil), details(&ask.Options[i])...); len(about) > 0 {
			add(about...)
			gap()
		}
	}
	if n := len(m.step.Notes); n > 0 {
		gap()
		for i, note := range m.step.Notes {
			add(fmt.Sprintf("Note %d of %d: %s", i+1, n, sentence(note)))
		}
	}
	for _, r := range q.Readings {
		gap()
		add("To read: " + sentence(r.Title))
		add(r.Lines()...)
	}
	gap()
	add(keysTitle, "enter or tab goes on; in text of several lines enter is a new line, and tab or ctrl+d goes on",
		"esc goes back one question and loses nothing", "space or x ticks a choice, / searches a long list",
		"ctrl+r lists your answers, to go to one and change it",
		"ctrl+s or ctrl+c stops"+m.where(" and keeps the draft", "")+", ctrl+b hides the page until a key is pressed")
	if len(m.Switches) > 0 {
		add(switchKey)
	}
	add(m.storyKey()...)
	return p
}

// storyKey says how the story of an exercise is opened again.
func (m *model) storyKey() []string {
	if len(m.Story) == 0 {
		return nil
	}
	return []string{"ctrl+t shows the story again"}
}

const switchKey = "ctrl+o goes on with another checklist or agreement; your answers go with you"

// toHear is what the last answer changed, and everything there is to look at in the answers so far.
func (m *model) toHear() []string {
	said := slices.Clone(m.news)
	for _, r := range m.remarks {
		if words := r.said(); !slices.Contains(said, words) {
			said = append(said, words)
		}
	}
	return said
}
