package logbook

import (
	"bytes"
	"fmt"
	"slices"
	"sort"

	"dsa/decision"
	"dsa/decision/tree"
)

// Survey is what a check has seen of a log, kept for checkpoints and proofs: 32 bytes to a record.
type Survey struct {
	log    decision.ID
	chains map[decision.ID]*column
	points map[decision.ID][]point // by the chain in which they stand, in order
}

// column is one chain: the ids of its sound records from number 0 on without a gap, on the branch that stands.
type column struct {
	ids []decision.ID
}

// point is an intact checkpoint of an overseer that agrees with the chains it covers.
type point struct {
	number int
	id     decision.ID
	cover  decision.Cover
	page   decision.Page // with cover bytes and signature; the body is left out
	act    decision.CheckpointAct
}

// Has reports whether a check found the record with this cover and id sound, and standing in its chain. Nobody has seen
// anything where there was no check.
func (s *Survey) Has(cover decision.Cover, id decision.ID) bool {
	if s == nil {
		return false
	}
	chain := cover.Chain
	if cover.Number == 0 {
		chain = id
	}
	c := s.chains[chain]
	return c != nil && cover.Number < len(c.ids) && c.ids[cover.Number] == id
}

// NotCoveredError says that no checkpoint covers a record yet, or that the one named does not.
type NotCoveredError struct {
	Chain  decision.ID // of the record
	Number int
	Under  decision.ID // the checkpoint that was named, if one was
}

func (e *NotCoveredError) Error() string {
	which := "no checkpoint in this log"
	if !e.Under.IsZero() {
		which = "the checkpoint " + e.Under.Shown()
	}
	return fmt.Sprintf("%s does not cover number %d of chain %s", which, e.Number, decision.ChainFolder(e.Chain))
}

// PointError says that a checkpoint cannot be built on: it contradicts the ones before it, itself or the log.
type PointError struct {
	Chain  decision.ID // in which it stands
	Number int
	Reason string
}

func (e *PointError) Error() string {
	return fmt.Sprintf("the checkpoint at number %d of chain %s cannot be built on: %s", e.Number, decision.ChainFolder(e.Chain), e.Reason)
}

// size returns how many records a checkpoint covers, and the root over them.
func (p point) size() (uint64, decision.ID) {
	size, root, _ := decision.ParseTree(p.cover.Tree) // a checkpoint's cover has one, or it is no cover
	return size, root
}

// Checkpoint composes the next checkpoint of the overseer who owns the chain: the body without salt and program, and the
// tree line. It covers what that overseer's own checkpoints do not cover yet, whatever those of others do, so that two
// overseers are two witnesses. Nothing new to cover is an act without ranges, and false; so is a range with nothing in it
// but that overseer's own checkpoints, of which the last is always new. Its errors are *PointError.
func (s *Survey) Checkpoint(chain decision.ID) (act decision.CheckpointAct, treeLine string, grown bool, err error) {
	points := s.points[chain]
	next, t, err := s.takeUp(chain, points)
	if err != nil {
		return decision.CheckpointAct{}, "", false, err
	}
	act = decision.CheckpointAct{Log: s.log, Ranges: []decision.Range{}}
	for _, id := range s.inOrder() {
		from, ids := next[id], s.chains[id].ids
		if len(ids) <= from {
			continue
		}
		r := decision.Range{Chain: id, From: from, To: len(ids) - 1, Head: ids[len(ids)-1]}
		for _, leaf := range ids[from:] {
			t.Append(leaf)
		}
		act.Ranges = append(act.Ranges, r)
		grown = grown || id != chain || !onlyPoints(points, r)
	}
	act.Edge = decision.EdgeText(t.Edge())
	return act, decision.TreeLine(t.Size(), t.Root()), grown, nil
}

// takeUp returns for each chain the first number that the checkpoints do not cover, and the tree that the last of them
// signed. It needs none of the records they cover.
func (s *Survey) takeUp(chain decision.ID, points []point) (next map[decision.ID]int, t *tree.Tree, err error) {
	next = make(map[decision.ID]int)
	var covered uint64
	for _, p := range points {
		for _, r := range p.act.Ranges {
			if r.From != next[r.Chain] || r.To < r.From {
				return nil, nil, &PointError{chain, p.number, "its ranges do not follow on those before"}
			}
			next[r.Chain] = r.To + 1
			covered += uint64(r.To-r.From) + 1
		}
	}
	if len(points) == 0 {
		t, err = tree.New(0, nil)
		return next, t, err
	}
	last := points[len(points)-1]
	size, root := last.size()
	edge, ok := last.act.EdgeIDs()
	if !ok || size != covered {
		return nil, nil, &PointError{chain, last.number, "its tree has another size than its ranges"}
	}
	if t, err = tree.New(size, edge); err != nil || t.Root() != root {
		return nil, nil, &PointError{chain, last.number, "its edge does not lead to its root"}
	}
	return next, t, nil
}

