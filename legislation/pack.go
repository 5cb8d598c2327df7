package legislation

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"dsa/data/yamlfile"
)

// An agreement's pack may add entries and re-state those that are built in, in its own words. It may make an entry
// narrower, doubt it or end it. It may never make law look more alive, wider or surer than what is built in says, under
// the entry's own id or under another: a repealed section stays repealed whoever says otherwise.
//
// What a pack says of law that is not built in cannot be checked here. It is marked as the pack's wherever it is shown.

// overlay holds an entry of a pack to what a pack may do, and keeps the history that is built in.
func (l *loader) overlay(doc *yamlfile.Doc, p *Provision, at func(...any) []any) {
	o := &overlaid{loader: l, doc: doc, p: p, at: at}
	if p.Restates == nil {
		o.added()
		return
	}
	o.same()
	o.later()
	o.stronger()
	o.quieter()
	if p.Restates.restricts() {
		o.restriction()
	} else {
		o.wider()
	}
}

type overlaid struct {
	*loader
	doc *yamlfile.Doc
	p   *Provision
	at  func(...any) []any
}

func (o *overlaid) breach(field, what string) {
	o.fault(o.doc, o.p.ID+": "+what, o.at(field)...)
}

// same: an entry that is re-stated is still the same piece of law, cited the same and read at the same place.
func (o *overlaid) same() {
	p, base := o.p, o.p.Restates
	if p.Act != base.Act || p.Cite != base.Cite {
		o.fault(o.doc, fmt.Sprintf("%s is of %s (%s); a pack may not move it to another Act", p.ID, base.Act, base.Cite), "act")
	}
	for _, f := range []struct{ field, is, was string }{
		{"provision", p.Provision, base.Provision}, {"short", p.Short, base.Short}, {"address", p.Address, base.Address},
	} {
		if f.is != f.was {
			o.breach(f.field, fmt.Sprintf("a pack may not change the %s; it is %q", f.field, f.was))
		}
	}
	p.Ours = base.Ours
}

// later keeps the history that is built in. A pack repeats it, leaves it out, or adds later states that are no more
// alive than the last.
func (o *overlaid) later() {
	base := o.p.Restates
	if len(base.History) == 0 {
		return // said already
	}
	last := base.History[len(base.History)-1]
	ended, _ := last.begins()
	kept := slices.Clone(base.History)
	for i, s := range o.p.History {
		if slices.ContainsFunc(base.History, func(b State) bool { return b.From == s.From && b.Status == s.Status }) {
			continue
		}
		begins, err := s.begins()
		switch {
		case err != nil:
			continue // said already
		case !begins.After(ended):
			o.fault(o.doc, fmt.Sprintf("%s: a pack may only add states later than %s; the history up to then is built in", o.p.ID, last.From), o.at("history", i)...)
		case s.Status.life() > last.Status.life():
			o.fault(o.doc, fmt.Sprintf("%s is %s (%s); a pack may not make it %s", o.p.ID, last.Status.Words(), since(last), s.Status.Words()), o.at("history", i, "status")...)
		case base.restricts() && s.Status.life() < last.Status.life():
			o.fault(o.doc, o.p.ID+" is a restriction; a pack may not end it", o.at("history", i, "status")...)
		}
		kept = append(kept, s)
	}
	o.p.History = kept
}

// stronger: neither a use, an effect nor a certainty may say more than what is built in; certainty only with the name
// of somebody who answers for it.
func (o *overlaid) stronger() {
	p, base := o.p, o.p.Restates
	if p.Use.reach() > base.Use.reach() || base.Use == UseRestriction && p.Use != UseRestriction {
		o.breach("use", fmt.Sprintf("its use is %s; a pack may not make it %s", base.Use, p.Use))
	}
	if p.Effect != base.Effect && (p.Effect == Restriction || base.Effect == Restriction ||
		slices.Index(effects, p.Effect) < slices.Index(effects, base.Effect)) {
		o.breach("effect", fmt.Sprintf("its effect is %s; a pack may not make it %s", base.Effect, p.Effect))
	}
	if p.Reviewer != "" {
		return
	}
	if slices.Index(certainties, p.Certainty) < slices.Index(certainties, base.Certainty) {
		o.breach("certainty", fmt.Sprintf("it is %s; a pack may say %s only with a reviewer (a named person and the date)", base.Certainty, p.Certainty))
	}
	if len(base.Check) > 0 && len(p.Check) == 0 {
		o.breach("check", "what is to be checked may be left out only with a reviewer (a named person and the date)")
	}
}

