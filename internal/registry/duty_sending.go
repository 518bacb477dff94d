package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"zuji/internal/kv"
	"zuji/internal/outbox"
	"zuji/internal/tenancy"
)

// What one transaction does of a duty notice: each unit costs at most five
// writes, and reading is bounded so that others get their turn.
const (
	dutyUnitsAtOnce = 16
	dutyLooksAtOnce = 500
)

// ContinueDutyNotices sends what was made ready and not yet finished, also by a
// process that ended in between. Each batch is one transaction that also moves
// the cursor, so nobody gets a copy twice and nobody is left out.
func (r *Registry) ContinueDutyNotices(ctx context.Context) error {
	for {
		id, err := r.dutyJob(ctx)
		if err != nil || id == "" {
			return err
		}
		err = r.update(ctx, func(tx kv.Tx) error {
			var n tenancy.DutyNotice
			if err := get(tx, dutyNotices, key(id), &n); err != nil {
				return err
			}
			if tx.Get(dutyJobs, key(id)) == nil {
				return nil
			}
			return r.dutyBatch(tx, n)
		})
		if err != nil {
			return fmt.Errorf("send duty notice: %w", err)
		}
	}
}

// dutyJob returns the id of a duty notice that is being sent, or "".
func (r *Registry) dutyJob(ctx context.Context) (id string, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		id = ""
		for k := range tx.Scan(dutyJobs, nil, nil) {
			id = lastPart(k)
			return nil
		}
		return nil
	})
	return id, err
}

// dutyBatch sends the next copies, or reminders, and moves the cursor.
func (r *Registry) dutyBatch(tx kv.Tx, n tenancy.DutyNotice) error {
	more, err := false, error(nil)
	if n.Round == 0 {
		more, err = r.dutyFirst(tx, &n)
	} else {
		more, err = r.dutyAgain(tx, &n)
	}
	if err != nil {
		return err
	}
	if !more {
		n.Sending, n.Cursor = false, ""
		if err := tx.Delete(dutyJobs, key(n.ID)); err != nil {
			return err
		}
	}
	return put(tx, dutyNotices, key(n.ID), n)
}

// dutyFirst walks through the units of the audience. n.Cursor is the unit that
// came last.
func (r *Registry) dutyFirst(tx kv.Tx, n *tenancy.DutyNotice) (more bool, err error) {
	lo := []byte(n.Compound + "|" + n.Audience.Prefix())
	hi := kv.PrefixEnd(lo)
	if n.Cursor != "" {
		lo = append(key(n.Cursor), 0)
	}
	looked, sent := 0, 0
	for k, id := range tx.Scan(units, lo, hi) {
		if looked == dutyLooksAtOnce || sent == dutyUnitsAtOnce {
			return true, nil
		}
		looked++
		n.Cursor = unitOfKey(k)
		l, err := inForce(tx, string(id))
		if err != nil {
			return false, err
		}
		if l == nil {
			continue
		}
		sent++
		if err := r.dutyTo(tx, n, dutyUnit{Unit: l.Unit, Owner: l.Owner}); err != nil {
			return false, err
		}
	}
	return false, nil
}

// dutyTo notes a unit and gives its landlord a copy, unless they got one for
// another unit.
func (r *Registry) dutyTo(tx kv.Tx, n *tenancy.DutyNotice, u dutyUnit) error {
	if err := put(tx, dutyUnits, key(n.ID, u.Unit.Key()), u); err != nil {
		return err
	}
	if u.Owner == 0 {
		n.Without++
		return nil
	}
	n.Units++
	if tx.Get(dutyCopies, key(n.ID, u.Owner)) != nil {
		return nil
	}
	n.Landlords++
	return errors.Join(put(tx, dutyCopies, key(n.ID, u.Owner), dutyCopy{}), r.tellDuty(tx, u.Owner, *n))
}

// dutyAgain walks through the units of the notice and reminds each landlord who
// has not read it, and still lets one of them, once.
func (r *Registry) dutyAgain(tx kv.Tx, n *tenancy.DutyNotice) (more bool, err error) {
	prefix := key(n.ID)
	lo := prefix
	if n.Cursor != "" {
		lo = append(key(n.ID, n.Cursor), 0)
	}
	looked, sent := 0, 0
	for k, raw := range tx.Scan(dutyUnits, lo, kv.PrefixEnd(prefix)) {
		if looked == dutyLooksAtOnce || sent == dutyUnitsAtOnce {
			return true, nil
		}
		looked++
		n.Cursor = lastPart(k)
		var u dutyUnit
		if err := json.Unmarshal(raw, &u); err != nil {
			return false, fmt.Errorf("read unit of a duty notice: %w", err)
		}
		c, lets, err := r.dutyOpen(tx, *n, u)
		if err != nil {
			return false, err
		}
		if !lets || u.Owner == 0 || !c.Read.IsZero() || c.Round == n.Round {
			continue
		}
		sent++
		c.Round = n.Round
		n.Again++
		if err := errors.Join(put(tx, dutyCopies, key(n.ID, u.Owner), c), r.tellDuty(tx, u.Owner, *n)); err != nil {
			return false, err
		}
	}
	return false, nil
}

// tellDuty puts a landlord's copy of the round into the outbox, to leave within
// their hours.
func (r *Registry) tellDuty(tx kv.Tx, to int64, n tenancy.DutyNotice) error {
	p, err := r.profile(tx, to)
	if err != nil || !p.Withdrawn.IsZero() {
		return err
	}
	payload, err := json.Marshal(Notice{Kind: DutyTold, Item: n.ID, Round: n.Round})
	if err != nil {
		return err
	}
	return outbox.Put(tx, outbox.Row{
		Key: string(DutyTold) + "/" + n.ID + "/" + strconv.Itoa(n.Round) + "/" + strconv.FormatInt(to, 10),
		To:  to, Kind: string(DutyTold), Payload: payload, NextAt: p.Hours.Fit(r.Now()), Created: r.Now(),
	})
}
