package legislation

import (
	"fmt"
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"dsa/data/yamlfile"

	"gopkg.in/yaml.v3"
)

// UnmarshalYAML lets a party be written as a sector alone or with what narrows it.
func (p *Party) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.ScalarNode {
		p.Sector = node.Value
		return nil
	}
	type plain Party
	if err := node.Decode((*plain)(p)); err != nil {
		return err
	}
	// The library does not carry strictness into a value that decodes itself.
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if !slices.Contains([]string{"sector", "public-authority", "competent-authority", "who"}, key.Value) {
			return &yaml.TypeError{Errors: []string{
				fmt.Sprintf("line %d: field %s not found in type party", key.Line, key.Value)}}
		}
	}
	return nil
}

type actFile struct {
	Act        string       `yaml:"act"`
	Cite       string       `yaml:"cite"`
	Provisions []*Provision `yaml:"provisions"`
}

type circumstancesFile struct {
	Circumstances []Circumstance `yaml:"circumstances"`
}

type topicsFile struct {
	Topics []Topic `yaml:"topics"`
}

type initiativesFile struct {
	Initiatives []Initiative `yaml:"initiatives"`
}

type synonymsFile struct {
	Synonyms []Synonym `yaml:"synonyms"`
}

type routesFile struct {
	Routes []Route `yaml:"routes"`
}

// Part is a part of the law that not every question needs. Somebody is on the phone: what is not needed is not read.
type Part uint

// The parts that can be left out.
const (
	PartBases    Part = 1 << iota // the lawful bases, bases.yaml
	PartPrinted                   // the agreements' own tables
	PartSynonyms                  // the other words for things, synonyms.yaml

	AllParts = PartBases | PartPrinted | PartSynonyms
)

// Load reads the provisions with circumstances, topics, initiatives and routes, and of the rest the parts asked for. It
// returns yamlfile.Faults holding every fault in what it read, and then no law at all: half a table is worse than none.
// Whether every entry is printed somewhere or ours can be judged, and is, only where the printed tables are read.
func Load(fsys fs.FS, parts Part) (*Law, error) {
	l := &loader{law: &Law{Printed: map[string]Printed{}, byID: map[string]*Provision{}}}
	acts, _ := fs.Glob(fsys, "legislation/*.yaml")
	if len(acts) == 0 {
		l.faults = append(l.faults, yamlfile.Fault{File: "legislation", What: "there is no legislation here"})
	}
	packs, _ := fs.Glob(fsys, "packs/*/legislation/*.yaml") // what agreements' packs add and re-state; see pack.go
	var tables []string
	if parts&PartPrinted != 0 {
		tables, _ = fs.Glob(fsys, "agreements/*/printed-legislation.yaml")
	}

	// Reading the files is nearly all the work, and somebody is on the phone: all cores do it. They are judged
	// afterwards, in their order.
	var work sync.WaitGroup
	circumstances := begin(&work, fsys, "circumstances.yaml", new(circumstancesFile))
	topics := begin(&work, fsys, "topics.yaml", new(topicsFile))
	initiatives := begin(&work, fsys, "initiatives.yaml", new(initiativesFile))
	synonyms, bases := &reading[synonymsFile]{value: new(synonymsFile)}, &reading[BasisTable]{}
	if parts&PartSynonyms != 0 {
		synonyms = begin(&work, fsys, "synonyms.yaml", new(synonymsFile))
	}
	if parts&PartBases != 0 {
		bases = begin(&work, fsys, "bases.yaml", new(BasisTable))
	}
	routes := begin(&work, fsys, "routes.yaml", new(routesFile))
	printed := make([]*reading[Printed], len(tables))
	for i, name := range tables {
		printed[i] = begin(&work, fsys, name, new(Printed))
	}
	read := make([]*reading[actFile], len(acts)+len(packs))
	for i, name := range slices.Concat(acts, packs) {
		read[i] = begin(&work, fsys, name, new(actFile))
	}
	work.Wait()

	take(l, circumstances, l.circumstances)
	take(l, topics, l.topics)
	if parts&PartBases != 0 {
		take(l, bases, l.bases)
	}
	for i, act := range read {
		if i >= len(acts) {
			l.pack = strings.Split(packs[i-len(acts)], "/")[1]
		}
		take(l, act, l.act)
	}
	for _, table := range printed {
		take(l, table, l.printed)
	}
	take(l, routes, l.routes)
	take(l, initiatives, l.initiatives)
	take(l, synonyms, l.synonyms)
	l.pointers(parts&PartPrinted != 0)
	if len(l.faults) > 0 {
		l.faults.Sort()
		return nil, l.faults
	}
	return l.law, nil
}

