package cmd

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"golang.org/x/crypto/ssh"
)

// A caseLog says what a log for measuring and testing is like: decisions as practitioners of several organisations record
// them over some years, a part of them emergencies that are completed, amended, reviewed, and endorsed by colleagues. The
// same values give the same bytes, keys and salts included, on every machine.
type caseLog struct {
	Records int
	Chains  int // 0: one for 500 records
	// Full gives decisions the 57 kilobytes that an ad hoc decision has with all its words. Otherwise they have some 6, about
	// as many as those of an emergency: the words of guidance and most questions are left out, so that a million fit a disk.
	Full     bool
	Training bool // exercises
	Seed     uint64
}

// caseKinds are the words that differ from one case to the next, each with what it is mostly.
type caseKind struct {
	sector, organisation, post        string
	recipientSector, recipient, party string
	circumstance                      string
	gateway, effect                   string
}

var caseKinds = []caseKind{
	{"health", "Harbour Lane Surgery", "GP partner", "local-authority", "Fenmarsh Council", "other", "s47-enquiry", "children-act-1989-s47-9", "duty-to-share"},
	{"education", "Fenmarsh Primary School", "Designated safeguarding lead", "local-authority", "Fenmarsh Council", "other", "child-in-need", "children-act-2004-s10", "duty-to-cooperate"},
	{"police", "Northvale Police", "Detective sergeant", "health", "Harbour Lane Surgery", "other", "domestic-abuse", "common-law-policing-power", "power-to-share"},
	{"local-authority", "Fenmarsh Council", "Social worker", "police", "Northvale Police", "other", "marac", "crime-and-disorder-act-1998-s115", "power-to-share"},
	{"housing", "Fen Homes", "Housing officer", "local-authority", "Fenmarsh Council", "other", "adult-at-risk", "care-act-2014-s45", "duty-to-share"},
	{"voluntary", "Safe Harbour", "Support worker", "police", "Northvale Police", "other", "exploitation", "common-law", "power-to-share"},
}

// written is what a caseLog became.
type writtenCases struct {
	Files     int
	Decisions int
	Bytes     int64
}

// write makes the log in a folder. It flushes nothing, and uses all cores.
func (l caseLog) write(t testing.TB, dir string) writtenCases {
	t.Helper()
	if l.Chains == 0 {
		l.Chains = max(1, l.Records/500)
	}
	book, err := logbook.Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	book.Close()
	model, err := l.model()
	if err != nil {
		t.Fatal(err)
	}
	var made writtenCases
	var sum sync.Mutex
	var wait sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for group := range next {
				// Who works beside each other endorses each other's records.
				var before *caseChain
				for i := group; i < min(group+4, l.Chains); i++ {
					c := &caseChain{log: l, dir: dir, who: i, model: model, before: before, random: rand.New(rand.NewPCG(l.Seed, uint64(i)))}
					c.write(t, (l.Records+i)/l.Chains)
					before = c
					sum.Lock()
					made.Files, made.Decisions, made.Bytes = made.Files+len(c.ids), made.Decisions+c.decisions, made.Bytes+c.bytes
					sum.Unlock()
				}
			}
		})
	}
	for i := 0; i < l.Chains; i += 4 {
		next <- i
	}
	close(next)
	wait.Wait()
	return made
}

// A caseChain is one practitioner's records while they are written.
type caseChain struct {
	log       caseLog
	dir       string
	who       int
	model     []byte
	before    *caseChain
	random    *rand.Rand
	signer    sshsig.Signer
	by        decision.Person
	id        decision.ID
	ids       []decision.ID
	recorded  []string
	made      []decision.Kind
	decisions int
	bytes     int64
}

func (c *caseChain) salt(n int) string {
	s := sha256.Sum256(fmt.Appendf(nil, "dsa case log salt %d %d %d", c.log.Seed, c.who, n))
	return hex.EncodeToString(s[:16])
}

