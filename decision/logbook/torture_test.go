package logbook

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// The torture: writers in processes of their own, killed at any moment, many at once, on disks that are full or go away.
// In the suite it is short; make torture sets DSA_TORTURE=long. Whatever is done to them, afterwards every record of
// which a writer was told is there, once, with the bytes it was told; the log has no fault; and nothing but whole
// records stands under a record's name.

// A job is what a writer's process is told to do.
type job struct {
	Log   string // the folder it writes to
	Lock  string
	Key   int // which of the keys it has
	First int // number of its first act; acts have numbers so that one that was not acknowledged is done again
	Count int
}

// jobVariable carries the job into the process.
const jobVariable = "DSA_TORTURE_JOB"

// onDisk is the folder for what a test wants on a disk. What the others write is in memory where there is a place for it:
// they make thousands of files, and a disk takes longer with those than everything else takes together.
var onDisk = os.TempDir()

// The test program is started again as a writer. That is seen to before the tests are, as they have a TestMain already.
func init() {
	if dir := memoryFolder(); dir != "" && os.Getenv("TMPDIR") == "" && os.Getenv("DSA_BENCH") == "" {
		os.Setenv("TMPDIR", dir)
	}
	if given := os.Getenv(jobVariable); given != "" {
		var j job
		err := json.Unmarshal([]byte(given), &j)
		if err == nil {
			err = j.do(os.Stdout)
		}
		if err != nil {
			fmt.Println("failed", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
}

// keyNumber is one of any number of keys, always the same.
func keyNumber(n int) sshsig.Signer {
	seed := sha256.Sum256(fmt.Appendf(nil, "torture key %d", n))
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		panic(err)
	}
	s, err := sshsig.NewSigner(key)
	if err != nil {
		panic(err)
	}
	return s
}

// act is the act of a key with a number: the same one whenever it is asked for.
func (j job) act(n int) Act {
	key := keyNumber(j.Key).Key()
	if n == 0 {
		o := openingOf(key, fmt.Sprintf("writer%d@example.org", j.Key), decision.Live)
		o.Salt = salt(1000000 * (j.Key + 1))
		text, err := decision.EncodeBody(o)
		if err != nil {
			panic(err)
		}
		return Act{Time: start, Kind: decision.Open, KeepUntil: decision.Permanent, Body: text}
	}
	// Of the size of a real decision, so that there is something of which half can be written.
	text, err := decision.EncodeBody(words{salt(1000000*(j.Key+1) + n), fmt.Sprintf("case %d of %d ", n, j.Key) + strings.Repeat("as it was decided. ", 2500)})
	if err != nil {
		panic(err)
	}
	return Act{Time: start.Add(time.Duration(n) * time.Second), Kind: decision.Decision, KeepUntil: "2034-11-22", Body: text}
}

// do records the acts of a job and says of each, once it is recorded, which it was and where it is.
func (j job) do(out io.Writer) error {
	b, err := Create(j.Log)
	if err != nil {
		return err
	}
	defer b.Close()
	w := NewWriter(b, keyNumber(j.Key), j.Lock)
	said := func(n int, e Entry) {
		fmt.Fprintf(out, "recorded %d %d %x %s\n", j.Key, n, sha256.Sum256(e.Page.Bytes()), e.Path)
	}
	if e, found, err := j.interrupted(b); err != nil {
		return err
	} else if found {
		said(j.First, e)
		j.First, j.Count = j.First+1, j.Count-1
	}
	for n := j.First; n < j.First+j.Count; n++ {
		e, err := w.Append(context.Background(), j.act(n))
		var convenience *SignersError
		if err != nil && !errors.As(err, &convenience) {
			return fmt.Errorf("act %d: %w", n, err)
		}
		said(n, e)
	}
	return nil
}

// interrupted finds the job's first act where an earlier process was killed after recording it. Another process with
// the same key may have gone on since, so it need not be the newest record. dsa looks in the same way for what its
// drafts say was about to be recorded.
func (j job) interrupted(b *Book) (Entry, bool, error) {
	chain, found, err := b.ChainOf(keyNumber(j.Key).Key())
	if err != nil || !found || j.First == 0 {
		return Entry{}, false, err
	}
	head, err := b.Head(chain)
	if err != nil {
		return Entry{}, false, err
	}
	sum := sha256.Sum256(j.act(j.First).Body)
	for n := head.Number; n >= max(0, head.Number-300); n-- {
		records, _, err := b.records(recordFolder(chain, n))
		if err != nil {
			return Entry{}, false, err
		}
		for _, r := range slices.Backward(records) {
			if e, err := b.read(r); err != nil || e.Page.Cover.BodySum == sum {
				return e, err == nil, err
			}
			n = r.Number
		}
	}
	return Entry{}, false, nil
}

// acknowledged is what a writer said it recorded.
type acknowledged struct {
	key, act  int
	sum, path string
}

// A witness keeps what writers have acknowledged.
type witness struct {
	mu       sync.Mutex
	recorded []acknowledged
	failed   []string
}

func (x *witness) hear(line string) (acknowledged, bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	var a acknowledged
	if n, _ := fmt.Sscanf(line, "recorded %d %d %s %s", &a.key, &a.act, &a.sum, &a.path); n == 4 {
		x.recorded = append(x.recorded, a)
		return a, true
	}
	x.failed = append(x.failed, line)
	return a, false
}

// process starts a writer.
func (j job) process(t testing.TB) (*exec.Cmd, *bufio.Scanner) {
	program, err := os.Executable()
	if err != nil {
		t.Error(err)
		return nil, nil
	}
	told, err := json.Marshal(j)
	if err != nil {
		t.Error(err)
		return nil, nil
	}
	c := exec.Command(program)
	c.Env = append(os.Environ(), jobVariable+"="+string(told))
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Error(err)
		return nil, nil
	}
	return c, bufio.NewScanner(out)
}

// run lets a writer's process come to its end.
func (x *witness) run(t testing.TB, j job) {
	c, lines := j.process(t)
	if c == nil {
		return
	}
	for lines.Scan() {
		x.hear(lines.Text())
	}
	if err := c.Wait(); err != nil {
		t.Errorf("writer %d: %v %s", j.Key, err, strings.Join(x.failed, "; "))
	}
}

// torment starts a writer again and again, and kills it: after some acknowledgements, and then some microseconds. The
// seed fixes both; where in its work the writer is by then, no seed can fix. It returns how often it was killed at work.
func (x *witness) torment(t testing.TB, j job, kills int, seed uint64) (killed int) {
	random := rand.New(rand.NewPCG(seed, 1))
	next, empty := j.First, 0
	for range kills {
		j.First, j.Count = next, 1000
		c, lines := j.process(t)
		if c == nil {
			return killed
		}
		for heard := random.IntN(4); heard > 0 && lines.Scan(); heard-- {
			if a, ok := x.hear(lines.Text()); ok {
				next, empty = a.act+1, 0
			}
		}
		// Up to three times what one record takes. This waits for no event: it is the choice of the moment.
		time.Sleep(time.Duration(random.IntN(9000)) * time.Microsecond)
		c.Process.Kill()
		for lines.Scan() {
			if a, ok := x.hear(lines.Text()); ok {
				next, empty = a.act+1, 0
			}
		}
		if c.Wait(); c.ProcessState.ExitCode() == -1 {
			killed++
		} else {
			t.Errorf("writer %d ended by itself: %v", j.Key, x.failed)
			return killed
		}
		if empty++; empty > 200 {
			t.Errorf("writer %d gets nowhere", j.Key)
			return killed
		}
	}
	j.First, j.Count = next, 1
	x.run(t, j)
	return killed
}

// verify holds a log against what was acknowledged, and returns the number of temporary files that were left.
func (x *witness) verify(t testing.TB, dir string) (r Report, temporary int) {
	t.Helper()
	b, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if r = check(t, b); !r.Clean() {
		t.Errorf("%d faults, the first: %v", len(r.Faults), r.Faults[0])
	}
	for _, n := range r.Notices {
		switch n.Code {
		case Temporary:
			temporary++
		case EmptyFolder, NoReadme, NoSigners, NoRecords, TimeBack:
		default:
			t.Errorf("a notice: %v", n)
		}
	}
	for _, a := range x.recorded {
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(a.path)))
		if err != nil {
			t.Errorf("act %d of writer %d was acknowledged and is lost: %v", a.act, a.key, err)
		} else if sum := fmt.Sprintf("%x", sha256.Sum256(data)); sum != a.sum {
			t.Errorf("act %d of writer %d was acknowledged and is another", a.act, a.key)
		}
	}
	// Each body has a salt of its own: one that is there twice was recorded twice.
	bodies := map[[32]byte]string{}
	for e, err := range b.Entries() {
		if err != nil {
			t.Error(err)
		} else if before, twice := bodies[e.Page.Cover.BodySum]; twice {
			t.Errorf("%s is recorded a second time as %s", before, e.Path)
		} else {
			bodies[e.Page.Cover.BodySum] = e.Path
		}
	}
	return r, temporary
}