// A reading is one file on its way in.
type reading[T any] struct {
	doc    *yamlfile.Doc
	value  *T
	faults yamlfile.Faults
}

func begin[T any](work *sync.WaitGroup, fsys fs.FS, name string, value *T) *reading[T] {
	r := &reading[T]{value: value}
	work.Go(func() { r.doc, r.faults = yamlfile.Read(fsys, name, value) })
	return r
}

// take judges a file that could be read, and keeps the faults of one that could not.
func take[T any](l *loader, r *reading[T], judge func(*yamlfile.Doc, *T)) {
	l.faults = append(l.faults, r.faults...)
	if r.faults == nil {
		judge(r.doc, r.value)
	}
}

type loader struct {
	law    *Law
	faults yamlfile.Faults
	// where each entry stands, for faults that show only when everything is read
	at      map[string]entryAt
	pointed map[string]bool
	pack    string // the agreement whose pack is being read, empty for what is built in
}

type entryAt struct {
	doc   *yamlfile.Doc
	index int
}

func (l *loader) fault(doc *yamlfile.Doc, what string, path ...any) {
	l.faults = append(l.faults, doc.Fault(what, path...))
}

func (l *loader) circumstances(doc *yamlfile.Doc, file *circumstancesFile) {
	seen := map[string]bool{}
	for i, c := range file.Circumstances {
		at := []any{"circumstances", i}
		if !idPattern.MatchString(c.ID) || c.ID == FactAsked {
			l.fault(doc, "a circumstance needs an id of lower-case words joined by hyphens", at...)
		}
		if seen[c.ID] {
			l.fault(doc, fmt.Sprintf("the circumstance %q stands here twice", c.ID), at...)
		}
		seen[c.ID] = true
		if strings.TrimSpace(c.Words) == "" {
			l.fault(doc, fmt.Sprintf("the circumstance %q has no words", c.ID), at...)
		}
		l.subjects(doc, c.About, append(at, "about")...)
	}
	l.law.Circumstances = file.Circumstances
}

func (l *loader) topics(doc *yamlfile.Doc, file *topicsFile) {
	for i, t := range file.Topics {
		if !idPattern.MatchString(t.ID) || strings.TrimSpace(t.Words) == "" ||
			slices.ContainsFunc(file.Topics[:i], func(o Topic) bool { return o.ID == t.ID }) {
			l.fault(doc, "a topic needs an id of its own and words", "topics", i)
		}
		l.raises(doc, "the topic "+t.ID, t.Raises, "topics", i, "raises")
	}
	l.law.Topics = file.Topics
}

func (l *loader) initiatives(doc *yamlfile.Doc, file *initiativesFile) {
	for i, in := range file.Initiatives {
		if !idPattern.MatchString(in.ID) || strings.TrimSpace(in.Title) == "" || strings.TrimSpace(in.Words) == "" ||
			slices.ContainsFunc(file.Initiatives[:i], func(o Initiative) bool { return o.ID == in.ID }) {
			l.fault(doc, "an initiative needs an id of its own, a title and words", "initiatives", i)
		}
		for j, fact := range in.Facts {
			if !l.isFact(fact) {
				l.fault(doc, fmt.Sprintf("%s names a fact %q that circumstances.yaml does not have", in.ID, fact), "initiatives", i, "facts", j)
			}
		}
		for j, id := range in.First {
			if l.law.byID[id] == nil {
				l.fault(doc, fmt.Sprintf("%s names %q, which is no entry", in.ID, id), "initiatives", i, "first", j)
			}
		}
	}
	l.law.Initiatives = file.Initiatives
}

