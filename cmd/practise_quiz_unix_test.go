//go:build !windows

package cmd

import (
	"strings"
	"sync"
	"testing"
	"time"

	"dsa/cmd/screen"

	"github.com/creack/pty"
	"github.com/hinshun/vt10x"
)

// The quiz on drawn pages: a question, what is to be known of it, a way back, and the end.
func TestTheQuizIsDrawn(t *testing.T) {
	keyboard, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer keyboard.Close()
	if err := pty.Setsize(keyboard, &pty.Winsize{Rows: 24, Cols: 80}); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	picture := vt10x.New(vt10x.WithSize(80, 24))
	go func() {
		part := make([]byte, 4096)
		for {
			n, err := keyboard.Read(part)
			mu.Lock()
			_, _ = picture.Write(part[:n])
			mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	shows := func(words ...string) {
		t.Helper()
		for until := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
			mu.Lock()
			shown := picture.String()
			mu.Unlock()
			missing := ""
			for _, w := range words {
				if !strings.Contains(shown, w) {
					missing = w
				}
			}
			switch {
			case missing == "":
				return
			case time.Now().After(until):
				t.Fatalf("%q does not come:\n%s", missing, shown)
			}
		}
	}
	types := func(keys string) {
		t.Helper()
		if _, err := keyboard.WriteString(keys); err != nil {
			t.Fatal(err)
		}
	}
	app, out, _ := newTestApp(t, "")
	lawRead(app)
	app.Drawn = func() screen.Asker { return screen.NewDrawn(terminal, terminal) }
	ended := make(chan error, 1)
	all := quizCases(t, app)
	go func() { ended <- app.quiz(t.Context(), all, practiseOptions{}) }()
	shows("TRAINING", "Question 1 of 4", "Who decides here?", "The charity")
	types("1\r")
	shows("TRAINING", "The answer is: The charity", "You chose: The council", "Source: The agreement, section 4")
	types("\r")
	shows("TRAINING", "Question 2 of 4", "What is missing from this record?")
	types("\x07") // all there is to read of it
	shows("About this page", "It has not been checked yet.")
	types("\x1b")
	shows("Question 2 of 4", "What is missing from this record?", "Whether the recipient is who they say")
	types("\x1b")
	shows("Question 1 of 4", "Who decides here?")
	types("2\r")
	shows("That is right: The charity")
	types("\x13")
	select {
	case err := <-ended:
		if err != nil {
			t.Fatal(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the quiz does not end")
	}
	if !strings.Contains(out.String(), "You answered 1 of 4 questions.") {
		t.Errorf("at the end stands\n%s", out)
	}
}
