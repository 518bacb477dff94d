package registry

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"zuji/internal/kv"
	"zuji/internal/outbox"
)

// A Fault is a breach of an invariant. Its text holds no personal data: records
// are named by their random ids, or by a hash of their key.
type Fault struct {
	Invariant string // its name
	What      string
}

func (f Fault) String() string { return f.Invariant + ": " + f.What }

// An invariant holds in every register at every moment at which nobody writes.
type invariant struct {
	name string

	// check tells fault what breaches it.
	check func(r *Registry, ctx context.Context, fault func(what string)) error

	// repair makes an index anew from its records. Nil: it is not an index.
	repair func(r *Registry, ctx context.Context) error
}

// invariants are all of them.
var invariants = []invariant{
	{name: "sealed", check: (*Registry).checkSealed},
	{name: "records", check: (*Registry).checkRecords},
	{name: "plain", check: (*Registry).checkPlain},
	{name: "audit", check: (*Registry).checkAudit},
	{name: "indexes", check: (*Registry).checkIndexes, repair: func(r *Registry, ctx context.Context) error { return r.rebuild(ctx, nil) }},
	{name: "links", check: (*Registry).checkLinks, repair: (*Registry).repairLinks},
	{name: "duty_order", check: (*Registry).checkDutyOrder, repair: (*Registry).repairDutyOrder},
	{name: "own_reminders", check: (*Registry).checkOwn, repair: (*Registry).repairOwn},
	{name: "agenda", check: (*Registry).checkAgenda, repair: (*Registry).repairAgenda},
	{name: "plans", check: (*Registry).checkPlans, repair: (*Registry).repairPlans},
	{name: "life", check: (*Registry).checkLife},
	{name: "receipts", check: (*Registry).checkReceipts},
	{name: "references", check: (*Registry).checkReferences},
	{name: "homes", check: (*Registry).checkHomes},
	{name: "duty_counts", check: (*Registry).checkDutyCounts},
	{name: "ledgers", check: (*Registry).checkLedgers},
	{name: "outbox", check: (*Registry).checkOutbox},
}

// Verify reads records that nobody writes and returns every breach of an
// invariant. It changes nothing.
func (r *Registry) Verify(ctx context.Context) (faults []Fault, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		if have := tx.Get(meta, []byte(keyRing)); have != nil && string(have) != r.Vault.Fingerprint() {
			return ErrWrongKey
		}
		return nil
	})
	for _, i := range invariants {
		if err != nil {
			return faults, err
		}
		if err = i.check(r, ctx, func(what string) { faults = append(faults, Fault{i.name, what}) }); err != nil {
			err = fmt.Errorf("check %s: %w", i.name, err)
		}
	}
	return faults, err
}

// ErrUnreadable is returned by Repair when the records themselves are damaged: an
// index made from what is left would hide it.
var ErrUnreadable = errors.New("records can't be read, or the audit log is not whole: nothing was repaired, restore a backup")

// Repair makes the indexes anew that Verify finds wrong, notes each in the audit
// log, and returns their invariants' names. It changes nothing else. Begun again
// after a crash, it ends the same. Nobody else may write.
func (r *Registry) Repair(ctx context.Context) (repaired []string, err error) {
	faults, err := r.Verify(ctx)
	if err != nil {
		return nil, err
	}
	broken := func(name string) bool {
		return slices.ContainsFunc(faults, func(f Fault) bool { return f.Invariant == name })
	}
	if broken("sealed") || broken("records") || broken("audit") {
		return nil, ErrUnreadable
	}
	for _, i := range invariants {
		if i.repair == nil || !broken(i.name) {
			continue
		}
		err := r.update(ctx, func(tx kv.Tx) error { return r.log(tx, 0, "repair", "", i.name) })
		if err == nil {
			err = i.repair(r, ctx)
		}
		if err != nil {
			return repaired, fmt.Errorf("repair %s: %w", i.name, err)
		}
		repaired = append(repaired, i.name)
	}
	return repaired, nil
}

// ref names a record by a hash of its key, which may hold a person's id.
func ref(table string, k []byte) string {
	sum := sha256.Sum256(k)
	return table + " " + hex.EncodeToString(sum[:4])
}

// checkAudit: the log is chained from its first entry to its head.
func (r *Registry) checkAudit(ctx context.Context, fault func(string)) error {
	faults, err := r.AuditFaults(ctx)
	for _, f := range faults {
		fault(fmt.Sprintf("entries %d to %d: %s", f.First, f.Last, f.Wrong))
	}
	return err
}

// checkOutbox: every row can be read, is in a known state, and stands where it is
// looked for.
func (r *Registry) checkOutbox(ctx context.Context, fault func(string)) error {
	return r.view(ctx, func(tx kv.Tx) error {
		outbox.Check(tx, fault)
		return nil
	})
}
