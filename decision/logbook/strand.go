package logbook

import (
	"cmp"
	"fmt"
	"math"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// evidence is what a check has gathered of all folders, to be judged at the end: what allows a thing may stand anywhere in
// the log, also after it. Of a record there remain its id, its time and its kind, 37 bytes; besides, the acts of oversight,
// and a few dozen bytes of each record that is about another or of which only the cover is left.
type evidence struct {
	books gathered
	o     Options

	report  Report // counts only
	faults  findings
	notices findings

	strands []*strand
	folders map[string]*strand
	chains  map[decision.ID]*strand
	keys    map[sshsig.Key]*strand // the first chain of each key
	acts    []*act
	temps   []leftover
	pins    map[string]sshsig.Key // keys of chains, by folder, where something other than the first record tells them
	about   []reference
	damaged map[string]bool // beginnings of ids, from the names of files that are not intact

	// Checkpoints that records have seen, and chains that bodies name, each kept once.
	seen, named     []decision.ID
	seenAt, namedAt map[decision.ID]int32
	lastSeen        decision.ID
	lastSeenAt      int32
	cur             *strand
	group           []*examined // sound files of one number of the chain being followed
	covered         []int32     // for oneEach
	doubles         []double
	spare           []tip
}

func newEvidence(books []*Book, o Options) *evidence {
	return &evidence{
		books: books, o: o, report: newReport(),
		folders: make(map[string]*strand), chains: make(map[decision.ID]*strand), keys: make(map[sshsig.Key]*strand),
		damaged: make(map[string]bool), seenAt: make(map[decision.ID]int32), namedAt: make(map[decision.ID]int32),
		lastSeenAt: noneSeen,
	}
}

// strand is one chain as it was found, in one folder or in several.
type strand struct {
	index    int32
	folder   string
	in       []int32     // logs that have a folder of it
	id       decision.ID // zero until an intact record has said it
	key      sshsig.Key
	training bool
	owner    *owner // nil unless number 0 is sound and whole

	next    int              // lowest number not accounted for
	listed  int              // highest number that was listed, or -1
	tips    []tip            // sound records of number next-1, in the order of their ids
	hurt    int              // how many files are in broken, or would be if it were not full
	broken  map[int][]string // shorts of files that are not intact, by number, in order
	claimed int              // highest number of which a file may be a record of the chain, damaged; or -1
	runs    []run
	primary []stretch // of each number that has a sound record, the first one's run
	forks   []forked  // of each number that has several, all of them, by number and id
	covers  []coverOnly
	beside  []beside
	marks   []mark
	coming  int                 // records that the folder's listing promises
	others  map[sshsig.Key]bool // keys other than the chain's that signed intact records in its folder
}

// owner is what the opening of a chain says about whose it is.
type owner struct {
	principal, name, organisation string
	line                          string // for allowed_signers, from the opening alone
}

// run is records that follow each other, each naming the one before it. A chain without a fault is one run.
type run struct {
	first  int
	before decision.ID // what the first of them names as the record before it
	ids    []decision.ID
	times  []uint32 // seconds after epoch
	what   []byte   // kind, and whether only the cover is here
	seen   int32    // what the last of them had seen
}

func (r *run) last() int { return r.first + len(r.ids) - 1 }

// stretch is numbers whose first record belongs to one run.
type stretch struct {
	first, last, run int32
}

// forked is one of several records that have one number.
type forked struct {
	number, run, book int32
}

// coverOnly is a record of which no folder has the body.
type coverOnly struct {
	number, run int32
	until       int32 // keep-until as a number, 20341122; see untilOf
}

// beside is a record whose cover lies beside it in one folder.
type beside struct {
	number, run, book int32
}

// mark is a record that has seen another checkpoint than the one before it in its run.
type mark struct {
	number, run, seen int32
}

const (
	noneSeen = -1
	coverBit = 0x80 // in run.what
)

// tip is a record that the next one may name.
type tip struct {
	id    decision.ID
	time  time.Time
	run   int32
	taken bool // another record follows it in its run
}

// act is an act of oversight in a live chain.
type act struct {
	strand *strand
	number int
	run    int32
	id     decision.ID
	*sealed
}

func (a *act) cover() *decision.Cover { return &a.page.Cover }

// before orders acts by chain, number and id: whatever order they were read in.
func (a *act) before(b *act) int {
	return cmp.Or(strings.Compare(string(a.strand.id[:]), string(b.strand.id[:])), cmp.Compare(a.number, b.number), strings.Compare(string(a.id[:]), string(b.id[:])))
}

func (a *act) entry() Entry {
	return Entry{Chain: a.strand.id, Number: a.number, ID: a.id, Path: recordPath(a.strand.id, a.number, a.id, false),
		Key: a.strand.key, Namespace: sshsig.Oversight, Page: a.page}
}

func recordPath(chain decision.ID, number int, id decision.ID, coverOnly bool) string {
	return path.Join(recordFolder(chain, number), decision.FileName{Number: number, Short: id.Short(), CoverOnly: coverOnly}.String())
}

// kinds are kept as numbers.
var kinds = [...]decision.Kind{"", decision.Open, decision.Decision, decision.Complete, decision.Amend, decision.Review, decision.Endorse,
	decision.Trust, decision.Checkpoint, decision.Dispose, decision.Hold, decision.Release, decision.Rule}

func kindAt(kind decision.Kind) byte {
	for i, k := range kinds {
		if k == kind {
			return byte(i)
		}
	}
	return 0
}

func (r *run) kind(number int) decision.Kind { return kinds[r.what[number-r.first]&^coverBit] }
func (r *run) id(number int) decision.ID     { return r.ids[number-r.first] }
func (r *run) hasBody(number int) bool       { return r.what[number-r.first]&coverBit == 0 }

// epoch is where the times that are kept begin; they reach to the year 2136. One further away on either side is kept as the
// first or the last of them, and so is what it is compared with.
const epoch = 946_684_800 // 1 January 2000, in seconds since 1970

func since(t time.Time) uint32 { return uint32(min(max(t.Unix()-epoch, 0), math.MaxUint32)) }

func (r *run) time(number int) time.Time {
	return time.Unix(epoch+int64(r.times[number-r.first]), 0).UTC()
}

// permanent is the keep-until of a record that is never due.
const permanent = math.MaxInt32

// untilOf makes a number of a keep-until that ParseCover has taken.
func untilOf(keep string) int32 {
	n, err := strconv.Atoi(strings.ReplaceAll(keep, "-", ""))
	if err != nil {
		return permanent
	}
	return int32(n)
}

// dayOf is the same of a time's day.
func dayOf(t time.Time) int32 { return untilOf(t.UTC().Format(time.DateOnly)) }

// at finds the first record of a number: its run.
func (s *strand) at(number int) (r int32, here bool) {
	i := sort.Search(len(s.primary), func(i int) bool { return int(s.primary[i].last) >= number })
	if i == len(s.primary) || int(s.primary[i].first) > number {
		return 0, false
	}
	return s.primary[i].run, true
}

// below is the highest number, up to this one, that has a sound record, or -1.
func (s *strand) below(number int) int {
	i := sort.Search(len(s.primary), func(i int) bool { return int(s.primary[i].first) > number })
	if i == 0 {
		return -1
	}
	return min(number, int(s.primary[i-1].last))
}

// forksAt are the records of a number that has several.
func (s *strand) forksAt(number int) []forked {
	i := sort.Search(len(s.forks), func(i int) bool { return int(s.forks[i].number) >= number })
	j := i
	for j < len(s.forks) && int(s.forks[j].number) == number {
		j++
	}
	return s.forks[i:j]
}

// find finds the sound record with a number and an id: its run.
func (s *strand) find(number int, id decision.ID) (r int32, here bool) {
	r, here = s.at(number)
	if !here || s.runs[r].id(number) == id {
		return r, here
	}
	from := sort.Search(len(s.forks), func(i int) bool {
		f := s.forks[i]
		if int(f.number) != number {
			return int(f.number) > number
		}
		have := s.runs[f.run].id(number)
		return string(have[:]) >= string(id[:])
	})
	if from < len(s.forks) && int(s.forks[from].number) == number && s.runs[s.forks[from].run].id(number) == id {
		return s.forks[from].run, true
	}
	return 0, false
}

// span is a part of the way back from a record: numbers of one run; or one record that is known by its id and is not here;
// or numbers of which nothing is known.
type span struct {
	first, last int
	run         int32
	id          decision.ID
}

const (
	notHere = -1 // the record is known by its id
	unknown = -2
)

// trace goes back from a record along what each names as the record before it, down to a number. Where a record is not
// here it goes on with the one record of the next lower number that there is, if there is one only; sure is then false,
// since nothing ties the two together. The parts come lowest first, and there are no more of them than runs and holes.
func (s *strand) trace(number int, id decision.ID, from int) (way []span, sure bool) {
	sure = true
	for number >= from {
		r, here := s.find(number, id)
		if here {
			first := max(from, s.runs[r].first)
			way = append(way, span{first: first, last: number, run: r})
			id, number = s.runs[r].before, first-1
			continue
		}
		way = append(way, span{first: number, last: number, run: notHere, id: id})
		if number--; number < from {
			break
		}
		sure = false
		low := max(s.below(number), from-1)
		if low < number {
			way = append(way, span{first: low + 1, last: number, run: unknown})
			number = low
		}
		if number < from {
			break
		}
		if len(s.forksAt(number)) > 0 {
			way = append(way, span{first: from, last: number, run: unknown})
			break
		}
		r, _ = s.at(number)
		id = s.runs[r].id(number)
	}
	slices.Reverse(way)
	return way, sure
}

// onWay returns the record of a number on a way back, and false where it is not known.
func (s *strand) onWay(way []span, number int) (decision.ID, bool) {
	i := sort.Search(len(way), func(i int) bool { return way[i].last >= number })
	if i == len(way) || way[i].first > number || way[i].run == unknown {
		return decision.ID{}, false
	}
	if way[i].run == notHere {
		return way[i].id, true
	}
	return s.runs[way[i].run].id(number), true
}

// isDamaged reports whether a file of that number and id is here and not intact.
func (s *strand) isDamaged(number int, id decision.ID) bool {
	_, damaged := slices.BinarySearch(s.broken[number], id.Short())
	return damaged
}

// strandOf returns the strand of a chain folder, and makes it at its first mention.
func (ev *evidence) strandOf(folder string, has []int32) *strand {
	s := ev.folders[folder]
	if s == nil {
		s = &strand{index: int32(len(ev.strands)), folder: folder, listed: -1, claimed: -1}
		ev.strands = append(ev.strands, s)
		ev.folders[folder] = s
		ev.report.Chains++
	}
	if len(has) > len(s.in) {
		s.in = has
	}
	return s
}

func (ev *evidence) fault(code Code, x *examined, more string) {
	f := fault(code, ev.cur.folder, x.name.Number, x.path, more)
	f.Log = ev.books.dir(x.book)
	ev.faults.add(f)
}

// follow goes on along the chains with the next piece of the log.
func (ev *evidence) follow(p *batch) {
	ev.faults.add(p.faults...)
	ev.notices.add(p.notices...)
	if p.chain == "" {
		return
	}
	if ev.cur == nil || ev.cur.folder != p.chain {
		ev.endChain()
		ev.cur = ev.strandOf(p.chain, p.has)
	}
	s := ev.cur
	s.expect(p.numbers, p.folders)
	s.claimed = max(s.claimed, p.odd-1)
	ev.temps = append(ev.temps, p.temps[:min(len(p.temps), maxOfCode-len(ev.temps))]...)
	for i := range p.results {
		x := &p.results[i]
		s.listed = max(s.listed, x.name.Number)
		if x.gone {
			continue
		}
		ev.report.Files++
		if len(ev.group) > 0 && ev.group[0].name.Number != x.name.Number {
			ev.endNumber()
		}
		ev.faults.add(x.faults...)
		// What is not intact is foreign, and does not compete for its number.
		if x.intact && ev.belongs(x) {
			ev.group = append(ev.group, x)
			continue
		}
		ev.hurt(s, x.name)
		s.claimed = max(s.claimed, s.claimedBy(x))
	}
}

// claimedBy is the number for which a file that is not intact, or not the chain's, may speak: as a record of the chain that
// was damaged, or stands in a wrong place. It is -1 where the file shows that it never was one: its cover is as it was
// signed, with another key or for another chain; or its name is that of its cover, which is another chain's.
func (s *strand) claimedBy(x *examined) int {
	signed, named := !x.key.IsZero(), x.cover.Kind != "" && isShort(x.name.Short, x.id)
	switch {
	case s.id.IsZero(): // whose the chain is shows later
		return x.name.Number
	case signed && (x.key != s.key || x.chain != s.id), named && x.chain != s.id:
		return -1
	case named:
		return x.cover.Number
	case signed:
		return max(x.name.Number, x.cover.Number)
	}
	return x.name.Number
}

// maxDamaged is how many files that are not intact are remembered, so that they are not told again as missing. Of more than
// that some are told twice, and a hostile folder cannot fill the memory with them.
const maxDamaged = 50_000

// hurt remembers a file that is not intact.
func (ev *evidence) hurt(s *strand, n decision.FileName) {
	if len(ev.damaged) < maxDamaged {
		ev.damaged[n.Short] = true
	}
	if s.hurt++; s.hurt > maxDamaged {
		return
	}
	if s.broken == nil {
		s.broken = make(map[int][]string)
	}
	s.broken[n.Number] = append(s.broken[n.Number], n.Short)
}

func (ev *evidence) endChain() {
	ev.endNumber()
	ev.cur = nil
}

// maxOthers is how many other keys are remembered of a chain.
const maxOthers = 64

// belongs holds an intact record against its chain. The first one decides what
// the chain, its key and its standing are: number 0, unless that is missing or
// damaged, which is then a fault already.
func (ev *evidence) belongs(x *examined) bool {
	s, training := ev.cur, x.namespace == sshsig.Training
	if key, known := ev.pins[s.folder]; known && x.key != key {
		ev.fault(WrongKey, x, x.key.Fingerprint())
		return false
	}
	if s.id.IsZero() {
		s.id, s.key, s.training = x.chain, x.key, training
		ev.chains[s.id] = s
		if other, taken := ev.keys[x.key]; taken {
			ev.fault(TwoChains, x, "the other is "+other.folder)
		} else {
			ev.keys[x.key] = s
		}
	}
	switch {
	case x.chain != s.id:
		ev.fault(WrongChain, x, "two chains begin with the same digits")
	case x.key != s.key:
		ev.fault(WrongKey, x, x.key.Fingerprint())
		if len(s.others) < maxOthers {
			if s.others == nil {
				s.others = make(map[sshsig.Key]bool)
			}
			s.others[x.key] = true
		}
	case training != s.training:
		ev.fault(WrongRole, x, "")
	default:
		return true
	}
	return false
}

// endNumber judges the sound files of one number together. They stand in the order of their names, so those of one record
// are beside each other.
func (ev *evidence) endNumber() {
	if len(ev.group) == 0 {
		return
	}
	s, number := ev.cur, ev.group[0].name.Number
	kept := ev.oneEach()
	ev.gap(number, kept[0])
	tips := ev.spare[:0]
	for i, x := range kept {
		ev.report.count(x)
		r, before := s.place(number, x)
		if before == nil {
			ev.unlinked(number, x)
		} else if x.cover.Time.Before(before.time) {
			f := fault(TimeBack, s.folder, number, x.path, "")
			f.Log = ev.books.dir(x.book)
			ev.notices.add(f)
		}
		tips = append(tips, tip{id: x.id, time: x.cover.Time, run: r})
		if i == 0 {
			s.first(number, r)
		}
		if len(kept) > 1 {
			s.forks = append(s.forks, forked{int32(number), r, x.book})
		}
		ev.keep(number, r, x)
		for _, d := range ev.doubles {
			if d.at == i {
				s.beside = append(s.beside, beside{int32(number), r, d.book})
			}
		}
	}
	for n := range s.broken {
		if n < number {
			s.hurt -= len(s.broken[n])
			delete(s.broken, n)
		}
	}
	ev.spare, s.tips, s.next = s.tips, tips, number+1
	ev.group = ev.group[:0]
}

// oneEach leaves one file of each record, a whole one if there is one, and notes where a record's cover lies beside it.
func (ev *evidence) oneEach() []*examined {
	kept := ev.group[:0] // never longer than what has been gone through
	ev.covered, ev.doubles = ev.covered[:0], ev.doubles[:0]
	for _, x := range ev.group {
		if len(kept) == 0 || kept[len(kept)-1].id != x.id {
			kept = append(kept, x)
			ev.covered = ev.covered[:0]
		} else if last := &kept[len(kept)-1]; (*last).name.CoverOnly && !x.name.CoverOnly {
			*last = x
		}
		// By name, all covers of a record come before the record.
		switch {
		case x.name.CoverOnly:
			ev.covered = append(ev.covered, x.book)
		case slices.Contains(ev.covered, x.book):
			ev.doubles = append(ev.doubles, double{len(kept) - 1, x.book})
		}
	}
	return kept
}

// double is a record, by its place among those of its number, that lies in one folder both whole and as a cover.
type double struct {
	at   int
	book int32
}

// place puts a record into the run that it continues, or begins one. It returns the record before it, where that is here.
func (s *strand) place(number int, x *examined) (r int32, before *tip) {
	if number == s.next {
		i := sort.Search(len(s.tips), func(i int) bool {
			id := &s.tips[i].id
			return string(id[:]) >= string(x.cover.Previous[:])
		})
		if i < len(s.tips) && s.tips[i].id == x.cover.Previous {
			before = &s.tips[i]
		}
	}
	if before != nil && !before.taken {
		before.taken, r = true, before.run
	} else {
		r = int32(len(s.runs))
		s.runs = append(s.runs, run{first: number, before: x.cover.Previous, seen: noneSeen})
		if r == 0 {
			s.runs[0].grow(s.coming)
		}
	}
	to := &s.runs[r]
	to.ids = append(to.ids, x.id)
	to.times = append(to.times, since(x.cover.Time))
	what := kindAt(x.cover.Kind)
	if x.name.CoverOnly {
		what |= coverBit
	}
	to.what = append(to.what, what)
	return r, before
}

// expect makes room for the records that a listing promises: those of one folder, and, where many more folders follow, for
// three times as many as there are so far. Left to itself the memory of a long chain would be a quarter larger than what is
// in it, and for a moment more than twice as large.
func (s *strand) expect(numbers, folders int) {
	if numbers == 0 {
		return
	}
	s.coming = numbers
	here := 0
	if len(s.tips) > 0 {
		here = len(s.runs[s.tips[0].run].ids)
	}
	if folders >= 8 {
		s.coming += min(1000*folders, 3*(here+numbers))
	}
	if len(s.tips) > 0 {
		s.runs[s.tips[0].run].grow(s.coming)
	}
}

// grow makes room for so many more records, and not for one more than that.
func (r *run) grow(more int) {
	if cap(r.ids)-len(r.ids) >= min(more, 1000) {
		return
	}
	to := len(r.ids) + more
	r.ids = append(make([]decision.ID, 0, to), r.ids...)
	r.times = append(make([]uint32, 0, to), r.times...)
	r.what = append(make([]byte, 0, to), r.what...)
}

// first notes the run of a number's first record.
func (s *strand) first(number int, r int32) {
	if n := len(s.primary); n > 0 && s.primary[n-1].run == r && int(s.primary[n-1].last) == number-1 {
		s.primary[n-1].last++
		return
	}
	s.primary = append(s.primary, stretch{int32(number), int32(number), r})
}

// unlinked reports a record that names another as the one before it than there is. What is missing or damaged there is
// reported already.
func (ev *evidence) unlinked(number int, x *examined) {
	s := ev.cur
	if number == 0 || number != s.next || len(s.tips) == 0 || s.isDamaged(number-1, x.cover.Previous) {
		return
	}
	ev.fault(BrokenLink, x, "it names "+decision.RecordName(number-1, x.cover.Previous))
}

// keep keeps what can be judged only at the end.
func (ev *evidence) keep(number int, r int32, x *examined) {
	s := ev.cur
	if seen := ev.seenIndex(x.cover.Seen); seen != s.runs[r].seen {
		s.runs[r].seen = seen
		s.marks = append(s.marks, mark{int32(number), r, seen})
	}
	switch {
	case x.name.CoverOnly:
		s.covers = append(s.covers, coverOnly{int32(number), r, untilOf(x.cover.KeepUntil)})
	case x.opening != nil:
		s.owner = &owner{x.opening.Principal, x.opening.Name, x.opening.Organisation, signersLine(*x.opening, x.key)}
	case x.act != nil && !s.training:
		ev.acts = append(ev.acts, &act{strand: s, number: number, run: r, id: x.id, sealed: x.act})
	}
	if followsUp(x.cover.Kind) && len(x.faults) == 0 {
		ref := reference{about: x.cover.About, strand: s.index, number: int32(number), run: r, chain: -1, kind: kindAt(x.cover.Kind)}
		if !x.of.Chain.IsZero() {
			ref.chain, ref.at = ev.chainIndex(x.of.Chain), -1
			if x.of.Number >= 0 && x.of.Number <= decision.MaxNumber {
				ref.at = int32(x.of.Number)
			}
		}
		ev.about = append(ev.about, ref)
	}
}

func (ev *evidence) seenIndex(id decision.ID) int32 {
	switch {
	case id.IsZero():
		return noneSeen
	case id == ev.lastSeen:
		return ev.lastSeenAt
	}
	at, known := ev.seenAt[id]
	if !known {
		at = int32(len(ev.seen))
		ev.seen = append(ev.seen, id)
		ev.seenAt[id] = at
	}
	ev.lastSeen, ev.lastSeenAt = id, at
	return at
}

func (ev *evidence) chainIndex(id decision.ID) int32 {
	at, known := ev.namedAt[id]
	if !known {
		at = int32(len(ev.named))
		ev.named = append(ev.named, id)
		ev.namedAt[id] = at
	}
	return at
}

// maxGap is how many missing numbers are listed one by one.
const maxGap = 100

// gap reports the numbers between the last intact record and this one.
func (ev *evidence) gap(number int, x *examined) {
	s := ev.cur
	if number-s.next > maxGap {
		ev.faults.add(fault(Missing, s.folder, s.next, "", fmt.Sprintf("nor are those up to number %d", number-1)))
		return
	}
	for n := s.next; n < number; n++ {
		name, known := decision.FileName{Number: n}, true
		switch n {
		case number - 1:
			name.Short = x.cover.Previous.Short()
		case 0:
			name.Short = s.id.Short()
		default:
			known = false
		}
		damaged := s.broken[n]
		if len(damaged) > 0 && (!known || slices.Contains(damaged, name.Short)) {
			continue // it is there, and reported as damaged
		}
		file := path.Join(s.folder, decision.NumberFolder(n))
		if known {
			file = path.Join(file, name.String())
		}
		ev.faults.add(fault(Missing, s.folder, n, file, ""))
	}
}
