package cmd

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/legislation"
)

// A printer writes lines for people: narrow enough for 80 columns, no colour, and nothing that could act on a terminal.
type printer struct {
	w     *bufio.Writer
	begun bool
}

func newPrinter(w io.Writer) *printer { return &printer{w: bufio.NewWriter(w)} }

func (p *printer) end() error { return p.w.Flush() }

// line is written as it is, however long: an address that is broken cannot be followed, nor an id typed.
func (p *printer) line(s string) {
	p.begun = true
	fmt.Fprintln(p.w, strings.TrimRight(screen.Safe(s), " "))
}

// folded is text as lines of a page. They break at blanks and not at hyphens: a date or the name of a flag stays whole.
func folded(indent, s string) []string {
	lines := screen.Wrapped(indent, strings.ReplaceAll(strings.TrimSpace(s), "-", "\u2011"))
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "\u2011", "-")
	}
	return lines
}

func (p *printer) text(indent, s string) {
	for _, line := range folded(indent, s) {
		fmt.Fprintln(p.w, line)
	}
	p.begun = true
}

func (p *printer) heading(s string) {
	if p.begun {
		p.line("")
	}
	width := 0
	for _, line := range folded("", s) {
		p.line(line)
		width = max(width, len([]rune(line)))
	}
	p.line(strings.Repeat("-", width))
}

// item is text behind a dash, its further lines under the first.
func (p *printer) item(indent, s string) {
	for i, line := range folded(indent+"  ", s) {
		if i == 0 {
			line = indent + "- " + line[len(indent)+2:]
		}
		fmt.Fprintln(p.w, line)
	}
	p.begun = true
}

func (p *printer) covers(indent string, covers []cover) {
	for _, c := range covers {
		p.item(indent, c.sentence())
	}
	if differ(covers) {
		p.text(indent, "The agreements differ on this. Go by the one that your organisation has signed.")
	}
}

// print is the answer for people.
func (k *lookup) print(w io.Writer, outlook legislation.Outlook, covers []cover, look lookFlags) error {
	p := newPrinter(w)
	p.text("", "If someone is in danger now, act first: call 999. Look up afterwards.")
	p.heading("The law on " + k.On.Format("2 January 2006"))
	k.describe(p, covers)
	if outlook.Route != "" {
		p.heading("No provision fits. What is open all the same")
		p.text("", outlook.Route)
	}
	before := ""
	for _, o := range outlook.Offered {
		if words := groupWords(o.Effect); words != before {
			p.heading(words)
			before = words
		} else {
			p.line("")
		}
		p.offer(o, look.limits)
	}
	k.restrictions(p, look.limits)
	k.coming(p)
	k.notOffered(p, outlook.NotOffered, look.all)
	p.heading("What this is")
	p.text("", "It informs you; it does not decide, and it is not legal advice. A gateway is one of four things you need: data protection law, confidence and human rights each have their own answer. Read one entry in full with: dsa gateways show ID")
	return p.end()
}

func (k *lookup) describe(p *printer, covers []cover) {
	holder := k.Holder.Words()
	if k.assumed != "" {
		holder += " (" + k.assumed + ")"
	}
	p.text("", "From: "+holder)
	p.text("", "To: "+legislation.Words(legislation.Recipients, k.Recipient))
	p.text("", "About: "+strings.Join(k.Subjects, " and "))
	for _, fact := range k.Facts {
		p.text("", "You said: "+k.law.FactWords(fact))
	}
	for _, topic := range k.Touches {
		p.text("", "The material contains: "+k.law.TopicWords(topic))
	}
	if k.Initiative == "" {
		return
	}
	initiative, _ := initiativeOf(k.law, k.Initiative)
	p.text("", "For: "+initiative.Title+". "+strings.TrimSpace(initiative.Words))
	for _, fact := range initiative.Facts {
		p.text("  ", "So this is taken to hold: "+k.law.FactWords(fact))
	}
	p.covers("  ", covers)
}

func groupWords(e legislation.Effect) string {
	if i := groupOf(e); i < len(effectGroups) {
		return effectGroups[i].words
	}
	return e.Words()
}

