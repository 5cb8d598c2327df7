package yamlfile

import (
	"fmt"
	"strings"
	"unicode"

	"gopkg.in/yaml.v3"
)

// Unshowable is every text of the file, field or value, that could act on a screen or hide something: control
// characters, marks that turn the direction of text, characters that show nothing. It is for files from elsewhere, of
// which every word will be shown to people who decide. The faults never repeat the text.
func (d *Doc) Unshowable() (faults Faults) {
	walk(d.Root(), func(n *yaml.Node) {
		for _, r := range n.Value {
			if unshowable(r) {
				faults = append(faults, Fault{File: d.File, Line: n.Line,
					What: fmt.Sprintf("a character that cannot be shown safely (U+%04X); write the words anew", r)})
				return
			}
		}
	})
	return faults
}

func unshowable(r rune) bool {
	if strings.ContainsRune("\n\t", r) {
		return false
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Co, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
}

func walk(node *yaml.Node, visit func(*yaml.Node)) {
	if node == nil {
		return
	}
	if node.Kind == yaml.ScalarNode {
		visit(node)
	}
	for _, inner := range node.Content {
		walk(inner, visit)
	}
}
