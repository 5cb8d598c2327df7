package checklist_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"dsa/checklist"
	"dsa/data/yamlfile"
)

// The smallest agreement that loads. What every checklist must ask for is filled in from the vocabulary.
var pack = map[string]string{
	"ours.yaml": `answers:
  - id: views
    words: What do they wish?
    help: Leave empty if you do not know.
    kind: paragraph
    optional: true
    missing: Say what they wish
    when: {acted: acted}
  - {id: late-why, words: "Why late?", kind: line}
questions:
  - id: danger
    title: Danger
    guidance: >-
      Act
      first.
    source: Ours
    answers:
      - id: acted
        words: What was done?
        kind: one-of
        options:
          - {id: stop, words: Stop, stops: true}
          - {id: acted, words: Acted}
  - id: spare
    title: Spare
    guidance: Not in the list.
    source: Ours
    answers:
      - ours: late-why
        when: {occasion: routine}
        words: Why is it late?
`,
	"emergency.yaml": own("emergency", "danger", "name", "post", "organisation", "sector", "public-authority", "competent-authority",
		"email", "harm", "purpose", "initiated", "recipient-organisation", "recipient-person", "information", "shared-at", "told",
		"outcome", "reasons"),
	"amend.yaml":   own("amend", "name", "email", "amended", "recipients-told", "reasons"),
	"review.yaml":  own("review", "name", "email", "reviewed", "found", "stands", "reasons"),
	"endorse.yaml": own("endorse", "name", "email", "capacity", "capacity-other", "looked-at", "view", "view-conditions", "reasons"),
	"agreements/here/agreement.yaml": `id: here
title: An agreement
version: "1"
in-force: "2024-03"
review-due: "2025-03"
area: Here
source: The shelf
checklists:
  adhoc: adhoc
`,
	"agreements/here/adhoc.yaml": `id: adhoc
title: Ad hoc
source: Appendix 2
questions:
  - ours: danger
  - id: first
    number: "1"
    title: First
    guidance: Think.
    source: Appendix 2
    when: {acted: acted}
    answers:
      - id: advice
        words: Advice?
        kind: one-of
        options:
          - {id: "yes", words: "Yes"}
          - {id: "no", words: "No"}
      - id: advice-taken
        words: The advice
        kind: items
        another: More?
        when: {advice: ["yes"]}
        items:
          - {id: who, words: "Who?", kind: one-of, from: people}
          - {id: said, words: "What?", kind: line, when: {who: anyone}}
  - id: second
    number: "2"
    title: Second
    guidance: Think again.
    source: Appendix 2
    answers:
` + required(),
}

// own is the smallest list of ours that asks for these.
func own(id string, asks ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "id: %s\ntitle: Ours\nsource: Ours\nquestions:\n  - id: all\n    title: All\n    guidance: Quickly.\n    source: Ours\n    answers:\n", id)
	for _, ask := range asks {
		fmt.Fprintf(&b, "      - {id: %s, words: Say it, kind: line}\n", ask)
	}
	return b.String()
}

const (
	emergencyFile = "emergency.yaml"
	oursFile      = "ours.yaml"
	agreementFile = "agreements/here/agreement.yaml"
	listFile      = "agreements/here/adhoc.yaml"
)

func required() string {
	var b strings.Builder
	for _, w := range checklist.Vocabulary {
		if w.Required {
			fmt.Fprintf(&b, "      - {id: %s, words: Say it, kind: line}\n", w.ID)
		}
	}
	return b.String()
}

// An edit puts one fault into the pack.
type edit struct {
	file     string
	old, new string // old stands in the file once; the line of what is new is where the fault is
	what     string
	line     int // added to the line at which new begins
}

func edited(t *testing.T, edits ...edit) (fstest.MapFS, []string) {
	t.Helper()
	return editedIn(t, pack, edits...)
}

