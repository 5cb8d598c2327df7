package cmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
)

// NewTrust is the command that says whose records count in a log.
func NewTrust(app *App) *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "trust",
		Short: "List whose records count in a log, let people in, and end what counts",
		Long: `trust lists the chains of a log: who was let in, in which role, with which key,
where a chain was closed, and which chains lie in the folder that nobody let in.

A chain is the numbered records of one key. What counts in a log follows from the
log's id alone: it names the founding keys, and everybody else is let in by a
signed record of somebody who was let in before them.`,
		Example: "  dsa trust\n  dsa trust admit 3f9c0a1b5d6e7f80 --role decision\n  dsa trust close 3f9c0a1b5d6e7f80 --at 41",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runTrust(cmd.Context(), app, dir, asJSON) },
	}
	c.Flags().StringVar(&dir, "log", "", "the folder of the log (`DIR`), if this computer knows several")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to a chain, for programs")
	c.AddCommand(newAdmit(app), newClose(app))
	return c
}

// A gathering is one log, with every folder of it that answers: the shares and, last, the person's own records.
type gathering struct {
	log   decision.ID
	title string
	books []*logbook.Book
	away  []string // folders that do not answer
	trust *logbook.Trust

	opened map[decision.ID]decision.Opening // what begins its chains, once it was asked for
}

