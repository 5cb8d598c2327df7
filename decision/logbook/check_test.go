package logbook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// found lists findings as "code number", in order.
func found(faults []Fault) []string {
	var list []string
	for _, f := range faults {
		list = append(list, fmt.Sprintf("%s %d", f.Code, f.Number))
	}
	return list
}

// The shelf of damaged logs: one damage each, and what must be found.
func TestCheckNamesEveryDamage(t *testing.T) {
	author, other := fixedSigner(t, "author"), fixedSigner(t, "other")
	replaceIn := func(old, new string) func(*testing.T, *Book, []Entry) {
		return func(t *testing.T, b *Book, e []Entry) {
			file := e[3].Page.Bytes()
			if !bytes.Contains(file, []byte(old)) {
				t.Fatalf("%q is not in the record", old)
			}
			writeFile(t, b.pathOf(e[3]), bytes.Replace(file, []byte(old), []byte(new), 1))
		}
	}
	// put writes a signed record after the last, number 5 unless changed.
	put := func(s sshsig.Signer, namespace, text string, change func(c *decision.Cover, e []Entry)) func(*testing.T, *Book, []Entry) {
		return func(t *testing.T, b *Book, e []Entry) {
			c := e[4].Page.Cover
			c.Number, c.Previous = 5, e[4].ID
			if change != nil {
				change(&c, e)
			}
			id, file := forge(t, s, namespace, c, []byte(text))
			writeFile(t, filepath.Join(filepath.Dir(b.pathOf(e[4])), decision.RecordName(c.Number, id)), file)
		}
	}
	move := func(b *Book, e Entry, to string) {
		to = filepath.Join(b.Dir(), filepath.FromSlash(to))
		os.MkdirAll(filepath.Dir(to), 0o700)
		os.Rename(b.pathOf(e), to)
	}
	chainOf := func(e []Entry) string { return decision.ChainFolder(e[0].ID) }
	good := "{}\n"

	for _, test := range []struct {
		says    string
		damage  func(t *testing.T, b *Book, e []Entry)
		faults  []string
		notices []string
	}{
		{"an untouched log has no findings", func(*testing.T, *Book, []Entry) {}, nil, nil},

		{"a word in a body", replaceIn("in case 3", "in case 4"), []string{"changed-body 3"}, nil},
		{"a line at the end of a body", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, b.pathOf(e[3]), append(e[3].Page.Bytes(), '\n'))
		}, []string{"changed-body 3"}, nil},
		{"a cut body", func(t *testing.T, b *Book, e []Entry) { os.Truncate(b.pathOf(e[3]), int64(len(e[3].Page.Bytes())-10)) }, []string{"truncated 3"}, nil},
		{"a cut signature", func(t *testing.T, b *Book, e []Entry) {
			os.Truncate(b.pathOf(e[3]), int64(len(e[3].Page.CoverBytes)+100))
		}, []string{"no-signature 3"}, nil},
		{"an emptied file", func(t *testing.T, b *Book, e []Entry) { os.Truncate(b.pathOf(e[3]), 0) }, []string{"truncated 3"}, nil},
		{"a date on a cover", replaceIn("keep-until 2034", "keep-until 2027"), []string{"changed-cover 3"}, nil},
		{"a kind on a cover", replaceIn("kind decision", "kind delete"), []string{"changed-cover 3"}, nil},
		{"cover and body", func(t *testing.T, b *Book, e []Entry) {
			file := bytes.Replace(e[3].Page.Bytes(), []byte("keep-until 2034"), []byte("keep-until 2027"), 1)
			writeFile(t, b.pathOf(e[3]), bytes.Replace(file, []byte("in case 3"), []byte("in case 4"), 1))
		}, []string{"changed-cover 3", "changed-body 3"}, nil},
		{"a letter of a signature", func(t *testing.T, b *Book, e []Entry) {
			file := e[3].Page.Bytes()
			file[len(e[3].Page.CoverBytes)+200] ^= 1
			writeFile(t, b.pathOf(e[3]), file)
		}, []string{"bad-signature 3"}, nil},
		{"the signature of another record", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, b.pathOf(e[3]), slices.Concat(e[3].Page.CoverBytes, e[2].Page.Signature, e[3].Page.Body))
		}, []string{"bad-signature 3"}, nil},
		{"no signature", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, b.pathOf(e[3]), slices.Concat(e[3].Page.CoverBytes, e[3].Page.Body))
		}, []string{"no-signature 3"}, nil},
		{"signed again with another key", func(t *testing.T, b *Book, e []Entry) {
			_, file := forgeCover(t, other, sshsig.Decision, e[3].Page.CoverBytes, e[3].Page.Body)
			writeFile(t, b.pathOf(e[3]), file)
		}, []string{"wrong-key 3"}, nil},
		{"a decision signed in the role of oversight", put(author, sshsig.Oversight, good, nil), []string{"bad-signature 5"}, nil},
		{"an exercise among decisions", put(author, sshsig.Training, good, nil), []string{"wrong-role 5"}, nil},
		{"a newer format", func(t *testing.T, b *Book, e []Entry) {
			cover := bytes.Replace(e[4].Page.CoverBytes, []byte("dsa-record 1"), []byte("dsa-record 2"), 1)
			id, file := forgeCover(t, author, sshsig.Decision, cover, e[4].Page.Body)
			writeFile(t, filepath.Join(filepath.Dir(b.pathOf(e[4])), decision.RecordName(5, id)), file)
		}, []string{"newer-format 5"}, nil},
		{"a format number changed by hand", replaceIn("dsa-record 1", "dsa-record 2"), []string{"changed-cover 3"}, nil},
		{"CRLF and nothing else", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, b.pathOf(e[3]), bytes.ReplaceAll(e[3].Page.Bytes(), []byte("\n"), []byte("\r\n")))
		}, []string{"crlf 3"}, nil},
		{"CRLF and a changed word", func(t *testing.T, b *Book, e []Entry) {
			file := bytes.Replace(e[3].Page.Bytes(), []byte("in case 3"), []byte("in case 4"), 1)
			writeFile(t, b.pathOf(e[3]), bytes.ReplaceAll(file, []byte("\n"), []byte("\r\n")))
		}, []string{"crlf 3", "no-signature 3"}, nil},

		{"a record taken out of the middle", func(t *testing.T, b *Book, e []Entry) { os.Remove(b.pathOf(e[2])) }, []string{"missing 2"}, nil},
		{"three taken out", func(t *testing.T, b *Book, e []Entry) {
			for i := 1; i <= 3; i++ {
				os.Remove(b.pathOf(e[i]))
			}
		}, []string{"missing 1", "missing 2", "missing 3"}, nil},
		{"the first taken out", func(t *testing.T, b *Book, e []Entry) { os.Remove(b.pathOf(e[0])) }, []string{"missing 0"}, nil},
		{"a million taken out", put(author, sshsig.Decision, good, func(c *decision.Cover, e []Entry) {
			c.Number = 1_000_000
		}), []string{"wrong-name 1000000"}, nil},
		{"a far number in its own folder", func(t *testing.T, b *Book, e []Entry) {
			c := e[4].Page.Cover
			c.Number, c.Previous = 5000, e[4].ID
			id, file := forge(t, author, sshsig.Decision, c, []byte(good))
			writeFile(t, filepath.Join(b.Dir(), recordFolder(c.Chain, c.Number), decision.RecordName(c.Number, id)), file)
		}, []string{"missing 5"}, nil},
		{"one exchanged for a signed other", func(t *testing.T, b *Book, e []Entry) {
			c := e[3].Page.Cover
			c.Time = c.Time.Add(time.Second)
			id, file := forge(t, author, sshsig.Decision, c, e[3].Page.Body)
			os.Remove(b.pathOf(e[3]))
			writeFile(t, filepath.Join(filepath.Dir(b.pathOf(e[3])), decision.RecordName(3, id)), file)
		}, []string{"broken-link 4"}, nil},
		{"a second record with the number 3", func(t *testing.T, b *Book, e []Entry) {
			c := e[3].Page.Cover
			c.Time = c.Time.Add(time.Second)
			id, file := forge(t, author, sshsig.Decision, c, e[3].Page.Body)
			writeFile(t, filepath.Join(filepath.Dir(b.pathOf(e[3])), decision.RecordName(3, id)), file)
		}, []string{"fork 3", "fork 3"}, nil},
		{"a damaged copy beside the record is foreign and no fork", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, filepath.Join(filepath.Dir(b.pathOf(e[3])), decision.RecordName(3, e[1].ID)), []byte("x"))
		}, []string{"no-signature 3"}, nil},
		{"a record that skips one", put(author, sshsig.Decision, good, func(c *decision.Cover, e []Entry) {
			c.Number, c.Previous = 6, e[4].ID
		}), []string{"missing 5"}, nil},
		{"a record that names another before it", put(author, sshsig.Decision, good, func(c *decision.Cover, e []Entry) {
			c.Previous = e[2].ID
		}), []string{"broken-link 5"}, nil},
		{"another's record at the end", put(other, sshsig.Decision, good, nil), []string{"wrong-key 5"}, nil},

		{"a renamed record", func(t *testing.T, b *Book, e []Entry) {
			move(b, e[4], path.Dir(e[4].Path)+"/"+decision.RecordName(5, e[4].ID))
		}, []string{"wrong-name 5"}, nil},
		{"a record with another's name", func(t *testing.T, b *Book, e []Entry) {
			move(b, e[4], path.Dir(e[4].Path)+"/"+decision.RecordName(4, e[1].ID))
		}, []string{"wrong-name 4"}, nil},
		{"a record in the wrong folder of its chain", func(t *testing.T, b *Book, e []Entry) {
			move(b, e[4], chainOf(e)+"/0001/"+path.Base(e[4].Path))
		}, []string{"wrong-name 4"}, nil},
		{"a record in another chain's folder", func(t *testing.T, b *Book, e []Entry) {
			move(b, e[4], "0123456789abcdef/0000/"+path.Base(e[4].Path))
		}, []string{"wrong-chain 4"}, nil},

		{"a cover instead of a record", func(t *testing.T, b *Book, e []Entry) {
			os.Remove(b.pathOf(e[3]))
			writeFile(t, strings.Replace(b.pathOf(e[3]), ".record.", ".cover.", 1), slices.Concat(e[3].Page.CoverBytes, e[3].Page.Signature))
		}, []string{"cover-only 3"}, nil},
		{"a cover beside its record", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, strings.Replace(b.pathOf(e[3]), ".record.", ".cover.", 1), slices.Concat(e[3].Page.CoverBytes, e[3].Page.Signature))
		}, []string{"disposal-unfinished 3"}, nil},
		{"a body behind a cover that should stand alone", func(t *testing.T, b *Book, e []Entry) {
			os.Rename(b.pathOf(e[4]), strings.Replace(b.pathOf(e[4]), ".record.", ".cover.", 1))
		}, []string{"changed-body 4"}, nil},

		{"a stray file in the log", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, filepath.Join(b.Dir(), "notes.txt"), nil)
		}, []string{"stray -1"}, nil},
		{"a stray folder in a chain", func(t *testing.T, b *Book, e []Entry) {
			os.MkdirAll(filepath.Join(b.Dir(), chainOf(e), "old"), 0o700)
		}, []string{"stray -1"}, nil},
		{"a link instead of a record", func(t *testing.T, b *Book, e []Entry) {
			outside := filepath.Join(t.TempDir(), "x")
			writeFile(t, outside, e[4].Page.Bytes())
			os.Remove(b.pathOf(e[4]))
			if err := os.Symlink(outside, b.pathOf(e[4])); err != nil {
				t.Skip("this system makes no links here")
			}
		}, []string{"stray -1"}, nil},
		{"a copy with another ending", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, b.pathOf(e[4])+".bak", e[4].Page.Bytes())
		}, []string{"stray -1"}, nil},
		{"a record over 1 MiB", func(t *testing.T, b *Book, e []Entry) { os.Truncate(b.pathOf(e[4]), decision.MaxPage+1) }, []string{"oversize 4"}, nil},
		{"the first record signed again by another", func(t *testing.T, b *Book, e []Entry) {
			c := e[0].Page.Cover
			id, file := forge(t, other, sshsig.Decision, c, e[0].Page.Body)
			writeFile(t, filepath.Join(b.Dir(), recordFolder(id, 0), decision.RecordName(0, id)), file)
		}, []string{"bad-opening 0"}, nil},
		{"a second chain of one key", func(t *testing.T, b *Book, e []Entry) {
			c := e[0].Page.Cover
			c.Time = c.Time.Add(time.Second)
			id, file := forge(t, author, sshsig.Decision, c, e[0].Page.Body)
			writeFile(t, filepath.Join(b.Dir(), recordFolder(id, 0), decision.RecordName(0, id)), file)
		}, []string{"two-chains 0"}, nil},

		{"what the system leaves is no fault", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, filepath.Join(b.Dir(), ".DS_Store"), nil)
			writeFile(t, filepath.Join(b.Dir(), chainOf(e), "0000", "Thumbs.db"), nil)
		}, nil, []string{"system-file -1", "system-file -1"}},
		{"what a stop leaves is no fault", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, filepath.Join(b.Dir(), chainOf(e), "0000", tempPrefix+"x"), []byte("dsa-rec"))
			os.Mkdir(filepath.Join(b.Dir(), chainOf(e), "0001"), 0o700)
		}, nil, []string{"temporary -1", "empty-folder -1"}},
		{"a README of somebody else's", func(t *testing.T, b *Book, e []Entry) {
			writeFile(t, filepath.Join(b.Dir(), ReadmeName), []byte("$ rm -rf /\n"))
		}, nil, []string{"other-readme -1"}},
		{"no allowed_signers", func(t *testing.T, b *Book, e []Entry) { os.Remove(filepath.Join(b.Dir(), SignersName)) }, nil, []string{"no-signers -1"}},
		{"no README", func(t *testing.T, b *Book, e []Entry) { os.Remove(filepath.Join(b.Dir(), ReadmeName)) }, nil, []string{"no-readme -1"}},
		{"a line slipped into allowed_signers", func(t *testing.T, b *Book, e []Entry) {
			name := filepath.Join(b.Dir(), SignersName)
			writeFile(t, name, append(readTestFile(t, name), "sam@example.org "+other.Key().AuthorizedKey()+"\n"...))
		}, nil, []string{"unknown-signer -1"}},
		{"an act of oversight that is none", put(author, sshsig.Oversight, good, func(c *decision.Cover, e []Entry) {
			c.Kind = decision.Hold
		}), []string{"bad-body 5"}, nil},
		{"the last record taken out is not noticed: receipts are for that", func(t *testing.T, b *Book, e []Entry) {
			os.Remove(b.pathOf(e[4]))
		}, nil, nil},
	} {
		t.Run(test.says, func(t *testing.T) {
			b := newBook(t)
			entries := fill(t, b, author, "sam@example.org", 4)
			test.damage(t, b, entries)
			r := check(t, b)
			if got := found(r.Faults); !slices.Equal(got, test.faults) {
				t.Errorf("faults %v, want %v\n%v", got, test.faults, r.Faults)
			}
			if got := found(r.Notices); !slices.Equal(got, test.notices) {
				t.Errorf("notices %v, want %v\n%v", got, test.notices, r.Notices)
			}
			if r.Clean() != (len(test.faults) == 0) {
				t.Error("Clean is wrong")
			}
			for _, f := range append(r.Faults, r.Notices...) {
				if f.Meaning == "" || f.Next == "" || f.Number >= 0 && (f.Chain == "" || f.File == "" && f.Code != Missing) {
					t.Errorf("a finding lacks a part: %+v", f)
				}
				if strings.Contains(f.String(), "in case") {
					t.Errorf("a finding quotes the record: %s", f)
				}
			}
		})
	}
}

