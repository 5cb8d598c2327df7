package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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

type setupOptions struct {
	answers      string
	plain, again bool
	device       string // the new name of this computer
	key          string // an OpenSSH private key elsewhere
	agent        bool
	fingerprint  string // of the key in the agent; empty: the only one
	newKey       bool
	plainAlways  bool
	drawn        bool
	agreement    string // the one that is used when none is named
	retire       bool
}

// NewSetup is the command that asks who decides on this computer, and says with which key. Nobody needs it: share asks the
// same on first use, and makes a key.
func NewSetup(app *App) *cobra.Command {
	var opts setupOptions
	c := &cobra.Command{
		Use:   "setup [FINGERPRINT]",
		Short: "Say who decides on this computer and with which key, or change it",
		Long: `setup asks for your name, post, organisation and what kind of organisation it
is, and makes your signing key. share asks the same on first use, so you only
need setup to change something. Records already signed stay as they are.

Your records are a book: the numbered records of one key on one computer. With
another key, another book begins, which says where the old one ended.

  --key FILE       sign with an OpenSSH Ed25519 key that you have already
  --agent          sign with a key in ssh-agent; name its fingerprint if there
                   are several
  --new-key        put the key away and begin a new book with a new one: when
                   somebody may have copied it, or two computers used it
  --retire         put the key away; nothing is signed here any more
  --device NAME    what this computer is called in the record that begins a book

What you prefer is remembered too, and nothing is asked for it:

  --plain-always   put every question in plain lines, for screen readers
  --drawn          draw the questions again, where the terminal can
  --agreement NAME the agreement that is used when none is named: its id, or its
                   folder; dsa agreement list shows those that are here

Whenever a key is put away, setup prints what your information governance lead
has to type, so that nothing signed with it later counts.`,
		Example: "  dsa setup\n  dsa setup --key ~/.ssh/id_ed25519\n  dsa setup --agent SHA256:B7oUaPISGWMrNQgMaZ5zdiinm0XXIIEQGwWI5CcVt5s\n  dsa setup --new-key\n  dsa setup --plain-always\n  dsa setup --agreement london-mas-2021",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				if !opts.agent {
					return usage(cmd, "setup takes no word but the fingerprint of a key, with --agent")
				}
				opts.fingerprint = args[0]
			}
			chosen := 0
			for _, flag := range []string{"key", "agent", "new-key", "retire"} {
				if cmd.Flags().Changed(flag) {
					chosen++
				}
			}
			if chosen > 1 {
				return usage(cmd, "a key is one of --key, --agent, --new-key and --retire; nothing was changed")
			}
			if cmd.Flags().Changed("device") && !isDeviceName(opts.device) {
				return usage(cmd, "--device takes one line of at most 100 characters; nothing was changed")
			}
			if opts.plainAlways && opts.drawn {
				return usage(cmd, "questions are either in plain lines or drawn; nothing was changed")
			}
			if cmd.Flags().Changed("agreement") && opts.agreement == "" {
				return usage(cmd, "--agreement takes the id of an agreement, or its folder; nothing was changed")
			}
			if cmd.Flags().Changed("key") && opts.key == "" {
				return usage(cmd, "--key takes the name of a private key file; nothing was changed")
			}
			return runSetup(cmd.Context(), app, opts)
		},
	}
	f := c.Flags()
	f.BoolVar(&opts.plain, "plain", false, "ask in plain lines, for screen readers and pipes")
	f.BoolVar(&opts.again, "again", false, "begin afresh, without what was remembered")
	f.StringVar(&opts.answers, "answers", "", "take the answers from this YAML `FILE` (- for standard input)")
	f.StringVar(&opts.device, "device", "", "the `NAME` of this computer, for the record that begins a book")
	f.StringVar(&opts.key, "key", "", "sign with this OpenSSH Ed25519 private key `FILE` from now on")
	f.BoolVar(&opts.agent, "agent", false, "sign with a key in ssh-agent from now on; FINGERPRINT says which, if there are several")
	f.BoolVar(&opts.newKey, "new-key", false, "put the key away, and make another")
	f.BoolVar(&opts.retire, "retire", false, "put the key away, and make no other")
	f.BoolVar(&opts.plainAlways, "plain-always", false, "put every question in plain lines from now on")
	f.BoolVar(&opts.drawn, "drawn", false, "draw the questions again, where the terminal can")
	f.StringVar(&opts.agreement, "agreement", "", "use this agreement when none is named: its `ID or DIR`")
	return c
}

