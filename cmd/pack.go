package cmd

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/data/yamlfile"
	"dsa/legislation"

	"gopkg.in/yaml.v3"
)

// A pack is an agreement that a partnership adds with a folder of its own. The folder comes from outside, so all of it
// is read once, within limits, without following a link, and nothing of it is used before everything was checked.
type pack struct {
	dir    string
	id     string            // of the agreement; nameless where the folder gives none that can be used
	files  map[string][]byte // by name in the folder: agreement.yaml, legislation/local-guidance.yaml
	faults yamlfile.Faults   // what was wrong with the folder itself

	// What is there to practise with is kept apart: no record rests on it, so it is not part of the digest, and a fault in
	// it keeps nobody from deciding.
	cases      map[string][]byte
	caseFaults yamlfile.Faults
}

// The limits of a pack. No pack that people write comes near them.
const (
	maxPackFiles = 200
	maxPackSize  = 4 * yamlfile.MaxSize
	mostGuidance = 420 // characters that stand on a screen of 24 lines, with the choices under them
	nameless     = "pack-without-id"
)

var (
	packFile = regexp.MustCompile(`^(?:legislation/|scenarios/)?[a-z0-9]+(?:-[a-z0-9]+)*\.yaml$`)
	packID   = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
)

const maxPackID = 80

// isFolder reports whether an agreement was named by its folder.
func isFolder(name string) bool {
	if strings.ContainsAny(name, `/`+string(filepath.Separator)) {
		return true
	}
	_, err := os.Stat(filepath.Join(name, "agreement.yaml"))
	return name != "" && err == nil
}

