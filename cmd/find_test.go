package cmd

import (
	"context"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"dsa/decision"
)

func TestWordsAreFoundHoweverTheyWereWritten(t *testing.T) {
	for says, test := range map[string]struct {
		looked, text string
		whole, found bool
	}{
		"without capitals":                        {"okafor", "Sam OKAFOR", false, true},
		"without accents":                         {"zoe", "Zoë", false, true},
		"accents that stand apart":                {"Zoë", "Zoe\u0308", false, true},
		"accents where none are":                  {"Zoë", "Zoe", true, true},
		"letters without a plain one":             {"groesse", "Grœße", false, true},
		"letters of other alphabets":              {"оленА", "Олена", true, true},
		"wide letters":                            {"ABC", "ＡＢＣ", true, true},
		"with an apostrophe":                      {"ONeill", "O’Neill", true, true},
		"with another apostrophe":                 {"O'Neill", "OʼNeill", true, true},
		"a name in two parts":                     {"smith jones", "Smith-Jones", true, true},
		"a beginning":                             {"bruis", "the bruises", false, true},
		"no beginning where words are whole":      {"bruis", "the bruises", true, false},
		"no end":                                  {"ruises", "the bruises", false, false},
		"words that follow one another":           {"child A", "mother of child A, 6", false, true},
		"not words in another order":              {"A child", "mother of child A, 6", false, false},
		"not with another between":                {"child A", "child B or A", false, false},
		"a word with a mark put into it":          {"Okafor", "Oka\u202efor", true, true},
		"a word with a joiner put into it":        {"Okafor", "Oka\u200dfor", true, true},
		"a number in other groups":                {"943 476 5919", "no. 9434765919.", true, true},
		"a number without groups":                 {"9434765919", "943 476 5919", true, true},
		"a number with hyphens":                   {"9434765919", "943-476-5919", true, true},
		"the beginning of a number":               {"943 476", "9434765919", false, true},
		"not its beginning where words are whole": {"943476", "9434765919", true, false},
		"not the inside of a number":              {"476 5919", "9434765919", false, false},
		"not a short number in groups":            {"12", "1 2", false, false},
		"not in what is no text":                  {"a", "\xff\xfe\x00", false, false},
		"beside what is no text":                  {"name", "\xffname\x00", true, true},
	} {
		t.Run(says, func(t *testing.T) {
			p, ok := newPhrase(test.looked, test.whole)
			if !ok {
				t.Fatal("nothing to look for")
			}
			from, to, found := p.in(wordsOf(test.text))
			if found != test.found {
				t.Fatalf("found: %v", found)
			}
			if found && (from < 0 || from >= to || to > len(test.text)) {
				t.Errorf("it stands at %d to %d of %d", from, to, len(test.text))
			}
		})
	}
	for _, nothing := range []string{"", " ", "...", "\u202e", "’"} {
		if _, ok := newPhrase(nothing, false); ok {
			t.Errorf("%q is something to look for", nothing)
		}
	}
}

func TestAReferenceIsFoundHoweverItIsJoined(t *testing.T) {
	for looked, found := range map[string]bool{"HL-4471": true, "hl4471": true, "HL 4471": true, "4471": true, "L-44": true, "HL-4472": false} {
		p, _ := newPhrase(looked, false)
		if _, _, is := p.inReference(wordsOf("HL-4471")); is != found {
			t.Errorf("%s: %v", looked, is)
		}
	}
	p, _ := newPhrase("HL4", true)
	if _, _, is := p.inReference(wordsOf("HL-4471")); is {
		t.Error("part of a reference is the whole of it")
	}
}

func TestAnExtractIsShortAndBeginsWithACharacter(t *testing.T) {
	text := strings.Repeat("ß ", 200) + "Okafor\nwas" + strings.Repeat(" ß", 200)
	from := strings.Index(text, "Okafor")
	e := extract(text, from, from+6)
	if !strings.HasPrefix(e, "…") || !strings.HasSuffix(e, "…") || !strings.Contains(e, "Okafor was") || !utf8.ValidString(e) || len(e) > 400 {
		t.Errorf("%q", e)
	}
	if e := extract("Okafor", 0, 6); e != "Okafor" {
		t.Errorf("%q", e)
	}
	for _, odd := range []string{"\xff\xffOkafor\xff\xff", "\x80" + strings.Repeat("\xbf", 100) + "Okafor" + strings.Repeat("\xbf", 200)} {
		at := strings.Index(odd, "Okafor")
		if e := extract(odd, at, at+6); !strings.Contains(e, "Okafor") {
			t.Errorf("%q", e)
		}
	}
}

