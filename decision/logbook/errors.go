package logbook

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"dsa/decision"
)

// NoLogError says that there is no log to open at a place.
type NoLogError struct {
	Dir string
	Err error // what the system said, fs.ErrNotExist in most cases
}

func (e *NoLogError) Error() string { return fmt.Sprintf("there is no log at %s: %v", e.Dir, e.Err) }
func (e *NoLogError) Unwrap() error { return e.Err }

// NotFoundError says that a log has no record of this id or number.
type NotFoundError struct {
	Wanted string // the id, its beginning, or the number asked for
	Reason string // why it cannot be found even if it is there; otherwise empty
}

func (e *NotFoundError) Error() string {
	if e.Reason != "" {
		return fmt.Sprintf("no record %s: %s", e.Wanted, e.Reason)
	}
	return fmt.Sprintf("no record %s in this log", e.Wanted)
}

// AmbiguousError says that what was asked for does not name one record: more
// than one fits, or it is a number in a log with several chains.
type AmbiguousError struct {
	Wanted   string
	Matches  []Match // at most ten
	ByNumber bool
}

// Match is a record that fits, as its name and its cover tell. Nothing of it has
// been verified.
type Match struct {
	Path   string // in the log
	Number int
	ID     string        // the first 32 digits
	Kind   decision.Kind // empty where the cover cannot be read
	Time   time.Time
}

func (e *AmbiguousError) Error() string {
	paths := make([]string, len(e.Matches))
	for i, m := range e.Matches {
		paths[i] = m.Path
	}
	return fmt.Sprintf("%s does not name one record: %s", e.Wanted, strings.Join(paths, ", "))
}

// FileError says that one file of a log cannot be read as the record its name
// promises. Err tells why: *decision.NewerFormat, *decision.LineEndings,
// *decision.CoverError, *decision.PageError, *sshsig.Error, *NameError or an
// error of the system.
type FileError struct {
	Path string // in the log, with "/"
	Err  error
}

func (e *FileError) Error() string { return fmt.Sprintf("%s: %v", e.Path, e.Err) }
func (e *FileError) Unwrap() error { return e.Err }

// NameError says that a sound record stands under a name or in a folder that is
// not its own.
type NameError struct {
	Belongs string // the name or folder it should have
}

func (e *NameError) Error() string { return "the record belongs at " + e.Belongs }

// NoChainError says that a key has no chain in this log yet, so nothing but an
// `open` record can be written with it.
type NoChainError struct {
	Fingerprint string
}

func (e *NoChainError) Error() string {
	return fmt.Sprintf("the key %s has not been opened in this log", e.Fingerprint)
}

// ChainExistsError says that a key has been opened already. A chain is opened
// once; a second one for the same key could hide what the first one holds.
type ChainExistsError struct {
	Chain decision.ID
}

func (e *ChainExistsError) Error() string {
	return fmt.Sprintf("this key has been opened already, in chain %s", decision.ChainFolder(e.Chain))
}

// TwoChainsError says that a log holds two chains of one key.
type TwoChainsError struct {
	Fingerprint string
	Folders     [2]string
}

func (e *TwoChainsError) Error() string {
	return fmt.Sprintf("the key %s has two chains, %s and %s", e.Fingerprint, e.Folders[0], e.Folders[1])
}

// HeadError stops a writer: the record it would have to build on cannot be
// relied on. Nothing has been written. Err is as in FileError.
type HeadError struct {
	Path string
	Err  error
}

func (e *HeadError) Error() string {
	return fmt.Sprintf("nothing was recorded: the newest record, %s, cannot be built on: %v", e.Path, e.Err)
}
func (e *HeadError) Unwrap() error { return e.Err }

// ForkError says that a chain has two records of one number: its key is in use
// in two places, or an older copy of the log was restored and written to. The
// names say which records; neither is ever removed.
type ForkError struct {
	Chain    decision.ID
	Number   int
	Names    []string // file names, in order
	Recorded bool     // the record being appended is one of them, and is durable
	Share    string   // folder of the share on which another one stands than in the author's own copy; otherwise empty
}

func (e *ForkError) Error() string {
	said, where := "nothing was recorded", ""
	if e.Recorded {
		said = "recorded, but"
	}
	if e.Share != "" {
		where = fmt.Sprintf(", here and at %s together", e.Share)
	}
	return fmt.Sprintf("%s: chain %s has %d records with the number %d%s", said, decision.ChainFolder(e.Chain), len(e.Names), e.Number, where)
}

// WriteError says at which step a log could not be written.
type WriteError struct {
	Step string // "folder", "create", "write", "flush", "close", "publish", "settle" or "read back"
	Path string // the file or folder meant, in the log
	Err  error  // what the system said: syscall.ENOSPC, fs.ErrPermission…

	// Unsure is set when the record can be seen but the disk has not confirmed it.
	// Appending the same body again settles it and records nothing twice.
	Unsure bool
}

func (e *WriteError) Error() string {
	said := "nothing was recorded"
	if e.Unsure {
		said = "not certain to be recorded"
	}
	return fmt.Sprintf("%s: %s %s: %v", said, e.Step, e.Path, e.Err)
}
func (e *WriteError) Unwrap() error { return e.Err }

// LockError says that the lock beside the key could not be taken.
type LockError struct {
	Path string
	Err  error // context.DeadlineExceeded if another program holds it
}

func (e *LockError) Error() string {
	return fmt.Sprintf("nothing was recorded: the lock %s could not be taken: %v", e.Path, e.Err)
}
func (e *LockError) Unwrap() error { return e.Err }

// ActError says that what should be recorded cannot be a record.
type ActError struct {
	Err error // *decision.CoverError, *decision.OpeningError, *decision.BodyError…
}

func (e *ActError) Error() string { return fmt.Sprintf("nothing was recorded: %v", e.Err) }
func (e *ActError) Unwrap() error { return e.Err }

// FolderError says which of several folders stood in the way of a sync, a merge
// or a disposal. What was copied before is whole, and the same again goes on
// from there.
type FolderError struct {
	Dir string
	// Err is a *FileError for one damaged or foreign file, *WriteError, *NoLogError
	// where no log is there (any more), or what the system said.
	Err error
	// Ahead is set by a sync where the share has, or seems to have, later records of
	// the chain than the author's own copy and they could not be taken over. What is
	// appended before they are makes a fork.
	Ahead bool
}

func (e *FolderError) Error() string {
	var write *WriteError
	if errors.As(e.Err, &write) {
		return fmt.Sprintf("%s: %s %s: %v", e.Dir, write.Step, write.Path, write.Err)
	}
	return fmt.Sprintf("%s: %v", e.Dir, e.Err)
}
func (e *FolderError) Unwrap() error { return e.Err }
