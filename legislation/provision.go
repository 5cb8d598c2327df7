// Package legislation holds what the law is, as dated data, and answers what an organisation may rely on in a case.
// It reads tables and compares them with the facts it is given; it does not ask, does not record, and never decides:
// what it cannot confirm it says it cannot confirm.
package legislation

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Effect is what a provision does about sharing information, as its own words have it.
type Effect string

// The effects, in the order in which gateways are offered.
const (
	DutyToShare          Effect = "duty-to-share"
	PowerToShare         Effect = "power-to-share"
	DutyToCooperate      Effect = "duty-to-cooperate"
	GeneralFunction      Effect = "general-power-or-function"
	StatutoryGuidance    Effect = "statutory-guidance"
	NonStatutoryGuidance Effect = "non-statutory-guidance"
	Restriction          Effect = "restriction"
)

var effects = []Effect{DutyToShare, PowerToShare, DutyToCooperate, GeneralFunction, StatutoryGuidance,
	NonStatutoryGuidance, Restriction}

// Words says the effect as a person would.
func (e Effect) Words() string {
	switch e {
	case DutyToShare:
		return "duty to share"
	case PowerToShare:
		return "power to share"
	case DutyToCooperate:
		return "duty to co-operate"
	case GeneralFunction:
		return "function, sharing only implied"
	case StatutoryGuidance:
		return "statutory guidance, not a power"
	case NonStatutoryGuidance:
		return "guidance, not a power"
	case Restriction:
		return "restriction"
	}
	return string(e)
}

// Use is what the program does with a provision.
type Use string

// The uses; data/README.md says what each means.
const (
	UseGateway     Use = "gateway"
	UseSupporting  Use = "supporting"
	UseRestriction Use = "restriction"
	UseReference   Use = "reference"
	UseDoNotOffer  Use = "do-not-offer"
)

var uses = []Use{UseGateway, UseSupporting, UseRestriction, UseReference, UseDoNotOffer}

// Certainty is how sure we are of an entry.
type Certainty string

// Verified: the source was consulted and says so. Knowledge: settled legal knowledge, not re-read. Unsure: never
// asserted, always shown as "check before relying on this".
const (
	Verified  Certainty = "verified"
	Knowledge Certainty = "knowledge"
	Unsure    Certainty = "unsure"
)

var certainties = []Certainty{Verified, Knowledge, Unsure}

// Status is the standing of a provision on a date.
type Status string

// The states of a provision. NotYet is never written in data: it is what a provision is before its first dated state.
const (
	InForce          Status = "in-force"
	InForceAmended   Status = "in-force-amended"
	NotInForce       Status = "enacted-not-in-force"
	StartUnconfirmed Status = "enacted-commencement-unconfirmed"
	Repealed         Status = "repealed"
	Superseded       Status = "superseded"
	NotYet           Status = "not-yet-made"
)

// Words of the data with a meaning of their own.
const (
	allSectors = "all"     // every sector
	unknownDay = "unknown" // a state that began on a day nobody has found
	either     = "|"       // between facts of which one is enough

	// FactAsked is the fact that somebody asked for the information; it needs no ticking.
	FactAsked = "asked"
)

var statuses = []Status{InForce, InForceAmended, NotInForce, StartUnconfirmed, Repealed, Superseded}

// Stands reports whether a provision in this state may be relied on.
func (s Status) Stands() bool { return s == InForce || s == InForceAmended }

// Words says the status as a person would.
func (s Status) Words() string {
	switch s {
	case InForce:
		return "in force"
	case InForceAmended:
		return "in force, amended since older citations"
	case NotInForce:
		return "enacted, not in force"
	case StartUnconfirmed:
		return "enacted, start not confirmed"
	case NotYet:
		return "not made yet"
	}
	return string(s)
}

// Sectors are the kinds of organisation that can hold and receive information, in the order in which they are shown.
var Sectors = []Named{
	{"local-authority", "council (local authority)"},
	{"police", "police"},
	{"health", "NHS or other health body, GP practice"},
	{"education", "school, college or nursery"},
	{"probation", "probation"},
	{"prison", "prison"},
	{"youth-justice", "youth justice (youth offending team)"},
	{"fire", "fire and rescue"},
	{"ambulance", "ambulance service"},
	{"dwp", "Department for Work and Pensions, Jobcentre"},
	{"voluntary", "charity, voluntary, faith or sports organisation"},
	{"housing", "housing provider"},
}

// OtherRecipients are the kinds of recipient that are not partners to a sharing agreement.
var OtherRecipients = []Named{
	{"regulator", "regulator, commissioner or national panel (DBS, Ofsted, CQC ...)"},
	{"home-office", "Home Office"},
	{"employer", "employer"},
	{"public", "a member of the family or the public"},
	{"other", "someone else (a solicitor, the press ...)"},
}

// Recipients are all kinds of recipient: the sectors, and then the others.
var Recipients = slices.Concat(Sectors, OtherRecipients)

