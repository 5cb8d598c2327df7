package tally

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"dsa/decision/cases"
)

// The attacker has the printed report and nothing else, knows how it is made and what goes with what in a record, and works
// with whole numbers: for each number that is hidden, every value that all that is printed leaves it, together.

// A riddle is what the attacker makes of a report: unknown whole numbers, and sums that they have to come to.
type riddle struct {
	low, high []int
	names     map[string]int
	sums      []sum
	at        [][]int // of each unknown, the sums it is in
	tried     int
}

// A sum is known: the terms come to something between two numbers.
type sum struct {
	of        []term
	low, high int
}

type term struct{ unknown, times int }

const plenty = 1 << 30

// unknown is the number of a value, known or not.
func (d *riddle) unknown(name string, n Number, most int) int {
	if i, met := d.names[name]; met {
		return i
	}
	i := len(d.low)
	d.names[name] = i
	if n.Hidden {
		d.low, d.high = append(d.low, 0), append(d.high, most)
	} else {
		d.low, d.high = append(d.low, n.N), append(d.high, n.N)
	}
	return i
}

func (d *riddle) add(low, high int, of ...term) { d.sums = append(d.sums, sum{of, low, high}) }

// settle draws every conclusion from single sums. It reports false where there is no way out.
func (d *riddle) settle(low, high []int, queue []int) bool {
	waiting := make([]bool, len(d.sums))
	for _, s := range queue {
		waiting[s] = true
	}
	for len(queue) > 0 {
		at := queue[0]
		queue, waiting[at] = queue[1:], false
		s := d.sums[at]
		least, most := 0, 0
		for _, t := range s.of {
			if t.times > 0 {
				least, most = least+t.times*low[t.unknown], most+t.times*high[t.unknown]
			} else {
				least, most = least+t.times*high[t.unknown], most+t.times*low[t.unknown]
			}
		}
		if least > s.high || most < s.low {
			return false
		}
		for _, t := range s.of {
			i, changed := t.unknown, false
			if t.times > 0 {
				if h := floor(s.high-least+t.times*low[i], t.times); h < high[i] {
					high[i], changed = h, true
				}
				if l := -floor(-(s.low - most + t.times*high[i]), t.times); l > low[i] {
					low[i], changed = l, true
				}
			} else {
				k := -t.times
				if l := -floor(s.high-least-k*high[i], k); l > low[i] {
					low[i], changed = l, true
				}
				if h := floor(-(s.low - most - k*low[i]), k); h < high[i] {
					high[i], changed = h, true
				}
			}
			if low[i] > high[i] {
				return false
			}
			if changed {
				for _, other := range d.at[i] {
					if !waiting[other] {
						queue, waiting[other] = append(queue, other), true
					}
				}
				if !waiting[at] {
					queue, waiting[at] = append(queue, at), true
				}
			}
		}
	}
	return true
}

