// Package logbook is the log: a folder of chains, each the numbered records of
// one key on one device, every record one file. It opens, reads, appends to and
// checks that folder and touches nothing outside it.
//
// Names carry ids, so nothing ever overwrites anything different, and copying
// two logs together with any tool is the way to merge them. What is written is
// never changed. The package decides nothing about trust: it can tell that a
// record is intact and which key signed it, not who held that key.
package logbook

import (
	_ "embed"
	"errors"
	"io/fs"
	"iter"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// The files of a log that are not records.
const (
	ReadmeName  = "README.txt"      // how a stranger checks a record without dsa
	SignersName = "allowed_signers" // for ssh-keygen; never what dsa itself trusts
)

//go:embed readme.txt
var readme []byte

// Book is a log. It may be used by several goroutines at once.
type Book struct {
	dir  string
	root *os.Root
	disk disk
	keys *sync.Map // the holder of each chain met, by its folder: a chain's key never changes
}

// holder is whose key a chain is signed with.
type holder struct {
	chain decision.ID
	key   sshsig.Key
}

// Entry is a record that has been read and found intact: its name, cover,
// signature and body belong together, and the key is its chain's as far as the
// chain's first record is there. Its place in the chain is Check's task.
type Entry struct {
	Chain     decision.ID // id of the chain's first record
	Number    int
	ID        decision.ID
	Path      string // in the log, with "/"
	CoverOnly bool   // the body was disposed of
	Key       sshsig.Key
	Namespace string // role it was signed in
	Page      decision.Page
}

// Open opens an existing log for reading. It creates nothing.
func Open(dir string) (*Book, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &NoLogError{Dir: dir, Err: err}
	}
	return &Book{dir: dir, root: root, disk: rootDisk{root}, keys: new(sync.Map)}, nil
}

// Create opens a log for writing. Folders that are missing are made, for their
// owner only (0700), and the README.txt is put in if there is none.
func Create(dir string) (*Book, error) {
	if err := makeFolders(dir); err != nil {
		return nil, &WriteError{Step: "folder", Path: dir, Err: err}
	}
	b, err := Open(dir)
	if err != nil {
		return nil, err
	}
	if _, err := b.root.Lstat(ReadmeName); err == nil {
		return b, nil
	}
	if err := replace(b.disk, ReadmeName, readme); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// makeFolders makes dir and what is missing above it, each settled in its
// parent before the next is made.
func makeFolders(dir string) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	var missing []string
	for d := dir; ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err == nil {
			if !info.IsDir() {
				return &fs.PathError{Op: "mkdir", Path: d, Err: errors.New("there is a file of that name")}
			}
			break
		}
		if !errors.Is(err, fs.ErrNotExist) || filepath.Dir(d) == d {
			return err
		}
		missing = append(missing, d)
	}
	for _, d := range slices.Backward(missing) {
		if err := os.Mkdir(d, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		if err := settleParent(filepath.Dir(d)); err != nil {
			return err
		}
	}
	return nil
}

// Close lets go of the folder.
func (b *Book) Close() error { return b.root.Close() }

// Dir returns the folder as it was given to Open or Create.
func (b *Book) Dir() string { return b.dir }

// Chains returns the names of the chains' folders, in order. Other names are
// left out here; Check reports them.
func (b *Book) Chains() ([]string, error) {
	return b.folders(".", decision.IsChainFolder)
}

func isNumberFolder(name string) bool {
	_, ok := decision.ParseNumberFolder(name)
	return ok
}

