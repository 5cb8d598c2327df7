package screen

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"dsa/decision"

	"github.com/charmbracelet/x/ansi"
)

// pageWidth is the width of a printed record in columns: it fits a terminal of 80 and a sheet of paper.
const pageWidth = 76

// Page is a decision record in plain lines, for reading before signing and ever after. It says everything that is in
// the record, in the words of the record. A record from elsewhere can hold anything, so whatever could act on a
// terminal is made visible instead.
func Page(d *decision.Record) []string {
	p := &sheet{}
	if d.Standing == decision.Training {
		p.line("TRAINING. This is an exercise and not a decision.")
		p.line("")
	}
	p.heading("Decision: " + d.Outcome().Words)
	p.field("Decided by", d.By.Name+", "+d.By.Post+", "+d.By.Organisation)
	p.field("Organisation", d.By.Sector.Words+"; public authority: "+d.By.PublicAuthority.Words+
		"; competent authority: "+d.By.CompetentAuthority.Words)
	p.field("E-mail", d.By.Email)
	p.field("Recorded", when(d.Recorded)+", begun "+when(d.Begun))
	p.field("Given", givenWords(d.Given))
	p.field("Agreement", strings.TrimSpace(d.Agreement.Title+", version "+d.Agreement.Version))
	p.field("Checklist", d.Checklist.Title+" ("+d.Occasion+")")
	for _, q := range d.Questions {
		p.question(q)
	}
	p.law(d.Law)
	if len(d.Warnings) > 0 {
		p.heading("Pointed out before signing")
		for _, w := range d.Warnings {
			p.wrapped("", w.Code+": "+w.Words+" ("+w.Source+")")
		}
	}
	return p.lines
}

type sheet struct{ lines []string }

func (p *sheet) line(s string) { p.lines = append(p.lines, Safe(s)) }

func (p *sheet) heading(s string) {
	if len(p.lines) > 0 {
		p.line("")
	}
	p.wrapped("", s)
	p.line(strings.Repeat("-", min(len([]rune(Safe(s))), pageWidth)))
}

func (p *sheet) field(name, value string) { p.wrapped("", name+": "+value) }

// wrapped writes text at an indent, its own lines kept.
func (p *sheet) wrapped(indent, text string) {
	for _, paragraph := range strings.Split(text, "\n") {
		for _, line := range wrap(Safe(paragraph), pageWidth-len(indent)) {
			p.lines = append(p.lines, indent+line)
		}
	}
}

// Wrapped is text as safe lines of a page, behind an indent, its own lines kept.
func Wrapped(indent, text string) []string {
	p := &sheet{}
	p.wrapped(indent, text)
	return p.lines
}

func (p *sheet) question(q decision.Question) {
	title := q.Title
	if q.Number != "" {
		title = q.Number + ". " + title
	} else {
		title += " [added by dsa]"
	}
	p.heading(title)
	item, group := 0, ""
	for _, a := range q.Answers {
		indent := ""
		if a.Group != "" {
			indent = "  "
			if a.Item != item || a.Group != group {
				item, group = a.Item, a.Group
				p.line(fmt.Sprintf("%s %d", strings.ToUpper(a.Group[:1])+strings.ReplaceAll(a.Group[1:], "-", " "), a.Item))
			}
		}
		p.wrapped(indent, a.Asked)
		p.answer(indent+"  ", a)
	}
}

func (p *sheet) answer(indent string, a decision.Answer) {
	switch {
	case len(a.Chosen) > 0:
		for _, c := range a.Chosen {
			p.wrapped(indent, "> "+c.Words)
		}
	case a.Text != "":
		for _, line := range strings.Split(a.Text, "\n") {
			p.wrapped(indent, "> "+line)
		}
	default:
		p.wrapped(indent, "> (left empty)")
	}
}

func (p *sheet) law(l decision.Law) {
	if l.On == "" {
		return
	}
	p.heading("The law relied on, as looked up for " + day(l.On))
	if len(l.Relied) == 0 {
		p.wrapped("", "No provision of the tables is relied on.")
	}
	for _, r := range l.Relied {
		p.provision(r, "Offered because")
	}
	p.bases(l.Bases)
	if l.Route != "" {
		p.wrapped("", "Shown as the way where no provision fits: "+l.Route)
	}
	if len(l.Restrictions) > 0 {
		p.heading("What came up as restricting it")
		for _, r := range l.Restrictions {
			p.provision(r, "Came up because")
		}
	}
}