func (l *loader) synonyms(doc *yamlfile.Doc, file *synonymsFile) {
	said := map[string]bool{}
	for i, s := range file.Synonyms {
		if len(s.Say) == 0 || strings.TrimSpace(s.Means) == "" && len(s.Entries) == 0 {
			l.fault(doc, "a synonym needs what people say, and what it means or the entries meant", "synonyms", i)
		}
		for j, say := range s.Say {
			words := strings.Join(tokens(say), " ")
			if words == "" || said[words] {
				l.fault(doc, fmt.Sprintf("the synonym %q has no words or stands here twice", say), "synonyms", i, "say", j)
			}
			said[words] = true
		}
		for j, id := range s.Entries {
			if l.law.byID[id] == nil {
				l.fault(doc, fmt.Sprintf("a synonym names %q, which is no entry", id), "synonyms", i, "entries", j)
			}
		}
	}
	l.law.Synonyms = file.Synonyms
}

func (l *loader) isFact(fact string) bool {
	return fact == FactAsked || slices.ContainsFunc(l.law.Circumstances, func(c Circumstance) bool { return c.ID == fact })
}

func (l *loader) routes(doc *yamlfile.Doc, file *routesFile) {
	for i, r := range file.Routes {
		if strings.TrimSpace(r.Words) == "" || l.law.byID[r.Source] == nil {
			l.fault(doc, "a route needs words and an entry as its source", "routes", i)
		}
	}
	for _, public := range []bool{false, true} {
		if !slices.ContainsFunc(file.Routes, func(r Route) bool { return r.Public == public }) {
			l.fault(doc, fmt.Sprintf("there is no route for public-authority: %t", public))
		}
	}
	l.law.Routes = file.Routes
}

func (l *loader) act(doc *yamlfile.Doc, file *actFile) {
	if file.Act == "" {
		l.fault(doc, "the file does not name its Act (act)")
	}
	if file.Cite == "" {
		l.fault(doc, "the file does not give the year and chapter or number (cite)")
	}
	if len(file.Provisions) == 0 {
		l.fault(doc, "the file has no provisions")
	}
	for i, p := range file.Provisions {
		if p == nil {
			l.fault(doc, "an entry is empty", "provisions", i)
			continue
		}
		p.Act, p.Cite = file.Act, file.Cite
		p.Summary, p.Limits = strings.TrimSpace(p.Summary), strings.TrimSpace(p.Limits)
		l.provision(doc, i, p)
	}
}

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (l *loader) provision(doc *yamlfile.Doc, i int, p *Provision) {
	at := func(field ...any) []any { return append([]any{"provisions", i}, field...) }
	if !idPattern.MatchString(p.ID) {
		l.fault(doc, "an entry needs an id of lower-case words joined by hyphens", at("id")...)
		return
	}
	base := l.law.byID[p.ID]
	if base != nil && (l.pack == "" || base.Pack != "") {
		l.fault(doc, fmt.Sprintf("the id %q is used twice; an id is never reused", p.ID), at("id")...)
		return
	}
	p.Pack, p.Restates = l.pack, base
	if base == nil {
		l.law.Provisions = append(l.law.Provisions, p)
	} else {
		l.law.Provisions[slices.Index(l.law.Provisions, base)] = p
	}
	l.law.byID[p.ID] = p
	if l.at == nil {
		l.at = map[string]entryAt{}
	}
	l.at[p.ID] = entryAt{doc, i}

	for _, required := range []struct{ field, value string }{
		{"title", p.Title}, {"short", p.Short}, {"summary", p.Summary}, {"limits", p.Limits}, {"address", p.Address},
	} {
		if strings.TrimSpace(required.value) == "" {
			l.fault(doc, fmt.Sprintf("%s has no %s", p.ID, required.field), at(required.field)...)
		}
	}
	oneOf(l, doc, p.ID, "effect", p.Effect, effects, at("effect"))
	oneOf(l, doc, p.ID, "use", p.Use, uses, at("use"))
	oneOf(l, doc, p.ID, "certainty", p.Certainty, certainties, at("certainty"))
	if p.Certainty == Unsure && len(p.Check) == 0 {
		l.fault(doc, p.ID+" is unsure but does not say what to check", at("check")...)
	}
	if p.Use == UseGateway && (p.Effect == StatutoryGuidance || p.Effect == NonStatutoryGuidance || p.Effect == Restriction) {
		l.fault(doc, p.ID+" is guidance or a restriction and cannot be used as a gateway", at("use")...)
	}
	l.parties(doc, p.ID, "holders", p.Holders, false, at)
	if len(p.Holders) == 0 {
		l.fault(doc, p.ID+" names no holders", at("holders")...)
	}
	l.parties(doc, p.ID, "recipients", p.Recipients, true, at)
	if len(p.Subjects) == 0 {
		l.fault(doc, p.ID+" does not say about whom (subjects)", at("subjects")...)
	}
	l.subjects(doc, p.Subjects, at("subjects")...)
	for j, line := range p.Facts {
		l.facts(doc, p.ID, strings.Split(line, either), at("facts", j)...)
	}
	for j, topic := range p.Touches {
		if !slices.ContainsFunc(l.law.Topics, func(t Topic) bool { return t.ID == topic }) {
			l.fault(doc, fmt.Sprintf("%s touches a topic %q that topics.yaml does not have", p.ID, topic), at("touches", j)...)
		}
	}
	l.raises(doc, p.ID, p.Raises, at("raises")...)
	l.grounds(doc, p.ID, p.Address, p.Reviewer, p.Sources, at)
	l.history(doc, p, at)
	if p.Pack != "" {
		l.overlay(doc, p, at)
	}
}