// quieter: what an entry brings to a person's attention stays; a pack may add to it.
func (o *overlaid) quieter() {
	if code := missing(o.p.Restates.Raises, o.p.Raises); code != "" {
		o.breach("raises", "a pack may not leave out that the entry raises "+code)
	}
}

// wider: a re-stated entry is open to no more holders, recipients and cases than the one that is built in.
func (o *overlaid) wider() {
	p, base := o.p, o.p.Restates
	if i := uncovered(p.Holders, base.Holders); i >= 0 {
		o.fault(o.doc, p.ID+": a pack may not name holders that the entry does not have", o.at("holders", i)...)
	}
	switch i := uncovered(p.Recipients, base.Recipients); {
	case len(base.Recipients) > 0 && len(p.Recipients) == 0:
		o.breach("recipients", "a pack may not leave out to whom information may go")
	case len(base.Recipients) > 0 && i >= 0:
		o.fault(o.doc, p.ID+": a pack may not name recipients that the entry does not have", o.at("recipients", i)...)
	case len(base.Recipients) == 0 && base.Use == UseSupporting:
		// Without recipients such an entry reaches only other agencies; naming one must not reach further.
		if j := slices.IndexFunc(p.Recipients, func(r Party) bool { return !isPartner(r.Sector) }); j >= 0 {
			o.fault(o.doc, p.ID+": a pack may not name recipients beyond other sectors and regulators", o.at("recipients", j)...)
		}
	}
	if len(overlap(p.Subjects, base.Subjects)) < len(p.Subjects) {
		o.breach("subjects", "a pack may not add about whom the entry is")
	}
	if line := unmet(base.Facts, p.Facts); line != "" {
		o.breach("facts", fmt.Sprintf("a pack may not leave out that the entry depends on %s", line))
	}
	if missing(base.Touches, p.Touches) != "" {
		o.breach("touches", "a pack may not leave out what the entry touches")
	}
}

// restriction: what forbids or narrows sharing may be stated wider, not narrower.
func (o *overlaid) restriction() {
	p, base := o.p, o.p.Restates
	if uncovered(base.Holders, p.Holders) >= 0 {
		o.breach("holders", "it is a restriction; a pack may not leave out whom it binds")
	}
	if len(p.Recipients) > 0 && (len(base.Recipients) == 0 || uncovered(base.Recipients, p.Recipients) >= 0) {
		o.breach("recipients", "it is a restriction; a pack may not narrow towards whom it applies")
	}
	if missing(base.Subjects, p.Subjects) != "" {
		o.breach("subjects", "it is a restriction; a pack may not leave out about whom it is")
	}
	// Without facts it may come up always or by its topics alone, so that less can be narrower too: they stay as they are.
	if !slices.Equal(p.Facts, base.Facts) {
		o.breach("facts", "it is a restriction; a pack may not change on what it depends")
	}
	switch topic := missing(base.Touches, p.Touches); {
	case topic != "":
		o.breach("touches", "it is a restriction; a pack may not leave out that it touches "+topic)
	case len(base.Touches)+len(base.Facts) == 0 && len(p.Touches) > 0:
		o.breach("touches", "it is a restriction that always comes up; a pack may not bind it to topics")
	}
}

// added: an entry of the pack's own may be anything but a piece of law that is built in, brought back to life under
// another name.
func (o *overlaid) added() {
	var twins []*Provision
	for _, b := range o.law.Provisions {
		if b.Pack == "" && o.p.sameLaw(b) {
			twins = append(twins, b)
		}
	}
	// What was re-stated before this entry came counts as what is built in says of it.
	for _, b := range o.law.Provisions {
		if b.Restates != nil && o.p.sameLaw(b.Restates) {
			twins = append(twins, b.Restates)
		}
	}
	if len(twins) == 0 {
		return
	}
	if !o.p.restricts() && !slices.ContainsFunc(twins, func(b *Provision) bool { return o.p.Use.reach() <= b.Use.reach() }) {
		o.breach("use", fmt.Sprintf("this law is built in as %s, whose use is %s; a pack may not make it %s", twins[0].ID, twins[0].Use, o.p.Use))
	}
	if !slices.ContainsFunc(twins, func(b *Provision) bool { return missing(b.Raises, o.p.Raises) == "" }) {
		o.breach("raises", fmt.Sprintf("this law is built in as %s; a pack may not leave out that it raises %s", twins[0].ID, missing(twins[0].Raises, o.p.Raises)))
	}
	for i, s := range o.p.History {
		if day, alive := o.revived(i, s, twins); alive {
			o.fault(o.doc, fmt.Sprintf("%s: this law is built in as %s, which is %s on %s; a pack may not make it %s",
				o.p.ID, twins[0].ID, twins[0].On(day).Status.Words(), day.Format(time.DateOnly), s.Status.Words()), o.at("history", i, "status")...)
		}
	}
}

