package legislation

import (
	"fmt"
	"slices"
	"strings"

	"dsa/data/yamlfile"
)

// bases judges bases.yaml, once the circumstances are known.
func (l *loader) bases(doc *yamlfile.Doc, table *BasisTable) {
	for i, id := range basisLists {
		if len(table.Lists) != len(basisLists) || table.Lists[i].ID != id || strings.TrimSpace(table.Lists[i].Title) == "" {
			l.fault(doc, "the lists are "+strings.Join(basisLists, ", ")+", in this order, each with a title", "lists")
			return
		}
	}
	for i := range table.Lists {
		list := &table.Lists[i]
		l.categories(doc, list.ID, list.Data, "lists", i, "data")
		l.categories(doc, list.ID, list.Frees, "lists", i, "frees")
		if len(list.Data) > 0 && strings.TrimSpace(list.Without) == "" {
			l.fault(doc, "the list "+list.ID+" does not say what is told where the case has no such information (without)", "lists", i)
		}
	}
	l.forks(doc, table)
	for i, d := range table.Documents {
		if !idPattern.MatchString(d.ID) || strings.TrimSpace(d.Needed) == "" || strings.TrimSpace(d.Citation) == "" ||
			slices.ContainsFunc(table.Documents[:i], func(o Document) bool { return o.ID == d.ID }) {
			l.fault(doc, "a policy document needs an id of its own, the words of needed, and a citation", "documents", i)
		}
		table.Documents[i].Needed = oneLine(d.Needed)
		l.address(doc, d.ID, d.Address, "documents", i, "address")
	}
	for i, sector := range table.UsuallyCompetent {
		if !isSector(sector) {
			l.fault(doc, fmt.Sprintf("usually-competent names an unknown sector %q", sector), "usually-competent", i)
		}
	}
	if len(table.Entries) == 0 {
		l.fault(doc, "there are no lawful bases here", "bases")
	}
	seen := map[string]bool{}
	for i, b := range table.Entries {
		if b == nil {
			l.fault(doc, "a basis is empty", "bases", i)
			continue
		}
		if !idPattern.MatchString(b.ID) {
			l.fault(doc, "a basis needs an id of lower-case words joined by hyphens", "bases", i, "id")
			continue
		}
		if seen[b.ID] {
			l.fault(doc, fmt.Sprintf("the basis %q stands here twice; an id is never reused", b.ID), "bases", i, "id")
			continue
		}
		seen[b.ID] = true
		l.basis(doc, i, b, table)
	}
	for i, b := range table.Entries {
		if b == nil {
			continue
		}
		for j, id := range b.See {
			if !seen[id] {
				l.fault(doc, fmt.Sprintf("%s refers to %q, which is no basis", b.ID, id), "bases", i, "see", j)
			}
		}
	}
	l.law.Bases = *table
}

// forks checks that every case has one regime and only one.
func (l *loader) forks(doc *yamlfile.Doc, table *BasisTable) {
	for i := range table.Forks {
		f := &table.Forks[i]
		f.Reason, f.Closed = oneLine(f.Reason), oneLine(f.Closed)
		if len(f.Opens) == 0 || f.Closed == "" || strings.TrimSpace(f.Source) == "" || f.Address == "" {
			l.fault(doc, "a fork needs the lists it opens, the words for those it closes, a source and an address", "forks", i)
		}
		for j, list := range f.Opens {
			if !slices.Contains(basisLists, list) {
				l.fault(doc, fmt.Sprintf("a fork opens %q, which is no list", list), "forks", i, "opens", j)
			}
		}
		for j := range f.Needs {
			n := &f.Needs[j]
			if n.Words = oneLine(n.Words); n.Words == "" || !slices.Contains(f.Opens, n.List) {
				l.fault(doc, "what a fork needs has words, and a list that the fork opens", "forks", i, "needs", j)
			}
		}
		l.address(doc, "a fork", f.Address, "forks", i, "address")
	}
	for _, competent := range []bool{false, true} {
		for _, enforcement := range []bool{false, true} {
			n := 0
			for i := range table.Forks {
				if table.Forks[i].fits(competent, enforcement) {
					n++
				}
			}
			if n != 1 {
				l.fault(doc, fmt.Sprintf("competent-authority: %t with law-enforcement: %t has %d forks; it needs one", competent, enforcement, n), "forks")
			}
		}
	}
}

