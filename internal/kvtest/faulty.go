package kvtest

import (
	"context"
	"sync"

	"zuji/internal/kv"
)

// Faulty is a store that fails when a test says so, and otherwise passes all on
// to the one it wraps. It is safe for concurrent use.
type Faulty struct {
	kv.Store

	mu            sync.Mutex
	updates       fault
	views         fault
	after         fault
	stall         chan struct{}
	stalled       chan struct{}
	updated, seen int
}

// fault is an error to return so many times.
type fault struct {
	times int
	err   error
}

// take returns the error if it is due once more.
func (f *fault) take() error {
	if f.times == 0 {
		return nil
	}
	f.times--
	return f.err
}

// NewFaulty returns a Faulty around s.
func NewFaulty(s kv.Store) *Faulty { return &Faulty{Store: s} }

// FailNext makes the next n Updates return err without running their function,
// as a full disk would. n = 0 ends it.
func (f *Faulty) FailNext(n int, err error) { f.set(&f.updates, n, err) }

// FailNextView does the same to Views, as an engine out of reach would.
func (f *Faulty) FailNextView(n int, err error) { f.set(&f.views, n, err) }

// FailAfterCommit makes the next Update that succeeds return err nevertheless:
// its writes have happened, but its caller cannot know.
func (f *Faulty) FailAfterCommit(err error) { f.set(&f.after, 1, err) }

func (f *Faulty) set(which *fault, n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	*which = fault{n, err}
}

// Stall makes every View and Update that begins from now on wait, until release
// is called or its context ends, which it then returns as its error. reached is
// closed when the first one waits.
func (f *Faulty) Stall() (reached <-chan struct{}, release func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	stall, stalled := make(chan struct{}), make(chan struct{})
	f.stall, f.stalled = stall, stalled
	return stalled, sync.OnceFunc(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		close(stall)
		if f.stall == stall {
			f.stall = nil
		}
	})
}

// Calls returns how many Views and Updates have begun.
func (f *Faulty) Calls() (views, updates int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.seen, f.updated
}

// begin counts a call, waits while the store is stalled, and returns the error
// that is due.
func (f *Faulty) begin(ctx context.Context, count *int, due *fault) error {
	f.mu.Lock()
	*count++
	stall := f.stall
	if stall != nil && f.stalled != nil {
		close(f.stalled)
		f.stalled = nil
	}
	f.mu.Unlock()
	if stall != nil {
		select {
		case <-stall:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return due.take()
}

// View implements kv.Store.
func (f *Faulty) View(ctx context.Context, fn func(kv.Tx) error) error {
	if err := f.begin(ctx, &f.seen, &f.views); err != nil {
		return err
	}
	return f.Store.View(ctx, fn)
}

// Update implements kv.Store.
func (f *Faulty) Update(ctx context.Context, fn func(kv.Tx) error) error {
	if err := f.begin(ctx, &f.updated, &f.updates); err != nil {
		return err
	}
	if err := f.Store.Update(ctx, fn); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.after.take()
}
