package stats

import (
	"iter"

	"zuji/internal/tenancy"
)

// Raw are the counts of a compound before anything is hidden.
type Raw struct {
	InForce int
	Ending  [Bands]int
	Months  []RawMonth
}

// RawMonth are those of a month.
type RawMonth struct {
	Submitted, Accepted, Returned int
	Reasons                       map[string]int
	Due, OnTime                   int
	Review                        map[int]int
}

// Count counts as Compute does and hides nothing.
func Count(all iter.Seq2[tenancy.Tenancy, error], o Options) map[string]Raw {
	c := newCounter(o)
	for t := range all {
		c.add(&t)
	}
	out := map[string]Raw{}
	for id, g := range c.groups {
		raw := Raw{InForce: g.inForce, Ending: g.ending}
		for _, m := range g.months {
			raw.Months = append(raw.Months, RawMonth{m.submitted, m.accepted, m.returned, m.reasons, m.due, m.onTime, m.review})
		}
		out[id] = raw
	}
	return out
}

// Show hides what must be hidden of raw counts, in the order of o.Compounds.
func Show(o Options, raw ...Raw) Stats {
	c := newCounter(o)
	for i, r := range raw {
		g := c.groups[o.Compounds[i].ID]
		g.inForce, g.ending = r.InForce, r.Ending
		for n, m := range r.Months {
			g.months[n] = monthly{m.Submitted, m.Accepted, m.Returned, m.Reasons, m.Due, m.OnTime, m.Review}
		}
	}
	return c.stats()
}
