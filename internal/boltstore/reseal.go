package boltstore

import (
	"context"
	"encoding/binary"
	"fmt"

	"zuji/internal/kv"
)

// How many sessions, and bytes of them, one transaction of Reseal looks at.
const (
	resealSize  = kv.MaxWrites / 5
	resealBytes = kv.MaxBytes / 4
)

// Reseal replaces each session's data by what reseal makes of it, some in each
// transaction; nil leaves it as it is. Revision and time to live stay, so a step
// under way goes on. It returns how many reseal could not do.
func (s *Store) Reseal(ctx context.Context, reseal func(chat int64, data []byte) ([]byte, error)) (left int, err error) {
	for last := []byte{}; last != nil; {
		from, bad := append(last[:len(last):len(last)], 0), 0
		err := s.Store.Update(ctx, func(tx kv.Tx) error {
			last, bad = nil, 0
			n, size := 0, 0
			for chat, raw := range tx.Scan(sessions, from, nil) {
				ok, err := resealRow(tx, chat, raw, reseal)
				if err != nil {
					return err
				}
				if !ok {
					bad++
				}
				size += len(raw)
				if n++; n == resealSize || size > resealBytes {
					last = chat
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return left, fmt.Errorf("seal sessions again: %w", err)
		}
		left += bad
	}
	return left, nil
}

// resealRow reports whether the row's data is sealed as reseal wants it.
func resealRow(tx kv.Tx, chat, raw []byte, reseal func(int64, []byte) ([]byte, error)) (ok bool, err error) {
	r, err := decode(raw)
	if err != nil || len(chat) != number {
		return false, nil
	}
	fresh, err := reseal(int64(binary.BigEndian.Uint64(chat)), r.state.Data)
	if fresh == nil || err != nil {
		return err == nil, nil
	}
	r.state.Data = fresh
	return true, tx.Put(sessions, chat, r.encode())
}

// Each shows the data of every session that has not expired to do.
func (s *Store) Each(ctx context.Context, do func(chat int64, data []byte)) error {
	now := s.Now()
	return s.Store.View(ctx, func(tx kv.Tx) error {
		for chat, raw := range tx.Scan(sessions, nil, nil) {
			r, err := decode(raw)
			if err != nil || len(chat) != number {
				return errShort
			}
			if data := r.at(now).Data; len(data) > 0 {
				do(int64(binary.BigEndian.Uint64(chat)), data)
			}
		}
		return nil
	})
}
