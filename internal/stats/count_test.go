package stats_test

import (
	"errors"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/stats"
	"zuji/internal/tenancy"
)

func day(year int, month time.Month, d int) calendar.Date {
	return calendar.Date{Year: year, Month: month, Day: d}
}

// each yields tenancies as a register does.
func each(all []tenancy.Tenancy) iter.Seq2[tenancy.Tenancy, error] {
	return func(yield func(tenancy.Tenancy, error) bool) {
		for _, t := range all {
			if !yield(t, nil) {
				return
			}
		}
	}
}

// A life makes a tenancy by its moves.
type life struct {
	t  *testing.T
	of tenancy.Tenancy
}

func register(t *testing.T, signed, end calendar.Date) *life {
	return &life{t, tenancy.Tenancy{Compound: "a", State: tenancy.Draft, Signed: signed, Start: signed, End: end, MoveIn: signed}}
}

func (l *life) do(m tenancy.Move, by tenancy.Actor, on calendar.Date, why ...string) *life {
	l.t.Helper()
	if err := l.of.Apply(m, tenancy.By{Actor: by, Who: 1, At: on.At(10, 0), Why: why}); err != nil {
		l.t.Fatal(err)
	}
	return l
}

func (l *life) filed(on calendar.Date) *life {
	l.of.Filing.Number, l.of.Filing.FiledOn = "1", on
	return l.do(tenancy.File, tenancy.ByLandlord, on)
}

func times(n int, l *life) (all []tenancy.Tenancy) {
	for range n {
		all = append(all, l.of)
	}
	return all
}

// A compound's autumn, counted by hand.
func TestCompute_ByHand(t *testing.T) {
	landlord, manager := tenancy.ByLandlord, tenancy.ByManager
	year := day(2027, 8, 31)
	// Signed on Wednesday 2 September; due on Friday 2 October, a holiday, and so on Thursday the 8th.
	six := times(6, register(t, day(2026, 9, 2), year).do(tenancy.Submit, landlord, day(2026, 9, 7)).do(tenancy.Accept, manager, day(2026, 9, 9)).filed(day(2026, 10, 8)))
	// Returned twice in a month for one reason, and once for another; accepted in October, never filed, ends in 30 days.
	five := times(5, register(t, day(2026, 9, 2), day(2026, 12, 23)).do(tenancy.Submit, landlord, day(2026, 9, 10)).
		do(tenancy.Return, manager, day(2026, 9, 11), "mismatch").do(tenancy.Resubmit, landlord, day(2026, 9, 14)).
		do(tenancy.Return, manager, day(2026, 9, 15), "mismatch", "own").do(tenancy.Resubmit, landlord, day(2026, 9, 16)).
		do(tenancy.Accept, manager, day(2026, 10, 9)))
	// The desk's, in November: nobody reviewed them; not yet due; over in 60 days, or 31.
	desk := append(times(4, register(t, day(2026, 11, 9), day(2027, 1, 22)).do(tenancy.Submit, manager, day(2026, 11, 10)).do(tenancy.Accept, manager, day(2026, 11, 10))),
		times(3, register(t, day(2026, 11, 9), day(2026, 12, 24)).do(tenancy.Submit, manager, day(2026, 11, 10)).do(tenancy.Accept, manager, day(2026, 11, 10)))...)
	// Waiting, refused and given up.
	other := append(times(2, register(t, day(2026, 11, 1), year).do(tenancy.Submit, landlord, day(2026, 11, 20))),
		times(3, register(t, day(2026, 11, 1), year).do(tenancy.Submit, landlord, day(2026, 11, 2)).do(tenancy.Reject, manager, day(2026, 11, 3)))...)
	// Another compound's, and a draft.
	foreign := register(t, day(2026, 9, 1), year).do(tenancy.Submit, landlord, day(2026, 9, 7)).of
	foreign.Compound = "elsewhere"
	all := slices.Concat(six, five, desk, other, []tenancy.Tenancy{foreign, register(t, day(2026, 9, 1), year).of})

	s, err := stats.Compute(each(all), options(3, "a"))
	if err != nil {
		t.Fatal(err)
	}
	g := s.Groups[0]
	want := map[string][]string{
		"submitted": {"11", "0", "12"}, "accepted": {"6", "5", "7"}, "returned": {"5", "0", "0"}, "due": {"0", "11", "0"},
		"on time": {"—", "55%", "—"},
	}
	got := map[string][]string{}
	for _, r := range g.Rows {
		for name, text := range map[string]string{"submitted": r.Submitted.String(), "accepted": r.Accepted.String(), "returned": r.Returned.String(), "due": r.Due.String(), "on time": r.OnTime.String()} {
			got[name] = append(got[name], text)
		}
	}
	for name := range want {
		if !slices.Equal(got[name], want[name]) {
			t.Errorf("%s: %v, want %v", name, got[name], want[name])
		}
	}
	if r := g.Rows[0].Reasons; !maps.Equal(r, map[string]stats.Cell{"mismatch": {N: 5}, "own": {N: 5}}) {
		t.Errorf("reasons: %v", r)
	}
	// Six took two days and five one; in November three took one.
	if r := g.Rows[0].Review; r != (stats.Review{Known: true, Median: 2, P90: 2}) {
		t.Errorf("review: %+v", r)
	}
	if g.Rows[2].Review.Known {
		t.Error("the time of three reviews is told")
	}
	if g.InForce.String() != "18" || g.Within(30).String() != "5" || g.Within(60).String() != "12" || g.Within(90).String() != "12" {
		t.Errorf("in force %v, within 30: %v, 60: %v, 90: %v", g.InForce, g.Within(30), g.Within(60), g.Within(90))
	}
	if total := g.Total(); total.Submitted.N != 23 || total.Accepted.N != 18 {
		t.Errorf("in all: %+v", total)
	}
}

