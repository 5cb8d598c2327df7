package cmd

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"dsa/cmd/screen"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

type basisFlags struct {
	from, to, about, public, competent, on string
	data, facts                            []string
	enforcement, json                      bool
}

// NewBasis is the command that lists the lawful bases open in a case.
func NewBasis(app *App) *cobra.Command {
	var given basisFlags
	c := &cobra.Command{
		Use:   "basis",
		Short: "Look up the lawful bases: which are open, what each needs, what is closed",
		Long: `basis lists the lawful bases of data protection law in a case: Article 6 of the
UK GDPR with the conditions of Articles 9 and 10, or Part 3 of the Data
Protection Act 2018; what each needs, whether it needs an appropriate policy
document, and what is closed and why.

A lawful basis is not a power to share: look that up with dsa gateways.
It informs you; it does not decide, and it is not legal advice.`,
		Example: `  dsa basis --from education --about children --data health
  dsa basis --from voluntary --to police --about both --data health,criminal
  dsa basis --from police --about adults --data criminal --law-enforcement
  dsa basis --from voluntary --about children --data none --on 2026-02-04`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().NFlag() == 0 {
				return cmd.Help()
			}
			return runBasis(app, given)
		},
	}
	f := c.Flags()
	f.StringVar(&given.from, "from", "", "the kind of organisation that holds the information, such as `education`")
	f.StringVar(&given.to, "to", "", "the kind that would get it, such as `police`")
	f.StringVar(&given.about, "about", "", "`children`, adults or both")
	f.StringSliceVar(&given.data, "data", nil, "which information the law protects especially: `health,criminal`, or none")
	f.StringSliceVar(&given.facts, "facts", nil, "what else is so: `FACT,FACT`, such as asked or direct-care")
	f.BoolVar(&given.enforcement, "law-enforcement", false, "the sharing is itself for law enforcement")
	f.StringVar(&given.public, "public-authority", "", "whether the holder is a public authority: `true` or false; if not said, what is usual for its kind")
	f.StringVar(&given.competent, "competent-authority", "", "whether the holder is a competent authority: `true` or false; if not said, what is usual for its kind")
	f.Lookup("public-authority").NoOptDefVal = "true"
	f.Lookup("competent-authority").NoOptDefVal = "true"
	f.StringVar(&given.on, "on", "", "the `DAY` whose law is looked up, as 2026-02-05; today if not said")
	f.BoolVar(&given.json, "json", false, "one JSON object, for programs")
	return c
}

func runBasis(app *App, given basisFlags) error {
	law, err := app.Law(legislation.PartBases)
	if err != nil {
		return err
	}
	c, assumed, err := given.read(app, law)
	if err != nil {
		return err
	}
	c.Duties = dutiesOf(law, c)
	found := law.FindBases(c)
	found.Notes = append(assumed, found.Notes...)
	if given.json {
		return writeBasesJSON(app, found)
	}
	return writeBases(app, law, c, found)
}

