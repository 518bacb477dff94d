package redisstore

import (
	"context"
	"sync"
	"time"
)

const (
	maxFailures = 3                      // failures in a row that open the breaker
	probeEvery  = 250 * time.Millisecond // how often an open breaker looks again
)

// A breaker keeps a Redis that does not answer from costing every update the
// timeout: once open it refuses calls at once, and looks in the background
// until Redis is back. Answers that are errors come quickly and don't count.
type breaker struct {
	probe func(context.Context) error

	ctx  context.Context // ends with close
	stop context.CancelFunc
	wait sync.WaitGroup

	mu       sync.Mutex
	failures int
}

func newBreaker(probe func(context.Context) error) *breaker {
	b := &breaker{probe: probe}
	b.ctx, b.stop = context.WithCancel(context.Background())
	return b
}

// open reports whether calls are refused.
func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.failures >= maxFailures
}

// success counts from zero again. While the breaker is open it is a call from
// before that succeeded, and closes it.
func (b *breaker) success() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures = 0
}

func (b *breaker) failure() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures++; b.failures == maxFailures && b.ctx.Err() == nil {
		b.wait.Go(b.recover)
	}
}

// recover probes until Redis answers.
func (b *breaker) recover() {
	t := time.NewTicker(probeEvery)
	defer t.Stop()
	for b.open() {
		select {
		case <-b.ctx.Done():
			return
		case <-t.C:
		}
		if b.probe(b.ctx) == nil {
			b.success()
		}
	}
}

// close ends the probing.
func (b *breaker) close() {
	b.mu.Lock()
	b.stop()
	b.mu.Unlock()
	b.wait.Wait()
}
