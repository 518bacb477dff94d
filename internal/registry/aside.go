package registry

import (
	"context"
	"errors"
	"strconv"
	"time"

	"zuji/internal/kv"
)

// An AsideUpdate is one whose handling failed again and again. Its content is
// sealed; Reason says what went wrong, without personal data.
type AsideUpdate struct {
	Update    int64     `json:"update"`
	Reference string    `json:"reference"` // what the person was told
	Reason    string    `json:"reason"`
	At        time.Time `json:"at"`
	Sealed    []byte    `json:"sealed"`
}

// Tried notes that an update is about to be handled with care, or that handling
// it failed, and returns how often that was.
func (r *Registry) Tried(ctx context.Context, update int64) (n int, err error) {
	err = r.Store.Update(ctx, func(tx kv.Tx) error {
		n, _ = strconv.Atoi(string(tx.Get(tries, key(update))))
		n++
		return tx.Put(tries, key(update), []byte(strconv.Itoa(n)))
	})
	return n, err
}

// Tries returns how often Tried has counted an update.
func (r *Registry) Tries(ctx context.Context, update int64) (n int, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		n, _ = strconv.Atoi(string(tx.Get(tries, key(update))))
		return nil
	})
	return n, err
}

// Forget ends the count of an update that was handled after all.
func (r *Registry) Forget(ctx context.Context, update int64) error {
	return r.Store.Update(ctx, func(tx kv.Tx) error { return tx.Delete(tries, key(update)) })
}

// SetAside keeps an update that can't be handled, for the administrator.
func (r *Registry) SetAside(ctx context.Context, update int64, raw []byte, reference, reason string) error {
	return r.Store.Update(ctx, func(tx kv.Tx) error {
		a := AsideUpdate{Update: update, Reference: reference, Reason: reason, At: r.Now(),
			Sealed: r.Vault.Seal(raw, asideRecord(update))}
		if err := tx.Delete(tries, key(update)); err != nil {
			return err
		}
		return errors.Join(put(tx, aside, key(update), a), r.runsOut(tx, errandAside, strconv.FormatInt(update, 10), a.At.AddDate(0, 0, keepAsideDays)))
	})
}

// Aside returns the updates that were set aside, at most limit.
func (r *Registry) Aside(ctx context.Context, limit int) (all []AsideUpdate, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all = nil
		for k := range tx.ScanBack(aside, nil, nil) {
			var a AsideUpdate
			if err := get(tx, aside, k, &a); err != nil {
				return err
			}
			if all = append(all, a); len(all) == limit {
				return nil
			}
		}
		return nil
	})
	return all, err
}

func asideRecord(update int64) string { return "aside|" + strconv.FormatInt(update, 10) }
