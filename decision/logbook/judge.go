package logbook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// Check verifies a log, or several folders together as one: every file by itself, every chain as a chain, and with the
// log's id who was allowed to sign, and the checkpoints, disposals and rules recorded. A record in two folders counts
// once, and one that only one of them has is there. Check uses all cores and reads each file once, as a stream; again only
// covers that a disposal names, and everything where a stranger's record stands in the place of a chain's first. It returns
// an error only when ctx ends or a log's folder cannot be listed; everything else is in the report. Records that are
// appended meanwhile may or may not be seen.
func Check(ctx context.Context, books []*Book, o Options) (Report, error) {
	ev := newEvidence(books, o)
	if err := ev.scan(ctx, scope{}); err != nil {
		return Report{}, err
	}
	j, err := ev.judge(ctx)
	if err == nil && j.known {
		if pins := ev.mistaken(j.r); len(pins) > 0 {
			ev = newEvidence(books, o)
			ev.pins = pins
			if err := ev.scan(ctx, scope{}); err != nil {
				return Report{}, err
			}
			j, err = ev.judge(ctx)
		}
	}
	// What seems to be missing may have been written after its chain was read, by somebody at work in the log.
	for range 2 {
		if err != nil || !j.late() {
			break
		}
		before := ev.report.Files
		if err = ev.scanTails(ctx); err == nil && ev.report.Files > before {
			j, err = ev.judge(ctx)
		} else {
			break
		}
	}
	if err != nil {
		return Report{}, err
	}
	return j.finish(), nil
}

// scanTails looks for what was appended since the chains were read.
func (ev *evidence) scanTails(ctx context.Context) error {
	faults, notices, temps := ev.faults, ev.notices, ev.temps
	listed := ev.listed()
	ev.faults, ev.notices = findings{}, findings{}
	err := ev.scan(ctx, scope{
		number: func(chain, folder string) bool {
			first, _ := decision.ParseNumberFolder(folder)
			return first+999 > listed(chain)
		},
		file: func(chain string, n decision.FileName) bool { return n.Number > listed(chain) },
	})
	// The listing's own findings are known; those of records that are new are not.
	fresh := ev.faults.list
	ev.faults, ev.notices, ev.temps = faults, notices, temps
	for _, f := range fresh {
		if f.Number >= 0 {
			ev.faults.add(f)
		}
	}
	return err
}

// clockSlack is how far apart two honest clocks may be.
const clockSlack = time.Hour

// judge is the end of a check: what was gathered, held against each other. It changes nothing of the evidence, so it can be
// made again when more has come.
type judge struct {
	ev      *evidence
	o       Options
	ctx     context.Context
	r       *reached
	trust   *Trust
	known   bool // the log's id is known, and its founding record is here
	faults  findings
	notices findings

	points    []*series
	point     map[decision.ID]*act // checkpoints that count, by id
	covered   []int                // by strand: the highest number under a checkpoint, or -1
	anchors   []anchor             // by strand: the highest record under a checkpoint that is here
	lost      map[decision.ID]*gone
	outside   []outlier
	listed    []Listed
	elsewhere map[decision.ID]bool // chains that are not in a partial copy
	bodies    []Fault              // temporary files that have the body of a record that was disposed of
	uncovered int
	since     time.Time
}

// anchor is a record that a checkpoint pins.
type anchor struct {
	number int
	id     decision.ID
}

// gone is what should follow on a chain's last record.
type gone struct {
	to       int
	id       decision.ID // of number to
	why      string
	admitted bool // nothing but the chain's admission says that it should be here
}

// outlier is a record of a chain.
type outlier struct {
	strand, run int32
	number      int
}

func (x outlier) compare(y outlier) int {
	return cmp.Or(cmp.Compare(x.strand, y.strand), cmp.Compare(x.number, y.number), cmp.Compare(x.run, y.run))
}

func (ev *evidence) judge(ctx context.Context) (*judge, error) {
	j := &judge{ev: ev, o: ev.o, ctx: ctx, point: make(map[decision.ID]*act), lost: make(map[decision.ID]*gone), elsewhere: make(map[decision.ID]bool)}
	j.r = anyone()
	if !j.o.Log.IsZero() {
		j.reach()
	}
	j.trust = ev.trust(j.r)
	j.judgeFolders()
	j.judgeMembers()
	j.judgeActs()
	j.judgePoints()
	j.judgeReceipts()
	j.judgeEnds()
	j.judgeForks()
	j.judgeDisposals()
	j.judgeTemps()
	j.judgeSeen()
	j.judgeTimes()
	j.judgeReferences()
	j.judgeCover()
	return j, ctx.Err()
}

