package logbook

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"dsa/decision"
)

// Exposure is a way in which the place of a log lets others in, or takes it to
// where others are.
type Exposure string

// The ways that are looked for. On Windows, who may read a folder is not looked
// at: it has lists of people instead of a mode.
const (
	ReadableByAll Exposure = "readable-by-all" // everybody on this computer can list the folder and what it holds
	WritableByAll Exposure = "writable-by-all" // everybody on this computer can put files into the folder, or another folder in its place
	Removable     Exposure = "removable"       // on a disk that can be taken away, such as a memory stick
	Synchronised  Exposure = "synchronised"    // in a folder that a program copies to a company's servers, such as Dropbox
)

// Exposed returns how a folder is exposed, each way once, in the order above; none
// where it cannot be looked at. A folder is readable by all if everybody may list
// it and enter it and all folders above it (o+rx, and o+x all the way). It is
// writable by all if they may write to it, or to a folder above it that is not
// sticky as /tmp is. What it is connected to, and whether a company's program
// copies it, is told by where it lies: no drive is asked.
func Exposed(dir string) []Exposure {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	found := openToAll(dir)
	if isRemovable(dir) {
		found = append(found, Removable)
	}
	if isSynchronised(dir, anyCase) {
		found = append(found, Synchronised)
	}
	return found
}

// anyCase is set where one folder can be called by its name in capitals or small letters, as it was typed.
const anyCase = runtime.GOOS == "windows" || runtime.GOOS == "darwin"

// isSynchronised knows the folders that the common programs make.
func isSynchronised(dir string, anyCase bool) bool {
	whole := []string{"Dropbox", "Google Drive", "GoogleDrive", "My Drive", "iCloudDrive", "Mobile Documents", "CloudStorage", "Nextcloud", "ownCloud", "OneDrive"}
	begun := []string{"OneDrive - ", "Dropbox ("}
	same := func(name, known string) bool { return name == known || anyCase && strings.EqualFold(name, known) }
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(dir), "/"), func(name string) bool {
		return slices.ContainsFunc(whole, func(known string) bool { return same(name, known) }) ||
			slices.ContainsFunc(begun, func(known string) bool { return len(name) >= len(known) && same(name[:len(known)], known) })
	})
}

// Mend takes away what others than the owner may do with a log of one's own: with
// its folder, the folders of chains and numbers in it, and the files that can be
// reached soonest, those of its own folder and of the newest number folder of each
// chain. The folder alone shuts all that lies below it. It follows no link, and
// does nothing on Windows. It is not meant for a share, where access by others is
// given by whoever keeps it.
func Mend(dir string) (mended bool, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return false, &NoLogError{Dir: dir, Err: err}
	}
	defer root.Close()
	b := &Book{dir: dir, root: root, disk: rootDisk{root}}
	tighten := func(name string) error {
		did, err := shut(root, name)
		mended = mended || did
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	first := tighten(".") // what follows matters less, but is done all the same
	keep := func(err error) {
		if first == nil {
			first = err
		}
	}
	for _, name := range []string{ReadmeName, SignersName} {
		keep(tighten(name))
	}
	chains, err := b.folders(".", decision.IsChainFolder)
	keep(err)
	for _, chain := range chains {
		keep(tighten(chain))
		folders, err := b.folders(chain, isNumberFolder)
		keep(err)
		for i, folder := range folders {
			keep(tighten(chain + "/" + folder))
			if i < len(folders)-1 {
				continue
			}
			entries, err := b.disk.ReadDir(chain + "/" + folder)
			keep(err)
			for _, e := range entries {
				if e.Type().IsRegular() {
					keep(tighten(chain + "/" + folder + "/" + e.Name()))
				}
			}
		}
	}
	if first != nil {
		return mended, &FolderError{Dir: dir, Err: first}
	}
	return mended, nil
}
