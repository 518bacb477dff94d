package stats_test

import (
	"fmt"
	"testing"

	"zuji/internal/calendar"
	"zuji/internal/stats"
	"zuji/internal/tenancy"
)

var today = calendar.Date{Year: 2026, Month: 11, Day: 23}

func options(months int, ids ...string) stats.Options {
	o := stats.Options{Today: today, Months: months, Holidays: calendar.NewHolidays()}
	for _, id := range ids {
		o.Compounds = append(o.Compounds, tenancy.Compound{ID: id, City: tenancy.DefaultCity})
	}
	return o
}

// told is everything that can be read in a Stats, with all totals.
func told(s stats.Stats) string {
	text := fmt.Sprintf("%+v", s)
	for _, g := range append(s.Groups, s.All) {
		text += fmt.Sprintf(" %v %+v", g.InForce, g.Total())
		for days := stats.BandDays; days <= stats.Bands*stats.BandDays; days += stats.BandDays {
			text += fmt.Sprint(" ", g.Within(days))
		}
	}
	return text
}

// A guess is what somebody knows who sees what is told, knows how it is made and
// tries every table that there could be: the values that each group can have.
type guess map[string][]map[int]bool

func (g guess) note(told string, groups ...int) {
	if g[told] == nil {
		g[told] = make([]map[int]bool, len(groups))
		for i := range groups {
			g[told][i] = map[int]bool{}
		}
	}
	for i, n := range groups {
		g[told][i][n] = true
	}
}

// check fails if more can be known of a group of one to four than that it is one,
// be it shown, computed from other numbers or inferred from what is hidden.
func (g guess) check(t *testing.T, tables int) {
	t.Helper()
	hidden := 0
	for told, groups := range g {
		for i, values := range groups {
			small := 0
			for n := range values {
				if n > 0 && n < stats.Least {
					small++
				}
			}
			if small > 0 {
				hidden++
			}
			if small > 0 && small == len(values) && small < stats.Least-1 {
				t.Fatalf("group %d is known to be one of %v: %s", i, values, told)
			}
		}
	}
	if len(g) < 10 || hidden < 10 || tables < 1000 {
		t.Fatalf("only %d outputs of %d tables with %d hidden groups were looked at", len(g), tables, hidden)
	}
}

// Months and compounds with their totals: none is known from the others.
func TestHidden_TotalsTellNothing(t *testing.T) {
	o := options(2, "a", "b")
	g, tables := guess{}, 0
	for a1 := range 9 {
		for a2 := range 9 {
			for b1 := range 9 {
				for b2 := range 9 {
					s := stats.Show(o, submitted(a1, a2), submitted(b1, b2))
					g.note(told(s), a1, a2, b1, b2, a1+a2, b1+b2, a1+b1, a2+b2, a1+a2+b1+b2)
					tables++
				}
			}
		}
	}
	g.check(t, tables)
}

func submitted(n ...int) (r stats.Raw) {
	for _, n := range n {
		r.Months = append(r.Months, stats.RawMonth{Submitted: n, Accepted: n})
	}
	return r
}

// Leases that end: neither a part, nor what several parts make, nor what is left of
// those in force.
func TestHidden_Ending(t *testing.T) {
	o := options(1, "a")
	g, tables := guess{}, 0
	for all := range 25 {
		for first := range all + 1 {
			for second := range all - first + 1 {
				for third := range all - first - second + 1 {
					r := stats.Raw{InForce: all, Months: []stats.RawMonth{{}}}
					r.Ending = [stats.Bands]int{first, second, third}
					g.note(told(stats.Show(o, r)), all, first, second, third, all-first, all-second, all-third,
						first+second, second+third, first+second+third, all-first-second, all-first-second-third)
					tables++
				}
			}
		}
	}
	g.check(t, tables)
}

// Reasons, of which a registration may have several.
func TestHidden_Reasons(t *testing.T) {
	o := options(1, "a")
	g, tables := guess{}, 0
	for returned := range 16 {
		for a := range returned + 1 {
			for b := range returned + 1 {
				for c := range returned + 1 {
					if a+b+c < returned {
						continue
					}
					reasons := map[string]int{"mismatch": a, "missing": b, "unclear": c}
					for why, n := range reasons {
						if n == 0 {
							delete(reasons, why)
						}
					}
					s := stats.Show(o, stats.Raw{Months: []stats.RawMonth{{Returned: returned, Reasons: reasons}}})
					g.note(told(s), returned, a, b, c, returned-a, returned-b, returned-c, a+b+c-returned)
					tables++
				}
			}
		}
	}
	g.check(t, tables)
}

// Shares of two compounds and of both together, with the groups that they are of.
func TestHidden_Shares(t *testing.T) {
	o := options(1, "a", "b")
	g, tables := guess{}, 0
	for due1 := range 14 {
		for on1 := range due1 + 1 {
			for due2 := range 14 {
				for on2 := range due2 + 1 {
					month := func(due, on int) stats.Raw { return stats.Raw{Months: []stats.RawMonth{{Due: due, OnTime: on}}} }
					s := stats.Show(o, month(due1, on1), month(due2, on2))
					g.note(told(s), due1, on1, due1-on1, due2, on2, due2-on2, due1+due2, on1+on2, due1+due2-on1-on2)
					tables++
				}
			}
		}
	}
	g.check(t, tables)
}

// The time of a review is a person's where few were reviewed, and so is the
// difference between the times of all and of most.
func TestHidden_Review(t *testing.T) {
	o := options(1, "a", "b")
	times := func(days map[int]int) stats.Raw { return stats.Raw{Months: []stats.RawMonth{{Review: days}}} }
	s := stats.Show(o, times(map[int]int{1: 6, 3: 3, 9: 1}), times(map[int]int{0: 4}))
	if got, want := s.Groups[0].Rows[0].Review, (stats.Review{Known: true, Median: 1, P90: 3}); got != want {
		t.Errorf("ten reviews: %+v, want %+v", got, want)
	}
	if s.Groups[1].Rows[0].Review.Known || s.All.Rows[0].Review.Known {
		t.Errorf("the times of four are told: %+v", s)
	}
	s = stats.Show(o, times(map[int]int{1: 5}), times(map[int]int{0: 4, 8: 1}))
	if got, want := s.All.Rows[0].Review, (stats.Review{Known: true, Median: 1, P90: 1}); got != want {
		t.Errorf("two compounds: %+v, want %+v", got, want)
	}
}

// Every number is written by what may be known of it.
func TestCells_AsWritten(t *testing.T) {
	few, five := stats.Cell{Kind: stats.Few}, stats.Cell{N: 5}
	for want, c := range map[string]stats.Cell{
		"0": {}, "5": five, "<5": few, "—": {Kind: stats.Withheld}, "≥6": stats.Sum(five, few), "10": stats.Sum(five, five), "≥7": stats.Sum(few, stats.Sum(five, few)),
	} {
		if c.String() != want {
			t.Errorf("%+v is written %s, want %s", c, c, want)
		}
	}
	if one, two := stats.Sum(few, stats.Cell{}), stats.Sum(few, few); one != few || two.String() != "—" || two.Floor() != 2 {
		t.Errorf("a few are %v, and a few more %v", one, two)
	}
	for want, s := range map[string]stats.Share{"—": {}, "92%": {Known: true, Low: 92, High: 92}, "87–97%": {Known: true, Low: 87, High: 97}} {
		if s.String() != want {
			t.Errorf("%+v is written %s, want %s", s, s, want)
		}
	}
}
