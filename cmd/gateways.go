package cmd

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"dsa/checklist"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

// NewGateways is the command that looks the law up: for a case, by words, or entry by entry.
func NewGateways(app *App) *cobra.Command {
	var given caseFlags
	var look lookFlags
	c := &cobra.Command{
		Use:   "gateways",
		Short: "Look up the law on sharing: for a case, by words, or one entry",
		Long: `gateways says what the law offers in a case: who holds the information, who
would get it, about whom, and what is so. Every entry comes with its reasons,
and so does every entry that is not offered. Without --from it takes the
organisation that dsa setup remembers.

It informs you; it does not decide, and it is not legal advice.`,
		Example: `  dsa gateways --from education --to local-authority --about children --facts s47-enquiry
  dsa gateways --from health --to police --about both --asked --initiative marac
  dsa gateways --from voluntary --to local-authority --about children --asked-under s16h-request
  dsa gateways --initiative marac          which agreement covers it
  dsa gateways find leaving care
  dsa gateways show children-act-2004-s16h
  dsa gateways why immigration-and-asylum-act-1999-s20 --from education --to home-office --about children
  dsa gateways printed --agreement cambridgeshire-peterborough-2024`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().NFlag() == 0 {
				return cmd.Help()
			}
			return runGateways(app, given, look)
		},
	}
	given.register(c)
	c.Flags().StringVar(&look.agreement, "agreement", "", "with what the agreement of this `ID or DIR` adds; with --initiative: what it says of it, and not what all say")
	c.Flags().BoolVar(&look.limits, "limits", false, "where each entry stops, and what is to be checked")
	c.Flags().BoolVar(&look.all, "all", false, "every entry that is not offered, with its reasons")
	c.Flags().BoolVar(&look.json, "json", false, "one JSON object, for programs")
	c.AddCommand(newGatewaysFind(app), newGatewaysShow(app), newGatewaysWhy(app), newGatewaysPrinted(app))
	return c
}

type lookFlags struct {
	agreement         string
	limits, all, json bool
}

// caseFlags are a case as it is given on the command line.
type caseFlags struct {
	from, to, about, initiative, on, public string
	askedUnder, facts, touches              []string
	asked                                   bool
}

func (g *caseFlags) register(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&g.from, "from", "", "the kind of organisation that holds the information, such as `education`")
	f.StringVar(&g.to, "to", "", "the kind that would get it, such as `local-authority`")
	f.StringVar(&g.about, "about", "", "`children`, adults or both")
	f.BoolVar(&g.asked, "asked", false, "somebody asked for the information")
	f.StringSliceVar(&g.askedUnder, "asked-under", nil, "somebody asked, and this `FACT` holds, such as s16h-request")
	f.StringSliceVar(&g.facts, "facts", nil, "what else is so: `FACT,FACT`, such as s47-enquiry")
	f.StringSliceVar(&g.touches, "touches", nil, "what the material contains: `TOPIC,TOPIC`, such as adoption")
	f.StringVar(&g.initiative, "initiative", "", "the work it belongs to, such as `marac`")
	f.StringVar(&g.public, "public-authority", "", "whether the holder is a public authority: `yes` or no; if not said, what is usual for its kind")
	f.StringVar(&g.on, "on", "", "the `DAY` whose law is looked up, as 2026-01-15; today if not said")
}

// alone reports whether nothing of a case was given but the initiative.
func (g *caseFlags) alone() bool {
	return g.initiative != "" && g.from == "" && g.to == "" && g.about == "" && !g.asked &&
		len(g.askedUnder)+len(g.facts)+len(g.touches) == 0
}

// A lookup is a case that has been understood, with what was taken for granted.
type lookup struct {
	legislation.Case
	law     *legislation.Law
	assumed string // how it is known whether the holder is a public authority, where nobody said
}

