package logbook

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
	"dsa/decision/tree"
)

// chainOf returns the records of a person's chain.
func (p *alliance) chainOf(name string) (all []Entry) {
	p.Helper()
	for e, err := range p.Entries() {
		if err != nil {
			p.Fatal(err)
		}
		if e.Key == p.key(name).Key() {
			all = append(all, e)
		}
	}
	return all
}

// put writes a signed record into a person's chain, after the record given and in the place of none.
func (p *alliance) put(name string, after Entry, change func(*decision.Cover), act any) Entry {
	p.Helper()
	c := after.Page.Cover
	c.Chain, c.Number, c.Previous, c.Kind, c.About, c.Tree = after.Chain, after.Number+1, after.ID, decision.Decision, decision.ID{}, decision.NoTree
	c.Time = c.Time.Add(time.Second)
	change(&c)
	text, namespace := body(p, act), sshsig.Decision
	if c.Kind.Oversight() {
		namespace = sshsig.Oversight
	}
	id, file := forge(p, p.key(name), namespace, c, text)
	at := recordPath(c.Chain, c.Number, id, false)
	writeFile(p, filepath.Join(p.Dir(), filepath.FromSlash(at)), file)
	n := named{decision.FileName{Number: c.Number, Short: id.Short()}, at}
	e, err := p.read(n)
	if err != nil {
		p.Fatal(err)
	}
	return e
}

func (p *alliance) remove(entries ...Entry) {
	p.Helper()
	for _, e := range entries {
		if err := os.Remove(p.pathOf(e)); err != nil {
			p.Fatal(err)
		}
	}
}

// twice forks a chain: a second record in the place of this one.
func (p *alliance) twice(name string, e Entry) Entry {
	p.Helper()
	return p.put(name, e, func(c *decision.Cover) { c.Number, c.Previous = e.Number, e.Page.Cover.Previous }, words{salt(99), "another"})
}

// points changes the composed checkpoint of a lead before it is recorded. The tree line follows the changed act unless the
// change says one.
func (p *alliance) points(by string, change func(*decision.CheckpointAct, *Act)) Entry {
	p.Helper()
	composed := checkpointAct(p, p.Book, p.key(by), p.log)
	act := new(decision.CheckpointAct)
	if err := decision.DecodeBody(composed.Body, act); err != nil {
		p.Fatal(err)
	}
	change(act, &composed)
	composed.Body = body(p, act)
	return mustAppend(p, newWriter(p, p.Book, p.key(by)), composed)
}

// says appends an act at a time, having seen a checkpoint.
func (p *alliance) says(name string, at time.Time, seen decision.ID) Entry {
	p.Helper()
	return mustAppend(p, newWriter(p, p.Book, p.key(name)), Act{Time: at, Kind: decision.Decision, KeepUntil: "2034-11-22", Seen: seen,
		Body: body(p, words{saltOf(p, p.Book, p.key(name)), "what was decided"})})
}

// edgeOf is a right edge made up for a tree of any size, with its root.
func edgeOf(t testing.TB, size uint64) ([]decision.ID, decision.ID) {
	t.Helper()
	var edge []decision.ID
	for n := size; n > 0; n &= n - 1 {
		edge = append(edge, sha256.Sum256(fmt.Append(nil, n)))
	}
	made, err := tree.New(size, edge)
	if err != nil {
		t.Fatal(err)
	}
	return edge, made.Root()
}

