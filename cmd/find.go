package cmd

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"dsa/cmd/screen"
	"dsa/decision"
	"dsa/decision/logbook"

	"github.com/spf13/cobra"
)

// NewFind is the command that searches what records say.
func NewFind(app *App) *cobra.Command {
	var opts findOptions
	c := &cobra.Command{
		Use:   "find [WORDS]...",
		Short: "Search what records say, for a request for access or a complaint",
		Long: `find searches every answer of decisions and of what completes, amends, reviews
and endorses them, the replies to what was pointed out, the names of files, and
who signed; also the reasons of holds and disposals. It prints what was found
and where, and what it could not look at: that belongs to the answer.

Capitals, accents and apostrophes do not matter. A word is found whole or as the
beginning of a longer one; words in quotation marks have to follow one another;
a long number is found however it is grouped. All that is asked for has to be
found, in a decision or what follows it; with --any, one of it.

It finds words as they were written. A record has roles and references rather
than names, so look for these first, and for every spelling.`,
		Example: `  dsa find --case HL-4471
  dsa find --role "child A" --recipient Fenmarsh --from 2026-01
  dsa find --any Okafor "O'Neill" "943 476 5919" --log //share/mash/log
  dsa find --on 2026-11-20`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := opts.check(cmd, args); err != nil {
				return err
			}
			return runFind(cmd.Context(), app, opts)
		},
	}
	f := c.Flags()
	f.StringArrayVar(&opts.references, "case", nil, "a case reference, or the requester's, that has this `TEXT` in it")
	f.StringArrayVar(&opts.roles, "role", nil, "these `WORDS` where it says whose information it is")
	f.StringArrayVar(&opts.recipients, "recipient", nil, "these `WORDS` where it says to whom it goes, or who asked")
	f.StringVar(&opts.on, "on", "", "recorded, asked for, decided or shared on this `DAY`")
	f.StringVar(&opts.from, "from", "", "the same, on this `DAY` or later, such as 2026-01-31, 2026-01 or 2026")
	f.StringVar(&opts.until, "until", "", "the same, on this `DAY` or earlier")
	f.BoolVar(&opts.any, "any", false, "one of what is asked for is enough")
	f.BoolVar(&opts.whole, "whole", false, "whole words only")
	f.StringArrayVar(&opts.logs, "log", nil, "a log folder (`DIR`), if not your own; can be given several times")
	f.BoolVar(&opts.training, "training", false, "search exercises too, marked TRAINING")
	f.BoolVar(&opts.json, "json", false, "one JSON object to a record, without what it says, and one for what could not be seen")
	return c
}

type findOptions struct {
	references, roles, recipients, logs []string
	on, from, until                     string
	any, whole, training, json          bool

	terms       []searchTerm
	first, last string // days, YYYY-MM-DD; empty: no bound
}

// A searchTerm is one thing that is looked for.
type searchTerm struct {
	phrase
	reference bool     // parts may be joined otherwise
	scope     []string // the answers in which it is looked for; nil: everywhere
}

// Where the search for one thing looks. An answer of a group is named without its number.
var (
	referenceAnswers = []string{"case-reference", "request-reference"}
	roleAnswers      = []string{"whose", "information/person"}
	recipientAnswers = []string{"recipient-party", "recipient-organisation", "recipient-person", "recipient-contact", "anonymous-recipient", "requester", "refer-to"}
)

func (o *findOptions) check(cmd *cobra.Command, words []string) error {
	for _, one := range []struct {
		what      string
		typed     []string
		reference bool
		scope     []string
	}{{"a word", words, false, nil}, {"--case", o.references, true, referenceAnswers}, {"--role", o.roles, false, roleAnswers}, {"--recipient", o.recipients, false, recipientAnswers}} {
		for _, typed := range one.typed {
			p, ok := newPhrase(typed, o.whole)
			if !ok {
				return usage(cmd, one.what+" was given without a letter or a digit")
			}
			o.terms = append(o.terms, searchTerm{p, one.reference, one.scope})
		}
	}
	if len(o.terms) > mostTerms {
		return usage(cmd, fmt.Sprintf("no more than %d things are looked for at once", mostTerms))
	}
	if o.on != "" && (o.from != "" || o.until != "") {
		return usage(cmd, "--on is one day; --from and --until are for more")
	}
	if o.on != "" {
		o.from, o.until = o.on, o.on
		if _, err := time.Parse(time.DateOnly, strings.TrimSpace(o.on)); err != nil {
			return usage(cmd, "--on takes a day such as 2026-01-31")
		}
	}
	from, err := boundary(cmd, "from", o.from, false)
	if err != nil {
		return err
	}
	until, err := boundary(cmd, "until", o.until, true)
	if err != nil {
		return err
	}
	if !from.IsZero() {
		o.first = from.Format(time.DateOnly)
	}
	if !until.IsZero() {
		o.last = until.Format(time.DateOnly)
	}
	switch {
	case o.first != "" && o.last != "" && o.last < o.first:
		return usage(cmd, "--until lies before --from")
	case len(o.terms) == 0 && o.first == "" && o.last == "":
		return usage(cmd, "nothing was asked for: give words, --case, --role, --recipient or a day")
	}
	return nil
}

