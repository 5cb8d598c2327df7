package cmd

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/decision"
	"dsa/decision/logbook"
)

// lay puts a record into somebody's chain that is right in all but the key.
func lay(t *testing.T, dir string, chain decision.ID, number int, kind decision.Kind, about decision.ID, record *decision.Record) (id decision.ID, file string) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(fixedRandom("a forger"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := strictSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	body, err := decision.EncodeBody(record)
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.Parse(decision.TimeFormat, record.Recorded)
	if err != nil {
		t.Fatal(err)
	}
	lines := decision.Cover{Chain: chain, Number: number, Previous: idOf(9), Time: at.UTC(), Kind: kind, About: about,
		KeepUntil: decision.Permanent, BodySum: sha256.Sum256(body), BodyLen: len(body)}.Encode()
	armour, err := signer.Sign(logbook.Namespace(kind, decision.Live), lines)
	if err != nil {
		t.Fatal(err)
	}
	id = sha256.Sum256(lines)
	file = filepath.Join(dir, decision.ChainFolder(chain), decision.NumberFolder(number), decision.RecordName(number, id))
	if err := os.WriteFile(file, slices.Concat(lines, armour, body), 0o600); err != nil {
		t.Fatal(err)
	}
	return id, file
}

// Records that name somebody's chain and are signed with another key: no command that reads records believes any of them,
// in the author's own records either.
func TestWhatIsNotItsAuthorsIsBelievedByNobody(t *testing.T) {
	author, first := decided(t)
	review := put(t, author, "", decision.Review, first, func(d *decision.Record) { d.Questions[0].Answers[0].Text = "Looked at again." })
	dir := author.logFolder("")
	about := func(kind decision.Kind, words string, more ...decision.Answer) *decision.Record {
		record := *review.record
		record.Checklist.ID = string(kind)
		record.Questions = []decision.Question{{ID: "view", Title: "What?", Answers: append([]decision.Answer{{ID: "reasons", Asked: "Why?", Text: words}}, more...)}}
		return &record
	}
	one := func(id, option string) decision.Answer {
		return decision.Answer{ID: id, Asked: "Asked?", Chosen: []decision.Choice{{ID: option, Words: option}}}
	}
	chain, of := first.entry.Chain, first.entry.ID
	withdrawn, _ := lay(t, dir, chain, 3, decision.Review, of, about(decision.Review, "LAID withdrawn", one("stands", "withdrawn"),
		decision.Answer{ID: "next-review", Asked: "When?", Text: "2020-01-01"}))
	lay(t, dir, chain, 4, decision.Amend, of, about(decision.Amend, "LAID amended",
		decision.Answer{ID: "which", Group: "amended", Item: 1, Asked: "Which?", Chosen: []decision.Choice{{ID: "reasons", Words: "reasons"}}},
		decision.Answer{ID: "correct", Group: "amended", Item: 1, Asked: "Right?", Text: "LAID correct"},
		decision.Answer{ID: "why", Group: "amended", Item: 1, Asked: "Why?", Text: "LAID why"}))
	lay(t, dir, chain, 5, decision.Endorse, of, about(decision.Endorse, "LAID endorsed", one("capacity", "line-manager"), one("looked-at", "record"), one("view", "agree")))
	other := *first.record
	other.Questions = slices.Clone(other.Questions)
	laid, file := lay(t, dir, chain, 6, decision.Decision, decision.ID{}, &other)

	ask := func(wantCode int, wants []string, args ...string) {
		t.Helper()
		out, said := new(bytes.Buffer), new(bytes.Buffer)
		author.Out, author.Err = out, said
		code := Main(author, args)
		all := out.String() + said.String()
		if code != wantCode || strings.Contains(all, "LAID") {
			t.Errorf("%v: exit code %d, want %d:\n%s", args, code, wantCode, all)
		}
		for _, want := range wants {
			if !strings.Contains(all, want) {
				t.Errorf("%v does not say %q:\n%s", args, want, all)
			}
		}
	}
	const theirs = "is not its author's"
	ask(codeFound, []string{"0000003-" + withdrawn.Short(), "0000004-", "0000005-", "3 record files about this decision are not their authors', and were left out", "Looked at again."}, "show", of.Shown())
	ask(codeFound, []string{"SHARING DECISION: ", theirs}, "show", of.Shown(), "--note")
	ask(codeFound, []string{theirs}, "show", of.Shown(), "--html")
	ask(codeFound, []string{theirs}, "show", of.Shown(), "--notice")
	ask(codeFound, []string{"NOT SIGNED BY ITS AUTHOR: " + decision.ChainFolder(chain) + "/0000/0000003-", "4 of the records cannot be read or relied on", "share-part (reviewed)"}, "log")
	ask(codeFound, []string{"cannot be read or relied on"}, "due")
	for _, id := range []decision.ID{withdrawn, laid} {
		for _, verb := range []string{"show", "amend", "review", "complete", "endorse", "tier2"} {
			ask(codeFound, []string{"this record " + theirs + ", and counts for nothing", id.Short()}, verb, id.Shown())
		}
		ask(codeFound, []string{theirs}, "export", id.Shown(), "--to", filepath.Join(t.TempDir(), "copy.zip"))
	}
	to := filepath.Join(t.TempDir(), "all.zip")
	ask(codeFound, []string{"Copied: 3 records", "Not copied: ", "0000006-" + laid.Short(), "(wrong-key)"}, "export", "--to", to)
	content, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	copied, _ := unzipped(t, content)
	if got := kindsIn(t, copied); !slices.Equal(got, []string{"decision", "open", "review"}) {
		t.Errorf("copied are %v", got)
	}
	to = filepath.Join(t.TempDir(), "one.zip")
	ask(codeFound, []string{"Copied: 3 records"}, "export", of.Shown(), "--to", to)

	author.ctx = nil
	// A view of it can still be recorded, and a body that was laid there is not taken for one's own.
	ann := somebody(t, "ann")
	put(t, ann, "", decision.Endorse, first, as("Ann", "ann@fenmarsh.example"))
	d, got := gathered(t, ann, of.String(), dir)
	if !slices.Equal(got, []string{"review Sam Okafor", "endorse Ann"}) || len(d.forged) != 3 || d.unreadable != 0 || d.found() == nil {
		t.Errorf("of the decision: %v, laid %v", got, d.forged)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	_, _, body, err := decision.CutPage(text)
	if err != nil {
		t.Fatal(err)
	}
	other.Standing = first.record.Standing
	if e, found, err := author.recorded(string(body)); err != nil || found && e.ID == laid {
		t.Errorf("what was laid there is taken for the person's own: %v", err)
	}
}

// A chain whose first record is not here tells nobody whose key it is; where another folder has it, that one tells.
func TestTheFirstRecordOfAChainIsFoundInAnyFolder(t *testing.T) {
	author, first := decided(t)
	share := filepath.Join(t.TempDir(), "share")
	if err := os.CopyFS(share, os.DirFS(author.logFolder(""))); err != nil {
		t.Fatal(err)
	}
	review := put(t, author, "", decision.Review, first, nil)
	opening := filepath.Join(share, decision.ChainFolder(first.entry.Chain), "0000", decision.RecordName(0, first.entry.Chain))
	if err := os.Remove(opening); err != nil {
		t.Fatal(err)
	}
	id, _ := lay(t, share, first.entry.Chain, 2, decision.Review, first.entry.ID, review.record)
	logs, _, err := author.openLogs([]string{share})
	if err != nil {
		t.Fatal(err)
	}
	defer closeAll(logs)
	found, err := ask(logs[0], func(b *logbook.Book) (logbook.Entry, error) { return b.Find(id.String()) })
	if err != nil {
		t.Fatal(err)
	}
	if err := author.registrar(logs...).genuine(found); !isForged(err) {
		t.Errorf("the person's own folder tells whose chain it is: %v", err)
	}
	if err := author.registrar(logs[0]).genuine(found); err != nil {
		t.Errorf("nobody can tell: %v", err)
	}
}

// What became of a decision stands in the order in which it matters, and of what one key says the newest counts.
func TestMarksOfADecision(t *testing.T) {
	author, first := decided(t)
	ann, bob, carl := somebody(t, "ann"), somebody(t, "bob"), somebody(t, "carl")
	view := func(id string) func(*decision.Record) {
		return func(d *decision.Record) {
			d.By.Email = "somebody@fenmarsh.example"
			answers := slices.Clone(d.Questions[0].Answers)
			answers[3].Chosen = []decision.Choice{{ID: id, Words: id}}
			if id == "agree-with-conditions" {
				answers = append(answers, decision.Answer{ID: "view-conditions", Asked: "Which?", Text: "That she is told."})
			}
			d.Questions[0].Answers = answers
		}
	}
	put(t, author, "", decision.Endorse, first, view("agree")) // with the key that signed it
	put(t, ann, "", decision.Endorse, first, view("agree"))
	put(t, ann, "", decision.Endorse, first, view("disagree"))
	put(t, bob, "", decision.Endorse, first, view("disagree"))
	put(t, bob, "", decision.Endorse, first, view("agree-with-conditions"))
	later := func(apps ...*App) []string {
		return followUps(author.registrarOf(bookOf(t, apps...)))[first.entry.ID.String()]
	}
	record := *first.record
	record.Owed = []decision.Owed{{ID: "x"}}
	record.Occasion = checklist.Emergency
	for sentence, c := range map[string]struct {
		apps []*App
		want string
	}{
		"the newest of each counts": {[]*App{author, ann, bob}, "owed, disagreed with, endorsed on conditions"},
		"one alone":                 {[]*App{author, bob}, "owed, endorsed on conditions"},
		"nobody but the author":     {[]*App{author}, "owed"},
	} {
		if got := strings.Join(marks(&record, later(c.apps...)), ", "); got != c.want {
			t.Errorf("%s: %s, want %s", sentence, got, c.want)
		}
	}
	put(t, carl, "", decision.Endorse, first, view("agree"))
	put(t, author, "", decision.Review, first, nil)
	if got, want := strings.Join(marks(&record, later(author, ann, bob, carl)), ", "), "owed, disagreed with, reviewed, endorsed on conditions, endorsed"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
