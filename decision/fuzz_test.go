package decision_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dsa/decision"
)

// What follows is a second reader of covers, names and bodies, made from FORMAT.md and from nothing in this package. The
// two must agree on every text there is.

const anID = `(?:-|[0-9a-f]{64})`

var (
	coverForm = regexp.MustCompile(`\Adsa-record 1\nchain (` + anID + `)\nnumber (0|[1-9][0-9]{0,6})\nprevious (` + anID + `)\nseen (` + anID +
		`)\ntime ([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\nkind ([a-z]+)\nabout (` + anID +
		`)\ntree (-|(0|[1-9][0-9]{0,15}) [0-9a-f]{64})\nkeep-until (permanent|[0-9]{4}-[0-9]{2}-[0-9]{2})\nbody [0-9a-f]{64} ([1-9][0-9]{0,6})\n\z`)
	recordForm = regexp.MustCompile(`\A([0-9]{7})-([0-9a-f]{32})\.(record|cover)\.txt\z`)
	noID       = strings.Repeat("0", 64)
)

// isCover is the second reader of covers.
func isCover(text []byte) bool {
	m := coverForm.FindSubmatch(text)
	if m == nil {
		return false
	}
	chain, number, previous, seen, at, kind, about, tree, size, keep, length :=
		string(m[1]), string(m[2]), string(m[3]), string(m[4]), string(m[5]), string(m[6]), string(m[7]), string(m[8]), string(m[9]), string(m[10]), string(m[11])
	for _, id := range []string{chain, previous, seen, about} {
		if id == noID {
			return false
		}
	}
	opening := number == "0"
	switch {
	case opening != (chain == "-"), opening != (previous == "-"), opening != (kind == "open"):
		return false
	case !opening && (number == "1") != (previous == chain):
		return false
	case (kind == "checkpoint") == (tree == "-"):
		return false
	case slices.Contains([]string{"complete", "amend", "review", "endorse"}, kind) && about == "-":
		return false
	case !slices.Contains([]string{"open", "decision", "complete", "amend", "review", "endorse", "trust", "checkpoint", "dispose", "hold", "release", "rule"}, kind):
		return false
	case !isMoment(at) || keep != "permanent" && !isMoment(keep+"T00:00:00Z"):
		return false
	}
	if n, _ := strconv.Atoi(length); n > 1<<20 {
		return false
	}
	if tree != "-" {
		if n, _ := strconv.ParseUint(size, 10, 64); n > 1<<53 {
			return false
		}
	}
	return true
}

// isMoment knows the calendar.
func isMoment(s string) bool {
	var year, month, day, hour, minute, second int
	if n, err := fmt.Sscanf(s, "%4d-%2d-%2dT%2d:%2d:%2dZ", &year, &month, &day, &hour, &minute, &second); n != 6 || err != nil {
		return false
	}
	leap := year%4 == 0 && (year%100 != 0 || year%400 == 0)
	days := []int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}
	if leap {
		days[1] = 29
	}
	return month >= 1 && month <= 12 && day >= 1 && day <= days[month-1] && hour < 24 && minute < 60 && second < 60
}

// readersAgree asks both readers about a cover.
func readersAgree(t *testing.T, text []byte) (accepted bool) {
	t.Helper()
	c, err := decision.ParseCover(text)
	if (err == nil) != isCover(text) {
		t.Fatalf("FORMAT.md and the program disagree (%v):\n%q", err, text)
	}
	if err == nil && !bytes.Equal(c.Encode(), text) {
		t.Fatalf("accepted a second spelling:\n%q", text)
	}
	var line *decision.CoverError
	var ends *decision.LineEndings
	var newer *decision.NewerFormat
	if err != nil && !errors.As(err, &line) && !errors.As(err, &ends) && !errors.As(err, &newer) {
		t.Fatalf("another error: %v", err)
	}
	return err == nil
}

func FuzzCoverReaders(f *testing.F) {
	for _, c := range covers() {
		f.Add(c.Encode())
	}
	f.Add([]byte("dsa-record 2\n"))
	f.Add(bytes.ReplaceAll(coverOf(nil).Encode(), []byte("\n"), []byte("\r\n")))
	f.Fuzz(func(t *testing.T, text []byte) { readersAgree(t, text) })
}

