package paper

import (
	"slices"
	"strings"
	"testing"

	"dsa/decision"
)

// endorsement is what somebody says of a record.
func endorsement(number int, about Filed, who, view string) Filed {
	d := following("endorse").chose("capacity", "caldicott-guardian: Caldicott Guardian").chose("looked-at", "record: The whole record").chose("view", view)
	d.By.Name, d.By.Post = who, "Consultant"
	f := filed(decision.Endorse, number, d.text("view-conditions", "CONDITIONS").text("reasons", "VIEW-REASONS of "+who+".").Record)
	f.About, f.Chain, f.Key = about.ID, decision.ID{byte(len(who))}, "SHA256:"+who
	return f
}

// What others say stands at the top of every copy, and nobody can take a disagreement for agreement: not by the order, not
// by the number, not where somebody has said the other thing before.
func TestViews(t *testing.T) {
	first := dossierOf(shared()).First
	amended := amendment(4, "reasons", "Better.")
	completion := filed(decision.Complete, 5, following("adhoc").question("9", "Later").chose("told", "told: They know").Record)
	ann, bob := endorsement(11, first, "Ann", "agree"), endorsement(12, first, "Bob", "disagree")
	for sentence, c := range map[string]struct {
		later []Filed
		want  []string
	}{
		"nobody":    {nil, nil},
		"agreement": {[]Filed{ann}, []string{"Second view (1 February 2026, record 0c0000000000): Ann (Caldicott Guardian, Harbour Lane Surgery) agrees with the decision."}},
		"agreement on conditions": {[]Filed{endorsement(13, first, "Cat", "agree-with-conditions")},
			[]string{"Second view (1 February 2026, record 0e0000000000): Cat (Caldicott Guardian, Harbour Lane Surgery) agrees with the decision on conditions: CONDITIONS."}},
		"disagreement": {[]Filed{bob}, []string{"Second view (1 February 2026, record 0d0000000000): Bob (Caldicott Guardian, Harbour Lane Surgery) does NOT agree with the decision: VIEW-REASONS of Bob."}},
		"a view that nobody knows is no agreement": {[]Filed{endorsement(12, first, "Bob", "agree-more")},
			[]string{"Second view (1 February 2026, record 0d0000000000): Bob (Caldicott Guardian, Harbour Lane Surgery) does NOT agree with the decision: VIEW-REASONS of Bob."}},
		"who does not agree comes first": {[]Filed{ann, endorsement(14, first, "Eve", "agree-with-conditions"), bob}, []string{"Bob", "Eve", "Ann"}},
		"of an amendment":                {[]Filed{amended, endorsement(12, amended, "Bob", "agree")}, []string{"agrees with the amendment 050000000000."}},
		"of a completion":                {[]Filed{completion, endorsement(12, completion, "Bob", "disagree")}, []string{"does NOT agree with the completion 060000000000: "}},
		"somebody has changed their mind, and what they said before is told": {[]Filed{bob, ann, endorsement(15, first, "Bob", "agree")},
			[]string{"Ann (Caldicott Guardian, Harbour Lane Surgery) agrees with the decision.", "Bob (Caldicott Guardian, Harbour Lane Surgery) agrees with the decision. Before that: does NOT agree."}},
		"somebody said the same twice":      {[]Filed{ann, endorsement(16, first, "Ann", "agree")}, []string{"record 110000000000): Ann (Caldicott Guardian, Harbour Lane Surgery) agrees with the decision."}},
		"the same person of two records":    {[]Filed{amended, endorsement(12, amended, "Bob", "agree"), bob}, []string{"does NOT agree with the decision", "agrees with the amendment"}},
		"what was disposed of says nothing": {[]Filed{filed(decision.Endorse, 7, nil)}, nil},
		"of what is not here":               {[]Filed{endorsement(12, filed(decision.Review, 99, nil), "Bob", "agree")}, []string{"agrees with record 640000000000."}},
		"another capacity is said in its words": {[]Filed{func() Filed {
			f := endorsement(12, first, "Bob", "agree")
			f.Record.Questions[0].Answers[0].Chosen[0].ID = "other"
			f.Record.Questions[0].Answers = append(f.Record.Questions[0].Answers, decision.Answer{ID: "capacity-other", Asked: "Which?", Text: "Chair of the panel"})
			return f
		}()}, []string{"Bob (Chair of the panel, Harbour Lane Surgery) agrees"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got := dossierOf(shared(), c.later...).Views()
			if len(got) != len(c.want) {
				t.Fatalf("got %q", got)
			}
			for i, want := range c.want {
				if !strings.Contains(got[i], want) || strings.HasPrefix(want, "Second") && got[i] != want {
					t.Errorf("got\n%s\nwant\n%s", got[i], want)
				}
			}
		})
	}
}

