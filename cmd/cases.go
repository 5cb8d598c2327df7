package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io/fs"
	"iter"
	"maps"
	"path"
	"runtime"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/cases"
	"dsa/decision/logbook"
	"dsa/legislation"

	"github.com/rickar/cal/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// caseOptions say which cases a command wants.
type caseOptions struct {
	logs      []string // folders; none: the person's own
	training  bool
	doubtful  bool // give those too that do not count in their log; Facts.Doubt says why
	filter    cases.Filter
	unchecked bool // the logs are not checked as a whole; each record is still verified by itself

	from, until string // as typed
}

// flags registers what chooses cases, under the same names in every command.
func (o *caseOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.from, "from", "", "recorded on this `DAY` or later, such as 2026-01-31, 2026-01 or 2026")
	f.StringVar(&o.until, "until", "", "recorded on this `DAY` or earlier; 2026 is to the end of that year")
	for _, one := range []struct {
		values     *[]string
		name, says string
	}{
		{&o.filter.Outcome, "outcome", "with this `OUTCOME`, then or now: share-all, share-part, none, defer, refer, withdrawn"},
		{&o.filter.Occasion, "mode", "in this `MODE`: adhoc, routine, emergency"},
		{&o.filter.Agreement, "agreement", "under the agreement with this `ID`"},
		{&o.filter.Organisation, "organisation", "by an organisation whose name has these `WORDS` in it"},
		{&o.filter.Recipient, "recipient", "to a recipient whose name has these `WORDS` in it"},
		{&o.filter.Sector, "sector", "by this `KIND` of organisation"},
		{&o.filter.RecipientSector, "recipient-sector", "to this `KIND` of recipient"},
		{&o.filter.Gateway, "gateway", "that relied on the entry of the law, or on the basis, with this `ID`"},
		{&o.filter.Basis, "basis", "that relied on the lawful basis or condition with this `ID`"},
		{&o.filter.Finding, "finding", "at which the finding with this `CODE` was pointed out"},
		{&o.filter.Initiative, "initiative", "of this area of joint work (`ID`), such as marac"},
		{&o.filter.Reference, "case", "whose case reference has these `WORDS` in it"},
	} {
		f.StringArrayVar(one.values, one.name, nil, one.says)
	}
	f.StringArrayVar(&o.logs, "log", nil, "a log folder (`DIR`), if not your own; can be given several times")
	f.BoolVar(&o.training, "training", false, "take exercises too, marked TRAINING")
}

// outcomes are what a decision can be, and what a review can make of it.
var outcomes = []string{"share-all", "share-part", "none", "defer", "refer", "withdrawn"}

// check reads what was typed, and refuses what no record can have: a slip must not look like an all-clear.
func (o *caseOptions) check(_ *App, cmd *cobra.Command) error {
	var err error
	if o.filter.From, err = boundary(cmd, "from", o.from, false); err != nil {
		return err
	}
	if o.filter.To, err = boundary(cmd, "until", o.until, true); err != nil {
		return err
	}
	if !o.filter.From.IsZero() && !o.filter.To.IsZero() && o.filter.To.Before(o.filter.From) {
		return usage(cmd, "--until lies before --from")
	}
	named := func(of []legislation.Named) (ids []string) {
		for _, n := range of {
			ids = append(ids, n.ID)
		}
		return ids
	}
	var codes []string
	for _, c := range decision.Codes() {
		codes = append(codes, c.Code)
	}
	for _, one := range []struct {
		flag    string
		values  []string
		allowed []string // nil: anything
	}{
		{"outcome", o.filter.Outcome, outcomes},
		{"mode", o.filter.Occasion, checklist.Occasions},
		{"sector", o.filter.Sector, named(legislation.Sectors)},
		{"recipient-sector", o.filter.RecipientSector, named(legislation.Recipients)},
		{"finding", o.filter.Finding, codes},
		{"agreement", o.filter.Agreement, nil}, {"organisation", o.filter.Organisation, nil}, {"recipient", o.filter.Recipient, nil},
		{"gateway", o.filter.Gateway, nil}, {"basis", o.filter.Basis, nil}, {"initiative", o.filter.Initiative, nil}, {"case", o.filter.Reference, nil},
	} {
		for i, v := range one.values {
			one.values[i] = strings.TrimSpace(v)
			switch {
			case one.values[i] == "":
				return usage(cmd, "--"+one.flag+" was given without a word")
			case one.allowed != nil && !slices.ContainsFunc(one.allowed, func(a string) bool { return strings.EqualFold(a, one.values[i]) }):
				return &failure{what: "--" + one.flag + " is one of: " + listed(one.allowed), next: perhaps(one.values[i], one.allowed, seeHelp(cmd)), code: codeUsage}
			}
		}
	}
	return nil
}

