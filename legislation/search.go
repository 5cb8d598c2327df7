package legislation

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// A Hit is an entry that a search found, and by what.
type Hit struct {
	*Provision
	By    string // what of the entry answered best: "id", "number", "synonym", "initiative", "title", "act", "facts", "summary", "who"
	score int
}

// The parts of an entry that are searched, and what each counts. An exact id comes before everything, then what people
// call it, then numbers, then names, then what is said about it.
const (
	byID         = 10000
	bySynonym    = 500
	byNumber     = 200
	byInitiative = 150
	byTitle      = 40
	byAct        = 25
	byFacts      = 12
	bySummary    = 8
	byWho        = 3
)

var partNames = map[int]string{byID: "id", bySynonym: "synonym", byNumber: "number", byInitiative: "initiative",
	byTitle: "title", byAct: "act", byFacts: "facts", bySummary: "summary", byWho: "who"}

// Search finds entries by name, number, summary or what people call them, the best first. All the words must be found;
// where no entry has them all, those that have most are returned, and none if none has any. A word of five letters or
// more that the tables do not know may have one slip of the keyboard in it. The same words always give the same hits.
func (l *Law) Search(words string) []Hit {
	index := l.index()
	asked := l.mean(index.mend(tokens(words)))
	var hits []Hit
	best := 0
	for i, p := range l.Provisions {
		hit, found := weighHit(p, index.entries[i], asked)
		if id := strings.ToLower(strings.TrimSpace(words)); id == p.ID || strings.ReplaceAll(id, " ", "-") == p.ID {
			hit.score, hit.By, found = byID, partNames[byID], len(asked.words)
		}
		if hit.score == 0 || found < best {
			continue
		}
		if found > best {
			hits, best = nil, found
		}
		hits = append(hits, hit)
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return b.score - a.score })
	return hits
}

// A question is what was typed, understood: its words, and for every entry that a synonym or an initiative names, how
// well and which of the words that covers.
type question struct {
	words []string
	named map[string][]naming // by entry id
}

type naming struct {
	part, score int
	covers      []int
}

// mean adds what synonyms and initiatives say of the words. A synonym for other words of the tables takes their place.
func (l *Law) mean(words []string) question {
	for _, s := range l.Synonyms {
		if s.Means == "" {
			continue
		}
		for _, say := range s.Say {
			said := tokens(say)
			if at := run(words, said); len(at) > 0 {
				words = slices.Concat(words[:at[0]], tokens(s.Means), words[at[0]+len(said):])
				break
			}
		}
	}
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(fillers, w) })
	q := question{words: words, named: map[string][]naming{}}
	name := func(ids []string, part int, covers []int) {
		for i, id := range ids {
			// The longer the phrase, the surer; within one, the order of the data.
			q.named[id] = append(q.named[id], naming{part, part + 50*len(covers) - i, covers})
		}
	}
	for _, s := range l.Synonyms {
		for _, say := range s.Say {
			if at := run(words, withoutFillers(tokens(say))); at != nil {
				name(s.Entries, bySynonym, at)
				break
			}
		}
	}
	for _, in := range l.Initiatives {
		for _, say := range []string{in.ID, in.Title, shortName.FindString(in.Title)} {
			if at := run(words, withoutFillers(tokens(say))); at != nil {
				name(in.First, byInitiative, at)
				break
			}
		}
	}
	return q
}

// shortName is the part of a title in brackets, such as "(MASH)".
var shortName = regexp.MustCompile(`\([^)]*\)$`)

// run finds the places in words where the phrase stands, all its words in a row; nil: nowhere.
func run(words, phrase []string) []int {
	if len(phrase) == 0 {
		return nil
	}
	for i := 0; i+len(phrase) <= len(words); i++ {
		if slices.Equal(words[i:i+len(phrase)], phrase) {
			at := make([]int, len(phrase))
			for j := range at {
				at[j] = i + j
			}
			return at
		}
	}
	return nil
}

// fillers say nothing about which entry is meant.
var fillers = []string{"a", "an", "and", "about", "at", "by", "for", "from", "in", "is", "my", "of", "on", "or", "the", "their",
	"to", "under", "with"}

func withoutFillers(words []string) []string {
	return slices.DeleteFunc(words, func(w string) bool { return slices.Contains(fillers, w) })
}

// An index holds the words of every entry with what each counts there.
type index struct {
	entries []map[string]int // per entry: word to its best part
	known   map[string]bool  // every word there is, synonyms' too
}

func (l *Law) index() index {
	x := index{known: map[string]bool{}}
	know := func(words []string) {
		for _, w := range words {
			x.known[w] = true
		}
	}
	for _, p := range l.Provisions {
		entry := map[string]int{}
		add := func(part int, texts ...string) {
			for _, text := range texts {
				for _, w := range tokens(text) {
					entry[w] = max(entry[w], part)
				}
			}
		}
		for _, w := range append(tokens(p.Short), tokens(p.Provision)...) {
			if hasDigit(w) && !year.MatchString(w) {
				entry[w] = byNumber
			}
		}
		add(byTitle, p.Title, p.Short)
		add(byAct, p.Act, p.Cite)
		for _, line := range p.Facts {
			for _, fact := range strings.Split(line, either) {
				if fact != FactAsked {
					add(byFacts, fact, l.FactWords(fact))
				}
			}
		}
		for _, topic := range p.Touches {
			add(byFacts, topic, l.TopicWords(topic))
		}
		add(bySummary, p.Summary)
		add(byWho, PartyWords(p.Holders)...)
		add(byWho, PartyWords(p.Recipients)...)
		add(byWho, p.Subjects...)
		for w := range entry {
			x.known[w] = true
		}
		x.entries = append(x.entries, entry)
	}
	for _, s := range l.Synonyms {
		for _, say := range s.Say {
			know(tokens(say))
		}
	}
	for _, in := range l.Initiatives {
		know(tokens(in.Title))
		know(tokens(in.ID))
	}
	return x
}

