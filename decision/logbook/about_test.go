package logbook

import (
	"bytes"
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
)

// aboutAct is a record about another. Its body names the id, chain and number that it is given, as words the test's own
// reader takes apart.
func aboutAct(t *testing.T, n int, kind decision.Kind, about decision.ID, says Reference) Act {
	t.Helper()
	text := says.ID.String() + " " + says.Chain.String()
	for range says.Number {
		text += "i"
	}
	return Act{Time: start.Add(time.Duration(n) * time.Minute), Kind: kind, About: about, KeepUntil: decision.Permanent,
		Body: body(t, words{salt(n), text})}
}

// said is the test's reader of such a body.
func said(_ decision.Kind, text []byte) (Reference, error) {
	var w words
	if decision.DecodeBody(text, &w) != nil || !strings.Contains(w.Text, " ") {
		return Reference{}, nil
	}
	id, chain, _ := strings.Cut(w.Text, " ")
	r := Reference{Number: strings.Count(chain, "i")}
	r.ID, _ = decision.ParseID(id)
	r.Chain, _ = decision.ParseID(strings.TrimRight(chain, "i"))
	return r, nil
}

func TestWhatIsAboutARecordIsFoundByCoversAlone(t *testing.T) {
	b := newBook(t)
	e := fill(t, b, fixedSigner(t, "author"), "sam@example.org", 4)
	w := newWriter(t, b, fixedSigner(t, "author"))
	other := newWriter(t, b, fixedSigner(t, "other"))
	mustAppend(t, other, openAct(t, fixedSigner(t, "other").Key(), "alex@example.org", decision.Live))
	amend := mustAppend(t, w, aboutAct(t, 5, decision.Amend, e[2].ID, Reference{}))
	mustAppend(t, w, aboutAct(t, 6, decision.Amend, e[3].ID, Reference{}))
	review := mustAppend(t, other, aboutAct(t, 7, decision.Review, e[2].ID, Reference{}))
	// A body that nobody asked for is not looked at; one that was, is.
	os.Truncate(b.pathOf(e[4]), int64(len(e[4].Page.Bytes())-10))

	collect := func() (ids []decision.ID, faults []string) {
		for entry, err := range b.Where(func(c decision.Cover) bool { return c.About == e[2].ID }) {
			if err != nil {
				faults = append(faults, err.Error())
				continue
			}
			ids = append(ids, entry.ID)
		}
		return ids, faults
	}
	ids, faults := collect()
	want := []decision.ID{amend.ID, review.ID}
	if strings.Compare(decision.ChainFolder(amend.Chain), decision.ChainFolder(review.Chain)) > 0 {
		slices.Reverse(want)
	}
	if !slices.Equal(ids, want) || len(faults) > 0 {
		t.Errorf("found %v %v, want %v", ids, faults, want)
	}

	// A cover that has changed may have named the record: it is told, not passed over.
	file := bytes.Replace(amend.Page.Bytes(), []byte("about "+e[2].ID.String()), []byte("about "+e[3].ID.String()), 1)
	writeFile(t, b.pathOf(amend), file)
	if ids, faults = collect(); len(ids) != 1 || ids[0] != review.ID || len(faults) != 1 || !strings.Contains(faults[0], path.Base(amend.Path)) {
		t.Errorf("with a changed cover: %v %v", ids, faults)
	}
}

