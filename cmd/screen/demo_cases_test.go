package screen_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/cmd"
	"dsa/cmd/screen"
	"dsa/cmd/training"
	"dsa/data"

	"github.com/charmbracelet/x/ansi"
)

// A hall is a computer with a real person's things on it, on which demos are played. It takes the demos instead.
type hall struct {
	*cmd.App
	said bytes.Buffer
	demo *screen.Demo
}

func (h *hall) Demonstrate(_ context.Context, d *screen.Demo) error { h.demo = d; return nil }

func (h *hall) Conduct(context.Context, *screen.Sitting) (screen.Ending, error) {
	return screen.Stopped, errors.New("a demo asks nobody")
}

func (h *hall) Choose(context.Context, screen.Page) (string, error) {
	return "", errors.New("a demo asks nobody")
}

func (h *hall) Read(context.Context, screen.Text) error { return errors.New("a demo asks nobody") }

// The person at the computer, who is to be seen on no page.
const ownProfile = `answers:
  name: "Zebedee Quillfeather"
  post: "Head of Larkspur"
  organisation: "Thistlewick Academy"
  sector: "education"
  public-authority: "yes"
  competent-authority: "no"
  email: "zebedee@thistlewick.example"
  keep-years: "7"
`

func newHall(t *testing.T) *hall {
	t.Helper()
	home := filepath.Join(t.TempDir(), "zq-private")
	if err := os.MkdirAll(home, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(home, "profile.yaml"), []byte(ownProfile), 0o600); err != nil {
		t.Fatal(err)
	}
	h := &hall{}
	now := time.Date(2026, 3, 9, 9, 0, 0, 0, time.UTC)
	h.App = &cmd.App{In: strings.NewReader(""), Out: &h.said, Err: &h.said, Now: func() time.Time { return now }, Rand: zeros{},
		Data: data.Files, Home: home, Device: "zq-laptop", Drawn: func() screen.Asker { return h }}
	return h
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// play takes the demo that a command line plays.
func (h *hall) play(t *testing.T, args ...string) *screen.Demo {
	t.Helper()
	h.demo = nil
	h.said.Reset()
	if code := cmd.Main(h.App, append([]string{"practise", "--demo"}, args...)); code != 0 || h.demo == nil {
		t.Fatalf("%v is not played: exit %d\n%s", args, code, h.said.String())
	}
	return h.demo
}

// private is what no page may show: who plays it and where, and the organisations of the agreements that are built in.
func private(t *testing.T, h *hall) *regexp.Regexp {
	t.Helper()
	words := []string{"Zebedee", "Quillfeather", "Larkspur", "Thistlewick", "zq-private", "zq-laptop", h.Home}
	for _, id := range checklist.Agreements(data.Files) {
		agreement, err := checklist.Load(data.Files, id)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range agreement.Parties {
			words = append(words, p.Organisation)
		}
	}
	var quoted []string
	for _, w := range words {
		if len(w) > 2 {
			quoted = append(quoted, regexp.QuoteMeta(strings.Join(strings.Fields(w), " ")))
		}
	}
	return regexp.MustCompile(`(?i)(^|[^\w])(` + strings.Join(quoted, "|") + `)($|[^\w])`)
}

// judge looks at one page on several screens.
func judge(t *testing.T, r *screen.Reel, leak *regexp.Regexp, sizes ...[2]int) (text string) {
	t.Helper()
	for _, size := range sizes {
		rows := r.Rows(size[0], size[1])
		text = strings.Join(strings.Fields(strings.ReplaceAll(strings.Join(rows, " "), "▌", " ")), " ") // names broken over two rows too
		at, _, _ := r.Place()
		if found := leak.FindString(text); found != "" {
			t.Fatalf("page %d shows %q:\n%s", at, found, strings.Join(rows, "\n"))
		}
		if len(rows) > size[1] || !strings.Contains(text, "TRAINING") || !strings.Contains(text, "q stop") {
			t.Fatalf("page %d does not fit %v, or does not say TRAINING and the keys:\n%s", at, size, strings.Join(rows, "\n"))
		}
		for _, row := range rows {
			if ansi.StringWidth(strings.TrimSpace(row)) > screen.DemoWidth || ansi.StringWidth(strings.TrimRight(row, " ")) >= size[0] {
				t.Fatalf("page %d is too wide for %v: %q", at, size, row)
			}
		}
	}
	return text
}

// drawnInShort are the cases that are drawn page by page in every run: one of each agreement, occasion and length. With
// DSA_DEMOS=long all are.
var drawnInShort = []string{"l08", "s16", "s20", "s21"}

// Every case that is built in plays to its end, and shows nothing of whoever plays it.
func TestDemosOfAllCases(t *testing.T) {
	all, err := training.All(data.Files, "scenarios")
	if err != nil {
		t.Fatal(err)
	}
	h := newHall(t)
	leak := private(t, h)
	demos := make([]*screen.Demo, len(all))
	for i, s := range all {
		demos[i] = h.play(t, s.ID)
	}
	if left, err := os.ReadDir(h.Home); err != nil || len(left) != 1 {
		t.Errorf("something was written: %v %v", left, err)
	}
	for i, s := range all {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			if os.Getenv("DSA_DEMOS") == "long" || slices.Contains(drawnInShort, s.ID) {
				playDrawn(t, s, demos[i], leak)
			}
			var lines bytes.Buffer
			if err := screen.NewPlain(strings.NewReader(""), &lines).(screen.Player).Demonstrate(context.Background(), demos[i]); err != nil {
				t.Error(err)
			}
			if found := leak.FindString(lines.String()); found != "" || !strings.Contains(lines.String(), "That was all of this case.") {
				t.Errorf("in lines it says %q, or does not come to its end:\n%s", found, lines.String())
			}
			if strings.Contains(lines.String(), "The walk ends here") {
				t.Error("the model answer does not lead to the review")
			}
		})
	}
}

