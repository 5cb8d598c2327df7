package logbook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// Code names a kind of finding. Codes are stable: reports are compared and
// counted by them.
type Code string

// Codes of faults. A log with any of these is not what was written.
const (
	ChangedCover Code = "changed-cover"       // the signed lines are not those that were signed
	ChangedBody  Code = "changed-body"        // the body is not the one that was signed
	Truncated    Code = "truncated"           // the end of the file is gone
	BadSignature Code = "bad-signature"       // the signature is damaged, or another's
	NoSignature  Code = "no-signature"        // there is none
	WrongName    Code = "wrong-name"          // a sound record under a name not its own
	WrongKey     Code = "wrong-key"           // signed with another key than its chain's
	WrongChain   Code = "wrong-chain"         // a sound record in another chain's folder
	WrongRole    Code = "wrong-role"          // an exercise among decisions, or the other way round
	BrokenLink   Code = "broken-link"         // the record named as the one before is not the one before
	Missing      Code = "missing"             // a number between others has no record
	Fork         Code = "fork"                // a number has two sound records
	TwoChains    Code = "two-chains"          // one key has two chains
	BadOpening   Code = "bad-opening"         // number 0 does not say whose chain this is
	BadBody      Code = "bad-body"            // signed, but not written as this format writes it
	WrongAbout   Code = "wrong-about"         // about another record than it says, or one it cannot be about
	AboutMissing Code = "about-missing"       // about a record that its chain should have and has not
	Stray        Code = "stray"               // something that has no place in a log
	Oversize     Code = "oversize"            // a file larger than any record
	Unreadable   Code = "unreadable"          // the system refuses to read it
	NewerFormat  Code = "newer-format"        // written by a newer version of dsa
	CRLF         Code = "crlf"                // line ends rewritten by another program
	CoverOnly    Code = "cover-only"          // body gone, and no disposal in force
	Unfinished   Code = "disposal-unfinished" // in force, and the body is still here
)

// Codes of faults in what a log's overseers have recorded, and of records held against it.
const (
	BadProof            Code = "bad-proof"            // a proof does not prove what it says
	NoFounding          Code = "no-founding"          // the record whose id is the log's is not here, or founds none
	NotAdmitted         Code = "not-admitted"         // a chain that no trust record admits
	AdmittedMissing     Code = "admitted-missing"     // a chain that the log admits is not here
	AfterClosing        Code = "after-closing"        // a record after the one at which its chain was closed
	ClosingDiffers      Code = "closing-differs"      // a chain was closed at another record than it has
	TrustDispute        Code = "trust-dispute"        // two founders close each other
	BadAct              Code = "bad-act"              // an act of oversight contradicts its cover, itself or the log
	NoAuthority         Code = "no-authority"         // an act of oversight by a chain that does not oversee
	CoveredMissing      Code = "covered-missing"      // a checkpoint covers it, and it is not here
	CoveredDiffers      Code = "covered-differs"      // a checkpoint covers another record of its number
	BadCheckpoint       Code = "bad-checkpoint"       // its ranges, size, root or edge are wrong
	RolledBack          Code = "rolled-back"          // a receipt's checkpoint is not here
	ReceiptDiffers      Code = "receipt-differs"      // another record stands where the receipt's checkpoint should
	SeenMissing         Code = "seen-missing"         // its author had seen a checkpoint that is not here
	SeenBack            Code = "seen-back"            // its author had seen a later checkpoint before
	TimeOutside         Code = "time-outside"         // its time is not between the checkpoints around it
	DisposalUndue       Code = "disposal-undue"       // disposed of before its time, or of a kind that stays
	DisposedWhileHeld   Code = "disposed-while-held"  //
	DisposalUnconfirmed Code = "disposal-unconfirmed" // the second overseer that the disposal asks for is missing
	TrainingAmongLive   Code = "training-among-live"  // a chain of exercises in a folder of decisions
	SelfEndorsed        Code = "self-endorsed"        // an endorsement by whoever signed what it endorses
)

