package screen

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"dsa/checklist"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// widest is the longest row: longer ones are hard to read.
const widest = 100

func (m *model) contentWidth() int { return max(min(m.width, widest), 20) }

// View draws the page in an alternate screen, so that nothing of it stays in the scroll-back of a shared computer.
func (m *model) View() tea.View {
	if m.drawn == "" {
		m.cursor = nil
		m.drawn = m.draw()
	}
	v := tea.NewView(m.drawn)
	v.AltScreen, v.Cursor = true, m.cursor
	return v
}

func (m *model) draw() string {
	if m.hidden {
		return "Hidden. Press any key to come back."
	}
	if m.over {
		return ""
	}
	width := m.contentWidth()
	header := m.header(width)
	if m.pager != nil {
		rows, place := m.pager.rows(width, m.height)
		lines := append([]string{header[0], m.theme.title.Render(ansi.Truncate(m.pager.title, width, "…")), ""}, rows...)
		for len(lines) < m.height-2 {
			lines = append(lines, "")
		}
		lines = append(lines, m.theme.quiet.Render(place), m.theme.quiet.Render(ansi.Truncate(m.pager.leave, width, "…")))
		return strings.Join(lines, "\n")
	}
	blocks := m.blocks(width)
	keys := m.keys(width, false)
	need := len(header) + len(keys)
	for i := range blocks {
		need += blocks[i].most
	}
	if need < m.height {
		keys = m.keys(width, true)
	}
	allot(blocks, m.height-len(header)-len(keys))
	lines := append([]string{}, header...)
	for i := range blocks {
		rows := m.rows(&blocks[i], width)
		if blocks[i].isField {
			m.cursor = m.caret(rows, len(lines))
		}
		lines = append(lines, rows...)
	}
	for len(lines) < m.height-len(keys) {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, keys...), "\n")
}

// A block is a part of a page that gets some of the rows.
type block struct {
	lines   []string
	style   lipgloss.Style
	least   int // rows without which it is of no use
	most    int
	urgency int // who gets its least first: 0 before 1
	growth  int // who gets more first; 0 stands for the urgency
	got     int
	isField bool
}

// allot gives each block its least in order of urgency, and then its most, while there are rows. What the person
// answers in comes before what explains it: the explanation can be opened on a page of its own.
func allot(blocks []block, rows int) {
	give := func(b *block, want int) {
		more := max(min(want-b.got, rows), 0)
		b.got += more
		rows -= more
	}
	for rank := range 10 {
		for i := range blocks {
			if b := &blocks[i]; b.urgency == rank {
				give(b, b.least)
			}
		}
	}
	for rank := range 10 {
		for i := range blocks {
			if b := &blocks[i]; cmp.Or(b.growth, b.urgency) == rank {
				give(b, b.most)
			}
		}
	}
}

func (m *model) rows(b *block, width int) []string {
	if b.got <= 0 {
		return nil
	}
	if b.isField {
		if m.field.isList() && len(m.field.found)+1 > b.got && b.got > 3 {
			m.field.size(width, b.got-1)
			return append(m.field.view(), m.theme.quiet.Render(fmt.Sprintf("  (%d in this list; up and down show the others)", len(m.field.found))))
		}
		m.field.size(width, b.got)
		return m.field.view()
	}
	lines := b.lines
	const sign = " ... ctrl+g for all of it"
	if len(lines) > b.got && strings.Join(lines[b.got:], "") != "" {
		lines = append([]string{}, lines[:b.got]...)
		last := &lines[b.got-1]
		*last = ansi.Truncate(*last, max(width-len(sign), 0), "") + sign
	}
	styled := make([]string, min(len(lines), b.got))
	for i := range styled {
		styled[i] = b.style.Render(lines[i])
	}
	for len(styled) < b.got {
		styled = append(styled, "")
	}
	return styled
}

// caret puts the terminal's own cursor where the field draws its imitation of one, which it takes away: a magnifier
// and a screen reader follow the real one. In a list it stands at the line under the cursor.
func (m *model) caret(rows []string, from int) *tea.Cursor {
	const reverse = "\x1b[7m"
	for i, row := range rows {
		x := 0
		if m.field.isList() {
			if !strings.HasPrefix(ansi.Strip(row), ">") {
				continue
			}
		} else {
			before, after, found := strings.Cut(row, reverse)
			if !found {
				continue
			}
			x = ansi.StringWidth(before)
			rows[i] = before + after
		}
		c := tea.NewCursor(x, from+i)
		c.Blink = false
		return c
	}
	return nil
}