func editedIn(t *testing.T, files map[string]string, edits ...edit) (fstest.MapFS, []string) {
	t.Helper()
	texts := maps.Clone(files)
	for _, e := range edits {
		if strings.Count(texts[e.file], e.old) != 1 {
			t.Fatalf("%q stands %d times in %s", e.old, strings.Count(texts[e.file], e.old), e.file)
		}
		texts[e.file] = strings.Replace(texts[e.file], e.old, e.new, 1)
	}
	var want []string
	for _, e := range edits {
		before, _, _ := strings.Cut(texts[e.file], e.new)
		want = append(want, fmt.Sprintf("%s:%d: %s", e.file, 1+strings.Count(before, "\n")+e.line, e.what))
	}
	fsys := fstest.MapFS{}
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys, want
}

func faultsOf(t *testing.T, fsys fstest.MapFS) yamlfile.Faults {
	t.Helper()
	agreement, err := checklist.Load(fsys, "here")
	var faults yamlfile.Faults
	if err != nil && !errors.As(err, &faults) {
		t.Fatalf("not faults but %v", err)
	}
	if err != nil && agreement != nil {
		t.Error("there are faults and an agreement all the same")
	}
	return faults
}

func reported(faults yamlfile.Faults, want string) bool {
	for _, f := range faults {
		if strings.HasPrefix(f.String(), want) {
			return true
		}
	}
	return false
}

func TestTheSmallestAgreementLoads(t *testing.T) {
	fsys, _ := edited(t)
	a, err := checklist.Load(fsys, "here")
	if err != nil {
		t.Fatal(err)
	}
	list := a.Lists["adhoc"]
	if a.Title != "An agreement" || list == nil || len(list.Questions) != 3 || list.Numbered() != 2 {
		t.Fatalf("read as %+v", a)
	}
	danger := list.Questions[0]
	if danger.ID != "danger" || !danger.IsOurs() || danger.Guidance != "Act first." || !danger.Asks[0].Options[0].Stops {
		t.Errorf("our question was read as %+v", danger)
	}
	same(t, "the agreements of the folder", checklist.Agreements(fsys), []string{"here"})
	same(t, "the digest is a SHA-256", len(a.Digest), 64)

	again, _ := checklist.Load(fsys, "here")
	same(t, "the same words have the same digest", again.Digest, a.Digest)
	for _, file := range []string{oursFile, agreementFile, listFile, emergencyFile} {
		changed, _ := edited(t)
		changed[file].Data = append(changed[file].Data, "# another word\n"...)
		b, err := checklist.Load(changed, "here")
		if err != nil || b.Digest == a.Digest {
			t.Errorf("a change of %s does not show in the digest (%v)", file, err)
		}
	}
}

func TestAConditionOfTheListReplacesOurs(t *testing.T) {
	fsys, _ := edited(t, edit{file: listFile, old: "  - id: second\n", new: "  - ours: spare\n    when: {advice: \"no\"}\n  - id: second\n"})
	a, err := checklist.Load(fsys, "here")
	if err != nil {
		t.Fatal(err)
	}
	spare := a.Lists["adhoc"].Questions[2]
	same(t, "the question", spare.ID, "spare")
	same(t, "its condition", spare.When, checklist.When{"advice": {"no"}})
}

