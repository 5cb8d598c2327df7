package cmd

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// The siege: whole commands as processes, many at once, killed at any moment, on full disks and with shares that come and
// go. See torture_test.go for the rest of the torture.

func times(short, full int) int {
	if tortured() {
		return full
	}
	return short
}

// onlyTorture skips what would take the suite too long.
func onlyTorture(t *testing.T) {
	t.Helper()
	if !tortured() {
		t.Skip("make torture runs it")
	}
}

// A team is people with a computer each, who share one log.
type team []desktop

// newTeam has computers whose folders lie beside one share. Everybody has made a decision and joined.
func newTeam(t testing.TB, n int) team {
	t.Helper()
	first := newDesktop(t)
	people := make(team, n)
	var group sync.WaitGroup
	for i := range n {
		d := first
		d.dir = filepath.Join(first.dir, fmt.Sprint("computer", i))
		d.home = filepath.Join(d.dir, "home")
		people[i] = d
		group.Go(func() {
			if err := os.MkdirAll(d.dir, 0o700); err != nil {
				t.Error(err)
				return
			}
			// The minute makes the key, so that each has another.
			if _, err := d.must(-1000-i, "share", "--adhoc", "--answers", caseFile); err != nil {
				t.Error(err)
				return
			}
			if _, err := d.must(-1000-i, "log", "join", d.share, "--yes"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return people
}

// said is what a process was heard to say before its end.
type heard struct {
	recorded, published []string // names of records, below their log
}

// wasKilled is the exit code of a process that was killed.
const wasKilled = -1

// decide makes a decision in a process of its own, and kills it after a time unless that is negative.
func (d desktop) decide(minute int, after time.Duration) (h heard, code int, err error) {
	c, err := d.command(minute, "", "share", "--adhoc", "--answers", caseFile)
	if err != nil {
		return h, 0, err
	}
	defer closeFiles(c)
	if err := c.Start(); err != nil {
		return h, 0, err
	}
	if after >= 0 {
		time.Sleep(after) // the choice of the moment
		c.Process.Kill()
	}
	err = c.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return h, 0, err
	}
	out, said := d.printed()
	if strings.Contains(said, "goroutine ") {
		return h, 0, fmt.Errorf("it crashed: %s", said)
	}
	for _, m := range saidRecorded.FindAllStringSubmatch(out, -1) {
		name := strings.TrimPrefix(m[3], filepath.Join(d.home, "log"))
		h.recorded = append(h.recorded, name)
		if saidPublished.MatchString(out) {
			h.published = append(h.published, name)
		}
	}
	return h, c.ProcessState.ExitCode(), nil
}

// holds looks whether what was heard is so, and returns how many records the computer has.
func (d desktop) holds(h heard) (int, error) {
	own, share, err := d.records()
	if err != nil {
		return 0, err
	}
	for _, name := range h.recorded {
		if own[name] == "" {
			return 0, fmt.Errorf("%s was said to be recorded, and is lost", name)
		}
	}
	for _, name := range h.published {
		if own[name] != share[name] {
			return 0, fmt.Errorf("%s was said to be published, and is not", name)
		}
	}
	return len(own), nil
}

// settled lets everybody sync, and looks whether all that was heard is so, the share has everything, and all is intact.
func (p team) settled(t testing.TB, all []heard) (records int) {
	t.Helper()
	together := map[string]string{}
	for i, d := range p {
		if _, err := d.must(100000, "sync"); err != nil {
			t.Error(err)
		}
		if _, err := d.holds(all[i]); err != nil {
			t.Error(err)
		}
		own, _, err := d.records()
		if err != nil {
			t.Error(err)
		}
		maps.Copy(together, own)
		if err := d.verify(true); err != nil {
			t.Error(err)
		}
	}
	_, share, err := p[0].records()
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(share, together) {
		t.Errorf("the share has %d records, the computers together %d", len(share), len(together))
	}
	return len(together)
}

func TestManyPeopleDecideAtOnce(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	people := newTeam(t, times(3, 50))
	each := times(1, 8)
	all := make([]heard, len(people))
	var group sync.WaitGroup
	for i, d := range people {
		group.Go(func() {
			for n := range each {
				h, code, err := d.decide(n, -1)
				if err != nil || code != codeDone {
					_, said := d.printed()
					t.Errorf("exit code %d: %v %s", code, err, said)
					return
				}
				all[i].recorded, all[i].published = append(all[i].recorded, h.recorded...), append(all[i].published, h.published...)
			}
		})
	}
	group.Wait()
	heardOf, published := 0, 0
	for _, h := range all {
		heardOf, published = heardOf+len(h.recorded), published+len(h.published)
	}
	records := people.settled(t, all)
	tell(t, "people decide at once, one share", "people", len(people), "acknowledged", heardOf, "published at once", published, "records", records)
	if heardOf != len(people)*each {
		t.Errorf("%d decisions were recorded, not %d", heardOf, len(people)*each)
	}
}

func TestCommandsThatAreKilledLoseNothing(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	people := newTeam(t, 2)
	kills := times(3, 500)
	all := make([]heard, len(people))
	var killed atomic.Int64
	var group sync.WaitGroup
	for i, d := range people {
		group.Go(func() {
			// How long one takes on this machine, at this load: half of them should come to their end or near it.
			begin := time.Now()
			if _, _, err := d.decide(-1, -1); err != nil {
				t.Error(err)
				return
			}
			usual := time.Since(begin)
			random := rand.New(rand.NewPCG(uint64(i), 9))
			for n := range kills {
				h, code, err := d.decide(n, time.Duration(random.Float64()*1.3*float64(usual)))
				if err != nil {
					t.Error(err)
					return
				}
				if code == wasKilled {
					killed.Add(1)
				}
				all[i].recorded, all[i].published = append(all[i].recorded, h.recorded...), append(all[i].published, h.published...)
			}
		})
	}
	group.Wait()
	heardOf := 0
	for _, h := range all {
		heardOf += len(h.recorded)
	}
	records := people.settled(t, all)
	tell(t, "decisions killed at any moment", "begun", len(people)*kills, "killed", killed.Load(), "acknowledged", heardOf, "records", records)
}

// Two windows of one person, with one key.
func TestTwoWindowsOfOnePersonDoNotFork(t *testing.T) {
	onlyTorture(t)
	t.Setenv("SSH_AUTH_SOCK", "")
	people := newTeam(t, 1)
	windows, each := 2, 150
	all := make([]heard, 1)
	var mu sync.Mutex
	var group sync.WaitGroup
	for w := range windows {
		d := people[0]
		d.dir = filepath.Join(d.dir, fmt.Sprint("window", w)) // for what it prints
		if err := os.MkdirAll(d.dir, 0o700); err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(w), 10))
			for n := range each {
				after := time.Duration(-1)
				if n%3 == 2 {
					after = time.Duration(random.IntN(150)) * time.Millisecond
				}
				h, code, err := d.decide(w*each+n, after)
				if err != nil || after < 0 && code != codeDone {
					_, said := d.printed()
					t.Errorf("exit code %d: %v %s", code, err, said)
					return
				}
				mu.Lock()
				all[0].recorded, all[0].published = append(all[0].recorded, h.recorded...), append(all[0].published, h.published...)
				mu.Unlock()
			}
		})
	}
	group.Wait()
	records := people.settled(t, all)
	tell(t, "two windows with one key, some killed", "begun", windows*each, "acknowledged", len(all[0].recorded), "records", records)
}

