package paper

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"

	"dsa/decision"
)

// hostile is text that tries everything: markup, scripts, templates, links, escape codes, marks that turn text round.
const hostile = "<script>alert(1)</script> </style><b onmouseover=x>bold</b> \" ' & {{.}} ]]> --> [click](javascript:x) " +
	"![i](http://e.example/x.png) <https://evil.example> https://evil.example www.evil.example `code` *a* _b_ ~~c~~ | cell | " +
	"# not a heading &lt; &amp; \x1b[31mred\x07 \u202eturned\u202c \u200bhidden \u2066iso\u2069 \x00 \ufeff \xff end"

// draw makes a record as the program would: groups are items of "group/number/part".
type draw struct {
	*decision.Record
}

func drawn(occasion string) draw {
	return draw{&decision.Record{
		Salt: "salt", Program: "dsa 0.1.0", Standing: decision.Live, Occasion: occasion, Given: decision.OnScreen,
		Begun: "2026-01-15T10:00:00Z", Recorded: "2026-01-15T10:20:00Z",
		By: decision.Person{Name: "Sam Okafor", Post: "GP partner", Organisation: "Harbour Lane Surgery",
			Sector: decision.Choice{ID: "health", Words: "Health"}, PublicAuthority: decision.Choice{ID: "yes", Words: "Yes"},
			CompetentAuthority: decision.Choice{ID: "no", Words: "No"}, Email: "sam.okafor@harbourlane.example"},
		Agreement: decision.Document{ID: "cambridgeshire-peterborough-2024", Title: "Tier 1 agreement", Version: "2024"},
		Checklist: decision.Document{ID: occasion, Title: "The checklist"},
	}}
}

// question adds a heading; what is answered next stands under it.
func (d draw) question(number, title string) draw {
	d.Questions = append(d.Questions, decision.Question{ID: fmt.Sprintf("q%d", len(d.Questions)), Number: number, Title: title, Guidance: "Guidance.", Source: "Source."})
	return d
}

func (d draw) answer(a decision.Answer) draw {
	if len(d.Questions) == 0 {
		d.question("", "A question")
	}
	if parts := strings.Split(a.ID, "/"); len(parts) == 3 {
		a.Group, a.ID = parts[0], parts[2]
		fmt.Sscan(parts[1], &a.Item)
	}
	if a.Asked == "" {
		a.Asked = "Asked for " + a.ID + "?"
	}
	q := &d.Questions[len(d.Questions)-1]
	q.Answers = append(q.Answers, a)
	return d
}

// text answers in words; chose with options, each "id" or "id: words".
func (d draw) text(id, text string) draw { return d.answer(decision.Answer{ID: id, Text: text}) }

func (d draw) chose(id string, options ...string) draw {
	a := decision.Answer{ID: id}
	for _, o := range options {
		option, words, found := strings.Cut(o, ": ")
		if !found {
			words = "Words of " + option
		}
		a.Chosen = append(a.Chosen, decision.Choice{ID: option, Words: words})
	}
	return d.answer(a)
}

