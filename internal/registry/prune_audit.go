package registry

import (
	"context"
	"fmt"

	"zuji/internal/audit"
	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// AuditYears is how long entries of the audit log are kept: records of what was
// done with personal data, three years (个人信息保护法 Art. 56).
const AuditYears = 3

// PruneAudit removes the entries of the audit log that are older than three years,
// by whole days in Shanghai, so that there is something to remove, and to note, on
// one occasion a day. It returns audit.ErrTampered, and removes nothing more, where
// the log is not whole.
func (r *Registry) PruneAudit(ctx context.Context) (removed int, err error) {
	before := tenancy.Today(r.Now()).AddMonths(-12*AuditYears).At(0, 0)
	due := false
	err = r.view(ctx, func(tx kv.Tx) error {
		due = audit.Oldest(tx).Before(before)
		return nil
	})
	for more := due; more && err == nil; {
		n := 0
		err = r.Store.Update(ctx, func(tx kv.Tx) (err error) {
			if n, more, err = audit.Prune(tx, r.chain(), before); err != nil || n == 0 {
				return err
			}
			return r.log(tx, 0, "retention.run", "", "audit", fmt.Sprint(n))
		})
		removed += n
	}
	return removed, err
}