// readPack reads the folder. What is wrong with single files is kept as faults; an error means that there is no folder
// to read.
func readPack(dir string) (*pack, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, (&failure{what: "the agreement's folder cannot be read: " + screen.Safe(dir),
			next: "check the name; dsa agreement new DIR makes a folder to begin with", code: codeCould}).because(err)
	}
	defer root.Close()
	p := &pack{dir: dir, files: map[string][]byte{}, cases: map[string][]byte{}}
	met, size := 0, 0
	err = fs.WalkDir(root.FS(), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			p.fault(name, "it cannot be read")
			return nil
		case name == ".":
			return nil
		case strings.HasPrefix(path.Base(name), "."): // what editors and version control keep there
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if met++; met > maxPackFiles {
			p.fault(".", fmt.Sprintf("the folder holds more than %d files; a pack has a handful", maxPackFiles))
			return fs.SkipAll
		}
		extension := strings.ToLower(path.Ext(name))
		switch {
		case entry.Type()&fs.ModeSymlink != 0:
			p.fault(name, "it is a link; a pack is made of files of its own, and a link is not followed")
		case entry.IsDir():
			if strings.Count(name, "/") > 2 {
				return fs.SkipDir
			}
		case extension == ".yml":
			p.fault(name, "nothing reads this file; the name of a data file ends in .yaml")
		case extension != ".yaml":
		case !entry.Type().IsRegular():
			p.fault(name, "it is not a file")
		case !packFile.MatchString(name):
			p.fault(name, "nothing reads this file; data files are named with lower-case words joined by hyphens, in the folder, in legislation/ or in scenarios/")
		default:
			content, err := readRegular(root, name)
			if size += len(content); err == nil && size > maxPackSize {
				p.fault(".", fmt.Sprintf("the files are larger than %d bytes together", maxPackSize))
				return fs.SkipAll
			}
			if err != nil {
				p.fault(name, err.Error())
				return nil
			}
			if isCase(name) {
				p.cases[name] = content
			} else {
				p.files[name] = content
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for name, content := range p.files {
		if doc, faults := yamlfile.Tree(p.place(name), content); faults == nil {
			p.faults = append(p.faults, doc.Unshowable()...)
		}
	}
	return p, nil
}

var errNotAFile = errors.New("it is not a file")

func readRegular(root *os.Root, name string) ([]byte, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, errors.New("it cannot be read")
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil, errNotAFile
	}
	content, err := io.ReadAll(io.LimitReader(f, yamlfile.MaxSize+1))
	if err != nil {
		return nil, errors.New("it cannot be read")
	}
	if len(content) > yamlfile.MaxSize {
		return nil, fmt.Errorf("the file is larger than %d bytes", yamlfile.MaxSize)
	}
	return content, nil
}

// place is where a file of the pack stands on the disk, as a person can open it. The names are from outside, too.
func (p *pack) place(name string) string {
	return screen.Safe(filepath.Join(p.dir, filepath.FromSlash(name)))
}

func (p *pack) fault(name, what string) {
	fault := yamlfile.Fault{File: p.place(name), What: what}
	if isCase(name) {
		p.caseFaults = append(p.caseFaults, fault)
	} else {
		p.faults = append(p.faults, fault)
	}
}

// isCase reports whether a file of a pack is a case to practise with.
func isCase(name string) bool { return strings.HasPrefix(name, "scenarios/") }

// scenarios are the pack's own cases, in the order of their ids, or what is wrong with them as far as it shows without
// walking through them. Where a case does not say whose checklist is walked, it is the pack's.
func (p *pack) scenarios(base fs.FS) ([]*training.Scenario, yamlfile.Faults) {
	builtIn, err := training.All(base, "scenarios")
	faults := slices.Clone(p.caseFaults)
	if wrong := (yamlfile.Faults)(nil); errors.As(err, &wrong) {
		faults = append(faults, wrong...)
	}
	all, theirs := training.Gather(slices.Sorted(maps.Keys(p.cases)), func(name string) (*training.Scenario, error) {
		return training.Parse(p.place(name), p.cases[name])
	})
	faults = append(faults, theirs...)
	for _, s := range all {
		if slices.ContainsFunc(builtIn, func(other *training.Scenario) bool { return other.ID == s.ID }) {
			faults = append(faults, s.Fault(fmt.Sprintf("%s is a scenario that is built in; give this one an id of its own, in the file and in its name", s.ID), "id"))
		}
		s.Agreement = cmp.Or(s.Agreement, p.id)
	}
	if faults != nil {
		faults.Sort()
		return nil, faults
	}
	return all, nil
}

// load checks everything and gives the agreement, the law with what the pack adds and re-states, and the data with the
// pack in its place; or every fault.
func (p *pack) load(base fs.FS) (*checklist.Agreement, *legislation.Law, fs.FS, error) {
	p.named(base)
	merged := p.over(base)
	agreement, err := checklist.Load(merged, p.id)
	p.take(err)
	if stand := p.standIn(); stand != nil {
		_, err := checklist.Load(newOverlay(merged, map[string][]byte{"agreements/" + p.id + "/agreement.yaml": stand}), p.id)
		p.take(err)
	}
	law, err := legislation.Load(merged, legislation.AllParts)
	p.take(err)
	_, err = checklist.LoadGlossary(merged)
	p.take(err)
	_, err = legislation.LoadRetention(merged)
	p.take(err)
	p.meanings(base)
	if len(p.faults) > 0 {
		p.faults.Sort()
		p.faults = slices.Compact(p.faults)
		return nil, nil, nil, p.faults
	}
	agreement.Digest = p.digest(base)
	return agreement, law, merged, nil
}

// named finds the id, before anything is read by it: it becomes part of names.
func (p *pack) named(base fs.FS) {
	p.id = nameless
	content, there := p.files["agreement.yaml"]
	if !there {
		p.fault("agreement.yaml", "the file is missing or cannot be read")
		return
	}
	doc, faults := yamlfile.Tree(p.place("agreement.yaml"), content)
	if faults != nil {
		return // said when the file is loaded
	}
	id := scalar(doc, "id")
	switch {
	case !packID.MatchString(id) || len(id) > maxPackID:
		p.faults = append(p.faults, doc.Fault("the agreement needs an id of lower-case words joined by hyphens, such as fenmarsh-2026", "id"))
	case slices.Contains(checklist.Agreements(base), id):
		p.faults = append(p.faults, doc.Fault(fmt.Sprintf("%q is an agreement that is built in; give this one an id of its own", id), "id"))
	default:
		p.id = id
	}
}

// standIn is a sound agreement.yaml with the same checklists, where the pack's own cannot be read as it is: its
// checklists are judged all the same, so that every fault is found at once.
func (p *pack) standIn() []byte {
	content := p.files["agreement.yaml"]
	if _, faults := yamlfile.Parse("agreement.yaml", content, new(checklist.Agreement)); faults == nil {
		return nil
	}
	lists := struct {
		Checklists map[string]string `yaml:"checklists"`
	}{}
	if doc, faults := yamlfile.Tree("agreement.yaml", content); faults != nil || doc.Root().Decode(&lists) != nil {
		return nil
	}
	stand, _ := yaml.Marshal(checklist.Agreement{ID: p.id, Title: "-", Version: "-", InForce: "2000-01", ReviewDue: "2000-01", Area: "-",
		Source: "-", Checklists: lists.Checklists})
	return stand
}

func scalar(doc *yamlfile.Doc, key string) string {
	root := doc.Root()
	if root == nil || root.Kind != yaml.MappingNode {
		return ""
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == key && root.Content[i+1].Kind == yaml.ScalarNode {
			return root.Content[i+1].Value
		}
	}
	return ""
}

// over lays the pack over the data that is built in: the agreement beside the others, its legislation apart, where
// legislation knows that it is a pack's.
func (p *pack) over(base fs.FS) *overlay {
	files := map[string][]byte{}
	for name, content := range p.files {
		if strings.HasPrefix(name, "legislation/") {
			files["packs/"+p.id+"/"+name] = content
		} else {
			files["agreements/"+p.id+"/"+name] = content
		}
	}
	return newOverlay(base, files)
}

// take keeps the faults of a loader, under the names that the files have on the disk. What follows only from an
// unusable id is not said twice.
func (p *pack) take(err error) {
	var faults yamlfile.Faults
	if !errors.As(err, &faults) {
		return
	}
	for _, f := range faults {
		name, found := strings.CutPrefix(f.File, "agreements/"+p.id+"/")
		if !found {
			name, found = strings.CutPrefix(f.File, "packs/"+p.id+"/")
		}
		if p.id == nameless && (strings.HasPrefix(f.What, "the agreement says it is") || strings.HasPrefix(f.What, "the table says it is") ||
			strings.HasPrefix(f.What, "the glossary says it is") || strings.Contains(f.What, "missing") && name == "agreement.yaml") {
			continue
		}
		if found {
			f.File = p.place(name)
		}
		p.faults = append(p.faults, f)
	}
}

// digest is SHA-256 over our own questions, our emergency checklist where the pack has none, and every data file of the
// pack but its scenarios, in the order of their names, each after a line with its name and length: decision/FORMAT.md.
func (p *pack) digest(base fs.FS) string {
	sum := sha256.New()
	add := func(name string, content []byte) {
		fmt.Fprintf(sum, "%s %d\n", name, len(content))
		sum.Write(content)
	}
	ours := []string{"ours.yaml"}
	if p.checklists()[checklist.Emergency] == "" {
		ours = append(ours, checklist.Emergency+".yaml")
	}
	for _, name := range ours {
		content, _ := fs.ReadFile(base, name) // it has just been loaded
		add(name, content)
	}
	for _, name := range slices.Sorted(maps.Keys(p.files)) {
		add(name, p.files[name])
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// whole are the answers of which no choice may be left out: nobody may be led to share because the other choices are
// not there.
var whole = []string{"danger", "identifiable", "outcome"}

// meanings checks what no loader can know: that every file is read by something, and that the answers mean what the
// program takes them for.
func (p *pack) meanings(base fs.FS) {
	known := []string{"agreement.yaml", "printed-legislation.yaml", "glossary.yaml", "retention.yaml"}
	checklists := p.checklists()
	if checklists == nil {
		return
	}
	if doc, faults := yamlfile.Tree(p.place("agreement.yaml"), p.files["agreement.yaml"]); faults == nil && len(checklists) == 0 {
		p.faults = append(p.faults, doc.Fault("the agreement names no checklist", "checklists"))
	}
	asks, err := checklist.OurAsks(base)
	if err != nil {
		return // said when the agreement is loaded
	}
	for _, id := range checklists {
		name := id + ".yaml"
		if content, there := p.files[name]; there && !slices.Contains(known, name) {
			known = append(known, name)
			p.list(name, content, asks)
		}
	}
	for name := range p.files {
		if !slices.Contains(known, name) && !strings.HasPrefix(name, "legislation/") {
			p.fault(name, "nothing reads this file; is it a checklist that agreement.yaml does not name?")
		}
	}
}

// checklists are those that the agreement names, by occasion; nil where it cannot be read.
func (p *pack) checklists() map[string]string {
	doc, faults := yamlfile.Tree(p.place("agreement.yaml"), p.files["agreement.yaml"])
	if faults != nil {
		return nil
	}
	agreement := struct {
		Checklists map[string]string `yaml:"checklists"`
	}{map[string]string{}}
	if root := doc.Root(); root == nil || root.Decode(&agreement) != nil {
		return nil
	}
	return agreement.Checklists
}

// list checks one checklist of the pack. An answer that the program goes by has the same choices whoever asks for it,
// or what is pointed out, listed and reported would not understand the record.
func (p *pack) list(name string, content []byte, ours map[string]checklist.Ask) {
	var list checklist.List
	doc, faults := yamlfile.Parse(p.place(name), content, &list)
	if faults != nil {
		return // said when the file is loaded
	}
	fault := func(what string, at ...any) { p.faults = append(p.faults, doc.Fault(what, at...)) }
	if len(list.Questions) == 0 || list.Questions[0].Ours != "danger" {
		fault("the first question is ours: danger; nobody goes through a checklist before that is asked", "questions", 0)
	}
	for i, q := range list.Questions {
		if q.Ours == "danger" && len(q.When) > 0 {
			fault("the question whether someone is in danger is always asked; it has no when", "questions", i, "when")
		}
		if n := utf8.RuneCountInString(q.Guidance); n > mostGuidance {
			fault(fmt.Sprintf("the guidance is %d characters long; %d fit on a small screen", n, mostGuidance), "questions", i, "guidance")
		}
		for j, ask := range q.Asks {
			at := []any{"questions", i, "answers", j}
			mine, isOurs := ours[ask.ID]
			var options []string
			if isOurs {
				if ask.From != mine.From {
					fault(fmt.Sprintf("the choices of %q come from: %s", ask.ID, cmp.Or(mine.From, "its options")), append(at, "from")...)
				}
				for _, o := range mine.Options {
					options = append(options, o.ID)
				}
			}
			if len(options) == 0 {
				continue
			}
			for k, o := range ask.Options {
				if !slices.Contains(options, o.ID) {
					fault(fmt.Sprintf("%q is not a choice of %q that the program understands; use %s", o.ID, ask.ID, listed(options)), append(at, "options", k)...)
				}
			}
			for _, id := range options {
				if (slices.Contains(whole, ask.ID) || isOurs && ask.From != "") && ask.Option(id) == nil {
					fault(fmt.Sprintf("%q leaves out the choice %q", ask.ID, id), append(at, "options")...)
				}
			}
		}
	}
}

// usePack reads a pack, checks all of it, and makes it part of the data of this command.
func (app *App) usePack(dir string) (*checklist.Agreement, error) {
	p, err := readPack(dir)
	if err != nil {
		return nil, err
	}
	agreement, law, merged, err := p.load(app.Data)
	var faults yamlfile.Faults
	if errors.As(err, &faults) {
		return nil, &failure{what: "the agreement in that folder is not sound, so nothing was asked or recorded:\n" + indent(faults.Error()),
			next: "mend these lines; dsa agreement check DIR shows when all is well", code: codeCould}
	}
	app.take(agreement, law, merged)
	return agreement, nil
}

// take makes a pack that was found sound part of the data of this command.
func (app *App) take(agreement *checklist.Agreement, law *legislation.Law, merged fs.FS) {
	app.Data = merged
	app.tables.law, app.tables.parts = law, legislation.AllParts
	app.packTitle = agreement.Title
}

// withPack makes an agreement that was copied here or is named by its folder part of the data of this command, and returns its id; any
// other name is returned as it is.
func (app *App) withPack(named string) (string, error) {
	if slices.Contains(checklist.Agreements(app.Data), named) {
		return named, nil
	}
	if dir := app.copiedTo(named); dir != "" {
		named = dir
	} else if !isFolder(named) {
		return named, nil
	}
	agreement, err := app.usePack(named)
	if err != nil {
		return "", err
	}
	return agreement.ID, nil
}

// stated says whose words an entry is in, where they are not dsa's.
func (app *App) stated(p *legislation.Provision) string {
	switch {
	case p.Pack == "":
		return ""
	case p.Restates == nil:
		return "As stated by " + app.packTitle + ", not by dsa."
	}
	return "As re-stated by " + app.packTitle + ", not by dsa."
}

// An overlay is a folder of files laid over another: what the first has is read from it, all else from the other. It
// is read-only and held in memory.
type overlay struct {
	base  fs.FS
	files map[string][]byte
	dirs  map[string][]fs.DirEntry // of the files laid over, by folder
}

func newOverlay(base fs.FS, files map[string][]byte) *overlay {
	o := &overlay{base, files, map[string][]fs.DirEntry{}}
	for name, content := range files {
		entry := fs.FileInfo(memoryInfo{path.Base(name), int64(len(content)), 0o444})
		for dir := path.Dir(name); ; dir = path.Dir(dir) {
			if !slices.ContainsFunc(o.dirs[dir], func(e fs.DirEntry) bool { return e.Name() == entry.Name() }) {
				o.dirs[dir] = append(o.dirs[dir], fs.FileInfoToDirEntry(entry))
			}
			if dir == "." {
				break
			}
			entry = memoryInfo{path.Base(dir), 0, fs.ModeDir | 0o555}
		}
	}
	return o
}

// Open opens a file of the overlay, or what lies under it.
func (o *overlay) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if content, here := o.files[name]; here {
		return &memoryFile{Reader: bytes.NewReader(content), info: memoryInfo{path.Base(name), int64(len(content)), 0o444}}, nil
	}
	if _, here := o.dirs[name]; here {
		entries, err := o.ReadDir(name)
		return &memoryFile{Reader: bytes.NewReader(nil), info: memoryInfo{path.Base(name), 0, fs.ModeDir | 0o555}, entries: entries}, err
	}
	return o.base.Open(name)
}

// ReadDir lists a folder of both.
func (o *overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	over, here := o.dirs[name]
	under, err := fs.ReadDir(o.base, name)
	if err != nil && !(here && errors.Is(err, fs.ErrNotExist)) {
		return nil, err
	}
	entries := slices.Clone(over)
	for _, e := range under {
		if !slices.ContainsFunc(over, func(o fs.DirEntry) bool { return o.Name() == e.Name() }) {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

type memoryInfo struct {
	name string
	size int64
	mode fs.FileMode
}

func (i memoryInfo) Name() string       { return i.name }
func (i memoryInfo) Size() int64        { return i.size }
func (i memoryInfo) Mode() fs.FileMode  { return i.mode }
func (i memoryInfo) ModTime() time.Time { return time.Time{} }
func (i memoryInfo) IsDir() bool        { return i.mode.IsDir() }
func (i memoryInfo) Sys() any           { return nil }

type memoryFile struct {
	*bytes.Reader
	info    memoryInfo
	entries []fs.DirEntry
}

func (f *memoryFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memoryFile) Close() error               { return nil }

func (f *memoryFile) Read(b []byte) (int, error) {
	if f.info.IsDir() {
		return 0, &fs.PathError{Op: "read", Path: f.info.name, Err: errors.New("is a folder")}
	}
	return f.Reader.Read(b)
}

func (f *memoryFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n > 0 && len(f.entries) == 0 {
		return nil, io.EOF
	}
	if n <= 0 || n > len(f.entries) {
		n = len(f.entries)
	}
	entries := f.entries[:n]
	f.entries = f.entries[n:]
	return entries, nil
}
