package decision_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/decision/sshsig"
)

const actSalt = "00112233445566778899aabbccddeeff"

// oid makes ids whose order is that of n.
func oid(n byte) decision.ID {
	id := decision.ID{n, 0xab}
	id[31] = n
	return id
}

func oidHex(n byte) string { return oid(n).String() }

func testKey(t testing.TB, name string) sshsig.Key {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("sshsig", "testdata", name+".pub"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := sshsig.ParseKey(strings.Join(strings.Fields(string(text))[:2], " "))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func founder(key sshsig.Key, name string) decision.Founder {
	return decision.Founder{Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(), Name: name, Organisation: "Harbour Lane School"}
}

// The chain that acts, and its record before the act.
var (
	actor  = oid(90)
	before = oid(91)
)

const actNumber = 7

func actCover(kind decision.Kind) decision.Cover {
	c := decision.Cover{Chain: actor, Number: actNumber, Previous: before, Kind: kind, Tree: decision.NoTree}
	switch kind {
	case decision.Checkpoint:
		c.Tree = decision.TreeLine(13, oid(77))
	case decision.Release:
		c.About = oid(60)
	}
	return c
}

func founding(t testing.TB) *decision.TrustAct {
	return &decision.TrustAct{
		Salt: actSalt, Program: "dsa test", Title: "Harbour Lane partnership",
		Founders: []decision.Founder{founder(testKey(t, "author"), "Sam O'Neill"), founder(testKey(t, "other"), "Alex Iqbal")},
	}
}

func changing(t testing.TB) *decision.TrustAct {
	return &decision.TrustAct{
		Salt: actSalt, Program: "dsa test", Log: oid(1), Reason: "New lead.\nThe old laptop was lost.",
		Admits: []decision.Admission{
			{Chain: oid(5), Fingerprint: testKey(t, "author").Fingerprint(), Principal: "s.o'neill@example.org", Name: "Sam O'Neill", Organisation: "Harbour Lane School", Roles: []decision.Role{decision.Decider}},
			{Chain: oid(4), Fingerprint: testKey(t, "other").Fingerprint(), Principal: "alex@example.org", Name: "Alex Iqbal", Organisation: "Harbour Lane School", Roles: []decision.Role{decision.Decider, decision.Overseer}},
		},
		Closes: []decision.Closure{{Chain: oid(6), Number: 40, ID: oid(7)}, {Chain: oid(8), Number: 0, ID: oid(8)}, {Chain: actor, Number: actNumber - 1, ID: before}},
	}
}

func checkpoint() *decision.CheckpointAct {
	return &decision.CheckpointAct{
		Salt: actSalt, Program: "dsa test", Log: oid(1),
		Ranges: []decision.Range{{Chain: oid(5), From: 0, To: 0, Head: oid(5)}, {Chain: oid(6), From: 3, To: 5, Head: oid(7)}, {Chain: actor, From: 1, To: actNumber - 1, Head: before}},
		Edge:   []string{oidHex(30), oidHex(31), oidHex(32)},
	}
}

func dispose() *decision.DisposeAct {
	return &decision.DisposeAct{
		Salt: actSalt, Program: "dsa test", Log: oid(1), Rule: "Six years after the last contact", Authority: "Head of service",
		Override: "A court ordered it.", Two: true, Records: []decision.Place{{Chain: oid(5), Number: 3, ID: oid(50)}, {Chain: actor, Number: 2, ID: oid(51)}},
	}
}

func hold() *decision.HoldAct {
	return &decision.HoldAct{
		Salt: actSalt, Program: "dsa test", Log: oid(1), Authority: "Head of service", Reason: "An inquiry has asked for it.",
		Records: []decision.Place{{Chain: oid(5), Number: 3, ID: oid(50)}},
	}
}

func release() *decision.ReleaseAct {
	return &decision.ReleaseAct{Salt: actSalt, Program: "dsa test", Log: oid(1), Authority: "Head of service", Reason: "The inquiry is over."}
}

func rule() *decision.RuleAct {
	return &decision.RuleAct{
		Salt: actSalt, Program: "dsa test", Log: oid(1), Number: 4, Stands: decision.Place{Chain: oid(5), Number: 6, ID: oid(56)}, Reason: "The other branch was written after a restore.",
	}
}

// acts is one of each, as a program may write them.
func acts(t testing.TB) map[decision.Kind][]decision.OversightAct {
	plain := dispose()
	plain.Override, plain.Two = "", false
	return map[decision.Kind][]decision.OversightAct{
		decision.Trust:      {founding(t), changing(t)},
		decision.Checkpoint: {checkpoint()},
		decision.Dispose:    {dispose(), plain},
		decision.Hold:       {hold()},
		decision.Release:    {release()},
		decision.Rule:       {rule()},
	}
}

func TestActsAreTakenAndReadBack(t *testing.T) {
	for kind, list := range acts(t) {
		for _, act := range list {
			if err := act.Check(actCover(kind)); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
			text, err := decision.EncodeBody(act)
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			again := decision.NewAct(kind)
			if err := decision.DecodeBody(text, again); err != nil {
				t.Errorf("%s: read back: %v", kind, err)
			}
			if second, err := decision.EncodeBody(again); err != nil || !bytes.Equal(second, text) {
				t.Errorf("%s: written again: %v", kind, err)
			}
			founds := kind == decision.Trust && act.(*decision.TrustAct).Title != ""
			if act.OfLog() != again.OfLog() || act.OfLog().IsZero() != founds {
				t.Errorf("%s: counts in another log when it is read back", kind)
			}
			for other := range acts(t) {
				if other != kind && act.Check(actCover(other)) == nil {
					t.Errorf("a body of %s behind a cover of %s is taken", kind, other)
				}
			}
		}
	}
	if decision.NewAct(decision.Decision) != nil || decision.NewAct(decision.Open) != nil {
		t.Error("a decision is no act of oversight")
	}
}

// A composer checks what it is about to write before the place in the chain is known.
func TestAnActCanBeCheckedBeforeItHasAPlace(t *testing.T) {
	for kind, list := range acts(t) {
		for _, act := range list {
			c := actCover(kind)
			c.Chain, c.Number, c.Previous = decision.ID{}, 0, decision.ID{}
			if err := act.Check(c); err != nil {
				t.Errorf("%s: %v", kind, err)
			}
		}
	}
}

func TestActsThatAreRefused(t *testing.T) {
	type change struct {
		says, field string
		act         decision.OversightAct
		cover       func(*decision.Cover)
	}
	var all []change
	add := func(says, field string, act decision.OversightAct) {
		all = append(all, change{says: says, field: field, act: act})
	}
	long, tooLong := strings.Repeat("a", 512), strings.Repeat("a", 513)
	inFounding := func(says, field string, f func(*decision.TrustAct)) {
		a := founding(t)
		f(a)
		add("founding: "+says, field, a)
	}
	inTrust := func(says, field string, f func(*decision.TrustAct)) {
		a := changing(t)
		f(a)
		add("trust: "+says, field, a)
	}
	inCheckpoint := func(says, field string, f func(*decision.CheckpointAct)) {
		a := checkpoint()
		f(a)
		add("checkpoint: "+says, field, a)
	}
	inDispose := func(says, field string, f func(*decision.DisposeAct)) {
		a := dispose()
		f(a)
		add("dispose: "+says, field, a)
	}
	inHold := func(says, field string, f func(*decision.HoldAct)) {
		a := hold()
		f(a)
		add("hold: "+says, field, a)
	}
	inRelease := func(says, field string, f func(*decision.ReleaseAct)) {
		a := release()
		f(a)
		add("release: "+says, field, a)
	}
	inRule := func(says, field string, f func(*decision.RuleAct)) {
		a := rule()
		f(a)
		add("rule: "+says, field, a)
	}

	inFounding("no salt", "salt", func(a *decision.TrustAct) { a.Salt = "" })
	inFounding("salt in capitals", "salt", func(a *decision.TrustAct) { a.Salt = strings.ToUpper(actSalt) })
	inFounding("no program", "program", func(a *decision.TrustAct) { a.Program = "" })
	inFounding("an escape in the program", "program", func(a *decision.TrustAct) { a.Program = "dsa\x1b[2J" })
	inFounding("no title", "title", func(a *decision.TrustAct) { a.Title = " " })
	inFounding("a title too long", "title", func(a *decision.TrustAct) { a.Title = tooLong })
	inFounding("a title of two lines", "title", func(a *decision.TrustAct) { a.Title = "a\nb" })
	inFounding("no founder", "founders", func(a *decision.TrustAct) { a.Founders = nil })
	inFounding("one founder", "founders", func(a *decision.TrustAct) { a.Founders = a.Founders[:1] })
	inFounding("one key twice", "founders", func(a *decision.TrustAct) { a.Founders[1] = a.Founders[0] })
	inFounding("another's fingerprint", "founders", func(a *decision.TrustAct) { a.Founders[1].Fingerprint = a.Founders[0].Fingerprint })
	inFounding("no fingerprint", "founders", func(a *decision.TrustAct) { a.Founders[1].Fingerprint = "" })
	inFounding("a key with a comment", "founders", func(a *decision.TrustAct) { a.Founders[0].Key += " sam" })
	inFounding("a key with an option", "founders", func(a *decision.TrustAct) { a.Founders[0].Key = "cert-authority " + a.Founders[0].Key })
	inFounding("a key with a line end in it", "founders", func(a *decision.TrustAct) { a.Founders[0].Key = a.Founders[0].Key[:40] + "\n" + a.Founders[0].Key[40:] })
	inFounding("a key of another type", "founders", func(a *decision.TrustAct) {
		a.Founders[0].Key = strings.Replace(a.Founders[0].Key, "ssh-ed25519", "ssh-rsa", 1)
	})
	inFounding("half a key", "founders", func(a *decision.TrustAct) { a.Founders[0].Key = a.Founders[0].Key[:60] })
	inFounding("no name", "founders/name", func(a *decision.TrustAct) { a.Founders[0].Name = "" })
	inFounding("no organisation", "founders/organisation", func(a *decision.TrustAct) { a.Founders[1].Organisation = "" })
	inFounding("an escape in the reason", "reason", func(a *decision.TrustAct) { a.Reason = "\x1b[2J" })

	inTrust("a title", "title", func(a *decision.TrustAct) { a.Title = "another" })
	inTrust("founders", "founders", func(a *decision.TrustAct) { a.Founders = founding(t).Founders })
	inTrust("nothing changed", "admits", func(a *decision.TrustAct) { a.Admits, a.Closes = nil, nil })
	inTrust("no reason", "reason", func(a *decision.TrustAct) { a.Reason = "" })
	inTrust("a blank reason", "reason", func(a *decision.TrustAct) { a.Reason = " \n " })
	inTrust("a reason too long", "reason", func(a *decision.TrustAct) { a.Reason = strings.Repeat("a", 4097) })
	inTrust("a tab in the reason", "reason", func(a *decision.TrustAct) { a.Reason = "a\tb" })
	inTrust("a reason that is no text", "reason", func(a *decision.TrustAct) { a.Reason = "caf\xe9" })
	inTrust("no chain admitted", "admits", func(a *decision.TrustAct) { a.Admits[0].Chain = decision.ID{} })
	inTrust("a chain admitted twice", "admits", func(a *decision.TrustAct) { a.Admits[1].Chain = a.Admits[0].Chain })
	inTrust("no fingerprint", "admits", func(a *decision.TrustAct) { a.Admits[0].Fingerprint = "" })
	inTrust("half a fingerprint", "admits", func(a *decision.TrustAct) { a.Admits[0].Fingerprint = a.Admits[0].Fingerprint[:40] })
	inTrust("another kind of fingerprint", "admits", func(a *decision.TrustAct) { a.Admits[0].Fingerprint = "MD5:00:11" })
	inTrust("a second spelling of a fingerprint", "admits", func(a *decision.TrustAct) { a.Admits[0].Fingerprint = "SHA256:" + strings.Repeat("A", 42) + "B" })
	inTrust("a principal for all", "admits", func(a *decision.TrustAct) { a.Admits[0].Principal = "*@example.org" })
	inTrust("no name", "admits/name", func(a *decision.TrustAct) { a.Admits[0].Name = "" })
	inTrust("no organisation", "admits/organisation", func(a *decision.TrustAct) { a.Admits[0].Organisation = "a\r" })
	for says, roles := range map[string][]decision.Role{
		"no role": {}, "oversight alone": {decision.Overseer}, "roles in another order": {decision.Overseer, decision.Decider},
		"a role twice": {decision.Decider, decision.Decider}, "a role nobody knows": {"owner"}, "three roles": {decision.Decider, decision.Overseer, "owner"},
	} {
		inTrust(says, "admits", func(a *decision.TrustAct) { a.Admits[0].Roles = roles })
	}
	inTrust("no chain closed", "closes", func(a *decision.TrustAct) { a.Closes[0].Chain = decision.ID{} })
	inTrust("no record closed at", "closes", func(a *decision.TrustAct) { a.Closes[0].ID = decision.ID{} })
	inTrust("a chain closed twice", "closes", func(a *decision.TrustAct) { a.Closes[1].Chain, a.Closes[1].Number = a.Closes[0].Chain, 3 })
	inTrust("a closing below nought", "closes", func(a *decision.TrustAct) { a.Closes[0].Number = -1 })
	inTrust("a closing above all numbers", "closes", func(a *decision.TrustAct) { a.Closes[0].Number = decision.MaxNumber + 1 })
	inTrust("number nought of another chain", "closes", func(a *decision.TrustAct) { a.Closes[0].Number = 0 })
	inTrust("a chain's first record at a number", "closes", func(a *decision.TrustAct) { a.Closes[0].ID = a.Closes[0].Chain })
	inTrust("its own chain closed where it stands", "closes", func(a *decision.TrustAct) { a.Closes[2].Number, a.Closes[2].ID = actNumber, oid(99) })
	inTrust("its own chain closed at a record that is not before it", "closes", func(a *decision.TrustAct) { a.Closes[2].ID = oid(99) })

	inCheckpoint("no log", "log", func(a *decision.CheckpointAct) { a.Log = decision.ID{} })
	inCheckpoint("nothing covered", "ranges", func(a *decision.CheckpointAct) { a.Ranges = []decision.Range{} })
	inCheckpoint("chains in another order", "ranges", func(a *decision.CheckpointAct) { a.Ranges[0], a.Ranges[1] = a.Ranges[1], a.Ranges[0] })
	inCheckpoint("a chain twice", "ranges", func(a *decision.CheckpointAct) { a.Ranges[1].Chain = a.Ranges[0].Chain })
	inCheckpoint("a range that ends before it begins", "ranges", func(a *decision.CheckpointAct) { a.Ranges[1].From = 6 })
	inCheckpoint("a range below nought", "ranges", func(a *decision.CheckpointAct) { a.Ranges[1].From = -1 })
	inCheckpoint("no head", "ranges", func(a *decision.CheckpointAct) { a.Ranges[1].Head = decision.ID{} })
	inCheckpoint("no chain", "ranges", func(a *decision.CheckpointAct) { a.Ranges[0].Chain = decision.ID{} })
	inCheckpoint("itself", "ranges", func(a *decision.CheckpointAct) { a.Ranges[2].To, a.Ranges[2].Head = actNumber, oid(99) })
	inCheckpoint("another record before it", "ranges", func(a *decision.CheckpointAct) { a.Ranges[2].Head = oid(99) })
	inCheckpoint("more than the tree has", "ranges", func(a *decision.CheckpointAct) { a.Ranges[1].From, a.Ranges[1].To = 1, 8 })
	inCheckpoint("an edge too short", "edge", func(a *decision.CheckpointAct) { a.Edge = a.Edge[1:] })
	inCheckpoint("an edge too long", "edge", func(a *decision.CheckpointAct) { a.Edge = append(a.Edge, oidHex(33)) })
	inCheckpoint("an edge in capitals", "edge", func(a *decision.CheckpointAct) { a.Edge[1] = strings.ToUpper(a.Edge[1]) })
	inCheckpoint("half a hash", "edge", func(a *decision.CheckpointAct) { a.Edge[0] = a.Edge[0][:32] })
	for says, line := range map[string]string{"no tree": "-", "no size": oidHex(1), "a size with a nought before it": "013 " + oidHex(1), "a root in capitals": "13 " + strings.ToUpper(oidHex(0xab))} {
		all = append(all, change{"checkpoint: " + says, "tree", checkpoint(), func(c *decision.Cover) { c.Tree = line }})
	}
	all = append(all, change{"checkpoint: another size", "edge", checkpoint(), func(c *decision.Cover) { c.Tree = decision.TreeLine(15, oid(1)) }})

	inDispose("no log", "log", func(a *decision.DisposeAct) { a.Log = decision.ID{} })
	inDispose("no rule", "rule", func(a *decision.DisposeAct) { a.Rule = "" })
	inDispose("no authority", "authority", func(a *decision.DisposeAct) { a.Authority = "" })
	inDispose("an authority of two lines", "authority", func(a *decision.DisposeAct) { a.Authority = "a\nb" })
	inDispose("a blank override", "override", func(a *decision.DisposeAct) { a.Override = " " })
	inDispose("no records", "records", func(a *decision.DisposeAct) { a.Records = []decision.Place{} })
	inDispose("a record twice", "records", func(a *decision.DisposeAct) { a.Records[1] = a.Records[0] })
	inDispose("a record of two chains", "records", func(a *decision.DisposeAct) {
		a.Records[1] = decision.Place{Chain: oid(6), Number: 9, ID: a.Records[0].ID}
	})
	inDispose("no id", "records", func(a *decision.DisposeAct) { a.Records[0].ID = decision.ID{} })
	inDispose("itself", "records", func(a *decision.DisposeAct) { a.Records[1].Number = actNumber })

	inHold("no authority", "authority", func(a *decision.HoldAct) { a.Authority = "" })
	inHold("no reason", "reason", func(a *decision.HoldAct) { a.Reason = "" })
	inHold("no records", "records", func(a *decision.HoldAct) { a.Records = nil })
	inHold("a record twice", "records", func(a *decision.HoldAct) { a.Records = append(a.Records, a.Records[0]) })
	inHold("no log", "log", func(a *decision.HoldAct) { a.Log = decision.ID{} })

	inRelease("no log", "log", func(a *decision.ReleaseAct) { a.Log = decision.ID{} })
	inRelease("no authority", "authority", func(a *decision.ReleaseAct) { a.Authority = tooLong })
	inRelease("no reason", "reason", func(a *decision.ReleaseAct) { a.Reason = "\x00" })
	all = append(all, change{"release: of nothing", "about", release(), func(c *decision.Cover) { c.About = decision.ID{} }})

	inRule("no log", "log", func(a *decision.RuleAct) { a.Log = decision.ID{} })
	inRule("no reason", "reason", func(a *decision.RuleAct) { a.Reason = "" })
	inRule("no fork at number nought", "number", func(a *decision.RuleAct) { a.Number = 0 })
	inRule("nothing stands", "stands", func(a *decision.RuleAct) { a.Stands = decision.Place{} })
	inRule("a branch that ends before the fork", "stands", func(a *decision.RuleAct) { a.Number = 7 })

	for _, test := range all {
		c := actCover(kindOf(test.act))
		if test.cover != nil {
			test.cover(&c)
		}
		var e *decision.ActFieldError
		if err := test.act.Check(c); !errors.As(err, &e) || e.Field != test.field || e.Reason == "" {
			t.Errorf("%s: %v, want a fault in %s", test.says, err, test.field)
		} else if strings.Contains(err.Error(), long) {
			t.Errorf("%s: the error repeats what was typed", test.says)
		}
	}

	a := founding(t)
	a.Title, a.Founders[0].Name = long, long
	if err := a.Check(actCover(decision.Trust)); err != nil {
		t.Errorf("lines as long as they may be: %v", err)
	}
}

func kindOf(act decision.OversightAct) decision.Kind {
	for _, kind := range []decision.Kind{decision.Trust, decision.Checkpoint, decision.Dispose, decision.Hold, decision.Release, decision.Rule} {
		if fmt.Sprintf("%T", decision.NewAct(kind)) == fmt.Sprintf("%T", act) {
			return kind
		}
	}
	return ""
}

func TestListsThatAreLeftOutAndListsThatAreEmpty(t *testing.T) {
	text := func(v any) string {
		b, err := decision.EncodeBody(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	empty := text(&decision.HoldAct{Salt: actSalt, Log: oid(1), Records: []decision.Place{}})
	trust := text(&decision.TrustAct{Salt: actSalt, Log: oid(1), Reason: "a"})
	for says, test := range map[string]struct {
		act  decision.OversightAct
		text string
		read bool
	}{
		"an empty list that is always there": {&decision.HoldAct{}, empty, true},
		"null for it":                        {&decision.HoldAct{}, strings.Replace(empty, "[]", "null", 1), false},
		"it is left out":                     {&decision.HoldAct{}, strings.Replace(empty, ",\n  \"records\": []", "", 1), false},
		"a list that is left out":            {&decision.TrustAct{}, trust, true},
		"the same, empty":                    {&decision.TrustAct{}, strings.Replace(trust, `  "reason"`, `  "admits": [],`+"\n"+`  "reason"`, 1), false},
	} {
		if err := decision.DecodeBody([]byte(test.text), test.act); (err == nil) != test.read {
			t.Errorf("%s: %v\n%s", says, err, test.text)
		}
	}
	if _, err := decision.EncodeBody(&decision.CheckpointAct{Salt: actSalt}); err == nil {
		t.Error("a list that is nil is written")
	}
}

func TestTreeLines(t *testing.T) {
	for _, size := range []uint64{0, 1, 13, decision.MaxLeaves} {
		line := decision.TreeLine(size, oid(3))
		if got, root, ok := decision.ParseTree(line); !ok || got != size || root != oid(3) {
			t.Errorf("%q is read as %d %s %v", line, got, root, ok)
		}
	}
	for _, line := range []string{"", "-", "1", "1  " + oidHex(1), "-1 " + oidHex(1), "1 " + oidHex(1) + " ", "9007199254740993 " + oidHex(1), "1 " + oidHex(1)[1:]} {
		if _, _, ok := decision.ParseTree(line); ok {
			t.Errorf("%q is read as a tree", line)
		}
	}
	edge := []decision.ID{oid(1), {}, oid(2)}
	a := decision.CheckpointAct{Edge: decision.EdgeText(edge)}
	if got, ok := a.EdgeIDs(); !ok || !slices.Equal(got, edge) {
		t.Errorf("an edge is read back as %v", got)
	}
}

func receipt() decision.Receipt {
	return decision.Receipt{Log: oid(1), Chain: oid(2), Number: 41, ID: oid(3)}
}

func TestReceipts(t *testing.T) {
	line := receipt().String()
	if want := "dsa-receipt " + oidHex(1) + " " + oidHex(2) + " 41 " + oidHex(3); line != want {
		t.Fatalf("%q", line)
	}
	if got, err := decision.ParseReceipt(line); err != nil || got != receipt() {
		t.Fatalf("%v %v", got, err)
	}
	for says, test := range map[string]struct{ line, part string }{
		"nothing":                      {"", ""},
		"another word":                 {strings.Replace(line, "dsa-receipt", "dsa-record", 1), ""},
		"a line end":                   {line + "\n", "id"},
		"a space after it":             {line + " ", ""},
		"a space before it":            {" " + line, ""},
		"two spaces":                   {strings.Replace(line, " 41", "  41", 1), ""},
		"a tab":                        {strings.Replace(line, " 41", "\t41", 1), ""},
		"a part less":                  {strings.Replace(line, " 41", "", 1), ""},
		"a part more":                  {line + " 41", ""},
		"capitals":                     {strings.Replace(line, oidHex(3), strings.ToUpper(oidHex(3)), 1), "id"},
		"no log":                       {strings.Replace(line, oidHex(1), "-", 1), "log"},
		"a log of noughts":             {strings.Replace(line, oidHex(1), strings.Repeat("0", 64), 1), "log"},
		"no chain":                     {strings.Replace(line, oidHex(2), "-", 1), "chain"},
		"a nought before the number":   {strings.Replace(line, " 41", " 041", 1), "number"},
		"a sign before the number":     {strings.Replace(line, " 41", " +41", 1), "number"},
		"number nought":                {strings.Replace(line, " 41", " 0", 1), "number"},
		"a number too high":            {strings.Replace(line, " 41", " 10000000", 1), "number"},
		"the log for the chain":        {strings.Replace(line, oidHex(2), oidHex(1), 1), "chain"},
		"the chain for the checkpoint": {strings.Replace(line, oidHex(3), oidHex(2), 1), "id"},
		"the log for the checkpoint":   {strings.Replace(line, oidHex(3), oidHex(1), 1), "id"},
		"half an id":                   {line[:len(line)-1], "id"},
	} {
		var e *decision.ReceiptError
		if _, err := decision.ParseReceipt(test.line); !errors.As(err, &e) || e.Part != test.part || strings.Contains(err.Error(), "41") {
			t.Errorf("%s: %v", says, err)
		}
	}
	for i := range len(line) {
		for _, with := range []byte{line[i] ^ 1, line[i] ^ 0x20, ' ', '\n'} {
			changed := []byte(line)
			changed[i] = with
			if got, err := decision.ParseReceipt(string(changed)); err == nil && with != line[i] && got == receipt() {
				t.Errorf("byte %d changed to %q is the same receipt", i, with)
			}
		}
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add(receipt().String())
	f.Add(receipt().String() + "\n")
	f.Add("dsa-receipt - - 0 -")
	f.Fuzz(func(t *testing.T, line string) {
		r, err := decision.ParseReceipt(line)
		if err == nil && r.String() != line {
			t.Fatalf("accepted a second spelling: %q", line)
		}
		if err != nil && r != (decision.Receipt{}) {
			t.Fatal("a receipt comes with an error")
		}
	})
}

// FuzzAct reads bodies of every kind of oversight: what is read is written again byte for byte, and to judge it never
// panics, whatever the cover says.
func FuzzAct(f *testing.F) {
	kinds := []decision.Kind{decision.Trust, decision.Checkpoint, decision.Dispose, decision.Hold, decision.Release, decision.Rule}
	for i, kind := range kinds {
		for _, act := range acts(f)[kind] {
			text, err := decision.EncodeBody(act)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(byte(i), text, actCover(kind).Tree, actNumber)
		}
	}
	f.Add(byte(1), []byte("{}\n"), "1 x", -1)
	f.Fuzz(func(t *testing.T, which byte, text []byte, tree string, number int) {
		kind := kinds[int(which)%len(kinds)]
		act := decision.NewAct(kind)
		if decision.DecodeBody(text, act) != nil {
			return
		}
		if again, err := decision.EncodeBody(act); err != nil || !bytes.Equal(again, text) {
			t.Fatalf("accepted a second spelling of %s: %v\n%q", kind, err, text)
		}
		c := actCover(kind)
		c.Tree, c.Number = tree, number
		var e *decision.ActFieldError
		if err := act.Check(c); err != nil && !errors.As(err, &e) {
			t.Fatalf("%s: %v", kind, err)
		}
	})
}
