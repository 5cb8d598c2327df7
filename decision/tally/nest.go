package tally

// A nest is a count of the decisions to which at least one of several things applies, with the counts of these below it: all
// gateways, an effect, a gateway. A decision can be in several of the lower ones, so they add up to as much as the upper one
// or to more, and each is at most as large.
type nest struct {
	n      int
	hidden bool
	below  []*nest
	above  *nest

	low, high int // between which it must be, by all that is printed
}

func (x *nest) add(below *nest) *nest {
	x.below, below.above = append(x.below, below), x
	return below
}

// each goes through all of it.
func (x *nest) each(do func(*nest)) {
	do(x)
	for _, b := range x.below {
		b.each(do)
	}
}

// bound finds between which numbers each hidden count must be, of so many decisions in all. Two counts meet in one place
// only, so going over them until nothing changes finds exactly that.
func (x *nest) bound(all int) {
	x.each(func(y *nest) {
		y.low, y.high = y.n, y.n
		if y.hidden {
			y.low, y.high = 0, all
		}
	})
	for changed := true; changed; {
		changed = false
		narrow := func(y *nest, low, high int) {
			if low > y.low || high < y.high {
				y.low, y.high, changed = max(y.low, low), min(y.high, high), true
			}
		}
		x.each(func(y *nest) {
			if len(y.below) == 0 {
				return
			}
			low, sum := 0, 0
			for _, b := range y.below {
				narrow(b, 0, y.high)
				low, sum = max(low, b.low), sum+b.high
			}
			narrow(y, low, sum)
			for _, b := range y.below {
				others := 0
				for _, o := range y.below {
					if o != b {
						others += o.high
					}
				}
				narrow(b, y.low-others, all)
			}
		})
	}
}

// secure hides counts around a hidden one until it could be larger by so much, and smaller, of so many decisions in all. What
// would be more than all or less than none need not be reached.
func (x *nest) secure(root *nest, up, down, all int) {
	for {
		root.bound(all)
		if x.high >= min(all, x.n+up) && x.low <= max(0, x.n-down) {
			return
		}
		y := x.binding()
		if y == nil {
			return
		}
		y.hidden = true
	}
}

// binding is a printed count near this one: what is above it, or else beside it or below, or what is near those. Nil: there is none.
func (x *nest) binding() *nest {
	var nearest func(at, from *nest) *nest
	nearest = func(at, from *nest) *nest {
		if at == nil {
			return nil
		}
		if !at.hidden {
			return at
		}
		if at.above != from {
			if y := nearest(at.above, at); y != nil {
				return y
			}
		}
		for _, b := range at.below {
			if b != from {
				if y := nearest(b, at); y != nil {
					return y
				}
			}
		}
		return nil
	}
	return nearest(x, nil)
}
