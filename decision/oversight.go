package decision

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// Role is what a trust record lets a chain do in a log. FORMAT.md, "Trust", has the rules.
type Role string

// The two roles. Whoever has oversight can decide too.
const (
	Decider  Role = "decision"  // decide, complete, amend, review, endorse
	Overseer Role = "oversight" // besides: trust, checkpoint, dispose, hold, release, rule
)

// Place names a record and where it stands. The id alone is enough to know it; chain and number tell where it should be.
type Place struct {
	Chain  ID  `json:"chain"` // id of the chain's first record
	Number int `json:"number"`
	ID     ID  `json:"id"`
}

// TrustAct is the body of a trust record: whom a log admits, and where a chain closes. The first one founds the log, and
// its id is the log's id from then on.
type TrustAct struct {
	Salt     string      `json:"salt"`
	Program  string      `json:"program"`
	Log      ID          `json:"log"`                // "-" in the record that founds the log, and only there
	Title    string      `json:"title,omitempty"`    // of the founding record: what people call the log
	Founders []Founder   `json:"founders,omitempty"` // of the founding record: two keys or more
	Admits   []Admission `json:"admits,omitempty"`
	Closes   []Closure   `json:"closes,omitempty"`
	Reason   string      `json:"reason"`
}

// Founder is a founding key. It has both roles, and nobody has to admit it.
type Founder struct {
	Key          string `json:"key"`         // "ssh-ed25519 AAAA…", without options or comment
	Fingerprint  string `json:"fingerprint"` // of the key
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
}

// Admission lets a chain into a log.
type Admission struct {
	Chain        ID     `json:"chain"`
	Fingerprint  string `json:"fingerprint"` // of the chain's key, as it was compared with its owner
	Principal    string `json:"principal"`   // as in the chain's opening, for allowed_signers
	Name         string `json:"name"`
	Organisation string `json:"organisation"`
	Roles        []Role `json:"roles"` // Decider, or Decider and Overseer
}

// Closure ends a chain at a record: that one stands and so do those before it, whatever later ones say.
type Closure struct {
	Chain  ID  `json:"chain"`
	Number int `json:"number"` // of the last record that counts
	ID     ID  `json:"id"`     // of that record
}

// CheckpointAct is the body of a checkpoint: what its author's log held. The tree line of the cover has size and root.
type CheckpointAct struct {
	Salt    string   `json:"salt"`
	Program string   `json:"program"`
	Log     ID       `json:"log"`
	Ranges  []Range  `json:"ranges"` // of each chain that grew, in the order of the chains' ids
	Edge    []string `json:"edge"`   // the right edge of the tree with these, largest subtree first: SHA-256, hex
}

// Range is the records of one chain that a checkpoint adds. The next one of the same author begins after it.
type Range struct {
	Chain ID  `json:"chain"`
	From  int `json:"from"`
	To    int `json:"to"`
	Head  ID  `json:"head"` // id of record To
}

// DisposeAct is the body of a disposal: which bodies are destroyed, by which rule and on whose authority.
type DisposeAct struct {
	Salt      string  `json:"salt"`
	Program   string  `json:"program"`
	Log       ID      `json:"log"`
	Rule      string  `json:"rule"`               // the retention rule, in words
	Authority string  `json:"authority"`          // post of whoever decided it
	Override  string  `json:"override,omitempty"` // why it is done before keep-until; needed where any is not due
	Two       bool    `json:"two,omitempty"`      // nothing is destroyed until a second overseer disposes of the same
	Records   []Place `json:"records"`
}

// HoldAct is the body of a hold: these records are not to be disposed of until it is released.
type HoldAct struct {
	Salt      string  `json:"salt"`
	Program   string  `json:"program"`
	Log       ID      `json:"log"`
	Authority string  `json:"authority"`
	Reason    string  `json:"reason"`
	Records   []Place `json:"records"`
}

// ReleaseAct is the body of a release; the cover's about line names the hold that it ends.
type ReleaseAct struct {
	Salt      string `json:"salt"`
	Program   string `json:"program"`
	Log       ID     `json:"log"`
	Authority string `json:"authority"`
	Reason    string `json:"reason"`
}

// RuleAct is the body of a rule: which branch of a forked chain stands. The chain ends with that record; whoever owns it
// goes on in a new one.
type RuleAct struct {
	Salt    string `json:"salt"`
	Program string `json:"program"`
	Log     ID     `json:"log"`
	Number  int    `json:"number"` // the first number that two records have
	Stands  Place  `json:"stands"` // the last record of the branch that stands
	Reason  string `json:"reason"`
}

// ActFieldError names the field of an act of oversight that cannot stand. It does not hold what was typed.
type ActFieldError struct {
	Field  string // the name in the record, such as "records" or "founders/name", or of a line of the cover
	Reason string
}