func oneOf[T ~string](l *loader, doc *yamlfile.Doc, id, field string, value T, allowed []T, path []any) {
	if !slices.Contains(allowed, value) {
		l.fault(doc, fmt.Sprintf("%s has an unknown %s; use one of %s", id, field, listed(allowed)), path...)
	}
}

func listed[T ~string](values []T) string {
	words := make([]string, len(values))
	for i, v := range values {
		words[i] = string(v)
	}
	return strings.Join(words, ", ")
}

func (l *loader) parties(doc *yamlfile.Doc, id, field string, parties []Party, recipients bool, at func(...any) []any) {
	for i, p := range parties {
		known := p.Sector == allSectors || isSector(p.Sector) ||
			recipients && slices.ContainsFunc(OtherRecipients, func(n Named) bool { return n.ID == p.Sector })
		if !known {
			l.fault(doc, fmt.Sprintf("%s names an unknown sector %q among its %s", id, p.Sector, field), at(field, i)...)
		}
	}
}

// raises holds codes of findings to those that data may bring, each once.
func (l *loader) raises(doc *yamlfile.Doc, id string, codes []string, path ...any) {
	for i, code := range codes {
		at := append(slices.Clone(path), i)
		if !slices.ContainsFunc(Raisable, func(n Named) bool { return n.ID == code }) {
			l.fault(doc, fmt.Sprintf("%s raises %q, which is no finding that data may bring; use one of %s", id, code, listedIDs(Raisable)), at...)
		} else if slices.Contains(codes[:i], code) {
			l.fault(doc, fmt.Sprintf("%s raises %s twice", id, code), at...)
		}
	}
}

func listedIDs(names []Named) string {
	ids := make([]string, len(names))
	for i, n := range names {
		ids[i] = n.ID
	}
	return strings.Join(ids, ", ")
}

func (l *loader) subjects(doc *yamlfile.Doc, subjects []string, path ...any) {
	for _, s := range subjects {
		if s != "children" && s != "adults" {
			l.fault(doc, fmt.Sprintf("%q is not a subject; use children, adults or both", s), path...)
		}
	}
}

// grounds checks what an entry rests on: its address, its sources, and who has reviewed it.
func (l *loader) grounds(doc *yamlfile.Doc, id, address, reviewer string, sources []Source, at func(...any) []any) {
	l.address(doc, id, address, at("address")...)
	if len(sources) == 0 {
		l.fault(doc, id+" has no source", at("sources")...)
	}
	for j, s := range sources {
		if strings.TrimSpace(s.Says) == "" {
			l.fault(doc, id+" has a source that does not say what it supports", at("sources", j)...)
		}
		l.address(doc, id, s.Address, at("sources", j, "address")...)
	}
	if _, dated := reviewedOn(reviewer); reviewer != "" && !dated {
		l.fault(doc, id+": a reviewer is a named person with post and date (A. Name, post, 2026-03-01), or empty", at("reviewer")...)
	}
}

func (l *loader) address(doc *yamlfile.Doc, id, address string, path ...any) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || strings.ContainsAny(address, " \t\n") {
		l.fault(doc, id+" has an address that is not a web address", path...)
	}
}

