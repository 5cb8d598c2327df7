package cmd

import (
	"bytes"
	"encoding/xml"
	"errors"
	"html"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
)

// handoutOf is the pack of a case, as a page and as its words. A page that is not well-formed, has headings out of order,
// or could run or fetch anything is refused.
func handoutOf(t *testing.T, app *App, out *bytes.Buffer, s *training.Scenario) (page, words string) {
	t.Helper()
	out.Reset()
	if err := app.handout(s); err != nil {
		t.Fatalf("%s: %v", s.ID, err)
	}
	page = out.String()
	decoder := xml.NewDecoder(strings.NewReader(page))
	var text strings.Builder
	level, styled := 0, false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", s.ID, err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			styled = name == "style"
			if slices.Contains([]string{"script", "a", "img", "link", "iframe", "object", "embed", "base", "form", "input"}, name) {
				t.Errorf("%s: the page has an element <%s>", s.ID, name)
			}
			if len(name) == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' {
				if next := int(name[1] - '0'); next > level+1 {
					t.Errorf("%s: a heading of level %d follows one of level %d", s.ID, next, level)
				} else {
					level = next
				}
			}
		case xml.EndElement:
			styled = false
		case xml.CharData:
			if !styled {
				text.Write(token)
			}
		}
	}
	return page, strings.Join(strings.Fields(text.String()), " ")
}

func flatWords(s string) string { return strings.Join(strings.Fields(s), " ") }

// Every case that is built in makes a pack, with what is handed out before what the trainer keeps, and nothing of the
// computer on which it is made.
func TestHandoutsForReaders(t *testing.T) {
	t.Parallel()
	all := builtIn(t)
	if len(all) < 14 {
		t.Fatalf("there are %d scenarios", len(all))
	}
	own, _ := os.UserHomeDir()
	kept := map[string]bool{}
	for _, s := range all {
		keep := !kept[s.Occasion] // one of each is enough for a browser
		kept[s.Occasion] = true
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			fitForReaders(t, s, own, keep)
		})
	}
}

