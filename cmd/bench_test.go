package cmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"
	"time"
)

// BenchmarkStartUp times whole processes against a bare cobra program with as many commands, in turn, in one run, and
// reports the ratio of the medians. The aim is at most twice for what needs no law and at most five times with the tables; it is not
// met everywhere yet.
func BenchmarkStartUp(b *testing.B) {
	dir := b.TempDir()
	dsa, bare := filepath.Join(dir, "dsa"), filepath.Join(dir, "bare")
	for out, source := range map[string]string{dsa: "./dsa", bare: "./testdata/bare"} {
		build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, text)
		}
	}
	home := filepath.Join(dir, "home")
	run := func(program string, args ...string) time.Duration {
		command := exec.Command(program, args...)
		command.Env = append(os.Environ(), "DSA_HOME="+home)
		start := time.Now()
		if err := command.Run(); err != nil {
			b.Fatal(program, args, err)
		}
		return time.Since(start)
	}
	run(dsa, "share", "--adhoc", "--answers", "testdata/answers/gp-asked-by-council.yaml")
	for _, c := range []struct {
		name string
		args []string
	}{
		{"version", []string{"--version"}},
		{"log", []string{"log"}},
		{"law", []string{"gateways", "--from", "health", "--to", "local-authority", "--about", "children"}},
		{"everything-a-walk-needs", []string{"checklist", "template", "adhoc"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			var ours, theirs []time.Duration
			for b.Loop() {
				ours = append(ours, run(dsa, c.args...))
				theirs = append(theirs, run(bare, "--version"))
			}
			b.ReportMetric(float64(median(ours))/float64(median(theirs)), "times-bare")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// Going through a whole log needs little memory, and what comes after it is as before.
func TestMemoryIsSparedWhileALogIsGoneThrough(t *testing.T) {
	setting := func() [2]int64 {
		now := debug.SetGCPercent(100)
		debug.SetGCPercent(now)
		return [2]int64{int64(now), debug.SetMemoryLimit(-1)}
	}
	before := setting()
	back := sparing()
	if now := setting(); now[1] >= 100<<20 {
		t.Errorf("it may take %d MB", now[1]>>20)
	}
	back()
	if now := setting(); now != before {
		t.Errorf("it is %d afterwards, and was %d", now, before)
	}
}
