package legislation

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Body is the organisation that holds the information.
type Body struct {
	Sector    string // from Sectors
	Public    bool   // a public authority (Data Protection Act 2018 s7)
	Competent bool   // a competent authority (Data Protection Act 2018 s30)
}

// A Case is the facts that Find compares the law with.
type Case struct {
	Holder    Body
	Recipient string   // from Sectors or OtherRecipients
	Subjects  []string // children, adults
	Facts     []string // ids of circumstances, and FactAsked
	Touches   []string // ids of topics that the material contains; they bring restrictions up and open nothing
	// Initiative narrows and orders: the facts of the initiative hold as well, and what it names comes first within
	// its effect. Empty: none is named.
	Initiative string // from initiatives.yaml
	On         time.Time
}

func (c Case) has(fact string) bool { return slices.Contains(c.Facts, fact) }

// An Offer is a provision that is open in a case, and why.
type Offer struct {
	*Provision
	State State
	// Theirs is set where the recipient, not the holder, performs the function: the disclosure would help it, but it
	// gives the holder no power of its own.
	Theirs bool
	// Doubtful is set where it must be checked before anyone relies on it.
	Doubtful bool
	// Only names the bodies of the holder's sector that are meant, where it is not all of them; the person has to
	// check that theirs is one.
	Only    string
	Reasons []string
}

// A Refusal is a provision that is not open in a case, and why.
type Refusal struct {
	*Provision
	State   State
	Reasons []string
}

// An Outlook is the law's answer to a case.
type Outlook struct {
	On         time.Time
	Offered    []Offer   // duty, power, co-operation, function, guidance; doubtful ones after the sure ones
	NotOffered []Refusal // in the order of the tables
	Route      string    // the non-statutory route in words, when no gateway is offered; never both empty
}

// Find compares every provision with the case. Nothing is dropped silently: what is not offered is returned with its
// reasons, and where nothing fits the route says what is open all the same. Find returns no gateway rather than the
// nearest in date: a repealed section is not a power.
func (l *Law) Find(c Case) Outlook {
	out := Outlook{On: c.On}
	initiative := l.initiative(c.Initiative)
	c.Facts = append(slices.Clone(c.Facts), initiative.Facts...)
	gateway := false
	for _, p := range l.Provisions {
		offer, against := l.weigh(p, c)
		if len(against) > 0 {
			out.NotOffered = append(out.NotOffered, Refusal{p, offer.State, against})
			continue
		}
		out.Offered = append(out.Offered, offer)
		// A function of its own is enough for a public body; others need an express gateway or the route.
		if !offer.Theirs && !offer.Doubtful && !p.Effect.isGuidance() && (p.Use == UseGateway || c.Holder.Public) {
			gateway = true
		}
	}
	slices.SortStableFunc(out.Offered, func(a, b Offer) int { return a.rank(initiative) - b.rank(initiative) })
	if !gateway {
		for _, r := range l.Routes {
			if r.Public == c.Holder.Public {
				out.Route = strings.TrimSpace(r.Words)
			}
		}
	}
	return out
}

func (e Effect) isGuidance() bool { return e == StatutoryGuidance || e == NonStatutoryGuidance }

// rank puts the sure before the doubtful, then the order of effects, then the holder's own before the recipient's,
// then what the initiative names before the rest.
func (o Offer) rank(initiative Initiative) int {
	rank := 4 * slices.Index(effects, o.Effect)
	if o.Theirs {
		rank += 2
	}
	if !slices.Contains(initiative.First, o.ID) {
		rank++
	}
	if o.Doubtful {
		rank += 100
	}
	return rank
}

// initiative finds an initiative by id; an unknown one adds nothing.
func (l *Law) initiative(id string) Initiative {
	for _, in := range l.Initiatives {
		if in.ID == id {
			return in
		}
	}
	return Initiative{}
}

