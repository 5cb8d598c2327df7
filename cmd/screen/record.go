package screen

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"dsa/checklist"
	"dsa/decision"

	"github.com/charmbracelet/x/ansi"
)

// PageWidth is the width of a printed record in columns: it fits a terminal of 80 and a sheet of paper.
const PageWidth = 76

// TrainingBanner stands at the top of everything that is made of an exercise.
const TrainingBanner = "TRAINING. This is an exercise and not a decision."

// RecordPage is a decision record in plain lines, for reading before signing and ever after. It says everything that is in
// the record, in the words of the record; only what an emergency still owes is counted by question. A record from elsewhere can hold anything, so whatever could act on a
// terminal is made visible instead.
func RecordPage(d *decision.Record) []string { return RecordPageIn(d, PageWidth) }

// RecordPageIn is RecordPage for rows of another width.
func RecordPageIn(d *decision.Record, width int) []string {
	p := &sheet{width: width}
	if d.Standing == decision.Training {
		p.line(TrainingBanner)
		p.line("")
	}
	p.heading(Title(d))
	if d.Of != nil {
		p.field(followed[d.Kind()], fmt.Sprintf("record %d of %s by %s (%s)", d.Of.Number, when(d.Of.Recorded), d.Of.By, d.Of.Outcome.Words))
		p.field("Its id", d.Of.ID.String())
	}
	if d.Occasion == checklist.Emergency {
		p.wrapped("", "An emergency. It was recorded afterwards, as little as was needed; what is still owed stands at the end.")
	}
	by := "Decided by"
	if d.Kind() == decision.Endorse {
		by = "Said by" // whoever endorses a decision did not take it
	}
	p.field(by, d.By.Name+", "+d.By.Post+", "+d.By.Organisation)
	p.field("Organisation", d.By.Sector.Words+"; public authority: "+d.By.PublicAuthority.Words+
		"; competent authority: "+d.By.CompetentAuthority.Words)
	p.field("E-mail", d.By.Email)
	p.field("Recorded", when(d.Recorded)+", begun "+when(d.Begun))
	p.field("Given", GivenWords(d.Given))
	p.field("Agreement", strings.TrimSpace(d.Agreement.Title+", version "+d.Agreement.Version))
	p.field("Checklist", d.Checklist.Title+" ("+d.Occasion+")")
	for _, q := range d.Questions {
		p.question(q)
	}
	p.law(d.Law)
	p.files(d.Files)
	p.findings(d)
	p.owed(d.Owed)
	return p.lines
}

// owed are the questions that an emergency leaves for later.
func (p *sheet) owed(owed []decision.Owed) {
	if len(owed) == 0 {
		return
	}
	p.heading("Still owed within a working day")
	for _, words := range LeftWords(owed) {
		p.wrapped("", "- "+words)
	}
}

// LeftWords are the questions that an emergency leaves for later, each with how many answers it wants: the words of all
// that is asked would be longer than the emergency, and it is asked again one by one.
func LeftWords(owed []decision.Owed) []string {
	var all []string
	for len(owed) > 0 {
		n := 1
		for n < len(owed) && owed[n].Question == owed[0].Question {
			n++
		}
		if n == 1 {
			all = append(all, strings.TrimRight(owed[0].Question, "?.: ")+": "+owed[0].Asked)
		} else {
			all = append(all, owed[0].Question+" ("+Count(n, "answer", "answers")+")")
		}
		owed = owed[n:]
	}
	return all
}

// followed says how a record stands to the one it follows.
var followed = map[decision.Kind]string{decision.Complete: "Completes", decision.Amend: "Amends", decision.Review: "Reviews", decision.Endorse: "Said of"}

// ViewWords say what a second person says of a record. What cannot be told is no agreement.
func ViewWords(v decision.View) string {
	switch v {
	case decision.Agrees:
		return "agrees"
	case decision.AgreesOn:
		return "agrees on conditions"
	}
	return "does NOT agree"
}

// Capacity is in what capacity a second person speaks.
func Capacity(d *decision.Record) string {
	a, _ := d.Answer("capacity")
	if len(a.Chosen) == 1 && a.Chosen[0].ID != "other" {
		return a.Chosen[0].Words
	}
	return d.Text("capacity-other")
}

// Title names a record in one line: the act and what came of it.
func Title(d *decision.Record) string {
	switch d.Kind() {
	case decision.Amend:
		return "Amendment of a record"
	case decision.Review:
		if d.Audits() {
			return "Audit of a decision"
		}
		for id, words := range map[string]string{"stands": "the decision stands", "changed": "the decision is changed", "withdrawn": "the decision is withdrawn"} {
			if d.Chose("stands", id) {
				return "Review: " + words
			}
		}
		return "Review of a decision"
	case decision.Complete:
		return "Completion of an emergency record"
	case decision.Endorse:
		if v := d.View(); v == decision.Agrees || v == decision.AgreesOn {
			return "Endorsement: " + ViewWords(v)
		}
		return "Not endorsed: " + ViewWords(decision.Disagrees)
	}
	return "Decision: " + d.Outcome().Words
}

// LevelWords are the words for how much a finding weighs.
func LevelWords(l decision.Level) string {
	switch l {
	case decision.Lead:
		return "Act first"
	case decision.Stop, decision.Caution, decision.Note:
		return Capital(string(l))
	}
	return string(l)
}

