package logbook

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// trustIn reads trust, and fails where the log is not founded.
func trustIn(t testing.TB, p *alliance) *Trust {
	t.Helper()
	trust, err := ReadTrust(context.Background(), p.log, p.Book)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

func removeFile(t testing.TB, p *alliance, e Entry) {
	t.Helper()
	if err := os.Remove(p.pathOf(e)); err != nil {
		t.Fatal(err)
	}
}

// Whoever takes away a hold or a closing takes away what stands in the way of a disposal. Trust does not call itself sure then.
func TestTrustIsNotSureWhereActsAreMissing(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	p.admits("first", "ann", bothRoles...)
	p.admits("first", "sam")
	of := p.decides("sam")
	p.decides("ann")
	hold := holdIn(t, p.Book, p.key("second"), p.log, of)
	middle := p.decides("second")
	closing := p.closes("second", "ann")
	tail := holdIn(t, p.Book, p.key("second"), p.log, of)
	point := checkpointIn(t, p.Book, p.key("first"), p.log)
	last := checkpointIn(t, p.Book, p.key("second"), p.log)
	p.decides("first")
	if err := trustIn(t, p).Sure(receiptOf(p.log, point), receiptOf(p.log, last)); err != nil {
		t.Fatalf("nothing is missing: %v", err)
	}
	for says, test := range map[string]struct {
		change func(p *alliance)
		number int
	}{
		"a hold is gone from the middle":             {func(p *alliance) { removeFile(t, p, hold) }, hold.Number},
		"of a hold there is the cover only":          {func(p *alliance) { coverInstead(t, p.Book, hold) }, hold.Number},
		"a hold has changed":                         {func(p *alliance) { writeFile(t, p.pathOf(hold), append(hold.Page.Bytes(), 'x')) }, hold.Number},
		"the closing of a key is gone":               {func(p *alliance) { removeFile(t, p, closing) }, closing.Number},
		"the end is gone from under a checkpoint":    {func(p *alliance) { removeFile(t, p, last); removeFile(t, p, tail) }, tail.Number},
		"an overseer's chain is gone":                {func(p *alliance) { os.RemoveAll(filepath.Dir(filepath.Dir(p.pathOf(tail)))) }, tail.Number},
		"an opening has no body":                     {func(p *alliance) { coverInstead(t, p.Book, p.openings["second"]) }, 0},
		"a closed chain is not whole up to its end":  {func(p *alliance) { removeFile(t, p, p.openings["ann"]) }, 0},
		"an end that cannot be read is behind it":    {func(p *alliance) { writeFile(t, p.pathOf(last), nil) }, last.Number},
		"a chain has forked and nobody has ruled it": {func(p *alliance) { p.twice("second", middle) }, middle.Number},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			p := p.copied(t)
			test.change(p)
			trust := trustIn(t, p)
			var unsure *UnsureError
			if err := trust.Sure(); !errors.As(err, &unsure) || unsure.Number != test.number && unsure.Number != -1 {
				t.Fatalf("%v, want number %d", err, test.number)
			}
			if text := unsure.Error(); !strings.Contains(text, unsure.Chain) {
				t.Error(text)
			}
			if checkLog(t, p.log, p.Book).Clean() {
				t.Error("a check finds nothing")
			}
		})
	}
	// The newest checkpoint is named by nothing in the log; a receipt names it, and so does whoever has seen it.
	q := p.copied(t)
	removeFile(t, q, last)
	trust := trustIn(t, q)
	if err := trust.Sure(); err != nil {
		t.Errorf("nothing shows that the newest is gone: %v", err)
	}
	if trust.Sure(receiptOf(q.log, last)) == nil {
		t.Error("a receipt names what is gone")
	}
	if err := trust.Sure(receiptOf(decision.ID{7}, last)); err != nil {
		t.Errorf("a receipt of another log: %v", err)
	}
	act := decisionAct(t, 40)
	act.Time, act.Seen = last.Page.Cover.Time.Add(time.Minute), last.ID
	q = p.copied(t)
	mustAppend(t, newWriter(t, q.Book, q.key("first")), act)
	if err := trustIn(t, q).Sure(); err != nil {
		t.Errorf("what was seen is here: %v", err)
	}
	removeFile(t, q, last)
	if trustIn(t, q).Sure() == nil {
		t.Error("what an overseer has seen is gone")
	}
	// What cannot be destroyed by it is nobody's to prevent: chains of those who only decide are not asked for.
	q = p.copied(t)
	removeFile(t, q, of)
	if err := trustIn(t, q).Sure(); err != nil {
		t.Errorf("a decision is gone: %v", err)
	}
}

