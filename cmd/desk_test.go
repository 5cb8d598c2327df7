package cmd

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/gofrs/flock"
)

// run runs a command in a home folder, with randomness of its own, and returns the exit code and all that was said.
func run(t *testing.T, home, seed string, args ...string) (code int, all string) {
	t.Helper()
	return runAt(t, scriptNow, home, seed, args...)
}

func runAt(t *testing.T, now, home, seed string, args ...string) (code int, all string) {
	t.Helper()
	app, out, said := appAt(t, now, home, seed)
	code = Main(app, args)
	return code, out.String() + said.String()
}

func appAt(t *testing.T, now, home, seed string) (app *App, out, said *bytes.Buffer) {
	t.Helper()
	clock, err := time.Parse(time.RFC3339, now)
	if err != nil {
		t.Fatal(err)
	}
	app, out, said = newTestApp(t, "")
	app.Home, app.Rand, app.Now = home, fixedRandom(seed), func() time.Time { return clock }
	return app, out, said
}

// done is run for what has to succeed.
func done(t *testing.T, home, seed string, args ...string) string {
	t.Helper()
	code, all := run(t, home, seed, args...)
	if code != codeDone {
		t.Fatalf("%v: exit code %d:\n%s", args, code, all)
	}
	return all
}

// decide signs the usual decision at the desk, without the questions before it.
func decide(t *testing.T, home, seed string) (code int, all string) {
	t.Helper()
	return decideAt(t, scriptNow, home, seed, "Sam Okafor", "sam.okafor@harbourlane.example")
}

func decideAt(t *testing.T, now, home, seed, name, email string) (code int, all string) {
	t.Helper()
	text, err := os.ReadFile("testdata/golden/decision.json")
	if err != nil {
		t.Fatal(err)
	}
	record, err := decode(text)
	if err != nil {
		t.Fatal(err)
	}
	app, out, said := appAt(t, now, home, seed)
	sign := func() error {
		d, err := app.desk(t.Context(), "")
		if err != nil {
			return err
		}
		defer d.close()
		if record.Salt, err = decision.NewSalt(app.Rand); err != nil {
			return err
		}
		record.Recorded = app.Now().Format(decision.TimeFormat)
		record.By.Name, record.By.Email = name, email
		body, err := decision.EncodeBody(record)
		if err != nil {
			return err
		}
		if _, err := d.chain(t.Context(), record.By, app.Now()); err != nil {
			return err
		}
		entry, err := d.record(t.Context(), logbook.Act{Time: app.Now(), Kind: decision.Decision, KeepUntil: "2034-11-22", Body: body})
		if err == nil {
			d.said(entry)
		}
		return err
	}
	if err := sign(); err != nil {
		code = app.report(err)
	}
	return code, out.String() + said.String()
}

