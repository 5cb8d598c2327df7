package logbook

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"

	"dsa/decision"
	"dsa/decision/sshsig"
	"dsa/decision/tree"
)

// Proof is one record with what proves, against a checkpoint's id alone, that the log held it when the checkpoint was
// made. It discloses nothing of other records.
type Proof struct {
	Log    decision.ID
	Index  uint64        // of the record's id among the leaves
	Path   []decision.ID // hashes beside the way to the root, leaf's first (RFC 6962, 2.1.1)
	Point  decision.Page // cover and signature of the checkpoint, without body
	Record decision.Page // the record, or its cover and signature where the body was disposed of
}

// A proof is one text file:
//
//	dsa-proof 1
//	log <id of the log, 64 hex digits>
//	leaf <index of the record's id among the leaves, from 0>
//	size <number of leaves: the one in the tree line of the checkpoint>
//	path <number of hashes>
//	<the hashes, one to a line: 32 bytes in base64, 44 signs>
//	<the checkpoint: its cover and its signature>
//	<the record: its file, or its cover and signature where the body was disposed of>
//
// The first lines are written as those of a cover: a word, one space, a value, LF; no leading zero, no capital hex digit.
// The checkpoint ends with its signature and the record begins right after. The log's id is a claim that only a receipt
// confirms, since the checkpoint has it in its body, and that would tell of other chains.
const (
	proofWord   = "dsa-proof"
	proofFormat = 1
	proofSuffix = ".proof.txt"

	maxPath = 53 // as many as the largest tree has above a leaf

	// MaxProof is the largest a proof may be: the largest record, and what is before it at its longest, rounded up.
	MaxProof = decision.MaxPage + 8192
)

// ProofName returns the name of a record's proof: 0000017-<32 hex>.proof.txt.
func ProofName(number int, id decision.ID) string {
	return fmt.Sprintf("%07d-%s%s", number, id.Short(), proofSuffix)
}

// Text returns the proof as one text file. What it returns for a proof that was not composed from a survey is refused by
// ParseProof.
func (p Proof) Text() []byte {
	size, _, _ := decision.ParseTree(p.Point.Cover.Tree)
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %d\nlog %s\nleaf %d\nsize %d\npath %d\n", proofWord, proofFormat, p.Log, p.Index, size, len(p.Path))
	for _, hash := range p.Path {
		b.WriteString(base64.StdEncoding.EncodeToString(hash[:]) + "\n")
	}
	b.Write(p.Point.CoverBytes)
	b.Write(p.Point.Signature)
	b.Write(p.Record.Bytes())
	return b.Bytes()
}

// Entries returns the record and the checkpoint with the keys that signed them, and an error if a signature is not right.
// Whether one proves the other, CheckProof says.
func (p Proof) Entries() (record, checkpoint Entry, err error) {
	if record, err = entryOf(p.Record); err != nil {
		return Entry{}, Entry{}, err
	}
	if checkpoint, err = entryOf(p.Point); err != nil {
		return Entry{}, Entry{}, err
	}
	return record, checkpoint, nil
}

// entryOf verifies a page that lies nowhere.
func entryOf(page decision.Page) (Entry, error) {
	name := decision.FileName{Number: page.Cover.Number, Short: page.ID().Short(), CoverOnly: page.Body == nil}
	folder := recordFolder(page.Cover.ChainID(), page.Cover.Number)
	return readEntry(named{name, path.Join(folder, name.String())}, page.Bytes())
}

// ProofError says why a text is not a proof. It quotes nothing of it.
type ProofError struct {
	Line   int    // from 1; 0 where it is about a part of many lines
	Part   string // first word of the line, "hash", "checkpoint", "record" or "proof"
	Reason string // empty where Err says it
	Err    error  // as of decision.SplitPage, for checkpoint and record
}

func (e *ProofError) Error() string {
	reason := e.Reason
	if e.Err != nil {
		reason = e.Err.Error()
	}
	if e.Line > 0 {
		return fmt.Sprintf("line %d of the proof (%s): %s", e.Line, e.Part, reason)
	}
	return fmt.Sprintf("the %s in the proof: %s", e.Part, reason)
}

func (e *ProofError) Unwrap() error { return e.Err }

// IsProof reports whether a file claims to be a proof.
func IsProof(data []byte) bool { return bytes.HasPrefix(data, []byte(proofWord+" ")) }

// proofParts is a proof cut into its parts. Only the first lines have been read.
type proofParts struct {
	log           decision.ID
	index, size   uint64
	path          []decision.ID
	point, record []byte
}