// gather opens the log in a folder, or the one that this computer knew first, with everything else of it that is known.
func (app *App) gather(ctx context.Context, dir string) (*gathering, error) {
	k, err := app.known()
	if err != nil {
		return nil, err
	}
	wanted := k.home()
	if dir != "" {
		if wanted = k.byFolder(dir); wanted == nil {
			return nil, fail("this computer does not know the log in that folder; nothing was recorded",
				"say which log it is with: dsa log join DIR --id LOGID")
		}
	}
	switch {
	case wanted == nil:
		return nil, fail("this computer knows no log yet; nothing was recorded",
			"found one with dsa log new, or join one with: dsa log join DIR --id LOGID")
	case wanted.ID.IsZero():
		return nil, fail("it is not known which log lies in "+wanted.Folder+"; nothing was recorded",
			"learn its id from your partnership's paperwork, and say it with: dsa log join DIR --id LOGID")
	}
	g := app.folders(k, wanted.ID)
	if err := ctx.Err(); err != nil {
		g.close()
		return nil, err
	}
	g.title = wanted.Title
	// What others have recorded lies in the shares: who was let in, what is held.
	if itself := k.byFolder(app.logFolder("")); len(g.away) > 0 && len(g.shares(app)) == 0 && (itself == nil || itself.ID != wanted.ID) {
		g.close()
		return nil, fail("the log cannot be reached: "+listed(g.away)+"; nothing was recorded", "connect to the folder, and run the same command again")
	}
	if err := g.read(ctx); err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

// folders opens every folder of a log that this computer knows and that answers, and the person's own records. Whoever stops
// the program waits for none of them; what was not opened by then is away.
func (app *App) folders(k *knownLogs, log decision.ID) *gathering {
	ctx := app.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	return app.foldersBy(ctx, k, log, app.reachSoon)
}

func (app *App) foldersBy(ctx context.Context, k *knownLogs, log decision.ID, open func(context.Context, string) (*logbook.Book, error)) *gathering {
	g := &gathering{log: log}
	for _, l := range k.Logs {
		if l.ID != log || sameFolder(l.Folder, app.logFolder("")) {
			continue
		}
		if ctx.Err() != nil {
			g.away = append(g.away, l.Folder)
			continue
		}
		if book, err := open(ctx, l.Folder); err == nil {
			g.books = append(g.books, book)
		} else {
			g.away = append(g.away, l.Folder)
		}
	}
	if own, err := logbook.Open(app.logFolder("")); err == nil {
		g.books = append(g.books, own)
	}
	return g
}

// read reads who is trusted, and what has been disposed of and held.
func (g *gathering) read(ctx context.Context) error {
	trust, err := logbook.ReadTrust(ctx, g.log, g.books...)
	var none *logbook.NoFoundingError
	switch {
	case errors.As(err, &none):
		return fail(none.Error()+", so nobody can tell who oversees it; nothing was recorded",
			"compare the id with your partnership's paperwork, and see dsa log known").because(err)
	case err != nil:
		return err
	}
	g.trust = trust
	if trust.Title != "" {
		g.title = trust.Title
	}
	return nil
}

func (g *gathering) close() {
	for _, b := range g.books {
		b.Close()
	}
}

// shares are the folders besides the person's own.
func (g *gathering) shares(app *App) []*logbook.Book {
	return slices.DeleteFunc(slices.Clone(g.books), func(b *logbook.Book) bool { return b.Dir() == app.logFolder("") })
}

// name is the log as people call it.
func (g *gathering) name() string {
	if g.title == "" {
		return "log " + g.log.Shown()
	}
	return g.title + " (log " + g.log.Shown() + ")"
}

// find finds one record by the beginning of its id, or by its number where that is enough, in the first folder that has it
// intact.
func (g *gathering) find(wanted string) (logbook.Entry, error) {
	var cover logbook.Entry
	var failed error
	for _, book := range g.books {
		entry, err := book.Find(wanted)
		if err == nil && g.trust != nil && !g.authors(entry) {
			err = &logbook.FileError{Path: entry.Path, Err: &logbook.WrongKeyError{Fingerprint: entry.Key.Fingerprint()}}
		}
		var none *logbook.NotFoundError
		var several *logbook.AmbiguousError
		switch {
		case err == nil && !entry.CoverOnly:
			return entry, nil
		case err == nil: // another folder may have the whole of it
			cover, wanted = entry, entry.ID.String()
		case errors.As(err, &several):
			return logbook.Entry{}, err
		case failed == nil || !errors.As(err, &none):
			failed = err
		}
	}
	if !cover.ID.IsZero() {
		return cover, nil
	}
	return logbook.Entry{}, failed
}

// openings are the records that begin the chains of a folder, as far as they are sound. Only they are read.
func openings(book *logbook.Book) map[decision.ID]decision.Opening {
	found := map[decision.ID]decision.Opening{}
	chains, _ := book.Chains()
	for _, chain := range chains {
		names, _ := os.ReadDir(filepath.Join(book.Dir(), chain, decision.NumberFolder(0)))
		for _, n := range names {
			name, ok := decision.ParseRecordName(n.Name())
			if !ok || name.Number != 0 || !strings.HasPrefix(name.Short, chain) {
				continue
			}
			text, err := book.ReadFile(path.Join(chain, decision.NumberFolder(0), n.Name()))
			if err != nil {
				continue
			}
			report, entry := logbook.CheckFile(text, n.Name(), logbook.Options{})
			if !report.Clean() {
				continue
			}
			if opening, err := entry.Opening(); err == nil {
				found[entry.Chain] = opening
			}
		}
	}
	return found
}

// openings are those of all folders. They are read once.
func (g *gathering) openings() map[decision.ID]decision.Opening {
	if g.opened == nil {
		g.opened = map[decision.ID]decision.Opening{}
		for _, book := range g.books {
			maps.Copy(g.opened, openings(book))
		}
	}
	return g.opened
}

// in reads the record in a place, verified by itself and against the key of its chain: whole where any folder has it whole,
// and otherwise its cover. What it says is not kept.
func (g *gathering) in(p decision.Place) (logbook.Entry, bool) {
	for _, coverOnly := range []bool{false, true} {
		name := decision.FileName{Number: p.Number, Short: p.ID.Short(), CoverOnly: coverOnly}
		file := path.Join(decision.ChainFolder(p.Chain), decision.NumberFolder(p.Number), name.String())
		for _, book := range g.books {
			text, err := book.ReadFile(file)
			if err != nil {
				continue
			}
			report, entry := logbook.CheckFile(text, file, logbook.Options{})
			if report.Clean() && entry.ID == p.ID && entry.Chain == p.Chain && entry.Number == p.Number && g.authors(entry) {
				entry.Page.Body = nil
				return entry, true
			}
		}
	}
	return logbook.Entry{}, false
}

// authors reports whether a record was signed with the key of its chain. A record by itself only says that some key signed
// it, and anybody who can write to a folder can put one there that names a chain of somebody else's.
func (g *gathering) authors(e logbook.Entry) bool {
	if m, ok := g.trust.Member(e.Chain); ok {
		return m.Fingerprint == e.Key.Fingerprint()
	}
	o, ok := g.openings()[e.Chain]
	return ok && o.Fingerprint == e.Key.Fingerprint()
}

// owner is whose chain it is: as the log admitted it or, in its own words, as it was opened.
func (g *gathering) owner(chain decision.ID) string {
	if m, ok := g.trust.Member(chain); ok {
		return m.Name + ", " + m.Organisation
	}
	if o, ok := g.openings()[chain]; ok {
		return o.Name + ", " + o.Organisation + " (not let in)"
	}
	return "chain " + decision.ChainFolder(chain)
}

// chainNamed finds one of the log's chains by the beginning of its id.
func (g *gathering) chainNamed(wanted string) (decision.ID, error) {
	among := maps.Collect(maps.All(g.openings()))
	for _, m := range g.trust.Members() {
		among[m.Chain] = decision.Opening{}
	}
	return chainNamed(wanted, maps.Keys(among), "list the chains with: dsa trust")
}

// chainNamed finds a chain by the beginning of its id.
func chainNamed(wanted string, among iter.Seq[decision.ID], next string) (decision.ID, error) {
	wanted = strings.ToLower(wanted)
	if len(wanted) < 4 || strings.Trim(wanted, "0123456789abcdef") != "" {
		return decision.ID{}, &failure{what: "a chain is named by four or more digits of its id; nothing was recorded", next: next, code: codeUsage}
	}
	var found []decision.ID
	for chain := range among {
		if !chain.IsZero() && strings.HasPrefix(chain.String(), wanted) {
			found = append(found, chain)
		}
	}
	switch len(found) {
	case 0:
		return decision.ID{}, fail("no chain here has that id; nothing was recorded", next)
	case 1:
		return found[0], nil
	}
	return decision.ID{}, fail("several chains begin with these digits; nothing was recorded", "give more of them")
}

// A lead is somebody who oversees a log, about to sign an act of oversight.
type lead struct {
	*gathering
	app   *App
	desk  *desk
	chain decision.ID
	at    time.Time

	// counts says why the act that is about to be signed would have no effect, if so. It is asked once more right before it is
	// signed: answering takes time, and others may have closed, held or settled something meanwhile.
	counts func() error
}

// lead opens the log and the person's own chain, and refuses whoever does not oversee the log.
func (app *App) lead(ctx context.Context, o asking) (*lead, error) {
	g, err := app.gather(ctx, o.log)
	if err != nil {
		return nil, err
	}
	d, err := app.desk(ctx, o.key)
	if err != nil {
		g.close()
		return nil, err
	}
	if len(g.shares(app)) == len(g.books) { // the desk has just made the folder of the person's own records
		if own, err := logbook.Open(app.logFolder("")); err == nil {
			g.books = append(g.books, own)
		}
	}
	l := &lead{gathering: g, app: app, desk: d, at: app.Now().Truncate(time.Second)}
	if err := l.begin(ctx); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *lead) close() {
	l.desk.close()
	l.gathering.close()
}

// begin finds the person's chain, which a founder may not have begun yet, and checks that it oversees the log.
func (l *lead) begin(ctx context.Context) error {
	key := l.desk.signer.Key()
	if l.desk.id.IsZero() {
		// A founder may not have begun a chain yet, and one that was lost here may lie in a share.
		if !slices.ContainsFunc(l.members(), func(m memberLine) bool { return m.Fingerprint == key.Fingerprint() && len(m.Roles) > 0 }) {
			return notLead(l.name(), key, decision.ID{}, "has not signed anything yet")
		}
		by, err := l.app.person()
		if err != nil {
			return err
		}
		if _, err := l.desk.chain(ctx, by, l.at); err != nil {
			return err
		}
		if err := l.read(ctx); err != nil {
			return err
		}
	}
	l.chain = l.desk.id
	return l.overseeing()
}

// overseeing refuses whoever does not oversee the log, or not any more.
func (l *lead) overseeing() error {
	key := l.desk.signer.Key()
	m, admitted := l.trust.Member(l.chain)
	switch {
	case !admitted:
		return notLead(l.name(), key, l.chain, "is not let in")
	case !slices.Contains(m.Roles, decision.Overseer):
		return notLead(l.name(), key, l.chain, "is let in to decide, and not to oversee")
	case m.Closed >= 0:
		return fail("your chain was closed at number "+fmt.Sprint(m.Closed)+", so what it says after that does not count; nothing was recorded",
			"ask somebody who oversees the log; if the closing is a mistake, begin a new chain with dsa setup --new-key and have it let in")
	}
	return nil
}

func notLead(log string, key sshsig.Key, chain decision.ID, why string) error {
	next := "ask a founder of the log, or another who oversees it, for: dsa trust admit YOUR-CHAIN --role oversight; your fingerprint is " + key.Fingerprint()
	if !chain.IsZero() {
		next = "ask a founder of the log, or another who oversees it, for: dsa trust admit " + decision.ChainFolder(chain) + " --role oversight; your fingerprint is " + key.Fingerprint()
	}
	return fail("your chain does not oversee "+log+": it "+why+"; nothing was recorded", next)
}

// record signs an act of oversight: complete but for salt and program, which act has set beside it.
func (l *lead) record(ctx context.Context, kind decision.Kind, about decision.ID, tree string, act decision.OversightAct) (logbook.Entry, error) {
	cover := decision.Cover{Kind: kind, About: about, Tree: tree, Number: 1, KeepUntil: decision.Permanent, Time: l.at}
	if err := act.Check(cover); err != nil {
		var field *decision.ActFieldError
		if errors.As(err, &field) {
			return logbook.Entry{}, fail("this cannot be recorded: "+field.Error()+"; nothing was recorded", "change what was answered, and run the same command again").because(err)
		}
		return logbook.Entry{}, err
	}
	body, err := decision.EncodeBody(act)
	if err != nil {
		return logbook.Entry{}, err
	}
	// What is recorded is there for ever, so nothing is signed that the log's own rules would not count.
	if err := l.read(ctx); err != nil {
		return logbook.Entry{}, err
	}
	if err := l.overseeing(); err != nil {
		return logbook.Entry{}, err
	}
	if l.counts != nil {
		if err := l.counts(); err != nil {
			return logbook.Entry{}, err
		}
	}
	return l.desk.record(ctx, logbook.Act{Time: l.at, Kind: kind, About: about, Tree: tree, KeepUntil: decision.Permanent, Body: body})
}

// salt begins a body.
func (l *lead) salt() (string, error) { return decision.NewSalt(l.app.Rand) }

// afterwards reads the log again with what was just recorded, and brings the files up to date that name the signers.
func (l *lead) afterwards(ctx context.Context) error {
	if err := l.read(ctx); err != nil {
		return err
	}
	folders := l.shares(l.app)
	if len(folders) == 0 {
		folders = l.books // the person's own records are the log
	}
	for _, book := range folders {
		if err := book.WriteSigners(l.trust); err != nil {
			l.app.say("Warning: the file allowed_signers in %s could not be brought up to date; dsa does not need it.", screen.Safe(book.Dir()))
		}
	}
	return nil
}

// absent says which folders of the log were not reached.
func (g *gathering) absent(app *App) {
	for _, dir := range g.away {
		app.say("Notice: %s does not answer, and was not looked at.", screen.Safe(dir))
	}
}

// A memberLine is one chain in the list.
type memberLine struct {
	Chain        string   `json:"chain"`
	Roles        []string `json:"roles"` // none: the log does not admit it
	Founder      bool     `json:"founder,omitempty"`
	Name         string   `json:"name"`
	Organisation string   `json:"organisation"`
	Principal    string   `json:"principal"`
	Fingerprint  string   `json:"fingerprint"`
	Closed       *int     `json:"closed,omitempty"` // the number of the last record that counts
	Here         bool     `json:"here"`
}

func (m memberLine) role() string {
	switch {
	case m.Founder:
		return "founder"
	case slices.Contains(m.Roles, string(decision.Overseer)):
		return "oversight"
	case len(m.Roles) > 0:
		return "decision"
	}
	return "NOT LET IN"
}

// founders are the keys that the log begins with.
func (g *gathering) founders() []decision.Founder {
	var act decision.TrustAct
	if entry, err := g.find(g.log.String()); err != nil || entry.ID != g.log || decision.DecodeBody(entry.Page.Body, &act) != nil {
		return nil
	}
	return act.Founders
}

// members are the chains that the log admits, founders first, and after them those that it does not. A founding key may
// have no chain yet.
func (g *gathering) members() []memberLine {
	var lines []memberLine
	for _, f := range g.founders() {
		if !slices.ContainsFunc(g.trust.Members(), func(m logbook.Member) bool { return m.Fingerprint == f.Fingerprint }) {
			lines = append(lines, memberLine{Founder: true, Name: f.Name, Organisation: f.Organisation, Fingerprint: f.Fingerprint,
				Roles: []string{string(decision.Decider), string(decision.Overseer)}})
		}
	}
	for _, m := range g.trust.Members() {
		line := memberLine{Chain: m.Chain.String(), Founder: m.Founder, Name: m.Name, Organisation: m.Organisation, Principal: m.Principal, Here: m.Here,
			Fingerprint: m.Fingerprint, Roles: []string{}}
		for _, role := range m.Roles {
			line.Roles = append(line.Roles, string(role))
		}
		if closed := m.Closed; closed >= 0 {
			line.Closed = &closed
		}
		lines = append(lines, line)
	}
	var others []memberLine
	for chain, o := range g.openings() {
		if _, admitted := g.trust.Member(chain); admitted || o.Standing == decision.Training {
			continue
		}
		others = append(others, memberLine{Chain: chain.String(), Roles: []string{}, Name: o.Name, Organisation: o.Organisation,
			Principal: o.Principal, Fingerprint: o.Fingerprint, Here: true})
	}
	slices.SortFunc(others, func(a, b memberLine) int { return strings.Compare(a.Chain, b.Chain) })
	return append(lines, others...)
}

func runTrust(ctx context.Context, app *App, dir string, asJSON bool) error {
	g, err := app.gather(ctx, dir)
	if err != nil {
		return err
	}
	defer g.close()
	lines := g.members()
	if asJSON {
		for _, line := range lines {
			if err := printJSON(app.Out, "", line); err != nil {
				return err
			}
		}
		return nil
	}
	g.absent(app)
	fmt.Fprintf(app.Out, "%s\n\n", screen.Safe(g.name()))
	fmt.Fprintf(app.Out, "%-16s %-10s %s\n", "CHAIN", "ROLE", "WHO")
	others := 0
	for _, m := range lines {
		chain := "(none yet)"
		if m.Chain != "" {
			chain = m.Chain[:16]
		}
		fmt.Fprintln(app.Out, strings.TrimRight(screen.Cut(fmt.Sprintf("%-16s %-10s %s, %s", chain, m.role(), m.Name, m.Organisation), 80), " "))
		fmt.Fprintf(app.Out, "%27s %s\n", "", m.Fingerprint)
		if m.Closed != nil {
			fmt.Fprintf(app.Out, "%27s closed: its records count up to number %d\n", "", *m.Closed)
		}
		if !m.Here && m.Chain != "" {
			fmt.Fprintf(app.Out, "%27s not in the folders looked at\n", "")
		}
		if len(m.Roles) == 0 {
			others++
		}
	}
	if others > 0 {
		app.say("%s not let in. Compare the fingerprint with its owner, then: dsa trust admit CHAIN --role decision", screen.Count(others, "chain is", "chains are"))
	}
	return nil
}

type admitOptions struct {
	asking
	role         string
	fingerprints []string
}

func newAdmit(app *App) *cobra.Command {
	var opts admitOptions
	c := &cobra.Command{
		Use:   "admit CHAIN...",
		Short: "Let chains into a log, once their keys have been compared with their owners",
		Long: `admit signs that a chain belongs to the person it names, and lets it into the log.
CHAIN is the beginning of its id, as dsa trust lists it.

Before you sign, compare the fingerprint with the owner of the key, in person or
on a telephone number that you found yourself. You are asked how you did. Where
nobody can be asked, give the fingerprint as you learned it: --fingerprint for
each chain, or an answers file.

It says which chain a new one follows, so that you can close that one, and points
out where somebody who was let in has the same e-mail, name or key.

  --role decision    its records of decisions count
  --role oversight   besides: it can let in and close chains, sign checkpoints,
                     and dispose of, hold and release records`,
		Example: `  dsa trust admit 3f9c0a1b5d6e7f80 --role decision
  dsa trust admit 3f9c --role oversight --fingerprint SHA256:B7oUaPISGWMrNQgMaZ5zdiinm0XXIIEQGwWI5CcVt5s`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if opts.role != string(decision.Decider) && opts.role != string(decision.Overseer) {
				return usage(cmd, "--role is decision or oversight")
			}
			return runAdmit(cmd.Context(), app, args, opts)
		},
	}
	opts.flags(c)
	c.Flags().StringVar(&opts.role, "role", "", "what its records can do in the log, the `ROLE`: decision or oversight")
	c.Flags().StringArrayVar(&opts.fingerprints, "fingerprint", nil, "the fingerprint of a chain's key as you learned it from its owner: `SHA256:…`; can be given several times")
	return c
}

