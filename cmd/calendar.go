package cmd

import (
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode/utf8"

	"dsa/cmd/screen"
)

// remind writes what is owed and due as a calendar that mail and calendar programs read (iCalendar, RFC 5545): one entry for a
// whole day each. The libraries for it that are kept up are larger than all that is needed of it here, and one of them does
// not fold lines.
func (l *ledger) remind(app *App, name string, references bool) error {
	c := &calendar{stamp: l.today}
	c.line("BEGIN:VCALENDAR")
	c.line("VERSION:2.0")
	c.line("PRODID:-//dsa//dsa " + Version + "//EN")
	c.line("CALSCALE:GREGORIAN")
	c.line("METHOD:PUBLISH")
	n := 0
	for _, items := range [][]duty{l.owed, l.disposals} {
		for _, item := range items {
			if item.Hold != "" {
				continue // it stays
			}
			what := fmt.Sprintf("%s (record %s)", item.Words, item.record())
			if of := item.of(); references && of != "" {
				what += ": " + of
			}
			// The same duty has the same name in every calendar that is written, so that it comes in once.
			c.event(item.What+"-"+item.ID[:32]+"-"+item.From[:32], item.Due, item.Overdue, what, "See dsa due --help, and: dsa show "+item.ID[:12])
			n++
		}
	}
	for _, a := range l.due {
		c.event(a.What+"-"+a.Agreement, a.Due, a.Overdue, fmt.Sprintf("%s %s, version %s", a.Words, a.Agreement, a.Version), "See: dsa agreement list")
		n++
	}
	c.line("END:VCALENDAR")
	made, err := createFile(name, []byte(c.text.String()))
	if err == nil && !made {
		err = fs.ErrExist
	}
	if err != nil {
		return fail("the calendar could not be written; the list above is complete", "give another name, or free some space").because(err)
	}
	app.say("Calendar: %s, %s.", screen.Safe(name), screen.Count(n, "entry", "entries"))
	if references {
		app.say("Warning: it names case references and recipients. A calendar is often shared: look who sees yours.")
	}
	return nil
}

// A calendar is being written.
type calendar struct {
	stamp time.Time
	text  strings.Builder
}

// event writes one entry. What is overdue, or has no day, stands on the day of writing: a reminder in the past reminds nobody.
func (c *calendar) event(id, day string, overdue bool, summary, description string) {
	on, err := time.Parse(time.DateOnly, day)
	if err != nil || overdue {
		on = c.stamp
		if overdue {
			summary = "OVERDUE since " + day + ": " + summary
		}
	}
	c.line("BEGIN:VEVENT")
	c.line("UID:" + id + "@dsa.invalid")
	c.line("DTSTAMP:" + c.stamp.UTC().Format("20060102T150405Z"))
	c.line("DTSTART;VALUE=DATE:" + on.Format("20060102"))
	c.line("DTEND;VALUE=DATE:" + on.AddDate(0, 0, 1).Format("20060102"))
	c.line("SUMMARY:" + calendarText("dsa: "+summary))
	c.line("DESCRIPTION:" + calendarText(description))
	c.line("CLASS:CONFIDENTIAL")
	c.line("TRANSP:TRANSPARENT") // nobody is busy all day because of it
	c.line("BEGIN:VALARM")
	c.line("ACTION:DISPLAY")
	c.line("DESCRIPTION:" + calendarText("dsa: "+summary))
	c.line("TRIGGER:PT9H") // at nine in the morning
	c.line("END:VALARM")
	c.line("END:VEVENT")
}

// calendarText writes a text as the value of a property. What could act on a screen is made visible first, so no control
// character is left.
func calendarText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(screen.Safe(s))
}

// mostOctets is how long a line may be; what is longer goes on in the next, behind a blank.
const mostOctets = 75

// line writes one line, folded between characters.
func (c *calendar) line(s string) {
	room := mostOctets
	for len(s) > room {
		at := room
		for at > 1 && !utf8.RuneStart(s[at]) {
			at--
		}
		c.text.WriteString(s[:at] + "\r\n ")
		s, room = s[at:], mostOctets-1
	}
	c.text.WriteString(s + "\r\n")
}
