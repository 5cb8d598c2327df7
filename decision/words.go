package decision

import (
	"strings"
	"sync"
)

// wordLists are the words that tell a person's name from other capitalised words. They are about English as it is
// written in this work, and will never be complete; what they lack costs a question too many or too few.
type wordLists struct {
	titles    map[string]bool // a surname follows
	heads     map[string]bool // what an organisation, an Act, a street or a document is called at the end of its name
	plain     map[string]bool // posts, relations, days and terms, which are no part of a name
	places    map[string]bool // with these, names of places begin
	openers   map[string]bool // with these, sentences begin
	particles map[string]bool // small words within a name
	labels    map[string]bool // a single letter after one of these is a label, as in "child B"
}

var knownWords = sync.OnceValue(func() wordLists {
	list := func(words string) map[string]bool {
		m := map[string]bool{}
		for _, w := range strings.Fields(words) {
			m[w] = true
		}
		return m
	}
	return wordLists{
		titles: list(`mr mrs ms miss mx dr prof professor sir dame lord lady rev revd reverend cllr councillor pc wpc dc ds di dci
			dsi pcso sgt sergeant inspector constable detective superintendent judge justice nurse master`),

		heads: list(`academies academy act acts agency agreement alliance approach army association asylum authorities authority
			avenue bank board borough bureau campaign care cathedral center centre centres chambers charity charter checklist
			church city clinic clinics close club clubs code college colleges commission commissioner committee companies company
			conference constabulary convention council councils county court courts crescent department directorate directory
			district drive enforcement estate export federation force form forms forum foundation framework gardens group groups
			guidance guide guidelines guides handbook health helpline homes hospice hospital hospitals hostel hotel house housing hub
			industry infirmary initiative inquest inquiry inspectorate institute journal kingdom kindergarten lane law laws league
			library limited line lines llp ltd manual ministry mosque museum network norms notice nurseries nursery office offices
			ombudsman operation order orders panel parish partnership partnerships park pathway pharmacy place plan plans plc police policies policy
			portal practice preschool prison procedure procedures process programme project protocol provider providers
			rangers record records refuge region register registry regulation regulations report reports republic review reviews
			risk road rota rovers scheme school schools secondary section service services shelter society solicitors standards
			station store strategy street studio suite summary supermarket surgery synagogue system systems team teams temple
			template terrace theatre tier toolkit town trust trusts tribunal union unit united universities university village ward way website
			wing workshop`),

		plain: list(`
			administration administrator adolescent adult adults advice adviser advisor advocate abuse activity after-school agencies aid allegation
			alcohol ambulance and anglian anti-social appendix appropriate april article assembly assessment assessments assistant
			attendance august aunt auntie aunty autism bail basic behaviour behavioural benefit benefits birth boy boyfriend british
			brother business cafcass calderdale caldicott carer carers case centenary challenge chair chairman channel chief child
			childhood childline children childrens christmas civil clerk clinical close checks coach combined college-based commissioning common communities
			community complaints complex confidential consent consultant contact continuing controller coordinator co-ordinator
			contract controllers core counsellor counselling counter-terrorism crime criminal crown cultural cousin cyber dad data daughter day death december
			decision deputy designated detention development diagnosis digital diocesan director disability disclosure distress doctor
			domestic driver drug drugs duty early easter economic economy education educational emergency emotional employee employer encompass english
			enquiries enquiry enforcement-officer environment equality ethics europe european evening exclusion executive exploitation
			families family father february female field fire first forensic formal friday friend friends fund further gender general girl
			girlfriend government governor grandad granddad grandfather grandma grandmother gran granny grandson granddaughter guardian
			hate half-term harm head headteacher headmaster headmistress healthcare hearing help high history home honour
			housing-officer human husband icb identity immigration incident independent individual infant information initial
			inspection institution insurance integrated intensive interim internal internet investigation islam islamic january jobcentre
			jewish joint july june junior international intervention key key-stage labour keyworker kinship landlord lead lawful leader learning left legal legislation liaison life
			line-manager local looked looked-after male man management manager march may medical meeting member members mental
			mentor mid midday midwife midwifery mobile monday mother multi-agency mum muslim named nan nanny national neglect neglected
			neighbour neighbourhood nephew niece night no non november october offender offenders officer ofsted online operational overview
			operations organisation paediatric paediatrician parent parents parent-carer part partner pastoral patient personal person
			persons physical place planning policing post practitioner pre-birth plus pregnancy premier processing prevent prevention primary principal
			prime private probation problem professional protection psychiatrist psychiatry psychological psychologist psychology
			public pupil pupils quality question reform receptionist recovery referral regional registrar registered registration relations
			relationship relative representative request research resettlement residential response responsible return right rights
			roman royal safe safeguarding safer safety saint saturday schedule science second secretary section secure security sharing
			senco send senior september serious sex sexual sexuality sheriff shared sibling sign single sister site sixth social solicitor son
			special specialist speech staff stage state statement statutory stepbrother stepdad stepfather stepmother stepmum
			stepsister student students substance sunday supervision supervisor supervising support supported suspect
			targeted task time teacher teachers teaching team-leader technical term terror terrorism therapist therapy third thursday
			together trading traffic trainee training transfer transition transport treatment trustee tuesday uncle under unborn
			vetting victim victims violence visitor visitors visiting voluntary volunteer vulnerable warden wednesday welfare wellbeing well-being west-end
			wife winter witness woman women work worker workers working worship year years youth zone
			anglia bedfordshire belfast birmingham bradford brighton bristol buckinghamshire cambridge cambridgeshire cardiff
			cheshire cornwall coventry cumbria derby derbyshire devon dorset dublin durham ealing edinburgh england enfield essex
			glasgow gloucestershire greenwich hackney hampshire haringey harrow havering hertfordshire hillingdon hounslow hull
			ireland islington kent lambeth lancashire leeds leicester leicestershire lewisham lincolnshire liverpool london luton
			manchester merseyside middlesex newham norfolk northamptonshire northumberland northumbria nottingham
			nottinghamshire oxford oxfordshire peterborough plymouth portsmouth redbridge richmond rutland scotland sheffield
			shropshire somerset southampton southwark staffordshire suffolk sunderland surrey sussex swansea tyneside
			wales wandsworth warwickshire westminster wiltshire wirral wolverhampton worcestershire yorkshire britain
			afghan afghanistan africa african albanian american arabic asia asian bangladesh bengali bulgarian caribbean chinese
			eritrea eritrean ethiopia france french german germany gypsy hindi hindu india indian iran iranian iraq iraqi irish italian
			italy jamaican kurdish lithuanian nigeria nigerian pakistan pakistani pashto poland polish portuguese
			punjabi roma romania romanian russian scottish sikh slovak somali somalia spanish sudan sudanese syria syrian tamil traveller
			travellers turkey turkish ukraine ukrainian urdu vietnam vietnamese welsh
			access apple capita citizen classcharts egress excel facebook google instagram liquidlogic microsoft mosaic myconcern outlook office
			snapchat systmone teams tiktok whatsapp windows youtube zoom barnardo barnardos nspcc samaritans refuge womens`),

		places: list(`st saint north south east west northern southern eastern western great greater little new old upper lower
			central inner outer mid royal king kings king's queen queens queen's prince princess milton tower isle lake mount port
			bury hong sri saudi united waltham hammersmith kensington barking kingston brent camden merton bexley bromley sutton
			hemel welwyn burton stoke newcastle weston stratford tunbridge leamington sierra south-east north-east`),

		openers: list(`a about according across additional advised afterwards after again against agreed all allowing almost
			already also although always am among an and another any anybody anyone anything apart are as ask asked asking at attended
			attends avoid away be because been before being below besides between both bring brought but by call called calling can
			cannot check checked checking choose clear come confirm confirmed confirming consider considered consult consulted contact
			contacted contacting could currently decide decided despite did direct discuss discussed do does done during each earlier
			either else email emailed encrypted enough ensure even every everybody everyone everything except explain explained few
			finally find first following follow followed for found from full gave get give given giving go going got had has have having he
			hear heard held help her here hers herself hide him himself his hold holding how however i if in inform informed initially inside
			instead into is it its itself just keep keeping kept know known last late later least leave left less let likely limited look
			looking made make making many maybe me meanwhile meet met might mine more moreover most mostly much must my
			naturally near nearly need needs neither never next no nobody none nor normally not note noted nothing now nowhere of off often
			on once one only open or other others otherwise our ours out outside over own page pass passed per perhaps please possibly present
			previously prior probably provide provided put rang rather read really received recent recently record recorded refer
			referred regarding reply replied report reported request requested ring ringing said same saw say saying see seeing seeking
			seems seen send sending sent several share shared sharing she should show showed shown simply since so some somebody
			someone something sometimes soon speak speaking spoke spoken still stop subject such suspected take taken taking talk talked tell
			telling than that the their theirs them themselves then there therefore these they think this those though through
			throughout thus till to today told tomorrow too took towards tried try two three four five six seven eight nine ten unable
			under unless until up upon us use used using usually via view wait waiting was we well went were what whatever when
			whenever where whereas wherever whether which while who whoever whole whom whose why will with withhold withheld within
			without would write wrote yes yesterday yet you your yours apparently weekly daily monthly yearly usual urgent`),

		particles: list(`da de del della der den di do dos du el al ap ab ferch bin ibn bint ben van von la le los las`),

		labels: list(`adult adults annex appendix area article baby band block boy brother carer carers category child children class
			committee daughter exhibit families family father figure female flat form friend gate girl grade group hepatitis house influenza item key level
			male mother mr mrs ms miss dr nurse officer option parent parents part partner patient paragraph person phase piece plan pupil
			relative room schedule school section sibling sister site son staff stage step strand stream student suspect table
			teacher team tier twin type uncle unit variant victim vitamin ward witness woman man worker zone point question note`),
	}
})
