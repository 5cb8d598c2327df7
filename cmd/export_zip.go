package cmd

import (
	"archive/zip"
	"context"
	_ "embed"
	"io"
	"slices"
	"strings"
	"time"

	"dsa/decision"
	"dsa/decision/logbook"
)

//go:embed export-readme.txt
var exportReadme string

// zip writes the records as a log of its own. The same records give the same bytes, whoever copies them and when: the
// times in it are those that the records claim.
func (x *copying) zip(ctx context.Context, w io.Writer) error {
	z := zip.NewWriter(w)
	put := func(name string, at time.Time, content []byte) error {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: zipTime(at)}
		header.SetMode(0o600)
		f, err := z.CreateHeader(header)
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			return unwritten(err)
		}
		return nil
	}
	log := ""
	if x.proofs {
		log = "log/" // in a log itself, proofs have no place
	}
	for entry, err := range x.entries(ctx) {
		if err == nil {
			err = put(log+entry.Path, entry.Page.Cover.Time, entry.Page.Bytes())
		}
		if err != nil {
			return err
		}
		if !x.proofs {
			continue
		}
		proof, err := x.survey.Prove(entry, decision.ID{})
		if err != nil {
			x.unproven++
			continue
		}
		if err := put("proofs/"+logbook.ProofName(entry.Number, entry.ID), entry.Page.Cover.Time, proof.Text()); err != nil {
			return err
		}
	}
	if x.records+x.covers > 0 {
		if err := put(log+logbook.SignersName, x.newest, x.signers()); err != nil {
			return err
		}
		if err := put(logbook.ReadmeName, x.newest, []byte(exportReadme)); err != nil {
			return err
		}
	}
	if err := z.Close(); err != nil {
		return unwritten(err)
	}
	return nil
}

// signers is allowed_signers for the chains of which records went.
func (x *copying) signers() []byte {
	var lines []string
	for _, line := range x.openings {
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return []byte(strings.Join(slices.Compact(lines), ""))
}

// zipTime is a time as a zip can hold it. Those of records are claims, and can be any.
func zipTime(t time.Time) time.Time {
	if t = t.UTC(); t.Year() < 1980 || t.Year() > 2100 {
		return time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return t
}
