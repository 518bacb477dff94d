// Package outbox keeps what is to be sent unasked until it has been sent.
//
// A row is put in the same transaction as the event it tells of. Before a copy
// leaves, the attempt is committed, so that after a crash it is known that a
// copy may have gone out. A row is sent at most twice, is never called sent
// without the receiver's word, and is called unconfirmed where that stays open.
package outbox

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"zuji/internal/kv"
)

// The tables.
const (
	rows   = "outbox"        // key → Row
	due    = "outbox_due"    // time, key: rows that wait
	busy   = "outbox_busy"   // key: rows whose attempt is under way
	parked = "outbox_parked" // person, key: rows of people who can't be reached
	open   = "outbox_open"   // key: rows that ended without being sent
	done   = "outbox_done"   // time, key: rows that ended, for pruning
)

// A State is where a row stands.
type State string

// The states.
const (
	Pending     State = "pending"
	Sending     State = "sending"
	Sent        State = "sent"
	Unconfirmed State = "unconfirmed" // may have arrived once or twice, or not
	Dead        State = "dead"        // refused for good, or lost its point
	Parked      State = "parked"      // the person can't be reached
)

// MaxTries is how many copies may leave.
const MaxTries = 2

// keep is how long the key of an ended row is remembered, so that a repeat of
// the event changes nothing.
const keep = 30 * 24 * time.Hour

// A Row is one thing to send.
type Row struct {
	Key     string          `json:"key"` // says what it is; the same key is never sent for twice
	To      int64           `json:"to"`
	Kind    string          `json:"kind"`
	Payload json.RawMessage `json:"payload,omitempty"`
	State   State           `json:"state"`
	Tries   int             `json:"tries,omitempty"` // copies that may have left
	NextAt  time.Time       `json:"nextAt"`
	Created time.Time       `json:"created"`
	Ended   time.Time       `json:"ended,omitzero"`
	Message int             `json:"message,omitempty"` // the receiver's id of it
	Why     string          `json:"why,omitempty"`     // it was not sent, in the operator's words
}

func timed(at time.Time, key string) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli())), key...)
}

func personal(to int64, key string) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(to)), key...)
}

func get(tx kv.Tx, key string) (r Row, ok bool, err error) {
	raw := tx.Get(rows, []byte(key))
	if raw == nil {
		return r, false, nil
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return r, false, fmt.Errorf("read outbox row: %w", err)
	}
	return r, true, nil
}

func put(tx kv.Tx, r Row) error {
	raw, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write outbox row: %w", err)
	}
	return tx.Put(rows, []byte(r.Key), raw)
}

// Put adds a row in the caller's transaction. If its key is known, also of a row
// that was sent, nothing changes.
func Put(tx kv.Tx, r Row) error {
	if tx.Get(rows, []byte(r.Key)) != nil {
		return nil
	}
	r.State = Pending
	return errors.Join(put(tx, r), tx.Put(due, timed(r.NextAt, r.Key), []byte{1}))
}

// Reachable brings back the rows that were held while a person could not be
// reached.
func Reachable(tx kv.Tx, person int64, now time.Time) error {
	prefix := personal(person, "")
	var keys [][]byte
	for k := range tx.Scan(parked, prefix, kv.PrefixEnd(prefix)) {
		if keys = append(keys, k); len(keys) == maxBatch {
			break
		}
	}
	for _, k := range keys {
		r, ok, err := get(tx, string(k[8:]))
		if err != nil || !ok {
			return err
		}
		r.State, r.NextAt, r.Why = Pending, now, ""
		err = errors.Join(put(tx, r), tx.Delete(parked, k), tx.Put(due, timed(now, r.Key), []byte{1}))
		if err != nil {
			return err
		}
	}
	return nil
}

// maxBatch bounds the rows that one transaction changes.
const maxBatch = 20

// A Box is the outbox of a store.
type Box struct {
	Store kv.Store
	Now   func() time.Time
}

// Claim takes the next row that is due and commits that a copy is about to
// leave. It returns nil when none is due, and then when the next one will be;
// the zero time means none waits.
func (b *Box) Claim(ctx context.Context) (claimed *Row, next time.Time, err error) {
	now := b.Now()
	var key string
	err = b.Store.View(ctx, func(tx kv.Tx) error {
		key, next = "", time.Time{}
		for k := range tx.Scan(due, nil, nil) {
			next = time.UnixMilli(int64(binary.BigEndian.Uint64(k)))
			key = string(k[8:])
			return nil
		}
		return nil
	})
	if err != nil || key == "" || next.After(now) {
		return nil, next, err
	}
	err = b.Store.Update(ctx, func(tx kv.Tx) error {
		claimed = nil
		r, ok, err := get(tx, key)
		if err != nil || !ok || r.State != Pending {
			return errors.Join(err, tx.Delete(due, timed(next, key)))
		}
		r.State, r.Tries = Sending, r.Tries+1
		claimed = &r
		return errors.Join(put(tx, r), tx.Delete(due, timed(next, key)), tx.Put(busy, []byte(key), []byte{1}))
	})
	if err != nil {
		return nil, next, err
	}
	return claimed, next, nil
}

