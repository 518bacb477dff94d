package stats_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/calendar"
	"zuji/internal/stats"
	"zuji/internal/tenancy"
)

// anyTenancy is one that went through any life that is possible, at any times.
func anyTenancy(r *rapid.T) tenancy.Tenancy {
	start := day(2026, 1, 1).AddDays(rapid.IntRange(0, 320).Draw(r, "start"))
	t := tenancy.Tenancy{
		Compound: rapid.SampledFrom([]string{"a", "b", "c", "elsewhere"}).Draw(r, "compound"), State: tenancy.Draft,
		Signed: start, Start: start, MoveIn: start, End: start.AddDays(rapid.IntRange(10, 500).Draw(r, "term")),
	}
	at := start.At(9, 0)
	imported := rapid.IntRange(0, 9).Draw(r, "imported") == 0
	for range rapid.IntRange(0, 8).Draw(r, "moves") {
		var can []tenancy.By
		var moves []tenancy.Move
		for _, m := range []tenancy.Move{tenancy.Submit, tenancy.Return, tenancy.Resubmit, tenancy.Accept, tenancy.Reject, tenancy.Withdraw, tenancy.File, tenancy.Expire, tenancy.Continue, tenancy.Change, tenancy.Renew, tenancy.End, tenancy.Close} {
			for _, by := range []tenancy.Actor{tenancy.ByLandlord, tenancy.ByManager, tenancy.BySystem} {
				if t.State.May(m, by) {
					can, moves = append(can, tenancy.By{Actor: by}), append(moves, m)
				}
			}
		}
		if len(can) == 0 {
			break
		}
		i := rapid.IntRange(0, len(can)-1).Draw(r, "move")
		by, m := can[i], moves[i]
		by.At = at
		switch m {
		case tenancy.Submit:
			if imported && by.Actor == tenancy.ByManager {
				by.Reason = stats.Imported
			}
		case tenancy.Return:
			by.Why = rapid.SampledFrom([][]string{nil, {"missing"}, {"own"}, {"mismatch", "missing"}}).Draw(r, "why")
		case tenancy.File:
			if rapid.Bool().Draw(r, "dated") {
				t.Filing.FiledOn = calendar.DateOf(at)
			}
		case tenancy.End:
			t.Left = calendar.DateOf(at)
		}
		if err := t.Apply(m, by); err != nil {
			r.Fatal(err)
		}
		at = at.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(r, "hours")) * time.Hour)
	}
	return t
}

// slowly counts one number at a time, by going through everything.
type slowly struct {
	all []tenancy.Tenancy
	o   stats.Options
}

func (s slowly) count(place string, is func(t tenancy.Tenancy) bool) (n int) {
	for _, t := range s.all {
		if t.Compound == place && t.State != tenancy.Draft && is(t) {
			n++
		}
	}
	return n
}

// when returns the day of the first of some moves, or no day.
func when(t tenancy.Tenancy, moves ...tenancy.Move) calendar.Date {
	for _, e := range t.History {
		if slices.Contains(moves, e.Move) {
			return calendar.DateOf(e.At)
		}
	}
	return calendar.Date{}
}

func imported(t tenancy.Tenancy) bool { return t.History[0].Reason == stats.Imported }

// in returns whether a day is in a month, and not yet to come.
func (s slowly) in(m stats.Month, d calendar.Date) bool {
	return d.Year == m.Year && d.Month == m.Month && !d.After(s.o.Today)
}

