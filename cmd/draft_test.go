package cmd

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
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
// the input had ended there, and the rest of the session leads to the same record as the whole. That holds for the
// replies to what was found, and in an emergency.
func TestKilledAtEveryQuestion(t *testing.T) {
	for _, s := range []session{adhocSession, emergencySession} {
		t.Run(s.occasion, func(t *testing.T) { killedAtEveryQuestion(t, s) })
	}
}

// A session is lines as somebody types them, from the first question to the word sign.
type session struct{ occasion, file string }

var (
	adhocSession     = session{checklist.AdHoc, "testdata/session.txt"}
	emergencySession = session{checklist.Emergency, "testdata/session-emergency.txt"}
)

// dsa is the command of the session, in plain lines.
func (s session) dsa(home string) *exec.Cmd {
	return dsaProcess(home, "share", "--"+s.occasion, "--plain")
}

// A moment is what has been said and kept when the next line of a session is waited for.
type moment struct {
	said  int
	draft draft
}

// slowly gives one line at a time, and looks round before each.
type slowly struct {
	lines []string
	look  func()
}

func (r *slowly) Read(p []byte) (int, error) {
	r.look()
	if len(r.lines) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.lines[0])
	r.lines = r.lines[1:]
	return n, nil
}

// moments conducts the session in one go and returns what held before each line.
func (s session) moments(t *testing.T, lines []string) []moment {
	t.Helper()
	app, _, said := newTestApp(t, "")
	var moments []moment
	app.In = &slowly{slices.Clone(lines), func() {
		m := moment{said: len(bytes.TrimRight(said.Bytes(), "\n"))}
		if len(moments) > 0 { // before the first line there is no draft
			m.draft = onlyDraft(t, app.Home)
		}
		moments = append(moments, m)
	}}
	if code := Main(app, []string{"share", "--" + s.occasion, "--plain"}); code != codeDone || len(moments) != len(lines) {
		t.Fatalf("exit code %d after %d lines of %d:\n%s", code, len(moments), len(lines), said)
	}
	return moments
}

func killedAtEveryQuestion(t *testing.T, s session) {
	typed, err := os.ReadFile(s.file)
	if err != nil {
		t.Fatal(err)
	}
	lines := slices.Collect(strings.Lines(string(typed)))
	want, moments := s.whole(t), s.moments(t, lines)
	if replies := slices.ContainsFunc(want.Findings, func(f decision.Finding) bool { return f.Reply != "" }); replies != (s == adhocSession) {
		t.Fatalf("replies to findings: %v; the ad hoc session is there to give some, and an emergency asks for none", replies)
	}
	for n := 1; n < len(lines); n++ {
		t.Run(strings.TrimSpace(lines[n]), func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			if moments[n].draft.Partial != nil {
				// In the middle of a long text nothing is said after a line, so there is nothing to wait for before
				// killing; cmd/screen tests that every line is kept before the next is read. What was kept is enough
				// to go on with.
				content, err := json.Marshal(moments[n].draft)
				if err == nil {
					err = replaceFile(filepath.Join(home, "drafts", "kept.json"), content)
				}
				if err != nil {
					t.Fatal(err)
				}
			} else {
				s.kill(t, home, strings.Join(lines[:n], ""), moments[n].said)
				if want, got := moments[n].draft, onlyDraft(t, home); !reflect.DeepEqual(want, got) {
					t.Errorf("killed, the draft holds %d answers at %q; it should hold %d at %q",
						len(got.Answers), got.At, len(want.Answers), want.At)
				}
			}
			// Equal drafts lead to equal records; that they lead there at all is tried at every fifth line of the long
			// session.
			if n%5 == 0 || s == emergencySession {
				s.finish(t, home, strings.Join(lines[n:], ""), want)
			}
		})
	}
}

