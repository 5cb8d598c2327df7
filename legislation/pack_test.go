package legislation_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"dsa/data/yamlfile"
	"dsa/legislation"
)

// What is built in, as far as packs meet it: a duty of some holders, a repealed one, guidance, a restriction, an entry
// that is never offered.
var builtIn = func() map[string]string {
	files := map[string]string{"legislation/act.yaml": builtInAct}
	for name, text := range pack { // the tables beside the law, of which packs have none
		if !strings.Contains(name, "/") {
			files[name] = strings.NewReplacer("old-act-s1", "duty", "new-act-s1", "duty").Replace(text)
		}
	}
	files["topics.yaml"] += "  - id: spent\n    words: Spent\n"
	return files
}()

var builtInAct = `act: Some Act 2000
cite: 2000 c. 1
provisions:
` + entry("duty", "", nil) + entry("repealed", "1", map[string]string{"history": "[{from: 2000-01-01, status: in-force, note: Begun.}, {from: 2010-05-01, status: repealed, note: Gone.}]"}) +
	entry("guidance", "2", map[string]string{"effect": "statutory-guidance", "use": "reference"}) +
	entry("barred", "3", map[string]string{"effect": "restriction", "use": "restriction", "touches": "[adoption]", "facts": "[enquiry]", "raises": "[BAR]"}) +
	entry("kept", "4", map[string]string{"use": "do-not-offer", "holders": "[{sector: police, competent-authority: true}]"}) +
	entry("supports", "5", map[string]string{"use": "supporting", "effect": "general-power-or-function", "recipients": "[]"}) +
	entry("later", "6", map[string]string{"history": "[{from: 2000-01-01, status: in-force, note: Begun.}, {from: 2030-01-01, status: superseded, note: Ends.}]"}) +
	entry("unbegun", "7", map[string]string{"history": "[{from: 2025-01-01, status: enacted-not-in-force, note: Made.}]"}) +
	entry("always", "9", map[string]string{"effect": "restriction", "use": "restriction", "facts": "[]"}) +
	entry("open", "8", map[string]string{"certainty": "knowledge", "check": "[]", "raises": "[USELIMIT, HEAR]"})

// entry writes an entry; fields replace those it has.
func entry(id, section string, fields map[string]string) string {
	all := map[string]string{
		"provision": "section " + section, "short": "s" + section, "title": "Title", "effect": "duty-to-share", "use": "gateway",
		"holders": "[health, {sector: education, public-authority: true, who: schools}]", "recipients": "[local-authority]",
		"subjects": "[children]", "facts": "[enquiry|care]", "summary": "It says so.", "limits": "It stops.",
		"address": "https://www.legislation.gov.uk/ukpga/2000/1/section/" + section, "certainty": "unsure", "check": "[whether it stands]",
		"touches": "[]", "raises": "[]", "sources": "[{says: the words, address: 'https://www.legislation.gov.uk/ukpga/2000/1'}]", "see": "[]", "ours": "true",
		"reviewer": `""`, "history": "[{from: 2000-01-01, status: in-force, note: Begun.}]",
	}
	maps.Copy(all, fields)
	text := "  - id: " + id + "\n"
	for _, name := range []string{"provision", "short", "title", "effect", "use", "holders", "recipients", "subjects", "facts", "summary",
		"limits", "address", "certainty", "check", "touches", "raises", "sources", "see", "ours", "reviewer", "history"} {
		text += "    " + name + ": " + all[name] + "\n"
	}
	return text
}

const packed = "packs/there/legislation/ours.yaml"

