package cmd

import (
	"context"
	"fmt"

	"dsa/checklist"
	"dsa/cmd/screen"

	"github.com/spf13/cobra"
)

// NewSetup is the command that asks who decides on this computer. Nobody needs it: share asks the same on first use.
func NewSetup(app *App) *cobra.Command {
	var plain, again bool
	var answers string
	c := &cobra.Command{
		Use:   "setup",
		Short: "Say who decides on this computer, or change it",
		Long: `setup asks for your name, post, organisation and what kind of organisation it
is, and makes your signing key. share asks the same on first use, so you only
need setup to change something. Records already signed stay as they are.`,
		Example: "  dsa setup",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runSetup(cmd.Context(), app, plain, again, answers)
		},
	}
	c.Flags().BoolVar(&plain, "plain", false, "ask in plain lines, for screen readers and pipes")
	c.Flags().BoolVar(&again, "again", false, "begin afresh, without what was remembered")
	c.Flags().StringVar(&answers, "answers", "", "take the answers from this YAML `FILE` (- for standard input)")
	return c
}

func runSetup(ctx context.Context, app *App, plain, again bool, answers string) error {
	walk, err := app.whoWalk()
	if err != nil {
		return err
	}
	if answers != "" {
		if err := app.setupFromFile(answers, walk); err != nil {
			return err
		}
	} else if err := app.setupFromPerson(ctx, walk, plain, again); err != nil {
		return err
	}
	if err := app.remember(walk.Answers()); err != nil {
		return err
	}
	signer, err := app.signingKey("")
	if err != nil {
		return err
	}
	fmt.Fprintf(app.Out, "Remembered in %s\n", app.profilePath())
	fmt.Fprintf(app.Out, "Your signing key: %s\n", signer.Key().Fingerprint())
	app.say("Next: dsa share --adhoc")
	return nil
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
	var asker screen.Asker = screen.NewPlain(app.In, app.Err)
	if app.Drawn != nil && !plain {
		asker = app.Drawn()
	}
	ending, err := asker.Conduct(ctx, &screen.Sitting{Walk: walk, Title: "Who is deciding", Notice: notice})
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
