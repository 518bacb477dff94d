package when_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"zuji/internal/calendar"
	"zuji/internal/when"
)

const minute = "2006-01-02 15:04"

func at(zone *time.Location, text string) time.Time {
	for _, layout := range []string{minute, time.DateTime} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t
		}
	}
	panic(text)
}

func TestFit(t *testing.T) {
	usual := when.DefaultHours()
	lunch := usual
	lunch.QuietFrom, lunch.QuietTo = 12*60, 14*60
	late := usual
	late.QuietFrom, late.QuietTo = 19*60, 10*60
	always := when.Hours{}
	nights := when.Hours{From: 22 * 60, To: 2 * 60}
	never := usual
	never.QuietFrom, never.QuietTo = 8*60, 22*60
	for _, c := range []struct {
		name     string
		hours    when.Hours
		at, want string
	}{
		{"in the window", usual, "2026-11-23 15:00", "2026-11-23 15:00"}, {"too early", usual, "2026-11-23 07:59", "2026-11-23 09:00"}, {"as it opens", usual, "2026-11-23 09:00", "2026-11-23 09:00"},
		{"as it closes", usual, "2026-11-23 20:30", "2026-11-23 20:30"}, {"a second too late", usual, "2026-11-23 20:30:01", "2026-11-24 09:00"}, {"at night", usual, "2026-11-23 23:30", "2026-11-24 09:00"}, {"after midnight", usual, "2026-11-24 00:30", "2026-11-24 09:00"}, {"on a rest day", usual, "2026-11-29 15:00", "2026-11-29 15:00"},
		{"lunch", lunch, "2026-11-23 12:00", "2026-11-23 14:00"}, {"before lunch", lunch, "2026-11-23 11:59", "2026-11-23 11:59"}, {"after lunch", lunch, "2026-11-23 14:00", "2026-11-23 14:00"}, {"late riser", late, "2026-11-23 09:00", "2026-11-23 10:00"}, {"early evening", late, "2026-11-23 19:00", "2026-11-24 10:00"},
		{"always", always, "2026-11-23 03:12", "2026-11-23 03:12"}, {"a night worker by day", nights, "2026-11-23 12:00", "2026-11-23 22:00"}, {"a night worker after midnight", nights, "2026-11-23 01:00", "2026-11-23 01:00"}, {"quiet for the whole window", never, "2026-11-23 12:00", "2026-11-23 22:00"},
	} {
		if got := c.hours.Fit(at(calendar.Shanghai, c.at)); !got.Equal(at(calendar.Shanghai, c.want)) {
			t.Errorf("%s: %s moves to %s, want %s", c.name, c.at, got.Format(time.DateTime), c.want)
		}
	}
}

func TestFit_ByTheClockOfThePerson(t *testing.T) {
	h := when.DefaultHours()
	h.Zone = "Europe/Berlin"
	if got := h.Fit(at(calendar.Shanghai, "2026-11-23 09:00")); got.UTC().Format(minute) != "2026-11-23 08:00" {
		t.Errorf("nine in Shanghai is %v in Berlin", got)
	}
	for _, zone := range []string{"Moon/Base", "Local", "../etc/passwd"} {
		h.Zone = zone
		if h.Check() == nil || h.Location() != calendar.Shanghai {
			t.Errorf("zone %s is taken", zone)
		}
	}
	h = when.DefaultHours()
	if h.Check() != nil {
		t.Error("the usual hours are refused")
	}
	if h.To = 1440; h.Check() == nil {
		t.Error("24:00 is taken")
	}
}

