package when

import (
	"time"

	"zuji/internal/calendar"
)

// A Unit is what a repetition is counted in. The zero Unit does not repeat.
type Unit string

// The units of repetition.
const (
	Once    Unit = ""
	Day     Unit = "day"
	Week    Unit = "week"
	Workday Unit = "workday" // the working days of calendar.Holidays
	Month   Unit = "month"   // 3 months are a quarter, 12 a year
)

// A Repeat is a rule by which something falls due again and again, and when it
// first did. It is comparable and keeps its meaning in JSON.
type Repeat struct {
	Unit  Unit          `json:"unit,omitempty"`
	Every int           `json:"every,omitempty"` // that many units apart; 1 for working days
	On    Weekdays      `json:"on,omitempty"`    // of Week; none: the first occurrence's
	Month int           `json:"month,omitempty"` // of Month: a month, 1 to 12, in which it falls due; 0: the first occurrence's
	Day   int           `json:"day,omitempty"`   // of Month: 1 to 31, or the last day of a month that lacks it; 0: the first occurrence's
	From  calendar.Date `json:"from,omitzero"`   // the first occurrence, from which weeks and months are counted

	Minute  int  `json:"minute,omitempty"`   // by the clock, after the midnight that begins the day
	HasTime bool `json:"has_time,omitempty"` // Minute was said; else it counts as midnight
}

// Begin returns r as the series whose first occurrence is not before start's day,
// at start's time if it has one and else at r's. What r leaves open (每季度) is
// taken from start.
func (r Repeat) Begin(start When, h *calendar.Holidays) Repeat {
	d := start.Date()
	if start.HasTime {
		r.Minute, r.HasTime = start.Minute(), true
	}
	switch r.Unit {
	case Week:
		if r.On == 0 {
			r.On = WeekdaysOf(d.Weekday())
		}
	case Month:
		if r.Day == 0 {
			r.Day = d.Day
		}
		if r.Month == 0 && r.Every > 1 && 12%r.Every == 0 {
			r.Month = int(onDay(d, r.Day, d).Month)
		}
	}
	r.From = r.firstFrom(d, h)
	return r
}

// firstFrom is the first day from d on that fits the rule, whatever came before.
func (r Repeat) firstFrom(d calendar.Date, h *calendar.Holidays) calendar.Date {
	switch r.Unit {
	case Week:
		for !r.On.Has(d.Weekday()) {
			d = d.AddDays(1)
		}
	case Workday:
		for !h.IsWorkday(d) {
			d = d.AddDays(1)
		}
	case Month:
		d = onDay(d, r.Day, d)
		for r.Month > 0 && (int(d.Month)-r.Month)%min(max(r.Every, 1), 12) != 0 {
			d = onDay(first(d).AddMonths(1), r.Day, calendar.Date{})
		}
	}
	return d
}

func first(d calendar.Date) calendar.Date { d.Day = 1; return d }

// onDay returns the given day of d's month, or of the next if that is before
// least.
func onDay(d calendar.Date, day int, least calendar.Date) calendar.Date {
	end := last(first(d))
	end.Day = min(max(day, 1), end.Day)
	if end.Before(least) {
		return onDay(first(d).AddMonths(1), day, calendar.Date{})
	}
	return end
}

// Next returns the first occurrence after a moment, by zone's clock, or the zero
// time if there is none. It counts from the first occurrence, so it is the same
// however late the one before was sent. A time that the clock jumps over is the
// one an hour later, and of a time that it shows twice the first.
func (r Repeat) Next(after time.Time, zone *time.Location, h *calendar.Holidays) time.Time {
	if r.From.IsZero() {
		return time.Time{}
	}
	d := dateIn(after, zone).AddDays(-2)
	for {
		next := r.dayFrom(d, h)
		t := moment(next, r.Minute, zone)
		if t.After(after) {
			return t
		}
		if r.Unit == Once {
			return time.Time{}
		}
		d = next.AddDays(1)
	}
}

// dayFrom returns the first day of the series from d on. For what does not repeat
// that is its only day.
func (r Repeat) dayFrom(d calendar.Date, h *calendar.Holidays) calendar.Date {
	if !d.After(r.From) {
		return r.From
	}
	every := max(r.Every, 1)
	switch r.Unit {
	case Day:
		return r.From.AddDays(up(r.From.DaysUntil(d), every))
	case Workday:
		return r.firstFrom(d, h)
	case Week:
		return r.weekFrom(d, every)
	case Month:
		months := 12*(d.Year-r.From.Year) + int(d.Month-r.From.Month)
		due := onDay(first(r.From).AddMonths(up(months, every)), r.Day, calendar.Date{})
		if due.Before(d) {
			due = onDay(first(due).AddMonths(every), r.Day, calendar.Date{})
		}
		return due
	}
	return r.From
}

func (r Repeat) weekFrom(d calendar.Date, every int) calendar.Date {
	start := monday(r.From)
	days := start.DaysUntil(d)
	if ahead := up(days/7, every) * 7; ahead > days {
		d = start.AddDays(ahead)
	}
	for week := monday(d); ; week = week.AddDays(7 * every) {
		for ; monday(d) == week; d = d.AddDays(1) {
			if r.On.Has(d.Weekday()) || r.On == 0 && d.Weekday() == r.From.Weekday() {
				return d
			}
		}
		d = week.AddDays(7 * every)
	}
}

// up rounds n up to a multiple of every.
func up(n, every int) int { return (n + every - 1) / every * every }