// read turns the flags into a case. What is not a word of the tables is refused with the words there are.
func (g *caseFlags) read(app *App) (*lookup, error) {
	law, err := app.Law(0)
	if err != nil {
		return nil, err
	}
	k := &lookup{law: law, Case: legislation.Case{Recipient: g.to, Initiative: g.initiative}}
	if k.On, err = dayOf(g.on, app.Now()); err != nil {
		return nil, err
	}
	if err := g.holder(app, k); err != nil {
		return nil, err
	}
	if err := known("--to", "names the kind of recipient", g.to, names(legislation.Recipients)); err != nil {
		return nil, err
	}
	if err := known("--about", "says whom it is about", g.about, []string{"children", "adults", "both"}); err != nil {
		return nil, err
	}
	k.Subjects = subjectsOf([]string{g.about})
	if k.Facts, err = factsOf(law, g); err != nil {
		return nil, err
	}
	for _, topic := range g.touches {
		if err := known("--touches", "names what the material contains", topic, topicIDs(law)); err != nil {
			return nil, err
		}
	}
	k.Touches = g.touches
	if g.initiative != "" {
		if _, err := initiativeOf(law, g.initiative); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// holder finds who holds the information: as given, or as remembered.
func (g *caseFlags) holder(app *App, k *lookup) error {
	sectors := names(legislation.Sectors)
	if g.from == "" {
		answers, _, err := app.profile()
		if err != nil {
			return err
		}
		if only(answers["sector"]) == "" {
			return &failure{what: "--from is missing: it names the kind of organisation that holds the information",
				next: "give --from with one of: " + listed(sectors) + "; or answer once with: dsa setup", code: codeUsage}
		}
		k.Holder = legislation.Body{Sector: only(answers["sector"]), Public: answers["public-authority"].Is("yes"),
			Competent: answers["competent-authority"].Is("yes")}
		k.assumed = "as dsa setup remembers your organisation"
	} else {
		if err := known("--from", "names the kind of organisation that holds the information", g.from, sectors); err != nil {
			return err
		}
		k.Holder = legislation.Body{Sector: g.from, Public: !slices.Contains(legislation.UsuallyPrivate, g.from)}
		k.assumed = "as is usual for its kind; if that is wrong, give --public-authority=" + map[bool]string{true: "no", false: "yes"}[k.Holder.Public]
	}
	if g.public == "" {
		return nil
	}
	k.assumed = ""
	switch g.public {
	case "yes", "true":
		k.Holder.Public = true
	case "no", "false", "not-sure":
		k.Holder.Public = false
	default:
		return &failure{what: "--public-authority has a word that is not known", next: "choose one of: yes, no, not-sure (taken as no)", code: codeUsage}
	}
	return nil
}

func factsOf(law *legislation.Law, g *caseFlags) ([]string, error) {
	var facts []string
	add := func(fact string) {
		if !slices.Contains(facts, fact) {
			facts = append(facts, fact)
		}
	}
	if g.asked || len(g.askedUnder) > 0 {
		add(legislation.FactAsked)
	}
	circumstances := circumstanceIDs(law)
	for _, fact := range g.askedUnder {
		if err := known("--asked-under", "names a fact", fact, circumstances); err != nil {
			return nil, err
		}
		add(fact)
	}
	for _, fact := range g.facts {
		if err := known("--facts", "names a fact", fact, append([]string{legislation.FactAsked}, circumstances...)); err != nil {
			return nil, err
		}
		add(fact)
	}
	return facts, nil
}

// known refuses a word that is not among the allowed ones, and names those; a near one first.
func known(flag, meaning, word string, allowed []string) error {
	if slices.Contains(allowed, word) {
		return nil
	}
	f := &failure{what: flag + " has a word that is not known: it " + meaning, next: "choose one of: " + listed(allowed), code: codeUsage}
	if word == "" {
		f.what = flag + " is missing: it " + meaning
	} else {
		f.next = perhaps(word, allowed, f.next)
	}
	return f
}

func names(named []legislation.Named) []string {
	ids := make([]string, len(named))
	for i, n := range named {
		ids[i] = n.ID
	}
	return ids
}

func circumstanceIDs(law *legislation.Law) []string {
	ids := make([]string, len(law.Circumstances))
	for i, c := range law.Circumstances {
		ids[i] = c.ID
	}
	return ids
}

func topicIDs(law *legislation.Law) []string {
	ids := make([]string, len(law.Topics))
	for i, t := range law.Topics {
		ids[i] = t.ID
	}
	return ids
}

func initiativeOf(law *legislation.Law, id string) (legislation.Initiative, error) {
	ids := make([]string, len(law.Initiatives))
	for i, in := range law.Initiatives {
		if in.ID == id {
			return in, nil
		}
		ids[i] = in.ID
	}
	return legislation.Initiative{}, known("--initiative", "names an area of joint work", id, ids)
}

// dayOf reads a day; none is the day it is.
func dayOf(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return now, nil
	}
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, &failure{what: "--on is not a day of the calendar", next: "write it as year, month and day: 2026-01-15", code: codeUsage}
	}
	return day, nil
}