func (c *caseChain) write(t testing.TB, records int) {
	seed := sha256.Sum256(fmt.Appendf(nil, "dsa case log key %d %d", c.log.Seed, c.who))
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		panic(err) // an Ed25519 key always makes a signer
	}
	if c.signer, err = sshsig.NewSigner(key); err != nil {
		panic(err)
	}
	kind := caseKinds[c.who%len(caseKinds)]
	c.by = decision.Person{Name: fmt.Sprintf("Robin Tester %d", c.who), Post: kind.post, Organisation: kind.organisation, Sector: decision.Choice{ID: kind.sector, Words: kind.sector},
		PublicAuthority: decision.Choice{ID: "yes", Words: "Yes"}, CompetentAuthority: decision.Choice{ID: "no", Words: "No"}, Email: fmt.Sprintf("robin%d@fenmarsh.example", c.who)}
	clock := time.Date(2024, 1, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(c.who) * time.Minute)
	standing := decision.Live
	if c.log.Training {
		standing = decision.Training
	}
	opening := decision.Opening{Salt: c.salt(0), Program: Program, Key: c.signer.Key().AuthorizedKey(), Fingerprint: c.signer.Key().Fingerprint(), Principal: c.by.Email,
		Name: c.by.Name, Post: c.by.Post, Organisation: c.by.Organisation, Sector: kind.sector, Device: "made for measuring", Standing: standing}
	body, err := decision.EncodeBody(opening)
	if err != nil {
		panic(err)
	}
	c.add(decision.Cover{Time: clock, Kind: decision.Open, KeepUntil: decision.Permanent}, body)
	step := 2 * 365 * 24 * time.Hour / time.Duration(max(records, 1))
	emergency := 0 // the number of one that is not complete
	for n := 1; n < records; n++ {
		clock = clock.Add(step).Truncate(time.Second)
		switch at := c.random.IntN(100); {
		case emergency > 0:
			c.follow(decision.Complete, clock, c, emergency)
			emergency = 0
		case at < 3 && n > 3:
			c.follow(decision.Amend, clock, c, c.earlier(n))
		case at < 7 && n > 3:
			c.follow(decision.Review, clock, c, c.earlier(n))
		case at < 13 && c.before != nil && len(c.before.ids) > 2:
			c.follow(decision.Endorse, clock, c.before, c.before.earlier(len(c.before.ids)))
		case at < 16:
			c.decide(clock, kind, true)
			if c.random.IntN(3) > 0 {
				emergency = n
			}
		default:
			c.decide(clock, kind, false)
		}
	}
}

// earlier is the number of one of the last decisions.
func (c *caseChain) earlier(n int) int {
	for of := n - 1 - c.random.IntN(min(n-1, 3)); ; of-- {
		if of < 1 {
			of = n - 1
		}
		if c.made[of] == decision.Decision {
			return of
		}
		if of == n-1 && !slices.Contains(c.made[1:n], decision.Decision) {
			panic("a chain without decisions")
		}
	}
}

// model is a decision with all its words, or with fewer.
func (l caseLog) model() ([]byte, error) {
	golden, err := os.ReadFile("testdata/golden/decision.json")
	if err != nil || l.Full {
		return golden, err
	}
	record := new(decision.Record)
	if err := decision.DecodeBody(golden, record); err != nil {
		return nil, err
	}
	for i := range record.Questions {
		q := &record.Questions[i]
		q.Guidance, q.Source = "", ""
		q.Answers = slices.DeleteFunc(q.Answers, func(a decision.Answer) bool {
			return a.Item > 1 || a.Group == "advice-taken" || a.Group == "" && !slices.Contains(briefAnswers, a.ID)
		})
		for j := range q.Answers {
			q.Answers[j].Others = nil
		}
	}
	record.Questions = slices.DeleteFunc(record.Questions, func(q decision.Question) bool { return len(q.Answers) == 0 })
	record.Law.Offered, record.Law.Restrictions = nil, nil
	for i := range record.Law.Relied {
		p := &record.Law.Relied[i]
		p.Summary, p.Limits, p.Reasons, p.Check = "", "", []string{}, nil
	}
	record.Law.Bases = record.Law.Bases[:1]
	b := &record.Law.Bases[0]
	b.Summary, b.Limits, b.Needs, b.Reasons = "", "", []string{}, []string{}
	record.Findings = record.Findings[:1]
	return decision.EncodeBody(record)
}

