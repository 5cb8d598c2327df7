package logbook

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// Attacks that are made by the thousand while the tests run, on a log that has every kind of record. In the suite they are
// a sample where they are very many; make torture sets DSA_TORTURE=long and makes all of them.

func longShelf() bool { return os.Getenv("DSA_TORTURE") == "long" }

// completeTried is the complete log with what it is checked against: its id, and the receipts of both leads.
func completeTried(t testing.TB) (*shelfLog, *tried) {
	t.Helper()
	sc, receipts := completeLog(t)
	l := looked{ID: sc.log.String(), Receipts: []string{receipts[0].receipt(), receipts[1].receipt()}}
	x := newTried(t, sc.files, shelfOptions(t, l))
	if r := x.with(nil); !r.Clean() || len(sc.files) < 25 {
		t.Fatalf("%d files, and the log is not clean: %v", len(sc.files), r.Faults)
	}
	kinds := map[string]bool{}
	for _, data := range sc.files {
		_, after, _ := strings.Cut(string(data), "\nkind ")
		kind, _, _ := strings.Cut(after, "\n")
		kinds[kind] = true
	}
	for _, k := range []decision.Kind{decision.Open, decision.Decision, decision.Endorse, decision.Trust, decision.Checkpoint, decision.Dispose,
		decision.Hold, decision.Release, decision.Rule} {
		if !kinds[string(k)] {
			t.Fatalf("the log has no %s", k)
		}
	}
	return sc, x
}

// tally counts attacks and tells of those that were not found, the first few one by one.
type tally struct {
	t              *testing.T
	tried, unfound atomic.Int64
}

func (c *tally) add(found bool, what func() string) {
	c.tried.Add(1)
	if !found && c.unfound.Add(1) <= 20 {
		c.t.Errorf("not found: %s", what())
	}
}

func (c *tally) tell(says string) {
	c.t.Logf("torture: %-68s %6d tried, %d not found", says, c.tried.Load(), c.unfound.Load())
}

// foundIn reports whether a file by itself is found to be changed: a fault of one file is a fault of its log.
func foundIn(name string, data []byte) bool {
	n, _ := decision.ParseRecordName(path.Base(name))
	return len(inspect(placeOf(named{n, name}), data, Options{Body: shelfBody}).faults) > 0
}

// firstOfEachKind are the names of a record of each kind, and of a cover; or all of them.
func firstOfEachKind(sc *shelfLog) (names []string) {
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(sc.files)) {
		_, after, _ := strings.Cut(string(sc.files[name]), "\nkind ")
		kind, _, _ := strings.Cut(after, "\n")
		if strings.Contains(name, ".cover.") {
			kind = "cover"
		}
		if !seen[kind] || longShelf() {
			names = append(names, name)
		}
		seen[kind] = true
	}
	return names
}

func TestShelfEveryByteOfEveryKindOfRecord(t *testing.T) {
	t.Parallel()
	sc, x := completeTried(t)
	flips, gone, more, cut, whole := &tally{t: t}, &tally{t: t}, &tally{t: t}, &tally{t: t}, &tally{t: t}
	type spot struct {
		name string
		at   int
	}
	var spots []spot
	for _, name := range firstOfEachKind(sc) {
		for at := range sc.files[name] {
			spots = append(spots, spot{name, at})
		}
	}
	onAllCores(spots, func(s spot) {
		data := sc.files[s.name]
		turned := bytes.Clone(data)
		for bit := range 8 {
			if longShelf() || bit == (s.at*5+1)%8 {
				turned[s.at] = data[s.at] ^ 1<<bit
				flips.add(foundIn(s.name, turned), func() string { return fmt.Sprintf("bit %d of byte %d of %s", bit, s.at, s.name) })
			}
		}
		if longShelf() || s.at%17 == 3 {
			short := slices.Delete(bytes.Clone(data), s.at, s.at+1)
			gone.add(foundIn(s.name, short), func() string { return fmt.Sprintf("byte %d of %s left out", s.at, s.name) })
			for i, b := range []byte{'\n', ' ', '0', 0} {
				if !longShelf() && i != s.at%4 {
					continue
				}
				long := slices.Insert(bytes.Clone(data), s.at, b)
				more.add(foundIn(s.name, long), func() string { return fmt.Sprintf("%q put before byte %d of %s", b, s.at, s.name) })
			}
		}
		if longShelf() || s.at%7 == 0 {
			cut.add(foundIn(s.name, data[:s.at]), func() string { return fmt.Sprintf("%s cut off at byte %d", s.name, s.at) })
		}
		// And now and then in the folder, through the whole check.
		if s.at%97 == 5 || longShelf() && s.at%7 == 5 {
			turned[s.at] = data[s.at] ^ 1
			r := x.with(map[string][]byte{s.name: turned})
			n, _ := decision.ParseRecordName(path.Base(s.name))
			whole.add(slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.File == s.name && f.Number == n.Number }),
				func() string { return fmt.Sprintf("byte %d of %s, in the log: %v", s.at, s.name, r.Faults) })
		}
	})
	flips.tell("a bit of each byte of a record of each kind turned over")
	gone.tell("a byte left out")
	more.tell("a byte put in")
	cut.tell("cut off at each length")
	whole.tell("a byte changed, the log checked as a whole and the place named")
}

