package logbook

import (
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"dsa/decision"
	"dsa/decision/sshsig"
	"dsa/decision/tree"
)

// A shelfLog is a log while an attack on it is composed: its files by their paths, and who writes in it. Nothing of it
// touches a disk, nothing checks what is written, and it shares no code with the verifier: keys, salts and times are
// fixed, so that the same attack always has the same bytes.
type shelfLog struct {
	testing.TB
	files  map[string][]byte
	order  []string // paths, as they were written
	minute int      // of the next record
	log    decision.ID
	seen   decision.ID // the newest checkpoint, which everybody has seen who is not told otherwise

	lead, second, sam, alex, max *scribe // max belongs to nobody's log
	scribes                      []*scribe
}

// A scribe writes one chain.
type scribe struct {
	*shelfLog
	name   string
	signer sshsig.Signer
	role   string // the namespace of all its records; "" for the one that the kind has
	id     decision.ID
	all    []*folio

	next   map[decision.ID]int // by chain, what this one's checkpoints have not covered
	leaves *tree.Tree
	ids    []decision.ID // of its leaves
}

// A folio is one record.
type folio struct {
	by     *scribe
	number int
	id     decision.ID
	cover  decision.Cover
	data   []byte
	path   string
}

const shelfProgram = "dsa 0.1.0"

func newShelfLog(t testing.TB) *shelfLog {
	sc := &shelfLog{TB: t, files: map[string][]byte{}}
	sc.lead, sc.second = sc.scribe("Robin Lark"), sc.scribe("Kim Moor")
	sc.sam, sc.alex, sc.max = sc.scribe("Sam Okafor"), sc.scribe("Alex Iqbal"), sc.scribe("Max Stone")
	return sc
}

func (sc *shelfLog) scribe(name string) *scribe {
	seed := sha256.Sum256([]byte("dsa shelf key " + name))
	key, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(seed[:]))
	if err != nil {
		sc.Fatal(err)
	}
	signer, err := sshsig.NewSigner(key)
	if err != nil {
		sc.Fatal(err)
	}
	s := &scribe{shelfLog: sc, name: name, signer: signer, next: map[decision.ID]int{}}
	s.leaves, _ = tree.New(0, nil)
	sc.scribes = append(sc.scribes, s)
	return s
}

// anyones signs with a key of which nobody has, or needs, the private half: its point is the neutral one, so that one and
// the same signature belongs to every text. NewSigner is not asked whether it takes such a key.
type anyones struct{}

func (anyones) Key() sshsig.Key { return sshsig.Key{1} }

func (k anyones) Sign(namespace string, _ []byte) ([]byte, error) {
	wire := func(data []byte) []byte {
		return ssh.Marshal(struct {
			Type string
			Data []byte
		}{ssh.KeyAlgoED25519, data})
	}
	key := k.Key()
	signature := [ed25519.SignatureSize]byte{1} // R is the neutral point, and S is 0
	text := base64.StdEncoding.EncodeToString(append([]byte("SSHSIG"), ssh.Marshal(struct {
		Version              uint32
		Key                  []byte
		Role, Reserved, Hash string
		Signature            []byte
	}{1, wire(key[:]), namespace, "", "sha256", wire(signature[:])})...))
	lines := []string{"-----BEGIN SSH SIGNATURE-----"}
	for line := range slices.Chunk([]byte(text), 70) {
		lines = append(lines, string(line))
	}
	return []byte(strings.Join(append(lines, "-----END SSH SIGNATURE-----", ""), "\n")), nil
}

// shelfTime is a time on the shelf: minutes after its beginning.
func shelfTime(minute int) time.Time {
	return time.Date(2026, 2, 5, 9, 0, 0, 0, time.UTC).Add(time.Duration(minute) * time.Minute)
}

const (
	hour       = 60
	day        = 24 * hour
	shelfUntil = "2034-02-05"           // keep-until of every decision
	due        = (8*365 + 2 + 31) * day // by then it is over
)

// later lets time pass.
func (sc *shelfLog) later(minutes int) { sc.minute += minutes }

func (s *scribe) salt(number int, kind decision.Kind) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "dsa shelf salt %s %d %s %d", s.name, number, kind, s.minute))
	return fmt.Sprintf("%x", sum[:16])
}

