package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/legislation"
)

// asked runs a command that must succeed and reads its JSON strictly: a key too many, or a list that is null, is a
// fault.
func asked[T any](t *testing.T, args ...string) T {
	t.Helper()
	app, out, said := newTestApp(t, "")
	if code := Main(app, append(args, "--json")); code != codeDone {
		t.Fatalf("%v: exit code %d: %s", args, code, said)
	}
	var value T
	decoder := json.NewDecoder(bytes.NewReader(out.Bytes()))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&value); err != nil || decoder.More() {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
	if strings.Contains(out.String(), "null") {
		t.Errorf("%v: something is null", args)
	}
	return value
}

// The shape is promised to other programs, so it is written out here and not taken from the code.
type wantCase struct {
	On      string `json:"on"`
	Offered []struct {
		ID        string   `json:"id"`
		Citation  string   `json:"citation"`
		Effect    string   `json:"effect"`
		Use       string   `json:"use"`
		Status    string   `json:"status"`
		Certainty string   `json:"certainty"`
		URL       string   `json:"url"`
		Reasons   []string `json:"reasons"`
	} `json:"offered"`
	NotOffered []struct {
		ID      string   `json:"id"`
		Reasons []string `json:"reasons"`
	} `json:"not_offered"`
	Route        string `json:"route"`
	Restrictions []struct {
		ID       string   `json:"id"`
		Citation string   `json:"citation"`
		Reasons  []string `json:"reasons"`
	} `json:"restrictions"`
}

func (w wantCase) offered() []string {
	ids := []string{}
	for _, o := range w.Offered {
		ids = append(ids, o.ID)
	}
	return ids
}

func (w wantCase) restrictions() []string {
	ids := []string{}
	for _, r := range w.Restrictions {
		ids = append(ids, r.ID)
	}
	return ids
}

func (w wantCase) against(id string) string {
	for _, r := range w.NotOffered {
		if r.ID == id {
			return strings.Join(r.Reasons, "; ")
		}
	}
	return ""
}

func lookedUp(t *testing.T, args string) wantCase {
	t.Helper()
	return asked[wantCase](t, append([]string{"gateways"}, strings.Fields(args)...)...)
}

func TestGatewaysForACase(t *testing.T) {
	order := []string{"duty-to-share", "power-to-share", "duty-to-cooperate", "general-power-or-function", "statutory-guidance", "non-statutory-guidance"}
	for _, args := range []string{
		"--from health --to local-authority --about both --asked --initiative s47 --on 2026-06-01",
		"--from voluntary --to local-authority --about children --facts s47-enquiry",
		"--from police --to other --about adults --public-authority=false",
		"--from dwp --to regulator --about adults --touches adoption,court-papers --on 1980-01-01",
	} {
		answer := lookedUp(t, args)
		place := 0
		for _, o := range answer.Offered {
			next := slices.Index(order, o.Effect)
			if next < place {
				t.Errorf("%s: %s (%s) stands after %s", args, o.ID, o.Effect, order[place])
			}
			place = next
			if o.Citation == "" || o.Use == "" || o.Status == "" || o.Certainty == "" || !strings.HasPrefix(o.URL, "http") || len(o.Reasons) == 0 {
				t.Errorf("%s: %+v lacks something", args, o)
			}
			if (o.Certainty == "unsure" || o.Status == "enacted-commencement-unconfirmed") && !strings.HasPrefix(o.Reasons[0], checkFirst+": ") {
				t.Errorf("%s: %s does not begin with what to check: %q", args, o.ID, o.Reasons)
			}
		}
		if len(answer.Offered) == 0 && answer.Route == "" {
			t.Errorf("%s: nothing is offered and there is no route", args)
		}
	}
}

// A counselling charity tells a council about a child: no statute gives it a power, and it needs none.
func TestGatewaysForACharity(t *testing.T) {
	answer := lookedUp(t, "--from voluntary --to local-authority --about children --facts s47-enquiry --on 2026-03-01")
	if !strings.Contains(answer.Route, "none is needed to protect") {
		t.Errorf("the route is %q", answer.Route)
	}
	if !slices.Contains(answer.offered(), "working-together-2026") {
		t.Errorf("the guidance is not among %v", answer.offered())
	}
	for _, id := range []string{"children-act-2004-s11", "crime-and-disorder-act-1998-s115", "children-act-1989-s47"} {
		if answer.against(id) == "" {
			t.Errorf("%s is not among what is not offered, with its reasons", id)
		}
	}
	for _, o := range answer.Offered {
		if o.Use == "gateway" {
			t.Errorf("%s is offered as a gateway", o.ID)
		}
	}
}

