package cmd

import (
	"io"

	"dsa/cmd/paper"

	"github.com/spf13/cobra"
)

// NewTier2 is the command that drafts a Tier 2 agreement.
func NewTier2(app *App) *cobra.Command {
	var dir string
	var asHTML bool
	c := &cobra.Command{
		Use:   "tier2 ID",
		Short: "Draft a Tier 2 agreement from the record of a routine decision",
		Long: `tier2 drafts the agreement that sharing needs which is done again and again. It
takes what the record says and leaves a marked blank, [to be completed: …], where
it says nothing. What is held back, the advice taken and your reasons are not in it.

It is a draft and binds nobody: the data protection officer of every party checks
it before anybody signs. It is written as Markdown, for any editor, or with --html
as a page to print.`,
		Example: "  dsa tier2 7 > agreement.md\n  dsa tier2 7 --html > agreement.html",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runTier2(app, dir, args[0], asHTML) },
	}
	c.Flags().StringVar(&dir, "log", "", "the log folder (`DIR`), if not your own")
	c.Flags().BoolVar(&asHTML, "html", false, "as a web page, to read or print")
	return c
}

func runTier2(app *App, dir, id string, asHTML bool) error {
	books, entry, err := app.openRecord(dir, id)
	if err != nil {
		return err
	}
	defer closeAll(books)
	if !isDecision(entry.Page.Cover.Kind) {
		return fail("that record is no decision, so there is nothing to draft from", "list the decisions with: dsa log")
	}
	d, err := app.dossier(entry, books...)
	if err != nil {
		return err
	}
	if d.first.record == nil {
		return fail("that decision has been disposed of; only its cover is left", "list the decisions with: dsa log")
	}
	draft, err := paper.Tier2(d.onPaper())
	if err != nil {
		return senseless(err)
	}
	if asHTML {
		err = draft.HTML(app.Out)
	} else {
		_, err = io.WriteString(app.Out, draft.Markdown())
	}
	if err == nil {
		app.say("Next: complete what is marked, and have the data protection officer of every party check it.")
	}
	return err
}
