package paper

import (
	"fmt"
	"slices"
	"strings"

	"dsa/cmd/screen"
)

// A Senseless text cannot be made of a record. It says why and what to make instead, in words for the person.
type Senseless struct{ Why, Next string }

func (e *Senseless) Error() string { return e.Why }

func senseless(why, next string) error { return &Senseless{why, next} }

// Notice is what goes with a disclosure: what it is for, what is sent and what each piece is, what may be done with it,
// and whom to tell of what. It is made of the answers about what is shared and of nothing else: what is held back, why,
// who asked for advice and how the decision was weighed are not for the recipient. Whether all was shared or part cannot
// be seen from it.
func Notice(d *Dossier) ([]string, error) {
	f := factsOf(d)
	now, review := d.outcome()
	switch {
	case review != stands:
		return nil, senseless("the decision was changed or withdrawn on review, so what it says does not go out any more",
			"record the new decision with dsa share, and make the notice from that")
	case now != "share-all" && now != "share-part":
		return nil, senseless("nothing is shared under this decision, so there is no notice to send with it", "to answer who asked, use --reply; for the case file, --note")
	}
	if err := f.goesOut("notice"); err != nil {
		return nil, err
	}
	s := outgoing(d, "What goes with the information shared")
	f.addresses(s, f.recipient())
	s.section("What it is shared for")
	if f.Chose("identifiable", "no") {
		return f.anonymous(s), nil
	}
	s.text("    ", f.at("purpose"))
	if law := f.citations(); law != "" {
		s.named("Law relied on: " + law + ".")
	}
	s.section("What is shared")
	f.pieceLines(s)
	if checked := joined(". ", f.at("accuracy"), f.at("accuracy-note")); checked != "" {
		s.named("Checked to be right, up to date and not misleading: " + sentence(checked))
	}
	s.text("", "Keep fact, opinion and what others reported apart when you use it or write it down.")
	s.section("What you may do with it")
	s.bullet("Use it for that purpose. If you need it for another, ask us first, unless the law obliges you or someone would otherwise come to harm.")
	if conditions := f.at("conditions-on-use"); conditions != "" {
		s.bullet("Our conditions: " + conditions)
	}
	for _, p := range f.Law.Relied {
		if slices.Contains(p.Raises, "USELIMIT") {
			s.bullet("The law under which it is given limits its use. " + sentence(p.Citation+": "+p.Limits))
		}
	}
	s.bullet("Share it within your organisation with those who need it for that purpose, and do not pass it on to others without asking us, unless waiting would put someone at risk or the law obliges you.")
	s.bullet(f.confidence())
	if told := f.toldThem(); told != "" {
		s.bullet(told)
	}
	s.section("How long to keep it")
	if kept := f.at("retention"); kept != "" {
		s.bullet("As agreed: " + kept)
		if deleted := f.at("deletion"); deleted != "" {
			s.bullet("Then: " + deleted)
		}
	} else {
		s.bullet("No longer than that purpose and your own retention schedule need. Then destroy it securely. What you find you do not need, destroy or send back now.")
	}
	s.section("Tell us")
	s.bullet("if any of it is wrong, out of date or disputed, so that everyone who has it can be told. We shall tell you what we learn.")
	s.bullet("before you answer a request for access, correction or erasure, a freedom of information request or an order that covers it: we may know of a danger that you do not. If an order leaves no time, tell us at once.")
	s.bullet("at once if it is lost or reaches the wrong person.")
	if f.Chose("receipt", "will-confirm") || f.Chose("receipt", "not-confirmed") {
		s.bullet("that it has arrived, and that you can read it.")
	}
	s.named("Write to: " + joined(", ", by(f.By), f.By.Email))
	s.section("What is not said here")
	s.text("", "This covers what we share for this purpose at this time. It does not say whether there is anything else, and nothing follows from what does not stand in it.")
	return s.lines, nil
}