// The answer for programs. It holds what the page for people says, and nothing that decides.
type gatewaysAnswer struct {
	On           string           `json:"on"`
	Offered      []offerAnswer    `json:"offered"`
	NotOffered   []refusalAnswer  `json:"not_offered"`
	Route        string           `json:"route"`
	Restrictions []restrictAnswer `json:"restrictions"`
}

type offerAnswer struct {
	ID        string   `json:"id"`
	Citation  string   `json:"citation"`
	Effect    string   `json:"effect"`
	Use       string   `json:"use"`
	Status    string   `json:"status"`
	Certainty string   `json:"certainty"`
	URL       string   `json:"url"`
	Reasons   []string `json:"reasons"`
}

type refusalAnswer struct {
	ID      string   `json:"id"`
	Reasons []string `json:"reasons"`
}

type restrictAnswer struct {
	ID       string   `json:"id"`
	Citation string   `json:"citation"`
	Reasons  []string `json:"reasons"`
}

func runGateways(app *App, given caseFlags, look lookFlags) error {
	var err error
	if look.agreement, err = app.withPack(look.agreement); err != nil {
		return err
	}
	if given.alone() {
		return runCovers(app, given.initiative, look)
	}
	k, err := given.read(app)
	if err != nil {
		return err
	}
	covers, err := app.covers(k.Initiative, look.agreement)
	if err != nil {
		return err
	}
	outlook := k.law.Find(k.Case)
	inOrder(outlook.Offered)
	if !look.json {
		return k.print(app.Out, outlook, covers, look)
	}
	for _, c := range covers {
		app.say("%s", c.sentence())
	}
	answer := gatewaysAnswer{On: k.On.Format(time.DateOnly), Offered: []offerAnswer{}, NotOffered: []refusalAnswer{},
		Route: outlook.Route, Restrictions: []restrictAnswer{}}
	for _, o := range outlook.Offered {
		answer.Offered = append(answer.Offered, offerAnswer{o.ID, o.Citation(), string(o.Effect), string(o.Use), string(o.State.Status),
			string(o.Certainty), o.Address, append(toCheck(o.Provision, o.Doubtful), o.Reasons...)})
	}
	for _, r := range outlook.NotOffered {
		answer.NotOffered = append(answer.NotOffered, refusalAnswer{r.ID, r.Reasons})
	}
	for _, r := range k.law.Restrictions(k.Case) {
		answer.Restrictions = append(answer.Restrictions, restrictAnswer{r.ID, r.Citation(), append(toCheck(r.Provision, r.Doubtful), r.Reasons...)})
	}
	return app.encode(answer)
}

