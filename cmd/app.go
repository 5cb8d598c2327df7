// Package cmd is the command line: it alone knows the agreements, the law, the screen and the log together, and
// composes them. It is the only package that meets the clock, the environment and the person's folders.
package cmd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/data"
	"dsa/decision/logbook"
	"dsa/legislation"

	"github.com/inconshreveable/mousetrap"
	"golang.org/x/term"
)

// Version of the program, as every record names it.
const Version = "0.1.0"

// Program is how the program names itself in a record.
const Program = "dsa " + Version

// App is what a command may use of the world. Tests make their own.
type App struct {
	In       io.Reader
	Out, Err io.Writer
	Now      func() time.Time
	Rand     io.Reader
	Data     fs.FS  // agreements and law
	Home     string // where profile, key, drafts and the author's own log live
	Device   string // the name of this computer, for the record that opens a chain
	Beside   string // the folder of the program, in which agreements may lie; empty: nowhere

	// Training is the training room: what is signed stands as training for ever, with a key that nobody keeps.
	Training bool
	// Terminal says that a person sits there: what is asked for is read from a terminal, and what is said is shown on one.
	Terminal bool

	// Explorer says whether the program was opened by a double click in Windows, in a window that closes with it; nil: it was not.
	Explorer func() bool

	// Drawn makes the drawn asker, or nil where there is no terminal to draw on.
	Drawn func() screen.Asker
	// Passphrase asks for the passphrase of a key, without showing it. It fails where nobody can be asked.
	Passphrase func(prompt string) ([]byte, error)

	left        bool            // the person has left the menu, or stopped the program
	ctx         context.Context // ends when the person stops the program; nil: never
	exposedSaid []string        // folders of which it was said how they are exposed

	tables    tables
	packTitle string            // the title of the agreement that came from a folder
	copied    *copiedAgreements // see installedAgreements; nil: nobody has looked yet
	preferred *preferences      // nil: not read yet

	line line              // see asker
	hall *App              // from where the training room was entered
	who  checklist.Answers // in the training room: the invented person who decides
}

// System is the App of the real world.
func System() *App {
	app := &App{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Now: time.Now, Rand: rand.Reader, Data: data.Files,
		Home: homeFolder(), Explorer: mousetrap.StartedByExplorer,
	}
	app.Device, _ = os.Hostname()
	if program, err := os.Executable(); err == nil {
		app.Beside = programFolder(program)
	}
	app.Terminal = term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd()))
	if app.Terminal {
		if os.Getenv("TERM") != "dumb" {
			app.Drawn = func() screen.Asker { return screen.NewDrawn(os.Stdin, os.Stderr) }
		}
	}
	app.Passphrase = func(prompt string) ([]byte, error) {
		if given, ok := os.LookupEnv("DSA_PASSPHRASE"); ok {
			return []byte(given), nil
		}
		if !term.IsTerminal(int(os.Stdin.Fd())) {
			return nil, errNobodyToAsk
		}
		fmt.Fprint(os.Stderr, prompt)
		secret, err := term.ReadPassword(int(os.Stdin.Fd()))
		fmt.Fprintln(os.Stderr)
		return secret, err
	}
	return app
}

var errNobodyToAsk = errors.New("there is no terminal to ask at")

// homeFolder is where the person's own things are kept: DSA_HOME, a folder beside the program, or the place the system
// has for a program's data.
func homeFolder() string {
	if home := os.Getenv("DSA_HOME"); home != "" {
		return home
	}
	if program, err := os.Executable(); err == nil {
		if home := besideProgram(program); home != "" {
			return home
		}
	}
	if runtime.GOOS != "windows" && runtime.GOOS != "darwin" {
		if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
			return filepath.Join(dir, "dsa")
		}
		if dir, err := os.UserHomeDir(); err == nil {
			return filepath.Join(dir, ".local", "share", "dsa")
		}
	}
	if dir, err := os.UserConfigDir(); err == nil {
		return filepath.Join(dir, "dsa")
	}
	return ""
}

// tables are the law once it has been read, which a sitting does in the background while the first questions are put; and
// the questions about who decides.
type tables struct {
	reading sync.Mutex
	law     *legislation.Law
	parts   legislation.Part

	who *checklist.List // see whoWalk
}

// Law reads the tables, with the parts asked for, only for a command that needs them and only once.
func (app *App) Law(parts legislation.Part) (*legislation.Law, error) {
	if app.hall != nil && app.packTitle == "" {
		return app.hall.Law(parts) // it is the same in every room, and takes its time to read
	}
	t := &app.tables
	t.reading.Lock()
	defer t.reading.Unlock()
	if t.law != nil && t.parts&parts == parts {
		return t.law, nil
	}
	law, err := legislation.Load(app.Data, t.parts|parts)
	if err == nil {
		t.law, t.parts = law, t.parts|parts
	}
	return law, err
}

// agreement finds an agreement that is built in by its id, or reads the one that was copied here or lies in the folder
// named, before the law is loaded. What is built in comes first, then what was copied here: a folder that happens to have
// the name does not take its place.
func (app *App) agreement(named string) (*checklist.Agreement, error) {
	for _, known := range checklist.Agreements(app.Data) {
		if known == named {
			return checklist.Load(app.Data, named)
		}
	}
	if dir := app.copiedTo(named); dir != "" {
		return app.usePack(dir)
	}
	if isFolder(named) {
		return app.usePack(named)
	}
	return nil, &failure{
		what: "there is no such agreement here; nothing was recorded",
		next: perhaps(named, app.agreementNames(), "choose one of: "+listed(app.agreementNames())+"; or name the folder of your own"),
		code: codeUsage,
	}
}

// path joins names below the home folder.
func (app *App) path(names ...string) string {
	return filepath.Join(append([]string{app.Home}, names...)...)
}

// logFolder is the author's own log, unless another was named.
func (app *App) logFolder(named string) string {
	if named != "" {
		return named
	}
	return app.path("log")
}

// openLog opens a log for reading.
func (app *App) openLog(named string) (*logbook.Book, error) {
	dir := app.logFolder(named)
	if named == "" {
		app.mendTop()
	}
	book, err := app.answering(dir)
	if errors.Is(err, fs.ErrNotExist) {
		if named == "" {
			return nil, fail("there are no records on this computer yet", "make the first one with: dsa share --adhoc")
		}
		return nil, fail("the log folder does not exist", "check the name given with --log")
	}
	return book, err
}

// answerWait is how long a folder is waited for before that is said.
const answerWait = 2 * time.Second

// answering opens a log that may lie where nobody answers: it is waited for until the person stops the program.
func (app *App) answering(dir string) (*logbook.Book, error) {
	ctx := app.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	return openAnswering(ctx, dir, logbook.Open, answerWait, func() { app.say("%s does not answer yet. Ctrl-C stops.", screen.Safe(dir)) })
}

// openAnswering opens a log and lists it once, in the background: no signal ends the waiting for a folder on a network.
func openAnswering(ctx context.Context, dir string, open func(string) (*logbook.Book, error), after time.Duration, say func()) (*logbook.Book, error) {
	type opened struct {
		book *logbook.Book
		err  error
	}
	done := make(chan opened, 1)
	go func() {
		book, err := open(dir)
		if err == nil {
			book.Chains() // whoever goes on meets what is wrong with it
		}
		done <- opened{book, err}
	}()
	slow := time.NewTimer(after)
	defer slow.Stop()
	for {
		select {
		case o := <-done:
			return o.book, o.err
		case <-slow.C:
			say()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (app *App) say(format string, args ...any) { fmt.Fprintf(app.Err, format+"\n", args...) }