// boundary reads a day, a month or a year; of the latter two its first or its last day.
func boundary(cmd *cobra.Command, flag, typed string, last bool) (time.Time, error) {
	typed = strings.TrimSpace(typed)
	if typed == "" {
		if cmd.Flags().Changed(flag) {
			return time.Time{}, usage(cmd, "--"+flag+" was given without a day")
		}
		return time.Time{}, nil
	}
	for _, form := range []struct {
		layout        string
		years, months int
	}{{time.DateOnly, 0, 0}, {"2006-01", 0, 1}, {"2006", 1, 0}} {
		day, err := time.Parse(form.layout, typed)
		if err != nil {
			continue
		}
		if last && form.layout != time.DateOnly {
			day = day.AddDate(form.years, form.months, -1)
		}
		return day, nil
	}
	return time.Time{}, usage(cmd, "--"+flag+" takes a day such as 2026-01-31, a month such as 2026-01, or a year")
}

// A head is the newest record of a chain, as far as it is intact.
type head struct {
	Log    string      `json:"log"` // the folder in which it lies
	Chain  decision.ID `json:"chain"`
	Number int         `json:"number"`
	ID     decision.ID `json:"id"`
}

// caseResult is what is known once all cases have been gone through.
type caseResult struct {
	Logs      []string // the folders that were gone through
	Decisions int      // given, exercises aside
	Training  int      // exercises that fitted: given where they were asked for, and otherwise left out
	Disposed  int      // of Decisions, those of which only the cover is left
	Untold    int      // disposed of, so that nobody can tell whether they fitted; left out
	Doubtful  int      // fitted and do not count in their log; left out
	Faults    []logbook.Fault
	Verdict   string
	Heads     []head
}

// err is the failure where records could not be relied on; nil where all is well.
func (x caseResult) err() error {
	if len(x.Faults) == 0 {
		return nil
	}
	return &failure{what: count(len(x.Faults), "fault") + " found in the logs; records that cannot be relied on were left out",
		next: "see what is wrong with dsa verify, and tell your information governance lead", code: codeFound}
}

// sizeOf is about how many records there are in some folders, where each is counted once in the one that has most of them.
func sizeOf(books []*logbook.Book) int {
	size := 0
	for _, b := range books {
		size = max(size, b.Size())
	}
	return size
}

// A caseReader goes through the decisions of some logs, each with what follows it.
type caseReader struct {
	app         *App
	o           caseOptions
	v           *verification // the folders, and what they are held against
	logs        []*logAt
	readers     []*logbook.Reader // one for each log
	initiatives []cases.Initiative
	days        *cal.BusinessCalendar
	today       string
	done        func()

	judging   sync.Mutex // over what follows
	registrar *registrar
	gone      func(decision.ID) bool // of what records only the covers are told; nil until it is needed

	seen    *logbook.Survey // what the check has found sound; nil where there was none
	later   followIndex
	heads   map[decision.ID]head
	reading sync.Mutex // over the two before, while the logs are gone through the first time
	result  caseResult
	faulty  map[string]bool     // files of which the check found a fault, by folder and path
	unmet   map[string][]string // ids that were asked for, that nothing here knows, and that no record has had yet; and what is known in their place
}

// openCases opens the logs.
func (app *App) openCases(ctx context.Context, o caseOptions) (*caseReader, error) {
	r := &caseReader{app: app, o: o, v: &verification{options: checks()}, days: workingDays(), today: app.Now().Format(time.DateOnly),
		heads: map[decision.ID]head{}, faulty: map[string]bool{}}
	r.v.options.Now = app.Now()
	if err := r.open(ctx); err != nil {
		r.v.close()
		return nil, err
	}
	for _, b := range r.v.books {
		r.logs = append(r.logs, &logAt{dir: b.Dir(), book: b})
		r.readers = append(r.readers, b.Reader())
		r.result.Logs = append(r.result.Logs, b.Dir())
	}
	r.registrar = app.registrar(r.logs...)
	law, err := app.Law(legislation.PartBases)
	if err != nil {
		r.v.close()
		return nil, err
	}
	for _, in := range law.Initiatives {
		r.initiatives = append(r.initiatives, cases.Initiative{ID: in.ID, Circumstances: in.Facts})
	}
	r.unmet = r.unknown(law)
	r.done = sparing()
	return r, nil
}

