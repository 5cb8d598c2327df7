package logbook

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"dsa/decision"
)

// TestSpeed measures verifying and writing against what the machine can do and against stock tools, all in one run on
// the same records, and prints a table. `make bench` runs it in full: DSA_BENCH=yes; with DSA_BENCH=long also on a million
// records, which take some 5 GB. Otherwise it is a few records and one round, to show that it runs. Nothing is
// asserted about time. TMPDIR says which disk is measured.
func TestSpeed(t *testing.T) {
	if role := os.Getenv(benchRole); role != "" {
		t.Skip("a process that TestSpeed started")
	}
	s := &speed{t: t, dir: t.TempDir()}
	switch os.Getenv("DSA_BENCH") {
	case "":
		s.out = testWriter{t}
		s.records, s.chains, s.rounds, s.long, s.heavy = 60, 4, 3, 20, 10
		s.repeats, s.samples, s.commits, s.processes = 1, 1, 1, 0
		s.memory = []int{40}
	default:
		s.out = os.Stdout
		s.records, s.chains, s.rounds, s.long, s.heavy = 100_000, 200, 50, 100_000, 10_000
		s.repeats, s.samples, s.commits, s.processes = 7, 300, 1000, 100
		s.memory, s.flush = []int{10_000, 100_000}, true
		if os.Getenv("DSA_BENCH") == "long" {
			s.memory = append(s.memory, 1_000_000)
		}
	}
	s.run()
}

// speed is one run of all measurements.
type speed struct {
	t   *testing.T
	dir string
	out io.Writer

	records, chains, rounds int   // of the log that is verified
	long                    int   // records of the chain that is written to
	heavy                   int   // records with bodies as large as real decisions
	repeats                 int   // of each verification of the whole log
	samples                 int   // files that ssh-keygen verifies
	commits                 int   // records written in every way
	processes               int   // records written by whole processes; 0: the program is not built
	memory                  []int // records verified by a process of its own
	flush                   bool  // everything is flushed before what is timed

	program string
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimRight(string(p), "\n"))
	return len(p), nil
}

// typicalBody is the size of a body with which the design was measured, and fullBody that of an ad hoc decision in full.
const (
	typicalBody = 6_000
	fullBody    = 48_000
)

// timed are how long one record took, in each of several runs.
type timed []time.Duration

func (d timed) at(part float64) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))]
}

func (d timed) median() time.Duration { return d.at(0.5) }

func micros(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Nanoseconds())/1000) }

