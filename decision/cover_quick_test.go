package decision

import (
	"bytes"
	"crypto/sha256"
	"reflect"
	"strings"
	"testing"
	"time"
)

// The quick reader of covers takes exactly what the thorough one takes, which can say what is wrong.
func TestBothReadersOfACoverTakeTheSame(t *testing.T) {
	id := func(s string) ID { return sha256.Sum256([]byte(s)) }
	c := Cover{Chain: id("first"), Number: 17, Previous: id("sixteen"), Time: time.Date(2026, 11, 22, 10, 11, 12, 0, time.UTC),
		Kind: Decision, KeepUntil: "2034-11-22", BodySum: id("body"), BodyLen: 3}
	point, open := c, c
	point.Kind, point.Tree, point.Seen, point.KeepUntil = Checkpoint, "12 "+id("root").String(), id("seen"), Permanent
	open.Kind, open.Chain, open.Previous, open.Number, open.About = Open, ID{}, ID{}, 0, id("old")
	both := func(text []byte) bool {
		quick, is := parseCover(text)
		slow, err := whyNoCover(text)
		if is != (err == nil) || is && !reflect.DeepEqual(quick, slow) {
			t.Fatalf("%q: %v, %v", text, is, err)
		}
		return is
	}
	taken := 0
	for _, c := range []Cover{c, point, open} {
		text := c.Encode()
		if !both(text) {
			t.Fatalf("%q is refused", text)
		}
		for i := range text {
			both(text[:i])
			both(append(bytes.Clone(text[:i]), text[i+1:]...))
			for _, with := range "\x00\n\r -+.0159aAfgzZT:" {
				changed := bytes.Clone(text)
				if changed[i] = byte(with); both(changed) {
					taken++
				}
				both([]byte(string(text[:i]) + string(with) + string(text[i:])))
			}
		}
		both(append(text, '\n'))
	}
	if taken < 1000 {
		t.Errorf("only %d of the changed covers were sound; the test tests nothing", taken)
	}
	text := string(c.Encode())
	for _, line := range []string{
		"time 2026-02-29T10:11:12Z", "time 2026-11-22T24:00:00Z", "time 2026-11-22T10:11:60Z", "time 2026-11-22T1:11:12Z ", "time 0000-01-01T00:00:00Z",
		"time 2026-11-22T10:11:12.5Z", "time 9999-12-31T23:59:59Z", "time 2026-11-22T10:11:12+00:00",
		"number 9999999", "number 10000000", "number 00", "number 1", "number ", "number 99999999999999999999",
		"about " + strings.Repeat("0", 64), "about -", "about ", "seen " + strings.Repeat("F", 64),
		"tree ", "tree 1 " + strings.Repeat("a", 64), "keep-until 2034-02-30", "keep-until permanent", "keep-until ", "kind ", "kind endorse", "kind trust",
		"body " + strings.Repeat("a", 64) + " 0", "body " + strings.Repeat("a", 64) + " 1048576", "body " + strings.Repeat("a", 64) + " 1048577", "body " + strings.Repeat("a", 64),
		"dsa-record 1", "dsa-record 2", "dsa-record 01",
	} {
		word, _, _ := strings.Cut(line, " ")
		lines := strings.SplitAfter(text, "\n")
		for i := range lines {
			if strings.HasPrefix(lines[i], word+" ") {
				lines[i] = line + "\n"
			}
		}
		both([]byte(strings.Join(lines, "")))
	}
}
