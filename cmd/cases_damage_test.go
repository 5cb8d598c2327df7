package cmd

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/decision/logbook"
)

// namesIn are the record files of a log, with "/", in their order.
func namesIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	book, err := logbook.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for n, err := range book.Names() {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, n.Path)
	}
	return names
}

// flipped is a text with one bit of one byte changed.
func flipped(text []byte, at int) []byte {
	text = bytes.Clone(text)
	text[at] ^= 1
	return text
}

// Whichever record is damaged, in whatever part of it, the export says so, and gives the other decisions and not that one.
func TestAnExportListsEveryDamage(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "log")
	made := caseLog{Records: 20, Chains: 2, Seed: 140}.write(t, dir)
	files := namesIn(t, dir)
	if len(files) != made.Files {
		t.Fatalf("%d files of %d", len(files), made.Files)
	}
	kinds := map[decision.Kind]int{}
	app, _, _ := newTestApp(t, "")
	export := func(wantCode int) (ids []string, said string) {
		t.Helper()
		content, said := exports(t, app, wantCode, filepath.Join(t.TempDir(), "all.csv"), "--log", dir)
		rows, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			ids = append(ids, row[0])
		}
		return ids, said
	}
	all, _ := export(codeDone)
	for i, name := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		sound, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		page, err := decision.SplitPage(sound)
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(files[(i+1)%len(files)])))
		if err != nil {
			t.Fatal(err)
		}
		kinds[page.Cover.Kind]++
		cover, body := len(page.CoverBytes), len(sound)-len(page.Body)
		expected := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return id == page.ID().String() })
		for damage, text := range map[string][]byte{
			"in the cover":                 flipped(sound, i*37%cover),
			"in the signature":             flipped(sound, cover+60+i*5%150),
			"in the body":                  flipped(sound, body+i*101%(len(sound)-body)),
			"in the last sign":             flipped(sound, len(sound)-1),
			"an end cut off":               sound[:len(sound)-1-i],
			"something added":              append(bytes.Clone(sound), ' '),
			"the cover without a body":     sound[:body],
			"another record":               other,
			"another body":                 slices.Concat(sound[:body], other[len(other)-100:]),
			"nothing":                      {},
			"larger than any record":       make([]byte, decision.MaxPage+1),
			"line ends of another program": bytes.ReplaceAll(sound, []byte("\n"), []byte("\r\n")),
		} {
			if err := os.WriteFile(file, text, 0o600); err != nil {
				t.Fatal(err)
			}
			ids, said := export(codeFound)
			about := fmt.Sprintf("%s of kind %s, %s", name, page.Cover.Kind, damage)
			listed := map[string]int{}
			for line := range strings.Lines(said) {
				if strings.HasPrefix(line, "FAULT ") && strings.Contains(line, name) {
					listed[line]++
				}
			}
			if len(listed) == 0 {
				t.Errorf("%s: not listed:\n%s", about, said)
			}
			for line, n := range listed {
				if n > 1 {
					t.Errorf("%s: listed %d times: %s", about, n, line)
				}
			}
			if !slices.Equal(ids, expected) {
				t.Errorf("%s: there are %d rows, not %d", about, len(ids), len(expected))
			}
		}
		if err := os.WriteFile(file, sound, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, kind := range []decision.Kind{decision.Open, decision.Decision, decision.Complete, decision.Amend, decision.Review, decision.Endorse} {
		if kinds[kind] == 0 {
			t.Errorf("nothing of kind %s was damaged", kind)
		}
	}
	if ids, said := export(codeDone); !slices.Equal(ids, all) {
		t.Errorf("the log is not as it was: %s", said)
	}
}

// checkedCases is a log in order that was gone through once, before what it says is read for an export.
func checkedCases(t *testing.T) (dir string, r *caseReader) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "log")
	caseLog{Records: 20, Chains: 2, Seed: 140}.write(t, dir)
	app, _, _ := newTestApp(t, "")
	ctx := context.Background()
	r, err := app.openCases(ctx, caseOptions{logs: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.close)
	if err := r.first(ctx); err != nil || len(r.result.Faults) > 0 {
		t.Fatal(err, r.result.Faults)
	}
	return dir, r
}

// What a person reads is what was verified: a body that changes after the check is found when its row is made.
func TestABodyThatChangesDuringAnExportIsListed(t *testing.T) {
	dir, r := checkedCases(t)
	for f := range r.files() {
		before := r.read(f)
		if before.c == nil {
			continue
		}
		name := f.copies[0].name.Path
		for _, page := range append(before.c.Later, before.c.First) {
			file := filepath.Join(dir, filepath.FromSlash(page.File))
			sound, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			spoil(t, file)
			after := r.read(f)
			if len(after.faults) != 1 || after.faults[0].File != page.File {
				t.Errorf("%s: of a changed body it says %v", page.File, after.faults)
			}
			if (page.File == name) != (after.c == nil) || after.c != nil && len(after.c.Later) >= len(before.c.Later) {
				t.Errorf("%s: what has changed is taken", page.File)
			}
			if err := os.WriteFile(file, sound, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A record can be disposed of between the moment at which its folder was listed and the one at which it is read: it is then
// a row that says so. One that has gone without leaving its cover is listed.
func TestARecordThatGoesDuringAnExport(t *testing.T) {
	dir, r := checkedCases(t)
	for _, f := range slices.Collect(r.files()) {
		before := r.read(f)
		if before.c == nil {
			continue
		}
		file := filepath.Join(dir, filepath.FromSlash(before.c.First.File))
		if err := os.Remove(file); err != nil {
			t.Fatal(err)
		}
		if after := r.read(f); after.c != nil || len(after.faults) != 1 || after.faults[0].Code != logbook.Missing || after.faults[0].File != before.c.First.File {
			t.Errorf("%s: of a record that has gone it says %v", before.c.First.File, after.faults)
		}
		cover := strings.TrimSuffix(file, ".record.txt") + ".cover.txt"
		if err := os.WriteFile(cover, slices.Concat(before.c.First.Cover, before.c.First.Signature), 0o600); err != nil {
			t.Fatal(err)
		}
		if after := r.read(f); after.c == nil || !after.c.Facts().Disposed || len(after.faults) > 0 {
			t.Errorf("%s: of a record that was disposed of it says %v", before.c.First.File, after.faults)
		}
	}
}
