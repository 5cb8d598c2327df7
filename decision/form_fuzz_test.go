package decision_test

import (
	"bytes"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
)

// bodyForms make an empty body of each type.
var bodyForms = []func() any{
	func() any { return new(decision.Record) }, func() any { return new(decision.Opening) },
	func() any { return new(decision.TrustAct) }, func() any { return new(decision.CheckpointAct) }, func() any { return new(decision.DisposeAct) },
	func() any { return new(decision.HoldAct) }, func() any { return new(decision.ReleaseAct) }, func() any { return new(decision.RuleAct) },
}

// formAgrees holds what reads by the form against what writes again all that it has read.
func formAgrees(t *testing.T, which int, body []byte) bool {
	t.Helper()
	fresh := bodyForms[which%len(bodyForms)]
	want, got := fresh(), fresh()
	slow, formed, read := decision.DecodeThoroughly(body, want), decision.DecodeFormed(body, fresh()), decision.DecodeBody(body, got)
	if (slow == nil) != formed {
		t.Fatalf("%T: thoroughly %v, by its form %t:\n%q", fresh(), slow, formed, body)
	}
	if (slow == nil) != (read == nil) || slow != nil && slow.Error() != read.Error() || slow == nil && !reflect.DeepEqual(got, want) {
		t.Fatalf("%T: thoroughly %v, DecodeBody %v:\n%+v\n%+v\n%q", fresh(), slow, read, want, got, body)
	}
	return formed
}

// formSeeds are bodies of every type, and texts and numbers at the edges of what can be written.
func formSeeds(t testing.TB) [][]byte {
	t.Helper()
	full, err := os.ReadFile("testdata/body.json")
	if err != nil {
		t.Fatal(err)
	}
	seeds := [][]byte{full}
	odd := sound(decision.Decision)
	odd.By.Name = "a\u2028\u2029\x00\x01\x1f\b\f\n\r\t\"\\/<>&\u00a0\ufffd\U0001F600é" + strings.Repeat("x", 40)
	odd.Files = []decision.File{{Name: "a", Bytes: 1 << 62, SHA256: strings.Repeat("0a", 32)}, {Name: "b", Bytes: -1 << 63}, {Bytes: 1<<63 - 1}, {Bytes: -1}}
	values := []any{odd, opening()}
	for _, kind := range append(slices.Clone(followUps), decision.Decision) {
		values = append(values, sound(kind))
	}
	values = append(values, decision.TrustAct{Salt: "s", Founders: []decision.Founder{{Key: "k"}}}, decision.TrustAct{Log: sum("l"), Admits: []decision.Admission{
		{Chain: sum("c"), Roles: []decision.Role{decision.Decider}}, {Roles: []decision.Role{}}}, Closes: []decision.Closure{{Number: 7}}},
		decision.CheckpointAct{Ranges: []decision.Range{{From: 1, To: 2}}, Edge: []string{"a", "b"}}, decision.CheckpointAct{Ranges: []decision.Range{}, Edge: []string{}},
		decision.DisposeAct{Two: true, Override: "o", Records: []decision.Place{{Number: 1}}}, decision.DisposeAct{Records: []decision.Place{}},
		decision.HoldAct{Records: []decision.Place{{ID: sum("i")}}}, decision.ReleaseAct{}, decision.RuleAct{Stands: decision.Place{Number: 3}})
	for _, v := range values {
		text, err := decision.EncodeBody(v)
		if err != nil {
			t.Fatal(err)
		}
		seeds = append(seeds, text)
	}
	return seeds
}

func FuzzForm(f *testing.F) {
	for _, seed := range formSeeds(f) {
		for which := range bodyForms {
			if decision.DecodeBody(seed, bodyForms[which]()) == nil {
				f.Add(byte(which), seed)
			}
		}
	}
	f.Add(byte(0), []byte("{}\n"))
	f.Add(byte(6), []byte("null\n"))
	f.Add(byte(4), []byte{})
	f.Fuzz(func(t *testing.T, which byte, body []byte) { formAgrees(t, int(which), body) })
}

// Without a fuzzer: bodies with one or two small changes, of which some are bodies still.
func TestTheFormOfABodyIsThatOfDecodeBody(t *testing.T) {
	seeds := formSeeds(t)
	pieces := []string{`"`, `\`, `\"`, `\\`, `\n`, `\u0000`, `\u001f`, `\u001F`, `\u0008`, `\u2028`, `\ufffd`, `\ud83d\ude00`, `\/`, "\ufffd", "\x7f", "\u0080", "\u00a0",
		"\u2028", "\xff", "\xc3", "null", "true", "false", "0", "-0", "00", "1e3", "1.0", "-1", "9223372036854775807", "9223372036854775808", "[]", "{}", ",", ", ", "\n", "  ", " ", "\t", "é",
		strings.Repeat("0", 64), strings.Repeat("ab", 32), "-"}
	r := rand.New(rand.NewPCG(3, 4))
	for which := range bodyForms {
		accepted := 0
		for _, seed := range seeds {
			if formAgrees(t, which, seed) {
				accepted++
			}
		}
		if accepted == 0 {
			t.Errorf("no seed is a %T", bodyForms[which]())
		}
	}
	accepted := 0
	for range 1500 {
		n := r.IntN(len(seeds))
		text := bytes.Clone(seeds[n])
		for range 1 + r.IntN(2) {
			at, piece := r.IntN(len(text)), []byte(pieces[r.IntN(len(pieces))])
			switch r.IntN(5) {
			case 0:
				text[at] ^= byte(1 << r.IntN(8))
			case 1:
				text = slices.Concat(text[:at], piece, text[at:])
			case 2: // a whole value, or a part of one
				end := at + r.IntN(min(12, len(text)-at)+1)
				text = slices.Concat(text[:at], piece, text[end:])
			case 3, 4: // a line is left out, or comes twice, or changes places
				lines := bytes.SplitAfter(text, []byte("\n"))
				i, j := r.IntN(len(lines)), r.IntN(len(lines))
				switch r.IntN(3) {
				case 0:
					lines[i] = nil
				case 1:
					lines[i] = slices.Concat(lines[i], lines[i])
				case 2:
					lines[i], lines[j] = lines[j], lines[i]
				}
				text = slices.Concat(lines...)
			}
			if len(text) == 0 {
				text = []byte("{")
			}
		}
		for which := range bodyForms {
			if decision.DecodeBody(seeds[n], bodyForms[which]()) == nil && formAgrees(t, which, text) {
				accepted++
			}
		}
	}
	if accepted < 40 {
		t.Errorf("%d of them are bodies, so this shows little", accepted)
	}
}

func BenchmarkForm(b *testing.B) {
	record := sound(decision.Decision)
	for range 60 {
		q := record.Questions[0]
		q.Guidance = strings.Repeat("What is needed is said in “a sentence or two”, and no more than that. ", 6)
		record.Questions = append(record.Questions, q)
	}
	body, err := decision.EncodeBody(record)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.Run("DecodeBody", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if decision.DecodeBody(body, new(decision.Record)) != nil {
				b.Fatal("refused")
			}
		}
	})
}
