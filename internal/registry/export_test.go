package registry

import (
	"context"
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

// SetEnds is the step since which what is kept has an end, on records as they were
// before it.
func (r *Registry) SetEnds(ctx context.Context, s kv.Store) error {
	for _, table := range []string{leaving, errands} {
		if err := r.empty(ctx, table); err != nil {
			return err
		}
	}
	return r.setEnds(ctx, s)
}

// Rows counts the rows of a table.
func (r *Registry) Rows(ctx context.Context, table string) (int, error) { return r.rows(ctx, table) }