// over is how many times the other d takes. Where both were measured in turn it is the median of the ratios pair by pair,
// so that it holds when the machine is slow for a while.
func (d timed) over(other timed) float64 {
	if len(d) != len(other) {
		return float64(d.median()) / float64(other.median())
	}
	ratios := make([]float64, len(d))
	for i := range d {
		ratios[i] = float64(d[i]) / float64(other[i])
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

// line prints a row: microseconds a record as median (10th to 90th percentile), and how many times the other it takes.
func (s *speed) line(what string, d timed, than timed, says string) {
	ratio := ""
	if len(than) > 0 {
		ratio = fmt.Sprintf("%.3g %s", d.over(than), says)
	}
	fmt.Fprintf(s.out, "| %s | %s (%s-%s) | %s |\n", what, micros(d.median()), micros(d.at(0.1)), micros(d.at(0.9)), ratio)
}

func (s *speed) title(format string, args ...any) {
	fmt.Fprintf(s.out, "\n"+format+"\n\n| | microseconds a record (10th-90th percentile) | ratio |\n| --- | --- | --- |\n", args...)
}

func (s *speed) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *speed) make(l benchLog, name string) (dir string, made *writtenLog) {
	s.t.Helper()
	dir = filepath.Join(s.dir, name)
	made, err := l.write(dir)
	s.must(err)
	return dir, made
}

func (s *speed) run() {
	fmt.Fprintf(s.out, "%s %s/%s, %d processors, %s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), time.Now().UTC().Format(time.RFC3339))
	if s.processes > 0 {
		s.program = filepath.Join(s.dir, "dsa")
		build := exec.Command("go", "build", "-trimpath", "-o", s.program, "dsa/cmd/dsa")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			s.t.Fatalf("%v\n%s", err, text)
		}
	}
	dir, made := s.make(benchLog{Chains: evenly(s.records, s.chains), Rounds: s.rounds, Body: typicalBody}, "log")
	git := s.writing(dir, made)
	s.verifying(dir, made, git)
	s.must(os.RemoveAll(dir))
	dir, made = s.make(benchLog{Chains: evenly(s.heavy, max(1, s.heavy/500)), Rounds: s.rounds, Body: fullBody}, "heavy")
	s.verifying(dir, made, nil)
	s.must(os.RemoveAll(dir))
	s.memories()
}

// limits

// rawFile does with one file the least that shows it to be what was signed: two digests and one signature.
func rawFile(data []byte) bool {
	const begin, end = "-----BEGIN SSH SIGNATURE-----\n", "-----END SSH SIGNATURE-----\n"
	from := bytes.Index(data, []byte(begin))
	if from < 0 {
		return false
	}
	to := bytes.Index(data[from:], []byte(end))
	if to < 0 {
		return false
	}
	to += from
	cover, armour, body := data[:from], data[from+len(begin):to], data[to+len(end):]
	var blob [512]byte
	n, err := base64.StdEncoding.Decode(blob[:], armour)
	if err != nil || n < 150 {
		return false
	}
	// SSHSIG, version, then the key, the namespace and so on, each after four bytes of length (PROTOCOL.sshsig).
	key, length, signature := blob[33:65], int(blob[68]), blob[n-ed25519.SignatureSize:n]
	sum := sha256.Sum256(cover)
	bodySum := sha256.Sum256(body)
	var room [160]byte
	signed := append(room[:0], "SSHSIG\x00\x00\x00"...)
	signed = append(signed, blob[68:69+length]...)
	signed = append(signed, "\x00\x00\x00\x00\x00\x00\x00\x06sha256\x00\x00\x00\x20"...)
	signed = append(signed, sum[:]...)
	runtime.KeepAlive(bodySum)
	return ed25519.Verify(key, signed, signature)
}

// readInto reads a file with as few calls as there can be.
func readInto(name string, buffer []byte) ([]byte, error) {
	file, err := syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	for err == syscall.EINTR { // the scheduler's signals interrupt calls
		file, err = syscall.Open(name, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	}
	if err != nil {
		return nil, err
	}
	defer syscall.Close(file)
	n, err := syscall.Read(file, buffer)
	for err == syscall.EINTR {
		n, err = syscall.Read(file, buffer)
	}
	if err != nil {
		return nil, err
	}
	return buffer[:n], nil
}

// rawLog reads every record file of a log with the workers that Check has, and does the work with each.
func rawLog(dir string, work func([]byte) bool) (files int, err error) {
	folders, err := filepath.Glob(filepath.Join(dir, "*", "[0-9][0-9][0-9][0-9]"))
	if err != nil {
		return 0, err
	}
	queue := make(chan string)
	var done, failed atomic.Int64
	var why atomic.Value
	var wg sync.WaitGroup
	for range max(16, 4*runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			buffer := make([]byte, decision.MaxPage)
			for folder := range queue {
				d, err := os.Open(folder)
				if err != nil {
					failed.Add(1)
					continue
				}
				names, err := d.Readdirnames(-1)
				d.Close()
				if err != nil {
					failed.Add(1)
				}
				for _, name := range names {
					data, err := readInto(filepath.Join(folder, name), buffer)
					if err != nil {
						why.Store(err.Error())
					}
					if err != nil || !work(data) {
						failed.Add(1)
					}
					done.Add(1)
				}
			}
		})
	}
	for _, folder := range folders {
		queue <- folder
	}
	close(queue)
	wg.Wait()
	if n := failed.Load(); n > 0 {
		return 0, fmt.Errorf("%d of %d files failed: %v", n, done.Load(), why.Load())
	}
	return int(done.Load()), nil
}

// inMemory does the work with files that are read already.
func inMemory(files [][]byte, rounds int, work func([]byte) bool) time.Duration {
	begun := time.Now()
	var next atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= rounds*len(files) {
					return
				}
				if !work(files[n%len(files)]) {
					panic("a sound record is refused")
				}
			}
		})
	}
	wg.Wait()
	return time.Since(begun) / time.Duration(rounds*len(files))
}

