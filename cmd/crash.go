package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// crashed is the end of a command that met an error in the program itself. What stood in memory at that moment may be about
// a case, so none of it is shown: neither what the error says nor a stack. Whoever looks for the cause sets DSA_DEBUG, and
// gets the names of functions.
func (app *App) crashed(why any) int {
	fmt.Fprintln(app.Err)
	code := app.report(fail("dsa met an error in itself and stopped; nothing is half-written: what was recorded is recorded, and what you answered is kept as a draft",
		"run the same command again; if it happens again, tell whoever looks after dsa where you work"))
	if os.Getenv("DSA_DEBUG") == "" {
		return code
	}
	fmt.Fprintf(app.Err, "%T in:\n", why)
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(3, callers)])
	for {
		frame, more := frames.Next()
		fmt.Fprintf(app.Err, "  %s (%s:%d)\n", frame.Function, filepath.Base(frame.File), frame.Line)
		if !more {
			return code
		}
	}
}
