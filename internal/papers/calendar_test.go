package papers_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"

	"zuji/internal/calendar"
	"zuji/internal/papers"
	"zuji/internal/tenancy"
	"zuji/locales"
)

func lease(t *testing.T, l locales.Language, one tenancy.Tenancy, c tenancy.Compound) (string, map[string]*ics.VEvent) {
	t.Helper()
	duties := one.Duties(c.City, calendar.NewHolidays())
	data, err := papers.Calendar(texts(t).In(l), one, duties, link, now)
	if err != nil {
		t.Fatal(err)
	}
	keep(t, "lease-"+string(l)+".ics", data)
	read, err := ics.ParseCalendar(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	events := map[string]*ics.VEvent{}
	for _, e := range read.Events() {
		events[e.Id()] = e
	}
	return string(data), events
}

func property(e *ics.VEvent, p ics.ComponentProperty) string {
	if found := e.GetProperty(p); found != nil {
		return found.Value
	}
	return ""
}

// A landlord opens the file on the phone and has all dates of the lease, each with
// its alarms.
func TestCalendar_HasEveryDate(t *testing.T) {
	one, c := letting()
	one.Round = 2
	_, events := lease(t, locales.Chinese, one, c)
	for id, want := range map[string]struct {
		first, after, summary string
		alarms                []string
	}{
		"3f9c-start@zuji":   {"20261001", "20261002", "起租：3栋1单元502室", []string{"-PT15H"}},
		"3f9c-foreign@zuji": {"20260930", "20261001", "外籍人员住宿申报：3栋1单元502室", []string{"-PT15H", "PT9H"}},
		"3f9c-report@zuji":  {"20261010", "20261011", "向派出所报送租客：3栋1单元502室", []string{"-P6DT15H", "-P2DT15H", "-PT15H"}},
		"3f9c-file@zuji":    {"20261005", "20261006", "办理租赁备案：3栋1单元502室", []string{"-P6DT15H", "-P2DT15H", "-PT15H"}},
		"3f9c-expiry@zuji":  {"20270930", "20271001", "租期到期：3栋1单元502室", []string{"-P29DT15H", "-P6DT15H", "-PT15H"}},
	} {
		e := events[id]
		if e == nil {
			t.Errorf("%s is not there", id)
			continue
		}
		start := e.GetProperty(ics.ComponentPropertyDtStart)
		if start.Value != want.first || property(e, ics.ComponentPropertyDtEnd) != want.after || start.GetValueType() != ics.ValueDataTypeDate {
			t.Errorf("%s is from %s to %s", id, start.Value, property(e, ics.ComponentPropertyDtEnd))
		}
		if got := property(e, ics.ComponentPropertySummary); got != want.summary {
			t.Errorf("%s is called %q", id, got)
		}
		if property(e, ics.ComponentPropertySequence) != "2" || property(e, ics.ComponentPropertyDtstamp) != "20261130T170000Z" {
			t.Errorf("%s has sequence %s, stamp %s", id, property(e, ics.ComponentPropertySequence), property(e, ics.ComponentPropertyDtstamp))
		}
		var alarms []string
		for _, a := range e.Alarms() {
			alarms = append(alarms, a.GetProperty(ics.ComponentPropertyTrigger).Value)
		}
		if !slices.Equal(alarms, want.alarms) {
			t.Errorf("%s rings at %v", id, alarms)
		}
	}
	if len(events) != 5 {
		t.Errorf("%d events", len(events))
	}
	if got := property(events["3f9c-file@zuji"], ics.ComponentPropertyDescription); got != "期限：2026年10月5日（周一），遇休息日顺延，最迟 2026年10月8日（周四）。\n查看登记："+link {
		t.Errorf("filing says %q", got)
	}
}

// The bytes are as RFC 5545 wants them, and tell of nobody.
func TestCalendar_IsWellFormedAndTellsOfNobody(t *testing.T) {
	for _, l := range locales.All {
		one, c := letting()
		text, _ := lease(t, l, one, c)
		for i, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			if len(line) > 75 || strings.ContainsAny(line, "\r\n") {
				t.Errorf("%s: line %d has %d octets", l, i+1, len(line))
			}
		}
		has(t, text, "X-WR-TIMEZONE:Asia/Shanghai")
		hasNot(t, strings.ReplaceAll(text, "\r\n ", ""), "王建国", "李雷", "O'Neil", "13800138000", "119999199001010012", "E1234567X", "METHOD")
	}
}

// The dates are those of Shanghai wherever the server stands, and a second file
// has the same UIDs.
func TestCalendar_DoesNotDependOnTheZone(t *testing.T) {
	one, c := letting()
	before := time.Local
	t.Cleanup(func() { time.Local = before })
	var first string
	for _, zone := range []*time.Location{time.UTC, time.FixedZone("west", -11*3600), time.FixedZone("east", 14*3600)} {
		time.Local = zone
		text, _ := lease(t, locales.Chinese, one, c)
		if first == "" {
			first = text
		}
		if text != first {
			t.Errorf("in %s the file differs", zone)
		}
	}
}