// someFiles returns the paths of record files from all over the log.
func someFiles(dir string, n int) []string {
	all, _ := filepath.Glob(filepath.Join(dir, "*", "*", "*.record.txt"))
	var chosen []string
	for i := range min(n, len(all)) {
		chosen = append(chosen, all[i*len(all)/min(n, len(all))])
	}
	return chosen
}

// verifying

func (s *speed) verifying(dir string, made *writtenLog, git timed) {
	book, err := Open(dir)
	s.must(err)
	defer book.Close()
	check := func(o Options) time.Duration {
		runtime.GC()
		begun := time.Now()
		r, err := Check(context.Background(), []*Book{book}, o)
		took := time.Since(begun)
		if err != nil || len(r.Faults) > 0 || r.Records != made.Records {
			s.t.Fatalf("the log is not sound: %v, %d of %d records, %v", err, r.Records, made.Records, r.Faults[:min(3, len(r.Faults))])
		}
		return took / time.Duration(made.Records)
	}
	limit := func(work func([]byte) bool) time.Duration {
		runtime.GC()
		begun := time.Now()
		n, err := rawLog(dir, work)
		s.must(err)
		if n != made.Records {
			s.t.Fatalf("%d files of %d records", n, made.Records)
		}
		return time.Since(begun) / time.Duration(n)
	}
	var files [][]byte
	for _, name := range someFiles(dir, min(s.records, 2000)) {
		data, err := os.ReadFile(name)
		s.must(err)
		files = append(files, data)
	}
	all := Options{Body: benchBody, Log: made.Log, Receipts: made.Receipts}
	sealed := Options{Log: made.Log, Receipts: made.Receipts}
	check(sealed) // everything has been read once
	var reading, hashing, rawly, ours, bodies timed
	for range s.repeats {
		reading = append(reading, limit(func([]byte) bool { return true }))
		hashing = append(hashing, inMemory(files, 4, rawFile))
		rawly = append(rawly, limit(rawFile))
		ours = append(ours, check(sealed))
		bodies = append(bodies, check(all))
	}
	s.title("Verifying %d records in %d chains, %d bytes each, warm, %d repeats", made.Records, len(made.Chains)+len(made.Leads), made.Bytes/int64(made.Records), s.repeats)
	s.line("limit: list and read", reading, nil, "")
	s.line("limit: SHA-256 and Ed25519, in memory", hashing, nil, "")
	s.line("limit: list, read, SHA-256, Ed25519", rawly, nil, "")
	s.line("dsa: all checks on signatures, chains, trust, checkpoints, receipts", ours, rawly, "of the limit's time")
	s.line("dsa: and every body decoded and judged", bodies, rawly, "of the limit's time")
	fmt.Fprintf(s.out, "| so dsa is at | %.1f %% of the limit; with bodies decoded and judged %.1f %% | |\n", 100*rawly.over(ours), 100*rawly.over(bodies))
	if git == nil {
		return
	}
	if keygen, err := exec.LookPath("ssh-keygen"); err == nil {
		s.line("ssh-keygen -Y verify, a process a file", s.keygen(keygen, dir), ours, "times dsa")
	}
	s.line("git log --show-signature, a commit a record", git, ours, "times dsa")
	s.line("the same", git, bodies, "times dsa with bodies decoded")
}

