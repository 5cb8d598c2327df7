package logbook

import (
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// Trust is what the trust records, disposals, holds and rules of a log add up to, reached from the log's id alone. The
// order in which they are read does not matter.
type Trust struct {
	Log   decision.ID
	Title string

	members   []Member
	at        map[decision.ID]int // index in members
	disposals []Disposal          // without those that only confirm another
	disposed  naming              // indices in disposals
	holds     []held
	held      naming                    // indices in holds
	rules     map[decision.ID][]settled // by chain
	points    []Entry
	covers    []covering                     // of each chain of checkpoints
	made      map[decision.ID]decision.Place // every checkpoint of the log that is here, those that do not count among them
	unsure    error
}

// held is a hold, and the releases that end it.
type held struct {
	Entry
	ends []lifted
}

// lifted is where a release stands.
type lifted struct {
	when
	id decision.ID
}

// settled says which record stands, by a rule for a fork that begins at a number.
type settled struct {
	number int
	stands decision.Place
}

// Member is a chain that a log admits.
type Member struct {
	Chain        decision.ID
	Key          sshsig.Key // zero where the chain is not here
	Fingerprint  string     // of the key it was admitted with
	Principal    string
	Name         string
	Organisation string
	Roles        []decision.Role
	Founder      bool
	Rank         int // of an overseer: 0 for a founder, otherwise one more than that of whoever let the chain in as one
	// Closed is the number of the last record that counts, or -1 while the chain is open; ClosedID is the id of that record.
	Closed   int
	ClosedID decision.ID
	// Here is false where the log admits the chain and the folders looked at do not have it.
	Here bool
}

// Disposal is a disposal that an overseer of the log has recorded.
type Disposal struct {
	ID     decision.ID // of the dispose record
	Chain  decision.ID // in which it stands
	Number int
	Time   time.Time
	Act    decision.DisposeAct
	// InForce is false while the second overseer that it asks for has not confirmed it.
	InForce bool
	// Confirmed is the second overseer's record; zero where there is none.
	Confirmed decision.ID

	confirmed *when
	places    map[decision.Place]bool         // those of Act.Records; nil: not gathered
	holds     func(decision.ID) bool          // whether a hold stands that is not later than this; nil: none is known
	sure      func(...decision.Receipt) error // Sure of the trust that it was read with; nil: it was put together by hand
}

// naming finds what acts say of one record: lists of indices, by the record's id.
type naming struct {
	first map[decision.ID]int32
	list  []mention
}

type mention struct{ at, next int32 }

func (n *naming) add(id decision.ID, at int) {
	if n.first == nil {
		n.first = make(map[decision.ID]int32)
	}
	next, has := n.first[id]
	if !has {
		next = -1
	}
	n.first[id] = int32(len(n.list))
	n.list = append(n.list, mention{int32(at), next})
}

// of goes through the indices for an id.
func (n *naming) of(id decision.ID) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		at, has := n.first[id]
		for has && at >= 0 {
			if !yield(int(n.list[at].at)) {
				return
			}
			at = n.list[at].next
		}
	}
}

// when is where and when an act of an overseer was recorded.
type when struct {
	chain  decision.ID
	number int
	time   time.Time
}

// covering is what the checkpoints of one chain cover, one after the other, of the chains that matter.
type covering map[decision.ID][]covered

// covered says that the at-th checkpoint, and none before it, covers a chain up to a number.
type covered struct{ at, to int }

// first is the first checkpoint that covers a record.
func (c covering) first(w when) int {
	i := sort.Search(len(c[w.chain]), func(i int) bool { return c[w.chain][i].to >= w.number })
	if i == len(c[w.chain]) {
		return math.MaxInt
	}
	return c[w.chain][i].at
}

// later reports whether one act was recorded later than another: by number in one chain; otherwise as checkpoints show, that
// cover the one and not the other; and where they do not, by the times that the two claim. Whoever destroys something can
// claim any time; that a hold was there first shows in a checkpoint that has it, and not the disposal.
func (t *Trust) later(act, than when) bool {
	if act.chain == than.chain {
		return act.number > than.number
	}
	later := act.time.After(than.time)
	for _, c := range t.covers {
		a, b := c.first(act), c.first(than)
		if a < b {
			return false
		}
		later = later || b < a
	}
	return later
}