func (p *printer) offer(o legislation.Offer, limits bool) {
	if o.Theirs {
		p.text("", "Their function, and no power of yours:")
	}
	p.name(o.Provision, o.Doubtful)
	if o.Only != "" {
		p.text("  ", "Only if yours is one of: "+strings.TrimSuffix(o.Only, ".")+".")
	}
	p.rest(o.Provision, o.State, shown(o.Reasons, o.Only), o.Doubtful, limits)
}

// rest is what is said of an entry after its name: why it stands here, its standing, what to check, where to read it.
func (p *printer) rest(entry *legislation.Provision, state legislation.State, reasons []string, doubtful, limits bool) {
	p.text("  ", "Because "+strings.Join(reasons, "; ")+".")
	p.text("  ", screen.Capital(standing(state))+".")
	p.checks(entry, doubtful || limits)
	if limits {
		p.text("  ", "Limits: "+entry.Limits)
	}
	p.line("  " + entry.Address)
}

// shown are the reasons without the one that has just been said in a line of its own.
func shown(reasons []string, said string) []string {
	return slices.DeleteFunc(slices.Clone(reasons), func(r string) bool {
		return said != "" && strings.HasPrefix(r, "check that your organisation is one of: ")
	})
}

// name writes the citation with its title and id. What must be checked first says so before the citation.
func (p *printer) name(entry *legislation.Provision, doubtful bool) {
	if doubtful {
		p.line(strings.ToUpper(checkFirst))
	}
	p.text("", entry.Citation()+": "+entry.Title)
	p.line("  " + entry.ID)
	if entry.Pack != "" {
		p.text("  ", "As the agreement pack "+entry.Pack+" has it; it is not built in.")
	}
}

func (p *printer) checks(entry *legislation.Provision, want bool) {
	if want {
		for _, c := range entry.Check {
			p.text("  ", "To check: "+c)
		}
	}
}

func (k *lookup) restrictions(p *printer, limits bool) {
	for i, r := range k.law.Restrictions(k.Case) {
		if i == 0 {
			p.heading("Restrictions that come up: they narrow or forbid sharing")
		} else {
			p.line("")
		}
		p.name(r.Provision, r.Doubtful)
		p.text("  ", r.Summary)
		if r.Only != "" {
			p.text("  ", "Meant are: "+strings.TrimSuffix(r.Only, ".")+".")
		}
		p.rest(r.Provision, r.State, shown(r.Reasons, r.Only), r.Doubtful, limits)
	}
}

// coming says what the same case would meet on a later day.
func (k *lookup) coming(p *printer) {
	for i, n := range k.law.Coming(k.Case) {
		if i == 0 {
			p.heading("Not law on this day, and later")
		}
		what := "it would be offered, " + n.Effect.Words()
		if n.Restrict {
			what = "it would come up, as a restriction"
		}
		p.item("", fmt.Sprintf("%s (%s): from %s %s. Not on %s.", n.Citation(), n.Title, n.From, what, k.On.Format(time.DateOnly)))
	}
}

// notOffered names what a person could have expected from an old citation; with all, everything.
func (k *lookup) notOffered(p *printer, refusals []legislation.Refusal, all bool) {
	left := 0
	p.heading("Not offered")
	for _, r := range refusals {
		if !all && !overtaken(r) {
			left++
			continue
		}
		p.item("", fmt.Sprintf("%s (%s), because %s.", r.Citation(), r.Title, strings.Join(r.Reasons, "; and ")))
		if all {
			p.line("  " + r.ID)
		}
	}
	if left > 0 {
		p.text("", fmt.Sprintf("%d entries do not fit this case. To see why, add --all, or ask about one with: dsa gateways why ID", left))
	}
}

// overtaken reports whether nothing but its own standing speaks against an entry: it is repealed, superseded or kept
// for old citations, and would fit otherwise.
func overtaken(r legislation.Refusal) bool {
	own := 0
	ended := r.State.Status == legislation.Repealed || r.State.Status == legislation.Superseded
	if ended {
		own++
	}
	if r.Use == legislation.UseDoNotOffer {
		own++
	}
	return own > 0 && len(r.Reasons) == own
}
