package screen

import (
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
)

// A theme is how pages look. It uses the sixteen colours every terminal has, so that people's own settings for
// contrast hold, and it never asks the terminal anything. Colour is never the only sign of something.
type theme struct {
	header, training, title, words, quiet, warning, problem lipgloss.Style

	huh huh.Theme
}

func newTheme() *theme {
	bold := lipgloss.NewStyle().Bold(true)
	cyan, yellow, red := lipgloss.Color("6"), lipgloss.Color("3"), lipgloss.Color("9")
	t := &theme{
		header:   lipgloss.NewStyle().Foreground(cyan),
		training: bold.Reverse(true),
		title:    bold.Foreground(cyan),
		words:    bold,
		quiet:    lipgloss.NewStyle().Faint(true),
		warning:  bold.Foreground(yellow),
		problem:  bold.Foreground(red),
	}
	selector := bold.Foreground(cyan).SetString("> ")
	var f huh.FieldStyles
	f.SelectSelector, f.MultiSelectSelector = selector, selector
	f.SelectedPrefix = bold.SetString("[x] ")
	f.UnselectedPrefix = lipgloss.NewStyle().SetString("[ ] ")
	f.TextInput.Prompt = bold.Foreground(cyan)
	f.TextInput.Placeholder = t.quiet
	styles := &huh.Styles{Focused: f, Blurred: f}
	// In a list of one choice huh draws the line under the cursor as selected; in a list of several, the ticked ones.
	styles.Focused.SelectedOption, styles.Blurred.SelectedOption = bold, bold
	t.huh = huh.ThemeFunc(func(bool) *huh.Styles { return styles })
	return t
}
