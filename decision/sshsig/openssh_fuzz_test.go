package sshsig_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	hiddeco "github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"dsa/decision/sshsig"
)

// openSSH asks the real ssh-keygen about one signature.
func openSSH(t testing.TB, keygen, dir, namespace string, armoured, text []byte) bool {
	t.Helper()
	name := filepath.Join(dir, "signature")
	if err := os.WriteFile(name, armoured, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(keygen, "-Y", "check-novalidate", "-n", namespace, "-s", name)
	command.Stdin = bytes.NewReader(text)
	out, err := command.CombinedOutput()
	if good := bytes.HasPrefix(out, []byte("Good ")); good != (err == nil) {
		t.Fatalf("ssh-keygen ends with %v and says %q", err, out)
	}
	return err == nil
}

// agree holds dsa's word on a signature against that of ssh-keygen: whatever dsa takes, ssh-keygen takes. Where dsa
// refuses what ssh-keygen takes, it is for its form alone: dsa knows one spelling, one hash, one type of key and three
// namespaces. It returns both words.
func agree(t testing.TB, keygen, dir, namespace string, armoured, text []byte) (ours, theirs bool) {
	t.Helper()
	_, err := sshsig.Verify(armoured, namespace, text)
	ours = err == nil
	if problem(err) == sshsig.BadArmour && !bytes.Contains(armoured, []byte("-----BEGIN SSH SIGNATURE-----")) {
		return false, false // it is no signature to anybody, and a process costs some milliseconds
	}
	theirs = openSSH(t, keygen, dir, namespace, armoured, text)
	switch {
	case ours && !theirs:
		t.Fatalf("dsa takes what ssh-keygen refuses, in %s:\n%s", namespace, armoured)
	case theirs && problem(err) == sshsig.NotVerified && !malleable(armoured):
		t.Fatalf("dsa says that a signature does not belong to a text, and ssh-keygen says that it does, in %s:\n%s", namespace, armoured)
	}
	return ours, theirs
}

// malleable reports a signature whose S is not below the order of the group. RFC 8032 (5.1.7) has them refused and
// OpenSSH takes them.
func malleable(armoured []byte) bool {
	_, text, _ := strings.Cut(string(armoured), "-----BEGIN SSH SIGNATURE-----")
	text, _, _ = strings.Cut(text, "-----END")
	blob, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil || len(blob) < 32 {
		return false
	}
	s := slices.Clone(blob[len(blob)-32:])
	slices.Reverse(s)
	return new(big.Int).SetBytes(s).Cmp(order) >= 0
}

// order is that of the group of Ed25519 (RFC 8032, 5.1).
var order, _ = new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)

// twisted is one way of changing a signature, its text or the namespace it is asked for.
type twisted struct {
	says      string
	armoured  []byte
	text      []byte
	namespace string
	form      bool // dsa refuses it for its form although ssh-keygen takes it
}

// blobOf and armoured go from a signature's text to its bytes and back.
func blobOf(t testing.TB, a []byte) []byte {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(string(a)), "\n")
	blob, err := base64.StdEncoding.DecodeString(strings.Join(lines[1:len(lines)-1], ""))
	if err != nil {
		t.Fatal(err)
	}
	return blob
}

func field(b []byte) []byte { return append(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b...) }

// anySignature composes the bytes of a signature out of its parts.
func anySignature(version uint32, key []byte, namespace, reserved, hash string, signature []byte) []byte {
	b := binary.BigEndian.AppendUint32([]byte("SSHSIG"), version)
	for _, part := range [][]byte{key, []byte(namespace), []byte(reserved), []byte(hash), signature} {
		b = append(b, field(part)...)
	}
	return b
}

func signedData(namespace, reserved, hash string, sum []byte) []byte {
	b := []byte("SSHSIG")
	for _, part := range [][]byte{[]byte(namespace), []byte(reserved), []byte(hash), sum} {
		b = append(b, field(part)...)
	}
	return b
}

func edKey(point []byte) []byte { return append(field([]byte(ssh.KeyAlgoED25519)), field(point)...) }
func edSignature(raw []byte) []byte {
	return append(field([]byte(ssh.KeyAlgoED25519)), field(raw)...)
}

// points of small order, in every spelling that 32 bytes have for them (see "Taming the many EdDSAs", table 6).
var smallOrder = []string{
	"0100000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000080",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000080",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
}