func floor(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// solve looks for whole numbers that fit everything, trying every one where it has to.
func (d *riddle) solve(low, high []int, queue []int) bool {
	if d.tried++; d.tried > 200_000 {
		panic("the attacker gives up, and whether it would have won is not known")
	}
	if !d.settle(low, high, queue) {
		return false
	}
	pick := -1
	for i := range low {
		if low[i] < high[i] && (pick < 0 || high[i]-low[i] < high[pick]-low[pick]) {
			pick = i
		}
	}
	if pick < 0 {
		return true
	}
	middle := (low[pick] + high[pick]) / 2
	for _, half := range [][2]int{{low[pick], middle}, {middle + 1, high[pick]}} {
		l, h := slices.Clone(low), slices.Clone(high)
		l[pick], h[pick] = half[0], half[1]
		if d.solve(l, h, d.at[pick]) {
			return true
		}
	}
	return false
}

// ready closes the riddle, with everything settled that follows at once.
func (d *riddle) ready(t *testing.T) {
	d.at = make([][]int, len(d.low))
	all := make([]int, len(d.sums))
	for i, s := range d.sums {
		all[i] = i
		for _, term := range s.of {
			d.at[term.unknown] = append(d.at[term.unknown], i)
		}
	}
	if !d.settle(d.low, d.high, all) {
		t.Fatal("the report contradicts itself")
	}
}

// can reports whether a sum of unknowns can be at least, or at most, so much.
func (d *riddle) can(of []term, low, high int) bool {
	e := *d
	e.sums, e.tried = append(slices.Clip(d.sums), sum{of, low, high}), 0
	e.at = slices.Clone(d.at)
	for _, t := range of {
		e.at[t.unknown] = append(slices.Clip(d.at[t.unknown]), len(e.sums)-1)
	}
	return e.solve(slices.Clone(d.low), slices.Clone(d.high), []int{len(e.sums) - 1})
}

// extent is the smallest and the largest value that a sum of unknowns can have.
func (d *riddle) extent(of []term, most int) (low, high int) {
	against := slices.Clone(of)
	for i := range against {
		against[i].times *= -1
	}
	high, ok := d.most(of)
	if !ok {
		high = sort.Search(most+1, func(v int) bool { return !d.can(of, v, plenty) }) - 1
	}
	low, ok = d.most(against)
	if low = -low; !ok {
		low = sort.Search(most, func(v int) bool { return d.can(of, -plenty, v) })
	}
	return low, high
}

// known is what the attacker knows of records besides the report.
type known struct {
	links    bool // which counts go with which: the findings follow from the answers
	nonempty bool // takes it that no hidden number is 0, which nobody promised
}

// read makes the riddle of a report.
func read(r *Report, k known) *riddle {
	d := &riddle{names: map[string]int{}}
	all := r.Decisions.N
	is := func(name string, n Number, most int) term { return term{d.unknown(name, n, most), 1} }
	for _, t := range r.Tables {
		if !t.Whole {
			continue
		}
		var totals []term
		columns := make([][]term, len(r.Periods))
		for _, row := range t.Rows {
			total := is(t.ID+"|"+row.ID, row.Total, all)
			totals = append(totals, total)
			if len(row.Periods) == 0 {
				continue
			}
			cells := []term{{total.unknown, -1}}
			for c, n := range row.Periods {
				x := is(fmt.Sprint(t.ID, "|", row.ID, "|", c), n, r.Periods[c].Decisions.N)
				cells, columns[c] = append(cells, x), append(columns[c], x)
			}
			d.add(0, 0, cells...)
		}
		d.add(all, all, totals...)
		for c, cells := range columns {
			if n := r.Periods[c].Decisions.N; len(cells) > 0 {
				d.add(n, n, cells...)
			}
		}
	}
	if r.Median != nil {
		// Half of the times lie up to the middle, and fewer than half before its row.
		h := float64(r.Median.Hours) + 0.5
		middle := slices.Index(orders[ByTime], band(&cases.Facts{HoursToDecision: &h}))
		var before, upTo []term
		for i, id := range orders[ByTime][:slices.Index(orders[ByTime], Offered)] {
			at, met := d.names[ByTime+"|"+id]
			if !met {
				continue
			}
			side := func(of int) int {
				if i < of {
					return 1
				}
				return -1
			}
			before, upTo = append(before, term{at, side(middle)}), append(upTo, term{at, side(middle + 1)})
		}
		d.add(-plenty, -1, before...)
		d.add(0, plenty, upTo...)
	}
	union := func(above term, below []term) {
		sum := []term{{above.unknown, -1}}
		for _, b := range below {
			d.add(-plenty, 0, b, term{above.unknown, -1})
			sum = append(sum, b)
		}
		d.add(0, plenty, sum...)
	}
	var effects, below []term
	var root, effect term
	for i, row := range r.Table(ByGateway).Rows {
		x := is(fmt.Sprint(ByGateway, "|", i), row.Total, all)
		switch {
		case i == 0:
			root = x
		case row.Within:
			below = append(below, x)
		default:
			d.names[ByGateway+"|"+row.ID] = x.unknown
			if len(effects) > 0 {
				union(effect, below)
			}
			effect, below, effects = x, nil, append(effects, x)
		}
	}
	if len(effects) > 0 {
		union(effect, below)
		union(root, effects)
	}
	for _, row := range r.Table(ByFinding).Rows {
		d.add(-plenty, 0, is(ByFinding+"|"+row.ID+"|answered", *row.Answered, all), term{is(ByFinding+"|"+row.ID, row.Total, all).unknown, -1})
	}
	for _, row := range r.Table(ByAttention).Rows {
		is(ByAttention+"|"+row.ID, row.Total, all)
	}
	if k.links {
		d.link(ByFinding+"|LATE", ByAttention+"|"+Late)
		d.link(ByFinding+"|EMERGENCY", ByMode+"|emergency")
		d.link(ByFinding+"|CONSENT", ByBasis+"|consent")
		d.link(ByFinding+"|DUTY", ByGateway+"|duty-to-share")
		d.link(ByFinding+"|POWER", ByGateway+"|power-to-share")
		var grounds []string
		for name := range d.names {
			if strings.HasPrefix(name, ByTelling+"|"+NotTold) && strings.Count(name, "|") == 1 {
				grounds = append(grounds, name)
			}
		}
		slices.Sort(grounds)
		d.link(ByFinding+"|NOTTOLD", grounds...)
		d.within(ByAttention+"|"+Overdue, ByAttention+"|"+Owed)
		d.within(ByMode+"|emergency", ByAttention+"|"+Late)
	}
	if k.nonempty {
		for i := range d.low {
			if d.low[i] < d.high[i] {
				d.low[i] = 1
			}
		}
	}
	return d
}

// link says that a count is the sum of others.
func (d *riddle) link(one string, others ...string) {
	i, met := d.names[one]
	if !met {
		return
	}
	of := []term{{i, -1}}
	for _, name := range others {
		if j, met := d.names[name]; met {
			of = append(of, term{j, 1})
		}
	}
	if len(of) > 1 {
		d.add(0, 0, of...)
	}
}

// within says that whatever one counts the other counts too.
func (d *riddle) within(one, other string) {
	i, met := d.names[one]
	if j, too := d.names[other]; met && too {
		d.add(-plenty, 0, term{i, 1}, term{j, -1})
	}
}

// A secret is a number that the report must not give away: one that is small, printed or not.
type secret struct {
	name string
	n    int
	of   []term
	from int // it is that much more than the sum of its terms
}

// secrets are those of a report, with the numbers as they are.
func secrets(d *riddle, truth *Report) []secret {
	var all []secret
	t, n := truth.Threshold, truth.Decisions.N
	add := func(s secret) {
		if s.n > 0 && s.n < t {
			all = append(all, s)
		}
	}
	cell := func(name string, v Number) { add(secret{name, v.N, []term{{d.names[name], 1}}, 0}) }
	rest := func(name string, v Number) { add(secret{"all but " + name, n - v.N, []term{{d.names[name], -1}}, n}) }
	for _, table := range truth.Tables {
		for i, row := range table.Rows {
			name := table.ID + "|" + row.ID
			if table.ID == ByGateway {
				name = fmt.Sprint(ByGateway, "|", i)
			}
			cell(name, row.Total)
			if !table.Whole {
				rest(name, row.Total)
			}
			for c, v := range row.Periods {
				cell(fmt.Sprint(name, "|", c), v)
			}
			if row.Answered != nil {
				cell(name+"|answered", *row.Answered)
				add(secret{"open " + name, row.Total.N - row.Answered.N, []term{{d.names[name], 1}, {d.names[name+"|answered"], -1}}, 0})
			}
		}
	}
	return all
}

// won reports whether the attacker knows that a secret is small, or knows it but for less than the threshold.
func (d *riddle) won(s secret, threshold, most int) (low, high int, won bool) {
	if s.from > 0 {
		low, high = d.extent([]term{{s.of[0].unknown, 1}}, most)
		low, high = s.from-high, s.from-low
	} else {
		low, high = d.extent(s.of, most)
	}
	return low, high, high < threshold || high-low < threshold
}

// A town makes decisions at random, some of whose answers go together as they do in records.
func town(r *rand.Rand, size, months int) []*cases.Facts {
	pick := func(ids []string, skew float64) func() string {
		weights, sum := make([]float64, len(ids)), 0.0
		for i := range ids {
			weights[i] = r.ExpFloat64()
			for range r.IntN(3) {
				weights[i] *= skew
			}
			sum += weights[i]
		}
		return func() string {
			at := r.Float64() * sum
			for i, w := range weights {
				if at -= w; at < 0 {
					return ids[i]
				}
			}
			return ids[0]
		}
	}
	some := func(ids ...string) []string { return ids[:1+r.IntN(len(ids))] }
	skew := 0.02 + 0.5*r.Float64()
	outcome := pick(some("share-all", "none", "share-part", "defer", "refer"), skew)
	mode := pick(some("adhoc", "emergency", "routine"), skew)
	to := pick(some("local-authority", "police", "health", "", "education", "voluntary", "housing"), skew)
	told := pick(some(Told, NotTold, WillTell, ""), skew)
	ground := pick(some("risk-of-harm", "prejudice", "not-practicable", "other"), skew)
	basis := pick(some("public-task", "consent", "legal-obligation", "vital-interests"), skew)
	gates := some("duty-to-share/s47", "power-to-share/s115", "duty-to-share/s16h",
		"power-to-share/s13", "duty-to-cooperate/s10", "general-power-or-function/s175", "power-to-share/s8")
	likely := map[string]float64{}
	chance := func(of string) bool {
		if _, met := likely[of]; !met {
			likely[of] = []float64{0.01, 0.05, 0.3, 0.6, 0.95}[r.IntN(5)]
		}
		return r.Float64() < likely[of]
	}
	var all []*cases.Facts
	for i := range size {
		at := time.Date(2026, time.Month(1+r.IntN(months)), 1+r.IntN(28), 10, 0, 0, 0, time.UTC)
		f := &cases.Facts{ID: fmt.Sprint(i), Recorded: at, RecordedAt: at.Format(time.RFC3339), Outcome: outcome(), Occasion: mode(),
			RecipientSector: to(), Told: told(), Bases: []string{basis()}}
		f.OutcomeNow = f.Outcome
		if f.Emergency = f.Occasion == "emergency"; f.Emergency && chance("emergencies tell nobody") {
			f.Told = NotTold
		}
		if f.Told == NotTold {
			f.NotToldGround = []string{ground()}
		}
		f.Late = f.Emergency || chance("late")
		if chance("owed") {
			f.Owed = []cases.Owed{{What: "review", Overdue: chance("overdue")}}
		}
		f.Superseded, f.Unverified = chance("superseded"), chance("unverified")
		if chance("asked") {
			h := r.ExpFloat64() * 60
			f.HoursToDecision = &h
		}
		for _, g := range gates {
			if chance(g) {
				effect, id, _ := strings.Cut(g, "/")
				f.Gateways = append(f.Gateways, cases.Gateway{ID: id, Effect: effect, Citation: id})
			}
		}
		raise := func(code string, is bool) {
			if is {
				f.Findings = append(f.Findings, cases.Finding{Code: code, Level: "caution", Answered: chance("answer " + code)})
			}
		}
		raise("LATE", f.Late)
		raise("EMERGENCY", f.Emergency)
		raise("NOTTOLD", f.Told == NotTold)
		raise("CONSENT", f.Bases[0] == "consent")
		relies := func(effect string) bool {
			return slices.ContainsFunc(f.Gateways, func(g cases.Gateway) bool { return g.Effect == effect })
		}
		raise("DUTY", relies("duty-to-share"))
		raise("POWER", relies("power-to-share"))
		raise("FACT", chance("FACT"))
		all = append(all, f)
	}
	return all
}

// A score is what came of attacking many reports.
type score struct{ reports, printed, hidden, secrets, won int }

func (s *score) attack(t *testing.T, tally *Tally, protect func(*sheets), k known, tell bool) {
	report, truth := tally.report(protect), tally.report(func(*sheets) {})
	if report.TooFew {
		return
	}
	if k.nonempty && hidesNone(report, truth) {
		return // whoever takes it for something is misled
	}
	d := read(report, k)
	d.ready(t)
	s.reports++
	s.printed += len(d.low)
	s.hidden += report.Hidden
	for _, one := range secrets(d, truth) {
		s.secrets++
		low, high, won := d.won(one, report.Threshold, report.Decisions.N)
		if one.n < low || one.n > high {
			t.Fatalf("the attacker finds %d to %d for %s, which is %d: the attack is wrong", low, high, one.name, one.n)
		}
		if won {
			s.won++
			if tell {
				t.Errorf("of %d decisions, threshold %d: %s is known to be %d to %d", report.Decisions.N, report.Threshold, one.name, low, high)
			}
		}
	}
}

// hidesNone reports whether a hidden number is 0.
func hidesNone(report, truth *Report) bool {
	for i, table := range report.Tables {
		for j, row := range table.Rows {
			is := truth.Tables[i].Rows[j]
			none := row.Total.Hidden && is.Total.N == 0 || row.Answered != nil && row.Answered.Hidden && is.Answered.N == 0
			for c, n := range row.Periods {
				none = none || n.Hidden && is.Periods[c].N == 0
			}
			if none {
				return true
			}
		}
	}
	return false
}

func (s score) String() string {
	return fmt.Sprintf("%d reports, %d numbers, %d of them hidden; %d small numbers attacked, %d given away", s.reports, s.printed, s.hidden, s.secrets, s.won)
}

// towns are random reports, the same every time.
func towns(n int, do func(i int, tally *Tally)) {
	for i := range n {
		r := rand.New(rand.NewPCG(6, uint64(i)))
		threshold := []int{3, 5, 5, 5, 10}[r.IntN(5)]
		size := 2*threshold + int(r.ExpFloat64()*float64([]int{5, 40, 200}[r.IntN(3)]))
		tally := New(Options{Threshold: threshold})
		for _, f := range town(r, size, []int{1, 3, 6, 12, 12, 24}[r.IntN(6)]) {
			tally.Add(f)
		}
		do(i, tally)
	}
}

// No report gives a small number away: not by its rows, its columns, its periods or its other tables, and not to somebody who
// knows which findings follow from which answers. Without what is hidden besides the small numbers, the same attack wins.
func TestNothingIsGivenAway(t *testing.T) {
	n := 400
	if os.Getenv("DSA_ATTACKS") != "" {
		n = 5000
	}
	var ours, knowing, doubting, naive score
	towns(n, func(i int, tally *Tally) {
		ours.attack(t, tally, (*sheets).protect, known{}, true)
		knowing.attack(t, tally, (*sheets).protect, known{links: true}, true)
		doubting.attack(t, tally, (*sheets).protect, known{links: true, nonempty: true}, false)
		naive.attack(t, tally, (*sheets).hide, known{}, false)
	})
	t.Log("small numbers alone hidden:          ", naive)
	t.Log("as we do:                            ", ours)
	t.Log("and what goes with what is known:    ", knowing)
	t.Log("and no hidden number is taken for 0: ", doubting)
	if doubting.won*200 > doubting.secrets {
		t.Error("more depends on hidden numbers being 0 than has to")
	}
	if naive.won*4 < naive.secrets {
		t.Error("the attack hardly wins where it should: it proves nothing")
	}
}

// The attack finds exactly what there is to find: on small reports it is held against trying every whole number, so that no
// trick with odd and even numbers, or anything else, is left out.
func TestTheAttackIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	checked := 0
	for range 1500 {
		rows, columns := 2+r.IntN(2), 1+r.IntN(3)
		report := &Report{Tables: []Table{{ID: ByOutcome, Whole: true}, {ID: ByGateway}, {ID: ByFinding}, {ID: ByAttention}}}
		for range columns {
			report.Periods = append(report.Periods, Period{})
		}
		for i := range rows {
			row := Row{ID: fmt.Sprint(i)}
			for c := range columns {
				n := r.IntN(4)
				row.Total.N += n
				report.Periods[c].Decisions.N += n
				report.Decisions.N += n
				if columns > 1 {
					row.Periods = append(row.Periods, Number{n, r.IntN(2) == 0})
				}
			}
			row.Total.Hidden = r.IntN(2) == 0
			report.Tables[0].Rows = append(report.Tables[0].Rows, row)
		}
		any := 0
		for i := range 2 {
			n := min(r.IntN(4), report.Decisions.N)
			any = max(any, n)
			report.Tables[1].Rows = append(report.Tables[1].Rows, Row{ID: fmt.Sprint(i), Within: true, Total: Number{n, r.IntN(2) == 0}})
		}
		report.Tables[1].Rows = append([]Row{{Total: Number{any, r.IntN(2) == 0}}, {ID: "effect", Total: Number{any, r.IntN(2) == 0}}}, report.Tables[1].Rows...)
		d := read(report, known{})
		d.ready(t)
		least, most := d.everything()
		for name, i := range d.names {
			low, high := d.extent([]term{{i, 1}}, report.Decisions.N)
			if low != least[i] || high != most[i] {
				t.Fatalf("%s can be %d to %d, and the attack finds %d to %d", name, least[i], most[i], low, high)
			}
			if low < high {
				checked++
			}
		}
	}
	if checked < 1000 {
		t.Errorf("only %d hidden numbers that could be several", checked)
	}
}

