//go:build !windows

package logbook

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestExposedTellsWhoCanGetAtALog(t *testing.T) {
	// Everything below a folder that only its owner may enter is closed, so the test needs one that all may enter.
	base := t.TempDir()
	for at := base; at != filepath.Dir(at); at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode()&0o1 == 0 {
			if err := os.Chmod(at, info.Mode().Perm()|0o1); err != nil {
				t.Skip("the folder for temporary files is closed to others")
			}
			t.Cleanup(func() { os.Chmod(at, info.Mode().Perm()) })
		}
	}
	for _, test := range []struct {
		says        string
		above, mode fs.FileMode
		want        []Exposure
	}{
		{"closed", 0o755, 0o700, nil},
		{"open to a group alone", 0o755, 0o770, nil},
		{"open to all", 0o755, 0o755, []Exposure{ReadableByAll}},
		{"open to all, below a closed one", 0o700, 0o755, nil},
		{"open to all, below one that cannot be listed", 0o711, 0o755, []Exposure{ReadableByAll}},
		{"can be entered and not listed", 0o755, 0o711, nil},
		{"can be listed and not entered", 0o755, 0o704, nil},
		{"all may write", 0o755, 0o777, []Exposure{ReadableByAll, WritableByAll}},
		{"all may write, unseen", 0o755, 0o733, []Exposure{WritableByAll}},
		{"sticky, all may add", 0o755, 0o777 | fs.ModeSticky, []Exposure{ReadableByAll, WritableByAll}},
		{"closed, in one where all may put another in its place", 0o777, 0o700, []Exposure{WritableByAll}},
		{"closed, in one that is sticky", 0o777 | fs.ModeSticky, 0o700, nil},
		{"all may write, below a closed one", 0o700, 0o777, nil},
	} {
		above := filepath.Join(base, "above")
		dir := filepath.Join(above, "log")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, test.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(above, test.above); err != nil {
			t.Fatal(err)
		}
		if got := Exposed(dir); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", test.says, got, test.want)
		}
	}
	if got := Exposed(filepath.Join(base, "nowhere")); got != nil {
		t.Errorf("a folder that is not there: %v", got)
	}
}

func TestExposedKnowsPlacesThatComeAndGo(t *testing.T) {
	for dir, want := range map[string]bool{
		"/home/sam/OneDrive - Fenmarsh Council/log": true, "/home/sam/OneDrive": true, "/home/sam/Dropbox/log": true,
		"/home/sam/Dropbox (Council)/log": true, "/Users/sam/Library/CloudStorage/x/log": true, "/home/sam/one/drive": false,
		"/home/sam/OneDriveless": false,
	} {
		for _, anyCase := range []bool{false, true} {
			if isSynchronised(dir, anyCase) != want {
				t.Errorf("%s: %v", dir, !want)
			}
		}
		if small := strings.ToLower(dir); isSynchronised(small, true) != want || isSynchronised(small, false) {
			t.Errorf("%s is judged by its capitals", small)
		}
	}
	if isRemovable("/mediator") || isRemovable("/home/sam") {
		t.Error("a disk that stays is taken for one that goes")
	}
}

func TestMendShutsAFolderAndWhatLiesInIt(t *testing.T) {
	b, author := realBook(t), fixedSigner(t, "author")
	entries := fill(t, b, author, "sam@example.org", 2)
	newest := filepath.Join(b.Dir(), filepath.Dir(filepath.Dir(entries[0].Path)), "0001")
	if err := os.MkdirAll(newest, 0o755); err != nil {
		t.Fatal(err)
	}
	last := filepath.Join(newest, ".tmp-left")
	writeFile(t, last, nil)
	outside := filepath.Join(t.TempDir(), "outside")
	writeFile(t, outside, nil)
	open := func(name string, mode fs.FileMode) {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(newest, "link")); err != nil {
		t.Fatal(err)
	}
	shut := []string{b.Dir(), filepath.Join(b.Dir(), ReadmeName), filepath.Join(b.Dir(), SignersName), newest, filepath.Dir(newest), filepath.Join(filepath.Dir(newest), "0000"), last}
	for _, name := range shut {
		open(name, 0o755)
	}
	open(outside, 0o644)
	open(b.pathOf(entries[1]), 0o644) // not in the newest folder: the folder above it is enough
	if mended, err := Mend(b.Dir()); err != nil || !mended {
		t.Fatalf("%v, %v", mended, err)
	}
	for _, name := range shut {
		if info, err := os.Lstat(name); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
	for _, name := range []string{outside, b.pathOf(entries[1])} {
		if info, err := os.Lstat(name); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("%s was touched", name)
		}
	}
	if mended, err := Mend(b.Dir()); err != nil || mended {
		t.Errorf("again: %v, %v", mended, err)
	}
	if _, err := Mend(filepath.Join(b.Dir(), "nowhere")); err == nil {
		t.Error("a folder that is not there was mended")
	}
}

// A pipe that takes the place of a file between two steps holds nobody up.
func TestAPipeInPlaceOfAFileHoldsNobodyUp(t *testing.T) {
	dir := t.TempDir()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	file, pipe, name := filepath.Join(dir, "file"), filepath.Join(dir, "pipe"), filepath.Join(dir, "name")
	writeFile(t, file, []byte("text"))
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("there are no pipes in this file system")
	}
	f, err := root.OpenFile("pipe", toRead, 0)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	put := func(from string) {
		os.Remove(name)
		os.Link(from, name)
	}
	put(file)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for range 500 {
			put(pipe)
			put(file)
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		data, err := readFile(root, "name")
		if err == nil && string(data) != "text" || err != nil && !errors.Is(err, errNotRegular) && !errors.Is(err, fs.ErrNotExist) {
			t.Fatalf("%q, %v", data, err)
		}
	}
}
