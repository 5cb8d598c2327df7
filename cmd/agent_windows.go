package cmd

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"time"
)

// agentPipe is where the OpenSSH agent of Windows listens.
const agentPipe = `\\.\pipe\openssh-ssh-agent`

const errorPipeBusy = syscall.Errno(231)

// dialAgent opens a line to the ssh-agent of Windows, or to another one whose pipe SSH_AUTH_SOCK names.
func dialAgent(ctx context.Context) (io.ReadWriteCloser, error) {
	path := agentPipe
	if named := os.Getenv("SSH_AUTH_SOCK"); strings.HasPrefix(named, `\\.\pipe\`) {
		path = named
	}
	for try := 0; ; try++ {
		// Overlapped, so that to close the line ends a read that waits.
		line, err := os.OpenFile(path, os.O_RDWR|syscall.FILE_FLAG_OVERLAPPED, 0)
		if err == nil {
			return line, nil
		}
		if !errors.Is(err, errorPipeBusy) || try == 20 || ctx.Err() != nil {
			return nil, err
		}
		time.Sleep(20 * time.Millisecond) // another program is at it
	}
}
