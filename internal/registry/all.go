package registry

import (
	"context"
	"iter"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// allAtOnce is how many tenancies All reads in one transaction.
const allAtOnce = 500

// All yields every tenancy there is, in the order of their ids. It reads some at a
// time, so that it holds up nobody: what changes meanwhile is seen or not.
func (r *Registry) All(ctx context.Context) iter.Seq2[tenancy.Tenancy, error] {
	return func(yield func(tenancy.Tenancy, error) bool) {
		for last := []byte{}; last != nil; {
			some, next, err := r.some(ctx, last)
			if err != nil {
				yield(tenancy.Tenancy{}, err)
				return
			}
			for _, t := range some {
				if !yield(t, nil) {
					return
				}
			}
			last = next
		}
	}
}

// some reads the tenancies behind a key, and returns the last one's key, or nil
// behind the last of all.
func (r *Registry) some(ctx context.Context, after []byte) (all []tenancy.Tenancy, last []byte, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all, last = nil, nil
		for k, raw := range tx.Scan(tenancies, append(after[:len(after):len(after)], 0), nil) {
			t, err := r.decode(raw)
			if err != nil {
				return err
			}
			if all = append(all, t); len(all) == allAtOnce {
				last = k
				return nil
			}
		}
		return nil
	})
	return all, last, err
}