// tortureLog is a folder for the tests that flush: on the disk, as it is the disk's behaviour that is looked at.
func tortureLog(t testing.TB) (dir, lock string) {
	t.Helper()
	dir, err := os.MkdirTemp(onDisk, "dsa-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return filepath.Join(dir, "log"), filepath.Join(dir, "lock")
}

func count(short, full int) int {
	if long() {
		return full
	}
	return short
}

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

func TestWritersThatAreKilledLoseNothing(t *testing.T) {
	dir, lock := tortureLog(t)
	writers, kills := count(3, 8), count(6, 400)
	var x witness
	var wg sync.WaitGroup
	killed := make([]int, writers)
	for i := range writers {
		wg.Go(func() {
			killed[i] = x.torment(t, job{Log: dir, Lock: fmt.Sprint(lock, i), Key: i}, kills, uint64(i))
		})
	}
	wg.Wait()
	r, temporary := x.verify(t, dir)
	total := 0
	for _, n := range killed {
		total += n
	}
	tell(t, "writers killed at random, own keys, one folder", "writers", writers, "kills", total, "acknowledged", len(x.recorded), "records", r.Records,
		"temporary files left", temporary)
	if total != writers*kills {
		t.Errorf("%d kills", total)
	}
}

func TestTwoProcessesWithOneKeyThatAreKilledDoNotFork(t *testing.T) {
	dir, lock := tortureLog(t)
	kills := count(5, 300)
	x := new(witness)
	x.run(t, job{Log: dir, Lock: lock, Count: 1})
	var wg sync.WaitGroup
	killed := make([]int, 2)
	for i := range killed {
		wg.Go(func() {
			killed[i] = x.torment(t, job{Log: dir, Lock: lock, First: 1 + i*500000}, kills, uint64(100+i))
		})
	}
	wg.Wait()
	r, temporary := x.verify(t, dir)
	tell(t, "two processes with one key, killed at random", "kills", killed[0]+killed[1], "acknowledged", len(x.recorded), "records", r.Records,
		"temporary files left", temporary)
}

func TestFiftyWritersAtOnce(t *testing.T) {
	dir, lock := tortureLog(t)
	writers, each := count(8, 50), count(3, 40)
	var x witness
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() { x.run(t, job{Log: dir, Lock: fmt.Sprint(lock, i), Key: i, Count: each}) })
	}
	wg.Wait()
	r, temporary := x.verify(t, dir)
	tell(t, "writers at once, own keys, one folder", "writers", writers, "acknowledged", len(x.recorded), "records", r.Records)
	if r.Chains != writers || r.Records != writers*each || len(x.recorded) != writers*each || temporary != 0 {
		t.Errorf("%d chains, %d records, %d acknowledged, %d temporary files", r.Chains, r.Records, len(x.recorded), temporary)
	}
}