// twists are signatures that are odd in one way each: other spellings, other parts, other keys.
func twists(t testing.TB) []twisted {
	t.Helper()
	text := []byte(message)
	good := sign(t, sshsig.Decision, message)
	blob := blobOf(t, good)
	sum := sha256.Sum256(text)
	private := ed25519.NewKeyFromSeed(sum[:])
	point := []byte(private.Public().(ed25519.PublicKey))
	raw := ed25519.Sign(private, signedData(sshsig.Decision, "", "sha256", sum[:]))
	part := func(version uint32, key []byte, namespace, reserved, hash string, signature []byte) []byte {
		return sshsig.Armour(anySignature(version, key, namespace, reserved, hash, signature))
	}
	wrapped := func(width int, end string) []byte {
		b64 := base64.StdEncoding.EncodeToString(blob)
		var b strings.Builder
		b.WriteString("-----BEGIN SSH SIGNATURE-----" + end)
		for len(b64) > width {
			b.WriteString(b64[:width] + end)
			b64 = b64[width:]
		}
		b.WriteString(b64 + end + "-----END SSH SIGNATURE-----" + end)
		return []byte(b.String())
	}
	list := []twisted{
		{says: "as it is", armoured: good},
		{says: "of its parts", armoured: part(1, edKey(point), sshsig.Decision, "", "sha256", edSignature(raw))},
		{says: "another text", armoured: good, text: []byte(message + "\n")},
		{says: "no text", armoured: good, text: []byte{}},
		{says: "asked for in another role", armoured: good, namespace: sshsig.Training},
		{says: "signed in another role", armoured: sign(t, sshsig.Training, message)},
		{says: "lines of 64", armoured: wrapped(64, "\n"), form: true},
		{says: "lines of 76", armoured: wrapped(76, "\n"), form: true},
		{says: "one line", armoured: wrapped(1000, "\n"), form: true},
		{says: "CRLF", armoured: wrapped(70, "\r\n")},
		{says: "text before it", armoured: append([]byte("Hello\n"), good...)},
		{says: "text after it", armoured: append(slices.Clone(good), "Hello\n"...)},
		{says: "twice", armoured: append(slices.Clone(good), good...)},
		{says: "no line end at the end", armoured: bytes.TrimSuffix(good, []byte("\n"))},
		{says: "an empty line within", armoured: bytes.Replace(good, []byte("\n"), []byte("\n\n"), 1), form: true},
		{says: "spaces within", armoured: bytes.Replace(good, []byte("U1NI"), []byte("U1 NI"), 1), form: true},
		{says: "a cut end", armoured: good[:len(good)-3]},
		{says: "version 2", armoured: part(2, edKey(point), sshsig.Decision, "", "sha256", edSignature(raw))},
		{says: "version 0", armoured: part(0, edKey(point), sshsig.Decision, "", "sha256", edSignature(raw))},
		{says: "something in the reserved field", armoured: part(1, edKey(point), sshsig.Decision, "x", "sha256",
			edSignature(ed25519.Sign(private, signedData(sshsig.Decision, "x", "sha256", sum[:]))))},
		{says: "something reserved that was not signed", armoured: part(1, edKey(point), sshsig.Decision, "x", "sha256", edSignature(raw)), form: true},
		{says: "an empty namespace", armoured: part(1, edKey(point), "", "", "sha256", edSignature(raw))},
		{says: "another hash's name", armoured: part(1, edKey(point), sshsig.Decision, "", "sha512", edSignature(raw))},
		{says: "no hash's name", armoured: part(1, edKey(point), sshsig.Decision, "", "md5", edSignature(raw))},
		{says: "a signature of another type", armoured: part(1, edKey(point), sshsig.Decision, "", "sha256", append(field([]byte(ssh.KeyAlgoRSA)), field(raw)...))},
		{says: "a key of another type", armoured: part(1, append(field([]byte(ssh.KeyAlgoRSA)), field(point)...), sshsig.Decision, "", "sha256", edSignature(raw))},
		{says: "a signature of 63 bytes", armoured: part(1, edKey(point), sshsig.Decision, "", "sha256", edSignature(raw[:63]))},
		{says: "a signature of 65 bytes", armoured: part(1, edKey(point), sshsig.Decision, "", "sha256", edSignature(append(slices.Clone(raw), 0)))},
		{says: "a key of 31 bytes", armoured: part(1, edKey(point[:31]), sshsig.Decision, "", "sha256", edSignature(raw))},
		{says: "bytes after the key", armoured: part(1, append(edKey(point), 0), sshsig.Decision, "", "sha256", edSignature(raw))},
		{says: "bytes after the signature", armoured: part(1, edKey(point), sshsig.Decision, "", "sha256", append(edSignature(raw), 0))},
		{says: "bytes after all", armoured: sshsig.Armour(append(slices.Clone(blob), 0))},
		{says: "S increased by the order", armoured: part(1, edKey(point), sshsig.Decision, "", "sha256", edSignature(plusOrder(raw))), form: true},
	}
	// Good signatures of kinds that dsa does not make.
	random := rand.NewChaCha8([32]byte{7})
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), random)
	if err != nil {
		t.Fatal(err)
	}
	for says, c := range map[string]struct {
		key       any
		hash      hiddeco.HashAlgorithm
		namespace string
	}{
		"ECDSA":   {ecKey, hiddeco.HashSHA256, sshsig.Decision},
		"SHA-512": {private, hiddeco.HashSHA512, sshsig.Decision}, "another program's namespace": {private, hiddeco.HashSHA256, "git"},
	} {
		signer, err := ssh.NewSignerFromKey(c.key)
		if err != nil {
			t.Fatal(err)
		}
		s, err := hiddeco.Sign(bytes.NewReader(text), signer, c.hash, c.namespace)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, twisted{says: says, armoured: sshsig.Armour(s.Marshal()), namespace: c.namespace, form: true})
	}
	for n := range byte(4) {
		other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
		list = append(list, twisted{says: "another key", armoured: part(1, edKey(other.Public().(ed25519.PublicKey)), sshsig.Decision, "", "sha256",
			edSignature(ed25519.Sign(other, signedData(sshsig.Decision, "", "sha256", sum[:]))))})
	}
	// Keys of small order verify one text in eight, in Go and in OpenSSH alike or not. dsa takes none of them.
	for _, spelling := range smallOrder {
		weak, err := hex.DecodeString(spelling)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 24 {
			// R is the base point times S, so the equation holds where the key's part vanishes.
			seed := sha256.Sum256(fmt.Appendf(nil, "%s %d", spelling, n))
			r, s := baseTimes(seed)
			signature := append(slices.Clone(r), s...)
			a := part(1, edKey(weak), sshsig.Decision, "", "sha256", edSignature(signature))
			if ed25519.Verify(weak, signedData(sshsig.Decision, "", "sha256", sum[:]), signature) || n == 23 {
				list = append(list, twisted{says: "a key of small order, " + spelling[:8], armoured: a})
				break
			}
		}
	}
	for i := range list {
		if list[i].text == nil {
			list[i].text = text
		}
		if list[i].namespace == "" {
			list[i].namespace = sshsig.Decision
		}
	}
	return list
}

