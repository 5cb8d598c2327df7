package cmd

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/decision"
	"dsa/decision/logbook"

	"gopkg.in/yaml.v3"
)

// dsa is the command line of the scripts as a process of its own, which can be killed.
func dsaProcess(home string, args ...string) *exec.Cmd {
	command := exec.Command("dsa", args...)
	command.Env = append(os.Environ(), "DSA_HOME="+home, "TZ=UTC")
	return command
}

// onlyDraft is the one draft in a home, without what differs from run to run.
func onlyDraft(t *testing.T, home string) draft {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(home, "drafts", "*.json"))
	if err != nil || len(names) != 1 {
		t.Fatalf("there are %d drafts in %s, not one (%v)", len(names), home, err)
	}
	content, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	var d draft
	if err := json.Unmarshal(content, &d); err != nil {
		t.Fatalf("the draft is not whole: %v", err)
	}
	d.Begun, d.Saved = time.Time{}, time.Time{}
	return d
}

// However far somebody has come, kill -9 loses nothing: the draft holds every answer and the place, the same as when
// the input had ended there, and the rest of the session leads to the same record as the whole.
func TestKilledAtEveryQuestion(t *testing.T) {
	session, err := os.ReadFile("testdata/session.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(session), "\n"), "\n")
	want := wholeSession(t)
	for n := 1; n < len(lines); n++ {
		t.Run(strings.TrimSpace(lines[n]), func(t *testing.T) {
			t.Parallel()
			typed, rest := strings.Join(lines[:n], ""), strings.Join(lines[n:], "")

			// What is said, and kept, when the input ends here.
			ended := t.TempDir()
			said := new(bytes.Buffer)
			command := dsaProcess(ended, "share", "--adhoc", "--plain")
			command.Stdin, command.Stderr = strings.NewReader(typed), said
			if err := command.Run(); err == nil {
				t.Fatal("half a session was signed")
			}
			dialogue, _, found := strings.Cut(said.String(), "dsa: the answers ended")
			if !found {
				t.Fatalf("the end of the input was not said:\n%s", said)
			}

			if onlyDraft(t, ended).Partial != nil {
				// In the middle of a long text nothing is said after a line, so there is nothing to wait for before
				// killing; cmd/screen tests that every line is kept before the next is read. What was kept is enough
				// to go on with.
				finish(t, ended, rest, want)
				return
			}

			// The same, killed while it waits for the next line.
			killed := t.TempDir()
			command = dsaProcess(killed, "share", "--adhoc", "--plain")
			in, err := command.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			out, err := command.StderrPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(in, typed); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(out, make([]byte, len(strings.TrimRight(dialogue, "\n")))); err != nil {
				t.Fatal(err)
			}
			if err := command.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			command.Wait()
			if want, got := onlyDraft(t, ended), onlyDraft(t, killed); !reflect.DeepEqual(want, got) {
				t.Errorf("killed, the draft holds %d answers at %q; it should hold %d at %q",
					len(got.Answers), got.At, len(want.Answers), want.At)
			}

			finish(t, killed, rest, want)
		})
	}
}

// finish resumes the one draft with the rest of a session and checks that it leads to the decision of the whole.
func finish(t *testing.T, home, rest string, want *decision.Record) {
	t.Helper()
	command := dsaProcess(home, "share", "--adhoc", "--plain")
	command.Stdin = strings.NewReader("1\n" + rest)
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	sameDecision(t, home, want)
	if left, _ := filepath.Glob(filepath.Join(home, "drafts", "*")); len(left) > 0 {
		t.Errorf("after signing the drafts were not put away: %d left", len(left))
	}
}

// sameDecision checks that the home has one decision, the one of the whole session.
func sameDecision(t *testing.T, home string, want *decision.Record) {
	t.Helper()
	book, err := logbook.Open(filepath.Join(home, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	entry, err := book.Find("1")
	if err != nil {
		t.Fatal(err)
	}
	record, err := decode(entry.Page.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(want.Questions, record.Questions) || !reflect.DeepEqual(want.By, record.By) || !reflect.DeepEqual(want.Law, record.Law) {
		t.Error("the record differs from that of the session without interruption")
	}
}

// wholeSession is the decision of the session without interruption.
func wholeSession(t *testing.T) *decision.Record {
	t.Helper()
	session, err := os.Open("testdata/session.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	home := t.TempDir()
	command := dsaProcess(home, "share", "--adhoc", "--plain")
	command.Stdin = session
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	out, err := dsaProcess(home, "show", "1", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	record, err := decode(out)
	if err != nil {
		t.Fatal(err)
	}
	return record
}

// A decision that was recorded before the program could put its draft away is not signed a second time.
func TestADraftThatWasRecordedIsPutAway(t *testing.T) {
	home := t.TempDir()
	answers := "testdata/answers/gp-asked-by-council.yaml"
	if text, err := dsaProcess(home, "share", "--answers", answers).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	body, err := dsaProcess(home, "show", "1", "--json").Output()
	if err != nil {
		t.Fatal(err)
	}
	left := draft{Format: draftFormat, Agreement: defaultAgreement, Checklist: "adhoc", Occasion: "adhoc",
		Answers: checklist.Answers{"danger": {Chosen: []string{"no"}}}, At: "identifiable", Pending: string(body)}
	content, err := json.Marshal(left)
	if err != nil {
		t.Fatal(err)
	}
	if err := replaceFile(filepath.Join(home, "drafts", "left.json"), content); err != nil {
		t.Fatal(err)
	}
	command := dsaProcess(home, "share", "--plain")
	command.Stdin = strings.NewReader("stop\n")
	text, _ := command.CombinedOutput()
	if !strings.Contains(string(text), "was recorded before the program was stopped: number 1") {
		t.Errorf("it was not said that the decision is recorded:\n%s", text)
	}
	if _, err := os.Stat(filepath.Join(home, "drafts", "left.json")); err == nil {
		t.Error("the draft is still there")
	}
}

// The same answers give the same record, whoever asks: here the lines of a session and the same answers in a file.
// That drawn pages give the same answers as lines is tested in cmd/screen; the record is composed from the answers.
func TestTheSameAnswersGiveTheSameRecord(t *testing.T) {
	want := wholeSession(t)
	groups := map[string]map[int]map[string]any{}
	answers := map[string]any{
		"name": want.By.Name, "post": want.By.Post, "organisation": want.By.Organisation, "sector": want.By.Sector.ID,
		"public-authority": want.By.PublicAuthority.ID, "competent-authority": want.By.CompetentAuthority.ID,
		"email": want.By.Email, "keep-years": "8",
	}
	for _, q := range want.Questions {
		for _, a := range q.Answers {
			var value any = a.Text
			if len(a.Chosen) > 0 {
				var ids []string
				for _, c := range a.Chosen {
					ids = append(ids, c.ID)
				}
				value = ids
			}
			if a.Group == "" {
				answers[a.ID] = value
				continue
			}
			if groups[a.Group] == nil {
				groups[a.Group] = map[int]map[string]any{}
			}
			if groups[a.Group][a.Item] == nil {
				groups[a.Group][a.Item] = map[string]any{}
			}
			groups[a.Group][a.Item][a.ID] = value
		}
	}
	for id, items := range groups {
		list := make([]map[string]any, len(items))
		for n, item := range items {
			list[n-1] = item
		}
		answers[id] = list
	}
	content, err := yaml.Marshal(map[string]any{"answers": answers, "sign": "yes"})
	if err != nil {
		t.Fatal(err)
	}
	file, home := filepath.Join(t.TempDir(), "case.yaml"), t.TempDir()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := dsaProcess(home, "share", "--answers", file).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	sameDecision(t, home, want)
}

// change changes one letter in the body of record 1.
func change(t *testing.T, home string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(home, "log", "*", "0000", "0000001-*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	content, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	content = bytes.Replace(content, []byte("The injuries"), []byte("The injurieS"), 1)
	if err := os.WriteFile(names[0], content, 0o600); err != nil {
		t.Fatal(err)
	}
}
