package outbox

import (
	"errors"

	"zuji/internal/kv"
)

// ForgetWrites is how many writes each row costs that Forget removes.
const ForgetWrites = 3

// Forget removes, in the caller's transaction, at most limit rows that wait to be
// sent to a person: they have asked for it. One that is under way ends as it ends.
func Forget(tx kv.Tx, person int64, limit int) error {
	prefix := be64(person)
	for k := range tx.Scan(queue, prefix, kv.PrefixEnd(prefix)) {
		if limit == 0 {
			return nil
		}
		r, ok, err := get(tx, string(k[placeSize:]))
		if err != nil {
			return err
		}
		if !ok || r.State != Pending {
			continue
		}
		if err := errors.Join(tx.Delete(r.dueTable(), timed(r.NextAt, r.Key)), tx.Delete(rows, []byte(r.Key)), tx.Delete(queue, k)); err != nil {
			return err
		}
		limit--
	}
	return wait(tx, person)
}