// Every record removed; stripped of its body; in the place, or under the name, of every other one.
func TestShelfEveryRecordRemovedStrippedAndSwapped(t *testing.T) {
	t.Parallel()
	sc, x := completeTried(t)
	names := slices.Sorted(maps.Keys(sc.files))
	// The named limits: what no checkpoint covers can go from the end of a chain, and from the branch of a fork that a rule
	// has set aside.
	limits := []string{sc.sam.all[len(sc.sam.all)-1].path}
	for _, name := range names {
		if n, _ := decision.ParseRecordName(path.Base(name)); strings.HasPrefix(name, sc.alex.folder()) && n.Number == 2 && name != sc.alex.all[2].path {
			limits = append(limits, name)
		}
	}

	removed, stripped, swapped, copied := &tally{t: t}, &tally{t: t}, &tally{t: t}, &tally{t: t}
	onAllCores(names, func(name string) {
		r := x.with(map[string][]byte{name: nil})
		removed.add(r.Clean() == slices.Contains(limits, name), func() string { return fmt.Sprintf("%s removed: %v", name, r.Faults) })
		if strings.Contains(name, ".cover.") {
			return
		}
		end := "-----END SSH SIGNATURE-----\n"
		data := sc.files[name]
		r = x.with(map[string][]byte{name: nil, strings.Replace(name, ".record.", ".cover.", 1): data[:bytes.Index(data, []byte(end))+len(end)]})
		stripped.add(slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.Code == CoverOnly }), func() string { return fmt.Sprintf("%s stripped: %v", name, r.Faults) })
	})
	type two struct{ a, b string }
	var pairs []two
	for i, a := range names {
		for _, b := range names[:i] {
			pairs = append(pairs, two{a, b})
		}
	}
	onAllCores(pairs, func(p two) {
		a, b := sc.files[p.a], sc.files[p.b]
		// Contents swapped are names swapped.
		r := x.with(map[string][]byte{p.a: b, p.b: a})
		swapped.add(faultOf(r, p.a) && faultOf(r, p.b), func() string { return fmt.Sprintf("%s and %s swapped: %v", p.a, p.b, r.Faults) })
		if longShelf() || (len(a)+len(b))%7 == 0 {
			r = x.with(map[string][]byte{p.a: b})
			copied.add(faultOf(r, p.a), func() string { return fmt.Sprintf("%s in the place of %s: %v", p.b, p.a, r.Faults) })
		}
	})
	removed.tell("each record removed (two are in no checkpoint, and not missed)")
	stripped.tell("each body cut off")
	swapped.tell("each two files swapped")
	copied.tell("a file copied over another")
}

func faultOf(r Report, file string) bool {
	return slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.File == file })
}

// Every record signed with every other key, and in every other role; and put into every other chain.
func TestShelfEveryRecordSignedAnewAndReplayed(t *testing.T) {
	t.Parallel()
	sc, x := completeTried(t)
	keys, roles, chains := &tally{t: t}, &tally{t: t}, &tally{t: t}
	writers := []*scribe{sc.lead, sc.second, sc.sam, sc.alex, sc.max}
	onAllCores(slices.Sorted(maps.Keys(sc.files)), func(name string) {
		data := sc.files[name]
		cover, old, text, err := decision.CutPage(data)
		if err != nil {
			t.Error(err)
			return
		}
		if strings.Contains(name, ".cover.") {
			text = nil
		}
		c, err := decision.ParseCover(cover)
		if err != nil {
			t.Error(err)
			return
		}
		right := Namespace(c.Kind, decision.Live)
		for _, w := range writers {
			for _, role := range []string{sshsig.Decision, sshsig.Oversight, sshsig.Training} {
				signature, err := w.signer.Sign(role, cover)
				if err != nil {
					t.Error(err)
				}
				if bytes.Equal(signature, old) || !longShelf() && w != sc.max && role != right && !strings.HasPrefix(name, w.folder()) {
					continue
				}
				count := keys
				if role != right {
					count = roles
				}
				r := x.with(map[string][]byte{name: slices.Concat(cover, signature, text)})
				count.add(!r.Clean(), func() string { return fmt.Sprintf("%s signed by %s as %s", name, w.name, role) })
			}
			if folder := w.folder(); w != sc.max && !strings.HasPrefix(name, folder) && (longShelf() || len(data)%2 == 0) {
				to := folder + "/" + strings.SplitN(name, "/", 2)[1]
				r := x.with(map[string][]byte{to: data})
				chains.add(slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.File == to && f.Code == WrongChain }),
					func() string { return fmt.Sprintf("%s copied to %s: %v", name, to, r.Faults) })
			}
		}
	})
	keys.tell("each record signed with each other key")
	roles.tell("each record signed in each other role")
	chains.tell("each record copied into each other chain")
}