func whenOf(e Entry) when { return when{e.Chain, e.Number, e.Page.Cover.Time} }

func (d *Disposal) when() when { return when{d.Chain, d.Number, d.Time} }

// NoFoundingError says that the record whose id is the log's is not where it was looked for, or does not found a log.
type NoFoundingError struct {
	Log    decision.ID
	Reason string // empty where it is not there
}

func (e *NoFoundingError) Error() string {
	if e.Reason == "" {
		return "the record that founds the log is not here"
	}
	return "the record that founds the log " + e.Reason
}

// ReadTrust reads the acts of oversight of a log from one or more folders, beginning with the founding record and going
// on only to chains that it reaches, so that it costs little however long the log is. Whether anything of them is missing,
// Sure tells. Its errors are *NoFoundingError, what ctx says, and those of the system.
func ReadTrust(ctx context.Context, log decision.ID, books ...*Book) (*Trust, error) {
	t, pins, err := readTrust(ctx, log, books, nil)
	// What seems to be missing may have been written after its chain was read, by somebody at work in the log.
	if err == nil && (len(pins) > 0 || t.unsure != nil) {
		t, _, err = readTrust(ctx, log, books, pins)
	}
	return t, err
}

// readTrust returns also the keys of chains that were taken from the wrong record; see evidence.mistaken.
func readTrust(ctx context.Context, log decision.ID, books []*Book, pins map[string]sshsig.Key) (*Trust, map[string]sshsig.Key, error) {
	ev := newEvidence(books, Options{Log: log})
	ev.pins = pins
	wanted, err := ev.findFounding(ctx, log)
	if err != nil {
		return nil, nil, err
	}
	for _, s := range ev.strands {
		if s.id.IsZero() {
			wanted[s.folder] = true // its first record does not tell whose it is
		}
	}
	read, everywhere := make(map[string]bool), false // each chain is read once, its first record aside
	for {
		listed := ev.listed()
		if err := ev.scan(ctx, scope{
			chain: func(folder string) bool { return wanted[folder] },
			file:  func(chain string, n decision.FileName) bool { return n.Number > listed(chain) },
		}); err != nil {
			return nil, nil, err
		}
		for folder := range wanted {
			read[folder] = true
		}
		r, err := ev.reach(log)
		switch {
		case err == nil:
			wanted = make(map[string]bool)
			heard := slices.Clone(r.keyed)
			for _, m := range r.order {
				if m.overseer && m.strand != nil {
					heard = append(heard, m.strand)
				}
			}
			for _, s := range heard {
				if !read[s.folder] {
					wanted[s.folder] = true
				}
			}
			if len(wanted) == 0 {
				return ev.trust(r), ev.mistaken(r), nil
			}
		case everywhere:
			return nil, nil, err
		default:
			// It is among the first of its chain as a rule; if it is not, every folder is listed.
			everywhere = true
			if wanted = ev.foldersWith(ctx, log); ctx.Err() != nil {
				return nil, nil, ctx.Err()
			}
			maps.DeleteFunc(wanted, func(folder string, _ bool) bool { return read[folder] })
			if len(wanted) == 0 {
				return nil, nil, err
			}
		}
	}
}

// listed returns what tells the highest number of a chain that has been looked at, or -1, as it is now.
func (ev *evidence) listed() func(folder string) int {
	now := make(map[string]int, len(ev.strands))
	for _, s := range ev.strands {
		now[s.folder] = s.listed
	}
	return func(folder string) int {
		if n, known := now[folder]; known {
			return n
		}
		return -1
	}
}

