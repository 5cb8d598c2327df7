package decision_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"

	"dsa/decision"
)

func sum(s string) decision.ID { return sha256.Sum256([]byte(s)) }

// coverOf returns a sound cover of the second record of a chain.
func coverOf(change func(*decision.Cover)) decision.Cover {
	c := decision.Cover{
		Chain:     sum("first"),
		Number:    17,
		Previous:  sum("sixteen"),
		Time:      time.Date(2026, 11, 22, 10, 11, 12, 0, time.UTC),
		Kind:      decision.Decision,
		KeepUntil: "2034-11-22",
		BodySum:   sha256.Sum256([]byte("{}\n")),
		BodyLen:   3,
	}
	if change != nil {
		change(&c)
	}
	return c
}

func TestACoverThatIsWrittenIsReadBackTheSame(t *testing.T) {
	for says, c := range map[string]decision.Cover{
		"a decision": coverOf(nil),
		"number 1 names the chain as its previous": coverOf(func(c *decision.Cover) {
			c.Number, c.Previous = 1, c.Chain
		}),
		"an opening": coverOf(func(c *decision.Cover) {
			c.Number, c.Chain, c.Previous, c.Kind = 0, decision.ID{}, decision.ID{}, decision.Open
		}),
		"an opening that follows an old chain": coverOf(func(c *decision.Cover) {
			c.Number, c.Chain, c.Previous, c.Kind, c.About = 0, decision.ID{}, decision.ID{}, decision.Open, sum("old head")
		}),
		"an amendment": coverOf(func(c *decision.Cover) { c.Kind, c.About, c.Seen = decision.Amend, sum("five"), sum("checkpoint") }),
		"a checkpoint": coverOf(func(c *decision.Cover) { c.Kind, c.Tree = decision.Checkpoint, "0 "+sum("root").String() }),
		"kept for ever, the last number": coverOf(func(c *decision.Cover) {
			c.KeepUntil, c.Number = decision.Permanent, decision.MaxNumber
		}),
	} {
		text := c.Encode()
		got, err := decision.ParseCover(text)
		if err != nil {
			t.Errorf("%s: %v", says, err)
			continue
		}
		if !bytes.Equal(got.Encode(), text) || got.ID() != sha256.Sum256(text) {
			t.Errorf("%s: read back differently", says)
		}
	}
	// A time in another zone is the same time; parts of a second are not recorded.
	summer := coverOf(func(c *decision.Cover) { c.Time = c.Time.In(time.FixedZone("BST", 3600)).Add(5e8) })
	if !bytes.Equal(summer.Encode(), coverOf(nil).Encode()) {
		t.Error("a zone or a fraction of a second shows on the cover")
	}
}

