package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"
)

type newLogOptions struct {
	title        string
	with         string // the second founder: a .pub file, or a chain
	name         string // of whoever has the key of a .pub file
	organisation string
	spare        string // the file of a second key of one's own
	key          string
}

func newLogNew(app *App) *cobra.Command {
	var opts newLogOptions
	c := &cobra.Command{
		Use:   "new [DIR] --title TITLE (--with FILE.pub | --with CHAIN | --spare FILE)",
		Short: "Found a partnership's log",
		Long: `new founds a log: it signs the record that says what the log is called and which
keys oversee it. The id of that record is the id of the log. Write it into the
agreement's paperwork: everybody who checks the log starts from it, and nothing
that lies in the folder can stand in for it.

DIR is the folder that the partners share; without it, your own records are the
log. A log has two founding keys, so that one can close the other when it is lost:

  --with FILE.pub  the public key of a second person; say whose it is with --name
                   and --organisation
  --with CHAIN     the chain of a second person whose records lie there already
  --spare FILE     makes a second key of your own; keep it apart from this
                   computer, such as in a safe

Only people who oversee the log let others in, sign checkpoints and dispose of
records.`,
		Example: "  dsa log new //share/mash/log --title \"Fenmarsh MASH\" --with lead-council.pub --name \"Ann Idowu\" --organisation \"Fenmarsh Council\"\n  dsa log new --title \"Harbour Lane School\" --spare spare-key",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := ""
			if len(args) == 1 {
				dir = args[0]
			}
			switch {
			case !isTitle(opts.title):
				return usage(cmd, "--title takes what people call the log: one line of at most 200 characters; nothing was recorded")
			case (opts.with == "") == (opts.spare == ""):
				return usage(cmd, "a log has two founding keys: name the second with --with, or make it with --spare; nothing was recorded")
			case isPublicFile(opts.with) && (!isTitle(opts.name) || !isTitle(opts.organisation)):
				return usage(cmd, "say whose key it is with --name and --organisation; nothing was recorded")
			case !isPublicFile(opts.with) && (opts.name != "" || opts.organisation != ""):
				return usage(cmd, "--name and --organisation go with --with FILE.pub; nothing was recorded")
			}
			return runLogNew(cmd.Context(), app, dir, opts)
		},
	}
	f := c.Flags()
	f.StringVar(&opts.title, "title", "", "what people call the log")
	f.StringVar(&opts.with, "with", "", "the second founder: `FILE.pub` or a chain")
	f.StringVar(&opts.name, "name", "", "the name of whoever has the key in FILE.pub")
	f.StringVar(&opts.organisation, "organisation", "", "the organisation of whoever has the key in FILE.pub")
	f.StringVar(&opts.spare, "spare", "", "make a second key in this `FILE`")
	f.StringVar(&opts.key, "key", "", "sign with this OpenSSH Ed25519 private key `FILE`")
	return c
}

func isTitle(s string) bool {
	return strings.TrimSpace(s) == s && s != "" && utf8.RuneCountInString(s) <= 200 && screen.Safe(s) == s
}

func isPublicFile(s string) bool { return strings.HasSuffix(strings.ToLower(s), ".pub") }