func (j *judge) reach() {
	r, err := j.ev.reach(j.o.Log)
	if err == nil {
		j.r, j.known = r, true
		return
	}
	more := ""
	var none *NoFoundingError
	if errors.As(err, &none) && none.Reason != "" {
		more = "it " + none.Reason
	} else if j.o.Partial {
		j.notices.add(fault(TrustElsewhere, "", -1, "", ""))
		return
	}
	j.faults.add(fault(NoFounding, "", -1, "", more))
}

// fault adds a fault of one record.
func (j *judge) fault(code Code, s *strand, r int32, number int, more string) {
	j.faults.add(j.about(code, s, r, number, more))
}

func (j *judge) notice(code Code, s *strand, r int32, number int, more string) {
	j.notices.add(j.about(code, s, r, number, more))
}

func (j *judge) about(code Code, s *strand, r int32, number int, more string) Fault {
	file := recordPath(s.id, number, s.runs[r].id(number), !s.runs[r].hasBody(number))
	f := fault(code, s.folder, number, file, more)
	f.Log = j.where(s, file)
	return f
}

// where is the first of several folders that has a file.
func (j *judge) where(s *strand, file string) string {
	if len(j.ev.books) < 2 {
		return ""
	}
	for _, i := range s.in {
		if _, err := j.ev.books[i].root.Lstat(file); err == nil {
			return j.ev.books.dir(i)
		}
	}
	return ""
}

func (j *judge) actFault(code Code, a *act, more string) {
	j.fault(code, a.strand, a.run, a.number, more)
}

// chainFault makes a finding about a chain as a whole.
func (j *judge) chainFault(code Code, s *strand, more string) Fault {
	f := fault(code, s.folder, -1, s.folder, more)
	if len(j.ev.books) > 1 && len(s.in) > 0 {
		f.Log = j.ev.books.dir(s.in[0])
	}
	return f
}

// several adds a finding for each of a chain's records, at most maxGap of them one by one.
func (j *judge) several(to *findings, code Code, s *strand, all []outlier, more string) {
	for i, x := range all {
		if i == maxGap {
			f := j.about(code, s, x.run, x.number, fmt.Sprintf("so are %d more, up to number %d", len(all)-i-1, all[len(all)-1].number))
			to.add(f)
			return
		}
		to.add(j.about(code, s, x.run, x.number, more))
	}
}

// late reports whether anything was found that records written meanwhile could explain.
func (j *judge) late() bool {
	for _, code := range []Code{CoveredMissing, SeenMissing, CoverOnly, DisposalUnconfirmed, AdmittedMissing, NotAdmitted, NoAuthority, RolledBack, AboutMissing, NoFounding, BadAct} {
		if j.faults.of[code] > 0 {
			return true
		}
	}
	return false
}

// judgeFolders finds exercises among decisions.
func (j *judge) judgeFolders() {
	live := make([]bool, len(j.ev.books))
	for _, s := range j.ev.strands {
		for _, i := range s.in {
			live[i] = live[i] || !s.training && !s.id.IsZero()
		}
	}
	for _, s := range j.ev.strands {
		if !s.training {
			continue
		}
		for _, i := range s.in {
			if live[i] {
				f := j.chainFault(TrainingAmongLive, s, "")
				f.Log = j.ev.books.dir(i)
				j.faults.add(f)
				break
			}
		}
	}
}

