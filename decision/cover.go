// Package decision is the record of a decision to share, or not to share,
// information: the signed cover of every page of a log, the page as a file, and
// the text of its body. It knows nothing of checklists, legislation, folders or
// keys, so that a record can be read when all of those have long changed.
//
// FORMAT.md describes the same bytes in words, complete enough to write another
// reader from.
package decision

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Format is the version of the record format this program reads and writes, as
// it stands in the first line of every cover.
const Format = 1

// MaxNumber is the highest number a record can have: a file name holds seven
// digits. At a hundred records each working day a chain lasts four centuries.
const MaxNumber = 9_999_999

// Permanent is the keep-until value of a record that is never due for disposal.
const Permanent = "permanent"

// NoTree is the tree value of every record that is not a checkpoint.
const NoTree = "-"

// ID names a record: the SHA-256 of its cover's bytes. It is also exactly the
// digest inside the record's signature, so an id in a file name, in another
// record or on paper pins the whole record, body included.
type ID [sha256.Size]byte

// String returns the id as 64 lower-case hexadecimal digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// Short returns the first 32 hexadecimal digits, as used in file names. At 128
// bits not even the author of a chain can make two covers with one name.
func (id ID) Short() string { return hex.EncodeToString(id[:16]) }

// ShownDigits is how many digits of an id people are shown: enough to be unique
// in any log a person looks at.
const ShownDigits = 12

// Shown returns the id as people are shown it.
func (id ID) Shown() string { return id.String()[:ShownDigits] }

// IsZero reports whether the id names nothing; a cover then shows "-".
func (id ID) IsZero() bool { return id == ID{} }

// MarshalText writes the id as it stands on a cover: 64 digits, or "-" for none.
func (id ID) MarshalText() ([]byte, error) { return []byte(orDash(id)), nil }

// UnmarshalText accepts what MarshalText writes and nothing else.
func (id *ID) UnmarshalText(text []byte) error {
	if string(text) == "-" {
		*id = ID{}
		return nil
	}
	parsed, err := ParseID(string(text))
	if err != nil {
		return err
	}
	*id = parsed
	return nil
}

// IDError says that a text is not an id. It does not hold the text, which may
// be anything a person typed.
type IDError struct {
	Length int // length of the text in bytes
}

func (e *IDError) Error() string {
	return fmt.Sprintf("an id is 64 lower-case hexadecimal digits; this has %d characters or other signs in it", e.Length)
}

// ParseID reads 64 lower-case hexadecimal digits. Capitals are refused, since an
// id has one spelling; so are 64 zeros, which would stand for no record.
func ParseID(s string) (ID, error) {
	var id ID
	if !isHex(s, 2*len(id)) {
		return ID{}, &IDError{Length: len(s)}
	}
	if _, err := hex.Decode(id[:], []byte(s)); err != nil || id.IsZero() {
		return ID{}, &IDError{Length: len(s)}
	}
	return id, nil
}

// Kind says what act a record is. The list is closed: a new kind comes with a
// new format number, so that no reader meets an act it cannot explain.
type Kind string

// The kinds of record. The first six belong to the author of a chain; the others
// are acts of oversight and are signed in that role.
const (
	Open       Kind = "open"       // number 0: whose chain this is
	Decision   Kind = "decision"   // a decision about a request or a plan to share
	Complete   Kind = "complete"   // what an emergency record left for later
	Amend      Kind = "amend"      // a correction; the first record stays
	Review     Kind = "review"     // a later look at a decision
	Endorse    Kind = "endorse"    // what a second person says of a record, in that person's chain
	Trust      Kind = "trust"      // which chains a log admits, and where they close
	Checkpoint Kind = "checkpoint" // what a log holds at one moment
	Dispose    Kind = "dispose"    // which bodies are destroyed, and by what authority
	Hold       Kind = "hold"       // disposal stopped
	Release    Kind = "release"    // a hold ended
	Rule       Kind = "rule"       // which branch of a fork stands
)

// Known reports whether this format has the kind.
func (k Kind) Known() bool {
	switch k {
	case Open, Decision, Complete, Amend, Review, Endorse:
		return true
	}
	return k.Oversight()
}

// Oversight reports whether the kind is an act of an information governance
// lead, which is signed in a role of its own.
func (k Kind) Oversight() bool {
	switch k {
	case Trust, Checkpoint, Dispose, Hold, Release, Rule:
		return true
	}
	return false
}

// needsAbout reports whether a record of this kind means nothing without the
// record it is about.
func (k Kind) needsAbout() bool {
	switch k {
	case Complete, Amend, Review, Endorse:
		return true
	}
	return false
}