func isDeviceName(name string) bool {
	return strings.TrimSpace(name) == name && name != "" && utf8.RuneCountInString(name) <= 100 && screen.Safe(name) == name
}

// changesKey reports whether another key is to be used from now on.
func (o setupOptions) changesKey() bool { return o.key != "" || o.agent || o.newKey || o.retire }

// prefers reports whether something is to be remembered that is no matter of who decides and with which key.
func (o setupOptions) prefers() bool { return o.plainAlways || o.drawn || o.agreement != "" }

func runSetup(ctx context.Context, app *App, opts setupOptions) error {
	if opts.prefers() {
		if err := app.changePreferences(opts); err != nil {
			return err
		}
		if opts.answers == "" && !opts.again && !opts.changesKey() && opts.device == "" {
			return nil
		}
	}
	// Whoever only changes the key is not asked again who they are.
	_, complete, err := app.profile()
	asks := opts.answers != "" || opts.again || !opts.changesKey() && opts.device == "" || !complete && !opts.retire
	if asks {
		if err := app.askWho(ctx, opts); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	if opts.device != "" {
		if err := app.nameDevice(opts.device); err != nil {
			return err
		}
	}
	app.lookAround()
	if opts.changesKey() {
		return app.changeKey(ctx, opts)
	}
	key, known, err := app.publicKey(ctx, "")
	if err == nil && !known {
		err = app.makeKey(app.path("key"))
		if err == nil {
			key, _, err = app.publicKey(ctx, "")
		}
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(app.Out, "Your signing key: %s\n", key.Fingerprint())
	app.say("Next: dsa share --adhoc")
	return nil
}

// askWho asks who decides, at the keyboard or from an answers file, and remembers it.
func (app *App) askWho(ctx context.Context, opts setupOptions) error {
	walk, err := app.whoWalk()
	if err != nil {
		return err
	}
	if opts.answers != "" {
		err = app.setupFromFile(opts.answers, walk)
	} else {
		err = app.setupFromPerson(ctx, walk, opts.plain, opts.again)
	}
	if err != nil {
		return err
	}
	if err := app.remember(walk.Answers()); err != nil {
		return err
	}
	fmt.Fprintf(app.Out, "Remembered in %s\n", app.profilePath())
	return nil
}

func (app *App) nameDevice(name string) error {
	own, err := app.ownKey()
	if err != nil {
		return err
	}
	own.Device = name
	if err := app.keepOwnKey(own); err != nil {
		return err
	}
	fmt.Fprintln(app.Out, "The name of this computer is remembered. It stands in the record that begins a book; a book that has begun keeps its own.")
	return nil
}

// changeKey goes over to another key, or to none. What is remembered is changed first and the key put away after it: a stop
// in between leaves a computer that signs with the old key, or makes a new one.
func (app *App) changeKey(ctx context.Context, opts setupOptions) error {
	own, err := app.ownKey()
	if err != nil && !opts.newKey && opts.key == "" && !opts.agent {
		return err
	}
	book, err := app.endOfBook(ctx)
	if err != nil {
		return err
	}
	if !book.begun && own.After != nil {
		book.begun, book.last = true, *own.After // it was put away before, and no other has begun
	}
	next := ownKey{Device: own.Device}
	switch {
	case opts.key != "":
		next.Key = absolute(opts.key)
		content, err := readKey(next.Key, opts.key)
		if err == nil {
			_, err = publicHalf(content)
		}
		if err != nil {
			return unchanged(err)
		}
		if sameFolder(next.Key, app.path("key")) {
			next.Key = ""
		}
	case opts.agent:
		var key ssh.PublicKey
		if opts.fingerprint == "" {
			key, err = onlyAgentKey(ctx)
		} else {
			key, err = agentKeyOf(ctx, opts.fingerprint)
		}
		if err != nil {
			return unchanged(err)
		}
		next.Agent = ssh.FingerprintSHA256(key)
	case opts.retire:
		next.Retired = true
	}
	if book.begun {
		next.After = &book.last
	}
	if err := app.keepOwnKey(next); err != nil {
		return err
	}
	if opts.newKey || opts.retire {
		aside, err := app.putAwayKey(app.Now())
		if err != nil {
			return err
		}
		if aside != "" {
			fmt.Fprintf(app.Out, "The old key is put away: %s\n", aside)
			app.say("It signs nothing any more. Destroy it and its copies once your information governance lead has closed its book; until then it may be needed to show whose it was.")
		}
	}
	if opts.retire {
		fmt.Fprintln(app.Out, "Retired: nothing is signed on this computer any more.")
		book.tellLead(app)
		app.say("To begin anew: dsa setup --new-key")
		return nil
	}
	return app.beginBook(ctx, book, opts.newKey)
}

// beginBook says which key signs from now on, and begins its book if another comes to its end: whoever closes the old one
// can then let the new one in.
func (app *App) beginBook(ctx context.Context, old endOfBook, newKey bool) error {
	if newKey && isMissing(app.path("key")) {
		if err := app.makeKey(app.path("key")); err != nil {
			return err
		}
	}
	key, _, err := app.publicKey(ctx, "")
	if err != nil {
		return err
	}
	fmt.Fprintf(app.Out, "Your signing key: %s\n", key.Fingerprint())
	has := app.hasChain(key)
	if has {
		own, err := app.ownKey()
		if err == nil {
			own.After = nil // its book goes on
			err = app.keepOwnKey(own)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case !old.begun, old.key == key.Fingerprint():
		app.say("Next: dsa share --adhoc")
		return nil
	case !newKey:
		if has {
			app.say("The book of records of this key goes on. What you signed with the other stays as it is.")
		} else {
			app.say("Your earlier records were signed with another key. They stay as they are; with this key a new book begins when you sign next.")
		}
		app.say("If the other key is not used any more, its book has to be closed.")
		old.tellLead(app)
		return nil
	}
	old.tellLead(app)
	by, err := app.person()
	if err != nil {
		return err
	}
	d, err := app.desk(ctx, "")
	if err != nil {
		return err
	}
	defer d.close()
	chain, err := d.chain(ctx, by, app.Now().Truncate(time.Second))
	if err != nil {
		return err
	}
	entry, err := d.book.Head(chain)
	if err != nil {
		return err
	}
	d.publish(ctx)
	d.said(entry)
	tellAdmit(app, chain, key.Fingerprint())
	if old.forked && len(d.shares) > 0 {
		app.say("Next: dsa sync, which lays both records into the log, so that they can be settled.")
	}
	return nil
}

// tellAdmit is what somebody who oversees the log types to let a book in.
func tellAdmit(app *App, chain decision.ID, fingerprint string) {
	fmt.Fprintf(app.Out, "To let your book in, after comparing the fingerprint with you: dsa trust admit %s --role decision\n", decision.ChainFolder(chain))
	fmt.Fprintf(app.Out, "Fingerprint: %s\n", fingerprint)
}

// An endOfBook is where the book of the key in use ends.
type endOfBook struct {
	begun  bool
	key    string // its fingerprint
	last   lastPage
	forked bool
}

// endOfBook finds where the book of the key in use ends; of one that is forked, the last record before the fork. Of a key
// that has gone, it is the one book of the same person here that no other takes the place of.
func (app *App) endOfBook(ctx context.Context) (endOfBook, error) {
	var end endOfBook
	book, err := logbook.Open(app.logFolder(""))
	if errors.Is(err, fs.ErrNotExist) {
		return end, nil
	}
	if err != nil {
		return end, err
	}
	defer book.Close()
	key, known, err := app.publicKey(ctx, "")
	if err != nil || !known {
		if key, known = app.lastKey(book); !known {
			return end, nil
		}
	}
	chain, found, err := book.ChainOf(key)
	if err != nil || !found {
		return end, err
	}
	end.key = key.Fingerprint()
	most := decision.MaxNumber
	if k, err := app.known(); err == nil {
		if number, is := k.isStopped(chain); is {
			end.forked, most = true, number-1
		}
	}
	head, err := book.Head(chain)
	var fork *logbook.ForkError
	switch {
	case err == nil && head.Number <= most:
		end.begun, end.last = true, lastPage{chain, head.Number, head.ID}
		return end, nil
	case errors.As(err, &fork):
		end.forked, most = true, min(most, fork.Number-1)
	case err != nil:
		return end, err
	}
	for entry, err := range book.Where(func(c decision.Cover) bool { return c.ChainID() == chain && c.Number <= most }) {
		if err == nil && entry.Chain == chain && entry.Key == key && (!end.begun || entry.Number >= end.last.Number) {
			end.begun, end.last = true, lastPage{chain, entry.Number, entry.ID}
		}
	}
	return end, nil
}

// lastKey is the key of the one book in a log that belongs to the person of the profile and that no other takes the place of.
func (app *App) lastKey(book *logbook.Book) (sshsig.Key, bool) {
	answers, _, err := app.profile()
	address := answers["email"].Text
	if err != nil || address == "" {
		return sshsig.Key{}, false
	}
	var mine []logbook.Entry
	replaced := map[decision.ID]bool{} // last records of books that another takes the place of
	for entry, err := range book.Where(func(c decision.Cover) bool { return c.Kind == decision.Open }) {
		if err != nil {
			continue
		}
		if opening, err := entry.Opening(); err == nil && strings.EqualFold(opening.Principal, address) && opening.Standing == decision.Live {
			mine = append(mine, entry)
			replaced[entry.Page.Cover.About] = true
		}
	}
	mine = slices.DeleteFunc(mine, func(e logbook.Entry) bool {
		head, err := book.Head(e.Chain)
		return err == nil && replaced[head.ID]
	})
	if len(mine) != 1 {
		return sshsig.Key{}, false
	}
	return mine[0].Key, true
}

// tellLead prints what somebody who oversees the log types, so that nothing signed later with the key counts.
func (e endOfBook) tellLead(app *App) {
	if !e.begun {
		return
	}
	folder := decision.ChainFolder(e.last.Chain)
	app.say("Give this to your information governance lead:")
	if e.forked {
		fmt.Fprintf(app.Out, "  dsa rule %s\n", folder)
	} else {
		fmt.Fprintf(app.Out, "  dsa trust close %s --at %d\n", folder, e.last.Number)
	}
	fmt.Fprintf(app.Out, "  Chain %s, number %d, id %s\n", e.last.Chain, e.last.Number, e.last.ID)
	if e.key != "" {
		fmt.Fprintf(app.Out, "  Key %s\n", e.key)
	}
}

// unchanged is a failure of setup: nothing was being recorded.
func unchanged(err error) error {
	f := *explain(err)
	f.what = strings.ReplaceAll(f.what, "nothing was recorded", "nothing was changed")
	return &f
}

func (app *App) setupFromFile(named string, walk *checklist.Walk) error {
	name, content, err := app.readAnswers(named)
	if err != nil {
		return err
	}
	file, faults := parseAnswers(name, content)
	if faults != nil {
		return badForm(faults, "nothing was changed")
	}
	if faults = file.fill(walk); faults != nil {
		return &failure{what: "the answers file is not complete; nothing was changed:\n" + indent(faults.Error()),
			next: "mend these lines and run the same command again", code: codeCould}
	}
	return nil
}

func (app *App) setupFromPerson(ctx context.Context, walk *checklist.Walk, plain, again bool) error {
	var notice []string
	if !again {
		known, _, damaged, err := app.whoDecides()
		if err != nil {
			return err
		}
		if damaged != "" {
			notice = []string{damaged}
		}
		walk.Restore(known, walk.At())
	}
	ending, err := app.asker(plain).Conduct(ctx, &screen.Sitting{Walk: walk, Title: "Who is deciding", Notice: notice})
	if err != nil {
		return err
	}
	if ending == screen.InputEnded {
		return fail("the answers ended before the last question; nothing was changed", "run dsa setup again")
	}
	if ending != screen.Agreed {
		return &failure{what: "stopped; nothing was changed", next: "run dsa setup again", code: codeStopped}
	}
	return nil
}
