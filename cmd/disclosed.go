package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
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
// folder the program was started in.
func readDisclosed(path string) (kept, reason string) {
	path = unquoted(path)
	name := filepath.Base(path)
	if strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError || r == '\\' }) || strings.TrimSpace(name) != name {
		return "", "the name of a file has characters that cannot be shown; give the file another name"
	}
	defer func() {
		// Which of several it is. What is longer than a name is perhaps none, and is not repeated.
		if reason != "" && utf8.RuneCountInString(name) <= 60 {
			reason = name + ": " + reason
		}
	}()
	// Looked at before it is opened: to open a pipe waits for somebody to write into it.
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return "", whyUnread(info, err)
	}
	if info.Size() > maxDisclosed {
		return "", tooLarge
	}
	f, err := os.Open(path)
	if err != nil {
		return "", whyUnread(nil, err)
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", whyUnread(info, err)
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

func whyUnread(info fs.FileInfo, err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file; give its whole path, or its name if it is in the folder you started from"
	case errors.Is(err, fs.ErrPermission):
		return "this file may not be read by you"
	case err != nil:
		return "this file cannot be read"
	case info.IsDir():
		return "this is a folder; name the files in it, one to a line"
	}
	return "this is not a file that can be sent"
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