func runAdmit(ctx context.Context, app *App, wanted []string, opts admitOptions) error {
	l, err := app.lead(ctx, opts.asking)
	if err != nil {
		return err
	}
	defer l.close()
	act := &decision.TrustAct{Program: Program, Log: l.log}
	var shown, unlike []string
	var later []string // what to do once they are in
	given := map[string]bool{}
	for _, f := range opts.fingerprints {
		given[f] = false
	}
	for _, w := range wanted {
		chain, err := l.chainNamed(w)
		if err != nil {
			return err
		}
		admission, lines, err := l.admission(chain, opts.role)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(act.Admits, func(a decision.Admission) bool { return a.Chain == chain }) {
			return &failure{what: "the same chain was named twice; nothing was recorded", next: "name each chain once", code: codeUsage}
		}
		if _, ok := given[admission.Fingerprint]; ok {
			given[admission.Fingerprint] = true
		} else {
			unlike = append(unlike, decision.ChainFolder(chain))
		}
		act.Admits = append(act.Admits, admission)
		alike, end := l.alike(chain)
		shown = append(append(shown, lines...), alike...)
		later = append(later, end...)
	}
	l.counts = func() error {
		for _, a := range act.Admits {
			if _, _, err := l.admission(a.Chain, opts.role); err != nil {
				return err
			}
		}
		return nil
	}
	for _, used := range given {
		if !used {
			app.print(shown)
			return &failure{what: "a fingerprint given with --fingerprint is not that of any chain named; nothing was recorded",
				next: "find out whose key it is before you let anybody in", code: codeFound}
		}
	}
	if err := l.compared(ctx, act, opts, shown, unlike); err != nil {
		return err
	}
	if act.Salt, err = l.salt(); err != nil {
		return err
	}
	entry, err := l.record(ctx, decision.Trust, decision.ID{}, "", act)
	if err != nil {
		return err
	}
	l.desk.said(entry)
	if err := l.afterwards(ctx); err != nil {
		return err
	}
	app.say("Let in: %s. Tell them; dsa trust lists everybody.", count(len(act.Admits), "chain"))
	for _, line := range later {
		app.say("%s", line)
	}
	return nil
}

