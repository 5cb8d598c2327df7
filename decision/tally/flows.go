package tally

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"dsa/decision/cases"
)

// A Flow is information that one organisation shares with another, as records show it: an entry for a record of processing
// activities. Each holds what its records say together; of what is said anew each time, the newest counts.
type Flow struct {
	From       string   `json:"from"`
	FromSector string   `json:"from_sector"`
	To         string   `json:"to"`
	ToSector   string   `json:"to_sector"`
	Mode       string   `json:"mode"` // routine, or adhoc with emergencies
	Agreements []string `json:"agreements"`
	// Purpose is that of routine sharing, in words. Ad hoc ones are about single cases, so only what they have in common is kept.
	Purpose       string   `json:"purpose,omitempty"`
	Initiatives   []string `json:"initiatives"`
	Circumstances []string `json:"circumstances"`
	About         []string `json:"about"` // children, adults
	Categories    []string `json:"categories"`
	Bases         []string `json:"bases"`
	Conditions    []string `json:"conditions"`
	Gateways      []string `json:"gateways"` // citations
	NoGateway     int      `json:"no_gateway"`
	Frequency     string   `json:"frequency,omitempty"`
	Retention     string   `json:"retention,omitempty"`
	DPIA          string   `json:"dpia,omitempty"`
	ReviewOn      string   `json:"review_on,omitempty"` // YYYY-MM-DD: of routine sharing as it was last recorded, and otherwise the first of its decisions
	Decisions     int      `json:"decisions"`
	First         string   `json:"first"` // YYYY-MM-DD, when it was first and last recorded
	Last          string   `json:"last"`

	newest time.Time
}

// mostFlows is how many are kept apart, and mostOf how many values of one kind: records come from elsewhere too.
const (
	mostFlows = 5000
	mostOf    = 100
)

// Flows gathers what is shared.
type Flows struct {
	at   map[[5]string]*Flow
	Left int // decisions for whose flow there was no room
}

// NewFlows begins to gather.
func NewFlows() *Flows { return &Flows{at: map[[5]string]*Flow{}} }

// Add takes up a decision. Only what is shared flows.
func (x *Flows) Add(f *cases.Facts) {
	if f.Disposed || f.OutcomeNow != "share-all" && f.OutcomeNow != "share-part" {
		return
	}
	mode := "adhoc"
	if f.Occasion == "routine" {
		mode = f.Occasion
	}
	key := [5]string{plain(f.Organisation), f.Sector, plain(f.Recipient), f.RecipientSector, mode}
	flow := x.at[key]
	if flow == nil {
		if len(x.at) == mostFlows {
			x.Left++
			return
		}
		flow = &Flow{FromSector: f.Sector, ToSector: f.RecipientSector, Mode: mode, First: "9999"}
		x.at[key] = flow
	}
	flow.Decisions++
	day := f.RecordedAt[:min(len(f.RecordedAt), len(time.DateOnly))]
	flow.First, flow.Last = min(flow.First, day), max(flow.Last, day)
	if !f.Recorded.Before(flow.newest) {
		flow.newest, flow.From, flow.To = f.Recorded, f.Organisation, f.Recipient
		if mode == "routine" {
			flow.ReviewOn = f.ReviewOn
			flow.Purpose, flow.Frequency, flow.Retention, flow.DPIA = f.Purpose, f.Frequency, f.Retention, f.DPIA
		}
	}
	if mode != "routine" && f.ReviewOn != "" && (flow.ReviewOn == "" || f.ReviewOn < flow.ReviewOn) {
		flow.ReviewOn = f.ReviewOn
	}
	agreement := f.Agreement
	if f.AgreementVersion != "" {
		agreement += ", version " + f.AgreementVersion
	}
	join(&flow.Agreements, agreement)
	join(&flow.Initiatives, f.Initiatives...)
	join(&flow.Circumstances, f.Circumstances...)
	join(&flow.About, f.About)
	join(&flow.Categories, f.Categories...)
	join(&flow.Bases, f.Bases...)
	join(&flow.Conditions, f.Conditions...)
	for _, g := range f.Gateways {
		join(&flow.Gateways, g.Citation)
	}
	if len(f.Gateways) == 0 {
		flow.NoGateway++
	}
}

// join puts values into a list that it does not have, in order.
func join(list *[]string, values ...string) {
	for _, v := range values {
		if v == "" || v == "none" || len(*list) == mostOf {
			continue
		}
		if at, has := slices.BinarySearch(*list, v); !has {
			*list = slices.Insert(*list, at, v)
		}
	}
}

// plain is a name as it is compared.
func plain(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// All are the flows, routine ones first, and then by who shares with whom.
func (x *Flows) All() []Flow {
	all := make([]Flow, 0, len(x.at))
	for _, f := range x.at {
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b Flow) int {
		return cmp.Or(strings.Compare(b.Mode, a.Mode), strings.Compare(plain(a.From), plain(b.From)), strings.Compare(plain(a.To), plain(b.To)),
			strings.Compare(a.FromSector, b.FromSector), strings.Compare(a.ToSector, b.ToSector))
	})
	return all
}
