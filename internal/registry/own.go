package registry

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/kv"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
)

// OwnKind is the kind of items that people set themselves.
const OwnKind remind.Kind = "own"

// errandOwn is the errand of sending one.
const errandOwn = "o"

// receiversAtOnce is how many receivers one transaction reaches.
const receiversAtOnce = 20

func ownRecord(id string) string { return "reminders|" + id }

func (r *Registry) putOwn(tx kv.Tx, o tenancy.OwnReminder) error {
	return r.putSealed(tx, reminders, key(o.ID), ownRecord(o.ID), o)
}

func (r *Registry) openOwn(id string, sealed []byte) (o tenancy.OwnReminder, err error) {
	return o, r.openSealed(sealed, ownRecord(id), &o)
}

func (r *Registry) reminder(tx kv.Tx, id string) (o tenancy.OwnReminder, err error) {
	return o, r.getSealed(tx, reminders, key(id), ownRecord(id), &o)
}

// Own returns a reminder that somebody has set.
func (r *Registry) Own(ctx context.Context, id string) (o tenancy.OwnReminder, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		o, err = r.reminder(tx, id)
		return err
	})
	return o, err
}

// Gets reports whether a reminder is a person's business: they have set it or
// are among those it reaches.
func (r *Registry) Gets(ctx context.Context, id string, who int64) (gets bool, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		o, err := r.reminder(tx, id)
		if err != nil {
			return err
		}
		people, err := r.whom(tx, o)
		gets = o.By == who || slices.Contains(people, who)
		return err
	})
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return gets, err
}

// Owns returns the reminders that a person has set and that are not over.
func (r *Registry) Owns(ctx context.Context, who int64) (all []tenancy.OwnReminder, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		prefix := key(who)
		for k := range tx.Scan(remindersBy, prefix, kv.PrefixEnd(prefix)) {
			o, err := r.reminder(tx, lastPart(k[8:]))
			if err != nil {
				return err
			}
			all = append(all, o)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b tenancy.OwnReminder) int { return a.Next.Compare(b.Next) })
	return all, err
}

// SetOwn stores a reminder under o.ID, in place of what was there. It returns an
// *invalid.Error when the person has tenancy.MaxOwn already, and ErrNotAllowed
// for one to others that is not set by their compound's staff.
func (r *Registry) SetOwn(ctx context.Context, o tenancy.OwnReminder) error {
	return r.update(ctx, func(tx kv.Tx) error {
		if o.Whom != tenancy.Myself {
			var c tenancy.Compound
			if err := get(tx, compounds, key(o.Compound), &c); err != nil {
				return err
			}
			if !c.HasStaff(o.By) {
				return ErrNotAllowed
			}
		}
		before, err := r.reminder(tx, o.ID)
		switch {
		case err == nil && before.By != o.By:
			return ErrNotAllowed
		case err == nil:
			if err := tx.Delete(errands, r.ownErrand(before, "")); err != nil {
				return err
			}
		case !errors.Is(err, ErrNotFound):
			return err
		default:
			n, prefix := 0, key(o.By)
			for range tx.Scan(remindersBy, prefix, kv.PrefixEnd(prefix)) {
				n++
			}
			if n >= tenancy.MaxOwn {
				return invalid.New("reminders_full", "Max", tenancy.MaxOwn)
			}
		}
		return errors.Join(r.schedule(tx, &o, r.Now()), r.putOwn(tx, o), tx.Put(remindersBy, key(o.By, o.ID), []byte{1}), r.log(tx, o.By, "reminder.set", o.ID))
	})
}

// schedule sets when o is sent next after a time and makes the errand.
func (r *Registry) schedule(tx kv.Tx, o *tenancy.OwnReminder, after time.Time) error {
	early := time.Duration(o.Before) * time.Minute
	next := o.Series.Next(after.Add(early), r.zone(tx, o.By), r.Holidays)
	if next.IsZero() {
		o.Next = time.Time{}
		return nil
	}
	o.Next = next.Add(-early)
	if o.Paused {
		return nil
	}
	return tx.Put(errands, r.ownErrand(*o, ""), []byte{1})
}

func (r *Registry) ownErrand(o tenancy.OwnReminder, cursor string) []byte {
	return key(o.Next, errandOwn, o.ID+"/"+cursor)
}