// fitForReaders holds one pack to that.
func fitForReaders(t *testing.T, s *training.Scenario, own string, keep bool) {
	app, out, _ := newTestApp(t, "")
	lawRead(app)
	// Somebody's own things, none of which may come up.
	if err := os.WriteFile(app.path("profile.yaml"), []byte("answers:\n  name: Priya Nobody\n  post: Their own post\n  organisation: Their Own Trust\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	page, words := handoutOf(t, app, out, s)
	before, after, parted := strings.Cut(words, "Do not hand out this page, or any page that follows.")
	if !parted {
		t.Fatalf("%s: nothing parts the trainer's sheets from the rest", s.ID)
	}
	for _, want := range append(storyLines(s), s.Title, "How to use this pack", "The form: ", "dsa practise "+s.ID) {
		if !strings.Contains(before, flatWords(want)) {
			t.Errorf("%s: what is handed out lacks %q", s.ID, want)
		}
	}
	model, err := app.rehearse(s)
	if err != nil {
		t.Fatal(err)
	}
	record, err := model.record()
	if err != nil {
		t.Fatal(err)
	}
	wants := []string{"For the trainer: the model answer", record.Outcome().Words, record.Text("reasons"), s.Teaches, s.Open}
	for _, f := range record.Findings {
		wants = append(wants, screen.LevelWords(f.Level)+" ("+f.Code+")")
	}
	for _, p := range s.Points {
		wants = append(wants, p.Why, p.Source)
	}
	for _, q := range s.Quiz {
		wants = append(wants, q.Why, q.Choices[q.Right-1])
		if q.Ask != "" && strings.Contains(before, flatWords(q.Why)) {
			t.Errorf("%s: the explanation of a question is handed out", s.ID)
		}
	}
	if s.Completion != nil {
		wants = append(wants, "For the trainer: what completes it afterwards")
	}
	for _, want := range wants {
		if !strings.Contains(after, flatWords(want)) {
			t.Errorf("%s: the trainer's sheets lack %q", s.ID, want)
		}
	}
	if reasons := record.Text("reasons"); !slices.Contains(s.Told, "reasons") && strings.Contains(before, flatWords(reasons)) {
		t.Errorf("%s: the model's reasons are handed out", s.ID)
	}
	if n := strings.Count(words, screen.TrainingBanner); n < 6 {
		t.Errorf("%s: it says %d times that it is an exercise", s.ID, n)
	}
	for _, leak := range []string{app.Home, own, "Priya Nobody", "Their Own Trust", app.Device, filepath.Dir(app.Home)} {
		if leak != "" && leak != "/" && strings.Contains(html.UnescapeString(page), leak) {
			t.Errorf("%s: the pack has %q", s.ID, leak)
		}
	}
	agreement, err := checklist.Load(app.Data, s.Agreement)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range agreement.Parties {
		if !p.Kind && strings.Contains(words, p.Organisation) {
			t.Errorf("%s: the pack names %s", s.ID, p.Organisation)
		}
	}
	if keep {
		keepForReaders(t, "handout-"+s.ID, page)
	}
}

// keepForReaders keeps a page for .ci/readers, which has a browser look at it.
func keepForReaders(t *testing.T, name, page string) {
	t.Helper()
	keep := os.Getenv("DSA_READERS")
	if keep == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(keep, name+".html"), []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}

// What the story settles is not asked on the form, who decides is on the story sheet, and a variant is a case of its own.
func TestTheFormThatIsHandedOut(t *testing.T) {
	app, out, _ := newTestApp(t, "")
	lawRead(app)
	s, err := app.scenario(madeUp, "")
	if err != nil {
		t.Fatal(err)
	}
	page, words := handoutOf(t, app, out, s)
	form := words[strings.Index(words, "The form: "):strings.Index(words, "Do not hand out")]
	for _, want := range []string{"Were you asked for the information, or are you offering it? From the story: I am offering it",
		"From the story: 3. The content of the therapy; young person, 16; Hold it back; The sister's safety does not need it.", "the law for it is looked up either way. Choose one. The program looks up the other choices for the case; without it, write yours here. Another organisation, typed below"} {
		if !strings.Contains(form, want) {
			t.Errorf("the form lacks %q", want)
		}
	}
	for _, not := range []string{"What exactly were you asked for?", "Who is deciding?", "Your work e-mail address"} {
		if strings.Contains(form, not) {
			t.Errorf("the form asks %q", not)
		}
	}
	for _, want := range []string{"Mina Farrow, Safeguarding lead, Lantern House Counselling Organisation: ", "dsa practise --demo x01-made-up.yaml",
		"What is the lawful basis under data protection law? Model answer 6(1)(f)", "Can be defended too 6(1)(d)", "Cannot be defended here 6(1)(e)",
		"What is missing from this record? The record: " + screen.TrainingBanner + " Decided by: Safeguarding lead, Lantern House Counselling", "Answer: B. Whether the recipient is who they say A call from anywhere proves nothing. dsa says of such a record: Stop: "} {
		if !strings.Contains(words, want) {
			t.Errorf("the pack lacks %q", want)
		}
	}
	if strings.Contains(page, filepath.Dir(s.File)) {
		t.Error("the pack says where the file lies")
	}
}

// A file from anywhere cannot put anything into the page that is not words.
func TestHostileHandouts(t *testing.T) {
	const text = `<script>alert(1)</script> </style><b onmouseover=x>"'& {{.}} <U+202E>`
	content, err := os.ReadFile(madeUp)
	if err != nil {
		t.Fatal(err)
	}
	file := string(content)
	for _, words := range []string{"A case made up for the tests of the quiz", "You are the safeguarding lead of a charity.", "The second part of the story.", "What the quiz does with an answer",
		"To protect the sister of seven, and the young person, from sexual abuse.", "Lantern House Counselling", "Who is told", "A call from anywhere proves nothing.", "Whether the therapist may be named is left open."} {
		if !strings.Contains(file, words) {
			t.Fatalf("the case has no %q", words)
		}
		quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
		switch words {
		case "The second part of the story.":
			quoted = text
		case "Who is told":
			quoted = `"` + strings.ReplaceAll(text, `"`, `\"`) + `"`
		}
		file = strings.ReplaceAll(file, words, quoted)
	}
	name := filepath.Join(t.TempDir(), "x01.yaml")
	if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	app, out, _ := newTestApp(t, "")
	lawRead(app)
	s, err := app.scenario(name, "")
	if err != nil {
		t.Fatal(err)
	}
	page, words := handoutOf(t, app, out, s)
	if strings.Contains(page, "<script") || strings.Count(page, "</style>") != 1 || strings.Count(words, "<script>alert(1)</script>") < 8 {
		t.Errorf("what stands in the file is not on the page as words: %d times", strings.Count(words, "<script>alert(1)</script>"))
	}
	keepForReaders(t, "handout-hostile", page)
}

// Half a pack must not look like a whole one, and a case that is not sound makes none.
func TestHandoutsThatCannotBeMade(t *testing.T) {
	content, err := os.ReadFile(madeUp)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "x01.yaml")
	if err := os.WriteFile(name, bytes.Replace(content, []byte("gateway: [common-law]"), []byte("gateway: [no-such-law]"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	app, out, said := newTestApp(t, "")
	if code := Main(app, []string{"practise", "--handout", name}); code != codeCould || out.Len() > 0 || !strings.Contains(said.String(), "gateway") {
		t.Errorf("exit code %d, and %d bytes:\n%s", code, out.Len(), said)
	}
	app, _, said = newTestApp(t, "")
	app.Out = full{}
	if code := Main(app, []string{"practise", "--handout", madeUp}); code != codeCould || !strings.Contains(said.String(), "could not all be written") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
}
