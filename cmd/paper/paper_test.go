package paper

import (
	"bytes"
	"strings"
	"testing"
)

// A page survives being redirected into a file in another code: it is plain ASCII, and says the same.
func TestPagesAreASCII(t *testing.T) {
	var page bytes.Buffer
	f := &Form{Title: "Tŷ Gwyn, “北京” \u202e", ID: "adhoc", Source: "§ 4"}
	if err := f.HTML(&page); err != nil {
		t.Fatal(err)
	}
	if at := bytes.IndexFunc(page.Bytes(), func(r rune) bool { return r >= 0x80 }); at >= 0 {
		t.Errorf("there is %q in it", page.String()[at:min(at+20, page.Len())])
	}
	for _, words := range []string{"T&#375; Gwyn, &#8220;&#21271;&#20140;&#8221;", "&lt;U+202E&gt;", "&#167; 4"} {
		if !strings.Contains(page.String(), words) {
			t.Errorf("%s is not in it", words)
		}
	}
}
