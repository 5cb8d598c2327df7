//go:build !windows

package cmd

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
)

// dialAgent opens a line to the ssh-agent that the session names.
func dialAgent(ctx context.Context) (io.ReadWriteCloser, error) {
	path := os.Getenv("SSH_AUTH_SOCK")
	if path == "" {
		return nil, errors.New("SSH_AUTH_SOCK is not set")
	}
	return new(net.Dialer).DialContext(ctx, "unix", path)
}
