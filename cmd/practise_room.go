package cmd

import (
	"cmp"
	"crypto/ed25519"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
)

// The training room is an App of its own: what is composed in it stands as training for ever, is signed with a key that
// nobody keeps, and lies in a folder of its own. The walk, the record and every command that reads are the same code as live.

// trainingMark is the file that makes a folder, and all that lies below it, a training room. Its name is no other in a home
// folder where case does not count, as on Windows and macOS: the room itself is called training.
const trainingMark = "TRAINING.txt"

const trainingMarkText = `TRAINING

Everything in this folder comes from exercises. No record in it is a decision, nobody in it exists, and the keys that
signed it are kept by nobody. dsa with --home on this folder, or on one in it, is in the training room.
The folder can be deleted whenever you like. Do not keep real work in it.
`

// standing is what every record that is made here stands as.
func (app *App) standing() decision.Standing {
	if app.Training {
		return decision.Training
	}
	return decision.Live
}

// isTrainingPlace reports whether a folder is a training room or lies in one, by the way it is named or by where it is in
// truth: a link does not lead out of the room.
func isTrainingPlace(dir string) bool {
	if dir == "" {
		return false
	}
	named, err := filepath.Abs(dir)
	if err != nil {
		return false
	}
	for _, at := range []string{named, resolved(named)} {
		for {
			if info, err := os.Lstat(filepath.Join(at, trainingMark)); err == nil && info.Mode().IsRegular() {
				return true
			}
			up := filepath.Dir(at)
			if up == at {
				break
			}
			at = up
		}
	}
	return false
}

// resolved is where a folder is in truth, links followed as far as there is anything.
func resolved(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	if up := filepath.Dir(dir); up != dir {
		return filepath.Join(resolved(up), filepath.Base(dir))
	}
	return dir
}

// Everything that is done in the training room, and all that is looked up there. What is for others, such as a partnership's
// log, or is to last, such as a key, is done outside.
var roomCommands = []string{"share", "practise", "log", "show", "find", "export", "report", "sample", "tier2", "verify",
	"gateways", "basis", "checklist", "agreement", "glossary", "help", "completion"}

// enter says whether a command is in the training room, which follows from its home folder alone, and refuses there what is
// not for it.
func (app *App) enter(cmd *cobra.Command) error {
	if app.Training = isTrainingPlace(app.Home); !app.Training {
		return nil
	}
	top := cmd
	for top.HasParent() && top.Parent().HasParent() {
		top = top.Parent()
	}
	if cmd.HasParent() && !slices.Contains(roomCommands, top.Name()) || top.Name() == "log" && cmd != top {
		return fail("this folder is the training room, and "+cmd.CommandPath()+" is for real records; nothing was asked or recorded: "+screen.Safe(app.Home),
			"leave out --home, or DSA_HOME, to work with your own records")
	}
	app.say("TRAINING. This folder is the training room: nothing in it is a decision.")
	if f := cmd.Flags().Lookup("training"); f != nil && !f.Changed {
		return f.Value.Set("true") // there is nothing else here
	}
	return nil
}

// furnish makes the folder of the training room, which nothing else may have taken, and nothing may lead out of.
func (app *App) furnish() error {
	cannot := func(err error) error {
		return (&failure{what: "the training room cannot be made or looked into; nothing was asked or recorded: " + screen.Safe(app.Home),
			next: "check that there is space, and that the folder is yours, or name another with --home", code: codeCould}).because(err)
	}
	for _, dir := range []string{app.Home, app.path("log"), app.path("drafts")} {
		info, err := os.Lstat(dir)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return cannot(err)
		}
		if !info.IsDir() {
			return fail("the folder of the training room is no folder of its own, but a file or a link to another; nothing was asked or recorded: "+screen.Safe(dir),
				"put it away, and run the same command again")
		}
	}
	if !isMissing(app.path(trainingMark)) {
		return nil
	}
	entries, err := os.ReadDir(app.Home)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.MkdirAll(app.Home, 0o700); err != nil {
			return cannot(err)
		}
	case err != nil:
		return cannot(err)
	case len(entries) > 0:
		return fail("the folder of the training room holds things and does not say that it is one: the file "+trainingMark+" is missing; nothing was asked or recorded: "+screen.Safe(app.Home),
			"move the folder away, or delete it, and run the same command again")
	}
	if _, err = createFile(app.path(trainingMark), []byte(trainingMarkText)); err != nil {
		return cannot(err)
	}
	return nil
}

