package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"dsa/checklist"
	"dsa/decision"
)

// maxDisclosed is the largest disclosed file that is read, in bytes: a film from a body camera, and not a disk.
const (
	maxDisclosed = 4 << 30
	tooLarge     = "this file is larger than 4 GiB, the most that is read here; describe it among the pieces instead"
)

// readDisclosed looks at a file that a person names as disclosed, and says how it can be recognised: by its name
// without folders, its size and its SHA-256. The content is read and not kept. A relative path is looked up from the
// folder the program was started in. The reason never repeats what was typed, which may be no path at all.
func readDisclosed(path string) (kept, reason string) {
	path = unquoted(path)
	name := filepath.Base(path)
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError || r == '\\' }) || strings.TrimSpace(name) != name {
		return "", "the name of a file has characters that cannot be shown; give the file another name"
	}
	f, info, err := openFile(path)
	if err != nil {
		return "", whyUnread(err)
	}
	defer f.Close()
	if info.Size() > maxDisclosed {
		return "", tooLarge
	}
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(f, maxDisclosed+1))
	switch {
	case err != nil:
		return "", "this file could not be read to its end"
	case n > maxDisclosed:
		return "", tooLarge
	}
	return checklist.File{Name: name, Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}.String(), ""
}

// unquoted takes off the quotation marks that file managers put around a path that is copied or dragged.
func unquoted(path string) string {
	path = strings.TrimSpace(path)
	for _, mark := range []string{`"`, `'`} {
		if inner, ok := strings.CutPrefix(path, mark); ok && len(inner) > 1 && strings.HasSuffix(inner, mark) {
			return strings.TrimSuffix(inner, mark)
		}
	}
	return path
}

func whyUnread(err error) string {
	switch {
	case errors.Is(err, errFolder):
		return "this is a folder; name the files in it, one to a line"
	case errors.Is(err, errNoFile):
		return "this is not a file that can be sent"
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file; give its whole path, or its name if it is in the folder you started from"
	case errors.Is(err, fs.ErrPermission):
		return "this file may not be read by you"
	}
	return "this file cannot be read"
}

// disclosed are the files of an answer, as a record has them.
func disclosed(answer checklist.Answer) []decision.File {
	var files []decision.File
	for line := range strings.Lines(answer.Text) {
		if f, ok := checklist.ParseFile(strings.TrimSuffix(line, "\n")); ok {
			files = append(files, decision.File{Name: f.Name, Bytes: f.Bytes, SHA256: f.SHA256})
		}
	}
	return files
}