func (e *ActFieldError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Reason) }

// An OversightAct is the body of an act of oversight.
type OversightAct interface {
	// Check refuses an act that contradicts its cover or leaves open what it does. Its error is an *ActFieldError.
	Check(Cover) error
	// OfLog is the id of the log in which it counts; none for the record that founds one.
	OfLog() ID
}

// NewAct returns an empty body for a kind of oversight, to be decoded into, or nil for other kinds.
func NewAct(kind Kind) OversightAct {
	switch kind {
	case Trust:
		return new(TrustAct)
	case Checkpoint:
		return new(CheckpointAct)
	case Dispose:
		return new(DisposeAct)
	case Hold:
		return new(HoldAct)
	case Release:
		return new(ReleaseAct)
	case Rule:
		return new(RuleAct)
	}
	return nil
}

// OfLog implements OversightAct.
func (a *TrustAct) OfLog() ID { return a.Log }

// OfLog implements OversightAct.
func (a *CheckpointAct) OfLog() ID { return a.Log }

// OfLog implements OversightAct.
func (a *DisposeAct) OfLog() ID { return a.Log }

// OfLog implements OversightAct.
func (a *HoldAct) OfLog() ID { return a.Log }

// OfLog implements OversightAct.
func (a *ReleaseAct) OfLog() ID { return a.Log }

// OfLog implements OversightAct.
func (a *RuleAct) OfLog() ID { return a.Log }

// How long the texts of an act of oversight may be, in bytes.
const (
	maxLine   = 512  // a name, an organisation, a post, a title
	maxReason = 4096 // a reason, or a rule in words
)

// MaxLeaves is the most records that a checkpoint can cover.
const MaxLeaves = 1 << 53

func field(name, reason string) error { return &ActFieldError{Field: name, Reason: reason} }

// first returns the first error of several.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkHead holds what every act begins with against the rules; the cover says the same kind.
func checkHead(kind Kind, c Cover, salt, program string) error {
	switch {
	case c.Kind != kind:
		return field("kind", "is not the one on the cover")
	case !IsSalt(salt):
		return field("salt", "is not 32 hexadecimal digits")
	}
	return checkLine("program", program)
}

// checkLog takes the log of an act that does not found one.
func checkLog(log ID) error {
	if log.IsZero() {
		return field("log", `is "-": only the record that founds a log has none`)
	}
	return nil
}

// checkLine takes one line that is not empty.
func checkLine(name, value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return field(name, "is empty")
	case len(value) > maxLine:
		return field(name, fmt.Sprintf("is longer than %d bytes", maxLine))
	case !isLine(value):
		return field(name, "is not one line of plain text")
	}
	return nil
}

// checkReason takes lines of plain text that say something.
func checkReason(name, value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return field(name, "is empty")
	case len(value) > maxReason:
		return field(name, fmt.Sprintf("is longer than %d bytes", maxReason))
	case !isLine(strings.ReplaceAll(value, "\n", "")):
		return field(name, "is not plain text")
	}
	return nil
}

// checkPlace takes a place that a record can have. Number 0 of a chain is what the chain is called by, so one cannot be
// given without the other; and of its own chain an act can name only what stands before it.
func checkPlace(name string, p Place, c Cover) error {
	switch {
	case p.Chain.IsZero() || p.ID.IsZero():
		return field(name, "leaves open which record is meant")
	case p.Number < 0 || p.Number > MaxNumber:
		return field(name, "has a number that no record can have")
	case (p.Number == 0) != (p.ID == p.Chain):
		return field(name, "gives a chain and a first record that do not belong together")
	case p.Chain == c.Chain && p.Number >= c.Number:
		return field(name, "names a record of this chain that does not stand before this one")
	case p.Chain == c.Chain && (p.Number == c.Number-1) != (p.ID == c.Previous):
		return field(name, "gives the record before this one another place or another id")
	}
	return nil
}

// checkPlaces takes records, each once. What the act means to do with none is nothing.
func checkPlaces(places []Place, c Cover) error {
	if len(places) == 0 {
		return field("records", "is empty")
	}
	seen := make(map[ID]bool, len(places))
	for _, p := range places {
		if err := checkPlace("records", p, c); err != nil {
			return err
		}
		if seen[p.ID] {
			return field("records", "names a record twice")
		}
		seen[p.ID] = true
	}
	return nil
}

// isFingerprint reports whether a text is written as ssh-keygen -l shows a key: "SHA256:" and the 43 signs of base64
// without padding that 32 bytes have.
func isFingerprint(s string) bool {
	sum, found := strings.CutPrefix(s, fingerprintWord)
	b, err := base64.RawStdEncoding.Strict().DecodeString(sum)
	return found && err == nil && len(b) == sha256.Size && !strings.ContainsAny(sum, "\r\n")
}

