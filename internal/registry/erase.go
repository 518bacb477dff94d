package registry

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"zuji/internal/audit"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/tenancy"
)

// An Erasure is what Erase would do for a person, for them to decide.
type Erasure struct {
	Kept      []tenancy.Tenancy // that they let and that are alive
	Lives     []tenancy.Tenancy // that they live in as a tenant and that are alive
	Roles     []Role
	Past      int // tenancies that become anonymous
	Links     int // entries as a tenant that their link no longer opens
	Drafts    int
	Reminders int
	Profile   bool // more is remembered of them than how to speak to them
}

// Nothing reports whether there is nothing to erase.
func (e Erasure) Nothing() bool {
	return e.Past+e.Links+e.Drafts+e.Reminders == 0 && !e.Profile
}

// Erasable returns what Erase would do.
func (r *Registry) Erasable(ctx context.Context, who int64) (e Erasure, err error) {
	saved, err := r.Drafts(ctx, who)
	if err != nil {
		return e, err
	}
	set, err := r.Owns(ctx, who)
	if err != nil {
		return e, err
	}
	if e.Roles, err = r.roles(ctx, who); err != nil {
		return e, err
	}
	p, err := r.Profile(ctx, who)
	if err != nil {
		return e, err
	}
	mine, err := r.Mine(ctx, who, 0)
	if err != nil {
		return e, err
	}
	rented, err := r.Rented(ctx, who, 0)
	if err != nil {
		return e, err
	}
	e.Drafts, e.Reminders, e.Links, e.Profile = len(saved), len(set), len(rented), !p.Bare()
	for _, t := range mine {
		if t.State.Active() {
			e.Kept = append(e.Kept, t)
		} else {
			e.Past++
		}
	}
	for _, t := range rented {
		if t.State.Active() {
			e.Lives = append(e.Lives, t)
		}
	}
	return e, nil
}

// Erase removes what is held on a person (个人信息保护法 Art. 47): their profile,
// drafts, reminders and waiting notices; tenancies of theirs that are over become
// anonymous, and their link to an entry as a tenant is cut. Tenancies that are
// alive stay, because the landlord's duty to have them registered does (Civil Code
// Art. 945), and so do roles and the audit log. Repeated, it changes nothing, and
// it is on record once. What a crash interrupts, Retain goes on with.
func (r *Registry) Erase(ctx context.Context, who int64) error {
	what, err := r.Erasable(ctx, who)
	if err != nil {
		return err
	}
	if !what.Nothing() {
		err := r.update(ctx, func(tx kv.Tx) error {
			if tx.Get(erasing, key(who)) != nil {
				return nil
			}
			return errors.Join(tx.Put(erasing, key(who), []byte{1}), r.log(tx, who, "data.delete", audit.Person(who)))
		})
		if err != nil {
			return err
		}
	}
	return r.goOnErasing(ctx)
}