// Two logs are merged into each other while somebody writes to each, and is killed now and then.
func TestTwoLogsThatAreMergedWhileTheyAreWritten(t *testing.T) {
	dir := t.TempDir()
	logs := []string{filepath.Join(dir, "a"), filepath.Join(dir, "b")}
	var books []*Book
	for _, name := range logs {
		b, err := Create(name)
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		books = append(books, b)
	}
	x := new(witness)
	var writing, merging sync.WaitGroup
	over := make(chan struct{})
	merges := make([]int, 2)
	merge := func(to int) error {
		_, err := Merge(context.Background(), books[to], books[1-to], MergeOptions{})
		return err
	}
	for i := range logs {
		writing.Go(func() {
			x.torment(t, job{Log: logs[i], Lock: filepath.Join(dir, fmt.Sprint("lock", i)), Key: i}, count(5, 100), uint64(300+i))
		})
		merging.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				if err := merge(i); err != nil {
					t.Error(err)
					return
				}
				merges[i]++
			}
		})
	}
	writing.Wait()
	close(over)
	merging.Wait()
	for i := range logs {
		if err := merge(i); err != nil {
			t.Fatal(err)
		}
	}
	r, temporary := x.verify(t, logs[0])
	if other, _ := x.verify(t, logs[1]); other.Records != r.Records {
		t.Errorf("%d records in one, %d in the other", r.Records, other.Records)
	}
	tell(t, "two logs merged into each other while written", "merges", merges[0]+merges[1], "acknowledged", len(x.recorded), "records", r.Records,
		"temporary files left", temporary)
}

