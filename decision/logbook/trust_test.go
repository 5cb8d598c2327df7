package logbook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// alliance is a log that two leads have founded: "first", whose record 1 founds it, and "second".
type alliance struct {
	testing.TB
	*Book
	log      decision.ID
	founding Entry
	openings map[string]Entry
}

func newAlliance(t testing.TB) *alliance {
	t.Helper()
	p := &alliance{TB: t, Book: newBook(t), openings: make(map[string]Entry)}
	p.open("first")
	p.open("second")
	p.log, p.founding = foundLog(t, p.Book, p.key("first"), p.key("second"))
	return p
}

// copied is the same log in a folder of its own, for one more test.
func (p *alliance) copied(t testing.TB) *alliance {
	t.Helper()
	other := &alliance{TB: t, Book: newBook(t), log: p.log, founding: p.founding, openings: maps.Clone(p.openings)}
	os.Remove(filepath.Join(other.Dir(), ReadmeName)) // CopyFS replaces nothing
	if err := os.CopyFS(other.Dir(), os.DirFS(p.Dir())); err != nil {
		t.Fatal(err)
	}
	return other
}

func (p *alliance) key(name string) sshsig.Signer {
	if first, again := strings.CutSuffix(name, " again"); again {
		name = first
	}
	return signerOf(p, name)
}

// open opens chains.
func (p *alliance) open(names ...string) {
	p.Helper()
	for _, name := range names {
		p.openings[name] = openIn(p, p.Book, p.key(name), name)
	}
}

// admits has one person admit another, and opens the other's chain if it is not.
func (p *alliance) admits(by, name string, roles ...decision.Role) Entry {
	p.Helper()
	if _, has := p.openings[name]; !has {
		p.open(name)
	}
	return admit(p, p.Book, p.key(by), p.log, p.openings[name], roles...)
}

// again begins a second chain with a person's key, which no program of ours does: "<name> again".
func (p *alliance) again(name string) {
	p.Helper()
	act := openAct(p, p.key(name).Key(), name+"@example.org", decision.Live)
	c := p.openings[name].Page.Cover
	c.Time = moment(p, p.Book)
	id, file := forge(p, p.key(name), sshsig.Decision, c, act.Body)
	at := recordPath(id, 0, id, false)
	writeFile(p, filepath.Join(p.Dir(), filepath.FromSlash(at)), file)
	e, err := p.read(named{decision.FileName{Short: id.Short()}, at})
	if err != nil {
		p.Fatal(err)
	}
	p.openings[name+" again"] = e
}

// decides adds a decision to a person's chain.
func (p *alliance) decides(name string) Entry {
	p.Helper()
	return decideIn(p, p.Book, p.key(name))
}

// closes has one person close another's chain at its newest record.
func (p *alliance) closes(by, name string) Entry {
	p.Helper()
	head, err := p.Head(p.openings[name].Chain)
	if err != nil {
		p.Fatal(err)
	}
	return closeAt(p, p.Book, p.key(by), p.log, head)
}

// trusts adds a trust record as it stands.
func (p *alliance) trusts(by string, act *decision.TrustAct) Entry {
	p.Helper()
	if len(act.Founders) == 0 {
		act.Log = p.log
	}
	return actIn(p, p.Book, p.key(by), decision.Trust, decision.ID{}, act)
}

// name of a chain.
func (p *alliance) name(chain decision.ID) string {
	for name, e := range p.openings {
		if e.Chain == chain {
			return name
		}
	}
	return "?"
}

func (p *alliance) nameOf(folder string) string {
	for name, e := range p.openings {
		if decision.ChainFolder(e.Chain) == folder {
			return name
		}
	}
	return folder
}

// told lists findings as "code name number", in alphabetical order.
func (p *alliance) told(faults []Fault) []string {
	list := []string{}
	for _, f := range faults {
		line := string(f.Code)
		if f.Chain != "" {
			line += " " + p.nameOf(f.Chain)
		}
		if f.Number >= 0 {
			line += fmt.Sprint(" ", f.Number)
		}
		list = append(list, line)
	}
	slices.Sort(list)
	return list
}

