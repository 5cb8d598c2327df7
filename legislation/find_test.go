package legislation_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"dsa/data"
	"dsa/legislation"
)

var load = sync.OnceValues(func() (*legislation.Law, error) { return legislation.Load(data.Files, legislation.AllParts) })

// shipped is the law that is built in.
func shipped(t testing.TB) *legislation.Law {
	t.Helper()
	law, err := load()
	if err != nil {
		t.Fatal(err)
	}
	return law
}

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

// Holders of the cases below.
var (
	council       = legislation.Body{Sector: "local-authority", Public: true}
	police        = legislation.Body{Sector: "police", Public: true, Competent: true}
	hospital      = legislation.Body{Sector: "health", Public: true}
	school        = legislation.Body{Sector: "education", Public: true}
	privateSchool = legislation.Body{Sector: "education"}
	charity       = legislation.Body{Sector: "voluntary"}
)

func offered(o legislation.Outlook, id string) *legislation.Offer {
	for i := range o.Offered {
		if o.Offered[i].ID == id {
			return &o.Offered[i]
		}
	}
	return nil
}

func refused(o legislation.Outlook, id string) *legislation.Refusal {
	for i := range o.NotOffered {
		if o.NotOffered[i].ID == id {
			return &o.NotOffered[i]
		}
	}
	return nil
}

