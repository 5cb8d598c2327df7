package logbook

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"text/tabwriter"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// Loss of power. What an operation does to its folders is taped; then the power is cut after every step of the tape, and
// for each cut everything that may have become of what was not flushed is laid out as a folder, looked at, and the
// operation is run again on it.
//
// What a disk may do is taken at its worst, not as any one file system does it:
//
//   - a file's bytes are there for certain only after Sync on that file. Until then: all of them, none, the first
//     half, or zeros in their place;
//   - a name that was made, linked, renamed or removed is there, or gone, for certain only after Settle on its folder.
//     Until then each of these happened or did not, whatever became of those before and after it;
//   - a rename happens as a whole or not at all;
//   - what Sync or Settle failed on may be lost even if the same is tried again and succeeds, since systems give up on
//     what they could not write. Only folders that were made are flushed by a later Settle;
//   - several folders may lie on several machines: what one of them keeps says nothing about the other.

// tape is what was done to some folders, in order.
type tape struct {
	mu    sync.Mutex
	steps []step
	files int // how many files were met, for numbering them
}

// step is one operation on one folder, or a promise made to the caller.
type step struct {
	volume int // which of the folders
	op     string
	name   string
	to     string // of link and rename
	file   int    // number of the file, whatever its names
	data   []byte
	said   []promise
	given  bool // the system has given up on it
}

// promise is what the caller was told: from now on these bytes stand under this name. No bytes: nothing does.
type promise struct {
	volume int
	name   string
	data   []byte
}

func (t *tape) add(s step) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.steps = append(t.steps, s)
}

func (t *tape) newFile() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files++
	return t.files
}

// taped is a disk that writes what succeeded on a tape.
type taped struct {
	disk
	tape    *tape
	volume  int
	mu      sync.Mutex
	files   map[string]int
	folders map[string]bool
}

func (d *taped) add(op, name, to string, file int) {
	d.tape.add(step{volume: d.volume, op: op, name: name, to: to, file: file})
}

func (d *taped) Mkdir(name string) error {
	err := d.disk.Mkdir(name)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil && !d.folders[name] {
		d.folders[name] = true
		d.add("mkdir", name, "", 0)
	}
	return err
}

func (d *taped) CreateNew(name string) (newFile, error) {
	f, err := d.disk.CreateNew(name)
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	number := d.tape.newFile()
	d.files[name] = number
	d.add("create", name, "", number)
	return &tapedFile{f, d, number}, nil
}

func (d *taped) Link(from, to string) error {
	err := d.disk.Link(from, to)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		d.files[to] = d.files[from]
		d.add("link", from, to, d.files[from])
	}
	return err
}

func (d *taped) Rename(from, to string) error {
	err := d.disk.Rename(from, to)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		d.files[to] = d.files[from]
		delete(d.files, from)
		d.add("rename", from, to, d.files[to])
	}
	return err
}

func (d *taped) Remove(name string) error {
	err := d.disk.Remove(name)
	d.mu.Lock()
	defer d.mu.Unlock()
	if err == nil {
		d.add("remove", name, "", d.files[name])
		delete(d.files, name)
		delete(d.folders, name)
	}
	return err
}

func (d *taped) Settle(folder, file string) error {
	err := d.disk.Settle(folder, file)
	if err == nil {
		d.add("settle", path.Clean(folder), "", 0)
	} else {
		d.add("settle failed", path.Clean(folder), "", 0)
	}
	return err
}

type tapedFile struct {
	newFile
	d      *taped
	number int
}

func (f *tapedFile) Write(p []byte) (int, error) {
	n, err := f.newFile.Write(p)
	f.d.tape.add(step{volume: f.d.volume, op: "write", file: f.number, data: bytes.Clone(p[:n])})
	return n, err
}

func (f *tapedFile) Sync() error {
	err := f.newFile.Sync()
	if err == nil {
		f.d.add("sync", "", "", f.number)
	} else {
		f.d.add("sync failed", "", "", f.number)
	}
	return err
}

// linkless is a disk on a file system without hard links.
type linkless struct{ disk }

func (linkless) Link(string, string) error { return errors.ErrUnsupported }

// holding is what a folder holds: its files by name, and its folders with no bytes and a name that ends in "/".
type holding map[string]string

