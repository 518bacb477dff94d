package tenancy

import (
	"time"

	"zuji/internal/calendar"
)

// Hours are when a person wants to be written to, in minutes of their day. The
// zero value is the usual: 09:00–20:30 in Shanghai, three messages a day.
type Hours struct {
	Zone string `json:"zone,omitempty"` // IANA name; "": Asia/Shanghai
	From int    `json:"from,omitempty"`
	To   int    `json:"to,omitempty"`
	Max  int    `json:"max,omitempty"` // messages a day, urgent ones not counted
}

// The usual hours.
const (
	usualFrom = 9 * 60
	usualTo   = 20*60 + 30
	usualMax  = 3
)

// Whole returns h with the usual in place of what is not set.
func (h Hours) Whole() Hours {
	if h.Zone == "" {
		h.Zone = "Asia/Shanghai"
	}
	if h.From == 0 && h.To == 0 {
		h.From, h.To = usualFrom, usualTo
	}
	if h.Max == 0 {
		h.Max = usualMax
	}
	return h
}

// Location is the person's time zone; Shanghai where it is not known.
func (h Hours) Location() *time.Location {
	if l, err := time.LoadLocation(h.Whole().Zone); err == nil {
		return l
	}
	return calendar.Shanghai
}

// Fit returns at if it lies within the hours, else when they next begin.
func (h Hours) Fit(at time.Time) time.Time {
	h = h.Whole()
	local := at.In(h.Location())
	minute := local.Hour()*60 + local.Minute()
	switch {
	case minute < h.From:
		return h.begins(local, 0)
	case minute > h.To:
		return h.begins(local, 1)
	}
	return at
}

// Tomorrow returns when the hours begin on the day after at's.
func (h Hours) Tomorrow(at time.Time) time.Time { return h.Whole().begins(at.In(h.Location()), 1) }

// Day is at's date where the person is.
func (h Hours) Day(at time.Time) string { return at.In(h.Location()).Format("2006-01-02") }

func (h Hours) begins(local time.Time, days int) time.Time {
	return time.Date(local.Year(), local.Month(), local.Day()+days, h.From/60, h.From%60, 0, 0, local.Location())
}
