package cmd

import (
	"context"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Main runs the program with the arguments and returns its exit code.
func Main(app *App, args []string) (code int) {
	defer func() {
		if why := recover(); why != nil {
			code = app.crashed(why)
		}
	}()
	// A closed window, a logout and kill all end a sitting like Ctrl-C: the draft is kept and nothing is signed.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// What does not listen, such as a passphrase prompt, is ended by a second Ctrl-C.
	context.AfterFunc(ctx, stop)
	out := &watched{to: app.Out}
	app.Out = out
	app.ctx = ctx
	defer func() { app.ctx = nil }()
	root := NewRoot(app)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if out.err != nil {
		return app.report(fail("what was asked for could not all be written to the output; a record that was signed stays signed",
			"free some space or write to another place, and ask again with dsa log or dsa show"))
	}
	if err != nil {
		return app.report(err)
	}
	return codeDone
}

// watched remembers that an output failed: half a report must not look like a whole one.
type watched struct {
	to  io.Writer
	err error
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.to.Write(p)
	if err != nil {
		w.err = err
	}
	return n, err
}

// A double click in Explorer must not end in a message about command lines.
func init() { cobra.MousetrapHelpText = "" }

// NewRoot builds the command tree.
func NewRoot(app *App) *cobra.Command {
	root := &cobra.Command{
		Use:   "dsa",
		Short: "Decide about sharing information to protect someone, and keep a signed record",
		Long: `dsa walks you through your data sharing agreement's checklist before you share
information about a child or an adult at risk, shows the law open to your
organisation, and keeps a signed record of what you decide.

If someone is in danger now, act first: call 999. Record afterwards.
It informs you; it does not decide, and it is not legal advice.`,
		Example: `  dsa share --adhoc      decide about one request or concern
  dsa share --emergency  someone was in danger: record the least, afterwards
  dsa log                list your records
  dsa verify             check that no record has changed
  dsa gateways find MASH look up the law
  dsa practise           work through an invented case; nothing of it counts`,
		Version:       Version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if app.Home == "" && cmd != root && cmd.Name() != "help" {
			return fail("there is no folder for your profile, drafts and records; nothing was asked or recorded",
				"name one with --home DIR, or set DSA_HOME")
		}
		return app.enter(cmd)
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetVersionTemplate("dsa {{.Version}}\n")
	root.SetIn(app.In)
	root.SetOut(app.Out)
	root.SetErr(app.Err)
	root.PersistentFlags().StringVar(&app.Home, "home", app.Home, "the folder of your profile, key, drafts and records")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		words := strings.Fields(err.Error())
		if meantEmergency(words[len(words)-1:]) {
			return toEmergency(err)
		}
		return usage(cmd, err.Error())
	})
	for _, group := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Decide and record:", []*cobra.Command{NewShare(app), NewComplete(app), NewAmend(app), NewReview(app), NewEndorse(app), NewDue(app)}},
		{"Read and check records:", []*cobra.Command{NewLog(app), NewShow(app), NewFind(app), NewExport(app), NewReport(app), NewSample(app), NewTier2(app), NewVerify(app), NewSync(app)}},
		{"Oversee a log:", []*cobra.Command{NewTrust(app), NewCheckpoint(app), NewProve(app), NewDispose(app), NewHold(app), NewRelease(app), NewRule(app)}},
		{"Look up:", []*cobra.Command{NewGateways(app), NewBasis(app), NewChecklist(app), NewAgreement(app), NewGlossary(app)}},
		{"Practise:", []*cobra.Command{NewPractise(app)}},
		{"This computer:", []*cobra.Command{NewSetup(app)}},
	} {
		root.AddGroup(&cobra.Group{ID: group.title, Title: group.title})
		for _, c := range group.commands {
			c.GroupID = group.title
			root.AddCommand(c)
		}
	}
	wrapArgs(root)
	return root
}

// wrapArgs gives errors about arguments the exit code of a wrong command line, for a command and those below it.
func wrapArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			err := check(cmd, args)
			switch {
			case err == nil:
				return nil
			case (!cmd.HasParent() || cmd.Name() == "share") && meantEmergency(args):
				return toEmergency(err)
			case len(args) == 0 && slices.Contains(aboutRecords, cmd.Name()) && cmd.Parent() == cmd.Root():
				return &failure{what: "no record was named", next: "name a record: its number or the first digits of its id; dsa log lists them", code: codeUsage}
			}
			return usage(cmd, err.Error())
		}
	}
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}

// aboutRecords are the commands that are about one record.
var aboutRecords = []string{"complete", "show", "review", "amend", "tier2", "endorse", "prove"}

// toEmergency is the answer to a command line that is wrong and means an emergency: nobody looks for a flag then.
func toEmergency(err error) error {
	return &failure{what: err.Error() + "; nothing was asked or recorded",
		next: "if someone is in danger now, call 999; then, or for afterwards: dsa share --emergency", code: codeUsage}
}

// meantEmergency reports whether one of the words is "emergency", or is one slip of the fingers or a few away from it.
func meantEmergency(words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		word, _, _ = strings.Cut(strings.ToLower(strings.TrimLeft(word, "-")), "=")
		word = strings.Trim(word, `"'`)
		return len(word) >= 5 && strings.HasPrefix("emergency", word) || apart(word, "emergency") <= 3
	})
}

// apart is how many letters have to be put in, taken out or exchanged to make one word of another.
func apart(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