func (r *caseReader) open(ctx context.Context) (err error) {
	if r.o.unchecked {
		r.v.books, err = r.app.openEach(r.o.logs)
		return err
	}
	opts := verifyOptions{logs: r.o.logs}
	if err := r.app.against(r.v, opts, false); err != nil {
		return err
	}
	if r.v.guessed != "" {
		r.app.say("Notice: the log's id was not given; %s.", r.v.guessed)
	}
	return r.app.openToVerify(ctx, r.v, opts, false)
}

func (r *caseReader) close() {
	r.done()
	for _, one := range r.readers {
		one.Close()
	}
	r.v.close()
}

// unknown are the ids that were asked for and that the tables do not have: only a record can. With each come those that the tables
// have in its place.
func (r *caseReader) unknown(law *legislation.Law) map[string][]string {
	unmet := map[string][]string{}
	isIn := func(wanted []string, known ...string) {
		for _, id := range wanted {
			if id = strings.ToLower(id); !slices.Contains(known, id) {
				unmet[id] = append(unmet[id], known...)
			}
		}
	}
	var provisions, bases, initiatives []string
	for _, p := range law.Provisions {
		provisions = append(provisions, p.ID)
	}
	for _, b := range law.Bases.Entries {
		bases = append(bases, b.ID)
	}
	for _, in := range law.Initiatives {
		initiatives = append(initiatives, in.ID)
	}
	isIn(r.o.filter.Gateway, append(provisions, bases...)...)
	isIn(r.o.filter.Basis, bases...)
	isIn(r.o.filter.Initiative, initiatives...)
	isIn(r.o.filter.Agreement, r.app.agreementNames()...)
	return unmet
}

// met takes note of an id that a record has.
func (r *caseReader) met(f *cases.Facts) {
	if len(r.unmet) == 0 {
		return
	}
	for _, g := range f.Gateways {
		delete(r.unmet, strings.ToLower(g.ID))
	}
	for _, id := range slices.Concat(f.Bases, f.Conditions, f.Initiatives, []string{f.Agreement}) {
		delete(r.unmet, strings.ToLower(id))
	}
}

// A followUp is where a record lies that is about another one. A long log has many.
type followUp struct {
	about, id, chain decision.ID
	number           int32
	endorse          bool
}

// followIndex are all follow-ups, in the order of what they are about once it is sorted.
type followIndex []followUp

func (x followIndex) sort() followIndex {
	slices.SortFunc(x, func(a, b followUp) int {
		return cmp.Or(bytes.Compare(a.about[:], b.about[:]), bytes.Compare(a.chain[:], b.chain[:]), cmp.Compare(a.number, b.number), bytes.Compare(a.id[:], b.id[:]))
	})
	return slices.CompactFunc(x, func(a, b followUp) bool { return a.id == b.id }) // one that lies in several logs
}

// of are those about one record.
func (x followIndex) of(about decision.ID) followIndex {
	from := sort.Search(len(x), func(i int) bool { return bytes.Compare(x[i].about[:], about[:]) >= 0 })
	to := from
	for to < len(x) && x[to].about == about {
		to++
	}
	return x[from:to]
}

