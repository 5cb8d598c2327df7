package cmd

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"dsa/decision/sshsig"

	"golang.org/x/crypto/ssh"
)

// passphraseTries is how often a passphrase may be mistyped before the draft is put away again.
const passphraseTries = 3

// signingKey opens the private key: the named OpenSSH file, or the person's own, which is made when it is missing.
func (app *App) signingKey(named string) (sshsig.Signer, error) {
	path := named
	if path == "" {
		path = app.path("key")
		if isMissing(path) {
			if err := app.makeKey(path); err != nil {
				return nil, err
			}
		}
	}
	content, err := readKey(path, named)
	if err != nil {
		return nil, err
	}
	key, err := app.parseKey(content)
	if err != nil {
		return nil, err
	}
	return strictSigner(key)
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

// checkKey reports what is wrong with a key that was named, as far as it can be seen without its passphrase: before the
// first question, and not after the last.
func (app *App) checkKey(named string) error {
	if named == "" {
		return nil
	}
	content, err := readKey(named, named)
	if err != nil {
		return err
	}
	key, err := ssh.ParseRawPrivateKey(content)
	var locked *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &locked):
		return nil
	case err != nil:
		return errNoKey
	}
	_, err = strictSigner(key)
	return err
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

// makeKey makes an Ed25519 key in OpenSSH's own format, so that stock tools can use it. It is called
// only where there is no key: what has its name is replaced.
func (app *App) makeKey(path string) error {
	public, private, err := ed25519.GenerateKey(app.Rand)
	if err != nil {
		return err
	}
	// The comment is for people who look into the file; it names no one.
	block, err := ssh.MarshalPrivateKey(private, "dsa")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	// Where another window was quicker, its key is the person's key, and this one is forgotten: two windows must never
	// take away a key with which one of them has signed.
	made, err := createFile(path, pem.EncodeToMemory(block))
	if err != nil || !made {
		return err
	}
	line, err := ssh.NewPublicKey(public)
	if err != nil {
		return err
	}
	return replaceFile(path+".pub", append(bytes.TrimSpace(ssh.MarshalAuthorizedKey(line)), " dsa\n"...))
}