func runLogNew(ctx context.Context, app *App, dir string, opts newLogOptions) error {
	by, err := app.person()
	if err != nil {
		return err
	}
	k, err := app.known()
	if err != nil {
		return err
	}
	folder := absolute(app.logFolder(dir))
	if isTrainingPlace(folder) {
		return inTrainingRoom(folder)
	}
	if l := k.byFolder(folder); l != nil && !l.ID.IsZero() {
		return fail("this computer knows a log in that folder already; nothing was recorded", "see it with: dsa log known")
	}
	if opts.spare != "" && !isMissing(opts.spare) {
		return fail("there is something with the name given with --spare; nothing was recorded", "choose another name for the spare key")
	}
	if opts.spare != "" && below(folder, opts.spare) {
		return fail("a spare key does not belong into the log, where others can read it; nothing was recorded", "choose another place for the spare key")
	}
	book, err := within(ctx, func() (*logbook.Book, error) { return logbook.Create(folder) })
	if err != nil {
		return err
	}
	defer book.Close()
	if founded(book) {
		return fail("a log was founded in that folder already; nothing was recorded", "join it with the id from your agreement's paperwork: dsa log join "+typed(app.logFolder(dir))+" --id LOGID")
	}
	app.lookAround(folder)
	d, err := app.desk(ctx, opts.key)
	if err != nil {
		return err
	}
	defer d.close()
	own := decision.Founder{Key: d.signer.Key().AuthorizedKey(), Fingerprint: d.signer.Key().Fingerprint(), Name: by.Name, Organisation: by.Organisation}
	second, undo, err := app.secondFounder(opts, by, d.book, book)
	if err != nil {
		return err
	}
	entry, err := d.found(ctx, folder, opts.title, by, own, second)
	if err != nil {
		var unsure *logbook.WriteError
		var fork *logbook.ForkError
		if !(errors.As(err, &unsure) && unsure.Unsure || errors.As(err, &fork) && fork.Recorded) {
			undo()
		}
		return err
	}
	err = app.changeKnown(func(k *knownLogs) error {
		if l := k.byFolder(folder); l != nil {
			l.ID, l.Title = entry.ID, opts.title
		} else {
			k.Logs = append(k.Logs, knownLog{Folder: folder, ID: entry.ID, Title: opts.title})
		}
		return nil
	})
	d.said(entry)
	at := founding{entry.Chain, entry.Number}
	if there, _ := founds(book, entry.ID, at); err == nil && there {
		app.changeLog(knownLog{Folder: folder, ID: entry.ID}, func(l *knownLog) { l.Founding = at }) // otherwise it is looked for
	}
	if err != nil {
		app.say("Warning: the log is founded, but this computer could not remember it. Join it with: dsa log join %s --id %s", typed(app.logFolder(dir)), entry.ID)
	}
	if trust, err := logbook.ReadTrust(ctx, entry.ID, book, d.book); err == nil {
		book.WriteSigners(trust) // a convenience; sync writes it again
	}
	app.tellFounded(entry.ID, opts, dir, own, second)
	return nil
}

// below reports whether a file lies in a folder.
func below(dir, file string) bool {
	rel, err := filepath.Rel(absolute(dir), absolute(file))
	return err == nil && filepath.IsLocal(rel)
}

// founded reports whether a record in a log founds one.
func founded(book *logbook.Book) bool {
	for entry, err := range book.Where(func(c decision.Cover) bool { return c.Kind == decision.Trust }) {
		if err != nil {
			continue
		}
		var act decision.TrustAct
		if decision.DecodeBody(entry.Page.Body, &act) == nil && act.Log.IsZero() && act.Check(entry.Page.Cover) == nil {
			return true
		}
	}
	return false
}

// secondFounder is the second key of a log. undo takes back what was made for it.
func (app *App) secondFounder(opts newLogOptions, by decision.Person, books ...*logbook.Book) (founder decision.Founder, undo func(), err error) {
	undo = func() {}
	switch {
	case opts.spare != "":
		key, err := app.makeSpare(opts.spare)
		if err != nil {
			return founder, undo, err
		}
		undo = func() { os.Remove(opts.spare); os.Remove(opts.spare + ".pub") }
		return decision.Founder{Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(), Name: by.Name + " (spare key)", Organisation: by.Organisation}, undo, nil
	case isPublicFile(opts.with):
		content, err := readSmall(opts.with, 1<<16)
		if err != nil {
			return founder, undo, fail("the public key cannot be read; nothing was recorded", "check the file named with --with").because(err)
		}
		public, _, _, _, err := ssh.ParseAuthorizedKey(content)
		if err != nil {
			return founder, undo, fail("the file named with --with is not a public key; nothing was recorded", "name the file whose only line begins with ssh-ed25519")
		}
		key, err := sshsig.KeyOf(public)
		if err != nil {
			return founder, undo, wrongKind(public.Type())
		}
		return decision.Founder{Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(), Name: opts.name, Organisation: opts.organisation}, undo, nil
	}
	live := map[decision.ID]decision.Opening{}
	for _, book := range books {
		for chain, opening := range openings(book) {
			if opening.Standing == decision.Live {
				live[chain] = opening
			}
		}
	}
	chain, err := chainNamed(opts.with, maps.Keys(live), "name the second founder by the first digits of their chain's id, or by their public key as a .pub file")
	if err != nil {
		return founder, undo, err
	}
	opening := live[chain]
	return decision.Founder{Key: opening.Key, Fingerprint: opening.Fingerprint, Name: opening.Name, Organisation: opening.Organisation}, undo, nil
}

