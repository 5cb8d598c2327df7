package checklist_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"dsa/checklist"
)

// The clock of these tests stands still: the afternoon of a summer's day, an hour ahead of UTC.
var summer = time.FixedZone("BST", 3600)

func noon() time.Time { return time.Date(2026, 6, 5, 14, 29, 30, 0, summer) }

func text(s string) checklist.Answer { return checklist.Answer{Text: s} }

func chosen(ids ...string) checklist.Answer { return checklist.Answer{Chosen: ids} }

const (
	unshowable  = "control characters that cannot be shown safely"
	oneLine     = "this must be one line"
	notEmail    = "this does not look like an e-mail address"
	notMoment   = "write a time such as 14:30"
	future      = "this lies in the future"
	passed      = "this day has passed"
	notYears    = "write a whole number of years"
	notDay      = "write a day such as 2030-02-05, today, tomorrow, in 3 days or in 6 months"
	notAFile    = "write the name of one file on each line"
	empty       = "it cannot be left empty"
	notAChoice  = "that is not one of the choices here"
	onlyOne     = "choose only one"
	fromTheList = "choose from the list"
)

var (
	letter = "letter, 5 June.pdf, 18234 bytes, SHA-256 " + strings.Repeat("9f", 32)
	photo  = "photo.jpg, 0 bytes, SHA-256 " + strings.Repeat("00", 32)
)

// A month is the calendar's: it never reaches into the one after.
func TestADayInSomeMonths(t *testing.T) {
	ask := checklist.Ask{ID: "review-on", Kind: checklist.Day}
	for _, c := range []struct{ now, typed, kept string }{
		{"2026-01-31", "in 1 month", "2026-02-28"},
		{"2028-01-31", "in 1 month", "2028-02-29"},
		{"2026-01-31", "in 2 months", "2026-03-31"},
		{"2026-10-31", "in 4 months", "2027-02-28"},
		{"2026-12-31", "in 12 months", "2027-12-31"},
		{"2028-02-29", "in a year", "2029-02-28"},
		{"2026-01-31", "in a day", "2026-02-01"},
		{"2026-12-31", "tomorrow", "2027-01-01"},
		// The clocks go forward on 29 March and back on 25 October: a day is a day.
		{"2026-03-28", "tomorrow", "2026-03-29"},
		{"2026-10-24", "in 2 days", "2026-10-26"},
	} {
		london, err := time.LoadLocation("Europe/London")
		if err != nil {
			t.Skip(err)
		}
		day, err := time.ParseInLocation(time.DateOnly, c.now, london)
		if err != nil {
			t.Fatal(err)
		}
		for _, hour := range []time.Duration{0, 23*time.Hour + 59*time.Minute} {
			if kept, err := ask.Check(text(c.typed), day.Add(hour)); err != nil || kept.Text != c.kept {
				t.Errorf("%q on %s is %q (%v), want %s", c.typed, c.now, kept.Text, err, c.kept)
			}
		}
	}
}

func TestALineOfAFile(t *testing.T) {
	file, ok := checklist.ParseFile(letter)
	same(t, "the file", file, checklist.File{Name: "letter, 5 June.pdf", Bytes: 18234, SHA256: strings.Repeat("9f", 32)})
	same(t, "and its line again", file.String(), letter)
	if !ok {
		t.Error("the line is not one of a file")
	}
	// A name that looks like a line of its own keeps all of it: the last size and digest are those of the file.
	twice := checklist.File{Name: letter, Bytes: 3, SHA256: strings.Repeat("0a", 32)}
	if again, ok := checklist.ParseFile(twice.String()); !ok || again != twice {
		t.Errorf("read as %+v", again)
	}
	for _, line := range []string{"", "letter.pdf", letter + " ", "\n" + letter, strings.ToUpper(letter)} {
		if file, ok := checklist.ParseFile(line); ok {
			t.Errorf("%q is read as %+v", line, file)
		}
	}
}