// keptApart refuses to write exercises and decisions into one log: the folder written to must stand where the App stands,
// wherever links lead.
func (app *App) keptApart() error {
	dir := app.logFolder("")
	switch is := isTrainingPlace(dir); {
	case app.Training && !isTrainingPlace(resolved(dir)):
		return fail("the log of the training room leads out of it; nothing was recorded: "+screen.Safe(dir), "delete the link, and run the same command again")
	case !app.Training && is:
		return fail("the log folder lies in a training room, so no decision is recorded in it; nothing was recorded: "+screen.Safe(dir),
			"name another folder with --home; the training room is for dsa practise")
	}
	return nil
}

// unmixed refuses to begin a book among those of the other standing. It is asked once in the life of a book.
func (app *App) unmixed(book *logbook.Book) error {
	exercises, decisions := standings(book)
	switch {
	case exercises && !app.Training:
		return holdsExercises(book.Dir())
	case decisions && app.Training:
		return fail("the log folder holds decisions, so no exercise is recorded in it; nothing was recorded: "+screen.Safe(book.Dir()),
			"move the folder away, and run the same command again")
	}
	return nil
}

// standings says whether there are books of exercises in a log, and books of decisions.
func standings(book *logbook.Book) (exercises, decisions bool) {
	for entry, err := range book.Where(func(c decision.Cover) bool { return c.Kind == decision.Open }) {
		if err == nil { // whoever checks the log is told
			exercises = exercises || entry.Namespace == trainingRole
			decisions = decisions || entry.Namespace != trainingRole
		}
	}
	return exercises, decisions
}

func inTrainingRoom(dir string) error {
	return fail("the folder is for exercises (TRAINING), and has nothing for a log of decisions; nothing was recorded or copied: "+screen.Safe(dir), "name another folder")
}

func holdsExercises(dir string) error {
	return fail("the log folder holds exercises (TRAINING), and they do not belong with decisions; nothing was recorded or copied: "+screen.Safe(dir),
		"name another folder, or move the books of exercises out of it; dsa log --training shows which they are")
}

// throwawayKey is a key that signs one exercise. It is never written anywhere: nobody can sign with it again.
func (app *App) throwawayKey() (sshsig.Signer, error) {
	seed := make([]byte, ed25519.SeedSize)
	if _, err := io.ReadFull(app.Rand, seed); err != nil {
		return nil, err
	}
	defer clear(seed)
	return strictSigner(ed25519.NewKeyFromSeed(seed))
}

// A line is the asker of plain lines with what it reads and writes: what was typed ahead is kept in it, so there is one.
type line struct {
	in    io.Reader
	out   io.Writer
	asker screen.Asker
}

// asker is the one way to an asker: the drawn one where there is a terminal to draw on, and otherwise, or where it is asked
// for, the one of plain lines.
func (app *App) asker(plain bool) screen.Asker {
	if app.hall != nil {
		return app.hall.asker(plain)
	}
	if app.Drawn != nil && !plain {
		return app.Drawn()
	}
	if app.line.asker == nil || app.line.in != app.In || app.line.out != app.Err {
		app.line = line{app.In, app.Err, screen.NewPlain(app.In, app.Err)}
	}
	return app.line.asker
}

// draws reports whether the asker is the drawn one.
func (app *App) draws(plain bool) bool { return app.Drawn != nil && !plain }

// scenarios are those that are built in, and of an agreement named by its folder its own, in the order in which they are
// listed: what one begins with comes first.
func (app *App) scenarios(agreement string) ([]*training.Scenario, error) {
	all, err := training.All(app.builtIn(), "scenarios")
	if err != nil {
		return nil, err
	}
	if agreement != "" && !slices.Contains(checklist.Agreements(app.builtIn()), agreement) {
		agreement = cmp.Or(app.copiedTo(agreement), agreement)
		if !isFolder(agreement) {
			_, err := app.agreement(agreement)
			return nil, err
		}
		own, err := app.scenariosIn(agreement)
		if err != nil {
			return nil, err
		}
		all = append(all, own...)
	}
	var ordered []*training.Scenario
	for _, group := range app.grouped(all) {
		ordered = append(ordered, group.cases...)
	}
	return ordered, nil
}

// scenariosIn are the scenarios in the folder of an agreement. Where one lies is kept as an absolute path, which is how
// those that are not built in are known.
func (app *App) scenariosIn(dir string) ([]*training.Scenario, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	p, err := readPack(dir)
	if err != nil {
		return nil, err
	}
	own, faults := p.scenarios(app.builtIn())
	if faults != nil {
		return nil, unsoundScenario(faults)
	}
	for _, s := range own {
		s.File = filepath.Join(dir, "scenarios", filepath.Base(s.File))
	}
	return own, nil
}

// builtIn are the files that are built in, without those of an agreement in a folder.
func (app *App) builtIn() fs.FS {
	if app.hall != nil {
		return app.hall.builtIn()
	}
	return app.Data
}