// record is the model with what differs in every record.
func (c *caseChain) record(at time.Time) *decision.Record {
	record := new(decision.Record)
	if err := decision.DecodeBody(c.model, record); err != nil {
		panic(err)
	}
	record.Salt, record.By = c.salt(len(c.ids)), c.by
	record.Begun, record.Recorded = at.Format(decision.TimeFormat), at.Format(decision.TimeFormat)
	if c.log.Training {
		record.Standing = decision.Training
	}
	return record
}

// briefAnswers are those that a brief record has.
var briefAnswers = []string{"initiated", "recipient-sector", "recipient-organisation", "about", "case-reference", "categories", "purpose", "circumstances",
	"transfer-method", "told", "gateway", "article-6", "confidentiality", "outcome", "reasons", "shared-already"}

// setAnswer answers a question another way, or for the first time under the last heading.
func setAnswer(r *decision.Record, id, text string, chosen ...string) {
	for i := range r.Questions {
		for j := range r.Questions[i].Answers {
			if a := &r.Questions[i].Answers[j]; a.ID == id && a.Group == "" {
				a.Text, a.Chosen = text, nil
				for _, c := range chosen {
					a.Chosen = append(a.Chosen, decision.Choice{ID: c, Words: c})
				}
				return
			}
		}
	}
	last := &r.Questions[len(r.Questions)-1]
	last.Answers = append(last.Answers, decision.Answer{ID: id, Asked: id})
	setAnswer(r, id, text, chosen...)
}

