package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"zuji/internal/calendar"
)

func d(s string) (date calendar.Date) {
	if err := date.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return date
}

func TestTermEnd(t *testing.T) {
	for _, c := range []struct {
		start  string
		months int
		want   string
	}{
		{"2026-01-01", 12, "2026-12-31"}, {"2026-01-01", 6, "2026-06-30"}, {"2026-01-15", 12, "2027-01-14"},
		{"2026-01-31", 1, "2026-02-28"}, {"2026-08-31", 6, "2027-02-28"}, {"2027-08-31", 6, "2028-02-29"}, {"2028-02-29", 12, "2029-02-28"},
		{"2026-03-01", 12, "2027-02-28"}, {"2026-03-01", 24, "2028-02-29"}, {"2026-12-01", 240, "2046-11-30"},
	} {
		if got := calendar.TermEnd(d(c.start), c.months).String(); got != c.want {
			t.Errorf("%d months from %s end on %s, want %s", c.months, c.start, got, c.want)
		}
	}
}

func TestDeadline(t *testing.T) {
	h := calendar.NewHolidays()
	for _, c := range []struct{ from, target, latest string }{
		{"2026-09-05", "2026-10-05", "2026-10-08"},
		{"2026-01-17", "2026-02-16", "2026-02-24"},
		{"2026-08-28", "2026-09-27", "2026-09-28"},
		{"2026-08-20", "2026-09-19", "2026-09-20"}, // an adjusted working Sunday
	} {
		target, latest := h.Deadline(d(c.from), 30)
		if target.String() != c.target || latest.String() != c.latest {
			t.Errorf("30 days from %s: %s, latest %s; want %s, %s", c.from, target, latest, c.target, c.latest)
		}
	}
	for from, want := range map[string]string{"2026-09-30": "2026-10-10", "2026-02-13": "2026-02-25"} {
		if got := h.AddWorkdays(d(from), 3).String(); got != want {
			t.Errorf("3 working days from %s: %s, want %s", from, got, want)
		}
	}
}

func TestIsWorkday(t *testing.T) {
	h := calendar.NewHolidays()
	for day, want := range map[string]bool{
		"2026-01-01": false, "2026-01-04": true, "2026-02-14": true, "2026-02-23": false, "2026-11-21": false, "2026-11-23": true, "2026-10-10": true,
		"2027-02-05": false, "2027-02-09": true, "2028-01-26": false, "2029-09-22": false, "2030-06-05": false, "2040-10-01": false, "2040-10-08": true,
	} {
		if got := h.IsWorkday(d(day)); got != want {
			t.Errorf("%s is a working day: %v", day, got)
		}
	}
	if !h.Covered(2026) || h.Covered(2027) {
		t.Error("which years are published is wrong")
	}
	if err := h.Load([]byte(`[{"year":2027,"source":"test","rest":["02-09"],"work":["02-13"]}]`)); err != nil {
		t.Fatal(err)
	}
	if h.IsWorkday(d("2027-02-09")) || !h.IsWorkday(d("2027-02-13")) || !h.Covered(2027) {
		t.Error("a loaded year does not count")
	}
	for _, bad := range []string{``, `[{"year":2028}]`, `[{"year":2028,"source":"x","rest":["13-40"]}]`} {
		if h.Load([]byte(bad)) == nil {
			t.Errorf("loaded %q", bad)
		}
	}
}

func TestDate(t *testing.T) {
	if got := calendar.DateOf(time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)).String(); got != "2026-11-23" {
		t.Errorf("midnight in Shanghai is %s", got)
	}
	if n := d("2026-11-23").DaysUntil(d("2027-01-01")); n != 39 {
		t.Errorf("%d days until New Year", n)
	}
	if (calendar.Date{Year: 2026, Month: 2, Day: 29}).Valid() || !d("2028-02-29").Valid() {
		t.Error("leap days are wrong")
	}
	if at := d("2026-11-23").At(9, 30); at.UTC().Hour() != 1 {
		t.Errorf("9:30 in Shanghai is %v", at.UTC())
	}
	raw, err := json.Marshal(struct{ A, B calendar.Date }{A: d("2026-11-23")})
	if err != nil || string(raw) != `{"A":"2026-11-23","B":""}` {
		t.Errorf("json %s, %v", raw, err)
	}
}