// makeSpare makes a second key of one's own, with a passphrase if one is given.
func (app *App) makeSpare(path string) (sshsig.Key, error) {
	passphrase, err := app.Passphrase("Passphrase for the spare key (not shown; empty for none): ")
	if err != nil && !errors.Is(err, errNobodyToAsk) {
		return sshsig.Key{}, err
	}
	if _, fixed := os.LookupEnv("DSA_PASSPHRASE"); len(passphrase) > 0 && !fixed {
		again, err := app.Passphrase("The same again: ")
		if err != nil {
			return sshsig.Key{}, err
		}
		if string(again) != string(passphrase) {
			return sshsig.Key{}, fail("the two passphrases are not the same; nothing was recorded", "run the same command again")
		}
		clear(again)
	}
	made, err := app.writeKeyPair(path, passphrase)
	if err != nil {
		return sshsig.Key{}, err
	}
	if !made {
		return sshsig.Key{}, fail("there is something with the name given with --spare; nothing was recorded", "choose another name for the spare key")
	}
	if len(passphrase) == 0 {
		app.say("Notice: the spare key has no passphrase: whoever finds the file can use it.")
	}
	clear(passphrase)
	content, err := readSmall(path, 1<<16)
	if err != nil {
		return sshsig.Key{}, err
	}
	return publicHalf(content)
}

// found signs the record that founds a log, and begins to publish it to its folder.
func (d *desk) found(ctx context.Context, folder, title string, by decision.Person, founders ...decision.Founder) (logbook.Entry, error) {
	at := d.app.Now().Truncate(time.Second)
	if founders[0].Fingerprint == founders[1].Fingerprint {
		return logbook.Entry{}, fail("the two founding keys are one key; nothing was recorded", "name the key of a second person with --with, or make another with --spare")
	}
	salt, err := decision.NewSalt(d.app.Rand)
	if err != nil {
		return logbook.Entry{}, err
	}
	act := &decision.TrustAct{Salt: salt, Program: Program, Title: title, Founders: founders}
	if err := act.Check(decision.Cover{Kind: decision.Trust, Number: 1, Time: at, KeepUntil: decision.Permanent}); err != nil {
		return logbook.Entry{}, fail("this cannot be recorded: "+err.Error()+"; nothing was recorded", "change it, and run the same command again").because(err)
	}
	body, err := decision.EncodeBody(act)
	if err != nil {
		return logbook.Entry{}, err
	}
	if !sameFolder(folder, d.book.Dir()) && !slices.ContainsFunc(d.shares, func(s *share) bool { return sameFolder(s.dir, folder) }) {
		d.shares = append(d.shares, &share{dir: folder})
	}
	if _, err := d.chain(ctx, by, at); err != nil {
		return logbook.Entry{}, err
	}
	return d.record(ctx, logbook.Act{Time: at, Kind: decision.Trust, KeepUntil: decision.Permanent, Body: body})
}

