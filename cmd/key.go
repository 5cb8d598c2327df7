package cmd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"dsa/cmd/screen"
	"dsa/data/yamlfile"
	"dsa/decision"
	"dsa/decision/sshsig"

	"golang.org/x/crypto/ssh"
	"gopkg.in/yaml.v3"
)

// passphraseTries is how often a passphrase may be mistyped before the draft is put away again.
const passphraseTries = 3

// ownKey is how this computer signs, where that is not simply with the key that dsa made: signing.yaml in the home folder.
type ownKey struct {
	Device  string    `yaml:"device,omitempty"`  // the name of this computer, for the record that begins a book
	Key     string    `yaml:"key,omitempty"`     // an OpenSSH private key elsewhere
	Agent   string    `yaml:"agent,omitempty"`   // the fingerprint of a key that an ssh-agent holds
	After   *lastPage `yaml:"after,omitempty"`   // the last record of the book that the next one takes the place of
	Retired bool      `yaml:"retired,omitempty"` // the key was retired, and no other is made unasked
}

// lastPage is where a book of records ended.
type lastPage struct {
	Chain  decision.ID `yaml:"chain"`
	Number int         `yaml:"number"`
	ID     decision.ID `yaml:"id"`
}

func (app *App) signingPath() string { return app.path("signing.yaml") }

// ownKey reads how this computer signs.
func (app *App) ownKey() (ownKey, error) {
	var own ownKey
	content, err := readSmall(app.signingPath(), 1<<16)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return own, nil
	}
	if err == nil {
		if _, faults := yamlfile.Parse(app.signingPath(), content, &own); faults != nil {
			err = faults
		} else if own.Key != "" && own.Agent != "" {
			err = errors.New("both a key file and an agent are named")
		}
	}
	if err != nil {
		return ownKey{}, fail("what is remembered of your signing key cannot be read; nothing was recorded: "+app.signingPath(),
			"mend the file, or say anew with which key you sign: dsa setup --key FILE, or dsa setup --new-key").because(err)
	}
	return own, nil
}

