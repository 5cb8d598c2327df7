package logbook

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
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

func (d rootDisk) Link(from, to string) error { return d.root.Link(from, to) }
func (d rootDisk) Rename(from, to string) error {
	return insist(func() error { return d.root.Rename(from, to) })
}
func (d rootDisk) Remove(name string) error         { return d.root.Remove(name) }
func (d rootDisk) Settle(folder, file string) error { return settle(d.root, folder, file) }

func (d rootDisk) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := d.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.ReadDir(-1)
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
	// A pipe would block on being opened, so the kind is looked at first.
	info, err := root.Lstat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	f, err := root.Open(name)
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
