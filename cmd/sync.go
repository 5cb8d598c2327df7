package cmd

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
)

// NewSync is the command that makes the records on this computer and those on the shares the same.
func NewSync(app *App) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "sync",
		Short: "Publish what the logs you joined do not have yet, and fetch what you lack",
		Long: `sync makes your own records on this computer and in the logs you joined the same.
What was recorded while a share was away is published; what only the share has of
your own records is brought back; what the log has lawfully disposed of is removed
here too. It also looks at the newest checkpoint of your log, and says if it does
not agree with your records.

Nobody needs it after every decision: what is signed is published at once where
the share answers. It ends with exit code 4 if something does not agree.`,
		Example: "  dsa sync\n  dsa sync --log //share/mash/log",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runSync(cmd.Context(), app, dir) },
	}
	c.Flags().StringVar(&dir, "log", "", "only the log in this folder (`DIR`)")
	return c
}

func runSync(ctx context.Context, app *App, dir string) error {
	app.lookAround()
	k, err := app.known()
	if err != nil {
		return err
	}
	logs := k.Logs
	if dir != "" {
		one := k.byFolder(dir)
		if one == nil {
			return fail("this computer has not joined the log in that folder; nothing was copied", "join it first with: dsa log join "+typed(dir))
		}
		logs = []knownLog{*one}
	}
	if len(logs) == 0 {
		return fail("this computer has joined no log, so there is nothing to copy", "join one with: dsa log join DIR --id LOGID")
	}
	return app.syncAll(ctx, logs, false)
}

// syncAll goes through the logs, says of each what was done, and fails where one was not reached or does not agree. Whoever
// is joining is told in any case whether their records count there.
func (app *App) syncAll(ctx context.Context, logs []knownLog, joining bool) error {
	own, err := logbook.Create(app.logFolder(""))
	if err != nil {
		return err
	}
	defer own.Close()
	s := &syncing{app: app, own: own, joining: joining}
	s.key, s.keyed, _ = app.publicKey(ctx, "")
	for _, log := range logs {
		err := s.log(ctx, log)
		if errors.Is(err, context.Canceled) {
			return &failure{what: "stopped; what was copied so far is whole", next: "run dsa sync again to go on", code: codeStopped, err: err}
		}
		if err != nil {
			return err
		}
	}
	switch {
	case len(s.wrong) > 0:
		return &failure{what: screen.Count(len(s.wrong), "thing does", "things do") + " not agree:\n" + indent(strings.Join(s.wrong, "\n")), next: s.next(), code: codeFound}
	case s.away > 0:
		return fail("not everything is published yet", "run dsa sync again when the folder can be reached and written to")
	}
	return nil
}

// syncing is one run of dsa sync.
type syncing struct {
	app     *App
	own     *logbook.Book
	key     sshsig.Key // of the person, as far as it is known without a passphrase
	keyed   bool
	joining bool
	away    int             // logs that were not reached, or not wholly
	wrong   []string        // what does not agree, in words
	told    []string        // what was said of chains
	kept    []logbook.Fault // own bodies that a disposal orders to be destroyed, and that stay
	fork    bool
	met     []string // chains in shares where a fork was met in this run
	another bool     // a folder is another log than it was
}

func (s *syncing) next() string {
	if s.another {
		return "leave the folders as they are and tell your information governance lead; where a folder was lost and is made anew, a founder lays the log there with dsa log merge"
	}
	if s.fork {
		return "begin a new book of records with dsa setup --new-key, and tell your information governance lead"
	}
	return "leave the folders as they are, see everything with dsa verify, and tell your information governance lead"
}

func (s *syncing) bad(format string, args ...any) {
	if words := fmt.Sprintf(format, args...); !slices.Contains(s.wrong, words) {
		s.wrong = append(s.wrong, words)
	}
}

// tell says something once.
func (s *syncing) tell(format string, args ...any) {
	if words := fmt.Sprintf(format, args...); !slices.Contains(s.told, words) {
		s.told = append(s.told, words)
		s.app.say("%s", words)
	}
}