// The log of these tests: sam has decisions 1 to 4, alex has 1 and 2; both leads have made a checkpoint, first of all of that
// (number 4 of first's chain), then second (number 1 of second's). Each row does one damage.
func TestCheckpointsShowWhatIsGone(t *testing.T) {
	whole := newAlliance(t)
	whole.admits("first", "sam")
	whole.admits("first", "alex")
	for range 4 {
		whole.decides("sam")
	}
	for range 2 {
		whole.decides("alex")
	}
	checkpointIn(whole, whole.Book, whole.key("first"), whole.log)
	checkpointIn(whole, whole.Book, whole.key("second"), whole.log)
	for _, test := range []struct {
		says    string
		damage  func(p *alliance, sam, alex []Entry)
		options func(p *alliance, o *Options)
		faults  []string
		notices []string
	}{
		{says: "nothing is damaged", damage: func(*alliance, []Entry, []Entry) {}},
		{says: "the tail of a chain", damage: func(p *alliance, sam, _ []Entry) { p.remove(sam[3:]...) },
			faults: []string{"covered-missing sam 3", "covered-missing sam 4"}},
		{says: "a record in the middle", damage: func(p *alliance, sam, _ []Entry) { p.remove(sam[2]) },
			faults: []string{"missing sam 2"}},
		{says: "two records in the middle", damage: func(p *alliance, sam, _ []Entry) { p.remove(sam[2], sam[3]) },
			faults: []string{"missing sam 2", "missing sam 3"}},
		{says: "a whole chain", damage: func(p *alliance, sam, _ []Entry) {
			os.RemoveAll(filepath.Join(p.Dir(), decision.ChainFolder(sam[0].Chain)))
		}, faults: []string{"covered-missing sam 0"}, notices: []string{"unknown-signer"}},
		{says: "all records of a chain, its folder still there", damage: func(p *alliance, sam, _ []Entry) { p.remove(sam...) },
			faults:  []string{"covered-missing sam 0", "covered-missing sam 1", "covered-missing sam 2", "covered-missing sam 3", "covered-missing sam 4"},
			notices: []string{"empty-folder sam", "unknown-signer"}},
		{says: "the last record is damaged", damage: func(p *alliance, sam, _ []Entry) {
			os.Truncate(p.pathOf(sam[4]), int64(len(sam[4].Page.Bytes())-10))
		}, faults: []string{"truncated sam 4"}},
		{says: "one record is damaged, and the tail behind it is gone", damage: func(p *alliance, sam, _ []Entry) {
			os.Truncate(p.pathOf(sam[3]), int64(len(sam[3].Page.Bytes())-10))
			p.remove(sam[4])
		}, faults: []string{"covered-missing sam 4", "truncated sam 3"}},
		{says: "all records of a chain are damaged", damage: func(p *alliance, sam, _ []Entry) {
			for _, e := range sam {
				os.Truncate(p.pathOf(e), int64(len(e.Page.Bytes())-10))
			}
		}, faults: []string{"not-admitted sam", "truncated sam 0", "truncated sam 1", "truncated sam 2", "truncated sam 3", "truncated sam 4"}[1:],
			notices: []string{"unknown-signer"}},
		{says: "the last record exchanged for another of the same author", damage: func(p *alliance, sam, _ []Entry) {
			p.remove(sam[4])
			p.put("sam", sam[3], func(*decision.Cover) {}, words{salt(77), "something else"})
		}, faults: []string{"covered-differs sam 4"}},
		{says: "the tail rewritten by its author", damage: func(p *alliance, sam, _ []Entry) {
			p.remove(sam[3], sam[4])
			e := p.put("sam", sam[2], func(*decision.Cover) {}, words{salt(77), "something else"})
			p.put("sam", e, func(*decision.Cover) {}, words{salt(78), "something else again"})
		}, faults: []string{"covered-differs sam 4"}},
		{says: "one record exchanged, those after it left", damage: func(p *alliance, sam, _ []Entry) {
			p.remove(sam[2])
			p.put("sam", sam[1], func(*decision.Cover) {}, words{salt(77), "something else"})
		}, faults: []string{"broken-link sam 3", "covered-differs sam 2"}},
		{says: "a fork under a checkpoint", damage: func(p *alliance, sam, _ []Entry) { p.twice("sam", sam[3]) },
			faults: []string{"fork sam 3", "fork sam 3"}},
		{says: "the last checkpoint of each lead", damage: func(p *alliance, _, _ []Entry) {
			p.remove(p.chainOf("first")[4], p.chainOf("second")[1])
		}, notices: []string{"no-checkpoint"}},
		{says: "the last checkpoint of one lead, which the other's covers", damage: func(p *alliance, _, _ []Entry) {
			p.remove(p.chainOf("first")[4])
		}, faults: []string{"covered-missing first 4"}},
		{says: "the last checkpoint of each lead, of which receipts were kept", damage: func(p *alliance, _, _ []Entry) {
			p.remove(p.chainOf("first")[4], p.chainOf("second")[1])
		}, options: func(p *alliance, o *Options) {
			o.Receipts = []decision.Receipt{receiptOf(p.log, p.chainOf("first")[4]), receiptOf(p.log, p.chainOf("second")[1])}
		}, faults: []string{"rolled-back first 4", "rolled-back second 1"}, notices: []string{"no-checkpoint"}},
		{says: "a receipt of another log is nobody's business here", damage: func(*alliance, []Entry, []Entry) {},
			options: func(p *alliance, o *Options) {
				o.Receipts = []decision.Receipt{{Log: decision.ID{1}, Chain: decision.ID{2}, Number: 3, ID: decision.ID{4}}}
			}},
		{says: "the chain of a receipt's checkpoint is gone", damage: func(*alliance, []Entry, []Entry) {},
			options: func(p *alliance, o *Options) {
				o.Receipts = []decision.Receipt{{Log: p.log, Chain: decision.ID{2}, Number: 3, ID: decision.ID{4}}}
			}, faults: []string{"rolled-back 0200000000000000 3"}},
		{says: "a receipt for a checkpoint that was replaced", damage: func(*alliance, []Entry, []Entry) {},
			options: func(p *alliance, o *Options) {
				e := p.chainOf("first")[4]
				o.Receipts = []decision.Receipt{{Log: p.log, Chain: e.Chain, Number: 4, ID: decision.ID{4}}}
			}, faults: []string{"receipt-differs first 4"}},
		{says: "a receipt for a record that is no checkpoint", damage: func(*alliance, []Entry, []Entry) {},
			options: func(p *alliance, o *Options) { o.Receipts = []decision.Receipt{receiptOf(p.log, p.founding)} },
			faults:  []string{"receipt-differs first 1"}},
		{says: "more since then", damage: func(p *alliance, _, _ []Entry) { p.decides("sam"); p.decides("alex") },
			notices: []string{"not-covered"}},

		{says: "a checkpoint with another root", damage: func(p *alliance, _, _ []Entry) {
			p.decides("sam")
			p.points("first", func(a *decision.CheckpointAct, r *Act) {
				size, _, _ := decision.ParseTree(r.Tree)
				edge, root := edgeOf(p, size)
				a.Edge, r.Tree = decision.EdgeText(edge), decision.TreeLine(size, root)
			})
		}, faults: []string{"bad-checkpoint first 5"}},
		{says: "a checkpoint with another edge", damage: func(p *alliance, _, _ []Entry) {
			p.points("first", func(a *decision.CheckpointAct, r *Act) { a.Edge[0] = strings.Repeat("a", 64) })
		}, faults: []string{"bad-checkpoint first 5"}},
		{says: "a checkpoint with a larger size", damage: func(p *alliance, _, _ []Entry) {
			p.points("first", func(a *decision.CheckpointAct, r *Act) {
				size, _, _ := decision.ParseTree(r.Tree)
				edge, root := edgeOf(p, size+64)
				a.Edge, r.Tree = decision.EdgeText(edge), decision.TreeLine(size+64, root)
			})
		}, faults: []string{"bad-checkpoint first 5"}},
		{says: "a checkpoint that leaves some out between", damage: func(p *alliance, _, _ []Entry) {
			p.decides("sam")
			p.decides("sam")
			p.points("first", func(a *decision.CheckpointAct, r *Act) {
				for i := range a.Ranges {
					if a.Ranges[i].To > a.Ranges[i].From {
						a.Ranges[i].From++
					}
				}
			})
		}, faults: []string{"bad-checkpoint first 5"}, notices: []string{"not-covered"}},
		{says: "a checkpoint that covers some again", damage: func(p *alliance, _, _ []Entry) {
			p.decides("sam")
			p.points("first", func(a *decision.CheckpointAct, r *Act) { a.Ranges[0].From = 0 })
		}, faults: []string{"bad-checkpoint first 5"}, notices: []string{"not-covered"}},
		{says: "a wrong checkpoint does not make wrong the next", damage: func(p *alliance, _, _ []Entry) {
			p.points("first", func(a *decision.CheckpointAct, r *Act) { a.Edge[0] = strings.Repeat("a", 64) })
			p.decides("sam")
			checkpointIn(p, p.Book, p.key("first"), p.log)
		}, faults: []string{"bad-checkpoint first 5"}},
		{says: "a checkpoint of more than there is", damage: func(p *alliance, sam, _ []Entry) {
			p.points("first", func(a *decision.CheckpointAct, r *Act) {
				a.Ranges = []decision.Range{{Chain: sam[0].Chain, From: 5, To: 9_999_999, Head: decision.ID{1}}, {Chain: decision.ID{255}, From: 0, To: 9_999_999, Head: decision.ID{2}}}
				slices.SortFunc(a.Ranges, func(a, b decision.Range) int { return strings.Compare(a.Chain.String(), b.Chain.String()) })
				size, _, _ := decision.ParseTree(p.chainOf("first")[4].Page.Cover.Tree)
				size += 9_999_995 + 10_000_000
				edge, root := edgeOf(p, size)
				a.Edge, r.Tree = decision.EdgeText(edge), decision.TreeLine(size, root)
			})
		}, faults: []string{"covered-missing ff00000000000000 0", "covered-missing sam 5"}},
		{says: "a checkpoint by somebody who only decides", damage: func(p *alliance, _, _ []Entry) {
			checkpointIn(p, p.Book, p.key("sam"), p.log)
		}, faults: []string{"no-authority sam 5"}},
		{says: "a checkpoint of another log", damage: func(p *alliance, _, _ []Entry) {
			checkpointIn(p, p.Book, p.key("sam"), decision.ID{7})
		}},

		{says: "a record that has seen a checkpoint", damage: func(p *alliance, _, _ []Entry) {
			p.says("sam", moment(p, p.Book), p.chainOf("first")[4].ID)
		}, notices: []string{"not-covered"}},
		{says: "a record that has seen a checkpoint which is gone", damage: func(p *alliance, _, _ []Entry) {
			p.says("sam", moment(p, p.Book), p.chainOf("second")[1].ID)
			e := checkpointIn(p, p.Book, p.key("first"), p.log)
			p.says("sam", moment(p, p.Book), e.ID)
			p.says("sam", moment(p, p.Book), e.ID)
			p.remove(e)
		}, faults: []string{"seen-missing sam 6"}, notices: []string{"not-covered"}},
		{says: "somebody who has seen another log's checkpoints, and none of this one's", damage: func(p *alliance, _, _ []Entry) {
			p.says("sam", moment(p, p.Book), decision.ID{1})
			p.says("sam", moment(p, p.Book), decision.ID{2})
			checkpointIn(p, p.Book, p.key("first"), p.log)
			p.says("sam", moment(p, p.Book), decision.ID{3})
		}, notices: []string{"not-covered", "seen-elsewhere sam 5"}},
		{says: "the same, before a checkpoint has shown that those are another log's", damage: func(p *alliance, _, _ []Entry) {
			p.says("sam", moment(p, p.Book), decision.ID{1})
		}, faults: []string{"seen-missing sam 5"}, notices: []string{"not-covered"}},
		{says: "a record that has seen a checkpoint of an overseer that was closed before it", damage: func(p *alliance, _, _ []Entry) {
			e := p.chainOf("second")[1]
			p.says("sam", moment(p, p.Book), e.ID)
			closeAt(p, p.Book, p.key("first"), p.log, p.openings["second"])
		}, faults: []string{"after-closing second 1"}, notices: []string{"closed-chain second", "not-covered"}},
		{says: "a time before a checkpoint that an earlier record had seen", damage: func(p *alliance, _, _ []Entry) {
			old := p.chainOf("second")[1]
			act := checkpointAct(p, p.Book, p.key("first"), p.log)
			act.Time = act.Time.Add(10 * time.Hour)
			e := mustAppend(p, newWriter(p, p.Book, p.key("first")), act)
			p.says("sam", e.Page.Cover.Time.Add(time.Minute), e.ID)
			p.says("sam", e.Page.Cover.Time.Add(-2*time.Hour), old.ID)
		}, faults: []string{"time-outside sam 6"}, notices: []string{"not-covered", "time-back sam 6"}},
		{says: "a record that has seen what is no checkpoint", damage: func(p *alliance, sam, _ []Entry) {
			p.says("alex", moment(p, p.Book), sam[3].ID)
		}, faults: []string{"seen-missing alex 3"}, notices: []string{"not-covered"}},
		{says: "a record that has seen a checkpoint which was changed", damage: func(p *alliance, _, _ []Entry) {
			e := checkpointIn(p, p.Book, p.key("first"), p.log)
			p.says("sam", moment(p, p.Book), e.ID)
			os.Truncate(p.pathOf(e), int64(len(e.Page.Bytes())-10))
		}, faults: []string{"truncated first 5"}, notices: []string{"not-covered"}},
		{says: "a record that has seen an earlier checkpoint than the one before it", damage: func(p *alliance, _, _ []Entry) {
			e := checkpointIn(p, p.Book, p.key("first"), p.log)
			p.says("sam", moment(p, p.Book), e.ID)
			p.says("sam", moment(p, p.Book), p.chainOf("first")[4].ID)
		}, faults: []string{"seen-back sam 6"}, notices: []string{"not-covered"}},
		{says: "a record that has seen none after one that has", damage: func(p *alliance, _, _ []Entry) {
			e := p.says("sam", moment(p, p.Book), p.chainOf("first")[4].ID)
			p.put("sam", e, func(c *decision.Cover) { c.Seen = decision.ID{} }, words{salt(77), "x"})
		}, faults: []string{"seen-back sam 6"}, notices: []string{"not-covered"}},
		{says: "another lead's checkpoint, after that of the first", damage: func(p *alliance, _, _ []Entry) {
			p.says("sam", moment(p, p.Book), p.chainOf("first")[4].ID)
			p.says("sam", moment(p, p.Book), p.chainOf("second")[1].ID)
		}, notices: []string{"not-covered"}},

		{says: "a time long before the checkpoint that was seen", damage: func(p *alliance, _, _ []Entry) {
			p.says("sam", start.Add(-60*time.Minute), p.chainOf("first")[4].ID)
		}, faults: []string{"time-outside sam 5"}, notices: []string{"not-covered", "time-back sam 5"}},
		{says: "a time a little before it", damage: func(p *alliance, _, _ []Entry) {
			e := p.chainOf("first")[4]
			p.says("sam", e.Page.Cover.Time.Add(-60*time.Minute), e.ID)
		}, notices: []string{"not-covered", "time-back sam 5"}},
		{says: "a second more", damage: func(p *alliance, _, _ []Entry) {
			e := p.chainOf("first")[4]
			p.says("sam", e.Page.Cover.Time.Add(-60*time.Minute-time.Second), e.ID)
		}, faults: []string{"time-outside sam 5"}, notices: []string{"not-covered", "time-back sam 5"}},
		{says: "a time after the checkpoint that covers it", damage: func(p *alliance, _, _ []Entry) {
			p.says("sam", moment(p, p.Book).Add(62*time.Minute+time.Second), decision.ID{})
			checkpointIn(p, p.Book, p.key("first"), p.log) // a minute later by the tests' clock
			checkpointIn(p, p.Book, p.key("second"), p.log)
		}, faults: []string{"time-outside sam 5"}},
		{says: "a time a little after the checkpoint that covers it", damage: func(p *alliance, _, _ []Entry) {
			p.says("sam", moment(p, p.Book).Add(61*time.Minute), decision.ID{})
			checkpointIn(p, p.Book, p.key("first"), p.log)
		}},

		{says: "one person's own copy", damage: func(p *alliance, _, alex []Entry) {
			os.RemoveAll(filepath.Join(p.Dir(), decision.ChainFolder(alex[0].Chain)))
			os.RemoveAll(filepath.Join(p.Dir(), decision.ChainFolder(p.openings["second"].Chain)))
		}, options: func(p *alliance, o *Options) { o.Partial = true },
			notices: []string{"chains-elsewhere", "unknown-signer", "unknown-signer"}},
		{says: "one person's own copy, its tail cut", damage: func(p *alliance, sam, alex []Entry) {
			os.RemoveAll(filepath.Join(p.Dir(), decision.ChainFolder(alex[0].Chain)))
			p.remove(sam[4])
		}, options: func(p *alliance, o *Options) { o.Partial = true },
			faults: []string{"covered-missing sam 4"}, notices: []string{"chains-elsewhere", "unknown-signer"}},
	} {
		t.Run(test.says, func(t *testing.T) {
			t.Parallel()
			p := whole.copied(t)
			o := Options{Log: p.log}
			if test.options != nil {
				test.options(p, &o)
			}
			test.damage(p, p.chainOf("sam"), p.chainOf("alex"))
			r, err := Check(context.Background(), []*Book{p.Book}, o)
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(test.notices)
			if got := p.told(r.Faults); !slices.Equal(got, test.faults) {
				t.Errorf("faults %q, want %q\n%v", got, test.faults, r.Faults)
			}
			if got := p.told(r.Notices); !slices.Equal(got, test.notices) {
				t.Errorf("notices %q, want %q\n%v", got, test.notices, r.Notices)
			}
			for _, f := range append(r.Faults, r.Notices...) {
				if f.Meaning == "" || f.Next == "" || strings.Contains(f.Meaning, "decided") {
					t.Errorf("a finding lacks a part, or has too much: %+v", f)
				}
			}
		})
	}
}

