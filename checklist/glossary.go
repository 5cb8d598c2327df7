package checklist

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"

	"dsa/data/yamlfile"
)

// A Term is one word of an agreement's glossary. The word is the agreement's; what it means is said in our words.
type Term struct {
	Agreement string   `yaml:"-"` // the id of the agreement whose word it is
	ID        string   `yaml:"id"`
	Term      string   `yaml:"term"` // exactly as the agreement prints it
	Means     string   `yaml:"means"`
	Note      string   `yaml:"note"`  // where the print is wrong, too narrow or overtaken
	Check     []string `yaml:"check"` // what is not sure, to be checked before relying on it
	Source    string   `yaml:"source"`
	See       []string `yaml:"see"` // ids of other terms of the same agreement, and of readings
}

// A Reading is a short piece about what practitioners ask most, to be read at the question where it matters. It
// informs and decides nothing.
type Reading struct {
	ID        string          `yaml:"id"`
	Title     string          `yaml:"title"`
	Words     string          `yaml:"words"`     // paragraphs on lines of their own
	Certainty string          `yaml:"certainty"` // as sure as its least sure statement: verified, knowledge or unsure
	Check     []string        `yaml:"check"`     // what is not sure, to be checked before relying on it
	Sources   []ReadingSource `yaml:"sources"`
	See       []string        `yaml:"see"` // ids of other readings
}

// A ReadingSource is where something of a reading was seen.
type ReadingSource struct {
	Says    string `yaml:"says" json:"says"`
	Address string `yaml:"address" json:"address,omitempty"` // empty for what stands in an agreement, and where none was kept
}

// A Glossary is everything there is to read about words and principles.
type Glossary struct {
	Terms    []Term // agreement by agreement, each in the agreement's own order
	Readings []Reading
}

const readingFile = "reading.yaml"

// LoadGlossary reads reading.yaml and the glossary of every agreement that has one. It returns yamlfile.Faults holding
// every fault, and then no glossary.
func LoadGlossary(fsys fs.FS) (*Glossary, error) {
	g := &glossaryLoader{fsys: fsys}
	all := &Glossary{Readings: g.readings()}
	files, _ := fs.Glob(fsys, "agreements/*/glossary.yaml")
	for _, file := range files {
		all.Terms = append(all.Terms, g.terms(path.Base(path.Dir(file)))...)
	}
	if len(g.faults) > 0 {
		g.faults.Sort()
		return nil, g.faults
	}
	return all, nil
}

// A glossaryLoader reads without a digest: what is read about a word is no part of what an agreement asks.
type glossaryLoader struct {
	fsys   fs.FS
	faults yamlfile.Faults
	ids    map[string]bool // of the readings
}

func (g *glossaryLoader) read(name string, into any) *yamlfile.Doc {
	doc, faults := yamlfile.Read(g.fsys, name, into)
	g.faults = append(g.faults, faults...)
	return doc
}

func (g *glossaryLoader) fault(doc *yamlfile.Doc, what string, at ...any) {
	g.faults = append(g.faults, doc.Fault(what, at...))
}

var certainties = []string{"verified", "knowledge", "unsure"}

func (g *glossaryLoader) readings() []Reading {
	var file struct {
		Readings []Reading `yaml:"readings"`
	}
	doc := g.read(readingFile, &file)
	g.ids = map[string]bool{}
	if doc == nil {
		return nil
	}
	for i := range file.Readings {
		r := &file.Readings[i]
		at := []any{"readings", i}
		g.named(doc, r.ID, g.ids, at)
		r.Title, r.Words = tidy(r.Title), tidy(r.Words)
		tidyAll(r.Check)
		if r.Title == "" || r.Words == "" {
			g.fault(doc, fmt.Sprintf("the reading %q needs a title and words", r.ID), at...)
		}
		if !slices.Contains(certainties, r.Certainty) {
			g.fault(doc, fmt.Sprintf("the reading %q needs a certainty: %s", r.ID, strings.Join(certainties, ", ")), append(at, "certainty")...)
		}
		if r.Certainty == "unsure" && len(r.Check) == 0 {
			g.fault(doc, fmt.Sprintf("the reading %q is unsure and does not say what to check", r.ID), at...)
		}
		if len(r.Sources) == 0 {
			g.fault(doc, fmt.Sprintf("the reading %q has no source", r.ID), at...)
		}
		for j := range r.Sources {
			s := &r.Sources[j]
			s.Says = tidy(s.Says)
			if s.Says == "" || !isAddress(s.Address) {
				g.fault(doc, fmt.Sprintf("a source of the reading %q needs what it says, and its address must be a web address", r.ID), append(at, "sources", j)...)
			}
		}
	}
	for i, r := range file.Readings {
		g.see(doc, r.ID, r.See, g.ids, "readings", i)
	}
	return file.Readings
}

