package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"dsa/decision"
	"dsa/decision/logbook"
)

// onRecord makes a record of answers: "id: text", or "id= option, option".
func onRecord(at string, answers ...string) *decision.Record {
	q := decision.Question{ID: "q", Title: "Q"}
	for _, a := range answers {
		if id, text, ok := strings.Cut(a, ": "); ok {
			q.Answers = append(q.Answers, decision.Answer{ID: id, Text: text})
			continue
		}
		id, chosen, _ := strings.Cut(a, "= ")
		answer := decision.Answer{ID: id}
		for _, c := range strings.Split(chosen, ", ") {
			answer.Chosen = append(answer.Chosen, decision.Choice{ID: c, Words: c})
		}
		q.Answers = append(q.Answers, answer)
	}
	return &decision.Record{Standing: decision.Live, Occasion: "adhoc", Recorded: at, Questions: []decision.Question{q}}
}

// emergency is a record that owes its completion.
func emergency(at string, answers ...string) *decision.Record {
	record := onRecord(at, answers...)
	record.Occasion = "emergency"
	record.Owed = []decision.Owed{{ID: "identity-check"}}
	return record
}

// onFile puts records into a dossier, one after the other in one chain.
func onFile(kinds []decision.Kind, records ...*decision.Record) *dossier {
	d := &dossier{}
	for i, record := range records {
		at, err := time.Parse(decision.TimeFormat, record.Recorded)
		if err != nil {
			panic(err)
		}
		f := filed{record: record, entry: logbook.Entry{Chain: decision.ID{1}, Number: i + 1, ID: decision.ID{1, byte(i + 1)},
			Page: decision.Page{Cover: decision.Cover{Kind: kinds[i], Time: at}}}}
		if i == 0 {
			d.first = f
			continue
		}
		record.Of = &decision.Link{ID: d.first.entry.ID}
		record.Checklist.ID = string(kinds[i])
		d.later = append(d.later, f)
	}
	return d
}

// amending adds the correction of an answer to a record.
func amending(record *decision.Record, path, correct string) *decision.Record {
	record.Questions[0].Answers = append(record.Questions[0].Answers,
		decision.Answer{Group: "amended", Item: 1, ID: "which", Chosen: []decision.Choice{{ID: path, Words: path}}, Others: []string{"another"}},
		decision.Answer{Group: "amended", Item: 1, ID: "correct", Text: correct}, decision.Answer{Group: "amended", Item: 1, ID: "why", Text: "A slip."})
	return record
}