// mostTerms is how many things fit into a mask.
const mostTerms = 64

// all is the mask of everything that is asked for.
func (o *findOptions) all() uint64 { return 1<<len(o.terms) - 1 }

// inTime reports whether one of the days lies within what was asked.
func (o *findOptions) inTime(days []string) bool {
	return slices.ContainsFunc(days, func(d string) bool { return d != "" && d >= o.first && (o.last == "" || d <= o.last) })
}

// A placed text is something that a record says, and where.
type placed struct {
	path  string // of the answer; reply/CODE, file, by or a field of an act
	title string // the question
	names []string
	text  string
}

// A hit is a place in a record where something was found.
type hit struct {
	Answer   string `json:"answer"`
	Question string `json:"question,omitempty"`
	extract  string
}

// A hitRecord is a record in which something was found.
type hitRecord struct {
	What     string   `json:"what"` // record
	ID       string   `json:"id"`
	Number   int      `json:"number"`
	Chain    string   `json:"chain"`
	Kind     string   `json:"kind"`
	Recorded string   `json:"recorded"`
	By       string   `json:"by,omitempty"`
	Outcome  string   `json:"outcome,omitempty"`
	About    string   `json:"about,omitempty"`    // the record that it is about
	Decision string   `json:"decision,omitempty"` // the decision that it is, or to which it belongs
	Standing string   `json:"standing,omitempty"`
	Doubt    string   `json:"does_not_count,omitempty"`
	Logs     []string `json:"logs"`
	File     string   `json:"file"`
	Hits     []hit    `json:"hits"`

	entry logbook.Entry
	met   uint64
}

// searched is what came of one file.
type searched struct {
	log   int
	entry logbook.Entry // without its page's texts
	err   error
	found *hitRecord
}

// A search goes through logs.
type search struct {
	findOptions
	logs    []*logAt
	readers []*logbook.Reader           // one for each log
	about   map[decision.ID]decision.ID // of what follows another record

	found     map[decision.ID]*hitRecord
	disposed  map[decision.ID]goneRecord
	sound     map[decision.ID]bool // met whole, where several logs are searched
	bad       []string             // files that could not be read or relied on
	read      int
	exercises int // that were not searched
}

// goneRecord is one of which only the cover is left.
type goneRecord struct {
	ID        string `json:"id"`
	Number    int    `json:"number"`
	Chain     string `json:"chain"`
	Kind      string `json:"kind"`
	Time      string `json:"time"`
	KeepUntil string `json:"keep_until"`
}

func runFind(ctx context.Context, app *App, opts findOptions) error {
	books, err := app.openEach(opts.logs)
	if err != nil {
		return err
	}
	defer closeAll(books)
	r := app.registrarOf(books)
	s := &search{findOptions: opts, logs: r.logs, about: map[decision.ID]decision.ID{}, found: map[decision.ID]*hitRecord{}, disposed: map[decision.ID]goneRecord{},
		sound: map[decision.ID]bool{}}
	for _, l := range r.logs {
		reader := l.book.Reader()
		defer reader.Close()
		s.readers = append(s.readers, reader)
	}
	defer sparing()()
	if err := s.run(ctx, app, r); err != nil {
		return err
	}
	s.withoutDisposed(app, r)
	records := s.results(r)
	unseen := s.unseen(app)
	if opts.json {
		err = printFound(app, records, unseen)
	} else {
		s.print(app, records, unseen)
	}
	if err == nil && len(s.bad) > 0 {
		return &failure{what: count(len(s.bad), "record file") + " cannot be read or relied on, and may hold what is looked for", next: "see what is wrong with: dsa verify", code: codeFound}
	}
	return err
}

