package training

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dsa/checklist"
	"dsa/data/yamlfile"
	"dsa/decision"

	"gopkg.in/yaml.v3"
)

// The limits of a scenario. A file comes from outside until it is checked, and none that a person wrote comes near them.
const (
	MaxSize      = 256 << 10 // of the file, in bytes
	MaxScenarios = 200       // in one folder

	maxID       = 40
	maxLine     = 160  // what stands on one line of a list: a title, what a case teaches
	maxChoice   = 240  // one choice of a question
	maxText     = 4000 // a story, a reason
	maxVariants = 20
	maxPoints   = 80
	maxQuiz     = 40
	maxNames    = 200 // of one list, such as the entries that must be offered
	maxDepth    = 20  // of fields within fields
)

var idPattern = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)

// Load reads one scenario from a file, strictly, and checks all of it that can be judged without walking through it. An
// error is yamlfile.Faults.
func Load(fsys fs.FS, name string) (*Scenario, error) {
	// Asked before it is opened: a pipe would be waited for.
	if info, err := fs.Stat(fsys, name); err == nil && !info.Mode().IsRegular() {
		return nil, yamlfile.Faults{{File: name, What: "it is not a file"}}
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, yamlfile.Faults{{File: name, What: "the file is missing or cannot be read"}}
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, MaxSize+1))
	if err != nil {
		return nil, yamlfile.Faults{{File: name, What: "the file cannot be read"}}
	}
	return Parse(name, content)
}

// Parse is Load for bytes already in hand. The name is that of the file; faults begin with it.
func Parse(name string, content []byte) (*Scenario, error) {
	if len(content) > MaxSize {
		return nil, yamlfile.Faults{{File: name, What: fmt.Sprintf("the file is larger than %d bytes; a scenario is a few pages", MaxSize)}}
	}
	// The shape comes first: an alias can stand for millions of values, and is refused before anything is decoded.
	doc, faults := yamlfile.Tree(name, content)
	if faults != nil {
		return nil, faults
	}
	if doc.Root() == nil || doc.Root().Kind != yaml.MappingNode {
		return nil, yamlfile.Faults{{File: name, Line: 1, What: "this is not a scenario; it begins with id, title, teaches, you and story"}}
	}
	if faults := plain(doc, doc.Root(), 0); faults != nil {
		return nil, faults
	}
	s := &Scenario{File: name, doc: doc}
	if _, faults := yamlfile.Parse(name, content, s); faults != nil {
		faults.Sort()
		return nil, faults
	}
	s.tidy()
	c := &checker{Scenario: s, faults: doc.Unshowable()}
	c.check()
	if len(c.faults) > 0 {
		c.faults.Sort()
		return nil, slices.Compact(c.faults)
	}
	return s, nil
}

// All reads the scenarios of a folder, sorted by id. Where there is no such folder there are none. The faults of all of
// them are given at once.
func All(fsys fs.FS, dir string) ([]*Scenario, error) {
	entries, err := fs.ReadDir(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, yamlfile.Faults{{File: dir, What: "the folder cannot be read"}}
	}
	var names []string
	for _, entry := range entries {
		if name := entry.Name(); path.Ext(name) == ".yaml" && !strings.HasPrefix(name, ".") {
			names = append(names, path.Join(dir, name))
		}
	}
	all, faults := Gather(names, func(name string) (*Scenario, error) { return Load(fsys, name) })
	if faults != nil {
		return nil, faults
	}
	return all, nil
}

