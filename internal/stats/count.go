package stats

import (
	"slices"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

// A counter holds the raw counts, which are not shown.
type counter struct {
	Options
	first  int // Month.index of the oldest month
	groups map[string]*tally
}

// A tally is the raw counts of one compound.
type tally struct {
	place   tenancy.Compound
	inForce int
	ending  [Bands]int
	months  []monthly
}

type monthly struct {
	submitted, accepted, returned int
	reasons                       map[string]int
	due, onTime                   int
	review                        map[int]int // working days to how many took them
}

func newCounter(o Options) *counter {
	o.Months = max(1, o.Months)
	c := &counter{Options: o, groups: map[string]*tally{}}
	c.first = monthOf(o.Today).index() - o.Months + 1
	for _, place := range o.Compounds {
		g := &tally{place: place, months: make([]monthly, o.Months)}
		for i := range g.months {
			g.months[i] = monthly{reasons: map[string]int{}, review: map[int]int{}}
		}
		c.groups[place.ID] = g
	}
	return c
}

func (c *counter) add(t *tenancy.Tenancy) {
	g := c.groups[t.Compound]
	if g == nil || t.State == tenancy.Draft {
		return
	}
	if t.State.InForce() {
		g.inForce++
		if b, ok := c.band(t); ok {
			g.ending[b]++
		}
	}
	h := read(t)
	if h.imported {
		return
	}
	if m := c.month(g, h.submitted); m != nil {
		m.submitted++
	}
	if m := c.month(g, h.accepted); m != nil {
		m.accepted++
	}
	c.returns(g, t)
	if m := c.month(g, h.decided); m != nil && !h.desk && !h.submitted.IsZero() {
		m.review[c.Holidays.Workdays(calendar.DateOf(h.submitted), calendar.DateOf(h.decided))]++
	}
	c.filing(g, t, h)
}

// band returns in which part of the coming days a lease ends.
func (c *counter) band(t *tenancy.Tenancy) (int, bool) {
	if t.End.IsZero() || t.End.Before(c.Today) {
		return 0, false
	}
	b := max(0, c.Today.DaysUntil(t.End)-1) / BandDays
	return b, b < Bands
}

// month returns the counts of the month of a moment, or nil if it is not one of
// those counted.
func (c *counter) month(g *tally, at time.Time) *monthly {
	if at.IsZero() {
		return nil
	}
	return c.monthOn(g, calendar.DateOf(at))
}

func (c *counter) monthOn(g *tally, d calendar.Date) *monthly {
	i := monthOf(d).index() - c.first
	if i < 0 || i >= len(g.months) || d.After(c.Today) {
		return nil
	}
	return &g.months[i]
}

// A history is what the counts need of a tenancy's.
type history struct {
	submitted, decided, accepted, filed, replaced time.Time
	desk, imported                                bool
}

func read(t *tenancy.Tenancy) (h history) {
	first := func(at *time.Time, e tenancy.Event) {
		if at.IsZero() {
			*at = e.At
		}
	}
	for _, e := range t.History {
		switch e.Move {
		case tenancy.Submit:
			first(&h.submitted, e)
			h.desk, h.imported = e.Actor == tenancy.ByManager, e.Reason == Imported
		case tenancy.Accept:
			first(&h.accepted, e)
			first(&h.decided, e)
		case tenancy.Return, tenancy.Reject:
			first(&h.decided, e)
		case tenancy.File:
			first(&h.filed, e)
		case tenancy.Change, tenancy.Renew:
			first(&h.replaced, e)
		}
	}
	return h
}

// returns counts a tenancy once in each month in which it was sent back, and once
// under each reason of the month.
func (c *counter) returns(g *tally, t *tenancy.Tenancy) {
	type counted struct {
		m   *monthly
		why string // "": the return itself
	}
	var seen []counted
	once := func(m *monthly, why string) bool {
		if slices.Contains(seen, counted{m, why}) {
			return false
		}
		seen = append(seen, counted{m, why})
		return true
	}
	for i, e := range t.History {
		if e.Move != tenancy.Return {
			continue
		}
		m := c.month(g, e.At)
		if m == nil {
			continue
		}
		if once(m, "") {
			m.returned++
		}
		for _, why := range reasons(t, i) {
			if once(m, why) {
				m.reasons[why]++
			}
		}
	}
}

// reasons returns why a tenancy was sent back by its i-th event. Before reasons
// were kept there, those of the last return stand in the tenancy, until it is
// handed in again.
func reasons(t *tenancy.Tenancy, i int) []string {
	if why := t.History[i].Why; len(why) > 0 {
		return why
	}
	later := slices.ContainsFunc(t.History[i+1:], func(e tenancy.Event) bool { return e.Move == tenancy.Resubmit })
	if why := tenancy.ReturnReasons(t.Returned); len(why) > 0 && !later {
		return why
	}
	return []string{Unknown}
}

// Unknown is the reason of a return whose reasons were not kept.
const Unknown = "unknown"

// filing counts a tenancy in the month in which its filing was due. Not asked
// after is what was due before the compound came to Zuji, and what was over
// unfiled before it was due.
func (c *counter) filing(g *tally, t *tenancy.Tenancy, h history) {
	d, ok := t.FilingDue(g.place.City, c.Holidays)
	if !ok || h.accepted.IsZero() || !d.Latest.Before(c.Today) || d.Latest.Before(g.place.Added) {
		return
	}
	m := c.monthOn(g, d.Latest)
	if m == nil {
		return
	}
	filed := t.Filing.FiledOn
	if filed.IsZero() && !h.filed.IsZero() {
		filed = calendar.DateOf(h.filed)
	}
	onTime := !filed.IsZero() && !filed.After(d.Latest)
	if !onTime && over(t, h, d.Latest) {
		return
	}
	m.due++
	if onTime {
		m.onTime++
	}
}

// over reports whether a tenancy ended or was replaced before a day.
func over(t *tenancy.Tenancy, h history, day calendar.Date) bool {
	return !t.Left.IsZero() && t.Left.Before(day) ||
		!h.replaced.IsZero() && calendar.DateOf(h.replaced).Before(day)
}