func TestFind(t *testing.T) {
	type finding struct {
		offered, theirs, doubtful []string          // sure and the holder's own; the recipient's; to be checked first
		refused                   map[string]string // id: words that a reason must hold
		route                     bool
	}
	for sentence, c := range map[string]struct {
		legislation.Case
		want finding
	}{
		"the council's power of 2000 is repealed and points to the Localism Act": {
			legislation.Case{Holder: council, Recipient: "police", Subjects: []string{"adults"}, On: day("2026-01-15")},
			finding{refused: map[string]string{
				"local-government-act-2000-s2": "it is repealed (from 2012); see Localism Act 2011 s1"}, route: true},
		},
		"the council's power of 2000 was never more than an old citation, even when it stood": {
			legislation.Case{Holder: council, Recipient: "police", Subjects: []string{"adults"}, On: day("2005-01-15")},
			finding{refused: map[string]string{
				"local-government-act-2000-s2": "it is kept only so that an old citation can be explained"}, route: true},
		},
		"the Localism Act alone carries nothing": {
			legislation.Case{Holder: council, Recipient: "police", Subjects: []string{"adults"}, On: day("2026-01-15")},
			finding{refused: map[string]string{"localism-act-2011-s1": "it is background; it gives no gateway"}, route: true},
		},
		"a hospital is not offered the Digital Economy Act": {
			legislation.Case{Holder: hospital, Recipient: "local-authority", Subjects: []string{"adults"}, Facts: []string{"multiple-disadvantage"}, On: day("2026-01-15")},
			finding{offered: []string{"national-health-service-act-2006-s82"}, refused: map[string]string{
				"digital-economy-act-2017-s35": "and you said your organisation is NHS or other health body"}},
		},
		"a council is offered it for the same work": {
			legislation.Case{Holder: council, Recipient: "police", Subjects: []string{"adults"}, Facts: []string{"multiple-disadvantage"}, On: day("2026-01-15")},
			finding{offered: []string{"digital-economy-act-2017-s35"}},
		},
		"co-operation under the NHS Act 1977 has become co-operation under the NHS Act 2006": {
			legislation.Case{Holder: hospital, Recipient: "local-authority", Subjects: []string{"children"}, On: day("2026-01-15")},
			finding{offered: []string{"national-health-service-act-2006-s82"}, refused: map[string]string{
				"national-health-service-act-1977-s22": "it is repealed (from 2007-03-01); see National Health Service Act 2006 s82"}},
		},
		"the day before the NHS Act 2006 section 82 is not offered": {
			legislation.Case{Holder: hospital, Recipient: "local-authority", Subjects: []string{"adults"}, On: day("2007-02-28")},
			finding{refused: map[string]string{
				"national-health-service-act-2006-s82": "it is not in force on 2007-02-28; it starts on 2007-03-01"}},
		},
		"the independent school standards of 2003 point to those of 2014": {
			legislation.Case{Holder: privateSchool, Recipient: "local-authority", Subjects: []string{"children"}, On: day("2026-01-15")},
			finding{offered: []string{"independent-school-standards-2014"}, route: true, refused: map[string]string{
				"independent-school-standards-2003": "it is repealed (date not known here); see Education (Independent School Standards) Regulations 2014",
				"education-act-2002-s157":           "it is superseded (from 2015-01-05)"}},
		},
		"police need not tell a school of domestic abuse the day before section 49A begins": {
			legislation.Case{Holder: police, Recipient: "education", Subjects: []string{"children"},
				Facts: []string{"domestic-abuse"}, On: day("2025-11-06")},
			finding{refused: map[string]string{
				"domestic-abuse-act-2021-s49a": "it is not in force on 2025-11-06; it starts on 2025-11-07"}},
		},
		"police must tell a school of domestic abuse from the day section 49A begins": {
			legislation.Case{Holder: police, Recipient: "education", Subjects: []string{"children"},
				Facts: []string{"domestic-abuse"}, On: day("2025-11-07")},
			finding{offered: []string{"domestic-abuse-act-2021-s49a"}},
		},
		"section 49A is not offered where nobody said that it is about domestic abuse": {
			legislation.Case{Holder: police, Recipient: "education", Subjects: []string{"children"}, On: day("2026-01-15")},
			finding{refused: map[string]string{"domestic-abuse-act-2021-s49a": "it depends on this, which you did not say: A domestic abuse incident"}},
		},
		"section 49A goes to schools only": {
			legislation.Case{Holder: police, Recipient: "health", Subjects: []string{"children"},
				Facts: []string{"domestic-abuse"}, On: day("2026-01-15")},
			finding{refused: map[string]string{"domestic-abuse-act-2021-s49a": "it lets information go only to school, college or nursery"}},
		},
		"section 49A is about children only": {
			legislation.Case{Holder: police, Recipient: "education", Subjects: []string{"adults"},
				Facts: []string{"domestic-abuse"}, On: day("2026-01-15")},
			finding{refused: map[string]string{"domestic-abuse-act-2021-s49a": "it is about children only"}},
		},
		"section 49A binds the police, not a school": {
			legislation.Case{Holder: school, Recipient: "education", Subjects: []string{"children"},
				Facts: []string{"domestic-abuse"}, On: day("2026-01-15")},
			finding{refused: map[string]string{
				"domestic-abuse-act-2021-s49a": "it is for police, and you said your organisation is school, college or nursery, a public authority"}},
		},
		"the new duty to share is not there before its Act": {
			legislation.Case{Holder: council, Recipient: "health", Subjects: []string{"children"}, On: day("2026-04-28")},
			finding{refused: map[string]string{
				"children-act-2004-s16la": "it was not made by 2026-04-28; it dates from 2026-04-29"}},
		},
		"the new duty to share is to be checked from the day of its Act": {
			legislation.Case{Holder: council, Recipient: "health", Subjects: []string{"children"}, On: day("2026-04-29")},
			finding{doubtful: []string{"children-act-2004-s16la"}},
		},
		"the new duty to share is still to be checked after its announced start": {
			legislation.Case{Holder: council, Recipient: "health", Subjects: []string{"children"}, On: day("2026-10-01")},
			finding{doubtful: []string{"children-act-2004-s16la"}},
		},
		"law that has not started is not offered however long ago it was enacted": {
			legislation.Case{Holder: council, Recipient: "health", Subjects: []string{"children"},
				Facts: []string{"s47-enquiry"}, On: day("2026-10-01")},
			finding{refused: map[string]string{
				"children-act-2004-s16ea": "it is enacted, not in force (from 2026-04-29)",
				"children-act-2004-s16lc": "it is enacted, not in force (from 2026-04-29)"}},
		},
		"confidence is a restriction and is never offered as a gateway": {
			legislation.Case{Holder: hospital, Recipient: "police", Subjects: []string{"adults"}, On: day("2026-01-15")},
			finding{refused: map[string]string{"common-law-confidentiality": "it restricts sharing; it does not allow any"},
				offered: []string{"national-health-service-act-2006-s13z3"}},
		},
		"a sports club that tells a council of its own accord is shown the way without a statute": {
			legislation.Case{Holder: charity, Recipient: "local-authority", Subjects: []string{"children"},
				Facts: []string{"s47-enquiry"}, On: day("2026-01-15")},
			finding{offered: []string{"dfe-information-sharing-advice-2024"}, route: true, refused: map[string]string{
				"children-act-1989-s47":   "it is the recipient's function; it gives an organisation like yours no power, and you do not need one from it",
				"children-act-2004-s11":   "it is the recipient's function; it gives an organisation like yours no power, and you do not need one from it",
				"children-act-1989-s47-9": "and you said your organisation is charity, voluntary, faith or sports organisation, not a public authority"}},
		},
		"a request under section 16H binds a charity as it binds anybody": {
			legislation.Case{Holder: charity, Recipient: "local-authority", Subjects: []string{"children"},
				Facts: []string{"asked", "s16h-request"}, On: day("2026-01-15")},
			finding{offered: []string{"children-act-2004-s16h"}},
		},
		"being asked is not enough for section 16H": {
			legislation.Case{Holder: charity, Recipient: "local-authority", Subjects: []string{"children"},
				Facts: []string{"asked"}, On: day("2026-01-15")},
			finding{route: true, refused: map[string]string{
				"children-act-2004-s16h": "it depends on this, which you did not say: A safeguarding partner has asked under section 16H"}},
		},
		"a hospital that is not asked does not owe the co-operation that section 47(9) asks for": {
			legislation.Case{Holder: hospital, Recipient: "local-authority", Subjects: []string{"children"},
				Facts: []string{"s47-enquiry"}, On: day("2026-01-15")},
			finding{theirs: []string{"children-act-1989-s47"}, refused: map[string]string{
				"children-act-1989-s47-9": "it depends on this, which you did not say: you were asked for the information"}},
		},
		"one of the facts on a line is enough": {
			legislation.Case{Holder: hospital, Recipient: "local-authority", Subjects: []string{"children"},
				Facts: []string{"asked", "police-protection"}, On: day("2026-01-15")},
			finding{offered: []string{"children-act-1989-s47-9"}},
		},
		"every line of facts must hold": {
			legislation.Case{Holder: hospital, Recipient: "local-authority", Subjects: []string{"children"},
				Facts: []string{"child-moving"}, On: day("2026-01-15")},
			finding{refused: map[string]string{"children-act-1989-s24c": "A looked-after child"}},
		},
		"a maintained school is bound by section 175 and a private one is not": {
			legislation.Case{Holder: privateSchool, Recipient: "local-authority", Subjects: []string{"children"}, On: day("2026-01-15")},
			finding{route: true, refused: map[string]string{
				"education-act-2002-s175": "it is the recipient's function"}},
		},
		"the Home Office is no safeguarding partner and the old power is only explained": {
			legislation.Case{Holder: school, Recipient: "home-office", Subjects: []string{"children"},
				Facts: []string{"asked", "immigration"}, On: day("2026-01-15")},
			finding{route: true, refused: map[string]string{
				"immigration-and-asylum-act-1999-s20": "it is kept only so that an old citation can be explained",
				"education-act-2002-s175":             "it is a function performed with other agencies; telling Home Office needs a gateway of its own"}},
		},
		"a case about nobody offers nothing but the route": {
			legislation.Case{Holder: charity, Recipient: "local-authority", On: day("2026-01-15")},
			finding{route: true, refused: map[string]string{"children-act-2004-s16h": "it is about children only"}},
		},
	} {
		t.Run(sentence, func(t *testing.T) {
			law := shipped(t)
			out := law.Find(c.Case)
			lawful(t, law, c.Case, out)
			for _, id := range c.want.offered {
				if o := offered(out, id); o == nil || o.Theirs || o.Doubtful {
					t.Errorf("%s is not offered as sure and the holder's own: %+v", id, why(out, id))
				}
			}
			for _, id := range c.want.theirs {
				if o := offered(out, id); o == nil || !o.Theirs || o.Doubtful {
					t.Errorf("%s is not offered as the recipient's: %+v", id, why(out, id))
				}
			}
			for _, id := range c.want.doubtful {
				if o := offered(out, id); o == nil || !o.Doubtful || len(o.Check) == 0 {
					t.Errorf("%s is not offered with what to check: %+v", id, why(out, id))
				}
			}
			for id, words := range c.want.refused {
				if r := refused(out, id); r == nil || !strings.Contains(strings.Join(r.Reasons, "\n"), words) {
					t.Errorf("%s is not refused with %q: %+v", id, words, why(out, id))
				}
			}
			if (out.Route != "") != c.want.route {
				t.Errorf("route %q, want one: %t", out.Route, c.want.route)
			}
		})
	}
}

