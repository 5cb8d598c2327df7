package logbook

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"dsa/decision"
	"dsa/decision/sshsig"
	"dsa/decision/tree"
)

// A benchLog says what a log for measuring is like. The same values give the same bytes, keys and salts included, on
// every machine. Two leads found the log, admit everybody, and make a checkpoint in turn after each round; every record
// names the newest one as seen, and one decision in twenty is reviewed.
type benchLog struct {
	Chains []int // how many records each chain of a decider has, its opening included
	Rounds int   // days, on each of which every chain grows by as much; 0: no checkpoints
	Body   int   // about how many bytes the body of a decision has
	// Reviews is after how many decisions one is reviewed; 0: twenty.
	Reviews int
}

// evenly divides records among chains.
func evenly(records, chains int) []int {
	counts := make([]int, chains)
	for i := range counts {
		counts[i] = (records + i) / chains
	}
	return counts
}

// writtenLog is what a benchLog became.
type writtenLog struct {
	Log      decision.ID   // id of the founding record
	Chains   []decision.ID // in the order of benchLog.Chains
	Leads    [2]decision.ID
	Records  int
	Bytes    int64
	Receipts []decision.Receipt // of each lead's last checkpoint
}

// benchKey is the private key of a decider, or of a lead for -1 and -2.
func benchKey(n int) ed25519.PrivateKey {
	seed := sha256.Sum256(fmt.Appendf(nil, "dsa bench key %d", n))
	return ed25519.NewKeyFromSeed(seed[:])
}

func benchSigner(n int) sshsig.Signer {
	key, err := ssh.NewSignerFromKey(benchKey(n))
	if err != nil {
		panic(err) // an Ed25519 key always makes a signer
	}
	s, err := sshsig.NewSigner(key)
	if err != nil {
		panic(err)
	}
	return s
}

// write makes the log in an empty folder. It flushes nothing, and uses all cores.
func (l benchLog) write(dir string) (*writtenLog, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, ReadmeName), readme, 0o600); err != nil {
		return nil, err
	}
	made := &writtenLog{Chains: make([]decision.ID, len(l.Chains))}
	if l.Reviews == 0 {
		l.Reviews = 20
	}
	templates, err := benchTemplates(l.Body)
	if err != nil {
		return nil, err
	}
	deciders := make([]*benchChain, len(l.Chains))
	for i := range deciders {
		deciders[i] = &benchChain{dir: dir, signer: benchSigner(i), who: i, wanted: l.Chains[i], reviews: l.Reviews, templates: templates}
	}
	leads := [2]*benchChain{{dir: dir, signer: benchSigner(-1), who: -1}, {dir: dir, signer: benchSigner(-2), who: -2}}
	everybody := append([]*benchChain{leads[0], leads[1]}, deciders...)

	clock := start
	if err := eachChain(everybody, func(c *benchChain) error { return c.open(clock) }); err != nil {
		return nil, err
	}
	if err := made.found(leads, deciders, clock.Add(time.Minute)); err != nil {
		return nil, err
	}
	var points [2]benchPoint
	for i := range points {
		points[i].tree, err = tree.New(0, nil)
		if err != nil {
			return nil, err
		}
		points[i].next = make(map[decision.ID]int)
	}
	slices.SortFunc(everybody, func(a, b *benchChain) int { return strings.Compare(a.id.String(), b.id.String()) })
	seen := decision.ID{}
	for round := range max(1, l.Rounds) {
		clock = clock.Add(24 * time.Hour)
		if err := eachChain(deciders, func(c *benchChain) error {
			until := c.wanted * (round + 1) / max(1, l.Rounds)
			for n := len(c.ids); n < until; n++ {
				if err := c.decide(clock.Add(-23*time.Hour+time.Duration(n)*10*time.Second), seen); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return nil, err
		}
		if l.Rounds == 0 {
			break
		}
		lead := round % 2
		if seen, err = points[lead].sign(leads[lead], everybody, made.Log, clock, seen); err != nil {
			return nil, err
		}
	}
	signers := make([]string, 0, len(everybody))
	for _, c := range everybody {
		made.Records += len(c.ids)
		made.Bytes += c.bytes
		signers = append(signers, signersLine(c.opening(), c.signer.Key()))
	}
	slices.Sort(signers)
	for i, c := range deciders {
		made.Chains[i] = c.id
	}
	for i, c := range leads {
		made.Leads[i] = c.id
		if points[i].last > 0 {
			made.Receipts = append(made.Receipts, decision.Receipt{Log: made.Log, Chain: c.id, Number: points[i].last, ID: c.ids[points[i].last]})
		}
	}
	return made, os.WriteFile(filepath.Join(dir, SignersName), []byte(strings.Join(signers, "")), 0o600)
}

// eachChain works on the chains at once; a chain is written by one at a time.
func eachChain(chains []*benchChain, work func(*benchChain) error) error {
	queue := make(chan *benchChain)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	for range 2 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for c := range queue {
				if err := work(c); err != nil {
					mu.Lock()
					first = err
					mu.Unlock()
				}
			}
		})
	}
	for _, c := range chains {
		queue <- c
	}
	close(queue)
	wg.Wait()
	return first
}

