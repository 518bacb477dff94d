package tenancy_test

import (
	"testing"

	"zuji/internal/calendar"
	"zuji/internal/tenancy"
)

// What is known of a city goes from the country over the province to the city; each
// number has its source and day.
func TestCityOf(t *testing.T) {
	for name, want := range map[string]tenancy.City{
		"":    {FileDays: 30},
		"大连":  {FileDays: 30},
		"杭州市": {FileDays: 30, ReportDays: 3, ReportWorking: true},
		"广州":  {FileDays: 30, DepositMonths: 3, EarlyTalk: true},
		"珠海":  {FileDays: 30, ReportDays: 7, DepositMonths: 3, EarlyTalk: true},
		"北京":  {FileDays: 30, MinArea: 5, MaxPerRoom: 2},
		"贵阳":  {FileDays: 30, ReportDays: 3},
	} {
		got := tenancy.CityOf(name)
		if !got.Same(want) || got.Name != name {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		for _, n := range tenancy.CityNumbers {
			s, ok := got.Sources[n]
			if ok != (got.Number(n) > 0) || ok && (s.Rule == "" || s.Checked.IsZero()) {
				t.Errorf("%s: source of %s is %+v", name, n, s)
			}
		}
	}
}

// A number keeps its source until an administrator changes it.
func TestSourced(t *testing.T) {
	today := calendar.Date{Year: 2026, Month: 11, Day: 28}
	before := tenancy.CityOf("杭州")
	c := before
	c.ReportWorking, c.MaxPerRoom = false, 4
	c = c.Sourced(before, today)
	byHand := tenancy.Source{Checked: today}
	if c.Sources[tenancy.ReportDays] != byHand || c.Sources[tenancy.MaxPerRoom] != byHand || c.Sources[tenancy.FileDays] != before.Sources[tenancy.FileDays] || len(c.Sources) != 3 {
		t.Errorf("sources %+v", c.Sources)
	}
	later := c.Sourced(c, today.AddDays(9))
	if later.Sources[tenancy.MaxPerRoom] != byHand {
		t.Errorf("a number that stays has the source %+v", later.Sources[tenancy.MaxPerRoom])
	}
}
