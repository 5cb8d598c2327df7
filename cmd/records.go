package cmd

import (
	"crypto/sha256"
	"errors"
	"io/fs"

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

// decode reads the body of a decision record, strictly.
func decode(body []byte) (*decision.Record, error) {
	record := new(decision.Record)
	if err := decision.DecodeBody(body, record); err != nil {
		return nil, err
	}
	return record, record.Check()
}

// checkBody is what verify asks of the bodies that logbook does not know.
func checkBody(kind decision.Kind, body []byte) error {
	if kind != decision.Decision {
		return nil
	}
	_, err := decode(body)
	return err
}
