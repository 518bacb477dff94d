package registry

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"zuji/internal/kv"
)

// PutErrand puts a reminder that has gathered for a person into the register.
func PutErrand(tx kv.Tx, at time.Time, who int64) error {
	return tx.Put(errands, key(at, errandTell, strconv.FormatInt(who, 10)), []byte{1})
}

// ChainAudit is the step that begins the chained log.
func (r *Registry) ChainAudit(ctx context.Context, s kv.Store) error { return r.chainAudit(ctx, s) }

// Opened returns what is sealed in the records, opened, by its context.
func (r *Registry) Opened(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	for _, t := range sealedTables {
		err := r.each(ctx, t.name, func(_ kv.Tx, k, raw []byte) error {
			_, err := t.walk(k, raw, func(sealed []byte, at string) ([]byte, error) {
				plain, err := r.Vault.Open(sealed, at)
				all[at+"|"+string(k)] = string(plain)
				return nil, err
			})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Invariants returns the names of all invariants, Indexes those of indexes.
func Invariants() (names []string) {
	for _, i := range invariants {
		names = append(names, i.name)
	}
	return names
}

func Indexes() (names []string) {
	for _, i := range invariants {
		if i.repair != nil {
			names = append(names, i.name)
		}
	}
	return names
}

// Tables returns the tables that Verify reads by its lists.
func Tables() []string {
	tables := append(slices.Clone(indexes), links, dutyOrder, dutyJobs, remindersBy)
	for table := range plainTables {
		tables = append(tables, table)
	}
	for _, t := range sealedTables {
		tables = append(tables, t.name)
	}
	return tables
}

// SetEnds is the step since which what is kept has an end, on records as they were
// before it.
func (r *Registry) SetEnds(ctx context.Context, s kv.Store) error {
	for _, table := range []string{leaving, errands} {
		if err := r.empty(ctx, table); err != nil {
			return err
		}
	}
	return errors.Join(r.planAll(ctx, s), r.setEnds(ctx, s))
}

// Rows counts the rows of a table.
func (r *Registry) Rows(ctx context.Context, table string) (n int, err error) {
	err = r.each(ctx, table, func(kv.Tx, []byte, []byte) error { n++; return nil })
	return n, err
}

// PersonKey is the key of a person's rows.
func PersonKey(who int64) []byte { return key(who) }
