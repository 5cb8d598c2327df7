package checklist_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"dsa/checklist"
	"dsa/data"
)

var adhoc = sync.OnceValues(func() (*checklist.List, error) {
	agreement, err := checklist.Load(data.Files, "cambridgeshire-peterborough-2024")
	if err != nil {
		return nil, err
	}
	return agreement.Lists["adhoc"], nil
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
	}
	return text(fmt.Sprintf("answer %d", n))
}

// invalid answers are taken nowhere.
var invalid = []checklist.Answer{text("\x1b[2J"), text("a\u202eb"), chosen("no-such-option"), {Text: "x", Chosen: []string{"yes"}},
	chosen("yes", "yes"), text("\xff")}

// sound holds a walk to what it promises in every state.
func sound(t *testing.T, w *checklist.Walk) {
	t.Helper()
	steps := w.Steps()
	at := map[string]checklist.Step{}
	for _, s := range steps {
		if _, twice := at[s.Path]; twice {
			t.Fatalf("%s stands twice among the steps", s.Path)
		}
		at[s.Path] = s
	}
	if _, applies := at[w.At()]; !applies && w.At() != "" {
		t.Fatalf("the walk stands at %q, which does not apply", w.At())
	}
	if w.At() == "" && !w.Complete() {
		t.Fatalf("the walk has ended with %v wanting", paths(w.Pending()))
	}
	if current, ok := w.Current(); ok != (w.At() != "") || current.Path != w.At() {
		t.Fatalf("the walk stands at %q and shows %q", w.At(), current.Path)
	}
	for path, answer := range w.Applying() {
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
	}
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
// may have been damaged. The first byte chooses the checklist.
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
	} {
		f.Add([]byte(seed))
	}
	real, err := adhoc()
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
	shipped := map[string]checklist.Source{
		"sectors": options("health", "police"), "recipients": options("local-authority", "other"),
		"circumstances": options("s47-enquiry", "marac"), "gateways": gateways,
	}
	f.Fuzz(func(t *testing.T, script []byte) {
		if len(script) > 120 {
			t.Skip("long enough")
		}
		h := hand(script)
		list, from := small(), sources()
		if h.next()%2 == 1 {
			list, from = real, shipped
		}
		w := checklist.NewWalk(list, from, nil, noon)
		sound(t, w)
		for len(h) > 0 {
			before, place := w.Answers(), w.At()
			switch op := h.next(); op % 9 {
			case 0, 1, 2:
				step, ok := w.Current()
				if !ok {
					continue
				}
				if err := w.Answer(valid(step, h.next())); err != nil {
					t.Fatalf("%s refuses a good answer: %v", step.Path, err)
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
				how, which := h.next(), h.next()
				if len(all) > 0 {
					path := all[which%len(all)]
					switch how % 4 {
					case 1:
						delete(draft, path)
					case 2:
						draft[path] = invalid[which%len(invalid)]
					case 3:
						place = path // a place that may no longer apply
					}
				}
				if how%8 > 3 {
					place = ""
				}
				w.Restore(draft, place)
				sameAnswers(t, "restore", draft, w.Answers(), "")
			case 8:
				finish(t, w)
			}
			sound(t, w)
		}
		// The steps follow from the answers and the place, not from the way they came about.
		straight := checklist.NewWalk(list, from, nil, noon)
		straight.Restore(w.Answers(), w.At())
		if straight.At() != w.At() || describe(straight) != describe(w) {
			t.Fatalf("the same answers have other steps:\n%s\nand\n%s", describe(straight), describe(w))
		}
		// And every walk can be finished.
		finish(t, w)
		sound(t, w)
		if len(w.Applying()) != len(w.Steps()) {
			t.Fatal("a finished walk has steps that are not in the record")
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
