package logbook

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// Code names a kind of finding. Codes are stable: reports are compared and
// counted by them.
type Code string

// Codes of faults. A log with any of these is not what was written.
const (
	ChangedCover Code = "changed-cover" // the signed lines are not those that were signed
	ChangedBody  Code = "changed-body"  // the body is not the one that was signed
	Truncated    Code = "truncated"     // the end of the file is gone
	BadSignature Code = "bad-signature" // the signature is damaged, or another's
	NoSignature  Code = "no-signature"  // there is none
	WrongName    Code = "wrong-name"    // a sound record under a name not its own
	WrongKey     Code = "wrong-key"     // signed with another key than its chain's
	WrongChain   Code = "wrong-chain"   // a sound record in another chain's folder
	WrongRole    Code = "wrong-role"    // an exercise among decisions, or the other way round
	BrokenLink   Code = "broken-link"   // the record named as the one before is not the one before
	Missing      Code = "missing"       // a number between others has no record
	Fork         Code = "fork"          // a number has two sound records
	TwoChains    Code = "two-chains"    // one key has two chains
	BadOpening   Code = "bad-opening"   // number 0 does not say whose chain this is
	BadBody      Code = "bad-body"      // signed, but not written as this format writes it
	WrongAbout   Code = "wrong-about"   // about another record than it says, or one it cannot be about
	AboutMissing Code = "about-missing" // about a record that its chain should have and has not
	Stray        Code = "stray"         // something that has no place in a log
	Oversize     Code = "oversize"      // a file larger than any record
	Unreadable   Code = "unreadable"    // the system refuses to read it
	NewerFormat  Code = "newer-format"  // written by a newer version of dsa
	CRLF         Code = "crlf"          // line ends rewritten by another program
	CoverOnly    Code = "cover-only"    // body gone, its disposal not shown
	Unfinished   Code = "disposal-unfinished"
)

// Codes of notices. They change nothing about the records.
const (
	TimeBack       Code = "time-back"       // a record claims an earlier time than the one before it
	Temporary      Code = "temporary"       // left by a writer that was stopped
	SystemFile     Code = "system-file"     // put there by the system, such as .DS_Store
	EmptyFolder    Code = "empty-folder"    // made just before a stop
	NoRecords      Code = "no-records"      // there is nothing to check
	NoReadme       Code = "no-readme"       // README.txt is not there
	OtherReadme    Code = "other-readme"    // README.txt is not the text this version writes
	NoSigners      Code = "no-signers"      // allowed_signers is not there
	UnknownSigner  Code = "unknown-signer"  // allowed_signers has a line that no chain in this log opens with
	AboutElsewhere Code = "about-elsewhere" // about a record whose chain is not in this log
	NotJudged      Code = "not-judged"      // records whose content this version does not examine
	OtherName      Code = "other-name"      // a single file not under its own name
)

// Fault is one finding: where, what, what it means and what to do. It never
// quotes what a record says.
type Fault struct {
	Chain   string `json:"chain,omitempty"` // folder name of the chain, if known
	Number  int    `json:"number"`          // -1 if the finding is not about one number
	File    string `json:"file,omitempty"`  // path in the log, or the name given to CheckFile
	Code    Code   `json:"code"`            //
	Meaning string `json:"meaning"`         // in words
	Next    string `json:"next,omitempty"`  // what to do
}

// String returns the finding on one line.
func (f Fault) String() string {
	where := f.File
	if where == "" {
		where = f.Chain
	}
	if f.Number >= 0 {
		where = fmt.Sprintf("%s (number %d)", where, f.Number)
	}
	return fmt.Sprintf("%s: %s: %s", where, f.Code, f.Meaning)
}

// Report is what a check found. Faults mean that something is not as it was
// written; notices are worth a look. A clean report means "intact, signer not
// confirmed", never "valid": see Limits.
type Report struct {
	Chains   int     `json:"chains"`
	Files    int     `json:"files"`    // record files looked at
	Records  int     `json:"records"`  // intact records, without exercises
	Training int     `json:"training"` // intact records of exercises
	Covers   int     `json:"covers"`   // intact covers of disposed records
	Faults   []Fault `json:"faults"`
	Notices  []Fault `json:"notices"`
}