// tellFounded says what the log is known by, and what comes next.
func (app *App) tellFounded(id decision.ID, opts newLogOptions, dir string, founders ...decision.Founder) {
	fmt.Fprintf(app.Out, "Log id: %s\n", id)
	app.say("Write this into the agreement's paperwork, word for word:")
	app.say("  The log of %s has the id %s.", opts.title, id)
	for _, f := range founders {
		app.say("  Founding key: %s, of %s, %s.", f.Fingerprint, screen.Safe(f.Name), screen.Safe(f.Organisation))
	}
	if opts.spare != "" {
		app.say("The spare key is %s. Move it to a place apart from this computer; it founds nothing by itself, and closes this key if that is lost.", screen.Safe(opts.spare))
	}
	where := "DIR"
	if dir != "" {
		where = typed(dir)
	}
	app.say("Next:")
	app.say("  The others join with: dsa log join %s --id %s", where, id)
	app.say("  Let each of them in with: dsa trust, and then dsa trust admit CHAIN --role decision")
	app.say("  Sign what the log holds, every day, with: dsa checkpoint")
}

type joinOptions struct {
	id    string
	yes   bool
	plain bool
}

func newLogJoin(app *App) *cobra.Command {
	var opts joinOptions
	c := &cobra.Command{
		Use:   "join DIR",
		Short: "Join a log: publish your records to it from now on",
		Long: `join remembers the folder of a partnership's log. Your records go on being
written on this computer first; from then on each is published there too, and
dsa sync makes up for the times when the folder was away.

Take the log's id from your agreement's paperwork and give it with --id. A folder
without the record that founds that log is not joined, and is published to no more
when that record is gone. Without --id nobody can tell which log it is: whoever can
write there could have put a log of their own there.

Records that you signed before are published too, with what they say. How many is
told first, and asked; --yes answers.

Your book of records begins when you join, if it has not begun. Somebody who
oversees the log then lets it in: what they type is printed.`,
		Example: "  dsa log join //share/mash/log --id 7c3f…\n  dsa log join //share/mash/log",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var id decision.ID
			if cmd.Flags().Changed("id") {
				var err error
				if id, err = decision.ParseID(strings.ToLower(strings.TrimSpace(opts.id))); err != nil {
					return usage(cmd, "--id takes the log's id: 64 digits from 0 to 9 and a to f; nothing was changed")
				}
			}
			return runLogJoin(cmd.Context(), app, args[0], id, opts)
		},
	}
	c.Flags().StringVar(&opts.id, "id", "", "the log's id, from the agreement's paperwork (`LOGID`)")
	c.Flags().BoolVar(&opts.yes, "yes", false, "publish the records signed before, without being asked")
	c.Flags().BoolVar(&opts.plain, "plain", false, "ask in plain lines, for screen readers and pipes")
	return c
}

