package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// Submit registers t under t.ID, the id of the session that filled it in, gives
// it a receipt number and tells the compound's staff. What the desk entered
// (t.Desk) is accepted at once. Submitting the same id again returns what was
// stored. It returns an *invalid.Error when the unit has an active tenancy by now,
// or when what t replaces is no longer in force.
func (r *Registry) Submit(ctx context.Context, t tenancy.Tenancy) (stored tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		stored, err = r.tenancy(tx, t.ID)
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		stored = t
		stored.State, stored.History = tenancy.Draft, nil
		stored.Submitted = r.Now()
		if err := errors.Join(r.replaceable(tx, stored), r.lodge(tx, &stored)); err != nil {
			return err
		}
		by := tenancy.By{Actor: tenancy.ByLandlord, Who: t.Owner, At: stored.Submitted}
		if t.Desk != 0 {
			by.Actor, by.Who = tenancy.ByManager, t.Desk
		}
		if err := stored.Apply(tenancy.Submit, by); err != nil {
			return err
		}
		if stored.Receipt, err = r.receipt(tx, stored.Submitted); err != nil {
			return err
		}
		if t.Desk != 0 {
			return r.atDesk(tx, &stored, by)
		}
		return errors.Join(r.remember(tx, stored), r.enqueue(tx, stored, stored.Owner, "tenancy.submit"))
	})
	return stored, err
}

// receipt gives out the next receipt number.
func (r *Registry) receipt(tx kv.Tx, at time.Time) (string, error) {
	n, err := next(tx, receiptCounter(at.In(calendar.Shanghai).Format("200601")))
	return tenancy.ReceiptNumber(at, n), err
}

func receiptCounter(month string) string { return "receipt-" + month }

// atDesk accepts what a member of staff has entered for a landlord.
func (r *Registry) atDesk(tx kv.Tx, t *tenancy.Tenancy, by tenancy.By) error {
	var c tenancy.Compound
	if err := get(tx, compounds, key(t.Compound), &c); err != nil {
		return fmt.Errorf("compound of the tenancy: %w", err)
	}
	if !c.HasStaff(t.Desk) {
		return ErrNotAllowed
	}
	if err := t.Apply(tenancy.Accept, by); err != nil {
		return err
	}
	t.Reviewed, t.Reviewer = by.At, by.Who
	return errors.Join(
		r.replace(tx, *t, by),
		r.putTenancy(tx, *t),
		r.log(tx, by.Who, "tenancy.desk", t.ID))
}

// replaceable refuses a tenancy whose unit another one holds, and a change or
// renewal of one that is not in force, not the landlord's, or already being
// changed.
func (r *Registry) replaceable(tx kv.Tx, t tenancy.Tenancy) error {
	holder := tx.Get(units, key(t.UnitKey()))
	if holder != nil && string(holder) != t.ID && string(holder) != t.Replaces {
		return invalid.New("unit_taken", "Unit", t.Unit.String())
	}
	if t.Replaces == "" {
		return r.takes(tx, t)
	}
	old, err := r.tenancy(tx, t.Replaces)
	if err != nil {
		return err
	}
	if old.Owner != t.Owner || old.Compound != t.Compound {
		return ErrNotAllowed
	}
	if !old.State.InForce() {
		return invalid.New("not_in_force", "Receipt", old.Receipt)
	}
	if other := tx.Get(successors, key(old.ID)); other != nil && string(other) != t.ID {
		return invalid.New("already_pending", "Receipt", old.Receipt)
	}
	return nil
}

// takes refuses a new letting in a compound that is archived.
func (r *Registry) takes(tx kv.Tx, t tenancy.Tenancy) error {
	var c tenancy.Compound
	if err := get(tx, compounds, key(t.Compound), &c); err != nil {
		return fmt.Errorf("compound of the tenancy: %w", err)
	}
	if c.Archived && t.Round == 0 {
		return invalid.New("compound_gone")
	}
	return nil
}

// replace moves the tenancy that t changes or renews out of its way.
func (r *Registry) replace(tx kv.Tx, t tenancy.Tenancy, by tenancy.By) error {
	if t.Replaces == "" {
		return nil
	}
	old, err := r.tenancy(tx, t.Replaces)
	if err != nil {
		return err
	}
	m := tenancy.Change
	if t.Purpose == tenancy.ToRenew {
		m = tenancy.Renew
	}
	by.Actor = tenancy.ByManager
	if err := old.Apply(m, by); err != nil {
		return err
	}
	return r.putTenancy(tx, old)
}

