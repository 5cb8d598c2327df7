package yamlfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"dsa/data/yamlfile"
)

type person struct {
	Name  string            `yaml:"name"`
	Age   int               `yaml:"age"`
	Born  time.Time         `yaml:"born"`
	Notes []string          `yaml:"notes"`
	More  map[string]string `yaml:"more"`
	Two   struct {
		Inner bool `yaml:"inner"`
	} `yaml:"two"`
}

// What stands for something typed about a person. No fault may hold it, nor its first letters.
const secret = "Zebedee Quux hit her"

func TestFaults(t *testing.T) {
	for sentence, c := range map[string]struct {
		yaml string
		want string // the first fault as it is shown
	}{
		"an unknown field has its line":              {"name: a\nnick: b\n", `f.yaml:2: there is no field "nick" here`},
		"an unknown field inside has its line":       {"two:\n  outer: true\n", `f.yaml:2: there is no field "outer" here`},
		"a sentence that became a field":             {"name: a\n" + secret + ": yes\n", "f.yaml:2: there is a field here that is not known"},
		"a sentence of lines that became a field":    {"? |\n  " + secret + "\n  again\n: x\n", "f.yaml:1: there is a field here that is not known"},
		"an escape code that became a field":         {"\"\\e[2J\": x\n", "f.yaml:1: there is a field here that is not known"},
		"a field twice":                              {"name: a\nage: 1\nname: b\n", "f.yaml:3: this field stands here twice; the first is on line 1"},
		"a sentence twice":                           {"more:\n  " + secret + ": a\n  " + secret + ": b\n", "f.yaml:3: this field stands here twice; the first is on line 2"},
		"a text where a number belongs":              {"name: a\nage: " + secret + "\n", "f.yaml:2: the value has the wrong shape here"},
		"a short text where a number belongs":        {"age: Zebedee\n", "f.yaml:1: the value has the wrong shape here"},
		"text of lines where a number belongs":       {"name: a\nage: \"Ze\\nbed\"\n", "f.yaml:2: the value has the wrong shape here"},
		"a text where a list belongs":                {"notes: " + secret + "\n", "f.yaml:1: the value has the wrong shape here"},
		"a text where fields belong":                 {"two: " + secret + "\n", "f.yaml:1: the value has the wrong shape here"},
		"a list where a text belongs":                {"name: [" + secret + "]\n", "f.yaml:1: the value has the wrong shape here"},
		"a text where a day belongs":                 {"born: " + secret + "\n", "f.yaml: something here cannot be read"},
		"a text called a number":                     {"name: !!int " + secret + "\n", "f.yaml: the value has the wrong shape here"},
		"a text called bytes":                        {"name: !!binary " + secret + "\n", "f.yaml: something here cannot be read"},
		"a name of a kind of one's own":              {"age: !Zebedee x\n", "f.yaml:1: the value has the wrong shape here"},
		"an alias to nothing":                        {"name: *Zebedee\n", "f.yaml: an alias (*) points to nothing, or to itself"},
		"an alias to itself":                         {"more: &Zebedee\n  a: *Zebedee\n", "f.yaml:1: the value has the wrong shape here"},
		"a quote that does not end":                  {"name: a\nmore:\n  b: \"" + secret + "\n", "f.yaml:"},
		"a list that does not end":                   {"name: a\nnotes: [" + secret + "\nage: 1\n", "f.yaml:"},
		"a colon inside a text":                      {"name: a\nmore:\n  b: " + secret + ": again\n", "f.yaml:3: this is not well-formed YAML: mapping values are not allowed in this context"},
		"a fault on the first line":                  {"name: a: " + secret + "\n", "f.yaml:1: this is not well-formed YAML: mapping values are not allowed in this context"},
		"a tab that indents":                         {"two:\n\tinner: true\n", "f.yaml:2: this is not well-formed YAML: found character that cannot start any token"},
		"a field that is not indented like the rest": {"name: a\nmore:\n  b: c\n d: " + secret + "\n", "f.yaml:"},
		"a list among fields":                        {"name: a\nage: 1\n- " + secret + "\n", "f.yaml:"},
		"a tag nobody defined":                       {"name: !e!Zebedee x\n", "f.yaml:1: this is not well-formed YAML: found undefined tag handle"},
		"a control character":                        {"name: a\nage: 1\nmore:\n  b: Zebedee\x1b[2J\n", "f.yaml:4: this is not well-formed YAML: control characters are not allowed"},
		"bytes that are not text":                    {"name: a\nage: 1\nmore:\n  b: Zebedee \xe9\xe9\n", "f.yaml:4: this is not well-formed YAML: "},
		"a second document":                          {"name: a\n---\nname: " + secret + "\n", "f.yaml: the file holds more than one document"},
		"a second document that is broken":           {"name: a\n---\n\"" + secret + "\n", "f.yaml:3: this is not well-formed YAML: found unexpected end of stream"},
		"only fields that are texts":                 {secret + "\n", "f.yaml:1: the value has the wrong shape here"},
		"too large":                                  {"name: a\n# " + strings.Repeat("x", yamlfile.MaxSize) + "\n", "f.yaml: the file is larger than 4194304 bytes"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var into person
			_, faults := yamlfile.Read(fstest.MapFS{"f.yaml": {Data: []byte(c.yaml)}}, "f.yaml", &into)
			if len(faults) == 0 || !strings.HasPrefix(faults[0].String(), c.want) {
				t.Fatalf("got %v, want %s", faults, c.want)
			}
			silent(t, faults)
			if strings.Contains(faults[0].What, "not well-formed") && faults[0].Line == 0 {
				t.Errorf("malformed YAML without a line: %v", faults)
			}
		})
	}
}

