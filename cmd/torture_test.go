package cmd

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dsa/decision/logbook"
)

// The torture of whole commands. A command runs as a process of its own; each call that it makes on the person's folder
// and on the log they joined fails in turn, or is the last before it is killed. Afterwards everything that it said was
// recorded or published is there, nothing that was there before is gone, every log verifies, nothing that was typed is
// lost, and the same command goes on. The suite tries some of the calls; make torture, which sets DSA_TORTURE=long, tries
// all of them.

func tortured() bool { return os.Getenv("DSA_TORTURE") == "long" }

// tell prints a line of the table that make torture shows at its end.
func tell(t testing.TB, says string, counts ...any) {
	t.Helper()
	var b strings.Builder
	for i := 0; i+1 < len(counts); i += 2 {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%v %v", counts[i+1], counts[i])
	}
	t.Logf("torture: %-58s %s", says, b.String())
}

// A desktop is one person's computer and the folder of the log they joined.
type desktop struct{ dir, home, share string }

func at(dir string) desktop {
	return desktop{dir, filepath.Join(dir, "home"), filepath.Join(dir, "share")}
}

// newDesktop has an empty log on the share, and nobody has used the computer yet.
func newDesktop(t testing.TB) desktop {
	t.Helper()
	d := at(t.TempDir())
	book, err := logbook.Create(d.share)
	if err != nil {
		t.Fatal(err)
	}
	book.Close()
	return d
}

// anyClock is the variable with which make torture names the real program. It has its own clock and randomness; the
// scripts' dsa, which the suite uses, has those that the test gives it.
const anyClock = "DSA_TORTURE_PROGRAM"

const (
	caseFile    = "testdata/answers/gp-asked-by-council.yaml"
	sessionFile = "testdata/session.txt"
)

// run runs a command in this process, on the computer. The minute is that of the clock, after scriptNow; it also makes
// the randomness another.
func (d desktop) run(minute int, typed string, args ...string) (code int, out, said string) {
	app := scriptApp()
	var o, e bytes.Buffer
	app.In, app.Out, app.Err = strings.NewReader(typed), &o, &e
	app.Home, app.Drawn = d.home, nil
	app.Passphrase = func(string) ([]byte, error) { return nil, errNobodyToAsk }
	now := clockAt(minute)
	app.Now, app.Rand = func() time.Time { return now }, fixedRandom(fmt.Sprint("minute ", minute))
	if args[0] == "share" {
		lawRead(app)
	}
	code = Main(app, args)
	return code, o.String(), e.String()
}

func clockAt(minute int) time.Time {
	begin, err := time.Parse(time.RFC3339, scriptNow)
	if err != nil {
		panic(err)
	}
	return begin.Add(time.Duration(minute) * time.Minute)
}

// must runs a command that has to succeed.
func (d desktop) must(minute int, args ...string) (string, error) {
	code, out, said := d.run(minute, "", args...)
	if code != codeDone {
		return out, fmt.Errorf("dsa %s: exit code %d: %s%s", strings.Join(args, " "), code, out, said)
	}
	return out, nil
}

// command is a command as a process of its own, with the same clock and randomness.
func (d desktop) command(minute int, typed string, args ...string) (*exec.Cmd, error) {
	program, err := exec.LookPath("dsa")
	if err != nil {
		return nil, err
	}
	if built := os.Getenv(anyClock); built != "" {
		program = built
	}
	c := exec.Command(program, args...)
	c.Env = append(os.Environ(), "DSA_HOME="+d.home, "NOW="+clockAt(minute).Format(time.RFC3339), fmt.Sprint("SEED=minute ", minute), "SSH_AUTH_SOCK=", "DSA_PLAIN=1")
	in := filepath.Join(d.dir, "in")
	if err := os.WriteFile(in, []byte(typed), 0o600); err != nil {
		return nil, err
	}
	if c.Stdin, err = os.Open(in); err != nil {
		return nil, err
	}
	out, err := os.Create(filepath.Join(d.dir, "out"))
	if err != nil {
		return nil, err
	}
	said, err := os.Create(filepath.Join(d.dir, "said"))
	if err != nil {
		return nil, err
	}
	c.Stdout, c.Stderr = out, said
	return c, nil
}

