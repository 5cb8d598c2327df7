package legislation

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"dsa/data/yamlfile"
)

// A RetentionRule says how long records of one kind are kept: for how long after what, and where that is said. How long
// somebody keeps what is for their own organisation to decide, and differs from one to the next. A rule here is therefore an
// example to be confirmed, until a named person has confirmed it for their own.
type RetentionRule struct {
	ID           string    `yaml:"id"`
	Records      string    `yaml:"records"`      // of what kind, in words
	Organisation string    `yaml:"organisation"` // whose rule it is
	Sectors      []string  `yaml:"sectors"`      // kinds of organisation that keep such records
	Subjects     []string  `yaml:"subjects"`     // about children, adults or both
	Trigger      string    `yaml:"trigger"`      // from Triggers: after what the time runs
	Period       string    `yaml:"period"`       // "35 years", "6 months", "until then" or "permanent"
	OrLater      *Span     `yaml:"or-later"`     // the later of the two counts
	Note         string    `yaml:"note"`
	Example      bool      `yaml:"example"` // an example of somebody's rule, to be confirmed before anybody goes by it
	Certainty    Certainty `yaml:"certainty"`
	Check        []string  `yaml:"check"`
	Sources      []Source  `yaml:"sources"`
	Reviewer     string    `yaml:"reviewer"` // who confirmed it for the organisation: named person, post and date
	Pack         string    `yaml:"-"`        // the agreement that brought it; empty for what is built in
}

// A Span is a period after something.
type Span struct {
	Trigger string `yaml:"trigger"`
	Period  string `yaml:"period"`
}

// TriggerRecorded is the one trigger of which a log knows the day.
const TriggerRecorded = "recorded"

// Triggers are what a period can run from.
var Triggers = []Named{
	{TriggerRecorded, "the day on which the decision was recorded"},
	{"last-contact", "the last contact with the person"},
	{"closed", "the day on which the case was closed"},
	{"birth", "the person's date of birth"},
	{"eighteenth-birthday", "the person's 18th birthday"},
	{"death", "the person's death"},
	{"adoption-order", "the date of the adoption order"},
	{"allegation", "the date of the allegation"},
	{"retirement-age", "the day on which the person accused reaches normal retirement age"},
	{"financial-year-end", "the end of the financial year in which the record last changed"},
}

type retentionFile struct {
	Rules []*RetentionRule `yaml:"rules"`
}

const retentionName = "retention.yaml"

// LoadRetention reads the rules that are built in, and those that agreements bring. It returns yamlfile.Faults holding every
// fault, and then no rule.
func LoadRetention(fsys fs.FS) ([]*RetentionRule, error) {
	l := &loader{law: &Law{byID: map[string]*Provision{}}}
	var rules []*RetentionRule
	ids := map[string]bool{}
	packs, _ := fs.Glob(fsys, "agreements/*/"+retentionName)
	for _, name := range append([]string{retentionName}, packs...) {
		var file retentionFile
		doc, faults := yamlfile.Read(fsys, name, &file)
		l.faults = append(l.faults, faults...)
		if faults != nil {
			continue
		}
		if len(file.Rules) == 0 {
			l.fault(doc, "there is no rule here")
		}
		for i, r := range file.Rules {
			if r == nil {
				l.fault(doc, "a rule is empty", "rules", i)
				continue
			}
			if name != retentionName {
				r.Pack = path.Base(path.Dir(name))
			}
			l.retention(doc, r, i)
			if ids[r.ID] {
				l.fault(doc, fmt.Sprintf("the rule %q stands here twice, or is one that is built in", r.ID), "rules", i, "id")
			}
			ids[r.ID] = true
			rules = append(rules, r)
		}
	}
	if len(l.faults) > 0 {
		l.faults.Sort()
		return nil, l.faults
	}
	return rules, nil
}