func (l *loader) history(doc *yamlfile.Doc, p *Provision, at func(...any) []any) {
	if len(p.History) == 0 && p.Restates == nil {
		l.fault(doc, p.ID+" has no history", at("history")...)
	}
	var previous time.Time
	for i, s := range p.History {
		oneOf(l, doc, p.ID, "status", s.Status, statuses, at("history", i, "status"))
		from, err := s.begins()
		switch {
		case err != nil:
			l.fault(doc, p.ID+" has a state whose from is not a date (use 2026-02-05, 2026-02, 2026 or unknown)", at("history", i, "from")...)
		case s.From == unknownDay && i > 0:
			l.fault(doc, p.ID+": only the first state may begin on an unknown day, or the history has a gap", at("history", i, "from")...)
		case i > 0 && !from.After(previous):
			l.fault(doc, p.ID+": states overlap; each must begin after the one before", at("history", i, "from")...)
		}
		previous = from
		if strings.TrimSpace(s.Note) == "" {
			l.fault(doc, p.ID+" has a state without a note", at("history", i, "note")...)
		}
	}
}

func (l *loader) printed(doc *yamlfile.Doc, table *Printed) {
	if folder := path.Base(path.Dir(doc.File)); table.Agreement != folder {
		l.fault(doc, fmt.Sprintf("the table says it is of %q but stands in the folder %q", table.Agreement, folder), "agreement")
	}
	if l.pointed == nil {
		l.pointed = map[string]bool{}
	}
	for i, row := range table.Rows {
		at := func(field ...any) []any { return append([]any{"rows", i}, field...) }
		if row.Row != i+1 {
			l.fault(doc, fmt.Sprintf("row %d stands where row %d should", row.Row, i+1), at("row")...)
		}
		if row.Act == "" || row.PrintedSectors == "" || strings.TrimSpace(row.Summary) == "" || len(row.Sectors) == 0 || len(row.Subjects) == 0 {
			l.fault(doc, fmt.Sprintf("row %d lacks its act, sectors, subjects or summary", row.Row), at()...)
		}
		for j, sector := range row.Sectors {
			if sector != allSectors && !isSector(sector) {
				l.fault(doc, fmt.Sprintf("row %d names an unknown sector %q", row.Row, sector), at("sectors", j)...)
			}
		}
		l.subjects(doc, row.Subjects, at("subjects")...)
		if len(row.Entries) == 0 {
			l.fault(doc, fmt.Sprintf("row %d points nowhere", row.Row), at()...)
		}
		for j, id := range row.Entries {
			l.pointed[id] = true
			if l.law.byID[id] == nil {
				l.fault(doc, fmt.Sprintf("row %d points to %q, which is no entry", row.Row, id), at("entries", j)...)
			}
		}
		l.overtaken(doc, row, at)
	}
	l.law.Printed[table.Agreement] = *table
}

// overtaken judges what is said of a row that cites law wrongly. The note explains the row to a reader of the table;
// without it only a record would say what is wrong.
func (l *loader) overtaken(doc *yamlfile.Doc, row Row, at func(...any) []any) {
	o := row.Overtaken
	if o == nil {
		return
	}
	if o.Words = oneLine(o.Words); o.Words == "" || len(o.Entries) == 0 {
		l.fault(doc, fmt.Sprintf("row %d is overtaken and does not say what is wrong (words) and for which of its entries", row.Row), at("overtaken")...)
	}
	for j, id := range o.Entries {
		if !slices.Contains(row.Entries, id) {
			l.fault(doc, fmt.Sprintf("row %d is overtaken for %q, to which it does not point", row.Row, id), at("overtaken", "entries", j)...)
		}
	}
	if strings.TrimSpace(row.Note) == "" {
		l.fault(doc, fmt.Sprintf("row %d is overtaken and has no note", row.Row), at("note")...)
	}
}

// pointers checks what can be seen only when all files are read: references between entries, and entries that no
// table prints and that do not say they are ours.
func (l *loader) pointers(tablesRead bool) {
	for _, p := range l.law.Provisions {
		where := l.at[p.ID]
		for j, id := range p.See {
			if l.law.byID[id] == nil {
				l.fault(where.doc, fmt.Sprintf("%s refers to %q, which is no entry", p.ID, id), "provisions", where.index, "see", j)
			}
		}
		if tablesRead && !p.Ours && !l.pointed[p.ID] {
			l.fault(where.doc, p.ID+" is printed in no agreement's table and is not marked as ours", "provisions", where.index, "ours")
		}
	}
}
