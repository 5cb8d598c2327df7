package cmd

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/cases"
	"dsa/decision/export"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// rowOptions are what an export in rows takes. A zip takes the logs and the exercises of them.
type rowOptions struct {
	caseOptions
	fields        []string
	redacted, bom bool
	part          string
	sign          bool
	key           string

	columns         []cases.Column
	number, ofParts int // of parts: 2 and 4 of 2/4
}

// onlyOfRows are the flags that mean nothing for a zip, besides the filters.
var onlyOfRows = []string{"fields", "redacted", "bom", "part", "sign", "key"}

func (o *rowOptions) flags(f *pflag.FlagSet) {
	o.caseOptions.flags(f)
	f.StringSliceVar(&o.fields, "fields", nil, "the `COLUMNS` to write, in this order, with commas between them")
	f.BoolVar(&o.redacted, "redacted", false, "leave out free text, names and references")
	f.BoolVar(&o.bom, "bom", false, "of CSV: begin with the sign by which Excel knows UTF-8")
	f.StringVar(&o.part, "part", "", "write one of several parts: `N/M`, such as 2/4")
	f.BoolVar(&o.sign, "sign", false, "sign the manifest, as an act of oversight")
	f.StringVar(&o.key, "key", "", "sign with this OpenSSH Ed25519 private key `FILE`")
}

// formNames are all forms, as --as has them.
func formNames() []string {
	names := []string{zipForm}
	for _, f := range export.Forms() {
		names = append(names, f.Name)
	}
	return names
}

// endingOf is how the names of files of a form end; empty, where there is no such form.
func endingOf(form string) string {
	if form == zipForm {
		return zipEnding
	}
	for _, f := range export.Forms() {
		if f.Name == form {
			return f.Ending
		}
	}
	return ""
}

// checkForm refuses what the form that was chosen does not have, and finds the columns.
func (o *exportOptions) checkForm(app *App, cmd *cobra.Command, wrong func(what, next string) error) error {
	if err := o.caseOptions.check(app, cmd); err != nil {
		return err
	}
	if o.as == zipForm {
		for _, name := range onlyOfRows {
			if cmd.Flags().Changed(name) {
				return wrong("--"+name+" is for rows, and a zip has the records themselves", "name the file .csv, .xlsx, .jsonl or .html, or leave --"+name+" out")
			}
		}
		if !o.filter.IsZero() {
			return wrong("filters choose rows, and a zip has the records themselves", "name the records by their ids, or the file .csv, .xlsx, .jsonl or .html")
		}
		return nil
	}
	var fault error
	switch {
	case o.proofs:
		return wrong("--proofs is for a zip", "name the file .zip, or write one proof with dsa prove")
	case o.bom && o.as != "csv":
		return wrong("--bom is for CSV", "leave it out: the other forms say themselves how they are written")
	case o.sign && o.to == "-":
		return wrong("what is signed is the manifest, and there is none beside standard output", "write to a file: --to FILE"+endingOf(o.as))
	case o.key != "" && !o.sign:
		return wrong("--key says with which key to sign", "add --sign")
	case o.part != "":
		if o.number, o.ofParts, fault = parsePart(o.part); fault != nil {
			return wrong("--part takes the number of a part and how many there are", "write it as 2/4: the second of four")
		}
	}
	o.columns = cases.Columns()
	if cmd.Flags().Changed("fields") {
		var unknown *cases.UnknownColumn
		o.columns, fault = cases.ColumnsNamed(o.fields)
		const where = "see their names on the sheet Columns of an .xlsx, or in the first line of a .csv"
		switch {
		case errors.As(fault, &unknown):
			return wrong("--fields names a column that there is not", perhaps(unknown.Name, columnNames(), where))
		case len(o.columns) == 0:
			return wrong("--fields names no column", where)
		}
	}
	if o.redacted {
		for _, c := range o.columns {
			if c.Free && len(o.fields) > 0 {
				return wrong("the column "+c.Name+" can hold free text, a name or a reference, and --redacted leaves those out", "leave out one of the two")
			}
		}
		o.columns = export.Redacted(o.columns)
	}
	if o.training {
		o.columns = export.WithStanding(o.columns)
	}
	return nil
}

