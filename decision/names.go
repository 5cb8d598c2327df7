package decision

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// A trace is a kind of text by which a person can be found, with the words for it and what to write instead.
type trace struct{ looks, instead string }

// The kinds of trace that are looked for. A first name by itself is not among them: nothing tells it from other words.
var (
	nhsNumber   = trace{"an NHS number", "write your own case reference"}
	niNumber    = trace{"a National Insurance number", "write your own case reference"}
	dateOfBirth = trace{"a date of birth", "write the age"}
	postcode    = trace{"a postcode", "write what kind of place it is, such as home or school"}
	phoneNumber = trace{"a telephone number", "leave it out; the one to whom it goes has a place of its own"}
	mailAddress = trace{"an e-mail address", "leave it out; the one to whom it goes has a place of its own"}
	fullName    = trace{"a person's name", "write a role, such as child A, mother or teacher"}
	initials    = trace{"somebody's initials", "write a role and a letter, such as child A; in five years nobody can read initials"}
)

// meantForNames are the answers in which a name, a number or an address belongs, because they say who answers for
// something or who can be reached, and those that name an organisation. Nobody is recognised by them who is not meant
// to be. Of a group the part is named.
var meantForNames = []string{
	"recipient-organisation", "anonymous-recipient", // organisations carry people's names
	"recipient-person", "recipient-contact", "requester", "authorising-officer", // who asks and who receives
	"transfer-protection", "told-how", "recipients-told-how", // through whom, and at which address or number
	"advice-taken/who", "refer-to", "recorder", "found-by", // who was asked, and who has the pen
	"rights-arrangements", "incidents", // whom the public and partners turn to
}

// References are numbers by design, so a run of digits in one of them is taken for a telephone number by mistake.
var references = []string{"case-reference", "request-reference", "tier2-reference", "policy-document"}

// names looks for traces in everything that was typed where no name is called for. It says in which answer and of what
// kind, and never what it found.
func (r *reading) names() []sight {
	var seen []sight
	look := func(at, place, text string, without ...trace) {
		for _, t := range traces(text) {
			if !slices.Contains(without, t) {
				seen = append(seen, sight{at, fmt.Sprintf("%s: something looks like %s; %s.", place, t.looks, t.instead)})
			}
		}
	}
	for _, q := range r.Questions {
		for _, a := range q.Answers {
			at, id, place := a.ID, a.ID, "At “"+a.Asked+"”"
			if a.Group != "" {
				at, id, place = a.Group, a.Group+"/"+a.ID, fmt.Sprintf("%s, item %d", place, a.Item)
			}
			switch {
			case a.Text == "" || id == "files" || slices.Contains(meantForNames, id):
			case slices.Contains(references, id):
				look(at, place, a.Text, phoneNumber, initials)
			default:
				look(at, place, a.Text)
				if id == "information/person" && bareInitials(a.Text) {
					seen = append(seen, sight{at, fmt.Sprintf("%s: this looks like %s; %s.", place, initials.looks, initials.instead)})
				}
			}
		}
	}
	for i, f := range r.Files {
		name := f.Name
		if dot := strings.LastIndexByte(name, '.'); dot > 0 {
			name = name[:dot]
		}
		look("files", fmt.Sprintf("The name of file %d", i+1), strings.NewReplacer("_", " ", "-", " ", "+", " ").Replace(name), phoneNumber, initials)
	}
	for _, f := range r.Findings {
		look("findings", "Your reply to "+f.Code, f.Reply)
	}
	return seen
}