func TestWhatIsKeptAndWhatIsRefused(t *testing.T) {
	long := strings.Repeat("é", checklist.MaxLine)
	huge := strings.Repeat("a line of a case file\n", checklist.MaxParagraph/22-1) + "end"
	for sentence, c := range map[string]struct {
		kind    checklist.Kind
		typed   string
		kept    string
		refusal string
	}{
		"a line is kept without the blanks around it":         {checklist.Line, "  school nurse \t", "school nurse", ""},
		"a tab becomes blanks":                                {checklist.Line, "a\tb", "a    b", ""},
		"an accent, a dash and an emoji are text":             {checklist.Line, "Zoë – 👍🏽", "Zoë – 👍🏽", ""},
		"a line of blanks is empty":                           {checklist.Line, " \t ", "", empty},
		"a line has one line":                                 {checklist.Line, "a\nb", "", oneLine},
		"a line pasted with a Windows line end has two lines": {checklist.Line, "a\r\nb", "", oneLine},
		"a line of the greatest length is kept":               {checklist.Line, long, long, ""},
		"length is counted in characters, not bytes":          {checklist.Line, long + "é", "", "301 characters long; the most that is kept here is 300"},

		"a paragraph keeps its lines":                    {checklist.Paragraph, "one\n\ntwo", "one\n\ntwo", ""},
		"Windows line ends become plain ones":            {checklist.Paragraph, "one\r\ntwo\r\n\r\nthree\r\n", "one\ntwo\n\nthree", ""},
		"old Macintosh line ends become plain ones":      {checklist.Paragraph, "one\rtwo", "one\ntwo", ""},
		"blanks at the ends of lines go":                 {checklist.Paragraph, "one  \n two\t\n", "one\n two", ""},
		"a paragraph of line ends is empty":              {checklist.Paragraph, "\n\r\n\r", "", empty},
		"a long case note is kept":                       {checklist.Paragraph, huge, huge, ""},
		"a whole case file is not":                       {checklist.Paragraph, huge + strings.Repeat("x", 60), "", "the most that is kept here is 20000"},
		"an escape code cannot clear the screen":         {checklist.Paragraph, "safe\x1b[2Jsafe", "", unshowable},
		"an escape code of one character is refused too": {checklist.Line, "safe\u009b31m", "", unshowable},
		"a backspace cannot hide what stands before it":  {checklist.Line, "no\b\byes", "", unshowable},
		"a bell is refused":                              {checklist.Line, "\a", "", unshowable},
		"a nought byte is refused":                       {checklist.Line, "a\x00b", "", unshowable},
		"a delete character is refused":                  {checklist.Line, "a\x7fb", "", unshowable},
		"a mark that turns text round is refused":        {checklist.Line, "share \u202enot", "", unshowable},
		"a mark that isolates text is refused":           {checklist.Line, "share \u2066not\u2069", "", unshowable},
		"a left-to-right mark from a chat is taken out":  {checklist.Line, "a\u200eb", "ab", ""},
		"an Arabic letter mark is taken out":             {checklist.Line, "a\u061cb", "ab", ""},
		"a hidden line separator is refused":             {checklist.Paragraph, "a\u2028b", "", unshowable},
		"a byte order mark is taken out":                 {checklist.Line, "\ufeffa", "a", ""},
		"bytes that are no text are refused":             {checklist.Line, "caf\xe9", "", "bytes that are not text"},

		"an address is kept in small letters":            {checklist.Email, "J.Smith@Fenmarsh.gov.uk", "j.smith@fenmarsh.gov.uk", ""},
		"an apostrophe stands in a name":                 {checklist.Email, "o'neill+dsl@school.sch.uk", "o'neill+dsl@school.sch.uk", ""},
		"an address needs its at sign":                   {checklist.Email, "fenmarsh.gov.uk", "", notEmail},
		"an address is not a name and an address":        {checklist.Email, "J Smith <j@fenmarsh.gov.uk>", "", notEmail},
		"two addresses are not one":                      {checklist.Email, "a@fenmarsh.gov.uk,b@fenmarsh.gov.uk", "", notEmail},
		"a wildcard would sign for everybody":            {checklist.Email, "*@fenmarsh.gov.uk", "", notEmail},
		"a leading ! would turn a line of signers round": {checklist.Email, "!a@fenmarsh.gov.uk", "", notEmail},
		"a leading # would hide a line of signers":       {checklist.Email, "#a@fenmarsh.gov.uk", "", notEmail},
		"quotes would end the name of a signer":          {checklist.Email, `"a b"@fenmarsh.gov.uk`, "", notEmail},
		"an address has one line":                        {checklist.Email, "a@fenmarsh.gov.uk\nb@fenmarsh.gov.uk", "", oneLine},
		"letters that look like others are no address":   {checklist.Email, "а@fenmarsh.gov.uk", "", notEmail},

		"a year":                     {checklist.Years, "1", "1", ""},
		"the longest keeping":        {checklist.Years, " 150 ", "150", ""},
		"no year at all":             {checklist.Years, "0", "", notYears},
		"more than any record lasts": {checklist.Years, "151", "", notYears},
		"years are not written out":  {checklist.Years, "eight", "", notYears},
		"years are whole":            {checklist.Years, "8.5", "", notYears},
		"years are not years and":    {checklist.Years, "8 years", "", notYears},
		"years have no sign":         {checklist.Years, "+8", "", notYears},
		"years do not begin with 0":  {checklist.Years, "08", "", notYears},
		"years that no number holds": {checklist.Years, "99999999999999999999", "", notYears},

		"now":                                      {checklist.Moment, "now", "2026-06-05T14:29+01:00", ""},
		"Now, as a telephone writes it":            {checklist.Moment, " Now ", "2026-06-05T14:29+01:00", ""},
		"a time is of today":                       {checklist.Moment, "09:05", "2026-06-05T09:05+01:00", ""},
		"the minute that is just beginning":        {checklist.Moment, "14:30", "2026-06-05T14:30+01:00", ""},
		"a later time of today lies in the future": {checklist.Moment, "14:31", "", future},
		"a day and a time":                         {checklist.Moment, "2026-02-05 14:30", "2026-02-05T14:30+01:00", ""},
		"a day alone stays a day":                  {checklist.Moment, "2026-06-05", "2026-06-05", ""},
		"tomorrow lies in the future":              {checklist.Moment, "2026-06-06", "", future},
		"an offset is kept":                        {checklist.Moment, "2026-01-05T10:00-05:00", "2026-01-05T10:00-05:00", ""},
		"no offset is Z":                           {checklist.Moment, "2026-01-05T10:00Z", "2026-01-05T10:00Z", ""},
		"an offset counts in what is future":       {checklist.Moment, "2026-06-05T14:00Z", "", future},
		"an offset counts in what is past":         {checklist.Moment, "2026-06-05T15:00+02:00", "2026-06-05T15:00+02:00", ""},
		"a day that does not exist":                {checklist.Moment, "2026-02-30", "", notMoment},
		"a time that does not exist":               {checklist.Moment, "24:10", "", notMoment},
		"a day as it is written in letters":        {checklist.Moment, "5 June 2026", "", notMoment},
		"a day with the month in the middle":       {checklist.Moment, "05/06/2026", "", notMoment},
		"yesterday, by the clock":                  {checklist.Moment, "Yesterday  23:50", "2026-06-04T23:50+01:00", ""},
		"yesterday without a time":                 {checklist.Moment, "yesterday", "2026-06-04", ""},
		"the time that yesterday was meant by":     {checklist.Moment, "23:50", "", "if you mean yesterday, write: yesterday 23:50"},
		"as records print it":                      {checklist.Moment, "2026-01-15T09:40:00Z", "2026-01-15T09:40Z", ""},
		"as records print it, with an offset":      {checklist.Moment, "2026-06-05T09:40:59+01:00", "2026-06-05T09:40+01:00", ""},
		"as records print it, with a nil offset":   {checklist.Moment, "2026-01-15T09:40:59+00:00", "2026-01-15T09:40Z", ""},
		"as records print it, in the future":       {checklist.Moment, "2026-06-05T13:31:00Z", "", future},
		"a slip of the century":                    {checklist.Moment, "0206-06-05", "", "this lies too far back"},
		"a long life ago":                          {checklist.Moment, "1906-01-01", "1906-01-01", ""},

		"today":                                {checklist.Day, "today", "2026-06-05", ""},
		"tomorrow":                             {checklist.Day, " Tomorrow ", "2026-06-06", ""},
		"yesterday":                            {checklist.Day, "yesterday", "", passed},
		"a day to come":                        {checklist.Day, "2027-01-31", "2027-01-31", ""},
		"a day that is past":                   {checklist.Day, "2020-02-29", "", passed},
		"the day before":                       {checklist.Day, "2026-06-04", "", passed},
		"this very day":                        {checklist.Day, "2026-06-05", "2026-06-05", ""},
		"in some days":                         {checklist.Day, "in 30 days", "2026-07-05", ""},
		"in one day":                           {checklist.Day, "in 1 day", "2026-06-06", ""},
		"in some weeks":                        {checklist.Day, "In  3  Weeks", "2026-06-26", ""},
		"in a week":                            {checklist.Day, "in a week", "2026-06-12", ""},
		"in some months":                       {checklist.Day, "in 8 months", "2027-02-05", ""},
		"in a year":                            {checklist.Day, "in one year", "2027-06-05", ""},
		"in no time":                           {checklist.Day, "in 0 days", "2026-06-05", ""},
		"the furthest day":                     {checklist.Day, "2146-12-31", "2146-12-31", ""},
		"more than a life ahead":               {checklist.Day, "2147-01-01", "", "more than 120 years away"},
		"more than a life back":                {checklist.Day, "1905-12-31", "", passed},
		"more months than a life has":          {checklist.Day, "in 99999 months", "", "more than 120 years away"},
		"more months than anybody counts":      {checklist.Day, "in 999999 months", "", notDay},
		"months are not counted back":          {checklist.Day, "in -1 months", "", notDay},
		"a day has no time":                    {checklist.Day, "2026-06-05 14:30", "", notDay},
		"a day is not now":                     {checklist.Day, "now", "", notDay},
		"soon is no day":                       {checklist.Day, "soon", "", notDay},
		"a day that no calendar has":           {checklist.Day, "2026-02-30", "", notDay},
		"a day written with the month between": {checklist.Day, "05/06/2026", "", notDay},

		"a file as it is kept":                 {checklist.Files, letter, letter, ""},
		"two files":                            {checklist.Files, letter + "\n" + photo, letter + "\n" + photo, ""},
		"a file by its name alone is not read": {checklist.Files, "letter.pdf", "", notAFile},
		"a file with a digest too short":       {checklist.Files, letter[:len(letter)-1], "", notAFile},
		"a file with a digest too long":        {checklist.Files, letter + "0", "", notAFile},
		"a file of less than nothing":          {checklist.Files, strings.Replace(letter, "18234", "-1", 1), "", notAFile},
		"a file of a size that nothing has":    {checklist.Files, strings.Replace(letter, "18234", "9999999999999999999", 1), "", notAFile},
		"a file without a name":                {checklist.Files, strings.TrimPrefix(letter, "letter, 5 June.pdf"), "", notAFile},
		"an empty line between two files":      {checklist.Files, letter + "\n\n" + photo, "", notAFile},
	} {
		t.Run(sentence, func(t *testing.T) {
			ask := &checklist.Ask{ID: "reasons", Kind: c.kind}
			got, err := ask.Check(text(c.typed), noon())
			if c.refusal != "" {
				refusedWith(t, err, c.refusal)
				if len(strings.TrimSpace(c.typed)) > 6 && strings.Contains(err.Error(), strings.TrimSpace(c.typed)) {
					t.Errorf("the refusal repeats what was typed: %v", err)
				}
				return
			}
			if err != nil || got.Text != c.kept || got.Chosen != nil {
				t.Fatalf("kept as %.80q (%v), want %.80q", got.Text, err, c.kept)
			}
			// What was kept is taken again unchanged, so that a draft never turns unfit by itself.
			if again, err := ask.Check(got, noon().Add(time.Hour)); err != nil || !again.Equal(got) {
				t.Errorf("taken again it is %+v (%v)", again, err)
			}
		})
	}
}