// why is what the outlook says of an entry, for failures.
func why(o legislation.Outlook, id string) string {
	if offer := offered(o, id); offer != nil {
		return fmt.Sprintf("offered (theirs %t, doubtful %t): %q", offer.Theirs, offer.Doubtful, offer.Reasons)
	}
	if refusal := refused(o, id); refusal != nil {
		return fmt.Sprintf("not offered: %q", refusal.Reasons)
	}
	return "there is no such entry"
}

// lawful holds an outlook to what Find promises of every case.
func lawful(t *testing.T, law *legislation.Law, c legislation.Case, out legislation.Outlook) {
	t.Helper()
	fail := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%+v: %s", c, fmt.Sprintf(format, args...))
	}
	if n := len(out.Offered) + len(out.NotOffered); n != len(law.Provisions) {
		fail("%d provisions of %d are answered for", n, len(law.Provisions))
	}
	seen := make(map[string]bool, len(law.Provisions))
	once := func(p *legislation.Provision, reasons []string) {
		if seen[p.ID] {
			fail("%s is answered for twice", p.ID)
		}
		seen[p.ID] = true
		if len(reasons) == 0 || slices.Contains(reasons, "") {
			fail("%s is answered for without a reason", p.ID)
		}
	}
	order := []legislation.Effect{legislation.DutyToShare, legislation.PowerToShare, legislation.DutyToCooperate,
		legislation.GeneralFunction, legislation.StatutoryGuidance, legislation.NonStatutoryGuidance}
	place, doubt, own := 0, false, false
	for _, o := range out.Offered {
		once(o.Provision, o.Reasons)
		switch {
		case o.State != o.On(c.On):
			fail("%s is offered in a state it is not in", o.ID)
		case !o.State.Status.Stands() && o.State.Status != legislation.StartUnconfirmed:
			fail("%s is offered although it is %s", o.ID, o.State.Status)
		case o.Use == legislation.UseRestriction || o.Use == legislation.UseDoNotOffer || o.Effect == legislation.Restriction:
			fail("%s is offered although it allows nothing", o.ID)
		case o.Doubtful != o.Provision.Doubtful(c.On):
			fail("%s is doubtful in one place and sure in the other", o.ID)
		case o.Doubtful && len(o.Check) == 0:
			fail("%s is doubtful and says nothing to check", o.ID)
		case doubt && !o.Doubtful:
			fail("%s is sure and stands after a doubtful one", o.ID)
		}
		if o.Doubtful && !doubt {
			doubt, place = true, 0
		}
		if o.Only != "" && (o.Theirs || !strings.Contains(strings.Join(o.Reasons, "\n"), o.Only)) {
			fail("%s names the bodies it is for (%s) and not among its reasons", o.ID, o.Only)
		}
		next := slices.Index(order, o.Effect)
		if next < place {
			fail("%s (%s) stands after %s", o.ID, o.Effect, order[place])
		}
		place = next
		guidance := o.Effect == legislation.StatutoryGuidance || o.Effect == legislation.NonStatutoryGuidance
		if guidance && o.Use == legislation.UseGateway {
			fail("%s is guidance and stands as a gateway", o.ID)
		}
		if !guidance && !o.Theirs && !o.Doubtful && (o.Use == legislation.UseGateway || c.Holder.Public) {
			own = true
		}
	}
	for _, r := range out.NotOffered {
		once(r.Provision, r.Reasons)
	}
	if own == (out.Route != "") {
		fail("a gateway of its own: %t; the route: %q", own, out.Route)
	}
}

