// Command dsa helps people in England decide whether to share information about a child or an adult at risk, and
// keeps a signed record of the decision.
package main

import (
	"os"

	"dsa/cmd"
)

func main() { os.Exit(cmd.Main(cmd.System(), os.Args[1:])) }
