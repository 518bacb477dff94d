package papers

import (
	"fmt"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/tenancy"
	"zuji/locales"
)

// Calendar writes the calendar file (RFC 5545) of t: the first day of the lease
// and each duty as a whole day, with alarms at nine in the morning. Of the tenancy
// it tells the unit and the dates, and of people nothing. An event's UID stays the
// same for a tenancy and a kind, so that a second import replaces the first.
func Calendar(w locales.Writer, t tenancy.Tenancy, duties []tenancy.Duty, link string, now time.Time) ([]byte, error) {
	unit := t.Unit.String()
	cal := ics.NewCalendarFor("Zuji")
	cal.SetName(w.Plain(form.T("papers.calendar.name", "Unit", unit)))
	cal.SetXWRTimezone(calendar.Shanghai.String())
	book := &book{cal: cal, w: w, t: t, link: link, now: now}
	book.add("start", t.Start, w.Plain(form.T("papers.calendar.start", "Unit", unit)),
		w.Plain(form.T("papers.calendar.start_about", "Start", t.Start, "End", t.End)), 1)
	for _, d := range duties {
		what := form.T("papers.calendar.what." + string(d.Kind))
		book.add(string(d.Kind), d.Target, w.Plain(form.T("papers.calendar.summary", "What", what, "Unit", unit)), about(w, d), ahead(d)...)
	}
	var b strings.Builder
	if err := cal.SerializeTo(&b, ics.WithNewLineWindows); err != nil {
		return nil, fmt.Errorf("write calendar: %w", err)
	}
	return []byte(b.String()), nil
}

// ahead is how many days before a duty the alarms ring; 0 is its own day.
func ahead(d tenancy.Duty) []int {
	switch {
	case d.Hours > 0:
		return []int{1, 0}
	case d.Kind == tenancy.LeaseEnds:
		return []int{30, 7, 1}
	}
	return []int{7, 3, 1}
}

func about(w locales.Writer, d tenancy.Duty) string {
	switch {
	case d.Hours > 0:
		return w.Plain(form.T("papers.calendar.hours", "Hours", d.Hours))
	case d.Latest != d.Target:
		return w.Plain(form.T("papers.calendar.rolled", "Target", d.Target, "Latest", d.Latest))
	}
	return w.Plain(form.T("papers.calendar.target", "Target", d.Target))
}

// A book is a calendar file under way.
type book struct {
	cal  *ics.Calendar
	w    locales.Writer
	t    tenancy.Tenancy
	link string
	now  time.Time
}

func (b *book) add(kind string, day calendar.Date, summary, about string, ahead ...int) {
	if day.IsZero() {
		return
	}
	e := b.cal.AddEvent(b.t.ID + "-" + kind + "@zuji")
	e.SetDtStampTime(b.now)
	e.SetSequence(b.t.Round)
	e.SetAllDayStartAt(day.At(0, 0))
	e.SetAllDayEndAt(day.AddDays(1).At(0, 0))
	e.SetTimeTransparency(ics.TransparencyTransparent)
	e.SetSummary(summary)
	if b.link != "" {
		about += "\n" + b.w.Plain(form.T("papers.calendar.link", "Link", b.link))
		e.SetURL(b.link)
	}
	e.SetDescription(about)
	for _, n := range ahead {
		a := e.AddAlarm()
		a.SetAction(ics.ActionDisplay)
		a.SetTrigger(trigger(n))
		a.SetProperty(ics.ComponentPropertyDescription, summary)
	}
}

// trigger is nine in the morning, so many days before a day that begins at
// midnight.
func trigger(days int) string {
	switch days {
	case 0:
		return "PT9H"
	case 1:
		return "-PT15H"
	}
	return fmt.Sprintf("-P%dDT15H", days-1)
}