// first goes through the logs once: what follows decisions up is noted, and unless nobody wants it the logs are checked.
func (r *caseReader) first(ctx context.Context) error {
	r.later = nil
	note := func(m logbook.Met) {
		if !isFollowUp(m.Cover.Kind) && !r.isHead(m) {
			return
		}
		r.reading.Lock()
		defer r.reading.Unlock()
		if isFollowUp(m.Cover.Kind) {
			r.later = append(r.later, followUp{m.Cover.About, m.ID, m.Chain, int32(m.Cover.Number), m.Cover.Kind == decision.Endorse})
		}
		if h, met := r.heads[m.Chain]; !met || m.Cover.Number > h.Number {
			r.heads[m.Chain] = head{r.v.books[m.Book].Dir(), m.Chain, m.Cover.Number, m.ID}
		}
	}
	if r.o.unchecked {
		r.result.Verdict = "each record verified by itself"
		if err := r.skim(ctx, note); err != nil {
			return err
		}
	} else {
		options := r.v.options
		options.Met = note
		// The bodies of decisions are read in the second run.
		options.Body = func(kind decision.Kind, body []byte) (logbook.Reference, error) {
			if kind == decision.Decision {
				return logbook.Reference{}, nil
			}
			return checkBody(kind, body)
		}
		report, err := r.app.watch(ctx, r.v.books, options)
		if err != nil {
			return err
		}
		r.result.Verdict, r.seen = result(report), report.Survey
		r.result.Faults = report.Faults
		for _, f := range report.Faults {
			if f.File != "" {
				r.faulty[f.Log+"\x00"+f.File] = true
			}
		}
	}
	r.later = r.later.sort()
	for _, h := range r.heads {
		r.result.Heads = append(r.result.Heads, h)
	}
	slices.SortFunc(r.result.Heads, func(a, b head) int { return bytes.Compare(a.Chain[:], b.Chain[:]) })
	return nil
}

// isHead reports whether a record is newer than all that were met of its chain.
func (r *caseReader) isHead(m logbook.Met) bool {
	r.reading.Lock()
	defer r.reading.Unlock()
	h, met := r.heads[m.Chain]
	return !met || m.Cover.Number > h.Number
}

// skim reads the covers alone. Whoever they are of is looked at when one of them is needed.
func (r *caseReader) skim(ctx context.Context, note func(logbook.Met)) error {
	for _, err := range ordered(ctx, r.files(), func(f recordFile) struct{} {
		for _, c := range f.copies {
			cover, id, sound := r.readers[c.book].Cover(c.name)
			if !sound {
				continue
			}
			chain := cover.Chain
			if cover.Number == 0 {
				chain = id
			}
			note(logbook.Met{Chain: chain, ID: id, Cover: cover, CoverOnly: c.name.CoverOnly, Book: c.book})
		}
		return struct{}{}
	}) {
		if err != nil {
			return err
		}
	}
	return nil
}

// seenAt is what the check has seen, for a file in which it found no fault: of a record that lies in several logs one copy
// can be sound and another not.
func (r *caseReader) seenAt(book int, n logbook.Name) *logbook.Survey {
	if r.faulty[r.inLog(book)+"\x00"+n.Path] {
		return nil
	}
	return r.seen
}

// inLog is how a fault names a folder; with one there is nothing to tell apart.
func (r *caseReader) inLog(book int) string {
	if len(r.logs) < 2 {
		return ""
	}
	return r.logs[book].dir
}

// A copyAt is a record's file in one of the logs.
type copyAt struct {
	book int
	name logbook.Name
}

// A recordFile is one record, in as many copies as there are.
type recordFile struct {
	copies []copyAt // those with the body first
	err    error    // a folder that could not be listed
	book   int      // in which
}

// files are the records of the logs by their names, in the order of chains and numbers, each once.
func (r *caseReader) files() iter.Seq[recordFile] {
	type reel struct {
		next func() (logbook.Name, error, bool)
		name logbook.Name
		err  error
		over bool
		stem string
	}
	return func(yield func(recordFile) bool) {
		reels := make([]*reel, len(r.v.books))
		turn := func(l *reel) {
			name, err, more := l.next()
			l.name, l.err, l.over = name, err, !more
			l.stem = stemOf(name.Path)
		}
		for i, b := range r.v.books {
			next, stop := iter.Pull2(b.Names())
			defer stop()
			reels[i] = &reel{next: next}
			turn(reels[i])
		}
		for {
			at, some := "", false
			for i, l := range reels {
				for !l.over && l.err != nil {
					if !yield(recordFile{err: l.err, book: i}) {
						return
					}
					turn(l)
				}
				if !l.over && (!some || l.stem < at) {
					at, some = l.stem, true
				}
			}
			if !some {
				return
			}
			var f recordFile
			for i, l := range reels {
				for !l.over && l.err == nil && l.stem == at {
					f.copies = append(f.copies, copyAt{i, l.name})
					turn(l)
				}
			}
			slices.SortStableFunc(f.copies, func(a, b copyAt) int { return cmp.Compare(isCover(a), isCover(b)) })
			if !yield(f) {
				return
			}
		}
	}
}

