package registry

import (
	"context"
	"iter"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// allAtOnce is how many tenancies All and Of read in one transaction.
const allAtOnce = 500

// All yields every tenancy there is, in the order of their ids. It reads some at a
// time, so that it holds up nobody: what changes meanwhile is seen or not.
func (r *Registry) All(ctx context.Context) iter.Seq2[tenancy.Tenancy, error] {
	return r.pages(ctx, tenancies, nil, func(_ kv.Tx, _, raw []byte) (tenancy.Tenancy, error) { return r.decode(raw) })
}

// Of yields the tenancies of some compounds, one compound after the other, as All
// does. Others are not read.
func (r *Registry) Of(ctx context.Context, some []tenancy.Compound) iter.Seq2[tenancy.Tenancy, error] {
	return func(yield func(tenancy.Tenancy, error) bool) {
		for _, c := range some {
			for t, err := range r.pages(ctx, found, key(c.ID), func(tx kv.Tx, k, _ []byte) (tenancy.Tenancy, error) { return r.tenancy(tx, lastPart(k)) }) {
				if !yield(t, err) || err != nil {
					return
				}
			}
		}
	}
}

// reading makes a tenancy of a row.
type reading func(tx kv.Tx, k, raw []byte) (tenancy.Tenancy, error)

// pages yields what the rows of a table with a prefix are read as, some in a
// transaction, until one can't be read.
func (r *Registry) pages(ctx context.Context, table string, prefix []byte, read reading) iter.Seq2[tenancy.Tenancy, error] {
	return func(yield func(tenancy.Tenancy, error) bool) {
		for from, end := prefix, kv.PrefixEnd(prefix); ; {
			some, last, err := r.page(ctx, table, from, end, read)
			if err != nil {
				yield(tenancy.Tenancy{}, err)
				return
			}
			for _, t := range some {
				if !yield(t, nil) {
					return
				}
			}
			if last == nil {
				return
			}
			from = append(last, 0)
		}
	}
}

// page reads some rows, and returns the last one's key, or nil behind the last of
// all.
func (r *Registry) page(ctx context.Context, table string, from, end []byte, read reading) (all []tenancy.Tenancy, last []byte, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		all, last = nil, nil
		for k, raw := range tx.Scan(table, from, end) {
			t, err := read(tx, k, raw)
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
