package cmd

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"dsa/checklist"
	"dsa/data/yamlfile"
	"dsa/decision"

	"gopkg.in/yaml.v3"
)

// An answersFile is a walk answered in writing: answers given without a person at the keyboard, and the profile.
type answersFile struct {
	doc       *yamlfile.Doc
	Agreement string
	Checklist string
	Occasion  string
	Sign      string // "yes" is the explicit yes; nothing else is
	given     map[string]givenAnswer
	empty     map[string]int // the lines of answers left empty, by path
	order     []string
}

type givenAnswer struct {
	values []string // as written, before it is known whether they are a text or choices
	line   int
}

// maxAnswers is the largest answers file that is read, in bytes.
const maxAnswers = 4 << 20

// readAnswers reads the file a person named, or standard input for "-".
func (app *App) readAnswers(named string) (name string, content []byte, err error) {
	if named == "-" {
		content, err := io.ReadAll(io.LimitReader(app.In, maxAnswers+1))
		return "standard input", content, err
	}
	content, err = readSmall(named, maxAnswers)
	if err != nil {
		next := "check the name given with --answers: " + named
		switch {
		case errors.Is(err, errTooLarge):
			next = fmt.Sprintf("an answers file has at most %d bytes: %s", maxAnswers, named)
		case errors.Is(err, errFolder):
			next = "name a file with --answers; this is a folder: " + named
		case errors.Is(err, errNoFile):
			next = "name a file with --answers, or - for standard input; this is a pipe or a device: " + named
		}
		return named, nil, (&failure{what: "the answers file cannot be read; nothing was recorded", next: next, code: codeCould}).because(err)
	}
	return named, content, nil
}

// badForm is the failure of a file whose form is wrong, so that its answers were not even looked at.
func badForm(faults yamlfile.Faults, kept string) *failure {
	return fail("the answers file cannot be taken as it is; "+kept+":\n"+indent(faults.Error()), "mend the file and run the same command again")
}

// belongs checks that the file was written for this agreement, checklist and occasion; a file that names none is taken.
func (file *answersFile) belongs(t *task) (faults yamlfile.Faults) {
	for _, f := range []struct{ field, says, is, what string }{
		{"agreement", file.Agreement, t.agreement.ID, "the file is for another agreement; use --agreement, or change this line"},
		{"checklist", file.Checklist, t.list.ID, "the file is for another checklist"},
		{"occasion", file.Occasion, t.occasion, "the file is for another occasion; use --adhoc, --routine or --emergency, or change this line"},
	} {
		if f.says != "" && f.says != f.is {
			faults = append(faults, file.doc.Fault(f.field+": "+f.what, f.field))
		}
	}
	return faults
}

// parseAnswers reads an answers file as far as its shape. Faults name line and field and never repeat a value.
func parseAnswers(name string, content []byte) (*answersFile, yamlfile.Faults) {
	doc, faults := yamlfile.Tree(name, content)
	if faults != nil {
		return nil, faults
	}
	file := &answersFile{doc: doc, given: map[string]givenAnswer{}, empty: map[string]int{}}
	root := doc.Root()
	if root.Kind != yaml.MappingNode {
		return nil, yamlfile.Faults{{File: name, Line: 1, What: "this is not an answers file; print one to fill in with: dsa checklist template adhoc"}}
	}
	fault := func(node *yaml.Node, what string, args ...any) {
		faults = append(faults, yamlfile.Fault{File: name, Line: node.Line, What: fmt.Sprintf(what, args...)})
	}
	if faults = file.plain(root, nil); faults != nil {
		return nil, faults
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		if seen[key.Value] {
			fault(key, "%s stands here twice", field(key.Value))
		}
		seen[key.Value] = true
		switch key.Value {
		case "agreement", "checklist", "occasion", "sign":
			if value.Kind != yaml.ScalarNode {
				fault(value, "%s takes one word", key.Value)
			}
			*map[string]*string{"agreement": &file.Agreement, "checklist": &file.Checklist, "occasion": &file.Occasion, "sign": &file.Sign}[key.Value] = value.Value
		case "replies":
			if value.Kind == yaml.MappingNode {
				file.reply(value, fault)
			} else if !isNull(value) {
				fault(value, "replies takes a field for each code, such as ID: why you go on")
			}
		case "answers":
			if value.Kind == yaml.MappingNode {
				file.take(value, "", fault)
			} else if !isNull(value) {
				fault(value, "answers takes a field for each answer")
			}
		default:
			fault(key, "%s is unknown; use agreement, checklist, occasion, answers, replies and sign", field(key.Value))
		}
	}
	return file, faults
}

