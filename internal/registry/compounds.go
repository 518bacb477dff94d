package registry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

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

// Manages returns the compounds whose staff a person belongs to.
func (r *Registry) Manages(ctx context.Context, person int64) ([]tenancy.Compound, error) {
	all, err := r.Compounds(ctx)
	return slices.DeleteFunc(slices.Clone(all), func(c tenancy.Compound) bool { return !c.HasStaff(person) }), err
}

// inviteDays is how long an invitation can be used.
const inviteDays = 3

// An invitation lets one person join a compound's staff. Only a hash of its token
// is stored.
type invitation struct {
	Compound string            `json:"compound"`
	Role     tenancy.StaffRole `json:"role"`
	Expires  time.Time         `json:"expires"`
	UsedBy   int64             `json:"usedBy,omitempty"`
}

// Token returns 128 random bits as 26 letters and digits.
func Token() string { return rand.Text() }

func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// Invite makes an invitation to a compound's staff, good for three days and one
// use. The token must be new and secret; making it again changes nothing.
func (r *Registry) Invite(ctx context.Context, token, compound string, role tenancy.StaffRole, by int64) error {
	if !r.Admin(by) {
		return ErrNotAllowed
	}
	return r.update(ctx, func(tx kv.Tx) error {
		if tx.Get(compounds, key(compound)) == nil {
			return ErrNotFound
		}
		if tx.Get(invites, tokenHash(token)) != nil {
			return nil
		}
		i := invitation{Compound: compound, Role: role, Expires: r.Now().AddDate(0, 0, inviteDays)}
		return errors.Join(put(tx, invites, tokenHash(token), i), r.log(tx, by, "staff.invite", compound))
	})
}

// ErrStaffFull is returned when a compound has tenancy.MaxStaff people.
var ErrStaffFull = errors.New("staff is complete")

// Join redeems an invitation for a person. It returns ErrNotFound for a token
// that is unknown, used by another person or expired, and ErrStaffFull.
func (r *Registry) Join(ctx context.Context, token string, person int64, name string) (c tenancy.Compound, err error) {
	err = r.changeCompounds(ctx, func(tx kv.Tx) error {
		var i invitation
		c = tenancy.Compound{}
		if err := get(tx, invites, tokenHash(token), &i); err != nil {
			return err
		}
		if i.UsedBy != 0 && i.UsedBy != person || r.Now().After(i.Expires) {
			return ErrNotFound
		}
		if err := get(tx, compounds, key(i.Compound), &c); err != nil {
			return err
		}
		if i.UsedBy == person && c.HasStaff(person) {
			return nil
		}
		if !c.HasStaff(person) && len(c.Staff) >= tenancy.MaxStaff {
			return ErrStaffFull
		}
		i.UsedBy = person
		c.AddStaff(tenancy.Staff{ID: person, Name: name, Role: i.Role})
		return errors.Join(
			put(tx, invites, tokenHash(token), i),
			put(tx, compounds, key(c.ID), c),
			r.log(tx, person, "staff.join", c.ID))
	})
	return c, err
}
