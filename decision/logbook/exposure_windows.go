package logbook

import (
	"os"
	"path/filepath"
	"syscall"
	"unsafe"
)

// openToAll says nothing on Windows, where access is a list of people and groups.
func openToAll(string) []Exposure { return nil }

// driveRemovable is what GetDriveTypeW says of memory sticks and cards.
const driveRemovable = 2

func isRemovable(dir string) bool {
	drive := filepath.VolumeName(dir)
	if drive == "" {
		return false
	}
	name, err := syscall.UTF16PtrFromString(drive + `\`)
	if err != nil {
		return false
	}
	kind, _, _ := syscall.NewLazyDLL("kernel32.dll").NewProc("GetDriveTypeW").Call(uintptr(unsafe.Pointer(name)))
	return kind == driveRemovable
}

// shut does nothing on Windows: a new folder has the access of the one it is in.
func shut(*os.Root, string) (bool, error) { return false, nil }