// Gather reads scenarios by the names of their files and sorts them by id, or gives the faults of all of them at once.
func Gather(names []string, read func(name string) (*Scenario, error)) ([]*Scenario, yamlfile.Faults) {
	var all []*Scenario
	var faults yamlfile.Faults
	files := map[string]string{} // by id
	for n, name := range names {
		if n == MaxScenarios {
			faults = append(faults, yamlfile.Fault{File: path.Dir(name), What: fmt.Sprintf("the folder holds more than %d scenarios", MaxScenarios)})
			break
		}
		s, err := read(name)
		if err != nil {
			var its yamlfile.Faults
			if !errors.As(err, &its) {
				its = yamlfile.Faults{{File: name, What: "it cannot be read"}}
			}
			faults = append(faults, its...)
			continue
		}
		if first, twice := files[s.ID]; twice {
			faults = append(faults, s.Fault(fmt.Sprintf("the id %s is that of %s already; give this one an id of its own", s.ID, first), "id"))
			continue
		}
		files[s.ID] = path.Base(name)
		all = append(all, s)
	}
	if faults != nil {
		faults.Sort()
		return nil, faults
	}
	slices.SortFunc(all, func(a, b *Scenario) int { return strings.Compare(a.ID, b.ID) })
	return all, nil
}

// Practised are the variants that can be practised: those of which the answers are not wrong on purpose.
func (s *Scenario) Practised() []Variant {
	return slices.DeleteFunc(slices.Clone(s.Variants), func(v Variant) bool { return v.Wrong })
}

// Names are what the scenario and those of its variants that can be practised are called on the command line: s11,
// s11/march.
func (s *Scenario) Names() []string {
	names := []string{s.ID}
	for _, v := range s.Practised() {
		names = append(names, s.ID+"/"+v.ID)
	}
	return names
}

// Sector is the kind of organisation in which the learner works in this case, as the model answers have it.
func (s *Scenario) Sector() string {
	if sector := choicesIn(s.Answers, "sector"); len(sector) == 1 {
		return sector[0]
	}
	return ""
}

// As is the case itself, where the variant is "", or the case as that variant has it: whole, with the answers laid over
// those of the case. The quiz and what completes an emergency belong to the case itself.
func (s *Scenario) As(variant string) (*Scenario, error) {
	if variant == "" {
		return s, nil
	}
	at := slices.IndexFunc(s.Variants, func(v Variant) bool { return v.ID == variant })
	if at < 0 {
		return nil, &NoVariantError{Scenario: s.ID, Names: s.Names()}
	}
	v := s.Variants[at]
	is := *s
	is.ID, is.Title, is.variant = s.ID+"/"+v.ID, v.Title, at+1
	is.Story, is.On = cmp.Or(v.Story, s.Story), cmp.Or(v.On, s.On)
	is.Answers, is.Expect = Overlaid(s.Answers, v.Answers), v.Expect
	is.Completion, is.Variants, is.Quiz = nil, nil, nil
	is.Told = slices.DeleteFunc(slices.Clone(s.Told), func(id string) bool { return valueOf(is.Answers, id) == nil })
	is.Points = slices.Clone(s.Points)
	for _, p := range v.Points {
		if i := slices.IndexFunc(is.Points, func(of Point) bool { return of.On == p.On }); i >= 0 {
			is.Points[i] = p
		} else {
			is.Points = append(is.Points, p)
		}
	}
	return &is, nil
}

// NoVariantError says that a scenario has no such variant. It does not repeat what was typed.
type NoVariantError struct {
	Scenario string
	Names    []string // what there is
}

func (e *NoVariantError) Error() string {
	return fmt.Sprintf("%s has no such variant; there is %s", e.Scenario, strings.Join(e.Names, ", "))
}

// Clock is the time at which the case begins.
func (s *Scenario) Clock() time.Time {
	at, _ := time.Parse(time.RFC3339, s.On) // checked when it was read
	return at
}

// Fault is one at the path, in the file and on the line on which it stands. What a variant says for itself is looked for
// in the variant, and its name is said.
func (s *Scenario) Fault(what string, at ...any) yamlfile.Fault {
	if s.variant > 0 && len(at) > 0 && slices.Contains([]any{"on", "title", "answers", "expect"}, at[0]) {
		at = append([]any{"variants", s.variant - 1}, at...)
	}
	if s.variant > 0 {
		_, variant, _ := strings.Cut(s.ID, "/")
		what = "variant " + variant + ": " + what
	}
	return s.doc.Fault(what, at...)
}