// keygen verifies some files with stock OpenSSH. Cutting them into cover and signature is not counted.
func (s *speed) keygen(program, dir string) timed {
	var took timed
	signature := filepath.Join(s.dir, "signature")
	who := map[string]string{}
	signers, err := os.ReadFile(filepath.Join(dir, SignersName))
	s.must(err)
	for line := range strings.Lines(string(signers)) {
		fields := strings.Fields(line)
		who[fields[len(fields)-1]] = fields[0]
	}
	for _, name := range someFiles(dir, s.samples) {
		data, err := os.ReadFile(name)
		s.must(err)
		cover, armour, _, err := decision.CutPage(data)
		s.must(err)
		s.must(os.WriteFile(signature, armour, 0o600))
		page, err := decision.SplitPage(data)
		s.must(err)
		signed, err := verify(page.Cover.Kind, armour, cover)
		s.must(err)
		key := strings.Fields(signed.Key.AuthorizedKey())[1]
		// allowed_signers names one role to a line, and leads sign in two.
		allowed := filepath.Join(s.dir, "signers")
		s.must(os.WriteFile(allowed, fmt.Appendf(signers, "%s namespaces=%q ssh-ed25519 %s\n", who[key], signed.Namespace, key), 0o600))
		command := exec.Command(program, "-Y", "verify", "-f", allowed, "-I", who[key], "-n", signed.Namespace, "-s", signature)
		command.Stdin = bytes.NewReader(cover)
		begun := time.Now()
		out, err := command.CombinedOutput()
		took = append(took, time.Since(begun))
		if err != nil {
			s.t.Fatalf("%s: %v\n%s", name, err, out)
		}
	}
	return took
}

// writing

// timed is how long a piece of writing takes that pays for itself only, and not for what was written before it.
func (s *speed) timed(work func()) time.Duration {
	if s.flush {
		flushAll()
	}
	begun := time.Now()
	work()
	return time.Since(begun)
}

// repository is a git repository in which every commit is signed.
type repository struct {
	s    *speed
	dir  string // of the files
	meta string // of git's own
}

// flushed has git flush all that makes up a commit, as dsa flushes a record. Git by itself leaves loose objects to the system.
var flushed = []string{"-c", "core.fsync=committed", "-c", "core.fsyncMethod=fsync"}

// repository makes one over a folder of its own, or over one that is there.
func (s *speed) repository(name, dir string) *repository {
	if _, err := exec.LookPath("git"); err != nil {
		return nil
	}
	if _, err := exec.LookPath("ssh-keygen"); err != nil {
		return nil
	}
	if dir == "" {
		dir = filepath.Join(s.dir, name)
		s.must(os.MkdirAll(dir, 0o700))
	}
	r := &repository{s, dir, filepath.Join(s.dir, name+".git")}
	key := filepath.Join(s.dir, name+".key")
	s.writeKey(key)
	allowed := filepath.Join(s.dir, name+".signers")
	s.must(os.WriteFile(allowed, []byte("a@fenmarsh.example namespaces=\"git\" "+benchSigner(0).Key().AuthorizedKey()+"\n"), 0o600))
	r.git("init", "-q")
	config, err := os.OpenFile(filepath.Join(r.meta, "config"), os.O_APPEND|os.O_WRONLY, 0)
	s.must(err)
	_, err = fmt.Fprintf(config, "[user]\n\tname = A\n\temail = a@fenmarsh.example\n\tsigningkey = %q\n[gpg]\n\tformat = ssh\n[gpg \"ssh\"]\n\tallowedSignersFile = %q\n[gc]\n\tauto = 0\n", key, allowed)
	s.must(err)
	s.must(config.Close())
	return r
}

// writeKey writes the first decider's key as ssh-keygen would, with its public half beside it.
func (s *speed) writeKey(name string) {
	block, err := ssh.MarshalPrivateKey(benchKey(0), "")
	s.must(err)
	s.must(os.MkdirAll(filepath.Dir(name), 0o700))
	s.must(os.WriteFile(name, pem.EncodeToMemory(block), 0o600))
	s.must(os.WriteFile(name+".pub", []byte(benchSigner(0).Key().AuthorizedKey()+"\n"), 0o600))
}