// log brings one log and the own records up to date with each other. Its error is that of the person who stops, or of a
// home folder that cannot be written to; all else is noted.
func (s *syncing) log(ctx context.Context, l knownLog) error {
	name := screen.Safe(l.Folder)
	if sameFolder(l.Folder, s.own.Dir()) {
		trust, _ := s.trust(ctx, l)
		s.app.dropDrafts(trust, s.own)
		return s.see(l, trust, s.own)
	}
	book, err := reach(ctx, l.Folder)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.away++
		s.app.say("%s: not reached (%s).", name, unpublished(err))
		return nil
	}
	defer book.Close()
	s.app.exposed(l.Folder)
	at, err := within(ctx, func() (founding, error) { return theLog(s.own, book, l) })
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errNotTheLog):
		s.another = true
		s.bad("%s: %s", name, notTheLog)
		fmt.Fprintf(s.app.Out, "Not published: %s\n", name)
		return nil
	case err != nil:
		s.away++
		s.app.say("%s: not reached (%s).", name, unpublished(err))
		return nil
	}
	trust, sure := s.trust(ctx, l)
	chains := func(orders *logbook.Trust) (logbook.Synced, error) {
		step, end := s.app.progress("Files looked at in " + name)
		defer end()
		return within(ctx, func() (logbook.Synced, error) { return s.chains(ctx, book, trust, orders, step) })
	}
	// What the log disposed of is destroyed here at the very end: not before the checkpoints were held against what this
	// computer has and has seen.
	pending, orders := s.pending(trust), trust
	if (pending || !sure) && !lacksActs(trust) {
		orders = nil
	}
	done, err := chains(orders)
	wrong := len(s.wrong)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := s.see(l, trust, book, s.own); err != nil {
		return err
	}
	if pending && sure && err == nil && len(s.wrong) == wrong {
		var more logbook.Synced
		more, err = chains(trust)
		done.Published += more.Published
		done.Adopted += more.Adopted
		done.Mended += more.Mended
		done.Disposed += more.Disposed
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		s.away++
		s.app.say("%s: not everything is the same yet (%s).", name, unpublished(err))
	}
	if err := book.WriteSigners(trust); err != nil && !errors.Is(err, fs.ErrPermission) {
		s.app.say("Warning: the file allowed_signers in %s could not be brought up to date; dsa does not need it.", name)
	}
	fmt.Fprintf(s.app.Out, "%s: %s\n", name, did(done))
	if l.Founding.Chain.IsZero() {
		if at.Chain.IsZero() {
			at, _ = theLog(nil, book, l) // it was published just now, perhaps
		}
		if !at.Chain.IsZero() {
			s.app.changeLog(l, func(l *knownLog) { l.Founding = at }) // otherwise it is looked for again
		}
	}
	s.standing(l, trust)
	s.app.dropDrafts(trust, s.own, book)
	return nil
}

// lacksActs reports whether a log itself shows that acts of oversight are missing. A sync that is given what such a log orders
// destroys nothing, and says what it would have destroyed.
func lacksActs(trust *logbook.Trust) bool { return trust != nil && trust.Sure() != nil }

// pending reports whether something lies among the own records whose destruction the log has ordered.
func (s *syncing) pending(trust *logbook.Trust) bool {
	if trust == nil {
		return false
	}
	has := s.own.Bodies()
	return slices.ContainsFunc(trust.Disposals(), func(d logbook.Disposal) bool { return slices.ContainsFunc(d.Act.Records, has) })
}

// standing says whether the log lets the person's book in, and otherwise what somebody who oversees it has to type.
func (s *syncing) standing(l knownLog, trust *logbook.Trust) {
	mine, _ := s.mine()
	if mine.IsZero() || trust == nil && !s.joining {
		return
	}
	var member logbook.Member
	in := false
	if trust != nil {
		member, in = trust.Member(mine)
		if state := bookIn(trust, mine); !state.equal(l.Book) {
			s.app.changeLog(l, func(l *knownLog) { l.Book = state }) // it is said when something is signed
		}
	}
	switch {
	case in && member.Closed >= 0:
		s.app.say("Your book of records was closed at number %d: what you sign after that does not count there. Begin a new one with: dsa setup --new-key", member.Closed)
	case in && s.joining:
		s.app.say("Your book of records is let in.")
	case !in:
		s.app.say("Your book of records is not let in yet.")
		tellAdmit(s.app, mine, s.key.Fingerprint())
	}
}

// reach opens a folder that may not answer, and waits for it only so long.
func reach(ctx context.Context, dir string) (*logbook.Book, error) {
	ctx, done := context.WithTimeout(ctx, publishWait)
	defer done()
	return within(ctx, func() (*logbook.Book, error) {
		book, err := logbook.Open(dir)
		if err != nil {
			return nil, err
		}
		if _, err := book.Chains(); err != nil {
			book.Close()
			return nil, err
		}
		return book, nil
	})
}

