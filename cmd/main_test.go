package cmd

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"dsa/data"
	"dsa/legislation"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "write the expected texts anew")

// TestMain makes the commands of the scripts. The scripts' dsa is the real command line over an App of its own, so no
// switches for tests live in the program.
func TestMain(m *testing.M) {
	debug.SetGCPercent(800) // a process that lasts for a tenth of a second need not collect what it leaves
	testscript.Main(inMemory{m}, map[string]func(){
		"dsa":  func() { os.Exit(Main(scriptApp(), os.Args[1:])) },
		"flip": flip,
	})
}

// inMemory are tests whose folders are in memory where there is a place for them: they make thousands of files, and a
// disk takes longer to flush those than everything else takes together. The commands of the scripts stay on the disk.
type inMemory struct{ *testing.M }

func (m inMemory) Run() int {
	if dir := memoryFolder(); dir != "" && os.Getenv("TMPDIR") == "" {
		os.Setenv("TMPDIR", dir)
	}
	return m.M.Run()
}

// scriptNow is the clock of every script, unless the script sets NOW.
const scriptNow = "2026-11-22T10:11:12Z"

func scriptApp() *App {
	app := System()
	at := os.Getenv("NOW")
	if at == "" {
		at = scriptNow
	}
	now, err := time.Parse(time.RFC3339, at)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app.Now = func() time.Time { return now }
	app.Rand = fixedRandom(os.Getenv("SEED"))
	app.Data = data.Files
	app.Device = "test device"
	return app
}

// fixedRandom gives the same bytes for the same seed. A script that records twice in one minute sets another SEED, or
// the second would be the same record.
func fixedRandom(seed string) *rand.ChaCha8 {
	var key [32]byte
	copy(key[:], "dsa script "+seed)
	return rand.NewChaCha8(key)
}

// walkLaw is the law as every walk asks for it. It is the same for all and does not change, and reading it takes longer
// than most of what is tested of a walk, so tests that conduct very many walks read it once.
var walkLaw = sync.OnceValues(func() (*legislation.Law, error) { return legislation.Load(data.Files, walkParts) })

// lawRead gives an app the law of the walks, as if it had read it. What else a command asks for it reads itself.
func lawRead(app *App) {
	law, err := walkLaw()
	if err != nil {
		panic(err)
	}
	app.tables.law, app.tables.parts = law, walkParts
}

// flip changes one byte of a file: flip FILE POSITION. A negative position counts from the end.
func flip() {
	name := os.Args[1]
	content, err := os.ReadFile(name)
	at, wrong := strconv.Atoi(os.Args[2])
	if at < 0 {
		at += len(content)
	}
	if err = errors.Join(err, wrong); err == nil {
		content[at] ^= 1
		err = os.WriteFile(name, content, 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func TestScripts(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			for name, from := range map[string]string{
				"case.yaml": "testdata/answers/gp-asked-by-council.yaml", "session.txt": "testdata/session.txt", "danger.txt": "testdata/session-emergency.txt",
				"locked": "testdata/locked-key", "exercise.yaml": "testdata/exercise.yaml",
			} {
				content, err := os.ReadFile(from)
				if err == nil {
					err = os.WriteFile(filepath.Join(env.WorkDir, name), content, 0o600)
				}
				if err != nil {
					return err
				}
			}
			env.Setenv("DSA_HOME", filepath.Join(env.WorkDir, "home"))
			env.Setenv("TZ", "UTC")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// keyfile NAME lays the fixed key of the tests there, for records that are the same every time.
			"keyfile": func(ts *testscript.TestScript, _ bool, args []string) {
				key, err := os.ReadFile(filepath.Join(here, "testdata", "key"))
				ts.Check(err)
				name := ts.MkAbs(args[0])
				ts.Check(os.MkdirAll(filepath.Dir(name), 0o700))
				ts.Check(os.WriteFile(name, key, 0o600))
			},
			// records prints nothing and sets RECORD0, RECORD1 ... to the files of the log, NAME0 ... to their names.
			"records": func(ts *testscript.TestScript, _ bool, args []string) {
				names, err := filepath.Glob(filepath.Join(ts.Getenv("DSA_HOME"), "log", "*", "0000", "*.record.txt"))
				ts.Check(err)
				for i, name := range names {
					ts.Setenv("RECORD"+strconv.Itoa(i), name)
					ts.Setenv("NAME"+strconv.Itoa(i), filepath.Base(name))
				}
				if len(args) == 1 && strconv.Itoa(len(names)) != args[0] {
					ts.Fatalf("there are %d records, not %s", len(names), args[0])
				}
			},
			// logid sets LOGID to the id of the first log that the home folder knows.
			"logid": func(ts *testscript.TestScript, _ bool, _ []string) {
				content, err := os.ReadFile(filepath.Join(ts.Getenv("DSA_HOME"), "logs.yaml"))
				ts.Check(err)
				_, id, _ := strings.Cut(string(content), "id: ")
				id, _, _ = strings.Cut(id, "\n")
				ts.Setenv("LOGID", id)
			},
			// damage DIR changes the last byte but one of the last record of a log.
			"damage": func(ts *testscript.TestScript, _ bool, args []string) {
				names, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*", "*", "*.record.txt"))
				ts.Check(err)
				name := names[len(names)-1]
				content, err := os.ReadFile(name)
				ts.Check(err)
				content[len(content)-2] ^= 1
				ts.Check(os.WriteFile(name, content, 0o600))
			},
			// private checks that everything in the home folder is the person's alone.
			"private": func(ts *testscript.TestScript, _ bool, _ []string) {
				if runtime.GOOS == "windows" {
					return // there a file has a list of people instead of a mode
				}
				ts.Check(filepath.Walk(ts.Getenv("DSA_HOME"), func(path string, info os.FileInfo, err error) error {
					if err == nil && info.Mode().Perm()&0o077 != 0 {
						return fmt.Errorf("%s has mode %v", path, info.Mode())
					}
					return err
				}))
			},
			// edit FILE OLD NEW replaces a text in a file.
			"edit": func(ts *testscript.TestScript, _ bool, args []string) {
				name := ts.MkAbs(args[0])
				content, err := os.ReadFile(name)
				ts.Check(err)
				old := strings.ReplaceAll(args[1], `\n`, "\n")
				if !bytes.Contains(content, []byte(old)) {
					ts.Fatalf("%q is not in the file", args[1])
				}
				fresh := strings.ReplaceAll(strings.ReplaceAll(args[2], `\n`, "\n"), `\e`, "\x1b")
				ts.Check(os.WriteFile(name, bytes.Replace(content, []byte(old), []byte(fresh), 1), 0o600))
			},
		},
	})
}