// scenario finds a scenario by its id, or a variant of one by s11/march, or reads the file named. A variant of a file is
// named behind it: FILE.yaml/march.
func (app *App) scenario(named, agreement string) (*training.Scenario, error) {
	if file, variant, is := scenarioFile(named); is {
		content, err := readSmall(file, training.MaxSize)
		if err != nil {
			return nil, (&failure{what: "the scenario cannot be read; nothing was asked or recorded: " + screen.Safe(file),
				next: "check the name; dsa practise --list lists the scenarios that are built in", code: codeCould}).because(err)
		}
		s, err := training.Parse(file, content)
		if err != nil {
			return nil, unsoundScenario(err)
		}
		if s.File, err = filepath.Abs(file); err != nil {
			return nil, err
		}
		return asVariant(s, variant)
	}
	all, err := app.scenarios(agreement)
	if err != nil {
		return nil, err
	}
	id, variant, _ := strings.Cut(named, "/")
	for _, s := range all {
		if s.ID == id {
			return asVariant(s, variant)
		}
	}
	var names []string
	for _, s := range all {
		names = append(names, s.ID)
		for _, v := range s.Practised() {
			names = append(names, s.ID+"/"+v.ID)
		}
	}
	return nil, &failure{what: "there is no such scenario here; nothing was asked or recorded",
		next: perhaps(named, names, "dsa practise --list lists them"), code: codeUsage}
}

// scenarioFile tells a scenario that is named by its file, and the variant behind it.
func scenarioFile(named string) (file, variant string, is bool) {
	if file, variant, is := strings.Cut(named, ".yaml/"); is {
		return file + ".yaml", variant, true
	}
	return named, "", strings.HasSuffix(strings.ToLower(named), ".yaml")
}

// asVariant is the case, or the variant of it that can be practised.
func asVariant(s *training.Scenario, variant string) (*training.Scenario, error) {
	names := []string{handedName(s)}
	for _, v := range s.Practised() {
		names = append(names, handedName(s)+"/"+v.ID)
		if v.ID == variant {
			return s.As(variant)
		}
	}
	if variant == "" {
		return s, nil
	}
	return nil, &failure{what: "the scenario " + s.ID + " has no such variant; nothing was asked or recorded", next: "use one of: " + listed(names), code: codeUsage}
}

// room is the training room set up for a scenario: what is written lies in the folder of exercises, the clock begins where
// the case does, whoever decides is the person in the story, and a key is made when it is needed and kept by nobody. Nothing
// is made on the disk before something is kept; see furnish.
func (app *App) room(s *training.Scenario) (*App, error) {
	begins := s.Clock()
	home := app.path("training")
	if app.Training {
		home = app.Home
	}
	entered := app.Now()
	room := &App{
		In: app.In, Out: app.Out, Err: app.Err,
		Now:  func() time.Time { return begins.Add(app.Now().Sub(entered)) },
		Rand: app.Rand, Data: app.builtIn(), Home: home, Device: "the training room",
		Drawn: app.Drawn, Terminal: app.Terminal, Training: true,
		Passphrase: func(string) ([]byte, error) { return nil, errNobodyToAsk },
		ctx:        app.ctx, hall: app,
	}
	var err error
	room.who, err = room.modelWho(s)
	return room, err
}

// modelWho is who decides in the story.
func (app *App) modelWho(s *training.Scenario) (checklist.Answers, error) {
	walk, err := app.whoWalk()
	if err != nil {
		return nil, err
	}
	file, faults := answersIn(s, s.Answers)
	if faults != nil {
		return nil, unsoundScenario(faults)
	}
	file.fill(walk) // its faults are about answers that have no place among these questions
	return walk.Answers(), nil
}

// practiseName is what to type for a scenario.
func practiseName(s *training.Scenario) string {
	if !filepath.IsAbs(s.File) {
		return s.ID
	}
	_, variant, _ := strings.Cut(s.ID, "/")
	name := strings.TrimSuffix(s.File+"/"+variant, "/")
	if strings.ContainsAny(name, " \t'") {
		return strconv.Quote(name)
	}
	return name
}

// reads is how a file is looked at that is named in the walk of a scenario. What the scenario has filled in names none: it
// comes from anywhere, and may ask for nothing of the computer on which it is practised.
func (t *task) reads(line string) (kept, reason string) {
	if t.scenario != "" {
		for _, filled := range t.given {
			if slices.ContainsFunc(strings.Split(filled.Text, "\n"), func(is string) bool { return unquoted(is) == unquoted(line) }) {
				return "", "the scenario has filled this in, and no file is opened for it; name one of your own, or leave it empty"
			}
		}
	}
	return readDisclosed(line)
}