// members lists whom a log admits, as "name", "name oversees", and "until 3" where the chain is closed.
func (p *alliance) members(t *Trust) []string {
	list := []string{}
	for _, m := range t.Members() {
		line := p.name(m.Chain)
		if slices.Contains(m.Roles, decision.Overseer) {
			line += " oversees"
		}
		if m.Closed >= 0 {
			line += fmt.Sprint(" until ", m.Closed)
		}
		if !m.Here {
			line += " elsewhere"
		}
		list = append(list, line)
	}
	slices.Sort(list)
	return list
}

func TestWhoBelongsToALog(t *testing.T) {
	founded, both := newAlliance(t), bothRoles
	for _, test := range []struct {
		says    string
		record  func(p *alliance)
		members []string // besides the founders, unless they are named
		faults  []string
		notices []string
	}{
		{says: "two founders, and nobody else", record: func(p *alliance) {}},
		{says: "a chain that nobody admits", record: func(p *alliance) { p.open("sam") },
			faults: []string{"not-admitted sam"}},
		{says: "admitted to decide", record: func(p *alliance) { p.admits("second", "sam"); p.decides("sam") },
			members: []string{"sam"}},
		{says: "admitted before its chain was seen, and after it was used", record: func(p *alliance) {
			p.open("sam")
			p.decides("sam")
			p.admits("first", "sam")
		}, members: []string{"sam"}},
		{says: "admitted to oversee, and admitting others", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.admits("ann", "bob", both...)
			p.admits("bob", "sam")
		}, members: []string{"ann oversees", "bob oversees", "sam"}},
		{says: "admissions add up", record: func(p *alliance) {
			p.admits("first", "ann")
			p.admits("second", "ann", both...)
			p.admits("ann", "sam")
		}, members: []string{"ann oversees", "sam"}},
		{says: "who decides admits nobody", record: func(p *alliance) { p.admits("first", "sam"); p.admits("sam", "alex") },
			members: []string{"sam"}, faults: []string{"no-authority sam 1", "not-admitted alex"}},
		{says: "two who admit each other and whom nobody reaches", record: func(p *alliance) {
			p.open("ann", "bob")
			p.admits("ann", "bob", both...)
			p.admits("bob", "ann", both...)
		}, faults: []string{"no-authority ann 1", "no-authority bob 1", "not-admitted ann", "not-admitted bob"}},
		{says: "a circle of admissions is one way in", record: func(p *alliance) {
			p.open("ann", "bob")
			p.admits("ann", "bob", both...)
			p.admits("bob", "ann", both...)
			p.admits("second", "bob", both...)
		}, members: []string{"ann oversees", "bob oversees"}},

		{says: "closed, and nothing after it", record: func(p *alliance) {
			p.admits("first", "sam")
			p.decides("sam")
			p.closes("first", "sam")
		}, members: []string{"sam until 1"}, notices: []string{"closed-chain sam"}},
		{says: "a record after the closing", record: func(p *alliance) {
			p.admits("first", "sam")
			p.decides("sam")
			p.closes("second", "sam")
			p.decides("sam")
			p.decides("sam")
		}, members: []string{"sam until 1"}, faults: []string{"after-closing sam 2", "after-closing sam 3"}, notices: []string{"closed-chain sam"}},
		{says: "the lowest closing counts", record: func(p *alliance) {
			p.admits("first", "sam")
			p.decides("sam")
			early := p.decides("sam")
			p.decides("sam")
			p.closes("first", "sam")
			closeAt(p, p.Book, p.key("second"), p.log, early)
		}, members: []string{"sam until 2"}, faults: []string{"after-closing sam 3"}, notices: []string{"closed-chain sam"}},
		{says: "what an overseer says after its closing", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.closes("first", "ann")
			p.admits("ann", "sam")
		}, members: []string{"ann oversees until 0"}, faults: []string{"after-closing ann 1", "not-admitted sam"}, notices: []string{"closed-chain ann"}},
		{says: "what an overseer said before its closing", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.admits("ann", "sam")
			p.closes("first", "ann")
		}, members: []string{"ann oversees until 1", "sam"}, notices: []string{"closed-chain ann"}},
		{says: "an overseer does not close whoever admitted it", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.closes("ann", "first")
		}, members: []string{"ann oversees"}, faults: []string{"no-authority ann 1"}},
		{says: "nor an overseer of its own rank", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.admits("first", "bob", both...)
			p.closes("ann", "bob")
		}, members: []string{"ann oversees", "bob oversees"}, faults: []string{"no-authority ann 1"}},
		{says: "nor one that a founder has admitted too", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.admits("ann", "bob", both...)
			p.admits("first", "bob", both...)
			p.closes("ann", "bob")
		}, members: []string{"ann oversees", "bob oversees"}, faults: []string{"no-authority ann 2"}},
		{says: "it does close one that it admitted", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.admits("ann", "bob", both...)
			p.closes("ann", "bob")
		}, members: []string{"ann oversees", "bob oversees until 0"}, notices: []string{"closed-chain bob"}},
		{says: "who decides closes nobody", record: func(p *alliance) {
			p.admits("first", "sam")
			p.admits("first", "alex")
			p.closes("sam", "alex")
		}, members: []string{"sam", "alex"}, faults: []string{"no-authority sam 1"}},
		{says: "an overseer closes its own chain", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.decides("ann")
			p.closes("ann", "ann")
		}, members: []string{"ann oversees until 1"}, notices: []string{"closed-chain ann"}},
		{says: "with the record that closes it, it can admit its owner's next chain", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.open("ann-again")
			p.trusts("ann", &decision.TrustAct{Admits: []decision.Admission{admission(p, p.openings["ann-again"], both...)},
				Closes: []decision.Closure{{Chain: p.openings["ann"].Chain, Number: 0, ID: p.openings["ann"].ID}}})
			p.admits("ann-again", "sam")
		}, members: []string{"ann oversees until 0", "ann-again oversees", "sam"}, notices: []string{"closed-chain ann"}},
		{says: "closed by another first, it closes itself no earlier", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.decides("ann")
			p.closes("first", "ann")
			closeAt(p, p.Book, p.key("ann"), p.log, p.openings["ann"])
		}, members: []string{"ann oversees until 1"}, faults: []string{"after-closing ann 2"}, notices: []string{"closed-chain ann"}},
		{says: "and says nothing after that", record: func(p *alliance) {
			p.admits("first", "ann", both...)
			p.closes("ann", "ann")
			p.admits("ann", "sam")
			p.closes("ann", "ann")
		}, members: []string{"ann oversees until 0"}, faults: []string{"after-closing ann 2", "after-closing ann 3", "not-admitted sam"}, notices: []string{"closed-chain ann"}},

		{says: "a founder closes the other", record: func(p *alliance) { p.closes("first", "second") },
			members: []string{"first oversees", "second oversees until 0"}, notices: []string{"closed-chain second"}},
		{says: "and the other closes back, too late", record: func(p *alliance) {
			p.closes("first", "second")
			p.closes("second", "first")
		}, members: []string{"first oversees", "second oversees until 0"}, faults: []string{"after-closing second 1"}, notices: []string{"closed-chain second"}},
		{says: "each closes the other at a record before that one's closing", record: func(p *alliance) {
			first, second := p.decides("first"), p.decides("second")
			closeAt(p, p.Book, p.key("first"), p.log, second)
			closeAt(p, p.Book, p.key("second"), p.log, first)
		}, members: []string{"first oversees until 2", "second oversees until 1"},
			faults:  []string{"after-closing first 3", "after-closing second 2", "trust-dispute first 3", "trust-dispute second 2"},
			notices: []string{"closed-chain first", "closed-chain second"}},

		{says: "a founding key begins a second chain", record: func(p *alliance) { p.again("second") },
			members: []string{"second oversees", "second again oversees"}, faults: []string{"two-chains second 0"}},
		{says: "a founding key begins a second chain when somebody else has closed its first", record: func(p *alliance) {
			p.closes("first", "second")
			p.again("second")
			p.open("sam")
			act := &decision.TrustAct{Salt: salt(5), Program: "dsa test", Log: p.log, Reason: "x", Admits: []decision.Admission{admission(p, p.openings["sam"])}}
			p.put("second again", p.openings["second again"], func(c *decision.Cover) { c.Kind = decision.Trust }, act)
		}, members: []string{"second oversees until 0"}, faults: []string{"no-authority second again 1", "not-admitted sam", "not-admitted second again", "two-chains second again 0"},
			notices: []string{"closed-chain second"}},
		{says: "and closes whoever closed it", record: func(p *alliance) {
			p.closes("first", "second")
			p.again("second")
			act := &decision.TrustAct{Salt: salt(5), Program: "dsa test", Log: p.log, Reason: "x", Closes: []decision.Closure{{Chain: p.openings["first"].Chain, ID: p.openings["first"].Chain}}}
			p.put("second again", p.openings["second again"], func(c *decision.Cover) { c.Kind = decision.Trust }, act)
		}, members: []string{"first oversees until 0", "second oversees until 0"},
			faults:  []string{"after-closing first 1", "after-closing first 2", "no-authority second again 1", "not-admitted second again", "trust-dispute first 2", "trust-dispute second again 1", "two-chains second again 0"},
			notices: []string{"closed-chain first", "closed-chain second"}},
		{says: "both its chains are closed", record: func(p *alliance) {
			p.decides("second")
			p.again("second")
			p.closes("first", "second")
			p.closes("first", "second again")
		}, members: []string{"second oversees until 1", "second again oversees until 0"}, faults: []string{"two-chains second again 0"},
			notices: []string{"closed-chain second", "closed-chain second again"}},
		{says: "admitted with another key", record: func(p *alliance) {
			p.open("sam")
			x := admission(p, p.openings["sam"])
			x.Fingerprint = p.key("alex").Key().Fingerprint()
			p.trusts("first", &decision.TrustAct{Admits: []decision.Admission{x}})
		}, members: []string{"sam elsewhere"}, faults: []string{"bad-act first 2", "not-admitted sam"}},
		{says: "admitted with another key, and then with its own", record: func(p *alliance) {
			p.open("sam")
			x := admission(p, p.openings["sam"])
			x.Fingerprint = p.key("alex").Key().Fingerprint()
			p.trusts("first", &decision.TrustAct{Admits: []decision.Admission{x}})
			p.admits("second", "sam")
		}, members: []string{"sam"}, faults: []string{"bad-act first 2"}},
		{says: "admitted under another's address", record: func(p *alliance) {
			p.open("sam")
			x := admission(p, p.openings["sam"])
			x.Principal = "alex@example.org"
			p.trusts("first", &decision.TrustAct{Admits: []decision.Admission{x}})
		}, members: []string{"sam"}, faults: []string{"bad-act first 2"}},
		{says: "a chain of exercises is never admitted", record: func(p *alliance) {
			e := mustAppend(p, newWriter(p, p.Book, p.key("sam")), openAct(p, p.key("sam").Key(), "sam@example.org", decision.Training))
			p.openings["sam"] = e
			p.admits("first", "sam", both...)
		}, faults: []string{"bad-act first 2", "training-among-live sam"}},
		{says: "nor does anything said in one have an effect", record: func(p *alliance) {
			e := mustAppend(p, newWriter(p, p.Book, p.key("ann")), openAct(p, p.key("ann").Key(), "ann@example.org", decision.Training))
			p.openings["ann"] = e
			p.admits("ann", "sam")
		}, faults: []string{"not-admitted sam", "training-among-live ann"}},
		{says: "admitted and not here", record: func(p *alliance) {
			p.admits("first", "sam")
			os.RemoveAll(filepath.Join(p.Dir(), decision.ChainFolder(p.openings["sam"].Chain)))
		}, members: []string{"sam elsewhere"}, faults: []string{"admitted-missing sam"}, notices: []string{"unknown-signer"}},
		{says: "closed at a record that the chain does not have", record: func(p *alliance) {
			p.admits("first", "sam")
			p.decides("sam")
			p.trusts("first", &decision.TrustAct{Closes: []decision.Closure{{Chain: p.openings["sam"].Chain, Number: 1, ID: p.founding.ID}}})
		}, members: []string{"sam until 1"}, faults: []string{"closing-differs sam 1"}, notices: []string{"closed-chain sam"}},
		{says: "closed at a record that is not here", record: func(p *alliance) {
			p.admits("first", "sam")
			last := p.decides("sam")
			p.closes("first", "sam")
			os.Remove(p.pathOf(last))
		}, members: []string{"sam until 1"}, faults: []string{"covered-missing sam 1"}, notices: []string{"closed-chain sam"}},
		{says: "another log is founded in the same chain", record: func(p *alliance) {
			act := new(decision.TrustAct)
			if err := decision.DecodeBody(p.founding.Page.Body, act); err != nil {
				p.Fatal(err)
			}
			act.Salt = ""
			other := p.trusts("first", act)
			p.open("sam")
			admit(p, p.Book, p.key("first"), other.ID, p.openings["sam"])
		}, faults: []string{"not-admitted sam"}},
	} {
		t.Run(test.says, func(t *testing.T) {
			p := founded.copied(t)
			test.record(p)
			members := test.members
			for _, founder := range []string{"first", "second"} {
				if !slices.ContainsFunc(members, func(m string) bool { return strings.HasPrefix(m, founder) }) {
					members = append(members, founder+" oversees")
				}
			}
			slices.Sort(members)
			slices.Sort(test.faults)
			notices := slices.Sorted(slices.Values(append(slices.Clone(test.notices), "no-checkpoint")))

			r := checkLog(t, p.log, p.Book)
			if got := p.told(r.Faults); !slices.Equal(got, test.faults) {
				t.Errorf("faults %q, want %q\n%v", got, test.faults, r.Faults)
			}
			if got := p.told(r.Notices); !slices.Equal(got, notices) {
				t.Errorf("notices %q, want %q", got, notices)
			}
			if got := p.members(r.Trust); !slices.Equal(got, members) {
				t.Errorf("members %q, want %q", got, members)
			}
			if r.Log != p.log.String() || r.Title != "Fenmarsh partnership" {
				t.Errorf("it is called %q, %q", r.Log, r.Title)
			}
			quick, err := ReadTrust(context.Background(), p.log, p.Book)
			if err != nil || !slices.Equal(p.members(quick), members) {
				t.Errorf("read by itself: %q, %v; want %q", p.members(quick), err, members)
			}
			p.inAnyOrder(r, Options{Log: p.log})
			for _, f := range append(r.Faults, r.Notices...) {
				if f.Meaning == "" || f.Next == "" || f.Number >= 0 && (f.Chain == "" || f.File == "") {
					t.Errorf("a finding lacks a part: %+v", f)
				}
			}
		})
	}
}

