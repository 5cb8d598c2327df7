package paper

import (
	"slices"
	"strings"
	"testing"

	"dsa/cmd/screen"
	"dsa/decision"
)

// checkNote refuses a note that is too long or too wide, or that could act on a screen.
func checkNote(t *testing.T, lines []string) string {
	t.Helper()
	if len(lines) >= 40 {
		t.Errorf("%d lines:\n%s", len(lines), all(lines))
	}
	for _, line := range lines {
		if len([]rune(line)) > screen.PageWidth {
			t.Errorf("wider than %d columns: %s", screen.PageWidth, line)
		}
		if strings.TrimSpace(line) == "" {
			t.Errorf("an empty line:\n%s", all(lines))
		}
	}
	checkShown(t, all(lines))
	return flat(all(lines))
}

func TestNote(t *testing.T) {
	d := dossierOf(shared(), amendment(4, "reasons", "Better reasons."), review(5, "stands"))
	d.Owed = []string{"look again at not telling, 16 January 2026"}
	text := checkNote(t, Note(d))
	for _, want := range []string{
		"SHARING DECISION: Share part, and hold the rest back", "Decided by: Sam Okafor, GP partner, Harbour Lane Surgery",
		"When: asked 15 January 2026 09:40; recorded 15 January 2026 10:20", "With: Duty social worker, Fenmarsh Council", "Our case: HL-4471. Their reference: FM-118",
		"Why: To keep the child safe at home.", "Shared: Attendances, child A, 6, two years; The nurse's worry, child A, 6", "Held back: HELD-WHAT, HELD-PERSON",
		"Law: Children Act 2004 s16H, duty to share", "Basis: Art 6(1)(e)", "Told: Words of not-told. INNER-GROUND. INNER-NOT-TOLD",
		"Reasons: Better reasons.", "Conditions: For the enquiry only.", "2 findings, 1 stop, 1 reply", "Still owed: look again at not telling, 16 January 2026",
		"Since: amended 1 February 2026; reviewed 1 February 2026", "Record: number 3", "Id: 0400000",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, all(Note(d)))
		}
	}
	for _, not := range []string{"Law: the common law", "TRAINING", "none named", "see the record"} {
		if strings.Contains(text, not) {
			t.Errorf("it has %q", not)
		}
	}
}

func TestNotesOfOtherDecisions(t *testing.T) {
	for sentence, c := range map[string]struct {
		of   *Dossier
		want string
		not  string
	}{
		"a refusal":                 {dossierOf(decided("none")), "Shared: nothing. Considered: Attendances", ""},
		"withdrawn":                 {dossierOf(shared(), review(4, "withdrawn")), "hold the rest back (withdrawn on review)", ""},
		"changed":                   {dossierOf(shared(), review(4, "changed", "none")), "hold the rest back (changed on review to none)", ""},
		"an emergency":              {dossierOf(drawn("emergency").text("shared-at", "2026-01-15T09:50Z").text("harm", "He drives off drunk.").chose("outcome", "share-all")), "shared 15 January 2026 09:50; recorded 15 January 2026 10:20; an emergency, recorded afterwards", "asked"},
		"what the harm was":         {dossierOf(drawn("emergency").text("harm", "He drives off drunk.").chose("outcome", "share-all")), "Why: He drives off drunk.", ""},
		"an exercise":               {dossierOf(draw{func() *decision.Record { d := shared(); d.Standing = decision.Training; return d.Record }()}), "TRAINING. This is an exercise", ""},
		"nobody can be identified":  {dossierOf(drawn("adhoc").chose("identifiable", "no").text("anonymous-what", "Totals").text("anonymous-recipient", "The board").chose("outcome", "share-all")), "With: The board Shared: Totals (nobody can be identified)", "Why:"},
		"no law":                    {dossierOf(drawn("adhoc").chose("gateway", "none").chose("outcome", "share-all")), "Law: none named", ""},
		"the common law":            {dossierOf(drawn("adhoc").chose("gateway", "common-law").chose("outcome", "share-all")), "Law: the common law", ""},
		"a corrected organisation":  {dossierOf(shared(), amendment(4, "recipient-organisation", "Northvale Council")), "With: Duty social worker, Northvale Council", "Fenmarsh"},
		"a corrected party":         {dossierOf(shared(), amendment(4, "recipient-party", "Northvale\nCouncil")), "With: Duty social worker, Northvale Council", "Fenmarsh"},
		"a corrected outcome":       {dossierOf(shared(), amendment(4, "outcome", "Nothing was shared.")), "SHARING DECISION: Nothing was shared. (as corrected) Decided", "Attendances"},
		"what was shared after all": {dossierOf(shared(), amendment(4, "information/3/passed", "It was shared")), "Shared and held back: corrected; see the record", "HELD-WHAT"},
		"a corrected ground":        {dossierOf(shared().chose("article-6", "e"), amendment(4, "gateway", "Another", "article-6", "Another")), "Law: corrected; see the record Basis: corrected; see the record", "16H"},
		"a corrected telling":       {dossierOf(shared(), amendment(4, "told", "They know.")), "Told: They know. Reasons", ""},
		"more law than has a place": {dossierOf(shared().provisions(9)), "Law: and 8 more (see the record)", "Act 5"},
	} {
		t.Run(sentence, func(t *testing.T) {
			text := checkNote(t, Note(c.of))
			if !strings.Contains(text, c.want) || c.not != "" && strings.Contains(text, c.not) {
				t.Errorf("want %q and not %q:\n%s", c.want, c.not, all(Note(c.of)))
			}
		})
	}
}

