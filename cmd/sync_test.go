package cmd

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/logbook"
)

// A partnership of two founders: Ann, whose records are followed here, and Sam, who makes checkpoints.
type two struct {
	ann, sam, share, id string
	now                 string
}

func partnership(t *testing.T) *two {
	t.Helper()
	p := &two{ann: t.TempDir(), sam: homeOfSam(t), share: filepath.Join(t.TempDir(), "share"), now: scriptNow}
	answers := filepath.Join(t.TempDir(), "ann.yaml")
	whoIsAnn := strings.NewReplacer("Sam Okafor", "Ann Idowu", "sam.okafor", "ann.idowu").Replace(whoAnswers)
	if err := os.WriteFile(answers, []byte(whoIsAnn), 0o600); err != nil {
		t.Fatal(err)
	}
	done(t, p.ann, "ann", "setup", "--answers", answers)
	all := done(t, p.sam, "new", "log", "new", p.share, "--title", "Fenmarsh", "--with", filepath.Join(p.ann, "key.pub"), "--name", "Ann Idowu", "--organisation", "Council")
	p.id = regexp.MustCompile(`Log id: ([0-9a-f]{64})\n`).FindStringSubmatch(all)[1]
	if all := done(t, p.ann, "join", "log", "join", p.share, "--id", p.id); !strings.Contains(all, "Your book of records is let in.") {
		t.Fatal(all)
	}
	return p
}

// at sets the clock for what follows.
func (p *two) at(hour string) { p.now = "2026-11-23T" + hour + ":00Z" }

// done runs what has to succeed.
func (p *two) done(t *testing.T, home, seed string, args ...string) string {
	t.Helper()
	code, all := runAt(t, p.now, home, seed, args...)
	if code != codeDone {
		t.Fatalf("%v: exit code %d:\n%s", args, code, all)
	}
	return all
}

// decides signs a decision of Ann's, and returns what its cover says was seen.
func (p *two) decides(t *testing.T, seed string) decision.ID {
	t.Helper()
	if code, all := decideAt(t, p.now, p.ann, seed, "Ann Idowu", "ann.idowu@harbourlane.example"); code != codeDone {
		t.Fatalf("exit code %d:\n%s", code, all)
	}
	return p.newest(t).Page.Cover.Seen
}

