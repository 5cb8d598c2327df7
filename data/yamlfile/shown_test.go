package yamlfile_test

import (
	"strings"
	"testing"

	"dsa/data/yamlfile"
)

func TestWhatCannotBeShown(t *testing.T) {
	for sentence, c := range map[string]struct {
		yaml string
		want string // empty: nothing is wrong
	}{
		"plain words":                         {"a: Zebedee\nb: [1, yes]\n", ""},
		"letters of other languages":          {"a: Siân Ó Briain, 北京\n", ""},
		"words of several lines":              {"a: |\n  one\n  \ttwo\n", ""},
		"an escape code in a value":           {"a: 1\nb: \"\\e[2J\"\n", "f.yaml:2: a character that cannot be shown safely (U+001B)"},
		"an escape code in a field":           {"a: 1\n\"\\e[2J\": b\n", "f.yaml:2: a character that cannot be shown safely (U+001B)"},
		"a mark that turns text round":        {"a:\n  - b\n  - c\u202ed\n", "f.yaml:3: a character that cannot be shown safely (U+202E)"},
		"a character that shows nothing":      {"a: b\u200bc\n", "f.yaml:1: a character that cannot be shown safely (U+200B)"},
		"a line end that only some know":      {"a: \"b\\Lc\"\n", "f.yaml:1: a character that cannot be shown safely (U+2028)"},
		"a character of somebody's own":       {"a: \ue000\n", "f.yaml:1: a character that cannot be shown safely (U+E000)"},
		"a carriage return":                   {"a: \"b\\rc\"\n", "f.yaml:1: a character that cannot be shown safely (U+000D)"},
		"a comment, which nobody is shown":    {"a: b # c\u202ed\n", ""},
		"an empty file":                       {"", ""},
		"the same words twice, by their mark": {"a: &x b\nc: *x\n", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			doc, faults := yamlfile.Tree("f.yaml", []byte(c.yaml))
			if faults != nil {
				t.Fatal(faults)
			}
			if got := doc.Unshowable().Error(); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
