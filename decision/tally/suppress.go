package tally

import (
	"slices"
	"strings"
)

// sheets are the tables of a report while it is decided what is hidden.
type sheets struct {
	*Tally
	columns [][]string // the months of each
	parts   []*partSheet
	nested  *nest            // all gateways, effects, gateways
	nests   map[string]*nest // by row
	codes   []*codeSheet
	flags   []*flag
}

// A partSheet is a table in which every decision stands in one row.
type partSheet struct {
	*part
	*grid
	order []string
	sets  []int // of each row
}

// A codeSheet is one kind of finding: every decision stands in one of three rows, of which the first is not printed but
// can be worked out.
type codeSheet struct {
	code string
	*grid
	sets [3]int // that which was raised, which stands against the first row, and the two others; -1: there is none
}

// The rows of a codeSheet.
const (
	notRaised = iota
	raisedAnswered
	raisedOpen
)

// A flag is a count that stands by itself.
type flag struct {
	row    string
	set    int
	hidden bool
}

func (t *Tally) count(table, row string) int {
	if i, met := t.at[setKey{table, row}]; met {
		return t.sets[i].n
	}
	return 0
}

func (t *Tally) setOf(table, row string) int {
	if i, met := t.at[setKey{table, row}]; met {
		return i
	}
	return -1
}

func (t *Tally) sheets(columns [][]string) *sheets {
	s := &sheets{Tally: t, columns: columns, nests: map[string]*nest{}}
	for _, p := range t.parts {
		sheet := &partSheet{part: p, order: sorted(p.id, p.rows)}
		var n [][]int
		for _, row := range sheet.order {
			byMonth := p.n[p.at[row]]
			var cells []int
			for _, c := range columns {
				cells = append(cells, over(byMonth, c))
			}
			if len(columns) > 1 {
				cells = append(cells, t.count(p.id, row))
			}
			n = append(n, cells)
			sheet.sets = append(sheet.sets, t.setOf(p.id, row))
		}
		sheet.grid = newGrid(max(1, len(columns)), n)
		s.parts = append(s.parts, sheet)
	}
	s.nested = &nest{n: t.count(ByGateway, anyGateway)}
	s.nests[anyGateway] = s.nested
	for _, effect := range t.rowsOf(ByGateway, isEffect) {
		e := s.nested.add(&nest{n: t.count(ByGateway, effect)})
		s.nests[effect] = e
		for _, g := range t.rowsOf(ByGateway, func(row string) bool { return strings.HasPrefix(row, effect+belowEffect) }) {
			s.nests[g] = e.add(&nest{n: t.count(ByGateway, g)})
		}
	}
	for _, code := range t.rowsOf(ByFinding, isCode) {
		raised, replied := t.count(ByFinding, code), t.count(ByFinding, code+answered)
		s.codes = append(s.codes, &codeSheet{code, newGrid(1, [][]int{{t.all - raised}, {replied}, {raised - replied}}),
			[3]int{t.setOf(ByFinding, code), t.setOf(ByFinding, code+answered), t.setOf(ByFinding, code+open)}})
	}
	for _, row := range orders[ByAttention] {
		s.flags = append(s.flags, &flag{row: row, set: t.setOf(ByAttention, row)})
	}
	return s
}

func over(byMonth map[string]int, months []string) (n int) {
	for _, m := range months {
		n += byMonth[m]
	}
	return n
}

// hide hides every number that is small, or leaves little of the whole.
func (s *sheets) hide() {
	for _, g := range s.grids() {
		for r := range g.n {
			for c, n := range g.n[r] {
				g.hidden[r][c] = s.small(n)
			}
		}
	}
	s.nested.each(func(x *nest) { x.hidden = s.small(x.n) || s.small(s.all-x.n) })
	for _, f := range s.flags {
		n := s.count(ByAttention, f.row)
		f.hidden = s.small(n) || s.small(s.all-n)
	}
}

func (s *sheets) grids() []*grid {
	var all []*grid
	for _, p := range s.parts {
		all = append(all, p.grid)
	}
	for _, c := range s.codes {
		all = append(all, c.grid)
	}
	return all
}

