package kvtest_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

	"zuji/internal/boltkv"
	"zuji/internal/kv"
	"zuji/internal/kvtest"
)

func open(t *testing.T) kv.Store {
	t.Helper()
	db, err := boltkv.Open(filepath.Join(t.TempDir(), "db"), boltkv.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// A Faulty without a fault is as good a store as the one it wraps.
func TestFaulty_ConformsWithoutFaults(t *testing.T) {
	kvtest.Run(t, func(t *testing.T) kv.Store { return kvtest.NewFaulty(open(t)) })
}

var errFault = errors.New("fault")

func write(key string) func(kv.Tx) error {
	return func(tx kv.Tx) error { return tx.Put("a", []byte(key), []byte("v")) }
}

func has(t *testing.T, s kv.Store, key string) (found bool) {
	t.Helper()
	if err := s.View(t.Context(), func(tx kv.Tx) error {
		found = tx.Get("a", []byte(key)) != nil
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestFaulty_FailNextFailsThatManyUpdatesAndNoView(t *testing.T) {
	f := kvtest.NewFaulty(open(t))
	f.FailNext(2, errFault)
	for range 2 {
		if err := f.Update(t.Context(), write("k")); err != errFault {
			t.Errorf("update: %v, want the fault", err)
		}
	}
	if has(t, f, "k") {
		t.Error("a failed update wrote")
	}
	if err := f.Update(t.Context(), write("k")); err != nil || !has(t, f, "k") {
		t.Errorf("update after the faults: %v", err)
	}
	if views, updates := f.Calls(); views != 2 || updates != 3 {
		t.Errorf("counted %d views and %d updates, want 2 and 3", views, updates)
	}
}

func TestFaulty_FailNextViewFailsViews(t *testing.T) {
	f := kvtest.NewFaulty(open(t))
	f.FailNextView(1, errFault)
	if err := f.Update(t.Context(), write("k")); err != nil {
		t.Errorf("update: %v", err)
	}
	if err := f.View(t.Context(), func(kv.Tx) error { t.Error("ran"); return nil }); err != errFault {
		t.Errorf("view: %v, want the fault", err)
	}
	if !has(t, f, "k") {
		t.Error("the second view does not see the write")
	}
}

func TestFaulty_FailAfterCommitWritesAndFails(t *testing.T) {
	f := kvtest.NewFaulty(open(t))
	f.FailAfterCommit(errFault)
	own := errors.New("own")
	if err := f.Update(t.Context(), func(kv.Tx) error { return own }); err != own {
		t.Errorf("an update that fails by itself: %v", err)
	}
	if err := f.Update(t.Context(), write("k")); err != errFault {
		t.Errorf("update: %v, want the fault", err)
	}
	if !has(t, f, "k") {
		t.Error("the update did not write")
	}
}

func TestFaulty_StallHoldsCallsUntilReleaseOrTheirDeadline(t *testing.T) {
	f := kvtest.NewFaulty(open(t))
	reached, release := f.Stall()
	done := make(chan error)
	go func() { done <- f.Update(t.Context(), write("k")) }()
	<-reached
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.View(ctx, func(kv.Tx) error { t.Error("ran"); return nil }); err != context.Canceled {
		t.Errorf("stalled view with an ended context: %v", err)
	}
	select {
	case err := <-done:
		t.Fatalf("a stalled update returned: %v", err)
	default:
	}
	release()
	release()
	if err := <-done; err != nil || !has(t, f, "k") {
		t.Errorf("update after release: %v", err)
	}
}
