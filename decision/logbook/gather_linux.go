package logbook

import (
	"io/fs"
	"syscall"
)

// fetchOnce reads a file of the folder with the fewest system calls there can be: a long log is a million of them. The name
// has no folders in it, is not followed if it is a link, and does not block if it is a pipe, so this is as safe as going by
// way of the folder's os.Root.
func (f *numberFolder) fetchOnce(name string, space *[]byte) ([]byte, error) {
	fd, err := again(func() (int, error) {
		return syscall.Openat(f.fd, name, syscall.O_RDONLY|syscall.O_CLOEXEC|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	})
	if err == syscall.ELOOP || err == syscall.ENXIO {
		err = errNotRegular // a link; a socket
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	defer syscall.Close(fd)
	var info syscall.Stat_t
	if err := syscall.Fstat(fd, &info); err != nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	if info.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	data := room(space, info.Size)
	for n := 0; n < len(data); {
		m, err := again(func() (int, error) { return syscall.Read(fd, data[n:]) })
		switch {
		case err != nil:
			return nil, &fs.PathError{Op: "read", Path: name, Err: err}
		case m == 0:
			return data[:n], nil // it has become shorter
		}
		n += m
	}
	return data, nil
}

// again repeats a system call that a signal has interrupted.
func again(call func() (int, error)) (n int, err error) {
	for {
		if n, err = call(); err != syscall.EINTR {
			return n, err
		}
	}
}
