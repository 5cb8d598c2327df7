package checklist

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"dsa/data/yamlfile"

	"gopkg.in/yaml.v3"
)

// UnmarshalYAML lets a condition name one value or several.
func (v *Values) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		*v = Values{node.Value}
		return nil
	}
	return node.Decode((*[]string)(v))
}

// Load reads one agreement with its checklists, and our own questions, from a folder of data. It returns
// yamlfile.Faults holding every fault, and then no agreement.
func Load(fsys fs.FS, id string) (*Agreement, error) {
	l := newLoader(fsys)
	l.ours()
	agreement := l.agreement(id)
	l.faults = append(l.faults, l.reader.faults...)
	if len(l.faults) > 0 {
		l.faults.Sort()
		return nil, l.faults
	}
	agreement.Digest = hex.EncodeToString(l.digest.Sum(nil))
	return agreement, nil
}

// LoadOurs makes a list of some of our own questions, for walks that belong to no agreement.
func LoadOurs(fsys fs.FS, title string, ids ...string) (*List, error) {
	l := newLoader(fsys)
	l.ours()
	l.faults = append(l.faults, l.reader.faults...)
	list := &List{ID: "ours", Title: title}
	for _, id := range ids {
		list.Questions = append(list.Questions, Question{Ours: id})
	}
	if len(l.faults) == 0 {
		l.resolve(list, nil)
	}
	if len(l.faults) > 0 {
		return nil, l.faults
	}
	return list, nil
}

// Agreements lists the ids of the agreements in a folder of data, in alphabetical order.
func Agreements(fsys fs.FS) []string {
	var ids []string
	files, _ := fs.Glob(fsys, "agreements/*/agreement.yaml")
	for _, f := range files {
		ids = append(ids, path.Base(path.Dir(f)))
	}
	return ids
}

type loader struct {
	fsys   fs.FS
	digest interface {
		Write([]byte) (int, error)
		Sum([]byte) []byte
	}
	faults yamlfile.Faults
	mine   map[string]Question
	reader reader
	of     string // the agreement whose questions are read; empty for our own
}

func newLoader(fsys fs.FS) *loader {
	return &loader{fsys: fsys, digest: sha256.New(), reader: reader{glossaryLoader: glossaryLoader{fsys: fsys}}}
}

// read decodes a file and adds its bytes to the digest, each under its name, so that a record can say exactly which
// words were in use.
func (l *loader) read(name string, into any) *yamlfile.Doc {
	doc, faults := yamlfile.Read(l.fsys, name, into)
	l.faults = append(l.faults, faults...)
	if faults != nil {
		return nil
	}
	data, err := fs.ReadFile(l.fsys, name)
	if err != nil {
		l.faults = append(l.faults, yamlfile.Fault{File: name, What: "the file cannot be read"})
		return nil
	}
	fmt.Fprintf(l.digest, "%s %d\n", name, len(data))
	l.digest.Write(data)
	return doc
}

func (l *loader) ours() {
	l.mine = map[string]Question{}
	var file struct {
		Questions []Question `yaml:"questions"`
	}
	doc := l.read("ours.yaml", &file)
	if doc == nil {
		return
	}
	for i, q := range file.Questions {
		if q.Number != "" {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the question %q is ours and has no number", q.ID), "questions", i, "number"))
		}
		l.question(doc, &q, "questions", i)
		if _, twice := l.mine[q.ID]; twice {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the question %q stands here twice", q.ID), "questions", i))
		}
		l.mine[q.ID] = q
	}
}