func isCover(c copyAt) int {
	if c.name.CoverOnly {
		return 1
	}
	return 0
}

// ordered works on items on all cores and gives what came of them in their order. Few of them are in memory at a time. It
// ends with an error when it is stopped.
func ordered[T, R any](ctx context.Context, items iter.Seq[T], work func(T) R) iter.Seq2[R, error] {
	const size = 8
	type batch struct {
		items   []T
		results []R
		done    chan struct{}
	}
	return func(yield func(R, error) bool) {
		var none R
		ctx, cancel := context.WithCancel(ctx)
		workers := runtime.GOMAXPROCS(0)
		queue, inOrder := make(chan *batch), make(chan *batch, 2*workers)
		var wait sync.WaitGroup
		defer wait.Wait()
		defer cancel()
		wait.Go(func() {
			defer close(queue)
			defer close(inOrder)
			b := &batch{done: make(chan struct{})}
			send := func() bool {
				select {
				case inOrder <- b:
				case <-ctx.Done():
					return false
				}
				select {
				case queue <- b:
				case <-ctx.Done():
					close(b.done)
					return false
				}
				b = &batch{done: make(chan struct{})}
				return true
			}
			for item := range items {
				if b.items = append(b.items, item); len(b.items) == size && !send() {
					return
				}
			}
			if len(b.items) > 0 {
				send()
			}
		})
		for range workers {
			wait.Go(func() {
				for b := range queue {
					for _, item := range b.items {
						b.results = append(b.results, work(item))
					}
					close(b.done)
				}
			})
		}
		for b := range inOrder {
			<-b.done
			if err := ctx.Err(); err != nil {
				yield(none, err)
				return
			}
			for _, one := range b.results {
				if !yield(one, nil) {
					return
				}
			}
		}
		if err := ctx.Err(); err != nil {
			yield(none, err)
		}
	}
}

// read is what came of one record.
type caseRead struct {
	c      *cases.Case // nil: no decision, or none that can be read
	faults []logbook.Fault
}

// all gives the cases that fit, each decision once, in the order of chains and numbers.
func (r *caseReader) all(ctx context.Context) iter.Seq2[*cases.Case, error] {
	return func(yield func(*cases.Case, error) bool) {
		if err := r.first(ctx); err != nil {
			yield(nil, err)
			return
		}
		step, end := r.app.progressOf("Records gone through", sizeOf(r.v.books))
		defer end()
		n, late := 0, map[string]bool{} // files that the check found nothing wrong with
		for one, err := range ordered(ctx, r.files(), r.read) {
			if err != nil {
				yield(nil, &failure{what: "stopped; not all of the log was gone through", next: "run the same command again", code: codeStopped})
				return
			}
			n++
			step(n)
			for _, f := range one.faults {
				if at := f.Log + "\x00" + f.File; !r.faulty[at] && !late[at] {
					late[at] = true
					r.result.Faults = append(r.result.Faults, f)
				}
			}
			if one.c == nil || !r.wanted(one.c) {
				continue
			}
			if !yield(one.c, nil) {
				return
			}
		}
		end()
		if len(r.unmet) > 0 {
			// A mistyped id must not look like an all-clear.
			next := "find the id with: dsa gateways find WORDS"
			for _, id := range slices.Sorted(maps.Keys(r.unmet)) {
				next = perhaps(id, r.unmet[id], next)
			}
			yield(nil, &failure{what: "an id was asked for that no record here has, and neither have the law tables, the lawful bases, the initiatives or the agreements",
				next: next, code: codeUsage})
		}
	}
}

// wanted reports whether a case is to be given, and counts it.
func (r *caseReader) wanted(c *cases.Case) bool {
	f := c.Facts()
	r.met(f)
	switch {
	case f.Training && !r.o.filter.Match(f):
		return false
	case f.Training:
		r.result.Training++
		return r.o.training
	case !r.o.filter.Match(f):
		if f.Disposed && r.o.filter.InTime(f) {
			r.result.Untold++
		}
		return false
	case f.Doubt != "" && f.Doubt != unconfirmed:
		r.result.Doubtful++
		return r.o.doubtful
	}
	r.result.Decisions++
	if f.Disposed {
		r.result.Disposed++
	}
	return true
}

