package logbook

import (
	"crypto/sha256"
	"iter"
	"path"
	"slices"

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
func (b *Book) ReadName(n Name) (Entry, error) { return b.ReadSeen(n, nil) }

// ReadSeen is ReadName after a check. The signature of a record that the survey has was verified then, over the cover that
// its id is the digest of, and is not verified again.
func (b *Book) ReadSeen(n Name, seen *Survey) (Entry, error) {
	data, err := b.disk.ReadFile(n.Path)
	if err != nil {
		return Entry{}, &FileError{Path: n.Path, Err: err}
	}
	e, err := readSeen(named{n.FileName, n.Path}, data, seen)
	if err == nil {
		err = b.owned(e)
	}
	if err != nil {
		return Entry{}, err
	}
	return e, nil
}

// ReadCover reads the cover of one of the record files, with the record's id, and reports whether it is the one that the
// name's digest stands for. Neither signature nor body is looked at.
func (b *Book) ReadCover(n Name) (cover decision.Cover, id decision.ID, sound bool) {
	data, err := b.disk.ReadFile(n.Path)
	if err != nil {
		return decision.Cover{}, decision.ID{}, false
	}
	if cover, sound = pinnedCover(n.FileName, data); !sound {
		return decision.Cover{}, decision.ID{}, false
	}
	text, _, _, _ := decision.CutPage(data) // pinnedCover has cut it
	return cover, sha256.Sum256(text), true
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
