package legislation_test

import (
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"dsa/data/yamlfile"
	"dsa/legislation"
)

func contains(text, words string) bool {
	return strings.Contains(strings.Join(strings.Fields(text), " "), words)
}

// pack is the smallest law that loads.
var pack = map[string]string{
	"circumstances.yaml": `circumstances:
  - id: enquiry
    words: An enquiry is open
    about: [children]
  - id: care
    words: Care is given
`,
	"topics.yaml":      "topics:\n  - id: adoption\n    words: Adoption\n    raises: [BAR]\n",
	"initiatives.yaml": "initiatives:\n  - id: hub\n    title: Hub\n    words: Agencies meet\n    facts: [enquiry]\n",
	"synonyms.yaml":    "synonyms:\n  - {say: [old law, s.1], entries: [old-act-s1]}\n  - {say: [sharing law], means: sharing}\n",
	"bases.yaml":       smallBases,
	"routes.yaml": `routes:
  - public-authority: false
    words: No statute is needed
    source: old-act-s1
  - public-authority: true
    words: Name your function
    source: old-act-s1
`,
	"legislation/new-act.yaml": `act: New Act 2020
cite: 2020 c. 1
provisions:
  - id: new-act-s1
    provision: section 1
    short: s1
    title: Sharing
    effect: duty-to-share
    use: gateway
    holders:
      - health
      - sector: education
        public-authority: true
        who: maintained schools
    recipients: [local-authority, regulator]
    subjects: [children]
    facts: [asked, enquiry|care]
    raises: [USELIMIT, HEAR]
    summary: It makes you share.
    limits: It stops there.
    address: https://www.legislation.gov.uk/ukpga/2020/1/section/1
    certainty: verified
    sources:
      - says: the duty
        address: https://www.legislation.gov.uk/ukpga/2020/1/section/1/made
    see: [old-act-s1]
    ours: true
    history:
      - from: unknown
        status: enacted-not-in-force
        note: Made.
      - from: 2020-06-01
        status: in-force
        note: Begun.
`,
	"legislation/old-act.yaml": `act: Old Act 1990
cite: 1990 c. 2
provisions:
  - id: old-act-s1
    provision: section 1
    short: s1
    title: Being kind
    effect: general-power-or-function
    use: supporting
    holders: [all]
    subjects: [children, adults]
    summary: It asks you to be kind.
    limits: It gives no power.
    address: https://www.legislation.gov.uk/ukpga/1990/2/section/1
    certainty: unsure
    check:
      - whether it stands
    sources:
      - says: the function
        address: https://www.legislation.gov.uk/ukpga/1990/2/section/1/made
    history:
      - from: "1990"
        status: in-force
        note: Begun.
`,
	"agreements/here/printed-legislation.yaml": `agreement: here
title: The table
rows:
  - row: 1
    act: Old Act
    provision: s1
    sectors: [all]
    printed-sectors: All
    subjects: [children]
    summary: Be kind.
    entries: [old-act-s1]
    note: The section is another.
    overtaken: {entries: [old-act-s1], words: Cite section 2.}
`,
}

const (
	newAct  = "legislation/new-act.yaml"
	oldAct  = "legislation/old-act.yaml"
	printed = "agreements/here/printed-legislation.yaml"
)

// An edit puts one fault into the pack.
type edit struct {
	file     string
	old, new string // old stands in the file once; the line of what is new is where the fault is
	what     string // words of the fault
	line     int    // added to the line at which new begins
	more     int    // faults that follow from this one
}

func edited(t *testing.T, edits ...edit) (fstest.MapFS, []string) {
	t.Helper()
	texts := maps.Clone(pack)
	for _, e := range edits {
		if strings.Count(texts[e.file], e.old) != 1 {
			t.Fatalf("%q stands %d times in %s", e.old, strings.Count(texts[e.file], e.old), e.file)
		}
		texts[e.file] = strings.Replace(texts[e.file], e.old, e.new, 1)
	}
	var want []string
	for _, e := range edits {
		before, _, _ := strings.Cut(texts[e.file], e.new)
		want = append(want, fmt.Sprintf("%s:%d: ", e.file, 1+strings.Count(before, "\n")+e.line)+e.what)
	}
	fsys := fstest.MapFS{}
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys, want
}

