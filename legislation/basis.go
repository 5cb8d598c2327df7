package legislation

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Categories are the kinds of information that data protection law protects especially; the ids are those of the
// checklist's answer "categories".
var Categories = []Named{
	{"health", "health"},
	{"sex-life", "sex life or sexual orientation"},
	{"ethnicity", "race or ethnic origin"},
	{"belief", "religion, belief, political opinion or trade union membership"},
	{"biometric", "genetic data, or biometric data used to identify"},
	{"criminal", "crimes, alleged crimes, proceedings or sentences"},
}

// The lists of lawful bases, as bases.yaml names them.
const (
	Article6  = "article6"
	Article9  = "article9"
	Article10 = "article10"
	Part3     = "part3"
)

var basisLists = []string{Article6, Article9, Article10, Part3}

// A BasisTable is everything that bases.yaml holds.
type BasisTable struct {
	Lists            []BasisList `yaml:"lists"`
	Forks            []Fork      `yaml:"forks"`
	Documents        []Document  `yaml:"documents"`
	UsuallyCompetent []string    `yaml:"usually-competent"` // sectors assumed to be competent authorities where nobody says
	Entries          []*Basis    `yaml:"bases"`
}

// A BasisList is one of the lists that bases stand in.
type BasisList struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	Data    []string `yaml:"data"`    // the kinds of information that make its entries necessary; none: always
	Without string   `yaml:"without"` // what is said where the case has none of them
	Frees   []string `yaml:"frees"`   // the kinds that need no condition of their own under this list
}

// A Fork says which of the two regimes, the UK GDPR or Part 3, applies: exactly one fork fits every case.
type Fork struct {
	Competent      bool     `yaml:"competent-authority"`
	LawEnforcement *bool    `yaml:"law-enforcement"` // unset: either way
	Opens          []string `yaml:"opens"`           // lists; the others are closed
	Reason         string   `yaml:"reason"`          // why they are open, where that is worth saying
	Closed         string   `yaml:"closed"`          // why the others are closed
	Needs          []struct {
		List  string `yaml:"list"`
		Words string `yaml:"words"`
	} `yaml:"needs"` // what everything in a list needs in such a case
	Source  string `yaml:"source"`
	Address string `yaml:"address"`
}

func (f *Fork) fits(competent, enforcement bool) bool {
	return f.Competent == competent && (f.LawEnforcement == nil || *f.LawEnforcement == enforcement)
}

// A Document is a kind of appropriate policy document that conditions ask for.
type Document struct {
	ID       string `yaml:"id"`
	Needed   string `yaml:"needed"`
	Citation string `yaml:"citation"`
	Address  string `yaml:"address"`
}

// A PolicyDocument says which document a basis asks for, and towards whom it does not.
type PolicyDocument struct {
	Under    string  `yaml:"under"`
	UnlessTo []Party `yaml:"unless-to"`
	Unless   string  `yaml:"unless"`
}

// A Fit says when a basis comes before others that are open too: everything that it names must hold.
type Fit struct {
	Duty       bool     `yaml:"duty"` // the holder relies on a duty to share
	Public     *bool    `yaml:"public-authority"`
	Sectors    []string `yaml:"sectors"` // of the holder: one of them
	Recipients []string `yaml:"recipients"`
	Facts      []string `yaml:"facts"` // one of them
	Words      string   `yaml:"words"`
}

// A Basis is one lawful basis, or one condition, with its history.
type Basis struct {
	ID             string          `yaml:"id"`
	List           string          `yaml:"list"`
	Citation       string          `yaml:"citation"`
	Title          string          `yaml:"title"`
	Words          string          `yaml:"words"` // what it is, as a person would choose it
	Summary        string          `yaml:"summary"`
	Limits         string          `yaml:"limits"`
	Holders        []Party         `yaml:"holders"`
	ClosedTo       string          `yaml:"closed-to"`  // what is said to those who are not among the holders
	Recipients     []Party         `yaml:"recipients"` // to whom it may go; none: anybody
	Subjects       []string        `yaml:"subjects"`
	Data           []string        `yaml:"data"` // the kinds of information it serves; none: every kind
	Facts          []string        `yaml:"facts"`
	Fits           []Fit           `yaml:"fits"`
	Needs          []string        `yaml:"needs"` // what must be so besides, for the person to settle and write down
	PolicyDocument *PolicyDocument `yaml:"policy-document"`
	Caution        string          `yaml:"caution"`  // a warning that is always said with it
	Function       bool            `yaml:"function"` // it rests on a function or duty of the organisation's own, which it names
	Raises         []string        `yaml:"raises"`   // the codes of findings that relying on it brings; from Raisable
	Address        string          `yaml:"address"`
	Certainty      Certainty       `yaml:"certainty"`
	UnsureFor      []string        `yaml:"unsure-for"` // sectors for which it must be checked before anyone relies on it
	Check          []string        `yaml:"check"`
	Sources        []Source        `yaml:"sources"`
	See            []string        `yaml:"see"`
	Reviewer       string          `yaml:"reviewer"`
	History        []State         `yaml:"history"`
}