// admission is one chain as it would be let in, and what is shown of it.
func (l *lead) admission(chain decision.ID, role string) (decision.Admission, []string, error) {
	o, here := l.openings()[chain]
	folder := decision.ChainFolder(chain)
	switch {
	case !here:
		return decision.Admission{}, nil, fail("the record that begins the chain "+folder+" is not here or is not sound; nothing was recorded",
			"let its owner publish it first with: dsa sync")
	case o.Standing == decision.Training:
		return decision.Admission{}, nil, fail("the chain "+folder+" holds exercises, which are never let into a log; nothing was recorded", "list the chains with: dsa trust")
	}
	roles := []decision.Role{decision.Decider}
	if role == string(decision.Overseer) {
		roles = append(roles, decision.Overseer)
	}
	lines := []string{"Chain " + folder + ", to be let in for: " + role, "  Name: " + screen.Safe(o.Name), "  Post: " + screen.Safe(o.Post),
		"  Organisation: " + screen.Safe(o.Organisation), "  E-mail: " + screen.Safe(o.Principal), "  Device: " + screen.Safe(o.Device), "  Fingerprint: " + o.Fingerprint}
	if m, admitted := l.trust.Member(chain); admitted {
		switch {
		case m.Closed >= 0:
			return decision.Admission{}, nil, fail(fmt.Sprintf("the chain %s was closed at number %d, and a closing is not taken back; nothing was recorded", folder, m.Closed),
				"let its owner begin a new chain with dsa setup --new-key, and let that one in")
		case m.Fingerprint != o.Fingerprint:
			lines = append(lines, "  It was let in with another key than it has, which has no effect.")
		case !slices.ContainsFunc(roles, func(r decision.Role) bool { return !slices.Contains(m.Roles, r) }):
			return decision.Admission{}, nil, fail("the chain "+folder+" is let in already; nothing was recorded", "see it with: dsa trust")
		}
		if m.Fingerprint == o.Fingerprint {
			lines = append(lines, "  It is let in already, to decide.")
		}
	}
	return decision.Admission{Chain: chain, Fingerprint: o.Fingerprint, Principal: o.Principal, Name: o.Name, Organisation: o.Organisation, Roles: roles}, lines, nil
}

