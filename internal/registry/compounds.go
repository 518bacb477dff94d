package registry

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// Compounds returns all compounds in the order of their names. They are few and
// read at every step, so they are kept in memory until one changes.
func (r *Registry) Compounds(ctx context.Context) (all []tenancy.Compound, err error) {
	kept, seen := r.kept.get()
	if kept != nil {
		return kept, nil
	}
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		for k := range tx.Scan(compounds, nil, nil) {
			var c tenancy.Compound
			if err := get(tx, compounds, k, &c); err != nil {
				return err
			}
			all = append(all, c)
		}
		return nil
	})
	slices.SortFunc(all, func(a, b tenancy.Compound) int { return strings.Compare(a.Name, b.Name) })
	if err == nil {
		r.kept.set(all, seen)
	}
	return all, err
}

// kept are the compounds in memory. A reader that began before a change does
// not store what it read.
type kept struct {
	mu      sync.Mutex
	all     []tenancy.Compound
	changes int
}

func (k *kept) get() ([]tenancy.Compound, int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.all, k.changes
}

func (k *kept) set(all []tenancy.Compound, seen int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.changes == seen {
		k.all = all
	}
}

func (k *kept) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all, k.changes = nil, k.changes+1
}

// Compound returns a compound by its id.
func (r *Registry) Compound(id string) (tenancy.Compound, bool) {
	all, _ := r.Compounds(context.Background())
	for _, c := range all {
		if c.ID == id {
			return c, true
		}
	}
	return tenancy.Compound{}, false
}

// changeCompounds is update for what changes compounds.
func (r *Registry) changeCompounds(ctx context.Context, fn func(kv.Tx) error) error {
	err := r.update(ctx, fn)
	r.kept.forget()
	return err
}

// CompoundByLink returns the compound that a deep link's token names.
func (r *Registry) CompoundByLink(ctx context.Context, token string) (c tenancy.Compound, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		id := tx.Get(links, key(token))
		if id == nil {
			return ErrNotFound
		}
		return get(tx, compounds, key(string(id)), &c)
	})
	return c, err
}

// AddCompound stores a new compound under id, the id of the session that asked
// for it, and gives it its link.
func (r *Registry) AddCompound(ctx context.Context, id string, by int64, c tenancy.Compound) (tenancy.Compound, error) {
	if !r.Admin(by) {
		return c, ErrNotAllowed
	}
	c.ID, c.Link, c.Added = id, Token()[:12], tenancy.Today(r.Now())
	c.City = c.City.Sourced(tenancy.City{}, c.Added)
	err := r.changeCompounds(ctx, func(tx kv.Tx) error {
		var stored tenancy.Compound
		if err := get(tx, compounds, key(id), &stored); !errors.Is(err, ErrNotFound) {
			c = stored
			return err
		}
		return errors.Join(
			put(tx, compounds, key(c.ID), c),
			tx.Put(links, key(c.Link), []byte(c.ID)),
			r.planYear(tx, c.ID, tenancy.Today(r.Now()).Year),
			r.log(tx, by, "compound.add", c.ID))
	})
	return c, err
}

// ChangeCompound stores what an administrator has changed of a compound: name,
// places, city and where extracts go. Another number of the city plans the
// reminders anew.
func (r *Registry) ChangeCompound(ctx context.Context, by int64, c tenancy.Compound) (tenancy.Compound, error) {
	return r.changeCompound(ctx, c.ID, by, "compound.change", func(tx kv.Tx, stored *tenancy.Compound) error {
		before := stored.City
		stored.Name, stored.Address, stored.Desk, stored.Exports = c.Name, c.Address, c.Desk, c.Exports
		stored.Street, stored.Council = c.Street, c.Council
		stored.City = c.City.Sourced(before, tenancy.Today(r.Now()))
		if stored.City.Same(before) {
			return nil
		}
		return r.replan(tx)
	})
}

// ArchiveCompound closes a compound to new registrations, or opens it again. What
// is registered goes on.
func (r *Registry) ArchiveCompound(ctx context.Context, id string, by int64, archived bool) (tenancy.Compound, error) {
	action := "compound.archive"
	if !archived {
		action = "compound.open"
	}
	return r.changeCompound(ctx, id, by, action, func(_ kv.Tx, stored *tenancy.Compound) error {
		stored.Archived = archived
		return nil
	})
}

// changeCompound changes a compound for an administrator.
func (r *Registry) changeCompound(ctx context.Context, id string, by int64, action string, change func(kv.Tx, *tenancy.Compound) error) (c tenancy.Compound, err error) {
	if !r.Admin(by) {
		return c, ErrNotAllowed
	}
	err = r.changeCompounds(ctx, func(tx kv.Tx) error {
		c = tenancy.Compound{}
		if err := get(tx, compounds, key(id), &c); err != nil {
			return err
		}
		return errors.Join(change(tx, &c), put(tx, compounds, key(id), c), r.log(tx, by, action, id))
	})
	return c, err
}

// Manages returns the compounds whose staff a person belongs to.
func (r *Registry) Manages(ctx context.Context, person int64) ([]tenancy.Compound, error) {
	all, err := r.Compounds(ctx)
	return slices.DeleteFunc(slices.Clone(all), func(c tenancy.Compound) bool { return !c.HasStaff(person) }), err
}
