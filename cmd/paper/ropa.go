package paper

import (
	"fmt"
	"io"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/decision/tally"
)

// A Ropa is what records say for a record of processing activities, UK GDPR Article 30, and for an assessment such as the
// DSPT: who shares what with whom, and on what it rests.
type Ropa struct {
	Flows    []tally.Flow
	Left     int // decisions for whose flow there was no room
	Asked    []string
	Made     time.Time
	Program  string
	Training bool
	Faults   int
	Words    func(kind, id string) string
}

// Title is its first line.
func (r *Ropa) Title() string { return "Flows of information, from signed records" }

// When is the moment at which it was made.
func (r *Ropa) When() string { return r.Made.Format("2 January 2006 15:04") }

// Banner is what every page says of exercises.
func (r *Ropa) Banner() string { return (&Report{Training: r.Training}).Banner() }

// Openings say what it is.
func (r *Ropa) Openings() []string {
	said := []string{"For use inside the organisation: nothing is hidden here. It lists what was recorded as shared, and not what may be shared without a record. It has what the records say; controllers, processors and security measures are for the register itself."}
	if len(r.Asked) > 0 {
		said = append(said, "Only decisions where the "+strings.Join(r.Asked, "; the ")+".")
	}
	if len(r.Flows) == 0 {
		said = append(said, "No decision here shares anything.")
	}
	if r.Left > 0 {
		said = append(said, screen.Count(r.Left, "decision is", "decisions are")+" not in it: there are more flows than fit. Choose fewer with --from, --until or another filter.")
	}
	if r.Faults > 0 {
		said = append(said, "Some records could not be relied on and are not in it. dsa verify says which.")
	}
	return said
}

// notStated is what is said of what records leave open and a register asks for.
const notStated = "not stated"

// Name says who shares with whom.
func (r *Ropa) Name(f tally.Flow) string {
	mode := "single requests and concerns"
	if f.Mode == "routine" {
		mode = "routine"
	}
	return oneLine(orWords(f.From, "unknown")+" to "+orWords(f.To, r.word("recipient", f.ToSector)), 160) + " (" + mode + ")"
}

func orWords(s, otherwise string) string {
	if strings.TrimSpace(s) == "" {
		return otherwise
	}
	return s
}

func (r *Ropa) word(kind, id string) string {
	if words := r.Words(kind, id); words != "" {
		return words
	}
	return orWords(id, notStated)
}

func (r *Ropa) words(kind string, ids []string) string {
	if len(ids) == 0 {
		return notStated
	}
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = r.word(kind, id)
	}
	return strings.Join(all, "; ")
}

// Columns head the fields of a flow, for a spreadsheet.
func (r *Ropa) Columns() []string {
	return []string{"from", "from_kind", "to", "to_kind", "mode", "purpose", "about", "special_categories", "lawful_basis", "conditions", "gateways",
		"agreement", "frequency", "retention", "dpia", "review_on", "decisions", "first_recorded", "last_recorded", "standing"}
}

// Row is a flow under these.
func (r *Ropa) Row(f tally.Flow) []string {
	standing := "live"
	if r.Training {
		standing = "TRAINING"
	}
	return []string{f.From, f.FromSector, f.To, f.ToSector, f.Mode, r.purpose(f), strings.Join(f.About, "; "), strings.Join(f.Categories, "; "),
		r.words("basis", f.Bases), strings.Join(f.Conditions, "; "), r.gateways(f), strings.Join(f.Agreements, "; "), f.Frequency, f.Retention, f.DPIA,
		f.ReviewOn, fmt.Sprint(f.Decisions), f.First, f.Last, standing}
}

func (r *Ropa) purpose(f tally.Flow) string {
	var parts []string
	if f.Purpose != "" {
		parts = append(parts, strings.TrimRight(f.Purpose, ". "))
	}
	for _, kind := range []struct {
		kind string
		ids  []string
	}{{"initiative", f.Initiatives}, {"circumstance", f.Circumstances}} {
		if len(kind.ids) > 0 {
			parts = append(parts, r.words(kind.kind, kind.ids))
		}
	}
	if len(parts) == 0 {
		return notStated
	}
	return strings.Join(parts, "; ")
}

func (r *Ropa) gateways(f tally.Flow) string {
	words := strings.Join(f.Gateways, "; ")
	if f.NoGateway > 0 {
		none := "none named"
		if words != "" {
			none = "; none named in " + screen.Count(f.NoGateway, "decision", "decisions")
		}
		words += none
	}
	return words
}

// Facts are the fields of a flow in words.
func (r *Ropa) Facts(f tally.Flow) []Fact {
	all := []Fact{
		{"Purpose", r.purpose(f)},
		{"About", r.words("about", f.About)},
		{"Specially protected information", r.words("category", f.Categories)},
		{"Lawful basis", r.words("basis", f.Bases)},
		{"Conditions", r.words("basis", f.Conditions)},
		{"Legal gateways", r.gateways(f)},
		{"Agreement", r.words("agreement", f.Agreements)},
	}
	if f.Mode == "routine" {
		all = append(all, Fact{"How often", r.word("frequency", f.Frequency)}, Fact{"Kept by the recipient", orWords(f.Retention, notStated)},
			Fact{"Impact assessment", r.word("dpia", f.DPIA)})
	}
	return append(all, Fact{"Looked at next", r.Review(f)},
		Fact{"Recorded", screen.Count(f.Decisions, "decision", "decisions") + ", first " + screen.Day(f.First) + ", last " + screen.Day(f.Last)})
}

// Review is when it is looked at next.
func (r *Ropa) Review(f tally.Flow) string {
	if f.ReviewOn == "" {
		return notStated
	}
	return screen.Day(f.ReviewOn)
}

// Lines are the flows in plain lines; plain leaves out what a voice would spell out.
func (r *Ropa) Lines(plain bool) []string {
	s := &sheet{}
	if b := r.Banner(); b != "" {
		s.line(b)
	}
	s.titled(r.Title(), "=", plain)
	for _, words := range r.Openings() {
		s.line("")
		s.text("", words)
	}
	if plain && len(r.Flows) > 0 {
		s.line("")
		s.text("", screen.Count(len(r.Flows), "flow", "flows")+".")
	}
	for i, f := range r.Flows {
		s.line("")
		s.titled(fmt.Sprintf("%d. %s", i+1, r.Name(f)), "-", plain)
		for _, fact := range r.Facts(f) {
			s.named(fact.Words + ": " + fact.Value)
		}
	}
	s.line("")
	s.text("", "Made "+r.When()+" by "+r.Program+".")
	return s.lines
}

// RopaPage writes the flows as one page.
func RopaPage(w io.Writer, r *Ropa) error { return write(w, "ropa", r) }