// copyTree copies a folder with all that is in it.
func copyTree(t *testing.T, to, from string) {
	t.Helper()
	if err := os.RemoveAll(to); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// files are the names of the records in a log.
func files(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range names {
		names[i] = filepath.Base(names[i])
	}
	return strings.Join(names, "\n")
}

// whoAnswers says who decides in the usual decision, for setup.
const whoAnswers = "answers:\n  name: Sam Okafor\n  post: GP partner and safeguarding lead\n  organisation: Harbour Lane Surgery\n  sector: health\n  public-authority: yes\n  competent-authority: no\n  email: sam.okafor@harbourlane.example\n  keep-years: 8\n"

// homeOfSam is a home folder in which it is known who decides.
func homeOfSam(t *testing.T) string {
	t.Helper()
	home := t.TempDir()
	done(t, home, "setup", "setup", "--answers", writeWho(t))
	return home
}

func writeWho(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "who.yaml")
	if err := os.WriteFile(name, []byte(whoAnswers), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// joined is a home folder that has joined a share, with one decision in both.
func joined(t *testing.T) (home, share string) {
	t.Helper()
	home, share = homeOfSam(t), filepath.Join(t.TempDir(), "share")
	book, err := logbook.Create(share)
	if err != nil {
		t.Fatal(err)
	}
	book.Close()
	done(t, home, "join", "log", "join", share)
	if code, all := decide(t, home, "1"); code != codeDone || !strings.Contains(all, "Recorded: number 1") || !strings.Contains(all, "Published: "+share) {
		t.Fatalf("exit code %d:\n%s", code, all)
	}
	if a, b := files(t, filepath.Join(home, "log")), files(t, share); a != b || a == "" {
		t.Fatalf("the share has\n%s\nand not\n%s", b, a)
	}
	return home, share
}

// Recorded and published are two facts: a share that is away holds nothing up, and gets what it lacks later.
func TestAShareThatIsAway(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	if err := os.Rename(share, share+"-away"); err != nil {
		t.Fatal(err)
	}
	code, all := decide(t, home, "2")
	if code != codeDone || !strings.Contains(all, "Recorded: number 2") || !strings.Contains(all, "Not yet published: "+share+" (it is not there); dsa sync tries again") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	if code, all := run(t, home, "", "sync"); code != codeCould || !strings.Contains(all, "not reached (it is not there)") {
		t.Errorf("sync: exit code %d:\n%s", code, all)
	}
	if err := os.Rename(share+"-away", share); err != nil {
		t.Fatal(err)
	}
	if all := done(t, home, "", "sync"); !strings.Contains(all, share+": 1 record published") {
		t.Error(all)
	}
	if a, b := files(t, filepath.Join(home, "log")), files(t, share); a != b {
		t.Errorf("after sync the share has\n%s\nand not\n%s", b, a)
	}
	if all := done(t, home, "", "sync"); !strings.Contains(all, share+": nothing new") {
		t.Error(all)
	}
}

// A computer that was put back to an older state takes over what it had published, and does not number anew.
func TestAnOlderHomeTakesOverWhatTheShareHas(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	copyTree(t, home+"-old", filepath.Join(home, "log"))
	decide(t, home, "2")
	copyTree(t, filepath.Join(home, "log"), home+"-old")
	code, all := decide(t, home, "3")
	if code != codeDone || !strings.Contains(all, "1 record of yours that only "+share+" had: brought here") || !strings.Contains(all, "Recorded: number 3") {
		t.Fatalf("exit code %d:\n%s", code, all)
	}
	if all := done(t, home, "", "verify"); !strings.Contains(all, "4 records in 1 chain; 0 faults") {
		t.Error(all)
	}
	// The whole of it is lost, and the key is not.
	if err := os.RemoveAll(filepath.Join(home, "log")); err != nil {
		t.Fatal(err)
	}
	code, all = decide(t, home, "4")
	if code != codeDone || !strings.Contains(all, "Your book of records was not on this computer: 4 records brought back") || !strings.Contains(all, "Recorded: number 4") {
		t.Fatalf("exit code %d:\n%s", code, all)
	}
	// And again, with sync instead.
	if err := os.RemoveAll(filepath.Join(home, "log")); err != nil {
		t.Fatal(err)
	}
	if all := done(t, home, "", "sync"); !strings.Contains(all, "5 records brought here") {
		t.Error(all)
	}
	if a, b := files(t, filepath.Join(home, "log")), files(t, share); a != b {
		t.Errorf("the own log has\n%s\nand not\n%s", a, b)
	}
}

// forkedHome has signed number 2 twice: once published, once after it was put back to an older state with the share away.
func forkedHome(t *testing.T) (home, share string) {
	t.Helper()
	home, share = joined(t)
	copyTree(t, home+"-old", filepath.Join(home, "log"))
	decide(t, home, "2")
	copyTree(t, filepath.Join(home, "log"), home+"-old")
	if err := os.Rename(share, share+"-away"); err != nil {
		t.Fatal(err)
	}
	if code, all := decide(t, home, "other"); code != codeDone || !strings.Contains(all, "Recorded: number 2") {
		t.Fatalf("exit code %d:\n%s", code, all)
	}
	if err := os.Rename(share+"-away", share); err != nil {
		t.Fatal(err)
	}
	return home, share
}

// A fork stops the writer for good, changes neither copy, and the way on is a new key.
func TestAForkStopsTheWriter(t *testing.T) {
	t.Parallel()
	home, share := forkedHome(t)
	before := files(t, filepath.Join(home, "log")) + files(t, share)
	for _, seed := range []string{"3", "4"} { // found, and remembered
		code, all := decide(t, home, seed)
		if code != codeCould || !strings.Contains(all, "two different records with the number 2") || !strings.Contains(all, "nothing was recorded") || !strings.Contains(all, "dsa setup --new-key") {
			t.Fatalf("exit code %d:\n%s", code, all)
		}
		os.Rename(share, share+"-gone") // what was found once needs no share
	}
	os.Rename(share+"-gone", share)
	if after := files(t, filepath.Join(home, "log")) + files(t, share); after != before {
		t.Errorf("files were changed:\n%s\nwere\n%s", after, before)
	}
	if code, all := run(t, home, "", "sync"); code != codeFound || !strings.Contains(all, "different records with the number 2. Your information governance lead settles it with dsa rule") {
		t.Errorf("sync of a fork that is known: exit code %d:\n%s", code, all)
	}
	if code, all := run(t, home, "", "verify"); code != codeDone || !strings.Contains(all, "But this computer does not write to chain ") {
		t.Errorf("verify says nothing of it: exit code %d:\n%s", code, all)
	}
	if n := strings.Count(files(t, share), "0000002-"); n != 2 {
		t.Errorf("%d of the two records are there for whoever settles it", n)
	}
	if code, all := run(t, home, "", "log", "known"); code != codeDone || !strings.Contains(all, "two records with the number 2") {
		t.Errorf("known: exit code %d:\n%s", code, all)
	}

	book, err := logbook.Open(filepath.Join(home, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var last logbook.Entry
	for e, err := range book.Where(func(c decision.Cover) bool { return c.Number == 1 }) {
		if err != nil {
			t.Fatal(err)
		}
		last = e
	}
	all := done(t, home, "new", "setup", "--new-key")
	for _, want := range []string{"dsa rule " + decision.ChainFolder(last.Chain), "number 1, id " + last.ID.String(), "Recorded: number 0", "Published: " + share, "dsa trust admit "} {
		if !strings.Contains(all, want) {
			t.Errorf("setup --new-key does not say %q:\n%s", want, all)
		}
	}
	code, all := decide(t, home, "5")
	if code != codeDone || !strings.Contains(all, "Recorded: number 1") || !strings.Contains(all, "Published: "+share) {
		t.Errorf("with the new key: exit code %d:\n%s", code, all)
	}
	opened := 0
	for e, err := range book.Where(func(c decision.Cover) bool { return c.Kind == decision.Open && !c.About.IsZero() }) {
		if opened++; err != nil || e.Page.Cover.About != last.ID {
			t.Errorf("the new book begins after %s and not after %s (%v)", e.Page.Cover.About, last.ID, err)
		}
	}
	if opened != 1 {
		t.Errorf("%d books take the place of another", opened)
	}
}

// A fork that sync meets first is found by it, and remembered.
func TestSyncFindsAFork(t *testing.T) {
	t.Parallel()
	home, share := forkedHome(t)
	code, all := run(t, home, "", "sync")
	if code != codeFound || !strings.Contains(all, "different records with the number 2") || !strings.Contains(all, "dsa setup --new-key") || strings.Count(files(t, share), "0000002-") != 2 {
		t.Errorf("sync: exit code %d:\n%s", code, all)
	}
	if code, all := decide(t, home, "3"); code != codeCould || !strings.Contains(all, "nothing may be added to it") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
}

// Two branches that were merged into the own log are found there as well.
func TestAForkInTheOwnLog(t *testing.T) {
	t.Parallel()
	home, share := forkedHome(t)
	done(t, home, "", "log", "merge", share)
	if code, all := decide(t, home, "3"); code != codeCould || !strings.Contains(all, "two different records in one place; nothing was recorded") || !strings.Contains(all, "dsa setup --new-key") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	if all := done(t, home, "new", "setup", "--new-key"); !strings.Contains(all, "dsa rule ") || !strings.Contains(all, ", number 1, id ") {
		t.Errorf("setup says:\n%s", all)
	}
	if code, all := decide(t, home, "4"); code != codeDone || !strings.Contains(all, "Recorded: number 1") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
}

// What other people recorded and was merged in to be read goes into no log by way of sync.
func TestSyncPublishesNobodyElse(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	other, _ := joined(t)
	done(t, other, "2", "setup", "--new-key")
	jo := filepath.Join(t.TempDir(), "jo")
	if code, all := decideAt(t, scriptNow, jo, "jo", "Jo Example", "jo@fenmarsh.example"); code != codeDone {
		t.Fatal(all)
	}
	done(t, home, "", "log", "merge", filepath.Join(other, "log"), filepath.Join(jo, "log"))
	all := done(t, home, "", "sync")
	if !strings.Contains(all, "1 chain of other people") || !strings.Contains(all, "They are not published") {
		t.Error(all)
	}
	// Those of one's own other key are.
	if n := strings.Count(files(t, share), "0000000-"); n != 2 {
		t.Errorf("%d books are published:\n%s", n, all)
	}
}

// In an emergency the fork is said before the first question, and what is answered is kept.
func TestAForkStopsNobodyFromWritingDownAnEmergency(t *testing.T) {
	t.Parallel()
	home, _ := forkedHome(t)
	decide(t, home, "3")
	app, _, said := newTestApp(t, "acted\nstop\n")
	app.Home = home
	if code := Main(app, []string{"share", "--emergency"}); code != codeStopped || !strings.Contains(said.String(), "Go on; what you answer is kept") || !strings.Contains(said.String(), "ACT FIRST") {
		t.Errorf("exit code %d:\n%s", code, said)
	}
	if code, all := run(t, home, "", "share"); code != codeCould || strings.Contains(all, "in danger") || !strings.Contains(all, "dsa setup --new-key") {
		t.Errorf("of everybody else the first question is put: exit code %d:\n%s", code, all)
	}
}

// Another program that holds the lock beside the key is not waited for without end.
func TestALockThatIsHeldIsSaid(t *testing.T) {
	t.Parallel()
	app, _, _ := newTestApp(t, "")
	app.Home = homeOfSam(t)
	d, err := app.desk(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	lock := flock.New(app.path("lock"))
	if err := lock.Lock(); err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	d.lockFor = time.Millisecond
	by, err := app.person()
	if err == nil {
		_, err = d.chain(t.Context(), by, app.Now())
	}
	if f := explain(err); f.what != "another dsa is recording at this moment, or the lock cannot be made; nothing was recorded" {
		t.Errorf("%v", err)
	}
}

// A share that does not answer holds nobody up, neither before nor after; nor does one that a hostile file lies on.
func TestAShareThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	app, out, said := newTestApp(t, "")
	app.Home, app.Rand = home, fixedRandom("2")
	d, err := app.desk(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	silence := make(chan struct{})
	t.Cleanup(func() { close(silence) })
	d.open = func(dir string) (*logbook.Book, error) { <-silence; return nil, os.ErrClosed }
	d.lookFor, d.publishFor, d.sayAfter = 20*time.Millisecond, time.Millisecond, time.Nanosecond
	by, err := app.person()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.chain(t.Context(), by, app.Now()); err != nil {
		t.Fatal(err)
	}
	salt, _ := decision.NewSalt(app.Rand)
	body, _ := decision.EncodeBody(struct {
		Salt string `json:"salt"`
	}{salt})
	entry, err := d.record(t.Context(), logbook.Act{Time: app.Now(), Kind: decision.Decision, KeepUntil: decision.Permanent, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	d.said(entry)
	if !strings.Contains(said.String(), "Looking at the share…") || !strings.Contains(out.String(), "Recorded: number 2") || !strings.Contains(out.String(), "Not yet published: "+share+" (it does not answer); dsa sync tries again") {
		t.Errorf("said:\n%s%s", out, said)
	}
}

// What lies in somebody's chain on the share and was not signed by them stops nobody, and is no fork.
func TestAForeignFileOnTheShareIsNoFork(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	names, err := filepath.Glob(filepath.Join(share, "*", "0000", "0000001-*.record.txt"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	content, err := os.ReadFile(names[0])
	if err != nil {
		t.Fatal(err)
	}
	for number, change := range map[string]func([]byte) []byte{
		"0000001": func(b []byte) []byte { return bytes.Replace(b, []byte("\nnumber 1\n"), []byte("\nnumber 1\n"), 1) },
		"0000007": func([]byte) []byte { return []byte("no record\n") },
	} {
		name := filepath.Join(filepath.Dir(names[0]), number+"-00112233445566778899aabbccddeeff.record.txt")
		if err := os.WriteFile(name, change(bytes.Clone(content)), 0o600); err != nil {
			t.Fatal(err)
		}
		code, all := decide(t, home, number)
		if code != codeDone || !strings.Contains(all, "Recorded: number ") {
			t.Errorf("%s: exit code %d:\n%s", number, code, all)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	if code, all := decide(t, home, "after"); code != codeDone || !strings.Contains(all, "Published: "+share) {
		t.Errorf("exit code %d:\n%s", code, all)
	}
}

// A damaged record of one's own is put right from the share, and the next one is built on it.
func TestADamagedRecordIsPutRight(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	names, _ := filepath.Glob(filepath.Join(home, "log", "*", "0000", "0000001-*.record.txt"))
	if err := os.Truncate(names[0], 900); err != nil {
		t.Fatal(err)
	}
	code, all := decide(t, home, "2")
	if code != codeDone || !strings.Contains(all, "it was put right from "+share) || !strings.Contains(all, "Recorded: number 2") {
		t.Errorf("exit code %d:\n%s", code, all)
	}
	if all := done(t, home, "", "verify"); !strings.Contains(all, "; 0 faults") {
		t.Error(all)
	}
}

// A key that is named for once begins a book of its own, which takes the place of none.
func TestAKeyForOnceTakesNobodysPlace(t *testing.T) {
	t.Parallel()
	home, _ := joined(t)
	other, err := filepath.Abs("testdata/key")
	if err != nil {
		t.Fatal(err)
	}
	done(t, home, "", "setup", "--retire")
	done(t, home, "once", "share", "--answers", oneCase, "--key", other)
	all := done(t, home, "new", "setup", "--new-key")
	if !strings.Contains(all, "Recorded: number 0") {
		t.Error(all)
	}
	book, err := logbook.Open(filepath.Join(home, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	abouts := 0
	for e, err := range book.Where(func(c decision.Cover) bool { return c.Kind == decision.Open && !c.About.IsZero() }) {
		if abouts++; err != nil || e.Key.AuthorizedKey() == keyLine(t, other) {
			t.Errorf("the key named for once takes the place of another (%v)", err)
		}
	}
	if abouts != 1 {
		t.Errorf("%d books take the place of another", abouts)
	}
}

func keyLine(t *testing.T, private string) string {
	t.Helper()
	content, err := os.ReadFile(private)
	if err != nil {
		t.Fatal(err)
	}
	key, err := publicHalf(content)
	if err != nil {
		t.Fatal(err)
	}
	return key.AuthorizedKey()
}

// Ctrl-C ends the waiting.
func TestWaitingEnds(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	silence := make(chan struct{})
	defer close(silence)
	if _, err := within(ctx, func() (int, error) { <-silence; return 1, nil }); err != errNoAnswer {
		t.Errorf("got %v", err)
	}
	if n, err := within(ctx, func() (int, error) { return 1, nil }); err != nil || n != 1 {
		t.Errorf("what comes to its end is not heard: %d %v", n, err)
	}
}

// A list of logs that cannot be read stops no decision, and is not written over.
func TestADamagedListOfLogsStopsNothing(t *testing.T) {
	t.Parallel()
	home, share := joined(t)
	path := filepath.Join(home, "logs.yaml")
	for sentence, content := range map[string]string{
		"garbage": "logs: [{\x00", "an unknown field": "logs: []\nlogz: []\n", "a log without a folder": "logs:\n  - folder: \"\"\n    id: \"-\"\n",
		"a log two times": "logs:\n  - {folder: /a, id: \"-\"}\n  - {folder: /a/., id: \"-\"}\n", "an id that is none": "logs:\n  - {folder: /a, id: abc}\n",
		"a receipt that is none": "logs:\n  - {folder: /a, id: \"-\", receipts: [\"dsa-receipt x\"]}\n", "an escape code": "logs:\n  - {folder: \"/a\\e[2J\", id: \"-\"}\n",
		"a list that is too long": "#" + strings.Repeat("x", maxKnown),
	} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		code, all := decide(t, home, sentence)
		if code != codeDone || !strings.Contains(all, "Warning: what is remembered of logs cannot be read") || strings.Contains(all, share) {
			t.Errorf("%s: exit code %d:\n%s", sentence, code, all)
		}
		if now, _ := os.ReadFile(path); string(now) != content {
			t.Errorf("%s: the list was written over", sentence)
		}
		if code, all := run(t, home, "", "log", "join", share); code != codeCould || !strings.Contains(all, "cannot be read") {
			t.Errorf("%s, and join: exit code %d:\n%s", sentence, code, all)
		}
	}
}

// What is remembered comes back as it was, and a home that is moved still has its own log.
func TestWhatIsKnownComesBack(t *testing.T) {
	t.Parallel()
	app, _, _ := newTestApp(t, "")
	id := func(b byte) decision.ID { return decision.ID(bytes.Repeat([]byte{b}, 32)) }
	want := &knownLogs{
		Logs: []knownLog{
			{Folder: app.path("log"), ID: id(1), Title: "Ours: \"a\" log", Founding: founding{id(3), 1}, Book: bookState{Chain: id(5), LetIn: true, Closed: new(int)}, Seen: id(2), SeenChain: id(3), SeenNumber: 7,
				Receipts: []decision.Receipt{{Log: id(1), Chain: id(3), Number: 7, ID: id(2)}}},
			{Folder: filepath.Join(t.TempDir(), "share")},
		},
		Stopped: []stopped{{id(4), 12}},
	}
	if err := app.keepKnown(want); err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(app.Home, moved); err != nil {
		t.Fatal(err)
	}
	app.Home = moved
	want.Logs[0].Folder = app.path("log")
	got, err := app.known()
	if err != nil {
		t.Fatal(err)
	}
	same := func(a, b knownLog) bool {
		return a.Folder == b.Folder && a.ID == b.ID && a.Title == b.Title && a.Seen == b.Seen && a.SeenChain == b.SeenChain && a.SeenNumber == b.SeenNumber && a.Founding == b.Founding && a.Book.equal(b.Book) && len(a.Receipts) == len(b.Receipts)
	}
	if len(got.Logs) != 2 || !same(got.Logs[0], want.Logs[0]) || !same(got.Logs[1], want.Logs[1]) || got.Logs[0].Receipts[0] != want.Logs[0].Receipts[0] ||
		len(got.Stopped) != 1 || got.Stopped[0] != want.Stopped[0] {
		t.Errorf("got %+v", got)
	}
	if r := app.receipts(id(1)); len(r) != 1 || len(app.receipts(id(9))) != 0 {
		t.Errorf("the receipts of the log are %v", r)
	}
}

// Everything in the home folder is the person's alone, and is mended where it is not.
func TestTheHomeIsMended(t *testing.T) {
	t.Parallel()
	home, _ := joined(t)
	for _, name := range []string{"", "key", "profile.yaml", "logs.yaml", "log"} {
		if err := os.Chmod(filepath.Join(home, name), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	code, all := decide(t, home, "2")
	if code != codeDone || strings.Count(all, "that is mended") != 2 { // the key, of which a copy may have been taken, and the rest
		t.Errorf("exit code %d:\n%s", code, all)
	}
	for _, name := range []string{"", "key", "profile.yaml", "logs.yaml", "log"} {
		if info, err := os.Stat(filepath.Join(home, name)); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%q: %v %v", name, info.Mode(), err)
		}
	}
	// A folder of somebody's own with other things in it is left as it is.
	if err := os.WriteFile(filepath.Join(home, "letters"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	decide(t, home, "3")
	if info, err := os.Stat(home); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("it is %v now", info.Mode())
	}
}

// A log where everybody can get at it is named, on one line, whenever it is used, and once.
func TestAnExposedPlaceIsSaid(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("who may read a folder is not looked at on Windows")
	}
	home, share := joined(t)
	for dir := share; dir != filepath.Clean(os.TempDir()) && dir != "/"; dir = filepath.Dir(dir) {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	const want = "Warning: "
	for _, args := range [][]string{{"sync"}, {"log", "join", share}, {"verify", "--log", share, "--log", share}} {
		all := done(t, home, "", args...)
		if n := strings.Count(all, want+share+" can be read by everybody on this computer. "); n != 1 {
			t.Errorf("%v: said %d times:\n%s", args, n, all)
		}
	}
	if _, all := decide(t, home, "2"); strings.Count(all, want+share+" can be read by everybody on this computer. ") != 1 {
		t.Error(all)
	}
}
