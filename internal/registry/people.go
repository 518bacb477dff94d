package registry

import (
	"context"
	"errors"
	"strconv"

	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/tenancy"
)

// Profile returns what is remembered of a person; of a stranger, nothing but the
// id.
func (r *Registry) Profile(ctx context.Context, person int64) (p tenancy.Profile, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		p, err = r.profile(tx, person)
		return err
	})
	return p, err
}

func (r *Registry) profile(tx kv.Tx, person int64) (tenancy.Profile, error) {
	p := tenancy.Profile{ID: person}
	err := get(tx, profiles, key(person), &p)
	if errors.Is(err, ErrNotFound) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	return p, r.unseal(profileRecord(person), profileSecrets(&p))
}

// putProfile stores a profile; with the first time it begins to run out.
func (r *Registry) putProfile(tx kv.Tx, p tenancy.Profile) error {
	if p.Seen.IsZero() {
		p.Seen = r.Now()
		if err := r.runsOut(tx, errandProfile, strconv.FormatInt(p.ID, 10), p.Seen.AddDate(0, 0, tenancy.IdleDays)); err != nil {
			return err
		}
	}
	r.seal(profileRecord(p.ID), profileSecrets(&p))
	return put(tx, profiles, key(p.ID), p)
}

func profileRecord(person int64) string { return "profiles|" + strconv.FormatInt(person, 10) }

// Change applies fn to a person's profile.
func (r *Registry) Change(ctx context.Context, person int64, fn func(*tenancy.Profile)) error {
	return r.update(ctx, func(tx kv.Tx) error {
		p, err := r.profile(tx, person)
		if err != nil {
			return err
		}
		fn(&p)
		return r.putProfile(tx, p)
	})
}

// Meet notes that a person is here, and the language of their app.
func (r *Registry) Meet(ctx context.Context, person int64, app string) error {
	return r.Change(ctx, person, func(p *tenancy.Profile) {
		p.App = app
		if !p.Seen.IsZero() {
			p.Seen = r.Now()
		}
	})
}

// SetReachable remembers whether a person can be written to. Their waiting
// notices are held back, or come out again.
func (r *Registry) SetReachable(ctx context.Context, person int64, reachable bool) error {
	return r.update(ctx, func(tx kv.Tx) error {
		p, err := r.profile(tx, person)
		if err != nil {
			return err
		}
		if reachable {
			if err := outbox.Reachable(tx, person, r.Now()); err != nil {
				return err
			}
		}
		if p.Silent == !reachable {
			return nil
		}
		p.Silent = !reachable
		return r.putProfile(tx, p)
	})
}