// lay lays one entry of a pack over what is built in.
func lay(act, cite, text string) (*legislation.Law, error) {
	fsys := fstest.MapFS{packed: {Data: []byte("act: " + act + "\ncite: " + cite + "\nprovisions:\n" + text)}}
	for name, text := range builtIn {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return legislation.Load(fsys, legislation.AllParts)
}

// sections of what is built in, and the fields in which each differs from the rest, so that a re-statement can begin
// from what is there.
var sections = map[string]struct {
	section string
	fields  map[string]string
}{
	"duty": {"", nil}, "repealed": {"1", map[string]string{"history": "[]"}},
	"guidance": {"2", map[string]string{"effect": "statutory-guidance", "use": "reference", "history": "[]"}},
	"barred":   {"3", map[string]string{"effect": "restriction", "use": "restriction", "touches": "[adoption]", "facts": "[enquiry]", "raises": "[BAR]"}},
	"kept":     {"4", map[string]string{"use": "do-not-offer", "holders": "[{sector: police, competent-authority: true}]"}},
	"supports": {"5", map[string]string{"use": "supporting", "effect": "general-power-or-function", "recipients": "[]"}},
	"later":    {"6", map[string]string{"history": "[]"}}, "unbegun": {"7", map[string]string{"history": "[]"}},
	"always": {"9", map[string]string{"effect": "restriction", "use": "restriction", "facts": "[]"}},
	"open":   {"8", map[string]string{"certainty": "knowledge", "check": "[]", "raises": "[USELIMIT, HEAR]"}},
}

func TestWhatAPackMayRestate(t *testing.T) {
	for sentence, c := range map[string]struct {
		id     string
		fields map[string]string
	}{
		"the same again":                        {"duty", nil},
		"words of its own":                      {"duty", map[string]string{"title": "Ours", "summary": "In our words.", "limits": "Here."}},
		"fewer holders":                         {"duty", map[string]string{"holders": "[health]"}},
		"a holder with who it is":               {"duty", map[string]string{"holders": "[{sector: health, who: trusts}]"}},
		"a fact that must hold as well":         {"duty", map[string]string{"facts": "[care, asked]"}},
		"its end":                               {"duty", map[string]string{"history": "[{from: 2026-01-01, status: repealed, note: Gone.}]"}},
		"a later amendment":                     {"duty", map[string]string{"history": "[{from: 2000-01-01, status: in-force, note: As before.}, {from: 2026-01-01, status: in-force-amended, note: Changed.}]"}},
		"less use":                              {"duty", map[string]string{"use": "do-not-offer"}},
		"surer, with a reviewer":                {"duty", map[string]string{"certainty": "verified", "check": "[]", "reviewer": "A. Name, solicitor, 2026-03-01"}},
		"more findings":                         {"open", map[string]string{"raises": "[ADVICE, HEAR, USELIMIT]"}},
		"a first finding":                       {"duty", map[string]string{"raises": "[USELIMIT]"}},
		"less sure":                             {"open", map[string]string{"certainty": "unsure", "check": "[ask]"}},
		"a repealed section, still repealed":    {"repealed", map[string]string{"summary": "Ours."}},
		"a restriction that touches more":       {"barred", map[string]string{"touches": "[adoption, spent]", "subjects": "[children, adults]"}},
		"a function towards fewer":              {"supports", map[string]string{"recipients": "[police, regulator]"}},
		"what is not begun, repealed meanwhile": {"unbegun", map[string]string{"history": "[{from: 2026-01-01, status: repealed, note: Never.}]"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			fields := maps.Clone(sections[c.id].fields)
			if fields == nil {
				fields = map[string]string{}
			}
			maps.Copy(fields, c.fields)
			law, err := lay("Some Act 2000", "2000 c. 1", entry(c.id, sections[c.id].section, fields))
			if err != nil {
				t.Fatal(err)
			}
			p := law.Provision(c.id)
			if p.Pack != "there" || p.Restates == nil || p.Restates.Pack != "" || len(p.History) < len(p.Restates.History) {
				t.Errorf("re-stated as %+v", p)
			}
			if len(law.Provisions) != 10 {
				t.Errorf("there are %d entries; a re-statement takes the place of one", len(law.Provisions))
			}
		})
	}
}

func TestWhatAPackMayNotRestate(t *testing.T) {
	for sentence, c := range map[string]struct {
		id, field, value string
		what             string
	}{
		"a repealed section in force again":          {"repealed", "history", "[{from: 2026-01-01, status: in-force, note: Back.}]", "a pack may not make it in force"},
		"a repealed section perhaps in force again":  {"repealed", "history", "[{from: 2026-01-01, status: enacted-commencement-unconfirmed, note: Perhaps.}]", "a pack may not make it"},
		"a repealed section that never was repealed": {"repealed", "history", "[{from: 1999-01-01, status: in-force, note: Always.}]", "later than 2010-05-01"},
		"a repealed section, repealed later":         {"repealed", "history", "[{from: 2010-05-01, status: in-force, note: Still.}, {from: 2030-01-01, status: repealed, note: Later.}]", "later than 2010-05-01"},
		"what is not in force begun":                 {"unbegun", "history", "[{from: 2026-01-01, status: in-force, note: Begun.}]", "a pack may not make it in force"},
		"what is not in force perhaps begun":         {"unbegun", "history", "[{from: 2026-01-01, status: enacted-commencement-unconfirmed, note: Perhaps.}]", "a pack may not make it"},
		"an end that is built in taken back":         {"later", "history", "[{from: 2031-01-01, status: in-force-amended, note: On.}]", "a pack may not make it"},
		"a state before the end that is built in":    {"later", "history", "[{from: 2026-01-01, status: in-force-amended, note: On.}]", "later than 2030-01-01"},
		"guidance as a gateway":                      {"guidance", "use", "gateway", "a pack may not make it gateway"},
		"guidance as a power":                        {"guidance", "effect", "power-to-share", "a pack may not make it power-to-share"},
		"a restriction as a gateway":                 {"barred", "use", "gateway", "a pack may not make it gateway"},
		"a restriction put away":                     {"barred", "use", "do-not-offer", "a pack may not make it do-not-offer"},
		"a restriction that is none":                 {"barred", "effect", "power-to-share", "a pack may not make it power-to-share"},
		"a restriction that touches nothing":         {"barred", "touches", "[]", "that it touches adoption"},
		"a restriction that depends on more":         {"barred", "facts", "[enquiry, care]", "may not change on what it depends"},
		"a restriction that depends on nothing":      {"barred", "facts", "[]", "may not change on what it depends"},
		"a restriction that always comes up":         {"always", "touches", "[spent]", "may not bind it to topics"},
		"a gateway that raises less":                 {"open", "raises", "[USELIMIT]", "leave out that the entry raises HEAR"},
		"a restriction that raises nothing":          {"barred", "raises", "[]", "leave out that the entry raises BAR"},
		"a finding that data may not bring":          {"open", "raises", "[USELIMIT, HEAR, POWER]", "no finding that data may bring"},
		"a restriction of fewer":                     {"barred", "holders", "[health]", "leave out whom it binds"},
		"a restriction about others":                 {"barred", "subjects", "[adults]", "leave out about whom"},
		"a restriction that has ended":               {"barred", "history", "[{from: 2026-01-01, status: repealed, note: Gone.}]", "a pack may not end it"},
		"a restriction towards fewer":                {"barred", "recipients", "[police]", "narrow towards whom"},
		"what is never offered as a gateway":         {"kept", "use", "gateway", "a pack may not make it gateway"},
		"a function as a gateway":                    {"supports", "use", "gateway", "a pack may not make it gateway"},
		"a function as a power":                      {"supports", "effect", "power-to-share", "a pack may not make it power-to-share"},
		"a function towards anybody":                 {"supports", "recipients", "[all]", "beyond other sectors"},
		"a function towards the public":              {"supports", "recipients", "[public]", "beyond other sectors"},
		"surer without a reviewer":                   {"duty", "certainty", "knowledge", "only with a reviewer"},
		"no doubts without a reviewer":               {"duty", "check", "[]", "only with a reviewer"},
		"a reviewer without a date":                  {"duty", "reviewer", "A. Name, solicitor", "named person with post and date"},
		"a reviewer of a day that is none":           {"duty", "reviewer", "A. Name, solicitor, 2026-02-30", "named person with post and date"},
		"a date without a reviewer":                  {"duty", "reviewer", `", 2026-02-03"`, "named person with post and date"},
		"other holders":                              {"duty", "holders", "[health, police]", "name holders"},
		"all holders":                                {"duty", "holders", "[all]", "name holders"},
		"schools that are no authorities":            {"duty", "holders", "[{sector: education, who: schools}]", "name holders"},
		"all bodies of a sector":                     {"duty", "holders", "[{sector: education, public-authority: true}]", "name holders"},
		"police that are no competent authorities":   {"kept", "holders", "[police]", "name holders"},
		"other recipients":                           {"duty", "recipients", "[local-authority, public]", "name recipients"},
		"any recipients":                             {"duty", "recipients", "[]", "leave out to whom"},
		"about others":                               {"duty", "subjects", "[children, adults]", "add about whom"},
		"a fact less":                                {"duty", "facts", "[]", "leave out that the entry depends on enquiry|care"},
		"a fact or another":                          {"duty", "facts", "[enquiry|care|asked]", "leave out that the entry depends on enquiry|care"},
		"another section":                            {"duty", "provision", "section 9", "may not change the provision"},
		"another short name":                         {"duty", "short", "s9", "may not change the short"},
		"another place to read it":                   {"duty", "address", "https://www.example.org/", "may not change the address"},
	} {
		t.Run(sentence, func(t *testing.T) {
			fields := map[string]string{}
			maps.Copy(fields, sections[c.id].fields)
			fields[c.field] = c.value
			text := entry(c.id, sections[c.id].section, fields)
			_, err := lay("Some Act 2000", "2000 c. 1", text)
			before, _, _ := strings.Cut(text, "    "+c.field+":")
			breach(t, err, 4+strings.Count(before, "\n"), c.what)
		})
	}
	_, err := lay("Other Act 2000", "2000 c. 1", entry("duty", "", nil))
	breach(t, err, 1, "may not move it to another Act")
	_, err = lay("Some Act 2000", "2000 c. 1", entry("duty", "", nil)+entry("duty", "", nil))
	breach(t, err, 26, `the id "duty" is used twice`)
}

func breach(t *testing.T, err error, line int, what string) {
	t.Helper()
	var faults yamlfile.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("taken: %v", err)
	}
	for _, f := range faults {
		if f.File == packed && f.Line == line && strings.Contains(f.What, what) {
			return
		}
	}
	t.Errorf("got\n%v\nwant %s:%d: …%s…", faults, packed, line, what)
}