// Clean reports whether there are no faults.
func (r Report) Clean() bool { return len(r.Faults) == 0 }

// Limits says what a clean result does not show, for print beside every result.
func (r Report) Limits() []string {
	return []string{
		"who held the signing key: compare its fingerprint with one learned from the signer or their organisation",
		"whether the author's clock was right",
		"whether records are missing after the last one of a chain, or whole chains: compare with a receipt or another copy",
		"whether what the records say is true",
	}
}

// Options are what a check is told.
type Options struct {
	// Body judges the body of an intact record, of every kind but open. It is called
	// from many goroutines at once. Its error must not quote the body. Nil: bodies
	// are checked against their fingerprint only.
	Body func(decision.Kind, []byte) error
	// Of reads off the body of an intact record which record it is about, and reports
	// false if the body does not say. It is called after Body has taken the body, for
	// the kinds that need another record, from many goroutines at once. Nil: the
	// covers are believed.
	Of func(decision.Kind, []byte) (Reference, bool)
	// Workers is how many files are read at once. 0: four to each core and at
	// least sixteen, since on a network share reading waits more than it works.
	Workers int
	// Progress is called now and then with the number of files done so far.
	Progress func(files int)
}

// examined is what remains of a file after it has been looked at by itself. It
// holds no body, so that memory stays flat however long the log is.
type examined struct {
	name      decision.FileName
	path      string
	intact    bool
	cover     decision.Cover
	id        decision.ID
	chain     decision.ID
	key       sshsig.Key
	namespace string
	signer    string // number 0: the line it adds to allowed_signers
	of        Reference
	faults    []Fault
}

// wordsOf says what a code means and what to do about it, where that is always
// the same.
func wordsOf(code Code) (meaning, next string) {
	const keep = "leave the folder as it is, keep a copy of it, and tell your information governance lead"
	switch code {
	case ChangedCover:
		return "the cover has changed since it was signed", keep
	case ChangedBody:
		return "the body has changed since it was signed", keep
	case Truncated:
		return "the end of the record is gone; what is left is not what was signed", "look for another copy of this file, and " + keep
	case BadSignature:
		return "the signature is damaged or does not belong to this cover", keep
	case NoSignature:
		return "there is no signature, or the lines around it have changed", keep
	case WrongName:
		return "the record is intact but stands under a name or in a folder that is not its own", "find out who renamed or moved it; its right place is given"
	case WrongKey:
		return "the record is signed with another key than this chain's", keep
	case WrongChain:
		return "the record is intact but belongs to another chain", "find out who moved it here"
	case WrongRole:
		return "exercises and real decisions are mixed in one chain", keep
	case BrokenLink:
		return "the record before it is not the one it names", keep
	case Missing:
		return "the record is not there", "look for it in other copies of the log; copying it back mends the chain. If there is none, " + keep
	case Fork:
		return "two records have this number; both are intact", "both stay. Stop using this key, and tell your information governance lead: the key is in use in two places, or an older copy of the log was written to"
	case TwoChains:
		return "one key has two chains in this log", "both stay. Tell your information governance lead"
	case BadOpening:
		return "number 0 does not say properly whose chain this is", keep
	case BadBody:
		return "the body is signed but not written as this version of dsa writes it", "check it with the newest version of dsa; if that says the same, " + keep
	case Stray:
		return "this has no place in a log", "find out who put it here and move it elsewhere"
	case Oversize:
		return "the file is larger than any record", "find out who put it here"
	case Unreadable:
		return "it cannot be read", "try again as somebody who may read it, or from another copy"
	case NewerFormat:
		return "it was written by a newer version of dsa", "check with the newest version of dsa; this one cannot judge it"
	case CRLF:
		return "CRLF damage: another program has rewritten the line ends", "get the file again from where it came, in a way that does not change it (in a zip, for instance)"
	case CoverOnly:
		return "only the cover is here; this version of dsa cannot see whether the body was disposed of with authority", "ask your information governance lead for the disposal, or check with a newer version"
	case Unfinished:
		return "record and cover are both here: a disposal was begun and not finished, or a cover was copied in", "tell your information governance lead"
	case WrongAbout:
		return "what it is about does not agree with its cover or with the log", keep
	case AboutMissing:
		return "the record it is about is not there, though the chain of that record is", "look for it in other copies of the log; if there is none, " + keep
	case AboutElsewhere:
		return "the record it is about is not in this log", "nothing, if that record stands in another log; otherwise compare with another copy"
	case TimeBack:
		return "its time is before that of the record before it: a clock was set, or one of the times is not true", "ask the author; the order of the numbers is sure, the times are claims"
	case Temporary:
		return "left by a writer that was stopped; it is not a record", "nothing; its owner's dsa removes it after a day"
	case SystemFile:
		return "put here by the computer, not by dsa", "it may be deleted"
	case EmptyFolder:
		return "no records are in this folder", "nothing, if a first record is about to be written; otherwise compare with another copy"
	case NoRecords:
		return "there are no records here", "make sure that this is the right folder"
	case NoReadme:
		return "the file that tells others how to check the log is not there", "nothing; dsa puts it back with the next record"
	case OtherReadme:
		return "the file that tells others how to check the log is not the text this version of dsa writes", "read it before you type what it says; an older version of dsa may have written it, or somebody changed it"
	case NoSigners:
		return "the file that names the signers for ssh-keygen is not there", "nothing; dsa writes it again when a chain begins, and checks without it"
	case UnknownSigner:
		return "a line does not come from any chain in this log", "do not rely on this file; compare key fingerprints with the signer"
	case NotJudged:
		return "signed acts of oversight whose content this version of dsa does not examine", "check with a newer version of dsa"
	case OtherName:
		return "the file does not have a record's name, so nothing says which record it should be", "compare its id with what you were told"
	}
	return "", ""
}