// A share that comes and goes: what is recorded is recorded, and is published when the share is there again.
func TestAShareThatComesAndGoes(t *testing.T) {
	onlyTorture(t)
	t.Setenv("SSH_AUTH_SOCK", "")
	people := newTeam(t, 2)
	each := 60
	all := make([]heard, len(people))
	over := make(chan struct{})
	var going, group sync.WaitGroup
	gone := 0
	going.Go(func() {
		random := rand.New(rand.NewPCG(3, 11))
		share := people[0].share
		for {
			select {
			case <-over:
				return
			case <-time.After(time.Duration(random.IntN(120)) * time.Millisecond): // the choice of the moment
			}
			if err := os.Rename(share, share+"-away"); err != nil {
				t.Error(err)
				return
			}
			time.Sleep(time.Duration(random.IntN(120)) * time.Millisecond)
			if err := os.Rename(share+"-away", share); err != nil {
				t.Error(err)
				return
			}
			gone++
		}
	})
	for i, d := range people {
		group.Go(func() {
			for n := range each {
				h, code, err := d.decide(n, -1)
				if err != nil || code != codeDone {
					_, said := d.printed()
					t.Errorf("exit code %d: %v %s", code, err, said)
					return
				}
				all[i].recorded, all[i].published = append(all[i].recorded, h.recorded...), append(all[i].published, h.published...)
			}
		})
	}
	group.Wait()
	close(over)
	going.Wait()
	heardOf, published := 0, 0
	for _, h := range all {
		heardOf, published = heardOf+len(h.recorded), published+len(h.published)
	}
	records := people.settled(t, all)
	tell(t, "a share that comes and goes", "times gone", gone, "acknowledged", heardOf, "published at once", published, "records", records)
	if heardOf != len(people)*each {
		t.Errorf("%d decisions were recorded, not %d", heardOf, len(people)*each)
	}
}

