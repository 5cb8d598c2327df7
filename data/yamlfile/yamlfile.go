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

// Sort orders faults by file and line.
func (fs Faults) Sort() {
	sort.SliceStable(fs, func(i, j int) bool {
		if fs[i].File != fs[j].File {
			return fs[i].File < fs[j].File
		}
		return fs[i].Line < fs[j].Line
	})
}

// A Doc is one file that has been read: its value has been decoded, and the lines of its parts can be asked for.
type Doc struct {
	File string
	root *yaml.Node
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
	doc, faults := Tree(name, data)
	if faults != nil {
		return nil, faults
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return doc, faultsOf(name, err)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return doc, Faults{{File: name, What: "the file holds more than one document"}}
	}
	return doc, nil
}

// Tree reads the bytes only as far as their shape, for files whose keys are not known beforehand.
func Tree(name string, data []byte) (*Doc, Faults) {
	if len(data) > MaxSize {
		return nil, Faults{{File: name, What: fmt.Sprintf("the file is larger than %d bytes", MaxSize)}}
	}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return nil, faultsOf(name, err)
	}
	doc := &Doc{File: name, root: &root}
	if root.Kind == yaml.DocumentNode && len(root.Content) > 0 {
		doc.root = root.Content[0]
	}
	return doc, nil
}

// Root is the topmost value of the file.
func (d *Doc) Root() *yaml.Node { return d.root }

// Line is the line on which the value at the path stands, or of its nearest parent that is there. A path is made of
// keys (string) and positions (int).
func (d *Doc) Line(path ...any) int {
	node, line := d.root, 1
	for _, step := range path {
		next := child(node, step)
		if next == nil {
			return line
		}
		node, line = next, next.Line
	}
	return line
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

var (
	lineOf  = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	typeOf  = regexp.MustCompile(`^field (\S+) not found in type .*$`)
	valueOf = regexp.MustCompile("^cannot unmarshal .* into .*$")
)

// faultsOf turns the library's messages into faults. Messages that would repeat a value from the file are replaced:
// an answers file holds what was typed about people.
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
	fault := Fault{File: name, What: text}
	if m := lineOf.FindStringSubmatch(text); m != nil {
		fault.Line, _ = strconv.Atoi(m[1])
		fault.What = m[2]
	}
	if m := typeOf.FindStringSubmatch(fault.What); m != nil {
		fault.What = fmt.Sprintf("there is no field %q here", m[1])
	} else if valueOf.MatchString(fault.What) {
		fault.What = "the value has the wrong shape here (a list, a text or a set of fields was expected)"
	} else if fault.Line > 0 {
		fault.What = "this is not well-formed YAML: " + fault.What
	}
	return fault
}
