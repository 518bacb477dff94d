package registry

import (
	"context"
	"time"

	"zuji/internal/kv"
)

// An Overdue is what has come due and is not done yet.
type Overdue struct {
	Rows   int           // reminders and errands, at most MaxOverdue
	Oldest time.Duration // since the oldest of them came due
}

// MaxOverdue is where Overdue stops counting, so that it stays cheap.
const MaxOverdue = 10_000

// Overdue returns what Tick would do now. It reads only the index of times.
func (r *Registry) Overdue(ctx context.Context) (o Overdue, err error) {
	now := r.Now()
	err = r.view(ctx, func(tx kv.Tx) error {
		o = Overdue{}
		for _, table := range []string{due, errands} {
			for k := range tx.Scan(table, nil, nil) {
				late := now.Sub(timeOf(k))
				if late < 0 || o.Rows == MaxOverdue {
					break
				}
				o.Rows++
				o.Oldest = max(o.Oldest, late)
			}
		}
		return nil
	})
	return o, err
}
