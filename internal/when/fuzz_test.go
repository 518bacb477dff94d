package when_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"zuji/internal/invalid"
	"zuji/internal/when"
)

// reasons are all there are.
var reasons = strings.Fields("when when_past when_far when_time when_half when_vague when_holidays repeat repeat_often repeat_range repeat_gap repeat_month date_impossible date_weekday date_lunar")

func seed(f *testing.F, tables ...map[string]string) {
	i := int64(0)
	for _, rows := range tables {
		for text := range rows {
			i++
			f.Add(text, now.Unix(), byte(i))
			f.Add(text, now.Unix()+i*86461, byte(i))
		}
	}
}

func fuzzed(seconds int64, zone byte) (time.Time, *time.Location) {
	const hundredYears = 100 * 365 * 86400
	return time.Unix(now.Unix()+seconds%hundredYears, 0), load(zoneNames[int(zone)%len(zoneNames)])
}

// checkRead holds what is read to lie after now, and errors to reasons.
func checkRead(t *testing.T, text string, w when.When, now time.Time, zone *time.Location, err error) {
	t.Helper()
	if err != nil {
		bad, ok := errors.AsType[*invalid.Error](err)
		if !ok || !slices.Contains(reasons, bad.Reason) || !w.At.IsZero() {
			t.Errorf("%q: %v, %v", text, w, err)
		}
		return
	}
	today := dateOf(now.In(zone))
	switch d := w.Date(); {
	case d.Before(today) || d.After(today.AddMonths(36)):
		t.Errorf("%q at %v is on %s", text, now.In(zone), d)
	case w.HasTime && !w.At.After(now):
		t.Errorf("%q at %v is at %v", text, now.In(zone), w.At)
	case w.HasTime && w.At.Second() != 0:
		t.Errorf("%q is no whole minute: %v", text, w.At)
	}
}

func FuzzParse(f *testing.F) {
	for _, rows := range times {
		seed(f, rows)
	}
	for _, rows := range refused {
		seed(f, rows)
	}
	f.Fuzz(func(t *testing.T, text string, seconds int64, zone byte) {
		now, z := fuzzed(seconds, zone)
		w, err := when.Parse(text, now, z, holidays)
		checkRead(t, text, w, now, z, err)
	})
}

func FuzzParseBoth(f *testing.F) {
	seed(f, series)
	f.Fuzz(func(t *testing.T, text string, seconds int64, zone byte) {
		now, z := fuzzed(seconds, zone)
		w, r, err := when.ParseBoth(text, now, z, holidays)
		checkRead(t, text, w, now, z, err)
		if err != nil {
			return
		}
		if r.From != w.Date() || r.HasTime != w.HasTime {
			t.Errorf("%q begins at %v, its series on %s", text, w.At, r.From)
		}
		if next := r.Next(now, z, holidays); r.Unit != when.Once && w.HasTime && !next.Equal(w.At) {
			t.Errorf("%q at %v begins at %v, but next is %v", text, now.In(z), w.At, next)
		}
		if next := r.Next(w.At, z, holidays); r.Unit != when.Once && !next.After(w.At) {
			t.Errorf("%q: after %v comes %v", text, w.At, next)
		}
		r.Describe()
	})
}

func FuzzParseRepeat(f *testing.F) {
	for text := range series {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := when.ParseRepeat(text)
		if err != nil {
			checkRead(t, text, when.When{}, now, now.Location(), err)
			return
		}
		if r.Minute < 0 || r.Minute >= 1440 || r.Day < 0 || r.Day > 31 || r.Month < 0 || r.Month > 12 || r.Every < 0 || r.Every > 1000 || !r.From.IsZero() {
			t.Errorf("%q is %+v", text, r)
		}
	})
}