// first is the record that begins a chain.
func (g *gathering) first(chain decision.ID) (logbook.Entry, bool) {
	return g.in(decision.Place{Chain: chain, ID: chain})
}

// mostKeys is how many keys of one person are followed back.
const mostKeys = 32

// alike says what a chain that is to be let in has in common with those that are: which one it follows, by what its first
// record says, and whose address, name or key it has besides. And it says what to do with the one that it follows.
func (l *lead) alike(chain decision.ID) (lines, end []string) {
	o := l.openings()[chain]
	followed := map[decision.ID]bool{chain: true}
	at := chain
	for range mostKeys { // the key before the key before
		first, here := l.first(at)
		if !here || first.Page.Cover.About.IsZero() {
			break
		}
		before, err := l.find(first.Page.Cover.About.String())
		if err != nil || before.ID != first.Page.Cover.About || followed[before.Chain] {
			if at == chain {
				lines = append(lines, "  CAUTION: it says that it follows a record that is not here: "+first.Page.Cover.About.Shown())
			}
			break
		}
		if at == chain {
			lines, end = l.follows(chain, before)
		}
		at = before.Chain
		followed[at] = true
	}
	for _, m := range l.trust.Members() {
		if followed[m.Chain] {
			continue
		}
		var same []string
		for _, one := range []struct{ what, is, theirs string }{
			{"key", o.Fingerprint, m.Fingerprint}, {"e-mail", o.Principal, m.Principal}, {"name", o.Name, m.Name},
		} {
			if one.theirs != "" && strings.EqualFold(strings.TrimSpace(one.is), strings.TrimSpace(one.theirs)) {
				same = append(same, one.what)
			}
		}
		if same == nil {
			continue
		}
		closed := ""
		if m.Closed >= 0 {
			closed = fmt.Sprintf(" (closed at number %d)", m.Closed)
		}
		lines = append(lines, fmt.Sprintf("  CAUTION: same %s as chain %s%s, and it does not say that it follows it: make sure that it is the same person.",
			strings.Join(same, " and "), decision.ChainFolder(m.Chain), closed))
	}
	return lines, end
}

