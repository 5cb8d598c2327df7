package checklist

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"reflect"
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
	if err := l.failed(); err != nil {
		return nil, err
	}
	agreement.Digest = hex.EncodeToString(l.digest.Sum(nil))
	return agreement, nil
}

// Outline reads the first page of an agreement and none of its checklists: what it is called and which occasions it
// serves. It returns yamlfile.Faults.
func Outline(fsys fs.FS, id string) (*Agreement, error) {
	var a Agreement
	if _, faults := yamlfile.Read(fsys, "agreements/"+id+"/agreement.yaml", &a); faults != nil {
		return nil, faults
	}
	return &a, nil
}

// Serves reports whether the agreement has a checklist for the occasion; for an emergency there is always one.
func (a *Agreement) Serves(occasion string) bool {
	return occasion == Emergency || a.Checklists[occasion] != ""
}

// LoadOwn reads one of the lists of ours, which serve every agreement: emergency, amend (what is put right in a record),
// review (a decision looked at again) and endorse (what a second person says of a record). It returns yamlfile.Faults holding every fault, and then no list.
func LoadOwn(fsys fs.FS, id string) (*List, error) {
	l := newLoader(fsys)
	l.ours()
	list := l.own(id)
	if err := l.failed(); err != nil {
		return nil, err
	}
	return list, nil
}

// OurAsks are the answers that we ask for ourselves, by id: those of our questions and the shared ones. A checklist
// that asks for one of them in its own words means the same by it.
func OurAsks(fsys fs.FS) (map[string]Ask, error) {
	l := newLoader(fsys)
	l.ours()
	if err := l.failed(); err != nil {
		return nil, err
	}
	asks := l.shared
	for _, q := range l.mine {
		for _, ask := range q.Asks {
			asks[ask.ID] = ask
		}
	}
	return asks, nil
}

// LoadOurs makes a list of some of our own questions, for walks that belong to no agreement.
func LoadOurs(fsys fs.FS, title string, ids ...string) (*List, error) {
	l := newLoader(fsys)
	l.ours()
	if err := l.failed(); err != nil {
		return nil, err
	}
	list := &List{ID: "ours", Title: title}
	for _, id := range ids {
		list.Questions = append(list.Questions, Question{Ours: id})
	}
	l.resolve(list, nil)
	if err := l.failed(); err != nil {
		return nil, err
	}
	return list, nil
}

// LoadAct makes a list of the one question that is asked before an act of oversight, or before another record that is no
// decision. It returns yamlfile.Faults holding every fault, and then no list.
func LoadAct(fsys fs.FS, act string) (*List, error) {
	l := newLoader(fsys)
	l.acts = true
	var list List
	doc := l.read("oversight.yaml", &list)
	if doc == nil {
		return nil, l.failed()
	}
	if list.ID != "oversight" || list.Title == "" || list.Source == "" {
		l.faults = append(l.faults, doc.Fault("the file needs its id (oversight), title and source"))
	}
	// All of them are looked at, so that a fault in one does not wait for the day on which it is needed.
	var chosen []Question
	for i := range list.Questions {
		q := &list.Questions[i]
		if q.Ours != "" {
			l.faults = append(l.faults, doc.Fault("a question before an act is written out here", "questions", i, "ours"))
			continue
		}
		l.unnumbered(doc, q, i)
		l.question(doc, q, "questions", i)
		if q.ID == act {
			chosen = append(chosen, *q)
		}
	}
	if len(chosen) != 1 {
		l.faults = append(l.faults, doc.Fault(fmt.Sprintf("there is to be one question %q", act), "questions"))
	}
	list.ID, list.Questions = act, chosen
	l.resolve(&list, doc)
	if err := l.failed(); err != nil {
		return nil, err
	}
	list.Title = chosen[0].Title
	return &list, nil
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
	mine   map[string]Question // our questions
	shared map[string]Ask      // our shared answers
	reader reader
	of     string // the agreement whose questions are read; empty for our own
	acts   bool   // what is read are questions before acts: they gather words of their own, and not of the vocabulary
	// denied are the files in which an answer may be said not to be optional. What is read cannot tell that from nothing
	// said, and to look is to read the file twice.
	denied map[*yamlfile.Doc]bool
}

func newLoader(fsys fs.FS) *loader {
	return &loader{fsys: fsys, digest: sha256.New(), reader: reader{glossaryLoader: glossaryLoader{fsys: fsys}}, denied: map[*yamlfile.Doc]bool{}}
}

