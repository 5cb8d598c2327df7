package logbook

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
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

// The commands of FORMAT.md, exactly as they stand there, on the golden record.
func TestFORMATCommandsRun(t *testing.T) {
	format := string(readTestFile(t, "../FORMAT.md"))
	_, block, found := strings.Cut(format, "By hand, for one file")
	if found {
		_, block, found = strings.Cut(block, "```\n")
	}
	if found {
		block, _, found = strings.Cut(block, "```")
	}
	if !found || strings.Count(block, "\n") < 6 {
		t.Fatalf("FORMAT.md does not show how to check by hand; has its form changed?")
	}
	b, err := Open(golden)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	e := firstEntry(t, b)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "record"), e.Page.Bytes())
	writeFile(t, filepath.Join(dir, SignersName), readTestFile(t, filepath.Join(golden, SignersName)))
	script := "set -e\n" + strings.NewReplacer("FILE", "record", "WHO", `"sam.o'neill@harbourlane.example"`).Replace(block)
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{`Good "dsa-decision" signature`, e.ID.String(), fmt.Sprintf("%x", e.Page.Cover.BodySum)} {
		if !strings.Contains(string(out), want) {
			t.Errorf("the commands of FORMAT.md do not show %s:\n%s", want, out)
		}
	}
}
