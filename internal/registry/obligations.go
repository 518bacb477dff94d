package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"zuji/internal/calendar"
	"zuji/internal/kv"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
)

// YearKind is the kind of items about the year's obligations.
const YearKind remind.Kind = "year"

// The errands of the year: to remind of an obligation, and to plan the next year's.
const (
	errandYear = "y"
	errandPlan = "z"
)

// yearHour and yearMinute are when the year's obligations are remembered.
const yearHour, yearMinute = 9, 30

// planYear makes the errands of a compound's obligations in a year that are still
// to come, and the errand that plans the year after.
func (r *Registry) planYear(tx kv.Tx, compound string, year int) error {
	today := tenancy.Today(r.Now())
	for _, o := range tenancy.YearOf(compound, year) {
		if o.Due.Before(today) {
			continue
		}
		if err := r.remindOf(tx, o, today); err != nil {
			return err
		}
	}
	return r.planAfter(tx, compound, year)
}

// planAfter makes the errand that plans a compound's year after a year.
func (r *Registry) planAfter(tx kv.Tx, compound string, year int) error {
	first, today := calendar.Date{Year: year, Month: 12, Day: 1}, tenancy.Today(r.Now())
	if !first.After(today) {
		first = today.AddDays(1)
	}
	return tx.Put(errands, key(first.At(yearHour, 0), errandPlan, compound), []byte{1})
}

// remindOf makes the errand of an obligation's next reminder.
func (r *Registry) remindOf(tx kv.Tx, o tenancy.Obligation, after calendar.Date) error {
	at := o.Reminded(after)
	for at.Before(o.Due) && !r.Holidays.IsWorkday(at) && at.AddDays(-1).After(after) {
		at = at.AddDays(-1)
	}
	for !r.Holidays.IsWorkday(at) {
		at = at.AddDays(1)
	}
	return tx.Put(errands, key(at.At(yearHour, yearMinute), errandYear, o.ID()), []byte{1})
}

// planNext is the errand at the beginning of December: the next year's
// obligations.
func (r *Registry) planNext(tx kv.Tx, compound string) error {
	if tx.Get(compounds, key(compound)) == nil {
		return nil
	}
	return r.planYear(tx, compound, tenancy.Today(r.Now()).Year+1)
}

// remindYear gathers an obligation for the compound's staff, as long as it is not
// done; that of the holidays also for the administrators.
func (r *Registry) remindYear(tx kv.Tx, id string) error {
	o, ok := tenancy.ParseObligation(id)
	if !ok {
		return nil
	}
	stored, err := r.obligation(tx, o)
	if err != nil || !stored.Done.IsZero() {
		return err
	}
	var c tenancy.Compound
	if err := get(tx, compounds, key(o.Compound), &c); err != nil {
		return err
	}
	var people []int64
	for _, s := range c.Staff {
		people = append(people, s.ID)
	}
	if o.Kind == tenancy.NextHolidays {
		people = append(people, ids(r.Administrators())...)
	}
	for _, who := range people {
		if err := r.gather(tx, who, Item{Kind: YearKind, Tenancy: id, Target: o.Due, Latest: o.Due}); err != nil {
			return err
		}
	}
	return r.remindOf(tx, o, tenancy.Today(r.Now()))
}

// obligation returns o as it is stored, or as it is if nothing is.
func (r *Registry) obligation(tx kv.Tx, o tenancy.Obligation) (tenancy.Obligation, error) {
	sealed := tx.Get(obligations, key(o.ID()))
	if sealed == nil {
		return r.tableBehind(tx, o)
	}
	raw, err := r.Vault.Open(sealed, obligationRecord(o.ID()))
	if err != nil {
		return o, fmt.Errorf("read obligation: %w", err)
	}
	return o, json.Unmarshal(raw, &o)
}

func obligationRecord(id string) string { return "obligations|" + id }

// Obligation returns an obligation by its id; ErrNotFound if there is none.
func (r *Registry) Obligation(ctx context.Context, id string) (o tenancy.Obligation, err error) {
	o, ok := tenancy.ParseObligation(id)
	if !ok {
		return o, ErrNotFound
	}
	err = r.view(ctx, func(tx kv.Tx) error {
		o, err = r.obligation(tx, o)
		return err
	})
	return o, err
}

// Year returns a compound's obligations of a year, in order.
func (r *Registry) Year(ctx context.Context, compound string, year int) (all []tenancy.Obligation, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		for _, o := range tenancy.YearOf(compound, year) {
			o, err := r.obligation(tx, o)
			if err != nil {
				return err
			}
			all = append(all, o)
		}
		return nil
	})
	return all, err
}

// Fulfil notes that an obligation is done, for the compound's staff; done again it
// changes nothing.
func (r *Registry) Fulfil(ctx context.Context, id string, who int64, note, file string) (o tenancy.Obligation, err error) {
	o, ok := tenancy.ParseObligation(id)
	if !ok {
		return o, ErrNotFound
	}
	err = r.asStaff(ctx, o.Compound, who, "obligation.done", id, func(tx kv.Tx) error {
		stored, err := r.obligation(tx, o)
		if err != nil {
			return err
		}
		if o = stored; !o.Done.IsZero() {
			return nil
		}
		o.Done, o.By, o.Note, o.File = r.Now(), who, note, file
		raw, err := json.Marshal(o)
		return errors.Join(err, tx.Put(obligations, key(id), r.Vault.Seal(raw, obligationRecord(id))))
	})
	return o, err
}

// Numbers counts a compound's tenancies by state.
func (r *Registry) Numbers(ctx context.Context, compound string) (n map[tenancy.State]int, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		n = map[tenancy.State]int{}
		prefix := key(compound)
		for _, raw := range tx.Scan(found, prefix, kv.PrefixEnd(prefix)) {
			var t terms
			if err := json.Unmarshal(raw, &t); err != nil {
				return fmt.Errorf("read index: %w", err)
			}
			n[t.State]++
		}
		return nil
	})
	return n, err
}

// planAll plans the year of every compound there is.
func (r *Registry) planAll(ctx context.Context, _ kv.Store) error {
	all, err := r.Compounds(ctx)
	if err != nil {
		return err
	}
	for _, c := range all {
		err := r.Store.Update(ctx, func(tx kv.Tx) error { return r.planYear(tx, c.ID, tenancy.Today(r.Now()).Year) })
		if err != nil {
			return fmt.Errorf("plan the year of a compound: %w", err)
		}
	}
	return nil
}
