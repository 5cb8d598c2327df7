package checklist

import (
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Kind is what an answer is made of.
type Kind string

// The kinds. Each has one of five shapes, and the screen draws shapes.
const (
	Line      Kind = "line"      // one line of text
	Paragraph Kind = "paragraph" // text of any number of lines
	Email     Kind = "email"     // an e-mail address
	Moment    Kind = "moment"    // a day, or a day and time: kept as ISO 8601, with offset where there is a time
	Day       Kind = "day"       // a calendar day, today or to come: kept as YYYY-MM-DD
	Years     Kind = "years"     // a whole number of years, 1 to 150
	Files     Kind = "files"     // files by name, one to a line: each is read, and its name, size and SHA-256 are kept
	OneOf     Kind = "one-of"    // exactly one option
	SomeOf    Kind = "some-of"   // one option or more
	Items     Kind = "items"     // a small group of answers, repeated
)

// Shape is how an answer is gathered.
type Shape int

// The shapes.
const (
	ShapeLine Shape = iota
	ShapeParagraph
	ShapeOne
	ShapeSome
	ShapeItems
)

// Lengths that no honest answer reaches; a pasted case file does. Counted in characters.
const (
	MaxLine      = 300
	MaxParagraph = 20_000
)

type kind struct {
	shape Shape
	// text checks what was typed and returns it as it will be kept, or what to ask for instead.
	text func(s string, now time.Time) (kept, refusal string)
	// named: the lines name what has to be read before the answer is checked.
	named bool
}

func plainText(s string, _ time.Time) (string, string) { return s, "" }

var kinds = map[Kind]kind{
	Line:      {shape: ShapeLine, text: plainText},
	Paragraph: {shape: ShapeParagraph, text: plainText},
	Email:     {shape: ShapeLine, text: checkEmail},
	Moment:    {shape: ShapeLine, text: checkMoment},
	Day:       {shape: ShapeLine, text: checkDay},
	Years:     {shape: ShapeLine, text: checkYears},
	Files:     {shape: ShapeParagraph, text: checkFiles, named: true},
	OneOf:     {shape: ShapeOne},
	SomeOf:    {shape: ShapeSome},
	Items:     {shape: ShapeItems},
}

// Shape of an answer of this kind.
func (k Kind) Shape() Shape { return kinds[k].shape }

// A Refusal says why an answer was not taken, in words for the person; it never repeats what was typed.
type Refusal struct {
	Path   string
	Reason string
}

func (r *Refusal) Error() string { return r.Reason }

// Check returns the answer as it will be kept, or a *Refusal.
func (a *Ask) Check(answer Answer, now time.Time) (Answer, error) {
	refuse := func(reason string, args ...any) (Answer, error) {
		return Answer{}, &Refusal{Path: a.ID, Reason: fmt.Sprintf(reason, args...)}
	}
	switch a.Kind.Shape() {
	case ShapeOne, ShapeSome:
		if answer.Text != "" {
			return refuse("choose from the list")
		}
		return a.checkChosen(answer.Chosen, refuse)
	case ShapeItems:
		return refuse("this is answered part by part")
	}
	if len(answer.Chosen) > 0 {
		return refuse("write an answer; there is no list here")
	}
	text, reason := clean(answer.Text, a.Kind.Shape() == ShapeParagraph)
	if reason != "" {
		return refuse("%s", reason)
	}
	if text == "" {
		if a.Optional {
			return Answer{}, nil
		}
		return refuse("%s", a.missing("write an answer; it cannot be left empty"))
	}
	text, reason = kinds[a.Kind].text(text, now)
	if reason != "" {
		return refuse("%s", reason)
	}
	return Answer{Text: text}, nil
}

func (a *Ask) missing(otherwise string) string {
	if a.Missing != "" {
		return a.Missing
	}
	return otherwise
}

func (a *Ask) checkChosen(chosen []string, refuse func(string, ...any) (Answer, error)) (Answer, error) {
	if len(chosen) == 0 {
		if a.Optional {
			return Answer{}, nil
		}
		return refuse("%s", a.missing("choose an answer"))
	}
	if a.Kind == OneOf && len(chosen) > 1 {
		return refuse("choose only one")
	}
	// Kept in the order of the list, so that the order of ticking does not change the record.
	var kept []string
	for _, o := range a.Options {
		if !slices.Contains(chosen, o.ID) {
			continue
		}
		if o.Alone && len(chosen) > 1 {
			return refuse("%q cannot be chosen together with others", o.Words)
		}
		kept = append(kept, o.ID)
	}
	if len(kept) != len(chosen) {
		return refuse("that is not one of the choices here")
	}
	return Answer{Chosen: kept}, nil
}

// clean brings typed or pasted text to one form, and refuses characters that could act on a screen instead of being
// shown: escape codes, other control characters, and marks that turn the direction of text.
func clean(s string, lines bool) (text, reason string) {
	if !utf8.ValidString(s) {
		return "", "this contains bytes that are not text; type it again or paste it as plain text"
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	s = invisible.Replace(s)
	s = strings.Trim(s, "\n") // a line copied from elsewhere brings its line end with it
	for _, r := range s {
		if r == '\n' && lines || r == '\t' {
			continue
		}
		if r == '\n' {
			return "", "this must be one line"
		}
		if unicode.IsControl(r) || isDirection(r) {
			return "", "this contains control characters that cannot be shown safely; type it again or paste it as plain text"
		}
	}
	s = strings.ReplaceAll(s, "\t", "    ")
	trimmed := strings.Split(s, "\n")
	for i, line := range trimmed {
		trimmed[i] = strings.TrimRightFunc(line, unicode.IsSpace)
	}
	s = strings.TrimSpace(strings.Join(trimmed, "\n"))
	most := MaxLine
	if lines {
		most = MaxParagraph
	}
	if n := utf8.RuneCountInString(s); n > most {
		return "", fmt.Sprintf("this is %d characters long; the most that is kept here is %d", n, most)
	}
	return s, ""
}

// invisible takes out marks that come along with text copied from chat and mail programs and show nothing: nobody
// could find them to remove them.
var invisible = strings.NewReplacer("\u200e", "", "\u200f", "", "\u061c", "", "\ufeff", "", "\u200b", "", "\u2060", "",
	"\u00ad", "", "\u115f", "", "\u1160", "", "\u3164", "", "\uffa0", "")

// isDirection reports the marks that reorder text on a screen, with which one answer can be made to look like
// another, and the line separators that some readers treat as line ends.
func isDirection(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029
}

// principal is narrower than e-mail allows: the address also names the signer in OpenSSH's allowed_signers file,
// where blanks, commas, quotes, wildcards and a leading # or ! mean something else.
var principal = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._%+'/=-]*@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z0-9-]*[A-Za-z0-9]$`)

func checkEmail(s string, _ time.Time) (string, string) {
	if address, err := mail.ParseAddress(s); err != nil || address.Address != s || !principal.MatchString(s) {
		return "", "this does not look like an e-mail address (name@organisation.org.uk)"
	}
	return strings.ToLower(s), ""
}

func checkYears(s string, _ time.Time) (string, string) {
	var n int
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil || fmt.Sprint(n) != s || n < 1 || n > 150 {
		return "", "write a whole number of years, such as 8"
	}
	return s, ""
}

// MinuteFormat is how a moment with a time is kept: ISO 8601 to the minute, with offset.
const MinuteFormat = "2006-01-02T15:04Z07:00"

func checkMoment(s string, now time.Time) (string, string) {
	const help = "write a time such as 14:30 (today), yesterday 23:50, 2026-02-05 14:30, 2026-02-05, or now"
	words := strings.ToLower(strings.Join(strings.Fields(s), " "))
	if words == "now" {
		return now.Format(MinuteFormat), ""
	}
	day, clock := now, words
	before, yesterday := strings.CutPrefix(words, "yesterday ")
	if yesterday {
		day, clock = now.AddDate(0, 0, -1), before
	}
	var at time.Time
	layout := MinuteFormat
	ofDay := false
	if t, err := time.Parse("15:04", clock); err == nil {
		at = time.Date(day.Year(), day.Month(), day.Day(), t.Hour(), t.Minute(), 0, 0, now.Location())
		ofDay = !yesterday
	} else if words == "yesterday" {
		at, layout = now.AddDate(0, 0, -1), time.DateOnly
	} else if t, err := time.Parse(MinuteFormat, s); err == nil {
		at = t
	} else if t, err := time.Parse(time.RFC3339, s); err == nil {
		at = t // as records print it; the seconds are not kept
	} else if t, err := time.ParseInLocation("2006-01-02 15:04", words, now.Location()); err == nil {
		at = t
	} else if t, err := time.ParseInLocation(time.DateOnly, s, now.Location()); err == nil {
		at, layout = t, time.DateOnly
	} else {
		return "", help
	}
	switch late := at.After(now.Add(time.Minute)); {
	case late && ofDay:
		// Just after midnight, what has happened happened yesterday.
		return "", "this lies in the future; if you mean yesterday, write: yesterday " + at.Format("15:04")
	case late:
		return "", "this lies in the future; " + help
	}
	if at.Year() < now.Year()-120 {
		return "", "this lies too far back; " + help
	}
	return at.Format(layout), ""
}

// inTime is a span of time as people say it: "in 3 months", "in a week".
var inTime = regexp.MustCompile(`^in (a|an|one|[0-9]{1,5}) (day|week|month|year)s?$`)

func checkDay(s string, now time.Time) (string, string) {
	const help = "write a day such as 2030-02-05, today, tomorrow, in 3 days or in 6 months"
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
	day := today
	words := strings.ToLower(strings.Join(strings.Fields(s), " "))
	span := inTime.FindStringSubmatch(words)
	switch {
	case words == "today":
	case words == "tomorrow":
		day = today.AddDate(0, 0, 1)
	case words == "yesterday":
		day = today.AddDate(0, 0, -1)
	case span != nil:
		n, err := strconv.Atoi(span[1])
		if err != nil {
			n = 1
		}
		day = after(today, n, span[2])
	default:
		var err error
		if day, err = time.Parse(time.DateOnly, words); err != nil {
			return "", help
		}
	}
	if day.Before(today) {
		return "", "this day has passed; " + help
	}
	if day.Year()-now.Year() > 120 {
		return "", "this is more than 120 years away; " + help
	}
	return day.Format(time.DateOnly), ""
}

// after is the day so many units later. A month after 31 January is the last day of February, not one in March.
func after(day time.Time, n int, unit string) time.Time {
	switch unit {
	case "day":
		return day.AddDate(0, 0, n)
	case "week":
		return day.AddDate(0, 0, 7*n)
	case "year":
		n *= 12
	}
	first := time.Date(day.Year(), day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	return first.AddDate(0, 0, min(day.Day(), last.Day())-1)
}

// A File is one line of an answer of the kind files: what is kept of a file, and never the file.
type File struct {
	Name   string // its last name, without the folders
	Bytes  int64
	SHA256 string // of its bytes, 64 digits, hex
}

var fileLine = regexp.MustCompile(`^(.+), (0|[1-9][0-9]{0,18}) bytes, SHA-256 ([0-9a-f]{64})$`)

// String is the line as it is kept: "letter.pdf, 18234 bytes, SHA-256 9f86…".
func (f File) String() string {
	return fmt.Sprintf("%s, %d bytes, SHA-256 %s", f.Name, f.Bytes, f.SHA256)
}

// ParseFile reads a line as it is kept, and reports false for any other.
func ParseFile(line string) (File, bool) {
	m := fileLine.FindStringSubmatch(line)
	if m == nil {
		return File{}, false
	}
	size, err := strconv.ParseInt(m[2], 10, 64)
	return File{m[1], size, m[3]}, err == nil
}

// checkFiles takes lines as they are kept. What was typed has been read before it comes here: a digest that nobody
// computed is not taken from a keyboard.
func checkFiles(s string, _ time.Time) (string, string) {
	for _, line := range strings.Split(s, "\n") {
		if _, ok := ParseFile(line); !ok {
			return "", "write the name of one file on each line, with its folder where it needs one"
		}
	}
	return s, ""
}
