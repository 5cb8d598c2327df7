package sshsig_test

import (
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"golang.org/x/crypto/ssh"

	"dsa/decision/sshsig"
)

// Every point of small order, in every spelling: y below and above the prime, and x of either sign. For each somebody without
// any private key finds a text that crypto/ed25519 takes as signed; sshsig takes no such key.
func TestAKeyThatEverybodyCanSignWithIsRefused(t *testing.T) {
	t.Parallel()
	var keys [][]byte
	for _, text := range []string{
		"0100000000000000000000000000000000000000000000000000000000000000", // order 1
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // order 2
		"0000000000000000000000000000000000000000000000000000000000000000", // order 4
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", // order 8
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", // order 8
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // 0 above the prime
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", // 1 above the prime
	} {
		key, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		other := slices.Clone(key)
		other[31] ^= 0x80
		keys = append(keys, key, other)
	}
	signature := make([]byte, ed25519.SignatureSize)
	signature[0] = 1 // R is the point of order 1, and S is 0
	for _, key := range keys {
		forged := false
		for n := uint64(0); n < 256 && !forged; n++ {
			forged = ed25519.Verify(key, binary.BigEndian.AppendUint64(nil, n), signature)
		}
		if !forged {
			t.Errorf("%x: nothing can be signed with it, so it need not be refused", key)
		}
		pub, err := ssh.NewPublicKey(ed25519.PublicKey(key))
		if err != nil {
			t.Fatal(err)
		}
		var refused *sshsig.KeyError
		if _, err := sshsig.KeyOf(pub); !errors.As(err, &refused) || !refused.Weak {
			t.Errorf("%x: KeyOf gives %v", key, err)
		}
		line := string(ssh.MarshalAuthorizedKey(pub))
		if _, err := sshsig.ParseKey(line[:len(line)-1]); !errors.As(err, &refused) || !refused.Weak {
			t.Errorf("%x: ParseKey gives %v", key, err)
		}
		blob := []byte("SSHSIG\x00\x00\x00\x01")
		for _, part := range []string{string(pub.Marshal()), sshsig.Decision, "", "sha256",
			string(ssh.Marshal(struct{ Format, Blob string }{ssh.KeyAlgoED25519, string(signature)}))} {
			blob = append(binary.BigEndian.AppendUint32(blob, uint32(len(part))), part...)
		}
		var bad *sshsig.Error
		if _, err := sshsig.Parse(sshsig.Armour(blob)); !errors.As(err, &bad) || bad.Problem != sshsig.WeakKey {
			t.Errorf("%x: Parse gives %v", key, err)
		}
	}
	// The largest y below the prime that is of large order, and one next to each that is refused.
	for _, text := range []string{
		"0300000000000000000000000000000000000000000000000000000000000000",
		"ebffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edfffffffffffffffffffffffffffffffffffffffffffffffffffffeffffff7f",
	} {
		key, _ := hex.DecodeString(text)
		pub, err := ssh.NewPublicKey(ed25519.PublicKey(key))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sshsig.KeyOf(pub); err != nil {
			t.Errorf("%s is refused: %v", text, err)
		}
	}
}
