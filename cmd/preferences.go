package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/data/yamlfile"

	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"
)

// preferences are what a person, or whoever has set the computer up for them, wants without saying it each time:
// preferences.yaml in the home folder.
type preferences struct {
	Plain     *bool  `yaml:"plain,omitempty"`     // ask in plain lines; nil: as the terminal can
	Agreement string `yaml:"agreement,omitempty"` // the one that is used when none is named: its id, or its folder with the whole path
}

// maxPreferences is the largest file of preferences that is read, in bytes.
const maxPreferences = 16 << 10

func (app *App) preferencesPath() string { return app.path("preferences.yaml") }

// readPreferences reads what is preferred; nothing, where nothing is.
func (app *App) readPreferences() (preferences, error) {
	var p preferences
	if app.Home == "" {
		return p, nil
	}
	content, err := readSmall(app.preferencesPath(), maxPreferences)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	doc, faults := yamlfile.Parse(app.preferencesPath(), content, &p)
	if faults == nil {
		faults = doc.Unshowable()
	}
	if faults == nil && p.Agreement != "" && !packID.MatchString(p.Agreement) && !filepath.IsAbs(p.Agreement) {
		faults = append(faults, doc.Fault("an agreement is preferred by its id, or by its folder with the whole path", "agreement"))
	}
	if faults != nil {
		return preferences{}, faults
	}
	return p, nil
}

// preferences is what is preferred; in the training room too, by whoever entered it. A file that cannot be read is never in the way: that is said once, and nothing is preferred.
func (app *App) preferences() preferences {
	if app.hall != nil {
		return app.hall.preferences()
	}
	if app.preferred == nil {
		p, err := app.readPreferences()
		if err != nil {
			app.say("Warning: your preferences cannot be read and are ignored: %s", screen.Safe(app.preferencesPath()))
			app.say("  Where no agreement is named, %s is used. To set them anew: dsa setup --agreement NAME, --plain-always or --drawn", defaultAgreement)
		}
		app.preferred = &p
	}
	return *app.preferred
}

// keepPreferences replaces what is preferred.
func (app *App) keepPreferences(p preferences) error {
	content, err := yaml.Marshal(p)
	if err == nil {
		err = replaceFile(app.preferencesPath(), append([]byte("# What is preferred on this computer. Change it with: dsa setup\n"), content...))
	}
	if err == nil {
		app.preferred = &p
	}
	return err
}

// Why questions are put in plain lines, or drawn.
const (
	byFlag  = "--plain"
	byEnv   = "DSA_PLAIN"
	bySaved = "preferences.yaml"
)

// plainly says whether plain lines are wanted, and by what: the flag, DSA_PLAIN, or what is preferred, in this order; by
// nothing where nobody has said anything. What is wanted cannot make a terminal draw that does not.
func (app *App) plainly(cmd *cobra.Command) (plain bool, by string) {
	if cmd != nil {
		if f := cmd.Flags().Lookup("plain"); f != nil && f.Changed {
			return f.Value.String() == "true", byFlag
		}
	}
	if said := os.Getenv("DSA_PLAIN"); said != "" {
		return !slices.Contains([]string{"0", "no", "false", "off"}, strings.ToLower(said)), byEnv
	}
	if saved := app.preferences().Plain; saved != nil {
		return *saved, bySaved
	}
	return false, ""
}

// prefer makes what a command asks and shows plain, where that is wanted.
func (app *App) prefer(cmd *cobra.Command) {
	if app.Drawn == nil {
		return
	}
	if plain, _ := app.plainly(cmd); plain {
		app.Drawn = nil
	}
}

// usualAgreement is the agreement when none is named.
func (app *App) usualAgreement() string {
	return cmp.Or(app.preferences().Agreement, defaultAgreement)
}

// agreementFor is the agreement that was named, or the usual one, with its name. One that is preferred and cannot be used is
// not replaced by another: a decision under the wrong agreement is worse than a question.
func (app *App) agreementFor(named string) (*checklist.Agreement, string, error) {
	if named != "" {
		agreement, err := app.agreement(named)
		return agreement, named, err
	}
	usual := app.usualAgreement()
	err := app.stillHere(usual)
	var agreement *checklist.Agreement
	if err == nil {
		agreement, err = app.agreement(usual)
	}
	if err != nil && app.preferences().Agreement != "" {
		err = app.lostAgreement(usual, err)
	}
	return agreement, usual, err
}

// stillHere fails where an agreement that is preferred by its id is neither built in nor copied here: a folder that happens to
// have the name, where the person happens to be, is not what they chose.
func (app *App) stillHere(named string) error {
	if filepath.IsAbs(named) || slices.Contains(app.agreementNames(), named) {
		return nil
	}
	return fail("it is not among the agreements here", "copy its folder here again, or choose another: dsa setup --agreement NAME")
}

// lostAgreement says that the agreement which is preferred cannot be used.
func (app *App) lostAgreement(named string, err error) *failure {
	return fail("the agreement chosen for this computer, "+named+", cannot be used; nothing was asked or recorded:\n"+indent(bare(explain(err).what)),
		"add --agreement "+defaultAgreement+", which is built in, or another; dsa setup --agreement NAME chooses anew").because(err)
}

// bare are the words of a failure without those that say what was not done because of it.
func bare(what string) string {
	for _, words := range []string{"; nothing was asked or recorded", ", so nothing was asked or recorded", "; nothing was recorded", "; nothing was changed"} {
		what = strings.ReplaceAll(what, words, "")
	}
	return what
}

// preferAgreement is how an agreement that somebody prefers is remembered, once all of it was found sound: by its id where
// that is enough, and otherwise by its folder, with the whole path.
func (app *App) preferAgreement(named string) (*edition, string, error) {
	e, err := app.edition(named)
	if err != nil {
		return nil, "", unsound(err)
	}
	if e.folder == "" || app.copiedTo(e.ID) != "" && sameFolder(app.copiedTo(e.ID), e.folder) {
		return e, e.ID, nil
	}
	return e, absolute(e.folder), nil
}

// changePreferences remembers what setup was told.
func (app *App) changePreferences(opts setupOptions) error {
	p, damaged := app.readPreferences()
	var said []string
	if opts.agreement != "" {
		e, name, err := app.preferAgreement(opts.agreement)
		if err != nil {
			return unchanged(err)
		}
		p.Agreement = name
		said = append(said, fmt.Sprintf("Where no agreement is named, this one is used: %s (%s)", screen.Safe(e.Title), screen.Safe(name)))
	}
	if opts.plainAlways || opts.drawn {
		p.Plain = &opts.plainAlways
		if opts.plainAlways {
			said = append(said, "Questions are put in plain lines from now on.")
		} else {
			said = append(said, "Questions are drawn from now on, where there is a terminal to draw on.")
		}
	}
	if err := app.keepPreferences(p); err != nil {
		return err
	}
	fmt.Fprintf(app.Out, "Remembered in %s\n", screen.Safe(app.preferencesPath()))
	app.print(said)
	if damaged != nil {
		app.say("Notice: what was there could not be read, and is gone. Say again what else you prefer.")
	}
	if env := os.Getenv("DSA_PLAIN"); env != "" && (opts.plainAlways || opts.drawn) {
		app.say("Notice: DSA_PLAIN is set in your environment, and comes first.")
	}
	if opts.plainAlways {
		app.Drawn = nil
	}
	return nil
}
