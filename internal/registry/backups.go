package registry

import (
	"context"
	"fmt"

	"zuji/internal/calendar"
	"zuji/internal/kv"
	"zuji/internal/outbox"
)

// NoteBackup puts on record that a backup was made.
func (r *Registry) NoteBackup(ctx context.Context) error {
	return r.update(ctx, func(tx kv.Tx) error { return r.log(tx, 0, "backup", "") })
}

// BackupFailed tells the administrators, within their hours, that a day's backup
// was not made. Noted again on the day, nobody is told again.
func (r *Registry) BackupFailed(ctx context.Context, day calendar.Date) error {
	return r.update(ctx, func(tx kv.Tx) error {
		for _, who := range ids(r.Administrators()) {
			p, err := r.profile(tx, who)
			if err != nil {
				return err
			}
			n := Notice{Kind: NoBackup, Item: day.String()}
			row := outbox.Row{Key: fmt.Sprintf("%s/%s/%d", NoBackup, day, who), To: who, NextAt: p.Hours.Fit(r.Now())}
			if err := r.putRow(tx, row, n); err != nil {
				return err
			}
		}
		return tx.Put(meta, []byte(failing), []byte(day.String()))
	})
}

// BackupWorks notes that the day's backup is there: what was not told yet of one
// that failed has lost its point.
func (r *Registry) BackupWorks(ctx context.Context) error {
	fails, err := r.BackupFails(ctx)
	if err != nil || !fails {
		return err
	}
	return r.Store.Update(ctx, func(tx kv.Tx) error { return tx.Delete(meta, []byte(failing)) })
}

// BackupFails reports whether the day's backup could not be made so far.
func (r *Registry) BackupFails(ctx context.Context) (fails bool, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		fails = tx.Get(meta, []byte(failing)) != nil
		return nil
	})
	return fails, err
}
