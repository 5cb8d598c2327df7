package logbook

import (
	"fmt"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// UnsureError says that acts of oversight may be missing from the folders that were read. A hold could be among them, or the
// closing of a stolen key: nothing is to be destroyed on the word of what is left.
type UnsureError struct {
	Chain  string // folder of the overseer's chain
	Number int    // -1 where it is not about one number
	Reason string
}

func (e *UnsureError) Error() string {
	where := "chain " + e.Chain
	if e.Number >= 0 {
		where = fmt.Sprintf("number %d of %s", e.Number, where)
	}
	return fmt.Sprintf("nothing can be destroyed while acts of oversight are missing: %s %s", where, e.Reason)
}

// Sure returns nil where every act of oversight that there has ever been is here, as far as the log itself shows: the chain
// of each overseer is whole, from its opening to its end, and has whatever a checkpoint, a closing, a record's seen line or
// one of the receipts names of it. Otherwise it is an *UnsureError. What was cut off the end of a chain before anything of
// that kind names it, no reader of the log can tell.
//
// Trust that was read by ReadTrust or Check adds up what is here, so whoever takes away a file can take away a hold. Shred,
// Merge and Sync ask this before they destroy a body; whoever is about to record a disposal has to ask it too.
func (t *Trust) Sure(receipts ...decision.Receipt) error {
	if t.unsure != nil {
		return t.unsure
	}
	for _, r := range receipts {
		if r.Log == t.Log && t.made[r.ID] != (decision.Place{Chain: r.Chain, Number: r.Number, ID: r.ID}) {
			return &UnsureError{decision.ChainFolder(r.Chain), r.Number, "is a checkpoint that a receipt was kept of, and it is not here"}
		}
	}
	return nil
}

// unsure is what Sure finds in the log itself, or nil.
func (ev *evidence) unsure(r *reached) error {
	if r.founding == nil {
		return &UnsureError{Chain: "-", Number: -1, Reason: "is not here: the record that founds the log is not known"}
	}
	for _, m := range r.order {
		if m.overseer {
			if err := ev.whole(m); err != nil {
				return err
			}
		}
	}
	founders := make(map[sshsig.Key]bool)
	for _, s := range r.keyed {
		founders[s.key] = true
	}
	absent := len(founders) < len(founded(r.founding).Founders) // a founding key has no chain here
	// What checkpoints cover of the overseers' chains, and how far they cover every chain.
	covered, points := make(map[decision.ID]int), 0
	for _, a := range ev.acts {
		body, is := a.body.(*decision.CheckpointAct)
		if !is || !r.counts(a) {
			continue
		}
		points++
		for _, x := range body.Ranges {
			if to, has := covered[x.Chain]; !has || x.To > to {
				covered[x.Chain] = x.To
			}
			m := r.members[x.Chain]
			if m == nil && ev.chains[x.Chain] == nil && absent {
				return &UnsureError{decision.ChainFolder(x.Chain), -1, "is covered by a checkpoint and is not here; it may be that of a founder"}
			}
			if m != nil && m.overseer && !m.has(x.To, x.Head) {
				return &UnsureError{decision.ChainFolder(x.Chain), x.To, "is covered by a checkpoint, and is not here"}
			}
		}
	}
	// Checkpoints that records have seen; see judgeSeen for those that another log may have.
	here := make(map[decision.ID]bool)
	for _, s := range ev.strands {
		for i := range s.runs {
			for _, id := range s.runs[i].ids {
				if _, seen := ev.seenAt[id]; seen {
					here[id] = true
				}
			}
		}
	}
	for _, m := range r.order {
		s, ours, missing := m.strand, false, -1
		if s == nil {
			continue
		}
		for _, x := range s.marks {
			switch {
			case x.seen == noneSeen || m.beyond(int(x.number), s.runs[x.run].id(int(x.number))):
			case here[ev.seen[x.seen]]:
				ours = true
			case missing < 0 || int(x.number) < missing:
				missing = int(x.number)
			}
		}
		to, has := covered[m.chain]
		if missing >= 0 && (ours || points > 0 && (!has || missing > to)) {
			return &UnsureError{s.folder, missing, "was recorded after a checkpoint that is not here"}
		}
	}
	return nil
}

// has reports whether a record is here, or comes after the end of the chain.
func (m *member) has(number int, id decision.ID) bool {
	if m.end != nil && number > m.end.number {
		return true
	}
	if m.strand == nil {
		return false
	}
	_, here := m.strand.find(number, id)
	return here
}

// whole returns an error where an overseer's chain is not one sound run of records, with their bodies, from number 0 to its
// end. Beyond the last of them, a file that may have been a record, and was damaged, is taken for one: what it said may have
// been a hold, and a body that is destroyed does not come back. A stranger's record is not, or anybody who can write to the
// folder could keep everything from being disposed of by putting their own beside it. Rubbish under a record's name cannot be
// told from a damaged record, so it stands in the way until somebody who knows better takes it out of the folder.
func (ev *evidence) whole(m *member) error {
	folder := decision.ChainFolder(m.chain)
	s := m.strand
	unsure := func(number int, reason string) error { return &UnsureError{folder, number, reason} }
	if s == nil || len(s.runs) == 0 {
		return unsure(-1, "oversees the log, and is not here")
	}
	last := s.next - 1
	var id decision.ID
	if m.end != nil {
		last, id = m.end.number, m.end.id
	} else {
		if len(s.forks) > 0 {
			return unsure(int(s.forks[0].number), "has two records, and nobody has settled which of them stands")
		}
		if s.claimed > last {
			return unsure(s.claimed, "has changed since it was signed, or cannot be read")
		}
		id = s.runs[len(s.runs)-1].id(last)
	}
	way, _ := s.trace(last, id, 0)
	for i, part := range way {
		switch {
		case part.run < 0:
			return unsure(part.first, "is missing, or has changed since it was signed")
		case i > 0 && s.runs[part.run].before != s.runs[way[i-1].run].id(way[i-1].last):
			return unsure(part.first, "does not follow on the record before it")
		}
	}
	for _, c := range s.covers {
		n, run := int(c.number), &s.runs[c.run]
		if !disposable(run.kind(n)) && !m.beyond(n, run.id(n)) {
			return unsure(n, "is an act of oversight of which only the cover is left")
		}
	}
	return nil
}
