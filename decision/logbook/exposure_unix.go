//go:build !windows

package logbook

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// openToAll looks at the modes of a folder and of all above it.
func openToAll(dir string) []Exposure {
	const read, write, enter = 0o4, 0o2, 0o1
	var modes []fs.FileMode // of the folder, then upwards
	for at := dir; ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		if err != nil {
			return nil
		}
		modes = append(modes, info.Mode())
		if at == filepath.Dir(at) {
			break
		}
	}
	readable, writable := false, false
	entered := true // everybody gets as far as this
	for i := len(modes) - 1; i >= 0 && entered; i-- {
		mode := modes[i]
		entered = mode&enter != 0
		sticky := mode&fs.ModeSticky != 0
		writable = writable || entered && mode&write != 0 && (i == 0 || !sticky)
		readable = i == 0 && entered && mode&read != 0
	}
	var found []Exposure
	if readable {
		found = append(found, ReadableByAll)
	}
	if writable {
		found = append(found, WritableByAll)
	}
	return found
}

// isRemovable knows where systems show memory sticks and other disks that come
// and go; on macOS also network shares.
func isRemovable(dir string) bool {
	places := []string{"/media/", "/run/media/"}
	if runtime.GOOS == "darwin" {
		places = []string{"/Volumes/"}
	}
	for _, place := range places {
		if strings.HasPrefix(dir+"/", place) {
			return true
		}
	}
	return false
}

// shut takes away what others than the owner may do with a file or folder.
func shut(root *os.Root, name string) (bool, error) {
	info, err := root.Lstat(name)
	if err != nil {
		return false, err
	}
	mode := info.Mode()
	if !mode.IsRegular() && !mode.IsDir() || mode.Perm()&0o077 == 0 {
		return false, nil
	}
	return true, root.Chmod(name, mode.Perm()&^0o077)
}
