package logbook

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"dsa/decision"
)

// disk is everything a log does to its folder, and nothing more. It is an
// interface so that tests can record what is done, in which order, and let each
// step fail in turn. Names use "/" and are relative to the log's folder.
type disk interface {
	// Mkdir makes one folder, 0700. An existing folder is no error.
	Mkdir(name string) error
	// CreateNew makes a file, 0600, and fails with fs.ErrExist if the name is taken.
	CreateNew(name string) (newFile, error)
	Link(from, to string) error
	// Rename replaces what has the new name.
	Rename(from, to string) error
	Remove(name string) error
	// Settle makes a published name durable: it flushes the folder, or the file
	// where a system cannot flush folders. The file part may be empty.
	Settle(folder, file string) error
	ReadDir(name string) ([]fs.DirEntry, error)
	// Lstat tells what a name leads to, and of a link that it is one.
	Lstat(name string) (fs.FileInfo, error)
	// ReadFile reads a regular file of at most decision.MaxPage bytes; of a larger one it
	// returns one byte more than that.
	ReadFile(name string) ([]byte, error)
}

type newFile interface {
	io.Writer
	Sync() error
	Close() error
}

// rootDisk is the real disk. os.Root keeps every name inside the folder, also
// when a link in it points elsewhere.
type rootDisk struct{ root *os.Root }

