package cmd

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"dsa/decision/cases"
)

func sampled(n int, change func(*cases.Facts)) *cases.Facts {
	f := &cases.Facts{ID: fmt.Sprintf("%064x", n+1), RecordedAt: "2026-11-23T10:00:00Z", Outcome: "share-all"}
	if change != nil {
		change(f)
	}
	return f
}

func drawnIDs(d draw) []string {
	var ids []string
	for _, one := range d {
		ids = append(ids, one.facts.ID)
	}
	slices.Sort(ids)
	return ids
}

// Whatever the order in which the folders give the records, and whatever else is in them, the same are drawn.
func TestASampleDependsOnSeedAndRecordsAlone(t *testing.T) {
	var all []*cases.Facts
	for n := range 500 {
		all = append(all, sampled(n, func(f *cases.Facts) { f.Late = n%3 == 0 }))
	}
	for _, weighted := range []bool{false, true} {
		drawOf := func(seed string) []string {
			rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
			var d draw
			for _, f := range all {
				d.take(f, seed, 20, weighted)
			}
			if len(d) != 20 {
				t.Fatalf("%d drawn", len(d))
			}
			return drawnIDs(d)
		}
		first := drawOf("spring")
		for range 20 {
			if again := drawOf("spring"); !slices.Equal(first, again) {
				t.Fatal("the same seed drew other records")
			}
		}
		if slices.Equal(first, drawOf("summer")) {
			t.Error("another seed drew the same")
		}
	}
}

// The help says how to draw by hand.
func TestALotIsWhatTheHelpSays(t *testing.T) {
	id := fmt.Sprintf("%064x", 7)
	if lot("spring", id, 1) != sha256.Sum256([]byte("dsa-sample 1\nspring\n"+id+"\n1\n")) {
		t.Error("a lot is not the SHA-256 of the four lines")
	}
	var d draw
	lowest := ""
	for n := range 100 {
		f := sampled(n, nil)
		d.take(f, "spring", 1, false)
		if sum := fmt.Sprintf("%x", lot("spring", f.ID, 1)); lowest == "" || sum < lowest {
			lowest = sum
		}
	}
	if fmt.Sprintf("%x", d[0].lot) != lowest {
		t.Error("the lowest lot was not drawn")
	}
}

// A record with k lots is drawn as often as k records with one: over many seeds its share is its weight.
func TestMoreLotsAreDrawnMoreOften(t *testing.T) {
	late := sampled(0, func(f *cases.Facts) { f.Late = true })
	lots, why := weigh(late)
	if lots != 3 || len(why) != 1 {
		t.Fatalf("%d lots, because of %v", lots, why)
	}
	const seeds, others = 3000, 9
	drawnLate, drawnFirst := 0, 0
	for s := range seeds {
		for _, weighted := range []bool{true, false} {
			var d draw
			d.take(late, fmt.Sprint("seed ", s), 1, weighted)
			for n := range others {
				d.take(sampled(n+1, nil), fmt.Sprint("seed ", s), 1, weighted)
			}
			if d[0].facts == late && weighted {
				drawnLate++
			}
			if d[0].facts == late && !weighted {
				drawnFirst++
			}
		}
	}
	for what, one := range map[string]struct{ got, want float64 }{
		"weighted":   {float64(drawnLate) / seeds, float64(lots) / (others + float64(lots))},
		"unweighted": {float64(drawnFirst) / seeds, 1.0 / (others + 1)},
	} {
		// Four standard deviations: the seeds are fixed, so this is the same every time.
		if off := 4 * math.Sqrt(one.want*(1-one.want)/seeds); math.Abs(one.got-one.want) > off {
			t.Errorf("%s: drawn %.3f of the time, want %.3f (±%.3f)", what, one.got, one.want, off)
		}
	}
}

func TestEachRiskGivesItsLots(t *testing.T) {
	for says, test := range map[string]struct {
		change func(*cases.Facts)
		lots   int
	}{
		"a plain decision has one lot":      {nil, 1},
		"a stop that was overridden":        {func(f *cases.Facts) { f.Findings = []cases.Finding{{Code: "ID", Level: "stop", Answered: true}} }, 4},
		"a caution is none":                 {func(f *cases.Facts) { f.Findings = []cases.Finding{{Code: "APD", Level: "caution"}} }, 1},
		"law that was not in force":         {func(f *cases.Facts) { f.Superseded = true }, 4},
		"a refusal":                         {func(f *cases.Facts) { f.Outcome = "none" }, 3},
		"shared with no gateway":            {func(f *cases.Facts) { f.NoGateway = true }, 3},
		"refused with no gateway":           {func(f *cases.Facts) { f.NoGateway, f.Outcome = true, "none" }, 3},
		"a late record":                     {func(f *cases.Facts) { f.Late = true }, 3},
		"somebody disagrees":                {func(f *cases.Facts) { f.Disagreed = 2 }, 3},
		"something overdue":                 {func(f *cases.Facts) { f.Owed = []cases.Owed{{What: "review", Overdue: true}} }, 3},
		"something owed in time":            {func(f *cases.Facts) { f.Owed = []cases.Owed{{What: "review"}} }, 1},
		"law that was not verified":         {func(f *cases.Facts) { f.Unverified = true }, 2},
		"somebody who was not told":         {func(f *cases.Facts) { f.Told = "not-told" }, 2},
		"several of them together add up":   {func(f *cases.Facts) { f.Late, f.Unverified, f.Outcome = true, true, "none" }, 6},
		"somebody who will be told is none": {func(f *cases.Facts) { f.Told = "will-tell" }, 1},
	} {
		if lots, _ := weigh(sampled(1, test.change)); lots != test.lots {
			t.Errorf("%s: %d lots, want %d", says, lots, test.lots)
		}
	}
}
