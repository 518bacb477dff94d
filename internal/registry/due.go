package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"zuji/internal/kv"
	"zuji/internal/remind"
	"zuji/internal/tenancy"
)

// The kinds of errands: to tell a person what has gathered for them, and to bring
// back a reminder that was put off.
const (
	errandTell    = "p"
	errandSnoozed = "s"
)

func (r *Registry) facts(tx kv.Tx, compound string) remind.Facts {
	var c tenancy.Compound
	if get(tx, compounds, key(compound), &c) != nil {
		c.City = tenancy.DefaultCity
	}
	return remind.Facts{City: c.City, Holidays: r.Holidays}
}

// next returns when t's next reminder falls due, as the holidays and the city's
// rules are now.
func (r *Registry) next(tx kv.Tx, t tenancy.Tenancy) time.Time {
	if !t.Erased.IsZero() {
		return time.Time{}
	}
	o, _ := remind.Next(&t, r.facts(tx, t.Compound))
	return o.At
}

// NextDue returns when something falls due next, or false.
func (r *Registry) NextDue(ctx context.Context) (at time.Time, ok bool, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		ok = false
		for _, table := range []string{due, errands} {
			for k := range tx.Scan(table, nil, nil) {
				if !ok || timeOf(k).Before(at) {
					at, ok = timeOf(k), true
				}
				break
			}
		}
		return nil
	})
	return at, ok, err
}

func timeOf(k []byte) time.Time {
	var ms int64
	for _, b := range k[:8] {
		ms = ms<<8 | int64(b)
	}
	return time.UnixMilli(ms)
}

// enough is how many writes end a transaction of Tick. One row may add some
// sixty: two reminders for each of tenancy.MaxStaff people.
const enough = 30

// counted counts the writes of a transaction.
type counted struct {
	kv.Tx
	n int
}

func (c *counted) Put(table string, k, v []byte) error { c.n++; return c.Tx.Put(table, k, v) }
func (c *counted) Delete(table string, k []byte) error { c.n++; return c.Tx.Delete(table, k) }

// Tick does what has come due by now and returns how many rows that were. Each
// row is done in one transaction with its outbox entries and its next time, so
// that a crash at any moment neither loses nor doubles one. It costs by what is
// due. A row that can't be done is put off for an hour, and its error returned
// with the others' in the end. Only one process may run it.
func (r *Registry) Tick(ctx context.Context) (done int, err error) {
	var failed error
	for {
		n := 0
		err := r.update(ctx, func(raw kv.Tx) error {
			tx := &counted{Tx: raw}
			n = 0
			for tx.n < enough {
				did, err := r.first(tx)
				if err != nil {
					return err
				}
				if !did {
					return nil
				}
				n++
			}
			return nil
		})
		if bad := (*rowError)(nil); errors.As(err, &bad) {
			failed = errors.Join(failed, err)
			if err = r.postpone(ctx, bad); err == nil {
				continue
			}
		}
		if err != nil {
			return done, err
		}
		if r.Ticked != nil {
			r.Ticked(n)
		}
		if done += n; n == 0 {
			return done, failed
		}
	}
}

// A rowError says which row could not be done.
type rowError struct {
	table string
	key   []byte
	err   error
}

func (e *rowError) Error() string {
	return fmt.Sprintf("%s of %s: %v", e.table, timeOf(e.key).UTC().Format(time.RFC3339), e.err)
}

func (e *rowError) Unwrap() error { return e.err }

// postponed is how long a row that can't be done waits, so that the others go on.
const postponed = time.Hour

func (r *Registry) postpone(ctx context.Context, bad *rowError) error {
	return r.update(ctx, func(tx kv.Tx) error {
		v := tx.Get(bad.table, bad.key)
		if v == nil {
			return nil
		}
		later := append(key(r.Now().Add(postponed)), bad.key[8:]...)
		return errors.Join(tx.Delete(bad.table, bad.key), tx.Put(bad.table, later, v))
	})
}

// untilNow is the key behind the rows that are due by now.
func (r *Registry) untilNow() []byte { return key(r.Now().Add(time.Millisecond)) }