func (r *repository) git(args ...string) []byte {
	command := exec.Command("git", args...)
	command.Dir = r.dir
	command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1", "GIT_DIR="+r.meta, "GIT_WORK_TREE="+r.dir)
	out, err := command.CombinedOutput()
	if err != nil {
		r.s.t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
	return out
}

// commit adds one file and signs a commit of it, with options of git's.
func (r *repository) commit(name string, data []byte, options ...string) time.Duration {
	r.s.must(os.WriteFile(filepath.Join(r.dir, name), data, 0o600))
	return r.s.timed(func() {
		r.git(slices.Concat(options, []string{"add", name})...)
		r.git(slices.Concat(options, []string{"commit", "-q", "-S", "-m", name})...)
	})
}

// log verifies every commit and returns the time for one.
func (r *repository) log(commits int) time.Duration {
	begun := time.Now()
	out := r.git("log", "--show-signature", "--format=%H")
	took := time.Since(begun)
	if good := bytes.Count(out, []byte(`Good "git" signature`)); good != commits {
		r.s.t.Fatalf("git finds %d good signatures of %d", good, commits)
	}
	return took / time.Duration(commits)
}

// durably creates a file as the log does, and nothing else: nothing is signed, read back or listed.
func durably(folder *os.Root, name string, data []byte) error {
	f, err := folder.OpenFile(".tmp", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := folder.Link(".tmp", name); err != nil {
		return err
	}
	if err := folder.Remove(".tmp"); err != nil {
		return err
	}
	return settle(folder, ".", name)
}

// writer opens the first decider's chain in a folder, for real: every flush is waited for.
func (s *speed) writer(dir string) *Writer {
	book, err := Create(dir)
	s.must(err)
	s.t.Cleanup(func() { book.Close() })
	return NewWriter(book, benchSigner(0), dir+".lock")
}

// writing writes the same acts in every way, one after the other in each round, so that a disk that slows down slows
// all of them, and each with nothing left to be flushed of the one before. It returns what git took to verify its commits.
func (s *speed) writing(dir string, made *writtenLog) timed {
	chain := filepath.Join(dir, decision.ChainFolder(made.Chains[0]))
	records, err := filepath.Glob(filepath.Join(chain, "*", "*.record.txt"))
	s.must(err)
	empty, long := filepath.Join(s.dir, "empty"), filepath.Join(s.dir, "home", "log")
	intoEmpty := s.writer(empty)
	_, err = intoEmpty.Append(context.Background(), openAct(s.t, benchSigner(0).Key(), "person3@fenmarsh.example", decision.Live))
	s.must(err)
	_, err = benchLog{Chains: []int{s.long}, Body: 0}.write(long)
	s.must(err)
	intoLong := s.writer(long)
	plain := filepath.Join(s.dir, "plain")
	s.must(os.MkdirAll(plain, 0o700))
	folder, err := os.OpenRoot(plain)
	s.must(err)
	defer folder.Close()
	templates, err := benchTemplates(typicalBody)
	s.must(err)
	repo, safe := s.repository("repository", ""), s.repository("flushed", "")

	appendTo := func(w *Writer, act Act) time.Duration {
		return s.timed(func() {
			_, err := w.Append(context.Background(), act)
			s.must(err)
		})
	}
	other := &benchChain{who: 1_000_000}
	var limit, toEmpty, toLong, committed, safely timed
	for n := range s.commits {
		at := start.Add(time.Duration(n+s.long) * time.Minute)
		act := Act{Time: at, Kind: decision.Decision, KeepUntil: benchKeep, Body: templates[n%len(templates)].body(other.salt(n), at, n)}
		toEmpty = append(toEmpty, appendTo(intoEmpty, act))
		toLong = append(toLong, appendTo(intoLong, act))
		data, err := os.ReadFile(records[n%len(records)])
		s.must(err)
		name := fmt.Sprintf("%07d.txt", n)
		limit = append(limit, s.timed(func() { s.must(durably(folder, name, data)) }))
		if repo != nil {
			committed = append(committed, repo.commit(name, data))
			safely = append(safely, safe.commit(name, data, flushed...))
		}
	}
	s.title("Writing %d records, %d bytes each, durable", s.commits, made.Bytes/int64(made.Records))
	s.line("limit: create, flush, link, flush the folder", limit, nil, "")
	s.line("dsa: sign and write into an empty chain", toEmpty, limit, "times the limit")
	s.line(fmt.Sprintf("dsa: sign and write into a chain of %d", s.long), toLong, toEmpty, "times the empty one")
	if repo != nil {
		s.line("git add and git commit -S, as it comes", committed, toEmpty, "times dsa")
		s.line("the same, flushed", safely, toEmpty, "times dsa")
	}
	full, fullSafely := s.full(dir, records)
	if len(full) > 0 {
		s.line(fmt.Sprintf("git add and git commit -S where git holds %d records", made.Records), full, toLong, "times dsa")
		s.line("the same, flushed", fullSafely, toLong, "times dsa")
	}
	s.whole(long, full)
	if repo == nil {
		return nil
	}
	var verified timed
	for range min(s.repeats, 3) {
		verified = append(verified, repo.log(s.commits))
	}
	return verified
}

// full commits a few records to a repository that holds the whole log already.
func (s *speed) full(dir string, records []string) (committed, safely timed) {
	repo := s.repository("full", dir)
	if repo == nil {
		return nil, nil
	}
	repo.git("-c", "core.compression=0", "add", "-A")
	repo.git("commit", "-q", "-S", "-m", "all")
	for n := range min(30, s.commits) {
		data, err := os.ReadFile(records[n%len(records)])
		s.must(err)
		name, other := fmt.Sprintf("added-%07d.txt", n), fmt.Sprintf("flushed-%07d.txt", n)
		committed = append(committed, repo.commit(name, data))
		safely = append(safely, repo.commit(other, append(data, '\n'), flushed...))
		defer os.Remove(filepath.Join(dir, name))
		defer os.Remove(filepath.Join(dir, other))
	}
	s.must(os.RemoveAll(repo.meta))
	return committed, safely
}

// whole records with processes from start to end, and commits the same files.
func (s *speed) whole(long string, full timed) {
	if s.program == "" {
		return
	}
	answers, err := filepath.Abs("../../cmd/testdata/answers/gp-asked-by-council.yaml")
	s.must(err)
	share := func(home string) time.Duration {
		command := exec.Command(s.program, "share", "--adhoc", "--answers", answers)
		command.Env = append(os.Environ(), "DSA_HOME="+home)
		return s.timed(func() {
			if out, err := command.CombinedOutput(); err != nil {
				s.t.Fatalf("dsa share: %v\n%s", err, out)
			}
		})
	}
	fresh, filled := filepath.Join(s.dir, "fresh"), filepath.Dir(long)
	s.writeKey(filepath.Join(fresh, "key"))
	s.writeKey(filepath.Join(filled, "key"))
	share(fresh)
	share(filled)
	repo, safe := s.repository("whole", ""), s.repository("whole-flushed", "")
	var toEmpty, toLong, committed, safely, bare timed
	for n := range s.processes {
		toEmpty = append(toEmpty, share(fresh))
		toLong = append(toLong, share(filled))
		records, err := filepath.Glob(filepath.Join(fresh, "log", "*", "0000", fmt.Sprintf("%07d-*.record.txt", n+2)))
		s.must(err)
		if len(records) != 1 {
			s.t.Fatalf("no record %d", n+2)
		}
		data, err := os.ReadFile(records[0])
		s.must(err)
		if repo != nil {
			committed = append(committed, repo.commit(filepath.Base(records[0]), data))
			safely = append(safely, safe.commit(filepath.Base(records[0]), data, flushed...))
		}
		bare = append(bare, s.timed(func() { s.must(exec.Command(s.program, "--version").Run()) }))
	}
	s.title("Whole processes, %d records", s.processes)
	s.line("dsa --version", bare, nil, "")
	s.line("dsa share --answers, a new chain", toEmpty, nil, "")
	s.line(fmt.Sprintf("dsa share --answers, a chain of %d", s.long), toLong, toEmpty, "times the new one")
	if repo != nil {
		s.line("git add and git commit -S of the same files, as it comes", committed, toEmpty, "times dsa")
		s.line("the same, flushed", safely, toEmpty, "times dsa")
		s.line(fmt.Sprintf("git add and git commit -S where git holds %d records", s.records), full, toLong, "times dsa")
	}
}

// memory

// benchRole says what a process that TestSpeed started has to do.
const benchRole = "DSA_BENCH_ROLE"

// TestSpeedChild verifies one log in a process of its own, or runs the program to do it, and says how much memory that
// took at most; or it writes a log. A process that TestSpeed started directly would count TestSpeed's memory as its own until it is replaced
// (getrusage, ru_maxrss), so the program is started by this small one.
func TestSpeedChild(t *testing.T) {
	dir := os.Getenv("DSA_BENCH_DIR")
	switch os.Getenv(benchRole) {
	default:
		t.Skip("TestSpeed starts it")
	case "write":
		// For measurements elsewhere: DSA_BENCH_ROLE=write DSA_BENCH_DIR=folder DSA_BENCH_RECORDS=1000 go test -run TestSpeedChild,
		// and DSA_BENCH_BODY=48000 for other than typical bodies.
		records, err := strconv.Atoi(os.Getenv("DSA_BENCH_RECORDS"))
		if err != nil {
			t.Fatal(err)
		}
		size, err := strconv.Atoi(os.Getenv("DSA_BENCH_BODY"))
		if err != nil {
			size = typicalBody
		}
		made, err := benchLog{Chains: evenly(records, max(2, records/500)), Rounds: 50, Body: size}.write(dir)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(made.Log)
		for _, r := range made.Receipts {
			fmt.Println(r)
		}
	case "program":
		command := exec.Command(os.Getenv("DSA_BENCH_PROGRAM"), "verify", "--log", dir, "--id", os.Getenv("DSA_BENCH_LOG"))
		begun := time.Now()
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out[:min(len(out), 2000)])
		}
		fmt.Printf("%s0 %d %d\n", benchAnswer, time.Since(begun), peak(command.ProcessState))
	case "check":
		log, err := decision.ParseID(os.Getenv("DSA_BENCH_LOG"))
		if err != nil {
			t.Fatal(err)
		}
		book, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		begun := time.Now()
		r, err := Check(context.Background(), []*Book{book}, Options{Log: log})
		if err != nil || len(r.Faults) > 0 {
			t.Fatal(err, r.Faults)
		}
		fmt.Printf("%s%d %d %d\n", benchAnswer, r.Records, time.Since(begun), highWater())
	}
}