// Cover is the signed head of a record. It holds no personal data: after a
// lawful disposal it is all that stays, and it must still verify.
type Cover struct {
	Chain     ID        // id of the chain's first record; zero in that record
	Number    int       // 0 to MaxNumber, without gaps within a chain
	Previous  ID        // id of the record before; zero in number 0
	Seen      ID        // newest checkpoint the author's device had verified; zero for none
	Time      time.Time // the author's clock, whole seconds; a claim, not a proof
	Kind      Kind
	About     ID                // the record this one completes, amends, reviews, endorses…; zero for none
	Tree      string            // checkpoints: records covered and Merkle root, "1234 <64 hex>"; otherwise NoTree
	KeepUntil string            // a date, "2034-11-22", or Permanent
	BodySum   [sha256.Size]byte // SHA-256 of the body
	BodyLen   int               // length of the body in bytes
}

const timeLayout = "2006-01-02T15:04:05Z"

// lineNames are the first words of the eleven lines, in their order.
var lineNames = [...]string{
	"dsa-record", "chain", "number", "previous", "seen", "time",
	"kind", "about", "tree", "keep-until", "body",
}

// Encode returns the eleven lines. What it returns for an impossible cover (an
// open record with number 5) is refused by ParseCover; whoever composes a cover
// parses it before signing.
func (c Cover) Encode() []byte {
	tree := c.Tree
	if tree == "" {
		tree = NoTree
	}
	var b bytes.Buffer
	b.Grow(640)
	fmt.Fprintf(&b, "dsa-record %d\n", Format)
	fmt.Fprintf(&b, "chain %s\n", orDash(c.Chain))
	fmt.Fprintf(&b, "number %d\n", c.Number)
	fmt.Fprintf(&b, "previous %s\n", orDash(c.Previous))
	fmt.Fprintf(&b, "seen %s\n", orDash(c.Seen))
	fmt.Fprintf(&b, "time %s\n", c.Time.UTC().Format(timeLayout))
	fmt.Fprintf(&b, "kind %s\n", c.Kind)
	fmt.Fprintf(&b, "about %s\n", orDash(c.About))
	fmt.Fprintf(&b, "tree %s\n", tree)
	fmt.Fprintf(&b, "keep-until %s\n", c.KeepUntil)
	fmt.Fprintf(&b, "body %x %d\n", c.BodySum, c.BodyLen)
	return b.Bytes()
}

// ID returns the SHA-256 of the encoded cover.
func (c Cover) ID() ID { return sha256.Sum256(c.Encode()) }

// ChainID returns the id of the chain the record belongs to. Only for number 0,
// whose chain line is "-", is it the record's own id.
func (c Cover) ChainID() ID {
	if c.Number == 0 {
		return c.ID()
	}
	return c.Chain
}

// CoverError says which line of a cover is not as this format writes it. It
// does not quote the line.
type CoverError struct {
	Line   int    // 1 to 11; 12 for anything after the last
	Name   string // first word the line should have
	Reason string // what is wrong, in words
}

func (e *CoverError) Error() string {
	return fmt.Sprintf("line %d of the cover (%s): %s", e.Line, e.Name, e.Reason)
}

// NewerFormat says that a record was written by a newer version of the program.
// Such a record is not a fault in itself; this program cannot judge it.
type NewerFormat struct {
	Version int // the format number the record names, 2 or more
}

func (e *NewerFormat) Error() string {
	return fmt.Sprintf("written by a newer version: record format %d, this program reads format %d", e.Version, Format)
}

// LineEndings says that a text holds a carriage return. No record contains one,
// so some program has rewritten the line ends (CRLF), as mail gateways, editors
// and version control on Windows do.
type LineEndings struct {
	Line int // first line that has one, counted from 1
}

func (e *LineEndings) Error() string {
	return fmt.Sprintf("CRLF damage: from line %d on, line ends were changed by another program", e.Line)
}

func checkLineEndings(text []byte) error {
	if i := bytes.IndexByte(text, '\r'); i >= 0 {
		return &LineEndings{Line: 1 + bytes.Count(text[:i], []byte("\n"))}
	}
	return nil
}

// ParseCover is the exact opposite of Encode: it accepts a text only if Encode
// would write the same bytes, and only if the eleven values can stand together.
// The errors are *CoverError, *NewerFormat and *LineEndings.
func ParseCover(text []byte) (Cover, error) {
	if c, is := parseCover(text); is {
		return c, nil
	}
	return whyNoCover(text)
}