// A thief who has a copy of the key and of the chain can fork it below the record at which it is closed.
func TestAStolenKeyDoesNotCountBelowTheClosingEither(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	p.admits("first", "ann", bothRoles...)
	p.admits("first", "sam")
	of := p.decides("sam")
	stands := p.decides("ann")
	p.decides("ann")
	head := p.decides("ann")
	p.closes("first", "ann")
	act := &decision.DisposeAct{Salt: salt(99), Program: "dsa test", Log: p.log, Override: "x", Rule: "r", Authority: "a", Records: placesOf(of)}
	for _, number := range []int{2, 3} { // below the number, and at it
		q := p.copied(t)
		before := stands.ID
		if number == 3 {
			var data []byte
			before, data = forge(t, q.key("ann"), sshsig.Decision, decision.Cover{Chain: stands.Chain, Number: 2, Previous: stands.ID, Time: head.Page.Cover.Time,
				Kind: decision.Decision, KeepUntil: "2034-11-22"}, body(t, words{salt(9), "y"}))
			writeFile(t, filepath.Join(q.Dir(), filepath.FromSlash(recordPath(stands.Chain, 2, before, false))), data)
		}
		id, data := forge(t, q.key("ann"), sshsig.Oversight, decision.Cover{Chain: stands.Chain, Number: number, Previous: before, Time: head.Page.Cover.Time,
			Kind: decision.Dispose, KeepUntil: decision.Permanent}, body(t, act))
		writeFile(t, filepath.Join(q.Dir(), filepath.FromSlash(recordPath(stands.Chain, number, id, false))), data)
		trust := trustIn(t, q)
		if _, is := trust.Disposed(of.ID); is {
			t.Errorf("number %d: the thief's disposal counts", number)
		}
		if err := trust.Sure(); err != nil {
			t.Errorf("number %d: which branch stands is settled by the closing: %v", number, err)
		}
		r := checkLog(t, q.log, q.Book)
		told := 0
		for _, f := range r.Faults {
			if f.Code == AfterClosing && strings.Contains(f.File, id.Short()) {
				told++
			}
		}
		if told != 1 {
			t.Errorf("number %d: told %d times that it does not count: %v", number, told, r.Faults)
		}
	}
}

// A disposal that gives a record another place than it has names nothing, for readers and for those who destroy.
func TestADisposalWithAWrongPlaceAllowsNothing(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	e := p.decides("first")
	place := placesOf(e)
	place[0].Chain, place[0].Number = p.openings["second"].Chain, 7
	actIn(t, p.Book, p.key("second"), decision.Dispose, decision.ID{}, &decision.DisposeAct{Log: p.log, Override: "x", Records: place})
	for _, d := range trustIn(t, p).Disposals() {
		if d.Allows(e.Page.Cover) == nil {
			t.Error("it is allowed")
		}
		d.places = nil
		if d.Allows(e.Page.Cover) == nil {
			t.Error("it is allowed by one that was put together by hand")
		}
	}
	coverInstead(t, p.Book, e)
	if r := checkLog(t, p.log, p.Book); r.Clean() || !strings.Contains(strings.Join(p.told(r.Faults), ","), "cover-only first") {
		t.Errorf("%v", r.Faults)
	}
}

