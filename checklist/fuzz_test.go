package checklist_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"dsa/checklist"
	"dsa/data"
)

// A field is a list to go about, with the occasion that it serves there.
type field struct {
	list     *checklist.List
	occasion string
}

// shipped are the lists that are built in, each for each of its occasions.
var shipped = sync.OnceValues(func() ([]field, error) {
	var fields []field
	for _, id := range []string{"cambridgeshire-peterborough-2024", "london-mas-2021"} {
		agreement, err := checklist.Load(data.Files, id)
		if err != nil {
			return nil, err
		}
		for _, occasion := range checklist.Occasions {
			fields = append(fields, field{agreement.List(occasion), occasion})
		}
	}
	return fields, nil
})

// hand reads decisions off a byte string; when the bytes are used up it says 0.
type hand []byte

func (h *hand) next() int {
	if len(*h) == 0 {
		return 0
	}
	b := (*h)[0]
	*h = (*h)[1:]
	return int(b)
}

// valid is an answer the step takes; n chooses among them.
func valid(step checklist.Step, n int) checklist.Answer {
	if step.Ask.Optional && n%5 == 4 {
		return checklist.Answer{}
	}
	switch step.Ask.Kind {
	case checklist.OneOf:
		return chosen(step.Ask.Options[n%len(step.Ask.Options)].ID)
	case checklist.SomeOf:
		first := step.Ask.Options[n%len(step.Ask.Options)]
		second := step.Ask.Options[n/7%len(step.Ask.Options)]
		if first.Alone || second.Alone || first.ID == second.ID {
			return chosen(first.ID)
		}
		return chosen(first.ID, second.ID)
	case checklist.Email:
		return text("a@fenmarsh.gov.uk")
	case checklist.Years:
		return text("8")
	case checklist.Moment:
		return text([]string{"now", "09:00", "2026-02-05", "2026-02-05 14:30"}[n%4])
	case checklist.Day:
		return text([]string{"today", "2026-12-31", "in 3 weeks", "in 6 months"}[n%4])
	case checklist.Files:
		return text([]string{"letter.pdf", "letter.pdf\nphoto.jpg", "photo.jpg\n\nphoto.jpg"}[n%3])
	}
	return text(fmt.Sprintf("answer %d", n))
}

// invalid answers are taken nowhere.
var invalid = []checklist.Answer{text("\x1b[2J"), text("a\u202eb"), chosen("no-such-option"), {Text: "x", Chosen: []string{"yes"}},
	chosen("yes", "yes"), text("\xff")}

// readAny reads every file there is to name; a line of a file is not the name of one.
func readAny(line string) (kept, reason string) {
	if _, kept := checklist.ParseFile(line); kept {
		return "", "there is no such file"
	}
	return checklist.File{Name: line, Bytes: int64(len(line)), SHA256: strings.Repeat("9f", 32)}.String(), ""
}

// closing makes findings out of nothing but the answers: which there are changes with every answer.
func closing(a checklist.Answers) []checklist.Question {
	n := 0
	for path, answer := range a {
		n += len(path) + len(answer.Text) + 3*len(answer.Chosen)
	}
	var asks []checklist.Ask
	for bit, code := range []string{"BAR", "ID", "P18"} {
		if n>>bit&1 == 1 {
			asks = append(asks, checklist.Ask{ID: checklist.Reply(code), Words: code, Kind: checklist.Paragraph})
		}
	}
	cautions := []checklist.Option{{ID: "none", Words: "None", Alone: true}}
	for bit, code := range []string{"BROAD", "CONSENT"} {
		if n>>(bit+2)&1 == 1 {
			cautions = append(cautions, checklist.Option{ID: code, Words: code})
		}
	}
	if len(cautions) > 1 {
		asks = append(asks, checklist.Ask{ID: checklist.Remarks, Words: "Which?", Kind: checklist.SomeOf, Options: cautions})
		for _, o := range cautions[1:] {
			asks = append(asks, checklist.Ask{ID: checklist.Reply(o.ID), Words: o.ID, Kind: checklist.Paragraph,
				When: checklist.When{checklist.Remarks: {o.ID}}})
		}
	}
	if len(asks) == 0 {
		return nil
	}
	return []checklist.Question{{ID: "findings", Title: "Before you sign", Asks: asks}}
}