// terms reads one agreement's glossary; the readings come first, because terms point to them.
func (g *glossaryLoader) terms(agreement string) []Term {
	var file struct {
		Agreement string `yaml:"agreement"`
		Title     string `yaml:"title"`
		Terms     []Term `yaml:"terms"`
	}
	doc := g.read(glossaryFile(agreement), &file)
	if doc == nil {
		return nil
	}
	if file.Agreement != agreement {
		g.fault(doc, fmt.Sprintf("the glossary says it is of %q but stands in the folder %q", file.Agreement, agreement), "agreement")
	}
	if tidy(file.Title) == "" {
		g.fault(doc, "the glossary needs the title it has in the agreement", "title")
	}
	ids := map[string]bool{}
	for id := range g.ids {
		ids[id] = true // a term cannot have the id of a reading: either may be pointed to
	}
	for i := range file.Terms {
		t := &file.Terms[i]
		at := []any{"terms", i}
		g.named(doc, t.ID, ids, at)
		t.Agreement, t.Term, t.Means, t.Note, t.Source = agreement, tidy(t.Term), tidy(t.Means), tidy(t.Note), tidy(t.Source)
		tidyAll(t.Check)
		for field, value := range map[string]string{"term": t.Term, "means": t.Means, "source": t.Source} {
			if value == "" {
				g.fault(doc, fmt.Sprintf("the term %q has no %s", t.ID, field), append(at, field)...)
			}
		}
	}
	for i, t := range file.Terms {
		g.see(doc, t.ID, t.See, ids, "terms", i)
	}
	return file.Terms
}

func glossaryFile(agreement string) string { return "agreements/" + agreement + "/glossary.yaml" }

func (g *glossaryLoader) named(doc *yamlfile.Doc, id string, taken map[string]bool, at []any) {
	if !idPattern.MatchString(id) {
		g.fault(doc, "what can be read needs an id of lower-case words joined by hyphens", append(at, "id")...)
	}
	if taken[id] {
		g.fault(doc, fmt.Sprintf("%q stands here twice, or is the id of a reading", id), append(at, "id")...)
	}
	taken[id] = true
}

func (g *glossaryLoader) see(doc *yamlfile.Doc, id string, see []string, known map[string]bool, list string, i int) {
	for j, other := range see {
		if !known[other] || other == id {
			g.fault(doc, fmt.Sprintf("%q says to see %q, which is nothing else to read here", id, other), list, i, "see", j)
		}
	}
}

func isAddress(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func tidyAll(texts []string) {
	for i := range texts {
		texts[i] = tidy(texts[i])
	}
}

// Lines are the reading as it is put before a person, a paragraph to a line: its words, and what is not sure.
func (r Reading) Lines() []string {
	lines := strings.Split(r.Words, "\n")
	for _, c := range r.Check {
		lines = append(lines, "Check before relying on this: "+c)
	}
	return lines
}

// asReading shows a term where a question names one.
func (t Term) asReading() Reading {
	words := t.Means
	if t.Note != "" {
		words += "\nNote: " + t.Note
	}
	return Reading{ID: t.ID, Title: t.Term, Words: words, Certainty: "knowledge", Check: t.Check,
		Sources: []ReadingSource{{Says: t.Source}}}
}

// A reader finds what questions name under read. Nothing is opened until a question names something: a pack without
// readings needs no such file.
type reader struct {
	glossaryLoader
	byID  map[string]Reading // the readings
	words map[string]Reading // the terms of the agreement
}

// find looks among the readings, and for a question of the agreement among its terms too.
func (r *reader) find(id, agreement string) (Reading, bool) {
	if r.byID == nil {
		r.byID = map[string]Reading{}
		for _, reading := range r.readings() {
			r.byID[reading.ID] = reading
		}
	}
	if found, ok := r.byID[id]; ok || agreement == "" {
		return found, ok
	}
	if r.words == nil {
		r.words = map[string]Reading{}
		if _, err := fs.Stat(r.fsys, glossaryFile(agreement)); err == nil {
			for _, term := range r.terms(agreement) {
				r.words[term.ID] = term.asReading()
			}
		}
	}
	found, ok := r.words[id]
	return found, ok
}