// Links are refused on some network shares, where a rename that replaces takes their place.
func TestWritersAtOnceWithoutLinks(t *testing.T) {
	b := newBook(t)
	writers, each := count(8, 50), count(5, 40)
	b.disk = linkless{b.disk}
	lock := filepath.Join(t.TempDir(), "lock")
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			j := job{Key: i}
			w := NewWriter(b, keyNumber(i), fmt.Sprint(lock, i))
			for n := range each {
				if _, err := w.Append(context.Background(), j.act(n)); err != nil {
					t.Errorf("writer %d, act %d: %v", i, n, err)
				}
			}
		})
	}
	wg.Wait()
	r, _ := new(witness).verify(t, b.Dir())
	if r.Records != writers*each {
		t.Errorf("%d records", r.Records)
	}
	tell(t, "writers at once, no links", "writers", writers, "records", r.Records)
}

// A disk that is full, at every size from one at which nothing fits to one at which all does. Then there is room again.
func TestAFullDiskLosesNothing(t *testing.T) {
	small := mountSmall(t, "64k")
	j := job{Log: filepath.Join(small, "log"), Lock: filepath.Join(t.TempDir(), "lock")}
	var full, sizes int
	sizesOf := count(16, 2)
	x := new(witness)
	next := 0
	for kilobytes := 8; kilobytes <= 512; kilobytes += 4 * sizesOf {
		sizes++
		resize(t, small, kilobytes)
		err := func() error {
			b, err := Create(j.Log)
			if err != nil {
				return err
			}
			defer b.Close()
			w := NewWriter(b, keyNumber(0), j.Lock)
			for ; next < 1000; next++ {
				e, err := w.Append(context.Background(), j.act(next))
				var convenience *SignersError
				if err != nil && !errors.As(err, &convenience) {
					return err
				}
				x.recorded = append(x.recorded, acknowledged{0, next, fmt.Sprintf("%x", sha256.Sum256(e.Page.Bytes())), e.Path})
			}
			return nil
		}()
		if err == nil {
			t.Fatal("a thousand records in half a megabyte")
		}
		if !isFull(err) {
			t.Errorf("%d KiB: %v hides the cause", kilobytes, err)
		}
		full++
		if _, err := os.Stat(j.Log); err == nil {
			x.verify(t, j.Log)
		}
	}
	resize(t, small, 8192)
	out := new(bytes.Buffer)
	if err := (job{Log: j.Log, Lock: j.Lock, First: next, Count: 3}).do(out); err != nil {
		t.Fatalf("there is room again: %v", err)
	}
	for line := range strings.Lines(out.String()) {
		x.hear(line)
	}
	r, temporary := x.verify(t, j.Log)
	tell(t, "a disk that is full, and grows", "times full", full, "acknowledged", len(x.recorded), "records", r.Records, "temporary files left", temporary)
	if r.Records != len(x.recorded) {
		t.Errorf("%d records, %d acknowledged", r.Records, len(x.recorded))
	}
}