// Sent ends a claimed row with the receiver's word that it arrived.
func (b *Box) Sent(ctx context.Context, key string, message int) error {
	return b.end(ctx, key, func(r *Row) { r.State, r.Message = Sent, message })
}

// Drop ends a claimed row that can't be sent or has lost its point.
func (b *Box) Drop(ctx context.Context, key, why string) error {
	return b.end(ctx, key, func(r *Row) { r.State, r.Why = Dead, why })
}

// Again puts a claimed row back. refused says that no copy has left; otherwise
// one may have, and after MaxTries of those the row ends as unconfirmed.
func (b *Box) Again(ctx context.Context, key string, at time.Time, refused bool, why string) error {
	return b.end(ctx, key, func(r *Row) {
		if refused {
			r.Tries--
		}
		r.State, r.NextAt, r.Why = Pending, at, why
		if r.Tries >= MaxTries {
			r.State = Unconfirmed
		}
	})
}

// Park holds a claimed row until the person can be reached again.
func (b *Box) Park(ctx context.Context, key string) error {
	return b.end(ctx, key, func(r *Row) { r.State, r.Tries = Parked, max(0, r.Tries-1) })
}

func (b *Box) end(ctx context.Context, key string, change func(*Row)) error {
	return b.Store.Update(ctx, func(tx kv.Tx) error {
		r, ok, err := get(tx, key)
		if err != nil || !ok || r.State != Sending {
			return err
		}
		change(&r)
		return b.settle(tx, r)
	})
}

// settle stores a row that was being sent in the indexes of its new state.
func (b *Box) settle(tx kv.Tx, r Row) error {
	err := tx.Delete(busy, []byte(r.Key))
	switch r.State {
	case Pending:
		err = errors.Join(err, tx.Put(due, timed(r.NextAt, r.Key), []byte{1}))
	case Parked:
		err = errors.Join(err, tx.Put(parked, personal(r.To, r.Key), []byte{1}))
	case Unconfirmed, Dead:
		err = errors.Join(err, tx.Put(open, []byte(r.Key), []byte{1}))
		fallthrough
	default:
		r.Ended = b.Now()
		err = errors.Join(err, tx.Put(done, timed(r.Ended, r.Key), []byte{1}))
	}
	return errors.Join(err, put(tx, r))
}

// Recover puts back the rows whose attempt was under way when the process
// ended. Call it once, before the first Claim.
func (b *Box) Recover(ctx context.Context) (n int, err error) {
	var keys []string
	err = b.Store.View(ctx, func(tx kv.Tx) error {
		keys = nil
		for k := range tx.Scan(busy, nil, nil) {
			keys = append(keys, string(k))
		}
		return nil
	})
	for _, key := range keys {
		err = errors.Join(err, b.Again(ctx, key, b.Now(), false, "the process ended while it was being sent"))
	}
	return len(keys), err
}

// Prune forgets rows that ended long ago, a few at a time, and returns how many.
func (b *Box) Prune(ctx context.Context) (n int, err error) {
	before := timed(b.Now().Add(-keep), "")
	err = b.Store.Update(ctx, func(tx kv.Tx) error {
		n = 0
		var old [][]byte
		for k := range tx.Scan(done, nil, before) {
			if old = append(old, k); len(old) == maxBatch {
				break
			}
		}
		for _, k := range old {
			key := k[8:]
			if err := errors.Join(tx.Delete(done, k), tx.Delete(rows, key), tx.Delete(open, key)); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	return n, err
}

// Failed returns rows that ended without being known to have arrived, at most
// limit.
func (b *Box) Failed(ctx context.Context, limit int) (all []Row, err error) {
	err = b.Store.View(ctx, func(tx kv.Tx) error {
		all = nil
		for k := range tx.Scan(open, nil, nil) {
			r, ok, err := get(tx, string(k))
			if err != nil {
				return err
			}
			if ok {
				all = append(all, r)
			}
			if len(all) == limit {
				return nil
			}
		}
		return nil
	})
	return all, err
}
