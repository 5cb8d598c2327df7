package screen

import (
	"fmt"
	"slices"
	"strings"

	"dsa/checklist"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

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
		hidden := "Hidden. Press any key to come back."
		if m.Training {
			hidden = m.theme.training.Render(" TRAINING ") + " " + hidden
		}
		return hidden
	}
	if m.over {
		return ""
	}
	left, right := m.columns()
	width := left
	if right > 0 {
		width += len([]rune(between)) + right
	}
	header := m.header(width)
	if m.pager != nil {
		return strings.Join(m.paged(header[0], width), "\n")
	}
	keys := m.keys(width, false)
	if more := m.keys(width, true); len(more) > len(keys) {
		need := &stack{width: left}
		m.fill(need, need)
		if len(header)+need.most()+len(more) <= m.height {
			keys = more
		}
	}
	lines := append(slices.Clone(header), m.parts(left, right, m.height-len(header)-len(keys), len(header))...)
	for len(lines) < m.height-len(keys) {
		lines = append(lines, "")
	}
	return strings.Join(append(lines, keys...), "\n")
}

// parts are the rows between the header and the keys, as many as there is room for, and sets the cursor in them, which
// begin at a row of the page.
func (m *model) parts(left, right, room, from int) []string {
	main, aside := &stack{width: left}, &stack{width: right}
	if right == 0 {
		aside = main
	}
	m.fill(main, aside)
	allot(main.blocks, room)
	var rows []string
	for i := range main.blocks {
		b := &main.blocks[i]
		if b.isField {
			drawn := m.fieldRows(b, left)
			m.cursor = m.caret(drawn, from+len(rows))
			rows = append(rows, drawn...)
			continue
		}
		rows = append(rows, b.rows(left)...)
	}
	if right > 0 {
		allot(aside.blocks, room)
		var beyond []string
		for i := range aside.blocks {
			beyond = append(beyond, aside.blocks[i].rows(right)...)
		}
		rows = beside(rows, beyond, left, m.theme.rule)
	}
	return rows
}

// columns are the widths of the question and of what stands beside it: nothing, where that would shorten a choice.
func (m *model) columns() (left, right int) {
	width := min(m.width, together)
	if m.width < besideFrom || m.page != pageStep || m.pager != nil || m.hurried() {
		return m.contentWidth(), 0
	}
	left = width * 3 / 5
	if m.field.isList() && m.field.longest() > left {
		return m.contentWidth(), 0
	}
	return left, width - left - len([]rune(between))
}

// paged are the rows of the pager.
func (m *model) paged(header string, width int) []string {
	rows, place := m.pager.rows(width, m.height)
	lines := []string{header, m.theme.where.Render(ansi.Truncate(safe(m.pager.title), width, "…")), m.line(width)}
	for _, row := range rows {
		lead := knownLead(row)
		if row == keysTitle {
			lead = row
		}
		lines = append(lines, m.theme.text.lead.Render(lead)+strings.TrimPrefix(row, lead))
	}
	for len(lines) < m.height-2 {
		lines = append(lines, "")
	}
	if m.deaf {
		return append(lines, place, oneMoment)
	}
	keys := append(slices.Clone(m.pager.leave), keyed{"ctrl+s", orElse(m.pager.stop, "stop")}, keyed{"ctrl+b", "hide"})
	return append(lines, place, m.keyRows(width, 1, keys)[0])
}

// oneMoment stands in the place of the keys while none of them counts.
const oneMoment = "one moment"

// keysTitle stands above the keys in a pager.
const keysTitle = "Keys"

// line is the rule below the header.
func (m *model) line(width int) string { return m.theme.rule.Render(strings.Repeat("─", width)) }

