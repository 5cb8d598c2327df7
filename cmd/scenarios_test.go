package cmd

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/cmd/training"
	"dsa/data/yamlfile"
	"dsa/legislation"

	"gopkg.in/yaml.v3"
)

func readScenarios(t *testing.T) []training.Scenario {
	t.Helper()
	dir := os.DirFS("../data/scenarios")
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil || len(names) < 12 {
		t.Fatalf("there are %d scenarios: %v", len(names), err)
	}
	var all []training.Scenario
	for _, name := range names {
		var s training.Scenario
		if _, faults := yamlfile.Read(dir, name, &s); faults != nil {
			t.Fatal(faults)
		}
		if !strings.HasPrefix(name, s.ID+"-") || s.Title == "" || s.Story == "" {
			t.Errorf("%s: id, title or story is not as it should be", name)
		}
		all = append(all, s)
	}
	return all
}

func TestScenarios(t *testing.T) {
	t.Parallel()
	for _, s := range readScenarios(t) {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			runScenario(t, s.Agreement, s.Occasion, s.On, s.Answers, s.Expect)
			if s.Completion != nil {
				completeScenario(t, s)
			}
		})
		for _, v := range s.Variants {
			t.Run(s.ID+"-"+v.ID, func(t *testing.T) {
				t.Parallel()
				on := s.On
				if v.On != "" {
					on = v.On
				}
				runScenario(t, s.Agreement, s.Occasion, on, overlaid(s.Answers, v.Answers), v.Expect)
			})
		}
	}
}

func runScenario(t *testing.T, agreement, occasion, on string, answers yaml.Node, want training.Expectation) {
	t.Helper()
	c := &scenarioCase{t: t, agreement: agreement, occasion: occasion, on: on}
	bases, offered := c.judgeLaw(answers, want)
	found := c.dryRun(answers)
	c.judgeFindings(found, want)
	for _, outcome := range want.Decisions {
		c.sign(withOutcome(answers, outcome, occasion), outcome, want.Blocked)
	}
	t.Logf("%d offered, %d bases open, findings %v, signed %v", offered, bases, sortedKeys(found), want.Decisions)
}

// completeScenario signs the emergency as it is, and completes it in the same log.
func completeScenario(t *testing.T, s training.Scenario) {
	t.Helper()
	first := &scenarioCase{t: t, agreement: s.Agreement, occasion: s.Occasion, on: s.On, home: t.TempDir()}
	if _, stderr, code := first.run(s.Answers, nil); code != 0 {
		t.Fatalf("the emergency cannot be signed: exit %d\n%s", code, stderr)
	}
	then := &scenarioCase{t: t, agreement: s.Agreement, on: s.Completion.On, home: first.home, completes: "1"}
	want := s.Completion.Expect
	bases, offered := then.judgeLaw(overlaid(s.Answers, s.Completion.Answers), want)
	found := then.dryRun(s.Completion.Answers)
	then.judgeFindings(found, want)
	then.sign(s.Completion.Answers, "the completion", want.Blocked)
	t.Logf("completed: %d offered, %d bases open, findings %v", offered, bases, sortedKeys(found))
}

// judgeLaw compares what the law says of the case with what it must say, and returns how many bases are open and how
// many entries are offered.
func (c *scenarioCase) judgeLaw(answers yaml.Node, want training.Expectation) (open, gateways int) {
	t := c.t
	t.Helper()
	law, outlook, restrictions, bases := c.lookUp(answers)
	offered := map[string]legislation.Offer{}
	for _, o := range outlook.Offered {
		offered[o.ID] = o
	}
	for _, id := range slices.Concat(want.Offered, want.NotOffered, want.Theirs, want.Restricted) {
		if law.Provision(id) == nil {
			t.Errorf("there is no entry %s", id)
		}
	}
	for _, id := range want.Offered {
		if _, is := offered[id]; !is {
			t.Errorf("%s must be offered: %s", id, whyNot(outlook, id))
		}
	}
	for _, id := range want.NotOffered {
		if _, is := offered[id]; is {
			t.Errorf("%s must not be offered", id)
		}
	}
	for _, id := range want.Theirs {
		if o, is := offered[id]; is && !o.Theirs {
			t.Errorf("%s is offered as a power of the holder's own", id)
		}
	}
	if (outlook.Route != "") != want.Route && (want.Route || len(want.Offered) > 0) {
		t.Errorf("the non-statutory route is %q, want one: %t", outlook.Route, want.Route)
	}
	for _, id := range want.Restricted {
		if !slices.ContainsFunc(restrictions, func(o legislation.Restraint) bool { return o.ID == id }) {
			t.Errorf("%s must come up as a restriction", id)
		}
	}
	c.judgeBases(bases, want)
	for _, s := range want.Shows {
		p := law.Provision(s.Entry)
		if p == nil || !strings.Contains(strings.Join(append(p.Check, p.Summary, p.Limits), " "), s.Words) {
			t.Errorf("%s does not speak of %q", s.Entry, s.Words)
		}
	}
	return len(bases.Article6) + len(bases.Article9) + len(bases.Article10) + len(bases.Part3), len(offered)
}