// keepOwnKey replaces what is remembered; what is the usual way needs no file.
func (app *App) keepOwnKey(own ownKey) error {
	if own == (ownKey{}) {
		if err := os.Remove(app.signingPath()); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	content, err := yaml.Marshal(own)
	if err != nil {
		return err
	}
	return replaceFile(app.signingPath(), append([]byte("# How this computer signs. Change it with: dsa setup\n"), content...))
}

// signsWithOwn reports whether this computer signs with the key that dsa made, and does not begin with another by intent.
func (app *App) signsWithOwn() bool {
	own, err := app.ownKey()
	return err == nil && own.Key == "" && own.Agent == "" && own.After == nil && !own.Retired
}

// device is the name of this computer.
func (app *App) device() string {
	if own, err := app.ownKey(); err == nil && own.Device != "" {
		return own.Device
	}
	return app.Device
}

var errTrainingKey = &failure{what: "an exercise is signed with a key that is made for it and kept by nobody, and with no other; nothing was asked or recorded",
	next: "leave out --key", code: codeUsage}

var errRetired = fail("the signing key of this computer was retired, so nothing can be signed here; nothing was recorded",
	"make a new one with: dsa setup --new-key")

// signingKey opens the key to sign with: the private key file that was named, or the person's own, which is made when it is
// missing. A key in an agent is used as long as ctx lasts.
//
// In the training room it is a key for once: no key with which anybody signs for real comes near an exercise.
func (app *App) signingKey(ctx context.Context, named string) (sshsig.Signer, error) {
	if app.Training {
		if named != "" {
			return nil, errTrainingKey
		}
		return app.throwawayKey()
	}
	path := named
	if named == "" {
		own, err := app.ownKey()
		switch {
		case err != nil:
			return nil, err
		case own.Retired:
			return nil, errRetired
		case own.Agent != "":
			return agentSigner(ctx, own.Agent)
		case own.Key != "":
			path = own.Key
		default:
			path = app.path("key")
			if isMissing(path) {
				if err := app.makeKey(path); err != nil {
					return nil, err
				}
			}
			app.mendKey(path)
		}
	}
	content, err := readKey(path, named)
	if err != nil {
		return nil, err
	}
	if _, err := publicHalf(content); err != nil {
		return nil, err
	}
	key, err := app.parseKey(content)
	if err != nil {
		return nil, err
	}
	return strictSigner(key)
}

// mendKey takes the key away from everybody but its owner.
func (app *App) mendKey(path string) {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&0o077 == 0 {
		return
	}
	if os.Chmod(path, 0o600) == nil {
		app.say("Warning: others on this computer could read your signing key; that is mended. If somebody may have copied it, begin anew with: dsa setup --new-key")
	}
}

// isMissing reports whether nothing has the name, not even what cannot be read.
func isMissing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func readKey(path, named string) ([]byte, error) {
	content, err := readSmall(path, 1<<16)
	switch {
	case err == nil:
		return content, nil
	case errors.Is(err, syscall.ENOTDIR):
		return nil, err // it is the folder that is wrong
	case named == "":
		return nil, fail("your signing key cannot be read; nothing was recorded", "check the file "+path+", or name another with --key").because(err)
	}
	return nil, fail("the signing key cannot be read; nothing was recorded", "check the file named with --key").because(err)
}

// publicKey is the public half of the key to sign with, without its passphrase; none, where dsa has yet to make it.
func (app *App) publicKey(ctx context.Context, named string) (key sshsig.Key, known bool, err error) {
	if app.Training {
		if named != "" {
			err = errTrainingKey
		}
		return key, false, err
	}
	path := named
	if named == "" {
		own, err := app.ownKey()
		switch {
		case err != nil:
			return key, false, err
		case own.Retired:
			return key, false, errRetired
		case own.Agent != "":
			ctx, done := context.WithTimeout(ctx, lookWait)
			defer done()
			public, err := agentKeyOf(ctx, own.Agent)
			if errors.Is(err, context.DeadlineExceeded) {
				err = noAgent(err)
			}
			if err != nil {
				return key, false, err
			}
			key, err = sshsig.KeyOf(public)
			return key, err == nil, err
		case own.Key != "":
			path = own.Key
		default:
			if path = app.path("key"); isMissing(path) {
				return key, false, nil
			}
		}
	}
	content, err := readKey(path, named)
	if err != nil {
		return key, false, err
	}
	key, err = publicHalf(content)
	return key, err == nil, err
}

// publicHalf reads the public key out of a private key file. OpenSSH's own files have it in the open, so that a key which
// cannot sign here is refused before anybody is asked for its passphrase.
func publicHalf(content []byte) (sshsig.Key, error) {
	if _, _, _, _, err := ssh.ParseAuthorizedKey(content); err == nil {
		return sshsig.Key{}, fail("the signing key is the public half of a key; nothing was recorded", "name the private key file, which has no .pub at the end of its name")
	}
	public, err := openPart(content)
	if err != nil {
		return sshsig.Key{}, errNoKey
	}
	key, err := sshsig.KeyOf(public)
	if err != nil {
		return sshsig.Key{}, wrongKind(public.Type())
	}
	return key, nil
}

// openPart is the part of a private key file that no passphrase hides (OpenSSH, PROTOCOL.key). Other kinds of files have
// to be parsed whole.
func openPart(content []byte) (ssh.PublicKey, error) {
	const magic = "openssh-key-v1\x00"
	if block, _ := pem.Decode(content); block != nil && block.Type == "OPENSSH PRIVATE KEY" {
		rest, ok := bytes.CutPrefix(block.Bytes, []byte(magic))
		if !ok {
			return nil, errNoKey
		}
		var file struct {
			Cipher, KDF, Options string
			Keys                 uint32
			Public               []byte
			Rest                 []byte `ssh:"rest"`
		}
		if err := ssh.Unmarshal(rest, &file); err != nil || file.Keys != 1 {
			return nil, errNoKey
		}
		return ssh.ParsePublicKey(file.Public)
	}
	key, err := ssh.ParseRawPrivateKey(content)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return nil, err
	}
	return signer.PublicKey(), nil
}

func strictSigner(key any) (sshsig.Signer, error) {
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		return nil, errKeyKind
	}
	strict, err := sshsig.NewSigner(signer)
	if err != nil {
		return nil, errKeyKind
	}
	return strict, nil
}