// dated is the basis as far as its dates go, which are those of a provision.
func (b *Basis) dated() *Provision { return &Provision{ID: b.ID, History: b.History} }

// On is the state of the basis on a day.
func (b *Basis) On(day time.Time) State { return b.dated().On(day) }

// NotPublic reports whether the basis is closed to public authorities altogether.
func (b *Basis) NotPublic() bool {
	return !slices.ContainsFunc(b.Holders, func(p Party) bool { return p.Public == nil || *p.Public })
}

// A BasisCase is the facts that FindBases compares the law with.
type BasisCase struct {
	Holder         Body
	Recipient      string   // from Sectors or OtherRecipients; empty: not known
	Subjects       []string // children, adults
	Data           []string // from Categories; none: nothing that is protected especially
	LawEnforcement bool     // the sharing is itself for law enforcement (Data Protection Act 2018 s31)
	Facts          []string // ids of circumstances, and FactAsked
	Duties         []string // the duties to share that the holder relies on, as they are cited
	// NotSure are the answers that were taken as "no" because nobody knew: NotSurePublic and its like.
	NotSure []string
	On      time.Time
}

// What a person may not be sure of.
const (
	NotSurePublic      = "public-authority"
	NotSureCompetent   = "competent-authority"
	NotSureEnforcement = "law-enforcement"
)

// DocumentState says whether a basis needs an appropriate policy document in a case.
type DocumentState string

// Excepted: the basis asks for one, but not in this case.
const (
	DocumentNeeded    DocumentState = "needed"
	DocumentNotNeeded DocumentState = "not-needed"
	DocumentExcepted  DocumentState = "excepted"
)

// An OpenBasis is a basis that is open in a case, why, and what it needs.
type OpenBasis struct {
	*Basis
	State State
	// Doubtful is set where it must be checked before anyone relies on it.
	Doubtful       bool
	Reasons, Needs []string
	PolicyDocument DocumentState
	Covers         []string // the case's special or criminal kinds of information that it serves
	fits           bool
}

// Sure is how sure the entry is in this case.
func (o *OpenBasis) Sure() Certainty {
	if o.Doubtful {
		return Unsure
	}
	return o.Certainty
}

// A ClosedBasis is a basis that is not open in a case, and why.
type ClosedBasis struct {
	*Basis
	State   State
	Reasons []string
}

// Bases is the law's answer to the question which lawful bases are open.
type Bases struct {
	On                                   time.Time
	Article6, Article9, Article10, Part3 []OpenBasis
	Closed                               []ClosedBasis // in the order of the table
	Notes                                []string      // what has to be known about the whole answer
}

// Open are the open bases of all lists, in their order.
func (b *Bases) Open() []OpenBasis {
	return slices.Concat(b.Article6, b.Article9, b.Article10, b.Part3)
}

// Basis returns the lawful basis or condition with the id, or nil.
func (l *Law) Basis(id string) *Basis {
	for _, b := range l.Bases.Entries {
		if b.ID == id {
			return b
		}
	}
	return nil
}

