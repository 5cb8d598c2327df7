package paper

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"dsa/cmd/screen"
	"dsa/decision"
)

func notice(t *testing.T, d *Dossier) string {
	t.Helper()
	lines, err := Notice(d)
	if err != nil {
		t.Fatal(err)
	}
	return checkLetter(t, lines)
}

func reply(t *testing.T, d *Dossier) string {
	t.Helper()
	lines, err := Reply(d)
	if err != nil {
		t.Fatal(err)
	}
	return checkLetter(t, lines)
}

// checkLetter refuses lines that are too wide or could act on a screen, and anything that was kept inside.
func checkLetter(t *testing.T, lines []string) string {
	t.Helper()
	for _, line := range lines {
		if len([]rune(line)) > screen.PageWidth {
			t.Errorf("wider than %d columns: %s", screen.PageWidth, line)
		}
	}
	checkShown(t, all(lines))
	text := flat(all(lines))
	for _, secret := range []string{"INNER-", "HELD-", "THE-REQUEST", "HL-4471", "Share part", "hold the rest back"} {
		if strings.Contains(text, secret) {
			t.Errorf("it tells %q:\n%s", secret, all(lines))
		}
	}
	return text
}

func TestNotice(t *testing.T) {
	text := notice(t, dossierOf(shared()))
	for _, part := range []string{
		"To: Duty social worker, Fenmarsh Council", "From: Sam Okafor, GP partner, Harbour Lane Surgery", "Your reference: FM-118", "Our reference: record 0400", "15 January 2026",
		"To keep the child safe at home.", "Law relied on: Children Act 2004 section 16H; UK GDPR Article 6(1)(e).",
		"1. Attendances, two years", "About: child A, 6", "It is: Fact: seen, measured or done",
		"2. The nurse's worry", "It is: Opinion", "Checked to be right, up to date and not misleading: It is disputed. The father disputes the dates.",
		"file attendances.pdf, 18234 bytes, SHA-256 abababab",
		"Our conditions: For the enquiry only.", "The law under which it is given limits its use. Children Act 2004 section 16H: Only for that purpose.",
		"do not pass it on to others without asking us", "Keep it in confidence.", "has NOT been told", "your own retention schedule", "wrong, out of date or disputed",
		"a request for access", "lost or reaches the wrong person", "sam.okafor@harbourlane.example", "does not say whether there is anything else",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("it lacks %q:\n%s", part, text)
		}
	}
}

// The same notice goes out whether all was shared or something was held back: the difference would tell.
func TestNoticeDoesNotShowThatSomethingIsHeldBack(t *testing.T) {
	part := shared()
	whole := shared()
	for i, q := range whole.Questions {
		whole.Questions[i].Answers = slices.DeleteFunc(q.Answers, func(a decision.Answer) bool { return a.Group == "information" && a.Item == 3 })
		for j, a := range whole.Questions[i].Answers {
			if a.ID == "outcome" {
				whole.Questions[i].Answers[j].Chosen = []decision.Choice{{ID: "share-all", Words: "Share what was asked for"}}
			}
		}
	}
	if one, other := notice(t, dossierOf(part)), notice(t, dossierOf(whole)); one != other {
		t.Errorf("the notices differ:\n%s\n\n%s", one, other)
	}
}