func covers() []decision.Cover {
	return []decision.Cover{
		coverOf(nil),
		coverOf(func(c *decision.Cover) { c.Kind, c.Tree = decision.Checkpoint, "9007199254740992 "+sum("r").String() }),
		coverOf(func(c *decision.Cover) {
			c.Chain, c.Previous, c.Number, c.Kind, c.KeepUntil = decision.ID{}, decision.ID{}, 0, decision.Open, decision.Permanent
		}),
		coverOf(func(c *decision.Cover) { c.Number, c.Previous, c.KeepUntil = 1, c.Chain, "2028-02-29" }),
		coverOf(func(c *decision.Cover) {
			c.Kind, c.About, c.Seen, c.Number = decision.Endorse, sum("a"), sum("s"), decision.MaxNumber
		}),
	}
}

// The same without a fuzzer: thousands of covers with one or two small changes, most of them still well formed.
func TestTwoReadersAgreeOnChangedCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := [][]byte{[]byte("-"), []byte("0"), []byte("1"), []byte("9"), []byte("\n"), []byte(" "), []byte("f"), []byte("open"), []byte("endorse"),
		[]byte("decision"), []byte("checkpoint"), []byte("permanent"), []byte("2026-02-29"), []byte("00:00:60"), []byte("24:00:00"), []byte("0000-01-01"),
		[]byte(noID), []byte(sum("first").String()), []byte("1048577"), []byte("10000000"), []byte("9007199254740993"), []byte("\r"), []byte("é")}
	accepted := 0
	for range 3000 {
		c := covers()[r.IntN(5)]
		text := c.Encode()
		for range 1 + r.IntN(2) {
			switch r.IntN(4) {
			case 0: // one byte of a line
				text[r.IntN(len(text))] ^= byte(1 << r.IntN(8))
			case 1: // a value becomes another
				lines := bytes.SplitAfter(text, []byte("\n"))
				n := r.IntN(len(lines))
				if word, _, found := bytes.Cut(lines[n], []byte(" ")); found {
					lines[n] = slices.Concat(word, []byte(" "), pieces[r.IntN(len(pieces))], []byte("\n"))
				}
				text = slices.Concat(lines...)
			case 2: // a piece somewhere
				at := r.IntN(len(text))
				text = slices.Concat(text[:at], pieces[r.IntN(len(pieces))], text[at:])
			case 3: // a line goes, or comes twice
				lines := bytes.SplitAfter(text, []byte("\n"))
				n := r.IntN(len(lines))
				lines[n] = bytes.Repeat(lines[n], 2*r.IntN(2))
				text = slices.Concat(lines...)
			}
			if len(text) == 0 {
				text = []byte{' '}
			}
		}
		if readersAgree(t, text) {
			accepted++
		}
	}
	if accepted < 100 {
		t.Errorf("%d of them are covers, so this shows little", accepted)
	}
}

// FuzzCover goes the other way: a cover that is written is read back the same, or could not be one.
func FuzzCover(f *testing.F) {
	f.Add(17, int64(1_795_342_272), byte(1), []byte("chain"), []byte("previous"), []byte{}, []byte{}, "-", "2034-11-22", 3)
	f.Add(0, int64(0), byte(0), []byte{}, []byte{}, []byte("seen"), []byte{}, "", "permanent", 1<<20)
	f.Add(1, int64(-1), byte(5), []byte("c"), []byte("c"), []byte("s"), []byte("a"), "-", "2028-02-29", 1)
	f.Add(9, int64(4e11), byte(7), []byte("c"), []byte("p"), []byte("s"), []byte{}, "7 "+sum("r").String(), "permanent", 1)
	f.Add(-1, int64(4e9), byte(7), []byte("c"), []byte("p"), []byte("s"), []byte{}, "7\n", "permanent\n", 0)
	kinds := []decision.Kind{decision.Open, decision.Decision, decision.Complete, decision.Amend, decision.Review, decision.Endorse,
		decision.Trust, decision.Checkpoint, decision.Dispose, decision.Hold, decision.Release, decision.Rule, "", "other"}
	f.Fuzz(func(t *testing.T, number int, at int64, kind byte, chain, previous, seen, about []byte, tree, keep string, length int) {
		id := func(b []byte) (id decision.ID) { copy(id[:], b); return id }
		c := decision.Cover{Chain: id(chain), Number: number, Previous: id(previous), Seen: id(seen), Time: time.Unix(at, 0), Kind: kinds[int(kind)%len(kinds)],
			About: id(about), Tree: tree, KeepUntil: keep, BodySum: sum("body"), BodyLen: length}
		text := c.Encode()
		read, err := decision.ParseCover(text)
		if (err == nil) != isCover(text) {
			t.Fatalf("FORMAT.md and the program disagree (%v):\n%q", err, text)
		}
		if err != nil {
			return
		}
		if c.Tree == "" {
			c.Tree = decision.NoTree
		}
		if !read.Time.Equal(c.Time) {
			t.Fatalf("%v is read back as %v", c.Time, read.Time)
		}
		c.Time = read.Time
		if read != c {
			t.Fatalf("%+v\nis read back as\n%+v", c, read)
		}
	})
}

