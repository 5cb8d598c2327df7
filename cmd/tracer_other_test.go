//go:build !(linux && amd64)

package cmd

import (
	"errors"
	"os/exec"
	"syscall"
)

type sysCall struct {
	name, path string
	changes    bool
}

func (c sysCall) String() string { return c.name + " " + c.path }

const (
	untouched = iota
	fails
	lies
	kills
)

type disturbance struct {
	at, how int
	err     syscall.Errno
}

var errTraceless = errors.New("programs are traced on Linux on amd64 only")

func trace(*exec.Cmd, []string, disturbance) ([]sysCall, int, error) {
	return nil, 0, errTraceless
}
