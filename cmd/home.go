package cmd

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"dsa/cmd/screen"
	"dsa/decision/logbook"
)

// What lies in the home folder is the person's alone: answers that were typed, the key, the records. It is made so, and
// looked at again whenever something is signed.

// portableName is the folder that makes a program carry everything with it, on a stick or in a folder of one's own. It is
// never made by dsa: who has made it has chosen.
const portableName = "dsa-data"

// besideProgram is that folder, where there is one beside the program. A link to the program is followed: the folder
// lies with the program itself.
func besideProgram(program string) string {
	home := filepath.Join(programFolder(program), portableName)
	if info, err := os.Stat(home); err != nil || !info.IsDir() {
		return ""
	}
	return home
}

// ours reports whether a name in the home folder is one that dsa gives.
func ours(name string) bool {
	switch name {
	case "profile.yaml", "signing.yaml", "logs.yaml", "logs.lock", "lock", "key", "key.pub", "drafts", "log", "preferences.yaml", installedName, "training", trainingMark:
		return true
	}
	for _, start := range []string{"profile-unreadable-", "key-retired-", ".tmp-"} {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// mendTop takes away what others may do with what lies uppermost in the home folder: the folder itself, what is ours in it
// and the top of the log, which shuts all that is below it. It is done whenever the person's own records are opened.
func (app *App) mendTop() { app.shutOthers(func() bool { return false }) }

// mend takes away what others may do with the person's own things, and says so once. A home folder that holds other things
// too is somebody's own choice: there only what is ours is mended.
func (app *App) mend() {
	app.shutOthers(func() bool {
		did, err := logbook.Mend(app.logFolder(""))
		return err == nil && did
	})
}

func (app *App) shutOthers(log func() bool) {
	if runtime.GOOS == "windows" {
		return // access is a list of people there, and a new folder has that of the profile it is in
	}
	mended := false
	for _, path := range app.loose() {
		if info, err := os.Lstat(path); err == nil {
			mended = os.Chmod(path, info.Mode().Perm()&^0o077) == nil || mended
		}
	}
	if log() || mended {
		app.say("Notice: others on this computer could get at your dsa folder; that is mended: %s", screen.Safe(app.Home))
	}
}

// loose lists what lies uppermost of the person's own and others on this computer can get at: what is in a folder before the
// folder.
func (app *App) loose() (paths []string) {
	whole := true
	look := func(path string) {
		info, err := os.Lstat(path)
		if err == nil && (info.Mode().IsRegular() || info.IsDir()) && info.Mode().Perm()&0o077 != 0 {
			paths = append(paths, path)
		}
	}
	for _, dir := range []string{app.Home, app.path("drafts")} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, e := range entries {
			switch {
			case dir != app.Home, ours(e.Name()):
				look(filepath.Join(dir, e.Name()))
			default:
				whole = false
			}
		}
	}
	if whole {
		look(app.Home)
	}
	return paths
}

// lookAround mends what is the person's alone and says, on a line to each, what is not private about the places where
// records are kept: the home folder, and the logs named, which have to be within reach.
func (app *App) lookAround(logs ...string) {
	app.mend()
	app.exposed(app.Home)
	for _, dir := range logs {
		if !below(app.Home, dir) {
			app.exposed(dir)
		}
	}
}

func (app *App) exposed(dir string) { app.exposedAs(dir, exposures(dir)) }

// exposedAs says how a folder is exposed, once in a command.
func (app *App) exposedAs(dir string, found []logbook.Exposure) {
	if len(found) == 0 || slices.ContainsFunc(app.exposedSaid, func(said string) bool { return sameFolder(said, dir) }) {
		return
	}
	app.exposedSaid = append(app.exposedSaid, dir)
	var how []string
	for _, e := range found {
		if e == logbook.Synchronised {
			how = append(how, copiedWords(dir))
		} else {
			how = append(how, exposureWords(e))
		}
	}
	app.say("Warning: %s %s. What is recorded about people should lie where only those can get at it who may read it.", screen.Safe(dir), strings.Join(how, ", and "))
	if slices.Contains(found, logbook.Synchronised) && sameFolder(dir, app.Home) {
		app.say("Two computers that sign in copies of one folder spoil each other's records. Keep yours where nothing copies it, and name it with --home or DSA_HOME.")
	}
}

func exposureWords(e logbook.Exposure) string {
	switch e {
	case logbook.ReadableByAll:
		return "can be read by everybody on this computer"
	case logbook.WritableByAll:
		return "can be written to by everybody on this computer"
	case logbook.Removable:
		return "lies on a disk that can be taken away"
	default:
		return "is copied to a company's servers"
	}
}