// requestForAll is a decision to share part of what was asked for.
func shared() draw {
	d := drawn("adhoc").question("", "Who asks").
		chose("initiated", "asked").text("request", "THE-REQUEST for all of it").text("request-reference", "FM-118").text("requested-at", "2026-01-15T09:40Z").
		chose("recipient-sector", "local-authority").chose("recipient-party", "other").text("recipient-organisation", "Fenmarsh Council").
		text("recipient-person", "Duty social worker").chose("identity-check", "rang-back")
	d.question("", "Whose").chose("whose", "child", "parent").text("case-reference", "HL-4471").chose("categories", "health")
	d.question("1", "Why is the information needed?").text("purpose", "To keep the child safe at home.").chose("circumstances", "s47-enquiry")
	d.question("2", "What information is needed?").
		text("information/1/what", "Attendances").text("information/1/person", "child A, 6").chose("information/1/passed", "share").
		text("information/1/period", "two years").chose("information/1/nature", "fact: Fact: seen, measured or done").
		text("information/2/what", "The nurse's worry").text("information/2/person", "child A, 6").chose("information/2/passed", "share").
		chose("information/2/nature", "opinion: Opinion").
		text("information/3/what", "HELD-WHAT").text("information/3/person", "HELD-PERSON").chose("information/3/passed", "withhold").text("information/3/withheld-why", "HELD-WHY").
		chose("accuracy", "disputed: It is disputed").text("accuracy-note", "The father disputes the dates.")
	d.question("4", "Weighing").text("fairness", "INNER-FAIR").text("benefits", "INNER-BENEFITS").text("risks-of-sharing", "INNER-RISKS").text("risks-of-not-sharing", "INNER-WORSE").
		chose("alerts", "others-affected: INNER-ALERTS").text("alerts-note", "INNER-ALERTS-NOTE").text("origin-note", "INNER-ORIGIN")
	d.question("7", "Telling").chose("told", "not-told").chose("not-told-ground", "risk-of-harm: INNER-GROUND").text("not-told-why", "INNER-NOT-TOLD").text("told-revisit", "2026-01-16").
		chose("heard", "objects: INNER-HEARD").text("objection-answer", "INNER-OBJECTION").text("views", "INNER-VIEWS")
	d.question("9", "Advice").chose("advice", "yes").text("advice-taken/1/who", "INNER-WHO").text("advice-taken/1/said", "INNER-SAID").text("policies", "INNER-POLICIES")
	d.question("", "The law").chose("gateway", "children-act-2004-s16h").text("article-6-why", "INNER-A6").text("condition-why", "INNER-CONDITION").
		chose("confidentiality", "public-interest").text("confidentiality-why", "INNER-CONFIDENCE").chose("restrictions", "counselling: INNER-RESTRICTION").
		text("restrictions-note", "INNER-RESTRICTIONS").text("exemption-why", "INNER-EXEMPTION")
	d.question("10", "Document your decision").chose("outcome", "share-part: Share part, and hold the rest back").text("reasons", "INNER-REASONS").
		text("conditions-on-use", "For the enquiry only.").text("late-why", "INNER-LATE").text("disagreement", "INNER-DISAGREEMENT").text("recorder", "INNER-RECORDER")
	d.Law = decision.Law{On: "2026-01-15", Relied: []decision.Provision{{ID: "children-act-2004-s16h", Citation: "Children Act 2004 section 16H", Effect: "duty-to-share", Status: "in-force",
		Since: "2018-04-29", Certainty: "verified", Address: "https://www.legislation.gov.uk/s16h", Summary: "A duty.", Limits: "Only for that purpose.", Reasons: []string{"INNER-REASON"}, Raises: []string{"USELIMIT"}}},
		Offered: []decision.Offered{{ID: "children-act-2004-s16h"}, {ID: "children-act-1989-s47"}},
		Bases: []decision.Basis{{ID: "uk-gdpr-6-1-e", Citation: "UK GDPR Article 6(1)(e)", Status: "in-force", Certainty: "verified", Address: "https://www.legislation.gov.uk/a6",
			Needs: []string{"A function."}, PolicyDocument: "not-needed", Reasons: []string{"A public body."}}}}
	d.Files = []decision.File{{Name: "attendances.pdf", Bytes: 18234, SHA256: strings.Repeat("ab", 32)}}
	d.Findings = []decision.Finding{
		{Code: "ID", Level: decision.Stop, Question: "q0", Seen: []string{"INNER-SEEN"}, Why: "INNER-WHY", Do: "INNER-DO", Source: "INNER-SOURCE", Reply: "INNER-REPLY"},
		{Code: "BROAD", Level: decision.Caution, Question: "q3", Seen: []string{"More was asked for."}, Why: "Only what is needed.", Do: "Share less.", Source: "C&P section 10"}}
	return d
}