// sound holds a walk to what it promises in every state.
func sound(t *testing.T, w *checklist.Walk) {
	t.Helper()
	steps := w.Steps()
	at := map[string]checklist.Step{}
	wanting, closed := false, false
	for _, s := range steps {
		if _, twice := at[s.Path]; twice {
			t.Fatalf("%s stands twice among the steps", s.Path)
		}
		if _, known := w.Known(s.Path); known {
			t.Fatalf("%s is known and asked", s.Path)
		}
		at[s.Path] = s
		if checklist.IsClosing(s.Path) {
			closed = true
		} else {
			wanting = wanting || !s.Answered || s.Unfit != ""
			if closed {
				t.Fatalf("%s comes after the close", s.Path)
			}
		}
	}
	if wanting && closed {
		t.Fatal("the close is asked while the list wants something")
	}
	if _, applies := at[w.At()]; !applies && w.At() != "" {
		t.Fatalf("the walk stands at %q, which does not apply", w.At())
	}
	if w.At() == "" && len(w.Pending()) > 0 {
		t.Fatalf("the walk has ended with %v wanting", paths(w.Pending()))
	}
	if current, ok := w.Current(); ok != (w.At() != "") || current.Path != w.At() {
		t.Fatalf("the walk stands at %q and shows %q", w.At(), current.Path)
	}
	for path, answer := range w.Applying() {
		if known, ok := w.Known(path); ok {
			if !known.Equal(answer) {
				t.Fatalf("%s is known otherwise", path)
			}
			continue
		}
		step, applies := at[path]
		if !applies || !step.Answered || step.Unfit != "" || !step.Answer.Equal(answer) {
			t.Fatalf("%s goes into the record and does not apply or fit", path)
		}
		if kept, err := step.Ask.Check(answer, noon()); err != nil || !kept.Equal(answer) {
			t.Fatalf("%s goes into the record and would not be taken: %v", path, err)
		}
	}
	for _, path := range w.Dropped() {
		if _, applies := at[path]; applies {
			t.Fatalf("%s is dropped and applies", path)
		}
		if w.Title(path) == "" {
			t.Fatalf("%s is dropped and has no title", path)
		}
	}
}

// wants reports whether the walk stands at a step that needs something.
func wants(w *checklist.Walk) bool {
	step, ok := w.Current()
	return ok && (!step.Answered || step.Unfit != "")
}

// finish answers what is asked until the end, which must come.
func finish(t *testing.T, w *checklist.Walk) {
	t.Helper()
	most := 3*len(w.Steps()) + 300
	for range most {
		step, ok := w.Current()
		if !ok {
			return
		}
		answer := valid(step, 0)
		if err := w.Answer(answer); err != nil {
			t.Fatalf("%s does not take %+v: %v", step.Path, answer, err)
		}
	}
	t.Fatalf("after %d answers the walk is still at %q", most, w.At())
}

// sameAnswers fails where an answer has gone or has changed, the one named excepted.
func sameAnswers(t *testing.T, what string, before, after checklist.Answers, except string) {
	t.Helper()
	for path, answer := range before {
		if now, there := after[path]; !there || path != except && !now.Equal(answer) {
			t.Fatalf("%s: the answer to %s was lost or changed", what, path)
		}
	}
	for path := range after {
		if _, there := before[path]; !there && path != except {
			t.Fatalf("%s: there is an answer to %s that nobody gave", what, path)
		}
	}
}

