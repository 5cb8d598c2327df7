package paper

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"dsa/cmd/screen"
)

func audited() *AuditSheet {
	id := strings.Repeat("ab", 32)
	return &AuditSheet{How: "Drawn at random, weighted to risk: 1 of 9 decisions, seed spring.", Made: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC), Program: "dsa 0.1.0",
		Check: "intact", Weighted: true, Verdicts: []string{"Sound", "Not sound"},
		Records: []Audited{{ID: id, Chain: id[:16], Number: 7, Recorded: "2026-11-20T09:00:00Z", Mode: "adhoc", Outcome: "share-part", By: "GP partner, Harbour Lane Surgery", Lots: 5,
			Look: []string{"Nothing was shared: look at whether harm was weighed."}, Findings: []string{"ID (Stop, replied to)"}, Law: []string{"Children Act 1989 section 47(9) (in force, verified)"}}}}
}

func TestReviewSheet(t *testing.T) {
	var page bytes.Buffer
	if err := AuditPage(&page, audited()); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"page": flat(checkPage(t, page.Bytes())), "lines": flat(all(audited().Lines()))} {
		for _, part := range append([]string{"Review sheet: 1 decision", "seed spring", "Check of the logs: intact", "Number 7 of chain abababababababab, abababababab", "share-part, adhoc, recorded 20 November 2026 09:00 by GP partner",
			"dsa show abababababab", "dsa review abababababab", "look at whether harm was weighed", "ID (Stop, replied to)", "section 47(9)", "Not sound", "What was found", "Auditor and day"}, everyLook...) {
			if !strings.Contains(text, part) {
				t.Errorf("the %s lacks %q", name, part)
			}
		}
		if strings.Contains(text, "TRAINING") {
			t.Errorf("the %s says that it is of exercises", name)
		}
	}
}

// What a record from elsewhere has in the place of a post or a citation does nothing on the sheet.
func TestReviewSheetOfHostileRecords(t *testing.T) {
	const hostile = "<script>alert(1)</script>\x1b[2J\u202e\x00"
	s := audited()
	s.Training, s.Records[0].Training = true, true
	r := &s.Records[0]
	r.By, r.Mode, r.Outcome, r.Recorded, r.Law, r.Findings = hostile, hostile, hostile, hostile, []string{hostile}, []string{hostile + strings.Repeat("x", 500)}
	var page bytes.Buffer
	if err := AuditPage(&page, s); err != nil {
		t.Fatal(err)
	}
	checkPage(t, page.Bytes())
	lines := s.Lines()
	for name, text := range map[string]string{"page": page.String(), "lines": all(lines)} {
		if strings.ContainsAny(text, "\x1b\u202e\x00") || name == "page" && strings.Contains(text, "<script") {
			t.Errorf("the %s can act", name)
		}
		if strings.Count(text, screen.TrainingBanner) != 2 {
			t.Errorf("the %s does not say TRAINING at its top and at the record", name)
		}
	}
	for _, line := range lines {
		if len([]rune(line)) > 80 {
			t.Errorf("wider than 80 columns: %q", line)
		}
	}
}