// endOfSignature ends a cover that stands alone, and so the checkpoint in a proof.
const endOfSignature = "\n-----END SSH SIGNATURE-----\n"

// maxCoverPage is far above what a cover and a signature in our namespaces have together.
const maxCoverPage = 4096

// cutProof reads the first lines of a proof and finds where checkpoint and record are.
func cutProof(data []byte) (proofParts, error) {
	var p proofParts
	if len(data) > MaxProof {
		return p, &ProofError{Part: proofWord, Reason: fmt.Sprintf("it has %d bytes; a proof has at most %d", len(data), MaxProof)}
	}
	line, rest := 0, data
	next := func(word string) (string, error) {
		line++
		text, after, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			return "", &ProofError{Line: line, Part: word, Reason: "is missing, or has no line end"}
		}
		value, ok := strings.CutPrefix(string(text[:min(len(text), 128)]), word+" ")
		if !ok {
			return "", &ProofError{Line: line, Part: word, Reason: "does not begin with that word and one space"}
		}
		rest = after
		return value, nil
	}
	count := func(word string, most uint64) (uint64, error) {
		text, err := next(word)
		if err != nil {
			return 0, err
		}
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || n > most || strconv.FormatUint(n, 10) != text {
			return 0, &ProofError{Line: line, Part: word, Reason: fmt.Sprintf("is not a number from 0 to %d", most)}
		}
		return n, nil
	}
	version, err := count(proofWord, 1_000_000)
	if err != nil {
		return p, err
	}
	if version != proofFormat {
		if version == 0 {
			return p, &ProofError{Line: line, Part: proofWord, Reason: "has no format number"}
		}
		return p, &NewerProof{Version: int(version)}
	}
	text, err := next("log")
	if err != nil {
		return p, err
	}
	if p.log, err = decision.ParseID(text); err != nil {
		return p, &ProofError{Line: line, Part: "log", Reason: "is not an id"}
	}
	if p.index, err = count("leaf", tree.MaxSize); err != nil {
		return p, err
	}
	if p.size, err = count("size", tree.MaxSize); err != nil {
		return p, err
	}
	hashes, err := count("path", maxPath)
	if err != nil {
		return p, err
	}
	p.path = make([]decision.ID, hashes)
	for i := range p.path {
		line++
		text, after, _ := bytes.Cut(rest, []byte("\n"))
		hash, err := base64.StdEncoding.Strict().DecodeString(string(text[:min(len(text), 128)]))
		if err != nil || len(hash) != len(p.path[i]) {
			return p, &ProofError{Line: line, Part: "hash", Reason: "is not 32 bytes in base64"}
		}
		p.path[i], rest = decision.ID(hash), after
	}
	end := bytes.Index(rest[:min(len(rest), maxCoverPage)], []byte(endOfSignature))
	if end < 0 {
		return p, &ProofError{Part: "checkpoint", Err: &decision.PageError{Problem: decision.NoSignature}}
	}
	end += len(endOfSignature)
	p.point, p.record = rest[:end:end], rest[end:]
	return p, nil
}

// NewerProof says that a proof was written by a newer version of the program.
type NewerProof struct {
	Version int // the format number it names, 2 or more
}

func (e *NewerProof) Error() string {
	return fmt.Sprintf("written by a newer version: proof format %d, this program reads format %d", e.Version, proofFormat)
}

// ParseProof reads what Text writes, in that one spelling. It verifies no signature and does not follow the path. Its errors
// are *ProofError and *NewerProof. The pages share memory with data.
func ParseProof(data []byte) (Proof, error) {
	parts, err := cutProof(data)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Log: parts.log, Index: parts.index, Path: parts.path}
	if p.Point, err = decision.SplitCoverPage(parts.point); err != nil {
		return Proof{}, &ProofError{Part: "checkpoint", Err: err}
	}
	if p.Point.Cover.Kind != decision.Checkpoint {
		return Proof{}, &ProofError{Part: "checkpoint", Reason: "it is a record of another kind"}
	}
	if p.Record, err = decision.SplitPage(parts.record); err != nil {
		page, alone := decision.SplitCoverPage(parts.record)
		if alone != nil {
			return Proof{}, &ProofError{Part: "record", Err: err}
		}
		p.Record = page
	}
	size, _, _ := decision.ParseTree(p.Point.Cover.Tree)
	switch {
	case parts.size != size:
		return Proof{}, &ProofError{Line: 4, Part: "size", Reason: "is not the one that the checkpoint signed"}
	case p.Index >= size:
		return Proof{}, &ProofError{Line: 3, Part: "leaf", Reason: "is not below the size"}
	case !bytes.Equal(p.Text(), data):
		return Proof{}, &ProofError{Part: "proof", Reason: "it is not written in its one allowed way"}
	}
	return p, nil
}

