package cmd

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/gofrs/flock"
)

// A draft is a walk that has not been signed. It lives apart from the log, is replaced after every answer, and goes
// when the decision is recorded. It may hold anything that was typed: the folder is the person's alone.
type draft struct {
	Format    int               `json:"format"`
	Kind      decision.Kind     `json:"kind,omitempty"` // of the record to be; empty: a decision
	Of        string            `json:"of,omitempty"`   // the id of the record that it is about, hex
	Agreement string            `json:"agreement"`
	Checklist string            `json:"checklist"`
	Occasion  string            `json:"occasion"`
	Begun     time.Time         `json:"begun"`
	Saved     time.Time         `json:"saved"`
	At        string            `json:"at"`
	Answers   checklist.Answers `json:"answers"`
	Partial   *screen.Partial   `json:"partial,omitempty"`
	// Standing is training in the training room, and empty for what is live. Scenario is the exercise that was begun.
	Standing decision.Standing `json:"standing,omitempty"`
	Scenario string            `json:"scenario,omitempty"`
	// Calm is the person's own answer to whether somebody is in danger, while going over to an emergency says otherwise.
	Calm *checklist.Answer `json:"calm,omitempty"`
	// Pending is the body that was about to be recorded. If the program ends between recording and removing the
	// draft, this tells that the decision is already in the log, and it is not signed twice.
	Pending string `json:"pending,omitempty"`

	path string
	lock *flock.Flock
}

const draftFormat = 1

// maxDraft is the largest draft that is read, in bytes; every answer has a limit of its own.
const maxDraft = 16 << 20

func (app *App) newDraft(t *task) *draft {
	var tag [4]byte
	rand.Read(tag[:]) // only so that two sittings begun in one second do not share a name
	now := app.Now()
	name := now.UTC().Format("20060102-150405-") + hex.EncodeToString(tag[:]) + ".json"
	d := &draft{Format: draftFormat, Kind: t.kind, Of: t.about(), Scenario: t.scenario, Begun: now, path: app.path("drafts", name)}
	if app.Training {
		d.Standing = decision.Training
	}
	return d
}

// keep saves the walk as it stands, under the occasion and agreement of the task, which may have changed on the way.
func (d *draft) keep(t *task, walk *checklist.Walk, partial *screen.Partial, now time.Time) error {
	d.Agreement, d.Checklist, d.Occasion = t.agreement.ID, t.list.ID, t.occasion
	saved := d.Saved
	d.Answers, d.At, d.Partial, d.Saved = walk.Answers(), walk.At(), partial, now
	content, err := json.MarshalIndent(d, "", " ")
	if err == nil {
		err = replaceFile(d.path, append(content, '\n'))
	}
	if err != nil {
		d.Saved = saved // what is on the disk, if anything, is the draft of then
	}
	return err
}

// otherDrafts are those that cannot be gone on with here.
type otherDrafts struct {
	unreadable []string // the paths of drafts that cannot be read
	busy       int      // how many another window is at
	strange    []string // the paths of drafts of exercises among those of decisions, or the reverse
}

// serves reports whether the draft is one of the task: of the same kind, about the same record and of the same exercise.
// It may have been begun under another occasion or agreement.
func (d *draft) serves(t *task) bool {
	kind := d.Kind
	if kind == "" {
		kind = decision.Decision
	}
	return kind == t.kind && d.Of == t.about() && d.Scenario == t.scenario
}

// isExercise reports whether the draft was begun in the training room.
func (d *draft) isExercise() bool {
	return d.Standing != "" && d.Standing != decision.Live || d.Scenario != ""
}

// here reports whether the draft was left under the agreement and occasion of the task.
func (d *draft) here(t *task) bool {
	return d.Agreement == t.agreement.ID && d.Checklist == t.list.ID && d.Occasion == t.occasion
}