var faulty = map[string]edit{
	"an unknown field":                           {file: listFile, old: "    guidance: Think.", new: "    guidence: Think.", what: `there is no field "guidence" here`},
	"an unknown kind":                            {file: listFile, old: "words: Advice?\n        kind: one-of", new: "words: Advice?\n        kind: choice", line: 1, what: `the answer "advice" has an unknown kind`},
	"a condition that looks at nothing":          {file: listFile, old: "when: {acted: acted}", new: "when: {reacted: acted}", what: `a condition looks at "reacted", which is not an answer before it`},
	"a condition that looks forward":             {file: listFile, old: "when: {acted: acted}", new: "when: {outcome: acted}", what: `a condition looks at "outcome", which is not an answer before it`},
	"a condition that looks at itself":           {file: listFile, old: `when: {advice: ["yes"]}`, new: `when: {advice-taken: ["yes"]}`, what: `a condition looks at "advice-taken", which is not an answer before it`},
	"a condition on an option that is not there": {file: listFile, old: "when: {acted: acted}", new: "when: {acted: [acted, reacted]}", what: `a condition waits for "acted" to be "reacted", which is not one of its options`},
	"a condition on what was written in a line":  {file: listFile, old: "    title: Second\n", new: "    title: Second\n    when: {advice-taken: x}\n", line: 1, what: `a condition waits for "advice-taken" to be "x"`},
	"a condition inside a group that looks out":  {file: listFile, old: "when: {who: anyone}", new: `when: {advice: "yes"}`, what: `a condition looks at "advice", which is not an answer of the same group before it`},
	"an answer that is not in the vocabulary":    {file: listFile, old: "- id: advice\n", new: "- id: advise\n", what: `the answer "advise" is not in the vocabulary (data/README.md lists it)`},
	"an answer that every record must have":      {file: listFile, old: "      - {id: outcome, words: Say it, kind: line}\n", new: "      - {id: late-why, words: Say it, kind: line}\n", what: ""},
	"an answer asked twice":                      {file: listFile, old: "- {id: reasons, words: Say it, kind: line}\n", new: "- {id: reasons, words: Say it, kind: line}\n      - {id: reasons, words: Again, kind: line}\n", line: 1, what: `the answer "reasons" is asked twice`},
	"a question of ours that is not there":       {file: listFile, old: "  - id: second\n", new: "  - ours: nothing\n  - id: second\n", what: `there is no question of ours called "nothing"`},
	"a question of ours with words of its own":   {file: listFile, old: "  - id: second\n", new: "  - ours: spare\n    title: Our own\n  - id: second\n", what: "a question named with ours: has no fields of its own but when"},
	"a shared answer that is not there":          {file: listFile, old: "answers:\n      - {id: name,", new: "answers:\n      - ours: nothing\n      - {id: name,", line: 1, what: `there is no shared answer of ours called "nothing"`},
	"a shared answer with a kind of its own":     {file: listFile, old: "answers:\n      - {id: name,", new: "answers:\n      - {ours: views, words: Well, kind: line}\n      - {id: name,", line: 1, what: "an answer named with ours: has no fields of its own but words, help, when and missing"},
	"a shared answer that is no longer optional": {file: listFile, old: "answers:\n      - {id: name,", new: "answers:\n      - ours: views\n        optional: false\n      - {id: name,", line: 2, what: "an answer named with ours: has no fields of its own but words, help, when and missing"},
	"a shared answer asked twice":                {file: listFile, old: "answers:\n      - {id: name,", new: "answers:\n      - ours: views\n      - ours: views\n      - {id: name,", line: 2, what: `the answer "views" is asked twice`},
	"a shared answer asked again in other words": {file: listFile, old: "answers:\n      - {id: name,", new: "answers:\n      - ours: views\n      - {id: views, words: Views, kind: line}\n      - {id: name,", line: 2, what: `the answer "views" is asked twice`},
	"a shared answer twice":                      {file: oursFile, old: "  - {id: late-why, words: \"Why late?\", kind: line}\n", new: "  - {id: late-why, words: \"Why late?\", kind: line}\n  - {id: late-why, words: Why, kind: line}\n", line: 1, what: `the shared answer "late-why" stands here twice`},
	"a shared answer taken from another":         {file: oursFile, old: "questions:\n", new: "  - ours: views\nquestions:\n", what: "a shared answer is written out here; it cannot be taken from another"},
	"a shared answer with a fault":               {file: oursFile, old: "    kind: paragraph\n", new: "    kind: essay\n", what: `the answer "views" has an unknown kind`},
	"a shared answer of ours that is not there":  {file: oursFile, old: "- ours: late-why", new: "- ours: early-why", what: `there is no shared answer of ours called "early-why"`},
	"a shared answer inside a group":             {file: listFile, old: "- {id: said, words: \"What?\", kind: line, when: {who: anyone}}", new: "- {ours: views}", what: "a shared answer of ours stands by itself, not inside a group"},
	"a shared answer whose condition fails here": {file: emergencyFile, old: "answers:\n      - {id: danger,", new: "answers:\n      - ours: views\n      - {id: danger,", line: 1, what: `a condition looks at "acted", which is not an answer before it`},
	"the occasion asked":                         {file: listFile, old: "- {id: reasons, words: Say it, kind: line}\n", new: "- {id: reasons, words: Say it, kind: line}\n      - {id: occasion, words: Which, kind: line}\n", line: 1, what: "the occasion is known and never asked"},
	"a part called occasion":                     {file: listFile, old: "{id: said, words: \"What?\"", new: "{id: occasion, words: \"What?\"", what: "the occasion is known and never asked"},
	"a condition on an unknown occasion":         {file: listFile, old: "when: {acted: acted}", new: "when: {occasion: [adhoc, weekly]}", what: `a condition waits for "occasion" to be "weekly", which is not one of its options`},
	"a switch to nowhere":                        {file: oursFile, old: "{id: acted, words: Acted}", new: "{id: acted, words: Acted, switch: minimum}", what: `the answer "acted": switch names an occasion`},
	"a switch that stops":                        {file: oursFile, old: "{id: stop, words: Stop, stops: true}", new: "{id: stop, words: Stop, stops: true, switch: emergency}", what: `the answer "acted": switch names an occasion`},
	"a switch among several":                     {file: oursFile, old: "        kind: one-of\n        options:\n          - {id: stop, words: Stop, stops: true}\n          - {id: acted, words: Acted}\n", new: "        kind: some-of\n        options:\n          - {id: stop, words: Stop}\n          - {id: acted, words: Acted, switch: adhoc}\n", line: 3, what: `the answer "acted": switch names an occasion`},
	"a number in a list of ours":                 {file: emergencyFile, old: "    title: All\n", new: "    number: \"1\"\n    title: All\n", what: `the question "all" is ours and has no number`},
	"a list of ours under another name":          {file: emergencyFile, old: "id: emergency", new: "id: danger", what: "the checklist needs its id (that of the file), title and source"},
	"an emergency without its harm":              {file: emergencyFile, old: "      - {id: harm, words: Say it, kind: line}\n", new: "      - {id: late-why, words: Say it, kind: line}\n", what: ""},
	"a checklist called like one of ours":        {file: agreementFile, old: "  adhoc: adhoc\n", new: "  adhoc: review\n", what: `"review" is a checklist of ours; give this one an id of its own`},
	"an ad hoc checklist called emergency":       {file: agreementFile, old: "  adhoc: adhoc\n", new: "  adhoc: emergency\n", what: `"emergency" is a checklist of ours; give this one an id of its own`},
	"a question of ours twice":                   {file: oursFile, old: "  - id: spare\n    title: Spare\n", new: "  - id: danger\n    title: Spare\n", what: `the question "danger" stands here twice`},
	"a question of the agreement twice":          {file: listFile, old: "  - id: second\n    number: \"2\"\n", new: "  - id: first\n    number: \"2\"\n", what: `the question "first" stands here twice`},
	"a question of ours with a number":           {file: oursFile, old: "    title: Spare", new: "    number: \"3\"\n    title: Spare", what: `the question "spare" is ours and has no number`},
	"an unnumbered question of the agreement":    {file: listFile, old: "  - id: second\n    number: \"2\"\n", new: "  - id: second\n", what: `the question "second" has no number of the agreement's`},
	"a question without an id":                   {file: listFile, old: "  - id: second\n", new: "  - id: The Second\n", what: "a question needs an id of lower-case words joined by hyphens"},
	"a question without guidance":                {file: listFile, old: "guidance: Think again.", new: "guidance: ' '", what: `question "second" has no guidance`},
	"a question without a source":                {file: oursFile, old: "guidance: Not in the list.\n    source: Ours", new: "guidance: Not in the list.\n    source: ''", line: 1, what: `question "spare" has no source`},
	"a question that gathers nothing":            {line: -4, file: oursFile, old: "    answers:\n      - ours: late-why\n        when: {occasion: routine}\n        words: Why is it late?\n", new: "    answers: []\n", what: `question "spare" gathers no answer`},
	"an answer without words":                    {file: listFile, old: "words: Advice?", new: "words: ''", what: `the answer "advice" has no words`},
	"a choice without options":                   {file: oursFile, old: "        options:\n          - {id: stop, words: Stop, stops: true}\n          - {id: acted, words: Acted}\n", new: "        options: []\n", what: ""},
	"options where nothing is chosen":            {file: oursFile, old: "{id: late-why, words: \"Why late?\", kind: line}", new: "{id: late-why, words: \"Why late?\", kind: line, from: people}", what: `the answer "late-why": options go with one-of and some-of, and only there`},
	"an option twice":                            {file: oursFile, old: "{id: stop, words: Stop, stops: true}", new: "{id: acted, words: Stop, stops: true}", what: `the answer "acted" has an option without an id of its own, or without words`, line: 1},
	"an option without words":                    {file: oursFile, old: "{id: acted, words: Acted}", new: "{id: acted}", what: `the answer "acted" has an option without an id of its own, or without words`},
	"parts where nothing is repeated":            {file: listFile, old: "        kind: items\n", new: "        kind: line\n", what: `the answer "advice-taken": items go with the kind items, and only there`, line: 4},
	"a group that does not ask for another":      {file: listFile, old: "        another: More?\n", new: "", what: ""},
	"a part called more":                         {file: listFile, old: "{id: said, words: \"What?\"", new: "{id: more, words: \"What?\"", what: `"more" is not free as a name inside a group`},
	"an agreement in another folder":             {file: agreementFile, old: "id: here", new: "id: there", what: `the agreement says it is "there" but stands in the folder "here"`},
	"an agreement without its dates":             {file: agreementFile, old: `review-due: "2025-03"`, new: `review-due: ""`, what: "the agreement has no review-due"},
	"a party without a sector":                   {file: agreementFile, old: "checklists:\n", new: "parties:\n  - organisation: Fenmarsh Council\nchecklists:\n", line: 1, what: "a party needs its organisation and a sector"},
	"an initiative without a source":             {file: agreementFile, old: "checklists:\n", new: "initiatives:\n  - id: mash\n    words: A hub\nchecklists:\n", line: 1, what: "an initiative needs an id, words and a source"},
	"an occasion nobody knows":                   {file: agreementFile, old: "  adhoc: adhoc\n", new: "  adhoc: adhoc\n  weekly: adhoc\n", line: 1, what: `"weekly" is not an occasion; use adhoc, routine or emergency`},
	"an occasion without a checklist":            {file: agreementFile, old: "  adhoc: adhoc\n", new: "  adhoc: adhoc\n  routine:\n", line: 1, what: `the occasion "routine" names no checklist`},
	"a checklist under another name":             {file: listFile, old: "id: adhoc", new: "id: routine", what: "the checklist needs its id (that of the file), title and source"},
}