// Raisable are the codes of findings that the data of the law may bring, with what each is about. The others follow
// from the answers, or from an entry's effect and status, and are never written in data.
var Raisable = []Named{
	{"BAR", "a statutory bar or a court restriction may apply"},
	{"ORIGIN", "it came from another organisation, which is to be consulted"},
	{"CONSENT", "consent is the basis, which is rarely right"},
	{"OBJECT", "it gives way where the person objects; found only where somebody does"},
	{"P18", "why there is no consent has to be written down"},
	{"DETRIMENT", "the duty falls away where sharing is more harmful to the child"},
	{"USELIMIT", "the recipient may use it only for the purpose that the law names"},
	{"VICTIM", "the rules on police requests for information about victims apply"},
	{"PERSONAL", "the duty is on the professional, not the organisation"},
	{"HEAR", "the person is to be heard first"},
	{"ADVICE", "advice is to be taken first"},
}

// UsuallyPrivate are the sectors whose bodies are normally no public authorities (Data Protection Act 2018 s7). Of the
// others it is assumed that they are, where a person does not say; whoever assumes it says so.
var UsuallyPrivate = []string{"voluntary", "housing"}

// Named is an id from a fixed vocabulary with the words for it.
type Named struct{ ID, Words string }

// Words gives the words for an id, or the id itself.
func Words(names []Named, id string) string {
	for _, n := range names {
		if n.ID == id {
			return n.Words
		}
	}
	return id
}

// A Party is one kind of body that a provision binds, empowers or names as recipient.
type Party struct {
	Sector string `yaml:"sector"` // from Sectors or OtherRecipients, or "all"
	// Public and Competent, when set, narrow the sector to bodies that are, or are not, a public authority
	// (Data Protection Act 2018 s7) or a competent authority (s30).
	Public    *bool  `yaml:"public-authority"`
	Competent *bool  `yaml:"competent-authority"`
	Who       string `yaml:"who"` // which bodies of the sector are meant, for the person to check
}

// A Source is where a statement about the law was seen, and how far it goes.
type Source struct {
	Says    string `yaml:"says"`
	Address string `yaml:"address"`
}

// A State is the standing of a provision from a date until the next state begins.
type State struct {
	From   string `yaml:"from"` // YYYY-MM-DD, YYYY-MM, YYYY (day not sure) or "unknown"
	Status Status `yaml:"status"`
	Note   string `yaml:"note"`
}

// begins is the first day of the state; a date without a day counts from the first day it can mean, and is shown as
// it is written, so that nobody takes it for the day.
func (s State) begins() (time.Time, error) {
	if s.From == unknownDay {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateOnly, "2006-01", "2006"} {
		if t, err := time.Parse(layout, s.From); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a date", s.From)
}

// civil is the day as the calendar has it where the moment was read: the law turns at midnight there, and half past
// midnight in an English summer is still the day before in UTC.
func civil(day time.Time) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, time.UTC)
}

// A Provision is one piece of law or guidance, with its history.
type Provision struct {
	ID         string    `yaml:"id"`
	Provision  string    `yaml:"provision"`
	Short      string    `yaml:"short"`
	Title      string    `yaml:"title"`
	Effect     Effect    `yaml:"effect"`
	Use        Use       `yaml:"use"`
	Holders    []Party   `yaml:"holders"`
	Recipients []Party   `yaml:"recipients"`
	Subjects   []string  `yaml:"subjects"` // children, adults
	Facts      []string  `yaml:"facts"`    // every line must hold; a|b on a line means either
	Summary    string    `yaml:"summary"`
	Limits     string    `yaml:"limits"`
	Address    string    `yaml:"address"`
	Certainty  Certainty `yaml:"certainty"`
	Check      []string  `yaml:"check"` // what to check before relying on it
	// Touches are the topics that bring a restriction up when the material contains them; ids from topics.yaml.
	Touches []string `yaml:"touches"`
	// Raises are the codes of findings that relying on it, or coming up against it, brings with it; from Raisable.
	Raises   []string `yaml:"raises"`
	Sources  []Source `yaml:"sources"`
	See      []string `yaml:"see"`
	Ours     bool     `yaml:"ours"` // no agreement's table prints it; we added it
	Reviewer string   `yaml:"reviewer"`
	History  []State  `yaml:"history"`

	Act  string `yaml:"-"` // the title of the Act or guidance, from the file it stands in
	Cite string `yaml:"-"` // year and chapter or number

	// Pack is the id of the agreement whose pack states the entry, empty for what is built in; Restates is the built-in
	// entry it takes the place of, nil where the pack added it. Neither is ever read from a file.
	Pack     string     `yaml:"-"`
	Restates *Provision `yaml:"-"`
}

// Reviewed is the day on which a named person reviewed the entry, as the end of the reviewer's line gives it; false
// where nobody has.
func (p *Provision) Reviewed() (time.Time, bool) { return reviewedOn(p.Reviewer) }

func reviewedOn(reviewer string) (time.Time, bool) {
	end := strings.LastIndex(reviewer, ", ")
	if end < 1 {
		return time.Time{}, false
	}
	on, err := time.Parse(time.DateOnly, reviewer[end+2:])
	return on, err == nil
}

