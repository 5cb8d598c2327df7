package tally

import (
	"math"
	"slices"
)

// near are the unknowns that have anything to do with those of a sum, and the sums that tie them, without what is known.
func (d *riddle) near(of []term) (unknowns, sums []int) {
	met, tied := make([]bool, len(d.low)), make([]bool, len(d.sums))
	add := func(i int) {
		if !met[i] && d.low[i] < d.high[i] {
			met[i], unknowns = true, append(unknowns, i)
		}
	}
	for _, t := range of {
		add(t.unknown)
	}
	for at := 0; at < len(unknowns); at++ {
		for _, s := range d.at[unknowns[at]] {
			if !tied[s] {
				tied[s], sums = true, append(sums, s)
				for _, t := range d.sums[s].of {
					add(t.unknown)
				}
			}
		}
	}
	return unknowns, sums
}

// most is the largest value of a sum of unknowns. It is found among all numbers by the simplex method, which ends in a corner; the
// corners of tables are whole, and that each is, and fits, is checked with whole numbers. ok is false where one is not.
func (d *riddle) most(of []term) (value int, ok bool) {
	unknowns, sums := d.near(of)
	column := map[int]int{}
	for c, i := range unknowns {
		column[i] = c
	}
	n := len(unknowns)
	var rows [][]float64 // of unknowns above their lows, and what they come to behind
	var kinds []int      // 0: exactly, 1: at most
	implied := make([]bool, n)
	row := func(terms []term, sign, to float64, kind int) {
		r := make([]float64, n+1)
		r[n] = sign * to
		for _, t := range terms {
			if c, free := column[t.unknown]; free {
				r[c] += sign * float64(t.times)
			}
			r[n] -= sign * float64(t.times*d.low[t.unknown])
		}
		rows, kinds = append(rows, r), append(kinds, kind)
		for _, x := range r[:n] {
			if x < 0 {
				return
			}
		}
		for c, x := range r[:n] {
			if i := unknowns[c]; x == 1 && r[n] <= float64(d.high[i]-d.low[i]) {
				implied[c] = true
			}
		}
	}
	for _, s := range sums {
		e := d.sums[s]
		switch {
		case e.low == e.high:
			row(e.of, 1, float64(e.low), 0)
		default:
			if e.high < plenty {
				row(e.of, 1, float64(e.high), 1)
			}
			if e.low > -plenty {
				row(e.of, -1, -float64(e.low), 1)
			}
		}
	}
	for c, i := range unknowns {
		if !implied[c] {
			row([]term{{i, 1}}, 1, float64(d.high[i]), 1)
		}
	}
	aim := make([]float64, n)
	for _, t := range of {
		if c, free := column[t.unknown]; free {
			aim[c] += float64(t.times)
		}
	}
	x := simplex(rows, kinds, aim)
	found := slices.Clone(d.low)
	for c, i := range unknowns {
		found[i] = d.low[i] + int(math.Round(x[c]))
		if math.Abs(x[c]-math.Round(x[c])) > 1e-6 || found[i] < d.low[i] || found[i] > d.high[i] {
			return 0, false
		}
	}
	for _, s := range sums {
		v := 0
		for _, t := range d.sums[s].of {
			v += t.times * found[t.unknown]
		}
		if v < d.sums[s].low || v > d.sums[s].high {
			return 0, false
		}
	}
	for _, t := range of {
		value += t.times * found[t.unknown]
	}
	return value, true
}

// simplex finds numbers of at least 0 for which a sum is largest. Each row comes to its last number exactly (0) or at most (1).
// What is asked always has an answer.
func simplex(rows [][]float64, kinds []int, aim []float64) []float64 {
	const eps = 1e-9
	n, m := len(aim), len(rows)
	slacks := 0
	for _, k := range kinds {
		slacks += k
	}
	width := n + slacks + m + 1 // unknowns, slacks, what each row lacks, and what it comes to
	t := make([][]float64, m)
	basis := make([]int, m)
	slack := n
	for i, r := range rows {
		t[i] = make([]float64, width)
		sign := 1.0
		if r[n] < 0 {
			sign = -1
		}
		for j, x := range r[:n] {
			t[i][j] = sign * x
		}
		t[i][width-1] = sign * r[n]
		basis[i] = n + slacks + i
		if kinds[i] == 1 {
			t[i][slack] = sign
			if sign > 0 {
				basis[i] = slack
			}
			slack++
		}
		t[i][n+slacks+i] = 1
	}
	run := func(cost []float64, usable int) {
		z := slices.Clone(cost)
		for i, b := range basis {
			if f := z[b]; f != 0 {
				for j := range z {
					z[j] -= f * t[i][j]
				}
			}
		}
		for {
			in := -1
			for j := range usable { // the first that helps: so it always ends
				if z[j] > eps {
					in = j
					break
				}
			}
			if in < 0 {
				return
			}
			out := -1
			for i := range t {
				if t[i][in] > eps {
					if out < 0 {
						out = i
						continue
					}
					a, b := t[i][width-1]/t[i][in], t[out][width-1]/t[out][in]
					if a < b-eps || a < b+eps && basis[i] < basis[out] {
						out = i
					}
				}
			}
			if out < 0 {
				panic("there is no largest")
			}
			p := t[out][in]
			for j := range t[out] {
				t[out][j] /= p
			}
			for i := range t {
				if f := t[i][in]; i != out && f != 0 {
					for j, x := range t[out] {
						if x != 0 {
							t[i][j] -= f * x
						}
					}
				}
			}
			if f := z[in]; f != 0 {
				for j, x := range t[out] {
					z[j] -= f * x
				}
			}
			basis[out] = in
		}
	}
	lack := make([]float64, width)
	for i := range m {
		lack[n+slacks+i] = -1
	}
	run(lack, n+slacks)
	// What lacks nothing any more must not come back: it is put out where it still stands, at 0.
	for i, b := range basis {
		if b < n+slacks {
			continue
		}
		for j := range n + slacks {
			if math.Abs(t[i][j]) > eps {
				p := t[i][j]
				for k := range t[i] {
					t[i][k] /= p
				}
				for o := range t {
					if f := t[o][j]; o != i && f != 0 {
						for k, x := range t[i] {
							t[o][k] -= f * x
						}
					}
				}
				basis[i] = j
				break
			}
		}
	}
	cost := make([]float64, width)
	copy(cost, aim)
	run(cost, n+slacks)
	x := make([]float64, n)
	for i, b := range basis {
		if b < n {
			x[b] = t[i][width-1]
		}
	}
	return x
}
