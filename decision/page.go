package decision

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
)

// MaxPage is the largest a record file may be, in bytes: 1 MiB. A record is
// text typed by people, some kilobytes; anything larger is not one of ours.
const MaxPage = 1 << 20

// The lines that enclose a signature, as OpenSSH writes them (PROTOCOL.sshsig).
const (
	beginSignature = "-----BEGIN SSH SIGNATURE-----\n"
	endSignature   = "-----END SSH SIGNATURE-----\n"
)

// Page is a record as it stands in one file: the signed cover, the armoured
// signature over exactly CoverBytes, and the body whose digest is on the cover.
// Body is nil when only the cover is left after a disposal.
type Page struct {
	Cover      Cover
	CoverBytes []byte
	Signature  []byte
	Body       []byte
}

// Bytes returns the file: cover, signature and body, with nothing between them.
func (p Page) Bytes() []byte { return slices.Concat(p.CoverBytes, p.Signature, p.Body) }

// ID returns the record's id, the SHA-256 of the cover's bytes.
func (p Page) ID() ID { return sha256.Sum256(p.CoverBytes) }

// PageProblem is a way in which a file is not a page.
type PageProblem string

// The problems of a page that are not problems of its cover.
const (
	TooLarge     PageProblem = "too-large"    // over MaxPage
	NoSignature  PageProblem = "no-signature" // the lines that enclose a signature are not there
	ChangedBody  PageProblem = "changed-body" // body is not the one the cover fingerprints
	TruncatedEnd PageProblem = "truncated"    // body is the beginning of something longer
	BodyPresent  PageProblem = "body-present" // a body where only a cover may be
	EmptyFile    PageProblem = "empty"        // no bytes at all: a write that was cut short
)

// PageError says why a file is not a page. Want and Got are lengths in bytes
// where the problem is one of length, and otherwise zero.
type PageError struct {
	Problem   PageProblem
	Want, Got int
}

func (e *PageError) Error() string {
	switch e.Problem {
	case TooLarge:
		return fmt.Sprintf("the file has %d bytes; a record has at most %d", e.Got, e.Want)
	case NoSignature:
		return "the lines that begin and end a signature are not there"
	case TruncatedEnd:
		return fmt.Sprintf("the body has %d bytes; its signed length is %d", e.Got, e.Want)
	case BodyPresent:
		return fmt.Sprintf("%d bytes follow the signature, where only a cover may be", e.Got)
	case EmptyFile:
		return "the file is empty"
	default:
		return "the body is not the one whose fingerprint was signed"
	}
}

// CutPage divides a file at the lines that enclose the signature, and judges
// nothing else. Verification uses it to report every fault of a damaged file;
// anything that wants a record uses SplitPage.
func CutPage(file []byte) (cover, signature, body []byte, err error) {
	if len(file) == 0 {
		return nil, nil, nil, &PageError{Problem: EmptyFile}
	}
	if len(file) > MaxPage {
		return nil, nil, nil, &PageError{Problem: TooLarge, Want: MaxPage, Got: len(file)}
	}
	begin := bytes.Index(file, []byte("\n"+beginSignature))
	if begin < 0 {
		return nil, nil, nil, &PageError{Problem: NoSignature}
	}
	begin++
	end := bytes.Index(file[begin:], []byte("\n"+endSignature))
	if end < 0 {
		return nil, nil, nil, &PageError{Problem: NoSignature}
	}
	end += begin + 1 + len(endSignature)
	return file[:begin:begin], file[begin:end:end], file[end:], nil
}

// SplitPage reads a record file. It checks the cover's form and the body
// against the cover; the signature is left to decision/sshsig. The slices of the
// page share memory with file. Besides the errors of ParseCover it returns
// *PageError and *LineEndings.
func SplitPage(file []byte) (Page, error) {
	p, err := splitCover(file)
	if err != nil {
		return Page{}, err
	}
	if err := p.Cover.CheckBody(p.Body); err != nil {
		return Page{}, err
	}
	return p, nil
}

