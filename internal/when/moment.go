package when

import (
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

// A When is a minute, or a day whose time is left open.
type When struct {
	At      time.Time `json:"at"`       // in the asker's zone; without a time the day's first moment
	HasTime bool      `json:"has_time"` // At is a minute and not just a day
}

// Date returns the day by the clock of the asker's zone.
func (w When) Date() calendar.Date { return dateIn(w.At, w.At.Location()) }

// Minute returns the minutes after midnight by the clock, 0 without a time.
func (w When) Minute() int { return w.At.Hour()*60 + w.At.Minute() }

// On returns the minute of day d, counted from midnight by zone's clock.
func On(d calendar.Date, minute int, zone *time.Location) When {
	return When{At: moment(d, minute, zone), HasTime: true}
}

// OnDay returns day d with its time left open.
func OnDay(d calendar.Date, zone *time.Location) When { return When{At: moment(d, 0, zone)} }

// years ahead are read; more is rather a slip than a plan.
const yearsAhead = 3

// check returns w, or why it can be nobody's reminder at now.
func (w When) check(now time.Time) (When, error) {
	today := dateIn(now, w.At.Location())
	switch {
	case w.Date().Before(today) || w.HasTime && !w.At.After(now):
		return When{}, invalid.New("when_past")
	case w.Date().After(today.AddMonths(12 * yearsAhead)):
		return When{}, invalid.New("when_far")
	}
	return w, nil
}

func dateIn(t time.Time, zone *time.Location) calendar.Date {
	y, m, d := t.In(zone).Date()
	return calendar.Date{Year: y, Month: m, Day: d}
}

// moment returns when zone's clock shows minute on day d: the first time where it
// does so twice, and with the offset before the change where it never does, as
// RFC 5545 §3.3.5 has it. time.Date leaves both open.
func moment(d calendar.Date, minute int, zone *time.Location) time.Time {
	clock := time.Date(d.Year, d.Month, d.Day, 0, minute, 0, 0, time.UTC)
	before, after := offset(clock.AddDate(0, 0, -1), zone), offset(clock.AddDate(0, 0, 1), zone)
	first := clock.Add(-before).In(zone)
	second := clock.Add(-after).In(zone)
	if !shows(first, clock) && shows(second, clock) {
		return second
	}
	return first
}

func offset(t time.Time, zone *time.Location) time.Duration {
	_, seconds := t.In(zone).Zone()
	return time.Duration(seconds) * time.Second
}

// shows reports whether the clock at t reads as clock does.
func shows(t, clock time.Time) bool {
	return t.Format(time.DateTime) == clock.Format(time.DateTime)
}
