package decision

import (
	"slices"
	"strings"
	"testing"
)

// sharing is a record that shares all, with the answers and bases given.
func sharing(public string, bases []Basis, answers ...Answer) *Record {
	answers = append(answers, Answer{ID: "outcome", Chosen: []Choice{{"share-all", "Share all"}}})
	return &Record{By: Person{PublicAuthority: Choice{ID: public}}, Law: Law{Bases: bases}, Questions: []Question{{ID: "q", Answers: answers}}}
}

func chose(id string, options ...string) Answer {
	a := Answer{ID: id}
	for _, o := range options {
		a.Chosen = append(a.Chosen, Choice{o, "Words of " + o})
	}
	return a
}

// What is pointed out about lawful bases is read off what was frozen in the record.
func TestWarningsAboutLawfulBases(t *testing.T) {
	closed := Basis{ID: "some-basis", Citation: "Article X", ClosedTo: []string{"public-authority"}}
	safeguards := Basis{ID: "dpa-2018-sch1-para18", Citation: "paragraph 18", Covers: []string{"health"}, PolicyDocument: "needed"}
	excepted := Basis{ID: "dpa-2018-sch1-para10", Citation: "paragraph 10", Covers: []string{"health"}, PolicyDocument: "excepted"}
	part3 := Basis{ID: "dpa-2018-s35-2-b", Citation: "section 35", List: "part3", Covers: []string{"criminal"}, PolicyDocument: "not-needed"}
	why := Answer{ID: "condition-why", Text: "Asking would put the visit at risk."}
	for sentence, c := range map[string]struct {
		record *Record
		want   []string
		words  string
	}{
		"what is closed to public authorities, used by one":               {sharing("yes", []Basis{closed}), []string{"NOTEA"}, "Article X"},
		"used by one that is not sure":                                    {sharing("not-sure", []Basis{closed}), []string{"NOTEA"}, "You are not sure"},
		"used by one that is not":                                         {sharing("no", []Basis{closed}), nil, ""},
		"consent":                                                         {sharing("no", []Basis{{ID: "uk-gdpr-6-1-a"}}), []string{"CONSENT"}, ""},
		"consent under Part 3":                                            {sharing("yes", []Basis{{ID: "dpa-2018-s35-4"}}), []string{"CONSENT"}, ""},
		"a basis that is not sure":                                        {sharing("yes", []Basis{{ID: "x", Certainty: "unsure", Check: []string{"Whether it stands."}}}), []string{"STALE"}, "Whether it stands."},
		"paragraph 18 with its reason":                                    {sharing("yes", []Basis{safeguards}, chose("categories", "health"), why), []string{"APD"}, "paragraph 18"},
		"paragraph 18 without its reason":                                 {sharing("yes", []Basis{safeguards}, chose("categories", "health")), []string{"P18", "APD"}, "cannot be given"},
		"a document that is excepted":                                     {sharing("yes", []Basis{excepted}, chose("categories", "health"), why), nil, ""},
		"health covered, crime not":                                       {sharing("yes", []Basis{excepted}, chose("categories", "health", "criminal"), why), []string{"CONDITION"}, "Words of criminal"},
		"nothing named for special category information":                  {sharing("yes", nil, chose("categories", "belief")), []string{"CONDITION"}, "Words of belief"},
		"crime under Part 3":                                              {sharing("yes", []Basis{part3}, chose("categories", "criminal")), nil, ""},
		"health under Part 3 with no condition":                           {sharing("yes", []Basis{part3}, chose("categories", "health", "criminal")), []string{"CONDITION"}, "Words of health"},
		"no special information":                                          {sharing("yes", nil, chose("categories", "none")), nil, ""},
		"no lawful basis settled":                                         {sharing("yes", nil, chose("article-6", "not-sure")), []string{"CONDITION"}, "Article 6"},
		"a public authority's own task, with nothing special: no warning": {sharing("yes", []Basis{{ID: "uk-gdpr-6-1-e"}}, chose("categories", "none")), nil, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			var codes []string
			words := ""
			for _, w := range Warnings(c.record) {
				codes = append(codes, w.Code)
				words += w.Words + " " + w.Source + "\n"
			}
			if !slices.Equal(codes, c.want) || !strings.Contains(words, c.words) {
				t.Errorf("pointed out is %v, want %v with %q:\n%s", codes, c.want, c.words, words)
			}
		})
	}
}
