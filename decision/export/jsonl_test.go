package export_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"dsa/decision/export"
)

// Nothing is lost in JSON Lines: every text comes back as it was typed, every record as it was signed.
func TestJSONLinesAreLossless(t *testing.T) {
	names, texts := all()
	columns := table(texts)
	content := written(t, "jsonl", export.Options{Records: true}, columns, 2)
	if strings.ContainsAny(string(content), "\x00\x1b\x7f\u009b\u202e\u2067\u2028\ufeff\r") {
		t.Error("something in it acts on a screen")
	}
	lines := bytes.Split(bytes.TrimSuffix(content, []byte("\n")), []byte("\n"))
	if len(lines) != 2 {
		t.Fatalf("there are %d lines", len(lines))
	}
	var row map[string]any
	if err := json.Unmarshal(lines[1], &row); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]any{"a_day": "2026-03-04", "a_moment": "2026-07-04T10:11:12+01:00", "a_number": -3.25, "yes": true,
		"ids": []any{"one", "two"}, "unknown": nil, "unknown_ids": []any{}, "old_day": "1899-03-04"} {
		if got, there := row[name]; !there || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for i, n := range names {
		if got := row[name(i)]; utf8.ValidString(texts[i]) && got != texts[i] {
			t.Errorf("%s comes back as %.80q", n, got)
		}
	}
	c := aCase()
	first, later := string(c.First.Cover)+string(c.First.Signature)+string(c.First.Body), string(c.Later[0].Cover)+string(c.Later[0].Signature)
	if want := []any{
		map[string]any{"id": c.First.ID.String(), "kind": "decision", "file": "c/0000/1.record.txt", "page": first},
		map[string]any{"id": c.Later[0].ID.String(), "kind": "review", "file": "c/0000/2.cover.txt", "doubt": "in doubt", "page": later},
	}; !reflect.DeepEqual(row["records"], want) {
		t.Errorf("the records are %v, want %v", row["records"], want)
	}
	var without map[string]any
	if err := json.Unmarshal(written(t, "jsonl", export.Options{}, columns, 1), &without); err != nil || without["records"] != nil {
		t.Errorf("the records are in it although nobody asked for them (%v)", err)
	}
}

func FuzzJSONString(f *testing.F) {
	for _, s := range hostile {
		if len(s) < 2000 {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		var back string
		text := export.AppendString(nil, s)
		if err := json.Unmarshal(text, &back); err != nil || back != strings.ToValidUTF8(s, "\ufffd") && utf8.ValidString(s) || !utf8.Valid(text) {
			t.Errorf("%q becomes %s and comes back as %q (%v)", s, text, back, err)
		}
	})
}
