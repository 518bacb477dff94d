package registry

import (
	"context"
	"errors"

	"zuji/internal/calendar"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// part returns the part that a person plays towards t, or ErrNotAllowed.
func (r *Registry) part(tx kv.Tx, t tenancy.Tenancy, who int64) (tenancy.Actor, error) {
	if t.Owner == who && who != 0 {
		return tenancy.ByLandlord, nil
	}
	var c tenancy.Compound
	if err := get(tx, compounds, key(t.Compound), &c); err != nil {
		return "", err
	}
	if c.HasStaff(who) {
		return tenancy.ByManager, nil
	}
	if t.Lodger(who) != nil {
		return tenancy.ByTenant, nil
	}
	return "", ErrNotAllowed
}

// move makes a move for a person and stores what change does to the tenancy
// with it. Made again by the same person it changes nothing. It returns a
// *tenancy.MoveError where the move is not possible.
func (r *Registry) move(ctx context.Context, id string, who int64, m tenancy.Move, reason string, change func(kv.Tx, *tenancy.Tenancy) error) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if t, err = r.tenancy(tx, id); err != nil {
			return err
		}
		actor, err := r.part(tx, t, who)
		if err != nil {
			return err
		}
		if n := len(t.History); n > 0 && t.History[n-1].Move == m && t.History[n-1].Who == who {
			return nil
		}
		if err := t.Apply(m, tenancy.By{Actor: actor, Who: who, At: r.Now(), Reason: reason}); err != nil {
			return err
		}
		if change != nil {
			if err := change(tx, &t); err != nil {
				return err
			}
		}
		return errors.Join(r.putTenancy(tx, t), r.log(tx, who, "tenancy."+string(m), t.ID))
	})
	return t, err
}

// Withdraw takes back a tenancy that has not been accepted.
func (r *Registry) Withdraw(ctx context.Context, id string, who int64) (tenancy.Tenancy, error) {
	return r.move(ctx, id, who, tenancy.Withdraw, "", nil)
}

// MarkFiled notes the filing number 备案号 that the city has issued, and the day.
func (r *Registry) MarkFiled(ctx context.Context, id string, who int64, number string, on calendar.Date) (tenancy.Tenancy, error) {
	return r.move(ctx, id, who, tenancy.File, "", func(_ kv.Tx, t *tenancy.Tenancy) error {
		t.Filing.Number, t.Filing.FiledOn = number, on
		return nil
	})
}

// Continue notes that a tenancy whose term is over goes on without one (Civil
// Code Art. 734).
func (r *Registry) Continue(ctx context.Context, id string, who int64) (tenancy.Tenancy, error) {
	return r.move(ctx, id, who, tenancy.Continue, "", nil)
}

// Close notes that the filing of an ended tenancy is cancelled, or needs no
// cancelling.
func (r *Registry) Close(ctx context.Context, id string, who int64) (tenancy.Tenancy, error) {
	return r.move(ctx, id, who, tenancy.Close, "", nil)
}

// End ends a tenancy on a day, for its landlord or the compound's staff. The
// other side is told, and a change or renewal that waits is withdrawn.
func (r *Registry) End(ctx context.Context, id string, who int64, on calendar.Date, reason string) (tenancy.Tenancy, error) {
	return r.move(ctx, id, who, tenancy.End, reason, func(tx kv.Tx, t *tenancy.Tenancy) error {
		t.Left = on
		if err := r.withdrawSuccessor(tx, t.ID); err != nil {
			return err
		}
		n := Notice{Kind: HasEnded, Tenancy: t.ID, Round: t.Round}
		if who != t.Owner {
			return r.notify(tx, t.Owner, n)
		}
		return r.tellStaff(tx, *t, n)
	})
}

// withdrawSuccessor takes back the pending change or renewal of a tenancy that
// ends.
func (r *Registry) withdrawSuccessor(tx kv.Tx, id string) error {
	by := tx.Get(successors, key(id))
	if by == nil {
		return nil
	}
	next, err := r.tenancy(tx, string(by))
	if err != nil {
		return err
	}
	if err := next.Apply(tenancy.Withdraw, tenancy.By{Actor: tenancy.ByLandlord, Who: next.Owner, At: r.Now()}); err != nil {
		return err
	}
	return r.putTenancy(tx, next)
}

// expireAtOnce is how many tenancies one transaction expires.
const expireAtOnce = 8

// Expire moves the tenancies whose last day lies before today; their reminders
// ask what follows. It costs by what has expired.
func (r *Registry) Expire(ctx context.Context, today calendar.Date) (n int, err error) {
	for {
		done := 0
		err := r.update(ctx, func(tx kv.Tx) error {
			done = 0
			for _, id := range tx.Scan(ends, nil, []byte(today.String())) {
				if done == expireAtOnce {
					break
				}
				if err := r.expire(tx, string(id)); err != nil {
					return err
				}
				done++
			}
			return nil
		})
		if n += done; err != nil || done < expireAtOnce {
			return n, err
		}
	}
}

func (r *Registry) expire(tx kv.Tx, id string) error {
	t, err := r.tenancy(tx, id)
	if err != nil {
		return err
	}
	if err := t.Apply(tenancy.Expire, tenancy.By{Actor: tenancy.BySystem, At: r.Now()}); err != nil {
		return err
	}
	return errors.Join(
		r.putTenancy(tx, t),
		r.log(tx, 0, "tenancy.expire", t.ID))
}

// Reveal notes that a member of staff looks at a tenancy's numbers in full, and
// returns it. The landlord can read in its history who did, and why.
func (r *Registry) Reveal(ctx context.Context, id string, who int64, reason string) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if t, err = r.tenancy(tx, id); err != nil {
			return err
		}
		actor, err := r.part(tx, t, who)
		if err != nil {
			return err
		}
		if actor != tenancy.ByManager {
			return ErrNotAllowed
		}
		t.Note(tenancy.Revealed, tenancy.By{Actor: actor, Who: who, At: r.Now(), Reason: reason})
		return errors.Join(r.putTenancy(tx, t), r.log(tx, who, "tenancy.reveal", t.ID))
	})
	return t, err
}