// FuzzNames reads names of every sort, and writes them again.
func FuzzNames(f *testing.F) {
	id := sum("id")
	f.Add(decision.RecordName(17, id), 17)
	f.Add(decision.FileName{Number: 9_999_999, Short: id.Short(), CoverOnly: true}.String(), decision.MaxNumber)
	f.Add(decision.ChainFolder(id), 999)
	f.Add(decision.NumberFolder(12_345), 1000)
	f.Add(id.String(), 0)
	f.Add("0000017-0123456789abcdef0123456789abcdeF.record.txt", -1)
	f.Add("0000017-0123456789abcdef0123456789abcdef.record.txt\x00", 1)
	f.Add("..", 1)
	f.Fuzz(func(t *testing.T, name string, number int) {
		n, ok := decision.ParseRecordName(name)
		m := recordForm.FindStringSubmatch(name)
		if ok != (m != nil) {
			t.Fatalf("FORMAT.md and the program disagree on the name %q", name)
		}
		if ok && (n.String() != name || fmt.Sprintf("%07d", n.Number) != m[1] || n.Short != m[2] || n.CoverOnly != (m[3] == "cover")) {
			t.Fatalf("%q is read as %+v", name, n)
		}
		if is := regexp.MustCompile(`\A[0-9a-f]{16}\z`).MatchString(name); decision.IsChainFolder(name) != is {
			t.Fatalf("the chain folder %q", name)
		}
		first, ok := decision.ParseNumberFolder(name)
		if is := regexp.MustCompile(`\A[0-9]{4}\z`).MatchString(name); ok != is || ok && decision.NumberFolder(first) != name {
			t.Fatalf("the number folder %q", name)
		}
		read, err := decision.ParseID(name)
		if is := regexp.MustCompile(`\A[0-9a-f]{64}\z`).MatchString(name) && name != noID; (err == nil) != is || is && read.String() != name {
			t.Fatalf("the id %q", name)
		}
		if number < 0 || number > decision.MaxNumber {
			return
		}
		written := decision.RecordName(number, sum(name))
		back, ok := decision.ParseRecordName(written)
		if !ok || back.Number != number || back.Short != sum(name).Short() || back.CoverOnly {
			t.Fatalf("%q is read back as %+v", written, back)
		}
		if first, ok := decision.ParseNumberFolder(decision.NumberFolder(number)); !ok || first > number || first+1000 <= number {
			t.Fatalf("%d lies in folder %q", number, decision.NumberFolder(number))
		}
	})
}