func (l *loader) retention(doc *yamlfile.Doc, r *RetentionRule, i int) {
	at := func(path ...any) []any { return append([]any{"rules", i}, path...) }
	if !idPattern.MatchString(r.ID) {
		l.fault(doc, "a rule needs an id of lower-case words joined by hyphens", at("id")...)
	}
	r.Records, r.Organisation, r.Note = oneLine(r.Records), oneLine(r.Organisation), oneLine(r.Note)
	for j := range r.Check {
		r.Check[j] = oneLine(r.Check[j])
	}
	for _, f := range []struct{ field, value string }{{"records", r.Records}, {"organisation", r.Organisation}} {
		if f.value == "" {
			l.fault(doc, r.ID+" has no "+f.field, at(f.field)...)
		}
	}
	if len(r.Sectors) == 0 {
		l.fault(doc, r.ID+" names no sector", at("sectors")...)
	}
	for j, s := range r.Sectors {
		if s != allSectors && !isSector(s) {
			l.fault(doc, fmt.Sprintf("%s: %q is not a sector", r.ID, s), at("sectors", j)...)
		}
	}
	if len(r.Subjects) == 0 {
		l.fault(doc, r.ID+" does not say about whom its records are", at("subjects")...)
	}
	l.subjects(doc, r.Subjects, at("subjects")...)
	l.span(doc, r.ID, Span{r.Trigger, r.Period}, at)
	if r.OrLater != nil {
		l.span(doc, r.ID, *r.OrLater, func(path ...any) []any { return at(append([]any{"or-later"}, path...)...) })
		if r.Period == permanent || r.OrLater.Period == permanent {
			l.fault(doc, r.ID+": what is kept for ever has no later day", at("or-later")...)
		}
	}
	oneOf(l, doc, r.ID, "certainty", r.Certainty, certainties, at("certainty"))
	if r.Certainty == Unsure && len(r.Check) == 0 {
		l.fault(doc, r.ID+" is unsure and does not say what to check", at("check")...)
	}
	l.grounds(doc, r.ID, "", r.Reviewer, r.Sources, at)
	switch {
	case r.Example && r.Reviewer != "":
		l.fault(doc, r.ID+": an example has been confirmed by nobody; leave out example once somebody has, and name them under reviewer", at("example")...)
	case r.Pack == "" && !r.Example:
		l.fault(doc, r.ID+": what is built in is an example, since nobody here can confirm it for anybody's organisation", at("example")...)
	case !r.Example && r.Reviewer == "":
		l.fault(doc, r.ID+": a rule that is no example needs the reviewer who confirmed it (A. Name, post, 2026-03-01)", at("reviewer")...)
	}
}

func (l *loader) span(doc *yamlfile.Doc, id string, s Span, at func(...any) []any) {
	if !slices.ContainsFunc(Triggers, func(n Named) bool { return n.ID == s.Trigger }) {
		l.fault(doc, fmt.Sprintf("%s: a trigger is one of %s", id, listedIDs(Triggers)), at("trigger")...)
	}
	if _, _, ok := parsePeriod(s.Period); !ok && s.Period != permanent && s.Period != untilThen {
		l.fault(doc, id+`: a period is such as "8 years", "6 months", "until then" or "permanent"`, at("period")...)
	}
}

// Periods that are no number.
const (
	permanent = "permanent"
	untilThen = "until then"
)

// mostYears is the longest period that is no slip of the fingers.
const mostYears = 200

func parsePeriod(s string) (years, months int, ok bool) {
	number, unit, _ := strings.Cut(s, " ")
	n, err := strconv.Atoi(number)
	if err != nil || n < 1 || strconv.Itoa(n) != number {
		return 0, 0, false
	}
	switch unit = strings.TrimSuffix(unit, "s"); {
	case unit == "year" && n <= mostYears:
		return n, 0, true
	case unit == "month" && n <= 12*mostYears:
		return 0, n, true
	}
	return 0, 0, false
}

// Words say the rule in a line: "35 years after the last contact with the person".
func (r *RetentionRule) Words() string {
	words := Span{r.Trigger, r.Period}.words()
	if r.OrLater != nil {
		words += ", or " + r.OrLater.words() + " if that is later"
	}
	return words
}

func (s Span) words() string {
	from := Words(Triggers, s.Trigger)
	switch s.Period {
	case permanent:
		return "for ever"
	case untilThen:
		return "until " + from
	}
	return s.Period + " after " + from
}

// Fits reports whether an organisation of the sector keeps such records about these people.
func (r *RetentionRule) Fits(sector string, subjects ...string) bool {
	return (slices.Contains(r.Sectors, allSectors) || slices.Contains(r.Sectors, sector)) &&
		(len(subjects) == 0 || slices.ContainsFunc(subjects, func(s string) bool { return slices.Contains(r.Subjects, s) }))
}

// Until is the last day to which the rule says that a decision recorded on a day is kept, YYYY-MM-DD. It is known only where
// all that counts is the day of recording; false elsewhere, and where it is kept for ever.
func (r *RetentionRule) Until(recorded time.Time) (day string, known bool) {
	years, months, ok := parsePeriod(r.Period)
	if r.Trigger != TriggerRecorded || r.OrLater != nil || !ok {
		return "", false
	}
	return recorded.AddDate(years, months, 0).Format(time.DateOnly), true
}
