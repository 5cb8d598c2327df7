package screen

import (
	"strings"
	"testing"

	"dsa/decision"

	"github.com/charmbracelet/x/ansi"
)

// fullRecord has something in every part that a page shows.
func fullRecord() *decision.Record {
	answer := func(id, text string) decision.Answer {
		return decision.Answer{ID: id, Asked: "Asked for " + id + "?", Text: text}
	}
	piece := decision.Answer{ID: "what", Group: "information", Item: 2, Asked: "What is it?", Text: "Attendances\nsince May"}
	outcome := decision.Answer{ID: "outcome", Asked: "What do you decide?", Chosen: []decision.Choice{{ID: "share-part", Words: "Share part"}, {ID: "x", Words: "And more"}}}
	outcome.Chosen = outcome.Chosen[:1]
	return &decision.Record{
		Standing: decision.Live, Occasion: "adhoc", Given: decision.InLines, Begun: "2026-01-15T10:00:00Z", Recorded: "2026-01-15T10:20:30+01:00",
		By: decision.Person{Name: "Sam Okafor", Post: "GP partner", Organisation: "Harbour Lane Surgery", Email: "sam@example.org", Sector: decision.Choice{Words: "Health"},
			PublicAuthority: decision.Choice{Words: "Yes"}, CompetentAuthority: decision.Choice{Words: "No"}},
		Agreement: decision.Document{Title: "The agreement", Version: "2024"}, Checklist: decision.Document{ID: "adhoc", Title: "The checklist"},
		Questions: []decision.Question{
			{ID: "request", Title: "Who asks?", Answers: []decision.Answer{answer("request", "All of it"), answer("views", "")}},
			{ID: "what-needed", Number: "2", Title: "What is needed?", Answers: []decision.Answer{piece, outcome}},
		},
		Law: decision.Law{On: "2026-01-15", Relied: []decision.Provision{{ID: "a", Citation: "An Act s1", Effect: "duty-to-share", Status: "in-force", Since: "2020-01-01", Certainty: "unsure",
			Summary: "A duty.", Limits: "For that alone.", Reasons: []string{"you are health"}, Check: []string{"Its start."}, Pack: "ours", Printed: []string{"The print is old."}, Address: "https://law.example/a"}},
			Offered: []decision.Offered{{ID: "a"}, {ID: "b"}, {ID: "c"}}, Route: "The route.",
			Bases: []decision.Basis{{Citation: "Article 6(1)(e)", Status: "in-force", Certainty: "verified", Reviewer: "A reviewer", Summary: "A task.", Limits: "Its own.", Needs: []string{"A function."},
				PolicyDocument: "needed", Covers: []string{"health"}, ClosedTo: []string{"voluntary"}, Caution: "Look twice.", Reasons: []string{"public"}, Check: []string{"The words."}, Address: "https://law.example/6"}},
			Restrictions: []decision.Provision{{Citation: "A bar s2", Effect: "restriction", Status: "in-force", Certainty: "verified", Reasons: []string{"ticked"}}}},
		Files: []decision.File{{Name: "plan.pdf", Bytes: 12, SHA256: strings.Repeat("ab", 32)}},
		Findings: []decision.Finding{
			{Code: "EMERGENCY", Level: decision.Lead, Seen: []string{"Someone may be in danger."}},
			{Code: "ID", Level: decision.Stop, Question: "request", Seen: []string{"Not checked.", "Nor rung back."}, Why: "A caller in a hurry.", Do: "Ring back.", Source: "A source", Reply: "I know\nthe voice."},
			{Code: "BAR", Level: decision.Stop, Question: "what-needed", Seen: []string{"Adoption."}},
			{Code: "POWER", Level: decision.Note, Seen: []string{"You may, and need not."}},
		},
		Owed: []decision.Owed{{ID: "told", Question: "Telling", Asked: "Have they been told?"}},
	}
}

// readable checks that lines fit and that nothing in them acts on a screen, and makes one text of them.
func readable(t *testing.T, lines []string) string {
	t.Helper()
	for _, line := range lines {
		if ansi.StringWidth(line) > 80 {
			t.Errorf("wider than 80 columns: %q", line)
		}
		if strings.ContainsFunc(line, acts) {
			t.Errorf("the line acts on a screen: %q", line)
		}
	}
	return flat(strings.Join(lines, "\n"))
}