// plusOrder returns the same signature with S spelled otherwise.
func plusOrder(raw []byte) []byte {
	s := slices.Clone(raw[32:])
	slices.Reverse(s)
	sum := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	slices.Reverse(sum)
	return append(slices.Clone(raw[:32]), sum...)
}

// baseTimes returns a point and how many times the base point it is. An Ed25519 public key is such a point: its number
// is in the first half of the seed's SHA-512, clamped, and the crypto package computes it; S is that number modulo the
// order.
func baseTimes(seed [32]byte) (point, scalar []byte) {
	private := ed25519.NewKeyFromSeed(seed[:])
	digest := sha512.Sum512(seed[:])
	digest[0] &= 248
	digest[31] = digest[31]&63 | 64
	number := slices.Clone(digest[:32])
	slices.Reverse(number)
	reduced := new(big.Int).Mod(new(big.Int).SetBytes(number), order).FillBytes(make([]byte, 32))
	slices.Reverse(reduced)
	return private.Public().(ed25519.PublicKey), reduced
}

// Everything that dsa takes, the ssh-keygen of this machine takes; and what dsa alone refuses, it refuses for its form.
func TestDsaTakesNothingThatSshKeygenRefuses(t *testing.T) {
	keygen, dir := sshKeygen(t), t.TempDir()
	taken := 0
	for _, c := range twists(t) {
		ours, theirs := agree(t, keygen, dir, c.namespace, c.armoured, c.text)
		if c.form && (ours || !theirs) {
			t.Errorf("%s: dsa says %t, ssh-keygen %t", c.says, ours, theirs)
		}
		if ours {
			taken++
		}
	}
	if taken < 5 {
		t.Errorf("dsa takes %d of them, so this shows little", taken)
	}
}

// FuzzAgainstOpenSSH asks dsa and ssh-keygen about signatures that were changed at random.
func FuzzAgainstOpenSSH(f *testing.F) {
	namespaces := []string{sshsig.Decision, sshsig.Oversight, sshsig.Training}
	for i, c := range twists(f) {
		if i%4 > 0 {
			continue // the test above has them all, and each costs a process
		}
		f.Add(c.armoured, c.text, byte(max(0, slices.Index(namespaces, c.namespace))), uint16(0), byte(0))
	}
	good := sign(f, sshsig.Decision, message)
	for _, at := range []uint16{0, 6, 13, 33, 68, 85, 100, 118, 181} {
		f.Add(good, []byte(message), byte(0), at, byte(1))
	}
	keygen := sshKeygen(f)
	f.Fuzz(func(t *testing.T, armoured, text []byte, which byte, at uint16, with byte) {
		namespace := namespaces[int(which)%len(namespaces)]
		if with != 0 {
			// A change inside the base64 that stays in the one spelling, which random bytes hardly ever are.
			lines := strings.Split(strings.TrimSuffix(string(armoured), "\n"), "\n")
			blob, err := base64.StdEncoding.DecodeString(strings.Join(lines[min(1, len(lines)):max(1, len(lines)-1)], ""))
			if err != nil || len(blob) == 0 {
				return
			}
			blob[int(at)%len(blob)] ^= with
			armoured = sshsig.Armour(blob)
		}
		agree(t, keygen, t.TempDir(), namespace, armoured, text)
	})
}