// fieldRows are the rows of the field, with a sign where a list goes on out of sight.
func (m *model) fieldRows(b *block, width int) []string {
	if b.got <= 0 {
		return nil
	}
	if m.field.isList() && len(m.field.found)+1 > b.got && b.got > 3 {
		m.field.size(width, b.got-1)
		return append(m.field.view(), ansi.Truncate(fmt.Sprintf("  (%d in this list; up and down show the others)", len(m.field.found)), width, "…"))
	}
	m.field.size(width, b.got)
	return m.field.view()
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
	case pageChoice:
		where = safe(m.alone.Where)
	}
	training := ""
	if m.Training {
		training = m.theme.training.Render(" TRAINING ") + " "
	}
	unsaved := ""
	if m.unkept != nil {
		unsaved = "   " + m.theme.problem.lead.Render(" NOT SAVED ")
	}
	title := safe(m.Title)
	if m.height < 18 {
		line := training + m.theme.where.Render(where) + unsaved + "  "
		if mode := modeWords[m.Occasion]; mode != "" {
			line += mode + "  "
		}
		line += title
		if where == "" {
			line = training + title + unsaved
		}
		return []string{ansi.Truncate(line, width, "…")}
	}
	second := m.theme.where.Render(where)
	if m.progress != "" && m.page != pageNotice {
		if where != "" {
			second += "   "
		}
		second += m.progress
	}
	lines := []string{ansi.Truncate(training+title, width, "…")}
	if second+unsaved != "" {
		lines = append(lines, ansi.Truncate(second+unsaved, width, "…"))
	}
	return append(lines, m.line(width))
}

// modeWords are the occasions of a walk in a word, for a terminal without room for the title.
var modeWords = map[string]string{checklist.AdHoc: "ad hoc", checklist.Routine: "routine", checklist.Emergency: "emergency"}

// shortList is how many options leave room for the guidance on a terminal of 24 rows.
const shortList = 5

// roomy is a height, in rows, at which nothing has to give way.
const roomy = 36

// fill puts the parts of the page from top to bottom. What explains goes aside, which is the same stack where there is
// no room for it beside the rest.
func (m *model) fill(s, aside *stack) {
	t := m.theme
	if m.height >= roomy {
		s.blank()
	}
	switch m.page {
	case pageStep:
		m.stackQuestion(s, aside)
		m.stackAsk(s)
	case pageReview:
		s.add(t.heading, 4, 1, 1, "Every question has an answer. Nothing has been signed.")
		s.add(t.warning, 3, 1, 6, m.news...)
		s.blank()
		m.stackFound(s)
		s.add(t.ask, 1, 1, 1, "What do you want to do?")
	case pageConfirm:
		s.add(t.heading, 1, 1, 3, sentence(m.review.Verb))
		if len(m.review.Findings) > 0 {
			s.add(t.warning, 3, 1, 2, weighed(m.review.Findings)+" ctrl+g shows what they say.")
		}
		s.blank()
		s.add(t.ask, 1, 1, 2, "Do you want to do this now?")
	case pageSwitch:
		s.add(t.heading, 4, 1, 1, "Go on with something else")
		s.add(t.text, 6, 0, 3, "Your answers go with you, as far as they have a place there. Nothing is signed.")
		s.blank()
		s.add(t.ask, 1, 1, 1, "What do you want to go on with?")
	case pageChoice:
		s.add(t.heading, 4, 1, 2, m.alone.Heading)
		s.add(t.text, 5, min(3, len(m.alone.Lines)), 99, strings.Join(m.alone.Lines, "\n"))
		s.blank()
		s.add(t.ask, 1, 1, 3, m.alone.Ask)
	case pageAnswers:
		s.add(t.heading, 4, 1, 1, "Your answers so far")
		s.blank()
		s.add(t.ask, 1, 1, 1, "Which one do you want to change?")
	}
	if m.field != nil {
		m.stackField(s)
	}
}

// stackFound puts what was pointed out, in short.
func (m *model) stackFound(s *stack) {
	s.add(m.theme.found, 3, min(4, m.height/4), 99, m.found()...)
	s.part()
}