// Codes of notices. They change nothing about the records.
const (
	TimeBack       Code = "time-back"       // a record claims an earlier time than the one before it
	Temporary      Code = "temporary"       // left by a writer that was stopped
	SystemFile     Code = "system-file"     // put there by the system, such as .DS_Store
	EmptyFolder    Code = "empty-folder"    // made just before a stop
	NoRecords      Code = "no-records"      // there is nothing to check
	NoReadme       Code = "no-readme"       // README.txt is not there
	OtherReadme    Code = "other-readme"    // README.txt is not the text this version writes
	NoSigners      Code = "no-signers"      // allowed_signers is not there
	UnknownSigner  Code = "unknown-signer"  // allowed_signers has a line that no chain in this log opens with
	AboutElsewhere Code = "about-elsewhere" // about a record whose chain is not in this log
	OtherName      Code = "other-name"      // a single file not under its own name

	ForkSettled           Code = "fork-settled"            // a record on the branch of a fork that does not stand
	ClosedChain           Code = "closed-chain"            // nothing more belongs in it
	DisposedEarly         Code = "disposed-early"          // disposed of before keep-until, for a reason that is given
	AuthorityNotConfirmed Code = "authority-not-confirmed" // disposed of; who allowed it is not known without the log's id
	NotCovered            Code = "not-covered"             // records that are in no checkpoint yet
	NoCheckpoint          Code = "no-checkpoint"           // nobody has made one
	SeenElsewhere         Code = "seen-elsewhere"          // checkpoints that authors had seen are not in this copy
	TrustElsewhere        Code = "trust-elsewhere"         // the record that founds the log is not in this copy
	NoReceipt             Code = "no-receipt"              // nothing pins the checkpoint of a proof
	ChainsElsewhere       Code = "chains-elsewhere"        // chains that the log admits or covers are not in this copy
)

// Fault is one finding: where, what, what it means and what to do. It never
// quotes what a record says.
type Fault struct {
	Log     string `json:"log,omitempty"`   // folder as it was given, where several were looked at together
	Chain   string `json:"chain,omitempty"` // folder name of the chain, if known
	Number  int    `json:"number"`          // -1 if the finding is not about one number
	File    string `json:"file,omitempty"`  // path in the log, or the name given to CheckFile
	Code    Code   `json:"code"`            //
	Meaning string `json:"meaning"`         // in words
	Next    string `json:"next,omitempty"`  // what to do
}

// String returns the finding on one line.
func (f Fault) String() string {
	where := f.File
	if where == "" {
		where = f.Chain
	}
	if f.Log != "" {
		where = strings.TrimSuffix(f.Log+": "+where, ": ")
	}
	if f.Number >= 0 {
		where = fmt.Sprintf("%s (number %d)", where, f.Number)
	}
	return fmt.Sprintf("%s: %s: %s", where, f.Code, f.Meaning)
}

// Report is what a check found. Faults mean that something is not as it was
// written; notices are worth a look. What a clean report says, and does not say,
// is in Result and Limits.
type Report struct {
	Log       string    `json:"log,omitempty"`     // id of the log, where it was known
	Title     string    `json:"title,omitempty"`   // what its founders call it
	Confirmed bool      `json:"signers_confirmed"` // who signed was held against the log's trust records
	Chains    int       `json:"chains"`
	Files     int       `json:"files"`    // record files looked at
	Records   int       `json:"records"`  // intact records, without exercises
	Training  int       `json:"training"` // intact records of exercises
	Covers    int       `json:"covers"`   // intact covers of disposed records
	Faults    []Fault   `json:"faults"`
	Notices   []Fault   `json:"notices"`
	Uncovered int       `json:"not_covered"`                // records that are in no checkpoint, other than checkpoints
	Since     time.Time `json:"not_covered_since,omitzero"` // the earliest time that any of them claims

	Checkpoints []Covered `json:"checkpoints"` // those that count, by chain and number
	Disposals   []Listed  `json:"disposals"`   // every disposal recorded, also where all is well

	Survey *Survey `json:"-"` // for checkpoints and proofs; of a whole log only
	Trust  *Trust  `json:"-"` // nil where the log's id or its founding record is not known
}

