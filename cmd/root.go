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
	defer app.staysOpen()
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
	defer func() { app.left, app.ctx = app.left || ctx.Err() != nil, nil }()
	root := NewRoot(app)
	root.SetArgs(args)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		app.offerCompletions(root)
	}
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

// staysOpen waits for the person to read what was said last, where the window closes with the program: where Explorer has
// opened it. Whoever has left the menu, or has closed the window, has nothing to read.
func (app *App) staysOpen() {
	if app.left || app.Explorer == nil || !app.Explorer() {
		return
	}
	app.say("Press Enter to close this window.")
	for one := make([]byte, 1); ; {
		if n, err := app.In.Read(one); err != nil || n > 0 && one[0] == '\n' {
			return
		}
	}
}

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
		RunE:          func(cmd *cobra.Command, _ []string) error { return runMenu(cmd, app) },
	}
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if app.Home == "" && cmd != root && !needsNoHome(cmd) {
			return noHome()
		}
		app.prefer(cmd)
		return app.enter(cmd)
	}
	root.CompletionOptions.DisableDefaultCmd = true // ours says how it is used
	root.SetVersionTemplate("dsa {{.Version}}\n")
	root.SetIn(app.In)
	root.SetOut(app.Out)
	root.SetErr(app.Err)
	root.PersistentFlags().StringVar(&app.Home, "home", app.Home, "the folder (`DIR`) of your profile, key, drafts and records")
	root.Flags().Bool("plain", false, "put the menu in plain lines, for screen readers")
	root.SetFlagErrorFunc(wrongFlag)
	root.SetUsageFunc(usageOf)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		app.prefer(cmd)
		_ = app.showPage(helpOf(cmd)) // what cannot be written, Main says
	})
	help := newHelp(app)
	root.SetHelpCommand(help)
	for _, group := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"Decide and record:", []*cobra.Command{NewShare(app), NewComplete(app), NewAmend(app), NewReview(app), NewEndorse(app), NewDue(app)}},
		{"Read and check records:", []*cobra.Command{NewLog(app), NewShow(app), NewFind(app), NewExport(app), NewReport(app), NewSample(app), NewTier2(app), NewVerify(app), NewSync(app)}},
		{"Oversee a log:", []*cobra.Command{NewTrust(app), NewCheckpoint(app), NewProve(app), NewDispose(app), NewHold(app), NewRelease(app), NewRule(app)}},
		{"Look up:", []*cobra.Command{NewGateways(app), NewBasis(app), NewChecklist(app), NewAgreement(app), NewGlossary(app)}},
		{"Practise:", []*cobra.Command{NewPractise(app)}},
		{"This computer:", []*cobra.Command{NewSetup(app), NewDoctor(app)}},
		{"Help:", []*cobra.Command{help, newCompletion(app)}},
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

func noHome() error {
	return fail("there is no folder for your profile, drafts and records; nothing was asked or recorded", "name one with --home DIR, or set DSA_HOME")
}

// needsNoHome are the commands that touch nothing of the person's.
func needsNoHome(cmd *cobra.Command) bool {
	for ; cmd.HasParent(); cmd = cmd.Parent() {
		if slices.Contains([]string{"help", "completion", "doctor", cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, cmd.Name()) {
			return true
		}
	}
	return false
}
