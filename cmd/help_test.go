package cmd

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// eachCommand calls f for every command that a person can see.
func eachCommand(root *cobra.Command, f func(c *cobra.Command)) {
	f(root)
	for _, c := range root.Commands() {
		if !c.Hidden {
			eachCommand(c, f)
		}
	}
}

// shellWords takes a line apart as a shell does, as far as examples use it: quotation marks, and an end at a comment, at
// another command or where output goes.
func shellWords(line string) []string {
	var words []string
	word, open, in := "", rune(0), false
	for _, r := range line + " " {
		switch {
		case open != 0 && r == open:
			open = 0
		case open == 0 && (r == '"' || r == '\''):
			open, in = r, true
		case open == 0 && r == ' ':
			if slices.Contains([]string{">", ">>", "|", "||", "#"}, word) {
				return words
			}
			if in {
				words = append(words, word)
			}
			word, in = "", false
		default:
			word, in = word+string(r), true
		}
	}
	return words
}

// parses reports what is wrong with a command line: the command, its flags, or its arguments. Nothing runs.
func parses(t *testing.T, line string) error {
	t.Helper()
	app, _, _ := newTestApp(t, "")
	root := NewRoot(app)
	words := shellWords(line)
	if len(words) == 0 || words[0] != "dsa" {
		t.Fatalf("not a dsa command: %q", line)
	}
	c, rest, err := root.Find(words[1:])
	if err != nil {
		return err
	}
	if err := c.ParseFlags(rest); err != nil {
		return c.FlagErrorFunc()(c, err)
	}
	return c.ValidateArgs(c.Flags().Args())
}

// described is what stands behind an example, two blanks away.
var described = regexp.MustCompile(`(\S)  +\S.*$`)

// Every command has examples, at least one of them of its own, and each is a command line that is understood.
func TestEveryCommandHasExamples(t *testing.T) {
	app, _, _ := newTestApp(t, "")
	n := 0
	eachCommand(NewRoot(app), func(c *cobra.Command) {
		own := false
		for line := range strings.Lines(c.Example) {
			line = described.ReplaceAllString(strings.TrimSpace(line), "$1")
			if script, ok := strings.CutPrefix(line, "source <("); ok {
				line = strings.TrimSuffix(script, ")")
			}
			if line == "" {
				continue
			}
			n++
			if err := parses(t, line); err != nil {
				t.Errorf("%s: the example %q: %s", c.CommandPath(), line, explain(err).what)
			}
			own = own || strings.HasPrefix(line+" ", c.CommandPath()+" ")
		}
		if !own {
			t.Errorf("%s has no example of its own", c.CommandPath())
		}
	})
	if n < 100 {
		t.Errorf("there are only %d examples; has their form changed?", n)
	}
}

// A command or a flag that is named in a topic is there, and each line to be typed is understood.
func TestTopicsNameWhatThereIs(t *testing.T) {
	inline := regexp.MustCompile(`\bdsa ([a-z]+[a-z0-9-]*)`)
	app, _, _ := newTestApp(t, "")
	root := NewRoot(app)
	commands := append(commandsBelow(root), "folder", "makes", "cannot", "prints", "writes", "did", "to") // dsa in a sentence
	for _, topic := range Topics() {
		lines := 0
		for line := range strings.Lines(topic.Text) {
			typed, is := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "  ")
			if is && strings.HasPrefix(typed, "dsa ") {
				lines++
				if err := parses(t, typed); err != nil {
					t.Errorf("%s: %q: %s", topic.Name, typed, explain(err).what)
				}
				continue
			}
			for _, m := range inline.FindAllStringSubmatch(line, -1) {
				if !slices.Contains(commands, m[1]) {
					t.Errorf("%s names the command %q: %s", topic.Name, m[0], line)
				}
			}
		}
		if lines == 0 {
			t.Errorf("%s has nothing to be typed", topic.Name)
		}
	}
}

// What the topic on checking says to type without dsa is what the README.txt of every log says.
func TestCheckingByHandIsThatOfTheLog(t *testing.T) {
	readme, err := os.ReadFile("../decision/logbook/readme.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, topic := range Topics() {
		for line := range strings.Lines(topic.Text) {
			typed, is := strings.CutPrefix(line, "  ")
			if topic.Name != "checking" || !is || strings.HasPrefix(typed, "dsa ") {
				continue
			}
			if n++; !strings.Contains(string(readme), "\n$ "+typed) {
				t.Errorf("the README.txt of a log does not have: %s", typed)
			}
		}
	}
	if n < 9 {
		t.Errorf("only %d lines were compared", n)
	}
}

