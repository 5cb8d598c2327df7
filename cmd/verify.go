package cmd

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"dsa/cmd/screen"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

// NewVerify is the command that checks records.
func NewVerify(app *App) *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "verify [ID or FILE]",
		Short: "Check that records are as they were signed",
		Long: `verify checks a whole log, one record of it, or a single record file lying
anywhere. It reports every fault with its place, and ends with exit code 4 if
there is any. The log's README.txt tells how to check without dsa.`,
		Example: "  dsa verify\n  dsa verify 3\n  dsa verify ./0000003-9f31c2d4….record.txt",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			wanted := ""
			if len(args) == 1 {
				wanted = args[0]
			}
			return runVerify(cmd.Context(), app, dir, wanted, asJSON)
		},
	}
	c.Flags().StringVar(&dir, "log", "", "the log folder, if not your own")
	c.Flags().BoolVar(&asJSON, "json", false, "the report as one JSON object, for programs")
	return c
}

func runVerify(ctx context.Context, app *App, dir, wanted string, asJSON bool) error {
	report, signer, err := app.check(ctx, dir, wanted)
	if err != nil {
		return err
	}
	if asJSON {
		encoder := json.NewEncoder(app.Out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(struct {
			logbook.Report
			Result string   `json:"result"`
			Shows  []string `json:"does_not_show"`
		}{report, result(report), report.Limits()}); err != nil {
			return err
		}
	} else {
		printReport(app, report, signer)
	}
	if !report.Clean() {
		return &failure{what: count(len(report.Faults), "fault") + " found",
			next: "leave the folder as it is and tell your information governance lead", code: codeFound}
	}
	return nil
}

// result is the verdict in the words that promise no more than was checked.
func result(r logbook.Report) string {
	if r.Clean() {
		return "intact, signer not confirmed"
	}
	return "faults found"
}

// check checks a file where one of that name lies, a record where an id or number is given, and the whole log
// otherwise. The signer's fingerprint is returned for a single record.
func (app *App) check(ctx context.Context, dir, wanted string) (logbook.Report, string, error) {
	options := checks()
	if wanted != "" && dir == "" {
		if info, err := os.Stat(wanted); err == nil && info.Mode().IsRegular() {
			content, err := readSmall(wanted, 1<<20)
			if err != nil {
				return logbook.Report{}, "", err
			}
			report, entry := logbook.CheckFile(content, filepath.Base(wanted), options)
			return report, fingerprint(entry), nil
		}
	}
	book, err := app.openLog(dir)
	if err != nil {
		return logbook.Report{}, "", err
	}
	defer book.Close()
	if wanted != "" {
		report, entry, err := logbook.CheckRecord(book, wanted, options)
		return report, fingerprint(entry), err
	}
	report, err := logbook.Check(ctx, book, options)
	return report, "", err
}

func fingerprint(entry logbook.Entry) string {
	if entry.Key.IsZero() {
		return ""
	}
	return entry.Key.Fingerprint()
}

func printReport(app *App, r logbook.Report, signer string) {
	for _, f := range r.Faults {
		printFault(app, "FAULT", f)
	}
	for _, f := range r.Notices {
		printFault(app, "Notice", f)
	}
	fmt.Fprintf(app.Out, "%s: %s in %s; %s, %s.\n", screen.Capital(result(r)), count(r.Records, "record"), count(r.Chains, "chain"),
		count(len(r.Faults), "fault"), count(len(r.Notices), "notice"))
	if r.Training > 0 {
		fmt.Fprintf(app.Out, "Besides these, %s.\n", count(r.Training, "training record"))
	}
	if r.Covers > 0 {
		fmt.Fprintf(app.Out, "Besides these, %s of disposed records.\n", count(r.Covers, "cover"))
	}
	if signer != "" {
		fmt.Fprintf(app.Out, "Signed with key %s\n", signer)
	}
	if r.Clean() {
		fmt.Fprintln(app.Out, "This does not show:")
		for _, limit := range r.Limits() {
			fmt.Fprintf(app.Out, "  - %s\n", limit)
		}
	}
}

func printFault(app *App, level string, f logbook.Fault) {
	where := f.File
	if where == "" {
		where = f.Chain
	}
	if f.Number >= 0 {
		where += fmt.Sprintf(" (number %d)", f.Number)
	}
	fmt.Fprintf(app.Out, "%s %s: %s\n  %s\n", level, f.Code, screen.Safe(where), screen.Safe(f.Meaning))
	if f.Next != "" {
		fmt.Fprintf(app.Out, "  Next: %s\n", screen.Safe(f.Next))
	}
}

// found reports faults met on the way to something else.
func found(app *App, r logbook.Report) error {
	for _, f := range r.Faults {
		app.say("%s", screen.Safe(f.String()))
	}
	return &failure{what: "this record is not as it was signed", next: "see everything with dsa verify, and tell your information governance lead", code: codeFound}
}

// count says how many of something whose plural takes an s.
func count(n int, what string) string { return screen.Count(n, what, what+"s") }
