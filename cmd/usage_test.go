package cmd

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// What is wrong with a command line is said in our own words, with what is nearest, and what was typed is not repeated.
func TestMistypedCommandLines(t *testing.T) {
	for _, c := range []struct {
		typed, what, next string
	}{
		{"shear", "there is no such command", "perhaps dsa share; or see dsa --help, which lists them all"},
		{"shar --adhoc", "there is no such command", "perhaps dsa share; or see dsa --help, which lists them all"},
		{"check", "there is no such command", "perhaps dsa verify; or see dsa --help, which lists them all"},
		{"quixotic", "there is no such command", "see dsa --help, which lists them all"},
		{"log nwe", "there is no such command below dsa log", "perhaps dsa log new; or see dsa log --help, which lists them all"},
		{"--adhoc", "dsa has no flag --adhoc", "perhaps dsa share --adhoc; or see dsa --help"},
		{"share --agreemnt x", "dsa share has no flag --agreemnt", "perhaps --agreement; or see dsa share --help"},
		{"share -adhoc", "dsa share has no flag -adhoc", "perhaps --adhoc; or see dsa share --help"},
		{"share ---adhoc", "a flag begins with two hyphens and a letter, such as --plain", "see dsa share --help"},
		{"report --threshold abc", "--threshold takes a whole number", "see dsa report --help"},
		{"report --threshold", "--threshold needs something after it: --threshold COUNT", "see dsa report --help"},
		{"report --plain=maybe", "--plain is given without anything after it", "see dsa report --help"},
		{`gateways --facts a"b`, "--facts takes words with commas between them, and no quotation marks among them", "see dsa gateways --help"},
		{"gateways why", "something is missing: dsa gateways why ID", "see dsa gateways why --help"},
		{"prove 1 2", "more words were given than dsa prove takes: ID", "put a name with blanks in it between quotation marks; or see dsa prove --help"},
		{"due now", "dsa due takes flags, which begin with --, and no other words", "see dsa due --help"},
		{"checklist show rutine", "there is no such checklist here", "perhaps routine; or choose one of: "},
		{"gateways show children-act-1989-s74", "there is no entry with this id", "perhaps children-act-1989-s47; or find its id with"},
		{"glossary --agreement london", "there is no such agreement here", "perhaps london-mas-2021; or choose one of: "},
		{"agreement diff london london", "there is no such agreement here", "perhaps london-mas-2021; or name a folder, or one of: "},
		{"log --outcome nne", "--outcome is one of: share-all, share-part", "perhaps none; or see dsa log --help"},
		{"basis --from helth --about children", "--from has a word that is not known", "perhaps health; or choose one of"},
		{"export --to x.csv --fields reason", "--fields names a column that there is not", "perhaps reasons; or see their names"},
	} {
		t.Run(c.typed, func(t *testing.T) {
			app, out, said := newTestApp(t, "")
			if code := Main(app, strings.Fields(c.typed)); code != codeUsage || out.Len() > 0 {
				t.Errorf("exit code %d, output %q", code, out)
			}
			if !strings.HasPrefix(said.String(), "dsa: "+c.what) || !strings.Contains(said.String(), "\nnext: "+c.next) {
				t.Errorf("it said:\n%swant:\ndsa: %s\nnext: %s", said, c.what, c.next)
			}
		})
	}
}

// A mistyped id of a lawful basis is not looked for in vain.
func TestAMistypedIDInAFilterIsAnsweredWithTheNearest(t *testing.T) {
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
		t.Fatal(said)
	}
	home := app.Home
	for flag, c := range map[string][2]string{
		"--gateway": {"children-act-1989-s74", "children-act-1989-s47"}, "--initiative": {"marc", "marac"}, "--agreement": {"london", "london-mas-2021"},
	} {
		app, _, said := newTestApp(t, "")
		app.Home = home
		if code := Main(app, []string{"log", flag, c[0]}); code != codeUsage || !strings.Contains(said.String(), "next: perhaps "+c[1]+";") {
			t.Errorf("%s %s: exit code %d:\n%s", flag, c[0], code, said)
		}
	}
}

// What a usage line says of arguments is what the command takes: too few are refused, and as many as it names are not.
func TestUsageLinesNameTheArguments(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	eachCommand(NewRoot(app), func(c *cobra.Command) {
		takes := argumentsOf(c.Use)
		given := slices.Repeat([]string{"x"}, len(takes))
		if c.Args == nil {
			return
		}
		if err := c.Args(c, given); err != nil {
			t.Errorf("%q: the arguments it names are refused: %s", c.Use, err)
		}
		if n := required(takes); n > 0 && c.Args(c, given[:n-1]) == nil {
			t.Errorf("%q: one too few is taken", c.Use)
		}
	})
}

// Other words lead to commands that there are, and hide none.
func TestOtherWordsAreNoCommands(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	commands := commandsBelow(NewRoot(app))
	for _, word := range slices.Sorted(maps.Keys(otherWords)) {
		if slices.Contains(commands, word) || !slices.Contains(commands, otherWords[word]) {
			t.Errorf("%s leads to %s", word, otherWords[word])
		}
	}
}
