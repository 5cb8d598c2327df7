package decision

import (
	"fmt"
	"strconv"
	"strings"
)

// ReceiptWord begins a receipt.
const ReceiptWord = "dsa-receipt"

// Receipt pins a checkpoint in one line, to be kept where whoever holds the log cannot reach it.
type Receipt struct {
	Log    ID
	Chain  ID // in which the checkpoint stands
	Number int
	ID     ID // of the checkpoint
}

// String returns the line, without its end.
func (r Receipt) String() string {
	return strings.Join([]string{ReceiptWord, r.Log.String(), r.Chain.String(), strconv.Itoa(r.Number), r.ID.String()}, " ")
}

// ReceiptError says why a line is not a receipt. It does not hold the line, which may be anything a person pasted.
type ReceiptError struct {
	Part   string // "log", "chain", "number", "id"; empty where the line has no such parts
	Reason string
}

func (e *ReceiptError) Error() string {
	if e.Part == "" {
		return "this is not a receipt: " + e.Reason
	}
	return fmt.Sprintf("this is not a receipt: its %s %s", e.Part, e.Reason)
}

// ParseReceipt reads what String writes, in that one spelling: five words, one space between them and none around, and no
// line end. The three ids are those of three records, and no checkpoint is the first of its chain, so a line that says
// otherwise is no receipt. Its errors are *ReceiptError.
func ParseReceipt(line string) (Receipt, error) {
	// Receipts come out of letters and minutes, so the number of parts is bounded before anything else.
	part := strings.SplitN(line, " ", 6)
	if part[0] != ReceiptWord || len(part) != 5 {
		return Receipt{}, &ReceiptError{Reason: `it is the word ` + ReceiptWord + `, three ids and a number, with one space between them`}
	}
	var r Receipt
	var err error
	for _, f := range []struct {
		name, text string
		id         *ID
	}{{"log", part[1], &r.Log}, {"chain", part[2], &r.Chain}, {"id", part[4], &r.ID}} {
		if *f.id, err = ParseID(f.text); err != nil {
			return Receipt{}, &ReceiptError{Part: f.name, Reason: "is not an id of 64 lower-case hexadecimal digits"}
		}
	}
	if r.Number, err = parseCount(part[3], MaxNumber); err != nil || r.Number == 0 {
		return Receipt{}, &ReceiptError{Part: "number", Reason: fmt.Sprintf("is not one from 1 to %d", MaxNumber)}
	}
	switch {
	case r.ID == r.Chain, r.ID == r.Log:
		return Receipt{}, &ReceiptError{Part: "id", Reason: "is that of another record in the line"}
	case r.Chain == r.Log:
		return Receipt{}, &ReceiptError{Part: "chain", Reason: "is the log"}
	}
	return r, nil
}
