package cmd

import (
	"slices"
	"strings"
	"unicode/utf8"

	"dsa/legislation"
)

// mostNear is how many words are offered for a mistyped one: who reads a list has not been helped.
const mostNear = 3

// nearest are the known words that are most like a mistyped one: commands, flags, ids and topics alike. Several come only where
// they are equally near, or where what was typed begins them all; none where none is near, for a wrong guess
// is worse than none.
func nearest(typed string, known []string) []string {
	typed = strings.ToLower(strings.TrimSpace(typed))
	letters := utf8.RuneCountInString(typed)
	if letters < 2 || letters > 100 {
		return nil
	}
	var near []string
	take := func(word string) {
		if !slices.Contains(near, word) {
			near = append(near, word)
		}
	}
	least := slipsAllowed(letters) + 1
	for _, word := range known {
		n := legislation.Slips(typed, strings.ToLower(word))
		if n < least {
			near, least = nil, n
		}
		if n == least && n <= slipsAllowed(letters) {
			take(word)
		}
	}
	if near == nil && letters >= 3 {
		// What was begun and not finished, or is one part of an id: london for london-mas-2021.
		for _, word := range known {
			if beginsPart(strings.ToLower(word), typed) {
				take(word)
			}
		}
	}
	return near[:min(len(near), mostNear)]
}

// slipsAllowed is how many letters may be wrong in a word of so many. In short words one letter more makes another word.
func slipsAllowed(letters int) int {
	switch {
	case letters < 5:
		return 1
	default:
		return max(2, letters/3)
	}
}

// beginsPart reports whether a word begins so, or one of the parts that hyphens and the like join in it.
func beginsPart(word, typed string) bool {
	for at := 0; ; {
		if strings.HasPrefix(word[at:], typed) {
			return true
		}
		next := strings.IndexAny(word[at:], "-_ ")
		if next < 0 {
			return false
		}
		at += next + 1
	}
}

// perhaps puts the nearest words before what else can be done: "perhaps routine; or choose one of: adhoc, routine".
func perhaps(typed string, known []string, otherwise string) string {
	near := nearest(typed, known)
	if len(near) == 0 {
		return otherwise
	}
	return "perhaps " + strings.Join(near, " or ") + "; or " + otherwise
}
