package logbook

import (
	"cmp"
	"slices"
	"strings"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// reached is what the trust records and rules of a log add up to, beginning with the record whose id is the log's. Who is
// in it does not depend on the order in which acts were read: chains are gone through rank by rank, from the founders down,
// and what closes a chain is known before anything that it says is heeded.
type reached struct {
	log      decision.ID
	founding *act // nil where there is no log id; every live chain is then heard
	members  map[decision.ID]*member
	order    []*member // founders first, then by rank, then in the order of ids
	keyed    []*strand // chains of founding keys, those that are void among them

	// What the acts themselves got wrong.
	bad          []complaint // an act contradicts the log
	unauthorised []complaint // a closing or a rule that its author has no authority for
	disputed     []*act      // closings of founders that contradict each other
}

type complaint struct {
	*act
	why string
}

// member is a chain that the log admits.
type member struct {
	chain        decision.ID
	strand       *strand // nil where it is not here
	founder      bool
	overseer     bool
	rank         int // of an overseer: 0 for a founder, one more than that of whoever admitted it otherwise
	fingerprint  string
	principal    string
	name         string
	organisation string

	ends  []*closing // all that count
	end   *closing   // the one with the lowest number
	ruled *closing   // the rule that settles its fork
	way   []span     // of a chain that is closed and here: the records up to the one at which it ends
	own   *closing   // by the chain itself; its record counts, though it comes after what it closes
}

// closing ends a chain, by a trust record or by a rule.
type closing struct {
	act    *act
	target decision.ID
	number int // of the last record that counts
	id     decision.ID
	fork   int // of a rule: the first number that two records have
}

func founded(a *act) *decision.TrustAct {
	if t, is := a.body.(*decision.TrustAct); is && t.Log.IsZero() {
		return t
	}
	return nil
}

// reach computes who belongs to a log. Its error is a *NoFoundingError.
func (ev *evidence) reach(log decision.ID) (*reached, error) {
	r := &reached{log: log, members: make(map[decision.ID]*member)}
	ofChain := make(map[*strand][]*act)
	for _, a := range ev.acts {
		if a.id == log {
			r.founding = a
		}
		ofChain[a.strand] = append(ofChain[a.strand], a)
	}
	if r.founding == nil {
		return nil, ev.whyNotFounded(log)
	}
	founding := founded(r.founding)
	if founding == nil {
		return nil, &NoFoundingError{Log: log, Reason: "does not found a log"}
	}
	founders := make(map[sshsig.Key]decision.Founder)
	for _, f := range founding.Founders {
		if key, err := sshsig.ParseKey(f.Key); err == nil {
			founders[key] = f
		}
	}
	if _, is := founders[r.founding.strand.key]; !is {
		return nil, &NoFoundingError{Log: log, Reason: "is not signed with any of the keys that it names"}
	}
	for _, acts := range ofChain {
		slices.SortFunc(acts, func(a, b *act) int { return a.before(b) })
	}

	var level []*member
	for _, s := range ev.strands {
		f, is := founders[s.key]
		if !is || s.training || s.id.IsZero() {
			continue
		}
		m := &member{chain: s.id, strand: s, founder: true, overseer: true, fingerprint: f.Fingerprint, name: f.Name, organisation: f.Organisation}
		if s.owner != nil {
			m.principal = s.owner.principal
		}
		r.members[s.id] = m
		level = append(level, m)
		r.keyed = append(r.keyed, s)
	}
	pending := make(map[decision.ID][]*closing) // of chains that come later
	for rank := 0; len(level) > 0; rank++ {
		slices.SortFunc(level, func(a, b *member) int { return strings.Compare(string(a.chain[:]), string(b.chain[:])) })
		r.order = append(r.order, level...)
		if rank == 0 {
			r.closeFounders(ofChain)
		} else {
			for _, m := range level {
				r.closeMember(m, pending[m.chain], ofChain[m.strand])
			}
		}
		var next []*member
		for _, m := range level {
			for _, a := range ofChain[m.strand] {
				if !r.counts(a) {
					continue
				}
				if rule, is := a.body.(*decision.RuleAct); is && r.ofLog(a) && rule.Stands.Chain == m.chain {
					r.unauthorised = append(r.unauthorised, complaint{a, "it settles a fork of its author's own chain"})
				}
				for _, c := range r.closingsOf(a) {
					t := r.members[c.target]
					switch {
					case t == m, t != nil && t.founder && m.founder:
						// Counted already.
					case t != nil && t.overseer && t.rank <= rank:
						r.unauthorised = append(r.unauthorised, complaint{a, "it closes the chain of an overseer whose place in the log is not below its author's"})
					default:
						pending[c.target] = append(pending[c.target], c)
					}
				}
				next = append(next, r.admit(ev, a, rank)...)
			}
		}
		level = next
	}
	// Those who only decide can be closed by any overseer.
	var deciders []*member
	for _, m := range r.members {
		if !m.overseer {
			deciders = append(deciders, m)
		}
	}
	slices.SortFunc(deciders, func(a, b *member) int { return strings.Compare(string(a.chain[:]), string(b.chain[:])) })
	for _, m := range deciders {
		r.closeMember(m, pending[m.chain], nil)
	}
	r.order = append(r.order, deciders...)
	return r, nil
}

// whyNotFounded tells a record that is not here from one that founds nothing.
func (ev *evidence) whyNotFounded(log decision.ID) error {
	for _, s := range ev.strands {
		for i := range s.runs {
			if slices.Contains(s.runs[i].ids, log) {
				return &NoFoundingError{Log: log, Reason: "does not found a log"}
			}
		}
	}
	if ev.damaged[log.Short()] {
		return &NoFoundingError{Log: log, Reason: "has changed since it was signed"}
	}
	return &NoFoundingError{Log: log}
}

// ofLog reports whether an act is one of this log's.
func (r *reached) ofLog(a *act) bool {
	return r.founding == nil || a.body.OfLog() == r.log || a == r.founding
}

// counts reports whether an act has an effect: its chain oversees the log, and it does not come after what closes the chain.
func (r *reached) counts(a *act) bool {
	if r.founding == nil {
		return true
	}
	m := r.members[a.strand.id]
	return m != nil && m.strand == a.strand && m.overseer && r.ofLog(a) && !m.cuts(a)
}

// cuts reports whether an act comes after the end of its chain, or is not one of the records that lead to it.
func (m *member) cuts(a *act) bool {
	if m.own != nil && m.own.act == a {
		return false
	}
	return m.beyond(a.number, a.id)
}

// beyond reports whether a record is neither the one at which its chain was closed nor one of those before it, as each names
// the one before. Whoever has a stolen key can fork the chain below the number as well as go on after it.
func (m *member) beyond(number int, id decision.ID) bool {
	if m.end == nil {
		return false
	}
	if number > m.end.number {
		return true
	}
	if m.strand == nil {
		return false
	}
	stands, known := m.strand.onWay(m.way, number)
	if !known { // what would tie it to the end is not here; below the first fork there is nothing to choose
		return len(m.strand.forks) > 0 && number >= int(m.strand.forks[0].number)
	}
	return stands != id
}

// setAside reports whether a rule has chosen another record of the number.
func (m *member) setAside(number int, id decision.ID) bool {
	return m.ruled != nil && number >= m.ruled.fork && number <= m.end.number && m.beyond(number, id)
}

// closingsOf are what an act closes. Nobody settles a fork of the own chain, or an overseer could set aside what it has
// recorded.
func (r *reached) closingsOf(a *act) (all []*closing) {
	if !r.ofLog(a) {
		return nil
	}
	switch body := a.body.(type) {
	case *decision.TrustAct:
		for _, c := range body.Closes {
			all = append(all, &closing{act: a, target: c.Chain, number: c.Number, id: c.ID})
		}
	case *decision.RuleAct:
		if body.Stands.Chain == a.strand.id {
			return nil
		}
		all = append(all, &closing{act: a, target: body.Stands.Chain, number: body.Stands.Number, id: body.Stands.ID, fork: body.Number})
	}
	return all
}

// ownClosing is the first act with which a chain closes itself. What it says of itself later comes after that.
func (r *reached) ownClosing(m *member, acts []*act) *closing {
	for _, a := range acts {
		for _, c := range r.closingsOf(a) {
			if c.target == m.chain && c.number < a.number {
				return c
			}
		}
	}
	return nil
}

// closeMember ends a chain by what others with the authority to do so have recorded, and by what it says itself before that.
func (r *reached) closeMember(m *member, by []*closing, acts []*act) {
	m.settle(by)
	own := r.ownClosing(m, slices.DeleteFunc(slices.Clone(acts), m.cuts))
	if own == nil {
		return
	}
	m.own = own
	m.settle(append(slices.Clone(by), own))
}

// settle keeps the closings that count, and finds the one that matters.
func (m *member) settle(by []*closing) {
	m.ends, m.end, m.ruled, m.way = by, nil, nil, nil
	for _, c := range by {
		if m.end == nil || m.better(c, m.end) {
			m.end = c
		}
		if c.fork > 0 && (m.ruled == nil || c.number < m.ruled.number || c.number == m.ruled.number && m.better(c, m.ruled)) {
			m.ruled = c
		}
	}
	if m.end == nil || m.strand == nil {
		m.ruled = nil
		return
	}
	m.way, _ = m.strand.trace(m.end.number, m.end.id, 0)
	if m.ruled != nil {
		if _, here := m.strand.find(m.ruled.number, m.ruled.id); !here {
			m.ruled = nil // it cannot be told what it sets aside
		}
	}
}

// better reports whether one closing matters more than another: the lower number, then the one whose record is here, then by
// what they say, so that it does not depend on any order.
func (m *member) better(a, b *closing) bool {
	if a.number != b.number {
		return a.number < b.number
	}
	here := func(c *closing) int {
		if m.strand != nil {
			if _, is := m.strand.find(c.number, c.id); is {
				return 0
			}
		}
		return 1
	}
	return cmp.Or(cmp.Compare(here(a), here(b)), strings.Compare(string(a.id[:]), string(b.id[:])), cmp.Compare(a.fork, b.fork), a.act.before(b.act)) < 0
}

// maxFeud is how many closings of founders by each other are weighed. In a log that people use there are one or two; with
// more than this all of them count, and are told as a dispute.
const maxFeud = 1000

// closeFounders decides which closings of founders' chains count: those that no other one cuts off, then not those that one of
// these cuts off, and so on. What is left cuts each other off; all of them count.
func (r *reached) closeFounders(ofChain map[*strand][]*act) {
	var all []*closing
	for _, m := range r.order {
		if own := r.ownClosing(m, ofChain[m.strand]); own != nil {
			all = append(all, own)
		}
		for _, a := range ofChain[m.strand] {
			for _, c := range r.closingsOf(a) {
				if t := r.members[c.target]; t != nil && t != m {
					all = append(all, c)
				}
			}
		}
	}
	const (
		open = iota
		in
		out
	)
	state, feud := make([]int, len(all)), len(all) > maxFeud
	if !feud {
		cutBy := make([]int, len(all))     // how many that are not out cut this one off
		cutsOff := make([][]int, len(all)) // which ones this one cuts off
		for i, c := range all {
			alone := member{chain: c.target, strand: r.members[c.target].strand}
			alone.settle([]*closing{c})
			if c.act.strand == alone.strand {
				alone.own = c
			}
			for k, other := range all {
				if other.act.strand == alone.strand && other.act != c.act && alone.cuts(other.act) || r.voids(c, alone.strand, other.act.strand) {
					cutsOff[i] = append(cutsOff[i], k)
					cutBy[k]++
				}
			}
		}
		var ready []int
		for i := range all {
			if cutBy[i] == 0 {
				ready = append(ready, i)
			}
		}
		for len(ready) > 0 {
			i := ready[len(ready)-1]
			ready = ready[:len(ready)-1]
			if state[i] != open {
				continue
			}
			state[i] = in
			for _, k := range cutsOff[i] {
				if state[k] != open {
					continue
				}
				state[k] = out
				for _, l := range cutsOff[k] {
					if cutBy[l]--; cutBy[l] == 0 {
						ready = append(ready, l)
					}
				}
			}
		}
	}
	by := make(map[*member][]*closing)
	for i, c := range all {
		if state[i] == out {
			continue
		}
		m := r.members[c.target]
		by[m] = append(by[m], c)
		if c.act.strand == m.strand {
			m.own = c
		}
		if state[i] == open && (len(r.disputed) == 0 || r.disputed[len(r.disputed)-1] != c.act) {
			r.disputed = append(r.disputed, c.act)
		}
	}
	for m, closings := range by {
		m.settle(closings)
	}
	// A key that is closed begins no second chain.
	for _, m := range r.order {
		for _, c := range m.ends {
			for _, other := range r.order {
				if len(other.ends) == 0 && r.voids(c, m.strand, other.strand) {
					delete(r.members, other.chain)
				}
			}
		}
	}
	r.order = slices.DeleteFunc(r.order, func(m *member) bool { return r.members[m.chain] != m })
}

// voids reports whether a closing of one founder's chain makes void another that the same key has begun: somebody else closed
// the first, or it is the chain in which the log was founded.
func (r *reached) voids(c *closing, target, other *strand) bool {
	return other != target && other.key == target.key && (c.act.strand.key != target.key || target == r.founding.strand)
}

// admit admits what an act admits, and returns the chains that oversee the log from now on.
func (r *reached) admit(ev *evidence, a *act, rank int) (overseers []*member) {
	t, is := a.body.(*decision.TrustAct)
	if !is {
		return nil
	}
	for _, x := range t.Admits {
		s := ev.chains[x.Chain]
		if s != nil && s.training {
			r.bad = append(r.bad, complaint{a, "it admits a chain of exercises"})
			continue
		}
		if s != nil && s.key.Fingerprint() != x.Fingerprint {
			r.bad = append(r.bad, complaint{a, "it admits a chain with another key than the chain has"})
			s = nil
		}
		if s != nil && s.owner != nil && s.owner.principal != x.Principal {
			r.bad = append(r.bad, complaint{a, "it admits a chain under another address than the chain's opening has"})
		}
		m := r.members[x.Chain]
		if m == nil {
			m = &member{chain: x.Chain, strand: s, fingerprint: x.Fingerprint, principal: x.Principal, name: x.Name, organisation: x.Organisation}
			r.members[x.Chain] = m
		} else if m.strand == nil && s != nil {
			// An earlier admission named a key that is not the chain's.
			m.strand, m.fingerprint, m.principal, m.name, m.organisation = s, x.Fingerprint, x.Principal, x.Name, x.Organisation
		}
		// A chain that is not here says nothing; whose key it is admitted with shows when it is.
		if slices.Contains(x.Roles, decision.Overseer) && !m.overseer && (s != nil || ev.chains[x.Chain] == nil) {
			m.overseer, m.rank = true, rank+1
			overseers = append(overseers, m)
		}
	}
	return overseers
}

// mistaken finds chains whose first record is gone and whose key was taken from a stranger's record, though the log knows the
// right one. They have to be read again with it.
func (ev *evidence) mistaken(r *reached) map[string]sshsig.Key {
	pins := make(map[string]sshsig.Key)
	right := make(map[string]bool) // fingerprints of founders
	for _, f := range founded(r.founding).Founders {
		right[f.Fingerprint] = true
	}
	for _, s := range ev.strands {
		if s.owner != nil || len(s.others) == 0 || r.members[s.id] != nil && r.members[s.id].strand == s {
			continue
		}
		for key := range s.others {
			fingerprint := key.Fingerprint()
			if m := r.members[s.id]; right[fingerprint] || m != nil && m.fingerprint == fingerprint {
				pins[s.folder] = key
			}
		}
	}
	return pins
}

// anyone is what can be said without a log's id: whoever signed an act is heard, and nobody is confirmed.
func anyone() *reached { return &reached{} }

// beyondFrom is the first number of a run that may be beyond the end of the chain.
func (s *strand) beyondFrom(r int, m *member) int {
	if len(s.forks) > 0 {
		return max(s.runs[r].first, min(m.end.number+1, int(s.forks[0].number)))
	}
	return max(s.runs[r].first, m.end.number+1)
}