// goOnErasing erases for everybody who asked for it.
func (r *Registry) goOnErasing(ctx context.Context) error {
	for more := true; more; {
		err := r.update(ctx, func(raw kv.Tx) error {
			more = false
			tx := &counted{Tx: raw}
			for k := range tx.Scan(erasing, nil, nil) {
				more = true
				return errors.Join(r.eraseSome(tx, int64(binary.BigEndian.Uint64(k))), r.erased(tx))
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	return nil
}

// eraseSome erases some of what is held on a person, as much as fits one
// transaction; with the last of it the row in erasing goes.
func (r *Registry) eraseSome(tx *counted, who int64) error {
	for _, some := range []func(*counted, int64) error{r.erasePast, r.cutLinks, r.eraseDrafts, r.eraseReminders, r.silence} {
		if err := some(tx, who); err != nil || tx.n > retainWrites {
			return err
		}
	}
	p, err := r.profile(tx, who)
	if err != nil {
		return err
	}
	// That somebody wants no messages, or is not served, must outlast what else is known of them.
	err = tx.Delete(profiles, key(who))
	if p.Blocked || !p.Reached() && r.Now().Before(p.Seen.AddDate(0, 0, tenancy.IdleDays)) {
		err = r.putProfile(tx, tenancy.Profile{ID: who, Silent: p.Silent, Blocked: p.Blocked, Withdrawn: p.Withdrawn, Seen: p.Seen})
	}
	return errors.Join(err, tx.Delete(erasing, key(who)))
}

func (r *Registry) erasePast(tx *counted, who int64) error {
	prefix := key(who, int64(1))
	for _, id := range tx.Scan(owners, prefix, kv.PrefixEnd(prefix)) {
		t, err := r.tenancy(tx, string(id))
		if err == nil {
			err = r.putTenancy(tx, t.Anonymous(r.Now()))
		}
		if err != nil || tx.n > retainWrites {
			return err
		}
	}
	return nil
}

func (r *Registry) cutLinks(tx *counted, who int64) error {
	prefix := key(who)
	for k := range tx.Scan(lodgers, prefix, kv.PrefixEnd(prefix)) {
		t, err := r.tenancy(tx, lastPart(k[8:]))
		if err == nil && t.Forget(who) {
			err = r.putTenancy(tx, t)
		}
		if err != nil || tx.n > retainWrites {
			return err
		}
	}
	return nil
}

func (r *Registry) eraseDrafts(tx *counted, who int64) error { return deleteSome(tx, drafts, who) }

func (r *Registry) eraseReminders(tx *counted, who int64) error {
	prefix := key(who)
	for k := range tx.Scan(remindersBy, prefix, kv.PrefixEnd(prefix)) {
		id := lastPart(k[8:])
		o, err := r.reminder(tx, id)
		if err == nil {
			err = errors.Join(tx.Delete(errands, r.ownErrand(o, "")), tx.Delete(reminders, key(id)), tx.Delete(remindersBy, k))
		}
		if err != nil || tx.n > retainWrites {
			return err
		}
	}
	return nil
}

// silence takes back what waits to be sent to a person.
func (r *Registry) silence(tx *counted, who int64) error {
	if err := deleteSome(tx, agenda, who); err != nil || tx.n > retainWrites {
		return err
	}
	return outbox.Forget(tx, who, (retainWrites+outbox.ForgetWrites)/outbox.ForgetWrites)
}

func deleteSome(tx *counted, table string, who int64) error {
	prefix := key(who)
	for k := range tx.Scan(table, prefix, kv.PrefixEnd(prefix)) {
		if err := tx.Delete(table, k); err != nil || tx.n > retainWrites {
			return err
		}
	}
	return nil
}

// WithdrawConsent notes that a person no longer agrees to what rests on their
// consent (个人信息保护法 Art. 15): Zuji writes them no more, and the staff of the
// compounds in which they let a home is told to phone them. Repeated, it changes
// nothing.
func (r *Registry) WithdrawConsent(ctx context.Context, who int64) error {
	var at int64
	for more := true; more; {
		err := r.update(ctx, func(raw kv.Tx) error {
			tx := &counted{Tx: raw}
			p, err := r.profile(tx, who)
			if err != nil {
				return err
			}
			if p.Withdrawn.IsZero() {
				p.Withdrawn, p.Notice, p.Agreed = r.Now(), "", time.Time{}
				if err := errors.Join(r.putProfile(tx, p), r.log(tx, who, "data.withdraw", audit.Person(who))); err != nil {
					return err
				}
			}
			at = p.Withdrawn.UnixMilli()
			if err := r.silence(tx, who); err != nil {
				return err
			}
			more = tx.n > retainWrites
			return nil
		})
		if err != nil {
			return err
		}
	}
	return r.tellWithdrawn(ctx, who, at)
}

// tellWithdrawn tells the staff of each compound once.
func (r *Registry) tellWithdrawn(ctx context.Context, who, at int64) error {
	mine, err := r.Mine(ctx, who, 0)
	if err != nil {
		return err
	}
	told := map[string]bool{}
	for _, t := range mine {
		if !t.State.Active() || told[t.Compound] {
			continue
		}
		told[t.Compound] = true
		err := r.update(ctx, func(tx kv.Tx) error {
			return r.tellStaff(tx, t, Notice{Kind: HasWithdrawn, Tenancy: t.ID, Round: t.Round, Item: fmt.Sprintf("%d", at)})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Agree notes that a person agrees to a version of the privacy notice, after they
// withdrew their consent or to a new one. Repeated, it changes nothing.
func (r *Registry) Agree(ctx context.Context, who int64, version string) error {
	return r.update(ctx, func(tx kv.Tx) error {
		p, err := r.profile(tx, who)
		if err != nil || p.Withdrawn.IsZero() && p.Notice == version {
			return err
		}
		p.Withdrawn, p.Notice, p.Agreed = time.Time{}, version, r.Now()
		return errors.Join(r.putProfile(tx, p), r.log(tx, who, "data.agree", audit.Person(who)))
	})
}