// traces are the kinds of trace that a text seems to have, each once. It would rather miss one than cry wolf over a
// text that has none: people stop reading what is wrong too often.
func traces(text string) []trace {
	const digit = "0123456789"
	p := patterns()
	var found []trace
	for _, kind := range []struct {
		trace
		needs string // one of these signs at least, where there are any; without it nothing is looked for
		in    func(string) bool
	}{
		{nhsNumber, digit, p.hasNHSNumber},
		{niNumber, digit, p.hasNINumber},
		{dateOfBirth, digit, p.hasBirth},
		{postcode, digit, p.hasPostcode},
		{phoneNumber, digit, p.hasPhone},
		{mailAddress, "@", p.mail.MatchString},
		{fullName, " \u00a0", func(s string) bool { return hasName(s) || hasShoutedName(s) }},
		{initials, "", func(s string) bool { return p.hasInitials(s) || hasBareInitials(s) }},
	} {
		if (kind.needs == "" || strings.ContainsAny(text, kind.needs)) && kind.in(text) {
			found = append(found, kind.trace)
		}
	}
	return found
}

// searches are compiled on first use, because most commands need none of them.
type searches struct {
	tenDigits, national, born, bornAfter, bornNear, code, phone, mail, dotted, dates *regexp.Regexp
}

var patterns = sync.OnceValue(func() *searches {
	const (
		month = `(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*`
		day   = `(?:[0-3]?\d(?:st|nd|rd|th)?(?: of)? ` + month + `,? (?:\d{4}|\d{2})|` + month + ` [0-3]?\d(?:st|nd|rd|th)?,? \d{4}|` +
			`[0-3]?\d ?[/.-] ?[01]?\d ?[/.-] ?(?:\d{4}|\d{2})|(?:19|20)\d\d-[01]\d-[0-3]\d)\b`
		figures = `(?:[0-3]?\d[/.-][01]?\d[/.-](?:\d{4}|\d{2})|(?:19|20)\d\d-[01]\d-[0-3]\d)\b`
		birth   = `(?:d\.?o\.?b\b\.?|date of birth|birth ?date)`
	)
	return &searches{
		tenDigits: regexp.MustCompile(`\b(\d{3})[ -]?(\d{3})[ -]?(\d{4})\b`),
		national:  regexp.MustCompile(`(?i)\b([a-z])([a-z]) ?\d\d ?\d\d ?\d\d ?[a-d]\b`),
		// "born" and a date with little between; after "date of birth" there may be more, but no "on": that begins an event.
		born:      regexp.MustCompile(`(?i)\b(?:born\b[ ,:(]{0,3}(?:(?:on|in|the|at home|prematurely|early)[ ,]{1,2}){0,3}|` + birth + `([^\n;!?\d]{0,40}?))` + day),
		bornAfter: regexp.MustCompile(`(?i)` + day + `[ ,(]{1,3}(?:is (?:the|his|her|their) |\()?` + birth),
		// With numbers alone, a date is of a birth also where more stands between, or it comes first; but not across "and".
		bornNear: regexp.MustCompile(`(?i)\b(?:born|birthday)\b([^\n.;!?\d]{0,40})` + figures + `|(?-i:\(b\.?|\bb\.) ?` + figures + `|` + figures +
			`(?: | ?\()((?:is|was) (?:when|the day|the date|his|her|their|the child's) ?[^\n.;!?\d]{0,20}(?:born|birthday)\b|born\b)`),
		code:   regexp.MustCompile(`(?i)\b([a-z]{1,2})(\d[a-z\d]?)( ?)(\d[abd-hjlnp-uw-z]{2})\b`),
		phone:  regexp.MustCompile(`(?:\+44[ -]?(?:\(0\)[ -]?)?\d(?:[ -]?\d){8,9}|\(?\b0\d{2,4}\)?(?:[ -]?\d){6,8}|\+(?:[1-35-9]\d|4[0-35-9])(?:[ -]?\d){7,11})\b`),
		mail:   regexp.MustCompile(`(?i)[a-z0-9._%+'-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b`),
		dotted: regexp.MustCompile(`(?:\b[A-Z]\. ?){2,4}`),
		dates:  regexp.MustCompile(`(?i)\b` + day + `|\b\d{1,2}:\d\d\b`),
	}
})

