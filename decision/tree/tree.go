// Package tree is the Merkle tree of RFC 6962, section 2.1, over the ids of
// records: SHA-256, and the data of each leaf the 32 bytes of an id. A checkpoint
// signs its size and root; with a path of some twenty hashes anybody can see from
// these that one record was among a million, and learns nothing of the others.
//
// It keeps the right edge only, which is all that a tree needs to grow, and
// decides nothing about which records belong in it or in what order.
package tree

import (
	"crypto/sha256"
	"fmt"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"dsa/decision"
)

// MaxSize is the most leaves that the tree line of a cover can name.
const MaxSize = decision.MaxLeaves

// Problem is a reason for which an edge or a path is refused.
type Problem string

// The problems of edges and paths.
const (
	TooLarge   Problem = "too-large"   // more leaves than any checkpoint can cover
	EdgeLength Problem = "edge-length" // not as many subtrees as a tree of this size has
	OutOfRange Problem = "out-of-range"
	PathLength Problem = "path-length" // not as many hashes as a path in a tree of this size has
	OtherRoot  Problem = "other-root"  // the path leads elsewhere
)

// Error says why an edge or a path is refused.
type Error struct {
	Problem Problem
}

func (e *Error) Error() string {
	switch e.Problem {
	case TooLarge:
		return fmt.Sprintf("a tree has at most %d leaves", uint64(MaxSize))
	case EdgeLength:
		return "the right edge does not have as many subtrees as a tree of this size has"
	case OutOfRange:
		return "a tree of this size has no such leaf"
	case PathLength:
		return "the path does not have as many hashes as one in a tree of this size has"
	default:
		return "the path does not lead to this root"
	}
}

// Tree is a tree that can grow. It holds one hash to each perfect subtree along
// its right edge, at most 53, and no leaves.
type Tree struct {
	edge *compact.Range
}

// New takes a tree up again from its size and right edge, the roots of its
// perfect subtrees with the largest first. New(0, nil) is the tree without
// leaves. Every edge of the right length is taken: whether it is the edge of a
// tree that anybody saw shows in the root alone. Its errors are *Error.
func New(size uint64, edge []decision.ID) (*Tree, error) {
	if size > MaxSize {
		return nil, &Error{TooLarge}
	}
	if len(edge) != compact.RangeSize(0, size) {
		return nil, &Error{EdgeLength}
	}
	r, err := factory.NewRange(0, size, raw(edge))
	if err != nil {
		return nil, &Error{EdgeLength}
	}
	return &Tree{edge: r}, nil
}

// Append adds an id as the last leaf.
func (t *Tree) Append(id decision.ID) { add(t.edge, leafHash(id[:])) }

// Size returns how many leaves there are.
func (t *Tree) Size() uint64 { return t.edge.End() }

// Edge returns what New takes: the roots of the perfect subtrees, largest first.
func (t *Tree) Edge() []decision.ID { return ids(t.edge.Hashes()) }

// Root returns the hash that stands for the whole tree. That of the tree without
// leaves is the SHA-256 of nothing (RFC 6962, 2.1).
func (t *Tree) Root() decision.ID {
	root, err := t.edge.GetRootHash(nil)
	if err != nil || root == nil { // the range begins at 0, so there is no error
		return sha256.Sum256(nil)
	}
	return decision.ID(root)
}

// Path returns what proves that a leaf is in a tree: the hashes beside the way
// from it to the root, the leaf's own neighbour first (RFC 6962, 2.1.1). It asks
// for every other leaf once, in an order of its own, and holds no more than the
// path and one edge. An index that the tree does not have gives nil, which is
// the path of no leaf in any larger tree than that with a single one.
func Path(index, size uint64, leaf func(i uint64) decision.ID) []decision.ID {
	return path(index, size, func(i uint64) []byte {
		id := leaf(i)
		return leafHash(id[:])
	})
}

func path(index, size uint64, hash func(i uint64) []byte) []decision.ID {
	nodes, err := proof.Inclusion(index, size)
	if err != nil {
		return nil
	}
	beside := make([][]byte, len(nodes.IDs))
	for n, id := range nodes.IDs {
		begin, end := id.Coverage()
		r := factory.NewEmptyRange(begin)
		for i := begin; i < end; i++ {
			add(r, hash(i))
		}
		beside[n] = r.Hashes()[0] // one, since each of these nodes is a perfect subtree
	}
	// What lies to the right may be no perfect subtree; its parts are put together.
	whole, err := nodes.Rehash(beside, nodeHash)
	if err != nil {
		return nil // as many hashes as ids were made
	}
	return ids(whole)
}

// Verify returns nil if the path leads from the leaf, at its index in a tree of
// that size, to the root. Its errors are *Error.
func Verify(leaf decision.ID, index, size uint64, path []decision.ID, root decision.ID) error {
	return verify(leafHash(leaf[:]), index, size, path, root)
}

func verify(hash []byte, index, size uint64, path []decision.ID, root decision.ID) error {
	switch {
	case size > MaxSize:
		return &Error{TooLarge}
	case index >= size:
		return &Error{OutOfRange}
	}
	got, err := proof.RootFromInclusionProof(rfc6962.DefaultHasher, index, size, hash, raw(path))
	if err != nil {
		return &Error{PathLength} // all else that it refuses has been looked at
	}
	if decision.ID(got) != root {
		return &Error{OtherRoot}
	}
	return nil
}

// The hashes below are those of rfc6962.DefaultHasher, made without its
// allocations: a checkpoint of a large log takes a million of them. A byte before
// each keeps a leaf from being shown as a node, and the other way round.

var factory = &compact.RangeFactory{Hash: nodeHash}

func leafHash(data []byte) []byte {
	var space [1 + sha256.Size]byte
	sum := sha256.Sum256(append(append(space[:0], rfc6962.RFC6962LeafHashPrefix), data...))
	return sum[:]
}

func nodeHash(left, right []byte) []byte {
	var space [1 + 2*sha256.Size]byte
	sum := sha256.Sum256(append(append(append(space[:0], rfc6962.RFC6962NodeHashPrefix), left...), right...))
	return sum[:]
}

// add appends to a range that was made here, which cannot fail: the errors of
// Append are those of a range with too few hashes.
func add(r *compact.Range, hash []byte) {
	if err := r.Append(hash, nil); err != nil {
		panic("tree: " + err.Error())
	}
}

func raw(ids []decision.ID) [][]byte {
	out := make([][]byte, len(ids))
	for i := range ids {
		out[i] = append([]byte(nil), ids[i][:]...)
	}
	return out
}

func ids(hashes [][]byte) []decision.ID {
	out := make([]decision.ID, len(hashes))
	for i, h := range hashes {
		out[i] = decision.ID(h)
	}
	return out
}
