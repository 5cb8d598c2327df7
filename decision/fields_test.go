package decision_test

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"dsa/checklist"
	"dsa/data"
	"dsa/decision"
)

// lists are the checklists of the program, each with the letter that FORMAT.md has for it.
func lists(t *testing.T) map[string]*checklist.List {
	t.Helper()
	all := map[string]*checklist.List{}
	for letter, from := range map[string][2]string{
		"A": {"cambridgeshire-peterborough-2024", checklist.AdHoc},
		"R": {"cambridgeshire-peterborough-2024", checklist.Routine},
		"L": {"london-mas-2021", checklist.AdHoc},
	} {
		agreement, err := checklist.Load(data.Files, from[0])
		if err != nil {
			t.Fatal(err)
		}
		all[letter] = agreement.List(from[1])
	}
	for letter, id := range map[string]string{"E": "emergency", "M": "amend", "V": "review", "S": "endorse"} {
		list, err := checklist.LoadOwn(data.Files, id)
		if err != nil {
			t.Fatal(err)
		}
		all[letter] = list
	}
	return all
}

const letters = "ARLEMVS"

// askedAt is where the answers are asked, in the spelling of FORMAT.md: the agreements' own questions by letter and
// number, and then ours by the letters of the lists in which they stand and their id.
func askedAt(all map[string]*checklist.List, answers []string) string {
	var numbered, ours []string
	in := map[string]string{}
	for _, letter := range letters {
		for _, q := range all[string(letter)].Questions {
			asks := slices.ContainsFunc(q.Asks, func(a checklist.Ask) bool {
				return slices.ContainsFunc(answers, func(id string) bool {
					group, part, grouped := strings.Cut(id, "/")
					return a.ID == id || grouped && a.ID == group && slices.ContainsFunc(a.Items, func(i checklist.Ask) bool { return i.ID == part })
				})
			})
			switch {
			case !asks:
			case q.Number != "":
				numbered = append(numbered, string(letter)+q.Number)
			default:
				if in[q.ID] == "" {
					ours = append(ours, q.ID)
				}
				in[q.ID] += string(letter)
			}
		}
	}
	for _, id := range ours {
		numbered = append(numbered, in[id]+":"+id)
	}
	return strings.Join(numbered, ", ")
}

// bodyPlace reports whether a body has the place, a path of names as they stand in it.
func bodyPlace(path string) bool {
	at := reflect.TypeFor[decision.Record]()
	for _, name := range strings.Split(path, ".") {
		for at.Kind() == reflect.Pointer || at.Kind() == reflect.Slice {
			at = at.Elem()
		}
		if at.Kind() != reflect.Struct {
			return false
		}
		found := false
		for i := range at.NumField() {
			if tag, _, _ := strings.Cut(at.Field(i).Tag.Get("json"), ","); tag == name {
				at, found = at.Field(i).Type, true
				break
			}
		}
		if !found {
			return false
		}
	}
	return true
}

// FORMAT.md says of each of the fifty fields of a decision where it stands in a record, where it is asked and what
// wants it. What it says is held against the checklists and the record as they are.
func TestEveryFieldOfADecisionHasItsPlace(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	all := lists(t)
	vocabulary := map[string]bool{} // and whether a field has it
	for _, w := range checklist.Vocabulary {
		vocabulary[w.ID] = false
	}
	code := regexp.MustCompile("`([^`]+)`")
	row := regexp.MustCompile(`(?m)^\| (\d+) \| ([^|]+) \| ([^|]*) \| ([^|]+) \| ([^|]*) \| ([^|]+) \|$`)
	rows := row.FindAllStringSubmatch(string(text), -1)
	if len(rows) != 50 {
		t.Fatalf("the table has %d fields", len(rows))
	}
	for i, r := range rows {
		number, name, need, places, asked, source := r[1], r[2], r[3], r[4], r[5], r[6]
		if number != strconv.Itoa(i+1) || strings.TrimSpace(name) == "" || strings.TrimSpace(source) == "" {
			t.Errorf("row %d is %s, %q, from %q", i+1, number, name, source)
		}
		var answers []string
		fixed := false // it stands in every record without a question
		for _, m := range code.FindAllStringSubmatch(places, -1) {
			place := m[1]
			path, inBody := strings.CutPrefix(place, "body.")
			word, onCover := strings.CutPrefix(place, "cover.")
			switch {
			case inBody:
				fixed = true
				if !bodyPlace(path) {
					t.Errorf("field %s: a body has no %s", number, path)
				}
			case onCover:
				fixed = true
				if !strings.Contains(string(text), "| `"+word+"` |") {
					t.Errorf("field %s: a cover has no line %s", number, word)
				}
			default:
				group, _, _ := strings.Cut(place, "/")
				if _, known := vocabulary[group]; !known {
					t.Errorf("field %s: there is no answer %s", number, place)
				}
				vocabulary[group] = true
				answers = append(answers, place)
				if askedAt(all, []string{place}) == "" {
					t.Errorf("field %s: nothing asks for %s", number, place)
				}
			}
		}
		want := askedAt(all, answers)
		if want == "" {
			want = "-"
		}
		if asked != want {
			t.Errorf("field %s is asked at\n%s\nand the page says\n%s", number, want, asked)
		}
		// Needed in every decision, in a routine one, in an emergency: then each such list asks for it.
		needs := map[string]string{"M": "ARL", "routine M": "RL", "E": "E"}
		for _, part := range strings.Split(need, ", ") {
			known := slices.Contains([]string{"M", "C", "S", "E", "routine M"}, part)
			if !known {
				t.Errorf("field %s is needed %q", number, part)
			}
			for _, letter := range needs[part] {
				if !fixed && !regexp.MustCompile(fmt.Sprintf(`\b[A-Z]*%c[A-Z]*[0-9:]`, letter)).MatchString(askedAt(all, answers)) {
					t.Errorf("field %s is needed (%s), and list %c does not ask for it", number, part, letter)
				}
			}
		}
	}
	for id, has := range vocabulary {
		if !has {
			t.Errorf("the answer %s belongs to no field", id)
		}
	}
}

// The page has each code at its level, and no other.
func TestThePageHasTheCodes(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	levels := map[decision.Level][]string{}
	for _, c := range decision.Codes() {
		levels[c.Level] = append(levels[c.Level], "`"+c.Code+"`")
	}
	for level, codes := range levels {
		if row := fmt.Sprintf("| `%s` | %s |\n", level, strings.Join(codes, ", ")); !strings.Contains(string(text), row) {
			t.Errorf("the page should have\n%s", row)
		}
	}
}