// hasNHSNumber holds ten digits to the check digit of NHS numbers: weighted 10 to 1, they make a multiple of eleven.
func (p *searches) hasNHSNumber(text string) bool {
	for _, m := range p.tenDigits.FindAllStringSubmatch(text, -1) {
		digits, sum := m[1]+m[2]+m[3], 0
		for i, d := range []byte(digits) {
			sum += (10 - i) * int(d-'0')
		}
		if sum%11 == 0 && strings.Trim(digits, digits[:1]) != "" {
			return true
		}
	}
	return false
}

// hasNINumber leaves out the prefixes that are never issued.
func (p *searches) hasNINumber(text string) bool {
	for _, m := range p.national.FindAllStringSubmatch(text, -1) {
		first, second := strings.ToUpper(m[1]), strings.ToUpper(m[2])
		if !strings.Contains("DFIQUV", first) && !strings.Contains("DFIQUVO", second) &&
			!slices.Contains([]string{"BG", "GB", "NK", "KN", "TN", "NT", "ZZ"}, first+second) {
			return true
		}
	}
	return false
}

func (p *searches) hasBirth(text string) bool {
	for _, m := range p.born.FindAllStringSubmatch(text, -1) {
		if between := " " + strings.ToLower(m[1]) + " "; !strings.Contains(between, " on ") && !strings.Contains(between, ". ") {
			return true
		}
	}
	for _, m := range p.bornNear.FindAllStringSubmatch(text, -1) {
		if !slices.ContainsFunc(strings.Fields(strings.ToLower(m[1])), func(w string) bool {
			return slices.Contains(parting, strings.Trim(w, ",:()"))
		}) {
			return true
		}
	}
	return p.bornAfter.MatchString(text)
}

// parting are words after which a date is no longer that of the birth before them.
var parting = []string{"and", "but", "who", "which", "seen", "known", "referred", "reported", "checked", "confirmed", "since", "until", "by", "told", "visited", "asked", "party"}

// areas are the letters with which UK postcodes begin.
const areas = ` AB AL B BA BB BD BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU
 GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR
 RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR WS WV YO ZE `

// hasPostcode knows that s16LA is a section and that 2nd is a number.
func (p *searches) hasPostcode(text string) bool {
	for _, m := range p.code.FindAllStringSubmatch(text, -1) {
		area, space, inward := strings.ToUpper(m[1]), m[3], m[4]
		section := area == "S" && space == ""
		ordinal := slices.Contains([]string{"st", "nd", "rd", "th"}, inward[1:])
		if !section && !ordinal && strings.Contains(areas, " "+area+" ") {
			return true
		}
	}
	return false
}

// hasPhone counts ten or eleven digits for numbers of this country, and does not take dates and times for them.
func (p *searches) hasPhone(text string) bool {
	for _, m := range p.phone.FindAllString(p.dates.ReplaceAllString(text, "|"), -1) {
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, m)
		if m[0] == '+' || len(digits) == 11 {
			return true
		}
	}
	return false
}

// abbreviations with points, which are nobody's initials.
const abbreviations = ` ADHD AE AKA AM ASB ASD BA BSC CE CIN CP CV DC DI DOB DPO DS DSL DV EHCP EU GCSE GP HM HMP HV ID IG IQ IT JP KC LA MA MASH MD NAI NB NHS PC PE 
 PM PO PS PTSD QC RE RIP SEN SW TV UK US USA VIP `

func (p *searches) hasInitials(text string) bool {
	for _, at := range p.dotted.FindAllStringIndex(text, -1) {
		if before, _ := utf8.DecodeLastRuneInString(text[:at[0]]); before == '.' {
			continue
		}
		letters := strings.NewReplacer(".", "", " ", "").Replace(text[at[0]:at[1]])
		if !strings.Contains(abbreviations, " "+letters+" ") {
			return true
		}
	}
	return false
}

// roles are the short forms that people write for a role; two or three other capitals alone are taken for initials.
const roles = ` CYP CP DC DI DS DSL EHA FGM GP HCP HT HV ICB LA LAC MGF MGM OT PA PC PGF PGM PP SENCO SIO SLT SRO SU SW TA UASC YP YOT `

