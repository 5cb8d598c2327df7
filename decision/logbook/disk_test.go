package logbook

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// A system that failed to flush a name may have given up on it, and would say yes the next time.
func TestWhatCouldNotBeSettledIsWrittenAnew(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 1)
	for _, noLinks := range []bool{false, true} {
		b := newBook(t)
		lay(t, b, all[0])
		d := &faultyDisk{disk: b.disk, err: syscall.EIO, noLinks: noLinks}
		settled := 0
		d.before = func(op string) {
			if op == "Settle" {
				if settled++; settled == 1 {
					d.fail = d.n
				}
			}
		}
		b.disk = d
		if err := b.putSurely(all[1].Path, all[1].data, false); err != nil {
			t.Fatal(err)
		}
		synced := 0
		for _, op := range d.ops {
			if op == "Sync" {
				synced++
			}
		}
		if synced != 2 || settled != 2 || !slices.Contains(d.ops, "Rename") {
			t.Errorf("it was not written anew: %v", d.ops)
		}
		if got := filesOf(t, b); len(got) != 2 || got[all[1].Path] != string(all[1].data) {
			t.Errorf("the log has\n%s", listOf(got))
		}
		// If it fails again, nobody is told that it is safe.
		d.before = func(op string) {
			if op == "Settle" {
				d.fail = d.n
			}
		}
		var write *WriteError
		if err := b.putSurely(all[1].Path, all[1].data, true); !errors.As(err, &write) || write.Step != "settle" || !write.Unsure {
			t.Errorf("it cannot be settled: %v", err)
		}
	}
}

// However long a log is, writing a record flushes its file and its folder, lists that folder twice, and reads the record
// before it, itself and the signers.
func TestARecordTakesTwoFlushes(t *testing.T) {
	b := newBook(t)
	author := fixedSigner(t, "author")
	fill(t, b, author, "sam@example.org", 4)
	w := newWriter(t, b, author)
	mustAppend(t, w, decisionAct(t, 20))
	d := &faultyDisk{disk: b.disk}
	b.disk = d
	mustAppend(t, w, decisionAct(t, 21))
	want := []string{"ReadDir", "ReadDir", "ReadFile", "CreateNew", "Write", "Sync", "Close", "Link", "Remove", "Settle", "ReadFile", "ReadDir", "ReadFile"}
	if !slices.Equal(d.ops, want) {
		t.Errorf("it takes %v", d.ops)
	}
}

// A listing tells what names lead to, and follows no link.
func TestAListingTellsWhatNamesLeadTo(t *testing.T) {
	b := newBook(t)
	writeFile(t, filepath.Join(b.Dir(), "here", "file"), []byte("text"))
	if err := os.Mkdir(filepath.Join(b.Dir(), "here", "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	want := map[string]fs.FileMode{"file": 0, "folder": fs.ModeDir}
	if os.Symlink("file", filepath.Join(b.Dir(), "here", "link")) == nil {
		want["link"] = fs.ModeSymlink
	}
	entries, err := b.disk.ReadDir("here")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]fs.FileMode{}
	for _, e := range entries {
		got[e.Name()] = e.Type()
	}
	if !maps.Equal(got, want) {
		t.Errorf("it has %v, and should have %v", got, want)
	}
}

// Somebody else's damaged file has the name: a link does not replace it, and reading back tells.
func TestAFileInTheWayIsNotTakenForTheRecord(t *testing.T) {
	author := fixedSigner(t, "author")
	all := chainOf(t, author, 1)
	b := newBook(t)
	lay(t, b, all[0])
	writeFile(t, b.pathOf(all[1].Entry), []byte("in the way"))
	var write *WriteError
	if err := b.put(all[1].Path, all[1].data, false); !errors.As(err, &write) || write.Step != "read back" || !errors.Is(err, errDifferent) {
		t.Errorf("%v", err)
	}
	if err := b.put(all[1].Path, all[1].data, true); err != nil {
		t.Errorf("put in its place: %v", err)
	}
	if got := readTestFile(t, filepath.Join(b.Dir(), filepath.FromSlash(all[1].Path))); !bytes.Equal(got, all[1].data) {
		t.Errorf("%s", got)
	}
}