func columnNames() []string {
	var names []string
	for _, c := range cases.Columns() {
		names = append(names, c.Name)
	}
	return names
}

// parsePart reads 2/4.
func parsePart(words string) (number, of int, err error) {
	a, b, found := strings.Cut(words, "/")
	number, err = strconv.Atoi(a)
	of, wrong := strconv.Atoi(b)
	if err = errors.Join(err, wrong); err == nil && (!found || number < 1 || of < 2 || number > of || of > 10_000) {
		err = strconv.ErrRange
	}
	return number, of, err
}

// question are the words for what was asked for. A redacted export has no words in them that somebody could have typed
// about a person.
func (o *rowOptions) question(named []decision.ID) []string {
	f := o.filter
	if o.redacted {
		f.Organisation, f.Recipient, f.Reference = nil, nil, nil
	}
	words := f.Words()
	if len(f.Words()) != len(o.filter.Words()) {
		words = append(words, "more that is left out here, since it could name somebody")
	}
	if len(named) > 0 {
		shown := make([]string, len(named))
		for i, id := range named {
			shown[i] = id.Shown()
		}
		words = append(words, "the decisions "+listed(shown))
	}
	return words
}

// manifestName is where the manifest of an export goes: beside it, and encrypted where the export is.
func manifestName(to string) string {
	if !strings.HasSuffix(strings.ToLower(to), lockedEnding) {
		return to + export.ManifestSuffix
	}
	return to[:len(to)-len(lockedEnding)] + export.ManifestSuffix + lockedEnding
}

// A measured writer knows the digest and the length of what was written.
type measured struct {
	to  io.Writer
	sum hash.Hash
	n   int64
}

func newMeasured(to io.Writer) *measured { return &measured{to: to, sum: sha256.New()} }

func (m *measured) Write(p []byte) (int, error) {
	n, err := m.to.Write(p)
	m.sum.Write(p[:n])
	m.n += int64(n)
	return n, err
}

func (m *measured) file(name string) export.File {
	return export.File{Name: name, Sum: [sha256.Size]byte(m.sum.Sum(nil)), Bytes: m.n}
}

// runRows writes decisions out, a row each.
func runRows(ctx context.Context, app *App, ids []string, opts exportOptions) error {
	beside := ""
	if opts.to != "-" {
		if !export.CanName(filepath.Base(opts.to)) {
			return &failure{what: "the name of the file has a sign that acts on a screen, or a backslash, so that no manifest can name it; nothing was written",
				next: "choose another name with --to", code: codeUsage}
		}
		beside = manifestName(opts.to)
		if err := app.canWriteTo(beside); err != nil {
			return err
		}
	}
	if err := app.canWriteTo(opts.to); err != nil {
		return err
	}
	named, err := app.decisionsNamed(opts.rowOptions, ids)
	if err != nil {
		return err
	}
	r, err := app.openCases(ctx, opts.caseOptions)
	if err != nil {
		return err
	}
	defer r.close()
	if err := app.outsideLogs(opts.to, r.found().Logs); err != nil {
		return err
	}
	// Whatever a person can be asked for is asked before the logs are gone through.
	var signer sshsig.Signer
	if opts.sign {
		if signer, err = app.ownSigner(ctx, opts.key); err != nil {
			return err
		}
	}
	to, err := app.newLock(opts.lockOptions)
	if err != nil {
		return err
	}
	e := &rows{app: app, opts: opts, reader: r, named: named, about: export.About{Program: Program, Made: app.Now(), Form: opts.as,
		Asked: opts.rowOptions.question(named), Redacted: opts.redacted, Training: opts.training}}
	if opts.ofParts > 0 {
		e.about.Part = fmt.Sprintf("%d of %d", opts.number, opts.ofParts)
	}
	out, err := app.newOutput(ctx, opts.to)
	if err != nil {
		return err
	}
	defer out.discard()
	written := newMeasured(out)
	sealed, err := to.seal(written)
	if err != nil {
		return err
	}
	inside := newMeasured(sealed)
	if err := e.write(ctx, inside); err != nil {
		return err
	}
	if err := sealed.Close(); err != nil {
		return unwritten(err)
	}
	if beside == "" {
		if err := out.keep(); err != nil {
			return unwritten(err)
		}
		return e.said(to, "")
	}
	name := filepath.Base(opts.to)
	m := export.Manifest{File: written.file(name), Lines: export.Lines(e.about, e.summary)}
	if to != nil {
		f := inside.file(name[:len(name)-len(lockedEnding)])
		m.Inside = &f
	}
	for _, c := range opts.columns {
		m.Columns = append(m.Columns, c.Name)
	}
	if signer != nil {
		if m.Signature, err = signer.Sign(sshsig.Oversight, m.Signed()); err != nil {
			return err
		}
	}
	about, err := app.newOutput(ctx, beside)
	if err != nil {
		return err
	}
	defer about.discard()
	if sealed, err = to.seal(about); err == nil {
		if _, err = sealed.Write(m.Text()); err == nil {
			err = sealed.Close()
		}
	}
	if err != nil {
		return unwritten(err)
	}
	if err := out.keep(); err != nil {
		return unwritten(err)
	}
	if err := about.keep(); err != nil {
		return fail("the export is there, but its manifest could not be written beside it", "remove the export, and run the same command again").because(err)
	}
	return e.said(to, beside)
}