// run reads every record once and keeps those in which something was found.
func (s *search) run(ctx context.Context, app *App, r *registrar) error {
	type item struct {
		log  int
		name logbook.Name
		err  error
	}
	files := iter.Seq[item](func(yield func(item) bool) {
		for i, l := range s.logs {
			for name, err := range l.book.Names() {
				if !yield(item{i, name, err}) {
					return
				}
			}
		}
	})
	step, end := app.progress("Records searched")
	defer end()
	for one, err := range ordered(ctx, files, func(i item) searched {
		if i.err != nil {
			return searched{log: i.log, err: i.err}
		}
		return s.look(i.log, i.name)
	}) {
		if err != nil {
			return &failure{what: "stopped; not everything was searched", next: "run the same command again", code: codeStopped}
		}
		s.take(r, one)
		step(s.read)
	}
	return nil
}

// look reads one file and finds what is asked for in it. It runs on all cores.
func (s *search) look(log int, name logbook.Name) searched {
	out := searched{log: log}
	entry, err := s.readers[log].Read(name, nil)
	if errors.Is(err, fs.ErrNotExist) && !name.CoverOnly {
		// It was disposed of meanwhile: what is left is its cover.
		name = coverName(name)
		entry, err = s.readers[log].Read(name, nil)
	}
	if err != nil {
		out.err = err
		return out
	}
	out.entry = entry
	out.entry.Page.CoverBytes, out.entry.Page.Signature, out.entry.Page.Body = nil, nil, nil
	cover := entry.Page.Cover
	switch {
	case entry.CoverOnly || cover.Kind == decision.Open || entry.Namespace == trainingRole && !s.training:
		return out
	case isDecision(cover.Kind):
		f, err := file(entry)
		if err != nil {
			out.err = &logbook.FileError{Path: entry.Path, Err: errGarbled}
			return out
		}
		out.found = s.within(f)
	default:
		out.found = s.withinAct(entry)
	}
	return out
}

// within finds what is asked for in what a record says.
func (s *search) within(f filed) *hitRecord {
	record := f.record
	days := []string{dayIn(record.Recorded)}
	for _, id := range []string{"requested-at", "decided-at", "shared-at"} {
		days = append(days, dayIn(record.Text(id)))
	}
	h := &hitRecord{Recorded: record.Recorded, By: record.By.Name + ", " + record.By.Organisation}
	if f.entry.Page.Cover.Kind == decision.Decision {
		h.Outcome = record.Outcome().ID
	}
	return s.match(h, days, textsOf(record))
}

// withinAct finds words in an act of oversight. Whose information it is and to whom it goes, an act does not say.
func (s *search) withinAct(entry logbook.Entry) *hitRecord {
	var body map[string]any
	if json.Unmarshal(entry.Page.Body, &body) != nil {
		return nil
	}
	var texts []placed
	for _, field := range []string{"reason", "authority", "rule", "override", "title"} {
		if text, ok := body[field].(string); ok && text != "" {
			texts = append(texts, placed{path: field, text: text})
		}
	}
	at := entry.Page.Cover.Time.Format(decision.TimeFormat)
	return s.match(&hitRecord{Recorded: at}, []string{dayIn(at)}, texts)
}

// dayIn is the day of a moment as records have it, on its own clock.
func dayIn(moment string) string {
	if len(moment) < len(time.DateOnly) {
		return ""
	}
	return moment[:len(time.DateOnly)]
}

// match puts into h what was found; nil where nothing was.
func (s *search) match(h *hitRecord, days []string, texts []placed) *hitRecord {
	if (s.first != "" || s.last != "") && !s.inTime(days) {
		return nil
	}
	for _, t := range texts {
		var words []word
		var from, to int
		here := false
		for i, term := range s.terms {
			if term.scope != nil && !slices.ContainsFunc(t.names, func(n string) bool { return slices.Contains(term.scope, n) }) {
				continue
			}
			if words == nil {
				words = wordsOf(t.text)
			}
			a, b, found := term.in(words)
			if !found && term.reference {
				a, b, found = term.inReference(words)
			}
			if found {
				h.met |= 1 << i
				if !here {
					from, to, here = a, b, true
				}
			}
		}
		if here {
			h.Hits = append(h.Hits, hit{Answer: t.path, Question: t.title, extract: extract(t.text, from, to)})
		}
	}
	if len(s.terms) > 0 && h.met == 0 {
		return nil
	}
	return h
}