func runLogJoin(ctx context.Context, app *App, dir string, id decision.ID, opts joinOptions) error {
	folder := absolute(dir)
	book, err := reach(ctx, folder)
	if err != nil {
		var none *logbook.NoLogError
		if errors.As(err, &none) || errors.Is(err, fs.ErrNotExist) {
			return fail("that folder does not exist or cannot be read; nothing was changed", "check the name, and whether the network folder is connected")
		}
		return fail("that folder cannot be used ("+unpublished(err)+"); nothing was changed", "check the name, and whether the network folder is connected").because(err)
	}
	defer book.Close()
	if exercises, decisions := standings(book); isTrainingPlace(folder) || exercises && !decisions {
		return inTrainingRoom(folder)
	}
	// The person's own folder under another name is their own folder.
	if a, err := os.Stat(folder); err == nil {
		if b, err := os.Stat(app.logFolder("")); err == nil && os.SameFile(a, b) {
			folder = absolute(app.logFolder(""))
		}
	}
	if chains, err := book.Chains(); err == nil && len(chains) == 0 {
		if _, err := book.ReadFile(logbook.ReadmeName); err != nil {
			return fail("there is no log in that folder; nothing was changed", "check the name; a new log is founded with: dsa log new DIR")
		}
	}
	k, err := app.known()
	if err != nil {
		return err
	}
	if l := k.byFolder(folder); l != nil && !l.ID.IsZero() && !id.IsZero() && l.ID != id {
		return anotherLog(l, dir)
	}
	trust, at, err := app.joinable(ctx, id, book)
	if err != nil {
		return err
	}
	title := ""
	if trust != nil {
		title = trust.Title
	}
	if k.byFolder(folder) == nil && !sameFolder(folder, app.logFolder("")) {
		if err := app.agreeToPublish(ctx, book, trust, opts); err != nil {
			return err
		}
	}
	err = app.changeKnown(func(k *knownLogs) error {
		l := k.byFolder(folder)
		switch {
		case l == nil:
			k.Logs = append(k.Logs, knownLog{Folder: folder, ID: id, Title: title, Founding: at})
		case id.IsZero():
		case l.ID == id:
			l.Founding = at
		case l.ID.IsZero():
			l.ID, l.Title, l.Founding = id, title, at
		default:
			return anotherLog(l, dir)
		}
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(app.Out, "Joined: %s\n", screen.Safe(folder))
	if id.IsZero() {
		app.say("Warning: no id was given, so nothing in this log can be confirmed, nor that it is the log of your partnership. Take it from your agreement's paperwork and give it with: dsa log join %s --id LOGID", typed(dir))
	}
	app.lookAround()
	return app.present(ctx, folder)
}

func anotherLog(l *knownLog, dir string) error {
	return fail("this computer knows that folder as the log "+l.ID.Shown()+", which is not the one given; nothing was changed",
		"compare both ids with your agreement's paperwork; to forget the first: dsa log leave "+dir)
}

// joinable looks for the founding record of a log in its folder. A folder that does not have it is another log, or none yet:
// nobody joins it. A record of that id that founds no log is a mistake or worse.
func (app *App) joinable(ctx context.Context, id decision.ID, book *logbook.Book) (trust *logbook.Trust, at founding, err error) {
	if id.IsZero() {
		return nil, at, nil
	}
	trust, err = within(ctx, func() (*logbook.Trust, error) { return logbook.ReadTrust(ctx, id, book) })
	if err == nil {
		at, err = within(ctx, func() (founding, error) { return theLog(nil, book, knownLog{ID: id}) })
	}
	var none *logbook.NoFoundingError
	switch {
	case errors.As(err, &none) && none.Reason != "":
		return nil, at, &failure{what: none.Error() + "; nothing was changed", next: "compare the id with your agreement's paperwork", code: codeFound, err: err}
	case errors.As(err, &none), errors.Is(err, errNotTheLog):
		return nil, at, fail("the record that founds the log with this id is NOT in that folder; nothing was joined and nothing was published",
			"compare the id with your agreement's paperwork; if it is right, the founder has not published the log there yet, or somebody put another in its place: ask your information governance lead").because(err)
	case err != nil:
		return nil, at, err
	}
	return trust, at, nil
}

// agreeToPublish asks, before a log is joined for the first time, whether the records signed before are to go there too:
// others can read then what they say.
func (app *App) agreeToPublish(ctx context.Context, share *logbook.Book, trust *logbook.Trust, opts joinOptions) error {
	own, err := logbook.Open(app.logFolder(""))
	if err != nil {
		return nil // there are none
	}
	defer own.Close()
	s := &syncing{app: app, own: own, joining: true}
	s.key, s.keyed, _ = app.publicKey(ctx, "")
	n, err := within(ctx, func() (int, error) { return s.earlier(share, trust), nil })
	if err != nil || n == 0 {
		return err
	}
	words := count(n, "record") + " that you signed before"
	if opts.yes {
		app.say("%s: published there now, with what they say.", screen.Capital(words))
		return nil
	}
	refused := fail(words+" would be published there, with what they say, and nobody agreed to that; nothing was joined and nothing was published",
		"run the same command with --yes to publish them, or answer at a keyboard")
	ask := checklist.Ask{ID: "publish", Kind: checklist.OneOf, Words: "Publish them to this log?", Missing: "Choose one",
		Options: []checklist.Option{{ID: "yes", Words: "Yes, publish them"}, {ID: "no", Words: "No, do not join"}}}
	list := &checklist.List{ID: "join", Title: "Join a log", Questions: []checklist.Question{{
		ID: "publish", Title: screen.Capital(words), Source: "dsa", Asks: []checklist.Ask{ask},
		Guidance: "Joining publishes them, with what they say: whoever can read the folder of the log can read them from then on.",
	}}}
	walk := checklist.NewWalk(list, nil, nil, app.Now)
	switch ending, err := app.asker(opts.plain).Conduct(ctx, &screen.Sitting{Walk: walk, Title: list.Title}); {
	case err != nil:
		return err
	case ending == screen.InputEnded:
		return refused
	case ending != screen.Agreed || only(walk.Answers()["publish"]) != "yes":
		return &failure{what: "stopped; nothing was joined and nothing was published", next: "run the same command to begin again", code: codeStopped}
	}
	return nil
}

// present begins the person's book of records where it has not begun, publishes it to the log, and says what lets it in.
// Where it is not known yet who decides on this computer, the first decision does all that.
func (app *App) present(ctx context.Context, folder string) error {
	by, err := app.person()
	if err != nil {
		app.exposed(folder)
		app.say("Your book of records begins with your first decision. To begin it now: dsa setup, then dsa log join again.")
		return nil
	}
	if err := app.readyToSign(ctx, ""); err != nil {
		return err
	}
	if key, known, err := app.publicKey(ctx, ""); err != nil || !known || !app.hasChain(key) {
		d, err := app.desk(ctx, "")
		if err != nil {
			return err
		}
		_, err = d.chain(ctx, by, app.Now().Truncate(time.Second))
		d.close()
		if err != nil {
			return err
		}
	}
	k, err := app.known()
	if err != nil {
		return err
	}
	l := k.byFolder(folder)
	if l == nil {
		return nil // another dsa left it meanwhile
	}
	return app.syncAll(ctx, []knownLog{*l}, true)
}

// hasChain reports whether the key has begun a book in the own log.
func (app *App) hasChain(key sshsig.Key) bool {
	book, err := logbook.Open(app.logFolder(""))
	if err != nil {
		return false
	}
	defer book.Close()
	_, found, err := book.ChainOf(key)
	return found && err == nil
}

func newLogLeave(app *App) *cobra.Command {
	return &cobra.Command{
		Use:   "leave DIR",
		Short: "Publish to a log no more",
		Long: `leave forgets the folder of a log. Nothing in it is changed or removed, and your
records stay on this computer. What was published stays published.`,
		Example: "  dsa log leave //share/mash/log",
		Args:    cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			err := app.changeKnown(func(k *knownLogs) error {
				l := k.byFolder(args[0])
				if l == nil {
					return fail("this computer does not know a log in that folder; nothing was changed", "list those it knows with: dsa log known")
				}
				if !l.Seen.IsZero() && !slices.Contains(k.Past, l.Seen) {
					k.Past = append(k.Past, l.Seen)
				}
				k.Logs = slices.DeleteFunc(k.Logs, func(l knownLog) bool { return sameFolder(l.Folder, args[0]) })
				return nil
			})
			if err == nil {
				fmt.Fprintf(app.Out, "Left: %s\n", screen.Safe(absolute(args[0])))
			}
			return err
		},
	}
}

func newLogKnown(app *App) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "known",
		Short: "List the logs that this computer knows",
		Long: `known lists the logs that this computer has joined or founded. The first is the
one that checks start from when no log id is given.`,
		Example: "  dsa log known",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return runLogKnown(app, asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to a log, for programs")
	return c
}

func runLogKnown(app *App, asJSON bool) error {
	k, err := app.known()
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(app.Out)
	for _, l := range k.Logs {
		if asJSON {
			receipts := make([]string, len(l.Receipts))
			for i, r := range l.Receipts {
				receipts[i] = r.String()
			}
			err := encoder.Encode(struct {
				Folder     string      `json:"folder"`
				ID         decision.ID `json:"id"`
				Title      string      `json:"title,omitempty"`
				Seen       decision.ID `json:"seen"`
				SeenChain  decision.ID `json:"seen_chain"`
				SeenNumber int         `json:"seen_number"`
				Receipts   []string    `json:"receipts"`
			}{l.Folder, l.ID, l.Title, l.Seen, l.SeenChain, l.SeenNumber, receipts})
			if err != nil {
				return err
			}
			continue
		}
		fmt.Fprintln(app.Out, screen.Safe(l.Folder))
		id := l.ID.String()
		if l.ID.IsZero() {
			id = "not known; give it with dsa log join DIR --id LOGID"
		}
		if l.Title != "" {
			fmt.Fprintf(app.Out, "  %s\n", screen.Safe(l.Title))
		}
		fmt.Fprintf(app.Out, "  Log id: %s\n", id)
		if !l.Seen.IsZero() {
			fmt.Fprintf(app.Out, "  Newest checkpoint seen: number %d of chain %s, id %s\n", l.SeenNumber, decision.ChainFolder(l.SeenChain), l.Seen.Shown())
		}
		if n := len(l.Receipts); n > 0 {
			fmt.Fprintf(app.Out, "  %s\n", count(n, "receipt"))
		}
	}
	if len(k.Logs) == 0 && !asJSON {
		app.say("This computer knows no log besides your own records. Join one with: dsa log join DIR --id LOGID")
	}
	for _, s := range k.Stopped {
		if !asJSON {
			app.say("Chain %s has two records with the number %d, and is not written to any more.", decision.ChainFolder(s.Chain), s.Number)
		}
	}
	return nil
}

type mergeOptions struct {
	log    string
	covers bool
}

func newLogMerge(app *App) *cobra.Command {
	var opts mergeOptions
	c := &cobra.Command{
		Use:   "merge SRC...",
		Short: "Copy the records of other log folders into one",
		Long: `merge copies every record that is sound into a log that does not have it. It
replaces nothing that is different, and can be stopped and run again; in
whatever order logs are merged, the result is the same. Copying the folders
together with any other tool does the same, without the checks.

Where the log's id is known, what it has disposed of is not copied and is removed.
With --covers only the signed covers of decisions are copied: for a witness who can
check the whole log and is not to read it.

It ends with exit code 4 if files were refused because they are not what their
names say, or if what the log disposed of stays here because acts of oversight
are missing, among which a hold could be.`,
		Example: "  dsa log merge /media/stick/log\n  dsa log merge //share/mash/log --log witness --covers",
		Args:    cobra.MinimumNArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runLogMerge(cmd.Context(), app, args, opts) },
	}
	c.Flags().StringVar(&opts.log, "log", "", "the log folder (`DIR`) that is added to, if not your own")
	c.Flags().BoolVar(&opts.covers, "covers", false, "copy only the signed covers of decisions, without what was decided")
	return c
}

