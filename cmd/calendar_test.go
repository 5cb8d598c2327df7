package cmd

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// icsEvent is an entry as another reader has it: the properties by name, texts unescaped.
type icsEvent map[string]string

// readICS reads a calendar as RFC 5545 has it, and refuses what the RFC does: it shares nothing with what writes it.
func readICS(text string) ([]icsEvent, error) {
	if !strings.HasSuffix(text, "\r\n") || strings.Count(text, "\n") != strings.Count(text, "\r\n") || strings.Count(text, "\r") != strings.Count(text, "\r\n") || !utf8.ValidString(text) {
		return nil, fmt.Errorf("line ends are not CRLF, or it is not UTF-8")
	}
	for _, line := range strings.Split(text, "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) {
			return nil, fmt.Errorf("a line of %d octets", len(line))
		}
	}
	name := regexp.MustCompile(`^([A-Z][A-Z-]*)((?:;[A-Z][A-Z-]*=[A-Z-]+)*):(.*)$`)
	var open []string
	var events []icsEvent
	for _, line := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(text, "\r\n ", ""), "\r\n"), "\r\n") {
		m := name.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("no property: %q", line)
		}
		if i := strings.IndexFunc(m[3], func(r rune) bool { return r < ' ' || r == 0x7f }); i >= 0 {
			return nil, fmt.Errorf("a control character in %s", m[1])
		}
		switch m[1] {
		case "BEGIN":
			open = append(open, m[3])
			if m[3] == "VEVENT" {
				events = append(events, icsEvent{})
			}
			continue
		case "END":
			if len(open) == 0 || open[len(open)-1] != m[3] {
				return nil, fmt.Errorf("END:%s ends nothing", m[3])
			}
			open = open[:len(open)-1]
			continue
		}
		value := m[3]
		if m[1] == "SUMMARY" || m[1] == "DESCRIPTION" {
			var b strings.Builder
			for i := 0; i < len(value); i++ {
				switch c := value[i]; {
				case c == ',' || c == ';':
					return nil, fmt.Errorf("a bare %c in %s", c, m[1])
				case c == '\\' && i+1 < len(value) && strings.ContainsRune(`\,;nN`, rune(value[i+1])):
					i++
					b.WriteString(strings.NewReplacer("n", "\n", "N", "\n").Replace(value[i : i+1]))
				case c == '\\':
					return nil, fmt.Errorf("an escape of nothing in %s", m[1])
				default:
					b.WriteByte(c)
				}
			}
			value = b.String()
		}
		switch open[len(open)-1] {
		case "VEVENT":
			if _, twice := events[len(events)-1][m[1]]; twice {
				return nil, fmt.Errorf("%s stands twice", m[1])
			}
			events[len(events)-1][m[1]+m[2]] = value
		case "VALARM":
			events[len(events)-1]["VALARM/"+m[1]] = value
		}
	}
	if len(open) > 0 {
		return nil, fmt.Errorf("%s has no end", open)
	}
	uids := map[string]bool{}
	for _, e := range events {
		for _, needed := range []string{"UID", "DTSTAMP", "DTSTART;VALUE=DATE", "SUMMARY", "VALARM/ACTION", "VALARM/TRIGGER", "VALARM/DESCRIPTION"} {
			if e[needed] == "" {
				return nil, fmt.Errorf("an entry has no %s", needed)
			}
		}
		start, err := time.Parse("20060102", e["DTSTART;VALUE=DATE"])
		end, wrong := time.Parse("20060102", e["DTEND;VALUE=DATE"])
		stamp, bad := time.Parse("20060102T150405Z", e["DTSTAMP"])
		if err != nil || wrong != nil || bad != nil || !end.Equal(start.AddDate(0, 0, 1)) || stamp.IsZero() || uids[e["UID"]] {
			return nil, fmt.Errorf("an entry's days, stamp or UID: %v", e)
		}
		uids[e["UID"]] = true
	}
	return events, nil
}

