package cmd

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

type proveOptions struct {
	log, to, under string
}

// NewProve is the command that writes a proof of one record.
func NewProve(app *App) *cobra.Command {
	var opts proveOptions
	c := &cobra.Command{
		Use:   "prove ID",
		Short: "Write one file that proves a record without showing any other",
		Long: `prove writes one text file with a record, and with what proves that the log held
it when a checkpoint was signed. It shows nothing of any other record. Whoever
gets it checks it with dsa verify FILE --receipt LINE, without the log and without
a network; the receipt is to reach them another way than the proof.

The whole log is checked first. A record is proved under the newest checkpoint
that covers it, or under the one named; where none does, sign one with
dsa checkpoint.`,
		Example: "  dsa prove 9f31c2\n  dsa prove 9f31c2 --to /media/court/record.proof.txt",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return runProve(cmd.Context(), app, args[0], opts) },
	}
	f := c.Flags()
	f.StringVar(&opts.log, "log", "", "the folder of the log (`DIR`), if this computer knows several")
	f.StringVar(&opts.to, "to", "", "write it to this `FILE`, which must not exist; otherwise to one of its own name here")
	f.StringVar(&opts.under, "under", "", "the `CHECKPOINT`: the beginning of its id")
	return c
}

func runProve(ctx context.Context, app *App, wanted string, opts proveOptions) error {
	g, err := app.gather(ctx, opts.log)
	if err != nil {
		return err
	}
	defer g.close()
	g.absent(app)
	record, err := g.find(wanted)
	if err != nil {
		return err
	}
	var under decision.ID
	if opts.under != "" {
		point, err := g.find(opts.under)
		if err != nil {
			return err
		}
		if point.Page.Cover.Kind != decision.Checkpoint {
			return fail(fmt.Sprintf("record %s is no checkpoint, but of kind %s; nothing was written", point.ID.Shown(), point.Page.Cover.Kind), "dsa verify --all shows the newest checkpoint")
		}
		under = point.ID
	}
	report, err := app.checkAll(ctx, g)
	if err != nil {
		return err
	}
	proof, err := report.Survey.Prove(record, under)
	var uncovered *logbook.NotCoveredError
	switch {
	case errors.As(err, &uncovered):
		return fail("no checkpoint covers that record yet, or not the one named; nothing was written", "have one signed by whoever oversees the log: dsa checkpoint").because(err)
	case err != nil:
		return fail("the record cannot be proved: "+err.Error()+"; nothing was written", "see what is wrong with: dsa verify --all").because(err)
	}
	_, point, err := proof.Entries()
	if err != nil {
		return err
	}
	name := opts.to
	if name == "" {
		name = logbook.ProofName(record.Number, record.ID)
	}
	made, err := createFile(name, proof.Text())
	if err != nil {
		return err
	}
	if !made && opts.to == "" {
		return fail("the proof of that record is here already, and is not written over", "give another name with --to FILE")
	}
	if !made {
		return fail("there is something of the name that --to gives already, and it is not written over", "give another name")
	}
	fmt.Fprintf(app.Out, "Proof: %s\n", screen.Safe(filepath.Clean(name)))
	fmt.Fprintf(app.Out, "Receipt: %s\n", decision.Receipt{Log: g.log, Chain: point.Chain, Number: point.Number, ID: point.ID})
	if record.CoverOnly {
		app.say("What the record said has been disposed of; the proof has its signed cover.")
	} else {
		app.say("The proof holds the whole record. Send it as you would send the record itself.")
	}
	app.say("Send the receipt another way than the proof. They check it with: dsa verify FILE --receipt LINE")
	return nil
}

// checkAll verifies the whole log in all folders as one, with every receipt that this computer remembers. What is found
// is for the caller to weigh.
func (app *App) checkAll(ctx context.Context, g *gathering) (logbook.Report, error) {
	options := checks()
	options.Now = app.Now()
	options.Log, options.Receipts = g.log, app.receipts(g.log)
	return app.watch(ctx, g.books, options)
}