// anonymous ends a notice about information from which nobody can be identified.
func (f *facts) anonymous(s *sheet) []string {
	s.text("", "It is shared as information from which nobody can be identified.")
	s.section("What is shared")
	s.item("  - ", f.at("anonymous-what"))
	s.section("What you may do with it")
	s.bullet("Do not try to find out whom it is about, and do not put it together with anything that could show it.")
	if conditions := f.at("conditions-on-use"); conditions != "" {
		s.bullet("Our conditions: " + conditions)
	}
	s.section("Tell us")
	s.bullet("at once if anybody can be recognised in it after all, and do not pass it on until we have spoken.")
	s.named("Write to: " + joined(", ", by(f.By), f.By.Email))
	return s.lines
}

// outgoing begins a text that goes to somebody else.
func outgoing(d *Dossier, title string) *sheet {
	s := &sheet{}
	if d.Training() {
		s.line(screen.TrainingBanner)
		s.line("")
	}
	s.heading(title, "=")
	return s
}

// addresses begin a letter: to whom it goes, and from whom.
func (f *facts) addresses(s *sheet, to string) {
	s.named(labelled("To", to))
	s.named("From: " + by(f.By))
	s.named(labelled("Your reference", f.at("request-reference")))
	s.named("Our reference: record " + f.dossier.First.ID.Shown())
	s.named("Date of our decision: " + f.decidedOn())
}

// decidedOn is the day of the decision: as stated, or else of the record. A correction of it can be in any words.
func (f *facts) decidedOn() string {
	at := orElse(f.at("decided-at"), f.dossier.First.Record.Recorded)
	if a, _ := f.Answer("decided-at"); f.amended(a) {
		return at
	}
	return screen.Day(at[:min(len(at), len("2026-01-02"))])
}

func (s *sheet) section(title string) {
	s.line("")
	s.heading(title, "-")
}

func (s *sheet) bullet(words string) { s.item("  - ", words) }

// citations are the provisions relied on, by name alone.
func (f *facts) citations() string {
	var all []string
	for _, p := range f.Law.Relied {
		all = append(all, p.Citation)
	}
	if f.Chose("gateway", "common-law") {
		all = append(all, "the common law")
	}
	for _, b := range f.Law.Bases {
		all = append(all, b.Citation)
	}
	return strings.Join(all, "; ")
}

// pieceLines list what is shared, each piece with what it is.
func (f *facts) pieceLines(s *sheet) {
	number := 0
	for _, p := range f.pieces(true) {
		number++
		s.item(fmt.Sprintf("%4d. ", number), joined(", ", p.at("what"), p.at("period")))
		for _, more := range []struct{ name, words string }{{"About", p.at("person")}, {"It is", p.at("nature")}} {
			s.text("      ", labelled(more.name, more.words))
		}
	}
	if number == 0 {
		s.text("", "As told to you at the time.")
	}
	for _, file := range f.Files {
		s.item("   -  ", "file "+screen.FileWords(file))
	}
}

// confidence is what the recipient has to know of the duty of confidence. Why it is outweighed is not said.
func (f *facts) confidence() string {
	switch {
	case f.Chose("confidentiality", "agreement"):
		return "It is confidential, and shared with the agreement of the person it is about. Keep it in confidence."
	case f.Chose("confidentiality", "law"):
		return "It is confidential, and shared because a law requires or permits it. Keep it in confidence."
	case f.Chose("confidentiality", "public-interest"):
		return "It is confidential, and shared because that is in the public interest for this purpose. Keep it in confidence."
	}
	return "Keep it in confidence, and keep it safe: it is about people."
}

// toldThem is what a recipient has to know before speaking to the person: whether they know.
func (f *facts) toldThem() string {
	switch f.chosen("told") {
	case "told":
		return "The person it is about has been told that it is shared with you."
	case "will-tell":
		return "The person it is about has not been told yet; we mean to tell them. Speak to us before you mention it."
	case "not-told":
		return "The person it is about has NOT been told. Do not mention it to them, or let it be seen, without speaking to us first."
	}
	return ""
}