func TestWhatIsOwedAndWhatSettlesIt(t *testing.T) {
	const (
		monday   = "2026-11-23T10:00:00Z"
		tuesday  = "2026-11-24T10:00:00Z"
		december = "2026-12-02T10:00:00Z"
	)
	first, complete, amend, review := decision.Decision, decision.Complete, decision.Amend, decision.Review
	for says, test := range map[string]struct {
		kinds   []decision.Kind
		records []*decision.Record
		want    []string // "what day", or "what" where there is none
	}{
		"a decision that is shared and told owes nothing": {[]decision.Kind{first},
			[]*decision.Record{onRecord(monday, "outcome= share-all", "told= told")}, nil},
		"an emergency owes its completion by the end of the next working day": {[]decision.Kind{first},
			[]*decision.Record{emergency(monday)}, []string{"complete 2026-11-24"}},
		"a completed emergency owes no more than the completion says": {[]decision.Kind{first, complete},
			[]*decision.Record{emergency(monday, "told= not-told"), onRecord(tuesday, "told-revisit: 2026-12-01")}, []string{"revisit 2026-12-01"}},
		"a completion whose body was disposed of is one": {[]decision.Kind{first, complete},
			[]*decision.Record{emergency(monday), onRecord(tuesday)}, nil},
		"a review does not complete": {[]decision.Kind{first, review},
			[]*decision.Record{emergency(monday), onRecord(tuesday, "reviewed= outcome", "stands= stands")}, []string{"complete 2026-11-24"}},
		"not telling is looked at again on its day": {[]decision.Kind{first},
			[]*decision.Record{onRecord(monday, "told= not-told", "told-revisit: 2026-12-01")}, []string{"revisit 2026-12-01"}},
		"a review of something else does not settle that": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "told= not-told", "told-revisit: 2026-12-01"), onRecord(december, "reviewed= accuracy", "stands= stands")},
			[]string{"revisit 2026-12-01"}},
		"a review of it settles that, also before the day": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "told= not-told", "told-revisit: 2026-12-01"), onRecord(tuesday, "reviewed= not-told", "stands= stands")}, nil},
		"who will be told is to be told, and no day is set": {[]decision.Kind{first},
			[]*decision.Record{onRecord(monday, "told= will-tell")}, []string{"tell"}},
		"looking at it again does not tell anybody": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "told= will-tell"), onRecord(tuesday, "reviewed= not-told", "stands= stands")}, []string{"tell"}},
		"a review that says that they have been told settles both": {[]decision.Kind{first, complete, review},
			[]*decision.Record{emergency(monday, "told= will-tell"), onRecord(tuesday), onRecord(december, "reviewed= person-told", "stands= stands")}, nil},
		"a completion does not bring back what a review has settled": {[]decision.Kind{first, review, complete},
			[]*decision.Record{emergency(monday, "told= will-tell"), onRecord(tuesday, "reviewed= person-told", "stands= stands"), onRecord(december, "review-on: 2027-05-24")},
			[]string{"review 2027-05-24"}},
		"what was put off is decided by its day": {[]decision.Kind{first},
			[]*decision.Record{onRecord(monday, "outcome= defer", "decide-by: 2026-11-27")}, []string{"decide 2026-11-27"}},
		"a review of the decision settles that": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "outcome= defer", "decide-by: 2026-11-27"), onRecord(tuesday, "reviewed= outcome", "stands= changed", "new-outcome= share-all", "recipients-told= nobody-received")}, nil},
		"putting it off again sets the next day": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "outcome= defer", "decide-by: 2026-11-27"), onRecord(tuesday, "reviewed= outcome", "stands= stands", "next-review: 2026-12-04")},
			[]string{"review 2026-12-04"}},
		"a review that puts it off without a day leaves it to be decided": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "outcome= share-all"), onRecord(tuesday, "reviewed= outcome", "stands= changed", "new-outcome= defer", "recipients-told= told")},
			[]string{"decide"}},
		"a review day set by an emergency's completion": {[]decision.Kind{first, complete},
			[]*decision.Record{emergency(monday), onRecord(tuesday, "review-on: 2027-05-24")}, []string{"review 2027-05-24"}},
		"a review settles the day before it and sets the next": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "review-on: 2026-12-01"), onRecord(december, "reviewed= retention", "stands= stands", "next-review: 2027-12-01")},
			[]string{"review 2027-12-01"}},
		"a review without a next day ends it": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "review-on: 2026-12-01"), onRecord(december, "reviewed= retention", "stands= stands")}, nil},
		"each correction of which recipients will be told is listed": {[]decision.Kind{first, amend, amend},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "recipients-told= will-tell"), onRecord(december, "recipients-told= will-tell")},
			[]string{"recipients", "recipients"}},
		"a later amendment that says they have been told settles them": {[]decision.Kind{first, amend, amend},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "recipients-told= will-tell"), onRecord(december, "recipients-told= told")}, nil},
		"one that reached nobody does not": {[]decision.Kind{first, amend, amend},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "recipients-told= will-tell"), onRecord(december, "recipients-told= nobody-received")}, []string{"recipients"}},
		"nor does a review of something else that reached nobody": {[]decision.Kind{first, amend, review},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "recipients-told= will-tell"), onRecord(december, "reviewed= outcome", "stands= changed", "new-outcome= none", "recipients-told= nobody-received")}, []string{"recipients"}},
		"an earlier one does not": {[]decision.Kind{first, amend, amend},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "recipients-told= told"), onRecord(december, "recipients-told= will-tell")}, []string{"recipients"}},
		"so does a review that says so": {[]decision.Kind{first, amend, review},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "recipients-told= will-tell"), onRecord(december, "reviewed= recipients-told", "stands= stands")}, nil},
		"an audit settles no review, no day and no decision put off": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday, "outcome= defer", "decide-by: 2026-11-27", "told= not-told", "told-revisit: 2026-12-01", "review-on: 2026-12-01"),
				onRecord(tuesday, "reviewed= audit, outcome, not-told", "stands= audited", "verdict= sound")},
			[]string{"revisit 2026-12-01", "decide 2026-11-27", "review 2026-12-01"}},
		"an audit settles what it says has been done": {[]decision.Kind{first, amend, review},
			[]*decision.Record{onRecord(monday, "told= will-tell"), onRecord(tuesday, "recipients-told= will-tell"),
				onRecord(december, "reviewed= audit, person-told, recipients-told", "stands= audited", "verdict= points")}, nil},
		"an audit that finds it not sound leaves it to be looked at again": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "reviewed= audit", "stands= audited", "verdict= not-sound")}, []string{"review"}},
		"which a review settles": {[]decision.Kind{first, review, review},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "reviewed= audit", "stands= audited", "verdict= not-sound"),
				onRecord(december, "reviewed= outcome", "stands= stands")}, nil},
		"a changed decision is told to those who received it": {[]decision.Kind{first, review},
			[]*decision.Record{onRecord(monday), onRecord(tuesday, "reviewed= outcome", "stands= withdrawn", "recipients-told= will-tell")}, []string{"recipients"}},
	} {
		t.Run(says, func(t *testing.T) {
			d := onFile(test.kinds, test.records...)
			if strings.Contains(says, "disposed") {
				d.later[0].record = nil
			}
			whole := listOwed(d)
			if !slices.Equal(whole, test.want) {
				t.Errorf("owed %q, want %q", whole, test.want)
			}
			// The list of a long log is read off reduced records.
			for i := range d.later {
				d.later[i] = reduced(d.later[i])
			}
			if small := listOwed(d); !slices.Equal(small, whole) {
				t.Errorf("reduced: owed %q, want %q", small, whole)
			}
			d.first.record.Standing = decision.Training
			if exercise := listOwed(d); len(exercise) > 0 {
				t.Errorf("an exercise owes %q", exercise)
			}
		})
	}
}

