package cmd

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"
	"syscall"

	"dsa/cmd/screen"
	"dsa/data/yamlfile"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

// The exit codes.
const (
	codeDone    = 0
	codeCould   = 1 // could not
	codeUsage   = 2 // wrong command line
	codeStopped = 3 // stopped by the person; the draft is kept
	codeFound   = 4 // a check found something wrong
)

// A failure is what a person is told: what happened and what to do, each on one line, and the exit code.
type failure struct {
	what, next string
	code       int
	err        error // the cause, for errors.Is and errors.As; it is not shown
}

func (f *failure) Error() string { return f.what }
func (f *failure) Unwrap() error { return f.err }

func fail(what, next string) *failure { return &failure{what: what, next: next, code: codeCould} }

// because adds the cause.
func (f *failure) because(err error) *failure { f.err = err; return f }

// explain chooses the words, the next step and the exit code for every failure.
func explain(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	if errors.Is(err, context.Canceled) {
		return &failure{what: "stopped; nothing was recorded", next: "run the same command again", code: codeStopped}
	}
	var faults yamlfile.Faults
	if errors.As(err, &faults) {
		return &failure{what: "the data files are not sound, so nothing was asked or recorded:\n" + indent(faults.Error()),
			next: "mend these lines, or install dsa again if you did not change them", code: codeCould}
	}
	if known := explainLog(err); known != nil {
		return known
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fail("a file or folder is missing: "+place(err), "check the name given, or the folder named with --home or DSA_HOME")
	}
	var p *fs.PathError
	var l *os.LinkError
	if errors.As(err, &p) || errors.As(err, &l) {
		return fail("a file or folder cannot be read or written: "+place(err), "check that it is yours and what it should be, or name another folder with --home")
	}
	return fail(err.Error(), "run the same command again; if it happens again, tell whoever looks after dsa where you work")
}

// explainLog words what the log reports, a full disk included. The order is from the particular to the general.
func explainLog(err error) *failure {
	var (
		newer     *decision.NewerFormat
		crlf      *decision.LineEndings
		fork      *logbook.ForkError
		twoChains *logbook.TwoChainsError
		head      *logbook.HeadError
		lock      *logbook.LockError
		write     *logbook.WriteError
		notFound  *logbook.NotFoundError
		ambiguous *logbook.AmbiguousError
		file      *logbook.FileError
		noLog     *logbook.NoLogError
		act       *logbook.ActError
		record    *decision.RecordError
		folder    *logbook.FolderError
		founding  *logbook.NoFoundingError
		uncovered *logbook.NotCoveredError
		point     *logbook.PointError
		proof     *logbook.ProofError
		receipt   *decision.ReceiptError
		field     *decision.ActFieldError
	)
	switch {
	case errors.As(err, &newer):
		return fail("there is a record that was written by a newer version of dsa; nothing was recorded",
			"install the newer dsa and run the same command")
	case errors.As(err, &fork), errors.As(err, &twoChains):
		return fail("your log has two different records in one place; "+recordedOrNot(fork),
			"leave the folder as it is, begin a new book of records with dsa setup --new-key, and tell your information governance lead")
	case errors.As(err, &founding):
		return &failure{what: founding.Error() + "; nothing in it can be confirmed", next: "compare the log's id with your agreement's paperwork", code: codeFound}
	case errors.As(err, &uncovered) && uncovered.Under.IsZero():
		return fail("no checkpoint covers that record yet", "whoever oversees the log makes one with: dsa checkpoint")
	case errors.As(err, &uncovered):
		return fail("that checkpoint does not cover that record", "leave it out, and the newest that does is taken")
	case errors.As(err, &point):
		return &failure{what: point.Error(), next: "leave the folder as it is, see what is wrong with dsa verify, and tell the others who oversee the log", code: codeFound}
	case errors.As(err, &proof):
		return &failure{what: proof.Error(), next: "ask for the file again; it must not have been edited", code: codeFound}
	case errors.As(err, &receipt):
		return &failure{what: receipt.Error(), next: "give the line as dsa checkpoint printed it, from dsa-receipt to its last digit", code: codeUsage}
	case errors.As(err, &field):
		return fail("this cannot be recorded: "+field.Error()+"; nothing was recorded", "change what was answered, and run the same command again")
	case errors.As(err, &head):
		return fail("the newest record of your log, "+head.Path+", is not as it was written, so nothing can be added; nothing was recorded",
			"put a sound copy back from a log that you joined with dsa sync; otherwise see what is wrong with dsa verify, and tell your information governance lead")
	case errors.As(err, &lock):
		return fail("another dsa is recording at this moment, or the lock cannot be made; nothing was recorded",
			"wait a moment and run the same command")
	case errors.As(err, &folder) && isDiskFull(err):
		return fail("the disk is full, on which "+folder.Dir+" lies; what was written so far is whole", "free some space there and run the same command again")
	case isDiskFull(err):
		return fail("the disk is full; nothing was recorded", "free some space and run the same command")
	case errors.As(err, &folder):
		return explainFolder(folder)
	case errors.As(err, &write):
		return fail("the record could not be written ("+write.Step+" "+write.Path+"); nothing was recorded",
			"check that the log folder is yours and can be written to")
	case errors.As(err, &notFound) && notFound.Reason != "":
		return fail("that record cannot be found: "+notFound.Reason, "give the beginning of its id; dsa log shows it")
	case errors.As(err, &notFound):
		return fail("there is no such record", "list the records with: dsa log")
	case errors.As(err, &ambiguous):
		return fail(whichOnes(ambiguous), "give the first digits of the id")
	case errors.As(err, &act):
		return fail("this cannot be a record: "+act.Err.Error()+"; nothing was recorded",
			"shorten very long answers, or tell whoever looks after dsa where you work")
	case errors.As(err, &noLog) && !errors.Is(err, fs.ErrPermission):
		return fail("there is no log at "+noLog.Dir, "check the folder named with --log or --home")
	case errors.As(err, &record):
		return fail("not recorded: "+record.Error(), "answer that question and sign again")
	case errors.As(err, &crlf), errors.As(err, &file):
		return fail("a record file cannot be read: "+err.Error(), "see what is wrong with: dsa verify")
	}
	return nil
}