// provision is one provision with everything that was shown of it.
func (p *sheet) provision(r decision.Provision, because string) {
	p.wrapped("", r.Citation+" ("+r.Effect+")")
	p.standing(r.Status, r.Since, r.Certainty, r.Reviewer)
	if r.Pack != "" {
		p.wrapped("  ", "As stated by the agreement "+r.Pack+", not by dsa.")
	}
	p.wrapped("  ", r.Summary)
	p.wrapped("  ", "Limits: "+r.Limits)
	p.wrapped("  ", because+": "+strings.Join(r.Reasons, "; ")+".")
	for _, c := range r.Check {
		p.wrapped("  ", "To check: "+c)
	}
	p.wrapped("  ", r.Address)
}

// standing is how far a provision or a basis could be relied on. What must be checked first says so before it.
func (p *sheet) standing(status, since, certainty, reviewer string) {
	if certainty == "unsure" || status == "enacted-commencement-unconfirmed" {
		p.wrapped("  ", "CHECK BEFORE RELYING ON THIS")
	}
	if since != "" && since != "unknown" {
		status += ", since " + since
	}
	if reviewer == "" {
		reviewer = "nobody named yet"
	}
	p.wrapped("  ", "Status: "+status+". How sure: "+certainty+". Reviewed by: "+reviewer+".")
}

func (p *sheet) bases(bases []decision.Basis) {
	for _, b := range bases {
		p.wrapped("", b.Citation+" (lawful basis)")
		p.standing(b.Status, b.Since, b.Certainty, b.Reviewer)
		p.wrapped("  ", b.Summary)
		p.wrapped("  ", "Limits: "+b.Limits)
		p.wrapped("  ", "Open because: "+strings.Join(b.Reasons, "; ")+".")
		p.wrapped("  ", "It needs:")
		for _, n := range b.Needs {
			p.wrapped("  ", "- "+n)
		}
		p.wrapped("  ", "Appropriate policy document: "+documentWords(b.PolicyDocument)+".")
		for _, c := range b.Check {
			p.wrapped("  ", "To check: "+c)
		}
		p.wrapped("  ", b.Address)
	}
}

func documentWords(state string) string {
	switch state {
	case "needed":
		return "needed, your organisation's own"
	case "not-needed":
		return "not needed"
	case "excepted":
		return "asked for as a rule, and not in this case"
	}
	return state
}

func givenWords(g decision.Given) string {
	switch g {
	case decision.OnScreen:
		return "at a keyboard, on drawn pages"
	case decision.InLines:
		return "in plain lines"
	case decision.FromFile:
		return "by a file of answers prepared beforehand"
	}
	return string(g)
}

// when shows a moment as a person writes it, with its offset.
func when(s string) string {
	t, err := time.Parse(decision.TimeFormat, s)
	if err != nil {
		return s
	}
	return t.Format("2 January 2006 15:04:05 -07:00")
}

func day(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("2 January 2006")
}

// Safe makes everything that could act on a terminal visible instead: control characters, escape codes, marks that
// turn the direction of text. Line ends become visible too; callers split text into lines first.
func Safe(s string) string {
	if !strings.ContainsFunc(s, acts) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if acts(r) {
			fmt.Fprintf(&b, "<U+%04X>", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func acts(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || r == 0x2028 || r == 0x2029
}

// OpeningPage is the record that begins a chain, in plain lines.
func OpeningPage(o decision.Opening) []string {
	p := &sheet{}
	p.heading("Beginning of a chain (" + string(o.Standing) + ")")
	p.field("Key of", o.Name+", "+o.Post+", "+o.Organisation)
	p.field("E-mail", o.Principal)
	p.field("Device", o.Device)
	p.field("Key", o.Key)
	p.field("Fingerprint", o.Fingerprint)
	return p.lines
}

// wrap breaks text at spaces, and a word longer than the width where it must.
func wrap(s string, width int) []string {
	if strings.TrimSpace(s) == "" {
		return []string{""}
	}
	return strings.Split(ansi.Wrap(s, width, ""), "\n")
}

// Cut shortens a line to a width in columns, with a sign that something is missing, and makes it safe to show.
func Cut(s string, width int) string { return ansi.Truncate(Safe(s), width, "…") }
