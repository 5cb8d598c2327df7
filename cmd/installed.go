package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"dsa/checklist"
	"dsa/cmd/screen"
)

// An agreement of a partnership's own is installed by copying its folder: into the folder agreements in the home folder, or
// into one of that name beside the program, where whoever looks after many computers can lay it for all. From then on it is
// named by its id, as what is built in is.

// installedName is the folder that such agreements are copied into.
const installedName = "agreements"

// maxInstalled is how many folders are looked at in one place. Nobody has so many agreements.
const maxInstalled = 64

// installed is an agreement that can be chosen without typing the name of a folder.
type installed struct {
	Name   string // how it is named: its id; or its folder, where another has the id before it
	ID     string
	Title  string
	Area   string
	Folder string // empty: built in
	Fault  string // why it cannot be used, in a sentence; of such a folder nothing else is known

	outline *checklist.Agreement
}

// programFolder is where the program lies. A link to it is followed.
func programFolder(program string) string {
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	return filepath.Dir(program)
}

// agreementPlaces are the folders that agreements are copied into. Who decides here comes before who laid the program there.
func (app *App) agreementPlaces() []string {
	if app.hall != nil {
		return app.hall.agreementPlaces()
	}
	var places []string
	if app.Home != "" {
		places = append(places, app.path(installedName))
	}
	if app.Beside != "" {
		places = append(places, filepath.Join(app.Beside, installedName))
	}
	return places
}

// installedAgreements are all agreements that can be chosen here: what is built in, then what was copied here. Only the first
// page of each is read, and the rest when it is used. A fault in one folder stands with that folder alone.
func (app *App) installedAgreements() []installed {
	var all []installed
	for _, id := range checklist.Agreements(app.Data) {
		one := installed{Name: id, ID: id, Title: id}
		if a, err := checklist.Outline(app.Data, id); err == nil {
			one.Title, one.Area, one.outline = a.Title, a.Area, a
		}
		all = append(all, one)
	}
	return append(all, app.copiedAgreements()...)
}

// copiedAgreements are those of installedAgreements that are not built in. They are looked for once in a command, before any
// of them is made part of the data.
func (app *App) copiedAgreements() []installed {
	places := app.agreementPlaces()
	if app.copied == nil || !slices.Equal(app.copied.places, places) {
		found := copiedAgreements{places: places}
		for _, place := range places {
			found.all = append(found.all, app.copiedInto(place)...)
		}
		for i, one := range found.all {
			if slices.ContainsFunc(found.all[:i], func(before installed) bool { return before.ID != "" && before.ID == one.ID }) {
				found.all[i].Name = one.Folder
			}
		}
		app.copied = &found
	}
	return app.copied.all
}

// copiedAgreements is what was found in some places.
type copiedAgreements struct {
	places []string
	all    []installed
}

// copiedInto looks at the folders in one place. What lies there comes from outside: each is read as a pack is, within limits.
func (app *App) copiedInto(place string) []installed {
	info, err := os.Stat(place)
	if err == nil && !info.IsDir() {
		return nil // a file of that name beside the program is none of ours
	}
	var entries []os.DirEntry
	if err == nil {
		entries, err = os.ReadDir(place)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return []installed{{Folder: place, Fault: "the folder cannot be read"}}
	}
	var all []installed
	for _, e := range entries {
		dir := filepath.Join(place, e.Name())
		switch {
		case e.Name()[0] == '.', !e.IsDir() && e.Type()&fs.ModeSymlink == 0: // such as an archive that was unpacked here
		case len(all) == maxInstalled:
			return append(all, installed{Folder: place, Fault: fmt.Sprintf("it holds more than %d folders; the others were not looked at", maxInstalled)})
		case !e.IsDir():
			all = append(all, installed{Folder: dir, Fault: "it is a link, which is not followed; copy the folder itself"})
		default:
			all = append(all, app.copiedFrom(dir))
		}
	}
	return all
}

func (app *App) copiedFrom(dir string) installed {
	one := installed{Folder: dir}
	if isMissing(filepath.Join(dir, "agreement.yaml")) {
		one.Fault = "there is no agreement.yaml in it"
		if within, _ := filepath.Glob(filepath.Join(escaped(dir), "*", "agreement.yaml")); len(within) > 0 {
			one.Fault = "the agreement lies in a folder of its own in it; move that folder up"
		}
		return one
	}
	p, err := readPack(dir)
	if err != nil {
		one.Fault = "the folder cannot be read"
		return one
	}
	p.named(app.Data)
	a, err := checklist.Outline(p.over(app.Data), p.id)
	p.take(err)
	switch {
	case len(p.faults) > 0:
		p.faults.Sort()
		one.Fault = "it is not sound: " + p.faults[0].String()
	default:
		one.Name, one.ID, one.Title, one.Area, one.outline = a.ID, a.ID, screen.Safe(a.Title), screen.Safe(a.Area), a
	}
	return one
}

// escaped is a name in which Glob takes nothing for a pattern. On Windows, whose names cannot hold most of these, nothing
// can be escaped.
func escaped(name string) string {
	if filepath.Separator == '\\' {
		return name
	}
	var b []rune
	for _, r := range name {
		if slices.Contains([]rune(`*?[\`), r) {
			b = append(b, '\\')
		}
		b = append(b, r)
	}
	return string(b)
}

// copiedTo is the folder of an agreement that was copied here, by its id; empty where there is none. It comes before a folder
// that happens to have the name, which is named with ./ before it.
func (app *App) copiedTo(id string) string {
	if !packID.MatchString(id) {
		return ""
	}
	for _, one := range app.copiedAgreements() {
		if one.Fault == "" && one.Name == id {
			return one.Folder
		}
	}
	return ""
}

// agreementNames are the ids by which an agreement can be named here.
func (app *App) agreementNames() []string {
	names := checklist.Agreements(app.Data)
	for _, one := range app.copiedAgreements() {
		if one.Fault == "" && one.Name == one.ID && !slices.Contains(names, one.ID) {
			names = append(names, one.ID)
		}
	}
	return names
}
