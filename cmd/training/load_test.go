package training_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dsa/cmd/training"
	"dsa/data/yamlfile"

	"gopkg.in/yaml.v3"
)

// sound is a scenario that has nothing wrong with it, as far as that shows without the program.
const sound = `id: t1
title: A case
teaches: One thing.
you: You are the lead.
story: >-
  Something happens.

  Then more.
on: 2026-01-15T10:00:00Z
agreement: fenmarsh-2026
occasion: adhoc
told: [danger]
answers:
  danger: "no"
  told: told
  gateway: [a, b]
  outcome: share-part
  information:
    - what: One piece
expect:
  offered: [a]
  not-offered: [c]
  findings: [ID]
  decisions: [share-part]
variants:
  - id: march
    title: In March
    on: 2026-03-01T10:00:00Z
    answers: {told: null, outcome: none}
    expect: {decisions: [none]}
    points:
      - {on: outcome, why: Another reason., source: A source.}
      - {on: gateway, why: A reason., source: A source.}
points:
  - {on: outcome, accept: [share-all], not: [defer], why: A reason., source: A source.}
open: Something is left open.
quiz:
  - ask: What is right?
    choices: [This, That]
    right: 2
    why: A reason.
    source: A source.
  - without: [told]
    change: {outcome: none}
    finding: NOTTOLD
    choices: [This, That]
    right: 1
    why: A reason.
    source: A source.
`