// Covered is a checkpoint that counts.
type Covered struct {
	Chain  decision.ID `json:"chain"` // in which it stands
	Number int         `json:"number"`
	ID     decision.ID `json:"id"`
	Time   time.Time   `json:"time"`
	Size   uint64      `json:"size"` // records that it and those before it cover
}

// Listed is a disposal as a report lists it.
type Listed struct {
	Chain     decision.ID `json:"chain"` // in which it stands
	Number    int         `json:"number"`
	ID        decision.ID `json:"id"`
	Time      time.Time   `json:"time"`
	Rule      string      `json:"rule"`      // in the words of whoever recorded it
	Authority string      `json:"authority"` // likewise
	Records   int         `json:"records"`
	InForce   bool        `json:"in_force"` // false while the second overseer that it asks for has not confirmed it
	Early     int         `json:"early"`    // of its records that are here, how many were not yet due
}

// Clean reports whether there are no faults.
func (r Report) Clean() bool { return len(r.Faults) == 0 }

// Result is the verdict in the words that promise no more than was checked.
func (r Report) Result() string {
	switch {
	case !r.Clean():
		return "faults found"
	case r.Confirmed:
		return "intact, signers confirmed by the log's trust records"
	default:
		return "intact, signer not confirmed"
	}
}

// Limits says what a clean result does not show, for print beside every result.
func (r Report) Limits() []string {
	who := "who held the signing key: compare its fingerprint with one learned from the signer or their organisation"
	if r.Confirmed {
		who = "who used a key: the log's trust records say whose it is, not who sat at the keyboard"
	}
	clock, tail := "whether the author's clock was right",
		"whether records are missing after the last one of a chain, or whole chains: compare with a receipt or another copy"
	if len(r.Checkpoints) > 0 {
		clock = "when exactly anything was recorded: times are claims, and checkpoints only put them in order"
		tail = "whether records that no checkpoint covers are missing, or the newest checkpoints themselves: compare with a receipt or another copy"
	}
	limits := []string{who, clock, tail}
	if r.Confirmed {
		limits = append(limits, "whether the log's id is the right one: compare it with the one on the agreement's papers")
	}
	return append(limits, "whether what the records say is true")
}

// Options are what a check is told.
type Options struct {
	// Body judges the body of an intact record: a decision, what follows one, or an
	// endorsement; openings and acts of oversight are judged here. It returns which
	// record the body is about and what it stands as, or a zero Reference where the body
	// says neither. It is called from many goroutines at once, and keeps nothing of the bytes it is given.
	// Its error must not quote the body. Nil: bodies are checked against their
	// fingerprint only, and the covers are believed.
	Body func(decision.Kind, []byte) (Reference, error)
	// Met is told of every record that is intact by itself, the covers of disposed ones included. It is called from many
	// goroutines at once, in no order; whether the record stands in its chain is not known yet. Nil: nobody is told.
	Met func(Met)
	// Workers is how many files are read at once. 0: four to each core and at
	// least sixteen, since on a network share reading waits more than it works.
	Workers int
	// Progress is called now and then with the number of files done so far.
	Progress func(files int)
	// Log is the id of the log, as the checker was told it elsewhere. Zero: who signed is not confirmed.
	Log decision.ID
	// Receipts are lines kept from earlier checkpoints.
	Receipts []decision.Receipt
	// Partial says that the folder is one person's own copy: other people's chains are not expected in it.
	Partial bool
	// Covers says that it is a copy without the bodies of decisions, so that a cover of one alone is no fault. Openings and
	// acts of oversight are whole in such a copy too.
	Covers bool
	// Now is the time of the check: a disposal that claims a later one is reported. Zero: nothing is held against the clock.
	Now time.Time
}

// Met is a record that a check has come by.
type Met struct {
	Chain, ID decision.ID
	Cover     decision.Cover
	CoverOnly bool
	Role      string // in which it was signed
	Book      int    // which of the folders it lies in, in the order in which they were given
}

