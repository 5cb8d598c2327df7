package main

import "github.com/spf13/cobra"

func main() {
	r := &cobra.Command{Use: "bare", Version: "1"}
	for _, n := range []string{"share", "log", "show", "verify", "setup", "checklist"} {
		r.AddCommand(&cobra.Command{Use: n, Run: func(*cobra.Command, []string) {}})
	}
	r.Execute()
}
