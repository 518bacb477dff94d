package remind_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/identity"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
)

func day(s string) (d calendar.Date) {
	if err := d.UnmarshalText([]byte(s)); err != nil {
		panic(err)
	}
	return d
}

var facts = remind.Facts{
	City:     tenancy.City{FileDays: 30, ReportDays: 3, ReportWorking: true, EarlyTalk: true},
	Holidays: calendar.NewHolidays(),
}

// let is a tenancy of a year, signed and accepted on 5 September 2026.
func let() tenancy.Tenancy {
	t := tenancy.Tenancy{
		State: tenancy.Draft, Signed: day("2026-09-05"), Start: day("2026-09-30"), MoveIn: day("2026-09-30"), End: day("2027-09-29"),
		People:    []tenancy.Person{{Item: "a", Document: identity.Document{Kind: identity.ResidentID, Number: "119999199001010012"}}},
		Submitted: day("2026-09-05").At(10, 0),
	}
	apply(&t, tenancy.Submit, tenancy.ByLandlord, "2026-09-05")
	apply(&t, tenancy.Accept, tenancy.ByManager, "2026-09-05")
	return t
}

func apply(t *tenancy.Tenancy, m tenancy.Move, by tenancy.Actor, on string) {
	if err := t.Apply(m, tenancy.By{Actor: by, At: day(on).At(10, 0)}); err != nil {
		panic(err)
	}
}

// play fires everything from one day to another and writes it as a calendar.
func play(t *tenancy.Tenancy, from, to string) string {
	var b strings.Builder
	for {
		o, ok := remind.Next(t, facts)
		if !ok || o.At.After(day(to).At(23, 59)) {
			return b.String()
		}
		for _, o := range remind.DueBy(t, facts, o.At) {
			if !o.At.Before(day(from).At(0, 0)) {
				fmt.Fprintf(&b, "%s %s %s %+d\n", o.At.In(calendar.Shanghai).Format("01-02 15:04"), o.Rule.Kind, o.Rule.To, o.Days)
			}
			t.Reminding.Fire(o.Rule.Key(), o.At)
		}
	}
}

func same(t *testing.T, got, want string) {
	t.Helper()
	if got != strings.TrimPrefix(want, "\n") {
		t.Errorf("got:\n%s\nwant:%s", got, want)
	}
}

// Filing: 5 September + 30 is 5 October, in the holidays; the latest day is the
// 8th, and what is late counts from there.
func TestRules_FilingOverTheHolidays(t *testing.T) {
	one := let()
	one.MoveIn = calendar.Date{}
	same(t, play(&one, "2026-09-05", "2026-11-20"), `
09-20 09:30 file landlord +15
09-28 09:30 file landlord +7
09-30 09:30 file landlord +5
10-12 09:30 file landlord -7
10-19 09:30 file landlord -14
10-19 09:30 file_late staff -14
10-26 09:30 file landlord -21
11-02 09:30 file landlord -28
11-09 09:30 file landlord -35
11-09 09:30 file_stuck admins -35
11-16 09:30 file landlord -42
`)
}

func TestRules_DoingStops(t *testing.T) {
	one := let()
	apply(&one, tenancy.File, tenancy.ByLandlord, "2026-09-21")
	one.Filing.Number = "备1"
	one.Reminding.Do("report", day("2026-09-30").At(12, 0))
	if got := play(&one, "2026-09-21", "2027-03-01"); got != "" {
		t.Errorf("still reminded:\n%s", got)
	}
}

// 30 September + 3 working days is 10 October, an adjusted Saturday.
func TestRules_MoveInReport(t *testing.T) {
	one := let()
	one.Filing.Number = "备1"
	same(t, play(&one, "2026-09-05", "2026-10-31"), `
10-09 09:30 report landlord +1
10-10 09:30 report landlord +0
10-12 09:30 report landlord -2
10-12 09:30 report_late staff -2
10-13 09:30 report landlord -3
10-14 09:30 report_late staff -4
`)
}

// Twenty-four hours are clock hours: no working day, no window.
func TestRules_Foreigner(t *testing.T) {
	one := let()
	one.Filing.Number = "备1"
	one.People[0].Document.Kind = identity.Passport
	one.Reminding.Do("report", time.Time{})
	one.Reminding.Do("report_late", time.Time{})
	same(t, play(&one, "2026-09-05", "2026-10-31"), `
09-30 09:00 foreign landlord +0
09-30 15:00 foreign landlord +0
10-01 05:00 foreign landlord -1
10-01 09:00 foreign_late staff -1
`)
	late := let()
	late.People[0].Document.Kind = identity.Passport
	late.MoveIn = day("2026-09-01")
	if o, ok := remind.Next(&late, facts); !ok || o.Rule.Kind != "foreign" || !o.At.Equal(day("2026-09-05").At(10, 0)) {
		t.Errorf("what is registered late is reminded of at %v", o.At)
	}
}

func TestRules_LeaseEnds(t *testing.T) {
	one := let()
	one.Filing.Number = "备1"
	one.Reminding.Do("report", time.Time{})
	one.Reminding.Do("still", time.Time{})
	same(t, play(&one, "2026-09-05", "2027-09-29"), `
07-01 09:30 expiry_early landlord +90
08-30 09:30 expiry landlord +30
08-30 09:30 expiring staff +30
09-22 09:30 expiry landlord +7
09-28 09:30 expiry landlord +1
09-29 09:30 expiry landlord +0
`)
	apply(&one, tenancy.Expire, tenancy.BySystem, "2027-09-30")
	same(t, play(&one, "2027-09-30", "2027-12-31"), `
10-06 09:30 over landlord -7
10-06 09:30 over_late staff -7
10-19 09:30 over landlord -20
10-26 09:30 over landlord -27
10-29 09:30 over landlord -30
10-29 09:30 over_late staff -30
11-29 09:30 over landlord -61
11-29 09:30 over_late staff -61
11-29 09:30 over_stuck admins -61
12-28 09:30 over landlord -90
12-28 09:30 over_late staff -90
`)
}

// Whoever was away gets the last reminder of each kind, not all of them.
func TestDueBy_AfterDowntime(t *testing.T) {
	one := let()
	all := remind.DueBy(&one, facts, day("2026-12-01").At(12, 0))
	var kinds []string
	for _, o := range all {
		kinds = append(kinds, o.Rule.Key())
	}
	if got := strings.Join(kinds, " "); got != "report/landlord report_late/staff file/landlord file_late/staff file_stuck/admins" {
		t.Errorf("after downtime: %s", got)
	}
}