// FindBases compares every lawful basis with the case. What is open and what is closed are together the whole table.
// The best fitting comes first; a basis that is open is not yet met: its needs are for the person to settle.
func (l *Law) FindBases(c BasisCase) Bases {
	out := Bases{On: c.On}
	fork := l.fork(c)
	open := map[string][]OpenBasis{}
	for _, b := range l.Bases.Entries {
		state := b.On(c.On)
		if against := l.against(b, state, fork, c); len(against) > 0 {
			out.Closed = append(out.Closed, ClosedBasis{b, state, against})
			continue
		}
		open[b.List] = append(open[b.List], l.opened(b, state, fork, c))
	}
	for list, bases := range map[string]*[]OpenBasis{Article6: &out.Article6, Article9: &out.Article9, Article10: &out.Article10, Part3: &out.Part3} {
		*bases = open[list]
		slices.SortStableFunc(*bases, func(a, b OpenBasis) int { return order(a) - order(b) })
	}
	out.Notes = l.basisNotes(c)
	return out
}

// order puts what fits the case before the rest, and within each keeps the order of the table.
func order(o OpenBasis) int {
	if o.fits {
		return 0
	}
	return 1
}

func (l *Law) fork(c BasisCase) *Fork {
	for i := range l.Bases.Forks {
		if f := &l.Bases.Forks[i]; f.fits(c.Holder.Competent, c.LawEnforcement) {
			return f
		}
	}
	return &Fork{} // the loader lets no table through that leaves a case out
}

func (l *Law) basisList(id string) BasisList {
	return l.Bases.Lists[slices.IndexFunc(l.Bases.Lists, func(b BasisList) bool { return b.ID == id })]
}

// against is everything that closes a basis. Where the regime or the information leaves no room for it, that alone is
// said: who it is for would be beside the point.
func (l *Law) against(b *Basis, state State, fork *Fork, c BasisCase) []string {
	if !slices.Contains(fork.Opens, b.List) {
		return []string{fork.Closed}
	}
	if list := l.basisList(b.List); len(b.Data) > 0 && len(overlap(list.Data, c.Data)) == 0 {
		return []string{list.Without}
	}
	against := l.byDate(b.dated(), state, c.On)
	if len(b.Data) > 0 && len(overlap(b.Data, c.Data)) == 0 {
		against = append(against, "it covers only information about "+categoryWords(b.Data))
	}
	if match(b.Holders, c.Holder) == nil {
		reason := b.ClosedTo
		if reason == "" {
			reason = "it is for " + partyWords(b.Holders)
		}
		against = append(against, reason+"; you said your organisation is "+c.Holder.Words())
	}
	if len(b.Recipients) > 0 && c.Recipient != "" && matchSector(b.Recipients, c.Recipient) == nil {
		against = append(against, "it is not for sharing with "+Words(Recipients, c.Recipient)+", but with "+strings.Join(PartyWords(b.Recipients), "; "))
	}
	if len(overlap(b.Subjects, c.Subjects)) == 0 {
		against = append(against, "it is about "+strings.Join(b.Subjects, " and ")+" only")
	}
	for _, line := range b.Facts {
		if firstHolding(line, Case{Facts: c.Facts}) == "" {
			against = append(against, "it depends on this, which you did not say: "+l.LineWords(line))
		}
	}
	return against
}