func did(d logbook.Synced) string {
	var words []string
	for _, what := range []struct {
		n     int
		words string
	}{{d.Published, "published"}, {d.Adopted, "brought here"}, {d.Mended, "mended from the other copy"}, {d.Disposed, "destroyed here, as the log disposed of them"}} {
		if what.n > 0 {
			words = append(words, count(what.n, "record")+" "+what.words)
		}
	}
	if words == nil {
		return "nothing new"
	}
	return strings.Join(words, ", ")
}

// trust reads in all folders of a log whose records count in it; nothing, where it is not known which log it is. That its
// founding record is gone is noted. Sure is false where what it disposed of may not be destroyed: a folder does not answer, or
// acts of oversight are missing, and a hold may be among them.
func (s *syncing) trust(ctx context.Context, l knownLog) (trust *logbook.Trust, sure bool) {
	if l.ID.IsZero() {
		return nil, false
	}
	k, err := s.app.known()
	if err != nil {
		return nil, false
	}
	g := s.app.folders(k, l.ID)
	defer g.close()
	trust, err = within(ctx, func() (*logbook.Trust, error) { return logbook.ReadTrust(ctx, l.ID, g.books...) })
	var none *logbook.NoFoundingError
	switch {
	case errors.As(err, &none):
		s.bad("%s: %s", screen.Safe(l.Folder), none.Error())
	case err != nil && ctx.Err() == nil:
		s.app.say("Warning: whose records count in %s could not be read, so nothing that was disposed of is looked for.", screen.Safe(l.Folder))
	}
	if err != nil {
		return nil, false
	}
	g.trust = trust
	if err := g.sure(s.app); err != nil {
		s.bad("%s: %s", screen.Safe(l.Folder), explain(err).what)
		return trust, false
	}
	if len(g.away) > 0 && s.pending(trust) {
		s.tell("Notice: what the log disposed of is not destroyed here now, since %s does not answer.", screen.Safe(listed(g.away)))
	}
	return trust, len(g.away) == 0
}

// chains syncs the chains in the own log folder that belong into the log, those of earlier keys included, and the chain of
// the key in use where only the share has it. Trust says which these are, and orders what is to be destroyed.
func (s *syncing) chains(ctx context.Context, share *logbook.Book, trust, orders *logbook.Trust, step func(int)) (all logbook.Synced, failed error) {
	k, err := s.app.known()
	if err != nil {
		return all, err
	}
	files := 0
	options := logbook.SyncOptions{Trust: orders, Now: s.app.Now(), Progress: func(n int) { step(files + n); files = max(files, n) }}
	note := func(done logbook.Synced, err error) {
		all.Published += done.Published
		all.Adopted += done.Adopted
		all.Mended += done.Mended
		all.Disposed += done.Disposed
		for _, f := range done.Refused {
			if !slices.Contains(s.kept, f) {
				s.kept = append(s.kept, f)
				printFault(s.app.Out, "NOT DESTROYED", f)
			}
		}
		if len(done.Foreign) > 0 {
			s.bad("%s", foreignWords(share.Dir(), done.Foreign))
		}
		var fork *logbook.ForkError
		var two *logbook.TwoChainsError
		var folder *logbook.FolderError
		var file *logbook.FileError
		switch {
		case errors.As(err, &fork):
			s.forked(share, fork)
		case errors.As(err, &two):
			s.fork = true
			s.bad("%s: one key has two chains, %s and %s", screen.Safe(share.Dir()), two.Folders[0], two.Folders[1])
		case errors.As(err, &folder) && errors.As(err, &file):
			s.bad("%s: a file is not what its name says, and there is no sound copy of it: %s", screen.Safe(folder.Dir), screen.Safe(file.Path))
		case err != nil && failed == nil:
			failed = err
		}
	}
	mine, _ := s.mine()
	if _, is := k.isStopped(mine); s.keyed && !is {
		done, err := logbook.NewWriter(s.own, keyOnly{s.key}, s.app.path("lock")).Sync(ctx, share, options)
		note(done, err)
	}
	chains, others := s.belonging(trust)
	for _, chain := range chains {
		if ctx.Err() != nil {
			return all, ctx.Err()
		}
		number, is := k.isStopped(chain)
		settled := false
		if is && trust != nil {
			_, settled = trust.Ruled(chain, number)
		}
		switch {
		case settled:
			s.tell("Notice: chain %s has different records with the number %d; which of them stands is settled.", decision.ChainFolder(chain), number)
			if chain == mine {
				s.tell("It is not written to any more. Begin a new one with: dsa setup --new-key")
			}
		case is && slices.Contains(s.met, inShare(share, chain)):
			// It was told just now, with the names of the records.
		case is:
			s.fork = s.fork || chain == mine
			s.bad("%s: chain %s has different records with the number %d. Your information governance lead settles it with dsa rule.", screen.Safe(share.Dir()), decision.ChainFolder(chain), number)
		case chain != mine:
			done, err := logbook.Sync(ctx, s.own, share, chain, options)
			note(done, err)
		}
	}
	if others > 0 {
		s.tell("Notice: %s of other people, whom this log does not admit, lie among your own records. They are not published.", count(others, "chain"))
	}
	return all, errors.Join(failed, s.layOpen(ctx, share, orders, chains, others))
}

