package registry_test

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/kv"
	"zuji/internal/registry"
)

// A bulk is a store for filling a file: many updates share a transaction of bbolt's
// and none is synced. What a function wrote stays when it fails, so that a test
// that uses it has to end then.
type bulk struct {
	file    *bolt.DB
	tx      *bolt.Tx
	updates int
}

// atOnce is how many updates share a transaction.
const atOnce = 50_000

// inBulk opens the register of a shelf that is closed for filling, and closes it,
// synced, when fill is done.
func inBulk(t testing.TB, s *shelf, fill func(*registry.Registry) error) {
	t.Helper()
	file, err := bolt.Open(s.path, 0o600, &bolt.Options{NoSync: true, NoFreelistSync: true, FreelistType: bolt.FreelistMapType, InitialMmapSize: 16 << 30})
	if err != nil {
		t.Fatal(err)
	}
	b := &bulk{file: file}
	if b.tx, err = file.Begin(true); err != nil {
		t.Fatal(err)
	}
	r := &registry.Registry{Store: b, Vault: s.Vault, Holidays: s.Holidays, Now: s.Registry.Now, Admins: s.Admins}
	file.NoFreelistSync = false // as at a clean stop
	if err := errors.Join(fill(r), b.tx.Commit(), file.Sync(), file.Close()); err != nil {
		t.Fatal(err)
	}
}

func (b *bulk) View(_ context.Context, fn func(kv.Tx) error) error { return fn(bulkTx{b.tx}) }

func (b *bulk) Update(_ context.Context, fn func(kv.Tx) error) error {
	if err := fn(bulkTx{b.tx}); err != nil {
		return err
	}
	if b.updates++; b.updates%atOnce > 0 {
		return nil
	}
	err := b.tx.Commit()
	if err == nil {
		b.tx, err = b.file.Begin(true)
	}
	return err
}

func (b *bulk) Close() error { return nil }

type bulkTx struct{ bolt *bolt.Tx }

func (t bulkTx) Get(table string, key []byte) []byte {
	if b := t.bolt.Bucket([]byte(table)); b != nil {
		return bytes.Clone(b.Get(key))
	}
	return nil
}

func (t bulkTx) Put(table string, key, value []byte) error {
	b, err := t.bolt.CreateBucketIfNotExists([]byte(table))
	if err != nil {
		return err
	}
	if slices.Contains(registry.AppendOnly, table) {
		b.FillPercent = 0.9
	}
	return b.Put(bytes.Clone(key), bytes.Clone(value))
}

func (t bulkTx) Delete(table string, key []byte) error {
	if b := t.bolt.Bucket([]byte(table)); b != nil {
		return b.Delete(key)
	}
	return nil
}

// Scan looks its place up anew at each step, since the loop may write.
func (t bulkTx) Scan(table string, lo, hi []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		b := t.bolt.Bucket([]byte(table))
		if b == nil {
			return
		}
		for at := lo; ; at = append(at, 0) {
			k, v := b.Cursor().Seek(at)
			if k == nil || hi != nil && bytes.Compare(k, hi) >= 0 || !yield(bytes.Clone(k), bytes.Clone(v)) {
				return
			}
			at = bytes.Clone(k)
		}
	}
}

func (t bulkTx) ScanBack(table string, lo, hi []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		var all [][2][]byte
		for k, v := range t.Scan(table, lo, hi) {
			all = append(all, [2][]byte{k, v})
		}
		for _, kv := range slices.Backward(all) {
			if !yield(kv[0], kv[1]) {
				return
			}
		}
	}
}