func closeFiles(c *exec.Cmd) {
	for _, f := range []any{c.Stdin, c.Stdout, c.Stderr} {
		if f, is := f.(*os.File); is {
			f.Close()
		}
	}
}

func (d desktop) printed() (out, said string) {
	o, _ := os.ReadFile(filepath.Join(d.dir, "out"))
	e, _ := os.ReadFile(filepath.Join(d.dir, "said"))
	return string(o), string(e)
}

// copyTo copies the computer. What it remembers of folders becomes that of the copy.
func (d desktop) copyTo(dir string) (desktop, error) {
	err := filepath.WalkDir(d.dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(dir, strings.TrimPrefix(name, d.dir))
		if e.IsDir() {
			return os.MkdirAll(to, 0o700)
		}
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if filepath.Ext(name) == ".yaml" {
			data = bytes.ReplaceAll(data, []byte(d.dir), []byte(dir))
		}
		return os.WriteFile(to, data, 0o600)
	})
	return at(dir), err
}

// recordFiles are the files with a record's name below a folder, by their name in it.
func recordFiles(dir string) (map[string]string, error) {
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && name == dir {
			return nil
		}
		if err != nil || e.IsDir() {
			return err
		}
		if strings.HasSuffix(name, ".record.txt") || strings.HasSuffix(name, ".cover.txt") {
			data, err := os.ReadFile(name)
			found[strings.TrimPrefix(name, dir)] = string(data)
			return err
		}
		return nil
	})
	return found, err
}

func (d desktop) records() (own, share map[string]string, err error) {
	if own, err = recordFiles(filepath.Join(d.home, "log")); err == nil {
		share, err = recordFiles(d.share)
	}
	return own, share, err
}

// A chore is a command that is disturbed.
type chore struct {
	says   string
	before func(desktop) error
	args   func(desktop) []string
	typed  string
	// again is what is run afterwards, with another clock, and has to succeed.
	again func(desktop) []string
	// sheds: records' bodies may go, and their covers come.
	sheds bool
	// until are the codes of faults that may be found until it is run again.
	until []string
	// brief: it is tried in the suite too.
	brief bool
}

var (
	saidRecorded  = regexp.MustCompile(`(?m)^Recorded: number (\d+), id ([0-9a-f]+)\nFile: (.*)$`)
	saidReceipt   = regexp.MustCompile(`(?m)^dsa-receipt .*$`)
	saidPublished = regexp.MustCompile(`(?m)^Published: (.*)$`)
)

// aftermath looks at the computer after a command that was disturbed.
func (c chore) aftermath(d desktop, own, share map[string]string, ended int) error {
	out, said := d.printed()
	where := func(err error) error {
		return fmt.Errorf("%w\nits exit code was %d, and it printed:\n%s%s", err, ended, out, said)
	}
	if strings.Contains(said, "goroutine ") || strings.Contains(said, "panic:") {
		return where(errors.New("it crashed"))
	}
	ownNow, shareNow, err := d.records()
	if err != nil {
		return err
	}
	for _, x := range []struct{ before, now map[string]string }{{own, ownNow}, {share, shareNow}} {
		for name, data := range x.before {
			cover := strings.Replace(name, ".record.", ".cover.", 1)
			if x.now[name] != data && !(c.sheds && x.now[cover] != "" && strings.HasPrefix(data, x.now[cover])) {
				return where(fmt.Errorf("%s was there before, and is lost or other", name))
			}
		}
	}
	files := saidRecorded.FindAllStringSubmatch(out, -1)
	for _, m := range files {
		name := strings.TrimPrefix(m[3], filepath.Join(d.home, "log"))
		if ownNow[name] == "" {
			return where(fmt.Errorf("%s was said to be recorded, and is lost", name))
		}
		if saidPublished.MatchString(out) && shareNow[name] != ownNow[name] {
			return where(fmt.Errorf("%s was said to be published, and is not", name))
		}
	}
	for _, receipt := range saidReceipt.FindAllString(out, -1) {
		if _, err := d.must(59, "verify", "--receipt", receipt); err != nil && len(c.until) == 0 {
			return where(err)
		}
	}
	if c.args(d)[0] == "share" && ended == codeDone && len(files) == 0 {
		return where(errors.New("it ended well and recorded nothing"))
	}
	if err := d.verify(len(ownNow) > 0, c.until...); err != nil {
		return where(err)
	}
	// What was typed is in a draft, or in the log.
	if c.typed != "" {
		if err := d.typedIsKept(len(ownNow) > len(own)); err != nil {
			return where(err)
		}
	}
	again := c.again(d)
	if _, err := d.must(60, again...); err != nil {
		return where(err)
	}
	if len(shareNow) > 0 || len(share) > 0 {
		if _, err := d.must(61, "sync"); err != nil {
			return where(err)
		}
	}
	if err := d.verify(true); err != nil {
		return where(fmt.Errorf("after %v: %w", again, err))
	}
	return nil
}

