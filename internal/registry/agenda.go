package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"zuji/internal/calendar"
	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
)

// An Item is one thing that a person is to be reminded of.
type Item struct {
	Kind    remind.Kind   `json:"kind"`
	To      remind.To     `json:"to"`
	Tenancy string        `json:"tenancy"` // or, of OwnKind, the reminder
	Target  calendar.Date `json:"target"`
	Latest  calendar.Date `json:"latest"`
	Phone   bool          `json:"phone,omitempty"` // the landlord can't be written to: phone them
}

func (i Item) key() string { return string(i.Kind) + "/" + i.Tenancy }

// A snoozed item comes back to one person.
type snoozed struct {
	Person int64 `json:"person"`
	Item   Item  `json:"item"`
}

// maxItems is how many reminders one message holds; the rest comes with the next.
const maxItems = 30

// gather adds an item to what a person is to be told, in place of an earlier one
// of its kind, and sees to it that they are told within their hours.
func (r *Registry) gather(tx kv.Tx, who int64, i Item) error {
	if who == 0 {
		return nil
	}
	p, err := r.profile(tx, who)
	if err != nil || !p.Withdrawn.IsZero() {
		return err
	}
	if err := put(tx, agenda, key(who, i.key()), i); err != nil {
		return err
	}
	return r.tellAt(tx, who, p.Hours.Fit(r.Now()))
}

// tellAt sees to it that a person is told what has gathered.
func (r *Registry) tellAt(tx kv.Tx, who int64, at time.Time) error {
	k := key(at, errandTell, strconv.FormatInt(who, 10))
	if tx.Get(errands, k) != nil {
		return nil
	}
	return tx.Put(errands, k, []byte{1})
}

// flush puts what has gathered for a person into the outbox as one message. What
// is more than their day takes waits for the next.
func (r *Registry) flush(tx kv.Tx, who int64, at time.Time) error {
	p, err := r.profile(tx, who)
	if err != nil {
		return err
	}
	now := r.Now()
	if p.Told.Day == p.Hours.Day(now) && p.Told.Count >= p.Hours.Whole().Max {
		return r.tellAt(tx, who, p.Hours.Tomorrow(now))
	}
	items, more, err := r.take(tx, who, p)
	if err != nil || len(items) == 0 {
		return err
	}
	if p.Told.Day != p.Hours.Day(now) {
		p.Told = tenancy.Told{Day: p.Hours.Day(now)}
	}
	p.Told.Count++
	if more {
		if err := r.tellAt(tx, who, p.Hours.Fit(now.Add(time.Minute))); err != nil {
			return err
		}
	}
	return errors.Join(r.putProfile(tx, p), r.putNotice(tx, who, Notice{Kind: Reminders, Items: items}, fmt.Sprintf("remind/%d/%d", who, at.UnixMilli()), false))
}

// take removes what has gathered for a person and returns what still has its
// point and is wanted.
func (r *Registry) take(tx kv.Tx, who int64, p tenancy.Profile) (items []Item, more bool, err error) {
	prefix := key(who)
	for k, raw := range tx.Scan(agenda, prefix, kv.PrefixEnd(prefix)) {
		if len(items) == maxItems {
			return items, true, nil
		}
		var i Item
		if err := json.Unmarshal(raw, &i); err != nil {
			return nil, false, fmt.Errorf("read agenda: %w", err)
		}
		if err := tx.Delete(agenda, k); err != nil {
			return nil, false, err
		}
		holds, err := r.holds(tx, i)
		if err == nil && holds {
			holds, err = r.concerns(tx, who, i)
		}
		if err != nil {
			return nil, false, err
		}
		if holds && r.wanted(p, i) {
			items = append(items, i)
		}
	}
	return items, false, nil
}

// holds reports whether an item still has its point.
func (r *Registry) holds(tx kv.Tx, i Item) (bool, error) {
	if i.Kind == YearKind {
		o, ok := tenancy.ParseObligation(i.Tenancy)
		if !ok {
			return false, nil
		}
		o, err := r.obligation(tx, o)
		return err == nil && o.Done.IsZero(), err
	}
	if i.Kind == DraftKind {
		person, session := DraftOf(i.Tenancy)
		return tx.Get(drafts, key(person, session)) != nil, nil
	}
	if i.Kind == OwnKind {
		o, err := r.reminder(tx, i.Tenancy)
		if errors.Is(err, ErrNotFound) {
			return false, nil
		}
		return err == nil && !o.Paused, err
	}
	t, err := r.tenancy(tx, i.Tenancy)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && remind.Holds(i.Kind, &t), err
}

