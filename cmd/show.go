package cmd

import (
	"fmt"
	"path/filepath"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

// NewShow is the command that prints one record.
func NewShow(app *App) *cobra.Command {
	var dir string
	var asJSON bool
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Print one record",
		Long: `show prints a record for reading. ID is its number, or the first digits of its
id as dsa log shows it. --json prints the signed content exactly, byte for byte.`,
		Example: "  dsa show 3\n  dsa show 9f31c2 --json",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runShow(app, dir, args[0], asJSON) },
	}
	c.Flags().StringVar(&dir, "log", "", "the log folder, if not your own")
	c.Flags().BoolVar(&asJSON, "json", false, "the exact bytes that the signature covers by their fingerprint")
	return c
}

func runShow(app *App, dir, id string, asJSON bool) error {
	book, err := app.openLog(dir)
	if err != nil {
		return err
	}
	defer book.Close()
	report, entry, err := logbook.CheckRecord(book, id, logbook.Options{Body: checkBody})
	if err != nil {
		return err
	}
	if asJSON {
		if _, err := app.Out.Write(entry.Page.Body); err != nil {
			return err
		}
	} else if err := showEntry(app, book, entry); err != nil && report.Clean() {
		return err
	}
	if !report.Clean() {
		return found(app, report)
	}
	return nil
}

func showEntry(app *App, book *logbook.Book, entry logbook.Entry) error {
	var lines []string
	switch {
	case entry.CoverOnly:
		lines = []string{"This record has been disposed of; its signed cover remains."}
	case entry.Page.Cover.Kind == decision.Open:
		opening, err := entry.Opening()
		if err != nil {
			return err
		}
		lines = screen.OpeningPage(opening)
	case entry.Page.Cover.Kind == decision.Decision:
		record, err := decode(entry.Page.Body)
		if err != nil {
			return err
		}
		lines = screen.Page(record)
	}
	for _, line := range lines {
		fmt.Fprintln(app.Out, line)
	}
	cover := entry.Page.Cover
	fmt.Fprintf(app.Out, "\nRecord number %d of chain %s\n", entry.Number, entry.Chain.String()[:16])
	fmt.Fprintf(app.Out, "Id: %s\n", entry.ID)
	fmt.Fprintf(app.Out, "Kind: %s. Signed as %s with key %s\n", cover.Kind, entry.Namespace, entry.Key.Fingerprint())
	fmt.Fprintf(app.Out, "Keep until: %s\n", cover.KeepUntil)
	fmt.Fprintf(app.Out, "File: %s\n", filepath.Join(book.Dir(), filepath.FromSlash(entry.Path)))
	return nil
}
