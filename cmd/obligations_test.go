package cmd

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/data"
	"dsa/data/yamlfile"
	"dsa/decision"
	"dsa/legislation"
)

// An obligation is one rule of the agreements, as data/obligations.yaml has it.
type obligation struct {
	ID      string `yaml:"id"`
	Sources []struct {
		Agreement string   `yaml:"agreement"`
		Sections  []string `yaml:"sections"`
	} `yaml:"sources"`
	Priority string    `yaml:"priority"`
	Rule     string    `yaml:"rule"`
	Honoured []honours `yaml:"honoured"`
}

// honours is one thing that honours a rule: exactly one of the fields but Says, which is the words that it must hold.
type honours struct {
	Question  string `yaml:"question"`
	Finding   string `yaml:"finding"`
	Guidance  string `yaml:"guidance"`
	Provision string `yaml:"provision"`
	Reading   string `yaml:"reading"`
	Command   string `yaml:"command"`
	Page      string `yaml:"page"`
	Outside   string `yaml:"outside"`
	Says      string `yaml:"says"`
}

// ways are the kinds of target, the strongest first: what asks, what points out, what is read, what can be done.
var ways = []string{"question", "finding", "guidance", "provision", "reading", "command", "page", "outside"}

func (h honours) way() (string, string) {
	values := []string{h.Question, h.Finding, h.Guidance, h.Provision, h.Reading, h.Command, h.Page, h.Outside}
	way := slices.IndexFunc(values, func(v string) bool { return v != "" })
	if way < 0 || slices.ContainsFunc(values[way+1:], func(v string) bool { return v != "" }) {
		return "", ""
	}
	return ways[way], values[way]
}

func readObligations(t *testing.T) []obligation {
	t.Helper()
	var file struct {
		Rules []obligation `yaml:"rules"`
	}
	if _, faults := yamlfile.Read(data.Files, "obligations.yaml", &file); faults != nil {
		t.Fatal(faults)
	}
	return file.Rules
}

// Every rule of the research stands in the map, once and with its weight, and no other does.
func TestEveryObligationIsThere(t *testing.T) {
	text, err := os.ReadFile("testdata/obligations.txt")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		id, priority, _ := strings.Cut(line, " ")
		want[id] = priority
	}
	if len(want) != 125 {
		t.Errorf("testdata has %d rules, want 125", len(want))
	}
	seen := map[string]bool{}
	for _, o := range readObligations(t) {
		switch priority, known := want[o.ID]; {
		case seen[o.ID]:
			t.Errorf("%s stands there twice", o.ID)
		case !known:
			t.Errorf("%s is no rule of the agreements", o.ID)
		case priority != o.Priority:
			t.Errorf("%s is %q, want %q", o.ID, o.Priority, priority)
		}
		seen[o.ID] = true
		if n := len([]rune(o.Rule)); n == 0 || n > 240 || strings.ContainsAny(o.Rule, "\n\t") || !strings.HasSuffix(o.Rule, ".") {
			t.Errorf("%s: the rule is no plain sentence of at most 240 characters: %q", o.ID, o.Rule)
		}
		if len(o.Sources) == 0 || len(o.Honoured) == 0 {
			t.Errorf("%s has %d sources and %d targets", o.ID, len(o.Sources), len(o.Honoured))
		}
		for _, s := range o.Sources {
			if !slices.Contains(checklist.Agreements(data.Files), s.Agreement) || len(s.Sections) == 0 || slices.Contains(s.Sections, "") {
				t.Errorf("%s has a source that is no section of an agreement: %+v", o.ID, s)
			}
		}
	}
	for id := range want {
		if !seen[id] {
			t.Errorf("%s is missing", id)
		}
	}
}

// What honours a rule is there, says what it is said to say, and is met by people under the agreement whose rule it is.
func TestEveryObligationIsHonoured(t *testing.T) {
	shelf := newShelf(t)
	rules := readObligations(t)
	by, first := map[string]int{}, map[string]map[string]int{}
	for _, o := range rules {
		has := map[string]bool{}
		seen := map[honours]bool{}
		for _, h := range o.Honoured {
			way, target := h.way()
			if way == "" {
				t.Errorf("%s: a target is exactly one of %v: %+v", o.ID, ways, h)
				continue
			}
			if seen[h] {
				t.Errorf("%s: %s %s stands there twice", o.ID, way, target)
			}
			seen[h], has[way] = true, true
			if fault := shelf.fault(o, way, target, h.Says); fault != "" {
				t.Errorf("%s: %s: %s", o.ID, way, fault)
			}
		}
		if o.Priority == "core" {
			for _, s := range o.Sources {
				if !has["finding"] && !slices.ContainsFunc(o.Honoured, func(h honours) bool { return h.Question != "" && shelf.asked(s.Agreement, h.Question) }) {
					t.Errorf("%s is core and has neither a finding nor a question that %s asks", o.ID, s.Agreement)
				}
			}
		}
		best := slices.IndexFunc(ways, func(way string) bool { return has[way] })
		if best < 0 {
			continue
		}
		if first[o.Priority] == nil {
			first[o.Priority] = map[string]int{}
		}
		first[o.Priority][ways[best]]++
		for way := range has {
			by[way]++
		}
	}
	t.Logf("%d rules; each counted once, by the strongest way in which it is honoured:", len(rules))
	for _, priority := range []string{"core", "supporting", "background"} {
		t.Logf("  %-10s %s", priority, counted(first[priority]))
	}
	t.Logf("rules with at least one target of the kind: %s", counted(by))
}

