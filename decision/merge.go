package decision

import (
	"cmp"
	"slices"
	"strings"
)

// Merge is a decision as it stands now: an emergency record with what was completed later. An answer that a completion
// gives takes the place of the earlier one, wherever it was asked; what it says nothing of stays. Who decided, when and
// in what way remain those of the first record. Amendments and reviews say in words what they change, endorsements what
// somebody else thinks of it; they stand beside the decision and alter nothing here. The result is for reading; nobody
// signed it as a whole, and neither the first record nor the others are changed.
func Merge(first *Record, later ...*Record) *Record {
	now := *first
	for _, l := range later {
		if l == nil || l.Kind() != Complete {
			continue
		}
		now.Questions = joined(now.Questions, l.Questions)
		if l.Law.On != "" {
			now.Law = l.Law
		}
		files := slices.Clone(now.Files)
		for _, f := range l.Files {
			if !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
		now.Files, now.Owed = files, nil
		// What was pointed out is read off the whole once more; a reply to it stands, the latest first.
		replies := map[string]string{}
		for _, f := range slices.Concat(now.Findings, l.Findings) {
			if f.Reply != "" {
				replies[f.Code] = f.Reply
			}
		}
		now.Findings = slices.Concat(now.Findings, l.Findings)
		now.Findings = Findings(&now)
		for i, f := range now.Findings {
			now.Findings[i].Reply = replies[f.Code]
		}
	}
	return &now
}

// joined are the questions of two records, in the order of the later one. What only the first has comes after the
// question that it followed there; the parts of one item of a group stand together, the earlier ones first.
func joined(first, later []Question) []Question {
	type place struct {
		group string
		item  int
		id    string
	}
	given, home := map[place]bool{}, map[string]int{}
	all := slices.Clone(later)
	for i, q := range later {
		for _, a := range q.Answers {
			given[place{a.Group, a.Item, a.ID}] = true
			if a.Group != "" {
				home[a.Group] = i
			}
		}
	}
	var apart []Answer
	for _, q := range first {
		for _, a := range q.Answers {
			if _, elsewhere := home[a.Group]; elsewhere && !given[place{a.Group, a.Item, a.ID}] {
				apart = append(apart, a)
			}
		}
	}
	for group, i := range home {
		ofGroup := slices.DeleteFunc(slices.Clone(apart), func(a Answer) bool { return a.Group != group })
		all[i].Answers = woven(ofGroup, all[i].Answers)
	}
	next := 0
	for _, q := range first {
		var left []Answer
		for _, a := range q.Answers {
			if _, elsewhere := home[a.Group]; !elsewhere && !given[place{a.Group, a.Item, a.ID}] {
				left = append(left, a)
			}
		}
		i := slices.IndexFunc(all, func(other Question) bool { return other.ID == q.ID })
		switch {
		case i >= 0:
			all[i].Answers = slices.Concat(all[i].Answers, left)
			next = i + 1
		case len(left) > 0:
			q.Answers = left
			all = slices.Insert(all, next, q)
			next++
		}
	}
	return all
}

// woven puts the earlier parts of a group's items before the later parts of the same items.
func woven(earlier, later []Answer) []Answer {
	var out []Answer
	for i, a := range later {
		for a.Group != "" && len(earlier) > 0 && earlier[0].Group == a.Group && earlier[0].Item <= a.Item {
			out, earlier = append(out, earlier[0]), earlier[1:]
		}
		out = append(out, a)
		if a.Group != "" && (i+1 == len(later) || later[i+1].Group != a.Group) && len(earlier) > 0 && earlier[0].Group == a.Group {
			out, earlier = append(out, earlier...), nil
		}
	}
	return append(out, earlier...)
}

// A Correction is what an amendment says of one answer.
type Correction struct {
	Path    string // of the answer that was wrong
	Words   string // that answer as the amendment names it
	Correct string
	Why     string
}

// Corrections are what an amendment says is right, in its order. Other records have none.
func (d *Record) Corrections() []Correction {
	if d.Kind() != Amend {
		return nil
	}
	var all []Correction
	for _, item := range d.Items("amended") {
		if which := item["which"]; len(which.Chosen) == 1 {
			all = append(all, Correction{which.Chosen[0].ID, which.Chosen[0].Words, item["correct"].Text, item["why"].Text})
		}
	}
	return all
}

// Corrected is what amendments say is right, by the path of the answer that was wrong.
type Corrected map[string]Correction

// CorrectedBy is what holds of all that was amended, in the records that follow a decision, the oldest first. What
// completes the decision afterwards was written by somebody who knew of the correction, and takes its place.
func CorrectedBy(later ...*Record) Corrected {
	holds := Corrected{}
	for _, l := range later {
		if l == nil {
			continue
		}
		if l.Kind() == Complete {
			for _, q := range l.Questions {
				for _, a := range q.Answers {
					delete(holds, a.Path())
				}
			}
		}
		for _, c := range l.Corrections() {
			holds[c.Path] = c
		}
	}
	return holds
}

// Line is what is right at the path, in one line, or what was recorded where nothing corrects it.
func (c Corrected) Line(path, recorded string) string {
	return cmp.Or(strings.Join(strings.Fields(c[path].Correct), " "), recorded)
}

// Recipient is to whom, as corrected, or as it was recorded.
func (c Corrected) Recipient(recorded string) string {
	return c.Line("recipient-party", c.Line("recipient-organisation", c.Line("anonymous-recipient", recorded)))
}