// everything tries all whole numbers.
func (d *riddle) everything() (least, most []int) {
	least, most = slices.Repeat([]int{plenty}, len(d.low)), slices.Repeat([]int{-1}, len(d.low))
	x := slices.Clone(d.low)
	var try func(i int)
	try = func(i int) {
		if i < len(x) {
			for x[i] = d.low[i]; x[i] <= d.high[i]; x[i]++ {
				if d.fits(x, i) {
					try(i + 1)
				}
			}
			return
		}
		for j, v := range x {
			least[j], most[j] = min(least[j], v), max(most[j], v)
		}
	}
	try(0)
	return least, most
}

// fits reports whether the sums hold whose last unknown is i.
func (d *riddle) fits(x []int, i int) bool {
	for _, s := range d.at[i] {
		v, last := 0, 0
		for _, t := range d.sums[s].of {
			v, last = v+t.times*x[t.unknown], max(last, t.unknown)
		}
		if last == i && (v < d.sums[s].low || v > d.sums[s].high) {
			return false
		}
	}
	return true
}

// Reports on a year and on each of its quarters, made one by one, give away what a single one hides. This is why a report says not
// to publish both.
func TestOverlappingReportsGiveAway(t *testing.T) {
	secret, won := 0, 0
	for i := range 100 {
		r := rand.New(rand.NewPCG(7, uint64(i)))
		all := town(r, 100+r.IntN(300), 12)
		year := New(Options{From: date("2026-01-01"), To: date("2026-12-31")})
		for _, f := range all {
			year.Add(f)
		}
		report, truth := year.Report(), year.report(func(*sheets) {})
		if len(report.Periods) != 4 {
			continue
		}
		for c, p := range report.Periods {
			quarter := New(Options{From: date(p.From + "-01"), To: date(lastOf(p.To))})
			for _, f := range all {
				quarter.Add(f)
			}
			for _, table := range quarter.Report().Tables {
				for _, row := range table.Rows {
					for i, mine := range report.Table(table.ID).Rows {
						if mine.ID == row.ID && len(mine.Periods) > 0 && !row.Total.Hidden {
							report.Table(table.ID).Rows[i].Periods[c] = row.Total
						}
					}
				}
			}
		}
		d := read(report, known{})
		d.ready(t)
		for _, one := range secrets(d, truth) {
			secret++
			if _, _, w := d.won(one, report.Threshold, report.Decisions.N); w {
				won++
			}
		}
	}
	t.Logf("%d of %d small numbers are given away by five reports instead of one", won, secret)
	if won == 0 {
		t.Error("nothing is given away, and the warning in every report is wrong")
	}
}

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// Whatever is small can be had larger, whatever the town: no period is so small that there is no room to hide it in.
func TestThereIsRoom(t *testing.T) {
	towns(300, func(_ int, tally *Tally) {
		tally.report(func(s *sheets) {
			s.hide()
			for _, g := range s.grids() {
				for r := range g.n {
					for c, n := range g.n[r] {
						if s.small(n) {
							if lacking := g.secure(place{r, c}, true, s.o.Threshold, nil); lacking > 0 {
								t.Errorf("%d of %d lack", lacking, s.o.Threshold)
							}
						}
					}
				}
			}
		})
	})
}