const fingerprintWord = "SHA256:"

// ed25519Wire begins the bytes of every ssh-ed25519 key (RFC 8709, 4); 32 bytes follow.
const ed25519Wire = "\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"

// fingerprintOf returns the fingerprint of a key written "ssh-ed25519 AAAA…", and false if it is not written so. It says
// nothing about whether anybody can sign with it.
func fingerprintOf(key string) (string, bool) {
	text, found := strings.CutPrefix(key, "ssh-ed25519 ")
	wire, err := base64.StdEncoding.Strict().DecodeString(text)
	if !found || err != nil || len(wire) != len(ed25519Wire)+32 || !bytes.HasPrefix(wire, []byte(ed25519Wire)) || strings.ContainsAny(text, "\r\n") {
		return "", false
	}
	sum := sha256.Sum256(wire)
	return fingerprintWord + base64.RawStdEncoding.EncodeToString(sum[:]), true
}

// Check implements OversightAct. A record founds a log or changes one, and says so by its log line alone: with "-" it has a
// title and at least two founders with different keys, without it neither. One that founds a log need not give a reason;
// one that changes a log needs one, and has at least one admission or closing. It names each chain at most once in either
// list. Of its own chain it can close only what stands before it.
//
// That a founder signed it, and that a chain admitted has the key it is admitted with, needs the signatures:
// decision/logbook checks that.
func (a *TrustAct) Check(c Cover) error {
	if err := checkHead(Trust, c, a.Salt, a.Program); err != nil {
		return err
	}
	founds := a.Log.IsZero()
	if founds {
		if err := first(checkLine("title", a.Title), checkFounders(a.Founders)); err != nil {
			return err
		}
	} else {
		switch {
		case a.Title != "":
			return field("title", "is given only in the record that founds a log")
		case len(a.Founders) > 0:
			return field("founders", "are named only in the record that founds a log")
		case len(a.Admits)+len(a.Closes) == 0:
			return field("admits", "is empty, and so is closes: the record would change nothing")
		}
	}
	if a.Reason != "" || !founds {
		if err := checkReason("reason", a.Reason); err != nil {
			return err
		}
	}
	admitted := make(map[ID]bool, len(a.Admits))
	for _, m := range a.Admits {
		if err := m.check(); err != nil {
			return err
		}
		if admitted[m.Chain] {
			return field("admits", "names a chain twice")
		}
		admitted[m.Chain] = true
	}
	closed := make(map[ID]bool, len(a.Closes))
	for _, m := range a.Closes {
		if err := checkPlace("closes", Place(m), c); err != nil {
			return err
		}
		if closed[m.Chain] {
			return field("closes", "names a chain twice")
		}
		closed[m.Chain] = true
	}
	return nil
}

func checkFounders(founders []Founder) error {
	if len(founders) < 2 {
		return field("founders", "are fewer than two")
	}
	keys := make(map[string]bool, len(founders))
	for _, f := range founders {
		fingerprint, ok := fingerprintOf(f.Key)
		switch {
		case !ok:
			return field("founders", "has a key that is not written as ssh-ed25519 AAAA…")
		case fingerprint != f.Fingerprint:
			return field("founders", "has a fingerprint that is not its key's")
		case keys[fingerprint]:
			return field("founders", "names a key twice")
		}
		keys[fingerprint] = true
		if err := first(checkLine("founders/name", f.Name), checkLine("founders/organisation", f.Organisation)); err != nil {
			return err
		}
	}
	return nil
}

func (m Admission) check() error {
	switch {
	case m.Chain.IsZero():
		return field("admits", "leaves open which chain is meant")
	case !isFingerprint(m.Fingerprint):
		return field("admits", "has a fingerprint that is not written as SHA256:…")
	case !IsPrincipal(m.Principal):
		return field("admits", "has a principal that is not an e-mail address without spaces, quotes, commas or wildcards")
	case !slices.Equal(m.Roles, []Role{Decider}) && !slices.Equal(m.Roles, []Role{Decider, Overseer}):
		return field("admits", `has roles other than "decision", or "decision" and then "oversight"`)
	}
	return first(checkLine("admits/name", m.Name), checkLine("admits/organisation", m.Organisation))
}