// A folder that becomes read-only while somebody writes, again and again.
func TestAFolderThatBecomesReadOnlyLosesNothing(t *testing.T) {
	small := mountSmall(t, "32m")
	j := job{Log: filepath.Join(small, "log"), Lock: filepath.Join(t.TempDir(), "lock")}
	x := new(witness)
	random := rand.New(rand.NewPCG(5, 5))
	next, times := 0, count(5, 200)
	for range times {
		ended := make(chan error)
		go func() {
			for ; ; next++ {
				out := new(bytes.Buffer)
				if err := (job{Log: j.Log, Lock: j.Lock, First: next, Count: 1}).do(out); err != nil {
					ended <- err
					return
				}
				x.hear(strings.TrimSpace(out.String()))
			}
		}()
		time.Sleep(time.Duration(random.IntN(3000)) * time.Microsecond) // the choice of the moment
		// The system refuses while a file is open for writing, which is most of the time.
		for readOnly(t, small, true) != nil {
			time.Sleep(100 * time.Microsecond)
		}
		if err := <-ended; !isReadOnly(err) {
			t.Fatalf("%v hides the cause", err)
		}
		if err := readOnly(t, small, false); err != nil {
			t.Fatal(err)
		}
	}
	r, temporary := x.verify(t, j.Log)
	tell(t, "a folder that becomes read-only", "times", times, "acknowledged", len(x.recorded), "records", r.Records, "temporary files left", temporary)
}

// A folder that is moved elsewhere and back while somebody has it open.
func TestAFolderThatIsMovedWhileWritingLosesNothing(t *testing.T) {
	dir, lock := tortureLog(t)
	b, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var x witness
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		w := NewWriter(b, keyNumber(0), lock)
		for n := 0; ; n++ {
			select {
			case <-over:
				return
			default:
			}
			e, err := w.Append(context.Background(), job{}.act(n))
			if err != nil {
				t.Errorf("act %d: %v", n, err)
				return
			}
			x.hear(fmt.Sprintf("recorded 0 %d %x %s", n, sha256.Sum256(e.Page.Bytes()), e.Path))
		}
	})
	times := count(50, 2000)
	for range times {
		if err := errors.Join(os.Rename(dir, dir+"-away"), os.Rename(dir+"-away", dir)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(100 * time.Microsecond) // or nothing would be written in between
	}
	close(over)
	wg.Wait()
	r, _ := x.verify(t, dir)
	tell(t, "a folder that is moved away and back", "times", times, "acknowledged", len(x.recorded), "records", r.Records)
}

// vanishing is a disk that is there up to an operation and not from then on.
type vanishing struct {
	disk
	left int
	err  error
}

func (d *vanishing) here() error {
	if d.left--; d.left < 0 {
		return &fs.PathError{Op: "use", Path: "x", Err: d.err}
	}
	return nil
}

func (d *vanishing) Mkdir(name string) error {
	if err := d.here(); err != nil {
		return err
	}
	return d.disk.Mkdir(name)
}

func (d *vanishing) CreateNew(name string) (newFile, error) {
	if err := d.here(); err != nil {
		return nil, err
	}
	f, err := d.disk.CreateNew(name)
	if err != nil {
		return nil, err
	}
	return &vanishingFile{f, d}, nil
}

func (d *vanishing) Link(from, to string) error {
	if err := d.here(); err != nil {
		return err
	}
	return d.disk.Link(from, to)
}

func (d *vanishing) Rename(from, to string) error {
	if err := d.here(); err != nil {
		return err
	}
	return d.disk.Rename(from, to)
}

func (d *vanishing) Remove(name string) error {
	if err := d.here(); err != nil {
		return err
	}
	return d.disk.Remove(name)
}

func (d *vanishing) Settle(folder, file string) error {
	if err := d.here(); err != nil {
		return err
	}
	return d.disk.Settle(folder, file)
}