func faultsOf(t *testing.T, fsys fstest.MapFS) yamlfile.Faults {
	t.Helper()
	law, err := legislation.Load(fsys, legislation.AllParts)
	var faults yamlfile.Faults
	if err != nil && !errors.As(err, &faults) {
		t.Fatalf("not faults but %v", err)
	}
	if err != nil && law != nil {
		t.Error("there are faults and a law all the same")
	}
	return faults
}

func reported(faults yamlfile.Faults, want string) bool {
	for _, f := range faults {
		if strings.HasPrefix(f.String(), want) {
			return true
		}
	}
	return false
}

func TestTheSmallestLawLoads(t *testing.T) {
	fsys, _ := edited(t)
	law, err := legislation.Load(fsys, legislation.AllParts)
	if err != nil {
		t.Fatal(err)
	}
	p := law.Provision("new-act-s1")
	if p == nil || p.Citation() != "New Act 2020 section 1" || p.Cite != "2020 c. 1" || len(p.Holders) != 2 ||
		p.Holders[0].Sector != "health" || p.Holders[1].Public == nil || !*p.Holders[1].Public || p.Holders[1].Who != "maintained schools" {
		t.Errorf("section 1 was read as %+v", p)
	}
	if law.Provision("no-such-entry") != nil {
		t.Error("an entry that is not there was found")
	}
	if rows := law.Printed["here"].Rows; len(rows) != 1 || rows[0].Entries[0] != "old-act-s1" {
		t.Errorf("the printed table was read as %+v", law.Printed)
	}
	out := law.Find(legislation.Case{Holder: charity, Recipient: "police", Subjects: []string{"adults"}, On: day("2026-01-15")})
	if out.Route != "No statute is needed" {
		t.Errorf("the route is %q", out.Route)
	}
}

