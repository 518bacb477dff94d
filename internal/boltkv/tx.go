package boltkv

import (
	"bytes"
	"errors"
	"fmt"
	"iter"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/kv"
)

var (
	errTableName  = errors.New("table name is empty or begins with NUL")
	errEmptyKey   = errors.New("key is empty")
	errEmptyValue = errors.New("value is empty")
	errKeyTooLong = fmt.Errorf("key is longer than %d bytes", bolt.MaxKeySize)
)

// A tx is what a function sees: its own writes over those of the functions
// before it in the same commit, over the file. The bolt transaction itself is
// only read, so that a function that fails leaves nothing behind.
type tx struct {
	bolt  *bolt.Tx
	batch layer
	own   layer // nil in View

	writes, bytes int
	err           error // the first refused write: the transaction cannot succeed
	done          bool
}

var _ kv.Tx = (*tx)(nil)

func (t *tx) check() {
	if t.done {
		panic("boltkv: transaction used after its function returned")
	}
}

// Get implements kv.Tx.
func (t *tx) Get(table string, key []byte) []byte {
	t.check()
	if v, ok := t.own.get(table, key); ok {
		return bytes.Clone(v)
	}
	if v, ok := t.batch.get(table, key); ok {
		return bytes.Clone(v)
	}
	var value []byte
	reading(func() {
		if b := t.bolt.Bucket([]byte(table)); b != nil {
			value = bytes.Clone(b.Get(key))
		}
	})
	return value
}

// Put implements kv.Tx.
func (t *tx) Put(table string, key, value []byte) error {
	if len(value) == 0 {
		return t.refuse(errEmptyValue)
	}
	return t.set(table, key, bytes.Clone(value))
}

// Delete implements kv.Tx.
func (t *tx) Delete(table string, key []byte) error {
	return t.set(table, key, nil)
}

func (t *tx) set(table string, key, value []byte) error {
	t.check()
	switch {
	case t.own == nil:
		return kv.ErrReadOnly
	case t.err != nil:
		return t.err
	case table == "" || table[0] == 0:
		return t.refuse(errTableName)
	case len(key) == 0:
		return t.refuse(errEmptyKey)
	case len(key) > bolt.MaxKeySize:
		return t.refuse(errKeyTooLong)
	}
	if old, ok := t.own.get(table, key); ok {
		t.bytes -= len(old)
	} else {
		t.writes++
		t.bytes += len(table) + len(key)
	}
	t.bytes += len(value)
	if t.writes > kv.MaxWrites || t.bytes > kv.MaxBytes {
		return t.refuse(kv.ErrTooBig)
	}
	t.own.set(table, string(key), value)
	return nil
}

// refuse makes the transaction fail even if its function ignores err.
func (t *tx) refuse(err error) error {
	t.check()
	if t.own == nil {
		return kv.ErrReadOnly
	}
	if t.err == nil {
		t.err = err
	}
	return t.err
}

// Scan implements kv.Tx. What the loop writes ahead of its place, it meets.
func (t *tx) Scan(table string, lo, hi []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func([]byte, []byte) bool) {
		t.check()
		s := scan{tx: t, table: table, lo: lo, hi: hi}
		s.forwards(yield)
	}
}

// ScanBack implements kv.Tx. What the loop writes ahead of its place, it meets.
func (t *tx) ScanBack(table string, lo, hi []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func([]byte, []byte) bool) {
		t.check()
		s := scan{tx: t, table: table, lo: lo, hi: hi}
		s.backwards(yield)
	}
}