// What happened to a registration before its reasons were kept in the history.
func TestCompute_OldReturns(t *testing.T) {
	landlord, manager := tenancy.ByLandlord, tenancy.ByManager
	l := register(t, day(2026, 9, 2), day(2027, 9, 1)).do(tenancy.Submit, landlord, day(2026, 9, 10)).do(tenancy.Return, manager, day(2026, 9, 11))
	l.of.Returned = map[string]string{"unit": "#wrong_unit", "start": "合同上不是这一天", "end": "#wrong_unit"}
	waiting := times(5, l)
	again := times(5, l.do(tenancy.Resubmit, landlord, day(2026, 9, 12)))
	for i := range again {
		again[i].Returned = nil
	}
	s, err := stats.Compute(each(append(waiting, again...)), options(3, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if r := s.Groups[0].Rows[0].Reasons; !maps.Equal(r, map[string]stats.Cell{"wrong_unit": {N: 5}, "own": {N: 5}, stats.Unknown: {N: 5}}) {
		t.Errorf("reasons: %v", r)
	}
}

// What a ledger brought was neither handed in nor reviewed nor due; it is in force.
func TestCompute_Imported(t *testing.T) {
	one := tenancy.Tenancy{Compound: "a", State: tenancy.Draft, Signed: day(2026, 9, 1), End: day(2027, 8, 31)}
	by := tenancy.By{Actor: tenancy.ByManager, At: day(2026, 10, 9).At(9, 0), Reason: stats.Imported}
	if err := errors.Join(one.Apply(tenancy.Submit, by), one.Apply(tenancy.Accept, by)); err != nil {
		t.Fatal(err)
	}
	s, err := stats.Compute(each(slices.Repeat([]tenancy.Tenancy{one}, 7)), options(3, "a"))
	if err != nil {
		t.Fatal(err)
	}
	g := s.Groups[0]
	if total := g.Total(); g.InForce.N != 7 || total.Submitted.N != 0 || total.Accepted.N != 0 || total.Due.N != 0 {
		t.Errorf("%v in force, %+v", g.InForce, total)
	}
}

// What was over before its filing was due, and what was due before the compound
// came to Zuji, is not asked after.
func TestCompute_NotAskedAfter(t *testing.T) {
	landlord, manager := tenancy.ByLandlord, tenancy.ByManager
	l := register(t, day(2026, 9, 2), day(2027, 9, 1)).do(tenancy.Submit, landlord, day(2026, 9, 10)).do(tenancy.Accept, manager, day(2026, 9, 11))
	l.of.Left = day(2026, 9, 20)
	gone := times(6, l.do(tenancy.End, landlord, day(2026, 9, 20)))
	kept := times(5, register(t, day(2026, 9, 2), day(2027, 9, 1)).do(tenancy.Submit, landlord, day(2026, 9, 10)).do(tenancy.Accept, manager, day(2026, 9, 11)))
	for added, want := range map[calendar.Date]int{{}: 5, day(2026, 10, 8): 5, day(2026, 10, 9): 0} {
		o := options(3, "a")
		o.Compounds[0].Added = added
		s, err := stats.Compute(each(append(gone, kept...)), o)
		if err != nil || s.Groups[0].Total().Due.N != want {
			t.Errorf("compound added on %v: %v were due, want %d; %v", added, s.Groups[0].Total().Due, want, err)
		}
	}
}

// An error of the register is returned, and nothing is told.
func TestCompute_Error(t *testing.T) {
	broken := errors.New("broken")
	rows := func(yield func(tenancy.Tenancy, error) bool) { yield(tenancy.Tenancy{}, broken) }
	if s, err := stats.Compute(rows, options(1, "a")); !errors.Is(err, broken) || s.Groups != nil {
		t.Errorf("Compute: %v, %v", s, err)
	}
	if r, err := stats.Quality(rows, options(1, "a")); !errors.Is(err, broken) || r.Counts != nil {
		t.Errorf("Quality: %v, %v", r, err)
	}
}