// filed gives a record its place in a log.
func filed(kind decision.Kind, number int, r *decision.Record) Filed {
	var id decision.ID
	id[0], id[31] = byte(number+1), 0xab
	return Filed{Record: r, Kind: kind, ID: id, Chain: decision.ID{0xcc}, Number: number, Key: "SHA256:fingerprint", Role: "dsa-decision", Keep: "2034-01-15", File: "chain/0000/file.record.txt"}
}

func dossierOf(d draw, later ...Filed) *Dossier {
	return &Dossier{First: filed(decision.Decision, 3, d.Record), Later: later, Now: d.Record}
}

// following is a record about the sample decision.
func following(list string) draw {
	d := drawn("adhoc")
	d.Checklist = decision.Document{ID: list, Title: "Amend or review"}
	d.Recorded = "2026-02-01T09:00:00Z"
	d.Of = &decision.Link{Number: 3, Recorded: "2026-01-15T10:20:00Z", By: "GP partner, Harbour Lane Surgery", Outcome: decision.Choice{ID: "share-part", Words: "Share part"}}
	return d
}

// amendment corrects answers, given as path and correction in turn.
func amendment(number int, pairs ...string) Filed {
	d := following("amend").question("", "What is wrong")
	for i := 0; i < len(pairs); i += 2 {
		item := fmt.Sprintf("amended/%d/", i/2+1)
		d.chose(item+"which", pairs[i]+": The answer at "+pairs[i]).text(item+"correct", pairs[i+1]).text(item+"why", "It was mistyped.")
	}
	d.text("reasons", "It was wrong.")
	return filed(decision.Amend, number, d.Record)
}

// checkPage refuses a page that is not well-formed, that could run or fetch anything, or that lacks what a screen reader
// needs, and returns its words.
func checkPage(t *testing.T, page []byte) string {
	t.Helper()
	decoder := xml.NewDecoder(bytes.NewReader(page))
	decoder.Strict = true
	var words strings.Builder
	var open []string
	level, ids := 0, map[string]bool{}
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the page is not well-formed: %v", err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			open = append(open, name)
			switch name {
			case "script", "link", "img", "iframe", "object", "embed", "form", "a", "base", "svg", "b", "input":
				t.Errorf("the page has an element <%s>", name)
			case "h1", "h2", "h3", "h4":
				if next := int(name[1] - '0'); next > level+1 {
					t.Errorf("a heading of level %d follows one of level %d", next, level)
				} else {
					level = next
				}
			}
			for _, a := range token.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" || a.Name.Local == "src" || a.Name.Local == "href" {
					t.Errorf("the page has an attribute %s", a.Name.Local)
				}
				if name == "html" && a.Name.Local == "lang" && a.Value == "en-GB" {
					ids["lang"] = true
				}
				if a.Name.Local == "id" {
					if ids["#"+a.Value] {
						t.Errorf("the id %q is there twice", a.Value)
					}
					ids["#"+a.Value] = true
				}
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			inside := strings.Join(open, " ")
			if !strings.Contains(inside, "style") {
				words.Write(token)
			} else if strings.Contains(string(token), "url(") || strings.Contains(string(token), "@import") {
				t.Error("the style fetches something")
			}
		}
	}
	if !ids["lang"] {
		t.Error("the page does not say its language")
	}
	for _, part := range []string{"<!DOCTYPE html>", "<title>", "<h1", "<main>", "<footer>", "@page { size: A4", "@media print"} {
		if !bytes.Contains(page, []byte(part)) {
			t.Errorf("the page lacks %s", part)
		}
	}
	checkShown(t, string(page))
	return words.String()
}

// checkShown refuses text with anything in it that could act on a screen.
func checkShown(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar) {
			t.Fatalf("the text holds U+%04X", r)
		}
	}
}

// all are the lines of a text.
func all(lines []string) string { return strings.Join(lines, "\n") + "\n" }

// flat is a text with every gap one space, so that words can be found across lines.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }
