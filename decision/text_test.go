package decision_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"dsa/decision"
)

type sample struct {
	Salt  string   `json:"salt"`
	Words string   `json:"words"`
	Count int      `json:"count"`
	List  []string `json:"list"`
}

const sampleText = `{
  "salt": "00112233445566778899aabbccddeeff",
  "words": "O'Neill & Söhne <ü> \"£5\" \\ \n\t\b\f\u0000\u001f\u2028 ` + "\U0001F600" + `",
  "count": 3,
  "list": [
    "a",
    "b"
  ]
}
`

func sampleValue() sample {
	return sample{
		Salt:  "00112233445566778899aabbccddeeff",
		Words: "O'Neill & Söhne <ü> \"£5\" \\ \n\t\b\f\x00\x1f\u2028 \U0001F600",
		Count: 3,
		List:  []string{"a", "b"},
	}
}

// The text is written out here because old records depend on it: should a new
// version of Go spell a sign differently, this fails before a record does.
func TestABodyHasOneSpelling(t *testing.T) {
	text, err := decision.EncodeBody(sampleValue())
	if err != nil || string(text) != sampleText {
		t.Fatalf("%v\n%s", err, text)
	}
	var got sample
	if err := decision.DecodeBody(text, &got); err != nil || got.Words != sampleValue().Words {
		t.Fatalf("read back: %v", err)
	}
	if _, err := decision.EncodeBody(sample{Words: "caf\xe9"}); !errors.Is(err, decision.ErrBodyText) {
		t.Errorf("text that is not UTF-8: %v", err)
	}
	for _, control := range []string{"\x7f", "\u0080", "\u009b31m", "\u009f"} {
		if _, err := decision.EncodeBody(sample{Words: "a" + control}); !errors.Is(err, decision.ErrBodyText) {
			t.Errorf("a control character that JSON leaves as it is: %v", err)
		}
		var got sample
		if err := decision.DecodeBody(bytes.Replace(text, []byte("O'Neill"), []byte("O"+control), 1), &got); err == nil {
			t.Errorf("a body with the control character %q is read", control)
		}
	}
	if _, err := decision.EncodeBody(sample{Words: "\ufffd and \\ufffd", List: []string{}}); err != nil {
		t.Errorf("the replacement sign itself, and its escape typed out: %v", err)
	}
	if _, err := decision.EncodeBody(sample{}); err == nil {
		t.Error("a list that is nil, which would be a second spelling of an empty one")
	}
	empty, err := decision.EncodeBody(sample{List: []string{}, Words: "null"})
	if err != nil || decision.DecodeBody(empty, new(sample)) != nil {
		t.Errorf("an empty list, and the word null: %v", err)
	}
	if nulled := bytes.Replace(empty, []byte("[]"), []byte("null"), 1); decision.DecodeBody(nulled, new(sample)) == nil {
		t.Error("null for a list is read")
	}
	if _, err := decision.EncodeBody(func() {}); err == nil {
		t.Error("a value that has no text")
	}
}

func TestDecodeBodyRefuses(t *testing.T) {
	swap := func(old, new string) string {
		if !strings.Contains(sampleText, old) {
			t.Fatalf("%q is not in the sample", old)
		}
		return strings.Replace(sampleText, old, new, 1)
	}
	const secret = "Kestrel"
	for says, text := range map[string]string{
		"nothing":                      "",
		"half a body":                  sampleText[:40],
		"something other than JSON":    secret,
		"a name twice":                 swap("  \"count\": 3,\n", "  \"count\": 3,\n  \"count\": 3,\n"),
		"a name in capitals":           swap(`"count"`, `"Count"`),
		"a name it does not have":      swap(`"count"`, `"`+secret+`"`),
		"names in another order":       swap("  \"count\": 3,\n", "") + "",
		"a value of another kind":      swap(": 3,", `: "`+secret+`",`),
		"a number in another spelling": swap(": 3,", ": 3.0,"),
		"null for a text":              swap(`"a"`, "null"),
		"an escape that is not needed": swap("£", `\u00a3`),
		"HTML escapes":                 swap("<", `\u003c`),
		"a slash escaped":              swap("&", `\/`),
		"bytes that are not UTF-8":     swap("£", "\xa3"),
		"the escape for lost signs":    swap("£", `\ufffd`),
		"half of a surrogate pair":     swap("£", `\ud83d`),
		"two values":                   sampleText + sampleText,
		"text after the value":         sampleText + secret,
		"no line end":                  strings.TrimSuffix(sampleText, "\n"),
		"an empty line more":           sampleText + "\n",
		"CRLF":                         strings.ReplaceAll(sampleText, "\n", "\r\n"),
		"other indenting":              strings.ReplaceAll(sampleText, "\n  ", "\n\t"),
		"all on one line":              `{"salt":"","words":"","count":0,"list":null}`,
		"a byte-order mark":            "\ufeff" + sampleText,
		"a list":                       "[]\n",
	} {
		var v sample
		err := decision.DecodeBody([]byte(text), &v)
		var e *decision.BodyError
		if !errors.As(err, &e) || e.Line < 1 {
			t.Errorf("%s: %v", says, err)
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error repeats what the body says: %v", says, err)
		}
	}
}