// examined is what remains of a file after it has been looked at by itself. It
// holds no body but that of an act of oversight, so that memory stays flat however
// long the log is.
type examined struct {
	name      decision.FileName
	path      string
	book      int32 // which of the folders it lies in
	intact    bool
	gone      bool // it was removed after it had been listed
	cover     decision.Cover
	id        decision.ID
	chain     decision.ID
	key       sshsig.Key
	namespace string
	opening   *decision.Opening // number 0
	act       *sealed           // an act of oversight that is written as this format writes it
	of        Reference
	faults    []Fault
}

// sealed is an act of oversight with what proves it.
type sealed struct {
	body decision.OversightAct
	page decision.Page // without the body's text
}

// wordsOf says what a code means and what to do about it, where that is always
// the same.
func wordsOf(code Code) (meaning, next string) {
	const keep = "leave the folder as it is, keep a copy of it, and tell your information governance lead"
	switch code {
	case ChangedCover:
		return "the cover has changed since it was signed", keep
	case ChangedBody:
		return "the body has changed since it was signed", keep
	case Truncated:
		return "the end of the record is gone; what is left is not what was signed", "look for another copy of this file, and " + keep
	case BadSignature:
		return "the signature is damaged or does not belong to this cover", keep
	case NoSignature:
		return "there is no signature, or the lines around it have changed", keep
	case WrongName:
		return "the record is intact but stands under a name or in a folder that is not its own", "find out who renamed or moved it; its right place is given"
	case WrongKey:
		return "the record is signed with another key than this chain's", keep
	case WrongChain:
		return "the record is intact but belongs to another chain", "find out who moved it here"
	case WrongRole:
		return "exercises and real decisions are mixed in one chain", keep
	case BrokenLink:
		return "the record before it is not the one it names", keep
	case Missing:
		return "the record is not there", "look for it in other copies of the log; copying it back mends the chain. If there is none, " + keep
	case Fork:
		return "two records have this number; both are intact", "both stay. Stop using this key, and tell your information governance lead: the key is in use in two places, or an older copy of the log was written to"
	case TwoChains:
		return "one key has two chains in this log", "both stay. Tell your information governance lead"
	case BadOpening:
		return "number 0 does not say properly whose chain this is", keep
	case BadBody:
		return "the body is signed but not written as this version of dsa writes it", "check it with the newest version of dsa; if that says the same, " + keep
	case Stray:
		return "this has no place in a log", "find out who put it here and move it elsewhere"
	case Oversize:
		return "the file is larger than any record", "find out who put it here"
	case Unreadable:
		return "it cannot be read", "try again as somebody who may read it, or from another copy"
	case NewerFormat:
		return "it was written by a newer version of dsa", "check with the newest version of dsa; this one cannot judge it"
	case CRLF:
		return "CRLF damage: another program has rewritten the line ends", "get the file again from where it came, in a way that does not change it (in a zip, for instance)"
	case CoverOnly:
		return "only the cover is here, and no disposal in force says why the body is not", "look for it in other copies of the log; if there is none, " + keep
	case Unfinished:
		return "it should have been destroyed and is still here: a disposal was begun and not finished, or a file was copied back in", "tell your information governance lead, who finishes it with dsa dispose"
	case WrongAbout:
		return "what it is about does not agree with its cover or with the log", keep
	case AboutMissing:
		return "the record it is about is not there, though the chain of that record is", "look for it in other copies of the log; if there is none, " + keep
	case AboutElsewhere:
		return "the record it is about is not in this log", "nothing, if that record stands in another log; otherwise compare with another copy"
	case TimeBack:
		return "its time is before that of the record before it: a clock was set, or one of the times is not true", "ask the author; the order of the numbers is sure, the times are claims"
	case Temporary:
		return "left by a writer that was stopped; it is not a record", "nothing; its owner's dsa removes it after a day"
	case SystemFile:
		return "put here by the computer, not by dsa", "it may be deleted"
	case EmptyFolder:
		return "no records are in this folder", "nothing, if a first record is about to be written; otherwise compare with another copy"
	case NoRecords:
		return "there are no records here", "make sure that this is the right folder"
	case NoReadme:
		return "the file that tells others how to check the log is not there", "nothing; dsa puts it back with the next record"
	case OtherReadme:
		return "the file that tells others how to check the log is not the text this version of dsa writes", "read it before you type what it says; an older version of dsa may have written it, or somebody changed it"
	case NoSigners:
		return "the file that names the signers for ssh-keygen is not there", "nothing; dsa writes it again when a chain begins, and checks without it"
	case UnknownSigner:
		return "a line does not come from any chain in this log", "do not rely on this file; compare key fingerprints with the signer"
	case OtherName:
		return "the file does not have a record's name, so nothing says which record it should be", "compare its id with what you were told"
	case NoFounding:
		return "the record that founds the log is not here, or founds none; nothing can be said of who may sign", "make sure that this is the right folder and the right id; look for the record in other copies of the log"
	case NotAdmitted:
		return "the log does not admit this chain: nobody says whose it is", "ask the information governance lead of this log whether it should be admitted; if nobody knows it, " + keep
	case AdmittedMissing:
		return "the log admits this chain, and it is not here", "look for it in other copies of the log, its author's own among them; copying it back mends the log"
	case AfterClosing:
		return "the record comes after the one at which its chain was closed, and does not count", "do not rely on it; tell your information governance lead"
	case ClosingDiffers:
		return "the chain was closed at another record of this number", keep
	case TrustDispute:
		return "two founders close each other's chains, each after the other did; both closings count", "the people who founded the log have to settle it, with a new log if need be"
	case BadAct:
		return "the act of oversight contradicts itself, its cover or the log, and does not count as far as it does", "tell the information governance lead who signed it"
	case NoAuthority:
		return "an act of oversight that its author's chain has no authority for; it has no effect", keep
	case CoveredMissing:
		return "it was in the log once, and is not here", "look for it in other copies of the log, its author's own among them; if there is none, " + keep
	case CoveredDiffers:
		return "a checkpoint covers another record of this number", keep
	case BadCheckpoint:
		return "the checkpoint does not agree with itself or with the ones before it", "tell the information governance lead who signed it; rely on the other checkpoints"
	case RolledBack:
		return "a checkpoint that a receipt was kept of is not here: the log was put back to an older state, or its newest part was taken away", "look for other copies of the log, and " + keep
	case ReceiptDiffers:
		return "the receipt is for another record than the one of this number: there are two versions of this log", keep
	case SeenMissing:
		return "its author had verified a checkpoint that is not here", "look for it in other copies of the log; if there is none, " + keep
	case SeenBack:
		return "its author had verified a later checkpoint before", "ask the author whether an older copy was put back; tell your information governance lead"
	case TimeOutside:
		return "its time is not between those of the checkpoints around it: a clock was wrong, or the time is not true", "ask the author; the checkpoints show when it can have been recorded"
	case DisposalUndue:
		return "it was disposed of although the disposal does not allow it", keep
	case DisposedWhileHeld:
		return "its body is gone although a hold stands on it", keep
	case DisposalUnconfirmed:
		return "its body is gone, and the second overseer that the disposal asks for has not confirmed it", keep
	case TrainingAmongLive:
		return "a chain of exercises stands among chains of decisions", "move its folder elsewhere; exercises have a log of their own"
	case SelfEndorsed:
		return "the endorsement was signed with the key that signed what it endorses", "it is nobody else's agreement; ask another person to endorse the record"
	case BadProof:
		return "this does not prove that the log held the record", "ask whoever sent it for the proof again, and do not rely on this one"
	case NoReceipt:
		return "nothing pins the checkpoint in this proof: whoever made the proof could have made the checkpoint too", "compare the checkpoint's id with a receipt that somebody else has kept, or check again with --receipt"
	case ForkSettled:
		return "another record of this number stands; this one is intact and set aside", "nothing; the log's rule says which branch stands"
	case ClosedChain:
		return "the log has closed this chain", "nothing; its author goes on in another chain"
	case DisposedEarly:
		return "the disposal destroys records before their keep-until; its override says why", "read its reason with dsa show"
	case AuthorityNotConfirmed:
		return "the body was disposed of; whether with authority cannot be told here", "check again with the log's id, where the log's trust records are"
	case NotCovered:
		return "records are in no checkpoint yet; if they go missing, nothing in the log shows it", "ask your information governance lead for a checkpoint, or make one with dsa checkpoint"
	case NoCheckpoint:
		return "nobody has made a checkpoint; if records at the end of a chain go missing, nothing in the log shows it", "ask your information governance lead for one, or make one with dsa checkpoint"
	case SeenElsewhere:
		return "its author had verified checkpoints that are not in this copy", "nothing, if this is one person's own copy; otherwise check again with the log's id"
	case TrustElsewhere:
		return "the record that founds the log is not in this copy, so who signed is not confirmed", "check the share as well: dsa verify --log DIR"
	case ChainsElsewhere:
		return "chains that the log admits or covers are not in this copy", "nothing, if this is one person's own copy; check the share as well: dsa verify --log DIR"
	}
	return "", ""
}