// folders returns the real folders inside a folder whose names are accepted.
func (b *Book) folders(name string, accept func(string) bool) ([]string, error) {
	entries, err := b.disk.ReadDir(name)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && accept(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, nil
}

// named is a record file as a listing shows it.
type named struct {
	decision.FileName
	path string
}

// records returns the record files in one number folder, in the order of their
// numbers, and the names of temporary files.
func (b *Book) records(folder string) (records []named, temps []string, err error) {
	return b.recordsNamed(folder, "")
}

// recordsNamed leaves out the records whose names do not begin so.
func (b *Book) recordsNamed(folder, prefix string) (records []named, temps []string, err error) {
	entries, err := b.disk.ReadDir(folder)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range entries {
		if isTemp(e.Name()) {
			temps = append(temps, path.Join(folder, e.Name()))
			continue
		}
		if !strings.HasPrefix(e.Name(), prefix) {
			continue
		}
		if n, ok := decision.ParseRecordName(e.Name()); ok && e.Type().IsRegular() {
			records = append(records, named{n, path.Join(folder, e.Name())})
		}
	}
	slices.SortFunc(records, func(a, b named) int { return strings.Compare(a.path, b.path) })
	return records, temps, nil
}

// ReadFile returns the bytes of one file of the log, damaged or not.
func (b *Book) ReadFile(path string) ([]byte, error) {
	if !fs.ValidPath(path) {
		return nil, &FileError{Path: path, Err: fs.ErrInvalid}
	}
	return b.disk.ReadFile(path)
}

// owned refuses a record that another key signed than its chain's. By itself it only says that some key did: whoever can
// write to the folder can put one there that names a chain of somebody else's. A chain whose first record is not there, or
// has changed, cannot tell; Check reports that.
func (b *Book) owned(e Entry) error {
	chain := decision.ChainFolder(e.Chain)
	known, is := b.keys.Load(chain)
	if !is {
		first, err := b.first(chain)
		if err != nil || first.Chain != e.Chain {
			return nil
		}
		known, _ = b.keys.LoadOrStore(chain, holder{first.Chain, first.Key})
	}
	if o := known.(holder); o.chain == e.Chain && o.key != e.Key {
		return &FileError{Path: e.Path, Err: &WrongKeyError{Fingerprint: e.Key.Fingerprint()}}
	}
	return nil
}

// read reads one record file and verifies it by itself.
func (b *Book) read(n named) (Entry, error) {
	data, err := b.disk.ReadFile(n.path)
	if err != nil {
		return Entry{}, &FileError{Path: n.path, Err: err}
	}
	return readEntry(n, data)
}

// errOpeningCover refuses the cover of an opening by itself. The opening says which key signs the chain, so a cover alone is
// nobody's: anybody can sign the same lines. Openings are never disposed of.
var errOpeningCover = errors.New("it is the cover of an opening, which is never without its body")

func readEntry(n named, data []byte) (Entry, error) { return readSeen(n, data, nil) }

// readSeen is readEntry for a record that a check may have come by: its signature need not be verified twice.
func readSeen(n named, data []byte, seen *Survey) (Entry, error) {
	fail := func(err error) (Entry, error) { return Entry{}, &FileError{Path: n.path, Err: err} }
	split := decision.SplitPage
	if n.CoverOnly {
		split = decision.SplitCoverPage
	}
	page, err := split(data)
	if err != nil {
		return fail(err)
	}
	id := page.ID()
	var signature sshsig.Signature
	if seen.Has(page.Cover, id) {
		signature, err = sshsig.Parse(page.Signature)
	} else {
		signature, err = verify(page.Cover.Kind, page.Signature, page.CoverBytes)
	}
	if err != nil {
		return fail(err)
	}
	if right := (decision.FileName{Number: page.Cover.Number, Short: id.Short(), CoverOnly: n.CoverOnly}); right != n.FileName {
		return fail(&NameError{Belongs: right.String()})
	}
	if n.CoverOnly && page.Cover.Kind == decision.Open {
		return fail(errOpeningCover)
	}
	chain := page.Cover.Chain
	if page.Cover.Number == 0 {
		chain = id
	}
	if right := recordFolder(chain, page.Cover.Number); right != path.Dir(n.path) {
		return fail(&NameError{Belongs: right})
	}
	return Entry{
		Chain: chain, Number: page.Cover.Number, ID: id, Path: n.path, CoverOnly: n.CoverOnly,
		Key: signature.Key, Namespace: signature.Namespace, Page: page,
	}, nil
}

// recordFolder returns the folder a record belongs in.
func recordFolder(chain decision.ID, number int) string {
	return path.Join(decision.ChainFolder(chain), decision.NumberFolder(number))
}

// Namespace returns the role in which a record of this kind is signed. In a
// chain of exercises every record is, so that none can pass as a decision.
func Namespace(kind decision.Kind, standing decision.Standing) string {
	switch {
	case standing == decision.Training:
		return sshsig.Training
	case kind.Oversight():
		return sshsig.Oversight
	default:
		return sshsig.Decision
	}
}

// verify verifies a signature in a role the kind allows. Whether the chain is
// one of exercises is known only from its first record, so both are taken here.
func verify(kind decision.Kind, armour, cover []byte) (sshsig.Signature, error) {
	s, err := sshsig.Parse(armour)
	if err != nil {
		return sshsig.Signature{}, err
	}
	namespace := Namespace(kind, decision.Live)
	if s.Namespace == sshsig.Training {
		namespace = sshsig.Training
	}
	if err := s.Verify(namespace, cover); err != nil {
		return sshsig.Signature{}, err
	}
	return s, nil
}

// standing returns what the role of a record says about its chain.
func (e Entry) standing() decision.Standing {
	if e.Namespace == sshsig.Training {
		return decision.Training
	}
	return decision.Live
}

// first reads a chain's number 0 from the name of its folder.
func (b *Book) first(chainFolder string) (Entry, error) {
	folder := path.Join(chainFolder, decision.NumberFolder(0))
	records, _, err := b.records(folder)
	if err != nil {
		return Entry{}, &FileError{Path: folder, Err: err}
	}
	for _, n := range records {
		// The id begins with the name of the folder, so there is one candidate; its cover alone says nothing.
		if n.Number == 0 && !n.CoverOnly && strings.HasPrefix(n.Short, chainFolder) {
			return b.read(n)
		}
	}
	return Entry{}, &FileError{Path: folder, Err: &NotFoundError{Wanted: "number 0"}}
}

// ChainOf returns the chain that a key has opened, from the first record of
// each chain. A damaged chain of somebody else is passed over; one that seems to
// be this key's, or that the system does not let us read, is an error, since a
// second chain must not be begun beside it.
func (b *Book) ChainOf(key sshsig.Key) (chain decision.ID, found bool, err error) {
	folders, err := b.Chains()
	if err != nil {
		return decision.ID{}, false, err
	}
	for _, folder := range folders {
		e, err := b.first(folder)
		if err != nil {
			if isSystem(err) || b.namesKey(folder, key) {
				return decision.ID{}, false, &HeadError{Path: folder, Err: err}
			}
			continue
		}
		if e.Key != key {
			continue
		}
		if found {
			return decision.ID{}, false, &TwoChainsError{
				Fingerprint: key.Fingerprint(),
				Folders:     [2]string{decision.ChainFolder(chain), folder},
			}
		}
		chain, found = e.Chain, true
	}
	return chain, found, nil
}

// isSystem reports whether a file could not be read at all, as opposed to being
// read and found damaged.
func isSystem(err error) bool {
	var p *fs.PathError
	var n syscall.Errno
	return (errors.As(err, &p) || errors.As(err, &n)) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errNotRegular)
}

