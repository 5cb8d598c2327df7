package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/paper"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
)

type disposeOptions struct {
	asking
	due, two, finish, dryRun, json bool
	confirm, certificate           string
}

// NewDispose is the command that destroys what records say, and leaves their signed covers.
func NewDispose(app *App) *cobra.Command {
	var opts disposeOptions
	c := &cobra.Command{
		Use:   "dispose [ID...]",
		Short: "Destroy what records say when their time is over; their signed covers stay",
		Long: `dispose destroys what decisions say, and what completes, amends, reviews and
endorses them, in every folder of the log that this computer knows. The signed
cover of each stays: that something was recorded, when, by which key, and until
when it was to be kept. The disposal itself is a signed record.

It shows what would go before it asks by which rule and on whose authority.
Records under a hold are refused. What is not due yet needs a reason, which
stands in the log and is shown with every check. ID is the beginning of an id.

  --due              everything whose day is over, with what belongs to it
  --two              destroy nothing until a second overseer confirms it
  --confirm ID       confirm a disposal that asked for two, and carry it out
  --finish           carry out what was recorded and interrupted, or what a folder
                     that was out of reach still holds; nothing new is recorded
  --certificate FILE a certificate for the file, as .txt or .html; with --two it is
                     given with --confirm

What was interrupted is finished by running the same command again, or --finish:
what you have recorded is published first where a folder lacks it. While a folder
of the log does not answer, or acts of oversight are missing that were there once,
nothing is destroyed: a hold could be among them.

Not reached from here: the authors' own computers, until they next sync; backups;
copies that were sent or taken elsewhere. The last two need a rule of their own.`,
		Example: `  dsa dispose --due --dry-run
  dsa dispose --due --certificate disposal-2034.html
  dsa dispose 9f31c2 --two
  dsa dispose --confirm 4be0a7
  dsa dispose --finish`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opts.check(cmd, args); err != nil {
				return err
			}
			switch {
			case opts.finish:
				return runFinish(cmd.Context(), app, opts)
			case opts.confirm != "":
				return runConfirm(cmd.Context(), app, opts)
			}
			return runDispose(cmd.Context(), app, args, opts)
		},
	}
	opts.flags(c)
	f := c.Flags()
	f.BoolVar(&opts.due, "due", false, "everything whose day is over")
	f.BoolVar(&opts.two, "two", false, "destroy nothing until a second overseer confirms it")
	f.StringVar(&opts.confirm, "confirm", "", "confirm the disposal with this `ID`, and carry it out")
	f.BoolVar(&opts.finish, "finish", false, "carry out disposals that were interrupted")
	f.StringVar(&opts.certificate, "certificate", "", "write a certificate to this `FILE`, which must not exist: .txt or .html")
	f.BoolVar(&opts.dryRun, "dry-run", false, "show what would go; destroy and record nothing")
	f.BoolVar(&opts.json, "json", false, "with --due: one JSON object to a record, for programs; destroys and records nothing")
	return c
}

func (o disposeOptions) check(cmd *cobra.Command, args []string) error {
	ways := 0
	for _, on := range []bool{len(args) > 0, o.due, o.confirm != "", o.finish} {
		if on {
			ways++
		}
	}
	switch {
	case ways == 0:
		return &failure{what: "no record was named; nothing was destroyed", next: "name records by their ids, or use --due; dsa log lists the records", code: codeUsage}
	case ways > 1:
		return usage(cmd, "records, --due, --confirm and --finish are asked for one at a time; nothing was destroyed")
	case o.json && !o.due:
		return usage(cmd, "--json goes with --due; nothing was destroyed")
	case o.two && (o.finish || o.confirm != ""):
		return usage(cmd, "--two goes with a new disposal; nothing was destroyed")
	case o.dryRun && o.finish:
		return usage(cmd, "--dry-run goes with a new disposal or --confirm; nothing was destroyed")
	case o.certificate != "" && o.two:
		return usage(cmd, "with --two nothing is destroyed yet, so there is nothing to certify: give --certificate with --confirm; nothing was recorded")
	case o.certificate != "" && (o.dryRun || o.json):
		return usage(cmd, "--certificate goes with a disposal that is carried out; nothing was destroyed")
	}
	if o.certificate == "" {
		return nil
	}
	if ending := strings.ToLower(filepath.Ext(o.certificate)); ending != ".txt" && ending != ".html" {
		return usage(cmd, "a certificate is a .txt or a .html file; nothing was destroyed")
	}
	if _, err := os.Lstat(o.certificate); !errors.Is(err, fs.ErrNotExist) {
		return &failure{what: "there is something of the name that --certificate gives already; nothing was destroyed", next: "give another name", code: codeCould}
	}
	return nil
}

// A sweeping is what a look through all folders says about the records that an act concerns, and those that belong to them:
// by their ids, what is about them, and until when they are kept. A log may be long, so nothing is kept of any other record.
type sweeping struct {
	covers map[decision.ID]swept
	about  map[decision.ID][]decision.ID
}

// swept is what is kept of a cover.
type swept struct {
	place     decision.Place
	about     decision.ID
	keepUntil string
	decision  bool
}

func newSweeping() *sweeping {
	return &sweeping{covers: map[decision.ID]swept{}, about: map[decision.ID][]decision.ID{}}
}