// FuzzWalk goes about a checklist in any order: answers that fit and that do not, back, to any step, from a draft that
// may have been damaged, over to another checklist. The first byte chooses the checklist (bits 0 and 3 to 5), whether
// there is a close (bit 1), and whether parts of a group are known (bit 2).
func FuzzWalk(f *testing.F) {
	for _, seed := range []string{
		"", "\x00", "\x01",
		"\x00\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01\x00\x01",
		"\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		// refused, back at the first step, to a step far ahead, and set
		"\x00\x03\x00\x03\x01\x04\x05\x08\x00\x02\x06\x01\x03\x06\x02\x00\x04\x04",
		// to the end, back to a fork, the other way, and round again
		"\x00\x08\x05\x02\x00\x00\x08\x05\x02\x00\x01\x08\x04\x04\x05\x00\x00\x07\x08",
		// drafts: whole, with a gap, damaged, with no place
		"\x00\x08\x07\x00\x00\x07\x01\x03\x07\x02\x05\x07\x03\x01\x07\x04\x00\x08",
		"\x01\x08\x05\x08\x00\x01\x07\x01\x04\x05\x14\x00\x02\x07\x02\x09\x06\x0a\x02\x08\x04\x04\x04",
		// a second and a third piece, and fewer again
		"\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x01\x05\x06\x00\x00\x08",
		// with a close: to its end, back into the list, another answer, a draft that stood within it
		"\x02\x08\x05\x02\x00\x01\x08\x04\x04\x04\x00\x02\x07\x03\x09\x08",
		"\x03\x08\x05\x09\x00\x03\x08\x07\x01\x0c\x06\x05\x07\x08",
		// with known pieces, with and without a close
		"\x04\x00\x00\x00\x00\x00\x01\x00\x05\x00\x01\x08\x05\x04\x00\x01\x08",
		"\x07\x08\x05\x08\x00\x05\x08\x07\x02\x03\x08",
		// over to the other checklist and back, unfinished and finished
		"\x02\x00\x00\x00\x00\x00\x01\x09\x00\x00\x00\x00\x09\x08\x09\x08\x09\x04",
		// from an emergency over to each of the others, and from routine sharing
		"\x11\x08\x09\x08\x09\x08\x09\x08\x09\x08\x09\x08\x09\x08\x09\x08",
		"\x0b\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x09\x08\x05\x02\x00\x01\x09\x08",
		"\x2f\x08\x05\x09\x00\x03\x08\x09\x08",
	} {
		f.Add([]byte(seed))
	}
	fields, err := shipped()
	if err != nil {
		f.Fatal(err)
	}
	options := func(ids ...string) checklist.Source {
		return func(checklist.Answers) checklist.Choice {
			var c checklist.Choice
			for _, id := range ids {
				c.Options = append(c.Options, checklist.Option{ID: id, Words: id})
			}
			return c
		}
	}
	fields = append([]field{{small(), checklist.AdHoc}}, fields...)
	from := []map[string]checklist.Source{sources(), {
		"sectors": options("health", "police"), "recipients": options("local-authority", "other"),
		"circumstances": options("s47-enquiry", "marac"), "gateways": gateways,
	}}
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 120 {
			t.Skip("long enough")
		}
		h := hand(script)
		how := h.next()
		which := (how & 1) * (1 + (how>>3)%(len(fields)-1))
		begin := func() *checklist.Walk {
			known := checklist.Answers{checklist.Occasion: chosen(fields[which].occasion)}
			if how&4 != 0 {
				known["information/1/what"], known["information/2/what"], known["information/2/passed"] = text("a"), text("b"), no
				if which > 0 {
					known["information/2/passed"] = chosen("withhold")
				}
			}
			w := checklist.NewWalk(fields[which].list, from[min(which, 1)], known, noon)
			w.SetReads(map[checklist.Kind]checklist.Read{checklist.Files: readAny})
			if how&2 != 0 {
				w.SetClosing(closing)
			}
			return w
		}
		w := begin()
		sound(t, w)
		for len(h) > 0 {
			before, place := w.Answers(), w.At()
			switch op := h.next(); op % 10 {
			case 0, 1, 2:
				step, ok := w.Current()
				if !ok {
					continue
				}
				wanting := wants(w)
				if err := w.Answer(valid(step, h.next())); err != nil {
					t.Fatalf("%s refuses a good answer: %v", step.Path, err)
				}
				if wanting && w.At() != "" && !wants(w) {
					t.Fatalf("after %s, which was wanting, %s is put, which is not", step.Path, w.At())
				}
				if w.At() == step.Path {
					t.Fatalf("%s was answered and is asked again", step.Path)
				}
				sameAnswers(t, "answer", before, w.Answers(), step.Path)
			case 3:
				if w.Answer(invalid[h.next()%len(invalid)]) == nil {
					t.Fatalf("%s takes a bad answer", place)
				}
				sameAnswers(t, "refusal", before, w.Answers(), "")
				if w.At() != place {
					t.Fatalf("a refusal moved the walk from %q to %q", place, w.At())
				}
			case 4:
				if moved := w.Back(); moved != (w.At() != place) {
					t.Fatalf("back says %t and leads from %q to %q", moved, place, w.At())
				}
				sameAnswers(t, "back", before, w.Answers(), "")
			case 5:
				steps := w.Steps()
				to := steps[h.next()%len(steps)].Path
				if !w.GoTo(to) || w.At() != to {
					t.Fatalf("%s applies and cannot be opened", to)
				}
				sameAnswers(t, "go to", before, w.Answers(), "")
			case 6:
				steps := w.Steps()
				step := steps[h.next()%len(steps)]
				answer, bad := checklist.Answer{}, h.next()
				if bad%4 == 0 {
					answer = invalid[bad/4%len(invalid)]
				} else if step.Ask.From == "" || step.Answered || step.Path == place {
					answer = valid(step, bad)
				} // else its options are not filled in, and an empty answer is refused
				if err := w.Set(step.Path, answer); err != nil {
					sameAnswers(t, "set, refused", before, w.Answers(), "")
				} else {
					sameAnswers(t, "set", before, w.Answers(), step.Path)
				}
				if _, still := stepAt(w, place); still && place != "" && w.At() != place {
					t.Fatalf("setting %s moved the walk from %q to %q", step.Path, place, w.At())
				}
			case 7:
				draft := w.Answers()
				all := slices.Sorted(maps.Keys(draft))
				damage, n := h.next(), h.next()
				if len(all) > 0 {
					path := all[n%len(all)]
					switch damage % 4 {
					case 1:
						delete(draft, path)
					case 2:
						draft[path] = invalid[n%len(invalid)]
					case 3:
						place = path // a place that may no longer apply
					}
				}
				if damage%8 > 3 {
					place = ""
				}
				w.Restore(draft, place)
				sameAnswers(t, "restore", draft, w.Answers(), "")
			case 8:
				finish(t, w)
			case 9:
				old := w
				which = (which + 1) % len(fields)
				w = begin()
				w.Restore(old.Answers(), "")
				sameAnswers(t, "another list", before, w.Answers(), "")
				if w.At() != "" && !wants(w) {
					t.Fatalf("under another list, %s is put, which is answered", w.At())
				}
				if len(w.Homeless(old)) > len(w.Dropped()) {
					t.Fatal("more has no place than was given")
				}
			}
			sound(t, w)
			// The steps follow from the answers and the place, not from the way they came about.
			fresh := begin()
			fresh.Restore(w.Answers(), w.At())
			if fresh.At() != w.At() || describe(fresh) != describe(w) || !slices.Equal(fresh.Dropped(), w.Dropped()) {
				t.Fatalf("the same answers have other steps:\n%s\nand\n%s", describe(fresh), describe(w))
			}
		}
		// And every walk can be finished.
		finish(t, w)
		sound(t, w)
		applying := w.Applying()
		for _, s := range w.Steps() {
			if _, in := applying[s.Path]; !in {
				t.Fatalf("a finished walk has the step %s, which is not in the record", s.Path)
			}
		}
	})
}

func stepAt(w *checklist.Walk, path string) (checklist.Step, bool) {
	for _, s := range w.Steps() {
		if s.Path == path {
			return s, true
		}
	}
	return checklist.Step{}, false
}