func (s *Survey) inOrder() []decision.ID {
	ids := make([]decision.ID, 0, len(s.chains))
	for id := range s.chains {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(a, b decision.ID) int { return bytes.Compare(a[:], b[:]) })
	return ids
}

// onlyPoints reports whether every record of a range of the overseer's own chain is one of the checkpoints.
func onlyPoints(points []point, r decision.Range) bool {
	within := 0
	for _, p := range points {
		if r.From <= p.number && p.number <= r.To {
			within++
		}
	}
	return within == r.To-r.From+1
}

// Prove composes the proof that a record stands under a checkpoint: the newest that covers it, by its own claim of when it
// was made, or the one named. Its errors are *NotFoundError, *NotCoveredError and *PointError.
func (s *Survey) Prove(record Entry, under decision.ID) (Proof, error) {
	c := s.chains[record.Chain]
	if c == nil || record.Number >= len(c.ids) || record.Number < 0 || c.ids[record.Number] != record.ID {
		return Proof{}, &NotFoundError{Wanted: record.ID.Shown(), Reason: "it does not stand in a chain of this log that is whole up to it"}
	}
	chain, points, err := s.pointsOver(record, under)
	if err != nil {
		return Proof{}, err
	}
	last := points[len(points)-1]
	leaves, err := s.leavesOf(chain, points)
	if err != nil {
		return Proof{}, err
	}
	size, root := last.size()
	index, found := leaves.index(record.Chain, record.Number)
	if !found || leaves.size != size {
		return Proof{}, &PointError{chain, last.number, "its tree has another size than its ranges"}
	}
	way := tree.Path(index, size, leaves.at)
	if tree.Verify(record.ID, index, size, way, root) != nil {
		return Proof{}, &PointError{chain, last.number, "its root is not that of the records it covers"}
	}
	point := last.page
	point.Cover, point.Body = last.cover, nil
	return Proof{Log: s.log, Index: index, Path: way, Point: point, Record: record.Page}, nil
}

// pointsOver returns a chain of checkpoints whose last one covers a record and is the one wanted.
func (s *Survey) pointsOver(record Entry, under decision.ID) (chain decision.ID, points []point, err error) {
	known := under.IsZero()
	for id, all := range s.points {
		if !under.IsZero() {
			n := slices.IndexFunc(all, func(p point) bool { return p.id == under })
			if n < 0 {
				continue
			}
			known, all = true, all[:n+1]
		}
		// What one checkpoint covers, all later ones of the same overseer do.
		if !slices.ContainsFunc(all, func(p point) bool { return p.covers(record.Chain, record.Number) }) {
			continue
		}
		if points == nil || newer(all[len(all)-1], points[len(points)-1]) {
			chain, points = id, all
		}
	}
	switch {
	case !known:
		return chain, nil, &NotFoundError{Wanted: under.Shown(), Reason: "there is no such checkpoint that counts"}
	case points == nil:
		return chain, nil, &NotCoveredError{Chain: record.Chain, Number: record.Number, Under: under}
	}
	return chain, points, nil
}

func (p point) covers(chain decision.ID, number int) bool {
	return slices.ContainsFunc(p.act.Ranges, func(r decision.Range) bool {
		return r.Chain == chain && r.From <= number && number <= r.To
	})
}

// newer goes by the claimed times; where they are the same, by the ids, so that the answer is always the same.
func newer(a, b point) bool {
	if !a.cover.Time.Equal(b.cover.Time) {
		return a.cover.Time.After(b.cover.Time)
	}
	return bytes.Compare(a.id[:], b.id[:]) > 0
}

// leaves are the leaves of a tree, as the parts of chains that they are. They take no memory of their own.
type leaves struct {
	parts []part
	size  uint64
}

type part struct {
	start uint64 // index of the first of them
	chain decision.ID
	from  int // its number
	ids   []decision.ID
}

func (s *Survey) leavesOf(chain decision.ID, points []point) (leaves, error) {
	var l leaves
	for _, p := range points {
		for _, r := range p.act.Ranges {
			c := s.chains[r.Chain]
			if c == nil || r.From < 0 || r.To < r.From || r.To >= len(c.ids) {
				return leaves{}, &PointError{chain, p.number, "records that it covers are not here"}
			}
			ids := c.ids[r.From : r.To+1]
			l.parts = append(l.parts, part{l.size, r.Chain, r.From, ids})
			l.size += uint64(len(ids))
		}
	}
	return l, nil
}

func (l leaves) at(i uint64) decision.ID {
	n := sort.Search(len(l.parts), func(n int) bool { return l.parts[n].start > i }) - 1
	return l.parts[n].ids[i-l.parts[n].start]
}

func (l leaves) index(chain decision.ID, number int) (uint64, bool) {
	for _, p := range l.parts {
		if p.chain == chain && p.from <= number && number < p.from+len(p.ids) {
			return p.start + uint64(number-p.from), true
		}
	}
	return 0, false
}
