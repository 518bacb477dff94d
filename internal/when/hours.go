package when

import (
	"errors"
	"slices"
	"sync"
	"time"

	"zuji/internal/calendar"
)

// Hours are when somebody may be sent something that is not urgent: within the
// window and outside the quiet hours, in minutes after midnight by the clock of
// Zone. Both may reach past midnight (21:00–8:00). A window from a minute to the
// same is the whole day, quiet hours from a minute to the same are none.
type Hours struct {
	From      int    `json:"from"`
	To        int    `json:"to"` // the last moment at which may be sent
	QuietFrom int    `json:"quiet_from"`
	QuietTo   int    `json:"quiet_to"`       // the first minute that is not quiet
	Zone      string `json:"zone,omitempty"` // as in the IANA database; "" is Asia/Shanghai
}

// DefaultHours are those of somebody who set none: 09:00–20:30, quiet
// 21:00–08:00, in Shanghai (domain.md §3).
func DefaultHours() Hours {
	return Hours{From: 9 * hour, To: 20*hour + 30, QuietFrom: 21 * hour, QuietTo: 8 * hour, Zone: "Asia/Shanghai"}
}

// Check returns an error for hours that nobody can have: a minute that is none,
// or a time zone that does not exist.
func (h Hours) Check() error {
	for _, m := range []int{h.From, h.To, h.QuietFrom, h.QuietTo} {
		if m < 0 || m >= day {
			return errors.New("a minute of the day is not from 0 to 1439")
		}
	}
	if _, ok := loadZone(h.Zone); !ok {
		return errors.New("the time zone is unknown")
	}
	return nil
}

// Location returns the time zone, Shanghai's for one that is unknown.
func (h Hours) Location() *time.Location {
	if zone, ok := loadZone(h.Zone); ok {
		return zone
	}
	return calendar.Shanghai
}

var zones sync.Map // names to *time.Location, as loading reads a file

func loadZone(name string) (*time.Location, bool) {
	if name == "" {
		return calendar.Shanghai, true
	}
	if zone, ok := zones.Load(name); ok {
		return zone.(*time.Location), true
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, false
	}
	zones.Store(name, zone)
	return zone, true
}

// Fit returns the first moment not before at when may be sent. Where the quiet
// hours cover the whole window, it is the end of the quiet hours.
func (h Hours) Fit(at time.Time) time.Time {
	if h.open(at) {
		return at
	}
	zone := h.Location()
	d := dateIn(at, zone)
	for _, h := range []Hours{h, h.withoutWindow()} {
		for i := range 3 {
			if t, ok := h.firstOf(d.AddDays(i), at, zone); ok {
				return t
			}
		}
	}
	return at
}

func (h Hours) withoutWindow() Hours { h.From, h.To = 0, 0; return h }

// edges are the minutes at which sending can become possible, or stop being so.
func (h Hours) edges() []int {
	all := []int{0, h.From, h.To, (h.QuietFrom + day - 1) % day, h.QuietTo, day - 1}
	slices.Sort(all)
	return all
}

// firstOf returns the first moment of d, not before at, when may be sent. Where the
// clock jumps, its minutes are not in order.
func (h Hours) firstOf(d calendar.Date, at time.Time, zone *time.Location) (first time.Time, found bool) {
	for _, m := range h.edges() {
		if t := moment(d, m, zone); !t.Before(at) && h.open(t) && (!found || t.Before(first)) {
			first, found = t, true
		}
	}
	return first, found
}

// lastOf returns the last minute of d, not after at, when may be sent.
func (h Hours) lastOf(d calendar.Date, at time.Time, zone *time.Location) (time.Time, bool) {
	for _, m := range slices.Backward(h.edges()) {
		if t := moment(d, m, zone); !t.After(at) && h.open(t) {
			return t, true
		}
	}
	return time.Time{}, false
}

// open reports whether may be sent at t.
func (h Hours) open(t time.Time) bool {
	t = t.In(h.Location())
	past := time.Duration(t.Second())*time.Second + time.Duration(t.Nanosecond())
	clock := time.Duration(t.Hour()*hour+t.Minute())*time.Minute + past
	from, to := minutes(h.From), minutes(h.To)
	window := from == to || from < to && clock >= from && clock <= to || from > to && (clock >= from || clock <= to)
	from, to = minutes(h.QuietFrom), minutes(h.QuietTo)
	quiet := from < to && clock >= from && clock < to || from > to && (clock >= from || clock < to)
	return window && !quiet
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// Place returns when to send what falls due at a moment (domain.md §3). What is
// urgent goes at once, quiet hours or not. Anything else goes on a working day,
// at the same time of day where that is allowed: on the next one, or, for a
// reminder ahead of a deadline, on the one before, and then never on a later day.
// Such a time can be past already; who sends late fits the moment of sending.
func Place(at time.Time, h Hours, holidays *calendar.Holidays, ahead, urgent bool) time.Time {
	if urgent {
		return at
	}
	zone := h.Location()
	if ahead {
		return h.placeBefore(at, holidays, zone)
	}
	t := h.Fit(at)
	for !holidays.IsWorkday(dateIn(t, zone)) {
		next := holidays.AddWorkdays(dateIn(t, zone), 1)
		t = h.Fit(atClock(next, t, zone))
	}
	return t
}

// placeBefore moves to a working day that is not after at's. Before the window
// opens on that day it waits, after it has closed it goes back.
func (h Hours) placeBefore(at time.Time, holidays *calendar.Holidays, zone *time.Location) time.Time {
	d := dateIn(at, zone)
	if !holidays.IsWorkday(d) {
		d = previousWorkday(d, holidays)
		at = atClock(d, at, zone)
	}
	if h.open(at) {
		return at
	}
	for _, h := range []Hours{h, h.withoutWindow()} {
		if t, ok := h.firstOf(d, at, zone); ok {
			return t
		}
		if t, ok := h.lastOf(d, at, zone); ok {
			return t
		}
	}
	return at
}

// atClock returns the moment of d at which the clock shows what it does at t, down
// to the minute.
func atClock(d calendar.Date, t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return moment(d, t.Hour()*hour+t.Minute(), zone)
}
