package registry

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync"
	"time"

	"zuji/internal/audit"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// inviteDays is how long an invitation can be used.
const inviteDays = 3

// An invitation gives one person a role: in a compound, or as an administrator
// without one. Only a hash of its token is stored.
type invitation struct {
	Compound string            `json:"compound,omitempty"`
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

// Errors of what is done with roles.
var (
	ErrStaffFull  = errors.New("staff is complete")                      // tenancy.MaxStaff people have the role
	ErrLastAdmin  = errors.New("nobody else is an administrator")        // the last one can't be removed
	ErrConfigured = errors.New("administrator is named in the settings") // and is removed there
)

// Invite makes an invitation to a role in a compound, or with an empty compound to
// be an administrator. It is good for three days and one use. The token must be
// new and secret; making it again changes nothing.
func (r *Registry) Invite(ctx context.Context, token, compound string, role tenancy.StaffRole, by int64) error {
	if !r.Admin(by) {
		return ErrNotAllowed
	}
	if !role.Known() || (role == tenancy.Administrator) != (compound == "") {
		return ErrNotFound
	}
	return r.update(ctx, func(tx kv.Tx) error {
		if compound != "" && tx.Get(compounds, key(compound)) == nil {
			return ErrNotFound
		}
		if tx.Get(invites, tokenHash(token)) != nil {
			return nil
		}
		i := invitation{Compound: compound, Role: role, Expires: r.Now().AddDate(0, 0, inviteDays)}
		return errors.Join(put(tx, invites, tokenHash(token), i), r.log(tx, by, "staff.invite", compound),
			r.runsOut(tx, errandInvite, hashOf(token), i.Expires.AddDate(0, 0, keepInviteDays)))
	})
}

// A Post is a role that a person has: in a compound, or as an administrator.
type Post struct {
	Compound tenancy.Compound
	Role     tenancy.StaffRole
}

// Join redeems an invitation for a person. It returns ErrNotFound for a token
// that is unknown, used by another person, used up or expired, and ErrStaffFull.
func (r *Registry) Join(ctx context.Context, token string, person int64, name string) (p Post, err error) {
	err = r.changeStaff(ctx, func(tx kv.Tx) error {
		p, err = r.join(tx, token, tenancy.Staff{ID: person, Name: name})
		return err
	})
	return p, err
}

func (r *Registry) join(tx kv.Tx, token string, s tenancy.Staff) (p Post, err error) {
	var i invitation
	if err := get(tx, invites, tokenHash(token), &i); err != nil {
		return p, err
	}
	if i.UsedBy != 0 && i.UsedBy != s.ID || r.Now().After(i.Expires) {
		return p, ErrNotFound
	}
	p.Role, s.Role = i.Role, i.Role
	if i.Role == tenancy.Administrator {
		err = r.makeAdmin(tx, s, i.UsedBy != 0)
	} else if err = get(tx, compounds, key(i.Compound), &p.Compound); err == nil {
		err = r.hire(tx, &p.Compound, s, i.UsedBy != 0)
	}
	if err != nil || i.UsedBy != 0 {
		return p, err
	}
	i.UsedBy = s.ID
	return p, errors.Join(put(tx, invites, tokenHash(token), i), r.log(tx, s.ID, "staff.join", i.Compound),
		r.log(tx, s.ID, "role.give", audit.Person(s.ID), string(i.Role), cmp.Or(i.Compound, audit.AllCompounds)))
}

// hire gives s a role in c. Who comes again by a used invitation must still have
// it: one that was removed does not come back by the same link.
func (r *Registry) hire(tx kv.Tx, c *tenancy.Compound, s tenancy.Staff, again bool) error {
	before := c.RoleOf(s.ID)
	switch {
	case again && before == "":
		return ErrNotFound
	case again || before == tenancy.Manager:
		return nil // an invitation never takes a right away
	case len(c.With(s.Role)) >= tenancy.MaxStaff:
		return ErrStaffFull
	}
	c.SetRole(s)
	return put(tx, compounds, key(c.ID), *c)
}

func (r *Registry) makeAdmin(tx kv.Tx, s tenancy.Staff, again bool) error {
	known := tx.Get(admins, key(s.ID)) != nil
	if again && !known {
		return ErrNotFound
	}
	if known || slices.Contains(r.Admins, s.ID) {
		return nil
	}
	if count(tx, admins) >= tenancy.MaxStaff {
		return ErrStaffFull
	}
	return put(tx, admins, key(s.ID), s)
}

// GiveRole changes the role of a person in a compound; the empty role removes
// them. It returns ErrNotFound for somebody without a role there, and ErrStaffFull.
func (r *Registry) GiveRole(ctx context.Context, compound string, person int64, role tenancy.StaffRole, by int64) error {
	return r.changeStaff(ctx, func(tx kv.Tx) error {
		if !r.Admin(by) {
			return ErrNotAllowed
		}
		var c tenancy.Compound
		if err := get(tx, compounds, key(compound), &c); err != nil {
			return err
		}
		s, ok := c.Member(person)
		switch {
		case !ok || role == tenancy.Administrator || role != "" && !role.Known():
			return ErrNotFound
		case s.Role == role:
			return nil
		case role != "" && len(c.With(role)) >= tenancy.MaxStaff:
			return ErrStaffFull
		}
		before := s.Role
		s.Role = role
		c.SetRole(s)
		line := r.log(tx, by, "role.remove", audit.Person(person), string(before), c.ID)
		if role != "" {
			line = r.log(tx, by, "role.change", audit.Person(person), string(role), string(before), c.ID)
		}
		return errors.Join(line, put(tx, compounds, key(c.ID), c))
	})
}

// RemoveAdmin takes the administrator's role from a person who got it by an
// invitation. It returns ErrConfigured for one that the settings name, ErrLastAdmin
// for the only one there is, and ErrNotFound.
func (r *Registry) RemoveAdmin(ctx context.Context, person, by int64) error {
	return r.changeStaff(ctx, func(tx kv.Tx) error {
		switch {
		case !r.Admin(by):
			return ErrNotAllowed
		case slices.Contains(r.Admins, person):
			return ErrConfigured
		case tx.Get(admins, key(person)) == nil:
			return ErrNotFound
		case len(r.Admins) == 0 && count(tx, admins) == 1:
			return ErrLastAdmin
		}
		return errors.Join(tx.Delete(admins, key(person)),
			r.log(tx, by, "role.remove", audit.Person(person), string(tenancy.Administrator), audit.AllCompounds))
	})
}

// changeStaff is changeCompounds for what changes administrators too.
func (r *Registry) changeStaff(ctx context.Context, fn func(kv.Tx) error) error {
	err := r.changeCompounds(ctx, fn)
	return errors.Join(err, r.view(ctx, r.readAdmins))
}

// appointed are the administrators that came by invitation, in memory because
// they are asked for at every step.
type appointed struct {
	mu   sync.Mutex
	list []tenancy.Staff
}

func (a *appointed) all() []tenancy.Staff {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.list
}

func (r *Registry) readAdmins(tx kv.Tx) error {
	var list []tenancy.Staff
	for k, raw := range tx.Scan(admins, nil, nil) {
		var s tenancy.Staff
		if err := json.Unmarshal(raw, &s); err != nil || len(k) != 8 || int64(binary.BigEndian.Uint64(k)) != s.ID {
			return errors.New("read administrators: a record can't be read")
		}
		list = append(list, s)
	}
	r.appointed.mu.Lock()
	defer r.appointed.mu.Unlock()
	r.appointed.list = list
	return nil
}

// Administrators returns everybody who is one: those that the settings name, by
// their ids, and those who came by an invitation.
func (r *Registry) Administrators() []tenancy.Staff {
	var all []tenancy.Staff
	for _, id := range r.Admins {
		all = append(all, tenancy.Staff{ID: id, Name: strconv.FormatInt(id, 10), Role: tenancy.Administrator})
	}
	for _, s := range r.appointed.all() {
		if !slices.Contains(r.Admins, s.ID) {
			all = append(all, s)
		}
	}
	return all
}

// Admin reports whether a person is an administrator.
func (r *Registry) Admin(person int64) bool {
	return slices.ContainsFunc(r.Administrators(), func(s tenancy.Staff) bool { return s.ID == person })
}

// Reads returns the compounds whose numbers a person may see because they manage
// them or work for their community committee.
func (r *Registry) Reads(ctx context.Context, person int64) ([]tenancy.Compound, error) {
	all, err := r.Compounds(ctx)
	return slices.DeleteFunc(slices.Clone(all), func(c tenancy.Compound) bool { return c.RoleOf(person) == "" }), err
}

func count(tx kv.Tx, table string) (n int) {
	for range tx.Scan(table, nil, nil) {
		n++
	}
	return n
}

func ids(people []tenancy.Staff) (all []int64) {
	for _, s := range people {
		all = append(all, s.ID)
	}
	return all
}
