package paper

import (
	"io"
	"strconv"
	"strings"

	"dsa/cmd/screen"
	"dsa/decision"
)

// Page writes a decision with everything that followed it as one page to read and print: what was asked and answered, in
// the words that were shown, with each correction beside what it corrects; what was pointed out and replied; the law as
// it was looked up; and how to check the signed records, of which the page is a copy.
func Page(w io.Writer, d *Dossier) error {
	page := recordPage{Training: d.Training(), First: leafOf(d, d.First)}
	for _, later := range d.Later {
		below := leafOf(d, later)
		below.Sub = true
		page.Later = append(page.Later, below)
	}
	for _, f := range d.Aside {
		page.Aside = append(page.Aside, leafOf(d, f))
	}
	page.Owed = d.Owed
	page.Standing, page.Views = d.Standing(), d.Views()
	if d.First.Doubt != "" {
		page.Standing = append([]string{screen.Capital(d.First.Doubt) + "."}, page.Standing...)
	}
	f := factsOf(d)
	page.Recipient, page.Reasons = f.recipient(), f.at("reasons")
	if page.Reasons != d.Now.Text("reasons") {
		page.Reasons += "\n(as corrected; what was signed first stands below)"
	}
	return write(w, "record", page)
}

// Standing says what became of a decision that no longer holds as it was signed, for the top of everything that shows it.
func (d *Dossier) Standing() []string {
	var all []string
	id, review := d.outcome()
	switch review {
	case changed:
		all = append(all, "Changed on review to: "+strings.ReplaceAll(id, "-", " "))
	case withdrawn:
		all = append(all, "Withdrawn on review.")
	}
	var amended []string
	for _, f := range d.of(decision.Amend) {
		amended = append(amended, "record "+strconv.Itoa(f.Number)+" of "+Moment(f.Record.Recorded))
	}
	if len(amended) > 0 {
		all = append(all, "Amended: what was signed first is corrected by "+strings.Join(amended, ", ")+".")
	}
	return all
}

type recordPage struct {
	Training  bool
	Standing  []string // what became of it
	Views     []string // what others say of it
	Recipient string
	Reasons   string
	First     leaf
	Later     []leaf
	Aside     []leaf // what does not count: named, and not shown
	Owed      []string
}

// All are the records of the page, the decision first.
func (p recordPage) All() []leaf { return append([]leaf{p.First}, p.Later...) }

// A leaf is one record of a page.
type leaf struct {
	Filed
	Sub       bool // it stands below the decision, and so do its headings
	Title     string
	By        string
	About     string // of an endorsement: the record of which it says something
	Questions []heading
	NotChosen string
	Findings  []found
}

// A heading is one question with the answers under it.
type heading struct {
	Title string
	Added bool
	Parts []part
}

// A part is the answers that stand together: those outside groups, or those of one item.
type part struct {
	Group   string // the name and number of the item
	Answers []given
}

// A given answer, with what an amendment says of it.
type given struct {
	Asked       string
	Words       []string
	Corrections []correction
}

type found struct {
	decision.Finding
	At    string // the title of the question at which it arises
	Asked bool   // it needed a reply
}

func leafOf(d *Dossier, f Filed) leaf {
	l := leaf{Filed: f, Title: "Disposed of: only the signed cover is left"}
	r := f.Record
	if r == nil {
		return l
	}
	l.Title, l.By = screen.Title(r), by(r.By)
	if f.Kind == decision.Endorse {
		l.About = d.aboutWhat(f)
	}
	titles := map[string]string{}
	corrections := d.corrections()
	for _, q := range r.Questions {
		h := heading{Title: q.Title, Added: q.Number == ""}
		if !h.Added {
			h.Title = q.Number + ". " + q.Title
		}
		titles[q.ID] = q.Title
		for _, a := range q.Answers {
			g := given{Asked: a.Asked}
			if a.Text != "" {
				g.Words = []string{a.Text}
			}
			for _, c := range a.Chosen {
				g.Words = append(g.Words, c.Words)
			}
			group := ""
			if a.Group != "" {
				group = screen.Capital(strings.ReplaceAll(a.Group, "-", " ")) + " " + strconv.Itoa(a.Item)
			}
			if n := len(h.Parts); n == 0 || h.Parts[n-1].Group != group {
				h.Parts = append(h.Parts, part{Group: group})
			}
			if f.Kind == decision.Decision || f.Kind == decision.Complete { // what an amendment is about
				for _, c := range corrections {
					if c.Path == a.Path() {
						g.Corrections = append(g.Corrections, c)
					}
				}
			}
			last := &h.Parts[len(h.Parts)-1]
			last.Answers = append(last.Answers, g)
		}
		l.Questions = append(l.Questions, h)
	}
	for _, one := range r.Findings {
		l.Findings = append(l.Findings, found{one, titles[one.Question], one.NeedsReply(r)})
	}
	l.NotChosen = strings.Join(screen.NotChosen(r.Law), ", ")
	return l
}
