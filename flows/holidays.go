package flows

import (
	"zuji/internal/calendar"
	"zuji/internal/form"
)

// NewHolidays are a year's days of rest that an administrator puts in: the
// published notice in its own words.
type NewHolidays struct {
	Notice string `json:"notice"`
}

// PutHolidays asks for the published notice of a year's days of rest.
func PutHolidays() form.Flow[NewHolidays] {
	return form.Flow[NewHolidays]{
		Name: "holidays",
		Fields: func(d *NewHolidays) []form.Field {
			read := func(s string) (string, error) {
				_, err := calendar.ParseNotice(s)
				return s, err
			}
			return []form.Field{{Key: "notice", Verbatim: true, Input: form.Typed(&d.Notice, read, HolidaysValue)}}
		},
	}
}

// HolidaysValue shows what was understood of a notice.
func HolidaysValue(notice string) any {
	a, err := calendar.ParseNotice(notice)
	if err != nil {
		return ""
	}
	return form.T("value.holidays", "Year", a.Year, "Rest", a.Rests(), "Days", len(a.Rest), "Work", a.Works())
}