// acronyms are capitals that are nobody's name, besides roles and abbreviations: bodies, boards, plans, laws and terms.
const acronyms = ` ABE ABH ADM AEP ALN AMHP ANC ANPR APD ASAP ASC ASYE AWOL BAAF BAME BBC BCU BMA BME BMI BPD BSL BTP CAB CAF CAFCASS CAMHS CBT CCE CCG CCTV CDOP CEO
 CEOP CHC CHIS CHISVA CICA CID CIO CIWP CLA CMARAC CME CMHT COVID CPN CPP CPR CPS CQC CRB CRC CSA CSC CSE CSP CT CTIRU CWP CYPS DA DAAT DASH DASV
 DBS DCC DCSF DFE DHR DLA DNA DOLS DPA DPIA DSA DSP DVDS DVLA DVPN DVPO DWP ECHR ED EDD EDT EEA EET EG EHC EHE EHM EOTAS EP EPO ESA ESO ESOL EWO EWS
 FAQ FASD FBI FCA FFT FGC FGMPO FII FMPO FMU FOI FOIA FSM FTE FYI GBH GCSES GDPR GMC GMP HBV HCPC HIV HMCTS HMG HMICFRS HMO HMPPS HMRC HOU HR HSE
 IAPT ICD ICO ICPC ICPO ICR ICS ICT ICU IDVA IE IFA IMCA IMHA IOM IOPC IPCC IRO ISA ISVA ITU IVF JSNA JTAI KCSIE KPI KS LADO LASPO LCPR LCSPR LD LGA
 LGBT LGO LLP LPA LPS LSA LSCB LSCP LTD LTP MAPP MAPPA MARAC MASE MAST MAT MCA MCSI MDT MH MHA MIND MIU MOD MOJ MOU MP MPS MSP MST NAO NASS NATO NCA
 NEET NELFT NFA NGO NHSE NHSP NICE NICU NMC NNU NOK NOMS NPCC NPS NQT NRM NRPF NSPCC OCC OCD OCG ODD OFCOM OFSTED OIA OIC OK ONS OOH OPCC OPG PACE
 PALS PBS PCC PCN PCSO PCT PDF PEP PEX PHE PICU PIN PIP PLO PMLD PNC PND PREVENT PRU PSHE PSNI PSW PTA PTS PVP PWP QA QR RAF RAG RASSO RCPCH RIPA
 ROTL RPI RSE RSHE RSO RSPCA RTA RTSH RVI SAB SAR SARC SATS SCBU SCC SCR SDQ SEMH SENDIASS SENDIST SGO SHMO SHPO SIMS SLA SLCN SLD SLDO SMT SNT SOCA
 SOS SPA SPOC SPOT SROI STI SUDI TAC TAF TAMHS TBA TBC TBI TOR TSP UKVI UN URL USB USW UTC UTI VAT VAWG VCS VIPER VLE VRU VS WAMHS WPC WT YJB YJS
 YMCA YOI YOS `

var shortForms = sync.OnceValue(func() map[string]bool {
	all := map[string]bool{}
	for _, s := range strings.Fields(acronyms + abbreviations + roles) {
		all[s] = true
	}
	return all
})

func isAcronym(capitals string) bool { return shortForms()[capitals] }

// isShouted reports whether a word has capitals alone.
func isShouted(s string) bool {
	return utf8.RuneCountInString(s) >= 2 && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsUpper(r) && !strings.ContainsRune("-'’", r) }) < 0
}

