package when

import (
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

// A reader reads texts against one now.
type reader struct {
	now      time.Time
	zone     *time.Location
	today    calendar.Date
	holidays *calendar.Holidays
}

func newReader(now time.Time, zone *time.Location, h *calendar.Holidays) reader {
	return reader{now, zone, dateIn(now, zone), h}
}

// Parse reads one time as people say it, at now and by zone's clock: 明天下午三点,
// 下周五, 半小时后, 国庆后第一个工作日, 12月1日15:30, next Friday 3pm. What it
// returns is a minute after now, or a day not before today whose time is open.
// The package comment has the rules and the reasons of refusal. holidays must
// not be nil.
func Parse(text string, now time.Time, zone *time.Location, holidays *calendar.Holidays) (When, error) {
	r := newReader(now, zone, holidays)
	s, ok := prepare(text)
	if !ok {
		return When{}, invalid.New("when")
	}
	return r.parse(s)
}

func (r reader) parse(text string) (When, error) {
	if w, is, err := r.fromNow(text); is {
		return w, err
	}
	var reason error
	for _, s := range splits(text) {
		w, err := r.read(s)
		if err == nil {
			return w.check(r.now)
		}
		if reason == nil || reasonOf(reason) == "when" {
			reason = err
		}
	}
	return When{}, reason
}

// read reads a text as it is parted.
func (r reader) read(s split) (When, error) {
	if s.clock == "" {
		d, err := r.day(s.day)
		return OnDay(d, r.zone), err
	}
	c, is, clockErr := timeOfDay(s.clock)
	if sameTime.MatchString(s.clock) {
		c, is = clock{minute: r.now.In(r.zone).Hour()*hour + r.now.In(r.zone).Minute()}, s.day != ""
	}
	switch {
	case !is:
		return When{}, invalid.New("when")
	case s.day == "" && clockErr == nil:
		return r.nextTime(c)
	case s.day == "":
		return When{}, clockErr
	}
	d, err := r.day(s.day)
	if err != nil {
		return When{}, err
	}
	if clockErr != nil {
		return When{}, clockErr
	}
	return r.join(s.day, d, c)
}

// sameTime is the time of day at which it is said.
var sameTime = form(`(?:这个|这|同一|此|现在这个)(?:时候|时间|时刻|时)|sametime`)

// nextTime is the next time at which the clock shows c.
func (r reader) nextTime(c clock) (When, error) {
	if c.either {
		return When{}, invalid.New("when_half")
	}
	w := On(r.today, c.minute, r.zone)
	if !w.At.After(r.now) {
		w = On(r.today.AddDays(1), c.minute, r.zone)
	}
	return w, nil
}

// join puts a day and its time together. Of a bare day of the week at a time that
// is past, the next is meant.
func (r reader) join(text string, d calendar.Date, c clock) (When, error) {
	w := On(d, c.minute, r.zone)
	if c.either {
		later := On(d, c.minute+day/2, r.zone)
		if d != r.today || w.At.After(r.now) {
			return When{}, invalid.New("when_half")
		}
		w = later
	}
	if bareWeekday.MatchString(text) && !w.At.After(r.now) {
		w = On(d.AddDays(7), c.minute, r.zone)
	}
	return w, nil
}
