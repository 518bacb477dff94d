package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// checkIndexes: each index that follows from the tenancies has the rows that they
// make, and no others; the home of each that is in force is in the unit register.
func (r *Registry) checkIndexes(ctx context.Context, fault func(string)) error {
	there := map[string]int{}
	err := r.eachTenancy(ctx, func(tx kv.Tx, t tenancy.Tenancy) {
		for _, e := range r.entries(t) {
			if !bytes.Equal(tx.Get(e.table, []byte(e.key)), []byte(e.value)) {
				fault(fmt.Sprintf("index %s lacks tenancy %s", e.table, t.ID))
				continue
			}
			there[e.table]++
		}
		if t.State.InForce() && tx.Get(homes, homeKey(t.Compound, t.Unit)) == nil {
			fault(fmt.Sprintf("the unit register lacks the home of tenancy %s", t.ID))
		}
	})
	for _, table := range indexes {
		if err != nil {
			return err
		}
		n := 0
		err = r.each(ctx, table, func(kv.Tx, []byte, []byte) error { n++; return nil })
		if more := n - there[table]; more != 0 {
			fault(fmt.Sprintf("index %s has %d rows that no tenancy makes", table, more))
		}
	}
	return err
}

// A follower is an index of one table that follows from another's records.
type follower struct {
	index   string
	records string
	row     func(r *Registry, k, raw []byte) (row, value []byte) // nil: the record makes none
}

var (
	linkIndex = follower{links, compounds, func(_ *Registry, _, raw []byte) ([]byte, []byte) {
		var c tenancy.Compound
		if json.Unmarshal(raw, &c) != nil {
			return nil, nil
		}
		return key(c.Link), []byte(c.ID)
	}}
	dutyOrderIndex = follower{dutyOrder, dutyNotices, func(_ *Registry, _, raw []byte) ([]byte, []byte) {
		var n tenancy.DutyNotice
		if json.Unmarshal(raw, &n) != nil {
			return nil, nil
		}
		return key(n.Compound, math.MaxInt64-n.At.UnixMilli(), n.ID), []byte{1}
	}}
	dutyJobIndex = follower{dutyJobs, dutyNotices, func(_ *Registry, _, raw []byte) ([]byte, []byte) {
		var n tenancy.DutyNotice
		if json.Unmarshal(raw, &n) != nil || !n.Sending {
			return nil, nil
		}
		return key(n.ID), []byte{1}
	}}
	ownIndex = follower{remindersBy, reminders, func(r *Registry, k, raw []byte) ([]byte, []byte) {
		o, err := r.openOwn(lastPart(k), raw)
		if err != nil {
			return nil, nil
		}
		return key(o.By, o.ID), []byte{1}
	}}
)