// plain finds what YAML has and an answers file has no use for: a value that stands elsewhere, or is something other than
// what is written.
func (file *answersFile) plain(node *yaml.Node, faults yamlfile.Faults) yamlfile.Faults {
	what := ""
	switch {
	case node.Kind == yaml.AliasNode:
		what = "an alias (*) is not taken here; write the answer out"
	case node.Style&yaml.TaggedStyle != 0:
		what = "a tag (!) is not taken here; write the answer as it is, between quotation marks if need be"
	}
	if what != "" {
		return append(faults, yamlfile.Fault{File: file.doc.File, Line: node.Line, What: what})
	}
	for _, inner := range node.Content {
		faults = file.plain(inner, faults)
	}
	return faults
}

// field names a key for a fault. A line that lost its indent becomes a key, and may be about a person: what does not
// look like an id is not repeated.
func field(path string) string {
	if fieldPattern.MatchString(path) {
		return strconv.Quote(path)
	}
	return "what stands here (perhaps a line that lost its indent)"
}

var fieldPattern = regexp.MustCompile(`^[a-z0-9]+([/-][a-z0-9]+)*$`)

// isCode reports whether a word is the code of a finding. Any other word may be about a person, and is not repeated.
func isCode(word string) bool {
	return slices.ContainsFunc(decision.Codes(), func(c decision.Code) bool { return c.Code == word })
}

// reply takes what the file answers to findings, by code. Which of them a person wanted to say something about follows
// from there being a reply.
func (file *answersFile) reply(node *yaml.Node, fault func(*yaml.Node, string, ...any)) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		path := checklist.Reply(key.Value)
		_, twice := file.given[path]
		switch {
		case !isCode(key.Value):
			fault(key, "replies: this is no code of a finding; a dry run gives the codes, such as ID")
		case twice:
			fault(key, "replies: %s stands here twice", key.Value)
		case isNull(value) || value.Kind == yaml.ScalarNode && value.Value == "":
			file.empty[path] = key.Line
		case value.Kind != yaml.ScalarNode:
			fault(value, "replies: %s takes a text", key.Value)
		default:
			file.put(path, []string{value.Value}, key.Line)
		}
	}
}

// remarks are the findings, of those offered, to which the file replies without having to.
func (file *answersFile) remarks(ask *checklist.Ask) givenAnswer {
	var codes []string
	for _, o := range ask.Options {
		if _, replied := file.given[checklist.Reply(o.ID)]; replied {
			codes = append(codes, o.ID)
		}
	}
	if codes == nil {
		codes = []string{noRemarks}
	}
	return givenAnswer{values: codes}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (file *answersFile) take(node *yaml.Node, prefix string, fault func(*yaml.Node, string, ...any)) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		path := prefix + key.Value
		if _, twice := file.given[path]; twice {
			fault(key, "%s is answered twice", field(path))
		}
		switch {
		case isNull(value) || value.Kind == yaml.ScalarNode && value.Value == "":
			file.empty[path] = key.Line // as in a template: no answer
		case value.Kind == yaml.ScalarNode:
			file.put(path, []string{value.Value}, key.Line)
		case value.Kind == yaml.SequenceNode && prefix == "" && isGroup(value):
			file.group(path, value, fault)
		case value.Kind == yaml.SequenceNode:
			var values []string
			for _, v := range value.Content {
				if v.Kind != yaml.ScalarNode {
					fault(v, "%s takes a list of words here", field(path))
					continue
				}
				if slices.Contains(values, v.Value) {
					fault(v, "%s has the same choice twice; leave one out", field(path))
					continue
				}
				values = append(values, v.Value)
			}
			if len(values) > 0 {
				file.put(path, values, key.Line)
			}
		default:
			fault(value, "%s takes a text or a list here", field(path))
		}
	}
}