var faulty = map[string]edit{
	"an unknown field":                      {file: newAct, old: "    limits: It", new: "    limit: It", what: `there is no field "limit" here`},
	"an unknown field of a holder":          {file: newAct, old: "        who: maintained", new: "        whom: maintained", what: `there is no field "whom" here`},
	"a field written twice":                 {file: newAct, old: "    short: s1\n", new: "    short: s1\n    short: s2\n", line: 1, what: "this field stands here twice; the first is on line 6"},
	"a text where a list belongs":           {file: newAct, old: "    subjects: [children]", new: "    subjects: children", what: "the value has the wrong shape here"},
	"broken YAML":                           {file: newAct, old: "[local-authority, regulator]", new: "[local-authority, regulator", what: "this is not well-formed YAML"},
	"an unknown sector of a holder":         {file: newAct, old: "      - health\n", new: "      - hospitals\n", what: `new-act-s1 names an unknown sector "hospitals" among its holders`},
	"an unknown sector of a recipient":      {file: newAct, old: "local-authority, regulator", new: "local-authority, mayor", what: `new-act-s1 names an unknown sector "mayor" among its recipients`},
	"a recipient's sector for a holder":     {file: newAct, old: "      - health\n", new: "      - public\n", what: `new-act-s1 names an unknown sector "public" among its holders`},
	"no holder":                             {file: oldAct, old: "    holders: [all]\n", new: "    holders: []\n", what: "old-act-s1 names no holders"},
	"an unknown effect":                     {file: newAct, old: "effect: duty-to-share", new: "effect: duty", what: "new-act-s1 has an unknown effect; use one of duty-to-share, power-to-share"},
	"an unknown use":                        {file: newAct, old: "use: gateway", new: "use: sometimes", what: "new-act-s1 has an unknown use; use one of gateway"},
	"an unknown certainty":                  {file: newAct, old: "certainty: verified", new: "certainty: certain", what: "new-act-s1 has an unknown certainty; use one of verified, knowledge, unsure"},
	"an unknown status":                     {file: newAct, old: "status: in-force\n", new: "status: live\n", what: "new-act-s1 has an unknown status; use one of in-force"},
	"a status that is never written":        {file: newAct, old: "status: in-force\n", new: "status: not-yet-made\n", what: "new-act-s1 has an unknown status"},
	"an unknown subject":                    {file: newAct, old: "subjects: [children]", new: "subjects: [pupils]", what: `"pupils" is not a subject; use children, adults or both`},
	"no subject":                            {file: newAct, old: "subjects: [children]", new: "subjects: []", what: "new-act-s1 does not say about whom (subjects)"},
	"states that overlap":                   {file: newAct, old: "      - from: unknown\n        status: enacted", new: "      - from: 2020-06-01\n        status: enacted", what: "new-act-s1: states overlap", line: 3},
	"states in the wrong order":             {file: newAct, old: "from: unknown", new: "from: 2021", what: "new-act-s1: states overlap", line: 3},
	"an unknown day that is not the first":  {file: newAct, old: "from: 2020-06-01\n        status: in-force\n", new: "from: unknown\n        status: in-force\n", what: "new-act-s1: only the first state may begin on an unknown day"},
	"a day that is not a date":              {file: newAct, old: "from: 2020-06-01", new: "from: 1 June 2020", what: "new-act-s1 has a state whose from is not a date"},
	"a day that does not exist":             {file: newAct, old: "from: 2020-06-01", new: "from: 2020-06-31", what: "new-act-s1 has a state whose from is not a date"},
	"no history":                            {file: oldAct, old: "    history:\n      - from: \"1990\"\n        status: in-force\n        note: Begun.\n", new: "    history: []\n", what: "old-act-s1 has no history"},
	"a state without a note":                {file: oldAct, old: "note: Begun.", new: "note: ' '", what: "old-act-s1 has a state without a note"},
	"no source":                             {file: oldAct, old: "    sources:\n      - says: the function\n        address: https://www.legislation.gov.uk/ukpga/1990/2/section/1/made\n", new: "    sources: []\n", what: "old-act-s1 has no source"},
	"a source that says nothing":            {file: oldAct, old: "- says: the function", new: "- says: ''", what: "old-act-s1 has a source that does not say what it supports"},
	"a bad address":                         {file: oldAct, old: "address: https://www.legislation.gov.uk/ukpga/1990/2/section/1\n", new: "address: www.legislation.gov.uk\n", what: "old-act-s1 has an address that is not a web address"},
	"an address that runs a script":         {file: oldAct, old: "address: https://www.legislation.gov.uk/ukpga/1990/2/section/1\n", new: "address: javascript:alert(1)\n", what: "old-act-s1 has an address that is not a web address"},
	"a bad address of a source":             {file: oldAct, old: "address: https://www.legislation.gov.uk/ukpga/1990/2/section/1/made", new: "address: the library", what: "old-act-s1 has an address that is not a web address"},
	"no address":                            {file: oldAct, old: "address: https://www.legislation.gov.uk/ukpga/1990/2/section/1\n", new: "address: ''\n", what: "old-act-s1 has no address"},
	"no title":                              {file: oldAct, old: "title: Being kind", new: "title: ''", what: "old-act-s1 has no title"},
	"no limits":                             {file: oldAct, old: "limits: It gives no power.", new: "limits: ''", what: "old-act-s1 has no limits"},
	"guidance as a gateway":                 {file: newAct, old: "effect: duty-to-share\n    use: gateway", new: "effect: statutory-guidance\n    use: gateway", line: 1, what: "new-act-s1 is guidance or a restriction and cannot be used as a gateway"},
	"advice as a gateway":                   {file: newAct, old: "effect: duty-to-share\n    use: gateway", new: "effect: non-statutory-guidance\n    use: gateway", line: 1, what: "new-act-s1 is guidance or a restriction and cannot be used as a gateway"},
	"a restriction as a gateway":            {file: newAct, old: "effect: duty-to-share\n    use: gateway", new: "effect: restriction\n    use: gateway", line: 1, what: "new-act-s1 is guidance or a restriction and cannot be used as a gateway"},
	"an unknown fact":                       {file: newAct, old: "facts: [asked, enquiry|care]", new: "facts: [asked, enquiry|caring]", what: `new-act-s1 depends on a fact "caring" that circumstances.yaml does not have`},
	"unsure without what to check":          {file: oldAct, old: "    check:\n      - whether it stands\n", new: "    check: []\n", what: "old-act-s1 is unsure but does not say what to check"},
	"a reused id":                           {file: newAct, old: "id: new-act-s1", new: "id: old-act-s1", what: ""},
	"an id with capitals":                   {file: newAct, old: "id: new-act-s1", new: "id: New-Act-S1", what: "an entry needs an id of lower-case words joined by hyphens"},
	"an entry that is empty":                {file: oldAct, old: "provisions:\n", new: "provisions:\n  -\n", line: 1, what: "an entry is empty"},
	"no name of the Act":                    {file: newAct, old: "act: New Act 2020", new: "act: ''", what: ""},
	"a reference to nothing":                {file: newAct, old: "see: [old-act-s1]", new: "see: [older-act-s1]", what: `new-act-s1 refers to "older-act-s1", which is no entry`},
	"an entry nobody prints, not ours":      {file: newAct, old: "    ours: true", new: "    ours: false", what: "new-act-s1 is printed in no agreement's table and is not marked as ours"},
	"a row that points nowhere":             {file: printed, old: "  - row: 1\n    act: Old Act\n    provision: s1\n    sectors: [all]\n    printed-sectors: All\n    subjects: [children]\n    summary: Be kind.\n    entries: [old-act-s1]\n    note: The section is another.\n    overtaken: {entries: [old-act-s1], words: Cite section 2.}\n", new: "  - row: 1\n    act: Old Act\n    provision: s1\n    sectors: [all]\n    printed-sectors: All\n    subjects: [children]\n    summary: Be kind.\n    entries: []\n", what: "row 1 points nowhere", more: 1},
	"a row that points to no entry":         {file: printed, old: "    entries: [old-act-s1]\n", new: "    entries: [old-act-s1, old-act-s2]\n", what: `row 1 points to "old-act-s2", which is no entry`},
	"a code that is no finding":             {file: newAct, old: "[USELIMIT, HEAR]", new: "[USELIMIT, LOUD]", what: `new-act-s1 raises "LOUD", which is no finding that data may bring; use one of BAR, ORIGIN`},
	"a code that follows from the effect":   {file: newAct, old: "[USELIMIT, HEAR]", new: "[DUTY]", what: `new-act-s1 raises "DUTY", which is no finding that data may bring`},
	"a code in small letters":               {file: newAct, old: "[USELIMIT, HEAR]", new: "[uselimit]", what: `new-act-s1 raises "uselimit", which is no finding that data may bring`},
	"a code twice":                          {file: newAct, old: "[USELIMIT, HEAR]", new: "[HEAR, HEAR]", what: "new-act-s1 raises HEAR twice"},
	"a topic with an unknown code":          {file: "topics.yaml", old: "[BAR]", new: "[STOP]", what: `the topic adoption raises "STOP"`},
	"a row overtaken for another's entry":   {file: printed, old: "overtaken: {entries: [old-act-s1]", new: "overtaken: {entries: [new-act-s1]", what: `row 1 is overtaken for "new-act-s1", to which it does not point`},
	"a row overtaken for nothing":           {file: printed, old: "overtaken: {entries: [old-act-s1]", new: "overtaken: {entries: []", what: "row 1 is overtaken and does not say what is wrong"},
	"a row overtaken without words":         {file: printed, old: "words: Cite section 2.", new: "words: ' '", what: "row 1 is overtaken and does not say what is wrong"},
	"a row overtaken without a note":        {file: printed, old: "note: The section is another.", new: "note: ' '", what: "row 1 is overtaken and has no note"},
	"a row out of its place":                {file: printed, old: "- row: 1", new: "- row: 2", what: "row 2 stands where row 1 should"},
	"a row with an unknown sector":          {file: printed, old: "sectors: [all]", new: "sectors: [everyone]", what: `row 1 names an unknown sector "everyone"`},
	"a row without its summary":             {file: printed, old: "  - row: 1\n    act: Old Act\n    provision: s1\n    sectors: [all]\n    printed-sectors: All\n    subjects: [children]\n    summary: Be kind.", new: "  - row: 1\n    act: Old Act\n    provision: s1\n    sectors: [all]\n    printed-sectors: All\n    subjects: [children]\n    summary: ''", what: "row 1 lacks its act, sectors, subjects or summary"},
	"a table in another folder":             {file: printed, old: "agreement: here", new: "agreement: there", what: `the table says it is of "there" but stands in the folder "here"`},
	"a circumstance without words":          {file: "circumstances.yaml", old: "  - id: care\n    words: Care is given\n", new: "  - id: care\n    words: ''\n", what: `the circumstance "care" has no words`},
	"a circumstance twice":                  {file: "circumstances.yaml", old: "  - id: care\n", new: "  - id: enquiry\n    words: Again\n  - id: care\n", what: `the circumstance "enquiry" stands here twice`},
	"a topic twice":                         {file: "topics.yaml", old: "topics:\n", new: "topics:\n  - id: adoption\n    words: Again\n", line: 3, what: "a topic needs an id of its own and words"},
	"an initiative with an unknown fact":    {file: "initiatives.yaml", old: "[enquiry]", new: "[inquiry]", what: `hub names a fact "inquiry"`},
	"a synonym for nothing":                 {file: "synonyms.yaml", old: "means: sharing", new: `means: " "`, what: "a synonym needs what people say"},
	"a synonym for no entry":                {file: "synonyms.yaml", old: "[old-act-s1]", new: "[nowhere]", what: `a synonym names "nowhere", which is no entry`},
	"a synonym twice":                       {file: "synonyms.yaml", old: "sharing law", new: "section 1", what: `the synonym "section 1" has no words or stands here twice`},
	"an initiative that puts nothing first": {file: "initiatives.yaml", old: "facts: [enquiry]", new: "first: [nowhere]", what: `hub names "nowhere", which is no entry`},
	"a circumstance called asked":           {file: "circumstances.yaml", old: "  - id: care\n", new: "  - id: asked\n    words: You were asked\n  - id: care\n", what: "a circumstance needs an id"},
	"a circumstance about nobody":           {file: "circumstances.yaml", old: "about: [children]", new: "about: [pupils]", what: `"pupils" is not a subject`},
	"a route without words":                 {file: "routes.yaml", old: "  - public-authority: true\n    words: Name your function", new: "  - public-authority: true\n    words: ''", what: "a route needs words and an entry as its source"},
	"no route for one kind of body":         {file: "routes.yaml", old: "routes:\n  - public-authority: false", new: "routes:\n  - public-authority: true", what: "there is no route for public-authority: false"},
}