// judgeMembers holds the chains that are here against those that the log admits.
func (j *judge) judgeMembers() {
	if !j.known {
		return
	}
	for _, s := range j.ev.strands {
		m := j.r.members[s.id]
		switch {
		case s.training || s.id.IsZero():
		case m == nil:
			j.faults.add(j.chainFault(NotAdmitted, s, ""))
		case m.strand != s:
			j.faults.add(j.chainFault(NotAdmitted, s, "it is signed with another key than the one that the log admits"))
		}
	}
	for _, m := range j.r.order {
		s := m.strand
		if s == nil {
			// What a checkpoint covers of it is told as missing; the chain need not be told twice.
			if s = j.strandFor(m.chain); (s == nil || len(s.runs)+len(s.broken) == 0) && !j.o.Partial {
				j.lost[m.chain] = &gone{to: -1, admitted: true}
			} else if j.o.Partial && j.ev.chains[m.chain] == nil {
				j.elsewhere[m.chain] = true
			}
			continue
		}
		for _, c := range m.ends {
			j.judgeEnd(m, c)
		}
		if m.end == nil {
			continue
		}
		j.notices.add(j.chainFault(ClosedChain, s, fmt.Sprintf("number %d is its last record", m.end.number)))
		var after []outlier
		for r := range s.runs {
			for n := s.beyondFrom(r, m); n <= s.runs[r].last(); n++ {
				id := s.runs[r].id(n)
				switch {
				case m.own != nil && m.own.act.number == n && m.own.act.id == id: // it is the record that closes the chain
				case !m.beyond(n, id), m.setAside(n, id):
				default:
					if _, here := s.find(m.end.number, m.end.id); n <= m.end.number && !here {
						continue // which branch stands cannot be told; that its end is another one is told
					}
					after = append(after, outlier{s.index, int32(r), n})
				}
			}
		}
		slices.SortFunc(after, outlier.compare)
		j.several(&j.faults, AfterClosing, s, after, "")
	}
	for _, a := range j.r.disputed {
		j.actFault(TrustDispute, a, "")
	}
}

// judgeEnd holds a closing against the record that it names.
func (j *judge) judgeEnd(m *member, c *closing) {
	s := m.strand
	if _, here := s.find(c.number, c.id); here || s.isDamaged(c.number, c.id) {
		return
	}
	if c.number >= s.next {
		j.lose(m.chain, c.number, c.id, "the log closes the chain with this record")
		return
	}
	if r, any := s.at(c.number); any {
		j.fault(ClosingDiffers, s, r, c.number, "see "+recordPath(c.act.strand.id, c.act.number, c.act.id, false))
	}
}

// lose notes a record that should be in a chain and is further on than anything of it that is here.
func (j *judge) lose(chain decision.ID, number int, id decision.ID, why string) {
	if g := j.lost[chain]; g == nil || number > g.to {
		j.lost[chain] = &gone{to: number, id: id, why: why}
	}
}

// strandFor is the strand of a chain; also one of which nothing sound is left, if its folder is here.
func (j *judge) strandFor(chain decision.ID) *strand {
	if s := j.ev.chains[chain]; s != nil {
		return s
	}
	if s := j.ev.folders[decision.ChainFolder(chain)]; s != nil && s.id.IsZero() {
		return s
	}
	return nil
}

// judgeActs holds the acts of oversight against the log: whether their chains may, and whether what they name is there.
func (j *judge) judgeActs() {
	if j.known {
		for _, c := range j.r.bad {
			j.actFault(BadAct, c.act, c.why)
		}
		for _, c := range j.r.unauthorised {
			j.actFault(NoAuthority, c.act, c.why)
		}
	}
	acts := make(map[decision.ID]*act)
	for _, a := range j.ev.acts {
		acts[a.id] = a
	}
	for _, a := range j.ev.acts {
		if !j.r.ofLog(a) || founded(a) != nil {
			continue // another log's, which is nothing to this one
		}
		if !j.r.counts(a) {
			if m := j.r.members[a.strand.id]; m == nil || !m.overseer || m.strand != a.strand {
				j.actFault(NoAuthority, a, "")
			}
			continue // what comes after a closing is told as that
		}
		switch body := a.body.(type) {
		case *decision.DisposeAct:
			j.judgeNamed(a, body.Records)
			if about := a.cover().About; !about.IsZero() {
				first := acts[about]
				var is bool
				if first != nil {
					_, is = first.body.(*decision.DisposeAct)
				}
				if !is {
					j.actFault(BadAct, a, "it confirms something other than a disposal of this log")
				} else if why := confirms(a, first); why != "" {
					j.actFault(BadAct, a, why)
				}
			}
		case *decision.HoldAct:
			j.judgeNamed(a, body.Records)
		case *decision.ReleaseAct:
			first := acts[a.cover().About]
			var is bool
			if first != nil {
				_, is = first.body.(*decision.HoldAct)
			}
			if !is || !j.r.ofLog(first) {
				j.actFault(BadAct, a, "it ends something other than a hold of this log")
			}
		case *decision.RuleAct:
			j.judgeNamed(a, []decision.Place{body.Stands})
		}
	}
}

