package logbook

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
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
	names := namesIn(t, b)
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
	reader := b.Reader()
	defer reader.Close()
	for _, n := range names {
		e, err := b.ReadName(n)
		seen, seenErr := reader.Read(n, r.Survey)
		if n == broken {
			if err == nil || seenErr == nil {
				t.Error("a damaged signature is taken")
			}
			continue
		}
		if err != nil || seenErr != nil || !bytes.Equal(seen.Page.Bytes(), e.Page.Bytes()) || seen.Key != e.Key || seen.Namespace != e.Namespace || seen.ID != e.ID {
			t.Fatalf("%s is read otherwise the second time: %v %v", n.Path, err, seenErr)
		}
		cover, id, is := reader.Cover(n)
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
	if _, err := reader.Read(broken, r.Survey); err == nil {
		t.Error("a body that has changed is taken")
	}
}

// A reader comes by more folders than it keeps open, from several goroutines; it reads each file as one that goes by the
// whole path does, and leaves nothing open that nobody reads in.
func TestAReaderKeepsFewFoldersOpen(t *testing.T) {
	dir := t.TempDir()
	made, err := benchLog{Chains: evenly(120, 3*keptOpen), Rounds: 1, Body: 200}.write(dir)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	names := namesIn(t, b)
	if len(names) != made.Records {
		t.Fatalf("%d names of %d", len(names), made.Records)
	}
	r := b.Reader()
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range names {
				n := names[(j*(2*i+1)+i)%len(names)]
				want, err := b.ReadName(n)
				got, gotErr := r.Read(n, nil)
				if err != nil || gotErr != nil || !bytes.Equal(got.Page.Bytes(), want.Page.Bytes()) || got.ID != want.ID || got.Path != want.Path {
					t.Errorf("%s is read otherwise: %v %v", n.Path, err, gotErr)
				}
			}
		})
	}
	wait.Wait()
	if len(r.open) > keptOpen || len(r.open) < 2 {
		t.Errorf("%d folders are open", len(r.open))
	}
	for _, f := range r.open {
		if f.users != 0 {
			t.Errorf("%s is still read in", f.where)
		}
	}
	r.Close()
	if len(r.open) > 0 {
		t.Error("it is closed and has folders open")
	}
}

// What has gone, file or folder, is told from what cannot be read, and nothing but a file is read.
func TestAReaderOfWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	if _, err := (benchLog{Chains: evenly(20, 2), Rounds: 1, Body: 200}).write(dir); err != nil {
		t.Fatal(err)
	}
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	names := namesIn(t, b)
	r := b.Reader()
	defer r.Close()
	if _, err := r.Read(names[1], nil); err != nil || !r.Has(names[1]) {
		t.Fatal(err)
	}
	at := func(n Name) string { return filepath.Join(dir, filepath.FromSlash(n.Path)) }
	is := func(what string, n Name, want error) {
		t.Helper()
		_, err := r.Read(n, nil)
		var file *FileError
		if !errors.Is(err, want) || !errors.As(err, &file) || file.Path != n.Path || r.Has(n) {
			t.Errorf("of %s it says %v", what, err)
		}
		if _, _, sound := r.Cover(n); sound {
			t.Errorf("of %s it has a cover", what)
		}
	}
	if err := os.Remove(at(names[1])); err != nil {
		t.Fatal(err)
	}
	is("a file that has gone", names[1], fs.ErrNotExist)
	if err := os.Mkdir(at(names[1]), 0o700); err != nil {
		t.Fatal(err)
	}
	is("a folder", names[1], errNotRegular)
	none := names[1]
	none.Path = strings.Replace(none.Path, "/0000/", "/0001/", 1)
	is("a file in a folder that is not there", none, fs.ErrNotExist)
	if err := os.Rename(at(names[2]), at(names[2])+".moved"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(at(names[2])+".moved", at(names[2])); err != nil {
		t.Skip("this system makes no links here")
	}
	is("a link", names[2], errNotRegular)
}

// namesIn are all names in a log.
func namesIn(t *testing.T, b *Book) (names []Name) {
	t.Helper()
	for n, err := range b.Names() {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	return names
}