func TestACompletionSaysWhichCaseItIs(t *testing.T) {
	d := onFile([]decision.Kind{decision.Decision, decision.Complete},
		emergency("2026-11-23T10:00:00Z", "told= will-tell", "recipient-organisation: Northvale Police", "case-reference: NV-1"),
		onRecord("2026-11-24T10:00:00Z", "case-reference: NV-2", "recipient-party= fenmarsh"))
	for range 2 {
		owed := d.owing(workingDays())
		if len(owed) != 1 || owed[0].Reference != "NV-2" || owed[0].Recipient != "fenmarsh" || owed[0].From != d.first.entry.ID.String() {
			t.Errorf("%+v", owed)
		}
		d.later[0] = reduced(d.later[0])
	}
}

func TestADutyNamesTheDecisionAsCorrected(t *testing.T) {
	d := onFile([]decision.Kind{decision.Decision, decision.Amend, decision.Amend, decision.Review},
		onRecord("2026-11-23T10:00:00Z", "outcome= share-all", "recipient-organisation: Westvale Council", "case-reference: NV-1"),
		amending(onRecord("2026-11-24T10:00:00Z", "recipients-told= will-tell"), "recipient-organisation", "Northvale\nCouncil"),
		amending(onRecord("2026-11-25T10:00:00Z", "recipients-told= will-tell"), "case-reference", "NV-2"),
		onRecord("2026-11-26T10:00:00Z", "reviewed= accuracy", "stands= changed", "new-outcome= none", "recipients-told= will-tell"))
	d.later[1].entry.Chain = decision.ID{7} // recorded into another log
	for range 2 {
		var words []string
		for _, one := range d.owing(workingDays()) {
			words = append(words, one.Words)
			if one.Reference != "NV-2" || one.Recipient != "Northvale Council" {
				t.Errorf("%+v", one)
			}
		}
		// Three promises of the same kind can be told apart.
		if want := []string{"tell recipients of amendment 2", "tell recipients of amendment 010300000000", "tell recipients of review 4"}; !slices.Equal(words, want) {
			t.Errorf("%q, want %q", words, want)
		}
		for i := range d.later {
			d.later[i] = reduced(d.later[i])
		}
	}
}

func listOwed(d *dossier) []string {
	var list []string
	for _, item := range d.owing(workingDays()) {
		list = append(list, strings.TrimSpace(item.What+" "+item.Due))
	}
	return list
}

// The days are those of www.gov.uk/bank-holidays for England and Wales.
func TestTheNextWorkingDayInEngland(t *testing.T) {
	for recorded, want := range map[string]string{
		"2026-11-23T10:00:00Z":      "2026-11-24", // a Monday
		"2026-11-27T17:30:00Z":      "2026-11-30", // a Friday
		"2026-11-28T02:45:00Z":      "2026-11-30", // the night to Saturday
		"2026-12-24T16:00:00Z":      "2026-12-29", // Christmas, a weekend, and Boxing Day's substitute
		"2026-12-31T09:00:00Z":      "2027-01-04", // New Year
		"2027-03-25T09:00:00Z":      "2027-03-30", // Easter
		"2027-04-30T09:00:00Z":      "2027-05-04", // early May
		"2027-05-28T09:00:00Z":      "2027-06-01", // spring
		"2027-08-27T09:00:00Z":      "2027-08-31", // summer; Scotland's is another day
		"2027-12-24T09:00:00Z":      "2027-12-29", // Christmas at a weekend
		"2026-06-30T23:30:00+01:00": "2026-07-01", // the day is that of the place, not that of Greenwich
	} {
		if got := nextWorkingDay(workingDays(), recorded); got != want {
			t.Errorf("recorded %s: due %s, want %s", recorded, got, want)
		}
	}
}