// protect hides what is small, and then as much more as it takes: each small number could then be larger by the threshold,
// each that leaves little smaller, and nothing else in print would differ. What was hidden to that end in one table must not
// stand in another under another name, so that is hidden too, and in its own table protected like the first; until nothing
// more is found.
func (s *sheets) protect() {
	s.hide()
	t := s.o.Threshold
	for _, g := range s.grids() {
		for r := range g.n {
			for c, n := range g.n[r] {
				if s.small(n) {
					g.secure(place{r, c}, true, t, nil)
				}
			}
		}
	}
	s.nested.each(func(x *nest) {
		if s.small(x.n) {
			x.secure(s.nested, t, 0, s.all)
		} else if s.small(s.all - x.n) {
			x.secure(s.nested, 0, t, s.all)
		}
	})
	for s.twins() {
	}
}

// A view is a count as it meets those of other tables: what it counts, over all time or in one column, and how to hide it.
type view struct {
	sheet  int // counts of one sheet are held apart by its own arithmetic
	set    int
	row    int // of a table in which every decision stands in one row
	column int // all of them: -1
	n, all int
	hidden func() bool
	hide   func()
}

// some reports whether it counts some of the decisions and not all: otherwise there is nothing in it that could be told.
func (v view) some() bool { return v.n > 0 && v.n < v.all }

// views are all counts of the report.
func (s *sheets) views() []view {
	var all []view
	add := func(v view) {
		if v.set >= 0 {
			all = append(all, v)
		}
	}
	t := s.o.Threshold
	both := func(g *grid, at place) func() {
		return func() {
			g.hidden[at.row][at.column] = true
			g.secure(at, true, t, nil)
			g.secure(at, false, min(t, g.n[at.row][at.column]), nil)
		}
	}
	sheet := 0
	for _, p := range s.parts {
		for r, cells := range p.grid.n {
			for c, n := range cells {
				v := view{sheet: sheet, set: p.sets[r], row: r, column: c, n: n, all: s.all, hide: both(p.grid, place{r, c}),
					hidden: func() bool { return p.grid.hidden[r][c] }}
				if c == p.grid.width()-1 {
					v.column = -1
				} else {
					v.all = s.sum(s.columns[c])
				}
				add(v)
			}
		}
		sheet++
	}
	for row, x := range s.nests {
		add(view{sheet: sheet, set: s.setOf(ByGateway, row), column: -1, n: x.n, all: s.all, hidden: func() bool { return x.hidden },
			hide: func() {
				x.hidden = true
				x.secure(s.nested, t, t, s.all)
			}})
	}
	sheet++
	for _, c := range s.codes {
		for r := range c.sets {
			n := c.grid.n[r][0]
			if r == notRaised {
				n = s.all - n // the printed count is that of what was raised
			}
			add(view{sheet: sheet, set: c.sets[r], column: -1, n: n, all: s.all, hide: both(c.grid, place{r, 0}),
				hidden: func() bool { return c.grid.hidden[r][0] }})
		}
		sheet++
	}
	for _, f := range s.flags {
		add(view{sheet: sheet, set: f.set, column: -1, n: s.count(ByAttention, f.row), all: s.all,
			hidden: func() bool { return f.hidden }, hide: func() { f.hidden = true }})
		sheet++
	}
	slices.SortStableFunc(all, func(a, b view) int { return a.set - b.set }) // maps have no order, and what is hidden must not depend on it
	return all
}

// twins hides the counts that are as good as a hidden one under another name: of nearly the same decisions, or of nearly all
// the others; and those that are as good as a sum of rows of which some are hidden, such as a finding that is raised whenever
// somebody is not told; and, the other way round, hides in such a sum what makes a hidden count known. Somebody who knows what goes with what could put one in the place of the other. Small numbers need
// none of that by themselves: whatever is printed and has them within is as large as the threshold.
func (s *sheets) twins() (found bool) {
	views := s.views()
	t := s.o.Threshold
	hide := func(v view) { v.hide(); found = true }
	for _, a := range views {
		if !a.hidden() || a.n < t || a.all-a.n < t {
			continue
		}
		for _, b := range views {
			if b.sheet == a.sheet || b.column != a.column || b.hidden() || !b.some() {
				continue
			}
			if apart := a.n + b.n - 2*s.shared(a, b); apart < t || a.all-apart < t {
				hide(b)
			}
		}
	}
	for sheet, p := range s.parts {
		rows := map[int][]view{} // by column
		for _, v := range views {
			if v.sheet == sheet {
				rows[v.column] = append(rows[v.column], v)
			}
		}
		for _, b := range views {
			if b.sheet == sheet || !b.some() {
				continue
			}
			within, hidden, near := s.sumOf(b, rows[b.column])
			switch {
			case !near:
			case !b.hidden() && hidden[0] && hidden[1]:
				hide(b)
			case b.hidden() && b.n >= t && b.all-b.n >= t && !(hidden[0] && hidden[1]):
				found = p.loosen(within, b.column, t) || found
			}
		}
	}
	return found
}