// fault makes a finding; more, if not empty, is added to the meaning.
func fault(code Code, chain string, number int, file, more string) Fault {
	meaning, next := wordsOf(code)
	if more != "" {
		meaning += ": " + more
	}
	return Fault{Chain: chain, Number: number, File: file, Code: code, Meaning: meaning, Next: next}
}

// maxOfCode is how many findings of one code are listed; the others are counted, so that a hostile log cannot fill the
// memory with them.
const maxOfCode = 10_000

// findings are listed up to maxOfCode of each code.
type findings struct {
	list []Fault
	of   map[Code]int
}

func (f *findings) add(all ...Fault) {
	if len(all) > 0 && f.of == nil {
		f.of = make(map[Code]int)
	}
	for _, x := range all {
		if f.of[x.Code]++; f.of[x.Code] <= maxOfCode {
			f.list = append(f.list, x)
		}
	}
}

// rest is a finding for each code of which some were not listed.
func rest(all ...*findings) (rest []Fault) {
	of := make(map[Code]int)
	for _, f := range all {
		for code, n := range f.of {
			of[code] += max(0, n-maxOfCode)
		}
	}
	for _, code := range slices.Sorted(maps.Keys(of)) {
		if of[code] > 0 {
			rest = append(rest, fault(code, "", -1, "", fmt.Sprintf("%d more of these are not listed", of[code])))
		}
	}
	return rest
}

