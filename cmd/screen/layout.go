package screen

import (
	"cmp"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// widest is the longest row: longer ones are hard to read.
const widest = 100

// Where a terminal is at least so wide, the guidance stands beside the question. The column of the question is the
// wider one; between them is a rule.
const (
	besideFrom = 110
	together   = 132
	between    = " │ "
)

func (m *model) contentWidth() int { return max(min(m.width, widest), 20) }

// A block is a part of a page that gets some of the rows.
type block struct {
	lines   []string
	leads   map[int]int // where a line begins with words that stand out: how many runes of it
	bars    []lipgloss.Style
	look    look
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
	// Nothing is cut while rows stand empty.
	for i := range blocks {
		give(&blocks[i], len(blocks[i].lines))
	}
}

// A stack is the blocks of a page from top to bottom.
type stack struct {
	width  int
	blocks []block
}

// add puts texts as one block; no text is no block.
func (s *stack) add(l look, urgency, least, most int, texts ...string) {
	width := s.width
	if l.bars {
		width -= barWidth
	}
	b := block{leads: map[int]int{}, look: l, urgency: urgency}
	for _, text := range texts {
		if text == "" {
			continue
		}
		bar := l.bar
		if l.weight != nil {
			bar = l.weight(text)
		}
		for _, line := range strings.Split(text, "\n") {
			lead := knownLead(line)
			if l.led {
				lead = leadOf(line)
			}
			if lead != "" {
				b.leads[len(b.lines)] = len([]rune(safe(lead)))
			}
			b.lines = append(b.lines, wrapped(line, width)...)
		}
		for len(b.bars) < len(b.lines) {
			b.bars = append(b.bars, bar)
		}
	}
	if n := len(b.lines); n > 0 {
		b.least, b.most = min(least, n), min(most, n)
		s.blocks = append(s.blocks, b)
	}
}

// leadOf is the beginning of a text up to its first colon, with the level of what is pointed out after it: "Look at this:
// Caution:". A colon far into a sentence leads nothing.
func leadOf(text string) string {
	lead, rest, found := strings.Cut(text, ": ")
	if !found || len(lead) > 40 {
		return ""
	}
	if level, _, found := strings.Cut(rest, ":"); found && levels[strings.ToLower(level)][0] != "" {
		return lead + ": " + level + ":"
	}
	return lead + ":"
}

// knownLead is leadOf, where it is one of the words that always begin a remark.
func knownLead(text string) string {
	lead := leadOf(text)
	for _, known := range []string{"Source:", "Why it matters:", "What to do:", "Look at this:", "Warning:", "To read:", "Finding ", "Note "} {
		if strings.HasPrefix(lead, known) {
			return lead
		}
	}
	return ""
}

// part puts an empty row that two parts need between them, unless there is no room at all.
func (s *stack) part() {
	s.blocks = append(s.blocks, block{lines: []string{""}, urgency: 3, least: 1, most: 1})
}

// blank puts an empty row, where there is one to spare.
func (s *stack) blank() {
	s.blocks = append(s.blocks, block{lines: []string{""}, urgency: 7, most: 1})
}

// spare puts an empty row, where nothing else has a use for it.
func (s *stack) spare() {
	s.blocks = append(s.blocks, block{lines: []string{""}, urgency: 9, most: 1})
}

// begins is the first sentence of a text, with a sign where there is more.
func begins(text string, width int) string {
	first, rest, _ := strings.Cut(text, "\n")
	if end := strings.Index(first, ". "); end >= 0 {
		first, rest = first[:end+1], first[end+2:]
	}
	switch {
	case rest == "":
	case ansi.StringWidth(first+cutSign) <= width:
		first += cutSign
	default:
		first += " ... (ctrl+g)"
	}
	return first
}

// most is how many rows the blocks can use.
func (s *stack) most() (n int) {
	for i := range s.blocks {
		n += s.blocks[i].most
	}
	return n
}

// cutSign ends a part of a page of which there is more than there is room for.
const cutSign = " ... ctrl+g for all of it"

// rows are the rows of a block in the number it got, with a sign where some of it is missing.
func (b *block) rows(width int) []string {
	if b.got <= 0 {
		return nil
	}
	if b.look.bars {
		width -= barWidth
	}
	lines := b.lines
	if len(lines) > b.got && strings.Join(lines[b.got:], "") != "" {
		lines = append([]string{}, lines[:b.got]...)
		last := &lines[b.got-1]
		*last = ansi.Truncate(*last, max(width-len(cutSign), 0), "") + cutSign
	}
	rows := make([]string, 0, b.got)
	for i := range min(len(lines), b.got) {
		runes := []rune(lines[i])
		lead := min(b.leads[i], len(runes))
		row := b.look.text.Render(string(runes[lead:]))
		if lead > 0 {
			row = b.look.lead.Render(string(runes[:lead])) + row
		}
		if i < len(b.bars) && b.look.bars {
			row = b.bars[i].Render(bar) + row
		}
		rows = append(rows, row)
	}
	for len(rows) < b.got {
		rows = append(rows, "")
	}
	return rows
}

// beside puts rows to the right of others.
func beside(left, right []string, width int, rule lipgloss.Style) []string {
	rows := make([]string, max(len(left), len(right)))
	copy(rows, left)
	for i := range right {
		rows[i] += strings.Repeat(" ", max(width-ansi.StringWidth(rows[i]), 0)) + rule.Render(between) + right[i]
	}
	return rows
}