// namesKey reports whether any record at the beginning or the end of a damaged
// chain claims to be signed with the key. The claim is not verified: it may cost
// a question, never a second chain.
func (b *Book) namesKey(chainFolder string, key sshsig.Key) bool {
	folders, err := b.folders(chainFolder, isNumberFolder)
	if err != nil || len(folders) == 0 {
		return false
	}
	for _, folder := range slices.Compact([]string{folders[0], folders[len(folders)-1]}) {
		records, _, err := b.records(path.Join(chainFolder, folder))
		if err != nil || len(records) == 0 {
			continue
		}
		for _, n := range []named{records[0], records[len(records)-1]} {
			data, err := b.disk.ReadFile(n.path)
			if err != nil {
				return true // it cannot be excluded
			}
			_, armour, _, err := decision.CutPage(restoreLineEnds(data))
			if err != nil {
				continue
			}
			if s, err := sshsig.Parse(armour); err == nil && s.Key == key {
				return true
			}
		}
	}
	return false
}

// Head returns the newest record of a chain. It lists one folder and reads one
// file, however long the chain is. Its errors are *NotFoundError, *HeadError and
// *ForkError.
func (b *Book) Head(chain decision.ID) (Entry, error) {
	e, _, err := b.head(chain)
	return e, err
}