func TestEveryByteOfABodyCounts(t *testing.T) {
	for i := range sampleText {
		for _, x := range []byte{1, 0x20, 0x80} {
			bad := []byte(sampleText)
			bad[i] ^= x
			var v sample
			if decision.DecodeBody(bad, &v) == nil {
				if text, err := decision.EncodeBody(v); err != nil || !bytes.Equal(text, bad) {
					t.Fatalf("byte %d xor %#x: accepted a second spelling", i, x)
				}
			}
		}
	}
}

func TestASaltIs128BitsAndItsLackIsAnError(t *testing.T) {
	s, err := decision.NewSalt(strings.NewReader("0123456789abcdef"))
	if err != nil || s != "30313233343536373839616263646566" || !decision.IsSalt(s) {
		t.Errorf("%s, %v", s, err)
	}
	if _, err := decision.NewSalt(strings.NewReader("short")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("too little randomness: %v", err)
	}
}

func opening() decision.Opening {
	return decision.Opening{
		Salt: "00112233445566778899aabbccddeeff", Program: "dsa test", Key: "ssh-ed25519 AAAA", Fingerprint: "SHA256:x",
		Principal: "s.o'neill@example.org", Name: "Sam O'Neill", Post: "Designated safeguarding lead",
		Organisation: "Harbour Lane School", Sector: "education", Device: "office laptop", Standing: decision.Live,
	}
}

func TestAnOpeningSaysWhoseChainItIs(t *testing.T) {
	if err := opening().Check(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		says, field string
		change      func(*decision.Opening)
	}{
		{"no salt", "salt", func(o *decision.Opening) { o.Salt = "" }},
		{"no name", "name", func(o *decision.Opening) { o.Name = " " }},
		{"no organisation", "organisation", func(o *decision.Opening) { o.Organisation = "" }},
		{"no key", "key", func(o *decision.Opening) { o.Key = "" }},
		{"a name of two lines", "name", func(o *decision.Opening) { o.Name = "Sam\nAlex" }},
		{"a terminal escape", "device", func(o *decision.Opening) { o.Device = "\x1b[2J" }},
		{"no principal", "principal", func(o *decision.Opening) { o.Principal = "" }},
		{"a principal that is no address", "principal", func(o *decision.Opening) { o.Principal = "sam" }},
		{"a principal that speaks for all", "principal", func(o *decision.Opening) { o.Principal = "*@example.org" }},
		{"two principals", "principal", func(o *decision.Opening) { o.Principal = "a@b.org,c@d.org" }},
		{"a principal with an option", "principal", func(o *decision.Opening) { o.Principal = `a@b.org cert-authority` }},
		{"no standing", "standing", func(o *decision.Opening) { o.Standing = "" }},
	} {
		o := opening()
		test.change(&o)
		var e *decision.OpeningError
		if err := o.Check(); !errors.As(err, &e) || e.Field != test.field {
			t.Errorf("%s: %v", test.says, err)
		}
	}
}

func FuzzDecodeBody(f *testing.F) {
	f.Add([]byte(sampleText))
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"salt": "` + "\xff" + `"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var v sample
		if decision.DecodeBody(text, &v) != nil {
			return
		}
		if again, err := decision.EncodeBody(v); err != nil || !bytes.Equal(again, text) {
			t.Fatalf("accepted a second spelling:\n%q", text)
		}
	})
}