// fault makes a finding; more, if not empty, is added to the meaning.
func fault(code Code, chain string, number int, file, more string) Fault {
	meaning, next := wordsOf(code)
	if more != "" {
		meaning += ": " + more
	}
	return Fault{Chain: chain, Number: number, File: file, Code: code, Meaning: meaning, Next: next}
}

// restoreLineEnds undoes what programs on Windows do to a text.
func restoreLineEnds(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}

// place is where a file was found, as far as that is known.
type place struct {
	file   string // as it should be shown
	name   decision.FileName
	named  bool   // the file has a record's name
	folder string // its folder in the log; "" for a file lying anywhere
}

func placeOf(n named) place {
	return place{file: n.path, name: n.FileName, named: true, folder: path.Dir(n.path)}
}

// inspect looks at one file by itself and finds everything that is wrong with it.
func inspect(p place, data []byte, o Options) examined {
	x := examined{path: p.file, name: p.name}
	chain, number := "", -1
	if p.named {
		number = p.name.Number
		chain, _, _ = strings.Cut(p.folder, "/")
	}
	add := func(code Code, more string) {
		x.faults = append(x.faults, fault(code, chain, number, p.file, more))
	}

	if len(data) > decision.MaxPage {
		add(Oversize, "")
		return x
	}
	if bytes.IndexByte(data, '\r') >= 0 {
		restored := restoreLineEnds(data)
		if bytes.IndexByte(restored, '\r') < 0 && len(inspect(p, restored, o).faults) == 0 {
			add(CRLF, "nothing else has changed; the original file is still needed")
			return x
		}
		add(CRLF, "something else has changed too")
	}

	coverBytes, armour, body, err := decision.CutPage(data)
	var page *decision.PageError
	if errors.As(err, &page) && page.Problem == decision.EmptyFile {
		add(Truncated, "the file is empty")
		return x
	}
	if err != nil {
		add(NoSignature, "")
		return x
	}
	x.id = sha256.Sum256(coverBytes)
	confirmed := p.named && p.name.Short == x.id.Short() // the name pins the cover
	x.cover, err = decision.ParseCover(coverBytes)
	if err != nil {
		var newer *decision.NewerFormat
		var line *decision.CoverError
		switch {
		case errors.As(err, &newer) && (confirmed || !p.named):
			add(NewerFormat, fmt.Sprintf("record format %d", newer.Version))
		case errors.As(err, &line):
			add(ChangedCover, fmt.Sprintf("line %d (%s)", line.Line, line.Name))
		case errors.As(err, &newer):
			// The name is that of another cover, so the format number is damage.
			add(ChangedCover, "line 1 (dsa-record)")
		case len(x.faults) == 0:
			add(ChangedCover, "")
		}
		return x
	}
	x.chain = x.cover.Chain
	if x.cover.Number == 0 {
		x.chain = x.id
	}
	right := decision.FileName{Number: x.cover.Number, Short: x.id.Short(), CoverOnly: p.name.CoverOnly}
	if !p.named {
		right.CoverOnly = len(body) == 0
		x.name = right
	}
	if p.folder == "" {
		number, chain = x.cover.Number, decision.ChainFolder(x.chain)
	}

	signature, err := verify(x.cover.Kind, armour, coverBytes)
	switch {
	case err == nil:
		x.key, x.namespace = signature.Key, signature.Namespace
	case confirmed:
		add(BadSignature, err.Error())
	case p.named:
		add(ChangedCover, "neither its name nor its signature belongs to it")
	default:
		add(BadSignature, "either the signature or the cover has changed: "+err.Error())
	}
	if x.name.CoverOnly {
		if len(body) > 0 {
			add(ChangedBody, "there is one, behind a cover that should stand alone")
		}
	} else if err := x.cover.CheckBody(body); err != nil {
		if errors.As(err, &page) && page.Problem == decision.TruncatedEnd {
			add(Truncated, "")
		} else {
			add(ChangedBody, "")
		}
	}
	if len(x.faults) > 0 {
		return x
	}

	belongs := path.Join(recordFolder(x.chain, x.cover.Number), right.String())
	switch {
	case p.folder != "" && decision.ChainFolder(x.chain) != chain:
		add(WrongChain, "it belongs at "+belongs)
	case right != x.name, p.folder != "" && p.folder != path.Dir(belongs):
		add(WrongName, "it belongs at "+belongs)
	}
	x.intact = len(x.faults) == 0
	// A record with a bad body is still its author's, and holds its number.
	switch {
	case x.name.CoverOnly:
	case x.cover.Kind == decision.Open:
		opening, err := Entry{Path: p.file, Key: x.key, Namespace: x.namespace, Page: decision.Page{Body: body}}.Opening()
		if err != nil {
			// Whose chain this is must not be taken from a record that contradicts itself.
			add(BadOpening, errors.Unwrap(err).Error())
			x.intact = false
			break
		}
		x.signer = signersLine(opening, x.key)
	case o.Body != nil:
		if err := o.Body(x.cover.Kind, body); err != nil {
			add(BadBody, err.Error())
		}
	}
	if o.Of != nil && !x.name.CoverOnly && followsUp(x.cover.Kind) && len(x.faults) == 0 {
		if of, said := o.Of(x.cover.Kind, body); said && of.ID != x.cover.About {
			add(WrongAbout, "its body names another record")
		} else if said {
			x.of = of
		}
	}
	return x
}

