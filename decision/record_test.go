package decision_test

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/legislation"
)

func TestTheRecipientIsThePartyThatWasPickedOrWhatWasTyped(t *testing.T) {
	party := func(id string) decision.Answer {
		return decision.Answer{ID: "recipient-party", Chosen: []decision.Choice{{ID: id, Words: "The words of " + id}}}
	}
	typed := decision.Answer{ID: "recipient-organisation", Text: "Fenmarsh Council"}
	for sentence, c := range map[string]struct {
		answers []decision.Answer
		want    string
	}{
		"a party that was picked":      {[]decision.Answer{party("cambridgeshire-constabulary")}, "The words of cambridgeshire-constabulary"},
		"another organisation":         {[]decision.Answer{party("other"), typed}, "Fenmarsh Council"},
		"a record from before parties": {[]decision.Answer{typed}, "Fenmarsh Council"},
		"nobody can be identified":     {[]decision.Answer{{ID: "anonymous-recipient", Text: "The county's statistics team"}}, "The county's statistics team"},
		"nobody":                       {nil, ""},
	} {
		record := &decision.Record{Questions: []decision.Question{{ID: "request", Answers: c.answers}}}
		if got := record.Recipient(); got != c.want {
			t.Errorf("%s: %q, want %q", sentence, got, c.want)
		}
	}
}

func single(id, option string) decision.Answer {
	return decision.Answer{ID: id, Asked: "What of " + id + "?", Chosen: []decision.Choice{{ID: option, Words: "The words of " + option}}}
}

func said(id, text string) decision.Answer {
	return decision.Answer{ID: id, Asked: "What of " + id + "?", Text: text}
}

func part(group string, item int, a decision.Answer) decision.Answer {
	a.Group, a.Item = group, item
	return a
}

// sound is a record of the kind that says no more than it must.
func sound(kind decision.Kind) *decision.Record {
	d := &decision.Record{
		Salt: "00112233445566778899aabbccddeeff", Program: "dsa test", Standing: decision.Live, Occasion: "adhoc", Given: decision.InLines,
		Begun: "2026-01-15T09:40:00Z", Recorded: "2026-01-15T09:55:00+01:00",
		By: decision.Person{Name: "Sam Okafor", Post: "GP partner", Organisation: "Harbour Lane Surgery",
			Sector: decision.Choice{ID: "health", Words: "Health"}, Email: "s@harbourlane.example"},
		Agreement: decision.Document{ID: "fenmarsh", Title: "Fenmarsh"}, Checklist: decision.Document{ID: "adhoc", Title: "Ad hoc"},
		Questions: []decision.Question{{ID: "document", Title: "Document your decision", Answers: []decision.Answer{
			single("outcome", "share-part"), said("reasons", "The injuries are what the enquiry needs.")}}},
		Law: decision.Law{Relied: []decision.Provision{}}, Findings: []decision.Finding{},
	}
	if kind == decision.Decision {
		return d
	}
	d.Of = &decision.Link{ID: decision.ID{1}, Chain: decision.ID{2}, Number: 3, Recorded: "2026-01-14T08:00:00Z",
		By: "GP partner, Harbour Lane Surgery", Outcome: decision.Choice{ID: "share-all", Words: "Share all"}}
	reasons := said("reasons", "It was written wrongly.")
	switch kind {
	case decision.Amend:
		d.Checklist = decision.Document{ID: "amend", Title: "Amendment"}
		d.Questions[0].Answers = []decision.Answer{part("amended", 1, single("which", "purpose")),
			part("amended", 1, said("correct", "To find the child")), part("amended", 1, said("why", "A slip")), reasons}
	case decision.Review:
		d.Checklist = decision.Document{ID: "review", Title: "Review"}
		d.Questions[0].Answers = []decision.Answer{single("stands", "changed"), single("new-outcome", "none"), reasons}
	case decision.Endorse:
		d.Checklist = decision.Document{ID: "endorse", Title: "Endorsement"}
		d.Questions[0].Answers = []decision.Answer{single("capacity", "other"), said("capacity-other", "Consultant on call"), single("looked-at", "record"),
			single("view", "agree-with-conditions"), said("view-conditions", "That the mother is told today."), reasons}
	}
	return d
}

var followUps = []decision.Kind{decision.Complete, decision.Amend, decision.Review, decision.Endorse}

