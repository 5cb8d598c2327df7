package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// A Manifest says what an export is: a text beside it, which can be signed. MANIFEST.md describes it.
type Manifest struct {
	File    File     // as it was written
	Inside  *File    // what the file holds, where it is encrypted
	Lines   []Line   // what the export says about itself
	Columns []string // their names
	// Signature is an SSHSIG over the text before it, in the namespace dsa-oversight; nil where nobody signed.
	Signature []byte
}

// A File is one by which it can be recognised.
type File struct {
	Name  string // without folders
	Sum   [sha256.Size]byte
	Bytes int64
}

const (
	manifestWord   = "dsa-export"
	manifestFormat = "1"

	// ManifestSuffix is what the name of a manifest has behind the name of the export.
	ManifestSuffix = ".manifest.txt"
	// MaxManifest is the largest a manifest may be, in bytes.
	MaxManifest = 4 << 20

	beginSignature = "-----BEGIN SSH SIGNATURE-----\n"
)

// words are what can stand in a manifest after the files, and how often.
var words = []struct {
	word string
	many bool
	must bool
}{
	{"form", false, true}, {"made", false, true}, {"program", false, true}, {"part", false, false}, {"asked", true, false},
	{"redacted", false, true}, {"training", false, true}, {"decisions", false, true}, {"exercises", false, true},
	{"disposed", false, true}, {"uncounted", false, true}, {"untold", false, true}, {"shortened", false, true}, {"faults", false, true},
	{"fault", true, false}, {"verdict", false, true}, {"head", true, false}, {"column", true, true},
}

// Signed returns the text that is signed: everything before the signature.
func (m Manifest) Signed() []byte {
	var b bytes.Buffer
	put := func(word, value string) { fmt.Fprintf(&b, "%s %s\n", word, value) }
	file := func(before string, f File) {
		put(before+"file", oneLine(f.Name))
		put(before+"sha256", hex.EncodeToString(f.Sum[:]))
		put(before+"bytes", strconv.FormatInt(f.Bytes, 10))
	}
	put(manifestWord, manifestFormat)
	file("", m.File)
	if m.Inside != nil {
		file("inside-", *m.Inside)
	}
	for _, l := range m.Lines {
		put(l.Word, l.Value)
	}
	for _, c := range m.Columns {
		put("column", c)
	}
	return b.Bytes()
}

// Text returns the whole manifest.
func (m Manifest) Text() []byte { return append(m.Signed(), m.Signature...) }

// Line returns the value of the first line with a word.
func (m Manifest) Line(word string) string {
	for _, l := range m.Lines {
		if l.Word == word {
			return l.Value
		}
	}
	return ""
}

// ManifestError says why a text is no manifest. It quotes nothing of it.
type ManifestError struct {
	Line   int // from 1; 0 where it is about the whole
	Reason string
}

func (e *ManifestError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d of the manifest %s", e.Line, e.Reason)
	}
	return "the manifest " + e.Reason
}

// CanName reports whether a manifest can name a file, so that whoever checks it finds the file by that name.
func CanName(name string) bool {
	return name != "" && name != "." && name != ".." && !strings.ContainsAny(name, `/\`) && oneLine(name) == name
}

// IsManifest reports whether a file claims to be a manifest.
func IsManifest(data []byte) bool { return bytes.HasPrefix(data, []byte(manifestWord+" ")) }

// ParseManifest reads a manifest in its one spelling. Whether the files are those that it names, and whose signature it
// bears, is for the caller.
func ParseManifest(data []byte) (Manifest, error) {
	var m Manifest
	if len(data) > MaxManifest {
		return m, &ManifestError{0, fmt.Sprintf("is larger than any: %d bytes at most", MaxManifest)}
	}
	signed := data
	if at := bytes.Index(data, []byte("\n"+beginSignature)); at >= 0 {
		signed, m.Signature = data[:at+1], data[at+1:]
	}
	if !strings.HasSuffix(string(signed), "\n") {
		return m, &ManifestError{0, "has no line end at its end"}
	}
	lines, at := strings.Split(strings.TrimSuffix(string(signed), "\n"), "\n"), 0
	line := 0 // that was looked at last
	next := func(word string) (value string, is bool) {
		line = at + 1
		if at >= len(lines) {
			return "", false
		}
		if value, is = strings.CutPrefix(lines[at], word+" "); is {
			at++
		}
		return value, is
	}
	bad := func(reason string) (Manifest, error) { return Manifest{}, &ManifestError{line, reason} }
	if version, is := next(manifestWord); !is || version != manifestFormat {
		return bad("is not of a format that this version of dsa knows")
	}
	file := func(before string) (f File, reason string) {
		name, is := next(before + "file")
		if !is {
			return f, "is not the name of a file"
		}
		if !CanName(name) {
			return f, "names a file with a folder, or none, or with a sign that acts on a screen"
		}
		f.Name = name
		sum, is := next(before + "sha256")
		if n, err := hex.Decode(f.Sum[:], []byte(sum[:min(len(sum), 2*sha256.Size)])); !is || err != nil || n != sha256.Size || len(sum) != 2*sha256.Size {
			return f, "is not a SHA-256"
		}
		size, is := next(before + "bytes")
		n, err := strconv.ParseInt(size, 10, 64)
		if !is || err != nil || n < 0 {
			return f, "is not a number of bytes"
		}
		f.Bytes = n
		return f, ""
	}
	var reason string
	if m.File, reason = file(""); reason != "" {
		return bad(reason)
	}
	if at < len(lines) && strings.HasPrefix(lines[at], "inside-") {
		inside, reason := file("inside-")
		if reason != "" {
			return bad(reason)
		}
		m.Inside = &inside
	}
	for _, w := range words {
		for n := 0; ; n++ {
			value, is := next(w.word)
			if !is {
				if n == 0 && w.must {
					return bad("is not the line that begins with " + w.word)
				}
				break
			}
			if n > 0 && !w.many {
				return bad("is there a second time")
			}
			if w.word == "column" {
				m.Columns = append(m.Columns, value)
			} else {
				m.Lines = append(m.Lines, Line{w.word, value})
			}
		}
	}
	if at < len(lines) {
		return bad("is of no kind that a manifest has in that place")
	}
	for _, l := range lines {
		if oneLine(l) != l {
			return Manifest{}, &ManifestError{0, "has a sign that acts on a screen"}
		}
	}
	if !bytes.Equal(m.Signed(), signed) {
		return Manifest{}, &ManifestError{0, "is not written in its one allowed way"}
	}
	return m, nil
}
