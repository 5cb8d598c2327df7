package export_test

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"dsa/decision/cases"
	"dsa/decision/export"
)

// An element of a page, with the text in it.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

// elements reads a page as a browser does that forgives nothing.
func elements(t *testing.T, page []byte) []element {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(string(page)))
	d.Strict, d.AutoClose, d.Entity = false, []string{"meta"}, xml.HTMLEntity
	var found []element
	var open []int
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if len(open) != 0 {
				t.Errorf("%d elements are not closed", len(open))
			}
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			e := element{name: x.Name.Local, attrs: map[string]string{}}
			for _, a := range x.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			open, found = append(open, len(found)), append(found, e)
		case xml.EndElement:
			if len(open) == 0 || found[open[len(open)-1]].name != x.Name.Local {
				t.Fatalf("%s is closed where it is not open", x.Name.Local)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			for _, i := range open {
				found[i].text += string(x)
			}
		}
	}
}

// A page has what was typed as text and nothing of it as markup; it needs nothing from elsewhere, and runs nothing.
func TestAPageHasOnlyText(t *testing.T) {
	names, texts := all()
	columns := table(texts)
	page := written(t, "html", export.Options{}, columns, 1)
	allowed := strings.Fields("html head meta title style body main h1 h2 p div table caption thead tbody tr th td details summary bdi")
	attributes := strings.Fields("lang charset http-equiv content name class id role aria-labelledby tabindex scope dir")
	var cells []element
	count := map[string]int{}
	for _, e := range elements(t, page) {
		count[e.name]++
		if !slices.Contains(allowed, e.name) {
			t.Fatalf("there is an element %s in it: %.80q", e.name, e.text)
		}
		for a := range e.attrs {
			if !slices.Contains(attributes, a) {
				t.Fatalf("%s has the attribute %s", e.name, a)
			}
		}
		if e.name == "td" && count["h2"] == 1 || e.name == "th" && e.attrs["scope"] == "row" && count["h2"] == 1 {
			cells = append(cells, e)
		}
		if e.name == "html" && e.attrs["lang"] != "en-GB" || e.name == "th" && e.attrs["scope"] == "" {
			t.Errorf("%s lacks what a screen reader needs: %v", e.name, e.attrs)
		}
	}
	if len(cells) != len(columns) {
		t.Fatalf("there are %d cells for %d columns", len(cells), len(columns))
	}
	for i, n := range names {
		if want := export.Visible(texts[i]); !strings.HasSuffix(cells[9+i].text, want) {
			t.Errorf("%s: the cell has %.80q, want %.80q", n, cells[9+i].text, want)
		}
	}
	if count["caption"] != 3 || count["h1"] != 1 || count["main"] != 1 || count["title"] != 1 {
		t.Errorf("it has %v", count)
	}
	for _, outside := range []string{"url(", "@import"} {
		if strings.Contains(string(page), outside) {
			t.Errorf("it has %s", outside)
		}
	}
	if !strings.Contains(string(page), "default-src 'none'") || strings.ContainsAny(string(page), "\x00\x1b\u202e\u2067\u2028") {
		t.Error("it forbids nothing, or something in it acts")
	}
}

// Exercises are said to be some, on the page and in the row.
func TestAPageSaysTRAINING(t *testing.T) {
	for _, f := range export.Forms() {
		if f.Name != "html" {
			continue
		}
		var b strings.Builder
		w := f.New(&b, export.About{Training: true}, export.Options{})
		c := aCase()
		c.First.Training = true
		columns, err := cases.ColumnsNamed([]string{"id"})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Begin(export.WithStanding(columns)), w.Row(c), w.End(export.Summary{})); err != nil {
			t.Fatal(err)
		}
		if page := b.String(); !strings.Contains(page, `<p class="training">TRAINING`) || !strings.Contains(page, `<tr class="exercise"><th scope="row">TRAINING</th>`) {
			t.Errorf("it does not say so:\n%s", page)
		}
	}
}
