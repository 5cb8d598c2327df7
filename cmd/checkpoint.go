package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

type checkpointOptions struct {
	asking
	quiet, json bool
}

// NewCheckpoint is the command that signs what a log holds.
func NewCheckpoint(app *App) *cobra.Command {
	var opts checkpointOptions
	c := &cobra.Command{
		Use:   "checkpoint",
		Short: "Sign what the log holds now, and get a receipt to keep elsewhere",
		Long: `checkpoint verifies the whole log and signs what it holds. From then on nobody can
take a record away, or put the folder back to an older state, without its being
seen. It asks nothing, so it can run every day: what is cut off between two
checkpoints may go unseen.

The line it prints is the receipt. Keep it where whoever keeps the folder cannot
reach it: in the minutes of the board, with the lead of a partner, in an e-mail to
yourself. dsa remembers it on this computer too, and checks against it.

A chain is covered up to what is wrong with it, if anything is, and the command
then ends with exit code 4. Where the log contradicts an earlier checkpoint or a
receipt, nothing is signed: something was taken away or replaced. Where nothing
is new nothing is signed either, and the last receipt is printed again.`,
		Example: "  dsa checkpoint\n  dsa checkpoint --quiet >> receipts.txt",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runCheckpoint(cmd.Context(), app, opts) },
	}
	f := c.Flags()
	f.StringVar(&opts.log, "log", "", "the folder of the log (`DIR`), if this computer knows several")
	f.StringVar(&opts.key, "key", "", "sign with this OpenSSH Ed25519 private key `FILE`")
	f.BoolVar(&opts.quiet, "quiet", false, "print the receipt and what is wrong, and nothing else: for a scheduler")
	f.BoolVar(&opts.json, "json", false, "one JSON object instead of the receipt, for programs")
	return c
}

// contradictions are findings after which nothing may be signed: the log is not what an earlier checkpoint, or the record
// that founds it, says it was.
var contradictions = []logbook.Code{logbook.CoveredMissing, logbook.CoveredDiffers, logbook.BadCheckpoint, logbook.RolledBack,
	logbook.ReceiptDiffers, logbook.NoFounding, logbook.TrustDispute}

// A checkpointed log, for programs.
type checkpointed struct {
	Receipt  string `json:"receipt"`
	Recorded bool   `json:"recorded"` // false: nothing was new
	Records  uint64 `json:"records"`  // covered
	Root     string `json:"root,omitempty"`
	Faults   int    `json:"faults"`
}

func runCheckpoint(ctx context.Context, app *App, opts checkpointOptions) error {
	tell := app.say
	if opts.quiet {
		tell = func(string, ...any) {}
	}
	l, err := app.lead(ctx, opts.asking)
	if err != nil {
		return err
	}
	defer l.close()
	for _, dir := range l.away {
		app.say("Warning: %s does not answer; the checkpoint covers what the other folders hold.", screen.Safe(dir))
	}
	report, err := app.checkAll(ctx, l.gathering)
	if err != nil {
		return err
	}
	if against := contradicted(report); len(against) > 0 {
		printFaults(app.Err, "FAULT", against)
		next := "leave the folders as they are, keep a copy, and find out what was taken away or replaced, and by whom"
		if len(l.away) > 0 {
			next = "connect to " + listed(l.away) + " first, and run the same command again"
		}
		return &failure{what: "the log contradicts an earlier checkpoint, a receipt or its own beginning; nothing was signed", next: next, code: codeFound}
	}
	act, tree, grown, err := report.Survey.Checkpoint(l.chain)
	if err != nil {
		return fail("your last checkpoint cannot be built on; nothing was signed", "see what is wrong with: dsa verify --all").because(err)
	}
	var receipt decision.Receipt
	if grown {
		receipt, err = l.point(ctx, act, tree, tell)
	} else {
		receipt, err = l.lastReceipt(report)
		tell("Nothing is new since your last checkpoint, so nothing was signed. Its receipt:")
	}
	if err != nil {
		return err
	}
	if err := l.remember(receipt); err != nil {
		app.say("Warning: the receipt could not be remembered on this computer; keep the line.")
	}
	size, root, _ := decision.ParseTree(tree)
	if opts.json {
		if err := printJSON(app.Out, "  ", checkpointed{receipt.String(), grown, size, root.String(), len(report.Faults)}); err != nil {
			return err
		}
	} else {
		fmt.Fprintln(app.Out, receipt)
	}
	tell("Covered: %s.", count(int(size), "record"))
	tell("Keep the whole line from dsa-receipt on where whoever keeps the folder cannot reach it: board minutes, a partner's lead, an e-mail. This computer remembers it too.")
	if report.Clean() {
		return nil
	}
	printFaults(app.Err, "FAULT", report.Faults)
	return &failure{what: fmt.Sprintf("%s found; the checkpoint covers each chain up to what is wrong with it", count(len(report.Faults), "fault")),
		next: "see everything with dsa verify --all, put it right, and sign another checkpoint", code: codeFound}
}

