package calendar

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

//go:embed years.json
var published []byte

// Holidays tells working days from rest days. It is safe for use by many
// goroutines.
type Holidays struct {
	years atomic.Pointer[map[int]map[Date]bool] // the days that differ from their weekday: whether one works
	mu    sync.Mutex                            // held by Put
}

// NewHolidays returns the calendar with the years that are built in.
func NewHolidays() *Holidays {
	h := &Holidays{}
	h.years.Store(&map[int]map[Date]bool{})
	var years []Arrangement
	if err := json.Unmarshal(published, &years); err != nil {
		panic(err)
	}
	for _, y := range years {
		if err := h.Put(y); err != nil {
			panic(err)
		}
	}
	return h
}

// Put adds a published year, in place of what was known of it.
func (h *Holidays) Put(a Arrangement) error {
	days, err := a.days()
	if err != nil {
		return fmt.Errorf("read holiday table of %d: %w", a.Year, err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	years := maps.Clone(*h.years.Load())
	years[a.Year] = days
	h.years.Store(&years)
	return nil
}

// An Arrangement is the yearly notice of the State Council's General Office:
// the days of rest, and the Saturdays and Sundays worked for them.
type Arrangement struct {
	Year   int      `json:"year"`
	Source string   `json:"source"`
	Rest   []string `json:"rest"`
	Work   []string `json:"work"`
}

func (a Arrangement) days() (map[Date]bool, error) {
	if a.Year < 2000 || a.Year > 2199 || a.Source == "" || len(a.Rest) == 0 {
		return nil, errors.New("year, source or rest days are missing")
	}
	days := map[Date]bool{}
	add := func(text string, works bool) error {
		t, err := time.Parse(time.DateOnly, fmt.Sprintf("%04d-%s", a.Year, text))
		if err != nil {
			return fmt.Errorf("%q is not of the form 01-31", text)
		}
		d := fromUTC(t)
		if _, twice := days[d]; twice {
			return fmt.Errorf("%s stands twice", text)
		}
		if works && !weekend(d) {
			return fmt.Errorf("%s is a working day anyhow", text)
		}
		days[d] = works
		return nil
	}
	for _, text := range a.Rest {
		if err := add(text, false); err != nil {
			return nil, err
		}
	}
	for _, text := range a.Work {
		if err := add(text, true); err != nil {
			return nil, err
		}
	}
	return days, nil
}

func weekend(d Date) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

// Covered reports whether the published arrangement of a year is known.
func (h *Holidays) Covered(year int) bool { return (*h.years.Load())[year] != nil }

// statutory are the legal holidays of years whose arrangement is not published
// (全国年节及纪念日放假办法, 2024, Art. 2): New Year, the eve and first three days
// of the Spring Festival, Qingming, 1–2 May, Dragon Boat, Mid-Autumn, 1–3
// October. The lunar days are computed.
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
	if works, differs := (*h.years.Load())[d.Year][d]; differs {
		return works
	}
	if weekend(d) || h.Covered(d.Year) {
		return !weekend(d)
	}
	list, ok := statutory[d.Year]
	if !ok {
		list = fixed
	}
	return !slices.Contains(list, fmt.Sprintf("%02d-%02d", int(d.Month), d.Day))
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

// Workdays returns how many working days lie after from, up to and with to.
func (h *Holidays) Workdays(from, to Date) (n int) {
	for d := from.AddDays(1); !d.After(to); d = d.AddDays(1) {
		if h.IsWorkday(d) {
			n++
		}
	}
	return n
}