// check tells fault of rows that are missing and of those that nothing makes.
func (f follower) check(r *Registry, ctx context.Context, fault func(string)) error {
	there := 0
	err := r.each(ctx, f.records, func(tx kv.Tx, k, raw []byte) error {
		row, value := f.row(r, k, raw)
		switch {
		case row == nil:
		case bytes.Equal(tx.Get(f.index, row), value):
			there++
		default:
			fault(fmt.Sprintf("index %s lacks %s", f.index, ref(f.records, k)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	n := 0
	err = r.each(ctx, f.index, func(kv.Tx, []byte, []byte) error { n++; return nil })
	if n != there {
		fault(fmt.Sprintf("index %s has %d rows that no record makes", f.index, n-there))
	}
	return err
}

// repair makes the index anew.
func (f follower) repair(r *Registry, ctx context.Context) error {
	if err := r.empty(ctx, f.index); err != nil {
		return err
	}
	return r.writeEach(ctx, f.records, func(tx kv.Tx, k, raw []byte) error {
		row, value := f.row(r, k, raw)
		if row == nil {
			return nil
		}
		return tx.Put(f.index, row, value)
	})
}

// writeEach shows every record of a table to do in transactions that can write,
// one or two keys for each record.
func (r *Registry) writeEach(ctx context.Context, table string, do func(tx kv.Tx, k, raw []byte) error) error {
	for last := []byte{}; last != nil; {
		from := append(last[:len(last):len(last)], 0)
		err := r.Store.Update(ctx, func(tx kv.Tx) error {
			n := 0
			last = nil
			for k, raw := range tx.Scan(table, from, nil) {
				if err := do(tx, k, raw); err != nil {
					return err
				}
				if n++; n == kv.MaxWrites/2 {
					last = k
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// checkLinks: each compound has its link, and every link leads to a compound.
func (r *Registry) checkLinks(ctx context.Context, fault func(string)) error {
	return linkIndex.check(r, ctx, fault)
}

func (r *Registry) repairLinks(ctx context.Context) error { return linkIndex.repair(r, ctx) }

// checkDutyOrder: each duty notice has its place, and its job while it is sent.
func (r *Registry) checkDutyOrder(ctx context.Context, fault func(string)) error {
	if err := dutyOrderIndex.check(r, ctx, fault); err != nil {
		return err
	}
	return dutyJobIndex.check(r, ctx, fault)
}

func (r *Registry) repairDutyOrder(ctx context.Context) error {
	if err := dutyOrderIndex.repair(r, ctx); err != nil {
		return err
	}
	return dutyJobIndex.repair(r, ctx)
}

// errandsOf returns whom or what the errands of a kind are for.
func (r *Registry) errandsOf(ctx context.Context, kind string) (map[string]bool, error) {
	of := map[string]bool{}
	err := r.each(ctx, errands, func(_ kv.Tx, k, _ []byte) error {
		if len(k) > 9 && string(k[8:9]) == kind {
			of[lastPart(k[8:])] = true
		}
		return nil
	})
	return of, err
}

// checkOwn: a person finds each reminder they have set, and each that is to be
// sent has its errand.
func (r *Registry) checkOwn(ctx context.Context, fault func(string)) error {
	if err := ownIndex.check(r, ctx, fault); err != nil {
		return err
	}
	sent, err := r.ownErrands(ctx)
	if err != nil {
		return err
	}
	return r.each(ctx, reminders, func(_ kv.Tx, k, raw []byte) error {
		o, err := r.openOwn(lastPart(k), raw)
		if err == nil && o.Waits() && !sent[o.ID] {
			fault(fmt.Sprintf("reminder %s is never sent", o.ID))
		}
		return nil
	})
}

func (r *Registry) ownErrands(ctx context.Context) (map[string]bool, error) {
	cursors, err := r.errandsOf(ctx, errandOwn)
	sent := map[string]bool{}
	for rest := range cursors {
		id, _, _ := strings.Cut(rest, "/")
		sent[id] = true
	}
	return sent, err
}

func (r *Registry) repairOwn(ctx context.Context) error {
	if err := ownIndex.repair(r, ctx); err != nil {
		return err
	}
	sent, err := r.ownErrands(ctx)
	if err != nil {
		return err
	}
	return r.writeEach(ctx, reminders, func(tx kv.Tx, k, raw []byte) error {
		o, err := r.openOwn(lastPart(k), raw)
		if err != nil || !o.Waits() || sent[o.ID] {
			return err
		}
		return tx.Put(errands, r.ownErrand(o, ""), []byte{1})
	})
}

// checkAgenda: whoever is to be told something has an errand that tells them.
func (r *Registry) checkAgenda(ctx context.Context, fault func(string)) error {
	told, err := r.errandsOf(ctx, errandTell)
	if err != nil {
		return err
	}
	return r.each(ctx, agenda, func(_ kv.Tx, k, _ []byte) error {
		if !told[strconv.FormatInt(numberAt(k), 10)] {
			fault(ref(agenda, k) + " is never told")
		}
		return nil
	})
}

func (r *Registry) repairAgenda(ctx context.Context) error {
	told, err := r.errandsOf(ctx, errandTell)
	if err != nil {
		return err
	}
	return r.writeEach(ctx, agenda, func(tx kv.Tx, k, _ []byte) error {
		who := numberAt(k)
		if told[strconv.FormatInt(who, 10)] {
			return nil
		}
		p, err := r.profile(tx, who)
		if err != nil {
			return err
		}
		return r.tellAt(tx, who, p.Hours.Fit(r.Now()))
	})
}

// checkPlans: each compound has the errand that plans its next year.
func (r *Registry) checkPlans(ctx context.Context, fault func(string)) error {
	planned, err := r.errandsOf(ctx, errandPlan)
	if err != nil {
		return err
	}
	return r.each(ctx, compounds, func(_ kv.Tx, k, _ []byte) error {
		if !planned[lastPart(k)] {
			fault(ref(compounds, k) + " has no errand that plans its next year")
		}
		return nil
	})
}

func (r *Registry) repairPlans(ctx context.Context) error {
	planned, err := r.errandsOf(ctx, errandPlan)
	if err != nil {
		return err
	}
	return r.writeEach(ctx, compounds, func(tx kv.Tx, k, _ []byte) error {
		if planned[lastPart(k)] {
			return nil
		}
		return r.planAfter(tx, lastPart(k), tenancy.Today(r.Now()).Year)
	})
}
