package decision

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// ErrBodyText says that a value holds text that is not valid UTF-8, which would
// be recorded with other signs than the person saw, or DEL or a C1 control
// character, which JSON does not escape and a terminal may act on.
var ErrBodyText = errors.New("the text is not valid UTF-8, or holds control characters; it cannot be recorded exactly")

// BodyError says why a body is not as this program writes it. It never holds
// any of the body's words, which are about people.
type BodyError struct {
	Line   int    // line of the body at which reading or comparing stopped, from 1
	Reason string // what is wrong, in words
}

func (e *BodyError) Error() string {
	return fmt.Sprintf("line %d of the body: %s", e.Line, e.Reason)
}

// EncodeBody returns the text of a record's body: JSON indented by two spaces,
// names in the order of the Go fields, no HTML escaping, UTF-8, one line end at
// the end. The same value always gives the same bytes. It returns ErrBodyText,
// or a *BodyError where a list is nil: DecodeBody would refuse what it wrote.
func EncodeBody(v any) ([]byte, error) {
	text, err := encodeBody(v)
	if err != nil {
		return nil, err
	}
	if hasReplacement(text) || controlAt(text) >= 0 {
		return nil, ErrBodyText
	}
	if at := nullAt(text); at >= 0 {
		return nil, bodyError(text, int64(at), "has null for a value")
	}
	return text, nil
}

// controlAt finds the first DEL or C1 control character, or -1. JSON leaves them unescaped, and a terminal may act on
// them; all others are written as escapes.
func controlAt(text []byte) int {
	return bytes.IndexFunc(text, func(r rune) bool { return r >= 0x7f && r <= 0x9f })
}

func encodeBody(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("the body cannot be written as JSON: %w", err)
	}
	return b.Bytes(), nil
}

// hasReplacement finds the escape \ufffd, which encoding/json writes for bytes
// that are not UTF-8. The real sign U+FFFD is written as itself, so the escape
// means that something was lost.
func hasReplacement(text []byte) bool {
	for i := 0; i+1 < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		if bytes.HasPrefix(text[i:], []byte(`\ufffd`)) {
			return true
		}
		i++ // whatever was escaped, also a backslash
	}
	return false
}

// DecodeBody reads a body into v, a pointer to a zero value, and refuses
// anything EncodeBody would not have written for that value. encoding/json by
// itself accepts names twice, names in other capitals, unknown bytes and any
// white space; two readers could then see two different records behind one
// signature. The error is a *BodyError and quotes nothing.
func DecodeBody(data []byte, v any) error {
	if decodeFormed(data, v) {
		return nil
	}
	return decodeThoroughly(data, v)
}

// decodeThoroughly is DecodeBody for every type, and says what is wrong where something is.
func decodeThoroughly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		offset := d.InputOffset()
		var syntax *json.SyntaxError
		var kind *json.UnmarshalTypeError
		switch {
		case errors.As(err, &syntax):
			return bodyError(data, syntax.Offset, "is not JSON")
		case errors.As(err, &kind):
			return bodyError(data, kind.Offset, "has a value of another kind than the field takes")
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return bodyError(data, int64(len(data)), "ends too early")
		default:
			return bodyError(data, offset, "has a name or a value this record does not have")
		}
	}
	if at := controlAt(data); at >= 0 {
		return bodyError(data, int64(at), "holds a control character")
	}
	text, err := encodeBody(v)
	if err != nil {
		return bodyError(data, 0, "cannot be written again")
	}
	if !bytes.Equal(text, data) {
		same := 0
		for same < len(text) && same < len(data) && text[same] == data[same] {
			same++
		}
		return bodyError(data, int64(same), "is not written in its one allowed way")
	}
	if hasReplacement(data) {
		return bodyError(data, 0, "holds a sign that was not text when it was written")
	}
	if at := nullAt(data); at >= 0 {
		return bodyError(data, int64(at), "has null for a value; what is not there is left out, and an empty list is []")
	}
	return nil
}

// nullAt is the place of a value that is null, or -1. A list that is null and one that is empty would be two spellings of
// one thing. In the one allowed way of writing, a value ends its line, and a text ends in its quotation mark.
func nullAt(text []byte) int {
	at := 0
	for line := range bytes.Lines(text) {
		if bytes.HasSuffix(bytes.TrimRight(line, ",\n"), []byte("null")) {
			return at
		}
		at += len(line)
	}
	return -1
}

func bodyError(data []byte, offset int64, reason string) error {
	offset = max(0, min(offset, int64(len(data))))
	return &BodyError{Line: 1 + bytes.Count(data[:offset], []byte("\n")), Reason: reason}
}

// NewSalt returns 128 random bits as 32 hexadecimal digits. Every body holds
// one: without it the fingerprint that stays on the cover after a disposal
// could be used to confirm a guess about a child.
func NewSalt(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("no randomness for the salt: %w", err)
	}
	return hex.EncodeToString(b[:]), nil
}

// IsSalt reports whether a text can be a salt: 32 lower-case hexadecimal digits.
func IsSalt(s string) bool { return isHex(s, 32) }