// verify checks both folders. Before the first record there is nothing on this computer to check. Faults with the codes
// given are passed over.
func (d desktop) verify(own bool, until ...string) error {
	for _, args := range [][]string{{"verify", "--json"}, {"verify", "--json", "--log", d.share}} {
		if len(args) == 2 && !own {
			continue
		}
		code, out, said := d.run(59, "", args...)
		var report logbook.Report
		if err := json.Unmarshal([]byte(out), &report); err != nil {
			return fmt.Errorf("%v: exit code %d: %w: %s%s", args, code, err, out, said)
		}
		for _, f := range report.Faults {
			if !slices.Contains(until, string(f.Code)) {
				return fmt.Errorf("%v: %s", args, f)
			}
		}
		// Where there is nothing, verify says so, and fails. Here it is known what there has to be.
		if code != codeDone && len(report.Faults) == 0 && report.Files > 0 {
			return fmt.Errorf("%v: exit code %d: %s%s", args, code, out, said)
		}
	}
	return nil
}

// typedIsKept looks for what was typed: after the first answer was saved there is a draft, until the record is there.
func (d desktop) typedIsKept(recorded bool) error {
	drafts, err := filepath.Glob(filepath.Join(d.home, "drafts", "*.json"))
	if err != nil {
		return err
	}
	for _, name := range drafts {
		var kept struct{ Answers map[string]any }
		data, err := os.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(data, &kept)
		}
		if err != nil {
			return fmt.Errorf("a draft cannot be read: %w", err)
		}
		if len(kept.Answers) > 0 {
			return nil
		}
	}
	_, said := d.printed()
	if recorded || strings.Contains(said, "could NOT be saved") {
		return nil
	}
	// Only a session that was stopped before anything could be saved leaves nothing.
	if _, err := os.Stat(filepath.Join(d.dir, "saved")); err == nil {
		return errors.New("what was typed is lost")
	}
	return nil
}

// point is one disturbance and what it is done to.
type point struct {
	disturbance
	call sysCall
}

func (p point) String() string {
	how := map[int]string{fails: "is not done and reports " + p.err.Error(), lies: "is done and reports " + p.err.Error(), kills: "is never made: killed"}[p.how]
	return fmt.Sprintf("call %d (%s) %s", p.at, p.call, how)
}

// points are all the disturbances of the calls of a command.
func points(calls []sysCall) []point {
	var all []point
	for i, c := range calls {
		at := i + 1
		all = append(all, point{disturbance{at, fails, syscall.EIO}, c})
		if c.changes {
			all = append(all, point{disturbance{at, fails, syscall.ENOSPC}, c}, point{disturbance{at, lies, syscall.EIO}, c}, point{disturbance{at, kills, 0}, c})
		}
	}
	return all
}

// tracedRun runs the command on a computer, disturbed.
func (c chore) tracedRun(d desktop, x disturbance) ([]sysCall, int, error) {
	command, err := d.command(50, c.typed, c.args(d)...)
	if err != nil {
		return nil, 0, err
	}
	defer closeFiles(command)
	return trace(command, []string{d.home, d.share}, x)
}

