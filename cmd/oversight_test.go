package cmd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
	"dsa/data"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/rogpeppe/go-internal/testscript"
)

// The acts of oversight as people type them: several persons, each with a home folder and a key, and the shares between
// them. Every command has a minute and randomness of its own.
func TestOversightScripts(t *testing.T) {
	t.Parallel()
	as := func(ts *testscript.TestScript, name string, args []string) (code int) {
		turn, _ := strconv.Atoi(ts.Getenv("TURN"))
		now, err := time.Parse(time.RFC3339, ts.Getenv("DAY"))
		ts.Check(err)
		ts.Setenv("TURN", strconv.Itoa(turn+1))
		ts.Setenv("SEED", "turn "+strconv.Itoa(turn))
		ts.Setenv("NOW", now.Add(time.Duration(turn)*time.Minute).Format(time.RFC3339))
		ts.Setenv("DSA_HOME", ts.MkAbs(name))
		err = ts.Exec("dsa", args...)
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			return exit.ExitCode()
		}
		ts.Check(err)
		return codeDone
	}
	sam, decisions := twoDecisions(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/oversight",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("DAY", "2026-11-22T10:00:00Z")
			env.Setenv("TZ", "UTC")
			for name, text := range map[string]string{
				"ida.yaml":  who("Ida Marsh", "Information governance lead", "Fenmarsh Council", "ida.marsh@fenmarsh.example"),
				"omar.yaml": who("Omar Reed", "Caldicott guardian", "Harbour Lane Trust", "omar.reed@harbourlane.example"),
				"eve.yaml":  who("Eve Stone", "Records manager", "Northvale Council", "eve.stone@northvale.example"),
			} {
				if err := os.WriteFile(filepath.Join(env.WorkDir, name), []byte(text), 0o600); err != nil {
					return err
				}
			}
			env.Setenv("FIRST", decisions[0].Shown())
			env.Setenv("SECOND", decisions[1].Shown())
			return os.CopyFS(filepath.Join(env.WorkDir, "sam"), os.DirFS(sam))
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// on PERSON ARGS... runs dsa as somebody; it has to succeed.
			"on": func(ts *testscript.TestScript, neg bool, args []string) {
				if code := as(ts, args[0], args[1:]); neg || code != codeDone {
					ts.Fatalf("exit code %d", code)
				}
			},
			// ends CODE PERSON ARGS... runs dsa as somebody; it has to end with that exit code.
			"ends": func(ts *testscript.TestScript, _ bool, args []string) {
				if code := as(ts, args[1], args[2:]); strconv.Itoa(code) != args[0] {
					ts.Fatalf("exit code %d, not %s", code, args[0])
				}
			},
			// keep NAME EXPRESSION sets a variable to what the group of the expression matches in the last output.
			"keep": func(ts *testscript.TestScript, _ bool, args []string) {
				match := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
				if match == nil {
					ts.Fatalf("no %s in the output", args[1])
				}
				ts.Setenv(args[0], match[1])
			},
			// bodies FOLDER NUMBER checks how many records of a folder have their bodies, openings and acts of oversight aside.
			"bodies": func(ts *testscript.TestScript, _ bool, args []string) {
				names, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*", "0000", "*.record.txt"))
				ts.Check(err)
				n := 0
				for _, name := range names {
					text, err := os.ReadFile(name)
					ts.Check(err)
					if regexp.MustCompile(`\nkind (decision|complete|amend|review|endorse)\n`).Match(text) {
						n++
					}
				}
				if strconv.Itoa(n) != args[1] {
					ts.Fatalf("%d bodies, not %s", n, args[1])
				}
			},
			// forge FOLDER CHAIN KIND ABOUT lays a record there that names a chain of somebody else's: well-formed, and signed with
			// some key.
			"forge": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(forge(ts.MkAbs(args[0]), args[1], decision.Kind(args[2]), args[3]))
			},
			// edit FILE OLD NEW replaces a text in a file.
			"edit": func(ts *testscript.TestScript, _ bool, args []string) {
				text := ts.ReadFile(args[0])
				if !strings.Contains(text, args[1]) {
					ts.Fatalf("%q is not in the file", args[1])
				}
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, args[1], args[2], 1)), 0o600))
			},
		},
	})
}

