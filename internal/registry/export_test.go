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