func runLogMerge(ctx context.Context, app *App, sources []string, opts mergeOptions) error {
	dst, err := logbook.Create(app.logFolder(opts.log))
	if err != nil {
		return err
	}
	defer dst.Close()
	if isTrainingPlace(dst.Dir()) {
		return inTrainingRoom(dst.Dir())
	}
	var books []*logbook.Book
	defer func() { closeAll(books) }()
	for _, dir := range sources {
		if sameFolder(dir, dst.Dir()) {
			return &failure{what: "a log is not merged into itself; nothing was copied", next: "name another folder", code: codeUsage}
		}
		book, err := logbook.Open(dir)
		if err != nil {
			return fail("there is no log at "+dir+"; nothing was copied", "check the name given").because(err)
		}
		books = append(books, book)
		if isTrainingPlace(dir) {
			return inTrainingRoom(dir)
		}
	}
	trust, unsure, err := app.trustFor(ctx, append([]*logbook.Book{dst}, books...))
	if err != nil {
		return err
	}
	orders := trust
	if unsure != nil && !lacksActs(trust) {
		orders = nil // a folder is away, or what this computer has seen is gone; merge cannot know that
	}
	var refused, kept []logbook.Fault
	for _, src := range books {
		step, end := app.progress("Files looked at in " + screen.Safe(src.Dir()))
		merged, err := logbook.Merge(ctx, dst, src, logbook.MergeOptions{Covers: opts.covers, Trust: orders, Now: app.Now(), Progress: step})
		end()
		fmt.Fprintf(app.Out, "%s: %s new, %s here already", screen.Safe(src.Dir()), count(merged.Copied, "file"), count(merged.Equal, "file"))
		if merged.Mended > 0 {
			fmt.Fprintf(app.Out, ", %s mended", count(merged.Mended, "damaged file"))
		}
		if merged.Removed > 0 {
			fmt.Fprintf(app.Out, ", %s destroyed as the log disposed of them", count(merged.Removed, "record"))
		}
		fmt.Fprintln(app.Out)
		if err != nil {
			return mergeFailed(err)
		}
		for _, f := range merged.Refused {
			switch {
			case f.Code != logbook.Unfinished:
				printFault(app.Out, "REFUSED", f)
				refused = append(refused, f)
			case !slices.Contains(kept, f): // it lies in the folder that is added to, whatever is merged into it
				printFault(app.Out, "NOT DESTROYED", f)
				kept = append(kept, f)
			}
		}
	}
	if orders == nil && trust != nil {
		if err := dst.WriteSigners(trust); err != nil {
			app.say("Warning: the file allowed_signers in %s could not be brought up to date; dsa does not need it.", screen.Safe(dst.Dir()))
		}
	}
	if len(refused) == 0 {
		return unsure
	}
	why := "they are not what their names say"
	if slices.ContainsFunc(refused, func(f logbook.Fault) bool { return f.Code == logbook.TrainingAmongLive }) {
		why += ", or are exercises (TRAINING)"
	}
	f := &failure{what: count(len(refused), "file") + " not copied, because " + why,
		next: "leave the folders as they are and tell your information governance lead", code: codeFound}
	if unsure != nil {
		more := explain(unsure)
		f.what += "\n" + more.what
		f.next += "; then " + more.next
	}
	return f
}