// Resubmit stores the corrected answers of a returned tenancy and tells the
// staff. Repeated, it changes nothing.
func (r *Registry) Resubmit(ctx context.Context, t tenancy.Tenancy) (stored tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		stored, err = r.tenancy(tx, t.ID)
		if err != nil {
			return err
		}
		if stored.Owner != t.Owner {
			return ErrNotAllowed
		}
		if stored.State == tenancy.Submitted {
			return nil
		}
		by := tenancy.By{Actor: tenancy.ByLandlord, Who: t.Owner, At: r.Now()}
		if err := stored.Apply(tenancy.Resubmit, by); err != nil {
			return err
		}
		t.State, t.History, t.Receipt, t.Replaces = stored.State, stored.History, stored.Receipt, stored.Replaces
		t.Submitted, t.Returned, t.Round = by.At, nil, stored.Round+1
		if err := r.replaceable(tx, t); err != nil {
			return err
		}
		answers(&t, stored)
		stored = t
		return errors.Join(r.remember(tx, stored), r.enqueue(tx, stored, stored.Owner, "tenancy.resubmit"))
	})
	return stored, err
}

// enqueue stores a submitted tenancy, which puts it into the review queue, and
// tells the compound's staff.
func (r *Registry) enqueue(tx kv.Tx, t tenancy.Tenancy, by int64, action string) error {
	if err := r.tellStaff(tx, t, Notice{Kind: ToReview, Tenancy: t.ID, Round: t.Round}); err != nil {
		return err
	}
	return errors.Join(r.putTenancy(tx, t), r.log(tx, by, action, t.ID))
}

// tellStaff puts a notice to each member of a tenancy's staff into the outbox.
func (r *Registry) tellStaff(tx kv.Tx, t tenancy.Tenancy, n Notice) error {
	var c tenancy.Compound
	if err := get(tx, compounds, key(t.Compound), &c); err != nil {
		return fmt.Errorf("compound of the tenancy: %w", err)
	}
	for _, s := range c.Staff {
		if err := r.notify(tx, s.ID, n); err != nil {
			return err
		}
	}
	return nil
}

// remember keeps what the landlord need not type again.
func (r *Registry) remember(tx kv.Tx, t tenancy.Tenancy) error {
	p, err := r.profile(tx, t.Owner)
	if err != nil {
		return err
	}
	p.Notice, p.Agreed = t.Notice, t.Agreed
	p.Role, p.Landlord, p.Agent = t.Role, t.Landlord, t.Agent
	p.Compound, p.Unit = t.Compound, t.Unit.String()
	return r.putProfile(tx, p)
}

// Tenancy returns a tenancy by its id.
func (r *Registry) Tenancy(ctx context.Context, id string) (t tenancy.Tenancy, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		t, err = r.tenancy(tx, id)
		return err
	})
	return t, err
}

// Taken returns the active tenancy of a unit, or nil.
func (r *Registry) Taken(ctx context.Context, compound string, u address.Unit) (*tenancy.Tenancy, error) {
	var found *tenancy.Tenancy
	err := r.view(ctx, func(tx kv.Tx) error {
		probe := tenancy.Tenancy{Compound: compound, Unit: u}
		id := tx.Get(units, key(probe.UnitKey()))
		if id == nil {
			return nil
		}
		t, err := r.tenancy(tx, string(id))
		found = &t
		return err
	})
	return found, err
}

// Mine returns the tenancies that a person registered, at most limit: those that
// are alive first, then those of the past, each newest first.
func (r *Registry) Mine(ctx context.Context, person int64, limit int) ([]tenancy.Tenancy, error) {
	return r.list(ctx, owners, key(person), limit)
}

// Replacing returns the pending change or renewal of a tenancy, or nil.
func (r *Registry) Replacing(ctx context.Context, id string) (next *tenancy.Tenancy, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		next = nil
		by := tx.Get(successors, key(id))
		if by == nil {
			return nil
		}
		t, err := r.tenancy(tx, string(by))
		next = &t
		return err
	})
	return next, err
}

// Queue returns the tenancies of a compound that wait for review, oldest first,
// at most limit.
func (r *Registry) Queue(ctx context.Context, compound string, limit int) ([]tenancy.Tenancy, error) {
	return r.list(ctx, queue, key(compound), limit)
}

// Elsewhere returns the receipts of other active tenancies that name a person of
// t by the same document.
func (r *Registry) Elsewhere(ctx context.Context, t tenancy.Tenancy) (numbers []string, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		numbers = nil
		for _, p := range t.People {
			if p.Document.Number == "" {
				continue
			}
			prefix := key(r.Vault.Index("document", p.Document.Key()))
			for _, id := range tx.Scan(documents, prefix, kv.PrefixEnd(prefix)) {
				other, err := r.tenancy(tx, string(id))
				if err != nil {
					return err
				}
				if other.ID != t.ID && other.ID != t.Replaces && other.State.Active() && !slices.Contains(numbers, other.Receipt) {
					numbers = append(numbers, other.Receipt)
				}
			}
		}
		return nil
	})
	return numbers, err
}

func (r *Registry) list(ctx context.Context, table string, prefix []byte, limit int) (all []tenancy.Tenancy, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		for _, id := range tx.Scan(table, prefix, kv.PrefixEnd(prefix)) {
			t, err := r.tenancy(tx, string(id))
			if err != nil {
				return err
			}
			if all = append(all, t); len(all) == limit {
				return nil
			}
		}
		return nil
	})
	return all, err
}