// draft composes a record with a number, signs it and leaves it at that. What it says is bytes, or a value, or what
// makes one of them from the cover.
func (s *scribe) draft(number int, kind decision.Kind, says any, change ...func(*decision.Cover)) *folio {
	c := decision.Cover{Number: number, Kind: kind, Time: shelfTime(s.minute), Seen: s.seen, Tree: decision.NoTree, KeepUntil: decision.Permanent}
	s.minute++
	if number > 0 {
		c.Chain, c.Previous = s.id, s.all[number-1].id
	}
	if disposable(kind) {
		c.KeepUntil = shelfUntil
	}
	for _, f := range change {
		f(&c)
	}
	if f, is := says.(func(decision.Cover) any); is {
		says = f(c)
	}
	text, is := says.([]byte)
	if !is {
		text = body(s, says)
	}
	role := s.role
	if role == "" {
		role = Namespace(kind, decision.Live)
	}
	return s.sign(s.signer, role, c, text)
}

// sign makes a record of a cover and a body.
func (s *scribe) sign(signer sshsig.Signer, role string, c decision.Cover, text []byte) *folio {
	c.BodySum, c.BodyLen = sha256.Sum256(text), len(text)
	id, data := forgeCover(s, signer, role, c.Encode(), text)
	f := &folio{by: s, number: c.Number, id: id, cover: c, data: data}
	f.path = recordPath(cmp.Or(c.Chain, id), c.Number, id, false)
	return f
}

// lay puts a record into the folder; add also makes it the newest of its chain.
func (f *folio) lay() *folio {
	sc := f.by.shelfLog
	if _, there := sc.files[f.path]; !there {
		sc.order = append(sc.order, f.path)
	}
	sc.files[f.path] = f.data
	return f
}

func (s *scribe) add(f *folio) *folio {
	if f.number == 0 {
		s.id = f.id
	}
	s.all = append(s.all, f)
	return f.lay()
}

func (s *scribe) write(kind decision.Kind, says any, change ...func(*decision.Cover)) *folio {
	return s.add(s.draft(len(s.all), kind, says, change...))
}

// instead writes a record in the place of one that stays: its chain forks.
func (s *scribe) instead(of *folio, change ...func(*decision.Cover)) *folio {
	return s.draft(of.number, decision.Decision, s.deciding(of.number), append([]func(*decision.Cover){func(c *decision.Cover) { c.Previous = of.cover.Previous }}, change...)...).lay()
}

func (s *scribe) opening() decision.Opening {
	key := s.signer.Key()
	first, last, _ := strings.Cut(strings.ToLower(s.name), " ")
	standing := decision.Live
	if s.role == sshsig.Training {
		standing = decision.Training
	}
	return decision.Opening{Salt: s.salt(0, decision.Open), Program: shelfProgram, Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(),
		Principal: first + "." + last + "@fen.example", Name: s.name, Organisation: "Fen Council", Standing: standing}
}

func (s *scribe) opens(change ...func(*decision.Cover)) *folio {
	return s.write(decision.Open, s.opening(), change...)
}

// deciding is a decision that says no more than it must.
func (s *scribe) deciding(number int) func(decision.Cover) any {
	return func(c decision.Cover) any {
		r := &decision.Record{
			Salt: s.salt(number, decision.Decision), Program: shelfProgram, Standing: decision.Live, Occasion: "adhoc", Given: decision.InLines,
			Begun: c.Time.Format(decision.TimeFormat), Recorded: c.Time.Format(decision.TimeFormat),
			By:        decision.Person{Name: s.name, Post: "GP", Organisation: "Fen Council", Sector: decision.Choice{ID: "health"}, Email: "gp@fen.example"},
			Agreement: decision.Document{ID: "tier-1"}, Checklist: decision.Document{ID: "adhoc"},
			Questions: []decision.Question{{ID: "document", Title: "Decision", Answers: []decision.Answer{
				{ID: "outcome", Asked: "What?", Chosen: []decision.Choice{{ID: "none", Words: "Share nothing"}}},
				{ID: "reasons", Asked: "Why?", Text: "We hold nothing."}}}},
			Law: decision.Law{Relied: []decision.Provision{}}, Findings: []decision.Finding{},
		}
		if s.role == sshsig.Training {
			r.Standing = decision.Training
		}
		return r
	}
}

