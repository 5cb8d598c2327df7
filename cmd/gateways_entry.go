package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

// entryOf finds an entry by id; a mistyped one is refused with the nearest.
func entryOf(law *legislation.Law, id string) (*legislation.Provision, error) {
	if p := law.Provision(id); p != nil {
		return p, nil
	}
	ids := make([]string, len(law.Provisions))
	for i, p := range law.Provisions {
		ids[i] = p.ID
	}
	next := "find its id with: dsa gateways find WORDS"
	if near := perhaps(id, ids, next); near != next {
		next = near
	} else if hits := law.Search(id); len(hits) > 0 && slices.Contains([]string{"number", "synonym", "initiative"}, hits[0].By) {
		next = "perhaps " + hits[0].ID + "; or " + next
	}
	return nil, &failure{what: "there is no entry with this id", next: next, code: codeUsage}
}

// A printedRow is one row of an agreement's table that points to an entry.
type printedRow struct {
	Agreement string   `json:"agreement"`
	Row       int      `json:"row"`
	Act       string   `json:"act"`
	Provision string   `json:"provision"`
	Sectors   []string `json:"sectors"`
	Summary   string   `json:"summary"`
	Note      string   `json:"note"`
	printed   string   // the sectors in the words of the print
}

func printedRows(law *legislation.Law, id string) []printedRow {
	rows := []printedRow{}
	for _, agreement := range slices.Sorted(maps.Keys(law.Printed)) {
		for _, r := range law.Printed[agreement].Rows {
			if slices.Contains(r.Entries, id) {
				rows = append(rows, printedRow{agreement, r.Row, r.Act, r.Provision, r.Sectors, strings.TrimSpace(r.Summary),
					strings.TrimSpace(r.Note), r.PrintedSectors})
			}
		}
	}
	return rows
}

func newGatewaysShow(app *App) *cobra.Command {
	var on string
	var asJSON bool
	c := &cobra.Command{
		Use:   "show ID",
		Short: "Print one entry in full, with its history and what the agreements print",
		Long: `show prints one piece of law or guidance: what it does and where it stops, who
may rely on it, how sure we are, its history, and the rows of the agreements'
own tables that point to it, in our words.`,
		Example: "  dsa gateways show children-act-2004-s16h",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runGatewaysShow(app, args[0], on, asJSON) },
	}
	c.Flags().StringVar(&on, "on", "", "the `DAY` whose standing is shown, as 2026-01-15; today if not said")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object, for programs")
	return c
}

// An entryAnswer is one entry for programs.
type entryAnswer struct {
	ID         string         `json:"id"`
	Citation   string         `json:"citation"`
	Title      string         `json:"title"`
	Effect     string         `json:"effect"`
	Use        string         `json:"use"`
	On         string         `json:"on"`
	Status     string         `json:"status"`
	Since      string         `json:"since"`
	Certainty  string         `json:"certainty"`
	Reviewer   string         `json:"reviewer"`
	Summary    string         `json:"summary"`
	Limits     string         `json:"limits"`
	Holders    []string       `json:"holders"`
	Recipients []string       `json:"recipients"`
	Subjects   []string       `json:"subjects"`
	Facts      []string       `json:"facts"`
	Touches    []string       `json:"touches"`
	Check      []string       `json:"check"`
	URL        string         `json:"url"`
	Sources    []sourceAnswer `json:"sources"`
	See        []string       `json:"see"`
	History    []stateAnswer  `json:"history"`
	Printed    []printedRow   `json:"printed"`
	Pack       string         `json:"pack"`
}

type sourceAnswer struct {
	Says string `json:"says"`
	URL  string `json:"url"`
}

type stateAnswer struct {
	From   string `json:"from"`
	Status string `json:"status"`
	Note   string `json:"note"`
}

func runGatewaysShow(app *App, id, on string, asJSON bool) error {
	law, err := app.Law(legislation.PartPrinted)
	if err != nil {
		return err
	}
	day, err := dayOf(on, app.Now())
	if err != nil {
		return err
	}
	entry, err := entryOf(law, id)
	if err != nil {
		return err
	}
	rows := printedRows(law, entry.ID)
	if !asJSON {
		p := newPrinter(app.Out)
		p.entry(law, entry, day)
		p.printed(app, rows)
		return p.end()
	}
	state := entry.On(day)
	answer := entryAnswer{ID: entry.ID, Citation: entry.Citation(), Title: entry.Title, Effect: string(entry.Effect),
		Use: string(entry.Use), On: day.Format(time.DateOnly), Status: string(state.Status), Since: state.From,
		Certainty: string(entry.Certainty), Reviewer: entry.Reviewer, Summary: entry.Summary, Limits: entry.Limits,
		Holders: legislation.PartyWords(entry.Holders), Recipients: legislation.PartyWords(entry.Recipients),
		Subjects: list(entry.Subjects), Facts: list(entry.Facts), Touches: list(entry.Touches), Check: list(entry.Check),
		URL: entry.Address, Sources: []sourceAnswer{}, See: list(entry.See), History: []stateAnswer{}, Printed: rows, Pack: entry.Pack}
	for _, s := range entry.Sources {
		answer.Sources = append(answer.Sources, sourceAnswer{s.Says, s.Address})
	}
	for _, s := range entry.History {
		answer.History = append(answer.History, stateAnswer{s.From, string(s.Status), s.Note})
	}
	return app.encode(answer)
}

