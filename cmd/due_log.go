package cmd

import (
	"fmt"
	"slices"
	"time"

	"dsa/cmd/screen"
	"dsa/decision"
)

// A fit is a confirmed rule of retention that speaks of a decision.
type fit struct {
	Rule  string `json:"rule"`
	Until string `json:"until,omitempty"` // the last day by it, where the log knows that day
}

// A heldLine is a hold in force.
type heldLine struct {
	What      string `json:"what"`
	Words     string `json:"words"`
	ID        string `json:"id"` // of the hold
	Number    int    `json:"number"`
	Chain     string `json:"chain"`
	Records   int    `json:"records"` // how many it names
	Since     string `json:"since"`
	Authority string `json:"authority"`
	LogID     string `json:"log_id"`
}

// disposal is a decision whose time is over, or soon will be. It goes together with all that belongs to it, once the last of
// these is due: one rule with dsa dispose.
func (l *ledger) disposal(r *registrar, at *logAt, d *dossier, belonging []filed) (duty, bool) {
	until := d.first.entry.Page.Cover.KeepUntil
	for _, f := range belonging {
		if k := f.entry.Page.Cover.KeepUntil; k == decision.Permanent || until != decision.Permanent && k > until {
			until = k
		}
	}
	last, err := time.Parse(time.DateOnly, until)
	if err != nil { // for ever
		return duty{}, false
	}
	first := last.AddDate(0, 0, 1).Format(time.DateOnly)
	if first > utcDay(l.ahead) {
		return duty{}, false
	}
	e, record := d.first.entry, d.first.record
	item := duty{What: oweDisposal, Words: "dispose of it", Due: first, Overdue: isDue(until, utcDay(l.today)), KeepUntil: until,
		ID: e.ID.String(), Number: e.Number, Chain: e.Chain.String(), Outcome: record.Outcome().ID, Since: record.Recorded, From: e.ID.String(), Log: at.dir}
	item.Reference, item.Recipient = d.named()
	if log := r.logIn(at.dir); !log.IsZero() {
		if trust := r.trusted(log); trust != nil {
			for _, f := range append([]filed{d.first}, belonging...) {
				if hold, held := trust.Held(f.entry.ID); held {
					item.Hold = hold.ID.String()
				}
			}
		}
	}
	recorded, _ := time.Parse(decision.TimeFormat, record.Recorded)
	var subjects []string
	for _, s := range []string{"children", "adults"} {
		if record.Chose("about", s) || record.Chose("about", "both") {
			subjects = append(subjects, s)
		}
	}
	for _, rule := range l.rules {
		if rule.Fits(record.By.Sector.ID, subjects...) {
			day, _ := rule.Until(recorded)
			item.Rules = append(item.Rules, fit{rule.ID, day})
		}
	}
	return item, true
}

// hold lists the holds in force in the logs that are known.
func (l *ledger) hold(r *registrar) {
	var seen []decision.ID
	for _, at := range r.logs {
		log := r.logIn(at.dir)
		if log.IsZero() || slices.Contains(seen, log) {
			continue
		}
		seen = append(seen, log)
		trust := r.trusted(log)
		if trust == nil {
			continue // which is said
		}
		for _, hold := range trust.Holds() {
			line := heldLine{What: oweHold, Words: "hold in force", ID: hold.ID.String(), Number: hold.Number, Chain: hold.Chain.String(),
				Since: hold.Page.Cover.Time.Format(time.RFC3339), LogID: log.String()}
			var act decision.HoldAct
			whole, here := r.at(hold.Chain, hold.Number, hold.ID)
			if here && decision.DecodeBody(whole.Page.Body, &act) == nil {
				line.Records, line.Authority = len(act.Records), act.Authority
			}
			l.holds = append(l.holds, line)
		}
	}
}

// rest prints disposals, holds and agreements, where there are any.
func (l *ledger) rest(app *App) {
	heading := func(words string) { fmt.Fprintf(app.Out, "\n%s\n", words) }
	if len(l.disposals) > 0 {
		heading("For disposal, with what belongs to them")
	}
	for _, item := range l.disposals {
		when := "from " + item.Due
		if item.Overdue {
			when = "due since " + item.Due
		}
		l.row(app, when, item.record(), "kept until "+item.KeepUntil)
		l.under(app, item.of())
		if item.Hold != "" {
			l.under(app, "stays: held by "+item.Hold[:decision.ShownDigits])
		}
		for _, f := range item.Rules {
			switch {
			case f.Until > item.KeepUntil:
				l.under(app, "LONGER, until "+f.Until+", by the rule "+f.Rule)
			case f.Until == "":
				l.under(app, "look at the rule "+f.Rule)
			}
		}
	}
	if len(l.disposals) > 0 {
		app.say("Hold them against your own rules of retention (dsa due --rules) and against inquiries, court cases and requests before you dispose of any: dsa dispose.")
	}
	if len(l.holds) > 0 {
		heading("Holds in force")
	}
	for _, h := range l.holds {
		words := "hold on " + count(h.Records, "record")
		if h.Records == 0 {
			words = "hold; what it names cannot be read here"
		}
		l.row(app, "since "+h.Since[:len(time.DateOnly)], fmt.Sprintf("%d %s", h.Number, h.ID[:decision.ShownDigits]), words)
		if h.Authority != "" {
			l.under(app, "on the authority of "+h.Authority)
		}
	}
	if len(l.due) > 0 {
		heading("Agreements to be reviewed")
	}
	for _, a := range l.due {
		when := "by " + a.Due
		if a.Overdue {
			when = "since " + a.Due
		}
		fmt.Fprintln(app.Out, screen.Cut(fmt.Sprintf("%-24s  %s", when, a.Title), 80))
		l.under(app, a.Agreement+", version "+a.Version)
	}
	if n := len(l.unknown); n > 0 {
		app.say("%s not here, so that nobody can tell whether a review is due: %s. Name their folders with --agreement.",
			screen.Count(n, "agreement of these decisions is", "agreements of these decisions are"), screen.Safe(listed(l.unknown)))
	}
}