// Every answer of a record is among what is searched, and what stands around it.
func TestEveryAnswerIsSearched(t *testing.T) {
	record := amending(onRecord("2026-11-23T10:00:00Z", "purpose: Found here", "told= not-told"), "information/2/person", "Corrected person")
	record.Of = &decision.Link{ID: decision.ID{1}}
	record.Checklist.ID = string(decision.Amend)
	record.By = decision.Person{Name: "Named", Post: "Posted", Organisation: "Organised", Email: "mailed@here.example"}
	record.Files = []decision.File{{Name: "filed.pdf"}}
	record.Findings = []decision.Finding{{Code: "ID", Reply: "Replied"}, {Code: "LATE"}}
	texts := textsOf(record)
	for _, wanted := range []string{"Found here", "not-told", "Corrected person", "A slip.", "Named", "mailed@here.example", "filed.pdf", "Replied"} {
		if !slices.ContainsFunc(texts, func(p placed) bool { return strings.Contains(p.text, wanted) }) {
			t.Errorf("%q is not searched", wanted)
		}
	}
	if !slices.ContainsFunc(texts, func(p placed) bool {
		return p.text == "Corrected person" && slices.Contains(p.names, "information/person")
	}) {
		t.Error("a correction is not found where the answer is that it corrects")
	}
}

func TestWhatIsFoundCannotActOnATerminal(t *testing.T) {
	const hostile = "\x1b[2J\u202e\a\x00"
	app, out, _ := newTestApp(t, "")
	h := &hitRecord{ID: strings.Repeat("a", 64), Kind: hostile, Recorded: hostile + "2026-11-23", By: hostile, Outcome: hostile, About: strings.Repeat("b", 64), Doubt: hostile,
		Hits: []hit{{Answer: hostile, Question: hostile, extract: hostile + strings.Repeat("x", 200)}}}
	(&search{}).print(app, []*hitRecord{h}, unseen{Logs: []string{hostile}, OtherLogs: []string{hostile}, Unreadable: []string{hostile}})
	if strings.ContainsAny(out.String(), "\x1b\u202e\a\x00") {
		t.Errorf("%q", out)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("wider than 80 columns: %q", line)
		}
	}
}

// A search that is stopped says that it did not see everything, and never that nothing was found.
func TestASearchThatIsStoppedIsNoAnswer(t *testing.T) {
	app, out, _ := newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", oneCase}); code != codeDone {
		t.Fatal(code)
	}
	out.Reset()
	ctx, stop := context.WithCancel(context.Background())
	stop()
	opts := findOptions{}
	p, _ := newPhrase("injuries", false)
	opts.terms = []searchTerm{{phrase: p}}
	if err := runFind(ctx, app, opts); err == nil || explain(err).code != codeStopped || out.Len() > 0 {
		t.Errorf("%v %q", err, out)
	}
}

func FuzzWordsOf(f *testing.F) {
	for _, s := range []string{"Zoë O’Neill", "943 476 5919", "\xff\u202e\x00", "ﬃ ß ＡＢ Ⅷ", "e\u0301\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		before := 0
		for _, w := range wordsOf(s) {
			if w.text == "" || w.from < before || w.from >= w.to || w.to > len(s) {
				t.Fatalf("%+v of %q", w, s)
			}
			before = w.from
			if p, ok := newPhrase(w.text, true); !ok || p.words == nil {
				t.Fatalf("%q cannot be looked for", w.text)
			}
		}
		if p, ok := newPhrase(s, true); ok {
			if _, _, found := p.in(wordsOf(s)); !found {
				t.Fatalf("%q is not found in itself", s)
			}
			extractOf, to, _ := p.in(wordsOf(s))
			extract(s, extractOf, to)
		}
	})
}