// The same law under an id of one's own is held to what is built in as well.
func TestWhatAPackMayAdd(t *testing.T) {
	fresh := map[string]string{"history": "[{from: 2001-01-01, status: in-force, note: Begun.}]"}
	with := func(fields ...string) map[string]string {
		m := maps.Clone(fresh)
		for i := 0; i < len(fields); i += 2 {
			m[fields[i]] = fields[i+1]
		}
		return m
	}
	for sentence, c := range map[string]struct {
		act, cite, section string
		fields             map[string]string
		what               string // empty: it may
	}{
		"law that is not built in":                         {"New Act 2026", "2026 c. 9", "1", with("address", "https://www.legislation.gov.uk/ukpga/2026/9/section/1"), ""},
		"law that is built in and stands":                  {"Some Act 2000", "2000 c. 1", "8", with("raises", "[USELIMIT, HEAR]"), ""},
		"law that is built in, raising less":               {"Some Act 2000", "2000 c. 1", "8", with("raises", "[HEAR]"), "may not leave out that it raises USELIMIT"},
		"what is repealed, under another id":               {"Some Act 2000", "2000 c. 1", "1", fresh, "which is repealed on 2010-05-01"},
		"what is repealed, written otherwise":              {"The Some Act", "2000 C.1", "1", with("provision", "S. 1", "address", "https://www.gov.uk/x"), "which is repealed on 2010-05-01"},
		"what is repealed, at its address":                 {"An Act", "2099 c. 1", "77", with("address", "http://legislation.gov.uk/ukpga/2000/1/Section/1/made?view=plain"), "which is repealed on 2010-05-01"},
		"what is repealed, from after that":                {"Some Act 2000", "2000 c. 1", "1", with("history", "[{from: 2026-01-01, status: in-force, note: New.}]"), "which is repealed on 2026-01-01"},
		"what is repealed, until then":                     {"Some Act 2000", "2000 c. 1", "1", with("history", "[{from: 2001-01-01, status: in-force, note: Begun.}, {from: 2010-05-01, status: repealed, note: Gone.}]"), ""},
		"what is repealed, before it was made":             {"Some Act 2000", "2000 c. 1", "1", with("history", "[{from: 1990-01-01, status: in-force, note: Begun.}, {from: 2010-05-01, status: repealed, note: Gone.}]"), "which is not made yet on 1990-01-01"},
		"what is not in force":                             {"Some Act 2000", "2000 c. 1", "7", with("history", "[{from: 2026-01-01, status: in-force, note: Begun.}]"), "which is enacted, not in force on 2026-01-01"},
		"what is never offered":                            {"Some Act 2000", "2000 c. 1", "4", fresh, "a pack may not make it gateway"},
		"guidance as a gateway":                            {"Some Act 2000", "2000 c. 1", "2", fresh, "a pack may not make it gateway"},
		"a restriction of its own on law that is built in": {"Some Act 2000", "2000 c. 1", "8", with("use", "restriction", "effect", "restriction", "raises", "[USELIMIT, HEAR]"), ""},
		"a restriction by what is repealed":                {"Some Act 2000", "2000 c. 1", "1", with("use", "restriction", "effect", "restriction"), "which is repealed on 2010-05-01"},
		"guidance of its own on guidance that stands":      {"Some Act 2000", "2000 c. 1", "2", with("use", "reference", "effect", "statutory-guidance"), ""},
		"guidance that is superseded":                      {"Some Act 2000", "2000 c. 1", "6", with("use", "reference", "effect", "statutory-guidance"), "which is superseded on 2030-01-01"},
		"guidance that is a gateway":                       {"Our guidance", "local", "", with("provision", `""`, "address", "https://www.example.org/g", "effect", "statutory-guidance"), "guidance or a restriction and cannot be used as a gateway"},
	} {
		t.Run(sentence, func(t *testing.T) {
			law, err := lay(c.act, c.cite, entry("there-own", c.section, c.fields))
			if c.what == "" {
				if err != nil {
					t.Fatal(err)
				}
				if p := law.Provision("there-own"); p.Pack != "there" || p.Restates != nil || len(law.Provisions) != 11 {
					t.Errorf("added as %+v", p)
				}
				return
			}
			var faults yamlfile.Faults
			if !errors.As(err, &faults) || !strings.Contains(faults.Error(), c.what) || !strings.Contains(faults.Error(), packed+":") {
				t.Errorf("got %v, want %s", err, c.what)
			}
		})
	}
}

// An entry that is re-stated and then found offered says whose it is; what is built in says nothing.
func TestOffersSayWhoseTheyAre(t *testing.T) {
	law, err := lay("Some Act 2000", "2000 c. 1", entry("duty", "", map[string]string{"summary": "Ours."}))
	if err != nil {
		t.Fatal(err)
	}
	out := law.Find(legislation.Case{Holder: legislation.Body{Sector: "health", Public: true}, Recipient: "local-authority", Subjects: []string{"children"},
		Facts: []string{"care"}, On: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)})
	whose := map[string]string{}
	for _, o := range out.Offered {
		whose[o.ID] = o.Pack
	}
	if whose["duty"] != "there" || whose["open"] != "" || len(whose) < 2 {
		t.Errorf("offered: %v", whose)
	}
}