func silent(t *testing.T, faults yamlfile.Faults) {
	t.Helper()
	for _, word := range []string{"Zebedee", "Zeb", "Quux", "hit her", "Ze\n", "\x1b"} {
		if strings.Contains(faults.Error(), word) {
			t.Errorf("a fault repeats what the file says: %v", faults)
		}
	}
}

func TestEveryFaultOfFormAtOnce(t *testing.T) {
	var into person
	_, faults := yamlfile.Parse("f.yaml", []byte("nick: a\nage: x\nnotes: y\ntwo:\n  outer: z\n"), &into)
	want := `f.yaml:1: there is no field "nick" here
f.yaml:2: the value has the wrong shape here (a list, a text or a set of fields was expected)
f.yaml:3: the value has the wrong shape here (a list, a text or a set of fields was expected)
f.yaml:5: there is no field "outer" here`
	faults.Sort()
	if faults.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", faults, want)
	}
	if err := error(faults); !errors.As(err, new(yamlfile.Faults)) {
		t.Error("faults are not found among errors")
	}
}

func TestMalformedYAMLHasTheLineOfWhereItBegins(t *testing.T) {
	for sentence, c := range map[string]struct {
		yaml string
		line int
	}{
		"a list left open, from the line on which it begins":  {"a: 1\nb: 2\nc: [1, 2\nd: 3\n", 3},
		"fields left open, from the line on which they begin": {"a: 1\nb: 2\nc: {x: 1\nd: 3\n", 3},
		"a list among fields, where it stands":                {"a: 1\nb: 2\n- c\n", 3},
		"a colon too many, where it stands":                   {"a: 1\nb: 2\nc: 3: 4\n", 3},
		"a line that is no field, where it stands":            {"a: 1\nb: 2\nccc\n", 3},
		"a tag nobody defined, where it stands":               {"a: 1\nb: 2\nc: !e!x 3\n", 3},
		"a control character on the first line":               {"a: \x01\n", 1},
		"a control character behind letters of several bytes": {"é: é\nü: ü\nc: \x7f\n", 3},
		"half a letter": {"a: 1\nb: 2\nc: \xc3\n", 3},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, faults := yamlfile.Tree("f.yaml", []byte(c.yaml))
			if len(faults) != 1 || faults[0].Line != c.line {
				t.Errorf("got %v, want line %d", faults, c.line)
			}
		})
	}
}

func TestWhatIsRead(t *testing.T) {
	for sentence, c := range map[string]struct{ yaml, name string }{
		"a file":                            {"name: a\n", "a"},
		"a file of Windows lines":           {"name: a\r\nage: 1\r\n", "a"},
		"a file that Notepad saved":         {"\ufeffname: a\n", "a"},
		"an empty file":                     {"", ""},
		"a file of comments":                {"# nothing yet\n", ""},
		"a document with its marks":         {"---\nname: a\n...\n", "a"},
		"a file as large as may be":         {"name: a\n#" + strings.Repeat("x", yamlfile.MaxSize-9), "a"},
		"an alias to something in the file": {"name: &n a\nnotes: [*n]\n", "a"},
	} {
		t.Run(sentence, func(t *testing.T) {
			var into person
			doc, faults := yamlfile.Parse("f.yaml", []byte(c.yaml), &into)
			if faults != nil || into.Name != c.name {
				t.Fatalf("read as %+v, with %v", into, faults)
			}
			if doc.Root() == nil {
				t.Error("the file has no topmost value")
			}
			if got := doc.Fault("wrong", "nothing", 3).Line; got != 1 {
				t.Errorf("a fault of what is not there stands on line %d", got)
			}
		})
	}
}

