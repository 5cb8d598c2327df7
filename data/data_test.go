package data_test

import (
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"dsa/checklist"
	"dsa/data"
	"dsa/legislation"
)

const (
	cambridgeshire = "cambridgeshire-peterborough-2024"
	london         = "london-mas-2021"
)

func law(t *testing.T) *legislation.Law {
	t.Helper()
	l, err := legislation.Load(data.Files, legislation.AllParts)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func agreement(t *testing.T, id string) *checklist.Agreement {
	t.Helper()
	a, err := checklist.Load(data.Files, id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// A walked is a checklist on one of the occasions that it serves.
type walked struct {
	list     *checklist.List
	occasion string
	of       string // the agreement, empty where the list is ours
}

func (w walked) String() string { return strings.TrimSpace(w.of + " " + w.list.ID + " " + w.occasion) }

// everyWalk is every checklist that is built in, on every occasion that it serves.
func everyWalk(t *testing.T) []walked {
	t.Helper()
	var all []walked
	for _, id := range checklist.Agreements(data.Files) {
		a := agreement(t, id)
		for _, occasion := range checklist.Occasions {
			list := a.List(occasion)
			if list == nil {
				t.Fatalf("%s has no checklist for %s", id, occasion)
			}
			if occasion != checklist.Emergency {
				all = append(all, walked{list, occasion, id})
			}
		}
	}
	for _, id := range own {
		list, err := checklist.LoadOwn(data.Files, id)
		if err != nil {
			t.Fatal(err)
		}
		occasion := ""
		if id == checklist.Emergency {
			occasion = checklist.Emergency
		}
		all = append(all, walked{list, occasion, ""})
	}
	return all
}

// own are the checklists that are ours.
var own = []string{"emergency", "amend", "review", "endorse"}

// start is a walk before its first answer, at a fixed time.
func (w walked) start(known checklist.Answers) *checklist.Walk {
	known = maps.Clone(known)
	if known == nil {
		known = checklist.Answers{}
	}
	if w.occasion != "" {
		known[checklist.Occasion] = checklist.Answer{Chosen: []string{w.occasion}}
	}
	return checklist.NewWalk(w.list, sources(), known, func() time.Time { return time.Date(2026, 6, 5, 12, 0, 0, 0, time.UTC) })
}

// Every file that is built in is one that a loader reads; a file nobody reads would be words nobody checks.
func TestEveryFileIsRead(t *testing.T) {
	read := []string{"circumstances.yaml", "routes.yaml", "topics.yaml", "initiatives.yaml", "synonyms.yaml", "reading.yaml", "bases.yaml", "ours.yaml",
		"obligations.yaml", "oversight.yaml", "retention.yaml"} // cmd reads the last: what it points at are questions, findings and commands
	for _, id := range own {
		read = append(read, id+".yaml")
	}
	for _, id := range checklist.Agreements(data.Files) {
		folder := "agreements/" + id + "/"
		read = append(read, folder+"agreement.yaml", folder+"printed-legislation.yaml", folder+"glossary.yaml")
		for list := range agreement(t, id).Lists {
			read = append(read, folder+list+".yaml")
		}
	}
	// And cmd/training reads the scenarios: all of their folder.
	cases, err := fs.Glob(data.Files, "scenarios/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	read = append(read, cases...)
	err = fs.WalkDir(data.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if act, _ := path.Match("legislation/*.yaml", name); !act && !slices.Contains(read, name) {
			t.Errorf("%s is built in and nothing reads it", name)
		}
		text, err := fs.ReadFile(data.Files, name)
		if !utf8.Valid(text) || strings.ContainsAny(string(text), "\r\t") {
			t.Errorf("%s is not plain UTF-8 with line feeds and blanks", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is shipped is counted, so that nothing drops out unseen. Who adds an entry changes the number here.
func TestCounts(t *testing.T) {
	l := law(t)
	files, _ := fs.Glob(data.Files, "legislation/*.yaml")
	rules, err := legislation.LoadRetention(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{"rules of retention": len(rules), "acts": len(files), "entries": len(l.Provisions), "circumstances": len(l.Circumstances),
		"routes": len(l.Routes), "agreements": len(checklist.Agreements(data.Files)), "tables": len(l.Printed),
		"topics": len(l.Topics), "rows of Cambridgeshire": len(l.Printed[cambridgeshire].Rows),
		"rows of London": len(l.Printed[london].Rows)}
	want := map[string]int{"rules of retention": 11, "acts": 75, "entries": 141, "circumstances": 38, "routes": 2, "agreements": 2, "tables": 2,
		"topics": 14, "rows of Cambridgeshire": 39, "rows of London": 27}
	for what, n := range want {
		if got[what] != n {
			t.Errorf("there are %d %s, want %d", got[what], what, n)
		}
	}
	certainty, status, use := map[legislation.Certainty]int{}, map[legislation.Status]int{}, map[legislation.Use]int{}
	reviewed := 0
	for _, p := range l.Provisions {
		certainty[p.Certainty]++
		use[p.Use]++
		status[p.On(time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)).Status]++
		if p.Reviewer != "" {
			reviewed++
		}
	}
	t.Logf("by certainty: %v; by use: %v; reviewed: %d of %d", certainty, use, reviewed, len(l.Provisions))
	t.Logf("by status on 15 January 2026: %v", status)
}

var host = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)

// Where a provision is to be read must be an official place, or one that publishes judgments, or for guidance the place
// of the body that issues it; where something about it was seen may be elsewhere.
var official = []string{"www.legislation.gov.uk", "www.gov.uk", "www.bailii.org", "www.england.nhs.uk",
	"www.londonsafeguardingchildrenprocedures.co.uk"}

func sane(t *testing.T, id, address string, hosts []string) {
	t.Helper()
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Port() != "":
		t.Errorf("%s: %q is not a plain web address", id, address)
	case !host.MatchString(u.Host):
		t.Errorf("%s: %q is not a host to send people to", id, u.Host)
	case hosts != nil && !slices.Contains(hosts, u.Host):
		t.Errorf("%s: %q is not an official address", id, address)
	case strings.ContainsAny(address, "<>\"'`\\{}|^") || regexp.MustCompile(`[^!-~]`).MatchString(address):
		t.Errorf("%s: %q holds characters that no address needs", id, address)
	}
}

func TestEveryEntryHasItsSourceAndItsDates(t *testing.T) {
	reviewed := regexp.MustCompile(`^\S.*, \d{4}-\d{2}-\d{2}$`)
	for _, p := range law(t).Provisions {
		sane(t, p.ID, p.Address, official)
		if len(p.Sources) == 0 || len(p.History) == 0 {
			t.Errorf("%s has %d sources and %d states", p.ID, len(p.Sources), len(p.History))
		}
		for _, s := range p.Sources {
			sane(t, p.ID, s.Address, nil)
		}
		if p.Reviewer != "" && !reviewed.MatchString(p.Reviewer) {
			t.Errorf("%s: the reviewer %q is not a person with a date (A. Name, post, 2026-03-01)", p.ID, p.Reviewer)
		}
		for _, words := range append([]string{p.Title, p.Summary, p.Limits}, p.Check...) {
			if words != strings.TrimSpace(words) && !strings.HasSuffix(words, "\n") || strings.Contains(words, "  ") {
				t.Errorf("%s: blanks that do not belong: %q", p.ID, words)
			}
		}
		// What a person is told to look at instead must itself be no dead end.
		for _, state := range p.History[len(p.History)-1:] {
			if ended := state.Status == legislation.Repealed || state.Status == legislation.Superseded; ended && len(p.See) == 0 {
				t.Errorf("%s has ended and does not say what replaced it", p.ID)
			}
		}
		if slices.Contains(p.See, p.ID) {
			t.Errorf("%s refers to itself", p.ID)
		}
	}
}

// A circumstance that decides nothing is a question for nothing.
func TestEveryCircumstanceMatters(t *testing.T) {
	l := law(t)
	matters := map[string]bool{}
	for _, p := range l.Provisions {
		for _, line := range p.Facts {
			for _, fact := range strings.Split(line, "|") {
				matters[fact] = true
			}
		}
	}
	for _, c := range l.Circumstances {
		if !matters[c.ID] {
			t.Errorf("no entry depends on %s", c.ID)
		}
	}
}

func TestThePrintedTables(t *testing.T) {
	l := law(t)
	day := time.Date(2026, 1, 15, 0, 0, 0, 0, time.UTC)
	for id, table := range l.Printed {
		for i, row := range table.Rows {
			if row.Row != i+1 {
				t.Errorf("%s: row %d stands where row %d should", id, row.Row, i+1)
			}
			if len(row.Entries) == 0 {
				t.Errorf("%s: row %d points nowhere", id, row.Row)
			}
			stands := false
			for _, entry := range row.Entries {
				p := l.Provision(entry)
				if p == nil {
					t.Errorf("%s: row %d points to %s, which is no entry", id, row.Row, entry)
					continue
				}
				stands = stands || p.Use == legislation.UseGateway && p.On(day).Status.Stands()
			}
			// Rows that name nothing to rely on today must say so.
			if !stands && strings.TrimSpace(row.Note) == "" {
				t.Errorf("%s: row %d points to no gateway and has no note", id, row.Row)
			}
			// Each row names what it prints first, and what better is to be had after it.
			if p := l.Provision(row.Entries[0]); p != nil && p.Ours {
				t.Errorf("%s: row %d prints %s, which says that it is ours", id, row.Row, p.ID)
			}
		}
	}
}

// Appendix C of the London agreement in its order: the table, then the list of other legislation below it. Each row is
// given with the entry that it prints.
var londonRows = []struct{ act, entry string }{
	{"The Mental Health Act 1983 and the Mental Health Act Code of Practice", "mental-health-act-1983"},
	{"The Access to Health Records Act 1990", "access-to-health-records-act-1990-s3"},
	{"The Local Government Act 2000", "local-government-act-2000-s2"},
	{"The Localism Act 2011", "localism-act-2011-s1"},
	{"The Education Act 2002", "education-act-2002-s175"},
	{"The Children Act 1989", "children-act-1989-s47"},
	{"The Children Act 2004", "children-act-2004-s10"},
	{"The Criminal Justice Act 2003", "criminal-justice-act-2003-s325"},
	{"The Police and Criminal Evidence Act 1984", "police-and-criminal-evidence-act-1984"},
	{"The Children & Social Work Act 2017", "children-and-social-work-act-2017"},
	{"The Mental Capacity Act 2005", "mental-capacity-act-2005"},
	{"The Health and Social Care Act 2012", "health-and-social-care-act-2012-s251b"},
	{"The Crime and Disorder Act 1998", "crime-and-disorder-act-1998-s115"},
	{"FGM Mandatory Guidance", "female-genital-mutilation-act-2003-s5b"},
	{"Department for Education Information Sharing for Practitioners 2018", "dfe-information-sharing-advice-2018"},
	{"Working Together to Safeguard Children 2018", "working-together-2018"},
	{"London Child Protection Procedures 2020", "london-child-protection-procedures-2020"},
	{"NHSE Safeguarding Vulnerable People in the NHS – Accountability and Assurance Framework 2015", "nhse-safeguarding-framework-2015"},
	{"Learning and Skills Act 2000", "learning-and-skills-act-2000"},
	{"Education (SEN) Regulations 2001", "sen-regulations-2001"},
	{"Children (Leaving Care) Act 2000", "children-leaving-care-act-2000"},
	{"Immigration and Asylum Act 1999", "immigration-and-asylum-act-1999-s20"},
	{"National Health Service Act 1977", "national-health-service-act-1977-s22"},
	{"National Health Service Act 2006", "national-health-service-act-2006-s82"},
	{"The Adoption and Children Act 2002", "adoption-and-children-act-2002"},
	{"The Localism Act 2011", "localism-act-2011-s1"},
	{"Welfare Reform Act 2012", "welfare-reform-act-2012-s131"},
}

func TestTheLondonRows(t *testing.T) {
	rows := law(t).Printed[london].Rows
	if len(rows) != len(londonRows) {
		t.Fatalf("there are %d rows, want %d", len(rows), len(londonRows))
	}
	for i, want := range londonRows {
		if rows[i].Act != want.act || rows[i].Entries[0] != want.entry {
			t.Errorf("row %d is %q and prints %s, want %q and %s", i+1, rows[i].Act, rows[i].Entries[0], want.act, want.entry)
		}
		if other := strings.HasPrefix(rows[i].Note, "From the list of other legislation."); other != (i >= 18) {
			t.Errorf("row %d says that it is from the list of other legislation: %t", i+1, other)
		}
	}
}

// A topic that nothing speaks of is a question without an answer. Of two the tables have nothing yet: they have to be
// answered by advice, not by an entry.
func TestEveryTopicBringsSomethingUp(t *testing.T) {
	l := law(t)
	brings := map[string]bool{"court-order": true, "privilege": true, "limited-use": true}
	for _, p := range l.Provisions {
		if p.Use == legislation.UseRestriction {
			for _, topic := range p.Touches {
				if topic == "court-order" || topic == "privilege" || topic == "limited-use" {
					t.Errorf("%s speaks of %s; take it out of the exceptions", p.ID, topic)
				}
				brings[topic] = true
			}
		}
	}
	for _, topic := range l.Topics {
		if !brings[topic.ID] {
			t.Errorf("no restriction speaks of %s", topic.ID)
		}
	}
}

// The questions of the three printed checklists, letter for letter and in their order. Where the print adds an
// instruction to a question (Appendix D, questions 2 and 4), the title is the question.
var printed = []struct {
	agreement, occasion, list string
	titles                    []string
}{
	{cambridgeshire, checklist.AdHoc, "adhoc", []string{
		"Why is the information needed?",
		"What information is needed?",
		"Is it fair to share in this way?",
		"What are the benefits and what are the risks?",
		"Where does the information originate from, does the source organisation need to be consulted?",
		"What needs to be done to transfer the information securely?",
		"Am I being transparent about information sharing?",
		"Check your organisational policies and procedures",
		"Ask for help to make disclosure decisions",
		"Document your decision",
	}},
	{cambridgeshire, checklist.Routine, "routine", []string{
		"Why is the information needed?",
		"What information is needed?",
		"What organisation can provide the information?",
		"Have you completed a Data Protection Impact Assessment (DPIA)?",
		"How will it be transferred?",
		"Where will it be held?",
		"Are you sure the information is accurate and not misleading?",
		"How will you process it?",
		"How long will you keep it?",
		"How will you delete the data?",
	}},
	{london, checklist.AdHoc, "appendix-d", appendixD},
	{london, checklist.Routine, "appendix-d", appendixD},
}

var appendixD = []string{
	"Whose information is this?",
	"Is there a lawful basis to share the information?",
	"Can information be pseudonymised or anonymised ahead of sharing?",
	"How have individuals been informed that the information will be shared eg via a privacy notice? " +
		"Will they have the expectation that their information will be shared?",
	"Have any requests not to share been received and considered?",
	"How much information is it necessary to share in this situation?",
	"Is the information accurate and up to date? Has the difference between fact and opinion been stated?",
	"Is access to the information limited to only those who need it? Is it being given to the right person?",
	"Is the information being shared in a secure way?",
	"Has the decision to share or not share, and the rationale for the decision, been recorded?",
}

func TestTheTenQuestions(t *testing.T) {
	for _, want := range printed {
		list := agreement(t, want.agreement).List(want.occasion)
		var numbers, got []string
		for i := range list.Questions {
			if q := &list.Questions[i]; !q.IsOurs() {
				numbers, got = append(numbers, q.Number), append(got, q.Title)
				if !strings.Contains(q.Source, " question "+q.Number) {
					t.Errorf("%s: the source of question %s does not say where it is printed: %s", list.ID, q.Number, q.Source)
				}
			}
		}
		if list.ID != want.list {
			t.Errorf("%s: %s is served by %s, want %s", want.agreement, want.occasion, list.ID, want.list)
		}
		if !slices.Equal(numbers, strings.Fields("1 2 3 4 5 6 7 8 9 10")) {
			t.Errorf("%s: the questions are numbered %v", list.ID, numbers)
		}
		if !slices.Equal(got, want.titles) {
			t.Errorf("%s: the titles are\n%s\nwant\n%s", list.ID, strings.Join(got, "\n"), strings.Join(want.titles, "\n"))
		}
		if list.Numbered() != 10 {
			t.Errorf("%s: there are %d numbered questions", list.ID, list.Numbered())
		}
	}
}

// A question and its guidance stand on one screen of 24 lines of 80 characters, with the choices under them.
const mostGuidance = 420

func TestEveryQuestionHasGuidanceAndSource(t *testing.T) {
	for _, w := range everyWalk(t) {
		for _, q := range w.list.Questions {
			if q.Guidance == "" || q.Source == "" || q.Title == "" {
				t.Errorf("%s: %s has no guidance, source or title", w, q.ID)
			}
			if n := utf8.RuneCountInString(q.Guidance); n > mostGuidance {
				t.Errorf("%s: the guidance of %s is %d characters long; %d fit", w, q.ID, n, mostGuidance)
			}
			if ours := strings.HasPrefix(q.Source, "Ours"); ours && !q.IsOurs() {
				t.Errorf("%s: %s is numbered as the agreement's and says it is ours", w, q.ID)
			}
			if w.of == "" && !q.IsOurs() {
				t.Errorf("%s: %s has a number in a checklist of ours", w, q.ID)
			}
		}
	}
}

// What every record is to have is asked on every occasion, under the agreement's own questions or ours. What a checklist
// leaves out of the vocabulary stands here with the reason, so that nothing drops out unseen.
func TestEveryChecklistGathersEveryField(t *testing.T) {
	routine := strings.Fields("frequency already-available dpia dpia-outcome dpo-view storage access joint-system joint-security processing " +
		"profiling profiling-note retention deletion tier2 tier2-reference rights-arrangements incidents")
	followUps := strings.Fields("amended found-by reviewed found stands new-outcome verdict sample recipients-told recipients-told-how next-review capacity capacity-other looked-at view view-conditions")
	left := map[string][]string{
		cambridgeshire + " adhoc adhoc":     slices.Concat(routine, followUps),
		cambridgeshire + " routine routine": followUps,
		// Of each piece it is asked where it comes from and whether its source was consulted; Appendix D asks no more.
		london + " appendix-d adhoc":   slices.Concat(routine, followUps, []string{"origin-consulted", "origin-note"}),
		london + " appendix-d routine": slices.Concat(followUps, []string{"origin-consulted", "origin-note"}),
	}
	for _, w := range everyWalk(t) {
		if w.of == "" {
			continue
		}
		known := checklist.Answers{checklist.Occasion: {Chosen: []string{w.occasion}}}
		asked := map[string]bool{}
		for _, q := range w.list.Questions {
			for _, ask := range q.Asks {
				asked[ask.ID] = onOccasion(q.When, known) && onOccasion(ask.When, known)
			}
		}
		for _, word := range checklist.Vocabulary {
			if want := !slices.Contains(left[w.String()], word.ID); asked[word.ID] != want {
				t.Errorf("%s: %s is asked: %t, want %t", w, word.ID, asked[word.ID], want)
			}
		}
		information := w.list.Ask("information")
		var parts []string
		for _, part := range information.Items {
			parts = append(parts, part.ID)
		}
		if want := strings.Fields("what person passed withheld-why period nature origin consulted"); !slices.Equal(parts, want) {
			t.Errorf("%s: of a piece it asks %v, want %v", w, parts, want)
		}
	}
}

// onOccasion reports whether a condition leaves a question possible on the occasion, whatever else is answered.
func onOccasion(when checklist.When, known checklist.Answers) bool {
	values, depends := when[checklist.Occasion]
	return !depends || checklist.When{checklist.Occasion: values}.Holds(known)
}

// An answer means the same wherever it is asked: the same kind and the same choices.
func TestAnAnswerMeansTheSameEverywhere(t *testing.T) {
	type meaning struct{ where, what string }
	first := map[string]meaning{}
	for _, w := range everyWalk(t) {
		for _, q := range w.list.Questions {
			for _, ask := range q.Asks {
				what := string(ask.Kind) + " " + ask.From
				for _, o := range ask.Options {
					what += " " + o.ID
				}
				was, seen := first[ask.ID]
				if !seen {
					first[ask.ID] = meaning{w.String(), what}
				} else if was.what != what {
					t.Errorf("%s is %q in %s, and %q in %s", ask.ID, was.what, was.where, what, w)
				}
			}
		}
	}
	if first["new-outcome"].what != first["outcome"].what {
		t.Error("a review decides among other outcomes than a decision")
	}
}

// What stands in ours.yaml and no checklist asks for is dead.
func TestEverythingOfOursIsUsed(t *testing.T) {
	taken := map[string]bool{}
	err := fs.WalkDir(data.Files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(data.Files, name)
		for _, m := range regexp.MustCompile(`(?m)^ *- (?:\{)?ours: ([a-z0-9-]+)`).FindAllSubmatch(text, -1) {
			taken[string(m[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := fs.ReadFile(data.Files, "ours.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ids := regexp.MustCompile(`(?m)^  - id: ([a-z0-9-]+)$`).FindAllSubmatch(text, -1)
	for _, m := range ids {
		if !taken[string(m[1])] {
			t.Errorf("no checklist takes %s", m[1])
		}
	}
	t.Logf("%d questions and shared answers of ours", len(ids))
}

// sources stand in for what the program looks up.
func sources() map[string]checklist.Source {
	from := func(ids ...string) checklist.Source {
		return func(checklist.Answers) checklist.Choice {
			var c checklist.Choice
			for _, id := range ids {
				c.Options = append(c.Options, checklist.Option{ID: id, Words: id})
			}
			return c
		}
	}
	return map[string]checklist.Source{"sectors": from("police", "voluntary"), "recipients": from("police", "local-authority", "public"),
		"parties": from("fenmarsh-council"), "answers-of-record": from("reasons", "purpose"), "circumstances": from("s47-enquiry", "marac"), "gateways": from("children-act-1989-s47", "children-act-2004-s16h"),
		"article-6": from("uk-gdpr-6-1-e", "uk-gdpr-6-1-a"), "conditions": from("dpa-2018-sch1-para18", "dpa-2018-s35-4"),
		"topics": from("adoption", "other")}
}

// Every answer can be asked for, and every option chosen: a walk is made from the first options, then one for each
// option that was seen and not yet chosen, until there is none left.
func TestEveryQuestionCanBeReached(t *testing.T) {
	type choice struct{ path, option string }
	reached, asks := map[string]map[string]bool{}, map[string][]string{}
	for _, w := range everyWalk(t) {
		taken := map[choice]bool{}
		name := strings.TrimSpace(w.of + " " + w.list.ID)
		if reached[name] == nil {
			reached[name] = map[string]bool{}
		}
		walks := 0
		queue := []checklist.Answers{{}}
		for len(queue) > 0 {
			walks++
			walk := w.start(nil)
			walk.Restore(queue[0], "") // a walk that was ended, with one answer changed: what that opens is answered
			queue = queue[1:]
			for n := 0; walk.At() != ""; n++ {
				step, _ := walk.Current()
				if n > 300 {
					t.Fatalf("%s: a walk does not end; it is at %s", w, step.Path)
				}
				reached[name][place(step.Path)] = true
				answer := checklist.Answer{Text: "x"}
				switch step.Ask.Kind {
				case checklist.Email:
					answer.Text = "a@fenmarsh.gov.uk"
				case checklist.Moment:
					answer.Text = "now"
				case checklist.Day:
					answer.Text = "tomorrow"
				case checklist.Files:
					answer.Text = "" // which files there are is the program's to look at
				case checklist.Years:
					answer.Text = "8"
				case checklist.OneOf, checklist.SomeOf:
					answer = checklist.Answer{Chosen: []string{step.Ask.Options[0].ID}}
				}
				if err := walk.Answer(answer); err != nil {
					t.Fatalf("%s: %s does not take %+v: %v", w, step.Path, answer, err)
				}
			}
			if len(walk.Pending()) > 0 {
				t.Fatalf("%s: a walk ends with something wanting", w)
			}
			answers := walk.Applying()
			for _, step := range walk.Steps() {
				for _, o := range step.Ask.Options {
					if c := (choice{place(step.Path), o.ID}); !taken[c] {
						taken[c] = true
						if !step.Answer.Is(o.ID) {
							next := maps.Clone(answers)
							next[step.Path] = checklist.Answer{Chosen: []string{o.ID}}
							queue = append(queue, next)
						}
					}
				}
			}
		}
		t.Logf("%s: %d answers reached and %d options chosen in %d walks", w, len(reached[name]), len(taken), walks)
		asks[name] = nil
		for _, q := range w.list.Questions {
			for _, ask := range q.Asks {
				if ask.Kind != checklist.Items {
					asks[name] = append(asks[name], ask.ID)
				}
				for _, part := range ask.Items {
					asks[name] = append(asks[name], ask.ID+"/"+part.ID)
				}
			}
		}
	}
	// A list that serves several occasions is reached on all of them together. The emergency list leaves one question of
	// the first page to the other occasions.
	reached["emergency"]["record-now"] = true
	for name, ids := range asks {
		for _, id := range ids {
			if !reached[name][id] {
				t.Errorf("%s: no answer leads to %q", name, id)
			}
		}
	}
}

// place is a path without the number of the piece.
func place(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) == 3 {
		return parts[0] + "/" + parts[2]
	}
	return path
}

// Where nobody can be identified the record is short: it asks for no law, no recipient's check, no reasons of fairness.
func TestTheShortWay(t *testing.T) {
	last := map[string]string{"adhoc": "document", "routine": "decide", "appendix-d": "recorded"}
	for _, w := range everyWalk(t) {
		if w.of == "" {
			continue
		}
		walk := w.start(nil)
		walk.Restore(checklist.Answers{"danger": {Chosen: []string{"no"}}, "identifiable": {Chosen: []string{"no"}}}, "")
		var questions []string
		for _, s := range walk.Steps() {
			if !slices.Contains(questions, s.Question.ID) {
				questions = append(questions, s.Question.ID)
			}
		}
		if want := []string{"danger", "who", "identifiable", "anonymous", last[w.list.ID]}; !slices.Equal(questions, want) {
			t.Errorf("%s: the short way asks %v, want %v", w, questions, want)
		}
	}
}

// profile is what is remembered of who decides, and never asked again.
var profile = checklist.Answers{"name": {Text: "A"}, "post": {Text: "B"}, "organisation": {Text: "C"}, "sector": {Chosen: []string{"health"}},
	"public-authority": {Chosen: []string{"yes"}}, "competent-authority": {Chosen: []string{"no"}}, "email": {Text: "a@c.example"}, "keep-years": {}}

// Somebody in an emergency gives a dozen answers and not one more: from the danger to the reasons, with one piece of
// information. Whether there is another piece is one key besides.
func TestTheEmergencyIsADozenAnswers(t *testing.T) {
	for _, w := range everyWalk(t) {
		if w.occasion != checklist.Emergency {
			continue
		}
		walk := w.start(profile)
		var asked []string
		for walk.At() != "" {
			step, _ := walk.Current()
			answer := checklist.Answer{Text: "now"}
			if len(step.Ask.Options) > 0 {
				answer = checklist.Answer{Chosen: []string{step.Ask.Options[0].ID}}
			}
			if step.Path == "danger" {
				answer = checklist.Answer{Chosen: []string{"yes"}}
			}
			if err := walk.Answer(answer); err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(step.Path, "/more") {
				asked = append(asked, step.Path)
			}
		}
		want := strings.Fields("danger acted harm purpose initiated recipient-organisation recipient-person information/1/what " +
			"outcome shared-at told reasons")
		if !slices.Equal(asked, want) {
			t.Errorf("an emergency asks\n%v, want\n%v", asked, want)
		}
	}
}

// What has to be answered in an ordinary case, with one piece of information and everything optional left out, does not
// grow unseen: people in a hurry pay for every question.
func TestWhatAnOrdinaryCaseAsks(t *testing.T) {
	most := map[string]int{"adhoc": 42, "routine": 56, "appendix-d": 41}
	ordinary := checklist.Answers{"danger": {Chosen: []string{"no"}}, "identifiable": {Chosen: []string{"yes"}}, "initiated": {Chosen: []string{"offered"}},
		"recipient-sector": {Chosen: []string{"local-authority"}}, "recipient-party": {Chosen: []string{"fenmarsh-council"}},
		"alerts": {Chosen: []string{"none"}}, "told": {Chosen: []string{"told"}}, "heard": {Chosen: []string{"agrees"}}, "restrictions": {Chosen: []string{"none"}},
		"advice": {Chosen: []string{"no"}}, "categories": {Chosen: []string{"none"}},
		"confidentiality": {Chosen: []string{"public-interest"}}}
	for _, w := range everyWalk(t) {
		if w.of == "" || w.occasion == checklist.Routine && w.list.ID != "routine" {
			continue
		}
		walk := w.start(profile)
		n := 0
		for walk.At() != "" {
			step, _ := walk.Current()
			answer, given := ordinary[step.Path]
			switch {
			case given, step.Ask.Optional:
			case len(step.Ask.Options) > 0:
				answer = checklist.Answer{Chosen: []string{step.Ask.Options[0].ID}}
			default:
				answer = checklist.Answer{Text: "x"}
			}
			if err := walk.Answer(answer); err != nil {
				t.Fatalf("%s: %s: %v", w, step.Path, err)
			}
			if !step.Ask.Optional && !strings.HasSuffix(step.Path, "/more") {
				n++
			}
		}
		if n > most[w.list.ID] {
			t.Errorf("%s: an ordinary case asks for %d answers; %d are the most", w, n, most[w.list.ID])
		}
		t.Logf("%s: an ordinary case asks for %d answers", w, n)
	}
}

// codes are the words of data/README.md that are marked as code in a line of text.
func codes(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, code := range regexp.MustCompile("`[^`\n]+`").FindAllString(string(text), -1) {
		for _, word := range strings.FieldsFunc(code, func(r rune) bool { return strings.ContainsRune("` ,;:|", r) }) {
			known[word] = true
		}
	}
	return known
}

// data/README.md is what people who write data have to go by: every word they may use stands there, marked as code.
func TestTheREADMEKnowsEveryWord(t *testing.T) {
	known := codes(t)
	words := map[string][]string{
		"kind": {string(checklist.Line), string(checklist.Paragraph), string(checklist.Email), string(checklist.Moment),
			string(checklist.Years), string(checklist.OneOf), string(checklist.SomeOf), string(checklist.Items),
			string(checklist.Day), string(checklist.Files)},
		"checklist": {"ours", "when", "words", "help", "missing", "from", "sole", "stops", "switch", "marked", "another", "replies", "remarks", "answers-of-record"},
		"occasion":  append(slices.Clone(checklist.Occasions), checklist.Occasion),
		"finding":   {"raises", "overtaken"},
		"effect": {string(legislation.DutyToShare), string(legislation.PowerToShare), string(legislation.DutyToCooperate),
			string(legislation.GeneralFunction), string(legislation.StatutoryGuidance),
			string(legislation.NonStatutoryGuidance), string(legislation.Restriction)},
		"use": {string(legislation.UseGateway), string(legislation.UseSupporting), string(legislation.UseRestriction),
			string(legislation.UseReference), string(legislation.UseDoNotOffer)},
		"certainty": {string(legislation.Verified), string(legislation.Knowledge), string(legislation.Unsure)},
		"status": {string(legislation.InForce), string(legislation.InForceAmended), string(legislation.NotInForce),
			string(legislation.StartUnconfirmed), string(legislation.Repealed), string(legislation.Superseded)},
	}
	for _, w := range checklist.Vocabulary {
		words["answer"] = append(words["answer"], w.ID)
	}
	for _, n := range legislation.Triggers {
		words["trigger"] = append(words["trigger"], n.ID)
	}
	for _, n := range slices.Concat(legislation.Sectors, legislation.OtherRecipients) {
		words["sector"] = append(words["sector"], n.ID)
	}
	for _, n := range legislation.Raisable {
		words["finding"] = append(words["finding"], n.ID)
	}
	for _, what := range slices.Sorted(maps.Keys(words)) {
		var missing []string
		for _, word := range words[what] {
			if !known[word] {
				missing = append(missing, word)
			}
		}
		if len(missing) > 0 {
			t.Errorf("README.md does not have, in backticks, the %s words: %s", what, strings.Join(missing, " "))
		}
	}
}

// The vocabulary has one meaning for a word, stands in data/README.md line by line, and holds no word that nobody asks.
func TestTheVocabulary(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "| Answer | Meaning | Required |\n| --- | --- | --- |\n")
	var want strings.Builder
	seen := map[string]bool{}
	for _, w := range checklist.Vocabulary {
		if seen[w.ID] || w.Means == "" {
			t.Errorf("%q stands twice in the vocabulary, or means nothing", w.ID)
		}
		seen[w.ID] = true
		required := ""
		if w.Required {
			required = "yes"
		}
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", w.ID, w.Means, required)
	}
	if !strings.HasPrefix(table, want.String()) || strings.HasPrefix(table[len(want.String()):], "|") {
		t.Errorf("the table of README.md is not the vocabulary; it is\n%s", want.String())
	}
	asked := map[string]bool{}
	for _, w := range everyWalk(t) {
		for _, q := range w.list.Questions {
			for _, ask := range q.Asks {
				asked[ask.ID] = true
			}
		}
	}
	for _, w := range checklist.Vocabulary {
		if !asked[w.ID] {
			t.Errorf("no checklist asks for %q", w.ID)
		}
	}
}

// A condition is a list of ids, so it is held together with the tables that the ids come from: a note on every topic,
// the place of the policy document for every condition that needs one, and why there is no consent where the law asks.
func TestConditionsNameWhatTheTablesHave(t *testing.T) {
	var topics, documents, reasons []string
	for _, topic := range law(t).Topics {
		topics = append(topics, topic.ID)
	}
	for _, b := range law(t).Bases.Entries {
		if b.PolicyDocument != nil {
			documents = append(documents, b.ID)
		}
		if slices.Contains(b.Raises, "P18") {
			reasons = append(reasons, b.ID)
		}
	}
	asks, err := checklist.OurAsks(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	var alerts []string
	for _, o := range asks["alerts"].Options {
		if !o.Alone {
			alerts = append(alerts, o.ID)
		}
	}
	for _, c := range []struct {
		ask, on string
		want    []string
	}{
		{"restrictions-note", "restrictions", topics},
		{"policy-document", "condition", documents},
		{"without-consent", "condition", reasons},
		{"alerts-note", "alerts", alerts},
	} {
		if len(c.want) == 0 || !slices.Equal([]string(asks[c.ask].When[c.on]), c.want) {
			t.Errorf("%s waits for %v, want %v", c.ask, asks[c.ask].When[c.on], c.want)
		}
	}
}

// What organisations have written down about retention differs from one to the next. What is built in is shown and never
// asserted: every rule is an example, has been seen somewhere, and can be looked up there.
func TestRulesOfRetentionAreExamples(t *testing.T) {
	rules, err := legislation.LoadRetention(data.Files)
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]int{}
	for _, r := range rules {
		kept[r.Records]++
		if !r.Example || r.Reviewer != "" || !strings.HasPrefix(r.ID, "example-") || r.Pack != "" {
			t.Errorf("%s is built in and does not say that it is an example", r.ID)
		}
		if r.Certainty != legislation.Verified && len(r.Check) == 0 {
			t.Errorf("%s was not seen at its source, and does not say what to check", r.ID)
		}
		if _, known := r.Until(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); known {
			t.Errorf("%s gives a day for records of everybody", r.ID)
		}
		for _, s := range r.Sources {
			sane(t, r.ID, s.Address, nil)
		}
	}
	if kept["Case records of looked after children"] != 2 {
		t.Error("no kind of record has two rules that differ, which is why all of them are examples")
	}
}
