package logbook

import (
	"crypto/sha256"
	"fmt"
	"iter"
	"path"
	"slices"

	"dsa/decision"
	"dsa/decision/sshsig"
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

// About goes through the records that are about the one with the id: what
// completes, amends, reviews or endorses it. See Where.
func (b *Book) About(id decision.ID) iter.Seq2[Entry, error] {
	return b.Where(func(c decision.Cover) bool { return c.About == id })
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
	kind     decision.Kind
	about    decision.ID
	of       Reference // zero where the body does not say
	training bool
	folder   string // of its chain
	number   int
	path     string
}

func (r reference) fault(code Code, more string) Fault {
	return fault(code, r.folder, r.number, r.path, more)
}

// judgeReferences looks for what follow-ups are about. Names tell where a record
// is, so the log is listed once more, and only records that something is about
// are read again. A record whose chain is not here is no fault: one person's log
// rarely holds another's.
func (f *follower) judgeReferences(b *Book) {
	if len(f.references) == 0 {
		return
	}
	places := make(map[string][]named)
	for _, r := range f.references {
		places[r.about.Short()] = nil
	}
	for n, err := range b.names() {
		if err != nil {
			continue // reported by the listing before
		}
		if found, wanted := places[n.Short]; wanted {
			places[n.Short] = append(found, n)
		}
	}
	chains, _ := b.Chains()
	for _, r := range f.references {
		found := places[r.about.Short()]
		switch {
		case len(found) > 0:
			if more := b.disagrees(r, found); more != "" {
				f.report.Faults = append(f.report.Faults, r.fault(WrongAbout, more))
			}
		case !r.of.Chain.IsZero() && slices.Contains(chains, decision.ChainFolder(r.of.Chain)):
			f.report.Faults = append(f.report.Faults, r.fault(AboutMissing,
				"it should be "+path.Join(recordFolder(r.of.Chain, r.of.Number), decision.RecordName(r.of.Number, r.about))))
		default:
			f.report.Notices = append(f.report.Notices, r.fault(AboutElsewhere, ""))
		}
	}
}

// disagrees holds a reference against the record that it names, and says in words
// what does not fit. What cannot be read or has changed is reported already.
func (b *Book) disagrees(r reference, found []named) string {
	for _, n := range found {
		data, err := b.disk.ReadFile(n.path)
		if err != nil {
			continue
		}
		cover, sound := pinnedCover(n.FileName, data)
		if !sound || cover.ID() != r.about {
			continue
		}
		_, armour, _, _ := decision.CutPage(data) // pinnedCover has cut it at the same places
		signature, err := sshsig.Parse(armour)
		switch {
		case !canBeAbout(r.kind, cover.Kind):
			return fmt.Sprintf("that is a record of kind %s", cover.Kind)
		case err == nil && (signature.Namespace == sshsig.Training) != r.training:
			return "one of the two is an exercise and the other is not"
		case !r.of.Chain.IsZero() && (cover.ChainID() != r.of.Chain || cover.Number != r.of.Number):
			return "its body gives another place for it than " + n.path
		}
		return ""
	}
	return ""
}
