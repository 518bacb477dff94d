// Package boltstore keeps sessions in a key-value store on disk, for running
// without Redis. They survive a restart.
package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"zuji/internal/kv"
	"zuji/internal/session"
)

// DefaultTTL is the time to live when Options say none.
const DefaultTTL = 30 * 24 * time.Hour

// Options say how sessions are kept.
type Options struct {
	TTL time.Duration    // how long a session lives after its last save; 0 means DefaultTTL
	Now func() time.Time // nil means time.Now
}

// A Store keeps sessions. It is made by New, or as a literal with all its
// fields set.
type Store struct {
	Store kv.Store // remains the caller's to close
	TTL   time.Duration
	Now   func() time.Time
}

var _ session.Store = (*Store)(nil)

// New returns a store that keeps sessions in store, in two tables of its own.
func New(store kv.Store, o Options) *Store {
	if o.TTL <= 0 {
		o.TTL = DefaultTTL
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Store{Store: store, TTL: o.TTL, Now: o.Now}
}

// Load returns the chat's state; see session.Store.
func (s *Store) Load(ctx context.Context, chat int64) (session.State, error) {
	var r row
	err := s.Store.View(ctx, func(tx kv.Tx) (err error) {
		r, err = read(tx, chatKey(chat))
		return err
	})
	if err != nil {
		return session.State{}, fmt.Errorf("load session: %w", err)
	}
	return r.at(s.Now()), nil
}

// Save stores data if the stored revision is still rev; see session.Store. It
// may be repeated after an error: a Save that finds its own data one revision
// further succeeds again.
func (s *Store) Save(ctx context.Context, chat int64, rev int64, data []byte) (int64, error) {
	now := s.Now()
	err := s.Store.Update(ctx, func(tx kv.Tx) error {
		old, err := read(tx, chatKey(chat))
		if err != nil {
			return err
		}
		have := old.at(now)
		if have.Rev == rev+1 && bytes.Equal(have.Data, data) {
			return nil
		}
		if have.Rev != rev {
			return session.ErrConflict
		}
		if err := old.forget(tx, chat); err != nil {
			return err
		}
		return put(tx, chat, row{now.Add(s.TTL).UnixMilli(), session.State{Rev: rev + 1, Data: data}})
	})
	if errors.Is(err, session.ErrConflict) {
		return 0, session.ErrConflict
	}
	if err != nil {
		return 0, fmt.Errorf("save session: %w", err)
	}
	return rev + 1, nil
}

// Close does nothing: the key-value store belongs to the caller.
func (s *Store) Close() error { return nil }