func counted(counts map[string]int) string {
	var words []string
	for _, way := range ways {
		if counts[way] > 0 {
			words = append(words, fmt.Sprintf("%s %d", way, counts[way]))
		}
	}
	return strings.Join(words, ", ")
}

// A shelf holds everything a target can be.
type shelf struct {
	t        *testing.T
	lists    map[string][]*checklist.List // by agreement; under "" those of ours, which every agreement's records use
	law      *legislation.Law
	glossary *checklist.Glossary
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, lists: map[string][]*checklist.List{}}
	for _, id := range checklist.Agreements(data.Files) {
		a, err := checklist.Load(data.Files, id)
		if err != nil {
			t.Fatal(err)
		}
		s.lists[id] = slices.Collect(maps.Values(a.Lists))
	}
	for _, id := range []string{"emergency", "amend", "review", "endorse"} {
		list, err := checklist.LoadOwn(data.Files, id)
		if err != nil {
			t.Fatal(err)
		}
		s.lists[""] = append(s.lists[""], list)
	}
	var err error
	if s.law, err = legislation.Load(data.Files, legislation.PartBases); err != nil {
		t.Fatal(err)
	}
	if s.glossary, err = checklist.LoadGlossary(data.Files); err != nil {
		t.Fatal(err)
	}
	return s
}

// fault says what is wrong with a target, or nothing.
func (s *shelf) fault(o obligation, way, target, says string) string {
	if needed := way == "guidance" || way == "provision" || way == "reading"; needed != (says != "") && way != "finding" {
		return fmt.Sprintf("%s: says is for texts that have to be read, and there it is needed", target)
	}
	var text string
	found := true
	switch way {
	case "question":
		found = slices.ContainsFunc(o.Sources, func(source struct {
			Agreement string   `yaml:"agreement"`
			Sections  []string `yaml:"sections"`
		}) bool {
			return s.asked(source.Agreement, target)
		})
	case "finding":
		text, found = s.finding(target)
	case "guidance":
		for _, source := range o.Sources {
			text += s.guidance(source.Agreement, target)
		}
		found = text != ""
	case "provision":
		text, found = s.provision(target)
	case "reading":
		text, found = s.reading(target)
	case "command":
		return s.command(target)
	case "page":
		pages := map[string]string{"notice": "dsa show --notice", "note": "dsa show --note", "tier2": "dsa tier2", "checklist": "dsa checklist show"}
		if pages[target] == "" {
			return fmt.Sprintf("%q is no page that is written", target)
		}
		return s.command(pages[target])
	case "outside":
		if len(strings.Fields(target)) < 6 {
			return fmt.Sprintf("%q is no reason", target)
		}
	}
	if !found {
		return fmt.Sprintf("there is no %q for people under the agreement", target)
	}
	if says != "" && !strings.Contains(plainly(text), plainly(says)) {
		return fmt.Sprintf("%q does not say %q", target, says)
	}
	return ""
}

func plainly(text string) string { return strings.ToLower(strings.Join(strings.Fields(text), " ")) }

// asked reports whether a checklist of the agreement, or one of ours, asks for the answer: an id, a part of a group
// (information/nature) or one of the options written beside the question (alerts/outside-uk).
func (s *shelf) asked(agreement, target string) bool {
	id, part, inside := strings.Cut(target, "/")
	for _, list := range slices.Concat(s.lists[agreement], s.lists[""]) {
		ask := list.Ask(id)
		if ask != nil && (!inside || ask.Option(part) != nil || slices.ContainsFunc(ask.Items, func(a checklist.Ask) bool { return a.ID == part })) {
			return true
		}
	}
	return false
}

// guidance is everything that a person reads at the question, in the lists of the agreement and in ours.
func (s *shelf) guidance(agreement, question string) string {
	var text []string
	add := func(ask checklist.Ask) {
		text = append(text, ask.Words, ask.Help)
		for _, o := range ask.Options {
			text = append(text, o.Words, o.Help)
		}
	}
	for _, list := range slices.Concat(s.lists[agreement], s.lists[""]) {
		for _, q := range list.Questions {
			if q.ID != question {
				continue
			}
			text = append(text, q.Guidance)
			for _, ask := range q.Asks {
				add(ask)
				for _, part := range ask.Items {
					add(part)
				}
			}
		}
	}
	return strings.Join(text, "\n")
}