// head also returns the temporary files it met in the listing.
func (b *Book) head(chain decision.ID) (Entry, []string, error) {
	chainFolder := decision.ChainFolder(chain)
	folders, err := b.folders(chainFolder, isNumberFolder)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			err = &NotFoundError{Wanted: chainFolder}
		}
		return Entry{}, nil, err
	}
	var temps []string
	for _, folder := range slices.Backward(folders) {
		records, t, err := b.records(path.Join(chainFolder, folder))
		if err != nil {
			return Entry{}, nil, &HeadError{Path: path.Join(chainFolder, folder), Err: err}
		}
		temps = append(temps, t...)
		if len(records) == 0 {
			continue // made just before a stop
		}
		last := records[len(records)-1]
		if ids := slot(records, last.Number); len(ids) > 1 {
			return Entry{}, nil, &ForkError{Chain: chain, Number: last.Number, Names: ids}
		}
		e, err := b.read(last)
		if err != nil {
			var f *FileError
			errors.As(err, &f)
			return Entry{}, nil, &HeadError{Path: f.Path, Err: f.Err}
		}
		if e.Chain != chain {
			return Entry{}, nil, &HeadError{Path: e.Path, Err: &NameError{Belongs: e.Chain.String()}}
		}
		return e, temps, nil
	}
	return Entry{}, temps, &NotFoundError{Wanted: chainFolder}
}

// slot returns the names of the different records that have a number.
func slot(records []named, number int) []string {
	var names []string
	seen := ""
	for _, n := range records {
		if n.Number == number && n.Short != seen {
			names = append(names, n.String())
			seen = n.Short
		}
	}
	return names
}

// Entries goes through the records in the order of chains and numbers. What
// cannot be read as a record comes with a *FileError, and the records after it
// follow. Each record is verified by itself; only Check verifies the chains. A
// record present both whole and as a cover comes twice.
func (b *Book) Entries() iter.Seq2[Entry, error] {
	return b.entries(func(named, []byte) bool { return true })
}

// entries goes through the records whose files are wanted, each verified by
// itself.
func (b *Book) entries(wanted func(n named, data []byte) bool) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		for n, err := range b.names() {
			var data []byte
			if err == nil {
				if data, err = b.disk.ReadFile(n.path); err != nil {
					err = &FileError{Path: n.path, Err: err}
				}
			}
			switch {
			case err != nil:
				if !yield(Entry{}, err) {
					return
				}
			case wanted(n, data):
				e, err := readEntry(n, data)
				if err == nil {
					err = b.owned(e)
				}
				if err != nil {
					e = Entry{}
				}
				if !yield(e, err) {
					return
				}
			}
		}
	}
}

// names goes through the names of the record files in order, one folder's
// listing in memory at a time.
func (b *Book) names() iter.Seq2[named, error] {
	return func(yield func(named, error) bool) {
		chains, err := b.Chains()
		if err != nil {
			yield(named{}, &FileError{Path: ".", Err: err})
			return
		}
		for _, chain := range chains {
			folders, err := b.folders(chain, isNumberFolder)
			if err != nil {
				if !yield(named{}, &FileError{Path: chain, Err: err}) {
					return
				}
			}
			for _, folder := range folders {
				records, _, err := b.records(path.Join(chain, folder))
				if err != nil {
					if !yield(named{}, &FileError{Path: path.Join(chain, folder), Err: err}) {
						return
					}
				}
				for _, n := range records {
					if !yield(n, nil) {
						return
					}
				}
			}
		}
	}
}

