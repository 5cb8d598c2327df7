package legislation_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"dsa/data/yamlfile"
	"dsa/legislation"
)

const oneExample = `rules:
  - id: example-closed
    records: Case files
    organisation: Somewhere
    sectors: [local-authority]
    subjects: [children]
    trigger: closed
    period: 35 years
    or-later: {trigger: birth, period: 25 years}
    example: true
    certainty: unsure
    check: [The schedule]
    sources: [{says: a schedule}]
`

const oneConfirmed = `rules:
  - id: fenmarsh-decisions
    records: Records of decisions
    organisation: Fenmarsh
    sectors: [all]
    subjects: [children, adults]
    trigger: recorded
    period: 8 years
    certainty: verified
    sources: [{says: line 14}]
    reviewer: A. Name, post, 2026-03-01
`

func retention(builtIn, own string) ([]*legislation.RetentionRule, error) {
	files := fstest.MapFS{"retention.yaml": {Data: []byte(builtIn)}}
	if own != "" {
		files["agreements/fenmarsh/retention.yaml"] = &fstest.MapFile{Data: []byte(own)}
	}
	return legislation.LoadRetention(files)
}

func TestRetentionRules(t *testing.T) {
	rules, err := retention(oneExample, oneConfirmed)
	if err != nil || len(rules) != 2 {
		t.Fatal(rules, err)
	}
	day := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	example, own := rules[0], rules[1]
	if words := example.Words(); words != "35 years after the day on which the case was closed, or 25 years after the person's date of birth if that is later" {
		t.Error(words)
	}
	if until, known := example.Until(day); known {
		t.Errorf("a log knows when a case was closed: %s", until)
	}
	if until, known := own.Until(day); !known || until != "2034-11-20" || own.Pack != "fenmarsh" {
		t.Errorf("%s %v of %q", until, known, own.Pack)
	}
	if !example.Fits("local-authority", "children") || example.Fits("health", "children") || example.Fits("local-authority", "adults") ||
		!own.Fits("health", "adults") || !example.Fits("local-authority") {
		t.Error("the rules fit the wrong organisations or people")
	}
	if until, known := (&legislation.RetentionRule{Trigger: "recorded", Period: "permanent"}).Until(day); known {
		t.Errorf("what is kept for ever ends on %s", until)
	}
}

func TestRetentionIsReadStrictly(t *testing.T) {
	for says, test := range map[string]struct{ old, new, what string }{
		"an id":                               {"id: fenmarsh-decisions", "id: Fenmarsh", "needs an id"},
		"an id of its own":                    {"id: fenmarsh-decisions", "id: example-closed", "stands here twice"},
		"what is kept":                        {"records: Records of decisions", "records: ''", "has no records"},
		"whose rule it is":                    {"organisation: Fenmarsh", "note: none", "has no organisation"},
		"a sector":                            {"[all]", "[everybody]", `"everybody" is not a sector`},
		"any sector":                          {"[all]", "[]", "names no sector"},
		"about whom":                          {"[children, adults]", "[]", "does not say about whom"},
		"a subject":                           {"[children, adults]", "[dogs]", `"dogs" is not a subject`},
		"a trigger":                           {"trigger: recorded", "trigger: someday", "a trigger is one of recorded, last-contact"},
		"a period":                            {"period: 8 years", "period: long", "a period is such as"},
		"a period that is no slip":            {"period: 8 years", "period: 1000 years", "a period is such as"},
		"a plain number":                      {"period: 8 years", "period: 08 years", "a period is such as"},
		"one end":                             {"period: 8 years", "period: permanent\n    or-later: {trigger: birth, period: 25 years}", "has no later day"},
		"a later day that can be read":        {"period: 8 years", "period: 8 years\n    or-later: {trigger: birth, period: soon}", "a period is such as"},
		"a certainty":                         {"certainty: verified", "certainty: sure", "certainty"},
		"a source":                            {"sources: [{says: line 14}]", "sources: []", "has no source"},
		"a name for what is confirmed":        {"    reviewer: A. Name, post, 2026-03-01\n", "", "needs the reviewer who confirmed it"},
		"a name with a date":                  {"A. Name, post, 2026-03-01", "somebody", "a reviewer is a named person"},
		"no name for an example":              {"certainty: verified", "certainty: verified\n    example: true", "an example has been confirmed by nobody"},
		"what to check in what is not sure":   {"certainty: verified", "certainty: unsure", "does not say what to check"},
		"known fields":                        {"certainty: verified", "certainty: verified\n    keep: 8", `there is no field "keep"`},
		"a rule":                              {oneConfirmed, "rules: []\n", "there is no rule here"},
		"rules that are none":                 {oneConfirmed, "rules: [null]\n", "a rule is empty"},
		"sources whose addresses can be read": {"{says: line 14}", "{says: line 14, address: 'javascript:1'}", "not a web address"},
	} {
		t.Run(says, func(t *testing.T) {
			if !strings.Contains(oneConfirmed, test.old) {
				t.Fatalf("%q is not in the sample", test.old)
			}
			rules, err := retention(oneExample, strings.Replace(oneConfirmed, test.old, test.new, 1))
			var faults yamlfile.Faults
			if !errors.As(err, &faults) || rules != nil || !strings.Contains(faults.Error(), test.what) {
				t.Fatalf("%v", err)
			}
			if !strings.HasPrefix(faults[0].String(), "agreements/fenmarsh/retention.yaml:") {
				t.Errorf("the fault has no place: %s", faults[0])
			}
		})
	}
	if _, err := retention(oneConfirmed, ""); err == nil || !strings.Contains(err.Error(), "what is built in is an example") {
		t.Errorf("a rule that is built in is asserted: %v", err)
	}
}
