package logbook

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"dsa/decision"
	"dsa/decision/sshsig"
	"dsa/decision/tree"
)

// goldenLogs are two logs of format 1 with every kind of record, which every later version must read: partnership, and
// exercises. Beside them lie the receipts of both leads and a proof. Nothing in it is ever edited or written again; a
// later format gets a folder of its own beside it. golden is the first log, of one record.
const goldenLogs = "../testdata/v1-log"

// goldenID is the id of the partnership's log.
const goldenID = "447439511f757c0e64deb5603b5770184cc338c1d69589e71129f1af2113a173"

// goldenBodies is a folder with the bodies of decisions, as the program writes them; see TestGoldenLogsAreWrittenOnce.
var goldenBodies = flag.String("update", "", "write the golden logs, with the bodies of decisions from this folder")

// goldenNames are the bodies that the program wrote, by the file in which they lie.
var goldenNames = map[decision.Kind]string{decision.Decision: "decision-adhoc.json", decision.Complete: "complete.json",
	decision.Amend: "amend.json", decision.Review: "review.json", decision.Endorse: "endorse.json"}

const goldenEmergency = "decision-emergency.json"

// goldenChain is one chain while the golden logs are composed.
type goldenChain struct {
	t      testing.TB
	dir    string
	name   string
	signer sshsig.Signer
	role   string // the namespace of all its records; "" for the one that the kind has
	id     decision.ID
	ids    []decision.ID
	forked []decision.ID
	next   map[decision.ID]int // by chain, what this one's checkpoints have not covered
	tree   *tree.Tree
	last   decision.ID // its newest checkpoint
	lastAt int
}