// found is what is known once all has ended.
func (r *caseReader) found() caseResult {
	x := r.result
	if len(x.Faults) > 0 && !r.o.unchecked {
		// The bodies of decisions were read after the check.
		x.Verdict = logbook.Report{Faults: x.Faults}.Result()
	}
	return x
}

// read reads one record and, if it is a decision, what follows it up.
func (r *caseReader) read(f recordFile) caseRead {
	var out caseRead
	if f.err != nil {
		out.faults = append(out.faults, r.faultOf(f.book, f.err))
		return out
	}
	var first filed
	var dirs []string
	in := map[decision.ID]int{} // in which of the folders each record was found
	found := false
	for _, c := range f.copies {
		entry, err := r.readers[c.book].Read(c.name, r.seenAt(c.book, c.name))
		if errors.Is(err, fs.ErrNotExist) && !c.name.CoverOnly {
			// It was disposed of meanwhile; its cover may be younger than the listing.
			c.name = coverName(c.name)
			entry, err = r.readers[c.book].Read(c.name, r.seenAt(c.book, c.name))
		}
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err == nil {
			err = r.genuine(entry)
		}
		if err == nil && entry.Page.Cover.Kind != decision.Decision {
			return out
		}
		var one filed
		if err == nil {
			if one, err = file(entry); err != nil {
				err = &logbook.FileError{Path: entry.Path, Err: errGarbled}
			}
		}
		if err != nil {
			out.faults = append(out.faults, r.faultOf(c.book, err))
			continue
		}
		if dir := r.logs[c.book].dir; !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
		if !entry.CoverOnly && (r.disposed(entry) || slices.ContainsFunc(f.copies, func(o copyAt) bool { return o.book == c.book && o.name.CoverOnly })) {
			one = filed{entry: coverOf(entry)}
		}
		if !found || first.record == nil && one.record != nil {
			first, found = one, true
			in[entry.ID] = c.book
		}
	}
	if !found {
		if len(out.faults) == 0 && len(f.copies) > 0 {
			out.faults = append(out.faults, r.faultOf(f.copies[0].book, &logbook.FileError{Path: f.copies[0].name.Path, Err: errGone}))
		}
		return out
	}
	d := &dossier{first: first}
	r.follow(d, in, &out.faults)
	d.withoutOwn()
	d.later = oldestFirst(d.later)
	d.sortBy(func(e logbook.Entry) string {
		if e.ID == first.entry.ID {
			return r.doubt(e, dirs)
		}
		return r.doubt(e, r.places(e))
	})
	out.c = r.caseOf(d, in)
	return out
}

// coverName is where the cover of a record stands by itself.
func coverName(n logbook.Name) logbook.Name {
	n.CoverOnly, n.Path = true, coverPath(n.Path)
	return n
}

var (
	errGarbled = errors.New("its content is not as this program writes it")
	errGone    = errors.New("it was removed while the log was gone through")
)

// faultOf words a file that cannot be read or relied on.
func (r *caseReader) faultOf(book int, err error) logbook.Fault {
	f := logbook.Fault{Number: -1, File: pathOf(logbook.Entry{}, err), Code: logbook.Unreadable, Meaning: "the file cannot be read or relied on",
		Next: "see what is wrong with: dsa verify"}
	f.Log = r.inLog(book)
	if errors.Is(err, errGarbled) {
		f.Code, f.Meaning = logbook.BadBody, errGarbled.Error()
	}
	if errors.Is(err, errGone) {
		f.Code, f.Meaning = logbook.Missing, errGone.Error()
	}
	if isForged(err) {
		f.Code, f.Meaning = logbook.WrongKey, "it names somebody's chain and was signed with another key"
	}
	f.Chain, _, _ = strings.Cut(f.File, "/")
	return f
}

func (r *caseReader) genuine(e logbook.Entry) error {
	r.judging.Lock()
	defer r.judging.Unlock()
	return r.registrar.genuine(e)
}

func (r *caseReader) doubt(e logbook.Entry, dirs []string) string {
	r.judging.Lock()
	defer r.judging.Unlock()
	return r.registrar.doubt(e, dirs...)
}

// disposed reports whether the body of a record is to be destroyed. It may still lie here, in a folder that nobody has synced
// since; what it says is not told any more.
func (r *caseReader) disposed(e logbook.Entry) bool {
	r.judging.Lock()
	defer r.judging.Unlock()
	if r.gone == nil {
		r.gone = r.registrar.disposals()
	}
	return r.gone(e.ID)
}

