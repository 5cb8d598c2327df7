package paper

import (
	"fmt"
	"io"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
)

// A Certificate says what was destroyed, when, by what rule and on whose authority. It names no case and nobody concerned:
// what it holds stays when everything else has gone.
type Certificate struct {
	Log     string // what people call the log; may be empty
	LogID   decision.ID
	At      time.Time
	Program string
	Orders  []Order
	Records []Gone
	Copies  []Copy
}

// An Order is the signed record of a disposal.
type Order struct {
	ID                        decision.ID
	At                        time.Time
	By                        string // whose chain it stands in
	Rule, Authority, Override string
	Two                       bool // it waited for a second overseer, who confirmed it
}

// Gone is one record whose body was to be destroyed.
type Gone struct {
	ID, Chain decision.ID
	Number    int
	Kind      decision.Kind
	Time      time.Time
	KeepUntil string
	Still     bool // a folder that was looked at still has its body
}

// A Copy is one folder in which it was carried out.
type Copy struct {
	Folder    string
	Own       bool // the lead's own copy
	Destroyed int
	Before    int    // bodies that were gone already
	Left      string // why bodies may be left there; empty: none are
}

// BeyondWords are what no disposal reaches at once, or ever.
const BeyondWords = "Not reached from here: the authors' own computers, until they next sync; backups; copies that were sent or taken elsewhere. " +
	"Backups and such copies, on paper too, need a rule of their own, and whoever keeps them is to be told."

// CoverWords say what stays.
const CoverWords = "The signed cover of each record stays in the log: chain, number, time, kind, the day until which it was to be kept, and a " +
	"SHA-256 of what was destroyed. That sum was made with a random part, which was destroyed with the rest, so nothing can be guessed from it."

// When is a moment on a certificate: no place has a say in it.
func (c *Certificate) When(t time.Time) string { return t.UTC().Format("2 January 2006 15:04 UTC") }

// Complete reports whether nothing of it is left in any copy that is known.
func (c *Certificate) Complete() bool {
	for _, one := range c.Copies {
		if one.Left != "" {
			return false
		}
	}
	for _, r := range c.Records {
		if r.Still {
			return false
		}
	}
	return true
}

// Title is its first line.
func (c *Certificate) Title() string {
	if !c.Complete() {
		return "Certificate of disposal: NOT COMPLETE"
	}
	return "Certificate of disposal"
}

// Lines is the certificate in plain lines.
func (c *Certificate) Lines() []string {
	var lines []string
	add := func(indent, words string) { lines = append(lines, screen.Wrapped(indent, words)...) }
	add("", c.Title())
	lines = append(lines, "")
	if c.Log != "" {
		add("", "Log: "+c.Log)
	}
	add("", "Log id: "+c.LogID.String())
	add("", "Made: "+c.When(c.At)+" by "+c.Program)
	for _, o := range c.Orders {
		lines = append(lines, "")
		add("", "Disposal "+o.ID.String())
		add("  ", "Recorded: "+c.When(o.At)+" by "+o.By)
		add("  ", "By the rule: "+o.Rule)
		add("  ", "On the authority of: "+o.Authority)
		if o.Override != "" {
			add("  ", "Before its time, because: "+o.Override)
		}
		if o.Two {
			add("  ", "Confirmed by a second overseer.")
		}
	}
	lines = append(lines, "")
	add("", c.Gone()+": what "+screen.Count(len(c.Records), "record", "records")+" said")
	for _, r := range c.Records {
		still := ""
		if r.Still {
			still = "; STILL THERE in a copy"
		}
		add("  ", r.ID.String())
		add("    ", fmt.Sprintf("%s of %s, number %d of chain %s, to be kept until %s%s", r.Kind, c.When(r.Time), r.Number,
			decision.ChainFolder(r.Chain), screen.Day(r.KeepUntil), still))
	}
	lines = append(lines, "")
	add("", c.Where()+":")
	for _, one := range c.Copies {
		add("  ", one.Folder)
		add("    ", one.Words())
	}
	add("", BeyondWords)
	lines = append(lines, "")
	add("", CoverWords)
	return lines
}

// Words say what was done in the folder.
func (c Copy) Words() string {
	words := screen.Count(c.Destroyed, "body", "bodies") + " destroyed now"
	if c.Before > 0 {
		words += fmt.Sprintf(", %d gone before", c.Before)
	}
	if c.Own && c.Destroyed+c.Before == 0 {
		words = "Own copy of whoever carried it out: none of these records is in it"
	}
	if c.Left != "" {
		words += "; BODIES MAY BE LEFT HERE: " + c.Left
	}
	return words + "."
}

// CertificatePage writes the certificate as one page to print and file.
func CertificatePage(w io.Writer, c *Certificate) error { return write(w, "certificate", c) }

// Gone heads the list of records.
func (c *Certificate) Gone() string {
	if !c.Complete() {
		return "To be destroyed"
	}
	return "Destroyed in the folders named below"
}

// Where heads the list of folders.
func (c *Certificate) Where() string {
	if !c.Complete() {
		return "Folders of the log that are known, reached or not"
	}
	return "Reached"
}

// Folder is the name of the folder of its chain.
func (g Gone) Folder() string { return decision.ChainFolder(g.Chain) }

// Covers is what a certificate ends with.
func (c *Certificate) Covers() string { return CoverWords }

// Beyond says what no disposal reaches.
func (c *Certificate) Beyond() string { return BeyondWords }