// weigh returns the provision as it would be offered and everything that speaks against offering it.
func (l *Law) weigh(p *Provision, c Case) (Offer, []string) {
	offer := Offer{Provision: p, State: p.On(c.On), Doubtful: p.Doubtful(c.On)}
	var against []string
	against = append(against, l.byDate(p, offer.State, c.On)...)
	against = append(against, byUse(p, offer.State)...)

	switch mine := match(p.Holders, c.Holder); {
	case mine != nil:
		offer.Only = strings.TrimSpace(mine.Who)
		offer.Reasons = append(offer.Reasons, mine.because("your organisation")...)
	case p.Use == UseSupporting && matchSector(p.Holders, c.Recipient) != nil:
		offer.Theirs = true
		if c.Holder.Public {
			offer.Reasons = append(offer.Reasons, "it is the recipient's function, which your sharing would help; it gives you no power of its own")
			offer.Reasons = append(offer.Reasons, matchSector(p.Holders, c.Recipient).because("the recipient")...)
		} else {
			against = append(against, "it is the recipient's function; it gives an organisation like yours no power, and you do not need one from it")
		}
	default:
		against = append(against, "it is for "+partyWords(p.Holders)+", and you said your organisation is "+c.Holder.Words())
	}

	if len(p.Recipients) > 0 && !offer.Theirs {
		if to := matchSector(p.Recipients, c.Recipient); to != nil {
			offer.Reasons = append(offer.Reasons, to.because("the recipient")...)
		} else {
			against = append(against, "it lets information go only to "+partyWords(p.Recipients))
		}
	}

	if p.Use == UseSupporting && len(p.Recipients) == 0 && !isPartner(c.Recipient) {
		// A function performed together with other agencies says nothing about telling a solicitor or a relative.
		against = append(against, "it is a function performed with other agencies; telling "+Words(Recipients, c.Recipient)+" needs a gateway of its own")
	}

	if both := overlap(p.Subjects, c.Subjects); len(both) > 0 {
		offer.Reasons = append(offer.Reasons, "it covers "+strings.Join(both, " and "))
	} else {
		against = append(against, "it is about "+strings.Join(p.Subjects, " and ")+" only")
	}

	for _, line := range p.Facts {
		if fact := firstHolding(line, c); fact != "" {
			offer.Reasons = append(offer.Reasons, "you said: "+l.FactWords(fact))
		} else {
			against = append(against, "it depends on this, which you did not say: "+l.LineWords(line))
		}
	}
	for _, id := range overlap(p.Touches, c.Touches) {
		offer.Reasons = append(offer.Reasons, "look at its limits first, because the material contains this: "+l.TopicWords(id))
	}
	return offer, against
}

func (l *Law) byDate(p *Provision, state State, day time.Time) []string {
	switch state.Status {
	case InForce, InForceAmended, StartUnconfirmed:
		return nil
	case Repealed, Superseded:
		reason := fmt.Sprintf("it is %s (%s)", state.Status.Words(), since(state))
		if better := l.better(p); better != "" {
			reason += "; see " + better
		}
		return []string{reason}
	}
	for _, s := range p.History {
		if from, err := s.begins(); err == nil && s.Status.Stands() && from.After(civil(day)) {
			return []string{fmt.Sprintf("it is not in force on %s; it starts on %s", day.Format(time.DateOnly), s.From)}
		}
	}
	if state.Status == NotYet && len(p.History) > 0 {
		return []string{fmt.Sprintf("it was not made by %s; it dates from %s", day.Format(time.DateOnly), p.History[0].From)}
	}
	return []string{fmt.Sprintf("it is %s (%s)", state.Status.Words(), since(state))}
}

func since(s State) string {
	if s.From == "" || s.From == unknownDay {
		return "date not known here"
	}
	return "from " + s.From
}

func (l *Law) better(p *Provision) string {
	var names []string
	for _, id := range p.See {
		if other := l.byID[id]; other != nil {
			names = append(names, other.Brief())
		}
	}
	return strings.Join(names, ", ")
}

