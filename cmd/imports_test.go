package cmd

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

type goPackage struct {
	ImportPath string
	Imports    []string
}

// The dependency picture: who may use whom, and who alone may use what. Tests themselves may look across it.
func TestImports(t *testing.T) {
	list := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	list.Dir = ".."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	uses := map[string][]string{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		uses[p.ImportPath] = p.Imports
	}

	// Of the project's own packages, each may use these and no others.
	mayUse := map[string][]string{
		"dsa/data":             {},
		"dsa/data/yamlfile":    {},
		"dsa/checklist":        {"dsa/data/yamlfile"},
		"dsa/legislation":      {"dsa/data/yamlfile"},
		"dsa/decision":         {},
		"dsa/decision/sshsig":  {},
		"dsa/decision/tree":    {"dsa/decision"},
		"dsa/decision/cases":   {"dsa/decision"},
		"dsa/decision/export":  {"dsa/decision", "dsa/decision/cases"},
		"dsa/decision/tally":   {"dsa/decision", "dsa/decision/cases"},
		"dsa/decision/logbook": {"dsa/decision", "dsa/decision/sshsig", "dsa/decision/tree"},
		"dsa/cmd/screen":       {"dsa/checklist", "dsa/decision"},
		"dsa/cmd/paper":        {"dsa/checklist", "dsa/cmd/screen", "dsa/decision", "dsa/decision/cases", "dsa/decision/tally"},
		"dsa/cmd/training":     {"dsa/checklist", "dsa/data/yamlfile", "dsa/decision"},
		"dsa/cmd": {"dsa/checklist", "dsa/cmd/paper", "dsa/cmd/screen", "dsa/cmd/training", "dsa/data", "dsa/data/yamlfile", "dsa/decision",
			"dsa/decision/cases", "dsa/decision/export", "dsa/decision/tally", "dsa/decision/logbook", "dsa/decision/sshsig", "dsa/legislation"},
		"dsa/cmd/dsa": {"dsa/cmd"},
		"dsa/cmd/man": {"dsa/cmd"}, // run by make man; not part of the program
	}
	for pkg, imports := range uses {
		allowed, known := mayUse[pkg]
		if !known {
			t.Errorf("%s is a new package: say here what it may use", pkg)
		}
		for _, i := range imports {
			if strings.HasPrefix(i, "dsa/") && !slices.Contains(allowed, i) {
				t.Errorf("%s uses %s, which the picture does not have", pkg, i)
			}
		}
	}

	// Libraries that belong to one place.
	onlyIn := map[string][]string{
		"github.com/spf13/cobra":       {"dsa/cmd", "dsa/cmd/man"},
		"charm.land/":                  {"dsa/cmd/screen"},
		"golang.org/x/crypto/ssh":      {"dsa/cmd", "dsa/decision/sshsig"},
		"github.com/hiddeco/sshsig":    {"dsa/decision/sshsig"},
		"gopkg.in/yaml.v3":             {"dsa/cmd", "dsa/cmd/training", "dsa/checklist", "dsa/legislation", "dsa/data/yamlfile"},
		"github.com/gofrs/flock":       {"dsa/cmd", "dsa/decision/logbook"},
		"html/template":                {"dsa/cmd/paper"},
		"filippo.io/age":               {"dsa/cmd"},
		"github.com/inconshreveable/":  {"dsa/cmd"},
		"github.com/transparency-dev/": {"dsa/decision/tree"},
		"github.com/xuri/excelize/v2":  {}, // tests hold what is written against it; it would cost every start 4 ms
		"net/http":                     {},
		"unsafe":                       {},
		"C":                            {},
	}
	for library, places := range onlyIn {
		for pkg, imports := range uses {
			for _, i := range imports {
				if (i == library || strings.HasSuffix(library, "/") && strings.HasPrefix(i, library)) && !slices.Contains(places, pkg) {
					t.Errorf("%s uses %s; that belongs in %v", pkg, i, places)
				}
			}
		}
	}
}
