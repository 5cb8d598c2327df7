package cmd

import (
	"os/exec"
	"testing"
)

func TestAPathAsItHasToBeTyped(t *testing.T) {
	for _, test := range []struct{ system, path, want string }{
		{"windows", `C:\Users\sam\log`, `C:\Users\sam\log`},
		{"windows", `C:\Users\sam\OneDrive - Fenmarsh Council\log`, `"C:\Users\sam\OneDrive - Fenmarsh Council\log"`},
		{"windows", `\\files\Children's services (shared)\log\`, `"\\files\Children's services (shared)\log"`},
		{"windows", `C:\SAMOKA~1\log`, `C:\SAMOKA~1\log`},
		{"windows", `R&D`, `"R&D"`},
		{"windows", `C:\Siân\log`, `C:\Siân\log`},
		{"linux", `/home/sam/log`, `/home/sam/log`},
		{"linux", `/home/sam/my log`, `'/home/sam/my log'`},
		{"linux", `/home/sam/it's $HOME`, `'/home/sam/it'\''s $HOME'`},
		{"linux", `a\b`, `'a\b'`},
		{"linux", `~`, `'~'`},
		{"linux", ``, `''`},
		{"linux", "a\x1bb", "'a<U+001B>b'"},
	} {
		got := typedFor(test.system, test.path)
		if got != test.want {
			t.Errorf("%s on %s: %s", test.path, test.system, got)
		}
		if sh, err := exec.LookPath("sh"); err == nil && test.system == "linux" && test.path != "a\x1bb" {
			if out, err := exec.Command(sh, "-c", "printf %s "+got).Output(); err != nil || string(out) != test.path {
				t.Errorf("a shell takes %s for %q: %v", got, out, err)
			}
		}
	}
}
