package export_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"dsa/decision/export"

	"github.com/xuri/excelize/v2"
)

// A second reader finds what was written, with the types that it has, and no formula.
func TestXLSXIsReadBack(t *testing.T) {
	names, texts := all()
	columns := table(texts)
	content := written(t, "xlsx", export.Options{}, columns, 2)
	book, err := excelize.OpenReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if got := book.GetSheetList(); !slices.Equal(got, []string{"Decisions", "Columns", "About"}) {
		t.Fatalf("the sheets are %v", got)
	}
	at := func(sheet string, column, row int) (string, string) {
		cell, err := excelize.CoordinatesToCellName(column, row)
		if err != nil {
			t.Fatal(err)
		}
		value, err := book.GetCellValue(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		if f, err := book.GetCellFormula(sheet, cell); err != nil || f != "" {
			t.Errorf("%s!%s is a formula: %q (%v)", sheet, cell, f, err)
		}
		return cell, value
	}
	for i, c := range columns {
		if _, got := at("Decisions", i+1, 1); got != c.Name {
			t.Errorf("column %d is called %q, not %q", i+1, got, c.Name)
		}
		if _, got := at("Columns", 1, i+2); got != c.Name {
			t.Errorf("column %d is explained as %q, not %q", i+1, got, c.Name)
		}
		if _, got := at("Columns", 4, i+2); got != c.Says {
			t.Errorf("column %d is said to mean %q", i+1, got)
		}
	}
	for i, want := range []string{"2026-03-04", "2026-07-04 10:11:12", "-3.25", "yes", "one; two", "", "", "1899-03-04"} {
		cell, got := at("Decisions", i+2, 2)
		kind, err := book.GetCellType("Decisions", cell)
		if err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", cell, got, want, err)
		}
		if typed := kind == excelize.CellTypeUnset || kind == excelize.CellTypeNumber; typed != (i < 3 || want == "") {
			t.Errorf("%s has the type %v", cell, kind)
		}
	}
	for i, n := range names {
		_, got := at("Decisions", 10+i, 3)
		want := export.Visible(texts[i])
		if units := len(utf16.Encode([]rune(got))); units > 32767 || strings.Count(got, "\n") > 253 {
			t.Errorf("%s: the cell has %d signs and %d line ends", n, units, strings.Count(got, "\n"))
		}
		switch {
		case n == "many lines":
			want = strings.Repeat("line\n", 253) + strings.TrimSuffix(strings.Repeat("line ", 5000-253), "")
		case len(texts[i]) > 30_000:
			if !strings.Contains(got, "[shortened here: the text has ") {
				t.Errorf("%s: it does not say that it was shortened", n)
			}
			continue
		}
		if got != want {
			t.Errorf("%s: the cell has %.80q, want %.80q", n, got, want)
		}
	}
	panes, err := book.GetPanes("Decisions")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("the head is not frozen: %+v (%v)", panes, err)
	}
	filter := false
	for _, n := range book.GetDefinedName() {
		filter = filter || strings.Contains(n.Name, "_FilterDatabase")
	}
	if last, _ := excelize.CoordinatesToCellName(len(columns), 3); !filter || !bytes.Contains(part(t, content, "xl/worksheets/sheet1.xml"), []byte(`<autoFilter ref="A1:`+last+`"/>`)) {
		t.Error("there are no filters over all of it")
	}
	var told []string
	for row := 2; ; row++ {
		_, what := at("About", 1, row)
		_, value := at("About", 2, row)
		if what == "" {
			break
		}
		told = append(told, what+": "+value)
	}
	for _, want := range []string{"Decisions in it: 2", "Asked for: case reference contains <i>=1+1 x", "Fault: c/1.record.txt: changed-body: <b>=1+1<U+202E>", "What the check found: intact"} {
		if !slices.Contains(told, want) {
			t.Errorf("it does not say %q of itself: %q", want, told)
		}
	}
}

// part is one file of a workbook. All have to be XML that is well formed, without a sign that XML does not have.
func part(t *testing.T, content []byte, wanted string) (found []byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(bytes.NewReader(text)); err == nil; {
			_, err = d.Token()
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("%s: %v", f.Name, err)
		}
		if f.Name == wanted {
			found = text
		}
	}
	return found
}

// A workbook that is full says so, and does not become one that Excel takes for damaged.
func TestAWorkbookIsFull(t *testing.T) {
	for says, c := range map[string]struct {
		rows  int
		bytes int64
		fit   int
	}{"by its rows": {4, 1 << 30, 3}, "by its bytes": {100, 5000, -1}} {
		w := export.NewSmallXLSX(io.Discard, c.rows, c.bytes)
		err := w.Begin(table([]string{strings.Repeat("x", 1000)}))
		fit := -1
		for ; err == nil && fit < 50; fit++ {
			err = w.Row(aCase())
		}
		if !errors.Is(err, export.ErrFull) || c.fit >= 0 && fit != c.fit {
			t.Errorf("full %s: %d rows fit (%v)", says, fit, err)
		}
	}
}