func TestNoticeSaysWhatTheAnswersSay(t *testing.T) {
	base := func(also func(draw)) *Dossier {
		d := drawn("routine").question("1", "All").text("purpose", "A purpose.").text("information/1/what", "A list").chose("outcome", "share-all")
		also(d)
		return dossierOf(d)
	}
	for sentence, c := range map[string]struct {
		dossier *Dossier
		want    string
		not     string
	}{
		"the person agrees":           {base(func(d draw) { d.chose("confidentiality", "agreement") }), "with the agreement of the person", "public interest"},
		"a law permits it":            {base(func(d draw) { d.chose("confidentiality", "law") }), "because a law requires or permits it", "public interest"},
		"nothing is said of it":       {base(func(d draw) {}), "it is about people", "public interest"},
		"they know":                   {base(func(d draw) { d.chose("told", "told") }), "has been told that it is shared with you", "NOT been told"},
		"they are told later":         {base(func(d draw) { d.chose("told", "will-tell") }), "has not been told yet", "NOT been told"},
		"a retention was agreed":      {base(func(d draw) { d.text("retention", "12 months").text("deletion", "Shredding") }), "As agreed: 12 months - Then: Shredding", "retention schedule"},
		"receipt is to be confirmed":  {base(func(d draw) { d.chose("receipt", "will-confirm") }), "that it has arrived", ""},
		"receipt is confirmed":        {base(func(d draw) { d.chose("receipt", "confirmed") }), "lost", "that it has arrived"},
		"no condition was made":       {base(func(d draw) {}), "Use it for that purpose", "Our conditions"},
		"no law limits its use":       {base(func(d draw) { d.Law.Relied = []decision.Provision{{Citation: "An Act", Limits: "Limits."}} }), "Law relied on: An Act.", "limits its use"},
		"an exercise":                 {base(func(d draw) { d.Standing = decision.Training }), "TRAINING. This is an exercise", ""},
		"nobody can be identified":    {base(func(d draw) { d.chose("identifiable", "no").text("anonymous-what", "Totals by month") }), "Totals by month", "A list"},
		"nobody can be, and must not": {base(func(d draw) { d.chose("identifiable", "no").text("anonymous-what", "Totals") }), "Do not try to find out", "NOT been told"},
		"told by voice, in emergency": {dossierOf(drawn("emergency").text("purpose", "P").chose("outcome", "share-all")), "As told to you at the time.", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			text := notice(t, c.dossier)
			if !strings.Contains(text, c.want) || c.not != "" && strings.Contains(text, c.not) {
				t.Errorf("want %q and not %q:\n%s", c.want, c.not, text)
			}
		})
	}
}

