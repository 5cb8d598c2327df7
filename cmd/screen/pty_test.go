//go:build !windows

package screen

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"dsa/checklist"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// A terminal is a child of this test binary, conducting a drawn sitting in a pseudo-terminal.
type terminal struct {
	t    *testing.T
	cmd  *exec.Cmd
	pty  *os.File
	file string

	mu     sync.Mutex
	screen vt10x.Terminal
	raw    bytes.Buffer
	exited chan struct{}
	hangUp func() // closes the terminal, as a closed window does
}

func start(t *testing.T, list string) *terminal {
	t.Helper()
	term := &terminal{t: t, file: filepath.Join(t.TempDir(), "outcome.json"), screen: vt10x.New(vt10x.WithSize(80, 24)), exited: make(chan struct{})}
	term.cmd = exec.Command(os.Args[0])
	term.cmd.Env = append(os.Environ(), "DSA_SCREEN_CHILD="+term.file, "DSA_SCREEN_LIST="+list, "TERM=xterm-256color")
	f, err := pty.StartWithSize(term.cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Fatal(err)
	}
	term.pty = f
	// A read that blocks would keep the terminal open after it is closed.
	fd := int(f.Fd())
	if err := syscall.SetNonblock(fd, true); err != nil {
		t.Fatal(err)
	}
	read, closing := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		buf := make([]byte, 4096)
		for {
			n, err := syscall.Read(fd, buf)
			if n > 0 {
				term.mu.Lock()
				term.raw.Write(buf[:n])
				_, _ = term.screen.Write(buf[:n])
				term.mu.Unlock()
				continue
			}
			if err != syscall.EAGAIN && err != syscall.EINTR {
				return
			}
			select {
			case <-closing:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	term.hangUp = sync.OnceFunc(func() {
		close(closing)
		<-read
		f.Close()
	})
	go func() {
		_ = term.cmd.Wait()
		close(term.exited)
	}()
	t.Cleanup(func() {
		_ = term.cmd.Process.Kill()
		<-term.exited
		term.hangUp()
	})
	return term
}

func (term *terminal) picture() string {
	term.mu.Lock()
	defer term.mu.Unlock()
	return term.screen.String()
}

// shows waits until the screen shows all the words.
func (term *terminal) shows(words ...string) *terminal {
	term.t.Helper()
	for until := time.Now().Add(5 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		picture, missing := term.picture(), ""
		for _, w := range words {
			if !strings.Contains(picture, w) {
				missing = w
			}
		}
		if missing == "" {
			return term
		}
		if time.Now().After(until) {
			term.t.Fatalf("the screen does not show %q:\n%s", missing, picture)
		}
	}
}

func (term *terminal) send(s string) *terminal {
	term.t.Helper()
	if _, err := term.pty.WriteString(s); err != nil {
		term.t.Fatal(err)
	}
	return term
}

func (term *terminal) size(w, h int) *terminal {
	term.mu.Lock()
	term.screen.Resize(w, h)
	term.mu.Unlock()
	if err := pty.Setsize(term.pty, &pty.Winsize{Rows: uint16(h), Cols: uint16(w)}); err != nil {
		term.t.Fatal(err)
	}
	return term
}

// ends waits for the child and returns what it left.
func (term *terminal) ends() outcome {
	term.t.Helper()
	select {
	case <-term.exited:
	case <-time.After(5 * time.Second):
		term.t.Fatalf("the program does not end:\n%s", term.picture())
	}
	data, err := os.ReadFile(term.file)
	if err != nil {
		term.t.Fatal(err)
	}
	var o outcome
	if err := json.Unmarshal(data, &o); err != nil {
		term.t.Fatal(err)
	}
	return o
}

// modes are what is switched on for a page, and off again.
var modes = [][2]string{{"\x1b[?1049h", "\x1b[?1049l"}, {"\x1b[?25l", "\x1b[?25h"}, {"\x1b[?2004h", "\x1b[?2004l"}}

// left is all that the terminal was sent, once the page has been taken away: the last of it can be on its way when the program
// has ended.
func (term *terminal) left() string {
	until := time.Now().Add(2 * time.Second)
	for {
		term.mu.Lock()
		raw := term.raw.String()
		term.mu.Unlock()
		on := slices.ContainsFunc(modes, func(m [2]string) bool { return strings.LastIndex(raw, m[1]) <= strings.LastIndex(raw, m[0]) })
		if !on || time.Now().After(until) {
			return raw
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (term *terminal) want(o outcome, ending Ending, answers map[string]string, partial string) {
	term.t.Helper()
	if !o.Ended || o.Ending != ending || o.Err != "<nil>" {
		term.t.Errorf("ended %v with %v, error %s", o.Ended, o.Ending, o.Err)
	}
	if len(o.Answers) != len(answers) {
		term.t.Errorf("answers %v, want %v", o.Answers, answers)
	}
	for path, text := range answers {
		if !o.Answers[path].Equal(checklist.Answer{Text: text}) {
			term.t.Errorf("%s: %q, want %q", path, o.Answers[path].Text, text)
		}
	}
	got := ""
	if o.Partial != nil {
		got = o.Partial.Path + " " + o.Partial.Text
	}
	if got != partial {
		term.t.Errorf("half typed: %q, want %q", got, partial)
	}
	// The terminal is as it was: main screen, cursor shown, no bracketed paste. Nothing was asked of it.
	raw := term.left()
	for _, pair := range modes {
		if on, off := strings.LastIndex(raw, pair[0]), strings.LastIndex(raw, pair[1]); on < 0 || off < on {
			term.t.Errorf("%q is not undone", pair[0])
		}
	}
	for _, query := range []string{"$p", "\x1b]10;?", "\x1b]11;?", "\x1b[6n", "\x1b[c", "\x1b[>q", "\x1b[?u"} {
		if strings.Contains(raw, query) {
			term.t.Errorf("the terminal was asked %q", query)
		}
	}
}

const ctrlC = "\x03"

func TestTerminalPaste(t *testing.T) {
	t.Parallel()
	term := start(t, "line,paragraph,line").shows("Question 1 of 3", "Words 1?")
	term.send("\x1b[200~Dr Jones\r\nSt Mary's\x1b[201~").shows("> Dr Jones St Mary's").send("\r").shows("Question 2 of 3")
	term.send("\x1b[200~first line\nsecond\tline\n\nlast line\x1b[201~").shows("first line", "last line").send("\t").shows("Question 3 of 3")
	o := term.send(ctrlC).ends()
	term.want(o, Stopped, map[string]string{"a1": "Dr Jones St Mary's", "a2": "first line\nsecond    line\n\nlast line"}, "")
}

func TestTerminalBurst(t *testing.T) {
	t.Parallel()
	term := start(t, "line,paragraph,line,one-of,line").shows("Words 1?")
	// Typed ahead in one go, over four pages, and on into a list and beyond it: nothing is chosen there.
	term.send("Dr Jones\rbravo one\rbravo two\tcharlie\rx j k sign\r1\ryes\r")
	term.shows("Question 4 of 5", "> (not answered yet)", "Error: Choose an answer")
	o := term.send(ctrlC).ends()
	term.want(o, Stopped, map[string]string{"a1": "Dr Jones", "a2": "bravo one\nbravo two", "a3": "charlie"}, "")
}

func TestTerminalBurstSignsNothing(t *testing.T) {
	t.Parallel()
	term := start(t, "line,line").shows("Words 1?")
	term.send("a\rb\r"+strings.Repeat("\rsign\ryes\r1\r\t", 20)).shows("Nothing has been signed", "> (nothing chosen)", "enter chooses")
	// Only moved to and confirmed does it sign.
	term.send("\x1b[B\x1b[B").shows("> 2. Sign and record").send("\r").shows("The whole record").send("\r").shows("Do you want to do this now?", "enter chooses")
	term.send("\r").shows("Choose yes or no").send("\x1b[B\x1b[B").shows("> Yes: Sign").send("\r")
	term.want(term.ends(), Agreed, map[string]string{"a1": "a", "a2": "b"}, "")
}

func TestTerminalSizes(t *testing.T) {
	t.Parallel()
	term := start(t, "").shows("Is someone in danger now?").send("\x1b[B\r").shows("Who asked?")
	term.send("Dr Jones").shows("> Dr Jones").size(50, 12).shows("Question 1 of 3", "Who asked?", "> Dr Jones", "ctrl+s stop")
	term.size(120, 40).shows("Question 1 of 3", "Who asked?", "> Dr Jones", "ctrl+s stop and keep")
	if n := strings.Count(term.picture(), "Who asked?"); n != 1 {
		t.Errorf("the question stands %d times:\n%s", n, term.picture())
	}
	term.send("\r").shows("What is it needed for?")
	o := term.send(ctrlC).ends()
	if o.Ending != Stopped || o.Answers["recipient-person"].Text != "Dr Jones" {
		t.Errorf("%+v", o)
	}
}

func TestTerminalInterrupted(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*terminal){
		"ctrl+c":  func(term *terminal) { term.send(ctrlC) },
		"SIGTERM": func(term *terminal) { _ = term.cmd.Process.Signal(syscall.SIGTERM) },
		"SIGINT":  func(term *terminal) { _ = term.cmd.Process.Signal(os.Interrupt) },
		"SIGHUP":  func(term *terminal) { _ = term.cmd.Process.Signal(syscall.SIGHUP) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := start(t, "line,paragraph").shows("Words 1?")
			term.send("Dr Jones\r").shows("Words 2?").send("half a sentence").shows("half a sentence")
			end(term)
			term.want(term.ends(), Stopped, map[string]string{"a1": "Dr Jones"}, "a2 half a sentence")
		})
	}
	t.Run("SIGTERM while agreeing", func(t *testing.T) {
		t.Parallel()
		term := start(t, "line").shows("Words 1?").send("a\r").shows("> (nothing chosen)", "enter chooses")
		term.send("\x1b[B\x1b[B\r").shows("The whole record").send("\r").shows("Do you want", "enter chooses").send("\x1b[B\x1b[B").shows("> Yes")
		_ = term.cmd.Process.Signal(syscall.SIGTERM)
		term.want(term.ends(), Stopped, map[string]string{"a1": "a"}, "")
	})
}

// What breaks while a page is drawn is kept for whoever runs the program; the terminal is as it was, and shows none of it.
func TestTerminalWhenSomethingBreaks(t *testing.T) {
	t.Parallel()
	term := start(t, "line,paragraph").shows("Words 1?")
	term.send("breaks at child A, 6\r")
	if o := term.ends(); o.Err != "broken" {
		t.Errorf("what broke does not come out of the sitting: %+v", o)
	}
	raw := term.left()
	for _, shown := range []string{"panic", "goroutine", ".go:"} {
		if strings.Contains(raw, shown) {
			t.Errorf("the terminal shows %q", shown)
		}
	}
	if !strings.Contains(raw, "\x1b[?1049l") || strings.Contains(raw[strings.LastIndex(raw, "\x1b[?1049l"):], "child A") {
		t.Error("the page is not taken away, or what was typed stands after it")
	}
}

func TestTerminalSwitch(t *testing.T) {
	t.Parallel()
	term := start(t, "line,paragraph").shows("Words 1?").send("Dr Jones\r").shows("Words 2?").send("half a sentence").shows("half a sentence")
	// Looked at and left again, nothing has changed; and then gone over to.
	term.send("\x0f").shows("What do you want to go on with?").send("\x1b").shows("half a sentence").send(" more\x0f").shows("> (nothing chosen)")
	term.send("\x1b[B\x1b[B").shows("> 2. The London agreement").send("\r")
	o := term.ends()
	term.want(o, Switched, map[string]string{"a1": "Dr Jones"}, "a2 half a sentence more")
	if o.To != "london" {
		t.Errorf("switched to %q", o.To)
	}
}

func TestTerminalPages(t *testing.T) {
	t.Parallel()
	begin := func(t *testing.T) *terminal {
		return start(t, "pages").shows("TRAINING  Quiz", "What is missing?", "> (nothing chosen)")
	}
	t.Run("one after another", func(t *testing.T) {
		t.Parallel()
		term := begin(t).send("2").shows("> 2. A name").send("\r").shows("TRAINING", "Why", "Nobody is named.", "enter go on").send("\r").shows("Which one?")
		term.size(50, 12).shows("Which one?", "> (nothing chosen)").size(120, 40).shows("14. Scenario 14").send("/nurse 4").shows("1 choice").send("\r\x1b[B").shows("> 4. Scenario 4").send("\r")
		o := term.ends()
		term.want(o, Stopped, map[string]string{}, "")
		if o.To != "name s04" {
			t.Errorf("chose %q", o.To)
		}
	})
	for name, c := range map[string]struct {
		end func(*terminal)
		err error
	}{
		"esc":                    {func(term *terminal) { term.send("\x1b") }, ErrBack},
		"ctrl+s":                 {func(term *terminal) { term.send("\x13") }, ErrStopped},
		"SIGINT":                 {func(term *terminal) { _ = term.cmd.Process.Signal(os.Interrupt) }, ErrStopped},
		"SIGHUP":                 {func(term *terminal) { _ = term.cmd.Process.Signal(syscall.SIGHUP) }, ErrStopped},
		"a text that is stopped": {func(term *terminal) { term.send("1\r").shows("Nobody is named.").send(ctrlC) }, ErrStopped},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			term := begin(t)
			c.end(term)
			if o := term.ends(); o.Err != c.err.Error() {
				t.Errorf("ended with %s, want %v", o.Err, c.err)
			}
			if raw := term.left(); !strings.Contains(raw, "\x1b[?1049l") {
				t.Error("the page is not taken away")
			}
		})
	}
}

func TestTerminalStoppedWhileChoosing(t *testing.T) {
	t.Parallel()
	term := start(t, "line,paragraph").shows("Words 1?").send("Dr Jones\r").shows("Words 2?").send("half").shows("half").
		send("\x0f").shows("What do you want to go on with?").send("\x1b[B").shows("> 1. The routine")
	_ = term.cmd.Process.Signal(syscall.SIGTERM)
	o := term.ends()
	term.want(o, Stopped, map[string]string{"a1": "Dr Jones"}, "a2 half")
	if o.To != "" {
		t.Errorf("switched to %q", o.To)
	}
}

func TestTerminalThatIsLost(t *testing.T) {
	t.Parallel()
	term := start(t, "line,paragraph").shows("Words 1?")
	term.send("Dr Jones\r").shows("Words 2?").send("half").shows("half")
	term.hangUp()
	o := term.ends()
	if o.Ending != Stopped || o.Answers["a1"].Text != "Dr Jones" || o.Partial == nil || o.Partial.Text != "half" {
		t.Errorf("%+v", o)
	}
}