// SplitCoverPage reads what is left of a disposed record: cover and signature,
// and not one byte after them.
func SplitCoverPage(file []byte) (Page, error) {
	p, err := splitCover(file)
	if err != nil {
		return Page{}, err
	}
	if len(p.Body) > 0 {
		return Page{}, &PageError{Problem: BodyPresent, Got: len(p.Body)}
	}
	p.Body = nil
	return p, nil
}

func splitCover(file []byte) (Page, error) {
	if len(file) <= MaxPage {
		// JSON text writes a carriage return as \r, so a raw one is always damage.
		if err := checkLineEndings(file); err != nil {
			return Page{}, err
		}
	}
	cover, signature, body, err := CutPage(file)
	if err != nil {
		return Page{}, err
	}
	c, err := ParseCover(cover)
	if err != nil {
		return Page{}, err
	}
	return Page{Cover: c, CoverBytes: cover, Signature: signature, Body: body}, nil
}

// CheckBody compares a body with the length and SHA-256 on the cover.
func (c Cover) CheckBody(body []byte) error {
	if sha256.Sum256(body) == c.BodySum && len(body) == c.BodyLen {
		return nil
	}
	if len(body) < c.BodyLen {
		return &PageError{Problem: TruncatedEnd, Want: c.BodyLen, Got: len(body)}
	}
	return &PageError{Problem: ChangedBody, Want: c.BodyLen, Got: len(body)}
}

// The two endings a record's file name can have.
const (
	recordSuffix = ".record.txt"
	coverSuffix  = ".cover.txt"
)

// FileName is what a record's file name says about it.
type FileName struct {
	Number    int
	Short     string // first 32 hexadecimal digits of the id
	CoverOnly bool   // a disposed record: cover and signature without a body
}

// String returns the file name: 0000017-<32 hex>.record.txt or .cover.txt.
func (n FileName) String() string {
	suffix := recordSuffix
	if n.CoverOnly {
		suffix = coverSuffix
	}
	return fmt.Sprintf("%07d-%s%s", n.Number, n.Short, suffix)
}

// RecordName returns the name of a record's file. It carries the id, so two
// different records can never have one name and nothing can overwrite anything
// different; and it has only digits, a-f, hyphens and a plain ending, so it is
// the same on every system.
func RecordName(number int, id ID) string {
	return FileName{Number: number, Short: id.Short()}.String()
}

// ParseRecordName reads a name that RecordName or its .cover.txt form writes,
// without folders before it. It reports false for every other spelling.
func ParseRecordName(name string) (FileName, bool) {
	var n FileName
	stem, ok := strings.CutSuffix(name, recordSuffix)
	if !ok {
		if stem, n.CoverOnly = strings.CutSuffix(name, coverSuffix); !n.CoverOnly {
			return FileName{}, false
		}
	}
	digits, short, ok := strings.Cut(stem, "-")
	if !ok || len(digits) != 7 || !isHex(short, 32) {
		return FileName{}, false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return FileName{}, false
		}
		n.Number = 10*n.Number + int(digits[i]-'0')
	}
	n.Short = short
	return n, true
}

// ChainFolder returns the name of a chain's folder in a log: the first 16
// hexadecimal digits of the id of its first record.
func ChainFolder(chain ID) string { return chain.String()[:16] }

// IsChainFolder reports whether a folder name can be a chain's.
func IsChainFolder(name string) bool { return isHex(name, 16) }

// NumberFolder returns the name of the folder inside a chain's that holds a
// record of this number: number/1000 in four digits, so that no folder ever
// holds more than a thousand records. It does not depend on any clock.
func NumberFolder(number int) string { return fmt.Sprintf("%04d", number/1000) }

// ParseNumberFolder reads a name that NumberFolder writes and returns the first
// number the folder holds.
func ParseNumberFolder(name string) (first int, ok bool) {
	if len(name) != 4 {
		return 0, false
	}
	for i := range len(name) {
		if name[i] < '0' || name[i] > '9' {
			return 0, false
		}
		first = 10*first + int(name[i]-'0')
	}
	return 1000 * first, true
}