func (s slowly) month(place string, m stats.Month) stats.RawMonth {
	first := func(moves ...tenancy.Move) int {
		return s.count(place, func(t tenancy.Tenancy) bool { return !imported(t) && s.in(m, when(t, moves...)) })
	}
	returned := func(why string) int {
		return s.count(place, func(t tenancy.Tenancy) bool {
			return !imported(t) && slices.ContainsFunc(t.History, func(e tenancy.Event) bool {
				kept := e.Why
				if kept == nil {
					kept = []string{stats.Unknown}
				}
				return e.Move == tenancy.Return && s.in(m, calendar.DateOf(e.At)) && (why == "" || slices.Contains(kept, why))
			})
		})
	}
	raw := stats.RawMonth{Submitted: first(tenancy.Submit), Accepted: first(tenancy.Accept), Reasons: map[string]int{}, Review: map[int]int{}}
	raw.Returned = returned("")
	for _, why := range []string{"missing", "own", "mismatch", stats.Unknown} {
		if n := returned(why); n > 0 {
			raw.Reasons[why] = n
		}
	}
	for days := range 60 {
		n := s.count(place, func(t tenancy.Tenancy) bool {
			decided := when(t, tenancy.Accept, tenancy.Return, tenancy.Reject)
			worked := 0
			for d := when(t, tenancy.Submit); d.Before(decided); {
				d = d.AddDays(1)
				if s.o.Holidays.IsWorkday(d) {
					worked++
				}
			}
			return s.in(m, decided) && t.History[0].Actor == tenancy.ByLandlord && worked == days
		})
		if n > 0 {
			raw.Review[days] = n
		}
	}
	due := func(t tenancy.Tenancy, onTime bool) bool {
		_, latest := s.o.Holidays.Deadline(t.Signed, 30)
		filed := t.Filing.FiledOn
		if filed.IsZero() {
			filed = when(t, tenancy.File)
		}
		early := !filed.IsZero() && !filed.After(latest)
		gone := slices.ContainsFunc(t.History, func(e tenancy.Event) bool {
			return slices.Contains([]tenancy.Move{tenancy.End, tenancy.Change, tenancy.Renew}, e.Move) && calendar.DateOf(e.At).Before(latest)
		})
		return !imported(t) && !when(t, tenancy.Accept).IsZero() && s.in(m, latest) && latest != s.o.Today && (early || !gone && !onTime)
	}
	raw.Due = s.count(place, func(t tenancy.Tenancy) bool { return due(t, false) })
	raw.OnTime = s.count(place, func(t tenancy.Tenancy) bool { return due(t, true) })
	return raw
}

func (s slowly) raw(place string, months []stats.Month) stats.Raw {
	raw := stats.Raw{InForce: s.count(place, func(t tenancy.Tenancy) bool { return t.State.InForce() })}
	for i := range raw.Ending {
		from, to := s.o.Today.AddDays(30*i+1), s.o.Today.AddDays(30*i+30)
		if i == 0 {
			from = s.o.Today
		}
		raw.Ending[i] = s.count(place, func(t tenancy.Tenancy) bool {
			return t.State.InForce() && !t.End.Before(from) && !t.End.After(to)
		})
	}
	for _, m := range months {
		raw.Months = append(raw.Months, s.month(place, m))
	}
	return raw
}

// One pass counts what a plain count does, whatever happened to the tenancies, and
// shows of it what may be shown.
func TestCompute_LikeAPlainCount(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		all := rapid.SliceOfN(rapid.Custom(anyTenancy), 0, 60).Draw(r, "tenancies")
		o := options(rapid.IntRange(1, 8).Draw(r, "months"), "a", "b", "c")
		got, err := stats.Compute(each(all), o)
		if err != nil {
			r.Fatal(err)
		}
		counted := stats.Count(each(all), o)
		var raws []stats.Raw
		for _, place := range o.Compounds {
			want := slowly{all, o}.raw(place.ID, got.Months)
			if !reflect.DeepEqual(counted[place.ID], want) {
				r.Fatalf("compound %s:\ncounted %+v\nwant    %+v", place.ID, counted[place.ID], want)
			}
			raws = append(raws, want)
		}
		if want := stats.Show(o, raws...); !reflect.DeepEqual(got, want) {
			r.Fatalf("shown %+v\nwant  %+v", got, want)
		}
	})
}
