package sshsig

import (
	"bytes"
	"strings"
	"testing"
)

// FuzzArmour goes both ways: what armour writes is read back the same, and whatever is read is what armour writes.
func FuzzArmour(f *testing.F) {
	f.Add([]byte("SSHSIG"), []byte(begin+"U1NIU0lH\n"+end))
	f.Add([]byte{}, []byte(begin+"\n"+end))
	f.Add(bytes.Repeat([]byte{0xff}, 182), []byte(begin+strings.Repeat("A", columns)+"\n"+end))
	f.Add(bytes.Repeat([]byte{7}, 105), []byte(begin+"U1NIU0lH\r\n"+end))
	f.Add([]byte{1}, []byte(begin+"AR==\n"+end))
	f.Fuzz(func(t *testing.T, blob, text []byte) {
		written := armour(blob)
		read, err := unarmour(written)
		if len(written) <= maxArmour && (err != nil || !bytes.Equal(read, blob)) {
			t.Fatalf("%x is not read back: %v", blob, err)
		}
		if read, err := unarmour(text); err == nil && !bytes.Equal(armour(read), text) {
			t.Fatalf("read in a second spelling: %q", text)
		}
	})
}
