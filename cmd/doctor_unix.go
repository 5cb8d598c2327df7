//go:build !windows

package cmd

// codePage is 0: only Windows has them.
func codePage() int { return 0 }
