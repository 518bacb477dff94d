package stats_test

import (
	"fmt"
	"iter"
	"runtime"
	"testing"

	"zuji/internal/address"
	"zuji/internal/identity"
	"zuji/internal/stats"
	"zuji/internal/tenancy"
)

// many yields n tenancies of twenty compounds, each made as it is asked for, as a
// register reads them.
func many(n int) iter.Seq2[tenancy.Tenancy, error] {
	landlord, manager := tenancy.ByLandlord, tenancy.ByManager
	return func(yield func(tenancy.Tenancy, error) bool) {
		for i := range n {
			start := day(2025, 12, 1).AddDays(i % 330)
			t := tenancy.Tenancy{
				ID: fmt.Sprint(i), Compound: fmt.Sprintf("c%d", i%20), State: tenancy.Draft, Owner: int64(i), Role: tenancy.Owner,
				Unit: address.Unit{Building: fmt.Sprint(i / 20 / 50), Room: fmt.Sprint(i / 20 % 50)}, Landlord: tenancy.Party{Name: "王建国", Phone: "+8613800138000"},
				People: []tenancy.Person{{Item: "a", Name: "李小明", Phone: "+8613800138001", Document: identity.Document{Kind: identity.ResidentID, Number: "119999199001010012"}}},
				Signed: start, Start: start, MoveIn: start, End: start.AddDays(364), Headcount: 1, Submitted: start.At(9, 0),
			}
			for _, m := range []struct {
				move tenancy.Move
				by   tenancy.Actor
				days int
				why  []string
			}{{tenancy.Submit, landlord, 1, nil}, {tenancy.Return, manager, 2, []string{"mismatch"}}, {tenancy.Resubmit, landlord, 3, nil}, {tenancy.Accept, manager, 4, nil}, {tenancy.File, landlord, i % 40, nil}} {
				if err := t.Apply(m.move, tenancy.By{Actor: m.by, At: start.AddDays(m.days).At(9, 0), Why: m.why}); err != nil {
					panic(err)
				}
			}
			if !yield(t, nil) {
				return
			}
		}
	}
}

func place() stats.Options {
	var ids []string
	for i := range 20 {
		ids = append(ids, fmt.Sprintf("c%d", i))
	}
	return options(12, ids...)
}

func BenchmarkMaking50000(b *testing.B) {
	for b.Loop() {
		for range many(50_000) {
		}
	}
}

func BenchmarkCompute50000(b *testing.B) {
	for b.Loop() {
		if s, err := stats.Compute(many(50_000), place()); err != nil || s.All.InForce.N != 50_000 {
			b.Fatal(s.All.InForce, err)
		}
	}
}

func BenchmarkQuality50000(b *testing.B) {
	for b.Loop() {
		if r, err := stats.Quality(many(50_000), place()); err != nil || len(r.Findings) != 0 {
			b.Fatal(len(r.Findings), err)
		}
	}
}

// However many tenancies there are, what counting them holds on to is the answer
// alone: when the last of 50,000 comes, less than 2 MB of some 140 are in use.
func TestCompute_Streams(t *testing.T) {
	live := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	const n = 50_000
	before, held, seen := live(), int64(0), 0
	rows := func(yield func(tenancy.Tenancy, error) bool) {
		for one := range many(n) {
			if seen++; seen == n {
				held = live() - before
			}
			if !yield(one, nil) {
				return
			}
		}
	}
	if s, err := stats.Compute(rows, place()); err != nil || s.All.InForce.N != n {
		t.Fatal(s.All.InForce, err)
	}
	if seen != n || held > 2<<20 {
		t.Errorf("after %d tenancies %d bytes are held", seen, held)
	}
}