func TestWhatARecordIsAboutIsChecked(t *testing.T) {
	author, other := fixedSigner(t, "author"), fixedSigner(t, "other")
	// Each case adds record 4 to a chain of decisions 1 to 3, beside another chain of decisions.
	for says, test := range map[string]struct {
		kind            decision.Kind
		about           func(mine, theirs []Entry) decision.ID
		body            func(mine, theirs []Entry) Reference
		damage          func(b *Book, mine, theirs []Entry)
		faults, notices []string
	}{
		"a decision of the same chain": {kind: decision.Complete},
		"a decision of another chain": {kind: decision.Review,
			about: func(_, theirs []Entry) decision.ID { return theirs[1].ID }},
		"a body that does not say": {kind: decision.Amend,
			body: func(_, _ []Entry) Reference { return Reference{} }},
		"a body that names another record": {kind: decision.Amend,
			body:   func(mine, _ []Entry) Reference { return Reference{ID: mine[1].ID, Chain: mine[0].ID, Number: 1} },
			faults: []string{"wrong-about 4"}},
		"a body that gives another number": {kind: decision.Amend,
			body:   func(mine, _ []Entry) Reference { return Reference{ID: mine[2].ID, Chain: mine[0].ID, Number: 3} },
			faults: []string{"wrong-about 4"}},
		"a body that gives another chain": {kind: decision.Amend,
			body:   func(mine, theirs []Entry) Reference { return Reference{ID: mine[2].ID, Chain: theirs[0].ID, Number: 2} },
			faults: []string{"wrong-about 4"}},
		"the opening of the chain": {kind: decision.Complete,
			about:  func(mine, _ []Entry) decision.ID { return mine[0].ID },
			faults: []string{"wrong-about 4"}},
		"a record that is not in the log, nor its chain": {kind: decision.Review,
			about:   func(_, _ []Entry) decision.ID { return decision.ID{1} },
			body:    func(_, _ []Entry) Reference { return Reference{ID: decision.ID{1}, Chain: decision.ID{2}, Number: 7} },
			notices: []string{"about-elsewhere 4"}},
		"the last record of another chain, cut off": {kind: decision.Review,
			about:  func(_, theirs []Entry) decision.ID { return theirs[2].ID },
			damage: func(b *Book, _, theirs []Entry) { os.Remove(b.pathOf(theirs[2])) },
			faults: []string{"about-missing 4"}},
		"a chain that was taken away": {kind: decision.Review,
			about:   func(_, theirs []Entry) decision.ID { return theirs[2].ID },
			damage:  func(b *Book, _, theirs []Entry) { os.RemoveAll(filepath.Dir(filepath.Dir(b.pathOf(theirs[0])))) },
			notices: []string{"about-elsewhere 4", "unknown-signer -1"}},
		"a record that has changed": {kind: decision.Review,
			about: func(_, theirs []Entry) decision.ID { return theirs[2].ID },
			damage: func(b *Book, _, theirs []Entry) {
				os.Truncate(b.pathOf(theirs[2]), int64(len(theirs[2].Page.Bytes())-10))
			},
			faults: []string{"truncated 2"}},
		"a record disposed of": {kind: decision.Review,
			about: func(_, theirs []Entry) decision.ID { return theirs[2].ID },
			damage: func(b *Book, _, theirs []Entry) {
				name := b.pathOf(theirs[2])
				os.WriteFile(strings.Replace(name, ".record.", ".cover.", 1), append(slices.Clone(theirs[2].Page.CoverBytes), theirs[2].Page.Signature...), 0o600)
				os.Remove(name)
			},
			faults: []string{"cover-only 2"}},
	} {
		t.Run(says, func(t *testing.T) {
			b := newBook(t)
			mine := fill(t, b, author, "sam@example.org", 3)
			theirs := fill(t, b, other, "alex@example.org", 2)
			about, named := mine[2].ID, Reference{ID: mine[2].ID, Chain: mine[0].ID, Number: 2}
			if test.about != nil {
				about = test.about(mine, theirs)
				for _, e := range slices.Concat(mine, theirs) {
					if e.ID == about {
						named = Reference{ID: e.ID, Chain: e.Chain, Number: e.Number}
					}
				}
			}
			if test.body != nil {
				named = test.body(mine, theirs)
			}
			last := mustAppend(t, newWriter(t, b, author), aboutAct(t, 9, test.kind, about, named))
			if test.damage != nil {
				test.damage(b, mine, theirs)
			}
			options := Options{Body: func(k decision.Kind, text []byte) (Reference, error) {
				if named == (Reference{}) {
					return Reference{}, nil
				}
				return said(k, text)
			}}
			r, err := Check(context.Background(), []*Book{b}, options)
			if err != nil || !slices.Equal(found(r.Faults), test.faults) || !slices.Equal(found(r.Notices), test.notices) {
				t.Errorf("%v %v %v; want %v %v", r.Faults, r.Notices, err, test.faults, test.notices)
			}
			// By itself a record shows only what its own two parts say of it.
			alone, _, err := CheckRecord(b, last.ID.String(), options)
			if err != nil || alone.Clean() == (named.ID != about && named != (Reference{})) {
				t.Errorf("by itself: %v %v", alone.Faults, err)
			}
		})
	}
}

