package cmd

import (
	"strings"
	"testing"
	"time"
)

// An error in the program itself says nothing of what stood in memory, not even to whoever looks for the cause.
func TestACrashShowsNothingOfACase(t *testing.T) {
	const secret = "Zebedee of 4 Orchard Row"
	for _, debug := range []string{"", "1"} {
		t.Setenv("DSA_DEBUG", debug)
		app, out, said := newTestApp(t, "")
		app.Now = func() time.Time { panic(secret) }
		code := Main(app, []string{"share", "--answers", oneCase})
		all := out.String() + said.String()
		if code != codeCould || !strings.Contains(all, "dsa: dsa met an error in itself") || !strings.Contains(all, "\nnext: ") {
			t.Errorf("exit code %d:\n%s", code, all)
		}
		if strings.Contains(all, "Zebedee") || strings.Contains(all, "0x") || strings.Contains(all, "goroutine") {
			t.Errorf("the crash shows what stood in memory:\n%s", all)
		}
		if named := strings.Contains(all, "dsa/cmd.Main"); named != (debug != "") {
			t.Errorf("DSA_DEBUG=%q: function names shown: %v\n%s", debug, named, all)
		}
	}
}