// What a checkpoint claims to cover takes no memory.
func TestAnAbsurdCheckpointTakesNoMemory(t *testing.T) {
	p := newAlliance(t)
	p.points("first", func(a *decision.CheckpointAct, r *Act) {
		a.Ranges = []decision.Range{}
		for i := range 200 {
			a.Ranges = append(a.Ranges, decision.Range{Chain: decision.ID{1, byte(i)}, To: decision.MaxNumber, Head: decision.ID{2, byte(i)}})
		}
		edge, root := edgeOf(t, 200*(decision.MaxNumber+1))
		a.Edge, r.Tree = decision.EdgeText(edge), decision.TreeLine(200*(decision.MaxNumber+1), root)
	})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := checkLog(t, p.log, p.Book)
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > 16<<20 {
		t.Errorf("%d MB", taken>>20)
	}
	if len(r.Faults) != 200 || r.Faults[7].Code != CoveredMissing {
		t.Errorf("%d faults", len(r.Faults))
	}
}

// In the log of these tests sam has decisions 1 to 4, kept until 22 November 2034. Each row records some acts of oversight,
// and does to the files what they say or do not say.
func TestDisposalsAreJudged(t *testing.T) {
	const why = "a court has ordered it"
	// disposes records a disposal at a time of its own.
	disposes := func(p *alliance, by string, at time.Time, about decision.ID, act decision.DisposeAct, records ...Entry) Entry {
		act.Log, act.Records = p.log, placesOf(records...)
		composed := overseenAct(p, p.Book, p.key(by), decision.Dispose, about, &act)
		composed.Time = at
		return mustAppend(p, newWriter(p, p.Book, p.key(by)), composed)
	}
	soon, due := start.Add(30*time.Minute), time.Date(2034, 11, 23, 0, 0, 0, 0, time.UTC)
	gone := func(p *alliance, all ...Entry) {
		for _, e := range all {
			coverInstead(p, p.Book, e)
		}
	}
	whole := newAlliance(t)
	whole.open("sam", "alex")
	whole.trusts("first", &decision.TrustAct{Admits: []decision.Admission{admission(t, whole.openings["sam"]), admission(t, whole.openings["alex"])}})
	for range 4 {
		whole.decides("sam")
	}
	for _, test := range []struct {
		says    string
		record  func(p *alliance, sam []Entry)
		covers  bool
		faults  []string
		notices []string
		unknown []string // faults and notices without the log's id, where they are others
		early   int
	}{
		{says: "a body is gone, and nobody says why", record: func(p *alliance, sam []Entry) { gone(p, sam[2]) },
			faults: []string{"cover-only sam 2"}},
		{says: "in a copy without bodies", record: func(p *alliance, sam []Entry) { gone(p, sam[1], sam[2]) }, covers: true},
		{says: "disposed of when it was due", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1], sam[2])
			gone(p, sam[1], sam[2])
		}, unknown: []string{"authority-not-confirmed"}},
		{says: "on the last day of keep-until", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due.Add(-time.Second), decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"disposal-undue sam 1"}, early: 1},
		{says: "before that, with a reason", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", soon, decision.ID{}, decision.DisposeAct{Override: why}, sam[1], sam[3])
			gone(p, sam[1], sam[3])
		}, notices: []string{"disposed-early first 3"}, unknown: []string{"authority-not-confirmed", "disposed-early first 3"}, early: 2},
		{says: "not carried out yet", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1], sam[2])
			gone(p, sam[1])
		}, faults: []string{"disposal-unfinished sam 2"}, unknown: []string{"authority-not-confirmed"}},
		{says: "not due, and not carried out", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", soon, decision.ID{}, decision.DisposeAct{}, sam[1])
		}, faults: []string{"disposal-undue sam 1"}, unknown: []string{}, early: 1},
		{says: "stopped between cover and record", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			coverBeside(p, p.Book, sam[1])
		}, faults: []string{"disposal-unfinished sam 1"}},
		{says: "a cover beside its record, and no disposal", record: func(p *alliance, sam []Entry) { coverBeside(p, p.Book, sam[1]) },
			faults: []string{"disposal-unfinished sam 1"}},
		{says: "by somebody who only decides", record: func(p *alliance, sam []Entry) {
			disposes(p, "alex", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"cover-only sam 1", "no-authority alex 1"}, unknown: []string{"authority-not-confirmed"}},
		{says: "by an overseer after its closing", record: func(p *alliance, sam []Entry) {
			p.closes("first", "second")
			disposes(p, "second", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"after-closing second 1", "cover-only sam 1"}, notices: []string{"closed-chain second"}, unknown: []string{"authority-not-confirmed"}},
		{says: "in another log", record: func(p *alliance, sam []Entry) {
			p.log[0] ^= 1
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			p.log[0] ^= 1
			gone(p, sam[1])
		}, faults: []string{"cover-only sam 1"}, unknown: []string{"authority-not-confirmed"}},
		{says: "a record of a kind that stays", record: func(p *alliance, sam []Entry) {
			act := p.chainOf("first")[2]
			disposes(p, "second", due, decision.ID{}, decision.DisposeAct{Override: why}, act, sam[0])
			gone(p, act, sam[0])
		}, faults: []string{"cover-only sam 0", "disposal-undue first 2", "not-admitted alex", "not-admitted sam"},
			notices: []string{"disposed-early second 1"}, unknown: []string{"cover-only sam 0", "disposal-undue first 2", "disposed-early second 1"}, early: 1},

		{says: "held", record: func(p *alliance, sam []Entry) {
			holdIn(p, p.Book, p.key("second"), p.log, sam[1])
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1], sam[2])
			gone(p, sam[1], sam[2])
		}, faults: []string{"disposed-while-held sam 1"}, unknown: []string{"authority-not-confirmed", "disposed-while-held sam 1"}},
		{says: "held, and so not carried out", record: func(p *alliance, sam []Entry) {
			holdIn(p, p.Book, p.key("second"), p.log, sam[1])
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
		}},
		{says: "held by nobody with authority", record: func(p *alliance, sam []Entry) {
			holdIn(p, p.Book, p.key("alex"), p.log, sam[1])
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"no-authority alex 1"}, unknown: []string{"disposed-while-held sam 1"}},
		{says: "held, and released", record: func(p *alliance, sam []Entry) {
			h := holdIn(p, p.Book, p.key("second"), p.log, sam[1])
			releaseIn(p, p.Book, p.key("first"), p.log, h)
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, unknown: []string{"authority-not-confirmed"}},
		{says: "held, and released when it was disposed of already", record: func(p *alliance, sam []Entry) {
			h := holdIn(p, p.Book, p.key("second"), p.log, sam[1])
			disposes(p, "first", soon, decision.ID{}, decision.DisposeAct{Override: why}, sam[1])
			gone(p, sam[1])
			releaseIn(p, p.Book, p.key("first"), p.log, h)
		}, faults: []string{"disposed-while-held sam 1"}, notices: []string{"disposed-early first 3", "time-back first 4"}, early: 1},
		{says: "and disposed of once more, now that it is not held", record: func(p *alliance, sam []Entry) {
			h := holdIn(p, p.Book, p.key("second"), p.log, sam[1])
			disposes(p, "first", soon, decision.ID{}, decision.DisposeAct{Override: why}, sam[1])
			gone(p, sam[1])
			releaseIn(p, p.Book, p.key("first"), p.log, h)
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
		}, notices: []string{"disposed-early first 3", "time-back first 4"}, unknown: []string{"authority-not-confirmed", "disposed-early first 3", "time-back first 4"}, early: 1},
		{says: "held, and released by nobody with authority", record: func(p *alliance, sam []Entry) {
			h := holdIn(p, p.Book, p.key("second"), p.log, sam[1])
			releaseIn(p, p.Book, p.key("alex"), p.log, h)
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"disposed-while-held sam 1", "no-authority alex 1"}, unknown: []string{"authority-not-confirmed"}},
		{says: "a hold recorded later does not undo it", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
			composed := overseenAct(p, p.Book, p.key("second"), decision.Hold, decision.ID{}, &decision.HoldAct{Log: p.log, Records: placesOf(sam[1])})
			composed.Time = due.Add(time.Second)
			mustAppend(p, newWriter(p, p.Book, p.key("second")), composed)
		}, unknown: []string{"authority-not-confirmed"}},
		{says: "a hold that a checkpoint has, which has no disposal, was there first whatever the disposal's time", record: func(p *alliance, sam []Entry) {
			holdIn(p, p.Book, p.key("second"), p.log, sam[1])
			checkpointIn(p, p.Book, p.key("second"), p.log)
			disposes(p, "first", start, decision.ID{}, decision.DisposeAct{Override: why}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"disposed-while-held sam 1"}, notices: []string{"disposed-early first 3", "not-covered", "time-back first 3"}, early: 1},
		{says: "a disposal that a checkpoint has, which has no hold, was there first whatever the hold's time", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", soon, decision.ID{}, decision.DisposeAct{Override: why}, sam[1])
			gone(p, sam[1])
			checkpointIn(p, p.Book, p.key("second"), p.log)
			holdIn(p, p.Book, p.key("second"), p.log, sam[1])
		}, notices: []string{"disposed-early first 3", "not-covered"}, unknown: []string{"authority-not-confirmed", "disposed-early first 3", "not-covered"}, early: 1},
		{says: "a hold recorded later in the same chain, by whatever clock", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
			holdIn(p, p.Book, p.key("first"), p.log, sam[1])
		}, notices: []string{"time-back first 4"}, unknown: []string{"authority-not-confirmed", "time-back first 4"}},
		{says: "a body that is still here when a later hold comes stays", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			holdIn(p, p.Book, p.key("first"), p.log, sam[1])
		}, notices: []string{"time-back first 4"}},
		{says: "a release of what is no hold", record: func(p *alliance, sam []Entry) {
			releaseIn(p, p.Book, p.key("first"), p.log, sam[1])
		}, faults: []string{"bad-act first 3"}},

		{says: "a second overseer is asked for, and has not come", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{Two: true}, sam[1])
		}},
		{says: "and the body is gone", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{Two: true}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"disposal-unconfirmed sam 1"}},
		{says: "confirmed by a second overseer", record: func(p *alliance, sam []Entry) {
			d := disposes(p, "first", due, decision.ID{}, decision.DisposeAct{Two: true}, sam[1])
			disposes(p, "second", due, d.ID, decision.DisposeAct{}, sam[1], sam[2])
			gone(p, sam[1])
		}, unknown: []string{"authority-not-confirmed"}},
		{says: "confirmed, and carried out no further than the first one says", record: func(p *alliance, sam []Entry) {
			d := disposes(p, "first", due, decision.ID{}, decision.DisposeAct{Two: true}, sam[1])
			disposes(p, "second", due, d.ID, decision.DisposeAct{}, sam[1], sam[2])
			gone(p, sam[1], sam[2])
		}, faults: []string{"cover-only sam 2"}, unknown: []string{"authority-not-confirmed", "cover-only sam 2"}},
		{says: "confirmed by whoever recorded it", record: func(p *alliance, sam []Entry) {
			d := disposes(p, "first", due, decision.ID{}, decision.DisposeAct{Two: true}, sam[1])
			disposes(p, "first", due, d.ID, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"bad-act first 4", "disposal-unconfirmed sam 1"}},
		{says: "confirmed in part", record: func(p *alliance, sam []Entry) {
			d := disposes(p, "first", due, decision.ID{}, decision.DisposeAct{Two: true}, sam[1], sam[2])
			disposes(p, "second", due, d.ID, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"bad-act second 1", "disposal-unconfirmed sam 1"}},
		{says: "confirmed by nobody with authority", record: func(p *alliance, sam []Entry) {
			d := disposes(p, "first", due, decision.ID{}, decision.DisposeAct{Two: true}, sam[1])
			disposes(p, "alex", due, d.ID, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"disposal-unconfirmed sam 1", "no-authority alex 1"}, unknown: []string{"authority-not-confirmed"}},
		{says: "a hold between the two", record: func(p *alliance, sam []Entry) {
			d := disposes(p, "first", due, decision.ID{}, decision.DisposeAct{Two: true}, sam[1])
			composed := overseenAct(p, p.Book, p.key("second"), decision.Hold, decision.ID{}, &decision.HoldAct{Log: p.log, Records: placesOf(sam[1])})
			composed.Time = due.Add(time.Second)
			mustAppend(p, newWriter(p, p.Book, p.key("second")), composed)
			disposes(p, "second", due.Add(2*time.Second), d.ID, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, faults: []string{"disposed-while-held sam 1"}},
		{says: "a confirmation of a decision", record: func(p *alliance, sam []Entry) {
			disposes(p, "second", due, sam[1].ID, decision.DisposeAct{}, sam[1])
		}, faults: []string{"bad-act second 1"}},

		{says: "the first disposal does not allow it, the second does", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", soon, decision.ID{}, decision.DisposeAct{}, sam[1])
			disposes(p, "second", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			gone(p, sam[1])
		}, unknown: []string{"authority-not-confirmed"}, early: 1},
		{says: "it names another record than the chain has", record: func(p *alliance, sam []Entry) {
			other := sam[2]
			other.ID = decision.ID{1}
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, other)
		}, faults: []string{"bad-act first 3"}},
		{says: "it names a record that is not here", record: func(p *alliance, sam []Entry) {
			other := sam[2]
			other.ID, other.Number = decision.ID{1}, 7
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, other)
		}, faults: []string{"about-missing first 3"}},
		{says: "it names a record of a chain that is not here", record: func(p *alliance, sam []Entry) {
			other := sam[2]
			other.ID, other.Chain = decision.ID{1}, decision.ID{2}
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, other)
		}, notices: []string{"about-elsewhere first 3"}},
		{says: "record and cover are both gone", record: func(p *alliance, sam []Entry) {
			disposes(p, "first", due, decision.ID{}, decision.DisposeAct{}, sam[1])
			p.remove(sam[1])
		}, faults: []string{"missing sam 1"}},
	} {
		t.Run(test.says, func(t *testing.T) {
			t.Parallel()
			p := whole.copied(t)
			test.record(p, p.chainOf("sam"))
			r, err := Check(context.Background(), []*Book{p.Book}, Options{Log: p.log, Covers: test.covers})
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Sorted(slices.Values(append(slices.Clone(test.notices), "no-checkpoint")))
			if slices.Contains(want, "not-covered") {
				want = slices.DeleteFunc(want, func(s string) bool { return s == "no-checkpoint" })
			}
			if got := p.told(r.Faults); !slices.Equal(got, append([]string{}, test.faults...)) {
				t.Errorf("faults %q, want %q\n%v", got, test.faults, r.Faults)
			}
			if got := p.told(r.Notices); !slices.Equal(got, want) {
				t.Errorf("notices %q, want %q\n%v", got, want, r.Notices)
			}
			early := 0
			for _, d := range r.Disposals {
				early += d.Early
			}
			if early != test.early {
				t.Errorf("%d early, want %d", early, test.early)
			}
			for _, d := range r.Trust.Disposals() {
				i := slices.IndexFunc(r.Disposals, func(x Listed) bool { return x.ID == d.ID })
				if i < 0 || r.Disposals[i].Records != len(d.Act.Records) || r.Disposals[i].Rule != d.Act.Rule || r.Disposals[i].InForce != d.InForce || r.Disposals[i].Number != d.Number {
					t.Errorf("not listed as it is: %+v in %+v", d, r.Disposals)
				}
			}
			p.inAnyOrder(r, Options{Log: p.log, Covers: test.covers})

			r, err = Check(context.Background(), []*Book{p.Book}, Options{Covers: test.covers})
			if err != nil {
				t.Fatal(err)
			}
			unknown := test.unknown
			if unknown == nil {
				unknown = append(slices.Clone(test.faults), test.notices...)
			}
			slices.Sort(unknown)
			if got := p.told(append(r.Faults, r.Notices...)); !slices.Equal(got, append([]string{}, unknown...)) {
				t.Errorf("without the log's id %q, want %q", got, unknown)
			}
		})
	}
}

