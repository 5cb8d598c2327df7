package paper

import (
	"bytes"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
)

// routine is a decision to share a list every week, as complete as a record can be.
func routine() draw {
	d := drawn("routine").question("1", "Why").text("purpose", "Children missing education are found early.").chose("circumstances", "missing: A child missing education").
		text("benefits", "They are seen sooner.").text("risks-of-sharing", "A family may be upset.").text("risks-of-not-sharing", "A child is not seen.").
		text("fairness", "Only absences of ten days and more.").chose("less-identifying", "needed-as-is: Names are needed to find them")
	d.question("2", "What").text("information/1/what", "Names and dates of absence").text("information/1/period", "the week before").text("information/1/person", "pupils").
		chose("information/1/passed", "share").chose("information/1/nature", "fact: Fact").
		text("information/2/what", "HELD-WHAT").text("information/2/person", "HELD-PERSON").chose("information/2/passed", "withhold").text("information/2/withheld-why", "HELD-WHY")
	d.question("3", "Who").chose("recipient-sector", "local-authority: Council").chose("recipient-party", "other").text("recipient-organisation", "Fenmarsh Council").
		text("recipient-person", "MASH team").text("recipient-contact", "mash@fenmarsh.example").chose("whose", "child: A child").chose("categories", "none: None of these").text("already-available", "Not elsewhere.")
	d.question("4", "DPIA").chose("dpia", "done: Done").text("dpia-outcome", "Low risk left.").text("dpo-view", "Agreed by the DPO.")
	d.question("5", "Transfer").chose("frequency", "weekly: Every week").chose("transfer-method", "portal: A secure portal").text("transfer-protection", "Encrypted both ways.").chose("receipt", "confirmed: Confirmed")
	d.question("6", "Held").text("storage", "The case system.").text("access", "The MASH team.").chose("joint-system", "yes: Yes").text("joint-security", "One policy.")
	d.question("7", "Accurate").text("quality", "Registers are checked daily.").chose("accuracy", "checked: Yes")
	d.question("8", "Process").text("processing", "Matched by hand.").chose("profiling", "yes: Yes, a score").text("profiling-note", "The score orders the list.")
	d.question("9", "Keep").text("retention", "12 months.").text("deletion", "Erased by the system.").text("rights-arrangements", "Each answers its own.").text("incidents", "Both DPOs the same day.")
	d.question("", "Telling").chose("told", "told: Yes").text("told-how", "In the school's privacy notice.").text("not-told-why", "INNER-NOT-TOLD")
	d.question("", "Law").chose("gateway", "education-act-2002-s175", "common-law").chose("confidentiality", "law: A law permits it").text("confidentiality-why", "Section 175.").
		chose("restrictions", "none: None").text("policy-document", "Policy P7").text("article-6-why", "Section 175").chose("alerts", "outside-uk: INNER-ALERTS", "processor: INNER-ALERTS")
	d.question("10", "Decide").chose("outcome", "share-all: Share").text("reasons", "INNER-REASONS").text("conditions-on-use", "For finding children only.").text("review-on", "2027-01-15").text("tier2-reference", "T2-9").
		text("advice-taken/1/said", "INNER-ADVICE").text("disagreement", "INNER-DISAGREEMENT")
	d.Law = decision.Law{On: "2026-01-15", Relied: []decision.Provision{{Citation: "Education Act 2002 section 175", Limits: "No express power."}}, Bases: []decision.Basis{{Citation: "UK GDPR Article 6(1)(e)"}}}
	d.Findings = []decision.Finding{{Code: "STALE", Level: decision.Caution, Seen: []string{"INNER-SEEN"}}}
	return d
}

func draft(t *testing.T, d *Dossier) (markdown, html string) {
	t.Helper()
	made, err := Tier2(d)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := made.HTML(&b); err != nil {
		t.Fatal(err)
	}
	markdown, html = made.Markdown(), flat(checkPage(t, b.Bytes()))
	checkShown(t, markdown)
	for _, text := range []string{markdown, html} {
		for _, secret := range []string{"INNER-", "HELD-"} {
			if strings.Contains(text, secret) {
				t.Errorf("the draft tells %s", secret)
			}
		}
	}
	return markdown, html
}

var tier2Sections = []string{"1. Parties", "2. Purpose, and why it is necessary", "3. The information", "4. Law", "5. Data protection impact assessment", "6. How often and how it is sent",
	"7. Where it is held, and who may see it", "8. What is done with it", "9. How long it is kept, and how it is deleted", "10. Telling people, and their rights", "11. Incidents and complaints",
	"12. Review and end", "13. Signatories"}