// restoreLineEnds undoes what programs on Windows do to a text.
func restoreLineEnds(data []byte) []byte {
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}

// place is where a file was found, as far as that is known.
type place struct {
	file   string // as it should be shown
	name   decision.FileName
	named  bool   // the file has a record's name
	folder string // its folder in the log; "" for a file lying anywhere
}

func placeOf(n named) place {
	return place{file: n.path, name: n.FileName, named: true, folder: path.Dir(n.path)}
}

// inspect looks at one file by itself and finds everything that is wrong with it.
func inspect(p place, data []byte, o Options) examined {
	x := examined{path: p.file, name: p.name}
	chain, number := "", -1
	if p.named {
		number = p.name.Number
		chain, _, _ = strings.Cut(p.folder, "/")
	}
	add := func(code Code, more string) {
		x.faults = append(x.faults, fault(code, chain, number, p.file, more))
	}

	if len(data) > decision.MaxPage {
		add(Oversize, "")
		return x
	}
	if bytes.IndexByte(data, '\r') >= 0 {
		restored := restoreLineEnds(data)
		if bytes.IndexByte(restored, '\r') < 0 && len(inspect(p, restored, o).faults) == 0 {
			add(CRLF, "nothing else has changed; the original file is still needed")
			return x
		}
		add(CRLF, "something else has changed too")
	}

	coverBytes, armour, body, err := decision.CutPage(data)
	var page *decision.PageError
	if errors.As(err, &page) && page.Problem == decision.EmptyFile {
		add(Truncated, "the file is empty")
		return x
	}
	if err != nil {
		add(NoSignature, "")
		return x
	}
	x.id = sha256.Sum256(coverBytes)
	confirmed := p.named && isShort(p.name.Short, x.id) // the name pins the cover
	x.cover, err = decision.ParseCover(coverBytes)
	if err != nil {
		var newer *decision.NewerFormat
		var line *decision.CoverError
		switch {
		case errors.As(err, &newer) && (confirmed || !p.named):
			add(NewerFormat, fmt.Sprintf("record format %d", newer.Version))
		case errors.As(err, &line):
			add(ChangedCover, fmt.Sprintf("line %d (%s)", line.Line, line.Name))
		case errors.As(err, &newer):
			// The name is that of another cover, so the format number is damage.
			add(ChangedCover, "line 1 (dsa-record)")
		case len(x.faults) == 0:
			add(ChangedCover, "")
		}
		return x
	}
	x.chain = x.cover.Chain
	if x.cover.Number == 0 {
		x.chain = x.id
	}
	if !p.named {
		x.name = decision.FileName{Number: x.cover.Number, Short: x.id.Short(), CoverOnly: len(body) == 0}
	}
	if p.folder == "" {
		number, chain = x.cover.Number, decision.ChainFolder(x.chain)
	}

	signature, err := verify(x.cover.Kind, armour, coverBytes)
	switch {
	case err == nil:
		x.key, x.namespace = signature.Key, signature.Namespace
	case confirmed:
		add(BadSignature, err.Error())
	case p.named:
		add(ChangedCover, "neither its name nor its signature belongs to it")
	default:
		add(BadSignature, "either the signature or the cover has changed: "+err.Error())
	}
	if x.name.CoverOnly {
		if len(body) > 0 {
			add(ChangedBody, "there is one, behind a cover that should stand alone")
		} else if x.cover.Kind == decision.Open {
			// It says whose key signs: with a cover alone anybody could sign the same lines with their own.
			add(CoverOnly, "an opening is never disposed of")
		}
	} else if err := x.cover.CheckBody(body); err != nil {
		if errors.As(err, &page) && page.Problem == decision.TruncatedEnd {
			add(Truncated, "")
		} else {
			add(ChangedBody, "")
		}
	}
	if len(x.faults) > 0 {
		return x
	}

	rightChain := p.folder == "" || isChainFolderOf(chain, x.chain)
	rightName := x.name.Number == x.cover.Number && isShort(x.name.Short, x.id)
	if !rightChain || !rightName || p.folder != "" && p.folder != recordFolder(x.chain, x.cover.Number) {
		right := decision.FileName{Number: x.cover.Number, Short: x.id.Short(), CoverOnly: x.name.CoverOnly}
		code := WrongName
		if !rightChain {
			code = WrongChain
		}
		add(code, "it belongs at "+path.Join(recordFolder(x.chain, x.cover.Number), right.String()))
	}
	x.intact = len(x.faults) == 0
	// A record with a bad body is still its author's, and holds its number.
	switch {
	case x.name.CoverOnly:
	case x.cover.Kind == decision.Open:
		opening, err := Entry{Path: p.file, Key: x.key, Namespace: x.namespace, Page: decision.Page{Body: body}}.Opening()
		if err != nil {
			// Whose chain this is must not be taken from a record that contradicts itself.
			add(BadOpening, errors.Unwrap(err).Error())
			x.intact = false
			break
		}
		x.opening = &opening
	case x.cover.Kind.Oversight():
		act := decision.NewAct(x.cover.Kind)
		if err := decision.DecodeBody(body, act); err != nil {
			add(BadBody, err.Error())
			break
		}
		if err := act.Check(x.cover); err != nil {
			add(BadAct, err.Error())
			break
		}
		x.act = &sealed{act, decision.Page{Cover: x.cover, CoverBytes: bytes.Clone(coverBytes), Signature: bytes.Clone(armour)}}
	case o.Body != nil:
		of, err := o.Body(x.cover.Kind, body)
		switch {
		case err != nil:
			add(BadBody, err.Error())
		case of.Standing != "" && (of.Standing == decision.Training) != (x.namespace == sshsig.Training):
			// Whoever has a live key can sign the body of an exercise with it. It is no decision for that.
			add(WrongRole, "its body says "+string(of.Standing)+", and its signature does not")
		case !x.intact || !followsUp(x.cover.Kind) || of.ID.IsZero():
		case of.ID != x.cover.About:
			add(WrongAbout, "its body names another record")
		default:
			x.of = of
		}
	}
	return x
}

