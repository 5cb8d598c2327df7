package paper

import (
	"io"
	"slices"
	"strconv"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/decision"
)

// A Handout is a trainer's pack for one case: the story and a blank form to hand out, and, on pages of their own, what the
// trainer keeps. It comes from a scenario, which anybody may have written, and from the model answer, composed and unsigned.
type Handout struct {
	ID      string // what the case is called
	Named   string // what to type for it after dsa practise: its id, or the name of its file without the folder
	Title   string
	Teaches string   // for the trainer: it may give away the answer
	You     string   // who the reader is in it
	Story   string   // paragraphs are parted by an empty line
	On      string   // the clock of the case, as in a record
	Told    []string // the ids of the answers that the story gives
	Form    *Form    // without the question who decides: the story tells that
	Model   *decision.Record
	// Completed is what completes the model answer of an emergency afterwards; nil: nothing does.
	Completed *decision.Record
	Points    []HandoutPoint
	Open      string
	Quiz      []HandoutQuestion
	Variants  []HandoutVariant
}

// A HandoutPoint is one answer to talk about. What it names is in words.
type HandoutPoint struct {
	Asked                    string
	Model, Accept, Not, Need []string
	Open                     bool // the law leaves it open, or it is in one's own words
	Why, Source              string
}

// A HandoutQuestion is one question of the quiz, with the short record that it is about, if any.
type HandoutQuestion struct {
	Ask         string
	Record      []string
	Choices     []string
	Right       int    // which choice is right, counted from 1
	Finding     string // what dsa says of the record, if anything
	Why, Source string
}

// A HandoutVariant is the same case on another day or with other answers.
type HandoutVariant struct{ Named, Title string }

// HTML writes the pack as one page that prints on A4: what is handed out first, each part from a sheet of its own.
func (h *Handout) HTML(w io.Writer) error {
	form := *h.Form
	form.Questions = deeper(known(form.Questions, h.Model, h.Told))
	page := handoutPage{Handout: h, Form: &form, Known: knownWords(h.Model, h.Told), Answer: modelLeaf(h.Model)}
	if h.Completed != nil {
		completed := modelLeaf(h.Completed)
		page.Afterwards = &completed
	}
	for _, id := range []string{"gateway", "article-6", "condition"} {
		if a, ok := h.Model.Answer(id); ok {
			// In the order of the record nobody could tell the model's own choice; a pack is read out in one order.
			one := handoutOffer{Asked: a.Asked, Words: append(chosenOf(a), a.Others...)}
			slices.Sort(one.Words)
			page.Offered = append(page.Offered, one)
		}
	}
	return write(w, "handout", page)
}

type handoutPage struct {
	*Handout
	Form       *Form // with what the story tells, and its headings below those of the pack
	Known      []handoutKnown
	Answer     leaf
	Afterwards *leaf
	Offered    []handoutOffer
}

// Paragraphs are those of the story.
func (p handoutPage) Paragraphs() []string { return paragraphs(p.Story) }

// Who are the paragraphs that say who the reader is.
func (p handoutPage) Who() []string { return paragraphs(p.You) }

// LeftOpen are the paragraphs of what the law leaves open.
func (p handoutPage) LeftOpen() []string { return paragraphs(p.Handout.Open) }

// paragraphs are the lines of a text that has any: in a scenario an empty line is lost where its text is folded.
func paragraphs(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return strings.TrimSpace(s) == "" })
}

// A handoutKnown is an answer that the story gives, in the words in which it is asked.
type handoutKnown struct {
	Asked string
	Words []string
}

// A handoutOffer is what dsa offers at one question about the law, the model's choice among it.
type handoutOffer struct {
	Asked string
	Words []string
}

// Letter names a choice of the quiz as people call it out.
func (q HandoutQuestion) Letter(n int) string {
	if n < 1 || n > 26 {
		return strconv.Itoa(n)
	}
	return string(rune('A' + n - 1))
}

// Answer is the right choice, with its letter.
func (q HandoutQuestion) Answer() string {
	if q.Right < 1 || q.Right > len(q.Choices) {
		return ""
	}
	return q.Letter(q.Right) + ". " + q.Choices[q.Right-1]
}

