package cases

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
)

// golden is an ordinary ad hoc decision.
func golden(t *testing.T) *decision.Record {
	t.Helper()
	text, err := os.ReadFile("../../cmd/testdata/golden/decision.json")
	if err != nil {
		t.Fatal(err)
	}
	record := new(decision.Record)
	if err := json.Unmarshal(text, record); err != nil {
		t.Fatal(err)
	}
	return record
}

func set(r *decision.Record, id, text string, chosen ...string) {
	for i := range r.Questions {
		for j := range r.Questions[i].Answers {
			if a := &r.Questions[i].Answers[j]; a.ID == id && a.Group == "" {
				a.Text, a.Chosen = text, nil
				for _, c := range chosen {
					a.Chosen = append(a.Chosen, decision.Choice{ID: c, Words: c})
				}
				return
			}
		}
	}
	q := &r.Questions[len(r.Questions)-1]
	q.Answers = append(q.Answers, decision.Answer{ID: id, Asked: id})
	set(r, id, text, chosen...)
}

func caseOf(r *decision.Record, later ...Page) *Case {
	at, _ := time.Parse(decision.TimeFormat, r.Recorded)
	return &Case{First: Page{ID: decision.ID{1}, Chain: decision.ID{2}, Number: 7, Kind: decision.Decision, Time: at.UTC(), KeepUntil: "2034-11-22", Fingerprint: "SHA256:x", Record: r}, Later: later}
}

func follow(kind decision.Kind, key string, answers ...decision.Answer) Page {
	r := &decision.Record{Checklist: decision.Document{ID: string(kind)}, Of: &decision.Link{}, Questions: []decision.Question{{ID: "q", Title: "q", Answers: answers}}}
	if kind == decision.Complete {
		r.Checklist.ID = "adhoc"
	}
	return Page{Kind: kind, About: decision.ID{1}, Fingerprint: key, Record: r}
}

func chose(id string, options ...string) decision.Answer {
	a := decision.Answer{ID: id, Asked: id}
	for _, o := range options {
		a.Chosen = append(a.Chosen, decision.Choice{ID: o, Words: o})
	}
	return a
}

func TestFactsOfAnOrdinaryDecision(t *testing.T) {
	f := caseOf(golden(t)).Facts()
	for what, is := range map[string]bool{
		"outcome": f.Outcome == "share-part" && f.OutcomeNow == "share-part", "mode": f.Occasion == "adhoc" && !f.Emergency && !f.Late,
		"pieces": f.ItemsShared == 3 && f.ItemsWithheld == 1, "recipient": f.Recipient == "Fenmarsh Council" && f.RecipientParty == "other" && f.RecipientSector == "local-authority",
		"gateway": len(f.Gateways) > 0 && f.Gateways[0].ID == "children-act-1989-s47" && f.Gateways[0].Effect == "general-power-or-function" && !f.NoGateway,
		"bases":   slices.Equal(f.Bases, []string{"uk-gdpr-6-1-e"}) && slices.Equal(f.Conditions, []string{"dpa-2018-sch1-para18", "dpa-2018-sch1-para2"}),
		"law":     !f.Superseded && !f.Unverified, "told": f.Told == "not-told" && slices.Equal(f.NotToldGround, []string{"risk-of-harm"}),
		"findings": len(f.Findings) == 5 && f.Findings[0] == Finding{"BROAD", "caution", true}, "who": f.Sector == "health" && f.Name == "Sam Okafor",
		"asked": f.Asked.Known() && !f.Asked.Day && f.HoursToDecision != nil && *f.HoursToDecision > 7000, "decided": f.Decided.Text == f.RecordedAt,
	} {
		if !is {
			t.Errorf("%s: %+v", what, f)
		}
	}
	// Every column has a name of its own, and every cell something to show where it says it has.
	names := map[string]bool{}
	for _, c := range Columns() {
		v := c.Value(f)
		if names[c.Name] || c.Says == "" || c.Title == "" || v.Set == (v.Kind == None) || v.Set && v.Text == "" {
			t.Errorf("column %s: %+v", c.Name, v)
		}
		names[c.Name] = true
	}
}