// hasShoutedName looks for names in capitals: two or three such words in a row that are no acronym and no word of ours
// (JOHN SMITH), or a surname that a first name follows (SMITH, John). Where more than that is in capitals, somebody had
// the key locked, and nothing can be told from anything.
func hasShoutedName(text string) bool {
	lists := knownWords()
	all := words(text)
	name := func(w word) bool {
		lower := strings.ToLower(w.text)
		return utf8.RuneCountInString(w.text) >= 3 && isShouted(w.text) && strings.ContainsAny(lower, "aeiouyáéíóúèâêôö") && !isAcronym(w.text) &&
			!lists.heads[lower] && !lists.plain[lower] && !lists.openers[lower] && !lists.places[lower] && !lists.labels[lower] && !lists.titles[lower]
	}
	for i := 0; i < len(all); i++ {
		row, names, most := 0, 0, 0
		for ; i+row < len(all) && isShouted(all[i+row].text) && (row == 0 || all[i+row].tied); row++ {
			if names++; !name(all[i+row]) {
				names = 0
			}
			most = max(most, names)
		}
		if row <= 4 && (most == 2 || most == 3) {
			return true
		}
		i += max(row-1, 0)
	}
	for i := range all[:max(len(all)-1, 0)] {
		first := all[i+1]
		lower := strings.ToLower(first.text)
		alone := i+2 >= len(all) || !all[i+2].tied || !hasCapital(all[i+2].text) // else an organisation follows
		if name(all[i]) && first.comma && !first.first && alone && hasCapital(first.text) && !lists.heads[lower] && !lists.plain[lower] && !lists.openers[lower] &&
			!lists.places[lower] {
			return true
		}
	}
	return false
}

// doing are words that follow somebody and seldom an organisation, and theirs are those before an organisation.
const (
	doing  = ` was aged lives lived disclosed attended attends said says told looked felt cried ran hit bruised presented `
	theirs = ` the a an our your their its his her my this that any each every from by to of `
	whose  = ` child boy girl baby toddler mother mum father dad brother sister sibling twin son daughter parent pupil patient adult carer victim `
)

// hasBareInitials looks for two or three capitals that stand for somebody: after a relation (child JS), or before what a
// person does (JS was seen). Elsewhere too many capitals are short for something.
func hasBareInitials(text string) bool {
	lists, all := knownWords(), words(text)
	is := func(list, s string) bool { return strings.Contains(list, " "+strings.ToLower(s)+" ") }
	for i, w := range all {
		n := utf8.RuneCountInString(w.text)
		if n < 2 || n > 3 || !isShouted(w.text) || isAcronym(w.text) || strings.ContainsAny(w.text, "-'’") {
			continue
		}
		before, after := "", ""
		if i > 0 && w.tied {
			before = all[i-1].text
		}
		if i+1 < len(all) && (all[i+1].tied || strings.EqualFold(all[i+1].text, "aged")) {
			after = all[i+1].text
		}
		// Among other capitals it is a part of them, and a word can be in capitals to be heard.
		lower := strings.ToLower(w.text)
		inName := hasCapital(before) && !is(whose, before) && !lists.openers[strings.ToLower(before)]
		if isShouted(before) || isShouted(after) || hasCapital(after) || inName || lists.openers[lower] || lists.plain[lower] || lists.heads[lower] {
			continue
		}
		if is(whose, before) || is(doing, after) && !is(theirs, before) {
			return true
		}
	}
	return false
}

// bareInitials looks at the answer that names a person by role.
func bareInitials(text string) bool {
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",;/&()+", r) }) {
		for _, word := range strings.Split(part, " and ") {
			word = strings.TrimSpace(word)
			capitals := len(word) >= 2 && len(word) <= 3 && strings.Trim(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
			if capitals && !strings.Contains(roles, " "+word+" ") {
				return true
			}
		}
	}
	return false
}

// A word is a piece of text between spaces and signs.
type word struct {
	text  string
	first bool // it begins a sentence, where every word has a capital
	tied  bool // only a space is between it and the word before
	comma bool // only a comma and a space are
	dot   bool // a full stop follows it
}

// shortened are the titles that people write with a point.
var shortened = []string{"Mr", "Mrs", "Ms", "Dr", "Prof", "Rev", "Cllr", "Sgt"}