// modelLeaf is a record without its place in a log, for it has none, and a level below the heading of its part.
func modelLeaf(r *decision.Record) leaf {
	l := leafOf(&Dossier{First: Filed{Record: r}, Now: r}, Filed{Record: r, Kind: r.Kind()})
	l.Sub = true
	for i := range l.Questions {
		parts := l.Questions[i].Parts
		for j := range parts {
			parts[j].Answers = slices.DeleteFunc(parts[j].Answers, func(g given) bool { return len(g.Words) == 0 }) // left empty, as it may be
		}
		l.Questions[i].Parts = slices.DeleteFunc(parts, func(p part) bool { return len(p.Answers) == 0 })
	}
	l.Questions = slices.DeleteFunc(l.Questions, func(h heading) bool { return len(h.Parts) == 0 })
	return l
}

// known fills in what the story tells: there is nothing to write where there is nothing to decide.
func known(questions []FormQuestion, model *decision.Record, told []string) []FormQuestion {
	questions = slices.Clone(questions)
	for i := range questions {
		questions[i].Asks = slices.Clone(questions[i].Asks)
		for j := range questions[i].Asks {
			ask := &questions[i].Asks[j]
			if words, is := toldOf(model, told, ask.ID); is {
				ask.Known = words
			}
		}
	}
	return questions
}

// toldOf are the words of an answer that the story gives, and whether it does.
func toldOf(model *decision.Record, told []string, id string) (words []string, is bool) {
	if !slices.Contains(told, id) {
		return nil, false
	}
	words = Answered(model, id)
	return words, len(words) > 0
}

// Answered are the words of the answer with the id, each choice one. Of a group, each item is one.
func Answered(d *decision.Record, id string) (words []string) {
	item := 0
	for _, q := range d.Questions {
		for _, a := range q.Answers {
			switch {
			case a.Group == "" && a.ID == id:
				return wordsOf(a)
			case a.Group == id && a.Words() != "":
				if a.Item != item {
					item = a.Item
					words = append(words, strconv.Itoa(item)+". "+a.Words())
				} else {
					words[len(words)-1] += "; " + a.Words()
				}
			}
		}
	}
	return words
}

func wordsOf(a decision.Answer) []string {
	if len(a.Chosen) > 0 {
		return chosenOf(a)
	}
	if a.Text == "" {
		return []string{"(left empty)"}
	}
	return []string{Moment(a.Text)}
}

func chosenOf(a decision.Answer) []string {
	var words []string
	for _, c := range a.Chosen {
		words = append(words, c.Words)
	}
	return words
}

// knownWords lists what the story tells, in the order of the record.
func knownWords(model *decision.Record, told []string) []handoutKnown {
	var all []handoutKnown
	groups := map[string]bool{}
	for _, q := range model.Questions {
		for _, a := range q.Answers {
			id, asked := a.ID, a.Asked
			if a.Group != "" {
				id, asked = a.Group, screen.Capital(strings.ReplaceAll(a.Group, "-", " "))
				if groups[id] {
					continue
				}
				groups[id] = true
			}
			if words, is := toldOf(model, told, id); is {
				all = append(all, handoutKnown{asked, words})
			}
		}
	}
	return all
}

// deeper puts the headings of a form one level down, for where it stands in a page with headings above it.
func deeper(questions []FormQuestion) []FormQuestion {
	var lower func(asks []FormAsk) []FormAsk
	lower = func(asks []FormAsk) []FormAsk {
		asks = slices.Clone(asks)
		for i := range asks {
			asks[i].Below, asks[i].Items = true, lower(asks[i].Items)
		}
		return asks
	}
	for i := range questions {
		questions[i].Below, questions[i].Asks = true, lower(questions[i].Asks)
	}
	return questions
}

// OccasionWords say which of the three ways of sharing a case is about.
func (p handoutPage) OccasionWords() string {
	if words := occasions[p.Model.Occasion]; words != "" {
		return words
	}
	return occasions[checklist.AdHoc]
}