func TestARecordOfEachKindSaysWhatItMust(t *testing.T) {
	emergency := sound(decision.Decision)
	emergency.Occasion = "emergency"
	emergency.Owed = []decision.Owed{{ID: "policies", Question: "Policies", Asked: "Which policy?"}}
	for _, d := range []*decision.Record{sound(decision.Decision), sound(decision.Complete), sound(decision.Amend), sound(decision.Review), sound(decision.Endorse), emergency} {
		if err := d.Check(); err != nil {
			t.Errorf("%s: %v", d.Kind(), err)
		}
		text, err := decision.EncodeBody(d)
		if err != nil {
			t.Fatal(err)
		}
		var again decision.Record
		if err := decision.DecodeBody(text, &again); err != nil || again.Kind() != d.Kind() || again.Check() != nil {
			t.Errorf("%s is not read back: %v", d.Kind(), err)
		}
	}
	for _, kind := range append(followUps, decision.Decision) {
		if got := sound(kind).Kind(); got != kind {
			t.Errorf("%s is taken for %s", kind, got)
		}
	}
}

// Only an endorsement says whether somebody else agrees, and only in the three words that it has.
func TestTheViewOfASecondPerson(t *testing.T) {
	for id, want := range map[string]decision.View{"agree": decision.Agrees, "agree-with-conditions": decision.AgreesOn, "disagree": decision.Disagrees, "agreed": "", "": ""} {
		d := sound(decision.Endorse)
		d.Questions[0].Answers[3].Chosen[0].ID = id
		if got := d.View(); got != want {
			t.Errorf("%q is taken for %q", id, got)
		}
		d.Of = nil
		if got := d.View(); got != "" {
			t.Errorf("a decision says of another record that it is %q", got)
		}
	}
	d := sound(decision.Review)
	d.Questions[0].Answers = append(d.Questions[0].Answers, single("view", "agree"))
	if got := d.View(); got != "" {
		t.Errorf("a review is taken for an endorsement: %q", got)
	}
}