func TestACalendarIsReadByAnotherReader(t *testing.T) {
	app, _, said := newTestApp(t, "")
	now := time.Date(2026, 11, 23, 23, 30, 0, 0, time.FixedZone("", 3600))
	id, from := strings.Repeat("a", 64), strings.Repeat("b", 64)
	odd := "HL-4471, \\ ; \"x\"\r\nEND:VCALENDAR\u202e\x1b[2J " + strings.Repeat("Zoë, ", 60)
	l := &ledger{today: now,
		owed: []duty{
			{What: oweReview, Words: "review the decision", Due: "2026-12-01", ID: id, From: from, Number: 1, Since: "2026-11-01T10:00:00Z", Reference: odd},
			{What: oweTelling, Words: "tell the person", ID: id, From: from, Number: 1, Since: "2026-11-01T10:00:00Z"},
			{What: oweDecision, Words: "decide what was put off", Due: "2026-11-20", Overdue: true, ID: id, From: from, Number: 1, Since: "2026-11-01T10:00:00Z"},
			{What: oweRevisit, Words: "look again at not telling", Due: "\x00never\r\nX:Y", Overdue: true, ID: id, From: from, Number: 1, Since: "2026-11-01T10:00:00Z"},
		},
		disposals: []duty{
			{What: oweDisposal, Words: "dispose of it", Due: "2034-11-23", ID: id, From: id, Number: 1},
			{What: oweDisposal, Words: "dispose of it", Due: "2034-11-23", ID: from, From: from, Number: 2, Hold: id},
		},
		due: []agreementDue{{What: oweAgreement, Words: "review the agreement", Due: "2027-03-31", Agreement: "fenmarsh-2026", Version: "1, 2; 3"}}}
	for _, references := range []bool{false, true} {
		name := t.TempDir() + "/due.ics"
		if err := l.remind(app, name, references); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		events, err := readICS(string(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		var days []string
		for _, e := range events {
			days = append(days, e["DTSTART;VALUE=DATE"])
		}
		// What has no day, or is overdue, stands on the day of writing. What is held is not in it.
		if want := []string{"20261201", "20261123", "20261123", "20261123", "20341123", "20270331"}; !slices.Equal(days, want) {
			t.Errorf("on %v, want %v", days, want)
		}
		if s := events[2]["SUMMARY"]; s != "dsa: OVERDUE since 2026-11-20: decide what was put off (record 1 aaaaaaaaaaaa)" {
			t.Error(s)
		}
		if s := events[5]["SUMMARY"]; s != "dsa: review the agreement fenmarsh-2026, version 1, 2; 3" {
			t.Error(s)
		}
		if events[0]["DTSTAMP"] != "20261123T223000Z" {
			t.Errorf("stamped %s, which is not UTC", events[0]["DTSTAMP"])
		}
		if got := strings.Contains(events[0]["SUMMARY"], "HL-4471, \\ ; \"x\""); got != references {
			t.Errorf("references: %v in %q", got, events[0]["SUMMARY"])
		}
		if strings.ContainsAny(string(text), "\u202e\x1b\x00") {
			t.Error("what could act on a screen went into the calendar")
		}
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v %v", info.Mode(), err)
		}
	}
	if !strings.Contains(said.String(), "6 entries") {
		t.Error(said)
	}
}

// The reader is strict enough to be worth something.
func TestTheOtherReaderRefusesWhatIsNoCalendar(t *testing.T) {
	c := &calendar{stamp: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)}
	c.line("BEGIN:VCALENDAR")
	c.event("one", "2026-12-01", false, "a, b; c\\ "+strings.Repeat("ß", 100), "d")
	c.line("END:VCALENDAR")
	sound := c.text.String()
	if events, err := readICS(sound); err != nil || len(events) != 1 || !strings.HasPrefix(events[0]["SUMMARY"], "dsa: a, b; c\\ ßß") {
		t.Fatal(events, err)
	}
	for old, changed := range map[string]string{"\r\n": "\n", "\\,": ",", "\\;": ";", "DTSTAMP:": "DTSTAMP:x", "UID:one@dsa.invalid\r\n": "", "END:VEVENT\r\n": "", "\r\n ß": "ß",
		"TRIGGER:PT9H\r\n": "", "ACTION:DISPLAY": "ACTION:\x01", "DTEND;VALUE=DATE:20261202": "DTEND;VALUE=DATE:20261201"} {
		if !strings.Contains(sound, old) {
			t.Fatalf("%q is not in the calendar", old)
		}
		if _, err := readICS(strings.Replace(sound, old, changed, 1)); err == nil {
			t.Errorf("%q for %q is accepted", changed, old)
		}
	}
}