// The same case on two days differs as the law did, and in nothing else.
func TestDatesDecide(t *testing.T) {
	for _, c := range []struct {
		args, before, on string
		newOffer         []string
		newRestriction   []string
	}{
		{"--from police --to education --about children --facts domestic-abuse", "2025-11-06", "2025-11-07", []string{"domestic-abuse-act-2021-s49a"}, nil},
		{"--from voluntary --to police --about adults --asked-under victim-information-request", "2026-01-11", "2026-01-12", nil,
			[]string{"police-crime-sentencing-and-courts-act-2022-s44a"}},
		{"--from voluntary --to police --about adults --touches counselling", "2026-01-11", "2026-01-12", nil,
			[]string{"police-crime-sentencing-and-courts-act-2022-s44a"}},
	} {
		was, is := lookedUp(t, c.args+" --on "+c.before), lookedUp(t, c.args+" --on "+c.on)
		if was.On != c.before || is.On != c.on {
			t.Errorf("the days are %s and %s", was.On, is.On)
		}
		if got := gained(was.offered(), is.offered()); !slices.Equal(got, c.newOffer) || len(gained(is.offered(), was.offered())) > 0 {
			t.Errorf("%s: from %s to %s it offers %v more, want %v", c.args, c.before, c.on, got, c.newOffer)
		}
		if got := gained(was.restrictions(), is.restrictions()); !slices.Equal(got, c.newRestriction) || len(gained(is.restrictions(), was.restrictions())) > 0 {
			t.Errorf("%s: from %s to %s %v come up more, want %v", c.args, c.before, c.on, got, c.newRestriction)
		}
		for _, id := range slices.Concat(c.newOffer, c.newRestriction) {
			if why := was.against(id); !strings.Contains(why, "it starts on "+c.on) {
				t.Errorf("%s: on %s the reason against %s is %q", c.args, c.before, id, why)
			}
		}
		// What is said of everything else is the same but for the day that was asked about.
		for _, r := range was.NotOffered {
			before := strings.ReplaceAll(strings.Join(r.Reasons, "; "), c.before, c.on)
			if after := is.against(r.ID); after != before && !slices.Contains(slices.Concat(c.newOffer, c.newRestriction), r.ID) {
				t.Errorf("%s: of %s it says %q, and the day before %q", c.args, r.ID, after, before)
			}
		}
	}
}

// gained are the ids of the second list that the first lacks.
func gained(before, after []string) []string {
	var more []string
	for _, id := range after {
		if !slices.Contains(before, id) {
			more = append(more, id)
		}
	}
	return more
}

// What is announced and not confirmed is shown, marked, with what to check.
func TestAnnouncedLawIsToBeChecked(t *testing.T) {
	const args = "--from health --to local-authority --about children --on "
	if ids := lookedUp(t, args+"2026-04-28").offered(); slices.Contains(ids, "children-act-2004-s16la") {
		t.Error("it is offered before its Act")
	}
	app, out, _ := newTestApp(t, "")
	if code := Main(app, append([]string{"gateways"}, strings.Fields(args+"2026-06-01")...)); code != codeDone {
		t.Fatal(code)
	}
	mark, citation := strings.Index(out.String(), strings.ToUpper(checkFirst)), strings.Index(out.String(), "Children Act 2004 section 16LA")
	if mark < 0 || citation < mark || !strings.Contains(out.String()[citation:], "To check: ") {
		t.Errorf("the mark stands at %d, the citation at %d", mark, citation)
	}
}