// list is never null in JSON.
func list(words []string) []string { return append([]string{}, words...) }

func (p *printer) entry(law *legislation.Law, entry *legislation.Provision, day time.Time) {
	if entry.Doubtful(day) {
		p.line(strings.ToUpper(checkFirst))
	}
	p.heading(entry.Citation() + ": " + entry.Title)
	p.line(entry.ID)
	if entry.Pack != "" {
		p.text("", "As the agreement pack "+entry.Pack+" has it; it is not built in.")
	}
	p.text("", screen.Capital(entry.Effect.Words())+". "+useWords[entry.Use])
	p.text("", "On "+day.Format("2 January 2006")+": "+standing(entry.On(day))+".")
	p.line("")
	p.text("", entry.Summary)
	p.text("", "Limits: "+entry.Limits)
	for _, c := range entry.Check {
		p.text("", "To check: "+c)
	}
	p.line("")
	for _, who := range legislation.PartyWords(entry.Holders) {
		p.text("", "For: "+who)
	}
	for _, who := range legislation.PartyWords(entry.Recipients) {
		p.text("", "To: "+who)
	}
	p.text("", "About: "+strings.Join(entry.Subjects, " and "))
	for _, line := range entry.Facts {
		p.text("", "Only if: "+law.LineWords(line))
	}
	for _, topic := range entry.Touches {
		p.text("", "Comes up with: "+law.TopicWords(topic))
	}
	p.heading("History")
	for _, s := range entry.History {
		p.item("", s.From+": "+s.Status.Words()+". "+s.Note)
	}
	p.heading("How sure this is")
	p.text("", sureWords[entry.Certainty])
	if entry.Reviewer == "" {
		p.text("", "No named person has reviewed this entry yet.")
	} else {
		p.text("", "Reviewed by "+entry.Reviewer+".")
	}
	p.line(entry.Address)
	for _, s := range entry.Sources {
		p.item("", "Seen: "+s.Says)
		if s.Address != "" && s.Address != entry.Address {
			p.line("  " + s.Address)
		}
	}
	if len(entry.See) > 0 {
		p.heading("See also")
		for _, id := range entry.See {
			if other := law.Provision(id); other != nil {
				p.item("", other.Brief()+", "+other.Title)
				p.line("  " + id)
			}
		}
	}
}

var useWords = map[legislation.Use]string{
	legislation.UseGateway:     "Offered as a gateway where a case fits.",
	legislation.UseSupporting:  "Shown as the function that is performed, never alone as a power to share.",
	legislation.UseRestriction: "It narrows or forbids sharing.",
	legislation.UseReference:   "Background.",
	legislation.UseDoNotOffer:  "Never offered; kept so that an old citation can be explained.",
}

var sureWords = map[legislation.Certainty]string{
	legislation.Verified:  "The source was consulted and says so.",
	legislation.Knowledge: "Settled legal knowledge; the source was not read again for it.",
	legislation.Unsure:    "Not sure. Check it before relying on it.",
}

func (p *printer) printed(app *App, rows []printedRow) {
	p.heading("In the agreements' own tables, in our words")
	if len(rows) == 0 {
		p.text("", "No agreement's table prints it.")
		return
	}
	for i, r := range rows {
		if i > 0 {
			p.line("")
		}
		p.text("", fmt.Sprintf("%s, row %d: %s (printed for: %s)", app.titleOf(r.Agreement), r.Row, strings.TrimSpace(r.Act+" "+r.Provision), r.printed))
		p.text("  ", r.Summary)
		if r.Note != "" {
			p.text("  ", "Our note: "+r.Note)
		}
	}
}

// titleOf is the title of an agreement, or its id where it cannot be read.
func (app *App) titleOf(id string) string {
	if !slices.Contains(checklist.Agreements(app.Data), id) {
		return id
	}
	a, err := checklist.Load(app.Data, id)
	if err != nil {
		return id
	}
	return a.Title
}