// playDrawn looks at every page of a case on several screens, to its end and back to the start.
func playDrawn(t *testing.T, s *training.Scenario, demo *screen.Demo, leak *regexp.Regexp) {
	r := screen.NewReel(demo)
	r.Press("space")
	var seen strings.Builder
	reviews := 0
	at, of, more := r.Place()
	for last := 0; ; at, of, more = r.Place() {
		if !r.Typing() || at%4 == 0 { // the answered page has what the unanswered one has
			page := judge(t, r, leak, [2]int{80, 24})
			seen.WriteString(page)
			if at != last && strings.Contains(page, "Every question has an answer.") {
				reviews++
			}
			last = at
		}
		if at == of && !more {
			break
		}
		if !more && at%5 == 0 { // the sizes in between are those of screen's own tests
			judge(t, r, leak, [2]int{120, 40}, [2]int{50, 12}, [2]int{80, 24})
		}
		r.Press("right")
	}
	for _, words := range []string{"What was pointed out", "The whole record", "The end"} {
		if !strings.Contains(seen.String(), words) {
			t.Errorf("nobody sees %q", words)
		}
	}
	if want := map[bool]int{true: 2, false: 1}[s.Completion != nil]; reviews != want {
		t.Errorf("there are %d reviews, want %d", reviews, want)
	}
	for ; at > 1; at, _, _ = r.Place() {
		r.Press("left")
	}
	if r.Broke() != nil {
		t.Errorf("going back breaks it: %v", r.Broke())
	}
}

// Under the law of another day the same case is played on that law, and the first pages say what it changes.
func TestDemoOnAnotherDay(t *testing.T) {
	h := newHall(t)
	leak := private(t, h)
	for _, on := range []string{"2026-03-02", "2010-01-01"} {
		r := screen.NewReel(h.play(t, "s16", "--on", on))
		r.Press("space", "right", "right")
		if text := judge(t, r, leak, [2]int{80, 24}); !strings.Contains(text, "Another day's law") || !strings.Contains(text, "15 January 2026") {
			t.Errorf("the page after the story does not show the difference: %s", text)
		}
		var seen strings.Builder
		for {
			seen.WriteString(judge(t, r, leak, [2]int{200, 60}))
			at, of, more := r.Place()
			if at == of && !more {
				break
			}
			r.Press("right")
		}
		words := "The law relied on, as looked up for 2 March 2026"
		if on == "2010-01-01" {
			words = "The walk ends here" // nothing of the model answer was law
		}
		if !strings.Contains(seen.String(), words) {
			t.Errorf("on %s nobody sees %q", on, words)
		}
	}
}
