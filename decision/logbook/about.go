package logbook

import (
	"crypto/sha256"
	"fmt"
	"iter"

	"dsa/decision"
)

// Where goes through the records whose cover is wanted, in the order of chains
// and numbers; each is verified by itself. Of the others it reads the cover alone:
// neither signature nor body is looked at, so a search through a long log costs
// little more than reading it. A file whose cover is not the one its name
// promises comes with a *FileError, since nobody can tell whether it was wanted.
func (b *Book) Where(wanted func(decision.Cover) bool) iter.Seq2[Entry, error] {
	return b.entries(func(n named, data []byte) bool {
		cover, sound := pinnedCover(n.FileName, data)
		return !sound || wanted(cover)
	})
}

// pinnedCover reads the cover of a record file and reports whether it is the one
// that the name's digest stands for.
func pinnedCover(name decision.FileName, data []byte) (decision.Cover, bool) {
	text, _, _, err := decision.CutPage(data)
	if err != nil || decision.ID(sha256.Sum256(text)).Short() != name.Short {
		return decision.Cover{}, false
	}
	cover, err := decision.ParseCover(text)
	return cover, err == nil
}

// Reference is what the body of a record says of the one it is about. The cover
// has the id alone; chain and number tell where a record that is not there should
// be. A zero Chain leaves both open.
type Reference struct {
	ID     decision.ID
	Chain  decision.ID // id of the chain's first record
	Number int
	// Standing is what the body says of itself; empty where it does not say. It has to be that of the signature.
	Standing decision.Standing
}

// followsUp reports whether records of the kind mean nothing without another one.
func followsUp(kind decision.Kind) bool {
	switch kind {
	case decision.Complete, decision.Amend, decision.Review, decision.Endorse:
		return true
	}
	return false
}

// canBeAbout reports whether a record of one kind can be about one of the other:
// a decision is completed, amended and reviewed, however often; what belongs to
// it can be endorsed too.
func canBeAbout(kind, other decision.Kind) bool {
	if other == decision.Decision {
		return true
	}
	return kind == decision.Endorse && followsUp(other) && other != decision.Endorse
}

// reference is an intact follow-up, until the end of a check.
type reference struct {
	about  decision.ID
	strand int32
	number int32
	run    int32
	chain  int32 // what its body says: index of the chain in evidence.named, or -1 where it does not say
	at     int32 // likewise: the number
	kind   byte
}

// judgeReferences looks for what follow-ups are about. A record whose chain is not here is no fault: one person's log
// rarely holds another's.
func (j *judge) judgeReferences() {
	ev := j.ev
	elsewhere := make(map[decision.ID][]int) // follow-ups whose record is not where their body says
	for i := range ev.about {
		ref := &ev.about[i]
		if ref.chain >= 0 {
			if of := ev.chains[ev.named[ref.chain]]; of != nil {
				if r, here := of.find(int(ref.at), ref.about); here {
					j.judgeReference(ref, of, int(ref.at), r)
					continue
				}
			}
		}
		elsewhere[ref.about] = append(elsewhere[ref.about], i)
	}
	if len(elsewhere) == 0 {
		return
	}
	for _, of := range ev.strands {
		for r := range of.runs {
			for n, id := range of.runs[r].ids {
				for _, i := range elsewhere[id] {
					j.judgeReference(&ev.about[i], of, of.runs[r].first+n, int32(r))
				}
				delete(elsewhere, id)
			}
		}
	}
	for i := range ev.about {
		ref := &ev.about[i]
		if _, nowhere := elsewhere[ref.about]; !nowhere || ev.damaged[ref.about.Short()] {
			continue // what has changed is reported already
		}
		s := ev.strands[ref.strand]
		if ref.chain >= 0 && ev.folders[decision.ChainFolder(ev.named[ref.chain])] != nil {
			j.fault(AboutMissing, s, ref.run, int(ref.number), "it should be "+recordPath(ev.named[ref.chain], int(ref.at), ref.about, false))
		} else {
			j.notice(AboutElsewhere, s, ref.run, int(ref.number), "")
		}
	}
}

// judgeReference holds a follow-up against the record that it is about, and says in words what does not fit.
func (j *judge) judgeReference(ref *reference, of *strand, number int, r int32) {
	s, kind, other := j.ev.strands[ref.strand], kinds[ref.kind], of.runs[r].kind(number)
	more := ""
	switch {
	case !canBeAbout(kind, other):
		more = fmt.Sprintf("that is a record of kind %s", other)
	case s.training != of.training:
		more = "one of the two is an exercise and the other is not"
	case ref.chain >= 0 && (j.ev.named[ref.chain] != of.id || int(ref.at) != number):
		more = "its body gives another place for it than " + recordPath(of.id, number, ref.about, !of.runs[r].hasBody(number))
	}
	if more != "" {
		j.fault(WrongAbout, s, ref.run, int(ref.number), more)
	} else if kind == decision.Endorse && s.key == of.key {
		j.fault(SelfEndorsed, s, ref.run, int(ref.number), "")
	}
}
