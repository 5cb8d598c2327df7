package cmd

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/export"
	"dsa/decision/logbook"
	"dsa/decision/sshsig"
)

// isManifestFile reports whether a file is the manifest of an export. One that cannot be read is met again.
func isManifestFile(name string) bool {
	content, err := readSmall(name, export.MaxManifest)
	return err == nil && export.IsManifest(content)
}

// A manifestReport is what the check of an export found, for programs.
type manifestReport struct {
	File      string  `json:"file"`
	Result    string  `json:"result"`
	Decisions int     `json:"decisions"`
	Made      string  `json:"made"`
	Signer    *signer `json:"signer,omitempty"`
}

// verifyManifest checks that the export beside a manifest is the one that it was made for, and whose signature it bears.
func (app *App) verifyManifest(ctx context.Context, v *verification, name string, asJSON bool) error {
	content, err := readSmall(name, export.MaxManifest)
	if err != nil {
		return err
	}
	m, err := export.ParseManifest(content)
	if err != nil {
		return &failure{what: err.Error(), next: "ask for the file again; it must not have been edited", code: codeFound, err: err}
	}
	r := manifestReport{Made: m.Line("made")}
	if r.Decisions, err = strconv.Atoi(m.Line("decisions")); err != nil {
		return &failure{what: "the manifest does not say how many decisions there are", next: "ask for the file again; it must not have been edited", code: codeFound}
	}
	if m.Signature != nil {
		key, err := sshsig.Verify(m.Signature, sshsig.Oversight, m.Signed())
		if err != nil {
			return &failure{what: "the manifest has changed since it was signed, or was signed as something else", next: "ask for the file again; it must not have been edited", code: codeFound, err: err}
		}
		r.Signer = app.overseerOf(ctx, v, key)
	}
	// The export lies beside it, or what was in it where somebody has opened it.
	var found *export.File
	for _, f := range []*export.File{&m.File, m.Inside} {
		if f == nil || found != nil {
			continue
		}
		sum, n, err := digest(filepath.Join(filepath.Dir(name), f.Name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return err
		case sum != f.Sum || n != f.Bytes:
			return &failure{what: f.Name + " is not the file that the manifest was made for, or has changed since",
				next: "ask for the export and its manifest again; one that was saved anew, as in a spreadsheet, is another file", code: codeFound}
		default:
			found = f
		}
	}
	if found == nil {
		return fail("the export is not beside its manifest, so nothing can be said about it: "+m.File.Name, "put the two into one folder, under the names that they had")
	}
	r.File, r.Result = found.Name, "as it was written"
	if asJSON {
		return printJSON(app.Out, "  ", r)
	}
	lines := []string{"Export: " + r.File, "As it was written at " + r.Made + ", with " + count(r.Decisions, "decision") + "."}
	if r.Signer == nil {
		lines = append(lines, "Not signed: whoever can change the export can change its manifest.")
	} else {
		lines = append(lines, "Signed with key "+r.Signer.Fingerprint)
		if r.Signer.Name != "" {
			lines = append(lines, "  "+r.Signer.Name+", "+r.Signer.Organisation+": "+r.Signer.Standing)
		} else {
			lines = append(lines, "  "+screen.Capital(r.Signer.Standing))
		}
	}
	app.print(lines)
	app.say("An export is a copy: what it says of a decision is shown by the signed record alone.")
	return nil
}

// digest is the SHA-256 and the length of a file.
func digest(name string) (sum [sha256.Size]byte, n int64, err error) {
	f, _, err := openFile(name)
	if err != nil {
		return sum, 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err = io.Copy(h, f)
	return [sha256.Size]byte(h.Sum(nil)), n, err
}

// overseerOf says what the log that is checked says of a key, by which somebody signed something that is no record of it.
func (app *App) overseerOf(ctx context.Context, v *verification, key sshsig.Key) *signer {
	s := &signer{Fingerprint: key.Fingerprint(), Standing: "no log was asked whose key it is"}
	if v.options.Log.IsZero() {
		return s
	}
	g := app.folders(app.knownAnyway(), v.options.Log)
	defer g.close()
	trust, err := logbook.ReadTrust(ctx, v.options.Log, g.books...)
	if err != nil {
		s.Standing = "the record that founds the log is not here, so nothing says whose key it is"
		return s
	}
	s.Standing = "the log has not let in this key"
	for _, m := range trust.Members() {
		if m.Key != key {
			continue
		}
		s.Name, s.Organisation = m.Name, m.Organisation
		switch {
		case m.Closed >= 0:
			s.Standing = "its chain is closed, and nothing tells whether it was signed before that"
			continue // the same key can have another chain
		case slices.Contains(m.Roles, decision.Overseer) || m.Founder:
			s.Standing = "oversees the log"
		default:
			s.Standing = "let in by the log to decide, and not to oversee"
		}
		break
	}
	return s
}
