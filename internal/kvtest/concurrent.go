package kvtest

import (
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"zuji/internal/kv"
)

// testPanicReachesTheCaller: a store must not swallow a panic, nor let it stop
// anything else.
func testPanicReachesTheCaller(t *testing.T, s kv.Store) {
	recovered := func(run func()) (value any) {
		defer func() { value = recover() }()
		run()
		return nil
	}
	if got := recovered(func() {
		_ = s.Update(t.Context(), func(tx kv.Tx) error {
			if err := put(tx, "a=1"); err != nil {
				return err
			}
			panic(errOwn)
		})
	}); got != errOwn {
		t.Errorf("update panicked with %v, want its function's value", got)
	}
	if got := recovered(func() {
		_ = s.View(t.Context(), func(kv.Tx) error { panic(errOwn) })
	}); got != errOwn {
		t.Errorf("view panicked with %v, want its function's value", got)
	}
	wantAll(t, s, "")
	fill(t, s, "a=2")
	wantAll(t, s, "a=2")
}

// testFailuresSpareOthers mixes updates that succeed, fail and panic.
func testFailuresSpareOthers(t *testing.T, s kv.Store) {
	const n = 90
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			defer func() {
				if p := recover(); p != nil && (i%3 != 2 || p != errOwn) {
					t.Errorf("update %d panicked: %v", i, p)
				}
			}()
			err := s.Update(t.Context(), func(tx kv.Tx) error {
				if err := tx.Put("a", fmt.Appendf(nil, "%02d", i), []byte("v")); err != nil {
					return err
				}
				switch i % 3 {
				case 1:
					return errOwn
				case 2:
					panic(errOwn)
				}
				return nil
			})
			if want := []error{nil, errOwn, nil}[i%3]; err != want {
				t.Errorf("update %d: %v, want %v", i, err, want)
			}
		})
	}
	wg.Wait()
	view(t, s, func(tx kv.Tx) {
		for i := range n {
			if got := tx.Get("a", fmt.Appendf(nil, "%02d", i)) != nil; got != (i%3 == 0) {
				t.Errorf("update %d written: %v", i, got)
			}
		}
	})
}

// testCountersAgree: two counters that are always raised together are always
// seen equal, and no increment is lost.
func testCountersAgree(t *testing.T, s kv.Store) {
	const goroutines, times = 64, 20
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range times {
				if err := s.Update(t.Context(), raiseBoth); err != nil {
					t.Errorf("raise: %v", err)
					return
				}
				if err := s.View(t.Context(), bothEqual); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	view(t, s, func(tx kv.Tx) {
		if got := counter(tx, "x"); got != goroutines*times {
			t.Errorf("counted %d, want %d", got, goroutines*times)
		}
	})
}

func counter(tx kv.Tx, table string) int {
	n, _ := strconv.Atoi(string(tx.Get(table, []byte("n")))) // absent is 0
	return n
}

func bothEqual(tx kv.Tx) error {
	if x, y := counter(tx, "x"), counter(tx, "y"); x != y {
		return fmt.Errorf("counters differ: %d and %d", x, y)
	}
	return nil
}

func raiseBoth(tx kv.Tx) error {
	if err := bothEqual(tx); err != nil {
		return err
	}
	next := []byte(strconv.Itoa(counter(tx, "x") + 1))
	return errors.Join(tx.Put("x", []byte("n"), next), tx.Put("y", []byte("n"), next))
}