// isShort reports whether a text is the first 32 digits of an id, without making a text of the id: every record is asked.
func isShort(short string, id decision.ID) bool {
	var digits [32]byte
	hex.Encode(digits[:], id[:16])
	return string(digits[:]) == short
}

func isChainFolderOf(folder string, chain decision.ID) bool {
	var digits [16]byte
	hex.Encode(digits[:], chain[:8])
	return string(digits[:]) == folder
}

// CheckFile checks one record file that lies anywhere, such as in a case file
// or an e-mail, by itself and without its chain. The name is only compared with
// the record's id; it may be a path. The Entry is valid if the report is clean.
func CheckFile(data []byte, name string, o Options) (Report, Entry) {
	p := place{file: name}
	p.name, p.named = decision.ParseRecordName(path.Base(strings.ReplaceAll(name, `\`, "/")))
	r, e := checkOne(p, data, o)
	if !p.named {
		r.Notices = append(r.Notices, fault(OtherName, "", -1, name, ""))
	}
	return r, e
}

// CheckRecord checks one record of a log, found as Locate finds it, by itself
// and without its chain. The Entry is valid if the report is clean.
func CheckRecord(b *Book, wanted string, o Options) (Report, Entry, error) {
	n, err := b.locate(wanted)
	if err != nil {
		return Report{}, Entry{}, err
	}
	data, err := b.disk.ReadFile(n.path)
	if err != nil {
		return Report{}, Entry{}, &FileError{Path: n.path, Err: err}
	}
	r, e := checkOne(placeOf(n), data, o)
	if r.Clean() && b.owned(e) != nil {
		r.Faults = append(r.Faults, fault(WrongKey, decision.ChainFolder(e.Chain), e.Number, n.path, e.Key.Fingerprint()))
		e = Entry{}
	}
	return r, e, nil
}

func checkOne(p place, data []byte, o Options) (Report, Entry) {
	x := inspect(p, data, o)
	r := newReport()
	r.Files = 1
	r.Faults = append(r.Faults, x.faults...)
	if !r.Clean() {
		return r, Entry{}
	}
	r.Chains = 1
	r.count(&x)
	if x.name.CoverOnly {
		alone := fault(CoverOnly, decision.ChainFolder(x.chain), x.cover.Number, p.file, "")
		alone.Meaning, alone.Next = "only the cover is here; whether the body was disposed of with authority shows in the log alone", "check the log it comes from"
		r.Notices = append(r.Notices, alone)
	}
	cover, armour, body, _ := decision.CutPage(data) // inspect has cut it at the same places
	if x.name.CoverOnly {
		body = nil
	}
	return r, Entry{
		Chain: x.chain, Number: x.cover.Number, ID: x.id, Path: p.file, CoverOnly: x.name.CoverOnly,
		Key: x.key, Namespace: x.namespace,
		Page: decision.Page{Cover: x.cover, CoverBytes: cover, Signature: armour, Body: body},
	}
}

func newReport() Report {
	return Report{Faults: []Fault{}, Notices: []Fault{}, Checkpoints: []Covered{}, Disposals: []Listed{}}
}

func (r *Report) count(x *examined) {
	switch {
	case x.name.CoverOnly:
		r.Covers++
	case x.namespace == sshsig.Training:
		r.Training++
	default:
		r.Records++
	}
}