// judgeNamed holds the places that an act names against the records there.
func (j *judge) judgeNamed(a *act, places []decision.Place) {
	other, absent, elsewhere := -1, -1, 0
	for i, p := range places {
		s := j.ev.chains[p.Chain]
		if s == nil {
			elsewhere++
			continue
		}
		if _, here := s.find(p.Number, p.ID); here {
			continue
		}
		switch _, any := s.at(p.Number); {
		case any && !j.ev.damaged[p.ID.Short()] && other < 0:
			other = i
		case !any && p.Number >= s.next && !s.isDamaged(p.Number, p.ID) && absent < 0:
			absent = i
		}
	}
	path := func(i int) string { return recordPath(places[i].Chain, places[i].Number, places[i].ID, false) }
	if other >= 0 {
		j.actFault(BadAct, a, "another record than it names stands in the place of "+path(other))
	}
	if absent >= 0 {
		j.actFault(AboutMissing, a, "it should be "+path(absent))
	}
	if elsewhere > 0 && !j.o.Partial {
		j.notice(AboutElsewhere, a.strand, a.run, a.number, fmt.Sprintf("%d of those it names", elsewhere))
	}
}

// judgeReceipts looks for the checkpoints of the receipts.
func (j *judge) judgeReceipts() {
	for _, receipt := range j.o.Receipts {
		if !j.o.Log.IsZero() && receipt.Log != j.o.Log {
			continue
		}
		folder := decision.ChainFolder(receipt.Chain)
		file := recordPath(receipt.Chain, receipt.Number, receipt.ID, false)
		s := j.ev.chains[receipt.Chain]
		if s == nil {
			if j.o.Partial {
				j.elsewhere[receipt.Chain] = true
			} else {
				j.faults.add(fault(RolledBack, folder, receipt.Number, file, ""))
			}
			continue
		}
		r, here := s.find(receipt.Number, receipt.ID)
		if here {
			if s.runs[r].kind(receipt.Number) != decision.Checkpoint {
				j.fault(ReceiptDiffers, s, r, receipt.Number, "it is no checkpoint")
			}
			continue
		}
		if other, any := s.at(receipt.Number); any {
			j.fault(ReceiptDiffers, s, other, receipt.Number, "")
		} else if !j.ev.damaged[receipt.ID.Short()] {
			j.faults.add(fault(RolledBack, folder, receipt.Number, file, ""))
		}
	}
}

// judgeEnds reports what should follow on the ends of chains, by chain and numbers.
func (j *judge) judgeEnds() {
	chains := make([]decision.ID, 0, len(j.lost))
	for id := range j.lost {
		chains = append(chains, id)
	}
	slices.SortFunc(chains, func(a, b decision.ID) int { return strings.Compare(string(a[:]), string(b[:])) })
	for _, id := range chains {
		g, s, folder := j.lost[id], j.strandFor(id), decision.ChainFolder(id)
		if g.admitted || s == nil {
			switch {
			case j.o.Partial:
				j.elsewhere[id] = true
			case g.admitted:
				j.faults.add(fault(AdmittedMissing, folder, -1, folder, ""))
			default:
				j.faults.add(fault(CoveredMissing, folder, 0, "", fmt.Sprintf("nor are those up to number %d, which is the whole chain; %s", g.to, g.why)))
			}
			continue
		}
		if g.to-s.next >= maxGap {
			j.faults.add(fault(CoveredMissing, folder, s.next, "", fmt.Sprintf("nor are those up to number %d; %s", g.to, g.why)))
			continue
		}
		for n := s.next; n <= g.to; n++ {
			file := path.Join(folder, decision.NumberFolder(n))
			if n == g.to {
				file = recordPath(id, n, g.id, false)
				if s.isDamaged(n, g.id) {
					continue
				}
			} else if len(s.broken[n]) > 0 {
				continue // it is there, and reported as damaged
			}
			j.faults.add(fault(CoveredMissing, folder, n, file, g.why))
		}
	}
	if len(j.elsewhere) > 0 {
		j.notices.add(fault(ChainsElsewhere, "", -1, "", fmt.Sprintf("%d of them", len(j.elsewhere))))
	}
}