func contradicted(r logbook.Report) []logbook.Fault {
	return slices.DeleteFunc(slices.Clone(r.Faults), func(f logbook.Fault) bool { return !slices.Contains(contradictions, f.Code) })
}

// point signs a checkpoint. What is said about the record goes where it does not come between the receipt and whatever
// reads it.
func (l *lead) point(ctx context.Context, act decision.CheckpointAct, tree string, tell func(string, ...any)) (decision.Receipt, error) {
	var err error
	act.Program = Program
	if act.Salt, err = l.salt(); err != nil {
		return decision.Receipt{}, err
	}
	entry, err := l.record(ctx, decision.Checkpoint, decision.ID{}, tree, &act)
	if err != nil {
		var crowded *logbook.ActError
		if errors.As(err, &crowded) && len(act.Ranges) > 1000 {
			return decision.Receipt{}, fail("too many chains have grown for one checkpoint; nothing was signed", "tell whoever looks after dsa where you work").because(err)
		}
		return decision.Receipt{}, err
	}
	out := l.app.Out
	l.app.Out = &telling{l.app, tell}
	l.desk.said(entry)
	l.app.Out = out
	return decision.Receipt{Log: l.log, Chain: entry.Chain, Number: entry.Number, ID: entry.ID}, nil
}

// telling says what is printed instead of printing it, so that the receipt stands alone; what could not be published is
// said in any case.
type telling struct {
	app  *App
	tell func(string, ...any)
}

func (t *telling) Write(p []byte) (int, error) {
	line, tell := strings.TrimSuffix(string(p), "\n"), t.tell
	if strings.HasPrefix(line, "Not yet published") {
		tell = t.app.say
	}
	tell("%s", line)
	return len(p), nil
}

// lastReceipt is that of the lead's own newest checkpoint.
func (l *lead) lastReceipt(report logbook.Report) (decision.Receipt, error) {
	points := l.trust.Checkpoints()
	for i := len(points) - 1; i >= 0; i-- {
		if p := points[i]; p.Chain == l.chain {
			return decision.Receipt{Log: l.log, Chain: p.Chain, Number: p.Number, ID: p.ID}, nil
		}
	}
	return decision.Receipt{}, fail("there is nothing in this log that could be covered; nothing was signed", "record something first, or publish it with: dsa sync")
}

// remember keeps the receipt for later checks. The one before in the same chain is pinned by it, since each record names
// the one before, so it need not be kept: a receipt a day would fill the list.
func (l *lead) remember(receipt decision.Receipt) error { return l.app.keepReceipt(receipt) }

func (app *App) keepReceipt(receipt decision.Receipt) error {
	return app.changeKnown(func(k *knownLogs) error {
		for i := range k.Logs {
			log := &k.Logs[i]
			if log.ID != receipt.Log {
				continue
			}
			log.Receipts = slices.DeleteFunc(log.Receipts, func(r decision.Receipt) bool {
				return r.Log == receipt.Log && r.Chain == receipt.Chain && (r.Number < receipt.Number || r == receipt)
			})
			log.Receipts = append(log.Receipts, receipt)
			break // one place is enough: receipts of a log count under whatever folder it is known
		}
		return nil
	})
}