// The profile stands in where --from is left out, and the initiative's own facts hold.
func TestTheRememberedOrganisationLooksUp(t *testing.T) {
	app, out, said := newTestApp(t, "")
	const profile = `answers: {name: A. Doctor, post: GP partner, organisation: Harbour Lane Surgery, sector: health, public-authority: "yes",
  competent-authority: "no", email: a.doctor@surgery.example}`
	if err := os.WriteFile(filepath.Join(app.Home, "profile.yaml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := Main(app, []string{"gateways", "--to", "local-authority", "--about", "children", "--initiative", "cspr", "--asked"}); code != codeDone {
		t.Fatal(said)
	}
	for _, words := range []string{"as dsa setup remembers", "Child safeguarding practice review", "So this is taken to hold"} {
		if !strings.Contains(strings.Join(strings.Fields(out.String()), " "), words) {
			t.Errorf("%q is not in\n%s", words, out)
		}
	}
}

func TestThePrintedTableAsJSON(t *testing.T) {
	type table struct {
		Agreement string `json:"agreement"`
		Rows      []struct {
			Row       int      `json:"row"`
			Act       string   `json:"act"`
			Provision string   `json:"provision"`
			Sectors   []string `json:"sectors"`
			Subjects  []string `json:"subjects"`
			Summary   string   `json:"summary"`
			Entries   []string `json:"entries"`
			Note      string   `json:"note"`
		} `json:"rows"`
	}
	got := asked[table](t, "gateways", "printed", "--agreement", defaultAgreement)
	if got.Agreement != defaultAgreement || len(got.Rows) != 39 {
		t.Fatalf("%s has %d rows", got.Agreement, len(got.Rows))
	}
	for i, r := range got.Rows {
		if r.Row != i+1 || r.Act == "" || len(r.Sectors) == 0 || len(r.Subjects) == 0 || r.Summary == "" || len(r.Entries) == 0 {
			t.Errorf("row %d is %+v", i+1, r)
		}
	}
	if r := got.Rows[0]; r.Act != "Care Act 2014" || r.Provision != "Section 1" || !slices.Equal(r.Entries, []string{"care-act-2014-s1"}) {
		t.Errorf("the first row is %+v", r)
	}
}

func TestTheOtherAnswersAsJSON(t *testing.T) {
	if got := asked[entryAnswer](t, "gateways", "show", "children-act-2004-s16h"); got.ID != "children-act-2004-s16h" || len(got.History) == 0 || len(got.Printed) == 0 {
		t.Errorf("%+v", got)
	}
	type found struct {
		Hits []map[string]any `json:"hits"`
	}
	if got := asked[found](t, "gateways", "find", "section", "47"); len(got.Hits) == 0 || got.Hits[0]["id"] != "children-act-1989-s47" {
		t.Errorf("%+v", got)
	}
	got := asked[whyAnswer](t, "gateways", "why", "immigration-and-asylum-act-1999-s20", "--from", "education", "--to", "home-office",
		"--about", "children", "--asked", "--public-authority=no")
	why := strings.Join(got.Reasons, "; ")
	if got.Answer != "not-offered" || !strings.Contains(why, "that is a public authority, and you said your organisation is school") ||
		!strings.Contains(why, "immigration control") || !strings.Contains(got.Limits, "Not a safeguarding gateway") {
		t.Errorf("%+v", got)
	}
}

// Pages are for a terminal of 80 columns; only addresses and ids may be longer. They hold nothing that acts on one.
func TestGatewayPagesFit(t *testing.T) {
	t.Parallel()
	pages := [][]string{
		{"printed"}, {"printed", "--agreement", "london-mas-2021"}, {"find", "children"}, {"--initiative", "marac"},
		{"--from", "health", "--to", "local-authority", "--about", "both", "--asked", "--initiative", "mash", "--limits", "--all", "--touches", "adoption"},
		{"why", "children-act-2004-s16la", "--from", "health", "--to", "police", "--about", "both"},
	}
	app, _, _ := newTestApp(t, "")
	law, err := app.Law(legislation.AllParts)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range law.Provisions {
		pages = append(pages, []string{"show", p.ID})
	}
	for _, args := range pages {
		app, out, said := newTestApp(t, "")
		app.tables.law, app.tables.parts = law, legislation.AllParts // read once for all the pages
		if code := Main(app, append([]string{"gateways"}, args...)); code != codeDone {
			t.Fatalf("%v: %s", args, said)
		}
		for _, line := range strings.Split(out.String(), "\n") {
			if len([]rune(line)) > 80 && strings.Contains(strings.TrimSpace(line), " ") || strings.ContainsAny(line, "\x1b\t\r\u2011") {
				t.Errorf("%v: %q", args, line)
			}
		}
	}
}