const benchAnswer = "verified: "

// highWater is the most memory this process has had, in kB as the kernel tells it, or 0 where it does not.
func highWater() int {
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if fields := strings.Fields(line); len(fields) == 3 && fields[0] == "VmHWM:" {
			kilobytes, _ := strconv.Atoi(fields[1])
			return kilobytes
		}
	}
	return 0
}

// peak is the most memory that a process had which has ended, in kB, or 0. Reflection keeps one file for all systems.
func peak(p *os.ProcessState) int64 {
	usage := reflect.Indirect(reflect.ValueOf(p.SysUsage()))
	if runtime.GOOS != "linux" || !usage.IsValid() {
		return 0
	}
	return usage.FieldByName("Maxrss").Int()
}

func (s *speed) memories() {
	fmt.Fprintf(s.out, "\nMemory of a process that verifies\n\n| | records | at most, resident | time |\n| --- | --- | --- | --- |\n")
	child := func(role, dir string, made *writtenLog) (records int) {
		command := exec.Command(os.Args[0], "-test.run", "^TestSpeedChild$", "-test.v")
		command.Env = append(os.Environ(), benchRole+"="+role, "DSA_BENCH_DIR="+dir, "DSA_BENCH_LOG="+made.Log.String(),
			"DSA_BENCH_PROGRAM="+s.program, "DSA_HOME="+filepath.Join(s.dir, "nobody"))
		out, err := command.CombinedOutput()
		_, answer, found := strings.Cut(string(out), benchAnswer)
		var took time.Duration
		var kilobytes int
		if _, scanned := fmt.Sscan(answer, &records, &took, &kilobytes); err != nil || !found || scanned != nil {
			s.t.Fatalf("%v %v\n%s", err, scanned, out)
		}
		fmt.Fprintf(s.out, "| %s | %d | %d MB | %.1f s |\n", map[string]string{"check": "all checks", "program": "dsa verify, which also decodes bodies"}[role],
			made.Records, (kilobytes+500)/1000, took.Seconds())
		return records
	}
	for _, records := range s.memory {
		dir, made := s.make(benchLog{Chains: evenly(records, max(2, records/1000)), Rounds: s.rounds, Body: 0}, "memory")
		if n := child("check", dir, made); n != made.Records {
			s.t.Fatalf("%d of %d records", n, made.Records)
		}
		if s.program != "" {
			child("program", dir, made)
		}
		s.must(os.RemoveAll(dir))
	}
}
