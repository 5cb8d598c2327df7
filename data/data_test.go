package data_test

import (
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

// Every file that is built in is one that a loader reads; a file nobody reads would be words nobody checks.
func TestEveryFileIsRead(t *testing.T) {
	read := []string{"circumstances.yaml", "routes.yaml", "topics.yaml", "initiatives.yaml", "synonyms.yaml", "reading.yaml", "bases.yaml", "ours.yaml"}
	for _, id := range checklist.Agreements(data.Files) {
		folder := "agreements/" + id + "/"
		read = append(read, folder+"agreement.yaml", folder+"printed-legislation.yaml", folder+"glossary.yaml")
		for list := range agreement(t, id).Lists {
			read = append(read, folder+list+".yaml")
		}
	}
	err := fs.WalkDir(data.Files, ".", func(name string, entry fs.DirEntry, err error) error {
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
	got := map[string]int{"acts": len(files), "entries": len(l.Provisions), "circumstances": len(l.Circumstances),
		"routes": len(l.Routes), "agreements": len(checklist.Agreements(data.Files)), "tables": len(l.Printed),
		"topics": len(l.Topics), "rows of Cambridgeshire": len(l.Printed[cambridgeshire].Rows),
		"rows of London": len(l.Printed[london].Rows)}
	want := map[string]int{"acts": 75, "entries": 141, "circumstances": 38, "routes": 2, "agreements": 2, "tables": 2,
		"topics": 13, "rows of Cambridgeshire": 39, "rows of London": 27}
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
	brings := map[string]bool{"court-order": true, "privilege": true}
	for _, p := range l.Provisions {
		if p.Use == legislation.UseRestriction {
			for _, topic := range p.Touches {
				if topic == "court-order" || topic == "privilege" {
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

// The ten questions of Appendix 2, word for word and in its order.
var titles = []string{
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
}

func TestTheTenQuestions(t *testing.T) {
	a := agreement(t, cambridgeshire)
	list := a.Lists[a.Checklists["adhoc"]]
	var numbers, got []string
	for i := range list.Questions {
		if q := &list.Questions[i]; !q.IsOurs() {
			numbers, got = append(numbers, q.Number), append(got, q.Title)
		}
	}
	if want := strings.Fields("1 2 3 4 5 6 7 8 9 10"); !slices.Equal(numbers, want) {
		t.Errorf("the questions are numbered %v", numbers)
	}
	if !slices.Equal(got, titles) {
		t.Errorf("the titles are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(titles, "\n"))
	}
	if list.Numbered() != 10 {
		t.Errorf("there are %d numbered questions", list.Numbered())
	}
}

// A question and its guidance stand on one screen of 24 lines of 80 characters, with the choices under them.
const mostGuidance = 420

func TestEveryQuestionHasGuidanceAndSource(t *testing.T) {
	for _, id := range checklist.Agreements(data.Files) {
		for _, list := range agreement(t, id).Lists {
			for _, q := range list.Questions {
				if q.Guidance == "" || q.Source == "" || q.Title == "" {
					t.Errorf("%s: %s has no guidance, source or title", list.ID, q.ID)
				}
				if n := utf8.RuneCountInString(q.Guidance); n > mostGuidance {
					t.Errorf("%s: the guidance of %s is %d characters long; %d fit", list.ID, q.ID, n, mostGuidance)
				}
				if ours := strings.HasPrefix(q.Source, "Ours"); ours && !q.IsOurs() {
					t.Errorf("%s: %s is numbered as the agreement's and says it is ours", list.ID, q.ID)
				}
			}
		}
	}
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
	return map[string]checklist.Source{"sectors": from("health", "voluntary"), "recipients": from("local-authority", "public"),
		"parties": from("fenmarsh-council"), "circumstances": from("s47-enquiry", "marac"), "gateways": from("children-act-1989-s47", "children-act-2004-s16h"),
		"article-6": from("uk-gdpr-6-1-e", "uk-gdpr-6-1-a"), "conditions": from("dpa-2018-sch1-para18", "dpa-2018-s35-4"),
		"topics": from("adoption", "other")}
}

// Every answer can be asked for, and every option chosen: walks are made from the first options, then one for each
// option that was seen and not yet chosen, until there is none left.
func TestEveryQuestionCanBeReached(t *testing.T) {
	type choice struct{ path, option string }
	now := func() time.Time { return time.Date(2026, 6, 5, 12, 0, 0, 0, time.UTC) }
	for _, id := range checklist.Agreements(data.Files) {
		for _, list := range agreement(t, id).Lists {
			reached, taken := map[string]bool{}, map[choice]bool{}
			walks := 0
			queue := []map[string]string{{}}
			for len(queue) > 0 {
				wish := queue[0]
				queue = queue[1:]
				walks++
				w := checklist.NewWalk(list, sources(), nil, now)
				for n := 0; w.At() != ""; n++ {
					step, _ := w.Current()
					if n > 300 {
						t.Fatalf("%s: a walk does not end; it is at %s", list.ID, step.Path)
					}
					reached[place(step.Path)] = true
					answer := checklist.Answer{Text: "x"}
					switch step.Ask.Kind {
					case checklist.Email:
						answer.Text = "a@fenmarsh.gov.uk"
					case checklist.Moment:
						answer.Text = "now"
					case checklist.Years:
						answer.Text = "8"
					case checklist.OneOf, checklist.SomeOf:
						pick := step.Ask.Options[0].ID
						if step.Ask.Option(wish[step.Path]) != nil {
							pick = wish[step.Path]
						}
						answer = checklist.Answer{Chosen: []string{pick}}
						for _, o := range step.Ask.Options {
							if c := (choice{place(step.Path), o.ID}); !taken[c] {
								taken[c] = true
								if o.ID != pick {
									next := maps.Clone(wish)
									next[step.Path] = o.ID
									queue = append(queue, next)
								}
							}
						}
					}
					if err := w.Answer(answer); err != nil {
						t.Fatalf("%s: %s does not take %+v: %v", list.ID, step.Path, answer, err)
					}
				}
				if !w.Complete() || len(w.Dropped()) > 0 {
					t.Fatalf("%s: a walk ends with something wanting or dropped", list.ID)
				}
			}
			for _, q := range list.Questions {
				for _, ask := range q.Asks {
					if ask.Kind != checklist.Items && !reached[ask.ID] {
						t.Errorf("%s: no answer leads to %q", list.ID, ask.ID)
					}
					for _, part := range ask.Items {
						if !reached[ask.ID+"/"+part.ID] {
							t.Errorf("%s: no answer leads to %q of %q", list.ID, part.ID, ask.ID)
						}
					}
				}
			}
			t.Logf("%s: %d answers reached and %d options chosen in %d walks", list.ID, len(reached), len(taken), walks)
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
	a := agreement(t, cambridgeshire)
	w := checklist.NewWalk(a.Lists["adhoc"], sources(), nil, func() time.Time { return time.Date(2026, 6, 5, 12, 0, 0, 0, time.UTC) })
	w.Restore(checklist.Answers{"danger": {Chosen: []string{"no"}}, "identifiable": {Chosen: []string{"no"}}}, "")
	var questions []string
	for _, s := range w.Steps() {
		if !slices.Contains(questions, s.Question.ID) {
			questions = append(questions, s.Question.ID)
		}
	}
	if want := []string{"danger", "who", "identifiable", "anonymous", "document"}; !slices.Equal(questions, want) {
		t.Errorf("the short way asks %v, want %v", questions, want)
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

// Every fact on which an entry can depend stands there as well.
// data/README.md is what people who write data have to go by: every word they may use stands there, marked as code.
func TestTheREADMEKnowsEveryWord(t *testing.T) {
	known := codes(t)
	words := map[string][]string{
		"kind": {string(checklist.Line), string(checklist.Paragraph), string(checklist.Email), string(checklist.Moment),
			string(checklist.Years), string(checklist.OneOf), string(checklist.SomeOf), string(checklist.Items)},
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
	for _, n := range slices.Concat(legislation.Sectors, legislation.OtherRecipients) {
		words["sector"] = append(words["sector"], n.ID)
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

// The vocabulary has one meaning for a word, and the shipped checklists use no other words.
func TestTheVocabulary(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range checklist.Vocabulary {
		if seen[w.ID] || w.Means == "" {
			t.Errorf("%q stands twice in the vocabulary, or means nothing", w.ID)
		}
		seen[w.ID] = true
	}
	asked := map[string]bool{}
	for _, id := range checklist.Agreements(data.Files) {
		for _, list := range agreement(t, id).Lists {
			for _, q := range list.Questions {
				for _, ask := range q.Asks {
					asked[ask.ID] = true
				}
			}
		}
	}
	for _, w := range checklist.Vocabulary {
		if !asked[w.ID] {
			t.Logf("no shipped checklist asks for %q", w.ID)
		}
	}
}

// The note on restrictions is asked for whatever topic was ticked: a condition is a list, so the two are held together.
func TestEveryTopicAsksForANote(t *testing.T) {
	agreement, err := checklist.Load(data.Files, cambridgeshire)
	if err != nil {
		t.Fatal(err)
	}
	var topics []string
	for _, topic := range law(t).Topics {
		topics = append(topics, topic.ID)
	}
	for _, question := range agreement.Lists["adhoc"].Questions {
		for _, ask := range question.Asks {
			if ask.ID == "restrictions-note" && !slices.Equal([]string(ask.When["restrictions"]), topics) {
				t.Errorf("restrictions-note waits for %v, the topics are %v", ask.When["restrictions"], topics)
			}
		}
	}
}
