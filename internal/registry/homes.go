package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// homeKey orders the homes of a compound as people count them: building, then
// entrance, then room, numbers by their value.
func homeKey(compound string, u address.Unit) []byte {
	return key(compound, padded(u.Building), padded(u.Entrance), padded(u.Room), u.Part)
}

// padded writes the digits at the head of s with leading zeros.
func padded(s string) string {
	digits := len(s) - len(strings.TrimLeft(s, "0123456789"))
	return strings.Repeat("0", max(0, 5-digits)) + s
}

// homesAtOnce is how many homes one transaction adds.
const homesAtOnce = kv.MaxWrites - 5

// AddHomes adds units to a compound's register, for its staff or an administrator. Those that are
// there already stay as they are, so adding them again changes nothing. It
// returns how many are new.
func (r *Registry) AddHomes(ctx context.Context, compound string, by int64, all []address.Unit) (added int, err error) {
	for len(all) > 0 {
		some := all[:min(homesAtOnce, len(all))]
		n := 0
		err := r.forCompound(ctx, compound, r.runs(by), by, "homes.add", compound, func(tx kv.Tx) error {
			n = 0
			for _, u := range some {
				k := homeKey(compound, u)
				if tx.Get(homes, k) != nil {
					continue
				}
				if err := put(tx, homes, k, tenancy.Home{Compound: compound, Unit: u}); err != nil {
					return err
				}
				n++
			}
			return nil
		})
		if err != nil {
			return added, err
		}
		added, all = added+n, all[len(some):]
	}
	return added, nil
}

// asStaff runs a change for a member of a compound's staff and logs it.
func (r *Registry) asStaff(ctx context.Context, compound string, by int64, action, on string, change func(kv.Tx) error, args ...string) error {
	staff := func(c *tenancy.Compound) bool { return c.HasStaff(by) }
	return r.forCompound(ctx, compound, staff, by, action, on, change, args...)
}

// runs says whether somebody is on a compound's staff or an administrator.
func (r *Registry) runs(who int64) func(*tenancy.Compound) bool {
	return func(c *tenancy.Compound) bool { return c.HasStaff(who) || r.Admin(who) }
}

// forCompound runs a change for whoever may, and logs it.
func (r *Registry) forCompound(ctx context.Context, compound string, may func(*tenancy.Compound) bool, by int64, action, on string, change func(kv.Tx) error, args ...string) error {
	return r.update(ctx, func(tx kv.Tx) error {
		var c tenancy.Compound
		if err := get(tx, compounds, key(compound), &c); err != nil {
			return err
		}
		if !may(&c) {
			return ErrNotAllowed
		}
		return errors.Join(change(tx), r.log(tx, by, action, on, args...))
	})
}

// changeHome changes one home, which comes into the register with its first
// change.
func (r *Registry) changeHome(ctx context.Context, compound string, u address.Unit, by int64, action string, change func(*tenancy.Home) error) error {
	return r.asStaff(ctx, compound, by, action, homeOn(compound, u), func(tx kv.Tx) error {
		h, err := r.homeOf(tx, compound, u)
		if err != nil {
			return err
		}
		if err := change(&h); err != nil {
			return err
		}
		return put(tx, homes, homeKey(compound, u), h)
	})
}

func (r *Registry) homeOf(tx kv.Tx, compound string, u address.Unit) (tenancy.Home, error) {
	h := tenancy.Home{Compound: compound, Unit: u}
	err := get(tx, homes, homeKey(compound, u), &h)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return h, err
}

// SetHome notes what a unit is used for. A unit with a tenancy stays let.
func (r *Registry) SetHome(ctx context.Context, compound string, u address.Unit, by int64, s tenancy.HomeStatus) error {
	return r.changeHome(ctx, compound, u, by, "home.set", func(h *tenancy.Home) error {
		h.Status = s
		return nil
	})
}

// AddStay adds somebody who stays in a unit, under s.ID; repeated it changes
// nothing.
func (r *Registry) AddStay(ctx context.Context, compound string, u address.Unit, by int64, s tenancy.Stay) error {
	return r.changeHome(ctx, compound, u, by, "stay.add", func(h *tenancy.Home) error {
		h.Stay(s)
		return nil
	})
}

// EndStay notes the last day of a stay; ErrNotFound if there is none with the id.
func (r *Registry) EndStay(ctx context.Context, compound string, u address.Unit, by int64, id string, on calendar.Date) error {
	return r.changeHome(ctx, compound, u, by, "stay.end", func(h *tenancy.Home) error {
		if !h.EndStay(id, on) {
			return ErrNotFound
		}
		return nil
	})
}

// enter sees to it that the unit of a tenancy is in the register.
func (r *Registry) enter(tx kv.Tx, t tenancy.Tenancy) error {
	k := homeKey(t.Compound, t.Unit)
	if tx.Get(homes, k) != nil {
		return nil
	}
	return put(tx, homes, k, tenancy.Home{Compound: t.Compound, Unit: t.Unit})
}

// Home returns a home with the tenancy that holds it.
func (r *Registry) Home(ctx context.Context, compound string, u address.Unit) (v tenancy.HomeView, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		v = tenancy.HomeView{}
		if v.Home, err = r.homeOf(tx, compound, u); err != nil {
			return err
		}
		return r.holder(tx, &v)
	})
	return v, err
}

func (r *Registry) holder(tx kv.Tx, v *tenancy.HomeView) error {
	id := tx.Get(units, key(v.Compound+"|"+v.Unit.Key()))
	if id == nil {
		return nil
	}
	t, err := r.tenancy(tx, string(id))
	v.Tenancy = &t
	return err
}

// Buildings counts a compound's homes by building and status, in order.
func (r *Registry) Buildings(ctx context.Context, compound string) (all []tenancy.Building, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		return r.eachHome(tx, key(compound), func(h tenancy.Home) (bool, error) {
			if n := len(all); n == 0 || all[n-1].Name != h.Unit.Building {
				all = append(all, tenancy.Building{Name: h.Unit.Building, Counts: map[tenancy.HomeStatus]int{}})
			}
			let := tx.Get(units, key(compound+"|"+h.Unit.Key())) != nil
			all[len(all)-1].Counts[h.Known(let)]++
			return true, nil
		})
	})
	return all, err
}

// Homes returns the homes of a building from a position on, at most limit, with
// their statuses, and how many there are.
func (r *Registry) Homes(ctx context.Context, compound, building string, from, limit int) (all []tenancy.Home, total int, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all, total = nil, 0
		return r.eachHome(tx, key(compound, padded(building)), func(h tenancy.Home) (bool, error) {
			if total++; total > from && len(all) < limit {
				h.Status = h.Known(tx.Get(units, key(compound+"|"+h.Unit.Key())) != nil)
				all = append(all, h)
			}
			return true, nil
		})
	})
	return all, total, err
}

func (r *Registry) eachHome(tx kv.Tx, prefix []byte, do func(tenancy.Home) (bool, error)) error {
	for k := range tx.Scan(homes, prefix, kv.PrefixEnd(prefix)) {
		var h tenancy.Home
		if err := get(tx, homes, k, &h); err != nil {
			return fmt.Errorf("unit register: %w", err)
		}
		if more, err := do(h); err != nil || !more {
			return err
		}
	}
	return nil
}