// Two people's logs are merged into a third, while both are written.
func TestLogsAreMergedWhileTheyAreWritten(t *testing.T) {
	onlyTorture(t)
	t.Setenv("SSH_AUTH_SOCK", "")
	people := newTeam(t, 2)
	each := 40
	third := filepath.Join(people[0].dir, "third")
	merge := func() error {
		_, err := people[0].must(5000, "log", "merge", filepath.Join(people[0].home, "log"), filepath.Join(people[1].home, "log"), "--log", third)
		return err
	}
	all := make([]heard, len(people))
	over := make(chan struct{})
	merges := 0
	var merging, group sync.WaitGroup
	merging.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
			}
			if err := merge(); err != nil {
				t.Error(err)
				return
			}
			merges++
		}
	})
	for i, d := range people {
		group.Go(func() {
			for n := range each {
				h, _, err := d.decide(n, -1)
				if err != nil {
					t.Error(err)
					return
				}
				all[i].recorded = append(all[i].recorded, h.recorded...)
			}
		})
	}
	group.Wait()
	close(over)
	merging.Wait()
	if err := merge(); err != nil {
		t.Fatal(err)
	}
	records := people.settled(t, all)
	merged, err := recordFiles(third)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := people[0].must(5001, "verify", "--log", third); err != nil {
		t.Error(err)
	}
	if len(merged) != records {
		t.Errorf("the third has %d records, the two together %d", len(merged), records)
	}
	tell(t, "two logs merged into a third while written", "merges", merges, "records", records)
}

// A disk that is full at every size, from one on which nothing fits to one on which a few decisions do.
func TestAFullDiskIsSaidAndNothingIsLost(t *testing.T) {
	t.Setenv("SSH_AUTH_SOCK", "")
	small, resize := smallDisk(t)
	d := at(small)
	var all heard
	full, by := 0, times(254, 4)
	for kilobytes := 4; kilobytes <= 512; kilobytes += by {
		if err := resize(kilobytes); err != nil {
			t.Fatal(err)
		}
		for n := range 20 {
			code, out, said := d.run(kilobytes*100+n, "", "share", "--adhoc", "--answers", caseFile)
			for _, m := range saidRecorded.FindAllStringSubmatch(out, -1) {
				all.recorded = append(all.recorded, strings.TrimPrefix(m[3], filepath.Join(d.home, "log")))
			}
			if code == codeDone {
				continue
			}
			if code != codeCould || !strings.Contains(said, "full") {
				t.Errorf("%d KiB: exit code %d: %s", kilobytes, code, said)
			}
			full++
			break
		}
		if records, err := d.holds(all); err != nil {
			t.Fatal(err)
		} else if records > 0 {
			if _, err := d.must(0, "verify"); err != nil {
				t.Errorf("%d KiB: %v", kilobytes, err)
			}
		}
	}
	if err := resize(8192); err != nil {
		t.Fatal(err)
	}
	if _, err := d.must(1, "share", "--adhoc", "--answers", caseFile); err != nil {
		t.Errorf("there is room again: %v", err)
	}
	records, err := d.holds(all)
	if err != nil {
		t.Fatal(err)
	}
	tell(t, "decisions on a disk that is full, and grows", "times full", full, "acknowledged", len(all.recorded), "records", records)
	if full == 0 {
		t.Error("it was never full")
	}
}