// inAnyOrder judges what was gathered in many orders, and wants the same of each.
func (p *alliance) inAnyOrder(want Report, o Options) {
	p.Helper()
	ev := newEvidence([]*Book{p.Book}, o)
	if err := ev.scan(context.Background(), scope{}); err != nil {
		p.Fatal(err)
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		random.Shuffle(len(ev.acts), func(i, k int) { ev.acts[i], ev.acts[k] = ev.acts[k], ev.acts[i] })
		if len(ev.about) == 0 {
			random.Shuffle(len(ev.strands), func(i, k int) { ev.strands[i], ev.strands[k] = ev.strands[k], ev.strands[i] })
			for i, s := range ev.strands {
				s.index = int32(i)
			}
		}
		j, err := ev.judge(context.Background())
		if err != nil {
			p.Fatal(err)
		}
		r := j.finish()
		if !slices.Equal(p.members(r.Trust), p.members(want.Trust)) {
			p.Fatalf("in another order: %q, want %q", p.members(r.Trust), p.members(want.Trust))
		}
		if got, want := p.told(r.Faults), p.told(want.Faults); !slices.Equal(got, want) {
			p.Fatalf("in another order: %q, want %q", got, want)
		}
	}
}

func TestALogThatIsNotFounded(t *testing.T) {
	p := newAlliance(t)
	held := holdIn(t, p.Book, p.key("first"), p.log, p.founding)
	p.open("sam")
	act := new(decision.TrustAct)
	if err := decision.DecodeBody(p.founding.Page.Body, act); err != nil {
		t.Fatal(err)
	}
	act.Salt = ""
	stranger := actIn(t, p.Book, p.key("sam"), decision.Trust, decision.ID{}, act) // the two leads did not sign it
	for says, log := range map[string]decision.ID{
		"the founding record is not here":       {1},
		"a record of another kind":              held.ID,
		"a decision":                            p.openings["sam"].ID,
		"founded by somebody else in its name":  stranger.ID,
		"a number that looks like the right id": func() (id decision.ID) { id = p.log; id[31] ^= 1; return id }(),
	} {
		r := checkLog(t, log, p.Book)
		if got := p.told(r.Faults); !slices.Equal(got, []string{"no-founding"}) || r.Confirmed || r.Trust != nil {
			t.Errorf("%s: %q", says, got)
		}
		var none *NoFoundingError
		if _, err := ReadTrust(context.Background(), log, p.Book); !errors.As(err, &none) || none.Log != log {
			t.Errorf("%s: %v", says, err)
		}
	}

	// A file of its name in another chain hides nothing.
	decoy := filepath.Join(p.Dir(), decision.ChainFolder(p.openings["sam"].Chain), "0000", filepath.Base(p.pathOf(p.founding)))
	for _, dir := range []string{decoy, filepath.Join(p.Dir(), "ffffffffffffffff", "0000", filepath.Base(decoy))} {
		writeFile(t, dir, []byte("x"))
		if trust, err := ReadTrust(context.Background(), p.log, p.Book); err != nil || len(trust.Members()) != 2 {
			t.Errorf("with a file of its name elsewhere: %v", err)
		}
		os.Remove(dir)
	}
	os.RemoveAll(filepath.Join(p.Dir(), "ffffffffffffffff"))

	// Nor where the founding record is not among the first of its chain, which no program of ours does.
	far := newAlliance(t)
	act = new(decision.TrustAct)
	if err := decision.DecodeBody(far.founding.Page.Body, act); err != nil {
		t.Fatal(err)
	}
	e := far.put("first", far.founding, func(c *decision.Cover) { c.Number, c.Kind = 1000, decision.Trust }, act)
	writeFile(t, filepath.Join(far.Dir(), decision.ChainFolder(far.openings["second"].Chain), "0000", filepath.Base(e.Path)), []byte("x"))
	if trust, err := ReadTrust(context.Background(), e.ID, far.Book); err != nil || len(trust.Members()) != 2 {
		t.Errorf("far along in its chain: %v", err)
	}

	// In one person's own copy it is not expected.
	own := newBook(t)
	fill(t, own, p.key("sam"), "sam@example.org", 2)
	r, err := Check(context.Background(), []*Book{own}, Options{Log: p.log, Partial: true})
	if err != nil || !r.Clean() || r.Confirmed || !slices.Equal(p.told(r.Notices), []string{"trust-elsewhere"}) {
		t.Errorf("an own copy: %v %v %v", r.Faults, r.Notices, err)
	}
	if r.Result() != "intact, signer not confirmed" {
		t.Errorf("an own copy: %s", r.Result())
	}
	// Together with the share it is confirmed. Nobody has admitted sam there.
	if got := p.told(checkLog(t, p.log, own, p.Book).Faults); !slices.Contains(got, "not-admitted sam") {
		t.Errorf("own copy and share: %q", got)
	}

	// A founding record that was changed says nothing.
	writeFile(t, p.pathOf(p.founding), []byte(strings.Replace(string(p.founding.Page.Bytes()), "Fenmarsh partnership", "Fenmarsh partnershib", 1)))
	r = checkLog(t, p.log, p.Book)
	if got := p.told(r.Faults); !slices.Contains(got, "no-founding") || !slices.Contains(got, "changed-body first 1") || r.Confirmed {
		t.Errorf("a changed founding record: %q", got)
	}
}