// The bounds that hiding gateways goes by are those that the attack finds, and what is secured has the room asked for.
func TestNestIsBoundExactly(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		all := 10 + r.IntN(40)
		root := &nest{}
		rows := []*nest{root}
		for range 1 + r.IntN(3) {
			effect := root.add(&nest{})
			rows = append(rows, effect)
			sum := 0
			for range 1 + r.IntN(3) {
				g := effect.add(&nest{n: 1 + r.IntN(all)})
				rows = append(rows, g)
				effect.n, sum = max(effect.n, g.n), sum+g.n
			}
			effect.n += r.IntN(min(sum, all) - effect.n + 1)
		}
		sum := 0
		for _, e := range root.below {
			root.n, sum = max(root.n, e.n), sum+e.n
		}
		root.n += r.IntN(min(sum, all) - root.n + 1)
		for _, x := range rows {
			x.hidden = r.IntN(2) == 0
		}
		check := func() {
			root.bound(all)
			table := Table{ID: ByGateway}
			for _, x := range rows {
				table.Rows = append(table.Rows, Row{Within: x.above != nil && x.above != root, Total: number(x.n, x.hidden)})
			}
			d := read(&Report{Decisions: Number{N: all}, Tables: []Table{table, {ID: ByFinding}, {ID: ByAttention}}}, known{})
			d.ready(t)
			for i, x := range rows {
				if low, high := d.extent([]term{{d.names[fmt.Sprint(ByGateway, "|", i)], 1}}, all); low != x.low || high != x.high {
					t.Fatalf("count %d of %d is bound to %d and %d, and can be %d to %d", i, len(rows), x.low, x.high, low, high)
				}
			}
		}
		check()
		x := rows[r.IntN(len(rows))]
		x.hidden = true
		up, down := r.IntN(10), r.IntN(10)
		x.secure(root, up, down, all)
		check()
		if x.high < min(all, x.n+up) || x.low > max(0, x.n-down) {
			t.Fatalf("%d of %d can be %d to %d, and %d more and %d less were asked for", x.n, all, x.low, x.high, up, down)
		}
	}
}