func TestTier2SaysWhatTheRecordSays(t *testing.T) {
	markdown, html := draft(t, dossierOf(routine()))
	for _, want := range append([]string{
		"Draft Tier 2 data sharing agreement", "This is a draft. dsa 0.1.0 made it from record 3, id 0400000", "signed on 15 January 2026 10:20 by Sam Okafor", "Nobody has agreed to it.",
		"The data protection officer of every party checks", "Tier 1 agreement, version 2024", "looked up for 15 January 2026",
		"Harbour Lane Surgery", "Fenmarsh Council", "MASH team", "mash@fenmarsh.example", "Children missing education are found early.", "A child missing education", "They are seen sooner.", "A family may be upset.",
		"A child is not seen.", "Only absences of ten days and more.", "Names are needed to find them", "Names and dates of absence", "the week before", "pupils", "A child", "None of these", "Not elsewhere.",
		"Registers are checked daily.", "Education Act 2002 section 175. No express power.", "The common law", "UK GDPR Article 6(1)(e)", "Policy P7", "A law permits it", "Section 175.",
		"For finding children only.", "Low risk left.", "Agreed by the DPO.", "Every week", "A secure portal", "Encrypted both ways.", "Confirmed", "The case system.", "The MASH team.", "One policy.",
		"Matched by hand.", "Yes, a score", "The score orders the list.", "12 months.", "Erased by the system.", "In the school's privacy notice.", "Each answers its own.", "Both DPOs the same day.", "15 January 2027", "T2-9",
		"[to be completed: to which country", "[to be completed: who they are, and the contracts with them", "Access by role", "how they can ask for a person to look", "Signature",
	}, tier2Sections...) {
		plain := strings.NewReplacer(`\`, "", "**", "").Replace(markdown)
		if !strings.Contains(flat(plain), want) {
			t.Errorf("the Markdown lacks %q", want)
		}
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// What the record does not say is a blank, in every section, and never made up.
func TestTier2LeavesMarkedBlanks(t *testing.T) {
	bare := dossierOf(drawn("routine").chose("outcome", "share-all"))
	full := dossierOf(routine())
	markdown, html := draft(t, bare)
	blank := regexp.MustCompile(`\[to be completed(: [^\]]+)?\]`)
	made, err := Tier2(bare)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, s := range made.Sections {
		titles = append(titles, s.Title)
		blanks := 0
		for _, b := range s.Blocks {
			if b.Blank != "" {
				blanks++
			}
			if b.Table != nil {
				for _, row := range b.Table.Rows {
					blanks += strings.Count(strings.Join(row, "\n")+"\n", "\n\n")
				}
			}
			if len(b.Says) > 0 {
				t.Errorf("%s: %s says %q, which nobody wrote", s.Title, b.Name, b.Says)
			}
		}
		if blanks == 0 {
			t.Errorf("%s has no blank", s.Title)
		}
	}
	if !slices.Equal(titles, tier2Sections) {
		t.Errorf("the sections are %q", titles)
	}
	inMarkdown, inHTML := len(blank.FindAllString(markdown, -1)), len(blank.FindAllString(html, -1))
	if inMarkdown != inHTML || inMarkdown < 50 {
		t.Errorf("%d blanks in Markdown, %d on the page", inMarkdown, inHTML)
	}
	other, _ := draft(t, full)
	if n := len(blank.FindAllString(other, -1)); n >= inMarkdown {
		t.Errorf("a full record leaves %d blanks, a bare one %d", n, inMarkdown)
	}
}

func TestTier2OfOtherRecords(t *testing.T) {
	for sentence, c := range map[string]struct {
		of        *Dossier
		why, next string
	}{
		"an ad hoc decision":       {dossierOf(shared()), "single decision", "dsa share --routine"},
		"an emergency":             {dossierOf(drawn("emergency").chose("outcome", "share-all")), "single decision", "dsa share --routine"},
		"a refusal":                {dossierOf(drawn("routine").chose("outcome", "none")), "not to share", "--note"},
		"withdrawn":                {dossierOf(routine(), review(4, "withdrawn")), "not to share", "--note"},
		"amended to a refusal":     {dossierOf(routine(), amendment(4, "outcome", "It was refused.")), "amended in what is shared", "dsa share --routine"},
		"nobody can be identified": {dossierOf(drawn("routine").chose("outcome", "share-all").chose("identifiable", "no")), "nobody can be identified", "--note"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := Tier2(c.of)
			var no *Senseless
			if !errors.As(err, &no) || !strings.Contains(no.Why, c.why) || !strings.Contains(no.Next, c.next) {
				t.Errorf("error %v", err)
			}
		})
	}
	for sentence, c := range map[string]struct {
		of   *Dossier
		want string
	}{
		"an exercise": {dossierOf(draw{func() *decision.Record { d := routine(); d.Standing = decision.Training; return d.Record }()}), "TRAINING. This is an exercise"},
		"changed":     {dossierOf(routine(), review(4, "changed", "share-part")), "changed on review"},
		"corrected":   {dossierOf(routine(), amendment(4, "retention", "24 months.")), "24 months."},
		"of its law":  {dossierOf(routine(), amendment(4, "gateway", "Another.")), "which says something else about: Asked for gateway."},
	} {
		markdown, html := draft(t, c.of)
		if !strings.Contains(markdown, c.want) || !strings.Contains(html, c.want) {
			t.Errorf("%s: the draft lacks %q", sentence, c.want)
		}
	}
	// A deferred decision can wait for the agreement; nothing of two kinds of alert is asked where they were not raised.
	markdown, _ := draft(t, dossierOf(drawn("routine").chose("outcome", "defer").chose("joint-system", "no: No")))
	for _, not := range []string{"to which country", "contracts with them", "Access by role", "ask for a person to look"} {
		if strings.Contains(markdown, not) {
			t.Errorf("a draft that needs none asks for %q", not)
		}
	}
}

func TestEscaped(t *testing.T) {
	for text, want := range map[string]string{
		"plain words, with (brackets) and 3.5 points: fine!": "plain words, with (brackets) and 3.5 points: fine!",
		"# heading":                  `\# heading`,
		"- item":                     `\- item`,
		"+ item":                     `\+ item`,
		"12. item":                   `12\. item`,
		"3) item":                    `3\) item`,
		"=====":                      `\=====`,
		"> quote":                    `\> quote`,
		"*a* _b_ ~~c~~ `d`":          "\\*a\\* \\_b\\_ \\~\\~c\\~\\~ \\`d\\`",
		"[a](b) ![c](d) [e]: f":      `\[a\](b) !\[c\](d) \[e\]: f`,
		"<b> &lt;":                   `\<b\> \&lt;`,
		"a | b":                      `a \| b`,
		`back\slash`:                 `back\\slash`,
		"https://e.example":          `https\://e.example`,
		"www.e.example WWW.e":        `www\.e.example WWW\.e`,
		"awww.that":                  "awww.that",
		"me@e.example":               `me\@e.example`,
		"    four blanks":            "four blanks",
		"\u202eturned":               `\<U+202E\>turned`,
		"$x^2$ {y}":                  `\$x\^2\$ \{y\}`,
		"% title":                    `\% title`,
		": definition":               `\: definition`,
		"1. and 2. and then - so on": `1\. and 2. and then - so on`,
	} {
		if got := escaped(text); got != want {
			t.Errorf("%q is escaped as %q, want %q", text, got, want)
		}
	}
}