// read turns the flags into a case, with what was taken for granted. What is not a word of the tables is refused with
// the words there are.
func (g *basisFlags) read(app *App, law *legislation.Law) (c legislation.BasisCase, assumed []string, err error) {
	if c.On, err = dayOf(g.on, app.Now()); err != nil {
		return c, nil, err
	}
	c.LawEnforcement = g.enforcement
	if err := known("--from", "says which kind of organisation holds the information", g.from, names(legislation.Sectors)); err != nil {
		return c, nil, err
	}
	if err := known("--about", "says about whom it is", g.about, []string{"children", "adults", "both"}); err != nil {
		return c, nil, err
	}
	c.Subjects = subjectsOf([]string{g.about})
	if g.to != "" {
		if err := known("--to", "says to which kind of recipient", g.to, names(legislation.Recipients)); err != nil {
			return c, nil, err
		}
		c.Recipient = g.to
	}
	if c.Data, err = categoriesOf(g.data); err != nil {
		return c, nil, err
	}
	facts := append([]string{legislation.FactAsked}, circumstanceIDs(law)...)
	for _, fact := range g.facts {
		if err := known("--facts", "names a fact", fact, facts); err != nil {
			return c, nil, err
		}
	}
	c.Facts = g.facts

	usual := func(flag, word string, is bool) {
		assumed = append(assumed, fmt.Sprintf("It is taken that your organisation is %sa %s authority, as is usual for its kind; if that is wrong, give --%s=%t.",
			map[bool]string{true: "", false: "not "}[is], word, flag, !is))
	}
	c.Holder = legislation.Body{Sector: g.from}
	take := func(flag, word string, into *bool, byKind bool) error {
		switch word {
		case "":
			*into = byKind
			if flag == legislation.NotSurePublic || byKind || c.LawEnforcement {
				usual(flag, strings.TrimSuffix(flag, "-authority"), byKind)
			}
		case "true", "yes":
			*into = true
		case "false", "no":
		case "not-sure":
			c.NotSure = append(c.NotSure, flag)
		default:
			return &failure{what: "--" + flag + " has a word that is not known", next: "choose one of: true, false, not-sure (taken as false)", code: codeUsage}
		}
		return nil
	}
	if err := take(legislation.NotSurePublic, g.public, &c.Holder.Public, !slices.Contains(legislation.UsuallyPrivate, g.from)); err != nil {
		return c, nil, err
	}
	err = take(legislation.NotSureCompetent, g.competent, &c.Holder.Competent, slices.Contains(law.Bases.UsuallyCompetent, g.from))
	return c, assumed, err
}

// dutiesOf are the duties to share that apply to the holder for certain: not those whose start is unconfirmed, nor those
// that bind only some bodies of its kind.
func dutiesOf(law *legislation.Law, c legislation.BasisCase) (duties []string) {
	if c.Recipient == "" {
		return nil
	}
	for _, o := range law.Find(legislation.Case{Holder: c.Holder, Recipient: c.Recipient, Subjects: c.Subjects, Facts: c.Facts, On: c.On}).Offered {
		if o.Effect == legislation.DutyToShare && !o.Theirs && !o.Doubtful && o.Only == "" {
			duties = append(duties, o.Brief())
		}
	}
	return duties
}

// categoriesOf reads the kinds of information. None has to be said, since what is left out closes conditions.
func categoriesOf(given []string) ([]string, error) {
	allowed := append(names(legislation.Categories), "none")
	if len(given) == 0 {
		given = []string{""}
	}
	for _, d := range given {
		if err := known("--data", "says which information the law protects especially", d, allowed); err != nil {
			return nil, err
		}
	}
	if slices.Contains(given, "none") {
		if len(given) > 1 {
			return nil, &failure{what: "--data says none and something else", next: "give none alone, or leave it out", code: codeUsage}
		}
		return nil, nil
	}
	return given, nil
}

// The answer for programs. Its names do not change; fields may be added.
type basesJSON struct {
	On        string            `json:"on"`
	Article6  []openBasisJSON   `json:"article6"`
	Article9  []openBasisJSON   `json:"article9"`
	Article10 []openBasisJSON   `json:"article10"`
	Part3     []openBasisJSON   `json:"part3"`
	Closed    []closedBasisJSON `json:"closed"`
	Notes     []string          `json:"notes"`
}

type openBasisJSON struct {
	ID             string   `json:"id"`
	Reasons        []string `json:"reasons"`
	Needs          []string `json:"needs"`
	Citation       string   `json:"citation"`
	Title          string   `json:"title"`
	Words          string   `json:"words"`
	Status         string   `json:"status"`
	Since          string   `json:"since"`
	Certainty      string   `json:"certainty"`
	PolicyDocument string   `json:"policy_document"`
	Caution        string   `json:"caution,omitempty"`
	Check          []string `json:"check,omitempty"`
	URL            string   `json:"url"`
}

type closedBasisJSON struct {
	ID       string   `json:"id"`
	Reasons  []string `json:"reasons"`
	List     string   `json:"list"`
	Citation string   `json:"citation"`
	Title    string   `json:"title"`
	Status   string   `json:"status"`
	URL      string   `json:"url"`
}