// textsOf are all texts of a record that somebody gave.
func textsOf(record *decision.Record) []placed {
	by := record.By
	texts := []placed{{path: "by", title: "Who signed", text: strings.Join([]string{by.Name, by.Post, by.Organisation, by.Email}, ", ")}}
	for _, q := range record.Questions {
		for _, a := range q.Answers {
			name := a.ID
			if a.Group != "" {
				name = a.Group + "/" + a.ID
			}
			if words := a.Words(); words != "" {
				texts = append(texts, placed{a.Path(), q.Title, []string{name}, words})
			}
		}
	}
	// What an amendment corrects is looked for where the answer is that it corrects.
	for _, c := range record.Corrections() {
		group, rest, grouped := strings.Cut(c.Path, "/")
		name := group
		if _, part, ok := strings.Cut(rest, "/"); grouped && ok {
			name = group + "/" + part
		}
		texts = append(texts, placed{c.Path, "Corrected", []string{name}, c.Correct})
	}
	for _, f := range record.Files {
		texts = append(texts, placed{path: "file", title: "Name of a file", text: f.Name})
	}
	for _, f := range record.Findings {
		if f.Reply != "" {
			texts = append(texts, placed{path: "reply/" + f.Code, title: "Reply to what was pointed out", text: f.Reply})
		}
	}
	return texts
}

// beside is how much of a text is shown before what was found in it.
const beside = 24

// extract is a piece of a text around what was found in it, on one line.
func extract(text string, from, to int) string {
	start := from
	for range beside {
		_, size := utf8.DecodeLastRuneInString(text[:start])
		start -= size
	}
	lead, tail := "", ""
	if start > 0 {
		lead = "…"
	}
	end := min(len(text), to+4*beside)
	for end < len(text) && !utf8.RuneStart(text[end]) {
		end++
	}
	if end < len(text) {
		tail = "…"
	}
	return lead + strings.Join(strings.Fields(text[start:end]), " ") + tail
}

// take keeps what was found in one file, after it was held against whoever opened its chain.
func (s *search) take(r *registrar, one searched) {
	dir := s.logs[one.log].dir
	err := one.err
	if err == nil {
		err = r.genuine(one.entry)
	}
	if err != nil {
		s.bad = append(s.bad, dir+": "+pathOf(one.entry, err))
		return
	}
	entry := one.entry
	cover, id := entry.Page.Cover, entry.ID
	s.read++
	if isFollowUp(cover.Kind) {
		s.about[id] = cover.About
	}
	several := len(s.logs) > 1
	switch {
	case entry.CoverOnly:
		if !s.sound[id] && entry.Namespace != trainingRole {
			s.disposed[id] = goneRecord{id.String(), entry.Number, entry.Chain.String(), string(cover.Kind), cover.Time.Format(time.RFC3339), cover.KeepUntil}
		}
		return
	case several:
		if s.sound[id] {
			if h := s.found[id]; h != nil {
				h.Logs = append(h.Logs, dir)
			}
			return
		}
		s.sound[id] = true
		delete(s.disposed, id)
	}
	if entry.Namespace == trainingRole && !s.training {
		if cover.Kind != decision.Open {
			s.exercises++
		}
		return
	}
	h := one.found
	if h == nil {
		return
	}
	h.What, h.ID, h.Number, h.Chain, h.Kind, h.File, h.entry = "record", id.String(), entry.Number, entry.Chain.String(), string(cover.Kind), entry.Path, entry
	h.Logs = []string{dir}
	if !cover.About.IsZero() {
		h.About = cover.About.String()
	}
	h.Standing = string(decision.Live)
	if entry.Namespace == trainingRole {
		h.Standing = string(decision.Training)
	}
	if h.Hits == nil {
		h.Hits = []hit{}
	}
	s.found[id] = h
}

// withoutDisposed takes what is disposed of out of what was found. It may still lie here, in a copy or a folder that nobody has
// synced since; what it says is not told any more.
func (s *search) withoutDisposed(app *App, r *registrar) {
	gone, whole := r.disposals(), 0
	for id, h := range s.found {
		if !gone(id) {
			continue
		}
		delete(s.found, id)
		cover := h.entry.Page.Cover
		s.disposed[id] = goneRecord{h.ID, h.Number, h.Chain, h.Kind, cover.Time.Format(time.RFC3339), cover.KeepUntil}
		whole++
	}
	if whole > 0 {
		app.say("Notice: %s disposed of and not shown, though the whole still lies here. In a folder of the log dsa sync finishes it; a copy has to be destroyed.",
			screen.Count(whole, "record is", "records are"))
	}
}

