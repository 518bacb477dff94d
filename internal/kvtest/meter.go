package kvtest

import (
	"context"
	"iter"
	"sync/atomic"

	"zuji/internal/kv"
)

// Meter is a store that counts what is read of and written to the one it wraps.
type Meter struct {
	kv.Store
	reads, writes atomic.Int64
}

// Reads returns how many keys were got and rows scanned since it was called last.
func (m *Meter) Reads() int { return int(m.reads.Swap(0)) }

// Writes does the same for keys put and deleted.
func (m *Meter) Writes() int { return int(m.writes.Swap(0)) }

// View implements kv.Store.
func (m *Meter) View(ctx context.Context, fn func(kv.Tx) error) error {
	return m.Store.View(ctx, func(tx kv.Tx) error { return fn(&meterTx{tx, m}) })
}

// Update implements kv.Store.
func (m *Meter) Update(ctx context.Context, fn func(kv.Tx) error) error {
	return m.Store.Update(ctx, func(tx kv.Tx) error { return fn(&meterTx{tx, m}) })
}

type meterTx struct {
	kv.Tx
	*Meter
}

func (t *meterTx) Get(table string, key []byte) []byte {
	t.reads.Add(1)
	return t.Tx.Get(table, key)
}

func (t *meterTx) Put(table string, key, value []byte) error {
	t.writes.Add(1)
	return t.Tx.Put(table, key, value)
}

func (t *meterTx) Delete(table string, key []byte) error {
	t.writes.Add(1)
	return t.Tx.Delete(table, key)
}

func (t *meterTx) Scan(table string, lo, hi []byte) iter.Seq2[[]byte, []byte] {
	return t.counted(t.Tx.Scan(table, lo, hi))
}

func (t *meterTx) ScanBack(table string, lo, hi []byte) iter.Seq2[[]byte, []byte] {
	return t.counted(t.Tx.ScanBack(table, lo, hi))
}

func (t *meterTx) counted(rows iter.Seq2[[]byte, []byte]) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		for k, v := range rows {
			t.reads.Add(1)
			if !yield(k, v) {
				return
			}
		}
	}
}