func holdingOf(t testing.TB, dir string) holding {
	t.Helper()
	found := holding{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == dir {
			return err
		}
		short, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		short = filepath.ToSlash(short)
		if d.IsDir() {
			found[short+"/"] = ""
			return nil
		}
		data, err := os.ReadFile(name)
		found[short] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// lay makes a folder that holds this.
func (x holding) lay(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(x)) {
		var err error
		if folder, is := strings.CutSuffix(name, "/"); is {
			err = os.Mkdir(filepath.Join(dir, folder), 0o700)
		} else {
			err = os.WriteFile(filepath.Join(dir, name), []byte(x[name]), 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// records are the files of a folder that have a record's name.
func (x holding) records() holding {
	found := holding{}
	for name, data := range x {
		if _, is := decision.ParseRecordName(path.Base(name)); is {
			found[name] = data
		}
	}
	return found
}

// drive is what a disk holds for certain, and what it may hold besides.
type drive struct {
	folders map[string]map[string]int // for certain: in each folder the file of each name; 0 is a folder
	pending []step                    // changes of names that are not settled
	bytes   map[int][]byte
	synced  map[int]int  // how many bytes of each file are there for certain
	given   map[int]bool // files that the system has given up on
}

func newDrive(x holding) *drive {
	d := &drive{folders: map[string]map[string]int{".": {}}, bytes: map[int][]byte{}, synced: map[int]int{}, given: map[int]bool{}}
	for i, name := range slices.Sorted(maps.Keys(x)) {
		number := -1 - i // files that were there before the tape
		if folder, is := strings.CutSuffix(name, "/"); is {
			number, name = 0, folder
			d.folders[name] = map[string]int{}
		} else {
			d.bytes[number], d.synced[number] = []byte(x[name]), len(x[name])
		}
		d.folders[path.Dir(name)][path.Base(name)] = number
	}
	return d
}

func (d *drive) play(s step) {
	switch s.op {
	case "write":
		d.bytes[s.file] = append(slices.Clip(d.bytes[s.file]), s.data...)
	case "sync":
		if !d.given[s.file] {
			d.synced[s.file] = len(d.bytes[s.file])
		}
	case "sync failed":
		d.given[s.file] = true
	case "settle failed":
		for i, p := range d.pending {
			if path.Dir(p.name) == s.name && p.op != "mkdir" {
				d.pending[i].given = true
			}
		}
	case "settle":
		var open []step
		for _, p := range d.pending {
			if path.Dir(p.name) == s.name && !p.given {
				p.apply(d.folders)
			} else {
				open = append(open, p)
			}
		}
		d.pending = open
	default:
		d.pending = append(d.pending, s)
	}
}

// apply makes the change of names that a step is. Where the folder is not there itself, nothing changes.
func (s step) apply(folders map[string]map[string]int) {
	from, to := folders[path.Dir(s.name)], folders[path.Dir(s.to)]
	switch {
	case from == nil:
	case s.op == "mkdir":
		from[path.Base(s.name)] = 0
		if folders[s.name] == nil {
			folders[s.name] = map[string]int{}
		}
	case s.op == "create":
		from[path.Base(s.name)] = s.file
	case s.op == "remove":
		delete(from, path.Base(s.name))
	case to == nil:
	case s.op == "link":
		to[path.Base(s.to)] = s.file
	case s.op == "rename":
		delete(from, path.Base(s.name))
		to[path.Base(s.to)] = s.file
	}
}

// fates is how many different things may have become of each thing that is open: of each change of names, then of the
// bytes of each file that is not flushed.
func (d *drive) fates() (of []int, unflushed []int) {
	for range d.pending {
		of = append(of, 2)
	}
	for _, number := range slices.Sorted(maps.Keys(d.bytes)) {
		if d.synced[number] < len(d.bytes[number]) {
			of, unflushed = append(of, 4), append(unflushed, number)
		}
	}
	return of, unflushed
}

// left is what the disk holds when each open thing has met its fate; fate 0 is that it was not lost.
func (d *drive) left(fate []int, unflushed []int) holding {
	folders := map[string]map[string]int{}
	for name, entries := range d.folders {
		folders[name] = maps.Clone(entries)
	}
	for i, s := range d.pending {
		// The folder itself is made in any case: whether its name is there decides whether it is found.
		if s.op == "mkdir" && folders[s.name] == nil {
			folders[s.name] = map[string]int{}
		}
		if fate[i] == 0 {
			s.apply(folders)
		}
	}
	found := holding{}
	var walk func(folder string)
	walk = func(folder string) {
		for name, number := range folders[folder] {
			full := path.Join(folder, name)
			if number == 0 {
				found[full+"/"] = ""
				walk(full)
				continue
			}
			data := d.bytes[number]
			if i := slices.Index(unflushed, number); i >= 0 {
				sure := d.synced[number]
				switch fate[len(d.pending)+i] {
				case 1:
					data = data[:sure]
				case 2:
					data = data[:sure+(len(data)-sure)/2]
				case 3:
					data = append(slices.Clone(data[:sure]), make([]byte, len(data)-sure)...)
				}
			}
			found[full] = string(data)
		}
	}
	walk(".")
	return found
}

// allFates is the number of combinations up to which each of them is tried.
const allFates = 1 << 10

// combinations calls yield with every combination of fates. Where there are too many: with nothing lost, all lost, each
// loss alone, each two together, and as many others, drawn with a fixed seed, as make up the number.
func combinations(of []int, yield func([]int)) {
	total := 1
	for _, n := range of {
		if total *= n; total > allFates {
			break
		}
	}
	fate := make([]int, len(of))
	if total <= allFates {
		for range total {
			yield(fate)
			for i := range fate {
				if fate[i]++; fate[i] < of[i] {
					break
				}
				fate[i] = 0
			}
		}
		return
	}
	yield(fate)
	for i := range of {
		fate[i] = of[i] - 1
	}
	yield(fate)
	clear(fate)
	for i := range of {
		for a := 1; a < of[i]; a++ {
			fate[i] = a
			yield(fate)
			for j := range i {
				for b := 1; b < of[j]; b++ {
					fate[j] = b
					yield(fate)
				}
				fate[j] = 0
			}
		}
		fate[i] = 0
	}
	random := rand.New(rand.NewPCG(7, 7))
	for range allFates {
		for i := range fate {
			fate[i] = random.IntN(of[i])
		}
		yield(fate)
	}
}

// scene is the folders an operation works on, and the lock of the one key that writes.
type scene struct {
	books []*Book
	lock  string
	say   func(...promise)
	once  bool // what fails is not tried again
}

// outage is an operation during which the power is cut.
type outage struct {
	says string
	// before is what the folders hold, for certain, when it begins.
	before []holding
	// bare says that the folders are on a file system without links.
	bare bool
	// brief: it is tried in the suite too, and not in the long torture alone.
	brief bool
	// run does it. It says what it has promised, and is told how many times it has said so before.
	run func(s scene, before int) error
	// options of the checks, and the codes of faults that may be there until it has been run again.
	options Options
	until   []Code
	// always has to hold of the folders, whatever was lost.
	always func(left []holding) error
}

// counted is what a test of an outage has been through.
type counted struct {
	steps, cuts, outcomes, states, again int
}

func (c *counted) add(o counted) {
	c.steps += o.steps
	c.cuts += o.cuts
	c.outcomes += o.outcomes
	c.states += o.states
	c.again += o.again
}

// open lays the folders out below another and opens them, with a tape if there is one, and on the disks that wrap makes
// of the real ones.
func (o outage) open(dir string, trees []holding, reel *tape, wrap func(int, disk) disk) (scene, error) {
	s := scene{lock: filepath.Join(dir, "lock"), say: func(...promise) {}}
	for i, x := range trees {
		name := filepath.Join(dir, fmt.Sprint(i))
		if err := x.lay(name); err != nil {
			return s, err
		}
		b, err := Open(name)
		if err != nil {
			return s, err
		}
		b.disk = unflushed{b.disk}
		if o.bare {
			b.disk = linkless{b.disk}
		}
		if wrap != nil {
			b.disk = wrap(i, b.disk)
		}
		if reel != nil {
			d := &taped{disk: b.disk, tape: reel, volume: i, files: map[string]int{}, folders: map[string]bool{}}
			for j, file := range slices.Sorted(maps.Keys(x)) {
				if folder, is := strings.CutSuffix(file, "/"); is {
					d.folders[folder] = true
				} else {
					d.files[file] = -1 - j
				}
			}
			b.disk = d
		}
		s.books = append(s.books, b)
	}
	if reel != nil {
		s.say = func(p ...promise) { reel.add(step{op: "said", said: p}) }
	}
	return s, nil
}

func (s scene) close() {
	for _, b := range s.books {
		b.Close()
	}
}

// faultsOf checks each folder and returns what is wrong with it, in an order that does not depend on chance.
func (o outage) faultsOf(s scene) ([]string, error) {
	var found []string
	for i, b := range s.books {
		r, err := Check(context.Background(), []*Book{b}, o.options)
		if err != nil {
			return nil, err
		}
		for _, f := range r.Faults {
			found = append(found, fmt.Sprintf("%d %s", i, f))
		}
	}
	return found, nil
}

// cut tapes the operation and cuts the power everywhere. With depth, the operation that is run again meets a second
// outage, with fewer combinations.
func (o outage) cut(t *testing.T, depth int, choose func([]int, func([]int))) counted {
	t.Helper()
	var reel tape
	done, err := o.tapeOf(t.TempDir(), &reel, nil)
	if err != nil {
		t.Fatalf("%s: without an outage: %v", o.says, err)
	}
	count, err := o.replay(t.TempDir(), reel.steps, nil, done, depth, choose)
	if err != nil {
		t.Fatalf("%s: %v", o.says, err)
	}
	return count
}

// ending is what an operation that nothing disturbed leaves: the records, and the faults there were before it.
type ending struct {
	records []holding
	faults  []string
}

func (o outage) tapeOf(dir string, reel *tape, wrap func(int, disk) disk) (ending, error) {
	var e ending
	s, err := o.open(dir, o.before, reel, wrap)
	defer s.close()
	if err != nil {
		return e, err
	}
	if err := o.run(s, 0); err != nil {
		return e, err
	}
	for i, b := range s.books {
		e.records = append(e.records, holdingOf(noTest{}, b.Dir()).records())
		s.books[i].disk = rootDisk{b.root} // what comes now is no part of the operation
	}
	e.faults, err = o.faultsOf(s)
	return e, err
}

// noTest fails by panic: for helpers that are called from other goroutines than the test's.
type noTest struct{ testing.TB }

func (noTest) Helper()           {}
func (noTest) Fatal(args ...any) { panic(fmt.Sprint(args...)) }

// replay cuts the power after every step, and lays out and examines each different state that may be left.
func (o outage) replay(dir string, steps []step, said []promise, done ending, depth int, choose func([]int, func([]int))) (counted, error) {
	type state struct {
		trees []holding
		said  []promise
		times int // how often something was said
		at    int
	}
	count := counted{steps: len(steps)}
	drives := make([]*drive, len(o.before))
	for i, x := range o.before {
		drives[i] = newDrive(x)
	}
	seen := map[[32]byte]bool{}
	var states []state
	times := 0
	for at := 0; at <= len(steps); at++ {
		if at > 0 {
			switch s := steps[at-1]; s.op {
			case "said":
				said, times = append(slices.Clip(said), s.said...), times+1
			default:
				drives[s.volume].play(s)
			}
		}
		count.cuts++
		var of, split []int
		var unflushed [][]int
		for _, d := range drives {
			o, u := d.fates()
			of, unflushed, split = append(of, o...), append(unflushed, u), append(split, len(o))
		}
		choose(of, func(fate []int) {
			count.outcomes++
			trees := make([]holding, len(drives))
			from := 0
			h := sha256.New()
			fmt.Fprintln(h, times)
			for i, d := range drives {
				trees[i] = d.left(fate[from:from+split[i]], unflushed[i])
				from += split[i]
				for _, name := range slices.Sorted(maps.Keys(trees[i])) {
					fmt.Fprintf(h, "%d %q %q\n", i, name, trees[i][name])
				}
			}
			if key := [32]byte(h.Sum(nil)); !seen[key] {
				seen[key] = true
				states = append(states, state{trees, said, times, at})
			}
		})
	}
	count.states = len(states)

	var mu sync.Mutex
	var failed error
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				s := states[i]
				below := filepath.Join(dir, fmt.Sprint(i))
				more, err := o.examine(below, s.trees, s.said, s.times, done, depth)
				os.RemoveAll(below)
				mu.Lock()
				count.again += 1 + more.again
				count.outcomes, count.states = count.outcomes+more.outcomes, count.states+more.states
				if err != nil && failed == nil {
					last := "the beginning"
					if s.at > 0 {
						x := steps[s.at-1]
						last = strings.TrimSpace(x.op + " " + x.name + " " + x.to)
					}
					failed = fmt.Errorf("power lost after step %d of %d (%s), leaving %s: %w", s.at, len(steps), last, listed(s.trees), err)
				}
				mu.Unlock()
			}
		})
	}
	for i := range slices.Backward(states) { // what is lost is missed most often at the end
		mu.Lock()
		over := failed != nil
		mu.Unlock()
		if over {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return count, failed
}

func listed(trees []holding) string {
	var names []string
	for i, x := range trees {
		for _, name := range slices.Sorted(maps.Keys(x)) {
			names = append(names, fmt.Sprintf("%d:%s(%d)", i, name, len(x[name])))
		}
	}
	return strings.Join(names, " ")
}

// examine looks at what an outage left, runs the operation again and looks again.
func (o outage) examine(dir string, left []holding, said []promise, times int, done ending, depth int) (counted, error) {
	if o.always != nil {
		if err := o.always(left); err != nil {
			return counted{}, err
		}
	}
	kept := func(trees []holding) error {
		for _, p := range said {
			if data, is := trees[p.volume][p.name]; is != (p.data != nil) || data != string(p.data) {
				return fmt.Errorf("%s in folder %d was promised, and is lost or other", p.name, p.volume)
			}
		}
		return nil
	}
	if err := kept(left); err != nil {
		return counted{}, err
	}
	var reel *tape
	if depth > 0 {
		reel = new(tape)
	}
	s, err := o.open(dir, left, reel, nil)
	defer s.close()
	if err != nil {
		return counted{}, err
	}
	now, err := o.faultsOf(s)
	if err != nil {
		return counted{}, err
	}
	for _, f := range now {
		known := slices.Contains(done.faults, f)
		for _, code := range o.until {
			known = known || strings.Contains(f, ": "+string(code)+": ")
		}
		if !known {
			return counted{}, fmt.Errorf("a fault in what is left: %s", f)
		}
	}
	if err := o.run(s, times); err != nil {
		return counted{}, fmt.Errorf("run again: %w", err)
	}
	if now, err = o.faultsOf(s); err != nil || !slices.Equal(now, done.faults) {
		return counted{}, fmt.Errorf("run again: %v %w", now, cmp.Or(err, errFaults))
	}
	after := make([]holding, len(s.books))
	for i, b := range s.books {
		after[i] = holdingOf(noTest{}, b.Dir())
		if !maps.Equal(after[i].records(), done.records[i]) {
			return counted{}, fmt.Errorf("run again: folder %d holds %s, not %s", i, listed([]holding{after[i].records()}), listed(done.records[i:i+1]))
		}
	}
	if err := kept(after); err != nil {
		return counted{}, fmt.Errorf("run again: %w", err)
	}
	if depth == 0 {
		return counted{}, nil
	}
	second := o
	second.before = left
	inner := second.run
	second.run = func(s scene, more int) error { return inner(s, times+more) }
	return second.replay(filepath.Join(dir, "second"), reel.steps, said, done, depth-1, fewCombinations)
}

var errFaults = errors.New("are faults")

// fewCombinations is nothing lost, all lost, and each loss alone.
func fewCombinations(of []int, yield func([]int)) {
	fate := make([]int, len(of))
	yield(fate)
	for i := range of {
		for a := 1; a < of[i]; a++ {
			fate[i] = a
			yield(fate)
		}
		fate[i] = 0
	}
	for i := range of {
		fate[i] = of[i] - 1
	}
	yield(fate)
}

// promised is a record as the caller was told of it.
func promised(volume int, e Entry) promise { return promise{volume, e.Path, e.Page.Bytes()} }

// appends is the recording of acts, one after the other.
func appends(t testing.TB, acts ...Act) func(scene, int) error {
	author := fixedSigner(t, "author")
	return func(s scene, before int) error {
		w := NewWriter(s.books[0], author, s.lock)
		for _, act := range acts[before:] {
			e, err := insisted(s, func() (Entry, error) { return w.Append(context.Background(), act) })
			if err != nil {
				return err
			}
			s.say(promised(0, e))
		}
		return nil
	}
}

// syncs is a sync of the own copy, folder 0, with a share, folder 1. Then all records are promised in both.
func syncs(t testing.TB, signer sshsig.Signer, o SyncOptions, all holding, acts ...Act) func(scene, int) error {
	return func(s scene, before int) error {
		w := NewWriter(s.books[0], signer, s.lock)
		for _, act := range acts[min(before, len(acts)):] {
			e, err := insisted(s, func() (Entry, error) { return w.Append(context.Background(), act) })
			if err != nil {
				return err
			}
			s.say(promised(0, e))
		}
		_, err := insisted(s, func() (Synced, error) {
			done, err := w.Sync(context.Background(), s.books[1], o)
			if err == nil && done.Head.IsZero() {
				err = errNothingSynced // neither copy could be seen, which a sync cannot tell from one that does not exist
			}
			return done, err
		})
		if err != nil {
			return err
		}
		var both []promise
		for name, data := range all {
			both = append(both, promise{0, name, []byte(data)}, promise{1, name, []byte(data)})
		}
		s.say(both...)
		return nil
	}
}

var errNothingSynced = errors.New("no chain was found")

// merges is a merge of folder 1 into folder 0, after which all that is given is promised in folder 0.
func merges(o MergeOptions, all holding) func(scene, int) error {
	return func(s scene, _ int) error {
		_, err := insisted(s, func() (Merged, error) {
			m, err := Merge(context.Background(), s.books[0], s.books[1], o)
			if err == nil && len(m.Refused) > 0 {
				err = fmt.Errorf("refused: %v", m.Refused[0]) // what cannot be read is told, and the rest is merged
			}
			return m, err
		})
		if err != nil {
			return err
		}
		var there []promise
		for name, data := range all {
			there = append(there, promise{0, name, []byte(data)})
		}
		s.say(there...)
		return nil
	}
}

// disposalOutages are a disposal, and what follows it in the author's own copy and in another log.
func disposalOutages(t *testing.T) []outage {
	b := newBook(t)
	lead, second, author := signerOf(t, "lead"), signerOf(t, "second"), signerOf(t, "author")
	log, _ := foundLog(t, b, lead, second)
	opening := openIn(t, b, author, "sam")
	admit(t, b, lead, log, opening)
	gone := []Entry{decideIn(t, b, author), decideIn(t, b, author)}
	stays := decideIn(t, b, author)
	before := holdingOf(t, b.Dir())
	dispose := overseenAct(t, b, lead, decision.Dispose, decision.ID{},
		&decision.DisposeAct{Log: log, Override: "the family asked for it", Records: placesOf(gone...)})

	shred := func(s scene) error {
		trust, err := ReadTrust(context.Background(), log, s.books[0])
		if err != nil {
			return err
		}
		all := trust.Disposals()
		if len(all) != 1 {
			return fmt.Errorf("%d disposals", len(all))
		}
		done, err := Shred(context.Background(), s.books[0], all[0], time.Time{})
		switch {
		case err == nil && len(done.Refused) > 0:
			err = fmt.Errorf("refused: %v", done.Refused[0])
		case err == nil && done.Done+done.Before < len(gone):
			err = fmt.Errorf("%d bodies destroyed, of %d", done.Done+done.Before, len(gone)) // the caller has to look
		}
		return err
	}
	shredded := func(volume int) []promise {
		said := []promise{promised(volume, stays)}
		for _, e := range gone {
			said = append(said, promise{volume, e.Path, nil},
				promise{volume, strings.Replace(e.Path, ".record.", ".cover.", 1), slices.Concat(e.Page.CoverBytes, e.Page.Signature)})
		}
		return said
	}
	// unsettled takes note of a flush of a folder that failed, and sure leaves out then that bodies are gone: a disk that fails
	// once, and says the next time that all is well, may have given up on their removal. A check tells of what comes back.
	unsettled := func(failed *bool, err error) error {
		var write *WriteError
		*failed = *failed || errors.As(err, &write) && write.Step == "settle"
		return err
	}
	sure := func(said []promise, failed bool) []promise {
		return slices.DeleteFunc(said, func(p promise) bool { return failed && p.data == nil })
	}
	// Nothing is destroyed before its cover is safe.
	covered := func(volume int) func([]holding) error {
		return func(left []holding) error {
			for _, e := range gone {
				cover := left[volume][strings.Replace(e.Path, ".record.", ".cover.", 1)]
				if left[volume][e.Path] != string(e.Page.Bytes()) && cover != string(slices.Concat(e.Page.CoverBytes, e.Page.Signature)) {
					return fmt.Errorf("of %s neither the record nor its cover is left", e.Path)
				}
			}
			return nil
		}
	}
	dispose1 := func(s scene, told int) error {
		if told == 0 {
			e, err := insisted(s, func() (Entry, error) {
				return NewWriter(s.books[0], lead, s.lock).Append(context.Background(), dispose)
			})
			if err != nil {
				return err
			}
			s.say(promised(0, e))
		}
		failed := false
		if _, err := insisted(s, func() (any, error) { return nil, unsettled(&failed, shred(s)) }); err != nil {
			return err
		}
		s.say(sure(shredded(0), failed)...)
		return nil
	}
	d, err := Open(b.Dir())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	mustAppend(t, newWriter(t, b, lead), dispose)
	trust, err := ReadTrust(context.Background(), log, d)
	if err != nil {
		t.Fatal(err)
	}
	begun := holdingOf(t, b.Dir()) // recorded, and nothing destroyed yet
	if _, err := Shred(context.Background(), b, trust.Disposals()[0], time.Time{}); err != nil {
		t.Fatal(err)
	}
	after := holdingOf(t, b.Dir())
	own := holding{ReadmeName: string(readme)}
	for name, data := range before {
		if strings.HasPrefix(name, decision.ChainFolder(opening.Chain)) {
			own[name] = data
		}
	}
	bodies := []Code{Unfinished}
	return []outage{
		{says: "records are disposed of", brief: true, before: []holding{before}, options: Options{Log: log}, until: bodies, always: covered(0), run: dispose1},
		{says: "the same, without links", before: []holding{before}, bare: true, options: Options{Log: log}, until: bodies, always: covered(0), run: dispose1},
		{says: "a sync removes what was disposed of", before: []holding{own, after}, options: Options{Partial: true},
			until: []Code{Unfinished, CoverOnly}, always: covered(0), run: func(s scene, _ int) error {
				failed := false
				_, err := insisted(s, func() (Synced, error) {
					done, err := NewWriter(s.books[0], author, s.lock).Sync(context.Background(), s.books[1], SyncOptions{Trust: trust})
					return done, unsettled(&failed, err)
				})
				if err == nil {
					s.say(sure(shredded(0), failed)...)
				}
				return err
			}},
		{says: "a merge finishes a disposal", before: []holding{begun, after}, options: Options{Log: log}, until: bodies, always: covered(0), run: func(s scene, _ int) error {
			failed := false
			_, err := insisted(s, func() (Merged, error) {
				done, err := Merge(context.Background(), s.books[0], s.books[1], MergeOptions{Workers: 1, Trust: trust})
				return done, unsettled(&failed, err)
			})
			if err == nil {
				s.say(sure(shredded(0), failed)...)
			}
			return err
		}},
	}
}

// insisted does something, and again when it fails, as a person would, or dsa by itself.
func insisted[T any](s scene, do func() (T, error)) (got T, err error) {
	for try := 0; try < 3; try++ {
		if got, err = do(); err == nil || s.once {
			break
		}
	}
	return got, err
}

// with is a holding with the files of others put to it.
func (x holding) with(others ...holding) holding {
	all := maps.Clone(x)
	for _, other := range others {
		maps.Copy(all, other)
	}
	return all
}

// upTo is a holding without the records from a number on, and without the folders that are empty then.
func (x holding) upTo(number int) holding {
	left := holding{}
	for name, data := range x {
		if n, is := decision.ParseRecordName(path.Base(name)); !is || n.Number < number {
			left[name] = data
		}
	}
	return left
}

// chainHolding is a log with one chain.
func chainHolding(t testing.TB, s sshsig.Signer, principal string, n int) holding {
	t.Helper()
	b := newBook(t)
	fill(t, b, s, principal, n)
	return holdingOf(t, b.Dir())
}

// outages are the operations that are tried: in the suite, some of them.
func outages(t *testing.T) []outage {
	return slices.DeleteFunc(append(allOutages(t), disposalOutages(t)...), func(o outage) bool { return !long() && !o.brief })
}

func allOutages(t *testing.T) []outage {
	author, other := fixedSigner(t, "author"), fixedSigner(t, "other")
	empty := holding{ReadmeName: string(readme)}
	open := openAct(t, author.Key(), "sam@example.org", decision.Live)

	b := newBook(t)
	entries := fill(t, b, author, "sam@example.org", 2)
	three := holdingOf(t, b.Dir())
	c := entries[2].Page.Cover
	c.Number, c.Previous = 999, entries[2].ID
	id, file := forge(t, author, sshsig.Decision, c, []byte("{}\n"))
	boundary := maps.Clone(three)
	boundary[path.Join(path.Dir(entries[2].Path), decision.RecordName(999, id))] = string(file)

	five := chainHolding(t, author, "sam@example.org", 4)
	others := chainHolding(t, other, "alex@example.org", 2)
	delete(others, SignersName)
	damaged := five.with(others.upTo(1))
	for name := range damaged.records() {
		if n, _ := decision.ParseRecordName(path.Base(name)); n.Number == 3 {
			damaged[name] = damaged[name][:len(damaged[name])/2]
		}
	}

	return []outage{
		{says: "a chain is opened and a decision recorded", brief: true, before: []holding{empty}, run: appends(t, open, decisionAct(t, 1))},
		{says: "the same, without links", before: []holding{empty}, bare: true, run: appends(t, open, decisionAct(t, 1))},
		{says: "two decisions are added", before: []holding{three}, run: appends(t, decisionAct(t, 3), decisionAct(t, 4))},
		{says: "the same, without links", brief: true, before: []holding{three}, bare: true, run: appends(t, decisionAct(t, 3), decisionAct(t, 4))},
		// Records 3 to 998 are missing in it, which is the one fault there is before and after.
		{says: "the thousandth and the next, in a new folder", brief: true, before: []holding{boundary}, run: appends(t, decisionAct(t, 5), decisionAct(t, 6))},

		{says: "a chain is published for the first time", before: []holding{five, empty}, run: syncs(t, author, SyncOptions{}, five.records())},
		{says: "the same, without links", before: []holding{five, empty}, bare: true, run: syncs(t, author, SyncOptions{}, five.records())},
		{says: "a decision is recorded and published", brief: true, before: []holding{five.upTo(4), five.upTo(4)},
			run: syncs(t, author, SyncOptions{Quick: true}, five.records(), decisionAct(t, 4))},
		{says: "the own copy is lost and taken from the share", before: []holding{empty, five.with(others)}, run: syncs(t, author, SyncOptions{}, five.records())},
		{says: "both copies lack something and are damaged", before: []holding{damaged, five.upTo(4).with(others)}, until: []Code{NoSignature, Missing},
			run: syncs(t, author, SyncOptions{}, five.records())},

		// What is not yet copied may be missing between what is: a merge that was stopped is seen, and finished.
		{says: "two logs are merged", before: []holding{five.upTo(2), five.with(others)}, until: []Code{Missing}, run: merges(MergeOptions{Workers: 1}, five.with(others).records())},
		{says: "the same, without links", before: []holding{five.upTo(2), five.with(others)}, bare: true, until: []Code{Missing},
			run: merges(MergeOptions{Workers: 1}, five.with(others).records())},
		{says: "two logs are merged, and damage mended", brief: true, before: []holding{damaged, five.with(others)}, until: []Code{NoSignature, Missing},
			run: merges(MergeOptions{Workers: 1}, five.with(others).records())},
	}
}

// tallied prints what the tests of an outage went through.
type tallied struct {
	all   counted
	text  strings.Builder
	table *tabwriter.Writer
}

func newTally(title string) *tallied {
	x := new(tallied)
	x.table = tabwriter.NewWriter(&x.text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(x.table, "STEPS\tCUTS\tOUTCOMES\tSTATES\t  %s\n", title)
	return x
}

func (x *tallied) add(says string, c counted) {
	x.all.add(c)
	fmt.Fprintf(x.table, "%d\t%d\t%d\t%d\t  %s\n", c.steps, c.cuts, c.outcomes, c.states, says)
}

func (x *tallied) print(t *testing.T, least int) {
	t.Helper()
	all := x.all
	x.add("all", all)
	x.all = all
	x.table.Flush()
	t.Logf("\n%s", x.text.String())
	if all.states < least {
		t.Errorf("only %d states: the power was hardly ever cut", all.states)
	}
}

func TestALossOfPowerLosesNothingThatWasPromised(t *testing.T) {
	depth, choose := 0, fewCombinations
	if long() {
		depth, choose = 1, combinations
	}
	tally := newTally("LOSS OF POWER WHILE")
	for _, o := range outages(t) {
		tally.add(o.says, o.cut(t, depth, choose))
	}
	tally.print(t, 50)
	tell(t, "losses of power", "states", tally.all.states, "outcomes", tally.all.outcomes)
}

// A disk that fails is often one that loses its power soon after: each operation fails once, the caller tries again,
// and then the power is cut as above.
func TestALossOfPowerAfterAnErrorLosesNothingThatWasPromised(t *testing.T) {
	choose := fewCombinations
	if long() {
		choose = combinations
	}
	tally := newTally("AN ERROR, AND A LOSS OF POWER WHILE")
	for _, o := range outages(t) {
		var c counted
		for volume := range o.before {
			// The long torture fails every operation; the short one some of them.
			for n := count(5, 1); ; n += count(17, 1) {
				broken := &faultyDisk{fail: n, err: syscall.EIO}
				var reel tape
				done, err := o.tapeOf(t.TempDir(), &reel, func(i int, d disk) disk {
					if i != volume {
						return d
					}
					broken.disk = d
					return broken
				})
				if err != nil {
					t.Fatalf("%s: operation %d of folder %d fails: %v", o.says, n, volume, err)
				}
				if broken.n < n {
					break
				}
				more, err := o.replay(t.TempDir(), reel.steps, nil, done, 0, choose)
				if err != nil {
					t.Fatalf("%s: operation %d of folder %d (%s) fails: %v", o.says, n, volume, broken.ops[n-1], err)
				}
				c.add(more)
			}
		}
		tally.add(o.says, c)
	}
	tally.print(t, 50)
	tell(t, "losses of power after an error", "states", tally.all.states, "outcomes", tally.all.outcomes)
}

// A harness that finds nothing has to be shown something: without any one of the flushes that FORMAT.md asks for, it has
// to find a loss. Those of the files that only make checking by hand easier may be left out; so may a flush of a folder
// that is flushed once more before anything is promised, but not all of them.
func TestALossOfPowerFindsEachFlushThatIsLeftOut(t *testing.T) {
	left := 0
	for _, o := range outages(t) {
		var reel tape
		done, err := o.tapeOf(t.TempDir(), &reel, nil)
		if err != nil {
			t.Fatal(err)
		}
		without := func(out func(i int, s step) bool) error {
			var steps []step
			for i, s := range reel.steps {
				if !out(i, s) {
					steps = append(steps, s)
				}
			}
			left++
			_, err := o.replay(t.TempDir(), steps, nil, done, 0, fewCombinations)
			return err
		}
		above := map[int]string{} // of each file, its folder
		for i, s := range reel.steps {
			if s.op == "create" {
				above[s.file] = path.Dir(s.name)
			}
			if s.op != "sync" && (s.op != "settle" || len(o.before) > 1 || reel.steps[i-1].op == "remove" && !isTemp(path.Base(reel.steps[i-1].name))) {
				continue
			}
			if _, removed := asideOf(reel.steps[i-1].name); removed && s.op == "settle" && reel.steps[i-1].op == "remove" &&
				slices.ContainsFunc(reel.steps[i+1:], func(later step) bool { return later.op == "settle" && later.name == s.name }) {
				continue // the next record of the folder is disposed of too
			}
			convenience := s.op == "sync" && above[s.file] == "." || s.op == "settle" && s.name == "." && reel.steps[i-1].op != "mkdir"
			if convenience {
				continue
			}
			if without(func(j int, _ step) bool { return j == i }) == nil {
				t.Errorf("%s: step %d (%s %s) left out, and nothing is lost", o.says, i+1, s.op, cmp.Or(s.name, above[s.file]))
			}
		}
		if without(func(_ int, s step) bool { return s.op == "settle" && s.name != "." }) == nil {
			t.Errorf("%s: no folder of records is flushed, and nothing is lost", o.says)
		}
	}
	tell(t, "flushes left out, and each found missing", "times", left)
}

// long reports whether the long torture was asked for: make torture.
func long() bool { return os.Getenv("DSA_TORTURE") == "long" }
