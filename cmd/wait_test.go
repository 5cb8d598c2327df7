package cmd

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/decision"
	"dsa/decision/logbook"
)

// atDesk is the desk of a home folder, and an act to record there.
func atDesk(t *testing.T, home, seed string) (d *desk, act logbook.Act, out, said interface{ String() string }) {
	t.Helper()
	app, o, e := appAt(t, scriptNow, home, seed)
	d, err := app.desk(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.close)
	salt, err := decision.NewSalt(app.Rand)
	if err != nil {
		t.Fatal(err)
	}
	body, err := decision.EncodeBody(struct {
		Salt string `json:"salt"`
	}{salt})
	if err != nil {
		t.Fatal(err)
	}
	return d, logbook.Act{Time: app.Now(), Kind: decision.Decision, KeepUntil: decision.Permanent, Body: body}, o, e
}

// Whoever has said yes and stops while a share is looked at loses the publication, and not the record.
func TestCtrlCAfterTheYesLosesNoRecord(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	d, act, out, _ := atDesk(t, home, "2")
	ctx, stop := context.WithCancel(t.Context())
	silence := make(chan struct{})
	t.Cleanup(func() { close(silence) })
	d.open = func(string) (*logbook.Book, error) { stop(); <-silence; return nil, os.ErrClosed }
	entry, err := d.record(ctx, act)
	if err != nil {
		t.Fatal(err)
	}
	d.said(entry)
	if !strings.Contains(out.String(), "Recorded: number 2") || !strings.Contains(out.String(), "Not yet published: "+share+" (stopped)") {
		t.Error(out)
	}
}

// In an emergency nobody waits for a share; in every other case it is said for what.
func TestAnEmergencyWaitsForNobody(t *testing.T) {
	t.Parallel()
	home, _ := joined(t)
	d, _, _, _ := atDesk(t, home, "2")
	if d.lookFor != lookWait || d.publishFor != publishWait {
		t.Error(d.lookFor, d.publishFor)
	}
	if d.hurry(); d.lookFor > time.Second/2 || d.publishFor > 2*time.Second {
		t.Error(d.lookFor, d.publishFor)
	}
}

// A folder that does not answer is said to be one, and does not keep whoever stops.
func TestAFolderThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	silence := make(chan struct{})
	defer close(silence)
	said := 0
	_, err := openAnswering(ctx, "share", func(string) (*logbook.Book, error) { <-silence; return nil, os.ErrClosed }, time.Nanosecond, func() { said++; stop() })
	if said != 1 || !errors.Is(err, context.Canceled) || explain(err).code != codeStopped {
		t.Errorf("said %d times: %v", said, err)
	}
}

