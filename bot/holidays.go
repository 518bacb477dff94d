package bot

import (
	"errors"

	"zuji/flows"
	"zuji/internal/calendar"
	"zuji/internal/form"
	"zuji/internal/registry"
)

func (c *conversation) submitHolidays(d flows.NewHolidays) (last, error) {
	a, err := calendar.ParseNotice(d.Notice)
	if err == nil {
		err = c.Registry.PutHolidays(c.ctx, a, c.in.from.ID)
	}
	if errors.Is(err, registry.ErrNotAllowed) {
		return last{text: form.T("error.not_allowed")}, nil
	}
	return last{text: form.T("holidays.submitted", "Year", a.Year)}, err
}
