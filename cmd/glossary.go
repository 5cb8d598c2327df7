package cmd

import (
	"bufio"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/legislation"

	"github.com/spf13/cobra"
)

// NewGlossary is the command that says what words mean, and has the principles to be read.
func NewGlossary(app *App) *cobra.Command {
	var agreement string
	var asJSON bool
	c := &cobra.Command{
		Use:   "glossary [WORDS]",
		Short: "Say what a word means; confidentiality, consent and the principles",
		Long: `glossary lists the terms of the agreements' glossaries, and short pieces to read
about confidentiality, consent, the police power and the principles. With words
it shows those that fit. The terms are the agreements'; the meanings are in our
own words, with a note where the print is wrong or overtaken.`,
		Example: "  dsa glossary\n  dsa glossary caldicott\n  dsa glossary legal gateway",
		Args:    cobra.ArbitraryArgs,
		RunE:    func(_ *cobra.Command, args []string) error { return runGlossary(app, agreement, args, asJSON) },
	}
	c.Flags().StringVar(&agreement, "agreement", "", "only the terms of this agreement")
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object to an entry, for programs")
	return c
}

// A glossaryEntry is a term or a reading, as it is found and shown.
type glossaryEntry struct {
	Kind      string                    `json:"kind"` // term or reading
	ID        string                    `json:"id"`
	Agreement string                    `json:"agreement,omitempty"` // of a term
	Title     string                    `json:"title"`               // the term as printed, or the title of the reading
	Words     string                    `json:"words"`
	Note      string                    `json:"note,omitempty"`
	Check     []string                  `json:"check,omitempty"`
	Certainty string                    `json:"certainty,omitempty"` // of a reading
	Source    string                    `json:"source,omitempty"`    // of a term
	Sources   []checklist.ReadingSource `json:"sources,omitempty"`   // of a reading
	See       []string                  `json:"see,omitempty"`
}

func runGlossary(app *App, agreement string, args []string, asJSON bool) error {
	agreement, err := app.withPack(agreement)
	if err != nil {
		return err
	}
	agreements := checklist.Agreements(app.Data)
	if agreement != "" {
		if !slices.Contains(agreements, agreement) {
			return &failure{what: "there is no such agreement here", next: perhaps(agreement, app.agreementNames(), "choose one of: "+listed(app.agreementNames())), code: codeUsage}
		}
		agreements = []string{agreement}
	}
	glossary, err := checklist.LoadGlossary(app.Data)
	if err != nil {
		return err
	}
	entries := entriesOf(glossary, agreements)
	w := bufio.NewWriter(app.Out)
	if words := strings.Join(args, " "); plainWords(words) != "" {
		found := fittingEntries(entries, words)
		if len(found) == 0 {
			return fail("no term or reading fits these words", nearEntries(entries, words))
		}
		entries = found
	} else if !asJSON {
		listEntries(w, entries, agreements)
		return w.Flush()
	}
	for i, e := range entries {
		if asJSON {
			if err := json.NewEncoder(w).Encode(e); err != nil {
				return err
			}
			continue
		}
		if i > 0 {
			fmt.Fprintln(w)
		}
		for _, line := range e.page() {
			fmt.Fprintln(w, line)
		}
	}
	return w.Flush()
}

func entriesOf(g *checklist.Glossary, agreements []string) []glossaryEntry {
	var entries []glossaryEntry
	for _, t := range g.Terms {
		if slices.Contains(agreements, t.Agreement) {
			entries = append(entries, glossaryEntry{Kind: "term", ID: t.ID, Agreement: t.Agreement, Title: t.Term, Words: t.Means,
				Note: t.Note, Check: t.Check, Source: t.Source, See: t.See})
		}
	}
	for _, r := range g.Readings {
		entries = append(entries, glossaryEntry{Kind: "reading", ID: r.ID, Title: r.Title, Words: r.Words, Check: r.Check,
			Certainty: r.Certainty, Sources: r.Sources, See: r.See})
	}
	return entries
}

func listEntries(w *bufio.Writer, entries []glossaryEntry, agreements []string) {
	line := func(s string) { fmt.Fprintln(w, screen.Cut(s, 80)) }
	for _, agreement := range agreements {
		var terms []string
		for _, e := range entries {
			if e.Agreement == agreement {
				terms = append(terms, "  "+e.Title)
			}
		}
		if len(terms) == 0 {
			line(agreement + " has no glossary of its own.")
		} else {
			line(fmt.Sprintf("Terms of %s (%d)", agreement, len(terms)))
		}
		for _, t := range terms {
			line(t)
		}
		fmt.Fprintln(w)
	}
	line("To read")
	for _, e := range entries {
		if e.Kind == "reading" {
			line(fmt.Sprintf("  %-24s %s", e.ID, e.Title))
		}
	}
	fmt.Fprintln(w, "\nShow one with: dsa glossary WORDS")
}