// Not one combination leaves a person with nothing, and not one drops a provision unseen.
func TestFindAnswersEveryCase(t *testing.T) {
	law := shipped(t)
	var recipients, facts []string
	for _, n := range slices.Concat(legislation.Sectors, legislation.OtherRecipients) {
		recipients = append(recipients, n.ID)
	}
	for _, c := range law.Circumstances {
		facts = append(facts, c.ID)
	}
	for _, sector := range legislation.Sectors {
		t.Run(sector.Words, func(t *testing.T) {
			t.Parallel()
			n, routes := 0, 0
			for _, public := range []bool{false, true} {
				holder := legislation.Body{Sector: sector.ID, Public: public, Competent: public}
				for _, recipient := range recipients {
					for _, subjects := range [][]string{{"children"}, {"adults"}, {"children", "adults"}} {
						for _, on := range []string{"1999-12-31", "2015-01-05", "2026-02-04", "2026-12-01"} {
							for _, facts := range [][]string{nil, append([]string{legislation.FactAsked}, facts...)} {
								c := legislation.Case{Holder: holder, Recipient: recipient, Subjects: subjects, Facts: facts, On: day(on)}
								out := law.Find(c)
								lawful(t, law, c, out)
								n++
								if out.Route != "" {
									routes++
								}
							}
						}
					}
				}
			}
			t.Logf("%d cases, of which %d are shown the route", n, routes)
		})
	}
}

