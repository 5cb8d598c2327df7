package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"testing"

	"github.com/transparency-dev/merkle/rfc6962"

	"dsa/decision"
)

func hexID(t testing.TB, s string) decision.ID {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return decision.ID(b)
}

// The leaves and roots with which implementations of RFC 6962 are compared, from
// the reference tests of Certificate Transparency (merkletree/merkle_tree_test.cc).
var (
	referenceLeaves = []string{"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}
	referenceRoots  = []string{
		"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
		"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
		"aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
		"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
		"4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
		"76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
		"ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
		"5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
	}
	// Paths of the same tests: leaf, size, hashes from the leaf's neighbour up.
	referencePaths = []struct {
		index, size uint64
		path        []string
	}{
		{0, 1, nil},
		{0, 8, []string{
			"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
		{5, 8, []string{
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
			"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
			"d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
		{2, 3, []string{"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
		{1, 5, []string{
			"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
			"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
			"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
	}
)

func empty(t testing.TB) *Tree {
	t.Helper()
	tr, err := New(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestReferenceVectors(t *testing.T) {
	var hashes [][]byte
	tr := empty(t)
	for size, want := range referenceRoots {
		if size > 0 {
			data, err := hex.DecodeString(referenceLeaves[size-1])
			if err != nil {
				t.Fatal(err)
			}
			hashes = append(hashes, leafHash(data))
			add(tr.edge, hashes[size-1])
		}
		if got := tr.Root(); got != hexID(t, want) {
			t.Errorf("size %d: root %s, want %s", size, got, want)
		}
	}
	for _, r := range referencePaths {
		got := path(r.index, r.size, func(i uint64) []byte { return hashes[i] })
		if len(got) != len(r.path) {
			t.Errorf("leaf %d of %d: %d hashes, want %d", r.index, r.size, len(got), len(r.path))
			continue
		}
		for i := range got {
			if got[i] != hexID(t, r.path[i]) {
				t.Errorf("leaf %d of %d: hash %d is %s, want %s", r.index, r.size, i, got[i], r.path[i])
			}
		}
		if err := verify(hashes[r.index], r.index, r.size, got, hexID(t, referenceRoots[r.size])); err != nil {
			t.Errorf("leaf %d of %d: %v", r.index, r.size, err)
		}
	}
}

// The definitions of RFC 6962, 2.1 and 2.1.1, as they stand there.

func naiveRoot(d []decision.ID) decision.ID {
	switch len(d) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, d[0][:]...))
	}
	k := split(len(d))
	left, right := naiveRoot(d[:k]), naiveRoot(d[k:])
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

func naivePath(m int, d []decision.ID) []decision.ID {
	if len(d) == 1 {
		return nil
	}
	k := split(len(d))
	if m < k {
		return append(naivePath(m, d[:k]), naiveRoot(d[k:]))
	}
	return append(naivePath(m-k, d[k:]), naiveRoot(d[:k]))
}

// split returns the largest power of two below n.
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

func leaves(n int) []decision.ID {
	out := make([]decision.ID, n)
	for i := range out {
		out[i] = sha256.Sum256(fmt.Append(nil, "leaf ", i))
	}
	return out
}

const upTo = 200

func TestAgreesWithTheDefinition(t *testing.T) {
	all := leaves(upTo)
	grown := empty(t)
	for size := range upTo + 1 {
		if size > 0 {
			grown.Append(all[size-1])
		}
		root := naiveRoot(all[:size])
		if grown.Size() != uint64(size) || grown.Root() != root {
			t.Fatalf("size %d: root %s, want %s", size, grown.Root(), root)
		}
		edge := grown.Edge()
		if len(edge) != bits.OnesCount(uint(size)) {
			t.Fatalf("size %d: edge of %d", size, len(edge))
		}
		for rest := all[:size]; len(edge) > 0; edge = edge[1:] {
			k := 1 << (bits.Len(uint(len(rest))) - 1) // the largest subtree that fits comes first
			if edge[0] != naiveRoot(rest[:k]) {
				t.Fatalf("size %d: the edge is not that of the tree", size)
			}
			rest = rest[k:]
		}
		again, err := New(uint64(size), grown.Edge())
		if err != nil || again.Root() != root || again.Size() != uint64(size) {
			t.Fatalf("size %d: taken up again: %v", size, err)
		}
		again.Append(all[0])
		if want := naiveRoot(append(append([]decision.ID{}, all[:size]...), all[0])); again.Root() != want {
			t.Fatalf("size %d: taken up again and grown, another root", size)
		}
		if grown.Root() != root {
			t.Fatalf("size %d: a tree taken up from another's edge changes it", size)
		}
	}
}

func TestPaths(t *testing.T) {
	all := leaves(upTo)
	for size := 1; size <= upTo; size++ {
		root := naiveRoot(all[:size])
		step := 1
		if size > 40 {
			step = 7
		}
		for index := 0; index < size; index += step {
			asked := make([]int, size)
			got := Path(uint64(index), uint64(size), func(i uint64) decision.ID { asked[i]++; return all[i] })
			want := naivePath(index, all[:size])
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("leaf %d of %d: another path than the definition's", index, size)
			}
			for i, n := range asked {
				if (i == index) != (n == 0) || n > 1 {
					t.Fatalf("leaf %d of %d: leaf %d was asked for %d times", index, size, i, n)
				}
			}
			if err := Verify(all[index], uint64(index), uint64(size), got, root); err != nil {
				t.Fatalf("leaf %d of %d: %v", index, size, err)
			}
		}
	}
}

func problem(err error) Problem {
	var e *Error
	if errors.As(err, &e) && e.Error() != "" {
		return e.Problem
	}
	return ""
}

func TestVerifyRefuses(t *testing.T) {
	const size = 13
	all := leaves(size)
	root := naiveRoot(all)
	for index := range uint64(size) {
		right := Path(index, size, func(i uint64) decision.ID { return all[i] })
		with := func(change func(p []decision.ID) []decision.ID) []decision.ID {
			return change(append([]decision.ID{}, right...))
		}
		for what, c := range map[string]struct {
			leaf        decision.ID
			index, size uint64
			path        []decision.ID
			root        decision.ID
			want        Problem
		}{
			"another leaf":             {all[(index+1)%size], index, size, right, root, OtherRoot},
			"another root":             {all[index], index, size, right, naiveRoot(all[:size-1]), OtherRoot},
			"no such leaf":             {all[index], size, size, right, root, OutOfRange},
			"a tree without leaves":    {all[index], 0, 0, right, root, OutOfRange},
			"a hash too few":           {all[index], index, size, right[1:], root, PathLength},
			"a hash too many":          {all[index], index, size, append(with(func(p []decision.ID) []decision.ID { return p }), root), root, PathLength},
			"no path":                  {all[index], index, size, nil, root, PathLength},
			"more leaves than can be":  {all[index], index, MaxSize + 1, right, root, TooLarge},
			"all the leaves there are": {all[index], math.MaxUint64 - 1, math.MaxUint64, right, root, TooLarge},
			"first hash changed":       {all[index], index, size, with(func(p []decision.ID) []decision.ID { p[0][0] ^= 1; return p }), root, OtherRoot},
			"last hash changed": {all[index], index, size, with(func(p []decision.ID) []decision.ID {
				p[len(p)-1][31] ^= 0x80
				return p
			}), root, OtherRoot},
			"order of two changed": {all[index], index, size, with(func(p []decision.ID) []decision.ID {
				p[0], p[1] = p[1], p[0]
				return p
			}), root, OtherRoot},
		} {
			if got := problem(Verify(c.leaf, c.index, c.size, c.path, c.root)); got != c.want {
				t.Errorf("leaf %d, %s: %q, want %q", index, what, got, c.want)
			}
		}
		for other := range uint64(size) {
			if other != index && Verify(all[index], other, size, right, root) == nil {
				t.Errorf("leaf %d stands also at %d", index, other)
			}
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for what, c := range map[string]struct {
		size uint64
		edge int
		want Problem
	}{
		"an edge too short":           {7, 2, EdgeLength},
		"an edge too long":            {8, 2, EdgeLength},
		"an edge where there is none": {0, 1, EdgeLength},
		"no edge":                     {1, 0, EdgeLength},
		"too many leaves":             {MaxSize + 1, 2, TooLarge},
	} {
		if _, err := New(c.size, leaves(c.edge)); problem(err) != c.want {
			t.Errorf("%s: %v, want %q", what, err, c.want)
		}
	}
	if _, err := New(MaxSize, leaves(1)); err != nil {
		t.Errorf("the largest tree: %v", err)
	}
}

func TestPathOfNoLeaf(t *testing.T) {
	never := func(i uint64) decision.ID { t.Errorf("leaf %d was asked for", i); return decision.ID{} }
	if Path(0, 0, never) != nil || Path(5, 5, never) != nil {
		t.Error("a path for a leaf that is not there")
	}
}

func TestHashesAreThoseOfTheLibrary(t *testing.T) {
	for _, n := range []int{0, 1, 32, 64, 200} {
		data := make([]byte, n)
		for i := range data {
			data[i] = byte(7 * i)
		}
		if string(leafHash(data)) != string(rfc6962.DefaultHasher.HashLeaf(data)) {
			t.Errorf("a leaf of %d bytes has another hash", n)
		}
		if string(nodeHash(data, leafHash(data))) != string(rfc6962.DefaultHasher.HashChildren(data, leafHash(data))) {
			t.Errorf("a node over %d bytes has another hash", n)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	tr := empty(b)
	id := leaves(1)[0]
	b.ReportAllocs()
	for b.Loop() {
		tr.Append(id)
	}
}

func BenchmarkPath(b *testing.B) {
	all := leaves(1 << 16)
	b.ReportAllocs()
	for b.Loop() {
		Path(12345, uint64(len(all)), func(i uint64) decision.ID { return all[i] })
	}
}
