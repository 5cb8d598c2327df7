package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"
	"golang.org/x/term"
)

// The ending of a file that is encrypted with age.
const lockedEnding = ".age"

const (
	maxRecipients = 1 << 20 // bytes of a file of recipients
	minPassphrase = 12      // characters: whoever has the file can guess as long as they like
)

// lockOptions say for whom a file is encrypted.
type lockOptions struct {
	to             []string // recipients, or files of them
	passphrase     bool     // it is asked for
	passphraseFile string   // or stands here; "-" is standard input
}

// asked reports whether anything is to be encrypted.
func (o lockOptions) asked() bool { return len(o.to) > 0 || o.passphrase || o.passphraseFile != "" }

// A lock is what a file is encrypted to.
type lock struct {
	recipients []age.Recipient
	words      []string // for each, how people compare it
	advice     string   // what to do before it is sent
}

// seal returns a writer whose content only the recipients can read. It has to be closed. Without a lock everybody can.
func (l *lock) seal(w io.Writer) (io.WriteCloser, error) {
	if l == nil {
		return unsealed{w}, nil
	}
	return age.Encrypt(w, l.recipients...)
}

// unsealed is a file that nobody asked to be encrypted.
type unsealed struct{ io.Writer }

func (unsealed) Close() error { return nil }

// newLock reads the recipients or asks for a passphrase; there is none where nobody asked for one. It never repeats what it
// cannot read: that can be a private key.
func (app *App) newLock(o lockOptions) (*lock, error) {
	if !o.asked() {
		return nil, nil
	}
	if o.passphrase || o.passphraseFile != "" {
		secret, err := app.newPassphrase(o.passphraseFile)
		if err != nil {
			return nil, err
		}
		r, err := age.NewScryptRecipient(secret)
		if err != nil {
			return nil, err
		}
		return &lock{[]age.Recipient{r}, []string{"whoever has the passphrase"}, "Tell them the passphrase by another way than the file goes."}, nil
	}
	l := &lock{advice: "Compare each key with its owner before you send it."}
	for _, given := range o.to {
		if err := l.add(given); err != nil {
			return nil, err
		}
	}
	// A set that cannot be used together is met before anything is read or written.
	if w, err := l.seal(io.Discard); err != nil {
		return nil, fail("these recipients cannot be used together; nothing was written",
			"use recipients of one kind: post-quantum keys (age1pq1...) do not go with others")
	} else if err := w.Close(); err != nil {
		return nil, err
	}
	return l, nil
}

// add takes a recipient, or a file of recipients.
func (l *lock) add(given string) error {
	r, words, err := parseRecipient(given)
	if err == nil {
		l.recipients, l.words = append(l.recipients, r), append(l.words, words)
		return nil
	}
	if strings.HasPrefix(strings.ToUpper(given), "AGE-SECRET-KEY-") || strings.HasPrefix(given, "-----BEGIN") {
		return fail("what is named with --encrypt-to is a private key, and does not belong on a command line; nothing was written",
			"take that key out of use, make another, and give its public half: age1...")
	}
	content, unread := readSmall(given, maxRecipients)
	if unread != nil {
		return fail("what is named with --encrypt-to is no public key and no file that can be read; nothing was written",
			"give a recipient (age1..., ssh-ed25519 AAAA..., ssh-rsa AAAA...) or a file with one on each line").because(unread)
	}
	before := len(l.recipients)
	for i, line := range strings.Split(string(content), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		r, words, err := parseRecipient(line)
		if err != nil {
			return fail(fmt.Sprintf("line %d of the file named with --encrypt-to is no public key to which a file can be encrypted (%v); nothing was written", i+1, err),
				"put one recipient on each line: age1..., ssh-ed25519 AAAA..., or ssh-rsa AAAA...")
		}
		l.recipients, l.words = append(l.recipients, r), append(l.words, words)
	}
	if len(l.recipients) == before {
		return fail("the file named with --encrypt-to has no recipients; nothing was written", "put one recipient on each line: age1..., or an SSH public key")
	}
	return nil
}