// words cuts a text. Hyphens and apostrophes inside a word belong to it.
func words(text string) []word {
	var all []word
	first, tied, comma := true, false, false
	runes := []rune(text)
	for i := 0; i < len(runes); {
		r := runes[i]
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			switch {
			case strings.ContainsRune(".!?:\n\t•*\"“”‘([", r):
				first, tied, comma = true, false, false
			case !unicode.IsSpace(r):
				comma = r == ',' && tied
				tied = false
			}
			i++
			continue
		}
		start := i
		for i < len(runes) && (unicode.IsLetter(runes[i]) || unicode.IsDigit(runes[i]) || unicode.Is(unicode.M, runes[i]) ||
			strings.ContainsRune("'’-", runes[i]) && i+1 < len(runes) && unicode.IsLetter(runes[i+1])) {
			i++
		}
		w := word{text: string(runes[start:i]), first: first, tied: tied && len(all) > 0, comma: comma, dot: i < len(runes) && runes[i] == '.'}
		for _, own := range []string{"'s", "’s"} {
			w.text = strings.TrimSuffix(w.text, own)
		}
		all = append(all, w)
		first, tied, comma = false, true, false
		// "J. Smith", "Dr. Ahmed": this point ends no sentence.
		if w.dot && unicode.IsUpper(runes[start]) && (utf8.RuneCountInString(w.text) == 1 || slices.Contains(shortened, w.text)) {
			i++
		}
	}
	return all
}

// hasCapital reports whether a word is written as names are: a capital, and then small letters. Capitals within it are
// taken where names have them (McKay, O'Neill, Anne-Marie).
func hasCapital(s string) bool {
	var small bool
	var before rune
	for i, r := range s {
		switch {
		case i == 0 && !unicode.IsUpper(r), unicode.IsDigit(r):
			return false
		case i > 0 && unicode.IsUpper(r):
			if !strings.ContainsRune("-'’", before) && !slices.Contains([]string{"Mc", "Mac", "De", "Di", "La", "Le", "Fitz", "Van"}, s[:i]) {
				return false
			}
		case unicode.IsLower(r):
			small = true
		}
		before = r
	}
	return small
}

// hasName looks for two or more capitalised words in a row that are not the name of an organisation, an Act, a place or
// a post, and for a title with a surname. Words of an organisation end in what kind of organisation it is, so such a
// word takes those before it with it; words for a post stand alone and part what is before from what is after.
func hasName(text string) bool {
	lists := knownWords()
	var name int     // capitalised words in a row that may be a name
	var titled bool  // a title stands before them
	var initial bool // a single letter stands before them
	var place bool   // they began as places do, such as "North"
	var before, lower string
	found := false
	end := func() {
		found = found || !place && (name >= 2 || name == 1 && (titled || initial))
		name, titled, initial, place = 0, false, false, false
	}
	all := words(text)
	for i, w := range all {
		before, lower = lower, strings.ToLower(w.text)
		if !w.tied {
			end()
			before = ""
		}
		single := utf8.RuneCountInString(w.text) == 1 && unicode.IsUpper([]rune(w.text)[0])
		switch {
		case lists.titles[lower] && (hasCapital(w.text) || strings.ToUpper(w.text) == w.text && len(w.text) <= 3):
			end()
			titled = true
		case single && (name > 0 || titled): // "Ann B Carr"; "Mrs B" says no name
		case single && !lists.labels[before] && !digits(before) && (w.dot || w.text != "A" && w.text != "I"):
			end()
			initial = true
		case name > 0 && !place && lists.particles[lower] && i+1 < len(all) && all[i+1].tied && hasCapital(all[i+1].text):
		case !hasCapital(w.text):
			end()
		case lists.heads[lower]:
			name, titled, initial, place = 0, false, false, false
		case lists.plain[lower], w.first && lists.openers[lower]:
			end()
		case name == 0 && !titled && lists.places[lower]:
			place = true
		default:
			name++
		}
	}
	end()
	return found
}

func digits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
