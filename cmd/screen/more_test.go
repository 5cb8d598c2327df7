package screen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestAListIsShownByPages(t *testing.T) {
	for name, c := range map[string]struct {
		keys  string
		lines int
		shown int // lines
		asked int // times
		err   error
	}{
		"what fits is not asked about":   {"", 9, 9, 0, nil},
		"the next page":                  {" ", 10, 10, 1, nil},
		"every page is asked for":        {"  ", 27, 27, 2, nil},
		"Enter is for one line":          {"\r\r ", 20, 20, 3, nil},
		"q leaves":                       {"q", 100, 9, 1, ErrEnough},
		"Ctrl-C leaves":                  {" \x03", 100, 18, 2, ErrEnough},
		"a terminal that goes away ends": {"", 10, 9, 1, ErrEnough},
	} {
		t.Run(name, func(t *testing.T) {
			var out, ask bytes.Buffer
			keys := strings.NewReader(c.keys)
			m := &More{out: &out, ask: &ask, key: keys.ReadByte, size: func() (int, int) { return 80, 10 }}
			var err error
			for n := range c.lines {
				if _, err = fmt.Fprintf(m, "line %d\n", n); err != nil {
					break
				}
			}
			if !errors.Is(err, c.err) || strings.Count(out.String(), "\n") != c.shown || strings.Count(ask.String(), "more:") != c.asked || keys.Len() > 0 {
				t.Errorf("%v; %d lines, asked %d times, %d keys left", err, strings.Count(out.String(), "\n"), strings.Count(ask.String(), "more:"), keys.Len())
			}
		})
	}
}

// A line wider than the terminal takes several rows of it.
func TestLongLinesTakeTheirRows(t *testing.T) {
	var out bytes.Buffer
	m := &More{out: &out, ask: io.Discard, key: func() (byte, error) { return 'q', nil }, size: func() (int, int) { return 10, 6 }}
	for range 5 {
		fmt.Fprintln(m, strings.Repeat("é", 15))
	}
	if got := strings.Count(out.String(), "\n"); got != 2 {
		t.Errorf("%d lines of two rows each on five rows", got)
	}
	if _, err := m.Write([]byte("more\n")); !errors.Is(err, ErrEnough) {
		t.Error("it goes on after q")
	}
}