// stackQuestion puts the heading with its guidance, and what the last answer changed.
func (m *model) stackQuestion(s, aside *stack) {
	t := m.theme
	q, ask := m.step.Question, m.step.Ask
	closing := checklist.IsClosing(m.step.Path)
	if !sameWords(q.Title, ask.Words) {
		s.add(t.heading, 4, 1, 2, q.Title)
	}
	mine, source := "", ""
	if isAdded(m.Walk.List(), q) {
		mine = added
	}
	if q.Source != "" {
		source = "Source: " + q.Source
	}
	atLeast := min(1, m.height/18) // of what can be done without on a small terminal
	// In an emergency the guidance is there once, and the rest can be opened. Else it stands beside the question; where
	// there is no room for that, whole with the first step of its question and in short with the others, so that what
	// changes from page to page is what is asked. ctrl+g always has all of it.
	beside := aside != s
	switch {
	case m.hurried() && m.opens:
		s.add(t.text, 6, 0, 99, q.Guidance)
	case m.hurried():
	case beside:
		aside.blank()
		aside.add(t.text, 4, 1, 99, q.Guidance)
		aside.blank()
		aside.add(t.text, 3, 1, 4, mine, source)
	case closing:
		// What is to be replied to, and its own source, come before what is said of all of it.
		if m.opens || m.height >= roomy {
			s.add(t.text, 6, 0, 99, q.Guidance)
		}
	case m.height >= roomy || m.opens && detailed(ask) == 0:
		s.add(t.text, 6, 0, 99, q.Guidance)
		s.add(t.text, 5, atLeast, 4*atLeast, source)
		s.blocks[len(s.blocks)-1].growth = 7
		s.add(t.text, 7, 0, atLeast, mine)
	case m.opens:
		s.add(t.text, 6, 0, 2, q.Guidance)
	case len(ask.Options) > shortList:
		s.add(t.text, 8, 0, 2, begins(q.Guidance, s.width))
	default:
		s.add(t.text, 6, 0, 4, begins(q.Guidance, s.width))
		if m.height >= 28 {
			s.add(t.text, 7, 1, 2, source)
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
		if m.height >= 18 {
			s.part()
		}
	}
}

// stackAsk puts what is asked, with its help.
func (m *model) stackAsk(s *stack) {
	t := m.theme
	ask := m.step.Ask
	if g := group(m.step); g != nil {
		s.add(t.heading, 4, 1, 1, itemised(m.step, groupWords(m.step)))
		if opensGroup(m.step) {
			s.add(t.text, 6, 0, 3, g.Help)
		}
	}
	s.add(t.ask, 1, 4, 6, ask.Words)
	empty := ""
	switch {
	case ask.Optional:
		empty = "You may leave this empty."
	case m.step.Spare:
		empty = spare + " leave this empty and go on."
	}
	most := 6
	if checklist.IsClosing(m.step.Path) {
		most = 99 // what is to be replied to has to be read
	}
	s.add(t.text, 5, 1, most, ask.Help, hint(ask), empty)
	if _, reply := checklist.IsReply(m.step.Path); reply {
		s.add(t.text, 5, 1, 2, "To change instead: esc back, ctrl+r your answers.")
	}
}

// stackField puts why the last answer was not taken, the field, and below it what there is to say about the option
// under the cursor.
func (m *model) stackField(s *stack) {
	t := m.theme
	m.field.measure(s.width)
	if n := len(s.blocks); n > 0 && !s.blocks[n-1].look.bars {
		if m.field.isList() {
			s.spare()
		} else {
			s.blank()
		}
	}
	if m.problem != "" {
		s.add(t.problem, 0, 3, 3, "Error: "+m.problem)
	}
	if m.field.filtering || m.field.query != "" {
		cursor := ""
		if m.field.filtering {
			cursor = "_"
		}
		s.add(t.heading, 0, 1, 1, "Search: "+m.field.query+cursor+"   "+Count(len(m.field.found), "choice", "choices"))
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
		b := block{look: t.text, leads: map[int]int{}, urgency: 4, least: min(2, rows), most: rows}
		if o := m.field.hovered(); o != nil && o.Marked != "" {
			b.look = t.warning
		}
		width := s.width
		if b.look.bars {
			width -= barWidth
		}
		for _, said := range m.field.pane() {
			if lead := knownLead(said); lead != "" {
				b.leads[len(b.lines)] = len([]rune(lead))
			}
			b.lines = append(b.lines, wrapped(said, width)...)
		}
		for range b.lines {
			b.bars = append(b.bars, b.look.bar)
		}
		// Its rows do not depend on the option under the cursor, or the page would jump.
		for len(b.lines) < rows {
			b.lines = append(b.lines, "")
		}
		s.blank()
		s.blocks = append(s.blocks, b)
	}
	s.blank()
}

// A keyed key is one with the words of what it does.
type keyed struct{ key, words string }

// keyRows are keys with their words in rows, not more than so many; those at the end give way.
func (m *model) keyRows(width, most int, keys []keyed) []string {
	var rows []string
	apart := " · "
	if m.height < 18 {
		apart = "  "
	}
	taken := 0
	for _, k := range keys {
		words := k.key + " " + k.words
		styled := m.theme.key.Render(k.key) + " " + k.words
		switch n := ansi.StringWidth(words); {
		case len(rows) > 0 && taken+ansi.StringWidth(apart)+n <= width:
			rows[len(rows)-1] += apart + styled
			taken += ansi.StringWidth(apart) + n
		case len(rows) < most:
			rows = append(rows, ansi.Truncate(styled, width, "…"))
			taken = n
		}
	}
	for len(rows) < most {
		rows = append(rows, "")
	}
	return rows
}

// keys are the keys of the page in words: in the first row those that answer, below it those that every page has. Where
// there is a row to spare, all of them are there.
func (m *model) keys(width int, spare bool) []string {
	if m.deaf {
		return []string{oneMoment, ""}[:min(2, 1+m.height/18)]
	}
	f := m.field
	var does, others []keyed
	switch {
	case f == nil:
	case f.filtering:
		does = append(does, keyed{"type", "to search"}, keyed{"enter", "keeps it"}, keyed{"esc", "shows all"})
	case f.some != nil:
		if m.height >= 18 {
			does = append(does, keyed{fmt.Sprint(len(f.answer().Chosen)), "ticked"})
		}
		does = append(does, keyed{"space", "ticks"}, keyed{"enter", "next"})
	case f.one != nil:
		does = append(does, keyed{"enter", "chooses"})
	case f.shape == checklist.ShapeParagraph:
		does = append(does, keyed{"tab", "next"}, keyed{"enter", "new line"})
	default:
		does = append(does, keyed{"enter", "next"})
	}
	if f != nil && !f.filtering {
		switch {
		case m.alone == nil:
			does = append(does, keyed{"esc", "back"})
		case m.alone.Back != "":
			does = append(does, keyed{"esc", safe(m.alone.Back)})
		}
	}
	stops := keyed{"ctrl+s", "stop" + m.where(" and keep", "")}
	guidance := keyed{"ctrl+g", "guidance"}
	if m.hurried() {
		// nothing to be drawn to
	} else if n := len(m.step.Notes); m.page == pageStep && n > 0 {
		guidance.words += " and " + Count(n, "note", "notes")
	} else if m.page == pageStep && m.opens && len(m.step.Question.Readings) > 0 {
		guidance.words += " and " + Count(len(m.step.Question.Readings), "page to read", "pages to read")
	}
	if m.page != pageStep || m.height < 18 {
		guidance.words = "more"
	}
	if m.height < 18 {
		stops.words = "stop"
		does = append(does, guidance, stops)
	}
	if m.alone != nil {
		stops.words = safe(m.alone.leaving())
	}
	if f != nil && !f.filtering && f.canFilter() {
		does = append(does, keyed{"/", "search"})
	}
	if m.height < 18 {
		return m.keyRows(width, 1, does)
	}
	does = append(does, stops)
	others = append(others, guidance, keyed{"ctrl+b", "hide"})
	if m.page == pageStep {
		others = append(others, keyed{"ctrl+r", "answers"})
	}
	if len(m.Story) > 0 {
		others = append(others, keyed{"ctrl+t", "story"})
	}
	if m.page == pageStep && len(m.Switches) > 0 {
		others = append(others, keyed{"ctrl+o", "switch"})
	}
	rows := 1
	if spare {
		rows = 2
	}
	return slices.DeleteFunc(append(m.keyRows(width, 1, does), m.keyRows(width, rows, others)...), func(row string) bool { return row == "" })
}