func TestTheWordsOfAResult(t *testing.T) {
	p := newAlliance(t)
	p.admits("first", "sam")
	if r := checkLog(t, p.log, p.Book); r.Result() != "intact, signers confirmed by the log's trust records" || !r.Confirmed {
		t.Errorf("%s", r.Result())
	}
	r := check(t, p.Book)
	if r.Result() != "intact, signer not confirmed" || r.Confirmed || r.Trust != nil || r.Log != "" {
		t.Errorf("without an id: %s", r.Result())
	}
	if len(r.Limits()) < 4 {
		t.Error("without an id: nothing is said of what was not checked")
	}
	p.open("alex")
	if r := checkLog(t, p.log, p.Book); r.Result() != "faults found" || r.Confirmed {
		t.Errorf("with a chain that is not admitted: %s", r.Result())
	}
}

func TestWhatTrustAnswers(t *testing.T) {
	p := newAlliance(t)
	p.admits("first", "ann", bothRoles...)
	p.admits("first", "sam")
	one, two, three := p.decides("sam"), p.decides("sam"), p.decides("sam")
	point := checkpointIn(t, p.Book, p.key("ann"), p.log)
	gone := disposeIn(t, p.Book, p.key("ann"), p.log, "a court has ordered it", one, two)
	held := holdIn(t, p.Book, p.key("second"), p.log, three)
	p.closes("first", "ann")
	late := disposeIn(t, p.Book, p.key("ann"), p.log, "", three)

	trust, err := ReadTrust(context.Background(), p.log, p.Book)
	if err != nil {
		t.Fatal(err)
	}
	if trust.Log != p.log || trust.Title != "Fenmarsh partnership" {
		t.Errorf("%+v", trust)
	}
	ann := p.openings["ann"].Chain
	m, is := trust.Member(ann)
	if !is || m.Key != p.key("ann").Key() || m.Principal != "ann@example.org" || m.Closed != gone.Number || m.ClosedID != gone.ID || !m.Here || m.Founder {
		t.Errorf("%+v", m)
	}
	if _, is := trust.Member(decision.ID{1}); is {
		t.Error("somebody unknown is a member")
	}
	if !trust.Oversees(ann, gone.Number) || trust.Oversees(ann, late.Number) || trust.Oversees(p.openings["sam"].Chain, 1) || trust.Oversees(decision.ID{1}, 0) {
		t.Error("who oversees is wrong")
	}
	if got := trust.Members(); len(got) != 4 || !got[0].Founder || !got[1].Founder || got[2].Founder {
		t.Errorf("%+v", got)
	}
	all := trust.Disposals()
	if len(all) != 1 || all[0].ID != gone.ID || all[0].Chain != ann || all[0].Number != gone.Number || !all[0].InForce || len(all[0].Act.Records) != 2 {
		t.Errorf("%+v", all)
	}
	d, is := trust.Disposed(one.ID)
	if !is || d.ID != gone.ID || d.Allows(one.Page.Cover) != nil || d.Allows(three.Page.Cover) == nil || d.Allows(gone.Page.Cover) == nil {
		t.Errorf("%+v", d)
	}
	if _, is := trust.Disposed(three.ID); is {
		t.Error("a disposal after the closing counts")
	}
	if e, is := trust.Held(three.ID); !is || e.ID != held.ID || e.Page.Cover.Kind != decision.Hold {
		t.Errorf("%+v", e)
	}
	if _, is := trust.Held(one.ID); is {
		t.Error("a record is held that nobody holds")
	}
	if points := trust.Checkpoints(); len(points) != 1 || points[0].ID != point.ID || points[0].Path != point.Path {
		t.Errorf("%+v", points)
	}
}

