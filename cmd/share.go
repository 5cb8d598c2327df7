package cmd

import (
	"dsa/checklist"
	"dsa/decision"

	"github.com/spf13/cobra"
)

// defaultAgreement is used when none is named and none is preferred.
const defaultAgreement = "cambridgeshire-peterborough-2024"

type shareOptions struct {
	walkOptions
	occasions map[string]*bool // by occasion: whether it was asked for
	agreement string
}

// NewShare is the command that walks a person through a checklist to a signed record.
func NewShare(app *App) *cobra.Command {
	opts := shareOptions{occasions: map[string]*bool{}}
	c := &cobra.Command{
		Use:   "share",
		Short: "Decide about sharing, step by step, and sign the record",
		Long: `share walks you through the checklist of your data sharing agreement, shows the
law open to your organisation, and records what you decide and why. You can
decide to share, to share part, not to share, to wait, or to pass it on.

--adhoc is for one request or concern, and is meant when you say nothing.
--routine is for sharing the same information again and again.
--emergency is for when someone is in danger: act first, then a dozen answers.
The record says what is still owed; complete it afterwards with dsa complete.
You can go over from one to the other at any question; your answers are kept.

Every answer is saved at once. Ctrl-C stops; the same command goes on where you
stopped. Nothing is signed until you have seen the whole record and say yes.`,
		Example: `  dsa share --adhoc                        one request or concern, at the keyboard
  dsa share --emergency                    someone is in danger: the least, afterwards
  dsa share --adhoc --plain                in plain lines, for a screen reader
  dsa share --adhoc --answers case.yaml    from a file; see dsa checklist template adhoc
  dsa share --adhoc --dry-run              look at the record; write nothing`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runShare(cmd, app, opts) },
	}
	for occasion, words := range map[string]string{
		checklist.AdHoc:     "one request or concern (the ad hoc checklist)",
		checklist.Routine:   "the same information again and again (the routine checklist)",
		checklist.Emergency: "someone is in danger: act first, and record the least that is needed",
	} {
		opts.occasions[occasion] = c.Flags().Bool(occasion, false, words)
	}
	c.Flags().StringVar(&opts.agreement, "agreement", "", "the agreement whose checklist is used: its `ID or DIR`, the folder of your own; without it, the one chosen with dsa setup --agreement, or "+defaultAgreement)
	opts.flags(c)
	return c
}

// occasion is the one that was asked for; ad hoc when none was.
func (o shareOptions) occasion() (string, error) {
	chosen := ""
	for _, occasion := range checklist.Occasions {
		switch {
		case !*o.occasions[occasion]:
		case chosen != "":
			return "", &failure{what: "a decision is ad hoc, routine or an emergency, and only one of these; nothing was asked or recorded",
				next: "use one of --adhoc, --routine and --emergency", code: codeUsage}
		default:
			chosen = occasion
		}
	}
	if chosen == "" {
		chosen = checklist.AdHoc
	}
	return chosen, nil
}

// shareCommand is what to type for an occasion, under an agreement as it was named.
func (app *App) shareCommand(occasion, agreement string) string {
	if agreement == app.usualAgreement() {
		return "dsa share --" + occasion
	}
	return "dsa share --" + occasion + " --agreement " + agreement
}

func runShare(cmd *cobra.Command, app *App, opts shareOptions) error {
	occasion, err := opts.occasion()
	if err != nil {
		return err
	}
	agreement, named, err := app.agreementFor(opts.agreement)
	var notice []string
	if err != nil && occasion == checklist.Emergency && opts.agreement == "" {
		// Nothing stands in front of an emergency: it is recorded under what is built in, which the record says.
		if agreement, err = app.agreement(defaultAgreement); err == nil {
			named = defaultAgreement
			notice = []string{"The agreement chosen for this computer cannot be used now, so this is recorded under another: " + agreement.Title + ". Go on; tell whoever looks after dsa where you work."}
		}
	}
	if err != nil {
		return err
	}
	list := agreement.List(occasion)
	if list == nil {
		return fail("this agreement has no checklist for "+occasionWords[occasion]+"; nothing was recorded", "choose another with --agreement")
	}
	t := &task{
		kind: decision.Decision, occasion: occasion, agreement: agreement, list: list, named: named,
		verb: "Sign and record this decision", noun: "decision", command: app.shareCommand(occasion, named), switches: true,
		notice: notice,
	}
	if occasion == checklist.Emergency {
		t.given = under(nil, list, occasion, nil)
	}
	return app.carryOut(cmd.Context(), t, opts.walkOptions)
}