// Pause stops a reminder, or lets it go on.
func (r *Registry) Pause(ctx context.Context, id string, who int64, paused bool) (o tenancy.OwnReminder, err error) {
	err = r.changeOwn(ctx, id, who, "reminder.pause", func(tx kv.Tx, stored *tenancy.OwnReminder) error {
		stored.Paused = paused
		err := r.schedule(tx, stored, r.Now())
		o = *stored
		return errors.Join(err, r.putOwn(tx, *stored))
	})
	return o, err
}

// DropOwn removes a reminder; a missing one is no error.
func (r *Registry) DropOwn(ctx context.Context, id string, who int64) error {
	err := r.changeOwn(ctx, id, who, "reminder.drop", func(tx kv.Tx, o *tenancy.OwnReminder) error {
		return errors.Join(tx.Delete(reminders, key(id)), tx.Delete(remindersBy, key(who, id)))
	})
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	return err
}

func (r *Registry) changeOwn(ctx context.Context, id string, who int64, action string, change func(kv.Tx, *tenancy.OwnReminder) error) error {
	return r.update(ctx, func(tx kv.Tx) error {
		o, err := r.reminder(tx, id)
		if err != nil {
			return err
		}
		if o.By != who {
			return ErrNotAllowed
		}
		return errors.Join(tx.Delete(errands, r.ownErrand(o, "")), change(tx, &o), r.log(tx, who, action, id))
	})
}

// runOwn gathers a reminder for its receivers, some at a time, and then schedules
// the next. rest is the id and, behind a slash, whom it has reached.
func (r *Registry) runOwn(tx kv.Tx, id, cursor string, at time.Time) error {
	o, err := r.reminder(tx, id)
	if errors.Is(err, ErrNotFound) || err == nil && o.Paused {
		return nil
	}
	if err != nil {
		return err
	}
	people, err := r.whom(tx, o)
	if err != nil {
		return err
	}
	from, _ := strconv.Atoi(cursor) // "" is the beginning
	to := min(from+receiversAtOnce, len(people))
	for _, who := range people[min(from, len(people)):to] {
		if err := r.gather(tx, who, Item{Kind: OwnKind, Tenancy: o.ID}); err != nil {
			return err
		}
	}
	if to < len(people) {
		return tx.Put(errands, key(at, errandOwn, id+"/"+strconv.Itoa(to)), []byte{1})
	}
	return errors.Join(r.schedule(tx, &o, at), r.putOwn(tx, o))
}

// whom returns the receivers of a reminder, each once, in the order of their ids.
func (r *Registry) whom(tx kv.Tx, o tenancy.OwnReminder) ([]int64, error) {
	switch o.Whom {
	case tenancy.Myself:
		return []int64{o.By}, nil
	case tenancy.Colleagues:
		var c tenancy.Compound
		err := get(tx, compounds, key(o.Compound), &c)
		var people []int64
		for _, s := range c.Staff {
			people = append(people, s.ID)
		}
		slices.Sort(people)
		return people, err
	}
	seen := map[int64]bool{}
	prefix := key(o.Compound + "|")
	prefix = prefix[:len(prefix)-1]
	for k, id := range tx.Scan(units, prefix, kv.PrefixEnd(prefix)) {
		unit := string(k[len(prefix) : len(k)-1])
		if o.Whom == tenancy.OneHome && unit != o.Home || o.Whom == tenancy.OneBlock && !inBuilding(unit, o.Building) {
			continue
		}
		t, err := r.tenancy(tx, string(id))
		if err != nil {
			return nil, err
		}
		if t.Owner != 0 && t.State.InForce() {
			seen[t.Owner] = true
		}
	}
	var people []int64
	for who := range seen {
		people = append(people, who)
	}
	slices.Sort(people)
	return people, nil
}

func inBuilding(unitKey, building string) bool {
	return len(unitKey) > len(building) && unitKey[:len(building)] == building && unitKey[len(building)] == '-'
}

// Receivers counts who would get a reminder now.
func (r *Registry) Receivers(ctx context.Context, o tenancy.OwnReminder) (n int, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		people, err := r.whom(tx, o)
		n = len(people)
		return err
	})
	return n, err
}

// zone is where a person is.
func (r *Registry) zone(tx kv.Tx, who int64) *time.Location {
	p, err := r.profile(tx, who)
	if err != nil {
		return calendar.Shanghai
	}
	return p.Hours.Location()
}