// Find is a function: it changes neither the law nor the case, and the same case has the same answer.
func TestFindIsPure(t *testing.T) {
	law := shipped(t)
	c := legislation.Case{Holder: hospital, Recipient: "local-authority", Subjects: []string{"children", "adults"},
		Facts: []string{"asked", "s47-enquiry"}, On: day("2026-05-01")}
	first := law.Find(c)
	law.Find(legislation.Case{Holder: charity, Recipient: "police", Subjects: []string{"adults"}, On: day("2020-01-01")})
	if again := law.Find(c); !reflect.DeepEqual(first, again) {
		t.Error("the same case has two answers")
	}
	fresh, err := legislation.Load(data.Files, legislation.AllParts)
	if err != nil || !reflect.DeepEqual(law, fresh) {
		t.Error("looking the law up has changed it")
	}
}

// The law turns at midnight where the person is. Half past midnight in a British summer is still yesterday in UTC.
func TestADayIsTheDayOfThePerson(t *testing.T) {
	summer := time.FixedZone("BST", 3600)
	for sentence, c := range map[string]struct {
		at   time.Time
		want legislation.Status
	}{
		"the last minute before": {time.Date(2018, 6, 28, 23, 59, 0, 0, summer), legislation.NotYet},
		"the first half hour":    {time.Date(2018, 6, 29, 0, 30, 0, 0, summer), legislation.InForce},
		"the end of the day":     {time.Date(2018, 6, 29, 23, 59, 0, 0, summer), legislation.InForce},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := shipped(t).Provision("children-act-2004-s16h").On(c.at).Status; got != c.want {
				t.Errorf("section 16H is %s, want %s", got, c.want)
			}
		})
	}
}

func TestOn(t *testing.T) {
	p := &legislation.Provision{History: []legislation.State{
		{From: "unknown", Status: legislation.InForce},
		{From: "2007", Status: legislation.InForceAmended},
		{From: "2012-02", Status: legislation.NotInForce},
		{From: "2012-02-18", Status: legislation.Repealed},
	}}
	for on, want := range map[string]legislation.State{
		"1066-10-14": p.History[0], "2006-12-31": p.History[0],
		"2007-01-01": p.History[1], "2012-01-31": p.History[1],
		"2012-02-01": p.History[2], "2012-02-17": p.History[2],
		"2012-02-18": p.History[3], "2999-01-01": p.History[3],
	} {
		if got := p.On(day(on)); got != want {
			t.Errorf("on %s: %v, want %v", on, got, want)
		}
	}
	if got := (&legislation.Provision{}).On(day("2026-01-15")); got.Status != legislation.NotYet {
		t.Errorf("a provision without history is %s", got.Status)
	}
}

func TestCitations(t *testing.T) {
	for _, c := range []struct {
		p               legislation.Provision
		citation, brief string
	}{
		{legislation.Provision{Act: "Children Act 2004", Provision: "section 16H", Short: "s16H"},
			"Children Act 2004 section 16H", "Children Act 2004 s16H"},
		{legislation.Provision{Act: "Working Together", Short: "working together"}, "Working Together", "Working Together"},
		{legislation.Provision{Act: "Common law", Cite: "common law", Provision: "confidence", Short: "the duty of confidence"},
			"Common law confidence", "the duty of confidence"},
		{legislation.Provision{Act: "Care Act 2014", Provision: "section 1", Short: "Care Act 2014 (s1)"},
			"Care Act 2014 section 1", "Care Act 2014 (s1)"},
		{legislation.Provision{Act: "Care Act 2014"}, "Care Act 2014", "Care Act 2014"},
	} {
		if c.p.Citation() != c.citation || c.p.Brief() != c.brief {
			t.Errorf("%q and %q, want %q and %q", c.p.Citation(), c.p.Brief(), c.citation, c.brief)
		}
	}
}

// Where no statute fits, the way that is shown rests on the law of confidence and not on somebody's opinion.
func TestTheRouteRestsOnTheLawOfConfidence(t *testing.T) {
	for _, r := range shipped(t).Routes {
		if r.Source != "common-law-confidentiality" {
			t.Errorf("the route for public-authority: %t does not rest on the law of confidence", r.Public)
		}
	}
}
