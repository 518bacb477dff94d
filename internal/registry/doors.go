package registry

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// How long the secret links of a tenancy can be used.
const (
	tenantLinkDays   = 7
	handoverLinkDays = 30
)

// ErrOtherPhone is returned when a phone number is not the landlord's.
var ErrOtherPhone = errors.New("phone number is not the landlord's")

func hashOf(token string) string { return hex.EncodeToString(tokenHash(token)) }

// InviteTenant makes a link by which one tenant may see and confirm their own
// entry. It is good for seven days and one person; a new one makes the one before
// it useless.
func (r *Registry) InviteTenant(ctx context.Context, token, id, item string, who int64) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		t, err = r.own(tx, id, who)
		if err != nil {
			return err
		}
		p := t.Person(item)
		if p == nil || p.Answer.Who != 0 || !t.State.Active() {
			return ErrNotFound
		}
		p.Answer.Link = tenancy.Link{Hash: hashOf(token), Expires: r.Now().AddDate(0, 0, tenantLinkDays)}
		return errors.Join(r.putTenancy(tx, t), r.log(tx, who, "tenant.invite", t.ID))
	})
	return t, err
}

// RevokeTenant makes a tenant's link useless, and takes away what they could see: here,
// in the change or renewal that waits, and in what this one took the place of.
func (r *Registry) RevokeTenant(ctx context.Context, id, item string, who int64) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		t, err = r.own(tx, id, who)
		if err != nil {
			return err
		}
		p := t.Person(item)
		if p == nil {
			return ErrNotFound
		}
		lodger := p.Answer.Who
		p.Answer = p.Answer.Shut()
		for _, other := range []string{string(tx.Get(successors, key(t.ID))), t.Replaces} {
			if err := r.shut(tx, other, lodger); err != nil {
				return err
			}
		}
		return errors.Join(r.putTenancy(tx, t), r.log(tx, who, "tenant.revoke", t.ID))
	})
	return t, err
}

// shut takes a person's entry in a tenancy from their sight; "" is no tenancy.
func (r *Registry) shut(tx kv.Tx, id string, lodger int64) error {
	if id == "" || lodger == 0 {
		return nil
	}
	t, err := r.tenancy(tx, id)
	if err != nil {
		return err
	}
	p := t.Lodger(lodger)
	if p == nil {
		return nil
	}
	p.Answer = p.Answer.Shut()
	return r.putTenancy(tx, t)
}

// own returns a tenancy for its landlord, or for the staff of its compound.
func (r *Registry) own(tx kv.Tx, id string, who int64) (tenancy.Tenancy, error) {
	t, err := r.tenancy(tx, id)
	if err != nil {
		return t, err
	}
	actor, err := r.part(tx, t, who)
	if err == nil && actor == tenancy.ByTenant {
		err = ErrNotAllowed
	}
	return t, err
}

// opened returns what a secret link leads to.
func (r *Registry) opened(tx kv.Tx, token string) (t tenancy.Tenancy, d door, err error) {
	raw := tx.Get(doors, key(hashOf(token)))
	if raw == nil {
		return t, d, ErrNotFound
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return t, d, err
	}
	t, err = r.tenancy(tx, d.Tenancy)
	return t, d, err
}

// OpenTenant opens a tenant's link for a person, who is from then on the only one
// that it opens for. It returns ErrNotFound for a link that is unknown, used by
// another, revoked or expired.
func (r *Registry) OpenTenant(ctx context.Context, token string, who int64) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		var d door
		if t, d, err = r.opened(tx, token); err != nil {
			return err
		}
		p := t.Person(d.Item)
		switch {
		case p == nil || !t.State.Active() || t.Owner == who:
			return ErrNotFound
		case p.Answer.Who == who:
			return nil
		case p.Answer.Who != 0 || t.Lodger(who) != nil || !p.Answer.Link.Opens(hashOf(token), r.Now()):
			return ErrNotFound
		}
		p.Answer.Who = who
		return errors.Join(r.putTenancy(tx, t), r.log(tx, who, "tenant.open", t.ID))
	})
	return t, err
}

