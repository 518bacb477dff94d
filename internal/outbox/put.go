package outbox

import (
	"encoding/binary"
	"errors"
	"time"

	"zuji/internal/kv"
)

// Put adds a row in the caller's transaction, with three writes. If its key is
// known, also of a row that was sent within the last 30 days, nothing changes.
// Rows of one person that are due at the same time keep the order of Put.
func Put(tx kv.Tx, r Row) error {
	if r.Key == "" {
		return errors.New("put outbox row: it has no key")
	}
	if tx.Get(rows, []byte(r.Key)) != nil {
		return nil
	}
	at := time.UnixMilli(millis(r.NextAt))
	r = Row{
		Key: r.Key, To: r.To, Kind: r.Kind, Payload: r.Payload, Urgent: r.Urgent,
		Created: r.Created, State: Pending, NextAt: at, Due: at,
	}
	r.Place = nextPlace(tx, r)
	return errors.Join(
		put(tx, r),
		tx.Put(queue, r.queueKey(), []byte{1}),
		tx.Put(r.dueTable(), timed(r.NextAt, r.Key), []byte{1}),
	)
}

// nextPlace returns the place behind the person's rows that are due at the same
// time. Two transactions at once may both find the same one: then neither is
// the earlier.
func nextPlace(tx kv.Tx, r Row) uint32 {
	prefix := append(be64(r.To), be64(millis(r.Due))...)
	for k := range tx.ScanBack(queue, prefix, kv.PrefixEnd(prefix)) {
		return binary.BigEndian.Uint32(k[16:]) + 1
	}
	return 0
}

// Reachable brings back the rows of a person who could not be reached.
func Reachable(tx kv.Tx, person int64, now time.Time) error {
	wasHeld := tx.Get(held, be64(person)) != nil
	if wasHeld {
		if err := tx.Delete(held, be64(person)); err != nil {
			return err
		}
	}
	r, ok := first(tx, person)
	switch {
	case ok && r.State == Sending: // its refusal may still be on the way
		r.Back = true
		return put(tx, r)
	case ok && wasHeld:
		return again(tx, r, now, "")
	}
	return nil
}

// again lets a row that waits, or did not leave, wait until at.
func again(tx kv.Tx, r Row, at time.Time, why string) error {
	if err := tx.Delete(r.dueTable(), timed(r.NextAt, r.Key)); err != nil {
		return err
	}
	r.State, r.NextAt, r.Why, r.Back = Pending, time.UnixMilli(millis(at)), why, false
	return errors.Join(put(tx, r), tx.Put(r.dueTable(), timed(r.NextAt, r.Key), []byte{1}))
}