// The commands of topics that need nothing but dsa itself do what they say. They run in the order in which they are read,
// in an empty folder.
func TestTopicCommandsRun(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := os.ReadFile("testdata/answers/gp-asked-by-council.yaml")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.WriteFile("case.yaml", answers, 0o600); err != nil {
		t.Fatal(err)
	}
	home, seeds := filepath.Join(t.TempDir(), "home"), fixedRandom("") // each record has random numbers of its own
	run := func(words ...string) (code int, out, said string) {
		app, o, e := newTestApp(t, "")
		app.Home, app.Rand = home, seeds
		code = Main(app, words)
		return code, o.String(), e.String()
	}
	for range 3 {
		if code, _, said := run("share", "--answers", filepath.Join(here, "testdata/answers/gp-asked-by-council.yaml")); code != codeDone {
			t.Fatal(said)
		}
	}
	// What asks somebody, needs a folder or a key of others, or is for a log with leads, only parses.
	asks := regexp.MustCompile(`^dsa (practise (s03|--quiz).*|share --(adhoc|emergency)( --plain)?( --agreement \S+)?|complete 3|setup .*|--home \S+ (share --adhoc|log)|agreement (new|check|diff) .*|checklist show adhoc --agreement \./.*|` +
		`checkpoint .*|log merge .*|dispose .*|export .*|verify --log .*|verify .*echo.*)$`)
	n := 0
	for _, topic := range Topics() {
		for line := range strings.Lines(topic.Text) {
			typed := strings.TrimSpace(line)
			if !strings.HasPrefix(line, "  dsa ") || asks.MatchString(typed) {
				continue
			}
			n++
			if code, _, said := run(shellWords(typed)[1:]...); code != codeDone {
				t.Errorf("%s: %s: exit code %d\n%s", topic.Name, typed, code, said)
			}
		}
	}
	if n < 15 {
		t.Errorf("only %d commands ran", n)
	}
	for _, words := range [][]string{{"agreement", "new", "fenmarsh-2026"}, {"agreement", "check", "fenmarsh-2026"},
		{"checklist", "show", "adhoc", "--agreement", "./fenmarsh-2026"}, {"export", "--to", "publish.csv", "--redacted"}, {"export", "--to", "some.zip"}} {
		if code, _, said := run(words...); code != codeDone {
			t.Errorf("%v: exit code %d\n%s", words, code, said)
		}
	}
}

// Every file is a topic, has a title of one line, and fits the narrowest terminal that is supported as far as it is not to be typed.
func TestTopics(t *testing.T) {
	files, err := fs.Glob(topicFiles, "help/*.txt")
	if err != nil || len(files) != len(Topics()) {
		t.Errorf("%d files and %d topics: %v", len(files), len(Topics()), err)
	}
	for _, topic := range Topics() {
		if topic.Title == "" || len(topic.Title) > 60 || len(topic.Text) < 400 {
			t.Errorf("%s: title %q, text of %d bytes", topic.Name, topic.Title, len(topic.Text))
		}
		for _, width := range []int{50, 76} {
			for _, line := range topic.page(width) {
				if len([]rune(line)) > width && !strings.HasPrefix(line, "  ") {
					t.Errorf("%s: wider than %d: %q", topic.Name, width, line)
				}
			}
		}
	}
}

func TestHelp(t *testing.T) {
	for _, c := range []struct {
		sentence string
		args     []string
		code     int
		has      []string
	}{
		{"alone it lists commands and topics", []string{"help"}, codeDone, []string{"Decide and record:", "Topics, each with dsa help TOPIC:", "screen-readers", "call 999"}},
		{"so does dsa --help", []string{"--help"}, codeDone, []string{"screen-readers"}},
		{"a topic", []string{"help", "emergency"}, codeDone, []string{"When someone is in danger now\n---", "call 999", "dsa share --emergency"}},
		{"a topic of two words, in capitals", []string{"help", "Exit", "codes"}, codeDone, []string{"4  a check found something wrong"}},
		{"a command", []string{"help", "share"}, codeDone, []string{"dsa share [flags]", "--adhoc", "-h, --help"}},
		{"a command below a command", []string{"help", "log", "join"}, codeDone, []string{"dsa log join DIR"}},
		{"a topic and a command of one name", []string{"help", "agreement"}, codeDone, []string{"Adding your own", "dsa agreement COMMAND"}},
		{"help on help", []string{"help", "help"}, codeDone, []string{"dsa help exit codes"}},
		{"nothing of that name", []string{"help", "nosuch"}, codeUsage, []string{"there is no topic and no command of that name", "next: dsa help lists all"}},
		{"a mistyped topic", []string{"help", "singing"}, codeUsage, []string{"next: perhaps dsa help signing;"}},
		{"a mistyped command", []string{"help", "verfy"}, codeUsage, []string{"next: perhaps dsa help verify;"}},
		{"more than the name of a command", []string{"help", "share", "nonsense"}, codeUsage, []string{"there is no topic"}},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			app, out, said := newTestApp(t, "")
			app.Home = "" // who has no folder has help all the same
			if code := Main(app, c.args); code != c.code {
				t.Errorf("exit code %d, want %d:\n%s", code, c.code, said)
			}
			for _, has := range c.has {
				if !strings.Contains(out.String()+said.String(), has) {
					t.Errorf("does not say %q:\n%s%s", has, out, said)
				}
			}
		})
	}
}
