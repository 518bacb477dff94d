// Package remind knows which reminders a tenancy asks for and when. It is a
// table of rules and the arithmetic behind it; it sends nothing and keeps
// nothing.
package remind

import (
	"slices"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

// A Kind is a kind of reminder. Its texts are remind.<kind>.
type Kind string

// A To is who gets a reminder.
type To string

// The receivers.
const (
	Landlord To = "landlord" // of the tenancy; if they can't be written to, the staff is told to phone
	Tenants  To = "tenants"  // who have opened their invitation and not answered
	Staff    To = "staff"    // of the compound
	Admins   To = "admins"
)

// A Due is what a reminder counts from.
type Due struct {
	Target calendar.Date // the last day as counted
	Latest calendar.Date // the same, moved to the next working day (Civil Code Art. 203)
}

// A Rule says when, to whom and how often a tenancy is remembered. It reads like
// a line of domain.md §3.
type Rule struct {
	Kind   Kind
	To     To
	While  func(*tenancy.Tenancy) bool      // else the reminders stop
	Begin  func(*tenancy.Tenancy) time.Time // what lay before is not caught up with
	Due    func(*tenancy.Tenancy, Facts) (Due, bool)
	Days   []int                                // from the target, in calendar days
	Work   []int                                // from the target, in working days
	After  []time.Duration                      // from the beginning of the target day at dayBegins
	Every  int                                  // then again every so many days …
	Times  int                                  // … so many times; 0: as long as While holds
	Stop   func(*tenancy.Tenancy) calendar.Date // from this day on there are none; optional
	Legal  bool                                 // a deadline of the law: once it has passed nobody can turn it off
	Urgent bool                                 // goes out at once, whatever the hour, and does not count
}

// Facts are what a rule must know beside the tenancy.
type Facts struct {
	City     tenancy.City
	Holidays *calendar.Holidays
}

// An Occurrence is one reminder of a tenancy.
type Occurrence struct {
	Rule *Rule
	At   time.Time
	Due  Due
	Days int // from At's day to the target; negative once it is past
}

// The hour at which the day's reminders are due, and at which a day whose hour is
// not known begins, in Shanghai.
const (
	digestHour, digestMinute = 9, 30
	dayBegins                = 9
)

// horizon is how many occurrences of an endless rule are looked at.
const horizon = 400

// Next returns the first occurrence of t's reminders after those that were fired,
// or false.
func Next(t *tenancy.Tenancy, f Facts) (Occurrence, bool) {
	var next Occurrence
	for i := range Rules {
		all := Rules[i].pending(t, f)
		if len(all) > 0 && (next.Rule == nil || all[0].At.Before(next.At)) {
			next = all[0]
		}
	}
	return next, next.Rule != nil
}

// DueBy returns what t is to be reminded of by now: of each kind and receiver the
// last one, since an earlier one says less.
func DueBy(t *tenancy.Tenancy, f Facts, now time.Time) []Occurrence {
	var all []Occurrence
	for i := range Rules {
		var last *Occurrence
		for _, o := range Rules[i].pending(t, f) {
			if o.At.After(now) {
				break
			}
			last = &o
		}
		if last != nil {
			all = append(all, *last)
		}
	}
	return all
}

// Holds reports whether a reminder of a kind still has its point.
func Holds(k Kind, t *tenancy.Tenancy) bool {
	return slices.ContainsFunc(Rules, func(r Rule) bool { return r.Kind == k && r.holds(t) })
}

// Find returns the rule of a kind, or nil.
func Find(k Kind) *Rule {
	for i := range Rules {
		if Rules[i].Kind == k {
			return &Rules[i]
		}
	}
	return nil
}

func (r *Rule) holds(t *tenancy.Tenancy) bool {
	_, done := t.Reminding.Done[string(r.Kind)]
	return !done && r.While(t)
}

// Key names the rule in tenancy.Reminding.Fired: one kind may go to several.
func (r *Rule) Key() string { return string(r.Kind) + "/" + string(r.To) }

// pending returns the occurrences that have not been fired, in order.
func (r *Rule) pending(t *tenancy.Tenancy, f Facts) []Occurrence {
	if !r.holds(t) {
		return nil
	}
	due, ok := r.Due(t, f)
	if !ok {
		return nil
	}
	fired, begin := t.Reminding.Fired[r.Key()], r.Begin(t)
	var all []Occurrence
	for _, o := range r.occurrences(due, f.Holidays, begin, fired) {
		if r.Stop != nil && !calendar.DateOf(o.At).Before(r.Stop(t)) {
			break
		}
		if !o.At.After(fired) || o.At.Before(begin) {
			continue
		}
		all = append(all, o)
	}
	return all
}

// occurrences lists a rule's reminders in order, of an endless one those up to
// the first after what was fired. Two at one time are one: the later says more.
func (r *Rule) occurrences(due Due, h *calendar.Holidays, begin, fired time.Time) []Occurrence {
	var all []Occurrence
	add := func(at time.Time) {
		all = append(all, Occurrence{Rule: r, At: at, Due: due, Days: calendar.DateOf(at).DaysUntil(due.Target)})
	}
	from := due.Target.At(dayBegins, 0)
	if from.Before(begin) {
		from = begin
	}
	for _, d := range r.After {
		add(from.Add(d))
	}
	for _, n := range r.Days {
		add(due.on(n, h))
	}
	for _, n := range r.Work {
		add(h.AddWorkdays(due.Target, n).At(digestHour, digestMinute))
	}
	last := 0
	if len(r.Days) > 0 {
		last = r.Days[len(r.Days)-1]
	}
	for i := 1; r.Every > 0 && i <= horizon && (r.Times == 0 || i <= r.Times); i++ {
		at := due.on(last+i*r.Every, h)
		add(at)
		if r.Times == 0 && at.After(fired) && !at.Before(begin) {
			break
		}
	}
	slices.SortStableFunc(all, func(a, b Occurrence) int { return a.At.Compare(b.At) })
	return slices.CompactFunc(all, func(a, b Occurrence) bool { return a.At.Equal(b.At) })
}

// on is the time of a reminder n days from the target; behind it, from the day to
// which the target moves.
func (d Due) on(n int, h *calendar.Holidays) time.Time {
	day := d.Target
	if n > 0 {
		day = d.Latest
	}
	return onWorkday(day.AddDays(n), n > 0, h).At(digestHour, digestMinute)
}

// onWorkday moves a reminder off a rest day: to the working day before while the
// deadline is ahead, else to the next.
func onWorkday(d calendar.Date, late bool, h *calendar.Holidays) calendar.Date {
	step := -1
	if late {
		step = 1
	}
	for !h.IsWorkday(d) {
		d = d.AddDays(step)
	}
	return d
}