// rules records which record is the last of a forked chain.
func (p *alliance) rules(by string, number int, stands Entry) Entry {
	p.Helper()
	return actIn(p, p.Book, p.key(by), decision.Rule, decision.ID{}, &decision.RuleAct{Log: p.log, Number: number, Stands: placesOf(stands)[0]})
}

// Sam's chain has decisions 1 to 3; ann oversees, and her chain has decisions 1 and 2.
func TestAForkIsSettledByARule(t *testing.T) {
	after := func(p *alliance, name string, e Entry) Entry {
		return p.put(name, e, func(*decision.Cover) {}, words{salt(e.Number), "more"})
	}
	whole := newAlliance(t)
	whole.open("sam", "alex", "ann")
	whole.trusts("first", &decision.TrustAct{Admits: []decision.Admission{
		admission(t, whole.openings["sam"]), admission(t, whole.openings["alex"]), admission(t, whole.openings["ann"], bothRoles...)}})
	for range 3 {
		whole.decides("sam")
	}
	whole.decides("ann")
	whole.decides("ann")
	whole.decides("first") // so that its next record is number 4
	for _, test := range []struct {
		says    string
		record  func(p *alliance, sam, ann []Entry)
		faults  []string
		notices []string
		column  int // how many records of sam's a checkpoint would go over
	}{
		{says: "no rule", record: func(p *alliance, sam, _ []Entry) { p.twice("sam", sam[3]) },
			faults: []string{"fork sam 3", "fork sam 3"}, column: 3},
		{says: "no rule, and both branches go on", record: func(p *alliance, sam, _ []Entry) {
			other := p.twice("sam", sam[2])
			after(p, "sam", sam[3])
			after(p, "sam", after(p, "sam", other))
		}, faults: []string{"fork sam 2", "fork sam 2", "fork sam 3", "fork sam 3", "fork sam 4", "fork sam 4"}, column: 2},
		{says: "no rule, and a checkpoint of one branch", record: func(p *alliance, sam, _ []Entry) {
			checkpointIn(p, p.Book, p.key("first"), p.log)
			p.twice("sam", sam[2])
		}, faults: []string{"fork sam 2", "fork sam 2"}, column: 4},
		{says: "the one stands", record: func(p *alliance, sam, _ []Entry) {
			p.twice("sam", sam[3])
			p.rules("first", 3, sam[3])
		}, notices: []string{"closed-chain sam", "fork-settled sam 3"}, column: 4},
		{says: "the other stands", record: func(p *alliance, sam, _ []Entry) {
			other := p.twice("sam", sam[3])
			p.rules("first", 3, other)
		}, notices: []string{"closed-chain sam", "fork-settled sam 3"}, column: 4},
		{says: "the longer branch stands", record: func(p *alliance, sam, _ []Entry) {
			p.twice("sam", sam[2])
			p.rules("ann", 2, sam[3])
		}, notices: []string{"closed-chain sam", "fork-settled sam 2"}, column: 4},
		{says: "of three branches, the one that parted later", record: func(p *alliance, sam, _ []Entry) {
			p.twice("sam", sam[2])
			third := p.twice("sam", sam[3])
			last := after(p, "sam", third)
			p.rules("ann", 2, last)
		}, notices: []string{"closed-chain sam", "fork-settled sam 2", "fork-settled sam 3"}, column: 5},
		{says: "the shorter branch stands, and what comes after it does not count", record: func(p *alliance, sam, _ []Entry) {
			other := p.twice("sam", sam[2])
			p.rules("first", 2, other)
		}, faults: []string{"after-closing sam 3"}, notices: []string{"closed-chain sam", "fork-settled sam 2"}, column: 3},
		{says: "what is added to the branch that stands does not count", record: func(p *alliance, sam, _ []Entry) {
			p.twice("sam", sam[3])
			p.rules("first", 3, sam[3])
			after(p, "sam", sam[3])
		}, faults: []string{"after-closing sam 4"}, notices: []string{"closed-chain sam", "fork-settled sam 3"}, column: 4},
		{says: "a fork before the one that the rule settles", record: func(p *alliance, sam, _ []Entry) {
			p.twice("sam", sam[1])
			p.twice("sam", sam[3])
			p.rules("first", 3, sam[3])
		}, faults: []string{"after-closing sam 1", "fork sam 1", "fork sam 1"}, notices: []string{"closed-chain sam", "fork-settled sam 3"}, column: 4},
		{says: "a rule by somebody who only decides", record: func(p *alliance, sam, _ []Entry) {
			other := p.twice("sam", sam[3])
			p.rules("alex", 3, other)
		}, faults: []string{"fork sam 3", "fork sam 3", "no-authority alex 1"}, column: 3},
		{says: "a rule for a record that is not here", record: func(p *alliance, sam, _ []Entry) {
			other := p.twice("sam", sam[3])
			p.rules("first", 3, other)
			p.remove(other)
		}, faults: []string{"bad-act first 4", "closing-differs sam 3"}, notices: []string{"closed-chain sam"}, column: 4},
		{says: "two rules: the one that ends the chain earlier", record: func(p *alliance, sam, _ []Entry) {
			other := p.twice("sam", sam[2])
			p.rules("first", 2, sam[3])
			p.rules("second", 2, other)
		}, faults: []string{"after-closing sam 3"}, notices: []string{"closed-chain sam", "fork-settled sam 2"}, column: 3},
		{says: "a rule for the own chain", record: func(p *alliance, _, ann []Entry) {
			other := p.twice("ann", ann[2])
			act := &decision.RuleAct{Salt: salt(5), Program: "dsa test", Log: p.log, Reason: "x", Number: 2, Stands: placesOf(other)[0]}
			p.put("ann", other, func(c *decision.Cover) { c.Kind = decision.Rule }, act)
		}, faults: []string{"fork ann 2", "fork ann 2", "no-authority ann 3"}, column: 4},
		{says: "a rule for an overseer's chain by whoever has no authority over it", record: func(p *alliance, _, ann []Entry) {
			other := p.twice("ann", ann[2])
			p.admits("first", "bob", bothRoles...)
			p.rules("bob", 2, other)
		}, faults: []string{"fork ann 2", "fork ann 2", "no-authority bob 1"}, column: 4},
		{says: "what an overseer says on the branch that is set aside", record: func(p *alliance, _, ann []Entry) {
			p.open("eve")
			act := &decision.TrustAct{Salt: salt(5), Program: "dsa test", Log: p.log, Reason: "x", Admits: []decision.Admission{admission(p, p.openings["eve"])}}
			p.put("ann", ann[2], func(c *decision.Cover) { c.Number, c.Previous, c.Kind = 2, ann[1].ID, decision.Trust }, act)
			p.rules("first", 2, ann[2])
		}, faults: []string{"not-admitted eve"}, notices: []string{"closed-chain ann", "fork-settled ann 2"}, column: 4},
		{says: "what an overseer says on the branch that stands", record: func(p *alliance, _, ann []Entry) {
			p.open("eve")
			act := &decision.TrustAct{Salt: salt(5), Program: "dsa test", Log: p.log, Reason: "x", Admits: []decision.Admission{admission(p, p.openings["eve"])}}
			other := p.put("ann", ann[2], func(c *decision.Cover) { c.Number, c.Previous, c.Kind = 2, ann[1].ID, decision.Trust }, act)
			p.rules("first", 2, other)
		}, notices: []string{"closed-chain ann", "fork-settled ann 2"}, column: 4},
		{says: "without a rule, on both", record: func(p *alliance, _, ann []Entry) {
			p.open("eve")
			act := &decision.TrustAct{Salt: salt(5), Program: "dsa test", Log: p.log, Reason: "x", Admits: []decision.Admission{admission(p, p.openings["eve"])}}
			p.put("ann", ann[2], func(c *decision.Cover) { c.Number, c.Previous, c.Kind = 2, ann[1].ID, decision.Trust }, act)
		}, faults: []string{"fork ann 2", "fork ann 2"}, column: 4},
	} {
		t.Run(test.says, func(t *testing.T) {
			t.Parallel()
			p := whole.copied(t)
			test.record(p, p.chainOf("sam"), p.chainOf("ann"))
			r := checkLog(t, p.log, p.Book)
			if got := p.told(r.Faults); !slices.Equal(got, append([]string{}, test.faults...)) {
				t.Errorf("faults %q, want %q\n%v", got, test.faults, r.Faults)
			}
			got := slices.DeleteFunc(p.told(r.Notices), func(s string) bool { return s == "no-checkpoint" || s == "not-covered" })
			if !slices.Equal(got, append([]string{}, test.notices...)) {
				t.Errorf("notices %q, want %q\n%v", got, test.notices, r.Notices)
			}
			if got := len(r.Survey.chains[p.openings["sam"].Chain].ids); got != test.column {
				t.Errorf("a checkpoint would cover %d of sam's records, want %d", got, test.column)
			}
			p.inAnyOrder(r, Options{Log: p.log})
		})
	}
}

