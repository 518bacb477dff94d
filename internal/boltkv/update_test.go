package boltkv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"syscall"
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

func TestCommit_RefusedForWantOfRoomIsTriedAgainLater(t *testing.T) {
	for name, refusal := range map[string]error{
		"ENOSPC": &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC},
		"EDQUOT": &fs.PathError{Op: "write", Path: "x", Err: syscall.EDQUOT},
		"EFBIG":  fmt.Errorf("file resize error: %s", &fs.PathError{Op: "truncate", Path: "x", Err: syscall.EFBIG}),
	} {
		db := open(t, Options{OnFatal: func(err error) { t.Errorf("%s is fatal: %v", name, err) }})
		commit := db.commit
		db.commit = func(tx *bolt.Tx) error { _ = tx.Rollback(); return refusal }
		if err := db.Update(t.Context(), put("a", "k")); !errors.Is(err, ErrFull) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want ErrFull in one line", name, err)
		}
		db.commit = commit
		if err := db.Update(t.Context(), put("a", "later")); err != nil {
			t.Errorf("%s, with room again: %v", name, err)
		}
		if has(t, db, "a", "k") {
			t.Errorf("%s: a refused update wrote", name)
		}
	}
}

func TestCommit_OfUnknownOutcomeIsTheLast(t *testing.T) {
	for name, fail := range map[string]func(*bolt.Tx) error{
		"sync fails":          func(tx *bolt.Tx) error { _ = tx.Rollback(); return syscall.EIO },
		"sync says disk full": func(tx *bolt.Tx) error { _ = tx.Rollback(); return syscall.ENOSPC },
		"sync of a grown file": func(tx *bolt.Tx) error {
			_ = tx.Rollback()
			return errors.New("file sync error: " + syscall.ENOSPC.Error())
		},
		"map cannot grow":           func(tx *bolt.Tx) error { _ = tx.Rollback(); return errors.New("mmap allocate error: x") },
		"write fails, not for room": func(tx *bolt.Tx) error { _ = tx.Rollback(); return &fs.PathError{Op: "write", Err: syscall.EIO} },
		"bbolt panics":              func(tx *bolt.Tx) error { panic("assertion failed") },
	} {
		t.Run(name, func(t *testing.T) {
			told := make(chan error, 2)
			db := open(t, Options{OnFatal: func(err error) { told <- err }})
			if err := db.Update(t.Context(), put("a", "before")); err != nil {
				t.Fatal(err)
			}
			db.commit = fail
			release := make(chan struct{})
			own := make(chan error)
			go func() {
				own <- db.Update(context.Background(), func(tx kv.Tx) error {
					<-release
					return io.EOF // may rest on writes of others that did not happen
				})
			}()
			done := make(chan error)
			go func() { done <- db.Update(context.Background(), put("a", "k")) }()
			close(release)
			if err := <-done; !errors.Is(err, ErrFailed) {
				t.Errorf("update: %v", err)
			}
			if err := <-own; err == nil {
				t.Error("an update in the failed commit succeeded")
			}
			if err := <-told; !errors.Is(err, ErrFailed) {
				t.Errorf("OnFatal got %v", err)
			}
			err := db.Update(t.Context(), func(kv.Tx) error { t.Error("ran after the failure"); return nil })
			if !errors.Is(err, ErrFailed) || !strings.Contains(err.Error(), "restart") {
				t.Errorf("next update: %v", err)
			}
			if !has(t, db, "a", "before") {
				t.Error("views do not work any more")
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
			if len(told) > 0 {
				t.Error("OnFatal was called twice")
			}
		})
	}
}

func TestMaxSize_RefusesGrowthAndKeepsTheRest(t *testing.T) {
	db := open(t, Options{MaxSize: 4 << 20, InitialMmapSize: 1 << 20})
	value := make([]byte, 10_000)
	n := 0
	var err error
	for ; err == nil; n++ {
		err = db.Update(t.Context(), func(tx kv.Tx) error { return tx.Put("a", fmt.Appendf(nil, "%04d", n), value) })
	}
	if !errors.Is(err, ErrFull) || n < 50 {
		t.Fatalf("update %d: %v, want ErrFull", n, err)
	}
	for i := range n - 1 {
		if !has(t, db, "a", fmt.Sprintf("%04d", i)) {
			t.Errorf("update %d is lost", i)
		}
	}
	for i := range 20 { // freed pages are used again
		if err := db.Update(t.Context(), func(tx kv.Tx) error { return tx.Delete("a", fmt.Appendf(nil, "%04d", i)) }); err != nil {
			t.Fatalf("delete in a full file: %v", err)
		}
	}
	if err := db.Update(t.Context(), put("b", "k")); err != nil {
		t.Errorf("update after making room: %v", err)
	}
}