// newest is the newest record of Ann's.
func (p *two) newest(t *testing.T) logbook.Entry {
	t.Helper()
	app, _, _ := newTestApp(t, "")
	app.Home = p.ann
	key, _, err := app.publicKey(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	book, err := logbook.Open(app.logFolder(""))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	chain, _, err := book.ChainOf(key)
	if err != nil {
		t.Fatal(err)
	}
	head, err := book.Head(chain)
	if err != nil {
		t.Fatal(err)
	}
	return head
}

// checkpoint makes one, and returns its id.
func (p *two) checkpoint(t *testing.T, seed string) decision.ID {
	t.Helper()
	all := p.done(t, p.sam, seed, "checkpoint")
	receipt, err := decision.ParseReceipt(regexp.MustCompile(`(?m)^dsa-receipt .*$`).FindString(all))
	if err != nil {
		t.Fatalf("%v:\n%s", err, all)
	}
	return receipt.ID
}

// What is signed after a sync names the newest checkpoint, and that never goes back: not when the log is put back, nor when
// what is remembered is.
func TestWhatWasSeenNeverGoesBack(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	remembered := filepath.Join(p.ann, "logs.yaml")
	p.at("09:00")
	first := p.checkpoint(t, "c1")
	if seen := p.decides(t, "1"); !seen.IsZero() {
		t.Errorf("what nobody looked at was seen: %s", seen)
	}
	if all := p.done(t, p.ann, "", "sync"); !strings.Contains(all, "Checkpoint seen: number 2 of chain ") {
		t.Error(all)
	}
	if seen := p.decides(t, "2"); seen != first {
		t.Errorf("seen %s, not %s", seen, first)
	}
	old := map[string][]byte{}
	for _, name := range []string{remembered} {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		old[name] = content
	}
	oldShare := filepath.Join(t.TempDir(), "old")
	copyTree(t, oldShare, p.share)
	p.at("10:00")
	second := p.checkpoint(t, "c2")
	p.done(t, p.ann, "", "sync")
	if all := p.done(t, p.ann, "", "sync"); strings.Contains(all, "Checkpoint seen") {
		t.Errorf("it is said again:\n%s", all)
	}
	if seen := p.decides(t, "3"); seen != second {
		t.Errorf("seen %s, not %s", seen, second)
	}
	if all := p.done(t, p.ann, "", "verify", "--log", p.share); !strings.Contains(all, "; 0 faults") {
		t.Error(all)
	}

	// What is remembered is put back to an older state: the records go on naming what they named.
	if err := os.WriteFile(remembered, old[remembered], 0o600); err != nil {
		t.Fatal(err)
	}
	if seen := p.decides(t, "4"); seen != second {
		t.Errorf("it went back to %s", seen)
	}
	p.done(t, p.ann, "", "sync")
	if seen := p.decides(t, "5"); seen != second {
		t.Errorf("after sync: seen %s, not %s", seen, second)
	}
	// Or it is lost.
	if err := os.Remove(remembered); err != nil {
		t.Fatal(err)
	}
	p.done(t, p.ann, "", "log", "join", p.share, "--id", p.id)
	if seen := p.decides(t, "6"); seen != second {
		t.Errorf("after joining again: seen %s, not %s", seen, second)
	}
	p.at("11:00")
	third := p.checkpoint(t, "c3")
	p.done(t, p.ann, "", "sync")
	if seen := p.decides(t, "7"); seen != third {
		t.Errorf("seen %s, not %s", seen, third)
	}
	if all := p.done(t, p.ann, "", "verify", "--log", p.share); !strings.Contains(all, "; 0 faults") {
		t.Error(all)
	}

	// The whole share is put back: sync publishes Ann's own records again, and says that a checkpoint has gone.
	copyTree(t, p.share, oldShare)
	code, all := runAt(t, p.now, p.ann, "", "sync")
	if code != codeFound || !strings.Contains(all, "is not there any more: the log was put back to an older state") || !strings.Contains(all, "records published") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	if seen := p.decides(t, "8"); seen != third {
		t.Errorf("it went back to %s", seen)
	}
	// Sam's copy brings the checkpoints back.
	p.done(t, p.sam, "", "sync")
	p.done(t, p.ann, "", "sync")
	if all := p.done(t, p.ann, "", "verify", "--log", p.share); !strings.Contains(all, "; 0 faults") {
		t.Error(all)
	}
}

// A checkpoint that speaks of another record than the person's own is not taken as seen, and said.
func TestACheckpointThatContradictsTheAuthor(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	p.decides(t, "1")
	p.at("09:00")
	p.checkpoint(t, "c1")
	// Ann's computer is put back to before, and the share has lost what it had of hers.
	if head := p.newest(t); true {
		for _, dir := range []string{filepath.Join(p.ann, "log"), p.share} {
			if err := os.Remove(filepath.Join(dir, filepath.FromSlash(head.Path))); err != nil {
				t.Fatal(err)
			}
		}
	}
	code, all := runAt(t, p.now, p.ann, "", "sync")
	if code != codeFound || !strings.Contains(all, "covers records of yours up to number 1, and you have them only up to number 0") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	if seen := p.decides(t, "other"); !seen.IsZero() {
		t.Errorf("it was taken as seen: %s", seen)
	}
	code, all = runAt(t, p.now, p.ann, "", "sync")
	if code != codeFound || !strings.Contains(all, "covers another record than yours with the number 1") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
}

// A checkpoint that is dated ahead is not taken as the newest: no other could follow it until then.
func TestACheckpointDatedAheadIsNotSeenYet(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	p.at("13:00")
	p.checkpoint(t, "c1")
	for _, test := range []struct {
		at   string
		seen bool
	}{{"11:59", false}, {"12:00", true}} {
		p.at(test.at)
		if all := p.done(t, p.ann, "", "sync"); strings.Contains(all, "Checkpoint seen") != test.seen {
			t.Errorf("at %s:\n%s", test.at, all)
		}
	}
}

// What the log disposed of is removed from the author's own computer too.
func TestSyncCarriesOutDisposals(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	p.decides(t, "1")
	head := p.newest(t)
	p.now = "2040-01-01T09:00:00Z"
	answers := filepath.Join(t.TempDir(), "dispose.yaml")
	if err := os.WriteFile(answers, []byte("answers:\n  rule: Retention schedule, line 14\n  authority: Head of information governance\nsign: yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.done(t, p.sam, "d", "dispose", head.ID.String()[:16], "--answers", answers)
	if all := p.done(t, p.ann, "", "sync"); !strings.Contains(all, "1 record destroyed here, as the log disposed of them") {
		t.Error(all)
	}
	var left []string
	for _, dir := range []string{filepath.Join(p.ann, "log"), p.share} {
		names, _ := filepath.Glob(filepath.Join(dir, "*", "*", "0000001-"+head.ID.Short()+".*"))
		left = append(left, names...)
	}
	if slices.ContainsFunc(left, func(name string) bool { return !strings.HasSuffix(name, ".cover.txt") }) || len(left) != 2 {
		t.Errorf("left are %v", left)
	}
	if all := p.done(t, p.ann, "", "verify", "--log", p.share); !strings.Contains(all, "; 0 faults") {
		t.Error(all)
	}
}

// Whoever's book was closed learns it, and how to go on; whoever begins another learns that it has to be let in.
func TestAClosedBookIsSaid(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	p.decides(t, "1")
	answers := filepath.Join(t.TempDir(), "close.yaml")
	if err := os.WriteFile(answers, []byte("answers:\n  reason: The computer was stolen.\nsign: yes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	// Of two founders each can close the other.
	p.done(t, p.sam, "close", "trust", "close", decision.ChainFolder(p.newest(t).Chain), "--at", "1", "--answers", answers)
	if all := p.done(t, p.ann, "", "sync"); !strings.Contains(all, "Your book of records was closed at number 1") || !strings.Contains(all, "dsa setup --new-key") {
		t.Error(all)
	}
	p.done(t, p.ann, "new", "setup", "--new-key")
	if all := p.done(t, p.ann, "", "sync"); !strings.Contains(all, "Your book of records is not let in yet.") || !strings.Contains(all, "dsa trust admit "+decision.ChainFolder(p.newest(t).Chain)) {
		t.Error(all)
	}
}

// Whoever stops the program waits for no folder of the log, neither for the one that does not answer nor for those after it.
func TestStoppingWhileAFolderOfTheLogIsSilent(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	app, _, _ := appAt(t, scriptNow, p.ann, "stop")
	k, err := app.known()
	if err != nil {
		t.Fatal(err)
	}
	id := k.home().ID
	for range 20 {
		k.Logs = append(k.Logs, knownLog{Folder: filepath.Join(t.TempDir(), "away"), ID: id})
	}
	ctx, stop := context.WithCancel(t.Context())
	asked := 0
	g := app.foldersBy(ctx, k, id, func(ctx context.Context, dir string) (*logbook.Book, error) {
		asked++
		stop()
		<-ctx.Done()
		return nil, ctx.Err()
	})
	defer g.close()
	if asked != 1 || len(g.shares(app)) > 0 || len(g.away) != 21 || g.away[0] != p.share {
		t.Errorf("asked %d times; away: %d", asked, len(g.away))
	}
	// The command that wanted them ends as one that was stopped.
	if _, err := app.gather(ctx, ""); err == nil || explain(err).code != codeStopped {
		t.Error(err)
	}
	// The program's own stop is heard, whoever asks for the folders.
	app.ctx = ctx
	begun := time.Now()
	g = app.folders(k, id)
	defer g.close()
	if len(g.shares(app)) > 0 || len(g.away) != 21 || time.Since(begun) > lookWait {
		t.Errorf("after it was stopped: %d folders away", len(g.away))
	}
}

// A fork is told once, also where the log has disposed of something besides, and the folder is therefore looked at twice.
func TestAForkIsToldOnce(t *testing.T) {
	t.Parallel()
	p := partnership(t)
	home, other := filepath.Join(t.TempDir(), "home"), filepath.Join(t.TempDir(), "other")
	decides := func(home, seed string) {
		t.Helper()
		if code, all := decideAt(t, p.now, home, seed, "Cy Reed", "cy.reed@harbourlane.example"); code != codeDone {
			t.Fatalf("exit code %d:\n%s", code, all)
		}
	}
	file := func(text string) string {
		t.Helper()
		name := filepath.Join(t.TempDir(), "answers.yaml")
		if err := os.WriteFile(name, []byte("sign: yes\nanswers:\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	whoIsCy := filepath.Join(t.TempDir(), "cy.yaml")
	if err := os.WriteFile(whoIsCy, []byte(strings.NewReplacer("Sam Okafor", "Cy Reed", "sam.okafor", "cy.reed").Replace(whoAnswers)), 0o600); err != nil {
		t.Fatal(err)
	}
	p.done(t, home, "cy", "setup", "--answers", whoIsCy)
	decides(home, "1")
	all := p.done(t, home, "", "log", "join", p.share, "--id", p.id, "--yes")
	chain := regexp.MustCompile(`dsa trust admit ([0-9a-f]{16}) `).FindStringSubmatch(all)[1]
	p.done(t, p.sam, "a", "trust", "admit", chain, "--role", "decision", "--answers", file("  compared: in-person\n"))
	first, err := filepath.Glob(filepath.Join(home, "log", chain, "0000", "0000001-*"))
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	copyTree(t, other, home)
	decides(home, "2")
	if err := os.Rename(p.share, p.share+"-away"); err != nil {
		t.Fatal(err)
	}
	decides(other, "3")
	if err := os.Rename(p.share+"-away", p.share); err != nil {
		t.Fatal(err)
	}
	p.done(t, p.sam, "d", "dispose", filepath.Base(first[0])[8:24], "--answers",
		file("  rule: Retention schedule, line 14\n  authority: Head of information governance\n  override: An erasure was granted.\n"))
	for range 2 { // when it is met, and when it is known
		code, all := runAt(t, p.now, other, "", "sync")
		if code != codeFound || strings.Count(all, "has different records with the number 2") != 1 || !strings.Contains(all, "dsa: 1 thing does not agree:\n") {
			t.Errorf("exit code %d:\n%s", code, all)
		}
	}
}