// A chain is closed at each of its numbers, and whoever has the key goes on, with every time that might help.
func TestShelfAClosedKeyIsBackdated(t *testing.T) {
	t.Parallel()
	count := &tally{t: t}
	for closed := range 4 {
		for further := range 4 {
			for _, back := range []int{0, 1, 30, 5 * hour, 40 * day, -day} {
				sc := oneLog(t)
				sc.sam.decides()
				sc.sam.decides()
				sc.later(60 * day)
				sc.lead.closes(sc.sam.all[closed])
				sc.later(further)
				for range further {
					sc.sam.decides(claims(sc.minute - back))
				}
				x := newTried(t, sc.files, shelfOptions(t, looked{ID: sc.log.String()}))
				r := x.with(nil)
				var after []int
				for _, f := range r.Faults {
					if f.Code != AfterClosing {
						t.Errorf("closed at %d, %d further, %d minutes back: %v", closed, further, back, f)
					}
					after = append(after, f.Number)
				}
				var all []int
				for _, f := range sc.sam.all[closed+1:] {
					all = append(all, f.number)
				}
				count.add(slices.Equal(after, all), func() string { return fmt.Sprintf("closed at %d: %v, expected %v", closed, after, all) })
			}
		}
	}
	count.tell("a chain closed at each number, and gone on with at each time")
}

// The whole share is put back to every state that it had, and held against the newest receipt.
func TestShelfTheShareIsRolledBackToEveryState(t *testing.T) {
	t.Parallel()
	sc, receipts := completeLog(t)
	count := &tally{t: t}
	newest := slices.Index(sc.order, receipts[1].path)
	for n := range newest + 1 {
		files := map[string][]byte{}
		for _, name := range sc.order[:n] {
			if data, is := sc.files[name]; is {
				files[name] = data
			} else { // its body is still there
				cover := strings.Replace(name, ".record.", ".cover.", 1)
				files[cover] = sc.files[cover]
			}
		}
		for _, id := range []string{sc.log.String(), ""} {
			x := newTried(t, files, shelfOptions(t, looked{ID: id, Receipts: []string{receipts[1].receipt()}}))
			r := x.with(nil)
			count.add(slices.ContainsFunc(r.Faults, func(f Fault) bool {
				return f.Code == RolledBack && f.Number == receipts[1].number
			}), func() string { return fmt.Sprintf("the first %d records: %v", n, r.Faults) })
		}
	}
	count.tell("the share put back to each earlier state, with a receipt")
}

// Every hash and number of a proof changed.
func TestShelfEveryByteOfAProof(t *testing.T) {
	t.Parallel()
	sc := oneLog(t)
	sc.sam.decides()
	point := sc.lead.points()
	text := sc.lead.proof(sc.sam.all[1]).Text()
	o := shelfOptions(t, looked{ID: sc.log.String(), Receipts: []string{point.receipt()}})
	if r, _ := CheckProof(text, "proof.txt", o); !r.Clean() {
		t.Fatal(r.Faults)
	}
	const armour = "-----END SSH SIGNATURE-----\n"
	end := bytes.LastIndex(text, []byte(armour)) + len(armour)
	flips, cut := &tally{t: t}, &tally{t: t}
	at := make([]int, len(text))
	for i := range at {
		at[i] = i
	}
	onAllCores(at, func(i int) {
		data := bytes.Clone(text)
		for bit := range 8 {
			if longShelf() || bit == i%8 {
				data[i] = text[i] ^ 1<<bit
				r, _ := CheckProof(data, "proof.txt", o)
				flips.add(!r.Clean(), func() string { return fmt.Sprintf("bit %d of byte %d of a proof", bit, i) })
			}
		}
		if longShelf() || i%3 == 0 {
			// Without its body a record is still proven, as one that was disposed of is; and that is told.
			r, _ := CheckProof(text[:i], "proof.txt", o)
			alone := i == end && slices.ContainsFunc(r.Notices, func(f Fault) bool { return f.Code == CoverOnly })
			cut.add(r.Clean() == alone, func() string { return fmt.Sprintf("a proof cut off at %d", i) })
		}
	})
	flips.tell("a bit of each byte of a proof turned over")
	cut.tell("a proof cut off at each length")
}

// A body guessed without its salt has another digest, however the words are tried.
func TestShelfAGuessAtADisposedBody(t *testing.T) {
	t.Parallel()
	sc := oneLog(t)
	_, _, text := sc.sam.all[1].parts()
	sum := sha256.Sum256(text)
	at := bytes.Index(text, []byte(`"salt": "`)) + len(`"salt": "`)
	count := &tally{t: t}
	for i := range 2000 {
		guess := bytes.Clone(text)
		other := sha256.Sum256(fmt.Append(nil, i))
		copy(guess[at:at+32], fmt.Sprintf("%x", other[:16]))
		count.add(sha256.Sum256(guess) != sum, func() string { return "a guess was right" })
	}
	count.tell("a guess at a disposed body, without its salt")
}