// copyTo copies records into another folder, as any tool does.
func copyTo(t testing.TB, to *Book, entries ...Entry) {
	t.Helper()
	for _, e := range entries {
		writeFile(t, filepath.Join(to.Dir(), filepath.FromSlash(e.Path)), e.Page.Bytes())
	}
}

func TestSeveralFoldersAreOneLog(t *testing.T) {
	for _, test := range []struct {
		says    string
		divide  func(p *alliance, other *Book, sam []Entry)
		faults  []string // each with the folder it is in, where it is in one
		notices []string
		records int
	}{
		{says: "the same in both", divide: func(p *alliance, other *Book, sam []Entry) { copyTo(p, other, sam...) }, records: 8},
		{says: "a part in each", divide: func(p *alliance, other *Book, sam []Entry) {
			copyTo(p, other, sam[1], sam[2], sam[3])
			p.remove(sam[2], sam[3])
		}, records: 8},
		{says: "missing in both", divide: func(p *alliance, other *Book, sam []Entry) {
			copyTo(p, other, sam[0], sam[3])
			p.remove(sam[2])
		}, faults: []string{"missing sam 2"}, records: 7},
		{says: "damaged in one, sound in the other", divide: func(p *alliance, other *Book, sam []Entry) {
			copyTo(p, other, sam...)
			os.Truncate(filepath.Join(other.Dir(), filepath.FromSlash(sam[2].Path)), int64(len(sam[2].Page.Bytes())-10))
		}, faults: []string{"other: truncated sam 2"}, records: 8},
		{says: "a fork between the two", divide: func(p *alliance, other *Book, sam []Entry) {
			copyTo(p, other, sam[0], sam[1])
			e := p.twice("sam", sam[2])
			copyTo(p, other, e)
			p.remove(e)
		}, faults: []string{"fork sam 2", "other: fork sam 2"}, records: 9},
		{says: "a cover in one, the record in the other", divide: func(p *alliance, other *Book, sam []Entry) {
			copyTo(p, other, sam...)
			coverInstead(p, p.Book, sam[2])
		}, records: 8},
		{says: "a cover in one, the record in the other, and a disposal", divide: func(p *alliance, other *Book, sam []Entry) {
			copyTo(p, other, sam...)
			disposeIn(p, p.Book, p.key("first"), p.log, "a court has ordered it", sam[2])
			coverInstead(p, p.Book, sam[2])
		}, faults: []string{"other: disposal-unfinished sam 2"}, notices: []string{"disposed-early first 3"}, records: 9},
		{says: "a cover beside its record in one", divide: func(p *alliance, other *Book, sam []Entry) {
			copyTo(p, other, sam...)
			coverBeside(p, other, sam[2])
		}, faults: []string{"other: disposal-unfinished sam 2"}, records: 8},
		{says: "a cover in both", divide: func(p *alliance, other *Book, sam []Entry) {
			coverInstead(p, p.Book, sam[2])
			copyTo(p, other, sam[0], sam[1], sam[3])
			writeFile(p, filepath.Join(other.Dir(), filepath.FromSlash(strings.Replace(sam[2].Path, ".record.", ".cover.", 1))), slices.Concat(sam[2].Page.CoverBytes, sam[2].Page.Signature))
		}, faults: []string{"cover-only sam 2"}, records: 7},
		{says: "something strange in one", divide: func(p *alliance, other *Book, sam []Entry) {
			writeFile(p, filepath.Join(other.Dir(), "notes.txt"), nil)
			copyTo(p, other, sam[0])
			writeFile(p, filepath.Join(other.Dir(), decision.ChainFolder(sam[0].Chain), "0000", "notes.txt"), nil)
		}, faults: []string{"other: stray", "other: stray sam"}, records: 8},
		{says: "what one of them admits the other has", divide: func(p *alliance, other *Book, sam []Entry) {
			copyTo(p, other, sam...)
			os.RemoveAll(filepath.Join(p.Dir(), decision.ChainFolder(sam[0].Chain)))
		}, records: 8},
	} {
		t.Run(test.says, func(t *testing.T) {
			t.Parallel()
			p := newAlliance(t)
			p.admits("first", "sam")
			for range 3 {
				p.decides("sam")
			}
			other := newBook(t)
			test.divide(p, other, p.chainOf("sam"))
			for _, dir := range []string{p.Dir(), other.Dir()} {
				writeFile(t, filepath.Join(dir, SignersName), nil)
			}
			for _, order := range [][]*Book{{p.Book, other}, {other, p.Book}} {
				r := checkLog(t, p.log, order...)
				told := func(all []Fault) (list []string) {
					for _, f := range all {
						line := p.told([]Fault{f})[0]
						if f.Code == CoverOnly {
							// Either of the two.
						} else if f.Log == other.Dir() {
							line = "other: " + line
						} else if f.Log != "" && f.Log != p.Dir() {
							t.Errorf("the folder of %v is %q", f, f.Log)
						}
						if f.Log == "" && f.Code != Missing && f.Code != NoCheckpoint {
							t.Errorf("%v has no folder", f)
						}
						list = append(list, line)
					}
					slices.Sort(list)
					return list
				}
				if got := told(r.Faults); !slices.Equal(got, test.faults) {
					t.Errorf("faults %q, want %q", got, test.faults)
				}
				if got := slices.DeleteFunc(told(r.Notices), func(s string) bool { return s == "no-checkpoint" }); !slices.Equal(got, test.notices) {
					t.Errorf("notices %q, want %q", got, test.notices)
				}
				if r.Chains != 3 || r.Records != test.records {
					t.Errorf("%d records in %d chains, want %d in 3", r.Records, r.Chains, test.records)
				}
			}
			if trust, err := ReadTrust(context.Background(), p.log, other, p.Book); err != nil || len(trust.Members()) != 3 {
				t.Errorf("%v %v", trust, err)
			}
		})
	}
}