func TestEveryCallOfACommandFailsInTurn(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	for _, c := range chores(t) {
		if !c.brief && !tortured() {
			continue
		}
		t.Run(c.says, func(t *testing.T) {
			base := newDesktop(t)
			if err := c.before(base); err != nil {
				t.Fatal(err)
			}
			own, share, err := base.records()
			if err != nil {
				t.Fatal(err)
			}
			work := t.TempDir()
			d, err := base.copyTo(filepath.Join(work, "undisturbed"))
			if err != nil {
				t.Fatal(err)
			}
			calls, ended, err := c.tracedRun(d, disturbance{})
			if errors.Is(err, errTraceless) {
				t.Skip(err)
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := c.aftermath(d, own, share, ended); err != nil {
				t.Fatalf("undisturbed: %v", err)
			}
			all := points(calls)
			if !tortured() {
				all = some(all, 9)
			} else if !c.brief {
				// Of calls that change nothing, and of those that keep a draft, some will do here.
				all = slices.DeleteFunc(all, func(p point) bool {
					return !p.call.changes && p.at%4 != 0 || strings.Contains(p.call.path, "drafts") && p.at%9 != 0
				})
			}
			kinds := map[int]int{}
			var mu sync.Mutex
			var wg sync.WaitGroup
			next := make(chan int)
			for range runtime.GOMAXPROCS(0) {
				wg.Go(func() {
					for i := range next {
						p := all[i]
						d, err := base.copyTo(filepath.Join(work, fmt.Sprint(i)))
						var ended int
						if err == nil {
							var met []sysCall
							if met, ended, err = c.tracedRun(d, p.disturbance); err == nil && len(met) >= p.at {
								p.call = met[p.at-1] // several shares, or several workers, make the order another
							}
						}
						if err == nil {
							err = c.savedBefore(d, calls, p)
						}
						if err == nil {
							err = c.aftermath(d, own, share, ended)
						}
						os.RemoveAll(d.dir)
						mu.Lock()
						kinds[p.how]++
						mu.Unlock()
						if err != nil {
							t.Errorf("%v: %v", p, err)
						}
					}
				})
			}
			for i := range all {
				if t.Failed() && !tortured() {
					break
				}
				next <- i
			}
			close(next)
			wg.Wait()
			tell(t, c.says, "calls", len(calls), "failed", kinds[fails], "done and reported failed", kinds[lies], "killed", kinds[kills])
		})
	}
}

// What a signature rests on must be as durable as the record: the key it was made with, and the draft that says which
// record was about to be made. So the folder of each is flushed after they are put there and before the record appears.
func TestWhatASignatureRestsOnIsFlushedFirst(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	session, err := os.ReadFile(sessionFile)
	if err != nil {
		t.Fatal(err)
	}
	for says, typed := range map[string]string{"a decision from a file": "", "a decision at the keyboard": string(session)} {
		d := newDesktop(t)
		// There is a log already, so that making its folder flushes nothing by chance.
		if _, err := d.must(0, "share", "--adhoc", "--answers", caseFile); err != nil {
			t.Fatal(err)
		}
		args := []string{"share", "--adhoc", "--answers", caseFile}
		if typed != "" {
			args = []string{"share", "--adhoc", "--plain"}
		}
		for _, key := range []string{"key", "key.pub"} {
			if err := os.Remove(filepath.Join(d.home, key)); err != nil {
				t.Fatal(err)
			}
		}
		c := chore{typed: typed, args: func(desktop) []string { return args }}
		calls, code, err := c.tracedRun(d, disturbance{})
		if errors.Is(err, errTraceless) {
			t.Skip(err)
		}
		if err != nil || code != codeDone {
			_, said := d.printed()
			t.Fatalf("%s: exit code %d, %v: %s", says, code, err, said)
		}
		loose := map[string]string{} // by folder, what was put there since it was flushed
		met := 0
		for _, call := range calls {
			paths := strings.Fields(call.path)
			switch {
			case call.name == "fsync":
				delete(loose, call.path)
			case strings.HasPrefix(call.name, "renameat") || call.name == "linkat":
				to := paths[len(paths)-1]
				if strings.HasSuffix(to, ".record.txt") {
					met++
					for folder, what := range loose {
						t.Errorf("%s: a record appears, and %s is not flushed in %s", says, what, folder)
					}
					loose = map[string]string{}
				} else if to == "home/key" || strings.HasPrefix(to, "home/drafts/") {
					loose[filepath.Dir(to)] = to
				}
			}
		}
		if met < 2 {
			t.Errorf("%s: %d records appeared", says, met)
		}
	}
}

// savedBefore notes whether the first answers were on the disk before the disturbance.
func (c chore) savedBefore(d desktop, calls []sysCall, p point) error {
	if c.typed == "" {
		return nil
	}
	for _, call := range calls[:min(p.at-1, len(calls))] {
		if strings.HasPrefix(call.name, "renameat") && strings.Contains(call.path, "home/drafts/") {
			return os.WriteFile(filepath.Join(d.dir, "saved"), nil, 0o600)
		}
	}
	return nil
}

// some are a number of the points, those at which it is killed first, spread evenly.
func some(all []point, n int) []point {
	var kept []point
	for _, how := range []int{kills, lies, fails} {
		of := slices.DeleteFunc(slices.Clone(all), func(p point) bool { return p.how != how })
		for i := range n / 3 {
			if k := (2*i + 1) * len(of) / (2 * (n / 3)); k < len(of) {
				kept = append(kept, of[k])
			}
		}
	}
	return kept
}

// chores are the commands that are disturbed.
func chores(t *testing.T) []chore {
	session, err := os.ReadFile(sessionFile)
	if err != nil {
		t.Fatal(err)
	}
	share := func(desktop) []string { return []string{"share", "--adhoc", "--answers", caseFile} }
	joined := func(d desktop) error {
		_, err := d.must(0, share(d)...)
		if err == nil {
			_, err = d.must(1, "log", "join", d.share, "--yes")
		}
		if err == nil {
			_, err = d.must(2, share(d)...)
		}
		return err
	}
	// A lead's computer: the log is theirs, and one decision more lies in it.
	lead := func(d desktop) error {
		steps := [][]string{share(d), {"log", "new", d.share, "--title", "Fenmarsh", "--spare", filepath.Join(d.dir, "spare")}, share(d)}
		for minute, step := range steps {
			if _, err := d.must(minute, step...); err != nil {
				return err
			}
		}
		return nil
	}
	disposal := func(d desktop) string { return filepath.Join(d.dir, "disposal.yaml") }
	merge := func(d desktop) []string {
		return []string{"log", "merge", filepath.Join(d.dir, "other", "home", "log")}
	}
	var old string
	return []chore{
		{says: "the first decision on a computer", before: func(desktop) error { return nil }, args: share, again: share},
		{says: "a decision, recorded and published", brief: true, before: joined, args: share, again: share},
		{says: "a decision at the keyboard", before: joined, typed: string(session),
			args:  func(desktop) []string { return []string{"share", "--adhoc", "--plain"} },
			again: share},
		{says: "a sync with a share that was away", before: func(d desktop) error {
			if err := joined(d); err != nil {
				return err
			}
			err := os.Rename(d.share, d.share+"-away")
			for minute := 10; err == nil && minute < 12; minute++ {
				_, err = d.must(minute, share(d)...)
			}
			return errors.Join(err, os.Rename(d.share+"-away", d.share))
		}, args: func(desktop) []string { return []string{"sync"} }, again: func(desktop) []string { return []string{"sync"} }},
		{says: "a merge into a log of one's own", until: []string{string(logbook.Missing)}, before: func(d desktop) error {
			other := at(filepath.Join(d.dir, "other"))
			for minute := 20; minute < 23; minute++ {
				if _, err := other.must(minute, share(d)...); err != nil {
					return err
				}
			}
			return joined(d)
		}, args: merge, again: merge},
		// Until it is published, the share has not got what this computer has a receipt of.
		{says: "a checkpoint", until: []string{"rolled-back"}, before: lead, args: func(desktop) []string { return []string{"checkpoint"} }, again: share},
		{says: "a disposal", sheds: true, until: []string{string(logbook.Unfinished)}, before: func(d desktop) error {
			if err := lead(d); err != nil {
				return err
			}
			out, err := d.must(10, share(d)...)
			if err != nil {
				return err
			}
			old = saidRecorded.FindStringSubmatch(out)[2]
			if _, err := d.must(11, "checkpoint"); err != nil {
				return err
			}
			return os.WriteFile(disposal(d), []byte("answers:\n  rule: Retention schedule 2024, line 14\n  authority: Head of information governance\n"+
				"  override: Erasure granted\nsign: yes\n"), 0o600)
		}, args: func(d desktop) []string { return []string{"dispose", old, "--answers", disposal(d)} },
			again: func(desktop) []string { return []string{"dispose", "--finish"} }},
	}
}
