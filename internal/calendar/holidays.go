package calendar

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"time"
)

//go:embed years.json
var published []byte

// Holidays tells working days from rest days. It is safe to read from many
// goroutines while none calls Load.
type Holidays struct {
	years map[int]map[Date]bool // the days that differ from their weekday: whether one works
}

// NewHolidays returns the calendar with the years that are built in.
func NewHolidays() *Holidays {
	h := &Holidays{years: map[int]map[Date]bool{}}
	if err := h.Load(published); err != nil {
		panic(err)
	}
	return h
}

// Load adds published years, replacing those it has: a JSON list of
// {"year":2027,"source":"…","rest":["01-01"],"work":["01-04"]}.
func (h *Holidays) Load(table []byte) error {
	var years []struct {
		Year       int
		Source     string
		Rest, Work []string
	}
	if err := json.Unmarshal(table, &years); err != nil {
		return fmt.Errorf("holiday table: %w", err)
	}
	for _, y := range years {
		days := map[Date]bool{}
		for works, list := range map[bool][]string{false: y.Rest, true: y.Work} {
			for _, text := range list {
				t, err := time.Parse(time.DateOnly, fmt.Sprintf("%04d-%s", y.Year, text))
				if err != nil {
					return fmt.Errorf("holiday table of %d: %q is not of the form 01-31", y.Year, text)
				}
				days[fromUTC(t)] = works
			}
		}
		if y.Source == "" || len(y.Rest) == 0 {
			return fmt.Errorf("holiday table of %d: source or rest days are missing", y.Year)
		}
		h.years[y.Year] = days
	}
	return nil
}

// Covered reports whether the published arrangement of a year is known.
func (h *Holidays) Covered(year int) bool { return h.years[year] != nil }

// statutory are the legal holidays of years whose arrangement is not published
// (全国年节及纪念日放假办法, 2024): New Year, the eve and first three days of the
// Spring Festival, Qingming, 1–2 May, Dragon Boat, Mid-Autumn, 1–3 October.
var statutory = map[int][]string{
	2027: {"01-01", "02-05", "02-06", "02-07", "02-08", "04-05", "05-01", "05-02", "06-09", "09-15", "10-01", "10-02", "10-03"},
	2028: {"01-01", "01-25", "01-26", "01-27", "01-28", "04-04", "05-01", "05-02", "05-28", "10-01", "10-02", "10-03"},
	2029: {"01-01", "02-12", "02-13", "02-14", "02-15", "04-04", "05-01", "05-02", "06-16", "09-22", "10-01", "10-02", "10-03"},
	2030: {"01-01", "02-02", "02-03", "02-04", "02-05", "04-05", "05-01", "05-02", "06-05", "09-12", "10-01", "10-02", "10-03"},
}

// fixed are the legal holidays of any year that do not follow the moon.
var fixed = []string{"01-01", "05-01", "05-02", "10-01", "10-02", "10-03"}

// IsWorkday reports whether d is a working day: by the published arrangement
// with its adjusted working days, else a weekday that is no statutory holiday.
func (h *Holidays) IsWorkday(d Date) bool {
	weekday := d.Weekday() != time.Saturday && d.Weekday() != time.Sunday
	if days := h.years[d.Year]; days != nil {
		if works, differs := days[d]; differs {
			return works
		}
		return weekday
	}
	list, ok := statutory[d.Year]
	if !ok {
		list = fixed
	}
	for _, day := range list {
		if day == fmt.Sprintf("%02d-%02d", int(d.Month), d.Day) {
			return false
		}
	}
	return weekday
}

// AddWorkdays returns the n-th working day after from, which itself does not
// count.
func (h *Holidays) AddWorkdays(from Date, n int) Date {
	d := from
	for n > 0 {
		d = d.AddDays(1)
		if h.IsWorkday(d) {
			n--
		}
	}
	return d
}

// Deadline returns the last day of a period of days that begins with from: the
// first day is not counted (Civil Code Art. 201), and a period that ends on a
// rest day ends on the next working day (Art. 203). target is the last day as
// counted, latest the one it moves to.
func (h *Holidays) Deadline(from Date, days int) (target, latest Date) {
	target = from.AddDays(days)
	for latest = target; !h.IsWorkday(latest); {
		latest = latest.AddDays(1)
	}
	return target, latest
}