// A limit on the size of files, in half a kilobyte: what stops short in the middle of any file that is written.
func TestALimitOnTheSizeOfFiles(t *testing.T) {
	onlyTorture(t)
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell to set the limit with")
	}
	t.Setenv("SSH_AUTH_SOCK", "")
	d := newDesktop(t)
	stopped, by := 0, 3
	for limit := 1; limit <= 124; limit += by {
		c, err := d.command(limit, "", "share", "--adhoc", "--answers", caseFile)
		if err != nil {
			t.Fatal(err)
		}
		c.Args = append([]string{shell, "-c", fmt.Sprintf(`ulimit -f %d && exec "$0" "$@"`, limit), c.Path}, c.Args[1:]...)
		c.Path = shell
		err = c.Run()
		closeFiles(c)
		out, said := d.printed()
		if err != nil {
			stopped++
			if c.ProcessState.ExitCode() != codeCould || strings.Contains(said, "goroutine ") {
				t.Errorf("limit %d: %v: %s", limit, err, said)
			}
		}
		own, _, err := d.records()
		if err != nil {
			t.Fatal(err)
		}
		if recorded := saidRecorded.MatchString(out); recorded && len(own) == 0 {
			t.Errorf("limit %d: it was said to be recorded, and is not", limit)
		}
		if err := d.verify(len(own) > 0); err != nil {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
	if _, err := d.must(1, "share", "--adhoc", "--answers", caseFile); err != nil {
		t.Error(err)
	}
	tell(t, "a limit on the size of files", "stopped", stopped)
	if stopped == 0 {
		t.Error("nothing was ever stopped")
	}
}

// A clock that jumps: back by an hour, by many months, and ahead by seventy years. The order of the numbers holds,
// and what each record claims is kept as it was claimed.
func TestAClockThatJumps(t *testing.T) {
	onlyTorture(t)
	t.Setenv("SSH_AUTH_SOCK", "")
	t.Setenv(anyClock, "") // the real program has the real clock
	people := newTeam(t, 1)
	d := people[0]
	const year = 365 * 24 * 60
	jumps := []int{10, -60, 11, -8 * year / 10, 12, 70 * year, 13, 14}
	all := make([]heard, 1)
	for _, minute := range jumps {
		h, code, err := d.decide(minute, -1)
		if err != nil || code != codeDone {
			_, said := d.printed()
			t.Fatalf("minute %d: exit code %d: %v %s", minute, code, err, said)
		}
		all[0].recorded, all[0].published = append(all[0].recorded, h.recorded...), append(all[0].published, h.published...)
	}
	records := people.settled(t, all)
	out, err := d.must(20, "verify", "--json")
	if err != nil {
		t.Fatal(err)
	}
	back := strings.Count(out, `"time-back"`)
	if !slices.IsSortedFunc(all[0].recorded, strings.Compare) || back != 3 {
		t.Errorf("%d times back were noticed, in %v", back, all[0].recorded)
	}
	tell(t, "a clock that jumps", "jumps", len(jumps), "records", records, "noticed", back)
}
