package outbox

import (
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
func Again(tx kv.Tx, b *Box, key string) (bool, error) {
	r, ok, err := get(tx, key)
	if err != nil || !ok || r.State != Dead && r.State != Unconfirmed {
		return false, err
	}
	if err := tx.Delete(ended, r.endedKey()); err != nil {
		return false, err
	}
	if err := tx.Delete(rows, []byte(key)); err != nil {
		return false, err
	}
	r.NextAt = b.Now()
	return true, Put(tx, r)
}
