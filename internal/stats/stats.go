// Package stats counts tenancies for the people who answer for a compound, and
// finds what is wrong with them.
//
// A number that is shown is a Cell, and a group of one to four households is
// never shown as a number (Least). The raw counts do not leave the package. What
// is hidden can't be computed from what is shown, since
//
//   - every total, over compounds, months or days, is added up from shown cells
//     and says "at least" where one of them is hidden. A total over any period
//     tells no more than its months do;
//   - the parts of a number that is shown are shown only where every hidden part
//     may still be anything from one to four (see parts and covering);
//   - of a share, both sides are groups.
//
// It does not protect against somebody who asks before and after one registration
// is made, nor against what people know from elsewhere; and different numbers bound
// each other (nobody is accepted who was not submitted), which is not held against
// what is hidden.
package stats

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

// Imported is the reason noted where a tenancy came with a ledger: nobody
// registered or reviewed it then.
const Imported = "#imported"

// Bands is for how many times BandDays the leases that end are counted ahead.
const (
	Bands    = 6
	BandDays = 30
)

// Options say what is counted.
type Options struct {
	Compounds []tenancy.Compound // the ones to count, in the order to show them
	Today     calendar.Date      // the last day that counts
	Months    int                // how many, ending with today's; at least 1
	Holidays  *calendar.Holidays
}

// A Month is a month of the civil calendar in Shanghai.
type Month struct {
	Year  int
	Month time.Month
}

// String returns m as 2026-11.
func (m Month) String() string { return fmt.Sprintf("%04d-%02d", m.Year, int(m.Month)) }

// index counts months from year 0.
func (m Month) index() int { return m.Year*12 + int(m.Month) - 1 }

func monthOf(d calendar.Date) Month { return Month{d.Year, d.Month} }

// Stats are the numbers of some compounds.
type Stats struct {
	Today  calendar.Date
	Months []Month // oldest first
	Groups []Group // by compound, as Options has them
	All    Group   // of all these compounds together
}

// A Group is what is counted together: the tenancies of one compound, or of all.
type Group struct {
	Compound string // its id, "" for all
	InForce  Cell   // tenancies in force today

	// Ending are the leases in force that end within days (n-1)×30+1 to n×30 from
	// today; the first also has those that end today.
	Ending [Bands]Cell

	Rows []Row // one for each of Stats.Months
}

// A Row is a month of a Group.
type Row struct {
	Month Month

	// Submitted are the registrations handed in for the first time, Accepted
	// those that became part of the register, Returned those sent back at least
	// once in the month. What came with a ledger is in none of them.
	Submitted, Accepted, Returned Cell

	// Reasons are Returned by why: a common reason's name or tenancy.OwnReason. A
	// registration counts under each of its reasons.
	Reasons map[string]Cell

	// Due are the tenancies whose filing with the city was due in the month, up to
	// yesterday, and OnTime the share of them that was filed by then.
	Due    Cell
	OnTime Share

	Review Review
}

// Review is the time in working days from the first submission to the first
// decision, in the month of the decision, without what staff entered at the desk.
// The day of submission does not count.
type Review struct {
	Known  bool // false: fewer than five were decided
	Median int  // half took no longer
	P90    int  // nine in ten took no longer
}

// Within returns how many leases end within 30, 60 … days from today. It panics
// if days is not such a number up to Bands×BandDays.
func (g Group) Within(days int) Cell {
	if days <= 0 || days > Bands*BandDays || days%BandDays != 0 {
		panic(fmt.Sprintf("stats: no count within %d days", days))
	}
	return Sum(g.Ending[:days/BandDays]...)
}

// Total adds up the months of a Group; its Month, OnTime and Review are empty.
func (g Group) Total() Row { return total(g.Rows) }

func total(rows []Row) Row {
	sum := Row{Reasons: map[string]Cell{}}
	for i, r := range rows {
		if i == 0 {
			sum.Submitted, sum.Accepted, sum.Returned, sum.Due = r.Submitted, r.Accepted, r.Returned, r.Due
			for why, c := range r.Reasons {
				sum.Reasons[why] = c
			}
			continue
		}
		sum.Submitted, sum.Accepted = Sum(sum.Submitted, r.Submitted), Sum(sum.Accepted, r.Accepted)
		sum.Returned, sum.Due = Sum(sum.Returned, r.Returned), Sum(sum.Due, r.Due)
		for why, c := range r.Reasons {
			sum.Reasons[why] = Sum(sum.Reasons[why], c)
		}
	}
	return sum
}

// Compute counts tenancies in one pass; those of other compounds, and drafts, are
// passed over. It returns the first error of all, wrapped. It needs memory for
// what it returns, whatever the number of tenancies.
func Compute(all iter.Seq2[tenancy.Tenancy, error], o Options) (Stats, error) {
	c := newCounter(o)
	for t, err := range all {
		if err != nil {
			return Stats{}, fmt.Errorf("count tenancies: %w", err)
		}
		c.add(&t)
	}
	return c.stats(), nil
}

// ByCount returns the names of a row's reasons, those with the greatest numbers
// first and else in alphabetical order.
func ByCount(r Row) []string {
	return slices.SortedFunc(maps.Keys(r.Reasons), func(a, b string) int {
		return cmp.Or(cmp.Compare(r.Reasons[b].Floor(), r.Reasons[a].Floor()), strings.Compare(a, b))
	})
}