func writeBasesJSON(app *App, found legislation.Bases) error {
	open := func(bases []legislation.OpenBasis) []openBasisJSON {
		list := []openBasisJSON{}
		for _, o := range bases {
			list = append(list, openBasisJSON{ID: o.ID, Reasons: o.Reasons, Needs: o.Needs, Citation: o.Citation, Title: o.Title,
				Words: o.Words, Status: string(o.State.Status), Since: o.State.From, Certainty: string(o.Sure()),
				PolicyDocument: string(o.PolicyDocument), Caution: o.Caution, Check: o.Check, URL: o.Address})
		}
		return list
	}
	answer := basesJSON{On: found.On.Format(time.DateOnly), Article6: open(found.Article6), Article9: open(found.Article9),
		Article10: open(found.Article10), Part3: open(found.Part3), Closed: []closedBasisJSON{}, Notes: append([]string{}, found.Notes...)}
	for _, c := range found.Closed {
		answer.Closed = append(answer.Closed, closedBasisJSON{ID: c.ID, Reasons: c.Reasons, List: c.List, Citation: c.Citation,
			Title: c.Title, Status: string(c.State.Status), URL: c.Address})
	}
	return app.encode(answer)
}

// writeBases prints the answer for people.
func writeBases(app *App, law *legislation.Law, c legislation.BasisCase, found legislation.Bases) error {
	p := newPrinter(app.Out)
	p.heading("Lawful bases on " + c.On.Format("2 January 2006"))
	holder := c.Holder.Words()
	if c.Holder.Competent {
		holder += ", a competent authority"
	}
	p.text("", "From: "+holder)
	if c.Recipient != "" {
		p.text("", "To: "+legislation.Words(legislation.Recipients, c.Recipient))
	}
	data := "nothing that is special category or about crimes"
	if len(c.Data) > 0 {
		words := make([]string, len(c.Data))
		for i, d := range c.Data {
			words[i] = legislation.Words(legislation.Categories, d)
		}
		data = strings.Join(words, "; ")
	}
	p.text("", "About: "+strings.Join(c.Subjects, " and ")+". Information: "+data)
	for _, note := range found.Notes {
		p.text("", note)
	}
	for _, list := range law.Bases.Lists {
		open := map[string][]legislation.OpenBasis{legislation.Article6: found.Article6, legislation.Article9: found.Article9,
			legislation.Article10: found.Article10, legislation.Part3: found.Part3}[list.ID]
		if len(open) == 0 {
			continue
		}
		p.heading(list.Title)
		for i, o := range open {
			if i > 0 {
				p.line("")
			}
			writeBasis(p, o)
		}
	}
	if len(found.Closed) > 0 {
		p.heading("Not open, and why")
	}
	for i, g := range closedTogether(found.Closed) {
		if i > 0 {
			p.line("")
		}
		for _, b := range g.bases {
			p.text("", basisWords(b))
			p.line("  " + b.ID)
		}
		p.text("  ", "Because "+strings.Join(g.reasons, "; and ")+".")
	}
	return p.end()
}

func writeBasis(p *printer, o legislation.OpenBasis) {
	p.text("", basisWords(o.Basis))
	p.line("  " + o.ID)
	if o.Doubtful {
		p.text("  ", strings.ToUpper(checkFirst))
	}
	p.text("  ", whyOpen(o))
	p.text("  ", "It needs:")
	for _, need := range o.Needs {
		p.item("  ", need)
	}
	p.text("  ", "Limits: "+o.Limits)
	for _, check := range o.Check {
		p.text("  ", "To check: "+check)
	}
	reviewer := o.Reviewer
	if reviewer == "" {
		reviewer = "nobody named yet"
	}
	p.text("  ", o.Citation+". "+screen.Capital(standing(o.State))+
		". How sure: "+string(o.Sure())+". Reviewed by: "+reviewer+".")
	p.line("  " + o.Address)
}
