package cmd

import (
	"runtime"
	"strings"
	"unicode"

	"dsa/cmd/screen"
)

// typed is a path as it has to be typed in a command that is proposed: where a blank or a sign in it means something to the
// shell, it stands between quotation marks. Whoever copies the line must not name another folder with it.
func typed(path string) string { return typedFor(runtime.GOOS, path) }

func typedFor(system, path string) string {
	windows := system == "windows"
	path = screen.Safe(path)
	plain := `/._-:,+@=`
	if windows {
		plain += `\~`
	}
	if path != "" && !strings.ContainsFunc(path, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(plain, r)
	}) {
		return path
	}
	if windows {
		// Both of its shells know these marks, and no name has one in it. A slash before the last would take its meaning away.
		return `"` + strings.TrimRight(path, `\`) + `"`
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}
