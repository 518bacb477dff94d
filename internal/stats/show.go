package stats

import (
	"maps"
	"slices"
	"time"
)

// stats shows the counts.
func (c *counter) stats() Stats {
	s := Stats{Today: c.Today}
	for i := range c.Months {
		at := c.first + i
		s.Months = append(s.Months, Month{at / 12, time.Month(at%12 + 1)})
	}
	for _, place := range c.Compounds {
		s.Groups = append(s.Groups, c.groups[place.ID].show(s.Months))
	}
	s.All = c.all(s)
	return s
}

func (g *tally) show(months []Month) Group {
	shown := Group{Compound: g.place.ID, InForce: cell(g.inForce)}
	copy(shown.Ending[:], parts(g.inForce, g.ending[:]))
	for i, m := range g.months {
		r := Row{
			Month: months[i], Submitted: cell(m.submitted), Accepted: cell(m.accepted), Returned: cell(m.returned),
			Reasons: map[string]Cell{}, Due: cell(m.due), Review: review(m.review),
		}
		names := slices.Sorted(maps.Keys(m.reasons))
		counts := make([]int, len(names))
		for i, why := range names {
			counts[i] = m.reasons[why]
		}
		for i, shown := range covering(m.returned, counts) {
			r.Reasons[names[i]] = shown
		}
		if b, ok := side(m.onTime, m.due); ok {
			r.OnTime = b.share()
		}
		shown.Rows = append(shown.Rows, r)
	}
	return shown
}

// review returns the median and the ninth decile by nearest rank.
func review(days map[int]int) Review {
	n := 0
	for _, count := range days {
		n += count
	}
	if n < Least {
		return Review{}
	}
	r := Review{Known: true, Median: -1, P90: -1}
	seen := 0
	for _, d := range slices.Sorted(maps.Keys(days)) {
		seen += days[d]
		if r.Median < 0 && 2*seen >= n {
			r.Median = d
		}
		if r.P90 < 0 && 10*seen >= 9*n {
			r.P90 = d
		}
	}
	return r
}

// all adds up what is shown of the compounds.
func (c *counter) all(s Stats) Group {
	if len(s.Groups) == 1 {
		one := s.Groups[0]
		one.Compound = ""
		return one
	}
	var all Group
	for i, month := range s.Months {
		var rows []Row
		for _, g := range s.Groups {
			rows = append(rows, g.Rows[i])
		}
		r := total(rows)
		r.Month, r.OnTime, r.Review = month, c.onTime(i), c.review(i)
		all.Rows = append(all.Rows, r)
	}
	for _, g := range s.Groups {
		all.InForce = Sum(all.InForce, g.InForce)
		for i, n := range g.Ending {
			all.Ending[i] = Sum(all.Ending[i], n)
		}
	}
	return all
}

// onTime is the share over the compounds of which something may be told.
func (c *counter) onTime(month int) Share {
	var sum bounds
	for _, g := range c.groups {
		m := g.months[month]
		if b, ok := side(m.onTime, m.due); ok {
			sum.low, sum.high, sum.whole = sum.low+b.low, sum.high+b.high, sum.whole+b.whole
		}
	}
	return sum.share()
}

// review is known only where no compound's is hidden: from the times of all and
// those of all but one, that one's could be guessed.
func (c *counter) review(month int) Review {
	sum := map[int]int{}
	for _, g := range c.groups {
		days := g.months[month].review
		if len(days) > 0 && !review(days).Known {
			return Review{}
		}
		for d, n := range days {
			sum[d] += n
		}
	}
	return review(sum)
}