// flat makes every gap in a text one space, so that words can be found across lines.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestPageSaysWhatTheRecordSays(t *testing.T) {
	text := readable(t, RecordPage(fullRecord()))
	for _, want := range []string{
		"Decision: Share part\n--------------------\nDecided by: Sam Okafor, GP partner, Harbour Lane Surgery\nOrganisation: Health; public authority: Yes; competent authority: No\n",
		"Recorded: 15 January 2026 10:20:30 +01:00, begun 15 January 2026 10:00:00 +00:00\n", "Given: in plain lines\n", "Agreement: The agreement, version 2024\n", "Checklist: The checklist (adhoc)\n",
		"\nWho asks? [added by dsa]\n", "Asked for request?\n  > All of it\n", "Asked for views?\n  > (left empty)\n", "\n2. What is needed?\n", "Information 2\n  What is it?\n    > Attendances\n    > since May\n",
		"What do you decide?\n  > Share part\n", "The law relied on, as looked up for 15 January 2026\n", "An Act s1 (duty-to-share)\n  CHECK BEFORE RELYING ON THIS\n  Status: in-force, since 2020-01-01. How sure: unsure. Reviewed by: nobody named\n  yet.\n",
		"  As stated by the agreement ours, not by dsa.\n", "  To check: Its start.\n", "  Of the agreement's own table: The print is old.\n", "  https://law.example/a\n", "Offered too, and not relied on: b, c.\n",
		"Article 6(1)(e) (lawful basis)\n", "  It serves here for: health.\n  Closed to: voluntary.\n  Shown with it: Look twice.\n  It needs:\n  - A function.\n  Appropriate policy document: needed, your organisation's own.\n",
		"Shown as the way where no provision fits: The route.\n", "What came up as restricting it\n", "A bar s2 (restriction)\n",
		"Files named in it, by their digest\n", "plan.pdf, 12 bytes, SHA-256\n" + strings.Repeat("ab", 32),
		"Act first (EMERGENCY)\n  Someone may be in danger.\n",
		"Stop (ID), at: Who asks?\n  Not checked.\n  Nor rung back.\n  Why it matters: A caller in a hurry.\n  What to do: Ring back.\n  Source: A source\n  Reply:\n  > I know\n  > the voice.\n",
		"Stop (BAR), at: What is needed?\n  Adoption.\n  Reply: (none)\n", "Note (POWER)\n  You may, and need not.\n",
		"Still owed within a working day\n-------------------------------\n- Telling: Have they been told?\n",
	} {
		if !strings.Contains(text, flat(want)) {
			t.Errorf("the page lacks\n%s\n\n%s", want, text)
		}
	}
	for _, not := range []string{"TRAINING", "An emergency", "Amends", "need not. Reply"} {
		if strings.Contains(text, not) {
			t.Errorf("the page has %q", not)
		}
	}
}

func TestPagesOfOtherKinds(t *testing.T) {
	of := &decision.Link{ID: decision.ID{0xab}, Number: 3, Recorded: "2026-01-15T10:20:30Z", By: "GP partner, Harbour Lane Surgery", Outcome: decision.Choice{Words: "Share part"}}
	for sentence, c := range map[string]struct {
		change func(*decision.Record)
		want   []string
	}{
		"an exercise":  {func(d *decision.Record) { d.Standing = decision.Training }, []string{"TRAINING. This is an exercise and not a decision.\n\nDecision: Share part\n"}},
		"an emergency": {func(d *decision.Record) { d.Occasion = "emergency" }, []string{"An emergency. It was recorded afterwards", "what is still owed stands at\nthe end."}},
		"a completion": {func(d *decision.Record) { d.Of = of }, []string{"Completion of an emergency record\n", "Completes: record 3 of 15 January 2026 10:20:30 +00:00 by GP partner, Harbour\nLane Surgery (Share part)\n", "Its id: ab0000"}},
		"an amendment": {func(d *decision.Record) { d.Of, d.Checklist.ID = of, "amend" }, []string{"Amendment of a record\n", "Amends: record 3 of"}},
		"a review":     {func(d *decision.Record) { d.Of, d.Checklist.ID = of, "review" }, []string{"Review of a decision\n", "Reviews: record 3 of"}},
		"a review that changes": {func(d *decision.Record) {
			d.Of, d.Checklist.ID = of, "review"
			d.Questions[0].Answers = append(d.Questions[0].Answers, decision.Answer{ID: "stands", Asked: "Does it stand?", Chosen: []decision.Choice{{ID: "changed", Words: "No"}}})
		}, []string{"Review: the decision is changed\n"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			d := fullRecord()
			c.change(d)
			text := readable(t, RecordPage(d))
			for _, want := range c.want {
				if !strings.Contains(text, flat(want)) {
					t.Errorf("the page lacks\n%s\n\n%s", want, text)
				}
			}
		})
	}
	d := fullRecord()
	d.Occasion = "emergency"
	if text := readable(t, RecordPage(d)); strings.Contains(text, "Reply: (none)") {
		t.Error("an emergency is held to a reply that it was never asked for")
	}
}

