package logbook

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"dsa/decision"
	"dsa/decision/sshsig"
	"dsa/decision/tree"
)

// world is a log in memory: chains that grow, and what a survey would have seen of them.
type world struct {
	t       testing.TB
	survey  *Survey
	signers []sshsig.Signer
	entries [][]Entry       // by chain
	leaves  [][]decision.ID // by chain: what its checkpoints cover, worked out apart from the survey
	covered []map[int]int   // by chain: how many records of each chain that is
	count   int
}

func newWorld(t testing.TB) *world {
	return &world{t: t, survey: &Survey{log: sha256.Sum256([]byte("log")), chains: map[decision.ID]*column{}, points: map[decision.ID][]point{}}}
}

func seededSigner(t testing.TB, n int) sshsig.Signer {
	t.Helper()
	seed := sha256.Sum256(fmt.Append(nil, "key ", n))
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sshsig.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// add signs a record as the next of a chain, or as the first of a new one.
func (w *world) add(chain int, c decision.Cover, text []byte) Entry {
	w.t.Helper()
	if chain == len(w.signers) {
		w.signers = append(w.signers, seededSigner(w.t, chain))
		w.entries, w.leaves, w.covered = append(w.entries, nil), append(w.leaves, nil), append(w.covered, map[int]int{})
	}
	w.count++
	c.Time, c.KeepUntil = start.Add(time.Duration(w.count)*time.Minute), decision.Permanent
	if n := len(w.entries[chain]); n > 0 {
		c.Chain, c.Number, c.Previous = w.entries[chain][0].ID, n, w.entries[chain][n-1].ID
	}
	_, file := forge(w.t, w.signers[chain], Namespace(c.Kind, decision.Live), c, text)
	page, err := decision.SplitPage(file)
	if err != nil {
		w.t.Fatal(err)
	}
	e, err := entryOf(page)
	if err != nil {
		w.t.Fatal(err)
	}
	w.entries[chain] = append(w.entries[chain], e)
	col := w.survey.chains[e.Chain]
	if col == nil {
		col = &column{}
		w.survey.chains[e.Chain] = col
	}
	col.ids = append(col.ids, e.ID)
	return e
}

func (w *world) open() int {
	n := len(w.signers)
	key := seededSigner(w.t, n).Key()
	w.add(n, decision.Cover{Kind: decision.Open, Tree: decision.NoTree}, body(w.t, openingOf(key, "sam@example.org", decision.Live)))
	return n
}

func (w *world) decide(chain int) Entry {
	return w.add(chain, decision.Cover{Kind: decision.Decision, Tree: decision.NoTree}, body(w.t, words{salt(w.count), "what was decided"}))
}

// checkpoint signs what the survey composes, after it was held against the test's own account.
func (w *world) checkpoint(chain int) (Entry, bool) {
	w.t.Helper()
	act, line, grown, err := w.survey.Checkpoint(w.entries[chain][0].ID)
	if err != nil {
		w.t.Fatal(err)
	}
	var order []int
	for i := range w.entries {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int { return bytes.Compare(w.entries[a][0].ID[:], w.entries[b][0].ID[:]) })
	var want []decision.Range
	for _, i := range order {
		from := w.covered[chain][i]
		if from == len(w.entries[i]) {
			continue
		}
		last := w.entries[i][len(w.entries[i])-1]
		want = append(want, decision.Range{Chain: last.Chain, From: from, To: last.Number, Head: last.ID})
		for _, e := range w.entries[i][from:] {
			w.leaves[chain] = append(w.leaves[chain], e.ID)
		}
		w.covered[chain][i] = len(w.entries[i])
	}
	whole, _ := tree.New(0, nil)
	for _, id := range w.leaves[chain] {
		whole.Append(id)
	}
	if !slices.Equal(act.Ranges, want) || line != decision.TreeLine(whole.Size(), whole.Root()) || act.Log != w.survey.log {
		w.t.Fatalf("chain %d: %v and %q, want %v", chain, act.Ranges, line, want)
	}
	act.Salt, act.Program = salt(w.count), "dsa test"
	e := w.add(chain, decision.Cover{Kind: decision.Checkpoint, Tree: line}, body(w.t, act))
	if err := act.Check(e.Page.Cover); err != nil {
		w.t.Fatal(err)
	}
	w.point(e, act)
	return e, grown
}

// point makes the survey see a checkpoint.
func (w *world) point(e Entry, act decision.CheckpointAct) {
	page := e.Page
	page.Body = nil
	w.survey.points[e.Chain] = append(w.survey.points[e.Chain], point{number: e.Number, id: e.ID, cover: page.Cover, page: page, act: act})
}

// signedPoint is what a proof is made from: a checkpoint, and how much each chain had then.
type signedPoint struct {
	checkpoint Entry
	covered    map[int]int
}

// grow makes a log of some random shape.
func grow(t testing.TB, seed uint64, acts int) (*world, []signedPoint) {
	w := newWorld(t)
	r := rand.New(rand.NewPCG(seed, 5))
	overseers := 1 + r.IntN(2)
	for range overseers {
		w.open()
	}
	var signedPoints []signedPoint
	for range acts {
		switch n := r.IntN(20); {
		case n < 3:
			w.open()
		case n < 6:
			by := r.IntN(overseers)
			e, _ := w.checkpoint(by)
			covered := map[int]int{}
			for chain, n := range w.covered[by] {
				covered[chain] = n
			}
			signedPoints = append(signedPoints, signedPoint{e, covered})
		default:
			w.decide(r.IntN(len(w.signers)))
		}
	}
	return w, signedPoints
}

func (w *world) receipt(e Entry) decision.Receipt {
	return decision.Receipt{Log: w.survey.log, Chain: e.Chain, Number: e.Number, ID: e.ID}
}

func (w *world) check(p Proof, receipts ...decision.Receipt) (Report, Proof) {
	return CheckProof(p.Text(), "a.proof.txt", Options{Receipts: receipts})
}

func TestEveryRecordOfEveryCheckpointProves(t *testing.T) {
	proofs := 0
	for seed := range uint64(12) {
		w, signedPoints := grow(t, seed, 30)
		for _, s := range signedPoints {
			for chain, entries := range w.entries {
				for _, e := range entries {
					p, err := w.survey.Prove(e, s.checkpoint.ID)
					if e.Number >= s.covered[chain] {
						var not *NotCoveredError
						if !errors.As(err, &not) || not.Chain != e.Chain || not.Number != e.Number || not.Under != s.checkpoint.ID {
							t.Fatalf("shape %d: a record that was not covered: %v", seed, err)
						}
						continue
					}
					if err != nil {
						t.Fatalf("shape %d: %v", seed, err)
					}
					proofs++
					if proofs%3 != 0 { // reading and verifying takes longest
						continue
					}
					r, got := w.check(p, w.receipt(s.checkpoint))
					if !r.Clean() || len(r.Notices) > 0 || r.Records != 1 || got.Record.ID() != e.ID || got.Point.ID() != s.checkpoint.ID {
						t.Fatalf("shape %d: %v %v", seed, r.Faults, r.Notices)
					}
				}
			}
		}
	}
	if proofs < 300 {
		t.Errorf("only %d proofs were made", proofs)
	}
}

func TestProveTakesTheNewestCheckpoint(t *testing.T) {
	w := newWorld(t)
	first, second := w.open(), w.open()
	e := w.decide(first)
	id := func() decision.ID {
		t.Helper()
		p, err := w.survey.Prove(e, decision.ID{})
		if err != nil {
			t.Fatal(err)
		}
		if r, _ := w.check(p); !r.Clean() {
			t.Fatal(r.Faults)
		}
		return p.Point.ID()
	}
	var not *NotCoveredError
	if _, err := w.survey.Prove(e, decision.ID{}); !errors.As(err, &not) || !not.Under.IsZero() || not.Error() == "" {
		t.Errorf("before any checkpoint: %v", err)
	}
	for i, by := range []int{first, second, second, first, second} {
		if c, _ := w.checkpoint(by); id() != c.ID {
			t.Errorf("after checkpoint %d it is proved under another", i)
		}
	}
	// Of two that claim the same time it is always the same one.
	for _, points := range w.survey.points {
		for i := range points {
			points[i].cover.Time = start
		}
	}
	same := id()
	for range 20 {
		if id() != same {
			t.Fatal("two checkpoints of one time take turns")
		}
	}
	late := w.decide(second)
	if _, err := w.survey.Prove(late, decision.ID{}); !errors.As(err, &not) {
		t.Errorf("after the last checkpoint: %v", err)
	}
	var missing *NotFoundError
	earliest := w.survey.points[w.entries[first][0].ID][0]
	if _, err := w.survey.Prove(late, earliest.id); !errors.As(err, &not) || not.Under != earliest.id || not.Error() == "" {
		t.Errorf("under a checkpoint that came before it: %v", err)
	}
	if _, err := w.survey.Prove(e, decision.ID{1}); !errors.As(err, &missing) {
		t.Errorf("a checkpoint that is not there: %v", err)
	}
	if _, err := w.survey.Prove(e, e.ID); !errors.As(err, &missing) {
		t.Errorf("under a decision: %v", err)
	}
	for says, change := range map[string]func(*Entry){
		"a chain that is not there":      func(e *Entry) { e.Chain = decision.ID{1} },
		"a number that is not there":     func(e *Entry) { e.Number = 99 },
		"a number that cannot be":        func(e *Entry) { e.Number = -1 },
		"a record of a branch set aside": func(e *Entry) { e.ID = decision.ID{1} },
	} {
		other := e
		change(&other)
		if _, err := w.survey.Prove(other, decision.ID{}); !errors.As(err, &missing) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func TestACheckpointSaysWhetherAnythingIsNew(t *testing.T) {
	w := newWorld(t)
	lead, other := w.open(), w.open()
	for i, test := range []struct {
		says  string
		do    func()
		grown bool
	}{
		{"the first", func() {}, true},
		{"straight after one", func() {}, false},
		{"and again", func() {}, false},
		{"after a decision", func() { w.decide(other) }, true},
		{"after a decision in its own chain", func() { w.decide(lead) }, true},
		{"straight after that", func() {}, false},
		{"after another chain's checkpoint", func() { w.checkpoint(other) }, true},
		{"after a new chain", func() { w.open() }, true},
	} {
		test.do()
		if _, grown := w.checkpoint(lead); grown != test.grown {
			t.Errorf("%d, %s: grown is %v", i, test.says, grown)
		}
	}
	// With nothing at all that is new: its own chain is not in the folder.
	w = newWorld(t)
	act, line, grown, err := w.survey.Checkpoint(decision.ID{1})
	if err != nil || grown || act.Ranges == nil || len(act.Ranges) > 0 || len(act.Edge) > 0 || line != decision.TreeLine(0, sha256.Sum256(nil)) {
		t.Errorf("nothing to cover: %v %q %v %v", act, line, grown, err)
	}
}

func TestCheckpointsThatCannotBeBuiltOn(t *testing.T) {
	for says, change := range map[string]func(w *world, p *point){
		"a gap before its range":      func(w *world, p *point) { p.act.Ranges[0].From++ },
		"a range that is upside down": func(w *world, p *point) { p.act.Ranges[0].To = p.act.Ranges[0].From - 1 },
		"a range too long":            func(w *world, p *point) { p.act.Ranges[0].To++ },
		"another size":                func(w *world, p *point) { p.cover.Tree = "3 " + p.cover.Tree[2:] },
		"another root":                func(w *world, p *point) { p.cover.Tree = decision.TreeLine(5, decision.ID{1}) },
		"another edge":                func(w *world, p *point) { p.act.Edge[0] = p.act.Edge[1] },
		"an edge that is none":        func(w *world, p *point) { p.act.Edge[0] = "x" },
		"an edge too short":           func(w *world, p *point) { p.act.Edge = p.act.Edge[1:] },
	} {
		w := newWorld(t)
		lead := w.open()
		other := w.open()
		w.decide(other)
		w.decide(other)
		w.decide(lead)
		w.checkpoint(lead)
		w.decide(lead)
		chain := w.entries[lead][0].ID
		p := &w.survey.points[chain][0]
		if size, _ := p.size(); size != 5 {
			t.Fatal("the test counts on five records")
		}
		change(w, p)
		var e *PointError
		if _, _, _, err := w.survey.Checkpoint(chain); !errors.As(err, &e) || e.Chain != chain || e.Number != p.number || e.Error() == "" {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func TestProofsThatASurveyCannotMake(t *testing.T) {
	for says, change := range map[string]func(w *world, p *point){
		"a record is not here any more": func(w *world, p *point) {
			c := w.survey.chains[w.entries[1][0].ID]
			c.ids = c.ids[:2]
		},
		"a chain is not here any more": func(w *world, p *point) { delete(w.survey.chains, w.entries[1][0].ID) },
		"another record is here":       func(w *world, p *point) { w.survey.chains[w.entries[1][0].ID].ids[2] = decision.ID{9} },
		"another root was signed":      func(w *world, p *point) { p.cover.Tree = decision.TreeLine(5, decision.ID{1}) },
		"another size was signed":      func(w *world, p *point) { p.cover.Tree = decision.TreeLine(6, decision.ID{1}) },
	} {
		w := newWorld(t)
		lead, other := w.open(), w.open()
		w.decide(other)
		w.decide(other)
		e := w.decide(lead)
		w.checkpoint(lead)
		change(w, &w.survey.points[w.entries[lead][0].ID][0])
		var p *PointError
		if _, err := w.survey.Prove(e, decision.ID{}); !errors.As(err, &p) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// BenchmarkProve composes proofs in logs of a size, and says how many bytes a proof has beyond its record.
func BenchmarkProve(b *testing.B) {
	for _, size := range []int{1_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			w := newWorld(b)
			lead := w.open()
			author := w.open()
			e := w.decide(author)
			c := w.survey.chains[e.Chain]
			for len(c.ids) < size-1 {
				c.ids = append(c.ids, sha256.Sum256(fmt.Append(nil, len(c.ids))))
			}
			last := &w.entries[author]
			*last = append(*last, Entry{Chain: e.Chain, Number: len(c.ids) - 1, ID: c.ids[len(c.ids)-1]})
			act, line, _, err := w.survey.Checkpoint(w.entries[lead][0].ID)
			if err != nil {
				b.Fatal(err)
			}
			act.Salt, act.Program = salt(1), "dsa test"
			w.point(w.add(lead, decision.Cover{Kind: decision.Checkpoint, Tree: line}, body(b, act)), act)
			beyond := 0
			for b.Loop() {
				p, err := w.survey.Prove(e, decision.ID{})
				if err != nil {
					b.Fatal(err)
				}
				if r, _ := w.check(p); !r.Clean() {
					b.Fatal(r.Faults)
				}
				beyond = len(p.Text()) - len(e.Page.Bytes())
			}
			b.ReportMetric(float64(beyond), "bytes-beyond")
		})
	}
}