// Doc is the file as it was read, for the lines of what stands in it.
func (s *Scenario) Doc() *yamlfile.Doc { return s.doc }

// Overlaid is a mapping with the values of another put over it; null takes a value away.
func Overlaid(under, over yaml.Node) yaml.Node {
	result := yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Line: cmp.Or(over.Line, under.Line)}
	replaced := map[string]*yaml.Node{}
	for i := 0; i+1 < len(over.Content); i += 2 {
		replaced[over.Content[i].Value] = over.Content[i+1]
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(under.Content); i += 2 {
		key, value := under.Content[i], under.Content[i+1]
		seen[key.Value] = true
		if by, ok := replaced[key.Value]; ok {
			// The line of what is said now is where a fault of it stands.
			at := *key
			at.Line = by.Line
			key, value = &at, by
		}
		if !isNull(value) {
			result.Content = append(result.Content, key, value)
		}
	}
	for i := 0; i+1 < len(over.Content); i += 2 {
		if key, value := over.Content[i], over.Content[i+1]; !seen[key.Value] && !isNull(value) {
			result.Content = append(result.Content, key, value)
		}
	}
	return result
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// valueOf is what a mapping has at the key, or nil.
func valueOf(mapping yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1]
		}
	}
	return nil
}

// choicesIn are the words that stand at an answer of the model: its choices, where it is one of choices.
func choicesIn(answers yaml.Node, id string) []string {
	value := valueOf(answers, id)
	switch {
	case value == nil || isNull(value):
		return nil
	case value.Kind == yaml.ScalarNode:
		return []string{value.Value}
	}
	var all []string
	for _, v := range value.Content {
		if v.Kind == yaml.ScalarNode {
			all = append(all, v.Value)
		}
	}
	return all
}

// ShowsRecord reports whether the question is about a record that is shown with it.
func (q Question) ShowsRecord() bool { return len(q.Without) > 0 || len(q.Change.Content) > 0 }

// Shown are the answers of the record that is shown with a question: those of the model, with some taken away or others
// in their place.
func (s *Scenario) Shown(q Question) yaml.Node {
	over := yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	over.Content = slices.Clone(q.Change.Content)
	for _, id := range q.Without {
		over.Content = append(over.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: id},
			&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"})
	}
	return Overlaid(s.Answers, over)
}

// plain finds what YAML has and a scenario has no use for.
func plain(doc *yamlfile.Doc, node *yaml.Node, depth int) (faults yamlfile.Faults) {
	fault := func(what string) {
		faults = append(faults, yamlfile.Fault{File: doc.File, Line: node.Line, What: what})
	}
	switch {
	case node.Kind == yaml.AliasNode:
		fault("an alias (*) is not taken here; write it out")
		return faults
	case node.Style&yaml.TaggedStyle != 0:
		fault("a tag (!) is not taken here; write the value as it is, between quotation marks if need be")
	case depth > maxDepth:
		fault("the fields stand too deep within one another")
		return faults
	}
	for _, inner := range node.Content {
		faults = append(faults, plain(doc, inner, depth+1)...)
	}
	return faults
}

// tidy takes away what folding leaves at the ends of texts.
func (s *Scenario) tidy() {
	for _, text := range []*string{&s.Title, &s.Teaches, &s.You, &s.Story, &s.Open} {
		*text = strings.TrimSpace(*text)
	}
}

// A checker looks through one scenario for what can be judged without the program.
type checker struct {
	*Scenario
	faults yamlfile.Faults
}

func (c *checker) fault(what string, at ...any) {
	c.faults = append(c.faults, c.doc.Fault(what, at...))
}

func (c *checker) faultf(at []any, what string, args ...any) {
	c.fault(fmt.Sprintf(what, args...), at...)
}