// parseCover reads the eleven lines in their one spelling. A log is a million of them, so it makes nothing but the date.
func parseCover(text []byte) (c Cover, is bool) {
	var value [len(lineNames)][]byte
	rest := text
	for i, name := range lineNames {
		end := bytes.IndexByte(rest, '\n')
		if end < 0 {
			return c, false
		}
		line := rest[:end]
		if len(line) <= len(name) || string(line[:len(name)]) != name || line[len(name)] != ' ' {
			return c, false
		}
		value[i], rest = line[len(name)+1:], rest[end+1:]
	}
	if len(rest) > 0 || string(value[0]) != "1" {
		return c, false
	}
	ids := parseIDInto(&c.Chain, value[1]) && parseIDInto(&c.Previous, value[3]) && parseIDInto(&c.Seen, value[4]) && parseIDInto(&c.About, value[7])
	var bodySum ID
	sum, length, found := bytes.Cut(value[10], []byte(" "))
	if !ids || !found || len(sum) != 2*len(bodySum) || !hexInto(bodySum[:], sum) {
		return c, false
	}
	c.BodySum = bodySum
	var number, size bool
	c.Number, number = countOf(value[2], MaxNumber)
	c.BodyLen, size = countOf(length, MaxPage)
	if !number || !size || c.BodyLen == 0 {
		return c, false
	}
	var err error
	var room [len(timeLayout)]byte
	if c.Time, err = time.Parse(timeLayout, string(value[5])); err != nil || string(c.Time.AppendFormat(room[:0], timeLayout)) != string(value[5]) {
		return c, false
	}
	c.Kind, c.Tree = kindOf(value[6]), NoTree
	if string(value[8]) != NoTree {
		c.Tree = string(value[8])
	}
	c.KeepUntil = Permanent
	if string(value[9]) != Permanent {
		c.KeepUntil = string(value[9])
	}
	return c, c.Kind.Known() && c.check() == nil
}

// parseIDInto is ID.UnmarshalText without a text.
func parseIDInto(id *ID, value []byte) bool {
	if string(value) == "-" {
		return true
	}
	return len(value) == 2*len(id) && hexInto(id[:], value) && !id.IsZero()
}

// hexInto reads lower-case digits, two to a byte.
func hexInto(into, digits []byte) bool {
	for i := range into {
		high, low := hexValue(digits[2*i]), hexValue(digits[2*i+1])
		if high|low > 15 {
			return false
		}
		into[i] = high<<4 | low
	}
	return true
}

func hexValue(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	}
	return 255
}

// countOf is parseCount without a text, for numbers of up to nine digits.
func countOf(digits []byte, most int) (n int, is bool) {
	if len(digits) == 0 || len(digits) > 9 || digits[0] == '0' && len(digits) > 1 {
		return 0, false
	}
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, n <= most
}

// kindOf is the kind that is written so, or none.
func kindOf(text []byte) Kind {
	for _, k := range [...]Kind{Decision, Open, Complete, Amend, Review, Endorse, Trust, Checkpoint, Dispose, Hold, Release, Rule} {
		if string(text) == string(k) {
			return k
		}
	}
	return ""
}

// whyNoCover says what is wrong with a text that is no cover.
func whyNoCover(text []byte) (Cover, error) {
	if err := checkLineEndings(text); err != nil {
		return Cover{}, err
	}
	// The version is read before anything else: a newer format may have other lines.
	if first, _, found := bytes.Cut(text, []byte("\n")); found {
		if err := checkVersion(string(first)); err != nil {
			return Cover{}, err
		}
	}
	var value [len(lineNames)]string
	rest := text
	for i, name := range lineNames {
		line, after, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			return Cover{}, lineError(i, "is missing, or has no line end")
		}
		v, ok := strings.CutPrefix(string(line), name+" ")
		if !ok {
			return Cover{}, lineError(i, "does not begin with that word and one space")
		}
		value[i], rest = v, after
	}
	if len(rest) > 0 {
		return Cover{}, &CoverError{Line: len(lineNames) + 1, Name: "end", Reason: "there is something after the last line"}
	}
	c, err := coverFrom(value)
	if err != nil {
		return Cover{}, err
	}
	// One spelling only. The fields above are checked one by one so that the error
	// can name the line; this is what makes the promise.
	if encoded := c.Encode(); !bytes.Equal(encoded, text) {
		return Cover{}, lineError(firstDifferentLine(encoded, text), "is not written in its one allowed way")
	}
	if err := c.check(); err != nil {
		return Cover{}, err
	}
	return c, nil
}

