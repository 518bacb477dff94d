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
	if err := h.Put(calendar.Arrangement{Year: 2027, Source: "test", Rest: []string{"02-09"}, Work: []string{"02-13"}}); err != nil {
		t.Fatal(err)
	}
	if h.IsWorkday(d("2027-02-09")) || !h.IsWorkday(d("2027-02-13")) || !h.Covered(2027) {
		t.Error("a loaded year does not count")
	}
}

func TestPut_RefusesAWrongYear(t *testing.T) {
	for name, bad := range map[string]calendar.Arrangement{
		"no source":             {Year: 2029, Rest: []string{"01-01"}},
		"no rest days":          {Year: 2029, Source: "x"},
		"no such day":           {Year: 2029, Source: "x", Rest: []string{"02-29"}},
		"rest and work":         {Year: 2029, Source: "x", Rest: []string{"02-17"}, Work: []string{"02-17"}},
		"work on a working day": {Year: 2029, Source: "x", Rest: []string{"02-12"}, Work: []string{"02-20"}},
	} {
		h := calendar.NewHolidays()
		if err := h.Put(bad); err == nil || h.Covered(2029) {
			t.Errorf("%s: taken", name)
		}
	}
}

// The table of 2026 has 33 rest days and six adjusted working days, so that
// nobody loses a weekend: the notice is complete.
func TestIsWorkday_The2026Notice(t *testing.T) {
	h := calendar.NewHolidays()
	rest := map[string]int{"01-01": 3, "02-15": 9, "04-04": 3, "05-01": 5, "06-19": 3, "09-25": 3, "10-01": 7}
	off := map[calendar.Date]bool{}
	for first, n := range rest {
		for i := range n {
			off[d("2026-"+first).AddDays(i)] = true
		}
	}
	work := map[string]bool{"2026-01-04": true, "2026-02-14": true, "2026-02-28": true, "2026-05-09": true, "2026-09-20": true, "2026-10-10": true}
	for day := d("2026-01-01"); day.Year == 2026; day = day.AddDays(1) {
		want := day.Weekday() != time.Saturday && day.Weekday() != time.Sunday && !off[day] || work[day.String()]
		if h.IsWorkday(day) != want {
			t.Errorf("%s is a working day: %v, want %v", day, !want, want)
		}
	}
}

// The statutory days of years without a notice, weekday or not, are days of rest.
func TestIsWorkday_FallsBackToTheStatutoryDays(t *testing.T) {
	h := calendar.NewHolidays()
	for year, lunar := range map[string][]string{
		"2027": {"02-05", "02-06", "02-07", "02-08", "04-05", "06-09", "09-15"},
		"2028": {"01-25", "01-26", "01-27", "01-28", "04-04", "05-28", "10-03"},
		"2029": {"02-12", "02-13", "02-14", "02-15", "04-04", "06-16", "09-22"},
		"2030": {"02-02", "02-03", "02-04", "02-05", "04-05", "06-05", "09-12"},
	} {
		for _, day := range append(lunar, "01-01", "05-01", "05-02", "10-01", "10-02", "10-03") {
			if h.IsWorkday(d(year + "-" + day)) {
				t.Errorf("%s-%s is a working day", year, day)
			}
		}
	}
	for _, day := range []string{"2027-02-04", "2027-02-09", "2028-04-05", "2029-02-16", "2030-06-06", "2031-01-02"} {
		if !h.IsWorkday(d(day)) {
			t.Errorf("%s is no working day", day)
		}
	}
}

func TestAddMonths_ClampsToTheMonth(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2028-01-31", 1, "2028-02-29"}, {"2026-01-31", -2, "2025-11-30"}, {"2026-03-31", 13, "2027-04-30"},
		{"2026-12-15", 1, "2027-01-15"}, {"2026-01-15", -1, "2025-12-15"}, {"2028-02-29", -12, "2027-02-28"}, {"2026-05-05", 0, "2026-05-05"},
	} {
		if got := d(c.from).AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestUnmarshalText_RefusesWhatIsNoDay(t *testing.T) {
	for _, text := range []string{"2026-02-29", "2026-13-01", "2026-1-1", "0000-01-01", "2026/01/01", "2026-01-01T00:00:00Z", "abc"} {
		date := d("2026-11-23")
		if err := date.UnmarshalText([]byte(text)); err == nil || date != d("2026-11-23") {
			t.Errorf("%q reads as %s, %v", text, date, err)
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
	if n := d("2026-11-23").DaysUntil(d("2566-11-23")); n != 197231 {
		t.Errorf("%d days in 540 years", n)
	}
	if d("2026-11-23").Weekday() != time.Monday || !d("2026-11-23").Before(d("2026-12-01")) || !d("2027-01-01").After(d("2026-12-31")) || !(calendar.Date{}).IsZero() {
		t.Error("dates compare wrongly")
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

func FuzzDate(f *testing.F) {
	for _, s := range []string{"2026-11-23", "", "0001-01-01", "9999-12-31", "2028-02-29"} {
		f.Add(s, 12)
	}
	h := calendar.NewHolidays()
	f.Fuzz(func(t *testing.T, s string, n int) {
		var date calendar.Date
		if date.UnmarshalText([]byte(s)) != nil || date.IsZero() {
			return
		}
		if !date.Valid() || date.String() != s {
			t.Errorf("%q reads as %v", s, date)
		}
		n = n % 400
		if back := date.AddDays(n).AddDays(-n); back != date || date.DaysUntil(date.AddDays(n)) != n {
			t.Errorf("%s and %d days and back: %s", date, n, back)
		}
		if n > 0 {
			if end := calendar.TermEnd(date, n); end.Before(date) || end.AddDays(1).Before(date.AddMonths(n)) {
				t.Errorf("%d months from %s end on %s", n, date, end)
			}
			if target, latest := h.Deadline(date, n); latest.Before(target) || !h.IsWorkday(latest) {
				t.Errorf("%d days from %s: %s, latest %s", n, date, target, latest)
			}
		}
	})
}

func FuzzParseNotice(f *testing.F) {
	f.Add(notice2026)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := calendar.ParseNotice(text)
		if err != nil {
			return
		}
		if err := calendar.NewHolidays().Put(a); err != nil {
			t.Errorf("read, but refused: %v", err)
		}
	})
}