// findFounding reads the first record of every chain, which tells whose it is, and returns the folders of the chains that
// have a record with the name of the founding one among their first thousand: one, unless somebody has put a file of that
// name elsewhere.
func (ev *evidence) findFounding(ctx context.Context, log decision.ID) (folders map[string]bool, err error) {
	short, zero := log.Short(), decision.NumberFolder(0)
	folders = make(map[string]bool)
	err = ev.scan(ctx, scope{
		number: func(_, number string) bool { return number == zero },
		file: func(chain string, n decision.FileName) bool {
			if n.Short == short {
				folders[chain] = true
			}
			return n.Number == 0
		},
	})
	return folders, err
}

// foldersWith returns the folders of all chains that have a record of that name.
func (ev *evidence) foldersWith(ctx context.Context, id decision.ID) map[string]bool {
	folders := make(map[string]bool)
	for _, b := range ev.books {
		for n, err := range b.names() {
			if ctx.Err() != nil {
				return nil
			}
			if err == nil && n.Short == id.Short() {
				chain, _, _ := strings.Cut(n.path, "/")
				folders[chain] = true
			}
		}
	}
	return folders
}

// trust puts together what a log's acts of oversight say.
func (ev *evidence) trust(r *reached) *Trust {
	t := &Trust{Log: r.log, at: make(map[decision.ID]int), made: make(map[decision.ID]decision.Place), rules: make(map[decision.ID][]settled),
		unsure: ev.unsure(r)}
	if r.founding != nil {
		t.Title = founded(r.founding).Title
	}
	for _, m := range r.order {
		x := Member{Chain: m.chain, Fingerprint: m.fingerprint, Principal: m.principal, Name: m.name, Organisation: m.organisation,
			Roles: []decision.Role{decision.Decider}, Founder: m.founder, Rank: m.rank, Closed: -1, Here: m.strand != nil}
		if m.overseer {
			x.Roles = append(x.Roles, decision.Overseer)
		}
		if m.strand != nil {
			x.Key = m.strand.key
		}
		if m.end != nil {
			x.Closed, x.ClosedID = m.end.number, m.end.id
		}
		t.members = append(t.members, x)
		for _, c := range m.ends {
			if c.fork > 0 {
				t.rules[m.chain] = append(t.rules[m.chain], settled{c.fork, decision.Place{Chain: c.target, Number: c.number, ID: c.id}})
			}
		}
	}
	slices.SortStableFunc(t.members, func(a, b Member) int {
		if a.Founder != b.Founder {
			if a.Founder {
				return -1
			}
			return 1
		}
		return strings.Compare(string(a.Chain[:]), string(b.Chain[:]))
	})
	for i, m := range t.members {
		t.at[m.Chain] = i
	}

	var counted []*act
	for _, a := range ev.acts {
		if !r.ofLog(a) {
			continue
		}
		if _, is := a.body.(*decision.CheckpointAct); is {
			t.made[a.id] = decision.Place{Chain: a.strand.id, Number: a.number, ID: a.id}
		}
		if r.counts(a) {
			counted = append(counted, a)
		}
	}
	slices.SortFunc(counted, func(a, b *act) int { return a.before(b) })
	released, second := make(map[decision.ID][]lifted), make(map[decision.ID][]*act)
	for _, a := range counted {
		switch a.body.(type) {
		case *decision.ReleaseAct:
			released[a.cover().About] = append(released[a.cover().About], lifted{when{a.strand.id, a.number, a.cover().Time}, a.id})
		case *decision.DisposeAct:
			if about := a.cover().About; !about.IsZero() {
				second[about] = append(second[about], a)
			}
		}
	}
	matter := make(map[decision.ID]bool) // chains with holds, releases or disposals
	for _, a := range counted {
		switch a.body.(type) {
		case *decision.HoldAct, *decision.ReleaseAct, *decision.DisposeAct:
			matter[a.strand.id] = true
		}
	}
	var of *strand
	for _, a := range counted {
		switch body := a.body.(type) {
		case *decision.CheckpointAct:
			t.points = append(t.points, a.entry())
			if of != a.strand {
				of = a.strand
				t.covers = append(t.covers, make(covering))
			}
			now := t.covers[len(t.covers)-1]
			for _, r := range body.Ranges {
				if have := now[r.Chain]; matter[r.Chain] && (len(have) == 0 || have[len(have)-1].to < r.To) {
					now[r.Chain] = append(have, covered{a.number, r.To})
				}
			}
		case *decision.HoldAct:
			for _, p := range body.Records {
				t.held.add(p.ID, len(t.holds))
			}
			t.holds = append(t.holds, held{a.entry(), released[a.id]})
		case *decision.DisposeAct:
			if !a.cover().About.IsZero() {
				continue
			}
			d := Disposal{ID: a.id, Chain: a.strand.id, Number: a.number, Time: a.cover().Time, Act: *body, InForce: !body.Two}
			for _, b := range second[a.id] {
				if confirms(b, a) == "" {
					at := when{b.strand.id, b.number, b.cover().Time}
					d.InForce, d.Confirmed, d.confirmed = true, b.id, &at
					break
				}
			}
			d.places = make(map[decision.Place]bool, len(body.Records))
			for _, p := range body.Records {
				t.disposed.add(p.ID, len(t.disposals))
				d.places[p] = true
			}
			t.disposals = append(t.disposals, d)
		}
	}
	for i := range t.disposals {
		t.disposals[i].holds = func(id decision.ID) bool { return t.holdBefore(id, &t.disposals[i]) }
		t.disposals[i].sure = t.Sure
	}
	return t
}

