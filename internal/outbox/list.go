package outbox

import (
	"context"

	"zuji/internal/kv"
)

// List returns at most limit rows of a state: those that ended with the latest
// first, the others by person in the order of sending.
func (b *Box) List(ctx context.Context, s State, limit int) (all []Row, err error) {
	err = b.Store.View(ctx, func(tx kv.Tx) error {
		all = nil
		for key := range keys(tx, s) {
			if len(all) == limit {
				return nil
			}
			r, ok, err := get(tx, key)
			if err != nil {
				return err
			}
			if ok && r.State == s {
				all = append(all, r)
			}
		}
		return nil
	})
	return all, err
}

// keys yields the keys of the rows that may have a state.
func keys(tx kv.Tx, s State) func(func(string) bool) {
	return func(yield func(string) bool) {
		switch s {
		case Pending:
			for k := range tx.Scan(queue, nil, nil) {
				if !yield(string(k[placeSize:])) {
					return
				}
			}
		case Sending:
			for k := range tx.Scan(busy, nil, nil) {
				if !yield(string(k)) {
					return
				}
			}
		default:
			prefix := []byte(s + "/")
			for k := range tx.ScanBack(ended, prefix, kv.PrefixEnd(prefix)) {
				if !yield(string(k[len(prefix)+8:])) {
					return
				}
			}
		}
	}
}

// MaxCount is where Counts stops counting, so that it stays cheap.
const MaxCount = 10_000

// Counts are how many rows stand where. A number of MaxCount means as many or
// more.
type Counts struct {
	Waiting     int // pending or being sent
	Sending     int
	Held        int // people who can't be reached
	Unconfirmed int
	Dead        int
}

// Counts counts without reading rows.
func (b *Box) Counts(ctx context.Context) (c Counts, err error) {
	err = b.Store.View(ctx, func(tx kv.Tx) error {
		c = Counts{
			Waiting:     count(tx, queue, nil),
			Sending:     count(tx, busy, nil),
			Held:        count(tx, held, nil),
			Unconfirmed: count(tx, ended, []byte(Unconfirmed+"/")),
			Dead:        count(tx, ended, []byte(Dead+"/")),
		}
		return nil
	})
	return c, err
}

func count(tx kv.Tx, table string, prefix []byte) (n int) {
	for range tx.Scan(table, prefix, kv.PrefixEnd(prefix)) {
		if n++; n == MaxCount {
			return n
		}
	}
	return n
}
