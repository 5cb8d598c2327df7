package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"dsa/decision/logbook"
)

// oneDriveNames are the variables by which Windows tells which folders OneDrive copies: an organisation's, a person's own, and
// the one of them that came first. An organisation may call its folder as it likes, so a path alone does not always tell.
var oneDriveNames = []string{"OneDriveCommercial", "OneDriveConsumer", "OneDrive"}

// calledOneDrive is a path as far as a folder that is called as OneDrive calls its own.
var calledOneDrive = regexp.MustCompile(`(?i)^(.*?[\\/])?onedrive( - [^\\/]+)?([\\/]|$)`)

// inOneDrive returns the folder that OneDrive copies in which a folder lies. The place that dsa chooses by itself on Windows is
// in none; Desktop and Documents often are, and with them a program that was unpacked there and has its folder beside it.
func inOneDrive(dir string) (root string, is bool) {
	if dir == "" {
		return "", false
	}
	dir = absolute(dir)
	if root, is = oneDriveOf(os.Getenv, dir); is {
		return root, true
	}
	// What lies there by way of a link, or of a short name such as SAMOKA~1.
	if real, err := filepath.EvalSymlinks(dir); err == nil && real != dir {
		return oneDriveOf(os.Getenv, real)
	}
	return "", false
}

// oneDriveOf returns the folder of OneDrive that a folder is, or lies in: one that the environment names, or one that is called
// as OneDrive calls it. It reads paths as Windows does, wherever it runs: capitals and the kind of slash do not matter.
func oneDriveOf(env func(string) string, dir string) (root string, is bool) {
	within := folders(dir)
	for _, name := range oneDriveNames {
		if root := env(name); root != "" {
			above := folders(root)
			if len(above) > 0 && len(above) <= len(within) && slices.EqualFunc(above, within[:len(above)], strings.EqualFold) {
				return root, true
			}
		}
	}
	if at := calledOneDrive.FindStringIndex(dir); at != nil {
		return strings.TrimRight(dir[:at[1]], `\/`), true
	}
	return "", false
}

// folders are the names in a path. Before a drive or a share there may be \\?\, which says that a path is long.
func folders(path string) []string {
	path = strings.ReplaceAll(path, `\`, "/")
	if long, is := strings.CutPrefix(path, "//?/"); is {
		path = long
		if len(path) > 4 && strings.EqualFold(path[:4], "UNC/") {
			path = path[4:]
		}
	}
	return slices.DeleteFunc(strings.Split(path, "/"), func(name string) bool { return name == "" || name == "." })
}

// exposures returns how a folder is exposed, with what only the environment knows of it.
func exposures(dir string) []logbook.Exposure {
	found := logbook.Exposed(dir)
	if _, is := inOneDrive(dir); is && !slices.Contains(found, logbook.Synchronised) {
		found = append(found, logbook.Synchronised)
	}
	return found
}

// copiedWords says where a folder goes that a program copies, as far as that is known.
func copiedWords(dir string) string {
	if _, is := inOneDrive(dir); is {
		return "lies in OneDrive, which copies it to Microsoft's servers and to your other computers"
	}
	return exposureWords(logbook.Synchronised)
}