// encode writes one value for programs.
func (app *App) encode(value any) error {
	encoder := json.NewEncoder(app.Out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

// toCheck is what comes before every other reason of an entry that must not be relied on as it stands.
func toCheck(p *legislation.Provision, doubtful bool) []string {
	if !doubtful {
		return nil
	}
	checks := make([]string, len(p.Check))
	for i, c := range p.Check {
		checks[i] = checkFirst + ": " + strings.TrimSpace(c)
	}
	if len(checks) == 0 {
		checks = []string{checkFirst + ": its start is not confirmed"}
	}
	return checks
}

// effectGroups are the effects in the order in which they are shown, with the words over each group.
var effectGroups = []struct {
	effect legislation.Effect
	words  string
}{
	{legislation.DutyToShare, "A duty to share"},
	{legislation.PowerToShare, "A power to share: you may, and need not"},
	{legislation.DutyToCooperate, "A duty to co-operate: sharing can be part of it"},
	{legislation.GeneralFunction, "A function: sharing is only implied"},
	{legislation.StatutoryGuidance, "Guidance: it says how, and is not a power"},
	{legislation.NonStatutoryGuidance, "Guidance: it says how, and is not a power"},
}

func groupOf(e legislation.Effect) int {
	for i, g := range effectGroups {
		if g.effect == e {
			return i
		}
	}
	return len(effectGroups)
}

// inOrder puts duties before powers and so on, doubtful ones last among their own: a doubtful duty stands with the
// duties and is marked.
func inOrder(offers []legislation.Offer) {
	slices.SortStableFunc(offers, func(a, b legislation.Offer) int { return groupOf(a.Effect) - groupOf(b.Effect) })
}

// A cover is what one agreement says of an initiative.
type cover struct {
	Agreement string `json:"agreement"`
	Named     bool   `json:"named"`
	Covered   bool   `json:"covered"`
	Words     string `json:"words"`
	Source    string `json:"source"`
	title     string
}

// covers asks one agreement, or all, whether sharing for the initiative falls under it.
func (app *App) covers(initiative, agreement string) ([]cover, error) {
	if initiative == "" {
		return nil, nil
	}
	ids := checklist.Agreements(app.Data)
	if agreement != "" {
		ids = []string{agreement}
	}
	var covers []cover
	for _, id := range ids {
		a, err := app.agreement(id)
		if err != nil {
			return nil, err
		}
		c := cover{Agreement: a.ID, title: a.Title}
		for _, in := range a.Initiatives {
			if in.ID == initiative {
				c.Named, c.Covered, c.Words, c.Source = true, in.Covered, strings.TrimSpace(in.Words), in.Source
			}
		}
		covers = append(covers, c)
	}
	return covers, nil
}

func (c cover) sentence() string {
	switch {
	case !c.Named:
		return "Not named in the " + c.title + "."
	case c.Covered:
		return "Covered by the " + c.title + ". " + c.Words + " (" + c.Source + ")"
	}
	return "NOT covered by the " + c.title + ". " + c.Words + " (" + c.Source + ")"
}

// differ reports whether one agreement covers what another leaves out.
func differ(covers []cover) bool {
	in := slices.ContainsFunc(covers, func(c cover) bool { return c.Named && c.Covered })
	out := slices.ContainsFunc(covers, func(c cover) bool { return c.Named && !c.Covered })
	return in && out
}

// runCovers answers for an initiative without a case.
func runCovers(app *App, id string, look lookFlags) error {
	law, err := app.Law(0)
	if err != nil {
		return err
	}
	initiative, err := initiativeOf(law, id)
	if err != nil {
		return err
	}
	covers, err := app.covers(id, look.agreement)
	if err != nil {
		return err
	}
	if look.json {
		return app.encode(struct {
			Initiative string  `json:"initiative"`
			Title      string  `json:"title"`
			Words      string  `json:"words"`
			Agreements []cover `json:"agreements"`
		}{initiative.ID, initiative.Title, strings.TrimSpace(initiative.Words), covers})
	}
	p := newPrinter(app.Out)
	p.heading(initiative.Title)
	p.text("", initiative.Words)
	p.covers("", covers)
	p.line("")
	p.text("", "For the law of a case, add --from, --to and --about.")
	return p.end()
}