// root is the decision to which a record belongs, as far as that can be told.
func (s *search) root(id decision.ID) decision.ID {
	for range 4 { // an endorsement of an amendment of a decision; whatever is longer goes in a circle
		of, follows := s.about[id]
		if !follows {
			break
		}
		id = of
	}
	return id
}

// results are the records found, case by case: a decision and then what follows it, the oldest first.
func (s *search) results(r *registrar) []*hitRecord {
	groups := map[decision.ID][]*hitRecord{}
	for id, h := range s.found {
		root := s.root(id)
		if kind := decision.Kind(h.Kind); isDecision(kind) {
			h.Decision = root.String()
		}
		groups[root] = append(groups[root], h)
	}
	type found struct {
		at      time.Time
		root    decision.ID
		records []*hitRecord
	}
	var list []found
	for _, root := range slices.SortedFunc(maps.Keys(groups), func(a, b decision.ID) int { return bytes.Compare(a[:], b[:]) }) {
		records := groups[root]
		var met uint64
		for _, h := range records {
			met |= h.met
		}
		if met != s.all() && !s.any {
			continue
		}
		slices.SortFunc(records, func(a, b *hitRecord) int {
			first := func(h *hitRecord) int {
				if h.entry.ID == root {
					return 0
				}
				return 1
			}
			return cmp.Or(cmp.Compare(first(a), first(b)), a.entry.Page.Cover.Time.Compare(b.entry.Page.Cover.Time), strings.Compare(a.ID, b.ID))
		})
		for _, h := range records {
			h.Doubt = r.doubt(h.entry, h.Logs...)
		}
		list = append(list, found{records[0].entry.Page.Cover.Time, root, records})
	}
	slices.SortStableFunc(list, func(a, b found) int { return a.at.Compare(b.at) })
	var records []*hitRecord
	for _, f := range list {
		records = append(records, f.records...)
	}
	return records
}

// noun is what people call a record of a kind.
func noun(kind string) string {
	switch decision.Kind(kind) {
	case decision.Complete:
		return "completion"
	case decision.Amend:
		return "amendment"
	case decision.Endorse:
		return "endorsement"
	case decision.Dispose:
		return "disposal"
	case decision.Rule:
		return "ruling"
	}
	return kind
}

// unseen is what a search could not look at.
type unseen struct {
	What       string       `json:"what"` // unseen
	Records    int          `json:"records_searched"`
	Logs       []string     `json:"logs_searched"`
	Disposed   []goneRecord `json:"disposed"` // of what was recorded then, only covers are left
	Unreadable []string     `json:"unreadable"`
	OtherLogs  []string     `json:"other_logs"` // that this computer knows
	Exercises  int          `json:"exercises"`
	Drafts     int          `json:"drafts"`
}

func (s *search) unseen(app *App) unseen {
	u := unseen{What: "unseen", Records: s.read - len(s.disposed), Logs: []string{}, Disposed: []goneRecord{}, Unreadable: []string{}, OtherLogs: []string{}, Exercises: s.exercises}
	for _, l := range s.logs {
		u.Logs = append(u.Logs, l.dir)
	}
	for _, g := range s.disposed {
		u.Disposed = append(u.Disposed, g)
	}
	slices.SortFunc(u.Disposed, func(a, b goneRecord) int { return cmp.Or(strings.Compare(a.Time, b.Time), strings.Compare(a.ID, b.ID)) })
	u.Unreadable = append(u.Unreadable, s.bad...)
	slices.Sort(u.Unreadable)
	k, err := app.known()
	if err != nil {
		app.say("Notice: what is remembered of logs cannot be read, so that other logs cannot be named: %s", screen.Safe(app.knownPath()))
		k = new(knownLogs)
	}
	others := []string{app.logFolder("")}
	for _, l := range k.Logs {
		others = append(others, l.Folder)
	}
	for i, dir := range others {
		searched := slices.ContainsFunc(s.logs, func(l *logAt) bool { return sameFolder(l.dir, dir) })
		if _, err := os.Lstat(dir); !searched && (i > 0 || err == nil) && !slices.ContainsFunc(u.OtherLogs, func(o string) bool { return sameFolder(o, dir) }) {
			u.OtherLogs = append(u.OtherLogs, dir)
		}
	}
	names, _ := os.ReadDir(app.path("drafts"))
	for _, n := range names {
		if n.Type().IsRegular() && !strings.HasPrefix(n.Name(), ".") {
			u.Drafts++
		}
	}
	return u
}