// opened is a basis with why it is open and what it needs.
func (l *Law) opened(b *Basis, state State, fork *Fork, c BasisCase) OpenBasis {
	o := OpenBasis{Basis: b, State: state, Covers: overlap(slices.Concat(b.Data, l.basisList(b.List).Frees), c.Data),
		Doubtful: b.Certainty == Unsure || state.Status == StartUnconfirmed || slices.Contains(b.UnsureFor, c.Holder.Sector)}
	because := func(words string) { o.Reasons = append(o.Reasons, words) }
	need := func(words string) { o.Needs = append(o.Needs, words) }

	for _, fit := range b.Fits {
		if fit.holds(c) {
			o.fits = true
			because(strings.TrimSpace(fit.Words + " " + strings.Join(c.duties(fit), "; ")))
		}
	}
	if fork.Reason != "" {
		because(fork.Reason)
	}
	mine := match(b.Holders, c.Holder)
	switch {
	case b.NotPublic() && slices.Contains(c.NotSure, NotSurePublic):
		because("you are not sure whether your organisation is a public authority; it is taken not to be one, and a public authority could not use this")
	case b.NotPublic():
		because("your organisation is not a public authority")
	case mine.Who != "" && mine.Sector == allSectors:
		because("an organisation like yours can rely on it only if it is one that is meant; see what it needs")
	case mine.Public != nil && len(o.Reasons) == 0:
		because("your organisation is a public authority")
	case mine.Sector != allSectors:
		because("your organisation is " + Words(Sectors, c.Holder.Sector))
	case len(o.Reasons) == 0:
		because("any organisation can rely on it")
	}
	if len(b.Subjects) == 1 {
		because("it is about " + b.Subjects[0])
	}
	if serves := overlap(b.Data, c.Data); len(serves) > 0 {
		because("it covers the information about " + categoryWords(serves))
	}
	for _, line := range b.Facts {
		because("you said: " + l.FactWords(firstHolding(line, Case{Facts: c.Facts})))
	}
	if from, err := state.begins(); err == nil && state.Status.Stands() && civil(c.On).Before(from.AddDate(1, 0, 0)) {
		words := map[Status]string{InForce: "in force since ", InForceAmended: "amended from "}[state.Status]
		because(words + state.From + ": " + strings.TrimSuffix(strings.TrimSpace(state.Note), "."))
	}
	if b.Caution != "" {
		because(b.Caution)
	}

	for _, words := range b.Needs {
		need(words)
	}
	if mine.Who != "" {
		need("That your organisation is one that is meant: " + mine.Who + ".")
	}
	if len(b.Recipients) > 0 {
		if to := matchSector(b.Recipients, c.Recipient); to == nil {
			need("That it goes only to one of these: " + strings.Join(PartyWords(b.Recipients), "; ") + ".")
		} else if to.Who != "" {
			need("That the recipient is one that is meant: " + to.Who + ".")
		}
	}
	if list := l.basisList(b.List); len(b.Data) > 0 {
		rest := slices.DeleteFunc(overlap(list.Data, c.Data), func(d string) bool { return slices.Contains(b.Data, d) })
		if len(rest) > 0 {
			need("Another condition for the information about " + categoryWords(rest) + ", which this does not cover.")
		}
	}
	o.PolicyDocument = l.document(b, c, need)
	for _, n := range fork.Needs {
		if n.List == b.List {
			need(n.Words)
		}
	}
	return o
}

// document says whether a policy document is needed, and puts its words, or those of the exception, among the needs.
func (l *Law) document(b *Basis, c BasisCase, need func(string)) DocumentState {
	p := b.PolicyDocument
	if p == nil {
		return DocumentNotNeeded
	}
	if to := matchSector(p.UnlessTo, c.Recipient); to != nil {
		words := p.Unless
		if to.Who != "" {
			words += " Check that the recipient is " + to.Who + "."
		}
		need(words)
		return DocumentExcepted
	}
	for _, d := range l.Bases.Documents {
		if d.ID == p.Under {
			need(strings.TrimSpace(d.Needed + " (" + d.Citation + ")"))
		}
	}
	if c.Recipient == "" && p.Unless != "" {
		need(p.Unless)
	}
	return DocumentNeeded
}

func (f *Fit) holds(c BasisCase) bool {
	return (!f.Duty || len(c.Duties) > 0) &&
		(f.Public == nil || *f.Public == c.Holder.Public) &&
		(len(f.Sectors) == 0 || slices.Contains(f.Sectors, c.Holder.Sector)) &&
		(len(f.Recipients) == 0 || slices.Contains(f.Recipients, c.Recipient)) &&
		(len(f.Facts) == 0 || len(overlap(f.Facts, c.Facts)) > 0)
}

func (c *BasisCase) duties(f Fit) []string {
	if f.Duty {
		return c.Duties
	}
	return nil
}

// basisNotes are what a person was not sure of, and how it was taken.
func (l *Law) basisNotes(c BasisCase) []string {
	var notes []string
	for _, n := range []struct{ id, words string }{
		{NotSurePublic, "You are not sure whether your organisation is a public authority; it is taken not to be one. Find out before you use a basis that is closed to public authorities."},
		{NotSureCompetent, "You are not sure whether your organisation is a competent authority; it is taken not to be one."},
		{NotSureEnforcement, "You are not sure whether the sharing is itself for law enforcement; it is taken not to be. If it is, Part 3 of the Data Protection Act 2018 applies instead."},
	} {
		if slices.Contains(c.NotSure, n.id) {
			notes = append(notes, n.words)
		}
	}
	return notes
}

func categoryWords(ids []string) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = Words(Categories, id)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return fmt.Sprintf("%s and %s", strings.Join(words[:len(words)-1], "; "), words[len(words)-1])
}
