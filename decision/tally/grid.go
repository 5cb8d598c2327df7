package tally

import "math"

// A grid is a table in which every decision stands in one row and one column, with the totals of the rows behind. The totals
// of the columns are known to everybody. It holds the cells and decides which are hidden.
//
// As a network: each column gives out its decisions to the rows, and each row gives them on to its total. What is printed
// leaves those flows free that go through hidden cells alone, and every such flow is another set of decisions with the same
// print. So a hidden cell can be any number that such flows reach, and no other.
type grid struct {
	columns int     // without the totals
	n       [][]int // by row: the cells and, where there is more than one column, the total behind them
	hidden  [][]bool
}

func newGrid(columns int, n [][]int) *grid {
	g := &grid{columns: columns, n: n}
	for range n {
		g.hidden = append(g.hidden, make([]bool, g.width()))
	}
	return g
}

// width is the number of cells of a row.
func (g *grid) width() int {
	if g.columns == 1 {
		return 1
	}
	return g.columns + 1
}

// count is how many cells are hidden.
func (g *grid) count() (n int) {
	for _, row := range g.hidden {
		for _, hidden := range row {
			if hidden {
				n++
			}
		}
	}
	return n
}

// A place is a cell of a grid.
type place struct{ row, column int }

// What hiding one more cell costs: a total is what people look for first.
const (
	costOfCell  = 10
	costOfTotal = 60
	// costOfLast is what it costs to bring a hidden cell down to 0 rather than 1. A hidden cell can be 0, but somebody who
	// takes the hidden ones for at least 1 learns no more than others where this is not needed.
	costOfLast = 1000
)

// secure hides cells until the one at a place, which is hidden, could be larger by so much, or smaller: there is then a set of
// decisions that gives the same print and in which it is. Rows that are not to take part in that can be named; nil: none. It returns
// how much cannot be had. It only ever hides more, so what was secured before stays so.
func (g *grid) secure(at place, up bool, amount int, without func(row int) bool) (lacking int) {
	w := newFlow(g)
	a := w.arcOf(at)
	from, to := a.to, a.from // to push more into a cell, what comes out of it has to come back to where it goes in
	if !up {
		from, to = to, from
	}
	for amount > 0 {
		path := w.cheapest(from, to, at, without)
		if path == nil {
			return amount
		}
		push := amount
		for _, s := range path {
			push = min(push, w.room(s))
		}
		for _, s := range path {
			w.push(s, push)
			if p := w.arcs[s.arc].place; !w.arcs[s.arc].free {
				g.hidden[p.row][p.column] = true
			}
		}
		amount -= push
	}
	return 0
}

// A flow is a grid while something is pushed through it.
type flow struct {
	*grid
	arcs  []arc
	left  [][]int // of each node, the arcs at it
	moved []int   // by arc
}

type arc struct {
	from, to int
	place
	free bool // no cell: in a table of one column, what holds the rows together
}

// A step is an arc, with or against its direction.
type step struct {
	arc  int
	back bool
}

// The nodes are the columns, the rows, and one where all totals come together.
func newFlow(g *grid) *flow {
	w := &flow{grid: g}
	rows := len(g.n)
	end := g.columns + rows
	w.left = make([][]int, end+1)
	add := func(a arc) {
		w.left[a.from], w.left[a.to] = append(w.left[a.from], len(w.arcs)), append(w.left[a.to], len(w.arcs))
		w.arcs = append(w.arcs, a)
	}
	for r := range rows {
		if g.columns == 1 {
			add(arc{0, 1 + r, place{r, 0}, true})
			add(arc{1 + r, end, place{r, 0}, false})
			continue
		}
		for c := range g.columns {
			add(arc{c, g.columns + r, place{r, c}, false})
		}
		add(arc{g.columns + r, end, place{r, g.columns}, false})
	}
	w.moved = make([]int, len(w.arcs))
	return w
}

func (w *flow) arcOf(p place) arc {
	for _, a := range w.arcs {
		if a.place == p && !a.free {
			return a
		}
	}
	return arc{}
}

// value is what a cell has come to.
func (w *flow) value(i int) int { return w.n[w.arcs[i].row][w.arcs[i].column] + w.moved[i] }

// room is how much can go along a step before it ends or becomes dearer.
func (w *flow) room(s step) int {
	switch v := w.value(s.arc); {
	case w.arcs[s.arc].free, !s.back:
		return math.MaxInt
	case v > 1:
		return v - 1
	default:
		return v
	}
}

func (w *flow) push(s step, amount int) {
	if s.back {
		amount = -amount
	}
	w.moved[s.arc] += amount
}

func (w *flow) cost(s step) int {
	a := w.arcs[s.arc]
	if a.free {
		return 0
	}
	cost := 0
	if !w.hidden[a.row][a.column] {
		cost = costOfCell
		if a.column == w.columns {
			cost = costOfTotal
		}
	}
	if s.back && w.value(s.arc) == 1 {
		cost += costOfLast
	}
	return cost
}

// cheapest finds the way from one node to another that hides the least, around a cell and without some rows.
func (w *flow) cheapest(from, to int, around place, without func(row int) bool) []step {
	const far = math.MaxInt / 2
	cost, by, done := make([]int, len(w.left)), make([]step, len(w.left)), make([]bool, len(w.left))
	for i := range cost {
		cost[i] = far
	}
	cost[from] = 0
	for {
		at := -1
		for i := range cost {
			if !done[i] && cost[i] < far && (at < 0 || cost[i] < cost[at]) {
				at = i
			}
		}
		if at < 0 || at == to {
			break
		}
		done[at] = true
		for _, i := range w.left[at] {
			a := w.arcs[i]
			s := step{i, a.to == at}
			if !a.free && a.place == around || w.room(s) == 0 || without != nil && without(a.row) {
				continue
			}
			next := a.to
			if s.back {
				next = a.from
			}
			if c := cost[at] + w.cost(s); c < cost[next] {
				cost[next], by[next] = c, s
			}
		}
	}
	if cost[to] == far {
		return nil
	}
	var path []step
	for at := to; at != from; {
		path = append(path, by[at])
		if a := w.arcs[by[at].arc]; by[at].back {
			at = a.to
		} else {
			at = a.from
		}
	}
	return path
}