// failed returns every fault met so far, in the order of files and lines, or nothing.
func (l *loader) failed() error {
	all := slices.Concat(l.faults, l.reader.faults)
	if len(all) == 0 {
		return nil
	}
	all.Sort()
	return all
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
	l.denied[doc] = notOptional.Match(data)
	return doc
}

func (l *loader) ours() {
	l.mine, l.shared = map[string]Question{}, map[string]Ask{}
	var file struct {
		Questions []Question `yaml:"questions"`
		Asks      []Ask      `yaml:"answers"`
	}
	doc := l.read("ours.yaml", &file)
	if doc == nil {
		return
	}
	for i, ask := range file.Asks {
		fault := func(what string, at ...any) {
			l.faults = append(l.faults, doc.Fault(what, append([]any{"answers", i}, at...)...))
		}
		if ask.Ours != "" {
			fault("a shared answer is written out here; it cannot be taken from another", "ours")
			continue
		}
		if _, twice := l.shared[ask.ID]; twice {
			fault(fmt.Sprintf("the shared answer %q stands here twice", ask.ID))
		}
		l.ask(fault, &ask, false)
		l.shared[ask.ID] = ask
	}
	for i, q := range file.Questions {
		l.unnumbered(doc, &q, i)
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
	for occasion, listID := range a.Checklists {
		fault := func(what string, args ...any) {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf(what, args...), "checklists", occasion))
		}
		if !slices.Contains(Occasions, occasion) {
			fault("%q is not an occasion; use adhoc, routine or emergency", occasion)
		}
		if listID == "" {
			fault("the occasion %q names no checklist", occasion)
		}
		if _, ours := ownNeeds[listID]; ours && !(listID == Emergency && occasion == Emergency) {
			fault("%q is a checklist of ours; give this one an id of its own", listID)
		}
	}
	l.lists(&a, folder)
	return &a
}

// lists reads the checklists of the agreement, each once however many occasions it serves, and ours for an emergency
// where it has none.
func (l *loader) lists(a *Agreement, folder string) {
	a.Lists = map[string]*List{}
	for _, occasion := range Occasions {
		id := a.Checklists[occasion]
		if _, read := a.Lists[id]; read || id == "" {
			continue
		}
		needs := everyRecord()
		if occasion == Emergency {
			needs = ownNeeds[Emergency] // it is the last occasion: this list serves no other
		}
		a.Lists[id] = l.list(folder, id, needs)
	}
	if a.Checklists[Emergency] == "" {
		if a.Checklists == nil {
			a.Checklists = map[string]string{}
		}
		a.Checklists[Emergency] = Emergency
		a.Lists[Emergency] = l.own(Emergency)
	}
}

func (l *loader) list(folder, id string, needs needs) *List {
	if !idPattern.MatchString(id) {
		l.faults = append(l.faults, yamlfile.Fault{File: folder + "/agreement.yaml", What: "a checklist's id is made of lower-case words joined by hyphens"})
		return nil
	}
	return l.checklist(folder+"/"+id+".yaml", id, needs, false)
}

// own reads a list of ours, which stands beside our questions.
func (l *loader) own(id string) *List {
	needs, ok := ownNeeds[id]
	if !ok {
		l.faults = append(l.faults, yamlfile.Fault{File: id + ".yaml", What: "there is no such checklist of ours"})
		return nil
	}
	l.of = ""
	return l.checklist(id+".yaml", id, needs, true)
}

func (l *loader) checklist(name, id string, needs needs, ours bool) *List {
	var list List
	doc := l.read(name, &list)
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
		if q.Number == "" && !ours {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the question %q has no number of the agreement's; a question of ours is named with ours:", q.ID), "questions", i))
		}
		if ours {
			l.unnumbered(doc, q, i)
		}
		l.question(doc, q, "questions", i)
	}
	l.resolve(&list, doc)
	l.complete(&list, doc, needs)
	return &list
}