func (m *model) header(width int) []string {
	var where string
	switch m.page {
	case pageStep:
		where = whereabouts(m.Walk.List(), m.step.Question)
	case pageReview:
		where = "Review"
	case pageConfirm:
		where = "Last step"
	case pageSwitch:
		where = "Something else"
	case pageAnswers:
		where = "Your answers"
	}
	training := ""
	if m.Training {
		training = m.theme.training.Render(" TRAINING ") + " "
	}
	unsaved := ""
	if m.unkept != nil {
		unsaved = "   " + m.theme.warning.Render("NOT SAVED")
	}
	if m.height < 18 {
		line := training + m.theme.header.Render(where) + unsaved + "  " + m.Title
		if where == "" {
			line = training + m.Title + unsaved
		}
		return []string{ansi.Truncate(line, width, "…")}
	}
	first := training + m.Title
	second := m.theme.header.Render(where)
	if m.progress != "" && m.page != pageNotice {
		if where != "" {
			second += "   "
		}
		second += m.theme.quiet.Render(m.progress)
	}
	return []string{ansi.Truncate(first, width, "…"), ansi.Truncate(second+unsaved, width, "…")}
}

// shortList is how many options leave room for the guidance on a terminal of 24 rows.
const shortList = 5

// roomy is a height, in rows, at which nothing has to give way.
const roomy = 36

// A stack is the blocks of a page from top to bottom.
type stack struct {
	width  int
	blocks []block
}

// add puts texts as one block; no text is no block.
func (s *stack) add(style lipgloss.Style, urgency, least, most int, texts ...string) {
	var lines []string
	for _, text := range texts {
		if text != "" {
			lines = append(lines, wrapped(text, s.width)...)
		}
	}
	if n := len(lines); n > 0 {
		s.blocks = append(s.blocks, block{lines: lines, style: style, urgency: urgency, least: min(least, n), most: min(most, n)})
	}
}

// blank puts an empty row, where there is one to spare.
func (s *stack) blank() {
	s.blocks = append(s.blocks, block{lines: []string{""}, urgency: 7, most: 1})
}

// blocks are the parts of the page from top to bottom.
func (m *model) blocks(width int) []block {
	t, s := m.theme, &stack{width: width}
	plain := lipgloss.NewStyle()
	s.blank()
	switch m.page {
	case pageStep:
		m.stackQuestion(s)
		m.stackAsk(s)
	case pageReview:
		s.add(t.title, 4, 1, 1, "Every question has an answer. Nothing has been signed.")
		s.add(t.warning, 3, 1, 6, m.news...)
		s.add(t.warning, 3, min(4, m.height/4), 99, m.found()...)
		s.blank()
		s.add(t.words, 1, 1, 1, "What do you want to do?")
	case pageConfirm:
		s.add(t.title, 1, 1, 3, sentence(m.review.Verb))
		if len(m.review.Findings) > 0 {
			s.add(t.warning, 3, 1, 2, weighed(m.review.Findings)+" ctrl+g shows what they say.")
		}
		s.blank()
		s.add(t.words, 1, 1, 2, "Do you want to do this now?")
	case pageSwitch:
		s.add(t.title, 4, 1, 1, "Go on with something else")
		s.add(plain, 6, 0, 3, "Your answers go with you, as far as they have a place there. Nothing is signed.")
		s.blank()
		s.add(t.words, 1, 1, 1, "What do you want to go on with?")
	case pageAnswers:
		s.add(t.title, 4, 1, 1, "Your answers so far")
		s.blank()
		s.add(t.words, 1, 1, 1, "Which one do you want to change?")
	}
	if m.field != nil {
		m.stackField(s)
	}
	return s.blocks
}

// stackQuestion puts the heading with its guidance, and what the last answer changed.
func (m *model) stackQuestion(s *stack) {
	t, plain := m.theme, lipgloss.NewStyle()
	q, ask := m.step.Question, m.step.Ask
	closing := checklist.IsClosing(m.step.Path)
	s.add(t.title, 4, 1, 2, q.Title)
	mine := ""
	if isAdded(m.Walk.List(), q) {
		mine = added
	}
	// In an emergency the guidance is there once, and the rest can be opened. Else it gives way to long lists: to a
	// few words where each choice has much to say, and altogether where it stood on the page before. ctrl+g always
	// has all of it.
	switch {
	case m.hurried() && m.opens:
		s.add(plain, 6, 0, 99, q.Guidance)
	case m.hurried():
	case closing:
		// What is to be replied to, and its own source, come before what is said of all of it.
		if m.opens || m.height >= roomy {
			s.add(plain, 6, 0, 99, q.Guidance)
		}
	case !m.opens && len(ask.Options) > shortList && m.height < roomy:
	case detailed(ask) > 0 && m.height < roomy:
		s.add(plain, 6, 0, 2, mine, q.Guidance)
	default:
		s.add(plain, 6, 0, 99, mine, q.Guidance)
		if q.Source != "" {
			s.add(t.quiet, 5, 1, 2, "Source: "+q.Source)
		}
	}
	s.blank()
	news := slices.Clone(m.news)
	if m.step.Unfit != "" {
		news = append(news, "Your earlier answer no longer fits: "+sentence(m.step.Unfit))
	}
	if len(news) > 0 {
		least, most := 1+m.height/18, max(6, m.height/4)
		if closing {
			least, most = 1, 3 // all of it is being gone through anyway
		}
		s.add(t.warning, 3, least, most, news...)
		s.blank()
	}
}