// explainFolder words what stood in the way in one of several folders. What was copied before is whole.
func explainFolder(e *logbook.FolderError) *failure {
	var file *logbook.FileError
	var noLog *logbook.NoLogError
	const again = "run the same command again; it goes on from there"
	switch {
	case errors.As(e, &noLog):
		return fail("there is no log at "+e.Dir+", or no longer; what was copied so far is whole", "check the folder, and whether the network is connected, and "+again)
	case errors.As(e, &file):
		return &failure{what: "a file in " + e.Dir + " is not what its name says, and was left as it is: " + file.Path,
			next: "see what is wrong with dsa verify, and tell your information governance lead", code: codeFound}
	}
	return fail(e.Dir+" cannot be read or written to; what was copied so far is whole", "check that you may write there, and "+again)
}

// whichOnes lists the records that could be meant.
func whichOnes(e *logbook.AmbiguousError) string {
	what := "several records begin like that:"
	if e.ByNumber {
		what = "there are several chains of records here, so a number alone names none; it could be:"
	}
	for _, m := range e.Matches {
		at, kind := "????-??-?? ??:??", "unreadable"
		if m.Kind != "" {
			at, kind = m.Time.UTC().Format("2006-01-02 15:04"), string(m.Kind)
		}
		what += fmt.Sprintf("\n  %s  %s  %s, number %d", m.ID[:decision.ShownDigits], at, kind, m.Number)
	}
	return what
}

// isDiskFull knows a full disk by its number on each system: Windows has two of its own.
func isDiskFull(err error) bool {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return false
	}
	return number == syscall.ENOSPC || runtime.GOOS == "windows" && (number == 39 || number == 112)
}

func recordedOrNot(fork *logbook.ForkError) string {
	if fork != nil && fork.Recorded {
		return "what you signed was recorded"
	}
	return "nothing was recorded"
}

func place(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Path
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.New
	}
	return err.Error()
}

func indent(s string) string { return "  " + strings.ReplaceAll(s, "\n", "\n  ") }

// report prints a failure and returns its exit code. The cause is not printed: it could repeat what was typed about a
// person.
func (app *App) report(err error) int {
	f := explain(err)
	// The names of files and flags come from outside.
	for _, line := range []struct{ lead, words string }{{"dsa: ", f.what}, {"next: ", f.next}} {
		if line.words == "" {
			continue
		}
		words := strings.Split(line.words, "\n")
		for i := range words {
			words[i] = screen.Safe(words[i])
		}
		fmt.Fprintf(app.Err, "%s%s\n", line.lead, strings.Join(words, "\n"))
	}
	return f.code
}

// usage marks an error of the command line.
func usage(cmd *cobra.Command, what string) error {
	return &failure{what: what, next: seeHelp(cmd), code: codeUsage}
}

func seeHelp(cmd *cobra.Command) string { return "see " + cmd.CommandPath() + " --help" }

func listed(words []string) string { return strings.Join(words, ", ") }