// Confirm notes what a tenant says about their own entry and tells the landlord;
// an objection is told to the staff too. Said again, it changes nothing.
func (r *Registry) Confirm(ctx context.Context, id string, who int64, said tenancy.Said, reason string) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if t, err = r.tenancy(tx, id); err != nil {
			return err
		}
		p := t.Lodger(who)
		if p == nil {
			return ErrNotAllowed
		}
		if p.Answer.Said == said && p.Answer.Reason == reason {
			return nil
		}
		p.Answer.Said, p.Answer.At, p.Answer.Reason = said, r.Now(), reason
		m, n := tenancy.Confirmed, Notice{Kind: HasSaid, Tenancy: t.ID, Round: t.Round, Item: p.Item + string(said), Nth: len(t.History)}
		if said == tenancy.SaidWrong {
			m = tenancy.Objected
			if err := r.tellStaff(tx, t, n); err != nil {
				return err
			}
		}
		t.Note(m, tenancy.By{Actor: tenancy.ByTenant, Who: who, At: r.Now(), Reason: reason})
		return errors.Join(r.notify(tx, t.Owner, n), r.putTenancy(tx, t), r.log(tx, who, "tenant."+string(m), t.ID))
	})
	return t, err
}

// answers keeps what tenants have said while the landlord corrected what they do not
// see. Of what they see they are asked again.
func answers(t *tenancy.Tenancy, stored tenancy.Tenancy) {
	t.People = slices.Clone(t.People)
	dates := t.Start == stored.Start && t.End == stored.End && t.MoveIn == stored.MoveIn
	for i, p := range t.People {
		a := &t.People[i].Answer
		*a = tenancy.Confirmation{}
		was := stored.Person(p.Item)
		switch {
		case was == nil || !was.Same(p):
		case dates && was.Name == p.Name && was.Phone == p.Phone:
			*a = was.Answer
		default:
			a.Link, a.Who = was.Answer.Link, was.Answer.Who
		}
	}
}

// lodge lets those who see their entry in the tenancy that t replaces see it in t.
// What they have said of it stays behind.
func (r *Registry) lodge(tx kv.Tx, t *tenancy.Tenancy) error {
	var old tenancy.Tenancy
	if t.Replaces != "" {
		var err error
		if old, err = r.tenancy(tx, t.Replaces); err != nil {
			return err
		}
	}
	answers(t, old)
	for i, p := range t.People {
		t.People[i].Answer = tenancy.Confirmation{Who: p.Answer.Who}
	}
	return nil
}

// Rented returns the tenancies that a person lives in as a tenant, at most limit.
func (r *Registry) Rented(ctx context.Context, who int64, limit int) (all []tenancy.Tenancy, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		prefix := key(who)
		for k := range tx.Scan(lodgers, prefix, kv.PrefixEnd(prefix)) {
			t, err := r.tenancy(tx, lastPart(k[8:]))
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

// Offer makes a link by which the landlord may take over what the desk entered
// for them, good for thirty days.
func (r *Registry) Offer(ctx context.Context, token, id string, who int64) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		if t, err = r.tenancy(tx, id); err != nil {
			return err
		}
		actor, err := r.part(tx, t, who)
		if err != nil || actor != tenancy.ByManager {
			return errors.Join(ErrNotAllowed, err)
		}
		if t.Owner != 0 {
			return ErrNotFound
		}
		t.Handover = tenancy.Link{Hash: hashOf(token), Expires: r.Now().AddDate(0, 0, handoverLinkDays)}
		return errors.Join(r.putTenancy(tx, t), r.log(tx, who, "desk.offer", t.ID))
	})
	return t, err
}

// Offered returns what a handover link leads to, without its people: who opens
// it has not shown yet that they are the landlord.
func (r *Registry) Offered(ctx context.Context, token string) (t tenancy.Tenancy, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		var d door
		if t, d, err = r.opened(tx, token); err != nil {
			return err
		}
		if d.Item != "" || t.Owner != 0 || !t.Handover.Opens(hashOf(token), r.Now()) {
			return ErrNotFound
		}
		return nil
	})
	return t, err
}

// TakeOver makes a person the landlord of what the desk entered, if their phone
// number (E.164) is the one on record. It returns ErrNotFound and ErrOtherPhone.
func (r *Registry) TakeOver(ctx context.Context, token string, who int64, phone string) (t tenancy.Tenancy, err error) {
	err = r.update(ctx, func(tx kv.Tx) error {
		var d door
		if t, d, err = r.opened(tx, token); err != nil {
			return err
		}
		switch {
		case d.Item != "":
			return ErrNotFound
		case t.Owner == who:
			return nil
		case t.Owner != 0 || !t.Handover.Opens(hashOf(token), r.Now()):
			return ErrNotFound
		case t.Landlord.Phone == "" || t.Landlord.Phone != phone:
			return ErrOtherPhone
		}
		t.Owner = who
		t.Note(tenancy.TakenOver, tenancy.By{Actor: tenancy.ByLandlord, Who: who, At: r.Now()})
		return errors.Join(r.putTenancy(tx, t), r.log(tx, who, "desk.takeover", t.ID))
	})
	return t, err
}
