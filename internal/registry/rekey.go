package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"zuji/internal/kv"
)

// A Rekeying says what has to be known besides the records before an old key may
// go.
type Rekeying struct {
	// Sessions seals the open conversations again and returns how many still have an
	// old key. Nil: they lie where Zuji can't, and expire.
	Sessions func(context.Context) (left int, err error)

	// Wait is how long the old keys stay from the beginning on: until nothing can be
	// sealed by them any more, and conversations that they sealed have expired.
	Wait time.Duration

	// Dropping is held while keys are removed from the file. Nil: nobody reads it.
	Dropping interface {
		Lock()
		Unlock()
	}
}

// Rekeyed says what Rekey has done.
type Rekeyed struct {
	Records int       // that were sealed again, since the key was changed
	Dropped []string  // ids of the keys that are gone
	Until   time.Time // old keys stay till then; zero: they are gone, or there were none
}

// ErrStillSealed is wrapped by Rekey when an old key has to stay because of values
// that can't be sealed again. Check says which they are.
var ErrStillSealed = errors.New("values that can't be sealed again: the old key stays")

// A rekeying is how far sealing again has come, a row of table meta.
type rekeying struct {
	Key     string    `json:"key"` // current when it began
	Begun   time.Time `json:"begun"`
	Table   int       `json:"table"`           // of sealedTables
	After   []byte    `json:"after,omitempty"` // the last record of it that was looked at
	Records int       `json:"records"`
}

const rekeyRow = "rekey"

// Rekeying reports whether there are keys besides the current one, or traces of
// them, so that Rekey has something to do.
func (r *Registry) Rekeying(ctx context.Context) (bool, error) {
	job, err := r.rekeying(ctx)
	return job != nil || len(r.Vault.Retired()) > 0, err
}

func (r *Registry) rekeying(ctx context.Context) (job *rekeying, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		job = &rekeying{}
		err := get(tx, meta, []byte(rekeyRow), job)
		if errors.Is(err, ErrNotFound) {
			job, err = nil, nil
		}
		return err
	})
	return job, err
}

// Rekey seals with the current key whatever another key has sealed, a little in
// each transaction, and then drops the other keys. It may run while Zuji serves,
// be interrupted at any moment, and goes on where it was. A key is dropped only
// after everything was counted and nothing had it.
func (r *Registry) Rekey(ctx context.Context, o Rekeying) (done Rekeyed, err error) {
	job, err := r.rekeying(ctx)
	if err != nil {
		return done, err
	}
	old := r.Vault.Retired()
	if len(old) == 0 {
		if job == nil {
			return done, nil
		}
		done.Records = job.Records
		return done, r.endRekey(ctx) // it was interrupted behind the drop
	}
	if job == nil || job.Key != r.Vault.Current() {
		if job, err = r.beginRekey(ctx); err != nil {
			return done, err
		}
	}
	for job.Table < len(sealedTables) {
		if job, err = r.resealSome(ctx); err != nil {
			return done, fmt.Errorf("seal again: %w", err)
		}
	}
	done.Records = job.Records
	if until := job.Begun.Add(o.Wait); r.Now().Before(until) {
		done.Until = until
		return done, nil
	}
	left, err := r.left(ctx, old, o)
	if err != nil {
		return done, err
	}
	if left > 0 {
		_, err = r.beginRekey(ctx) // from the first record, the next time
		return done, errors.Join(fmt.Errorf("%d %w", left, ErrStillSealed), err)
	}
	if o.Dropping != nil {
		o.Dropping.Lock()
		defer o.Dropping.Unlock()
	}
	if err := r.Vault.Drop(old...); err != nil {
		return done, err
	}
	done.Dropped = old
	return done, r.endRekey(ctx)
}

// left counts what is not surely sealed by the current key.
func (r *Registry) left(ctx context.Context, old []string, o Rekeying) (left int, err error) {
	if o.Sessions != nil {
		if left, err = o.Sessions(ctx); err != nil {
			return left, fmt.Errorf("seal conversations again: %w", err)
		}
	}
	by, err := r.SealedBy(ctx)
	for _, id := range append(slices.Clone(old), "") {
		left += by[id]
	}
	return left, err
}

// beginRekey begins at the first record.
func (r *Registry) beginRekey(ctx context.Context) (*rekeying, error) {
	job := &rekeying{Key: r.Vault.Current(), Begun: r.Now()}
	err := r.update(ctx, func(tx kv.Tx) error {
		var before rekeying
		if err := get(tx, meta, []byte(rekeyRow), &before); err == nil && before.Key == job.Key {
			job.Records = before.Records // it is the same change of the key
			return put(tx, meta, []byte(rekeyRow), job)
		}
		return errors.Join(put(tx, meta, []byte(rekeyRow), job), r.log(tx, 0, "rekey", ""))
	})
	return job, err
}

// endRekey notes that the old keys are gone.
func (r *Registry) endRekey(ctx context.Context) error {
	return r.update(ctx, func(tx kv.Tx) error {
		var job rekeying
		err := get(tx, meta, []byte(rekeyRow), &job)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		return errors.Join(err, tx.Delete(meta, []byte(rekeyRow)), r.log(tx, 0, "resealed", "", countArg(job.Records)))
	})
}

// What one transaction of Rekey looks at and writes; what it writes is bounded so
// that others get their turn.
const (
	resealLooks  = 500
	resealWrites = 40
	resealBytes  = kv.MaxBytes / 4
)

// resealSome seals the next records again and moves the cursor with them.
func (r *Registry) resealSome(ctx context.Context) (job *rekeying, err error) {
	err = r.Store.Update(ctx, func(tx kv.Tx) error {
		job = &rekeying{}
		if err := get(tx, meta, []byte(rekeyRow), job); err != nil {
			return err
		}
		ended, err := r.resealIn(tx, job, sealedTables[job.Table])
		if err != nil {
			return err
		}
		if ended {
			job.Table, job.After = job.Table+1, nil
		}
		return put(tx, meta, []byte(rekeyRow), job)
	})
	return job, err
}

// resealIn seals again the next records of a table, and reports whether they were
// the last ones. One that can't be opened is left as it is.
func (r *Registry) resealIn(tx kv.Tx, job *rekeying, t sealedTable) (ended bool, err error) {
	looked, written, bytes := 0, 0, 0
	for k, raw := range tx.Scan(t.name, append(job.After[:len(job.After):len(job.After)], 0), nil) {
		if looked == resealLooks || written == resealWrites || bytes > resealBytes {
			return false, nil
		}
		looked++
		job.After = k
		changed := false
		fresh, err := t.walk(k, raw, func(sealed []byte, context string) ([]byte, error) {
			again, err := r.Vault.Reseal(sealed, context)
			changed = changed || again != nil
			return again, err
		})
		if err != nil || !changed {
			continue
		}
		if err := tx.Put(t.name, k, fresh); err != nil {
			return false, err
		}
		written, bytes = written+1, bytes+len(fresh)
		job.Records++
	}
	return true, nil
}

// countArg writes a number as the audit log takes it: more than it takes as the
// most.
func countArg(n int) string { return fmt.Sprint(min(n, 999_999)) }