func parse(t *testing.T, text string) *training.Scenario {
	t.Helper()
	s, err := training.Parse("t1.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// changed is the sound scenario with one thing changed.
func changed(t *testing.T, old, by string) string {
	t.Helper()
	if strings.Count(sound, old) != 1 {
		t.Fatalf("%q stands %d times in the sound scenario", old, strings.Count(sound, old))
	}
	return strings.Replace(sound, old, by, 1)
}

func TestFaultsOfScenarios(t *testing.T) {
	for sentence, c := range map[string]struct{ old, by, want string }{
		"an unknown field":                          {"teaches:", "teach:", `t1.yaml:3: there is no field "teach" here`},
		"an unknown field of a point":               {"accept: [share-all]", "also: [share-all]", `t1.yaml:35: there is no field "also" here`},
		"a field twice":                             {"open: Some", "title: Again\nopen: Some", "t1.yaml:36: this field stands here twice"},
		"no id":                                     {"id: t1", "id: ''", "t1.yaml:1: a scenario needs an id"},
		"an id that is none":                        {"id: t1", "id: ../T1", "t1.yaml:1: a scenario needs an id"},
		"an id that the file is not named after":    {"id: t1", "id: t2", "t1.yaml:1: the name of the file begins with the id: call the file t2.yaml"},
		"no title":                                  {"title: A case", "title: ''", "t1.yaml:2: title: say in one line"},
		"a title of two lines":                      {"title: A case", "title: \"A\\ncase\"", "t1.yaml:2: title: this is one line"},
		"a title as long as a story":                {"title: A case", "title: " + strings.Repeat("x", 200), "t1.yaml:2: title: this is 200 characters long; 160 fit"},
		"nothing that it teaches":                   {"teaches: One thing.\n", "", "t1.yaml:1: teaches: say in one line"},
		"nobody to be":                              {"you: You are the lead.\n", "", "t1.yaml:1: you: say who the learner is"},
		"an endless story":                          {"Something happens.", strings.Repeat("Again. ", 1000), "t1.yaml:5: story: this is"},
		"a time without offset":                     {"on: 2026-01-15T10:00:00Z", "on: 2026-01-15 10:00", "t1.yaml:9: on: give day and time"},
		"an agreement that is a folder":             {"fenmarsh-2026", "../../fenmarsh", "t1.yaml:10: agreement: give its id"},
		"an occasion that there is not":             {"occasion: adhoc", "occasion: sometimes", "t1.yaml:11: occasion: use one of adhoc, routine, emergency"},
		"told what is not answered":                 {"told: [danger]", "told: [danger, heard]", "t1.yaml:12: told: the model answers have no heard"},
		"told twice":                                {"told: [danger]", "told: [danger, danger]", "t1.yaml:12: told: danger stands here twice"},
		"told a sentence":                           {"told: [danger]", "told: [She was hit]", "t1.yaml:12: told: this is no id of an answer"},
		"an answer twice":                           {"  told: told", "  danger: \"yes\"", "t1.yaml:15: "},
		"an answer that is a sentence":              {"  told: told", "  She told me: told", "t1.yaml:15: answers: there is a field here that is no id"},
		"no answers":                                {"answers:\n  danger: \"no\"\n  told: told\n  gateway: [a, b]\n  outcome: share-part\n  information:\n    - what: One piece\n", "answers:\n", "t1.yaml:13: answers: give the model answers"},
		"answers that are a text":                   {"answers:\n  danger: \"no\"\n  told: told\n  gateway: [a, b]\n  outcome: share-part\n  information:\n    - what: One piece\n", "answers: none\n", "t1.yaml:13: answers takes a field"},
		"an alias":                                  {"teaches: One thing.\nyou: You are the lead.", "teaches: &x One thing.\nyou: *x", "t1.yaml:4: an alias (*) is not taken here"},
		"a tag":                                     {"title: A case", "title: !!str A case", "t1.yaml:2: a tag (!) is not taken here"},
		"an escape code":                            {"title: A case", `title: "A \e[2J case"`, "t1.yaml:2: a character that cannot be shown safely (U+001B)"},
		"an escape code in an answer":               {"what: One piece", `what: "One \e]0;x\a piece"`, "t1.yaml:19: a character that cannot be shown safely (U+001B)"},
		"text that is turned round":                 {"A reason.\n    source: A source.\n  - without", "A \u202ereason.\n    source: A source.\n  - without", "t1.yaml:41: a character that cannot be shown safely (U+202E)"},
		"fields deep within one another":            {"danger: \"no\"", "danger: " + strings.Repeat("[", 30) + strings.Repeat("]", 30), "t1.yaml:14: the fields stand too deep"},
		"an unknown code":                           {"findings: [ID]", "findings: [ID, WHY]", "t1.yaml:23: findings: this is no code of a finding; use EMERGENCY"},
		"a code that must be and must not":          {"findings: [ID]", "findings: [ID]\n  not-findings: [ID]", "t1.yaml:24: not-findings: ID is expected to be raised as well"},
		"an entry that must be and must not":        {"not-offered: [c]", "not-offered: [a]", "t1.yaml:21: offered: a must not be offered as well"},
		"a basis that is open and closed":           {"findings: [ID]", "bases: [x]\n  closed-bases: [x]", "t1.yaml:23: bases: x must be closed as well"},
		"an entry twice":                            {"offered: [a]\n", "offered: [a, a]\n", "t1.yaml:21: offered: a stands here twice"},
		"an entry that is a path":                   {"offered: [a]\n", "offered: [../a]\n", "t1.yaml:21: offered: ids are lower-case words"},
		"words without an entry":                    {"findings: [ID]", "shows: [{words: x}]", "t1.yaml:23: shows: give the id of an entry"},
		"a completion of what is no emergency":      {"open: Some", "completion: {on: 2026-01-16T10:00:00Z, answers: {a: b}}\nopen: Some", "t1.yaml:36: completion: only an emergency"},
		"a completion before the case":              {"open: Some", "completion: {on: 2026-01-14T10:00:00Z, answers: {a: b}}\nopen: Some", "t1.yaml:36: completion:"},
		"a variant without a title":                 {"title: In March", "title: ''", "t1.yaml:27: title: say in one line what is different"},
		"a variant without an id":                   {"id: march", "id: In March", "t1.yaml:26: a variant needs an id"},
		"a point on what is no answer":              {"{on: outcome, accept", "{on: Outcome!, accept", "t1.yaml:35: points: on names an answer"},
		"a point twice":                             {"open: Some", "  - {on: outcome, why: A., source: B.}\nopen: Some", "t1.yaml:36: points: there is a point on outcome already"},
		"a point without a reason":                  {"not: [defer], why: A reason., ", "not: [defer], ", "t1.yaml:35: why: say in plain words why"},
		"a point without a source":                  {"not: [defer], why: A reason., source: A source.", "not: [defer], why: A reason.", "t1.yaml:35: source: name the Act"},
		"an open point that judges":                 {"not: [defer]", "not: [defer], open: true", "t1.yaml:35: open: what the law leaves open is not judged"},
		"a choice that can be defended and cannot":  {"not: [defer]", "not: [share-all]", "t1.yaml:35: not: share-all is among accept as well"},
		"the model's own answer as indefensible":    {"not: [defer]", "not: [share-part]", "t1.yaml:35: not: share-part is the model's own answer"},
		"a question without words":                  {"ask: What is right?", "ask: ''", "t1.yaml:38: ask: put the question"},
		"right before the first choice":             {"right: 2", "right: 0", "t1.yaml:40: right: say which of the 2 choices"},
		"right behind the last choice":              {"right: 2", "right: 3", "t1.yaml:40: right: say which of the 2 choices"},
		"right as a word":                           {"right: 2", "right: two", "t1.yaml:40: the value has the wrong shape"},
		"one choice":                                {"choices: [This, That]\n    right: 2", "choices: [This]\n    right: 1", "t1.yaml:39: choices: give two to six"},
		"seven choices":                             {"choices: [This, That]\n    right: 2", "choices: [a, b, c, d, e, f, g]\n    right: 1", "t1.yaml:39: choices: give two to six"},
		"the same choice twice":                     {"choices: [This, That]\n    right: 2", "choices: [This, This]\n    right: 1", "t1.yaml:39: choices: two of them are the same"},
		"a record without what was never there":     {"without: [told]", "without: [heard]", "t1.yaml:43: without: the model answers have no such answer"},
		"an unknown code in the quiz":               {"finding: NOTTOLD", "finding: nottold", "t1.yaml:45: finding: this is no code"},
		"a code of a record that is not shown":      {"without: [told]\n    change: {outcome: none}\n", "ask: What?\n", "t1.yaml:44: finding: it is raised by a record"},
		"more variants than anybody practises":      {"variants:\n", "variants:\n" + strings.Repeat("  - {id: x, title: x}\n", 30), "t1.yaml:26: "},
		"a second document behind it":               {"right: 1\n    why: A reason.\n    source: A source.\n", "right: 1\n    why: A reason.\n    source: A source.\n---\nid: t2\n", "t1.yaml:50: the file holds more than one document"},
		"a comment of any length, which is limited": {"open: Some", "# " + strings.Repeat("x", training.MaxSize) + "\nopen: Some", "t1.yaml: the file is larger than 262144 bytes"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := training.Parse("t1.yaml", []byte(changed(t, c.old, c.by)))
			var faults yamlfile.Faults
			if !errors.As(err, &faults) {
				t.Fatalf("no faults: %v", err)
			}
			if !slices.ContainsFunc(faults, func(f yamlfile.Fault) bool { return strings.HasPrefix(f.String(), c.want) }) {
				t.Errorf("got\n%v\nwant %s", faults, c.want)
			}
			if strings.ContainsAny(faults.Error(), "\x1b\u202e") {
				t.Errorf("a fault repeats what cannot be shown: %q", faults)
			}
		})
	}
}

func TestWhatIsNoScenario(t *testing.T) {
	for _, text := range []string{"", "# nothing\n", "- a\n", "a text\n", "\x00\x01", "{{{"} {
		if s, err := training.Parse("t1.yaml", []byte(text)); err == nil {
			t.Errorf("%q is read as %+v", text, s)
		}
	}
	// A few lines that stand for millions of values.
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 9; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i-1), 10), ", "))
	}
	if _, err := training.Parse("t1.yaml", []byte(b.String())); err == nil || !strings.Contains(err.Error(), "an alias (*) is not taken here") {
		t.Errorf("a file that grows: %v", err)
	}
}