func TestCheckRefusesWhatMeansNothing(t *testing.T) {
	type record = *decision.Record
	without := func(id string) func(record) {
		return func(d record) {
			q := &d.Questions[0]
			q.Answers = slices.DeleteFunc(q.Answers, func(a decision.Answer) bool { return a.ID == id })
		}
	}
	all := append(followUps, decision.Decision)
	hash := strings.Repeat("0a", 32)
	finding := decision.Finding{Code: "ID", Level: decision.Stop, Question: "q", Seen: []string{"Seen"}, Why: "Why", Do: "Do", Source: "Source"}
	for _, c := range []struct {
		says   string
		kinds  []decision.Kind
		change func(record)
		want   string
	}{
		{"no salt", all, func(d record) { d.Salt = "" }, "salt"},
		{"no program", all, func(d record) { d.Program = " " }, "program"},
		{"nobody decided", all, func(d record) { d.By.Name = "" }, "name of the person"},
		{"no post", all, func(d record) { d.By.Post = "" }, "post"},
		{"no organisation", all, func(d record) { d.By.Organisation = "" }, "organisation"},
		{"no sector", all, func(d record) { d.By.Sector.ID = "" }, "sector"},
		{"no address", all, func(d record) { d.By.Email = "" }, "e-mail"},
		{"no agreement", all, func(d record) { d.Agreement.ID = "" }, "agreement"},
		{"no checklist", []decision.Kind{decision.Decision, decision.Complete}, func(d record) { d.Checklist.ID = "" }, "checklist"},
		{"no reasons", []decision.Kind{decision.Decision, decision.Amend, decision.Review, decision.Endorse}, without("reasons"), "reasons"},
		{"nothing completed", []decision.Kind{decision.Complete}, func(d record) { d.Questions = nil }, "complete"},
		{"no standing", all, func(d record) { d.Standing = "" }, "standing"},
		{"another occasion", all, func(d record) { d.Occasion = "weekly" }, "occasion"},
		{"another way of answering", all, func(d record) { d.Given = "" }, "way in which"},
		{"no beginning", all, func(d record) { d.Begun = "yesterday" }, "time"},
		{"a time without offset", all, func(d record) { d.Recorded = "2026-01-15T09:55:00" }, "time"},

		{"no decision", []decision.Kind{decision.Decision}, without("outcome"), "decision"},
		{"nothing amended", []decision.Kind{decision.Amend}, without("correct"), "correction"},
		{"nothing said to be wrong", []decision.Kind{decision.Amend}, without("which"), "correction"},
		{"an amendment without why", []decision.Kind{decision.Amend}, without("why"), "correction"},
		{"a review without result", []decision.Kind{decision.Review}, without("stands"), "result"},
		{"a change without the new decision", []decision.Kind{decision.Review}, without("new-outcome"), "takes the place"},
		{"an audit without a verdict", []decision.Kind{decision.Review}, func(d record) { d.Questions[0].Answers[0].Chosen[0].ID = "audited" }, "verdict of the audit"},
		{"an endorsement that says nothing", []decision.Kind{decision.Endorse}, without("view"), "view"},
		{"an endorsement of which nobody knows whether it agrees", []decision.Kind{decision.Endorse}, func(d record) { d.Questions[0].Answers[3].Chosen[0].ID = "agree-more" }, "view"},
		{"an endorsement that says two things", []decision.Kind{decision.Endorse}, func(d record) {
			a := &d.Questions[0].Answers[3]
			a.Chosen = append(a.Chosen, decision.Choice{ID: "disagree", Words: "No"})
		}, "view"},
		{"an endorsement on conditions without them", []decision.Kind{decision.Endorse}, without("view-conditions"), "conditions"},
		{"an endorsement as nobody", []decision.Kind{decision.Endorse}, without("capacity"), "capacity"},
		{"an endorsement as something else", []decision.Kind{decision.Endorse}, without("capacity-other"), "capacity"},
		{"an endorsement of what nobody looked at", []decision.Kind{decision.Endorse}, without("looked-at"), "looked at"},

		{"no id of the other record", followUps, func(d record) { d.Of.ID = decision.ID{} }, "follows"},
		{"no chain of it", followUps, func(d record) { d.Of.Chain = decision.ID{} }, "follows"},
		{"the opening of a chain", followUps, func(d record) { d.Of.Number = 0 }, "follows"},
		{"a number that no record has", followUps, func(d record) { d.Of.Number = decision.MaxNumber + 1 }, "follows"},
		{"no time of it", followUps, func(d record) { d.Of.Recorded = "" }, "follows"},
		{"nobody decided it", followUps, func(d record) { d.Of.By = "" }, "follows"},
		{"it decided nothing", followUps, func(d record) { d.Of.Outcome.ID = "" }, "follows"},

		{"a question without answers", all, func(d record) { d.Questions = append(d.Questions, decision.Question{ID: "x", Title: "X"}) }, "words or answers"},
		{"a question twice", all, func(d record) { d.Questions = append(d.Questions, d.Questions[0]) }, "words or answers"},
		{"an answer twice", all, func(d record) { q := &d.Questions[0]; q.Answers = append(q.Answers, q.Answers[0]) }, "clear answer"},
		{"an answer to nothing", all, func(d record) { d.Questions[0].Answers[0].Asked = "" }, "clear answer"},
		{"an item of no group", all, func(d record) {
			d.Questions[0].Answers = append(d.Questions[0].Answers, part("", 1, said("what", "x")))
		}, "clear answer"},
		{"a group without items", all, func(d record) {
			d.Questions[0].Answers = append(d.Questions[0].Answers, part("information", 0, said("what", "x")))
		}, "clear answer"},
		{"an id that reads as the place of another answer", all, func(d record) {
			d.Questions[0].Answers = append(d.Questions[0].Answers, said("information/1/what", "x"))
		}, "clear answer"},
		{"a choice without words", all, func(d record) {
			d.Questions[0].Answers = append(d.Questions[0].Answers, decision.Answer{ID: "told", Asked: "Told?", Chosen: []decision.Choice{{ID: "told"}}})
		}, "clear answer"},
		{"a choice and a text", all, func(d record) {
			a := single("told", "told")
			a.Text = "x"
			d.Questions[0].Answers = append(d.Questions[0].Answers, a)
		}, "clear answer"},

		{"a file without a name", all, func(d record) { d.Files = []decision.File{{SHA256: hash}} }, "file"},
		{"a file with its folder", all, func(d record) { d.Files = []decision.File{{Name: "C:\\x\\a.pdf", SHA256: hash}} }, "file"},
		{"a file of another system's folder", all, func(d record) { d.Files = []decision.File{{Name: "x/a.pdf", SHA256: hash}} }, "file"},
		{"a file that acts on a terminal", all, func(d record) { d.Files = []decision.File{{Name: "a\x1b[2J", SHA256: hash}} }, "file"},
		{"a file of less than nothing", all, func(d record) { d.Files = []decision.File{{Name: "a", Bytes: -1, SHA256: hash}} }, "file"},
		{"a digest in capitals", all, func(d record) { d.Files = []decision.File{{Name: "a", SHA256: strings.ToUpper(hash)}} }, "file"},
		{"a file twice", all, func(d record) { d.Files = []decision.File{{Name: "a", SHA256: hash}, {Name: "a", SHA256: hash}} }, "file"},

		{"owed where there is time", all, func(d record) { d.Owed = []decision.Owed{{ID: "x", Question: "X", Asked: "X?"}} }, "emergency"},
		{"owed by a follow-up", followUps, func(d record) {
			d.Occasion, d.Owed = "emergency", []decision.Owed{{ID: "x", Question: "X", Asked: "X?"}}
		}, "emergency"},
		{"owed without words", []decision.Kind{decision.Decision}, func(d record) { d.Occasion, d.Owed = "emergency", []decision.Owed{{ID: "x"}} }, "left for later"},
		{"owed twice", []decision.Kind{decision.Decision}, func(d record) {
			o := decision.Owed{ID: "x", Question: "X", Asked: "X?"}
			d.Occasion, d.Owed = "emergency", []decision.Owed{o, o}
		}, "left for later"},
		{"owed and answered", []decision.Kind{decision.Decision}, func(d record) {
			d.Occasion, d.Owed = "emergency", []decision.Owed{{ID: "reasons", Question: "X", Asked: "X?"}}
		}, "left for later"},

		{"a finding of no code", all, func(d record) { f := finding; f.Code = ""; d.Findings = append(d.Findings, f) }, "pointed out"},
		{"a finding of no level", all, func(d record) { f := finding; f.Level = "loud"; d.Findings = append(d.Findings, f) }, "pointed out"},
		{"a finding of nothing", all, func(d record) { f := finding; f.Seen = nil; d.Findings = append(d.Findings, f) }, "pointed out"},
		{"a finding from nowhere", all, func(d record) { f := finding; f.Source = ""; d.Findings = append(d.Findings, f) }, "pointed out"},
		{"a finding twice", all, func(d record) { d.Findings = append(d.Findings, finding, finding) }, "pointed out"},
	} {
		for _, kind := range c.kinds {
			d := sound(kind)
			c.change(d)
			var e *decision.RecordError
			if err := d.Check(); !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s in a %s: %v", c.says, kind, err)
			}
		}
	}
	// What a later version may bring is let through.
	d := sound(decision.Decision)
	finding.Code = "LATER"
	d.Findings = append(d.Findings, finding)
	d.Files = []decision.File{{Name: "the letter.pdf", Bytes: 3, SHA256: hash}}
	if err := d.Check(); err != nil {
		t.Errorf("a code that is not known, and a file: %v", err)
	}
}

