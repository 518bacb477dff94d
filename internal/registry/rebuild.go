package registry

import (
	"context"
	"fmt"

	"zuji/internal/kv"
)

// indexes are the tables whose rows follow from the tenancies.
var indexes = []string{units, receipts, owners, queue, documents, found, successors, ends, lodgers, doors, due, leaving}

// rebuild makes all indexes anew from the tenancies. Begun again after a crash,
// it ends the same.
func (r *Registry) rebuild(ctx context.Context, _ kv.Store) error {
	for _, table := range indexes {
		if err := r.empty(ctx, table); err != nil {
			return err
		}
	}
	for last := []byte{}; last != nil; {
		err := r.Store.Update(ctx, func(tx kv.Tx) (err error) {
			last, err = r.rebuildSome(tx, last)
			return err
		})
		if err != nil {
			return fmt.Errorf("rebuild indexes: %w", err)
		}
	}
	return nil
}

// empty removes all rows of a table.
func (r *Registry) empty(ctx context.Context, table string) error {
	for left := true; left; {
		err := r.Store.Update(ctx, func(tx kv.Tx) error {
			n := 0
			for k := range tx.Scan(table, nil, nil) {
				if n++; n > kv.MaxWrites/2 {
					break
				}
				if err := tx.Delete(table, k); err != nil {
					return err
				}
			}
			left = n > kv.MaxWrites/2
			return nil
		})
		if err != nil {
			return fmt.Errorf("empty %s: %w", table, err)
		}
	}
	return nil
}

// rebuildSome indexes one tenancy after key last and returns its key, or nil when
// there is none.
func (r *Registry) rebuildSome(tx kv.Tx, last []byte) ([]byte, error) {
	for k, raw := range tx.Scan(tenancies, append(last[:len(last):len(last)], 0), nil) {
		t, err := r.decode(raw)
		if err != nil {
			return nil, err
		}
		if t.State.InForce() {
			if err := r.enter(tx, t); err != nil {
				return nil, err
			}
		}
		return k, r.reindex(tx, nil, r.entries(t))
	}
	return nil, nil
}
