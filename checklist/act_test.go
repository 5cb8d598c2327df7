package checklist_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"dsa/checklist"
)

const acts = `id: oversight
title: Acts of oversight
source: Ours
questions:
  - id: hold
    title: Why is it held?
    guidance: Say why.
    source: Ours
    answers:
      - {id: authority, words: Whose authority, kind: line}
      - {id: reason, words: What for, kind: paragraph}
  - id: release
    title: Why is it released?
    guidance: Say why.
    source: Ours
    answers:
      - {id: reason, words: Why so, kind: paragraph}
`

// Two acts may ask for answers of one name, and these need not be words that records share.
func TestAnActHasItsOwnQuestion(t *testing.T) {
	fsys := fstest.MapFS{"oversight.yaml": {Data: []byte(acts)}}
	for act, title := range map[string]string{"hold": "Why is it held?", "release": "Why is it released?"} {
		list, err := checklist.LoadAct(fsys, act)
		if err != nil {
			t.Fatal(err)
		}
		if list.ID != act || list.Title != title || len(list.Questions) != 1 || list.Ask("reason") == nil {
			t.Errorf("%s: %+v", act, list)
		}
	}
	for words, c := range map[string]struct{ old, fresh, fault string }{
		"an act without a question":         {"id: hold", "id: keep", `there is to be one question "hold"`},
		"an act with two":                   {"id: release", "id: hold", `there is to be one question "hold"`},
		"a file that is something else":     {"id: oversight", "id: review", "the file needs its id (oversight), title and source"},
		"a question of the shared ones":     {"  - id: release\n", "  - ours: who\n  - id: release\n", "a question before an act is written out here"},
		"a question with a number":          {"    title: Why is it held?\n", "    title: Why is it held?\n    number: \"1\"\n", "is ours and has no number"},
		"a fault in another act's question": {"    title: Why is it released?\n", "", "has no title"},
		"an answer asked twice":             {"id: authority", "id: reason", `the answer "reason" is asked twice`},
	} {
		text := strings.Replace(acts, c.old, c.fresh, 1)
		list, err := checklist.LoadAct(fstest.MapFS{"oversight.yaml": {Data: []byte(text)}}, "hold")
		if text == acts || err == nil || list != nil || !strings.Contains(err.Error(), c.fault) {
			t.Errorf("%s: %v", words, err)
		}
	}
	if _, err := checklist.LoadAct(fstest.MapFS{}, "hold"); err == nil {
		t.Error("a file that is not there is read")
	}
}