// A disposal dated ahead makes due what is not.
func TestADisposalDatedAheadIsReported(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	e := p.decides("first")
	a := overseenAct(t, p.Book, p.key("second"), decision.Dispose, decision.ID{}, &decision.DisposeAct{Log: p.log, Records: placesOf(e)})
	a.Time = time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC)
	d := mustAppend(t, newWriter(t, p.Book, p.key("second")), a)
	for _, test := range []struct {
		now  time.Time
		told bool
	}{{time.Time{}, false}, {start, true}, {a.Time.Add(-clockSlack), false}, {a.Time.Add(-clockSlack - time.Second), true}} {
		r, err := Check(context.Background(), []*Book{p.Book}, Options{Log: p.log, Now: test.now})
		if err != nil {
			t.Fatal(err)
		}
		told := false
		for _, f := range r.Faults {
			told = told || f.Code == TimeOutside && f.File == d.Path
		}
		if told != test.told {
			t.Errorf("at %v: %v", test.now, r.Faults)
		}
	}
}

// With the cover of an opening alone anybody could sign the same lines with a key of their own, and be taken for its owner.
func TestTheCoverOfAnOpeningSaysNothing(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	p.admits("first", "sam")
	e := p.openings["sam"]
	p.decides("sam")
	sig, err := p.key("thief").Sign(sshsig.Decision, e.Page.CoverBytes)
	if err != nil {
		t.Fatal(err)
	}
	for says, page := range map[string][]byte{"a stranger's": append(append([]byte{}, e.Page.CoverBytes...), sig...), "its own": append(append([]byte{}, e.Page.CoverBytes...), e.Page.Signature...)} {
		q := p.copied(t)
		cover := strings.Replace(q.pathOf(e), ".record.", ".cover.", 1)
		writeFile(t, cover, page)
		r := checkLog(t, q.log, q.Book)
		if got := q.told(r.Faults); len(got) != 1 || got[0] != "cover-only sam 0" {
			t.Errorf("%s: %v", says, r.Faults)
		}
		if chain, found, err := q.ChainOf(q.key("sam").Key()); err != nil || !found || chain != e.Chain {
			t.Errorf("%s: its owner's chain is not found: %v", says, err)
		}
		if _, err := q.read(named{decision.FileName{Number: 0, Short: e.ID.Short(), CoverOnly: true}, strings.Replace(e.Path, ".record.", ".cover.", 1)}); err == nil {
			t.Errorf("%s: it is read as an entry", says)
		}
		removeFile(t, q, e) // the cover alone: the log knows the key that the chain was admitted with
		got := q.told(checkLog(t, q.log, q.Book).Faults)
		if len(got) != 1 || got[0] != "cover-only sam 0" {
			t.Errorf("%s, alone: %v", says, got)
		}
	}
}

