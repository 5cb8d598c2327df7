package logbook

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dsa/decision"
	"dsa/decision/tree"
)

// series is the checkpoints that one chain has made of one log.
type series struct {
	strand *strand
	log    decision.ID
	acts   []*act
	points []*act // those that follow on each other

	last map[decision.ID]int // the highest number that is covered, by chain
	size uint64
	tree *tree.Tree // nil where what it should be is not known
}

// maxSeries is how many logs one chain's checkpoints are followed for, where the log's id is not known and anybody is
// heard.
const maxSeries = 16

// judgePoints holds every checkpoint that counts against the one before it, and against the chains that it covers.
func (j *judge) judgePoints() {
	j.covered, j.anchors = make([]int, len(j.ev.strands)), make([]anchor, len(j.ev.strands))
	for i := range j.covered {
		j.covered[i], j.anchors[i].number = -1, -1
	}
	type of struct {
		strand *strand
		log    decision.ID
	}
	all, logs := make(map[of]*series), make(map[*strand]int)
	for _, a := range j.ev.acts {
		body, is := a.body.(*decision.CheckpointAct)
		if !is || !j.r.ofLog(a) || !j.r.counts(a) {
			continue
		}
		j.point[a.id] = a
		s := all[of{a.strand, body.Log}]
		if s == nil {
			if logs[a.strand]++; logs[a.strand] > maxSeries {
				continue
			}
			s = &series{strand: a.strand, log: body.Log, last: make(map[decision.ID]int)}
			s.tree, _ = tree.New(0, nil)
			all[of{a.strand, body.Log}] = s
			j.points = append(j.points, s)
		}
		s.acts = append(s.acts, a)
	}
	slices.SortFunc(j.points, func(a, b *series) int {
		return cmp.Or(strings.Compare(string(a.strand.id[:]), string(b.strand.id[:])), strings.Compare(string(a.log[:]), string(b.log[:])))
	})
	differs := make(map[outlier]bool)
	for _, s := range j.points {
		slices.SortFunc(s.acts, func(a, b *act) int { return a.before(b) })
		for _, a := range s.acts {
			if j.ctx.Err() != nil {
				return
			}
			if why := j.judgePoint(s, a, differs); why != "" {
				j.actFault(BadCheckpoint, a, why)
			} else {
				s.points = append(s.points, a)
			}
		}
	}
	for _, x := range slices.SortedFunc(maps.Keys(differs), outlier.compare) {
		j.fault(CoveredDiffers, j.ev.strands[x.strand], x.run, x.number, "")
	}
}

// judgePoint goes on in a series with its next checkpoint, and says in words what is wrong with it. What it says is taken
// as it is from then on, so that one that is wrong does not make wrong the ones after it.
func (j *judge) judgePoint(s *series, a *act, differs map[outlier]bool) (why string) {
	body := a.body.(*decision.CheckpointAct)
	size, root, _ := decision.ParseTree(a.cover().Tree)
	edge, _ := body.EdgeIDs() // its form was checked
	grown := s.size
	for _, r := range body.Ranges {
		last, has := s.last[r.Chain]
		if has && r.From != last+1 || !has && r.From != 0 {
			why = "a range does not begin where the one before it ended"
		}
		grown += uint64(r.To-r.From) + 1
	}
	if why == "" && grown != size {
		why = "it counts more or fewer records than its ranges and those before have"
	}
	if why == "" {
		known, sure := true, true
		for _, r := range body.Ranges {
			found, tied := j.judgeRange(s, a, r, differs)
			known, sure = known && found, sure && tied
		}
		switch {
		case s.tree == nil || !known:
			s.tree = nil // some of its leaves are not here; that is told already
		case s.tree.Root() == root:
			if !slices.Equal(s.tree.Edge(), edge) {
				why = "its edge is not that of its tree"
			}
		case sure:
			why, s.tree = "its root is not that of the records it covers", nil
		default:
			s.tree = nil // one of the leaves is not the one that was covered; that is told already
		}
	} else {
		s.tree = nil
	}
	if s.tree == nil {
		t, err := tree.New(size, edge)
		if err == nil && t.Root() == root {
			s.tree = t
		} else if why == "" {
			why = "its edge does not lead to its root"
		}
	}
	s.size = size
	for _, r := range body.Ranges {
		if last, has := s.last[r.Chain]; !has || r.To > last {
			s.last[r.Chain] = r.To
		}
	}
	return why
}