// What a completion answers takes the place of what was written in haste, wherever it was asked.
func TestMergeIsTheDecisionAsItStands(t *testing.T) {
	first := sound(decision.Decision)
	first.Occasion = "emergency"
	first.Questions = []decision.Question{
		{ID: "danger", Title: "Danger", Answers: []decision.Answer{single("danger", "yes")}},
		{ID: "happened", Title: "What happened", Answers: []decision.Answer{said("harm", "He drove off with the child."), said("purpose", "Stop him")}},
		{ID: "passed-on", Title: "What was passed on", Answers: []decision.Answer{
			part("information", 1, said("what", "Car")), part("information", 2, said("what", "Direction"))}},
		{ID: "decided", Title: "Decided", Answers: []decision.Answer{single("outcome", "share-all"), single("told", "not-told"), said("reasons", "A drunk driver.")}},
	}
	first.Owed = []decision.Owed{{ID: "accuracy", Question: "Accurate?", Asked: "Was it checked?"}}
	first.Findings = decision.Findings(first)
	first.Files = []decision.File{{Name: "a.txt", SHA256: strings.Repeat("0a", 32)}}

	completion := sound(decision.Complete)
	completion.Questions = []decision.Question{
		{ID: "danger", Title: "Danger", Answers: []decision.Answer{single("danger", "yes")}},
		{ID: "why-needed", Title: "Why", Answers: []decision.Answer{said("purpose", "To stop the car and find the child")}},
		{ID: "what-needed", Title: "What", Answers: []decision.Answer{part("information", 1, single("nature", "fact")), part("information", 2, single("nature", "opinion")), single("accuracy", "checked")}},
		{ID: "transparent", Title: "Told", Answers: []decision.Answer{single("told", "told"), single("identity-check", "not-yet")}},
		{ID: "document", Title: "Decide", Answers: []decision.Answer{single("outcome", "share-all"), said("reasons", "A drunk driver with a child.")}},
	}
	completion.Law = decision.Law{On: "2026-01-15", Relied: []decision.Provision{{ID: "x", Citation: "The Act", Effect: "power-to-share", Reasons: []string{}}}}
	completion.Files = []decision.File{{Name: "b.txt", SHA256: strings.Repeat("0b", 32)}}
	completion.Findings = decision.Findings(completion)
	for i := range completion.Findings {
		if completion.Findings[i].Code == "ID" {
			completion.Findings[i].Reply = "It was 999."
		}
	}
	before := [2]string{text(t, first), text(t, completion)}

	now := decision.Merge(first, nil, completion, sound(decision.Amend), sound(decision.Review), sound(decision.Endorse))
	if err := now.Check(); err != nil {
		t.Error(err)
	}
	if now.Text("purpose") != "To stop the car and find the child" || now.Text("harm") != "He drove off with the child." ||
		!now.Chose("told", "told") || now.Text("reasons") != "A drunk driver with a child." || now.Outcome().ID != "share-all" {
		t.Errorf("not the latest answers: %s", text(t, now))
	}
	var order []string
	for _, q := range now.Questions {
		order = append(order, q.ID)
	}
	if want := []string{"danger", "happened", "why-needed", "what-needed", "transparent", "document"}; !slices.Equal(order, want) {
		t.Errorf("the questions are %v and not %v", order, want)
	}
	if s := text(t, now); strings.Contains(s, `"Stop him"`) {
		t.Error("what was replaced is still there")
	}
	var pieces []string
	for _, q := range now.Questions {
		for _, a := range q.Answers {
			if a.Group == "information" {
				pieces = append(pieces, fmt.Sprintf("%s %d %s", q.ID, a.Item, a.ID))
			}
		}
	}
	if want := []string{"what-needed 1 what", "what-needed 1 nature", "what-needed 2 what", "what-needed 2 nature"}; !slices.Equal(pieces, want) {
		t.Errorf("the pieces are %v and not %v", pieces, want)
	}
	if now.Owed != nil || len(now.Files) != 2 || now.Law.On == "" || now.Of != nil || now.Recorded != first.Recorded || now.Occasion != "emergency" {
		t.Errorf("owed %v, files %v, law of %q, of %v", now.Owed, now.Files, now.Law.On, now.Of)
	}
	reply := map[string]string{}
	var codes []string
	for _, f := range now.Findings {
		codes = append(codes, f.Code)
		reply[f.Code] = f.Reply
	}
	if want := []string{"EMERGENCY", "ID", "POWER", "FACT", "LATE"}; !slices.Equal(codes, want) || reply["ID"] != "It was 999." {
		t.Errorf("pointed out are %v and not %v, with %q", codes, want, reply)
	}
	if after := [2]string{text(t, first), text(t, completion)}; after != before {
		t.Error("merging changed a record")
	}
	if alone := decision.Merge(first, sound(decision.Amend)); text(t, alone) != before[0] {
		t.Error("without a completion the decision is another")
	}
}