// minPrefix is how much of an id names a record. Sixteen bits are enough to
// choose among a team's records and too many to be typed by accident.
const minPrefix = 4

// maxMatches is how many paths an AmbiguousError lists.
const maxMatches = 10

// locate returns the one record that is meant: by its id or the beginning of it
// (four digits or more), by its file name, or, in a log with one chain, by its
// number. Capitals count as small letters. It goes by names only, so it also
// finds damaged records. The errors are *NotFoundError and *AmbiguousError.
func (b *Book) locate(wanted string) (named, error) {
	fits, byNumber, err := b.matcher(strings.ToLower(wanted))
	if err != nil {
		return named{}, err
	}
	var found named
	var matches []named
	for n, err := range b.names() {
		if err != nil {
			continue // Check reports folders that cannot be read
		}
		if !fits(n) {
			continue
		}
		// A cover beside its own record is no second record; the whole one is meant.
		if same := len(matches) > 0 && n.Number == found.Number && n.Short == found.Short && path.Dir(n.path) == path.Dir(found.path); same {
			if found.CoverOnly {
				found, matches[len(matches)-1] = n, n
			}
			continue
		}
		if found = n; len(matches) < maxMatches {
			matches = append(matches, n)
		}
	}
	switch {
	case len(matches) == 0:
		return named{}, &NotFoundError{Wanted: wanted}
	case len(matches) == 1 && !byNumber:
		return found, nil
	}
	ambiguous := &AmbiguousError{Wanted: wanted, ByNumber: byNumber}
	for _, n := range matches {
		ambiguous.Matches = append(ambiguous.Matches, b.match(n))
	}
	return named{}, ambiguous
}

func (b *Book) match(n named) Match {
	m := Match{Path: n.path, Number: n.Number, ID: n.Short}
	if data, err := b.disk.ReadFile(n.path); err == nil {
		if cover, sound := pinnedCover(n.FileName, data); sound {
			m.Kind, m.Time = cover.Kind, cover.Time
		}
	}
	return m
}

// matcher says which names fit. In a log with several chains a number names no
// record, however many fit: anybody else's is one more.
func (b *Book) matcher(wanted string) (fits func(named) bool, byNumber bool, err error) {
	if name, ok := decision.ParseRecordName(wanted); ok {
		return func(n named) bool { return n.FileName == name }, false, nil
	}
	chains, err := b.Chains()
	if err != nil {
		return nil, false, &FileError{Path: ".", Err: err}
	}
	number, err := strconv.Atoi(wanted)
	isNumber := err == nil && number >= 0 && len(wanted) <= 7
	isPrefix := len(wanted) >= minPrefix && len(wanted) <= 64 && isHexDigits(wanted)
	if !isNumber && !isPrefix {
		return nil, false, &NotFoundError{Wanted: wanted, Reason: "give four or more digits of its id"}
	}
	// Digits that may be the beginning of an id are taken for a number only where a number is enough.
	byNumber = isNumber && len(chains) > 1 && !isPrefix
	isNumber = isNumber && (byNumber || len(chains) <= 1)
	short := wanted[:min(len(wanted), 32)]
	return func(n named) bool {
		return isNumber && n.Number == number || isPrefix && strings.HasPrefix(n.Short, short)
	}, byNumber, nil
}

func isHexDigits(s string) bool {
	return strings.Trim(s, "0123456789abcdef") == ""
}

// Find returns the record that is meant, as in Locate. A record that is there
// but not intact gives a *FileError.
func (b *Book) Find(wanted string) (Entry, error) {
	wanted = strings.ToLower(wanted)
	n, err := b.locate(wanted)
	if err != nil {
		return Entry{}, err
	}
	e, err := b.read(n)
	if err == nil {
		err = b.owned(e)
	}
	if err != nil {
		return Entry{}, err
	}
	if len(wanted) > 32 && isHexDigits(wanted) && !strings.HasPrefix(e.ID.String(), wanted) {
		return Entry{}, &NotFoundError{Wanted: wanted}
	}
	return e, nil
}