// What ends a hold, and which branch of a fork stands, is asked of trust, so that everybody gets the same answer.
func TestTrustKnowsWhatIsReleasedAndRuled(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	p.admits("first", "sam")
	e := p.decides("sam")
	hold, other := holdIn(t, p.Book, p.key("first"), p.log, e), holdIn(t, p.Book, p.key("second"), p.log, e)
	last := p.decides("sam")
	p.twice("sam", last)
	trust := trustIn(t, p)
	if _, is := trust.Released(hold.ID); is {
		t.Error("nobody has released it")
	}
	if _, is := trust.Ruled(last.Chain, last.Number); is {
		t.Error("nobody has settled it")
	}
	p.open("thief")
	releaseIn(t, p.Book, p.key("thief"), p.log, hold) // who does not oversee the log
	actIn(t, p.Book, p.key("thief"), decision.Rule, decision.ID{}, &decision.RuleAct{Log: p.log, Number: last.Number, Stands: placesOf(last)[0]})
	trust = trustIn(t, p)
	if _, is := trust.Released(hold.ID); is {
		t.Error("a stranger has released it")
	}
	if _, is := trust.Ruled(last.Chain, last.Number); is {
		t.Error("a stranger has settled it")
	}
	release := releaseIn(t, p.Book, p.key("second"), p.log, hold)
	actIn(t, p.Book, p.key("second"), decision.Rule, decision.ID{}, &decision.RuleAct{Log: p.log, Number: last.Number, Stands: placesOf(last)[0]})
	trust = trustIn(t, p)
	if by, is := trust.Released(hold.ID); !is || by != release.ID {
		t.Errorf("%v %v", by, is)
	}
	if _, is := trust.Released(other.ID); is {
		t.Error("another hold is not released")
	}
	for number, want := range map[int]bool{last.Number - 1: false, last.Number: true, last.Number + 1: true} {
		if stands, is := trust.Ruled(last.Chain, number); is != want || is && stands != placesOf(last)[0] {
			t.Errorf("from number %d: %v %v", number, stands, is)
		}
	}
	if _, is := trust.Ruled(e.ID, last.Number); is {
		t.Error("another chain is not settled")
	}
}
