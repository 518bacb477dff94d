package boltkv

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/kv"
)

var errRoom = &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}

func TestHealth_FullUntilACommitGoesWell(t *testing.T) {
	db := open(t, Options{})
	if err := db.Health(); err != nil {
		t.Fatalf("a new file: %v", err)
	}
	commit := db.commit
	db.commit = func(tx *bolt.Tx) error { _ = tx.Rollback(); return errRoom }
	if err := db.Update(t.Context(), put("a", "k")); !errors.Is(err, ErrFull) {
		t.Fatal(err)
	}
	if err := db.Health(); !errors.Is(err, ErrFull) {
		t.Errorf("after a refused commit: %v", err)
	}
	if err := db.Update(t.Context(), func(kv.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := db.Health(); !errors.Is(err, ErrFull) {
		t.Errorf("a transaction that writes nothing shows nothing: %v", err)
	}
	db.commit = commit
	if err := db.Update(t.Context(), put("a", "k")); err != nil {
		t.Fatal(err)
	}
	if err := db.Health(); err != nil {
		t.Errorf("after a commit that went well: %v", err)
	}
}

// Behind a balancer that asks, nothing would ever be written again if the last
// refusal counted for ever.
func TestHealth_ARefusalIsForgottenAfterAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		db := &DB{stopped: make(chan struct{})}
		db.refused.Store(time.Now().UnixNano())
		time.Sleep(59 * time.Second)
		if err := db.Health(); !errors.Is(err, ErrFull) {
			t.Errorf("after 59 s: %v", err)
		}
		time.Sleep(2 * time.Second)
		if err := db.Health(); err != nil {
			t.Errorf("after 61 s: %v", err)
		}
	})
}

func TestHealth_FailedForGood(t *testing.T) {
	failed := make(chan error, 1)
	db := open(t, Options{OnFatal: func(err error) { failed <- err }})
	db.commit = func(tx *bolt.Tx) error { _ = tx.Rollback(); return syscall.EIO }
	if err := db.Update(t.Context(), put("a", "k")); !errors.Is(err, ErrFailed) {
		t.Fatal(err)
	}
	<-failed
	if err := db.Health(); !errors.Is(err, ErrFailed) {
		t.Errorf("after a failed sync: %v", err)
	}
}

func TestHealth_ClosedIsNoFault(t *testing.T) {
	db := open(t, Options{})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Health(); err != nil {
		t.Errorf("after Close: %v", err)
	}
}

func TestOnCommit_TellsOfCommitsAndOfNothingElse(t *testing.T) {
	var oks, fails int
	db := open(t, Options{OnCommit: func(took time.Duration, err error) { // by the writer, before Update returns
		switch {
		case took <= 0:
			t.Errorf("a commit took %v", took)
		case err != nil:
			fails++
		default:
			oks++
		}
	}})
	own := errors.New("own")
	for _, fn := range []func(kv.Tx) error{put("a", "1"), put("a", "2"), func(kv.Tx) error { return nil }, func(kv.Tx) error { return own }} {
		if err := db.Update(t.Context(), fn); err != nil && !errors.Is(err, own) {
			t.Fatal(err)
		}
	}
	db.commit = func(tx *bolt.Tx) error { _ = tx.Rollback(); return errRoom }
	if err := db.Update(t.Context(), put("a", "3")); !errors.Is(err, ErrFull) {
		t.Fatal(err)
	}
	if oks != 2 || fails != 1 {
		t.Errorf("told of %d commits and %d failures, want 2 and 1", oks, fails)
	}
	if n := db.Stats().Bytes; n < 4096 {
		t.Errorf("the file has %d bytes", n)
	}
}