// Whatever a record from elsewhere holds, its page neither acts on a screen nor runs out of it.
func TestHostileRecordPage(t *testing.T) {
	for _, bad := range []string{"\x1b[2J\x1b]0;x\x07\u202eturned\u2066\u200b\x00\r", strings.Repeat("x", 5000), strings.Repeat("\n", 50), "\xff\xfe", "\u2028\u2029\ufffd"} {
		d := fullRecord()
		d.By.Name, d.By.Sector.Words, d.Agreement.Title, d.Checklist.Title = bad, bad, bad, bad
		d.Of = &decision.Link{By: bad, Recorded: bad, Outcome: decision.Choice{Words: bad}}
		d.Recorded, d.Law.On, d.Law.Route, d.Given = bad, bad, bad, decision.Given(bad)
		d.Questions[0].Title, d.Questions[1].Number = bad, bad
		d.Questions[0].Answers[0].Asked, d.Questions[0].Answers[0].Text = bad, bad
		d.Questions[1].Answers[1].Chosen[0].Words = bad
		d.Law.Relied[0] = decision.Provision{Citation: bad, Effect: bad, Status: bad, Since: bad, Certainty: bad, Reviewer: bad, Pack: bad, Summary: bad, Limits: bad, Address: bad, Reasons: []string{bad}, Printed: []string{bad}}
		d.Law.Offered[1].ID = bad
		d.Files[0].Name = bad
		d.Findings[1] = decision.Finding{Code: bad, Level: decision.Level(bad), Question: "request", Seen: []string{bad}, Why: bad, Do: bad, Source: bad, Reply: bad}
		d.Owed[0] = decision.Owed{Asked: bad, Question: bad}
		readable(t, RecordPage(d))
	}
}

// What a second person says is told in the first line, and only agreement in words of agreement.
func TestThePageOfAnEndorsement(t *testing.T) {
	record := func(view string, capacity ...decision.Choice) *decision.Record {
		return &decision.Record{Of: &decision.Link{Number: 3, Recorded: "2026-01-15T10:20:30Z", By: "GP partner, Harbour Lane Surgery", Outcome: decision.Choice{ID: "share-part", Words: "Share part"}},
			By: decision.Person{Name: "Ann Bell", Post: "Consultant"}, Checklist: decision.Document{ID: "endorse"}, Questions: []decision.Question{{ID: "view", Title: "Your view", Answers: []decision.Answer{
				{ID: "view", Asked: "What do you say?", Chosen: []decision.Choice{{ID: view, Words: "The words"}}}, {ID: "capacity", Asked: "As what?", Chosen: capacity}, {ID: "capacity-other", Asked: "Which?", Text: "Chair"}}}}}
	}
	for view, want := range map[string]string{"agree": "Endorsement: agrees ", "agree-with-conditions": "Endorsement: agrees on conditions ", "disagree": "Not endorsed: does NOT agree ", "agreed": "Not endorsed: does NOT agree "} {
		text := readable(t, RecordPage(record(view)))
		if !strings.HasPrefix(text, want) || !strings.Contains(text, "Said of: record 3 of 15 January 2026 10:20:30 +00:00 by GP partner, Harbour Lane Surgery (Share part)") ||
			!strings.Contains(text, "Said by: Ann Bell, Consultant") || strings.Contains(text, "Decided by") {
			t.Errorf("%s is shown as\n%s", view, text)
		}
	}
	for want, chosen := range map[string][]decision.Choice{"Chair": {{ID: "other", Words: "Another"}}, "Legal adviser": {{ID: "legal-adviser", Words: "Legal adviser"}}} {
		if got := Capacity(record("agree", chosen...)); got != want {
			t.Errorf("the capacity is %q, want %q", got, want)
		}
	}
}