func oneOf[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

func (c *caseChain) decide(at time.Time, kind caseKind, emergency bool) {
	r, n := c.record(at), len(c.ids)
	setAnswer(r, "case-reference", fmt.Sprintf("%s-%06d", kind.sector[:2], c.who*1000+n))
	setAnswer(r, "recipient-sector", "", kind.recipientSector)
	setAnswer(r, "recipient-party", "", kind.party)
	setAnswer(r, "recipient-organisation", kind.recipient)
	setAnswer(r, "circumstances", "", kind.circumstance)
	setAnswer(r, "gateway", "", kind.gateway)
	setAnswer(r, "outcome", "", oneOf(c.random, "share-all", "share-all", "share-part", "share-part", "share-part", "none", "defer", "refer"))
	setAnswer(r, "requested-at", at.Add(-time.Duration(10+c.random.IntN(4000))*time.Minute).Format("2006-01-02T15:04Z07:00"))
	setAnswer(r, "told", "", oneOf(c.random, "told", "will-tell", "not-told"))
	setAnswer(r, "not-told-ground", "", oneOf(c.random, "risk-of-harm", "prejudice", "not-practicable"))
	setAnswer(r, "told-revisit", "")
	if c.random.IntN(4) == 0 {
		setAnswer(r, "review-on", at.AddDate(0, 3, 0).Format(time.DateOnly))
	}
	r.Law.Relied[0].ID, r.Law.Relied[0].Effect = kind.gateway, kind.effect
	if c.random.IntN(30) == 0 {
		r.Law.Relied[0].Status = "superseded"
	}
	r.Findings = slices.DeleteFunc(r.Findings, func(decision.Finding) bool { return c.random.IntN(3) == 0 })
	switch {
	case emergency:
		r.Occasion, r.Checklist = "emergency", decision.Document{ID: "emergency", Title: "Emergency"}
		r.Owed = []decision.Owed{{ID: "fairness-later", Question: "Fairness", Asked: "Why is it fair?"}}
	case c.random.IntN(8) == 0:
		r.Occasion, r.Checklist = "routine", decision.Document{ID: "routine", Title: "Routine"}
	}
	c.body(decision.Cover{Time: at, Kind: decision.Decision, KeepUntil: at.AddDate(8, 0, 0).Format(time.DateOnly)}, r)
}

func (c *caseChain) follow(kind decision.Kind, at time.Time, of *caseChain, number int) {
	r := c.record(at)
	r.Occasion, r.Files, r.Findings = "adhoc", nil, []decision.Finding{}
	r.Law = decision.Law{Relied: []decision.Provision{}}
	r.Of = &decision.Link{ID: of.ids[number], Chain: of.id, Number: number, Recorded: of.recorded[number], By: of.by.Post + ", " + of.by.Organisation,
		Outcome: decision.Choice{ID: "share-part", Words: "Share part of it"}}
	r.Checklist = decision.Document{ID: string(kind), Title: string(kind)}
	answer := func(id, text string, chosen ...string) decision.Answer {
		a := decision.Answer{ID: id, Asked: id, Text: text}
		for _, c := range chosen {
			a.Chosen = append(a.Chosen, decision.Choice{ID: c, Words: c})
		}
		return a
	}
	var answers []decision.Answer
	switch kind {
	case decision.Complete:
		r.Occasion, r.Checklist = "emergency", decision.Document{ID: "adhoc", Title: "Ad hoc"}
		answers = []decision.Answer{answer("fairness-later", "Only what was needed went."), answer("advice", "", "yes")}
	case decision.Amend:
		answers = []decision.Answer{
			{ID: "which", Group: "amended", Item: 1, Asked: "Which?", Chosen: []decision.Choice{{ID: "case-reference", Words: "Which case is it?"}}},
			{ID: "correct", Group: "amended", Item: 1, Asked: "What is right?", Text: fmt.Sprintf("corrected-%d-%d", c.who, number)},
			{ID: "why", Group: "amended", Item: 1, Asked: "Why?", Text: "A slip."}, answer("found-by", "I did."), answer("reasons", "A slip of the keys.")}
	case decision.Review:
		result := oneOf(c.random, "stands", "stands", "stands", "changed", "withdrawn")
		answers = []decision.Answer{answer("reviewed", "", "outcome"), answer("found", "Nothing new."), answer("stands", "", result), answer("reasons", "It was looked at again.")}
		if result == "changed" {
			answers = append(answers, answer("new-outcome", "", "share-all"))
		}
	case decision.Endorse:
		view := oneOf(c.random, "agree", "agree", "agree-with-conditions", "disagree")
		answers = []decision.Answer{answer("capacity", "", "line-manager"), answer("looked-at", "", "record"), answer("view", "", view), answer("reasons", "I read it.")}
		if view == "agree-with-conditions" {
			answers = append(answers, answer("view-conditions", "Ring first."))
		}
	}
	r.Questions = []decision.Question{{ID: string(kind), Title: string(kind), Answers: answers}}
	c.body(decision.Cover{Time: at, Kind: kind, About: of.ids[number], KeepUntil: at.AddDate(8, 0, 0).Format(time.DateOnly)}, r)
}

func (c *caseChain) body(cover decision.Cover, r *decision.Record) {
	text, err := decision.EncodeBody(r)
	if err == nil {
		err = r.Check()
	}
	if err != nil {
		panic(err)
	}
	if cover.Kind == decision.Decision {
		c.decisions++
	}
	c.add(cover, text)
}

// add signs and writes the next record.
func (c *caseChain) add(cover decision.Cover, body []byte) {
	cover.Number = len(c.ids)
	if cover.Number > 0 {
		cover.Chain, cover.Previous = c.id, c.ids[cover.Number-1]
	}
	cover.BodySum, cover.BodyLen = sha256.Sum256(body), len(body)
	text := cover.Encode()
	standing := decision.Live
	if c.log.Training {
		standing = decision.Training
	}
	signature, err := c.signer.Sign(logbook.Namespace(cover.Kind, standing), text)
	if err != nil {
		panic(err)
	}
	id := decision.ID(sha256.Sum256(text))
	if cover.Number == 0 {
		c.id = id
	}
	folder := filepath.Join(c.dir, decision.ChainFolder(c.id), decision.NumberFolder(cover.Number))
	if cover.Number%1000 == 0 {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			panic(err)
		}
	}
	file := slices.Concat(text, signature, body)
	c.ids, c.recorded, c.made = append(c.ids, id), append(c.recorded, cover.Time.Format(decision.TimeFormat)), append(c.made, cover.Kind)
	c.bytes += int64(len(file))
	if err := os.WriteFile(filepath.Join(folder, decision.RecordName(cover.Number, id)), file, 0o600); err != nil {
		panic(err)
	}
}
