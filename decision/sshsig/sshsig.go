// Package sshsig signs and verifies a text the way OpenSSH does with
// `ssh-keygen -Y sign` and `-Y verify` (PROTOCOL.sshsig), so that a record can
// be checked in many years without dsa. It does nothing else: it reads no files,
// holds no keys and trusts nobody.
//
// Of what the format allows it takes one case only: version 1, SHA-256,
// ssh-ed25519, one of dsa's own namespaces, and one spelling of the armour. A
// signature that ssh-keygen takes and this package refuses is possible; the other
// way round is not.
package sshsig

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
)

// The namespaces dsa signs in. A namespace is a role and part of what is signed,
// so no signature can be passed off as an act in another role, and an exercise
// can never be shown as a decision.
const (
	Decision  = "dsa-decision"
	Oversight = "dsa-oversight"
	Training  = "dsa-training"
)

// hash is SHA-256 and not ssh-keygen's default, so that the digest inside the
// signature is exactly the record's id.
const hash = sshsig.HashSHA256

const (
	begin = "-----BEGIN SSH SIGNATURE-----\n"
	end   = "-----END SSH SIGNATURE-----\n"

	// columns is the width at which ssh-keygen breaks the armour (sshbuf_dtob64).
	// hiddeco/sshsig breaks at 64, as PEM does; with 70 our signatures are byte for
	// byte those of ssh-keygen.
	columns = 70

	// maxArmour is far above the 312 bytes a signature in our namespaces has.
	maxArmour = 2048
)

// Key is an Ed25519 public key. Keys can be compared with == and used in maps;
// the zero value is no key.
type Key [ed25519.PublicKeySize]byte

// IsZero reports whether there is no key.
func (k Key) IsZero() bool { return k == Key{} }

// AuthorizedKey returns the key as one line without its end, "ssh-ed25519
// AAAA…", as in authorized_keys and .pub files, without a comment.
func (k Key) AuthorizedKey() string {
	return ssh.KeyAlgoED25519 + " " + base64.StdEncoding.EncodeToString(k.wire())
}

// Fingerprint returns the name people compare, "SHA256:" and 43 signs, as
// `ssh-keygen -l` shows it.
func (k Key) Fingerprint() string {
	p, err := ssh.ParsePublicKey(k.wire())
	if err != nil {
		// wire always writes a well-formed key; see its test.
		return "SHA256:"
	}
	return ssh.FingerprintSHA256(p)
}

func (k Key) wire() []byte {
	return ssh.Marshal(struct{ Type, Point string }{ssh.KeyAlgoED25519, string(k[:])})
}

// KeyError says why a key cannot be used. It holds the key's type, which is
// not secret, and never the key.
type KeyError struct {
	Type string // such as "ssh-rsa"; empty if the text is no key at all
	Weak bool   // everybody can sign with it
}

func (e *KeyError) Error() string {
	if e.Weak {
		return "this key is no secret to anybody: signatures that verify with it can be made without a private key"
	}
	if e.Type == "" {
		return "this is not a public key written as ssh-ed25519 AAAA…"
	}
	return fmt.Sprintf("the key is of type %s; dsa signs with ssh-ed25519 only", e.Type)
}

// ParseKey reads what AuthorizedKey writes, in that one spelling: no options, no
// comment, no space around it.
func ParseKey(line string) (Key, error) {
	pub, _, _, rest, err := ssh.ParseAuthorizedKey([]byte(line))
	if err != nil || len(rest) > 0 {
		return Key{}, &KeyError{}
	}
	k, err := KeyOf(pub)
	if err != nil {
		return Key{}, err
	}
	if k.AuthorizedKey() != line {
		return Key{}, &KeyError{}
	}
	return k, nil
}

// KeyOf takes a key that golang.org/x/crypto/ssh has read, from a file or an
// agent.
func KeyOf(pub ssh.PublicKey) (Key, error) {
	if pub.Type() != ssh.KeyAlgoED25519 {
		return Key{}, &KeyError{Type: pub.Type()}
	}
	var w struct{ Type, Point string }
	if err := ssh.Unmarshal(pub.Marshal(), &w); err != nil || len(w.Point) != len(Key{}) {
		return Key{}, &KeyError{}
	}
	k := Key([]byte(w.Point))
	if k.weak() {
		return Key{}, &KeyError{Type: pub.Type(), Weak: true}
	}
	return k, nil
}