func isGroup(list *yaml.Node) bool {
	return len(list.Content) > 0 && list.Content[0].Kind == yaml.MappingNode
}

// group spreads a repeated group over its paths, and answers for it whether another follows.
func (file *answersFile) group(path string, list *yaml.Node, fault func(*yaml.Node, string, ...any)) {
	if len(list.Content) > checklist.MaxItems {
		fault(list, "%s has more than %d items", field(path), checklist.MaxItems)
		return
	}
	for n, item := range list.Content {
		if item.Kind != yaml.MappingNode {
			fault(item, "every item of %s takes fields", field(path))
			continue
		}
		prefix := path + "/" + strconv.Itoa(n+1) + "/"
		file.take(item, prefix, fault)
		more := checklist.NoAnother
		if n+1 < len(list.Content) {
			more = checklist.Another
		}
		if n+1 < checklist.MaxItems {
			file.put(prefix+"more", []string{more}, item.Line)
		}
	}
}

func (file *answersFile) put(path string, values []string, line int) {
	file.given[path] = givenAnswer{values: values, line: line}
	file.order = append(file.order, path)
}

// fill gives the file's answers to the walk, in the walk's order, and returns every fault: an answer that is refused,
// one that is missing, one for which there is no place. Replies that are missing are no
// fault here: whoever looks at a dry run has not seen yet what to reply to.
func (file *answersFile) fill(walk *checklist.Walk) yamlfile.Faults {
	var faults yamlfile.Faults
	refused, waiting := map[string]bool{}, map[string]bool{}
	occasion, _ := walk.Known(checklist.Occasion)
	fault := func(line int, what string, args ...any) {
		faults = append(faults, yamlfile.Fault{File: file.doc.File, Line: line, What: fmt.Sprintf(what, args...)})
	}
	// Every answer can open further steps, so this goes on until nothing more can be answered.
	for progress := true; progress; {
		progress = false
		for _, step := range walk.Steps() {
			if step.Answered || refused[step.Path] {
				continue
			}
			given, ok := file.given[step.Path]
			if step.Path == checklist.Remarks {
				given, ok = file.remarks(step.Ask), true
			}
			if !ok && !step.Ask.Optional {
				continue
			}
			if len(refused) > 0 && step.Ask.From != "" {
				waiting[step.Path] = true // what it offers may follow from an answer that has to be mended first
				continue
			}
			answer := given.as(step.Ask.Kind.Shape())
			if err := walk.Set(step.Path, answer); err != nil {
				refused[step.Path] = true
				fault(given.line, "%s: %s%s", named(step.Path), err, offered(walk, step))
				continue
			}
			if to := step.Switching(answer); to != "" && !occasion.Is(to) {
				refused[step.Path] = true
				fault(given.line, "%s: this goes on as another occasion; use dsa share --%s, and the answers that it asks for", step.Path, to)
			}
			progress = true
			break
		}
	}
	place := map[string]bool{}
	for _, step := range walk.Steps() {
		place[step.Path] = true
		switch {
		case refused[step.Path], waiting[step.Path]:
		case !step.Answered && checklist.IsClosing(step.Path):
		case !step.Answered:
			fault(file.lineOf(step.Path), "%s is not answered: %s%s", step.Path, step.Ask.Words, offered(walk, step))
		case step.Unfit != "":
			fault(file.lineOf(step.Path), "%s: %s", step.Path, step.Unfit)
		}
	}
	for _, path := range file.order {
		if path == checklist.Remarks {
			fault(file.given[path].line, "%s: which ones you say something to follows from replies:; leave it out", path)
			continue
		}
		if place[path] || refused[path] || strings.HasSuffix(path, "/more") {
			continue
		}
		if known, ok := walk.Known(path); ok {
			if !slices.Equal(file.given[path].values, append(slices.Clone(known.Chosen), texts(known)...)) {
				fault(file.given[path].line, "%s %s", path, knownElsewhere(walk, path))
			}
			continue
		}
		if ask := walk.List().Ask(path); ask != nil && ask.Sole != "" && slices.Equal(file.given[path].values, []string{ask.Sole}) {
			continue // what would hold unasked may be said
		}
		code, isReply := checklist.IsReply(path)
		switch {
		case isReply && len(faults) == 0:
			fault(file.given[path].line, "replies: %s is not asked for here: it was not pointed out, or is only good to know; leave it out", code)
		case isReply: // what is pointed out may change with the faults before it
		case !file.knows(walk.List(), path):
			fault(file.given[path].line, "this checklist has no question for %s", field(path))
		case len(refused) == 0: // otherwise it may apply once the faults before it are mended
			fault(file.given[path].line, "%s does not apply, given the answers before it; leave it out", path)
		}
	}
	faults.Sort()
	return faults
}