func (d rootDisk) Mkdir(name string) error {
	err := d.root.Mkdir(name, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

func (d rootDisk) CreateNew(name string) (newFile, error) {
	f, err := d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err // a nil *os.File in the interface would not be nil
	}
	return f, nil
}

// Link is repeated as a rename is: whoever cannot link renames, which would replace what is there.
func (d rootDisk) Link(from, to string) error {
	return insist(func() error { return d.root.Link(from, to) })
}

func (d rootDisk) Rename(from, to string) error {
	return insist(func() error { return d.root.Rename(from, to) })
}
func (d rootDisk) Remove(name string) error {
	return insist(func() error { return d.root.Remove(name) })
}
func (d rootDisk) Settle(folder, file string) error       { return settle(d.root, folder, file) }
func (d rootDisk) Lstat(name string) (fs.FileInfo, error) { return d.root.Lstat(name) }

func (d rootDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return list(f)
}

func (d rootDisk) ReadFile(name string) (data []byte, err error) {
	err = insist(func() error {
		data, err = readFile(d.root, name)
		return err
	})
	return data, err
}

// errNotRegular says that a name leads to a folder, a link, a pipe or a device.
var errNotRegular = errors.New("not a regular file")

func readFile(root *os.Root, name string) ([]byte, error) {
	f, info, err := openFile(root, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info.Size() > decision.MaxPage {
		return make([]byte, decision.MaxPage+1), nil
	}
	// One byte more than the size: the usual file is then read to its end at once,
	// and one that grows while it is read is seen to.
	data := make([]byte, info.Size()+1)
	n, err := io.ReadFull(f, data)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return data[:n], nil
	case err != nil:
		return nil, err
	}
	rest, err := io.ReadAll(io.LimitReader(f, int64(decision.MaxPage+1-n)))
	return append(data, rest...), err
}

// openFile opens a regular file. A name whose file is another one by the time it is open is looked at again: a mended file
// takes the place of the damaged one, and somebody may put a link or a pipe there. os.Root follows a link whatever it is
// told, so the file before and the file opened are held against each other.
func openFile(root *os.Root, name string) (*os.File, fs.FileInfo, error) {
	for range 8 {
		before, err := root.Lstat(name)
		if err != nil {
			return nil, nil, err
		}
		if !before.Mode().IsRegular() {
			break
		}
		f, err := root.OpenFile(name, toRead, 0)
		if err != nil {
			return nil, nil, err
		}
		info, err := f.Stat()
		if err == nil && info.Mode().IsRegular() && os.SameFile(before, info) {
			return f, info, nil
		}
		f.Close()
		if err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, &fs.PathError{Op: "read", Path: name, Err: errNotRegular}
}

// tempPrefix begins the name of a file that is not yet a record. Nothing reads
// such a file; whoever left it removes it after a day.
const tempPrefix = ".tmp-"

func isTemp(name string) bool { return strings.HasPrefix(name, tempPrefix) }

// tempName returns a new temporary name in a folder.
func tempName(folder string) string {
	var b [8]byte
	rand.Read(b[:]) // never fails, see crypto/rand
	return path.Join(folder, tempPrefix+hex.EncodeToString(b[:]))
}

// asideName returns a new name to move a record's file, or its cover, to before it is removed: a temporary one that still
// tells what it is. Two programs that see a record beside its cover may each take the other's file for the one that stays.
// So whoever removes one of them moves it aside first, looks for the other, and only then deletes it: neither is ever gone
// without the other being there under its name, or one of them aside, where regain finds it.
func asideName(file string) string {
	return tempName(path.Dir(file)) + "-" + path.Base(file)
}

// asideOf tells which file of a record was moved aside to a name.
func asideOf(name string) (decision.FileName, bool) {
	random, file, is := strings.Cut(strings.TrimPrefix(path.Base(name), tempPrefix), "-")
	if !is || !isTemp(path.Base(name)) || len(random) != 16 {
		return decision.FileName{}, false
	}
	return decision.ParseRecordName(file)
}

// regain puts back covers of which whoever moved them aside was stopped while somebody else removed the record. The file
// set aside stays: its owner may still be at work, and later it goes as other temporary files do.
func (b *Book) regain(records []named, temps []string) (did bool, err error) {
	for _, temp := range temps {
		n, is := asideOf(temp)
		if !is {
			continue
		}
		n.CoverOnly = false
		if slices.ContainsFunc(records, func(r named) bool { return r.Number == n.Number && r.Short == n.Short }) {
			continue
		}
		data, err := b.disk.ReadFile(temp)
		if isSystem(err) {
			return did, &FileError{Path: temp, Err: err}
		}
		if err != nil {
			continue
		}
		e, err := coverOf(named{n, path.Join(path.Dir(temp), n.String())}, data)
		if err != nil {
			continue
		}
		if err := b.putCover(e, false); err != nil {
			return did, err
		}
		did = true
	}
	return did, nil
}

// coverPath is where the cover of a record stands by itself.
func coverPath(e Entry) string {
	n := decision.FileName{Number: e.Number, Short: e.ID.Short(), CoverOnly: true}
	return path.Join(path.Dir(e.Path), n.String())
}

// putCover makes sure that the cover of a record stands by itself, whatever has its name. Somebody else may move it aside
// before it is read back, see dropCover, which is no reason to give up.
func (b *Book) putCover(e Entry, again bool) (err error) {
	name, left := coverPath(e), slices.Concat(e.Page.CoverBytes, e.Page.Signature)
	for range 3 {
		err = b.putSurely(name, left, again)
		again = errors.Is(err, errDifferent)
		if !again && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return err
}

// dropCover removes the cover beside a whole record, if the record is still there when the cover is out of the way, and
// otherwise puts it back.
func (b *Book) dropCover(record named, e Entry) error {
	d, cover := b.disk, coverPath(e)
	aside := asideName(cover)
	err := d.Rename(cover, aside)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody else has just done it
	}
	if err != nil {
		return &WriteError{Step: "remove", Path: cover, Err: err}
	}
	_, gone := b.read(record)
	if gone != nil {
		if err := b.putCover(e, false); err != nil {
			return err
		}
	}
	if err := d.Remove(aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &WriteError{Step: "remove", Path: cover, Err: err}
	}
	if isSystem(gone) {
		return gone
	}
	return nil
}

// writeTemp writes a whole file under a temporary name and waits for the disk.
// If any step fails, nothing of it is left that a reader would look at. A failed
// fsync is never repeated on the same file: the system may have dropped the
// unwritten pages and would then report success.
func writeTemp(d disk, folder string, data []byte) (name, step string, err error) {
	name = tempName(folder)
	f, err := d.CreateNew(name)
	if err != nil {
		return "", "create", err
	}
	step = "write"
	n, err := f.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err == nil {
		step, err = "flush", f.Sync()
	}
	if closeErr := f.Close(); err == nil && closeErr != nil {
		step, err = "close", closeErr
	}
	if err != nil {
		d.Remove(name) // what fails to be removed now is removed after a day
		return "", step, err
	}
	return name, "", nil
}

// put makes a file appear, whole and durable, under a record's name in a folder
// that is there, and reads it back. With again, a file of that name is there
// already but is damaged, or a flush after it failed: a new file takes its place,
// so that the system has something to flush that it has not given up on.
func (b *Book) put(name string, data []byte, again bool) error {
	d := b.disk
	folder, file := path.Dir(name), path.Base(name)
	fail := func(step string, err error, unsure bool) error {
		return &WriteError{Step: step, Path: name, Err: err, Unsure: unsure || again}
	}
	temp, step, err := writeTemp(d, folder, data)
	if err != nil {
		return fail(step, err, false)
	}
	if err := appear(d, temp, name, data, again); err != nil {
		d.Remove(temp)
		return fail("publish", err, false)
	}
	if err := d.Settle(folder, file); err != nil {
		return fail("settle", err, true)
	}
	if err := readBack(d, name, data); err != nil {
		return fail("read back", err, true)
	}
	return nil
}

// putSurely is put for those who will not come back to this file: where a flush
// failed, they would find it there and think it safe. It is put once more.
func (b *Book) putSurely(name string, data []byte, again bool) error {
	err := b.put(name, data, again)
	var write *WriteError
	if errors.As(err, &write) && write.Step == "settle" {
		return b.put(name, data, true)
	}
	return err
}

// makeFolder makes a number folder, and its chain's where that may be missing.
// They are settled before a record appears in them: a record that can be seen
// then never lies in a folder that a loss of power takes away. They are made
// again where they are empty, since an earlier try may have made them and failed
// to settle them.
func (b *Book) makeFolder(folder string, chainToo bool) error {
	chain := path.Dir(folder)
	type step struct{ make, settle string }
	steps := []step{{folder, chain}}
	if chainToo {
		steps = []step{{chain, "."}, {folder, chain}}
	}
	for _, s := range steps {
		err := b.disk.Mkdir(s.make)
		if err == nil {
			err = b.disk.Settle(s.settle, "")
		}
		if err != nil {
			return &WriteError{Step: "folder", Path: s.make, Err: err}
		}
	}
	return nil
}

var errDifferent = errors.New("other bytes came back than were written")

func readBack(d disk, name string, data []byte) error {
	got, err := d.ReadFile(name)
	if err == nil && !bytes.Equal(got, data) {
		return errDifferent
	}
	return err
}

// appear gives a finished file its real name. A link never replaces anything;
// where links are refused (Azure Files, some network stores), a rename takes its
// place. What that could replace has the same id; but over SMB the old name is
// taken away before the new one is given, so a file that has these very bytes is
// left alone: a stop in between would lose it.
func appear(d disk, temp, name string, data []byte, again bool) error {
	if !again {
		err := d.Link(temp, name)
		if err == nil {
			d.Remove(temp) // a second name for the same bytes; removed after a day if not now
			return nil
		}
		there := errors.Is(err, fs.ErrExist) // the same record; reading it back compares the bytes
		if !there {
			there = readBack(d, name, data) == nil
		}
		if there {
			d.Remove(temp)
			return nil
		}
	}
	return d.Rename(temp, name)
}

// replace writes a convenience file whole, so that a reader sees the old text
// or the new one. Records are never written this way.
func replace(d disk, name string, data []byte) error {
	temp, step, err := writeTemp(d, path.Dir(name), data)
	if err != nil {
		return &WriteError{Step: step, Path: name, Err: err}
	}
	if err := d.Rename(temp, name); err != nil {
		d.Remove(temp)
		return &WriteError{Step: "publish", Path: name, Err: err}
	}
	if err := d.Settle(path.Dir(name), path.Base(name)); err != nil {
		return &WriteError{Step: "settle", Path: name, Err: err}
	}
	return nil
}