// FuzzBody reads bodies of every form there is. What is read is written again byte for byte; it is in the one spelling
// that FORMAT.md describes; and to judge it never panics, nor does it repeat what it says.
func FuzzBody(f *testing.F) {
	full, err := os.ReadFile("testdata/body.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(byte(0), full)
	for i, kind := range append([]decision.Kind{decision.Decision}, followUps...) {
		text, err := decision.EncodeBody(sound(kind))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(0), text)
		f.Add(byte(0), bytes.Replace(text, []byte("Sam"), []byte([]string{`\u0053am`, "Sam\u2028", `S\/m`, "\xc3", "\x7f"}[i%5]), 1))
		f.Add(byte(0), bytes.Replace(text, []byte("  \"program\""), []byte("  \"PROGRAM\""), 1))
		f.Add(byte(0), bytes.Replace(text, []byte("\n  \"program\""), []byte("\n  \"salt\": \"\",\n  \"program\""), 1))
		f.Add(byte(0), bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
	}
	text, err := decision.EncodeBody(opening())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(byte(1), text)
	f.Add(byte(1), append(text, '\n'))
	for i, body := range []string{"{}\n", "null\n", "[]\n", "{\n  \"salt\": null\n}\n", "{\"salt\":\"\"}", "\ufeff{}\n", strings.Repeat("[", 20_000)} {
		f.Add(byte(i), []byte(body))
	}
	forms := []func() any{
		func() any { return new(decision.Record) }, func() any { return new(decision.Opening) },
		func() any { return new(decision.TrustAct) }, func() any { return new(decision.CheckpointAct) }, func() any { return new(decision.DisposeAct) },
		func() any { return new(decision.HoldAct) }, func() any { return new(decision.ReleaseAct) }, func() any { return new(decision.RuleAct) },
	}
	f.Fuzz(func(t *testing.T, which byte, text []byte) {
		v := forms[int(which)%len(forms)]()
		if err := decision.DecodeBody(text, v); err != nil {
			var e *decision.BodyError
			if !errors.As(err, &e) || e.Line < 1 || e.Line > 1+bytes.Count(text, []byte("\n")) {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		if again, err := decision.EncodeBody(v); err != nil || !bytes.Equal(again, text) {
			t.Fatalf("accepted a second spelling of %T: %v\n%q", v, err, text)
		}
		if spelled, err := spell(text); err != nil || spelled != string(text) {
			t.Fatalf("FORMAT.md would have it spelled otherwise: %v\n%q\n%q", err, text, spelled)
		}
		switch v := v.(type) {
		case *decision.Record:
			err = v.Check()
			decision.Findings(v)
			v.Outcome()
			v.Recipient()
			v.Corrections()
			decision.Merge(v, v)
		case *decision.Opening:
			err = v.Check()
		}
		if err != nil && strings.Contains(err.Error(), "Sam") {
			t.Fatalf("the error repeats what was typed: %v", err)
		}
	})
}

// spell writes JSON anew in the one spelling of FORMAT.md, from its tokens: it shares nothing with EncodeBody but the
// reading of strings and numbers.
func spell(text []byte) (string, error) {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var b strings.Builder
	if err := spellValue(d, &b, 0); err != nil {
		return "", err
	}
	if _, err := d.Token(); err != io.EOF {
		return "", errors.New("something follows")
	}
	return b.String() + "\n", nil
}

func spellValue(d *json.Decoder, b *strings.Builder, depth int) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	open, is := token.(json.Delim)
	if !is {
		return spellPlain(token, b)
	}
	b.WriteString(open.String())
	names := map[string]bool{}
	for n := 0; d.More(); n++ {
		if n > 0 {
			b.WriteByte(',')
		}
		b.WriteString("\n" + strings.Repeat("  ", depth+1))
		if open == '{' {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if names[name.(string)] {
				return errors.New("a name twice")
			}
			names[name.(string)] = true
			if err := spellPlain(name, b); err != nil {
				return err
			}
			b.WriteString(": ")
		}
		if err := spellValue(d, b, depth+1); err != nil {
			return err
		}
	}
	end, err := d.Token()
	if err != nil {
		return err
	}
	if last := b.String(); !strings.HasSuffix(last, open.String()) {
		b.WriteString("\n" + strings.Repeat("  ", depth))
	}
	b.WriteString(end.(json.Delim).String())
	return nil
}

func spellPlain(token json.Token, b *strings.Builder) error {
	switch token := token.(type) {
	case json.Number:
		if strings.ContainsAny(token.String(), ".eE") {
			return errors.New("a fraction or an exponent")
		}
		b.WriteString(token.String())
	case bool:
		fmt.Fprint(b, token)
	case string:
		if !utf8.ValidString(token) {
			return errors.New("not UTF-8")
		}
		b.WriteByte('"')
		for _, r := range token {
			short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}[r]
			switch {
			case short != "":
				b.WriteString(short)
			case r < 0x20, r == 0x2028, r == 0x2029:
				fmt.Fprintf(b, `\u%04x`, r)
			case r >= 0x7f && r <= 0x9f:
				return errors.New("a control character")
			default:
				b.WriteRune(r)
			}
		}
		b.WriteByte('"')
	default:
		return errors.New("null")
	}
	return nil
}