func TestLine(t *testing.T) {
	doc, faults := yamlfile.Tree("f.yaml", []byte("a: 1\nb:\n  - x: 1\n    y: 2\n  - x: 3\n    y:\n      z: 4\n"))
	if faults != nil {
		t.Fatal(faults)
	}
	for _, c := range []struct {
		path []any
		want int
	}{
		{nil, 1},
		{[]any{"a"}, 1},
		{[]any{"b"}, 3},
		{[]any{"b", 0, "y"}, 4},
		{[]any{"b", 1}, 5},
		{[]any{"b", 1, "y", "z"}, 7},
		{[]any{"b", 1, "x", "z"}, 5},     // a text has no parts: its own line
		{[]any{"b", 1, "missing", 7}, 5}, // the nearest that is there
		{[]any{"b", 9, "y"}, 3},          // a position that is not there
		{[]any{"b", -1}, 3},              // nor this
		{[]any{"b", "x"}, 3},             // a key of a list
		{[]any{0}, 1},                    // a position of fields
		{[]any{3.5}, 1},                  // no step at all
	} {
		if got := doc.Line(c.path...); got != c.want {
			t.Errorf("%v stands on line %d, want %d", c.path, got, c.want)
		}
	}
}

func TestKeys(t *testing.T) {
	doc, faults := yamlfile.Tree("f.yaml", []byte("b: 1\na:\n  - {y: 1, x: 2}\n  - text\n"))
	if faults != nil {
		t.Fatal(faults)
	}
	for _, c := range []struct {
		path []any
		want []string
	}{
		{nil, []string{"b", "a"}},
		{[]any{"a", 0}, []string{"y", "x"}},
		{[]any{"a"}, nil},            // a list
		{[]any{"a", 1}, nil},         // a text
		{[]any{"a", 7, "what"}, nil}, // what is not there
	} {
		if got := doc.Keys(c.path...); !slices.Equal(got, c.want) {
			t.Errorf("%v has the fields %v, want %v", c.path, got, c.want)
		}
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	folder := fstest.MapFS{"f.yaml/inner": {}}
	for name, want := range map[string]string{
		"none.yaml":   "none.yaml: the file is missing or cannot be read",
		"f.yaml":      "f.yaml: the file cannot be read",
		"../f.yaml":   "../f.yaml: the file is missing or cannot be read",
		"broken.yaml": "broken.yaml: the file cannot be read",
	} {
		doc, faults := yamlfile.Read(breaking{folder}, name, new(person))
		if doc != nil || faults.Error() != want {
			t.Errorf("got %v, want %s", faults, want)
		}
	}
}

// breaking is a folder on a disk that fails.
type breaking struct{ fs.FS }

func (b breaking) Open(name string) (fs.File, error) {
	if name == "broken.yaml" {
		return broken{}, nil
	}
	return b.FS.Open(name)
}

type broken struct{ fs.File }

func (broken) Read([]byte) (int, error) { return 0, fmt.Errorf("the disk said %s", secret) }
func (broken) Close() error             { return nil }

func TestAnAliasToItselfIsRefused(t *testing.T) {
	var into any
	_, faults := yamlfile.Parse("f.yaml", []byte("a: &Zebedee [*Zebedee]\n"), &into)
	if len(faults) != 1 || faults[0].What != "an alias (*) points to nothing, or to itself" {
		t.Errorf("got %v", faults)
	}
}

// A few lines can stand for millions of values. They are refused, not read.
func TestAFileThatGrows(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 9; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	var into map[string]any
	if _, faults := yamlfile.Parse("f.yaml", []byte(b.String()), &into); len(faults) == 0 {
		t.Error("a file that grows without end is read")
	}
}

// FuzzFaults puts a secret into files of any form: none of their faults may hold it, and reading never panics.
func FuzzFaults(f *testing.F) {
	for _, seed := range []string{"name: %", "age: %", "%: a", "notes: [%", "!!int %", "*%", "&% x: *%", "a: 1\n%: 2\n%: 3", "? %\n: x",
		"<<: %", "two: {%: %}", "!%! x", "%%", "age: \"\\n%\"", "- %\nname: %", "age: !% x", "born: 2026-02-%", "{[%]: x}", "more: {[%]: x}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, form string) {
		if strings.Contains(form, "Zeb") || len(form) > 1000 {
			t.Skip()
		}
		text := strings.ReplaceAll(form, "%", "Zebedee")
		for _, into := range []any{new(person), new(map[string]string), new(map[string]int), new([]person)} {
			_, faults := yamlfile.Parse("f.yaml", []byte(text), into)
			if strings.Contains(faults.Error(), "Zebedee") && !strings.Contains(faults.Error(), "there is no field") {
				t.Errorf("%q: %v", text, faults)
			}
			for _, fault := range faults {
				if fault.Line < 0 || fault.Line > 1+strings.Count(text, "\n")+strings.Count(text, "\r") || fault.What == "" {
					t.Errorf("%q: %v", text, faults)
				}
			}
		}
	})
}