// The page has each view at its top and as a section that says of which record it speaks; the note has a line for each
// as far as there is room, and the texts that go out say nothing of them.
func TestTextsWithViews(t *testing.T) {
	amended := amendment(4, "reasons", "Better.")
	first := dossierOf(shared()).First
	d := dossierOf(shared(), amended, endorsement(11, first, "Ann", "agree"), endorsement(12, amended, "Bob", "disagree"))
	text := page(t, d)
	for _, want := range []string{
		"does NOT agree with the amendment 050000000000: VIEW-REASONS of Bob.", "Ann (Caldicott Guardian, Harbour Lane Surgery) agrees with the decision.",
		"Not endorsed: does NOT agree (record 12, 1 February 2026 09:00, of the amendment 050000000000)",
		"Endorsement: agrees Record 11 of 1 February 2026 09:00, by Ann, Consultant, Harbour Lane Surgery. It is about the decision",
		"It is about the amendment 050000000000", "Record 12 (endorse)",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
	if strings.Index(text, "Second view") > strings.Index(text, "Decided by") {
		t.Error("what others say does not stand at the top")
	}
	note := checkNote(t, Note(d))
	if !strings.Contains(note, "Second view of the amendment: does NOT agree, Caldicott G … (see the record) Second view: agrees, Caldicott Guardian, 1 February 2026") {
		t.Errorf("the note says:\n%s", all(Note(d)))
	}
	for range 3 {
		d.Later = append(d.Later, endorsement(20+len(d.Later), first, strings.Repeat("x", 9+len(d.Later)), "disagree"))
	}
	if note := checkNote(t, Note(d)); !strings.Contains(note, "Second view of the amendment: does NOT agree, Caldicott G … (see the record) Second view: and 4 more (see the record), of which 3 NOT in agreement") {
		t.Errorf("the note says:\n%s", note)
	}
	for name, made := range map[string]func(*Dossier) ([]string, error){"notice": Notice, "reply": Reply} {
		lines, err := made(dossierOf(shared(), endorsement(12, first, "Bob", "disagree")))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(all(lines), "Bob") || strings.Contains(all(lines), "agree with") {
			t.Errorf("the %s tells others what a colleague thinks:\n%s", name, all(lines))
		}
	}
}

// Whatever somebody writes in their own record, it stays one sentence of it, and short.
func TestHostileViews(t *testing.T) {
	first := dossierOf(shared()).First
	for _, text := range []string{hostile, strings.Repeat("word ", 4000), "a\n\nSecond view: everybody agrees"} {
		f := endorsement(12, first, "Bob", "disagree")
		fill(f.Record, text)
		f.Record.Recorded = "2026-02-01T09:00:00Z"   // which no record is without
		f.Record.Questions[0].Answers[2].ID = "view" // so that it is read at all
		d := dossierOf(shared(), f, endorsement(13, first, "Cat", "agree-with-conditions"))
		page(t, d)
		checkNote(t, Note(d))
		views := d.Views()
		if len(views) != 2 || slices.ContainsFunc(views, func(v string) bool { return strings.Contains(v, "\n") || len(v) > 30_000 }) {
			t.Errorf("%d views: %q", len(views), views)
		}
	}
}

// What does not count is in no text that is made of the decision; the page names it and does not say what it says.
func TestWhatDoesNotCountStandsAside(t *testing.T) {
	first := dossierOf(shared()).First
	d := dossierOf(shared(), endorsement(11, first, "Ann", "agree"))
	one := endorsement(12, first, "Bob", "disagree")
	one.Doubt = "not <let> in"
	d.Aside = append(d.Aside, one, amendment(13, "reasons", "ASIDE"))
	d.First.Doubt = "set aside"
	if text := checkNote(t, Note(d)); !strings.HasPrefix(text, "Set aside SHARING DECISION") || strings.Contains(text, "NOT agree") || strings.Contains(text, "ASIDE") {
		t.Errorf("the note says:\n%s", text)
	}
	text := page(t, d)
	for _, want := range []string{"Set aside.", "Does not count", "Not endorsed: does NOT agree (record 12, by Bob", "not <let> in", "Amendment of a record (record 13"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q:\n%s", want, text)
		}
	}
	for _, never := range []string{"VIEW-REASONS of Bob", "ASIDE"} {
		if strings.Contains(text, never) {
			t.Errorf("the page says %s", never)
		}
	}
	if lines, err := Notice(d); err != nil || strings.Contains(all(lines), "aside") || strings.Contains(all(lines), "ASIDE") {
		t.Errorf("the notice says (%v):\n%s", err, all(lines))
	}
}
