//go:build !windows

package cmd

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// serve lets an agent answer at the socket that SSH_AUTH_SOCK names.
func serve(t *testing.T, a agent.Agent) net.Listener {
	t.Helper()
	dir, err := os.MkdirTemp("", "a") // a socket's name has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	listener, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	t.Setenv("SSH_AUTH_SOCK", listener.Addr().String())
	go func() {
		for {
			line, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				agent.ServeAgent(a, line)
				line.Close()
			}()
		}
	}()
	return listener
}

// keyIn makes an Ed25519 key and puts it into an agent.
func keyIn(t *testing.T, ring agent.Agent, comment string) (fingerprint string) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(fixedRandom(comment))
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.Add(agent.AddedKey{PrivateKey: private, Comment: comment}); err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return ssh.FingerprintSHA256(key)
}

// A key in an agent signs, its private half is never on this computer's disk, and what it signed verifies.
func TestAKeyInAnAgentSigns(t *testing.T) {
	ring := agent.NewKeyring()
	serve(t, ring)
	mine := keyIn(t, ring, "mine")
	home := homeOfSam(t)
	if err := errors.Join(os.Remove(filepath.Join(home, "key")), os.Remove(filepath.Join(home, "key.pub"))); err != nil {
		t.Fatal(err)
	}
	if all := done(t, home, "", "setup", "--agent"); !strings.Contains(all, "Your signing key: "+mine) {
		t.Errorf("setup says:\n%s", all)
	}
	if code, all := run(t, home, "1", "share", "--answers", oneCase); code != codeDone || !strings.Contains(all, "Recorded: number 1") {
		t.Fatalf("exit code %d:\n%s", code, all)
	}
	if all := done(t, home, "", "verify", "1"); !strings.Contains(all, mine) {
		t.Errorf("it was not signed with the key of the agent:\n%s", all)
	}
	if !isMissing(filepath.Join(home, "key")) {
		t.Error("a key was made besides")
	}
	// Several: the person says which, and nothing changes before.
	other := keyIn(t, ring, "other")
	if code, all := run(t, home, "", "setup", "--agent"); code != codeUsage || !strings.Contains(all, mine) || !strings.Contains(all, other) {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	all := done(t, home, "", "setup", "--agent", other)
	if !strings.Contains(all, "Your signing key: "+other) || !strings.Contains(all, "dsa trust close ") || !strings.Contains(all, " --at 1\n") {
		t.Errorf("setup says:\n%s", all)
	}
	if code, all := decide(t, home, "2"); code != codeDone || !strings.Contains(all, "Recorded: number 1") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	// The first key again: its book goes on where it was.
	done(t, home, "", "setup", "--agent", mine)
	if code, all := decide(t, home, "3"); code != codeDone || !strings.Contains(all, "Recorded: number 2") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
}

// badAgent is an agent that holds a key and does something else than sign with it.
type badAgent struct {
	agent.Agent
	sign func(ssh.PublicKey, []byte) (*ssh.Signature, error)
}

func (a badAgent) Sign(key ssh.PublicKey, data []byte) (*ssh.Signature, error) {
	return a.sign(key, data)
}

// Whatever an agent does, nothing is recorded that is not right, it is said what happened, and what was answered is kept.
func TestAgentsThatDoNotSign(t *testing.T) {
	ring := agent.NewKeyring()
	mine := keyIn(t, ring, "mine")
	home := homeOfSam(t)
	serve(t, ring)
	done(t, home, "", "setup", "--agent", mine)
	stranger := agent.NewKeyring()
	strangersKey := func() ssh.PublicKey { keys, _ := stranger.List(); return keys[0] }
	keyIn(t, stranger, "stranger")
	locked := agent.NewKeyring()
	keyIn(t, locked, "mine")
	if err := locked.Lock([]byte("x")); err != nil {
		t.Fatal(err)
	}
	refuses := errors.New("no")
	for sentence, c := range map[string]struct {
		agent agent.Agent
		want  string
	}{
		"refuses":                {badAgent{ring, func(ssh.PublicKey, []byte) (*ssh.Signature, error) { return nil, refuses }}, "the ssh-agent did not sign"},
		"holds another key":      {stranger, "does not hold your signing key " + mine},
		"holds none":             {agent.NewKeyring(), "does not hold your signing key " + mine},
		"is locked":              {locked, "does not hold your signing key " + mine},
		"signs with another key": {badAgent{ring, func(_ ssh.PublicKey, d []byte) (*ssh.Signature, error) { return stranger.Sign(strangersKey(), d) }}, "no signature of your key"},
		"signs something else":   {badAgent{ring, func(k ssh.PublicKey, d []byte) (*ssh.Signature, error) { return ring.Sign(k, d[1:]) }}, "no signature of your key"},
		"returns an empty signature": {badAgent{ring, func(ssh.PublicKey, []byte) (*ssh.Signature, error) {
			return &ssh.Signature{Format: ssh.KeyAlgoED25519}, nil
		}}, "no signature of your key"},
		"returns another kind": {badAgent{ring, func(_ ssh.PublicKey, d []byte) (*ssh.Signature, error) {
			s := sha256.Sum256(d)
			return &ssh.Signature{Format: ssh.KeyAlgoRSASHA256, Blob: s[:]}, nil
		}}, "no signature of your key"},
	} {
		t.Run(sentence, func(t *testing.T) {
			serve(t, c.agent)
			code, all := decide(t, home, sentence)
			if code != codeCould || !strings.Contains(all, c.want) || !strings.Contains(all, "nothing was recorded") || !strings.Contains(all, "\nnext: ") {
				t.Errorf("exit code %d:\n%s", code, all)
			}
			if names := files(t, filepath.Join(home, "log")); names != "" {
				t.Errorf("recorded all the same: %s", names)
			}
		})
	}
	// It has gone, or there never was one.
	serve(t, ring).Close()
	if code, all := decide(t, home, "gone"); code != codeCould || !strings.Contains(all, "there is no ssh-agent that answers; nothing was recorded") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	app, _, said := newTestApp(t, "acted\nstop\n")
	app.Home = home
	if code := Main(app, []string{"share", "--emergency"}); code != codeStopped || !strings.Contains(said.String(), "There is no ssh-agent that answers") || !strings.Contains(said.String(), "ACT FIRST") {
		t.Errorf("in an emergency: exit code %d:\n%s", code, said)
	}
}

// An agent that goes away while the last question is answered costs nothing but the signing: the draft is there, and is
// signed when the agent is back.
func TestADraftOutlivesTheAgent(t *testing.T) {
	session, err := os.ReadFile(adhocSession.file)
	if err != nil {
		t.Fatal(err)
	}
	ring := agent.NewKeyring()
	mine := keyIn(t, ring, "mine")
	var signs atomic.Bool
	serve(t, badAgent{ring, func(k ssh.PublicKey, d []byte) (*ssh.Signature, error) {
		if !signs.Load() {
			return nil, errors.New("not now")
		}
		return ring.Sign(k, d)
	}})
	app, _, said := newTestApp(t, string(session)+"stop\n")
	done(t, app.Home, "", "setup", "--agent", mine, "--answers", writeWho(t))
	// The session of the tests says who decides, so it is forgotten here again.
	if err := os.Remove(app.profilePath()); err != nil {
		t.Fatal(err)
	}
	if code := Main(app, []string{"share"}); code == codeDone || !strings.Contains(said.String(), "the ssh-agent did not sign") {
		t.Fatalf("exit code %d:\n%s", code, said)
	}
	drafts, _ := filepath.Glob(app.path("drafts", "*.json"))
	if len(drafts) != 1 {
		t.Fatalf("the drafts are %v", drafts)
	}
	signs.Store(true)
	again, out, said := newTestApp(t, "1\nsign\n")
	again.Home = app.Home
	if code := Main(again, []string{"share"}); code != codeDone || !strings.Contains(out.String(), "Recorded: number 1") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}

// An agent that waits for its owner is left with Ctrl-C.
func TestAnAgentThatWaitsIsLeft(t *testing.T) {
	ring := agent.NewKeyring()
	mine := keyIn(t, ring, "mine")
	ctx, stop := context.WithCancel(t.Context())
	silence := make(chan struct{})
	t.Cleanup(func() { close(silence) })
	serve(t, badAgent{ring, func(ssh.PublicKey, []byte) (*ssh.Signature, error) { stop(); <-silence; return nil, errors.New("late") }})
	signer, err := agentSigner(ctx, mine)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := signer.Sign("dsa-decision", []byte("x")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The private key file of a hardware token, as ssh-keygen writes it: only its open part matters here.
func tokenFile(t *testing.T) []byte {
	t.Helper()
	public := ssh.Marshal(struct {
		Type        string
		Key         []byte
		Application string
	}{ssh.KeyAlgoSKED25519, make([]byte, 32), "ssh:"})
	file := append([]byte("openssh-key-v1\x00"), ssh.Marshal(struct {
		Cipher, KDF, Options string
		Keys                 uint32
		Public, Private      []byte
	}{"none", "none", "", 1, public, make([]byte, 64)})...)
	return pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: file})
}

// Keys of other kinds are refused before anybody is asked anything, those of hardware tokens with their own reason; and
// nothing is changed.
func TestOtherKindsOfKeysAreRefused(t *testing.T) {
	home := homeOfSam(t)
	dir := t.TempDir()
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := ssh.MarshalPrivateKeyWithPassphrase(curve, "", []byte("locked"))
	if err != nil {
		t.Fatal(err)
	}
	public, err := os.ReadFile("testdata/key.pub")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"token":          {tokenFile(t), "one of a hardware token (sk-ssh-ed25519@openssh.com), which records of format 1 cannot take: its signatures differ each time and carry a counter"},
		"locked-curve":   {pem.EncodeToMemory(block), "not an Ed25519 key"},
		"public":         {public, "the public half of a key"},
		"words":          {[]byte("no key\n"), "not an OpenSSH private key"},
		"nearly-openssh": {pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: []byte("openssh-key-v1\x00\x00")}), "not an OpenSSH private key"},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, c.content, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, all := run(t, home, "", "setup", "--key", path); code != codeCould || !strings.Contains(all, c.want) || !strings.Contains(all, "nothing was changed") {
			t.Errorf("setup with %s: exit code %d:\n%s", name, code, all)
		}
		if code, all := run(t, home, "", "share", "--answers", oneCase, "--key", path); code != codeCould || !strings.Contains(all, c.want) || !strings.Contains(all, "nothing was recorded") {
			t.Errorf("share with %s: exit code %d:\n%s", name, code, all)
		}
	}
	if !isMissing(filepath.Join(home, "signing.yaml")) {
		t.Error("something was remembered")
	}
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: curve}); err != nil {
		t.Fatal(err)
	}
	serve(t, ring)
	if code, all := run(t, home, "", "setup", "--agent"); code != codeCould || !strings.Contains(all, "holds no Ed25519 key, only: ecdsa-sha2-nistp256") {
		t.Errorf("an agent with another kind: exit code %d:\n%s", code, all)
	}
}