// follows is what is said of a chain whose first record names one of another chain as the last.
func (l *lead) follows(chain decision.ID, last logbook.Entry) (lines, end []string) {
	old, now := decision.ChainFolder(last.Chain), l.openings()[chain]
	lines = []string{fmt.Sprintf("  It follows chain %s (its last record %d) of %s.", old, last.Number, screen.Safe(l.owner(last.Chain)))}
	if was, here := l.openings()[last.Chain]; here && !strings.EqualFold(was.Principal, now.Principal) {
		lines = append(lines, "  CAUTION: that chain has another e-mail: make sure that it is the same person.")
	}
	for _, book := range l.books {
		if head, err := book.Head(last.Chain); err == nil && head.Number > last.Number {
			lines = append(lines, fmt.Sprintf("  CAUTION: that chain goes on to number %d: ask its owner which of the later records are theirs.", head.Number))
			break
		}
	}
	switch m, admitted := l.trust.Member(last.Chain); {
	case !admitted:
		lines = append(lines, "  That chain is not let in.")
	case m.Closed >= 0:
		lines = append(lines, fmt.Sprintf("  That chain is closed at number %d.", m.Closed))
	default:
		words := fmt.Sprintf("dsa trust close %s --at %d", old, last.Number)
		lines = append(lines, "  Once the new one is in, end the old one: "+words)
		end = []string{"Chain " + decision.ChainFolder(chain) + " follows chain " + old + ", which is still open. End it with: " + words}
	}
	return lines, end
}

