package logbook

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"dsa/decision"
)

// A check tells of every intact record once, and what it has found sound needs no second look at the signature; anything
// else does.
func TestWhatACheckHasMetIsReadAgain(t *testing.T) {
	dir := t.TempDir()
	made, err := benchLog{Chains: evenly(90, 3), Rounds: 2, Body: 1000}.write(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var names []Name
	for n, err := range b.Names() {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	if len(names) != made.Records || b.Size() != made.Records {
		t.Errorf("%d names, and about %d records, of %d", len(names), b.Size(), made.Records)
	}
	broken := names[len(names)/2] // in the middle of a chain, so that it and what follows is in no survey
	file := filepath.Join(dir, filepath.FromSlash(broken.Path))
	sound, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(sound, []byte("-----BEGIN SSH SIGNATURE-----\n")) + 200
	damaged := bytes.Clone(sound)
	if damaged[at]++; damaged[at] > 'z' || damaged[at] == '\n'+1 {
		damaged[at] = 'a'
	}
	if err := os.WriteFile(file, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	met := map[decision.ID]Met{}
	var mu sync.Mutex
	r, err := Check(context.Background(), []*Book{b}, Options{Log: made.Log, Met: func(m Met) {
		mu.Lock()
		defer mu.Unlock()
		if _, twice := met[m.ID]; twice {
			t.Errorf("it tells of %s twice", m.ID.Shown())
		}
		met[m.ID] = m
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(met) != made.Records-1 {
		t.Errorf("it tells of %d records of %d", len(met), made.Records-1)
	}
	for _, n := range names {
		e, err := b.ReadName(n)
		seen, seenErr := b.ReadSeen(n, r.Survey)
		if n == broken {
			if err == nil || seenErr == nil {
				t.Error("a damaged signature is taken")
			}
			continue
		}
		if err != nil || seenErr != nil || !bytes.Equal(seen.Page.Bytes(), e.Page.Bytes()) || seen.Key != e.Key || seen.Namespace != e.Namespace || seen.ID != e.ID {
			t.Fatalf("%s is read otherwise the second time: %v %v", n.Path, err, seenErr)
		}
		cover, id, is := b.ReadCover(n)
		if m := met[e.ID]; !is || id != e.ID || cover.BodySum != e.Page.Cover.BodySum || m.Chain != e.Chain || m.Cover.Number != e.Number || m.Role != e.Namespace {
			t.Fatalf("%s: its cover is read otherwise", n.Path)
		}
	}
	// What the survey has not is verified, whatever stands before or after it.
	if r.Survey.Has(met[made.Chains[0]].Cover, decision.ID{9}) || (*Survey)(nil).Has(met[made.Chains[0]].Cover, made.Chains[0]) {
		t.Error("it takes a record for one that was seen")
	}
	if !r.Survey.Has(met[made.Chains[0]].Cover, made.Chains[0]) {
		t.Error("it has not seen the beginning of a chain")
	}
	// The body is looked at every time.
	changed := bytes.Replace(sound, []byte("0.1.0"), []byte("0.1.1"), 1)
	if err := os.WriteFile(file, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.ReadSeen(broken, r.Survey); err == nil {
		t.Error("a body that has changed is taken")
	}
}
