package boltkv

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"zuji/internal/kv"
)

// The states of an op. Who changes it from waiting decides: the writer, that it
// runs; the caller, that it never will.
const (
	waiting = iota
	taken
	dropped
)

// An op is one Update on its way through the writer.
type op struct {
	state atomic.Int32
	turn  chan *tx   // the writer gives the transaction to the caller
	ran   chan error // the caller gives it back with its function's error
	done  chan error // the writer says how the commit ended
}

// errUnfinished marks a function that ended by panic or runtime.Goexit.
var errUnfinished = errors.New("transaction function did not return")

// Update implements kv.Store. fn runs in the caller's goroutine when its turn
// has come, so a panic in it goes on in the caller and touches nobody else's
// transaction. Functions of one commit see the writes of those before them, and
// all of them are told how it ended only after it.
//
// When ctx ends before fn has run, Update returns ctx.Err() and nothing happens.
// When it ends after that, Update returns ctx.Err() and the writes may or may
// not have happened.
func (db *DB) Update(ctx context.Context, fn func(kv.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	o := &op{turn: make(chan *tx, 1), ran: make(chan error, 1), done: make(chan error, 1)}
	select {
	case <-db.closing:
		return db.stopError()
	default:
	}
	select {
	case db.queue <- o:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.stopped:
		return db.stopError()
	}
	select {
	case t := <-o.turn:
		o.run(t, func(tx kv.Tx) error { return undamaged(db.path, func() error { return fn(tx) }) })
	case <-ctx.Done():
		o.giveUp(ctx.Err())
		return ctx.Err()
	case <-db.stopped:
		o.giveUp(kv.ErrClosed)
		return db.stopError()
	}
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (o *op) claim(state int32) bool { return o.state.CompareAndSwap(waiting, state) }

// run calls fn. Whatever way it ends, the writer gets its turn back.
func (o *op) run(t *tx, fn func(kv.Tx) error) {
	err := errUnfinished
	defer func() {
		t.done = true
		o.ran <- err
	}()
	err = fn(t)
	if err == nil {
		err = t.err
	}
}

// giveUp makes sure that the function never runs.
func (o *op) giveUp(err error) {
	if !o.claim(dropped) {
		<-o.turn
		o.ran <- err
	}
}

// stopError says why there is no writer any more.
func (db *DB) stopError() error {
	select {
	case <-db.stopped:
		if db.fatal != nil {
			return fmt.Errorf("%w: %w", ErrFailed, db.fatal)
		}
	default:
	}
	return kv.ErrClosed
}
