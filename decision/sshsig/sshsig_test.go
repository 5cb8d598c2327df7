package sshsig_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	hiddeco "github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"

	"dsa/decision/sshsig"
)

const message = "dsa-record 1\nchain -\nnumber 0\n"

// sshKeygen returns the path of ssh-keygen. Signatures that only dsa can check
// are worth little, so a machine without ssh-keygen fails these tests.
func sshKeygen(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("ssh-keygen")
	if err != nil {
		t.Fatal("ssh-keygen is not installed; these tests compare with it (Debian: apt-get install openssh-client)")
	}
	return path
}

func readSigner(t testing.TB, name string) ssh.Signer {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ssh.ParsePrivateKey(data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newSigner(t testing.TB, name string) sshsig.Signer {
	t.Helper()
	s, err := sshsig.NewSigner(readSigner(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sign(t testing.TB, namespace, text string) []byte {
	t.Helper()
	a, err := newSigner(t, "author").Sign(namespace, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func problem(err error) sshsig.Problem {
	var e *sshsig.Error
	if errors.As(err, &e) {
		return e.Problem
	}
	return ""
}

func TestWhatWeSignIsByteForByteWhatSshKeygenSigns(t *testing.T) {
	keygen := sshKeygen(t)
	dir := t.TempDir()
	key := filepath.Join(dir, "key")
	private, err := os.ReadFile("testdata/author")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, private, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, namespace := range []string{sshsig.Decision, sshsig.Oversight, sshsig.Training} {
		c := exec.Command(keygen, "-Y", "sign", "-q", "-O", "hashalg=sha256", "-n", namespace, "-f", key)
		c.Stdin = strings.NewReader(message)
		theirs, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		if ours := sign(t, namespace, message); !bytes.Equal(ours, theirs) {
			t.Errorf("%s: ours\n%sssh-keygen\n%s", namespace, ours, theirs)
		}
		if k, err := sshsig.Verify(theirs, namespace, []byte(message)); err != nil || k != newSigner(t, "author").Key() {
			t.Errorf("%s: signed by ssh-keygen: %v, %v", namespace, k.Fingerprint(), err)
		}
	}
}

func TestSshKeygenVerifiesWhatWeSign(t *testing.T) {
	keygen := sshKeygen(t)
	dir := t.TempDir()
	signers := filepath.Join(dir, "allowed_signers")
	line := `who@example.org namespaces="dsa-decision" ` + newSigner(t, "author").Key().AuthorizedKey() + "\n"
	if err := os.WriteFile(signers, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	sig := filepath.Join(dir, "sig")
	if err := os.WriteFile(sig, sign(t, sshsig.Decision, message), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		says, namespace, text string
		good                  bool
	}{
		{"the text that was signed is accepted", sshsig.Decision, message, true},
		{"another text is refused", sshsig.Decision, message + " ", false},
		{"another namespace is refused", sshsig.Oversight, message, false},
	} {
		c := exec.Command(keygen, "-Y", "verify", "-f", signers, "-I", "who@example.org", "-n", test.namespace, "-s", sig)
		c.Stdin = strings.NewReader(test.text)
		if out, err := c.CombinedOutput(); (err == nil) != test.good {
			t.Errorf("%s: %v\n%s", test.says, err, out)
		}
	}
	out, err := exec.Command(keygen, "-l", "-f", "testdata/author.pub").Output()
	if err != nil || !strings.Contains(string(out), " "+newSigner(t, "author").Key().Fingerprint()+" ") {
		t.Errorf("fingerprint: %s, %v", out, err)
	}
}

// rebuilt signs with hiddeco/sshsig directly, changes the parts and armours the
// result as ssh-keygen does.
func rebuilt(t *testing.T, h hiddeco.HashAlgorithm, namespace string, change func(*hiddeco.Signature)) []byte {
	t.Helper()
	s, err := hiddeco.Sign(strings.NewReader(message), readSigner(t, "author"), h, namespace)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(s)
	}
	return sshsig.Armour(s.Marshal())
}

func TestVerifyRefuses(t *testing.T) {
	good := sign(t, sshsig.Decision, message)
	other, err := newSigner(t, "other").Sign(sshsig.Decision, []byte(message))
	if err != nil {
		t.Fatal(err)
	}
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ssh.NewSignerFromKey(ecKey)
	if err != nil {
		t.Fatal(err)
	}
	ecSig, err := hiddeco.Sign(strings.NewReader(message), ec, hiddeco.HashSHA256, sshsig.Decision)
	if err != nil {
		t.Fatal(err)
	}
	wide := hiddeco.Armor(must(hiddeco.Unarmor(good)))

	for _, test := range []struct {
		says string
		sig  []byte
		want sshsig.Problem
	}{
		{"a signature of the default hash, SHA-512", rebuilt(t, hiddeco.HashSHA512, sshsig.Decision, nil), sshsig.WrongHash},
		{"a signature in the role of oversight", rebuilt(t, hiddeco.HashSHA256, sshsig.Oversight, nil), sshsig.WrongNamespace},
		{"a signature in git's namespace", rebuilt(t, hiddeco.HashSHA256, "git", nil), sshsig.WrongNamespace},
		{"version 2", rebuilt(t, hiddeco.HashSHA256, sshsig.Decision, func(s *hiddeco.Signature) { s.Version = 2 }), sshsig.WrongVersion},
		{"an ECDSA key", sshsig.Armour(ecSig.Marshal()), sshsig.WrongKeyType},
		{"bytes hidden after the signature proper", rebuilt(t, hiddeco.HashSHA256, sshsig.Decision, func(s *hiddeco.Signature) { s.Signature.Rest = []byte("x") }), sshsig.BadArmour},
		{"a signature of another length", rebuilt(t, hiddeco.HashSHA256, sshsig.Decision, func(s *hiddeco.Signature) { s.Signature.Blob = s.Signature.Blob[:63] }), sshsig.BadArmour},
		{"a key put into another's signature", rebuilt(t, hiddeco.HashSHA256, sshsig.Decision, func(s *hiddeco.Signature) { s.PublicKey = readSigner(t, "other").PublicKey() }), sshsig.NotVerified},
		{"armour of another width", wide, sshsig.BadArmour},
		{"armour with CRLF", bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), sshsig.BadArmour},
		{"text before the armour", append([]byte("x\n"), good...), sshsig.BadArmour},
		{"text after the armour", append(bytes.Clone(good), "x\n"...), sshsig.BadArmour},
		{"two signatures", append(bytes.Clone(good), other...), sshsig.BadArmour},
		{"an empty signature", nil, sshsig.BadArmour},
		{"an empty armour", []byte("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n"), sshsig.BadArmour},
		{"something endless", bytes.Repeat([]byte("A"), 1<<20), sshsig.BadArmour},
	} {
		if _, err := sshsig.Verify(test.sig, sshsig.Decision, []byte(message)); problem(err) != test.want {
			t.Errorf("%s: got %v, want %s", test.says, err, test.want)
		}
	}
	if _, err := sshsig.Verify(rebuilt(t, hiddeco.HashSHA256, "git", nil), "git", []byte(message)); problem(err) != sshsig.WrongNamespace {
		t.Errorf("a namespace that is not ours, asked for: %v", err)
	}
	if k, err := sshsig.Verify(other, sshsig.Decision, []byte(message)); err != nil || k == newSigner(t, "author").Key() {
		t.Errorf("another key's signature names that key: %v", err)
	}
}

func TestNoByteOfAnArmouredSignatureCanChangeUnnoticed(t *testing.T) {
	good := sign(t, sshsig.Decision, message)
	for i := range good {
		for _, change := range []byte{1, 4, 0x20, 0x80} {
			bad := bytes.Clone(good)
			bad[i] ^= change
			if _, err := sshsig.Verify(bad, sshsig.Decision, []byte(message)); problem(err) == "" {
				t.Fatalf("byte %d xor %#x: accepted", i, change)
			}
		}
		if _, err := sshsig.Verify(append(bytes.Clone(good[:i]), good[i+1:]...), sshsig.Decision, []byte(message)); problem(err) == "" {
			t.Fatalf("byte %d removed: accepted", i)
		}
	}
}

func TestKeysHaveOneSpelling(t *testing.T) {
	k := newSigner(t, "author").Key()
	line := k.AuthorizedKey()
	pub, err := os.ReadFile("testdata/author.pub")
	if err != nil || !strings.HasPrefix(string(pub), line+" ") {
		t.Fatalf("the line is not the one ssh-keygen wrote: %v", err)
	}
	if got, err := sshsig.ParseKey(line); err != nil || got != k {
		t.Fatalf("ParseKey of its own line: %v", err)
	}
	for says, bad := range map[string]string{
		"a comment":     line + " me",
		"an option":     "cert-authority " + line,
		"a line end":    line + "\n",
		"another type":  "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==",
		"nothing":       "",
		"two spaces":    strings.Replace(line, " ", "  ", 1),
		"a cut key":     line[:len(line)-4],
		"spare bits":    line[:len(line)-1] + "=",
		"not ASCII":     line + "\u00a0",
		"a second line": line + "\n" + line,
	} {
		var e *sshsig.KeyError
		if _, err := sshsig.ParseKey(bad); !errors.As(err, &e) {
			t.Errorf("%s: %v", says, err)
		}
	}
	if (sshsig.Key{}).Fingerprint() == "SHA256:" || !(sshsig.Key{}).IsZero() || k.IsZero() {
		t.Error("the zero key")
	}
}

func TestOnlyEd25519KeysSignAndOnlyInOurNamespaces(t *testing.T) {
	ecKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := ssh.NewSignerFromKey(ecKey)
	if err != nil {
		t.Fatal(err)
	}
	var e *sshsig.KeyError
	if _, err := sshsig.NewSigner(ec); !errors.As(err, &e) || e.Type != "ecdsa-sha2-nistp256" {
		t.Errorf("NewSigner with an ECDSA key: %v", err)
	}
	if _, err := sshsig.Sign(ec, sshsig.Decision, nil); !errors.As(err, &e) {
		t.Errorf("Sign with an ECDSA key: %v", err)
	}
	if _, err := newSigner(t, "author").Sign("file", nil); problem(err) != sshsig.WrongNamespace {
		t.Errorf("Sign in another namespace: %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// FuzzVerify holds the promise that whatever is accepted is exactly what Sign
// would have written.
func FuzzVerify(f *testing.F) {
	good := sign(f, sshsig.Decision, message)
	f.Add(good, []byte(message))
	f.Add(sign(f, sshsig.Training, message), []byte(message))
	f.Add(bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), []byte(message))
	f.Add([]byte("-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"), []byte(""))
	author := newSigner(f, "author")
	f.Fuzz(func(t *testing.T, armoured, text []byte) {
		s, err := sshsig.Parse(armoured)
		if err != nil {
			if problem(err) == "" {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		if s.Verify(s.Namespace, text) == nil && s.Key == author.Key() {
			again, err := author.Sign(s.Namespace, text)
			if err != nil || !bytes.Equal(again, armoured) {
				t.Fatal("accepted what the key would not have written")
			}
		}
	})
}
