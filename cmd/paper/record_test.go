package paper

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
)

func page(t *testing.T, d *Dossier) string {
	t.Helper()
	var b bytes.Buffer
	if err := Page(&b, d); err != nil {
		t.Fatal(err)
	}
	return flat(checkPage(t, b.Bytes()))
}

func TestPage(t *testing.T) {
	d := dossierOf(shared(), amendment(4, "reasons", "Better reasons.", "information/1/what", "Attendances since May"), review(5, "stands"))
	d.Owed = []string{"look again at not telling"}
	text := page(t, d)
	for _, want := range []string{
		"Decision: Share part, and hold the rest back", "Decided bySam Okafor, GP partner, Harbour Lane Surgery", "To whomDuty social worker, Fenmarsh Council",
		"Better reasons. (as corrected; what was signed first stands below)", "15 January 2026 10:20", "Still owed: look again at not telling",
		"Who asks (added by dsa)", "1. Why is the information needed?", "Asked for purpose? To keep the child safe at home.", "Information 1", "HELD-WHY",
		"Asked for reasons? INNER-REASONS Corrected by record 4 of 1 February 2026 09:00: Better reasons. Why: It was mistyped.",
		"Asked for what? Attendances Corrected by record 4 of 1 February 2026 09:00: Attendances since May",
		"The law relied on, as looked up for 15 January 2026", "Children Act 2004 section 16H (duty to share)", "Status: in force, since 29 April 2018. How sure: verified. Reviewed by: nobody named yet.",
		"Only for that purpose.", "UK GDPR Article 6(1)(e) (lawful basis)", "Appropriate policy document: not needed.", "Offered too, and not relied on: children-act-1989-s47.",
		"Stop (ID), at: Who asks INNER-SEEN Why it matters: INNER-WHY What to do: INNER-DO Reply: INNER-REPLY Source: INNER-SOURCE", "Caution (BROAD)",
		"attendances.pdf, 18234 bytes, SHA-256 ababab", "Amendment of a record Record 4 of 1 February 2026 09:00", "Review: the decision stands",
		"dsa verify " + d.First.ID.String(), "README.txt", "Key: SHA256:fingerprint, signed as dsa-decision", "File: chain/0000/file.record.txt", "Kept until: 15 January 2034", "Written by dsa 0.1.0",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := strings.Count(text, "Corrected by record"); n != 2 {
		t.Errorf("%d corrections stand beside what they correct, want 2: an amendment is about the decision, not about a review of it", n)
	}
	if strings.Contains(text, "TRAINING") {
		t.Error("a decision is called an exercise")
	}
	var b bytes.Buffer
	if err := Page(&b, d); err != nil {
		t.Fatal(err)
	}
	// What stands in a record that follows is a level below the record.
	for _, heading := range []string{"<h2>Who asks", "<h3>Information 1</h3>", ">Amendment of a record</h2>", "<h3>What is wrong", "<h4>Amended 1</h4>"} {
		if !strings.Contains(b.String(), heading) {
			t.Errorf("the page lacks the heading %s", heading)
		}
	}
}

func TestPagesOfOtherRecords(t *testing.T) {
	training := shared()
	training.Standing = decision.Training
	emergency := drawn("emergency").text("harm", "He drives off drunk.").chose("outcome", "share-all: Share")
	emergency.Owed = []decision.Owed{{ID: "told", Question: "Telling", Asked: "Have they been told?"},
		{ID: "a", Question: "How it is kept?", Asked: "Where?"}, {ID: "b", Question: "How it is kept?", Asked: "How long?"}}
	emergency.Findings = []decision.Finding{{Code: "ID", Level: decision.Stop, Seen: []string{"It was not checked who they are."}}}
	completion := following("adhoc").question("9", "Later").chose("told", "told: They know").chose("outcome", "share-all: Share")
	disposed := filed(decision.Review, 7, nil)
	unsure := shared()
	unsure.Law.Relied[0].Certainty, unsure.Law.Relied[0].Pack, unsure.Law.Relied[0].Printed, unsure.Law.Relied[0].Check = "unsure", "fenmarsh-2026", []string{"The print is wrong."}, []string{"Whether it stands."}
	unsure.Law.Restrictions = []decision.Provision{{Citation: "Adoption and Children Act 2002 section 57", Effect: "restriction", Status: "in-force"}}
	for sentence, c := range map[string]struct {
		of    *Dossier
		wants []string
	}{
		"an exercise":             {dossierOf(training), []string{"TRAINING. This is an exercise and not a decision. Decision:", "not a decision. Decision: Share part, and hold the rest back. Record 3"}},
		"an emergency, completed": {dossierOf(emergency, filed(decision.Complete, 4, completion.Record)), []string{"An emergency, recorded afterwards", "Left for later when it was signed", "Telling: Have they been told?", "How it is kept? (2 answers)", "Completion of an emergency record Record 4", "Asked for told? They know", "9. Later"}},
		"withdrawn":               {dossierOf(shared(), review(4, "withdrawn")), []string{"Withdrawn on review."}},
		"changed":                 {dossierOf(shared(), review(4, "changed", "none")), []string{"Changed on review to: none"}},
		"disposed of later":       {dossierOf(shared(), disposed), []string{"Disposed of: only the signed cover is left"}},
		"law that is unsure":      {dossierOf(unsure), []string{"CHECK BEFORE RELYING ON THIS", "As stated by the agreement fenmarsh-2026, not by dsa.", "Of the agreement’s own table: The print is wrong.", "To check: Whether it stands.", "What came up as restricting it Adoption and Children Act 2002 section 57 (restriction)"}},
		"an answer left empty":    {dossierOf(drawn("adhoc").text("views", "").chose("outcome", "none: No")), []string{"Asked for views? (left empty)"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			text := page(t, c.of)
			for _, want := range c.wants {
				if !strings.Contains(text, want) {
					t.Errorf("the page lacks %q:\n%s", want, text)
				}
			}
		})
	}
}

// fill puts a text into every place of a record that can hold one.
func fill(d *decision.Record, text string) {
	for _, s := range []*string{&d.By.Name, &d.By.Post, &d.By.Organisation, &d.By.Email, &d.By.Sector.Words, &d.By.PublicAuthority.Words, &d.Agreement.Title, &d.Agreement.Version,
		&d.Checklist.Title, &d.Program, &d.Occasion, &d.Recorded, &d.Begun, &d.Law.On, &d.Law.Route} {
		*s = text
	}
	d.Given = decision.Given(text)
	for i := range d.Questions {
		q := &d.Questions[i]
		q.ID, q.Number, q.Title, q.Guidance, q.Source = text, text, text, text, text
		for j := range q.Answers {
			a := &q.Answers[j]
			a.Asked = text
			if a.Text != "" {
				a.Text = text
			}
			for k := range a.Chosen {
				a.Chosen[k].Words = text
			}
		}
	}
	for _, list := range [][]decision.Provision{d.Law.Relied, d.Law.Restrictions} {
		for i := range list {
			list[i] = decision.Provision{ID: text, Citation: text, Effect: text, Use: text, Status: text, Since: text, Certainty: text, Reviewer: text, Address: text,
				Summary: text, Limits: text, Reasons: []string{text}, Check: []string{text}, Pack: text, Printed: []string{text}}
		}
	}
	for i := range d.Law.Bases {
		d.Law.Bases[i] = decision.Basis{Citation: text, Status: text, Certainty: text, Reviewer: text, Address: text, Summary: text, Limits: text, Covers: []string{text},
			Needs: []string{text}, PolicyDocument: text, Caution: text, ClosedTo: []string{text}, Reasons: []string{text}, Check: []string{text}}
	}
	for i := range d.Findings {
		d.Findings[i] = decision.Finding{Code: text, Level: decision.Level(text), Seen: []string{text}, Why: text, Do: text, Source: text, Reply: text}
	}
	d.Files = []decision.File{{Name: text, SHA256: text}}
	d.Owed = []decision.Owed{{Asked: text, Question: text}}
}

// A record from elsewhere can hold anything in any place: nothing of it becomes markup, and nothing acts on a screen.
func TestHostilePage(t *testing.T) {
	for _, text := range []string{hostile, strings.Repeat("long ", 4000), strings.Repeat("x", 20_000), "\u202e\u2066\x00", "]]></style></title></body></html>", "<!-- ", "&#0;&bogus;"} {
		d := shared()
		fill(d.Record, text)
		later := amendment(4, "purpose", text)
		fill(later.Record, text)
		file := dossierOf(d, later)
		file.First.Key, file.First.Role, file.First.Keep, file.First.File = text, text, text, text
		file.Owed = []string{text}
		words := page(t, file)
		if text == hostile && (!strings.Contains(words, "<script>alert(1)</script>") || !strings.Contains(words, "<U+202E>turned<U+202C>") || !strings.Contains(words, "<U+001B>[31mred<U+0007>")) {
			t.Error("what was written cannot be read on the page")
		}
	}
}

// Every field that a person or the program put into a record and that is for reading is on the page.
func TestPageHasAllOfTheRecord(t *testing.T) {
	d := shared()
	text := page(t, dossierOf(d))
	for _, q := range d.Questions {
		for _, a := range q.Answers {
			for _, words := range append([]string{a.Asked, a.Text}, chosenWords(a)...) {
				if !strings.Contains(text, words) {
					t.Errorf("the page lacks %q", words)
				}
			}
		}
	}
}

func chosenWords(a decision.Answer) []string {
	return slices.Collect(func(yield func(string) bool) {
		for _, c := range a.Chosen {
			if !yield(c.Words) {
				return
			}
		}
	})
}
