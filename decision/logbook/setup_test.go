package logbook

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"dsa/decision"
	"dsa/decision/sshsig"
	"dsa/decision/tree"
)

// start is when every test's clock begins. Nothing here reads the real one.
var start = time.Date(2026, 11, 22, 10, 11, 12, 0, time.UTC)

// fixedSigner signs with one of the keys from sshsig/testdata.
func fixedSigner(t testing.TB, name string) sshsig.Signer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "sshsig", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.ParsePrivateKey(data)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sshsig.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

type words struct {
	Salt string `json:"salt"`
	Text string `json:"text"`
}

func salt(n int) string {
	s := sha256.Sum256(fmt.Appendf(nil, "salt %d", n))
	return fmt.Sprintf("%x", s[:16])
}

func body(t testing.TB, v any) []byte {
	t.Helper()
	b, err := decision.EncodeBody(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func openingOf(key sshsig.Key, principal string, standing decision.Standing) decision.Opening {
	return decision.Opening{
		Salt: salt(0), Program: "dsa test", Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(),
		Principal: principal, Name: "Sam O'Neill", Post: "Designated safeguarding lead",
		Organisation: "Harbour Lane School", Sector: "education", Device: "office laptop", Standing: standing,
	}
}

func openAct(t testing.TB, key sshsig.Key, principal string, standing decision.Standing) Act {
	t.Helper()
	return Act{
		Time: start, Kind: decision.Open, KeepUntil: decision.Permanent,
		Body: body(t, openingOf(key, principal, standing)),
	}
}

func decisionAct(t testing.TB, n int) Act {
	t.Helper()
	return Act{
		Time: start.Add(time.Duration(n) * time.Minute), Kind: decision.Decision, KeepUntil: "2034-11-22",
		Body: body(t, words{salt(n), fmt.Sprintf("what was decided in case %d", n)}),
	}
}

// unflushed is a disk that does not wait for its flushes, which are most of the
// time of a test. The tests that need the real thing call realBook.
type unflushed struct{ disk }

func (d unflushed) Settle(string, string) error { return nil }

func (d unflushed) CreateNew(name string) (newFile, error) {
	f, err := d.disk.CreateNew(name)
	if err != nil {
		return nil, err
	}
	return unflushedFile{f}, nil
}

type unflushedFile struct{ newFile }

func (unflushedFile) Sync() error { return nil }

func newBook(t testing.TB) *Book {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, ReadmeName), readme)
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	b.disk = unflushed{b.disk}
	return b
}

