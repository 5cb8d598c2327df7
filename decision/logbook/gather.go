package logbook

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"dsa/decision"
)

// gathered is several folders looked at as one log: what one of them lacks another may have.
type gathered []*Book

// dir is how a finding names the folder it was made in; with one folder there is nothing to tell apart.
func (g gathered) dir(book int32) string {
	if len(g) < 2 {
		return ""
	}
	return g[book].dir
}

// scope narrows what is listed and read. A nil function takes everything.
type scope struct {
	chain  func(folder string) bool
	number func(chain, folder string) bool
	file   func(chain string, n decision.FileName) bool
}

// batchSize is how many files one worker takes at a time.
const batchSize = 32

// batch is a piece of the log in its order: what its listing showed, then files
// of one folder, or of the folders of that name in several logs. Results stand in
// the order of the files.
type batch struct {
	chain   string // folder of the chain; "" for the log's own folder
	where   string // folder of the files
	faults  []Fault
	notices []Fault
	has     []int32 // of the first batch of a chain: which logs have it
	numbers int     // of the first batch of a folder: how many numbers have files in it
	folders int     // likewise: how many folders of the chain follow
	files   []source
	folder  *sharedFolders
	results []examined
	temps   []leftover
	odd     int // one more than the highest number whose name leads to something else than a file
	done    chan struct{}
}

// source is a record file in one of the folders.
type source struct {
	decision.FileName
	base string
	book int32
}

// leftover is a temporary file in a folder of records.
type leftover struct {
	path string
	book int32
}

// sharedFolders are open folders that the last of their batches closes.
type sharedFolders struct {
	folders []*numberFolder // by book; nil where one does not have it
	left    atomic.Int32
}

func (s *sharedFolders) release() {
	if s != nil && s.left.Add(-1) == 0 {
		s.close()
	}
}

func (s *sharedFolders) close() {
	for _, f := range s.folders {
		if f != nil {
			f.close()
		}
	}
}

// scan lists what is in scope, has every file looked at by itself on all cores, and follows the chains. It reads
// the folders as a stream, in the order of chains and numbers. Its error is that of ctx, or says that a log's own folder
// cannot be listed.
func (ev *evidence) scan(ctx context.Context, s scope) error {
	workers := ev.o.Workers
	if workers <= 0 {
		workers = max(16, 4*runtime.GOMAXPROCS(0))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()

	// Each batch goes to whichever worker is free, and in order to the one goroutine
	// that follows the chains. The bound on ordered bounds the memory.
	ordered := make(chan *batch, 2*workers)
	work := make(chan *batch)
	var listErr error
	go func() {
		defer close(ordered)
		defer close(work)
		listErr = ev.books.list(s, func(piece *batch) bool {
			piece.done = make(chan struct{})
			select {
			case ordered <- piece:
			case <-ctx.Done():
				piece.folder.release()
				return false
			}
			select {
			case work <- piece:
			case <-ctx.Done():
				piece.folder.release()
				close(piece.done)
				return false
			}
			return true
		})
	}()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			var space []byte
			for piece := range work {
				if ctx.Err() == nil {
					space = ev.examine(piece, space)
				}
				piece.folder.release()
				close(piece.done)
			}
		})
	}
	for piece := range ordered {
		<-piece.done
		if ctx.Err() != nil {
			continue // the channels must run empty
		}
		ev.follow(piece)
		if ev.o.Progress != nil && len(piece.files) > 0 {
			ev.o.Progress(ev.report.Files)
		}
	}
	wg.Wait()
	ev.endChain()
	if err := ctx.Err(); err != nil {
		return err
	}
	return listErr
}

// examine looks at the files of a batch, each by itself. It reads into space, and returns it, grown if it had to be.
func (ev *evidence) examine(p *batch, space []byte) []byte {
	p.results = make([]examined, len(p.files))
	for i, f := range p.files {
		folder := p.folder.folders[f.book]
		at := place{file: p.where + "/" + f.base, name: f.FileName, named: true, folder: p.where}
		data, err := folder.fetch(f.base, &space)
		if errors.Is(err, fs.ErrNotExist) {
			// A disposal is at work: the cover is there before the record goes. What is gone altogether was never seen.
			at.name.CoverOnly = true
			base := at.name.String()
			at.file = p.where + "/" + base
			if data, err = folder.fetch(base, &space); errors.Is(err, fs.ErrNotExist) {
				p.results[i] = examined{name: f.FileName, book: f.book, gone: true}
				continue
			}
		}
		x := &p.results[i]
		if errors.Is(err, errNotRegular) {
			*x = examined{name: f.FileName, book: f.book, gone: true}
			p.odd = max(p.odd, f.Number+1)
			if info, err := folder.root.Lstat(f.base); err == nil {
				p.unexpected(ev.books.dir(f.book), fs.FileInfoToDirEntry(info), at.file)
			}
			continue
		}
		if err != nil {
			*x = examined{name: at.name, path: at.file, faults: []Fault{
				fault(Unreadable, p.chain, f.Number, at.file, systemWords(err)),
			}}
		} else {
			*x = inspect(at, data, ev.o)
		}
		x.book = f.book
		if ev.o.Met != nil && x.intact {
			ev.o.Met(Met{Chain: x.chain, ID: x.id, Cover: x.cover, CoverOnly: x.name.CoverOnly, Role: x.namespace, Book: int(x.book)})
		}
		for j := range x.faults {
			x.faults[j].Log = ev.books.dir(f.book)
		}
	}
	return space
}