// What a place for an id holds can have been typed by somebody: it does not come out where free text is left out.
func TestFactsTakeNoTextForAnID(t *testing.T) {
	const secret = "Mia Thornbury, 6"
	r := golden(t)
	r.Occasion, r.Agreement.ID, r.Agreement.Version, r.Checklist.ID, r.By.Sector.ID = secret, secret, secret, secret, secret
	for _, id := range []string{"outcome", "recipient-party", "recipient-sector", "initiated", "about", "identifiable", "categories", "circumstances", "told", "not-told-ground", "heard",
		"transfer-method", "advice", "frequency", "dpia", "confidentiality", "restrictions", "exemption", "initiative", "gateway"} {
		set(r, id, "", secret)
	}
	for _, id := range []string{"told-revisit", "review-on", "requested-at", "shared-at", "decided-at"} {
		set(r, id, secret)
	}
	p := &r.Law.Relied[0]
	p.ID, p.Effect, p.Status, p.Certainty = secret, secret, secret, secret
	r.Law.Bases[0].ID, r.Law.Bases[0].List = secret, secret
	r.Findings[0].Code, r.Findings[0].Level = secret, secret
	f := caseOf(r, follow(decision.Review, "k", chose("stands", "changed"), chose("new-outcome", secret), decision.Answer{ID: "next-review", Text: secret}),
		follow(decision.Amend, "k", decision.Answer{ID: "which", Group: "amended", Item: 1, Chosen: []decision.Choice{{ID: secret, Words: secret}}}, decision.Answer{ID: "correct", Group: "amended", Item: 1, Text: secret})).Facts()
	free := 0
	for _, c := range Columns() {
		v := c.Value(f)
		if c.Free {
			free++
			continue
		}
		if strings.Contains(v.Text+strings.Join(v.List, " "), "Mia") {
			t.Errorf("column %s gives it away", c.Name)
		}
	}
	if free == 0 {
		t.Error("no column is free text")
	}
}

func TestFactsOfWhatBecameOfIt(t *testing.T) {
	f := caseOf(golden(t),
		follow(decision.Review, "own", chose("stands", "changed"), chose("new-outcome", "share-all"), decision.Answer{ID: "next-review", Text: "2027-01-01"}),
		follow(decision.Endorse, "a", chose("view", "agree")), follow(decision.Endorse, "b", chose("view", "disagree")), follow(decision.Endorse, "a", chose("view", "agree-with-conditions")),
		follow(decision.Amend, "own", decision.Answer{ID: "which", Group: "amended", Item: 1, Chosen: []decision.Choice{{ID: "information/1/passed", Words: "w"}}}, decision.Answer{ID: "correct", Group: "amended", Item: 1, Text: "held back"},
			decision.Answer{ID: "which", Group: "amended", Item: 2, Chosen: []decision.Choice{{ID: "recipient-organisation", Words: "w"}}}, decision.Answer{ID: "correct", Group: "amended", Item: 2, Text: "Northvale\nPolice"},
			decision.Answer{ID: "which", Group: "amended", Item: 3, Chosen: []decision.Choice{{ID: "purpose", Words: "w"}}}, decision.Answer{ID: "correct", Group: "amended", Item: 3, Text: "Another purpose"}),
		follow(decision.Review, "own", chose("stands", "audited"), chose("verdict", "points")),
	).Facts()
	for what, is := range map[string]bool{
		"review": f.Reviews == 1 && f.ReviewResult == "changed" && f.Outcome == "share-part" && f.OutcomeNow == "share-all" && f.ReviewOn == "2027-01-01",
		"audit":  f.Audits == 1 && f.AuditVerdict == "points", "views": f.Endorsed == 0 && f.EndorsedOnConditions == 1 && f.Disagreed == 1,
		"amended": f.Amendments == 1 && slices.Equal(f.Amended, []string{"information", "recipient-organisation", "purpose"}), "pieces": f.ItemsShared == 2 && f.ItemsWithheld == 1,
		"recipient": f.Recipient == "Northvale Police", "purpose": f.Purpose == "Another purpose",
	} {
		if !is {
			t.Errorf("%s: %+v", what, f)
		}
	}
	withdrawn := caseOf(golden(t), follow(decision.Review, "own", chose("stands", "withdrawn")), follow(decision.Review, "own", chose("stands", "stands"))).Facts()
	if withdrawn.OutcomeNow != "withdrawn" || withdrawn.ReviewResult != "stands" {
		t.Errorf("withdrawn, and then looked at again: %+v", withdrawn)
	}
}