// sumOf finds the sum of rows that comes nearest to a count, whether that is as good as the count, and whether rows outside
// and inside it are hidden.
func (s *sheets) sumOf(b view, rows []view) (within []int, hidden [2]bool, near bool) {
	apart := 0
	for _, row := range rows {
		with, side := s.shared(row, b), 0
		apart += min(with, row.n-with)
		if 2*with > row.n {
			within, side = append(within, row.row), 1
		}
		hidden[side] = hidden[side] || row.hidden()
	}
	return within, hidden, apart < s.o.Threshold && len(within) > 0
}

// loosen hides cells of a column, or of the totals, until the sum of some rows could be larger by so much, or smaller. It reports
// whether there was anything left to hide.
func (p *partSheet) loosen(rows []int, column, amount int) bool {
	before := p.count()
	if column < 0 {
		column = p.width() - 1
	}
	largest := slices.MaxFunc(rows, func(a, b int) int { return p.grid.n[a][column] - p.grid.n[b][column] })
	at := place{largest, column}
	p.hidden[at.row][at.column] = true
	others := func(row int) bool { return row != largest && slices.Contains(rows, row) }
	p.secure(at, true, amount, others)
	p.secure(at, false, min(amount, p.grid.n[at.row][at.column]), others)
	return p.count() > before
}

// shared is how many decisions are in both counts.
func (s *sheets) shared(a, b view) int {
	if a.set == b.set {
		return min(a.n, b.n)
	}
	i, j := max(a.set, b.set), min(a.set, b.set)
	if a.column < 0 {
		return int(s.both[i][j])
	}
	return over(s.inPart[[2]int{i, j}], s.columns[a.column])
}

// table is the table in print.
func (p *partSheet) table() Table {
	t := Table{ID: p.id, Whole: true}
	last := p.grid.width() - 1
	for r, id := range p.order {
		cells := p.grid.n[r]
		row := Row{ID: id, Total: number(cells[last], p.grid.hidden[r][last])}
		for c := range last {
			row.Periods = append(row.Periods, number(cells[c], p.grid.hidden[r][c]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (s *sheets) gateways() Table {
	t := Table{ID: ByGateway}
	add := func(row string, within bool) {
		x := s.nests[row]
		t.Rows = append(t.Rows, Row{ID: row[strings.Index(row, belowEffect)+1:], Citation: s.cited[row].words,
			Within: within, Total: number(x.n, x.hidden)})
	}
	if s.nested.n > 0 {
		add(anyGateway, false)
	}
	for _, effect := range s.rowsOf(ByGateway, isEffect) {
		add(effect, false)
		for _, g := range s.rowsOf(ByGateway, func(row string) bool { return strings.HasPrefix(row, effect+belowEffect) }) {
			add(g, true)
		}
	}
	return t
}

func (s *sheets) findings() Table {
	t := Table{ID: ByFinding}
	for _, c := range s.codes {
		replied := number(c.grid.n[raisedAnswered][0], c.grid.hidden[raisedAnswered][0])
		t.Rows = append(t.Rows, Row{ID: c.code, Level: s.level[c.code], Answered: &replied,
			Total: number(s.all-c.grid.n[notRaised][0], c.grid.hidden[notRaised][0])})
	}
	return t
}

func (s *sheets) attention() Table {
	t := Table{ID: ByAttention}
	for _, f := range s.flags {
		t.Rows = append(t.Rows, Row{ID: f.row, Total: number(s.count(ByAttention, f.row), f.hidden)})
	}
	return t
}
