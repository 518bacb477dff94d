package registry

import (
	"context"
	"errors"
	"maps"
	"slices"

	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/tenancy"
)

// Audience returns whom a broadcast would reach now, each once, in the order of
// their ids.
func (r *Registry) Audience(ctx context.Context, b tenancy.Broadcast) (people []int64, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		people, err = r.audience(tx, b)
		return err
	})
	return people, err
}

func (r *Registry) audience(tx kv.Tx, b tenancy.Broadcast) ([]int64, error) {
	seen := map[int64]bool{}
	for k := range tx.Scan(compounds, nil, nil) {
		var c tenancy.Compound
		if err := get(tx, compounds, k, &c); err != nil {
			return nil, err
		}
		if b.Compound != tenancy.EveryCompound && b.Compound != c.ID {
			continue
		}
		for circle, staff := range map[tenancy.Circle][]tenancy.Staff{tenancy.Managers: c.Staff, tenancy.Readers: c.Readers} {
			if b.Whom.Includes(circle) {
				for _, s := range staff {
					seen[s.ID] = true
				}
			}
		}
		if err := r.atHome(tx, b, c.ID, seen); err != nil {
			return nil, err
		}
	}
	delete(seen, 0) // the desk's landlords have no Telegram
	return slices.Sorted(maps.Keys(seen)), nil
}

// atHome adds the landlords and tenants of a compound to whom a broadcast goes.
func (r *Registry) atHome(tx kv.Tx, b tenancy.Broadcast, compound string, seen map[int64]bool) error {
	prefix := []byte(compound + "|")
	if b.Building != "" {
		prefix = append(prefix, b.Building+"-"...)
	}
	for _, id := range tx.Scan(units, prefix, kv.PrefixEnd(prefix)) {
		l, err := inForce(tx, string(id))
		if err != nil {
			return err
		}
		if l == nil {
			continue
		}
		if b.Whom.Includes(tenancy.Landlords) {
			seen[l.Owner] = true
		}
		if b.Whom.Includes(tenancy.Lodgers) {
			for _, p := range l.People {
				seen[p.Answer.Who] = true
			}
		}
	}
	return nil
}

// A Missed is somebody whom a broadcast may not have reached.
type Missed struct {
	Compound string // name
	Where    string // unit, or a staff member's name
	Why      string // held, unsure, refused, waiting or withdrawn
}

// MissedBy returns whom a broadcast has not surely reached, by their unit or, of
// staff, by name: somebody must phone them.
func (r *Registry) MissedBy(ctx context.Context, id string) (all []Missed, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		b, err := r.broadcast(tx, id)
		if err != nil {
			return err
		}
		why, err := r.withdrawn(tx, id)
		if err != nil {
			return err
		}
		err = outbox.Series(tx, copyKey(id), func(c outbox.Copy) {
			var one tenancy.CastResult
			tally(&one, c)
			switch {
			case one.Held > 0:
				why[c.To] = "held"
			case one.Unsure > 0:
				why[c.To] = "unsure"
			case one.Refused > 0:
				why[c.To] = "refused"
			case one.Waiting > 0:
				why[c.To] = "waiting"
			}
		})
		if err != nil || len(why) == 0 {
			return err
		}
		all, err = r.whereabouts(tx, b, why)
		return err
	})
	return all, err
}

// withdrawn are the receivers who want no messages.
func (r *Registry) withdrawn(tx kv.Tx, id string) (map[int64]string, error) {
	why := map[int64]string{}
	for _, list := range tx.Scan(receivers, key(id), kv.PrefixEnd(key(id))) {
		for _, who := range unpacked(list) {
			p, err := r.profile(tx, who)
			if err != nil {
				return nil, err
			}
			if !p.Withdrawn.IsZero() {
				why[who] = "withdrawn"
			}
		}
	}
	return why, nil
}

func (r *Registry) whereabouts(tx kv.Tx, b tenancy.Broadcast, why map[int64]string) (all []Missed, err error) {
	for k := range tx.Scan(compounds, nil, nil) {
		var c tenancy.Compound
		if err := get(tx, compounds, k, &c); err != nil {
			return nil, err
		}
		for _, s := range slices.Concat(c.Staff, c.Readers) {
			if why[s.ID] != "" {
				all = append(all, Missed{c.Name, s.Name, why[s.ID]})
			}
		}
		prefix := []byte(c.ID + "|")
		for _, id := range tx.Scan(units, prefix, kv.PrefixEnd(prefix)) {
			l, err := inForce(tx, string(id))
			if err != nil {
				return nil, err
			}
			if l == nil {
				continue
			}
			if w := why[l.Owner]; w != "" && b.Whom.Includes(tenancy.Landlords) {
				all = append(all, Missed{c.Name, l.Unit.String(), w})
			}
			for _, p := range l.People {
				if w := why[p.Answer.Who]; w != "" && b.Whom.Includes(tenancy.Lodgers) {
					all = append(all, Missed{c.Name, l.Unit.String(), w})
				}
			}
		}
	}
	return all, nil
}

// oldBroadcast removes a broadcast that was written long ago, unless it is still
// being sent.
func (r *Registry) oldBroadcast(tx kv.Tx, id string) error {
	b, err := r.broadcast(tx, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if b.State.Under() {
		return r.runsOut(tx, errandCast, id, r.Now().AddDate(0, 0, 1))
	}
	for k := range tx.Scan(receivers, key(id), kv.PrefixEnd(key(id))) {
		if err := tx.Delete(receivers, k); err != nil {
			return err
		}
	}
	return errors.Join(tx.Delete(broadcasts, key(id)), r.erased(tx))
}