func TestFactsOfTime(t *testing.T) {
	for name, c := range map[string]struct {
		asked, shared, decided string
		hours                  float64 // -1: unknown
		at                     string  // decided
	}{
		"recorded at once":           {"2026-11-22T08:11:12Z", "", "", 2, "2026-11-22T10:11:12Z"},
		"an offset counts":           {"2026-11-22T09:11:12+01:00", "", "", 2, "2026-11-22T10:11:12Z"},
		"shared before":              {"2026-11-22T08:00Z", "2026-11-22T09:30Z", "", 1.5, "2026-11-22T09:30Z"},
		"decided before":             {"2026-11-22T08:00Z", "2026-11-22T09:30Z", "2026-11-22T08:15Z", 0.25, "2026-11-22T08:15Z"},
		"a day has no hours":         {"2026-11-21", "", "", -1, "2026-11-22T10:11:12Z"},
		"a day to decide has none":   {"2026-11-20T08:00Z", "", "2026-11-21", -1, "2026-11-21"},
		"nobody asked":               {"", "", "", -1, "2026-11-22T10:11:12Z"},
		"asked after it was decided": {"2026-11-22T12:00Z", "", "", -1, "2026-11-22T10:11:12Z"},
	} {
		t.Run(name, func(t *testing.T) {
			r := golden(t)
			set(r, "requested-at", c.asked)
			set(r, "shared-at", c.shared)
			set(r, "decided-at", c.decided)
			f := caseOf(r).Facts()
			if f.Decided.Text != c.at || (c.hours < 0) != (f.HoursToDecision == nil) || f.HoursToDecision != nil && *f.HoursToDecision != c.hours {
				t.Errorf("%+v %v", f.Decided, f.HoursToDecision)
			}
		})
	}
}

func TestFactsOfWhatWasDisposedOf(t *testing.T) {
	c := &Case{First: Page{ID: decision.ID{1}, Time: time.Date(2026, 3, 31, 23, 30, 0, 0, time.UTC), KeepUntil: decision.Permanent}}
	f := c.Facts()
	if !f.Disposed || f.Outcome != "" || c.Facts() != f {
		t.Errorf("%+v", f)
	}
	for _, column := range Columns() {
		v := column.Value(f)
		if want := slices.Contains([]string{"id", "number", "standing", "recorded_at", "keep_until", "disposed", "chain"}, column.Name); v.Set != want {
			t.Errorf("column %s: %+v", column.Name, v)
		}
	}
	march := Filter{From: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)}
	if !march.Match(f) || !march.InTime(f) {
		t.Error("the last day of the time asked for is not in it")
	}
	march.Outcome = []string{""}
	if march.Match(f) || !march.InTime(f) {
		t.Error("nobody can tell what was decided")
	}
}

func TestFilterSaysWhatWasAsked(t *testing.T) {
	f := Filter{From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC), Outcome: []string{"share-part", "none"}, Recipient: []string{"Council"}}
	want := []string{"recorded on or after 2026-01-01", "recorded on or before 2026-12-31", "outcome is share-part or none", "recipient contains Council"}
	if got := f.Words(); !slices.Equal(got, want) || f.IsZero() || !new(Filter).IsZero() {
		t.Errorf("%q", got)
	}
}

func TestColumnsAreChosenByName(t *testing.T) {
	got, err := ColumnsNamed([]string{"outcome", " Recorded-At", "outcome"})
	if err != nil || len(got) != 2 || got[1].Name != "recorded_at" {
		t.Errorf("%v %v", got, err)
	}
	if _, err := ColumnsNamed([]string{"Mia"}); err == nil || strings.Contains(err.Error(), "Mia") {
		t.Errorf("what was typed is repeated, or taken: %v", err)
	}
}