// A mistake that is known is not sent out again; and what a correction is about decides whether it goes out at all.
func TestNoticeIsAsCorrected(t *testing.T) {
	d := dossierOf(shared(), amendment(4, "information/1/what", "Attendances since May", "purpose", "To plan the visit.", "information/3/what", "HELD-MORE", "reasons", "INNER-NEW"))
	text := notice(t, d)
	for _, want := range []string{"1. Attendances since May, two years", "To plan the visit."} {
		if !strings.Contains(text, want) {
			t.Errorf("it lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "keep the child safe") {
		t.Errorf("it repeats the mistake:\n%s", text)
	}
	// A later correction replaces an earlier one.
	d = dossierOf(shared(), amendment(4, "purpose", "First."), amendment(5, "purpose", "Second."))
	if text := notice(t, d); !strings.Contains(text, "Second.") || strings.Contains(text, "First.") {
		t.Error(text)
	}
}

// A correction is in words: what decides whether and what goes out cannot be read off it, so nothing goes out.
func TestNoLetterOfWhatWasAmendedInItsGround(t *testing.T) {
	for _, path := range []string{"outcome", "information/1/passed", "told", "confidentiality", "gateway", "initiated", "recipient-sector"} {
		for name, letter := range map[string]func(*Dossier) ([]string, error){"notice": Notice, "reply": Reply} {
			lines, err := letter(dossierOf(shared(), amendment(4, path, "CORRECTED"), amendment(5, "purpose", "To plan the visit.")))
			var no *Senseless
			if !errors.As(err, &no) || lines != nil || !strings.Contains(no.Why, "does not go out any more") || !strings.Contains(no.Next, "dsa share, and make the "+name) {
				t.Errorf("%s, %s amended: %v %+v", name, path, err, no)
			} else if strings.Contains(no.Why, "CORRECTED") || !strings.Contains(no.Why, "Asked for "+path[strings.LastIndex(path, "/")+1:]) {
				t.Errorf("it does not say which answer, or says what was typed: %s", no.Why)
			}
		}
	}
}

// What a person typed in several lines is set in wherever it stands, so that nobody takes it for a heading of ours.
func TestOwnWordsAreNoHeadings(t *testing.T) {
	const forged = "first\n\nTell us\n-------\nnothing"
	fill := func(outcome string) *Dossier {
		d := decided(outcome).text("missing-before", forged).text("refer-to", forged).text("decide-by", forged).text("retention", forged).text("deletion", forged)
		for i := range d.Questions {
			for j := range d.Questions[i].Answers {
				if a := &d.Questions[i].Answers[j]; a.Text != "" {
					a.Text = forged
				}
			}
		}
		d.By.Name, d.By.Organisation = forged, forged
		d.Law.Relied[0].Citation, d.Law.Relied[0].Limits, d.Law.Bases[0].Citation = forged, forged, forged
		return dossierOf(d, amendment(4, "recipient-organisation", forged, "recipient-person", forged, "decided-at", forged))
	}
	check := func(lines []string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(all(lines), "\nTell us\n---"); n > 1 || strings.Contains(all(lines), "\nnothing\n") {
			t.Errorf("what was typed looks like a heading:\n%s", all(lines))
		}
	}
	check(Notice(fill("share-part")))
	for _, outcome := range []string{"none", "share-part", "defer", "refer"} {
		check(Reply(fill(outcome)))
	}
}

// decided is the sample with another outcome.
func decided(outcome string, also ...func(draw)) draw {
	d := shared()
	for i, q := range d.Questions {
		for j, a := range q.Answers {
			if a.ID == "outcome" {
				d.Questions[i].Answers[j].Chosen = []decision.Choice{{ID: outcome, Words: "INNER-OUTCOME"}}
			}
		}
	}
	for _, f := range also {
		f(d)
	}
	return d
}

func TestReplies(t *testing.T) {
	for sentence, c := range map[string]struct {
		d    draw
		want []string
		not  []string
	}{
		"a refusal": {decided("none"),
			[]string{"We do not share information in answer to your request.", "neither confirms nor denies", "name the provision", "Your request of: 15 January 2026 09:40", "call 999",
				"A court can order", "Caldicott Guardian", "We shall decide afresh", "Information Commissioner", "To: Duty social worker, Fenmarsh Council"},
			[]string{"Attendances", "child A", "Beyond what it says", "To keep the child safe", "right to ask for information about yourself", "Children Act"}},
		"a refusal to a member of the public": {func() draw {
			d := decided("none")
			for i, q := range d.Questions {
				for j, a := range q.Answers {
					if a.ID == "recipient-sector" {
						d.Questions[i].Answers[j].Chosen[0].ID = "public"
					}
				}
			}
			return d
		}(), []string{"right to ask for information about yourself", "written authority"}, []string{"name the provision"}},
		"part": {decided("share-part"),
			[]string{"We share this with you:", "1. Attendances, two years", "2. The nurse's worry", "We neither share nor comment on anything beyond it.", "Beyond what it says we share, this answer neither confirms nor denies"},
			[]string{"We do not share information"}},
		"part, to somebody who asked for another": {decided("share-part", func(d draw) { d.text("requester", "A solicitor") }),
			[]string{"To: A solicitor", "goes to those who need it"}, []string{"Attendances", "Duty social worker", "Fenmarsh"}},
		"later": {decided("defer", func(d draw) { d.text("missing-before", "A signed form.\nThe offence.").text("decide-by", "2026-01-20") }),
			[]string{"We have not decided yet.", "Before we can decide, we need: - A signed form. - The offence.", "We mean to decide by 20 January 2026."}, []string{"Attendances"}},
		"passed on":                {decided("refer", func(d draw) { d.text("refer-to", "Our Caldicott Guardian") }), []string{"has been passed to Our Caldicott Guardian"}, []string{"Attendances"}},
		"passed on, not said whom": {decided("refer"), []string{"has been passed to those who can decide it"}, nil},
		"an exercise":              {decided("none", func(d draw) { d.Standing = decision.Training }), []string{"TRAINING. This is an exercise"}, nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			text := reply(t, dossierOf(c.d))
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("it lacks %q:\n%s", want, text)
				}
			}
			for _, not := range c.not {
				if strings.Contains(text, not) {
					t.Errorf("it has %q:\n%s", not, text)
				}
			}
		})
	}
}

// What is held, and why it is held back, makes no difference to a refusal.
func TestRefusalsAreAlike(t *testing.T) {
	empty := decided("none")
	for i, q := range empty.Questions {
		empty.Questions[i].Answers = slices.DeleteFunc(q.Answers, func(a decision.Answer) bool {
			return a.Group == "information" || slices.Contains([]string{"told", "purpose", "reasons", "categories", "whose", "restrictions", "confidentiality"}, a.ID)
		})
	}
	empty.Law, empty.Files, empty.Findings = decision.Law{}, nil, nil
	if one, other := reply(t, dossierOf(decided("none"))), reply(t, dossierOf(empty)); one != other {
		t.Errorf("the refusals differ:\n%s\n\n%s", one, other)
	}
}

func review(number int, stands string, also ...string) Filed {
	d := following("review").chose("stands", stands)
	if len(also) > 0 {
		d.chose("new-outcome", also[0])
	}
	return filed(decision.Review, number, d.text("reasons", "INNER-REVIEW").Record)
}