// belonging are the chains in the own log folder that may be published to a log: those of the person, also of earlier keys and
// other devices, and those that the log admits. Records of anybody else, which were merged in to be read, are not passed on.
func (s *syncing) belonging(trust *logbook.Trust) (chains []decision.ID, others int) {
	found := openings(s.own)
	mine, _ := s.mine()
	answers, _, _ := s.app.profile()
	addresses := []string{strings.ToLower(answers["email"].Text), strings.ToLower(found[mine].Principal)}
	for chain, opening := range found {
		admitted := false
		if trust != nil {
			_, admitted = trust.Member(chain)
		}
		if admitted || chain == mine || slices.Contains(addresses, strings.ToLower(opening.Principal)) {
			chains = append(chains, chain)
		} else {
			others++
		}
	}
	slices.SortFunc(chains, func(a, b decision.ID) int { return bytes.Compare(a[:], b[:]) })
	return chains, others
}

// earlier is how many records, openings aside, a share would get of the own log.
func (s *syncing) earlier(share *logbook.Book, trust *logbook.Trust) (n int) {
	chains, _ := s.belonging(trust)
	for _, chain := range chains {
		head, err := s.own.Head(chain)
		if err != nil {
			n++ // damaged or forked: how many they are is not known, and not none
			continue
		}
		there := 0
		if h, err := share.Head(chain); err == nil {
			there = h.Number
		}
		n += max(0, head.Number-there)
	}
	return n
}

// layOpen puts both branches of a forked chain beside each other in the share: what only this computer has must not be lost,
// and nobody can settle what they cannot see.
func (s *syncing) layOpen(ctx context.Context, share *logbook.Book, orders *logbook.Trust, chains []decision.ID, others int) error {
	k, err := s.app.known()
	if err != nil || !slices.ContainsFunc(chains, func(c decision.ID) bool { _, is := k.isStopped(c); return is }) {
		return err
	}
	if others > 0 {
		s.tell("Warning: the records of a chain that only this computer has are not in %s. Lay them there, so that they can be settled: dsa log merge %s --log %s",
			screen.Safe(share.Dir()), typed(s.own.Dir()), typed(share.Dir()))
		return nil
	}
	_, err = logbook.Merge(ctx, share, s.own, logbook.MergeOptions{Trust: orders, Now: s.app.Now()})
	return err
}

// forked notes a fork, and remembers it.
func (s *syncing) forked(share *logbook.Book, fork *logbook.ForkError) {
	s.fork, s.met = true, append(s.met, inShare(share, fork.Chain))
	s.bad("%s: chain %s has different records with the number %d: %s", screen.Safe(share.Dir()), decision.ChainFolder(fork.Chain), fork.Number, listed(fork.Names))
	if err := s.app.changeKnown(func(k *knownLogs) error { k.stop(fork.Chain, fork.Number); return nil }); err != nil {
		s.app.say("Warning: it could not be remembered that this book of records must not be written to again.")
	}
}

// inShare names a chain in a share.
func inShare(share *logbook.Book, chain decision.ID) string {
	return share.Dir() + ": " + decision.ChainFolder(chain)
}

// keyOnly stands for a key whose private half is not needed.
type keyOnly struct{ key sshsig.Key }

func (k keyOnly) Key() sshsig.Key { return k.key }

func (k keyOnly) Sign(string, []byte) ([]byte, error) {
	return nil, errors.New("nothing is signed here")
}

// aheadMost is how far another computer's clock may be ahead of this one.
const aheadMost = time.Hour

