package checklist

// A Word is an answer id with its meaning: the bridge between checklists, findings and exports.
type Word struct {
	ID       string
	Means    string
	Required bool // every checklist of an agreement must ask for it
}

// Vocabulary is every answer a checklist can gather. data/README.md shows it to people who write checklists, and a
// test holds the two together.
var Vocabulary = []Word{
	{"name", "who decides: name", true},
	{"post", "who decides: post", true},
	{"organisation", "who decides: organisation", true},
	{"sector", "kind of organisation, from the sectors of the law", true},
	{"public-authority", "whether it is a public authority (yes, no, not-sure)", true},
	{"competent-authority", "whether it is a competent authority (yes, no, not-sure)", true},
	{"email", "e-mail address; also names the signer to OpenSSH", true},
	{"keep-years", "how many years the organisation keeps records of such decisions", false},

	{"danger", "whether someone is in danger now", true},
	{"acted", "what has been done about the danger", false},
	{"identifiable", "whether anyone can be identified from what would be shared", true},
	{"why-not-identifiable", "how it is known that nobody can be identified", false},
	{"anonymous-what", "what would be shared where nobody can be identified", false},
	{"anonymous-recipient", "with whom, where nobody can be identified", false},

	{"initiated", "whether the information was asked for or is offered", true},
	{"recipient-sector", "kind of recipient, from the sectors of the law and the other recipients", true},
	{"recipient-party", "recipient: a party to the agreement, or other", false},
	{"recipient-organisation", "recipient: organisation", true},
	{"recipient-person", "recipient: name and post", true},
	{"identity-check", "how it was checked that they are who they say", true},
	{"request", "what was asked for, in their words, with any power they named", false},
	{"request-reference", "their reference", false},
	{"requested-at", "when it was asked for", false},

	{"about", "about whom: children, adults or both", true},
	{"whose", "whose information: roles", true},
	{"case-reference", "reference in the organisation's own case system", false},
	{"categories", "special category, criminal offence and other sensitive data", true},

	{"purpose", "why the information is needed", true},
	{"circumstances", "the facts on which gateways depend, from circumstances.yaml", true},
	{"information", "a group: what, nature, person, origin, passed, withheld-why", true},
	{"fairness", "why it is fair to share in this way", false},
	{"benefits", "benefits of sharing", false},
	{"risks-of-sharing", "risks of sharing", false},
	{"risks-of-not-sharing", "risks of not sharing", false},
	{"origin-consulted", "whether the organisation the information came from was consulted", false},
	{"origin-note", "what it said, or why it was not consulted", false},
	{"transfer-method", "how it is sent", true},
	{"transfer-protection", "how it is protected on the way and its receipt confirmed", false},
	{"told", "whether the person has been or will be told", true},
	{"told-how", "how and when", false},
	{"not-told-why", "why not", false},
	{"told-revisit", "when the decision not to tell is looked at again", false},
	{"views", "wishes and views of the child or adult, and any objection", false},
	{"policies", "policies and procedures checked", false},
	{"advice", "whether advice was taken", false},
	{"advice-taken", "a group: who, advice, followed", false},

	{"gateway", "the legal gateways relied on, by entry id, or none", true},
	{"no-gateway-why", "why no gateway is named", false},
	{"law-enforcement", "whether the sharing is itself for law enforcement (yes, no, not-sure)", false},
	{"article-6", "lawful basis: Article 6, or section 35(2) where Part 3 applies", true},
	{"article-6-why", "the function, duty or interest it rests on", false},
	{"condition", "Article 9 or 10 condition, or Part 3 condition", false},
	{"condition-why", "why that condition is met, and without consent", false},
	{"confidentiality", "how confidentiality is dealt with", true},
	{"confidentiality-why", "the balance, or the law or consent relied on", false},
	{"restrictions", "what may forbid or narrow it", true},
	{"restrictions-note", "how each is dealt with", false},

	{"outcome", "the decision: share-all, share-part, none, defer, refer", true},
	{"reasons", "the reasons, in a sentence a court could quote", true},
	{"conditions-on-use", "conditions on use, onward sharing and return", false},
	{"shared-already", "whether it has already been shared", false},
	{"shared-at", "when it was shared", false},
	{"late-why", "why it is recorded afterwards", false},
}