// named is a path for people: a reply by its code.
func named(path string) string {
	if code, isReply := checklist.IsReply(path); isReply {
		return "replies: " + code
	}
	return path
}

// knownElsewhere says where an answer is known from that the file gives differently.
func knownElsewhere(walk *checklist.Walk, path string) string {
	for _, q := range walk.List().Questions {
		if q.ID == whoQuestion && slices.ContainsFunc(q.Asks, func(ask checklist.Ask) bool { return ask.ID == path }) {
			// Who decides may be repeated, but not changed in passing: the key is that person's.
			return "is remembered differently on this computer; change it with dsa setup, or leave it out"
		}
	}
	if path == checklist.Occasion {
		return "is said on the command line or with a line of its own: occasion: adhoc"
	}
	return "is in the record already, with another answer; leave it out, or put it right with dsa amend"
}

func texts(a checklist.Answer) []string {
	if a.Text == "" {
		return nil
	}
	return []string{a.Text}
}

func (g givenAnswer) as(shape checklist.Shape) checklist.Answer {
	if shape == checklist.ShapeOne || shape == checklist.ShapeSome {
		return checklist.Answer{Chosen: g.values}
	}
	if len(g.values) > 1 {
		return checklist.Answer{Chosen: g.values} // refused, with the reason
	}
	return checklist.Answer{Text: strings.Join(g.values, "")}
}

// offered lists the ids to choose from, for an answer that was none of them.
func offered(walk *checklist.Walk, step checklist.Step) string {
	if shape := step.Ask.Kind.Shape(); shape != checklist.ShapeOne && shape != checklist.ShapeSome {
		return ""
	}
	was := walk.At()
	defer walk.GoTo(was)
	walk.GoTo(step.Path)
	current, _ := walk.Current()
	var ids []string
	for _, o := range current.Ask.Options {
		ids = append(ids, o.ID)
	}
	return " (use " + strings.Join(ids, ", ") + ")"
}

// lineOf is where an answer stands, or the line of the nearest thing written before its place.
func (file *answersFile) lineOf(path string) int {
	if given, ok := file.given[path]; ok {
		return given.line
	}
	if line, ok := file.empty[path]; ok {
		return line
	}
	parts := strings.Split(path, "/")
	if len(parts) == 3 {
		n, _ := strconv.Atoi(parts[1])
		return file.doc.Line("answers", parts[0], n-1)
	}
	return file.doc.Line("answers")
}

// knows reports whether the path names a question of the list at all.
func (file *answersFile) knows(list *checklist.List, path string) bool {
	parts := strings.Split(path, "/")
	for _, q := range list.Questions {
		for _, ask := range q.Asks {
			if ask.ID != parts[0] {
				continue
			}
			return len(parts) == 1 || len(parts) == 3 &&
				slices.ContainsFunc(ask.Items, func(part checklist.Ask) bool { return part.ID == parts[2] })
		}
	}
	return false
}
