// Package calendar is civil dates in Shanghai, China's working days, and the
// deadlines that Chinese law counts in them.
package calendar

import (
	"cmp"
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // a machine without zone files must count the same days
)

// Shanghai is the time zone of every date. China has had no summer time since
// 1991.
var Shanghai = mustLoad("Asia/Shanghai")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return l
}

// A Date is a day of the civil calendar. The zero Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the date of t in Shanghai.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Shanghai).Date()
	return Date{y, m, d}
}

// At returns the moment at which d's clock shows hour and min in Shanghai.
func (d Date) At(hour, min int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, min, 0, 0, Shanghai)
}

func (d Date) utc() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC) }

func fromUTC(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Valid reports whether d is a day that exists.
func (d Date) Valid() bool { return d.Year >= 1 && d.Year <= 9999 && fromUTC(d.utc()) == d }

// Compare orders dates; no date comes first.
func (d Date) Compare(o Date) int {
	return cmp.Or(cmp.Compare(d.Year, o.Year), cmp.Compare(d.Month, o.Month), cmp.Compare(d.Day, o.Day))
}

// Before reports whether d is earlier than o.
func (d Date) Before(o Date) bool { return d.Compare(o) < 0 }

// After reports whether d is later than o.
func (d Date) After(o Date) bool { return d.Compare(o) > 0 }

// AddDays returns the date n days after d.
func (d Date) AddDays(n int) Date { return fromUTC(d.utc().AddDate(0, 0, n)) }

// AddMonths returns the same day n months later, or the last day of that month
// if it has no such day.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month, 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

// DaysUntil returns the number of days from d to o, negative if o is earlier.
func (d Date) DaysUntil(o Date) int { return int((o.utc().Unix() - d.utc().Unix()) / 86400) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// String returns d as 2026-01-02, or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes d as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote. Its error does not show the text.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil || t.Year() == 0 {
		return errors.New("date is not of the form 2026-01-02")
	}
	*d = fromUTC(t)
	return nil
}

// TermEnd returns the last day, inclusive, of a term of months that begins on
// start: twelve months from 2026-01-01 end on 2026-12-31. A term ends the day
// before the day of the month it began on; where the month lacks that day, on
// the month's last day (Civil Code Art. 202).
func TermEnd(start Date, months int) Date {
	same := start.AddMonths(months)
	if same.Day < start.Day {
		return same
	}
	return same.AddDays(-1)
}
