package boltkv

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"

	bolt "go.etcd.io/bbolt"

	"zuji/internal/kv"
)

func inFile(t *testing.T, db *DB, word string) bool {
	t.Helper()
	raw, err := os.ReadFile(db.path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Contains(raw, []byte(word))
}

func fill(t *testing.T, db *DB, word string, rows int) {
	t.Helper()
	for i := range rows {
		if err := db.Update(t.Context(), func(tx kv.Tx) error {
			return tx.Put("a", fmt.Appendf(nil, "%04d", i), bytes.Repeat([]byte(word), 40))
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// What was deleted or replaced is in the file until it is scrubbed, and not after;
// the rest is there still.
func TestScrub_ForgetsWhatWasDeleted(t *testing.T) {
	db := open(t, Options{})
	fill(t, db, "old-secret", 600)
	fill(t, db, "new-words", 300)
	if err := db.Update(t.Context(), func(tx kv.Tx) error {
		for i := 300; i < 400; i++ {
			if err := tx.Delete("a", fmt.Appendf(nil, "%04d", i)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for from := 400; from < 600; from += 100 {
		if err := db.Update(t.Context(), func(tx kv.Tx) error {
			for i := from; i < from+100; i++ {
				if err := tx.Delete("a", fmt.Appendf(nil, "%04d", i)); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if !inFile(t, db, "old-secret") {
		t.Fatal("bbolt overwrites by itself: that proves nothing")
	}
	if n, err := db.Scrub(t.Context()); err != nil || n == 0 {
		t.Fatalf("%d pages, %v", n, err)
	}
	if inFile(t, db, "old-secret") {
		t.Error("what was deleted is still in the file")
	}
	if !inFile(t, db, "new-words") || !has(t, db, "a", "0299") || has(t, db, "a", "0300") {
		t.Error("what was kept is gone, or what was deleted is back")
	}
	if n, err := db.Scrub(t.Context()); err != nil || n != 0 {
		t.Errorf("scrubbed again: %d pages, %v", n, err)
	}
}

// A snapshot that is being read keeps its pages; Scrub says so.
func TestScrub_LeavesWhatASnapshotNeeds(t *testing.T) {
	db := open(t, Options{})
	fill(t, db, "old-secret", 50)
	err := db.View(t.Context(), func(tx kv.Tx) error {
		fill(t, db, "new-words", 50)
		if _, err := db.Scrub(t.Context()); !errors.Is(err, ErrBusy) {
			t.Errorf("scrub beside a reader: %v", err)
		}
		for k, v := range tx.Scan("a", nil, nil) {
			if !bytes.HasPrefix(v, []byte("old-secret")) {
				t.Fatalf("the reader sees %q under %q", v[:9], k)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Scrub(t.Context()); err != nil || inFile(t, db, "old-secret") {
		t.Errorf("after the reader: %v", err)
	}
}

// Scrubbing beside writers and readers breaks no page: each reader sees one
// moment, and the file checks at the end.
func TestScrub_BesideOthers(t *testing.T) {
	db := open(t, Options{})
	var group sync.WaitGroup
	for w := range 4 {
		group.Go(func() {
			for i := range 60 {
				_ = db.Update(t.Context(), func(tx kv.Tx) error {
					v := bytes.Repeat([]byte{byte('a' + i%26)}, 300)
					for n := range 10 {
						if err := tx.Put("t", fmt.Appendf(nil, "%d/%d", w, n), v); err != nil {
							return err
						}
					}
					return nil
				})
				if err := db.View(t.Context(), func(tx kv.Tx) error {
					var first []byte
					for _, v := range tx.Scan("t", fmt.Appendf(nil, "%d/", w), fmt.Appendf(nil, "%d0", w)) {
						if first == nil {
							first = v
						}
						if !bytes.Equal(first, v) {
							t.Errorf("a reader sees two moments: %q and %q", first[:1], v[:1])
						}
					}
					return nil
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 30 {
		if _, err := db.Scrub(t.Context()); err != nil && !errors.Is(err, ErrBusy) {
			t.Error(err)
		}
	}
	group.Wait()
	if err := db.bolt.View(func(tx *bolt.Tx) error {
		for err := range tx.Check() {
			t.Error(err)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

func TestScrub_ClosedStore(t *testing.T) {
	db := open(t, Options{})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Scrub(t.Context()); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("scrub of a closed store: %v", err)
	}
}
