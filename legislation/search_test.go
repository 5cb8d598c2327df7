package legislation_test

import (
	"reflect"
	"strings"
	"testing"
)

// What people type, and what must come first.
func TestSearch(t *testing.T) {
	law := shipped(t)
	for words, want := range map[string]string{
		// ids and numbers
		"children-act-2004-s16h":         "children-act-2004-s16h",
		"children act 2004 s16h":         "children-act-2004-s16h",
		"section 47":                     "children-act-1989-s47",
		"s.47":                           "children-act-1989-s47",
		"s47":                            "children-act-1989-s47",
		"Sec 47":                         "children-act-1989-s47",
		"§ 47":                           "children-act-1989-s47",
		"47":                             "children-act-1989-s47",
		"section 47(9)":                  "children-act-1989-s47-9",
		"s.115":                          "crime-and-disorder-act-1998-s115",
		"s 115 disclosure":               "crime-and-disorder-act-1998-s115",
		"16H":                            "children-act-2004-s16h",
		"section 11":                     "children-act-2004-s11",
		"section 42 care act":            "care-act-2014-s42",
		"CA 1989 s17":                    "children-act-1989-s17",
		"schedule 2 para 4":              "children-act-1989-sch2-para4",
		"reg 40":                         "childrens-homes-regulations-2015-r40",
		"children and families act s 31": "children-and-families-act-2014-s31",
		// names and synonyms
		"MASH":                        "children-act-1989-s47-9",
		"MARAC":                       "crime-and-disorder-act-1998-s115",
		"mappa":                       "criminal-justice-act-2003-s325",
		"CDOP":                        "children-act-2004-s16n",
		"prevent":                     "counter-terrorism-and-security-act-2015-s26",
		"leaving care":                "children-leaving-care-act-2000",
		"DSL":                         "keeping-children-safe-in-education",
		"safeguarding":                "children-act-2004-s11",
		"grooming":                    "crime-and-disorder-act-1998-s115",
		"Clare's law":                 "domestic-violence-disclosure-scheme",
		"Clare’s Law":                 "domestic-violence-disclosure-scheme",
		"sarah's law":                 "criminal-justice-act-2003-s327a",
		"operation encompass":         "domestic-abuse-act-2021-s49a",
		"Caldicott":                   "health-and-social-care-act-2012-s251b",
		"FGM":                         "female-genital-mutilation-act-2003-s5b",
		"the duty of confidentiality": "common-law-confidentiality",
		"victim information requests": "police-crime-sentencing-and-courts-act-2022-s44a",
		"immigration enforcement":     "immigration-and-asylum-act-1999-s20",
		"EHC plan":                    "send-regulations-2014-r17",
		"working together":            "working-together-2026",
		"police protection":           "children-act-1989-s46",
		"serious violence":            "police-crime-sentencing-and-courts-act-2022-s16",
		"modern slavery":              "modern-slavery-act-2015-s52",
		"LADO":                        "safeguarding-vulnerable-groups-act-2006-s35",
		"duty to refer homeless":      "housing-act-1996-s213b",
		// one slip
		"safegaurding":       "children-act-2004-s11",
		"immigation asylum":  "immigration-and-asylum-act-1999-s20",
		"modern slavrey":     "modern-slavery-act-2015-s52",
		"groomng":            "crime-and-disorder-act-1998-s115",
		"cladicott":          "health-and-social-care-act-2012-s251b",
		"operation encompas": "domestic-abuse-act-2021-s49a",
		"polcie protection":  "children-act-1989-s46",
	} {
		hits := law.Search(words)
		if len(hits) == 0 {
			t.Errorf("%q finds nothing, want %s", words, want)
			continue
		}
		if hits[0].ID != want {
			var ids []string
			for _, h := range hits[:min(len(hits), 5)] {
				ids = append(ids, h.ID+" ("+h.By+")")
			}
			t.Errorf("%q finds %s first, want %s", words, strings.Join(ids, ", "), want)
		}
	}
}

func TestSearchFindsNothingInNothing(t *testing.T) {
	law := shipped(t)
	for _, words := range []string{"", "  ", "the of and", "zxqv", "s999", "carp", "\x00\xff", strings.Repeat("x", 5000)} {
		if hits := law.Search(words); len(hits) > 0 {
			t.Errorf("%.20q finds %d, the first %s by %s", words, len(hits), hits[0].ID, hits[0].By)
		}
	}
}

// More words find fewer entries, and the same words the same ones.
func TestSearchIsSteady(t *testing.T) {
	law := shipped(t)
	for _, words := range []string{"police", "children act", "information health", "abuse"} {
		first := law.Search(words)
		for range 20 {
			if again := law.Search(words); !reflect.DeepEqual(first, again) {
				t.Fatalf("%q finds other things, or in another order", words)
			}
		}
		if narrower := law.Search(words + " 2004"); len(narrower) >= len(first) {
			t.Errorf("%q with a year finds %d of %d", words, len(narrower), len(first))
		}
	}
	// Two slips are one too many.
	if hits := law.Search("safgaudring"); len(hits) > 0 {
		t.Errorf("two slips find %s", hits[0].ID)
	}
}

func FuzzSearch(f *testing.F) {
	f.Add("section 47")
	f.Add("s. ' §")
	f.Fuzz(func(t *testing.T, words string) {
		for _, hit := range shipped(t).Search(words) {
			if hit.By == "" {
				t.Errorf("%q finds %s by nothing", words, hit.ID)
			}
		}
	})
}