func TestFollowUpsAreInTheOrderOfTimeAndNumber(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 11, 23, 10, minute, 0, 0, time.UTC) }
	entry := func(chain byte, number, minute int) filed {
		return filed{entry: logbook.Entry{Chain: decision.ID{chain}, Number: number, ID: decision.ID{chain, byte(number)},
			Page: decision.Page{Cover: decision.Cover{Time: at(minute)}}}}
	}
	// In chain 1 a clock was set back: number 3 claims a time before number 2, and is after it all the same.
	sorted := oldestFirst([]filed{entry(2, 1, 7), entry(1, 3, 5), entry(1, 2, 9), entry(2, 4, 30)})
	var got []string
	for _, f := range sorted {
		got = append(got, fmt.Sprintf("%d/%d", f.entry.Chain[0], f.entry.Number))
	}
	if want := []string{"2/1", "1/2", "1/3", "2/4"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestWhatIsOwedCannotActOnATerminal(t *testing.T) {
	app, out, _ := newTestApp(t, "")
	hostile := duty{ID: strings.Repeat("a", 64), Since: "2026-11-23T10:00:00Z", Due: "\x1b[2J", Words: "review the decision", Reference: "\x1b]0;x\a\u202e", Recipient: "somebody",
		Hold: strings.Repeat("b", 64), Rules: []fit{{Rule: "\x1b[2J"}}}
	l := &ledger{owed: []duty{hostile}, disposals: []duty{hostile}, unknown: []string{"\x1b[2J"}, due: []agreementDue{{Due: "2026-11-23", Title: "\x1b[2J", Agreement: "\u202e"}},
		holds: []heldLine{{ID: strings.Repeat("c", 64), Since: hostile.Since, Records: 1, Authority: "\x1b[2J\u202e" + strings.Repeat("x", 99)}}}
	err := l.print(app, false)
	if err != nil || strings.ContainsAny(out.String(), "\x1b\a\u202e") || !strings.Contains(out.String(), "somebody") {
		t.Errorf("%v %q", err, out)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if len([]rune(line)) > 80 {
			t.Errorf("wider than 80 columns: %q", line)
		}
	}
}

func TestARecordCountsOnceWhereverItStands(t *testing.T) {
	cover := filed{entry: logbook.Entry{ID: decision.ID{1}, CoverOnly: true}}
	whole := filed{entry: logbook.Entry{ID: decision.ID{1}}, record: &decision.Record{}}
	other := filed{entry: logbook.Entry{ID: decision.ID{2}}}
	for _, order := range [][]filed{{cover, whole, other, whole}, {whole, cover, other}} {
		var records []filed
		for _, f := range order {
			records = with(records, f)
		}
		if len(records) != 2 || records[0].record == nil || records[1].entry.ID != other.entry.ID {
			t.Errorf("%+v", records)
		}
	}
}

func TestManyRecordsAreReadInTheirOrder(t *testing.T) {
	unreadable := errors.New("unreadable")
	entries := func(yield func(logbook.Entry, error) bool) {
		for n := range 1000 {
			entry := logbook.Entry{Number: n, Page: decision.Page{Cover: decision.Cover{Kind: decision.Open}}}
			var err error
			switch {
			case n%7 == 0:
				err = unreadable
			case n%7 == 1:
				entry.Page.Cover.Kind = decision.Decision // with a body that is none
			}
			if !yield(entry, err) {
				return
			}
		}
	}
	n := 0
	for f, err := range readAll(entries) {
		if f.entry.Number != n || f.record != nil || (err == unreadable) != (n%7 == 0) || (err != nil) != (n%7 <= 1) {
			t.Fatalf("after %d records: number %d, %v", n, f.entry.Number, err)
		}
		n++
	}
	if n != 1000 {
		t.Errorf("%d records", n)
	}
	for range readAll(entries) {
		break // and nothing is asked for any more
	}
}