// stackAsk puts what is asked, with its help.
func (m *model) stackAsk(s *stack) {
	t, plain := m.theme, lipgloss.NewStyle()
	ask := m.step.Ask
	if g := group(m.step); g != nil {
		s.add(t.words, 4, 1, 1, itemised(m.step, groupWords(m.step)))
		if opensGroup(m.step) {
			s.add(plain, 6, 0, 3, g.Help)
		}
	}
	s.add(t.words, 1, 2, 6, ask.Words)
	empty := ""
	switch {
	case ask.Optional:
		empty = "You may leave this empty."
	case m.step.Spare:
		empty = spare + " leave this empty and go on."
	}
	most := 4
	if checklist.IsClosing(m.step.Path) {
		most = 99 // what is to be replied to has to be read
	}
	s.add(plain, 5, 1, most, ask.Help, kindHint(ask.Kind), empty)
	if _, reply := checklist.IsReply(m.step.Path); reply {
		s.add(plain, 5, 1, 2, "To change instead: esc back, ctrl+r your answers.")
	}
}

// stackField puts the field, and below it what there is to say about the option under the cursor.
func (m *model) stackField(s *stack) {
	t := m.theme
	m.field.measure(s.width)
	if m.field.filtering || m.field.query != "" {
		cursor := ""
		if m.field.filtering {
			cursor = "_"
		}
		s.add(t.words, 0, 1, 1, "Search: "+m.field.query+cursor+"   "+Count(len(m.field.found), "choice", "choices"))
	}
	least, most := m.field.rows()
	if m.height < 20 {
		least = min(least, 5) // room for the warnings of the option under the cursor
		if m.page == pageStep && checklist.IsClosing(m.step.Path) && !m.field.isList() {
			least = 3 // room for what is to be replied to
		}
	}
	s.blocks = append(s.blocks, block{isField: true, urgency: 2, growth: 8, least: least, most: most})
	room := 3 + m.height/30*2
	if m.page == pageStep && detailed(m.step.Ask) > 0 && m.height >= 20 {
		room = max(room, 5) // what has more to say than its line: the law
	}
	if rows := min(m.field.paneRows(), room); rows > 0 {
		var lines []string
		for _, said := range m.field.pane() {
			lines = append(lines, wrapped(said, s.width)...)
		}
		style := lipgloss.NewStyle()
		if o := m.field.hovered(); o != nil && o.Marked != "" {
			style = t.warning
		}
		// Its rows do not depend on the option under the cursor, or the page would jump.
		for len(lines) < rows {
			lines = append(lines, "")
		}
		s.blank()
		s.blocks = append(s.blocks, block{lines: lines, style: style, urgency: 4, least: min(2, rows), most: rows})
	}
	if m.problem != "" {
		s.add(t.problem, 0, 3, 3, "Error: "+m.problem)
	}
	s.blank()
}

// keys are the keys of the page in words; with those that can be done without, where there is a row to spare.
func (m *model) keys(width int, spare bool) []string {
	var said []string
	f := m.field
	switch {
	case m.deaf:
		return []string{m.theme.quiet.Render("one moment")}
	case f == nil:
	case f.filtering:
		said = append(said, "type to search", "enter keeps the search", "esc shows all")
	case f.some != nil:
		said = append(said, fmt.Sprintf("%d ticked", len(f.answer().Chosen)), "space ticks", "enter next")
	case f.one != nil:
		said = append(said, "enter chooses")
	case f.shape == checklist.ShapeParagraph:
		said = append(said, "tab next", "enter new line")
	default:
		said = append(said, "enter next")
	}
	if f != nil && !f.filtering {
		said = append(said, "esc back")
		if f.canFilter() {
			said = append(said, "/ search")
		}
	}
	guidance := "ctrl+g guidance"
	if m.hurried() {
		// nothing to be drawn to
	} else if n := len(m.step.Notes); m.page == pageStep && n > 0 {
		guidance += " and " + Count(n, "note", "notes")
	} else if m.page == pageStep && m.opens && len(m.step.Question.Readings) > 0 {
		guidance += " and " + Count(len(m.step.Question.Readings), "page to read", "pages to read")
	}
	if m.page != pageStep || m.height < 18 {
		guidance = "ctrl+g more"
	}
	if m.height < 18 {
		said = append(said, guidance, "ctrl+s stop")
		return []string{m.theme.quiet.Render(ansi.Truncate(strings.Join(said, " · "), width, "…"))}
	}
	said = append(said, guidance, "ctrl+s stop"+m.where(" and keep", ""), "ctrl+b hide")
	const other = "ctrl+o switch"
	if m.page == pageStep && len(m.Switches) > 0 {
		said = append(said, other)
	}
	lines := []string{said[0]}
	for _, s := range said[1:] {
		last := &lines[len(lines)-1]
		if longer := *last + " · " + s; ansi.StringWidth(longer) <= width {
			*last = longer
		} else if s != other || spare {
			lines = append(lines, s)
		}
	}
	for i := range lines {
		lines[i] = m.theme.quiet.Render(ansi.Truncate(lines[i], width, "…"))
	}
	return lines
}
