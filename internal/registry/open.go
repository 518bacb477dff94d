package registry

import (
	"context"
	"errors"
	"fmt"

	"zuji/internal/kv"
)

// The rows of table meta.
const (
	meta    = "meta"
	keyRing = "key"     // fingerprint of the vault that sealed the records
	stopped = "clean"   // present while the last stop was a clean one
	failing = "failing" // present while the day's backup is not made
	inRedis = "redis"   // present while conversations lie in Redis
)

// schema are the steps from one version of the records to the next. The first
// version has no step: a new store starts with it.
func (r *Registry) schema() []kv.Step {
	return []kv.Step{
		{Name: "first version", Run: func(context.Context, kv.Store) error { return nil }},
		{Name: "indexes follow from the tenancies", Run: r.rebuild},
		{Name: "the year's obligations are planned", Run: r.planAll},
		{Name: "a tenancy holds when it is remembered next", Run: r.keepNext},
		{Name: "the audit log is chained", Run: r.chainAudit},
		{Name: "what is kept has an end", Run: r.setEnds},
	}
}

// ErrWrongKey says that the records were sealed with another key.
var ErrWrongKey = errors.New("key file does not belong to these records: put back the key.json that was beside them, or restore both from one backup")

// Open brings the records to this version, checks that the key fits, and notes
// whether the last stop was clean.
func (r *Registry) Open(ctx context.Context) error {
	if err := kv.Migrate(ctx, r.Store, r.schema()); err != nil {
		return err
	}
	err := r.Store.Update(ctx, func(tx kv.Tx) error {
		have := tx.Get(meta, []byte(keyRing))
		if have == nil {
			r.clean = true
			return tx.Put(meta, []byte(keyRing), []byte(r.Vault.Fingerprint()))
		}
		if string(have) != r.Vault.Fingerprint() {
			return ErrWrongKey
		}
		r.clean = tx.Get(meta, []byte(stopped)) != nil
		return tx.Delete(meta, []byte(stopped))
	})
	if err == nil {
		err = errors.Join(r.view(ctx, r.readHolidays), r.view(ctx, r.readAdmins))
	}
	if err != nil {
		return fmt.Errorf("open records: %w", err)
	}
	return nil
}

// SessionsInRedis notes whether conversations lie in Redis, where only time
// removes what an old key has sealed.
func (r *Registry) SessionsInRedis(ctx context.Context, redis bool) error {
	return r.Store.Update(ctx, func(tx kv.Tx) error {
		if !redis {
			return tx.Delete(meta, []byte(inRedis))
		}
		return tx.Put(meta, []byte(inRedis), []byte{1})
	})
}

// KeepsSessionsInRedis reports what SessionsInRedis noted last.
func (r *Registry) KeepsSessionsInRedis(ctx context.Context) (redis bool, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		redis = tx.Get(meta, []byte(inRedis)) != nil
		return nil
	})
	return redis, err
}

// CleanStop reports whether the process before this one stopped in order.
func (r *Registry) CleanStop() bool { return r.clean }

// StopClean notes that the process stops in order.
func (r *Registry) StopClean(ctx context.Context) error {
	return r.Store.Update(ctx, func(tx kv.Tx) error { return tx.Put(meta, []byte(stopped), []byte{1}) })
}
