// Package yamlfile reads the YAML that dsa treats as data (agreements, the law, answers) strictly, and says where a
// fault is. It knows nothing of what the data means: unknown keys and wrong shapes are its business, and the line on
// which a value stands; everything else belongs to the package that loads it.
package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// MaxSize is the largest file that is read, in bytes. Data files are hostile until checked, and none that a person
// wrote comes near it.
const MaxSize = 4 << 20

// A Fault is one thing wrong in a data file, in words for the person who wrote it.
type Fault struct {
	File string
	Line int // from 1; 0 when the fault belongs to the whole file
	What string
}

func (f Fault) String() string {
	if f.Line == 0 {
		return f.File + ": " + f.What
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.What)
}

// Faults is every fault found in one reading, so that a person mends a pack in one go.
type Faults []Fault

func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.String()
	}
	return strings.Join(lines, "\n")
}

// Sort orders faults by file, line and words, so that the same files always give the same report.
func (fs Faults) Sort() {
	sort.SliceStable(fs, func(i, j int) bool {
		if fs[i].File != fs[j].File {
			return fs[i].File < fs[j].File
		}
		if fs[i].Line != fs[j].Line {
			return fs[i].Line < fs[j].Line
		}
		return fs[i].What < fs[j].What
	})
}

// A Doc is one file that has been read: its value has been decoded, and the lines of its parts can be asked for.
type Doc struct {
	File string
	data []byte
	root *yaml.Node // made from data when it is first asked for: a sound file is parsed once, not twice
}

// Read decodes the named file into the value. Every fault of form is returned at once as Faults; a missing file is
// a fault as well.
func Read(fsys fs.FS, name string, into any) (*Doc, Faults) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, Faults{{File: name, What: "the file is missing or cannot be read"}}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, Faults{{File: name, What: "the file cannot be read"}}
	}
	return Parse(name, data, into)
}

// Parse is Read for bytes already in hand.
func Parse(name string, data []byte, into any) (*Doc, Faults) {
	if len(data) > MaxSize {
		return nil, tooLarge(name)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		if _, faults := Tree(name, data); faults != nil {
			return nil, faults
		}
		return nil, faultsOf(name, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, Faults{{File: name, What: manyDocuments}}
	}
	return &Doc{File: name, data: data}, nil
}

const manyDocuments = "the file holds more than one document (a line of three hyphens)"

func tooLarge(name string) Faults {
	return Faults{{File: name, What: fmt.Sprintf("the file is larger than %d bytes", MaxSize)}}
}

// Tree reads the bytes only as far as their shape, for files whose keys are not known beforehand.
func Tree(name string, data []byte) (*Doc, Faults) {
	if len(data) > MaxSize {
		return nil, tooLarge(name)
	}
	var root, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		faults := faultsOf(name, err)
		for i := range faults {
			if faults[i].Line == 0 && strings.HasPrefix(faults[i].What, malformed) {
				// The library names a line from the second on, and none for bytes that are not text.
				faults[i].Line = notText(data)
			}
			// What does not end is missed behind the last line.
			faults[i].Line = min(faults[i].Line, 1+bytes.Count(bytes.TrimRight(data, "\n"), []byte("\n")))
		}
		return nil, faults
	}
	// What stands after the first document would be passed over in silence.
	if err := decoder.Decode(&second); err == nil {
		return nil, Faults{{File: name, Line: max(1, second.Line), What: manyDocuments}}
	} else if !errors.Is(err, io.EOF) {
		return nil, faultsOf(name, err)
	}
	doc := &Doc{File: name, root: &root}
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		doc.root = root.Content[0]
	}
	return doc, nil
}

// Root is the topmost value of the file.
func (d *Doc) Root() *yaml.Node {
	if d.root == nil {
		if doc, faults := Tree(d.File, d.data); faults == nil {
			d.root = doc.root
		}
	}
	return d.root
}

// Line is the line on which the value at the path stands, or of its nearest parent that is there. A path is made of
// keys (string) and positions (int).
func (d *Doc) Line(path ...any) int {
	node, line := d.Root(), 1
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			return line
		}
		node, line = next, next.Line
	}
	return line
}

