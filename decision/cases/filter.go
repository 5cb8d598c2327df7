package cases

import (
	"slices"
	"strings"
	"time"
)

// A Filter chooses cases. The zero Filter takes all. Several values of one kind are alternatives; every kind that is given
// has to fit. A decision that was disposed of fits only what its cover can tell.
type Filter struct {
	From, To time.Time // the first and the last day on which it was recorded, on the clock of the place; zero: no bound

	Outcome         []string // as decided, or as it is now after reviews
	Occasion        []string
	Agreement       []string
	Organisation    []string // contains
	Recipient       []string // contains
	Sector          []string
	RecipientSector []string
	Gateway         []string // any entry of the law relied on, bases and conditions too
	Basis           []string // bases and conditions
	Finding         []string
	Initiative      []string
	Reference       []string // contains
}

// kinds are the kinds of what a filter asks, with their words and the values that a case has.
func (f *Filter) kinds() []struct {
	words    string
	wanted   []string
	contains bool
	has      func(*Facts) []string
} {
	law := func(x *Facts) []string { return slices.Concat(x.Bases, x.Conditions) }
	return []struct {
		words    string
		wanted   []string
		contains bool
		has      func(*Facts) []string
	}{
		{"outcome", f.Outcome, false, func(x *Facts) []string { return []string{x.Outcome, x.OutcomeNow} }},
		{"mode", f.Occasion, false, func(x *Facts) []string { return []string{x.Occasion} }},
		{"agreement", f.Agreement, false, func(x *Facts) []string { return []string{x.Agreement} }},
		{"organisation", f.Organisation, true, func(x *Facts) []string { return []string{x.Organisation} }},
		{"recipient", f.Recipient, true, func(x *Facts) []string { return []string{x.Recipient} }},
		{"kind of organisation", f.Sector, false, func(x *Facts) []string { return []string{x.Sector} }},
		{"kind of recipient", f.RecipientSector, false, func(x *Facts) []string { return []string{x.RecipientSector} }},
		{"gateway", f.Gateway, false, func(x *Facts) []string {
			relied := law(x)
			for _, g := range x.Gateways {
				relied = append(relied, g.ID)
			}
			return relied
		}},
		{"lawful basis", f.Basis, false, law},
		{"finding", f.Finding, false, func(x *Facts) []string {
			var codes []string
			for _, one := range x.Findings {
				codes = append(codes, one.Code)
			}
			return codes
		}},
		{"initiative", f.Initiative, false, func(x *Facts) []string { return x.Initiatives }},
		{"case reference", f.Reference, true, func(x *Facts) []string { return []string{x.Reference} }},
	}
}

// Match reports whether a case fits. Ids and words are compared without regard to capitals.
func (f *Filter) Match(x *Facts) bool {
	at := recordedDay(x)
	if !f.From.IsZero() && at < f.From.Format(time.DateOnly) || !f.To.IsZero() && at > f.To.Format(time.DateOnly) {
		return false
	}
	for _, k := range f.kinds() {
		if len(k.wanted) > 0 && !fits(k.wanted, k.has(x), k.contains) {
			return false
		}
	}
	return true
}

// recordedDay is the day of recording on the clock of the place: a person who asks for January means theirs.
func recordedDay(x *Facts) string {
	if len(x.RecordedAt) < len(time.DateOnly) {
		return x.Recorded.Format(time.DateOnly)
	}
	return x.RecordedAt[:len(time.DateOnly)]
}

func fits(wanted, has []string, contains bool) bool {
	for _, w := range wanted {
		w = folded(w)
		for _, h := range has {
			if h = folded(h); w != "" && (h == w || contains && strings.Contains(h, w)) {
				return true
			}
		}
	}
	return false
}

// folded is a text as it is compared: small letters, single blanks.
func folded(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// IsZero reports whether the filter takes everything.
func (f *Filter) IsZero() bool { return len(f.Words()) == 0 }

// Words are what was asked, one phrase for each kind, such as "outcome is share-part or none".
func (f *Filter) Words() []string {
	var words []string
	if !f.From.IsZero() {
		words = append(words, "recorded on or after "+f.From.Format(time.DateOnly))
	}
	if !f.To.IsZero() {
		words = append(words, "recorded on or before "+f.To.Format(time.DateOnly))
	}
	for _, k := range f.kinds() {
		if len(k.wanted) > 0 {
			verb := " is "
			if k.contains {
				verb = " contains "
			}
			words = append(words, k.words+verb+strings.Join(k.wanted, " or "))
		}
	}
	return words
}

// InTime reports whether a case was recorded within the days asked for. Of what was disposed of nothing else can be told.
func (f *Filter) InTime(x *Facts) bool { return (&Filter{From: f.From, To: f.To}).Match(x) }