func newGatewaysFind(app *App) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "find WORDS",
		Short: "Find entries by name, number or what people call them",
		Long: `find looks through names, numbers, summaries and the names people use: section
47, s.115, MASH, leaving care, Clare's law. A slip of the keyboard is forgiven.
More words find fewer entries.`,
		Example: "  dsa gateways find section 47\n  dsa gateways find MASH\n  dsa gateways find leaving care",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runGatewaysFind(app, strings.Join(args, " "), asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object, for programs")
	return c
}

// mostHits are as many as a person looks through; programs get all.
const mostHits = 12

func runGatewaysFind(app *App, words string, asJSON bool) error {
	law, err := app.Law(legislation.PartSynonyms)
	if err != nil {
		return err
	}
	hits := law.Search(words)
	if asJSON {
		type hit struct {
			ID       string `json:"id"`
			Citation string `json:"citation"`
			Title    string `json:"title"`
			Effect   string `json:"effect"`
			Use      string `json:"use"`
			Status   string `json:"status"`
			By       string `json:"by"`
			URL      string `json:"url"`
		}
		answer := struct {
			Hits []hit `json:"hits"`
		}{[]hit{}}
		for _, h := range hits {
			answer.Hits = append(answer.Hits, hit{h.ID, h.Citation(), h.Title, string(h.Effect), string(h.Use),
				string(h.On(app.Now()).Status), h.By, h.Address})
		}
		if err := app.encode(answer); err != nil {
			return err
		}
	}
	if len(hits) == 0 {
		return fail("no entry has these words", "try fewer words, the number of a section, or a name such as MASH")
	}
	if asJSON {
		return nil
	}
	p := newPrinter(app.Out)
	for i, h := range hits {
		if i == mostHits {
			p.line("")
			p.text("", screen.Count(len(hits)-i, "entry", "entries")+" more. More words find fewer.")
			break
		}
		if i > 0 {
			p.line("")
		}
		p.name(h.Provision, h.Doubtful(app.Now()))
		p.text("  ", screen.Capital(h.Effect.Words())+"; "+standing(h.On(app.Now()))+".")
	}
	return p.end()
}

func newGatewaysPrinted(app *App) *cobra.Command {
	var agreement string
	var asJSON bool
	c := &cobra.Command{
		Use:   "printed",
		Short: "Print an agreement's own table of legislation, with notes",
		Long: `printed shows the table as the agreement prints it, mistakes included, with what
each row says in our words, the entries it points to, and a note where the print
is wrong or overtaken. The table is a fact about the agreement; the entries are
what may be relied on.`,
		Example: "  dsa gateways printed --agreement cambridgeshire-peterborough-2024",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return runGatewaysPrinted(app, agreement, asJSON) },
	}
	c.Flags().StringVar(&agreement, "agreement", "", "the `ID or DIR` of the agreement whose table is printed; without it, the one that share uses")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object, for programs")
	return c
}

// A rowAnswer is one row for programs.
type rowAnswer struct {
	Row       int      `json:"row"`
	Act       string   `json:"act"`
	Provision string   `json:"provision"`
	Sectors   []string `json:"sectors"`
	Subjects  []string `json:"subjects"`
	Summary   string   `json:"summary"`
	Entries   []string `json:"entries"`
	Note      string   `json:"note"`
}

type tableAnswer struct {
	Agreement string      `json:"agreement"`
	Rows      []rowAnswer `json:"rows"`
}

func runGatewaysPrinted(app *App, agreement string, asJSON bool) error {
	if agreement == "" {
		usual, _, err := app.agreementFor("")
		if err != nil {
			return err
		}
		agreement = usual.ID
	}
	agreement, err := app.withPack(agreement)
	if err != nil {
		return err
	}
	law, err := app.Law(legislation.PartPrinted)
	if err != nil {
		return err
	}
	if err := known("--agreement", "names an agreement with a table of legislation", agreement, slices.Sorted(maps.Keys(law.Printed))); err != nil {
		return err
	}
	table := law.Printed[agreement]
	if asJSON {
		answer := tableAnswer{Agreement: agreement, Rows: []rowAnswer{}}
		for _, r := range table.Rows {
			answer.Rows = append(answer.Rows, rowAnswer{r.Row, r.Act, r.Provision, list(r.Sectors), list(r.Subjects),
				strings.TrimSpace(r.Summary), list(r.Entries), strings.TrimSpace(r.Note)})
		}
		return app.encode(answer)
	}
	p := newPrinter(app.Out)
	p.heading(app.titleOf(agreement) + ": " + table.Title)
	for _, r := range table.Rows {
		p.line("")
		p.text("", fmt.Sprintf("%d. %s", r.Row, strings.TrimSpace(r.Act+" "+r.Provision)))
		p.text("   ", "Printed for: "+r.PrintedSectors+"; about "+strings.Join(r.Subjects, " and "))
		p.text("   ", r.Summary)
		if strings.TrimSpace(r.Note) != "" {
			p.text("   ", "Our note: "+r.Note)
		}
		for _, id := range r.Entries {
			p.line("   See: " + id)
			if entry := law.Provision(id); entry != nil {
				p.text("        ", standing(entry.On(app.Now())))
			}
		}
	}
	return p.end()
}