// ownSigner is the key to sign with. None is made for this: what nobody knows confirms nothing.
func (app *App) ownSigner(ctx context.Context, named string) (sshsig.Signer, error) {
	if _, known, err := app.publicKey(ctx, named); err != nil {
		return nil, err
	} else if !known {
		return nil, fail("there is no signing key on this computer yet; nothing was written", "make one with dsa setup, or name yours with --key")
	}
	return app.signingKey(ctx, named)
}

// decisionsNamed are the decisions that some ids mean: of a record about a decision, the decision.
func (app *App) decisionsNamed(o rowOptions, ids []string) ([]decision.ID, error) {
	var named []decision.ID
	for _, id := range ids {
		logs, entry, err := app.openRecords(o.logs, id)
		if err != nil {
			return nil, err
		}
		first := entry.ID
		if entry.Page.Cover.Kind != decision.Decision {
			d, err := app.dossier(entry, logs...)
			if err != nil {
				closeAll(logs)
				return nil, err
			}
			first = d.first.entry.ID
		}
		closeAll(logs)
		if entry.Namespace == trainingRole && !o.training {
			return nil, fail("one of these records is an exercise; nothing was written", "leave it out, or take exercises too with --training")
		}
		if !slices.Contains(named, first) {
			named = append(named, first)
		}
	}
	return named, nil
}

// rows is an export that is being written.
type rows struct {
	app     *App
	opts    exportOptions
	reader  *caseReader
	named   []decision.ID // none: all
	about   export.About
	summary export.Summary
	found   caseResult
}