// kill types the lines, waits until as much has been said as is said to them, and kills.
func (s session) kill(t *testing.T, home, typed string, said int) {
	t.Helper()
	command := s.dsa(home)
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
	if _, err := io.ReadFull(out, make([]byte, said)); err != nil {
		t.Fatal(err)
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	command.Wait()
}

// finish resumes the one draft with the rest of a session and checks that it leads to the decision of the whole.
func (s session) finish(t *testing.T, home, rest string, want *decision.Record) {
	t.Helper()
	command := s.dsa(home)
	if s.occasion != checklist.Emergency { // which goes straight on with the one there is
		rest = "1\n" + rest
	}
	command.Stdin = strings.NewReader(rest)
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
	for part, same := range map[string]bool{
		"questions": reflect.DeepEqual(want.Questions, record.Questions), "person": reflect.DeepEqual(want.By, record.By),
		"law": reflect.DeepEqual(want.Law, record.Law), "findings and replies": reflect.DeepEqual(want.Findings, record.Findings),
		"answers owed": reflect.DeepEqual(want.Owed, record.Owed), "occasion": want.Occasion == record.Occasion,
	} {
		if !same {
			t.Errorf("the record differs from that of the session without interruption: its %s", part)
		}
	}
}

// whole is the decision of the session without interruption.
func (s session) whole(t *testing.T) *decision.Record {
	t.Helper()
	typed, err := os.Open(s.file)
	if err != nil {
		t.Fatal(err)
	}
	defer typed.Close()
	home := t.TempDir()
	command := s.dsa(home)
	command.Stdin = typed
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

// A draft that was recorded tells what the record said. Once the log has disposed of that, sync removes the draft and says so,
// and so does whoever sits down before; that of another record stays for its own time.
func TestADraftOfADisposedRecordGoes(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	p.decides(t, "1")
	first := p.newest(t)
	p.decides(t, "2")
	left := func(name string, e logbook.Entry) string {
		content, err := json.Marshal(draft{Format: draftFormat, Agreement: defaultAgreement, Checklist: "adhoc", Occasion: "adhoc",
			Answers: checklist.Answers{"danger": {Chosen: []string{"no"}}}, At: "identifiable", Pending: string(e.Page.Body)})
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(p.ann, "drafts", name)
		if err := replaceFile(path, content); err != nil {
			t.Fatal(err)
		}
		return path
	}
	of, other := left("first.json", first), left("second.json", p.newest(t))
	p.done(t, p.ann, "", "sync")
	if isMissing(of) || isMissing(other) {
		t.Fatal("a draft is gone though nothing was disposed of")
	}
	p.now = "2040-01-01T09:00:00Z"
	answers := filepath.Join(t.TempDir(), "dispose.yaml")
	if err := os.WriteFile(answers, []byte("answers:\n  rule: Retention schedule, line 14\n  authority: Head of information governance\nsign: yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.done(t, p.sam, "d", "dispose", first.ID.String()[:16], "--answers", answers)
	all := p.done(t, p.ann, "", "sync")
	if !strings.Contains(all, "Removed, since that record was disposed of: the draft of record "+first.ID.Shown()) || !isMissing(of) || isMissing(other) {
		t.Errorf("%v %v:\n%s", isMissing(of), isMissing(other), all)
	}
	left("first.json", first)
	command := dsaProcess(p.ann, "share", "--plain")
	command.Stdin = strings.NewReader("stop\n")
	text, _ := command.CombinedOutput()
	if want := "number 1, id " + first.ID.Shown() + "; what it said was destroyed since, and its signed cover is left."; !strings.Contains(string(text), want) || !isMissing(of) {
		t.Errorf("the draft is gone: %v:\n%s", isMissing(of), text)
	}
}

// The same answers give the same record, whoever asks: here the lines of a session and the same answers in a file.
// That drawn pages give the same answers as lines is tested in cmd/screen; the record is composed from the answers.
func TestTheSameAnswersGiveTheSameRecord(t *testing.T) {
	want := adhocSession.whole(t)
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
	replies := map[string]string{}
	for _, f := range want.Findings {
		if f.Reply != "" {
			replies[f.Code] = f.Reply
		}
	}
	content, err := yaml.Marshal(map[string]any{"answers": answers, "replies": replies, "sign": "yes"})
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