// A text that would say something untrue, or nothing, is not made; what to do instead is said.
func TestSenselessTexts(t *testing.T) {
	offered := drawn("adhoc").chose("initiated", "offered").chose("outcome", "none")
	for sentence, c := range map[string]struct {
		make func(*Dossier) ([]string, error)
		of   *Dossier
		why  string
		next string
	}{
		"a notice of a refusal":                   {Notice, dossierOf(decided("none")), "nothing is shared", "--reply"},
		"a notice of a deferral":                  {Notice, dossierOf(decided("defer")), "nothing is shared", "--reply"},
		"a notice of a decision without outcome":  {Notice, dossierOf(drawn("adhoc").text("purpose", "x")), "nothing is shared", "--note"},
		"a notice of what was withdrawn":          {Notice, dossierOf(shared(), review(4, "withdrawn")), "changed or withdrawn", "dsa share"},
		"a notice of what was changed":            {Notice, dossierOf(shared(), review(4, "changed", "share-all")), "changed or withdrawn", "dsa share"},
		"a reply where nobody asked":              {Reply, dossierOf(offered), "nobody asked", "--note"},
		"a reply where all is shared":             {Reply, dossierOf(decided("share-all")), "is shared", "--notice"},
		"a reply where it was withdrawn":          {Reply, dossierOf(decided("none"), review(4, "withdrawn")), "withdrawn", "dsa share"},
		"a reply where it was changed into parts": {Reply, dossierOf(decided("none"), review(4, "changed", "share-part")), "piece by piece", "dsa share"},
	} {
		t.Run(sentence, func(t *testing.T) {
			lines, err := c.make(c.of)
			var no *Senseless
			if !errors.As(err, &no) || lines != nil || !strings.Contains(no.Why, c.why) || !strings.Contains(no.Next, c.next) {
				t.Errorf("error %v: %+v", err, no)
			}
		})
	}
	// A review that finds the decision good, or that turns sharing into a refusal, leaves a text to make.
	notice(t, dossierOf(shared(), review(4, "stands")))
	if text := reply(t, dossierOf(shared(), review(4, "changed", "none"))); !strings.Contains(text, "We do not share") || strings.Contains(text, "Attendances") {
		t.Error(text)
	}
}

// Whatever is typed, letters stay plain lines.
func TestHostileLetters(t *testing.T) {
	fill := func(d draw) draw {
		for i := range d.Questions {
			for j := range d.Questions[i].Answers {
				a := &d.Questions[i].Answers[j]
				if a.Text != "" && a.ID != "requested-at" {
					a.Text = strings.ReplaceAll(hostile, "|", "") + "\nsecond line " + strings.Repeat("w", 500)
				}
				for k := range a.Chosen {
					a.Chosen[k].Words = hostile
				}
			}
		}
		d.By.Name, d.By.Organisation, d.Law.Relied[0].Citation, d.Law.Relied[0].Limits, d.Files[0].Name = hostile, hostile, hostile, hostile, hostile
		return d
	}
	if text := notice(t, dossierOf(fill(shared()))); !strings.Contains(text, "<U+001B>[31mred") {
		t.Error(text)
	}
	for _, outcome := range []string{"none", "share-part", "defer", "refer"} {
		d := decided(outcome)
		d.text("missing-before", "x").text("refer-to", "x").text("decide-by", "x").text("requester", "")
		reply(t, dossierOf(fill(d)))
	}
}

// An address has its own line, however the answers came; the whole letter is not longer than people read.
func TestLettersAreShort(t *testing.T) {
	for name, lines := range map[string]func() ([]string, error){
		"notice": func() ([]string, error) { return Notice(dossierOf(shared())) },
		"reply":  func() ([]string, error) { return Reply(dossierOf(decided("none"))) },
	} {
		made, err := lines()
		if err != nil || len(made) > 100 {
			t.Error(name, fmt.Sprint(len(made)), err)
		}
	}
}

// A correction gives way to what a completion says afterwards, and not to what it said before.
func TestCorrectionsAndCompletions(t *testing.T) {
	emergency := drawn("emergency").text("purpose", "The first purpose.").text("information/1/what", "A name").chose("outcome", "share-all")
	completion := filed(decision.Complete, 5, following("adhoc").text("purpose", "The purpose in full.").Record)
	d := dossierOf(emergency, amendment(4, "purpose", "Corrected."), completion)
	d.Now = decision.Merge(emergency.Record, completion.Record)
	if text := notice(t, d); !strings.Contains(text, "The purpose in full.") {
		t.Error(text)
	}
	d = dossierOf(emergency, completion, amendment(6, "purpose", "Corrected."))
	d.Now = decision.Merge(emergency.Record, completion.Record)
	if text := notice(t, d); !strings.Contains(text, "Corrected.") {
		t.Error(text)
	}
}