// compared gets the explicit yes that each fingerprint was compared, and the reason that stands in the record.
func (l *lead) compared(ctx context.Context, act *decision.TrustAct, opts admitOptions, shown, unlike []string) error {
	if len(unlike) == 0 {
		for _, line := range shown {
			l.app.say("%s", line)
		}
		act.Reason = "The fingerprint of each key was given as it had been learned from its owner, and is the one of the chain."
		return nil
	}
	if len(opts.fingerprints) > 0 {
		return &failure{what: "no fingerprint was given for: " + listed(unlike) + "; nothing was recorded", next: "give --fingerprint for each chain, or for none", code: codeUsage}
	}
	list, err := l.app.act("admit")
	if err != nil {
		return err
	}
	answers, err := l.app.sit(ctx, list, "Letting in to "+l.name(), shown, opts.plain, opts.answers)
	if err != nil {
		return err
	}
	how := list.Questions[0].Asks[0].Option(only(answers["compared"]))
	if how == nil || how.Stops {
		return fail("the fingerprint has not been compared; nothing was recorded", "compare it with its owner first")
	}
	act.Reason = "The fingerprint of each key was compared with its owner: " + how.Words + "."
	return nil
}

type closeOptions struct {
	asking
	at int
}

func newClose(app *App) *cobra.Command {
	var opts closeOptions
	c := &cobra.Command{
		Use:   "close CHAIN --at NUMBER",
		Short: "End what counts of a chain at one of its records",
		Long: `close signs that a chain ends at one of its records: that one counts and so do
those before it; what comes later does not, whatever time it claims. Use it when a
key is lost or stolen, when somebody leaves, or when a new key takes the place of
the old. A closing is never taken back.

It shows first what would count no more, and the last record of the chain that
stands under a checkpoint: nobody can have slipped anything in up to there since.`,
		Example: "  dsa trust close 3f9c0a1b5d6e7f80 --at 41",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !cmd.Flags().Changed("at") {
				opts.at = -1
			} else if opts.at < 0 {
				return usage(cmd, "--at takes the number of a record of the chain")
			}
			return runClose(cmd.Context(), app, args[0], opts)
		},
	}
	opts.flags(c)
	c.Flags().IntVar(&opts.at, "at", 0, "the `NUMBER` of the last record that counts")
	return c
}

// records are the sound records of one chain in all folders, without their bodies, each once, in the order of numbers.
func (g *gathering) records(chain decision.ID) []logbook.Entry {
	var all []logbook.Entry
	seen := map[decision.ID]bool{}
	for _, book := range g.books {
		for entry, err := range book.Where(func(c decision.Cover) bool { return c.ChainID() == chain }) {
			if err != nil || seen[entry.ID] || !g.authors(entry) {
				continue // verify reports what cannot be read
			}
			seen[entry.ID] = true
			entry.Page.Body = nil
			all = append(all, entry)
		}
	}
	slices.SortFunc(all, func(a, b logbook.Entry) int {
		if a.Number != b.Number {
			return a.Number - b.Number
		}
		return bytes.Compare(a.ID[:], b.ID[:])
	})
	return all
}

// A fixed record is the last of a chain that a checkpoint covered.
type fixed struct {
	decision.Range
	at time.Time
}

// body reads the body of a record whose place is known, from any folder that has it.
func (g *gathering) body(e logbook.Entry) []byte {
	for _, book := range g.books {
		text, err := book.ReadFile(e.Path)
		if err != nil {
			continue
		}
		if page, err := decision.SplitPage(text); err == nil && page.ID() == e.ID {
			return page.Body
		}
	}
	return nil
}

