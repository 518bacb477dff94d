package boltkv

import (
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/failpoint"
)

// Bounds of one commit: the more it holds, the longer its first caller waits.
const (
	maxBatchOps   = 1024
	maxBatchBytes = 8 << 20
)

// A batch is the transactions of one commit.
type batch struct {
	bolt   *bolt.Tx
	writes layer
	bytes  int
	ops    []*op
	errs   []error // what each op's function returned
}

// write is the writer: the only goroutine that commits.
func (db *DB) write() {
	debug.SetPanicOnFault(true) // on a garbled page: a commit that panics has failed
	for db.fatal == nil {
		select {
		case <-db.closing:
			close(db.stopped)
			return
		case o := <-db.queue:
			db.fatal = db.writeBatch(o)
		case chore := <-db.chores:
			chore()
		}
	}
	close(db.stopped)
	if db.options.OnFatal != nil {
		db.options.OnFatal(db.stopError())
	}
}

// writeBatch runs first and all others that wait, commits, and tells them. The
// error is one after which nothing may be written.
func (db *DB) writeBatch(first *op) (fatal error) {
	btx, err := db.bolt.Begin(true)
	if err != nil {
		return fmt.Errorf("begin commit: %w", err)
	}
	b := &batch{bolt: btx, writes: layer{}}
	b.run(first)
	for len(b.ops) < maxBatchOps && b.bytes < maxBatchBytes {
		select {
		case o := <-db.queue:
			b.run(o)
			continue
		default:
		}
		break
	}
	err = db.timed(b)
	if err != nil && !noRoom(err) {
		fatal = err
		err = fmt.Errorf("%w: %w", ErrFailed, err)
	} else if err != nil {
		err = fmt.Errorf("%w: %w", ErrFull, err)
	}
	b.answer(err)
	return fatal
}

// run gives o its turn and keeps its writes if it succeeds.
func (b *batch) run(o *op) {
	if !o.claim(taken) {
		return
	}
	t := &tx{bolt: b.bolt, batch: b.writes, own: layer{}}
	o.turn <- t
	err := <-o.ran
	if err == nil {
		b.writes.merge(t.own)
		b.bytes += t.bytes
	}
	b.ops = append(b.ops, o)
	b.errs = append(b.errs, err)
}

// answer tells every caller. The functions have seen each other's writes, so
// when the commit failed even a function's own error may be wrong.
func (b *batch) answer(commitErr error) {
	for i, o := range b.ops {
		if commitErr != nil {
			o.done <- commitErr
		} else {
			o.done <- b.errs[i]
		}
	}
}

// timed finishes b and tells OnCommit, unless there was nothing to commit.
func (db *DB) timed(b *batch) error {
	began := time.Now()
	err := db.finish(b)
	if len(b.writes) == 0 {
		return err
	}
	switch {
	case err == nil:
		db.refused.Store(0)
	case noRoom(err):
		db.refused.Store(time.Now().UnixNano())
	}
	if db.options.OnCommit != nil {
		db.options.OnCommit(time.Since(began), err)
	}
	return err
}

// finish makes the writes of b durable. A panic in bbolt counts as a failed
// commit, and leaves its locks held.
func (db *DB) finish(b *batch) (err error) {
	defer func() {
		if p := recover(); p != nil {
			db.panicked = true
			err = fmt.Errorf("bbolt panicked: %v; if it does again, zuji check says whether to restore a backup", p)
		}
	}()
	if len(b.writes) == 0 {
		return b.bolt.Rollback()
	}
	err = db.apply(b)
	if err == nil {
		err = failpoint.At(failpoint.BeforeCommit)
	}
	if err != nil {
		_ = b.bolt.Rollback() // the first error says what is wrong
		return err
	}
	if err := db.commit(b.bolt); err != nil {
		return err
	}
	if err := failpoint.At(failpoint.AfterCommit); err != nil {
		return err
	}
	db.commits.Add(1)
	for _, err := range b.errs {
		if err == nil {
			db.updates.Add(1)
		}
	}
	return nil
}

// apply puts the writes into the bolt transaction, in the order of the file.
func (db *DB) apply(b *batch) error {
	for _, table := range slices.Sorted(maps.Keys(b.writes)) {
		if err := db.applyTable(b.bolt, table, b.writes[table]); err != nil {
			return fmt.Errorf("write table %s: %w", table, err)
		}
	}
	return nil
}

func (db *DB) applyTable(btx *bolt.Tx, table string, r *rows) error {
	bucket, err := btx.CreateBucketIfNotExists([]byte(table))
	if err != nil {
		return err
	}
	if db.dense[table] {
		bucket.FillPercent = 0.9
	}
	for _, key := range r.keys {
		if value := r.values[key]; value != nil {
			err = bucket.Put([]byte(key), value)
		} else {
			err = bucket.Delete([]byte(key))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
