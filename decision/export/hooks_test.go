package export

import (
	"io"
	"strings"
)

// What tests look at from outside.
var (
	Visible      = visible
	Harmless     = harmless
	OneLine      = oneLine
	AppendString = appendString
)

// NewSmallXLSX writes workbooks that are full after some rows or bytes.
func NewSmallXLSX(w io.Writer, rows int, bytes int64) Writer {
	x := newXLSX(w, About{}, Options{}).(*xlsxWriter)
	x.mostRows, x.mostBytes = rows, bytes
	return x
}

// Plain gives back what stood in a cell of a CSV file before it was made harmless.
func Plain(cell string) string {
	if !strings.ContainsAny(cell, formula) {
		return cell
	}
	var b strings.Builder
	begins := true
	for i, r := range cell {
		if begins && r == '\'' && runs(cell[i:]) {
			begins = false
			continue
		}
		begins = strings.ContainsRune(separators, r)
		b.WriteRune(r)
	}
	return b.String()
}
