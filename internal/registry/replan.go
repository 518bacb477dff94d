package registry

import (
	"context"
	"time"

	"zuji/internal/kv"
)

// errandReplan is the errand of computing anew when reminders fall due.
const errandReplan = "r"

// replanAtOnce is how many tenancies one transaction plans anew.
const replanAtOnce = 10

// replan sees to it that every tenancy's next reminder is computed anew, after a
// change of the holidays or of a city's rules.
func (r *Registry) replan(tx kv.Tx) error {
	return tx.Put(errands, key(r.Now(), errandReplan, ""), []byte{1})
}

// replanSome plans the next tenancies behind one and leaves an errand for the
// rest.
func (r *Registry) replanSome(tx kv.Tx, after string, at time.Time) error {
	n := 0
	for k, raw := range tx.Scan(tenancies, append(key(after), 0), nil) {
		if n++; n > replanAtOnce {
			break
		}
		t, err := r.decode(raw)
		if err != nil {
			return err
		}
		after = lastPart(k)
		if r.next(tx, t).Equal(t.Reminding.Next) {
			continue
		}
		if err := r.putTenancy(tx, t); err != nil {
			return err
		}
	}
	if n <= replanAtOnce {
		return nil
	}
	return tx.Put(errands, key(at, errandReplan, after), []byte{1})
}

// keepNext is the step since which a tenancy's record holds when its next reminder
// falls due: the index of what is due is made anew.
func (r *Registry) keepNext(ctx context.Context, _ kv.Store) error {
	if err := r.empty(ctx, due); err != nil {
		return err
	}
	return r.Store.Update(ctx, func(tx kv.Tx) error {
		for range tx.Scan(tenancies, nil, nil) {
			return r.replan(tx)
		}
		return nil
	})
}