// Reply is the answer to somebody who asked: what they are given, if anything, what else they can do, and whom to ask. It
// neither confirms nor denies that anything is held, or that anybody is known, and says the same whatever was held back
// and why: an answer that differs tells what it must not.
func Reply(d *Dossier) ([]string, error) {
	f := factsOf(d)
	now, review := d.outcome()
	switch {
	case f.chosen("initiated") != "asked":
		return nil, senseless("nobody asked for the information, so there is nobody to answer", "for the case file, use --note; to go with what is shared, --notice")
	case now == "share-all":
		return nil, senseless("what was asked for is shared, so the answer is what goes with it", "use --notice")
	case review == withdrawn:
		return nil, senseless("the decision was withdrawn on review, so it answers nobody", "record the new decision with dsa share, and make the reply from that")
	case review == changed && now == "share-part":
		return nil, senseless("the decision was changed on review, and the record does not say piece by piece what is shared now",
			"record the new decision with dsa share, and make the reply from that")
	}
	if err := f.goesOut("reply"); err != nil {
		return nil, err
	}
	s := outgoing(d, "Answer to your request for information")
	to := f.recipient()
	if asked := f.at("requester"); asked != "" {
		to = asked
	}
	f.addresses(s, to)
	if at := f.at("requested-at"); at != "" {
		s.named("Your request of: " + Moment(at))
	}
	s.section("Our answer")
	switch now {
	case "share-part":
		f.part(s)
	case "defer":
		f.deferred(s)
	case "refer":
		s.named("We have not decided ourselves. Your request has been passed to " + orElse(f.at("refer-to"), "those who can decide it") + ", and the answer will come from there.")
	default:
		s.text("", "We do not share information in answer to your request.")
	}
	s.line("")
	s.text("", "We share personal information where the law allows it and where it is necessary for the purpose it is asked for. We weigh every request in that way, and have weighed yours.")
	beyond := "This answer"
	if now == "share-part" {
		beyond = "Beyond what it says we share, this answer"
	}
	s.text("", beyond+" neither confirms nor denies that we hold information, or that we know of any person. We word such answers alike, and nothing should be concluded from it.")
	f.routes(s)
	return s.lines, nil
}

func orElse(words, otherwise string) string {
	if strings.TrimSpace(words) == "" {
		return otherwise
	}
	return words
}

// part answers a request that is met in part. Somebody who asked for another is not told what that other receives.
func (f *facts) part(s *sheet) {
	if f.at("requester") != "" {
		s.text("", "Your request has been dealt with. What we share, if anything, goes to those who need it for the purpose.")
		return
	}
	s.text("", "We share this with you:")
	f.pieceLines(s)
	s.text("", "It is what we share in answer to your request. We neither share nor comment on anything beyond it.")
	s.text("", "What you may do with it stands in the notice that goes with it.")
}

func (f *facts) deferred(s *sheet) {
	s.text("", "We have not decided yet.")
	if missing := f.at("missing-before"); missing != "" {
		s.text("", "Before we can decide, we need:")
		for _, line := range lines(missing) {
			s.bullet(line)
		}
	}
	if by := f.at("decide-by"); by != "" {
		s.named("We mean to decide by " + screen.Day(by) + ".")
	}
}

// private are the recipients that are people rather than organisations with functions of their own.
var private = []string{"public", "other", "employer"}

// routes are what somebody who asked can still do. They are the same whatever is held.
func (f *facts) routes(s *sheet) {
	s.section("What you can do")
	s.bullet("If someone is in danger now, call 999, and then tell us at once by telephone.")
	s.bullet("If there is more that we should know, write to us: what exactly you need, for what purpose, by when, under which law, why it cannot be had in another way, and who authorises the request. We shall decide afresh.")
	if slices.Contains(private, f.chosen("recipient-sector")) {
		s.bullet("You have a right to ask for information about yourself. Our data protection officer tells you how, and it is answered by rules of its own. If you act for someone else, send their written authority.")
	} else {
		s.bullet("If a law obliges us to share with you, name the provision.")
		s.bullet("If you disagree, ask for our data protection officer or, in health and social care, our Caldicott Guardian; partner organisations can also use their safeguarding partnership's way of settling disagreements.")
	}
	s.bullet("A court can order information to be disclosed. Your legal adviser can tell you about applying; we obey an order of a court.")
	s.bullet("You can complain to us, and to the Information Commissioner.")
	s.line("")
	s.named("Write to: " + joined(", ", by(f.By), f.By.Email))
}
