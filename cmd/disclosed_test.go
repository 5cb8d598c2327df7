package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/decision"
)

// A file is kept by name, size and digest, whichever way its path is written; its folder is not kept.
func TestADisclosedFileIsKeptByItsDigest(t *testing.T) {
	dir := t.TempDir()
	content := []byte("Attendances, June to November.\n")
	path := filepath.Join(dir, "attendances, child A.csv")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(content)
	want := decision.File{Name: "attendances, child A.csv", Bytes: int64(len(content)), SHA256: hex.EncodeToString(sum[:])}
	t.Chdir(dir)
	for _, typed := range []string{path, `"` + path + `"`, "  " + path + " ", filepath.Base(path), "." + string(filepath.Separator) + filepath.Base(path)} {
		kept, reason := readDisclosed(typed)
		if reason != "" {
			t.Errorf("%q was refused: %s", typed, reason)
			continue
		}
		if files := disclosed(checklist.Answer{Text: kept}); len(files) != 1 || files[0] != want {
			t.Errorf("%q is kept as %v", typed, files)
		}
		if strings.Contains(kept, dir) {
			t.Errorf("the folder is kept: %s", kept)
		}
	}
}

// What cannot be sent as a file is refused in words, and nothing waits for it.
func TestWhatIsNoFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	put := func(name string) string {
		path := filepath.Join(dir, name)
		os.WriteFile(path, nil, 0o600) // where a system refuses such a name, the name is judged all the same
		return path
	}
	large := put("film.mp4")
	if err := os.Truncate(large, maxDisclosed+1); err != nil {
		t.Skip("no file of that size here:", err)
	}
	for sentence, c := range map[string]struct{ path, reason string }{
		"a file that is not there":        {filepath.Join(dir, "nowhere.pdf"), "there is no such file"},
		"a folder":                        {dir, "this is a folder"},
		"a name that acts on a screen":    {put("red\x1b[31m.txt"), "characters that cannot be shown"},
		"a name that turns text round":    {put("invoice\u202efdp.exe"), "characters that cannot be shown"},
		"a file larger than any that fit": {large, "larger than 4 GiB"},
		"a device":                        {os.DevNull, "not a file that can be sent"},
	} {
		kept, reason := readDisclosed(c.path)
		if kept != "" || !strings.Contains(reason, c.reason) {
			t.Errorf("%s: kept %q, said %q", sentence, kept, reason)
		}
		if strings.ContainsAny(reason, "\x1b\u202e") {
			t.Errorf("%s: the reason would act on the screen: %q", sentence, reason)
		}
	}
	// Text that was typed into the wrong place is not repeated.
	if _, reason := readDisclosed("mother of child A lives at number 7"); reason == "" || strings.Contains(reason, "mother") {
		t.Errorf("what was typed is repeated: %s", reason)
	}
}
