package legislation

import (
	"slices"
	"strings"
	"time"
)

// A Restraint is a restriction as it meets a case: a provision that narrows or forbids sharing in a case, and why it comes up.
type Restraint struct {
	*Provision
	State    State
	Doubtful bool   // it must be checked before anyone relies on it, or on its absence
	Only     string // as in Offer
	Reasons  []string
}

// Restrictions are the provisions that restrict sharing and come up in the case: they stand on that day (or nobody has
// confirmed that they do not), they bind the holder, and they are about one of the subjects. One that depends on facts
// or topics comes up when all its facts hold or the material contains one of its topics, whoever the recipient is:
// a warning too many is read, a warning too few is not. One that depends on neither comes up where the recipient fits
// as well. They are in the order of the tables.
func (l *Law) Restrictions(c Case) []Restraint {
	c.Facts = append(slices.Clone(c.Facts), l.initiative(c.Initiative).Facts...)
	var out []Restraint
	for _, p := range l.Provisions {
		if r := l.restricts(p, c); r != nil {
			out = append(out, *r)
		}
	}
	return out
}

func (l *Law) restricts(p *Provision, c Case) *Restraint {
	r := &Restraint{Provision: p, State: p.On(c.On), Doubtful: p.Doubtful(c.On)}
	if p.Use != UseRestriction || !r.State.Status.Stands() && r.State.Status != StartUnconfirmed {
		return nil
	}
	mine := match(p.Holders, c.Holder)
	both := overlap(p.Subjects, c.Subjects)
	if mine == nil || len(both) == 0 {
		return nil
	}
	r.Only = strings.TrimSpace(mine.Who)
	r.Reasons = append(mine.because("your organisation"), "it covers "+strings.Join(both, " and "))

	brought := l.brought(p, c)
	switch {
	case len(brought) > 0:
		r.Reasons = append(r.Reasons, brought...)
	case len(p.Facts) > 0 || len(p.Touches) > 0:
		return nil
	case len(p.Recipients) > 0:
		to := matchSector(p.Recipients, c.Recipient)
		if to == nil {
			return nil
		}
		r.Reasons = append(r.Reasons, to.because("the recipient")...)
	}
	return r
}

// brought says which facts and topics of the case bring a restriction up; none: nothing does.
func (l *Law) brought(p *Provision, c Case) []string {
	var reasons []string
	for _, line := range p.Facts {
		fact := firstHolding(line, c)
		if fact == "" {
			reasons = nil
			break
		}
		reasons = append(reasons, "you said: "+l.FactWords(fact))
	}
	for _, id := range overlap(p.Touches, c.Touches) {
		reasons = append(reasons, "the material contains this: "+l.TopicWords(id))
	}
	return reasons
}

// TopicWords says what material contains as a person would tick it.
func (l *Law) TopicWords(id string) string {
	for _, t := range l.Topics {
		if t.ID == id {
			return t.Words
		}
	}
	return id
}

// A Coming is a provision that the tables have as starting after the day of a case, and that would then be offered or
// come up as a restriction.
type Coming struct {
	*Provision
	From     string // as the tables write it
	Restrict bool   // it would come up as a restriction
}

// Coming says what the same case would meet on a later day: dates decide, and whoever looks a day early must see it.
// It knows only starts that the tables give with a date.
func (l *Law) Coming(c Case) []Coming {
	c.Facts = append(slices.Clone(c.Facts), l.initiative(c.Initiative).Facts...)
	var out []Coming
	for _, p := range l.Provisions {
		if p.On(c.On).Status.Stands() {
			continue
		}
		later, from, ok := p.starts(c.On)
		if !ok {
			continue
		}
		then := c
		then.On = later
		if r := l.restricts(p, then); r != nil {
			out = append(out, Coming{p, from, true})
		} else if _, against := l.weigh(p, then); len(against) == 0 {
			out = append(out, Coming{p, from, false})
		}
	}
	return out
}

// starts is the first day after the given one on which the provision begins to stand, and that day as written.
func (p *Provision) starts(day time.Time) (time.Time, string, bool) {
	for _, s := range p.History {
		if from, err := s.begins(); err == nil && from.After(civil(day)) && s.Status.Stands() {
			return from, s.From, true
		}
	}
	return time.Time{}, "", false
}
