package cmd

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"
)

// fileRecords writes records as if another program had made them, signed with the key of the tests, into the log of the
// app: the opening, and then each record, the later ones about the first.
func fileRecords(t *testing.T, app *App, records ...*decision.Record) []logbook.Entry {
	t.Helper()
	text, err := os.ReadFile("testdata/key")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(app.Home, "key"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	signer, err := app.signingKey(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	book, err := logbook.Create(app.logFolder(""))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	writer := logbook.NewWriter(book, signer, app.path("lock"))
	sign := func(kind decision.Kind, about decision.ID, body any) logbook.Entry {
		text, err := decision.EncodeBody(body)
		if err != nil {
			t.Fatal(err)
		}
		entry, err := writer.Append(context.Background(), logbook.Act{Time: app.Now().Truncate(time.Second), Kind: kind, About: about, KeepUntil: decision.Permanent, Body: text})
		if err != nil {
			t.Fatal(err)
		}
		return entry
	}
	entries := []logbook.Entry{sign(decision.Open, decision.ID{}, opening(t, app, signer, records[0]))}
	for i, r := range records {
		var about decision.ID
		if i > 0 {
			about = entries[1].ID
			r.Of = &decision.Link{ID: about, Chain: entries[0].ID, Number: 1, Recorded: records[0].Recorded, By: "Somebody", Outcome: records[0].Outcome()}
		}
		entries = append(entries, sign(r.Kind(), about, r))
	}
	return entries
}

func opening(t *testing.T, app *App, signer sshsig.Signer, r *decision.Record) decision.Opening {
	t.Helper()
	return decision.Opening{Salt: newSalt(t, app), Program: Program, Key: signer.Key().AuthorizedKey(), Fingerprint: signer.Key().Fingerprint(), Principal: "sam@example.org",
		Name: "Sam", Post: "Post", Organisation: "Organisation", Sector: "health", Device: app.Device, Standing: r.Standing}
}

func newSalt(t *testing.T, app *App) string {
	t.Helper()
	salt, err := decision.NewSalt(app.Rand)
	if err != nil {
		t.Fatal(err)
	}
	return salt
}

// foreign is a record with a text in every answer that holds words.
func foreign(t *testing.T, app *App, occasion, outcome, text string) *decision.Record {
	t.Helper()
	answers := []decision.Answer{
		{ID: "initiated", Asked: text, Chosen: []decision.Choice{{ID: "asked", Words: text}}},
		{ID: "outcome", Asked: text, Chosen: []decision.Choice{{ID: outcome, Words: text}}},
		{ID: "what", Group: "information", Item: 1, Asked: text, Text: text},
	}
	for _, id := range []string{"purpose", "reasons", "recipient-organisation", "recipient-person", "request-reference", "conditions-on-use", "missing-before", "refer-to", "decide-by", "retention",
		"storage", "processing", "accuracy-note", "case-reference", "not-told-why", "requested-at"} {
		answers = append(answers, decision.Answer{ID: id, Asked: text, Text: text})
	}
	now := app.Now().Format(decision.TimeFormat)
	choice := decision.Choice{ID: "yes", Words: text}
	return &decision.Record{Salt: newSalt(t, app), Program: text, Standing: decision.Live, Occasion: occasion, Given: decision.OnScreen, Begun: now, Recorded: now,
		By:        decision.Person{Name: text, Post: text, Organisation: text, Sector: choice, PublicAuthority: choice, CompetentAuthority: choice, Email: text},
		Agreement: decision.Document{ID: "x", Title: text, Version: text}, Checklist: decision.Document{ID: "x", Title: text},
		Questions: []decision.Question{{ID: "q", Title: text, Guidance: text, Source: text, Answers: answers}},
		Law:       decision.Law{On: "2026-01-15", Relied: []decision.Provision{{ID: "x", Citation: text, Limits: text, Reasons: []string{}, Raises: []string{"USELIMIT"}}}},
		Files:     []decision.File{{Name: "<b>[a](b)&.txt", Bytes: 3, SHA256: strings.Repeat("0", 64)}},
		Findings:  []decision.Finding{{Code: "ID", Level: decision.Stop, Question: "q", Seen: []string{text}, Why: text, Do: text, Source: text, Reply: text}},
	}
}

// A record from elsewhere is properly signed and holds anything: whatever is made of it neither acts on a screen nor runs
// in a browser, and every page is well-formed.
func TestHostileRecordsInEveryText(t *testing.T) {
	const text = "<script>alert(1)</script> \"'&{{.}} [a](http://e.example) \x1b]0;title\x07\x1b[2J \u202eturned\u2066 | # \u200b\n**line**"
	for _, outcome := range []string{"share-part", "none", "defer", "refer"} {
		app, _, _ := newTestApp(t, "")
		first := foreign(t, app, "routine", outcome, text)
		amends := foreign(t, app, "routine", outcome, text)
		amends.Checklist.ID = "amend"
		amends.Questions[0].Answers = append(amends.Questions[0].Answers, decision.Answer{ID: "which", Group: "amended", Item: 1, Asked: text, Chosen: []decision.Choice{{ID: "purpose", Words: text}}},
			decision.Answer{ID: "correct", Group: "amended", Item: 1, Asked: text, Text: text}, decision.Answer{ID: "why", Group: "amended", Item: 1, Asked: text, Text: text})
		entries := fileRecords(t, app, first, amends)
		printed, last := 0, ""
		for _, args := range [][]string{{"show", "1"}, {"show", "2"}, {"show", "1", "--html"}, {"show", "1", "--note"}, {"show", "1", "--notice"}, {"show", "1", "--reply"}, {"tier2", "1"}, {"tier2", "1", "--html"},
			{"show", "1", "--check", "pages_test.go"}, {"show", entries[2].ID.String(), "--note"}} {
			other, out, said := newTestApp(t, "")
			other.Home = app.Home
			code := Main(other, args)
			if code == codeUsage || code == codeDone && out.Len() == 0 {
				t.Errorf("%s, %v: exit code %d\n%s", outcome, args, code, said)
			}
			if printed += out.Len(); out.Len() == 0 {
				last += said.String()
			}
			for _, text := range []string{out.String(), said.String()} {
				for _, r := range text {
					if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
						t.Fatalf("%s, %v prints U+%04X", outcome, args, r)
					}
				}
			}
			if slices.Contains(args, "--html") && code == codeDone {
				decoder := xml.NewDecoder(bytes.NewReader(out.Bytes()))
				for {
					token, err := decoder.Token()
					if errors.Is(err, io.EOF) {
						break
					}
					if err != nil {
						t.Fatalf("%v: %v", args, err)
					}
					if start, ok := token.(xml.StartElement); ok && slices.Contains([]string{"script", "a", "img"}, start.Name.Local) {
						t.Errorf("%v: a <%s> in the page", args, start.Name.Local)
					}
				}
			}
		}
		if printed < 10_000 {
			t.Errorf("%s: only %d bytes were printed\n%s", outcome, printed, last)
		}
	}
}

// An exercise says so on everything that is made of it.
func TestTrainingInEveryText(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	record := foreign(t, app, "routine", "share-part", "Words.")
	record.Standing = decision.Training
	fileRecords(t, app, record)
	for _, args := range [][]string{{"show", "1"}, {"show", "1", "--html"}, {"show", "1", "--note"}, {"show", "1", "--notice"}, {"show", "1", "--reply"}, {"tier2", "1"}, {"tier2", "1", "--html"}} {
		other, out, said := newTestApp(t, "")
		other.Home = app.Home
		if code := Main(other, args); code != codeDone || !strings.Contains(out.String(), "TRAINING. This is an exercise and not a decision.") {
			t.Errorf("%v: exit code %d, and it does not say that it is an exercise\n%s", args, code, said)
		}
	}
}

// Half a page must not look like a whole one.
func TestPagesThatCannotBeWritten(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	fileRecords(t, app, foreign(t, app, "routine", "share-part", "Words."))
	for _, args := range [][]string{{"show", "1", "--html"}, {"show", "1", "--note"}, {"show", "1", "--notice"}, {"show", "1", "--reply"}, {"tier2", "1"}, {"tier2", "1", "--html"},
		{"checklist", "list"}, {"checklist", "show", "adhoc"}, {"checklist", "show", "adhoc", "--html"}} {
		other, _, said := newTestApp(t, "")
		other.Home, other.Out = app.Home, full{}
		if code := Main(other, args); code != codeCould || !strings.Contains(said.String(), "could not all be written") {
			t.Errorf("%v: exit code %d\n%s", args, code, said)
		}
	}
}

// A record that was changed after it was signed is not made into a page.
func TestNoTextsOfAChangedRecord(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	fileRecords(t, app, foreign(t, app, "routine", "share-part", "The injuries."))
	change(t, app.Home)
	for _, args := range [][]string{{"show", "1"}, {"show", "1", "--html"}, {"show", "1", "--note"}, {"show", "1", "--notice"}, {"show", "1", "--reply"}, {"show", "1", "--check", "pages_test.go"}, {"tier2", "1"}} {
		other, out, said := newTestApp(t, "")
		other.Home = app.Home
		if code := Main(other, args); code != codeFound || out.Len() > 0 {
			t.Errorf("%v: exit code %d and %d bytes\n%s", args, code, out.Len(), said)
		}
	}
}