// numberFolder is an open folder of records.
type numberFolder struct {
	root *os.Root
	dir  *os.File
	fd   int // of dir
}

func openNumberFolder(b *Book, where string) (*numberFolder, error) {
	root, err := b.root.OpenRoot(where)
	if err != nil {
		return nil, err
	}
	dir, err := root.Open(".")
	if err != nil {
		root.Close()
		return nil, err
	}
	return &numberFolder{root, dir, int(dir.Fd())}, nil
}

func (f *numberFolder) close() {
	f.dir.Close()
	f.root.Close()
}

// fetch is readFile with the memory of the last one; what it returns is good until the next. Of a name that leads to
// something else than a plain file its error is errNotRegular.
func (f *numberFolder) fetch(name string, space *[]byte) (data []byte, err error) {
	err = insist(func() error {
		data, err = f.fetchOnce(name, space)
		return err
	})
	return data, err
}

// room is memory for a file of a size: as much of it as a record can have, and one byte more.
func room(space *[]byte, size int64) []byte {
	size = min(size, decision.MaxPage+1)
	if int64(cap(*space)) < size {
		*space = make([]byte, max(size, 64<<10))
	}
	return (*space)[:size]
}

// systemWords returns what the system said without the names it was said about.
func systemWords(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

// isSystemFile knows the files that desktop systems and office programs put into folders people look at: .DS_Store, Thumbs.db
// and desktop.ini, the ._ files in which macOS keeps what a share or a stick cannot hold, and the ~$ files with which an
// office program says who has a file open.
func isSystemFile(name string) bool {
	switch name {
	case ".DS_Store", "Thumbs.db", "desktop.ini", "Desktop.ini":
		return true
	}
	return strings.HasPrefix(name, "._") || strings.HasPrefix(name, "~$")
}

// list goes through the names in the folders in order: what lies in the logs' own folders, then chain by chain and
// number folder by number folder, each listed once in every log that has it.
func (g gathered) list(s scope, yield func(*batch) bool) error {
	chains := make(map[string][]int32)
	for i := range g {
		top, names, err := g.top(int32(i))
		if err != nil {
			return err
		}
		for _, name := range names {
			if s.chain == nil || s.chain(name) {
				chains[name] = append(chains[name], int32(i))
			}
		}
		if !yield(top) {
			return nil
		}
	}
	for _, chain := range slices.Sorted(maps.Keys(chains)) {
		if !g.listChain(s, chain, chains[chain], yield) {
			return nil
		}
	}
	return nil
}

// top lists a log's own folder.
func (g gathered) top(book int32) (top *batch, chains []string, err error) {
	b := g[book]
	entries, err := b.disk.ReadDir(".")
	if err != nil {
		name := "."
		if len(g) > 1 {
			name = b.dir
		}
		return nil, nil, &FileError{Path: name, Err: err}
	}
	slices.SortFunc(entries, byName)
	top = &batch{}
	hasReadme, hasSigners := false, false
	for _, e := range entries {
		switch name := e.Name(); {
		case e.IsDir() && decision.IsChainFolder(name):
			chains = append(chains, name)
		case e.Type().IsRegular() && (name == ReadmeName || name == SignersName):
			hasReadme = hasReadme || name == ReadmeName
			hasSigners = hasSigners || name == SignersName
		default:
			top.unexpected(g.dir(book), e, name)
		}
	}
	notice := func(code Code, file string) {
		f := fault(code, "", -1, file, "")
		f.Log = g.dir(book)
		top.notices = append(top.notices, f)
	}
	if !hasReadme {
		notice(NoReadme, ReadmeName)
	} else if text, err := b.ReadFile(ReadmeName); err == nil && !bytes.Equal(text, readme) {
		// It holds commands that people are told to type.
		notice(OtherReadme, ReadmeName)
	}
	if !hasSigners && len(chains) > 0 {
		notice(NoSigners, SignersName)
	}
	return top, chains, nil
}

func byName(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) }

func (p *batch) found(log string, f Fault, notice bool) {
	f.Log = log
	if notice {
		p.notices = append(p.notices, f)
		return
	}
	p.faults = append(p.faults, f)
}

// unexpected reports a name that is not a record's.
func (p *batch) unexpected(log string, e fs.DirEntry, name string) {
	switch {
	case e.Type().IsRegular() && isTemp(path.Base(name)):
		p.found(log, fault(Temporary, p.chain, -1, name, ""), true)
	case e.Type().IsRegular() && isSystemFile(path.Base(name)):
		p.found(log, fault(SystemFile, p.chain, -1, name, ""), true)
	default:
		p.found(log, fault(Stray, p.chain, -1, name, what(e)), false)
	}
}

func what(e fs.DirEntry) string {
	switch {
	case e.IsDir():
		return "a folder"
	case e.Type()&fs.ModeSymlink != 0:
		return "a link"
	case e.Type().IsRegular():
		return "a file with another name than a record has"
	default:
		return "neither a file nor a folder"
	}
}

func (g gathered) listChain(s scope, chain string, books []int32, yield func(*batch) bool) bool {
	head := &batch{chain: chain, has: books}
	folders := make(map[string][]int32)
	for _, i := range books {
		log := g.dir(i)
		entries, err := g[i].disk.ReadDir(chain)
		if err != nil {
			head.found(log, fault(Unreadable, chain, -1, chain, systemWords(err)), false)
			continue
		}
		slices.SortFunc(entries, byName)
		empty := true
		for _, e := range entries {
			if !e.IsDir() || !isNumberFolder(e.Name()) {
				head.unexpected(log, e, path.Join(chain, e.Name()))
				continue
			}
			empty = false
			if s.number == nil || s.number(chain, e.Name()) {
				folders[e.Name()] = append(folders[e.Name()], i)
			}
		}
		if empty {
			head.found(log, fault(EmptyFolder, chain, -1, chain, ""), true)
		}
	}
	if !yield(head) {
		return false
	}
	for i, folder := range slices.Sorted(maps.Keys(folders)) {
		if !g.listFolder(s, chain, folder, folders[folder], len(folders)-i-1, yield) {
			return false
		}
	}
	return true
}

func (g gathered) listFolder(s scope, chain, folder string, books []int32, follow int, yield func(*batch) bool) bool {
	where := chain + "/" + folder
	piece := &batch{chain: chain, where: where}
	shared := &sharedFolders{folders: make([]*numberFolder, len(g))}
	var files []source
	for _, i := range books {
		log := g.dir(i)
		open, err := openNumberFolder(g[i], where)
		if err != nil {
			piece.found(log, fault(Unreadable, chain, -1, where, systemWords(err)), false)
			continue
		}
		shared.folders[i] = open
		others, records, err := open.list()
		if err != nil {
			piece.found(log, fault(Unreadable, chain, -1, where, systemWords(err)), false)
			continue
		}
		for _, e := range others {
			name := path.Join(where, e.Name())
			piece.unexpected(log, e, name)
			if e.Type().IsRegular() && isTemp(e.Name()) {
				piece.temps = append(piece.temps, leftover{name, i})
			}
		}
		if len(records) == 0 {
			piece.found(log, fault(EmptyFolder, chain, -1, where, ""), true)
		}
		for _, f := range records {
			if s.file == nil || s.file(chain, f.FileName) {
				f.book = i
				files = append(files, f)
			}
		}
	}
	if len(files) == 0 {
		shared.close()
		return yield(piece)
	}
	if len(books) > 1 {
		slices.SortStableFunc(files, func(a, b source) int { return strings.Compare(a.base, b.base) })
	}
	piece.folders = follow
	for i := range files {
		if i == 0 || files[i].Number != files[i-1].Number {
			piece.numbers++
		}
	}
	pieces := (len(files) + batchSize - 1) / batchSize
	shared.left.Store(int32(pieces))
	for i := range pieces {
		piece.folder = shared
		piece.files = files[i*batchSize : min((i+1)*batchSize, len(files))]
		if !yield(piece) {
			for range pieces - i - 1 {
				shared.release()
			}
			return false
		}
		piece = &batch{chain: chain, where: where}
	}
	return true
}

// list divides a folder's names into those of records and others. If a number is
// missing between others it looks again: a listing taken while records are
// appended may show a later one and not an earlier. What kind of file a record's
// name belongs to shows when it is read.
func (f *numberFolder) list() (others []fs.DirEntry, files []source, err error) {
	for range 3 {
		if _, err := f.dir.Seek(0, io.SeekStart); err != nil {
			return nil, nil, err
		}
		names, err := f.dir.Readdirnames(-1)
		if err != nil {
			return nil, nil, err
		}
		slices.Sort(names)
		others, files = nil, make([]source, 0, len(names))
		gap := false
		for _, name := range names {
			n, ok := decision.ParseRecordName(name)
			if !ok {
				if info, err := f.root.Lstat(name); err == nil {
					others = append(others, fs.FileInfoToDirEntry(info))
				}
				continue
			}
			if len(files) > 0 && n.Number > files[len(files)-1].Number+1 {
				gap = true
			}
			files = append(files, source{FileName: n, base: name})
		}
		if !gap {
			break
		}
	}
	return others, files, nil
}