// judgeRange holds one range against its chain, and grows the series' tree by it. It reports whether the ids of all its
// records are known, and whether they are surely those that were covered: whether each is named by the one after it.
func (j *judge) judgeRange(s *series, a *act, r decision.Range, differs map[outlier]bool) (known, sure bool) {
	of := j.strandFor(r.Chain)
	if of == nil {
		j.lose(r.Chain, r.To, r.Head, "a checkpoint covers it")
		s.tree = nil
		return false, false
	}
	j.covered[of.index] = max(j.covered[of.index], r.To)
	if r.To >= of.next {
		if !of.isDamaged(r.To, r.Head) || r.To > of.next {
			j.lose(r.Chain, r.To, r.Head, "a checkpoint covers it")
		}
	}
	way, sure := of.trace(r.To, r.Head, r.From)
	limit := since(a.cover().Time.Add(clockSlack))
	for _, part := range way {
		switch part.run {
		case unknown:
			s.tree = nil
			continue
		case notHere:
			if other, any := of.at(part.first); any {
				differs[outlier{of.index, other, part.first}] = true
			}
			if s.tree != nil {
				s.tree.Append(part.id)
			}
			continue
		}
		run := &of.runs[part.run]
		for n := part.first; n <= part.last; n++ {
			if s.tree != nil {
				s.tree.Append(run.id(n))
			}
			if run.times[n-run.first] > limit {
				j.outside = append(j.outside, outlier{of.index, part.run, n})
			}
		}
		if part.last > j.anchors[of.index].number {
			j.anchors[of.index] = anchor{part.last, run.id(part.last)}
		}
	}
	return s.tree != nil, sure
}

// judgeSeen looks for the checkpoints that records say their authors had verified. Whoever belongs to two logs names those
// of one of them in both. So a chain that names none at all of this log's is taken to name another's, if one of the records
// that do is under a checkpoint of this log: had the one it names stood before that, and been cut off, so would this.
func (j *judge) judgeSeen() {
	here := j.seenHere()
	points := 0
	for _, s := range j.points {
		points += len(s.points)
	}
	for _, s := range j.ev.strands {
		if s.training || len(s.marks) == 0 {
			continue
		}
		marks := slices.Clone(s.marks)
		slices.SortStableFunc(marks, func(a, b mark) int { return cmp.Compare(a.run, b.run) })
		var missing, back []outlier
		var newest map[*strand]int // of each chain of checkpoints, the highest number that was seen
		var from uint32            // what any record so far had seen was made after this
		ours := false
		for i, m := range marks {
			if i == 0 || marks[i-1].run != m.run {
				newest, from = make(map[*strand]int), 0
			}
			x := outlier{s.index, m.run, int(m.number)}
			if m.seen == noneSeen {
				back = append(back, x)
			} else if id := j.ev.seen[m.seen]; here[id] == seenOther || here[id] == 0 && !j.ev.damaged[id.Short()] {
				missing = append(missing, x)
				ours = ours || here[id] == seenOther
			} else {
				ours = true
			}
			if m.seen != noneSeen {
				if point := j.point[j.ev.seen[m.seen]]; point != nil {
					if point.number < newest[point.strand] {
						back = append(back, x)
					}
					newest[point.strand] = max(newest[point.strand], point.number)
					from = max(from, since(point.cover().Time.Add(-clockSlack)))
				}
			}
			// Whatever names a checkpoint was recorded after it, and so was all that follows in its chain.
			run, until := &s.runs[m.run], s.runs[m.run].last()
			if i+1 < len(marks) && marks[i+1].run == m.run {
				until = int(marks[i+1].number) - 1
			}
			for n := int(m.number); n <= until; n++ {
				if run.times[n-run.first] < from {
					j.outside = append(j.outside, outlier{s.index, m.run, n})
				}
			}
		}
		slices.SortFunc(missing, outlier.compare)
		slices.SortFunc(back, outlier.compare)
		j.several(&j.faults, SeenBack, s, back, "")
		switch {
		case len(missing) == 0:
		case j.known && !j.o.Partial && (ours || points > 0 && missing[0].number > j.covered[s.index]):
			j.several(&j.faults, SeenMissing, s, missing, "")
		default:
			x := missing[0]
			j.notice(SeenElsewhere, s, x.run, x.number, fmt.Sprintf("%d of them, from this record on", len(missing)))
		}
	}
}

const (
	seenPoint = iota + 1 // a checkpoint of this log, also one that does not count any more
	seenOther            // a record of another kind
)