// Nothing of a record becomes markup: whatever is typed, each line keeps the form that the draft gives it.
func TestHostileTier2(t *testing.T) {
	form := regexp.MustCompile(`^(# Draft Tier 2 data sharing agreement|## \d+\. .*|\*\*.*\*\*|>|> .*|\|.*\||[A-Z].*|)$`)
	bare := regexp.MustCompile("(^|[^\\\\])(\\\\\\\\)*[`_\\[\\]<>&~#^$@{}]")
	for _, text := range []string{hostile, "# h\n## h\n- a\n* b\n+ c\n1. d\n> e\n```\ncode\n```\n---\n***\n===\n\n    indented\n| a | b |\n|---|---|\n[x]: http://e.example\n<div>\n</div>\n<!--", strings.Repeat("x", 20_000), `\`, `**`, "**[to be completed: nothing]**"} {
		d := routine()
		fill(d.Record, text)
		d.Occasion = "routine"
		for i := range d.Questions {
			d.Questions[i].ID = "q"
		}
		markdown, _ := draft(t, dossierOf(d))
		for line := range strings.SplitSeq(markdown, "\n") {
			if !form.MatchString(line) {
				t.Errorf("a line of another form: %.200q", line)
			}
			inner := strings.TrimPrefix(strings.TrimPrefix(line, "> "), "# ")
			inner = strings.TrimLeft(inner, "#>")
			inner = regexp.MustCompile(`\[to be completed(: [^\]\\]*)?\]`).ReplaceAllString(inner, "")
			if bare.MatchString(inner) {
				t.Errorf("a sign that is markup stands bare: %.300q", line)
			}
			if strings.HasPrefix(line, "|") && len(regexp.MustCompile(`(^|[^\\])(\\\\)*\|`).FindAllString(line, -1)) > 6 {
				t.Errorf("a row with cells of another's making: %.300q", line)
			}
		}
	}
}