func (s *shelf) finding(code string) (string, bool) {
	for _, c := range decision.Codes() {
		if c.Code == code {
			return c.Why + " " + c.Do, true
		}
	}
	return "", false
}

// provision is what an entry of the law, or a lawful basis, tells people.
func (s *shelf) provision(id string) (string, bool) {
	if p := s.law.Provision(id); p != nil {
		return strings.Join([]string{p.Title, p.Summary, p.Limits}, "\n"), true
	}
	for _, b := range s.law.Bases.Entries {
		if b.ID == id {
			return strings.Join(append([]string{b.Summary, b.Limits, b.Caution}, b.Needs...), "\n"), true
		}
	}
	return "", false
}

func (s *shelf) reading(id string) (string, bool) {
	for _, r := range s.glossary.Readings {
		if r.ID == id {
			return r.Title + "\n" + r.Words, true
		}
	}
	for _, term := range s.glossary.Terms {
		if term.ID == id {
			return term.Term + "\n" + term.Means + "\n" + term.Note, true
		}
	}
	return "", false
}

// command says what is wrong with a command line, or nothing.
func (s *shelf) command(line string) string {
	app, _, _ := newTestApp(s.t, "")
	words := strings.Fields(line)
	if len(words) < 2 || words[0] != "dsa" {
		return fmt.Sprintf("%q is no command of dsa", line)
	}
	var names, flags []string
	for _, word := range words[1:] {
		if strings.HasPrefix(word, "--") {
			flags = append(flags, strings.TrimPrefix(word, "--"))
		} else {
			names = append(names, word)
		}
	}
	c, rest, err := NewRoot(app).Find(names)
	if err != nil || len(rest) > 0 || c.CommandPath() != "dsa "+strings.Join(names, " ") {
		return fmt.Sprintf("there is no command %q", line)
	}
	for _, flag := range flags {
		if c.Flags().Lookup(flag) == nil {
			return fmt.Sprintf("%q has no flag --%s", c.CommandPath(), flag)
		}
	}
	return ""
}

// What the data of the law raise is a finding, and a record that rests on it has that finding. A code that nothing
// answers to would be a warning nobody sees.
func TestWhatTheLawRaisesIsFound(t *testing.T) {
	law, err := legislation.Load(data.Files, legislation.PartBases)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range decision.Codes() {
		known[c.Code] = true
	}
	for _, code := range legislation.Raisable {
		if !known[code.ID] {
			t.Errorf("the law may raise %s, which is no finding", code.ID)
		}
	}
	raises := func(what string, codes []string, put func(*decision.Record)) {
		t.Helper()
		if len(codes) == 0 {
			return
		}
		chosen := func(id, option string) decision.Answer {
			return decision.Answer{ID: id, Chosen: []decision.Choice{{ID: option, Words: option}}}
		}
		// Answers that settle nothing: nobody was asked, and it is not said why there is no consent.
		record := &decision.Record{Occasion: "adhoc", Questions: []decision.Question{{ID: "help", Answers: []decision.Answer{
			chosen("advice", "no"), chosen("without-consent", "not-sure"), chosen("heard", "objects"), chosen("outcome", "share-part")}}}}
		put(record)
		for _, code := range codes {
			if !slices.ContainsFunc(decision.Findings(record), func(f decision.Finding) bool { return f.Code == code }) {
				t.Errorf("%s raises %s, and a record with it has no such finding", what, code)
			}
		}
	}
	for _, p := range law.Provisions {
		frozen := decision.Provision{ID: p.ID, Citation: p.Citation(), Effect: string(p.Effect), Use: string(p.Use), Raises: p.Raises}
		raises(p.ID, p.Raises, func(d *decision.Record) {
			if p.Use == legislation.UseRestriction {
				d.Law.Restrictions = []decision.Provision{frozen}
				return
			}
			d.Law.Relied = []decision.Provision{frozen}
		})
	}
	for _, b := range law.Bases.Entries {
		raises(b.ID, b.Raises, func(d *decision.Record) {
			d.Law.Bases = []decision.Basis{{ID: b.ID, Citation: b.Citation, Raises: b.Raises}}
		})
	}
	for _, topic := range law.Topics {
		raises(topic.ID, topic.Raises, func(d *decision.Record) {
			d.Law.Topics = []decision.Topic{{ID: topic.ID, Raises: topic.Raises}}
			d.Questions[0].Answers = append(d.Questions[0].Answers,
				decision.Answer{ID: "restrictions", Chosen: []decision.Choice{{ID: topic.ID, Words: topic.Words}}})
		})
	}
}