// drafts lists what was left unfinished of a task: first what was left under its agreement and occasion, the newest
// first. A draft that cannot be read is left alone and named: it may be all that is left of what somebody typed.
func (app *App) drafts(t *task) (found []*draft, others otherDrafts, err error) {
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
		d := readDraft(path)
		if d == nil {
			others.unreadable = append(others.unreadable, path)
			continue
		}
		if d.isExercise() != app.Training {
			others.strange = append(others.strange, path)
			continue
		}
		if !d.serves(t) {
			continue
		}
		if !d.claim() {
			others.busy++ // another window is at it
			continue
		}
		d.release()
		found = append(found, d)
	}
	slices.SortFunc(found, func(a, b *draft) int {
		if here := a.here(t); here != b.here(t) {
			if here {
				return -1
			}
			return 1
		}
		return b.Saved.Compare(a.Saved)
	})
	return found, others, nil
}

// readDraft reads a draft, or nothing where it is none that is understood.
func readDraft(path string) *draft {
	content, err := readSmall(path, maxDraft)
	d := &draft{path: path}
	if err != nil || json.Unmarshal(content, d) != nil || d.Format != draftFormat || !slices.Contains(checklist.Occasions, d.Occasion) {
		return nil
	}
	return d
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

// kept reports whether there is anything on the disk to go on with.
func (d *draft) kept() bool { return d != nil && !d.Saved.IsZero() }

// name is what the draft is called on the command line.
func (d *draft) name() string { return strings.TrimSuffix(filepath.Base(d.path), ".json") }

// words tells drafts apart without saying anything of what is in them.
func (d *draft) words() string {
	const day = "2 Jan 2006 15:04"
	return fmt.Sprintf("begun %s, %s, saved %s", d.Begun.Local().Format(day), count(len(d.Answers), "answer"), d.Saved.Local().Format(day))
}

// dropDrafts removes drafts about records of which the log has destroyed what they said, and drafts that were recorded and
// were destroyed in the log: a draft tells it again. Whoever wrote one is told.
func (app *App) dropDrafts(trust *logbook.Trust, books ...*logbook.Book) {
	entries, err := os.ReadDir(app.path("drafts"))
	if err != nil || trust == nil {
		return
	}
	for _, e := range entries {
		d := &draft{path: app.path("drafts", e.Name())}
		if !strings.HasSuffix(d.path, ".json") || !e.Type().IsRegular() {
			continue
		}
		content, err := readSmall(d.path, maxDraft)
		if err != nil || json.Unmarshal(content, d) != nil {
			continue
		}
		var what, why string
		if of, err := decision.ParseID(d.Of); err == nil && destroyed(trust, of, books) {
			what, why = fmt.Sprintf("the unfinished %s of record %s, %s", d.Kind, of.Shown(), d.words()), "the record it is about was disposed of"
		} else if entry, found, err := app.recorded(d.Pending); err == nil && found && destroyed(trust, entry.ID, books) {
			what, why = fmt.Sprintf("the draft of record %s, %s", entry.ID.Shown(), d.words()), "that record was disposed of"
		} else {
			continue
		}
		if !d.claim() {
			app.say("Warning: %s is open in another window, and tells of a record that was disposed of. Stop there, and run dsa sync again.", what)
			continue
		}
		if err := d.remove(); err != nil {
			app.say("Warning: %s tells of a record that was disposed of, and could not be removed: %s", what, screen.Safe(d.path))
			continue
		}
		app.say("Removed, since %s: %s.", why, what)
	}
}

// destroyed reports whether a disposal in force names a record, and nothing but its cover is left in these folders.
func destroyed(trust *logbook.Trust, id decision.ID, books []*logbook.Book) bool {
	if _, is := trust.Disposed(id); !is {
		return false
	}
	if _, held := trust.Held(id); held {
		return false
	}
	cover := false
	for _, book := range books {
		entry, err := book.Find(id.String())
		var none *logbook.NotFoundError
		switch {
		case errors.As(err, &none):
		case err != nil || !entry.CoverOnly:
			return false
		default:
			cover = true
		}
	}
	return cover
}

// keepDraft saves what there is. A sitting in which nothing was answered leaves nothing behind.
func (s *signing) keepDraft(partial *screen.Partial) error {
	if !s.draft.kept() && partial == nil && maps.EqualFunc(s.comp.walk.Answers(), s.beforehand(), checklist.Answer.Equal) {
		return nil
	}
	s.draft.Calm = s.calm
	if s.unsaved = s.draft.keep(s.task, s.comp.walk, partial, s.app.Now()); s.unsaved != nil {
		return s.unsaved
	}
	if s.draft.lock == nil {
		s.draft.claim()
	}
	return nil
}

// resume offers to go on with what was left unfinished.
func (s *signing) resume(ctx context.Context, asker screen.Asker, sitting *screen.Sitting) error {
	hurried := s.task.occasion == checklist.Emergency
	drafts, others, err := s.app.drafts(s.task)
	if err != nil {
		if !hurried {
			return err
		}
		s.unsaved = err
		sitting.Notice = append(sitting.Notice, "Nothing can be saved on the way, as the folder of drafts cannot be read. Go on; what you sign at the end is recorded: "+s.app.path("drafts"))
		return nil
	}
	for _, path := range others.unreadable {
		sitting.Notice = append(sitting.Notice, "A draft cannot be read and was left as it is: "+path)
	}
	for _, path := range others.strange {
		what := "A draft of an exercise lies among your drafts, and no decision goes on with it: "
		if s.app.Training {
			what = "A draft that is not of an exercise lies in the training room, and no exercise goes on with it: "
		}
		sitting.Notice = append(sitting.Notice, what+path)
	}
	if drafts, err = s.withoutRecorded(drafts); err != nil {
		return err
	}
	if hurried {
		// Nobody is asked about other work before they have acted, nor about what another window is at.
		n := len(drafts) + others.busy
		drafts, others.busy = slices.DeleteFunc(drafts, func(d *draft) bool { return d.Occasion != checklist.Emergency }), 0
		if n -= len(drafts); n > 0 {
			sitting.Notice = append(sitting.Notice, count(n, "other unfinished decision")+" kept; go on with it afterwards.")
		}
	}
	s.draft = s.app.newDraft(s.task)
	if len(drafts)+others.busy == 0 || s.opts.fresh {
		return nil
	}
	if hurried && len(drafts) == 1 && drafts[0].here(s.task) && drafts[0].claim() {
		// Whoever went away to act comes straight back to where they were.
		s.takeUp(drafts[0], sitting, "; --new begins another")
		return nil
	}
	chosen, err := s.choose(ctx, asker, drafts, others.busy)
	if err != nil || chosen == nil {
		return err
	}
	if !chosen.claim() {
		return fail("another window is at that "+s.task.noun+"; nothing was changed", "go on there, or begin a new one with: "+s.task.command+" --new")
	}
	s.takeUp(chosen, sitting, "")
	return nil
}

// takeUp goes on with a draft that has been claimed where it was left, or, when it was left under another occasion or
// agreement, at the first question that has no answer here.
func (s *signing) takeUp(d *draft, sitting *screen.Sitting, or string) {
	s.draft, s.begun, s.calm = d, d.Begun, d.Calm
	sitting.Partial = d.Partial
	sitting.Notice = append(sitting.Notice, "Going on with the "+s.task.noun+" "+d.words()+or+".")
	if d.here(s.task) {
		answers := maps.Clone(d.Answers)
		for _, ask := range forks(s.task.list) {
			// The program ended between the answer and going over: it is asked again, and followed.
			if o := ask.Option(only(answers[ask.ID])); o != nil && o.Switch != "" && o.Switch != s.task.occasion {
				delete(answers, ask.ID)
			}
		}
		s.begin(answers, d.At)
		sitting.Notice = append(sitting.Notice, s.unfit()...)
		return
	}
	before := s.left(d)
	var list *checklist.List
	if before != nil {
		list = before.List()
	}
	answers, changed := s.goingOver(d.Occasion, d.Answers)
	s.begin(under(list, s.task.list, s.task.occasion, answers), "")
	sitting.Notice = append(append(sitting.Notice, changed...), s.displaced(before)...)
}

// left is the walk of a draft as it was left, or nil where its agreement or checklist is not at hand.
func (s *signing) left(d *draft) *checklist.Walk {
	if !slices.Contains(checklist.Agreements(s.app.Data), d.Agreement) {
		return nil
	}
	agreement, err := s.agreement(d.Agreement)
	if err != nil || agreement.List(d.Occasion) == nil {
		return nil
	}
	walk := s.composition(agreement, agreement.List(d.Occasion), d.Occasion).walk
	walk.Restore(d.Answers, d.At)
	return walk
}

// withoutRecorded removes drafts whose record is already in the log: the program was stopped after recording and before
// it could put the draft away.
func (s *signing) withoutRecorded(drafts []*draft) ([]*draft, error) {
	var open []*draft
	for _, d := range drafts {
		entry, found, err := s.app.recorded(d.Pending)
		hurried := s.task.occasion == checklist.Emergency // in which a damaged log stops nobody before the first question
		if err != nil && !hurried {
			return nil, err
		}
		if !found {
			open = append(open, d)
			continue
		}
		since := ""
		if entry.CoverOnly {
			since = "; what it said was destroyed since, and its signed cover is left"
		}
		s.app.say("The %s begun %s was recorded before the program was stopped: number %d, id %s%s.",
			s.task.noun, d.Begun.Local().Format("2 January 2006 15:04"), entry.Number, entry.ID.Shown(), since)
		if err := d.remove(); err != nil && !hurried {
			return nil, err
		}
	}
	return open, nil
}

// choose asks which draft to go on with; the answer nil begins anew. Ending the question ends the command.
func (s *signing) choose(ctx context.Context, asker screen.Asker, drafts []*draft, busy int) (*draft, error) {
	ask := checklist.Ask{ID: "draft", Kind: checklist.OneOf, Words: "Which one?", Missing: "Choose one"}
	for _, d := range drafts {
		ask.Options = append(ask.Options, s.goingOn(d))
	}
	noun := s.task.noun
	ask.Options = append(ask.Options, checklist.Option{ID: "new", Words: "Begin a new " + noun + "; what is unfinished is kept"})
	list := &checklist.List{ID: "draft", Title: "Unfinished", Questions: []checklist.Question{{
		ID: "draft", Title: screen.Capital(article(noun)) + " was left unfinished",
		Guidance: "If someone is in danger now, act first: call 999. Nothing here has to be done before that.",
		Source:   "dsa", Asks: []checklist.Ask{ask},
	}}}
	walk := checklist.NewWalk(list, nil, nil, s.app.Now)
	sitting := &screen.Sitting{Walk: walk, Title: list.Title, Training: s.app.Training}
	if busy > 0 {
		sitting.Notice = []string{count(busy, "unfinished "+noun) + " open in another window; go on with it there."}
	}
	ending, err := asker.Conduct(ctx, sitting)
	if err != nil {
		return nil, err
	}
	if ending == screen.InputEnded {
		return nil, fail("the answers ended before the first question; nothing was signed", "run the same command again; what is unfinished is kept")
	}
	if ending != screen.Agreed {
		return nil, &failure{what: "stopped before the first question; nothing was signed",
			next: "run the same command again; what is unfinished is kept", code: codeStopped}
	}
	name := only(walk.Answers()["draft"])
	for _, d := range drafts {
		if d.name() == name {
			return d, nil
		}
	}
	return nil, nil
}

// goingOn says what it would mean to go on with a draft: as it was left, or under another occasion or agreement.
func (s *signing) goingOn(d *draft) checklist.Option {
	o := checklist.Option{ID: d.name(), Words: "Go on with the one " + d.words()}
	if d.here(s.task) {
		return o
	}
	as, left, again := "", "", s.app.shareCommand(d.Occasion, s.app.usualAgreement())
	if s.task.scenario != "" {
		again = s.task.command
	}
	if d.Occasion != s.task.occasion {
		as = ", as " + shortOccasions[s.task.occasion] + ","
	}
	if d.Agreement != s.task.agreement.ID {
		as += " under this agreement"
		left = " left under another"
		if packID.MatchString(d.Agreement) {
			left = " left under " + d.Agreement
			if s.task.scenario == "" {
				again += " --agreement and its id or folder"
			}
		}
	}
	o.Words = fmt.Sprintf("Go on%s with the unfinished %s %s%s, %s", as, shortOccasions[d.Occasion], s.task.noun, left, d.words())
	o.Help = "Answers that have no place here stay in the draft. To go on with it as it was left, use: " + again
	return o
}

// article is a noun with its indefinite article.
func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}
