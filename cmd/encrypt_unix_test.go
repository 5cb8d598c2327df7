//go:build !windows

package cmd

import (
	"strings"
	"testing"

	"github.com/creack/pty"
)

// At a terminal the passphrase is asked for twice, without being shown, until two are the same.
func TestAPassphraseIsAskedForTwice(t *testing.T) {
	for sentence, c := range map[string]struct {
		typed []string
		want  string
		says  string
	}{
		"twice the same":          {[]string{"corridor walnut ferry", "corridor walnut ferry"}, "corridor walnut ferry", "The same again"},
		"one that is too short":   {[]string{"short", "corridor walnut ferry", "corridor walnut ferry"}, "corridor walnut ferry", "12 characters or more"},
		"a slip":                  {[]string{"corridor walnut ferry", "corridor walnut fery", "eleven corridor walnuts", "eleven corridor walnuts"}, "eleven corridor walnuts", "The two are not the same."},
		"nothing":                 {[]string{""}, "", "no passphrase was given; nothing was written"},
		"slips without end":       {[]string{"short", "short", "short"}, "", "no passphrase was given; nothing was written"},
		"nothing the second time": {[]string{"corridor walnut ferry", "", "", ""}, "", "no passphrase was given; nothing was written"},
	} {
		t.Run(sentence, func(t *testing.T) {
			keyboard, terminal, err := pty.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer keyboard.Close()
			defer terminal.Close()
			if _, err := keyboard.WriteString(strings.Join(c.typed, "\n") + "\n"); err != nil {
				t.Fatal(err)
			}
			app, _, said := newTestApp(t, "")
			app.In = terminal
			got, err := app.newPassphrase("")
			if err != nil {
				app.report(err)
			}
			if got != c.want || !strings.Contains(said.String(), c.says) {
				t.Errorf("got %q, and it says:\n%s", got, said)
			}
			if strings.Contains(said.String(), "walnut") {
				t.Errorf("it shows what was typed:\n%s", said)
			}
		})
	}
}