func (c *checker) check() {
	base := strings.TrimSuffix(path.Base(strings.ReplaceAll(c.File, `\`, "/")), ".yaml")
	switch {
	case !idPattern.MatchString(c.ID) || len(c.ID) > maxID:
		c.fault("a scenario needs an id of lower-case words joined by hyphens, such as s16", "id")
	case base != c.ID && !strings.HasPrefix(base, c.ID+"-"):
		c.faultf([]any{"id"}, "the name of the file begins with the id: call the file %[1]s.yaml or %[1]s-SOME-WORDS.yaml, or change the id", c.ID)
	}
	c.line(c.Title, maxLine, "title: say in one line what it is about", "title")
	c.line(c.Teaches, maxLine, "teaches: say in one line what it is for", "teaches")
	c.text(c.You, "you: say who the learner is in this case", "you")
	c.text(c.Story, "story: tell what happens", "story")
	c.time(c.On, "on")
	if c.Agreement != "" && !idPattern.MatchString(c.Agreement) {
		c.fault("agreement: give its id, such as cambridgeshire-peterborough-2024", "agreement")
	}
	if !slices.Contains(checklist.Occasions, c.Occasion) {
		c.faultf([]any{"occasion"}, "occasion: use one of %s", strings.Join(checklist.Occasions, ", "))
	}
	c.answers(c.Answers, true, "answers")
	c.told()
	c.expect(c.Expect, "expect")
	if c.Completion != nil {
		if c.Occasion != checklist.Emergency {
			c.fault("completion: only an emergency is completed afterwards", "completion")
		}
		c.time(c.Completion.On, "completion", "on")
		if on, err := time.Parse(time.RFC3339, c.Completion.On); err == nil && on.Before(c.Clock()) {
			c.fault("completion: it comes after the case itself", "completion", "on")
		}
		c.answers(c.Completion.Answers, true, "completion", "answers")
		c.expect(c.Completion.Expect, "completion", "expect")
	}
	c.variants()
	c.points(c.Points, "points")
	if len(c.Open) > 0 {
		c.text(c.Open, "", "open")
	}
	c.quiz()
}

// line checks a text that has one line to itself.
func (c *checker) line(text string, most int, missing string, at ...any) {
	switch n := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		c.fault(missing, at...)
	case strings.Contains(text, "\n"):
		c.faultf(at, "%v: this is one line", at[len(at)-1])
	case n > most:
		c.faultf(at, "%v: this is %d characters long; %d fit", at[len(at)-1], n, most)
	}
}

func (c *checker) text(text, missing string, at ...any) {
	switch n := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		c.fault(missing, at...)
	case n > maxText:
		c.faultf(at, "%v: this is %d characters long; %d are the most that anybody reads", at[len(at)-1], n, maxText)
	}
}

func (c *checker) time(on string, at ...any) {
	if _, err := time.Parse(time.RFC3339, on); err != nil {
		c.fault("on: give day and time with the offset, such as 2026-01-15T16:00:00Z", at...)
	}
}

func (c *checker) answers(answers yaml.Node, needed bool, at ...any) {
	switch {
	case answers.Kind == 0 || isNull(&answers):
		if needed {
			c.fault("answers: give the model answers, as in an answers file; dsa checklist template adhoc prints them all", at...)
		}
		return
	case answers.Kind != yaml.MappingNode:
		c.fault("answers takes a field for each answer", at...)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(answers.Content); i += 2 {
		key := answers.Content[i]
		what := ""
		switch {
		case !idPattern.MatchString(key.Value):
			what = "answers: there is a field here that is no id of an answer"
		case seen[key.Value]:
			what = fmt.Sprintf("answers: %s stands here twice", key.Value)
		}
		if seen[key.Value] = true; what != "" {
			c.faults = append(c.faults, yamlfile.Fault{File: c.File, Line: key.Line, What: what})
		}
	}
}

func (c *checker) told() {
	for i, id := range c.Told {
		switch at := []any{"told", i}; {
		case !idPattern.MatchString(id):
			c.fault("told: this is no id of an answer", at...)
		case valueOf(c.Answers, id) == nil:
			c.faultf(at, "told: the model answers have no %s, so nothing can be filled in", id)
		case slices.Contains(c.Told[:i], id):
			c.faultf(at, "told: %s stands here twice", id)
		}
	}
}

func (c *checker) expect(want Expectation, at ...any) {
	for _, list := range []struct {
		name  string
		names []string
	}{
		{"offered", want.Offered}, {"not-offered", want.NotOffered}, {"theirs", want.Theirs}, {"restricted", want.Restricted},
		{"bases", want.Bases}, {"closed-bases", want.ClosedBases}, {"warned-bases", want.WarnedBases}, {"decisions", want.Decisions},
	} {
		for i, id := range list.names {
			switch at := append(slices.Clone(at), list.name, i); {
			case i == maxNames:
				c.faultf(at, "%s: these are more than %d", list.name, maxNames)
			case i > maxNames:
			case !idPattern.MatchString(id):
				c.faultf(at, "%s: ids are lower-case words joined by hyphens", list.name)
			case slices.Contains(list.names[:i], id):
				c.faultf(at, "%s: %s stands here twice", list.name, id)
			}
		}
	}
	for _, list := range []struct {
		name  string
		codes []string
	}{{"findings", want.Findings}, {"not-findings", want.NotFindings}, {"only-findings", want.OnlyFindings}} {
		for i, code := range list.codes {
			if at := append(slices.Clone(at), list.name, i); !isCode(code) {
				c.faultf(at, "%s: this is no code of a finding; use %s", list.name, strings.Join(codes(), ", "))
			} else if list.name == "not-findings" && slices.Contains(slices.Concat(want.Findings, want.OnlyFindings), code) {
				c.faultf(at, "%s: %s is expected to be raised as well", list.name, code)
			}
		}
	}
	for i, id := range want.Offered {
		if slices.Contains(want.NotOffered, id) {
			c.faultf(append(slices.Clone(at), "offered", i), "offered: %s must not be offered as well", id)
		}
	}
	for i, id := range slices.Concat(want.Bases, want.WarnedBases) {
		if slices.Contains(want.ClosedBases, id) {
			c.faultf(append(slices.Clone(at), "bases", i), "bases: %s must be closed as well", id)
		}
	}
	for i, s := range want.Shows {
		if !idPattern.MatchString(s.Entry) || strings.TrimSpace(s.Words) == "" {
			c.fault("shows: give the id of an entry, and words of it", append(slices.Clone(at), "shows", i)...)
		}
	}
}

func isCode(word string) bool { return slices.Contains(codes(), word) }

func codes() []string {
	var all []string
	for _, c := range decision.Codes() {
		all = append(all, c.Code)
	}
	return all
}

func (c *checker) variants() {
	if len(c.Variants) > maxVariants {
		c.faultf([]any{"variants"}, "variants: there are more than %d", maxVariants)
		c.Variants = c.Variants[:maxVariants]
	}
	seen := map[string]bool{}
	for i, v := range c.Variants {
		at := func(more ...any) []any { return append([]any{"variants", i}, more...) }
		switch {
		case !idPattern.MatchString(v.ID) || len(v.ID) > maxID:
			c.fault("a variant needs an id of lower-case words joined by hyphens, such as march", at("id")...)
		case seen[v.ID]:
			c.faultf(at("id"), "there is a variant %s already", v.ID)
		}
		seen[v.ID] = true
		c.line(v.Title, maxLine, "title: say in one line what is different", at("title")...)
		if v.Story != "" {
			c.text(v.Story, "", at("story")...)
		}
		if v.On != "" {
			c.time(v.On, at("on")...)
		}
		c.answers(v.Answers, false, at("answers")...)
		c.expect(v.Expect, at("expect")...)
		c.points(v.Points, at("points")...)
	}
}

func (c *checker) points(points []Point, where ...any) {
	if len(points) > maxPoints {
		c.faultf(where, "points: there are more than %d", maxPoints)
		points = points[:maxPoints]
	}
	seen := map[string]bool{}
	for i, p := range points {
		at := func(more ...any) []any { return append(append(slices.Clone(where), i), more...) }
		switch {
		case !idPattern.MatchString(p.On):
			c.fault("points: on names an answer by its id, such as outcome, gateway or told", at("on")...)
		case seen[p.On]:
			c.faultf(at("on"), "points: there is a point on %s already", p.On)
		}
		seen[p.On] = true
		c.text(p.Why, "why: say in plain words why, or nobody learns from it", at("why")...)
		c.text(p.Source, "source: name the Act and section, the agreement and section, or the guidance", at("source")...)
		if p.Open && len(p.Accept)+len(p.Not)+len(p.Need) > 0 {
			c.fault("open: what the law leaves open is not judged; leave out accept, not and need, or open", at("open")...)
		}
		for _, list := range []struct {
			name string
			ids  []string
		}{{"accept", p.Accept}, {"not", p.Not}, {"need", p.Need}} {
			for j, id := range list.ids {
				switch {
				case !idPattern.MatchString(id):
					c.faultf(at(list.name, j), "%s: choices are named by their ids, lower-case words joined by hyphens", list.name)
				case slices.Contains(list.ids[:j], id):
					c.faultf(at(list.name, j), "%s: %s stands here twice", list.name, id)
				case list.name == "not" && slices.Contains(p.Accept, id):
					c.faultf(at("not", j), "not: %s is among accept as well; it can be defended or it cannot", id)
				case list.name == "not" && len(where) == 1 && slices.Contains(choicesIn(c.Answers, p.On), id):
					c.faultf(at("not", j), "not: %s is the model's own answer", id)
				}
			}
		}
	}
}

func (c *checker) quiz() {
	if len(c.Quiz) > maxQuiz {
		c.faultf([]any{"quiz"}, "quiz: there are more than %d questions", maxQuiz)
		c.Quiz = c.Quiz[:maxQuiz]
	}
	for i, q := range c.Quiz {
		at := func(more ...any) []any { return append([]any{"quiz", i}, more...) }
		if q.Ask != "" || !q.ShowsRecord() {
			c.text(q.Ask, "ask: put the question; it may be left out only where a record is shown", at("ask")...)
		}
		if n := len(q.Choices); n < 2 || n > 6 {
			c.fault("choices: give two to six, one of them right", at("choices")...)
		}
		for j, choice := range q.Choices {
			c.line(choice, maxChoice, "choices: write out each", at("choices", j)...)
			if slices.Contains(q.Choices[:j], choice) {
				c.fault("choices: two of them are the same", at("choices", j)...)
			}
		}
		if q.Right < 1 || q.Right > len(q.Choices) {
			c.faultf(at("right"), "right: say which of the %d choices is right, counted from 1", len(q.Choices))
		}
		c.text(q.Why, "why: say in plain words why that is right", at("why")...)
		c.text(q.Source, "source: name the Act and section, the agreement and section, or the guidance", at("source")...)
		for j, id := range q.Without {
			if !idPattern.MatchString(id) || valueOf(c.Answers, id) == nil {
				c.fault("without: the model answers have no such answer, so it cannot be taken away", at("without", j)...)
			}
		}
		c.answers(q.Change, false, at("change")...)
		switch {
		case q.Finding != "" && !isCode(q.Finding):
			c.faultf(at("finding"), "finding: this is no code of a finding; use %s", strings.Join(codes(), ", "))
		case q.Finding != "" && !q.ShowsRecord():
			c.fault("finding: it is raised by a record; say with without or change which one is shown", at("finding")...)
		}
	}
}
