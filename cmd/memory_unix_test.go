//go:build !windows

package cmd

import (
	"os"
	"runtime"
	"syscall"
)

// mostMemory is the most memory that a process took, in bytes.
func mostMemory(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin":
		return usage.Maxrss
	}
	return usage.Maxrss << 10
}