// Somebody whose book was closed is told when they sign, also if they never sync.
func TestSigningInAClosedBookIsSaid(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	p.decides(t, "1")
	answers := filepath.Join(t.TempDir(), "close.yaml")
	if err := os.WriteFile(answers, []byte("answers:\n  reason: The computer was stolen.\nsign: yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.done(t, p.sam, "close", "trust", "close", decision.ChainFolder(p.newest(t).Chain), "--at", "1", "--answers", answers)
	const want = "Your book was closed at number 1 by the log's overseers: what you sign now does not count in it. Begin a new one with dsa setup --new-key and ask to be let in."
	for _, seed := range []string{"2", "3"} { // as the log says, and as it was remembered while the share is away
		_, all := decideAt(t, p.now, p.ann, seed, "Ann Idowu", "ann.idowu@harbourlane.example")
		if strings.Count(all, want) != 1 || strings.Index(all, want) < strings.Index(all, "Recorded: ") {
			t.Errorf("%s:\n%s", seed, all)
		}
		os.Rename(p.share, p.share+"-away")
	}
	os.Rename(p.share+"-away", p.share)
	p.done(t, p.ann, "new", "setup", "--new-key")
	_, all := decideAt(t, p.now, p.ann, "4", "Ann Idowu", "ann.idowu@harbourlane.example")
	if strings.Contains(all, "was closed") || strings.Count(all, "Your book is not let in to "+p.share+" yet") != 1 {
		t.Error(all)
	}
}

// The founder publishes the founding record to an empty log, and no more to a folder that has lost it.
func TestTheFounderOfALogThatIsGone(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	copyTree(t, p.share+"-kept", p.share)
	if err := os.RemoveAll(p.share); err != nil {
		t.Fatal(err)
	}
	book, err := logbook.Create(p.share)
	if err != nil {
		t.Fatal(err)
	}
	book.Close()
	before := files(t, p.share)
	code, all := runAt(t, p.now, p.sam, "", "sync")
	if code != codeFound || !strings.Contains(all, "is not the log it was") || files(t, p.share) != before {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	p.done(t, p.sam, "", "log", "merge", filepath.Join(p.sam, "log"), "--log", p.share)
	if all := p.done(t, p.ann, "", "sync"); !strings.Contains(all, "1 record published") {
		t.Error(all)
	}
	// A founding record that is damaged there is mended by who has it sound, and stops who has not.
	names, err := filepath.Glob(filepath.Join(p.share, "*", "0000", "0000001-*.record.txt"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	if err := os.Truncate(names[0], 900); err != nil {
		t.Fatal(err)
	}
	if code, all := runAt(t, p.now, p.ann, "", "sync"); code != codeFound || !strings.Contains(all, "is not the log it was") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	if all := p.done(t, p.sam, "", "sync"); !strings.Contains(all, "1 record mended") {
		t.Error(all)
	}
	p.done(t, p.ann, "", "sync")
}

// A file that somebody else put into one's chain is told, and keeps nothing from being published.
func TestAForeignFileIsToldAndStopsNothing(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	names, err := filepath.Glob(filepath.Join(share, "*", "0000", "0000001-*.record.txt"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	forged := filepath.Join(filepath.Dir(names[0]), "0000007-00112233445566778899aabbccddeeff.record.txt")
	if err := os.WriteFile(forged, []byte("no record\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, all := decide(t, home, "2")
	if code != codeDone || !strings.Contains(all, "Published: "+share) || strings.Count(all, "that you did not sign: ") != 1 {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	if code, all := run(t, home, "", "sync"); code != codeFound || !strings.Contains(all, filepath.Base(forged)) {
		t.Errorf("sync: exit code %d:\n%s", code, all)
	}
}

// What a rule has settled does not go on being a finding.
func TestAForkThatIsSettled(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	p.decides(t, "1")
	old := p.ann + "-old"
	copyTree(t, old, filepath.Join(p.ann, "log"))
	p.decides(t, "2")
	copyTree(t, filepath.Join(p.ann, "log"), old)
	os.Rename(p.share, p.share+"-away")
	p.decides(t, "other")
	os.Rename(p.share+"-away", p.share)
	for range 2 {
		if code, all := runAt(t, p.now, p.ann, "", "sync"); code != codeFound {
			t.Errorf("unsettled: exit code %d:\n%s", code, all)
		}
	}
	answers := filepath.Join(t.TempDir(), "rule.yaml")
	if err := os.WriteFile(answers, []byte("answers:\n  stands: "+p.ownNewest(t).ID.Shown()+"\n  reason: The computer was put back.\nsign: yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, all := runAt(t, p.now, p.sam, "rule", "rule", decision.ChainFolder(p.ownNewest(t).Chain), "--answers", answers); code != codeDone {
		t.Fatalf("exit code %d:\n%s", code, all)
	}
	if all := p.done(t, p.ann, "", "sync"); !strings.Contains(all, "which of them stands is settled") || !strings.Contains(all, "Begin a new one with: dsa setup --new-key") {
		t.Error(all)
	}
}

// ownNewest is the newest record in Ann's own log, whose chain may be forked there.
func (p *two) ownNewest(t *testing.T) (newest logbook.Entry) {
	t.Helper()
	book, err := logbook.Open(filepath.Join(p.ann, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for e, err := range book.Where(func(c decision.Cover) bool { return c.Kind == decision.Decision }) {
		if err == nil && e.Number >= newest.Number {
			newest = e
		}
	}
	return newest
}

// A draft about a record that was disposed of tells what was destroyed. Sync removes it, and says so; any other stays.
func TestADraftAboutADisposedRecordGoes(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	p.decides(t, "1")
	first := p.newest(t)
	p.decides(t, "2")
	app, _, _ := newTestApp(t, "")
	app.Home = p.ann
	var paths []string
	for _, e := range []logbook.Entry{first, p.newest(t)} {
		d := app.newDraft(&task{kind: decision.Amend, of: &decision.Link{ID: e.ID}})
		d.Occasion, d.Answers = checklist.AdHoc, checklist.Answers{"amended": {Text: "x"}}
		content := `{"format":1,"kind":"amend","of":"` + e.ID.String() + `","occasion":"adhoc"}`
		if err := os.MkdirAll(filepath.Dir(d.path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(d.path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, d.path)
	}
	p.now = "2040-01-01T09:00:00Z"
	answers := filepath.Join(t.TempDir(), "dispose.yaml")
	if err := os.WriteFile(answers, []byte("answers:\n  rule: Retention schedule, line 14\n  authority: Head of information governance\nsign: yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.done(t, p.sam, "d", "dispose", first.ID.String()[:16], "--answers", answers)
	all := p.done(t, p.ann, "", "sync")
	if !strings.Contains(all, "Removed, since the record it is about was disposed of: the unfinished amend of record "+first.ID.Shown()) || !isMissing(paths[0]) || isMissing(paths[1]) {
		t.Errorf("%v %v:\n%s", isMissing(paths[0]), isMissing(paths[1]), all)
	}
}

// Whoever looks at their records mends what others could get at.
func TestLookingMendsTheHome(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a file has no mode there")
	}
	home, _ := joined(t)
	for _, args := range [][]string{{"log"}, {"verify"}} {
		for _, name := range []string{"", "key", "profile.yaml", "logs.yaml", "log"} {
			if err := os.Chmod(filepath.Join(home, name), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if all := done(t, home, "", args...); strings.Count(all, "that is mended") != 1 {
			t.Errorf("%v:\n%s", args, all)
		}
		for _, name := range []string{"", "key", "profile.yaml", "logs.yaml", "log"} {
			if info, err := os.Stat(filepath.Join(home, name)); err != nil || info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%v: %q: %v %v", args, name, info.Mode(), err)
			}
		}
	}
}

// An empty folder is no all-clear.
func TestNothingToCheck(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "empty")
	book, err := logbook.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	book.Close()
	for _, args := range [][]string{{}, {"--json"}} {
		code, all := run(t, t.TempDir(), "", append([]string{"verify", "--log", dir, "--id", "-"}, args...)...)
		if code != codeCould || strings.Contains(strings.ToLower(all), "intact") || !strings.Contains(strings.ToLower(all), "nothing to check") {
			t.Errorf("exit code %d:\n%s", code, all)
		}
	}
}