func printFound(app *App, records []*hitRecord, u unseen) error {
	encoder := json.NewEncoder(app.Out)
	for _, h := range records {
		if err := encoder.Encode(h); err != nil {
			return err
		}
	}
	return encoder.Encode(u)
}

// mostPlaces is how many places in a record are shown; the record itself has them all.
const mostPlaces = 5

func (s *search) print(app *App, records []*hitRecord, u unseen) {
	line := func(format string, args ...any) {
		fmt.Fprintln(app.Out, strings.TrimRight(screen.Cut(fmt.Sprintf(format, args...), 80), " "))
	}
	cases := map[string]bool{}
	for _, h := range records {
		cases[cmp.Or(h.Decision, h.ID)] = true
		about := ""
		if h.Decision != h.ID && h.About != "" {
			about = " on " + h.About[:decision.ShownDigits]
		}
		marks := ""
		if h.Standing == string(decision.Training) {
			marks = "TRAINING "
		}
		if h.Doubt != "" {
			marks += "DOES NOT COUNT "
		}
		outcome := ""
		if h.Outcome != "" {
			outcome = ": " + h.Outcome
		}
		line("%-5d %s  %s%s of %s%s%s", h.Number, h.ID[:decision.ShownDigits], marks, noun(h.Kind), screen.Day(dayIn(h.Recorded)), about, outcome)
		if h.Doubt != "" {
			line("      %s", h.Doubt)
		}
		if h.By != "" {
			line("      by %s", h.By)
		}
		for i, one := range h.Hits {
			if i == mostPlaces {
				line("      and %d more places; dsa show %s has them all", len(h.Hits)-i, h.ID[:decision.ShownDigits])
				break
			}
			if one.Question != "" {
				line("      %s (%s)", one.Question, one.Answer)
			} else {
				line("      %s", one.Answer)
			}
			line("        %s", one.extract)
		}
	}
	if len(records) == 0 {
		fmt.Fprintln(app.Out, "Nothing was found.")
	} else {
		fmt.Fprintf(app.Out, "\n%s found, in %s.\n", count(len(records), "record"), count(len(cases), "case"))
	}
	app.print(u.lines())
	if len(records) > 0 {
		app.say("Next: read a record with dsa show ID. What it says goes to nobody before somebody entitled has looked at it.")
	}
}

// lines say what the search did not see. They belong to the answer, and go where it goes.
func (u unseen) lines() []string {
	lines := []string{"Searched: " + count(u.Records, "record") + " in"}
	for _, dir := range u.Logs {
		lines = append(lines, "  "+screen.Safe(dir)) // a name that is broken in two cannot be copied
	}
	lines = append(lines, "", "What this search could not see:")
	add := func(format string, args ...any) {
		item := screen.Wrapped("    ", fmt.Sprintf(format, args...))
		item[0] = "  - " + strings.TrimPrefix(item[0], "    ")
		lines = append(lines, item...)
	}
	if n := len(u.Disposed); n > 0 {
		add("%s disposed of: what they said is gone. They were recorded between %s and %s.", screen.Count(n, "record that was", "records that were"),
			screen.Day(dayIn(u.Disposed[0].Time)), screen.Day(dayIn(u.Disposed[n-1].Time)))
		for i, g := range u.Disposed {
			if i == maxListed {
				lines = append(lines, fmt.Sprintf("      and %d more; --json lists them all", n-i))
				break
			}
			lines = append(lines, fmt.Sprintf("      %d %s  %s of %s", g.Number, g.ID[:decision.ShownDigits], noun(g.Kind), screen.Day(dayIn(g.Time))))
		}
	}
	if n := len(u.Unreadable); n > 0 {
		add("%s that cannot be read or relied on; see dsa verify:", count(n, "file"))
		for i, f := range u.Unreadable {
			if i == maxListed {
				lines = append(lines, fmt.Sprintf("      and %d more; --json lists them all", n-i))
				break
			}
			lines = append(lines, "      "+screen.Safe(f))
		}
	}
	for _, dir := range u.OtherLogs {
		add("another log that this computer knows; search it with --log:")
		lines = append(lines, "      "+screen.Safe(dir))
	}
	if u.Exercises > 0 {
		add("%s; search them with --training.", count(u.Exercises, "exercise"))
	}
	if u.Drafts > 0 {
		add("%s on this computer that nobody has signed.", count(u.Drafts, "draft"))
	}
	add("other computers' unpublished records, case systems, e-mail and paper; and words that were written in another way.")
	return lines
}