// judgeFindings compares what was raised with what must be.
func (c *scenarioCase) judgeFindings(found map[string]string, want training.Expectation) {
	t := c.t
	t.Helper()
	for _, code := range want.Findings {
		if found[code] == "" {
			t.Errorf("%s must be raised; raised are %v", code, sortedKeys(found))
		}
	}
	for _, code := range want.NotFindings {
		if found[code] != "" {
			t.Errorf("%s must not be raised", code)
		}
	}
	if want.OnlyFindings != nil {
		for code, level := range found {
			if level != "note" && !slices.Contains(want.OnlyFindings, code) {
				t.Errorf("%s is raised, a %s", code, level)
			}
		}
		for _, code := range want.OnlyFindings {
			if found[code] == "" {
				t.Errorf("%s must be raised", code)
			}
		}
	}
}

func whyNot(o legislation.Outlook, id string) string {
	for _, r := range o.NotOffered {
		if r.ID == id {
			return strings.Join(r.Reasons, "; ")
		}
	}
	return "nothing is said of it"
}

// A scenarioCase runs one case against the program.
type scenarioCase struct {
	t                       *testing.T
	agreement, occasion, on string
	home                    string // kept from run to run, or empty
	completes               string // the record that is completed, or empty: the case is shared
}

func (c *scenarioCase) app(out, errs *strings.Builder) *App {
	app := scriptApp()
	now, err := time.Parse(time.RFC3339, c.on)
	if err != nil {
		c.t.Fatal(err)
	}
	app.Now = func() time.Time { return now }
	app.Home, app.In, app.Out, app.Err, app.Drawn = c.home, strings.NewReader(""), out, errs, nil
	if c.home == "" {
		app.Home = c.t.TempDir()
	}
	lawRead(app)
	return app
}

// lookUp asks the law what it says of the case, on the facts that the answers give.
func (c *scenarioCase) lookUp(answers yaml.Node) (*legislation.Law, legislation.Outlook, []legislation.Restraint, legislation.Bases) {
	c.t.Helper()
	var out, errs strings.Builder
	src := &sources{app: c.app(&out, &errs)}
	src.on = src.app.Now()
	given := checklist.Answers{}
	for i := 0; i+1 < len(answers.Content); i += 2 {
		key, value := answers.Content[i].Value, answers.Content[i+1]
		switch {
		case value.Kind == yaml.ScalarNode:
			given[key] = checklist.Answer{Chosen: []string{value.Value}}
		case !isGroup(value):
			var chosen []string
			for _, v := range value.Content {
				chosen = append(chosen, v.Value)
			}
			given[key] = checklist.Answer{Chosen: chosen}
		}
	}
	law, err := src.app.Law(walkParts)
	if err != nil {
		c.t.Fatal(err)
	}
	theCase := src.caseOf(given)
	theCase.Touches = withoutNone(given["restrictions"].Chosen)
	return law, law.Find(theCase), law.Restrictions(theCase), law.FindBases(src.basisCase(law, given))
}

func (c *scenarioCase) judgeBases(found legislation.Bases, want training.Expectation) {
	open := map[string]legislation.OpenBasis{}
	for _, o := range slices.Concat(found.Article6, found.Article9, found.Article10, found.Part3) {
		open[o.ID] = o
	}
	closed := map[string]string{}
	for _, r := range found.Closed {
		closed[r.ID] = strings.Join(r.Reasons, "; ")
	}
	for _, id := range slices.Concat(want.Bases, want.WarnedBases) {
		if _, is := open[id]; !is {
			c.t.Errorf("%s must be open: %s", id, closed[id])
		}
	}
	for _, id := range want.ClosedBases {
		if closed[id] == "" {
			c.t.Errorf("%s must be closed, with a reason", id)
		}
	}
	for _, id := range want.WarnedBases {
		if open[id].Caution == "" {
			c.t.Errorf("nothing warns of %s", id)
		}
	}
	for id, words := range want.Because {
		if !strings.Contains(closed[id], words) {
			c.t.Errorf("of %s it is said %q, and not %q", id, closed[id], words)
		}
	}
	if want.FirstBasis != "" && found.Article6[0].ID != want.FirstBasis {
		c.t.Errorf("first comes %s", found.Article6[0].ID)
	}
}