// What is written while a check is under way may be seen or not; it never makes a fault.
func TestWhatIsRecordedDuringACheckIsNoFault(t *testing.T) {
	for says, test := range map[string]struct {
		read  string // whose chain is read before the records come, the others' after
		after func(p *alliance, sam []Entry)
	}{
		"a checkpoint of a record that is new": {read: "sam", after: func(p *alliance, _ []Entry) {
			e := p.decides("sam")
			seen := checkpointIn(p, p.Book, p.key("first"), p.log)
			p.says("second", e.Page.Cover.Time, seen.ID)
		}},
		"a chain admitted after the lead's chain was read": {read: "first", after: func(p *alliance, _ []Entry) {
			p.admits("first", "alex")
		}},
		"a checkpoint seen after the lead's chain was read": {read: "first", after: func(p *alliance, _ []Entry) {
			checkpointIn(p, p.Book, p.key("second"), p.log)
			e := checkpointIn(p, p.Book, p.key("first"), p.log)
			p.says("sam", e.Page.Cover.Time, e.ID)
		}},
		"a disposal after the lead's chain was read": {read: "first", after: func(p *alliance, sam []Entry) {
			disposeIn(p, p.Book, p.key("first"), p.log, "a court has ordered it", sam[1])
			coverInstead(p, p.Book, sam[1])
		}},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			p := newAlliance(t)
			p.admits("first", "sam")
			p.decides("sam")
			p.decides("sam")
			sam := p.chainOf("sam")
			ev := newEvidence([]*Book{p.Book}, Options{Log: p.log})
			ctx, one := context.Background(), decision.ChainFolder(p.openings[test.read].Chain)
			if err := ev.scan(ctx, scope{chain: func(folder string) bool { return folder == one }}); err != nil {
				t.Fatal(err)
			}
			test.after(p, sam)
			if err := ev.scan(ctx, scope{chain: func(folder string) bool { return folder != one }}); err != nil {
				t.Fatal(err)
			}
			j, err := ev.judge(ctx)
			if err != nil || !j.late() {
				t.Fatalf("nothing seems to be missing, so this tests nothing: %v", err)
			}
			if err := ev.scanTails(ctx); err != nil {
				t.Fatal(err)
			}
			if j, err = ev.judge(ctx); err != nil {
				t.Fatal(err)
			}
			if r := j.finish(); !r.Clean() {
				t.Errorf("%v", r.Faults)
			}
		})
	}
}

