package sshsig

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// thorough takes a signature apart with the library, and puts it together again to see that nothing was passed over.
func thorough(armoured []byte) (Signature, bool) {
	blob, err := unarmour(armoured)
	if err != nil {
		return Signature{}, false
	}
	s, err := sshsig.ParseSignature(blob)
	if err != nil || s.HashAlgorithm != hash || s.Signature.Format != ssh.KeyAlgoED25519 {
		return Signature{}, false
	}
	key, err := KeyOf(s.PublicKey)
	if err != nil || len(s.Signature.Rest) > 0 || len(s.Signature.Blob) != ed25519.SignatureSize || !bytes.Equal(s.Marshal(), blob) {
		return Signature{}, false
	}
	return Signature{Key: key, Namespace: s.Namespace, blob: [ed25519.SignatureSize]byte(s.Signature.Blob), parsed: true}, true
}

// readsAgree holds the quick reader against the thorough one, and reports whether they take the signature.
func readsAgree(t *testing.T, armoured []byte) bool {
	t.Helper()
	quick, is := parse(armoured)
	slow, want := thorough(armoured)
	if is != want || is && quick != slow {
		t.Fatalf("%v and %v:\n%s", is, want, armoured)
	}
	return is
}

// FuzzReaders changes the armour, and what is below it: no change of signs alone reaches all of that.
func FuzzReaders(f *testing.F) {
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	if err != nil {
		f.Fatal(err)
	}
	for _, namespace := range []string{Decision, Oversight, Training} {
		good, err := Sign(key, namespace, []byte("message"))
		if err != nil {
			f.Fatal(err)
		}
		blob, err := unarmour(good)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(good, blob)
	}
	f.Fuzz(func(t *testing.T, text, blob []byte) {
		readsAgree(t, text)
		readsAgree(t, armour(blob))
	})
}

// What Parse reads byte by byte is exactly what the library reads in one way only.
func TestASignatureIsReadAsTheLibraryReadsIt(t *testing.T) {
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize)))
	if err != nil {
		t.Fatal(err)
	}
	taken := 0
	both := func(armoured []byte) {
		t.Helper()
		if readsAgree(t, armoured) {
			taken++
		}
	}
	for _, namespace := range []string{Decision, Oversight, Training} {
		good, err := Sign(key, namespace, []byte("message"))
		if err != nil {
			t.Fatal(err)
		}
		both(good)
		if taken == 0 {
			t.Fatal("a good signature is refused")
		}
		for i := range good {
			both(good[:i])
			both(append(bytes.Clone(good[:i]), good[i+1:]...))
			for _, with := range []byte("A/+z=\n\r -") {
				changed := bytes.Clone(good)
				changed[i] = with
				both(changed)
				both([]byte(string(good[:i]) + string(with) + string(good[i:])))
			}
		}
		// Every byte below the armour, also those that no change of one sign alone reaches; and other lengths of its lines.
		blob, err := unarmour(good)
		if err != nil {
			t.Fatal(err)
		}
		for i := range blob {
			for _, with := range []byte{0, 1, 2, 255, blob[i] ^ 1, blob[i] ^ 0x80} {
				changed := bytes.Clone(blob)
				changed[i] = with
				both(armour(changed))
			}
			both(armour(blob[:i]))
			both(armour(append(bytes.Clone(blob[:i]), blob[i+1:]...)))
			both(armour(append(append(bytes.Clone(blob[:i]), 0), blob[i:]...)))
		}
		for _, width := range []int{1, 64, 69, 71, 76, 1000} {
			text := base64.StdEncoding.EncodeToString(blob)
			var b strings.Builder
			for len(text) > width {
				b.WriteString(text[:width] + "\n")
				text = text[width:]
			}
			both([]byte(begin + b.String() + text + "\n" + end))
		}
	}
	if taken < 1000 {
		t.Errorf("only %d changed signatures were well-formed; the test tests nothing", taken)
	}
	// Namespaces that are not ours are read, and refused only when something is verified in them.
	for _, namespace := range []string{"", "\x00", "git", "dsa-decision\x00", "dsa-Decision", "\xff\xfe", strings.Repeat("n", 300)} {
		blob := beforeKey + string(key.PublicKey().Marshal()[19:]) + string(binary.BigEndian.AppendUint32(nil, uint32(len(namespace)))) + namespace +
			afterNamespace + beforeSignature + strings.Repeat("s", ed25519.SignatureSize)
		both(armour([]byte(blob)))
		if s, is := parse(armour([]byte(blob))); !is || s.Verify(namespace, []byte("message")) == nil {
			t.Errorf("a signature in the namespace %q is not read, or is taken", namespace)
		}
		// A length that wraps round, or goes beyond the end.
		at := len(beforeKey) + len(Key{})
		for _, length := range []uint32{1, uint32(len(namespace)) + 1, 1 << 31, 1<<32 - 1, 1<<32 - 4} {
			both(armour([]byte(blob[:at] + string(binary.BigEndian.AppendUint32(nil, length)) + blob[at+4:])))
		}
	}
	// Lengths at which the last line of the armour is full.
	for n := range 300 {
		both(armour(make([]byte, n)))
		both(armour(append([]byte(beforeKey), make([]byte, n)...)))
	}
}