func (l *loader) agreement(id string) *Agreement {
	folder := "agreements/" + id
	l.of = id
	var a Agreement
	doc := l.read(folder+"/agreement.yaml", &a)
	if doc == nil {
		return nil
	}
	if a.ID != id {
		l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the agreement says it is %q but stands in the folder %q", a.ID, id), "id"))
	}
	for field, value := range map[string]string{"title": a.Title, "version": a.Version, "in-force": a.InForce,
		"review-due": a.ReviewDue, "area": a.Area, "source": a.Source} {
		if strings.TrimSpace(value) == "" {
			l.faults = append(l.faults, doc.Fault("the agreement has no "+field, field))
		}
	}
	for field, value := range map[string]string{"in-force": a.InForce, "review-due": a.ReviewDue} {
		if _, ok := LastDay(value); value != "" && !ok {
			l.faults = append(l.faults, doc.Fault(field+" is a day or a month: 2026-03-31 or 2026-03", field))
		}
	}
	parties := map[string]bool{}
	for i, p := range a.Parties {
		if p.ID() == "" || !idPattern.MatchString(p.Sector) {
			l.faults = append(l.faults, doc.Fault("a party needs its organisation and a sector", "parties", i))
		}
		if parties[p.ID()] {
			l.faults = append(l.faults, doc.Fault("this party stands here twice", "parties", i))
		}
		parties[p.ID()] = true
	}
	for i, in := range a.Initiatives {
		if !idPattern.MatchString(in.ID) || strings.TrimSpace(in.Words) == "" || strings.TrimSpace(in.Source) == "" {
			l.faults = append(l.faults, doc.Fault("an initiative needs an id, words and a source", "initiatives", i))
		}
	}
	a.Lists = map[string]*List{}
	for _, occasion := range []string{"adhoc", "routine", "emergency"} {
		if listID := a.Checklists[occasion]; listID != "" && a.Lists[listID] == nil {
			a.Lists[listID] = l.list(folder, listID)
		}
	}
	for occasion, listID := range a.Checklists {
		if listID == "" {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the occasion %q names no checklist", occasion), "checklists", occasion))
		}
		if !slices.Contains([]string{"adhoc", "routine", "emergency"}, occasion) {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf("%q is not an occasion; use adhoc, routine or emergency", occasion), "checklists", occasion))
		}
	}
	return &a
}

func (l *loader) list(folder, id string) *List {
	if !idPattern.MatchString(id) {
		l.faults = append(l.faults, yamlfile.Fault{File: folder + "/agreement.yaml", What: "a checklist's id is made of lower-case words joined by hyphens"})
		return nil
	}
	var list List
	doc := l.read(folder+"/"+id+".yaml", &list)
	if doc == nil {
		return nil
	}
	if list.ID != id || list.Title == "" || list.Source == "" {
		l.faults = append(l.faults, doc.Fault("the checklist needs its id (that of the file), title and source"))
	}
	for i := range list.Questions {
		q := &list.Questions[i]
		if q.Ours != "" {
			continue
		}
		if q.Number == "" {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the question %q has no number of the agreement's; a question of ours is named with ours:", q.ID), "questions", i))
		}
		l.question(doc, q, "questions", i)
	}
	l.resolve(&list, doc)
	l.complete(&list, doc)
	return &list
}

// resolve puts our questions in their places and checks that conditions look back, not forward.
func (l *loader) resolve(list *List, doc *yamlfile.Doc) {
	// For a question of ours, which stands in another file, the line is that of ours: in the list.
	fault := func(i int, what string, at ...any) {
		if doc == nil {
			l.faults = append(l.faults, yamlfile.Fault{File: "ours.yaml", What: what})
			return
		}
		l.faults = append(l.faults, doc.Fault(what, append([]any{"questions", i}, at...)...))
	}
	for i := range list.Questions {
		q := &list.Questions[i]
		if q.Ours == "" {
			continue
		}
		mine, ok := l.mine[q.Ours]
		if !ok {
			fault(i, fmt.Sprintf("there is no question of ours called %q", q.Ours))
			continue
		}
		if q.ID != "" || q.Title != "" || len(q.Asks) > 0 || len(q.Read) > 0 {
			fault(i, "a question named with ours: has no fields of its own but when")
		}
		when := q.When
		*q = mine
		if when != nil {
			q.When = when
		}
	}
	seen := map[string]*Ask{}
	ids := map[string]bool{}
	for i := range list.Questions {
		q := &list.Questions[i]
		if q.ID != "" && ids[q.ID] {
			fault(i, fmt.Sprintf("the question %q stands here twice", q.ID))
		}
		ids[q.ID] = true
		l.lookBack(q.When, seen, "", func(what string) { fault(i, what, "when") })
		for j := range q.Asks {
			ask := &q.Asks[j]
			l.lookBack(ask.When, seen, "", func(what string) { fault(i, what, "answers", j, "when") })
			if seen[ask.ID] != nil {
				fault(i, fmt.Sprintf("the answer %q is asked twice", ask.ID), "answers", j)
			}
			seen[ask.ID] = ask
			parts := map[string]*Ask{}
			for k := range ask.Items {
				part := &ask.Items[k]
				l.lookBack(part.When, parts, "of the same group ", func(what string) { fault(i, what, "answers", j, "items", k, "when") })
				parts[part.ID] = part
			}
		}
	}
}

func (l *loader) lookBack(when When, seen map[string]*Ask, where string, fault func(string)) {
	for id, values := range when {
		ask := seen[id]
		if ask == nil {
			fault(fmt.Sprintf("a condition looks at %q, which is not an answer %sbefore it", id, where))
			continue
		}
		for _, v := range values {
			if ask.From == "" && ask.Option(v) == nil {
				fault(fmt.Sprintf("a condition waits for %q to be %q, which is not one of its options", id, v))
			}
		}
	}
}

