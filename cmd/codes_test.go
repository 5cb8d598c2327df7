package cmd

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"dsa/cmd/screen"
	"dsa/data"
)

// newTestApp is an App with a fixed clock, an empty home and nobody at the keyboard.
func newTestApp(t *testing.T, typed string) (*App, *bytes.Buffer, *bytes.Buffer) {
	t.Helper()
	out, said := new(bytes.Buffer), new(bytes.Buffer)
	app := scriptApp()
	app.In, app.Out, app.Err = strings.NewReader(typed), out, said
	app.Data, app.Home, app.Drawn = data.Files, t.TempDir(), nil
	app.Passphrase = func(string) ([]byte, error) { return nil, errNobodyToAsk }
	return app, out, said
}

// The exit codes of the README, and two lines for every failure.
func TestExitCodes(t *testing.T) {
	const case1 = "testdata/answers/gp-asked-by-council.yaml"
	for sentence, c := range map[string]struct {
		args  []string
		typed string
		code  int
	}{
		"done":                                {[]string{"--version"}, "", codeDone},
		"help is no failure":                  {[]string{"share", "--help"}, "", codeDone},
		"nothing to list":                     {[]string{"log"}, "", codeCould},
		"an unknown command":                  {[]string{"shear"}, "", codeUsage},
		"an unknown flag":                     {[]string{"share", "--colour"}, "", codeUsage},
		"an argument too many":                {[]string{"share", "extra"}, "", codeUsage},
		"an argument too few":                 {[]string{"show"}, "", codeUsage},
		"an unknown agreement":                {[]string{"share", "--agreement", "nowhere"}, "", codeUsage},
		"an unknown checklist":                {[]string{"checklist", "template", "nowhere"}, "", codeUsage},
		"stopped by the person":               {[]string{"share"}, "no\nstop\n", codeStopped},
		"stopped at the first question":       {[]string{"share"}, "stop\n", codeStopped},
		"the input ended":                     {[]string{"share"}, "no\n", codeCould},
		"an answers file that is not there":   {[]string{"share", "--answers", "nowhere.yaml"}, "", codeCould},
		"an answers file, looked at":          {[]string{"share", "--answers", case1, "--dry-run"}, "", codeDone},
		"an answers file, signed":             {[]string{"share", "--answers", case1}, "", codeDone},
		"an answers file from standard input": {[]string{"share", "--answers", "-"}, "danger: no", codeCould},
		"an agreement with a fault":           {[]string{"agreement", "check", "testdata/answers"}, "", codeFound},
		"an agreement with a fault, listed":   {[]string{"agreement", "list", "--agreement", "testdata/answers"}, "", codeFound},
		"an agreement with a fault, used":     {[]string{"share", "--agreement", "testdata/answers"}, "", codeCould},
		"an agreement's folder not there":     {[]string{"agreement", "check", "nowhere"}, "", codeCould},
		"an agreement nobody knows, compared": {[]string{"agreement", "diff", "nowhere", "neither"}, "", codeUsage},
		"a folder that has something in it":   {[]string{"agreement", "new", "testdata"}, "", codeCould},
		"a session stopped in setup":          {[]string{"setup"}, "stop\n", codeStopped},
	} {
		t.Run(sentence, func(t *testing.T) {
			app, _, said := newTestApp(t, c.typed)
			if code := Main(app, c.args); code != c.code {
				t.Errorf("exit code %d, want %d:\n%s", code, c.code, said)
			}
			if c.code != codeDone && (!strings.Contains(said.String(), "dsa: ") || !strings.Contains(said.String(), "\nnext: ")) {
				t.Errorf("a failure is said in two lines, what happened and what to do; it said:\n%s", said)
			}
		})
	}
}

// A changed record is exit code 4 for every command that meets it.
func TestAChangedRecordIsFound(t *testing.T) {
	app, _, said := newTestApp(t, "")
	if code := Main(app, []string{"share", "--answers", "testdata/answers/gp-asked-by-council.yaml"}); code != codeDone {
		t.Fatal(said)
	}
	home := app.Home
	change(t, home)
	for _, args := range [][]string{{"verify"}, {"verify", "--json"}, {"verify", "1"}, {"show", "1"}, {"show", "1", "--json"}, {"log"}} {
		app, _, said := newTestApp(t, "")
		app.Home = home
		if code := Main(app, args); code != codeFound {
			t.Errorf("%v: exit code %d, want %d:\n%s", args, code, codeFound, said)
		}
	}
}

// An asker that could not be conducted signs nothing.
type brokenAsker struct{ screen.Asker }

func (brokenAsker) Conduct(context.Context, *screen.Sitting) (screen.Ending, error) {
	return screen.Stopped, context.DeadlineExceeded
}

func TestABrokenTerminalSignsNothing(t *testing.T) {
	app, out, _ := newTestApp(t, "")
	app.Drawn = func() screen.Asker { return brokenAsker{} }
	if code := Main(app, []string{"share"}); code != codeCould || out.Len() > 0 {
		t.Errorf("exit code %d, output %q", code, out)
	}
}