func realBook(t testing.TB) *Book {
	t.Helper()
	b, err := Create(filepath.Join(t.TempDir(), "a", "log"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func newWriter(t testing.TB, b *Book, s sshsig.Signer) *Writer {
	t.Helper()
	return NewWriter(b, s, filepath.Join(t.TempDir(), "key.lock"))
}

func mustAppend(t testing.TB, w *Writer, act Act) Entry {
	t.Helper()
	e, err := w.Append(context.Background(), act)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// fill opens a chain and appends decisions 1 to n.
func fill(t testing.TB, b *Book, s sshsig.Signer, principal string, n int) []Entry {
	t.Helper()
	w := newWriter(t, b, s)
	entries := []Entry{mustAppend(t, w, openAct(t, s.Key(), principal, decision.Live))}
	for i := 1; i <= n; i++ {
		entries = append(entries, mustAppend(t, w, decisionAct(t, i)))
	}
	return entries
}

func check(t testing.TB, b *Book) Report {
	t.Helper()
	r, err := Check(context.Background(), []*Book{b}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (b *Book) pathOf(e Entry) string { return filepath.Join(b.Dir(), filepath.FromSlash(e.Path)) }

func writeFile(t testing.TB, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func readTestFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// forge signs any cover with any body, as a hand-made program could.
func forge(t testing.TB, s sshsig.Signer, namespace string, c decision.Cover, text []byte) (decision.ID, []byte) {
	t.Helper()
	c.BodySum, c.BodyLen = sha256.Sum256(text), len(text)
	return forgeCover(t, s, namespace, c.Encode(), text)
}

func forgeCover(t testing.TB, s sshsig.Signer, namespace string, cover, text []byte) (decision.ID, []byte) {
	t.Helper()
	sig, err := s.Sign(namespace, cover)
	if err != nil {
		t.Fatal(err)
	}
	return sha256.Sum256(cover), append(append(append([]byte{}, cover...), sig...), text...)
}

// signerOf returns a signer whose key is made from the name, and always the same for one name.
func signerOf(t testing.TB, name string) sshsig.Signer {
	t.Helper()
	seed := sha256.Sum256([]byte("dsa test key " + name))
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sshsig.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// moment is the time of the next record of a test's log: a minute after start for each record there is.
func moment(t testing.TB, b *Book) time.Time {
	t.Helper()
	n := 0
	for _, err := range b.names() {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return start.Add(time.Duration(n) * time.Minute)
}

// saltOf is a salt that no other record of the log has.
func saltOf(t testing.TB, b *Book, s sshsig.Signer) string {
	t.Helper()
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s", moment(t, b), s.Key().Fingerprint()))
	return fmt.Sprintf("%x", sum[:16])
}

// openIn opens a chain, of the principal "<name>@example.org".
func openIn(t testing.TB, b *Book, s sshsig.Signer, name string) Entry {
	t.Helper()
	act := openAct(t, s.Key(), name+"@example.org", decision.Live)
	act.Time = moment(t, b)
	return mustAppend(t, newWriter(t, b, s), act)
}

// decideIn appends a decision that is due for disposal after 22 November 2034.
func decideIn(t testing.TB, b *Book, s sshsig.Signer) Entry {
	t.Helper()
	return mustAppend(t, newWriter(t, b, s), Act{Time: moment(t, b), Kind: decision.Decision, KeepUntil: "2034-11-22",
		Body: body(t, words{saltOf(t, b, s), "what was decided"})})
}

// actIn appends an act of oversight with the body as it stands, sound or not; salt, program and reasons that are
// missing are filled in.
func actIn(t testing.TB, b *Book, s sshsig.Signer, kind decision.Kind, about decision.ID, act decision.OversightAct) Entry {
	t.Helper()
	return mustAppend(t, newWriter(t, b, s), overseenAct(t, b, s, kind, about, act))
}

func overseenAct(t testing.TB, b *Book, s sshsig.Signer, kind decision.Kind, about decision.ID, act decision.OversightAct) Act {
	t.Helper()
	fill := func(text *string, with string) {
		if *text == "" {
			*text = with
		}
	}
	some, by, why := saltOf(t, b, s), "dsa test", "because it has to be"
	switch a := act.(type) {
	case *decision.TrustAct:
		fill(&a.Salt, some)
		fill(&a.Program, by)
		fill(&a.Reason, why)
	case *decision.CheckpointAct:
		fill(&a.Salt, some)
		fill(&a.Program, by)
	case *decision.DisposeAct:
		fill(&a.Salt, some)
		fill(&a.Program, by)
		fill(&a.Rule, "eight years after the decision")
		fill(&a.Authority, "Information governance lead")
	case *decision.HoldAct:
		fill(&a.Salt, some)
		fill(&a.Program, by)
		fill(&a.Authority, "Information governance lead")
		fill(&a.Reason, why)
	case *decision.ReleaseAct:
		fill(&a.Salt, some)
		fill(&a.Program, by)
		fill(&a.Authority, "Information governance lead")
		fill(&a.Reason, why)
	case *decision.RuleAct:
		fill(&a.Salt, some)
		fill(&a.Program, by)
		fill(&a.Reason, why)
	}
	return Act{Time: moment(t, b), Kind: kind, About: about, KeepUntil: decision.Permanent, Body: body(t, act)}
}

// foundLog opens a chain for each of two leads, "first" and "second", unless they have one, and founds a log with both.
// Its id is that of the entry.
func foundLog(t testing.TB, b *Book, lead, second sshsig.Signer) (decision.ID, Entry) {
	t.Helper()
	founders := make([]decision.Founder, 2)
	for i, s := range []sshsig.Signer{lead, second} {
		name := []string{"first", "second"}[i]
		if _, has, err := b.ChainOf(s.Key()); err != nil || !has {
			if err != nil {
				t.Fatal(err)
			}
			openIn(t, b, s, name)
		}
		founders[i] = decision.Founder{Key: s.Key().AuthorizedKey(), Fingerprint: s.Key().Fingerprint(), Name: "The " + name, Organisation: "Fenmarsh Council"}
	}
	e := actIn(t, b, lead, decision.Trust, decision.ID{}, &decision.TrustAct{Title: "Fenmarsh partnership", Founders: founders})
	return e.ID, e
}

// admission is what a trust record says to admit a chain, from its opening.
func admission(t testing.TB, opening Entry, roles ...decision.Role) decision.Admission {
	t.Helper()
	o, err := opening.Opening()
	if err != nil {
		t.Fatal(err)
	}
	if len(roles) == 0 {
		roles = []decision.Role{decision.Decider}
	}
	return decision.Admission{Chain: opening.Chain, Fingerprint: o.Fingerprint, Principal: o.Principal, Name: o.Name, Organisation: o.Organisation, Roles: roles}
}

// bothRoles are those of an overseer.
var bothRoles = []decision.Role{decision.Decider, decision.Overseer}

// admit records that a lead admits a chain; without roles it may decide.
func admit(t testing.TB, b *Book, by sshsig.Signer, log decision.ID, opening Entry, roles ...decision.Role) Entry {
	t.Helper()
	return actIn(t, b, by, decision.Trust, decision.ID{}, &decision.TrustAct{Log: log, Admits: []decision.Admission{admission(t, opening, roles...)}})
}

// closeAt records that a lead closes a chain with a record as the last.
func closeAt(t testing.TB, b *Book, by sshsig.Signer, log decision.ID, last Entry) Entry {
	t.Helper()
	return actIn(t, b, by, decision.Trust, decision.ID{}, &decision.TrustAct{Log: log, Closes: []decision.Closure{{Chain: last.Chain, Number: last.Number, ID: last.ID}}})
}

// placesOf are the places of records, as acts of oversight name them.
func placesOf(entries ...Entry) []decision.Place {
	places := []decision.Place{}
	for _, e := range entries {
		places = append(places, decision.Place{Chain: e.Chain, Number: e.Number, ID: e.ID})
	}
	return places
}

// disposeIn records that a lead disposes of records, with an override unless it is empty.
func disposeIn(t testing.TB, b *Book, by sshsig.Signer, log decision.ID, override string, records ...Entry) Entry {
	t.Helper()
	return actIn(t, b, by, decision.Dispose, decision.ID{}, &decision.DisposeAct{Log: log, Override: override, Records: placesOf(records...)})
}

// holdIn records that a lead holds records.
func holdIn(t testing.TB, b *Book, by sshsig.Signer, log decision.ID, records ...Entry) Entry {
	t.Helper()
	return actIn(t, b, by, decision.Hold, decision.ID{}, &decision.HoldAct{Log: log, Records: placesOf(records...)})
}

// releaseIn records that a lead ends a hold.
func releaseIn(t testing.TB, b *Book, by sshsig.Signer, log decision.ID, held Entry) Entry {
	t.Helper()
	return actIn(t, b, by, decision.Release, held.ID, &decision.ReleaseAct{Log: log})
}

// checkpointAct composes the lead's next checkpoint of all that the log holds, from the bytes of the log alone: it shares
// no code with the verifier.
func checkpointAct(t testing.TB, b *Book, by sshsig.Signer, log decision.ID) Act {
	t.Helper()
	chains, order := make(map[decision.ID][]decision.ID), []decision.ID{}
	var earlier []*decision.CheckpointAct
	for e, err := range b.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Number == 0 {
			order = append(order, e.Chain)
		}
		if e.Number == len(chains[e.Chain]) {
			chains[e.Chain] = append(chains[e.Chain], e.ID)
		}
		if e.Page.Cover.Kind == decision.Checkpoint && e.Key == by.Key() {
			act := new(decision.CheckpointAct)
			if err := decision.DecodeBody(e.Page.Body, act); err != nil {
				t.Fatal(err)
			}
			earlier = append(earlier, act)
		}
	}
	slices.SortFunc(order, func(a, b decision.ID) int { return strings.Compare(a.String(), b.String()) })
	grown, err := tree.New(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	next := make(map[decision.ID]int)
	for _, act := range earlier {
		for _, r := range act.Ranges {
			for n := r.From; n <= r.To; n++ {
				grown.Append(chains[r.Chain][n])
			}
			next[r.Chain] = r.To + 1
		}
	}
	act := &decision.CheckpointAct{Log: log, Ranges: []decision.Range{}}
	for _, chain := range order {
		ids := chains[chain]
		if from := next[chain]; from < len(ids) {
			for _, id := range ids[from:] {
				grown.Append(id)
			}
			act.Ranges = append(act.Ranges, decision.Range{Chain: chain, From: from, To: len(ids) - 1, Head: ids[len(ids)-1]})
		}
	}
	act.Edge = decision.EdgeText(grown.Edge())
	composed := overseenAct(t, b, by, decision.Checkpoint, decision.ID{}, act)
	composed.Tree = decision.TreeLine(grown.Size(), grown.Root())
	return composed
}

// checkpointIn records a lead's next checkpoint.
func checkpointIn(t testing.TB, b *Book, by sshsig.Signer, log decision.ID) Entry {
	t.Helper()
	return mustAppend(t, newWriter(t, b, by), checkpointAct(t, b, by, log))
}

// receiptOf is the receipt of a checkpoint.
func receiptOf(log decision.ID, e Entry) decision.Receipt {
	return decision.Receipt{Log: log, Chain: e.Chain, Number: e.Number, ID: e.ID}
}

// coverInstead does what a disposal does to a record's file: the cover stays.
func coverInstead(t testing.TB, b *Book, e Entry) {
	t.Helper()
	coverBeside(t, b, e)
	if err := os.Remove(b.pathOf(e)); err != nil {
		t.Fatal(err)
	}
}

func coverBeside(t testing.TB, b *Book, e Entry) {
	t.Helper()
	writeFile(t, strings.Replace(b.pathOf(e), ".record.", ".cover.", 1), slices.Concat(e.Page.CoverBytes, e.Page.Signature))
}

// checkLog checks one log as one that is known by its id.
func checkLog(t testing.TB, log decision.ID, books ...*Book) Report {
	t.Helper()
	r, err := Check(context.Background(), books, Options{Log: log})
	if err != nil {
		t.Fatal(err)
	}
	return r
}