func TestWithoutTheLogsIDCheckpointsStillShowWhatIsGone(t *testing.T) {
	p := newAlliance(t)
	p.admits("first", "sam")
	p.decides("sam")
	last := p.decides("sam")
	point := checkpointIn(t, p.Book, p.key("first"), p.log)
	p.says("sam", moment(t, p.Book), decision.ID{9})
	r := check(t, p.Book)
	if !r.Clean() || len(r.Checkpoints) != 1 || r.Checkpoints[0].ID != point.ID || r.Checkpoints[0].Size != 7 || r.Uncovered != 1 || r.Since.IsZero() {
		t.Errorf("%v %+v %d %v", r.Faults, r.Checkpoints, r.Uncovered, r.Since)
	}
	if got := p.told(r.Notices); !slices.Equal(got, []string{"not-covered", "seen-elsewhere sam 3"}) {
		t.Errorf("%q", got)
	}
	p.remove(last, p.chainOf("sam")[3])
	r = check(t, p.Book)
	if got := p.told(r.Faults); !slices.Equal(got, []string{"covered-missing sam 2"}) {
		t.Errorf("%q", got)
	}
	r, err := Check(context.Background(), []*Book{p.Book}, Options{Receipts: []decision.Receipt{receiptOf(p.log, last)}})
	if got := p.told(r.Faults); err != nil || !slices.Equal(got, []string{"covered-missing sam 2", "rolled-back sam 2"}) {
		t.Errorf("%q %v", got, err)
	}
}