// run gives the answers to the program as a person gives a file, and returns what it printed.
func (c *scenarioCase) run(answers yaml.Node, replies map[string]string, flags ...string) (stdout, stderr string, code int) {
	c.t.Helper()
	file := map[string]any{"answers": &answers, "sign": "yes"}
	if replies != nil {
		file["replies"] = replies
	}
	content, err := yaml.Marshal(file)
	if err != nil {
		c.t.Fatal(err)
	}
	name := filepath.Join(c.t.TempDir(), "case.yaml")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		c.t.Fatal(err)
	}
	var out, errs strings.Builder
	app := c.app(&out, &errs)
	args := []string{"complete", c.completes, "--answers", name}
	if c.completes == "" {
		args = []string{"share", "--" + c.occasion, "--agreement", c.agreement, "--answers", name}
	}
	args = append(args, flags...)
	code = Main(app, args)
	if code == 0 && !slices.Contains(flags, "--dry-run") {
		if again := Main(app, []string{"verify"}); again != 0 {
			c.t.Errorf("what was signed does not verify: exit %d\n%s", again, errs.String())
		}
	}
	return out.String(), errs.String(), code
}

// dryRun returns the level of each finding raised, by code.
func (c *scenarioCase) dryRun(answers yaml.Node) map[string]string {
	c.t.Helper()
	stdout, stderr, code := c.run(answers, nil, "--dry-run", "--json")
	if code != 0 {
		c.t.Fatalf("the dry run ends with %d:\n%s", code, stderr)
	}
	var result struct {
		Record   json.RawMessage `json:"record"`
		Findings []struct {
			Code, Level, Question, Source string
		} `json:"findings"`
	}
	if err := json.Unmarshal([]byte(stdout), &result); err != nil || len(result.Record) == 0 {
		c.t.Fatalf("the dry run prints no record and findings: %v\n%.500s", err, stdout)
	}
	found := map[string]string{}
	for _, f := range result.Findings {
		if f.Level == "" || f.Question == "" || f.Source == "" {
			c.t.Errorf("%s comes without level, question or source: %+v", f.Code, f)
		}
		found[f.Code] = f.Level
	}
	return found
}

// sign signs the outcome, and gives a written reason where one is asked for: nothing forbids a decision.
func (c *scenarioCase) sign(answers yaml.Node, outcome string, blocked *bool) {
	c.t.Helper()
	_, stderr, code := c.run(answers, nil)
	if code != 0 {
		if blocked != nil && !*blocked {
			c.t.Errorf("%s is kept waiting: exit %d\n%s", outcome, code, stderr)
			return
		}
		replies := map[string]string{}
		for code, level := range c.dryRun(answers) {
			if level == "stop" {
				replies[code] = "It was weighed, and the danger of waiting is greater."
			}
		}
		_, stderr, code = c.run(answers, replies)
	}
	if code != 0 {
		c.t.Errorf("%s cannot be signed: exit %d\n%s", outcome, code, stderr)
	}
}

// withOutcome is the case with another decision, and with the answers which that decision asks for.
func withOutcome(answers yaml.Node, outcome, occasion string) yaml.Node {
	for i := 0; i+1 < len(answers.Content); i += 2 {
		if answers.Content[i].Value == "outcome" && answers.Content[i+1].Value == outcome || occasion == "emergency" {
			return answers
		}
	}
	change := "{outcome: " + outcome + ", conditions-on-use: null, shared-already: null, shared-at: null, decided-at: null, late-why: null, missing-before: null, decide-by: null, refer-to: null}"
	extra := map[string]string{
		"share-all":  `{shared-already: "no"}`,
		"share-part": `{shared-already: "no"}`,
		"defer":      `{missing-before: More facts., decide-by: in 3 days}`,
		"refer":      `{refer-to: The safeguarding lead}`,
	}[outcome]
	changed := overlaid(answers, node(change))
	if extra != "" {
		changed = overlaid(changed, node(extra))
	}
	return changed
}

func node(text string) yaml.Node {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		panic(err)
	}
	return *doc.Content[0]
}

// overlaid is a mapping with the values of another put over it; null takes a value away.
func overlaid(under, over yaml.Node) yaml.Node {
	result := yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	replaced := map[string]*yaml.Node{}
	for i := 0; i+1 < len(over.Content); i += 2 {
		replaced[over.Content[i].Value] = over.Content[i+1]
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(under.Content); i += 2 {
		key, value := under.Content[i], under.Content[i+1]
		seen[key.Value] = true
		if by, ok := replaced[key.Value]; ok {
			value = by
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

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k, v := range m {
		keys = append(keys, fmt.Sprintf("%s (%s)", k, v))
	}
	slices.Sort(keys)
	return keys
}