// write writes all of it in the form that was chosen.
func (e *rows) write(ctx context.Context, w io.Writer) error {
	o := e.opts
	var form export.Writer
	for _, f := range export.Forms() {
		if f.Name == o.as {
			// Whoever chooses columns does not mean to send everything along.
			form = f.New(w, e.about, export.Options{BOM: o.bom, Records: !o.redacted && len(o.fields) == 0})
		}
	}
	if err := form.Begin(o.columns); err != nil {
		return unwritten(err)
	}
	missing := slices.Clone(e.named)
	for c, err := range e.reader.all(ctx) {
		if ctx.Err() != nil {
			return unwritten(context.Canceled)
		}
		if err != nil {
			return err
		}
		if len(e.named) > 0 && !slices.Contains(e.named, c.First.ID) {
			continue
		}
		missing = slices.DeleteFunc(missing, func(id decision.ID) bool { return id == c.First.ID })
		if o.ofParts > 0 && !export.InPart(c.First.ID, o.number, o.ofParts) {
			continue
		}
		err := form.Row(c)
		if errors.Is(err, export.ErrFull) {
			return fail("there are more decisions than one workbook of Excel holds (1,048,575 rows, or 4 GB of text); nothing was written",
				"write it in parts, --part 1/4 to --part 4/4, or choose columns with --fields; CSV has no such limit")
		}
		if err != nil {
			return unwritten(err)
		}
		e.summary.Rows++
		facts := c.Facts()
		if facts.Training {
			e.summary.Exercises++
		}
		if facts.Disposed {
			e.summary.Disposed++
		}
	}
	if len(missing) > 0 {
		return fail(fmt.Sprintf("the decision %s is not among those that can be written out here, or the filters leave it out; nothing was written", missing[0].Shown()),
			"look at it with dsa show, and name its log with --log")
	}
	e.found = e.reader.found()
	s := &e.summary
	s.Uncounted, s.Untold, s.Shortened, s.Verdict = e.found.Doubtful, e.found.Untold, form.Cut(), e.found.Verdict
	for _, f := range e.found.Faults {
		if o.redacted {
			f = unnamed(f)
		}
		s.Failed = append(s.Failed, f.String())
	}
	for _, h := range e.found.Heads {
		head := export.Head{Log: h.Log, Chain: h.Chain, Number: h.Number, ID: h.ID}
		if o.redacted {
			head.Log = ""
		}
		s.Heads = append(s.Heads, head)
	}
	if err := form.End(*s); err != nil {
		return unwritten(err)
	}
	return nil
}

// unnamed is a fault without the names of folders and files that a log does not give itself: what lies there by mistake can be
// called after somebody.
func unnamed(f logbook.Fault) logbook.Fault {
	f.Log = ""
	if !decision.IsChainFolder(f.Chain) {
		f.Chain = ""
	}
	for _, part := range strings.Split(f.File, "/") {
		_, record := decision.ParseRecordName(part)
		_, folder := decision.ParseNumberFolder(part)
		if part != "" && !record && !folder && !decision.IsChainFolder(part) {
			f.File = "a name that is left out here"
			break
		}
	}
	return f
}

// said tells what was written, and for whom. It is the failure where records had to be left out.
func (e *rows) said(l *lock, manifest string) error {
	app, o, s := e.app, e.opts, e.summary
	report := app.Out
	if o.to == "-" {
		report = app.Err
	}
	fmt.Fprintf(report, "Written: %s\n", count(s.Rows, "decision"))
	if s.Exercises > 0 {
		fmt.Fprintf(report, "  of these, %s, marked TRAINING\n", count(s.Exercises, "exercise"))
	}
	if s.Disposed > 0 {
		fmt.Fprintf(report, "  of these, %s disposed of: only what the cover says\n", screen.Count(s.Disposed, "is", "are"))
	}
	if o.to != "-" {
		fmt.Fprintf(report, "File: %s\nManifest: %s\n", screen.Safe(o.to), screen.Safe(manifest))
	}
	printFaults(app.Err, "FAULT", e.found.Faults)
	e.found.sayLeftOut(app, o.training)
	if s.Shortened > 0 {
		app.say("%s too long for a cell, and shortened, which is said in the cell. JSON Lines (.jsonl) has them whole.", screen.Count(s.Shortened, "text was", "texts were"))
	}
	if o.as == "jsonl" && (o.redacted || len(o.fields) > 0) {
		app.say("The signed records are not in it, since not all columns are.")
	}
	if l == nil {
		app.say("Warning: it is NOT encrypted. Whoever gets the file can read it. To send it on, encrypt it with --encrypt-to or --passphrase.")
	} else {
		for _, words := range l.words {
			fmt.Fprintf(report, "Encrypted to: %s\n", screen.Safe(words))
		}
		app.say("%s They open it with: age -d", l.advice)
	}
	if err := e.found.err(); err != nil {
		return err
	}
	if manifest != "" && l == nil {
		app.say("Next: whether the file is still as it was written is checked with dsa verify %s", typed(filepath.Base(manifest)))
	}
	return nil
}