func (d *vanishing) ReadDir(name string) ([]fs.DirEntry, error) {
	if err := d.here(); err != nil {
		return nil, err
	}
	return d.disk.ReadDir(name)
}

func (d *vanishing) Lstat(name string) (fs.FileInfo, error) {
	if err := d.here(); err != nil {
		return nil, err
	}
	return d.disk.Lstat(name)
}

func (d *vanishing) ReadFile(name string) ([]byte, error) {
	if err := d.here(); err != nil {
		return nil, err
	}
	return d.disk.ReadFile(name)
}

type vanishingFile struct {
	newFile
	d *vanishing
}

func (f *vanishingFile) Write(p []byte) (int, error) {
	if err := f.d.here(); err != nil {
		return 0, err
	}
	return f.newFile.Write(p)
}

func (f *vanishingFile) Sync() error {
	if err := f.d.here(); err != nil {
		return err
	}
	return f.newFile.Sync()
}

func (f *vanishingFile) Close() error {
	err := f.newFile.Close()
	if gone := f.d.here(); gone != nil {
		return gone
	}
	return err
}

// A folder that goes away for good after each operation, as a share does when the network does. What was acknowledged
// is there when it comes back, and everything can be gone on with.
func TestAFolderThatGoesAwayLosesNothing(t *testing.T) {
	points := disturb(t, []syscall.Errno{syscall.ESTALE, syscall.ENOENT, syscall.EHOSTDOWN}, func(n int, err error, d disk) (disk, func() bool) {
		v := &vanishing{d, n, err}
		return v, func() bool { return v.left < 0 }
	})
	tell(t, "a folder that goes away after each operation", "points", points)
}

// An operation that fails once, and a caller who does not try again: what is left is a sound log, if not yet a whole one.
func TestEachOperationThatFailsOnceLeavesASoundLog(t *testing.T) {
	points := disturb(t, []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EACCES}, func(n int, err error, d disk) (disk, func() bool) {
		f := &faultyDisk{disk: d, fail: n + 1, err: &fs.PathError{Op: "use", Path: "x", Err: err}}
		return f, func() bool { return f.n > n }
	})
	tell(t, "each operation fails once, and is not tried again", "points", points)
}

// disturb runs each operation that is tried on disks with which something is wrong from the n-th step on, or at it.
func disturb(t *testing.T, errs []syscall.Errno, wrong func(n int, err error, d disk) (disk, func() (reached bool))) (points int) {
	for _, o := range outages(t) {
		done, err := o.tapeOf(t.TempDir(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		for volume := range o.before {
			for i, fault := range errs {
				if i > 0 && !long() {
					break
				}
				// Where a sync or a merge finds no names in the folder it works for, it takes it for a new one.
				if fault == syscall.ENOENT && volume == 0 && len(o.before) > 1 {
					continue
				}
				for n := count(2, 0); ; n += count(4, 1) {
					reached, err := o.disturbed(t.TempDir(), volume, done, func(d disk) (disk, func() bool) { return wrong(n, fault, d) })
					if err != nil {
						t.Errorf("%s: operation %d of folder %d (%v): %v", o.says, n+1, volume, fault, err)
					}
					if !reached {
						break
					}
					points++
				}
			}
		}
	}
	return points
}

func (o outage) disturbed(dir string, volume int, done ending, wrong func(disk) (disk, func() bool)) (reached bool, err error) {
	s, err := o.open(filepath.Join(dir, "disturbed"), o.before, nil, nil)
	defer s.close()
	if err != nil {
		return false, err
	}
	var said []promise
	times := 0
	s.once = true
	s.say = func(p ...promise) { said, times = append(said, p...), times+1 }
	b := s.books[volume]
	there := b.disk
	disturbed, was := wrong(there)
	b.disk = disturbed
	err = o.run(s, 0)
	b.disk = there
	if !was() {
		return false, err
	}
	left := make([]holding, len(s.books))
	for i, b := range s.books {
		left[i] = holdingOf(noTest{}, b.Dir())
	}
	_, err = o.examine(filepath.Join(dir, "again"), left, said, times, done, 0)
	return true, err
}