// CheckProof checks a proof: the record by itself, the signature of the checkpoint, the path to its root, and the
// checkpoint against the receipts, if there are any. The proof is valid if the report is clean. That shows that the log of
// the receipt held the record when the checkpoint was made. With no receipt it shows no more than the record alone: anybody
// can make a checkpoint.
func CheckProof(data []byte, name string, o Options) (Report, Proof) {
	r := Report{Files: 1, Faults: []Fault{}, Notices: []Fault{}}
	chain, number := "", -1
	bad := func(code Code, more string) {
		r.Faults = append(r.Faults, fault(code, chain, number, name, more))
	}
	if bytes.IndexByte(data, '\r') >= 0 && len(data) <= MaxProof {
		restored := restoreLineEnds(data)
		more := "something else has changed too"
		if bytes.IndexByte(restored, '\r') < 0 {
			if whole, _ := CheckProof(restored, name, o); whole.Clean() {
				more = "nothing else has changed; the original file is still needed"
			}
		}
		r.Faults = append(r.Faults, fault(CRLF, "", -1, name, more))
		return r, Proof{}
	}
	parts, err := cutProof(data)
	if err != nil {
		var newer *NewerProof
		if errors.As(err, &newer) {
			r.Faults = append(r.Faults, fault(NewerFormat, "", -1, name, fmt.Sprintf("proof format %d", newer.Version)))
		} else {
			bad(BadProof, err.Error())
		}
		return r, Proof{}
	}
	// The record is judged like any other file, so that what is wrong with it is said in the same words.
	r, record := checkOne(place{file: name}, parts.record, o)
	if !r.Clean() {
		return r, Proof{}
	}
	chain, number = decision.ChainFolder(record.Chain), record.Number
	p, err := ParseProof(data)
	if err != nil {
		bad(BadProof, err.Error())
		return r, Proof{}
	}
	checkpoint, err := entryOf(p.Point)
	switch {
	case err != nil:
		bad(BadProof, "the checkpoint in the proof: "+errors.Unwrap(err).Error())
		return r, Proof{}
	case checkpoint.Namespace != sshsig.Oversight:
		bad(BadProof, "the checkpoint in the proof is an exercise")
		return r, Proof{}
	}
	size, root, _ := decision.ParseTree(checkpoint.Page.Cover.Tree)
	if err := tree.Verify(record.ID, p.Index, size, p.Path, root); err != nil {
		bad(BadProof, err.Error())
	}
	if !o.Log.IsZero() && o.Log != p.Log {
		bad(BadProof, "it is of another log than the one that was asked for")
	}
	if n, ok := proofNumber(name); ok && n != (decision.FileName{Number: record.Number, Short: record.ID.Short()}) {
		r.Faults = append(r.Faults, fault(WrongName, chain, number, name, "its name is "+ProofName(record.Number, record.ID)))
	}
	if len(o.Receipts) == 0 {
		r.Notices = append(r.Notices, fault(NoReceipt, chain, number, name, "its id is "+checkpoint.ID.String()))
	} else if more := unpinned(p.receipt(checkpoint), o.Receipts); more != "" {
		bad(ReceiptDiffers, more)
	}
	if !r.Clean() {
		return r, Proof{}
	}
	return r, p
}

// receipt returns the line that pins the checkpoint of the proof.
func (p Proof) receipt(checkpoint Entry) decision.Receipt {
	return decision.Receipt{Log: p.Log, Chain: checkpoint.Chain, Number: checkpoint.Number, ID: checkpoint.ID}
}

// unpinned looks for a checkpoint among the receipts, and says in words why it is not there.
func unpinned(wanted decision.Receipt, receipts []decision.Receipt) string {
	more := "none of the receipts has its id"
	for _, r := range receipts {
		switch {
		case r == wanted:
			return ""
		case r.ID == wanted.ID:
			more = "a receipt has its id with another log or another place"
		case r.Log == wanted.Log && r.Chain == wanted.Chain && r.Number == wanted.Number:
			more = "a receipt has another checkpoint in its place, so two different logs have been shown"
		}
	}
	return more
}

// proofNumber reads a name that ProofName writes; it may be a path.
func proofNumber(name string) (decision.FileName, bool) {
	stem, ok := strings.CutSuffix(path.Base(strings.ReplaceAll(name, `\`, "/")), proofSuffix)
	if !ok {
		return decision.FileName{}, false
	}
	return decision.ParseRecordName(stem + ".record.txt")
}