// certaintyWords say how sure a reading is, as the law's entries do.
var certaintyWords = map[string]string{
	"verified":  "the addresses below were consulted and say so",
	"knowledge": "settled knowledge, not re-read in every part",
	"unsure":    checkFirst,
}

// page is the entry in lines that fit 80 columns. An address is kept whole, so that it can be opened.
func (e glossaryEntry) page() []string {
	lines := append(screen.Wrapped("", e.Title), strings.Repeat("-", min(len([]rune(e.Title)), 80)))
	add := func(text string) { lines = append(lines, screen.Wrapped("", text)...) }
	for i, paragraph := range strings.Split(e.Words, "\n") {
		if i > 0 {
			lines = append(lines, "")
		}
		add(paragraph)
	}
	lines = append(lines, "")
	if e.Note != "" {
		add("Note: " + e.Note)
	}
	for _, c := range e.Check {
		add("Check before relying on this: " + c)
	}
	if e.Source != "" {
		add("Source: " + e.Agreement + ", " + e.Source)
	}
	if e.Certainty != "" {
		add("How sure: " + certaintyWords[e.Certainty] + ".")
	}
	for _, s := range e.Sources {
		add("Source: " + s.Says)
		if s.Address != "" {
			lines = append(lines, "  "+screen.Safe(s.Address))
		}
	}
	if len(e.See) > 0 {
		add("See also: " + listed(e.See))
	}
	return lines
}

// bracketed is what stands in brackets within a term, such as its abbreviation.
var bracketed = regexp.MustCompile(`\s*[(\[]([^)\]]*)[)\]]`)

// names are the words under which an entry is found: its id, its title, its title without brackets, the abbreviation
// in them, and each side of a stroke.
func (e glossaryEntry) names() []string {
	names := []string{plainWords(e.ID), plainWords(e.Title)}
	if e.Kind == "term" {
		for _, m := range bracketed.FindAllStringSubmatch(e.Title, -1) {
			if len(m[1]) > 1 {
				names = append(names, plainWords(m[1]))
			}
		}
		for _, side := range strings.Split(bracketed.ReplaceAllString(e.Title, ""), "/") {
			names = append(names, plainWords(side))
		}
	}
	return names
}

// plainWords are the words of a text in lower case, apostrophes left out and other signs read as blanks.
func plainWords(s string) string {
	s = strings.NewReplacer("'", "", "’", "").Replace(strings.ToLower(s))
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

// fittingEntries are the entries called exactly so; or else those whose name begins so; or else those with a word that begins
// so; or else those from which the words are one typing mistake away.
func fittingEntries(entries []glossaryEntry, words string) []glossaryEntry {
	wanted := plainWords(words)
	asked := strings.Fields(wanted)
	for _, fits := range []func(name string) bool{
		func(name string) bool { return name == wanted },
		func(name string) bool { return strings.HasPrefix(name, wanted) },
		func(name string) bool {
			have := strings.Fields(name)
			for _, a := range asked {
				if !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, a) }) {
					return false
				}
			}
			return true
		},
		func(name string) bool { return legislation.Slips(wanted, name) <= 1 },
		func(name string) bool {
			// In short words one letter makes another word.
			return len(asked) == 1 && len(wanted) > 4 &&
				slices.ContainsFunc(strings.Fields(name), func(h string) bool { return legislation.Slips(wanted, h) <= 1 })
		},
	} {
		var found []glossaryEntry
		for _, e := range entries {
			if slices.ContainsFunc(e.names(), fits) {
				found = append(found, e)
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// nearEntries says by their ids which entries have names that are near the words, and where all are.
func nearEntries(entries []glossaryEntry, words string) string {
	var names []string
	of := map[string]string{}
	for _, e := range entries {
		for _, name := range e.names() {
			names = append(names, name)
			of[name] = e.ID
		}
	}
	var ids []string
	for _, name := range nearest(plainWords(words), names) {
		if !slices.Contains(ids, of[name]) {
			ids = append(ids, of[name])
		}
	}
	if ids == nil {
		return "dsa glossary lists them all"
	}
	return "perhaps " + strings.Join(ids, " or ") + "; dsa glossary lists them all"
}