// seenHere tells what the ids are that records have seen, as far as they are here.
func (j *judge) seenHere() map[decision.ID]int {
	here := make(map[decision.ID]int)
	for _, a := range j.ev.acts {
		if _, is := a.body.(*decision.CheckpointAct); is && j.r.ofLog(a) {
			here[a.id] = seenPoint
		}
	}
	nowhere := make(map[decision.ID]bool)
	for _, id := range j.ev.seen {
		if here[id] == 0 {
			nowhere[id] = true
		}
	}
	if len(nowhere) == 0 {
		return here
	}
	for _, s := range j.ev.strands {
		for r := range s.runs {
			for n, id := range s.runs[r].ids {
				if nowhere[id] && s.runs[r].kind(s.runs[r].first+n) != decision.Checkpoint {
					here[id] = seenOther
				}
			}
		}
	}
	return here
}

// judgeTimes reports the records whose time is not between the checkpoints around them.
func (j *judge) judgeTimes() {
	slices.SortFunc(j.outside, outlier.compare)
	all := slices.Compact(j.outside)
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].strand == all[0].strand {
			n++
		}
		j.several(&j.faults, TimeOutside, j.ev.strands[all[0].strand], all[:n], "")
		all = all[n:]
	}
}

// judgeCover counts the records that no checkpoint covers. Checkpoints are not counted: the newest is always one of them.
func (j *judge) judgeCover() {
	points := 0
	for _, s := range j.points {
		points += len(s.points)
	}
	if points == 0 {
		if j.known && !j.o.Partial {
			j.notices.add(fault(NoCheckpoint, "", -1, "", ""))
		}
		return
	}
	for _, s := range j.ev.strands {
		if s.training || j.known && j.r.members[s.id] == nil {
			continue
		}
		for i := range s.runs {
			run := &s.runs[i]
			for n := max(run.first, j.covered[s.index]+1); n <= run.last(); n++ {
				if run.kind(n) == decision.Checkpoint {
					continue
				}
				j.uncovered++
				if at := run.time(n); j.since.IsZero() || at.Before(j.since) {
					j.since = at
				}
			}
		}
	}
	if j.uncovered > 0 {
		j.notices.add(fault(NotCovered, "", -1, "", fmt.Sprintf("%d of them, the earliest of %s", j.uncovered, j.since.Format(time.RFC3339))))
	}
}

// survey is what is kept of the log for checkpoints and proofs.
func (j *judge) survey() *Survey {
	s := &Survey{log: j.o.Log, chains: make(map[decision.ID]*column), points: make(map[decision.ID][]point)}
	for _, of := range j.ev.strands {
		if of.training || of.id.IsZero() || j.known && j.r.members[of.id] == nil && j.covered[of.index] < 0 {
			continue
		}
		s.chains[of.id] = &column{ids: j.column(of)}
	}
	for _, of := range j.points {
		if _, has := s.points[of.strand.id]; has {
			continue // of another log, where the id is not known
		}
		for _, a := range of.points {
			s.points[of.strand.id] = append(s.points[of.strand.id], point{number: a.number, id: a.id, cover: *a.cover(), page: a.page, act: *a.body.(*decision.CheckpointAct)})
		}
	}
	return s
}

// column is the ids of a chain from number 0 on, as far as there is no gap and no doubt which record stands.
func (j *judge) column(s *strand) []decision.ID {
	if len(s.runs) == 0 || s.runs[0].first != 0 {
		return nil
	}
	if len(s.forks) == 0 {
		return s.runs[0].ids
	}
	// Which branch of a fork stands, a rule or a closing says; or a checkpoint, which covers one of them only.
	end := anchor{int(s.forks[0].number) - 1, decision.ID{}}
	closed := false
	if m := j.r.members[s.id]; j.known && m != nil && m.strand == s && m.end != nil {
		_, closed = s.find(m.end.number, m.end.id)
	}
	if closed {
		end = anchor{j.r.members[s.id].end.number, j.r.members[s.id].end.id}
	} else if at := j.anchors[s.index]; at.number > end.number {
		end = at
	}
	if end.id.IsZero() {
		if end.number > s.runs[0].last() {
			return s.runs[0].ids
		}
		return s.runs[0].ids[:end.number+1]
	}
	way, _ := s.trace(end.number, end.id, 0)
	var ids []decision.ID
	for _, part := range way {
		if part.run < 0 {
			break
		}
		run := &s.runs[part.run]
		ids = append(ids, run.ids[part.first-run.first:part.last-run.first+1]...)
	}
	if len(ids) != end.number+1 {
		return ids
	}
	if closed {
		return ids // the chain ends there
	}
	// What follows without another fork belongs to it.
	r, _ := s.find(end.number, end.id)
	run := &s.runs[r]
	for n := end.number + 1; n <= run.last() && len(s.forksAt(n)) == 0; n++ {
		ids = append(ids, run.id(n))
	}
	return ids
}
