package checklist_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/fstest"

	"dsa/checklist"
	"dsa/data/yamlfile"
)

const (
	readingsFile = "reading.yaml"
	termsFile    = "agreements/here/glossary.yaml"
)

// The smallest readings and glossary that load.
var shelf = map[string]string{
	readingsFile: `readings:
  - id: consent
    title: Consent
    words: >-
      Not needed
      here.

      Ask the DPO.
    certainty: knowledge
    check: [The day.]
    sources:
      - says: that it is so
        address: https://www.legislation.gov.uk/
    see: [secrecy]
  - id: secrecy
    title: Secrecy
    words: Three ways.
    certainty: verified
    sources:
      - says: the agreement, section 7
`,
	termsFile: `agreement: here
title: Appendix 1
terms:
  - id: gateway
    term: Gateway
    means: A law.
    note: The print is wrong.
    source: Appendix 1
    see: [basis, consent]
  - id: basis
    term: Basis
    means: A reason.
    source: Appendix 1
`,
}

func shelved(t *testing.T, edits ...edit) (fstest.MapFS, []string) {
	t.Helper()
	files := maps.Clone(pack)
	maps.Copy(files, shelf)
	return editedIn(t, files, edits...)
}

func TestTheGlossaryLoads(t *testing.T) {
	fsys, _ := shelved(t)
	g, err := checklist.LoadGlossary(fsys)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the terms", len(g.Terms), 2)
	same(t, "whose word it is", g.Terms[0].Agreement, "here")
	same(t, "the readings", len(g.Readings), 2)
	same(t, "the lines of a reading", g.Readings[0].Lines(), []string{"Not needed here.", "Ask the DPO.", "Check before relying on this: The day."})

	delete(fsys, termsFile)
	g, err = checklist.LoadGlossary(fsys)
	if err != nil || len(g.Terms) != 0 {
		t.Errorf("an agreement need not have a glossary: %v", err)
	}
}

func TestEachFaultOfTheGlossaryHasItsLine(t *testing.T) {
	for sentence, e := range map[string]edit{
		"an unknown field":                        {file: readingsFile, old: "    title: Secrecy", new: "    titel: Secrecy", what: `there is no field "titel" here`},
		"a reading twice":                         {file: readingsFile, old: "- id: secrecy\n    title: Secrecy", new: "- id: consent\n    title: Secrecy", what: `"consent" stands here twice`},
		"a reading without words":                 {file: readingsFile, old: "    words: Three ways.\n", new: "    words: ''\n", line: -2, what: `the reading "secrecy" needs a title and words`},
		"a reading of no certainty":               {file: readingsFile, old: "certainty: verified", new: "certainty: sure", what: `the reading "secrecy" needs a certainty: verified, knowledge, unsure`},
		"an unsure reading with nothing to check": {file: readingsFile, old: "certainty: verified", new: "certainty: unsure", line: -3, what: `the reading "secrecy" is unsure and does not say what to check`},
		"a reading without a source":              {file: readingsFile, old: "    sources:\n      - says: the agreement, section 7\n", new: "    sources: []\n", line: -4, what: `the reading "secrecy" has no source`},
		"a source that is no web address":         {file: readingsFile, old: "        address: https://www.legislation.gov.uk/", new: "        address: javascript:alert(1)", line: -1, what: `a source of the reading "consent" needs what it says`},
		"a reading that points to a term":         {file: readingsFile, old: "see: [secrecy]", new: "see: [gateway]", what: `"consent" says to see "gateway", which is nothing else to read here`},
		"a term that points to itself":            {file: termsFile, old: "see: [basis, consent]", new: "see: [gateway]", what: `"gateway" says to see "gateway"`},
		"a term with the id of a reading":         {file: termsFile, old: "- id: basis", new: "- id: secrecy", what: `"secrecy" stands here twice, or is the id of a reading`},
		"a term without an id":                    {file: termsFile, old: "- id: basis", new: "- id: A Basis", what: "what can be read needs an id of lower-case words joined by hyphens"},
		"a term without a meaning":                {file: termsFile, old: "means: A reason.", new: "means: ''", what: `the term "basis" has no means`},
		"a term without a source":                 {file: termsFile, old: "means: A reason.\n    source: Appendix 1", new: "means: A reason.\n    source: ''", line: 1, what: `the term "basis" has no source`},
		"a glossary in another folder":            {file: termsFile, old: "agreement: here", new: "agreement: there", what: `the glossary says it is of "there" but stands in the folder "here"`},
	} {
		t.Run(sentence, func(t *testing.T) {
			fsys, want := shelved(t, e)
			g, err := checklist.LoadGlossary(fsys)
			var faults yamlfile.Faults
			if !errors.As(err, &faults) || g != nil {
				t.Fatalf("got %v", err)
			}
			if !reported(faults, want[0]) {
				t.Errorf("got\n%v\nwant\n%s", faults, want[0])
			}
		})
	}
}