var (
	errNoRecipient = errors.New("neither age1... nor an SSH key")
	errAgeKey      = errors.New("an age1... key with a slip in it")
	errSSHKey      = errors.New("an SSH key that is damaged, too short, or of a kind that only signs")
)

// parseRecipient reads one public key, and says how people compare it with what its owner reads out.
func parseRecipient(line string) (age.Recipient, string, error) {
	switch {
	case strings.HasPrefix(line, "age1pq1"):
		r, err := age.ParseHybridRecipient(line)
		if err != nil {
			return nil, "", errAgeKey
		}
		return r, line[:16] + "..." + line[len(line)-8:], nil
	case strings.HasPrefix(line, "age1"):
		r, err := age.ParseX25519Recipient(line)
		if err != nil {
			return nil, "", errAgeKey
		}
		return r, line, nil
	case strings.HasPrefix(line, "ssh-"):
		r, err := agessh.ParseRecipient(line)
		if err != nil {
			return nil, "", errSSHKey
		}
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
		if err != nil {
			return nil, "", errSSHKey
		}
		return r, key.Type() + " " + ssh.FingerprintSHA256(key), nil
	}
	return nil, "", errNoRecipient
}

// newPassphrase reads a passphrase from a file or asks for it twice. It is no passphrase of a key, so DSA_PASSPHRASE has
// nothing to do with it.
func (app *App) newPassphrase(file string) (string, error) {
	if file != "" {
		return app.readPassphrase(file)
	}
	in, ok := app.In.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return "", fail("there is nobody to ask for a passphrase; nothing was written",
			"run the command at a terminal, name a file with --passphrase-file, or encrypt to a public key with --encrypt-to")
	}
	ask := func(prompt string) (string, error) {
		fmt.Fprint(app.Err, prompt)
		secret, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(app.Err)
		return string(secret), err
	}
	for range passphraseTries {
		secret, err := ask(fmt.Sprintf("Passphrase for the file, %d characters or more (not shown): ", minPassphrase))
		if err != nil || secret == "" {
			break
		}
		if weak := weakPassphrase(secret); weak != nil {
			app.say("%s.", weak.what)
			continue
		}
		again, err := ask("The same again: ")
		if err != nil {
			break
		}
		if again == secret {
			return secret, nil
		}
		app.say("The two are not the same.")
	}
	return "", &failure{what: "no passphrase was given; nothing was written", next: "run the same command again", code: codeStopped}
}

func (app *App) readPassphrase(file string) (string, error) {
	var content []byte
	var err error
	if file == "-" {
		content, err = io.ReadAll(io.LimitReader(app.In, 1<<12))
	} else {
		content, err = readSmall(file, 1<<12)
	}
	if err != nil {
		return "", fail("the file named with --passphrase-file cannot be read; nothing was written", "check the name given").because(err)
	}
	line, rest, _ := bytes.Cut(content, []byte("\n"))
	// Editors of Windows put a mark before the text, and PowerShell before what it pipes; whoever opens the file will not type it.
	secret := strings.TrimPrefix(strings.TrimSuffix(string(line), "\r"), "\ufeff")
	if len(bytes.TrimSpace(rest)) > 0 || !utf8.ValidString(secret) {
		return "", fail("the file named with --passphrase-file has more in it than one line of text; nothing was written", "put the passphrase on its first line, and nothing else")
	}
	if weak := weakPassphrase(secret); weak != nil {
		weak.what += "; nothing was written"
		return "", weak
	}
	return secret, nil
}

// weakPassphrase refuses what can be guessed in no time.
func weakPassphrase(secret string) *failure {
	if utf8.RuneCountInString(secret) >= minPassphrase {
		return nil
	}
	return fail(fmt.Sprintf("a passphrase needs %d characters or more: whoever has the file can try as many as they like", minPassphrase),
		"take four or five words that have nothing to do with each other")
}