// Citation names the provision as it is cited: "Children Act 2004 section 16H".
func (p *Provision) Citation() string {
	if p.Provision == "" {
		return p.Act
	}
	return p.Act + " " + p.Provision
}

// Brief is the citation for a list: "Children Act 2004 s16H".
func (p *Provision) Brief() string {
	if p.Short == "" || strings.EqualFold(p.Short, p.Act) {
		return p.Act
	}
	if strings.Contains(p.Short, p.Act) || p.Cite == "common law" {
		return p.Short
	}
	return p.Act + " " + p.Short
}

// On is the state of the provision on a day, with the date on which that state began as it is written in the data.
func (p *Provision) On(day time.Time) State {
	state := State{Status: NotYet}
	for _, s := range p.History {
		if from, err := s.begins(); err != nil || from.After(civil(day)) {
			break
		}
		state = s
	}
	return state
}

// Doubtful reports whether the entry must be shown as "check before relying on this" on that day.
func (p *Provision) Doubtful(day time.Time) bool {
	return p.Certainty == Unsure || p.On(day).Status == StartUnconfirmed
}

// A Circumstance is a fact on which a provision can depend, in words a person can tick.
type Circumstance struct {
	ID    string   `yaml:"id"`
	Words string   `yaml:"words"`
	About []string `yaml:"about"` // children, adults; empty: asked in both
}

// A Topic is something that material can contain and that the law protects especially, such as adoption, in words a
// person can tick.
type Topic struct {
	ID     string   `yaml:"id"`
	Words  string   `yaml:"words"`
	Raises []string `yaml:"raises"` // the codes of findings that material with it brings; from Raisable
}

// An Initiative is an area of joint work, such as MARAC: naming it says which facts hold and what comes first.
type Initiative struct {
	ID    string   `yaml:"id"`
	Title string   `yaml:"title"`
	Words string   `yaml:"words"` // what it is, in a sentence
	Facts []string `yaml:"facts"` // circumstances that hold in a case of this kind
	First []string `yaml:"first"` // entries that come first within their effect
}

// A Synonym is what people say for something that the law calls otherwise. A search that holds all its words finds the
// entries too, the first of them first.
type Synonym struct {
	Say     []string `yaml:"say"`     // each a word or several, as people type them
	Means   string   `yaml:"means"`   // words of the tables to search for instead
	Entries []string `yaml:"entries"` // what is meant, the best first
}

// A Row is one row of an agreement's own table, as printed: a fact about the agreement, mistakes included.
type Row struct {
	Row            int      `yaml:"row"`
	Act            string   `yaml:"act"`
	Provision      string   `yaml:"provision"`
	Sectors        []string `yaml:"sectors"`
	PrintedSectors string   `yaml:"printed-sectors"`
	Subjects       []string `yaml:"subjects"`
	Summary        string   `yaml:"summary"`
	Entries        []string `yaml:"entries"`
	Note           string   `yaml:"note"` // where the print is wrong, overtaken or names no gateway
	// Overtaken is set where whoever copies the citation from the row would cite law wrongly.
	Overtaken *Overtaken `yaml:"overtaken,omitempty"`
}

// Overtaken says where a printed citation leads to another provision, to none, or to words that no longer stand. A row
// that is only too wide, too short or no gateway is not overtaken; its note says so.
type Overtaken struct {
	Entries []string `yaml:"entries"` // of the row's entries, those that the print cites wrongly
	Words   string   `yaml:"words"`
}

// A Printed table is an agreement's list of legislation.
type Printed struct {
	Agreement string `yaml:"agreement"`
	Title     string `yaml:"title"`
	Rows      []Row  `yaml:"rows"`
}

// A Route is what a person is told when no provision fits.
type Route struct {
	Public bool   `yaml:"public-authority"` // for which kind of body
	Words  string `yaml:"words"`
	Source string `yaml:"source"` // the entry that says so
}

// Law is everything loaded: the provisions, the circumstances, topics, initiatives and routes, and the printed tables by agreement id.
type Law struct {
	Provisions    []*Provision // in the order of files and of entries in them
	Circumstances []Circumstance
	Topics        []Topic
	Initiatives   []Initiative
	Synonyms      []Synonym
	Routes        []Route
	Printed       map[string]Printed
	Bases         BasisTable
	byID          map[string]*Provision
}

// Overtaken says what is wrong or overtaken where the agreement's own table cites the entry, row by row; none: nothing
// is, or the table does not print it. It needs the printed tables to be read (PartPrinted).
func (l *Law) Overtaken(agreement, id string) []string {
	table := l.Printed[agreement]
	var notes []string
	for _, row := range table.Rows {
		if row.Overtaken == nil || !slices.Contains(row.Overtaken.Entries, id) {
			continue
		}
		cited := row.Act
		if row.Provision != "" {
			cited += ", " + row.Provision
		}
		notes = append(notes, fmt.Sprintf("%s, row %d (%q): %s", table.Title, row.Row, cited, row.Overtaken.Words))
	}
	return notes
}

// Provision finds an entry by id, or nil.
func (l *Law) Provision(id string) *Provision { return l.byID[id] }