func TestPlace(t *testing.T) {
	h := when.DefaultHours()
	for _, c := range []struct {
		name          string
		at            string
		ahead, urgent bool
		want          string
	}{
		{"a working day", "2026-11-23 09:30", false, false, "2026-11-23 09:30"}, {"Saturday to Monday", "2026-11-28 09:30", false, false, "2026-11-30 09:30"}, {"Saturday to Friday, ahead of a deadline", "2026-11-28 09:30", true, false, "2026-11-27 09:30"},
		{"an adjusted working Saturday", "2026-10-10 09:30", false, false, "2026-10-10 09:30"}, {"the National Day week", "2026-10-03 15:00", false, false, "2026-10-08 15:00"}, {"before the National Day week", "2026-10-03 15:00", true, false, "2026-09-30 15:00"}, {"over the Spring Festival", "2026-02-20 09:30", true, false, "2026-02-14 09:30"},
		{"Friday night", "2026-11-27 21:00", false, false, "2026-11-30 09:00"}, {"Friday night, ahead", "2026-11-27 21:00", true, false, "2026-11-27 20:30"}, {"Sunday night", "2026-11-29 23:00", false, false, "2026-11-30 09:00"}, {"Sunday night, ahead", "2026-11-29 23:00", true, false, "2026-11-27 20:30"},
		{"early, ahead", "2026-11-24 06:00", true, false, "2026-11-24 09:00"}, {"early on Saturday, ahead", "2026-11-28 06:00", true, false, "2026-11-27 09:00"}, {"early", "2026-11-24 06:00", false, false, "2026-11-24 09:00"},
		{"urgent at night", "2026-11-28 03:00", false, true, "2026-11-28 03:00"}, {"urgent and ahead", "2026-10-03 23:59", true, true, "2026-10-03 23:59"},
	} {
		got := when.Place(at(calendar.Shanghai, c.at), h, holidays, c.ahead, c.urgent)
		if got.In(calendar.Shanghai).Format(minute) != c.want {
			t.Errorf("%s: %s is sent at %s, want %s", c.name, c.at, got.Format(minute), c.want)
		}
	}
}

func hours(t *rapid.T) when.Hours {
	of := rapid.IntRange(0, 1439)
	return when.Hours{From: of.Draw(t, "from"), To: of.Draw(t, "to"), QuietFrom: of.Draw(t, "quiet from"), QuietTo: of.Draw(t, "quiet to"), Zone: rapid.SampledFrom(zoneNames).Draw(t, "zone")}
}

// Whatever the hours: sending is never early and never quiet, and what fits stays.
func TestFit_Property(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := hours(t)
		zone := h.Location()
		due := drawTime(t).In(zone)
		got := h.Fit(due)
		if got.Before(due) || got.Sub(due) > 49*time.Hour {
			t.Fatalf("%v moves to %v", due, got)
		}
		if h.Fit(got) != got {
			t.Fatalf("%v fits and moves to %v", got, h.Fit(got))
		}
		if clock := got.In(zone).Hour()*60 + got.In(zone).Minute(); quiet(h, clock) {
			t.Fatalf("%v is sent at %v, which is quiet", due, got)
		}
	})
}

func quiet(h when.Hours, clock int) bool {
	if h.QuietFrom <= h.QuietTo {
		return clock >= h.QuietFrom && clock < h.QuietTo
	}
	return clock >= h.QuietFrom || clock < h.QuietTo
}

func TestPlace_Property(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := hours(t)
		zone := h.Location()
		due := drawTime(t).In(zone)
		ahead := rapid.Bool().Draw(t, "ahead")
		got := when.Place(due, h, holidays, ahead, false).In(zone)
		if d := dateOf(got); !holidays.IsWorkday(d) || quiet(h, got.Hour()*60+got.Minute()) {
			t.Fatalf("%v is sent at %v", due, got)
		}
		if ahead && dateOf(got).After(dateOf(due)) || !ahead && got.Before(due) {
			t.Fatalf("%v, ahead %v, is sent at %v", due, ahead, got)
		}
		if again := when.Place(got, h, holidays, ahead, false); !again.Equal(got) {
			t.Fatalf("%v moves on to %v", got, again)
		}
	})
}

func TestHours_JSON(t *testing.T) {
	h := when.DefaultHours()
	raw, err := json.Marshal(h)
	var back when.Hours
	if err != nil || json.Unmarshal(raw, &back) != nil || back != h {
		t.Errorf("%s reads back as %v", raw, back)
	}
}
