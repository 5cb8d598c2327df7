package cmd

import (
	"slices"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	commands := []string{"share", "show", "log", "due", "gateways", "checklist", "checkpoint", "verify", "setup"}
	ids := []string{"children-act-2004-s16h", "children-act-1989-s47", "children-act-1989-s17", "care-act-2014-s42", "london-mas-2021"}
	for _, c := range []struct {
		sentence, typed string
		known, want     []string
	}{
		{"two letters changed round", "shear", commands, []string{"share"}},
		{"one letter missing", "verfy", commands, []string{"verify"}},
		{"capitals and blanks", " GateWays ", commands, []string{"gateways"}},
		{"a beginning of two", "check", commands, []string{"checklist", "checkpoint"}},
		{"a short word changed round", "lgo", commands, []string{"log"}},
		{"a short word that is another", "foo", commands, nil},
		{"one letter says nothing", "s", commands, nil},
		{"nothing", "", commands, nil},
		{"a letter left out of an id", "children-act-2004-16h", ids, []string{"children-act-2004-s16h"}},
		{"equally near", "children-act-1989-s7", ids, []string{"children-act-1989-s47", "children-act-1989-s17"}},
		{"a part of an id", "london", ids, []string{"london-mas-2021"}},
		{"something else entirely", "the whole of the law", ids, nil},
		{"a text and no word", strings.Repeat("care", 50), ids, nil},
		{"letters of more than one byte", "ééé", ids, nil},
	} {
		t.Run(c.sentence, func(t *testing.T) {
			if got := nearest(c.typed, c.known); !slices.Equal(got, c.want) {
				t.Errorf("nearest to %q are %q, want %q", c.typed, got, c.want)
			}
		})
	}
}