func TestTheLastCorrectionHolds(t *testing.T) {
	amendment := func(path, correct string) *decision.Record {
		d := sound(decision.Amend)
		item := func(a decision.Answer) decision.Answer { a.Group, a.Item = "amended", 1; return a }
		d.Questions = []decision.Question{{ID: "wrong", Title: "Wrong", Answers: []decision.Answer{
			item(single("which", path)), item(said("correct", correct)), item(said("why", "A slip."))}}}
		return d
	}
	completion := sound(decision.Complete)
	completion.Questions = []decision.Question{{ID: "who", Title: "Who", Answers: []decision.Answer{said("recipient-organisation", "Fenmarsh Council")}}}
	first, second := amendment("recipient-organisation", "Westvale"), amendment("recipient-organisation", "Northvale\n Council")
	for says, test := range map[string]struct {
		later []*decision.Record
		want  string
	}{
		"nothing was amended":                    {nil, "Fenmarsh"},
		"something else was":                     {[]*decision.Record{amendment("purpose", "x"), sound(decision.Review), nil}, "Fenmarsh"},
		"the last of several, in one line":       {[]*decision.Record{first, second}, "Northvale Council"},
		"a completion knows what came before it": {[]*decision.Record{second, completion}, "Fenmarsh"},
		"and is corrected by what comes after":   {[]*decision.Record{completion, second}, "Northvale Council"},
		"a party of the agreement":               {[]*decision.Record{amendment("recipient-party", "Northvale")}, "Northvale"},
	} {
		if got := decision.CorrectedBy(test.later...).Recipient("Fenmarsh"); got != test.want {
			t.Errorf("%s: %q, want %q", says, got, test.want)
		}
	}
	if got := sound(decision.Review).Corrections(); got != nil {
		t.Errorf("a review corrects %v", got)
	}
}

