package cmd

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shellLines are the lines that begin with "$ " in the console blocks of a document.
func shellLines(t *testing.T, document string) []string {
	t.Helper()
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllSubmatch(text, -1) {
		for line := range strings.Lines(string(block[1])) {
			if command, ok := strings.CutPrefix(line, "$ "); ok {
				lines = append(lines, strings.TrimSpace(command))
			}
		}
	}
	return lines
}

// Every command of the README runs, in its order, in a copy of the project's folder view: the built program, the
// project's files, and an empty home.
func TestREADMECommandsRun(t *testing.T) {
	t.Parallel()
	lines := shellLines(t, "../README.md")
	if len(lines) < 8 {
		t.Fatalf("the README shows %d commands; has its form changed?", len(lines))
	}
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	work := t.TempDir()
	session, err := os.ReadFile("testdata/session.txt")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(filepath.Join(work, "cmd", "testdata", "answers"), os.DirFS("testdata/answers")); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", filepath.Join(work, "dsa"), "./cmd/dsa")
	build.Dir = top
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, line := range lines {
		stdin := []byte{}
		switch {
		case line == "make test":
			makefile, err := os.ReadFile("../Makefile")
			if err != nil || !bytes.Contains(makefile, []byte("\ntest:")) {
				t.Errorf("%s: the Makefile has no such target", line)
			}
			continue
		case strings.HasPrefix(line, "go build"):
			continue // just done, from the top
		case strings.HasPrefix(line, "go run ./cmd/dsa"):
			// The session that the README describes in words, in a home of its own so that the next commands begin anew.
			line = strings.Replace(line, "go run ./cmd/dsa", "DSA_HOME=first ./dsa", 1)
			stdin = session
		}
		command := exec.Command("sh", "-c", line)
		command.Dir = work
		command.Env = append(os.Environ(), "DSA_HOME="+filepath.Join(work, "home"), "DSA_PLAIN=1")
		command.Stdin = bytes.NewReader(stdin)
		if out, err := command.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
}