// judgeForks reports the records of numbers that have several. Where a rule of the log has chosen, those that it did not
// choose are set aside.
func (j *judge) judgeForks() {
	for _, s := range j.ev.strands {
		var m *member
		if j.known {
			if m = j.r.members[s.id]; m != nil && m.strand != s {
				m = nil
			}
		}
		for i := 0; i < len(s.forks); {
			number := int(s.forks[i].number)
			all := s.forksAt(number)
			i += len(all)
			if m != nil && m.ruled != nil && number >= m.ruled.fork {
				continue // told below, or as after the closing
			}
			for _, f := range all {
				x := fault(Fork, s.folder, number, recordPath(s.id, number, s.runs[f.run].id(number), !s.runs[f.run].hasBody(number)), fmt.Sprintf("%d have it", len(all)))
				x.Log = j.ev.books.dir(f.book)
				j.faults.add(x)
			}
		}
		if m == nil || m.ruled == nil {
			continue
		}
		var aside []outlier
		for r := range s.runs {
			for n := max(s.runs[r].first, m.ruled.fork); n <= min(s.runs[r].last(), m.ruled.number); n++ {
				if m.setAside(n, s.runs[r].id(n)) {
					aside = append(aside, outlier{s.index, int32(r), n})
				}
			}
		}
		slices.SortFunc(aside, outlier.compare)
		j.several(&j.notices, ForkSettled, s, aside, "")
	}
}

// verdict is what the disposals of a log say of one record.
type verdict struct {
	named bool // by any
	code  Code // what is wrong; empty where a disposal in force allows it
	early bool
}

// disposalOf weighs the disposals that name a record. Of several the kindest word counts.
func (j *judge) disposalOf(p decision.Place, kind decision.Kind, until int32) (v verdict) {
	best, id := 0, p.ID
	for i := range j.trust.disposed.of(id) {
		d := &j.trust.disposals[i]
		if !d.names(p) {
			continue
		}
		one := verdict{named: true, early: !d.due(until)}
		switch {
		case !disposable(kind), one.early && d.Act.Override == "":
			one.code = DisposalUndue
		case !d.InForce:
			one.code = DisposalUnconfirmed
		case d.holds(id):
			one.code = DisposedWhileHeld
		}
		if kind := 1 + slices.Index([]Code{DisposalUndue, DisposalUnconfirmed, DisposedWhileHeld, ""}, one.code); kind > best {
			v, best = one, kind
		}
	}
	return v
}

// judgeDisposals holds records of which only the cover is here against the disposals, and the disposals against the
// records that are here whole.
func (j *judge) judgeDisposals() {
	early := make([]int, len(j.trust.disposals))
	note := func(p decision.Place, until int32) {
		for i := range j.trust.disposed.of(p.ID) {
			if d := &j.trust.disposals[i]; d.names(p) && !d.due(until) {
				early[i]++
			}
		}
	}
	unconfirmed := 0
	beside := make(map[outlier]int32)
	for _, s := range j.ev.strands {
		for _, c := range s.covers {
			run, number := &s.runs[c.run], int(c.number)
			p := decision.Place{Chain: s.id, Number: number, ID: run.id(number)}
			v := j.disposalOf(p, run.kind(number), c.until)
			note(p, c.until)
			switch {
			case !disposable(run.kind(number)) && !v.named:
				j.fault(CoverOnly, s, c.run, number, "records of this kind keep their body, also in a copy without bodies")
			case v.named && v.code == "" && !j.known, !v.named && j.o.Partial && !j.known:
				unconfirmed++
			case v.named && v.code == "", j.o.Covers && v.code != DisposalUndue:
			case v.named:
				j.fault(v.code, s, c.run, number, "")
			default:
				j.fault(CoverOnly, s, c.run, number, "")
			}
		}
		for _, b := range s.beside {
			x := outlier{s.index, b.run, int(b.number)}
			beside[x] = b.book
			j.unfinished(s, x, b.book, "its cover lies beside it")
		}
	}
	seen := make(map[decision.ID]bool)
	for i := range j.trust.disposals {
		for _, p := range j.trust.disposals[i].Act.Records {
			s := j.ev.chains[p.Chain]
			if !j.known || s == nil || seen[p.ID] || j.ctx.Err() != nil {
				continue
			}
			seen[p.ID] = true
			if r, here := s.find(p.Number, p.ID); here && s.runs[r].hasBody(p.Number) {
				j.judgeBody(outlier{s.index, r, p.Number}, beside, note)
			}
		}
	}
	for i := range j.trust.disposals {
		d := &j.trust.disposals[i]
		if s := j.ev.chains[d.Chain]; s != nil && !j.o.Now.IsZero() && d.Time.After(j.o.Now.Add(clockSlack)) {
			// Whoever dates a disposal ahead makes due what is not.
			if r, here := s.find(d.Number, d.ID); here {
				j.outside = append(j.outside, outlier{s.index, r, d.Number})
			}
		}
		j.listed = append(j.listed, Listed{Chain: d.Chain, Number: d.Number, ID: d.ID, Time: d.Time, Rule: d.Act.Rule, Authority: d.Act.Authority,
			Records: len(d.Act.Records), InForce: d.InForce, Early: early[i]})
		if early[i] == 0 || d.Act.Override == "" {
			continue
		}
		if s := j.ev.chains[d.Chain]; s != nil {
			if r, here := s.find(d.Number, d.ID); here {
				j.notice(DisposedEarly, s, r, d.Number, fmt.Sprintf("%d of %d", early[i], len(d.Act.Records)))
			}
		}
	}
	if unconfirmed > 0 {
		j.notices.add(fault(AuthorityNotConfirmed, "", -1, "", fmt.Sprintf("%d of them", unconfirmed)))
	}
}