func text(t *testing.T, d *decision.Record) string {
	t.Helper()
	body, err := decision.EncodeBody(d)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// filled is a value of every field of a type, no two the same.
func filled(t reflect.Type, n *int) reflect.Value {
	v := reflect.New(t).Elem()
	*n++
	switch {
	case t == reflect.TypeFor[decision.ID]():
		v.Set(reflect.ValueOf(decision.ID{byte(*n)}))
	case t.Kind() == reflect.String:
		v.SetString(fmt.Sprintf("text %d", *n))
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		v.SetInt(int64(*n))
	case t.Kind() == reflect.Bool:
		v.SetBool(true)
	case t.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(filled(t.Elem(), n))
	case t.Kind() == reflect.Slice:
		v.Set(reflect.Append(v, filled(t.Elem(), n)))
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			v.Field(i).Set(filled(t.Field(i).Type, n))
		}
	default:
		panic(t)
	}
	return v
}

// testdata/body.json is a body with every field there is. Records that people have signed have these names in this
// order; whatever changes the file changes what can be read.
func TestTheFormOfABodyStays(t *testing.T) {
	want, err := os.ReadFile("testdata/body.json")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	record := filled(reflect.TypeFor[decision.Record](), &n).Interface().(decision.Record)
	if got := text(t, &record); got != string(want) {
		t.Errorf("a body with every field is now\n%s", got)
	}
	var again decision.Record
	if err := decision.DecodeBody(want, &again); err != nil || !reflect.DeepEqual(again, record) {
		t.Errorf("it is read back as another: %v", err)
	}
	// Nothing has two spellings: what is absent when it is empty may not be there and empty.
	for _, empty := range []string{`"files": [],`, `"owed": [],`, `"of": null,`} {
		body := strings.Replace(text(t, sound(decision.Decision)), "  \"findings\": []", "  "+empty+"\n  \"findings\": []", 1)
		if decision.DecodeBody([]byte(body), new(decision.Record)) == nil {
			t.Errorf("%s is read", empty)
		}
	}
}

// Every code that the data of the law may bring is heard.
func TestWhatTheDataRaiseIsFound(t *testing.T) {
	for _, code := range legislation.Raisable {
		d := sound(decision.Decision)
		d.Questions[0].Answers = append(d.Questions[0].Answers, single("advice", "no"), single("heard", "objects"))
		d.Law.Relied = []decision.Provision{{ID: "x", Citation: "The Act", Raises: []string{code.ID}}}
		d.Law.Bases = []decision.Basis{{ID: "y", List: "article9", Citation: "Article 9", Raises: []string{code.ID}}}
		if !slices.ContainsFunc(decision.Findings(d), func(f decision.Finding) bool { return f.Code == code.ID }) {
			t.Errorf("the data raise %s and nothing comes of it", code.ID)
		}
	}
}