// complete checks that the list gathers what a record must have.
func (l *loader) complete(list *List, doc *yamlfile.Doc) {
	have := map[string]bool{}
	for i := range list.Questions {
		for j := range list.Questions[i].Asks {
			have[list.Questions[i].Asks[j].ID] = true
		}
	}
	for _, w := range Vocabulary {
		if w.Required && !have[w.ID] {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the checklist does not ask for %q, which every record must have", w.ID)))
		}
	}
}

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (l *loader) question(doc *yamlfile.Doc, q *Question, at ...any) {
	fault := func(what string, path ...any) {
		l.faults = append(l.faults, doc.Fault(what, append(slices.Clone(at), path...)...))
	}
	if !idPattern.MatchString(q.ID) {
		fault("a question needs an id of lower-case words joined by hyphens", "id")
	}
	q.Guidance, q.Source, q.Title = tidy(q.Guidance), tidy(q.Source), tidy(q.Title)
	for field, value := range map[string]string{"title": q.Title, "guidance": q.Guidance, "source": q.Source} {
		if value == "" {
			fault(fmt.Sprintf("question %q has no %s", q.ID, field), field)
		}
	}
	if len(q.Asks) == 0 {
		fault(fmt.Sprintf("question %q gathers no answer", q.ID))
	}
	for i, id := range q.Read {
		reading, ok := l.reader.find(id, l.of)
		// While readings have faults of their own, what is missing may only be misread.
		if !ok && len(l.reader.faults) == 0 {
			fault(fmt.Sprintf("question %q names %q to be read, which is not there", q.ID, id), "read", i)
		}
		q.Readings = append(q.Readings, reading)
	}
	for i := range q.Asks {
		l.ask(fault, &q.Asks[i], false, "answers", i)
	}
}

func (l *loader) ask(fault func(string, ...any), ask *Ask, inside bool, at ...any) {
	bad := func(what string, path ...any) { fault(what, append(slices.Clone(at), path...)...) }
	ask.Words, ask.Help, ask.Missing, ask.Another = tidy(ask.Words), tidy(ask.Help), tidy(ask.Missing), tidy(ask.Another)
	if !idPattern.MatchString(ask.ID) {
		bad("an answer needs an id of lower-case words joined by hyphens", "id")
	}
	if !inside && !slices.ContainsFunc(Vocabulary, func(w Word) bool { return w.ID == ask.ID }) {
		bad(fmt.Sprintf("the answer %q is not in the vocabulary (data/README.md lists it)", ask.ID), "id")
	}
	if ask.Words == "" {
		bad(fmt.Sprintf("the answer %q has no words", ask.ID), "words")
	}
	if _, known := kinds[ask.Kind]; !known {
		bad(fmt.Sprintf("the answer %q has an unknown kind", ask.ID), "kind")
		return
	}
	choice := ask.Kind.Shape() == ShapeOne || ask.Kind.Shape() == ShapeSome
	if choice != (len(ask.Options) > 0 || ask.From != "") {
		bad(fmt.Sprintf("the answer %q: options go with one-of and some-of, and only there", ask.ID), "options")
	}
	seen := map[string]bool{}
	for i := range ask.Options {
		o := &ask.Options[i]
		o.Words, o.Help, o.Detail = tidy(o.Words), tidy(o.Help), tidy(o.Detail)
		if !idPattern.MatchString(o.ID) || o.Words == "" || seen[o.ID] {
			bad(fmt.Sprintf("the answer %q has an option without an id of its own, or without words", ask.ID), "options", i)
		}
		seen[o.ID] = true
	}
	if ask.Sole != "" && (ask.Kind != OneOf || ask.From == "" || ask.Option(ask.Sole) == nil) {
		bad(fmt.Sprintf("the answer %q: sole names one of its own options, and goes with one-of and from", ask.ID), "sole")
	}
	if (ask.Kind == Items) != (len(ask.Items) > 0) {
		bad(fmt.Sprintf("the answer %q: items go with the kind items, and only there", ask.ID), "items")
	}
	if ask.Kind == Items && (inside || ask.Another == "") {
		bad(fmt.Sprintf("the answer %q: a group needs the words of another:, and holds no group", ask.ID))
	}
	for i := range ask.Items {
		part := &ask.Items[i]
		if part.ID == more {
			bad(fmt.Sprintf("%q is not free as a name inside a group", more), "items", i, "id")
		}
		l.ask(fault, part, true, append(slices.Clone(at), "items", i)...)
	}
}