func TestAMissingRecordIsNamedByItsFile(t *testing.T) {
	b := newBook(t)
	entries := fill(t, b, fixedSigner(t, "author"), "sam@example.org", 6)
	for i := 0; i < 6; i++ {
		os.Rename(b.pathOf(entries[i]), b.pathOf(entries[i])+".away")
		r := check(t, b)
		os.Rename(b.pathOf(entries[i])+".away", b.pathOf(entries[i]))
		n := slices.IndexFunc(r.Faults, func(f Fault) bool { return f.Code == Missing })
		if n < 0 || r.Faults[n].File != entries[i].Path || r.Faults[n].Number != i {
			t.Errorf("record %d taken out: %v", i, r.Faults)
		}
	}
}

func TestEverySingleByteChangeOfARecordIsCaughtAndNamed(t *testing.T) {
	b := newBook(t)
	entries := fill(t, b, fixedSigner(t, "author"), "sam@example.org", 1)
	for _, e := range entries {
		good := e.Page.Bytes()
		named := placeOf(named{decision.FileName{Number: e.Number, Short: e.ID.Short()}, e.Path})
		if x := inspect(named, good, Options{}); !x.intact || len(x.faults) > 0 {
			t.Fatalf("the record itself: %v", x.faults)
		}
		bad := bytes.Clone(good)
		for i := range good {
			for _, c := range []byte{good[i] ^ 1, good[i] ^ 0x20, '\r', '\n'} {
				if c == good[i] {
					continue
				}
				bad[i] = c
				x := inspect(named, bad, Options{})
				if x.intact || len(x.faults) == 0 || x.faults[0].File != e.Path || x.faults[0].Number != e.Number {
					t.Fatalf("byte %d of record %d made %#x: %v", i, e.Number, c, x.faults)
				}
				// In a file without its name too, and for every reader of the log.
				if r, _ := CheckFile(bad, "evidence.txt", Options{}); r.Clean() {
					t.Fatalf("byte %d of record %d made %#x is not caught without the name", i, e.Number, c)
				}
			}
			bad[i] = good[i]
		}
	}
}