// see verifies the checkpoints of a log against the person's own records, and remembers the newest as seen: what they sign
// next says so, and with that stands after it. What this computer has seen once never goes back.
func (s *syncing) see(l knownLog, trust *logbook.Trust, books ...*logbook.Book) error {
	k, err := s.app.known()
	if err != nil || trust == nil || k.home() == nil || k.home().ID != l.ID {
		return err
	}
	home := k.home()
	mine, head := s.mine()
	named := head.Page.Cover.Seen // what is remembered may be lost, and what was signed is not
	floor := map[decision.ID]int{home.SeenChain: home.SeenNumber}
	var newest logbook.Entry
	here, namedHere, after := false, false, time.Time{}
	for _, point := range trust.Checkpoints() {
		at := point.Page.Cover.Time
		if point.ID == home.Seen || point.ID == named {
			floor[point.Chain] = max(floor[point.Chain], point.Number)
			here, namedHere = here || point.ID == home.Seen, namedHere || point.ID == named
			if at.After(after) {
				after = at
			}
		}
		if point.Chain == home.SeenChain && point.Number < home.SeenNumber {
			continue // it was looked at before
		}
		if at.After(s.app.Now().Add(aheadMost)) {
			continue // with one that is dated ahead as seen, no other would be the newest any more
		}
		if s.agrees(l, point, mine, head, books) && (newest.ID.IsZero() || cmp.Or(at.Compare(newest.Page.Cover.Time), cmp.Compare(point.Number, newest.Number)) > 0) {
			newest = point
		}
	}
	switch {
	case !home.Seen.IsZero() && !here:
		s.bad("%s: the checkpoint that this computer saw last, number %d of chain %s, is not there any more: the log was put back to an older state, or part of it was taken away",
			screen.Safe(l.Folder), home.SeenNumber, decision.ChainFolder(home.SeenChain))
		return nil
	case newest.ID.IsZero(), newest.ID == home.Seen && (named.IsZero() || k.seen(named) == home.Seen):
		return nil
	case newest.Number < floor[newest.Chain], newest.Page.Cover.Time.Before(after):
		return nil // clocks disagree; it waits for a newer one
	case !namedHere && k.seen(named).IsZero() && !named.IsZero() && named != home.Seen && !slices.Contains(k.Past, named):
		s.app.say("Notice: the checkpoint that your newest record names is not in %s. It may be one of another log; until it is found, your records go on naming it.", screen.Safe(l.Folder))
		return nil
	}
	err = s.app.changeKnown(func(k *knownLogs) error {
		if home := k.home(); home != nil && home.ID == l.ID {
			k.see(decision.Receipt{Log: l.ID, Chain: newest.Chain, Number: newest.Number, ID: newest.ID}, trust.Title, named)
		}
		return nil
	})
	if err == nil && newest.ID != home.Seen {
		fmt.Fprintf(s.app.Out, "Checkpoint seen: number %d of chain %s, of %s\n", newest.Number, decision.ChainFolder(newest.Chain),
			newest.Page.Cover.Time.Format("2 January 2006 15:04 UTC"))
	}
	return err
}

// mine is the chain of the person's key, and its newest record.
func (s *syncing) mine() (decision.ID, logbook.Entry) {
	if !s.keyed {
		return decision.ID{}, logbook.Entry{}
	}
	chain, found, err := s.own.ChainOf(s.key)
	if err != nil || !found {
		return decision.ID{}, logbook.Entry{}
	}
	head, err := s.own.Head(chain)
	if err != nil {
		return decision.ID{}, logbook.Entry{}
	}
	return chain, head
}

// agrees reports whether what a checkpoint says of the person's own chain is so.
func (s *syncing) agrees(l knownLog, point logbook.Entry, mine decision.ID, head logbook.Entry, books []*logbook.Book) bool {
	act, err := readPoint(point, books)
	if err != nil {
		return false
	}
	for _, r := range act.Ranges {
		if r.Chain != mine || mine.IsZero() || hasRecord(s.own, logbook.Entry{Chain: mine, Number: r.To, ID: r.Head}) {
			continue
		}
		where := fmt.Sprintf("%s: checkpoint %d of chain %s covers", screen.Safe(l.Folder), point.Number, decision.ChainFolder(point.Chain))
		if r.To > head.Number {
			s.bad("%s records of yours up to number %d, and you have them only up to number %d", where, r.To, head.Number)
		} else {
			s.bad("%s another record than yours with the number %d", where, r.To)
		}
		return false
	}
	return true
}

// readPoint reads the body of a checkpoint whose cover is known to be sound.
func readPoint(point logbook.Entry, books []*logbook.Book) (act decision.CheckpointAct, err error) {
	for _, book := range books {
		var text []byte
		if text, err = book.ReadFile(point.Path); err != nil {
			continue
		}
		var page decision.Page
		if page, err = decision.SplitPage(text); err != nil {
			continue
		}
		if page.ID() != point.ID {
			err = fs.ErrNotExist
			continue
		}
		return act, decision.DecodeBody(page.Body, &act)
	}
	return act, err
}
