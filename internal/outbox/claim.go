package outbox

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"zuji/internal/kv"
)

// Next returns when a row is due, and whether it is an urgent one that is due
// now. The zero time means that none waits.
func (b *Box) Next(ctx context.Context, now time.Time) (at time.Time, isUrgent bool, err error) {
	err = b.Store.View(ctx, func(tx kv.Tx) error {
		at, isUrgent = time.Time{}, false
		for _, table := range []string{urgent, due} {
			for k := range tx.Scan(table, nil, nil) {
				t := time.UnixMilli(int64(binary.BigEndian.Uint64(k)))
				isUrgent = isUrgent || table == urgent && !t.After(now)
				if at.IsZero() || t.Before(at) {
					at = t
				}
				break
			}
		}
		return nil
	})
	return at, isUrgent, err
}

// Claim takes at most limit rows that are due and commits that a copy of each is
// about to leave: urgent ones first, of each person only the first. It may
// return none though Next says that one is due; then it has put the tables in
// order and can be called again. After an error rows may have been claimed that
// nobody got: see Return.
func (b *Box) Claim(ctx context.Context, now time.Time, limit int) (claimed []Row, err error) {
	err = b.Store.Update(ctx, func(tx kv.Tx) error {
		claimed = nil
		for _, table := range []string{urgent, due} {
			for _, entry := range dueEntries(tx, table, now) {
				if len(claimed) == limit {
					return nil
				}
				r, err := claim(tx, table, entry, now)
				if err != nil {
					return err
				}
				if r != nil {
					claimed = append(claimed, *r)
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

func dueEntries(tx kv.Tx, table string, now time.Time) (entries [][]byte) {
	for k := range tx.Scan(table, nil, timed(now.Add(time.Millisecond), "")) {
		if entries = append(entries, k); len(entries) == maxBatch/2 {
			break
		}
	}
	return entries
}

// claim takes the first row of the person whom an entry is for. An entry that
// waits behind another row is removed: it comes back when that one ends.
func claim(tx kv.Tx, table string, entry []byte, now time.Time) (*Row, error) {
	r, ok, err := get(tx, string(entry[8:]))
	if err != nil || !ok || r.State != Pending || tx.Get(held, be64(r.To)) != nil {
		return nil, tx.Delete(table, entry) // an unreadable row must not stop the others
	}
	head, ok := first(tx, r.To)
	if !ok || head.State != Pending || head.NextAt.After(now) {
		return nil, tx.Delete(table, entry)
	}
	before := timed(head.NextAt, head.Key)
	head.State, head.Tries, head.Back = Sending, head.Tries+1, false
	err = errors.Join(
		put(tx, head),
		tx.Delete(head.dueTable(), before),
		tx.Put(busy, []byte(head.Key), []byte{1}),
	)
	return &head, err
}