func TestOneFileIsCheckedByItself(t *testing.T) {
	b, author := newBook(t), fixedSigner(t, "author")
	e := fill(t, b, author, "sam@example.org", 1)[1]
	file := e.Page.Bytes()
	for _, test := range []struct {
		says, name      string
		file            []byte
		faults, notices []string
	}{
		{"under its own name", path.Base(e.Path), file, nil, nil},
		{"in a folder on Windows", `C:\case\` + path.Base(e.Path), file, nil, nil},
		{"under any name", "evidence.txt", file, nil, []string{"other-name -1"}},
		{"under another record's name", decision.RecordName(1, e.Chain), file, []string{"wrong-name 1"}, nil},
		{"under another number", decision.RecordName(2, e.ID), file, []string{"wrong-name 1"}, nil},
		{"changed", path.Base(e.Path), bytes.Replace(file, []byte("case 1"), []byte("case 2"), 1), []string{"changed-body 1"}, nil},
		{"as a cover", strings.Replace(path.Base(e.Path), ".record.", ".cover.", 1), slices.Concat(e.Page.CoverBytes, e.Page.Signature), nil, []string{"cover-only 1"}},
		{"something else", "letter.txt", []byte("Dear colleague"), []string{"no-signature -1"}, []string{"other-name -1"}},
	} {
		r, got := CheckFile(test.file, test.name, Options{})
		if !slices.Equal(found(r.Faults), test.faults) || !slices.Equal(found(r.Notices), test.notices) {
			t.Errorf("%s: %v %v", test.says, r.Faults, r.Notices)
		}
		if r.Clean() && (got.ID != e.ID || got.Key != author.Key() || !bytes.Equal(got.Page.Bytes(), test.file)) {
			t.Errorf("%s: the entry is not the record", test.says)
		}
	}
	if r, got, err := CheckRecord(b, e.ID.String()[:8], Options{}); err != nil || !r.Clean() || got.ID != e.ID {
		t.Errorf("by its id: %v %v", r.Faults, err)
	}
	os.Truncate(b.pathOf(e), 800)
	if r, _, err := CheckRecord(b, "1", Options{}); err != nil || r.Clean() || r.Faults[0].File != e.Path {
		t.Errorf("by its number, damaged: %v %v", r.Faults, err)
	}
}

func TestTheBodyIsJudgedByWhoeverKnowsIt(t *testing.T) {
	b := newBook(t)
	fill(t, b, fixedSigner(t, "author"), "sam@example.org", 70)
	r, err := Check(context.Background(), []*Book{b}, Options{Body: func(kind decision.Kind, text []byte) (Reference, error) {
		if kind != decision.Decision {
			t.Errorf("asked about %s", kind)
		}
		if bytes.Contains(text, []byte("in case 42\"")) {
			return Reference{}, errors.New("line 3 of the body: is not written in its one allowed way")
		}
		return Reference{}, nil
	}})
	if err != nil || !slices.Equal(found(r.Faults), []string{"bad-body 42"}) || r.Records != 71 {
		t.Errorf("%v %v", r.Faults, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err = Check(ctx, []*Book{b}, Options{Workers: 2, Progress: func(int) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a stopped check: %v", err)
	}
}

func TestAnEmptyFolderIsNotCalledALog(t *testing.T) {
	b, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if r := check(t, b); !r.Clean() || !slices.Equal(found(r.Notices), []string{"no-readme -1", "no-records -1"}) {
		t.Errorf("%+v", r)
	}
	if len(Report{}.Limits()) == 0 {
		t.Error("a report without limits")
	}
}

func TestCopyingTwoLogsTogetherMergesThem(t *testing.T) {
	one, two := newBook(t), newBook(t)
	fill(t, one, fixedSigner(t, "author"), "sam@example.org", 3)
	fill(t, two, fixedSigner(t, "other"), "alex@example.org", 5)
	for e, err := range two.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, one.pathOf(e), e.Page.Bytes())
	}
	if r := check(t, one); !r.Clean() || r.Chains != 2 || r.Records != 10 {
		t.Errorf("%+v", r)
	}
	var last Entry
	count := 0
	for e, err := range one.Entries() {
		if err != nil {
			t.Fatal(err)
		}
		if count > 0 && (e.Chain == last.Chain && e.Number != last.Number+1 || e.Chain != last.Chain && e.Number != 0) {
			t.Errorf("out of order: %s after %s", e.Path, last.Path)
		}
		last = e
		count++
	}
	if count != 10 {
		t.Errorf("%d entries", count)
	}
}

func TestRecordsAreFoundByIDAndNumber(t *testing.T) {
	b := newBook(t)
	entries := fill(t, b, fixedSigner(t, "author"), "sam@example.org", 12)
	e := entries[7]
	for _, wanted := range []string{"7", "0000007", e.ID.String(), e.ID.Short(), e.ID.String()[:8], e.ID.String()[:40], path.Base(e.Path)} {
		if got, err := b.Find(wanted); err != nil || got.ID != e.ID {
			t.Errorf("%q: %v", wanted, err)
		}
	}
	var none *NotFoundError
	wrongEnd := e.ID.Short() + strings.Repeat("0", 32)
	for _, wanted := range []string{"", "99", "abc", "ABCDEF01", "../x", "ffffffffffff", wrongEnd} {
		if _, err := b.Find(wanted); !errors.As(err, &none) {
			t.Errorf("%q: %v", wanted, err)
		}
	}
	fill(t, b, fixedSigner(t, "other"), "alex@example.org", 12)
	var many *AmbiguousError
	if _, err := b.Find("7"); !errors.As(err, &many) || !many.ByNumber || len(many.Matches) != 2 ||
		many.Matches[0].Number != 7 || many.Matches[0].Kind != decision.Decision || many.Matches[0].Time.IsZero() {
		t.Errorf("a number in a log with two chains: %v", err)
	}
	if got, err := b.Find(strings.ToUpper(e.ID.String()[:12])); err != nil || got.ID != e.ID {
		t.Errorf("an id in capitals: %v", err)
	}
	// A copy in another chain's folder makes two files of one id.
	writeFile(t, filepath.Join(b.Dir(), "0123456789abcdef", "0000", path.Base(e.Path)), e.Page.Bytes())
	var two *AmbiguousError
	if _, err := b.Find(e.ID.String()[:8]); !errors.As(err, &two) || len(two.Matches) != 2 {
		t.Errorf("two files: %v", err)
	}
	os.Truncate(b.pathOf(entries[3]), 900)
	var file *FileError
	if _, err := b.Find(entries[3].ID.String()); !errors.As(err, &file) || file.Path != entries[3].Path {
		t.Errorf("a damaged record: %v", err)
	}
	if n, err := b.locate(entries[3].ID.String()); err != nil || n.path != entries[3].Path {
		t.Errorf("the place of a damaged record: %s, %v", n.path, err)
	}
	if data, err := b.ReadFile(entries[3].Path); err != nil || len(data) != 900 {
		t.Errorf("the bytes of a damaged record: %v", err)
	}
	if _, err := b.ReadFile("../x"); err == nil {
		t.Error("a file outside the log was read")
	}
}

// commands returns the lines of the README that are to be typed.
func commands(t testing.TB) []string {
	t.Helper()
	var list []string
	for _, line := range strings.Split(string(readme), "\n") {
		if c, ok := strings.CutPrefix(line, "$ "); ok {
			list = append(list, c)
		}
	}
	if len(list) < 12 {
		t.Fatalf("the README has %d commands", len(list))
	}
	return list
}

// byHand runs exactly the README's commands, with the first two filled in as it
// tells the reader to, and stops at the first that fails.
func byHand(t testing.TB, log, record, who string) (string, error) {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, filepath.Base(record)), readTestFile(t, record))
	writeFile(t, filepath.Join(dir, SignersName), readTestFile(t, filepath.Join(log, SignersName)))
	script := "set -e\n"
	filled := 0
	for _, c := range commands(t) {
		switch {
		case strings.HasPrefix(c, "RECORD="):
			c, filled = `RECORD="`+filepath.Base(record)+`"`, filled+1
		case strings.HasPrefix(c, "WHO="):
			c, filled = `WHO="`+who+`"`, filled+1
		}
		script += c + "\n"
	}
	if filled != 2 {
		t.Fatal("the README does not ask for the record and the signer")
	}
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func TestAStrangerChecksARecordByTheREADMEAlone(t *testing.T) {
	for _, tool := range []string{"sh", "sed", "ssh-keygen", "sha256sum", "grep"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is not installed; the README's commands need it (Debian: apt-get install openssh-client)", tool)
		}
	}
	b, author := realBook(t), fixedSigner(t, "author")
	const who = "s.o'neill@example.org"
	entries := fill(t, b, author, who, 2)
	if got := readTestFile(t, filepath.Join(b.Dir(), ReadmeName)); !bytes.Equal(got, readme) {
		t.Error("the log's README is not ours")
	}
	for _, e := range entries {
		out, err := byHand(t, b.Dir(), b.pathOf(e), who)
		if err != nil {
			t.Fatalf("a good record: %v\n%s", err, out)
		}
		for _, want := range []string{"Good \"dsa-decision\" signature for " + who, e.ID.String(), path.Base(e.Path), author.Key().Fingerprint(), fmt.Sprintf("%x", e.Page.Cover.BodySum)} {
			if !strings.Contains(out, want) {
				t.Errorf("a good record: %s is not shown\n%s", want, out)
			}
		}
		if e.Number == 2 && !strings.Contains(out, entries[1].ID.String()) {
			t.Errorf("the record before is not shown\n%s", out)
		}
	}
	e := entries[1]
	good := e.Page.Bytes()
	for says, bad := range map[string][]byte{
		"a changed cover":     bytes.Replace(good, []byte("2034"), []byte("2027"), 1),
		"a changed body":      bytes.Replace(good, []byte("case 1"), []byte("case 2"), 1),
		"a longer body":       append(bytes.Clone(good), '\n'),
		"another's signature": slices.Concat(e.Page.CoverBytes, entries[2].Page.Signature, e.Page.Body),
		"CRLF":                bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")),
	} {
		writeFile(t, b.pathOf(e), bad)
		if out, err := byHand(t, b.Dir(), b.pathOf(e), who); err == nil {
			t.Errorf("%s passes by hand:\n%s", says, out)
		}
	}
	renamed := filepath.Join(filepath.Dir(b.pathOf(e)), decision.RecordName(1, entries[2].ID))
	writeFile(t, renamed, good)
	if out, err := byHand(t, b.Dir(), renamed, who); err == nil {
		t.Errorf("a renamed record passes by hand:\n%s", out)
	}
	writeFile(t, b.pathOf(e), good)
	if out, err := byHand(t, b.Dir(), b.pathOf(e), "alex@example.org"); err == nil {
		t.Errorf("another signer passes by hand:\n%s", out)
	}
}