// Check implements OversightAct. A checkpoint covers something new. Its ranges stand in the order of the chains' ids, one to
// a chain; of its own chain it covers at most what stands before it. Together they are no more than the tree line of the
// cover counts, and the edge has one hash for each perfect subtree in a tree of that size, which is the number of ones in
// the size written in binary.
//
// That ranges follow on those of the checkpoint before, that heads are the chains' records, and that edge and root belong
// together, needs the log: decision/logbook checks that.
func (a *CheckpointAct) Check(c Cover) error {
	if err := first(checkHead(Checkpoint, c, a.Salt, a.Program), checkLog(a.Log)); err != nil {
		return err
	}
	size, _, ok := ParseTree(c.Tree)
	switch {
	case !ok:
		return field("tree", "is not a number of records and a root")
	case len(a.Ranges) == 0:
		return field("ranges", "is empty")
	}
	var covered uint64
	for i, r := range a.Ranges {
		if err := checkPlace("ranges", Place{Chain: r.Chain, Number: r.To, ID: r.Head}, c); err != nil {
			return err
		}
		switch {
		case r.From < 0 || r.From > r.To:
			return field("ranges", "ends before it begins")
		case i > 0 && bytes.Compare(a.Ranges[i-1].Chain[:], r.Chain[:]) >= 0:
			return field("ranges", "is not in the order of the chains' ids, one to a chain")
		}
		covered += uint64(r.To-r.From) + 1
	}
	switch {
	case covered > size:
		return field("ranges", "has more records than the tree line of the cover")
	case len(a.Edge) != bits.OnesCount64(size):
		return field("edge", "does not have as many hashes as the edge of a tree of this size")
	}
	if _, ok := a.EdgeIDs(); !ok {
		return field("edge", "has something other than 64 hexadecimal digits")
	}
	return nil
}

// EdgeIDs returns the edge as hashes, largest subtree first, and false if it is not written as such.
func (a *CheckpointAct) EdgeIDs() ([]ID, bool) {
	edge := make([]ID, len(a.Edge))
	for i, text := range a.Edge {
		if !isHex(text, 2*sha256.Size) {
			return nil, false
		}
		if _, err := hex.Decode(edge[i][:], []byte(text)); err != nil {
			return nil, false
		}
	}
	return edge, true
}

// EdgeText is the opposite of EdgeIDs.
func EdgeText(edge []ID) []string {
	text := make([]string, len(edge))
	for i, id := range edge {
		text[i] = id.String()
	}
	return text
}

// TreeLine returns the tree value of a checkpoint's cover.
func TreeLine(size uint64, root ID) string { return fmt.Sprintf("%d %s", size, root) }

// ParseTree reads what TreeLine writes, and nothing else.
func ParseTree(line string) (size uint64, root ID, ok bool) {
	if !isTree(line) {
		return 0, ID{}, false
	}
	count, text, _ := strings.Cut(line, " ")
	n, err := parseCount(count, MaxLeaves)
	if _, bad := hex.Decode(root[:], []byte(text)); err != nil || bad != nil {
		return 0, ID{}, false
	}
	return uint64(n), root, true
}

// Check implements OversightAct. An override, where there is one, says why. Each record is named once; whether it may be
// disposed of needs the log.
func (a *DisposeAct) Check(c Cover) error {
	if err := first(
		checkHead(Dispose, c, a.Salt, a.Program),
		checkLog(a.Log),
		checkReason("rule", a.Rule),
		checkLine("authority", a.Authority),
	); err != nil {
		return err
	}
	if a.Override != "" {
		if err := checkReason("override", a.Override); err != nil {
			return err
		}
	}
	return checkPlaces(a.Records, c)
}

// Check implements OversightAct. Each record is named once.
func (a *HoldAct) Check(c Cover) error {
	return first(
		checkHead(Hold, c, a.Salt, a.Program),
		checkLog(a.Log),
		checkLine("authority", a.Authority),
		checkReason("reason", a.Reason),
		checkPlaces(a.Records, c),
	)
}

// Check implements OversightAct. The cover names the hold that ends, and the whole of it ends.
func (a *ReleaseAct) Check(c Cover) error {
	if err := first(
		checkHead(Release, c, a.Salt, a.Program),
		checkLog(a.Log),
		checkLine("authority", a.Authority),
		checkReason("reason", a.Reason),
	); err != nil {
		return err
	}
	if c.About.IsZero() {
		return field("about", "must name the hold that ends")
	}
	return nil
}

// Check implements OversightAct. No chain forks at number 0, since the id of that record is what the chain is; and the
// branch that stands goes at least as far as the number at which they part.
func (a *RuleAct) Check(c Cover) error {
	if err := first(
		checkHead(Rule, c, a.Salt, a.Program),
		checkLog(a.Log),
		checkReason("reason", a.Reason),
		checkPlace("stands", a.Stands, c),
	); err != nil {
		return err
	}
	switch {
	case a.Number < 1 || a.Number > MaxNumber:
		return field("number", "is not one at which a chain can fork")
	case a.Stands.Number < a.Number:
		return field("stands", "ends before the fork")
	}
	return nil
}