// first does the first row that is due by now and reports whether there was one.
func (r *Registry) first(tx kv.Tx) (bool, error) {
	until := r.untilNow()
	for k := range tx.Scan(due, nil, until) {
		if err := r.fireTenancy(tx, k, lastPart(k[8:])); err != nil {
			return true, &rowError{due, k, err}
		}
		return true, nil
	}
	for k, v := range tx.Scan(errands, nil, until) {
		if err := errors.Join(tx.Delete(errands, k), r.run(tx, k, v)); err != nil {
			return true, &rowError{errands, k, err}
		}
		return true, nil
	}
	return false, nil
}

// run runs an errand.
func (r *Registry) run(tx kv.Tx, k, v []byte) error {
	switch what := string(k[8:9]); what {
	case errandTell:
		person, err := strconv.ParseInt(lastPart(k[8:]), 10, 64)
		if err != nil {
			return err
		}
		return r.flush(tx, person, timeOf(k))
	case errandSnoozed:
		var s snoozed
		if err := json.Unmarshal(v, &s); err != nil {
			return err
		}
		return r.gather(tx, s.Person, s.Item)
	case errandYear:
		return r.remindYear(tx, lastPart(k[8:]))
	case errandPlan:
		return r.planNext(tx, lastPart(k[8:]))
	case errandDraft:
		return r.remindDraft(tx, lastPart(k[8:]), int(v[0]))
	case errandReplan:
		return r.replanSome(tx, lastPart(k[8:]), timeOf(k))
	case errandOwn:
		id, cursor, _ := strings.Cut(lastPart(k[8:]), "/")
		return r.runOwn(tx, id, cursor, timeOf(k))
	default:
		return r.runOut(tx, what, lastPart(k[8:]))
	}
}

// fireTenancy gathers what a tenancy is to be reminded of, and moves its row to
// the next time.
func (r *Registry) fireTenancy(tx kv.Tx, k []byte, id string) error {
	t, err := r.tenancy(tx, id)
	if errors.Is(err, ErrNotFound) {
		return tx.Delete(due, k)
	}
	if err != nil {
		return err
	}
	now := r.Now()
	for _, o := range remind.DueBy(&t, r.facts(tx, t.Compound), now) {
		if err := r.fire(tx, t, o); err != nil {
			return err
		}
		t.Reminding.Fire(o.Rule.Key(), now)
	}
	// A row of another time than the record's would stay behind.
	return errors.Join(tx.Delete(due, k), r.putTenancy(tx, t))
}

func (r *Registry) fire(tx kv.Tx, t tenancy.Tenancy, o remind.Occurrence) error {
	i := Item{Kind: o.Rule.Kind, To: o.Rule.To, Tenancy: t.ID, Target: o.Due.Target, Latest: o.Due.Latest}
	people, phone, err := r.receivers(tx, t, o.Rule.To)
	if err != nil {
		return err
	}
	i.Phone = phone
	for _, who := range people {
		if o.Rule.Urgent {
			err = r.remindNow(tx, who, i, fmt.Sprintf("urgent/%s/%d/%d", i.key(), o.At.UnixMilli(), who))
		} else {
			err = r.gather(tx, who, i)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// receivers returns who gets a reminder. Where the landlord can't be written to,
// that is the staff, who is asked to phone.
func (r *Registry) receivers(tx kv.Tx, t tenancy.Tenancy, to remind.To) (people []int64, phone bool, err error) {
	switch to {
	case remind.Admins:
		return ids(r.Administrators()), false, nil
	case remind.Tenants:
		for _, p := range t.Living() {
			if p.Answer.Who != 0 && p.Answer.Said == "" {
				people = append(people, p.Answer.Who)
			}
		}
		return people, false, nil
	case remind.Landlord:
		p, err := r.profile(tx, t.Owner)
		if err != nil || t.Owner != 0 && p.Reached() {
			return []int64{t.Owner}, false, err
		}
		phone = true
	}
	var c tenancy.Compound
	if err := get(tx, compounds, key(t.Compound), &c); err != nil {
		return nil, false, fmt.Errorf("compound of the tenancy: %w", err)
	}
	for _, s := range c.Staff {
		people = append(people, s.ID)
	}
	return people, phone, nil
}