func mergeFailed(err error) error {
	if errors.Is(err, context.Canceled) {
		return &failure{what: "stopped; what was copied so far is whole", next: "run the same command again to go on", code: codeStopped, err: err}
	}
	f := *explain(err)
	f.what = strings.ReplaceAll(f.what, "nothing was recorded", "what was copied so far is whole")
	return &f
}

// trustFor is whose records count in the log that lies in the first of these folders, as all of them and every other folder
// of it together say; nothing, where it is not known which log it is. Unsure says why nothing may be destroyed that it
// disposed of: a folder does not answer, or acts of oversight are missing, and a hold may be among them.
func (app *App) trustFor(ctx context.Context, books []*logbook.Book) (trust *logbook.Trust, unsure, err error) {
	k, err := app.known()
	if err != nil {
		return nil, nil, err
	}
	l := k.byFolder(books[0].Dir())
	for _, book := range books[1:] {
		if l == nil || l.ID.IsZero() {
			l = k.byFolder(book.Dir())
		}
	}
	if l == nil || l.ID.IsZero() {
		if l = k.home(); l == nil || l.ID.IsZero() {
			return nil, nil, nil
		}
	}
	g := app.folders(k, l.ID)
	defer closeAll(g.books)
	g.books = slices.Concat(books, g.books)
	trust, err = logbook.ReadTrust(ctx, l.ID, g.books...)
	var none *logbook.NoFoundingError
	switch {
	case errors.As(err, &none):
		return nil, nil, nil // another log, or one that was not published here yet
	case err != nil:
		return nil, nil, err
	case len(trust.Disposals()) == 0:
		return trust, nil, nil
	}
	g.trust = trust
	if err := g.sure(app); err != nil {
		f := *explain(err)
		f.what = "what is sound is copied; " + f.what
		return trust, &f, nil
	}
	if len(g.away) > 0 {
		unsure = fail("what is sound is copied; what the log disposed of is not destroyed, since "+listed(g.away)+" does not answer and may have a hold",
			"when it can be reached, run the same command again")
	}
	return trust, unsure, nil
}
