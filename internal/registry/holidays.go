package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// A HolidayTable is a year's published days of rest as an administrator has put
// them in.
type HolidayTable struct {
	calendar.Arrangement
	At time.Time `json:"at"`
	By int64     `json:"by"`
}

// PutHolidays takes a year's published days of rest. All that counts working days
// goes by them at once, and the reminders are planned anew. Only an administrator
// may: ErrNotAllowed.
func (r *Registry) PutHolidays(ctx context.Context, a calendar.Arrangement, by int64) error {
	if !r.Admin(by) {
		return ErrNotAllowed
	}
	if err := calendar.NewHolidays().Put(a); err != nil {
		return err
	}
	err := r.update(ctx, func(tx kv.Tx) error {
		return errors.Join(put(tx, holidays, key(int64(a.Year)), HolidayTable{Arrangement: a, At: r.Now(), By: by}),
			r.replan(tx), r.log(tx, by, "holidays.load", "", fmt.Sprint(a.Year)))
	})
	if err != nil {
		return err
	}
	return r.Holidays.Put(a)
}

// MissingYear returns the year after now if its days of rest are not known though
// the notice comes out in November, from December on; else 0.
func (r *Registry) MissingYear(now time.Time) int {
	today := tenancy.Today(now)
	if today.Month < 12 || r.Holidays.Covered(today.Year+1) {
		return 0
	}
	return today.Year + 1
}

// readHolidays lets the stored tables count.
func (r *Registry) readHolidays(tx kv.Tx) error {
	for _, raw := range tx.Scan(holidays, nil, nil) {
		var t HolidayTable
		if err := json.Unmarshal(raw, &t); err != nil {
			return fmt.Errorf("read holidays: %w", err)
		}
		if err := r.Holidays.Put(t.Arrangement); err != nil {
			return err
		}
	}
	return nil
}

// tableBehind returns o as done once the table of days that it asks for has been
// put in.
func (r *Registry) tableBehind(tx kv.Tx, o tenancy.Obligation) (tenancy.Obligation, error) {
	if o.Kind != tenancy.NextHolidays || !o.Done.IsZero() {
		return o, nil
	}
	var t HolidayTable
	err := get(tx, holidays, key(int64(o.Due.Year+1)), &t)
	if errors.Is(err, ErrNotFound) {
		return o, nil
	}
	o.Done, o.By = t.At, t.By
	return o, err
}
