// Package cases reads decisions as they stand: each with what completes, amends, reviews and endorses it, reduced to one
// flat row of facts. Exports, reports, samples and searches all go by these facts, so that a number in one of them can be
// found again in the others. It knows no log and no screen.
package cases

import (
	"time"

	"dsa/decision"
)

// A Page is one record of a case, with its place in a log.
type Page struct {
	ID          decision.ID
	Chain       decision.ID
	Number      int
	Kind        decision.Kind
	About       decision.ID // the record that it is about
	Time        time.Time   // on its cover
	KeepUntil   string      // YYYY-MM-DD, or permanent
	Fingerprint string      // of the key that signed it
	Training    bool
	Log         string           // the folder in which it was found
	File        string           // its path in that folder
	Doubt       string           // why it does not count in the log in which it lies; empty where it does
	Cover       []byte           // the signed lines
	Signature   []byte           // armoured
	Body        []byte           // as it was signed; nil where the record was disposed of
	Record      *decision.Record // the body read; nil where the record was disposed of
}

// A Case is a decision with what followed it and counts, the oldest first.
type Case struct {
	First Page
	Later []Page
	Aside int    // records about it that do not count
	Owed  []Owed // what is still to be done
	// Initiatives are the areas of joint work by which a case can be looked for, as the tables of the law have them.
	Initiatives []Initiative

	facts *Facts
}

// Owed is one thing that a decision leaves to be done.
type Owed struct {
	What    string // complete, revisit, tell, decide, review or recipients
	Due     string // YYYY-MM-DD, the last day; empty: as soon as it can be done
	Overdue bool
}

// An Initiative is an area of joint work, such as a MARAC, with the circumstances of a case that belong to it. A case is
// of an initiative where the record names it, or where all of these were ticked.
type Initiative struct {
	ID            string
	Circumstances []string
}