// Reasons say why a finding matters, what to do, and where that is written.
func Reasons(f decision.Finding) []string {
	var lines []string
	for _, part := range []struct{ lead, words string }{{"Why it matters: ", f.Why}, {"What to do: ", f.Do}, {"Source: ", f.Source}} {
		if part.words != "" {
			lines = append(lines, part.lead+part.words)
		}
	}
	return lines
}

// findings are what was pointed out before signing, each with what the person wrote to it.
func (p *sheet) findings(d *decision.Record) {
	if len(d.Findings) == 0 {
		return
	}
	p.heading("Pointed out before signing")
	for _, f := range d.Findings {
		title := ""
		for _, q := range d.Questions {
			if q.ID == f.Question {
				title = ", at: " + q.Title
			}
		}
		p.wrapped("", LevelWords(f.Level)+" ("+f.Code+")"+title)
		for _, seen := range f.Seen {
			p.wrapped("  ", seen)
		}
		for _, reason := range Reasons(f) {
			p.wrapped("  ", reason)
		}
		switch {
		case f.Reply != "":
			p.wrapped("  ", "Reply:")
			p.answer("  ", decision.Answer{Text: f.Reply})
		case f.NeedsReply(d):
			p.wrapped("  ", "Reply: (none)")
		}
	}
}

// FileWords name a disclosed file so that it can be recognised.
func FileWords(f decision.File) string {
	return fmt.Sprintf("%s, %d bytes, SHA-256 %s", f.Name, f.Bytes, f.SHA256)
}

// files are the digests of what was disclosed. The files themselves are in no record.
func (p *sheet) files(files []decision.File) {
	if len(files) == 0 {
		return
	}
	p.heading("Files named in it, by their digest")
	for _, f := range files {
		p.wrapped("", FileWords(f))
	}
}

type sheet struct {
	lines []string
	width int
}

func (p *sheet) line(s string) { p.lines = append(p.lines, Safe(s)) }

func (p *sheet) heading(s string) {
	if len(p.lines) > 0 {
		p.line("")
	}
	p.wrapped("", s)
	p.line(strings.Repeat("-", min(len([]rune(Safe(s))), p.width)))
}

func (p *sheet) field(name, value string) { p.wrapped("", name+": "+value) }

// wrapped writes text at an indent, its own lines kept.
func (p *sheet) wrapped(indent, text string) {
	for _, paragraph := range strings.Split(text, "\n") {
		for _, line := range wrap(Safe(paragraph), p.width-len(indent)) {
			p.lines = append(p.lines, indent+line)
		}
	}
}

// Wrapped is text as safe lines of a page, behind an indent, its own lines kept.
func Wrapped(indent, text string) []string {
	p := &sheet{width: PageWidth}
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
	p.heading("The law relied on, as looked up for " + Day(l.On))
	if len(l.Relied) == 0 {
		p.wrapped("", "No provision of the tables is relied on.")
	}
	for _, r := range l.Relied {
		p.provision(r, "Offered because")
	}
	p.bases(l.Bases)
	if offered := NotChosen(l); len(offered) > 0 {
		p.wrapped("", "Offered too, and not relied on: "+strings.Join(offered, ", ")+".")
	}
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
	for _, note := range r.Printed {
		p.wrapped("  ", "Of the agreement's own table: "+note)
	}
	p.wrapped("  ", r.Address)
}

// NotChosen are the ids of the gateways that were offered and are not relied on.
func NotChosen(l decision.Law) []string {
	var ids []string
	for _, o := range l.Offered {
		if !slices.ContainsFunc(l.Relied, func(r decision.Provision) bool { return r.ID == o.ID }) {
			ids = append(ids, o.ID)
		}
	}
	return ids
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
		if len(b.Covers) > 0 {
			p.wrapped("  ", "It serves here for: "+strings.Join(b.Covers, ", ")+".")
		}
		if len(b.ClosedTo) > 0 {
			p.wrapped("  ", "Closed to: "+strings.Join(b.ClosedTo, ", ")+".")
		}
		if b.Caution != "" {
			p.wrapped("  ", "Shown with it: "+b.Caution)
		}
		p.wrapped("  ", "It needs:")
		for _, n := range b.Needs {
			p.wrapped("  ", "- "+n)
		}
		p.wrapped("  ", "Appropriate policy document: "+DocumentWords(b.PolicyDocument)+".")
		for _, c := range b.Check {
			p.wrapped("  ", "To check: "+c)
		}
		p.wrapped("  ", b.Address)
	}
}

// DocumentWords say whether an appropriate policy document is needed, in the state that a basis has.
func DocumentWords(state string) string {
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

// GivenWords say how the answers came to the program.
func GivenWords(g decision.Given) string {
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

// Day shows a day of a record (2026-02-05) as a person writes it. What is no such day is shown as it stands.
func Day(s string) string {
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
	p := &sheet{width: PageWidth}
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
	return Filled(s, width)
}

// Filled breaks text into rows of a width in columns: at spaces, and a word longer than that where it must. It does not break
// at hyphens: dates, ids and commands stay whole.
func Filled(s string, width int) []string {
	const whole = "\u2011" // a hyphen that is no place to break at
	if strings.Contains(s, whole) {
		return strings.Split(ansi.Wrap(s, width, ""), "\n")
	}
	rows := strings.Split(ansi.Wrap(strings.ReplaceAll(s, "-", whole), width, ""), "\n")
	for i := range rows {
		rows[i] = strings.ReplaceAll(rows[i], whole, "-")
	}
	return rows
}

// Cut shortens a line to a width in columns, with a sign that something is missing, and makes it safe to show.
func Cut(s string, width int) string { return ansi.Truncate(Safe(s), width, "…") }
