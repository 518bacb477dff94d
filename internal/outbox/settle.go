package outbox

import (
	"context"
	"errors"
	"time"

	"zuji/internal/kv"
)

// Sent ends a claimed row with the receiver's word that it arrived.
func (b *Box) Sent(ctx context.Context, key string, messageID int) error {
	return b.settle(ctx, key, func(tx kv.Tx, r Row) error {
		r.State, r.MessageID, r.Payload, r.Why = Sent, messageID, nil, ""
		return b.end(tx, r)
	})
}

// Dead ends a claimed row that can't be sent or has lost its point.
func (b *Box) Dead(ctx context.Context, key, why string) error {
	return b.settle(ctx, key, func(tx kv.Tx, r Row) error {
		r.State, r.Why = Dead, why
		return b.end(tx, r)
	})
}

// Retry puts a claimed row back of which surely no copy has left; the try is not
// counted.
func (b *Box) Retry(ctx context.Context, key string, at time.Time, why string) error {
	return b.settle(ctx, key, func(tx kv.Tx, r Row) error {
		r.Tries--
		return again(tx, r, at, why)
	})
}

// Unconfirmed notes that it is open whether a copy of a claimed row arrived. The
// row comes again at the given time, or ends as Unconfirmed after MaxTries.
func (b *Box) Unconfirmed(ctx context.Context, key string, at time.Time, why string) error {
	return b.settle(ctx, key, func(tx kv.Tx, r Row) error {
		if r.Tries < MaxTries {
			return again(tx, r, at, why)
		}
		r.State, r.Why = Unconfirmed, why
		return b.end(tx, r)
	})
}

// Park puts a claimed row back and holds all rows of the person, who can't be
// reached, until Reachable. The try is not counted.
func (b *Box) Park(ctx context.Context, key, why string) error {
	return b.settle(ctx, key, func(tx kv.Tx, r Row) error {
		r.Tries--
		if r.Back {
			return again(tx, r, b.Now(), why)
		}
		r.State, r.Why = Pending, why
		return errors.Join(put(tx, r), tx.Put(held, be64(r.To), []byte{1}))
	})
}

// settle applies change to a row whose attempt was under way. A row that no
// longer is has been settled before: nothing changes.
func (b *Box) settle(ctx context.Context, key string, change func(kv.Tx, Row) error) error {
	var became State
	err := b.Store.Update(ctx, func(tx kv.Tx) error {
		became = ""
		r, ok, err := get(tx, key)
		if err != nil || !ok || r.State != Sending {
			return err
		}
		if err := tx.Delete(busy, []byte(key)); err != nil {
			return err
		}
		if err := change(tx, r); err != nil {
			return err
		}
		r, _, err = get(tx, key)
		became = r.State
		return err
	})
	if err == nil && became != "" && b.Settled != nil {
		b.Settled(became)
	}
	return err
}

// end stores a row that is over and lets the person's next one come up.
func (b *Box) end(tx kv.Tx, r Row) error {
	r.Ended = time.UnixMilli(millis(b.Now()))
	err := errors.Join(
		put(tx, r),
		tx.Delete(queue, r.queueKey()),
		tx.Put(ended, r.endedKey(), []byte{1}),
	)
	return errors.Join(err, wait(tx, r.To))
}

// Recover counts the attempts that were under way when the process ended as
// copies that may have left, and returns how many there were. Call it once,
// before the first Claim.
func (b *Box) Recover(ctx context.Context) (n int, err error) {
	keys, err := b.underWay(ctx)
	for _, key := range keys {
		err = errors.Join(err, b.Unconfirmed(ctx, key, b.Now(), "the process ended while it was being sent"))
	}
	return len(keys), err
}

// Return puts back rows that were claimed but that nobody has in hand, as after
// a Claim whose commit was in doubt. No copy of them has left.
func (b *Box) Return(ctx context.Context, inHand func(key string) bool) error {
	keys, err := b.underWay(ctx)
	for _, key := range keys {
		if !inHand(key) {
			err = errors.Join(err, b.Retry(ctx, key, b.Now(), "the claim was in doubt"))
		}
	}
	return err
}

func (b *Box) underWay(ctx context.Context) (keys []string, err error) {
	err = b.Store.View(ctx, func(tx kv.Tx) error {
		keys = nil
		for k := range tx.Scan(busy, nil, nil) {
			keys = append(keys, string(k))
		}
		return nil
	})
	return keys, err
}
