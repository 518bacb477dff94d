package outbox

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"time"

	"zuji/internal/kv"
)

// keep is how long the key of an ended row is remembered, so that a repeat of
// the event changes nothing.
const keep = 30 * 24 * time.Hour

// pruneBatches bounds the transactions of one Prune.
const pruneBatches = 20

// Prune forgets rows that ended more than 30 days ago, at most some hundreds at
// a time, and returns how many.
func (b *Box) Prune(ctx context.Context) (n int, err error) {
	for range pruneBatches {
		some, err := b.prune(ctx)
		n += some
		if err != nil || some < maxBatch {
			return n, err
		}
	}
	return n, nil
}

func (b *Box) prune(ctx context.Context) (n int, err error) {
	limit := timed(b.Now().Add(-keep), "")
	err = b.Store.Update(ctx, func(tx kv.Tx) error {
		var old [][]byte
		for _, s := range []State{Sent, Unconfirmed, Dead} {
			prefix := []byte(s + "/")
			for k := range tx.Scan(ended, prefix, slices.Concat(prefix, limit)) {
				if len(old) == maxBatch {
					break
				}
				old = append(old, k)
			}
		}
		n = len(old)
		for _, k := range old {
			key := k[bytes.IndexByte(k, '/')+1+8:]
			if err := errors.Join(tx.Delete(ended, k), tx.Delete(rows, key)); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// Move gives the waiting rows of a chat to another one: a group that has become
// a supergroup has a new id.
func (b *Box) Move(ctx context.Context, from, to int64) error {
	for from != to {
		moved := 0
		err := b.Store.Update(ctx, func(tx kv.Tx) (err error) {
			moved, err = move(tx, from, to)
			return err
		})
		if err != nil || moved < maxBatch {
			return err
		}
	}
	return nil
}

func move(tx kv.Tx, from, to int64) (n int, err error) {
	prefix := be64(from)
	var places [][]byte
	for k := range tx.Scan(queue, prefix, kv.PrefixEnd(prefix)) {
		if places = append(places, k); len(places) == maxBatch {
			break
		}
	}
	for _, k := range places {
		if err := tx.Delete(queue, k); err != nil {
			return 0, err
		}
		r, ok, err := get(tx, string(k[placeSize:]))
		if err != nil || !ok {
			continue // an unreadable row has no place to go to
		}
		r.To = to
		if err := errors.Join(put(tx, r), tx.Put(queue, r.queueKey(), []byte{1})); err != nil {
			return 0, err
		}
	}
	return len(places), errors.Join(tx.Delete(held, be64(from)), wait(tx, from), wait(tx, to))
}
