package outbox

import (
	"context"
	"errors"
	"time"

	"zuji/internal/kv"
)

// A Copy is a row of a series, and whether its person can't be reached.
type Copy struct {
	Row
	Held bool
}

// Series calls do with the rows whose keys begin with prefix, in the order of
// their keys.
func Series(tx kv.Tx, prefix string, do func(Copy)) error {
	for _, raw := range tx.Scan(rows, []byte(prefix), kv.PrefixEnd([]byte(prefix))) {
		r, err := decode(raw)
		if err != nil {
			return err
		}
		do(Copy{Row: r, Held: r.State == Pending && tx.Get(held, be64(r.To)) != nil})
	}
	return nil
}

// Again lets a row that was refused, or is in doubt, be sent once more, since
// somebody has decided so; it reports false for any other.
func Again(tx kv.Tx, key string, now time.Time) (bool, error) {
	r, ok, err := get(tx, key)
	if err != nil || !ok || r.State != Dead && r.State != Unconfirmed {
		return false, err
	}
	r.NextAt = now
	return true, errors.Join(tx.Delete(ended, r.endedKey()), tx.Delete(rows, []byte(key)), Put(tx, r))
}

// Drop ends a claimed row that says nothing any more.
func (b *Box) Drop(ctx context.Context, key string) error { return b.Dead(ctx, key, pointless) }

// pointless is why a row that says nothing any more is not sent.
const pointless = "lost its point"

// Pointless reports whether a row was not sent because it says nothing any more.
func (r Row) Pointless() bool { return r.Why == pointless }

// For counts what waits for a person, and says whether they can't be reached.
func For(tx kv.Tx, person int64) (waiting int, unreachable bool) {
	return count(tx, queue, be64(person)), tx.Get(held, be64(person)) != nil
}
