package logbook

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"dsa/decision"
	"dsa/decision/sshsig"
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
	r, err := Check(context.Background(), b, Options{})
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
