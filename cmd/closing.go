package cmd

import (
	"fmt"
	"slices"
	"strings"

	"dsa/checklist"
	"dsa/cmd/screen"
	"dsa/data/yamlfile"
	"dsa/decision"
)

// inFull is a finding with everything there is to it, a thought to a line. Whoever shares nothing is not told to stop.
func (c *composition) inFull(f decision.Finding, record *decision.Record) string {
	spared := f.Level == decision.Stop && !c.needsReply(f, record)
	level := f.Level
	if spared {
		level = decision.Caution
	}
	lines := []string{screen.LevelWords(level) + ": " + strings.Join(f.Seen, " ")}
	if spared && c.occasion != checklist.Emergency {
		lines = append(lines, "It would ask for a reason if anything were shared.")
	}
	lines = append(lines, screen.Reasons(f)...)
	if f.Reply != "" {
		lines = append(lines, "Your reply: "+f.Reply)
	}
	return strings.Join(lines, "\n")
}

// unreplied are the findings that need a reply and have none in the file: the code, where it arises, what was seen, and
// what to write.
func (s *signing) unreplied(file *answersFile) (yamlfile.Faults, error) {
	record, err := s.comp.draw(s.app.Now())
	if err != nil {
		return nil, err
	}
	var faults yamlfile.Faults
	for _, f := range record.Findings {
		path := checklist.Reply(f.Code)
		if f.Reply != "" || !slices.ContainsFunc(s.comp.walk.Pending(), func(step checklist.Step) bool { return step.Path == path }) {
			continue
		}
		line := file.doc.Line("replies")
		if at, empty := file.empty[path]; empty {
			line = at
		}
		faults = append(faults, yamlfile.Fault{File: file.doc.File, Line: line, What: fmt.Sprintf(
			"%s, at the question %q: %s %s Change the answer there, or write under replies:  %s: why you go on",
			f.Code, s.questionTitle(f.Question), strings.Join(f.Seen, " "), f.Do, f.Code)})
	}
	return faults, nil
}

// questionTitle is the heading of a question, or its id where it is not in this checklist.
func (s *signing) questionTitle(id string) string {
	for _, q := range s.task.list.Questions {
		if q.ID == id {
			return q.Title
		}
	}
	return id
}

// watch is what a careful colleague would say of the answers so far.
func (s *signing) watch() []screen.Remark {
	record, err := s.comp.draw(s.app.Now())
	if err != nil {
		return nil // what is wrong is met at the end of the sitting, which is now
	}
	var remarks []screen.Remark
	for _, f := range record.Findings {
		seen := strings.Join(f.Seen, " ")
		remarks = append(remarks, screen.Remark{Key: f.Code + " " + seen,
			Words: strings.TrimSpace(screen.LevelWords(f.Level) + ": " + seen + " " + f.Do)})
	}
	return remarks
}

// findingsQuestion is the question that closes a walk. It is about the record and not part of it: the replies stand
// with the findings.
const findingsQuestion = "findings"

// noRemarks is the choice to say nothing to what need not be answered.
const noRemarks = "none"

// closing asks, once everything else is answered, for a reply to what was found: to each stop, and to whatever else the
// person wants to say something about. In an emergency it asks nothing.
func (s *signing) closing(checklist.Answers) []checklist.Question {
	if s.task.occasion == checklist.Emergency {
		return nil
	}
	record, err := s.comp.draw(s.app.Now())
	if err != nil {
		return nil
	}
	q := checklist.Question{ID: findingsQuestion, Title: "Before you sign",
		Source: "Ours. C&P Tier 1 DSA 2024, sections 6 and 10 (reasons are recorded); London MAS DSA 2021, Appendix D, question 10"}
	others := checklist.Ask{ID: checklist.Remarks, Kind: checklist.SomeOf, Words: "Do you want to say anything to one of these?",
		Help: "They do not have to be answered. What you write stands beside them in the record.", Missing: "Choose some, or the last line"}
	var replies []checklist.Ask
	must := 0
	for _, f := range record.Findings {
		reply := checklist.Ask{ID: checklist.Reply(f.Code), Kind: checklist.Paragraph, Words: strings.Join(f.Seen, " "),
			Help: strings.Join(screen.Reasons(f), "\n"), Missing: "Write why you go on, or go back and change the answer"}
		switch {
		case s.comp.needsReply(f, record):
			must++
			reply.Words += " Why do you go on?"
			q.Asks = append(q.Asks, reply)
		case f.Level == decision.Stop || f.Level == decision.Caution:
			others.Options = append(others.Options, checklist.Option{ID: f.Code, Words: reply.Words, Help: f.Do, Detail: reply.Help})
			reply.Words, reply.Missing = "What do you want to say? "+reply.Words, "Write what you want to say"
			reply.When = checklist.When{checklist.Remarks: {f.Code}}
			replies = append(replies, reply)
		}
	}
	n := len(others.Options)
	switch {
	case must == 0 && n == 0:
		return nil
	case must == 0:
		q.Guidance = count(n, "thing") + " to think of before you sign. The decision stays yours."
	default:
		q.Guidance = count(must, "thing") + " to change, or to give your reason for, before you sign. It is asked so that a reader sees that you thought of it; the decision stays yours."
		if n > 0 {
			q.Guidance += " " + screen.Capital(count(n, "more thing")) + " to think of."
		}
	}
	if n > 0 {
		others.Options = append(others.Options, checklist.Option{ID: noRemarks, Words: "Nothing to add", Alone: true})
		q.Asks = slices.Concat(q.Asks, []checklist.Ask{others}, replies)
	}
	return []checklist.Question{q}
}