// revived finds a day of the state on which it is more alive than all its twins.
func (o *overlaid) revived(i int, s State, twins []*Provision) (time.Time, bool) {
	begins, err := s.begins()
	if err != nil {
		return begins, false
	}
	days := []time.Time{begins}
	for _, b := range twins {
		for _, state := range b.History {
			if from, err := state.begins(); err == nil && from.After(begins) {
				days = append(days, from)
			}
		}
	}
	for _, day := range days {
		if i+1 < len(o.p.History) {
			if end, err := o.p.History[i+1].begins(); err == nil && !day.Before(end) {
				continue
			}
		}
		if !slices.ContainsFunc(twins, func(b *Provision) bool { return s.Status.life() <= b.On(day).Status.life() }) {
			return day, true
		}
	}
	return begins, false
}

// life orders the states by what may be relied on: nothing, only after a check, or as it stands.
func (s Status) life() int {
	switch {
	case s.Stands():
		return 2
	case s == StartUnconfirmed:
		return 1
	}
	return 0
}

// reach orders the uses by how far an entry is offered.
func (u Use) reach() int {
	switch u {
	case UseGateway:
		return 3
	case UseSupporting:
		return 2
	case UseReference:
		return 1
	}
	return 0
}

func (p *Provision) restricts() bool { return p.Use == UseRestriction || p.Effect == Restriction }

// uncovered is the first of the parties that none of the others includes, or -1.
func uncovered(parties, others []Party) int {
	return slices.IndexFunc(parties, func(p Party) bool {
		return !slices.ContainsFunc(others, func(o Party) bool {
			return (o.Sector == p.Sector || o.Sector == allSectors) && within(p.Public, o.Public) && within(p.Competent, o.Competent) &&
				(o.Who == "" || p.Who != "")
		})
	})
}

func within(inner, outer *bool) bool { return outer == nil || inner != nil && *inner == *outer }

// unmet is the first line of facts that does not follow from the others, or "".
func unmet(lines, others []string) string {
	for _, line := range lines {
		wanted := strings.Split(line, either)
		if !slices.ContainsFunc(others, func(o string) bool { return missing(strings.Split(o, either), wanted) == "" }) {
			return line
		}
	}
	return ""
}

// missing is the first of the words that is not among the others, or "".
func missing(words, among []string) string {
	for _, w := range words {
		if !slices.Contains(among, w) {
			return w
		}
	}
	return ""
}

// sameLaw reports whether two entries are of the same piece of law by citation or by address, however it is written.
func (p *Provision) sameLaw(other *Provision) bool {
	if p.Provision != "" && plain(p.Provision) == plain(other.Provision) && (plain(p.Cite) == plain(other.Cite) || plain(p.Act) == plain(other.Act)) {
		return true
	}
	here, there := place(p.Address), place(other.Address)
	return here != "" && here == there
}

var (
	letters = regexp.MustCompile(`[^a-z0-9]+`)
	section = regexp.MustCompile(`\b(section|sections|sect|sec|ss|s)\b\.?\s*`)
	edition = regexp.MustCompile(`/(made|enacted|contents|data\.[a-z.]+|\d{4}-\d{2}-\d{2})$`)
)

// plain is a citation without what differs from writer to writer.
func plain(words string) string {
	return letters.ReplaceAllString(section.ReplaceAllString(strings.ToLower(words), "s"), "")
}

// place is an address without what differs between editions of one text, or "" where it is only a site.
func place(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	path := strings.TrimSuffix(strings.ToLower(u.Path), "/")
	for edition.MatchString(path) {
		path = edition.ReplaceAllString(path, "")
	}
	if path == "" {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.") + path
}