// Keys are the fields that stand at the path, in their order; none where there is nothing with fields.
func (d *Doc) Keys(path ...any) []string {
	node := d.Root()
	for _, step := range path {
		node = child(node, step)
	}
	if node == nil || node.Kind != yaml.MappingNode {
		return nil
	}
	var keys []string
	for i := 0; i < len(node.Content); i += 2 {
		keys = append(keys, node.Content[i].Value)
	}
	return keys
}

// Fault makes a fault at the path.
func (d *Doc) Fault(what string, path ...any) Fault {
	return Fault{File: d.File, Line: d.Line(path...), What: what}
}

func child(node *yaml.Node, step any) *yaml.Node {
	if node == nil {
		return nil
	}
	switch step := step.(type) {
	case string:
		if node.Kind != yaml.MappingNode {
			return nil
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == step {
				return node.Content[i+1]
			}
		}
	case int:
		if node.Kind == yaml.SequenceNode && step >= 0 && step < len(node.Content) {
			return node.Content[step]
		}
	}
	return nil
}

// The library's messages, by what they are about. They are compiled when the first fault is met: a sound file needs
// none of them, and every command starts by reading this package.
var messages = sync.OnceValue(func() (m struct{ line, field, known, twice, shape, anchor, form, early *regexp.Regexp }) {
	m.line = regexp.MustCompile(`(?s)^(?:yaml: )?line (\d+): (.*)$`)
	m.field = regexp.MustCompile(`(?s)^field (.*) not found in type .+$`)
	m.known = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,40}$`)
	m.twice = regexp.MustCompile(`(?s)^(?:mapping key .* already defined at line (\d+)|field .* already set in type .+)$`)
	m.shape = regexp.MustCompile(`(?s)^(?:cannot (?:unmarshal|decode) |invalid map key)`)
	m.anchor = regexp.MustCompile(`(?s)^(?:unknown )?anchor '`)
	// What the library says about form alone, in words that are always its own.
	m.form = regexp.MustCompile(`^(?:did not find|could not find|found |block |mapping values|mapping keys|control characters|invalid leading|invalid trailing|invalid length|invalid Unicode|incomplete UTF|exceeded max depth)`)
	// The library's parser, unlike its scanner, counts lines from nought.
	m.early = regexp.MustCompile(`^(?:did not find expected (?:<|node content|key|'-'|',')|found duplicate %|found incompatible YAML|found undefined tag)`)
	return m
})

const malformed = "this is not well-formed YAML"

// faultsOf turns the library's messages into faults. A message is passed on only where it is known to hold none of
// the file's own words: an answers file holds what was typed about people.
func faultsOf(name string, err error) Faults {
	var typed *yaml.TypeError
	if !errors.As(err, &typed) {
		return Faults{faultOf(name, strings.TrimPrefix(err.Error(), "yaml: "))}
	}
	faults := make(Faults, len(typed.Errors))
	for i, text := range typed.Errors {
		faults[i] = faultOf(name, text)
	}
	return faults
}

func faultOf(name, text string) Fault {
	is := messages()
	fault := Fault{File: name, What: text}
	if m := is.line.FindStringSubmatch(text); m != nil {
		fault.Line, _ = strconv.Atoi(m[1])
		fault.What = m[2]
	}
	if m := is.field.FindStringSubmatch(fault.What); m != nil {
		fault.What = "there is a field here that is not known"
		if is.known.MatchString(m[1]) {
			fault.What = fmt.Sprintf("there is no field %q here", m[1])
		}
		return fault
	}
	if m := is.twice.FindStringSubmatch(fault.What); m != nil {
		fault.What = "this field stands here twice"
		if m[1] != "" {
			fault.What += "; the first is on line " + m[1]
		}
		return fault
	}
	switch {
	case is.shape.MatchString(fault.What):
		fault.What = "the value has the wrong shape here (a list, a text or a set of fields was expected)"
	case is.anchor.MatchString(fault.What):
		fault.What = "an alias (*) points to nothing, or to itself"
	case is.form.MatchString(fault.What):
		if fault.Line > 0 && is.early.MatchString(fault.What) {
			fault.Line++
		}
		fault.What = malformed + ": " + fault.What
	default:
		fault.What = "something here cannot be read"
	}
	return fault
}

// notText is the line of the first byte or character that YAML does not allow, or 1.
func notText(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 || unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r) {
			return line
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return 1
}
