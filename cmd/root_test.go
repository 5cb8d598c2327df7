package cmd

import (
	"strings"
	"testing"
)

// However somebody in a hurry types it, the way to an emergency is shown, and 999 before it.
func TestEmergencyIsUnderstood(t *testing.T) {
	for _, args := range [][]string{{"emergency"}, {"Emergency"}, {"emergncy"}, {"share", "emergency"}, {"share", "--emergncy"}, {"--emergency"}, {"share", "--emergancy=yes"}, {"share", "-emergency"}} {
		app, _, said := newTestApp(t, "")
		if code := Main(app, args); code != codeUsage || !strings.Contains(said.String(), "call 999") || !strings.Contains(said.String(), "dsa share --emergency") {
			t.Errorf("%v: exit code %d:\n%s", args, code, said)
		}
	}
	for _, args := range [][]string{{"shear"}, {"share", "extra"}, {"share", "--agree"}, {"log", "emergency"}} {
		app, _, said := newTestApp(t, "")
		if code := Main(app, args); code != codeUsage || strings.Contains(said.String(), "999") {
			t.Errorf("%v: exit code %d:\n%s", args, code, said)
		}
	}
}

// A command about a record says how one is named.
func TestARecordHasToBeNamed(t *testing.T) {
	for _, name := range aboutRecords {
		app, _, said := newTestApp(t, "")
		if code := Main(app, []string{name}); code != codeUsage || !strings.Contains(said.String(), "next: name a record: its number or the first digits of its id; dsa log lists them") {
			t.Errorf("%s: exit code %d:\n%s", name, code, said)
		}
	}
}
