package boltkv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/kv"
)

// hold lets an update occupy the writer until release is called.
func hold(t *testing.T, db *DB) (release func()) {
	t.Helper()
	holding, done := make(chan struct{}), make(chan error, 1)
	free := make(chan struct{})
	go func() {
		done <- db.Update(context.Background(), func(tx kv.Tx) error {
			close(holding)
			<-free
			return tx.Put("hold", []byte("k"), []byte("v"))
		})
	}()
	<-holding
	return sync.OnceFunc(func() {
		close(free)
		if err := <-done; err != nil {
			t.Errorf("holding update: %v", err)
		}
	})
}

// queued waits until n callers stand in the queue.
func queued(db *DB, n int) {
	for len(db.queue) != n {
		runtime.Gosched()
	}
}

func TestUpdate_OneCommitForAllThatWait(t *testing.T) {
	db := open(t, Options{})
	release := hold(t, db)
	const n = 100
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := db.Update(t.Context(), put("a", fmt.Sprint(i))); err != nil {
				t.Errorf("update: %v", err)
			}
		})
	}
	queued(db, n)
	release()
	wg.Wait()
	if got := db.Stats(); got.Commits != 1 || got.Updates != n+1 {
		t.Errorf("%d updates in %d commits, want %d in 1", got.Updates, got.Commits, n+1)
	}
}

func TestUpdate_SeesTheWritesBeforeItInTheSameCommit(t *testing.T) {
	db := open(t, Options{})
	release := hold(t, db)
	var wg sync.WaitGroup
	for i, fn := range []func(kv.Tx) error{
		put("a", "1"),
		func(tx kv.Tx) error { _ = tx.Put("a", []byte("failed"), []byte("v")); return io.EOF },
		func(tx kv.Tx) error {
			if tx.Get("a", []byte("1")) == nil || tx.Get("a", []byte("failed")) != nil {
				t.Error("an update sees other writes than those that succeeded before it")
			}
			return errors.Join(tx.Delete("a", []byte("1")), tx.Put("a", []byte("2"), []byte("v")))
		},
		func(tx kv.Tx) error {
			for k := range tx.Scan("a", nil, nil) {
				if string(k) != "2" {
					t.Errorf("scan sees %q", k)
				}
			}
			return nil
		},
	} {
		wg.Go(func() { _ = db.Update(t.Context(), fn) })
		queued(db, i+1)
	}
	release()
	wg.Wait()
	if has(t, db, "a", "1") || !has(t, db, "a", "2") || has(t, db, "a", "failed") {
		t.Error("the file has other writes than those that succeeded")
	}
}

func TestUpdate_WithoutWritesCommitsNothing(t *testing.T) {
	db := open(t, Options{})
	if err := db.Update(t.Context(), func(kv.Tx) error { return nil }); err != nil {
		t.Error(err)
	}
	if got := db.Stats().Commits; got != 0 {
		t.Errorf("%d commits", got)
	}
}

func TestUpdate_ThatEndsItsGoroutineSparesTheWriter(t *testing.T) {
	db := open(t, Options{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = db.Update(context.Background(), func(tx kv.Tx) error {
			_ = tx.Put("a", []byte("k"), []byte("v"))
			runtime.Goexit()
			return nil
		})
	}()
	<-ended
	if err := db.Update(t.Context(), put("a", "other")); err != nil {
		t.Error(err)
	}
	if has(t, db, "a", "k") {
		t.Error("an unfinished update wrote")
	}
}

func TestUpdate_WhoseContextEndsInTheQueueNeverRuns(t *testing.T) {
	db := open(t, Options{})
	release := hold(t, db)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		done <- db.Update(ctx, func(kv.Tx) error { t.Error("ran"); return nil })
	}()
	queued(db, 1)
	cancel()
	if err := <-done; err != context.Canceled {
		t.Errorf("update: %v", err)
	}
	release()
	if err := db.Update(t.Context(), put("a", "k")); err != nil {
		t.Error(err)
	}
}

func TestUpdate_WhoseContextEndsDuringTheCommitMayHaveHappened(t *testing.T) {
	db := open(t, Options{})
	ctx, cancel := context.WithCancel(t.Context())
	proceed := make(chan struct{})
	db.commit = func(tx *bolt.Tx) error {
		cancel()
		<-proceed
		return tx.Commit()
	}
	if err := db.Update(ctx, put("a", "k")); err != context.Canceled {
		t.Errorf("update: %v", err)
	}
	close(proceed)
	if err := db.Update(t.Context(), put("a", "next")); err != nil {
		t.Error(err)
	}
	if !has(t, db, "a", "k") {
		t.Error("a commit that was under way did not happen")
	}
}

func TestClose_FinishesWhatRunsAndRefusesTheRest(t *testing.T) {
	db := open(t, Options{})
	release := hold(t, db)
	closed := make(chan error)
	go func() { closed <- db.Close() }()
	<-db.closing
	if err := db.Update(t.Context(), put("a", "k")); err != kv.ErrClosed {
		t.Errorf("update while closing: %v", err)
	}
	if err := db.View(t.Context(), func(kv.Tx) error { return nil }); err != kv.ErrClosed {
		t.Errorf("view while closing: %v", err)
	}
	release()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestClose_AmongManyUpdatesLosesNoneThatWasAcknowledged(t *testing.T) {
	db := open(t, Options{})
	path := db.bolt.Path()
	var wg sync.WaitGroup
	var acked sync.Map
	started := make(chan struct{}, 64)
	for g := range 64 {
		wg.Go(func() {
			for i := 0; ; i++ {
				key := fmt.Sprintf("%d-%d", g, i)
				err := db.Update(context.Background(), put("a", key))
				if err == kv.ErrClosed {
					return
				}
				if err != nil {
					t.Errorf("update: %v", err)
					return
				}
				acked.Store(key, true)
				if i == 0 {
					started <- struct{}{}
				}
			}
		})
	}
	for range 64 {
		<-started
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	again, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	for key := range acked.Range {
		if !has(t, again, "a", key.(string)) {
			t.Errorf("acknowledged key %v is lost", key)
		}
	}
}