func goldenSigner(t testing.TB, name string) sshsig.Signer {
	t.Helper()
	switch name {
	case "author", "other": // the keys whose private halves lie in sshsig/testdata
		return fixedSigner(t, name)
	}
	seed := sha256.Sum256([]byte("dsa golden key " + name))
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sshsig.NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// at is a time of the golden logs: minutes after the first record.
func goldenTime(minutes int) time.Time {
	return time.Date(2026, 2, 5, 9, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

func (c *goldenChain) salt() string {
	s := sha256.Sum256(fmt.Appendf(nil, "dsa golden salt %s %d %d", c.name, len(c.ids), len(c.forked)))
	return fmt.Sprintf("%x", s[:16])
}

// page composes the record after the one before it.
func (c *goldenChain) page(cover decision.Cover, v any) (decision.ID, []byte) {
	c.t.Helper()
	cover.Number = len(c.ids)
	if cover.Number > 0 {
		cover.Chain, cover.Previous = c.id, c.ids[cover.Number-1]
	}
	if cover.KeepUntil == "" {
		cover.KeepUntil = decision.Permanent
	}
	role := c.role
	if role == "" {
		role = Namespace(cover.Kind, decision.Live)
	}
	id, file := forge(c.t, c.signer, role, cover, body(c.t, v))
	if _, err := decision.SplitPage(file); err != nil {
		c.t.Fatalf("%s: %v", c.name, err)
	}
	return id, file
}

func (c *goldenChain) put(number int, id decision.ID, file []byte, coverOnly bool) {
	c.t.Helper()
	name := decision.FileName{Number: number, Short: id.Short(), CoverOnly: coverOnly}
	writeFile(c.t, filepath.Join(c.dir, filepath.FromSlash(recordFolder(c.id, number)), name.String()), file)
}

func (c *goldenChain) add(cover decision.Cover, v any) decision.ID {
	c.t.Helper()
	id, file := c.page(cover, v)
	if cover.Kind == decision.Open {
		c.id = id
	}
	c.put(len(c.ids), id, file, false)
	c.ids = append(c.ids, id)
	return id
}

// disposed adds a record of which only the cover is left.
func (c *goldenChain) disposed(cover decision.Cover, v any) decision.ID {
	c.t.Helper()
	id, file := c.page(cover, v)
	text, signature, _, err := decision.CutPage(file)
	if err != nil {
		c.t.Fatal(err)
	}
	c.put(len(c.ids), id, slices.Concat(text, signature), true)
	c.ids = append(c.ids, id)
	return id
}

// rival adds a second record after the last but one, as a restored laptop would.
func (c *goldenChain) rival(cover decision.Cover, v any) {
	c.t.Helper()
	last := c.ids[len(c.ids)-1]
	c.ids = c.ids[:len(c.ids)-1]
	c.forked = append(c.forked, last)
	id, file := c.page(cover, v)
	c.put(len(c.ids), id, file, false)
	c.ids = append(c.ids, last)
}

func (c *goldenChain) place(number int) decision.Place {
	return decision.Place{Chain: c.id, Number: number, ID: c.ids[number]}
}

func (c *goldenChain) open(minutes int, principal, name, post, organisation string, standing decision.Standing) {
	c.t.Helper()
	key := c.signer.Key()
	c.add(decision.Cover{Time: goldenTime(minutes), Kind: decision.Open}, decision.Opening{
		Salt: c.salt(), Program: goldenProgram, Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(), Principal: principal, Name: name,
		Post: post, Organisation: organisation, Sector: "health", Device: "laptop of " + c.name, Standing: standing})
}

const goldenProgram = "dsa 0.1.0"

// checkpoint covers what has been added to the chains since this one's last.
func (c *goldenChain) checkpoint(minutes int, log, seen decision.ID, chains ...*goldenChain) {
	c.t.Helper()
	if c.tree == nil {
		fresh, err := tree.New(0, nil)
		if err != nil {
			c.t.Fatal(err)
		}
		c.tree, c.next = fresh, map[decision.ID]int{}
	}
	act := decision.CheckpointAct{Salt: c.salt(), Program: goldenProgram, Log: log}
	slices.SortFunc(chains, func(a, b *goldenChain) int { return bytes.Compare(a.id[:], b.id[:]) })
	for _, other := range chains {
		from, to := c.next[other.id], len(other.ids)-1
		if to < from {
			continue
		}
		act.Ranges = append(act.Ranges, decision.Range{Chain: other.id, From: from, To: to, Head: other.ids[to]})
		for _, id := range other.ids[from : to+1] {
			c.tree.Append(id)
		}
		c.next[other.id] = to + 1
	}
	for _, hash := range c.tree.Edge() {
		act.Edge = append(act.Edge, hash.String())
	}
	c.lastAt = len(c.ids)
	c.last = c.add(decision.Cover{Time: goldenTime(minutes), Kind: decision.Checkpoint, Seen: seen,
		Tree: decision.TreeLine(c.tree.Size(), c.tree.Root())}, act)
}

// recordAs takes the body of a decision, or of what follows one, into the golden log: what it says stays as the program
// wrote it, but for its salt and the place of the record it is about.
func (c *goldenChain) recordAs(text []byte, of *goldenChain, number int) *decision.Record {
	c.t.Helper()
	record := new(decision.Record)
	if err := decision.DecodeBody(text, record); err != nil {
		c.t.Fatal(err)
	}
	record.Salt = c.salt()
	if of != nil {
		record.Of.ID, record.Of.Chain, record.Of.Number = of.ids[number], of.id, number
	}
	if err := record.Check(); err != nil {
		c.t.Fatal(err)
	}
	return record
}

// briefRecord is a decision that says no more than it must.
func briefRecord(salt string, at time.Time) *decision.Record {
	yes := decision.Choice{ID: "yes", Words: "Yes"}
	return &decision.Record{
		Salt: salt, Program: goldenProgram, Standing: decision.Live, Occasion: "adhoc", Given: decision.InLines,
		Begun: at.Format(decision.TimeFormat), Recorded: at.Format(decision.TimeFormat),
		By: decision.Person{Name: "Sam Okafor", Post: "GP partner", Organisation: "Harbour Lane Surgery",
			Sector: decision.Choice{ID: "health", Words: "Health"}, PublicAuthority: yes, CompetentAuthority: yes, Email: "sam.okafor@harbourlane.example"},
		Agreement: decision.Document{ID: "cambridgeshire-peterborough-2024", Title: "Tier 1 agreement"},
		Checklist: decision.Document{ID: "adhoc", Title: "Ad hoc"},
		Questions: []decision.Question{{ID: "document", Number: "10", Title: "Document your decision", Answers: []decision.Answer{
			{ID: "outcome", Asked: "What do you decide?", Chosen: []decision.Choice{{ID: "none", Words: "Share nothing"}}},
			{ID: "reasons", Asked: "Why?", Text: "Nothing that we hold bears on it.\nWe said so to the “duty” desk."}}}},
		Law: decision.Law{Relied: []decision.Provision{}}, Findings: []decision.Finding{},
	}
}

// recordedAt is the time that a body says it was recorded at, which stands on the cover too.
func recordedAt(t testing.TB, record *decision.Record) time.Time {
	t.Helper()
	at, err := time.Parse(decision.TimeFormat, record.Recorded)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

// composeGolden writes the golden logs into a folder. With the same bodies it always writes the same records.
func composeGolden(t testing.TB, dir string, bodies map[string][]byte) {
	t.Helper()
	log := filepath.Join(dir, "partnership")
	chain := func(dir, name, key string) *goldenChain {
		return &goldenChain{t: t, dir: dir, name: name, signer: goldenSigner(t, key)}
	}
	lead, second := chain(log, "the lead", "author"), chain(log, "the second lead", "other")
	gp, manager, left := chain(log, "the doctor", "doctor"), chain(log, "the manager", "manager"), chain(log, "who left", "who left")
	writeFile(t, filepath.Join(log, ReadmeName), readme)

	lead.open(0, "sam.o'neill@harbourlane.example", "Sam O'Neill", "Information governance lead", "Fenmarsh Council", decision.Live)
	second.open(1, "robin.lark@northvale.example", "Robin Lark", "Information governance lead", "Northvale NHS Trust", decision.Live)
	gp.open(2, "sam.okafor@harbourlane.example", "Sam Okafor", "GP partner and safeguarding lead", "Harbour Lane Surgery", decision.Live)
	manager.open(3, "alex.iqbal@harbourlane.example", "Alex Iqbal", "Practice manager", "Harbour Lane Surgery", decision.Live)
	left.open(4, "kim.moor@harbourlane.example", "Kim Moor", "Deputy lead", "Harbour Lane Surgery", decision.Live)

	// The log is founded, and three chains are admitted to it.
	overseen := func(c *goldenChain, minutes int, kind decision.Kind, seen, about decision.ID, act any) decision.ID {
		return c.add(decision.Cover{Time: goldenTime(minutes), Kind: kind, Seen: seen, About: about}, act)
	}
	founder := func(c *goldenChain, name, organisation string) decision.Founder {
		return decision.Founder{Key: c.signer.Key().AuthorizedKey(), Fingerprint: c.signer.Key().Fingerprint(), Name: name, Organisation: organisation}
	}
	id := overseen(lead, 10, decision.Trust, decision.ID{}, decision.ID{}, decision.TrustAct{Salt: lead.salt(), Program: goldenProgram,
		Title: "Fenmarsh and Northvale partnership", Founders: []decision.Founder{
			founder(lead, "Sam O'Neill", "Fenmarsh Council"), founder(second, "Robin Lark", "Northvale NHS Trust")},
		Reason: "The partners agreed on 2 February to keep one log."})
	admit := func(c *goldenChain, principal, name string, roles ...decision.Role) decision.Admission {
		return decision.Admission{Chain: c.id, Fingerprint: c.signer.Key().Fingerprint(), Principal: principal, Name: name,
			Organisation: "Harbour Lane Surgery", Roles: roles}
	}
	overseen(lead, 11, decision.Trust, decision.ID{}, decision.ID{}, decision.TrustAct{Salt: lead.salt(), Program: goldenProgram, Log: id,
		Admits: []decision.Admission{
			admit(gp, "sam.okafor@harbourlane.example", "Sam Okafor", decision.Decider),
			admit(manager, "alex.iqbal@harbourlane.example", "Alex Iqbal", decision.Decider),
			admit(left, "kim.moor@harbourlane.example", "Kim Moor", decision.Decider, decision.Overseer)},
		Reason: "Fingerprints compared by telephone."})
	everybody := []*goldenChain{lead, second, gp, manager, left}
	lead.checkpoint(20, id, decision.ID{}, everybody...)
	first := lead.last

	// Decisions, and what follows them.
	of := func(c *goldenChain, name string, kind decision.Kind, of *goldenChain, number int) {
		record := c.recordAs(bodies[name], of, number)
		cover := decision.Cover{Time: recordedAt(t, record), Kind: kind, Seen: first, KeepUntil: "2034-02-05"}
		if of != nil {
			cover.About = of.ids[number]
		}
		c.add(cover, record)
	}
	of(gp, goldenNames[decision.Decision], decision.Decision, nil, 0)
	of(gp, goldenEmergency, decision.Decision, nil, 0)
	of(gp, goldenNames[decision.Complete], decision.Complete, gp, 2)
	of(manager, goldenNames[decision.Endorse], decision.Endorse, gp, 1)
	of(gp, goldenNames[decision.Amend], decision.Amend, gp, 1)
	of(gp, goldenNames[decision.Review], decision.Review, gp, 1)
	const month = 30 * 24 * 60
	brief := func(c *goldenChain, minutes int, seen decision.ID) (decision.Cover, *decision.Record) {
		at := goldenTime(minutes)
		return decision.Cover{Time: at, Kind: decision.Decision, Seen: seen, KeepUntil: "2034-03-07"}, briefRecord(c.salt(), at)
	}
	cover, record := brief(left, month, first)
	left.add(cover, record)
	cover, record = brief(gp, month+1, first)
	gp.disposed(cover, record) // number 6; it is due in 2034, and was disposed of then
	second.checkpoint(month+10, id, first, everybody...)

	// A laptop is restored from a backup: number 2 of the manager's chain is there twice.
	cover, record = brief(manager, month+20, second.last)
	manager.add(cover, record)
	cover, record = brief(manager, month+25, second.last)
	manager.rival(cover, record)
	cover, record = brief(manager, month+30, second.last)
	manager.add(cover, record)
	overseen(second, month+40, decision.Rule, second.last, decision.ID{}, decision.RuleAct{Salt: second.salt(), Program: goldenProgram, Log: id,
		Number: 2, Stands: manager.place(3), Reason: "The laptop was restored; the other record was made again by its author."})
	// Whoever left signs nothing more.
	overseen(lead, month+50, decision.Trust, second.last, decision.ID{}, decision.TrustAct{Salt: lead.salt(), Program: goldenProgram, Log: id,
		Closes: []decision.Closure{{Chain: left.id, Number: 1, ID: left.ids[1]}}, Reason: "Left the practice."})
	lead.checkpoint(month+60, id, second.last, everybody...)

	// Eight years later: a hold, which is released, and a disposal with a second lead's word.
	const years = 8*365*24*60 + 60*24*60
	hold := overseen(second, years, decision.Hold, lead.last, decision.ID{}, decision.HoldAct{Salt: second.salt(), Program: goldenProgram, Log: id,
		Authority: "Head of legal services", Reason: "A claim has been announced.", Records: []decision.Place{gp.place(1), gp.place(6)}})
	overseen(second, years+10, decision.Release, lead.last, hold, decision.ReleaseAct{Salt: second.salt(), Program: goldenProgram, Log: id,
		Authority: "Head of legal services", Reason: "The claim was withdrawn."})
	disposal := decision.DisposeAct{Salt: lead.salt(), Program: goldenProgram, Log: id, Rule: "Eight years after the decision",
		Authority: "Information governance lead", Two: true, Records: []decision.Place{gp.place(6)}}
	disposed := overseen(lead, years+20, decision.Dispose, lead.last, decision.ID{}, disposal)
	disposal.Salt, disposal.Authority, disposal.Two = second.salt(), "Second information governance lead", false
	overseen(second, years+30, decision.Dispose, lead.last, disposed, disposal)
	lead.checkpoint(years+40, id, lead.last, everybody...)
	second.checkpoint(years+50, id, lead.last, everybody...)

	receipts := ""
	for _, c := range []*goldenChain{lead, second} {
		receipts += decision.Receipt{Log: id, Chain: c.id, Number: c.lastAt, ID: c.last}.String() + "\n"
	}
	writeFile(t, filepath.Join(dir, "receipts.txt"), []byte(receipts))

	// Exercises have a log of their own.
	exercises := filepath.Join(dir, "exercises")
	writeFile(t, filepath.Join(exercises, ReadmeName), readme)
	learner := chain(exercises, "the learner", "learner")
	learner.role = sshsig.Training
	learner.open(0, "jo.reed@fenmarsh.example", "Jo Reed", "Student social worker", "Fenmarsh Council", decision.Training)
	cover, record = brief(learner, 5, decision.ID{})
	record.Standing = decision.Training
	learner.add(cover, record)
}

// composeConveniences writes what is not a record: the signers of each log and the proof of a record.
func composeConveniences(t testing.TB, dir string) {
	t.Helper()
	log := goldenReceipts(t, dir)[0].Log
	partnership := openGolden(t, dir, "partnership")
	trust, err := ReadTrust(context.Background(), log, partnership)
	if err != nil {
		t.Fatal(err)
	}
	if err := partnership.WriteSigners(trust); err != nil {
		t.Fatal(err)
	}
	if err := openGolden(t, dir, "exercises").WriteSigners(nil); err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "proof.txt"), goldenProof(t, dir))
	writeFile(t, filepath.Join(dir, "README.txt"), []byte(`Logs of format 1 with every kind of record, as its first version wrote them. They are never
edited and never written again: every later version has to read them.

partnership/   two leads, three people who decide or decided, a disposed record, a settled fork
exercises/     a log of exercises
receipts.txt   those of both leads' last checkpoints; each begins with the id of the log
proof.txt      of the first decision, under the first of these

The keys are those of decision/sshsig/testdata and others made from fixed words; nobody in it
is real. sh .ci/golden checks the logs with sed, ssh-keygen and sha256sum alone.
`))
}

// goldenProof proves the first decision.
func goldenProof(t testing.TB, dir string) []byte {
	t.Helper()
	b := openGolden(t, dir, "partnership")
	receipts := goldenReceipts(t, dir)
	r, err := Check(context.Background(), []*Book{b}, Options{Log: receipts[0].Log, Receipts: receipts})
	if err != nil {
		t.Fatal(err)
	}
	for e, err := range b.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		if e.Page.Cover.Kind == decision.Decision && e.Number == 1 && len(e.Page.Body) > 30_000 {
			proof, err := r.Survey.Prove(e, receipts[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			return proof.Text()
		}
	}
	t.Fatal("the first decision is not there")
	return nil
}

func openGolden(t testing.TB, dir, log string) *Book {
	t.Helper()
	b, err := Open(filepath.Join(dir, log))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func goldenReceipts(t testing.TB, dir string) []decision.Receipt {
	t.Helper()
	var receipts []decision.Receipt
	for line := range strings.Lines(string(readTestFile(t, filepath.Join(dir, "receipts.txt")))) {
		r, err := decision.ParseReceipt(strings.TrimSuffix(line, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		receipts = append(receipts, r)
	}
	return receipts
}

// recordFiles are the records and covers below a folder, by their paths.
func recordFiles(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if _, is := decision.ParseRecordName(path.Base(name)); is {
				files[name] = readTestFile(t, filepath.Join(dir, filepath.FromSlash(name)))
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// TestGoldenLogsAreWrittenOnce writes the golden logs with -update FOLDER, where the folder holds the bodies of
// decisions that the program wrote. It never writes over what is there.
func TestGoldenLogsAreWrittenOnce(t *testing.T) {
	if *goldenBodies == "" {
		t.Skip("the golden logs are written once")
	}
	if _, err := os.Stat(goldenLogs); err == nil {
		t.Fatalf("%s is there, and is never written again; a new format gets a folder of its own", goldenLogs)
	}
	bodies := map[string][]byte{}
	for _, name := range append(slices.Collect(maps.Values(goldenNames)), goldenEmergency) {
		bodies[name] = readTestFile(t, filepath.Join(*goldenBodies, name))
	}
	temp := t.TempDir()
	composeGolden(t, temp, bodies)
	composeConveniences(t, temp)
	judgeGolden(t, temp)
	if err := os.CopyFS(goldenLogs, os.DirFS(temp)); err != nil {
		t.Fatal(err)
	}
}

// goldenSum is what sha256sum says of what it says of every file of the golden logs, in the order of their names.
const goldenSum = "1235730247de305cb8eb3260e838c2dc9289e62557f7f2b77ec3d790d03041c2"

func TestNothingOfTheGoldenLogsHasChanged(t *testing.T) {
	var list strings.Builder
	err := fs.WalkDir(os.DirFS(goldenLogs), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			fmt.Fprintf(&list, "%x  %s\n", sha256.Sum256(readTestFile(t, filepath.Join(goldenLogs, filepath.FromSlash(name)))), name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(list.String()))); sum != goldenSum {
		t.Errorf("the golden logs are not those that were written; their files are now %s:\n%s", sum, list.String())
	}
}

// Every kind is there as often as it was written, and every body is read and written again with the same bytes.
func TestTheGoldenLogsHaveEveryKindAndAreReadAndWrittenTheSame(t *testing.T) {
	kinds := map[decision.Kind]int{}
	for name, file := range recordFiles(t, goldenLogs) {
		cut, signature, text, err := decision.CutPage(file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		cover, err := decision.ParseCover(cut)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		kinds[cover.Kind]++
		if !bytes.Equal(cover.Encode(), cut) {
			t.Errorf("%s: its cover is written again as\n%s", name, cover.Encode())
		}
		if s, err := sshsig.Parse(signature); err != nil || s.Verify(s.Namespace, cut) != nil {
			t.Errorf("%s: its signature: %v", name, err)
		}
		var v any = new(decision.Record)
		switch {
		case len(text) == 0 && strings.HasSuffix(name, ".cover.txt"):
			kinds["disposed"]++
			continue
		case cover.Kind == decision.Open:
			v = new(decision.Opening)
		case cover.Kind.Oversight():
			v = decision.NewAct(cover.Kind)
		}
		if err := decision.DecodeBody(text, v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if again, err := decision.EncodeBody(v); err != nil || !bytes.Equal(again, text) {
			t.Errorf("%s: its body is written again as\n%s%v", name, again, err)
		}
	}
	want := map[decision.Kind]int{decision.Open: 6, decision.Decision: 8, decision.Complete: 1, decision.Amend: 1, decision.Review: 1, decision.Endorse: 1,
		decision.Trust: 3, decision.Checkpoint: 5, decision.Dispose: 2, decision.Hold: 1, decision.Release: 1, decision.Rule: 1, "disposed": 1}
	if !maps.Equal(kinds, want) {
		t.Errorf("there are %v, and were %v", kinds, want)
	}
}

// What the program composes today for the same acts is, byte for byte, what was composed then.
func TestTheGoldenLogsAreStillWrittenTheSame(t *testing.T) {
	old := recordFiles(t, goldenLogs)
	bodies := map[string][]byte{}
	for _, file := range old {
		page, err := decision.SplitPage(file)
		if err != nil {
			continue // the disposed one
		}
		switch name, has := goldenNames[page.Cover.Kind]; {
		case page.Cover.Kind == decision.Decision && bytes.Contains(page.Body, []byte(`"occasion": "emergency"`)):
			bodies[goldenEmergency] = page.Body
		case has && (page.Cover.Kind != decision.Decision || len(page.Body) > 30_000):
			bodies[name] = page.Body
		}
	}
	dir := t.TempDir()
	composeGolden(t, dir, bodies)
	now := recordFiles(t, dir)
	if got, want := slices.Sorted(maps.Keys(now)), slices.Sorted(maps.Keys(old)); !slices.Equal(got, want) {
		t.Fatalf("the same acts are now\n%s\nand were\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for name, file := range now {
		if !bytes.Equal(file, old[name]) {
			t.Errorf("%s is now written as\n%.1500s", name, file)
		}
	}
	if !bytes.Equal(goldenProof(t, goldenLogs), readTestFile(t, filepath.Join(goldenLogs, "proof.txt"))) {
		t.Error("the same proof is now written otherwise")
	}
	if got, want := readTestFile(t, filepath.Join(dir, "receipts.txt")), readTestFile(t, filepath.Join(goldenLogs, "receipts.txt")); !bytes.Equal(got, want) {
		t.Errorf("the receipts are now\n%s", got)
	}
}

func TestTheGoldenLogsAreJudgedAsEver(t *testing.T) {
	judgeGolden(t, goldenLogs)
	receipts := goldenReceipts(t, goldenLogs)
	proof := readTestFile(t, filepath.Join(goldenLogs, "proof.txt"))
	if r, _ := CheckProof(proof, "proof.txt", Options{Body: benchBody, Log: receipts[0].Log, Receipts: receipts}); !r.Clean() {
		t.Errorf("the proof: %v", r.Faults)
	}
}

// judgeGolden holds what a check says of the golden logs against what it must say for ever.
func judgeGolden(t testing.TB, dir string) {
	t.Helper()
	receipts := goldenReceipts(t, dir)
	b := openGolden(t, dir, "partnership")
	o := Options{Body: benchBody, Log: receipts[0].Log, Receipts: receipts}
	r, err := Check(context.Background(), []*Book{b}, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Faults) > 0 || r.Log != goldenID || r.Chains != 5 || r.Files != 29 || r.Records != 28 || r.Covers != 1 || r.Training != 0 || !r.Confirmed || r.Title != "Fenmarsh and Northvale partnership" {
		t.Errorf("with its id: %+v", r)
	}
	if codes := found(r.Notices); !slices.ContainsFunc(codes, func(c string) bool { return strings.HasPrefix(c, "fork-settled") }) {
		t.Errorf("the settled fork is not told: %v", codes)
	}
	trust, err := ReadTrust(context.Background(), receipts[0].Log, b)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(trust.Disposals()); n == 0 {
		t.Error("no disposal")
	}
	o.Log = decision.ID{}
	if r, err = Check(context.Background(), []*Book{b}, o); err != nil || r.Confirmed {
		t.Errorf("without its id: %v %+v", err, r)
	}
	// From another log's id nothing in it is anybody's.
	o.Log, o.Receipts = decision.ID{7}, nil
	if r, err = Check(context.Background(), []*Book{b}, o); err != nil || r.Clean() {
		t.Errorf("with another id: %v %+v", err, r)
	}
	r, err = Check(context.Background(), []*Book{openGolden(t, dir, "exercises")}, Options{Body: benchBody})
	if err != nil || !r.Clean() || r.Training != 2 || r.Records != 0 {
		t.Errorf("the exercises: %v %+v", err, r)
	}
}

// The script that checks the golden logs has a shell, sed, ssh-keygen and sha256sum, and no dsa.
const goldenScript = "../../.ci/golden"

// byScript runs it in a world that has nothing else.
func byScript(t testing.TB, logs ...string) (string, error) {
	t.Helper()
	tools := t.TempDir()
	for _, tool := range []string{"sed", "ssh-keygen", "sha256sum"} {
		at, err := exec.LookPath(tool)
		if err != nil {
			t.Skip(tool + " is not installed")
		}
		if err := os.Symlink(at, filepath.Join(tools, tool)); err != nil {
			t.Fatal(err)
		}
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	command := exec.Command(shell, append([]string{goldenScript}, logs...)...)
	command.Env = []string{"PATH=" + tools}
	out, err := command.CombinedOutput()
	return string(out), err
}

func TestTheGoldenLogsAreSoundByHand(t *testing.T) {
	logs := []string{golden, goldenLogs + "/partnership", goldenLogs + "/exercises"}
	out, err := byScript(t, logs...)
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	for _, log := range logs {
		if !strings.Contains(out, log+": ") {
			t.Errorf("it does not speak of %s:\n%s", log, out)
		}
	}
}

// The script is worth something only if it finds what was changed.
func TestTheScriptFindsDamage(t *testing.T) {
	for says, damage := range map[string]func(t *testing.T, dir string){
		"a word of a body":    changeIn("0000001", "outcome", "Outcome"),
		"a time on a cover":   changeIn("0000001", "time 2026", "time 2025"),
		"a digit of a key":    changeIn("0000000", "standing", "standinG"),
		"a letter of a seal":  changeIn("0000001", "\nU1NI", "\nU1NJ"),
		"a record taken away": func(t *testing.T, dir string) { os.Remove(fileOf(t, dir, "0000000")) },
		"a name": func(t *testing.T, dir string) {
			name := fileOf(t, dir, "0000001")
			os.Rename(name, strings.Replace(name, "0000001", "0000002", 1))
		},
		"the signers": func(t *testing.T, dir string) {
			name := filepath.Join(dir, SignersName)
			text := bytes.Replace(readTestFile(t, name), []byte("dsa-training"), []byte("dsa-decision"), 1)
			os.WriteFile(name, text, 0o600)
		},
		"a body behind a cover": func(t *testing.T, dir string) {
			name := fileOf(t, dir, "0000001")
			os.Rename(name, strings.Replace(name, "record", "cover", 1))
		},
	} {
		t.Run(says, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(filepath.Join(goldenLogs, "exercises"))); err != nil {
				t.Fatal(err)
			}
			damage(t, dir)
			if out, err := byScript(t, dir); err == nil {
				t.Errorf("nothing is found:\n%s", out)
			}
		})
	}
}

// A checkpoint whose root is not that of the tree is signed and named as it should be, and found by its root alone.
func TestTheScriptFindsAForgedRoot(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(goldenLogs, "partnership"))); err != nil {
		t.Fatal(err)
	}
	receipt := goldenReceipts(t, goldenLogs)[1]
	name := filepath.Join(dir, filepath.FromSlash(recordFolder(receipt.Chain, receipt.Number)), decision.RecordName(receipt.Number, receipt.ID))
	page, err := decision.SplitPage(readTestFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	size, root, _ := decision.ParseTree(page.Cover.Tree)
	root[0] ^= 1
	page.Cover.Tree = decision.TreeLine(size, root)
	id, file := forge(t, goldenSigner(t, "other"), sshsig.Oversight, page.Cover, page.Body)
	os.Remove(name)
	writeFile(t, filepath.Join(filepath.Dir(name), decision.RecordName(receipt.Number, id)), file)
	out, err := byScript(t, dir)
	if err == nil || strings.Count(out, "\n") != 2 || !strings.Contains(out, "the root of the tree is not that of the records it covers") {
		t.Errorf("%v\n%s", err, out)
	}
}

// The end of a chain is missed only by the checkpoints that cover it.
func TestTheScriptFindsThatTheEndOfAChainIsGone(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(goldenLogs, "partnership"))); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*", "0000", "0000006-*.cover.txt"))
	if err != nil || len(names) != 1 {
		t.Fatal(err, names)
	}
	if err := os.Remove(names[0]); err != nil {
		t.Fatal(err)
	}
	if out, err := byScript(t, dir); err == nil || !strings.Contains(out, "it covers number 6 of ") {
		t.Errorf("%v\n%s", err, out)
	}
}

func fileOf(t *testing.T, dir, number string) string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*", "0000", number+"-*"))
	if err != nil || len(names) != 1 {
		t.Fatal(err, names)
	}
	return names[0]
}

func changeIn(number, old, new string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		name := fileOf(t, dir, number)
		text := readTestFile(t, name)
		if !bytes.Contains(text, []byte(old)) {
			t.Fatalf("%q is not in it", old)
		}
		if err := os.WriteFile(name, bytes.Replace(text, []byte(old), []byte(new), 1), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
