// Package kv is the seam between Zuji's records and the engine that keeps
// them: an ordered key-value store with serialisable transactions. Its rules
// are the ones that both bbolt and etcd can keep, so that code written against
// it runs on either.
package kv

import (
	"context"
	"errors"
	"iter"
)

// Limits of one Update, set by etcd's 128 operations and 1.5 MiB a request.
const (
	MaxWrites = 100
	MaxBytes  = 1 << 20
)

var (
	// ErrTooBig is returned by Update when its function wrote more than MaxWrites
	// keys or MaxBytes bytes. Nothing was written.
	ErrTooBig = errors.New("transaction writes too much")

	// ErrReadOnly is returned by Put and Delete inside View.
	ErrReadOnly = errors.New("write in a read-only transaction")

	// ErrClosed is returned once the store has been closed.
	ErrClosed = errors.New("store is closed")
)

// A Store runs transactions.
//
// The functions given to View and Update must be pure: they read and write
// through their Tx only, do no input or output, keep nothing that Tx gave them
// beyond their return except copies, and may be run more than once.
type Store interface {
	// View runs fn on a consistent snapshot. It must be short: an open View keeps
	// old pages alive.
	View(ctx context.Context, fn func(Tx) error) error

	// Update runs fn and makes its writes durable before it returns nil. When fn
	// returns an error nothing is written and Update returns that error. When
	// Update returns any other error, the writes may or may not have happened.
	Update(ctx context.Context, fn func(Tx) error) error

	Close() error
}

// A Tx is one transaction. Keys are ordered bytewise within a table, and a
// table comes into being with its first key. A write is seen by later reads of
// the same transaction.
type Tx interface {
	// Get returns a copy of the value, or nil if there is none.
	Get(table string, key []byte) []byte

	// Put stores value, which must not be empty.
	Put(table string, key, value []byte) error

	// Delete removes key; a missing key is no error.
	Delete(table string, key []byte) error

	// Scan yields copies of the keys k with lo <= k < hi and their values in
	// order; a nil hi means to the end of the table. No write may rest on the
	// absence of a key in a range: another engine does not detect that.
	Scan(table string, lo, hi []byte) iter.Seq2[[]byte, []byte]

	// ScanBack yields the same pairs in descending order.
	ScanBack(table string, lo, hi []byte) iter.Seq2[[]byte, []byte]
}

// PrefixEnd returns the smallest key above all keys that begin with prefix, or
// nil if there is none, so that Scan(table, prefix, PrefixEnd(prefix)) yields
// exactly the keys with that prefix.
func PrefixEnd(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; i >= 0; i-- {
		if end[i] < 0xff {
			end[i]++
			return end[:i+1]
		}
	}
	return nil
}