func checkVersion(line string) error {
	v, ok := strings.CutPrefix(line, lineNames[0]+" ")
	if !ok {
		return lineError(0, "does not begin with that word and one space")
	}
	n, err := parseCount(v, 1_000_000)
	if err != nil || n == 0 {
		return lineError(0, "has no format number")
	}
	if n != Format {
		return &NewerFormat{Version: n}
	}
	return nil
}

func coverFrom(value [len(lineNames)]string) (c Cover, err error) {
	for _, f := range []struct {
		line int
		id   *ID
	}{{1, &c.Chain}, {3, &c.Previous}, {4, &c.Seen}, {7, &c.About}} {
		if err := f.id.UnmarshalText([]byte(value[f.line])); err != nil {
			return Cover{}, lineError(f.line, `is neither an id nor "-"`)
		}
	}
	if c.Number, err = parseCount(value[2], MaxNumber); err != nil {
		return Cover{}, lineError(2, "is not a number from 0 to 9999999")
	}
	if c.Time, err = time.Parse(timeLayout, value[5]); err != nil {
		return Cover{}, lineError(5, "is not a time such as 2026-11-22T10:11:12Z")
	}
	if c.Kind = Kind(value[6]); !c.Kind.Known() {
		return Cover{}, lineError(6, "is not a kind of record this format has")
	}
	c.Tree, c.KeepUntil = value[8], value[9]
	sum, length, found := strings.Cut(value[10], " ")
	if !found || !isHex(sum, 2*len(c.BodySum)) {
		return Cover{}, lineError(10, "is not a SHA-256 and a length")
	}
	if _, err := hex.Decode(c.BodySum[:], []byte(sum)); err != nil {
		return Cover{}, lineError(10, "is not a SHA-256 and a length")
	}
	if c.BodyLen, err = parseCount(length, MaxPage); err != nil || c.BodyLen == 0 {
		return Cover{}, lineError(10, "has no possible length")
	}
	return c, nil
}

// check holds the rules between the lines.
func (c Cover) check() error {
	first := c.Number == 0
	switch {
	case first != c.Chain.IsZero():
		return lineError(1, `must be "-" in number 0, and only there`)
	case first != c.Previous.IsZero():
		return lineError(3, `must be "-" in number 0, and only there`)
	case !first && (c.Number == 1) != (c.Previous == c.Chain):
		return lineError(3, "must name the chain's first record in number 1, and only there")
	case first != (c.Kind == Open):
		return lineError(6, "must be open in number 0, and only there")
	case c.Kind.needsAbout() && c.About.IsZero():
		return lineError(7, "must name the record this one is about")
	case c.Kind == Checkpoint && !isTree(c.Tree):
		return lineError(8, "must be a number of records and a root in a checkpoint")
	case c.Kind != Checkpoint && c.Tree != NoTree:
		return lineError(8, `must be "-" except in a checkpoint`)
	case !IsKeepUntil(c.KeepUntil):
		return lineError(9, `is neither a date such as 2034-11-22 nor "permanent"`)
	}
	return nil
}

// IsKeepUntil reports whether a text can stand in the keep-until line: a date
// of the calendar written 2034-11-22, or Permanent.
func IsKeepUntil(s string) bool {
	if s == Permanent {
		return true
	}
	d, err := time.Parse(time.DateOnly, s)
	return err == nil && d.Format(time.DateOnly) == s
}

func isTree(s string) bool {
	size, root, found := strings.Cut(s, " ")
	if !found || !isHex(root, 2*sha256.Size) {
		return false
	}
	_, err := parseCount(size, 1<<53)
	return err == nil
}

func lineError(i int, reason string) error {
	return &CoverError{Line: i + 1, Name: lineNames[i], Reason: reason}
}

func firstDifferentLine(a, b []byte) int {
	la, lb := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range lineNames {
		if i >= len(la) || i >= len(lb) || !bytes.Equal(la[i], lb[i]) {
			return i
		}
	}
	return len(lineNames) - 1
}

// parseCount reads a decimal number in its one spelling: no sign, no leading zero.
func parseCount(s string, max int64) (int, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, err
	}
	if n < 0 || n > max || strconv.FormatInt(n, 10) != s {
		return 0, strconv.ErrRange
	}
	return int(n), nil
}

func orDash(id ID) string {
	if id.IsZero() {
		return "-"
	}
	return id.String()
}

// isHex reports whether s is exactly n lower-case hexadecimal digits.
func isHex(s string, n int) bool {
	if len(s) != n {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
