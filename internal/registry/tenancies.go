package registry

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"zuji/internal/address"
	"zuji/internal/calendar"
	"zuji/internal/invalid"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// Submit registers t under t.ID, the id of the session that filled it in, gives
// it a receipt number and tells the compound's staff. Submitting the same id
// again returns what was stored. It returns an *invalid.Error when the unit has
// an active tenancy by now.
func (r *Registry) Submit(ctx context.Context, t tenancy.Tenancy) (stored tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		stored, err = r.tenancy(tx, t.ID)
		if !errors.Is(err, ErrNotFound) {
			return err
		}
		if err := r.occupy(tx, t); err != nil {
			return err
		}
		stored = t
		stored.State = tenancy.Draft
		if err := stored.Apply(tenancy.Submit, tenancy.ByLandlord); err != nil {
			return err
		}
		stored.Submitted = r.Now()
		n, err := next(tx, "receipt-"+stored.Submitted.In(calendar.Shanghai).Format("200601"))
		if err != nil {
			return err
		}
		stored.Receipt = tenancy.ReceiptNumber(stored.Submitted, n)
		return errors.Join(
			tx.Put(receipts, key(stored.Receipt), []byte(stored.ID)),
			tx.Put(owners, ownerKey(stored), []byte(stored.ID)),
			r.remember(tx, stored),
			r.enqueue(tx, stored, stored.Owner, "tenancy.submit"))
	})
	return stored, err
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
		if err := stored.Apply(tenancy.Resubmit, tenancy.ByLandlord); err != nil {
			return err
		}
		if t.UnitKey() != stored.UnitKey() {
			if err := tx.Delete(units, key(stored.UnitKey())); err != nil {
				return err
			}
		}
		if err := r.occupy(tx, t); err != nil {
			return err
		}
		if err := r.unindexPeople(tx, stored); err != nil {
			return err
		}
		t.State, t.Receipt, t.Submitted, t.Returned = stored.State, stored.Receipt, r.Now(), nil
		t.Round = stored.Round + 1
		stored = t
		return errors.Join(r.remember(tx, stored), r.enqueue(tx, stored, stored.Owner, "tenancy.resubmit"))
	})
	return stored, err
}

// enqueue stores a submitted tenancy, puts it into the review queue and tells
// the compound's staff.
func (r *Registry) enqueue(tx kv.Tx, t tenancy.Tenancy, by int64, action string) error {
	var c tenancy.Compound
	if err := get(tx, compounds, key(t.Compound), &c); err != nil {
		return fmt.Errorf("compound of the tenancy: %w", err)
	}
	for _, s := range c.Staff {
		if err := r.notify(tx, s.ID, Notice{Kind: ToReview, Tenancy: t.ID, Round: t.Round}); err != nil {
			return err
		}
	}
	return errors.Join(
		r.putTenancy(tx, t),
		r.indexPeople(tx, t),
		tx.Put(queue, queueKey(t), []byte(t.ID)),
		r.log(tx, by, action, t.ID))
}

// occupy claims t's unit for t.
func (r *Registry) occupy(tx kv.Tx, t tenancy.Tenancy) error {
	k := key(t.UnitKey())
	if id := tx.Get(units, k); id != nil && string(id) != t.ID {
		return invalid.New("unit_taken", "Unit", t.Unit.String())
	}
	return tx.Put(units, k, []byte(t.ID))
}

func (r *Registry) indexPeople(tx kv.Tx, t tenancy.Tenancy) error {
	for _, p := range t.People {
		if p.Document.Number == "" {
			continue
		}
		if err := tx.Put(documents, r.documentKey(p, t.ID), []byte(t.ID)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Registry) unindexPeople(tx kv.Tx, t tenancy.Tenancy) error {
	for _, p := range t.People {
		if err := tx.Delete(documents, r.documentKey(p, t.ID)); err != nil {
			return err
		}
	}
	return nil
}

func (r *Registry) documentKey(p tenancy.Person, id string) []byte {
	return key(r.Vault.Index("document", p.Document.Key()), id)
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

func ownerKey(t tenancy.Tenancy) []byte {
	return key(t.Owner, math.MaxInt64-t.Submitted.UnixMilli(), t.ID)
}

func queueKey(t tenancy.Tenancy) []byte { return key(t.Compound, t.Submitted, t.ID) }

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

// Mine returns the tenancies that a person registered, newest first, at most
// limit.
func (r *Registry) Mine(ctx context.Context, person int64, limit int) ([]tenancy.Tenancy, error) {
	return r.list(ctx, owners, key(person), limit)
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
				if other.ID != t.ID && other.State.Active() && !slices.Contains(numbers, other.Receipt) {
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
