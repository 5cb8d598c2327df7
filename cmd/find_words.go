package cmd

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A word is a run of letters and digits of a text, as it is compared: without capitals, accents and signs that are not seen.
type word struct {
	text     string
	from, to int // where it stands in the text, in bytes
	digits   bool
}

// plainLetters are letters that no accent can be taken off, and that people type in another way.
var plainLetters = map[rune]string{'ß': "ss", 'ẞ': "ss", 'æ': "ae", 'Æ': "ae", 'œ': "oe", 'Œ': "oe", 'ø': "o", 'Ø': "o", 'ł': "l", 'Ł': "l", 'đ': "d", 'Đ': "d",
	'ð': "d", 'Ð': "d", 'þ': "th", 'Þ': "th", 'ħ': "h", 'Ħ': "h", 'ı': "i"}

// wordsOf takes a text apart. An apostrophe joins (O'Neill is one word, with it or without), a hyphen does not. What cannot be
// seen, such as marks that turn the direction of text, neither joins nor parts: a name is found also where one was put into it.
func wordsOf(s string) []word {
	var words []word
	var b strings.Builder
	from, to, digits := -1, 0, true
	end := func() {
		if from >= 0 {
			words = append(words, word{b.String(), from, to, digits})
		}
		b.Reset()
		from, digits = -1, true
	}
	take := func(r rune, at, size int) {
		if from < 0 {
			from = at
		}
		to = at + size
		digits = digits && unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	var room [utf8.UTFMax]byte
	for at := 0; at < len(s); {
		r, size := rune(s[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[at:])
		}
		switch {
		case r < utf8.RuneSelf:
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
				take(r, at, size)
			} else if r != '\'' {
				end()
			}
		case plainLetters[r] != "":
			for _, p := range plainLetters[r] {
				take(p, at, size)
			}
		case r == '’' || r == 'ʼ' || r == '‘' || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Mn, r):
		default:
			apart := norm.NFKD.Bytes(room[:utf8.EncodeRune(room[:], r)])
			some := false
			for len(apart) > 0 {
				p, n := utf8.DecodeRune(apart)
				apart = apart[n:]
				if unicode.IsLetter(p) || unicode.IsDigit(p) {
					take(p, at, size)
					some = true
				}
			}
			if !some {
				end()
			}
		}
		at += size
	}
	end()
	return words
}

// A phrase is what somebody looks for: words that follow one another. The last of them may be the beginning of one.
type phrase struct {
	words  []string
	number string // where it is a number of six digits or more: all its digits, which may be written in groups
	whole  bool   // the last word is not a beginning
}

// leastNumber is how many digits make a number that may be grouped otherwise than it was typed.
const leastNumber = 6

func newPhrase(typed string, whole bool) (p phrase, ok bool) {
	digits := true
	var joined strings.Builder
	for _, w := range wordsOf(typed) {
		p.words = append(p.words, w.text)
		digits = digits && w.digits
		joined.WriteString(w.text)
	}
	if digits && joined.Len() >= leastNumber {
		p.number = joined.String()
	}
	p.whole = whole
	return p, len(p.words) > 0
}

// in finds the phrase in a text that was taken apart: where it begins and ends there.
func (p phrase) in(words []word) (from, to int, found bool) {
	for i := range words {
		if i+len(p.words) <= len(words) && p.at(words[i:]) {
			return words[i].from, words[i+len(p.words)-1].to, true
		}
		if p.number == "" || !words[i].digits {
			continue
		}
		joined := ""
		for j := i; j < len(words) && words[j].digits; j++ {
			if joined += words[j].text; len(joined) < len(p.number) {
				continue
			}
			if joined == p.number || !p.whole && strings.HasPrefix(joined, p.number) {
				return words[i].from, words[j].to, true
			}
			break
		}
	}
	return 0, 0, false
}

func (p phrase) at(words []word) bool {
	last := len(p.words) - 1
	for i, w := range p.words {
		if words[i].text != w && (i < last || p.whole || !strings.HasPrefix(words[i].text, w)) {
			return false
		}
	}
	return true
}

// inReference finds the phrase in a reference, however its parts are joined: HL4471 is HL-4471.
func (p phrase) inReference(words []word) (from, to int, found bool) {
	var all strings.Builder
	for _, w := range words {
		all.WriteString(w.text)
	}
	wanted := strings.Join(p.words, "")
	if len(words) == 0 || p.whole && all.String() != wanted || !strings.Contains(all.String(), wanted) {
		return 0, 0, false
	}
	return words[0].from, words[len(words)-1].to, true
}