// fixed are the records of a chain at which the checkpoints of the log end, the highest number last.
func (g *gathering) fixed(chain decision.ID) []fixed {
	var all []fixed
	for _, point := range g.trust.Checkpoints() {
		var act decision.CheckpointAct
		if decision.DecodeBody(g.body(point), &act) != nil {
			continue
		}
		for _, r := range act.Ranges {
			if r.Chain == chain {
				all = append(all, fixed{r, point.Page.Cover.Time})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b fixed) int { return a.To - b.To })
	return all
}

func runClose(ctx context.Context, app *App, wanted string, opts closeOptions) error {
	l, err := app.lead(ctx, opts.asking)
	if err != nil {
		return err
	}
	defer l.close()
	chain, err := l.chainNamed(wanted)
	if err != nil {
		return err
	}
	records := l.records(chain)
	if len(records) == 0 {
		return fail("no record of that chain is here; nothing was recorded", "bring the log up to date with: dsa sync")
	}
	advice := "No record of the chain stands under a checkpoint."
	if points := l.fixed(chain); len(points) > 0 {
		newest := points[len(points)-1]
		advice = fmt.Sprintf("Up to number %d it stands under the checkpoint of %s.", newest.To, atMinute(newest.at))
	}
	last := records[len(records)-1].Number
	if opts.at < 0 {
		return &failure{what: fmt.Sprintf("where the chain ends was not said; nothing was recorded. Its last record here is number %d. %s", last, advice),
			next: "name the last record that counts with --at NUMBER", code: codeUsage}
	}
	var at []logbook.Entry
	for _, r := range records {
		if r.Number == opts.at {
			at = append(at, r)
		}
	}
	switch {
	case len(at) == 0:
		return fail(fmt.Sprintf("the chain has no sound record number %d here, so nobody can tell which one is meant; its last is %d; nothing was recorded", opts.at, last),
			"bring the log up to date with dsa sync, or choose another number")
	case len(at) > 1:
		return fail(fmt.Sprintf("the chain has two records with the number %d; nothing was recorded", opts.at), "settle that first with: dsa rule "+decision.ChainFolder(chain))
	}
	l.counts = func() error { return l.closable(chain, opts.at) }
	if err := l.counts(); err != nil {
		return err
	}
	lines := l.closing(chain, at[0], records, advice)
	list, err := app.act("close")
	if err != nil {
		return err
	}
	answers, err := app.sit(ctx, list, "Closing a chain of "+l.name(), lines, opts.plain, opts.answers)
	if err != nil {
		return err
	}
	act := &decision.TrustAct{Program: Program, Log: l.log, Reason: answers["reason"].Text,
		Closes: []decision.Closure{{Chain: chain, Number: at[0].Number, ID: at[0].ID}}}
	if act.Salt, err = l.salt(); err != nil {
		return err
	}
	entry, err := l.record(ctx, decision.Trust, decision.ID{}, "", act)
	if err != nil {
		return err
	}
	l.desk.said(entry)
	if err := l.afterwards(ctx); err != nil {
		return err
	}
	if m, _ := l.trust.Member(chain); m.Closed != opts.at {
		return &failure{what: "the closing is recorded and does not count in this log: your chain may not close that one",
			next: "only somebody who was let in before its owner can close a chain that oversees; ask a founder of the log", code: codeCould}
	}
	app.say("Closed.")
	l.pin("the closing")
	return nil
}

// closable refuses a closing that would have no effect.
func (l *lead) closable(chain decision.ID, at int) error {
	m, admitted := l.trust.Member(chain)
	switch {
	case !admitted:
		return fail("the log has not let in that chain, so nothing of it counts; nothing was recorded", "list the chains with: dsa trust")
	case m.Closed >= 0 && m.Closed <= at:
		return fail(fmt.Sprintf("the chain is closed at number %d already; nothing was recorded", m.Closed), "see it with: dsa trust")
	case !l.trust.MayClose(l.chain, chain):
		return notBelow(fmt.Sprintf("dsa trust close %s --at %d", decision.ChainFolder(chain), at))
	}
	return nil
}

// notBelow is what an overseer is told who would end the chain of one above or beside them.
func notBelow(command string) error {
	return fail("your chain may not end that one: its owner was let in to oversee the log as early as you or earlier; nothing was recorded",
		"ask a founder of the log, or somebody who was let in before its owner, for: "+command)
}

// closing is what is shown before a chain is closed.
func (l *lead) closing(chain decision.ID, at logbook.Entry, records []logbook.Entry, advice string) []string {
	lines := []string{"Chain " + decision.ChainFolder(chain) + " of " + screen.Safe(l.owner(chain)),
		fmt.Sprintf("The last record that counts: number %d, %s, %s, id %s", at.Number, at.Page.Cover.Kind, atMinute(at.Page.Cover.Time), at.ID.Shown())}
	var after []logbook.Entry
	for _, r := range records {
		if r.Number > at.Number {
			after = append(after, r)
		}
	}
	if n := len(after); n > 0 {
		lines = append(lines, screen.Count(n, "record after it counts no more:", "records after it count no more:"))
		for i, r := range after {
			if i == maxListed {
				lines = append(lines, fmt.Sprintf("  and %d more, up to number %d", n-i, after[n-1].Number))
				break
			}
			lines = append(lines, fmt.Sprintf("  number %d, %s, %s, id %s", r.Number, r.Page.Cover.Kind, atMinute(r.Page.Cover.Time), r.ID.Shown()))
		}
	} else {
		lines = append(lines, "No record after it is here; one that turns up later does not count.")
	}
	return append(lines, advice)
}

// maxListed is how many records are listed one by one before a question.
const maxListed = 20

func atMinute(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
