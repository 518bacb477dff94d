package redisstore

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var probes atomic.Int32
		var back atomic.Bool
		b := newBreaker(func(context.Context) error {
			if probes.Add(1); back.Load() {
				return nil
			}
			return errors.New("still away")
		})
		defer b.close()
		wants := func(open bool, why string) {
			t.Helper()
			if b.open() != open {
				t.Fatalf("open is %v: %s", !open, why)
			}
		}
		b.failure()
		b.failure()
		b.success()
		b.failure()
		b.failure()
		wants(false, "only failures in a row count")
		b.failure()
		wants(true, "three in a row open it")
		b.failure()
		time.Sleep(4*probeEvery + probeEvery/2)
		wants(true, "nothing has answered")
		if probes.Load() != 4 {
			t.Errorf("%d probes, want 4", probes.Load())
		}
		back.Store(true)
		time.Sleep(probeEvery)
		synctest.Wait()
		wants(false, "the probe was answered")
		time.Sleep(10 * probeEvery)
		if probes.Load() != 5 {
			t.Errorf("%d probes, want 5: a closed breaker does not probe", probes.Load())
		}
		for range maxFailures {
			b.failure()
		}
		wants(true, "it opens again")
	})
}

// A probe may hang for as long as its context lives; close ends it.
func TestClosedBreakerStopsProbing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBreaker(func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		for range maxFailures {
			b.failure()
		}
		time.Sleep(2 * probeEvery)
		b.close() // synctest fails if a goroutine is left
		b.success()
		for range maxFailures {
			b.failure() // starts none either
		}
	})
}