// byUse says why a provision that stands is still no gateway. Guidance is offered as guidance; law whose start is not
// confirmed is offered as doubtful, since it would be a gateway if it had started.
func byUse(p *Provision, state State) []string {
	switch p.Use {
	case UseDoNotOffer:
		return []string{"it is kept only so that an old citation can be explained"}
	case UseRestriction:
		return []string{"it restricts sharing; it does not allow any"}
	case UseReference:
		if !p.Effect.isGuidance() && state.Status != StartUnconfirmed {
			return []string{"it is background; it gives no gateway for a case like this"}
		}
	}
	return nil
}

func match(parties []Party, body Body) *Party {
	for i, p := range parties {
		if p.Sector != allSectors && p.Sector != body.Sector {
			continue
		}
		if p.Public != nil && *p.Public != body.Public || p.Competent != nil && *p.Competent != body.Competent {
			continue
		}
		return &parties[i]
	}
	return nil
}

// isPartner reports whether the recipient is of a sector that can be party to a sharing agreement, or a regulator.
func isPartner(recipient string) bool {
	return recipient == "regulator" || isSector(recipient)
}

// matchSector compares by sector alone: of the recipient no more is known.
func matchSector(parties []Party, sector string) *Party {
	for i, p := range parties {
		if p.Sector == sector || p.Sector == allSectors {
			return &parties[i]
		}
	}
	return nil
}

func (p *Party) because(subject string) []string {
	reason := subject + " is " + Words(Recipients, p.Sector)
	if p.Sector == allSectors {
		reason = "anybody may be " + subject
		if subject == "your organisation" {
			reason = "it reaches any organisation"
		}
	}
	reasons := []string{reason}
	if p.Who != "" {
		reasons = append(reasons, "check that "+subject+" is one of: "+strings.TrimSpace(p.Who))
	}
	return reasons
}

func partyWords(parties []Party) string {
	words := make([]string, len(parties))
	for i, p := range parties {
		words[i] = Words(Recipients, p.Sector)
		if p.Sector == allSectors {
			words[i] = "any organisation"
		}
		if p.Public != nil {
			words[i] += map[bool]string{true: " that is a public authority", false: " that is not a public authority"}[*p.Public]
		}
		if p.Competent != nil {
			words[i] += map[bool]string{true: " that is a competent authority", false: " that is not a competent authority"}[*p.Competent]
		}
	}
	return strings.Join(words, "; ")
}

// PartyWords says who each party is, with which bodies of it are meant.
func PartyWords(parties []Party) []string {
	words := make([]string, len(parties))
	for i, p := range parties {
		words[i] = partyWords(parties[i : i+1])
		if p.Who != "" {
			words[i] += " (" + strings.TrimSpace(p.Who) + ")"
		}
	}
	return words
}

// Words says what kind of body it is.
func (b Body) Words() string {
	words := Words(Recipients, b.Sector)
	if b.Public {
		return words + ", a public authority"
	}
	return words + ", not a public authority"
}

func overlap(a, b []string) []string {
	var both []string
	for _, s := range a {
		if slices.Contains(b, s) {
			both = append(both, s)
		}
	}
	return both
}

func firstHolding(line string, c Case) string {
	for _, fact := range strings.Split(line, either) {
		if c.has(fact) {
			return fact
		}
	}
	return ""
}

// LineWords says a line of facts, of which one is enough.
func (l *Law) LineWords(line string) string {
	var words []string
	for _, fact := range strings.Split(line, either) {
		words = append(words, l.FactWords(fact))
	}
	return strings.Join(words, "; or: ")
}

// FactWords says a fact as a person would tick it.
func (l *Law) FactWords(fact string) string {
	if fact == FactAsked {
		return "you were asked for the information"
	}
	for _, c := range l.Circumstances {
		if c.ID == fact {
			return c.Words
		}
	}
	return fact
}