// judgeBody holds a record that a disposal names and that is here whole against its own cover, which is read again.
func (j *judge) judgeBody(x outlier, beside map[outlier]int32, note func(decision.Place, int32)) {
	s := j.ev.strands[x.strand]
	id := s.runs[x.run].id(x.number)
	name := decision.FileName{Number: x.number, Short: id.Short()}
	file := path.Join(recordFolder(s.id, x.number), name.String())
	var cover decision.Cover
	var in []int32
	for _, i := range s.in {
		data, err := j.ev.books[i].disk.ReadFile(file)
		if err != nil {
			continue
		}
		in = append(in, i)
		if c, sound := pinnedCover(name, data); sound {
			cover = c
		}
	}
	if cover.Kind == "" {
		return // it has gone since
	}
	until := untilOf(cover.KeepUntil)
	p := decision.Place{Chain: s.id, Number: x.number, ID: id}
	note(p, until)
	v := j.disposalOf(p, cover.Kind, until)
	_, held := j.trust.Held(id)
	switch {
	case v.code == DisposalUndue:
		j.fault(DisposalUndue, s, x.run, x.number, "the body is still here")
	case v.code == "" && !held: // on a hold that came later it stays, too
		for _, i := range in {
			if book, told := beside[x]; !told || book != i {
				j.unfinished(s, x, i, "")
			}
		}
	}
}

// judgeTemps looks for bodies in what writers left when they were stopped: one of them may have been at a disposal.
func (j *judge) judgeTemps() {
	for _, x := range j.ev.temps {
		if j.ctx.Err() != nil {
			return
		}
		if cover, is := j.disposedIn(x); is {
			chain, _, _ := strings.Cut(x.path, "/")
			f := fault(Unfinished, chain, cover.Number, x.path, "its body is in a temporary file")
			f.Log = j.ev.books.dir(x.book)
			j.faults.add(f)
			j.bodies = append(j.bodies, f)
		}
	}
}

// disposedIn returns the cover of the record whose body is in a temporary file, if a disposal in force names that.
func (j *judge) disposedIn(x leftover) (cover decision.Cover, is bool) {
	if !j.known || len(j.trust.disposals) == 0 {
		return cover, false
	}
	data, err := j.ev.books[x.book].disk.ReadFile(x.path)
	if err != nil {
		return cover, false
	}
	if cover, is = bodyIn(data); !is {
		return cover, false
	}
	p := decision.Place{Chain: cover.ChainID(), Number: cover.Number, ID: cover.ID()}
	v := j.disposalOf(p, cover.Kind, untilOf(cover.KeepUntil))
	_, held := j.trust.Held(p.ID)
	return cover, v.named && v.code == "" && !held && recordFolder(p.Chain, p.Number) == path.Dir(x.path)
}

