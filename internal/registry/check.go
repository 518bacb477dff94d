package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"zuji/internal/kv"
	"zuji/internal/tenancy"
)

// checkAtOnce is how many tenancies one transaction of Check reads.
const checkAtOnce = 500

// Check holds every index against the tenancies, both ways, and returns what is
// wrong. It may run while the register is in use only if nobody writes.
func (r *Registry) Check(ctx context.Context) (wrong []string, err error) {
	want := map[string]int{}
	for last := []byte{}; last != nil; {
		err := r.view(ctx, func(tx kv.Tx) error {
			n := 0
			from := append(last[:len(last):len(last)], 0)
			last = nil
			for k, raw := range tx.Scan(tenancies, from, nil) {
				t, err := r.decode(raw)
				if err != nil {
					return fmt.Errorf("check %x: %w", k, err)
				}
				wrong = append(wrong, r.missing(tx, t, want)...)
				if n++; n == checkAtOnce {
					last = k
					return nil
				}
			}
			return nil
		})
		if err != nil {
			return wrong, err
		}
	}
	for _, table := range indexes {
		n, err := r.rows(ctx, table)
		if err != nil {
			return wrong, err
		}
		if n != want[table] {
			wrong = append(wrong, fmt.Sprintf("index %s has %d rows, the records make %d", table, n, want[table]))
		}
	}
	return wrong, nil
}

func (r *Registry) decode(raw []byte) (t tenancy.Tenancy, err error) {
	if err := json.Unmarshal(raw, &t); err != nil {
		return t, err
	}
	return t, r.unseal(tenancyRecord(t.ID), secrets(&t))
}

// missing returns the index rows of t that are not there, and counts all.
func (r *Registry) missing(tx kv.Tx, t tenancy.Tenancy, want map[string]int) (wrong []string) {
	for _, e := range r.entries(t) {
		want[e.table]++
		if !bytes.Equal(tx.Get(e.table, []byte(e.key)), []byte(e.value)) {
			wrong = append(wrong, fmt.Sprintf("index %s lacks tenancy %s", e.table, t.ID))
		}
	}
	return wrong
}

func (r *Registry) rows(ctx context.Context, table string) (n int, err error) {
	err = r.view(ctx, func(tx kv.Tx) error {
		n = 0
		for range tx.Scan(table, nil, nil) {
			n++
		}
		return nil
	})
	return n, err
}