func TestEachFaultHasItsLine(t *testing.T) {
	for sentence, e := range faulty {
		t.Run(sentence, func(t *testing.T) {
			fsys, want := edited(t, e)
			faults := faultsOf(t, fsys)
			switch sentence {
			case "a reused id":
				// Files are read in the order of their names: the second use is at fault, wherever the first stands.
				want = []string{oldAct + `:4: the id "old-act-s1" is used twice; an id is never reused`}
				e.more = len(faults) - 1
			case "no name of the Act":
				want = []string{newAct + ":1: the file does not name its Act (act)"}
			}
			if !reported(faults, want[0]) {
				t.Errorf("got\n%v\nwant\n%s", faults, want[0])
			}
			if len(faults) != 1+e.more {
				t.Errorf("%d faults, want %d:\n%v", len(faults), 1+e.more, faults)
			}
		})
	}
}

// A person mends a pack in one go: faults in different places, and several in one entry, come in one report, in the
// order of files and lines, and the same each time.
func TestAllFaultsAtOnce(t *testing.T) {
	fsys, want := edited(t, faulty["an unknown sector of a holder"], faulty["an unknown fact"], faulty["a reference to nothing"],
		faulty["an unknown day that is not the first"], faulty["a bad address"], faulty["unsure without what to check"],
		faulty["no title"], faulty["a row that points to no entry"], faulty["a circumstance about nobody"], faulty["a route without words"])
	faults := faultsOf(t, fsys)
	for _, w := range want {
		if !reported(faults, w) {
			t.Errorf("not reported: %s", w)
		}
	}
	if len(faults) != len(want) {
		t.Errorf("%d faults, want %d:\n%v", len(faults), len(want), faults)
	}
	for i := 1; i < len(faults); i++ {
		if a, b := faults[i-1], faults[i]; a.File > b.File || a.File == b.File && a.Line > b.Line {
			t.Errorf("out of order: %v, %v", a, b)
		}
	}
	for range 5 {
		if again := faultsOf(t, fsys); again.Error() != faults.Error() {
			t.Fatal("the report is not the same each time")
		}
	}
}

func TestMissingFiles(t *testing.T) {
	faults := faultsOf(t, fstest.MapFS{})
	for _, want := range []string{
		"circumstances.yaml: the file is missing or cannot be read",
		"legislation: there is no legislation here",
		"routes.yaml: the file is missing or cannot be read",
	} {
		if !reported(faults, want) {
			t.Errorf("not reported: %s\n%v", want, faults)
		}
	}
}