func newGatewaysWhy(app *App) *cobra.Command {
	var given caseFlags
	var asJSON bool
	c := &cobra.Command{
		Use:   "why ID",
		Short: "Explain why an entry is or is not offered in a case",
		Long: `why compares one entry with a case, point by point: who holds the information,
who would get it, about whom, what must be so, and the day. The case is given as
for dsa gateways.`,
		Example: "  dsa gateways why immigration-and-asylum-act-1999-s20 --from education --to home-office --about children --asked",
		Args:    cobra.ExactArgs(1),
		RunE:    func(_ *cobra.Command, args []string) error { return runGatewaysWhy(app, args[0], given, asJSON) },
	}
	given.register(c)
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object, for programs")
	return c
}

// A whyAnswer is the answer about one entry.
type whyAnswer struct {
	On       string       `json:"on"`
	ID       string       `json:"id"`
	Citation string       `json:"citation"`
	Answer   string       `json:"answer"` // offered, check-first, not-offered, restriction
	Reasons  []string     `json:"reasons"`
	Purpose  string       `json:"purpose"`
	Limits   string       `json:"limits"`
	Printed  []printedRow `json:"printed"`
}

func runGatewaysWhy(app *App, id string, given caseFlags, asJSON bool) error {
	law, err := app.Law(legislation.PartPrinted)
	if err != nil {
		return err
	}
	entry, err := entryOf(law, id)
	if err != nil {
		return err
	}
	k, err := given.read(app)
	if err != nil {
		return err
	}
	answer := whyAnswer{On: k.On.Format(time.DateOnly), ID: entry.ID, Citation: entry.Citation(), Purpose: entry.Summary,
		Limits: entry.Limits, Printed: printedRows(law, entry.ID)}
	outlook := law.Find(k.Case)
	for _, o := range outlook.Offered {
		if o.ID == entry.ID {
			answer.Answer, answer.Reasons = "offered", append(toCheck(entry, o.Doubtful), o.Reasons...)
			if o.Doubtful {
				answer.Answer = "check-first"
			}
		}
	}
	for _, r := range outlook.NotOffered {
		if r.ID == entry.ID {
			answer.Answer, answer.Reasons = "not-offered", r.Reasons
		}
	}
	for _, r := range law.Restrictions(k.Case) {
		if r.ID == entry.ID {
			answer.Answer, answer.Reasons = "restriction", append(toCheck(entry, r.Doubtful), r.Reasons...)
		}
	}
	if asJSON {
		return app.encode(answer)
	}
	return k.printWhy(app, entry, answer)
}

var answerWords = map[string]string{
	"offered":     "It is offered in this case, because:",
	"check-first": "It is offered only as " + checkFirst + ", because:",
	"not-offered": "It is not offered in this case, because:",
	"restriction": "It restricts sharing and comes up in this case, because:",
}

func (k *lookup) printWhy(app *App, entry *legislation.Provision, answer whyAnswer) error {
	p := newPrinter(app.Out)
	if entry.Doubtful(k.On) {
		p.line(strings.ToUpper(checkFirst))
	}
	p.heading(entry.Citation() + ": " + entry.Title)
	k.describe(p, nil)
	p.line("")
	p.text("", answerWords[answer.Answer])
	for _, r := range answer.Reasons {
		p.item("", r)
	}
	p.heading("Point by point")
	p.text("", "It is for: "+strings.Join(legislation.PartyWords(entry.Holders), "; "))
	p.text("  ", "You are: "+k.Holder.Words())
	if len(entry.Recipients) > 0 {
		p.text("", "It goes to: "+strings.Join(legislation.PartyWords(entry.Recipients), "; "))
	} else {
		p.text("", "It goes to: whomever the work needs; the law names nobody")
	}
	p.text("  ", "Yours is: "+legislation.Words(legislation.Recipients, k.Recipient))
	p.text("", "It is about: "+strings.Join(entry.Subjects, " and "))
	p.text("  ", "Yours is about: "+strings.Join(k.Subjects, " and "))
	for _, line := range entry.Facts {
		p.text("", "It depends on: "+k.law.LineWords(line))
	}
	p.text("", "On "+k.On.Format("2 January 2006")+" it is: "+standing(entry.On(k.On)))
	p.text("", "What it is for: "+entry.Summary)
	p.text("", "Where it stops: "+entry.Limits)
	if len(answer.Printed) > 0 {
		p.printed(app, answer.Printed)
	}
	return p.end()
}