func TestAnExerciseIsNotAboutADecision(t *testing.T) {
	b := newBook(t)
	real := fill(t, b, fixedSigner(t, "author"), "sam@example.org", 1)
	w := newWriter(t, b, fixedSigner(t, "other"))
	mustAppend(t, w, openAct(t, fixedSigner(t, "other").Key(), "alex@example.org", decision.Training))
	mustAppend(t, w, aboutAct(t, 2, decision.Review, real[1].ID, Reference{}))
	if r := check(t, b); !slices.Equal(found(r.Faults), []string{"training-among-live -1", "wrong-about 1"}) {
		t.Errorf("%v", r.Faults)
	}
}

// Whoever has a live key can sign the body of an exercise with it, and whoever has a folder can lay exercises beside a log.
func TestAnExerciseBecomesNoDecision(t *testing.T) {
	b, dst := newBook(t), newBook(t)
	fill(t, b, fixedSigner(t, "author"), "sam@example.org", 1)
	for said, want := range map[decision.Standing][]string{"": {}, decision.Live: {}, decision.Training: {"wrong-role 1"}} {
		r, err := Check(t.Context(), []*Book{b}, Options{Body: func(decision.Kind, []byte) (Reference, error) { return Reference{Standing: said}, nil }})
		if err != nil || !slices.Equal(found(r.Faults), want) {
			t.Errorf("a body that says %q, signed live: %v %v", said, r.Faults, err)
		}
	}
	w := newWriter(t, b, fixedSigner(t, "other"))
	mustAppend(t, w, openAct(t, fixedSigner(t, "other").Key(), "alex@example.org", decision.Training))
	mustAppend(t, w, decisionAct(t, 2))
	merged, err := Merge(t.Context(), dst, b, MergeOptions{})
	if err != nil || merged.Copied != 2 || !slices.Equal(found(merged.Refused), []string{"training-among-live 0", "training-among-live 1"}) {
		t.Errorf("%+v %v", merged, err)
	}
	if r := check(t, dst); !r.Clean() || r.Records != 2 || r.Training != 0 {
		t.Errorf("%+v", r)
	}
}

func TestWhatBelongsToADecisionCanBeEndorsed(t *testing.T) {
	b := newBook(t)
	e := fill(t, b, fixedSigner(t, "author"), "sam@example.org", 1)
	w, other := newWriter(t, b, fixedSigner(t, "author")), newWriter(t, b, fixedSigner(t, "other"))
	mustAppend(t, other, openAct(t, fixedSigner(t, "other").Key(), "alex@example.org", decision.Live))
	amend := mustAppend(t, w, aboutAct(t, 2, decision.Amend, e[1].ID, Reference{}))
	endorse := mustAppend(t, other, aboutAct(t, 3, decision.Endorse, amend.ID, Reference{}))
	if r := check(t, b); !r.Clean() || len(r.Notices) > 0 {
		t.Errorf("%v %v", r.Faults, r.Notices)
	}
	mustAppend(t, other, aboutAct(t, 4, decision.Endorse, endorse.ID, Reference{}))
	mustAppend(t, other, aboutAct(t, 5, decision.Complete, amend.ID, Reference{}))
	if r := check(t, b); !slices.Equal(found(r.Faults), []string{"wrong-about 2", "wrong-about 3"}) {
		t.Errorf("%v", r.Faults)
	}
}

func TestNobodyEndorsesWhatTheySigned(t *testing.T) {
	b := newBook(t)
	e := fill(t, b, fixedSigner(t, "author"), "sam@example.org", 1)
	w := newWriter(t, b, fixedSigner(t, "author"))
	place := Reference{ID: e[1].ID, Chain: e[1].Chain, Number: 1}
	mustAppend(t, w, aboutAct(t, 2, decision.Endorse, e[1].ID, place))
	for _, of := range []func(decision.Kind, []byte) (Reference, error){nil, said} {
		r, err := Check(context.Background(), []*Book{b}, Options{Body: of})
		if err != nil || !slices.Equal(found(r.Faults), []string{"self-endorsed 2"}) {
			t.Errorf("%v %v", r.Faults, err)
		}
	}
}
