// Command dsa helps people in England decide whether to share information about a child or an adult at risk, and
// keeps a signed record of the decision.
package main

import (
	"os"
	"runtime/debug"

	"dsa/cmd"
)

func main() {
	// Most commands are over before they have filled 16 MB; collecting garbage on the way there is a third of the time
	// of loading the law while somebody is on the phone. Those that go through a whole log set it back.
	debug.SetGCPercent(400)
	// What stands in memory when something breaks may be about a case: neither values nor a stack are printed.
	if os.Getenv("DSA_DEBUG") == "" {
		debug.SetTraceback("none")
	}
	os.Exit(cmd.Main(cmd.System(), os.Args[1:]))
}