// concerns reports whether an item is still a person's business: a role may have been
// taken from them, or they may have had themselves deleted, since it was gathered or
// put off.
func (r *Registry) concerns(tx kv.Tx, who int64, i Item) (bool, error) {
	compound := ""
	switch i.Kind {
	case DraftKind:
		person, _ := DraftOf(i.Tenancy)
		return person == who, nil
	case OwnKind:
		o, err := r.reminder(tx, i.Tenancy)
		if err != nil || o.By == who || o.Whom != tenancy.Colleagues {
			return tx.Get(profiles, key(who)) != nil, err
		}
		compound = o.Compound
	case YearKind:
		o, _ := tenancy.ParseObligation(i.Tenancy) // it holds
		compound = o.Compound
	default:
		t, err := r.tenancy(tx, i.Tenancy)
		if err != nil {
			return false, err
		}
		if _, err = r.part(tx, t, who); !errors.Is(err, ErrNotAllowed) {
			return err == nil, err
		}
	}
	var c tenancy.Compound
	if compound != "" {
		if err := get(tx, compounds, key(compound), &c); err != nil {
			return false, err
		}
	}
	return c.HasStaff(who) || r.Admin(who), nil
}

// wanted reports whether a person has not turned a kind off; a deadline of the law
// that has passed is always told.
func (r *Registry) wanted(p tenancy.Profile, i Item) bool {
	if !p.Off[string(i.Kind)] && !p.Off[i.key()] {
		return true
	}
	rule := remind.Find(i.Kind)
	return rule != nil && rule.Legal && i.Latest.Before(tenancy.Today(r.Now()))
}

// remindNow puts one reminder into the outbox at once.
func (r *Registry) remindNow(tx kv.Tx, who int64, i Item, key string) error {
	return r.putNotice(tx, who, Notice{Kind: Reminders, Items: []Item{i}}, key, true)
}

// putNotice puts a notice into the outbox under a key, once.
func (r *Registry) putNotice(tx kv.Tx, to int64, n Notice, key string, urgent bool) error {
	return r.putRow(tx, outbox.Row{Key: key, To: to, Urgent: urgent, NextAt: r.Now()}, n)
}

// putRow puts a notice into the outbox as row says, once.
func (r *Registry) putRow(tx kv.Tx, row outbox.Row, n Notice) error {
	if row.To == 0 {
		return nil
	}
	p, err := r.profile(tx, row.To)
	if err != nil || !p.Withdrawn.IsZero() {
		return err
	}
	payload, err := json.Marshal(n)
	if err != nil {
		return err
	}
	row.Kind, row.Payload, row.Created = string(n.Kind), payload, r.Now()
	return outbox.Put(tx, row)
}

// Snooze brings an item back to a person at a time. The series goes on as it was.
func (r *Registry) Snooze(ctx context.Context, who int64, i Item, at time.Time) error {
	return r.update(ctx, func(tx kv.Tx) error {
		raw, err := json.Marshal(snoozed{Person: who, Item: i})
		if err != nil {
			return err
		}
		return tx.Put(errands, key(at, errandSnoozed, strconv.FormatInt(who, 10)+"/"+i.key()), raw)
	})
}

// Done notes that what a tenancy's reminders of a kind ask for is done. It
// returns ErrNotAllowed for somebody whose business it is not.
func (r *Registry) Done(ctx context.Context, id string, kind remind.Kind, who int64) error {
	return r.update(ctx, func(tx kv.Tx) error {
		t, err := r.own(tx, id, who)
		if err != nil {
			return err
		}
		if kind == "still" { // asked again after a year
			t.Reminding.Fire("still/"+string(remind.Landlord), r.Now())
		} else {
			t.Reminding.Do(string(kind), r.Now())
		}
		return errors.Join(r.putTenancy(tx, t), r.log(tx, who, "remind.done", t.ID, string(kind)))
	})
}

// NoMore notes that a person wants no more reminders like this one. What is
// overdue by law they still get.
func (r *Registry) NoMore(ctx context.Context, who int64, i Item) error {
	return r.Change(ctx, who, func(p *tenancy.Profile) {
		if p.Off == nil {
			p.Off = map[string]bool{}
		}
		p.Off[i.key()] = true
	})
}
