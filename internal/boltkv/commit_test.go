package boltkv

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/kv"
)

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

func TestOpenError_SaysWhatIsInTheWay(t *testing.T) {
	for cause, want := range map[error]string{
		syscall.ENOSPC: ErrFull.Error(),
		syscall.EDQUOT: ErrFull.Error(),
		syscall.EROFS:  "mount its file system for writing",
		syscall.EACCES: "cannot be written by user id",
		syscall.EMFILE: "open data/zuji.db: ",
	} {
		err := openError("data/zuji.db", &fs.PathError{Op: "open", Path: "x", Err: cause})
		if !errors.Is(err, cause) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "data/zuji.db") {
			t.Errorf("%v became %q, want %q in it", cause, err, want)
		}
	}
}
