package boltstore

import (
	"context"
	"encoding/binary"
	"fmt"

	"zuji/internal/kv"
)

// sweepSize is how many sessions one transaction removes at most: two writes
// each, of kv.MaxWrites.
const sweepSize = kv.MaxWrites / 2

// Sweep removes the sessions whose time to live is over, a few in each
// transaction so that others get between, and returns how many it removed.
func (s *Store) Sweep(ctx context.Context) (n int, err error) {
	now := s.Now().UnixMilli()
	for {
		due, err := s.due(ctx, now)
		if err != nil {
			return n, fmt.Errorf("find expired sessions: %w", err)
		}
		if len(due) == 0 {
			return n, nil
		}
		removed, err := s.remove(ctx, due)
		if err != nil {
			return n, fmt.Errorf("remove expired sessions: %w", err)
		}
		n += removed
	}
}

// due returns the first keys of the expiry table up to and including now.
func (s *Store) due(ctx context.Context, now int64) (keys [][]byte, err error) {
	err = s.Store.View(ctx, func(tx kv.Tx) error {
		keys = nil
		for k := range tx.Scan(expiry, nil, timeKey(now+1)) {
			if keys = append(keys, k); len(keys) == sweepSize {
				break
			}
		}
		return nil
	})
	return keys, err
}

// remove deletes the entries due, and their sessions unless one was saved again
// since due was read. It returns how many sessions it deleted.
func (s *Store) remove(ctx context.Context, due [][]byte) (n int, err error) {
	err = s.Store.Update(ctx, func(tx kv.Tx) error {
		n = 0
		for _, k := range due {
			if err := tx.Delete(expiry, k); err != nil {
				return err
			}
			chat := k[number:]
			r, err := read(tx, chat)
			if err == nil && r.expires != int64(binary.BigEndian.Uint64(k)) {
				continue
			}
			if err := tx.Delete(sessions, chat); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}