// forge takes the newest record of a chain and puts another of the next number and of its own number beside it.
func forge(dir, chain string, kind decision.Kind, about string) error {
	names, err := filepath.Glob(filepath.Join(dir, chain, "0000", "*.record.txt"))
	if err != nil || len(names) == 0 {
		return fmt.Errorf("no chain %s: %v", chain, err)
	}
	text, err := os.ReadFile(names[len(names)-1])
	if err != nil {
		return err
	}
	_, entry := logbook.CheckFile(text, filepath.Base(names[len(names)-1]), logbook.Options{})
	book, err := logbook.Open(dir)
	if err != nil {
		return err
	}
	defer book.Close()
	of, err := book.Find(about)
	if err != nil {
		return err
	}
	_, private, err := ed25519.GenerateKey(fixedRandom("a forger"))
	if err != nil {
		return err
	}
	signer, err := strictSigner(private)
	if err != nil {
		return err
	}
	body := []byte("{}\n")
	if of.Page.Cover.Kind == kind {
		body = of.Page.Body
	}
	for _, number := range []int{entry.Number, entry.Number + 1} {
		cover := decision.Cover{Chain: entry.Chain, Number: number, Previous: entry.ID, Time: entry.Page.Cover.Time, Kind: kind, About: of.ID,
			KeepUntil: decision.Permanent, BodySum: sha256.Sum256(body), BodyLen: len(body)}
		lines := cover.Encode()
		armour, err := signer.Sign(logbook.Namespace(kind, decision.Live), lines)
		if err != nil {
			return err
		}
		name := filepath.Join(dir, chain, decision.NumberFolder(number), decision.RecordName(number, sha256.Sum256(lines)))
		if err := os.WriteFile(name, slices.Concat(lines, armour, body), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// twoDecisions is the home folder of a practitioner with two decisions, made once for all scripts.
func twoDecisions(t *testing.T) (home string, ids []decision.ID) {
	t.Helper()
	app, _, said := newTestApp(t, "")
	for n, day := range []string{"2026-11-21T09:00:00Z", "2026-11-21T15:30:00Z"} {
		at, err := time.Parse(time.RFC3339, day)
		if err != nil {
			t.Fatal(err)
		}
		app.Now, app.Rand = func() time.Time { return at }, fixedRandom(fmt.Sprint("decision ", n))
		app.Out = new(bytes.Buffer)
		if code := Main(app, []string{"share", "--answers", oneCase}); code != codeDone {
			t.Fatal(said)
		}
	}
	book, err := logbook.Open(app.path("log"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for entry, err := range book.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		if entry.Number > 0 {
			ids = append(ids, entry.ID)
		}
	}
	return app.Home, ids
}

// who is an answers file for dsa setup.
func who(name, post, organisation, email string) string {
	return fmt.Sprintf("answers:\n  name: %s\n  post: %s\n  organisation: %s\n  sector: local-authority\n  public-authority: yes\n  competent-authority: no\n  email: %s\n  keep-years: 8\n",
		name, post, organisation, email)
}

// idOf is an id that no record has.
func idOf(n byte) decision.ID { return decision.ID{0: n, 31: 1} }

// A chain as branches sees it: numbers with the ids of the record and of the one before.
func chainOf(links ...[3]byte) []logbook.Entry {
	var all []logbook.Entry
	for _, l := range links {
		all = append(all, logbook.Entry{Number: int(l[0]), ID: idOf(l[1]), Page: decision.Page{Cover: decision.Cover{Previous: idOf(l[2])}}})
	}
	return all
}

func TestBranches(t *testing.T) {
	for words, test := range map[string]struct {
		records []logbook.Entry
		number  int
		ends    []string
	}{
		"a chain without a fork has none":        {chainOf([3]byte{0, 1, 0}, [3]byte{1, 2, 1}, [3]byte{2, 3, 2}), -1, nil},
		"two records of one number are two":      {chainOf([3]byte{0, 1, 0}, [3]byte{1, 2, 1}, [3]byte{1, 3, 1}), 1, []string{"2", "3"}},
		"each is followed to its end":            {chainOf([3]byte{0, 1, 0}, [3]byte{1, 2, 1}, [3]byte{1, 3, 1}, [3]byte{2, 4, 2}, [3]byte{2, 5, 3}, [3]byte{3, 6, 5}), 1, []string{"2 4", "3 5 6"}},
		"one that forks again has two ends":      {chainOf([3]byte{0, 1, 0}, [3]byte{1, 2, 1}, [3]byte{1, 3, 1}, [3]byte{2, 4, 2}, [3]byte{2, 5, 2}), 1, []string{"3", "2 4", "2 5"}},
		"one with a gap begins after it":         {chainOf([3]byte{0, 1, 0}, [3]byte{1, 2, 1}, [3]byte{1, 3, 1}, [3]byte{3, 6, 9}), 1, []string{"2", "3", "6"}},
		"the first number that forked counts":    {chainOf([3]byte{0, 1, 0}, [3]byte{1, 2, 1}, [3]byte{2, 3, 2}, [3]byte{2, 4, 2}, [3]byte{3, 5, 3}), 2, []string{"4", "3 5"}},
		"a record that names itself is no cycle": {chainOf([3]byte{0, 1, 0}, [3]byte{1, 2, 1}, [3]byte{1, 3, 1}), 1, []string{"2", "3"}},
	} {
		number, all := branches(test.records)
		var ends []string
		for _, b := range all {
			var ids []string
			for _, r := range b {
				ids = append(ids, fmt.Sprint(r.ID[0]))
			}
			ends = append(ends, strings.Join(ids, " "))
		}
		if number != test.number || !slices.Equal(ends, test.ends) {
			t.Errorf("%s: number %d, branches %q", words, number, ends)
		}
	}
}

// What is due is a decision with everything that belongs to it, once all of it is.
func TestWhatIsDueGoesTogether(t *testing.T) {
	sweep := func(about map[byte]byte, keep map[byte]string) *sweeping {
		s := &sweeping{covers: map[decision.ID]swept{}, about: map[decision.ID][]decision.ID{}}
		for n, until := range keep {
			one := swept{keepUntil: until, decision: about[n] == 0}
			if !one.decision {
				one.about = idOf(about[n])
				s.about[one.about] = append(s.about[one.about], idOf(n))
			}
			s.covers[idOf(n)] = one
		}
		return s
	}
	at := time.Date(2034, 11, 22, 12, 0, 0, 0, time.UTC)
	for words, test := range map[string]struct {
		about map[byte]byte
		keep  map[byte]string
		due   []byte
	}{
		"the day after its day it is due":             {nil, map[byte]string{1: "2034-11-21"}, []byte{1}},
		"on its day it is not":                        {nil, map[byte]string{1: "2034-11-22"}, nil},
		"what is permanent never is":                  {nil, map[byte]string{1: decision.Permanent}, nil},
		"a review that is kept longer keeps the rest": {map[byte]byte{2: 1, 3: 1}, map[byte]string{1: "2034-01-01", 2: "2034-01-01", 3: "2035-01-01"}, nil},
		"an endorsement of an amendment belongs too":  {map[byte]byte{2: 1, 3: 2}, map[byte]string{1: "2034-01-01", 2: "2034-01-01", 3: "2034-01-02"}, []byte{1, 2, 3}},
		"and keeps the rest":                          {map[byte]byte{2: 1, 3: 2}, map[byte]string{1: "2034-01-01", 2: "2034-01-01", 3: "2036-01-02"}, nil},
		"another decision is another matter":          {map[byte]byte{3: 1}, map[byte]string{1: "2034-01-01", 2: "2034-01-01", 3: "2036-01-02"}, []byte{2}},
		"what goes in a circle comes to an end":       {map[byte]byte{2: 3, 3: 2}, map[byte]string{2: "2034-01-01", 3: "2034-01-01"}, []byte{2, 3}},
	} {
		due := sweep(test.about, test.keep).due(at, func(ids map[decision.ID]bool) map[decision.ID]bool { return ids })
		var got []byte
		for id := range due {
			got = append(got, id[0])
		}
		slices.Sort(got)
		if !slices.Equal(got, test.due) {
			t.Errorf("%s: due are %v", words, got)
		}
	}
	forged := sweep(map[byte]byte{2: 1}, map[byte]string{1: "2034-01-01", 2: decision.Permanent})
	if due := forged.due(at, func(map[decision.ID]bool) map[decision.ID]bool { return nil }); len(due) != 1 || !due[idOf(1)] {
		t.Errorf("what is not genuine holds others back: %v", due)
	}
	s := sweep(map[byte]byte{2: 1, 3: 2, 4: 4}, map[byte]string{1: "2034-01-01", 2: "2034-01-01", 3: "2034-01-01", 4: "2034-01-01"})
	if with := s.with(map[decision.ID]bool{idOf(1): true}); len(with) != 3 {
		t.Errorf("a decision goes with %d records", len(with))
	}
	if with := s.with(map[decision.ID]bool{idOf(4): true}); len(with) != 1 {
		t.Errorf("a record about itself goes with %d records", len(with))
	}
}

// A log may be long: a look through it keeps what an act concerns, and nothing of any other record.
func TestALookKeepsNothingOfOtherRecords(t *testing.T) {
	home, ids := twoDecisions(t)
	book, err := logbook.Open(filepath.Join(home, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	g := &gathering{books: []*logbook.Book{book}}
	s, chosen, err := g.chosen(t.Context(), []string{ids[0].String()})
	if err != nil || len(s.covers) != 1 || len(chosen) != 1 || !chosen[ids[0]] {
		t.Errorf("one was chosen: %v, kept %d, %v", chosen, len(s.covers), err)
	}
	for year, want := range map[int]int{2030: 0, 2040: 2} {
		s, err := g.sweepDue(t.Context(), time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC))
		if err != nil || len(s.covers) != want {
			t.Errorf("in %d %d are kept, %v", year, len(s.covers), err)
		}
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := g.sweepDue(stopped, time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("a person who stops it gets %v", err)
	}
}

// Where a checkpoint covers one branch, the other is not chosen unawares.
func TestAWarningAgainstSettingAsideWhatIsCovered(t *testing.T) {
	_, all := branches(chainOf([3]byte{0, 1, 0}, [3]byte{1, 2, 1}, [3]byte{1, 3, 1}, [3]byte{2, 4, 2}))
	point := func(head byte, to int) fixed { return fixed{Range: decision.Range{Head: idOf(head), To: to}} }
	stands := map[byte]string{}
	for _, b := range all {
		stands[b[0].ID[0]] = b.last().ID.Shown()
	}
	for words, test := range map[string]struct {
		points   []fixed
		stands   byte
		warnings int
		advice   int
	}{
		"no checkpoint":                     {nil, 2, 0, 0},
		"one before the fork":               {[]fixed{point(1, 0)}, 2, 0, 0},
		"the branch that it covers stands":  {[]fixed{point(2, 1)}, 2, 0, 1},
		"the other one stands":              {[]fixed{point(2, 1)}, 3, 1, 1},
		"each is covered, so one has to go": {[]fixed{point(3, 1), point(4, 2)}, 2, 1, 1},
		"nothing is chosen yet":             {[]fixed{point(2, 1)}, 9, 0, 1},
	} {
		if got := setAside(test.points, all, stands[test.stands]); len(got) != test.warnings {
			t.Errorf("%s: %q", words, got)
		}
		if got := advice(test.points, all); len(got) != test.advice {
			t.Errorf("%s: %q", words, got)
		}
	}
}

func TestReceiptsAreFoundInLettersAndMinutes(t *testing.T) {
	one := decision.Receipt{Log: idOf(1), Chain: idOf(2), Number: 7, ID: idOf(3)}
	two := decision.Receipt{Log: idOf(1), Chain: idOf(2), Number: 9, ID: idOf(4)}
	dir := t.TempDir()
	for words, test := range map[string]struct {
		text string
		want []decision.Receipt
	}{
		"a line":                       {one.String(), []decision.Receipt{one}},
		"a line with blanks around":    {"  " + one.String() + " ", []decision.Receipt{one}},
		"a file":                       {"@" + one.String() + "\n" + two.String() + "\n", []decision.Receipt{one, two}},
		"a quoted mail":                {"@Dear all,\r\n\r\n> " + one.String() + "\r\n> " + one.String() + "\r\nYours\r\n", []decision.Receipt{one}},
		"written by PowerShell":        {"@\xff\xfe" + wide(one.String()+"\r\n"+two.String()+"\r\n"), []decision.Receipt{one, two}},
		"added to by PowerShell":       {"@" + one.String() + "\n" + wide(two.String()+"\r\n"), []decision.Receipt{one, two}},
		"saved by an editor":           {"@\ufeff" + one.String() + "\r\n", []decision.Receipt{one}},
		"in a sentence":                {"@Noted: " + one.String() + " as read out.\n", []decision.Receipt{one}},
		"a file without any":           {"@nothing here\n", nil},
		"a line that was cut":          {one.String()[:80], nil},
		"a line with a number too big": {strings.Replace(one.String(), " 7 ", " 77777777 ", 1), nil},
		"a word that is no receipt":    {"dsa-receiptx", nil},
		"a file that is not there":     {"nowhere.txt", nil},
		"nothing":                      {"", nil},
	} {
		named := test.text
		if text, ok := strings.CutPrefix(named, "@"); ok {
			named = filepath.Join(dir, "receipts.txt")
			if err := os.WriteFile(named, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		got, err := readReceipts(named)
		if !slices.Equal(got, test.want) || (err == nil) != (test.want != nil) {
			t.Errorf("%s: %v, %v", words, got, err)
		}
		if err != nil && (explain(err).code != codeUsage || strings.Contains(explain(err).what, "0000")) {
			t.Errorf("%s: %v", words, explain(err))
		}
	}
}

// wide is plain text as PowerShell redirects it, two bytes for a letter.
func wide(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		b.Write([]byte{c, 0})
	}
	return b.String()
}

// Of a thousand faults of one code a person sees the first, and how many there are.
func TestManyFaultsAreGrouped(t *testing.T) {
	var faults []logbook.Fault
	for n := range 250 {
		faults = append(faults, logbook.Fault{Number: n, Code: "missing", Meaning: "the record is not there"})
	}
	faults = append(faults, logbook.Fault{Number: -1, File: "x\x1b[31m.txt", Code: "stray", Meaning: "this has no place in a log"})
	var out bytes.Buffer
	printFaults(&out, "FAULT", faults)
	if n := strings.Count(out.String(), "FAULT missing"); n != maxOfCode+1 {
		t.Errorf("%d lines", n)
	}
	if !strings.Contains(out.String(), "and 150 more") || strings.Contains(out.String(), "\x1b") || !strings.Contains(out.String(), "FAULT stray: x<U+001B>[31m.txt") {
		t.Errorf("%s", out.String()[out.Len()-300:])
	}
}

// What comes from outside acts on no terminal, and a program reads it as it is.
func TestJSONActsOnNoTerminal(t *testing.T) {
	const name = "a\x1b[31m\u009b31m\u202egpj\U000e0001<&>"
	var out bytes.Buffer
	if err := printJSON(&out, "  ", map[string]string{"file": name}); err != nil {
		t.Fatal(err)
	}
	if want := `{
  "file": "a\u001b[31m\u009b31m\u202egpj\udb40\udc01<&>"
}
`; out.String() != want {
		t.Errorf("%q", out.String())
	}
	var back map[string]string
	if err := json.Unmarshal(out.Bytes(), &back); err != nil || back["file"] != name {
		t.Errorf("%q, %v", back, err)
	}
}

// A check that is stopped says that it shows nothing, and how far it had come.
func TestAStoppedCheckShowsNothing(t *testing.T) {
	app, out, _ := newTestApp(t, "")
	book, err := logbook.Create(app.path("log"))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = app.watch(ctx, []*logbook.Book{book}, checks())
	if f := explain(err); f.code != codeStopped || f.what != "stopped after 0 files had been looked at; nothing can be concluded from that" {
		t.Errorf("%v", f)
	}
	if err := runVerify(ctx, app, "", verifyOptions{json: true}); explain(err).code != codeStopped || out.Len() > 0 {
		t.Errorf("%v, and it printed %q", err, out)
	}
}

// Every question before an act can be read, and each act has its own.
func TestActsHaveTheirQuestions(t *testing.T) {
	for act, wants := range map[string][]string{
		"admit": {"compared"}, "close": {"reason"}, "dispose": {"rule", "authority", "override"}, "confirm": {"authority"},
		"hold": {"authority", "reason"}, "release": {"authority", "reason"}, "rule": {"stands", "reason"},
	} {
		list, err := checklist.LoadAct(data.Files, act)
		if err != nil {
			t.Fatal(err)
		}
		var asks []string
		for _, ask := range list.Questions[0].Asks {
			asks = append(asks, ask.ID)
		}
		if list.ID != act || len(list.Questions) != 1 || !slices.Equal(asks, wants) {
			t.Errorf("%s: %s %v", act, list.ID, asks)
		}
	}
	if list, err := checklist.LoadAct(data.Files, "nothing"); err == nil {
		t.Errorf("an act that is not there: %v", list)
	}
}
