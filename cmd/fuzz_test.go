package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"dsa/checklist"
	"dsa/data"
	"dsa/data/yamlfile"
)

// secret stands for what somebody typed about a person. It is no id, so that no fault has a reason to name it.
const secret = "Zanzibar Child"

// wellSaid holds faults to what is promised of them: they name the file and a line of it, say something, hold nothing
// that acts on a screen, and never repeat what was typed.
func wellSaid(t *testing.T, name string, content []byte, faults yamlfile.Faults) {
	t.Helper()
	lines := 1
	for _, r := range string(content) {
		if strings.ContainsRune("\n\r\u0085\u2028\u2029", r) { // what YAML takes for the end of a line
			lines++
		}
	}
	for _, f := range faults {
		switch {
		case f.File != name || f.What == "":
			t.Fatalf("a fault of something else: %+v", f)
		case f.Line < 0 || f.Line > lines:
			t.Fatalf("a fault in line %d of %d: %s", f.Line, lines, f.What)
		case strings.ContainsFunc(f.What, func(r rune) bool { return unicode.IsControl(r) || r == 0x2028 || r == 0x2029 }):
			t.Fatalf("a fault that acts on a screen: %q", f.What)
		case strings.Contains(f.What, secret):
			t.Fatalf("a fault that repeats what was typed: %s", f.What)
		}
	}
}

// FuzzAnswers reads answers files of any form, for the checklists of the agreements, the program's own, and the
// profile. It never panics, ends, and says what is wrong without repeating it.
func FuzzAnswers(f *testing.F) {
	app := scriptApp()
	app.Data = data.Files
	var walks []func() *checklist.Walk
	who, err := app.whoWalk()
	if err != nil {
		f.Fatal(err)
	}
	walks = append(walks, func() *checklist.Walk {
		again, _ := app.whoWalk()
		return again
	})
	for _, id := range []string{"cambridgeshire-peterborough-2024", "london-mas-2021"} {
		agreement, err := checklist.Load(data.Files, id)
		if err != nil {
			f.Fatal(err)
		}
		for _, occasion := range checklist.Occasions {
			walks = append(walks, func() *checklist.Walk {
				s := &sources{app: app, agreement: agreement, on: app.Now()}
				known := checklist.Answers{checklist.Occasion: {Chosen: []string{occasion}}}
				return checklist.NewWalk(agreement.List(occasion), s.all(), known, app.Now)
			})
		}
	}
	for _, name := range []string{"gp-asked-by-council.yaml", "emergency-in-the-corridor.yaml"} {
		content, err := os.ReadFile(filepath.Join("testdata/answers", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(byte(0), content)
		// The whole of a long file takes a tenth of a second, so what is tried of it is the beginning.
		f.Add(byte(1), content[:min(len(content), 900)])
		f.Add(byte(3), bytes.ReplaceAll(content[:700], []byte("\n"), []byte("\r\n")))
		f.Add(byte(4), bytes.ReplaceAll(content[:800], []byte(": "), []byte(": "+secret+" ")))
	}
	for i, text := range []string{
		"", "answers:", "answers: {}\nsign: yes", "- a", secret, "answers: " + secret, "answers:\n  name: " + secret + "\n  name: x",
		"answers:\n" + secret + ": x", "answers:\n  " + secret + ":\n    - {what: " + secret + "}", "answers:\n  keep-years: " + secret + "\n  email: " + secret,
		"answers:\n  information:\n    - what: a\n    - [x]\n    - {what: b, period: {x: y}}", "answers:\n  about: [" + secret + ", " + secret + "]",
		"replies:\n  " + secret + ": x\n  ID: " + secret + "\n  ID: y", "answers: &a {name: x}\nreplies: *a", "answers:\n  name: !!binary " + secret,
		"sign: [yes]\nagreement: {a: b}", "answers:\n  name: |\n   \x1b[2J\n", "answers:\n  danger: \"\\e\"\n  told-revisit: in 9999999999 days", "\ufeffanswers:\n", "a: b\n---\nc: d",
		"answers: {a: {b: {c: {d: [[[[[[[[]]]]]]]]}}}}", "answers:\n\tname: x", "answers:\n  acted: acted\n  danger: yes\n  sector: health\n  told-revisit: 2026-02-30",
		"? [a, b]\n: c", "answers:\n  1: x\n  true: y\n  ~: z", "answers:\n  information/1/what: x\n  information//what: y\n  /: z",
	} {
		f.Add(byte(i%len(walks)), []byte(text))
	}
	_ = who
	f.Fuzz(func(t *testing.T, which byte, content []byte) {
		if len(content) > 4000 {
			t.Skip("long enough")
		}
		file, faults := parseAnswers("file", content)
		wellSaid(t, "file", content, faults)
		if faults != nil {
			return
		}
		walk := walks[int(which)%len(walks)]()
		faults = file.fill(walk)
		wellSaid(t, "file", content, faults)
		if len(faults) > 0 {
			return
		}
		// What the walk has now is what the file says.
		for path, answer := range walk.Answers() {
			given, ok := file.given[path]
			if !ok {
				continue
			}
			if len(answer.Chosen) > 0 && !reflect.DeepEqual(answer.Chosen, given.values) {
				t.Fatalf("%s was answered otherwise", path)
			}
		}
	})
}

// FuzzKnown reads what is remembered of logs. What is taken is kept and read back the same.
func FuzzKnown(f *testing.F) {
	id := strings.Repeat("ab", 32)
	for _, text := range []string{
		"", "logs: []\n", "logs:\n  - folder: /share/log\n    id: " + id + "\n    title: Fenmarsh\n", "logs:\n  - {folder: /a, id: '-'}\n  - {folder: /a, id: '-'}\n",
		"logs:\n  - folder: /share/log\n    id: " + id + "\n    seen: {chain: " + id + ", number: 3, id: " + strings.Repeat("cd", 32) + "}\n    receipts:\n      - dsa-receipt " +
			id + " " + strings.Repeat("cd", 32) + " 4 " + strings.Repeat("ef", 32) + "\n",
		"stopped:\n  - {chain: " + id + ", number: 5}\n", "logs:\n  - folder: \"\\e[2J\"\n    id: " + id + "\n", "logs: *a\n", "logs:\n  - folder: ~\n", "other: 1\n",
		"logs:\n  - {folder: '../../x', id: '-'}\n", "logs:\n  - {folder: x, id: " + strings.Repeat("0", 64) + "}\n", "\xff", "logs:\n  - {folder: /a, id: '-', seen: {number: -1}}\n",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		app := scriptApp()
		app.Home = t.TempDir()
		if err := os.WriteFile(app.knownPath(), content, 0o600); err != nil {
			t.Fatal(err)
		}
		first, err := app.known()
		if err != nil {
			if message := explain(err).what; strings.ContainsAny(message, "\x1b\x07\x00") {
				t.Fatalf("the message acts on a screen: %q", message)
			}
			return
		}
		for i, l := range first.Logs {
			if l.Seen.IsZero() { // then its place says nothing, and is not kept
				first.Logs[i].SeenChain, first.Logs[i].SeenNumber = l.Seen, 0
			}
		}
		if err := app.keepKnown(first); err != nil {
			return // more than fits, once it is written out
		}
		second, err := app.known()
		if err != nil {
			t.Fatalf("what was kept is not read: %v\n%q", err, content)
		}
		if len(first.Logs)+len(second.Logs)+len(first.Stopped)+len(second.Stopped) > 0 && !reflect.DeepEqual(first, second) {
			t.Fatalf("%+v\nis read back as\n%+v", first, second)
		}
	})
}