var errNoKey = fail("the signing key is not an OpenSSH private key; nothing was recorded", "name the private key file with --key")

var errKeyKind = fail("the signing key is not an Ed25519 key; nothing was recorded",
	"make one with: ssh-keygen -t ed25519, or leave out --key to use your own")

// wrongKind refuses a key of another kind. Those of hardware tokens are refused for a reason of their own: they sign
// differently each time and count, and a record of format 1 has one spelling.
func wrongKind(kind string) *failure {
	if strings.HasPrefix(kind, "sk-") {
		return fail("the signing key is one of a hardware token ("+screen.Safe(kind)+"), which records of format 1 cannot take: its signatures differ each time and carry a counter; nothing was recorded",
			"sign with an Ed25519 key in a file or in ssh-agent: ssh-keygen -t ed25519, then dsa setup --key FILE")
	}
	return errKeyKind
}

func (app *App) parseKey(content []byte) (any, error) {
	key, err := ssh.ParseRawPrivateKey(content)
	var locked *ssh.PassphraseMissingError
	if !errors.As(err, &locked) {
		if err != nil {
			return nil, errNoKey
		}
		return key, nil
	}
	for try := 1; try <= passphraseTries; try++ {
		given, err := app.Passphrase("Passphrase of your signing key (not shown): ")
		if errors.Is(err, errNobodyToAsk) {
			return nil, fail("the signing key needs its passphrase and there is nobody to ask; nothing was recorded",
				"run the command at a terminal, or set DSA_PASSPHRASE")
		}
		if err != nil || len(given) == 0 {
			break
		}
		key, err := ssh.ParseRawPrivateKeyWithPassphrase(content, given)
		clear(given)
		if err == nil {
			return key, nil
		}
		if _, fixed := os.LookupEnv("DSA_PASSPHRASE"); fixed {
			break
		}
		if try < passphraseTries {
			app.say("That passphrase does not open the key. Nothing was recorded yet.")
		}
	}
	return nil, fail("the passphrase does not open the signing key; nothing was recorded",
		"run the same command again with the right passphrase")
}

// makeKey makes the person's own key. It is called only where there is no key: what has its name is replaced.
func (app *App) makeKey(path string) error {
	// Where another window was quicker, its key is the person's key, and this one is forgotten: two windows must never
	// take away a key with which one of them has signed.
	_, err := app.writeKeyPair(path, nil)
	return err
}

// writeKeyPair makes an Ed25519 key in OpenSSH's own format, so that stock tools can use it, and its public half beside it,
// both for the person alone. It reports false where something has the name already.
func (app *App) writeKeyPair(path string, passphrase []byte) (made bool, err error) {
	public, private, err := ed25519.GenerateKey(app.Rand)
	if err != nil {
		return false, err
	}
	// The comment is for people who look into the file; it names no one.
	block, err := ssh.MarshalPrivateKey(private, "dsa")
	if len(passphrase) > 0 {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(private, "dsa", passphrase)
	}
	if err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, err
	}
	if made, err = createFile(path, pem.EncodeToMemory(block)); err != nil || !made {
		return made, err
	}
	line, err := ssh.NewPublicKey(public)
	if err != nil {
		return true, err
	}
	return true, replaceFile(path+".pub", append(bytes.TrimSpace(ssh.MarshalAuthorizedKey(line)), " dsa\n"...))
}

// putAwayKey gives the person's own key another name, under which nothing signs with it. It is not destroyed: that is the
// person's to do, once their information governance lead has closed its book.
func (app *App) putAwayKey(on time.Time) (aside string, err error) {
	path := app.path("key")
	if isMissing(path) {
		return "", nil
	}
	stem := path + "-retired-" + on.Format("20060102")
	aside = stem
	for n := 2; !isMissing(aside) || !isMissing(aside+".pub"); n++ {
		aside = fmt.Sprintf("%s-%d", stem, n)
	}
	if err := os.Rename(path, aside); err != nil {
		return "", err
	}
	if err := os.Rename(path+".pub", aside+".pub"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return aside, err
	}
	return aside, nil
}
