package registry

import (
	"context"
	"errors"
	"strconv"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// retainWrites ends a transaction of Retain and Erase. A tenancy with
// tenancy.MaxPeople people, each with three index rows, takes some seventy more.
const retainWrites = 25

// Retain warns of and removes what has been kept long enough: personal data of
// tenancies that are over, by an index of times.
// It finishes what Erase began. It returns how many tenancies it made anonymous.
// It may be stopped at any moment and run again; only one process may run it.
func (r *Registry) Retain(ctx context.Context) (gone int, err error) {
	var failed error
	for {
		some, done := 0, 0
		err := r.update(ctx, func(raw kv.Tx) error {
			tx := &counted{Tx: raw}
			some, done = 0, 0
			for k, id := range tx.Scan(leaving, nil, r.untilNow()) {
				left, err := r.leave(tx, k, string(id))
				if err != nil {
					return &rowError{leaving, k, err}
				}
				if done++; left {
					some++
				}
				if tx.n > retainWrites {
					break
				}
			}
			if some == 0 {
				return nil
			}
			return errors.Join(r.erased(tx), r.log(tx, 0, "retention.run", "", "tenancy", strconv.Itoa(some)))
		})
		if bad := (*rowError)(nil); errors.As(err, &bad) {
			failed = errors.Join(failed, err)
			if err = r.postpone(ctx, bad); err == nil {
				continue
			}
		}
		if err != nil {
			return gone, err
		}
		if gone += some; done == 0 {
			break
		}
	}
	return gone, errors.Join(failed, r.goOnErasing(ctx))
}

// leave warns the landlord of a tenancy whose row has come, or makes it anonymous,
// and reports which.
func (r *Registry) leave(tx kv.Tx, k []byte, id string) (left bool, err error) {
	t, err := r.tenancy(tx, id)
	if errors.Is(err, ErrNotFound) {
		return false, tx.Delete(leaving, k)
	}
	if err != nil {
		return false, err
	}
	// A row of another time than the record's would stay behind.
	if err := tx.Delete(leaving, k); err != nil {
		return false, err
	}
	now := r.Now()
	if !t.Warned.IsZero() && !now.Before(t.Leaves()) {
		return true, r.putTenancy(tx, t.Anonymous(now))
	}
	if t.Warned.IsZero() {
		t.Warned = now
		if err := r.notify(tx, t.Owner, Notice{Kind: ToLeave, Tenancy: t.ID, Round: t.Round}); err != nil {
			return false, err
		}
	}
	return false, r.putTenancy(tx, t)
}

// EraseTenancy makes a tenancy that is over anonymous before its time, because a
// person asked the desk for it; how is the way in which they asked. Repeated, it
// changes nothing. It returns a *tenancy.MoveError for one that is alive: the
// duty to have it registered lasts until it ends (Civil Code Art. 945).
func (r *Registry) EraseTenancy(ctx context.Context, id string, how Request, by int64) error {
	return r.update(ctx, func(tx kv.Tx) error {
		t, err := r.tenancy(tx, id)
		if err != nil {
			return err
		}
		var c tenancy.Compound
		if err := get(tx, compounds, key(t.Compound), &c); err != nil {
			return err
		}
		switch {
		case !c.HasStaff(by) || !how.Known():
			return ErrNotAllowed
		case t.State.Active():
			return &tenancy.MoveError{Move: "erase", Actor: tenancy.ByManager, From: t.State}
		case !t.Erased.IsZero():
			return nil
		}
		return errors.Join(r.putTenancy(tx, t.Anonymous(r.Now())), r.erased(tx), r.log(tx, by, "data.erase", id, string(how)))
	})
}

// A Request is how a person asked the desk to erase their data.
type Request string

// The requests.
const (
	InPerson Request = "in_person" // showing their document
	ByLetter Request = "letter"
)

// Known reports whether q is one of the requests.
func (q Request) Known() bool { return q == InPerson || q == ByLetter }
