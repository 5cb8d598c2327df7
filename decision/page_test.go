package decision_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"testing"

	"dsa/decision"
)

// armour stands for a signature; the page does not look inside.
const armour = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"

func pageOf(body string) []byte {
	c := coverOf(func(c *decision.Cover) { c.BodySum, c.BodyLen = sha256.Sum256([]byte(body)), len(body) })
	return append(c.Encode(), armour+body...)
}

func TestAPageIsCutIntoItsThreePartsAndPutTogetherAgain(t *testing.T) {
	file := pageOf("{\n  \"salt\": \"\"\n}\n")
	p, err := decision.SplitPage(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(p.Bytes(), file) || string(p.Signature) != armour || p.ID() != p.Cover.ID() || p.Cover.Number != 17 {
		t.Error("the parts are not the file")
	}
	rest, err := decision.SplitCoverPage(file[:len(file)-len(p.Body)])
	if err != nil || rest.Body != nil || rest.ID() != p.ID() {
		t.Errorf("the cover of a disposed record: %v", err)
	}
}

func TestSplitPageRefuses(t *testing.T) {
	file := string(pageOf("{}\n"))
	for _, test := range []struct {
		says, file string
		want       decision.PageProblem
	}{
		{"an empty file", "", decision.EmptyFile},
		{"a file over 1 MiB", file + strings.Repeat("x", decision.MaxPage), decision.TooLarge},
		{"an unsigned record", strings.Replace(file, armour, "", 1), decision.NoSignature},
		{"a signature that does not end", strings.Replace(file, "-----END", "----END", 1), decision.NoSignature},
		{"a space after the first marker", strings.Replace(file, "NATURE-----\n", "NATURE----- \n", 1), decision.NoSignature},
		{"a body that ends too early", file[:len(file)-1], decision.TruncatedEnd},
		{"a body with one line more", file + "\n", decision.ChangedBody},
		{"another body of the same length", strings.Replace(file, "{}", "[]", 1), decision.ChangedBody},
	} {
		_, err := decision.SplitPage([]byte(test.file))
		var e *decision.PageError
		if !errors.As(err, &e) || e.Problem != test.want {
			t.Errorf("%s: got %v, want %s", test.says, err, test.want)
		}
	}
	var ends *decision.LineEndings
	if _, err := decision.SplitPage([]byte(strings.Replace(file, "{}\n", "{}\r\n", 1))); !errors.As(err, &ends) || ends.Line != 15 {
		t.Errorf("CRLF in the body: %v", err)
	}
	var e *decision.PageError
	if _, err := decision.SplitCoverPage([]byte(file)); !errors.As(err, &e) || e.Problem != decision.BodyPresent {
		t.Errorf("a body behind a cover that should stand alone: %v", err)
	}
}

func TestNamesOfFilesAndFoldersHaveOneSpelling(t *testing.T) {
	id := sum("x")
	name := decision.RecordName(17, id)
	if want := "0000017-" + id.Short() + ".record.txt"; name != want {
		t.Errorf("got %s, want %s", name, want)
	}
	if n, ok := decision.ParseRecordName(name); !ok || n.Number != 17 || n.Short != id.Short() || n.CoverOnly {
		t.Errorf("a record's name is read as %v", n)
	}
	cover := strings.Replace(name, ".record.", ".cover.", 1)
	if n, ok := decision.ParseRecordName(cover); !ok || !n.CoverOnly || n.String() != cover {
		t.Errorf("a cover's name is read as %v", n)
	}
	for _, bad := range []string{
		"", "README.txt", strings.ToUpper(name), name + ".txt", " " + name, name[1:], "0" + name,
		strings.Replace(name, "-", "_", 1), strings.Replace(name, ".record", ".other", 1),
		strings.Replace(name, "0000017", "+000017", 1), strings.Replace(name, "0000017", "00000１7", 1), "../" + name,
	} {
		if n, ok := decision.ParseRecordName(bad); ok {
			t.Errorf("%q is read as %v", bad, n)
		}
	}
	if f := decision.ChainFolder(id); len(f) != 16 || !decision.IsChainFolder(f) || decision.IsChainFolder(strings.ToUpper(f)) {
		t.Errorf("chain folder %s", f)
	}
	for number, folder := range map[int]string{0: "0000", 999: "0000", 1000: "0001", decision.MaxNumber: "9999"} {
		first, ok := decision.ParseNumberFolder(folder)
		if decision.NumberFolder(number) != folder || !ok || first != number/1000*1000 {
			t.Errorf("number %d: folder %s holds from %d", number, decision.NumberFolder(number), first)
		}
	}
	if _, ok := decision.ParseNumberFolder("00001"); ok {
		t.Error("a number folder of five digits")
	}
}

func FuzzSplitPage(f *testing.F) {
	f.Add(pageOf("{}\n"))
	f.Add(pageOf("{}\n" + armour))
	f.Add([]byte(armour))
	f.Add([]byte("\n" + armour + armour))
	f.Fuzz(func(t *testing.T, file []byte) {
		if p, err := decision.SplitPage(file); err == nil && !bytes.Equal(p.Bytes(), file) {
			t.Fatal("the parts are not the file")
		}
		if c, s, b, err := decision.CutPage(file); err == nil && len(c)+len(s)+len(b) != len(file) {
			t.Fatal("CutPage loses bytes")
		}
	})
}
