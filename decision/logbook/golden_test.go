package logbook

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"dsa/decision"
)

// golden is the log of format 1 that every later version must read. Its files
// are never edited; a new format gets a folder of its own beside it.
const golden = "../testdata/v1"

// The opening in the golden log. The key is sshsig/testdata/author.
func goldenAct(t testing.TB) Act {
	key := fixedSigner(t, "author").Key()
	return Act{Time: start, Kind: decision.Open, KeepUntil: decision.Permanent, Body: body(t, decision.Opening{
		Salt: "00112233445566778899aabbccddeeff", Program: "dsa 0.1.0",
		Key: key.AuthorizedKey(), Fingerprint: key.Fingerprint(),
		Principal: "sam.o'neill@harbourlane.example", Name: "Sam O'Neill", Post: "Designated safeguarding lead",
		Organisation: "Harbour Lane School", Sector: "education", Device: "office laptop", Standing: decision.Live,
	})}
}

func TestTheGoldenLogIsIntactAndStillWrittenTheSame(t *testing.T) {
	b, err := Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if r := check(t, b); !r.Clean() || r.Records != 1 {
		t.Fatalf("%+v", r)
	}
	old := firstEntry(t, b)
	now := newBook(t)
	e, err := newWriter(t, now, fixedSigner(t, "author")).Append(context.Background(), goldenAct(t))
	if err != nil {
		t.Fatal(err)
	}
	if e.Path != old.Path || !bytes.Equal(e.Page.Bytes(), old.Page.Bytes()) {
		t.Errorf("the same act is now written as\n%s", e.Page.Bytes())
	}
	out, err := byHand(t, golden, filepath.Join(golden, filepath.FromSlash(old.Path)), "sam.o'neill@harbourlane.example")
	if err != nil {
		t.Errorf("by hand: %v\n%s", err, out)
	}
	format := string(readTestFile(t, "../FORMAT.md"))
	for _, want := range []string{"```\n" + string(old.Page.Bytes()) + "```\n", old.Path, old.ID.String(), old.Key.Fingerprint()} {
		if !strings.Contains(format, want) {
			t.Errorf("the worked example in FORMAT.md does not have\n%s", want)
		}
	}
}
