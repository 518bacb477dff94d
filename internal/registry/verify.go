package registry

import (
	"context"
	"fmt"

	"zuji/internal/audit"
	"zuji/internal/kv"
)

// Verify opens records that nobody uses and returns what is wrong with them, a
// line each: every record must open, every index must be what the records make,
// and the audit log must be whole. It changes nothing.
func (r *Registry) Verify(ctx context.Context) (wrong []string, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		if have := tx.Get(meta, []byte(keyRing)); have != nil && string(have) != r.Vault.Fingerprint() {
			return ErrWrongKey
		}
		for _, f := range audit.Check(tx, r.chain()) {
			wrong = append(wrong, fmt.Sprintf("audit log: entries %d to %d: %s", f.First, f.Last, f.Wrong))
		}
		return nil
	})
	if err != nil {
		return wrong, err
	}
	indexed, err := r.Check(ctx)
	return append(wrong, indexed...), err
}

// NoteBackup puts on record that a backup was made.
func (r *Registry) NoteBackup(ctx context.Context) error {
	return r.update(ctx, func(tx kv.Tx) error { return r.log(tx, 0, "backup", "") })
}