// provisions relies on so many more.
func (d draw) provisions(n int) draw {
	for i := range n {
		d.Law.Relied = append(d.Law.Relied, decision.Provision{Citation: "Act " + strings.Repeat("I", i+1) + " with a title that goes on for a good while longer than any line", Effect: "duty-to-share"})
		d.Law.Bases = append(d.Law.Bases, decision.Basis{Citation: "Basis " + strings.Repeat("I", i+1)})
	}
	return d
}

// However much is in the record, the note stays a note: every answer as long as any can be, every list as long.
func TestNoteOfTheLargestRecord(t *testing.T) {
	for _, long := range []string{strings.Repeat("word and ", 2200), strings.Repeat("x", 20_000), strings.Repeat(hostile+"\n\n", 40), strings.Repeat("\u202e", 5000), "\n\n \n"} {
		d := shared().provisions(40)
		d.Standing, d.Occasion = decision.Training, "emergency"
		for i := range 99 {
			item := "information/" + strings.Repeat("9", 1) + string(rune('0'+i%10)) + "/"
			d.text(item+"what", long).text(item+"person", long).chose(item+"passed", []string{"share", "withhold"}[i%2])
		}
		for _, id := range []string{"harm", "told-how", "anonymous-what", "decided-at", "shared-at", "requester", "missing-before"} {
			d.text(id, long)
		}
		for i := range d.Questions {
			for j := range d.Questions[i].Answers {
				a := &d.Questions[i].Answers[j]
				if a.Text != "" {
					a.Text = long
				}
				for k := range a.Chosen {
					a.Chosen[k].Words = long
				}
			}
		}
		d.By.Name, d.By.Post, d.By.Organisation, d.Agreement.Title, d.Checklist.Title = long, long, long, long, long
		file := dossierOf(d)
		for i := range 50 {
			file.Later = append(file.Later, []Filed{amendment(i, "reasons", long), review(i, "changed", "none"), endorsement(100+i, file.First, strings.Repeat("x", i), "disagree")}...)
		}
		file.Owed = slices.Repeat([]string{long}, 50)
		lines := Note(file)
		text := checkNote(t, lines)
		if strings.TrimSpace(long) != "" && strings.Count(text, "… (see the record)") < 10 {
			t.Errorf("what is left out is not marked:\n%s", all(lines))
		}
		if lines[0] != screen.TrainingBanner || lines[len(lines)-1] != "Id: "+file.First.ID.String() {
			t.Errorf("it does not begin and end as it should:\n%s", all(lines))
		}
		// In the place of an exercise, a decision that does not count.
		file.Now.Standing, file.First.Doubt = decision.Live, "NOT LET IN"
		if lines := Note(file); !strings.HasPrefix(checkNote(t, lines), "NOT LET IN ") {
			t.Errorf("it does not begin as it should:\n%s", all(lines))
		}
	}
}