// benchChain is one chain while it is written.
type benchChain struct {
	dir       string
	signer    sshsig.Signer
	who       int
	wanted    int
	reviews   int
	templates []benchTemplate
	id        decision.ID
	ids       []decision.ID
	bytes     int64
}

func (c *benchChain) salt(n int) string {
	s := sha256.Sum256(fmt.Appendf(nil, "dsa bench salt %d %d", c.who, n))
	return hex.EncodeToString(s[:16])
}

func (c *benchChain) principal() string { return fmt.Sprintf("person%d@fenmarsh.example", c.who+3) }

func (c *benchChain) opening() decision.Opening {
	o := openingOf(c.signer.Key(), c.principal(), decision.Live)
	o.Salt = c.salt(0)
	return o
}

func (c *benchChain) open(at time.Time) error {
	text, err := decision.EncodeBody(c.opening())
	if err != nil {
		return err
	}
	return c.add(decision.Cover{Time: at, Kind: decision.Open, KeepUntil: decision.Permanent}, text)
}

// add signs and writes the next record.
func (c *benchChain) add(cover decision.Cover, body []byte) error {
	cover.Number = len(c.ids)
	if cover.Number > 0 {
		cover.Chain, cover.Previous = c.id, c.ids[cover.Number-1]
	}
	cover.BodySum, cover.BodyLen = sha256.Sum256(body), len(body)
	text := cover.Encode()
	signature, err := c.signer.Sign(Namespace(cover.Kind, decision.Live), text)
	if err != nil {
		return err
	}
	id := decision.ID(sha256.Sum256(text))
	if cover.Number == 0 {
		c.id = id
	}
	folder := filepath.Join(c.dir, decision.ChainFolder(c.id), decision.NumberFolder(cover.Number))
	if cover.Number%1000 == 0 {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
	}
	file := slices.Concat(text, signature, body)
	c.ids, c.bytes = append(c.ids, id), c.bytes+int64(len(file))
	return os.WriteFile(filepath.Join(folder, decision.RecordName(cover.Number, id)), file, 0o600)
}

const benchKeep = "2034-11-22"

// decide records a decision, or the review of one some records ago.
func (c *benchChain) decide(at time.Time, seen decision.ID) error {
	n := len(c.ids)
	cover := decision.Cover{Time: at, Seen: seen, Kind: decision.Decision, KeepUntil: benchKeep}
	if n%c.reviews == c.reviews-1 {
		of := n - c.reviews/2
		review := benchRecord(rand.New(rand.NewPCG(1, 1)), 0)
		review.Salt, review.Begun, review.Recorded = c.salt(n), at.Format(decision.TimeFormat), at.Format(decision.TimeFormat)
		review.Checklist = decision.Document{ID: string(decision.Review), Title: "Review"}
		review.Of = &decision.Link{ID: c.ids[of], Chain: c.id, Number: of, Recorded: review.Recorded, By: "GP partner, Harbour Lane Surgery",
			Outcome: decision.Choice{ID: "share-all", Words: "Share all"}}
		review.Questions = []decision.Question{{ID: "stands", Number: "1", Title: "Does it stand", Answers: []decision.Answer{
			{ID: "stands", Asked: "Does the decision stand?", Chosen: []decision.Choice{{ID: "stands", Words: "It stands"}}},
			{ID: "reasons", Asked: "Why?", Text: "Nothing has come up since."}}}}
		text, err := decision.EncodeBody(review)
		if err != nil {
			return err
		}
		cover.Kind, cover.About = decision.Review, c.ids[of]
		return c.add(cover, text)
	}
	return c.add(cover, c.templates[n%len(c.templates)].body(c.salt(n), at, n))
}