func TestEachFaultHasItsLine(t *testing.T) {
	for sentence, e := range faulty {
		t.Run(sentence, func(t *testing.T) {
			fsys, want := edited(t, e)
			switch sentence {
			case "an answer that every record must have":
				want[0] = listFile + `:1: the checklist does not ask for "outcome", which every record must have`
			case "an emergency without its harm":
				want[0] = emergencyFile + `:1: the checklist does not ask for "harm", which every emergency record must have`
			case "a choice without options":
				// And the condition of the list that waits for one of them.
				want[0] = oursFile + `:21: the answer "acted": options go with one-of and some-of, and only there`
			case "a group that does not ask for another":
				want[0] = listFile + `:19: the answer "advice-taken": a group needs the words of another:, and holds no group`
			}
			faults := faultsOf(t, fsys)
			if !reported(faults, want[0]) {
				t.Errorf("got\n%v\nwant\n%s", faults, want[0])
			}
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	fsys, want := edited(t, faulty["a condition inside a group that looks out"], faulty["a question without guidance"],
		faulty["a question without a source"], faulty["an option without words"], faulty["an agreement without its dates"],
		faulty["an occasion nobody knows"], edit{file: agreementFile, old: "version: \"1\"", new: "version: ''", what: "the agreement has no version"})
	faults := faultsOf(t, fsys)
	for _, w := range want {
		if !reported(faults, w) {
			t.Errorf("not reported: %s", w)
		}
	}
	if len(faults) != len(want) {
		t.Errorf("%d faults, want %d:\n%v", len(faults), len(want), faults)
	}
	for range 10 {
		if again := faultsOf(t, fsys); again.Error() != faults.Error() {
			t.Fatalf("the report is not the same each time:\n%v\nand\n%v", faults, again)
		}
	}
}

// Faults on one line come in one order too.
func TestAReportIsTheSameEachTime(t *testing.T) {
	fsys, _ := edited(t)
	fsys[agreementFile].Data = []byte("checklists: {adhoc: adhoc}\n")
	first := faultsOf(t, fsys)
	for range 20 {
		if again := faultsOf(t, fsys); again.Error() != first.Error() {
			t.Fatalf("the report is not the same each time:\n%v\nand\n%v", first, again)
		}
	}
}

func TestMissingFiles(t *testing.T) {
	for _, file := range []string{listFile, emergencyFile} {
		fsys, _ := edited(t)
		delete(fsys, file)
		faults := faultsOf(t, fsys)
		if len(faults) != 1 || !reported(faults, file+": the file is missing or cannot be read") {
			t.Errorf("got %v", faults)
		}
	}
	fsys, _ := edited(t)
	for _, id := range []string{"nowhere", "../here", "", "/etc"} {
		if _, err := checklist.Load(fsys, id); err == nil {
			t.Errorf("an agreement called %q loads", id)
		}
	}
	if got := checklist.Agreements(fstest.MapFS{}); got != nil {
		t.Errorf("an empty folder has the agreements %v", got)
	}
}

func TestASharedAnswerIsTakenWhole(t *testing.T) {
	fsys, _ := edited(t, edit{file: listFile, old: "answers:\n      - {id: name,", new: `answers:
      - {id: told, words: "Told?", kind: line}
      - ours: views
      - ours: late-why
        words: >-
          Why so
          late?
        help: A holiday, say.
        missing: Say why
        when: {occasion: [adhoc, routine], advice: "no"}
      - {id: name,`})
	// What the list asks already cannot be there twice.
	fsys[listFile].Data = []byte(strings.Replace(string(fsys[listFile].Data), "      - {id: told, words: Say it, kind: line}\n", "", 1))
	a, err := checklist.Load(fsys, "here")
	if err != nil {
		t.Fatal(err)
	}
	list := a.Lists["adhoc"]
	same(t, "taken whole", *list.Ask("views"), checklist.Ask{ID: "views", Words: "What do they wish?", Help: "Leave empty if you do not know.",
		Kind: checklist.Paragraph, Optional: true, Missing: "Say what they wish", When: checklist.When{"acted": {"acted"}}})
	same(t, "with words of its own", *list.Ask("late-why"), checklist.Ask{ID: "late-why", Words: "Why so late?", Help: "A holiday, say.",
		Kind: checklist.Line, Missing: "Say why", When: checklist.When{"occasion": {"adhoc", "routine"}, "advice": {"no"}}})

	fsys, _ = edited(t, edit{file: listFile, old: "answers:\n      - {id: name,", new: "answers:\n      - {ours: views, when: {}}\n      - {id: name,"})
	if a, err = checklist.Load(fsys, "here"); err != nil {
		t.Fatal(err)
	}
	if views := a.Lists["adhoc"].Ask("views"); len(views.When) != 0 || views.Words != "What do they wish?" {
		t.Errorf("an empty condition leaves %+v", views)
	}
	spare, err := checklist.LoadOurs(fsys, "A few", "spare")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "in a question of ours", *spare.Ask("late-why"), checklist.Ask{ID: "late-why", Words: "Why is it late?", Kind: checklist.Line,
		When: checklist.When{"occasion": {"routine"}}})
}

func TestOurAsks(t *testing.T) {
	fsys, _ := edited(t)
	asks, err := checklist.OurAsks(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for id, ask := range asks {
		if ids = append(ids, id); ask.ID != id {
			t.Errorf("%q stands under %q", ask.ID, id)
		}
	}
	slices.Sort(ids)
	same(t, "the answers of ours", ids, []string{"acted", "late-why", "views"})
	if _, err := checklist.OurAsks(fstest.MapFS{}); err == nil {
		t.Error("there are answers of ours in no file")
	}
}

func TestOneChecklistForSeveralOccasions(t *testing.T) {
	fsys, _ := edited(t, edit{file: agreementFile, old: "  adhoc: adhoc\n", new: "  adhoc: adhoc\n  routine: adhoc\n"})
	a, err := checklist.Load(fsys, "here")
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Lists) != 2 || a.List(checklist.AdHoc) == nil || a.List(checklist.AdHoc) != a.List(checklist.Routine) {
		t.Errorf("the checklists are %v", a.Lists)
	}
	if a.List("weekly") != nil {
		t.Error("an unknown occasion has a checklist")
	}
	// A fault of a list that serves twice is said once.
	fsys[listFile].Data = []byte("id: adhoc\ntitles: x\n")
	if faults := faultsOf(t, fsys); len(faults) != 1 {
		t.Errorf("got %v", faults)
	}
}

func TestTheListsOfOurs(t *testing.T) {
	fsys, _ := edited(t)
	a, err := checklist.Load(fsys, "here")
	if err != nil {
		t.Fatal(err)
	}
	emergency := a.List(checklist.Emergency)
	if emergency == nil || emergency.ID != "emergency" || emergency.Numbered() != 0 || emergency != a.Lists["emergency"] {
		t.Fatalf("the checklist of an emergency is %+v", emergency)
	}
	same(t, "every occasion has its checklist", a.Checklists, map[string]string{"adhoc": "adhoc", "emergency": "emergency"})
	for _, id := range []string{"emergency", "amend", "review", "endorse"} {
		list, err := checklist.LoadOwn(fsys, id)
		if err != nil || list.ID != id || list.Numbered() != 0 {
			t.Errorf("%s is %+v (%v)", id, list, err)
		}
		short, _ := edited(t, edit{file: id + ".yaml", old: "      - {id: reasons, words: Say it, kind: line}\n", new: ""})
		if _, err := checklist.LoadOwn(short, id); err == nil || !strings.Contains(err.Error(), `does not ask for "reasons"`) {
			t.Errorf("%s without its reasons: %v", id, err)
		}
	}
	for _, id := range []string{"adhoc", "ours", "../emergency", ""} {
		if list, err := checklist.LoadOwn(fsys, id); err == nil || list != nil {
			t.Errorf("there is a list of ours called %q", id)
		}
	}

	// An agreement may have its own. Then it is held to the same needs, and ours is not read.
	fsys, _ = edited(t, edit{file: agreementFile, old: "  adhoc: adhoc\n", new: "  adhoc: adhoc\n  emergency: emergency\n"})
	fsys["agreements/here/emergency.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(pack[emergencyFile], "    title: All\n", "    number: \"1\"\n    title: All\n", 1))}
	delete(fsys, emergencyFile)
	if a, err = checklist.Load(fsys, "here"); err != nil || a.List(checklist.Emergency).Numbered() != 1 {
		t.Fatalf("the agreement's own checklist of an emergency: %v", err)
	}
	fsys["agreements/here/emergency.yaml"].Data = []byte(strings.Replace(pack[emergencyFile], "      - {id: harm, words: Say it, kind: line}\n", "", 1))
	if faults := faultsOf(t, fsys); !reported(faults, `agreements/here/emergency.yaml:1: the checklist does not ask for "harm", which every emergency record must have`) {
		t.Errorf("got %v", faults)
	}
}

func TestLoadOurs(t *testing.T) {
	fsys, _ := edited(t)
	list, err := checklist.LoadOurs(fsys, "A few", "spare", "danger")
	if err != nil {
		t.Fatal(err)
	}
	if list.Title != "A few" || len(list.Questions) != 2 || list.Questions[0].ID != "spare" || list.Numbered() != 0 {
		t.Errorf("read as %+v", list)
	}
	_, err = checklist.LoadOurs(fsys, "A few", "nothing")
	if err == nil || !strings.Contains(err.Error(), `there is no question of ours called "nothing"`) {
		t.Errorf("got %v", err)
	}
	if _, err = checklist.LoadOurs(fstest.MapFS{}, "A few", "danger"); err == nil {
		t.Error("nothing loads from nowhere")
	}
}