func (l *loader) basis(doc *yamlfile.Doc, i int, b *Basis, table *BasisTable) {
	at := func(field ...any) []any { return append([]any{"bases", i}, field...) }
	for _, text := range []*string{&b.Citation, &b.Title, &b.Words, &b.Summary, &b.Limits, &b.ClosedTo, &b.Caution} {
		*text = oneLine(*text)
	}
	for _, required := range []struct{ field, value string }{
		{"citation", b.Citation}, {"title", b.Title}, {"words", b.Words}, {"summary", b.Summary}, {"limits", b.Limits}, {"address", b.Address},
	} {
		if strings.TrimSpace(required.value) == "" {
			l.fault(doc, fmt.Sprintf("%s has no %s", b.ID, required.field), at(required.field)...)
		}
	}
	oneOf(l, doc, b.ID, "list", b.List, basisLists, at("list"))
	oneOf(l, doc, b.ID, "certainty", b.Certainty, certainties, at("certainty"))
	if (b.Certainty == Unsure || len(b.UnsureFor) > 0) && len(b.Check) == 0 {
		l.fault(doc, b.ID+" is unsure but does not say what to check", at("check")...)
	}
	for j, sector := range b.UnsureFor {
		if !isSector(sector) {
			l.fault(doc, fmt.Sprintf("%s names an unknown sector %q", b.ID, sector), at("unsure-for", j)...)
		}
	}
	if len(b.Holders) == 0 {
		l.fault(doc, b.ID+" names no holders", at("holders")...)
	}
	l.parties(doc, b.ID, "holders", b.Holders, false, at)
	l.parties(doc, b.ID, "recipients", b.Recipients, true, at)
	if len(b.Subjects) == 0 {
		l.fault(doc, b.ID+" does not say about whom (subjects)", at("subjects")...)
	}
	l.subjects(doc, b.Subjects, at("subjects")...)
	l.categories(doc, b.ID, b.Data, at("data")...)
	for _, list := range table.Lists {
		if list.ID != b.List {
			continue
		}
		if (list.ID == Article9 || list.ID == Article10) && len(b.Data) == 0 {
			l.fault(doc, b.ID+" does not say which information it serves (data)", at("data")...)
		}
		for j, d := range b.Data {
			if !slices.Contains(list.Data, d) {
				l.fault(doc, fmt.Sprintf("%s serves %q, which does not belong to the list %s", b.ID, d, list.ID), at("data", j)...)
			}
		}
	}
	for j, line := range b.Facts {
		l.facts(doc, b.ID, strings.Split(line, either), at("facts", j)...)
	}
	for j := range b.Fits {
		l.fit(doc, b, &b.Fits[j], at("fits", j)...)
	}
	if len(b.Needs) == 0 {
		l.fault(doc, b.ID+" does not say what it needs", at("needs")...)
	}
	for j := range b.Needs {
		if b.Needs[j] = oneLine(b.Needs[j]); b.Needs[j] == "" {
			l.fault(doc, b.ID+" has an empty need", at("needs", j)...)
		}
	}
	if p := b.PolicyDocument; p != nil {
		p.Unless = oneLine(p.Unless)
		if !slices.ContainsFunc(table.Documents, func(d Document) bool { return d.ID == p.Under }) {
			l.fault(doc, fmt.Sprintf("%s needs a policy document %q, which is not among the documents", b.ID, p.Under), at("policy-document", "under")...)
		}
		if (p.Unless == "") != (len(p.UnlessTo) == 0) {
			l.fault(doc, b.ID+": an exception from the policy document needs both unless-to and unless", at("policy-document")...)
		}
		l.parties(doc, b.ID, "unless-to", p.UnlessTo, true, func(path ...any) []any { return at(append([]any{"policy-document"}, path...)...) })
	}
	l.raises(doc, b.ID, b.Raises, at("raises")...)
	l.grounds(doc, b.ID, b.Address, b.Reviewer, b.Sources, at)
	for j := range b.Check {
		b.Check[j] = oneLine(b.Check[j])
	}
	for _, parties := range [][]Party{b.Holders, b.Recipients} {
		for j := range parties {
			parties[j].Who = oneLine(parties[j].Who)
		}
	}
	l.history(doc, b.dated(), at)
}

func (l *loader) fit(doc *yamlfile.Doc, b *Basis, f *Fit, at ...any) {
	if f.Words = oneLine(f.Words); f.Words == "" {
		l.fault(doc, b.ID+" has a fit without words", at...)
	}
	if !f.Duty && f.Public == nil && len(f.Sectors)+len(f.Recipients)+len(f.Facts) == 0 {
		l.fault(doc, b.ID+" has a fit that always holds", at...)
	}
	for _, sector := range f.Sectors {
		if !isSector(sector) {
			l.fault(doc, fmt.Sprintf("%s names an unknown sector %q among its fits", b.ID, sector), at...)
		}
	}
	for _, sector := range f.Recipients {
		if !isSector(sector) && !slices.ContainsFunc(OtherRecipients, func(n Named) bool { return n.ID == sector }) {
			l.fault(doc, fmt.Sprintf("%s names an unknown recipient %q among its fits", b.ID, sector), at...)
		}
	}
	l.facts(doc, b.ID, f.Facts, at...)
}

func (l *loader) facts(doc *yamlfile.Doc, id string, facts []string, at ...any) {
	for _, fact := range facts {
		if !l.isFact(fact) {
			l.fault(doc, fmt.Sprintf("%s depends on a fact %q that circumstances.yaml does not have", id, fact), at...)
		}
	}
}

func (l *loader) categories(doc *yamlfile.Doc, id string, data []string, at ...any) {
	for _, d := range data {
		if !slices.ContainsFunc(Categories, func(n Named) bool { return n.ID == d }) {
			l.fault(doc, fmt.Sprintf("%s names an unknown kind of information %q", id, d), at...)
		}
	}
}

func isSector(id string) bool {
	return slices.ContainsFunc(Sectors, func(n Named) bool { return n.ID == id })
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