// benchTemplate is an encoded decision with the places of what differs from record to record.
type benchTemplate struct {
	text                          []byte
	salt, begun, recorded, number int
}

const (
	markSalt     = "0123456789abcdef0123456789abcdef"
	markBegun    = "2001-01-01T00:00:00Z"
	markRecorded = "2002-02-02T00:00:00Z"
	markNumber   = "case 0000000"
)

func benchTemplates(size int) ([]benchTemplate, error) {
	templates := make([]benchTemplate, 16)
	for i := range templates {
		record := benchRecord(rand.New(rand.NewPCG(uint64(i), 7)), size)
		if err := record.Check(); err != nil {
			return nil, err
		}
		text, err := decision.EncodeBody(record)
		if err != nil {
			return nil, err
		}
		at := func(mark string) int { return bytes.Index(text, []byte(mark)) }
		templates[i] = benchTemplate{text, at(markSalt), at(markBegun), at(markRecorded), at(markNumber) + len("case ")}
	}
	return templates, nil
}

func (t benchTemplate) body(salt string, at time.Time, n int) []byte {
	text := bytes.Clone(t.text)
	stamp := at.UTC().Format(decision.TimeFormat)
	copy(text[t.salt:], salt)
	copy(text[t.begun:], stamp)
	copy(text[t.recorded:], stamp)
	copy(text[t.number:], fmt.Sprintf("%07d", n))
	return text
}

// benchRecord is a decision with the fields that every one has and as many questions as fill the size.
func benchRecord(r *rand.Rand, size int) *decision.Record {
	yes := decision.Choice{ID: "yes", Words: "Yes"}
	record := &decision.Record{
		Salt: markSalt, Program: "dsa 0.1.0", Standing: decision.Live, Occasion: "adhoc", Given: decision.OnScreen,
		Begun: markBegun, Recorded: markRecorded,
		By: decision.Person{Name: "Sam Okafor", Post: "GP partner", Organisation: "Harbour Lane Surgery",
			Sector: decision.Choice{ID: "health", Words: "Health"}, PublicAuthority: yes, CompetentAuthority: yes, Email: "s@harbourlane.example"},
		Agreement: decision.Document{ID: "fenmarsh", Title: "Fenmarsh information sharing agreement", Version: "2026", Digest: strings.Repeat("ab", 32)},
		Checklist: decision.Document{ID: "adhoc", Title: "Ad hoc"},
		Questions: []decision.Question{{ID: "document", Number: "10", Title: "Document your decision", Guidance: prose(r, 10), Source: "Appendix 2",
			Answers: []decision.Answer{
				{ID: "case-reference", Asked: "Which case is it?", Text: markNumber},
				{ID: "outcome", Asked: "What do you decide?", Chosen: []decision.Choice{{ID: "share-part", Words: "Share part of it"}},
					Others: []string{"Share all of it", "Share nothing", "Decide later"}},
				{ID: "reasons", Asked: "Why?", Text: prose(r, 30)}}}},
		Law: decision.Law{On: "2026-11-22", Relied: []decision.Provision{}}, Findings: []decision.Finding{},
	}
	for n := 1; ; n++ {
		text, err := decision.EncodeBody(record)
		if err != nil || len(text) >= size {
			return record
		}
		record.Questions = append(record.Questions, decision.Question{
			ID: "question-" + strconv.Itoa(n), Number: strconv.Itoa(n), Title: prose(r, 4), Guidance: prose(r, 14), Source: "Section " + strconv.Itoa(n),
			Answers: []decision.Answer{{ID: "answer-" + strconv.Itoa(n), Asked: prose(r, 9), Text: prose(r, 35)},
				{ID: "choice-" + strconv.Itoa(n), Asked: prose(r, 7), Chosen: []decision.Choice{{ID: "first", Words: prose(r, 5)}}, Others: []string{prose(r, 5), prose(r, 4)}}}})
	}
}

var proseWords = strings.Fields(`the child school health visitor concern reported injury mother father agreed told police enquiry
	strategy meeting information needed proportionate necessary shared withheld account nurse “bruise” left arm told nobody café
	because risk harm protect family home agreed plan review next week social worker council letter record history missed
	appointments alcohol domestic abuse neighbour’s call welfare check consent sought not safe delay decision reasons`)

func prose(r *rand.Rand, words int) string {
	chosen := make([]string, words)
	for i := range chosen {
		chosen[i] = proseWords[r.IntN(len(proseWords))]
	}
	return strings.Join(chosen, " ") + "."
}