// drafts composes the next decision, and does not publish it.
func (s *scribe) drafts() *folio {
	return s.draft(len(s.all), decision.Decision, s.deciding(len(s.all)))
}

func (s *scribe) decides(change ...func(*decision.Cover)) *folio {
	return s.write(decision.Decision, s.deciding(len(s.all)), change...)
}

// endorses agrees with a record.
func (s *scribe) endorses(of *folio, change ...func(*decision.Cover)) *folio {
	return s.write(decision.Endorse, func(c decision.Cover) any {
		r := s.deciding(len(s.all))(c).(*decision.Record)
		r.Of = &decision.Link{ID: of.id, Chain: of.by.id, Number: of.number, Recorded: of.cover.Time.Format(decision.TimeFormat),
			By: "GP, Fen Council", Outcome: decision.Choice{ID: "none", Words: "Share nothing"}}
		r.Checklist.ID = string(decision.Endorse)
		one := func(id string) decision.Answer {
			return decision.Answer{ID: id, Asked: "?", Chosen: []decision.Choice{{ID: id + "-one", Words: "One"}}}
		}
		view := one("view")
		view.Chosen[0].ID = string(decision.Agrees)
		r.Questions[0].Answers = append(r.Questions[0].Answers[1:], view, one("capacity"), one("looked-at"))
		return r
	}, append([]func(*decision.Cover){func(c *decision.Cover) { c.About = of.id }}, change...)...)
}

// founds founds the log.
func (s *scribe) founds(title string, founders ...*scribe) *folio {
	act := decision.TrustAct{Salt: s.salt(len(s.all), decision.Trust), Program: shelfProgram, Title: title}
	for _, f := range founders {
		key := f.signer.Key()
		act.Founders = append(act.Founders, decision.Founder{Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(), Name: f.name, Organisation: "Fen Council"})
	}
	f := s.write(decision.Trust, act)
	s.log = f.id
	return f
}

func (s *scribe) admission(roles ...decision.Role) decision.Admission {
	o := s.opening()
	return decision.Admission{Chain: s.id, Fingerprint: o.Fingerprint, Principal: o.Principal, Name: o.Name, Organisation: o.Organisation, Roles: roles}
}

var (
	decider  = []decision.Role{decision.Decider}
	overseer = []decision.Role{decision.Decider, decision.Overseer}
)

// trusts changes who belongs to the log.
func (s *scribe) trusts(act decision.TrustAct, change ...func(*decision.Cover)) *folio {
	act.Salt, act.Program, act.Log, act.Reason = s.salt(len(s.all), decision.Trust), shelfProgram, cmp.Or(act.Log, s.log), "Agreed."
	return s.write(decision.Trust, act, change...)
}

func (s *scribe) admits(roles []decision.Role, others ...*scribe) *folio {
	var act decision.TrustAct
	for _, o := range others {
		act.Admits = append(act.Admits, o.admission(roles...))
	}
	return s.trusts(act)
}

// closes closes a chain with a record as the last that counts.
func (s *scribe) closes(last *folio, change ...func(*decision.Cover)) *folio {
	return s.trusts(decision.TrustAct{Closes: []decision.Closure{decision.Closure(last.place())}}, change...)
}

func (f *folio) place() decision.Place {
	return decision.Place{Chain: cmp.Or(f.cover.Chain, f.id), Number: f.number, ID: f.id}
}

func places(all []*folio) (some []decision.Place) {
	for _, f := range all {
		some = append(some, f.place())
	}
	return some
}

// about says which record another one is about.
func about(f *folio) func(*decision.Cover) { return func(c *decision.Cover) { c.About = f.id } }

// sees says which checkpoint a record has seen; nil for none.
func sees(f *folio) func(*decision.Cover) {
	return func(c *decision.Cover) {
		c.Seen = decision.ID{}
		if f != nil {
			c.Seen = f.id
		}
	}
}

// claims gives a record a time of its own: minutes after the shelfLog's beginning.
func claims(minute int) func(*decision.Cover) {
	return func(c *decision.Cover) { c.Time = shelfTime(minute) }
}