func TestWhatAnOperatingSystemLeavesIsNoFault(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	e := p.decides("first")
	dir := filepath.Dir(p.pathOf(e))
	writeFile(t, filepath.Join(dir, "._"+filepath.Base(p.pathOf(e))), []byte("x"))
	writeFile(t, filepath.Join(p.Dir(), "~$note.docx"), []byte("x"))
	r := checkLog(t, p.log, p.Book)
	system := 0
	for _, f := range r.Notices {
		if f.Code == SystemFile {
			system++
		}
	}
	if !r.Clean() || system != 2 {
		t.Errorf("%v %v", r.Faults, r.Notices)
	}
	if err := os.MkdirAll(filepath.Join(dir, "._folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	if r := checkLog(t, p.log, p.Book); r.Clean() {
		t.Error("a folder of such a name hides anything")
	}
}

// A hostile folder cannot fill the memory with what is remembered of its files.
func TestDamagedFilesAreRememberedUpToABound(t *testing.T) {
	t.Parallel()
	ev := newEvidence(nil, Options{})
	s := &strand{}
	for n := range maxDamaged + 10 {
		ev.hurt(s, decision.FileName{Number: n, Short: decision.ID{byte(n >> 16), byte(n >> 8), byte(n)}.Short()})
	}
	if len(ev.damaged) != maxDamaged || len(s.broken) != maxDamaged {
		t.Errorf("%d and %d of %d are remembered", len(ev.damaged), len(s.broken), maxDamaged)
	}
}

// Whoever can write to the folder can put a file of any name there. What shows that it never was the chain's stands in
// nobody's way; what may have been a record of an overseer's, and is damaged, does.
func TestWhatMakesTrustUnsureBehindAChain(t *testing.T) {
	t.Parallel()
	p := newAlliance(t)
	p.admits("first", "sam")
	of := p.decides("sam")
	hold := holdIn(t, p.Book, p.key("second"), p.log, of)
	opening, last := p.openings["second"], hold.Number
	// made is a record that says it follows on the hold, signed with a key.
	made := func(key string, chain decision.ID, number int) (decision.ID, []byte) {
		return forge(t, p.key(key), sshsig.Oversight, decision.Cover{Chain: chain, Number: number, Previous: hold.ID, Time: start, Kind: decision.Hold,
			KeepUntil: decision.Permanent}, body(t, &decision.HoldAct{Salt: salt(len(key)), Program: "dsa test", Log: p.log, Records: placesOf(of), Authority: "a", Reason: "r"}))
	}
	id, own := made("second", opening.Chain, last+1)
	stranger, foreign := made("thief", opening.Chain, last+1)
	elsewhere := opening.Chain
	elsewhere[31]++ // the same folder
	other, strange := made("second", elsewhere, last+1)
	damaged := func(page []byte, at int) []byte {
		page = append([]byte{}, page...)
		page[at] ^= 1
		return page
	}
	armour := len(own) - len(strings.SplitN(string(own), "-----BEGIN", 2)[1])
	for says, test := range map[string]struct {
		number int
		id     decision.ID
		data   []byte
		unsure int // the number; -1: it is sure
	}{
		"a stranger's record":                             {last + 1, stranger, foreign, -1},
		"a stranger's record, far on":                     {900, stranger, foreign, -1},
		"a stranger's record, with another body":          {last + 1, stranger, append(append([]byte{}, foreign...), 'x'), -1},
		"a stranger's record under the name of another":   {last + 1, id, foreign, -1},
		"another chain's record":                          {last + 1, other, strange, -1},
		"another chain's record, its signature damaged":   {last + 1, other, damaged(strange, armour+60), -1},
		"a record that is here, under another number":     {last + 5, hold.ID, hold.Page.Bytes(), -1},
		"a record of the chain, its body changed":         {last + 1, id, append(append([]byte{}, own...), 'x'), last + 1},
		"a record of the chain, its cover changed":        {last + 1, id, damaged(own, 90), last + 1},
		"a record of the chain, its signature damaged":    {last + 1, id, damaged(own, armour+60), last + 1},
		"a record of the chain, cut short":                {last + 1, id, own[:40], last + 1},
		"a record of the chain, without its first line":   {last + 1, id, own[13:], last + 1},
		"a record of the chain that is empty":             {last + 1, id, nil, last + 1},
		"a record of the chain under the name of another": {last + 2, stranger, own, last + 2},
		"a record of the chain in a lower place":          {1, id, own, last + 1},
		"rubbish":                                         {last + 3, decision.ID{1}, []byte("rubbish"), last + 3},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			p := p.copied(t)
			file := filepath.Join(p.Dir(), decision.ChainFolder(opening.Chain), decision.NumberFolder(test.number), decision.RecordName(test.number, test.id))
			writeFile(t, file, test.data)
			var unsure *UnsureError
			err := trustIn(t, p).Sure()
			if test.unsure < 0 && err != nil || test.unsure >= 0 && (!errors.As(err, &unsure) || unsure.Number != test.unsure) {
				t.Errorf("%v, want %d", err, test.unsure)
			}
			if r := checkLog(t, p.log, p.Book); r.Clean() || (r.Trust.Sure() == nil) != (err == nil) {
				t.Errorf("a check says otherwise: %v %v", r.Faults, r.Trust.Sure())
			}
		})
	}
	// A link under a record's name cannot be read as one.
	q := p.copied(t)
	link := filepath.Join(filepath.Dir(q.pathOf(hold)), decision.RecordName(last+1, id))
	if err := os.Symlink(q.pathOf(hold), link); err != nil {
		t.Skip(err)
	}
	if trustIn(t, q).Sure() == nil {
		t.Error("a link stands where a record may have been")
	}
}
