package paper

import (
	"fmt"
	"io"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
)

// An AuditSheet is a form for the auditor of some decisions: what to look at in each, and room for a verdict. It holds nothing
// that anybody typed about a case: whoever audits reads the record itself.
type AuditSheet struct {
	How      string // how they were drawn
	Seed     string
	Made     time.Time
	Program  string
	Check    string // what the check of the logs found
	Weighted bool
	Training bool // exercises are among them
	Verdicts []string
	Records  []Audited
}

// Audited is one decision on the sheet.
type Audited struct {
	ID, Chain, Log          string
	Number                  int
	Recorded, Mode, Outcome string
	By                      string // post and organisation of who decided
	Training                bool
	Lots                    int
	Look                    []string // why it deserves a closer look
	Findings                []string // what was pointed out, with whether it was replied to
	Law                     []string
}

// everyLook is what is looked at in each decision.
var everyLook = []string{
	"Is it clear what was asked or offered, and why?",
	"Is the law named the right one on that day, and are lawful basis and confidentiality dealt with?",
	"Is what was shared no more than was needed, and fact told from opinion?",
	"Were harm of sharing and harm of not sharing weighed?",
	"Was the person told, or is it said why not, and when that is looked at again?",
	"Do the reasons carry the decision, as somebody outside would read them?",
	"Has what was owed afterwards been done?",
}

// Every is what is looked at in each decision.
func (s *AuditSheet) Every() []string { return everyLook }

// Title is its first line.
func (s *AuditSheet) Title() string {
	return "Review sheet: " + screen.Count(len(s.Records), "decision", "decisions")
}

// When is the moment at which it was made.
func (s *AuditSheet) When() string { return s.Made.Format("2 January 2006 15:04") }

// Name is how the auditor finds the record.
func (a Audited) Name() string {
	return fmt.Sprintf("Number %d of chain %s, %s", a.Number, a.Chain, a.ID[:decision.ShownDigits])
}

// Short is the id to type.
func (a Audited) Short() string { return a.ID[:decision.ShownDigits] }

// Words say what it is in a line.
func (a Audited) Words() string {
	return fmt.Sprintf("%s, %s, recorded %s by %s", a.Outcome, a.Mode, Moment(a.Recorded), a.By)
}

// SheetEnd says how a verdict comes to count.
const SheetEnd = "A verdict on this sheet is a note. It counts once it is signed with the auditor's own key: dsa review ID, choosing " +
	"\"This is an audit\" where it asks whether the decision stands."

// End says how a verdict comes to count.
func (s *AuditSheet) End() string { return SheetEnd }

// Lines is the sheet in plain lines.
func (s *AuditSheet) Lines() []string {
	p := &sheet{}
	if s.Training {
		p.line(screen.TrainingBanner)
		p.line("")
	}
	p.line(s.Title())
	p.text("", s.How)
	p.text("", "Made "+s.When()+" by "+s.Program+". Check of the logs: "+s.Check+".")
	p.line("")
	p.line("In each decision:")
	for _, q := range everyLook {
		p.item("  - ", q)
	}
	for _, r := range s.Records {
		p.line("")
		p.line("----------------------------------------------------------------")
		if r.Training {
			p.line(screen.TrainingBanner)
		}
		p.named(r.Name())
		p.text("  ", r.Words())
		p.text("  ", "Read it with: dsa show "+r.Short())
		if s.Weighted {
			p.text("  ", "Lots in the draw: "+fmt.Sprint(r.Lots))
		}
		p.list("Look closely", r.Look)
		p.list("Pointed out before signing", r.Findings)
		p.list("Law relied on", r.Law)
		p.line("  Verdict:")
		for _, v := range s.Verdicts {
			p.item("    [ ] ", v)
		}
		p.line("  What was found:")
		p.line("")
		p.line("")
		p.line("  Auditor and day:")
		p.text("  ", "Sign it with: dsa review "+r.Short())
	}
	p.line("")
	p.text("", SheetEnd)
	return p.lines
}

// list writes some lines under a heading, and nothing where there are none.
func (s *sheet) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	s.line("  " + title + ":")
	for _, i := range items {
		s.item("    - ", i)
	}
}

// AuditPage writes the sheet as one page to print and fill in.
func AuditPage(w io.Writer, s *AuditSheet) error { return write(w, "audit", s) }
