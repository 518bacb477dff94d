// Package boltstore keeps sessions in a key-value store on disk, for running
// without Redis. They survive a restart.
package boltstore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"zuji/internal/kv"
	"zuji/internal/session"
)

const (
	sessions = "sessions"        // chat → expiry, revision, data
	expiry   = "sessions_expiry" // expiry, chat
	header   = 16                // bytes before the data
	sweep    = 40                // chats that one sweep removes at most
)

// A Store keeps sessions. Its time to live counts from the last save.
type Store struct {
	Store kv.Store
	TTL   time.Duration
	Now   func() time.Time
}

var _ session.Store = (*Store)(nil)

func chatKey(chat int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(chat)) }

func expiryKey(at int64, chat int64) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(at)), chatKey(chat)...)
}

// row is what is stored for a chat.
type row struct {
	expires int64 // Unix milliseconds
	state   session.State
}

func (s *Store) read(tx kv.Tx, chat int64) (row, error) {
	raw := tx.Get(sessions, chatKey(chat))
	if raw == nil {
		return row{}, nil
	}
	if len(raw) < header {
		return row{}, errors.New("stored session is cut short")
	}
	return row{
		expires: int64(binary.BigEndian.Uint64(raw)),
		state:   session.State{Rev: int64(binary.BigEndian.Uint64(raw[8:])), Data: raw[header:]},
	}, nil
}

// Load returns the chat's state; see session.Store.
func (s *Store) Load(ctx context.Context, chat int64) (session.State, error) {
	var r row
	err := s.Store.View(ctx, func(tx kv.Tx) (err error) {
		r, err = s.read(tx, chat)
		return err
	})
	if err != nil {
		return session.State{}, fmt.Errorf("load session: %w", err)
	}
	if s.Now().UnixMilli() >= r.expires {
		return session.State{}, nil
	}
	return r.state, nil
}

// Save stores data if the revision is still rev; see session.Store.
func (s *Store) Save(ctx context.Context, chat int64, rev int64, data []byte) (int64, error) {
	err := s.Store.Update(ctx, func(tx kv.Tx) error {
		r, err := s.read(tx, chat)
		if err != nil {
			return err
		}
		now := s.Now()
		if now.UnixMilli() >= r.expires {
			r.state = session.State{}
		}
		if r.state.Rev != rev {
			return session.ErrConflict
		}
		if r.expires != 0 {
			if err := tx.Delete(expiry, expiryKey(r.expires, chat)); err != nil {
				return err
			}
		}
		until := now.Add(s.TTL).UnixMilli()
		value := binary.BigEndian.AppendUint64(nil, uint64(until))
		value = append(binary.BigEndian.AppendUint64(value, uint64(rev+1)), data...)
		return errors.Join(tx.Put(sessions, chatKey(chat), value), tx.Put(expiry, expiryKey(until, chat), []byte{1}))
	})
	if errors.Is(err, session.ErrConflict) {
		return 0, session.ErrConflict
	}
	if err != nil {
		return 0, fmt.Errorf("save session: %w", err)
	}
	return rev + 1, nil
}

// Sweep removes some of the sessions whose time is over and returns how many.
func (s *Store) Sweep(ctx context.Context) (n int, err error) {
	now := s.Now().UnixMilli()
	err = s.Store.Update(ctx, func(tx kv.Tx) error {
		n = 0
		var keys [][]byte
		for k := range tx.Scan(expiry, nil, binary.BigEndian.AppendUint64(nil, uint64(now))) {
			if keys = append(keys, k); len(keys) == sweep {
				break
			}
		}
		for _, k := range keys {
			if err := errors.Join(tx.Delete(expiry, k), tx.Delete(sessions, k[8:])); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Close does nothing: the key-value store belongs to the caller.
func (s *Store) Close() error { return nil }