func TestAllFaultsOfTheGlossaryAtOnce(t *testing.T) {
	fsys, want := shelved(t,
		edit{file: readingsFile, old: "certainty: verified", new: "certainty: sure", what: `the reading "secrecy" needs a certainty`},
		edit{file: termsFile, old: "means: A reason.", new: "means: ''", what: `the term "basis" has no means`})
	_, err := checklist.LoadGlossary(fsys)
	var faults yamlfile.Faults
	if !errors.As(err, &faults) || len(faults) != 2 || !reported(faults, want[0]) || !reported(faults, want[1]) {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
}

func TestAQuestionNamesWhatThereIsToRead(t *testing.T) {
	named := edit{file: listFile, old: "    title: First\n", new: "    title: First\n    read: [consent, gateway]\n", line: 1, what: `question "first" names "gateway" to be read, which is not there`}
	ours := edit{file: oursFile, old: "    title: Danger\n", new: "    title: Danger\n    read: [secrecy]\n"}

	fsys, _ := shelved(t, named, ours)
	a, err := checklist.Load(fsys, "here")
	if err != nil {
		t.Fatal(err)
	}
	list := a.Lists["adhoc"]
	same(t, "the reading of a question of ours", list.Questions[0].Readings[0].Title, "Secrecy")
	same(t, "the readings of a question of the agreement", len(list.Questions[1].Readings), 2)
	same(t, "a term as a reading", list.Questions[1].Readings[1].Lines(), []string{"A law.", "Note: The print is wrong."})

	t.Run("what is read is no part of the digest", func(t *testing.T) {
		for _, file := range []string{readingsFile, termsFile} {
			fsys[file].Data = append(fsys[file].Data, "# another word\n"...)
		}
		if b, err := checklist.Load(fsys, "here"); err != nil || b.Digest != a.Digest {
			t.Errorf("the digest changed (%v)", err)
		}
	})
	t.Run("a word that is not there", func(t *testing.T) {
		fsys, want := shelved(t, named)
		delete(fsys, termsFile)
		if faults := faultsOf(t, fsys); len(faults) != 1 || !reported(faults, want[0]) {
			t.Errorf("got %v, want %s", faults, want[0])
		}
	})
	t.Run("a question of ours belongs to no agreement, and names no term", func(t *testing.T) {
		fsys, want := shelved(t, edit{file: oursFile, old: "    title: Danger\n", new: "    title: Danger\n    read: [gateway]\n", line: 1,
			what: `question "danger" names "gateway" to be read, which is not there`})
		if faults := faultsOf(t, fsys); len(faults) != 1 || !reported(faults, want[0]) {
			t.Errorf("got %v, want %s", faults, want[0])
		}
	})
	t.Run("a faulty reading is the only fault", func(t *testing.T) {
		fsys, want := shelved(t, named, edit{file: readingsFile, old: "certainty: verified", new: "certainty: sure", what: `the reading "secrecy" needs a certainty`})
		if faults := faultsOf(t, fsys); len(faults) != 1 || !reported(faults, want[1]) {
			t.Errorf("got %v, want %s", faults, want[1])
		}
	})
	t.Run("no readings at all", func(t *testing.T) {
		fsys, _ := shelved(t, ours)
		delete(fsys, readingsFile)
		if faults := faultsOf(t, fsys); !reported(faults, readingsFile+": the file is missing") {
			t.Errorf("got %v", faults)
		}
	})
}

func TestPartiesHaveIDs(t *testing.T) {
	for organisation, want := range map[string]string{
		"Department for Work & Pensions (inc Job Centre Plus)": "department-for-work-pensions-inc-job-centre-plus",
		"Education (schools and colleges)":                     "education-schools-and-colleges",
		"…":                                                    "",
	} {
		same(t, organisation, checklist.Party{Organisation: organisation}.ID(), want)
	}
	fsys, want := edited(t, edit{file: agreementFile, old: "checklists:\n",
		new: "parties:\n  - {organisation: Fenmarsh Council, sector: health}\n  - {organisation: FENMARSH council, sector: health}\nchecklists:\n", line: 2, what: "this party stands here twice"})
	if faults := faultsOf(t, fsys); len(faults) != 1 || !reported(faults, want[0]) {
		t.Errorf("got %v, want %s", faults, want[0])
	}
}