// unnumbered holds questions of ours to having no number: that is how they are known from an agreement's.
func (l *loader) unnumbered(doc *yamlfile.Doc, q *Question, i int) {
	if q.Number != "" {
		l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the question %q is ours and has no number", q.ID), "questions", i, "number"))
	}
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
	seen := map[string]*Ask{Occasion: occasionAsk()}
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
			if ask.ID == "" {
				continue // a fault that has been said
			}
			l.lookBack(ask.When, seen, "", func(what string) { fault(i, what, "answers", j, "when") })
			if seen[ask.ID] != nil {
				fault(i, fmt.Sprintf("the answer %q is asked twice", ask.ID), "answers", j)
			}
			seen[ask.ID] = ask
			parts := map[string]*Ask{Occasion: seen[Occasion]}
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

// occasionAsk stands for the occasion where a condition looks at it.
func occasionAsk() *Ask {
	ask := &Ask{ID: Occasion, Kind: OneOf}
	for _, occasion := range Occasions {
		ask.Options = append(ask.Options, Option{ID: occasion})
	}
	return ask
}

// needs are the answers without which a record of some sort cannot be made.
type needs struct {
	record string // what such a record is called
	asks   []string
}

// everyRecord is what the vocabulary requires of an agreement's checklists.
func everyRecord() needs {
	n := needs{record: "record"}
	for _, w := range Vocabulary {
		if w.Required {
			n.asks = append(n.asks, w.ID)
		}
	}
	return n
}

// ownNeeds are the lists of ours with what each must gather. An emergency record is the least that can be answered for
// afterwards; all else is completed later.
var ownNeeds = map[string]needs{
	Emergency: {"emergency record", []string{"danger", "name", "post", "organisation", "sector", "public-authority", "competent-authority",
		"email", "harm", "purpose", "initiated", "recipient-organisation", "recipient-person", "information", "shared-at", "told",
		"outcome", "reasons"}},
	"amend":   {"amendment", []string{"name", "email", "amended", "recipients-told", "reasons"}},
	"review":  {"review", []string{"name", "email", "reviewed", "found", "stands", "reasons"}},
	"endorse": {"endorsement", []string{"name", "email", "capacity", "capacity-other", "looked-at", "view", "view-conditions", "reasons"}},
}

// complete checks that the list gathers what a record made with it must have.
func (l *loader) complete(list *List, doc *yamlfile.Doc, needs needs) {
	for _, id := range needs.asks {
		if list.Ask(id) == nil {
			l.faults = append(l.faults, doc.Fault(fmt.Sprintf("the checklist does not ask for %q, which every %s must have", id, needs.record)))
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
		if q.Asks[i].Ours != "" {
			l.borrow(doc, &q.Asks[i], append(slices.Clone(at), "answers", i)...)
			continue
		}
		l.ask(fault, &q.Asks[i], false, "answers", i)
	}
}

// borrow puts a shared answer of ours in its place, with what stands beside its name instead of its own.
func (l *loader) borrow(doc *yamlfile.Doc, ask *Ask, at ...any) {
	beside := *ask
	beside.Ours, beside.Words, beside.Help, beside.When, beside.Missing = "", "", "", nil, ""
	if l.denied[doc] || !reflect.DeepEqual(beside, Ask{}) {
		for _, key := range doc.Keys(at...) {
			if !slices.Contains([]string{"ours", "words", "help", "when", "missing"}, key) {
				l.faults = append(l.faults, doc.Fault("an answer named with ours: has no fields of its own but words, help, when and missing", append(at, key)...))
			}
		}
	}
	shared, ok := l.shared[ask.Ours]
	if !ok {
		l.faults = append(l.faults, doc.Fault(fmt.Sprintf("there is no shared answer of ours called %q", ask.Ours), append(at, "ours")...))
		return
	}
	shared.Words = cmp.Or(tidy(ask.Words), shared.Words)
	shared.Help = cmp.Or(tidy(ask.Help), shared.Help)
	shared.Missing = cmp.Or(tidy(ask.Missing), shared.Missing)
	if ask.When != nil {
		shared.When = ask.When
	}
	*ask = shared
}

// notOptional finds every optional: that may not be true. It begins with letters, to which a search can skip: every command
// that asks anything reads its files first.
var notOptional = regexp.MustCompile(`optional['"]?\s*:\s*[^\st]`)

func (l *loader) ask(fault func(string, ...any), ask *Ask, inside bool, at ...any) {
	bad := func(what string, path ...any) { fault(what, append(slices.Clone(at), path...)...) }
	ask.Words, ask.Help, ask.Missing, ask.Another = tidy(ask.Words), tidy(ask.Help), tidy(ask.Missing), tidy(ask.Another)
	if !idPattern.MatchString(ask.ID) {
		bad("an answer needs an id of lower-case words joined by hyphens", "id")
	}
	if ask.ID == Occasion {
		bad("the occasion is known and never asked", "id")
	}
	if inside && ask.Ours != "" {
		bad("a shared answer of ours stands by itself, not inside a group", "ours")
	}
	if !inside && !l.acts && !slices.ContainsFunc(Vocabulary, func(w Word) bool { return w.ID == ask.ID }) {
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
		if o.Switch != "" && (inside || ask.Kind != OneOf || o.Stops || !slices.Contains(Occasions, o.Switch)) {
			bad(fmt.Sprintf("the answer %q: switch names an occasion (adhoc, routine or emergency), goes with one-of, and does not stop", ask.ID), "options", i, "switch")
		}
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