func (s *scribe) disposes(act decision.DisposeAct, records []*folio, change ...func(*decision.Cover)) *folio {
	act.Salt, act.Program, act.Log = s.salt(len(s.all), decision.Dispose), shelfProgram, cmp.Or(act.Log, s.log)
	act.Rule, act.Authority = "Eight years", "Lead"
	if records != nil {
		act.Records = places(records)
	}
	return s.write(decision.Dispose, act, change...)
}

func (s *scribe) holding(records ...*folio) decision.HoldAct {
	return decision.HoldAct{Salt: s.salt(len(s.all), decision.Hold), Program: shelfProgram, Log: s.log, Authority: "Lead", Reason: "A claim.", Records: places(records)}
}

func (s *scribe) holds(records ...*folio) *folio {
	return s.write(decision.Hold, s.holding(records...))
}

func (s *scribe) releases(hold *folio) *folio {
	return s.write(decision.Release, decision.ReleaseAct{Salt: s.salt(len(s.all), decision.Release), Program: shelfProgram, Log: s.log,
		Authority: "Lead", Reason: "It was withdrawn."}, about(hold))
}

// rules settles a fork.
func (s *scribe) rules(fork int, stands *folio) *folio {
	return s.write(decision.Rule, decision.RuleAct{Salt: s.salt(len(s.all), decision.Rule), Program: shelfProgram, Log: s.log,
		Number: fork, Stands: stands.place(), Reason: "A laptop was restored."})
}

// points makes a checkpoint of what the scribe's own have not covered of some chains, or of all where none is named.
func (s *scribe) points(over ...*scribe) *folio { return s.pointsAs(nil, over...) }

// pointsAs changes the checkpoint before it is signed.
func (s *scribe) pointsAs(change func(*decision.CheckpointAct, *decision.Cover), over ...*scribe) *folio {
	if over == nil {
		over = slices.Clone(s.scribes)
	}
	slices.SortFunc(over, func(a, b *scribe) int { return bytes.Compare(a.id[:], b.id[:]) })
	act := decision.CheckpointAct{Salt: s.salt(len(s.all), decision.Checkpoint), Program: shelfProgram, Log: s.log, Ranges: []decision.Range{}}
	for _, o := range over {
		from, to := s.next[o.id], len(o.all)-1
		if to < from || o.role != "" {
			continue
		}
		act.Ranges = append(act.Ranges, decision.Range{Chain: o.id, From: from, To: to, Head: o.all[to].id})
		for _, f := range o.all[from:] {
			s.leaves.Append(f.id)
			s.ids = append(s.ids, f.id)
		}
		s.next[o.id] = to + 1
	}
	act.Edge = decision.EdgeText(s.leaves.Edge())
	f := s.write(decision.Checkpoint, func(c decision.Cover) any { return act }, func(c *decision.Cover) {
		c.Tree = decision.TreeLine(s.leaves.Size(), s.leaves.Root())
		if change != nil {
			change(&act, c)
		}
	})
	s.seen = f.id
	return f
}

// receipt is the line that pins a checkpoint.
func (f *folio) receipt() string {
	return decision.Receipt{Log: f.by.log, Chain: f.by.id, Number: f.number, ID: f.id}.String()
}

// proof is the proof that a record stands under the scribe's newest checkpoint, the last record of its chain.
func (s *scribe) proof(of *folio) Proof {
	point := s.all[len(s.all)-1]
	at := slices.Index(s.ids, of.id)
	page := func(f *folio) decision.Page {
		p, err := decision.SplitPage(f.data)
		if err != nil {
			s.Fatal(err)
		}
		return p
	}
	way := tree.Path(uint64(at), uint64(len(s.ids)), func(i uint64) decision.ID { return s.ids[i] })
	p := Proof{Log: s.log, Index: uint64(at), Path: way, Point: page(point), Record: page(of)}
	p.Point.Body = nil
	return p
}

// What is done to files.

// parts cuts a record as anybody could who knows the format.
func (f *folio) parts() (cover, signature, text []byte) {
	const begin, end = "-----BEGIN", "-----END SSH SIGNATURE-----\n"
	from := bytes.Index(f.data, []byte(begin))
	to := bytes.Index(f.data, []byte(end)) + len(end)
	return f.data[:from], f.data[from:to], f.data[to:]
}

func (f *folio) coverPath() string { return strings.Replace(f.path, ".record.", ".cover.", 1) }