// places are the folders in which a record lies.
func (r *caseReader) places(e logbook.Entry) []string {
	if len(r.logs) == 1 {
		return []string{r.logs[0].dir}
	}
	r.judging.Lock()
	defer r.judging.Unlock()
	return r.registrar.places(e)
}

// follow gathers what is about a decision, and what is said of that.
func (r *caseReader) follow(d *dossier, in map[decision.ID]int, faults *[]logbook.Fault) {
	training := d.first.entry.Namespace == trainingRole
	take := func(one followUp) {
		f, book, ok := r.at(one, faults)
		if !ok || (f.entry.Namespace == trainingRole) != training {
			return
		}
		d.later = with(d.later, f)
		in[one.id] = book
	}
	for _, one := range r.later.of(d.first.entry.ID) {
		take(one)
	}
	for _, f := range slices.Clone(d.later) {
		if f.entry.Page.Cover.Kind == decision.Endorse {
			continue
		}
		for _, one := range r.later.of(f.entry.ID) {
			if one.endorse {
				take(one)
			}
		}
	}
}

// at reads a follow-up: whole where any log has it whole, and otherwise its cover. Copies that are not as they were signed are
// noted.
func (r *caseReader) at(one followUp, faults *[]logbook.Fault) (f filed, book int, ok bool) {
	for _, coverOnly := range []bool{false, true} {
		name := decision.FileName{Number: int(one.number), Short: one.id.Short(), CoverOnly: coverOnly}
		where := path.Join(decision.ChainFolder(one.chain), decision.NumberFolder(name.Number), name.String())
		for i, reader := range r.readers {
			named := logbook.Name{FileName: name, Path: where}
			entry, err := reader.Read(named, r.seenAt(i, named))
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err == nil {
				err = r.genuine(entry)
			}
			if err == nil {
				if f, err = file(entry); err != nil {
					err = &logbook.FileError{Path: entry.Path, Err: errGarbled}
				}
			}
			if err != nil {
				*faults = append(*faults, r.faultOf(i, err))
				continue
			}
			if entry.ID != one.id {
				continue
			}
			if !coverOnly {
				if reader.Has(coverName(named)) || r.disposed(entry) {
					f = filed{entry: coverOf(entry)}
				}
			}
			return f, i, true
		}
	}
	return filed{}, 0, false
}

// caseOf is a dossier as a case.
func (r *caseReader) caseOf(d *dossier, in map[decision.ID]int) *cases.Case {
	c := &cases.Case{First: r.page(d.first, in), Aside: len(d.aside), Initiatives: r.initiatives}
	c.First.Doubt = d.doubt
	for _, f := range d.later {
		c.Later = append(c.Later, r.page(f, in))
	}
	for _, duty := range d.owing(r.days) {
		c.Owed = append(c.Owed, cases.Owed{What: duty.What, Due: duty.Due, Overdue: duty.Due != "" && duty.Due < r.today})
	}
	c.Facts()
	return c
}

func (r *caseReader) page(f filed, in map[decision.ID]int) cases.Page {
	e := f.entry
	return cases.Page{ID: e.ID, Chain: e.Chain, Number: e.Number, Kind: e.Page.Cover.Kind, About: e.Page.Cover.About, Time: e.Page.Cover.Time,
		KeepUntil: e.Page.Cover.KeepUntil, Fingerprint: e.Key.Fingerprint(), Training: e.Namespace == trainingRole,
		Log: r.logs[in[e.ID]].dir, File: e.Path, Cover: e.Page.CoverBytes, Signature: e.Page.Signature, Body: e.Page.Body, Record: f.record}
}

// sayLeftOut tells what a list of cases is without.
func (x caseResult) sayLeftOut(app *App, training bool) {
	if x.Training > 0 && !training {
		app.say("%s left out; --training takes exercises too.", screen.Count(x.Training, "exercise is", "exercises are"))
	}
	if x.Doubtful > 0 {
		app.say("%s not count in the log and %s left out. See dsa trust, and dsa log, which lists them.",
			screen.Count(x.Doubtful, "decision does", "decisions do"), isAre(x.Doubtful))
	}
	if x.Untold > 0 {
		app.say("%s disposed of; whether they belong here cannot be told any more.", count(x.Untold, "decision"))
	}
}