// confirms says in words why a second dispose record does not confirm the first; empty if it does.
func confirms(second, first *act) string {
	if second.strand.key == first.strand.key {
		return "it confirms a disposal that was signed with the same key"
	}
	of := make(map[decision.Place]bool)
	for _, p := range second.body.(*decision.DisposeAct).Records {
		of[p] = true
	}
	for _, p := range first.body.(*decision.DisposeAct).Records {
		if !of[p] {
			return "it leaves out records of the disposal that it confirms"
		}
	}
	return ""
}

// holdBefore reports whether a hold stood on a record when the disposal came into force: one that was not recorded later,
// and was not released before. A later hold does not undo the disposal, and a later release does not make up for one that
// was recorded against a hold; it has to be recorded again.
func (t *Trust) holdBefore(id decision.ID, d *Disposal) bool {
	in := d.when()
	if d.confirmed != nil && !t.later(in, *d.confirmed) {
		in = *d.confirmed
	}
	for i := range t.held.of(id) {
		h := &t.holds[i]
		released := slices.ContainsFunc(h.ends, func(end lifted) bool { return !t.later(end.when, in) })
		if !released && !t.later(whenOf(h.Entry), in) {
			return true
		}
	}
	return false
}

// Members are the chains admitted, founders first, then in the order of their ids.
func (t *Trust) Members() []Member { return slices.Clone(t.members) }

// Member returns one chain's membership.
func (t *Trust) Member(chain decision.ID) (Member, bool) {
	i, is := t.at[chain]
	if !is {
		return Member{}, false
	}
	return t.members[i], true
}

// Oversees reports whether records of the chain up to a number count as acts of oversight.
func (t *Trust) Oversees(chain decision.ID, number int) bool {
	m, is := t.Member(chain)
	return is && slices.Contains(m.Roles, decision.Overseer) && (m.Closed < 0 || number <= m.Closed)
}

// MayClose reports whether a closing of one chain counts that another records now: any overseer closes who only decides, or
// has not been let in; an overseer's chain is closed by one of a lower rank or by itself, and a founder's by another founder.
func (t *Trust) MayClose(by, chain decision.ID) bool {
	b, is := t.Member(by)
	if !is || b.Closed >= 0 || !slices.Contains(b.Roles, decision.Overseer) {
		return false
	}
	m, is := t.Member(chain)
	return !is || by == chain || !slices.Contains(m.Roles, decision.Overseer) || b.Rank < m.Rank || b.Founder && m.Founder
}

// Disposals are the disposals recorded, in the order of chains and numbers. A dispose record that only confirms another is
// not one of them.
func (t *Trust) Disposals() []Disposal { return slices.Clone(t.disposals) }

