package screen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

// ErrEnough says that somebody has read as much of a list as they wanted.
var ErrEnough = errors.New("enough was read")

// A More writes a list to a terminal by pages: it waits after each for a key. It goes forwards only; what was shown can be
// scrolled back to, as the terminal is not drawn over.
type More struct {
	out  io.Writer // the list
	ask  io.Writer // how to go on
	key  func() (byte, error)
	size func() (width, height int)
	rows int    // shown since the last key
	line []byte // that is not at its end yet
	over bool
}

// NewMore makes one for a list on the terminal out, with keys from the terminal in. It asks on out too: notices can go to a file,
// and a list that waits without saying so seems to hang.
func NewMore(in, out *os.File) *More {
	return &More{out: out, ask: out, key: func() (byte, error) { return oneKey(in) }, size: func() (int, int) {
		width, height, err := term.GetSize(int(out.Fd()))
		if err != nil {
			return 80, 24
		}
		return width, height
	}}
}

// oneKey reads one key without waiting for the end of a line.
func oneKey(in *os.File) (byte, error) {
	state, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return 0, err
	}
	defer term.Restore(int(in.Fd()), state)
	var b [16]byte // the keys with arrows send several bytes
	if _, err := in.Read(b[:]); err != nil {
		return 0, err
	}
	return b[0], nil
}

// Write shows what fits and waits. Its error is ErrEnough once the person has left.
func (m *More) Write(p []byte) (int, error) {
	if m.over {
		return 0, ErrEnough
	}
	for rest := p; len(rest) > 0; {
		line, after, whole := bytes.Cut(rest, []byte("\n"))
		m.line = append(m.line, line...)
		if rest = after; !whole {
			break
		}
		if err := m.show(); err != nil {
			return len(p) - len(rest), err
		}
	}
	return len(p), nil
}

func (m *More) show() error {
	width, height := m.size()
	need := max(1, (ansi.StringWidth(string(m.line))+width-1)/max(width, 1))
	if m.rows > 0 && m.rows+need > height-1 {
		if err := m.wait(); err != nil {
			return err
		}
	}
	m.rows += need
	_, err := m.out.Write(append(m.line, '\n'))
	m.line = m.line[:0]
	return err
}

// wait asks how to go on: Enter for one more line, q to leave, and any other key for a page.
func (m *More) wait() error {
	const words = "-- more: Space for the next page, Enter for a line, q to leave --"
	fmt.Fprint(m.ask, words)
	key, err := m.key()
	fmt.Fprint(m.ask, "\r\x1b[K")
	switch {
	case err != nil, key == 'q', key == 'Q', key == 3, key == 4, key == 27: // Ctrl-C, Ctrl-D, Escape
		m.over = true
		return ErrEnough
	case key == '\r' || key == '\n':
		m.rows--
	default:
		m.rows = 0
	}
	return nil
}