func TestAnActThatIsNoneIsOfNoEffect(t *testing.T) {
	p := newAlliance(t)
	p.open("sam")
	x := admission(t, p.openings["sam"])
	act := &decision.TrustAct{Salt: salt(1), Program: "dsa test", Log: p.log, Reason: "x", Admits: []decision.Admission{x}}
	good := string(body(t, act))
	for says, test := range map[string]struct{ text, code string }{
		"names given twice":         {strings.Replace(good, `"reason": "x"`, `"reason": "y",`+"\n"+`  "reason": "x"`, 1), "bad-body first 2"},
		"a name nobody knows":       {strings.Replace(good, `"reason": "x"`, `"reasons": "x"`, 1), "bad-body first 2"},
		"a chain named twice":       {string(body(t, &decision.TrustAct{Salt: salt(1), Program: "p", Log: p.log, Reason: "x", Admits: []decision.Admission{x, x}})), "bad-act first 2"},
		"nothing at all":            {"{}\n", "bad-body first 2"},
		"a list a mile deep":        {strings.Repeat("[", 100_000) + "\n", "bad-body first 2"},
		"an object a mile deep":     {strings.Repeat(`{"log":`, 100_000) + "\n", "bad-body first 2"},
		"a name a megabyte long":    {strings.Replace(good, "Sam", strings.Repeat("S", 900_000), 1), "bad-act first 2"},
		"as it should be, but late": {strings.Replace(good, p.log.String(), "-", 1), "bad-act first 2"},
	} {
		c := p.founding.Page.Cover
		c.Number, c.Previous, c.Time = 2, p.founding.ID, c.Time.Add(time.Minute)
		id, file := forge(t, p.key("first"), sshsig.Oversight, c, []byte(test.text))
		at := filepath.Join(p.Dir(), filepath.FromSlash(recordPath(c.Chain, 2, id, false)))
		writeFile(t, at, file)
		for _, log := range []decision.ID{p.log, {}} {
			want := []string{test.code, "not-admitted sam"}
			if log.IsZero() {
				want = want[:1]
			}
			if got := p.told(checkLog(t, log, p.Book).Faults); !slices.Equal(got, want) {
				t.Errorf("%s: %q, want %q", says, got, want)
			}
		}
		alone, _ := CheckFile(file, filepath.Base(at), Options{})
		if got := p.told(alone.Faults); !slices.Equal(got, []string{test.code}) {
			t.Errorf("%s, by itself: %q", says, got)
		}
		os.Remove(at)
	}
}

// An author who signs a great many records for one number costs time in proportion, and no more.
func TestAWideForkIsFollowed(t *testing.T) {
	const wide = 300
	p := newAlliance(t)
	p.admits("first", "sam")
	root := p.openings["sam"]
	var last Entry
	for i := range wide {
		last = p.put("sam", root, func(c *decision.Cover) {}, words{salt(i), "x"})
	}
	for i := range wide {
		p.put("sam", last, func(c *decision.Cover) {}, words{salt(i), "y"})
	}
	p.rules("first", 1, last)
	r := checkLog(t, p.log, p.Book)
	if n := len(r.Faults); n != maxGap+1 || r.Faults[0].Code != AfterClosing || r.Records != 2*wide+6 {
		t.Errorf("%d faults, %d records", n, r.Records)
	}
	if n := len(r.Notices); n != maxGap+3 {
		t.Errorf("%d notices", n)
	}
}

func TestFindingsAreCountedWhereTheyAreTooMany(t *testing.T) {
	var f, g findings
	for i := range maxOfCode + 5 {
		f.add(fault(Stray, "", i, "", ""))
	}
	g.add(fault(Fork, "", 1, "", ""))
	if len(f.list) != maxOfCode || len(g.list) != 1 {
		t.Errorf("%d and %d are listed", len(f.list), len(g.list))
	}
	if more := rest(&f, &g); len(more) != 1 || more[0].Code != Stray || !strings.Contains(more[0].Meaning, "5 more") {
		t.Errorf("%v", more)
	}
}
