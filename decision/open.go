package decision

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Standing says whether a chain holds real decisions or exercises. It is fixed
// by the first record for ever: an exercise can never become a decision.
type Standing string

// The two standings.
const (
	Live     Standing = "live"
	Training Standing = "training"
)

// Opening is the body of an `open` record, the first of every chain: whose key
// this is and where they work, as that person states it. It is a claim until
// somebody else's trust record admits the chain.
type Opening struct {
	Salt         string   `json:"salt"`         // see NewSalt
	Program      string   `json:"program"`      // name and version of the program that wrote it
	Key          string   `json:"key"`          // "ssh-ed25519 AAAA…", without options or comment
	Fingerprint  string   `json:"fingerprint"`  // "SHA256:…", to be read aloud and compared
	Principal    string   `json:"principal"`    // work e-mail address; the name ssh-keygen -I takes
	Name         string   `json:"name"`         // the person
	Post         string   `json:"post"`         // job title
	Organisation string   `json:"organisation"` // employer
	Sector       string   `json:"sector"`       // such as "education"
	Device       string   `json:"device"`       // the computer, in words its owner knows
	Standing     Standing `json:"standing"`     // Live or Training
}

// OpeningError names the field of an Opening that cannot stand. It does not
// hold what was typed.
type OpeningError struct {
	Field  string // the name in the record, such as "principal"
	Reason string
}

func (e *OpeningError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Reason) }

// Check refuses an opening that leaves open whose chain it is. Whether key and
// fingerprint belong together, and to the signature, decision/logbook checks.
func (o Opening) Check() error {
	if !IsSalt(o.Salt) {
		return &OpeningError{"salt", "is not 32 hexadecimal digits"}
	}
	for _, f := range []struct {
		field, value string
		needed       bool
	}{
		{"program", o.Program, true},
		{"key", o.Key, true},
		{"fingerprint", o.Fingerprint, true},
		{"principal", o.Principal, true},
		{"name", o.Name, true},
		{"post", o.Post, false},
		{"organisation", o.Organisation, true},
		{"sector", o.Sector, false},
		{"device", o.Device, false},
	} {
		if f.needed && strings.TrimSpace(f.value) == "" {
			return &OpeningError{f.field, "is empty"}
		}
		if !isLine(f.value) {
			return &OpeningError{f.field, "is not one line of plain text"}
		}
	}
	if !IsPrincipal(o.Principal) {
		return &OpeningError{"principal", "is not an e-mail address without spaces, quotes, commas or wildcards"}
	}
	if o.Standing != Live && o.Standing != Training {
		return &OpeningError{"standing", `is neither "live" nor "training"`}
	}
	return nil
}

// IsPrincipal reports whether a text can name a signer in an allowed_signers
// file. Spaces, quotes, commas, "#", "!", "*" and "?" mean something there
// (ssh-keygen(1), ALLOWED SIGNERS), so with them one person's line could speak
// for another.
func IsPrincipal(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	if !found || local == "" || domain == "" || strings.Contains(domain, "@") || len(s) > 254 {
		return false
	}
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		case strings.ContainsRune("@.-_+'&/=%~", r):
		default:
			return false
		}
	}
	// An apostrophe is common in names (o'neill@…) but must not open the line.
	return s[0] != '\'' && s[0] != '-'
}

// isLine reports whether a text is one line that a terminal shows as it is.
func isLine(s string) bool {
	if !utf8.ValidString(s) {
		return false
	}
	for _, r := range s {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			return false
		}
	}
	return true
}