// CheckFile checks one record file that lies anywhere, such as in a case file
// or an e-mail, by itself and without its chain. The name is only compared with
// the record's id; it may be a path. The Entry is valid if the report is clean.
func CheckFile(data []byte, name string, o Options) (Report, Entry) {
	p := place{file: name}
	p.name, p.named = decision.ParseRecordName(path.Base(strings.ReplaceAll(name, `\`, "/")))
	r, e := checkOne(p, data, o)
	if !p.named {
		r.Notices = append(r.Notices, fault(OtherName, "", -1, name, ""))
	}
	return r, e
}

// CheckRecord checks one record of a log, found as Locate finds it, by itself
// and without its chain. The Entry is valid if the report is clean.
func CheckRecord(b *Book, wanted string, o Options) (Report, Entry, error) {
	n, err := b.locate(wanted)
	if err != nil {
		return Report{}, Entry{}, err
	}
	data, err := b.disk.ReadFile(n.path)
	if err != nil {
		return Report{}, Entry{}, &FileError{Path: n.path, Err: err}
	}
	r, e := checkOne(placeOf(n), data, o)
	return r, e, nil
}

func checkOne(p place, data []byte, o Options) (Report, Entry) {
	x := inspect(p, data, o)
	r := Report{Files: 1, Faults: append([]Fault{}, x.faults...), Notices: []Fault{}}
	if !r.Clean() {
		return r, Entry{}
	}
	r.Chains = 1
	r.count(x)
	if x.name.CoverOnly {
		r.Notices = append(r.Notices, fault(CoverOnly, decision.ChainFolder(x.chain), x.cover.Number, p.file, ""))
	}
	cover, armour, body, _ := decision.CutPage(data) // inspect has cut it at the same places
	if x.name.CoverOnly {
		body = nil
	}
	return r, Entry{
		Chain: x.chain, Number: x.cover.Number, ID: x.id, Path: p.file, CoverOnly: x.name.CoverOnly,
		Key: x.key, Namespace: x.namespace,
		Page: decision.Page{Cover: x.cover, CoverBytes: cover, Signature: armour, Body: body},
	}
}

func (r *Report) count(x examined) {
	switch {
	case x.name.CoverOnly:
		r.Covers++
	case x.namespace == sshsig.Training:
		r.Training++
	default:
		r.Records++
	}
}

// batchSize is how many files one worker takes at a time.
const batchSize = 32

// batch is a piece of the log in its order: what its listing showed, then files
// of one folder. Results stand in the order of the files.
type batch struct {
	chain   string // folder of the chain; "" for the log's own folder
	faults  []Fault
	notices []Fault
	files   []named
	folder  *sharedRoot
	results []examined
	done    chan struct{}
}

// sharedRoot is an open folder that the last of its batches closes.
type sharedRoot struct {
	root *os.Root
	left atomic.Int32
}

func (s *sharedRoot) release() {
	if s != nil && s.left.Add(-1) == 0 {
		s.root.Close()
	}
}

// Check verifies a whole log: every file by itself, and every chain as a chain.
// It uses all cores and reads the log as a stream. It returns an error only when
// ctx ends or the log's folder cannot be listed; everything else is in the
// report. Records that are appended meanwhile may or may not be seen.
//
// It does not judge trust, checkpoints and disposals; the report says so where
// such records are present.
func Check(ctx context.Context, b *Book, o Options) (Report, error) {
	workers := o.Workers
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
		listErr = b.list(func(piece *batch) bool {
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
			for piece := range work {
				if ctx.Err() == nil {
					piece.examine(o)
				}
				piece.folder.release()
				close(piece.done)
			}
		})
	}

	f := follower{report: Report{Faults: []Fault{}, Notices: []Fault{}}, keys: make(map[sshsig.Key]string), signers: make(map[string]bool), opened: make(map[sshsig.Key]bool)}
	for piece := range ordered {
		<-piece.done
		if ctx.Err() != nil {
			continue // the channels must run empty
		}
		f.follow(piece)
		if o.Progress != nil && len(piece.files) > 0 {
			o.Progress(f.report.Files)
		}
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return Report{}, err
	}
	if listErr != nil {
		return Report{}, listErr
	}
	f.endChain()
	f.finish(b)
	return f.report, nil
}

func (p *batch) examine(o Options) {
	p.results = make([]examined, len(p.files))
	for i, n := range p.files {
		var data []byte
		err := insist(func() (err error) {
			data, err = readFile(p.folder.root, path.Base(n.path))
			return err
		})
		if err != nil {
			p.results[i] = examined{name: n.FileName, path: n.path, faults: []Fault{
				fault(Unreadable, p.chain, n.Number, n.path, systemWords(err)),
			}}
			continue
		}
		p.results[i] = inspect(placeOf(n), data, o)
	}
}

// systemWords returns what the system said without the names it was said about.
func systemWords(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

// isSystemFile knows the files that desktop systems put into folders people
// look at.
func isSystemFile(name string) bool {
	switch name {
	case ".DS_Store", "Thumbs.db", "desktop.ini", "Desktop.ini":
		return true
	}
	return false
}

// list goes through the names in the log's folder in order.
func (b *Book) list(yield func(*batch) bool) error {
	entries, err := b.disk.ReadDir(".")
	if err != nil {
		return &FileError{Path: ".", Err: err}
	}
	slices.SortFunc(entries, byName)
	top := &batch{}
	var chains []string
	hasReadme, hasSigners := false, false
	for _, e := range entries {
		switch name := e.Name(); {
		case e.IsDir() && decision.IsChainFolder(name):
			chains = append(chains, name)
		case e.Type().IsRegular() && (name == ReadmeName || name == SignersName):
			hasReadme = hasReadme || name == ReadmeName
			hasSigners = hasSigners || name == SignersName
		default:
			top.unexpected(e, name)
		}
	}
	if !hasReadme {
		top.notices = append(top.notices, fault(NoReadme, "", -1, ReadmeName, ""))
	} else if text, err := b.ReadFile(ReadmeName); err == nil && !bytes.Equal(text, readme) {
		// It holds commands that people are told to type.
		top.notices = append(top.notices, fault(OtherReadme, "", -1, ReadmeName, ""))
	}
	if !hasSigners && len(chains) > 0 {
		top.notices = append(top.notices, fault(NoSigners, "", -1, SignersName, ""))
	}
	if !yield(top) {
		return nil
	}
	for _, chain := range chains {
		if !b.listChain(chain, yield) {
			return nil
		}
	}
	return nil
}

func byName(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) }

// unexpected reports a name that is not a record's.
func (p *batch) unexpected(e fs.DirEntry, name string) {
	switch {
	case e.Type().IsRegular() && isTemp(path.Base(name)):
		p.notices = append(p.notices, fault(Temporary, p.chain, -1, name, ""))
	case e.Type().IsRegular() && isSystemFile(path.Base(name)):
		p.notices = append(p.notices, fault(SystemFile, p.chain, -1, name, ""))
	default:
		p.faults = append(p.faults, fault(Stray, p.chain, -1, name, what(e)))
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

func (b *Book) listChain(chain string, yield func(*batch) bool) bool {
	head := &batch{chain: chain}
	entries, err := b.disk.ReadDir(chain)
	if err != nil {
		head.faults = append(head.faults, fault(Unreadable, chain, -1, chain, systemWords(err)))
		return yield(head)
	}
	slices.SortFunc(entries, byName)
	var folders []string
	for _, e := range entries {
		if e.IsDir() && isNumberFolder(e.Name()) {
			folders = append(folders, e.Name())
			continue
		}
		head.unexpected(e, path.Join(chain, e.Name()))
	}
	if len(folders) == 0 {
		head.notices = append(head.notices, fault(EmptyFolder, chain, -1, chain, ""))
	}
	if !yield(head) {
		return false
	}
	for _, folder := range folders {
		if !b.listFolder(chain, folder, yield) {
			return false
		}
	}
	return true
}

func (b *Book) listFolder(chain, folder string, yield func(*batch) bool) bool {
	where := path.Join(chain, folder)
	piece := &batch{chain: chain}
	root, err := b.root.OpenRoot(where)
	if err != nil {
		piece.faults = append(piece.faults, fault(Unreadable, chain, -1, where, systemWords(err)))
		return yield(piece)
	}
	entries, files, err := listRecords(root, where)
	if err != nil {
		root.Close()
		piece.faults = append(piece.faults, fault(Unreadable, chain, -1, where, systemWords(err)))
		return yield(piece)
	}
	for _, e := range entries {
		piece.unexpected(e, path.Join(where, e.Name()))
	}
	if len(files) == 0 {
		root.Close()
		piece.notices = append(piece.notices, fault(EmptyFolder, chain, -1, where, ""))
		return yield(piece)
	}
	shared := &sharedRoot{root: root}
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
		piece = &batch{chain: chain}
	}
	return true
}

// listRecords divides a folder's names into records and others. If a number is
// missing between others it looks again: a listing taken while records are
// appended may show a later one and not an earlier.
func listRecords(root *os.Root, where string) (others []fs.DirEntry, files []named, err error) {
	for range 3 {
		f, err := root.Open(".")
		if err != nil {
			return nil, nil, err
		}
		entries, err := f.ReadDir(-1)
		f.Close()
		if err != nil {
			return nil, nil, err
		}
		slices.SortFunc(entries, byName)
		others, files = nil, nil
		gap := false
		for _, e := range entries {
			n, ok := decision.ParseRecordName(e.Name())
			if !ok || !e.Type().IsRegular() {
				others = append(others, e)
				continue
			}
			if len(files) > 0 && n.Number > files[len(files)-1].Number+1 {
				gap = true
			}
			files = append(files, named{n, path.Join(where, e.Name())})
		}
		if !gap {
			break
		}
	}
	return others, files, nil
}

// link is what the next record must name.
type link struct {
	id   decision.ID
	time time.Time
}

// follower goes along the chains, one number after the other. It holds the
// state of one chain, and one entry for each key.
type follower struct {
	report  Report
	keys    map[sshsig.Key]string // chain folder by key
	signers map[string]bool       // lines that belong in allowed_signers
	opened  map[sshsig.Key]bool   // keys whose openings are intact
	acts    int                   // oversight records met
	// references are the intact follow-ups. They are the one thing held besides a chain's state, some two hundred bytes
	// each: what they are about can stand anywhere in the log, also after them.
	references []reference

	folder   string // chain being followed; "" before the first
	group    []examined
	chain    decision.ID // zero until an intact record has said it
	key      sshsig.Key
	training bool
	next     int              // lowest number not accounted for
	before   []link           // intact records of number next-1
	broken   map[int][]string // shorts of files that are not intact, by number, from next-1 on
}

func (f *follower) follow(p *batch) {
	if p.chain != f.folder {
		f.endChain()
		f.folder = p.chain
		f.chain, f.key, f.training, f.next, f.before = decision.ID{}, sshsig.Key{}, false, 0, nil
		f.broken = make(map[int][]string)
		f.report.Chains++
	}
	f.report.Faults = append(f.report.Faults, p.faults...)
	f.report.Notices = append(f.report.Notices, p.notices...)
	for _, x := range p.results {
		if x.signer != "" {
			f.signers[x.signer], f.opened[x.key] = true, true
		}
		if len(f.group) > 0 && f.group[0].name.Number != x.name.Number {
			f.endNumber()
		}
		f.group = append(f.group, x)
	}
	f.report.Files += len(p.files)
}

func (f *follower) endChain() {
	f.endNumber()
	f.folder = ""
}

func (f *follower) fault(code Code, x examined, more string) {
	f.report.Faults = append(f.report.Faults, fault(code, f.folder, x.name.Number, x.path, more))
}

// endNumber judges all files of one number together.
func (f *follower) endNumber() {
	group := f.group
	f.group = f.group[:0]
	if len(group) == 0 {
		return
	}
	number := group[0].name.Number
	var sound []examined
	for _, x := range group {
		f.report.Faults = append(f.report.Faults, x.faults...)
		if x.intact && f.belongs(x) {
			sound = append(sound, x)
			continue
		}
		f.broken[number] = append(f.broken[number], x.name.Short)
	}
	if len(sound) == 0 {
		return // foreign, and does not compete for the number
	}
	sound = f.oneEach(sound)
	f.gap(number, sound[0])
	if len(sound) > 1 {
		for _, x := range sound {
			f.fault(Fork, x, fmt.Sprintf("%d have it", len(sound)))
		}
	}
	var now []link
	for _, x := range sound {
		f.report.count(x)
		if x.cover.Kind.Oversight() {
			f.acts++
		}
		f.links(number, x)
		if followsUp(x.cover.Kind) && len(x.faults) == 0 {
			f.references = append(f.references, reference{kind: x.cover.Kind, about: x.cover.About, of: x.of,
				training: f.training, folder: f.folder, number: number, path: x.path})
		}
		now = append(now, link{x.id, x.cover.Time})
	}
	for n := range f.broken {
		if n < number {
			delete(f.broken, n)
		}
	}
	f.before, f.next = now, number+1
}

// belongs holds an intact record against its chain. The first one decides what
// the chain, its key and its standing are: number 0, unless that is missing or
// damaged, which is then a fault already.
func (f *follower) belongs(x examined) bool {
	training := x.namespace == sshsig.Training
	if f.chain.IsZero() {
		f.chain, f.key, f.training = x.chain, x.key, training
		if other, taken := f.keys[x.key]; taken {
			f.fault(TwoChains, x, "the other is "+other)
		} else {
			f.keys[x.key] = f.folder
		}
		return true
	}
	switch {
	case x.chain != f.chain:
		f.fault(WrongChain, x, "two chains begin with the same digits")
	case x.key != f.key:
		f.fault(WrongKey, x, x.key.Fingerprint())
	case training != f.training:
		f.fault(WrongRole, x, "")
	default:
		return true
	}
	return false
}

// oneEach leaves one of a record and its cover, and reports that both are there.
func (f *follower) oneEach(sound []examined) []examined {
	var kept []examined
	for _, x := range sound {
		if i := slices.IndexFunc(kept, func(k examined) bool { return k.id == x.id }); i >= 0 {
			f.fault(Unfinished, x, "")
			if kept[i].name.CoverOnly {
				kept[i] = x
			}
			continue
		}
		kept = append(kept, x)
	}
	for _, x := range kept {
		if x.name.CoverOnly {
			f.fault(CoverOnly, x, "")
		}
	}
	return kept
}

// maxGap is how many missing numbers are listed one by one.
const maxGap = 100

// gap reports the numbers between the last intact record and this one.
func (f *follower) gap(number int, x examined) {
	if number-f.next > maxGap {
		f.report.Faults = append(f.report.Faults, fault(Missing, f.folder, f.next, "",
			fmt.Sprintf("nor are those up to number %d", number-1)))
		return
	}
	for n := f.next; n < number; n++ {
		name, known := decision.FileName{Number: n}, true
		switch n {
		case number - 1:
			name.Short = x.cover.Previous.Short()
		case 0:
			name.Short = f.chain.Short()
		default:
			known = false
		}
		damaged := f.broken[n]
		if len(damaged) > 0 && (!known || slices.Contains(damaged, name.Short)) {
			continue // it is there, and reported as damaged
		}
		file := path.Join(f.folder, decision.NumberFolder(n))
		if known {
			file = path.Join(file, name.String())
		}
		f.report.Faults = append(f.report.Faults, fault(Missing, f.folder, n, file, ""))
	}
}

// links holds a record against the one before it.
func (f *follower) links(number int, x examined) {
	if number == 0 || number != f.next || len(f.before) == 0 {
		return // what should be before it is missing or damaged, and reported
	}
	for _, l := range f.before {
		if l.id == x.cover.Previous {
			if x.cover.Time.Before(l.time) {
				f.report.Notices = append(f.report.Notices, fault(TimeBack, f.folder, number, x.path, ""))
			}
			return
		}
	}
	if !slices.Contains(f.broken[number-1], x.cover.Previous.Short()) {
		f.fault(BrokenLink, x, "it names "+decision.RecordName(number-1, x.cover.Previous))
	}
}

// finish adds what can be said only about the log as a whole.
func (f *follower) finish(b *Book) {
	if f.report.Files == 0 {
		f.report.Notices = append(f.report.Notices, fault(NoRecords, "", -1, "", ""))
	}
	if f.acts > 0 {
		f.report.Notices = append(f.report.Notices, fault(NotJudged, "", -1, "", fmt.Sprintf("%d of them", f.acts)))
	}
	f.judgeReferences(b)
	text, err := b.disk.ReadFile(SignersName)
	if err != nil {
		return // a convenience; its absence is no finding
	}
	for i, line := range strings.SplitAfter(string(text), "\n") {
		if line == "" || strings.HasPrefix(line, "#") || f.signers[strings.TrimSuffix(line, "\n")+"\n"] {
			continue
		}
		// A chain whose opening is gone cannot say what its line should be.
		fields := strings.Fields(line)
		key, err := sshsig.ParseKey(strings.Join(fields[max(0, len(fields)-2):], " "))
		if _, here := f.keys[key]; err == nil && here && !f.opened[key] {
			continue
		}
		f.report.Notices = append(f.report.Notices, fault(UnknownSigner, "", -1, SignersName, fmt.Sprintf("line %d", i+1)))
	}
}
