package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"dsa/decision/export"
)

func readCSV(t testing.TB, content []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// Whatever somebody typed is read back by Go, Python and SQLite as it stands in the cell, and the cell gives the text back.
func TestCSVIsReadBack(t *testing.T) {
	names, texts := all()
	columns := table(texts)
	content := written(t, "csv", export.Options{}, columns, 2)
	rows := readCSV(t, content)
	if len(rows) != 3 || rows[0][0] != "id" || rows[0][9] != name(0) {
		t.Fatalf("there are %d rows, and the first is %q", len(rows), rows[0])
	}
	if want := []string{"2026-03-04", "2026-07-04T10:11:12+01:00", "-3.25", "yes", "one; two", "", "", "1899-03-04"}; !slices.Equal(rows[1][1:9], want) {
		t.Errorf("the row has %q, want %q", rows[1][1:9], want)
	}
	for i, n := range names {
		cell := rows[2][9+i]
		if units := len(utf16.Encode([]rune(cell))); units > 32767 {
			t.Errorf("%s: the cell has %d signs", n, units)
		}
		if strings.ContainsAny(cell, "\x00\x1b\r\u202e\u2067\ufeff") {
			t.Errorf("%s: something in the cell acts: %.80q", n, cell)
		}
		if len(texts[i]) < 30_000 && export.Plain(cell) != export.Visible(texts[i]) {
			t.Errorf("%s: the cell does not give the text back: %.80q", n, cell)
		}
	}
	if bytes.Contains(bytes.ReplaceAll(content, []byte("\r\n"), nil), []byte("\r")) || !bytes.HasSuffix(content, []byte("\r\n")) {
		t.Error("lines do not end in CRLF")
	}
	if bytes.HasPrefix(content, []byte("ID")) {
		t.Error("Excel takes it for a file of another kind")
	}

	file := filepath.Join(t.TempDir(), "export.csv")
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, reader := range [][]string{
		{"python3", "-c", "import csv,json,sys; json.dump(list(csv.reader(open(sys.argv[1],newline='',encoding='utf-8'),strict=True)),sys.stdout)", file},
		{"sqlite3", "-json", ":memory:", "-cmd", ".mode csv", "-cmd", ".import '" + file + "' t", "-cmd", ".mode json", "select * from t"},
	} {
		t.Run(reader[0], func(t *testing.T) {
			if _, err := exec.LookPath(reader[0]); err != nil {
				t.Skipf("%s is not installed", reader[0])
			}
			out, err := exec.Command(reader[0], reader[1:]...).Output()
			if err != nil {
				t.Fatal(err)
			}
			var read [][]string
			if reader[0] == "sqlite3" {
				var objects []map[string]string
				if err := json.Unmarshal(out, &objects); err != nil {
					t.Fatal(err)
				}
				read = [][]string{rows[0]}
				for _, o := range objects {
					row := make([]string, len(columns))
					for i, c := range columns {
						row[i] = o[c.Name]
					}
					read = append(read, row)
				}
			} else if err := json.Unmarshal(out, &read); err != nil {
				t.Fatal(err)
			}
			if !slices.EqualFunc(read, rows, slices.Equal) {
				t.Errorf("it reads something else than Go does")
			}
		})
	}
}

// Whatever separator a spreadsheet takes, and whether or not it minds quotes, no cell begins as a formula.
func TestNoCellIsAFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	_, texts := all()
	for range 20_000 {
		texts = append(texts, nasty(r))
	}
	attacks := 0
	for _, s := range texts {
		_, row, _ := strings.Cut(string(written(t, "csv", export.Options{}, table([]string{s})[9:], 1)), "\r\n")
		for _, separator := range ",;\t|" {
			for _, quotes := range []bool{true, false} {
				for _, cell := range cells(row, separator, quotes) {
					if isFormula(cell) {
						t.Fatalf("%q runs for who separates by %q: %q in %q", s, separator, cell, row)
					}
				}
				if slices.ContainsFunc(cells(s+"\n", separator, quotes), isFormula) {
					attacks++ // as it was typed it would have run
				}
			}
		}
		if plain := export.Plain(export.Harmless(s)); plain != s {
			t.Fatalf("%q comes back as %q", s, plain)
		}
	}
	if attacks < 10_000 {
		t.Errorf("only %d of the texts would have run", attacks)
	}
}

// cells are those that a reader finds who takes this separator.
func cells(text string, separator rune, quotes bool) []string {
	var found []string
	var cell []rune
	quoted, begins := false, true
	for _, r := range text {
		switch {
		case quoted && r == '"':
			quoted = false
			continue
		case quoted:
		case quotes && begins && r == '"':
			quoted, begins = true, false
			continue
		case r == separator, r == '\n', r == '\r':
			found, cell, begins = append(found, string(cell)), nil, true
			continue
		}
		cell, begins = append(cell, r), false
	}
	return append(found, string(cell))
}

func isFormula(cell string) bool {
	for _, r := range strings.TrimLeft(cell, "\" \u00a0\t") {
		return strings.ContainsRune("=+-@＝", r)
	}
	return false
}

// The sign by which Excel knows UTF-8 comes first, and only where it was asked for.
func TestBOM(t *testing.T) {
	for bom, want := range map[bool]string{true: "\ufeffid,", false: "id,"} {
		if got := written(t, "csv", export.Options{BOM: bom}, table(nil), 1); !bytes.HasPrefix(got, []byte(want)) {
			t.Errorf("with %v it begins %q", bom, got[:8])
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range hostile {
		if len(s) < 2000 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		rows := readCSV(t, written(t, "csv", export.Options{}, table([]string{s}), 1))
		if len(rows) != 2 || len(s) < 30_000 && export.Plain(rows[1][9]) != export.Visible(s) || isFormula(rows[1][9]) {
			t.Errorf("%q becomes %q", s, rows)
		}
	})
}