func (j *judge) unfinished(s *strand, x outlier, book int32, more string) {
	f := fault(Unfinished, s.folder, x.number, recordPath(s.id, x.number, s.runs[x.run].id(x.number), false), more)
	f.Log = j.ev.books.dir(book)
	j.faults.add(f)
}

// finish makes the report.
func (j *judge) finish() Report {
	ev := j.ev
	r := ev.report
	r.Checkpoints, r.Disposals = []Covered{}, []Listed{}
	for _, s := range j.points {
		for _, p := range s.points {
			size, _, _ := decision.ParseTree(p.page.Cover.Tree)
			r.Checkpoints = append(r.Checkpoints, Covered{Chain: p.strand.id, Number: p.number, ID: p.id, Time: p.page.Cover.Time, Size: size})
		}
	}
	r.Disposals = append(r.Disposals, j.listed...)
	r.Uncovered, r.Since = j.uncovered, j.since
	r.Survey = j.survey()
	if !j.o.Log.IsZero() {
		r.Log = j.o.Log.String()
	}
	if j.known {
		r.Title, r.Trust = j.trust.Title, j.trust
		r.Confirmed = j.faults.of[NotAdmitted]+j.faults.of[TrustDispute] == 0
	}
	if r.Files == 0 {
		ev.notices.add(fault(NoRecords, "", -1, "", ""))
	}
	for i := range ev.books {
		j.judgeSigners(int32(i))
	}
	r.Faults = together(&ev.faults, &j.faults)
	// Of one chain together, in the order of its numbers.
	slices.SortStableFunc(r.Faults, func(a, b Fault) int {
		return cmp.Or(strings.Compare(a.Chain, b.Chain), cmp.Compare(a.Number, b.Number))
	})
	r.Faults = append(r.Faults, rest(&ev.faults, &j.faults)...)
	r.Notices = append(together(&ev.notices, &j.notices), rest(&ev.notices, &j.notices)...)
	r.Notices = slices.DeleteFunc(r.Notices, func(f Fault) bool {
		return f.Code == Temporary && slices.ContainsFunc(j.bodies, func(body Fault) bool { return body.Log == f.Log && body.File == f.File })
	})
	return r
}

func together(a, b *findings) []Fault {
	return append(append(make([]Fault, 0, len(a.list)+len(b.list)), a.list...), b.list...)
}

// judgeSigners looks for lines of a log's allowed_signers that no chain accounts for. The file is a convenience; its absence
// is told already.
func (j *judge) judgeSigners(book int32) {
	text, err := j.ev.books[book].disk.ReadFile(SignersName)
	if err != nil {
		return
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") || j.accounts(line) {
			continue
		}
		f := fault(UnknownSigner, "", -1, SignersName, fmt.Sprintf("line %d", n))
		f.Log = j.ev.books.dir(book)
		j.notices.add(f)
	}
}

// accounts reports whether a chain that is here accounts for a line: its key, its address, and roles that it can have.
func (j *judge) accounts(line string) bool {
	fields := strings.Fields(line)
	key, err := sshsig.ParseKey(strings.Join(fields[max(0, len(fields)-2):], " "))
	s := j.ev.keys[key]
	switch {
	case err != nil || s == nil:
		return false
	case s.owner == nil:
		return true // a chain whose opening is gone cannot say what its line should be
	case line+"\n" == s.owner.line:
		return true
	case len(fields) < 4:
		return false
	}
	principal, roles := s.owner.principal, []string{sshsig.Decision, sshsig.Oversight}
	if s.training {
		roles = []string{sshsig.Training}
	}
	if m := j.r.members[s.id]; m != nil {
		if !m.overseer {
			roles = roles[:1]
		}
		if m.principal != "" && fields[0] == m.principal {
			principal = m.principal
		}
	}
	// Roles, and until when a closed chain counts for ssh-keygen.
	given, is := strings.CutPrefix(strings.Join(fields[1:len(fields)-2], ","), "namespaces=\"")
	given, until, _ := strings.Cut(given, "\"")
	for role := range strings.SplitSeq(given, ",") {
		is = is && slices.Contains(roles, role)
	}
	if until != "" {
		day, begins := strings.CutPrefix(until, ",valid-before=\"")
		day, ends := strings.CutSuffix(day, "Z\"")
		is = is && begins && ends && len(day) == len("20060102150405") && strings.Trim(day, "0123456789") == ""
	}
	return is && fields[0] == principal
}