func refusedWith(t *testing.T, err error, words string) {
	t.Helper()
	var refusal *checklist.Refusal
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Reason, words) {
		t.Fatalf("got %v, want a refusal with %q", err, words)
	}
}

func TestChoices(t *testing.T) {
	options := []checklist.Option{{ID: "health", Words: "Health"}, {ID: "crime", Words: "Crime"}, {ID: "none", Words: "None of these", Alone: true}}
	one := checklist.Ask{ID: "a", Kind: checklist.OneOf, Options: options}
	some := checklist.Ask{ID: "a", Kind: checklist.SomeOf, Options: options}
	optional := checklist.Ask{ID: "a", Kind: checklist.SomeOf, Options: options, Optional: true}
	spoken := checklist.Ask{ID: "a", Kind: checklist.OneOf, Options: options, Missing: "Say what it holds"}
	for sentence, c := range map[string]struct {
		ask     checklist.Ask
		given   checklist.Answer
		kept    []string
		refusal string
	}{
		"one of them":                            {one, chosen("crime"), []string{"crime"}, ""},
		"one that excludes others, alone":        {one, chosen("none"), []string{"none"}, ""},
		"none of them":                           {one, chosen(), nil, "choose an answer"},
		"none of them, in the checklist's words": {spoken, chosen(), nil, "Say what it holds"},
		"two where one is wanted":                {one, chosen("health", "crime"), nil, onlyOne},
		"one that is not there":                  {one, chosen("wealth"), nil, notAChoice},
		"text instead of a choice":               {one, text("health"), nil, fromTheList},
		"text besides a choice":                  {one, checklist.Answer{Text: "x", Chosen: []string{"crime"}}, nil, fromTheList},
		"several, in the order of the list":      {some, chosen("crime", "health"), []string{"health", "crime"}, ""},
		"several, one of them twice":             {some, chosen("crime", "crime"), nil, notAChoice},
		"several, one of them not there":         {some, chosen("crime", "x"), nil, notAChoice},
		"none of these with one of these":        {some, chosen("crime", "none"), nil, `"None of these" cannot be chosen together with others`},
		"none of these alone":                    {some, chosen("none"), []string{"none"}, ""},
		"nothing where something is wanted":      {some, chosen(), nil, "choose an answer"},
		"nothing where nothing may be given":     {optional, chosen(), nil, ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := c.ask.Check(c.given, noon())
			if c.refusal != "" {
				refusedWith(t, err, c.refusal)
				return
			}
			if err != nil || !got.Equal(checklist.Answer{Chosen: c.kept}) {
				t.Errorf("kept as %+v (%v), want %q", got, err, c.kept)
			}
		})
	}
}

func TestShapesRefuseOneAnother(t *testing.T) {
	for _, kind := range []checklist.Kind{checklist.Line, checklist.Paragraph, checklist.Email, checklist.Moment, checklist.Day, checklist.Years, checklist.Files} {
		ask := checklist.Ask{ID: "a", Kind: kind}
		_, err := ask.Check(chosen("yes"), noon())
		refusedWith(t, err, "write an answer; there is no list here")
		_, err = ask.Check(text(""), noon())
		refusedWith(t, err, empty)
		ask.Missing = "Say it"
		_, err = ask.Check(text(""), noon())
		refusedWith(t, err, "Say it")
		ask.Optional = true
		if got, err := ask.Check(text("  "), noon()); err != nil || !got.Empty() {
			t.Errorf("%s: an optional answer left empty is %+v (%v)", kind, got, err)
		}
	}
	group := checklist.Ask{ID: "a", Kind: checklist.Items}
	_, err := group.Check(text("x"), noon())
	refusedWith(t, err, "part by part")
}
