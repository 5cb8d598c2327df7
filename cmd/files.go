package cmd

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// replaceFile puts new content under a name in one step: after a crash either the old content is there or the new,
// never a part. It is for drafts and the profile, which may change; records are written by logbook, which replaces
// nothing.
func replaceFile(path string, content []byte) error {
	temp, err := writeTemp(path, content)
	if err != nil {
		return err
	}
	err = os.Rename(temp, path)
	// Windows refuses while another program has the file open, such as a virus scanner that looks at a new file.
	for try := 0; err != nil && runtime.GOOS == "windows" && try < 10; try++ {
		time.Sleep(20 * time.Millisecond)
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
		return err
	}
	settleFolder(filepath.Dir(path))
	return nil
}

// settleFolder waits until the names in a folder are on the disk: a record must not outlive the key that signed it or the
// draft that says so. Where a folder cannot be flushed (Windows, some network stores) there is nothing to be done.
func settleFolder(dir string) {
	if f, err := os.Open(dir); err == nil {
		f.Sync()
		f.Close()
	}
}

// createFile puts content under a name that nothing has yet, whole or not at all, and reports false where the name was
// taken.
func createFile(path string, content []byte) (made bool, err error) {
	temp, err := writeTemp(path, content)
	if err != nil {
		return false, err
	}
	defer os.Remove(temp)
	err = os.Link(temp, path)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err == nil {
		settleFolder(filepath.Dir(path))
		return true, nil
	}
	// Some file systems have no links. The name is taken first, so that nobody else's file is replaced.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := f.Close(); err != nil {
		return false, err
	}
	return true, replaceFile(path, content)
}

// writeTemp writes content beside the path, for the person alone, and flushes it.
func writeTemp(path string, content []byte) (name string, err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".tmp-*") // created 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

var (
	errTooLarge = errors.New("is larger than anything that is read here")
	errFolder   = errors.New("is a folder")
	errNoFile   = errors.New("is a pipe or a device, and not a file")
)

// openFile opens a file that a person named, and nothing else that has a name. It is looked at before it is opened: to
// open a pipe waits for somebody to write into it, and no signal ends that.
func openFile(path string) (*os.File, fs.FileInfo, error) {
	info, err := os.Stat(path)
	if err == nil {
		err = isFile(path, info)
	}
	if err != nil {
		return nil, nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = isFile(path, info)
	}
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

func isFile(path string, info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return &fs.PathError{Op: "read", Path: path, Err: errFolder}
	case !info.Mode().IsRegular():
		return &fs.PathError{Op: "read", Path: path, Err: errNoFile}
	}
	return nil
}

// readSmall reads a file that a person named, up to a size no honest one reaches.
func readSmall(path string, most int64) ([]byte, error) {
	f, _, err := openFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(content)) > most {
		err = &fs.PathError{Op: "read", Path: path, Err: errTooLarge}
	}
	return content, err
}
