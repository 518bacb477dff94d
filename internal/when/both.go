package when

import (
	"errors"
	"regexp"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
)

var (
	startFirst = regexp.MustCompile(`^(?:从|自)?(.+?)(?:开始|起|以后|之后)?,?的?((?:每|天天|隔[天日周]|工作日).+)$`)
	startLast  = regexp.MustCompile(`^(.+?),?(?:(?:从|自)(.+?)(?:开始|起)?|(?:starting|from)(?:on)?(.+))$`)
)

// ParseBoth reads what Parse and ParseRepeat read, and a series with its
// beginning: 从下周一开始每天早上9点. It returns the first occurrence after now and
// the series that begins with it; of a single time that series has no more. A
// period without a day means its first day (每季度: 1 January, April, …).
func ParseBoth(text string, now time.Time, zone *time.Location, holidays *calendar.Holidays) (When, Repeat, error) {
	r := newReader(now, zone, holidays)
	s, ok := prepare(text)
	if !ok {
		return When{}, Repeat{}, invalid.New("when")
	}
	if !startsSeries.MatchString(s) {
		w, err := r.parse(s)
		if err != nil {
			return When{}, Repeat{}, err
		}
		return w, Repeat{}.Begin(w, holidays), nil
	}
	start := OnDay(r.today, zone)
	rule, err := parseSeries(s)
	if err == nil {
		rule = rule.whole()
	}
	if reasonOf(err) == "repeat" {
		start, rule, err = r.withStart(s)
	}
	if err != nil {
		return When{}, Repeat{}, err
	}
	if start.HasTime && !rule.HasTime {
		rule.Minute, rule.HasTime = start.Minute(), true
	}
	return r.begin(rule, start)
}

// withStart reads a series and the day it begins on.
func (r reader) withStart(text string) (When, Repeat, error) {
	begins, rest := "", ""
	if m := startFirst.FindStringSubmatch(text); m != nil {
		begins, rest = m[1], m[2]
	} else if m := startLast.FindStringSubmatch(text); m != nil {
		begins, rest = m[2]+m[3], m[1]
	} else {
		return When{}, Repeat{}, invalid.New("repeat")
	}
	rule, err := parseSeries(rest)
	if err != nil {
		return When{}, Repeat{}, err
	}
	start, err := r.parse(begins)
	for _, edge := range []string{"初", "一"} { // 下个月, 明年; 下周
		if reasonOf(err) == "when_vague" {
			if begun, ok := r.parse(begins + edge); ok == nil {
				start, err = begun, nil
			}
		}
	}
	if reasonOf(err) == "when" {
		err = invalid.New("repeat")
	}
	return start, rule, err
}

// begin finds the first occurrence on or after start's day, and after now.
func (r reader) begin(rule Repeat, start When) (When, Repeat, error) {
	if rule.Unit == Once {
		return When{}, Repeat{}, invalid.New("when")
	}
	d := OnDay(start.Date(), r.zone)
	for range 2 {
		begun := rule.Begin(d, r.holidays)
		w := OnDay(begun.From, r.zone)
		if rule.HasTime {
			w = On(begun.From, rule.Minute, r.zone)
		}
		if !rule.HasTime || w.At.After(r.now) {
			w, err := w.check(r.now)
			return w, begun, err
		}
		d = OnDay(begun.From.AddDays(1), r.zone)
	}
	return When{}, Repeat{}, invalid.New("when_past")
}

// whole fills in the first day of the period where none was said.
func (r Repeat) whole() Repeat {
	switch {
	case r.Unit == Week && r.On == 0:
		r.On = WeekdaysOf(time.Monday)
	case r.Unit == Month && r.Day == 0:
		r.Day = 1
		if r.Month == 0 && (r.Every == 3 || r.Every == 6 || r.Every == 12) {
			r.Month = 1
		}
	}
	return r
}

// reasonOf is the reason of an error, "" for none.
func reasonOf(err error) string {
	if bad, ok := errors.AsType[*invalid.Error](err); ok {
		return bad.Reason
	}
	return ""
}