// keep keeps a cover, once.
func (s *sweeping) keep(id decision.ID, c *decision.Cover) bool {
	if _, known := s.covers[id]; known {
		return false
	}
	one := swept{place: decision.Place{Chain: c.ChainID(), Number: c.Number, ID: id}, keepUntil: c.KeepUntil, decision: c.Kind == decision.Decision}
	if !one.decision {
		one.about = c.About
		s.about[c.About] = append(s.about[c.About], id)
	}
	s.covers[id] = one
	return true
}

// places are where records are.
func (s *sweeping) places(ids map[decision.ID]bool) []decision.Place {
	var all []decision.Place
	for id := range ids {
		if one, known := s.covers[id]; known {
			all = append(all, one.place)
		}
	}
	return all
}

// pass looks at the cover of every record whose body can be destroyed, in all folders. Whether it is signed, fetch looks
// at. What cannot be read is no record that could be disposed of; dsa verify reports it.
func (g *gathering) pass(ctx context.Context, look func(*logbook.Book, decision.ID, *decision.Cover)) error {
	for _, book := range g.books {
		for range book.Where(func(c decision.Cover) bool {
			if ctx.Err() != nil {
				return true // only what is returned ends the look
			}
			if isBody(c.Kind) {
				look(book, c.ID(), &c)
			}
			return false
		}) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return ctx.Err()
}

// mostPasses is how often a log is looked through for what belongs together. An endorsement of an amendment of a decision
// needs three looks at the worst; whatever is longer was not written by dsa.
const mostPasses = 6

// belonging adds what the records are about, and what is about them, until there is no more of it. Chains are read in the
// order of their ids, so that a look can come too early for a record that stands before what it belongs to.
func (g *gathering) belonging(ctx context.Context, s *sweeping) error {
	if len(s.covers) == 0 {
		return nil
	}
	for range mostPasses {
		grew := false
		if err := g.pass(ctx, func(_ *logbook.Book, id decision.ID, c *decision.Cover) {
			_, about := s.covers[c.About]
			if len(s.about[id]) > 0 || about && c.Kind != decision.Decision {
				grew = s.keep(id, c) || grew
			}
		}); err != nil || !grew {
			return err
		}
	}
	return nil
}

// sweepDue finds the records whose day is over and whose bodies are still in some folder, and all that belongs to them.
func (g *gathering) sweepDue(ctx context.Context, at time.Time) (*sweeping, error) {
	s, day, bodies := newSweeping(), utcDay(at), g.bodies()
	if err := g.pass(ctx, func(book *logbook.Book, id decision.ID, c *decision.Cover) {
		if isDue(c.KeepUntil, day) && bodies[book](decision.Place{Chain: c.ChainID(), Number: c.Number, ID: id}) {
			s.keep(id, c)
		}
	}); err != nil {
		return nil, err
	}
	return s, g.belonging(ctx, s)
}

// bodies tells of each folder whether it still has the body of a record.
func (g *gathering) bodies() map[*logbook.Book]func(decision.Place) bool {
	all := map[*logbook.Book]func(decision.Place) bool{}
	for _, book := range g.books {
		all[book] = book.Bodies()
	}
	return all
}

// remains tells whether any folder still has the body of a record.
func (g *gathering) remains() func(decision.Place) bool {
	all := g.bodies()
	return func(p decision.Place) bool {
		return slices.ContainsFunc(g.books, func(book *logbook.Book) bool { return all[book](p) })
	}
}

func utcDay(at time.Time) string { return at.UTC().Format(time.DateOnly) }

func isDue(keepUntil, day string) bool { return keepUntil != decision.Permanent && keepUntil < day }

// with are the records with everything that is about them, and about that.
func (s *sweeping) with(ids map[decision.ID]bool) map[decision.ID]bool {
	all := map[decision.ID]bool{}
	var add func(id decision.ID)
	add = func(id decision.ID) {
		if all[id] {
			return
		}
		all[id] = true
		for _, later := range s.about[id] {
			add(later)
		}
	}
	for id := range ids {
		add(id)
	}
	return all
}

// root is the decision to which a record belongs, or the record itself where that is not here.
func (s *sweeping) root(id decision.ID) decision.ID {
	for range 4 { // an endorsement of an amendment of a decision; whatever is longer goes in a circle
		one, known := s.covers[id]
		if !known || one.decision || one.about.IsZero() {
			return id
		}
		id = one.about
	}
	return id
}

// fetch reads the records in these places, each verified by itself and against the key of its chain, with its body where any
// folder has it, in the order of chains and numbers. An exercise is not among them.
func (g *gathering) fetch(places []decision.Place) []logbook.Entry {
	var all []logbook.Entry
	for _, p := range places {
		if entry, here := g.in(p); here && isBody(entry.Page.Cover.Kind) && entry.Namespace != trainingRole {
			all = append(all, entry)
		}
	}
	slices.SortFunc(all, func(a, b logbook.Entry) int {
		return cmp.Or(bytes.Compare(a.Chain[:], b.Chain[:]), cmp.Compare(a.Number, b.Number), bytes.Compare(a.ID[:], b.ID[:]))
	})
	return slices.CompactFunc(all, func(a, b logbook.Entry) bool { return a.ID == b.ID })
}

// A doomed record is one that would be disposed of.
type doomed struct {
	logbook.Entry
	root    decision.ID // the decision that it is, or belongs to
	due     bool
	gone    bool             // every folder looked at has the cover alone
	hold    logbook.Entry    // zero: none
	ordered logbook.Disposal // in force for it; zero: none
}

// weigh holds records against the day, the holds and earlier disposals.
func (g *gathering) weigh(entries []logbook.Entry, sweep *sweeping, at time.Time) []doomed {
	var all []doomed
	held, left := map[decision.ID]logbook.Entry{}, g.remains()
	for _, e := range entries {
		d := doomed{Entry: e, root: sweep.root(e.ID), gone: e.CoverOnly}
		// One rule for all: that by which a check judges the disposal.
		d.due = logbook.Disposal{Time: at, InForce: true, Act: decision.DisposeAct{Records: []decision.Place{placeOf(e)}}}.Allows(e.Page.Cover) == nil
		for _, id := range []decision.ID{e.ID, d.root} {
			if hold, is := g.trust.Held(id); is {
				d.hold = hold
				held[d.root] = hold
			}
		}
		// One that this record is not due for, and that says no reason, orders nothing.
		if by, is := g.trust.Disposed(e.ID); is && by.Allows(e.Page.Cover) == nil {
			d.ordered, d.gone = by, d.gone && !left(placeOf(e)) // a disposal that was stopped may have left it in a temporary file
		}
		all = append(all, d)
	}
	// A hold on one is a hold on what belongs to it.
	for i := range all {
		if hold, is := held[all[i].root]; is {
			all[i].hold = hold
		}
	}
	return all
}

// due are the records whose day is over: decisions together with everything about them, once the last of these is due. A
// decision without its amendment, or the other way round, would say something else than what was signed. What is not due
// and holds the rest back has to be genuine: otherwise anybody could keep a record for ever by putting a file beside it.
func (s *sweeping) due(at time.Time, genuine func(map[decision.ID]bool) map[decision.ID]bool) map[decision.ID]bool {
	day := utcDay(at)
	due, roots := map[decision.ID]bool{}, map[decision.ID]bool{}
	var not []decision.ID
	for id, one := range s.covers {
		if !isDue(one.keepUntil, day) {
			not = append(not, id)
			continue
		}
		due[id], roots[s.root(id)] = true, true
	}
	waiting := map[decision.ID]bool{}
	for _, id := range not {
		if roots[s.root(id)] {
			waiting[id] = true
		}
	}
	for id := range genuine(waiting) {
		delete(roots, s.root(id))
	}
	for id := range due {
		if !roots[s.root(id)] {
			delete(due, id)
		}
	}
	return due
}

// genuine are those of the records that somebody signed whom the log lets in.
func (g *gathering) genuine(places []decision.Place) map[decision.ID]bool {
	found := map[decision.ID]bool{}
	for _, e := range g.fetch(places) {
		if _, admitted := g.trust.Member(e.Chain); admitted {
			found[e.ID] = true
		}
	}
	return found
}

// mostInOne is how many records one disposal names; more are recorded as several. A record has at most 1 MiB.
const mostInOne = 2000

func runDispose(ctx context.Context, app *App, wanted []string, opts disposeOptions) error {
	var l *lead
	var g *gathering
	var err error
	at := app.Now().Truncate(time.Second)
	if opts.dryRun || opts.json {
		if g, err = app.gather(ctx, opts.log); err != nil {
			return err
		}
		defer g.close()
	} else {
		if l, err = app.lead(ctx, opts.asking); err != nil {
			return err
		}
		defer l.close()
		g, at = l.gathering, l.at
	}
	g.absent(app)
	var sweep *sweeping
	var ids map[decision.ID]bool
	if opts.due {
		if sweep, err = g.sweepDue(ctx, at); err == nil {
			ids = sweep.due(at, func(ids map[decision.ID]bool) map[decision.ID]bool { return g.genuine(sweep.places(ids)) })
		}
	} else {
		sweep, ids, err = g.chosen(ctx, wanted)
	}
	if err != nil {
		return err
	}
	records := g.fetch(sweep.places(ids))
	if len(records) == 0 && !opts.due {
		return found(app, logbook.Report{})
	}
	p := plan(g.weigh(records, sweep, at))
	switch {
	case opts.json:
		return p.print(app, g)
	case opts.dryRun:
		app.print(p.lines(g, maxAll))
		g.dryRun(app)
		return p.refused(opts.due)
	}
	if err := g.sure(app); err != nil {
		return err
	}
	if err := p.refused(opts.due); err != nil {
		app.print(p.lines(g, maxListed))
		return err
	}
	if len(p.unfinished) > 0 {
		app.say("%s disposed of by a record that is in force, and still here; that is finished now.", screen.Count(len(p.unfinished), "record was", "records were"))
		g.publish(ctx, app, l.desk.signer.Key())
		if err := l.carryOut(ctx, p.orders(), opts); err != nil || len(p.going) == 0 {
			return err
		}
	}
	if len(p.going) == 0 {
		if opts.due {
			app.say("Nothing is due for disposal in %s.", screen.Safe(g.name()))
		} else {
			app.say("These records have been disposed of already; their signed covers remain.")
		}
		return nil
	}
	if waiting := g.waiting(p.going); opts.two && waiting != nil {
		g.publish(ctx, app, l.desk.signer.Key())
		app.say("A disposal of these waits for a second overseer already; nothing new was recorded. They confirm it with: dsa dispose --confirm %s", listed(waiting))
		return nil
	}
	return l.dispose(ctx, p, opts)
}

// waiting are the disposals that a second overseer has not confirmed yet, where every one of the records is in one of them.
func (g *gathering) waiting(records []doomed) (disposals []string) {
	named := map[decision.ID]bool{}
	for _, d := range g.trust.Disposals() {
		if d.InForce {
			continue
		}
		mine := false
		for _, r := range records {
			confirmed := logbook.Disposal{Time: d.Time, InForce: true, Act: d.Act}
			if confirmed.Allows(r.Page.Cover) == nil {
				named[r.ID], mine = true, true
			}
		}
		if mine {
			disposals = append(disposals, d.ID.Shown())
		}
	}
	if len(named) < len(records) {
		return nil
	}
	return disposals
}

// sure refuses to destroy anything where acts of oversight are known to be missing: a hold that somebody took away would be
// in the way, and after a closing whoever disposes of something may not.
func (g *gathering) sure(app *App) error {
	err := g.trust.Sure(app.remembered(g.log)...)
	if err == nil {
		return nil
	}
	next := "see which with dsa verify --all, and bring them back first from whoever has them: their authors with dsa sync, a copy of the log with dsa log merge; " +
		"a file of which the chain's owner knows nothing is moved out of the log"
	if len(g.away) > 0 {
		next = "connect to " + listed(g.away) + " first, and run the same command again; otherwise " + next
	}
	return (&failure{what: err.Error() + "; nothing was destroyed", next: next, code: codeFound}).because(err)
}

// dryRun says that nothing was done, and what would keep it from being done.
func (g *gathering) dryRun(app *App) {
	app.say("Dry run: nothing was destroyed and nothing was recorded.")
	if err := g.sure(app); err != nil {
		f := explain(err)
		app.say("Warning: as it is now, it would be refused: %s. What to do: %s.", screen.Safe(strings.TrimSuffix(f.what, "; nothing was destroyed")), screen.Safe(f.next))
	}
}

// remembered are the checkpoints of a log that this computer has receipts of, or has seen.
func (app *App) remembered(log decision.ID) []decision.Receipt {
	points := app.receipts(log)
	if k, err := app.known(); err == nil && k.home() != nil && k.home().ID == log && !k.home().Seen.IsZero() {
		home := k.home()
		points = append(points, decision.Receipt{Log: log, Chain: home.SeenChain, Number: home.SeenNumber, ID: home.Seen})
	}
	return points
}

// waits says that nothing is destroyed while a folder of the log does not answer: a hold may lie there.
func (g *gathering) waits() []string {
	var lines []string
	for _, dir := range g.away {
		lines = append(lines, screen.Wrapped("", screen.Safe(dir)+" does not answer, and may have a hold: the disposal is recorded, and nothing is destroyed until the folder answers, or is left for good with: dsa log leave")...)
	}
	return lines
}

// publish brings the person's own chain to the folders of the log, as dsa sync does, where they are still that log: a
// disposal that was interrupted may be recorded on this computer and not be there yet. What is not there after it is told
// with what is left.
func (g *gathering) publish(ctx context.Context, app *App, key sshsig.Key) {
	own, err := logbook.Open(app.logFolder(""))
	if err != nil {
		return // nothing was recorded on this computer
	}
	defer own.Close()
	writer, k := logbook.NewWriter(own, keyOnly{key}, app.path("lock")), app.knownAnyway()
	for _, share := range g.shares(app) {
		l := k.byFolder(share.Dir())
		if l == nil {
			continue // left meanwhile
		}
		done, err := within(ctx, func() (logbook.Synced, error) {
			if _, err := theLog(own, share, *l); err != nil {
				return logbook.Synced{}, err
			}
			return writer.Sync(ctx, share, logbook.SyncOptions{Now: app.Now()})
		})
		if done.Published > 0 {
			app.say("%s of yours published first: %s.", count(done.Published, "record"), screen.Safe(share.Dir()))
		}
		if err != nil && ctx.Err() == nil {
			app.say("Warning: not all of your records are in %s (%s); see dsa sync.", screen.Safe(share.Dir()), unpublished(err))
		}
	}
}

// chosen are the records named, with everything that is about them.
func (g *gathering) chosen(ctx context.Context, wanted []string) (*sweeping, map[decision.ID]bool, error) {
	s, chosen := newSweeping(), map[decision.ID]bool{}
	for _, w := range wanted {
		entry, err := g.find(w)
		if err != nil {
			return nil, nil, err
		}
		switch kind := entry.Page.Cover.Kind; {
		case !isBody(kind):
			return nil, nil, fail(fmt.Sprintf("record %s is of kind %s, which stays for ever; nothing was recorded", entry.ID.Shown(), kind),
				"name a decision, or what completes, amends, reviews or endorses one; dsa log lists the records")
		case entry.Namespace == trainingRole:
			return nil, nil, fail("record "+entry.ID.Shown()+" is an exercise, of which a log keeps no account; nothing was recorded", "exercises can be deleted together with their folder")
		}
		chosen[entry.ID] = true
		s.keep(entry.ID, &entry.Page.Cover)
	}
	if err := g.belonging(ctx, s); err != nil {
		return nil, nil, err
	}
	return s, s.with(chosen), nil
}

// planned is what would be done with the records that were asked for.
type planned struct {
	going      []doomed
	held       []doomed
	unfinished []doomed // a disposal in force orders it, and a body is still here
	gone       []doomed
}

// plan sorts records by what can be done with them.
func plan(all []doomed) *planned {
	p := &planned{}
	for _, d := range all {
		switch {
		case d.gone:
			p.gone = append(p.gone, d)
		case !d.hold.ID.IsZero(): // also one that was recorded after a disposal that is in force: what is here can wait
			p.held = append(p.held, d)
		case !d.ordered.ID.IsZero():
			p.unfinished = append(p.unfinished, d)
		default:
			p.going = append(p.going, d)
		}
	}
	return p
}

func (p *planned) early() (n int) {
	for _, d := range p.going {
		if !d.due {
			n++
		}
	}
	return n
}

// refused says why none of it can be done. Of all that is due, what is held is left out; where it was named, nothing is
// done, since what was asked for cannot be.
func (p *planned) refused(due bool) error {
	if len(p.held) == 0 || due {
		return nil
	}
	holds := []string{}
	for _, d := range p.held {
		if id := d.hold.ID.Shown(); !slices.Contains(holds, id) {
			holds = append(holds, id)
		}
	}
	return fail(screen.Count(len(p.held), "record is", "records are")+" under a hold; nothing was destroyed and nothing was recorded",
		"if the hold is needed no more, release it first with: dsa release "+listed(holds[:min(len(holds), 3)]))
}

// orders are the disposals in force behind what is unfinished.
func (p *planned) orders() []logbook.Disposal {
	var orders []logbook.Disposal
	for _, d := range p.unfinished {
		if !slices.ContainsFunc(orders, func(o logbook.Disposal) bool { return o.ID == d.ordered.ID }) {
			orders = append(orders, d.ordered)
		}
	}
	return orders
}

// maxAll is how many records are listed where all are wanted.
const maxAll = 1 << 30

// lines is the plan for a person to look at.
func (p *planned) lines(g *gathering, most int) []string {
	var lines []string
	part := func(title string, some []doomed, tail func(doomed) string) {
		if len(some) == 0 {
			return
		}
		lines = append(lines, title)
		for i, d := range some {
			if i == most {
				lines = append(lines, fmt.Sprintf("  and %d more; dsa dispose --dry-run lists them all", len(some)-i))
				break
			}
			c := d.Page.Cover
			lines = append(lines, screen.Wrapped("  ", fmt.Sprintf("%s  %s of %s, number %d, by %s", d.ID.Shown(), c.Kind, screen.Day(c.Time.UTC().Format(time.DateOnly)), d.Number, g.owner(d.Chain)))...)
			lines = append(lines, "                "+tail(d))
		}
	}
	until := func(d doomed) string {
		words := "keep until " + screen.Day(d.Page.Cover.KeepUntil)
		if !d.due {
			words += ": NOT DUE YET"
		}
		if d.root != d.ID {
			words += "; belongs to " + d.root.Shown()
		}
		return words
	}
	part("To be destroyed: what "+screen.Count(len(p.going), "record says", "records say"), p.going, until)
	part("Held, and not touched: "+count(len(p.held), "record"), p.held, func(d doomed) string { return "held by " + d.hold.ID.Shown() + "; " + until(d) })
	part("Disposed of by a record in force, and still here: "+count(len(p.unfinished), "record"), p.unfinished,
		func(d doomed) string { return "by disposal " + d.ordered.ID.Shown() })
	part("Disposed of before: "+count(len(p.gone), "record"), p.gone, until)
	if lines == nil {
		lines = []string{"Nothing is due for disposal."}
	}
	return lines
}

// A dueLine is one record for programs.
type dueLine struct {
	ID        string `json:"id"`
	Chain     string `json:"chain"`
	Number    int    `json:"number"`
	Kind      string `json:"kind"`
	Time      string `json:"time"`
	KeepUntil string `json:"keep_until"`
	Decision  string `json:"decision"` // the id of the decision that it is or belongs to
	Hold      string `json:"hold,omitempty"`
	Disposal  string `json:"disposal,omitempty"` // in force for it, and interrupted
}

func (p *planned) print(app *App, g *gathering) error {
	for _, d := range slices.Concat(p.going, p.held, p.unfinished) {
		c := d.Page.Cover
		line := dueLine{ID: d.ID.String(), Chain: d.Chain.String(), Number: d.Number, Kind: string(c.Kind), Time: c.Time.Format(time.RFC3339),
			KeepUntil: c.KeepUntil, Decision: d.root.String()}
		if !d.hold.ID.IsZero() {
			line.Hold = d.hold.ID.String()
		}
		if !d.ordered.ID.IsZero() {
			line.Disposal = d.ordered.ID.String()
		}
		if err := printJSON(app.Out, "", line); err != nil {
			return err
		}
	}
	return nil
}

// dispose asks by what rule, records the disposal, and carries it out.
func (l *lead) dispose(ctx context.Context, p *planned, opts disposeOptions) error {
	list, err := l.app.act("dispose")
	if err != nil {
		return err
	}
	early := p.early()
	if early == 0 {
		list = without(list, "override")
	}
	notice := append(p.lines(l.gathering, maxListed), l.waits()...)
	shown := append(p.lines(l.gathering, maxAll), l.waits()...)
	if early > 0 {
		words := screen.Count(early, "record is", "records are") + " not due yet; that needs a reason."
		notice, shown = append(notice, words), append(shown, words)
	}
	if opts.two {
		words := "Nothing is destroyed until a second overseer, with another key, confirms it."
		notice, shown = append(notice, words), append(shown, words)
		if !slices.ContainsFunc(l.members(), func(m memberLine) bool {
			return slices.Contains(m.Roles, string(decision.Overseer)) && m.Closed == nil && m.Fingerprint != l.desk.signer.Key().Fingerprint()
		}) {
			words = "Nobody can confirm it yet: nobody else oversees this log. Let somebody in with: dsa trust admit CHAIN --role oversight"
			notice, shown = append(notice, words), append(shown, words)
		}
	}
	verb := destroying(len(p.going))
	if opts.two {
		verb = ""
	}
	answers, err := l.app.seated(ctx, seat{walk: checklist.NewWalk(list, nil, nil, l.app.Now), title: "Disposal of records of " + l.name(), notice: notice, shown: shown, verb: verb, asking: opts.asking})
	if err != nil {
		return err
	}
	l.counts = func() error { return l.free(p.going) }
	var recorded []decision.ID
	for piece := range slices.Chunk(p.going, mostInOne) {
		act := &decision.DisposeAct{Program: Program, Log: l.log, Rule: answers["rule"].Text, Authority: answers["authority"].Text, Two: opts.two}
		for _, d := range piece {
			act.Records = append(act.Records, placeOf(d.Entry))
			if !d.due {
				act.Override = answers["override"].Text
			}
		}
		if act.Salt, err = l.salt(); err != nil {
			return err
		}
		entry, err := l.record(ctx, decision.Dispose, decision.ID{}, "", act)
		if err != nil {
			return err
		}
		l.desk.said(entry)
		recorded = append(recorded, entry.ID)
	}
	if opts.two {
		for _, id := range recorded {
			l.app.say("Nothing is destroyed yet. A second overseer confirms it with: dsa dispose --confirm %s", id.Shown())
		}
		return nil
	}
	return l.carryOutNew(ctx, recorded, opts)
}

// free refuses what somebody has put under a hold by now, and what nobody can tell of.
func (l *lead) free(records []doomed) error {
	if err := l.sure(l.app); err != nil {
		return err
	}
	p := &planned{}
	for _, d := range records {
		for _, id := range []decision.ID{d.ID, d.root} {
			if hold, is := l.trust.Held(id); is {
				d.hold = hold
			}
		}
		if !d.hold.ID.IsZero() {
			p.held = append(p.held, d)
		}
	}
	return p.refused(false)
}

// carryOutNew carries out what was just recorded.
func (l *lead) carryOutNew(ctx context.Context, recorded []decision.ID, opts disposeOptions) error {
	if err := l.read(ctx); err != nil {
		return err
	}
	var orders []logbook.Disposal
	for _, d := range l.trust.Disposals() {
		if slices.Contains(recorded, d.ID) && d.InForce {
			orders = append(orders, d)
		}
	}
	if len(orders) < len(recorded) {
		return fail("the disposal is recorded and is not in force, so nothing was destroyed", "see why with: dsa verify --all")
	}
	if err := l.carryOut(ctx, orders, opts); err != nil {
		return err
	}
	l.pin("the disposal")
	return nil
}

// A shredded folder is one from which bodies were destroyed.
type shredded struct {
	dir     string
	own     bool
	done    int
	before  int
	held    int // a hold is in the way by now
	refused []logbook.Fault
	err     error
}

// shred destroys the bodies in every folder; none at all while a folder of the log does not answer, since what lies there may
// be in the way. A share has to show by itself why a body is gone: one that lacks the disposal, or its confirmation, would
// look as if the body had been taken away. The person's own copy is the last, and keeps what no share would let go.
func (g *gathering) shred(ctx context.Context, app *App, orders []logbook.Disposal) (copies []shredded) {
	shares := g.shares(app)
	remembered := app.remembered(g.log)
	shown := map[decision.ID]bool{} // records of which a share shows why they are gone
	for _, book := range g.books {
		one := shredded{dir: book.Dir(), own: book.Dir() == app.logFolder("")}
		if len(g.away) > 0 {
			one.err = errAway
			copies = append(copies, one)
			continue
		}
		alone := g.trust
		if !one.own {
			if alone, one.err = logbook.ReadTrust(ctx, g.log, book); one.err != nil {
				one.err = errNotPublished
				copies = append(copies, one)
				continue
			}
		}
		for _, order := range orders {
			all := order.Act.Records
			order.Act.Records = nil
			for _, r := range all {
				_, held := g.trust.Held(r.ID)
				if _, is := g.trust.Disposed(r.ID); held || !is {
					one.held++
				} else if _, is := alone.Disposed(r.ID); !is || one.own && len(shares) > 0 && !shown[r.ID] {
					one.err = errNotPublished
				} else {
					order.Act.Records = append(order.Act.Records, r)
					shown[r.ID] = true
				}
			}
			did, err := logbook.Shred(ctx, book, order, app.Now(), remembered...)
			one.done += did.Done
			one.before += did.Before
			for _, f := range did.Refused {
				if f.Code != logbook.Missing { // what is not there has no body to destroy; dsa verify reports it
					one.refused = append(one.refused, f)
				}
			}
			if err != nil {
				one.err = err
				break
			}
		}
		copies = append(copies, one)
	}
	return copies
}

var (
	errNotPublished = errors.New("the disposal is not published there yet")
	errAway         = errors.New("nothing is destroyed while another folder of the log does not answer")
)

func (l *lead) carryOut(ctx context.Context, orders []logbook.Disposal, opts disposeOptions) error {
	return l.gathering.carryOut(ctx, l.app, orders, opts)
}

// carryOut destroys the bodies in every folder, says what was done, and gives the certificate.
func (g *gathering) carryOut(ctx context.Context, app *App, orders []logbook.Disposal, opts disposeOptions) error {
	if err := g.sure(app); err != nil {
		return err
	}
	copies := g.shred(ctx, app, orders)
	certificate := g.certificate(app, orders, copies)
	app.print(certificate.Lines())
	var failed error
	if opts.certificate != "" {
		failed = writeCertificate(opts.certificate, certificate)
	}
	left := g.left(app, copies)
	if left == nil {
		app.say("%s", g.unreached(ctx, app, certificate))
	}
	if ctx.Err() != nil && left != nil {
		left.code = codeStopped
	}
	switch {
	case left == nil && failed != nil:
		return failed
	case failed != nil:
		app.say("The certificate could not be written to a file; it stands above.")
	case opts.certificate != "":
		app.say("Certificate: %s", screen.Safe(opts.certificate))
	}
	if left == nil {
		return nil
	}
	return left
}

// left says which copies still have bodies.
func (g *gathering) left(app *App, copies []shredded) *failure {
	var still []string
	for _, c := range copies {
		for i, f := range c.refused {
			if i == maxListed {
				app.say("and %d more", len(c.refused)-i)
				break
			}
			app.say("Not destroyed in %s: %s", screen.Safe(c.dir), screen.Safe(f.String()))
		}
		if c.err != nil || len(c.refused) > 0 || c.held > 0 {
			still = append(still, c.dir)
		}
	}
	if still = append(still, g.away...); len(still) == 0 {
		return nil
	}
	if len(g.away) > 0 {
		return fail("the disposal is recorded; nothing was destroyed, since "+listed(g.away)+" does not answer and may have a hold",
			"connect to it, or if it is gone for good take it from the list with dsa log leave; then finish it with: dsa dispose --finish")
	}
	if slices.ContainsFunc(copies, func(c shredded) bool { return errors.Is(c.err, errNotPublished) }) {
		return fail("the disposal is recorded, and is not everywhere yet; these copies may still hold what was to be destroyed: "+listed(still),
			"whoever recorded or confirmed it publishes it with dsa sync; then finish it with: dsa dispose --finish")
	}
	return fail("the disposal is recorded; these copies may still hold what was to be destroyed: "+listed(still),
		"when they can be reached and written to, finish it with: dsa dispose --finish; everybody's own copies follow with their dsa sync")
}

// unreached says what a disposal that was carried out has not reached, and names whose own computers these are.
func (g *gathering) unreached(ctx context.Context, app *App, c *paper.Certificate) string {
	own, known, _ := app.publicKey(ctx, "")
	var authors []string
	for _, r := range c.Records {
		if m, is := g.trust.Member(r.Chain); known && is && m.Fingerprint == own.Fingerprint() {
			continue
		}
		if who := screen.Safe(g.owner(r.Chain)); !slices.Contains(authors, who) {
			authors = append(authors, who)
		}
	}
	words := "Not reached from here: "
	if n := len(authors); n > maxListed {
		authors = append(authors[:maxListed], fmt.Sprintf("%d others", n-maxListed))
	}
	if authors != nil {
		words += "the own computers of " + strings.Join(authors, "; of ") + ", until they next sync; "
	}
	return words + "backups; copies that were sent or taken elsewhere."
}

func writeCertificate(name string, c *paper.Certificate) error {
	var b bytes.Buffer
	if strings.EqualFold(filepath.Ext(name), ".html") {
		if err := paper.CertificatePage(&b, c); err != nil {
			return err
		}
	} else {
		for _, line := range c.Lines() {
			fmt.Fprintln(&b, line)
		}
	}
	made, err := createFile(name, b.Bytes())
	if err == nil && !made {
		err = fs.ErrExist
	}
	if err != nil {
		return fail("the disposal was carried out; the certificate could not be written to the file", "it stands above; keep that, and give another name the next time").because(err)
	}
	return nil
}

// certificate says what was destroyed. It names no case: a reference would be what is left of it.
func (g *gathering) certificate(app *App, orders []logbook.Disposal, copies []shredded) *paper.Certificate {
	c := &paper.Certificate{Log: g.title, LogID: g.log, At: app.Now(), Program: Program}
	var places []decision.Place
	for _, o := range orders {
		places = append(places, o.Act.Records...)
		c.Orders = append(c.Orders, paper.Order{ID: o.ID, At: o.Time, By: g.owner(o.Chain), Rule: o.Act.Rule, Authority: o.Act.Authority,
			Override: o.Act.Override, Two: o.Act.Two})
	}
	for _, e := range g.fetch(places) {
		c.Records = append(c.Records, paper.Gone{ID: e.ID, Chain: e.Chain, Number: e.Number, Kind: e.Page.Cover.Kind, Time: e.Page.Cover.Time,
			KeepUntil: e.Page.Cover.KeepUntil, Still: !e.CoverOnly})
	}
	for _, one := range copies {
		copied := paper.Copy{Folder: one.dir, Own: one.own && one.err == nil, Destroyed: one.done, Before: one.before}
		switch {
		case one.err != nil:
			copied.Left = whyLeft(one.err)
		case one.held > 0:
			copied.Left = screen.Count(one.held, "record is", "records are") + " under a hold"
		case len(one.refused) > 0:
			copied.Left = count(len(one.refused), "record") + " could not be destroyed"
		}
		c.Copies = append(c.Copies, copied)
	}
	for _, dir := range g.away {
		c.Copies = append(c.Copies, paper.Copy{Folder: dir, Left: "it did not answer"})
	}
	return c
}

func whyLeft(err error) string {
	if errors.Is(err, context.Canceled) {
		return "it was stopped before the end"
	}
	if errors.Is(err, errNotPublished) || errors.Is(err, errAway) {
		return err.Error()
	}
	return explain(err).what
}

// runFinish carries out every disposal in force of which anything is left.
func runFinish(ctx context.Context, app *App, opts disposeOptions) error {
	g, err := app.gather(ctx, opts.log)
	if err != nil {
		return err
	}
	defer g.close()
	if key, known, err := app.publicKey(ctx, opts.key); err == nil && known {
		g.publish(ctx, app, key)
	}
	var orders []logbook.Disposal
	left := g.remains()
	for _, d := range g.trust.Disposals() {
		for _, r := range d.Act.Records {
			by, is := g.trust.Disposed(r.ID)
			if !is || slices.ContainsFunc(orders, func(o logbook.Disposal) bool { return o.ID == by.ID }) || !left(r) {
				continue
			}
			if entry, here := g.in(r); here && by.Allows(entry.Page.Cover) == nil {
				orders = append(orders, by)
			}
		}
	}
	if len(orders) == 0 {
		g.absent(app)
		app.say("Every disposal in force has been carried out in %s.", count(len(g.books), "folder"))
		return nil
	}
	return g.carryOut(ctx, app, orders, opts)
}

// runConfirm lets a second overseer confirm a disposal that asked for two, and carries it out.
func runConfirm(ctx context.Context, app *App, opts disposeOptions) error {
	l, err := app.lead(ctx, opts.asking)
	if err != nil {
		return err
	}
	defer l.close()
	l.absent(app)
	first, err := l.disposal(opts.confirm)
	if err != nil {
		return err
	}
	m, _ := l.trust.Member(first.Chain)
	key := l.desk.signer.Key().Fingerprint()
	switch {
	case first.InForce && !first.Act.Two:
		return fail("that disposal does not wait for a second overseer; nothing was recorded", "carry out what is left of it with: dsa dispose --finish")
	case first.InForce:
		return fail("that disposal has been confirmed already; nothing was recorded", "carry out what is left of it with: dsa dispose --finish")
	case first.Chain == l.chain || m.Fingerprint == key:
		return fail("you recorded that disposal yourself; nothing was recorded", "a second overseer, with a key of their own, confirms it with: dsa dispose --confirm "+first.ID.Shown())
	}
	sweep, records := newSweeping(), l.fetch(first.Act.Records)
	for _, r := range records {
		sweep.keep(r.ID, &r.Page.Cover)
	}
	if err := l.belonging(ctx, sweep); err != nil {
		return err
	}
	p := plan(l.weigh(records, sweep, first.Time)) // what was not due then is not due by this disposal
	shown := append([]string{"Disposal " + first.ID.Shown() + " of " + atMinute(first.Time) + " by " + screen.Safe(l.owner(first.Chain))},
		screen.Wrapped("  ", "By the rule: "+first.Act.Rule)...)
	shown = append(shown, screen.Wrapped("  ", "On the authority of: "+first.Act.Authority)...)
	if first.Act.Override != "" {
		shown = append(shown, screen.Wrapped("  ", "Before its time, because: "+first.Act.Override)...)
	}
	shown = append(append(shown, p.lines(l.gathering, maxAll)...), l.waits()...)
	if opts.dryRun {
		app.print(shown)
		l.dryRun(app)
		return p.refused(false)
	}
	if err := l.sure(app); err != nil {
		return err
	}
	if err := p.refused(false); err != nil {
		app.print(shown)
		return err
	}
	if p.early() > 0 && first.Act.Override == "" {
		return fail(screen.Count(p.early(), "record is", "records are")+" not due, and the disposal gives no reason; nothing was recorded", "wait for the day, or have a new disposal recorded")
	}
	list, err := app.act("confirm")
	if err != nil {
		return err
	}
	answers, err := app.seated(ctx, seat{walk: checklist.NewWalk(list, nil, nil, app.Now), title: "Confirming a disposal of " + l.name(), notice: shown, shown: shown,
		verb: destroying(len(p.going)), asking: opts.asking})
	if err != nil {
		return err
	}
	act := &decision.DisposeAct{Program: Program, Log: l.log, Rule: first.Act.Rule, Authority: answers["authority"].Text,
		Override: first.Act.Override, Records: first.Act.Records}
	if act.Salt, err = l.salt(); err != nil {
		return err
	}
	l.counts = func() error {
		now, err := l.disposal(first.ID.String())
		if err != nil {
			return err
		}
		if now.InForce {
			return fail("that disposal has been confirmed by somebody else; nothing was recorded", "carry out what is left of it with: dsa dispose --finish")
		}
		return l.free(p.going)
	}
	entry, err := l.record(ctx, decision.Dispose, first.ID, "", act)
	if err != nil {
		return err
	}
	l.desk.said(entry)
	return l.carryOutNew(ctx, []decision.ID{first.ID}, opts)
}

// destroying says what the yes to a disposal does.
func destroying(n int) string {
	return "Sign this, and destroy for ever what " + screen.Count(n, "record says", "records say")
}

// disposal finds a disposal that counts, by the beginning of its id.
func (g *gathering) disposal(wanted string) (logbook.Disposal, error) {
	var found []logbook.Disposal
	wanted = strings.ToLower(wanted)
	for _, d := range g.trust.Disposals() {
		if len(wanted) >= 4 && strings.HasPrefix(d.ID.String(), wanted) {
			found = append(found, d)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return logbook.Disposal{}, fail("there is no such disposal here that counts; nothing was recorded", "give four or more digits of its id; dsa verify --all lists every disposal")
	}
	return logbook.Disposal{}, fail("several disposals begin like that; nothing was recorded", "give more digits of its id")
}