// Disposed returns the disposal that is in force for a record and that no hold stands against. Of several, one with an
// override comes first, then the latest: what it allows, see Allows. A hold recorded later does not undo a disposal, so
// whoever is about to destroy a body asks Held too.
func (t *Trust) Disposed(id decision.ID) (best Disposal, is bool) {
	for i := range t.disposed.of(id) {
		d := &t.disposals[i]
		if !d.InForce || d.holds(id) {
			continue
		}
		early, than := d.Act.Override != "", best.Act.Override != ""
		if !is || early && !than || early == than && d.Time.After(best.Time) {
			best, is = *d, true
		}
	}
	return best, is
}

// Held returns the hold on a record that has not been released; of several, the first by chain and number. Its page is
// without the body, which Find reads.
func (t *Trust) Held(id decision.ID) (hold Entry, held bool) {
	at := -1
	for i := range t.held.of(id) {
		if len(t.holds[i].ends) == 0 && (at < 0 || i < at) {
			at = i
		}
	}
	if at < 0 {
		return Entry{}, false
	}
	return t.holds[at].Entry, true
}

// Released returns the id of a release that ends a hold: of several, the first by chain and number.
func (t *Trust) Released(hold decision.ID) (release decision.ID, is bool) {
	for i := range t.holds {
		if h := &t.holds[i]; h.ID == hold && len(h.ends) > 0 {
			return h.ends[0].id, true
		}
	}
	return decision.ID{}, false
}

// Ruled returns the last record that stands of a chain that forked at a number, or before it, where a rule of the log says
// so: of several, the one with the lowest number, at which the chain ends.
func (t *Trust) Ruled(chain decision.ID, number int) (stands decision.Place, is bool) {
	for _, r := range t.rules[chain] {
		if r.number <= number && (!is || r.stands.Number < stands.Number) {
			stands, is = r.stands, true
		}
	}
	return stands, is
}

// Checkpoints are the intact checkpoints of overseers, in the order of chains and numbers. Their pages are without the
// bodies. Whether they agree with the chains that they cover, Check tells.
func (t *Trust) Checkpoints() []Entry { return slices.Clone(t.points) }

var (
	errKindStays = errors.New("it is of a kind that stays")
	errNotNamed  = errors.New("the disposal does not name it")
	errNotDue    = errors.New("its keep-until is not over, and the disposal gives no reason to override it")
	errSecond    = errors.New("the second overseer that the disposal asks for has not confirmed it")
	errHeld      = errors.New("a hold stands on it")
)

// Allows returns nil where the disposal allows to destroy the body behind a cover, and otherwise says in words why not: it
// does not name the record, it is not in force, the record is not due and there is no override, it is of a kind that stays,
// or a hold stands on it that was not recorded later.
func (d Disposal) Allows(cover decision.Cover) error {
	id := cover.ID()
	place := decision.Place{Chain: cover.ChainID(), Number: cover.Number, ID: id}
	switch {
	case !d.names(place):
		return errNotNamed
	case !disposable(cover.Kind):
		return errKindStays
	case !d.InForce:
		return errSecond
	case !d.due(untilOf(cover.KeepUntil)) && d.Act.Override == "":
		return errNotDue
	case d.holds != nil && d.holds(id):
		return errHeld
	}
	return nil
}

// names reports whether the disposal names a record, and the place where that stands. One that gives it another place
// contradicts itself.
func (d *Disposal) names(p decision.Place) bool {
	if d.places != nil {
		return d.places[p]
	}
	return slices.Contains(d.Act.Records, p)
}

// due reports whether keep-until is over on the day of the disposal.
func (d *Disposal) due(until int32) bool { return until < dayOf(d.Time) }

// disposable reports whether the body of a record of this kind can be destroyed. Openings and acts of oversight stay: the
// rest could not be judged without them.
func disposable(kind decision.Kind) bool {
	return kind == decision.Decision || followsUp(kind)
}