// smallOrder is the y coordinates of the eight points of Ed25519 whose order divides 8, little-endian, as a key has them
// without the sign of x: 1 (order 1), -1 (order 2), 0 (order 4, twice), and two of order 8, each twice. With such a key one
// signature fits many texts, or all of them, and needs no private key. The values are those that libsodium refuses
// (ge25519_has_small_order); a test shows for each that it can be signed with.
var smallOrder = [...]Key{
	{0x01},
	{0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
	{0x00},
	{0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
	{0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
}

// weak reports whether a key is a point of small order, or is written with a y that is not below the field's prime,
// 2^255 - 19. No private key has such a public key, and each of the latter is another spelling of a point: two fingerprints
// for one key. OpenSSH takes both.
func (k Key) weak() bool {
	k[len(k)-1] &= 0x7f // the sign of x
	if k[0] >= 0xed && k[len(k)-1] == 0x7f && bytes.Count(k[1:len(k)-1], []byte{0xff}) == len(k)-2 {
		return true
	}
	return slices.Contains(smallOrder[:], k)
}

// Signer signs with one key. It is all that the log knows of private keys.
type Signer interface {
	// Key returns the public key that the signatures verify with.
	Key() Key
	// Sign returns the armoured signature of message in one of dsa's namespaces.
	Sign(namespace string, message []byte) ([]byte, error)
}

// NewSigner makes a Signer from a key that golang.org/x/crypto/ssh holds, in
// memory or in an agent. Keys other than ssh-ed25519 give a *KeyError.
func NewSigner(s ssh.Signer) (Signer, error) {
	k, err := KeyOf(s.PublicKey())
	if err != nil {
		return nil, err
	}
	return signer{k, s}, nil
}

type signer struct {
	key Key
	ssh ssh.Signer
}

func (s signer) Key() Key { return s.key }

func (s signer) Sign(namespace string, message []byte) ([]byte, error) {
	return Sign(s.ssh, namespace, message)
}

// Sign returns the armoured signature of message: the bytes that
// `ssh-keygen -Y sign -O hashalg=sha256 -n namespace` writes. Ed25519 has no
// randomness in it, so the same message always gives the same signature.
func Sign(signer ssh.Signer, namespace string, message []byte) ([]byte, error) {
	if !known(namespace) {
		return nil, &Error{Problem: WrongNamespace}
	}
	if _, err := KeyOf(signer.PublicKey()); err != nil {
		return nil, err
	}
	s, err := sshsig.Sign(bytes.NewReader(message), signer, hash, namespace)
	if err != nil {
		return nil, fmt.Errorf("the key could not sign: %w", err)
	}
	return armour(s.Marshal()), nil
}

// Problem is a reason for which a signature is refused.
type Problem string

// The problems of a signature.
const (
	BadArmour      Problem = "bad-armour"      // not one signature in its one spelling
	WrongVersion   Problem = "wrong-version"   // not version 1 of the format
	WrongHash      Problem = "wrong-hash"      // not SHA-256
	WrongKeyType   Problem = "wrong-key-type"  // not ssh-ed25519
	WeakKey        Problem = "weak-key"        // everybody can sign with it
	WrongNamespace Problem = "wrong-namespace" // made in another role, or by another program
	NotVerified    Problem = "not-verified"    // does not belong to this text and key
)

// Error says why a signature is refused.
type Error struct {
	Problem Problem
}

func (e *Error) Error() string {
	switch e.Problem {
	case BadArmour:
		return "the signature is not written in its one allowed way"
	case WrongVersion:
		return "the signature has a version other than 1"
	case WrongHash:
		return "the signature was not made with SHA-256"
	case WrongKeyType:
		return "the signature was not made with an ssh-ed25519 key"
	case WeakKey:
		return "the signature was made with a key that everybody can sign with"
	case WrongNamespace:
		return "the signature was made in another namespace"
	default:
		return "the signature does not belong to this text"
	}
}

// Signature is a well-formed signature that has not been verified. What it says
// about itself is a claim until Verify has returned nil.
type Signature struct {
	Key       Key
	Namespace string
	blob      [ed25519.SignatureSize]byte
	parsed    bool
}

// Parse reads an armoured signature and refuses everything but the one form
// that Sign writes. The errors are *Error.
func Parse(armoured []byte) (Signature, error) {
	if s, is := parse(armoured); is {
		return s, nil
	}
	return Signature{}, whyNot(armoured)
}

// The parts of a signature in its one form, in their order; key, namespace and signature stand between them.
const (
	beforeKey       = "SSHSIG\x00\x00\x00\x01\x00\x00\x00\x33\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
	afterNamespace  = "\x00\x00\x00\x00\x00\x00\x00\x06sha256"
	beforeSignature = "\x00\x00\x00\x53\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x40"
)

// parse reads the one form, byte by byte. A log is a million of these, so it makes nothing but the namespace.
func parse(armoured []byte) (s Signature, is bool) {
	text, found := bytes.CutPrefix(armoured, []byte(begin))
	if !found || len(armoured) > maxArmour {
		return s, false
	}
	if text, found = bytes.CutSuffix(text, []byte(end)); !found {
		return s, false
	}
	// Lines of columns signs, the last one shorter; base64's decoder passes over line ends wherever they are.
	var room [maxArmour]byte
	n, err := strict.Decode(room[:], text)
	signs := base64.StdEncoding.EncodedLen(n)
	if err != nil || signs == 0 || len(text) != signs+(signs+columns-1)/columns {
		return s, false
	}
	for i := columns; i < len(text); i += columns + 1 {
		if text[i] != '\n' {
			return s, false
		}
	}
	if text[len(text)-1] != '\n' || text[len(text)-2] == '\n' {
		return s, false
	}
	blob := room[:n]
	if blob, found = bytes.CutPrefix(blob, []byte(beforeKey)); !found || len(blob) < len(s.Key)+4 {
		return s, false
	}
	copy(s.Key[:], blob)
	if s.Key.weak() {
		return s, false
	}
	blob = blob[len(s.Key):]
	length := binary.BigEndian.Uint32(blob)
	if blob = blob[4:]; length > uint32(len(blob)) {
		return s, false
	}
	namespace := blob[:length]
	if blob, found = bytes.CutPrefix(blob[length:], []byte(afterNamespace)); !found {
		return s, false
	}
	if blob, found = bytes.CutPrefix(blob, []byte(beforeSignature)); !found || len(blob) != len(s.blob) {
		return s, false
	}
	copy(s.blob[:], blob)
	s.Namespace, s.parsed = named(namespace), true
	return s, true
}

// strict refuses spare bits that are not zero, which would be a second spelling.
var strict = base64.StdEncoding.Strict()

// named is the text of a namespace, without making one where it is ours.
func named(namespace []byte) string {
	switch string(namespace) {
	case Decision:
		return Decision
	case Oversight:
		return Oversight
	case Training:
		return Training
	}
	return string(namespace)
}

// whyNot says what is wrong with a signature that is not of the one form.
func whyNot(armoured []byte) error {
	blob, err := unarmour(armoured)
	if err != nil {
		return err
	}
	s, err := sshsig.ParseSignature(blob)
	switch {
	case errors.Is(err, sshsig.ErrUnsupportedSignatureVersion):
		return &Error{WrongVersion}
	case errors.Is(err, sshsig.ErrUnsupportedHashAlgorithm):
		return &Error{WrongHash}
	case err != nil:
		return &Error{BadArmour}
	case s.HashAlgorithm != hash:
		return &Error{WrongHash}
	}
	_, err = KeyOf(s.PublicKey)
	if weak := (*KeyError)(nil); errors.As(err, &weak) && weak.Weak {
		return &Error{WeakKey}
	}
	if err != nil || s.Signature.Format != ssh.KeyAlgoED25519 {
		return &Error{WrongKeyType}
	}
	return &Error{BadArmour}
}

// Verify reports whether the signature was made over message, in this namespace,
// by the key it names. Whose key that is, it does not know.
func (s Signature) Verify(namespace string, message []byte) error {
	if !s.parsed {
		return &Error{BadArmour}
	}
	if s.Namespace != namespace || !known(namespace) {
		return &Error{WrongNamespace}
	}
	// What is signed is not the message but this (PROTOCOL.sshsig, 3).
	var room [160]byte
	signed := append(room[:0], "SSHSIG\x00\x00\x00"...)
	signed = append(signed, byte(len(namespace)))
	signed = append(signed, namespace...)
	signed = append(signed, afterNamespace...)
	signed = append(signed, "\x00\x00\x00\x20"...)
	sum := sha256.Sum256(message)
	signed = append(signed, sum[:]...)
	if !ed25519.Verify(s.Key[:], signed, s.blob[:]) {
		return &Error{NotVerified}
	}
	return nil
}

// Verify reads an armoured signature, verifies it and returns the key it was
// made with. The errors are *Error.
func Verify(armoured []byte, namespace string, message []byte) (Key, error) {
	s, err := Parse(armoured)
	if err != nil {
		return Key{}, err
	}
	if err := s.Verify(namespace, message); err != nil {
		return Key{}, err
	}
	return s.Key, nil
}

func known(namespace string) bool {
	return namespace == Decision || namespace == Oversight || namespace == Training
}

// armour writes a signature as ssh-keygen does.
func armour(blob []byte) []byte {
	text := base64.StdEncoding.EncodeToString(blob)
	var b strings.Builder
	b.WriteString(begin)
	for len(text) > columns {
		b.WriteString(text[:columns])
		b.WriteByte('\n')
		text = text[columns:]
	}
	b.WriteString(text)
	b.WriteByte('\n')
	b.WriteString(end)
	return []byte(b.String())
}

// unarmour is the exact opposite of armour: a change of any byte, also of a
// line end or of base64's spare bits, is refused.
func unarmour(armoured []byte) ([]byte, error) {
	if len(armoured) > maxArmour {
		return nil, &Error{BadArmour}
	}
	text, ok := strings.CutPrefix(string(armoured), begin)
	if !ok {
		return nil, &Error{BadArmour}
	}
	if text, ok = strings.CutSuffix(text, end); !ok {
		return nil, &Error{BadArmour}
	}
	blob, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(text, "\n", ""))
	if err != nil || !bytes.Equal(armour(blob), armoured) {
		return nil, &Error{BadArmour}
	}
	return blob, nil
}
