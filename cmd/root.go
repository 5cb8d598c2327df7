package cmd

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Main runs the program with the arguments and returns its exit code.
func Main(app *App, args []string) int {
	// A closed window, a logout and kill all end a sitting like Ctrl-C: the draft is kept and nothing is signed.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	// What does not listen, such as a passphrase prompt, is ended by a second Ctrl-C.
	context.AfterFunc(ctx, stop)
	out := &watched{to: app.Out}
	app.Out = out
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

// NewRoot builds the command tree.
func NewRoot(app *App) *cobra.Command {
	// A double click in Explorer must not end in a message about command lines.
	cobra.MousetrapHelpText = ""
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
  dsa gateways find MASH look up the law`,
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
		return nil
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetVersionTemplate("dsa {{.Version}}\n")
	root.SetIn(app.In)
	root.SetOut(app.Out)
	root.SetErr(app.Err)
	root.PersistentFlags().StringVar(&app.Home, "home", app.Home, "the folder of your profile, key, drafts and records")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(cmd, err.Error()) })
	root.AddCommand(NewShare(app), NewComplete(app), NewAmend(app), NewReview(app), NewDue(app), NewLog(app), NewShow(app), NewTier2(app), NewVerify(app), NewGateways(app), NewBasis(app), NewChecklist(app), NewAgreement(app), NewGlossary(app), NewSetup(app))
	wrapArgs(root)
	return root
}

// wrapArgs gives errors about arguments the exit code of a wrong command line, for a command and those below it.
func wrapArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return usage(cmd, err.Error())
			}
			return nil
		}
	}
	for _, sub := range c.Commands() {
		wrapArgs(sub)
	}
}
