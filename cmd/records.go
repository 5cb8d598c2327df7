package cmd

import (
	"crypto/sha256"
	"errors"
	"io/fs"
	"slices"

	"dsa/decision"
	"dsa/decision/logbook"
)

// recorded finds the record in the person's own log that has exactly this body.
func (app *App) recorded(body string) (logbook.Entry, bool, error) {
	if body == "" {
		return logbook.Entry{}, false, nil
	}
	book, err := logbook.Open(app.logFolder(""))
	if errors.Is(err, fs.ErrNotExist) {
		return logbook.Entry{}, false, nil
	}
	if err != nil {
		return logbook.Entry{}, false, err
	}
	defer book.Close()
	sum := sha256.Sum256([]byte(body))
	for entry, err := range book.Entries() {
		if err == nil && entry.Page.Cover.BodySum == sum {
			return entry, true, nil
		}
	}
	return logbook.Entry{}, false, nil
}

// isDecision reports the kinds of record that say what somebody decided: those whose body is a decision.Record.
func isDecision(kind decision.Kind) bool {
	return slices.Contains([]decision.Kind{decision.Decision, decision.Complete, decision.Amend, decision.Review}, kind)
}

// linkTo names a record for the one that is about it.
func linkTo(entry logbook.Entry, record *decision.Record) *decision.Link {
	return &decision.Link{ID: entry.ID, Chain: entry.Chain, Number: entry.Number, Recorded: record.Recorded,
		By: record.By.Post + ", " + record.By.Organisation, Outcome: record.Outcome()}
}

// decode reads the body of a decision, or of what completes, amends or reviews one, strictly.
func decode(body []byte) (*decision.Record, error) {
	record := new(decision.Record)
	if err := decision.DecodeBody(body, record); err != nil {
		return nil, err
	}
	return record, record.Check()
}

// checkBody is what verify asks of the bodies that logbook does not know.
func checkBody(kind decision.Kind, body []byte) error {
	if !isDecision(kind) {
		return nil
	}
	record, err := decode(body)
	if err == nil && record.Kind() != kind {
		return errDisagrees
	}
	return err
}
