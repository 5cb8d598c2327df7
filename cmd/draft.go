package cmd

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"

	"github.com/gofrs/flock"
)

// A draft is a walk that has not been signed. It lives apart from the log, is replaced after every answer, and goes
// when the decision is recorded. It may hold anything that was typed: the folder is the person's alone.
type draft struct {
	Format    int               `json:"format"`
	Agreement string            `json:"agreement"`
	Checklist string            `json:"checklist"`
	Occasion  string            `json:"occasion"`
	Begun     time.Time         `json:"begun"`
	Saved     time.Time         `json:"saved"`
	At        string            `json:"at"`
	Answers   checklist.Answers `json:"answers"`
	Partial   *screen.Partial   `json:"partial,omitempty"`
	// Pending is the body that was about to be recorded. If the program ends between recording and removing the
	// draft, this tells that the decision is already in the log, and it is not signed twice.
	Pending string `json:"pending,omitempty"`

	path string
	lock *flock.Flock
}

const draftFormat = 1

// maxDraft is the largest draft that is read, in bytes; every answer has a limit of its own.
const maxDraft = 16 << 20

func (app *App) newDraft(agreement, list, occasion string) *draft {
	var tag [4]byte
	rand.Read(tag[:]) // only so that two sittings begun in one second do not share a name
	now := app.Now()
	name := now.UTC().Format("20060102-150405-") + hex.EncodeToString(tag[:]) + ".json"
	return &draft{Format: draftFormat, Agreement: agreement, Checklist: list, Occasion: occasion, Begun: now,
		path: app.path("drafts", name)}
}

// keep saves the walk as it stands.
func (d *draft) keep(walk *checklist.Walk, partial *screen.Partial, now time.Time) error {
	d.Answers, d.At, d.Partial, d.Saved = walk.Answers(), walk.At(), partial, now
	content, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		return err
	}
	return replaceFile(d.path, append(content, '\n'))
}

// otherDrafts are those that cannot be gone on with here.
type otherDrafts struct {
	unreadable []string // the paths of drafts that cannot be read
	busy       int      // how many another window is at
	elsewhere  []string // the ids of other agreements under which something is unfinished
}

// drafts lists what was left unfinished for a checklist, the newest first. A draft that cannot be read is left alone
// and named: it may be all that is left of what somebody typed.
func (app *App) drafts(agreement, list, occasion string) (found []*draft, others otherDrafts, err error) {
	entries, err := os.ReadDir(app.path("drafts"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, others, nil
	}
	if err != nil {
		return nil, others, err
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") || !e.Type().IsRegular() {
			continue
		}
		path := app.path("drafts", e.Name())
		content, err := readSmall(path, maxDraft)
		d := &draft{path: path}
		if err != nil || json.Unmarshal(content, d) != nil || d.Format != draftFormat {
			others.unreadable = append(others.unreadable, path)
			continue
		}
		if d.Agreement != agreement && packID.MatchString(d.Agreement) && !slices.Contains(others.elsewhere, d.Agreement) {
			others.elsewhere = append(others.elsewhere, d.Agreement)
		}
		if d.Agreement != agreement || d.Checklist != list || d.Occasion != occasion {
			continue
		}
		if !d.claim() {
			others.busy++ // another window is at it
			continue
		}
		d.release()
		found = append(found, d)
	}
	slices.SortFunc(found, func(a, b *draft) int { return b.Saved.Compare(a.Saved) })
	return found, others, nil
}

// claim takes the draft for this program, so that two windows never write one draft. It reports false when another
// has it.
func (d *draft) claim() bool {
	d.lock = flock.New(strings.TrimSuffix(d.path, ".json") + ".lock")
	taken, err := d.lock.TryLock()
	return taken && err == nil
}

// release gives the draft up, for another window or another day.
func (d *draft) release() {
	if d.lock != nil && d.lock.Locked() {
		// Removed while it is still held, so that nobody else's lock is removed. Windows refuses that, and refuses to
		// remove a lock that somebody holds, so there it is tried again afterwards.
		err := os.Remove(d.lock.Path())
		d.lock.Unlock()
		if err != nil {
			os.Remove(d.lock.Path())
		}
	}
}

func (d *draft) remove() error {
	defer d.release()
	err := os.Remove(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// name is what the draft is called on the command line.
func (d *draft) name() string { return strings.TrimSuffix(filepath.Base(d.path), ".json") }

// words tells drafts apart without saying anything of what is in them.
func (d *draft) words() string {
	const day = "2 Jan 2006 15:04"
	return fmt.Sprintf("begun %s, %s, saved %s", d.Begun.Local().Format(day), count(len(d.Answers), "answer"), d.Saved.Local().Format(day))
}
