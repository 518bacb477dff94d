package registry

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"zuji/internal/audit"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/tenancy"
)

// A Usage is how much of Zuji somebody uses, in numbers alone.
type Usage struct {
	Profile   tenancy.Profile
	Roles     []Role
	Drafts    int
	Tenancies int
	Rents     int
	Waiting   int  // messages that have not been sent to them
	Held      bool // since they have blocked the bot
}

// Unknown reports whether nothing is held on the person: the number may be anything,
// so also a phone's.
func (u Usage) Unknown() bool {
	return u.Profile.Seen.IsZero() && len(u.Roles)+u.Drafts+u.Tenancies+u.Rents+u.Waiting == 0
}

// Usage returns how much of Zuji a person uses. Only an administrator may ask:
// ErrNotAllowed.
func (r *Registry) Usage(ctx context.Context, person, by int64) (u Usage, err error) {
	if !r.Admin(by) {
		return u, ErrNotAllowed
	}
	if u.Roles, err = r.roles(ctx, person); err != nil {
		return u, err
	}
	err = r.view(ctx, func(tx kv.Tx) error {
		if u.Profile, err = r.profile(tx, person); err != nil {
			return err
		}
		u.Drafts, u.Tenancies, u.Rents = entries(tx, drafts, person), entries(tx, owners, person), entries(tx, lodgers, person)
		u.Waiting, u.Held = outbox.For(tx, person)
		return nil
	})
	return u, err
}

// entries counts the rows of a person in a table whose keys begin with them.
func entries(tx kv.Tx, table string, person int64) (n int) {
	prefix := key(person)
	for range tx.Scan(table, prefix, kv.PrefixEnd(prefix)) {
		n++
	}
	return n
}

// Lookup returns the people that an administrator may mean by a Telegram id, a
// receipt number, or the name of somebody who has a role.
func (r *Registry) Lookup(ctx context.Context, query string) (people []int64, err error) {
	query = strings.TrimSpace(query)
	if id, err := strconv.ParseInt(query, 10, 64); err == nil && id > 0 {
		return []int64{id}, nil
	}
	if receipt, ok := tenancy.ParseReceipt(query); ok {
		err = r.view(ctx, func(tx kv.Tx) error {
			people = nil
			id := tx.Get(receipts, key(receipt))
			if id == nil {
				return nil
			}
			t, err := r.tenancy(tx, string(id))
			if t.Owner != 0 {
				people = []int64{t.Owner}
			}
			return err
		})
		return people, err
	}
	all, err := r.Compounds(ctx)
	named := r.Administrators()
	for _, c := range all {
		named = slices.Concat(named, c.Staff, c.Readers)
	}
	for _, s := range named {
		if query != "" && strings.Contains(strings.ToLower(s.Name), strings.ToLower(query)) && !slices.Contains(people, s.ID) {
			people = append(people, s.ID)
		}
	}
	return people, err
}

// ErrAdministrator is returned when an administrator is to be blocked.
var ErrAdministrator = errors.New("person is an administrator")

// Block lets a person use the bot no more, or again. What they have registered goes
// on, and what they must be told is told.
func (r *Registry) Block(ctx context.Context, person, by int64, blocked bool) error {
	switch {
	case !r.Admin(by):
		return ErrNotAllowed
	case blocked && r.Admin(person):
		return ErrAdministrator
	}
	action := "user.block"
	if !blocked {
		action = "user.unblock"
	}
	return r.update(ctx, func(tx kv.Tx) error {
		p, err := r.profile(tx, person)
		if err != nil || p.Blocked == blocked {
			return err
		}
		p.Blocked = blocked
		return errors.Join(r.putProfile(tx, p), r.log(tx, by, action, audit.Person(person)))
	})
}

// NoteReset puts on record that an administrator has put a person's open form
// among their drafts, and tells the person. session names the form.
func (r *Registry) NoteReset(ctx context.Context, person, by int64, session string) error {
	if !r.Admin(by) {
		return ErrNotAllowed
	}
	return r.update(ctx, func(tx kv.Tx) error {
		return errors.Join(
			r.putNotice(tx, person, Notice{Kind: WasReset}, "reset/"+session+"/"+strconv.FormatInt(person, 10), true),
			r.log(tx, by, "user.reset", audit.Person(person)))
	})
}

// HandOver asks the staff of a compound to see to a person who does not get on with
// a form. at is the step at which they are, as flow.field.
func (r *Registry) HandOver(ctx context.Context, person, by int64, compound, at string) error {
	if !r.Admin(by) {
		return ErrNotAllowed
	}
	return r.update(ctx, func(tx kv.Tx) error {
		var c tenancy.Compound
		if err := get(tx, compounds, key(compound), &c); err != nil {
			return err
		}
		day := tenancy.Today(r.Now()).String()
		for _, s := range c.Staff {
			n := Notice{Kind: HandedOver, Item: at, Person: person}
			if err := r.putNotice(tx, s.ID, n, "handover/"+day+"/"+at+"/"+strconv.FormatInt(person, 10)+"/"+strconv.FormatInt(s.ID, 10), true); err != nil {
				return err
			}
		}
		return r.log(tx, by, "user.handover", audit.Person(person), compound)
	})
}

// Undelivered returns the messages that were refused, or may not have arrived,
// latest first.
func (r *Registry) Undelivered(ctx context.Context, limit int) (all []outbox.Row, err error) {
	box := &outbox.Box{Store: r.Store, Now: r.Now}
	for _, s := range []outbox.State{outbox.Dead, outbox.Unconfirmed} {
		rows, err := box.List(ctx, s, outbox.MaxCount)
		if err != nil {
			return nil, err
		}
		all = append(all, slices.DeleteFunc(rows, outbox.Row.Pointless)...)
	}
	slices.SortFunc(all, func(a, b outbox.Row) int { return b.Ended.Compare(a.Ended) })
	return all[:min(limit, len(all))], nil
}

// Resend lets a message that was not surely delivered be sent once more. ref is
// its outbox.Row.Ref. It returns ErrNotFound if it is not among Undelivered.
func (r *Registry) Resend(ctx context.Context, ref string, by int64) error {
	if !r.Admin(by) {
		return ErrNotAllowed
	}
	all, err := r.Undelivered(ctx, outbox.MaxCount)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(row outbox.Row) bool { return row.Ref() == ref })
	if i < 0 {
		return ErrNotFound
	}
	return r.update(ctx, func(tx kv.Tx) error {
		again, err := outbox.Again(tx, all[i].Key, r.Now())
		if err != nil || !again {
			return err
		}
		return r.log(tx, by, "notice.resend", "")
	})
}

// OpenAside returns an update that was set aside, as Telegram sent it, for an
// administrator to try again.
func (r *Registry) OpenAside(ctx context.Context, update, by int64) (raw []byte, err error) {
	if !r.Admin(by) {
		return nil, ErrNotAllowed
	}
	err = r.view(ctx, func(tx kv.Tx) error {
		var a AsideUpdate
		if err := get(tx, aside, key(update), &a); err != nil {
			return err
		}
		raw, err = r.Vault.Open(a.Sealed, asideRecord(update))
		return err
	})
	return raw, err
}

// DropAside forgets an update that was set aside and has been handled since, or is
// given up.
func (r *Registry) DropAside(ctx context.Context, update, by int64) error {
	if !r.Admin(by) {
		return ErrNotAllowed
	}
	return r.update(ctx, func(tx kv.Tx) error {
		if tx.Get(aside, key(update)) == nil {
			return nil
		}
		return errors.Join(tx.Delete(aside, key(update)), r.log(tx, by, "update.settle", ""))
	})
}