// found signs the records that found the log and admit everybody to it.
func (made *writtenLog) found(leads [2]*benchChain, deciders []*benchChain, at time.Time) error {
	first := leads[0]
	founding := decision.TrustAct{Salt: first.salt(1), Program: "dsa 0.1.0", Title: "Fenmarsh partnership", Reason: "The partnership agreed on a common log."}
	for _, lead := range leads {
		founding.Founders = append(founding.Founders, decision.Founder{Key: lead.signer.Key().AuthorizedKey(), Fingerprint: lead.signer.Key().Fingerprint(),
			Name: "Sam O'Neill", Organisation: "Harbour Lane School"})
	}
	text, err := decision.EncodeBody(founding)
	if err != nil {
		return err
	}
	cover := decision.Cover{Time: at, Kind: decision.Trust, KeepUntil: decision.Permanent}
	if err := first.add(cover, text); err != nil {
		return err
	}
	made.Log = first.ids[1]
	admission := decision.TrustAct{Salt: first.salt(2), Program: "dsa 0.1.0", Log: made.Log, Reason: "They work here."}
	for _, c := range deciders {
		admission.Admits = append(admission.Admits, decision.Admission{Chain: c.id, Fingerprint: c.signer.Key().Fingerprint(), Principal: c.principal(),
			Name: "Sam O'Neill", Organisation: "Harbour Lane School", Roles: []decision.Role{decision.Decider}})
	}
	if text, err = decision.EncodeBody(admission); err != nil {
		return err
	}
	return first.add(cover, text)
}

// benchPoint is what one lead has covered so far.
type benchPoint struct {
	tree *tree.Tree
	next map[decision.ID]int // first number that is not covered, by chain
	last int                 // number of the newest checkpoint; 0: none
}

// sign makes the lead's next checkpoint. The chains come in the order of their ids.
func (p *benchPoint) sign(lead *benchChain, chains []*benchChain, log decision.ID, at time.Time, seen decision.ID) (decision.ID, error) {
	act := decision.CheckpointAct{Salt: lead.salt(len(lead.ids)), Program: "dsa 0.1.0", Log: log}
	for _, c := range chains {
		from, to := p.next[c.id], len(c.ids)-1
		if to < from {
			continue
		}
		act.Ranges = append(act.Ranges, decision.Range{Chain: c.id, From: from, To: to, Head: c.ids[to]})
		for _, id := range c.ids[from : to+1] {
			p.tree.Append(id)
		}
		p.next[c.id] = to + 1
	}
	for _, hash := range p.tree.Edge() {
		act.Edge = append(act.Edge, hash.String())
	}
	text, err := decision.EncodeBody(act)
	if err != nil {
		return decision.ID{}, err
	}
	p.last = len(lead.ids)
	err = lead.add(decision.Cover{Time: at, Seen: seen, Kind: decision.Checkpoint, KeepUntil: decision.Permanent,
		Tree: fmt.Sprintf("%d %s", p.tree.Size(), p.tree.Root())}, text)
	return lead.ids[p.last], err
}

// The bytes of a log for measuring do not depend on who makes it or when, and nothing in it is a fault.
func TestALogForMeasuringIsSoundAndAlwaysTheSame(t *testing.T) {
	l := benchLog{Chains: evenly(120, 5), Rounds: 3, Body: 3000}
	one, two := t.TempDir(), t.TempDir()
	first, err := l.write(one)
	if err != nil {
		t.Fatal(err)
	}
	second, err := l.write(two)
	if err != nil {
		t.Fatal(err)
	}
	if first.Log != second.Log || first.Receipts[0] != second.Receipts[0] || first.Bytes != second.Bytes {
		t.Error("the same log is another the second time")
	}
	b, err := Open(one)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	r, err := Check(context.Background(), []*Book{b}, Options{Body: benchBody, Log: first.Log, Receipts: first.Receipts})
	if err != nil || len(r.Faults) > 0 || r.Records != first.Records || r.Records != 120+2+2+3 {
		t.Errorf("%v %+v", err, r)
	}
}

// benchBody is what the program's own verify asks of bodies.
func benchBody(_ decision.Kind, body []byte) (Reference, error) {
	record := new(decision.Record)
	if err := decision.DecodeBody(body, record); err != nil {
		return Reference{}, err
	}
	if err := record.Check(); err != nil || record.Of == nil {
		return Reference{}, err
	}
	return Reference{ID: record.Of.ID, Chain: record.Of.Chain, Number: record.Of.Number}, nil
}