// strip does what a disposal does to a file.
func (sc *shelfLog) strip(all ...*folio) {
	for _, f := range all {
		cover, signature, _ := f.parts()
		delete(sc.files, f.path)
		sc.files[f.coverPath()] = slices.Concat(cover, signature)
	}
}

func (sc *shelfLog) remove(all ...*folio) {
	for _, f := range all {
		delete(sc.files, f.path)
	}
}

// replace changes a text in a file, which has to have it once.
func (sc *shelfLog) replace(f *folio, old, with string) {
	if n := bytes.Count(sc.files[f.path], []byte(old)); n != 1 {
		sc.Fatalf("%s has %q %d times", f.path, old, n)
	}
	sc.files[f.path] = bytes.Replace(sc.files[f.path], []byte(old), []byte(with), 1)
}

func (s *scribe) folder() string { return decision.ChainFolder(s.id) }

// removeChain takes a chain away with its folder.
func (sc *shelfLog) removeChain(s *scribe) {
	maps.DeleteFunc(sc.files, func(name string, _ []byte) bool { return strings.HasPrefix(name, s.folder()+"/") })
}

// only keeps the files of some chains.
func (sc *shelfLog) only(all ...*scribe) map[string][]byte {
	files := map[string][]byte{}
	for name, data := range sc.files {
		if slices.ContainsFunc(all, func(s *scribe) bool { return strings.HasPrefix(name, s.folder()+"/") }) {
			files[name] = data
		}
	}
	return files
}

// aloneLog is a chain that no log knows yet: sam's, with two decisions.
func aloneLog(t testing.TB) *shelfLog {
	sc := newShelfLog(t)
	sc.sam.opens()
	sc.sam.decides()
	sc.sam.decides()
	return sc
}

// bareLog is the smallest log: a lead who founds it, and sam, whom it admits. The second founder has no chain yet.
func bareLog(t testing.TB) *shelfLog {
	sc := newShelfLog(t)
	sc.lead.opens()
	sc.lead.founds("Fen partnership", sc.lead, sc.second)
	sc.sam.opens()
	sc.lead.admits(decider, sc.sam)
	return sc
}

// oneLog has a decision of sam's as well, and pairLog two.
func oneLog(t testing.TB) *shelfLog {
	sc := bareLog(t)
	sc.sam.decides()
	return sc
}

func pairLog(t testing.TB) *shelfLog {
	sc := oneLog(t)
	sc.sam.decides()
	return sc
}

// joined has the chain of the second founder too.
func (sc *shelfLog) joined() *shelfLog {
	sc.second.opens()
	return sc
}

// staffed has alex, whom the lead admits to oversee the log.
func (sc *shelfLog) staffed() *shelfLog {
	sc.alex.opens()
	sc.lead.admits(overseer, sc.alex)
	return sc
}

// pointed is under a checkpoint of the lead's.
func (sc *shelfLog) pointed() *shelfLog {
	sc.lead.points()
	return sc
}

// coveredLog is a pair under a checkpoint, number 3 of the lead's chain.
func coveredLog(t testing.TB) *shelfLog { return pairLog(t).pointed() }

// completeLog is a log with every kind of record, for attacks that are made by the thousand. All but sam's number 6 is
// under a checkpoint, and both leads keep a receipt.
func completeLog(t testing.TB) (sc *shelfLog, receipts []*folio) {
	sc = pairLog(t).joined().staffed().pointed()
	sc.alex.endorses(sc.sam.all[1])
	sc.sam.decides()
	lapsed := sc.sam.decides()
	fork := sc.alex.decides()
	sc.alex.decides()
	sc.alex.instead(fork)
	sc.second.points()
	sc.second.rules(fork.number, sc.alex.all[len(sc.alex.all)-1])
	sc.later(due)
	hold := sc.second.holds(lapsed, sc.sam.all[1])
	sc.second.releases(hold)
	first := sc.lead.disposes(decision.DisposeAct{Two: true}, []*folio{lapsed})
	sc.second.disposes(decision.DisposeAct{}, []*folio{lapsed}, about(first))
	sc.strip(lapsed)
	sc.sam.decides()
	receipts = append(receipts, sc.lead.points(), sc.second.points())
	sc.sam.decides()
	return sc, receipts
}