func TestParseCoverRefuses(t *testing.T) {
	good := string(coverOf(nil).Encode())
	opening := string(coverOf(func(c *decision.Cover) {
		c.Number, c.Chain, c.Previous, c.Kind = 0, decision.ID{}, decision.ID{}, decision.Open
	}).Encode())
	swap := func(text, old, new string) string {
		if !strings.Contains(text, old) {
			t.Fatalf("%q is not in the cover", old)
		}
		return strings.Replace(text, old, new, 1)
	}
	prev := "previous " + sum("sixteen").String()
	for _, test := range []struct {
		says, text string
		line       int
	}{
		{"nothing", "", 1},
		{"another kind of file", "hello\n", 1},
		{"format 0", swap(good, "dsa-record 1", "dsa-record 0"), 1},
		{"a format with a leading zero", swap(good, "dsa-record 1", "dsa-record 01"), 1},
		{"two spaces", swap(good, "number 17", "number  17"), 3},
		{"a tab", swap(good, "number 17", "number\t17"), 3},
		{"a space at the end of a line", swap(good, "number 17\n", "number 17 \n"), 3},
		{"a leading zero", swap(good, "number 17", "number 017"), 3},
		{"a plus sign", swap(good, "number 17", "number +17"), 3},
		{"a number too high for a file name", swap(good, "number 17", "number 10000000"), 3},
		{"a negative number", swap(good, "number 17", "number -1"), 3},
		{"capital letters in an id", swap(good, prev, "previous "+strings.ToUpper(sum("sixteen").String())), 4},
		{"an id of zeros", swap(good, prev, "previous "+strings.Repeat("0", 64)), 4},
		{"a short id", swap(good, prev, prev[:len(prev)-1]), 4},
		{"two lines exchanged", swap(swap(swap(good, "seen -", "x"), "time 2026-11-22T10:11:12Z", "seen -"), "x", "time 2026-11-22T10:11:12Z"), 5},
		{"a time without Z", swap(good, "12Z", "12"), 6},
		{"a time with an offset", swap(good, "12Z", "12+00:00"), 6},
		{"parts of a second", swap(good, "12Z", "12.5Z"), 6},
		{"a comma for parts of a second", swap(good, "12Z", "12,0Z"), 6},
		{"the 30th of February", swap(good, "11-22T", "02-30T"), 6},
		{"a leap second", swap(good, "10:11:12", "10:11:60"), 6},
		{"a kind that does not exist", swap(good, "kind decision", "kind delete"), 7},
		{"a second opening", swap(good, "kind decision", "kind open"), 7},
		{"a decision as number 0", swap(opening, "kind open", "kind decision"), 7},
		{"an amendment of nothing", swap(good, "kind decision", "kind amend"), 8},
		{"a checkpoint without a tree", swap(good, "kind decision", "kind checkpoint"), 9},
		{"a tree on a decision", swap(good, "tree -", "tree 5 "+sum("root").String()), 9},
		{"a keep-until in words", swap(good, "keep-until 2034-11-22", "keep-until for ever"), 10},
		{"a keep-until with a time", swap(good, "2034-11-22", "2034-11-22T00:00:00Z"), 10},
		{"a date that does not exist", swap(good, "2034-11-22", "2034-11-31"), 10},
		{"a body without a length", swap(good, " 3\n", "\n"), 11},
		{"an empty body", swap(good, " 3\n", " 0\n"), 11},
		{"a body larger than a page", swap(good, " 3\n", " 2000000\n"), 11},
		{"a missing last line end", strings.TrimSuffix(good, "\n"), 11},
		{"a line after the last", good + "more\n", 12},
		{"an empty line after the last", good + "\n", 12},
		{"number 0 with a chain", swap(opening, "chain -", "chain "+sum("first").String()), 2},
		{"number 17 without a chain", swap(good, "chain "+sum("first").String(), "chain -"), 2},
		{"number 17 without a previous", swap(good, prev, "previous -"), 4},
		{"number 1 after something other than number 0", swap(good, "number 17", "number 1"), 4},
		{"number 17 directly after number 0", swap(good, prev, "previous "+sum("first").String()), 4},
	} {
		_, err := decision.ParseCover([]byte(test.text))
		var e *decision.CoverError
		if !errors.As(err, &e) || e.Line != test.line {
			t.Errorf("%s: got %v, want an error of line %d", test.says, err, test.line)
		}
	}

	var newer *decision.NewerFormat
	if _, err := decision.ParseCover([]byte("dsa-record 2\nwhatever\n")); !errors.As(err, &newer) || newer.Version != 2 {
		t.Errorf("a newer format: %v", err)
	}
	var ends *decision.LineEndings
	if _, err := decision.ParseCover([]byte(strings.ReplaceAll(good, "\n", "\r\n"))); !errors.As(err, &ends) || ends.Line != 1 {
		t.Errorf("CRLF: %v", err)
	}
}

func TestEverySingleByteChangeOfACoverChangesItsIDOrIsRefused(t *testing.T) {
	c := coverOf(nil)
	text := c.Encode()
	for i := range text {
		for _, x := range []byte{1, 2, 0x20, 0x80} {
			bad := bytes.Clone(text)
			bad[i] ^= x
			if got, err := decision.ParseCover(bad); err == nil && got.ID() == c.ID() {
				t.Fatalf("byte %d xor %#x is not noticed", i, x)
			}
		}
	}
}

func TestIDsHaveOneSpelling(t *testing.T) {
	id := sum("x")
	if got, err := decision.ParseID(id.String()); err != nil || got != id || !strings.HasPrefix(id.String(), id.Short()) || len(id.Short()) != 32 {
		t.Errorf("an id's own text: %v", err)
	}
	for _, bad := range []string{"", "-", id.Short(), strings.ToUpper(id.String()), strings.Repeat("0", 64), id.String() + "0"} {
		var e *decision.IDError
		if _, err := decision.ParseID(bad); !errors.As(err, &e) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParseCover(f *testing.F) {
	f.Add(coverOf(nil).Encode())
	f.Add(coverOf(func(c *decision.Cover) { c.Kind, c.Tree = decision.Checkpoint, "7 "+sum("r").String() }).Encode())
	f.Add([]byte("dsa-record 2\n"))
	f.Add([]byte("dsa-record 1\r\nchain -\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := decision.ParseCover(text); err == nil && !bytes.Equal(c.Encode(), text) {
			t.Fatalf("accepted a second spelling:\n%q", text)
		}
	})
}
