package screen

import (
	"strings"

	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
)

// A theme is how pages look. It never asks the terminal anything and uses the sixteen colours every terminal has, so
// that people's own settings for contrast hold. What has to be read stands in the terminal's own colour, which is the
// only one sure to be legible on it, dark or light; colour is left to bars and badges, and never the only sign.
type theme struct {
	training, where, key, rule           lipgloss.Style
	heading, ask, text, warning, problem look
	found                                look // what was pointed out; its bars say how much it weighs

	huh huh.Theme
}

// A look is how a part of a page looks.
type look struct {
	text lipgloss.Style
	bar  lipgloss.Style // of the bar before each row
	bars bool
	lead lipgloss.Style // of the words before the first colon: "Look at this:"
	led  bool           // any words before a colon lead; else only those that are known to

	weight func(text string) lipgloss.Style // of the bar of one text, where it depends on the text
}

// The bar before a row, and a blank after it.
const (
	bar      = "▌ "
	barWidth = 2
)

func newTheme() *theme {
	plain := lipgloss.NewStyle()
	bold := plain.Bold(true)
	blue, yellow, red := lipgloss.Color("12"), lipgloss.Color("3"), lipgloss.Color("9")
	t := &theme{
		// Reversed, so that it is a badge also where there is no colour.
		training: bold.Reverse(true).Foreground(yellow).Background(lipgloss.Color("0")),
		where:    bold,
		key:      bold,
		rule:     plain.Faint(true),
		heading:  look{text: bold},
		text:     look{lead: bold},
		ask:      look{text: bold, bar: plain.Foreground(blue), bars: true},
		warning:  look{bar: plain.Foreground(yellow), bars: true, lead: bold, led: true},
		problem:  look{text: bold, bar: plain.Foreground(red), bars: true, lead: bold.Reverse(true), led: true},
	}
	t.found = t.warning
	t.found.weight = func(text string) lipgloss.Style {
		switch {
		case strings.Contains(leadOf(text), "Stop:"), strings.Contains(leadOf(text), "Act first:"):
			return t.problem.bar
		case strings.Contains(leadOf(text), "Caution:"):
			return t.warning.bar
		}
		return plain
	}
	selector := bold.Foreground(blue).SetString("> ")
	var f huh.FieldStyles
	f.SelectSelector, f.MultiSelectSelector = selector, selector
	f.SelectedPrefix = bold.SetString("[x] ")
	f.UnselectedPrefix = plain.SetString("[ ] ")
	f.TextInput.Prompt = bold.Foreground(blue)
	f.TextInput.Placeholder = t.rule
	styles := &huh.Styles{Focused: f, Blurred: f}
	// In a list of one choice huh draws the line under the cursor as selected; in a list of several, the ticked ones.
	styles.Focused.SelectedOption, styles.Blurred.SelectedOption = bold, bold
	t.huh = huh.ThemeFunc(func(bool) *huh.Styles { return styles })
	return t
}