// weighHit counts how well an entry answers, and how many of the words it has.
func weighHit(p *Provision, entry map[string]int, q question) (Hit, int) {
	hit := Hit{Provision: p}
	top := 0
	covered := make([]bool, len(q.words))
	for _, n := range q.named[p.ID] {
		hit.score += n.score
		top = max(top, n.part)
		for _, at := range n.covers {
			covered[at] = true
		}
	}
	for at, w := range q.words {
		part, score := look(entry, w)
		hit.score += score
		top = max(top, part)
		covered[at] = covered[at] || part > 0
	}
	if top == byNumber && !slices.ContainsFunc(numbers(p), func(n string) bool { return !slices.Contains(q.words, n) }) {
		hit.score += byNumber / 4 // the number asked for, and not one that contains it, such as s47(9)
	}
	hit.By = partNames[top]
	return hit, len(slices.DeleteFunc(covered, func(c bool) bool { return !c }))
}

// look finds a word in an entry: as it is, as a number without its "s", or as another form of the word, for half.
func look(entry map[string]int, word string) (part, score int) {
	if part := entry[word]; part > 0 {
		return part, part
	}
	if startsWithDigit(word) {
		for _, unit := range []string{"s", "r"} {
			if part := entry[unit+word]; part > 0 {
				return part, part / 2
			}
		}
		return 0, 0
	}
	if hasDigit(word) {
		return 0, 0
	}
	for w, p := range entry {
		if alike(w, word) {
			part = max(part, p)
		}
	}
	return part, part / 2
}

// alike reports whether one word is the other with a few letters more: leaver and leavers, prevent and prevention.
func alike(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) >= 4 && len(b)-len(a) <= 3 && strings.HasPrefix(b, a) && !hasDigit(b)
}

// mend replaces words that nothing has by the word that is one slip away from it.
func (x index) mend(words []string) []string {
	for i, w := range words {
		if len(w) < 5 || hasDigit(w) || x.known[w] || slices.Contains(fillers, w) {
			continue
		}
		best, related := "", false
		for known := range x.known {
			related = related || alike(known, w)
			if oneSlip(known, w) && !hasDigit(known) && (best == "" || closer(known, best, w)) {
				best = known
			}
		}
		if best != "" && !related {
			words[i] = best
		}
	}
	return words
}

// closer prefers the word that begins more like the one typed, then the alphabet: first letters are rarely mistyped.
func closer(a, b, typed string) bool {
	if x, y := common(a, typed), common(b, typed); x != y {
		return x > y
	}
	return a < b
}

func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// oneSlip reports whether the words differ by one letter too many, too few or wrong, or by two changed round.
func oneSlip(a, b string) bool {
	return a != b && len(a)-len(b) <= 1 && len(b)-len(a) <= 1 && Slips(a, b) == 1
}

// Slips counts the letters to be added, left out, changed or swapped with their neighbour to make one text of the other.
func Slips(one, other string) int {
	a, b := []rune(one), []rune(other)
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			wrong := 1
			if a[i-1] == b[j-1] {
				wrong = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+wrong)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// tokens are the words and numbers of a text in one form: "section 47", "s.47", "sec 47" and "s47" are all "s47".
func tokens(text string) []string {
	text = strings.NewReplacer("'", "", "’", "", "§", " section ").Replace(strings.ToLower(text))
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var out []string
	for i := 0; i < len(words); i++ {
		w := words[i]
		if unit := units[w]; unit != "" && i+1 < len(words) && isNumber(words[i+1]) {
			i++
			out = append(out, unit+words[i])
			continue
		}
		if parts := joined.FindStringSubmatch(w); parts != nil && units[parts[1]] != "" {
			w = units[parts[1]] + parts[2]
		}
		out = append(out, w)
	}
	return out
}

// units are the parts into which law is numbered, with one short form each.
var units = map[string]string{
	"s": "s", "ss": "s", "sec": "s", "secs": "s", "sect": "s", "section": "s", "sections": "s",
	"r": "r", "reg": "r", "regs": "r", "regulation": "r", "regulations": "r",
	"sch": "sch", "sched": "sch", "schedule": "sch", "para": "para", "paragraph": "para", "ch": "ch", "chapter": "ch",
}

var joined = regexp.MustCompile(`^([a-z]+)(\d[a-z0-9]*)$`)

// isNumber reports whether a word numbers a part; four digits are a year and belong to the title before them.
func isNumber(w string) bool { return startsWithDigit(w) && !year.MatchString(w) }

var year = regexp.MustCompile(`^(19|20)\d\d$`)

func startsWithDigit(w string) bool { return w != "" && w[0] >= '0' && w[0] <= '9' }

func hasDigit(w string) bool { return strings.ContainsAny(w, "0123456789") }

func numbers(p *Provision) []string {
	return slices.DeleteFunc(tokens(p.Short), func(w string) bool { return !hasDigit(w) })
}