func TestFoldersOfScenarios(t *testing.T) {
	other := strings.Replace(sound, "id: t1", "id: s1", 1)
	folder := fstest.MapFS{
		"scenarios/t1-a-case.yaml": {Data: []byte(sound)}, "scenarios/s1.yaml": {Data: []byte(other)},
		"scenarios/notes.txt": {Data: []byte("nothing")}, "scenarios/.t1.yaml": {Data: []byte("nothing")},
	}
	all, err := training.All(folder, "scenarios")
	if err != nil || len(all) != 2 || all[0].ID != "s1" || all[1].File != "scenarios/t1-a-case.yaml" {
		t.Fatalf("got %v, %v", all, err)
	}
	if none, err := training.All(folder, "elsewhere"); none != nil || err != nil {
		t.Errorf("where there is no folder: %v, %v", none, err)
	}
	folder["scenarios/t1.yaml"] = &fstest.MapFile{Data: []byte(sound)}
	folder["scenarios/x.yaml"] = &fstest.MapFile{Data: []byte("id: x\n")}
	_, err = training.All(folder, "scenarios")
	for _, want := range []string{"t1.yaml:1: the id t1 is that of t1-a-case.yaml already", "scenarios/x.yaml:1: title:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	many := fstest.MapFS{}
	for i := range training.MaxScenarios + 1 {
		id := fmt.Sprintf("t%d", 1000+i)
		many["scenarios/"+id+".yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(sound, "id: t1", "id: "+id, 1))}
	}
	if _, err = training.All(many, "scenarios"); err == nil || !strings.Contains(err.Error(), "more than 200 scenarios") {
		t.Errorf("a folder of very many: %v", err)
	}
}

func TestFilesThatAreNone(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/t1.yaml", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"t1.yaml": "t1.yaml: it is not a file", "t2.yaml": "t2.yaml: the file is missing or cannot be read",
		"../t1.yaml": "../t1.yaml: the file is missing or cannot be read"} {
		if _, err := training.Load(os.DirFS(dir), name); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestVariants(t *testing.T) {
	s := parse(t, sound)
	if got := s.Names(); !slices.Equal(got, []string{"t1", "t1/march"}) {
		t.Errorf("named %v", got)
	}
	if as, err := s.As(""); as != s || err != nil {
		t.Errorf("the case itself: %v, %v", as, err)
	}
	_, err := s.As("april")
	var none *training.NoVariantError
	if !errors.As(err, &none) || !slices.Equal(none.Names, s.Names()) || strings.Contains(err.Error(), "april") {
		t.Errorf("a variant that there is not: %v", err)
	}
	v, err := s.As("march")
	if err != nil {
		t.Fatal(err)
	}
	if v.ID != "t1/march" || v.Title != "In March" || v.Story != s.Story || v.Clock().Month() != 3 || v.Expect.Decisions[0] != "none" ||
		v.Expect.Findings != nil || v.Quiz != nil || v.Variants != nil {
		t.Errorf("the variant is %+v", v)
	}
	if got := keys(v.Answers); !slices.Equal(got, []string{"danger", "gateway", "outcome", "information"}) {
		t.Errorf("the variant answers %v", got)
	}
	if len(v.Points) != 2 || v.Points[0].Why != "Another reason." || v.Points[1].On != "gateway" {
		t.Errorf("the points are %+v", v.Points)
	}
	if len(s.Points) != 1 || s.Points[0].Why != "A reason." || len(keys(s.Answers)) != 5 {
		t.Errorf("the case itself was changed: %+v", s)
	}
	if got := v.Fault("wrong", "expect", "decisions", 0).String(); got != "t1.yaml:30: variant march: wrong" {
		t.Errorf("a fault of the variant: %s", got)
	}
	wrong := parse(t, changed(t, "    title: In March\n", "    title: In March\n    wrong: true\n"))
	if got := wrong.Names(); !slices.Equal(got, []string{"t1"}) {
		t.Errorf("a variant that is wrong on purpose is among %v", got)
	}
	if _, err := wrong.As("march"); err != nil {
		t.Error(err)
	}
}

func keys(n yaml.Node) (keys []string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		keys = append(keys, n.Content[i].Value)
	}
	return keys
}

func TestOverlaid(t *testing.T) {
	for sentence, c := range map[string]struct{ under, over, want string }{
		"nothing over it":           {"{a: 1, b: 2}", "{}", "{a: 1, b: 2}"},
		"another value":             {"{a: 1, b: 2}", "{a: 3}", "{a: 3, b: 2}"},
		"a value taken away":        {"{a: 1, b: 2}", "{a: null}", "{b: 2}"},
		"a value more":              {"{a: 1}", "{c: [x, y]}", "{a: 1, c: [x, y]}"},
		"nothing to take away":      {"{a: 1}", "{c: null}", "{a: 1}"},
		"a list is put in whole":    {"{a: [x, y]}", "{a: [z]}", "{a: [z]}"},
		"nothing under it":          {"{}", "{a: 1}", "{a: 1}"},
		"a null that lay there too": {"{a: null, b: 1}", "{}", "{b: 1}"},
	} {
		t.Run(sentence, func(t *testing.T) {
			under, over := node(t, c.under), node(t, c.over)
			got, err := yaml.Marshal(ptr(training.Overlaid(under, over)))
			want, wantErr := yaml.Marshal(ptr(training.Overlaid(node(t, c.want), node(t, "{}"))))
			if err != nil || wantErr != nil || string(got) != string(want) {
				t.Errorf("got %s, want %s: %v", got, want, err)
			}
			if again, _ := yaml.Marshal(&under); string(again) != marshalled(t, c.under) {
				t.Errorf("what lies under was changed: %s", again)
			}
		})
	}
}

func node(t *testing.T, text string) yaml.Node {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	return *doc.Content[0]
}

func marshalled(t *testing.T, text string) string {
	n := node(t, text)
	out, err := yaml.Marshal(&n)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func ptr(n yaml.Node) *yaml.Node { return &n }

func TestTheRecordOfAQuestion(t *testing.T) {
	s := parse(t, sound)
	shown := s.Shown(s.Quiz[1])
	if got := keys(shown); !slices.Equal(got, []string{"danger", "gateway", "outcome", "information"}) || shown.Content[5].Value != "none" {
		t.Errorf("shown are %v, %+v", got, shown.Content)
	}
	if s.Quiz[0].ShowsRecord() || !s.Quiz[1].ShowsRecord() {
		t.Error("the wrong question shows a record")
	}
}

// Whatever a file holds, reading it ends, and what is read can be shown.
func FuzzParse(f *testing.F) {
	f.Add(sound)
	for _, seed := range []string{"id: t1\n", "answers: {a: {b: {c: [1, [2]]}}}", "quiz:\n  - {right: -1}", "variants: [{answers: 3}]", "points: [{on: 1}]", "completion: {}",
		"completion: {on: x, answers: []}", "told: {a: b}", "expect: {because: {a: b}, blocked: maybe}", "answers: &a {b: *a}", "? [a]\n: b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := training.Parse("t1.yaml", []byte(text))
		if err != nil {
			return
		}
		for _, name := range s.Names() {
			_, variant, _ := strings.Cut(name, "/")
			if _, err := s.As(variant); err != nil {
				t.Error(err)
			}
		}
		for _, q := range s.Quiz {
			s.Shown(q)
			if q.Right < 1 || q.Right > len(q.Choices) {
				t.Errorf("right is %d of %d", q.Right, len(q.Choices))
			}
		}
		if strings.ContainsAny(s.Title+s.Story+s.You, "\x1b\x07\u202e") {
			t.Errorf("it cannot be shown: %q", s.Title)
		}
	})
}
