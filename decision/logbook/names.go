package logbook

import (
	"bytes"
	"crypto/sha256"
	"iter"
	"path"
	"slices"
	"sync"

	"dsa/decision"
)

// A Name is a record file as a listing shows it.
type Name struct {
	decision.FileName
	Path string // in the log, with "/"
}

// Names goes through the names of the record files in the order of chains and numbers, one folder's listing in memory at a
// time. No file is read. A folder that cannot be listed comes with a *FileError, and what follows it after that.
func (b *Book) Names() iter.Seq2[Name, error] {
	return func(yield func(Name, error) bool) {
		for n, err := range b.names() {
			if !yield(Name{n.FileName, n.path}, err) {
				return
			}
		}
	}
}

// ReadName reads one of the record files, verified by itself and against the key of its chain, as Entries does. Its error
// is a *FileError.
func (b *Book) ReadName(n Name) (Entry, error) {
	e, err := b.read(named{n.FileName, n.Path})
	if err == nil {
		err = b.owned(e)
	}
	if err != nil {
		return Entry{}, err
	}
	return e, nil
}

// A Reader reads many record files of a log by their names. It keeps the folders open from which it read last: going by the
// whole path, the system opens every folder on the way to every file, twice, and in a long log that is most of what it does.
// It may be used by several goroutines at once, and is closed when they have ended.
type Reader struct {
	book  *Book
	mu    sync.Mutex
	open  []*openFolder // the one used last at the end
	space sync.Pool     // of *[]byte, into which files are read
}

// openFolder is a folder that a Reader has open.
type openFolder struct {
	*numberFolder
	where string
	users int
}

// keptOpen is how many folders a Reader keeps open while nobody reads in them: those around the place to which it has come,
// and some in which lies what is about the records there.
const keptOpen = 16

// Reader begins to read. Whoever asks for it closes it.
func (b *Book) Reader() *Reader {
	return &Reader{book: b, space: sync.Pool{New: func() any { return new([]byte) }}}
}

// Close lets go of the folders.
func (r *Reader) Close() {
	for _, f := range r.open {
		f.close()
	}
	r.open = nil
}

// Read is ReadName after a check. The signature of a record that the survey has was verified then, over the cover that its
// id is the digest of, and is not verified again.
func (r *Reader) Read(n Name, seen *Survey) (e Entry, err error) {
	err = r.with(n, func(data []byte) error {
		// The entry keeps its bytes, and the room into which they were read is needed again.
		if e, err = readSeen(named{n.FileName, n.Path}, bytes.Clone(data), seen); err != nil {
			return err
		}
		return r.book.owned(e)
	})
	if err != nil {
		return Entry{}, err
	}
	return e, nil
}

// Cover reads the cover of one of the record files, with the record's id, and reports whether it is the one that the name's
// digest stands for. Neither signature nor body is looked at.
func (r *Reader) Cover(n Name) (cover decision.Cover, id decision.ID, sound bool) {
	err := r.with(n, func(data []byte) error {
		if cover, sound = pinnedCover(n.FileName, data); sound {
			text, _, _, _ := decision.CutPage(data) // pinnedCover has cut it
			id = sha256.Sum256(text)
		}
		return nil
	})
	if err != nil || !sound {
		return decision.Cover{}, decision.ID{}, false
	}
	return cover, id, true
}

// Has reports whether there is such a file, whatever is in it.
func (r *Reader) Has(n Name) bool {
	return r.with(n, func([]byte) error { return nil }) == nil
}

// with reads a file and hands over its bytes, which are good until it returns. That it cannot be read is a *FileError.
func (r *Reader) with(n Name, do func(data []byte) error) error {
	folder, err := r.take(path.Dir(n.Path))
	if err != nil {
		return &FileError{Path: n.Path, Err: err}
	}
	defer r.leave(folder)
	space := r.space.Get().(*[]byte)
	defer r.space.Put(space)
	data, err := folder.fetch(path.Base(n.Path), space)
	if err != nil {
		return &FileError{Path: n.Path, Err: err}
	}
	return do(data)
}

// take opens a folder, unless it is open.
func (r *Reader) take(where string) (*openFolder, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(r.open, func(f *openFolder) bool { return f.where == where })
	if i < 0 {
		folder, err := openNumberFolder(r.book, where)
		if err != nil {
			return nil, err
		}
		i = len(r.open)
		r.open = append(r.open, &openFolder{numberFolder: folder, where: where})
	}
	f := r.open[i]
	f.users++
	r.open = append(slices.Delete(r.open, i, i+1), f)
	return f, nil
}

// leave ends what take began, and closes the folders that nobody has used for longest.
func (r *Reader) leave(f *openFolder) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f.users--
	for i := 0; i < len(r.open) && len(r.open) > keptOpen; {
		if old := r.open[i]; old.users == 0 {
			old.close()
			r.open = slices.Delete(r.open, i, i+1)
		} else {
			i++
		}
	}
}

// Size is about how many records there are, going by the last number of each chain. No file is read, and of each chain two
// folders are listed.
func (b *Book) Size() int {
	chains, _ := b.Chains()
	size := 0
	for _, chain := range chains {
		folders, _ := b.folders(chain, isNumberFolder)
		for _, folder := range slices.Backward(folders) {
			if records, _, _ := b.records(path.Join(chain, folder)); len(records) > 0 {
				size += records[len(records)-1].Number + 1
				break
			}
		}
	}
	return size
}
