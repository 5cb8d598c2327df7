package export

import (
	"bufio"
	"io"
	"iter"
)

// Table writes rows of words as CSV, as decisions are written: what a spreadsheet would run cannot run.
func Table(w io.Writer, head []string, rows iter.Seq[[]string]) error {
	c := &csvWriter{w: bufio.NewWriter(w)}
	write := func(row []string) error {
		for i, words := range row {
			words, _ = cut(harmless(visible(words)))
			c.cell(i, words)
		}
		return c.end()
	}
	if err := write(head); err != nil {
		return err
	}
	for row := range rows {
		if err := write(row); err != nil {
			return err
		}
	}
	return c.w.Flush()
}
